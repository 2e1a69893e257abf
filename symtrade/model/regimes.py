"""What two posteriors are worth to a designer, for any posterior-separable costs and two states.

Each trader can be charged (or must be paid, with the sign turned) the smaller of what the low and the
high state allow.  At posteriors x >= prior >= y, x with weight w, the best anchor leaves one of five
regimes: the low state binds at both, the kink is at x, between, at y, or the high state binds at both.  A
trader's part of the revenue is the least over t in [0, 1], the mass of realizations at which the high state
binds, of

    E[low state's price] + a (gap - h'(x)) + b (gap - h'(y)) + h(t),   a = min(t, w), b = max(t - w, 0),

as the tangents of h at the anchor are highest at t for the anchor t: at the best one t is the anchor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy

from symtrade.model.information_costs import InformationCost, slope
from symtrade.model.quality import QualityEnvironment
from symtrade.model.subsidy import Family

REGIMES = ("low state", "kink at the high posterior", "kink between", "kink at the low posterior",
           "high state")
W, Y = sympy.symbols("w y", positive=True)  # (1 - x)/(1 - prior) and y/prior, or roots of these
ANCHORS = sympy.symbols("z_b z_s", positive=True)


@dataclass(frozen=True)
class Side:
    """A trader: its cost and what it is worth in the two states (the seller's with the sign turned)."""

    cost: InformationCost
    values: tuple[Any, Any]
    anchor: Any

    @property
    def gap(self) -> Any:
        return self.values[1] - self.values[0]

    def price(self, x: Any, state: int) -> Any:
        """What a state allows at a posterior, without the anchor's part."""
        return self.values[state] - self.cost.marginal((1 - x, x), state)

    def height(self, anchor: Any, state: int) -> Any:
        """The tangent's height at a state."""
        return self.cost.marginal((1 - anchor, anchor), state)

    def slope(self, x: Any) -> Any:
        return slope(self.cost, x)

    def curvature(self, x: Any) -> Any:
        z = sympy.Dummy("z", positive=True)
        return sympy.diff(self.slope(z), z).subs(z, x)


@dataclass(frozen=True)
class Regime:
    """One trader's part: its value, the anchor, which states bind at x and y, where it applies (all
    conditions >= 0), and the parts of its derivative as the posteriors move apart."""

    name: str
    value: Any
    anchor: Any
    binding: tuple[int, int]
    conditions: tuple[Any, ...]
    apart: tuple[Any, Any, Any]


@dataclass(frozen=True)
class Place:
    """Posteriors x and y with the weight of x.  `open_ends` says whether x may be 1 and y may be 0 only
    in the limit: there the kinks are still those of posteriors inside."""

    x: Any
    y: Any
    weight: Any
    open_ends: tuple[bool, bool] = (True, True)


def sides(env: QualityEnvironment) -> tuple[Side, Side]:
    """The buyer and the seller."""
    return (Side(env.buyer_cost, (env.buyer[0], env.buyer[1]), ANCHORS[0]),
            Side(env.seller_cost, (-env.seller[0], -env.seller[1]), ANCHORS[1]))


def regime(side: Side, name: str, at: Place) -> Regime | None:
    """A trader's part in one regime; None where it never applies."""
    x, y, w, z, gap = at.x, at.y, at.weight, side.anchor, side.gap
    at_x, at_y = side.cost.shifted(x, gap), side.cost.shifted(y, gap)  # anchors, where in closed form
    closed = at_x is not None
    inner_x, inner_y = x != 1 or at.open_ends[0], y != 0 or at.open_ends[1]
    if (name == REGIMES[1] and not inner_x) or (name == REGIMES[3] and not inner_y):
        return None
    if (name in (REGIMES[1], REGIMES[0]) and side.slope(x) == sympy.oo) or (
            name in (REGIMES[3], REGIMES[4]) and side.slope(y) == -sympy.oo):
        return None  # the anchor would leave the weight behind
    if (name == REGIMES[0] and (not inner_x or not side.slope(0).is_finite)) or (
            name == REGIMES[4] and (not inner_y or not side.slope(1).is_finite)):
        return None
    if (name == REGIMES[1] and side.slope(x) - gap == side.slope(0)) or (
            name == REGIMES[3] and side.slope(y) - gap == side.slope(1)):
        return None  # the anchor is an end, as where one state binds at both
    conditions: list[Any]
    low = w * side.price(x, 0) + (1 - w) * side.price(y, 0) if name in REGIMES[:2] else None
    high = w * side.price(x, 1) + (1 - w) * side.price(y, 1) if name in REGIMES[3:] else None
    bend = side.curvature if at.weight not in (0, 1) and not {x, y} & {0, 1} else lambda _: sympy.S.Zero
    if name == REGIMES[0]:
        conditions = [-at_x if closed else gap - side.slope(x) + side.slope(0)]
        return Regime(name, low + side.height(0, 0), sympy.S.Zero, (0, 0), tuple(conditions), (
            x * bend(x) - y * bend(y), 0, 0))
    if name == REGIMES[1]:
        anchor = at_x if closed else z
        value = low + (side.height(anchor, 0) if closed
                       else z * (gap - side.slope(x)) + side.cost.potential((1 - z, z)))
        return Regime(name, value, anchor, (0, 0), (anchor, w - anchor), (
            x * bend(x) - y * bend(y), -anchor * bend(x), 0))
    if name == REGIMES[2]:
        value = w * side.price(x, 1) + (1 - w) * side.price(y, 0) + side.cost.potential((1 - w, w))
        conditions = []
        if inner_x and side.slope(x) != sympy.oo:
            conditions.append(at_x - w if closed else side.slope(x) - gap - side.slope(w))
        if inner_y and side.slope(y) != -sympy.oo:
            conditions.append(w - at_y if closed else gap + side.slope(w) - side.slope(y))
        return Regime(name, value, w, (1, 0), tuple(conditions), (
            -(1 - x) * bend(x) - y * bend(y), 0, 0))
    if name == REGIMES[3]:
        anchor = at_y if closed else z
        value = high + (side.height(anchor, 1) if closed
                        else (z - 1) * (gap - side.slope(y)) + side.cost.potential((1 - z, z)))
        return Regime(name, value, anchor, (1, 1), (anchor - w, 1 - anchor), (
            (1 - y) * bend(y) - (1 - x) * bend(x), 0, -(1 - anchor) * bend(y)))
    conditions = [at_y - 1 if closed else side.slope(y) - gap - side.slope(1)]
    return Regime(name, high + side.height(1, 1), sympy.S.One, (1, 1), tuple(conditions), (
        (1 - y) * bend(y) - (1 - x) * bend(x), 0, 0))


def structures(env: QualityEnvironment, at: Place, what: str, names: Any = None, limit: int | None = None
               ) -> Iterator[tuple[Family, tuple[Regime, Regime]]]:
    """The families at two posteriors, one for each pair of regimes (`names`: those to be used)."""
    one = at.weight == 1
    for first, second in names or product(REGIMES, REGIMES):
        found = [regime(side, name, at) for side, name in zip(sides(env), (first, second), strict=True)]
        if found[0] is None or found[1] is None:
            continue
        b, s = found
        symbols = tuple(v for v in (W, Y, *ANCHORS) if any(
            sympy.sympify(e).has(v) for e in (at.x, at.y, b.anchor, s.anchor)))
        conditions = tuple(c for c in (*b.conditions, *s.conditions) if c not in (0, 1))
        family = Family(
            f"{what}; buyer: {b.name}, seller: {s.name}", env, symbols, tuple((sympy.S.Zero, sympy.S.One) for _ in symbols),
            (sympy.S.One,) if one else (at.weight, 1 - at.weight), (at.x,) if one else (at.x, at.y),
            (b.anchor, s.anchor), tuple(zip(b.binding, s.binding, strict=True))[:1 if one else 2],
            conditions, limit=limit, collected_revenue=b.value + s.value)
        yield family, (b, s)
