"""The second best's certificates: against quadrature in plain numbers, exact linear programs and spoiled
proposals."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import sympy
from flint import ctx, fmpq
from sympy import Rational, exp, pi, sin, symbols

import symtrade as st
from symtrade.analysis.disclosure.first_best import first_best
from symtrade.analysis.second_best.proof import Case
from symtrade.analysis.second_best.proposal import read_proposal
from symtrade.analysis.second_best.search import Search
from symtrade.analysis.second_best.welfare import certified
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.verdict import Proved
from symtrade.model.distribution import X
from symtrade.prover import Replaying, Searching
from tests.analysis.test_cutoffs import bound

HALF, HALF_EXACT = Rational(1, 2), fmpq(1, 2)
v = symbols("v")
HUMPS = st.mixture((HALF, HALF), (st.beta(2, 8), st.beta(8, 2)))
SPREAD = st.piecewise_uniform([0, Rational(1, 10), Rational(9, 10), 1], [HALF, 0, HALF])
LEVEL = st.piecewise_uniform([0, Rational(1, 4), Rational(3, 4), 1],
                             [Rational(2, 5), Rational(1, 5), Rational(2, 5)])
SMOOTH = [
    (st.power(2), st.beta(2, 3)), (st.truncated_exponential(1), st.power(Rational(3, 2))),
    (st.exponential(1), st.uniform(0, 1)), (st.from_cdf(sin(pi * v / 2)), st.uniform(0, 1)),
    (st.exponential(1), st.exponential(2)), (st.kumaraswamy(2, 3), st.truncated_exponential(2)),
]
IRONED = [
    (SPREAD, SPREAD), (LEVEL, LEVEL), (st.uniform(0, 1), HUMPS),
    pytest.param(HUMPS, st.uniform(0, 1), marks=pytest.mark.slow),
    pytest.param(st.piecewise_uniform([0, Rational(1, 4), 1], [HALF, HALF]), HUMPS, marks=pytest.mark.slow)]
INFINITE = [  # densities that are infinite at an end, of types that trade or that do not
    ("uniform(0,1)", "power(1/2)"), ("uniform(0,1)", "mirror_power(1/2)"), ("power(1/2)", "beta(3/2,1/2)"),
    pytest.param("mirror_power(1/2)", "kumaraswamy(1/2,5/2)", marks=pytest.mark.slow),
    pytest.param("beta(1/2,1/2)", "exponential(2)", marks=pytest.mark.slow)]


def formulas(D):
    """cdf and density of one piece, in plain numbers."""
    (piece,) = D.pieces
    both = (sympy.lambdify(X, e, "numpy") for e in (piece.cdf, piece.density))
    return [lambda x, f=f: f(x) + 0 * x for f in both]


def quadrature(f, ends, nodes=24):
    """Gauss and Legendre's rule between the ends, one after the other."""
    z, w = np.polynomial.legendre.leggauss(nodes)
    return sum(float(np.sum(w * f((b + a) / 2 + (b - a) / 2 * z))) * (b - a) / 2
               for a, b in itertools.pairwise(ends))


@pytest.mark.parametrize(("F", "G"), SMOOTH, ids=str)
def test_welfare_and_budget_by_double_integrals_in_plain_numbers(F, G):
    """With thresholds by bisection, and integrals over values and costs of v - c and of the virtual surplus:
    none of the program's own formulas.  The budget balances and the welfare agrees."""
    found = st.second_best(F, G, 9)
    assert found.verdict, found.reason
    st.check(found.verdict)
    (cdf, f), (cdf_c, g) = formulas(F), formulas(G)
    low, high = (float(e) if e is not sympy.oo else 36.0 for e in F.support)
    c_low, c_high = (float(e) if e is not sympy.oo else 18.0 for e in G.support)
    a = float(found.weight.decimal(9))

    def bisected(rises, left, right):
        for _ in range(60):
            middle = (left + right) / 2
            left, right = (middle, right) if rises(middle) else (left, middle)
        return right

    def H(x):
        return x - a * (1 - cdf(x)) / f(x)

    def L(c):
        return c + a * cdf_c(c) / g(c)

    last = bisected(lambda c: L(c) < high, c_low, c_high)

    def inner(c, weight):
        t = bisected(lambda x: H(x) < L(c), low, high)
        return quadrature(lambda x: weight(x) * f(x), [t + (high - t) * k**3 for k in np.linspace(0, 1, 9)])

    def outer(weight):
        ends = [c_low + (last - c_low) * k**3 for k in np.linspace(0, 1, 5)]
        return quadrature(np.vectorize(lambda c: inner(c, lambda x: weight(x, c)) * g(c)), ends, 12)

    surplus = outer(lambda x, c: x - (1 - cdf(x)) / f(x) - c - cdf_c(c) / g(c))
    assert abs(surplus) < 1e-6
    assert abs(outer(lambda x, c: x - c) - float(found.welfare.decimal(9))) < 1e-6


@pytest.mark.parametrize(("F", "G"), IRONED, ids=str)
def test_ironed_pairs_lie_between_exact_linear_programs(F, G):
    found = st.second_best(F, G, 4)
    assert found.verdict, found.reason
    assert found.buyer_pools or found.seller_pools
    assert found.welfare.high - found.welfare.low < fmpq(1, 10**8)
    low, high = (fmpq(str(bound(F, G, 10, upper))) for upper in (False, True))
    assert low < found.welfare.low <= found.welfare.high < high


@pytest.mark.parametrize(("F", "G"), INFINITE)
def test_infinite_densities(F, G):
    found = st.second_best(F, G, 4)
    assert found.verdict, found.reason
    st.check(found.verdict)
    assert found.digits and found.weight.high - found.weight.low < fmpq(1, 10**4)
    assert found.welfare.high - found.welfare.low < fmpq(1, 10**8)
    assert st.best_posted_price(F, G, 8).welfare.low < found.welfare.low < first_best(
        *map(st.distribution, (F, G)), 8).high


def test_the_uniform_pair_by_its_certificate():
    """Without the exact case: the certified interval holds 9/64, the weight is 1/3."""
    F = G = st.uniform(0, 1)
    proposal, verdict, sharp = certified(F, G, 60, Searching())
    assert verdict and proposal.most - proposal.least < fmpq(1, 10**60)
    assert proposal.least <= fmpq(9, 64) <= proposal.most
    assert sharp and proposal.aside.low <= HALF_EXACT <= proposal.aside.high
    assert proposal.aside.high - proposal.aside.low < fmpq(1, 10**28)
    assert abs(proposal.weight - fmpq(1, 3)) < fmpq(1, 10**35)
    assert all(abs((p.last - p.first) / (p.high - p.low) - 1) < fmpq(1, 10**35) for p in proposal.panels)
    assert abs(proposal.panels[0].first - fmpq(1, 4)) < fmpq(1, 10**35)


@pytest.mark.parametrize("pair", [("power(2)", "beta(2,3)"), ("exponential(1)", "uniform(0,1)")])
def test_more_digits_agree_with_fewer(pair):
    few, many = (st.second_best(*pair, digits) for digits in (12, 60))
    assert few.verdict and many.verdict
    assert many.welfare.high - many.welfare.low < fmpq(1, 10**60)
    assert few.welfare.low <= many.welfare.low <= many.welfare.high <= few.welfare.high


def test_the_multiplier_is_the_price_of_outside_money():
    """The welfare at other budgets, by mechanisms that have nothing to do with the proof, is a concave
    function with the multiplier as its slope: chords on either side enclose it."""
    F, G = st.power(2), st.beta(2, 3)
    found = st.second_best(F, G, 12)
    assert found.digits and found.multiplier.high - found.multiplier.low < fmpq(1, 10**12)
    search = Search(F, G)
    search.prepare(8)
    points = []
    for weight in (fmpq(2, 10), fmpq(265, 1000), fmpq(272, 1000), fmpq(4, 10)):
        with ctx.workprec(search.precision):
            other = search.proposed(weight)
        points.append([float(search.total(other, what)) for what in ("budget", "welfare")])
    slopes = [(u[1] - w[1]) / (w[0] - u[0]) for u, w in itertools.pairwise(points)]
    m = float(found.multiplier.decimal(12))
    assert slopes[0] < m < slopes[2] and abs(slopes[1] - m) < 1e-3


def test_without_need_of_a_budget_the_multiplier_is_zero():
    found = st.second_best(st.piecewise_uniform([0, Rational(1, 10), 3, 4], [HALF, 0, HALF]),
                           st.uniform(Rational(1, 5), 1), 12)
    assert found.verdict and found.digits and found.multiplier.low == 0
    assert found.multiplier.high < fmpq(1, 10**12)


def test_moving_and_stretching_and_exchanging_both_sides():
    F, G = st.beta(2, 3), st.power(Rational(3, 2))
    plain = st.second_best(F, G, 4).welfare
    moved = st.second_best(st.affine(F, 2, 5), st.affine(G, 2, 5), 4)
    mirrored = st.second_best(st.mirror(G), st.mirror(F), 4)
    assert moved.verdict and mirrored.verdict
    assert abs(2 * plain.low - moved.welfare.low) < fmpq(1, 10**7)
    assert abs(plain.low - mirrored.welfare.low) < fmpq(1, 10**7)


def test_a_density_without_closed_integral():
    t = symbols("t", real=True)
    scale = sympy.Integral(exp(-t**3), (t, 0, 1))
    F = st.from_density(exp(-v**3))
    assert F.pieces[0].cdf.has(sympy.Integral) and scale
    proposal, verdict, _ = certified(F, st.uniform(0, 1), 8, Searching())
    assert verdict, verdict
    assert proposal.most - proposal.least < fmpq(1, 10**8)


# --- lies ------------------------------------------------------------------------------------------


def good(F, G):
    return Search(F, G).best(10)


def outcome(F, G, proposal, which=1):
    """The verdict on a proposal: on the welfare, or 2 for the multiplier."""
    class Given(Searching):
        def proposal(self, search):
            return proposal.to_data()

    return certified(F, G, 10, Given())[which]


def moved(panel, by):
    return replace(panel, coefficients=(panel.coefficients[0] + by, *panel.coefficients[1:]))


def test_spoiled_proposals_are_not_proved():
    F, G = st.power(2), st.beta(2, 3)
    p = good(F, G)
    assert isinstance(outcome(F, G, p), Proved) and read_proposal(p.to_data()) == p
    tiny = fmpq(1, 1000)
    last = p.panels[-1]
    tilted = replace(last, coefficients=(last.coefficients[0] - tiny / 2, last.coefficients[1] + tiny / 2,
                                         *last.coefficients[2:]))
    lies = {
        "lower bound": replace(p, least=p.least + fmpq(1, 10**9)),
        "upper bound": replace(p, most=p.most - fmpq(1, 10**9)),
        "budget": replace(p, panels=(*(moved(q, -tiny) for q in p.panels[:-1]), tilted)),
        "panels do not join": replace(p, panels=p.panels[1:]),
        "thresholds fall": replace(p, panels=(moved(p.panels[0], fmpq(1, 2)), *p.panels[1:])),
        "weight": replace(p, weight=fmpq(-1, 3)),
        "no range": replace(p, buyer=replace(p.buyer, ranges=())),
        "increase": replace(p, buyer=replace(p.buyer, ranges=tuple(
            (low, high, k / 100) for low, high, k in p.buyer.ranges))),
        "leaves the support": replace(p, panels=(*p.panels[:-1], moved(last, tiny))),
        "idle types": replace(p, seller=replace(p.seller, high=fmpq(1, 4))),
        "lower": replace(p, buyer=replace(p.buyer, high=fmpq(1, 2))),
        "idle types trade": replace(p, buyer=replace(p.buyer, idle=fmpq(1, 2))),
        "not proved to be idle": replace(p, buyer=replace(p.buyer, idle=p.panels[0].last), panels=(
            replace(p.panels[0], coefficients=(p.panels[0].last,)), *p.panels[1:])),
    }
    for name, lie in lies.items():
        verdict = outcome(F, G, lie)
        assert not isinstance(verdict, Proved), name
        if name not in ("lower", "budget"):
            assert name in verdict.reason, (name, verdict.reason)


def test_spoiled_multipliers_are_not_proved():
    F, G = st.power(2), st.beta(2, 3)
    p = good(F, G)
    a, tiny = p.aside, fmpq(1, 10**4)
    assert a.high - a.low < tiny and outcome(F, G, p, 2)
    for lie in (replace(a, low=a.low + tiny), replace(a, high=a.high - tiny), replace(a, height=-a.height),
                replace(a, height=fmpq(1, 2)), replace(a, height=fmpq(0)), replace(a, panel=None),
                replace(a, height=a.height / 10**4)):
        assert not outcome(F, G, replace(p, aside=lie), 2), lie
        assert outcome(F, G, replace(p, aside=lie)), lie  # what is said of the welfare stands
    assert not outcome(F, G, replace(p, aside=None), 2)


def test_other_weights_give_weaker_bounds_that_hold():
    """Weak duality: at any weight the bound of its own proposal is at least the second best."""
    F, G = st.power(2), st.beta(2, 3)
    best = good(F, G)
    search = Search(F, G)
    search.prepare(8)
    for weight in (fmpq(1, 10), fmpq(1, 2), fmpq(9, 10)):
        with ctx.workprec(search.precision):
            other = search.bounded(search.proposed(weight))
        assert other.most > best.most
        verdict = outcome(F, G, replace(other, least=fmpq(0)))
        assert isinstance(verdict, Proved) or "budget" in verdict.reason


def test_spoiled_pools_are_not_proved():
    F, G = st.uniform(0, 1), HUMPS
    p = good(F, G)
    assert isinstance(outcome(F, G, p), Proved)
    ((low, y, z, high),) = p.seller.pools
    for pools in ((), ((low, y, z, high - fmpq(1, 100)),), ((low + fmpq(1, 100), y, z, high),),
                  ((high, high, low, low),)):
        lie = replace(p, seller=replace(p.seller, pools=pools))
        assert not isinstance(outcome(F, G, lie), Proved), pools


def test_a_gap_has_to_be_pooled():
    p = good(SPREAD, SPREAD)
    assert isinstance(outcome(SPREAD, SPREAD, p), Proved)
    for side in ("buyer", "seller"):
        lie = replace(p, **{side: replace(getattr(p, side), pools=())})
        verdict = outcome(SPREAD, SPREAD, lie)
        assert not isinstance(verdict, Proved) and "gap" in verdict.reason


def test_certificates_are_those_of_the_question():
    """Certificates of one pair do not answer for another."""
    F, G = st.power(2), st.uniform(0, 1)
    prover = Searching()
    assert st.second_best(F, G, 8, prover).verdict
    stored = [c.to_data() for c in prover.certificates]
    again = Replaying(calls=prover.calls, certificates=stored)
    assert st.second_best(F, G, 8, again).verdict
    with pytest.raises(CertificateError):
        st.second_best(st.power(3), G, 8, Replaying(calls=prover.calls, certificates=stored))
    with pytest.raises((CertificateError, ArithmeticError)):
        Case(F, G, replace(good(F, G), panels=()), 8)
