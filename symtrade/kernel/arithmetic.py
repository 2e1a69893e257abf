"""Arithmetic evidence: a certificate is verified with polynomial identities and signs, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flint import fmpq

from symtrade.kernel.certificate import (
    Certificate,
    CertificateError,
    Claim,
    Empty,
    Implication,
    Largest,
    Leaf,
    Node,
    Optimum,
    Split,
)
from symtrade.kernel.charts import Charts
from symtrade.kernel.pieces import Step, check_pieces
from symtrade.kernel.polynomial import Coefficient, RationalFunction
from symtrade.kernel.program import LinearProgram
from symtrade.kernel.region import Chart, ChartError
from symtrade.kernel.signs import Signs

COVERS = ({">", "=", "<"}, {">=", "<"}, {">", "<="}, {">=", "<="}, {">=", "=", "<"},
          {">", "=", "<="}, {">=", "=", "<="})
EVIDENCE = {"optimal": {"primal", "dual"}, "unbounded": {"primal", "ray"}, "infeasible": {"dual"},
            "bound": {"dual"}, "empty": {"refutation"}}
HOLDS = {">=": (">", ">=", "="), "<=": ("<", "<=", "="), "==": ("=",)}


def verify(certificate: Certificate, charts: Charts | None = None) -> None:
    """Raise CertificateError unless `certificate` proves its claim; `charts` as in :func:`start`."""
    if not isinstance(certificate.claim, Empty):
        check_point(certificate)
    elif certificate.point is not None:
        raise CertificateError("point: a region that is claimed to be empty has none")
    found = collect(certificate, charts)
    if isinstance(certificate.claim, Optimum):
        check_pieces(certificate, found)


def start(claim: Claim, chart: Chart, charts: Charts | None = None) -> Signs:
    """The orthant and the hypotheses that make up the claim's region, once the chart is verified;
    `charts` are those that the run has met before."""
    try:
        return Signs(chart, *(charts or Charts()).verify(claim.region, chart))
    except (ChartError, ZeroDivisionError, IndexError) as error:
        raise CertificateError(f"chart: {error}") from error


def collect(certificate: Certificate, charts: Charts | None = None
            ) -> list[tuple[Leaf, Signs, tuple[Step, ...]]]:
    """Check the tree; the leaves from left to right, with what is known there and their paths."""
    found: list[tuple[Leaf, Signs, tuple[Step, ...]]] = []
    known = start(certificate.claim, certificate.chart, charts)
    _walk(certificate.tree, known, (), "tree", certificate.claim, found)
    return found


def check_point(certificate: Certificate) -> None:
    """The region is not empty: its point lies in it."""
    region, point = certificate.claim.region, certificate.point
    if point is None or len(point) != len(region.ring.names):
        raise CertificateError("point: expected one value a parameter, to show that the region has a point")
    for condition in region.conditions:
        if not condition.holds(point):
            raise CertificateError(f"point: {condition} fails there")


def _walk(node: Node, known: Signs, path: tuple[Step, ...], where: str, claim: Claim,
          found: list[tuple[Leaf, Signs, tuple[Step, ...]]]) -> None:
    known = known.with_facts(node.facts, where)
    if isinstance(node, Split):
        relations = [relation for relation, _ in node.branches]
        if set(relations) not in COVERS or len(set(relations)) != len(relations):
            raise CertificateError(f"{where}: the branches {' '.join(relations)} do not cover every sign")
        for relation, child in node.branches:
            here = known.with_hypotheses(known.condition(node.polynomial, relation))
            _walk(child, here, (*path, (node.polynomial, relation)), f"{where}/{relation}", claim, found)
    elif isinstance(node, Largest):
        if not node.polynomials or len(node.polynomials) != len(node.branches):
            raise CertificateError(f"{where}: expected one branch a polynomial")
        for k, child in enumerate(node.branches):
            steps = tuple((node.polynomials[k] - g, ">=") for j, g in enumerate(node.polynomials) if j != k)
            here = known.with_hypotheses(*(known.condition(f, r) for f, r in steps))
            _walk(child, here, path + steps, f"{where}/{k}", claim, found)
    else:
        where = f"{where}: leaf {len(found)}"
        check_leaf(node, known, claim, where)
        found.append((node, known, path))


def check_leaf(leaf: Leaf, known: Signs, claim: Claim, where: str) -> None:
    """The evidence of one leaf, wherever the hypotheses `known` hold."""
    for name in ("primal", "dual", "ray", "refutation"):
        if getattr(leaf, name) and name not in EVIDENCE.get(leaf.kind, {name}):
            raise CertificateError(f"{where}: {name} has no meaning in a leaf {leaf.kind!r}")
    if leaf.kind == "empty":
        known.refute(leaf.refutation, f"{where}: refutation")
        return
    if not isinstance(claim, Empty):
        check_defined(claim, known, where)
    if isinstance(claim, Optimum) and leaf.kind == "optimal":
        value = check_primal(leaf.primal, known, claim.program, where)
        bound = check_dual(leaf.dual, known, claim.program, claim.program.objective.coefficients,
                           "<=" if claim.program.sense == "max" else ">=", where)
        if not known.allows(value - bound, HOLDS["=="]):
            raise CertificateError(f"{where}: primal and dual values differ by {value - bound}")
    elif isinstance(claim, Optimum) and leaf.kind == "unbounded":
        check_primal(leaf.primal, known, claim.program, where)
        check_ray(leaf.ray, known, claim.program, where)
    elif leaf.kind == "infeasible" and not isinstance(claim, Empty):
        gap = check_dual(leaf.dual, known, claim.program, (), ">=", where)
        if not known.allows(gap, (">",)):
            raise CertificateError(f"{where}: the combined bound is not known to be positive: {gap}")
    elif isinstance(claim, Implication) and leaf.kind == "bound":
        goal = claim.constraint
        if goal.sense == "==":
            raise CertificateError("an equality follows from two implications, <= and >=")
        gap = check_dual(leaf.dual, known, claim.program, goal.coefficients, goal.sense, where) - goal.bound
        if not known.allows(gap if goal.sense == ">=" else -gap, HOLDS[">="]):
            raise CertificateError(f"{where}: the multipliers miss the claimed bound by {gap}")
    else:
        raise CertificateError(f"{where}: a leaf {leaf.kind!r} proves nothing of this claim")


def check_defined(claim: Optimum | Implication, known: Signs, where: str) -> None:
    """No coefficient of the program divides by zero."""
    rows = [*claim.program.constraints, *([claim.constraint] if isinstance(claim, Implication) else [])]
    values = [c for row in rows for _, c in row.coefficients] + [row.bound for row in rows]
    values += [c for _, c in claim.program.objective.coefficients] + [claim.program.objective.constant]
    for text, den in {str(v.den): v.den for v in values if isinstance(v, RationalFunction)}.items():
        if known.sign(den) not in (">", "<", "!="):
            raise CertificateError(f"{where}: a coefficient of the program may divide by zero: {text}")


def check_primal(primal: Sequence[tuple[str, Coefficient]], known: Signs, program: LinearProgram,
                 where: str) -> Coefficient:
    """The point is defined and satisfies every constraint; returns its objective value."""
    point = _vector(primal, program.variables, known, f"{where}: primal")
    for row in program.constraints:
        slack = _apply(row, point) - row.bound
        if not known.allows(slack, HOLDS[row.sense]):
            raise CertificateError(f"{where}: primal: {row.name} is not known to hold; residual {slack}")
    return _apply(program.objective, point)


def check_ray(ray: Sequence[tuple[str, Coefficient]], known: Signs, program: LinearProgram,
              where: str) -> None:
    """A direction along which every constraint keeps holding and the objective improves."""
    step = _vector(ray, program.variables, known, f"{where}: ray")
    for row in program.constraints:
        slope = _apply(row, step)
        if not known.allows(slope, HOLDS[row.sense]):
            raise CertificateError(f"{where}: ray: {row.name} is not known to keep holding; slope {slope}")
    gain = _apply(program.objective, step)
    if not known.allows(gain, (">",) if program.sense == "max" else ("<",)):
        raise CertificateError(f"{where}: ray: the objective is not known to improve; slope {gain}")


def check_dual(dual: Sequence[tuple[str, Coefficient]], known: Signs, program: LinearProgram,
               target: Iterable[tuple[str, Coefficient]], side: str, where: str) -> Coefficient:
    """The multipliers combine the constraints to ``target form side bound``; returns the bound."""
    multipliers = _vector(dual, [row.name for row in program.constraints], known, f"{where}: dual")
    combined: dict[str, Coefficient] = {}
    bound: Coefficient = fmpq(0)
    for name, y in multipliers.items():
        row = program.row[name]
        keeps = HOLDS[">=" if row.sense == side else "<="]
        if row.sense != "==" and not known.allows(y, keeps):
            raise CertificateError(f"{where}: dual: the multiplier of {name} may have the wrong sign: {y}")
        for variable, coefficient in row.coefficients:
            combined[variable] = combined.get(variable, fmpq(0)) + y * coefficient
        bound = bound + y * row.bound
    wanted = dict(target)
    for variable in program.variables:
        residual = combined.get(variable, fmpq(0)) - wanted.get(variable, fmpq(0))
        if not known.allows(residual, HOLDS["=="]):
            raise CertificateError(f"{where}: dual: the column of {variable} leaves {residual}")
    return bound


def _vector(pairs: Sequence[tuple[str, Coefficient]], names: Sequence[str], known: Signs,
            where: str) -> dict[str, Coefficient]:
    allowed, result = set(names), {}
    for name, value in pairs:
        if name not in allowed:
            raise CertificateError(f"{where}: {name!r} does not exist in the program")
        if name in result:
            raise CertificateError(f"{where}: {name!r} is listed twice")
        if isinstance(value, RationalFunction) and known.sign(value.den) not in (">", "<", "!="):
            raise CertificateError(f"{where}: {name}: the denominator may vanish: {value.den}")
        result[name] = value
    return result


def _apply(form: Any, point: dict[str, Coefficient]) -> Coefficient:
    total: Coefficient = fmpq(0)
    for variable, coefficient in form.coefficients:
        if variable in point:
            total = total + coefficient * point[variable]
    return total
