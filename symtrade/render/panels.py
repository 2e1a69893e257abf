"""Several small figures of the same regions, at several values of the other parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from symtrade.render.curves import decompose
from symtrade.render.labels import Labels, label_texts, typeset
from symtrade.render.notation import Notation
from symtrade.render.plot import FILLS, SIDE, draw_regions, styled
from symtrade.render.regions import stated
from symtrade.render.spots import spots

SHADES = (("#ffffff", ""), ("#b9c9dd", ""), *FILLS[2:])
GAP = 0.36  # inches of a row for the title


def plot_panels(thing: Any, x: Any, y: Any, panels: Sequence[tuple[Mapping[Any, Any], str]],
                notation: Notation | None = None, labels: Labels = None, *, columns: int = 3,
                window: Iterable[Any] | None = None, assuming: Any = ()) -> Any:
    """Draw the same regions at several points of the other parameters, one small square for each.

    Args:
        thing: as for :func:`symtrade.plot`: a solution, lines of a statement, a function by cases, or
            an environment, of which the region of efficient trade is shaded.
        x, y: the parameters on the axes.
        panels: pairs of exact values of all other parameters and a title; below the title stand the
            values.
        notation: how names are typeset.
        labels: texts of the regions, as for :func:`symtrade.plot`; none are drawn by default.
        columns: how many squares a row.
        window: (x from, x to, y from, y to), the same for all; the parameters' ranges where bounded.
        assuming: the parameter set of a statement.

    Returns:
        A ``matplotlib.figure.Figure`` as wide as a column; write it with :func:`symtrade.save_plot`.

    Raises:
        ValueError: as :func:`symtrade.plot`, and where there are no panels or columns.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if not panels or columns < 1:
        raise ValueError("expected at least one panel and one column")
    thing, assuming = stated(thing, assuming)
    note = notation or Notation()
    planes = [decompose(thing, x, y, at, window=window, assuming=assuming) for at, _ in panels]
    count = len(planes[0][0].pieces)
    texts = {} if labels is None else label_texts(thing, count, set(range(count)), note, labels)
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    with styled():
        figure = Figure(figsize=(SIDE, rows * (SIDE / columns + GAP)), layout="constrained")
        FigureCanvasAgg(figure)
        squares = figure.subplots(rows, columns, squeeze=False)
        for k, axes in enumerate(squares.flat):
            if k >= len(panels):
                axes.set_axis_off()
                continue
            plane, grid = planes[k]
            draw_regions(axes, grid, SHADES)
            for spot in spots(plane, grid) if texts else ():
                axes.text(float(spot.x), float(spot.y), texts[spot.piece], ha="center", va="center",
                          fontsize=7, clip_on=True, zorder=4)
            _label(axes, grid, (x, y), note, (k % columns == 0, k + columns >= len(panels)))
            at, title = panels[k]
            values = ", ".join(f"${note.symbol(str(n))}={v}$" for n, v in at.items())
            axes.set_title(typeset("\n".join(filter(None, (title, values)))), fontsize=7)
    return figure


def _label(axes: Any, grid: Any, names: tuple[Any, Any], note: Notation, outer: tuple[bool, bool]) -> None:
    """Ticks at the ends; names on the outer axes alone."""
    x_low, x_high, y_low, y_high = map(float, grid.window)
    for put, ends, shown in ((axes.set_xticks, (x_low, x_high), outer[1]),
                             (axes.set_yticks, (y_low, y_high), outer[0])):
        put(ends, [f"{v:g}" if shown else "" for v in ends], fontsize=7)
    axes.tick_params(length=2)
    if outer[1]:
        axes.set_xlabel(typeset(f"${note.symbol(str(names[0]))}$"), fontsize=9, labelpad=-6)
    if outer[0]:
        axes.set_ylabel(typeset(f"${note.symbol(str(names[1]))}$"), fontsize=9, rotation=0, labelpad=0,
                        va="center")
