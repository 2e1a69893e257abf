"""Suprema and infima against exact values on a grid, and where they are attained."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw
from sympy import Interval, Max, Piecewise, Rational, oo, sqrt, symbols

import symtrade as st
from symtrade.model.cases import value_at

x, y, a, b = symbols("x y a b")
GRID = [Rational(k, 12) for k in range(13)]
POINTS = [Rational(k, 5) for k in (-11, -5, -2, 0, 1, 4, 5, 10, 17)]


@settings(max_examples=10, deadline=None)
@given(draw.tuples(*[draw.integers(-3, 3)] * 4))
def test_quadratics_in_a_box(c):
    function = c[0] * x**2 + c[1] * a * x + c[2] * x + c[3]
    for extremum, sign in ((st.supremum, 1), (st.infimum, -1)):
        found = extremum(function, (x, Interval(0, 1)), parameters=(a,))
        for point in POINTS:
            case = next(k for k in found.cases if k.when.subs(a, point) == True)  # noqa: E712
            value, place = case.value.subs(a, point), case.at[0][1].subs(a, point)
            assert 0 <= place <= 1 and function.subs({a: point, x: place}) == value
            assert all(sign * (value - function.subs({a: point, x: t})) >= 0 for t in GRID)


def test_two_variables_and_cases():
    function = Max(x - a, 0) * (1 - y) - y
    found = st.supremum(function, (x, Interval(0, 1)), (y, Interval(0, 1)), assuming=(a >= 0,))
    for point in (Rational(0), Rational(1, 3), Rational(1), Rational(2)):
        top = max(function.subs({a: point, x: s, y: t}) for s in GRID for t in GRID)
        assert value_at(found.value, {a: point}) == top


def test_another_order_where_the_first_brings_in_roots():
    for over in ((x, y), (y, x)):
        found = st.supremum(x * (1 - x) / (1 + x * y), *((v, Interval(0, 1)) for v in over))
        assert found.value == Rational(1, 4)
    cubic = Max(x * y - x**3 - a * y**3 + x / 3, 0)
    with pytest.raises(st.ModelError, match="more than once"):
        st.supremum(cubic, (x, Interval(0, 1)), (y, Interval(0, 1)), assuming=(a > 0,))
    with pytest.raises(st.ModelError, match="finite ends"):
        st.supremum(1 / (1 + x), (x, Interval(0, oo)))


def test_two_variables_at_once():
    found = st.supremum(
        3 * a * x * y - x**3 - y**3, (x, Interval(0, 1)), (y, Interval(0, 1)), assuming=(a > 0, a < 1)
    )
    (case,) = found.cases  # x**3 + y**3 + a**3 is at least three times the product
    assert (case.value, case.at, case.attained) == (a**3, ((x, a), (y, a)), True)


def test_a_boundary_at_an_irrational_number():
    found = st.supremum(
        x**3 + y**3 - 3 * a * x * y, (x, Interval(0, 1)), (y, Interval(0, 1)), assuming=(a > 0, a < 1)
    )  # the first variable's cases change where 9*a**3 = 1
    for point in (Rational(1, 9), Rational(1, 3), Rational(2, 5), Rational(12, 25), Rational(1, 2)):
        assert found.value_at({a: point}) == max(1, 2 - 3 * point)


def test_a_square_root():
    (case,) = st.supremum(x * (1 - x) / (1 + a * x), (x, Interval(0, 1)), assuming=(a > 0,)).cases
    assert case.value.subs(a, 3).equals(Rational(1, 9)) and case.at[0][1].subs(a, 3).equals(Rational(1, 3))
    assert case.value.has(sqrt(a + 1))


def test_a_root_without_radicals_is_a_number_at_a_point():
    found = st.supremum(a * x - x**5 - x**2, (x, Interval(0, 1)), assuming=(a > 0, a < 7))
    at_two = found.value_at({a: 2})
    on_grid = max(2 * t - t**5 - t**2 for t in GRID)
    assert on_grid <= at_two < on_grid + Rational(1, 50)


def test_what_was_found_is_kept():
    function = a**3 * x - b**2 * x**3 - x**2
    box, given = (x, Interval(0, 1)), (a > 0, b > 0)
    with pytest.raises(st.ModelError, match="no rational form"):
        st.supremum(function, box, assuming=given)
    found = st.supremum(function, box, assuming=given, partial=True)
    (case,) = found.cases
    assert case.value == a**3 - b**2 - 1 and case.when.subs({a: 2, b: 1}) == True  # noqa: E712
    for one, two in ((2, 1), (1, 1), (Rational(1, 2), Rational(1, 3)), (Rational(3, 2), 1)):
        known = case.when.subs({a: one, b: two})  # the slope at 1 decides
        assert known == (one**3 - 3 * two**2 - 2 >= 0)
        assert known or any(when.subs({a: one, b: two}) for when, _ in found.unknown)


def test_open_ends():
    (case,) = st.supremum(x, (x, Interval.Ropen(0, 1))).cases
    assert (case.value, case.attained) == (1, False)
    (case,) = st.supremum(1 / (1 - x), (x, Interval.Ropen(0, 1))).cases
    assert case.value == oo
    found = st.supremum(a * x, (x, Interval.open(0, 1)), assuming=(a >= 0,))
    at_zero = [c for c in found.cases if c.when.subs(a, 0)]
    assert [(c.value, c.attained) for c in at_zero] == [(0, True)]  # constant, so attained inside


def test_what_cannot_be_treated_is_said():
    with pytest.raises(st.ModelError, match="jumps"):
        st.supremum(Piecewise((x, x < a), (2, True)), (x, Interval(0, 1)), assuming=(a > 0, a < 1))
    with pytest.raises(st.ModelError, match="divide by zero"):
        st.supremum(1 / (x - a), (x, Interval(0, 1)), assuming=(a > 0, a < 1))
    with pytest.raises(st.ModelError, match="divide by zero"):
        st.supremum(-1 / x, (x, Interval(0, 1)))
    with pytest.raises(st.ModelError, match="expected Interval"):
        st.supremum(x, (x, (0, 1)))
    with pytest.raises(st.ModelError, match="no rational form"):
        st.supremum(x - x**5 - x**2 - a**2 * x, (x, Interval(0, 1)), assuming=(a > 0, a < Rational(1, 2)))
