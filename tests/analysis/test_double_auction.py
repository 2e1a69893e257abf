"""The linear double auction against deviations computed by exact integration."""

from __future__ import annotations

import pytest
import sympy
from sympy import Rational

import symtrade as st
from symtrade.analysis.second_best.double_auction import C, V

A, B, K = sympy.symbols("a b k")
SHARES = [Rational(1, 2), Rational(1, 5), Rational(9, 10)]


def gain_of_a_bid(found, v, x, density, shape):
    """The buyer's expected gain from a bid x, integrated afresh."""
    c = sympy.Symbol("c")
    top = sympy.solve(found.ask - x, C)[0]
    top = min(max(top, 0), 1)
    price = found.share * x + (1 - found.share) * found.ask
    return sympy.integrate((v - price) * density(c, shape), (c, 0, top))


def gain_of_an_ask(found, c, y, density, shape):
    v = sympy.Symbol("v")
    bottom = sympy.solve(found.bid - y, V)[0]
    bottom = min(max(bottom, 0), 1)
    price = found.share * found.bid + (1 - found.share) * y
    return sympy.integrate((price - c) * density(v, shape), (v, bottom, 1))


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 1), (1, 3)])
def test_no_deviation_gains(share, a, b):
    found = st.linear_double_auction(st.mirror_power(a), st.power(b), share)
    for v in (Rational(1, 3), Rational(2, 3), Rational(1)):
        own = found.bid.subs(V, v)
        best = gain_of_a_bid(found, v, own, lambda c, n: n * c ** (n - 1), b)
        for step in (-Rational(1, 3), -Rational(1, 50), Rational(1, 50), Rational(1, 4)):
            assert gain_of_a_bid(found, v, own + step, lambda c, n: n * c ** (n - 1), b) <= best
    for c in (Rational(0), Rational(1, 3), Rational(1, 2)):
        own = found.ask.subs(C, c)
        best = gain_of_an_ask(found, c, own, lambda v, n: n * (1 - v) ** (n - 1), a)
        for step in (-Rational(1, 3), -Rational(1, 50), Rational(1, 50), Rational(1, 4)):
            assert gain_of_an_ask(found, c, own + step, lambda v, n: n * (1 - v) ** (n - 1), a) <= best


def test_chatterjee_and_samuelson():
    """The textbook's example: bids 2v/3 + 1/12, asks 2c/3 + 1/4, trade where v >= c + 1/4."""
    found = st.linear_double_auction(st.uniform(0, 1), st.uniform(0, 1))
    assert (found.bid, found.ask) == (2 * V / 3 + Rational(1, 12), 2 * C / 3 + Rational(1, 4))
    assert found.threshold == C + Rational(1, 4)


@pytest.mark.parametrize(("a", "b"), [(2, 1), (1, 2), (3, 2)])
def test_the_budget_of_the_second_best_balances_at_the_one_share(a, b):
    """Virtual values of the traded pairs average to zero there: E[(v - 1/h) - (c + 1/h')] = 0."""
    known = (A > 0, B > 0, K > 0, K < 1)
    found = st.linear_double_auction(st.mirror_power(A), st.power(B), K, assuming=known)
    condition = found.second_best.lhs.subs({A: a, B: b})
    (share,) = [k for k in sympy.solve(condition, K) if 0 < k < 1]
    at = {A: a, B: b, K: share}
    threshold = sympy.simplify(found.threshold.subs(at))
    v, c = sympy.symbols("v c")
    last = sympy.solve(threshold - 1, C)[0]
    virtual = (v - (1 - v) / a) - (c + c / b)
    density = a * (1 - v) ** (a - 1) * b * c ** (b - 1)
    inner = sympy.integrate(sympy.expand(virtual * density), (v, threshold.subs(C, c), 1))
    total = sympy.integrate(sympy.expand(inner), (c, 0, last))
    assert sympy.simplify(total) == 0
    assert 0 < found.weight.subs(at) < 1


def test_distributions_without_linear_equilibrium():
    with pytest.raises(st.ModelError, match=r"buyer: .* is not linear"):
        st.linear_double_auction(st.beta(2, 3), st.uniform(0, 1))
    with pytest.raises(st.ModelError, match=r"seller: .* is not linear"):
        st.linear_double_auction(st.uniform(0, 1), st.mirror_power(2))
    with pytest.raises(st.ModelError, match="share: expected a weight"):
        st.linear_double_auction(st.uniform(0, 1), st.uniform(0, 1), 2)
    with pytest.raises(st.ModelError, match="not proved"):
        st.linear_double_auction(st.uniform(0, 1), st.uniform(2, 3))
    with pytest.raises(st.ModelError, match="one formula"):
        st.linear_double_auction(st.triangular(0, Rational(1, 2), 1), st.uniform(0, 1))
