"""What a mechanism is to maximise: expected gains from trade and their parts, as linear forms."""

from __future__ import annotations

from typing import Any

import sympy

from symtrade.kernel.polynomial import linear_form
from symtrade.kernel.program import LinearForm
from symtrade.model.budget import surplus_terms
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import expect
from symtrade.model.forms import ex_ante_terms, interim_terms
from symtrade.model.incentives import interim_scope
from symtrade.model.mechanism import DirectMechanism, Terms, check_same
from symtrade.model.ordering import efficient_trade


def gains_from_trade(env: FiniteEnvironment, mech: DirectMechanism) -> LinearForm:
    """The expected gains from trade: the sum of probability * (v_B - v_S) * q."""
    check_same(env, mech)
    buyer, seller = env.values_of("buyer"), env.values_of("seller")
    return _form(mech, {
        mech.q.names[i][j]: p * (buyer[i][j] - seller[i][j])
        for i, row in enumerate(env.prior) for j, p in enumerate(row)
    })


def trade_probability(env: FiniteEnvironment, mech: DirectMechanism) -> LinearForm:
    """The probability of trade."""
    check_same(env, mech)
    return _form(mech, {
        mech.q.names[i][j]: p for i, row in enumerate(env.prior) for j, p in enumerate(row)
    })


def buyer_surplus(env: FiniteEnvironment, mech: DirectMechanism) -> LinearForm:
    """The buyer's expected utility."""
    check_same(env, mech)
    return _form(mech, ex_ante_terms(mech.side("buyer"), env))


def seller_surplus(env: FiniteEnvironment, mech: DirectMechanism) -> LinearForm:
    """The seller's expected utility (transfers minus values given up)."""
    check_same(env, mech)
    return _form(mech, ex_ante_terms(mech.side("seller"), env))


def revenue(env: FiniteEnvironment, mech: DirectMechanism) -> LinearForm:
    """The expected budget surplus t_B - t_S; ModelError for a mechanism with one transfer."""
    return _form(mech, surplus_terms(env, mech))


def interim_utility(env: FiniteEnvironment, mech: DirectMechanism, trader: str, own: Any) -> LinearForm:
    """The truthful utility that a type of ``"buyer"`` or ``"seller"`` expects, given its type."""
    check_same(env, mech)
    side = mech.side(trader)
    i = side.own.index(own)
    terms = interim_terms(side, i, env.conditional(trader)[i])
    return LinearForm(linear_form(terms), scope=interim_scope(env, mech, side))


def ex_post_utility(
    env: FiniteEnvironment, mech: DirectMechanism, trader: str, buyer: Any, seller: Any
) -> LinearForm:
    """The truthful utility of ``"buyer"`` or ``"seller"`` at a pair of types (the buyer's first)."""
    check_same(env, mech)
    side = mech.side(trader)
    i, j = env.buyer.index(buyer), env.seller.index(seller)
    return _form(mech, side.utility(i, j) if trader == "buyer" else side.utility(j, i))


def first_best(env: FiniteEnvironment, trade: Any = None) -> Any:
    """The expected gains from efficient trade, as a SymPy expression.

    The assumptions must say where trade is efficient; otherwise ModelError asks for `trade`, as in
    ``efficiency``.  Pairs where trade makes no difference count nothing.
    """
    expect(env, FiniteEnvironment, "first_best", "a FiniteEnvironment (for two distributions: compare)")
    decisions = efficient_trade(env, trade, weak=True)
    buyer, seller = env.value_expressions("buyer"), env.value_expressions("seller")
    return sympy.Add(*(
        p * (buyer[i][j] - seller[i][j])
        for i, row in enumerate(env.prior_expressions) for j, p in enumerate(row) if decisions[i][j]
    ))


def _form(mech: DirectMechanism, terms: Terms) -> LinearForm:
    return LinearForm(linear_form(terms), scope=mech.scope)
