"""LaTeX of papers, results and solutions: the renderers, put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli import home
from symtrade.cli.checking import replay_file
from symtrade.cli.refusal import Refusal
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.piecewise import PiecewiseSolution, write_text

if TYPE_CHECKING:
    from symtrade.forms.natural import Forms
    from symtrade.papers import Outcome, Paper
    from symtrade.prover import Claim
    from symtrade.render.notation import Notation
    from symtrade.render.reference import Told


LINE = 72  # a longer formula does not fit on a line


def run_latex(target: str, out: Path | None) -> None:
    """Print (or write) the LaTeX of stored results, each checked first."""
    paper, items = home.find(target)
    outcomes = []
    for item in items:
        path = home.stored(paper, item)
        if not path.is_file():
            raise Refusal(f"{paper.key}/{item.id}: no certificate is stored; to make one, type: "
                          f"symtrade derive {paper.key}/{item.id} --store")
        try:
            outcomes.append(replay_file(paper, item, path))
        except CertificateError as error:
            raise Refusal(f"{paper.key}/{item.id}: refused: {path}: {error}") from error
    text = paper_document(paper, outcomes) if "/" not in target else result_document(paper, outcomes[0])
    if out is None:
        print(text, end="")
    else:
        write_text(out, text)


def notation(paper: Paper) -> Notation:
    """The paper's own symbols."""
    from symtrade.render.notation import Notation

    return Notation(names=paper.names, complements=paper.complements)


def paper_document(paper: Paper, outcomes: Sequence[Outcome]) -> str:
    """A document with every result of a paper."""
    from symtrade.render.latex import document

    earlier: list[Told] = []
    parts = [result_latex(paper, outcome, earlier) for outcome in outcomes]
    return document(parts, f"{paper.authors} ({paper.year}): {paper.title}")


def result_document(paper: Paper, outcome: Outcome) -> str:
    """A document with one result."""
    from symtrade.render.latex import document

    title = f"{paper.authors} ({paper.year}): {outcome.derivation.id}"
    return document([result_latex(paper, outcome)], title)


def result_latex(paper: Paper, outcome: Outcome, earlier: list[Told] | None = None) -> str:
    """A section: what is printed of the result, with proofs; then the printed claims.  What the
    document has proved before is in `earlier`, and this result's theorems are added to it."""
    from symtrade.kernel.program import LinearProgram
    from symtrade.kernel.verdict import Proved, Refuted, Unknown
    from symtrade.render.latex import chart_forms
    from symtrade.render.notation import escaped
    from symtrade.render.reference import Told

    earlier = [] if earlier is None else earlier

    note, item, result = notation(paper), outcome.derivation, outcome.result
    place = f"Section {item.section}" if item.section[:1].isdigit() else item.section
    text = [f"\\section*{{{item.id}: {escaped(item.title)}}}",
            f"{escaped(place)} of the paper. Verdict: {outcome.verdict}."]
    if result.axioms:
        text.append("Cited, not proved: " + escaped("; ".join(result.axioms)) + ".")
    text += [escaped(failure) for failure in outcome.failures]
    forms = [chart_forms(p.thing.program.region, p.thing.certificate.chart) for p in result.parts
             if isinstance(p.thing, PiecewiseSolution)]
    for part in result.parts:
        shown = thing_latex(part.thing, note, earlier, forms)
        if isinstance(part.thing, PiecewiseSolution | Proved | Refuted | Unknown | LinearProgram):
            text += [f"\\subsection*{{{prose(part.heading, note)}}}", shown]
        else:
            text.append(f"\\medskip\\noindent\\textbf{{{prose(part.heading, note)}.}} {shown}")
        if isinstance(part.thing, PiecewiseSolution):
            earlier.append(Told(f"{item.id}, ``{prose(part.heading, note)}''", part.thing))
    if not result.parts:
        text += [case_latex(line, note) for line in result.statement]
    if outcome.claims:
        items = "\n".join(claim_latex(claim, note) for claim in outcome.claims)
        text.append("\\subsection*{The printed claims}\n{\\small\n\\begin{itemize}\\itemsep0pt\\parskip0pt"
                    f"\\raggedright\n{items}\n\\end{{itemize}}}}")
    return "\n\n".join(text)


def prose(text: str, note: Notation | None = None) -> str:
    """Text in which formulas stand between dollar signs, made safe for LaTeX; the parameters that
    it names are set as symbols."""
    pieces = text.split("$")
    if len(pieces) % 2 == 0:
        return worded(text, note)
    return "$".join(piece if k % 2 else worded(piece, note) for k, piece in enumerate(pieces))


def worded(text: str, note: Notation | None) -> str:
    """Words made safe for LaTeX, names of parameters as symbols."""
    from symtrade.render.notation import escaped

    names = set(note.names) if note else set()
    return "".join(f"${note.symbol(w)}$" if note and w in names and "_" in w else escaped(w)
                   for w in re.split(r"([A-Za-z]\w*)", text))


def thing_latex(thing: Any, note: Notation, earlier: Sequence[Told] = (), forms: Sequence[Forms] = ()
                ) -> str:
    """Something to print: a theorem with its proof, or a formula; `forms` know the parameters."""
    from symtrade.kernel.program import LinearProgram
    from symtrade.kernel.verdict import Proved, Refuted, Unknown
    from symtrade.render.latex import BRIEF, latex, theorem_and_proof
    from symtrade.render.symbolic import symbolic
    from symtrade.render.typeset import printed_length

    if isinstance(thing, str):
        return prose(thing, note)
    if isinstance(thing, PiecewiseSolution):
        return theorem_and_proof(thing, note, earlier)
    if isinstance(thing, Proved | Refuted | Unknown | LinearProgram):
        return latex(thing, note)
    shown = latex(thing, note) if not hasattr(thing, "free_symbols") else symbolic(thing, note, forms)
    if printed_length(shown) <= BRIEF:
        return f"${shown}$.".replace(r"\frac", r"\dfrac")
    if printed_length(shown) > LINE and "\\begin" not in shown:
        return f"${shown}$."  # in the text it can be broken
    return f"\\[ {shown}. \\]"


def case_latex(line: Any, note: Notation) -> str:
    """A case of a statement."""
    import sympy

    from symtrade.render.latex import latex

    when, value = sympy.sympify(line.when), line.value
    shown = f"\\text{{{value}}}" if isinstance(value, str) else latex(sympy.sympify(value), note)
    where = "" if when == sympy.true else f" \\quad\\text{{if }} {latex(when, note)}"
    return f"\\[ {shown}{where} \\]"


def claim_latex(claim: Claim, note: Notation) -> str:
    """A printed claim, its verdict, and where and how it fails."""
    from symtrade.render.latex import latex_number
    from symtrade.render.notation import escaped

    lines = [f"\\item \\textbf{{{escaped(claim.id)}}} ({escaped(claim.place)}), \\emph{{{claim.verdict}}}:",
             running(claim.printed) + "."]
    if claim.witness:
        values = [f"${note.variable(str(k))} = {latex_number(v)}$" for k, v in claim.witness.items()]
        lines.append("It fails at " + ", ".join(values) + ".")
    if claim.corrected:
        lines.append("Corrected: " + running(claim.corrected) + ".")
    if claim.note:
        lines.append(f"({worded(claim.note, note).rstrip('.')}.)")
    return "\n".join(lines)


def running(formula: str) -> str:
    """A formula set in running text, its words outside the formula so that lines can break there."""
    parts, depth, begin, at = [], 0, 0, 0
    while at < len(formula):
        if depth == 0 and formula.startswith(r"\text{", at):
            end = _closing(formula, at + len(r"\text"))
            parts += [_math(formula[begin:at]), formula[at + len(r"\text{"):end]]
            begin = at = end + 1
            continue
        step = 2 if formula[at] == "\\" else 1
        depth += 0 if step == 2 else {"{": 1, "}": -1}.get(formula[at], 0)
        at += step
    return "".join([*parts, _math(formula[begin:])])


def _closing(formula: str, at: int) -> int:
    """The position of the brace that closes the one at `at`."""
    depth = 0
    for k in range(at, len(formula)):
        if formula[k] in "{}" and formula[k - 1] != "\\":
            depth += 1 if formula[k] == "{" else -1
            if depth == 0:
                return k
    return len(formula)


def _math(formula: str) -> str:
    text, space = formula.strip(), ""
    if text.endswith("\\") and not text.endswith("\\\\"):  # the control space that strip cut short
        text, space = text[:-1].rstrip(), " "
    return f"${text}${space}" if text else space


def solution_latex(solution: PiecewiseSolution) -> str:
    """The theorem and the proof of a user's own program."""
    from symtrade.render.latex import theorem_and_proof
    from symtrade.render.notation import Notation

    return theorem_and_proof(solution, Notation())


def solution_document(title: str, solution: PiecewiseSolution) -> str:
    """The same as a document of its own."""
    from symtrade.render.latex import document

    return document([solution_latex(solution)], title)
