"""Weakly dominated actions of an indirect mechanism, and how to make staying out one of them."""

from __future__ import annotations

from typing import Any

import sympy

from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.game import IndirectMechanism
from symtrade.model.program import LinearProgram


def payoffs(mechanism: IndirectMechanism, trader: str, value: Any, action: str) -> dict[str, Any]:
    """The utility of a trader with this value from an action, against each of the opponent's."""
    if action not in mechanism.actions(trader):
        raise ModelError(f"no action of the {trader} is called {action!r}; the actions are "
                         + ", ".join(mechanism.actions(trader)))
    others = mechanism.actions("seller" if trader == "buyer" else "buyer")
    return {
        other: mechanism.utility(trader, value, *((action, other) if trader == "buyer" else (other, action)))
        for other in others
    }


def dominates(mechanism: IndirectMechanism, trader: str, value: Any, better: str, worse: str) -> Any:
    """The claim that action `better` weakly dominates `worse` for a trader with this value.

    >>> from symtrade.model.environment import FiniteEnvironment
    >>> from symtrade.model.typespace import TypeSpace
    >>> b, x = sympy.symbols("b x")
    >>> env = FiniteEnvironment(buyer=TypeSpace((b,)), seller=TypeSpace((0,)), parameters=(x,))
    >>> offer = IndirectMechanism(env, ("yes", "no"), ("offer x",), q=((1,), (0,)), t=((x,), (0,)))
    >>> dominates(offer, "buyer", b, "yes", "no")
    (b - x >= 0) & (b - x > 0)
    """
    one, other = (payoffs(mechanism, trader, value, action) for action in (better, worse))
    gains = [one[action] - other[action] for action in one]
    return sympy.And(
        *(sympy.Ge(gain, 0) for gain in gains), sympy.Or(*(sympy.Gt(gain, 0) for gain in gains)))


def weak_dominance(mechanism: IndirectMechanism, trader: str, value: Any, action: str) -> LinearProgram:
    """The program whose optimum is positive exactly where some mixed action weakly dominates `action`
    for a trader with this value, and zero elsewhere.

    It maximises the sum of the gains over `action`, one for each action of the opponent, over mixed
    actions ``alpha[...]`` that lose against none of them.

    >>> from symtrade.model.environment import FiniteEnvironment
    >>> from symtrade.model.typespace import TypeSpace
    >>> b, x = sympy.symbols("b x")
    >>> env = FiniteEnvironment(buyer=TypeSpace((b,)), seller=TypeSpace((0,)), parameters=(x,))
    >>> offer = IndirectMechanism(env, ("yes", "no"), ("offer x",), q=((1,), (0,)), t=((x,), (0,)))
    >>> program = weak_dominance(offer, "buyer", b, "no")
    >>> [row.name for row in program.constraints][:2]
    ['alpha adds up to 1', 'gain against offer x']
    """
    against = payoffs(mechanism, trader, value, action)
    alpha = {own: sympy.Symbol(f"alpha[{own}]", nonnegative=True) for own in mechanism.actions(trader)}
    gains: dict[str, Any] = {other: -utility for other, utility in against.items()}
    for own, weight in alpha.items():
        for other, utility in payoffs(mechanism, trader, value, own).items():
            gains[other] = gains[other] + weight * utility
    rows: list[Any] = [("alpha adds up to 1", sympy.Eq(sympy.Add(*alpha.values()), 1))]
    rows += [(f"gain against {other}", sympy.Ge(gain, 0, evaluate=False)) for other, gain in gains.items()]
    return LinearProgram(variables=tuple(alpha.values()), objective=sympy.Add(*gains.values()),
                         constraints=rows, assuming=mechanism.env.assuming,
                         parameters=tuple(mechanism.env.symbols.values()))


def rewarding(mechanism: IndirectMechanism, reward: Any, name: str = "pay") -> IndirectMechanism:
    """The mechanism with one more action on either side, `name`: it makes no trade, and pays `reward`
    to an opponent who takes part, that is, who neither stays out nor chooses it as well.

    Staying out forgoes the reward; so it becomes weakly dominated by any action that never loses.
    Raises ModelError where no action means staying out, or the name is taken.  (Carroll 2017, Table 5.)

    >>> from symtrade.model.environment import FiniteEnvironment
    >>> from symtrade.model.typespace import TypeSpace
    >>> x = sympy.Symbol("x")
    >>> env = FiniteEnvironment(buyer=TypeSpace((1,)), seller=TypeSpace((0,)), parameters=(x,))
    >>> none = IndirectMechanism(env, ("in", "out"), ("in", "out"), ((1, 0), (0, 0)), ((1, 0), (0, 0)), "out")
    >>> rewarding(none, x).outcome("in", "pay"), rewarding(none, x).outcome("out", "pay")
    ((0, -x), (0, 0))
    """
    if mechanism.outside is None:
        raise ModelError("the mechanism names no action that means staying out: give outside=")
    if name in (*mechanism.buyer_actions, *mechanism.seller_actions):
        raise ModelError(f"an action is already called {name!r}")
    paid = exact(reward, "the reward")
    for_buyer = [-paid if action != mechanism.outside else 0 for action in mechanism.buyer_actions]
    for_seller = [paid if action != mechanism.outside else 0 for action in mechanism.seller_actions]
    return IndirectMechanism(
        mechanism.env, (*mechanism.buyer_actions, name), (*mechanism.seller_actions, name),
        q=(*((*row, 0) for row in mechanism.q), (0,) * (len(for_seller) + 1)),
        t=(*((*row, extra) for row, extra in zip(mechanism.t, for_buyer, strict=True)), (*for_seller, 0)),
        outside=mechanism.outside,
    )
