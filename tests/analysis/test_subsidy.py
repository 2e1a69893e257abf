"""The least subsidy against searches that share no code with it: convex hulls and mirror ascent in floats."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import sympy
from flint import arb, ctx

import symtrade as st
from symtrade.kernel.evidence import verify_evidence
from symtrade.prover import Searching

P = sympy.Symbol("p")


def environment(prior, buyer, seller):
    return st.QualityEnvironment((1 - Fraction(prior), Fraction(prior)), buyer, seller)


@cache
def solved(prior, buyer, seller, digits=30):
    prover = Searching()
    found = st.least_subsidy(environment(prior, buyer, seller), digits, prover)
    for certificate in prover.certificates:
        verify_evidence(certificate)
    return found


def hull_search(prior, buyer, seller, points=200):
    """The concave closure at the prior of the net payment, as an upper hull over a grid of posteriors, for
    a grid of multipliers: sharper grids around the best ones."""
    p = float(Fraction(prior))
    x = np.unique(
        np.concatenate(
            [np.linspace(0, 1, points)[1:-1], np.geomspace(1e-7, 0.1, 100), 1 - np.geomspace(1e-7, 0.1, 100)]
        )
    )

    def hull_at_prior(t):
        hull = []  # the upper hull, from the left
        for point in zip(x.tolist(), t.tolist(), strict=True):
            while len(hull) > 1 and (
                (hull[-1][0] - hull[-2][0]) * (point[1] - hull[-2][1])
                >= (hull[-1][1] - hull[-2][1]) * (point[0] - hull[-2][0])
            ):
                hull.pop()
            hull.append(point)
        return np.interp(p, *zip(*hull, strict=True))

    def value(a, b):
        keep = np.minimum(buyer[0] - np.log(1 - x) + np.log(1 - a), buyer[1] - np.log(x) + np.log(a))
        give = np.maximum(seller[0] + np.log(1 - x) - np.log(1 - b), seller[1] + np.log(x) - np.log(b))
        return hull_at_prior(keep - give)

    centre, width, best = np.array([0.0, 0.0]), 8.0, -np.inf
    for _ in range(6):
        grid = [
            (centre[0] + i * width, centre[1] + j * width)
            for i in np.linspace(-1, 1, 9)
            for j in np.linspace(-1, 1, 9)
        ]
        values = [value(1 / (1 + math.exp(-a)), 1 / (1 + math.exp(-b))) for a, b in grid]
        k = int(np.argmax(values))
        best, centre, width = max(best, values[k]), np.array(grid[k]), width / 2.5
    return best


CASES = [
    ("1/2", (1, 4), (0, 3), "attained"),
    ("3/10", (1, 5), (0, 2), "attained"),
    ("2/3", (4, 1), (3, 0), "attained"),
    ("1/2", (1, 2), (0, 1), "no information"),
    ("2/5", (0, 6), (-1, 0), "not attained"),
    ("17/20", (14, 7), (0, 6), "not attained"),
    ("1/2", (2, 2), (1, 1), "no information"),
    ("1/2", (1, 4), (1, 4), "attained"),
]


@pytest.mark.parametrize(("prior", "buyer", "seller", "case"), CASES)
def test_a_convex_hull_search_never_beats_it(prior, buyer, seller, case):
    found = solved(prior, buyer, seller)
    assert found.case == case
    revenue, other = float(found.revenue.decimal(20)), hull_search(prior, buyer, seller)
    assert other <= revenue + 1e-9
    assert revenue <= other + 0.02  # and the search comes close


def ball(number):
    return arb(number.low).union(arb(number.high))


@pytest.mark.parametrize(("prior", "buyer", "seller", "case"), [c for c in CASES if c[3] == "attained"])
def test_every_condition_holds_as_a_ball(prior, buyer, seller, case):
    """ST on the path with multipliers read off the transfers, NA with equality, DF off the path."""
    found = solved(prior, buyer, seller, 40)
    tiny = arb(10) ** -30
    with ctx.workprec(300):
        x = [ball(q) for q in found.posteriors]
        logs = [[(1 - q).log(), q.log()] for q in x]
        mean = (
            sum(ball(w) * q for w, q in zip(found.weights, x, strict=True))
            - arb(Fraction(prior).numerator) / Fraction(prior).denominator
        )
        assert mean.contains(0) and mean.rad() < tiny
        for trader, sign, u in (("buyer", 1, buyer), ("seller", -1, seller)):
            t = [[ball(q) for q in row] for row in found.transfers[trader]]
            lam = [[sign * (u[v] - t[i][i]) - logs[i][v] for v in (0, 1)] for i in (0, 1)]
            least = [ball(q) for q in found.multipliers[trader]]
            for v in (0, 1):  # the smaller multiplier is the minimum that NA speaks of
                gaps = [lam[i][v] - least[v] for i in (0, 1)]
                assert any(g.contains(0) and g.rad() < tiny for g in gaps)
                assert all(g > -tiny for g in gaps)
            na = sum((-m).exp() for m in least) - 1
            assert na.contains(0) and na.rad() < tiny
            kink = [i for i in (0, 1) if all((lam[i][v] - least[v]).contains(0) for v in (0, 1))]
            assert len(kink) == 1  # Opt holds at exactly one posterior
            for own, other in ((0, 1), (1, 0)):
                i, j = (own, other) if trader == "buyer" else (other, own)
                for v in (0, 1):
                    phi = lam[other][v] - (sign * (u[v] - t[i][j]) - logs[own][v])
                    assert phi > -tiny and phi.rad() < tiny


@pytest.mark.parametrize(("prior", "buyer", "seller"), [("1/2", (1, 4), (0, 3)), ("3/10", (1, 5), (0, 2))])
@pytest.mark.parametrize("trader", ["buyer", "seller"])
def test_no_deviation_pays(prior, buyer, seller, trader):
    """Mirror ascent over all joint masses, abstaining included, reaches the rent and no more."""
    found = solved(prior, buyer, seller)
    x = np.array([float(q.decimal(18)) for q in found.posteriors])
    w = np.array([float(q.decimal(18)) for q in found.weights])
    given = w[:, None] * np.stack([1 - x, x], axis=1)  # of the other's realization j and the state v
    t = np.array([[float(q.decimal(18)) for q in row] for row in found.transfers[trader]])
    u = np.array(buyer if trader == "buyer" else seller, dtype=float)
    signed = u[None, None, :] - (t if trader == "buyer" else t.T)[:, :, None]
    payoff = signed if trader == "buyer" else -signed
    payoff = np.concatenate([payoff, np.zeros((1, 2, 2))])  # abstaining
    prior_mass = given.sum(axis=0)

    def net(a):
        masses = a.sum(axis=1)
        posteriors = masses / masses.sum(axis=1, keepdims=True)
        cost = (masses * np.log(posteriors)).sum() - (prior_mass * np.log(prior_mass)).sum()
        return (a * payoff).sum() - cost, payoff - np.log(posteriors)[:, None, :]

    rng = np.random.default_rng(3)
    rent = float(found.rents[trader].decimal(18))
    for _ in range(3):
        share = rng.dirichlet(np.ones(3), size=(2, 2)).transpose(2, 0, 1)
        a = share * given[None]
        best = -np.inf
        for step in range(6000):
            value, slope = net(a)
            assert value <= rent + 1e-9
            best = max(best, value)
            a = a * np.exp(min(0.5, 20 / (step + 20)) * (slope - slope.max(axis=0)))
            a = np.maximum(a, 1e-300)
            a *= given[None] / a.sum(axis=0, keepdims=True)
        assert best > rent - 2e-3


@pytest.mark.parametrize(
    ("gap", "case"),
    [("59/25", "no information"), ("237/100", "attained"), ("5", "attained"), ("200", "attained")],
)
def test_the_symmetric_closed_form(gap, case):
    """log(5 + 4 sqrt 2) = 2.3662 is the threshold; above it the posterior is (3 + sqrt(1 - 8/(B - 1)))/4."""
    g = Fraction(gap)
    assert (float(g) > math.log(5 + 4 * math.sqrt(2))) == (case == "attained")
    found = solved("1/2", (1, 1 + g), (0, g))
    assert found.case == case
    if case == "attained":
        with ctx.workprec(2000):
            b = (arb(g.numerator) / g.denominator).exp()
            x = (3 + (1 - 8 / (b - 1)).sqrt()) / 4
            assert abs(x - ball(found.posteriors[0])) < arb(10) ** -30
            relative = (1 - x) * (1 + b) ** 2 / (4 * x * (x + b * (1 - x)) ** 2)
            base = 2 * (2 / (1 + 1 / b)).log() - arb(g.numerator) / g.denominator + 1
            assert abs(relative.log() + base - ball(found.revenue)) < arb(10) ** -29


def test_values_that_do_not_depend_on_quality_need_no_information():
    assert solved("1/2", (2, 2), (1, 1)).revenue.exact == 1
    known = st.least_subsidy(st.QualityEnvironment((1,), (4,), (3,)))
    assert (known.case, known.revenue.exact) == ("no information", 1)


def test_scaling_the_cost_scales_everything():
    one = solved("3/10", (1, 5), (0, 2))
    env = st.QualityEnvironment(
        (Fraction(7, 10), Fraction(3, 10)), (2, 10), (0, 4), st.Entropy(2), st.Entropy(2)
    )
    two = st.least_subsidy(env)
    assert abs(ball(two.revenue) - 2 * ball(one.revenue)) < arb(10) ** -14
    assert abs(ball(two.posteriors[0]) - ball(one.posteriors[0])) < arb(10) ** -14


@pytest.mark.parametrize(
    ("env", "message"),
    [
        (
            lambda: st.QualityEnvironment((Fraction(1, 2),) * 2, (1, 4), (0, 5)),
            "gains from trade in every state",
        ),
        (lambda: st.QualityEnvironment((Fraction(1, 2),) * 2, (1.5, 4), (0, 3)), "exact number"),
        (lambda: st.QualityEnvironment((Fraction(1, 2), Fraction(1, 3)), (1, 4), (0, 3)), "sum to 1"),
        (lambda: st.QualityEnvironment((Fraction(3, 2), Fraction(-1, 2)), (1, 4), (0, 3)), "at most 1"),
        (lambda: st.QualityEnvironment((Fraction(1, 3),) * 3, (1, 4, 5), (0, 3, 4)), "at most two states"),
        (
            lambda: st.QualityEnvironment((Fraction(1, 2),) * 2, (1, 4), (0, 3), st.OwnCost(-(P**2), P)),
            "its second derivative is negative at the posterior 1/2",
        ),
        (lambda: st.OwnCost(1 / P, P), "finite on"),
        (lambda: st.OwnCost(P * sympy.Symbol("q"), P), "in the posterior p alone"),
        (lambda: st.OwnCost(0.5 * P**2, P), "exact numbers"),
    ],
)
def test_bad_models_are_refused(env, message):
    with pytest.raises(st.ModelError, match=message):
        st.least_subsidy(env())


VARIANCE = [
    ("1/2", (1, 4), (0, 3), 1, 1, "attained"),
    ("1/2", (1, 2), (0, 1), 1, 1, "no information"),
    ("1/5", (3, 4), (2, 1), 1, 1, "attained"),
    ("1/5", (3, Fraction(7, 2)), (1, Fraction(1, 2)), 1, Fraction(1, 3), "attained"),
    ("1/2", (1, 4), (0, 3), 1, 2, "attained"),
    ("2/3", (4, 1), (3, 0), 2, 2, "no information"),
    ("1/2", (1, 3), (0, 2), 1, 1, "no information"),  # full information brings the same
]


def closure(prior, buyer, seller, costs, anchors=41, points=161):
    """As `hull_search`, for potentials h and slopes h' as functions: where both are finite at 0 or 1, only
    the state that is left counts there."""
    p = float(Fraction(prior))
    near = np.geomspace(1e-9, 1e-3, 25)
    x = np.unique(np.concatenate([np.linspace(0, 1, points), [p], near, 1 - near]))
    grid = np.unique(np.concatenate([np.linspace(0, 1, anchors)[1:-1], near[::6], 1 - near[::6]]))
    kept = []
    with np.errstate(all="ignore"):
        finite = [all(np.isfinite(slope(np.float64(end))) for _, slope in costs) for end in (0, 1)]
        x = x[0 if finite[0] else 1 : len(x) if finite[1] else -1]
        for (h, slope), values in zip(costs, (buyer, [-v for v in seller]), strict=True):
            low, high = (lambda t: h(t) - t * slope(t)), (lambda t: h(t) + (1 - t) * slope(t))  # noqa: B023
            first = float(values[0]) - low(x)[None, :] + low(grid)[:, None]
            second = float(values[1]) - high(x)[None, :] + high(grid)[:, None]
            smaller = np.minimum(first, second)
            if finite[0]:
                smaller[:, 0] = first[:, 0]
            if finite[1]:
                smaller[:, -1] = second[:, -1]
            kept.append(smaller)
    best, left, right = -np.inf, x < p, x > p
    for a in kept[0]:
        for b in kept[1]:
            t = a + b
            chord = (
                t[left][:, None] * (x[right] - p)[None, :] + t[right][None, :] * (p - x[left])[:, None]
            ) / (x[right][None, :] - x[left][:, None])
            best = max(best, chord.max(), t[x == p][0])
    return best


def variance_in_floats(k):
    return lambda x: 2 * k * (x**2 - x), lambda x: k * (4 * x - 2)


FLOATS = {  # potentials and slopes, by hand
    "entropy": (lambda x: x * np.log(x) + (1 - x) * np.log(1 - x), lambda x: np.log(x / (1 - x))),
    "exp": (np.exp, np.exp),
    "roots": (lambda x: -np.sqrt(x) - np.sqrt(1 - x), lambda x: (1 / np.sqrt(1 - x) - 1 / np.sqrt(x)) / 2),
    "p^2 + p log p": (lambda x: x**2 + x * np.log(x), lambda x: 2 * x + np.log(x) + 1),
}
EXACT = {
    "entropy": st.Entropy(),
    "exp": st.OwnCost(sympy.exp(P), P),
    "roots": st.OwnCost(-sympy.sqrt(P) - sympy.sqrt(1 - P), P),
    "p^2 + p log p": st.OwnCost(P**2 + P * sympy.log(P), P),
}
HALF = Fraction(1, 2)
ANY = [
    ("1/2", (1, 4), (0, 3), "entropy", 1, "not attained"),
    ("1/2", (3 + HALF, 5 + HALF), (2 + HALF, 4), "exp", Fraction(1, 3), "attained"),
    ("9/10", (0, 3), (-HALF, 2), 1, "p^2 + p log p", "not attained"),
    ("1/2", (1, 4), (0, 3), "roots", "roots", "attained"),
]


@cache
def solved_for_any(prior, buyer, seller, one, two):
    p, prover = Fraction(prior), Searching()
    costs = [EXACT[c] if isinstance(c, str) else st.ResidualVariance(c) for c in (one, two)]
    found = st.least_subsidy(st.QualityEnvironment((1 - p, p), buyer, seller, *costs), 20, prover)
    for certificate in prover.certificates:
        verify_evidence(certificate)
    return found


@pytest.mark.parametrize(("prior", "buyer", "seller", "one", "two", "case"), ANY)
def test_any_costs(prior, buyer, seller, one, two, case):
    """Mixed costs and costs of one's own: a hull search never beats them, and comes close."""
    found = solved_for_any(prior, buyer, seller, one, two)
    costs = [FLOATS[c] if isinstance(c, str) else variance_in_floats(float(c)) for c in (one, two)]
    other = closure(prior, buyer, seller, costs, anchors=25, points=81)
    assert found.case == case
    assert other <= float(found.revenue.decimal(15)) + 1e-6 <= other + 0.04


@pytest.mark.parametrize("trader", ["buyer", "seller"])
def test_no_deviation_pays_with_other_costs(trader):
    """Mirror ascent over joint masses, abstaining included: the rent is the most, and is come close to."""
    prior, buyer, seller, one, two, _ = ANY[1]
    found = solved_for_any(prior, buyer, seller, one, two)
    h, slope = FLOATS[one] if trader == "buyer" else variance_in_floats(float(two))
    x = np.array([float(q.decimal(15)) for q in found.posteriors])
    w = np.array([float(q.decimal(15)) for q in found.weights])
    given = w[:, None] * np.stack([1 - x, x], axis=1)
    t = np.array([[float(q.decimal(15)) for q in row] for row in found.transfers[trader]])
    u = np.array([float(v) for v in (buyer if trader == "buyer" else seller)])
    signed = u[None, None, :] - (t if trader == "buyer" else t.T)[:, :, None]
    payoff = np.concatenate([signed if trader == "buyer" else -signed, np.zeros((1, len(x), 2))])
    rent, share = float(found.rents[trader].decimal(15)), np.full((3, len(x), 2), 1 / 3)
    a, best = share * given[None], -np.inf
    for step in range(4000):
        masses = a.sum(axis=1)
        q = masses[:, 1] / masses.sum(axis=1)
        net = (a * payoff).sum() - (masses.sum(axis=1) * h(q)).sum() + h(float(Fraction(prior)))
        assert net <= rent + 1e-9
        best = max(best, net)
        tangent = np.stack([h(q) - q * slope(q), h(q) + (1 - q) * slope(q)], axis=1)
        rise = payoff - tangent[:, None, :]
        a = np.maximum(a * np.exp(min(0.5, 20 / (step + 20)) * (rise - rise.max(axis=0))), 1e-200)
        a *= given[None] / np.maximum(a.sum(axis=0, keepdims=True), 1e-300)
    assert best > rent - 2e-3


@pytest.mark.parametrize(("prior", "buyer", "seller", "kb", "ks", "case"), VARIANCE)
def test_residual_variance(prior, buyer, seller, kb, ks, case):
    """A hull search never beats it; where it is rational, its transfers implement it, exactly."""
    p = Fraction(prior)
    env = st.QualityEnvironment((1 - p, p), buyer, seller, st.ResidualVariance(kb), st.ResidualVariance(ks))
    prover = Searching()
    found = st.least_subsidy(env, 20, prover)
    for certificate in prover.certificates:
        verify_evidence(certificate)
    assert found.case == case
    revenue, other = (
        float(found.revenue.decimal(15)),
        closure(prior, buyer, seller, [variance_in_floats(float(k)) for k in (kb, ks)]),
    )
    assert other <= revenue + 1e-9 and revenue <= other + 0.03
    if any(x.exact is None for x in found.posteriors):
        x, polynomial = float(found.posteriors[0].decimal(18)), found.posteriors[0].minimal
        assert polynomial.degree() == 3
        assert abs(sum(int(c) * x**k for k, c in enumerate(polynomial.coeffs()))) < 1e-14
        return
    masses = [
        (w.exact * (1 - x.exact), w.exact * x.exact)
        for w, x in zip(found.weights, found.posteriors, strict=True)
    ]
    n = len(masses)
    information = [[[masses[i][v] if i == j else 0 for j in range(n)] for i in range(n)] for v in (0, 1)]
    paid, received = ([[t.exact for t in row] for row in found.transfers[who]] for who in ("buyer", "seller"))
    answers = st.implementable(env, information, [[1] * n] * n, paid, received)
    assert answers["buyer"] and answers["seller"]
    for who, transfers, by in (("buyer", paid, -1), ("seller", received, 1)):
        worse = [[t - Fraction(by, 1000) for t in row] for row in transfers]  # less to keep
        changed = (worse, received) if who == "buyer" else (paid, worse)
        assert not st.implementable(env, information, [[1] * n] * n, *changed)[who]
    kept = sum(sum(m) * (paid[i][i] - received[i][i]) for i, m in enumerate(masses))
    assert kept == found.revenue.exact


def test_an_exact_tie_is_named():
    half, cost = Fraction(1, 2), st.ResidualVariance()
    found = st.least_subsidy(st.QualityEnvironment((half, half), (1, 3), (0, 2), cost, cost), 10)
    assert found.case == "no information" and found.winner.ties == ("full information",)
