"""``symtrade referee FILE``: a printed proof, judged line by line."""

from __future__ import annotations

from pathlib import Path

from symtrade.cli.modelfile import run_file
from symtrade.cli.progress import Progress
from symtrade.cli.refusal import OPEN, PROVED, Refusal
from symtrade.cli.text import say
from symtrade.kernel.piecewise import write_text
from symtrade.model.errors import ModelError
from symtrade.model.printed_proof import PrintedProof

FORMS = ("text", "latex", "html", "json")


def run_referee(file: Path, form: str, out: Path | None, auditing: bool, dropping: bool) -> int:
    """Judge the proof in a file and print (or write) the report; the exit code."""
    from symtrade.analysis.printed.judging import referee
    from symtrade.render import referee as dress
    from symtrade.solve.errors import EmptyRegion

    proof = read(file)
    with Progress(1, quiet=form != "text" or out is None) as progress:
        progress.start(file.name)
        try:
            report = referee(proof, auditing=auditing, dropping=dropping, progress=progress.update)
        except (ModelError, EmptyRegion) as error:
            raise Refusal(f"{file}: {error}") from None
    dresses = {"text": dress.as_text, "latex": dress.as_latex, "html": dress.as_html, "json": dress.as_json}
    text = dresses[form](report)
    if out is not None:
        write_text(out, text)
        say(f"{file}: {report.verdict}, report written to {out}")
    elif form == "text":
        say(text.rstrip("\n"))
    else:
        print(text, end="")
    return PROVED if report.verdict == "proved" else OPEN


def read(file: Path) -> PrintedProof:
    """The proof in a TOML file, or the `proof` that a Python file defines."""
    from symtrade.model.proof_file import read_proof

    if not file.is_file():
        raise Refusal(f"{file}: expected a proof, as a TOML or a Python file, found "
                      + ("a folder" if file.is_dir() else "no such file"))
    if file.suffix != ".py":
        try:
            return read_proof(file)
        except ModelError as error:
            raise Refusal(str(error)) from None
    names = run_file(file)
    proof = names.get("proof")
    if not isinstance(proof, PrintedProof):
        found = f"got {type(proof).__name__}" if "proof" in names else "the file defines no such name"
        raise Refusal(f"{file}: expected a PrintedProof named `proof`, {found}")
    return proof
