"""A mechanism as tables: buyer's types across, seller's types upwards; else as a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flint import fmpq

from symtrade.forms.expression import Sum
from symtrade.kernel.polynomial import Coefficient
from symtrade.kernel.program import LinearProgram
from symtrade.render.notation import Notation
from symtrade.render.story import Case
from symtrade.render.typeset import Row, chunks, display, formula, printed_length

CELL = 24  # a longer entry is written below the table
_CELL = re.compile(r"([^\[\]]+)\[([^,\]]+), ([^,\]]+)\]")


def mechanism(pairs: Sequence[tuple[str, Coefficient]], program: LinearProgram, case: Case, note: Notation,
              word: str = "mechanism") -> str:
    """The values of the variables."""
    given = dict(pairs)
    values = {v: case.forms.value(given.get(v, fmpq(0))) for v in program.variables}
    tables = grids(program.variables)
    if tables is None:
        shown = [v for v in program.variables if values[v].terms]
        if not shown:
            return "Take the point with all variables zero."
        rows = [Row(note.variable(v), ("= ", *chunks(values[v], note))) for v in shown]
        rest = ", all other variables being zero" if len(shown) < len(program.variables) else ""
        return f"Take{rest}\n" + display(rows, ".")
    long = [v for v in program.variables if printed_length(formula(values[v], note)) > CELL]
    shown_tables = [_table(head, *types, values, long, note) for head, types in tables.items()]
    text = f"Consider this {word} (buyer's types across, seller's types upwards):\n\\[\n"
    text += "\n\\qquad\n".join(shown_tables) + "\n\\]"
    if long:
        rows = [Row(note.variable(v), ("= ", *chunks(values[v], note))) for v in long]
        text += "\nwhere\n" + display(rows, ".")
    return text


def grids(variables: Sequence[str]) -> dict[str, tuple[list[str], list[str]]] | None:
    """The tables that the variables form, each with its two lists of types; None if they do not."""
    result: dict[str, tuple[list[str], list[str]]] = {}
    for v in variables:
        match = _CELL.fullmatch(v)
        if match is None:
            return None
        buyers, sellers = result.setdefault(match[1], ([], []))
        if match[2] not in buyers:
            buyers.append(match[2])
        if match[3] not in sellers:
            sellers.append(match[3])
    complete = sum(len(b) * len(s) for b, s in result.values()) == len(variables)
    return result if complete and all(len(b) <= 6 for b, _ in result.values()) else None


def _table(head: str, buyers: list[str], sellers: list[str], values: dict[str, Sum], long: list[str],
           note: Notation) -> str:
    def cell(b: str, s: str) -> str:
        v = f"{head}[{b}, {s}]"
        text = note.variable(v) if v in long else formula(values[v], note)
        return text.replace(r"\frac", r"\dfrac", 1) if text.startswith(r"\frac") else text

    lines = [f"{note.symbol(s)} & " + " & ".join(cell(b, s) for b in buyers) for s in reversed(sellers)]
    tall = any(r"\dfrac" in line for line in lines)
    body = (" \\\\[2ex]\n" if tall else " \\\\\n").join(lines)
    foot = f"{note.symbol(head)} & " + " & ".join(note.symbol(b) for b in buyers)
    space = "[2ex]" if tall else ""
    return f"\\begin{{array}}{{c|{'c' * len(buyers)}}}\n{body} \\\\{space}\n\\hline\n{foot}\n\\end{{array}}"
