"""Figures: the regions of a solution in the plane of two parameters.

Curves and cells come from the conditions of the pieces, exactly (:mod:`symtrade.render.cells`);
matplotlib only draws them.  Nothing here touches pyplot or keeps a setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from symtrade.render.cells import Cells
from symtrade.render.curves import Point, curves, decompose, trace
from symtrade.render.labels import Labels, label_texts, typeset
from symtrade.render.notation import Notation
from symtrade.render.regions import by_sign, stated
from symtrade.render.spots import spots

SIDE = 3.4  # inches: the width of a column
COLOURS = ("#ffffff", "#ececec", "#ccdaeb", "#f6e9cf", "#d3e5cc")
FILLS = tuple((colour, hatch) for hatch in ("", "////", "....", "||||") for colour in COLOURS)
ROOM = 5  # grid steps that a label of two lines needs around its middle
OUTSIDE = ("#ffffff", "xxxx")
STYLE = {
    "font.family": "serif", "font.serif": ["DejaVu Serif"], "mathtext.fontset": "cm",
    "font.size": 10, "axes.labelsize": 12, "xtick.labelsize": 9, "ytick.labelsize": 9,
    "axes.linewidth": 0.8, "hatch.linewidth": 0.4, "hatch.color": "#b0b0b0", "pdf.fonttype": 42,
    "axes.unicode_minus": False, "savefig.dpi": 300, "path.simplify": False,
}
FORMATS = (".png", ".pdf", ".pgf")
TEX = ("pdflatex", "lualatex", "xelatex")


def plot(solution: Any, x: Any, y: Any, at: Mapping[Any, Any], notation: Notation | None = None,
         labels: Labels = None, *, window: Iterable[Any] | None = None, assuming: Any = (),
         signs: bool = False) -> Any:
    """Draw the regions of a solution in the plane of two parameters, the others fixed.

    Args:
        solution: a :class:`PiecewiseSolution`, the lines of a statement (``result.statement``), a
            function by cases, or an :class:`InterdependentEnvironment` (where trade is efficient).
        x, y: the parameters on the axes, symbols or names.
        at: exact values of all other parameters (ints, fractions, SymPy rationals, texts as ``1/3``).
        notation: how names are typeset.
        labels: texts in the order of the pieces, or by number (from 1); TeX between dollar signs.
            Pieces without one get their number, and their value where that is short.
        window: (x from, x to, y from, y to); the ranges of the parameters where they are bounded.
        assuming: the parameter set of a statement (a solution brings its own).
        signs: also cut every piece where its value changes sign, and label it with the sign.

    Returns:
        A ``matplotlib.figure.Figure``; write it with :func:`symtrade.save_plot`.

    Raises:
        ValueError: unknown, missing, superfluous or float values; values outside the parameter set;
            a missing window; labels that do not fit.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FormatStrFormatter, MaxNLocator

    solution, assuming = stated(solution, assuming, signs)
    fills = FILLS
    if signs:  # every line is three: positive, zero, negative
        colours = [FILLS[k % len(FILLS)][0] for k in range(len(solution))]
        fills = tuple((colour, hatch) for colour in colours for hatch in ("", "", "////"))
        solution, labels = by_sign(solution, labels)
    plane, grid = decompose(solution, x, y, at, window=window, assuming=assuming)
    note = notation or Notation()
    shown = spots(plane, grid)
    texts = label_texts(solution, len(plane.pieces), {spot.piece for spot in shown}, note, labels)
    with styled():
        figure = Figure(figsize=(SIDE, SIDE), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        draw_regions(axes, grid, fills)
        for spot in shown:
            box = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
            text = texts[spot.piece] if spot.room >= ROOM else texts[spot.piece].split("\n")[0]
            axes.text(float(spot.x), float(spot.y), text, ha="center", va="center", zorder=4,
                      fontsize=10 if spot.room >= ROOM / 2 else 7, clip_on=True,
                      bbox=box if fills[spot.piece % len(fills)][1] else None)
        axes.set_xlabel(typeset(f"${note.symbol(str(x))}$"))
        axes.set_ylabel(typeset(f"${note.symbol(str(y))}$"), rotation=0, labelpad=12, va="center")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
            axis.set_major_formatter(FormatStrFormatter("%g"))
    return figure


def draw_regions(axes: Any, grid: Cells, fills: Sequence[tuple[str, str]] = FILLS) -> None:
    """Every piece as a shape with its own fill, and the curves between pieces."""
    axes.set_box_aspect(1)
    _fill(axes, grid, fills)
    for curve in curves(grid):
        line = [(float(a), float(b)) for a, b in curve.points]
        axes.plot(*zip(*line, strict=True), color="black", linewidth=1.1, solid_capstyle="round", zorder=3)
    x_low, x_high, y_low, y_high = map(float, grid.window)
    axes.set(xlim=(x_low, x_high), ylim=(y_low, y_high))


def _fill(axes: Any, grid: Cells, fills: Sequence[tuple[str, str]]) -> None:
    """Every piece as one shape: its cells."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Shape

    cells: dict[int | None, list[Any]] = {}
    for piece, outline in _outlines(grid):
        line = [(float(a), float(b)) for a, b in outline]
        cells.setdefault(piece, []).append(Shape([*line, line[0]], closed=True))
    for piece, shapes in sorted(cells.items(), key=lambda item: -1 if item[0] is None else item[0]):
        colour, hatch = OUTSIDE if piece is None else fills[piece % len(fills)]
        shape = Shape.make_compound_path(*shapes)
        axes.add_patch(PathPatch(shape, facecolor=colour, edgecolor=colour, linewidth=0.3, zorder=1))
        if hatch:
            axes.add_patch(PathPatch(shape, fill=False, linewidth=0, hatch=hatch, zorder=2))


def _outlines(grid: Cells) -> Iterator[tuple[int | None, tuple[Point, ...]]]:
    """The cells as polygons."""
    for strip in grid.strips:
        lines = [trace(edge, strip, grid.window)[0] for edge in strip.edges]
        for piece, (below, above) in zip(strip.pieces, pairwise(lines), strict=True):
            yield piece, (*below, *reversed(above))


def save_plot(figure: Any, path: str | Path) -> None:
    """Write a figure as .png, .pdf or .pgf (for ``\\input`` in LaTeX); equal figures give equal files.

    Raises ValueError for other endings, and for .pgf where no TeX with pgf is installed.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in FORMATS:
        raise ValueError(f"{target}: expected a file name that ends in {', '.join(FORMATS)}")
    draft = target.with_name(f".{target.stem}.partial{ending}")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with styled(), _quiet():
            _write(figure, draft, ending)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _write(figure: Any, path: Path, ending: str) -> None:
    import matplotlib as mpl

    if ending == ".pgf":
        from shutil import which

        program = next((name for name in TEX if which(name)), None)
        if program is None:
            raise ValueError(f"{path.suffix} needs TeX to measure its texts, and none of {', '.join(TEX)} "
                             "is installed; write .pdf instead")
        mpl.rcParams.update({"pgf.texsystem": program, "pgf.rcfonts": False,
                                    "pgf.preamble": r"\usepackage{amsmath,amssymb}"})
        try:
            figure.savefig(path, backend="pgf")
        except RuntimeError as error:
            reason = next((line for line in str(error).splitlines() if line.strip()), "TeX failed")
            raise ValueError(f"TeX cannot set the figure: {reason}; write .pdf instead") from error
    elif ending == ".pdf":
        figure.savefig(path, metadata={"CreationDate": None, "Creator": None, "Producer": "symtrade"})
    else:
        figure.savefig(path, metadata={"Software": None})


@contextmanager
def styled() -> Iterator[None]:
    """The figure's own style, whatever the user's settings are; they come back afterwards."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the remarks of fontTools on dates inside matplotlib's own fonts."""
    import logging

    logger = logging.getLogger("fontTools")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
