r"""LaTeX of formulas: a :class:`Sum` line by line, in a given notation.

>>> from symtrade.forms.expression import Name, Product
>>> from flint import fmpq
>>> a, b = Name("b_lo"), Name("b_hi")
>>> formula(Sum((Product(fmpq(1), ((a, 1), (b, -2))),)), Notation())
'\\frac{\\underline{b}}{\\bar{b}^{2}}'
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symtrade.forms.expression import Atom, Name, Product, Sum, complement, lone
from symtrade.kernel.polynomial import Rational
from symtrade.render.notation import SENSES, Notation

WIDTH = 68  # printed characters that fit a line of a displayed formula


@dataclass(frozen=True)
class Label(Name):
    """A name that a proof gives to a longer expression; it stands where that would."""


def formula(value: Sum, note: Notation) -> str:
    """The LaTeX of a formula on one line."""
    return "".join(chunks(value, note))


def chunks(value: Sum, note: Notation) -> list[str]:
    """The terms of a sum with their signs; lines may break between them."""
    if not value.terms:
        return ["0"]
    result: list[str] = []
    for k, term in enumerate(value.terms):
        negative = term.coefficient < 0
        sign = ("-" if negative else "") if k == 0 else (" - " if negative else " + ")
        result.append(sign + (product(-term, note) if negative else _inner(term, note)))
    return result


def _inner(term: Product, note: Notation) -> str:
    bare = lone(term)
    return formula(bare, note) if bare is not None and not _complement(bare, note) else product(term, note)


def product(term: Product, note: Notation) -> str:
    """The LaTeX of a product, a fraction where it divides."""
    top, bottom = _list(term.top, note), _list(term.bottom, note)
    number = term.coefficient
    above = _run(abs(int(number.p)), top)
    sign = "-" if number < 0 else ""
    if int(number.q) == 1 and not bottom:
        return sign + above
    return rf"{sign}\frac{{{_bare(term.top, int(number.p), above, note)}}}{{{_below(term, note)}}}"


def _bare(factors: tuple[tuple[Atom, int], ...], number: int, text: str, note: Notation) -> str:
    """A numerator or denominator that is one sum needs no parentheses."""
    if abs(number) == 1 and len(factors) == 1 and factors[0][1] == 1 and isinstance(factors[0][0], Sum):
        return _complement(factors[0][0], note) or formula(factors[0][0], note)
    return text


def _below(term: Product, note: Notation) -> str:
    number = int(term.coefficient.q)
    return _bare(term.bottom, number, _run(number, _list(term.bottom, note)), note)


def _run(number: int, factors: list[str]) -> str:
    joined = "".join(f if k == 0 or f.startswith((r"\big", r"\Big", "(")) else r"\," + f
                     for k, f in enumerate(factors))
    return (str(number) if number != 1 or not factors else "") + joined


def _list(factors: tuple[tuple[Atom, int], ...], note: Notation) -> list[str]:
    named = sorted(factors, key=lambda f: _position(f[0], note))
    return [_factor(atom, power, note) for atom, power in named]


def _position(atom: Atom, note: Notation) -> tuple[int, str]:
    """Probabilities and their named complements first, by the name of the probability."""
    if isinstance(atom, Label):
        return (2, "")
    if isinstance(atom, Name):
        return (0, atom.name)
    name = complement(atom)
    # the rest keep their order: the sort is stable
    return (0, name) if name is not None and name in note.complements else (1, "")


def _complement(atom: Atom, note: Notation) -> str | None:
    name = complement(atom)
    return note.complements.get(name) if name else None


def _factor(atom: Atom, power: int, note: Notation) -> str:
    if isinstance(atom, Name):
        base = note.symbol(atom.name)
        if power > 1 and base.endswith("}") and "_{" in base and not base.startswith("\\"):
            return f"{base}^{{{power}}}"
    elif named := _complement(atom, note):
        base = named
    else:
        base = parenthesised(formula(atom, note))
    return base if power == 1 else f"{base}^{{{power}}}"


def parenthesised(text: str) -> str:
    """In parentheses that fit."""
    if r"\frac" in text:
        return rf"\Bigl({text}\Bigr)"
    if r"\bigl(" in text:
        return rf"\Bigl({text}\Bigr)"
    return rf"\bigl({text}\bigr)" if "(" in text else f"({text})"


def number(value: Rational) -> str:
    """A rational number."""
    if int(value.q) == 1:
        return str(int(value.p))
    sign = "-" if value < 0 else ""
    return rf"{sign}\tfrac{{{abs(int(value.p))}}}{{{int(value.q)}}}"


def relation_sign(relation: str) -> str:
    """The LaTeX of ``<=`` and so on."""
    return SENSES[relation]


def printed_length(text: str) -> int:
    """Roughly how many characters wide a formula prints; a fraction is as wide as its wider part."""
    flat = text
    for _ in range(8):
        shorter = re.sub(r"\\[td]?frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}",
                         lambda m: max(_flat(m[1]), _flat(m[2]), key=len), flat)
        if shorter == flat:
            break
        flat = shorter
    return len(_flat(flat))


def _flat(text: str) -> str:
    text = re.sub(r"\\(?:bar|underline|mathrm|mathit|text|bigl|bigr|Bigl|Bigr|tfrac|,|;|!)", "", text)
    return re.sub(r"[{}_^&\s]", "", re.sub(r"\\[A-Za-z]+", "x", text))


@dataclass(frozen=True)
class Row:
    """A line of a display: what stands left of the alignment, and chunks that may break."""

    left: str
    right: tuple[str, ...]
    tag: str = ""


def display(rows: list[Row], end: str = "") -> str:
    """An unnumbered aligned display; long right sides break between chunks."""
    lines = []
    for row in rows:
        wide = max(20, WIDTH - min(printed_length(row.left), 24) - printed_length(row.tag))
        broken = wrapped(row.right, wide)
        first, rest = broken[0], broken[1:]
        tag = rf" && {row.tag}" if row.tag else ""
        lines.append(f"{row.left} &{first}" + ("" if rest else tag))
        for k, line in enumerate(rest):
            lines.append(rf"&\qquad {line.strip()}" + (tag if k == len(rest) - 1 else ""))
    body = " \\\\\n".join(lines)
    return f"\\begin{{align*}}\n{body}{end}\n\\end{{align*}}"


def wrapped(pieces: tuple[str, ...], width: int) -> list[str]:
    """Chunks joined to lines of at most `width` printed characters where that is possible."""
    lines: list[str] = []
    for piece in pieces:
        if lines and printed_length(lines[-1] + piece) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    return lines or [""]
