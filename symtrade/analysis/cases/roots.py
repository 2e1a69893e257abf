"""Conditions that are not linear in the variable: one sign, or roots as new coordinates.

Where a polynomial changes its sign from l to r, and is linear in some parameter, its root takes that
parameter's place: so everything stays rational, and what is proved for all roots between l and r holds
for all values of the parameter.  Divided by (variable - root) it has the other roots, one by one.
"""

from __future__ import annotations

from dataclasses import replace

import sympy

from symtrade.analysis.cases.branches import NEGATIVE, Branch, Root, Rooted, Undecided
from symtrade.analysis.cases.interval import Interval, at
from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    compose_fraction,
    quotient,
)
from symtrade.kernel.verdict import Proved, Unknown, Verdict
from symtrade.kernel.view import expression as view
from symtrade.kernel.view import polynomial_expression
from symtrade.model.errors import ModelError


class Irrational(ModelError):
    """Roots that cannot take the place of parameters."""


def curved(
    branch: Branch, interval: Interval, g: Polynomial, ends: tuple[str, str], known: str | None
) -> str:
    """The sign of a polynomial inside an interval, from its signs at the ends; Rooted where it changes."""
    if known is None:
        raise Rooted(_roots(branch, interval, g, ends))
    shown = None
    if known != "=":
        sign, shown = known[0], _one_signed(branch, interval, g, known[0])
        if isinstance(shown, Proved):
            return sign + "="
        if g.degrees()[interval.position] == 2:
            vertex = _vertex(branch, interval, g, sign)
            if vertex is None:
                return sign + "="
            half = Interval(interval.ring, interval.position, interval.low, vertex)
            raise Rooted(_roots(branch, half, g, (ends[0], sign.translate(NEGATIVE))))
    if isinstance(shown, Unknown):
        raise Undecided(f"the sign of {g} is open: {shown.reason}")
    raise Irrational(
        f"{g} changes its sign more than once as {branch.ground.ring.names[interval.position]} "
        "varies: narrow the parameter set with assuming="
    )


def _one_signed(branch: Branch, interval: Interval, g: Polynomial, sign: str) -> Verdict:
    names = branch.ground.names
    x = names[interval.name]
    value = polynomial_expression(g, names)
    within = (x >= view(interval.low, names), x <= view(interval.high, names))
    verdict: Verdict = branch.claim(value >= 0 if sign == ">" else value <= 0, within, (x,))
    return verdict


def _vertex(branch: Branch, interval: Interval, g: Polynomial, sign: str) -> Coefficient | None:
    """Where a quadratic with this sign at both ends has the other sign in between: its vertex.  None
    where it has not, without real roots or monotone; the parameters are split by that first."""
    slope = g.derivative(interval.position)
    curve = quotient(slope.derivative(interval.position), interval.ring.one)
    zero = quotient(interval.ring.zero, interval.ring.one)
    tilt = at(slope, zero, interval)
    if settled(branch, tilt * tilt - 2 * at(g, zero, interval) * curve) != ">":
        return None
    first, last = (settled(branch, at(slope, end, interval)) for end in (interval.low, interval.high))
    inside = first == sign.translate(NEGATIVE) and last == sign
    return -tilt / curve if inside else None


def settled(branch: Branch, value: Coefficient) -> str:
    """``>``, ``=`` or ``<``, by a case distinction if need be."""
    if not isinstance(value, RationalFunction):
        return ">" if value > 0 else "<" if value < 0 else "="
    top = branch.settle(value.num)
    return top.translate(NEGATIVE) if branch.sign(value.den).startswith("<") else top


def crossed(branch: Branch, interval: Interval, g: Polynomial) -> bool:
    """Whether a polynomial changes its sign from one end of an interval to the other, ends included: then
    Rooted is raised.  The parameters are split where that differs."""
    signs = [branch.sharp_sign_of(at(g, end, interval)) for end in (interval.low, interval.high)]
    if "=" in signs or signs[0][0] == signs[1][0]:
        return False
    raise Rooted(_replacing(branch, interval, g, (signs[0], signs[1])))


def _roots(branch: Branch, interval: Interval, g: Polynomial, ends: tuple[str, str]) -> tuple[Root, ...]:
    """The root inside an interval as a coordinate, in place of each parameter that it can replace."""
    for place, sign in zip((interval.low, interval.high), ends, strict=True):
        if sign.endswith("=") and settled(branch, at(g, place, interval)) == "=":  # or raises Split
            raise Irrational(
                f"{g} vanishes at {branch.view(place)}: narrow the parameter set with assuming=, or give a"
                " number of the model a name"
            )
    return _replacing(branch, interval, g, (ends[0][0], ends[1][0]))


def _replacing(branch: Branch, interval: Interval, g: Polynomial, ends: tuple[str, str]) -> tuple[Root, ...]:
    """The root as a coordinate, at an end only if the sign there is weak."""
    ring, k = interval.ring, interval.position
    name, stars = ring.names[k], branch.ground.stars
    if len(branch.roots) >= len(stars):
        raise ModelError(
            f"more than {len(stars)} roots of polynomials in {name} would be needed: narrow the parameter"
            " set with assuming="
        )
    star = ring.index[stars[len(branch.roots)]]
    images = [quotient(x, ring.one) for x in ring.gens]
    images[k] = images[star]
    here = compose_fraction(quotient(g, ring.one), images, ring).num
    sides = ((interval.low, ">" + ends[0][1:]), (interval.high, "<" + ends[1][1:]))
    found, others = [], []
    taken = {root.parameter for root in branch.roots}
    for position in reversed(range(len(branch.ground.symbols))):
        if position not in taken and int(here.degrees()[position]) == 1:
            slope = here.derivative(position)
            formula = quotient(slope * ring.gens[position] - here, slope)
            root = Root(g, k, star, position, formula, sides, ends[0].startswith(">"))
            rest = here - slope * ring.gens[position]
            if _claimed(branch, root, slope):
                found.append(root)
            else:
                others.append((root, slope, rest))
    if not found:  # where the slope vanishes there may be no root
        found = [
            replace(root, slope=quotient(slope, ring.one))
            for root, slope, rest in others
            if _claimed(branch, root, slope, rest)
        ]
    if found:
        return tuple(found)
    raise Irrational(
        f"the root of {g} = 0 in {name} has no rational form: replace a number of the model by a "
        "parameter in which this is linear"
    )


def _claimed(branch: Branch, root: Root, *polynomials: Polynomial) -> bool:
    """Whether one of some polynomials is not zero between the ends of a root."""
    if polynomials[0].is_constant():
        return True
    names = branch.ground.names
    star = names[branch.ground.ring.names[root.star]]
    within = tuple(
        {">": star > p, ">=": star >= p, "<": star < p, "<=": star <= p}[side]
        for p, side in ((view(end, names), side) for end, side in root.ends)
    )
    claim = sympy.Or(*(sympy.Ne(polynomial_expression(f, names), 0) for f in polynomials))
    return bool(branch.claim(claim, within, (star,)))
