"""Indirect mechanisms: finitely many actions a side, and what a type can secure by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.model.environment import FiniteEnvironment, Matrix
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.program import LinearProgram


@dataclass(frozen=True)
class IndirectMechanism:
    """Actions are mapped to a probability of trade `q` and to a payment `t` from buyer to seller.

    Both tables are n x m, the buyer's actions first; their entries are expressions in the
    parameters of `env`.  `outside`, where given, names the action of either side that means staying
    out.  Raises ModelError for tables of another shape.

    >>> b, s, x = sympy.symbols("b s x")
    >>> from symtrade.model.typespace import TypeSpace
    >>> env = FiniteEnvironment(buyer=TypeSpace((b,)), seller=TypeSpace((s,)), parameters=(x,))
    >>> offer = IndirectMechanism(env, ("yes", "no"), ("offer x",), q=((1,), (0,)), t=((x,), (0,)))
    >>> offer.utility("buyer", b, "yes", "offer x")
    b - x
    """

    env: FiniteEnvironment
    buyer_actions: tuple[str, ...]
    seller_actions: tuple[str, ...]
    q: Matrix
    t: Matrix
    outside: str | None = None

    def __post_init__(self) -> None:
        for field in ("buyer_actions", "seller_actions"):
            object.__setattr__(self, field, tuple(getattr(self, field)))
            if len(set(getattr(self, field))) != len(getattr(self, field)):
                raise ModelError(f"{field}: an action is listed twice")
        for field in ("q", "t"):
            rows = getattr(self, field)
            table = tuple(tuple(exact(e, f"an entry of {field}") for e in row) for row in rows)
            height, width = len(self.buyer_actions), len(self.seller_actions)
            if len(table) != height or any(len(row) != width for row in table):
                raise ModelError(f"{field}: expected {len(self.buyer_actions)} rows (buyer's actions) of "
                                 f"{len(self.seller_actions)} entries (seller's actions)")
            object.__setattr__(self, field, table)

    def actions(self, trader: str) -> tuple[str, ...]:
        """The actions of ``"buyer"`` or ``"seller"``."""
        if trader not in ("buyer", "seller"):
            raise ModelError(f"expected 'buyer' or 'seller', got {trader!r}")
        return self.buyer_actions if trader == "buyer" else self.seller_actions

    def outcome(self, buyer_action: str, seller_action: str) -> tuple[Any, Any]:
        """The probability of trade and the payment at a pair of actions."""
        i = _index(self.buyer_actions, buyer_action)
        j = _index(self.seller_actions, seller_action)
        return self.q[i][j], self.t[i][j]

    def utility(self, trader: str, value: Any, buyer_action: str, seller_action: str) -> Any:
        """The utility of a trader with this value at a pair of actions."""
        q, t = self.outcome(buyer_action, seller_action)
        return value * q - t if trader == "buyer" else t - value * q

    def security(self, trader: str, value: Any, against: Sequence[str] | None = None) -> LinearProgram:
        """The program whose optimum a trader with this value can secure by a mixed action, whatever
        the opponent does: maximise ``secured`` over ``alpha[action]``.

        `against` lists the opponent's actions considered (default: all of them).
        """
        own = self.actions(trader)
        others = self.actions("seller" if trader == "buyer" else "buyer")
        secured = sympy.Symbol("secured")
        alpha = [sympy.Symbol(f"alpha[{action}]", nonnegative=True) for action in own]
        rows: list[Any] = [("alpha adds up to 1", sympy.Eq(sympy.Add(*alpha), 1))]
        for other in others if against is None else against:
            _index(others, other)
            mean = sympy.Add(*(
                weight * self.utility(trader, value, *((a, other) if trader == "buyer" else (other, a)))
                for weight, a in zip(alpha, own, strict=True)
            ))
            rows.append((f"secured against {other}", sympy.Ge(mean - secured, 0, evaluate=False)))
        return LinearProgram(variables=(secured, *alpha), objective=secured, constraints=rows,
                             assuming=self.env.assuming, parameters=tuple(self.env.symbols.values()))


def _index(actions: Sequence[str], action: str) -> int:
    if action not in actions:
        raise ModelError(f"no action is called {action!r}; the actions are {', '.join(actions)}")
    return actions.index(action)
