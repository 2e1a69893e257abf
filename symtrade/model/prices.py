"""Mechanisms made of prices: one posted price, or several of which a trader may offer one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symtrade.kernel.polynomial import linear_form
from symtrade.kernel.program import Constraint
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError
from symtrade.model.game import IndirectMechanism
from symtrade.model.mechanism import ONE, DirectMechanism, check_same

OUT = "out"


def posted_price(env: FiniteEnvironment, mech: DirectMechanism, price: Any) -> tuple[Constraint, ...]:
    """Trade takes place at one price only: ``PRICE[b_hi, s_lo]``: t == price * q.

    With ex post individual rationality nobody trades who would lose at the price.  `price` is an
    expression in the parameters of `env`.

    >>> import sympy
    >>> from symtrade.model.typespace import TypeSpace
    >>> b, s, x = sympy.symbols("b s x")
    >>> env = FiniteEnvironment(buyer=TypeSpace((b,)), seller=TypeSpace((s,)), parameters=(x,))
    >>> [row.expr for row in posted_price(env, DirectMechanism(env), x)]
    [Eq(-q[b, s]*x + t[b, s], 0)]
    """
    check_same(env, mech)
    x = env.convert(price, "the price")
    return tuple(
        Constraint(f"PRICE[{b}, {s}]", linear_form({mech.t.names[i][j]: ONE, mech.q.names[i][j]: -x}), "==",
                   scope=mech.scope)
        for i, b in enumerate(env.buyer.names or ())
        for j, s in enumerate(env.seller.names or ())
    )


def flexible_price(env: FiniteEnvironment, prices: Sequence[Any], offering: str = "seller"
                   ) -> IndirectMechanism:
    """One trader (`offering`) offers one of `prices`, listed from low to high; the other names the
    worst of them that it accepts: the highest price for a buyer, the lowest for a seller.

    Either side may stay out (action ``out``): no trade, no payment.

    >>> import sympy
    >>> from symtrade.model.typespace import TypeSpace
    >>> low, high = sympy.symbols("low high")
    >>> env = FiniteEnvironment(buyer=TypeSpace((1,)), seller=TypeSpace((0,)), parameters=(low, high))
    >>> flexible_price(env, (low, high)).outcome("high", "low")
    (1, low)
    """
    if offering not in ("buyer", "seller"):
        raise ModelError(f"expected offering='buyer' or offering='seller', got {offering!r}")
    actions = (OUT, *(str(price) for price in prices))
    rows = []
    for accepted, _ in enumerate(actions):
        row: list[Any] = []
        for offered, _ in enumerate(actions):
            good = offered <= accepted if offering == "seller" else offered >= accepted
            row.append(prices[offered - 1] if offered and accepted and good else None)
        rows.append(tuple(row))
    paid = rows if offering == "seller" else list(zip(*rows, strict=True))
    q = tuple(tuple(0 if entry is None else 1 for entry in row) for row in paid)
    t = tuple(tuple(0 if entry is None else entry for entry in row) for row in paid)
    return IndirectMechanism(env, actions, actions, q, t, OUT)
