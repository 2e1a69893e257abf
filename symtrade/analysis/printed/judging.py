"""The referee: a printed proof, judged line by line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sympy

from symtrade.analysis.printed.audit import Audit, audit
from symtrade.analysis.printed.proposals import Proposal, propose
from symtrade.analysis.printed.reasons import Reasons, decide, is_undefined, multipliers, weights
from symtrade.kernel.verdict import Proved, Refuted, Verdict
from symtrade.model.claims import refuse_undefined
from symtrade.model.errors import UndefinedExpression, expect
from symtrade.model.latex_input import Link
from symtrade.model.printed_proof import PrintedLine, PrintedProof
from symtrade.prover import Prover, Searching

PROVED, REFUTED, UNKNOWN, UNDEFINED = "proved", "refuted", "unknown", "undefined"
BROKEN = {sympy.nan: "a name in it is defined nowhere", sympy.zoo: "it divides by zero"}
Witness = Mapping[Any, Any]


@dataclass(frozen=True)
class Judgement:
    """One relation of a line, judged.

    `verdict` is proved, refuted, unknown or undefined (as printed): does it hold under the
    hypotheses of the theorem?  `follows` says whether it follows from what the line cites; where it
    does not, `gap` holds exact values at which the citations hold and the relation fails, if any
    were found.  `used` are the constraints and earlier lines that the proof adds up, `weights` their
    nonnegative factors (where the same ones serve for all parameters), `rests_on` the cited lines
    that are themselves not proved.
    """

    link: Link
    verdict: str
    reason: str = ""
    witness: Witness | None = None
    certificates: tuple[Any, ...] = ()
    used: tuple[str, ...] = ()
    weights: Mapping[str, Any] = field(default_factory=dict)
    follows: bool = True
    gap: Witness | None = None
    rests_on: tuple[str, ...] = ()
    audit: Audit | None = None
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True)
class JudgedLine:
    """A line with the judgements of its relations."""

    line: PrintedLine
    judgements: tuple[Judgement, ...]

    @property
    def verdict(self) -> str:
        """The worst verdict of its relations."""
        found = {j.verdict for j in self.judgements}
        return next((v for v in (REFUTED, UNDEFINED, UNKNOWN) if v in found), PROVED)


@dataclass(frozen=True)
class Report:
    """A printed proof with its judgements.

    `where` says where the hypotheses can be met at all: pairs of a region and ``possible`` or
    ``contradictory``.  `theorem` is the audit of the conclusions: a minimal set of hypotheses for
    them; `unused` are hypotheses that no proved line needs.
    """

    proof: PrintedProof
    lines: tuple[JudgedLine, ...]
    where: tuple[tuple[Any, str], ...] = ()
    theorem: Audit | None = None
    unused: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """Proved if every line is, else the worst verdict."""
        found = {line.verdict for line in self.lines}
        return next((v for v in (REFUTED, UNDEFINED, UNKNOWN) if v in found), PROVED)

    @property
    def certificates(self) -> tuple[Any, ...]:
        """Every certificate, in the order of the lines."""
        return tuple(c for line in self.lines for j in line.judgements for c in j.certificates)


def referee(proof: PrintedProof, *, auditing: bool = True, dropping: bool = False, proposals: int = 3,
            progress: Callable[[str], None] | None = None) -> Report:
    """Judge a printed proof line by line.

    `auditing` looks for a minimal set of hypotheses for each line and for the theorem; `dropping`
    also shows what goes wrong when one of the theorem's hypotheses is dropped; `proposals` is how
    many nearby true lines to look for where a line is false.  Raises ModelError where the proof
    cannot be read, EmptyRegion where no parameters satisfy the hypotheses.

    >>> import symtrade as st
    >>> from sympy import symbols
    >>> a, b = symbols("a b")
    >>> proof = st.PrintedProof("means", (
    ...     st.PrintedLine("(1)", (a - b)**2 >= 0),
    ...     st.PrintedLine("(2)", a**2 + b**2 > 2*a*b, uses=("(1)",))), parameters=(a, b))
    >>> report = referee(proof)
    >>> [line.verdict for line in report.lines]
    ['proved', 'refuted']
    >>> str(report.lines[1].judgements[0].proposals[0].claim)
    'a**2 + b**2 >= 2*a*b'
    """
    expect(proof, PrintedProof, "referee", "a PrintedProof, or read_proof(FILE)")
    prover = Searching(progress=None)
    whole = reasons_of(proof)
    done: list[JudgedLine] = []
    where = _where(proof, prover)
    for number, line in enumerate(proof.lines, 1):
        if progress is not None:
            progress(f"line {line.label} ({number} of {len(proof.lines)})")
        judged = []
        for link in line.links:
            judgement = judge(link, line, proof, whole, tuple(done), prover)
            if auditing and judgement.verdict == PROVED:
                cited = whole
                if judgement.follows:
                    cited = _cited(proof, line, whole, tuple(done), true_only=True)
                judgement = _audited(judgement, audit(link.claim, cited, prover, judgement.used))
            elif proposals and judgement.verdict == REFUTED:
                found = propose(link.claim, whole, prover, judgement.witness or {}, proposals)
                judgement = replace(judgement, proposals=found)
            judged.append(judgement)
        done.append(JudgedLine(line, tuple(judged)))
    theorem: Audit | None = None
    unused: tuple[str, ...] = ()
    if auditing:
        if progress is not None:
            progress("the hypotheses of the theorem")
        theorem = _theorem(proof, tuple(done), whole, prover, dropping)
        unused = _unused(tuple(done), whole, theorem, proof.everywhere)
    return Report(proof, tuple(done), where, theorem, unused)


def reasons_of(proof: PrintedProof) -> Reasons:
    """All hypotheses of a proof."""
    return Reasons(proof.program, proof.symbols, proof.hypotheses, proof.rows)


def judge(link: Link, line: PrintedLine, proof: PrintedProof, whole: Reasons, before: tuple[JudgedLine, ...],
          prover: Prover) -> Judgement:
    """One relation: does it hold under the hypotheses, and does it follow from what its line cites?"""
    from symtrade.solve.errors import EmptyRegion

    if link.claim in BROKEN:
        return Judgement(link, UNDEFINED, BROKEN[link.claim])
    try:
        refuse_undefined(link.claim)
        cited = _cited(proof, line, whole, before, true_only=True)
        found = decide(link.claim, cited, prover)
        if isinstance(found, Proved):
            return Judgement(link, PROVED, rests_on=_open(line, before), **_evidence(found))
        if is_undefined(found):
            return Judgement(link, UNDEFINED, found.reason, found.witness)  # type: ignore[union-attr]
        outright = found if cited.names == whole.names else decide(link.claim, whole, prover)
        doubtful = _open(line, before)
        follows = False
        if doubtful:
            try:
                follows = isinstance(decide(link.claim, _cited(proof, line, whole, before), prover), Proved)
            except EmptyRegion:
                follows = True  # what it cites is contradictory
        return _judgement(link, outright, found, follows, doubtful)
    except UndefinedExpression as error:
        return Judgement(link, UNDEFINED, str(error))


def _judgement(link: Link, outright: Verdict, from_citations: Verdict, follows: bool,
               doubtful: tuple[str, ...]) -> Judgement:
    gap = from_citations.witness if isinstance(from_citations, Refuted) else None
    if isinstance(outright, Proved):
        return Judgement(link, PROVED, follows=follows, gap=None if follows else gap,
                         rests_on=doubtful if follows else (), **_evidence(outright))
    if isinstance(outright, Refuted):
        return Judgement(link, REFUTED, outright.reason, outright.witness, follows=follows, rests_on=doubtful)
    return Judgement(link, UNKNOWN, outright.reason, follows=follows, gap=gap, rests_on=doubtful)


def _audited(judgement: Judgement, found: Audit) -> Judgement:
    """A judgement with its audit, and with the shorter proof that this found."""
    if found.proof is None:
        return replace(judgement, audit=found)
    return replace(judgement, audit=found, **_evidence(found.proof))


def _evidence(proof: Proved) -> dict[str, Any]:
    """What a judgement keeps of a proof."""
    return {"certificates": proof.certificates, "used": multipliers(proof), "weights": weights(proof)}


def _cited(proof: PrintedProof, line: PrintedLine, whole: Reasons, before: tuple[JudgedLine, ...],
           true_only: bool = False) -> Reasons:
    """What a line may use; with `true_only`, of the lines that it cites those that are proved."""
    rows, labels = proof.cited(line)
    lines = [(other.line.label, j.link.claim) for other in before if other.line.label in labels
             for j in other.judgements
             if j.link.claim not in BROKEN and (j.verdict == PROVED or not true_only)]
    counted = [(label if k == 0 else f"{label}, part {k + 1}", claim)
               for label in dict(lines) for k, claim in enumerate(c for n, c in lines if n == label)]
    return replace(whole, rows=rows, lines=tuple(counted))


def _open(line: PrintedLine, before: tuple[JudgedLine, ...]) -> tuple[str, ...]:
    """The cited lines that are not proved."""
    return tuple(o.line.label for o in before if o.line.label in (line.uses or ()) and o.verdict != PROVED)


def _where(proof: PrintedProof, prover: Prover) -> tuple[tuple[Any, str], ...]:
    """Where the constraints can be met; everything follows from those that cannot."""
    from symtrade.solve.errors import Incomplete

    if proof.program is None:
        prover.prove(sympy.true, [r for _, r in proof.hypotheses], tuple(proof.symbols.values()))
        return ()
    try:
        solution = prover.solve(proof.program)
    except Incomplete:
        return ((sympy.true, UNKNOWN),)
    words = {"optimal": "possible", "infeasible": "contradictory"}
    return tuple((piece.region, words[piece.status]) for piece in solution.pieces)


def _theorem(proof: PrintedProof, lines: tuple[JudgedLine, ...], whole: Reasons, prover: Prover,
             dropping: bool) -> Audit | None:
    """A minimal set of hypotheses for all conclusions together; None where one is not proved."""
    labels = {line.label for line in proof.conclusions}
    found = [j for line in lines if line.line.label in labels for j in line.judgements]
    if any(j.verdict != PROVED for j in found):
        return None
    audits = []
    for judgement in found:
        verdict = decide(judgement.link.claim, whole, prover)
        if not isinstance(verdict, Proved):  # it leans on lines that a direct search does not find again
            return None
        audits.append(audit(judgement.link.claim, whole, prover, multipliers(verdict), dropping))
    return Audit(
        tuple(n for n in whole.names if any(n in a.minimal for a in audits)),
        {name: witness for a in audits for name, witness in a.dropped.items()},
    )


def _unused(lines: tuple[JudgedLine, ...], whole: Reasons, theorem: Audit | None,
            everywhere: frozenset[str]) -> tuple[str, ...]:
    """Hypotheses that nothing needs; those of every mechanism (`everywhere`) are not counted."""
    used = {n for line in lines for j in line.judgements if j.audit is not None for n in j.audit.minimal}
    used |= set(theorem.minimal if theorem is not None else ())
    return tuple(n for n in whole.names if n not in used and n not in everywhere)


