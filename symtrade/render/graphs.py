"""Graphs of functions by cases: one variable on the horizontal axis, exact values, floats only to draw."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import isnan
from typing import Any

from symtrade.model.cases import Cases, value_at
from symtrade.render.labels import typeset
from symtrade.render.notation import Notation
from symtrade.render.plot import SIDE, styled

POINTS, FINEST, STEP = 60, 7, 1 / 80  # the first points; halvings between two; rise of the whole at most
STROKES = ("-", "--", ":", "-.")


def plot_functions(
    functions: Mapping[str, Any],
    x: Any,
    low: Any,
    high: Any,
    at: Mapping[Any, Any] | None = None,
    notation: Notation | None = None,
    y_label: str = "",
    x_label: str = "",
) -> Any:
    """Draw functions of one variable.

    Args:
        functions: labels (TeX between dollar signs) and expressions, :class:`Cases` welcome.
        x: the symbol on the horizontal axis, from `low` to `high` (exact numbers).
        at: exact values of all other parameters, by symbol.
        notation: how `x` is typeset.
        y_label, x_label: texts for the axes; the horizontal one is called `x` by default.

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
    with styled():
        figure = Figure(figsize=(SIDE, 0.8 * SIDE), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        for number, (label, f) in enumerate(functions.items()):
            places, heights = zip(*_curve(f, x, (first, last), values), strict=True)
            axes.plot([float(p) for p in places], heights, STROKES[number % len(STROKES)], color="black",
                      linewidth=1.2, label=typeset(label))
        axes.set(xlim=(float(first), float(last)))
        axes.set_xlabel(typeset(x_label or f"${(notation or Notation()).symbol(str(x))}$"))
        axes.set_ylabel(typeset(y_label), fontsize=10)
        if len(functions) > 1 or not (y_label or "value" in functions):
            axes.legend(frameon=False, fontsize=9, handlelength=1.8)
    return figure


def named_functions(lines: Any) -> dict[str, Any]:
    """The functions that the lines of a statement define: by name those with values Eq(name, value), and
    as ``value`` the others.  A function by cases, or a plain expression, is one function.

    >>> import sympy
    >>> from symtrade.papers import Line
    >>> x, u = sympy.symbols("x u")
    >>> named_functions((Line(x > 0, sympy.Eq(u, x)), Line(x <= 0, sympy.Eq(u, 0))))
    {'u': Piecewise((x, x > 0), (0, x <= 0))}
    """
    import sympy

    if isinstance(lines, sympy.Expr):
        return {"value": lines}
    found: dict[str, list[Any]] = {}
    for line in lines:
        stated = sympy.sympify(line.value)
        named = isinstance(stated, sympy.Eq) and stated.lhs.is_Symbol
        name, value = (stated.lhs.name, stated.rhs) if named else ("value", stated)
        if isinstance(value, sympy.Expr):
            found.setdefault(name, []).append((value, line.when))
    return {name: Cases(*cases) for name, cases in found.items()}


def _curve(
    function: Any, x: Any, ends: tuple[Any, Any], values: Mapping[Any, Any]
) -> list[tuple[Any, float]]:
    """Points of a graph, closer where it is steep or ends."""
    low, high = ends
    points = [low + (high - low) * k / POINTS for k in range(POINTS + 1)]
    known = {p: _height(function, {**values, x: p}) for p in points}
    heights = [h for h in known.values() if not isnan(h)]
    step = STEP * (max(heights) - min(heights)) if heights else 0.0

    def between(a: Any, b: Any, depth: int) -> None:
        ends_here = isnan(known[a]) != isnan(known[b])
        if depth and (ends_here or abs(known[b] - known[a]) > step):
            middle = (a + b) / 2
            known[middle] = _height(function, {**values, x: middle})
            between(a, middle, depth - 1)
            between(middle, b, depth - 1)

    for a, b in pairwise(points):
        between(a, b, FINEST)
    return sorted(known.items())


def _height(function: Any, point: Mapping[Any, Any]) -> float:
    """A value to draw; nan where there is none."""
    from symtrade.model.errors import ModelError

    try:
        value = value_at(function, point)
    except ModelError:
        return float("nan")
    return float(value) if value.is_number and value.is_real and value.is_finite else float("nan")
