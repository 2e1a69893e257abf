"""Integrals of functions by cases against exact integration in plain fractions, point by point."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as draw
from sympy import Abs, Max, Min, Piecewise, Rational, symbols

import symtrade as st
from symtrade.model.cases import value_at

x, a, b = symbols("x a b")
SMALL = draw.integers(-3, 3)
LINES = draw.tuples(SMALL, SMALL, SMALL)  # c0 + c1 x + c2 a
POINTS = [Fraction(k, 7) for k in (-9, -3, 0, 2, 5, 11)]


def line(coefficients):
    return coefficients[0] + coefficients[1] * x + coefficients[2] * a


def simpson(value, low, high):
    """Exact for polynomials of degree 3 and less."""
    return (high - low) * (value(low) + 4 * value((low + high) / 2) + value(high)) / 6


def by_hand(pieces, point):
    """The integral over [0, 1] of Piecewise((square, first > 0), (other, True)), in fractions."""
    first, one, two = pieces

    def at(c, t):
        return c[0] + c[1] * t + c[2] * point

    def value(t, inside):
        return at(one, t) * at(two, t) if at(first, inside) > 0 else at(two, t)

    ends = [Fraction(0), Fraction(1)]
    if first[1]:
        root = Fraction(-(first[0]) - first[2] * point, 1) / first[1]
        ends = sorted({*ends, min(max(root, Fraction(0)), Fraction(1))})
    return sum((simpson(lambda t, m=(low + high) / 2: value(t, m), low, high)
                for low, high in pairwise(ends)), Fraction(0))


@settings(max_examples=15, deadline=None)
@given(draw.tuples(LINES, LINES, LINES))
def test_random_piecewise_polynomials(pieces):
    first, one, two = map(line, pieces)
    if not pieces[0][1] and not pieces[0][2]:
        return
    integrand = Piecewise((one * two, first > 0), (two, True))
    found = st.integral(integrand, x, 0, 1, parameters=(a,))
    for point in POINTS:
        expected = by_hand(pieces, point)
        assert value_at(found, {a: Rational(point.numerator, point.denominator)}) == Rational(
            expected.numerator, expected.denominator)


@pytest.mark.parametrize("function", [Max(x, a), Min(x, 1 - a, 2 * x), Abs(x - a), Max(x - a, 0) * (x + a)])
def test_lattice_functions(function):
    found = st.integral(function, x, 0, 1, parameters=(a,))
    for point in (Rational(-1), Rational(0), Rational(1, 3), Rational(3, 4), Rational(1), Rational(5, 2)):
        inner = (c for c in (point, 1 - point, (1 - point) / 2) if 0 < c < 1)
        cuts = sorted({sympy.Integer(0), sympy.Integer(1), *inner})
        here = function.subs(a, point)
        total = sum((simpson(lambda t, h=here, m=(low + high) / 2: _side(h, t, m), low, high)
                     for low, high in pairwise(cuts)), sympy.Integer(0))
        assert value_at(found, {a: point}) == total


def _side(function, t, middle):
    """A function of x with cases, at t, by the case that holds in the middle of its cell."""
    chosen = function.replace(lambda e: isinstance(e, Max | Min | Abs), lambda e: _chosen(e, middle))
    return chosen.subs(x, t)


def _chosen(e, middle):
    if isinstance(e, Abs):
        return e.args[0] if e.args[0].subs(x, middle) >= 0 else -e.args[0]
    pick = max if isinstance(e, Max) else min
    return pick(e.args, key=lambda part: sympy.sympify(part).subs(x, middle))


def test_a_symbolic_interval_and_density():
    env = st.InterdependentEnvironment(
        st.Types(x, st.uniform(0, b)), st.Types(a, st.power(2)), (x, a), assuming=(b > 0,))
    chance = st.efficient_trade(env)
    for width in (Rational(1, 2), Rational(1), Rational(3)):  # E min(A/b, 1) for A with density 2A
        top = min(width, Rational(1))
        assert value_at(chance, {b: width}) == 2 * top**3 / (3 * width) + 1 - top**2


def test_ties_count_as_the_environment_says():
    for ties, chance in ((False, 0), (True, 1)):
        env = st.InterdependentEnvironment(
            st.Types(x, st.uniform(0, 1)), st.Types(a, st.uniform(0, 1)), (x, x), trade_at_ties=ties)
        assert st.efficient_trade(env) == chance


@pytest.mark.parametrize(("arguments", "message"), [
    ((Max(sympy.exp(x), a), x, 0, 1), "condition of rational functions"),
    ((sympy.Float(0.5) * x, x, 0, 1), "float"),
    ((sympy.Symbol("n") * x, x, 0, 1), "declare it"), ((x * b, x, 0, 1), "declare it"),
    ((Max(x, a), x, a, 0), "in order"),
])
def test_bad_input(arguments, message):
    with pytest.raises(st.ModelError, match=message):
        st.integral(*arguments, parameters=(a,))


def test_a_parameter_is_not_integrated_over():
    with pytest.raises(st.ModelError, match="state its range with the variable"):
        st.integral(x, x, 0, 1, assuming=(x > 0,))
