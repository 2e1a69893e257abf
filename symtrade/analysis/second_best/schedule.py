"""Weighted virtual values of one trader, ironed where they are not monotone.

For a weight a between 0 and 1 the buyer's level is H(v) = v - a (1 - F)/f and the seller's is
L(c) = c + a G/g; both have to increase.  A :class:`Side` is either trader; its schedule is a list of
segments in the order of types, strict ones (where the level increases with the type) and pools (on
which it is the slope of the convex minorant of the cumulated level).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from flint import arb, arb_series, ctx
from sympy import S

from symtrade.analysis.numbers.real import rational
from symtrade.analysis.numbers.series import Expansion
from symtrade.forms.functions import real_functions
from symtrade.kernel.functions import Program
from symtrade.model.distribution import Distribution, Piece, X

HEAVY = 2**20  # the largest type that is looked at where a support is unbounded
POINTS = 96  # of a piece that are tried for monotonicity; the structure found is verified afterwards


def hazard(piece: Piece, buyer: bool) -> Any:
    """(1 - F)/f for a buyer, F/f for a seller, with common factors cancelled."""
    ratio = (1 - piece.cdf if buyer else piece.cdf) / piece.density
    if ratio.is_rational_function(X):
        return sympy.cancel(ratio)
    simple = sympy.powsimp(sympy.expand(sympy.powsimp(ratio)))
    return simple if simple.count_ops() <= ratio.count_ops() else ratio


@dataclass(frozen=True)
class Part:
    """One piece of a side: `hazard` is (1 - F)/f or F/f, None where there are no types (a gap)."""

    lo: Any
    hi: Any
    piece: Piece
    hazard: Any

    def slope(self) -> Any:
        return sympy.diff(self.hazard, X)


@dataclass(frozen=True)
class Side:
    """A trader: `sign` is -1 for the buyer, whose level is v - a h(v), and 1 for the seller."""

    F: Distribution
    sign: int

    def parts(self) -> tuple[Part, ...]:
        return tuple(Part(p.lo, p.hi, p, None if p.density == 0 else hazard(p, self.sign < 0))
                     for p in self.F.pieces)


@dataclass(frozen=True)
class Segment:
    """Types from `low` to `high`, with their levels at both ends; `part` is None for a pool."""

    low: Any
    high: Any
    least: Any
    most: Any
    part: int | None


class Machine:
    """A side made ready at one precision: levels, cumulated levels, masses and their inverses."""

    def __init__(self, side: Side) -> None:
        self.side, self.parts = side, side.parts()
        self.mean = side.F.mean
        self.hazards = [None if p.hazard is None else Program(real_functions((p.hazard, p.slope()), (X,)))
                        for p in self.parts]
        formulas = [real_functions((p.piece.cdf, p.piece.upper, p.piece.density), (X,)) for p in self.parts]
        self.values = [Program(f) for f in formulas]
        self.expansions: list[Any] = [None if p.hazard is None else tuple(
            Expansion(real_functions((formula,), (X,))) for formula in (p.piece.density, p.hazard))
            for p in self.parts]
        self.average = Program(real_functions((self.mean,), ()))(())[0]
        self.near: dict[int, Any] = {}  # the last inverse in each part: a start for the next
        self.grid = [self._grid(i) for i in range(len(self.parts))]

    def _grid(self, i: int) -> list[tuple[Any, Any]]:
        """Types of a part with their hazards, from one end to the other."""
        part = self.parts[i]
        low = arb(rational(part.lo))
        high = self.end if part.hi is S.Infinity else arb(rational(part.hi))
        power = 4 if part.hi is S.Infinity else 1
        points = [(low + (high - low) * (arb(k) / POINTS) ** power).mid() for k in range(POINTS)] + [high]
        result = []
        for x in points:
            h, near = self.hazard(i, x), (high - low) * arb(2) ** -40
            while h is None and part.hazard is not None and near < high - low:
                h = self.hazard(i, x + near if x < (low + high) / 2 else x - near)
                near *= 16
            if h is not None:
                result.append((x, h))
        return result

    @cached_property
    def end(self) -> Any:
        """Where an unbounded support is cut off, if that is early enough: beyond it J is negligible."""
        last = self.side.F.pieces[-1]
        x = arb(rational(last.lo)) + 1
        while not self.values[-1]((x,))[1] < arb(2) ** -ctx.prec and x < HEAVY:
            x = 2 * x
        return x.mid()

    def hazard(self, i: int, x: Any) -> Any:
        """The hazard at a type, by its midpoint; None where it is undefined."""
        program = self.hazards[i]
        if program is None:
            return None
        value = program((x,))[0]
        return value.mid() if value.is_finite() else None

    def level(self, i: int, x: Any, a: Any) -> Any:
        """The level at a type of a part (None where undefined)."""
        h = self.hazard(i, x)
        return None if h is None else x + self.side.sign * a * h

    def mass(self, i: int, x: Any) -> Any:
        """F at a type: a ball."""
        first, last = self.side.F.support
        if last is not S.Infinity and x >= arb(rational(last)):
            return arb(1)
        if x <= arb(rational(first)):
            return arb(0)
        return self.values[i]((x,))[0]

    def upper(self, i: int, x: Any) -> Any:
        """J at a type: a ball."""
        first, last = self.side.F.support
        if last is not S.Infinity and x >= arb(rational(last)):
            return arb(0)
        if x <= arb(rational(first)):
            return self.average - x
        return self.values[i]((x,))[1]

    def ball_level(self, i: int, x: Any, a: Any) -> Any:
        """A ball that contains the level at a type; None where it is undefined."""
        first, last = self.side.F.support
        if (self.side.sign > 0 and self._is(x, first)) or (self.side.sign < 0 and self._is(x, last)):
            return x
        program = self.hazards[i]
        value = None if program is None else program((x,))[0]
        return None if value is None or not value.is_finite() else x + self.side.sign * a * value

    def ball_inverse(self, i: int, level: Any, a: Any, low: Any, high: Any) -> Any:
        """A ball that contains the type between low and high of this level, where the level increases:
        by signs at both ends of the ball.  None where no ball was found."""
        x = self.inverse(i, level.mid(), a, low, high)
        reach = arb(2) ** -(ctx.prec - 16) * (1 + abs(x)) + level.rad()
        for _ in range(40):
            left, right = (x - reach).mid(), (x + reach).mid()
            lower, upper = (None if left <= low else self.ball_level(i, left, a)), (
                None if right >= high else self.ball_level(i, right, a))
            if (left <= low or (lower is not None and lower < level)) and (
                    right >= high or (upper is not None and upper > level)):
                return (max(low, left)).union(min(high, right))
            reach = reach * 8
        return None

    def hazard_series(self, i: int, x: Any, at: Any) -> Any:
        """The Taylor series of the hazard around a ball of types: by its formula if that is elementary,
        else from the density."""
        density, hazard = self.expansions[i]
        if self.parts[i].hazard.has(sympy.betainc, sympy.erf):
            f = density(x)[0]
            if self.side.sign < 0:
                return (arb_series([self.rest(i, at)]) - f.integral()) / f
            return (arb_series([self.mass_range(i, at)]) + f.integral()) / f
        return hazard(x)[0]

    def rest(self, i: int, x: Any) -> Any:
        """1 - F on a ball of types: between its values at the ends."""
        return (1 - self.mass(i, x.lower())).union(1 - self.mass(i, x.upper()))

    def mass_range(self, i: int, x: Any) -> Any:
        """F on a ball of types."""
        return self.mass(i, x.lower()).union(self.mass(i, x.upper()))

    def upper_range(self, i: int, x: Any) -> Any:
        """J on a ball of types."""
        return self.upper(i, x.lower()).union(self.upper(i, x.upper()))

    @staticmethod
    def _is(x: Any, end: Any) -> bool:
        return end is not S.Infinity and bool(x == arb(rational(end)))

    def cumulated(self, i: int, x: Any, a: Any) -> Any:
        """The integral of the level against the mass up to a type, up to a constant."""
        if self.side.sign < 0:
            return -(x * (1 - self.mass(i, x)) + (1 - a) * self.upper(i, x))
        return x * self.mass(i, x) - (1 - a) * (self.upper(i, x) + x - self.average)

    def place(self, x: Any) -> int:
        """The part in which a type lies."""
        return next((i for i, p in enumerate(self.parts)
                     if p.hi is S.Infinity or x <= arb(rational(p.hi))), len(self.parts) - 1)

    def inverse(self, i: int, level: Any, a: Any, low: Any, high: Any) -> Any:
        """The type between low and high whose level is given, by bisection and Newton: no proof."""
        x, left, right = self.near.get(i, low), low, high
        if not left < x < right:
            x = (low + high) / 2
        for _ in range(200):
            x = x.mid()
            value = self.level(i, x, a)
            if value is None:  # 0/0 close to an end, where the level is close to that of the end
                if x < (left + right) / 2:
                    left = x
                else:
                    right = x
                x = (left + right) / 2
                continue
            gap = (value - level).mid()
            if gap == 0:
                break
            left, right = (x, right) if gap < 0 else (left, x)
            slope = 1 + self.side.sign * a * self.hazards[i]((x,))[1].mid()  # type: ignore[misc]
            step = gap / slope if slope != 0 else arb("nan")
            guess = (x - step).mid()
            if abs(step) < arb(2) ** -(_precision() - 12) * (1 + abs(x)):
                self.near[i] = guess
                return guess
            x = guess if guess.is_finite() and left < guess < right else (left + right) / 2
        return x


def _precision() -> int:
    return int(ctx.prec)


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
        if moved < arb(2) ** -(_precision() - 20):
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



