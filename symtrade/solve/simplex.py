"""The simplex method in rational arithmetic, with Bland's rule: slow, sure to end.

It is the last resort where no float basis passes the exact test.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq

from symtrade.solve.rational_lp import RationalLP, RationalOptimum, optimal


def simplex(lp: RationalLP) -> RationalOptimum | None:
    """The exact optimum, or None where the program is infeasible or unbounded.

    Works on ``max c.x, G x <= h`` with free x, all bounds being rows of G, through its dual
    ``min h.y, G'y = c, y >= 0`` in standard form.
    """
    rows, right, origin = _inequalities(lp)
    width = len(lp.cost)
    table = [[fmpq(row.get(j, 0)) for row in rows] for j in range(width)]
    goal = [fmpq(c) for c in lp.cost]
    y = _standard_form(table, goal, right)
    if y is None:
        return None
    x = _complementary(rows, right, y, width)
    if x is None:
        return None
    multipliers = [fmpq(0)] * len(lp.rows)
    for k, (i, sign) in enumerate(origin):
        if i >= 0:
            multipliers[i] += y[k] * sign
    if not optimal(lp, x, multipliers):
        return None
    value = sum((fmpq(c) * v for c, v in zip(lp.cost, x, strict=True)), fmpq(0))
    return RationalOptimum(x, multipliers, value)


def _inequalities(lp: RationalLP) -> tuple[list[dict[int, Any]], list[Any], list[tuple[int, int]]]:
    rows: list[dict[int, Any]] = []
    right: list[Any] = []
    origin: list[tuple[int, int]] = []

    def add(row: dict[int, Any], lower: Any, upper: Any, i: int) -> None:
        if upper is not None:
            rows.append({j: fmpq(a) for j, a in row.items()})
            right.append(fmpq(upper))
            origin.append((i, 1))
        if lower is not None:
            rows.append({j: -fmpq(a) for j, a in row.items()})
            right.append(-fmpq(lower))
            origin.append((i, -1))

    for i, row in enumerate(lp.rows):
        add(dict(row), lp.lower[i], lp.upper[i], i)
    for j in range(len(lp.cost)):
        add({j: fmpq(1)}, lp.column_lower[j], lp.column_upper[j], -1)
    return rows, right, origin


def _standard_form(table: list[list[Any]], goal: list[Any], price: list[Any]) -> list[Any] | None:
    """A vertex that minimises price.y over ``table y = goal, y >= 0`` (two phases)."""
    height, width = len(table), len(price)
    body = []
    for i, (row, b) in enumerate(zip(table, goal, strict=True)):
        sign = 1 if b >= 0 else -1
        body.append([a * sign for a in row] + [fmpq(int(i == k)) for k in range(height)] + [b * sign])
    basis = list(range(width, width + height))
    first = [fmpq(0)] * width + [fmpq(1)] * height
    if not _minimise(body, basis, first, width + height):
        return None
    if any(basis[i] >= width and body[i][-1] != 0 for i in range(height)):
        return None
    for i in range(height):
        if basis[i] >= width:
            column = next((j for j in range(width) if body[i][j] != 0), None)
            if column is not None:
                _pivot(body, basis, i, column)
    if not _minimise(body, basis, price + [fmpq(0)] * height, width):
        return None
    y = [fmpq(0)] * width
    for i, j in enumerate(basis):
        if j < width:
            y[j] = body[i][-1]
    return y


def _minimise(body: list[list[Any]], basis: list[int], price: list[Any], width: int) -> bool:
    while True:
        entering = None
        for j in range(width):
            if j in basis:
                continue
            reduced = price[j] - sum((price[basis[i]] * row[j] for i, row in enumerate(body)), fmpq(0))
            if reduced < 0:
                entering = j
                break
        if entering is None:
            return True
        ratios = [(row[-1] / row[entering], basis[i], i) for i, row in enumerate(body) if row[entering] > 0]
        if not ratios:
            return False
        _pivot(body, basis, min(ratios)[2], entering)


def _pivot(body: list[list[Any]], basis: list[int], i: int, j: int) -> None:
    scale = body[i][j]
    body[i] = [a / scale for a in body[i]]
    for k, row in enumerate(body):
        if k != i and row[j] != 0:
            factor = row[j]
            body[k] = [a - factor * b for a, b in zip(row, body[i], strict=True)]
    basis[i] = j


def _complementary(rows: list[dict[int, Any]], right: list[Any], y: list[Any], width: int
                   ) -> list[Any] | None:
    """A feasible point at which the rows with a multiplier are tight: phase one in x = u - v."""
    table, goal = [], []
    slacks = [k for k in range(len(rows)) if y[k] == 0]
    place = {k: n for n, k in enumerate(slacks)}
    for k, row in enumerate(rows):
        line = [row.get(j, fmpq(0)) for j in range(width)]
        slack = [fmpq(int(place.get(k, -1) == n)) for n in range(len(slacks))]
        table.append(line + [-a for a in line] + slack)
        goal.append(right[k])
    point = _standard_form(table, goal, [fmpq(0)] * (2 * width + len(slacks)))
    return None if point is None else [point[j] - point[width + j] for j in range(width)]
