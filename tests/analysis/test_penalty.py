"""The least penalty for distributions whose numbers are not rational."""

from __future__ import annotations

import math

import mpmath
import pytest
from sympy import AccumBounds, Interval, Rational, exp, oo, pi, sin, sqrt, symbols

import symtrade as st
from symtrade.kernel.evidence import verify_evidence
from symtrade.prover import Searching

theta_1, theta_2, psi, r = symbols("theta_1 theta_2 psi r")
LAWS = {
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


x = symbols("x")
EQUAL = {  # with equal gammas a report close to 1 makes trade almost certain
    "power(1/2)": (st.power(Rational(1, 2)), mpmath.sqrt),
    "mirror_power(1/2)": (st.mirror_power(Rational(1, 2)), lambda v: 1 - mpmath.sqrt(1 - v)),
    "beta(1/2,1/2)": (
        st.beta(Rational(1, 2), Rational(1, 2)), lambda v: 2 / mpmath.pi * mpmath.asin(mpmath.sqrt(v))),
    "kumaraswamy(1/2,1/3)": (
        st.kumaraswamy(Rational(1, 2), Rational(1, 3)),
        lambda v: 1 - mpmath.cbrt(1 - mpmath.sqrt(v))),
    "mirror_power(sqrt(2)/2)": (
        st.mirror_power(sqrt(2) / 2), lambda v: 1 - (1 - v) ** (mpmath.sqrt(2) / 2)),
}
STEEP = {  # few types near the top: their densities
    "mirror_power(3/2)": (st.mirror_power(Rational(3, 2)), lambda v: 1.5 * mpmath.sqrt(1 - v)),
    "kumaraswamy(1/2,5/3)": (
        st.kumaraswamy(Rational(1, 2), Rational(5, 3)),
        lambda v: mpmath.mpf(5) / 6 / mpmath.sqrt(v) * mpmath.cbrt(1 - mpmath.sqrt(v)) ** 2),
    "cdf(sin(pi*x/2))": (
        st.from_cdf(sin(pi * x / 2)), lambda v: mpmath.pi / 2 * mpmath.cos(mpmath.pi * v / 2)),
    "mirror_power(sqrt(2))": (
        st.mirror_power(sqrt(2)), lambda v: mpmath.sqrt(2) * (1 - v) ** (mpmath.sqrt(2) - 1)),
}


def equal_gammas(law):
    """The least penalty of t^S where both gammas are 1/2, and the search that was asked for proofs."""
    env = st.InterdependentEnvironment(
        seller=st.Types(theta_1, law), buyer=st.Types(theta_2, st.uniform(0, 1)),
        valuations=(theta_1 + theta_2 / 2, theta_2 + theta_1 / 2))
    liar, prover = st.shoot_the_liar(env, psi, assuming=(psi > 0,)), Searching()
    gain = st.two_stage_utility(liar, "buyer", r, assuming=(r >= 0, r < 1, r < theta_2))
    (case,) = st.least_penalty(
        gain, psi, (theta_2, Interval(0, 1)), (r, Interval.Ropen(0, 1)), prover=prover).cases
    return case, prover


@pytest.mark.parametrize("name", EQUAL)
def test_certain_trade_is_approached_and_a_penalty_is_enough(name):
    """The largest F(r) (1 - r)/(1 - F(r)), on a grid that is refined around its best point."""
    law, cdf = EQUAL[name]
    case, prover = equal_gammas(law)
    with mpmath.workdps(40):
        def needed(report):
            return cdf(report) * (1 - report) / (1 - cdf(report))

        low, high = mpmath.mpf(10) ** -12, 1 - mpmath.mpf(10) ** -12
        for _ in range(14):
            places = [low + (high - low) * k / 20 for k in range(21)]
            k = max(range(21), key=lambda i: needed(places[i]))
            low, high = places[max(k - 1, 0)], places[min(k + 1, 20)]
        if isinstance(case.value, AccumBounds):
            assert case.value.max - case.value.min == Rational(1, 10**10)
            assert case.value.min <= needed(places[k]) <= case.value.max
            assert abs(case.at[-1][1] - places[k]) < 1e-5
        else:  # a number of which the search comes within its distance from the end
            assert abs(needed(places[k]) - mpmath.mpmathify(case.value.evalf(40))) < 1e-9
            assert (case.attained == True) == (case.at[-1][1] < 1)  # noqa: E712
    for certificate in prover.certificates:
        verify_evidence(certificate)


@pytest.mark.parametrize("name", STEEP)
def test_certain_trade_is_approached_too_fast(name):
    """The deviation's gain F(r) (1 - r) - psi (1 - F(r)), its F integrated from the density."""
    law, density = STEEP[name]
    case, prover = equal_gammas(law)
    assert case.value == oo and case.verdict
    deviation = dict(case.deviation)
    assert deviation[theta_2] == 1
    for penalty in (0.01, 1, 30, 1000):
        with mpmath.workdps(30):
            report = mpmath.mpmathify(deviation[r].subs(psi, Rational(str(penalty))).evalf(30))
            caught = mpmath.quad(density, [report, 1])
            assert 0 <= report < 1
            assert (1 - caught) * (1 - report) > penalty * caught
    for certificate in prover.certificates:
        verify_evidence(certificate)


def test_what_is_not_proved_is_said():
    """A loss that vanishes with all of its derivatives."""
    with pytest.raises(st.ModelError, match="is not known to behave like a power"):
        st.least_penalty(r * (1 - r) - psi * exp(-1 / (1 - r)), psi, (r, Interval.Ropen(0, 1)))


def test_a_deviation_that_is_never_caught():
    """Certain trade above 2/3, with a cdf that is not rational."""
    gain = st.Cases((1 - r, r >= Rational(2, 3)), (exp(r) - 1 - psi * (2 - 3 * r), r <= Rational(2, 3)))
    (case,) = st.least_penalty(gain, psi, (r, Interval.Ropen(0, 1))).cases
    assert case.value == oo and case.verdict
    assert Rational(2, 3) <= dict(case.deviation)[r] < 1
