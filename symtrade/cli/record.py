"""One line of work done, and its three forms: a line, a row of the table, JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symtrade.cli.text import at, count, table

if TYPE_CHECKING:
    from symtrade.papers import Derivation, Outcome, Paper

WORDS = ("holds", "refuted", "undefined", "unknown")


@dataclass(frozen=True)
class Record:
    """A result, as derived or kept; `outcome` is None where the search gave up (`failure` says why)."""

    item: Derivation
    outcome: Outcome | None
    seconds: float
    kept: bool = False
    failure: str = ""

    @property
    def verdict(self) -> str:
        return "unknown" if self.outcome is None else self.outcome.verdict

    @property
    def text(self) -> str:
        """The file that holds the result."""
        assert self.outcome is not None
        return json.dumps(self.outcome.data, indent=1, ensure_ascii=False) + "\n"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the result is not proved."""
        return (f"unknown: {self.failure}",) if self.outcome is None else self.outcome.failures

    def line(self, paper: str) -> str:
        """The result in a line."""
        text = f"{paper}/{self.item.id}: {self.verdict}"
        if self.outcome is not None:
            text += f", {count(len(self.outcome.result.statement), 'case')}"
            counts = [(word, _counted(self.outcome, word)) for word in WORDS]
            if self.outcome.claims:
                text += ", printed claims: " + ", ".join(f"{n} {word}" for word, n in counts if n)
        text += f", {self.seconds:.2f} s" + (", kept" if self.kept else "")
        return text + "".join(f"\n  {reason}" for reason in self.reasons)


def _counted(outcome: Outcome, word: str) -> int:
    return sum(claim.verdict == word for claim in outcome.claims)


def summary(paper: Paper, records: Sequence[Record]) -> str:
    """The table of a paper, then why results failed, then what is wrong with printed claims."""
    head = ["result", "verdict", "cases", *WORDS, "certificate bytes", "seconds"]
    rows = []
    for record in records:
        outcome = record.outcome
        cells = ["-"] * 6 if outcome is None else [
            str(len(outcome.result.statement)), *(str(_counted(outcome, word)) for word in WORDS),
            str(outcome.certificate_bytes)]
        spent = "kept" if record.kept else f"{record.seconds:.2f}"
        rows.append([record.item.id, record.verdict, *cells, spent])
    text = f"{paper.authors} ({paper.year}), {paper.title}\n\n" + table(head, rows, range(2, len(head)))
    lines = [f"{r.item.id}: {reason}" for r in records for reason in r.reasons]
    lines += [finding(c) for r in records if r.outcome for c in r.outcome.claims if c.verdict != "holds"]
    return text + ("\n" + "\n".join(lines) + "\n" if lines else "")


def finding(claim: Any) -> str:
    """A printed claim that does not hold, in a line."""
    text = f"{claim.id} ({claim.place}) is {claim.verdict}: {claim.printed}"
    if claim.witness:
        text += f"; fails at {at(claim.witness)}"
    return text + (f"; corrected: {claim.corrected}" if claim.corrected else "")


def paper_json(key: str, records: Sequence[Record]) -> dict[str, Any]:
    """What ``derive --json`` prints of a paper."""
    claims = [c for r in records if r.outcome is not None for c in r.outcome.data["claims"]]
    fields = ("id", "place", "printed", "verdict", "witness", "corrected")
    return {
        "paper": key,
        "results": [
            {
                "id": r.item.id, "title": r.item.title, "verdict": r.verdict,
                "statement": [] if r.outcome is None else r.outcome.data["statement"],
                "certificate_bytes": 0 if r.outcome is None else r.outcome.certificate_bytes,
                "seconds": round(r.seconds, 3),
            }
            for r in records
        ],
        "claims": [{name: claim[name] for name in fields} for claim in claims],
    }
