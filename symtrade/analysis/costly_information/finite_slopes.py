"""The least subsidy where posteriors 0 and 1 are possible: costs whose slopes are finite, two states.

The net payment is largest at no information, at full information, at a critical point of a family in which
one posterior is 0 or 1, or at one of the two kinks inside.  All critical points that come close to the
largest value found are listed by certificates, and compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sympy
from flint import fmpq

from symtrade.analysis.costly_information.candidates import by_regime
from symtrade.analysis.costly_information.subsidy import (
    Peak,
    Undecided,
    Winner,
    applies,
    box_of,
    largest,
    rational,
)
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Box, Zeros, enclose
from symtrade.kernel.verdict import Proved
from symtrade.model.quality import QualityEnvironment
from symtrade.model.subsidy import Family, full_information, no_information, revealing, two_kinks

if TYPE_CHECKING:
    from symtrade.prover import Prover

NEAR = fmpq(1, 10**6)  # critical points that fall short by more are not listed


def supremum_with_finite_slopes(env: QualityEnvironment, digits: int, prover: Prover) -> Winner:
    """The best structure, with the statements that prove it established.

    Raises Undecided where a statement is not proved, or two values agree to all digits and are not known
    to be equal.
    """
    peaks = [_constant(f(env)) for f in (no_information, full_information)]
    families = [(family, m) for m in (False, True) for family in revealing(env.mirrored() if m else env)]
    rough = [peak.low for peak in peaks]
    for mirrored in (False, True):
        regimes = [family for family, m in families if m is mirrored]
        systems = [real_functions((_merged(f.revenue), *f.conditions), f.symbols) for f in regimes]
        rough += [c.value.mid().fmpq() for c in by_regime(systems, box_of(regimes[0]))]
    best = max(rough)
    level = sympy.Rational(str(fmpq(((best - NEAR * (1 + abs(best))) * 10**9).floor(), 10**9)))
    for mirrored in (False, True):
        _two_kinks_are_not_best(env.mirrored() if mirrored else env, level, prover)
    for family, mirrored in families:
        peaks += _critical(family, mirrored, level, digits, prover)
    return largest(peaks, digits)


def _merged(revenue: Any) -> Any:
    return sympy.factor(sympy.cancel(revenue)) if revenue.is_rational_function() else revenue


def _constant(family: Family) -> Peak:
    value = sympy.nsimplify(family.revenue) if family.revenue.is_rational_function() else family.revenue
    if isinstance(value, sympy.Rational):
        low = high = rational(value)
    else:
        low, high = enclose(real_functions((value,), ()), (), 60)[0]
    return Peak(family, False, (), low, high)


def _two_kinks_are_not_best(env: QualityEnvironment, level: Any, prover: Prover) -> None:
    """Inside, revenue is linear as both posteriors move apart at the same pace, so that the ends do as well;
    or else no critical point comes close."""
    family = two_kinks(env)
    (w, y), step = family.symbols, sympy.Dummy()
    along = family.revenue.subs({w: w - step, y: y - step}, simultaneous=True)
    curvature = sympy.cancel(sympy.diff(along, step, 2)) if along.is_rational_function() else None
    if curvature == 0:
        symbol = sympy.Symbol("step")
        second = sympy.diff(along.xreplace({step: symbol}), symbol, 2).subs(symbol, 0)
        apart = 1 - w - y > 0
        prover.establish(sympy.Eq(second, 0, evaluate=False), (apart,), parameters=(w, y))
        return
    revenue = _merged(family.revenue)
    slopes = [sympy.diff(revenue, v) for v in family.symbols]
    anchors = (*family.anchors, 1 - family.anchors[0], 1 - family.anchors[1])
    functions = real_functions((*slopes, revenue - level, *family.conditions, *anchors), family.symbols)
    zeros = _zeros(Zeros(functions, box_of(family), 10), "two kinks", prover)
    if zeros:
        raise Undecided("two kinks: a critical point inside comes close to the best value")


def _zeros(claim: Zeros, what: str, prover: Prover) -> tuple[Any, ...]:
    verdict = prover.establish(claim)
    if not isinstance(verdict, Proved):
        raise Undecided(f"{what}: {verdict}")
    found: tuple[Any, ...] = verdict.certificates[0].zeros
    return found


def _critical(family: Family, mirrored: bool, level: Any, digits: int, prover: Prover) -> Iterator[Peak]:
    """The critical points at which a family comes close to the largest value."""
    (w,), revenue = family.symbols, _merged(family.revenue)
    slope = sympy.diff(revenue, w)
    if revenue.is_rational_function(w):
        slope = _inner(sympy.numer(sympy.together(slope)), w, 1 - family.env.prior[1])
        if slope == 0:  # the value is that of an end
            return
    functions = real_functions((slope, revenue - level, *family.conditions), family.symbols)
    for zero in _zeros(Zeros(functions, box_of(family), digits), family.name, prover):
        if not applies(family, zero.box, digits):
            continue
        low, high = enclose(real_functions((revenue,), family.symbols), zero.box, digits)[0]
        exact, polynomials = {}, {}
        if slope.is_polynomial(w):
            factor = _vanishing(slope, w, zero.box)
            polynomials[w] = factor
            if factor.degree() <= 2:
                exact[w] = next(root for root in factor.all_roots() if _inside(root, zero.box[0]))
                value = sympy.radsimp(sympy.simplify(revenue.subs(exact)))
                if isinstance(value, sympy.Rational):
                    low = high = rational(value)
        yield Peak(family, mirrored, zero.box, low, high, exact, polynomials)


def _inner(top: Any, w: Any, end: Any) -> Any:
    """The product of the different factors that do not vanish at 0 or at the end: inside it vanishes where
    the slope does, and once."""
    if top == 0:
        return sympy.S.Zero
    factors = [f for f, _ in sympy.Poly(top, w).factor_list()[1] if f.eval(0) != 0 and f.eval(end) != 0]
    return sympy.Mul(*(f.as_expr() for f in factors)).expand()


def _vanishing(polynomial: Any, w: Any, box: Box) -> Any:
    """The irreducible factor with a root in an interval that holds one root of the polynomial."""
    ends = [sympy.Rational(str(end)) for end in box[0]]
    for factor, _ in sympy.Poly(polynomial, w).factor_list()[1]:
        if factor.count_roots(*ends):
            return factor
    raise Undecided("no factor vanishes at the critical point")


def _inside(root: Any, side: tuple[Any, Any]) -> bool:
    low, high = (sympy.Rational(str(end)) for end in side)
    return bool(low <= root) and bool(root <= high)
