"""Exact linear programs over Q: a float basis, solved and tested in rational arithmetic.

``max c.x`` subject to ``lower <= A x <= upper`` and bounds on the columns.  The float answer is
only a proposal for a basis; the exact point and multipliers that come back have been tested.
Where no float basis passes, :mod:`symtrade.solve.simplex` can decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from symtrade.solve.float_lp import INFINITY, OPTIMAL, FloatAnswer, FloatLP

Row = Mapping[int, Any]
Bound = Any  # fmpq or None


@dataclass(frozen=True)
class RationalLP:
    """Data of a program: sparse rows, bounds (None for none) and costs, all rational."""

    rows: Sequence[Row]
    lower: Sequence[Bound]
    upper: Sequence[Bound]
    cost: Sequence[Any]
    column_lower: Sequence[Bound]
    column_upper: Sequence[Bound]


@dataclass(frozen=True)
class RationalOptimum:
    """An exact optimal point and multipliers (``c = A'y + z``), with the optimal value."""

    x: list[Any]
    y: list[Any]
    value: Any


def solve_rational(lp: RationalLP) -> RationalOptimum | None:
    """The exact optimum; None where the program has none or none could be certified."""
    width = len(lp.cost)
    machine = FloatLP([sorted(row) for row in lp.rows], width, _floats(lp.column_lower, -INFINITY),
                      _floats(lp.column_upper, INFINITY))
    machine.load(np.array([number(row[j]) for row in lp.rows for j in sorted(row)], dtype=float))
    cost = [number(c) for c in lp.cost]
    answer = machine.solve(cost, _floats(lp.lower, -INFINITY), _floats(lp.upper, INFINITY))
    if answer.status != OPTIMAL:
        return None
    return certify(lp, answer)


def number(value: Any) -> float:
    """The float nearest to a rational, for search only."""
    return float(value) if isinstance(value, fmpq) else float(fmpq(value))


def _floats(values: Sequence[Bound], missing: float) -> Any:
    return np.array([missing if v is None else number(v) for v in values], dtype=float)


def certify(lp: RationalLP, answer: FloatAnswer) -> RationalOptimum | None:
    """The exact point and multipliers of a float basis, if they pass every test."""
    found = exact_basis(lp, answer)
    return found if found is not None and optimal(lp, found.x, found.y) else None


def exact_basis(lp: RationalLP, answer: FloatAnswer) -> RationalOptimum | None:
    """The exact point and multipliers of a float basis, not tested."""
    width = len(lp.cost)
    upper_rows, upper_columns = set(answer.upper_rows), set(answer.upper_columns)
    x: list[Any] = [fmpq(0)] * width
    fixed = set(answer.columns)
    for j in answer.columns:
        bound = lp.column_upper[j] if j in upper_columns else lp.column_lower[j]
        x[j] = fmpq(0) if bound is None else fmpq(bound)
    basic = [j for j in range(width) if j not in fixed]
    tight = list(answer.rows)
    if len(tight) != len(basic):
        return None
    place = {j: k for k, j in enumerate(basic)}
    kernel = fmpq_mat(len(tight), len(tight))
    right = fmpq_mat(len(tight), 1)
    for r, i in enumerate(tight):
        value = lp.upper[i] if i in upper_rows else lp.lower[i]
        if value is None:
            value = lp.lower[i] if lp.lower[i] is not None else lp.upper[i]
        total = fmpq(value)
        for j, a in lp.rows[i].items():
            if j in place:
                kernel[r, place[j]] = fmpq(a)
            elif x[j] != 0:
                total -= fmpq(a) * x[j]
        right[r, 0] = total
    cost = fmpq_mat(len(basic), 1, [fmpq(lp.cost[j]) for j in basic])
    y: list[Any] = [fmpq(0)] * len(lp.rows)
    if tight:
        try:
            point, weights = kernel.solve(right), kernel.transpose().solve(cost)
        except ZeroDivisionError:
            return None
        for r, j in enumerate(basic):
            x[j] = point[r, 0]
        for r, i in enumerate(tight):
            y[i] = weights[r, 0]
    return RationalOptimum(x, y, _dot(lp.cost, x))


def optimal(lp: RationalLP, x: Sequence[Any], y: Sequence[Any]) -> bool:
    """The exact test: x is feasible, y has the right signs, and they are complementary."""
    rest = [fmpq(c) for c in lp.cost]
    for row, lower, upper, weight in zip(lp.rows, lp.lower, lp.upper, y, strict=True):
        total = fmpq(0)
        for j, a in row.items():
            total += fmpq(a) * x[j]
            if weight != 0:
                rest[j] -= fmpq(a) * weight
        if not _allowed(total, lower, upper, weight):
            return False
    return all(_allowed(*item) for item in zip(x, lp.column_lower, lp.column_upper, rest, strict=True))


def _allowed(value: Any, lower: Bound, upper: Bound, weight: Any) -> bool:
    if (lower is not None and value < lower) or (upper is not None and value > upper):
        return False
    if weight > 0:
        return bool(upper is not None and value == upper)
    return bool(weight == 0 or (lower is not None and value == lower))


def _dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    total = fmpq(0)
    for u, v in zip(a, b, strict=True):
        if v != 0:
            total += fmpq(u) * v
    return total
