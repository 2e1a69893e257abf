"""Weak dominance, rewards for taking part, spreads of a posterior: what is refused, and small cases."""

from __future__ import annotations

import pytest
import sympy

import symtrade as st

b, s, x, p = sympy.symbols("b s x p")
ENV = st.FiniteEnvironment(buyer=st.TypeSpace((b,)), seller=st.TypeSpace((s,)), assuming=(s < x, x < b))
TRADE = st.IndirectMechanism(ENV, ("in", "out"), ("in", "out"), ((1, 0), (0, 0)), ((x, 0), (0, 0)), "out")


def values(program):
    return {piece.value for piece in st.solve(program).pieces}


def test_the_value_says_whether_an_action_is_dominated():
    assert values(st.weak_dominance(TRADE, "buyer", b, "in")) == {0}
    assert values(st.weak_dominance(TRADE, "buyer", b, "out")) == {b - x}
    assert values(st.weak_dominance(TRADE, "seller", s, "out")) == {x - s}


def test_a_mixed_action_dominates_where_no_pure_one_does():
    env = st.FiniteEnvironment(buyer=st.TypeSpace((0,)), seller=st.TypeSpace((0,)), parameters=(x,))
    game = st.IndirectMechanism(env, ("up", "mid", "down"), ("left", "right"), ((0, 0),) * 3,
                                ((-3, 0), (-1, -1), (0, -3)))
    assert not any(st.dominates(game, "buyer", 0, other, "mid") == sympy.true for other in ("up", "down"))
    assert values(st.weak_dominance(game, "buyer", 0, "mid")) == {1}


def test_a_reward_makes_staying_out_dominated():
    env = st.FiniteEnvironment(buyer=st.TypeSpace((b,)), seller=st.TypeSpace((s,)), assuming=(x > 0, b < s))
    never = st.IndirectMechanism(env, ("in", "out"), ("in", "out"), ((0, 0),) * 2, ((0, 0),) * 2, "out")
    assert values(st.weak_dominance(never, "buyer", b, "out")) == {0}
    assert values(st.weak_dominance(st.rewarding(never, x), "buyer", b, "out")) == {x}
    assert st.prove(st.dominates(st.rewarding(never, x), "seller", s, "in", "pay"), assuming=(x > 0, b < s))


@pytest.mark.parametrize(("call", "message"), [
    (lambda: st.weak_dominance(TRADE, "buyer", b, "stay"), "no action of the buyer is called 'stay'"),
    (lambda: st.weak_dominance(TRADE, "broker", b, "in"), "expected 'buyer' or 'seller'"),
    (lambda: st.rewarding(st.IndirectMechanism(ENV, ("a",), ("a",), ((0,),), ((0,),)), x), "give outside="),
    (lambda: st.rewarding(TRADE, x, name="in"), "an action is already called 'in'"),
    (lambda: st.spread((), p), "expected at least one"),
])
def test_refusals(call, message):
    with pytest.raises(st.ModelError, match=message):
        call()


def test_the_worst_and_the_best_spread():
    half = sympy.Rational(1, 2)
    steps = (st.stretch(0, half, 1, 1), st.stretch(half, 1, 0, 0))
    assuming = (p > 0, p < half)
    assert values(st.spread(steps, p, assuming)) == {1 - 2 * p}
    assert values(st.spread(steps, p, assuming, sense="max")) == {1}
