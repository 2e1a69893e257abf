"""Where a function of one variable rises and falls on an interval, and so its largest value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Branch, Undecided
from symtrade.analysis.cases.case_reading import read
from symtrade.analysis.cases.interval import Interval, at_value
from symtrade.analysis.cases.interval_cells import Cell, conditions_of, cut
from symtrade.kernel.polynomial import Coefficient, RationalFunction, quotient
from symtrade.kernel.view import expression as view
from symtrade.model.errors import ModelError


@dataclass(frozen=True)
class Segment:
    """A part of the interval on which the function is one rational function and monotone: `trend` is
    ``>``, ``>=`` (rising), ``=``, ``<=`` or ``<``."""

    function: Coefficient
    left: Coefficient
    right: Coefficient
    trend: str


@dataclass(frozen=True)
class Peak:
    """A largest value (None: no bound) and its place; `edge` is the open end at which the place may
    lie, if any, and `inside` says that it never does."""

    value: Coefficient | None
    place: Coefficient
    edge: Coefficient | None
    inside: bool


def peak_on(
    branch: Branch, expression: Any, interval: Interval, open_ends: tuple[bool, bool], side: int
) -> Peak:
    """The largest value of ``side * expression`` on an interval, on one branch of the parameters.

    Raises Split or Rooted where the branch must be divided first.
    """
    segments = _segments(branch, expression, interval, side, any(open_ends))
    for is_open, segment, place in (
        (open_ends[0], segments[0], interval.low),
        (open_ends[1], segments[-1], interval.high),
    ):
        if not is_open:
            _check_end(branch, interval, segment.function, place)
    best = None
    for place, left, right in _tops(segments):
        here = _peak(branch, interval, open_ends, place, left, right)
        if (
            best is None
            or here.value is None
            or (best.value is not None and branch.sign_of(here.value - best.value).startswith(">"))
        ):
            best = here
        if here.value is None:
            break
    assert best is not None
    if best.value is not None:
        for segment in segments:
            _confirm(branch, interval, segment, best.value)
    return (
        best
        if side > 0
        else Peak(None if best.value is None else -best.value, best.place, best.edge, best.inside)
    )


def _segments(branch: Branch, expression: Any, interval: Interval, side: int, exactly: bool) -> list[Segment]:
    """The monotone parts from left to right; ModelError where the function jumps between them.

    `exactly` asks for strict trends: whether an open end is approached or its value attained before
    depends on them."""
    base = branch.ground
    gaps = conditions_of(expression, branch, interval)
    found: list[Segment] = []
    for cell in cut(branch, interval, gaps):
        function = read(expression, base.ring, cell) * side
        if found:
            for side_function in (function, found[-1].function):
                _check_end(branch, interval, side_function, cell.left)
            jump = at_value(function, cell.left, interval) - at_value(found[-1].function, cell.left, interval)
            jumps = isinstance(jump, RationalFunction) or jump != 0
            if jumps and not branch.claim(sympy.Eq(view(jump, base.names), 0)):
                raise ModelError(f"{expression} jumps at {view(cell.left, base.names)}")
        found += _monotone(branch, interval, cell, function, exactly)
    return found


def _monotone(
    branch: Branch, interval: Interval, cell: Cell, function: Coefficient, exactly: bool
) -> Iterable[Segment]:
    k = interval.position
    if not isinstance(function, RationalFunction):
        yield Segment(function, cell.left, cell.right, "=")
        return
    top, den = function.num, function.den
    rise = top.derivative(k) * den - top * den.derivative(k)
    if rise.is_zero():
        yield Segment(function, cell.left, cell.right, "=")
        return
    inner = Interval(interval.ring, k, cell.left, cell.right)
    one = interval.ring.one
    parts = cut(branch, inner, (quotient(rise, one), quotient(den, one)))
    if den.degrees()[k] and len({part.settle(den) for part in parts} | {"="}) != 2:
        raise _undefined(branch, function)
    for part in parts:
        trend = part.settle(rise) if exactly else part.sign(rise)
        yield Segment(function, part.left, part.right, trend)


def _undefined(branch: Branch, function: Coefficient) -> ModelError:
    return ModelError(f"{branch.view(function)} may divide by zero in the interval: leave that point out")


def _check_end(branch: Branch, interval: Interval, function: Coefficient, place: Coefficient) -> None:
    """A function is defined at an end that belongs to the interval."""
    if isinstance(function, RationalFunction) and function.den.degrees()[interval.position]:
        bottom = at_value(quotient(function.den, interval.ring.one), place, interval)
        zero = branch.settle(bottom.num) == "=" if isinstance(bottom, RationalFunction) else bottom == 0
        if zero:
            raise _undefined(branch, function)


def _tops(segments: list[Segment]) -> Iterable[tuple[Coefficient, Segment | None, Segment | None]]:
    """Places that no neighbour exceeds, with the segments on both sides."""
    for k in range(len(segments) + 1):
        left = segments[k - 1] if k else None
        right = segments[k] if k < len(segments) else None
        if (left is None or left.trend.startswith(">")) and (
            right is None or not right.trend.startswith(">")
        ):
            yield (right.left if right else left.right), left, right  # type: ignore[union-attr]


def _peak(
    branch: Branch,
    interval: Interval,
    open_ends: tuple[bool, bool],
    place: Coefficient,
    left: Segment | None,
    right: Segment | None,
) -> Peak:
    if right is not None and right.trend == "=" and left is None and open_ends[0]:
        middle = (right.left + right.right) / 2
        return Peak(at_value(right.function, middle, interval), middle, None, True)
    segment = left or right
    assert segment is not None
    function = segment.function
    edge = None
    if right is None and open_ends[1]:
        edge = interval.high
    elif left is None and open_ends[0]:
        edge = interval.low
    elif any(open_ends):
        edge = _possible_edge(branch, interval, open_ends, place)
    if isinstance(function, RationalFunction) and function.den.degrees()[interval.position]:
        bottom = at_value(quotient(function.den, interval.ring.one), place, interval)
        if isinstance(bottom, RationalFunction) and edge is not None and place == edge:
            branch.settle(bottom.num)
        elif not isinstance(bottom, RationalFunction) and bottom == 0:
            if edge is None:
                raise _undefined(branch, function)
            return Peak(None, place, edge, False)
    value = at_value(function, place, interval)
    return Peak(value, place, edge, edge is None)


def _possible_edge(
    branch: Branch, interval: Interval, open_ends: tuple[bool, bool], place: Coefficient
) -> Coefficient | None:
    """The open end at which an inner breakpoint may lie for some parameters."""
    for is_open, end in zip(open_ends, (interval.low, interval.high), strict=True):
        gap = place - end
        if is_open and not (branch.is_zero_free(gap.num) if isinstance(gap, RationalFunction) else gap != 0):
            return end
    return None


def _confirm(branch: Branch, interval: Interval, segment: Segment, value: Coefficient) -> None:
    """The bound point by point, beside the monotone parts: value - function is nonnegative."""
    gap = value - segment.function
    if not isinstance(gap, RationalFunction):
        if gap < 0:
            raise Undecided(f"{branch.view(value)} is no bound of {branch.view(segment.function)}")
        return
    one = interval.ring.one
    inner = Interval(interval.ring, interval.position, segment.left, segment.right)
    for cell in cut(branch, inner, (quotient(gap.num, one), quotient(gap.den, one))):
        top, bottom = cell.sign(gap.num), cell.sign(gap.den)
        if top != "=" and top[0] != bottom[0]:
            raise Undecided(f"{branch.view(value)} is no bound of {branch.view(segment.function)}")
