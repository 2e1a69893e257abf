"""Efficiency and monotonicity; the other families of constraints are collected here."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from symtrade.kernel.polynomial import linear_form
from symtrade.kernel.program import Constraint
from symtrade.model.budget import ex_ante_budget_balance, exact_budget_balance, weak_budget_balance
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.incentives import bayesian_ic, dominant_strategy_ic, ex_post_ic, interim_scope
from symtrade.model.mechanism import ONE, DirectMechanism, Terms, check_same
from symtrade.model.ordering import efficient_trade
from symtrade.model.participation import ex_ante_ir, ex_post_ir, interim_ir


def efficiency(env: FiniteEnvironment, mech: DirectMechanism, trade: Any = None) -> tuple[Constraint, ...]:
    """Trade exactly where the buyer's value exceeds the seller's: ``EFF[b_hi, s_lo]``: q == 1 or 0.

    The assumptions must say which value is larger; otherwise ModelError asks for `trade`, a mapping
    of pairs of types or an n x m matrix with entries 1, 0 or None (no constraint).
    """
    check_same(env, mech)
    return tuple(
        Constraint(f"EFF[{env.buyer.name(i)}, {env.seller.name(j)}]", ((mech.q.names[i][j], ONE),), "==",
                   fmpq(decision), mech.scope)
        for i, row in enumerate(efficient_trade(env, trade))
        for j, decision in enumerate(row)
        if decision is not None
    )


def monotonicity(env: FiniteEnvironment, mech: DirectMechanism) -> tuple[Constraint, ...]:
    """q is nondecreasing in the buyer's type and nonincreasing in the seller's, in the order in
    which types are listed: ``MON_B[b_lo, b_hi | s_lo]`` and ``MON_S[s_lo, s_hi | b_lo]``."""
    check_same(env, mech)
    rows = []
    for side in mech.sides:
        up = ONE if side.label == "B" else fmpq(-1)
        for i in range(len(side.own) - 1):
            for j in range(len(side.other)):
                name = f"MON_{side.label}[{side.own.name(i)}, {side.own.name(i + 1)} | {side.other.name(j)}]"
                form = linear_form({side.q[i + 1][j]: up, side.q[i][j]: -up})
                rows.append(Constraint(name, form, ">=", scope=mech.scope))
    return tuple(rows)


def interim_monotonicity(env: FiniteEnvironment, mech: DirectMechanism) -> tuple[Constraint, ...]:
    """As :func:`monotonicity`, for the probability of trade expected by each type:
    ``MON_B[b_lo, b_hi]``."""
    check_same(env, mech)
    rows = []
    for side in mech.sides:
        up = ONE if side.label == "B" else fmpq(-1)
        belief, scope = env.conditional(side.title), interim_scope(env, mech, side)
        for i in range(len(side.own) - 1):
            form: Terms = {}
            for j in range(len(side.other)):
                form[side.q[i + 1][j]] = belief[i + 1][j] * up
                form[side.q[i][j]] = belief[i][j] * -up
            name = f"MON_{side.label}[{side.own.name(i)}, {side.own.name(i + 1)}]"
            rows.append(Constraint(name, linear_form(form), ">=", scope=scope))
    return tuple(rows)


__all__ = [
    "bayesian_ic",
    "dominant_strategy_ic",
    "efficiency",
    "ex_ante_budget_balance",
    "ex_ante_ir",
    "ex_post_ic",
    "ex_post_ir",
    "exact_budget_balance",
    "interim_ir",
    "interim_monotonicity",
    "monotonicity",
    "weak_budget_balance",
]
