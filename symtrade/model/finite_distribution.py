"""Finitely many types as a distribution with atoms: what a continuous one knows, by adding up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import S

from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.typespace import TypeSpace


@dataclass(frozen=True)
class FiniteDistribution:
    """Values in increasing order with positive probabilities; build one with ``distribution``.

    There is no density, but a probability (``mass``) at each value.  Sources of the virtual values: Myerson
    (1981) for finitely many types, as in Myerson and Satterthwaite's program.

    >>> half = sympy.Rational(1, 2)
    >>> F = finite_distribution(TypeSpace(values=(1, 3), probabilities=(half, half)))
    >>> F.mean, F.mean_above(2), F.cdf(1), F.virtual_value(1), F.virtual_cost(3)
    (2, 3, 1/2, -1, 5)
    """

    values: tuple[Any, ...]
    probabilities: tuple[Any, ...]

    @property
    def name(self) -> str:
        pairs = ", ".join(f"{v}: {p}" for v, p in zip(self.values, self.probabilities, strict=True))
        return f"finite types ({pairs})"

    @property
    def support(self) -> tuple[Any, Any]:
        """The least and the largest value."""
        return self.values[0], self.values[-1]

    @property
    def mean(self) -> Any:
        """The expectation."""
        return self._sum(lambda _: True, lambda v: v)

    def _sum(self, when: Callable[[Any], bool], what: Callable[[Any], Any]) -> Any:
        pairs = zip(self.values, self.probabilities, strict=True)
        return sum((p * what(v) for v, p in pairs if when(v)), S.Zero)

    def mass(self, x: Any) -> Any:
        """The probability of a value."""
        x = exact(x, "the value")
        return self._sum(lambda v: v == x, lambda _: S.One)

    def cdf(self, x: Any) -> Any:
        """The probability of values up to x, and at x."""
        x = exact(x, "the argument")
        return self._sum(lambda v: v <= x, lambda _: S.One)

    def upper(self, x: Any) -> Any:
        """E[max(v - x, 0)]."""
        x = exact(x, "the argument")
        return self._sum(lambda v: v > x, lambda v: v - x)

    def lower(self, x: Any) -> Any:
        """E[max(x - v, 0)]."""
        x = exact(x, "the argument")
        return self._sum(lambda v: v < x, lambda v: x - v)

    def partial_above(self, x: Any) -> Any:
        """E[v; v >= x]."""
        x = exact(x, "the argument")
        return self._sum(lambda v: v >= x, lambda v: v)

    def partial_below(self, x: Any) -> Any:
        """E[v; v <= x]."""
        x = exact(x, "the argument")
        return self._sum(lambda v: v <= x, lambda v: v)

    def mean_above(self, x: Any) -> Any:
        """E[v | v >= x]; ModelError where that has probability zero."""
        return self._given(self.partial_above(x), 1 - self.cdf(x) + self.mass(x), f"v >= {x}")

    def mean_below(self, x: Any) -> Any:
        """E[v | v <= x]; ModelError where that has probability zero."""
        return self._given(self.partial_below(x), self.cdf(x), f"v <= {x}")

    def _given(self, part: Any, mass: Any, event: str) -> Any:
        if mass == 0:
            raise ModelError(f"{self.name}: {event} has probability zero, so that no mean is defined there")
        return part / mass

    def virtual_value(self, v: Any) -> Any:
        """v - (next value - v) (1 - F(v))/(probability of v), the buyer's virtual value at a value."""
        i = self._place(v)
        step = self.values[i + 1] - self.values[i] if i + 1 < len(self.values) else S.Zero
        return self.values[i] - step * (1 - self.cdf(v)) / self.probabilities[i]

    def virtual_cost(self, c: Any) -> Any:
        """c + (c - previous value) F(previous value)/(probability of c), the seller's virtual cost."""
        i = self._place(c)
        below = (self.values[i] - self.values[i - 1]) * self.cdf(self.values[i - 1]) if i else S.Zero
        return self.values[i] + below / self.probabilities[i]

    def _place(self, v: Any) -> int:
        v = exact(v, "the value")
        if v not in self.values:
            raise ModelError(f"{self.name}: {v} has probability zero: no virtual value is defined there")
        return self.values.index(v)


def finite_distribution(types: TypeSpace) -> FiniteDistribution:
    """The distribution of a type space whose values and probabilities are numbers; ModelError else."""
    if types.probabilities is None:
        raise ModelError("finite types as a distribution: expected their probabilities")
    pairs = list(zip(types.values, types.probabilities, strict=True))
    if not all(isinstance(n, sympy.Rational) for pair in pairs for n in pair):
        raise ModelError("finite types as a distribution: expected rational values and probabilities; "
                         "symbolic ones are for a FiniteEnvironment")
    if any(p < 0 for _, p in pairs) or sum(p for _, p in pairs) != 1:
        raise ModelError("finite types as a distribution: expected probabilities that sum to 1")
    values = sorted({v for v, p in pairs if p != 0})
    return FiniteDistribution(tuple(values), tuple(sum(p for w, p in pairs if w == v) for v in values))
