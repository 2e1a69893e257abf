"""Weighted virtual values of one trader, in numbers.

For a weight a between 0 and 1 the buyer's level is H(v) = v - a (1 - F)/f and the seller's is
L(c) = c + a G/g; both have to increase.  A :class:`Side` is either trader.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from flint import arb, ctx, fmpq
from sympy import S

from symtrade.analysis.numbers.real import rational
from symtrade.forms.functions import real_functions
from symtrade.kernel.functions import Program
from symtrade.model.distribution import Distribution, Piece, X

HEAVY = 2**20  # the largest type that is looked at where a support is unbounded
WIDE = 256  # bits at which forms are compared
POINTS = 96  # of a piece that are tried for monotonicity; the structure found is verified afterwards


def hazard(piece: Piece, buyer: bool) -> Any:
    """(1 - F)/f for a buyer, F/f for a seller, with common factors cancelled."""
    ratio = (1 - piece.cdf if buyer else piece.cdf) / piece.density
    if ratio.is_rational_function(X):
        return sympy.cancel(ratio)
    simple = sympy.powsimp(sympy.expand(sympy.powsimp(ratio)))
    return simple if simple.count_ops() <= ratio.count_ops() else ratio


@dataclass(frozen=True)
class Part:
    """One piece of a side: `hazard` is (1 - F)/f or F/f, None where there are no types (a gap)."""

    lo: Any
    hi: Any
    piece: Piece
    hazard: Any

    buyer: bool

    @cached_property
    def slope(self) -> Any:
        """The derivative of the hazard, in the form that is enclosed more tightly next to the ends."""
        f, rest = self.piece.density, 1 - self.piece.cdf if self.buyer else self.piece.cdf
        forms = [sympy.diff(self.hazard, X)]
        if not self.hazard.is_rational_function(X):
            t = sympy.Symbol("t", real=True)
            part = (t, X, self.hi) if self.buyer else (t, self.lo, X)
            masses = [rest]
            if S.Infinity not in part and not rest.has(sympy.Integral):
                masses.append(sympy.Integral(f.subs(X, t), part))
            forms += [(-1 if self.buyer else 1) - mass * sympy.diff(f, X) / f**2 for mass in masses]
        widths = [self._width(form) for form in forms]
        return next(form for form, width in zip(forms, widths, strict=True) if width < 2 * min(widths) + 1e-9)

    def _width(self, formula: Any) -> float:
        """The relative radii of a formula's enclosures on some short intervals."""
        low, total = rational(self.lo), 0.0
        length = fmpq(1) if self.hi is S.Infinity else rational(self.hi) - low
        with ctx.workprec(WIDE):
            program = Program(real_functions((formula,), (X,)))
            for at in (fmpq(1, 2**30), fmpq(1, 2), *(() if self.hi is S.Infinity else (1 - fmpq(1, 2**30),))):
                reach = min(at, 1 - at) / 8
                value = program((arb(low + at * length).union(arb(low + (at + reach) * length)),))[0]
                total += min(float(value.rad() / (1 + abs(value.mid()))), 1.0) if value.is_finite() else 1.0
        return total


@dataclass(frozen=True)
class Side:
    """A trader: `sign` is -1 for the buyer, whose level is v - a h(v), and 1 for the seller."""

    F: Distribution
    sign: int

    def parts(self) -> tuple[Part, ...]:
        buyer = self.sign < 0
        return tuple(Part(p.lo, p.hi, p, None if p.density == 0 else hazard(p, buyer), buyer)
                     for p in self.F.pieces)


class Machine:
    """A side made ready at one precision: levels, cumulated levels, masses and their inverses.

    `low` and `high` are the ends of the support, or where the hazard has no formula near an end the
    types at which so little is left that it is not worth `digits` decimal places.
    """

    def __init__(self, side: Side, digits: int) -> None:
        self.side, self.parts, self.digits = side, side.parts(), digits
        self.mean = side.F.mean
        pairs = [None if p.hazard is None else (p.hazard, sympy.diff(p.hazard, X)) for p in self.parts]
        self.hazards = [None if pair is None else Program(real_functions(pair, (X,))) for pair in pairs]
        formulas = [real_functions((p.piece.cdf, p.piece.upper), (X,)) for p in self.parts]
        self.values = [Program(f) for f in formulas]
        self.average = Program(real_functions((self.mean,), ()))(())[0]
        self.near: dict[int, Any] = {}  # the last inverse in each part: a start for the next
        self.low, self.high = self._cut(0), self._cut(-1)
        self.grid = [self._grid(i) for i in range(len(self.parts))]

    def _grid(self, i: int) -> list[tuple[Any, Any]]:
        """Types of a part with their hazards, from one end to the other."""
        part = self.parts[i]
        low = self.low if i == 0 else arb(rational(part.lo)).mid()
        high = self.high if i == len(self.parts) - 1 else arb(rational(part.hi)).mid()
        power = 4 if part.hi is S.Infinity else 1
        points = [(low + (high - low) * (arb(k) / POINTS) ** power).mid() for k in range(POINTS)] + [high]
        result = []
        for x in points:
            h, near = self.hazard(i, x), (high - low) * arb(2) ** -40
            while h is None and part.hazard is not None and near < high - low:
                h = self.hazard(i, x + near if x < (low + high) / 2 else x - near)
                near *= 16
            if h is not None:
                result.append((x, h))
        return result

    @cached_property
    def end(self) -> Any:
        """Where an unbounded support is cut off, if that is early enough: beyond it J is negligible."""
        last = self.side.F.pieces[-1]
        x = arb(rational(last.lo)) + 1
        while not self.values[-1]((x,))[1] < arb(10) ** -(self.digits + 4) and x < HEAVY:
            x = 2 * x
        return x.mid()

    def _cut(self, i: int) -> Any:
        """The end of the first or last part, or where it is cut off."""
        part = self.parts[i]
        if i == -1 and part.hi is S.Infinity:
            return self.end
        low = arb(rational(part.lo))
        high = low + 4 if part.hi is S.Infinity else arb(rational(part.hi))
        end, step = (low, (high - low) / 4) if i == 0 else (high, (low - high) / 4)
        program = self.hazards[i]
        if program is None:
            return end.mid()
        rest = (i == -1) == (self.side.sign < 0)  # where 1 - F, or G, is small
        near = end.union(end + step * arb(2) ** -40)
        (density,) = Program(real_functions((part.piece.density,), (X,)))((near,))
        # elsewhere the level is beyond all that matters, unless the density is infinite
        if density.is_finite() and (not rest or all(v.is_finite() for v in program((near,), total=True))):
            return end.mid()
        while not self._left(end + step) < arb(10) ** -(self.digits + 4):
            step /= 4
        return (end + step).mid()

    def _left(self, x: Any) -> Any:
        """What is left beyond a type next to an end of the support."""
        low, high = self.side.F.support
        first, last = arb(rational(low)), None if high is S.Infinity else arb(rational(high))
        if last is None or abs(x - first) < abs(last - x):
            return abs(self.upper(0, x) + x - self.average) + (x - first) * abs(self.mass(0, x))
        return abs(self.upper(-1, x)) + (last - x) * abs(1 - self.mass(-1, x))

    def hazard(self, i: int, x: Any) -> Any:
        """The hazard at a type, by its midpoint; None where it is undefined."""
        program = self.hazards[i]
        if program is None:
            return None
        value = program((x,))[0]
        return value.mid() if value.is_finite() else None

    def level(self, i: int, x: Any, a: Any) -> Any:
        """The level at a type of a part (None where undefined)."""
        h = self.hazard(i, x)
        return None if h is None else x + self.side.sign * a * h

    def mass(self, i: int, x: Any) -> Any:
        """F at a type: a ball."""
        first, last = self.side.F.support
        if last is not S.Infinity and x >= arb(rational(last)):
            return arb(1)
        if x <= arb(rational(first)):
            return arb(0)
        return self.values[i]((x,))[0]

    def upper(self, i: int, x: Any) -> Any:
        """J at a type: a ball."""
        first, last = self.side.F.support
        if last is not S.Infinity and x >= arb(rational(last)):
            return arb(0)
        if x <= arb(rational(first)):
            return self.average - x
        return self.values[i]((x,))[1]

    def cumulated(self, i: int, x: Any, a: Any) -> Any:
        """The integral of the level against the mass up to a type, up to a constant."""
        if self.side.sign < 0:
            return -(x * (1 - self.mass(i, x)) + (1 - a) * self.upper(i, x))
        return x * self.mass(i, x) - (1 - a) * (self.upper(i, x) + x - self.average)

    def place(self, x: Any) -> int:
        """The part in which a type lies."""
        return next((i for i, p in enumerate(self.parts)
                     if p.hi is S.Infinity or x <= arb(rational(p.hi))), len(self.parts) - 1)

    def inverse(self, i: int, level: Any, a: Any, low: Any, high: Any) -> Any:
        """The type between low and high whose level is given, by bisection and Newton: no proof."""
        x, left, right = self.near.get(i, low), low, high
        if not left < x < right:
            x = (low + high) / 2
        for _ in range(200):
            x = x.mid()
            value = self.level(i, x, a)
            if value is None:  # 0/0 close to an end, where the level is close to that of the end
                if x < (left + right) / 2:
                    left = x
                else:
                    right = x
                x = (left + right) / 2
                continue
            gap = (value - level).mid()
            if gap == 0:
                break
            left, right = (x, right) if gap < 0 else (left, x)
            slope = 1 + self.side.sign * a * self.hazards[i]((x,))[1].mid()  # type: ignore[misc]
            step = gap / slope if slope != 0 else arb("nan")
            guess = (x - step).mid()
            small = arb(2) ** -(ctx.prec - 12) * (1 + abs(x))
            if abs(step) < small:
                self.near[i] = guess
                return guess
            for end, side in ((low, -1), (high, 1)):  # else bisection would creep up to an end
                if (guess - end) * side >= 0:
                    value = self.level(i, end.mid(), a)
                    if value is not None and (level - value) * side > -small:
                        return end
            x = guess if guess.is_finite() and left < guess < right else (left + right) / 2
        return x
