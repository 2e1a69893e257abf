"""Gottardi and Mezzetti 2018: the stored results against numbers found another way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sympy
from sympy import Rational, symbols

import symtrade as st
from symtrade.papers import library, replay

PAPER = next(p for p in library() if p.key == "gottardi_mezzetti_2018")
ITEMS = {item.id: item for item in PAPER.derivations}


def stored(result):
    import importlib

    home = importlib.import_module(ITEMS[result].run.__module__)
    path = Path(home.__file__).parent / "certificates" / f"{result}.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("result", ITEMS)
def test_every_result_is_proved_and_replays(result):
    outcome = replay(PAPER, ITEMS[result], stored(result))
    assert outcome.verdict == "proved" and not outcome.failures


def test_the_verdicts_on_printed_claims():
    verdicts = {c["id"]: c["verdict"] for result in ITEMS for c in stored(result)["claims"]}
    assert {k for k, word in verdicts.items() if word != "holds"} == {"GM-6.5"}
    assert len(verdicts) == 23


def test_a_tampered_certificate_is_refused():
    data = stored("GM-2")
    claim = data["certificates"][0]["claim"]
    claim["result"] = ["f*A", "1"]
    with pytest.raises(st.CertificateError):
        replay(PAPER, ITEMS["GM-2"], data)


def test_pooled_costs_cost_nothing_where_there_are_no_values():
    """GM-6.5 by hand: F_0 has mass 1/2 on [2/3, 1] (mean 5/6) above every cost in [1/3, 2/3]."""
    c = symbols("c")
    gains = (Rational(5, 6) - c) / 2
    told = 3 * sympy.integrate(gains, (c, Rational(1, 3), Rational(2, 3)))
    assert told == gains.subs(c, Rational(1, 2)) == Rational(1, 6)
    witness = next(x for x in stored("GM-6")["claims"] if x["id"] == "GM-6.5")["witness"]
    assert {sympy.Rational(x) for x in witness.values()} == {Rational(1, 6)}


def test_waiting_by_simulation_of_the_deck_with_exact_steps():
    """GM-7: the uniform buyer's payoff from waiting one step and reporting, summed type by type."""
    now, later = (getattr(st.shuttle("uniform(0,1)", "uniform(0,1)"), name) for name in (
        "report_now", "report_later"))
    for v in (Rational(1, 10), Rational(1, 3)):
        for step in (Rational(1, 100), Rational(1, 7)):
            cost, after = 1 - v, 1 - v - step
            s = v + step
            # price s where the cost is below s; price `after` where it is between after and 1 - v
            found = (((1 + s) / 2 - s) * (1 - s) / (1 - v) * s / cost
                     + ((1 + after) / 2 - after) * (1 - after) / (1 - v) * step / cost)
            assert later(v, step) == found
            assert found >= now(v) == ((1 - v) / 2) * v / cost
