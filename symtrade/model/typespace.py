"""The types of one trader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact


@dataclass(frozen=True)
class TypeSpace:
    """The types of one trader: values, their probabilities (None: not given) and names.

    Values and probabilities are numbers or SymPy expressions in the parameters.  A type is named
    by its value unless `names` says otherwise.  Raises ModelError for floats, for lengths that
    differ and for names that coincide.

    >>> from fractions import Fraction
    >>> TypeSpace(values=(1, Fraction(3, 2))).names
    ('1', '3/2')
    """

    values: tuple[Any, ...]
    probabilities: tuple[Any, ...] | None = None
    names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for what in ("values", "probabilities", "names"):
            row = getattr(self, what)
            if row is not None and (isinstance(row, str) or not isinstance(row, Iterable)):
                raise ModelError(f"a TypeSpace's {what}: expected a sequence such as (0, 1), got {row!r}")
        values = tuple(exact(v, "a type's value") for v in self.values)
        if not values:
            raise ModelError("a TypeSpace has no types: expected at least one value")
        object.__setattr__(self, "values", values)
        if self.probabilities is not None:
            probabilities = tuple(exact(p, "a type's probability") for p in self.probabilities)
            object.__setattr__(self, "probabilities", probabilities)
        names = tuple(str(v) for v in values) if self.names is None else tuple(str(n) for n in self.names)
        object.__setattr__(self, "names", names)
        for what, row in (("probabilities", self.probabilities), ("names", names)):
            if row is not None and len(row) != len(values):
                raise ModelError(f"a TypeSpace has {len(values)} values but {len(row)} {what}: give one each")
        if len(set(names)) != len(names):
            raise ModelError(
                f"two types have the same name, in ({', '.join(names)}); tell them apart with names=(...)"
            )

    def __len__(self) -> int:
        return len(self.values)

    def name(self, index: int) -> str:
        """The name of the type with this index."""
        assert self.names is not None
        return self.names[index]

    def index(self, key: Any) -> int:
        """The index of a type, given by index (int), by name (str) or by value (expression)."""
        if isinstance(key, int) and not isinstance(key, bool):
            if 0 <= key < len(self):
                return key
            raise ModelError(f"no type has index {key}; expected 0 to {len(self) - 1}")
        pool: tuple[Any, ...] = (self.names or ()) if isinstance(key, str) else self.values
        found = [i for i, entry in enumerate(pool) if entry == key]
        if len(found) == 1:
            return found[0]
        problem = "two types have" if found else "no type has"
        known = ", ".join(self.names or ())
        raise ModelError(f"{problem} the name or value {key}; the types are named {known}")


@dataclass(frozen=True)
class SomeTypes(TypeSpace):
    """Some types of a trader who has any number of others too, with any probabilities.

    What a function of the type is on average over all of them is a symbol: `means` are pairs (function,
    symbol that stands for its expectation).  What is proved with these symbols for two of the types holds
    for any two, and whatever the others and the probabilities are.

    >>> from sympy import symbols
    >>> x, f, mean_f = symbols("x f mean_f")
    >>> SomeTypes((1, 2), means=((x**2, mean_f),)).mean(3*x**2 + f, x)
    f + 3*mean_f
    """

    means: tuple[tuple[Any, Any], ...] = ()

    def mean(self, function: Any, symbol: Any) -> Any:
        """The expectation of a function of the type `symbol`; ModelError where it is not known."""
        known, total = dict(self.means), sympy.Integer(0)
        for term in sympy.Add.make_args(sympy.expand_mul(sympy.sympify(function), deep=False)):
            factor, core = term.as_independent(symbol, as_Add=False)
            if core.has(symbol) and core not in known:
                raise ModelError(f"the expectation of {core} over {symbol} is not among the means=")
            total += factor * known.get(core, core)
        return total
