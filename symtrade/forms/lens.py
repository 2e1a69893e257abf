"""A chart read as a lens: parameters seen as gaps and as pairs of a probability and its complement.

Odds ``p/(1-p)`` of the chart become two variables, p and its complement, so a polynomial of the
parameters becomes a polynomial in quantities that are positive on the whole parameter set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from flint import fmpq

from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    Ring,
    compose,
    compose_fraction,
    denominator,
    divide_out,
    parts,
    quotient,
)
from symtrade.kernel.region import Chart, positive
from symtrade.kernel.signs import Signs


@dataclass(frozen=True)
class Group:
    """Odds with one denominator: their positions, the position of the complement among the lens's
    variables, and the total of them all (1 for probabilities), where that is a number."""

    members: tuple[int, ...]
    rest: int
    total: Coefficient


@dataclass(frozen=True)
class Lens:
    """What is known of signs, the parameters' ring, and the variables of the lens.

    `images[k]` is variable k as a rational function of the parameters.  Of two lenses, the one
    with more hypotheses knows more signs.
    """

    signs: Signs
    ring: Ring
    view: Ring
    images: tuple[Coefficient, ...]
    groups: tuple[Group, ...]
    cache: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def chart(self) -> Chart:
        return self.signs.chart

    def sign(self, polynomial: Polynomial) -> str | None:
        """What is known of the sign of a polynomial of the parameters (see Signs.sign)."""
        key = str(polynomial)
        if key not in self.cache:
            self.cache[key] = self.signs.sign(polynomial)
        return self.cache[key]

    def with_signs(self, signs: Signs) -> Lens:
        """The lens with other hypotheses."""
        return Lens(signs, self.ring, self.view, self.images, self.groups)

    @cached_property
    def bottoms(self) -> tuple[Polynomial, ...]:
        """The denominators of the chart's formulas, one a group, in the coordinates."""
        result = []
        for group in self.groups:
            k = group.members[0]
            forward = compose_fraction(self.images[group.rest], self.chart.forward, self.chart.ring)
            result.append(denominator(forward, self.chart.ring))
            assert k < len(self.chart.ring.names)
        return tuple(result)

    def lift(self, polynomial: Polynomial, exact: bool = True) -> Polynomial | None:
        """The polynomial in the variables of the lens; None where the chart does not fit.

        With `exact` it has the same value; else the least degrees, so that only its sign is kept.
        """
        num, bottom = parts_of(self, polynomial)
        powers = []
        for base in self.bottoms:
            bottom, power = divide_out(bottom, base)
            powers.append(power)
        if not bottom.is_constant():
            return None
        size, terms = len(self.view.names), {}
        least = [max(sum(e[k] for k in g.members) for e, _ in num.terms()) for g in self.groups]
        if any(d > p for d, p in zip(least, powers, strict=True)):
            return None
        for exponents, c in num.terms():
            moved = list(exponents) + [0] * (size - len(exponents))
            for group, power, low in zip(self.groups, powers, least, strict=True):
                moved[group.rest] = (power if exact else low) - sum(exponents[k] for k in group.members)
            terms[tuple(moved)] = c
        return self.view.context.from_dict(terms)

    def back(self, polynomial: Polynomial) -> Coefficient:
        """A polynomial of the lens as a rational function of the parameters."""
        return quotient(*compose(polynomial, self.images, self.ring))

    def merged(self, polynomial: Polynomial, group: Group) -> Polynomial:
        """The complement of a group written as the total minus its members."""
        images = list(self.view.gens)
        images[group.rest] = self.view.one * group.total.p
        for k in group.members:
            images[group.rest] = images[group.rest] - self.view.gens[k]
        return polynomial.compose(*images, ctx=self.view.context)


def parts_of(lens: Lens, polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
    """A polynomial of the parameters in the chart's coordinates: reduced numerator, denominator."""
    top, bottom = compose(polynomial, lens.chart.forward, lens.chart.ring)
    return parts(quotient(top, bottom), lens.chart.ring.zero)


def lens_of(signs: Signs, ring: Ring) -> Lens:
    """The lens of a chart, with the hypotheses of `signs`."""
    chart = signs.chart
    images: list[Coefficient] = []
    found: dict[str, tuple[Polynomial, list[int]]] = {}
    for k, value in enumerate(chart.inverse):
        top, bottom = parts(value, ring.zero)
        if bottom.is_constant():
            images.append(value)
            continue
        if positive(chart.transport(bottom), chart.kinds) is not True:
            top, bottom = -top, -bottom
        images.append(quotient(top, ring.one))
        found.setdefault(str(bottom), (bottom, []))[1].append(k)
    names, groups = list(chart.ring.names), []
    for number, (bottom, members) in enumerate(found.values()):
        total: Coefficient = quotient(bottom, ring.one)
        for k in members:
            total = total + images[k]
        groups.append(Group(tuple(members), len(names), total))
        images.append(quotient(bottom, ring.one))
        names.append(f"rest_{number}_" + "_".join(names[k] for k in members))
    return Lens(signs, ring, Ring(names), tuple(images), tuple(groups))


def mergeable(group: Group) -> bool:
    """Whether the complement is the total, a whole number, minus the members."""
    return not isinstance(group.total, RationalFunction) and bool(fmpq(group.total).q == 1)
