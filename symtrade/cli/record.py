"""One line of work done, and its three forms: a line, a row of the table, JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symtrade.cli.text import at, count, table

if TYPE_CHECKING:
    from symtrade.papers import Derivation, Outcome, Paper
    from symtrade.prover import Claim

WORDS = ("holds", "refuted", "undefined", "unknown")


@dataclass(frozen=True)
class Record:
    """A result, as derived or kept, without its certificates; `reasons` say why it is not proved."""

    paper: str
    id: str
    title: str
    verdict: str
    seconds: float
    statement: tuple[dict[str, str], ...] = ()
    claims: tuple[Claim, ...] = ()
    certificate_bytes: int = 0
    reasons: tuple[str, ...] = ()
    kept: bool = False

    def line(self) -> str:
        """The result in a line."""
        text = f"{self.paper}/{self.id}: {self.verdict}"
        if self.statement or self.certificate_bytes:
            text += f", {count(len(self.statement), 'case')}"
        if self.claims:
            counts = [(word, self.counted(word)) for word in WORDS]
            text += ", printed claims: " + ", ".join(f"{n} {word}" for word, n in counts if n)
        text += f", {self.seconds:.2f} s" + (", kept" if self.kept else "")
        return text + "".join(f"\n  {reason}" for reason in self.reasons)

    def counted(self, word: str) -> int:
        """How many printed claims have a verdict."""
        return sum(claim.verdict == word for claim in self.claims)


def record(paper: Paper, outcome: Outcome, kept: bool = False) -> Record:
    """The record of a derivation that has been run."""
    item = outcome.derivation
    return Record(paper.key, item.id, item.title, outcome.verdict, outcome.seconds,
                  tuple(outcome.data["statement"]), outcome.claims, outcome.certificate_bytes,
                  outcome.failures, kept)


def given_up(paper: Paper, item: Derivation, seconds: float, failure: str) -> Record:
    """The record of a derivation whose search gave up."""
    return Record(paper.key, item.id, item.title, "unknown", seconds, reasons=(f"unknown: {failure}",))


def summary(paper: Paper, records: Sequence[Record]) -> str:
    """The table of a paper, then why results failed, then what is wrong with printed claims."""
    head = ["result", "verdict", "cases", *WORDS, "certificate bytes", "seconds"]
    rows = []
    for one in records:
        numbers = (len(one.statement), *(one.counted(word) for word in WORDS), one.certificate_bytes)
        cells = [str(number) for number in numbers]
        spent = "kept" if one.kept else f"{one.seconds:.2f}"
        rows.append([one.id, one.verdict, *cells, spent])
    text = f"{paper.authors} ({paper.year}), {paper.title}\n\n" + table(head, rows, range(2, len(head)))
    lines = [f"{one.id}: {reason}" for one in records for reason in one.reasons]
    lines += [finding(claim) for one in records for claim in one.claims if claim.verdict != "holds"]
    return text + ("\n" + "\n".join(lines) + "\n" if lines else "")


def finding(claim: Claim) -> str:
    """A printed claim that does not hold, in a line."""
    text = f"{claim.id} ({claim.place}) is {claim.verdict}: {claim.printed}"
    if claim.witness:
        text += f"; fails at {at(claim.witness)}"
    return text + (f"; corrected: {claim.corrected}" if claim.corrected else "")


def paper_json(key: str, records: Sequence[Record]) -> dict[str, Any]:
    """What ``derive --json`` prints of a paper."""
    from symtrade.prover import claim_data

    fields = ("id", "place", "printed", "verdict", "witness", "corrected")
    claims = [claim_data(claim) for one in records for claim in one.claims]
    return {
        "paper": key,
        "results": [
            {"id": one.id, "title": one.title, "verdict": one.verdict, "statement": list(one.statement),
             "certificate_bytes": one.certificate_bytes, "seconds": round(one.seconds, 3)}
            for one in records
        ],
        "claims": [{name: claim[name] for name in fields} for claim in claims],
    }
