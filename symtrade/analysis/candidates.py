"""Rough maxima of functions on boxes, as proposals for a proof; the same on every run.

Balls at the points of a fixed grid, then Newton's method; what comes out is an approximate number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from flint import arb, arb_mat, fmpq

from symtrade.kernel.balls import Box
from symtrade.kernel.functions import Ball, Functions, Graph, Program, working

PRECISION = 128
# Fractions of a side: dense towards both ends, where logarithms change fast.
GRID = tuple(sorted({fmpq(1, 2**k) for k in range(2, 26, 2)} | {fmpq(k, 12) for k in range(1, 12)}
                    | {1 - fmpq(1, 2**k) for k in range(2, 20, 3)}))


@dataclass(frozen=True)
class Candidate:
    """A point where a function is about `value`, and larger than around it."""

    point: tuple[Ball, ...]
    value: Ball


def gradient(functions: Functions) -> Functions:
    """The partial derivatives of the first function."""
    graph = Graph(functions.nodes)
    return graph.functions(functions.variables, [
        graph.derivative(functions.roots[0], name) for name in functions.variables])


def candidate(functions: Functions, box: Box, binding: bool) -> Candidate | None:
    """The best point found for the first function; with `binding`, where all others are >= 0."""
    with working(PRECISION):
        values = Program(functions)
        slope = gradient(functions)
        slopes, curvatures = Program(slope), Program(slope.jacobian())

        def value(point: Sequence[Ball]) -> Ball | None:
            first, *others = values(point)
            if not first.is_finite() or (binding and not all(v >= 0 for v in others)):
                return None
            return first.mid()

        found: dict[tuple[int, ...], Ball] = {}
        sides = [[arb(low + (high - low) * t).mid() for t in GRID] for low, high in box]
        for place in product(range(len(GRID)), repeat=len(box)):
            v = value([sides[j][k] for j, k in enumerate(place)])
            if v is not None:
                found[place] = v
        peaks = [place for place, v in found.items() if all(
            not found.get(near, v) > v for near in _neighbours(place))]
        best: Candidate | None = None
        for place in sorted(peaks, key=lambda place: -float(found[place]))[:6]:
            start = [sides[j][k] for j, k in enumerate(place)]
            point = _climb(slopes, curvatures, start, box, value)
            v = value(point)
            if v is not None and (best is None or v > best.value):
                best = Candidate(tuple(point), v)
        return best


def _neighbours(place: tuple[int, ...]) -> list[tuple[int, ...]]:
    steps = product((-1, 0, 1), repeat=len(place))
    return [tuple(k + d for k, d in zip(place, step, strict=True)) for step in steps if any(step)]


def _climb(slopes: Program, curvatures: Program, start: Sequence[Ball], box: Box,
           value: Callable[[Sequence[Ball]], Ball | None]) -> list[Ball]:
    """Newton's steps uphill from a point, each halved until it stays in the box and gains something."""
    n, point, best = len(start), list(start), value(start)
    for _ in range(60):
        slope, matrix = slopes(point), curvatures(point)
        if best is None or not all(v.is_finite() for v in (*slope, *matrix)):
            break
        try:
            step = arb_mat(n, n, [m.mid() for m in matrix]).solve(
                arb_mat(n, 1, [v.mid() for v in slope]), algorithm="approx")
        except (ZeroDivisionError, ValueError):
            break
        uphill = sum((-step[i, 0] * slope[i] for i in range(n)), arb(0)) > 0
        moved, new = point, None
        for halvings in range(40):
            size = (-1 if uphill else 1) * arb(2) ** -halvings
            moved = [(x + size * step[i, 0]).mid() for i, x in enumerate(point)]
            if all(low < x < high for x, (low, high) in zip(moved, box, strict=True)):
                new = value(moved)
                if new is not None and new > best:
                    break
                new = None
        if new is None:
            break
        point, best = moved, new
    return point
