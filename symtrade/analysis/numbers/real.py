"""Real numbers with what is known of them: a rational interval, and an exact name where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from flint import fmpq, fmpz, fmpz_poly

from symtrade.analysis.numbers.algebraic import radical, written


def rational(value: Any) -> fmpq:
    """A SymPy rational as a kernel number."""
    return fmpq(int(value.p), int(value.q))


@dataclass(frozen=True)
class Number:
    """A real number between `low` and `high`; `minimal` is its minimal polynomial where it is known
    to be algebraic, `exact` the number as a rational or in radicals where that is known.

    >>> third = Number.rational(fmpq(1, 3))
    >>> third.decimal(5), str(third), third.minimal_polynomial
    ('0.33333', '1/3', '3*x - 1')
    """

    low: Any
    high: Any
    minimal: fmpz_poly | None = None
    exact: Any = None

    @classmethod
    def rational(cls, value: Any) -> Number:
        """An exact rational number."""
        value = fmpq(int(value.p), int(value.q))
        return cls(value, value, fmpz_poly([-value.p, value.q]), sympy.Rational(int(value.p), int(value.q)))

    @property
    def minimal_polynomial(self) -> str | None:
        """The minimal polynomial as text in ``x``."""
        return None if self.minimal is None else written(self.minimal)

    @cached_property
    def name(self) -> Any:
        """The number as a rational or in radicals, as a SymPy expression; None where none is known."""
        if self.exact is not None or self.minimal is None:
            return self.exact
        return radical(self.minimal, (self.low, self.high))

    def side_of(self, value: Any) -> int | None:
        """1 if the number is at least `value`, -1 if it is less, 0 if it is equal; None if unknown."""
        if self.low > value:
            return 1
        if self.high < value:
            return -1
        return 0 if self.exact is not None and self.low == self.high == value else None

    def overlaps(self, other: Number) -> bool:
        """Whether the two may be equal."""
        return bool(self.low <= other.high and other.low <= self.high)

    def __truediv__(self, other: Number) -> Number:
        """The quotient of a nonnegative number and a positive one; ArithmeticError for others."""
        if self.low == self.high and other.low == other.high != 0:
            return Number.rational(sympy.Rational(str(self.low / other.low)))
        if self.low < 0 or other.low <= 0:
            raise ArithmeticError("expected a nonnegative number over a positive one")
        return Number(self.low / other.high, self.high / other.low)

    def decimal(self, digits: int) -> str:
        """The number to `digits` decimal places, off by less than one unit of the last place."""
        unit = fmpz(10)**digits
        scaled = ((self.low + self.high) / 2 * unit + fmpq(1, 2)).floor()
        sign, scaled = ("-" if scaled < 0 else ""), abs(scaled)
        whole, rest = divmod(scaled, unit)  # flint writes numbers of any length, Python to 4300 digits
        return f"{sign}{whole}.{str(rest).zfill(digits)}" if digits else f"{sign}{whole}"

    def sympy(self, digits: int = 30) -> Any:
        """The exact number where its name is known, else a SymPy Float of this many digits."""
        return self.exact if self.exact is not None else sympy.Float(self.decimal(digits), digits)

    def __repr__(self) -> str:
        return f"Number({self})"

    def __str__(self) -> str:
        return str(self.exact) if self.exact is not None else self.decimal(12) + "..."
