"""Tables of contents: what ``symtrade list`` prints of a paper, kept beside it in contents.json.

Importing every paper takes the better part of a second.  A table of contents holds a digest of the
paper's modules and of its stored certificates, and is used only while both are what they were.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from symtrade.kernel.piecewise import write_text

NAME = "contents.json"


def digest(folder: Path) -> str:
    """SHA-256 of a paper's modules and of its certificates."""
    found = hashlib.sha256()
    for path in sorted([*folder.rglob("*.py"), *folder.glob("certificates/*.json")]):
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        found.update(f"{name} {len(content)}\n".encode() + content)
    return found.hexdigest()


def write(folder: Path, description: dict[str, Any]) -> None:
    """Keep what there is to say of a paper."""
    data = {"digest": digest(folder), **description}
    write_text(folder / NAME, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def read_all() -> list[dict[str, Any]] | None:
    """The tables of contents of all papers; None where one is missing or stale, or a plug-in has one."""
    if entry_points(group="symtrade.derivations"):
        return None
    found = [_read(folder) for folder in _folders()]
    known = [data for data in found if data is not None]
    return known if known and len(known) == len(found) else None


def _folders() -> list[Path]:
    """The folders of the papers shipped, found without importing them."""
    spec = find_spec("symtrade.derivations") or find_spec("derivations")
    homes = spec.submodule_search_locations if spec is not None else None
    return [Path(home) / entry.name for home in homes or () for entry in iter_modules([home])]


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        data = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if data.pop("digest") != digest(folder):
            return None
    except (OSError, ValueError, AttributeError, KeyError):
        return None
    return data if isinstance(data, dict) else None
