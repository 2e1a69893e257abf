"""Rough maxima of functions on boxes, as proposals for a proof; the same on every run.

Balls at the points of a fixed grid, then Newton's method; what comes out is an approximate number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from flint import arb, arb_mat, fmpq

from symtrade.kernel.balls import Box
from symtrade.kernel.functions import Ball, Functions, Graph, Program, working

PRECISION = 256
# Fractions of a side: dense towards both ends, where logarithms change fast.
GRID = tuple(sorted({fmpq(1, 2**k) for k in range(2, 64, 4)} | {fmpq(k, 8) for k in range(1, 8)}
                    | {1 - fmpq(1, 2**k) for k in range(4, 20, 3)}))
FINE = tuple(sorted({fmpq(j, 16 * 2**k) for j in (8, 11) for k in range(64)}
                    | {1 - fmpq(j, 16 * 2**k) for j in (8, 11) for k in range(24)}))


@dataclass(frozen=True)
class Candidate:
    """A point where function `number` is about `value`, larger than elsewhere."""

    number: int
    point: tuple[Ball, ...]
    value: Ball


def gradient(functions: Functions) -> Functions:
    """The partial derivatives of the first function."""
    graph = Graph(functions.nodes)
    return graph.functions(functions.variables, [
        graph.derivative(functions.roots[0], name) for name in functions.variables])


class _Hill:
    """A function with its derivatives; it applies where all further functions are at least 0."""

    def __init__(self, functions: Functions) -> None:
        slope = gradient(functions)
        self.values, self.slopes = Program(functions), Program(slope)
        self.curvatures = Program(slope.jacobian())

    def __call__(self, point: Sequence[Ball]) -> Ball | None:
        first, *others = self.values(point)
        return first.mid() if first.is_finite() and all(v >= 0 for v in others) else None


def highest(functions: Functions, box: Box) -> Candidate | None:
    """The best point found for the first of `functions` where the others are at least 0."""
    with working(PRECISION):
        hill = _Hill(functions)
        sides = [[arb(low + (high - low) * t).mid() for t in GRID] for low, high in box]
        found: dict[tuple[int, ...], Ball] = {}
        for place in product(range(len(GRID)), repeat=len(box)):
            v = hill([sides[j][k] for j, k in enumerate(place)])
            if v is not None:
                found[place] = v
        peaks = [place for place, v in found.items() if all(
            not found.get(near, v) > v for near in _neighbours(place))]
        best: Candidate | None = None
        for place in sorted(peaks, key=lambda place: -float(found[place]))[:6]:
            point, v = _climb(hill, [sides[j][k] for j, k in enumerate(place)], box)
            if best is None or v > best.value:
                best = Candidate(0, tuple(point), v)
        return best


def by_regime(regimes: Sequence[Functions], box: Box) -> list[Candidate]:
    """For functions of one variable that apply in turn: for each the best point found, borders included,
    where it applies somewhere on the grid or next to it."""
    with working(PRECISION):
        hills = [_Hill(functions) for functions in regimes]
        ((low, high),) = box
        points = [arb(low + (high - low) * t).mid() for t in FINE]
        best: dict[int, Candidate] = {}

        def note(k: int, point: Ball, value: Ball) -> None:
            if k not in best or value > best[k].value:
                best[k] = Candidate(k, (point,), value)

        def applies(x: Ball) -> int | None:
            return next((k for k, hill in enumerate(hills) if hill([x]) is not None), None)

        def visit(x: Ball) -> int | None:
            k = applies(x)
            value = None if k is None else hills[k]([x])
            if k is not None and value is not None:
                note(k, x, value)
            return k

        last, behind = points[0], visit(points[0])
        for x in points[1:]:
            here = visit(x)
            while behind is not None and here is not None and behind != here:  # close in on the border
                inner, outer = last, x
                for _ in range(PRECISION):
                    middle = ((inner + outer) / 2).mid()
                    inner, outer = (middle, outer) if applies(middle) == behind else (inner, middle)
                visit(inner)
                last, behind = outer, visit(outer)
            last, behind = x, here
        for k, found in list(best.items()):
            point, value = _climb(hills[k], list(found.point), box)
            note(k, point[0], value)
        return [best[k] for k in sorted(best)]


def _neighbours(place: tuple[int, ...]) -> list[tuple[int, ...]]:
    steps = product((-1, 0, 1), repeat=len(place))
    return [tuple(k + d for k, d in zip(place, step, strict=True)) for step in steps if any(step)]


def _climb(hill: _Hill, start: Sequence[Ball], box: Box) -> tuple[list[Ball], Ball]:
    """Steps uphill from a point, by Newton's method or along the slope, each halved until it stays where
    the function applies and gains something."""
    point, best = list(start), hill(start)
    assert best is not None
    for _ in range(100):
        slope = hill.slopes(point)
        if not all(v.is_finite() for v in slope):
            break
        along = [s * (high - low) ** 2 for s, (low, high) in zip(slope, box, strict=True)]
        for step in (_newton_step(slope, hill.curvatures(point)), along):
            gained = None if step is None else _gain(hill, point, step, slope, best, box)
            if gained is not None:
                point, best = gained
                break
        else:
            break
    return point, best


def _gain(hill: _Hill, point: Sequence[Ball], step: Sequence[Ball], slope: Sequence[Ball], best: Ball,
          box: Box) -> tuple[list[Ball], Ball] | None:
    """The first of a step and its halves, uphill, that gains something."""
    sign = 1 if sum((d * s for d, s in zip(step, slope, strict=True)), arb(0)) > 0 else -1
    for halvings in range(120):
        size = sign * arb(2) ** -halvings
        moved = [(x + size * d).mid() for x, d in zip(point, step, strict=True)]
        if all(low < x < high for x, (low, high) in zip(moved, box, strict=True)):
            new = hill(moved)
            if new is not None and new > best:
                return moved, new
    return None


def _newton_step(slope: Sequence[Ball], matrix: Sequence[Ball]) -> list[Ball] | None:
    n = len(slope)
    if not all(m.is_finite() for m in matrix):
        return None
    try:
        found = arb_mat(n, n, [m.mid() for m in matrix]).solve(
            arb_mat(n, 1, [-v.mid() for v in slope]), algorithm="approx")
    except (ZeroDivisionError, ValueError):
        return None
    return [found[i, 0] for i in range(n)]
