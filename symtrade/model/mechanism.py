"""Direct mechanisms: the probability of trade and the transfers for every pair of reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.polynomial import Coefficient
from symtrade.kernel.program import Constraint, Scope
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError, expect
from symtrade.model.typespace import TypeSpace

Names = tuple[tuple[str, ...], ...]
Terms = dict[str, Coefficient]
ONE = fmpq(1)


@dataclass(frozen=True)
class Table:
    """One variable for every pair of reports, as SymPy symbols: ``table[i, j]``, where a type is
    given by index, by name or by its value; the buyer's comes first."""

    letter: str
    buyer: TypeSpace
    seller: TypeSpace

    @cached_property
    def names(self) -> Names:
        """The names of the variables, such as ``q[b_hi, s_lo]``."""
        return tuple(
            tuple(f"{self.letter}[{b}, {s}]" for s in self.seller.names or ()) for b in self.buyer.names or ()
        )

    @cached_property
    def symbols(self) -> Mapping[str, Any]:
        """The SymPy symbols by name."""
        return {name: sympy.Symbol(name) for row in self.names for name in row}

    def __getitem__(self, reports: Any) -> Any:
        if not isinstance(reports, tuple) or len(reports) != 2:
            raise ModelError(f"expected {self.letter}[buyer's type, seller's type], got {reports!r}")
        return self.symbols[self.names[self.buyer.index(reports[0])][self.seller.index(reports[1])]]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.symbols.values())


@dataclass(frozen=True)
class Side:
    """A mechanism as one trader sees it; every table is indexed [own type][opponent's type].

    `payoff[i][j]` is what trade adds to utility (the buyer's value, minus the seller's cost), and
    utility is ``payoff * q + money * t``, where `money` is -1 for the buyer and 1 for the seller.
    """

    label: str
    title: str
    own: TypeSpace
    other: TypeSpace
    q: Names
    t: Names
    payoff: tuple[tuple[Coefficient, ...], ...]
    money: Coefficient
    interdependent: bool

    def utility(self, i: int, j: int, k: int | None = None, r: int | None = None) -> Terms:
        """Utility of own type i, facing type j, at the reports k (own) and r (opponent's);
        reports left out are truthful."""
        k, r = (i if k is None else k), (j if r is None else r)
        return {self.q[k][r]: self.payoff[i][j], self.t[k][r]: self.money}


@dataclass(frozen=True)
class DirectMechanism:
    """Reports are mapped to a probability of trade `q` and to transfers.

    With ``budget="exact"`` the buyer pays `t` to the seller; with ``budget="separate"`` the buyer
    pays `t_B` and the seller receives `t_S`.  Raises ModelError for any other budget.

    >>> b, s = sympy.symbols("b s")
    >>> mech = DirectMechanism(FiniteEnvironment(buyer=TypeSpace((b,)), seller=TypeSpace((s,))))
    >>> mech.q[b, s], mech.t[0, 0]
    (q[b, s], t[b, s])
    """

    env: FiniteEnvironment
    budget: str = "exact"

    def __post_init__(self) -> None:
        expect(self.env, FiniteEnvironment, "a mechanism's environment", "a FiniteEnvironment")
        if self.budget not in ("exact", "separate"):
            raise ModelError(f"expected budget='exact' or budget='separate', got {self.budget!r}")

    def _table(self, letter: str) -> Table:
        return Table(letter, self.env.buyer, self.env.seller)

    @cached_property
    def q(self) -> Table:
        """The probability of trade."""
        return self._table("q")

    @cached_property
    def t(self) -> Table:
        """What the buyer pays to the seller; ModelError where the two transfers are separate."""
        if self.budget != "exact":
            raise ModelError("the transfers are separate (budget='separate'): use t_B and t_S")
        return self._table("t")

    @cached_property
    def t_B(self) -> Table:
        """What the buyer pays."""
        self._separate_only("t_B")
        return self._table("t_B")

    @cached_property
    def t_S(self) -> Table:
        """What the seller receives."""
        self._separate_only("t_S")
        return self._table("t_S")

    def _separate_only(self, name: str) -> None:
        if self.budget != "separate":
            raise ModelError(f"there is one transfer, t (budget='exact'); {name} needs "
                             "DirectMechanism(env, budget='separate')")

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables of variables, in the order of the program's variables."""
        return (self.q, self.t) if self.budget == "exact" else (self.q, self.t_B, self.t_S)

    @cached_property
    def scope(self) -> Scope:
        """The variables, the parameter set and the constraints 0 <= q <= 1."""
        symbols = dict(self.env.symbols)
        for table in self.tables:
            symbols.update(table.symbols)
        variables = tuple(name for table in self.tables for name in table.symbols)
        bare = Scope(variables, self.env.scope_region, symbols, (), self.env.requirements)
        domain = tuple(
            Constraint(f"{name} {sense} {bound}", ((name, ONE),), sense, fmpq(bound), bare)
            for name in self.q.symbols
            for sense, bound in ((">=", 0), ("<=", 1))
        )
        return Scope(variables, bare.region, symbols, domain, bare.requirements)

    def side(self, trader: str) -> Side:
        """The mechanism as ``"buyer"`` or ``"seller"`` sees it."""
        if trader not in ("buyer", "seller"):
            raise ModelError(f"expected 'buyer' or 'seller', got {trader!r}")
        return self.sides[0 if trader == "buyer" else 1]

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """The mechanism as the buyer and as the seller see it."""
        env = self.env
        pay, receive = (self.t, self.t) if self.budget == "exact" else (self.t_B, self.t_S)
        cost = tuple(tuple(-v for v in column) for column in zip(*env.values_of("seller"), strict=True))
        return (
            Side("B", "buyer", env.buyer, env.seller, self.q.names, pay.names,
                 env.values_of("buyer"), fmpq(-1), env.buyer_values is not None),
            Side("S", "seller", env.seller, env.buyer, _transpose(self.q.names), _transpose(receive.names),
                 cost, ONE, env.seller_values is not None),
        )


def _transpose(names: Names) -> Names:
    return tuple(zip(*names, strict=True))


def check_same(env: FiniteEnvironment, mech: DirectMechanism) -> None:
    """ModelError unless the mechanism was made for this environment."""
    expect(env, FiniteEnvironment, "the environment", "a FiniteEnvironment, and after it the mechanism")
    expect(mech, DirectMechanism, "the mechanism", "DirectMechanism(env), after the environment")
    if mech.env is not env and mech.env != env:
        raise ModelError("the mechanism belongs to another environment: write DirectMechanism(env)")
