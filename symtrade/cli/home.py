"""The papers at hand, their results, and the certificates stored beside them."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli.refusal import Refusal

if TYPE_CHECKING:
    from symtrade.papers import Derivation, Paper

Work = tuple["Paper", tuple["Derivation", ...]]


def papers() -> dict[str, Paper]:
    """The papers by key, in alphabetical order."""
    from symtrade.papers import library

    try:
        found = {paper.key: paper for paper in library()}
    except ImportError as error:
        raise Refusal(f"the papers cannot be loaded: {error}; install symtrade again") from error
    if not found:
        raise Refusal("no papers are installed; install symtrade again")
    return dict(sorted(found.items()))


def select(targets: Sequence[str]) -> list[Work]:
    """The papers and results that ``PAPER`` or ``PAPER/RESULT`` name; everything for no target."""
    known = papers()
    if not targets:
        return [(paper, paper.derivations) for paper in known.values()]
    chosen: dict[str, list[Derivation]] = {}
    for target in targets:
        paper, items = find(target, known)
        row = chosen.setdefault(paper.key, [])
        row += [item for item in items if item not in row]
    return [(known[key], tuple(sorted(row, key=known[key].derivations.index))) for key, row in chosen.items()]


def find(target: str, known: dict[str, Paper] | None = None) -> Work:
    """The paper and the results that ``PAPER`` or ``PAPER/RESULT`` names."""
    known = papers() if known is None else known
    key, _, result = target.strip("/").partition("/")
    paper = known.get(key) or known.get(key.replace("-", "_"))
    if paper is None:
        raise Refusal(f"no paper is called {key!r}; expected {_either(known)}")
    if not result:
        return paper, paper.derivations
    items = tuple(item for item in paper.derivations if item.id.lower() == result.lower())
    if not items:
        ids = [item.id for item in paper.derivations]
        raise Refusal(f"{paper.key} has no result {result!r}; expected {_either(ids)}")
    return paper, items


def is_known(target: str) -> bool:
    """Whether a target names a paper, rather than a file."""
    key = target.strip("/").partition("/")[0]
    return key in papers() or key.replace("-", "_") in papers()


def shelf(paper: Paper) -> Path:
    """The folder of a paper's stored certificates: beside the module that derives them."""
    module = inspect.getfile(inspect.unwrap(paper.derivations[0].run))
    return Path(module).resolve().parent / "certificates"


def stored(paper: Paper, item: Derivation) -> Path:
    """The file of a stored result (which may not exist)."""
    return shelf(paper) / f"{item.id}.json"


def read_result(path: Path) -> Any:
    """The JSON of a result file; CertificateError where it is truncated or has a float."""
    from symtrade.kernel.certificate import CertificateError
    from symtrade.kernel.check import read_json

    try:
        return read_json(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CertificateError(f"no text file: {error}") from error


def _either(names: Sequence[str] | dict[str, Any]) -> str:
    listed = list(names)
    return listed[0] if len(listed) == 1 else ", ".join(listed[:-1]) + f" or {listed[-1]}"
