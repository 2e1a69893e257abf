"""Reading certificates: JSON data is refused unless it is exactly what would be written for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from symtrade.kernel.certificate import (
    FORMAT,
    Certificate,
    CertificateError,
    Claim,
    Empty,
    Fact,
    Implication,
    Largest,
    Leaf,
    Node,
    Optimum,
    Overlap,
    Piece,
    Refutation,
    Split,
    Term,
)
from symtrade.kernel.charts import Charts
from symtrade.kernel.polynomial import Coefficient, Ring, parse_rational
from symtrade.kernel.program import read_constraint, read_program
from symtrade.kernel.region import Condition, read_region

OTHER_CLAIM = "the certificate belongs to another claim: the model has changed"
Read = TypeVar("Read")


def fields(data: Any, required: str, optional: str = "") -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise CertificateError(f"expected an object with {required}, got {data!r:.60}")
    wanted, allowed = set(required.split()), set(required.split()) | set(optional.split())
    if missing := wanted - data.keys():
        raise CertificateError(f"{min(missing)!r} is missing")
    if extra := data.keys() - allowed:
        raise CertificateError(f"{min(extra)!r} is no field of format {FORMAT}")
    return data


def index(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CertificateError(f"expected a position 0, 1, 2, ..., got {value!r}")
    return value


def _read_refutation(data: Any, ring: Ring) -> Refutation:
    terms = []
    for item in data:
        if not isinstance(item, list) or len(item) not in (2, 3):
            raise CertificateError(f"expected [coefficient, hypotheses, square?], got {item!r:.60}")
        square = ring.parse(item[2]) if len(item) == 3 else None
        terms.append(Term(ring.parse(item[0]), tuple(index(i) for i in item[1]), square))
    return tuple(terms)


def _read_facts(data: Any, ring: Ring) -> tuple[Fact, ...]:
    result = []
    for item in data:
        item = fields(item, "polynomial relation because")
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
        fields(data, "split branches", "facts")
        branches = tuple((str(r), _read_node(child, ring, coordinates)) for r, child in data["branches"])
        return Split(ring.parse(data["split"]), branches, known)
    if "largest" in data:
        fields(data, "largest branches", "facts")
        children = tuple(_read_node(child, ring, coordinates) for child in data["branches"])
        return Largest(tuple(ring.parse(f) for f in data["largest"]), children, known)
    fields(data, "leaf", "facts primal dual ray refutation")
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
        return Empty(read_region(fields(data, "kind region")["region"]))
    if kind not in ("optimum", "implication"):
        raise CertificateError(f"expected a claim of kind optimum, implication or empty, got {kind!r}")
    fields(data, "kind program digest" + (" constraint" if kind == "implication" else ""))
    program = read_program(data["program"])
    if program.digest != data["digest"]:
        raise CertificateError("the digest is stale: it belongs to another program")
    if kind == "optimum":
        return Optimum(program)
    return Implication(program, read_constraint(data["constraint"], program.ring))


def read_certificate(data: Any, claim: Claim | None = None, charts: Charts | None = None) -> Certificate:
    """The certificate whose :meth:`Certificate.to_data` is `data`.

    `claim` and `charts` as in :func:`symtrade.kernel.evidence.read_evidence`.  Raises
    CertificateError on malformed data and on a format this version does not know.
    """

    def read() -> Certificate:
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            found = data.get("format") if isinstance(data, dict) else data
            raise CertificateError(f"expected format {FORMAT!r}, got {found!r:.60}")
        fields(data, "format claim point chart tree", "pieces overlaps")
        proved = claim or _read_claim(data["claim"])
        ring = proved.region.ring
        chart = (charts or Charts()).read(data["chart"], ring)
        point = data["point"]
        return Certificate(
            proved,
            chart,
            _read_node(data["tree"], ring, chart.ring),
            None if point is None else tuple(parse_rational(v) for v in point),
            tuple(_read_piece(p, ring) for p in data.get("pieces", [])),
            tuple(_read_overlap(o, chart.ring) for o in data.get("overlaps", [])),
        )

    return read_exactly(data, FORMAT, read, claim)


def read_exactly(data: Any, form: str, read: Callable[[], Read], claim: Any = None) -> Read:
    """The certificate that `read` makes of `data`, refused unless `data` is what is written for it.

    `claim` is the claim that it must have, if it is known.  Raises CertificateError, and nothing else.
    """
    try:
        if claim is not None and (changed := difference(data["claim"], claim.to_data())) is not None:
            raise CertificateError(f"{OTHER_CLAIM}: {changed}")
        certificate: Any = read()
        given = data if claim is None else {**data, "claim": None}  # that has been compared
        found = difference(given, certificate.to_data(with_claim=claim is None))
    except CertificateError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise CertificateError(f"malformed certificate: {error}") from error
    if found is not None:
        raise CertificateError(f"not in the form of {form}: {found}")
    return certificate  # type: ignore[no-any-return]


def difference(given: Any, canonical: Any) -> str | None:
    """Where data first differs from its canonical form: nothing that the checker does not read may
    stand in a certificate."""
    return None if json.dumps(given) == json.dumps(canonical) else _difference(given, canonical, "")


def _difference(given: Any, canonical: Any, where: str) -> str | None:
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
    fields(data, "status value regions leaves")
    return Piece(
        str(data["status"]),
        None if data["value"] is None else ring.parse_fraction(data["value"]),
        tuple(tuple(Condition(ring.parse(f), r) for f, r in region) for region in data["regions"]),
        tuple(index(i) for i in data["leaves"]),
    )


def _read_overlap(data: Any, coordinates: Ring) -> Overlap:
    fields(data, "piece region leaf facts refutation")
    return Overlap(
        index(data["piece"]), index(data["region"]), index(data["leaf"]),
        _read_facts(data["facts"], coordinates), _read_refutation(data["refutation"], coordinates),
    )
