r"""Constraints in an economist's words, from their names.

>>> phrase(["IC_B[b_hi -> b_lo | s_lo]", "q[b_lo, s_hi] >= 0"], Notation()).split(" and ")
['the incentive constraint of the buyer $\\bar{b}$ against $\\underline{b}$ (seller $\\underline{s}$)',
 '$q(\\underline{b},\\bar{s})\\ge 0$']
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symtrade.render.linear import series
from symtrade.render.notation import Notation

AGENTS = {"B": ("buyer", "seller"), "S": ("seller", "buyer")}
KINDS = {"IC": "incentive constraint", "IR": "participation constraint"}
_NAME = re.compile(r"(?P<kind>IC|IR)_(?P<who>[BS])\[(?P<type>[^|>\[\]]+?)(?: -> (?P<lie>[^|>]+?))?"
                   r"(?: \| (?P<other>[^|>]+))?\]")


def phrase(names: Sequence[str], note: Notation, words: bool = True) -> str:
    """Several constraints in one phrase, those of a kind together; `words` false gives names only."""
    kinds: dict[str, list[str]] = {}
    for name in names:
        kind, who = described(name, note) if words else ("", called(name, note))
        kinds.setdefault(kind, []).append(who)
    plain = kinds.pop("", [])
    told = [f"the {kind}{'s' if len(who) > 1 else ''} of {series(who)}" for kind, who in kinds.items()]
    return " and ".join([*told, *([series(plain)] if plain else [])])


def described(name: str, note: Notation) -> tuple[str, str]:
    """What kind of constraint it is and whose; no kind and the formula where the name does not say."""
    match = _NAME.fullmatch(name)
    if match is None or (match["kind"] == "IC") != bool(match["lie"]):
        return "", called(name, note)
    agent, partner = AGENTS[match["who"]]
    text = f"the {agent} ${note.symbol(match['type'])}$"
    if match["lie"]:
        text += f" against ${note.symbol(match['lie'])}$"
    if match["other"]:
        text += f" ({partner} ${note.symbol(match['other'])}$)"
    return KINDS[match["kind"]], text


def called(name: str, note: Notation) -> str:
    """A constraint's name in running text: a formula, or words in quotation marks."""
    shown = note.constraint(name)
    match = re.fullmatch(r"\\text\{(.*)\}", shown)
    return f"``{match[1]}''" if match and " " in match[1] else f"${shown}$"
