"""The range of one variable, and values of functions at places in it."""

from __future__ import annotations

from dataclasses import dataclass

from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    Ring,
    compose_fraction,
    quotient,
)


@dataclass(frozen=True)
class Interval:
    """The range of one variable of a ring: its position there, and two ends that do not depend on it
    (the upper one None where there is none)."""

    ring: Ring
    position: int
    low: Coefficient
    high: Coefficient | None

    @property
    def name(self) -> str:
        """The variable's name."""
        return str(self.ring.names[self.position])


def at(f: Polynomial, place: Coefficient, interval: Interval) -> Coefficient:
    """A polynomial at a value of the variable."""
    return at_value(quotient(f, interval.ring.one), place, interval)


def at_value(value: Coefficient, place: Coefficient, interval: Interval) -> Coefficient:
    """A rational function at a value of the variable."""
    if not isinstance(value, RationalFunction):
        return value
    images: list[Coefficient] = [quotient(g, interval.ring.one) for g in interval.ring.gens]
    images[interval.position] = place
    return compose_fraction(value, images, interval.ring)
