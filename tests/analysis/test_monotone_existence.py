"""Certain trade and Theorem 3 of Kunimoto and Zhang (2019), against exact probabilities in fractions."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
import sympy
from sympy import Rational, symbols

import symtrade as st
from symtrade.kernel.verdict import Proved, Refuted

s, t, g, h, a, b = symbols("s t g h a b")
UNIT = st.uniform(0, 1)
GAP = st.piecewise_uniform((0, 1, 2, 3), (Rational(1, 2), 0, Rational(1, 2)))


def environment(valuations, seller=UNIT, buyer=UNIT, assuming=(g > 0, h > 0), **more):
    return st.InterdependentEnvironment(st.Types(s, seller), st.Types(t, buyer), valuations, assuming, **more)


def number(value):
    return Rational(value.numerator, value.denominator)


def chance(slope, shift, low, high):
    """The probability that shift + slope x > 0 for x uniform on [low, high]."""
    if not slope:
        return Fraction(shift > 0)
    root = min(max(-shift / slope, low), high)
    return (high - root if slope > 0 else root - low) / (high - low)


def applying(cases, point):
    found = [case for case in cases if case.when.subs(point) == True]  # noqa: E712  SymPy's truth
    assert found, point
    return found


def judge(found, env, point, probability, low, high):
    """At a point of the parameters: the witness trades for certain, or nobody on a fine grid does."""
    for case in applying(found.cases, point):
        assert isinstance(case.verdict, Proved)
        if case.buyer_type is None:
            grid = [low + (high - low) * Fraction(k, 60) for k in range(60)]
            assert all(probability(own) < 1 for own in grid), (point, case)
        else:
            own = sympy.sympify(case.buyer_type).subs(point)
            own = Fraction(int(own.p), int(own.q))
            assert low <= own < high and probability(own) == 1, (point, case)


LINEAR = [Fraction(k, 12) for k in (1, 5, 9, 11, 12, 13, 18, 30)]


def test_rectangles():
    random = Random(3)
    env = environment((s + g * t, t + h * s), st.uniform(a, b), st.uniform(0, 2),
                      (g > 0, h > 0, a >= 0, b > a))
    found = st.certain_trade(env)
    assert found.proved
    for _ in range(60):
        one, two = random.choice(LINEAR), random.choice(LINEAR)
        low, high = sorted(random.sample([Fraction(k, 4) for k in range(9)], 2))
        point = {g: number(one), h: number(two), a: number(low), b: number(high)}
        judge(found, env, point,
              lambda own, x=(one, two, low, high): chance(x[1] - 1, (1 - x[0]) * own, x[2], x[3]),
              Fraction(0), Fraction(2))


def test_a_quadratic_in_the_buyers_type():
    env = environment((s + g * t**2, 2 * t**2 + h * s))
    found = st.certain_trade(env)
    assert found.proved
    for one in LINEAR:
        for two in LINEAR:
            judge(found, env, {g: number(one), h: number(two)},
                  lambda own, x=(one, two): chance(x[1] - 1, (2 - x[0]) * own**2, Fraction(0), Fraction(1)),
                  Fraction(0), Fraction(1))


@pytest.mark.parametrize("ties", [True, False])
def test_finite_types(ties):
    """Two types of the seller, three of the buyer, the highest one symbolic."""
    env = environment((s + g * t, t), st.TypeSpace((0, 1), (h, 1 - h)),
                      st.TypeSpace((0, 1, a), (Rational(1, 3),) * 3), (g > 0, h > 0, h < 1, a > 1),
                      trade_at_ties=ties)
    found = st.certain_trade(env)
    assert found.proved

    def sure(own, weight):
        gains = [own - x - weight * own for x in (0, 1)]
        return all(v >= 0 if ties else v > 0 for v in gains)

    for weight in LINEAR:
        point = {g: number(weight), h: Rational(1, 2), a: 3}
        for case in applying(found.cases, point):
            if case.buyer_type is None:
                assert not any(sure(own, weight) for own in (0, 1))
            else:
                assert case.buyer_type in (0, 1) and sure(int(case.buyer_type), weight)


@pytest.mark.parametrize("law", [st.power(a), st.from_cdf((t + t**2) / 2)])
def test_only_the_support_matters(law):
    given = (g > 0, h > 0, *((a > 0,) if law.symbols else ()))
    expected = st.certain_trade(environment((s + g * t, t + h * s)))
    found = st.certain_trade(environment((s + g * t, t + h * s), law, assuming=given))
    assert [(c.when, c.buyer_type) for c in found.cases] == [(c.when, c.buyer_type) for c in expected.cases]


def test_valuations_by_cases():
    """The seller's good is worth g max(s, 1/2): trade is certain from t = (4 g - 1)/3 on."""
    env = environment((g * sympy.Max(s, Rational(1, 2)) + t / 4, t + Rational(1, 4)), assuming=(g > 0,))
    found = st.certain_trade(env)
    assert found.proved

    def probability(own, weight):
        most = (3 * own + 1) / 4 / weight  # trade up to this value of max(s, 1/2)
        return Fraction(0) if most <= Fraction(1, 2) else min(most, Fraction(1))

    for weight in [Fraction(k, 16) for k in range(1, 24)]:
        point = {g: number(weight)}
        judge(found, env, point, lambda own, w=weight: probability(own, w), Fraction(0), Fraction(1))
    assert {case.answer for case in st.monotone_mechanism(env).cases} == {"exists", "none"}


def test_theorem_3_in_example_2():
    answer = st.monotone_mechanism(environment((s + g * t, t + h * s)))
    assert isinstance(answer.cover, Proved) and all(p.proved for p in (*answer.premises, *answer.lemmas))
    expected = {(Rational(1, 2), Rational(1, 4)): "exists", (Rational(1, 4), Rational(1, 2)): "none",
                (2, Rational(1, 2)): "exists", (Rational(1, 2), 2): "none", (3, 2): "none", (2, 3): "none",
                (1, 1): "exists", (Rational(1, 2), 1): "none", (1, 2): "none", (2, 1): "exists"}
    for (one, two), word in expected.items():
        assert {case.answer for case in applying(answer.cases, {g: one, h: two})} == {word}


def test_private_values_are_left_open():
    """With private values a lie is never seen, and the theorem's proof does not apply."""
    answer = st.monotone_mechanism(environment((s, t), assuming=()))
    (case,) = answer.cases
    assert case.answer == "unknown" and "tells any two types of the buyer apart" in case.reason
    (broken,) = [p for p in answer.premises if not p.proved]
    assert isinstance(broken.verdict, Refuted)


def test_a_valuation_that_falls_in_the_buyers_type():
    answer = st.monotone_mechanism(environment((s + g * t, 2 - t + h * s)))
    assert {case.answer for case in answer.cases} == {"unknown"}
    assert not next(p for p in answer.premises if "increases" in p.text).proved


@pytest.mark.parametrize(("build", "message"), [
    (lambda: environment((s + t, t), st.exponential(1), assuming=()), "bounded interval"),
    (lambda: environment((s + t, t), UNIT, st.exponential(1), ()), "bounded interval"),
    (lambda: environment((s + t, t), st.TypeSpace((0, 1), (h, 1 - h))), "not known to be positive"),
    (lambda: environment((s + t, t), GAP, assuming=()), "probability"),
])
def test_what_is_refused(build, message):
    with pytest.raises(st.ModelError, match=message):
        st.certain_trade(build())
