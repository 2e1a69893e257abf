"""Incentive compatibility: no type gains by reporting another.

Names follow the economist's habit: ``IC_B[b_hi -> b_lo | s_lo]`` says that the buyer of type b_hi
does not gain by reporting b_lo when the seller's type is s_lo.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symtrade.kernel.polynomial import linear_form
from symtrade.kernel.program import Constraint, Scope
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError
from symtrade.model.mechanism import DirectMechanism, Side, check_same


def lies(count: int, pairs: str) -> Iterator[tuple[int, int]]:
    """The pairs (true type, reported type): ``"all"``, or ``"adjacent"`` in the order listed."""
    if pairs not in ("all", "adjacent"):
        raise ModelError(f"expected pairs='all' or pairs='adjacent', got {pairs!r}")
    return (
        (i, k) for i in range(count) for k in range(count) if i != k and (pairs == "all" or abs(i - k) == 1)
    )


def dominant_strategy_ic(
    env: FiniteEnvironment, mech: DirectMechanism, pairs: str = "all"
) -> tuple[Constraint, ...]:
    """Truth is optimal whatever the opponent reports.

    Returns constraints ``IC_B[b_hi -> b_lo | s_lo]`` (true type -> report | opponent's report); for
    a trader with interdependent values, also whatever the opponent's true type:
    ``IC_B[b_hi -> b_lo | s_lo reports s_hi]``.
    """
    check_same(env, mech)
    rows = []
    for side in mech.sides:
        others = range(len(side.other))
        for i, k in lies(len(side.own), pairs):
            lie = _lie(side, i, k)
            for j in others:
                other = side.other.name(j)
                if not side.interdependent:
                    rows.append(_ex_post(side, i, k, j, j, f"{lie} | {other}]", mech.scope))
                    continue
                rows += [
                    _ex_post(side, i, k, j, r, f"{lie} | {other} reports {side.other.name(r)}]", mech.scope)
                    for r in others
                ]
    return tuple(rows)


def ex_post_ic(env: FiniteEnvironment, mech: DirectMechanism, pairs: str = "all") -> tuple[Constraint, ...]:
    """Truth is optimal against a truthful opponent of known type: ``IC_B[b_hi -> b_lo | s_lo]``.

    With private values this is dominant-strategy incentive compatibility.
    """
    check_same(env, mech)
    return tuple(
        _ex_post(side, i, k, j, j, f"{_lie(side, i, k)} | {side.other.name(j)}]", mech.scope)
        for side in mech.sides
        for i, k in lies(len(side.own), pairs)
        for j in range(len(side.other))
    )


def bayesian_ic(env: FiniteEnvironment, mech: DirectMechanism, pairs: str = "all") -> tuple[Constraint, ...]:
    """Truth is optimal in expectation over the opponent's type, given one's own:
    ``IC_B[b_hi -> b_lo]``.  Raises ModelError where the environment has no probabilities."""
    check_same(env, mech)
    rows = []
    for side in mech.sides:
        scope = interim_scope(env, mech, side)
        belief = env.conditional(side.title)
        others = range(len(side.other))
        for i in range(len(side.own)):
            gain = [p * v for p, v in zip(belief[i], side.payoff[i], strict=True)]
            money = [p * side.money for p in belief[i]]
            truth = dict(zip(side.q[i], gain, strict=True)) | dict(zip(side.t[i], money, strict=True))
            loss, refund = [-g for g in gain], [-m for m in money]
            for _, k in (pair for pair in lies(len(side.own), pairs) if pair[0] == i):
                form = dict(truth)
                for j in others:
                    form[side.q[k][j]] = loss[j]
                    form[side.t[k][j]] = refund[j]
                rows.append(Constraint(_lie(side, i, k) + "]", linear_form(form), ">=", scope=scope))
    return tuple(rows)


def interim_scope(env: FiniteEnvironment, mech: DirectMechanism, side: Side) -> Scope:
    """The mechanism's scope, with what the trader's conditional probabilities need."""
    more = env.conditional_requirements(side.title)
    return replace(mech.scope, requirements=mech.scope.requirements + more) if more else mech.scope


def _lie(side: Side, i: int, k: int) -> str:
    return f"IC_{side.label}[{side.own.name(i)} -> {side.own.name(k)}"


def _ex_post(side: Side, i: int, k: int, j: int, r: int, name: str, scope: Scope) -> Constraint:
    """Own type i against type j who reports r: truth is no worse than the report k."""
    gain, money = side.payoff[i][j], side.money
    form = {side.q[i][r]: gain, side.t[i][r]: money, side.q[k][r]: -gain, side.t[k][r]: -money}
    return Constraint(name, linear_form(form), ">=", scope=scope)
