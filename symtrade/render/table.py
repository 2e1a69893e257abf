"""A mechanism as tables: buyer's types across, seller's types upwards; other variables in a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flint import fmpq

from symtrade.forms.expression import Sum
from symtrade.kernel.polynomial import Coefficient
from symtrade.kernel.program import LinearProgram
from symtrade.render.notation import Notation
from symtrade.render.shorthand import Shorthand, short
from symtrade.render.story import Case
from symtrade.render.typeset import Row, chunks, display, formula, printed_length

CELL, ACROSS = 20, 76  # longer entries are written below the table; printed width of a line of tables
MOST, WHOLE = 8, 3  # types a side of a table, and of one that is printed with its zeros
_CELL = re.compile(r"([^\[\]]+)\[([^,\]]+), ([^,\]]+)\]")


def mechanism(pairs: Sequence[tuple[str, Coefficient]], program: LinearProgram, case: Case, note: Notation,
              names: Shorthand, word: str = "mechanism") -> str:
    """The values of the variables: tables for those of pairs of types, a list for the others."""
    given = {v: c for v, c in pairs if c != 0}
    values = {v: short(given.get(v, fmpq(0)), case, names) for v in program.variables}
    tables, rest = grids(program.variables)
    rest = [v for v in rest if values[v].terms]
    if not tables:
        if not rest:
            return "Take the point with all variables zero."
        zero = ", all other variables being zero" if len(rest) < len(program.variables) else ""
        rows = _rows(rest, values, note)
        return "Take" + _below([], rows, "").removeprefix("\nwhere") + f"{zero}."
    entries = _entries([v for v in program.variables if v not in rest], values, note, names)
    shown = [t for head, types in tables.items() if (t := _table(head, *types, values, entries, note))[0]]
    folded = any(max(map(len, t)) > WHOLE for t in tables.values())
    zero = "; types not shown have zeros only" if folded else ""
    if any(f"{h}[{b}, {s}]" not in values for h, (bs, ss) in tables.items() for b in bs for s in ss):
        zero += "; blanks are pairs that do not occur"
    text = f"Consider this {word} (buyer's types across, seller's types upwards{zero}):\n"
    text += "\n".join("\\[\n" + "\n\\qquad\n".join(line) + "\n\\]" for line in _lines(shown))
    below = [Row(note.symbol(mark), ("= ", *chunks(form, note))) for mark, form in entries.values()]
    return text + _below(below, _rows(rest, values, note))


def _below(entries: list[Row], others: list[Row], end: str = ".") -> str:
    """What is said below the tables: short values in a sentence, long ones in a display."""
    inline = [r for r in (*entries, *others) if printed_length("".join(r.right)) <= CELL]
    long = [r for r in (*entries, *others) if r not in inline]
    told = ", ".join(f"${r.left} {''.join(r.right)}$" for r in inline)
    if not long:
        return f"\nwhere {told}{end}" if told else ""
    return "\nwhere" + (f" {told} and" if told else "") + "\n" + display(long, end)


def _rows(variables: Sequence[str], values: dict[str, Sum], note: Notation) -> list[Row]:
    """``u = v = value``: the variables of a list, those of equal value together."""
    groups: dict[str, list[str]] = {}
    for v in variables:
        groups.setdefault(str(values[v]), []).append(v)
    rows = []
    for members in groups.values():
        for start in range(0, len(members), 4):
            left = " = ".join(note.variable(v) for v in members[start:start + 4])
            rows.append(Row(left, ("= ", *chunks(values[members[0]], note))))
    return rows


def grids(variables: Sequence[str]) -> tuple[dict[str, tuple[list[str], list[str]]], list[str]]:
    """The tables that variables of two types form, each with its lists of buyer's and seller's
    types, and the other variables."""
    result: dict[str, tuple[list[str], list[str]]] = {}
    rest = []
    for v in variables:
        match = _CELL.fullmatch(v)
        if match is None:
            rest.append(v)
            continue
        buyers, sellers = result.setdefault(match[1], ([], []))
        if match[2] not in buyers:
            buyers.append(match[2])
        if match[3] not in sellers:
            sellers.append(match[3])
    result = {h: (_natural(b), _natural(s)) for h, (b, s) in result.items()}
    small = {h: t for h, t in result.items() if max(map(len, t)) <= MOST and len(t[0]) * len(t[1]) > 1}
    heads = tuple(f"{h}[" for h in small)
    return small, [v for v in variables if not v.startswith(heads) or not heads]


def _natural(types: list[str]) -> list[str]:
    """Numbered types by their numbers, others as they come."""
    numbers = [re.fullmatch(r"[A-Za-z]+(\d+)", t) for t in types]
    found = [int(m[1]) for m in numbers if m]
    return [t for _, t in sorted(zip(found, types, strict=True))] if len(found) == len(types) else types


def _entries(variables: Sequence[str], values: dict[str, Sum], note: Notation, names: Shorthand
             ) -> dict[str, tuple[str, Sum]]:
    """Names for the entries that do not fit a table, by their text; equal entries share one."""
    result: dict[str, tuple[str, Sum]] = {}
    letter = names.letter("entry")
    for v in variables:
        text = str(values[v])
        if text not in result and printed_length(formula(values[v], note)) > CELL:
            result[text] = (f"{letter}_{len(result) + 1}", values[v])
    return result


def _table(head: str, buyers: list[str], sellers: list[str], values: dict[str, Sum],
           entries: dict[str, tuple[str, Sum]], note: Notation) -> tuple[str, int]:
    """A table and about how wide it prints, without the types for which all its entries are zero;
    empty where all are."""
    def cell(b: str, s: str) -> str:
        v = f"{head}[{b}, {s}]"
        if v not in values:
            return ""
        form = values[v]
        text = note.symbol(entries[str(form)][0]) if str(form) in entries else formula(form, note)
        return text.replace(r"\frac", r"\dfrac") if whole and text.startswith((r"\frac", r"-\frac")) else text

    def some(b: str, s: str) -> bool:
        return bool(values.get(f"{head}[{b}, {s}]", Sum()).terms)

    whole = max(len(buyers), len(sellers)) <= WHOLE
    across = [b for b in buyers if whole or any(some(b, s) for s in sellers)]
    upwards = [s for s in sellers if whole or any(some(b, s) for b in buyers)]
    if not any(some(b, s) for b in across for s in upwards):
        return "", 0
    width = 4 + sum(max(printed_length(cell(b, s)) for s in upwards) + 2 for b in across)
    lines = [f"{note.symbol(s)} & " + " & ".join(cell(b, s) for b in across) for s in reversed(upwards)]
    space = "[2ex]" if any(r"\dfrac" in line for line in lines) else "[.7ex]" if any(
        r"\frac" in line for line in lines) else ""
    body = f" \\\\{space}\n".join(lines)
    foot = f"{note.symbol(head)} & " + " & ".join(note.symbol(b) for b in across)
    text = f"\\begin{{array}}{{c|{'c' * len(across)}}}\n{body} \\\\{space}\n\\hline\n{foot}\n\\end{{array}}"
    return text, width


def _lines(tables: list[tuple[str, int]]) -> list[list[str]]:
    """Tables side by side as far as they fit."""
    lines: list[list[str]] = []
    room = 0
    for table, width in tables:
        if lines and width <= room:
            lines[-1].append(table)
            room -= width + 4
        else:
            lines.append([table])
            room = ACROSS - width - 4
    return lines
