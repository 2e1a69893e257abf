"""A trader's ironed schedule for a weight, found in numbers: nothing is proved here.

Segments in the order of types: strict ones, where the level increases with the type, and pools, on which
it is the slope of the convex minorant of the cumulated level.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, ctx
from sympy import S

from symtrade.analysis.numbers.real import rational
from symtrade.analysis.second_best.levels import POINTS, Machine


@dataclass(frozen=True)
class Segment:
    """Types from `low` to `high`, with their levels at both ends; `part` is None for a pool."""

    low: Any
    high: Any
    least: Any
    most: Any
    part: int | None


def schedule(machine: Machine, a: Any) -> list[Segment]:
    """The ironed schedule for a weight: what the grid suggests, refined to the precision set now."""
    segments: list[Segment] = []
    for low, high in pools_and_strict(machine, a):
        segments += low if high is None else [_pool(machine, a, low, high)]
    return segments


def pools_and_strict(machine: Machine, a: Any) -> list[Any]:
    """Strict runs as ([segments], None), pools as (first node, last node) of the grid."""
    sign = machine.side.sign
    nodes: list[tuple[int, Any, float]] = []  # part, type, level
    for i, points in enumerate(machine.grid):
        nodes += [(i, x, float(x + sign * a * h)) for x, h in points]
    levels = [n[2] for n in nodes]
    gaps = any(p.hazard is None for p in machine.parts)
    if not gaps and all(u <= v + 1e-12 for u, v in itertools.pairwise(levels)):
        return [(_strict(machine, a, nodes), None)]
    masses = [float(machine.mass(i, x)) for i, x, _ in nodes]
    areas = [float(machine.cumulated(i, x, a)) for i, x, _ in nodes]
    hull = convex_hull(masses, areas)
    result: list[Any] = []
    run: list[tuple[int, Any, float]] = [nodes[hull[0]]]
    for k, m in itertools.pairwise(hull):
        pooled = m - k > 1 and (m - k > 2 or max(levels[k:m + 1]) > levels[m] + 1e-9
                                or min(levels[k:m + 1]) < levels[k] - 1e-9
                                or nodes[k][0] != nodes[m][0])
        if pooled or _jump_down(nodes[k], nodes[m]):
            if len(run) > 1:
                result.append((_strict(machine, a, run), None))
            result.append((nodes[k], nodes[m]))
            run = [nodes[m]]
        else:
            run += nodes[k + 1:m + 1]
    if len(run) > 1:
        result.append((_strict(machine, a, run), None))
    return _joined(machine, a, result)


def _jump_down(one: tuple[int, Any, float], other: tuple[int, Any, float]) -> bool:
    return one[0] != other[0] and one[2] > other[2] + 1e-9


def convex_hull(xs: Sequence[float], ys: Sequence[float]) -> list[int]:
    """The indices of the lower convex hull of points in order of x."""
    hull: list[int] = []
    for k in range(len(xs)):
        while len(hull) > 1:
            i, j = hull[-2], hull[-1]
            turn = (xs[j] - xs[i]) * (ys[k] - ys[i]) - (xs[k] - xs[i]) * (ys[j] - ys[i])
            if turn > 1e-15:
                break
            hull.pop()
        if hull and xs[k] <= xs[hull[-1]]:
            if ys[k] <= ys[hull[-1]]:
                hull.pop()
            else:
                continue
        hull.append(k)
    return hull


def _strict(machine: Machine, a: Any, run: Sequence[tuple[int, Any, float]]) -> list[Segment]:
    """Segments of a run of nodes, one a part."""
    result = []
    for i, group in itertools.groupby(run, key=lambda n: n[0]):
        points = list(group)
        low, high = points[0][1], points[-1][1]
        if low < high:
            result.append(Segment(low, high, *_levels(machine, i, a, low, high), i))
    return result


def _levels(machine: Machine, i: int, a: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """The levels at both ends; infinite where the density is zero, and the type itself at the end where
    the hazard is zero."""
    sign, (first, last) = machine.side.sign, machine.side.F.support

    def at(x: Any) -> Any:
        if x == arb(rational(first)) if sign > 0 else last is not S.Infinity and x == arb(rational(last)):
            return x
        value = machine.level(i, x, a)
        return value if value is not None else arb.pos_inf() * sign

    return at(low), at(high)


def _joined(machine: Machine, a: Any, found: list[Any]) -> list[Any]:
    """Pools refined: each end is a breakpoint, or a type whose level is that of the pool."""
    ends: list[Any] = [pair if pair[1] is None else list(pair) for pair in found]
    result: list[Any] = []
    for pair in ends:
        if isinstance(pair, list):
            low, high = refined(machine, a, *pair)
            result.append((low, high))
        else:
            result.append(pair)
    trimmed: list[Any] = []
    for k, pair in enumerate(result):
        if pair[1] is not None:
            trimmed.append(pair)
            continue
        left = result[k - 1][1][1] if k > 0 else None
        right = result[k + 1][0][1] if k + 1 < len(result) else None
        segments = []
        for s in pair[0]:
            low = s.low if left is None or s.low >= left or not s.low < left else left
            low = left if left is not None and s is pair[0][0] else s.low
            high = right if right is not None and s is pair[0][-1] else s.high
            if low < high:
                segments.append(Segment(low, high, *_levels(machine, s.part, a, low, high), s.part))
        trimmed.append((segments, None))
    return trimmed


def refined(machine: Machine, a: Any, first: tuple[int, Any, float], last: tuple[int, Any, float]
            ) -> tuple[tuple[int, Any], tuple[int, Any]]:
    """The ends of a pool to the precision set now.  Repeats: level of the pool, then types at it."""
    (i, low, _), (j, high, _) = first, last
    for _ in range(200):
        level = pool_level(machine, a, (i, low), (j, high))
        new_low, new_high = _end(machine, a, i, level, low, -1), _end(machine, a, j, level, high, 1)
        moved = max(abs(new_low - low), abs(new_high - high))
        low, high = new_low, new_high
        if moved < arb(2) ** -(ctx.prec - 20):
            break
    return (i, low), (j, high)


def _end(machine: Machine, a: Any, i: int, level: Any, at: Any, side: int) -> Any:
    """Where a pool of this level ends in a part: at a type with that level, else at the part's end.

    `side` is -1 for the low end of a pool.
    """
    points = [x for x, _ in machine.grid[i]]
    width = points[-1] - points[0]
    reach = width / POINTS * 3
    left, right = max(points[0], at - reach, key=float), min(points[-1], at + reach, key=float)
    least, most = _levels(machine, i, a, left, right)
    if least <= level <= most:
        return machine.inverse(i, level, a, left, right)
    if side < 0:
        return points[0] if level < least else (points[-1] if level > most else at)
    return points[-1] if level > most else (points[0] if level < least else at)


def pool_level(machine: Machine, a: Any, first: tuple[int, Any], last: tuple[int, Any]) -> Any:
    """The mean level of a pool."""
    rise = machine.cumulated(*last, a) - machine.cumulated(*first, a)
    return (rise / (machine.mass(*last) - machine.mass(*first))).mid()


def _pool(machine: Machine, a: Any, first: tuple[int, Any], last: tuple[int, Any]) -> Segment:
    level = pool_level(machine, a, first, last)
    return Segment(first[1], last[1], level, level, None)
