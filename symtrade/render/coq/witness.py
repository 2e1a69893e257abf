"""Points that show that a theorem speaks of something: its hypotheses hold there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from flint import fmpq

from symtrade.kernel.arithmetic import start
from symtrade.kernel.certificate import Certificate, CertificateError, Empty, Implication, Optimum
from symtrade.kernel.polynomial import evaluate_fraction
from symtrade.kernel.program import LinearProgram
from symtrade.kernel.region import Condition, Region
from symtrade.render.coq.chart import stated
from symtrade.render.coq.cleared import is_quotient
from symtrade.render.coq.coordinates import NotExpressible
from symtrade.render.coq.names import comment
from symtrade.render.coq.signs import bracket
from symtrade.render.coq.text import AND, fraction
from symtrade.render.coq.theorem import Transcription
from symtrade.solve.claims import show_empty
from symtrade.solve.rational_lp import RationalLP, solve_rational
from symtrade.solve.sampling import search_points, to_parameters

Point = tuple[Any, ...]


def witness(item: Transcription) -> str:
    """Lemmas on a point of the hypotheses, or a comment that says why there are none."""
    certificate = item.certificate
    if isinstance(certificate.claim, Empty):
        if certificate.point is not None:
            raise NotExpressible("an empty region has no point")
        return _premises(item)
    if certificate.point is None:
        raise NotExpressible("the certificate has no point")
    point = "".join(f" {bracket(fraction(v, ()))}" for v in certificate.point)
    count = len(certificate.claim.region.conditions)
    text = (
        f"Lemma region_point : region{point}.\n"
        f"Proof. unfold region; {f'refine {_holes(count)}; numbers' if count else 'exact I'}. Qed.\n"
    )
    if len(certificate.point) != len(certificate.claim.region.ring.names):
        return text  # Coq refuses it
    if isinstance(certificate.claim, Optimum):
        return text + _from_theorem(item, certificate, point)
    return text + _feasible(item, certificate.claim, certificate.point, point)


def _holes(count: int) -> str:
    return "_" if count == 1 else f"(conj _ {_holes(count - 1)})"


def _premises(item: Transcription) -> str:
    region = item.region
    if len(region.conditions) < 2:
        return comment("The theorem has no hypotheses.")
    premises = Region(region.ring, region.conditions[:-1])
    point = _search(item.certificate, premises)
    if isinstance(point, Certificate):
        return comment("These hypotheses never hold together: a case of a claim, which does not occur.")
    if point is None:
        return comment("No point was found at which all hypotheses hold.")
    names = tuple(bracket(fraction(v, ())) for v in point)
    shown = AND.join(f"({stated(region, k, names)})" for k in range(len(premises.conditions)))
    return (
        f"Lemma hypotheses_point : {shown}.\nProof. refine {_holes(len(premises.conditions))}; numbers. Qed."
    )


def _search(certificate: Certificate, premises: Region) -> Point | Certificate | None:
    """A point of the premises, or a proof that there is none."""
    try:
        known = start(Empty(premises), certificate.chart)
    except CertificateError:
        return None
    found = search_points(known, 1, Random(0), 2000)  # noqa: S311  nothing is secret
    if not found:
        return show_empty(premises, certificate.chart)
    point = to_parameters(known, found[0])
    return point if premises.contains(point) else None


def _from_theorem(item: Transcription, certificate: Certificate, point: str) -> str:
    """The program is feasible at the point, by the theorem itself."""
    assert certificate.point is not None
    for k, piece in enumerate(certificate.pieces):
        for r, region in enumerate(piece.regions):
            if not all(c.holds(certificate.point) for c in region):
                continue
            if piece.status == "infeasible":
                return comment(f"At this point the program is infeasible: piece {k}.")
            return _attained(item, k, r, region, point)
    return comment("No line holds at this point.")


def _attained(item: Transcription, k: int, r: int, region: Sequence[Condition], point: str) -> str:
    assert item.writer is not None
    piece, pieces = item.certificate.pieces[k], item.certificate.pieces
    regions = len(piece.regions)
    where = "".join(["right; "] * r + (["left; "] if r + 1 < regions else []))
    proof = f"refine {_holes(len(region))}; numbers" if region else "exact I"
    before = len(item.writer.denominators()) + 1 + k
    last = before + len(pieces) - k - 1
    pattern = " & ".join("T" if n == before else "_" for n in range(last + 1))
    steps = [
        f"  assert (H : piece_{k}{point}) by (unfold piece_{k}; {where}{proof}).",
        f"  destruct (optimum{point} region_point) as ({pattern}).",
        "  specialize (T H).",
    ]
    if is_quotient(piece.value):
        steps.append("  destruct T as [_ T].")
    steps.append(
        "  destruct T as [[x [F _]] _]." if piece.status == "optimal" else "  destruct (T 0) as [x [F _]]."
    )
    return "\n".join(
        [
            f"Lemma feasible_point : exists x, feasible{point} x.",
            "Proof.",
            *steps,
            "  exists x. exact F.",
            "Qed.",
        ]
    )


def _feasible(item: Transcription, claim: Implication, values: Point, point: str) -> str:
    """A point that satisfies the constraints of an implication, found by an exact linear program."""
    assert item.writer is not None
    found = feasible_at(claim.program, values)
    if found is None:
        return comment(
            "At this point no x is known that satisfies all constraints; they may contradict each other."
        )
    fields = item.writer.fields
    shown = " ".join(bracket(fraction(found[v], ())) for v in fields)
    unfold = f"cbv [{' '.join(fields.values())}]; " if fields else ""
    return (
        f"Lemma feasible_point : exists x, feasible{point} x.\n"
        f"Proof. exists (Point {shown}). constructor; {unfold}numbers. Qed."
    )


def feasible_at(program: LinearProgram, values: Point) -> Mapping[str, Any] | None:
    """A feasible point of a program at rational parameters; None where none was found."""
    index = {v: k for k, v in enumerate(program.variables)}
    rows, lower, upper = [], [], []
    try:
        for row in program.constraints:
            bound = evaluate_fraction(row.bound, values)
            rows.append({index[v]: evaluate_fraction(c, values) for v, c in row.coefficients})
            lower.append(None if row.sense == "<=" else bound)
            upper.append(None if row.sense == ">=" else bound)
    except ZeroDivisionError:
        return None
    if any(
        not row and ((low is not None and low > 0) or (up is not None and up < 0))
        for row, low, up in zip(rows, lower, upper, strict=True)
    ):
        return None
    kept = [k for k, row in enumerate(rows) if row]
    if not kept:
        return {v: fmpq(0) for v in program.variables}
    size = len(index)
    lp = RationalLP(
        [rows[k] for k in kept],
        [lower[k] for k in kept],
        [upper[k] for k in kept],
        [fmpq(0)] * size,
        [None] * size,
        [None] * size,
    )
    answer = solve_rational(lp)
    return None if answer is None else dict(zip(program.variables, answer.x, strict=True))
