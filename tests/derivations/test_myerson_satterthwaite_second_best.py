"""Myerson and Satterthwaite, MS-3 and MS-5: against hand computations."""

from __future__ import annotations

import pytest
import sympy
from sympy import Rational, symbols

import symtrade as st


def by_sorting(count, shift, virtual):
    """The most that pairs of types gain within the budget: pairs are added in the order of their gain by
    budget, the last one in part.  The i-th value is i + shift, the j-th cost j, in cells of 1/count, and
    `virtual` is added to their virtual surplus."""
    gains = budget = Rational(0)
    costly = []
    for i in range(count):
        for j in range(count):
            gain = Rational(i - j + shift, count)
            surplus = Rational(i - (count - 1 - i) - j - j + virtual, count)
            if gain >= 0 and surplus >= 0:
                gains, budget = gains + gain, budget + surplus
            elif gain > 0:
                costly.append((gain / -surplus, gain, surplus))
    for _, gain, surplus in sorted(costly, reverse=True):
        share = min(Rational(1), budget / -surplus)
        gains, budget = gains + share * gain, budget + share * surplus
    return gains / count**2


@pytest.mark.parametrize("count", range(2, 41))
def test_discrete_types_by_sorting_pairs(count, outcomes):
    """Every n from 2 to 40; and both bounds, between which the continuum lies."""
    n = symbols("n")
    lines = {str(line.when): line.value for line in outcomes["MS-5"].result.statement}
    assert lines[f"Eq(n, 4*m + {count % 4})" if count % 4 else "Eq(n, 4*m)"].subs(n, count) == by_sorting(
        count, 0, 0)
    parts = {p.heading: p.thing for p in outcomes["MS-5"].result.parts}
    low = parts[f"The continuum gains at least (n = {count % 4} modulo 4)"].subs(n, count)
    assert low == by_sorting(count, 0, -1) <= Rational(9, 64)
    if count >= 5:
        (high,) = (v.subs(n, count) for k, v in parts.items()
                   if k.startswith(f"and at most (n = {count % 4} modulo 4"))
        assert Rational(9, 64) <= high == by_sorting(count, 1, 1)
        assert high - low <= Rational(1, count)
    assert f"{count}: {by_sorting(count, 0, 0)}" in parts["From 2 to 40 types a side"].split("; ")


def test_the_revenue_identity_by_integration():
    v, x = symbols("v x", positive=True)
    for F in (st.power(2), st.beta(2, 3), st.mirror_power(3)):
        revenue = sympy.integrate(sympy.expand(sympy.cancel(F.virtual_value(v) * F.density(v))), (v, x, 1))
        assert sympy.expand(revenue - x * (1 - F.cdf(x))) == 0
