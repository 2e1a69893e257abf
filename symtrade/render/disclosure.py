"""Pictures of static disclosure: best responses, welfare along a family, trade regions.

Pictures are drawn from certified numbers and exact formulas, in floating point; they prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy

from symtrade.analysis.disclosure.cutoffs import StaticDisclosure
from symtrade.analysis.disclosure.on_path import FAIR
from symtrade.analysis.disclosure.shuttle import COST, VALUE, Shuttle
from symtrade.analysis.second_best.comparison import Comparison, compare
from symtrade.forms.functions import real_functions
from symtrade.model.distribution import Distribution

POINTS = 240
COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#7d5ba6")


def _axes(width: float = 4.2, height: float = 4.0) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def _ends(F: Distribution, G: Distribution) -> tuple[float, float]:
    low = min(F.support[0], G.support[0])
    tops = [D.support[1] if D.support[1].is_finite else D.support[0] + 3 * (D.mean - D.support[0])
            for D in (F, G)]
    return float(low), float(max(tops))


def _grid(low: float, high: float) -> list[Any]:
    start, length = sympy.Rational(low), sympy.Rational(high - low)
    return [start + length * sympy.Rational(k, POINTS) for k in range(POINTS + 1)]


def _number(expression: Any) -> float:
    """A closed expression, by balls; NaN where it is undefined, so that a curve has a gap."""
    try:
        (value,) = real_functions((expression,), ()).at(())
    except ValueError:  # a function of which there are no balls
        return float(sympy.N(expression, 17))
    return float(value)


def best_response_figure(found: StaticDisclosure) -> Any:
    """The curves x = E[c | c <= y] and y = E[v | v >= x] with their crossings."""
    figure, axes = _axes()
    F, G = found.buyer, found.seller
    low, high = _ends(F, G)
    grid = _grid(low, high)
    above = [(float(x), _number(F.mean_above(x))) for x in grid if F.cdf(x) != 1]
    below = [(_number(G.mean_below(y)), float(y)) for y in grid if G.cdf(y) != 0]
    axes.plot(*zip(*above, strict=True), color=COLOURS[0], label=r"$y = E[v \mid v \geq x]$")
    axes.plot(*zip(*below, strict=True), color=COLOURS[1], label=r"$x = E[c \mid c \leq y]$")
    for s in found.solutions:
        style = {"marker": "o", "ms": 6, "color": "black", "linestyle": "none"}
        if not s.is_global:
            style["markerfacecolor"] = "white"
        axes.plot(float(s.x.decimal(15)), float(s.y.decimal(15)), zorder=3, **style)
    axes.plot([], [], "ko", label="optimum")
    if any(not s.is_global for s in found.solutions):
        axes.plot([], [], "ko", markerfacecolor="white", label="other solutions")
    axes.set(xlim=(low, high), ylim=(low, high), xlabel="$x$", ylabel="$y$", aspect="equal")
    axes.legend(loc="lower right", fontsize=8, frameon=False)
    return figure


def family_figure(family: Callable[[Any], tuple[Any, Any]], parameters: Sequence[Any],
                  name: str = "parameter", relative: bool = True) -> Any:
    """The gains of each kind of mechanism along a family, as shares of the first best."""
    figure, axes = _axes(5.2, 3.4)
    results = [compare(*family(p), digits=8) for p in parameters]
    for kind, colour in zip(("static disclosure", "second best", "posted price"), COLOURS, strict=False):
        heights = []
        for one in results:
            value, whole = (float(one.values[k].decimal(8)) for k in (kind, "first best"))
            heights.append(value / whole if relative and whole > 0 else value)
        axes.plot([float(p) for p in parameters], heights, color=colour, label=kind)
    axes.set(xlabel=name, ylabel="share of the first best" if relative else "expected gains")
    axes.legend(fontsize=8, frameon=False)
    return figure


def trade_region_figure(found: Comparison) -> Any:
    """Where (value, cost) trade: first best and shuttle diplomacy, static disclosure, second best, posted
    price."""
    figure, axes = _axes()
    F, G = found.static.buyer, found.static.seller
    low, high = _ends(F, G)
    axes.fill([low, high, high], [low, low, high], color="0.92", lw=0, label="efficient: shuttle diplomacy",
              zorder=0)
    best = found.static.best
    if best is not None:
        x, y = (float(n.decimal(15)) for n in (best.x, best.y))
        axes.fill([x, high, high, x], [low, low, min(y, high), min(y, high)],
                  facecolor=COLOURS[0] + "2e", edgecolor=COLOURS[0], lw=1.5, label="static disclosure")
    curve = threshold_curve(found)
    if curve:
        axes.plot(*zip(*curve, strict=True), color=COLOURS[1], lw=2, label="second best (below)")
    if found.posted.price is not None:
        p = float(found.posted.price.decimal(15))
        axes.plot([p, p, high], [low, p, p], color=COLOURS[2], lw=1.5, ls="--", label="posted price (below)")
    axes.set(xlim=(low, high), ylim=(low, high), xlabel="value $v$", ylabel="cost $c$", aspect="equal")
    axes.legend(loc="upper left", fontsize=8, frameon=False)
    return figure


def threshold_curve(found: Comparison) -> list[tuple[float, float]]:
    """The second best's boundary (v, c): the thresholds of the mechanism that attains it."""
    points: list[tuple[float, float]] = []
    for p in found.second.panels:
        for k in range(41):
            z = -1 + k / 20
            value = sum(float(t.p) / float(t.q) * z**n for n, t in enumerate(p.coefficients))
            low, high = (float(e.p) / float(e.q) for e in (p.low, p.high))
            points.append((value, low + (high - low) * k / 40))
    return points


def price_figure(F: Distribution, static: StaticDisclosure | None = None) -> Any:
    """The single-ride price p(c) = E[v | v >= c] between the cost and the largest value."""
    figure, axes = _axes()
    low, high = _ends(F, F)
    grid = _grid(low, high)[:-1]
    axes.plot([float(c) for c in grid], [_number(F.mean_above(c)) for c in grid], color=COLOURS[0],
              label=r"$p(c) = E[v \mid v \geq c]$")
    axes.plot([low, high], [low, high], color="0.6", lw=1, label="$p = c$")
    if static is not None and static.best is not None:
        x, y = (float(n.decimal(15)) for n in (static.best.x, static.best.y))
        axes.fill_between([low, min(y, high)], x, min(y, high), color=COLOURS[1], alpha=0.2, lw=0,
                          label="prices under static disclosure")
    axes.set(xlim=(low, high), ylim=(low, high), xlabel="cost $c$", ylabel="price", aspect="equal")
    axes.legend(loc="lower right", fontsize=8, frameon=False)
    return figure


def shuttle_figure(case: Shuttle) -> Any:
    """Shuttle diplomacy: both prices between what buyer and seller accept, and what waiting is worth."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.6, 3.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    fair = sympy.Rational(case.fair_price.decimal(25))
    for formula, letter, colour, far, name in (
            (case.buyer_price, VALUE, COLOURS[0], case.buyer.support[0], "p^B(v)"),
            (case.seller_price, COST, COLOURS[1], case.seller.support[1], "p^S(c)")):
        grid = _grid(float(min(far, fair)), float(max(far, fair)))
        prices = [_number(formula.subs({letter: t, FAIR: fair})) for t in grid]
        if letter == VALUE:
            band = [[_number(case.seller.mean_below(t)) if case.seller.cdf(t) != 0 else float(t), float(t)]
                    for t in grid]
        else:
            band = [[float(t), _number(case.buyer.mean_above(t)) if case.buyer.cdf(t) != 1 else float(t)]
                    for t in grid]
        places = [float(t) for t in grid]
        left.fill_between(places, *zip(*band, strict=True), color=colour, alpha=0.15, lw=0,
                          label="accepted by both" if letter == VALUE else None)
        left.plot(places, prices, color=colour, label=f"${name}$")
    left.plot([float(fair)], [float(fair)], "ko", ms=4, label="$p^F$")
    left.set(xlabel="reported value or cost", ylabel="price")
    ends = (sympy.sympify(e).subs(FAIR, fair) for e in (case.path.start, case.path.end))
    grid = _grid(*(float(e) for e in ends))
    for who, formula, colour in (("buyer", case.buyer_waits, COLOURS[0]),
                                 ("seller", case.seller_waits, COLOURS[1])):
        values = [_number(formula.subs({case.path.at: t, FAIR: fair})) for t in grid]
        right.plot([float(t) for t in grid], values, color=colour, label=who,
                   ls="-" if who == "buyer" else "--")
    right.axhline(0, color="0.6", lw=1)
    right.set(xlabel=f"${case.path.at}$, to the fair price", ylabel="gain from waiting a moment")
    for axes in (left, right):
        axes.legend(fontsize=8, frameon=False)
    return figure
