"""Myerson and Satterthwaite, MS-3 and MS-5: against hand computations."""

from __future__ import annotations

import pytest
import sympy
from sympy import Rational, symbols

import symtrade as st
from symtrade.papers import library, replay
from tests.derivations.conftest import stored

PAPER = next(p for p in library() if p.key == "myerson_satterthwaite_1983")
ITEMS = {item.id: item for item in PAPER.derivations}
CONTINUUM = ("MS-3", "MS-5")


@pytest.mark.parametrize("result", CONTINUUM)
def test_results_replay(result):
    outcome = replay(PAPER, ITEMS[result], stored(PAPER, result))
    assert outcome.verdict == "proved" and not outcome.failures


def test_known_values_of_discrete_types():
    values = [Rational(line["value"]) for line in stored(PAPER, "MS-5")["statement"]]
    assert values[:5] == [Rational(a, b) for a, b in ((1, 8), (4, 27), (5, 32), (4, 25), (25, 162))]


def test_the_revenue_identity_by_integration():
    v, x = symbols("v x", positive=True)
    for F in (st.power(2), st.beta(2, 3), st.mirror_power(3)):
        revenue = sympy.integrate(sympy.expand(sympy.cancel(F.virtual_value(v) * F.density(v))), (v, x, 1))
        assert sympy.expand(revenue - x * (1 - F.cdf(x))) == 0
