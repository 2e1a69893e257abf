"""The theorem, the note's proof and the double auction against integrals of the tests' own."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sympy
from sympy import Rational

import symtrade as st

X = sympy.Symbol("x", real=True)
PAIRS = [
    ((0, 1, lambda x: x), (0, 1, lambda x: x)),
    ((0, 1, lambda x: x**2), (0, 1, lambda x: 2 * x - x**2)),
    ((1, 3, lambda x: (x - 1) / 2), (0, 2, lambda x: x**2 / 4)),
    ((0, 2, lambda x: x / 2), (1, 3, lambda x: (x - 1) / 2)),
]


def extended(side, x):
    """A cdf at a number, 0 below its support and 1 above."""
    low, high, cdf = side
    return 0 if x <= low else 1 if x >= high else cdf(x)


def integral(function, low, high, breaks):
    """The integral of a piecewise polynomial, piece by piece, through its values at points inside."""
    ends = sorted({low, high, *(b for b in breaks if low < b < high)})
    total = 0
    for a, b in pairwise(ends):
        nodes = [a + (b - a) * Rational(k, 9) for k in range(1, 9)]
        polynomial = sympy.interpolate([(n, function(n)) for n in nodes], X)
        total += sympy.integrate(polynomial, (X, a, b))
    return total


@pytest.mark.parametrize(("buyer", "seller"), PAIRS)
def test_the_least_subsidy_is_rents_less_gains(buyer, seller):
    """E[U_B] + E[U_S] - E[(v - c)^+], integrated directly, is the integral of G(1 - F) that MS-1 derives."""
    breaks = {buyer[0], buyer[1], seller[0], seller[1]}

    def trade_B(x):
        return extended(seller, x)

    def trade_S(x):
        return 1 - extended(buyer, x)

    def expectation(side, function):
        low, high, cdf = side
        density = sympy.diff(cdf(X), X)
        return integral(lambda x: function(x) * density.subs(X, x), low, high, breaks)

    rents = expectation(buyer, lambda v: integral(trade_B, buyer[0], v, breaks))
    rents += expectation(seller, lambda c: integral(trade_S, c, seller[1], breaks))
    gains = expectation(buyer, lambda v: integral(trade_B, min(seller[0], v), v, breaks))
    subsidy = integral(lambda x: trade_B(x) * trade_S(x), buyer[0], seller[1], breaks)
    assert rents - gains == subsidy
    assert (subsidy > 0) == (max(buyer[0], seller[0]) < min(buyer[1], seller[1]))


def test_the_notes_lines(outcomes):
    claims = {claim.id: claim for claim in outcomes["MS-2"].claims}
    assert [n for n, c in claims.items() if c.verdict == "holds"] == ["MS-2.7", "MS-2.10", "MS-2.11"]
    assert claims["MS-2.13"].verdict == "undefined"
    refuted = [c for c in claims.values() if c.verdict == "refuted"]
    assert len(refuted) == 11
    at = {str(k): Rational(str(v)) for k, v in claims["MS-2.8"].witness.items()}
    assert 2 * at["S"] - at["k_B"] - at["k_S"] == at["S"] > 0
    assert at["k_B"] + at["k_S"] != -at["S"]


def test_without_participation_there_is_a_balanced_efficient_mechanism(outcomes):
    """The mechanism of the counterexample, checked by hand: q efficient, truth optimal on average."""
    (claim,) = (c for c in outcomes["MS-2"].claims if c.id == "MS-2.9")
    at = {str(k): Rational(str(v)) for k, v in claim.witness.items()}
    value = {"b_lo": at["b_lo"], "b_hi": at["b_hi"], "s_lo": at["s_lo"], "s_hi": at["s_hi"]}
    chance = {"b_lo": 1 - at["p"], "b_hi": at["p"], "s_lo": at["p"], "s_hi": 1 - at["p"]}

    def q(b, s):
        return at[f"q[{b}, {s}]"]

    def t(b, s):
        return at[f"t[{b}, {s}]"]

    for b in ("b_lo", "b_hi"):
        for s in ("s_lo", "s_hi"):
            assert q(b, s) == (1 if value[b] > value[s] else 0)
        gain = {r: sum(chance[s] * (value[b] * q(r, s) - t(r, s)) for s in ("s_lo", "s_hi"))
                for r in ("b_lo", "b_hi")}
        assert gain[b] == max(gain.values())
    for s in ("s_lo", "s_hi"):
        gain = {r: sum(chance[b] * (t(b, r) - value[s] * q(b, r)) for b in ("b_lo", "b_hi"))
                for r in ("s_lo", "s_hi")}
        assert gain[s] == max(gain.values())


def test_one_share_makes_the_double_auction_second_best(outcomes):
    condition = sympy.sympify(outcomes["MS-4"].data["statement"][0]["when"])
    a, b, k = sympy.symbols("a b k")
    for at in ((1, 1), (2, 1), (1, 4), (Rational(1, 2), 3)):
        gap = (condition.lhs - condition.rhs).subs({a: at[0], b: at[1]})
        inside = [root for root in sympy.Poly(gap, k).real_roots() if 0 < root < 1]
        assert len(inside) == 1
        assert (inside[0] == Rational(1, 2)) == (at[0] == at[1])
    assert all(outcomes[name].data["axioms"] == [st.INTEGRALS] for name in ("MS-1", "MS-3", "MS-4", "MS-5"))


@pytest.mark.parametrize(("buyer", "seller"), [((0, 1), (Rational(1, 4), 2)), ((-1, 2), (0, 3))])
def test_on_different_supports_the_double_auction_reaches_the_second_best(buyer, seller):
    v, c = sympy.symbols("v c")
    auction = st.linear_double_auction(st.uniform(*buyer), st.uniform(*seller))
    density = sympy.S.One / ((buyer[1] - buyer[0]) * (seller[1] - seller[0]))
    (top,) = sympy.solve(auction.threshold - buyer[1], c)
    gains = sympy.integrate((v - c) * density, (v, auction.threshold, buyer[1]), (c, seller[0], top))
    assert auction.second_best is sympy.true
    assert gains == st.second_best(auction.buyer, auction.seller, 10).welfare.exact
