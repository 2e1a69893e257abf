"""One trader's levels as statements of the kernel: where they increase, what ironing may do.

A level is H(v) = v - a (1 - F)/f for a buyer, L(c) = c + a G/g for a seller (:mod:`proof` says what for).
"""


from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from flint import arb, fmpq
from sympy import S

from symtrade.analysis.numbers.real import rational
from symtrade.analysis.second_best.levels import Side
from symtrade.analysis.second_best.proposal import Types
from symtrade.forms.functions import Translator, real_functions
from symtrade.kernel.balls import Positive, enclose
from symtrade.kernel.polynomial import Rational
from symtrade.model.distribution import X

Statement = tuple[Positive, str]  # what is to be proved, and what it means if it is not
T, UPPER, MASS = sympy.symbols("tau upper mass")  # a type, an integral of 1 - F or F, and F there
ROOM = sympy.Rational(1, 1024)  # levels are looked at a little beyond those that matter
SPECIAL = (sympy.betainc, sympy.erf, sympy.lowergamma, sympy.Integral)


class UnfitError(ArithmeticError):
    """The proposal does not have the form of which the theorem speaks."""


def exact_of(value: Rational) -> Any:
    return sympy.Rational(int(value.p), int(value.q))


@dataclass(frozen=True)
class Half:
    """One trader with what is proposed for it.  A level is given by bounds; None stands for no bound."""

    side: Side
    types: Types
    weight: Rational
    digits: int

    @cached_property
    def parts(self) -> tuple[Any, ...]:
        return self.side.parts()

    @property
    def support(self) -> tuple[Any, Any]:
        low, high = self.side.F.support
        return rational(low), None if high is S.Infinity else rational(high)

    @property
    def buyer(self) -> bool:
        return self.side.sign < 0

    @property
    def word(self) -> str:
        return "buyer" if self.buyer else "seller"

    def inside(self, i: int, low: Rational, high: Rational) -> bool:
        """Whether an interval lies in a part."""
        part = self.parts[i]
        return bool(rational(part.lo) <= low and (part.hi is S.Infinity or high <= rational(part.hi)))

    def part_of(self, low: Rational, high: Rational) -> int:
        """The part that holds an interval and has types there."""
        for i, part in enumerate(self.parts):
            if part.hazard is not None and self.inside(i, low, high):
                return i
        raise UnfitError(f"types from {low} to {high} are not in one part")

    def strict(self, i: int, x: Rational) -> Any:
        """The level, before ironing, at a type of a part."""
        if x == (self.support[1] if self.buyer else self.support[0]):
            return x, x
        try:
            ((low, high),) = enclose(real_functions((self.parts[i].hazard,), (X,)), ((x, x),), self.digits)
        except ArithmeticError:
            return (None, x) if self.buyer else (x, None)
        ends = [x + self.side.sign * self.weight * h for h in (low, high)]
        return min(ends), max(ends)

    @cached_property
    def pool_levels(self) -> tuple[Any, ...]:
        t = Translator({})
        nodes = [self.mean_level(t, (p[0], p[-1])) for p in self.types.pools]
        return enclose(t.graph.functions((), nodes), (), self.digits)

    def mean_level(self, t: Translator, pool: tuple[Rational, Rational]) -> int:
        """The node of the mean level of a pool."""
        ends = [(self.mass(t, x), self.cumulated(t, x)) for x in pool]
        g = t.graph
        return g("div", g("sub", ends[1][1], ends[0][1]), g("sub", ends[1][0], ends[0][0]))

    def level(self, x: Rational, from_below: bool) -> Any:
        """The ironed level of the types next to x, on one side of it."""
        parts = [i for i, part in enumerate(self.parts) if part.hazard is not None]
        if from_below:
            i = max((i for i in parts if rational(self.parts[i].lo) < x), default=None)
        else:
            i = min((i for i in parts if self.parts[i].hi is S.Infinity or x < rational(self.parts[i].hi)),
                    default=None)
        if i is None:
            raise UnfitError(f"no types are next to {x}")
        if not self.inside(i, x, x):  # x is in a gap
            x = rational(self.parts[i].hi if from_below else self.parts[i].lo)
        for (p, _, _, q), found in zip(self.types.pools, self.pool_levels, strict=True):
            if (p < x <= q) if from_below else (p <= x < q):
                return found
        return self.strict(i, x)

    def place(self, x: Rational) -> int:
        return next((i for i in range(len(self.parts)) if self.inside(i, x, x)), len(self.parts) - 1)

    def mass(self, t: Translator, x: Rational) -> int:
        """F at a number, as a node."""
        low, high = self.support
        if x <= low or (high is not None and x >= high):
            return t.graph.number(0 if x <= low else 1)
        return t.composed(self.parts[self.place(x)].piece.cdf, {X: t.graph.number(x)})

    def upper(self, t: Translator, x: Rational) -> int:
        """J at a number."""
        low, high = self.support
        if high is not None and x >= high:
            return t.graph.number(0)
        if x <= low:
            return t.graph("sub", t.node(self.side.F.mean), t.graph.number(x))
        return t.composed(self.parts[self.place(x)].piece.upper, {X: t.graph.number(x)})

    def lower(self, t: Translator, x: Rational) -> int:
        """The integral of F up to a number."""
        g = t.graph
        if x <= self.support[0]:
            return g.number(0)
        return g("sub", g("add", self.upper(t, x), g.number(x)), t.node(self.side.F.mean))

    def cumulated(self, t: Translator, x: Rational) -> int:
        """The integral of the level against the mass up to a number, up to a constant."""
        masses = {T: t.graph.number(x), MASS: self.mass(t, x)}
        a = exact_of(self.weight)
        if self.buyer:
            return t.composed((1 - a) * -UPPER - T * (1 - MASS), masses | {UPPER: self.upper(t, x)})
        return t.composed(T * MASS - (1 - a) * UPPER, masses | {UPPER: self.lower(t, x)})

    # --- ironing -----------------------------------------------------------------------------------

    def gaps(self) -> Iterator[tuple[Rational, Rational]]:
        """The intervals inside the support that have no types."""
        for part in self.parts:
            if part.hazard is None:
                yield rational(part.lo), rational(part.hi)

    def strict_parts(self) -> Iterator[tuple[int, Rational, Rational]]:
        """The intervals of types that are looked at, and neither idle nor pooled, each in one part."""
        first = self.types.idle if self.buyer else self.types.low
        last = self.types.high if self.buyer else self.types.idle
        for i, low, high in self.within(first, last):
            for p, _, _, q in self.types.pools:
                if p < high and q > low:
                    if low < p:
                        yield i, low, p
                    low = q
            if low < high:
                yield i, low, high

    def within(self, first: Rational, last: Rational) -> Iterator[tuple[int, Rational, Rational]]:
        """The intervals between two types, each in one part that has types."""
        for i, part in enumerate(self.parts):
            low = max(rational(part.lo), first)
            high = last if part.hi is S.Infinity else min(rational(part.hi), last)
            if part.hazard is not None and low < high:
                yield i, low, high

    def idles(self, edge: Any) -> Iterator[Statement]:
        """Idle types have levels of at most the least cost (at least the largest value): `edge`."""
        first, last = (self.types.low, self.types.idle) if self.buyer else (self.types.idle, self.types.high)
        for i, low, high in self.within(first, last):
            if edge is None:
                raise UnfitError("no cost is idle where values are unbounded")
            piece, a = self.parts[i].piece, exact_of(self.weight)
            end = exact_of(edge)
            rest, gap = (1 - piece.cdf, X - end) if self.buyer else (piece.cdf, end - X)
            claim = a * rest - sympy.powsimp(piece.density * gap)
            yield Positive(real_functions((claim,), (X,)), ((low, high),), ">="), (
                f"the {self.word}'s types from {text_of(low)} to {text_of(high)} are not proved to be idle")

    def slope(self, i: int, bound: Any) -> Any:
        """bound * (slope of the level) - density, or the slope, times a square that is not zero."""
        part, a, sign = self.parts[i], exact_of(self.weight), self.side.sign
        f = part.piece.density
        if not part.hazard.has(*SPECIAL):
            rise = 1 + sign * a * part.slope
            return bound * rise - f if bound else rise
        rest = 1 - part.piece.cdf if self.buyer else part.piece.cdf
        rise = (1 + a) * f**2 - sign * a * rest * sympy.diff(f, X)
        return bound * rise - f**3 if bound else rise

    def matters(self, i: int, edge: Any) -> tuple[Any, ...]:
        """A function that is at least 0 where the level is within ROOM of those that matter, of which the
        last one is `edge`."""
        if edge is None:
            return ()
        part, a = self.parts[i], exact_of(self.weight)
        f = part.piece.density
        if self.buyer:
            return (f * (X - edge + ROOM) - a * (1 - part.piece.cdf),)
        return (f * (edge + ROOM - X) - a * part.piece.cdf,)

    def increases(self, edge: Any) -> Iterator[Statement]:
        """Where they matter, strict levels increase, with the slopes that were promised."""
        for i, low, high in self.strict_parts():
            cuts = [low, *(r[0] for r in self.types.ranges if low < r[0] < high),
                    *(r[1] for r in self.types.ranges if low < r[1] < high), high]
            for x, y in itertools.pairwise(sorted(set(cuts))):
                bound = max((k for p, q, k in self.types.ranges if p <= x and y <= q), default=fmpq(0))
                claim = self.slope(i, exact_of(bound))
                if claim.is_number and claim.is_Rational:
                    if claim < 0:
                        raise UnfitError(f"the {self.word}'s levels fall")
                    continue
                functions = real_functions((claim, *self.matters(i, edge)), (X,))
                yield Positive(functions, ((x, y),), ">="), (
                    f"the {self.word}'s virtual values are not proved to increase between {text_of(x)} and "
                    f"{text_of(y)}")

    def ironed(self) -> Iterator[Statement]:
        """The level of a pool may replace the levels in it: the integral of their difference from the
        pool's low end up is nowhere negative.  It rises where levels increase from the mean level on,
        falls to 0 at the high end likewise, and is compared with 0 in between."""
        for p, y, z, q in self.types.pools:
            for low, high in ((p, y), (z, q)):
                if low == high:
                    continue
                claim = self.slope(self.part_of(low, high), S.Zero)
                if not (claim.is_Rational and claim >= 0):
                    yield Positive(real_functions((claim,), (X,)), ((low, high),), ">="), (
                        f"the {self.word}'s virtual values are not proved to increase from {text_of(low)}")
            for i, part in enumerate(self.parts):
                low = max(rational(part.lo), y)
                high = z if part.hi is S.Infinity else min(rational(part.hi), z)
                if part.hazard is not None and low < high:
                    yield self._above(i, low, high, (p, q)), (
                        f"the {self.word}'s pool from {text_of(p)} is not proved to be right")

    def _above(self, i: int, low: Rational, high: Rational, pool: tuple[Rational, Rational]) -> Positive:
        t = Translator({X: "x"})
        x, part, a = t.known[X], self.parts[i], exact_of(self.weight)
        mass = t.composed(part.piece.cdf, {X: x})
        upper = t.composed(part.piece.upper, {X: x})
        if self.buyer:
            here = t.composed((1 - a) * -UPPER - T * (1 - MASS), {T: x, MASS: mass, UPPER: upper})
        else:
            lower = t.composed(UPPER + T - self.side.F.mean, {T: x, UPPER: upper})
            here = t.composed(T * MASS - (1 - a) * UPPER, {T: x, MASS: mass, UPPER: lower})
        g = t.graph
        rise = g("sub", here, self.cumulated(t, pool[0]))
        line = g("mul", self.mean_level(t, pool), g("sub", mass, self.mass(t, pool[0])))
        return Positive(g.functions(("x",), (g("sub", rise, line),)), ((low, high),), ">=")

    def order(self, edge: Any, trades: Rational) -> Iterator[tuple[Any, Any]]:
        """Pairs of levels of which the first must not exceed the second: at the ends of pools, and where
        the formula of the level changes.  Of types that do not trade, which are those on one side of
        `trades`, a level beyond all that matter is as good as the last that does, `edge`."""
        for (p, y, z, q), mean in zip(self.types.pools, self.pool_levels, strict=True):
            if p < y:
                yield mean, self.strict(self.part_of(p, y), p)
            if z < q:
                yield self.strict(self.part_of(z, q), q), mean
        ends = {rational(e) for part in self.parts for e in (part.lo, part.hi) if e is not S.Infinity}
        ends |= {x for p, _, _, q in self.types.pools for x in (p, q)}
        for x in sorted(ends):
            if self.types.low < x < self.types.high and not self._in_gap(x) and not any(
                    p < x < q for p, _, _, q in self.types.pools):
                below, above = self.level(x, True), self.level(x, False)
                if self.buyer and x < trades and (above[0] is None or above[0] < edge):
                    above = edge, edge
                elif not self.buyer and x > trades and edge is not None and (
                        below[1] is None or below[1] > edge):
                    below = edge, edge
                yield below, above

    def _in_gap(self, x: Rational) -> bool:
        """Whether a breakpoint is the high end of a gap: its low end speaks for it."""
        return any(part.hazard is None and part.hi == exact_of(x) for part in self.parts)


def text_of(x: Rational) -> str:
    return f"{float(arb(x)):.6g}"
