"""Least penalties for families of distributions, and the shapes of functions that they rest on."""

from __future__ import annotations

import mpmath
import pytest
from sympy import Eq, Interval, Rational, exp, lambdify, oo, symbols

import symtrade as st
from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.named_functions import NamedFunctions
from symtrade.analysis.cases.shape import Signs, Split, shape
from symtrade.kernel.evidence import verify_evidence
from symtrade.model.cases import value_at
from symtrade.prover import Searching

theta_1, theta_2, gamma_1, gamma_2, psi, r, a, x = symbols("theta_1 theta_2 gamma_1 gamma_2 psi r a x")
FAMILIES = {
    "power": (st.power(a), lambda v, e: v**e),
    "mirror_power": (st.mirror_power(a), lambda v, e: 1 - (1 - v) ** e),
    "truncated_exponential": (
        st.truncated_exponential(a), lambda v, e: mpmath.expm1(-e * v) / mpmath.expm1(-e)),
}
POINTS = [  # the shape, gamma_1, gamma_2
    (Rational(1, 2), Rational(1, 2), Rational(1, 4)),
    (Rational(7, 3), Rational(1, 2), Rational(1, 4)),
    *((e, Rational(2, 3), Rational(2, 3)) for e in (Rational(1, 2), Rational(1), Rational(7, 3))),
]


@pytest.mark.parametrize("name", FAMILIES)
def test_families(name):
    """At points of the parameters: one case applies, and its value is the largest F (1 - r)/(1 - F)."""
    law, cdf = FAMILIES[name]
    env = st.InterdependentEnvironment(
        seller=st.Types(theta_1, law), buyer=st.Types(theta_2, st.uniform(0, 1)),
        valuations=(theta_1 + gamma_1 * theta_2, theta_2 + gamma_2 * theta_1),
        assuming=(gamma_2 > 0, gamma_1 >= gamma_2, gamma_1 < 1, a > 0))
    liar, prover = st.shoot_the_liar(env, psi, assuming=(psi > 0,)), Searching()
    gain = st.two_stage_utility(liar, "buyer", r, assuming=(r >= 0, r < 1, r < theta_2))
    least = st.least_penalty(
        gain, psi, (theta_2, Interval(0, 1)), (r, Interval.Ropen(0, 1)), assuming=env.assuming, prover=prover)
    for point in POINTS:
        at = dict(zip((a, gamma_1, gamma_2), point, strict=True))
        (case,) = (c for c in least.cases if c.when.subs(at) == True)  # noqa: E712
        with mpmath.workdps(30):
            e, g, h = (mpmath.mpmathify(v.evalf(30)) for v in point)

            def needed(report, e=e, g=g, h=h):
                chance = cdf(report * (1 - g) / (1 - h), e)
                return chance * (1 - report) / (1 - chance)

            if case.value == oo:
                assert case.verdict
                deviation = dict(case.deviation)[r].subs(at)
                for penalty in (Rational(1, 10), 1, 20):
                    assert needed(mpmath.mpmathify(deviation.subs(psi, penalty).evalf(30))) > penalty
                continue
            low, high = mpmath.mpf(10) ** -12, 1 - mpmath.mpf(10) ** -12
            for _ in range(14):
                places = [low + (high - low) * k / 20 for k in range(21)]
                k = max(range(21), key=lambda i, places=places: needed(places[i]))
                low, high = places[max(k - 1, 0)], places[min(k + 1, 20)]
            value = case.value.subs(at)
            for star, equation, _, _ in case.roots:
                f = lambdify(star, equation.subs(at), "mpmath")
                value = value.subs(star, mpmath.findroot(f, (1e-9, 1 - 1e-9), solver="anderson"))
            assert abs(mpmath.mpmathify(value.evalf(30)) - needed(places[k])) < 1e-9
    for certificate in prover.certificates:
        verify_evidence(certificate)


@pytest.mark.parametrize(("one", "two", "report"), [  # trade with some types, for certain, with none
    (Rational(1, 2), Rational(1, 3), Rational(2, 5)),
    (Rational(1, 4), Rational(1, 2), Rational(4, 5)),
    (Rational(3, 2), Rational(1, 2), Rational(2, 5)),
])
def test_the_gain_for_any_cdf(one, two, report):
    """With F = x^3 in place of an unspecified F it is the gain for that distribution."""
    gains = []
    for law in (st.unspecified(0, 1, "F"), st.power(3)):
        env = st.InterdependentEnvironment(
            seller=st.Types(theta_1, law), buyer=st.Types(theta_2, st.uniform(0, 1)),
            valuations=(theta_1 + one * theta_2, theta_2 + two * theta_1))
        liar = st.shoot_the_liar(env, psi, assuming=(psi > 0,))
        gain = st.two_stage_utility(liar, "buyer", r, assuming=(r >= 0, r < 1, r < theta_2))
        gains.append(value_at(gain, {r: report, theta_2: Rational(9, 10), psi: 7}))
    assert gains[0].replace(lambda e: e.is_Function, lambda e: e.args[0] ** 3) == gains[1]


def signs_of(function, given=(a > 0,)):
    """The signs of a function on (0, 1)."""
    names, prover = NamedFunctions(x, 0, 1, Searching()), Searching()
    here = names.read(function)
    names.bound(Signs(prover, (*given, *names.facts), (x,)).of)
    return shape(here, names, Signs(prover, (*given, *names.facts), (x, *names.moving, *names.fixed))).signs


@pytest.mark.parametrize(("function", "expected"), [
    (1 - x**a, "+"),
    (1 - (1 + a) * x**a + a * x ** (a + 1), "+"),  # its slope is -a (a + 1) x^(a - 1) (1 - x)
    (x**a - Rational(1, 2), "-+"),
    ((2 * x**a - 1) * (x - 2), "+-"),
    (1 - a * x - exp(-a * x), "-"),
    (x**a - x**a, "0"),
])
def test_shapes(function, expected):
    assert signs_of(function) == expected


def test_a_shape_depends_on_the_parameters_or_is_open():
    with pytest.raises(Split) as split:
        signs_of((a - 1) * x**a)
    assert split.value.relations == (a > 1, Eq(a, 1), a < 1)
    with pytest.raises(Undecided):
        signs_of((x**a - Rational(1, 3)) * (x**a - Rational(1, 2)))
