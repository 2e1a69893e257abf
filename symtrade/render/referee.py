"""A referee's report as text, LaTeX, HTML and JSON: one story, four dresses."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.printed.judging import JudgedLine, Judgement, Report
from symtrade.kernel.evidence import RESULT
from symtrade.papers import result_text
from symtrade.render.latex import document, latex, latex_number
from symtrade.render.notation import Notation, escaped


@dataclass(frozen=True)
class Formula:
    """A formula in a sentence: as LaTeX, and as plain text."""

    latex: str
    plain: str


Sentence = tuple[str | Formula, ...]
WORDS = {"proved": "Proved.", "refuted": "False.", "unknown": "Undecided.",
         "undefined": "Undefined as printed."}


def notation(report: Report) -> Notation:
    """The symbols of the proof's author."""
    return Notation(names=report.proof.names)


def sentences(judgement: Judgement, note: Notation) -> list[Sentence]:
    """What there is to say of one relation."""
    said: list[Sentence] = [(WORDS[judgement.verdict],)]
    if judgement.verdict == "proved":
        minimal = None if judgement.audit is None else judgement.audit.minimal
        also = [name for name in minimal or () if name not in judgement.used]
        if judgement.used:
            more = () if minimal is None else (", and needs ", *_series(_names(also, note))) if also else (
                ", and needs nothing else",)
            added = _added(judgement, note)
            how = "follows from" if len(added) == 1 else "is a sum of" if judgement.weights else "uses"
            said.append((f"It {how} ", *_series(added), *more, "."))
        elif minimal is not None:
            said.append(("It needs ", *_series(_names(minimal, note)), ".") if minimal
                        else ("It needs none of the hypotheses.",))
    if judgement.witness:
        said.append(("It fails at ", *_series(_values(judgement.witness, note)), "."))
    if judgement.verdict in ("unknown", "undefined") and judgement.reason:
        said.append((judgement.reason[0].upper() + judgement.reason[1:] + ".",))
    if judgement.verdict == "proved" and not judgement.follows:
        values = _series(_values(judgement.gap, note))
        at = (": what it cites holds, and it fails, at ", *values) if judgement.gap else ()
        said.append(("It does not follow from what the line cites", *at, "."))
        said.append(("It follows from all hypotheses.",))
    if judgement.rests_on:
        lines = _series([(name,) for name in judgement.rests_on])
        if judgement.verdict == "proved":
            said.append(("The line also cites ", *lines, ", which is not proved; that is not needed.",))
        elif judgement.follows:
            said.append(("It does follow from ", *lines, ", which is not proved.",))
    return said + [("Nearby and true (a proposal, ", proposal.what, "): ", claim(proposal.claim, note), ".")
                   for proposal in judgement.proposals]


def _added(judgement: Judgement, note: Notation) -> list[Sentence]:
    """The constraints that are added, with their factors."""
    named = _names(judgement.used, note)
    factors = [judgement.weights.get(name, sympy.S.One) for name in judgement.used]
    return [what if factor == 1 else (claim(factor, note), " times ", *what)
            for what, factor in zip(named, factors, strict=True)]


def claim(value: Any, note: Notation) -> Formula:
    """A claim, or any SymPy expression, as a formula."""
    if value in (sympy.nan, sympy.zoo):
        return Formula(r"\text{undefined}", "undefined")
    shown = sympy.latex(value, symbol_names={s: note.variable(s.name) for s in value.free_symbols}) \
        if hasattr(value, "free_symbols") else str(value)
    return Formula(shown, plain(value))


def plain(value: Any) -> str:
    """A claim as text, with = for an equation."""
    if isinstance(value, sympy.Equality):
        return f"{value.lhs} = {value.rhs}"
    return str(value)


def _names(names: Iterable[str], note: Notation) -> list[Sentence]:
    found: list[Sentence] = []
    for name in names:
        try:
            wanted = "[" not in name and any(r in name for r in ("<", ">", "=", "Eq("))
            relation = sympy.sympify(name) if wanted else None
        except (sympy.SympifyError, SyntaxError, TypeError):
            relation = None
        if isinstance(relation, sympy.core.relational.Relational):
            found.append((Formula(latex(relation, note), plain(relation)),))
        elif name.startswith("("):
            found.append((name,))
        else:
            found.append((Formula(note.constraint(name), name),))
    return found


def _values(witness: Mapping[Any, Any] | None, note: Notation) -> list[Sentence]:
    return [(Formula(f"{note.variable(str(k))} = {latex_number(v)}", f"{k} = {v}"),)
            for k, v in (witness or {}).items()]


def _series(items: Sequence[Sentence]) -> Sentence:
    """a, b and c."""
    joined: list[str | Formula] = []
    for k, item in enumerate(items):
        if k:
            joined.append(" and " if k == len(items) - 1 else ", ")
        joined += item
    return tuple(joined)


def summary(report: Report, note: Notation) -> list[Sentence]:
    """What there is to say of the whole proof."""
    counts = [(word, sum(line.verdict == word for line in report.lines))
              for word in ("proved", "refuted", "undefined", "unknown")]
    said: list[Sentence] = [(f"{len(report.lines)} lines: "
                             + ", ".join(f"{n} {word}" for word, n in counts if n) + ".",)]
    contradictory = [region for region, word in report.where if word == "contradictory"]
    if len(contradictory) == len(report.where) and contradictory:
        said.append(("The constraints contradict each other for all parameters: "
                     "everything follows from them.",))
    elif contradictory:
        said.append(("The constraints contradict each other where ", claim(sympy.Or(*contradictory), note),
                     ": everything follows from them there.",))
    if report.theorem is not None:
        said.append(("The conclusion needs ", *_series(_names(report.theorem.minimal, note)), ".")
                    if report.theorem.minimal else ("The conclusion needs none of the hypotheses.",))
        for name, witness in report.theorem.dropped.items():
            (what,) = _names([name], note)
            told = ("it fails at ", *_series(_values(witness, note)), ".") if witness else (
                "no counterexample was found: there may be another proof.",)
            said.append(("Without ", *what, " ", *told))
    if report.unused:
        said.append(("Never used: ", *_series(_names(report.unused, note)), "."))
    return said


def lines(report: Report, note: Notation) -> list[tuple[JudgedLine, list[tuple[Formula, list[Sentence]]]]]:
    """Every line with its relations and what there is to say of each."""
    result = []
    for line in report.lines:
        parts = []
        for judgement in line.judgements:
            made = claim(judgement.link.claim, note)
            printed = judgement.link.printed
            parts.append((Formula(printed or made.latex, printed or made.plain), sentences(judgement, note)))
        result.append((line, parts))
    return result


def as_text(report: Report) -> str:
    """The report for a terminal or a file."""
    note = notation(report)
    blocks = [report.proof.title + (f" ({report.proof.source})" if report.proof.source else "")]
    for line, parts in lines(report, note):
        body = []
        for formula, said in parts:
            body.append(f"  {formula.plain}")
            body += [f"    {_plain(s)}" for s in said]
        uses = line.line.uses
        cites = "" if uses is None else ", from " + (", ".join(uses) or "the parameters alone")
        blocks.append("\n".join([f"{line.line.label} {line.verdict}{cites}", *body]))
    blocks.append("\n".join(_plain(s) for s in summary(report, note)))
    return "\n\n".join(blocks) + "\n"


def _plain(sentence: Sentence) -> str:
    return "".join(part.plain if isinstance(part, Formula) else part for part in sentence)


def as_latex(report: Report) -> str:
    """The report as a LaTeX document."""
    note = notation(report)
    items = []
    for line, parts in lines(report, note):
        body = "\n\n".join(
            f"${formula.latex}$\n\n" + " ".join(_tex(s) for s in said) for formula, said in parts)
        items.append(rf"\item[{escaped(line.line.label)}] \emph{{{line.verdict}}}." + "\n" + body)
    text = ["\\begin{description}\\raggedright\n" + "\n".join(items) + "\n\\end{description}",
            "\\subsection*{Summary}", "\n\n".join(_tex(s) for s in summary(report, note))]
    if report.proof.source:
        text.insert(0, escaped(report.proof.source) + ".")
    return document(text, "Report on: " + report.proof.title)


def _tex(sentence: Sentence) -> str:
    return "".join(f"${part.latex}$" if isinstance(part, Formula) else escaped(part) for part in sentence)


PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font-family: serif; max-width: 46em; margin: 2em auto; line-height: 1.5; padding: 0 1em; }}
dt {{ font-weight: bold; margin-top: 1.2em; }} dd {{ margin-left: 2em; }}
.proved {{ color: #1a6b2a; }} .refuted {{ color: #a31515; }} .unknown, .undefined {{ color: #8a5a00; }}
</style></head><body>
<h1>{title}</h1>
{source}<dl>
{items}
</dl>
<h2>Summary</h2>
{summary}
</body></html>
"""


def as_html(report: Report) -> str:
    """The report as one HTML file that needs nothing else (formulas are MathML)."""
    note = notation(report)
    items = []
    for line, parts in lines(report, note):
        label, word = html.escape(line.line.label), line.verdict
        items.append(f'<dt>{label} <span class="{word}">{word}</span></dt>')
        for formula, said in parts:
            items.append(f"<dd><p>{_mathml(formula)}</p><p>" + " ".join(_web(s) for s in said) + "</p></dd>")
    source = f"<p>{html.escape(report.proof.source)}</p>\n" if report.proof.source else ""
    return PAGE.format(title=html.escape(report.proof.title), source=source, items="\n".join(items),
                       summary="\n".join(f"<p>{_web(s)}</p>" for s in summary(report, note)))


def _web(sentence: Sentence) -> str:
    return "".join(_mathml(part) if isinstance(part, Formula) else html.escape(part) for part in sentence)


def _mathml(formula: Formula) -> str:
    from latex2mathml.converter import convert

    return str(convert(formula.latex))


def as_json(report: Report) -> str:
    """The report as JSON: a result file, whose certificates ``symtrade check FILE`` verifies."""
    numbers = iter(range(len(report.certificates)))
    data = {
        "format": RESULT, "title": report.proof.title, "source": report.proof.source,
        "verdict": report.verdict,
        "where": [{"region": str(region), "constraints": word} for region, word in report.where],
        "lines": [
            {"label": line.line.label, "verdict": line.verdict,
             "cites": None if line.line.uses is None else list(line.line.uses),
             "relations": [_judgement(j, [next(numbers) for _ in j.certificates]) for j in line.judgements]}
            for line in report.lines],
        "theorem": None if report.theorem is None else {
            "needs": list(report.theorem.minimal),
            "without": {name: _plain_values(w) for name, w in report.theorem.dropped.items()}},
        "unused": list(report.unused),
        "certificates": [c.to_data() for c in report.certificates],
    }
    return result_text(data)


def _judgement(j: Judgement, certificates: list[int]) -> dict[str, Any]:
    return {
        "printed": j.link.printed, "claim": str(j.link.claim), "verdict": j.verdict, "reason": j.reason,
        "witness": _plain_values(j.witness), "uses": list(j.used), "factors": _plain_values(j.weights),
        "follows_from_citations": j.follows,
        "gap": _plain_values(j.gap), "rests_on": list(j.rests_on),
        "needs": None if j.audit is None else list(j.audit.minimal),
        "proposals": [{"claim": str(p.claim), "edit": p.what} for p in j.proposals],
        "certificates": certificates,
    }


def _plain_values(witness: Mapping[Any, Any] | None) -> dict[str, str] | None:
    return None if witness is None else {str(k): str(v) for k, v in witness.items()}
