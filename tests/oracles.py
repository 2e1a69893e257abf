"""Independent answers: exact linear programming that shares no code with the library.

:func:`simplex` is the textbook two-phase method on a dense tableau of fractions with Bland's rule.
:func:`z3_optimum` asks z3's optimizer for the same program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Row = tuple[Sequence[Fraction], str, Fraction]  # coefficients, "<=" or ">=" or "==", bound


@dataclass(frozen=True)
class Answer:
    """`status` is optimal, infeasible or unbounded; `value` and `x` belong to an optimum."""

    status: str
    value: Fraction | None = None
    x: tuple[Fraction, ...] = ()


def simplex(cost: Sequence[Fraction], rows: Sequence[Row]) -> Answer:
    """Maximise ``cost . x`` over free variables x subject to `rows`."""
    width = len(cost)
    slacks = sum(sense != "==" for _, sense, _ in rows)
    columns = 2 * width + slacks + len(rows)  # x = u - v, slacks, one artificial variable a row
    table: list[list[Fraction]] = []
    basis: list[int] = []
    slack = 2 * width
    for i, (coefficients, sense, bound) in enumerate(rows):
        line = [Fraction(0)] * (columns + 1)
        for j, a in enumerate(coefficients):
            line[2 * j], line[2 * j + 1] = Fraction(a), -Fraction(a)
        if sense != "==":
            line[slack] = Fraction(1 if sense == "<=" else -1)
            slack += 1
        line[-1] = Fraction(bound)
        if line[-1] < 0:
            line = [-a for a in line]
        basis.append(columns - len(rows) + i)
        line[basis[-1]] = Fraction(1)
        table.append(line)

    first = [Fraction(0)] * (columns - len(rows)) + [Fraction(-1)] * len(rows)
    _improve(table, basis, first, columns)
    if any(line[-1] != 0 for line, b in zip(table, basis, strict=True) if b >= columns - len(rows)):
        return Answer("infeasible")
    for i, b in enumerate(basis):  # artificial variables at zero leave the basis where they can
        if b >= columns - len(rows):
            entering = next((j for j in range(columns - len(rows)) if table[i][j] != 0), None)
            if entering is not None:
                _pivot(table, basis, i, entering)

    second = [Fraction(c) * s for c in cost for s in (1, -1)] + [Fraction(0)] * (columns - 2 * width)
    if not _improve(table, basis, second, columns - len(rows)):
        return Answer("unbounded")
    values = dict(zip(basis, (line[-1] for line in table), strict=True))
    x = tuple(values.get(2 * j, Fraction(0)) - values.get(2 * j + 1, Fraction(0)) for j in range(width))
    return Answer("optimal", sum((Fraction(c) * v for c, v in zip(cost, x, strict=True)), Fraction(0)), x)


def _improve(table: list[list[Fraction]], basis: list[int], cost: Sequence[Fraction], allowed: int) -> bool:
    """Pivot to an optimum among the first `allowed` columns; False where there is none."""
    while True:
        entering = next((j for j in range(allowed) if _gain(table, basis, cost, j) > 0), None)
        if entering is None:
            return True
        ratios = [(line[-1] / line[entering], basis[i], i)
                  for i, line in enumerate(table) if line[entering] > 0]
        if not ratios:
            return False
        _pivot(table, basis, min(ratios)[2], entering)


def _gain(table: list[list[Fraction]], basis: list[int], cost: Sequence[Fraction], column: int) -> Fraction:
    return cost[column] - sum(
        (cost[b] * line[column] for line, b in zip(table, basis, strict=True)), Fraction(0)
    )


def _pivot(table: list[list[Fraction]], basis: list[int], row: int, column: int) -> None:
    pivot = table[row][column]
    table[row] = [a / pivot for a in table[row]]
    for i, line in enumerate(table):
        if i != row and line[column] != 0:
            factor = line[column]
            table[i] = [a - factor * b for a, b in zip(line, table[row], strict=True)]
    basis[row] = column


def z3_optimum(cost: Sequence[Fraction], rows: Sequence[Row]) -> Answer:
    """The same program answered by z3 (status and value only)."""
    import z3

    def exact(number: Fraction) -> z3.RatNumRef:
        return z3.RealVal(str(Fraction(number)))

    x = [z3.Real(f"x{j}") for j in range(len(cost))]
    solver = z3.Optimize()
    for coefficients, sense, bound in rows:
        left = z3.Sum([exact(a) * v for a, v in zip(coefficients, x, strict=True)])
        right = exact(bound)
        solver.add({"<=": left <= right, ">=": left >= right, "==": left == right}[sense])
    goal = solver.maximize(z3.Sum([exact(c) * v for c, v in zip(cost, x, strict=True)]))
    if solver.check() == z3.unsat:
        return Answer("infeasible")
    value = solver.upper(goal)
    if z3.is_int_value(value) or z3.is_rational_value(value):
        return Answer("optimal", value.as_fraction() if z3.is_rational_value(value) else Fraction(value.as_long()))
    return Answer("unbounded")
