"""Conditions that are not linear in the variable: one sign, or one root as a new coordinate.

Where a polynomial changes its sign once, from l to r, and is linear in some parameter, its root takes
that parameter's place: so everything stays rational, and what is proved for all roots between l and r
holds for all values of the parameter.
"""

from __future__ import annotations

from typing import Any

import sympy

from symtrade.analysis.cases.branches import Branch, Root, Rooted, Undecided
from symtrade.analysis.cases.interval import Interval, at
from symtrade.kernel.polynomial import Polynomial, RationalFunction, compose_fraction, quotient
from symtrade.kernel.verdict import Proved, Refuted
from symtrade.kernel.view import expression as view
from symtrade.kernel.view import polynomial_expression
from symtrade.model.errors import ModelError


def curved(
    branch: Branch, interval: Interval, g: Polynomial, ends: tuple[str, str], known: str | None
) -> str:
    """The sign of a polynomial inside an interval, from its signs at the ends."""
    if known is None:
        raise Rooted(_roots(branch, interval, g, ends))
    if known != "=":
        sign = known[0]
        if _one_signed(branch, interval, g, sign):
            return sign + "="
        if g.degrees()[interval.position] == 2 and _no_vertex(branch, interval, g, sign):
            return sign + "="
    raise ModelError(
        f"{g} changes its sign more than once as {branch.ground.ring.names[interval.position]} "
        "varies: narrow the parameter set with assuming="
    )


def _one_signed(branch: Branch, interval: Interval, g: Polynomial, sign: str) -> bool:
    names = branch.ground.names
    x = names[interval.ring.names[interval.position]]
    value = polynomial_expression(g, names)
    within = (x >= view(interval.low, names), x <= view(interval.high, names))
    found = branch.claim(value >= 0 if sign == ">" else value <= 0, within, (x,))
    if isinstance(found, Proved | Refuted):
        return bool(found)
    raise Undecided(f"the sign of {g} is open: {found.reason}")


def _no_vertex(branch: Branch, interval: Interval, g: Polynomial, sign: str) -> bool:
    """A quadratic without a sign change: split the parameters by discriminant and vertex first."""
    k = interval.position
    slope = g.derivative(k)
    curve = quotient(slope.derivative(k), interval.ring.one)
    zero = at(slope, quotient(interval.ring.zero, interval.ring.one), interval)
    discriminant = zero * zero - 2 * at(g, quotient(interval.ring.zero, interval.ring.one), interval) * curve
    if branch.sign_of(discriminant).startswith(("<", "=")):
        return _one_signed(branch, interval, g, sign)
    if branch.sign_of(at(slope, interval.low, interval)).startswith((sign, "=")):
        return _one_signed(branch, interval, g, sign)
    if not branch.sign_of(at(slope, interval.high, interval)).startswith(sign):
        return _one_signed(branch, interval, g, sign)
    return False


def _roots(branch: Branch, interval: Interval, g: Polynomial, ends: tuple[str, str]) -> tuple[Root, ...]:
    """The root as a coordinate, in place of each parameter that it can replace."""
    ring, k = interval.ring, interval.position
    star = len(branch.ground.symbols) + 1
    name = ring.names[k]
    if branch.roots or star >= len(ring.names):
        raise ModelError(
            f"a second root of a polynomial in {name} would be needed: narrow the parameter set "
            "with assuming="
        )
    for place, sign in zip((interval.low, interval.high), ends, strict=True):
        if sign.endswith("="):  # raises Split, unless it makes the sign strict
            branch.settle(_numerator(at(g, place, interval)))
    images = [quotient(x, ring.one) for x in ring.gens]
    images[k] = images[star]
    here = compose_fraction(quotient(g, ring.one), images, ring).num
    sides = ((interval.low, ">"), (interval.high, "<"))
    found = []
    for position in reversed(range(len(branch.ground.symbols))):
        if int(here.degrees()[position]) == 1:
            slope = here.derivative(position)
            formula = quotient(slope * ring.gens[position] - here, slope)
            root = Root(g, k, star, position, formula, sides, ends[0].startswith(">"))
            if _defined(branch, root, slope):
                found.append(root)
    if found:
        return tuple(found)
    raise ModelError(
        f"the root of {g} = 0 in {name} has no rational form: replace a number of the model by a "
        "parameter in which this is linear"
    )


def _numerator(value: Any) -> Any:
    assert isinstance(value, RationalFunction)
    return value.num


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


def in_radicals(root: Root, branch: Branch) -> Any:
    """A root of a quadratic as a SymPy expression in the parameters; None for higher degrees, and where
    it is not proved that this is the root between the two ends."""
    if int(root.polynomial.degrees()[root.position]) != 2:
        return None
    names, ring = branch.ground.names, branch.ground.ring
    x = names[ring.names[root.position]]
    polynomial = polynomial_expression(root.polynomial, names)
    a, b, c = sympy.Poly(polynomial, x).all_coeffs()
    constant, factors = sympy.factor_list(b**2 - 4 * a * c)
    outside, inner = sympy.Integer(1), sympy.Integer(1)
    for f, power in factors:
        if not branch.claim(f >= 0) and branch.claim(f <= 0):
            f, constant = -f, constant * (-1) ** power
        outside, inner = outside * f ** (power // 2), inner * f ** (power % 2)
    if not sympy.sqrt(constant).is_rational:
        constant, inner = sympy.Integer(1), constant * inner
    square_root = sympy.Symbol(f"{x.name}_sqrt")
    step = outside * sympy.sqrt(constant) * square_root
    closed = sympy.factor_terms(2 * c / (-b + step if root.falling else -b - step))
    if not _is_root(root, branch, polynomial.subs(x, closed), closed, (square_root, inner)):
        return None
    return closed.subs(square_root, sympy.sqrt(inner))


def _is_root(root: Root, branch: Branch, value: Any, closed: Any, radical: tuple[Any, Any]) -> bool:
    """Whether a formula with a square root w solves the equation between the two ends: proved for all
    parameters, one of which is expressed by w (or, where none can be, with w**2 known)."""
    names = branch.ground.names
    square_root, inner = radical
    star = names[branch.ground.ring.names[root.star]]
    swap, known = {star: closed}, [square_root > 0]
    symbols = list(branch.ground.symbols.values())
    for p in reversed(symbols):
        if sympy.Poly(inner, p).degree() == 1:
            slope, rest = sympy.Poly(inner, p).all_coeffs()
            swap[p] = (square_root**2 - rest) / slope
            symbols.remove(p)
            break
    else:
        known.append(sympy.Eq(square_root**2, inner))
    claim = sympy.Eq(value, 0)
    for end, side in root.ends:
        place = view(end, names)
        claim = sympy.And(claim, closed > place if side.startswith(">") else closed < place)
    given = [r.subs(star, closed).subs(swap) for r in branch.assuming]
    if sympy.false in given:
        return False
    given = [r for r in given if r != sympy.true]
    return bool(branch.prover.prove(claim.subs(swap), (*given, *known), (*symbols, square_root)))
