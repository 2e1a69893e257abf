"""Shuttle diplomacy: against payoffs added up over all pairs of types, and numbers on a grid."""

from __future__ import annotations

import pytest
import sympy
from flint import arb, ctx, fmpq
from sympy import Rational, integrate, sqrt, symbols

import symtrade as st
from symtrade.analysis.disclosure.on_path import Stretch, decide
from symtrade.analysis.numbers.real import Number
from symtrade.prover import Searching
from tests.analysis.test_cutoffs import moments

v, c, s, t = symbols("v c s t")
HALF = Rational(1, 2)
BELL, SPREAD, UNIFORM = st.beta(2, 2), st.from_density(3 * (2 * v - 1)**2), st.uniform(0, 1)
UNEVEN = st.piecewise_uniform([0, Rational(1, 4), Rational(2, 5), Rational(3, 5), Rational(3, 4), 1], [
    Rational(1, 4), Rational(1, 20), Rational(2, 5), Rational(1, 20), Rational(1, 4)])
OUTER = st.piecewise_uniform([0, Rational(1, 10), Rational(8, 10), 1], [
    Rational(2, 5), Rational(1, 5), Rational(2, 5)])          # its fair price is not rational
LOW = st.mixture((HALF, HALF), (SPREAD, st.truncated_normal(HALF, Rational(1, 10), 0, 1)))
SHARED = v * (HALF - v)**2 / 2


def payoff(who, F, G, P, R):
    """What buyer or seller gets by being sincere until v_s and c_s and then claiming that: every pair of
    types by what happens to it first, on [0, 1], with densities that are polynomials."""
    f, g = F.density(v), G.density(c)
    v_s, c_s = symbols("v_s c_s")
    if who == "buyer":
        discovered = integrate((v - P) * f * integrate(g, (c, 0, v)), (v, 0, v_s))
        heard = integrate(g * integrate((v - R) * f, (v, c, 1)), (c, c_s, 1))
        claimed = integrate((v - P.subs(v, v_s)) * f, (v, v_s, 1)) * integrate(g, (c, 0, v_s))
    else:
        discovered = integrate((R - c) * g * integrate(f, (v, c, 1)), (c, c_s, 1))
        heard = integrate(f * integrate((P - c) * g, (c, 0, v)), (v, 0, v_s))
        claimed = integrate((R.subs(c, c_s) - c) * g, (c, 0, c_s)) * integrate(f, (v, c_s, 1))
    return sympy.expand(discovered + heard + claimed)


@pytest.mark.parametrize(("F", "G", "P", "R", "way"), [
    (UNIFORM, UNIFORM, v, c, None), (BELL, BELL, v - SHARED, c + SHARED.subs(v, 1 - c), None),
    (st.mirror_power(2), st.power(2), v, c, None), (UNIFORM, BELL, v, c, (s / 2, 1 - s**2 / 2)),
    (BELL, UNIFORM, v - v * (1 - 2 * v) / 3, c, 1 - v * (1 + 2 * v) / 2),
], ids=str)
def test_waiting_is_the_derivative_of_payoffs_over_all_pairs_of_types(F, G, P, R, way):
    case = st.shuttle(F, G, buyer_price=P, seller_price=R, path=way, fair_price=HALF)
    at = case.path.at
    for who, waits in (("buyer", case.buyer_waits), ("seller", case.seller_waits)):
        plan = payoff(who, F, G, P, R).subs({"v_s": case.path.value, "c_s": case.path.cost})
        assert sympy.expand(sympy.diff(plan, at) - waits) == 0


@pytest.mark.parametrize(("F", "G"), [
    (UNIFORM, UNIFORM), (BELL, BELL), (SPREAD, SPREAD), (UNEVEN, UNEVEN), (st.power(2), UNIFORM),
    (st.mirror_power(2), st.power(2)), (UNIFORM, st.uniform(Rational(1, 4), 2)),
    (st.truncated_exponential(1), UNIFORM), (st.triangular(0, Rational(1, 3), 1), BELL),
    (OUTER, OUTER), (st.power(HALF), st.power(HALF)), (LOW, UNIFORM),
], ids=str)
def test_verdicts_agree_with_a_grid(F, G):
    case = st.shuttle(F, G)
    found = st.reporting(case)
    p = float(case.fair_price.decimal(15))
    steps = 200
    for who, formula in (("buyer", case.buyer_waits), ("seller", case.seller_waits)):
        gain = sympy.lambdify(v, formula.subs(symbols("p_F"), p), "math")
        low = float(case.path.start)
        heights = [gain(low + (p - low) * (k + 0.5) / steps) for k in range(steps)]
        total, sums = 0.0, []
        for height in reversed(heights):
            total += height * (p - low) / steps
            sums.append(total)
        assert bool(found.waits[who]) == (min(heights) > -1e-9)
        assert bool(found.sincere[who]) == (min(sums) > -1e-6)
        if isinstance(found.waits[who], st.Refuted):
            assert gain(float(found.waits[who].witness[v])) < 1e-12
    assert all(found.accepts.values()) and all(found.honest.values()) and found.path


def test_waiting_a_moment_may_be_bad_where_waiting_to_the_end_is_good():
    found = st.reporting(st.shuttle(UNEVEN, UNEVEN))
    assert isinstance(found.waits["buyer"], st.Refuted) and found.verdict


def test_other_prices():
    assert st.reporting(st.shuttle(BELL, BELL, buyer_price=v - SHARED,
                                   seller_price=c + SHARED.subs(v, 1 - c))).verdict
    # cheap at first, so that she does not wait for her value
    kinked = sympy.Max(3 * v / 4, 2 * v - HALF)
    found = st.reporting(st.shuttle(BELL, BELL, buyer_price=kinked))
    assert found.accepts["buyer"] and isinstance(found.sincere["buyer"], st.Refuted)
    found = st.reporting(st.shuttle(UNIFORM, UNIFORM, buyer_price=2 * v**2))
    assert isinstance(found.accepts["buyer"], st.Refuted)         # below the mean cost v/2 at first
    assert found.accepts["buyer"].witness[v] < Rational(1, 4)


def test_a_late_report_is_better_at_falling_prices():
    falling = v + 2 * v * (HALF - v)
    found = st.reporting(st.shuttle(UNIFORM, UNIFORM, buyer_price=falling))
    assert isinstance(found.accepts["buyer"], st.Refuted)         # above the value
    flat = sympy.Piecewise((v, v <= Rational(1, 4)), (Rational(1, 4), v <= Rational(3, 8)),
                           (2 * v - HALF, True))
    found = st.reporting(st.shuttle(UNIFORM, UNIFORM, buyer_price=flat))
    assert isinstance(found.honest["buyer"], st.Refuted)
    at = found.honest["buyer"].witness[v]
    now, soon = ((at - flat.subs(v, r)) * r for r in (at, at + Rational(1, 1000)))
    assert soon > now                                             # G(r) = r


@pytest.mark.parametrize(("F", "G"), [
    (st.power(2), UNIFORM), (st.truncated_exponential(1), UNIFORM), (st.uniform(0, 2), st.uniform(1, 3)),
    (st.triangular(0, Rational(1, 3), 1), BELL), (BELL, st.uniform(Rational(1, 4), 2)),
], ids=str)
def test_the_fair_price_shares_by_quadrature(F, G):
    found = st.fair_price(F, G)
    p = Rational(str((found.low + found.high) / 2))
    with ctx.workprec(120):
        mass_v, first_v = moments(F, p, F.support[1])
        mass_c, first_c = moments(G, G.support[0], p)
        here = arb(int(p.p)) / int(p.q)
        assert abs(first_v / mass_v + first_c / mass_c - 2 * here) < arb("1e-20")


def test_a_zero_at_an_end_is_no_obstacle_for_balls():
    rising = Stretch(sympy.exp(v) - 1 - v, v, sympy.S.Zero, sympy.S.One)       # a double zero at 0
    assert decide(rising, {}, Searching())
    rooted = Stretch(sqrt(v) * (1 - sympy.exp(v - 1)), v, sympy.S.Zero, sympy.S.One)
    assert decide(rooted, {}, Searching())
    third = sympy.Symbol("p_F")                            # zero at a number that is not known exactly
    numbers = {third: Number(fmpq(333, 1000), fmpq(334, 1000))}
    falling = Stretch((third - v)**2 * sympy.exp(v) + (third - v)**3, v, sympy.S.Zero, third)
    found = decide(falling, numbers, Searching())
    assert found
    st.check(found)
    # undefined at 0, where it tends to -1/10^6, and positive a little above
    dip = Stretch((sympy.exp(v) - 1) / v - 1 - Rational(1, 10**6), v, sympy.S.Zero, sympy.S.One)
    assert not decide(dip, {}, Searching())
    false = Stretch(sympy.exp(v) - 1 - 2 * v, v, sympy.S.Zero, sympy.S.One)
    found = decide(false, {}, Searching())
    assert isinstance(found, st.Refuted)
    at = found.witness[v]
    assert float(sympy.exp(at) - 1 - 2 * at) < 0


@pytest.mark.parametrize(("arguments", "message"), [
    ({"fair_price": 2}, "between 0 and 1"), ({"path": 1 - v**2}, "expected the cost"),
    ({"path": (s, 1 - s)}, "expected the value"), ({"path": 1 - v * c}, "as a formula in v"),
    ({"buyer_price": v / 2}, "at the end of the path"), ({"buyer_price": c}, "a formula in v"),
    ({"buyer_price": sympy.Piecewise((0, v < Rational(1, 4)), (v, True))}, "jumps at 1/4"),
    ({"buyer_price": sympy.Piecewise((v, v < sqrt(2) / 3), (v**2 + v / 2, True))}, "rational breakpoints"),
])
def test_bad_input(arguments, message):
    with pytest.raises(st.ModelError, match=message):
        st.shuttle(UNIFORM, UNIFORM, **arguments)


def test_fair_prices_that_are_not_one():
    with pytest.raises(st.ModelError, match="found none"):
        st.shuttle("exponential(1)", "uniform(0,1)")
    with pytest.raises(st.ModelError, match="bounded support"):
        st.shuttle("uniform(0,1)", "exponential(1)")
    narrow = st.piecewise_uniform([0, Rational(1, 4), Rational(9, 20), Rational(11, 20), Rational(3, 4), 1], [
        Rational(1, 4), Rational(1, 20), Rational(2, 5), Rational(1, 20), Rational(1, 4)])
    with pytest.raises(st.ModelError, match=r"0\.395.*0\.500.*0\.604"):
        st.shuttle(narrow, narrow)
    assert st.reporting(st.shuttle(narrow, narrow, fair_price=HALF)).path


def test_sincerity_by_integrals_in_balls():
    """Half spread, half concentrated: waiting is bad for a while, and good on the whole."""
    mixed = st.mixture((HALF, HALF), (SPREAD, st.truncated_normal(HALF, Rational(1, 10), 0, 1)))
    found = st.reporting(st.shuttle(mixed, mixed, fair_price=HALF))
    assert isinstance(found.waits["buyer"], st.Refuted) and found.sincere["buyer"]
    st.check(found.sincere["buyer"])
    case = st.shuttle(mixed, mixed, fair_price=HALF)
    gain = sympy.lambdify(v, case.buyer_waits, "math")
    heights = [gain((k + 0.5) / 400) / 800 for k in range(200)]
    sums = [sum(heights[k:]) for k in range(200)]
    assert min(heights) < -1e-5 and min(sums) > 0


def test_a_fair_price_in_the_middle_is_exact():
    normal = st.truncated_normal(HALF, Rational(1, 4), 0, 1)
    assert st.fair_price(normal, normal).exact == HALF
