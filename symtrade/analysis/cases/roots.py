"""Conditions that are not linear in the variable: one sign, or roots as new coordinates.

Where a polynomial changes its sign from l to r, and is linear in some parameter, its root takes that
parameter's place: so everything stays rational, and what is proved for all roots between l and r holds
for all values of the parameter.  Divided by (variable - root) it has the other roots, one by one.
"""

from __future__ import annotations

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


def _roots(branch: Branch, interval: Interval, g: Polynomial, ends: tuple[str, str]) -> tuple[Root, ...]:
    """The root as a coordinate, in place of each parameter that it can replace."""
    ring, k = interval.ring, interval.position
    name, stars = ring.names[k], branch.ground.stars
    if len(branch.roots) >= len(stars):
        raise ModelError(
            f"more than {len(stars)} roots of polynomials in {name} would be needed: narrow the parameter"
            " set with assuming="
        )
    star = ring.index[stars[len(branch.roots)]]
    for place, sign in zip((interval.low, interval.high), ends, strict=True):
        if sign.endswith("=") and settled(branch, at(g, place, interval)) == "=":  # or raises Split
            raise Irrational(
                f"{g} vanishes at {branch.view(place)}: narrow the parameter set with assuming=, or give a"
                " number of the model a name"
            )
    images = [quotient(x, ring.one) for x in ring.gens]
    images[k] = images[star]
    here = compose_fraction(quotient(g, ring.one), images, ring).num
    sides = ((interval.low, ">"), (interval.high, "<"))
    found = []
    taken = {root.parameter for root in branch.roots}
    for position in reversed(range(len(branch.ground.symbols))):
        if position not in taken and int(here.degrees()[position]) == 1:
            slope = here.derivative(position)
            formula = quotient(slope * ring.gens[position] - here, slope)
            root = Root(g, k, star, position, formula, sides, ends[0].startswith(">"))
            if _defined(branch, root, slope):
                found.append(root)
    if found:
        return tuple(found)
    raise Irrational(
        f"the root of {g} = 0 in {name} has no rational form: replace a number of the model by a "
        "parameter in which this is linear"
    )


def _defined(branch: Branch, root: Root, slope: Polynomial) -> bool:
    """The formula for the parameter divides by nothing that may vanish."""
    if slope.is_constant():
        return True
    names = branch.ground.names
    star = names[branch.ground.ring.names[root.star]]
    within = tuple(
        {">": star > p, ">=": star >= p, "<": star < p, "<=": star <= p}[side]
        for p, side in ((view(end, names), side) for end, side in root.ends)
    )
    return bool(branch.claim(sympy.Ne(polynomial_expression(slope, names), 0), within, (star,)))
