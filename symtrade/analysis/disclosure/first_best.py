"""The first best E[max(v - c, 0)], the integral of (1 - F) G."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import sympy
from flint import arb, ctx
from sympy import S

from symtrade.analysis.disclosure.cells import buyer_pieces, seller_pieces
from symtrade.analysis.numbers.algebraic import polynomial
from symtrade.analysis.numbers.real import Number, rational
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import bits
from symtrade.model.distribution import Distribution, Piece, X


def first_best(F: Distribution, G: Distribution, digits: int) -> Number:
    """The largest gains from trade that anybody could reach, exactly or in a certified interval."""
    if F.support[1] <= G.support[0]:
        return Number.rational(S.Zero)
    exact, inexact = S.Zero, arb(0)
    with ctx.workprec(bits(digits) + 32):
        for low, high, buyer, seller in strips(F, G):
            if low >= high:
                continue
            found = strip(low, high, buyer, seller, digits)
            if isinstance(found, sympy.Expr):
                exact += found
            else:
                inexact += found
        if inexact == 0 and isinstance(exact, sympy.Rational):
            return Number.rational(exact)
        total = inexact + _ball(exact)
        return Number(total.lower().fmpq(), total.upper().fmpq())


def strips(F: Distribution, G: Distribution) -> Iterator[tuple[Any, Any, Piece, Piece]]:
    """The intervals, from the least cost to the largest value, on which F and G have one formula each."""
    for buyer, seller in itertools.product(buyer_pieces(F), seller_pieces(G)):
        low, high = max(buyer.lo, seller.lo), min(buyer.hi, seller.hi)
        if low < high:
            yield low, high, buyer, seller


def strip(low: Any, high: Any, buyer: Piece, seller: Piece, digits: int) -> Any:
    """The integral over a strip: a SymPy number if it is easily exact, else a ball."""
    survival, mass = polynomial(1 - buyer.cdf, X), polynomial(seller.cdf, X)
    if survival is not None and mass is not None and high is not S.Infinity:
        primitive = (survival * mass).integral()
        value = primitive(rational(high)) - primitive(rational(low))
        return sympy.Rational(int(value.p), int(value.q))
    if seller.cdf == 1:
        return buyer.spelled("upper", low) - (S.Zero if high is S.Infinity else buyer.spelled("upper", high))
    if high is not S.Infinity:
        return _integral((1 - buyer.cdf) * seller.cdf, low, high)
    powers = power_tail((1 - buyer.cdf) * seller.cdf, low)
    if powers is not None:
        return powers
    end = max(low, S.One) * 2
    while not _tail(buyer, seller, end) < arb(10) ** -(digits + 4):
        end *= 2
        if end > 2**40:
            raise ArithmeticError("the tail of the gains from trade is too heavy")
    rest = _tail(buyer, seller, end)
    inner = _integral((1 - buyer.cdf) * seller.cdf, low, end)
    return inner + _ball(buyer.spelled("upper", end)) - arb(0).union(rest)


def _tail(buyer: Piece, seller: Piece, end: Any) -> Any:
    """More than the integral of (1 - F)(1 - G) from `end` up."""
    return _ball(buyer.spelled("upper", end) * (1 - seller.spelled("cdf", end)))


def _ball(expression: Any) -> Any:
    """A closed expression at the precision that is set now."""
    (value,) = real_functions((expression,), ()).at(())
    if not value.is_finite():
        raise ArithmeticError("an integral was not enclosed")
    return value


def _integral(formula: Any, low: Any, high: Any) -> Any:
    return _ball(sympy.Integral(formula, (X, low, high)))


def power_tail(formula: Any, low: Any) -> Any:
    """The integral to infinity of a sum of powers of x, as an expression; None for anything else."""
    total = S.Zero
    x = sympy.Symbol("x", positive=True)
    for term in sympy.Add.make_args(sympy.expand(sympy.powdenest(formula.subs(X, x), force=True))):
        factor, power = term.as_independent(x)
        exponent = sympy.simplify(x * sympy.diff(power, x) / power)
        if exponent.free_symbols or not exponent.is_Rational or exponent >= -1:
            return None
        total -= factor * low**(exponent + 1) / (exponent + 1)
    return total



