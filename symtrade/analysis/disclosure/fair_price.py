"""The fair price: E[v | v >= p] - p = p - E[c | c <= p], exactly where it is algebraic."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import sympy
from flint import fmpq_poly
from sympy import S

from symtrade.analysis.disclosure.bounds import constant
from symtrade.analysis.disclosure.cutoffs import changing
from symtrade.analysis.numbers.algebraic import irreducible_factors, polynomial
from symtrade.analysis.numbers.real import Number, rational
from symtrade.analysis.numbers.zero import vanishes
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Zeros
from symtrade.kernel.verdict import Proved
from symtrade.model.distribution import Distribution, Piece, X
from symtrade.model.errors import ModelError
from symtrade.prover import Prover, Searching

DIGITS = 40


def around(D: Distribution) -> tuple[Piece, ...]:
    """The pieces of a distribution, with those below and above its support."""
    low, high = D.support
    below = Piece(S.NegativeInfinity, low, S.Zero, S.Zero, D.mean - X)
    above = () if high is S.Infinity else (Piece(high, S.Infinity, S.One, S.Zero, S.Zero),)
    return (below, *D.pieces, *above)


def piece_on(D: Distribution, low: Any, high: Any) -> Piece:
    """The piece that an interval without breakpoints inside lies in."""
    return next(p for p in around(D) if p.lo <= low and high <= p.hi)


def breakpoints(D: Distribution) -> set[Any]:
    """The finite ends of the pieces."""
    return {end for p in D.pieces for end in (p.lo, p.hi) if end.is_finite}


def fair_price(F: Distribution, G: Distribution, prover: Prover | None = None) -> Number:
    """The only p between both supports' inner ends at which E[v | v >= p] - p = p - E[c | c <= p].

    Raises ModelError where there are several (choose one, as ``fair_price=``) or none is found.

    >>> from symtrade.model.families import power, uniform
    >>> fair_price(power(2), uniform(0, 1)).name
    -1/2 + sqrt(105)/10
    """
    asking = prover or Searching()
    low, high = max(F.support[0], G.support[0]), min(F.support[1], G.support[1])
    if not low < high or high is S.Infinity:
        raise ModelError(f"{F.name} and {G.name}: expected supports that overlap in a bounded interval")
    start, end = _margins(F, G, low, high)
    ends = sorted({start, end} | {b for D in (F, G) for b in breakpoints(D) if start < b < end})
    found: list[Number] = []
    for a, b in itertools.pairwise(ends):
        f, g = piece_on(F, a, b), piece_on(G, a, b)
        gap = f.upper * g.cdf - (g.upper + X - G.mean) * (1 - f.cdf)
        for one in zeros(gap, a, b, asking):
            if not any(one.overlaps(other) for other in found):
                found.append(one)
    if len(found) != 1:
        listed = ", ".join(n.decimal(12) for n in found) or "none"
        raise ModelError(f"{F.name} and {G.name}: expected one fair price, found {listed}; name the one you "
                         "mean as fair_price=")
    return found[0]


def _margins(F: Distribution, G: Distribution, low: Any, high: Any) -> tuple[Any, Any]:
    """Rational numbers beyond which there is no fair price, where both sides are 0/0 at the ends.

    At p = low + e, low being the least cost, the seller gains at most e, and the buyer E[v | v >= p] - p
    >= J(p), J being the integral of 1 - F; the other end is the mirror image.
    """
    start, end = low, high
    for _ in range(60):
        if low == G.support[0]:
            start = low + (high - low) / 4 if start == low else (low + start) / 2
        if high == F.support[1]:
            end = high - (high - low) / 4 if end == high else (high + end) / 2
        settled = (start == low or constant(F.upper(start))[0] > rational(start - low),
                   end == high or constant(G.lower(end))[0] > rational(high - end))
        if all(settled):
            return start, end
    raise ModelError(f"{F.name} and {G.name}: no fair price was found inside both supports")


def zeros(gap: Any, low: Any, high: Any, prover: Prover) -> list[Number]:
    over_q = polynomial(gap, X)
    if over_q is not None:
        return _algebraic(over_q, low, high)
    box = ((rational(low), rational(high)),)
    answer = prover.answer(Zeros(real_functions((gap,), (X,)), box, DIGITS))
    if not isinstance(answer, Proved):
        raise ModelError(f"the fair price was not isolated between {low} and {high}: {answer.reason}; "
                         "name it as fair_price=")
    return [_rational_if_so(gap, z.box[0]) for z in answer.certificates[0].zeros]


def _rational_if_so(gap: Any, ends: tuple[Any, Any]) -> Number:
    """The only zero in an interval: the short rational there, if the kernel has it that this is a zero."""
    middle = Fraction(str((ends[0] + ends[1]) / 2)).limit_denominator(1000)
    short = sympy.Rational(middle.numerator, middle.denominator)
    if ends[0] <= rational(short) <= ends[1] and vanishes(gap.subs(X, short)):
        return Number.rational(short)
    return Number(*ends)


def _algebraic(gap: fmpq_poly, low: Any, high: Any) -> list[Number]:
    found = []
    for factor in irreducible_factors(gap):
        form = sympy.Poly([int(c) for c in reversed(factor.coeffs())], X)
        for (a, b), _ in form.intervals(eps=sympy.Rational(1, 10**DIGITS), inf=low, sup=high):
            if a == b:
                found.append(Number.rational(a))
            else:
                found.append(Number(rational(a), rational(b), factor))
    return found


def named_price(price: Any, F: Distribution, G: Distribution) -> Number:
    """A fair price that the user names: a number between the supports' inner ends."""
    price = sympy.sympify(price)
    if price.free_symbols or price.is_real is False or price.has(sympy.Float):
        raise ModelError(f"fair_price: expected an exact number such as Rational(1, 2), got {price}")
    low, high = max(F.support[0], G.support[0]), min(F.support[1], G.support[1])
    if isinstance(price, sympy.Rational):
        number = Number.rational(price)
    else:
        ends = constant(price, DIGITS)
        minimal = None
        if price.is_algebraic:
            over_q = polynomial(sympy.minimal_polynomial(price, X), X)
            minimal = None if over_q is None else changing(irreducible_factors(over_q), ends)
        number = Number(*ends, minimal)
    if not rational(low) < number.low or not (high is S.Infinity or number.high < rational(high)):
        raise ModelError(f"fair_price: expected a number between {low} and {high}, got {price}")
    return number


