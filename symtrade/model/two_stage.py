"""Two-stage mechanisms: types are reported and the good allocated, then payoffs are reported and paid for.

In the first stage both traders report types and the good goes where the reports say.  Then each sees
its own allocation payoff (the seller's valuation without trade, the buyer's with trade, else 0),
reports it, and transfers are made on all reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.model.cases import Cases
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.interdependent import AGENTS, BUYER, SELLER, InterdependentEnvironment
from symtrade.model.relations import as_tuple


def report(types_symbol: Any) -> Any:
    """The symbol of a reported type."""
    return sympy.Symbol(f"{types_symbol.name}_r")


PAYOFFS = {SELLER: sympy.Symbol("u_1_r"), BUYER: sympy.Symbol("u_2_r")}


@dataclass(frozen=True)
class TwoStageMechanism:
    """Efficient allocation on reported types, and transfers to the seller and the buyer.

    `transfers` are SymPy expressions (Piecewise is welcome) in the reported types (`reports`), the
    reported payoffs (``u_1_r``, ``u_2_r``) and parameters; `assuming` are assumptions on the latter.
    """

    environment: InterdependentEnvironment
    transfers: tuple[Any, Any]
    assuming: Any = ()

    def __post_init__(self) -> None:
        if len(self.transfers) != 2:
            raise ModelError("transfers=: expected the transfer to the seller and the one to the buyer")
        object.__setattr__(self, "transfers", tuple(exact(t, "a transfer") for t in self.transfers))
        object.__setattr__(self, "assuming", as_tuple(self.assuming))

    @property
    def reports(self) -> dict[Any, Any]:
        """True types to reported types."""
        env = self.environment
        return {t.symbol: report(t.symbol) for t in (env.seller, env.buyer)}

    @property
    def trade(self) -> Any:
        """The condition on reported types under which the good is traded."""
        return self.environment.trade.subs(self.reports)

    def payoffs(self, trade: bool) -> dict[Any, Any]:
        """The allocation payoffs that the traders see, and report truthfully."""
        seller, buyer = self.environment.valuations
        zero = sympy.Integer(0)
        return {PAYOFFS[SELLER]: zero if trade else seller, PAYOFFS[BUYER]: buyer if trade else zero}

    def transfer(self, agent: str) -> Any:
        """The transfer to one trader."""
        return self.transfers[AGENTS.index(agent)]

    def outcome(self, agent: str, reports: Any = None) -> Any:
        """What a trader gets when the types are the true symbols, first-stage reports are `reports`
        (true type symbol to report; the truth where left out), and payoffs are reported truthfully."""
        return self._by_trade(
            lambda trade: self.payoffs(trade)[PAYOFFS[agent]] + self.paid(agent, trade, reports), reports
        )

    def paid(self, agent: str, trade: bool, reports: Any = None) -> Any:
        """The transfer to a trader with or without trade, under the same reports."""
        return self.transfer(agent).subs(self._reported(reports)).subs(self.payoffs(trade))

    def payment(self, agent: str, reports: Any = None) -> Any:
        """The transfer to a trader, trade as reported."""
        return self._by_trade(lambda trade: self.paid(agent, trade, reports), reports)

    def _reported(self, reports: Any) -> dict[Any, Any]:
        given = {} if reports is None else reports
        return {r: given.get(t, t) for t, r in self.reports.items()}

    def _by_trade(self, value: Any, reports: Any) -> Any:
        """A function of trade; at a tie, where both values agree, either may be read."""
        reported = self._reported(reports)
        trade = self.trade.subs(reported)
        one, two = (sympy.expand_mul(value(traded), deep=False) for traded in (True, False))
        common = [t for t in sympy.Add.make_args(one) if t in sympy.Add.make_args(two)]
        rest = sympy.Add(*common)
        one, two = one - rest, two - rest
        if one == two or trade in (sympy.true, sympy.false):
            return rest + (two if trade == sympy.false else one)
        seller, buyer = (v.subs(self.reports).subs(reported) for v in self.environment.valuations)
        if _vanishes_with(one - two, buyer - seller):
            return rest + Cases((one, buyer >= seller), (two, seller >= buyer))
        return rest + sympy.Piecewise((one, trade), (two, True))


def _vanishes_with(difference: Any, gap: Any) -> bool:
    """Whether a difference is a polynomial multiple of a gap."""
    symbols = tuple(difference.free_symbols | gap.free_symbols)
    if not symbols or not (difference.is_polynomial(*symbols) and gap.is_polynomial(*symbols)):
        return False
    return bool(sympy.cancel(difference / gap).is_polynomial(*symbols))


def fixed_payment(env: InterdependentEnvironment, price: Any, assuming: Any = ()) -> TwoStageMechanism:
    """The buyer pays the seller `price`, whatever is reported."""
    price = exact(price, "the payment")
    return TwoStageMechanism(env, (price, -price), assuming)


def posted_payment(env: InterdependentEnvironment, price: Any, assuming: Any = ()) -> TwoStageMechanism:
    """The buyer pays the seller `price` where the good is traded."""
    price = exact(price, "the payment")
    paid = sympy.Piecewise((price, env.trade), (0, True)).subs(
        {t.symbol: report(t.symbol) for t in (env.seller, env.buyer)}
    )
    return TwoStageMechanism(env, (paid, -paid), assuming)


def shoot_the_liar(env: InterdependentEnvironment, penalty: Any, assuming: Any = ()) -> TwoStageMechanism:
    """The buyer pays its valuation at the reports where there is trade, and the seller gets what the
    buyer reports to have got; whoever's type report the other's payoff report belies pays `penalty`.

    With trade the buyer's payoff report tests the seller's type report, without trade the seller's
    tests the buyer's.  `penalty` may depend on the reported types.
    """
    penalty = exact(penalty, "the penalty")
    swap = {t.symbol: report(t.symbol) for t in (env.seller, env.buyer)}
    seller, buyer = (v.subs(swap) for v in env.valuations)
    u_1, u_2 = PAYOFFS[SELLER], PAYOFFS[BUYER]
    trade = env.trade.subs(swap)
    to_seller = sympy.Piecewise(
        (sympy.Piecewise((u_2, sympy.Eq(u_2, buyer)), (-penalty, True)), trade), (0, True)
    )
    to_buyer = sympy.Piecewise(
        (-buyer, trade), (sympy.Piecewise((0, sympy.Eq(u_1, seller)), (-penalty, True)), True)
    )
    return TwoStageMechanism(env, (to_seller, to_buyer), assuming)
