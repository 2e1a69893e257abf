"""The least subsidy for any posterior-separable costs, two states, and its proof.

Revenue, as a function of two posteriors x >= prior >= y, is continuously differentiable inside (the
envelope theorem, regime by regime) and continuous up to where one of them is the prior, which is no
information, or 0 or 1.  At 0 and 1 it can jump up, if both slopes are finite there: then posteriors 0 and
1 can be had, and else only approached.  So it is largest at no information, at full information, at a
critical point with one posterior 0 or 1, or at a critical point inside.  All of these at which revenue
reaches a level are listed by certificates, and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import sympy
from flint import fmpq

from symtrade.analysis.costly_information.convexity import (
    convex_prices,
    may_stop,
    must_be_convex,
    smooth_power,
)
from symtrade.analysis.costly_information.exactly import exact_peak, inner_factors, merged
from symtrade.analysis.costly_information.rough import Roughly, best
from symtrade.analysis.costly_information.subsidy import (
    Peak,
    Undecided,
    Winner,
    applies,
    box_of,
    largest,
    rational,
)
from symtrade.analysis.costly_information.ties import symmetric
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive, Zeros
from symtrade.kernel.verdict import Proved
from symtrade.model.quality import QualityEnvironment
from symtrade.model.regimes import (
    ANCHORS,
    AT_X,
    AT_Y,
    BETWEEN,
    HIGH,
    LOW,
    REGIMES,
    Place,
    Regime,
    Side,
    W,
    Y,
    apart,
    sides,
    structures,
)
from symtrade.model.subsidy import SPREAD, TAU, Family

if TYPE_CHECKING:
    from symtrade.prover import Prover

CLEAR = 1e-9  # no information is not told apart from what is closer than this
SHARE = fmpq(7, 8)  # the level lies so far from no information to the best value found


def supremum_for_any_costs(env: QualityEnvironment, digits: int, prover: Prover) -> Winner:
    """The best structure, with the statements that prove it established.

    Raises ModelError for a cost that is not convex, Undecided where a statement is not proved, or two values
    agree to all digits and are not known to be equal.
    """
    for cost in dict.fromkeys((env.buyer_cost, env.seller_cost)):
        reason = must_be_convex(cost, prover)
        if reason is not None:
            raise Undecided(reason)
    search = _Search(env, digits, prover)
    peaks = [search.nothing(), *search.corner()]
    level, informed = search.level(peaks)
    for mirrored in (False, True):
        peaks += search.edges(mirrored, level)
    peaks += search.inside(level, informed)
    if informed and all(peak.low < rational(level) for peak in peaks):
        raise Undecided(f"no critical point was found at which revenue reaches {level}")
    return largest(peaks, digits, symmetric(env))


class _Search:
    """What the steps share."""

    def __init__(self, env: QualityEnvironment, digits: int, prover: Prover) -> None:
        self.env, self.digits, self.prover = env, digits, prover
        self.p = env.prior[1]
        both = [[side.slope(sympy.Integer(v)).is_finite for side in sides(env)] for v in (0, 1)]
        costs = (env.buyer_cost, env.seller_cost)
        self.powers = [max(smooth_power(cost, end) for cost in costs) for end in (0, 1)]
        self.open = (not all(both[1]), not all(both[0]))  # at posterior 1, at posterior 0

    def nothing(self) -> Peak:
        """No information."""
        pairs = [(one, two) for one in (LOW, AT_X, HIGH) for two in (LOW, AT_X, HIGH)]
        place = Place(self.p, self.p, sympy.S.One)
        for family, pair in structures(self.env, place, "no information", pairs):
            for peak in self.points(self.narrowed(family, pair, place), False, None):
                return replace(peak, family=replace(peak.family, name="no information"))
        raise Undecided("no information: the best anchors were not found")

    def corner(self) -> list[Peak]:
        """Full information, if only in the limit."""
        limit = None if not any(self.open) else (1 if self.open[0] else 0)
        place = Place(sympy.S.One, sympy.S.Zero, self.p, self.open)
        found: list[Peak] = []
        for family, pair in structures(self.env, place, "full information", limit=limit):
            for peak in self.points(self.narrowed(family, pair, place), False, None):
                return [replace(peak, family=replace(peak.family, name="full information"))]
        return found

    def level(self, peaks: list[Peak]) -> tuple[Any, bool]:
        """A revenue that critical points have to reach to be listed, and whether it is above that of no
        information."""
        nothing = peaks[0]

        def search() -> str | None:
            top = max([best(self.env, self.open), *(float(Fraction(str(peak.low))) for peak in peaks)])
            above = top - float(Fraction(str(nothing.high)))
            if above <= CLEAR * max(1, abs(top)):
                return None
            share = fmpq(int(above * 2**60), 2**60) * SHARE
            return str(_short(nothing.high + share, share / 16))

        found = self.prover.proposal(search)
        if found is not None:
            return sympy.Rational(found), True
        return sympy.Rational(str(_short(nothing.low, fmpq(1, 10**20)))), False

    def edges(self, mirrored: bool, level: Any) -> Iterator[Peak]:
        """One posterior is 0 (or 1, with the states exchanged)."""
        env = self.env.mirrored() if mirrored else self.env
        is_open, p = self.open[0 if mirrored else 1], env.prior[1]
        x = 1 - (1 - p) * W ** self.powers[0 if mirrored else 1]
        place = Place(x, sympy.S.Zero, p / x, (True, is_open))
        name = "a posterior is approached" if is_open else "a posterior 0"
        for family, pair in structures(env, place, name, limit=0 if is_open else None):
            yield from self.points(self.narrowed(family, pair, place), mirrored, level)

    def inside(self, level: Any, informed: bool) -> Iterator[Peak]:
        """Both posteriors are inside."""
        env, p = self.env, self.p
        x, y = 1 - (1 - p) * W ** self.powers[1], p * Y ** self.powers[0]
        place = Place(x, y, (p - y) / (x - y))
        convex = [convex_prices(cost, self.prover) for cost in (env.buyer_cost, env.seller_cost)]
        pairs = [pair for pair in product(REGIMES, REGIMES) if all(
            may_stop(pair, convex, at) for at in (0, 1))]
        near = self.near(level) if informed else None
        for family, pair in structures(env, place, "inside", pairs):
            if self.linear(family):
                continue
            family = self.narrowed(family, pair, place)
            most = self.falling(pair, family) if near is None else near
            yield from self.points(family, False, level, (x - y - most,))

    def linear(self, family: Family) -> bool:
        """Whether revenue is linear as both posteriors move apart at the same pace: then there is a best
        structure at the end of this line (where a kink is lost on the way, revenue goes on above the convex
        price)."""
        if not family.revenue.is_rational_function() or family.symbols != (W, Y):
            return False
        step = sympy.Symbol("step")
        along = family.revenue.subs({W: W - step / (1 - self.p), Y: Y - step / self.p}, simultaneous=True)
        if sympy.cancel(sympy.diff(along, step, 2)) != 0:
            return False
        second = sympy.diff(along, step, 2).subs(step, 0)
        order = 1 - (1 - self.p) * W - self.p * Y > 0
        self.prover.establish(sympy.Eq(second, 0, evaluate=False), (order,), parameters=(W, Y))
        return True

    def near(self, level: Any) -> Any:
        """How far apart posteriors are, at least, where revenue reaches a level above no information.

        For whatever anchors revenue is at most that of prices which both states allow in a fixed mixture.
        """
        p, x, y = self.p, self.p + (1 - TAU) * SPREAD, self.p - TAU * SPREAD
        total = sympy.S.Zero
        for side in sides(self.env):
            z = self.anchor(side, side.slope(p) - side.gap)
            total += side.cost.potential((1 - z, z)) + sum(
                weight * ((1 - z) * side.price(at, 0) + z * side.price(at, 1))
                for weight, at in ((TAU, x), (1 - TAU, y)))
        return self.smallest(level - total, (TAU, SPREAD), (), "posteriors near the prior")

    def falling(self, pair: tuple[Regime, Regime], family: Family) -> Any:
        """How far apart posteriors are up to which revenue falls as they move apart."""
        place = Place(self.p + (1 - TAU) * SPREAD, self.p - TAU * SPREAD, TAU)
        ((moved, found),) = structures(self.env, place, "near", [(pair[0].name, pair[1].name)])
        rows = (apart(side, regime, place) for side, regime in zip(sides(self.env), found, strict=True))
        parts = [sympy.Add(*terms) for terms in zip(*rows, strict=True)]
        slope = TAU * (1 - TAU) * parts[0] + (1 - TAU) * parts[1] + TAU * parts[2]
        if parts[1] == 0:
            slope = (1 - TAU) * parts[0] + parts[2]
        if parts[2] == 0:
            slope = parts[0] if parts[1] == 0 else TAU * parts[0] + parts[1]
        unknown = [v for v in ANCHORS if v in family.symbols]
        conditions = list(moved.conditions)
        for v in unknown:
            equation = sympy.diff(moved.revenue, v)
            conditions += [equation, -equation]
        sizes = dict(zip(family.symbols, family.box, strict=True))
        return self.smallest(-slope, (TAU, SPREAD, *unknown), conditions, f"{family.name}, near the prior",
                             [sizes[v] for v in unknown])

    def smallest(self, positive: Any, symbols: Any, conditions: Any, what: str, others: Any = ()) -> Any:
        """A spread of posteriors up to which an expression is proved to be positive."""
        functions = real_functions((positive, *conditions), symbols)
        most = min(self.p, 1 - self.p) / 2
        for _ in range(40):
            grid = ((fmpq(k, 8), rational(most) * fmpq(j, 4), *(
                rational(low) + (rational(high) - rational(low)) * fmpq(i, 6) for low, high in others))
                for k in range(9) for j in range(5) for i in (range(7) if others else (0,)))
            if all(values[0] > 0 or any(v < 0 for v in values[1:]) for values in map(functions.at, grid)):
                break
            most /= 2
        else:
            raise Undecided(f"{what}: no spread was found that is small enough")
        reason = ""
        for _ in range(5):
            box = ((fmpq(0), fmpq(1)), (fmpq(0), rational(most)), *(
                (rational(low), rational(high)) for low, high in others))
            verdict = self.prover.answer(Positive(functions, box))
            if isinstance(verdict, Proved):
                return most
            reason, most = str(getattr(verdict, "reason", "")), most / 2
        raise Undecided(f"{what}: {reason}")

    def anchor(self, side: Side, slope: Any) -> Any:
        """A rational number inside (0, 1) about where h' has a slope."""
        found = self.prover.proposal(lambda: str(Fraction(
            min(max(float(Roughly(side).anchor(float(slope))), 1e-9), 1 - 1e-9)).limit_denominator(10**12)))
        return sympy.Rational(found)

    def must(self, claim: Positive, what: str) -> None:
        verdict = self.prover.establish(claim)
        if not isinstance(verdict, Proved):
            raise Undecided(f"{what}: {verdict.reason}")

    def positive(self, number: Any, what: str) -> None:
        self.must(Positive(real_functions((number,), ()), ()), what)

    def narrowed(self, family: Family, pair: tuple[Regime, Regime], place: Place) -> Family:
        """The family on a box without the places where slopes are unbounded and the regimes do not hold."""
        env, p = family.env, family.env.prior[1]
        ranges = {v: [sympy.S.Zero, sympy.S.One] for v in family.symbols}
        weight, bounds = place.weight, list(family.conditions)
        for side, regime in zip(sides(env), pair, strict=True):
            reach = [p, sympy.S.One, p, sympy.S.Zero]  # x from, x to; y from, y down to
            if place.x.is_number:
                reach[:2] = place.x, place.x
            if place.y.is_number:
                reach[2:] = place.y, place.y
            if regime.name in (LOW, AT_X) and side.slope(sympy.S.One) == sympy.oo and W in ranges:
                ranges[W][0], reach[1] = self.bounded(env, side, regime.name == LOW, 1)
            if regime.name in (HIGH, AT_Y) and side.slope(sympy.S.Zero) == -sympy.oo and Y in ranges:
                ranges[Y][0], reach[3] = self.bounded(env, side, regime.name == HIGH, 0)
            if side.anchor in ranges:
                ends = (reach[0], reach[1]) if regime.name == AT_X else (reach[3], reach[2])
                ranges[side.anchor] = self.anchors(side, ends)
            if regime.name == BETWEEN and not weight.is_number:
                bounds += [sign * (weight - end) for sign, end in self.weights(side, p)]
        return replace(family, box=tuple((low, high) for low, high in ranges.values()),
                       conditions=tuple(bounds))

    def weights(self, side: Side, p: Any) -> Iterator[tuple[int, Any]]:
        """Bounds of the weight w where the kink lies between, as h'(y) <= h'(w) + gap <= h'(x): with a sign
        each, -1 of an upper one.

        At most prior/c if h'(c) - gap < h'(prior/c), for w is less or x above c, and then w <= prior/x
        anyway; at least (prior - d)/(1 - d) if h'(d) - gap is above the slope there.
        """
        for sign, end in ((-1, sympy.S.One), (1, sympy.S.Zero)):
            if side.slope(end).is_finite:
                continue

            def bound(step: Any, end: Any = end) -> tuple[Any, Any]:
                at = p + (end - p) * step
                return at, p / at if end else (p - at) / (1 - at)

            def excess(step: Any, sign: int = sign, bound: Any = bound) -> Any:
                at, weight = bound(step)
                return sign * (side.slope(at) - side.gap - side.slope(weight))

            found = self.first([sympy.Rational(1, 2**k) for k in range(1, 200)], excess)
            self.positive(excess(found), "the weight where the kink lies between")
            yield sign, bound(found)[1]

    def bounded(self, env: QualityEnvironment, side: Side, corner: bool, end: int) -> tuple[Any, Any]:
        """The least coordinate at which a regime may hold, and its posterior: beyond it the kink is left
        behind, as h'(x) - h'(prior/x) rises with x (`corner`: h'(x) - h'(0)); likewise at 0."""
        p, k = env.prior[1], self.powers[end if env is self.env else 1 - end]

        def clear(c: Any) -> Any:
            at = 1 - (1 - p) * c**k if end else p * c**k
            if end:
                return side.slope(at) - side.gap - side.slope(sympy.S.Zero if corner else p / at), at
            return side.slope(sympy.S.One if corner else (p - at) / (1 - at)) + side.gap - side.slope(at), at

        found = self.first([sympy.Rational(1, 2**k) for k in range(1, 400)], lambda c: clear(c)[0])
        excess, at = clear(found)
        self.positive(excess, "where slopes are unbounded")
        return found, at

    def anchors(self, side: Side, ends: tuple[Any, Any]) -> list[Any]:
        """Rational ends of the anchors whose kinks lie between two posteriors."""
        found: list[Any] = []
        for at, sign in zip(ends, (-1, 1), strict=True):
            wanted = side.slope(at) - side.gap
            limit = side.slope(sympy.Integer(max(sign, 0)))
            if wanted in (sympy.oo, -sympy.oo) or (limit.is_finite and not _certain(sign * (limit - wanted))):
                found.append(sympy.Integer(max(sign, 0)))
                continue
            near = self.anchor(side, wanted)

            def edge(step: Any, near: Any = near, sign: int = sign) -> Any:
                return near * step if sign < 0 else 1 - (1 - near) * step

            steps = (sympy.Rational(999, 1000), *(sympy.Rational(1, 2**k) for k in range(1, 400)))

            def beyond(step: Any, edge: Any = edge, wanted: Any = wanted, sign: int = sign) -> Any:
                return sign * (side.slope(edge(step)) - wanted)

            room = self.first(steps, beyond)
            self.positive(beyond(room), "ends of the anchors")
            found.append(edge(room))
        return found

    def first(self, steps: Sequence[Any], positive: Callable[[Any], Any]) -> Any:
        """The first of rational numbers at which an expression is certainly positive."""
        found = self.prover.proposal(
            lambda: next((str(step) for step in steps if _certain(positive(step))), None))
        if found is None:
            raise Undecided("bounds of the anchors were not found")
        return sympy.Rational(found)

    def points(self, family: Family, mirrored: bool, level: Any, more: tuple[Any, ...] = ()
               ) -> Iterator[Peak]:
        """The critical points of a family at which it applies and reaches the level."""
        revenue = merged(family.revenue) if len(family.symbols) < 2 else family.revenue
        family = replace(family, collected_revenue=revenue)
        if not family.symbols:
            if applies(family, (), self.digits):
                yield exact_peak(Peak.at(family, mirrored, (), self.digits), None)
            return
        slopes = [sympy.diff(revenue, v) for v in family.symbols]
        if len(slopes) == 1 and revenue.is_rational_function(*family.symbols):
            slopes = [inner_factors(slopes[0], family.symbols[0])]
            if slopes == [0]:  # the value is that of an end
                return
        above = () if level is None else (revenue - level,)
        functions = real_functions((*slopes, *above, *family.conditions, *more), family.symbols)
        tell = getattr(self.prover, "progress", None)
        if tell is not None:
            tell(family.name)
        verdict = self.prover.establish(Zeros(functions, box_of(family), self.digits))
        if not isinstance(verdict, Proved):
            raise Undecided(f"{family.name}: {verdict.reason}")
        for zero in verdict.certificates[0].zeros:
            if applies(family, zero.box, self.digits):
                peak = Peak.at(family, mirrored, zero.box, self.digits)
                yield exact_peak(peak, slopes[0] if len(slopes) == 1 else None)


def _certain(number: Any) -> bool:
    (value,) = real_functions((number,), ()).at(())
    return bool(value > 0)


def _short(value: fmpq, off: fmpq) -> fmpq:
    """A dyadic number with few digits at most so far below a value."""
    bits = 0
    while value - (found := fmpq((value * 2**bits).floor(), 2**bits)) > off:
        bits += 4
    return found
