"""Expectations beyond piecewise polynomials, and conditions with several roots, against Arb quadrature."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
import sympy
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as draw
from sympy import Max, Piecewise, Rational, cos, exp, log, oo, sqrt, symbols

import symtrade as st
from symtrade.analysis.cases.closed_form import NoClosedForm
from symtrade.kernel.calculus import Certificate as Calculus
from symtrade.model.cases import value_at
from symtrade.prover import Searching

x, a, b, c, r = symbols("x a b c r")


def ball(e, z, analytic):
    """A SymPy expression of x on a complex ball."""
    if e == x:
        return z
    if e.is_Rational:
        return acb(int(e.p)) / int(e.q)
    parts = [ball(p, z, analytic) for p in e.args] if not isinstance(e, Piecewise) else []
    if e.is_Add:
        return sum(parts[1:], parts[0])
    if e.is_Mul:
        total = parts[0]
        for part in parts[1:]:
            total = total * part
        return total
    if isinstance(e, Max):
        return parts[0].real_max(parts[1], analytic)
    if isinstance(e, exp):
        return parts[0].exp()
    if e.is_Pow and e.exp.is_Integer:
        return parts[0] ** int(e.exp)
    if e.is_Pow:
        base, power = parts
        if not base.contains(0):
            return (power * base.log(analytic)).exp()
        if analytic or not power.real > 0:
            return acb("nan")
        size = abs(base).upper()
        disc = arb(0, (size.log() * power.real).exp().upper()) if size > 0 else arb(0)
        return acb(disc, disc)
    if isinstance(e, (sympy.gamma, sympy.erf)) or e == sympy.pi:
        return acb(str(sympy.N(e, 40)))
    raise NotImplementedError(e)


def quadrature(integrand, low, high):
    low, high = (arb(int(v.p)) / int(v.q) for v in map(Rational, (low, high)))
    small = arb(2)**-44
    found = acb.integral(lambda z, analytic: ball(integrand, z, analytic), low, high, abs_tol=small,
                         rel_tol=small, eval_limit=200000)
    return found.real


def agree(exact, by_arb):
    """A number that is known to 30 digits lies in a ball, which is small."""
    value = sympy.N(exact, 30)
    return by_arb.rad() < 1e-9 and by_arb.overlaps(arb(str(value), abs(float(value)) * 1e-25 + 1e-25))


RANDOM = Random(11)


def some(low, high):
    return Rational(RANDOM.randint(low * 12 + 1, high * 12 - 1), 12)


LAWS = [
    (st.power(a), (a > 0,), lambda: {a: some(1, 4)}),
    (st.mirror_power(b), (b > 0,), lambda: {b: some(1, 4)}),
    (st.beta(a, b), (a > 0, b > 0), lambda: {a: some(1, 3), b: some(1, 3)}),
    (st.truncated_exponential(r), (r > 0,), lambda: {r: some(0, 3)}),
    (st.from_density(1 / (1 + x)**2), (), dict),
    (st.from_density(exp(-x) * (1 + x), variable=x), (), dict),
    (st.truncated_normal(0, 1, 0, 1), (), dict),
    (st.truncated_normal(Rational(1, 2), 2, 0, 1), (), dict),
    (st.from_density(1 / (1 + x**2)), (), dict),
    (st.beta(2, 3), (), dict),
]
FUNCTIONS = [
    (Max(x - c, 0), (c > 0,), lambda: {c: some(0, 2)}),
    (x**2 + c * x, (c > 0,), lambda: {c: some(0, 2)}),
    (Max(x - c, c * x - x**2), (c > 0, c < 1), lambda: {c: some(0, 1)}),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law[0].name)
def test_families_with_symbolic_parameters(law):
    F, known, numbers = law
    low, high = F.support
    for function, given_, more in FUNCTIONS:
        prover = Searching()
        found = st.integral(function * F.density(x), x, low, high, assuming=(*known, *given_), prover=prover)
        shown = [k for k in prover.certificates if isinstance(k, Calculus)]
        assert shown and all(st.check(k) is None for k in shown)
        for _ in range(3):
            point = {**numbers(), **more()}
            exact = value_at(found, point)
            by_arb = quadrature((function * F.density(x)).subs(point), low, high)
            assert agree(exact, by_arb), (function, point)


@pytest.mark.parametrize(("F", "known", "point"), [
    (st.exponential(r), (r > 0,), {r: Rational(3, 4), c: Rational(5, 3)}),
    (st.pareto(a, b), (a > 1, b > 0), {a: Rational(5, 2), b: Rational(1, 3), c: Rational(2, 3)}),
    (st.pareto(a, b), (a > 1, b > 0), {a: Rational(5, 2), b: Rational(3, 2), c: Rational(2, 3)}),
], ids=str)
def test_unbounded_supports(F, known, point):
    """With t = 1/(1 + x) - or with the bounded part alone, and the rest by hand."""
    found = st.integral(Max(x - c, 0) * F.density(x), x, *F.support, assuming=(*known, c > 0))
    low = Rational(F.support[0].subs(point))
    law = F.density(x).subs(point)
    moved = (Max(1 / x - 1 - point[c], 0) * law.subs(x, 1 / x - 1) / x**2)
    by_arb = quadrature(moved, Rational(1, 600), 1 / (1 + low))
    rest = st.integral((x - c) * F.density(x), x, 599, oo, assuming=(*known, c > 0, c < 3, b < 3)).subs(point)
    assert agree(value_at(found, point) - rest, by_arb)


@settings(max_examples=3, deadline=None)
@given(draw.tuples(*[draw.integers(-3, 3)] * 3), draw.tuples(*[draw.integers(-3, 3)] * 2))
def test_quadratic_conditions(q, value):
    """Up to two roots inside the interval, for all values of the parameter."""
    condition = q[0] * x**2 + q[1] * x + a + q[2]
    line = value[0] + value[1] * x
    found = st.integral(Piecewise((condition * line, condition > 0), (line, True)), x, 0, 2, parameters=(a,))
    simple = st.integral(Max(condition, 0), x, 0, 2, parameters=(a,))
    for k in (-23, -9, -4, 1, 5, 14):
        point = Rational(k, 4)
        inside = condition.subs(a, point)
        by_arb = quadrature(Max(inside, 0), 0, 2)
        assert agree(value_at(simple, {a: point}), by_arb)
        roots = sorted(t for t in sympy.Poly(inside, x).real_roots() if 0 < t < 2) if inside.has(x) else []
        ends = [Rational(0), *roots, Rational(2)]
        total = Rational(0)
        for one, two in pairwise(ends):
            here = inside.subs(x, (one + two) / 2) > 0
            total += sympy.integrate((inside if here else 1) * line, (x, one, two))
        assert agree(value_at(found, {a: point}) - total, arb(0))


def test_a_square_root_and_a_cube_root():
    found = st.integral(Max(x**2 - c, 0), x, 0, 1, assuming=(c > 0,))
    assert value_at(found, {c: Rational(1, 4)}) == Rational(1, 6)
    found = st.integral(Piecewise((1, x**3 > c), (0, True)), x, 0, 1, assuming=(c > 0,))
    assert value_at(found, {c: Rational(1, 8)}) == Rational(1, 2)


def test_cases_within_cases():
    found = st.integral(sympy.Min(sympy.Abs(x - a), b), x, 0, 1, assuming=(a > 0, a < 1, b > 0))
    for p, q in ((Rational(1, 3), Rational(1, 4)), (Rational(1, 2), Rational(2, 3)), (Rational(4, 5), 1)):
        flat = -Max(-Max(x - p, p - x), -q)
        total = sum((quadrature(flat, low, high) for low, high in ((0, p), (p, 1))), arb(0))
        assert agree(value_at(found, {a: p, b: q}), total)


def test_two_conditions_with_two_roots_each():
    one, two = x * (1 - x) > c, x**2 > a
    both = Piecewise((1, one & two), (0, True))
    found = st.integral(both, x, 0, 1, assuming=(c > 0, a > 0, c < Rational(1, 4)))
    for p, q in ((Rational(1, 9), Rational(1, 16)), (Rational(3, 16), Rational(9, 16)),
                 (Rational(2, 9), Rational(1, 400))):
        roots = sympy.solve(x * (1 - x) - p, x)
        low, high = max(min(roots), sqrt(q)), max(roots)
        assert agree(value_at(found, {c: p, a: q}) - max(high - low, 0), arb(0))


def test_what_has_no_closed_form_is_said():
    with pytest.raises(NoClosedForm, match="no antiderivative"):
        st.integral(exp(-x) / (1 + x), x, 0, c, assuming=(c > 0,))
    with pytest.raises(NoClosedForm, match="finite"):
        st.integral(x**2 * st.pareto(a, b).density(x), x, b, oo, assuming=(a > 1, b > 0))
    with pytest.raises(st.ModelError, match="condition of rational functions"):
        st.integral(Max(exp(-x) - c, 0), x, 0, 1, assuming=(c > 0,))
    with pytest.raises(st.ModelError, match="nonnegative"):
        st.integral(sqrt(x), x, -1, 1)
    density = st.kumaraswamy(a, b).density(x)
    with pytest.raises(st.ModelError, match="nonnegative"):
        st.integral(density, x, 0, 2, assuming=(a > 0, b > 0))
    assert st.integral(density, x, 0, 1, assuming=(a > 0, b > 0)) == 1


def test_gamma_and_normal_tails():
    """Against the mean excess by quadrature up to where the rest is below 1e-15."""
    gamma = x**(a - 1) * exp(-r * x)
    found = st.integral(Max(x - c, 0) * gamma, x, 0, oo, assuming=(a > 0, r > 0, c > 0))
    point = {a: Rational(5, 2), r: 2, c: Rational(1, 2)}
    by_arb = quadrature((x - c).subs(point) * gamma.subs(point), Rational(1, 2), 25)
    assert agree(found.subs(point), by_arb + arb(0, 1e-15))
    assert st.integral(x * gamma, x, 0, oo, assuming=(a > 0, r > 0)).equals(a * sympy.gamma(a) / r**(a + 1))
    half = st.truncated_normal(0, 1, 0, oo)
    found = st.integral(Max(x - c, 0) * half.density(x), x, 0, oo, assuming=(c > 0,))
    by_arb = quadrature((x - Rational(1, 2)) * half.density(x), Rational(1, 2), 9)
    assert agree(found.subs(c, Rational(1, 2)), by_arb + arb(0, 1e-15))


def test_elementary_functions():
    assert st.integral(1 / (1 + x), x, 0, c, assuming=(c > 0,)) == log(c + 1)
    assert st.integral(x * cos(x), x, 0, c, assuming=(c > 0,)).equals(c * sympy.sin(c) + cos(c) - 1)
    assert st.integral(sqrt(x), x, 0, c, assuming=(c > 0,)).equals(2 * c**Rational(3, 2) / 3)
