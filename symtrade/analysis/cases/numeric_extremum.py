"""Suprema and infima of functions of one variable with numbers only, as algebraic numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy
from flint import arb, fmpq

from symtrade.analysis.cases.branches import Branch, Undecided, ground
from symtrade.analysis.cases.case_reading import read
from symtrade.analysis.cases.numeric import (
    Part,
    Place,
    places_of,
    point_between,
    prove_sign,
    prove_signs,
    rational_place,
    refined,
    tests_of,
)
from symtrade.analysis.numbers.algebraic import minimal_polynomial, polynomial, quotient_modulo, written
from symtrade.kernel.verdict import Proved
from symtrade.kernel.view import expression as view
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.prover import Prover

TRIES = (8, 16, 32, 64)  # bits to which places are known in a proof
LETTER = sympy.Symbol("x")


@dataclass(frozen=True)
class Segment:
    """A part of the interval, the function there (denominator positive inside), times the side."""

    left: Place
    right: Place
    top: Any
    bottom: Any


@dataclass(frozen=True)
class Top:
    """The largest value, all places where it is attained or approached, and whether it is attained."""

    value: Any
    places: tuple[Any, ...]
    attained: bool


def largest(expression: Any, variable: Any, box: Any, side: int, prover: Prover) -> Top:
    """The largest value of ``side * expression`` over an interval with rational ends, times `side`.

    All places where the derivative vanishes or the cases change are compared by algebra.  For the record
    the bound is proved on every part: it exceeds the function by (x - r)**k times what has one sign, up
    to a multiple of the minimal polynomial of the place r of the maximum.
    """
    low, high = exact(box.start), exact(box.end)
    if not (low.is_Rational and high.is_Rational):
        raise ModelError(f"expected rational ends, got {box}")
    segments, tests = _segments(expression, variable, low, high, side, prover)
    open_ends = {end for end, is_open in ((low, box.left_open), (high, box.right_open)) if is_open}
    best: list[tuple[Any, Any]] = []
    for place, value in _values(segments, variable, open_ends):
        order = _compare(value, best[0][0]) if best else 1
        best = [*([] if order > 0 else best), *([(value, place)] if order >= 0 else [])]
    if best[0][0] is sympy.oo:
        return Top(side * sympy.oo, (best[0][1].value,), False)
    _prove(segments, tests, best, variable, prover)
    inside = tuple(p.value for _, p in best if p.value not in open_ends)
    return Top(side * best[0][0], inside or tuple(p.value for _, p in best), bool(inside))


def _segments(expression: Any, variable: Any, low: Any, high: Any, side: int, prover: Prover
              ) -> tuple[list[Segment], list[Any]]:
    """The monotone parts from left to right, and the polynomials at whose roots the cases change."""
    base = ground((), (), (variable,))
    branch = Branch(base, prover)
    tests = tests_of(expression, variable, low, high, branch)

    def parts(polynomials: Iterable[Any]) -> list[Segment]:
        places = places_of(polynomials, variable, low, high, f"{variable.name}_star")
        found = []
        for left, right in pairwise(places):
            point = point_between(left, right)
            cell = Part(branch, fmpq(0), None, (point,))
            top, bottom = sympy.fraction(view(read(expression, base.ring, cell) * side, base.names))
            sign = sympy.sign(bottom.subs(variable, sympy.Rational(str(point))))
            found.append(Segment(left, right, sympy.expand(sign * top), sympy.expand(sign * bottom)))
        return found

    slopes = [sympy.expand(s.top.diff(variable) * s.bottom - s.top * s.bottom.diff(variable))
              for s in parts(tests)]
    bottoms = [s.bottom for s in parts(tests)]
    return parts([*tests, *slopes, *bottoms]), tests


def _values(segments: Sequence[Segment], variable: Any, open_ends: set[Any]) -> list[tuple[Place, Any]]:
    """The places between segments, and inside those that are constant, with the values there."""
    found: list[tuple[Place, Any]] = [
        (_middle(s, variable), s.top / s.bottom)
        for s in segments if not (s.top.has(variable) or s.bottom.has(variable))]
    for left, right in zip([None, *segments], [*segments, None], strict=True):
        place = right.left if right is not None else left.right  # type: ignore[union-attr]
        near, approached = [s for s in (left, right) if s is not None], place.value in open_ends
        values = [_value(s, place, variable, approached) for s in near]
        if len(values) == 2 and _compare(*values) != 0:
            raise ModelError(f"the function jumps at {place.value}")
        found.append((place, values[0]))
    return found


def _middle(segment: Segment, variable: Any) -> Place:
    return rational_place(sympy.Rational(str(point_between(segment.left, segment.right))), variable)


def _value(segment: Segment, place: Place, variable: Any, approached: bool) -> Any:
    """The function at a place, by its canonical name: a rational, in square roots, or a root of its
    minimal polynomial; infinite where an open end makes it so."""
    element = _element(segment, place, variable)
    if element is None:
        if not approached:
            raise ModelError(f"{segment.top / segment.bottom} may divide by zero in the interval: leave that "
                             "point out")
        return sympy.oo if segment.top.subs(variable, place.value) > 0 else -sympy.oo
    found, modulus = element
    if found.degree() <= 0:
        return sympy.Rational(str(found[0]) if found.degree() == 0 else "0")
    minimal = sympy.Poly(sympy.sympify(written(minimal_polynomial(found, modulus))), LETTER)
    for bits in (32, 64, 128, 256):
        here = refined(place, variable, bits)
        ends = [arb(int(e.p)) / int(e.q) for e in (here.low, here.high)]
        ball = found.numer()(ends[0].union(ends[1])) / int(found.denom())
        roots = [r for r in minimal.real_roots() if ball.contains(arb(str(sympy.N(r, 60))))]
        if len(roots) == 1:
            return roots[0]
    raise Undecided(f"the value at {place.value} could not be named")


def _element(segment: Segment, place: Place, variable: Any) -> Any:
    """The function at a place as an element of Q(place), with the modulus; None where it is infinite."""
    modulus, top, bottom = (polynomial(sympy.sympify(f), variable)
                            for f in (place.minimal, segment.top, segment.bottom))
    try:
        return quotient_modulo(top, bottom, modulus), modulus
    except ZeroDivisionError:
        return None


def _compare(one: Any, two: Any) -> int:
    """1, 0 or -1; different names are different numbers."""
    if one == two:
        return 0
    if sympy.oo in (one, -two):
        return 1
    if sympy.oo in (two, -one):
        return -1
    digits = 30
    while True:
        gap = sympy.N(one, digits) - sympy.N(two, digits)
        if abs(gap) > sympy.Rational(1, 10 ** (digits // 2)):
            return 1 if gap > 0 else -1
        digits *= 2


def _prove(segments: Sequence[Segment], tests: Sequence[Any], best: Sequence[tuple[Any, Place]],
           variable: Any, prover: Prover) -> None:
    """The certificates: where the cases change, and that no part exceeds the largest value."""
    for number, bits in enumerate(TRIES):
        sharp = [Segment(refined(s.left, variable, bits), refined(s.right, variable, bits), s.top, s.bottom)
                 for s in segments]
        tops = [(value, refined(place, variable, bits)) for value, place in best]
        try:
            prove_signs(tests, variable, [*(s.left for s in sharp), sharp[-1].right], prover)
            for segment in sharp:
                _prove_bound(segment, sharp, tops, variable, prover)
        except Undecided:
            if number == len(TRIES) - 1:
                raise
        else:
            return


def _prove_bound(segment: Segment, segments: Sequence[Segment], best: Sequence[tuple[Any, Place]],
                 variable: Any, prover: Prover) -> None:
    """The largest value is at least the function on one part, which is halved if it is reached at both
    ends."""
    ends = [p for _, p in best if p.value in (segment.left.value, segment.right.value)]
    if len(ends) == 2:
        middle = _middle(segment, variable)
        for left, right in ((segment.left, middle), (middle, segment.right)):
            half = Segment(left, right, segment.top, segment.bottom)
            end = right if left is middle else left
            _prove_bound(half, segments, [(best[0][0], end)], variable, prover)
        return
    place = ends[0] if ends else best[0][1]
    owner = segment if ends else next(s for s in segments if place.value in (s.left.value, s.right.value))
    element, _ = _element(owner, place, variable)
    star = place.symbol
    value = sympy.sympify(written(element.numer(), "t")).subs(sympy.Symbol("t"), star) / int(element.denom())
    gap = sympy.expand((value * segment.bottom - segment.top) * int(element.denom()))
    minimal = place.minimal.subs(variable, star)  # 0 for a rational place

    def vanishes(f: Any) -> bool:
        at = sympy.expand(f.subs(variable, star))
        return bool(at == 0 if place.rational else sympy.rem(at, minimal, star) == 0)

    rest, power = gap, 0
    while ends and rest != 0 and vanishes(rest):
        rest, power = sympy.quo(rest, variable - star, variable), power + 1
    if rest == 0:
        return
    if power:
        whole = (variable - star) ** power * rest
        if not place.rational:
            whole += sympy.quo(sympy.expand(gap - whole), minimal, star) * minimal
        claim = sympy.Eq(gap, whole, evaluate=False)
        symbols = (variable,) if place.rational else (variable, star)
        if not isinstance(prover.prove(claim, (), symbols), Proved):
            raise Undecided(f"{claim} was not proved")
    box = {variable: (segment.left.low, segment.right.high)}
    if not place.rational:
        box[star] = (place.low, place.high)
    prove_sign(rest, box, prover)
