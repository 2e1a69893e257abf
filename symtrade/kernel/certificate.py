"""The certificate language: data, and its JSON form (docs/certificate-format.md).

A certificate is a claim, a chart of its region, and a decision tree.  An inner node asks for the
sign of a polynomial, or which of several polynomials is the largest; its children together are
everything, so the leaves cover the region by construction.  A leaf holds the evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    Rational,
    Ring,
    parse_rational,
    write_fraction,
)
from symtrade.kernel.program import Constraint, LinearProgram, read_constraint, read_program
from symtrade.kernel.region import Chart, Condition, Region, chart_to_data, read_chart, read_region

FORMAT = "symtrade-certificate/1"
RESULT = "symtrade-result/1"  # a file of several certificates: symtrade.papers


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

    def to_data(self) -> dict[str, Any]:
        """The JSON form."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "claim": self.claim.to_data(),
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


# --- reading -------------------------------------------------------------------------------------


def _fields(data: Any, required: str, optional: str = "") -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise CertificateError(f"expected an object with {required}, got {data!r:.60}")
    wanted, allowed = set(required.split()), set(required.split()) | set(optional.split())
    if missing := wanted - data.keys():
        raise CertificateError(f"{min(missing)!r} is missing")
    if extra := data.keys() - allowed:
        raise CertificateError(f"{min(extra)!r} is no field of format {FORMAT}")
    return data


def _index(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CertificateError(f"expected a position 0, 1, 2, ..., got {value!r}")
    return value


def _read_refutation(data: Any, ring: Ring) -> Refutation:
    terms = []
    for item in data:
        if not isinstance(item, list) or len(item) not in (2, 3):
            raise CertificateError(f"expected [coefficient, hypotheses, square?], got {item!r:.60}")
        square = ring.parse(item[2]) if len(item) == 3 else None
        terms.append(Term(ring.parse(item[0]), tuple(_index(i) for i in item[1]), square))
    return tuple(terms)


def _read_facts(data: Any, ring: Ring) -> tuple[Fact, ...]:
    result = []
    for item in data:
        item = _fields(item, "polynomial relation because")
        condition = Condition(ring.parse(item["polynomial"]), item["relation"])
        result.append(Fact(condition, tuple(_read_refutation(r, ring) for r in item["because"])))
    return tuple(result)


def _read_pairs(data: Any, ring: Ring) -> tuple[tuple[str, Coefficient], ...]:
    if not isinstance(data, dict):
        raise CertificateError(f"expected an object of coefficients, got {data!r:.60}")
    return tuple((name, ring.parse_fraction(value)) for name, value in data.items())


def _read_node(data: Any, ring: Ring, coordinates: Ring) -> Node:
    if not isinstance(data, dict):
        raise CertificateError(f"expected a node, got {data!r:.60}")
    known = _read_facts(data.get("facts", []), coordinates)
    if "split" in data:
        _fields(data, "split branches", "facts")
        branches = tuple((str(r), _read_node(child, ring, coordinates)) for r, child in data["branches"])
        return Split(ring.parse(data["split"]), branches, known)
    if "largest" in data:
        _fields(data, "largest branches", "facts")
        children = tuple(_read_node(child, ring, coordinates) for child in data["branches"])
        return Largest(tuple(ring.parse(f) for f in data["largest"]), children, known)
    _fields(data, "leaf", "facts primal dual ray refutation")
    return Leaf(
        str(data["leaf"]),
        known,
        _read_pairs(data.get("primal", {}), ring),
        _read_pairs(data.get("dual", {}), ring),
        _read_pairs(data.get("ray", {}), ring),
        _read_refutation(data.get("refutation", []), coordinates),
    )


def _read_claim(data: Any) -> Claim:
    kind = data.get("kind") if isinstance(data, dict) else None
    if kind == "empty":
        return Empty(read_region(_fields(data, "kind region")["region"]))
    if kind not in ("optimum", "implication"):
        raise CertificateError(f"expected a claim of kind optimum, implication or empty, got {kind!r}")
    _fields(data, "kind program digest" + (" constraint" if kind == "implication" else ""))
    program = read_program(data["program"])
    if program.digest != data["digest"]:
        raise CertificateError("the digest is stale: it belongs to another program")
    if kind == "optimum":
        return Optimum(program)
    return Implication(program, read_constraint(data["constraint"], program.ring))


def read_certificate(data: Any) -> Certificate:
    """The certificate whose :meth:`Certificate.to_data` is `data`.

    Raises CertificateError on malformed data and on a format this version does not know.
    """
    try:
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            found = data.get("format") if isinstance(data, dict) else data
            raise CertificateError(f"expected format {FORMAT!r}, got {found!r:.60}")
        _fields(data, "format claim point chart tree", "pieces overlaps")
        claim = _read_claim(data["claim"])
        ring = claim.region.ring
        chart = read_chart(data["chart"], ring)
        point = data["point"]
        certificate = Certificate(
            claim,
            chart,
            _read_node(data["tree"], ring, chart.ring),
            None if point is None else tuple(parse_rational(v) for v in point),
            tuple(_read_piece(p, ring) for p in data.get("pieces", [])),
            tuple(_read_overlap(o, chart.ring) for o in data.get("overlaps", [])),
        )
        difference = _difference(data, certificate.to_data(), "")
    except CertificateError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise CertificateError(f"malformed certificate: {error}") from error
    if difference is not None:
        raise CertificateError(f"not in the form of {FORMAT}: {difference}")
    return certificate


def _difference(given: Any, canonical: Any, where: str) -> str | None:
    """Where data first differs from its canonical form: nothing that the checker does not read may
    stand in a certificate."""
    if isinstance(given, dict) and isinstance(canonical, dict):
        for key in [*given, *canonical]:
            if key not in given or key not in canonical:
                return f"{where}/{key} " + ("is missing" if key in canonical else "has no meaning here")
        return next((d for k in given if (d := _difference(given[k], canonical[k], f"{where}/{k}"))), None)
    if isinstance(given, list) and isinstance(canonical, list) and len(given) == len(canonical):
        pairs = enumerate(zip(given, canonical, strict=True))
        return next((d for i, (g, c) in pairs if (d := _difference(g, c, f"{where}/{i}"))), None)
    same = type(given) is type(canonical) and given == canonical
    return None if same else f"{where} reads {given!r:.60}, expected {canonical!r:.60}"


def _read_piece(data: Any, ring: Ring) -> Piece:
    _fields(data, "status value regions leaves")
    return Piece(
        str(data["status"]),
        None if data["value"] is None else ring.parse_fraction(data["value"]),
        tuple(tuple(Condition(ring.parse(f), r) for f, r in region) for region in data["regions"]),
        tuple(_index(i) for i in data["leaves"]),
    )


def _read_overlap(data: Any, coordinates: Ring) -> Overlap:
    _fields(data, "piece region leaf facts refutation")
    return Overlap(
        _index(data["piece"]), _index(data["region"]), _index(data["leaf"]),
        _read_facts(data["facts"], coordinates), _read_refutation(data["refutation"], coordinates),
    )
