"""Cutoffs, second best, posted price: against the deck, quadrature, brute force and exact linear programs."""

from __future__ import annotations

import itertools

import pytest
import sympy
from flint import acb, arb, ctx, fmpq
from sympy import Rational, exp, symbols

import symtrade as st
from symtrade.analysis.disclosure.first_best import first_best
from symtrade.analysis.numbers.real import rational
from symtrade.analysis.second_best.comparison import compare
from symtrade.forms.functions import real_functions
from symtrade.kernel.functions import Program
from symtrade.model.distribution import X

HALF = Rational(1, 2)
v = symbols("v")
SPREAD = st.piecewise_uniform([0, Rational(1, 10), Rational(9, 10), 1], [HALF, 0, HALF])
PAIRS = [
    (st.uniform(0, 1), st.uniform(0, 1)), (st.power(2), st.beta(2, 3)), (SPREAD, SPREAD),
    (st.beta(3, 4), st.triangular(0, Rational(1, 3), 1)), (st.truncated_exponential(1), st.power(2)),
    (st.power(Rational(3, 2)), st.beta(HALF, Rational(3, 2))), (st.exponential(1), st.exponential(2)),
    (st.truncated_normal(HALF, 1, 0, 1), st.kumaraswamy(HALF, Rational(5, 2))),
    (st.uniform(0, 2), st.uniform(1, 3)), (st.uniform(2, 3), st.uniform(0, Rational(5, 2))),
    (st.piecewise_uniform([0, Rational(1, 4), 1], [HALF, HALF]), st.uniform(0, 1)),
    (st.from_cdf(1 - exp(-v**3)), st.power(2)), (st.uniform(0, 1), st.from_cdf(1 - exp(-v) * (1 + v))),
]
INTEGRALS = (st.from_density(exp(-v**3)), st.from_cdf(sympy.sin(sympy.pi * v**2 / 2)))  # known by balls

@pytest.fixture(autouse=True)
def _precision():
    with ctx.workprec(100):
        yield


def test_the_deck():
    found = compare(st.uniform(0, 1), st.uniform(0, 1))
    best = found.static.best
    assert [n.exact for n in (best.x, best.y, best.welfare, found.static.ratio)] == [
        Rational(1, 3), Rational(2, 3), Rational(4, 27), Rational(8, 9)]
    assert {k: n.exact for k, n in found.values.items()} == {
        "first best": Rational(1, 6), "static disclosure": Rational(4, 27), "second best": Rational(9, 64),
        "posted price": Rational(1, 8)}
    assert found.static.price == (best.x, best.y)
    assert found.ranking == ("first best", "static disclosure", "second best", "posted price")


def moments(F, low, high):
    """Mass and first moment between two numbers, by integrating the density: no formula of the library
    but the density is used."""
    mass, first = arb(0), arb(0)
    for piece in F.pieces:
        a, b = max(piece.lo, low), min(piece.hi, high)
        if a < b and piece.density != 0:
            f = Program(real_functions((piece.density,), (X,)))
            ends = arb(rational(a)), arb(rational(b)) if b is not sympy.oo else arb(60)
            at = lambda z, flag, f=f: f.holomorphic((z,))[0] if flag else acb(f((z.real,))[0])  # noqa: E731
            mass += acb.integral(at, *map(acb, ends)).real
            first += acb.integral(lambda z, flag, at=at: z * at(z, flag), *map(acb, ends)).real
    return mass, first


SMOOTH = [p for p in PAIRS if not any("1/2, 3/2" in F.name or "1/2, 5/2" in F.name for F in p)]  # densities


@pytest.mark.parametrize(("F", "G"), [*SMOOTH, INTEGRALS], ids=str)
def test_every_cutoff_solves_the_equations_by_quadrature(F, G):
    found = st.static_disclosure(F, G, 20)
    assert found.verdict, found.verdict
    st.check(found.verdict)
    for s in found.solutions:
        x, y = (Rational(str((n.low + n.high) / 2)) for n in (s.x, s.y))
        mass_v, first_v = moments(F, x, F.support[1])
        mass_c, first_c = moments(G, G.support[0], y)
        for by_arb, exact in ((first_v / mass_v, rational(y)), (first_c / mass_c, rational(x)),
                              (first_v * mass_c - first_c * mass_v, s.welfare.low)):
            assert by_arb.rad() < 1e-10 and by_arb.overlaps(arb(exact) + arb(0, 1e-18))


@pytest.mark.parametrize(("F", "G"), PAIRS, ids=str)
def test_there_are_no_more_by_brute_force(F, G):
    """C(V(x)) - x changes its sign on a fine grid as often as there are solutions of both kinds."""
    found = st.static_disclosure(F, G, 10)
    kinds = [s.kind for s in found.solutions]
    low, high = max(F.support[0], G.support[0]), min(F.support[1], G.support[1])
    if high is sympy.oo:
        high = low + 4

    def gap(x):
        y = F.mean_above(x)
        y = y if isinstance(y, Rational) else Rational(str(sympy.N(y, 30)))
        return float(sympy.N(G.mean_below(y) - x, 20))

    start = G.support[0]
    grid = [start + (high - start) * Rational(2 * k + 1, 120) for k in range(60)]
    signs = [s for x in grid if F.cdf(x) != 1 for s in [gap(x) > 0]]
    changes = [a for a, b in itertools.pairwise(signs) if a != b]
    assert kinds == ["local maximum" if falling else "saddle" for falling in changes]


def test_three_fixed_points_and_the_symmetric_one_is_not_best():
    found = st.static_disclosure(SPREAD, SPREAD)
    assert [s.kind for s in found.solutions] == ["local maximum", "saddle", "local maximum"]
    assert [s.is_global for s in found.solutions] == [True, False, True]
    symmetric = found.solutions[1]
    assert symmetric.x.minimal_polynomial == "15*x**2 - 12*x + 1"
    assert sympy.simplify(symmetric.x.name + symmetric.y.name) == 1
    assert found.welfare.exact == Rational(73, 320)


def test_algebraic_cutoffs_have_their_names():
    found = st.static_disclosure("power(2)", "uniform(0,1)", 40).best
    assert found.x.name == (sympy.sqrt(3) - 1) / 2
    assert found.welfare.name == sympy.sqrt(3) - Rational(3, 2)
    for number in (found.x, found.y, found.welfare):
        polynomial, root = sympy.sympify(number.minimal_polynomial), symbols("x")
        assert sympy.expand(polynomial.subs(root, number.name)) == 0
        low, high = (sympy.Rational(str(end)) for end in (number.low, number.high))
        assert polynomial.subs(root, low) * polynomial.subs(root, high) <= 0 and low <= number.name <= high


def test_a_thousand_digits_agree_with_thirty():
    pair = ("truncated_exponential(1)", "kumaraswamy(1/2,5/2)")
    long, short = (st.static_disclosure(*pair, digits).best.x for digits in (1000, 30))
    assert long.high - long.low < fmpq(1, 10**1000)
    assert long.decimal(30)[:-1] == short.decimal(30)[:-1]


def test_degenerate_cases():
    never = st.static_disclosure("uniform(0,1)", "uniform(2,3)")
    assert never.solutions == () and never.welfare.exact == 0 and never.price is None
    always = compare("uniform(2,3)", "uniform(0,1)")
    assert {n.exact for n in always.values.values()} == {2}
    certain = st.static_disclosure("uniform(2,3)", "uniform(0, 5/2)").best
    assert (certain.x.exact, certain.y.exact) == (Rational(5, 4), Rational(5, 2))


def test_refusals():
    types = st.TypeSpace(values=(0, 1), probabilities=(HALF, HALF))
    with pytest.raises(st.ModelError, match="without atoms"):
        st.static_disclosure(types, st.uniform(0, 1))
    with pytest.raises(st.ModelError, match="symbolic_cutoffs"):
        st.static_disclosure(st.power(symbols("a", positive=True)), st.uniform(0, 1))
    with pytest.raises(st.ModelError, match="numeric only"):
        st.static_disclosure(st.distribution(lambda t: t, 0, 1), st.uniform(0, 1))
    with pytest.raises(st.ModelError, match="divides by zero"):
        st.static_disclosure(st.from_density(exp(-1 / v)), "power(2)")
    with pytest.raises(st.ModelError, match="digits"):
        st.static_disclosure("power(2)", "power(2)", 0)
    with pytest.raises(st.ModelError, match="not linear"):
        st.symbolic_cutoffs(st.power(symbols("a", positive=True)), st.power(2))


def test_a_cdf_whose_formula_is_singular_at_the_end():
    import mpmath

    found = st.static_disclosure(st.from_cdf(exp(1 - 1 / v)), "uniform(0,1)", 12)
    x, y = (mpmath.mpf(n.decimal(12)) for n in (found.best.x, found.best.y))

    def cdf(t):
        return mpmath.exp(1 - 1 / t)

    above = mpmath.quad(lambda t: t * cdf(t) / t**2, [x, 1]) / (1 - cdf(x))
    assert found.verdict and abs(above - y) < 1e-10 and abs(y - 2 * x) < 1e-10


def test_a_cdf_of_ones_own_must_increase():
    assert st.from_cdf((1 - exp(-v)) / (1 - exp(-1))).increasing      # by the form of its density
    rises = st.from_cdf(sympy.sin(sympy.pi * v / 2) * v)
    assert not rises.increasing and st.static_disclosure(rises, rises, 5).verdict
    falls = st.from_cdf(v + 2 * sympy.sin(sympy.pi * v))
    found = st.static_disclosure(falls, falls, 5).verdict
    assert not found and "not known to increase" in found.reason


@pytest.mark.parametrize("shift", [Rational(0), Rational(3, 7)])
def test_moving_and_stretching_both_types_moves_and_stretches_the_cutoffs(shift):
    F, G = st.beta(2, 3), st.power(2)
    plain = st.static_disclosure(F, G, 20).best
    moved = st.static_disclosure(st.affine(F, 2, shift), st.affine(G, 2, shift), 20).best
    for one, other in ((plain.x, moved.x), (plain.y, moved.y)):
        assert abs(2 * one.low + fmpq(str(shift)) - other.low) < fmpq(1, 10**19)
    assert abs(2 * plain.welfare.low - moved.welfare.low) < fmpq(1, 10**19)


def test_exchanging_buyer_and_seller_mirrors_the_cutoffs():
    F, G = st.beta(2, 3), st.power(2)
    one = st.static_disclosure(F, G, 20).best
    other = st.static_disclosure(st.mirror(G), st.mirror(F), 20).best
    assert abs(1 - one.y.low - other.x.low) < fmpq(1, 10**19)
    assert abs(one.welfare.low - other.welfare.low) < fmpq(1, 10**19)


# --- benchmarks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("F", "G"), PAIRS, ids=str)
def test_a_posted_price_beats_every_price_on_a_grid(F, G):
    found = st.best_posted_price(F, G, 15)
    assert found.verdict, found.verdict
    low, high = G.support[0], F.support[1] if F.support[1] is not sympy.oo else 3
    for k in range(1, 40):
        p = low + (high - low) * Rational(k, 40)
        gains = sympy.N(F.upper(p) * G.cdf(p) + G.lower(p) * (1 - F.cdf(p)), 30)
        rounding = Rational(1, 10**25)
        assert gains <= Rational(str(found.welfare.high)) + rounding


def bound(F, G, count, upper):
    """An exact bound of the second best: the relaxed linear program of `count` cells a side, with the
    values at the far ends of the cells for an upper bound, at the near ends for a lower one."""
    (lo, hi) = min(F.support[0], G.support[0]), max(F.support[1], G.support[1])
    ends = [lo + (hi - lo) * Rational(k, count) for k in range(count + 1)]

    def cells(D, up):
        found = [(ends[k + up], D.cdf(ends[k + 1]) - D.cdf(ends[k])) for k in range(count)]
        return [(value, mass) for value, mass in found if mass > 0]

    values, costs = cells(F, 1 if upper else 0), cells(G, 0 if upper else 1)
    q = {(i, j): symbols(f"q_{i}_{j}") for i in range(len(values)) for j in range(len(costs))}
    above = [sum(m for _, m in values[i + 1:]) for i in range(len(values))]
    below = [sum(m for _, m in costs[:j]) for j in range(len(costs))]
    psi = [x - (values[i + 1][0] - x) * above[i] / m if above[i] else x for i, (x, m) in enumerate(values)]
    phi = [x + (x - costs[j - 1][0]) * below[j] / m if below[j] else x for j, (x, m) in enumerate(costs)]
    weight = {(i, j): values[i][1] * costs[j][1] for i, j in q}
    rows = [("budget", sum(weight[k] * (psi[k[0]] - phi[k[1]]) * q[k] for k in q) >= 0)]
    rows += [(f"B{i}", sum(costs[j][1] * (q[i + 1, j] - q[i, j]) for j in range(len(costs))) >= 0)
             for i in range(len(values) - 1)]
    rows += [(f"S{j}", sum(values[i][1] * (q[i, j] - q[i, j + 1]) for i in range(len(values))) >= 0)
             for j in range(len(costs) - 1)]
    rows += [c for k, s in q.items() for c in ((f"lo{k}", s >= 0), (f"hi{k}", s <= 1))]
    gains = sum(weight[k] * (values[k[0]][0] - costs[k[1]][0]) * q[k] for k in q)
    return st.solve(st.maximize(gains, subject_to=rows, variables=tuple(q.values()))).value_at({})


@pytest.mark.parametrize(("F", "G"), [
    (st.power(2), st.beta(2, 3)), (st.uniform(0, 2), st.uniform(0, 1)),
    (st.piecewise_uniform([0, Rational(1, 4), 1], [HALF, HALF]), st.uniform(0, 1)), (SPREAD, SPREAD),
    (st.uniform(0, 1), st.piecewise_uniform([0, HALF, 1], [Rational(1, 4), Rational(3, 4)])),
], ids=str)
def test_the_second_best_lies_between_exact_linear_programs(F, G):
    found = st.second_best(F, G, 12)
    assert found.reason == ""
    assert found.welfare.high - found.welfare.low < fmpq(1, 10**11)
    low, high = (fmpq(str(bound(F, G, 10, upper))) for upper in (False, True))
    assert low < found.welfare.low < high
    first = first_best(F, G, 20)
    assert found.welfare.high < first.high


def test_the_second_best_in_closed_form():
    """By hand: with 1 - F = (1 - v)^2, G = c^2 both virtual values are linear, and trade takes place where
    v - c >= t.  The budget balances at t = 1/6."""
    c, t = symbols("c"), Rational(1, 6)
    rest = (1 - c - t)**2
    assert sympy.integrate(rest * (t * 2 * c - c**2), (c, 0, 1 - t)) == 0
    gains = sympy.integrate(2 * c * (t * rest + (1 - c - t)**3 / 3), (c, 0, 1 - t))
    found = st.second_best("mirror_power(2)", "power(2)", 20)
    assert found.welfare.exact == gains
    a = found.weight.exact
    assert (a / 2) / (1 + a / 2) == t


def test_forty_types_a_side():
    """The value by the exact engine, all incentive constraints; and by sorting pairs, another way."""
    n = 40
    grid = [Rational(2 * i + 1, 2 * n) for i in range(n)]
    equal = (Rational(1, n),) * n
    env = st.FiniteEnvironment(buyer=st.TypeSpace(values=tuple(grid), probabilities=equal),
                               seller=st.TypeSpace(values=tuple(grid), probabilities=equal))
    mech = st.DirectMechanism(env)
    value = st.solve(st.maximize(st.gains_from_trade(env, mech), subject_to=(
        *st.bayesian_ic(env, mech), *st.interim_ir(env, mech)))).value_at({})
    types = [fmpq(2 * i + 1, 2 * n) for i in range(n)]
    step = fmpq(1, n)
    pairs = [(types[i] - types[j], (types[i] - step * (n - 1 - i)) - (types[j] + step * j))
             for i in range(n) for j in range(n)]
    gains, budget = fmpq(0), fmpq(0)
    for surplus, virtual in pairs:
        if surplus >= 0 and virtual >= 0:
            gains, budget = gains + surplus, budget + virtual
    costly = sorted((p for p in pairs if p[0] > 0 > p[1]), key=lambda p: p[0] / -p[1], reverse=True)
    for surplus, virtual in costly:
        share = min(fmpq(1), budget / -virtual)
        gains, budget = gains + share * surplus, budget + share * virtual
    assert fmpq(str(value)) == gains / n**2


def test_a_ranking_changes_along_a_family():
    low, high = st.ranking_change(lambda n: (st.mirror_power(n), st.power(n)), 1, 2,
                                  "static disclosure", "second best", 1)
    assert Rational(3, 2) < low < high < Rational(7, 4)


def test_symbolic_shapes():
    a, b = symbols("a b", positive=True)
    found = st.symbolic_cutoffs(st.mirror_power(b), st.power(a))
    assert found.verdict
    numbers = {a: 3, b: 2}
    exact = st.static_disclosure("mirror_power(2)", "power(3)").best
    assert (found.x.subs(numbers), found.y.subs(numbers)) == (exact.x.exact, exact.y.exact)
    assert sympy.simplify(found.welfare.subs(numbers)) == exact.welfare.exact


@pytest.mark.parametrize("seed", range(6))
def test_random_pieces(seed):
    """Everything is decided for piecewise uniform pairs with gaps, and in the right order."""
    import random

    chance = random.Random(seed)

    def draw():
        count = chance.randint(1, 4)
        breaks = sorted(chance.sample([Rational(i, 8) for i in range(9)], count + 1))
        masses = [chance.randint(0, 4) for _ in range(count)]
        masses[0] += not any(masses)
        return st.piecewise_uniform(breaks, [Rational(m, sum(masses)) for m in masses])

    for _ in range(3):
        found = compare(draw(), draw(), 10)
        assert found.static.verdict and found.posted.verdict and found.second.reason == ""
        first, static, second, posted = (found.values[k] for k in (
            "first best", "static disclosure", "second best", "posted price"))
        assert posted.low <= static.high <= first.high
        assert posted.low <= second.high and second.low <= first.high


def test_a_gap_can_make_the_first_best_feasible():
    """All sellers cost at most 1/2 or at least 7/8, all buyers are worth something in between."""
    seller = st.piecewise_uniform([0, HALF, Rational(7, 8), 1], [HALF, 0, HALF])
    found = compare(st.uniform(HALF, Rational(7, 8)), seller, 10)
    assert found.second.welfare.exact == found.first.exact


def test_infinitely_many_cutoffs():
    found = st.static_disclosure(st.pareto(3, 1), st.affine(st.power(2), 10))    # V(x) = 3x/2, C(y) = 2y/3
    assert not found.verdict and "infinitely many pairs" in found.verdict.reason


@pytest.mark.parametrize(("buyer", "seller"), [
    ("power(200)", "power(150)"), ("density(9*(2*v - 1)^8)", "uniform(0,1)"),
    ("beta(2,5)", "kumaraswamy(3,1/2)"),
])
def test_formulas_whose_enclosures_are_wide(buyer, seller):
    """High degrees, and a buyer of whom few values are high: against quadrature."""
    F, G = st.distribution(buyer), st.distribution(seller)
    (only,) = st.static_disclosure(F, G, 20).solutions
    x, y = (Rational(n.decimal(20)) for n in (only.x, only.y))
    with ctx.workprec(120):
        mass_v, first_v = moments(F, x, F.support[1])
        mass_c, first_c = moments(G, G.support[0], y)
        gaps = (first_v / mass_v - arb(rational(y)), first_c / mass_c - arb(rational(x)))
    assert all(abs(gap) < arb("1e-12") for gap in gaps)


def test_the_best_posted_price_where_a_density_is_not_smooth_at_an_end():
    found = st.best_posted_price("uniform(1/4,2)", "mirror_power(5/2)")
    assert found.verdict and abs(float(found.price.decimal(12)) - best_on_a_grid()) < 1e-3


def best_on_a_grid():
    def gains(p):                                    # E[v - p; v >= p] G(p) + E[p - c; c <= p] (1 - F(p))
        survival, mass = (2 - p) / 1.75, 1 - (1 - p)**2.5
        return (2 - p)**2 / 3.5 * mass + (p - (1 - (1 - p)**3.5) / 3.5) * survival
    return max((k / 4000 for k in range(1001, 4000)), key=gains)
