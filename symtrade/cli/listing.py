"""``symtrade list``: what there is, and what its verdict rests on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli import home
from symtrade.cli.text import say, table

if TYPE_CHECKING:
    from symtrade.papers import Derivation, Paper


def list_papers(as_json: bool, trust: bool) -> None:
    """Print every paper with its results."""
    for number, paper in enumerate(home.papers().values()):
        results = [describe(paper, item) for item in paper.derivations]
        if as_json:
            head = {"paper": paper.key, "title": paper.title, "authors": paper.authors, "year": paper.year}
            print(json.dumps({**head, "results": results}, ensure_ascii=False))
            continue
        say(("\n" if number else "") + f"{paper.key}: {paper.authors} ({paper.year}), {paper.title}")
        columns = ["id", "verdict", *(["trust"] if trust else []), "section", "title"]
        rows = [[", ".join([r["trust"], *r["axioms"]]) if c == "trust" else r[c] for c in columns]
                for r in results]
        say(table(columns, rows).rstrip("\n"))


def describe(paper: Paper, item: Derivation) -> dict[str, Any]:
    """A result as the stored certificate has it; nothing is checked here."""
    data = _stored(home.stored(paper, item))
    axioms = list(data.get("axioms", []))
    return {
        "id": item.id, "title": item.title, "section": item.section,
        "verdict": str(data.get("verdict", "not derived")),
        "trust": ("axiom" if axioms else "arithmetic") if data else "nothing yet", "axioms": axioms,
    }


def _stored(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {"verdict": "unreadable"}
    return data if isinstance(data, dict) else {"verdict": "unreadable"}
