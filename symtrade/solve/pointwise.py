"""Many exact optima of one program at rational parameter points, fast.

One warm float solver and a memory of bases: most points are settled by a basis seen before, tested
exactly.  Useful for tables, plots and tests; a theorem needs :func:`symtrade.solve.optimum.solve`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from symtrade.kernel.piecewise import read_point
from symtrade.kernel.polynomial import Coefficient, evaluate_fraction
from symtrade.kernel.program import LinearProgram
from symtrade.solve.float_lp import INFINITY, OPTIMAL, FloatLP
from symtrade.solve.rational_lp import RationalLP, number
from symtrade.solve.simplex import simplex
from symtrade.solve.system import main_system

MEMORY = 24
SCREEN = 1e-7


@dataclass(frozen=True)
class PointOptimum:
    """The exact optimum at one point: its value, the variables and the multipliers of the rows
    (``objective = sum of multiplier * row`` with shadow-price signs)."""

    value: Any
    variables: Mapping[str, Any]
    multipliers: Mapping[str, Any]


class Pointwise:
    """Solve one program at many points.

    >>> import symtrade as st
    >>> from sympy import symbols, Rational
    >>> x, a = symbols("x a")
    >>> lp = st.LinearProgram(variables=(x,), objective=x, constraints=(a*x <= 1,), assuming=(a > 0,))
    >>> Pointwise(lp).at({a: 3}).value
    1/3
    """

    def __init__(self, program: LinearProgram) -> None:
        self.program = program
        self.system = main_system(program)
        self.machine = FloatLP(self.system.pattern, self.system.width)
        values = [c for row in self.system.rows for c in row.coefficients.values()]
        values += [row.bound for row in self.system.rows] + list(self.system.cost)
        table: dict[str, int] = {}
        self.distinct: list[Coefficient] = []
        for c in values:
            if table.setdefault(str(c), len(self.distinct)) == len(self.distinct):
                self.distinct.append(c)
        place = [table[str(c)] for c in values]
        ends = np.cumsum([0] + [len(row.coefficients) for row in self.system.rows])
        count, height = int(ends[-1]), len(self.system.rows)
        self.entries = [list(zip(row.coefficients, place[s:e], strict=True))
                        for row, s, e in zip(self.system.rows, ends[:-1], ends[1:], strict=True)]
        self.bounds = place[count : count + height]
        self.costs = place[count + height :]
        self.constant = program.objective.constant
        self.flat = np.array([k for row in self.entries for _, k in sorted(row)], dtype=np.int64)
        self.equality = [row.equality for row in self.system.rows]
        self.must = np.array(self.equality)
        self.where = (np.repeat(np.arange(height), np.diff(ends)),
                      np.array([j for row in self.entries for j, _ in sorted(row)], dtype=np.int64))
        self.memory: list[tuple[tuple[int, ...], tuple[int, ...]]] = []

    def at(self, point: Mapping[Any, Any]) -> PointOptimum | None:
        """The exact optimum at a point of the parameter set; None where there is none.

        Raises ValueError for a point outside the set, or with a float.
        """
        return self.at_values(read_point(point, self.program))

    def at_values(self, point: Sequence[Any]) -> PointOptimum | None:
        """The same for exact values in the order of the parameters, not checked."""
        exact = [evaluate_fraction(c, point) for c in self.distinct]
        shift = evaluate_fraction(self.constant, point)
        found = self._known(exact) or self._new(exact)
        return found if found is None or shift == 0 else replace(found, value=found.value + shift)

    def _known(self, exact: Sequence[Any]) -> PointOptimum | None:
        numbers = np.array([number(v) for v in exact])
        dense = np.zeros((len(self.entries), self.system.width))
        dense[self.where] = numbers[self.flat]
        for k, basis in enumerate(self.memory):
            if not self._promising(basis, dense, numbers):
                continue
            found = self._test(basis, exact)
            if found is not None:
                if k:
                    self.memory.insert(0, self.memory.pop(k))
                return found
        return None

    def _new(self, exact: Sequence[Any]) -> PointOptimum | None:
        numbers = np.array([number(v) for v in exact])
        self.machine.load(numbers[self.flat])
        bound = numbers[self.bounds]
        upper = np.where(self.equality, bound, INFINITY)
        answer = self.machine.solve(numbers[self.costs], bound, upper)
        if answer.status == OPTIMAL:
            basis = (answer.rows, answer.columns)
            found = self._test(basis, exact)
            if found is not None:
                self.memory.insert(0, basis)
                del self.memory[MEMORY:]
                return found
        return self._exactly(exact)

    def _promising(self, basis: tuple[tuple[int, ...], tuple[int, ...]], dense: Any, numbers: Any) -> bool:
        """Whether floats let a basis pass: it saves exact tests that would fail."""
        rows, zero = list(basis[0]), list(basis[1])
        square = dense[rows]
        if zero:
            square = np.vstack([square, np.eye(self.system.width)[zero]])
        bound = numbers[self.bounds]
        try:
            x = np.linalg.solve(square, np.concatenate([bound[rows], np.zeros(len(zero))]))
            y = np.linalg.solve(square.T, numbers[self.costs])
        except np.linalg.LinAlgError:
            return False
        slack = dense @ x - bound
        return bool((slack > -SCREEN).all() and (y[: len(rows)][~self.must[rows]] < SCREEN).all())

    def _test(self, basis: tuple[tuple[int, ...], tuple[int, ...]], exact: Sequence[Any]
              ) -> PointOptimum | None:
        """The exact point and multipliers of a basis, if both pass."""
        rows, zero = basis
        fixed = set(zero)
        basic = [j for j in range(self.system.width) if j not in fixed]
        if len(rows) != len(basic):
            return None
        place = {j: k for k, j in enumerate(basic)}
        size = len(basic)
        body = [fmpq(0)] * (size * size)
        for r, i in enumerate(rows):
            for j, k in self.entries[i]:
                if j in place:
                    body[r * size + place[j]] = exact[k]
        matrix = fmpq_mat(size, size, body)
        try:
            x = matrix.solve(fmpq_mat(size, 1, [exact[self.bounds[i]] for i in rows]))
            y = matrix.transpose().solve(fmpq_mat(size, 1, [exact[self.costs[j]] for j in basic]))
        except ZeroDivisionError:
            return None
        weights = [y[k, 0] for k in range(size)]
        if any(w > 0 and not self.equality[i] for w, i in zip(weights, rows, strict=True)):
            return None
        point = [fmpq(0)] * self.system.width
        for k, j in enumerate(basic):
            point[j] = x[k, 0]
        tight = set(rows)
        for i, entries in enumerate(self.entries):
            if i in tight:
                continue
            total = -exact[self.bounds[i]]
            for j, k in entries:
                total += exact[k] * point[j]
            if total < 0 or (total != 0 and self.equality[i]):
                return None
        for j in fixed:
            rest = exact[self.costs[j]]
            for w, i in zip(weights, rows, strict=True):
                rest -= w * next((exact[k] for c, k in self.entries[i] if c == j), fmpq(0))
            if rest != 0:
                return None
        return self._answer(point, dict(zip(rows, weights, strict=True)), exact)

    def _answer(self, point: Sequence[Any], weights: Mapping[int, Any], exact: Sequence[Any]) -> PointOptimum:
        names = self.program.constraints
        sign = 1 if self.program.sense == "max" else -1
        value = sum((exact[k] * v for k, v in zip(self.costs, point, strict=True)), fmpq(0))
        multipliers = {names[self.system.rows[i].source].name: w * self.system.rows[i].sign * sign
                       for i, w in weights.items() if w != 0}
        variables = dict(zip(self.program.variables, point, strict=True))
        return PointOptimum(value * sign, variables, multipliers)

    def _exactly(self, exact: Sequence[Any]) -> PointOptimum | None:
        lower = [exact[k] for k in self.bounds]
        upper = [v if e else None for v, e in zip(lower, self.equality, strict=True)]
        free = [None] * self.system.width
        rows = [{j: exact[k] for j, k in entries} for entries in self.entries]
        optimum = simplex(RationalLP(rows, lower, upper, [exact[k] for k in self.costs], free, free))
        if optimum is None:
            return None
        return self._answer(optimum.x, {i: w for i, w in enumerate(optimum.y) if w != 0}, exact)
