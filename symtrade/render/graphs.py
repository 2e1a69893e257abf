"""Graphs of functions by cases: one variable on the horizontal axis, exact values, floats only to draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symtrade.model.cases import value_at
from symtrade.render.labels import typeset
from symtrade.render.notation import Notation
from symtrade.render.plot import SIDE, styled

POINTS = 160
STROKES = ("-", "--", ":", "-.")


def plot_functions(
    functions: Mapping[str, Any],
    x: Any,
    low: Any,
    high: Any,
    at: Mapping[Any, Any] | None = None,
    notation: Notation | None = None,
    y_label: str = "",
) -> Any:
    """Draw functions of one variable.

    Args:
        functions: labels (TeX between dollar signs) and expressions, :class:`Cases` welcome.
        x: the symbol on the horizontal axis, from `low` to `high` (exact numbers).
        at: exact values of all other parameters, by symbol.
        notation: how `x` is typeset.
        y_label: a text for the vertical axis.

    Returns:
        A ``matplotlib.figure.Figure``; write it with :func:`symtrade.save_plot`.  Infinite values and
        points where no case applies are left out.

    Raises:
        ValueError: an empty range, no functions, or a symbol without a value.
    """
    import sympy
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    first, last = sympy.Rational(str(low)), sympy.Rational(str(high))
    if first >= last or not functions:
        raise ValueError(f"expected functions and a range with low < high, got {low} and {high}")
    values = {k: sympy.Rational(str(v)) for k, v in (at or {}).items()}
    for label, f in functions.items():
        if unknown := sympy.sympify(f).free_symbols - {x} - set(values):
            raise ValueError(f"{label}: no value for {', '.join(sorted(map(str, unknown)))}: give it in at=")
    places = [first + (last - first) * k / POINTS for k in range(POINTS + 1)]
    with styled():
        figure = Figure(figsize=(1.3 * SIDE, SIDE), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        for number, (label, f) in enumerate(functions.items()):
            heights = [_height(f, {**values, x: place}) for place in places]
            axes.plot([float(p) for p in places], heights, STROKES[number % len(STROKES)], color="black",
                      linewidth=1.2, label=typeset(label))
        axes.set(xlim=(float(first), float(last)))
        axes.set_xlabel(typeset(f"${(notation or Notation()).symbol(str(x))}$"))
        axes.set_ylabel(typeset(y_label))
        axes.legend(frameon=False, fontsize=9)
    return figure


def _height(function: Any, point: Mapping[Any, Any]) -> float:
    """A value to draw; nan where there is none."""
    from symtrade.model.errors import ModelError

    try:
        value = value_at(function, point)
    except ModelError:
        return float("nan")
    return float(value) if value.is_number and value.is_real and value.is_finite else float("nan")
