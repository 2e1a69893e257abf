"""Sample points of a run: float optima at each, pools of bases, and who serves which sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isnan
from random import Random

from symtrade.kernel.program import LinearProgram
from symtrade.solve.float_lp import INFEASIBLE, OPTIMAL, UNBOUNDED
from symtrade.solve.pool import Candidate, Pool, float_value
from symtrade.solve.rational_lp import number
from symtrade.solve.sampling import Point
from symtrade.solve.system import Basis, elastic_system, main_system, recession_system


@dataclass
class Samples:
    """The sample points and the pools of the program, its elastic and its recession program."""

    program: LinearProgram
    random: Random
    points: list[Point] = field(default_factory=list)
    pools: dict[str, Pool] = field(default_factory=dict)
    links: dict[tuple[str, int], int] = field(default_factory=dict)
    factors: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.main = main_system(self.program)
        self.pools["main"] = Pool(self.main, self.random)

    def add(self, parameters: Point) -> int:
        """Add a sample of the region."""
        if parameters in self.points:
            return self.points.index(parameters)
        self.points.append(parameters)
        index = self.pools["main"].add(parameters)
        if self.pools["main"].status[index] not in (OPTIMAL, INFEASIBLE, UNBOUNDED):
            # the float solver could not decide: the elastic program always has an optimum
            self.pools["main"].status[index] = INFEASIBLE if self._elastic_value(index) < -1e-7 else UNBOUNDED
        status = self.pools["main"].status[index]
        if status == UNBOUNDED and self._elastic_value(index) < -1e-7:
            self.pools["main"].status[index] = INFEASIBLE
        if self.pools["main"].status[index] == UNBOUNDED:
            self._feasible_candidates(index)
            self._sample_in("recession", index)
        elif self.pools["main"].status[index] == INFEASIBLE:
            self._sample_in("elastic", index)
        for values in self.factors.values():
            values.append(float("nan"))
        return index

    def _sample_in(self, kind: str, index: int) -> int:
        if kind not in self.pools:
            build = elastic_system if kind == "elastic" else recession_system
            self.pools[kind] = Pool(build(self.main), self.random)
        if (kind, index) not in self.links:
            self.links[(kind, index)] = self.pools[kind].add(self.points[index])
        return self.links[(kind, index)]

    def _elastic_value(self, index: int) -> float:
        return self.pools["elastic"].value[self._sample_in("elastic", index)] if (
            self._sample_in("elastic", index) >= 0) else 0.0

    def _feasible_candidates(self, index: int) -> None:
        """Vertices of the feasible set at a sample where the objective is unbounded."""
        pool = self.pools["main"]
        dense, bound, _ = pool.matrices[index]
        for weights in ([1.0] * len(bound), [float(self.random.randint(1, 9)) for _ in bound]):
            upper = [b if e else float("inf") for b, e in zip(bound, pool.equality, strict=True)]
            answer = pool.machine.solve(-(dense.T @ weights), bound, upper)
            if answer.status == OPTIMAL:
                pool.collect(answer.rows, answer.columns)

    def status(self, index: int) -> str:
        return self.pools["main"].status[index]

    def choices(self, members: Sequence[int]) -> list[tuple[int, str, Candidate, Candidate]]:
        """Pairs of candidates with the number of members they serve, best first."""
        result: list[tuple[int, str, Candidate, Candidate]] = []
        for kind in (OPTIMAL, INFEASIBLE, UNBOUNDED):
            here = [s for s in members if self.status(s) == kind]
            if not here:
                continue
            first, second, places = self._sides(kind, here)
            mine = [(sum(1 << k for k, s in enumerate(here) if c.good[s]), c) for c in first]
            yours = [(sum(1 << k for k, s in enumerate(places) if c.good[s]), c) for c in second]
            for a, one in mine:
                for b, two in yours:
                    if served := (a & b).bit_count():
                        result.append((served, kind, one, two))
        result.sort(key=lambda item: -item[0])
        return result

    def _sides(self, kind: str, here: Sequence[int]) -> tuple[list[Candidate], list[Candidate], list[int]]:
        main = self.pools["main"]
        if kind == OPTIMAL:
            return list(main.primal.values()), list(main.dual.values()), list(here)
        if kind == INFEASIBLE:
            places = [self._sample_in("elastic", s) for s in here]
            everywhere = Candidate(Basis("none", (), ()), [True] * len(self.points))
            return [everywhere], list(self.pools["elastic"].dual.values()), places
        places = [self._sample_in("recession", s) for s in here]
        return list(main.primal.values()), list(self.pools["recession"].primal.values()), places

    def values(self, text: str) -> list[float]:
        """The (float) values of a polynomial, given by its text, at the samples."""
        values = self.factors.setdefault(text, [float("nan")] * len(self.points))
        missing = [s for s, value in enumerate(values) if isnan(value)]
        f = self.program.ring.parse(text) if missing else None
        for s in missing:
            values[s] = float_value(f, [number(v) for v in self.points[s]])
        return values
