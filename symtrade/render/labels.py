"""The labels of the pieces in a figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.render.latex import chart_forms, latex
from symtrade.render.notation import Notation
from symtrade.render.typeset import formula, printed_length

Labels: TypeAlias = Sequence[str] | Mapping[int, str] | None
SHORT = 8  # a longer value does not fit a region


def label_texts(solution: Any, count: int, shown: set[int], note: Notation, labels: Labels) -> dict[int, str]:
    """A text for every piece that is shown, by its position.

    Raises ValueError where the labels do not fit the pieces or cannot be typeset.
    """
    given = _given(labels, count)
    return {k: typeset(_words(given[k], note) if k in given else _default(solution, k, note))
            for k in sorted(shown)}


def _given(labels: Labels, count: int) -> dict[int, str]:
    """The user's labels by position."""
    if labels is None:
        return {}
    if isinstance(labels, Mapping):
        for number in labels:
            if not isinstance(number, int) or not 1 <= number <= count:
                raise ValueError(f"no piece has the number {number!r}: expected 1 to {count}")
        return {number - 1: str(text) for number, text in labels.items()}
    if isinstance(labels, str) or len(labels) != count:
        got = repr(labels) if isinstance(labels, str) else str(len(labels))
        raise ValueError(f"expected {count} labels, one for each piece, got {got}")
    return dict(enumerate(map(str, labels)))


def _words(text: str, note: Notation) -> str:
    """A user's label: ``W_FP`` is read as a name with an index."""
    return f"${note.symbol(text)}$" if re.fullmatch(r"[A-Za-z]\w*_\w+", text, re.ASCII) else text


def _default(solution: Any, position: int, note: Notation) -> str:
    """The number of a piece, and its value (or status) where that is short."""
    number = f"({position + 1})"
    if isinstance(solution, PiecewiseSolution):
        piece = solution.certificate.pieces[position]
        if piece.value is None:
            return f"{number}\n{piece.status}"
        forms = chart_forms(solution.program.region, solution.certificate.chart)
        value = formula(forms.value(piece.value), note)
    else:
        import sympy

        stated = solution[position].value
        value = stated if isinstance(stated, str) else latex(sympy.sympify(stated), note)
    return f"{number}\n${value}$" if printed_length(value) <= SHORT else number


def typeset(text: str) -> str:
    r"""Text with formulas between dollar signs as matplotlib sets it.

    Raises ValueError for what it cannot set.

    >>> typeset(r"$\tfrac{1}{2}$ or (a)")
    '$\\frac{1}{2}$ or (a)'
    """
    from matplotlib.mathtext import MathTextParser

    text = text.replace(r"\tfrac", r"\frac")
    parser = MathTextParser("path")
    for candidate in (text, text.replace(r"\underline", r"\underset{-}")):
        try:
            for line in candidate.split("\n"):
                parser.parse(line)
            return candidate
        except ValueError as error:
            reason = str(error).strip().splitlines()[-1]
    raise ValueError(f"the label {text!r} cannot be typeset: {reason}")
