"""Search for evidence by balls: cut the box until enclosures decide, isolate zeros by Newton's method."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from symtrade.kernel.balls import (
    Box,
    Certificate,
    Cut,
    Enclosures,
    Leaf,
    Positive,
    Tree,
    Zero,
    Zeros,
    ball,
    bits,
    first,
    isolates,
    replaced,
    settles,
)
from symtrade.kernel.ends import End
from symtrade.kernel.functions import Ball, Functions, Program, working
from symtrade.solve.ends import Ends, equal

PRECISIONS = (64, 256, 1024)  # of trees, in bits: the next where leaves get too small for the one before
FINEST = 2**16  # of the sign of a number
LEAVES = 60_000
LONG = 2**48
COARSE = 20  # cuts after which a box is small: one more precise is then worth a look at its middle
DEPTH = 80  # cuts at the first precision, as many times more as the precision is higher
Progress = Callable[[str], None] | None


class _TooHardError(Exception):
    """No proof within the limits; the message says where."""


class _BlurredError(_TooHardError):
    """The precision does not tell the sign at a point."""


def find_balls(claim: Zeros | Positive, progress: Progress = None) -> Certificate | str:
    """A certificate of the claim, or the reason why there is none.

    A claim of one sign that is false, and zeros that are not isolated by first derivatives or lie on
    the box's boundary, are not proved.
    """
    if not claim.box:
        return _number(claim)
    for precision in PRECISIONS:
        search = _Search(claim, progress)
        with working(precision):
            search.prepare()
            try:
                tree = search.tree(claim.box)
                break
            except _TooHardError as failure:
                seen = search.leaves > LEAVES and not isinstance(failure, _BlurredError)
                if seen or precision == PRECISIONS[-1]:
                    return str(failure)
    zeros, digits = [], claim.digits if isinstance(claim, Zeros) else 0
    for zero in search.zeros:
        refined = refine(claim.functions, zero, digits)
        if refined is None:
            return f"a zero near {_shown(zero.box)} was not found to {digits} decimal places"
        zeros.append(refined)
    return Certificate(claim, tree, precision, tuple(zeros))


def _number(claim: Zeros | Positive) -> Certificate | str:
    """The sign of a number, at the first precision at which its ball is small enough."""
    precision = PRECISIONS[0]
    while precision <= FINEST:
        with working(precision):
            values = Program(claim.functions)(())
        for k, value in enumerate(values):
            if settles(claim, k, value):
                return Certificate(claim, Leaf("sign", k), precision)
        if precision == PRECISIONS[0] and equal(claim):
            return Certificate(claim, Leaf("equal", 0), precision)
        if (claim.relation == ">" and values[0] <= 0) or values[0] < 0:  # type: ignore[union-attr]
            return f"the sign does not hold: {values[0].str(10)}"
        precision += precision // 2
    return f"the sign of a number was not found with {FINEST} bits"


@dataclass
class _Search:
    claim: Zeros | Positive
    progress: Progress

    def __post_init__(self) -> None:
        self.zeros: list[Zero] = []
        self.leaves = 0

    def prepare(self) -> None:
        """Everything that is evaluated, at the precision that is set now."""
        self.precision = ctx.prec
        self.depth = DEPTH * ctx.prec // PRECISIONS[0]
        self.enclosures = Enclosures(self.claim.functions)
        system = first(self.claim.functions)
        self.values, self.slopes = Program(system), Program(system.jacobian())
        self.ends = Ends(self.claim)

    def tree(self, box: Box) -> Tree:
        """Depth first, without recursion: a stack of boxes, then the tree from its cuts."""
        built: list[Tree] = []
        stack: list[tuple[str, Any, int]] = [("box", box, 0)]
        while stack:
            kind, item, depth = stack.pop()
            if kind == "join":
                high, low = built.pop(), built.pop()
                built.append(Cut(item[0], item[1], low, high))
                continue
            leaf, cut = self.leaf(item)
            if leaf is not None:
                built.append(leaf)
                self.leaves += 1
                if self.progress is not None and self.leaves % 2000 == 0:
                    self.progress(f"{self.leaves} boxes")
                continue
            if depth > COARSE * len(item) and self.blurred(item):
                raise _BlurredError(f"undecided at {_shown(item)}: a sign that does not hold, or is not seen")
            if depth > self.depth or self.leaves > LEAVES or not item:
                raise _TooHardError(
                    f"undecided near {_shown(item)} after {self.leaves} boxes: a zero on the boundary or "
                    "with dependent slopes, or a sign that does not hold")
            low, high = item[cut]
            middle = (low + high) / 2
            stack.append(("join", (cut, middle), depth))
            stack.append(("box", replaced(item, cut, (middle, high)), depth + 1))
            stack.append(("box", replaced(item, cut, (low, middle)), depth + 1))
        return built[0]

    def leaf(self, box: Box) -> tuple[Leaf | End | None, int]:
        """What settles a box; or None and the variable in which to cut it."""
        for k, zero in enumerate(self.zeros):
            if _inside(box, zero.region):
                return Leaf("zero", k), 0
        sides = [ball(*side) for side in box]
        for values in (self.enclosures.natural, self.enclosures.centred):
            for k, value in enumerate(values(sides)):
                if settles(self.claim, k, value):
                    return Leaf("sign", k), 0
        at_end = self.ends.settled(box)
        if at_end is not None:
            return at_end, 0
        if isinstance(self.claim, Zeros):
            found = self.isolate(box)
            if found is not None:
                self.zeros.append(found)
                if _inside(box, found.region):
                    return Leaf("zero", len(self.zeros) - 1), 0
        return None, self.cut(box, sides) if box else 0

    def blurred(self, box: Box) -> bool:
        """Whether not even the middle of a box is decided, where a sign is claimed."""
        if isinstance(self.claim, Zeros):
            return False
        values = self.enclosures.functions([arb((low + high) / 2) for low, high in box])
        return not any(settles(self.claim, k, value) for k, value in enumerate(values))

    def cut(self, box: Box, sides: Sequence[Ball]) -> int:
        """The variable in which to halve a box: the one that moves the functions most; where slopes are
        unknown, the one of whose halves more is known, as long as the other sides are not much longer."""
        n, lengths = len(box), [high - low for low, high in box]
        if n == 1:
            return 0
        slopes, shares = self.enclosures.slopes(sides), [0.0] * n
        if not all(s.is_finite() for s in slopes):
            whole = [high - low or fmpq(1) for low, high in self.claim.box]
            parts = [length / all_ for length, all_ in zip(lengths, whole, strict=True)]
            able = [j for j in range(n) if parts[j] * LONG >= max(parts)]
            return min(able, key=lambda j: (self.unknown(box, j), -parts[j]))
        for i in range(0, len(slopes), n):
            moved = [float(abs(s).upper()) * float(arb(d))
                     for s, d in zip(slopes[i:i + n], lengths, strict=True)]
            total = sum(moved)
            if math.isfinite(total) and total > 0:
                shares = [share + m / total for share, m in zip(shares, moved, strict=True)]
        return max(range(n), key=lambda j: (shares[j], lengths[j]))

    def unknown(self, box: Box, variable: int) -> float:
        """How little the enclosures say of the functions on the halves of a box."""
        low, high = box[variable]
        total = 0.0
        for side in ((low, (low + high) / 2), ((low + high) / 2, high)):
            for value in self.enclosures.natural([ball(*s) for s in replaced(box, variable, side)]):
                width = float((value.rad() / (1 + abs(value.mid()))).mid()) if value.is_finite() else math.inf
                total += min(width, 1.0)
        return total

    def isolate(self, box: Box) -> Zero | None:
        """The zero that Newton's method finds from the middle of a box, if the box is close to it."""
        values, slopes = self.values, self.slopes
        point = newton(values, slopes, [(low + high) / 2 for low, high in box])
        if point is None or any(
                not 2 * low - high <= x <= 2 * high - low for x, (low, high) in zip(point, box, strict=True)):
            return None
        here = tuple((x, x) for x in point)
        if any(not low < x < high for x, (low, high) in zip(point, self.claim.box, strict=True)) or any(
                _inside(here, zero.region) for zero in self.zeros):
            return None
        inverse = _inverse(slopes, point)
        if inverse is None:
            return None
        reach = [max(abs(x - low), abs(high - x)) for x, (low, high) in zip(point, box, strict=True)]
        for attempt in range(12):
            size = [r * fmpq(9, 8) * fmpq(1, 2**attempt) for r in reach]
            region = tuple((x - r, x + r) for x, r in zip(point, size, strict=True))
            tight = tuple((max(x - r / 2**20, low), min(x + r / 2**20, high))
                          for x, r, (low, high) in zip(point, size, self.claim.box, strict=True))
            zero = Zero(tight, region, inverse, self.precision)
            if isolates(values, slopes, zero) is None:
                return self.widened(zero, values, slopes)
        return None

    def widened(self, zero: Zero, values: Program, slopes: Program) -> Zero:
        """The same zero with a region as large as doubling makes it."""
        for _ in range(40):
            region = tuple(((3 * low - high) / 2, (3 * high - low) / 2) for low, high in zero.region)
            wider = Zero(zero.box, region, zero.preconditioner, zero.precision)
            if isolates(values, slopes, wider) is not None:
                break
            zero = wider
        return zero


def newton(values: Program, slopes: Program, start: Sequence[fmpq], steps: int = 30) -> list[fmpq] | None:
    """A point close to a zero, by Newton's method at the precision that is set now; no proof."""
    point = [arb(x).mid() for x in start]
    for _ in range(steps):
        step = _step(values, slopes, point)
        if step is None:
            return None
        point = [(x - d).mid() for x, d in zip(point, step, strict=True)]
        if all(abs(d) <= abs(x) * arb(2) ** -50 + arb(2) ** -80 for x, d in zip(point, step, strict=True)):
            return _exact(point)
    return None


def _exact(point: Sequence[Ball]) -> list[fmpq] | None:
    """Middles of balls as rational numbers; None where they are astronomic (flint would abort)."""
    if any(abs(x) > arb(2) ** 4096 for x in point):
        return None
    return [fmpq(0) if abs(x) < arb(2) ** -4096 else x.mid().fmpq() for x in point]


def _step(values: Program, slopes: Program, point: Sequence[Ball]) -> list[Ball] | None:
    """Newton's step at a point, where there is one."""
    n = len(point)
    value, slope = values(point), slopes(point)
    if not all(v.is_finite() for v in (*value, *slope)):
        return None
    matrix = arb_mat(n, n, [s.mid() for s in slope])
    try:
        found = matrix.solve(arb_mat(n, 1, [v.mid() for v in value]), algorithm="approx")
    except (ZeroDivisionError, ValueError):
        return None
    result = [found[i, 0] for i in range(n)]
    return result if all(x.is_finite() for x in result) else None


def _inverse(slopes: Program, point: Sequence[fmpq]) -> tuple[tuple[fmpq, ...], ...] | None:
    """The inverse of the Jacobian, in short rational numbers."""
    n = len(point)
    slope = slopes([arb(x) for x in point])
    if not all(s.is_finite() for s in slope):
        return None
    try:
        found = arb_mat(n, n, [s.mid() for s in slope]).inv()
    except ZeroDivisionError:
        return None
    if not all(found[i, j].is_finite() for i in range(n) for j in range(n)):
        return None
    return tuple(tuple(_short(found[i, j]) for j in range(n)) for i in range(n))


def _short(x: Ball, digits: int = 24) -> fmpq:
    """A dyadic number with few digits near the middle of a ball."""
    mantissa, exponent = (int(v) for v in x.mid().man_exp())
    drop = max(0, abs(mantissa).bit_length() - digits)
    return fmpq(mantissa >> drop) * fmpq(2) ** (exponent + drop)


def refine(functions: Functions, zero: Zero, digits: int) -> Zero | None:
    """The same zero in a box of width at most 10**-digits."""
    system = first(functions)
    precision = max(zero.precision, bits(digits))
    jacobian = system.jacobian()
    for _ in range(4):
        with working(precision):
            values, slopes = Program(system), Program(jacobian)
            point = [arb((low + high) / 2).mid() for low, high in zero.box]
            for _ in range(precision.bit_length() + 4):
                step = _step(values, slopes, point)
                if step is None:
                    return None
                point = [(x - d).mid() for x, d in zip(point, step, strict=True)]
            unit = 10 ** (digits + 8)
            exact = _exact(point)
            if exact is None:
                return None
            middles = [int((x * unit).round()) for x in exact]
            reach = 4 * 10**7
            ends = [(fmpq(m - reach, unit), fmpq(m + reach, unit)) for m in middles]
            middle = tuple((max(e[0], r[0]), min(e[1], r[1])) for e, r in zip(ends, zero.region, strict=True))
            found = Zero(middle, zero.region, zero.preconditioner, precision)
            if isolates(values, slopes, found) is None:
                return found
        precision *= 2
    return None


def _inside(inner: Box, outer: Box) -> bool:
    return all(o[0] <= i[0] and i[1] <= o[1] for i, o in zip(inner, outer, strict=True))


def _shown(box: Box) -> str:
    return "(" + ", ".join(f"{float(arb((low + high) / 2)):.6g}" for low, high in box) + ")"
