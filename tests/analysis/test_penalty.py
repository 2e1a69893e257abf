"""The least penalty for distributions whose numbers are not rational."""

from __future__ import annotations

import math

import pytest
from sympy import Interval, Rational, symbols

import symtrade as st

theta_1, theta_2, psi, r = symbols("theta_1 theta_2 psi r")
LAWS = {
    "power(1/2)": (st.power(Rational(1, 2)), math.sqrt),
    "power(3/2)": (st.power(Rational(3, 2)), lambda v: v**1.5),
    "mirror_power(3/2)": (st.mirror_power(Rational(3, 2)), lambda v: 1 - (1 - v) ** 1.5),
    "truncated_exponential(1)": (st.truncated_exponential(1), lambda v: math.expm1(-v) / math.expm1(-1)),
}


@pytest.mark.parametrize("name", LAWS)
def test_least_penalty_by_balls(name):
    """The top type that reports r trades with probability P = F(2r/3) and then gains 1 - r; else it pays the
    penalty: by hand, the least one is the largest P (1 - r)/(1 - P)."""
    law, cdf = LAWS[name]
    env = st.InterdependentEnvironment(
        seller=st.Types(theta_1, law), buyer=st.Types(theta_2, st.uniform(0, 1)),
        valuations=(theta_1 + theta_2 / 2, theta_2 + theta_1 / 4))
    liar = st.shoot_the_liar(env, psi, assuming=(psi > 0,))
    gain = st.two_stage_utility(liar, "buyer", r, assuming=(r >= 0, r < 1, r < theta_2))
    (case,) = st.least_penalty(
        gain, psi, (theta_2, Interval(0, 1)), (r, Interval.Ropen(0, 1)), digits=12).cases

    def needed(report):
        p = cdf(2 * report / 3)
        return p * (1 - report) / (1 - p)

    low, high = 0.0, 1.0
    for _ in range(100):  # the golden section: the function has one peak
        left, right = high - (high - low) * 0.618, low + (high - low) * 0.618
        low, high = (low, right) if needed(left) > needed(right) else (left, high)
    assert case.value.max - case.value.min == Rational(1, 10**12)
    assert abs(float(case.value.min) - needed(low)) < 1e-11
    assert case.at[0] == (theta_2, 1)


def test_a_bound_that_is_not_defined_at_an_end_is_refused_in_words():
    env = st.InterdependentEnvironment(
        seller=st.Types(theta_1, LAWS["power(1/2)"][0]), buyer=st.Types(theta_2, st.uniform(0, 1)),
        valuations=(theta_1 + theta_2 / 2, theta_2 + theta_1 / 2))
    liar = st.shoot_the_liar(env, psi, assuming=(psi > 0,))
    gain = st.two_stage_utility(liar, "buyer", r, assuming=(r >= 0, r < 1, r < theta_2))
    with pytest.raises(st.ModelError, match="0/0 or oo at an end"):
        st.least_penalty(gain, psi, (theta_2, Interval(0, 1)), (r, Interval.Ropen(0, 1)))
