"""Full-scale shuttle diplomacy for a pair of distributions: prices, a path, and what waiting is worth.

Source: Gottardi and Mezzetti (2018), full-scale shuttle diplomacy.  A :class:`Shuttle` says what has to
be decided; :func:`symtrade.analysis.disclosure.reporting.reporting` decides it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from sympy import S

from symtrade.analysis.disclosure.fair_price import breakpoints, fair_price, named_price, piece_on
from symtrade.analysis.disclosure.on_path import FAIR
from symtrade.analysis.disclosure.reading import two_distributions
from symtrade.analysis.numbers.real import Number, rational
from symtrade.analysis.numbers.zero import vanishes
from symtrade.model import shuttle as model
from symtrade.model.distribution import Distribution, X
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.own_distribution import breakpoints as breakpoints_of
from symtrade.model.own_distribution import case_at
from symtrade.prover import Prover

VALUE, COST = model.VALUE, model.COST


@dataclass(frozen=True)
class Path:
    """Value and cost at each moment, as formulas in the symbol `at`, which goes from `start` to `end`."""

    at: Any
    start: Any
    end: Any
    value: Any
    cost: Any


@dataclass(frozen=True)
class Cell:
    """A part of the path on which all formulas are the same: where v and c lie, and what the symbols of
    the model stand for."""

    value: tuple[Any, Any]
    cost: tuple[Any, Any]
    meaning: Mapping[Any, Any]


@dataclass(frozen=True)
class Shuttle:
    """A fair price, a path to it, and price functions in ``v`` and in ``c``; ``p_F`` in formulas is a fair
    price that is not rational."""

    buyer: Distribution
    seller: Distribution
    fair_price: Number
    path: Path
    buyer_price: Any
    seller_price: Any
    cells: tuple[Cell, ...]

    @property
    def fair(self) -> Any:
        """The fair price in formulas: a rational, or ``p_F``."""
        exact = self.fair_price.exact
        return exact if isinstance(exact, sympy.Rational) else FAIR

    @cached_property
    def plans(self) -> model.Plans:
        """The model's payoffs, for unspecified distributions."""
        return model.reporting_plans()

    def spelled(self, formula: Any, cell: Cell) -> Any:
        """A formula of the model in the path's symbol, on a cell."""
        return formula.xreplace(dict(cell.meaning))

    def waits(self, who: str) -> tuple[Any, ...]:
        """What buyer or seller gains by waiting a moment, per unit of the path's symbol and times the
        probability that nobody has discovered anything; one formula a cell."""
        found = (self.spelled(self.plans.waits[who], cell) for cell in self.cells)
        return tuple(sympy.expand(f) if f.is_polynomial(self.path.at) else f for f in found)

    @property
    def buyer_waits(self) -> Any:
        """The buyer's gain from waiting as one formula, by cases where the path has several cells."""
        return self._joined("buyer")

    @property
    def seller_waits(self) -> Any:
        """The seller's gain from waiting as one formula."""
        return self._joined("seller")

    def _joined(self, who: str) -> Any:
        formulas = self.waits(who)
        if len(formulas) == 1:
            return formulas[0]
        return sympy.Piecewise(*((f, sympy.And(*(e >= 0 for e in self.inside(cell))))
                                 for f, cell in zip(formulas, self.cells, strict=True)))

    def inside(self, cell: Cell) -> tuple[Any, ...]:
        """What is at least zero on the path where it is in a cell, beyond what holds on all of it."""
        ends = ((self.path.value, cell.value), (self.path.cost, cell.cost))
        others = [c for c in self.cells if c is not cell]
        found = []
        for k, (formula, (low, high)) in enumerate(ends):
            sides = [(c.value, c.cost)[k] for c in others]
            if any(side[0] < low for side in sides):
                found.append(formula - low)
            if any(side[0] > low for side in sides):
                found.append(high - formula)
        return tuple(found)

    def report_now(self, at: Any) -> Any:
        """What a buyer expects who claims at once to have discovered her value, on a path in one cell."""
        (cell,) = self.cells
        claim = self.plans.pays["buyer"].subs(model.SO_FAR[0], 0) / ((1 - model.F_v) * model.G_c)
        return sympy.cancel(self.spelled(claim, cell).subs(self.path.at, at))

    def report_later(self, at: Any, step: Any) -> Any:
        """The same after one more step of the path, in which she may hear of the seller's discovery of a
        cost, taken to be the last one of the step; for p^B(v) = v, at which her own is worth nothing."""
        (cell,) = self.cells
        if self.buyer_price != VALUE:
            raise ModelError("report_later: expected the price p^B(v) = v")
        claim = self.plans.pays["buyer"].subs(model.SO_FAR[0], 0)
        then, t = at + step, self.path.at
        after = self.spelled(claim, cell).subs(t, then)
        heard = self.spelled(model.B_c - model.S * (1 - model.F_c), cell).subs(t, then)
        mass = self.spelled(model.G_c, cell)
        now = self.spelled((1 - model.F_v) * model.G_c, cell).subs(t, at)
        return sympy.cancel((after + heard * (mass.subs(t, at) - mass.subs(t, then))) / now)


def shuttle(buyer: Any, seller: Any, buyer_price: Any = VALUE, seller_price: Any = COST, path: Any = None,
            fair_price: Any = None, prover: Prover | None = None) -> Shuttle:
    """Shuttle diplomacy for two distributions, with prices p^B in ``v`` and p^S in ``c``.

    `path` is c as a formula in ``v``, or a pair (v, c) of formulas in another symbol that goes from 0 to 1,
    or None for a straight line; in it ``p_F`` is the fair price.  `fair_price` is an exact number, or
    None for the one at which both gain the same on average.  Raises ModelError for what is no such path or
    price.

    >>> shuttle("uniform(0,1)", "uniform(0,1)").buyer_waits
    2*v**2 - 2*v + 1/2
    >>> shuttle("uniform(0,1)", "uniform(0,1)", path=1 - 2 * VALUE**2).buyer_waits
    8*v**5 + 3*v**2/2 - 2*v + 1/2
    """
    F, G = two_distributions(buyer, seller)
    if G.support[1] is S.Infinity:
        raise ModelError(f"{G.name}: the path starts at the largest cost; expected a bounded support")
    price = _fair(F, G, fair_price, prover)
    p = price.exact if isinstance(price.exact, sympy.Rational) else FAIR
    way = _path(path, F.support[0], G.support[1], p)
    prices = (_price(buyer_price, VALUE, "buyer_price"), _price(seller_price, COST, "seller_price"))
    _meet(prices, p, F, G, price)
    return Shuttle(F, G, price, way, *prices, tuple(_cells(F, G, price, way, *prices)))


def _fair(F: Distribution, G: Distribution, named: Any, prover: Prover | None) -> Number:
    return fair_price(F, G, prover) if named is None else named_price(named, F, G)


def _path(path: Any, low: Any, high: Any, p: Any) -> Path:
    """The path in its symbol, with its ends looked at."""
    if path is None:
        found = Path(VALUE, low, p, VALUE, high - (high - p) * (VALUE - low) / (p - low))
    elif isinstance(path, (tuple, list)) and len(path) == 2:
        value, cost = (exact(e, "the path") for e in path)
        letters = (value.free_symbols | cost.free_symbols) - {FAIR}
        if len(letters) != 1:
            raise ModelError(f"path: expected two formulas in one symbol, got {value} and {cost}")
        found = Path(letters.pop(), S.Zero, S.One, value, cost)
    else:
        cost = exact(path, "the path")
        if cost.free_symbols - {VALUE, FAIR}:
            raise ModelError(f"path: expected the cost as a formula in v, or a pair of formulas, got {cost}")
        found = Path(VALUE, low, p, VALUE, cost)
    found = Path(found.at, found.start, found.end, found.value.subs(FAIR, p), found.cost.subs(FAIR, p))
    for what, formula, first in (("value", found.value, low), ("cost", found.cost, high)):
        for place, expected in ((found.start, first), (found.end, p)):
            if not vanishes(formula.subs(found.at, place) - expected):
                raise ModelError(f"path: expected the {what} {expected} where {found.at} = {place}, got "
                                 f"{sympy.simplify(formula.subs(found.at, place))}")
    return found


def _price(formula: Any, letter: Any, what: str) -> Any:
    """A price function in ``v`` or ``c``, Piecewise where it has pieces."""
    found = exact(formula, what)
    symbols = found.free_symbols - {FAIR}
    if len(symbols) == 1 and symbols != {letter} and str(next(iter(symbols))) == str(letter):
        found = found.subs(next(iter(symbols)), letter)
    elif symbols - {letter}:
        raise ModelError(f"{what}: expected a formula in {letter}, got {found}")
    if found.has(sympy.Min, sympy.Max, sympy.Abs):
        found = found.rewrite(sympy.Piecewise)
    return sympy.piecewise_fold(found) if found.has(sympy.Piecewise) else found


def _meet(prices: tuple[Any, Any], p: Any, F: Distribution, G: Distribution, number: Number) -> None:
    """The prices are continuous and end at the fair price."""
    ends = ((prices[0], VALUE, "buyer_price", F.support[0]), (prices[1], COST, "seller_price", G.support[1]))
    for formula, letter, what, far in ends:
        places = [b for b in breakpoints_of(formula, letter, what) if _between(b, number, far)]
        for b in places:
            sides = [case_at(formula, letter, b + e) for e in (-TINY, TINY)]
            if not vanishes((sides[0] - sides[1]).subs(letter, b)):
                raise ModelError(f"{what}: expected a continuous function, but it jumps at {b}")
        near = rational_near(number, far)
        last = case_at(formula, letter, near).subs({letter: p, FAIR: p})
        if not vanishes(last - p):
            raise ModelError(f"{what}: expected the fair price {number} at the end of the path, got {last}")


TINY = sympy.Rational(1, 10**30)


def rational_near(number: Number, far: Any) -> Any:
    """A rational on the side of `far` of a number, and near it."""
    end = sympy.Rational(str(number.low if rational(far) < number.low else number.high))
    return end + (far - end) * TINY


def _between(b: Any, number: Number, far: Any) -> bool:
    b, far = rational(b), rational(far)
    return bool(far < b < number.low or number.high < b < far)


def _cells(F: Distribution, G: Distribution, price: Number, path: Path, buyer_price: Any,
           seller_price: Any) -> Iterator[Cell]:
    """The cells that a path may pass through: an interval of values by an interval of costs."""
    own = breakpoints(F) | breakpoints(G)
    kinks = (breakpoints_of(buyer_price, VALUE, "buyer_price"),
             breakpoints_of(seller_price, COST, "seller_price"))
    values = _intervals(own | set(kinks[0]), F.support[0], price, True)
    costs = _intervals(own | set(kinks[1]), G.support[1], price, False)
    for v, c in itertools.product(values, costs):
        meaning = at_values(F, G, buyer_price, *v) | at_costs(F, G, seller_price, *c)
        rates = {model.VALUE_RATE: sympy.diff(path.value, path.at),
                 model.COST_RATE: -sympy.diff(path.cost, path.at)}
        p = price.exact if isinstance(price.exact, sympy.Rational) else FAIR
        here = {VALUE: path.value, COST: path.cost}
        yield Cell(v, c, {k: f.subs(FAIR, p).subs(here) for k, f in meaning.items()} | here | rates)


def _intervals(ends: set[Any], far: Any, price: Number, values: bool) -> list[tuple[Any, Any]]:
    """The intervals between `far` and the fair price, the last one of which may reach beyond it."""
    for b in ends:
        if price.low <= rational(b) <= price.high and price.low != price.high:
            raise ModelError(f"the fair price is too near the breakpoint {b}; name it as fair_price=")
    if values:
        low = sorted({far} | {b for b in ends if rational(far) < rational(b) < price.low})
        beyond = min((b for b in ends if rational(b) >= price.high), default=S.Infinity)
        return list(itertools.pairwise([*low, beyond]))
    high = sorted({far} | {b for b in ends if price.high < rational(b) < rational(far)})
    beyond = max((b for b in ends if rational(b) <= price.low), default=S.NegativeInfinity)
    return list(itertools.pairwise([beyond, *high]))


def at_values(F: Distribution, G: Distribution, price: Any, low: Any, high: Any) -> dict[Any, Any]:
    """What the model's symbols mean at values in an interval, as formulas in ``v``."""
    f, g, v = piece_on(F, low, high), piece_on(G, low, high), VALUE
    F_v, J, G_v = (e.subs(X, v) for e in (f.cdf, f.upper, g.cdf))
    P = case_at(price, v, _inside(low, high))
    return {model.F_v: F_v, model.f_v: f.density.subs(X, v), model.B_v: v * (1 - F_v) + J, model.G_v: G_v,
            model.g_v: g.density.subs(X, v), model.A_v: v * G_v - (g.upper.subs(X, v) + v - G.mean),
            model.P: P, model.P_slope: sympy.diff(P, v)}


def at_costs(F: Distribution, G: Distribution, price: Any, low: Any, high: Any) -> dict[Any, Any]:
    """What the model's symbols mean at costs in an interval, as formulas in ``c``."""
    f, g, c = piece_on(F, low, high), piece_on(G, low, high), COST
    F_c, J, G_c = (e.subs(X, c) for e in (f.cdf, f.upper, g.cdf))
    R = case_at(price, c, _inside(low, high))
    return {model.F_c: F_c, model.f_c: f.density.subs(X, c), model.B_c: c * (1 - F_c) + J, model.G_c: G_c,
            model.g_c: g.density.subs(X, c), model.A_c: c * G_c - (g.upper.subs(X, c) + c - G.mean),
            model.S: R, model.S_slope: sympy.diff(R, c)}


def _inside(low: Any, high: Any) -> Any:
    if low.is_finite and high.is_finite:
        return (low + high) / 2
    return low + 1 if low.is_finite else high - 1


