"""Constraints say what the textbook says: compared with utilities written by hand in SymPy."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import sympy
from sympy import Rational, Symbol, symbols

from symtrade.kernel.program import Constraint
from symtrade.model.constraints import (
    bayesian_ic,
    dominant_strategy_ic,
    efficiency,
    ex_ante_budget_balance,
    ex_ante_ir,
    ex_post_ic,
    ex_post_ir,
    exact_budget_balance,
    interim_ir,
    interim_monotonicity,
    monotonicity,
    weak_budget_balance,
)
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError
from symtrade.model.mechanism import DirectMechanism
from symtrade.model.objectives import (
    buyer_surplus,
    ex_post_utility,
    first_best,
    gains_from_trade,
    interim_utility,
    revenue,
    seller_surplus,
    trade_probability,
)
from symtrade.model.typespace import TypeSpace

s_lo, b_lo, s_hi, b_hi, p, r, k, w = symbols("s_lo b_lo s_hi b_hi p r k w")
B, S = (b_lo, b_hi), (s_lo, s_hi)
ORDER = (s_lo < b_lo, b_lo < s_hi, s_hi < b_hi, p > 0, p < 1, r > 0, r < 1)
INDEPENDENT = FiniteEnvironment(TypeSpace(B, (1 - p, p)), TypeSpace(S, (r, 1 - r)), ORDER, parameters=(k, w))
JOINT = ((p, r), (k, 1 - p - r - k))
CORRELATED = FiniteEnvironment(TypeSpace(B), TypeSpace(S), joint=JOINT)
V_B = ((b_lo + k * s_lo, b_lo + k * s_hi), (b_hi + k * s_lo, b_hi + k * s_hi))
COMMON = FiniteEnvironment(TypeSpace(B, (1 - p, p)), TypeSpace(S, (r, 1 - r)), buyer_values=V_B)


def prior(env: FiniteEnvironment, i: int, j: int) -> Any:
    return JOINT[i][j] if env is CORRELATED else ((1 - p, p)[i] * (r, 1 - r)[j])


def value(env: FiniteEnvironment, i: int, j: int) -> Any:
    return V_B[i][j] if env is COMMON else B[i]


def q(i: int, j: int) -> Any:
    return Symbol(f"q[{B[i]}, {S[j]}]")


def t(i: int, j: int) -> Any:
    return Symbol(f"t[{B[i]}, {S[j]}]")


def same(row: Constraint, name: str, excess: Any, sense: str = ">=") -> bool:
    """Whether a constraint says ``excess sense 0``, tested at a random rational point."""
    rng = random.Random(name)
    shown = row.expr.lhs - row.expr.rhs
    point = {x: Rational(rng.randint(1, 99), rng.randint(1, 99)) for x in (shown - excess).free_symbols}
    assert row.name == name and row.sense == sense
    return bool(shown.subs(point) == excess.subs(point))


def buyer(env: FiniteEnvironment, i: int, j: int, report: int, heard: int | None = None) -> Any:
    h = j if heard is None else heard
    return value(env, i, j) * q(report, h) - t(report, h)


def seller(i: int, j: int, report: int) -> Any:
    return t(i, report) - S[j] * q(i, report)


@pytest.mark.parametrize("family", [dominant_strategy_ic, ex_post_ic])
def test_ex_post_incentives(family: Callable[..., tuple[Constraint, ...]]) -> None:
    env = INDEPENDENT
    rows = {row.name: row for row in family(env, DirectMechanism(env))}
    assert len(rows) == 8
    for i in (0, 1):
        for j in (0, 1):
            lie = 1 - i
            name = f"IC_B[{B[i]} -> {B[lie]} | {S[j]}]"
            assert same(rows[name], name, buyer(env, i, j, i) - buyer(env, i, j, lie))
            lie = 1 - j
            name = f"IC_S[{S[j]} -> {S[lie]} | {B[i]}]"
            assert same(rows[name], name, seller(i, j, j) - seller(i, j, lie))


def test_dominant_strategies_with_interdependent_values() -> None:
    rows = {row.name: row for row in dominant_strategy_ic(COMMON, DirectMechanism(COMMON))}
    assert len(rows) == 8 + 4
    name = "IC_B[b_hi -> b_lo | s_lo reports s_hi]"
    assert same(rows[name], name, buyer(COMMON, 1, 0, 1, 1) - buyer(COMMON, 1, 0, 0, 1))
    rows = {row.name: row for row in ex_post_ic(COMMON, DirectMechanism(COMMON))}
    assert len(rows) == 8
    name = "IC_B[b_hi -> b_lo | s_lo]"
    assert same(rows[name], name, buyer(COMMON, 1, 0, 1) - buyer(COMMON, 1, 0, 0))


@pytest.mark.parametrize("env", [INDEPENDENT, CORRELATED, COMMON])
def test_interim_constraints(env: FiniteEnvironment) -> None:
    mech = DirectMechanism(env)
    rows = {row.name: row for row in (*bayesian_ic(env, mech), *interim_ir(env, mech))}
    assert len(rows) == 8
    for own in (0, 1):
        mass = sum(prior(env, own, j) for j in (0, 1))

        def expected(report: int, own: int = own, mass: Any = mass) -> Any:
            return sum(prior(env, own, j) / mass * buyer(env, own, j, report) for j in (0, 1))

        name = f"IC_B[{B[own]} -> {B[1 - own]}]"
        assert same(rows[name], name, expected(own) - expected(1 - own))
        name = f"IR_B[{B[own]}]"
        assert same(rows[name], name, expected(own))
        mass = sum(prior(env, i, own) for i in (0, 1))

        def hoped(report: int, own: int = own, mass: Any = mass) -> Any:
            return sum(prior(env, i, own) / mass * seller(i, own, report) for i in (0, 1))

        name = f"IC_S[{S[own]} -> {S[1 - own]}]"
        assert same(rows[name], name, hoped(own) - hoped(1 - own))
        name = f"IR_S[{S[own]}]"
        assert same(rows[name], name, hoped(own))
        assert sympy.cancel(interim_utility(env, mech, "seller", own).expr - hoped(own)) == 0


def test_a_correlated_prior_requires_positive_marginals() -> None:
    row = bayesian_ic(CORRELATED, DirectMechanism(CORRELATED))[0]
    assert row.scope is not None
    assert "p + r != 0" in [str(c) for c, _ in row.scope.requirements]


def test_participation_and_outside_options() -> None:
    env, mech = INDEPENDENT, DirectMechanism(INDEPENDENT)
    rows = {row.name: row for row in ex_post_ir(env, mech, outside_B=k, outside_S=((1, 2), (3, w)))}
    name = "IR_B[b_lo | s_hi]"
    assert same(rows[name], name, buyer(env, 0, 1, 0) - k)
    name = "IR_S[s_hi | b_lo]"
    assert same(rows[name], name, seller(0, 1, 1) - 2)
    rows = {row.name: row for row in interim_ir(env, mech, outside_B=(k, w), outside_S=((1, 2), (3, w)))}
    expected = sum(prior(env, 1, j) / p * buyer(env, 1, j, 1) for j in (0, 1))
    assert same(rows["IR_B[b_hi]"], "IR_B[b_hi]", expected - w)
    hoped = (1 - p) * seller(0, 1, 1) + p * seller(1, 1, 1)
    assert same(rows["IR_S[s_hi]"], "IR_S[s_hi]", hoped - (1 - p) * 2 - p * w)
    one, two = ex_ante_ir(env, mech, outside_B=(k, w))
    total = sum(prior(env, i, j) * buyer(env, i, j, i) for i in (0, 1) for j in (0, 1))
    assert same(one, "IR_B", total - (1 - p) * k - p * w)
    assert two.name == "IR_S"
    for bad in ((1, 2, 3), ((1, 2),), Symbol("unknown"), 0.5):
        with pytest.raises(ModelError, match="outside_B"):
            ex_post_ir(env, mech, outside_B=bad)


def test_adjacent_lies() -> None:
    env = FiniteEnvironment(TypeSpace((1, 2, 3, 4)), TypeSpace((0,)))
    mech = DirectMechanism(env)
    assert len(dominant_strategy_ic(env, mech)) == 12
    assert [row.name for row in dominant_strategy_ic(env, mech, pairs="adjacent")][:2] == [
        "IC_B[1 -> 2 | 0]", "IC_B[2 -> 1 | 0]"]
    with pytest.raises(ModelError, match="pairs"):
        dominant_strategy_ic(env, mech, pairs="some")


def test_budgets() -> None:
    env, mech = INDEPENDENT, DirectMechanism(INDEPENDENT, budget="separate")
    paid, received = mech.t_B[b_lo, s_hi], mech.t_S[b_lo, s_hi]
    assert str(paid) == "t_B[b_lo, s_hi]" and str(received) == "t_S[b_lo, s_hi]"
    assert same(exact_budget_balance(env, mech)[1], "BB[b_lo, s_hi]", paid - received, "==")
    assert same(weak_budget_balance(env, mech)[1], "BB[b_lo, s_hi]", paid - received)
    total = sum(prior(env, i, j) * (mech.t_B[i, j] - mech.t_S[i, j]) for i in (0, 1) for j in (0, 1))
    (row,) = ex_ante_budget_balance(env, mech)
    assert same(row, "BB", total)
    assert sympy.expand(revenue(env, mech).expr - total) == 0
    assert ex_ante_budget_balance(env, mech, exact=True)[0].sense == "=="
    assert ex_post_ir(env, mech)[0].expr == (b_lo * mech.q[0, 0] - mech.t_B[0, 0] >= 0)
    for family in (exact_budget_balance, weak_budget_balance, ex_ante_budget_balance, revenue):
        with pytest.raises(ModelError, match="always balances"):
            family(env, DirectMechanism(env))


def test_efficiency_follows_from_the_order() -> None:
    env, mech = INDEPENDENT, DirectMechanism(INDEPENDENT)
    assert [(row.name, row.bound) for row in efficiency(env, mech)] == [
        ("EFF[b_lo, s_lo]", 1), ("EFF[b_lo, s_hi]", 0), ("EFF[b_hi, s_lo]", 1), ("EFF[b_hi, s_hi]", 1)]
    best = sum(prior(env, i, j) * (B[i] - S[j]) for i, j in ((0, 0), (1, 0), (1, 1)))
    assert sympy.expand(first_best(env) - best) == 0


def test_efficiency_through_gaps_and_ties() -> None:
    d = Symbol("d", nonnegative=True)
    env = FiniteEnvironment(TypeSpace((s_lo + 2 * d + 1, s_lo)), TypeSpace((s_lo,)))
    mech = DirectMechanism(env)
    with pytest.raises(ModelError, match=r"allow a tie.*trade=\{\(1, 0\): 1\}"):
        efficiency(env, mech)
    (row,) = efficiency(env, mech, trade={(1, 0): None})
    assert row.name == "EFF[2*d + s_lo + 1, s_lo]" and row.bound == 1


def test_efficiency_asks_where_the_order_is_open() -> None:
    env = FiniteEnvironment(TypeSpace((b_lo,), (1,)), TypeSpace((s_lo,), (1,)))
    mech = DirectMechanism(env)
    for function in (lambda: efficiency(env, mech), lambda: first_best(env)):
        with pytest.raises(ModelError, match="do not say which value is larger"):
            function()
    assert efficiency(env, mech, trade=((1,),))[0].bound == 1
    assert first_best(env, trade={(b_lo, s_lo): 1}) == b_lo - s_lo
    for bad in (((1, 0),), {(0, 0): 2}, {0: 1}):
        with pytest.raises(ModelError, match="trade"):
            efficiency(env, mech, trade=bad)


def test_monotonicity() -> None:
    env, mech = INDEPENDENT, DirectMechanism(INDEPENDENT)
    rows = monotonicity(env, mech)
    assert [row.name for row in rows] == ["MON_B[b_lo, b_hi | s_lo]", "MON_B[b_lo, b_hi | s_hi]",
                                          "MON_S[s_lo, s_hi | b_lo]", "MON_S[s_lo, s_hi | b_hi]"]
    assert same(rows[0], rows[0].name, q(1, 0) - q(0, 0))
    assert same(rows[2], rows[2].name, q(0, 0) - q(0, 1))
    rows = interim_monotonicity(env, mech)
    expected = r * (q(1, 0) - q(0, 0)) + (1 - r) * (q(1, 1) - q(0, 1))
    assert same(rows[0], "MON_B[b_lo, b_hi]", expected)
    assert [row.name for row in rows] == ["MON_B[b_lo, b_hi]", "MON_S[s_lo, s_hi]"]


@pytest.mark.parametrize("env", [INDEPENDENT, CORRELATED, COMMON])
def test_objectives(env: FiniteEnvironment) -> None:
    mech = DirectMechanism(env)
    pairs = [(i, j) for i in (0, 1) for j in (0, 1)]
    weighed: dict[Any, Callable[..., Any]] = {
        gains_from_trade: lambda i, j: (value(env, i, j) - S[j]) * q(i, j),
        trade_probability: q,
        buyer_surplus: lambda i, j: buyer(env, i, j, i),
        seller_surplus: lambda i, j: seller(i, j, j),
    }
    for objective, term in weighed.items():
        expected = sum(prior(env, i, j) * term(i, j) for i, j in pairs)
        assert sympy.expand(objective(env, mech).expr - expected) == 0
    assert ex_post_utility(env, mech, "seller", b_lo, s_hi).expr.equals(seller(0, 1, 1))
    assert ex_post_utility(env, mech, "buyer", b_lo, "s_hi").expr.equals(buyer(env, 0, 1, 0))


def test_without_a_prior() -> None:
    env = FiniteEnvironment(TypeSpace((1, 2)), TypeSpace((0,)))
    mech = DirectMechanism(env)
    assert dominant_strategy_ic(env, mech) and ex_post_ir(env, mech)
    for function in (gains_from_trade, bayesian_ic, interim_ir, ex_ante_ir, interim_monotonicity):
        with pytest.raises(ModelError, match="expected probabilities"):
            function(env, mech)


def test_the_mechanism_and_its_variables() -> None:
    mech = DirectMechanism(INDEPENDENT)
    assert str(mech.q[b_hi, s_lo]) == "q[b_hi, s_lo]" == str(mech.q[1, 0]) == str(mech.q["b_hi", "s_lo"])
    assert mech.scope.variables[:4] == tuple(f"q[{b}, {s}]" for b in B for s in S)
    assert [row.name for row in mech.scope.domain][:2] == ["q[b_lo, s_lo] >= 0", "q[b_lo, s_lo] <= 1"]
    for bad in (lambda: mech.t_B, lambda: mech.q[0], lambda: mech.q[0, 5], lambda: mech.q[s_lo, b_hi]):
        with pytest.raises(ModelError):
            bad()
    with pytest.raises(ModelError, match="budget"):
        DirectMechanism(INDEPENDENT, budget="none")
    with pytest.raises(ModelError, match="use t_B and t_S"):
        _ = DirectMechanism(INDEPENDENT, budget="separate").t
    with pytest.raises(ModelError, match="another environment"):
        ex_post_ir(COMMON, mech)
