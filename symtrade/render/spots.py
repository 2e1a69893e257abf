"""Where the labels of the pieces go: well inside every part of a region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import fmpq

from symtrade.kernel.polynomial import Rational
from symtrade.render.cells import Cells
from symtrade.render.plane import Plane
from symtrade.render.roots import middle

GRID = 61  # points a side
SMALL = 40  # parts of a region with fewer points get no label of their own
WIDE = 2  # a label is about this many times as wide as it is high
NOTHING, ELSEWHERE = -1, -2  # outside the parameter set, outside the window (or on a critical line)


@dataclass(frozen=True)
class Spot:
    """An inner point of a piece; `room` is its distance from other pieces, in grid steps."""

    piece: int
    x: Rational
    y: Rational
    room: int = 0


def spots(plane: Plane, grid: Cells) -> tuple[Spot, ...]:
    """A point for the label of each piece that the window shows: one in every large part of it.

    Every point is tested exactly; points are as far from other pieces as a grid can tell.
    """
    xs, ys, owner = _grid(grid)
    found: list[Spot] = []
    parts = sorted(_parts(owner), key=len, reverse=True)
    for part in parts:
        piece = int(owner[part[0]])
        if piece < 0 or (len(part) < SMALL and any(spot.piece == piece for spot in found)):
            continue
        i, j, room = _deepest(part, owner)
        if plane.piece_at(xs[i], ys[j]) == piece:
            found.append(Spot(piece, xs[i], ys[j], room))
    for spot in _thin(plane, grid):
        if all(spot.piece != known.piece for known in found):
            found.append(spot)
    return tuple(found)


def _grid(grid: Cells) -> tuple[list[Rational], list[Rational], Any]:
    """Evenly spaced points, and the piece of each (an array)."""
    import numpy as np

    x_low, x_high, y_low, y_high = grid.window
    steps = [fmpq(1000 * k + 507, 1000 * GRID) for k in range(GRID)]  # off the usual critical values
    xs = [x_low + (x_high - x_low) * step for step in steps]
    ys = [y_low + (y_high - y_low) * step for step in steps]
    owner = np.full((GRID, GRID), ELSEWHERE)
    for i, x in enumerate(xs):
        for strip in grid.strips:
            if strip.ends[0] <= x <= strip.ends[1]:
                heights = [edge.factor.root(edge.number, x).value for edge in strip.edges]
                for piece, (low, high) in zip(strip.pieces, pairwise(heights), strict=True):
                    for j, y in enumerate(ys):
                        if low < y < high:
                            owner[i, j] = NOTHING if piece is None else piece
    return xs, ys, owner


def _parts(owner: Any) -> Iterator[list[tuple[int, int]]]:
    """The connected sets of grid points of the same piece (not through one corner alone)."""
    import numpy as np

    padded = np.pad(owner, 1, constant_values=ELSEWHERE)
    left = {(i, j) for i in range(GRID) for j in range(GRID)}
    while left:
        start = min(left)
        left.remove(start)
        part, border = [start], [start]
        while border:
            i, j = border.pop()
            for di, dj in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                other = i + di, j + dj
                if other in left and owner[other] == owner[start] and any(
                        padded[other[0] + 1 + side * dj, other[1] + 1 + side * di] == owner[start]
                        == padded[i + 1 + side * dj, j + 1 + side * di]
                        for side in (1, -1)):
                    left.remove(other)
                    part.append(other)
                    border.append(other)
        yield part


def _deepest(part: list[tuple[int, int]], owner: Any) -> tuple[int, int, int]:
    """The point of a part that is farthest from every other piece and from the frame, and how far."""
    import numpy as np

    padded = np.full((GRID + 2, GRID + 2), ELSEWHERE)
    padded[1:-1, 1:-1] = owner
    others = np.argwhere(padded != owner[part[0]]) - 1
    points = np.array(sorted(part))
    gaps = (points[:, None, :] - others[None, :, :]) / np.array([WIDE, 1])
    distance = (gaps**2).sum(axis=2).min(axis=1)
    best = points[distance >= distance.max() * 0.98]
    i, j = best[((best - best.mean(axis=0)) ** 2).sum(axis=1).argmin()]
    return int(i), int(j), int(distance.max() ** 0.5)


def _thin(plane: Plane, grid: Cells) -> Iterator[Spot]:
    """A point of each piece between two curves, found in the strips: for pieces that the grid misses."""
    for strip in sorted(grid.strips, key=lambda s: s.left.value - s.right.value):
        x = middle(strip.left.high, strip.right.low)
        heights = [edge.factor.root(edge.number, x) for edge in strip.edges]
        seen = set()
        for piece, (low, high) in zip(strip.pieces, pairwise(heights), strict=True):
            y = middle(low.high, high.low)
            if piece is not None and piece not in seen and plane.piece_at(x, y) == piece:
                seen.add(piece)
                yield Spot(piece, x, y)
