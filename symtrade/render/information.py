"""Figures for trade with costly information: net payments, optima along a path, the map of cases.

The numbers come from certified answers; curves between them are drawn in floating point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symtrade.render.plot import styled

if TYPE_CHECKING:
    from symtrade.analysis.costly_information.answer import Subsidy
    from symtrade.analysis.costly_information.regimes import Border
    from symtrade.model.quality import QualityEnvironment

CASES = {"attained": "#ccdaeb", "no information": "#ffffff", "not attained": "#f6e9cf",
         "undecided": "#c0c0c0"}
WORDS = {"attained": "information is acquired", "no information": "no information",
         "not attained": "approached only", "undecided": "undecided"}


@styled()
def net_payment(env: QualityEnvironment, found: Subsidy) -> Any:
    """The net payment over posteriors at the optimal multipliers, with its concave closure.

    `found` is the least subsidy of `env` (two states).  Returns a matplotlib figure for
    :func:`symtrade.save_plot`.
    """
    figure, axes = _figure(1)
    (panel,) = axes
    prior = float(env.prior[1])
    lam = {k: [float(m.decimal(18)) for m in v] for k, v in found.multipliers.items()}

    def value(x: float) -> float:
        likely = [v for v, q in ((0, 1 - x), (1, x)) if q > 0]
        one, other = ({v: float(cost.marginal((1 - x, x), v)) for v in likely}
                      for cost in (env.buyer_cost, env.seller_cost))
        paid = min(float(env.buyer[v]) - one[v] - lam["buyer"][v] for v in likely)
        got = max(float(env.seller[v]) + other[v] + lam["seller"][v] for v in likely)
        return paid - got

    chosen = sorted({float(q.decimal(18)) for q in found.posteriors})
    grid = sorted({k / 1000 for k in range(1001)} | set(chosen) | {1e-4, 1e-3, 1 - 1e-3, 1 - 1e-4})
    values = [value(x) for x in grid]
    panel.plot(grid, values, color="black", linewidth=1.2, label="$T$")
    hull = _upper_hull(list(zip(grid, values, strict=True)))
    panel.plot(*zip(*hull, strict=True), color="#3a6ea5", linewidth=1, linestyle="--",
               label="concave closure")
    for x in chosen:
        panel.plot([x], [value(x)], marker="o", color="#3a6ea5", markersize=4,
                   fillstyle="none" if x in (0.0, 1.0) else "full", clip_on=False, zorder=3)
    revenue = float(found.revenue.decimal(18))
    panel.plot([prior], [revenue], marker="s", color="#b5442d", markersize=4, zorder=3, linestyle="none",
               label="revenue at the prior")
    panel.axvline(prior, color="#b0b0b0", linewidth=0.6)
    panel.set_xlabel("posterior of the high state")
    panel.set_ylabel("net payment")
    panel.set_xlim(0, 1)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=7)
    return figure


@styled()
def optima(points: Sequence[tuple[Any, Subsidy]], name: str) -> Any:
    """Optimal posteriors and revenue along a path: (parameter, answer) pairs in order."""
    figure, (above, below) = _figure(2)
    at = [float(t) for t, _ in points]
    for case, marker in (("attained", "o"), ("no information", "."), ("not attained", "^")):
        for k in (0, 1):
            rows = [(float(t), float(s.posteriors[min(k, len(s.posteriors) - 1)].decimal(12)))
                    for t, s in points if s.case == case]
            if rows:
                above.plot(*zip(*rows, strict=True), marker=marker, linestyle="none", markersize=4,
                           color="#3a6ea5", fillstyle="full" if case == "attained" else "none", clip_on=False,
                           label=WORDS[case] if k == 0 else None)
    above.set_ylabel("posteriors")
    above.set_ylim(0, 1)
    above.legend(frameon=False, fontsize=7, loc="center right")
    below.plot(at, [float(s.revenue.decimal(12)) for _, s in points], color="black", marker=".", linewidth=1,
               label="revenue")
    below.plot(at, [float((s.revenue.low + s.gap.low).p) / float((s.revenue.low + s.gap.low).q)
                    for _, s in points], color="#b0b0b0", linestyle=":", label="full surplus")
    below.set_ylabel("revenue")
    below.set_xlabel(name)
    below.legend(frameon=False, fontsize=7)
    return figure


@styled()
def case_map(cells: Mapping[tuple[Any, Any], str], names: tuple[str, str],
             borders: Sequence[tuple[Any, Border]] = ()) -> Any:
    """The map of cases over a grid: `cells` gives the certified case at every (x, y); `borders` are pairs
    of x and a certified change of case along y."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    figure, (panel,) = _figure(1)
    xs, ys = (sorted({cell[k] for cell in cells}) for k in (0, 1))
    half = [float(row[1] - row[0]) / 2 if len(row) > 1 else 0.5 for row in (xs, ys)]
    for (x, y), case in cells.items():
        panel.add_patch(_square(float(x), float(y), half, CASES[case]))
        panel.plot([float(x)], [float(y)], marker=".", color="#707070", markersize=2)
    for x, change in borders:
        middle, reach = (float(change.low) + float(change.high)) / 2, float(change.high - change.low) / 2
        panel.errorbar([float(x)], [middle], yerr=[reach], fmt="o", color="#b5442d", markersize=3,
                       linewidth=1)
    panel.set_xlim(float(xs[0]) - half[0], float(xs[-1]) + half[0])
    panel.set_ylim(float(ys[0]) - half[1], float(ys[-1]) + half[1])
    panel.set_xlabel(names[0])
    panel.set_ylabel(names[1])
    present = [case for case in CASES if case in cells.values()]
    handles: list[Any] = [Patch(facecolor=CASES[c], edgecolor="#707070", label=WORDS[c]) for c in present]
    if borders:
        handles.append(Line2D([], [], marker="o", color="#b5442d", linestyle="none", markersize=3,
                              label="certified change"))
    figure.legend(handles=handles, loc="outside upper center", ncols=2, frameon=False, fontsize=7)
    return figure


def _square(x: float, y: float, half: Sequence[float], colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - half[0], y - half[1]), 2 * half[0], 2 * half[1], facecolor=colour, edgecolor="none")


def _figure(rows: int) -> tuple[Any, list[Any]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.4, 2.3 * rows + 0.9), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, 1, squeeze=False, sharex=True)
    return figure, [row[0] for row in panels]


def _upper_hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    hull: list[tuple[float, float]] = []
    for x, y in points:
        while len(hull) > 1 and ((hull[-1][0] - hull[-2][0]) * (y - hull[-2][1])
                                 >= (hull[-1][1] - hull[-2][1]) * (x - hull[-2][0])):
            hull.pop()
        hull.append((x, y))
    return hull
