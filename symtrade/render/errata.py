r"""Errata of a paper: the printed claims that do not hold as printed, from their records.

>>> kind(r"b - b", r"\bar{b} - \underline{b}")
'lost bars'
>>> kind(r"a \leq b", r"a \geq b")
'slip'
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from symtrade.prover import Claim, claim_data
from symtrade.render.latex import document, latex_number
from symtrade.render.notation import Notation, escaped

BARS = re.compile(r"\\(?:bar|overline|underline|widehat|widetilde|hat|tilde)(?![A-Za-z])")
LOOSE = re.compile(r"[\s{}]|\\(?:left|right|quad|qquad|,|;|:|!| )(?![A-Za-z])")
WORDS = {"lost bars": "looks like bars lost or exchanged in print", "slip": "looks like a slip",
         "open": "no corrected form is known"}


def errata(claims: Iterable[Claim]) -> list[Claim]:
    """The claims that do not hold as printed."""
    return [claim for claim in claims if claim.verdict != "holds"]


def kind(printed: str, corrected: str | None) -> str:
    """``lost bars`` where print and correction are the same but for bars and underlines, ``slip``
    where they are not, ``open`` where there is no correction."""
    if corrected is None:
        return "open"
    return "lost bars" if skeleton(printed) == skeleton(corrected) else "slip"


def skeleton(formula: str) -> str:
    """A formula without bars, braces and spaces."""
    return LOOSE.sub("", BARS.sub("", formula))


def as_text(title: str, claims: Iterable[Claim]) -> str:
    """The errata for a terminal."""
    found = errata(claims)
    blocks = [title, _count(found)]
    for claim in found:
        looks = WORDS[kind(claim.printed, claim.corrected)]
        lines = [f"{claim.id} ({claim.place}): {claim.verdict}, {looks}", f"  printed    {claim.printed}"]
        if claim.witness:
            lines.append("  fails at   " + ", ".join(f"{k} = {v}" for k, v in claim.witness.items()))
        if claim.corrected:
            lines.append(f"  corrected  {claim.corrected}")
        if claim.note:
            lines.append(f"  note       {claim.note}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _count(found: list[Claim]) -> str:
    if not found:
        return "Every printed claim holds."
    kinds = [kind(c.printed, c.corrected) for c in found]
    counts = ", ".join(f"{kinds.count(k)} {w}" for k, w in (
        ("lost bars", "with lost or exchanged bars"), ("slip", "slips"), ("open", "without a corrected form"))
        if k in kinds)
    return f"{len(found)} printed claims do not hold as printed: {counts}. Every corrected form is proved."


def as_latex(title: str, claims: Iterable[Claim], note: Notation) -> str:
    """The errata as a LaTeX document."""
    found = errata(claims)
    items = []
    for claim in found:
        lines = [rf"\item[{escaped(claim.id)}] ({escaped(claim.place)}) \emph{{{claim.verdict}}}, "
                 f"{WORDS[kind(claim.printed, claim.corrected)]}.", f"Printed: ${claim.printed}$."]
        if claim.witness:
            values = (f"${note.variable(str(k))} = {latex_number(v)}$" for k, v in claim.witness.items())
            lines.append("Fails at " + ", ".join(values) + ".")
        if claim.corrected:
            lines.append(f"Corrected: ${claim.corrected}$.")
        if claim.note:
            lines.append(f"Note: {escaped(claim.note).rstrip(chr(46))}.")
        items.append("\n\n".join(lines))
    body = [escaped(_count(found))]
    if items:
        body.append("\\begin{description}\\raggedright\n" + "\n".join(items) + "\n\\end{description}")
    return document(body, title)


def as_json(key: str, claims: Iterable[Claim]) -> str:
    """``{"paper", "errata": [{id, place, printed, verdict, witness, corrected, note, kind}]}``."""
    rows: list[dict[str, Any]] = [
        {**claim_data(claim), "kind": kind(claim.printed, claim.corrected)} for claim in errata(claims)]
    return json.dumps({"paper": key, "errata": rows}, ensure_ascii=False) + "\n"
