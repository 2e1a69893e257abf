"""LaTeX of the library: formulas open and close, a result of every paper is printed as on file, and
every paper compiles without lines that are too wide.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from symtrade.cli.checking import replay_file
from symtrade.cli.home import stored
from symtrade.cli.typeset import paper_document, prose, result_document, running, worded
from symtrade.kernel.certificate import CertificateError
from symtrade.papers import Paper, library
from symtrade.render.notation import Notation

PAPERS = {paper.key: paper for paper in library()}
GOLDEN = Path(__file__).parent / "golden"
CHOSEN = {"carroll_2017": "CA-3"}  # the result on file; else a paper's first
PAGES = {"carroll_2017": 55}
WIDE = 5  # points


@pytest.mark.parametrize("key", sorted(PAPERS))
def test_formulas_open_and_close(key: str) -> None:
    for item in PAPERS[key].derivations:
        data = json.loads(stored(PAPERS[key], item).read_text(encoding="utf-8"))
        for claim in data["claims"]:
            for text in filter(None, (claim["printed"], claim["corrected"])):
                bare = re.sub(r"\\\\", "", running(text))
                assert "\\$" not in bare, claim["id"]
                assert bare.count("$") % 2 == 0, claim["id"]


def test_a_control_space_before_words() -> None:
    assert running(r"x:\ \text{no trade}") == "$x:$ no trade"


def test_parameters_in_words_are_symbols() -> None:
    note = Notation(names={"s_lo": r"\underline{s}", "p": "p"})
    assert worded("the gains of s_lo & p", note) == r"the gains of $\underline{s}$ \& p"
    assert prose("at $x_1$, s_lo", note) == r"at $x_1$, $\underline{s}$"
    assert prose("a_b", None) == r"a\_b"


def shown(paper: Paper) -> str:
    """The LaTeX of the result on file."""
    chosen = CHOSEN.get(paper.key, paper.derivations[0].id)
    item = next(d for d in paper.derivations if d.id == chosen)
    return result_document(paper, replay_file(paper, item, stored(paper, item)))


@pytest.mark.parametrize("key", sorted(PAPERS))
def test_golden(key: str) -> None:
    path = GOLDEN / f"{key}.tex"
    assert path.is_file(), "no LaTeX on file; look at it and type: make golden"
    assert shown(PAPERS[key]) == path.read_text(encoding="utf-8"), "if it is meant to differ: make golden"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
@pytest.mark.parametrize("key", sorted(PAPERS))
def test_the_paper_compiles(key: str, tmp_path: Path, outcomes: Any) -> None:
    text = paper_document(PAPERS[key], list(outcomes.of(key)))
    (tmp_path / "paper.tex").write_text(text, encoding="utf-8")
    run = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
                         cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert run.returncode == 0, run.stdout[-2000:]
    wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", run.stdout)]
    assert max(wide, default=0) <= WIDE
    pages = re.search(r"\((\d+) pages?", run.stdout)
    assert pages is not None and int(pages[1]) <= PAGES.get(key, 40)


def renew() -> int:
    """Write the files (make golden); the exit code says whether all could be written."""
    GOLDEN.mkdir(exist_ok=True)
    code = 0
    for paper in PAPERS.values():
        path = GOLDEN / f"{paper.key}.tex"
        try:
            path.write_text(shown(paper), encoding="utf-8")
            sys.stdout.write(f"{path}\n")
        except (CertificateError, OSError) as error:
            sys.stderr.write(f"{paper.key}: {error}\n")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(renew())
