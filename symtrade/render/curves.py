"""The curves on which the pieces of a solution meet, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import hypot
from typing import Any

from flint import fmpq

from symtrade.kernel.polynomial import Rational
from symtrade.render.cells import Cells, Edge, Factor, Strip, Window, cells, extent
from symtrade.render.plane import Plane, exact, plane_of
from symtrade.render.roots import Root, middle, real_roots

Point = tuple[Fraction, Fraction]
Sides = tuple[int | None, int | None]
FINE = 1 / 2000  # of the window: how far a polyline may stray from its curve
SMOOTHEST, ROUGHEST = 3, 12  # halvings of a strip, at least and at most
SAME = Fraction(1, 1 << 30)
NEAR = fmpq(1, 1 << 20)


@dataclass(frozen=True)
class Curve:
    """Part of the boundary between two pieces: a polyline on which `polynomial` vanishes.

    `sides` are the positions of the pieces below and above (left and right of a vertical line)
    among the solution's pieces, None outside the parameter set.  Every point lies on the curve up
    to `error` in each coordinate; where that is 0, exactly.
    """

    polynomial: str
    sides: Sides
    points: tuple[Point, ...]
    error: Fraction


def boundary_curves(solution: Any, x: Any, y: Any, at: Mapping[Any, Any], *,
                    window: Iterable[Any] | None = None, assuming: Any = ()) -> tuple[Curve, ...]:
    """The curves that separate the pieces of a solution in the plane of parameters `x` and `y`.

    Arguments and errors as in :func:`symtrade.plot`.

    >>> import symtrade as st
    >>> from sympy import symbols
    >>> a, b, v = symbols("a b v")
    >>> lp = st.LinearProgram(variables=(v,), objective=v, constraints=(v <= a**2, v <= b),
    ...                       assuming=(0 < a, a < 1, 0 < b, b < 1))
    >>> [curve] = boundary_curves(st.solve(lp), a, b, at={})
    >>> curve.polynomial, curve.points[0], curve.points[-1], curve.error
    ('a^2 - b', (Fraction(0, 1), Fraction(0, 1)), (Fraction(1, 1), Fraction(1, 1)), Fraction(0, 1))
    """
    return curves(*decompose(solution, x, y, at, window=window, assuming=assuming)[1:])


def decompose(solution: Any, x: Any, y: Any, at: Mapping[Any, Any], *, window: Iterable[Any] | None,
              assuming: Any) -> tuple[Plane, Cells]:
    """The plane of two parameters and its cells; ValueError as in :func:`symtrade.plot`."""
    plane = plane_of(solution, x, y, at, assuming)
    return plane, cells(plane, default_window(plane) if window is None else read_window(window))


def default_window(plane: Plane) -> Window:
    """The ranges of both parameters; ValueError where one is unbounded."""
    ranges: list[Rational] = []
    for axis, name in enumerate(plane.ring.names):
        found = extent(plane, axis)
        if found is None:
            raise ValueError(f"the parameter set does not bound {name} here: give a window "
                             "(x from, x to, y from, y to), such as 0, 1, 0, 1")
        ranges += found
    return ranges[0], ranges[1], ranges[2], ranges[3]


def read_window(window: Iterable[Any]) -> Window:
    """A window of exact rationals; ValueError for any other."""
    values = [exact(value, "a bound of the window") for value in window]
    if len(values) != 4 or values[0] >= values[1] or values[2] >= values[3]:
        raise ValueError("expected a window (x from, x to, y from, y to), each range from small to large; "
                         f"got ({', '.join(map(str, values))})")
    return values[0], values[1], values[2], values[3]


def curves(grid: Cells) -> tuple[Curve, ...]:
    """The boundaries between pieces, parts of the same curve joined."""
    pieces = [c for strip in grid.strips for c in _arcs(strip, grid.window)]
    return (*_joined(pieces), *(c for root, factor in grid.verticals for c in _walls(grid, root, factor)))


def _arcs(strip: Strip, window: Window) -> Iterator[Curve]:
    for k, edge in enumerate(strip.edges[1:-1], 1):
        points, error = trace(edge, strip, window)
        yield Curve(edge.factor.text, (strip.pieces[k - 1], strip.pieces[k]), points, error)


# --- along a curve -------------------------------------------------------------------------------


def trace(edge: Edge, strip: Strip, window: Window) -> tuple[tuple[Point, ...], Fraction]:
    """An edge from left to right as a polyline with rational x, and the error of its points."""
    width, height = float(window[1] - window[0]), float(window[3] - window[2])
    worst = Fraction(0)

    def at(x: Rational) -> Point:
        nonlocal worst
        root = edge.factor.root(edge.number, x)
        worst = max(worst, _fraction(root.radius))
        return _fraction(x), _fraction(root.value)

    def stray(one: Point, two: Point, between: Point) -> float:
        (ax, ay), (bx, by), (cx, cy) = ((float(p[0]) / width, float(p[1]) / height)
                                        for p in (one, two, between))
        chord = hypot(bx - ax, by - ay)
        return abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / chord if chord else 0.0

    def between(low: Rational, high: Rational, one: Point, two: Point, depth: int) -> list[Point]:
        x = middle(low, high)
        point = at(x)
        if depth >= ROUGHEST or (depth >= SMOOTHEST and stray(one, two, point) < FINE):
            return [point]
        return [*between(low, x, one, point, depth + 1), point, *between(x, high, point, two, depth + 1)]

    low, high = (_end(edge.factor, root, inner) for root, inner in
                 zip((strip.left, strip.right), strip.ends, strict=True))
    first, last = at(low), at(high)
    straight = len(edge.factor.rows) == 2 and all(
        row.degree() + power <= 1 for power, row in enumerate(edge.factor.rows))
    inner = [] if straight else between(low, high, first, last, 0)
    return (first, *inner, last), worst


def _end(factor: Factor, root: Root, inner: Rational) -> Rational:
    """The end of a strip itself where it is rational and no roots meet or run away there."""
    if root.radius != 0 or factor.rows[-1](root.value) == 0:
        return inner
    there = factor.at(root.value)
    smooth = all(power == 1 for _, power in there.factor()[1])
    return root.value if smooth and len(real_roots(there)) == len(real_roots(factor.at(inner))) else inner


def _joined(arcs: Iterable[Curve]) -> list[Curve]:
    """Curves that continue each other become one."""
    done: list[Curve] = []
    for arc in arcs:
        for k, known in enumerate(done):
            if (known.polynomial, known.sides) == (arc.polynomial, arc.sides) and _meet(known, arc):
                points = (*known.points, *arc.points[1:])
                done[k] = replace(known, points=points, error=max(known.error, arc.error))
                break
        else:
            done.append(arc)
    return done


def _meet(one: Curve, two: Curve) -> bool:
    (ax, ay), (bx, by) = one.points[-1], two.points[0]
    return abs(ax - bx) < SAME and abs(ay - by) < SAME


# --- vertical lines ------------------------------------------------------------------------------


def _walls(grid: Cells, root: Root, factor: Factor) -> Iterator[Curve]:
    """The parts of a vertical line with different pieces on its left and on its right."""
    (left,) = (s for s in grid.strips if s.right.low <= root.high and root.low <= s.right.high)
    (right,) = (s for s in grid.strips if s.left.low <= root.high and root.low <= s.left.high)
    sides = (_heights(left, root, left.ends[1]), _heights(right, root, right.ends[0]))
    cuts = sorted({y for heights in sides for y in heights})
    cuts = [cuts[0], *(b for a, b in pairwise(cuts) if b - a > SAME)]
    parts: list[Curve] = []
    for low, high in pairwise(cuts):
        here = (low + high) / 2
        ends = tuple(strip.pieces[min(sum(y < here for y in heights), len(strip.pieces)) - 1]
                     for strip, heights in zip((left, right), sides, strict=True))
        if ends[0] == ends[1]:
            continue
        x = _fraction(root.value)
        if parts and parts[-1].sides == ends and parts[-1].points[-1][1] == low:
            parts[-1] = replace(parts[-1], points=(parts[-1].points[0], (x, high)))
        else:
            parts.append(Curve(factor.text, (ends[0], ends[1]), ((x, low), (x, high)),
                               _fraction(root.radius)))
    yield from parts


def _heights(strip: Strip, root: Root, x: Rational) -> list[Fraction]:
    """Where the edges of a strip reach a vertical line."""
    result = []
    for edge in strip.edges:
        y = edge.factor.root(edge.number, x).value
        if root.radius == 0 and edge.factor.at(root.value).degree() > 0:
            nearest = min(real_roots(edge.factor.at(root.value)), default=Root(y),
                          key=lambda known: abs(known.value - y))
            y = nearest.value if abs(nearest.value - y) < NEAR else y
        result.append(_fraction(y))
    return result


def _fraction(value: Rational) -> Fraction:
    return Fraction(int(value.p), int(value.q))
