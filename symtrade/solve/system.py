"""Programs in the search's normal form: maximise c.x subject to ``a.x >= b`` and ``a.x == b``.

A *basis* is a set of tight rows and of columns at zero that together determine the point x and the
multipliers y; both are solved for symbolically, and are used independently of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, RationalFunction
from symtrade.kernel.program import LinearProgram
from symtrade.solve.linear import solve_sparse

MAIN, ELASTIC, RECESSION = "main", "elastic", "recession"


@dataclass(frozen=True)
class SystemRow:
    """``coefficients . x >= bound`` (or ``==``); `source` is the constraint it comes from, and
    the row is `sign` times that constraint."""

    coefficients: dict[int, Coefficient]
    bound: Coefficient
    equality: bool
    source: int
    sign: int


@dataclass(frozen=True)
class Basis:
    kind: str
    rows: tuple[int, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True)
class System:
    kind: str
    width: int
    rows: tuple[SystemRow, ...]
    cost: tuple[Coefficient, ...]

    @cached_property
    def pattern(self) -> list[list[int]]:
        return [sorted(row.coefficients) for row in self.rows]

    def primal(self, basis: Basis) -> list[Coefficient] | None:
        """x as rational functions of the parameters; None where the basis is singular."""
        equations = [self.rows[i].coefficients for i in basis.rows] + [{j: fmpq(1)} for j in basis.columns]
        bounds = [self.rows[i].bound for i in basis.rows] + [fmpq(0)] * len(basis.columns)
        return solve_sparse(equations, bounds, self.width)

    def dual(self, basis: Basis) -> dict[int, Coefficient] | None:
        """y with ``c = - sum y_i a_i``; None where it needs a column at zero or is singular."""
        unknowns = [*basis.rows, *(-1 - j for j in basis.columns)]
        equations: list[dict[int, Coefficient]] = [{} for _ in range(self.width)]
        for k, i in enumerate(unknowns):
            if i < 0:
                equations[-1 - i][k] = fmpq(1)
            else:
                for j, value in self.rows[i].coefficients.items():
                    equations[j][k] = value
        solution = solve_sparse(equations, [-c for c in self.cost], len(unknowns))
        if solution is None:
            return None
        result: dict[int, Coefficient] = {}
        for i, value in zip(unknowns, solution, strict=True):
            if isinstance(value, RationalFunction) or value != 0:
                if i < 0:
                    return None
                result[i] = value
        return result

    def slack(self, row: int, x: Sequence[Coefficient]) -> Coefficient:
        total = -self.rows[row].bound
        for j, value in self.rows[row].coefficients.items():
            total = total + value * x[j]
        return total


def main_system(program: LinearProgram) -> System:
    """The program itself."""
    index = {v: j for j, v in enumerate(program.variables)}
    rows = []
    for source, row in enumerate(program.constraints):
        sign = -1 if row.sense == "<=" else 1
        form = {index[v]: (c if sign == 1 else -c) for v, c in row.coefficients}
        rows.append(SystemRow(form, row.bound if sign == 1 else -row.bound, row.sense == "==", source, sign))
    given = dict(program.objective.coefficients)
    sign = 1 if program.sense == "max" else -1
    cost = tuple(given.get(v, fmpq(0)) * sign for v in program.variables)
    return System(MAIN, len(program.variables), tuple(rows), cost)


def elastic_system(system: System) -> System:
    """Maximise -s where every row may fail by s: positive s at the optimum means infeasible, and
    the multipliers of this program are a Farkas certificate of the original one."""
    rows = []
    for row in system.rows:
        for flip in (1, -1) if row.equality else (1,):
            form = {j: v * flip for j, v in row.coefficients.items()}
            rows.append(SystemRow({**form, system.width: fmpq(1)}, row.bound * flip, False, row.source,
                                  row.sign * flip))
    rows.append(SystemRow({system.width: fmpq(1)}, fmpq(-1), False, -1, 1))
    cost = (fmpq(0),) * system.width + (fmpq(-1),)
    return System(ELASTIC, system.width + 1, tuple(rows), cost)


def recession_system(system: System) -> System:
    """Maximise c.r over directions r that keep every row, with c.r <= 1: value 1 means a ray."""
    rows = [SystemRow(row.coefficients, fmpq(0), row.equality, row.source, row.sign) for row in system.rows]
    gain = {j: -c for j, c in enumerate(system.cost) if isinstance(c, RationalFunction) or c != 0}
    rows.append(SystemRow(gain, fmpq(-1), False, -1, 1))
    return System(RECESSION, system.width, tuple(rows), system.cost)


def evaluate_system(system: System, value: Callable[[Coefficient], object]
                    ) -> tuple[list[list[tuple[int, object]]], list[object], list[object]]:
    """Rows, bounds and costs with every coefficient replaced by ``value(coefficient)``."""
    return (
        [[(j, value(c)) for j, c in sorted(row.coefficients.items())] for row in system.rows],
        [value(row.bound) for row in system.rows],
        [value(c) for c in system.cost],
    )
