"""Environments with interdependent valuations, two-stage mechanisms, and what they refuse."""

from __future__ import annotations

import pytest
from sympy import Eq, Interval, Piecewise, Rational, symbols

import symtrade as st
from symtrade.model.cases import value_at
from symtrade.model.two_stage import PAYOFFS, report

s, t, g, psi = symbols("s t g psi")
UNIT = st.uniform(0, 1)
TWO = st.TypeSpace((1, 2), (Rational(1, 4), Rational(3, 4)))


def environment(**more):
    return st.InterdependentEnvironment(
        st.Types(s, UNIT), st.Types(t, UNIT), (s + g * t, t), assuming=(g > 0,), **more)


@pytest.mark.parametrize(("build", "message"), [
    (lambda: st.Types("s", UNIT), "expected a symbol"),
    (lambda: st.Types(s, 3), "expected a Distribution"),
    (lambda: st.Types(s, st.TypeSpace((1, 2))), "need probabilities"),
    (lambda: st.InterdependentEnvironment(st.Types(s, UNIT), st.Types(s, UNIT), (s, s)), "use two symbols"),
    (lambda: st.InterdependentEnvironment(st.Types(s, UNIT), st.Types(t, UNIT), (s,)), "and the buyer's"),
    (lambda: st.InterdependentEnvironment(st.Types(s, UNIT), st.Types(t, UNIT), (0.5, t)), "got the float"),
    (lambda: environment().types("broker"), "'seller' or 'buyer'"),
    (lambda: st.Types(s, UNIT).values, "continuum"),
    (lambda: st.TwoStageMechanism(environment(), (1,)), "the transfer to the seller and the one"),
    (lambda: st.fixed_payment(environment(), 0.5), "float"),
    (lambda: st.by_type(s, {}), "empty"),
    (lambda: st.worst_type(st.fixed_payment(st.InterdependentEnvironment(
        st.Types(s, TWO), st.Types(t, UNIT), (s, t)), 1), "seller"), "types on an interval"),
    (lambda: st.least_penalty(g - 1, psi, (s, 0)), "expected Interval"),
    (lambda: st.least_penalty(g - 1, psi), "a variable and its range"),
    (lambda: st.least_penalty(s - g, psi, (s, Interval(0, 1)), assuming=(g > 0,)), "whatever the penalty"),
])
def test_bad_input(build, message):
    with pytest.raises(st.ModelError, match=message):
        build()


def test_an_undeclared_parameter_is_an_error():
    env = st.InterdependentEnvironment(st.Types(s, UNIT), st.Types(t, UNIT), (s + g * t, t))
    with pytest.raises(st.ModelError, match="declare it"):
        st.efficient_trade(env)


def test_payments_by_hand():
    env = environment()
    lied = st.shoot_the_liar(env, psi).payment("buyer", {t: Rational(1, 2)}).subs({s: 1, t: 1, g: 1})
    assert lied == -psi  # no trade at the reports (1, 1/2); the seller's payoff 2 belies the report
    honest = st.shoot_the_liar(env, psi).payment("buyer").subs({s: 1, t: 1, g: 1})
    assert honest == 0
    posted = st.posted_payment(env, Rational(1, 3))
    paid = [posted.payment("seller").subs({s: 0, t: 1, g: v}) for v in (Rational(1, 2), 2)]
    assert paid == [Rational(1, 3), 0]


def test_finite_and_continuous_types_together():
    """Groves on two seller types against integration by hand."""
    env = st.InterdependentEnvironment(st.Types(s, TWO), st.Types(t, st.uniform(0, 3)), (s, t))
    groves = st.two_stage_groves(env)
    better = {k: (Rational(k)**2 + (9 - Rational(k)**2) / 2) / 3 for k in (1, 2)}  # E max(k, t)
    mean = better[1] / 4 + better[2] * 3 / 4
    utility = st.two_stage_utility(groves, "seller")
    assert [utility.subs(s, k) for k in (1, 2)] == [better[k] - mean / 2 for k in (1, 2)]
    for k, lie in ((1, 2), (2, 1)):
        assert st.two_stage_utility(groves, "seller", lie).subs(s, k) <= utility.subs(s, k)


def test_ones_own_transfers():
    """The buyer pays half of what it reports to have got, and of the seller's report: it overstates."""
    env = environment()
    half = (PAYOFFS["buyer"] + report(s)) / 2
    own = st.TwoStageMechanism(env, (Piecewise((half, Eq(1, 1)), (0, True)), -half))
    assert st.budget(own) == 0
    r = symbols("r")
    lying = st.two_stage_utility(own, "buyer", r, assuming=(r >= 0, r <= 1, g < 1))
    honest = st.two_stage_utility(own, "buyer", assuming=(g < 1,))
    at = {t: Rational(1, 2), g: Rational(1, 2)}
    assert value_at(lying, {**at, r: Rational(1, 4)}) < value_at(honest, at) < value_at(lying, {**at, r: 1})
