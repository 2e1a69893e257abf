"""Subsidy minimisation with two states: the families among which the supremum lies.

For given anchors (multipliers) the net payment T is convex in the posterior between 0, the buyer's
kink, the seller's kink and 1, so its concave closure is made of chords between these points.  With steep
costs a posterior 0 or 1 cannot be implemented, only approached; with others it can, and then only the
state that is left binds.  A family fixes which two points are used and which state binds whom at each;
its conditions say where its anchors are optimal for its posteriors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import sympy

from symtrade.model.quality import Prices, QualityEnvironment, buyer_anchor, seller_anchor

# Probabilities: of the first state at the high posterior, of the second at the low one; weight; spread.
W, Y, TAU, SPREAD = sympy.symbols("w y tau s")
LOG_W, LOG_Y = sympy.symbols("a b")  # minus logarithms of the first two, relative to the prior


@dataclass(frozen=True)
class Family:
    """Two posteriors with weights, anchors and binding states, as expressions in `symbols`.

    `limit` is the posterior (0 or 1) that is only approached, if any; `conditions` are >= 0 where the
    family applies.  `binding` are the states that bind the buyer, then the seller, at each posterior.
    """

    name: str
    env: QualityEnvironment
    symbols: tuple[Any, ...]
    box: tuple[tuple[Any, Any], ...]
    weights: tuple[Any, ...]
    posteriors: tuple[Any, ...]
    anchors: tuple[Any, Any]
    binding: tuple[tuple[int, int], ...]
    conditions: tuple[Any, ...] = ()
    limit: int | None = None
    collected_revenue: Any = None
    potentials: Any = None  # of the weights, as they enter the revenue: never positive
    collected_bound: Any = None

    @property
    def prices(self) -> Prices:
        return Prices(self.env, *self.anchors)

    @property
    def payments(self) -> tuple[tuple[Any, Any], ...]:
        """What the buyer pays and the seller gets at each posterior."""
        return tuple((self.prices.buyer(x, b), self.prices.seller(x, s))
                     for x, (b, s) in zip(self.posteriors, self.binding, strict=True))

    @cached_property
    def revenue(self) -> Any:
        """What the designer keeps in expectation."""
        if self.collected_revenue is not None:
            return self.collected_revenue
        return self.collected(sympy.S.Zero)

    @cached_property
    def bound(self) -> Any:
        """At least the revenue, and finite where a weight vanishes; None where the revenue is as well."""
        if self.collected_bound is not None or self.potentials is None:
            return self.collected_bound
        return self.collected(-self.potentials)

    def collected(self, more: Any) -> Any:
        """The revenue and something more, in a form that encloses well."""
        inside = {v: (low + high) / 2 for v, (low, high) in zip(self.symbols, self.box, strict=True)}
        total = sum(w * (b - s) for w, (b, s) in zip(self.weights, self.payments, strict=True))
        return collected(total + more, inside)


def in_logarithms(family: Family, tops: Sequence[tuple[Any, Any]], ends: Sequence[Any]) -> Family:
    """The family with each coordinate w written as top * exp(-a), for a from 0 to an end.

    `tops` are the new symbols a with the largest values of the coordinates.  Gaps of hundreds of times the
    cost move optimal posteriors by as many powers of e, which are far from 0 in these coordinates only.
    """
    place = {w: top * sympy.exp(-a) for w, (a, top) in zip(family.symbols, tops, strict=True)}
    logs = {sympy.log(w): sympy.log(top) - a for w, (a, top) in zip(family.symbols, tops, strict=True)}

    def moved(e: Any) -> Any:
        return sympy.sympify(e).subs(logs).subs(place)

    def each(row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(moved(e) for e in row)

    return replace(
        family, symbols=tuple(a for a, _ in tops), box=tuple((sympy.S.Zero, end) for end in ends),
        weights=each(family.weights), posteriors=each(family.posteriors),
        anchors=(moved(family.anchors[0]), moved(family.anchors[1])), conditions=each(family.conditions),
        collected_revenue=moved(family.revenue),
        collected_bound=None if family.bound is None else moved(family.bound))


def collected(e: Any, inside: dict[Any, Any]) -> Any:
    """A sum of logarithms in which each factor's logarithm stands once.

    `inside` is a point of the domain: it tells a factor that is positive from its negative.
    """
    names, back = _powers_of_e(e)
    e, inside = e.xreplace(names), {**inside, **back}
    coefficients: dict[Any, Any] = {}
    rest = sympy.S.Zero

    def add(term: Any, argument: Any) -> None:
        coefficients[argument] = coefficients.get(argument, 0) + term

    for term in sympy.Add.make_args(sympy.expand(e)):
        atoms = term.atoms(sympy.log)
        if not atoms:
            rest += term
            continue
        (atom,) = atoms  # a price has no products of logarithms
        unit, powers = _factors(atom.args[0], inside)
        for factor, power in powers:
            add(term / atom * power, factor)
        for part in sympy.Add.make_args(sympy.expand_log(sympy.log(unit), force=True)):
            constants = part.atoms(sympy.log)
            if constants:
                (constant,) = constants
                add(term / atom * part / constant, constant.args[0])
            else:
                rest += term / atom * part
    ordered = sorted(coefficients, key=sympy.default_sort_key)
    total = sympy.Add(*(sympy.factor(sympy.cancel(coefficients[f])) * sympy.log(f) for f in ordered),
                      sympy.cancel(rest))
    return total.xreplace(back)


def _powers_of_e(e: Any) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Symbols for the numbers exp(q), and the way back: else E would be an indeterminate of high degree."""
    names: dict[Any, Any] = {}
    back: dict[Any, Any] = {}
    for power in sorted(e.atoms(sympy.exp), key=sympy.default_sort_key):
        if power.args[0].is_number and power not in names:
            name = sympy.Dummy(f"E{len(back)}", positive=True)
            names |= {power: name, 1 / power: 1 / name}
            back[name] = power
    return names, back


def _factors(argument: Any, inside: dict[Any, Any]) -> tuple[Any, list[tuple[Any, int]]]:
    """A positive expression as a positive constant times powers of positive factors."""
    top, bottom = sympy.fraction(sympy.together(argument))
    (unit, over), (one, under) = sympy.factor_list(top), sympy.factor_list(bottom)
    unit, powers = unit / one, []
    for factor, power in [*over, *((f, -k) for f, k in under)]:
        if factor.subs(inside) < 0:
            factor, unit = -factor, unit * sympy.S.NegativeOne**power
        if any(not value.has(sympy.exp) for v, value in inside.items() if v in factor.free_symbols):
            powers.append((factor, power))
        else:
            unit *= factor**power
    return unit, powers


def no_information(env: QualityEnvironment) -> Family:
    """One realization: the prior is the posterior, both states bind both if an anchor allows."""
    p = env.prior[1]
    (b, i), (s, j) = (_nearest(anchor(env, p)) for anchor in (buyer_anchor, seller_anchor))
    return Family("no information", env, (), (), (sympy.S.One,), (p,), (b, s), ((i, j),))


def _nearest(anchor: Any) -> tuple[Any, int]:
    """The anchor, or the end of [0, 1] next to it, and a state that binds there."""
    if isinstance(anchor, sympy.Rational) and not 0 <= anchor <= 1:
        return (sympy.S.One, 1) if anchor > 1 else (sympy.S.Zero, 0)
    return anchor, 0


def full_information(env: QualityEnvironment) -> Family:
    """Both posteriors degenerate, if only in the limit."""
    p = env.prior[1]
    return Family("full information", env, (), (), (1 - p, p), (sympy.S.Zero, sympy.S.One), (p, p),
                  ((0, 0), (1, 1)), limit=0 if steep(env) else None)


def steep(env: QualityEnvironment) -> bool:
    """Whether posteriors 0 and 1 can only be approached."""
    return env.buyer_cost.steep or env.seller_cost.steep


def revealing(env: QualityEnvironment) -> tuple[Family, ...]:
    """One posterior is 0, the other 1 - w: there each trader's kink is at it, or one state alone binds.

    For costs that are not steep.
    """
    p, x = env.prior[1], 1 - W
    weight, found = p / x, []
    sides = [
        (("kink", anchor, 0, (anchor, weight - anchor)), ("high state", weight, 1, (anchor - weight,)),
         ("low state", sympy.S.Zero, 0, (-anchor,)))
        for anchor in (buyer_anchor(env, x), seller_anchor(env, x))]
    for (one, b, i, first), (two, s, j, second) in product(*sides):
        found.append(Family(
            f"a posterior 0, buyer: {one}, seller: {two}", env, (W,), ((sympy.S.Zero, 1 - p),),
            (weight, 1 - weight), (x, sympy.S.Zero), (b, s), ((i, j), (0, 0)), (*first, *second)))
    return tuple(found)


def two_kinks(env: QualityEnvironment) -> Family:
    """The buyer's kink at a posterior 1 - w >= prior, the seller's at y <= prior."""
    p, x = env.prior[1], 1 - W
    return _kinked(env, x, Y, (p - Y) / (x - Y), (W, Y), ((sympy.S.Zero, 1 - p), (sympy.S.Zero, p)))


def spreads(env: QualityEnvironment, most: Any) -> Family:
    """The same near the prior: posteriors prior + (1 - tau) s and prior - tau s, with s at most `most`."""
    p = env.prior[1]
    return _kinked(env, p + (1 - TAU) * SPREAD, p - TAU * SPREAD, TAU, (TAU, SPREAD),
                   ((sympy.S.Zero, sympy.S.One), (sympy.S.Zero, most)))


def _kinked(env: QualityEnvironment, high: Any, low: Any, weight: Any, symbols: tuple[Any, ...],
            box: tuple[tuple[Any, Any], ...]) -> Family:
    anchors = buyer_anchor(env, high), seller_anchor(env, low)
    return Family("two kinks", env, symbols, box, (weight, 1 - weight), (high, low), anchors,
                  ((0, 1), (0, 1)), (weight - anchors[0], anchors[1] - weight))


def degenerate_limits(env: QualityEnvironment) -> tuple[Family, ...]:
    """One posterior approaches 0, the other is 1 - w; there each trader's kink is at it, or between.

    Between, the anchor is the weight, and a potential of the weight enters the revenue: it is never positive,
    so that the revenue without it is a bound.
    """
    p, x = env.prior[1], 1 - W
    weight = p / x
    at_kink = buyer_anchor(env, x), seller_anchor(env, x)
    found = []
    for name, kink in (("both kinks", (True, True)), ("the buyer's kink", (True, False)),
                       ("the seller's kink", (False, True)), ("no kink", (False, False))):
        anchors = tuple(a if k else weight for a, k in zip(at_kink, kink, strict=True))
        signs = tuple(weight - a if k else a - weight for a, k in zip(at_kink, kink, strict=True))
        binding = tuple(0 if k else 1 for k in kink)
        between = [cost for cost, k in zip((env.buyer_cost, env.seller_cost), kink, strict=True) if not k]
        potentials = sum(cost.potential((1 - weight, weight)) for cost in between) if between else None
        found.append(Family(
            f"a posterior degenerates, {name}", env, (W,), ((sympy.S.Zero, 1 - p),), (weight, 1 - weight),
            (x, sympy.S.Zero), (anchors[0], anchors[1]), ((binding[0], binding[1]), (0, 0)), signs, limit=0,
            potentials=potentials))
    return tuple(found)
