"""The statement of an optimum: its lines agree with the leaves and with each other.

A line may state its region with fewer conditions than the tree used, or join several leaves.  So
two things are checked: every leaf lies in the region of its own line, and wherever a region meets
a leaf of another line, the two say the same (both optimal with equal value) or never meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symtrade.kernel.certificate import Certificate, CertificateError, Leaf, Overlap, Piece
from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction
from symtrade.kernel.region import Condition
from symtrade.kernel.signs import Signs

SIGNS = {">": "+", ">=": "+0", "=": "0", "<=": "-0", "<": "-", "!=": "+-"}
FLIP = str.maketrans("+-", "-+")

Step = tuple[Polynomial, str]


def literals(steps: Sequence[Step]) -> dict[str, tuple[Polynomial, frozenset[str]]]:
    """The signs that conditions leave to each polynomial, up to its own sign; by canonical text."""
    result: dict[str, tuple[Polynomial, frozenset[str]]] = {}
    for f, relation in steps:
        signs = SIGNS[relation]
        if not f.is_zero() and f.leading_coefficient() < 0:
            f, signs = -f, signs.translate(FLIP)
        known = result.get(str(f), (f, frozenset("+-0")))[1]
        result[str(f)] = (f, known & frozenset(signs))
    return result


def check_pieces(certificate: Certificate, found: Sequence[tuple[Leaf, Signs, tuple[Step, ...]]]) -> None:
    """Raise CertificateError unless the pieces state what the leaves prove."""
    owner: dict[int, int] = {}
    for k, piece in enumerate(certificate.pieces):
        for number in piece.leaves:
            if number >= len(found) or number in owner:
                raise CertificateError(f"pieces: piece {k}: leaf {number} does not exist or is in two pieces")
            owner[number] = k
            check_line(certificate, piece, *found[number], f"pieces: piece {k}, leaf {number}")
        if not piece.leaves or not piece.regions or piece.status == "empty":
            raise CertificateError(f"pieces: piece {k} is empty")
    for number, (leaf, _, _) in enumerate(found):
        if leaf.kind != "empty" and number not in owner:
            raise CertificateError(f"pieces: leaf {number} is in no piece")
    reasons = {(o.piece, o.region, o.leaf): o for o in certificate.overlaps}
    if len(reasons) != len(certificate.overlaps):
        raise CertificateError("overlaps: one is given twice")
    for k, r, number in reasons:
        if k >= len(certificate.pieces) or r >= len(certificate.pieces[k].regions) or number >= len(found):
            raise CertificateError(f"overlaps: region {r} of piece {k} or leaf {number} does not exist")
    for number, (_, known, path) in enumerate(found):
        for k, piece in enumerate(certificate.pieces):
            if owner.get(number, k) == k:
                continue
            for r, region in enumerate(piece.regions):
                where = f"pieces: region {r} of piece {k} against leaf {number}"
                other = certificate.pieces[owner[number]]
                here = overlap_hypotheses(region, known, path)
                if here is not None:
                    _check_overlap(piece, other, here, reasons.pop((k, r, number), None), where)
    if reasons:
        k, r, number = min(reasons)
        raise CertificateError(f"overlaps: region {r} of piece {k} against leaf {number} needs no reason")


def check_line(certificate: Certificate, piece: Piece, leaf: Leaf, known: Signs,
               path: tuple[Step, ...], where: str) -> None:
    """Raise CertificateError unless a piece states what its leaf proves, and holds wherever the leaf does."""
    if piece.status != leaf.kind:
        raise CertificateError(f"{where}: the piece says {piece.status}, the leaf {leaf.kind}")
    if (piece.value is None) != (piece.status != "optimal"):
        raise CertificateError(f"{where}: exactly the optimal pieces have a value")
    if piece.status == "optimal" and not _same(piece.value, leaf_value(certificate, leaf), known):
        raise CertificateError(f"{where}: the value is {leaf_value(certificate, leaf)}, not {piece.value}")
    have = literals(path)
    for region in piece.regions:
        wanted = literals([(c.polynomial, c.relation) for c in region])
        if all((text in have and have[text][1] <= signs) or _known(f, signs, known)
               for text, (f, signs) in wanted.items()):
            return
    raise CertificateError(f"{where}: the leaf is in none of the piece's regions")


def _known(f: Polynomial, signs: frozenset[str], known: Signs) -> bool:
    """Whether the leaf's facts leave a polynomial only the given signs."""
    found = known.sign(f)
    return found is not None and frozenset(SIGNS[found]) <= signs


def leaf_value(certificate: Certificate, leaf: Leaf) -> Coefficient:
    """The objective at the leaf's point."""
    objective, point = certificate.claim.program.objective, dict(leaf.primal)  # type: ignore[union-attr]
    total = objective.constant
    for variable, coefficient in objective.coefficients:
        if variable in point:
            total = total + coefficient * point[variable]
    return total


def _same(one: Any, other: Any, known: Signs) -> bool:
    """Both defined and equal wherever the hypotheses hold."""
    dens = [v.den for v in (one, other) if isinstance(v, RationalFunction)]
    return all(known.sign(d) in (">", "<", "!=") for d in dens) and known.allows(one - other, ("=",))


def _check_overlap(piece: Piece, other: Piece, here: Signs, reason: Overlap | None, where: str) -> None:
    if reason is not None:
        here = here.with_facts(reason.facts, where)
        if reason.refutation:
            here.refute(reason.refutation, where)
            return
    optimal = piece.status == "optimal"
    if piece.status != other.status or (optimal and not _same(piece.value, other.value, here)):
        raise CertificateError(f"{where}: both may hold, and they differ")


def overlap_hypotheses(region: tuple[Condition, ...], known: Signs, path: tuple[Step, ...]) -> Signs | None:
    """What is known where a region meets a leaf; None where their signs exclude each other."""
    both = literals([*path, *((c.polynomial, c.relation) for c in region)])
    if any(not signs for _, signs in both.values()):
        return None
    ties = [known.condition(f, "=") for f, signs in both.values() if signs == {"0"}]
    return known.with_hypotheses(*(known.condition(c.polynomial, c.relation) for c in region), *ties)
