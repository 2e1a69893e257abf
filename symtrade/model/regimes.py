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
LOW, AT_X, BETWEEN, AT_Y, HIGH = REGIMES
ENDS = (sympy.S.Zero, sympy.S.One)
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
    """One trader's part: its value, the anchor, which states bind at x and y, and where it applies (all
    conditions >= 0)."""

    name: str
    value: Any
    anchor: Any
    binding: tuple[int, int]
    conditions: tuple[Any, ...]


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
    slope_x, slope_y, (first, last) = side.slope(x), side.slope(y), (side.slope(v) for v in ENDS)
    inner_x, inner_y = x != 1 or at.open_ends[0], y != 0 or at.open_ends[1]
    if name in (LOW, AT_X) and (not inner_x or slope_x == sympy.oo):
        return None  # with an unbounded slope the anchor would leave the weight behind
    if name in (HIGH, AT_Y) and (not inner_y or slope_y == -sympy.oo):
        return None
    if (name == LOW and not first.is_finite) or (name == HIGH and not last.is_finite):
        return None
    if (name == AT_X and slope_x - gap == first) or (name == AT_Y and slope_y - gap == last):
        return None  # the anchor is an end, as where one state binds at both
    at_x, at_y = side.cost.shifted(x, gap), side.cost.shifted(y, gap)  # anchors, where in closed form
    closed = at_x is not None
    states = {LOW: (0, 0), AT_X: (0, 0), BETWEEN: (1, 0)}.get(name, (1, 1))
    prices = w * side.price(x, states[0]) + (1 - w) * side.price(y, states[1])
    if name == LOW:
        conditions = [-at_x if closed else gap - slope_x + first]
        return Regime(name, prices + side.height(0, 0), sympy.S.Zero, states, tuple(conditions))
    if name == HIGH:
        conditions = [at_y - 1 if closed else slope_y - gap - last]
        return Regime(name, prices + side.height(1, 1), sympy.S.One, states, tuple(conditions))
    if name == BETWEEN:
        conditions = []
        if inner_x and slope_x != sympy.oo:
            conditions.append(at_x - w if closed else slope_x - gap - side.slope(w))
        if inner_y and slope_y != -sympy.oo:
            conditions.append(w - at_y if closed else gap + side.slope(w) - slope_y)
        return Regime(name, prices + side.cost.potential((1 - w, w)), w, states, tuple(conditions))
    if name == AT_X:
        anchor = at_x if closed else z
        bent = side.height(anchor, 0) if closed else z * (gap - slope_x) + side.cost.potential((1 - z, z))
        return Regime(name, prices + bent, anchor, states, (anchor, w - anchor))
    anchor = at_y if closed else z
    bent = side.height(anchor, 1) if closed else (
        (z - 1) * (gap - slope_y) + side.cost.potential((1 - z, z)))
    return Regime(name, prices + bent, anchor, states, (anchor - w, 1 - anchor))


def apart(side: Side, part: Regime, at: Place) -> tuple[Any, Any, Any]:
    """The derivative of a trader's part as x and y move apart, at the paces 1 - w and w: w (1 - w) times the
    first, plus 1 - w times the second, plus w times the third."""
    x, y = at.x, at.y
    bend_x, bend_y = side.curvature(x), side.curvature(y)
    rise = -(1 - x) * bend_x if part.binding[0] else x * bend_x
    fall = (1 - y) * bend_y if part.binding[1] else -y * bend_y
    return (rise + fall, -part.anchor * bend_x if part.name == AT_X else sympy.S.Zero,
            -(1 - part.anchor) * bend_y if part.name == AT_Y else sympy.S.Zero)


def structures(env: QualityEnvironment, at: Place, what: str, names: Any = None, limit: int | None = None
               ) -> Iterator[tuple[Family, tuple[Regime, Regime]]]:
    """The families at two posteriors, one for each pair of regimes (`names`: those to be used)."""
    one = at.weight == 1
    for first, second in names or product(REGIMES, REGIMES):
        buyer, seller = sides(env)
        b, s = regime(buyer, first, at), regime(seller, second, at)
        if b is None or s is None:
            continue
        symbols = tuple(v for v in (W, Y, *ANCHORS) if any(
            sympy.sympify(e).has(v) for e in (at.x, at.y, b.anchor, s.anchor)))
        conditions = tuple(c for c in (*b.conditions, *s.conditions) if c not in (0, 1))
        family = Family(
            f"{what}; buyer: {b.name}, seller: {s.name}", env, symbols,
            tuple((sympy.S.Zero, sympy.S.One) for _ in symbols),
            (sympy.S.One,) if one else (at.weight, 1 - at.weight), (at.x,) if one else (at.x, at.y),
            (b.anchor, s.anchor), tuple(zip(b.binding, s.binding, strict=True))[:1 if one else 2],
            conditions, limit=limit, collected_revenue=b.value + s.value)
        yield family, (b, s)
