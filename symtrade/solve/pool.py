"""The pool of bases: float programs at sample points, several optima at each.

Optima are degenerate as a rule, so at every sample random secondary objectives visit several
vertices of the optimal primal face and of the optimal dual face.  Bases with the same point (or
the same multipliers) as functions of the parameters are recognised modulo a large prime.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
from flint import fmpq, nmod_mat

from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction
from symtrade.solve.float_lp import INFEASIBLE, INFINITY, OPTIMAL, UNBOUNDED, FloatLP
from symtrade.solve.rational_lp import number
from symtrade.solve.sampling import Point
from symtrade.solve.system import Basis, System

PRIME = 2305843009213693951  # 2**61 - 1
TOLERANCE = 1e-7
VISITS = 3
SMALL = 30


@dataclass
class Candidate:
    """A point or multipliers, with the samples at which they pass (floats: only a guide)."""

    basis: Basis
    good: list[bool]


@dataclass
class Pool:
    """Candidates of one system, grown sample by sample."""

    system: System
    random: Random
    samples: list[Point] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    primal: dict[Any, Candidate] = field(default_factory=dict)
    dual: dict[Any, Candidate] = field(default_factory=dict)
    seen: dict[Basis, tuple[Any, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.machine = FloatLP(self.system.pattern, self.system.width)
        self.matrices: list[tuple[Any, Any, Any]] = []
        unique: dict[str, Coefficient] = {}
        for row in self.system.rows:
            for c in (*row.coefficients.values(), row.bound):
                unique.setdefault(str(c), c)
        for c in self.system.cost:
            unique.setdefault(str(c), c)
        self.unique = unique
        self.equality = np.array([row.equality for row in self.system.rows], dtype=bool)
        self._modular_system()

    # --- samples -----------------------------------------------------------------------------

    def add(self, point: Point) -> int:
        """Solve at a sample (given by its parameters); returns its number."""
        numbers = self._numbers(point)
        dense, bound, cost = self._dense(numbers)
        self.samples.append(point)
        self.matrices.append((dense, bound, cost))
        values = np.array([numbers[str(row.coefficients[j])] for row in self.system.rows
                           for j in sorted(row.coefficients)])
        self.machine.load(values)
        upper = np.where(self.equality, bound, INFINITY)
        answer = self.machine.solve(cost, bound, upper)
        self.status.append(answer.status)
        self.value.append(float(cost @ answer.x) if answer.status == OPTIMAL else 0.0)
        for candidate in (*self.primal.values(), *self.dual.values()):
            candidate.good.append(False)
        index = len(self.samples) - 1
        for key, candidate in self.primal.items():
            candidate.good[index] = self._primal_good(candidate.basis, index)
            del key
        for candidate in self.dual.values():
            candidate.good[index] = self._dual_good(candidate.basis, index)
        if answer.status == OPTIMAL:
            self.collect(answer.rows, answer.columns)
            self._visit_faces(answer, dense, bound, cost)
        return index

    def _visit_faces(self, answer: Any, dense: Any, bound: Any, cost: Any) -> None:
        slack = dense @ answer.x - bound
        scale = 1 + np.abs(dense) @ np.abs(answer.x) + np.abs(bound)
        tight = (slack <= TOLERANCE * scale) | self.equality
        supported = np.abs(answer.y) > TOLERANCE
        upper = np.where(self.equality | supported, bound, INFINITY)
        rng = self.random
        for visit in range(VISITS if self.system.width <= SMALL else 2):
            weights = np.array([rng.randint(1, 9) if visit else 1 for _ in bound], dtype=float)
            face = self.machine.solve(-(weights * ~self.equality) @ dense, bound, upper)
            if face.status == OPTIMAL:
                self.collect(face.rows, face.columns)
            room = np.array([rng.randint(1, 9) for _ in bound], dtype=float)
            lower = np.where(self.equality, 0.0, np.where(tight, -room, -INFINITY))
            face = self.machine.solve(cost, lower, np.where(self.equality, 0.0, INFINITY))
            if face.status == OPTIMAL:
                self.collect(face.rows, face.columns)

    def collect(self, rows: Sequence[int], columns: Sequence[int]) -> None:
        basis = Basis(self.system.kind, tuple(rows), tuple(columns))
        if basis not in self.seen:
            self.seen[basis] = self._modular(basis)
        point, weights = self.seen[basis]
        if point is not None:
            self._enter(self.primal, point, basis, self._primal_good)
        if weights is not None:
            self._enter(self.dual, weights, basis, self._dual_good)

    def _enter(self, known: dict[Any, Candidate], key: Any, basis: Basis, good: Callable[[Basis, int], bool]
               ) -> None:
        last = len(self.samples) - 1
        if key not in known:
            known[key] = Candidate(basis, [good(basis, s) for s in range(last + 1)])
        elif not known[key].good[last]:  # the other basis with these values may be singular there
            known[key].good[last] = good(basis, last)

    # --- floats ------------------------------------------------------------------------------

    def _numbers(self, point: Point) -> dict[str, float]:
        result = {}
        floats = [number(v) for v in point]
        for text, c in self.unique.items():
            if isinstance(c, RationalFunction):
                result[text] = float_value(c.num, floats) / float_value(c.den, floats)
            else:
                result[text] = number(c)
        return result

    def _dense(self, numbers: dict[str, float]) -> tuple[Any, Any, Any]:
        system = self.system
        dense = np.zeros((len(system.rows), system.width))
        for i, row in enumerate(system.rows):
            for j, c in row.coefficients.items():
                dense[i, j] = numbers[str(c)]
        bound = np.array([numbers[str(row.bound)] for row in system.rows])
        return dense, bound, np.array([numbers[str(c)] for c in system.cost])

    def _square(self, basis: Basis, sample: int) -> Any:
        dense = self.matrices[sample][0]
        units = np.zeros((len(basis.columns), self.system.width))
        units[np.arange(len(basis.columns)), list(basis.columns)] = 1
        return np.vstack([dense[list(basis.rows)], units])

    def loaded(self, sample: int) -> FloatLP:
        """A machine of its own for one sample."""
        dense = self.matrices[sample][0]
        machine = FloatLP(self.system.pattern, self.system.width)
        machine.load(np.array([dense[i, j] for i, line in enumerate(self.system.pattern) for j in line]))
        return machine

    def exceeds(self, sample: int, x: Any) -> bool:
        """Whether a point is better than the optimum at a sample."""
        cost = self.matrices[sample][2]
        return bool(cost @ x > self.value[sample] + TOLERANCE * (1 + np.abs(cost) @ np.abs(x)))

    def values_if_feasible(self, basis: Basis) -> Any:
        """The objective at a basis' point, sample by sample; None where it is infeasible at one."""
        result = []
        for sample, (_, _, cost) in enumerate(self.matrices):
            x = self._feasible(basis, sample)
            if x is None:
                return None
            result.append(float(cost @ x))
        return np.array(result)

    def _primal_good(self, basis: Basis, sample: int) -> bool:
        cost, x = self.matrices[sample][2], self._feasible(basis, sample)
        if x is None:
            return False
        return self.status[sample] != OPTIMAL or bool(
            abs(cost @ x - self.value[sample]) <= 10 * TOLERANCE * (1 + np.abs(cost) @ np.abs(x)))

    def _feasible(self, basis: Basis, sample: int) -> Any:
        dense, bound, _ = self.matrices[sample]
        right = np.concatenate([bound[list(basis.rows)], np.zeros(len(basis.columns))])
        try:
            x = np.linalg.solve(self._square(basis, sample), right)
        except np.linalg.LinAlgError:
            return None
        slack = dense @ x - bound
        scale = TOLERANCE * (1 + np.abs(dense) @ np.abs(x) + np.abs(bound))
        if (slack < -scale).any() or (np.abs(slack[self.equality]) > scale[self.equality]).any():
            return None
        return x

    def _dual_good(self, basis: Basis, sample: int) -> bool:
        _, bound, cost = self.matrices[sample]
        try:
            y = -np.linalg.solve(self._square(basis, sample).T, cost)
        except np.linalg.LinAlgError:
            return False
        size = TOLERANCE * (1 + np.abs(y).max(initial=0))
        rows = list(basis.rows)
        weights = y[: len(rows)]
        if (weights[~self.equality[rows]] < -size).any() or (np.abs(y[len(rows):]) > size).any():
            return False
        value = -float(weights @ bound[rows])
        return self.status[sample] == OPTIMAL and bool(
            abs(value - self.value[sample]) <= 10 * TOLERANCE * (1 + np.abs(weights) @ np.abs(bound[rows])))

    # --- identity of rational functions, modulo a prime -----------------------------------------

    def _modular_system(self) -> None:
        rng = Random(1)
        width = 0
        for c in self.unique.values():
            if isinstance(c, RationalFunction):
                width = len(c.num.context().names())
        point = [rng.randrange(2, PRIME) for _ in range(width)]
        numbers = {}
        for text, c in self.unique.items():
            if isinstance(c, RationalFunction):
                inverse = pow(modular_value(c.den, point), -1, PRIME)
                numbers[text] = modular_value(c.num, point) * inverse % PRIME
            else:
                numbers[text] = int(c.p) * pow(int(c.q), -1, PRIME) % PRIME
        self.modular_rows = [
            {j: numbers[str(c)] for j, c in row.coefficients.items()} for row in self.system.rows]
        self.modular_bound = [numbers[str(row.bound)] for row in self.system.rows]
        self.modular_cost = [numbers[str(c)] for c in self.system.cost]

    def _modular(self, basis: Basis) -> tuple[Any, Any]:
        size = self.system.width
        if len(basis.rows) + len(basis.columns) != size:
            return None, None
        entries = []
        for i in basis.rows:
            line = [0] * size
            for j, v in self.modular_rows[i].items():
                line[j] = v
            entries += line
        for j in basis.columns:
            entries += [int(k == j) for k in range(size)]
        matrix = nmod_mat(size, size, entries, PRIME)
        bounds = [self.modular_bound[i] for i in basis.rows] + [0] * len(basis.columns)
        right = nmod_mat(size, 1, bounds, PRIME)
        try:
            x = matrix.solve(right)
            y = matrix.transpose().solve(nmod_mat(size, 1, self.modular_cost, PRIME))
        except ZeroDivisionError:
            return None, None
        point = tuple(int(x[k, 0]) for k in range(size))
        weights = tuple((i, int(y[k, 0])) for k, i in enumerate(basis.rows) if int(y[k, 0]))
        at_zero = any(int(y[len(basis.rows) + k, 0]) for k in range(len(basis.columns)))
        return point, None if at_zero else weights


def float_value(polynomial: Polynomial, point: Sequence[float]) -> float:
    total = 0.0
    for exponents, coefficient in polynomial.terms():
        term = float(int(coefficient))
        for base, power in zip(point, exponents, strict=True):
            if power:
                term *= base ** int(power)
        total += term
    return total


def modular_value(polynomial: Polynomial, point: Sequence[int]) -> int:
    total = 0
    for exponents, coefficient in polynomial.terms():
        term = int(coefficient) % PRIME
        for base, power in zip(point, exponents, strict=True):
            if power:
                term = term * pow(base, int(power), PRIME) % PRIME
        total += term
    return total % PRIME


__all__ = ["INFEASIBLE", "OPTIMAL", "UNBOUNDED", "Candidate", "Pool", "float_value", "fmpq"]
