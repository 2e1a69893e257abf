"""``symtrade errata PAPER``: what does not hold as printed, from the stored and checked results."""

from __future__ import annotations

from pathlib import Path

from symtrade.cli import home
from symtrade.cli.checking import replay_file
from symtrade.cli.progress import Progress
from symtrade.cli.refusal import Refusal
from symtrade.cli.text import say
from symtrade.cli.typeset import notation
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.piecewise import write_text
from symtrade.prover import Claim


def run_errata(target: str, form: str, out: Path | None) -> None:
    """Print (or write) the errata of a paper or of one result; every verdict is checked first."""
    from symtrade.render import errata

    paper, items = home.find(target)
    claims: list[Claim] = []
    with Progress(len(items), quiet=True) as progress:
        for item in items:
            progress.start(f"{paper.key}/{item.id}")
            path = home.stored(paper, item)
            if not path.is_file():
                raise Refusal(f"{paper.key}/{item.id}: no certificate is stored; to make one, type: "
                              f"symtrade derive {paper.key}/{item.id} --store")
            try:
                claims += replay_file(paper, item, path).claims
            except CertificateError as error:
                raise Refusal(f"{paper.key}/{item.id}: refused: {path}: {error}") from error
    title = f"Errata: {paper.authors} ({paper.year}), {paper.title}"
    text = {"text": lambda: errata.as_text(title, claims), "json": lambda: errata.as_json(paper.key, claims),
            "latex": lambda: errata.as_latex(title, claims, notation(paper))}[form]()
    if out is None:
        print(text, end="")
    else:
        write_text(out, text)
        say(f"{paper.key}: errata written to {out}")
