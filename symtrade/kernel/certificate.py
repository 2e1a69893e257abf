"""The certificate language: data, and its JSON form (docs/certificate-format.md).

A certificate is a claim, a chart of its region, and a decision tree.  An inner node asks for the
sign of a polynomial, or which of several polynomials is the largest; its children together are
everything, so the leaves cover the region by construction.  A leaf holds the evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    Rational,
    write_fraction,
)
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.kernel.region import Chart, Condition, Region, chart_to_data

FORMAT = "symtrade-certificate/1"


class CertificateError(ValueError):
    """A certificate that does not prove its claim; the message names the first wrong line."""


@dataclass(frozen=True)
class Term:
    """``coefficient * square**2 * product of hypotheses``: one term of a refutation.

    `uses` are positions in the list of hypotheses, each earlier than the line that uses them.
    """

    coefficient: Polynomial
    uses: tuple[int, ...] = ()
    square: Polynomial | None = None


Refutation: TypeAlias = tuple[Term, ...]


@dataclass(frozen=True)
class Fact:
    """A sign in the chart's coordinates; `because` refutes each negation in turn."""

    condition: Condition
    because: tuple[Refutation, ...]


@dataclass(frozen=True)
class Leaf:
    """Evidence: `kind` is optimal, infeasible, unbounded, bound or empty."""

    kind: str
    facts: tuple[Fact, ...] = ()
    primal: tuple[tuple[str, Coefficient], ...] = ()
    dual: tuple[tuple[str, Coefficient], ...] = ()
    ray: tuple[tuple[str, Coefficient], ...] = ()
    refutation: Refutation = ()


@dataclass(frozen=True)
class Split:
    """Branches on the sign of a polynomial; each relation is one of > >= = <= <."""

    polynomial: Polynomial
    branches: tuple[tuple[str, Node], ...]
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Largest:
    """Branch k is where polynomial k is at least as large as every other."""

    polynomials: tuple[Polynomial, ...]
    branches: tuple[Node, ...]
    facts: tuple[Fact, ...] = ()


Node: TypeAlias = Leaf | Split | Largest


@dataclass(frozen=True)
class Optimum:
    """The claim: the pieces state the optimum of the program on its whole region."""

    program: LinearProgram

    @property
    def region(self) -> Region:
        return self.program.region

    def to_data(self) -> dict[str, Any]:
        return {"kind": "optimum", "program": self.program.to_data(), "digest": self.program.digest}


@dataclass(frozen=True)
class Implication:
    """The claim: every feasible point of the program satisfies the constraint, everywhere.

    Raises ValueError where the constraint has a variable that the program does not have.
    """

    program: LinearProgram
    constraint: Constraint

    def __post_init__(self) -> None:
        columns = [variable for variable, _ in self.constraint.coefficients]
        if unknown := set(columns) - set(self.program.variables):
            raise ValueError(f"the claim's {min(unknown)} is not among the program's variables")
        if len(set(columns)) != len(columns):
            raise ValueError("the claim lists a variable twice")

    @property
    def region(self) -> Region:
        return self.program.region

    def to_data(self) -> dict[str, Any]:
        return {
            "kind": "implication",
            "program": self.program.to_data(),
            "digest": self.program.digest,
            "constraint": self.constraint.to_data(),
        }


@dataclass(frozen=True)
class Empty:
    """The claim: the region has no point."""

    region: Region

    def to_data(self) -> dict[str, Any]:
        return {"kind": "empty", "region": self.region.to_data()}


Claim: TypeAlias = Optimum | Implication | Empty


@dataclass(frozen=True)
class Piece:
    """A line of the statement: in each of `regions` (conditions that hold together, in the
    parameters) the program is `status` (optimal, infeasible, unbounded) with `value`.

    `leaves` are the leaves, counted from the left, that this line sums up.
    """

    status: str
    value: Coefficient | None
    regions: tuple[tuple[Condition, ...], ...]
    leaves: tuple[int, ...]


@dataclass(frozen=True)
class Overlap:
    """Why conjunction `region` of piece `piece` does not contradict leaf `leaf` of another piece:
    further facts, and a refutation where the two have no common point."""

    piece: int
    region: int
    leaf: int
    facts: tuple[Fact, ...] = ()
    refutation: Refutation = ()


@dataclass(frozen=True)
class Certificate:
    """A claim with its proof; `point` is a point of the region (its parameters in order)."""

    claim: Claim
    chart: Chart
    tree: Node
    point: tuple[Rational, ...] | None = None
    pieces: tuple[Piece, ...] = ()
    overlaps: tuple[Overlap, ...] = ()

    def to_data(self, with_claim: bool = True) -> dict[str, Any]:
        """The JSON form."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "claim": self.claim.to_data() if with_claim else None,
            "point": None if self.point is None else [str(v) for v in self.point],
            "chart": chart_to_data(self.chart),
            "tree": _write_node(self.tree),
        }
        if isinstance(self.claim, Optimum):
            data["pieces"] = [
                {
                    "status": p.status,
                    "value": None if p.value is None else write_fraction(p.value),
                    "regions": [[[str(c.polynomial), c.relation] for c in r] for r in p.regions],
                    "leaves": list(p.leaves),
                }
                for p in self.pieces
            ]
            data["overlaps"] = [
                {"piece": o.piece, "region": o.region, "leaf": o.leaf,
                 "facts": _write_facts(o.facts), "refutation": _write_refutation(o.refutation)}
                for o in self.overlaps
            ]
        return data


def leaves(node: Node) -> Iterator[Leaf]:
    """The leaves from left to right."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Split):
        for _, child in node.branches:
            yield from leaves(child)
    else:
        for child in node.branches:
            yield from leaves(child)


def facts(node: Node) -> Iterator[Fact]:
    """Every fact of the tree."""
    yield from node.facts
    if isinstance(node, Split):
        for _, child in node.branches:
            yield from facts(child)
    elif isinstance(node, Largest):
        for child in node.branches:
            yield from facts(child)


# --- writing -------------------------------------------------------------------------------------


def _write_refutation(refutation: Refutation) -> list[Any]:
    return [
        [str(t.coefficient), list(t.uses)] + ([] if t.square is None else [str(t.square)])
        for t in refutation
    ]


def _write_facts(items: tuple[Fact, ...]) -> list[Any]:
    return [
        {
            "polynomial": str(f.condition.polynomial),
            "relation": f.condition.relation,
            "because": [_write_refutation(r) for r in f.because],
        }
        for f in items
    ]


def _write_node(node: Node) -> dict[str, Any]:
    data: dict[str, Any] = {"facts": _write_facts(node.facts)} if node.facts else {}
    if isinstance(node, Split):
        data["split"] = str(node.polynomial)
        data["branches"] = [[relation, _write_node(child)] for relation, child in node.branches]
    elif isinstance(node, Largest):
        data["largest"] = [str(f) for f in node.polynomials]
        data["branches"] = [_write_node(child) for child in node.branches]
    else:
        data["leaf"] = node.kind
        for name in ("primal", "dual", "ray"):
            if pairs := getattr(node, name):
                data[name] = {k: write_fraction(v) for k, v in pairs}
        if node.refutation:
            data["refutation"] = _write_refutation(node.refutation)
    return data
