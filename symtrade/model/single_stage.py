"""Single-stage direct mechanisms with interdependent valuations and finite types, as named constraints.

Trade is efficient; what is designed are the transfers t_1 to the seller and t_2 to the buyer at each
pair of reported types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.model.errors import ModelError
from symtrade.model.interdependent import AGENTS, SELLER, InterdependentEnvironment, other

Named = tuple[str, Any]


@dataclass(frozen=True)
class SingleStageMechanism:
    """Transfers at pairs of reports; `trade` says where the good is traded.

    Raises ModelError where types are not finite, or efficient trade depends on the parameters and
    `trade` (a mapping from pairs of types to 0 or 1) does not say.
    """

    environment: InterdependentEnvironment
    trade: Any = None

    def q(self, seller: Any, buyer: Any) -> int:
        """1 where the good is traded at these types."""
        if self.trade is not None:
            return int(self.trade[seller, buyer])
        env = self.environment
        found = env.trade.subs({env.seller.symbol: seller, env.buyer.symbol: buyer})
        if found not in (sympy.true, sympy.false):
            raise ModelError(f"whether trade is efficient at ({seller}, {buyer}) depends on the parameters: say "
                             "it with trade={...: 1}")
        return int(found == sympy.true)

    def t(self, agent: str, seller: Any, buyer: Any) -> Any:
        """The transfer to one trader, a variable."""
        env = self.environment
        names = env.seller.name(seller), env.buyer.name(buyer)
        return sympy.Symbol(f"t_{1 if agent == SELLER else 2}[{names[0]}, {names[1]}]")

    @property
    def variables(self) -> tuple[Any, ...]:
        """All transfers."""
        env = self.environment
        return tuple(self.t(agent, s, b) for agent in AGENTS for s in env.seller.values for b in env.buyer.values)

    def utility(self, agent: str, own: Any, reported: Any) -> Any:
        """What a trader of type `own` who reports `reported` expects, the other being truthful."""
        env = self.environment
        mine, theirs = env.types(agent), env.types(other(agent))
        valuation = env.valuations[AGENTS.index(agent)].subs(mine.symbol, own)
        total = sympy.Integer(0)
        for value, probability in zip(theirs.values, theirs.probabilities, strict=True):
            pair = (reported, value) if agent == SELLER else (value, reported)
            holds = 1 - self.q(*pair) if agent == SELLER else self.q(*pair)
            total += probability * (holds * valuation.subs(theirs.symbol, value) + self.t(agent, *pair))
        return sympy.expand(total)

    def bayesian_ic(self) -> tuple[Named, ...]:
        """No type of either trader gains by reporting another."""
        return tuple((f"IC_{agent[0].upper()}[{types.name(a)} -> {types.name(b)}]",
                      sympy.Ge(self.utility(agent, a, a), self.utility(agent, a, b)))
                     for agent in AGENTS for types in (self.environment.types(agent),)
                     for a in types.values for b in types.values if a != b)

    def interim_ir(self) -> tuple[Named, ...]:
        """Every type expects at least its outside option: the good, for the seller."""
        env = self.environment
        return tuple((f"IR_{agent[0].upper()}[{types.name(a)}]", sympy.Ge(self.utility(agent, a, a), outside))
                     for agent in AGENTS for types in (env.types(agent),) for a in types.values
                     for outside in (self._outside(agent, a),))

    def _outside(self, agent: str, own: Any) -> Any:
        env = self.environment
        if agent != SELLER:
            return sympy.Integer(0)
        return env.buyer.mean(env.valuations[0].subs(env.seller.symbol, own))

    def budget_balance(self) -> tuple[Named, ...]:
        """The buyer pays what the seller gets, at every pair of types."""
        env = self.environment
        return tuple((f"BB[{env.seller.name(s)}, {env.buyer.name(b)}]",
                      sympy.Eq(sum(self.t(agent, s, b) for agent in AGENTS), 0))
                     for s in env.seller.values for b in env.buyer.values)
