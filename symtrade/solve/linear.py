"""Sparse linear systems over the field of rational functions (Markowitz elimination)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, RationalFunction


def size(value: Coefficient) -> int:
    """A rough measure of how large an expression is."""
    if isinstance(value, RationalFunction):
        return 1 + len(value.num) + 2 * len(value.den)
    return 1


def solve_sparse(rows: Sequence[Mapping[int, Coefficient]], bounds: Sequence[Coefficient],
                 width: int) -> list[Coefficient] | None:
    """The solution of a square system ``rows[i] . x = bounds[i]``; None where it is singular.

    Pivots are chosen sparse first and simple second, so that little fills in.

    >>> solve_sparse([{0: fmpq(2)}, {0: fmpq(1), 1: fmpq(1)}], [fmpq(4), fmpq(5)], 2)
    [2, 3]
    """
    work = [dict(row) for row in rows]
    right = list(bounds)
    users: list[set[int]] = [set() for _ in range(width)]
    for i, row in enumerate(work):
        for j in row:
            users[j].add(i)
    active, order = set(range(len(work))), []
    while active:
        best = None
        for i in active:
            row = work[i]
            if not row:
                return None
            length = len(row) - 1
            for j, value in row.items():
                cost = (length * (len(users[j]) - 1), size(value), i, j)
                if best is None or cost < best:
                    best = cost
            if best is not None and best[0] == 0 and best[1] == 1:
                break
        assert best is not None
        _, _, i, j = best
        active.discard(i)
        pivot_row, pivot = work[i], work[i][j]
        order.append((i, j))
        for c in pivot_row:
            users[c].discard(i)
        for k in list(users[j]):
            row = work[k]
            factor = row.pop(j) / pivot
            users[j].discard(k)
            for c, value in pivot_row.items():
                if c == j:
                    continue
                new = row.get(c, fmpq(0)) - factor * value
                if isinstance(new, RationalFunction) or new != 0:
                    row[c] = new
                    users[c].add(k)
                elif c in row:
                    del row[c]
                    users[c].discard(k)
            right[k] = right[k] - factor * right[i]
    solution: list[Coefficient] = [fmpq(0)] * width
    for i, j in reversed(order):
        value = right[i]
        for c, coefficient in work[i].items():
            if c != j:
                value = value - coefficient * solution[c]
        solution[j] = value / work[i][j]
    return solution
