"""LaTeX of papers, results and solutions: the renderers, put together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from symtrade.cli import home
from symtrade.cli.checking import replay_file
from symtrade.cli.refusal import Refusal
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.piecewise import PiecewiseSolution, write_text

if TYPE_CHECKING:
    from symtrade.papers import Outcome, Paper
    from symtrade.render.notation import Notation


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

    parts = [result_latex(paper, outcome) for outcome in outcomes]
    return document(parts, f"{paper.authors} ({paper.year}): {paper.title}")


def result_document(paper: Paper, outcome: Outcome) -> str:
    """A document with one result."""
    from symtrade.render.latex import document

    title = f"{paper.authors} ({paper.year}): {outcome.derivation.id}"
    return document([result_latex(paper, outcome)], title)


def result_latex(paper: Paper, outcome: Outcome) -> str:
    """A section: what is printed of the result, with proofs; then the printed claims."""
    raise NotImplementedError


def solution_latex(solution: PiecewiseSolution) -> str:
    """The theorem and the proof of a user's own program."""
    from symtrade.render.latex import latex, proof
    from symtrade.render.notation import Notation

    return latex(solution, Notation()) + "\n" + proof(solution, Notation())


def solution_document(title: str, solution: PiecewiseSolution) -> str:
    """The same as a document of its own."""
    from symtrade.render.latex import document

    return document([solution_latex(solution)], title)
