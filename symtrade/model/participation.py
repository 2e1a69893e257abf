"""Individual rationality: every trader gains at least the outside option.

An outside option is a number or expression, a sequence with one entry for each of the trader's
types, or an n x m matrix (the buyer's types first).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, linear_form
from symtrade.kernel.program import Constraint
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError
from symtrade.model.forms import ex_ante_terms, interim_terms
from symtrade.model.incentives import interim_scope
from symtrade.model.mechanism import DirectMechanism, Side, check_same


def ex_post_ir(
    env: FiniteEnvironment, mech: DirectMechanism, outside_B: Any = 0, outside_S: Any = 0
) -> tuple[Constraint, ...]:
    """Every trader gains at every pair of types: ``IR_B[b_lo | s_hi]``, own type first."""
    check_same(env, mech)
    rows = []
    for side, outside in zip(mech.sides, (outside_B, outside_S), strict=True):
        option = _options(env, side, outside)
        for i in range(len(side.own)):
            for j in range(len(side.other)):
                name = f"IR_{side.label}[{side.own.name(i)} | {side.other.name(j)}]"
                form = linear_form(side.utility(i, j))
                rows.append(Constraint(name, form, ">=", option[i][j], mech.scope))
    return tuple(rows)


def interim_ir(
    env: FiniteEnvironment, mech: DirectMechanism, outside_B: Any = 0, outside_S: Any = 0
) -> tuple[Constraint, ...]:
    """Every type gains in expectation over the opponent's type: ``IR_B[b_lo]``."""
    check_same(env, mech)
    rows = []
    for side, outside in zip(mech.sides, (outside_B, outside_S), strict=True):
        option, belief = _options(env, side, outside), env.conditional(side.title)
        scope = interim_scope(env, mech, side)
        for i in range(len(side.own)):
            bound = _mean(belief[i], option[i])
            form = linear_form(interim_terms(side, i, belief[i]))
            rows.append(Constraint(f"IR_{side.label}[{side.own.name(i)}]", form, ">=", bound, scope))
    return tuple(rows)


def ex_ante_ir(
    env: FiniteEnvironment, mech: DirectMechanism, outside_B: Any = 0, outside_S: Any = 0
) -> tuple[Constraint, ...]:
    """Every trader gains in expectation over all types: ``IR_B`` and ``IR_S``."""
    check_same(env, mech)
    rows = []
    for side, outside in zip(mech.sides, (outside_B, outside_S), strict=True):
        option = _options(env, side, outside)
        prior = env.prior if side.label == "B" else tuple(zip(*env.prior, strict=True))
        bound = fmpq(0)
        for weights, values in zip(prior, option, strict=True):
            bound = bound + _mean(weights, values)
        form = linear_form(ex_ante_terms(side, env))
        rows.append(Constraint(f"IR_{side.label}", form, ">=", bound, mech.scope))
    return tuple(rows)


def _mean(weights: Sequence[Coefficient], values: Sequence[Coefficient]) -> Coefficient:
    total = fmpq(0)
    for weight, value in zip(weights, values, strict=True):
        total = total + weight * value
    return total


def _options(env: FiniteEnvironment, side: Side, outside: Any) -> Sequence[Sequence[Coefficient]]:
    """The outside option, indexed [own type][opponent's type]."""
    what = f"outside_{side.label}"
    own, other = len(side.own), len(side.other)
    if isinstance(outside, sympy.MatrixBase):
        outside = outside.tolist()
    if not isinstance(outside, (list, tuple)):
        return ((env.convert(outside, what),) * other,) * own
    if not any(isinstance(row, (list, tuple)) for row in outside):
        if len(outside) != own:
            raise ModelError(f"{what}: expected {own} entries, one for each type, got {len(outside)}")
        return tuple((env.convert(entry, what),) * other for entry in outside)
    n, m = env.size
    if len(outside) != n or any(not isinstance(row, (list, tuple)) or len(row) != m for row in outside):
        raise ModelError(f"{what}: expected {n} rows (buyer's types) of {m} entries (seller's types)")
    rows = tuple(tuple(env.convert(entry, what) for entry in row) for row in outside)
    return rows if side.label == "B" else tuple(zip(*rows, strict=True))
