"""Two traders whose valuations depend on both types: finite types, or types on intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy

from symtrade.model.cases import Cases
from symtrade.model.distribution import Distribution
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.relations import as_tuple
from symtrade.model.typespace import SomeTypes, TypeSpace

SELLER, BUYER = "seller", "buyer"
AGENTS = (SELLER, BUYER)


@dataclass(frozen=True)
class Types:
    """The types of one trader: a symbol, and its law, a :class:`Distribution` or a :class:`TypeSpace`.

    >>> from symtrade.model.families import uniform
    >>> x = sympy.Symbol("theta_1")
    >>> Types(x, uniform(0, 2)).range
    (theta_1 >= 0, theta_1 <= 2)
    >>> Types(x, TypeSpace((1, 2), (sympy.Rational(1, 5), sympy.Rational(4, 5)))).mean(x**2)
    17/5
    """

    symbol: Any
    law: Distribution | TypeSpace

    def __post_init__(self) -> None:
        if not isinstance(self.symbol, sympy.Symbol):
            raise ModelError(f"expected a symbol for the type, got {self.symbol!r}; write symbols('theta_1')")
        if not isinstance(self.law, Distribution | TypeSpace):
            raise ModelError(
                f"the law of {self.symbol}: expected a Distribution such as uniform(0, 1), or a "
                f"TypeSpace, got {self.law!r:.60}"
            )
        known = isinstance(self.law, Distribution | SomeTypes) or self.law.probabilities is not None
        if not known:
            raise ModelError(
                f"the types of {self.symbol} need probabilities: TypeSpace(values, probabilities)"
            )

    @property
    def finite(self) -> bool:
        """Whether there are finitely many types."""
        return isinstance(self.law, TypeSpace)

    @property
    def values(self) -> tuple[Any, ...]:
        """The types, if they are finitely many."""
        if not isinstance(self.law, TypeSpace):
            raise ModelError(f"{self.symbol} has a continuum of types")
        return self.law.values

    @property
    def probabilities(self) -> tuple[Any, ...]:
        """Their probabilities."""
        assert isinstance(self.law, TypeSpace)
        assert self.law.probabilities is not None
        return self.law.probabilities

    def name(self, value: Any) -> str:
        """The name of a finite type."""
        assert isinstance(self.law, TypeSpace)
        return self.law.name(self.law.values.index(value))

    @property
    def range(self) -> tuple[Any, ...]:
        """What is known of a type on an interval, as relations."""
        if isinstance(self.law, TypeSpace):
            return ()
        low, high = self.law.support
        return (self.symbol >= low, *((self.symbol <= high,) if high is not sympy.oo else ()))

    @property
    def assuming(self) -> tuple[Any, ...]:
        """What the law itself takes for granted: an interval with its ends in order."""
        if isinstance(self.law, TypeSpace):
            return ()
        low, high = self.law.support
        return () if high is sympy.oo else tuple(r for r in (sympy.Lt(low, high),) if r != sympy.true)

    def mean(self, function: Any) -> Any:
        """The expectation of a function of a finite type."""
        if isinstance(self.law, SomeTypes):
            return self.law.mean(function, self.symbol)
        return sympy.Add(
            *(
                p * sympy.sympify(function).subs(self.symbol, v)
                for v, p in zip(self.values, self.probabilities, strict=True)
            )
        )


def by_type(symbol: Any, values: Mapping[Any, Any]) -> Any:
    """A function of a finite type, given as a table.

    >>> x = sympy.Symbol("x")
    >>> by_type(x, {1: 40, 2: 20}).subs(x, 2)
    20
    """
    if not values:
        raise ModelError("by_type: the table is empty")
    return Cases(*((exact(v), sympy.Eq(symbol, exact(k))) for k, v in values.items()))


@dataclass(frozen=True)
class InterdependentEnvironment:
    """A seller (agent 1) who owns the good, a buyer (agent 2), and their valuations.

    `valuations` are the seller's and the buyer's, SymPy expressions in both type symbols and in
    parameters, on which `assuming` are the assumptions.  Types are independent.  Trade is efficient
    where the buyer's valuation exceeds the seller's; at a tie there is none, or, with
    ``trade_at_ties=True``, there is.  Raises ModelError for floats and for symbols used twice.

    >>> from symtrade.model.families import uniform
    >>> x, y, g = sympy.symbols("theta_1 theta_2 gamma")
    >>> env = InterdependentEnvironment(Types(x, uniform(0, 1)), Types(y, uniform(0, 1)),
    ...                                 valuations=(x + g*y, y), assuming=(g > 0,))
    >>> env.trade
    theta_2 > gamma*theta_2 + theta_1
    """

    seller: Types
    buyer: Types
    valuations: tuple[Any, Any]
    assuming: Any = ()
    trade_at_ties: bool = False

    def __post_init__(self) -> None:
        if len(self.valuations) != 2:
            raise ModelError("valuations=: expected the seller's and the buyer's")
        object.__setattr__(self, "valuations", tuple(exact(v, "a valuation") for v in self.valuations))
        if self.seller.symbol == self.buyer.symbol:
            raise ModelError(f"both traders' types are called {self.seller.symbol}: use two symbols")
        given = (*as_tuple(self.assuming), *self.seller.assuming, *self.buyer.assuming)
        object.__setattr__(self, "assuming", tuple(dict.fromkeys(given)))

    def types(self, agent: str) -> Types:
        """The types of ``"seller"`` or ``"buyer"``."""
        if agent not in AGENTS:
            raise ModelError(f"expected 'seller' or 'buyer', got {agent!r}")
        return self.seller if agent == SELLER else self.buyer

    @property
    def ranges(self) -> tuple[Any, ...]:
        """What is known of the types and parameters."""
        return (*self.assuming, *self.seller.range, *self.buyer.range)

    def ranges_of(self, agent: str) -> tuple[Any, ...]:
        """What is known of the parameters and of one trader's type."""
        return (*self.assuming, *self.types(agent).range)

    @property
    def trade(self) -> Any:
        """The condition under which trade is efficient."""
        seller, buyer = self.valuations
        return buyer >= seller if self.trade_at_ties else buyer > seller

    @property
    def surplus(self) -> Any:
        """What the good is worth in the hands that should have it."""
        seller, buyer = self.valuations
        return Cases((buyer, buyer >= seller), (seller, seller >= buyer))

    @property
    def profiles(self) -> tuple[dict[Any, Any], ...]:
        """The pairs of finite types, as substitutions."""
        return tuple(
            {self.seller.symbol: s, self.buyer.symbol: b}
            for s, b in product(self.seller.values, self.buyer.values)
        )


def other(agent: str) -> str:
    """The other trader."""
    return BUYER if agent == SELLER else SELLER
