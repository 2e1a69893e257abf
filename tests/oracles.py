"""Independent answers: exact linear programming that shares no code with the library.

:func:`simplex` is the textbook two-phase method on a dense tableau of fractions with Bland's rule.
:func:`z3_optimum` asks z3's optimizer for the same program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import sympy

Row = tuple[Sequence[Fraction], str, Fraction]  # coefficients, "<=" or ">=" or "==", bound


@dataclass(frozen=True)
class Answer:
    """`status` is optimal, infeasible or unbounded; `value` and `x` belong to an optimum."""

    status: str
    value: Fraction | None = None
    x: tuple[Fraction, ...] = ()


@dataclass(frozen=True)
class Vertex:
    """A feasible tableau of some rows; there are `columns` of x = u - v and of slacks."""

    table: tuple[list[Fraction], ...]
    basis: tuple[int, ...]
    columns: int


def simplex(cost: Sequence[Fraction], rows: Sequence[Row]) -> Answer:
    """Maximise ``cost . x`` over free variables x subject to `rows`."""
    return best(cost, feasible(rows, len(cost)))


def feasible(rows: Sequence[Row], width: int) -> Vertex | None:
    """A vertex of the rows in `width` free variables; None where there is none."""
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
        return None
    for i, b in enumerate(basis):  # artificial variables at zero leave the basis where they can
        if b >= columns - len(rows):
            entering = next((j for j in range(columns - len(rows)) if table[i][j] != 0), None)
            if entering is not None:
                _pivot(table, basis, i, entering)
    return Vertex(tuple(table), tuple(basis), columns - len(rows))


def best(cost: Sequence[Fraction], begin: Vertex | None) -> Answer:
    """Maximise ``cost . x`` over the rows of a vertex, from there."""
    if begin is None:
        return Answer("infeasible")
    width, table, basis = len(cost), list(begin.table), list(begin.basis)
    artificial = [Fraction(0)] * (len(begin.table[0]) - 1 - begin.columns if begin.table else 0)
    second = [Fraction(c) * s for c in cost for s in (1, -1)]
    second += [Fraction(0)] * (begin.columns - 2 * width) + artificial
    if not _improve(table, basis, second, begin.columns):
        return Answer("unbounded")
    values = dict(zip(basis, (line[-1] for line in table), strict=True))
    x = tuple(values.get(2 * j, Fraction(0)) - values.get(2 * j + 1, Fraction(0)) for j in range(width))
    return Answer("optimal", sum((Fraction(c) * v for c, v in zip(cost, x, strict=True)), Fraction(0)), x)


def _improve(table: list[list[Fraction]], basis: list[int], cost: Sequence[Fraction], allowed: int) -> bool:
    """Pivot to an optimum among the first `allowed` columns; False where there is none."""
    gain = [*map(Fraction, cost), Fraction(0)]
    for line, b in zip(table, basis, strict=True):
        if cost[b] != 0:
            gain = [g - cost[b] * a for g, a in zip(gain, line, strict=True)]
    while True:
        entering = next((j for j in range(allowed) if gain[j] > 0), None)
        if entering is None:
            return True
        ratios = [(line[-1] / line[entering], basis[i], i)
                  for i, line in enumerate(table) if line[entering] > 0]
        if not ratios:
            return False
        row = min(ratios)[2]
        _pivot(table, basis, row, entering)
        factor = gain[entering]
        gain = [g - factor * a if a else g for g, a in zip(gain, table[row], strict=True)]


def _pivot(table: list[list[Fraction]], basis: list[int], row: int, column: int) -> None:
    pivot = table[row][column]
    table[row] = [a / pivot if a else a for a in table[row]]
    for i, line in enumerate(table):
        if i != row and line[column] != 0:
            factor = line[column]
            table[i] = [a - factor * b if b else a for a, b in zip(line, table[row], strict=True)]
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
        return Answer("optimal", Fraction(str(value)))
    return Answer("unbounded")


def number(coefficient: Any, names: Sequence[str], point: Mapping[str, Fraction]) -> Fraction:
    """A coefficient of a record at a rational point; ZeroDivisionError where it is undefined."""
    if hasattr(coefficient, "num"):
        top, bottom = (polynomial_value(f, names, point) for f in (coefficient.num, coefficient.den))
        return top / bottom
    return Fraction(str(coefficient))


def polynomial_value(polynomial: Any, names: Sequence[str], point: Mapping[str, Fraction]) -> Fraction:
    """The value of a polynomial of a record at a rational point."""
    total = Fraction(0)
    for powers, c in polynomial.terms():
        total += int(c) * prod(point[n] ** int(e) for n, e in zip(names, powers, strict=True))
    return total


def condition_holds(condition: Any, names: Sequence[str], point: Mapping[str, Fraction]) -> bool:
    """Whether a condition of a record holds at a rational point."""
    value = polynomial_value(condition.polynomial, names, point)
    return {">": value > 0, ">=": value >= 0, "=": value == 0, "!=": value != 0}[str(condition.relation)]


def rows_at(program: Any, point: Mapping[str, Fraction]) -> list[Row]:
    """The constraints of a program at rational parameters."""
    names = program.ring.names
    rows: list[Row] = []
    for constraint in program.constraints:
        form = {v: number(c, names, point) for v, c in constraint.coefficients}
        bound = number(constraint.bound, names, point)
        rows.append(([form.get(v, Fraction(0)) for v in program.variables], constraint.sense, bound))
    return rows


def optimum_at(program: Any, point: Mapping[str, Fraction]) -> Any:
    """The exact optimum at rational parameters, as a SymPy Rational, or an infinity (an infeasible
    maximisation has the value -oo)."""
    names, sign = program.ring.names, 1 if program.sense == "max" else -1
    form = {v: sign * number(c, names, point) for v, c in program.objective.coefficients}
    answer = simplex([form.get(v, Fraction(0)) for v in program.variables], rows_at(program, point))
    if answer.value is None:
        return sign * (sympy.oo if answer.status == "unbounded" else -sympy.oo)
    value = sign * answer.value + number(program.objective.constant, names, point)
    return sympy.Rational(value.numerator, value.denominator)
