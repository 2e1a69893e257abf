"""What has to be proved for a second best, as statements of the kernel.

*Attained.*  Let every seller of cost c trade with the values from tau(c) up, where tau does not fall.  Then
truth is optimal with payments by the envelope theorem, and if the worst types gain nothing the traders
leave the budget surplus B, the integral of (1 - F(tau))((tau - c) g - G) over c.  If B >= 0 the second best
is at least the welfare W, the integral of ((tau - c)(1 - F(tau)) + J(tau)) g.

*Not exceeded.*  In every mechanism the mean probabilities of trade are monotone and the budget surplus is at
most E[(v - (1 - F)/f - c - G/g) q].  So with m >= 0 and a = m/(1 + m) welfare is at most
(1 + m) E[(H - L) q], with the levels H = v - a (1 - F)/f and L = c + a G/g (weak duality), and levels may be
ironed: on a pool from p to q the mean level replaces H if the integral of H less its mean from p to x is
nowhere negative; monotone probabilities gain by that.  Of the mechanism above, which treats pooled types
alike, (1 + m) E[(H - L) q] is W + m B; another gains at most (1 + m) E|H - L| over the pairs that trade
against the sign of H - L.  Where the ironed levels increase and dF <= k dH, these are at most
k r(c)^2 / 2 for a cost c, with the residual r = H(tau(c)) - L(c).

A gap of the buyer's types between v and v' counts as -a (1 - F)(v' - v) times the probability of trade there,
one of the seller's between c and c' as -a G (c' - c) times it; so it is pooled, or nobody beyond it trades.
(The integral of H dF is that of d(-x (1 - F) - (1 - a) J), which has these jumps.)

Levels matter between the least cost and the largest value only.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import sympy
from flint import fmpq
from sympy import S

from symtrade.analysis.numbers.real import rational
from symtrade.analysis.second_best.levels import Side
from symtrade.analysis.second_best.proposal import Panel, Proposal
from symtrade.analysis.second_best.trader import (
    MASS,
    ROOM,
    UPPER,
    Half,
    Statement,
    T,
    UnfitError,
    exact_of,
    text_of,
)
from symtrade.forms.functions import Translator
from symtrade.kernel.balls import Positive, enclose
from symtrade.kernel.polynomial import Rational
from symtrade.model.distribution import Distribution, X

C, REST, DENSITY, RESIDUAL = sympy.symbols("c rest density residual")
BUDGET = REST * ((T - C) * DENSITY - MASS)
WELFARE = ((T - C) * REST + UPPER) * DENSITY


class Case:
    """A pair of distributions with a proposal."""

    def __init__(self, F: Distribution, G: Distribution, proposal: Proposal, digits: int) -> None:
        self.proposal, self.digits = proposal, digits + 10
        a = proposal.weight
        if not 0 <= a < 1:
            raise UnfitError(f"the weight is {a}")
        self.multiplier = a / (1 - a)
        self.buyer = Half(Side(F, -1), proposal.buyer, a, self.digits)
        self.seller = Half(Side(G, 1), proposal.seller, a, self.digits)
        self.least_cost, self.most_value = self.seller.support[0], self.buyer.support[1]
        self._refuse_form()

    @property
    def top(self) -> Rational:
        """The largest cost that trades."""
        return self.proposal.panels[-1].high

    def _refuse_form(self) -> None:
        """Panels join, thresholds do not fall, pooled types are treated alike."""
        panels, buyer, seller = self.proposal.panels, self.proposal.buyer, self.proposal.seller
        if not panels or panels[0].low != self.least_cost or any(
                p.high != q.low or p.last > q.first for p, q in itertools.pairwise(panels)):
            raise UnfitError("the panels do not join, or thresholds fall")
        if any(p.low >= p.high for p in panels) or (
                panels[0].first < buyer.low or panels[-1].last > buyer.high):
            raise UnfitError("a panel is empty, or leaves the support")
        if self.seller.support[1] is not None and self.top > self.seller.support[1]:
            raise UnfitError("a panel leaves the support")
        if not (buyer.low <= buyer.idle <= panels[0].first and self.top <= seller.idle <= seller.high):
            raise UnfitError("idle types trade")
        if any(p[0] < buyer.idle for p in buyer.pools) or any(p[-1] > seller.idle for p in seller.pools):
            raise UnfitError("idle types are pooled")
        for low, y, z, high in (*buyer.pools, *seller.pools):
            if not (low < high and low <= y <= z <= high):
                raise UnfitError("a pool is empty")
        for low, *_, high in buyer.pools:
            if any(p.first < high and low < p.last for p in panels):
                raise UnfitError("a buyer's pool is not treated alike")
        for low, *_, high in seller.pools:
            if low < self.top and not any(p.step and p.low <= low and high <= p.high for p in panels):
                raise UnfitError("a seller's pool is not treated alike")
        for one in (buyer, seller):
            if any(p[-1] > q[0] for p, q in itertools.pairwise(one.pools)):
                raise UnfitError("pools overlap")

        for half in (self.buyer, self.seller):
            for low, high in half.gaps():
                if not any(p <= low and high <= q for p, _, _, q in half.types.pools) and (
                        panels[0].first < high if half.buyer else low < self.top):
                    raise UnfitError(f"the {half.word}'s gap from {text_of(low)} is not pooled")

    # --- integrals ---------------------------------------------------------------------------------

    def totals(self, wanted: str) -> tuple[Translator, int]:
        """The node of the budget surplus, the welfare, or the bound without what is lost at the joints."""
        t = Translator({})
        g, m = t.graph, exact_of(self.multiplier)
        total = g.number(0)
        for p in self.proposal.panels:
            if p.step:
                budget, welfare = self._step(t, p)
                found = {"budget": BUDGET, "welfare": WELFARE}.get(wanted, WELFARE + m * BUDGET)
                here = t.composed(found.subs({BUDGET: MASS, WELFARE: UPPER}), {MASS: budget, UPPER: welfare})
            else:
                here = self._curve(t, p, wanted)
            total = g("add", total, here)
        return t, total

    def _step(self, t: Translator, p: Panel) -> tuple[int, int]:
        """Budget and welfare of costs that have one threshold, in closed form."""
        u, g = p.first, t.graph
        rest = g("sub", g.number(1), self.buyer.mass(t, u))
        upper = self.buyer.upper(t, u)
        masses = [self.seller.mass(t, c) for c in (p.low, p.high)]
        costs = [g("sub", g("mul", g.number(c), mass), self.seller.lower(t, c))
                 for c, mass in zip((p.low, p.high), masses, strict=True)]
        mass, cost = g("sub", masses[1], masses[0]), g("sub", costs[1], costs[0])
        virtual = g("sub", g("mul", g.number(p.high), masses[1]), g("mul", g.number(p.low), masses[0]))
        budget = g("mul", rest, g("sub", g("mul", g.number(u), mass), virtual))
        gains = g("add", g("mul", g.number(u), rest), upper)
        return budget, g("sub", g("mul", gains, mass), g("mul", rest, cost))

    def tau(self, t: Translator, p: Panel, c: int) -> int:
        """The threshold of a cost, by Horner's rule."""
        g = t.graph
        z = g("mul", g("sub", c, g.number((p.low + p.high) / 2)), g.number(2 / (p.high - p.low)))
        total = g.number(p.coefficients[-1])
        for k in reversed(p.coefficients[:-1]):
            total = g("add", g("mul", total, z), g.number(k))
        return total

    def _curve(self, t: Translator, p: Panel, wanted: str) -> int:
        """The integral over costs whose threshold is a polynomial."""
        inner = Translator({C: "t"})
        values = self.values(inner, p)
        formula = {"budget": BUDGET, "welfare": WELFARE}.get(wanted)
        if formula is None:
            a, m = exact_of(self.proposal.weight), exact_of(self.multiplier)
            i, j = self.seller.part_of(p.low, p.high), self.buyer.part_of(p.first, p.last)
            values[RESIDUAL] = inner.graph(
                "sub", inner.composed(X - a * self.buyer.parts[j].hazard, {X: values[T]}),
                inner.composed(X + a * self.seller.parts[i].hazard, {X: values[C]}))
            k = exact_of(self.promise(p))
            formula = WELFARE + m * BUDGET + (1 + m) * k / 2 * RESIDUAL**2 * DENSITY
        integrand = inner.graph.functions(("t",), (inner.composed(formula, values),))
        return t.graph.integral(integrand, t.graph.number(p.low), t.graph.number(p.high))

    def values(self, inner: Translator, p: Panel) -> dict[Any, int]:
        """What the integrands of a panel whose threshold is a polynomial are made of."""
        seller = self.seller.parts[self.seller.part_of(p.low, p.high)].piece
        buyer = self.buyer.parts[self.buyer.part_of(p.first, p.last)].piece
        c = inner.known[C]
        tau = self.tau(inner, p, c)
        return {C: c, T: tau, REST: inner.composed(1 - buyer.cdf, {X: tau}),
                UPPER: inner.composed(buyer.upper, {X: tau}), MASS: inner.composed(seller.cdf, {X: c}),
                DENSITY: inner.composed(seller.density, {X: c})}

    def promise(self, p: Panel) -> Rational:
        """The number k of the range in which a panel's thresholds lie."""
        for low, high, k in self.proposal.buyer.ranges:
            if low <= p.first and p.last <= high and k > 0:
                return k
        raise UnfitError("there is no range for a panel")

    # --- what is lost ------------------------------------------------------------------------------

    def lost(self) -> Rational:
        """At least what the mechanism loses by levels that are out of order at joints, and next to the
        ends that are not looked at."""
        pairs = [*self.buyer.order(self.least_cost, self.proposal.panels[0].first),
                 *self.seller.order(self.most_value, self.top)]
        least = self.least_cost - rational(ROOM)
        for p in self.proposal.panels:
            if p.step:
                cost = self.seller.level(p.low, False), self.seller.level(p.high, True)
                unseen = p.high == self.proposal.seller.low  # what is lost there is counted in _ends
                if p.first > self.buyer.support[0] and not unseen:
                    pairs.append((self.buyer.level(p.first, True), cost[0]))
                value = self.buyer.level(p.first, False)
                pairs.append((cost[1], value))
            else:
                i, j = self.seller.part_of(p.low, p.high), self.buyer.part_of(p.first, p.last)
                value = self.buyer.strict(j, p.first)
                pairs += [(value, self.seller.strict(i, p.low)),
                          (self.seller.strict(i, p.high), self.buyer.strict(j, p.last))]
            if value[0] is None or value[0] < least:
                raise UnfitError("types trade whose level does not matter")
        everybody = self.top == self.seller.support[1]
        if not everybody:
            end = self.proposal.buyer.high
            pairs.append((self.buyer.level(end, True), self.seller.level(self.top, False)))
        gap = fmpq(0)
        for first, second in pairs:
            if first[1] is None or second[0] is None:
                raise UnfitError("a level is not known")
            gap += max(fmpq(0), first[1] - second[0])
        return gap * 2 + self._ends(everybody)

    def _ends(self, everybody: bool) -> Rational:
        """What is lost next to the ends that are not looked at.

        There levels are only known to be at most the value, at least the cost."""
        t, a = Translator({}), exact_of(self.proposal.weight)
        g, lost = t.graph, []
        buyer, seller = self.proposal.buyer, self.proposal.seller
        if buyer.high != self.buyer.support[1] and not (everybody and self._rises_for_ever()):
            top = self.seller.level(self.top, True)
            if None in top:
                raise UnfitError("a level is not known")
            width = max(abs(x - buyer.high) for x in top)
            rest = g("sub", g.number(1), self.buyer.mass(t, buyer.high))
            lost.append(t.composed((1 + a) * UPPER + T * REST, {
                UPPER: self.buyer.upper(t, buyer.high), T: g.number(width), REST: rest}))
        if buyer.low != self.buyer.support[0]:
            width = max(fmpq(0), buyer.low - self.least_cost)
            lost.append(g("mul", g.number(width), self.buyer.mass(t, buyer.low)))
        if seller.low != self.seller.support[0]:
            first = self.proposal.panels[0]
            if not (first.step and first.high == seller.low):
                raise UnfitError("the costs that are not looked at need one threshold")
            below, above = (self.buyer.level(first.first, side) for side in (True, False))
            if below[1] is None or above[0] is None:
                raise UnfitError("a level is not known")
            width = max(fmpq(0), below[1] - self.least_cost) + max(fmpq(0), seller.low - above[0])
            lost.append(t.composed(a * UPPER + T * MASS, {
                UPPER: self.seller.lower(t, seller.low), T: g.number(width),
                MASS: self.seller.mass(t, seller.low)}))
        if seller.high != self.seller.support[1] and self.most_value is not None:
            width = max(fmpq(0), self.most_value - seller.high)
            rest = g("sub", g.number(1), self.seller.mass(t, seller.high))
            lost.append(g("mul", g.number(width), rest))
        found = enclose(g.functions((), lost), (), self.digits) if lost else ()
        return sum((max(fmpq(0), high) for _, high in found), fmpq(0))

    def _rises_for_ever(self) -> bool:
        """Whether the buyer's level is linear and increasing in the last part."""
        claim = self.buyer.slope(len(self.buyer.parts) - 1, S.Zero)
        return bool(claim.is_Rational and claim >= 0)

    # --- statements --------------------------------------------------------------------------------

    def statements(self) -> Iterator[Statement]:
        """All that has to be proved."""
        yield from self.buyer.idles(self.least_cost)
        yield from self.seller.idles(self.most_value)
        yield from self.buyer.increases(self.least_cost)
        yield from self.seller.increases(self.most_value)
        yield from self.buyer.ironed()
        yield from self.seller.ironed()
        for p in self.proposal.panels:
            yield from self.increasing(p)
        t, budget = self.totals("budget")
        yield Positive(t.graph.functions((), (budget,)), (), ">="), "the budget is not proved to balance"
        t, welfare = self.totals("welfare")
        yield self._between(t, welfare, -self.proposal.least, 1), "the lower bound is not proved"
        t, bound = self.totals("bound")
        rest = self.proposal.most - (1 + self.multiplier) * self.lost()
        yield self._between(t, bound, rest, -1), "the upper bound is not proved"

    def increasing(self, p: Panel) -> Iterator[Statement]:
        """The thresholds of a panel do not fall."""
        if p.step:
            return
        t = Translator({X: "x"})
        slope = t.graph.derivative(self.tau(t, p, t.known[X]), "x")
        if t.graph.value(slope) is None:
            yield Positive(t.graph.functions(("x",), (slope,)), ((p.low, p.high),), ">="), (
                f"the thresholds of costs from {text_of(p.low)} are not proved to increase")
        elif p.first > p.last:
            raise UnfitError("thresholds fall")

    @staticmethod
    def _between(t: Translator, node: int, constant: Rational, sign: int) -> Positive:
        g = t.graph
        found = g("add" if sign > 0 else "sub", g.number(constant), node)
        return Positive(g.functions((), (found,)), (), ">=")
