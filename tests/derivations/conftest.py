"""Every derivation is run once, by search, however many processes test it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from symtrade.papers import derive, library, replay

PAPERS = {paper.key: paper for paper in library() if "derivations" in paper.derivations[0].run.__module__}
KEYS = tuple(PAPERS)


def folder(paper) -> Path:
    """Where a paper's modules and stored certificates are."""
    module = next(m for name in ("symtrade.derivations", "derivations")
                  if (m := sys.modules.get(f"{name}.{paper.key}")))
    return Path(module.__file__).parent


def stored(paper, number: str) -> Any:
    """The stored certificates of a result."""
    return json.loads((folder(paper) / "certificates" / f"{number}.json").read_text(encoding="utf-8"))


class Outcomes:
    """Outcomes by id, derived when they are asked for; other processes replay what one has derived."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.items = {item.id: (paper, item) for paper in PAPERS.values() for item in paper.derivations}
        self.known: dict[str, Any] = {}

    def __getitem__(self, number: str) -> Any:
        if number not in self.known:
            paper, item = self.items[number]
            file = self.folder / f"{number}.json"
            with FileLock(f"{file}.lock"):
                if file.exists():
                    self.known[number] = replay(paper, item, json.loads(file.read_text(encoding="utf-8")))
                else:
                    self.known[number] = derive(paper, item)
                    file.write_text(json.dumps(self.known[number].data), encoding="utf-8")
        return self.known[number]

    def values(self) -> Iterator[Any]:
        return (self[number] for number in self.items)

    def of(self, key: str) -> Iterator[Any]:
        """The outcomes of one paper."""
        return (self[item.id] for item in PAPERS[key].derivations)


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory) -> Outcomes:
    """The outcomes by id."""
    here = tmp_path_factory.getbasetemp()
    shared = here.parent if here.name.startswith("popen-") else here
    folder = shared / "outcomes"
    folder.mkdir(exist_ok=True)
    return Outcomes(folder)
