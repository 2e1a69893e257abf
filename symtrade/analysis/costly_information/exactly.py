"""Optima that are algebraic numbers: roots of polynomials of one coordinate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy

from symtrade.analysis.costly_information.subsidy import Peak, Undecided, rational
from symtrade.kernel.balls import Box


def merged(revenue: Any) -> Any:
    """A rational function over one denominator; anything else as it is."""
    return sympy.factor(sympy.cancel(revenue)) if revenue.is_rational_function() else revenue


def inner_factors(slope: Any, w: Any) -> Any:
    """The product of the different factors of a rational slope that do not vanish at 0 or at 1: in between
    it vanishes where the slope does, and once."""
    top = sympy.numer(sympy.together(slope))
    if top == 0:
        return sympy.S.Zero
    factors = [f for f, _ in sympy.Poly(top, w).factor_list()[1] if f.eval(0) != 0 and f.eval(1) != 0]
    return sympy.Mul(*(f.as_expr() for f in factors)).expand()


def exact_peak(peak: Peak, slope: Any) -> Peak:
    """The peak, with what is known of its coordinate and its value where these are algebraic."""
    family = peak.family
    if not family.symbols:
        value = sympy.nsimplify(family.revenue) if family.revenue.is_rational_function() else family.revenue
        return _with_value(peak, value)
    w = family.symbols[0]
    if slope is None or len(family.symbols) > 1 or not slope.is_polynomial(w):
        return peak
    factor = _vanishing(slope, w, peak.point)
    peak = replace(peak, polynomials={w: factor})
    if factor.degree() > 2:
        return peak
    exact = {w: next(root for root in factor.all_roots() if _inside(root, peak.point[0]))}
    return _with_value(replace(peak, exact=exact), sympy.radsimp(sympy.simplify(family.revenue.subs(exact))))


def _with_value(peak: Peak, value: Any) -> Peak:
    if not isinstance(value, sympy.Rational):
        return peak
    return replace(peak, low=rational(value), high=rational(value))


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
