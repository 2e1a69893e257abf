"""Budget balance, for mechanisms whose transfers are separate."""

from __future__ import annotations

from flint import fmpq

from symtrade.kernel.polynomial import linear_form
from symtrade.kernel.program import Constraint
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError
from symtrade.model.mechanism import ONE, DirectMechanism, Terms, check_same


def exact_budget_balance(env: FiniteEnvironment, mech: DirectMechanism) -> tuple[Constraint, ...]:
    """What the buyer pays is what the seller receives, at every pair of types:
    ``BB[b_lo, s_hi]``: t_B - t_S == 0.  ModelError for a mechanism with one transfer."""
    return _ex_post(env, mech, "==")


def weak_budget_balance(env: FiniteEnvironment, mech: DirectMechanism) -> tuple[Constraint, ...]:
    """No deficit at any pair of types: ``BB[b_lo, s_hi]``: t_B - t_S >= 0."""
    return _ex_post(env, mech, ">=")


def ex_ante_budget_balance(
    env: FiniteEnvironment, mech: DirectMechanism, exact: bool = False
) -> tuple[Constraint, ...]:
    """No deficit in expectation (``exact``: neither deficit nor surplus): ``BB``."""
    form = linear_form(surplus_terms(env, mech))
    return (Constraint("BB", form, "==" if exact else ">=", scope=mech.scope),)


def surplus_terms(env: FiniteEnvironment, mech: DirectMechanism) -> Terms:
    """The expected budget surplus as sparse terms; ModelError for a mechanism with one transfer."""
    _check(env, mech)
    terms: Terms = {}
    for i, row in enumerate(env.prior):
        for j, p in enumerate(row):
            terms[mech.t_B.names[i][j]] = p
            terms[mech.t_S.names[i][j]] = -p
    return terms


def _ex_post(env: FiniteEnvironment, mech: DirectMechanism, sense: str) -> tuple[Constraint, ...]:
    _check(env, mech)
    return tuple(
        Constraint(f"BB[{b}, {s}]", linear_form({mech.t_B.names[i][j]: ONE, mech.t_S.names[i][j]: fmpq(-1)}),
                   sense, scope=mech.scope)
        for i, b in enumerate(env.buyer.names or ())
        for j, s in enumerate(env.seller.names or ())
    )


def _check(env: FiniteEnvironment, mech: DirectMechanism) -> None:
    check_same(env, mech)
    if mech.budget != "separate":
        raise ModelError("the budget of this mechanism always balances: its one transfer goes from the buyer "
                         "to the seller; write DirectMechanism(env, budget='separate') for two transfers")
