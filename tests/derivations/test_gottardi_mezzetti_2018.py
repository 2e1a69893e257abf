"""Gottardi and Mezzetti 2018: the stored results against numbers found another way."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
import sympy
from sympy import Rational, symbols

import symtrade as st
from symtrade.papers import library, replay
from tests.derivations.conftest import stored
from tests.oracles import simplex

PAPER = next(p for p in library() if p.key == "gottardi_mezzetti_2018")
ITEMS = {item.id: item for item in PAPER.derivations}


def test_the_verdicts_on_printed_claims():
    verdicts = {c["id"]: c["verdict"] for result in ITEMS for c in stored(PAPER, result)["claims"]}
    assert {k for k, word in verdicts.items() if word != "holds"} == {"GM-6.5"}
    assert len(verdicts) == 25


def test_a_tampered_certificate_is_refused():
    data = stored(PAPER, "GM-2")
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
    witness = next(x for x in stored(PAPER, "GM-6")["claims"] if x["id"] == "GM-6.5")["witness"]
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


def best_signals(values, shares, price, cost, signals):
    """The exact program over all information structures with as many signals on each side of the price:
    mass m[i, k] of the i-th value gets signal k, whose mean is on its side."""
    n, width = len(values), 2 * signals
    place = {(i, k): i * width + k for i in range(n) for k in range(width)}

    def row(entries):
        line = [Fraction(0)] * len(place)
        for key, value in entries:
            line[place[key]] = value
        return line

    rows = [(row([((i, k), Fraction(1))]), ">=", Fraction(0)) for i, k in place]
    rows += [(row([((i, k), Fraction(1)) for k in range(width)]), "==", shares[i]) for i in range(n)]
    rows += [(row([((i, k), values[i] - price) for i in range(n)]), ">=" if k < signals else "<=",
              Fraction(0)) for k in range(width)]
    gains = row([((i, k), values[i] - cost) for i in range(n) for k in range(signals)])
    return simplex(gains, rows).value


def test_two_signals_do_as_well_as_more_for_random_priors(outcomes):
    """GM-1 against exact programs with up to six values and six signals; where the price is low enough
    to be accepted, against the optimum that the derivation found, value by value."""
    (part,) = outcomes["GM-1"].result.parts
    f_v, r, v = symbols("f_v r v")
    random = Random(7)
    for n in (2, 3, 4, 5, 6):
        values = sorted(Fraction(k, 20) for k in random.sample(range(21), n))
        weights = [random.randrange(1, 9) for _ in values]
        shares = [Fraction(w, sum(weights)) for w in weights]
        cost = Fraction(random.randrange(0, 10), 20)
        for price in (cost, cost + Fraction(1, 20), Fraction(3, 4), Fraction(1)):
            two = best_signals(values, shares, price, cost, 1)
            assert best_signals(values, shares, price, cost, 3 if n < 5 else 2) == two
            above = [(one, share) for one, share in zip(values, shares, strict=True) if one >= cost]
            if above and sum(share * (one - price) for one, share in above) >= 0:
                found = sum(part.thing.value_at({v: one, f_v: share, r: cost})
                            for one, share in zip(values, shares, strict=True))
                assert found == two
