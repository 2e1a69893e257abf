"""``symtrade list``: what there is, and what its verdict rests on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from symtrade.cli import contents, home
from symtrade.cli.text import say, table
from symtrade.kernel.evidence import weakest

if TYPE_CHECKING:
    from symtrade.papers import Derivation, Paper


def list_papers(as_json: bool, trust: bool) -> None:
    """Print every paper with its results."""
    known = contents.read_all() or [describe(paper) for paper in home.papers().values()]
    for number, paper in enumerate(sorted(known, key=lambda p: str(p["paper"]))):
        if as_json:
            print(json.dumps(paper, ensure_ascii=False))
            continue
        say(("\n" if number else "") + "{paper}: {authors} ({year}), {title}".format(**paper))
        columns = ["id", "verdict", *(["trust"] if trust else []), "section", "title"]
        cited = list(dict.fromkeys(axiom for r in paper["results"] for axiom in r["axioms"]))
        rows = [[_with_notes(r, cited) if c == "trust" else r[c] for c in columns] for r in paper["results"]]
        say(table(columns, rows).rstrip("\n"))
        for note, axiom in enumerate(cited if trust else [], 1):
            say(f"[{note}] {axiom}")


def _with_notes(result: dict[str, Any], cited: list[str]) -> str:
    """What a result rests on, the axioms by their numbers."""
    return " ".join([result["trust"], *(f"[{cited.index(axiom) + 1}]" for axiom in result["axioms"])])


def describe(paper: Paper) -> dict[str, Any]:
    """A paper as its modules and its stored certificates have it; nothing is checked here."""
    return {
        "paper": paper.key, "title": paper.title, "authors": paper.authors, "year": paper.year,
        "results": [_describe(paper, item) for item in paper.derivations],
    }


def _describe(paper: Paper, item: Derivation) -> dict[str, Any]:
    data = _stored(paper, item)
    axioms = list(data.get("axioms", []))
    return {
        "id": item.id, "title": item.title, "section": item.section,
        "verdict": str(data.get("verdict", "not derived")),
        "trust": _trust(data) if data else "nothing yet", "axioms": axioms,
    }


def _trust(data: dict[str, Any]) -> str:
    """The weakest evidence that a result rests on."""
    formats = {str(c.get("format")) for c in data.get("certificates", []) if isinstance(c, dict)}
    return "axiom" if data.get("axioms") else weakest(formats)


def _stored(paper: Paper, item: Derivation) -> dict[str, Any]:
    try:
        data = json.loads(home.stored(paper, item).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {"verdict": "unreadable"}
    return data if isinstance(data, dict) else {"verdict": "unreadable"}
