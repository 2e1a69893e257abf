"""Functions with numbers only: algebraic suprema and breakpoints against grids, SymPy and Arb."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as draw
from sympy import Abs, CRootOf, Interval, Max, Min, Piecewise, Rational, exp, oo, sqrt, symbols

import symtrade as st
from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.closed_form import NoClosedForm
from symtrade.prover import Replaying, Searching

x, y = symbols("x y")
SMALL = draw.integers(-4, 4)


def both(work):
    """A result by search; the same from its certificates, checked, without the search."""
    searching = Searching()
    found = work(searching)
    data = [c.to_data() for c in searching.certificates]
    assert work(Replaying(calls=searching.calls, certificates=data)) == found
    return found


@settings(max_examples=10, deadline=None)
@given(draw.tuples(*[SMALL] * 5), draw.tuples(*[SMALL] * 3))
def test_suprema_of_two_polynomials(c, d):
    """The larger of a quartic and a quadratic: its stationary points and kinks by SymPy, in floats."""
    one = sum(k * x**n for n, k in enumerate(c))
    two = sum(k * x**n for n, k in enumerate(d))
    (case,) = both(lambda prover: st.supremum(Max(one, two), (x, Interval(-1, 2)), prover=prover)).cases
    places = [Rational(-1), Rational(2)]
    for f in (sympy.diff(one, x), sympy.diff(two, x), sympy.expand(one - two)):
        if f.has(x):
            places += [r for r in sympy.Poly(f, x).nroots(n=30, maxsteps=200) if abs(sympy.im(r)) < 1e-12]
    values = [max(float(f.subs(x, sympy.re(p))) for f in (one, two)) for p in places
              if -1 <= float(sympy.re(p)) <= 2]
    assert case.attained == True and abs(float(case.value) - max(values)) < 1e-6  # noqa: E712
    for _, place in case.at:
        assert abs(float(sympy.N(Max(one, two).subs(x, place))) - float(case.value)) < 1e-9


def test_a_value_without_radicals():
    (case,) = both(lambda p: st.supremum(x - x**5 - x**2, (x, Interval(0, 1)), prover=p)).cases
    place = case.at[0][1]
    assert place == CRootOf(5 * x**4 + 2 * x - 1, 1) and isinstance(case.value, CRootOf)
    assert abs(float(case.value) - float((x - x**5 - x**2).subs(x, place.evalf(30)))) < 1e-14


def test_ties_and_open_ends():
    (case,) = both(lambda p: st.supremum(-(x**2 - 2)**2, (x, Interval(-2, 2)), prover=p)).cases
    assert case.value == 0 and [place for _, place in case.at] == [-sqrt(2), sqrt(2)]
    (case,) = st.infimum(x**3 - 2 * x, (x, Interval.open(-2, 2))).cases  # at the open end as inside: no
    assert (case.value, case.attained) == (-4, False)
    (case,) = st.infimum(x**3 - 2 * x, (x, Interval.open(-1, 2))).cases
    assert case.value == -4 * sqrt(6) / 9 and case.attained
    (case,) = st.supremum((x**2 - 2) / (x - 1)**2, (x, Interval.Lopen(1, 2))).cases
    assert case.value == 2
    (case,) = st.supremum((2 - x**2) / (x - 1), (x, Interval.Lopen(1, 2))).cases
    assert case.value == oo and not case.attained


@pytest.mark.parametrize(("function", "least"), [
    (x * y - x**3 - y**3 + x / 3, 0.177763139022077),  # at the zero of the gradient, by nsolve
    (x * exp(-3 * x) * (1 - y**2), float(exp(-1)) / 3),
    (Max(x * exp(-x), y * exp(-2 * y)) - (x - y)**2, 0.0),
    (Abs(x - y) * exp(-x) * (1 + y), 2.0),
], ids=str)
def test_digits_by_balls(function, least):
    unit = Interval(0, 1)
    (case,) = both(lambda p: st.supremum(function, (x, unit), (y, unit), prover=p, digits=8)).cases
    low, high = case.value.min, case.value.max
    assert 0 < high - low <= Rational(1, 10**8)
    grid = [(i / 60, j / 60) for i in range(61) for j in range(61)]
    value = sympy.lambdify((x, y), function, "math")
    assert max(value(*p) for p in grid) <= float(high) + 1e-12
    if least:
        assert float(low) - 1e-12 <= least <= float(high) + 1e-12
    assert abs(value(*(float(v) for _, v in case.at)) - float(low)) < 1e-9


def test_digits_are_proved_or_nothing_is_said():
    with pytest.raises(Undecided, match="was not proved"):
        st.supremum(Piecewise((exp(x), x < Rational(1, 2)), (0, True)), (x, Interval(0, 1)))
    with pytest.raises(st.ModelError, match="neither a variable nor a number"):
        st.supremum(exp(x * y), (x, Interval(0, 1)))


def test_refusals():
    with pytest.raises(st.ModelError, match="divide by zero"):
        st.supremum(1 / (x**2 - 2), (x, Interval(0, 2)))
    with pytest.raises(st.ModelError, match="jumps"):
        st.supremum(Piecewise((x, x**2 > 2), (0, True)), (x, Interval(0, 2)))


@settings(max_examples=10, deadline=None)
@given(draw.tuples(*[SMALL] * 4), draw.tuples(*[SMALL] * 2))
def test_integrals_cut_at_algebraic_numbers(c, d):
    condition = sum(k * x**n for n, k in enumerate(c))
    value = sum(k * x**n for n, k in enumerate(d))
    function = Piecewise((value, condition > 0), (x, True))
    found = both(lambda p: st.integral(function, x, -1, 2, prover=p))
    roots = sympy.Poly(condition, x).nroots(n=25, maxsteps=200) if condition.has(x) else []
    cuts = sorted({-1.0, 2.0, *(float(sympy.re(r)) for r in roots
                                if abs(sympy.im(r)) < 1e-10 and -1 < sympy.re(r) < 2)})
    total = 0.0
    for low, high in pairwise(cuts):
        here = value if condition.subs(x, (low + high) / 2) > 0 else x
        total += float(sympy.integrate(here, (x, low, high)))
    assert abs(float(found) - total) < 1e-6


def test_exponentials_up_to_infinity():
    found = both(lambda p: st.integral(Max(x**2 - 2, 0) * exp(-x), x, 0, oo, prover=p))
    assert (found - (2 * sqrt(2) + 2) * exp(-sqrt(2))).equals(0)


def test_cases_within_cases():
    found = both(lambda p: st.integral(Min(Abs(x**3 - 2), 1), x, 0, 2, prover=p))
    steps = 4000
    grid = sum(min(abs(((k + 0.5) * 2 / steps)**3 - 2), 1) for k in range(steps)) * 2 / steps
    assert abs(float(found) - grid) < 1e-5


def test_no_closed_form_comes_with_an_enclosure():
    with pytest.raises(NoClosedForm, match="enclosed by Arb") as failure:
        st.integral(exp(-x**3), x, 0, 1)
    series = sum(Rational((-1)**n, sympy.factorial(n) * (3 * n + 1)) for n in range(15))
    assert abs(float(failure.value.enclosure.mid()) - float(series)) < 1e-12
    with pytest.raises(NoClosedForm, match="not proved") as failure:
        st.integral(exp(-x) / (1 + x), x, 0, oo)
    assert abs(float(failure.value.estimate) - 0.596347362323194) < 1e-12  # -e Ei(-1), by tables
