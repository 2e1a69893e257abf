"""The evidence of a certificate at one rational point, in plain fractions: no identity, no sign rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from operator import eq, ge, gt, le, lt
from typing import Any

from symtrade.kernel.certificate import Certificate, Implication, Leaf, Node, Optimum, Split
from tests.oracles import number, polynomial_value, rows_at

Point = Mapping[str, Fraction]
HOLDS = {">": gt, ">=": ge, "=": eq, "==": eq, "<=": le, "<": lt}
ZERO = Fraction(0)


def own_point(certificate: Certificate) -> dict[str, Fraction]:
    """The point that shows the region of an optimum or an implication to have one."""
    names, values = certificate.claim.region.ring.names, certificate.point or ()
    return {name: Fraction(str(value)) for name, value in zip(names, values, strict=True)}


def evidence_holds(certificate: Certificate, point: Point) -> bool:
    """Some leaf covers the point, and what every such leaf says of the program there is true."""
    covering = list(leaves_at(certificate.tree, certificate.claim.region.ring.names, point))
    return bool(covering) and all(leaf_holds(certificate.claim, leaf, point) for leaf in covering)


def leaves_at(node: Node, names: tuple[str, ...], point: Point) -> Iterator[Leaf]:
    """The leaves all of whose branches hold at a point."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Split):
        value = polynomial_value(node.polynomial, names, point)
        for relation, child in node.branches:
            if HOLDS[relation](value, 0):
                yield from leaves_at(child, names, point)
    else:
        values = [polynomial_value(f, names, point) for f in node.polynomials]
        for value, child in zip(values, node.branches, strict=True):
            if value == max(values):
                yield from leaves_at(child, names, point)


def leaf_holds(claim: Any, leaf: Leaf, point: Point) -> bool:
    """A feasible point, an improving ray, multipliers that combine the rows: as the leaf's kind wants."""
    assert isinstance(claim, (Optimum, Implication))
    program, names = claim.program, claim.region.ring.names
    rows = {c.name: r for c, r in zip(program.constraints, rows_at(program, point), strict=True)}
    x, ray, y = ({k: number(v, names, point) for k, v in part} for part in (leaf.primal, leaf.ray, leaf.dual))
    cost = {v: number(c, names, point) for v, c in program.objective.coefficients}
    up = program.sense == "max"

    def apply(form: Mapping[str, Fraction], vector: Mapping[str, Fraction]) -> Fraction:
        return sum((c * vector.get(v, ZERO) for v, c in form.items()), ZERO)

    def feasible(vector: Mapping[str, Fraction], scale: int) -> bool:
        return all(HOLDS[sense](apply(dict(zip(program.variables, left, strict=True)), vector), scale * bound)
                   for left, sense, bound in rows.values())

    def bounds(target: Mapping[str, Fraction], side: str) -> Fraction | None:
        """The bound that the multipliers prove of a form, on one side; None if they prove nothing."""
        if any(rows[k][1] != "==" and (w if rows[k][1] == side else -w) < 0 for k, w in y.items()):
            return None
        for i, v in enumerate(program.variables):
            if sum((w * rows[k][0][i] for k, w in y.items()), ZERO) != target.get(v, ZERO):
                return None
        return sum((w * rows[k][2] for k, w in y.items()), ZERO)

    if leaf.kind == "optimal":
        return feasible(x, 1) and bounds(cost, "<=" if up else ">=") == apply(cost, x)
    if leaf.kind == "unbounded":
        return feasible(x, 1) and feasible(ray, 0) and (gt if up else lt)(apply(cost, ray), 0)
    if leaf.kind == "infeasible":
        return (bounds({}, ">=") or ZERO) > 0
    if leaf.kind == "bound" and isinstance(claim, Implication):
        goal = claim.constraint
        proved = bounds({v: number(c, names, point) for v, c in goal.coefficients}, goal.sense)
        # a lower bound on the form must be at least the claimed one, an upper bound at most
        return proved is not None and HOLDS[goal.sense](proved, number(goal.bound, names, point))
    return False  # an empty leaf covers no point
