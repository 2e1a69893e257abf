"""Myerson and Satterthwaite, MS-1 to MS-3 and MS-5: against hand computations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sympy
from sympy import Rational, symbols

import symtrade as st
from symtrade.papers import library, replay

PAPER = next(p for p in library() if p.key == "myerson_satterthwaite_1983")
ITEMS = {item.id: item for item in PAPER.derivations}
MINE = ("MS-1", "MS-2", "MS-3", "MS-5")


def stored(result):
    import importlib

    home = importlib.import_module(ITEMS[result].run.__module__)
    path = Path(home.__file__).parent / "certificates" / f"{result}.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("result", MINE)
def test_results_replay(result):
    outcome = replay(PAPER, ITEMS[result], stored(result))
    assert outcome.verdict == "proved" and not outcome.failures


def test_the_note_line_by_line():
    verdicts = {c["id"]: c["verdict"] for c in stored("MS-2")["claims"]}
    assert {k for k, word in verdicts.items() if word == "holds"} == {"MS-2.5", "MS-2.8"}
    assert all(c["corrected"] for c in stored("MS-2")["claims"] if c["verdict"] == "refuted")


def test_known_values_of_discrete_types():
    values = [Rational(line["value"]) for line in stored("MS-5")["statement"]]
    assert values[:5] == [Rational(a, b) for a, b in ((1, 8), (4, 27), (5, 32), (4, 25), (25, 162))]


def test_the_least_subsidy_of_uniform_types():
    """The pivot mechanism pays the gains from trade twice and collects them once: 1/6."""
    v, c = symbols("v c")
    gains = sympy.integrate(sympy.integrate(v - c, (c, 0, v)), (v, 0, 1))
    assert gains == Rational(1, 6)
    assert sympy.integrate((1 - st.uniform().cdf(c)) * st.uniform().cdf(c), (c, 0, 1)) == gains


def test_the_revenue_identity_by_integration():
    v, x = symbols("v x", positive=True)
    for F in (st.power(2), st.beta(2, 3), st.mirror_power(3)):
        revenue = sympy.integrate(sympy.expand(sympy.cancel(F.virtual_value(v) * F.density(v))), (v, x, 1))
        assert sympy.expand(revenue - x * (1 - F.cdf(x))) == 0
