"""Kunimoto and Zhang 2019 against integration by hand, in plain fractions and by Arb quadrature."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
import sympy
from flint import acb, arb
from sympy import Interval, Rational, Symbol, sympify

from tests.derivations.hand import exact, fractions, holds, values_at
from tests.oracles import simplex

ONE = Fraction(1)
RANDOM = Random(5)
GAMMAS = [(Fraction(RANDOM.randint(1, 30), 12), Fraction(RANDOM.randint(1, 30), 12)) for _ in range(14)]
EDGES = [(ONE, ONE), (ONE, ONE / 2), (ONE / 2, ONE), (ONE, 2 * ONE), (2 * ONE, ONE), (ONE / 3, ONE / 3),
         (3 * ONE, 3 * ONE), (1 - ONE / 10**6, ONE / 10**6), (ONE + ONE / 10**6, ONE + ONE / 10**6),
         (ONE / 10**9, 1 - ONE / 10**9)]
ALL = [*GAMMAS, *EDGES]
TYPES = [Fraction(k, 10) for k in range(11)]


def plus(x):
    return max(x, Fraction(0))


def gain(slope, shift):
    """The integral of max(shift + slope t, 0) over t from 0 to 1."""
    return (plus(shift + slope)**2 - plus(shift)**2) / (2 * slope) if slope else plus(shift)


def total_gain(first, second):
    """The integral of max(first s + second t, 0) over the unit square."""
    if not first or not second:
        return plus(first + second) / 2
    return (plus(first + second)**3 - plus(first)**3 - plus(second)**3) / (6 * first * second)


def slopes(g1, g2):
    """The buyer's valuation less the seller's, as first theta_1 + second theta_2."""
    return g2 - 1, 1 - g1


def surplus(g1, g2):
    return (1 + g1) / 2 + total_gain(*slopes(g1, g2))


def seller(g1, g2, s):
    """What the seller of type s expects under the generalized Groves mechanism."""
    first, second = slopes(g1, g2)
    return s + g1 / 2 + gain(second, first * s) - surplus(g1, g2) / 2


def buyer(g1, g2, t):
    first, second = slopes(g1, g2)
    return ONE / 2 + g1 * t + gain(first, second * t) - surplus(g1, g2) / 2


def at(g1, g2, **more):
    return {"gamma_1": g1, "gamma_2": g2, **more}


def named(outcome, name, point):
    """The values of the lines Eq(name, value) of a statement that apply at a point."""
    lines = [line for line in outcome.result.statement if line.value.lhs == Symbol(name)]
    known = [line for line in lines if {s.name for s in line.when.free_symbols} <= set(point)]
    return {exact(line.value.rhs, point) for line in known if holds(line.when, point)}


@pytest.mark.parametrize(("g1", "g2"), ALL)
def test_interim_utilities(outcomes, g1, g2):
    for x in TYPES[::5]:
        assert named(outcomes["KZ-4"], "U_1", at(g1, g2, theta_1=x)) == {seller(g1, g2, x)}
        assert named(outcomes["KZ-4"], "U_2", at(g1, g2, theta_2=x)) == {buyer(g1, g2, x)}


@pytest.mark.parametrize(("g1", "g2"), GAMMAS[:6])
def test_interim_utilities_by_quadrature(outcomes, g1, g2):
    """Between two types, the utility changes as the expected value of the good in the better hands does."""
    def ball(v):
        return arb(v.numerator) / v.denominator

    def value(s):
        one, two, own = ball(g1), ball(g2), ball(s)
        found = acb.integral(lambda t, analytic: (own + one * t).real_max(t + two * own, analytic), 0, 1,
                             abs_tol=arb(2)**-30, rel_tol=arb(2)**-30)
        return found.real

    (low,), (high,) = (named(outcomes["KZ-4"], "U_1", at(g1, g2, theta_1=x)) for x in (ONE / 7, 4 * ONE / 5))
    gap = ball(high - low) - (value(4 * ONE / 5) - value(ONE / 7))
    assert gap.contains(0) and gap.rad() < arb(2)**-20


@pytest.mark.parametrize(("g1", "g2"), ALL)
def test_worst_types_and_shortfall(outcomes, g1, g2):
    """The worst types are found on a grid with the kinks; the rest is convex or monotone between."""
    first, second = slopes(g1, g2)
    kinks = [k for k in ((-second / first if first else None), (-first / second if second else None)) if k]
    places = [*TYPES, *(k for k in kinks if 0 <= k <= 1)]
    low = min(seller(g1, g2, x) - x - g1 / 2 for x in places), min(buyer(g1, g2, x) for x in places)
    found = set(values_at(outcomes["KZ-5"].result.statement, at(g1, g2)))
    assert found == {-sum(low)} and min(found) > 0


def test_the_six_cases_do_not_cover(outcomes):
    claim = next(c for c in outcomes["KZ-4"].claims if c.id == "KZ-4.3")
    point = fractions(claim.witness)
    assert (point["gamma_1"] < 1 == point["gamma_2"]) or (point["gamma_1"] == 1 < point["gamma_2"])


def deviation(g1, g2, r):
    """The bound on psi at the buyer's report r, by the highest type."""
    k = (1 - g1) / (1 - g2)
    return k * r * (1 - r) / (1 - k * r)


@pytest.mark.parametrize(("g1", "g2"), [
    (ONE / 2, ONE / 4), (ONE / 3, ONE / 3), (Fraction(9, 10), ONE / 100), (Fraction(3, 4), Fraction(13, 18))])
def test_least_penalty(outcomes, g1, g2):
    lines = [line for line in outcomes["KZ-8"].result.statement if not line.when.has(Symbol("F_1"))]
    values = {Symbol("gamma_1"): Rational(g1.numerator, g1.denominator),
              Symbol("gamma_2"): Rational(g2.numerator, g2.denominator)}
    (least,) = [line.value.subs(values) for line in lines if line.when.subs(values) == True]  # noqa: E712
    reports = [Fraction(k, 400) for k in range(400)]
    bounds = [deviation(g1, g2, r) for r in reports]
    assert all(Rational(b.numerator, b.denominator) <= least for b in bounds)
    assert least - Rational(max(bounds).numerator, max(bounds).denominator) < Rational(1, 100)


def test_least_penalty_for_other_distributions(outcomes):
    """F_1 = x^2 at gammas 1/2, 1/4: the cubic's root by Arb, the supremum on a grid."""
    g1, g2 = ONE / 2, ONE / 4
    ratio = (1 - g1) / (1 - g2)
    line = next(k for k in outcomes["KZ-8"].result.statement
                if k.when.has(Symbol("y_star")) and k.when.has(Symbol("F_1") - 0)
                and sympy.Eq(Symbol("F_1"), Symbol("theta_1")**2) in k.when.args)
    star = Symbol("y_star")
    point = {Symbol("gamma_1"): Rational(1, 2), Symbol("gamma_2"): Rational(1, 4)}
    equation = next(e for e in line.when.args if isinstance(e, sympy.Eq) and e.has(star)).subs(point)
    polynomial = sympy.Poly(equation.lhs - equation.rhs, star)
    roots = [z for z in sympy.real_roots(polynomial) if 0 < z < Rational(2, 3)]
    value = float(line.value.subs(point).subs(star, roots[0]).evalf(20))
    grid = [Fraction(k, 500) * ratio for k in range(500)]
    top = max(y**2 * (1 - y / ratio) / (1 - y**2) for y in grid)
    assert len(roots) == 1 and 0 <= value - float(top) < 1e-4


def test_no_constant_penalty_where_the_density_vanishes(outcomes):
    infinite = [line for line in outcomes["KZ-8"].result.statement if line.value == sympy.oo]
    assert len(infinite) == 3 and all(sympy.Eq(Symbol("gamma_1"), Symbol("gamma_2")) in line.when.args
                                      for line in infinite)
    f = [1 - (1 - Fraction(k, 1000))**2 for k in (900, 990, 999)]
    bounds = [p * (1 - Fraction(k, 1000)) / (1 - p) for p, k in zip(f, (900, 990, 999), strict=True)]
    assert bounds == sorted(bounds) and bounds[-1] > 900


def test_deviations_that_no_constant_deters(outcomes):
    """At equal gammas what the given types gain, by hand from the probability that they are caught, a
    function of w where the report is 1 - w^2: for beta(2, 2), F_1 = 1 - (1 - x)^(3/2) and beta(2, 5/2)."""
    parts = [p.thing for p in outcomes["KZ-8"].result.parts if p.heading.startswith("No constant")]
    caught = [lambda w: w**4 * (3 - 2 * w**2), lambda w: w**3, lambda w: w**5 * (7 - 5 * w**2) / 2]
    assert len(parts) == len(caught)
    for (own, marginal), by in zip(parts, caught, strict=True):
        for fine in (ONE / 100, ONE, 10 * ONE, 1000 * ONE):
            psi = Rational(fine.numerator, fine.denominator)
            w = sympy.sqrt(1 - marginal.subs({Symbol("psi"): psi, Symbol("alpha"): Rational(3, 2)}))
            assert own == 1 and 0 < w <= 1
            assert (1 - by(w)) * w**2 - psi * by(w) > 0


def test_least_penalty_for_families(outcomes):
    """At shape 2 the family of powers is F_1 = x^2; the family 1 - (1 - x)^alpha is uniform at 1."""
    statement = outcomes["KZ-8"].result.statement
    alpha, star = Symbol("alpha"), Symbol("y_star")
    point = {Symbol("gamma_1"): Rational(1, 2), Symbol("gamma_2"): Rational(1, 4), alpha: 2}

    def of(law):
        return [k for k in statement if sympy.Eq(Symbol("F_1"), law) in k.when.args]

    theta = Symbol("theta_1")
    rooted = []
    for line in (of(theta**alpha)[0], of(theta**2)[0]):
        (equation,) = [e for e in line.when.args if isinstance(e, sympy.Eq) and e.has(star)]
        (root,) = [z for z in sympy.real_roots((equation.lhs - equation.rhs).subs(point), star)
                   if 0 < z < Rational(2, 3)]
        rooted.append(line.value.subs(point).subs(star, root).evalf(30))
    assert abs(rooted[0] - rooted[1]) < Rational(1, 10**25)
    small = next(k.value for k in of(1 - (1 - theta)**alpha) if (alpha < 1) in k.when.args)
    assert small.subs(alpha, Rational(1, 2)) == Rational(1, 4)  # the largest w - w^2
    (law,) = (k for k in statement if k.value == (sympy.exp(alpha) - 1) / alpha)
    assert law.when.has(sympy.exp(-alpha))


def assumption_1(a1, b1, a2, b2, g1, g2):
    """Nobody below the top trades for certain, tested at the types where that can first happen."""
    first, second = slopes(g1, g2)

    def certain(t):
        corners = first * a1 + second * t, first * b1 + second * t
        return min(corners) >= 0 and max(corners) > 0

    cuts = [-first * s / second for s in (a1, b1)] if second else []
    tries = [a2, (a2 + b2) / 2, b2 - (b2 - a2) / 10**6, *cuts]
    return not any(certain(t) for t in tries if a2 <= t < b2)


def test_the_condition_behind_the_table(outcomes):
    (satisfied, _) = outcomes["KZ-10"].result.statement
    random, seen = Random(9), set()
    values = [Fraction(k, 2) for k in range(7)]
    for _ in range(150):
        a1, b1, a2, b2 = (*sorted(random.sample(values, 2)), *sorted(random.sample(values, 2)))
        g1, g2 = random.choice(values[1:]), random.choice(values[1:])
        point = at(g1, g2, theta_1_min=a1, theta_1_max=b1, theta_2_min=a2, theta_2_max=b2)
        answer = assumption_1(a1, b1, a2, b2, g1, g2)
        seen.add(answer)
        assert holds(satisfied.when, point) == answer, point
    assert seen == {True, False}


def test_row_5_fails_at_type_zero(outcomes):
    claim = next(c for c in outcomes["KZ-10"].claims if c.id == "KZ-10.5")
    p = fractions(claim.witness)
    assert p["theta_1_min"] == p["theta_2_min"] == p["theta_2"] == 0 and p["gamma_2"] > 1
    assert not assumption_1(p["theta_1_min"], p["theta_1_max"], p["theta_2_min"], p["theta_2_max"],
                            p["gamma_1"], p["gamma_2"])


def test_fixed_payments(outcomes):
    always = outcomes["KZ-11"].result.statement[0]
    half_three = {Symbol("gamma_1"): Rational(1, 2), Symbol("gamma_2"): 3}
    assert always.value.subs(half_three) == Interval(Rational(5, 4), Rational(3, 2))
    for g1, g2 in product((ONE / 4, ONE / 2, ONE), (Fraction(9, 4), Fraction(5, 2), 3 * ONE, 7 * ONE)):
        low = max(s + g1 / 2 for s in TYPES)
        high = min(t + g2 / 2 for t in TYPES)
        assert holds(always.when, at(g1, g2)) == (low <= high)
        if low <= high:
            assert (exact(always.value.start, at(g1, g2)), exact(always.value.end, at(g1, g2))) == (low, high)


def test_lump_sums_for_symbolic_types(outcomes):
    random = Random(3)
    lines = [line for line in outcomes["KZ-3"].result.statement if line.when.has(Symbol("a_3"))]
    for _ in range(40):
        a = [Fraction(random.randint(0, 9)) for _ in range(3)]
        b = sorted((Fraction(random.randint(0, 9)) for _ in range(3)), key=lambda v: random.random())
        p = [Fraction(random.randint(1, 4), 10), Fraction(random.randint(1, 4), 10)]
        pairs = sorted(zip(a, b, strict=True), key=lambda pair: pair[1] <= pair[0])  # those who trade first
        point = {f"a_{k}": v for k, (v, _) in enumerate(pairs, 1)}
        point |= {f"b_{k}": v for k, (_, v) in enumerate(pairs, 1)}
        point |= {"p_1": p[0], "p_2": p[1]}
        chances = [*p, 1 - sum(p)]
        mean = sum((w * max(v, u) for w, (v, u) in zip(chances, pairs, strict=True)), Fraction(0))
        low, high = mean / 2 - min(plus(u - v) for v, u in pairs), mean / 2
        found = [line.value for line in lines if holds(line.when, point)]
        assert found
        for value in found:
            ends = (value.start, value.end) if isinstance(value, Interval) else (min(value), max(value))
            assert tuple(exact(e, point) for e in ends) == (low, high)


def economy(random, n):
    """Values to the seller and the buyer, and probabilities."""
    weights = [Fraction(random.randint(1, 6)) for _ in range(n)]
    a, b = ([Fraction(random.randint(0, 12), 2) for _ in range(n)] for _ in "ab")
    return a, b, [w / sum(weights) for w in weights]


def groves_rows(a, b, p):
    """Mezzetti's transfers h_i written out for n types of the seller, and what everyone's participation asks
    of the lump sum, as rows of a program; lies of the seller are tried one by one."""
    best = [max(u, v) for u, v in zip(a, b, strict=True)]
    average = sum((w * s for w, s in zip(p, best, strict=True)), Fraction(0))

    def seller(k, report):
        trade = b[report] > a[report]
        charge = (best[report] - best[report] + average) / 2
        return (0 if trade else a[k]) + (b[k] if trade else 0) - charge

    def buyer(k):
        trade = b[k] > a[k]
        return (b[k] if trade else 0) + (0 if trade else a[k]) - (best[k] - average + best[k]) / 2

    n = range(len(a))
    assert all(seller(k, k) >= seller(k, r) for k in n for r in n)
    interim = sum((w * buyer(k) for k, w in enumerate(p)), Fraction(0))
    return [([Fraction(1)], ">=", a[k] - seller(k, k)) for k in n] + [([Fraction(1)], "<=", interim)], average


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_lump_sums_for_any_number_of_types(outcomes, n):
    """The general lines, at a type j that gains least and any other k, against a linear program."""
    general = [line for line in outcomes["KZ-3"].result.statement if line.when.has(Symbol("a_j"))]
    random = Random(n)
    for _ in range(25):
        a, b, p = economy(random, n)
        rows, average = groves_rows(a, b, p)
        high, low = simplex([ONE], rows), simplex([-ONE], rows)
        assert high.status == low.status == "optimal"
        gains = [plus(v - u) for u, v in zip(a, b, strict=True)]
        j = gains.index(min(gains))
        for k in range(n):
            point = {"a_k": a[k], "b_k": b[k], "a_j": a[j], "b_j": b[j], "E_S": average}
            ends = {(exact(v.start, point), exact(v.end, point)) if isinstance(v, Interval)
                    else (exact(min(v), point), exact(max(v), point))
                    for v in (line.value for line in general if holds(line.when, point))}
            assert ends == {(-low.value, high.value)}, point


def test_claims_read_as_the_deck_prints_them(outcomes):
    verdicts = {c.id: c.verdict for o in outcomes.of("kunimoto_zhang_2019") for c in o.claims}
    assert verdicts["KZ-8.2"] == "undefined" and verdicts["KZ-7.16"] == "refuted"
    assert verdicts["KZ-5.1"] == "refuted" and verdicts["KZ-10.5"] == "refuted"
    assert all(verdicts[f"KZ-5.{case}"] == "holds" for case in ("i", "ii", "iii", "iv", "v", "vi"))
    assert sympify(str(outcomes["KZ-11"].result.statement[0].value)).start.has(Symbol("gamma_1"))


def test_least_penalty_on_any_interval(outcomes):
    """Seller types uniform on [1/4, 2], gammas 1/2 and 1/3: the bound on a grid of reports."""
    a, b, g1, g2 = ONE / 4, 2 * ONE, ONE / 2, ONE / 3
    ratio = (1 - g1) / (1 - g2)
    point = {Symbol(n): Rational(v.numerator, v.denominator)
             for n, v in (("a", a), ("b", b), ("gamma_1", g1), ("gamma_2", g2))}
    line = next(k for k in outcomes["KZ-8"].result.statement if k.when.has(Symbol("a"))
                and all(part == sympy.true for part in sympy.And.make_args(k.when.subs(point))
                        if not part.has(Symbol("F_1"))))
    value = float(line.value.subs(point).evalf(20))
    reports = [a + (ratio - a) * Fraction(k, 500) for k in range(500)]
    top = max((y - a) / (b - a) * (1 - y / ratio) / (1 - (y - a) / (b - a)) for y in reports)
    assert 0 <= value - float(top) < 1e-4
