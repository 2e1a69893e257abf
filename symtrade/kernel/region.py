"""Parameter sets: polynomial conditions, exact membership, and charts.

A chart is a one-to-one change of parameters onto coordinates that are positive, nonnegative or
free.  It makes most signs visible in the coefficients (ordered values become gaps, probabilities
become odds).  It is proposed by the search and verified here and in :mod:`symtrade.kernel.charts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    Rational,
    Ring,
    compose,
    compose_fraction,
    denominator,
    divide_out,
    evaluate,
    parts,
    quotient,
    write_fraction,
)

RELATIONS = (">", ">=", "=", "!=")
POSITIVE, NONNEGATIVE, FREE = "positive", "nonnegative", "free"


@dataclass(frozen=True)
class Condition:
    """``polynomial relation 0``, with a relation of ``>``, ``>=``, ``=``, ``!=``."""

    polynomial: Polynomial
    relation: str

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise ValueError(f"expected one of {', '.join(RELATIONS)}, got {self.relation!r}")

    def holds(self, point: Sequence[Rational]) -> bool:
        """Whether the condition holds at a rational point."""
        value = evaluate(self.polynomial, point)
        return bool(
            {">": value > 0, ">=": value >= 0, "=": value == 0, "!=": value != 0}[self.relation]
        )

    def negations(self) -> tuple[Condition, ...]:
        """Conditions of which at least one holds wherever this one fails."""
        f = self.polynomial
        if self.relation == ">":
            return (Condition(-f, ">="),)
        if self.relation == ">=":
            return (Condition(-f, ">"),)
        if self.relation == "=":
            return (Condition(f, ">"), Condition(-f, ">"))
        return (Condition(f, "="),)

    def __str__(self) -> str:
        return f"{self.polynomial} {self.relation} 0"

    def __hash__(self) -> int:
        return hash(str(self))


@dataclass(frozen=True)
class Region:
    """The parameter vectors that satisfy every condition."""

    ring: Ring
    conditions: tuple[Condition, ...]

    def contains(self, point: Sequence[Rational]) -> bool:
        """Whether a rational point (in the ring's order) lies in the region."""
        return all(condition.holds(point) for condition in self.conditions)

    def where(self, *more: Condition) -> Region:
        """The part of the region where further conditions hold."""
        return Region(self.ring, self.conditions + more)

    def to_data(self) -> dict[str, Any]:
        return {
            "parameters": list(self.ring.names),
            "conditions": [[str(c.polynomial), c.relation] for c in self.conditions],
        }


def read_region(data: Mapping[str, Any]) -> Region:
    """The region whose :meth:`Region.to_data` is `data`; ValueError on anything else."""
    ring = Ring(data["parameters"])
    return Region(ring, tuple(Condition(ring.parse(f), r) for f, r in data["conditions"]))


@dataclass(frozen=True)
class Chart:
    """Coordinates with their kinds, the map to the parameters and its inverse.

    `forward[i]` is parameter i as a rational function of the coordinates, `inverse[j]` is
    coordinate j as a rational function of the parameters, and `eliminated` lists pairs
    (index of an equality among the region's conditions, index of the parameter it determines).
    """

    ring: Ring
    kinds: tuple[str, ...]
    forward: tuple[Coefficient, ...]
    inverse: tuple[Coefficient, ...]
    eliminated: tuple[tuple[int, int], ...] = ()

    def transport(self, polynomial: Polynomial) -> Polynomial:
        """A polynomial of the coordinates with the sign of `polynomial` at every point of the
        region: its numerator after the substitution (all denominators are positive there)."""
        return compose(polynomial, self.forward, self.ring)[0]


class ChartError(ValueError):
    """The proposed chart is no bijection onto the region."""


def identity_chart(ring: Ring) -> Chart:
    """Every parameter its own free coordinate: a chart of any region."""
    images = tuple(quotient(g, ring.one) for g in ring.gens)
    return Chart(ring, (FREE,) * len(images), images, images)


def positive(polynomial: Polynomial, kinds: Sequence[str]) -> bool | None:
    """What the coefficients alone say of a sign on the orthant.

    True: positive at every point; False: nonnegative; None: they say nothing.
    """
    strict = False
    for exponents, coefficient in polynomial.terms():
        if coefficient < 0:
            return None
        every = True
        for power, kind in zip(exponents, kinds, strict=True):
            if kind == FREE and power % 2:
                return None
            every = every and (power == 0 or kind == POSITIVE)
        strict = strict or every
    return strict


def verify_bijection(region: Region, chart: Chart) -> frozenset[int]:
    """Check that `chart` maps a part of its orthant one-to-one onto `region`; ChartError if not.

    Returns the positions of the region's conditions on which this rests.
    """
    ring, free = region.ring, chart.ring
    if len(chart.kinds) != len(free.names) or len(chart.inverse) != len(free.names):
        raise ChartError("a coordinate lacks its kind or its formula")
    if len(chart.forward) != len(ring.names) or set(chart.kinds) - {POSITIVE, NONNEGATIVE, FREE}:
        raise ChartError("a parameter lacks its formula, or a kind is unknown")
    for name, image in zip(ring.names, chart.forward, strict=True):
        if positive(denominator(image, free), chart.kinds) is not True:
            raise ChartError(f"the formula for {name} may divide by zero")
    for name, back in zip(free.names, chart.inverse, strict=True):
        there = compose_fraction(back, chart.forward, free)
        if there != quotient(free.gens[free.index[name]], free.one):
            raise ChartError(f"the formula for the coordinate {name} is no inverse")
    used: set[int] = set()
    for name, kind, back in zip(free.names, chart.kinds, chart.inverse, strict=True):
        top, bottom = (_known_sign(part, region, used) for part in parts(back, ring.zero))
        if bottom not in (("+", True), ("-", True)):
            raise ChartError(f"the coordinate {name} may be undefined on the region")
        if kind != FREE and (top is None or top[0] != bottom[0] or (kind == POSITIVE and not top[1])):
            raise ChartError(f"the coordinate {name} need not be {kind} on the region")
    _verify_onto(region, chart)
    return frozenset(used | {row for row, _ in chart.eliminated})


def _verify_onto(region: Region, chart: Chart) -> None:
    """Every parameter vector of the region is the image of its own coordinates."""
    ring = region.ring
    solved: list[Coefficient] = [quotient(g, ring.one) for g in ring.gens]
    for row, column in chart.eliminated:
        if row < 0 or column < 0:
            raise ChartError(f"condition {row} or parameter {column} does not exist")
        equality = region.conditions[row]
        if equality.relation != "=":
            raise ChartError(f"{equality} eliminates a parameter but is no equality")
        top, bottom = compose(equality.polynomial, solved, ring)
        unknown = ring.gens[column]
        slope = top.derivative(column)
        if not (bottom.is_constant() and slope.is_constant()) or slope.is_zero():
            raise ChartError(f"{equality} does not determine {ring.names[column]}")
        value = quotient(unknown * slope - top, slope)
        images = [quotient(g, ring.one) for g in ring.gens]
        images[column] = value
        solved = [compose_fraction(s, images, ring) for s in solved]
    for name, image, goal in zip(ring.names, chart.forward, solved, strict=True):
        back = compose_fraction(image, chart.inverse, ring)
        if compose_fraction(back, solved, ring) != goal:
            raise ChartError(f"the chart does not reach every value of {name}")


def _known_sign(polynomial: Polynomial, region: Region, used: set[int]) -> tuple[str, bool] | None:
    """The sign, and whether it is strict, of a product of the region's inequalities; the positions
    of these are added to `used`."""
    strict = True
    for number, condition in enumerate(region.conditions):
        f = condition.polynomial
        if condition.relation in (">", ">=") and not f.is_constant():
            polynomial, power = divide_out(polynomial, f)
            if power:
                used.add(number)
                strict = strict and condition.relation == ">"
    if not polynomial.is_constant() or polynomial.is_zero():
        return None
    return ("+" if polynomial.leading_coefficient() > 0 else "-", strict)


def holds_everywhere(condition: Condition, kinds: Sequence[str]) -> bool:
    """Whether a condition holds on the whole orthant, by its coefficients."""
    f = condition.polynomial
    if condition.relation == "=":
        return bool(f.is_zero())
    if condition.relation == "!=":
        return positive(f, kinds) is True or positive(-f, kinds) is True
    known = positive(f, kinds)
    return known is True or (known is False and condition.relation == ">=")


def chart_to_data(chart: Chart) -> dict[str, Any]:
    return {
        "coordinates": [[n, k] for n, k in zip(chart.ring.names, chart.kinds, strict=True)],
        "parameters": [write_fraction(f) for f in chart.forward],
        "inverse": [write_fraction(f) for f in chart.inverse],
        "eliminated": [list(pair) for pair in chart.eliminated],
    }


def read_chart(data: Mapping[str, Any], ring: Ring) -> Chart:
    """The chart whose :func:`chart_to_data` is `data`, for parameters of `ring`."""
    coordinates = Ring([name for name, _ in data["coordinates"]])
    return Chart(
        coordinates,
        tuple(str(kind) for _, kind in data["coordinates"]),
        tuple(coordinates.parse_fraction(f) for f in data["parameters"]),
        tuple(ring.parse_fraction(f) for f in data["inverse"]),
        tuple((int(i), int(j)) for i, j in data["eliminated"]),
    )
