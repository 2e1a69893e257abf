"""Float linear programs (HiGHS): proposals only, never believed.

:class:`FloatLP` takes ``max c.x, lower <= A x <= upper`` and bounds on x (none by default) and
returns the status, the point, the multipliers and the basis, as sets of tight rows and of columns
at a bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

INFINITY = highspy.kHighsInf
OPTIMAL, INFEASIBLE, UNBOUNDED, FAILED = "optimal", "infeasible", "unbounded", "failed"
_STATUS = {
    highspy.HighsModelStatus.kOptimal: OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: UNBOUNDED,
}


@dataclass(frozen=True)
class FloatAnswer:
    status: str
    x: Any
    y: Any
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    upper_rows: tuple[int, ...] = ()
    upper_columns: tuple[int, ...] = ()


class FloatLP:
    """One warm HiGHS object for programs of one sparsity pattern (m rows, n columns)."""

    def __init__(self, pattern: Sequence[Sequence[int]], width: int, column_lower: Any = None,
                 column_upper: Any = None) -> None:
        self.width, self.height = width, len(pattern)
        self.start = np.cumsum([0, *(len(p) for p in pattern)]).astype(np.int32)
        self.index = np.array([j for p in pattern for j in p], dtype=np.int32)
        self.row_of = np.repeat(np.arange(self.height), np.diff(self.start))
        # highspy.Highs prints a banner when built, before any option can stop it
        self.engine = highspy._core._Highs()  # noqa: SLF001
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"),
                              ("solver", "simplex"), ("random_seed", 0), ("time_limit", 20.0)):
            self.engine.setOptionValue(option, value)
        free = np.full(width, INFINITY)
        self.column_lower = -free if column_lower is None else np.asarray(column_lower, dtype=float)
        self.column_upper = free if column_upper is None else np.asarray(column_upper, dtype=float)

    def load(self, values: Any) -> None:
        """Set the entries (in the pattern's order) of the next programs."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.width, self.height
        lp.col_cost_ = np.zeros(self.width)
        lp.col_lower_, lp.col_upper_ = self.column_lower, self.column_upper
        lp.row_lower_ = np.full(self.height, -INFINITY)
        lp.row_upper_ = np.full(self.height, INFINITY)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = self.start, self.index, values
        lp.sense_ = highspy.ObjSense.kMaximize
        self.engine.passModel(lp)

    def solve(self, cost: Any, lower: Any, upper: Any) -> FloatAnswer:
        engine = self.engine
        columns = np.arange(self.width, dtype=np.int32)
        rows = np.arange(self.height, dtype=np.int32)
        engine.changeColsCost(self.width, columns, np.asarray(cost, dtype=float))
        engine.changeRowsBounds(
            self.height, rows, np.asarray(lower, dtype=float), np.asarray(upper, dtype=float))
        engine.run()
        status = _STATUS.get(engine.getModelStatus(), FAILED)
        if status != OPTIMAL:
            return FloatAnswer(status, None, None)
        solution, basis = engine.getSolution(), engine.getBasis()
        basic = highspy.HighsBasisStatus.kBasic
        top = highspy.HighsBasisStatus.kUpper
        row_status, column_status = list(basis.row_status), list(basis.col_status)  # each access copies
        tight = tuple(i for i, s in enumerate(row_status) if s != basic)
        zero = tuple(j for j, s in enumerate(column_status) if s != basic)
        return FloatAnswer(
            status, np.array(solution.col_value), np.array(solution.row_dual), tight, zero,
            tuple(i for i in tight if row_status[i] == top),
            tuple(j for j in zero if column_status[j] == top),
        )


def implied_by_others(others: Sequence[tuple[Any, Any]], gradient: Any, constant: Any) -> bool:
    """Whether float arithmetic finds ``gradient.x + constant >= 0`` implied by the others."""
    if not others:
        return False
    width = len(gradient)
    lp = FloatLP([range(width)] * len(others), width)
    lp.load(np.array([float(v) for g, _ in others for v in g]))
    lower = np.array([-float(c) for _, c in others])
    answer = lp.solve([-float(v) for v in gradient], lower, np.full(len(others), INFINITY))
    if answer.status != OPTIMAL:
        return False
    return bool(np.dot([float(v) for v in gradient], answer.x) + float(constant) >= -1e-9)
