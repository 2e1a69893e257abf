"""Efficient trade: its gains E[max(v - c, 0)], the integral of (1 - F) G, and the least subsidy it needs,
the integral of the same from the least value to the largest cost (Myerson and Satterthwaite 1983; MS-1)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy
from flint import arb, ctx
from sympy import S

from symtrade.analysis.disclosure.cells import buyer_pieces, seller_pieces
from symtrade.analysis.disclosure.reading import two_distributions
from symtrade.analysis.numbers.algebraic import polynomial
from symtrade.analysis.numbers.real import Number, rational
from symtrade.forms.functions import Clipped, real_functions
from symtrade.kernel.balls import Positive, bits, enclose
from symtrade.kernel.polynomial import parse_rational
from symtrade.kernel.verdict import Proved, Unknown, Verdict
from symtrade.model.distribution import Distribution, Piece, X
from symtrade.model.own_distribution import enclosed
from symtrade.prover import Prover, Searching

Bounds = tuple[Any, Any]  # expressions; the same one twice where it is the number itself


@dataclass(frozen=True)
class ExPostEfficiency:
    """Trade wherever the value is at least the cost: what it gains in expectation, and the least `subsidy`
    with which it is incentive compatible and individually rational.  `verdict` has the certificates of the
    bounds of both, none where they are rational."""

    gains: Number
    subsidy: Number
    verdict: Verdict


def ex_post_efficiency(buyer: Any, seller: Any, digits: int = 30, prover: Prover | None = None
                    ) -> ExPostEfficiency:
    """The first best of a pair of distributions, and the least subsidy that it needs.

    Arguments and errors as in :func:`static_disclosure`.

    >>> found = ex_post_efficiency("uniform(0,1)", "uniform(0,1)")
    >>> str(found.gains), str(found.subsidy)
    ('1/6', '1/6')
    >>> found = ex_post_efficiency("truncated_exponential(1)", "uniform(1/2,3/2)", 20)
    >>> found.gains.decimal(20), found.subsidy.decimal(20), bool(found.verdict)
    ('0.01380522700481642012', '0.01380522700481642012', True)
    """
    F, G = two_distributions(buyer, seller)
    prover = prover or Searching()
    found: list[Number] = []
    certificates: list[Any] = []
    failure = ""
    for low, high in ((G.support[0], F.support[1]), (F.support[0], G.support[1])):
        number, verdict = _proved(total(F, G, low, high, digits), digits, prover)
        found.append(number)
        if isinstance(verdict, Proved):
            certificates += verdict.certificates
        else:
            failure = getattr(verdict, "reason", "")
    return ExPostEfficiency(found[0], found[1], Unknown(failure) if failure else Proved(tuple(certificates)))


def first_best(F: Distribution, G: Distribution, digits: int) -> Number:
    """The largest gains from trade that anybody could reach, exactly or in an interval by balls."""
    return _enclosed(total(F, G, G.support[0], F.support[1], digits), digits)


def _enclosed(bounds: Bounds, digits: int) -> Number:
    if isinstance(bounds[0], sympy.Rational) and bounds[0] == bounds[1]:
        return Number.rational(bounds[0])
    ((low, _), (_, high)) = enclose(real_functions(bounds, ()), (), digits + 2)
    return Number(low, high)


def _proved(bounds: Bounds, digits: int, prover: Prover) -> tuple[Number, Verdict]:
    """A number between two expressions, with the certificates of its interval."""
    if isinstance(bounds[0], sympy.Rational) and bounds[0] == bounds[1]:
        return Number.rational(bounds[0]), Proved(())

    def search() -> Any:
        number = _enclosed(bounds, digits)
        return {"low": str(number.low), "high": str(number.high)}

    ends = prover.proposal(search)
    low, high = (parse_rational(ends[k]) for k in ("low", "high"))
    certificates: list[Any] = []
    for claim in (bounds[0] - _exact(low), _exact(high) - bounds[1]):
        answer = prover.answer(Positive(real_functions((claim,), ()), (), ">="))
        if not isinstance(answer, Proved):
            return Number(low, high), answer
        certificates += answer.certificates
    return Number(low, high), Proved(tuple(certificates))


def _exact(value: Any) -> Any:
    return sympy.Rational(int(value.p), int(value.q))


def total(F: Distribution, G: Distribution, low: Any, high: Any, digits: int) -> Bounds:
    """Expressions below and above the integral of (1 - F) G over an interval."""
    least = most = S.Zero
    with ctx.workprec(bits(digits) + 32):
        for left, right, buyer, seller in strips(F, G):
            left, right = max(left, low), min(right, high)
            if left < right:
                below, above = strip(left, right, buyer, seller, digits)
                least, most = least + below, most + above
    return least, most


def strips(F: Distribution, G: Distribution) -> Iterator[tuple[Any, Any, Piece, Piece]]:
    """The intervals, from the least cost to the largest value, on which F and G have one formula each."""
    for buyer, seller in itertools.product(buyer_pieces(F), seller_pieces(G)):
        low, high = max(buyer.lo, seller.lo), min(buyer.hi, seller.hi)
        if low < high:
            yield low, high, buyer, seller


def strip(low: Any, high: Any, buyer: Piece, seller: Piece, digits: int) -> Bounds:
    """Expressions below and above the integral over a strip, the same one where it has a formula."""
    survival, mass = polynomial(1 - buyer.cdf, X), polynomial(seller.cdf, X)
    if survival is not None and mass is not None and high is not S.Infinity:
        primitive = (survival * mass).integral()
        value = primitive(rational(high)) - primitive(rational(low))
        return (sympy.Rational(int(value.p), int(value.q)),) * 2
    if seller.cdf == 1:
        part = S.Zero if high is S.Infinity else buyer.spelled("upper", high)
        return (buyer.spelled("upper", low) - part,) * 2
    if buyer.cdf == 0 and high is not S.Infinity:
        return (seller.spelled("upper", high) + high - seller.spelled("upper", low) - low,) * 2
    formula = (1 - buyer.cdf) * seller.cdf
    if high is not S.Infinity:
        whole = sympy.Integral(formula, (X, low, high))
        if not enclosed(whole):
            whole = sympy.Integral((1 - Clipped(buyer.cdf)) * Clipped(seller.cdf), (X, low, high))
        return whole, whole
    powers = power_tail(formula, low)
    if powers is not None:
        return powers, powers
    end = max(low, S.One) * 2
    while not _ball(_tail(buyer, seller, end)) < arb(10) ** -(digits + 4):
        end *= 2
        if end > 2**40:
            raise ArithmeticError("the tail of the gains from trade is too heavy")
    whole = sympy.Integral(formula, (X, low, end)) + buyer.spelled("upper", end)
    return whole - _tail(buyer, seller, end), whole


def _tail(buyer: Piece, seller: Piece, end: Any) -> Any:
    """More than the integral of (1 - F)(1 - G) from `end` up."""
    return buyer.spelled("upper", end) * (1 - seller.spelled("cdf", end))


def _ball(expression: Any) -> Any:
    """A closed expression at the precision that is set now."""
    (value,) = real_functions((expression,), ()).at(())
    if not value.is_finite():
        raise ArithmeticError("an integral was not enclosed")
    return value


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
