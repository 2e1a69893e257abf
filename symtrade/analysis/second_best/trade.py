"""Budget and welfare of the mechanism that trades where the buyer's level is at least the seller's.

For a seller of cost c let tau(c) be the least value with which she trades.  The budget surplus that
incentives leave is the integral of tau (1 - F(tau)) g - (1 - F(tau)) (c G)' over c, and the welfare that of
((tau - c)(1 - F(tau)) + J(tau)) g.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_series, ctx

from symtrade.analysis.numbers.series import from_zero, without_constant
from symtrade.analysis.second_best.schedule import Machine, Segment

ROUGH = 96  # bits for the bound of a remainder
PANELS = 1500  # of an integral
DEPTH = 600  # how often a panel is halved


@dataclass(frozen=True)
class Block:
    """Sellers from `low` to `high` of a part, who trade with values from `tau` up: a number, or where it
    depends on the cost the buyer's part."""

    seller: int
    low: Any
    high: Any
    tau: Any
    buyer: int
    constant: bool


def blocks(buyer: Machine, seller: Machine, a: Any, values: Sequence[Segment], costs: Sequence[Segment]
           ) -> Iterator[Block]:
    """The sellers who trade, cut where the rule for tau changes."""
    for cost in costs:
        if cost.part is None:
            tau = least_value(buyer, a, values, cost.least)
            if tau is not None:
                yield Block(-1, cost.low, cost.high, tau[1], tau[0], True)
            continue
        marks = {float(cost.least): cost.least, float(cost.most): cost.most}
        for value in values:
            for level in (value.least, value.most):
                if cost.least < level < cost.most:
                    marks[float(level)] = level
        levels = [marks[k] for k in sorted(marks)]
        ends = [cost.low if k == 0 else cost.high if k == len(levels) - 1 else
                seller.inverse(cost.part, level, a, cost.low, cost.high) for k, level in enumerate(levels)]
        for k in range(len(levels) - 1):
            middle = _between(levels[k], levels[k + 1])
            here = next((v for v in values if v.part is not None and v.least < middle < v.most), None)
            if here is not None:
                yield Block(cost.part, ends[k], ends[k + 1], (here.low, here.high), here.part or 0, False)
                continue
            tau = least_value(buyer, a, values, middle)
            if tau is not None:
                yield Block(cost.part, ends[k], ends[k + 1], tau[1], tau[0], True)


def _between(low: Any, high: Any) -> Any:
    """A number between two, which may be infinite."""
    if high.is_finite():
        return (low + high) / 2 if low.is_finite() else high - 1
    return low + 1 if low.is_finite() else arb(0)


def least_value(buyer: Machine, a: Any, values: Sequence[Segment], level: Any) -> tuple[int, Any] | None:
    """The least value with at least this level, with its part; None if there is none."""
    for value in values:
        if value.part is not None and value.least < level <= value.most:
            return value.part, buyer.inverse(value.part, level, a, value.low, value.high)
        if value.least >= level:
            return (buyer.place(value.low) if value.part is None else value.part), value.low
    return None


class Trade:
    """Budget and welfare, as balls, of the mechanism for a weight."""

    def __init__(self, buyer: Machine, seller: Machine) -> None:
        self.buyer, self.seller = buyer, seller

    def value(self, a: Any, found: Sequence[Block], digits: int) -> tuple[Any, Any]:
        """Budget surplus and welfare, each to about so many decimal places."""
        budget, welfare = arb(0), arb(0)
        for b in found:
            one, other = self._constant(b) if b.constant else self._integrals(a, b, digits)
            budget, welfare = budget + one, welfare + other
        return budget, welfare

    def _constant(self, b: Block) -> tuple[Any, Any]:
        rest, upper = 1 - self.buyer.mass(b.buyer, b.tau), self.buyer.upper(b.buyer, b.tau)
        (low_mass, low_area), (high_mass, high_area) = (self._at(b, x) for x in (b.low, b.high))
        mass = high_mass - low_mass
        budget = rest * (b.tau * mass - (b.high * high_mass - b.low * low_mass))
        costs = (b.high * high_mass - high_area) - (b.low * low_mass - low_area)
        return budget, (b.tau * rest + upper) * mass - rest * costs

    def _at(self, b: Block, x: Any) -> tuple[Any, Any]:
        """G and its integral at a cost."""
        i = self.seller.place(x) if b.seller < 0 else b.seller
        return self.seller.mass(i, x), self.seller.upper(i, x) + x - self.seller.average

    def _integrals(self, a: Any, b: Block, digits: int) -> tuple[Any, Any]:
        """By Taylor series on panels; a panel is halved until its error is small enough, or until the
        range of the integrand times its mass is."""
        budget, welfare = arb(0), arb(0)
        stack, panels = [(b.low, b.high, 0)], 0
        outer, tolerance = ctx.cap, arb(10) ** -(digits + 3)
        ctx.cap = 12 + digits
        try:
            while stack:
                low, high, depth = stack.pop()
                panels += 1
                if panels > PANELS:
                    raise ArithmeticError(f"the integral needs more than {PANELS} panels")
                found = self._panel(a, b, low, high, tolerance)
                if found is None or not all(v.is_finite() and v.rad() < tolerance for v in found):
                    found = self._crude(a, b, low, high)
                    if not all(v.is_finite() and v.rad() < tolerance / 64 for v in found):
                        if depth > DEPTH:
                            raise ArithmeticError("the integral over a panel was not enclosed")
                        middle = ((low + high) / 2).mid()
                        stack += [(middle, high, depth + 1), (low, middle, depth + 1)]
                        continue
                budget, welfare = budget + found[0], welfare + found[1]
        finally:
            ctx.cap = outer
        return budget, welfare

    def _values(self, a: Any, b: Block, low: Any, high: Any) -> Any:
        """A ball of the values of tau for costs between low and high."""
        ends = []
        for c in (low, high):
            level = self.seller.ball_level(b.seller, c, a)
            if level is None:
                return None
            ends.append(self.buyer.ball_inverse(b.buyer, level, a, *b.tau))
        return None if None in ends else ends[0].union(ends[1])

    def _crude(self, a: Any, b: Block, low: Any, high: Any) -> tuple[Any, Any]:
        tau = self._values(a, b, low, high)
        if tau is None:
            tau = b.tau[0].union(b.tau[1])
        (low_mass, low_area), (high_mass, high_area) = (self._at(b, x) for x in (low, high))
        mass, area = (high_mass - low_mass).nonnegative_part(), (high_area - low_area).nonnegative_part()
        rest, gap = self.buyer.rest(b.buyer, tau), tau - low.union(high)
        upper = self.buyer.upper_range(b.buyer, tau)
        return rest * (gap * mass - area), (gap * rest + upper) * mass

    def _panel(self, a: Any, b: Block, low: Any, high: Any, tolerance: Any) -> tuple[Any, Any] | None:
        """The Taylor series around the middle, with Lagrange's remainder; None where that is too large."""
        half, order = (high - low) / 2, ctx.cap - 1
        try:
            with ctx.workprec(ROUGH):
                wide = self._values(a, b, low, high)
                if wide is None:
                    return None
                errors = [abs(e[order]).upper() * 2 * half ** (order + 1) / (order + 1)
                          for e in self._series(a, b, low.union(high), wide)]
            if not all(e < tolerance for e in errors):
                return None
            middle = ((low + high) / 2).mid()
            thin = self._values(a, b, middle, middle)
            if thin is None:
                return None
            exact = self._series(a, b, middle, thin)
        except (ArithmeticError, ValueError):  # no series, or none that can be inverted: a smaller panel
            return None
        result = []
        for series, error in zip(exact, errors, strict=True):
            total, step = arb(0), half
            for k in range(0, order, 2):
                total += 2 * series[k] * step / (k + 1)
                step = step * half * half
            result.append(total + arb(0, error.upper()))
        return result[0], result[1]

    def _series(self, a: Any, b: Block, cost: Any, tau: Any) -> tuple[Any, Any]:
        """Both integrands around a cost, of which tau is the least value that trades."""
        buyer, seller = self.buyer, self.seller
        c, v = arb_series([cost, 1]), arb_series([tau, 1])
        level = c + arb_series([a]) * seller.hazard_series(b.seller, c, cost)
        value_level = v - arb_series([a]) * buyer.hazard_series(b.buyer, v, tau)
        inverse = without_constant(value_level).reversion()
        t = from_zero(inverse(without_constant(level)), tau)
        slope = t.derivative()
        density = buyer.expansions[b.buyer][0](t)[0]
        rest = arb_series([buyer.rest(b.buyer, tau)]) - (density * slope).integral()
        upper = arb_series([buyer.upper_range(b.buyer, tau)]) - (rest * slope).integral()
        g = seller.expansions[b.seller][0](c)[0]
        mass = arb_series([seller.mass_range(b.seller, cost)]) + g.integral()
        return rest * ((t - c) * g - mass), g * ((t - c) * rest + upper)
