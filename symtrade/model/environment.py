"""Who trades and what they know: finitely many types on each side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction, Ring, denominator, numerator
from symtrade.kernel.region import Condition, Region
from symtrade.model.errors import ModelError, expect
from symtrade.model.expressions import coefficient, exact, make_ring, symbol_table
from symtrade.model.relations import as_tuple, build_region
from symtrade.model.typespace import TypeSpace

Matrix = tuple[tuple[Any, ...], ...]
Requirement = tuple[Condition, object]


@dataclass(frozen=True)
class FiniteEnvironment:
    """A buyer and a seller with finitely many types, and the set of parameters considered.

    `assuming` lists relations between the parameters.  `joint` (n x m, buyer's types first) is a
    correlated prior, which replaces the probabilities of the two TypeSpaces.  `buyer_values` and
    `seller_values` (n x m) are interdependent values.  `parameters` fixes the order of the
    parameters, or adds some.  Every symbol in any of these is a parameter.  Raises ModelError for
    input that is malformed, and for numeric probabilities that are negative or do not sum to one.

    >>> b, s = sympy.symbols("b s")
    >>> env = FiniteEnvironment(buyer=TypeSpace((b,)), seller=TypeSpace((s,)), assuming=(s < b,))
    >>> [str(c) for c in env.scope_region.conditions]
    ['-s + b > 0']
    """

    buyer: TypeSpace
    seller: TypeSpace
    assuming: tuple[Any, ...] = ()
    joint: Matrix | None = None
    buyer_values: Matrix | None = None
    seller_values: Matrix | None = None
    parameters: tuple[Any, ...] | None = None

    def __post_init__(self) -> None:
        for trader in ("buyer", "seller"):
            expect(getattr(self, trader), TypeSpace, f"{trader}=", "a TypeSpace, such as TypeSpace((0, 1))")
        _set(self, "assuming", as_tuple(self.assuming))
        if self.parameters is not None:
            _set(self, "parameters", as_tuple(self.parameters))
        for field in ("joint", "buyer_values", "seller_values"):
            _set(self, field, _matrix(getattr(self, field), len(self.buyer), len(self.seller), field))
        given = [space.probabilities is not None for space in (self.buyer, self.seller)]
        if self.joint is not None and any(given):
            raise ModelError("joint= replaces the probabilities of the TypeSpaces: give one or the other")
        if self.joint is None and any(given) and not all(given):
            raise ModelError("only one TypeSpace has probabilities: give them for both, or for neither")
        _ = self.scope_region, self.requirements

    @property
    def size(self) -> tuple[int, int]:
        """The numbers of buyer types and of seller types."""
        return len(self.buyer), len(self.seller)

    @property
    def has_prior(self) -> bool:
        """Whether probabilities were given."""
        return self.joint is not None or self.buyer.probabilities is not None

    @cached_property
    def symbols(self) -> dict[str, Any]:
        """The parameters by name: as ordered by the user, then the seller's values, the buyer's,
        probabilities, and whatever else the assumptions mention."""
        return symbol_table(
            *(self.parameters or ()), *self.seller.values, *self.buyer.values,
            *(e for matrix in (self.seller_values, self.buyer_values) for row in matrix or () for e in row),
            *(self.seller.probabilities or ()), *(self.buyer.probabilities or ()),
            *(e for row in self.joint or () for e in row), *self.assuming,
        )

    @cached_property
    def ring(self) -> Ring:
        return make_ring(tuple(self.symbols))

    @cached_property
    def scope_region(self) -> Region:
        """The parameter set: `assuming`, and what the symbols were declared to be."""
        return build_region(self.ring, self.assuming, self.symbols.values())

    def convert(self, expression: Any, what: str) -> Coefficient:
        """An expression in the parameters as a kernel coefficient; ModelError for anything else."""
        return coefficient(expression, self.ring, what, None, self.symbols)

    def values_of(self, side: str) -> Matrix:
        """What the good is worth to ``"buyer"`` or ``"seller"``, as coefficients (n x m)."""
        return self._read[side]

    def buyer_value(self, i: Any, j: Any) -> Coefficient:
        """The buyer's value at a pair of types, each given by index, name or value."""
        return self._read["buyer"][self.buyer.index(i)][self.seller.index(j)]

    def seller_value(self, i: Any, j: Any) -> Coefficient:
        """The seller's value at a pair of types (the buyer's type comes first)."""
        return self._read["seller"][self.buyer.index(i)][self.seller.index(j)]

    def value_expressions(self, side: str) -> Matrix:
        """As :meth:`values_of`, in SymPy expressions."""
        given = self.buyer_values if side == "buyer" else self.seller_values
        if given is not None:
            return given
        if side == "buyer":
            return tuple((v,) * len(self.seller) for v in self.buyer.values)
        return (self.seller.values,) * len(self.buyer)

    @cached_property
    def prior_expressions(self) -> Matrix:
        """The probability of every pair of types as a SymPy expression; ModelError without a prior."""
        if self.joint is not None:
            return self.joint
        if self.buyer.probabilities is None or self.seller.probabilities is None:
            raise ModelError("expected probabilities, but the environment has none: write "
                             "TypeSpace(values=..., probabilities=...) for both sides, or joint=...")
        return tuple(tuple(p * r for r in self.seller.probabilities) for p in self.buyer.probabilities)

    @cached_property
    def prior(self) -> Matrix:
        """The probability of every pair of types as coefficients; ModelError without a prior."""
        if self.joint is not None:
            return self._read["joint"]
        _ = self.prior_expressions
        return tuple(tuple(p * r for r in self._read["p_seller"][0]) for p in self._read["p_buyer"][0])

    def probability(self, i: Any, j: Any) -> Coefficient:
        """The probability of a pair of types."""
        return self.prior[self.buyer.index(i)][self.seller.index(j)]

    def marginal(self, side: str) -> tuple[Coefficient, ...]:
        """The probabilities of the types of ``"buyer"`` or ``"seller"``."""
        if self.joint is None:
            _ = self.prior_expressions
            return tuple(self._read[f"p_{side}"][0])
        rows = self.prior if side == "buyer" else tuple(zip(*self.prior, strict=True))
        return tuple(sum(row, fmpq(0)) for row in rows)

    def conditional(self, side: str) -> Matrix:
        """``[own type][opponent's type]``: the probability of the opponent's type given one's own.

        Raises ModelError where a type has probability zero under a correlated prior.
        """
        if self.joint is None:
            other = "seller" if side == "buyer" else "buyer"
            return (self.marginal(other),) * len(getattr(self, side))
        return self._buyer_beliefs if side == "buyer" else self._seller_beliefs

    @cached_property
    def _buyer_beliefs(self) -> Matrix:
        return self._beliefs("buyer")

    @cached_property
    def _seller_beliefs(self) -> Matrix:
        return self._beliefs("seller")

    def _beliefs(self, side: str) -> Matrix:
        rows = self.prior if side == "buyer" else tuple(zip(*self.prior, strict=True))
        result = []
        for i, (row, total) in enumerate(zip(rows, self.marginal(side), strict=True)):
            if not isinstance(total, RationalFunction) and total == 0:
                raise ModelError(
                    f"the {side}'s type {getattr(self, side).name(i)} has probability zero, so what it "
                    "expects of the opponent is undefined: leave the type out"
                )
            result.append(tuple(p / total for p in row))
        return tuple(result)

    def conditional_requirements(self, side: str) -> tuple[Requirement, ...]:
        """That no denominator of :meth:`conditional` vanishes."""
        if self.joint is None:
            return ()
        found: dict[Requirement, None] = {}
        for i, row in enumerate(self.conditional(side)):
            for den in (denominator(p, self.ring) for p in row):
                if not den.is_constant():
                    message = (f"what the {side}'s type {getattr(self, side).name(i)} expects of the "
                               f"opponent is undefined where {den} = 0")
                    found[Condition(den, "!="), message] = None
        return tuple(found)

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """What the model takes for granted, each with a message: that denominators do not vanish,
        that probabilities are nonnegative and sum to one (hence none exceeds one)."""
        found: list[Requirement] = list(self._denominators)
        for key, rows in self._read.items():
            if key in ("buyer", "seller"):
                continue
            total = fmpq(0)
            for i, row in enumerate(rows):
                for j, p in enumerate(row):
                    names = (self.buyer.name(i), self.seller.name(j)) if key == "joint" else (
                        getattr(self, key[2:]).name(j),)
                    found += self._require(p, ">=", f"the probability of {', '.join(names)} is {p}, "
                                           "expected a number from 0 to 1")
                    total = total + p
            found += self._require(total - 1, "=", f"the probabilities of the {key.removeprefix('p_')} "
                                   f"sum to {total}, expected 1")
        return tuple(dict.fromkeys(found))

    def _require(self, value: Coefficient, relation: str, message: str) -> list[Requirement]:
        if isinstance(value, RationalFunction):
            f = value.num if relation == "=" or value.den.is_constant() else value.num * value.den
            return [(Condition(f, relation), message)]
        if not Condition(numerator(value, self.ring), relation).holds((fmpq(0),) * len(self.ring.names)):
            raise ModelError(message)
        return []

    @cached_property
    def _tables(self) -> tuple[dict[str, Matrix], tuple[Requirement, ...]]:
        """Every expression of the environment, converted once; and their denominators."""
        tables: dict[str, Matrix] = {}
        divisions: list[Requirement] = []
        cache: dict[Any, Coefficient] = {}

        def read(expression: Any, what: str) -> Coefficient:
            if expression not in cache:
                dens: list[Polynomial] = []
                cache[expression] = coefficient(expression, self.ring, what, dens, self.symbols)
                divisions.extend(
                    (Condition(d, "!="), f"{what} {expression} is undefined where {d} = 0") for d in dens)
            return cache[expression]

        for side in ("buyer", "seller"):
            tables[side] = _map(self.value_expressions(side), partial(read, what=f"the {side}'s value"))
            row = getattr(self, side).probabilities
            if row is not None:
                tables[f"p_{side}"] = _map((row,), partial(read, what=f"the {side}'s probability"))
        if self.joint is not None:
            tables["joint"] = _map(self.joint, partial(read, what="the joint probability"))
        return tables, tuple(divisions)

    @property
    def _read(self) -> dict[str, Matrix]:
        return self._tables[0]

    @property
    def _denominators(self) -> tuple[Requirement, ...]:
        return self._tables[1]


def _set(record: Any, field: str, value: Any) -> None:
    object.__setattr__(record, field, value)


def _map(matrix: Matrix, function: Callable[[Any], Any]) -> Matrix:
    return tuple(tuple(function(entry) for entry in row) for row in matrix)


def _matrix(rows: Any, n: int, m: int, what: str) -> Matrix | None:
    if rows is None:
        return None
    if isinstance(rows, sympy.MatrixBase):
        rows = rows.tolist()
    table = tuple(tuple(exact(e, f"an entry of {what}") for e in row) for row in rows)
    if len(table) != n or any(len(row) != m for row in table):
        raise ModelError(f"{what}: expected {n} rows (buyer's types) of {m} entries (seller's types)")
    return table
