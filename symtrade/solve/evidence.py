"""What a leaf would hold, as rational functions, with every sign that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from symtrade.kernel.arithmetic import HOLDS
from symtrade.kernel.polynomial import Coefficient, RationalFunction, evaluate_fraction, parts, quotient
from symtrade.kernel.region import Condition
from symtrade.kernel.signs import Signs
from symtrade.solve.float_lp import INFEASIBLE, OPTIMAL, UNBOUNDED
from symtrade.solve.pool import Candidate
from symtrade.solve.samples import Samples
from symtrade.solve.sampling import Point
from symtrade.solve.system import Basis

Need = tuple[Coefficient, tuple[str, ...]]
NONZERO = (">", "<", "!=")


@dataclass(frozen=True)
class Evidence:
    """What a leaf would hold, and every sign it needs."""

    kind: str
    primal: tuple[tuple[str, Coefficient], ...]
    dual: tuple[tuple[str, Coefficient], ...]
    ray: tuple[tuple[str, Coefficient], ...]
    needs: tuple[Need, ...]
    size: int


@dataclass
class Symbolic:
    """Bases solved symbolically, each once."""

    samples: Samples
    solved: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    feasible: dict[Basis, list[Need] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.program, self.main = self.samples.program, self.samples.main

    def known(self) -> list[Evidence]:
        """All evidence found so far."""
        return [e for e in self.solved.values() if isinstance(e, Evidence)]

    def evidence(self, kind: str, one: Candidate, two: Candidate) -> Evidence | None:
        """The symbolic evidence of a pair, with the signs it needs; None where it is none."""
        key = (kind, one.basis, two.basis)
        if key not in self.solved:
            self.solved[key] = self._evidence(kind, one.basis, two.basis)
        found: Evidence | None = self.solved[key]
        return found

    def _evidence(self, kind: str, one: Basis, two: Basis) -> Evidence | None:
        needs: list[Need] = []
        primal: tuple[tuple[str, Coefficient], ...] = ()
        if kind != INFEASIBLE:
            x = self._once("primal", one)
            required = self.point_needs(one)
            if x is None or required is None:
                return None
            needs.extend(required)
            primal = _named(self.program.variables, x)
        if kind == UNBOUNDED:
            r = self._once("primal", two)
            if r is None or not self._ray_needs(r, two, needs):
                return None
            return Evidence(kind, primal, (), _named(self.program.variables, r), *_tidy(needs))
        y = self._once("dual", two)
        if y is None:
            return None
        system = self.samples.pools[two.kind].system
        if kind == INFEASIBLE:
            y = self._without_common_factor(y)
        multipliers: dict[int, Coefficient] = {}
        for i, value in y.items():
            row = system.rows[i]
            if row.source < 0:
                return None
            if not row.equality:
                needs.append((value, HOLDS[">="]))
            needs.extend(_defined(value))
            signed = value * row.sign
            if kind == OPTIMAL:
                signed = -signed if self.program.sense == "max" else signed
            multipliers[row.source] = multipliers.get(row.source, fmpq(0)) + signed
        names = [row.name for row in self.program.constraints]
        dual = tuple((names[i], v) for i, v in sorted(multipliers.items())
                     if isinstance(v, RationalFunction) or v != 0)
        if kind == INFEASIBLE:
            gap: Coefficient = fmpq(0)
            for i, value in multipliers.items():
                gap = gap + value * self.program.constraints[i].bound
            needs.append((gap, (">",)))
        elif self._gap(x, y) != 0:
            return None
        return Evidence(kind, primal, dual, (), *_tidy(needs))

    def _without_common_factor(self, y: dict[int, Coefficient]) -> dict[int, Coefficient]:
        """Farkas multipliers are free up to a positive factor: make them polynomials without a
        common factor, with the sign that they have at a sample."""
        ring = self.program.ring
        top, bottom = ring.zero, ring.one
        for value in y.values():
            num, den = parts(value, ring.zero)
            top = top.gcd(num)
            bottom = bottom * (den / bottom.gcd(den))
        scale = quotient(bottom, top)
        rows = self.samples.pools["elastic"].system.rows
        for p in self.samples.points:  # the sign at a sample where the multipliers themselves are right
            right = all(_sign_at(v, p) >= 0 or rows[i].equality for i, v in y.items())
            if right and (sign := _sign_at(scale, p)):
                return {i: value * scale * sign for i, value in y.items()}
        return y

    def _gap(self, x: Sequence[Coefficient], y: dict[int, Coefficient]) -> Coefficient:
        """Primal minus dual value, the latter being ``- sum y_i b_i``."""
        total: Coefficient = fmpq(0)
        for c, value in zip(self.main.cost, x, strict=True):
            total = total + c * value
        for i, value in y.items():
            total = total + value * self.main.rows[i].bound
        return total

    def _once(self, side: str, basis: Basis) -> Any:
        key = (side, basis)
        if key not in self.solved:
            system = self.samples.pools[basis.kind].system
            try:
                self.solved[key] = system.primal(basis) if side == "primal" else system.dual(basis)
            except ZeroDivisionError:
                self.solved[key] = None
        return self.solved[key]

    def point(self, basis: Basis) -> list[Coefficient] | None:
        """The point of a basis as rational functions; None where it is singular."""
        found: list[Coefficient] | None = self._once("primal", basis)
        return found

    def point_needs(self, basis: Basis) -> list[Need] | None:
        """The signs by which the point of a basis is defined and feasible; None where no signs can."""
        if basis not in self.feasible:
            x = self.point(basis)
            self.feasible[basis] = None if x is None else self._point_needs(x, basis)
        return self.feasible[basis]

    def _point_needs(self, x: Sequence[Coefficient], basis: Basis) -> list[Need] | None:
        """The signs by which a point is feasible; None where an equality fails."""
        tight = set(basis.rows)
        needs: list[Need] = []
        for value in x:
            needs.extend(_defined(value))
        for i, row in enumerate(self.main.rows):
            slack = self.main.slack(i, x)
            if row.equality and slack != 0:
                return None
            if i not in tight and not row.equality:
                needs.append((slack, HOLDS[">="]))
        return needs

    def _ray_needs(self, r: Sequence[Coefficient], basis: Basis, needs: list[Need]) -> bool:
        system = self.samples.pools["recession"].system
        for value in r:
            needs.extend(_defined(value))
        gain: Coefficient = fmpq(0)
        for c, value in zip(system.cost, r, strict=True):
            gain = gain + c * value
        needs.append((gain, (">",)))
        for i, row in enumerate(system.rows[:-1]):
            slope = system.slack(i, r)
            if row.equality and slope != 0:
                return False
            if not row.equality:
                needs.append((slope, HOLDS[">="]))
        return basis.kind == "recession"


def _sign_at(value: Coefficient, point: Point) -> int:
    """The sign of a coefficient at a point; 0 where it is zero or undefined."""
    try:
        number = evaluate_fraction(value, point)
    except ZeroDivisionError:
        return 0
    return int(number > 0) - int(number < 0)


def _defined(value: Coefficient) -> list[Need]:
    if isinstance(value, RationalFunction) and not value.den.is_constant():
        return [(quotient(value.den, value.den.context().constant(1)), NONZERO)]
    return []


def _tidy(needs: Sequence[Need]) -> tuple[tuple[Need, ...], int]:
    """Each need once, those that hold by themselves left out; and the length of them all."""
    kept = {}
    for value, signs in needs:
        if isinstance(value, RationalFunction) or not _constant_ok(value, signs):
            kept[(str(value), signs)] = (value, signs)
    return tuple(kept.values()), sum(len(text) for text, _ in kept)


def _constant_ok(value: Coefficient, signs: tuple[str, ...]) -> bool:
    return (">" if value > 0 else "<" if value < 0 else "=") in signs


def _named(names: Sequence[str], values: Sequence[Coefficient]) -> tuple[tuple[str, Coefficient], ...]:
    return tuple((n, v) for n, v in zip(names, values, strict=True)
                 if isinstance(v, RationalFunction) or v != 0)


def violations(value: Coefficient, signs: tuple[str, ...], known: Signs) -> list[Condition]:
    """Conditions under which a coefficient fails to have one of the signs."""
    if not isinstance(value, RationalFunction):
        return []
    product = known.transport(value.num * value.den)
    result = []
    if ">" not in signs:
        result.append(Condition(product, ">"))
    if "<" not in signs:
        result.append(Condition(-product, ">"))
    if "=" not in signs:
        result.append(Condition(product, "="))
    return result


def blocked(value: Coefficient, signs: tuple[str, ...], known: Signs) -> bool:
    """Whether the known sign of a coefficient is the wrong one (but for ties on a boundary)."""
    if not isinstance(value, RationalFunction) or known.allows(value, signs):
        return False
    wrong = [s for s in ("<", "<=", ">", ">=") if s[0] not in "".join(signs)]
    return known.allows(value, wrong)
