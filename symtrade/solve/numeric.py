"""Programs without parameters: lazy rows, a float basis, one exact solve, a certificate.

Large programs of mechanism design have far more incentive constraints than bind.  So the float
solver starts from the sparsest rows and the most violated ones are added until none is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq

from symtrade.kernel.arithmetic import verify
from symtrade.kernel.certificate import Certificate, CertificateError, Leaf, Optimum, Piece
from symtrade.kernel.pieces import leaf_value
from symtrade.kernel.polynomial import Coefficient
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.kernel.region import identity_chart
from symtrade.solve.float_lp import INFINITY, OPTIMAL, FloatLP
from symtrade.solve.rational_lp import RationalLP, RationalOptimum, exact_basis, number
from symtrade.solve.simplex import simplex

TOLERANCE = 1e-9
FEW = 400


@dataclass
class NumericProgram:
    """Rows with several terms, and bounds on the columns from rows with one."""

    program: LinearProgram

    def __post_init__(self) -> None:
        program = self.program
        index = {v: j for j, v in enumerate(program.variables)}
        self.width = len(index)
        self.lower: list[Any] = [None] * self.width
        self.upper: list[Any] = [None] * self.width
        self.lower_from: list[int] = [-1] * self.width
        self.upper_from: list[int] = [-1] * self.width
        self.rows: list[Constraint] = []
        self.source: list[int] = []
        for i, row in enumerate(program.constraints):
            if len(row.coefficients) == 1:
                self._bound(i, row, index[row.coefficients[0][0]])
            else:
                self.rows.append(row)
                self.source.append(i)
        self.columns = [[index[v] for v, _ in row.coefficients] for row in self.rows]
        sign = 1 if program.sense == "max" else -1
        self.cost: list[Any] = [fmpq(0)] * self.width
        for v, c in program.objective.coefficients:
            self.cost[index[v]] = c * sign

    def _bound(self, i: int, row: Constraint, j: int) -> None:
        slope = row.coefficients[0][1]
        value = row.bound / slope
        below = row.sense == "==" or (row.sense == ">=") == (slope > 0)
        above = row.sense == "==" or not below
        if below and (self.lower[j] is None or value > self.lower[j]):
            self.lower[j], self.lower_from[j] = value, i
        if above and (self.upper[j] is None or value < self.upper[j]):
            self.upper[j], self.upper_from[j] = value, i

    def exact(self, kept: list[int]) -> RationalLP:
        """The program with only the rows `kept`."""
        rows = [dict(zip(self.columns[i], (c for _, c in self.rows[i].coefficients), strict=True))
                for i in kept]
        lower = [None if self.rows[i].sense == "<=" else self.rows[i].bound for i in kept]
        upper = [None if self.rows[i].sense == ">=" else self.rows[i].bound for i in kept]
        return RationalLP(rows, lower, upper, self.cost, self.lower, self.upper)


def solve_numeric(program: LinearProgram) -> Certificate | None:
    """A verified certificate of an optimum; None where there is none or none was found.

    Exact rows are only tested by the kernel, once; where that fails, an exact simplex decides.
    """
    data = NumericProgram(program)
    if any(a is not None and b is not None and a > b for a, b in zip(data.lower, data.upper, strict=True)):
        return None
    for search in (_lazily, _exactly):
        found = search(data)
        if found is not None:
            certificate = _certificate(data, *found)
            try:
                verify(certificate)
                return certificate
            except CertificateError:
                continue
    return None


def _certificate(data: NumericProgram, kept: list[int], optimum: RationalOptimum) -> Certificate:
    program = data.program
    primal = tuple((v, x) for v, x in zip(program.variables, optimum.x, strict=True) if x != 0)
    dual = _multipliers(data, kept, optimum.y)
    leaf = Leaf("optimal", primal=primal, dual=dual)
    draft = Certificate(Optimum(program), identity_chart(program.ring), leaf, ())
    piece = Piece("optimal", leaf_value(draft, leaf), ((),), (0,))
    return Certificate(draft.claim, draft.chart, leaf, (), (piece,))


def _multipliers(data: NumericProgram, kept: list[int], y: list[Any]) -> tuple[tuple[str, Coefficient], ...]:
    """Multipliers of all constraints; what the rows leave of the objective falls to the bounds."""
    names = [row.name for row in data.program.constraints]
    sign = 1 if data.program.sense == "max" else -1
    rest = list(data.cost)
    dual: dict[int, Any] = {}
    for k, i in enumerate(kept):
        if y[k] != 0:
            dual[data.source[i]] = y[k] * sign
            for j, (_, c) in zip(data.columns[i], data.rows[i].coefficients, strict=True):
                rest[j] -= c * y[k]
    for j, value in enumerate(rest):
        if value != 0:
            i = data.upper_from[j] if value > 0 else data.lower_from[j]
            if i < 0:
                continue  # the float basis was wrong: the kernel will refuse it
            slope = data.program.constraints[i].coefficients[0][1]
            dual[i] = dual.get(i, fmpq(0)) + value * sign / slope
    return tuple((names[i], v) for i, v in sorted(dual.items()))


def _lazily(data: NumericProgram) -> tuple[list[int], Any] | None:
    lengths = [len(c) for c in data.columns]
    everything = list(range(len(data.rows)))
    if len(everything) <= FEW:
        kept = everything
    else:
        least = min(lengths)
        kept = [i for i in everything if lengths[i] <= least or data.rows[i].sense == "=="]
    values = [np.array([number(c) for _, c in row.coefficients]) for row in data.rows]
    bounds = np.array([number(row.bound) for row in data.rows])
    flat = np.concatenate(values) if values else np.zeros(0)
    index = np.array([j for c in data.columns for j in c], dtype=np.int64)
    starts = np.cumsum([0, *lengths[:-1]]) if lengths else np.zeros(0, dtype=np.int64)
    direction = np.array([-1.0 if row.sense == "<=" else 1.0 for row in data.rows])
    lower_columns = [-INFINITY if v is None else number(v) for v in data.lower]
    upper_columns = [INFINITY if v is None else number(v) for v in data.upper]
    cost = [number(c) for c in data.cost]
    while True:
        machine = FloatLP([data.columns[i] for i in kept], data.width, lower_columns, upper_columns)
        machine.load(np.concatenate([values[i] for i in kept]) if kept else np.zeros(0))
        lower = [-INFINITY if data.rows[i].sense == "<=" else bounds[i] for i in kept]
        upper = [INFINITY if data.rows[i].sense == ">=" else bounds[i] for i in kept]
        answer = machine.solve(cost, lower, upper)
        if answer.status != OPTIMAL:
            if len(kept) == len(everything):
                return _exactly(data)
            kept = everything
            continue
        totals = np.add.reduceat(flat * answer.x[index], starts) if len(flat) else np.zeros(0)
        slack = direction * (totals - bounds)
        missing = [i for i in np.argsort(slack) if slack[i] < -TOLERANCE and i not in set(kept)]
        if missing:
            kept = sorted(kept + [int(i) for i in missing[: max(200, data.width)]])
            continue
        optimum = exact_basis(data.exact(kept), answer)
        return _exactly(data) if optimum is None else (kept, optimum)


def _exactly(data: NumericProgram) -> tuple[list[int], Any] | None:
    everything = list(range(len(data.rows)))
    optimum = simplex(data.exact(everything))
    return None if optimum is None else (everything, optimum)
