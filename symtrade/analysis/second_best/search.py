"""The search for a second best: weight, thresholds and pools, in numbers.  Nothing here is proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flint import arb, ctx, fmpq
from sympy import S

from symtrade.analysis.numbers.real import rational
from symtrade.analysis.second_best.ironing import Segment, schedule
from symtrade.analysis.second_best.levels import HEAVY, Machine, Side
from symtrade.analysis.second_best.multiplier import aside, bumped, moving, widest
from symtrade.analysis.second_best.proof import Case
from symtrade.analysis.second_best.proposal import Panel, Proposal, Types
from symtrade.analysis.second_best.trade import Block, blocks
from symtrade.analysis.second_best.trader import ROOM
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import bits
from symtrade.kernel.functions import Program
from symtrade.kernel.polynomial import Rational
from symtrade.model.distribution import Distribution, X

FIRST, MIDDLE = 5, 12  # digits to which the weight is found first and next
DEPTH = 80  # how often a panel is halved
CROWD = 8  # times the density in the middle of a panel, at its ends
STEPS = 12  # of the secant rule
Progress = Callable[[str], None] | None


class Search:
    """Proposals for a pair of distributions."""

    def __init__(self, F: Distribution, G: Distribution, progress: Progress = None) -> None:
        self.F, self.G = F, G
        self.progress = progress or (lambda _: None)
        self.tables: dict[tuple[int, int], tuple[Any, ...]] = {}
        self.ends = {rational(e) for D in (F, G) for p in D.pieces for e in (p.lo, p.hi)
                     if e is not S.Infinity}
        self.joints: set[Rational] = set()  # ends of pools and of what is looked at

    def prepare(self, digits: int) -> None:
        """Both traders made ready for so many digits."""
        self.digits, self.precision = digits, bits(digits) + 64
        with ctx.workprec(self.precision):
            self.buyer, self.seller = Machine(Side(self.F, -1), digits), Machine(Side(self.G, 1), digits)
            if self.F.support[1] is S.Infinity and self.G.support[1] is S.Infinity and max(
                    self.buyer.end, self.seller.end, key=float) >= HEAVY:
                raise ArithmeticError("both supports are unbounded and a tail is heavy")

    def best(self, digits: int) -> Proposal:
        """A proposal whose bounds are less than about 10^-digits apart."""
        self.prepare(FIRST)
        weight = self.first_weight()
        self.progress(f"weight {float(arb(weight)):.6f}")
        slope = None
        for stage in dict.fromkeys((min(digits, MIDDLE), digits)):
            self.prepare(stage)
            if weight:
                with ctx.workprec(self.precision):
                    weight, slope = self.refined(weight, slope)
                self.progress(f"weight to {stage} digits")
        with ctx.workprec(self.precision):
            return self.bounded(self.balanced(self.proposed(weight)))

    # --- the weight --------------------------------------------------------------------------------

    def budget(self, weight: Rational) -> Any:
        """The budget surplus at a weight: a ball."""
        with ctx.workprec(self.precision):
            return self.total(self.proposed(weight), "budget")

    def total(self, proposal: Proposal, what: str) -> Any:
        """The value of one of the three totals."""
        t, node = Case(self.F, self.G, proposal, self.digits).totals(what)
        with ctx.workprec(bits(self.digits) + 32):
            (value,) = t.graph.functions((), (node,)).at(())
        if not value.is_finite():
            raise ArithmeticError("an integral was not enclosed")
        return value

    def first_weight(self) -> Rational:
        """The weight at which the budget balances, roughly; 0 where it balances without help."""
        low, high = fmpq(1, 64), fmpq(63, 64)
        below, above = float(self.budget(low)), float(self.budget(high))
        if below >= 0:
            low = fmpq(1, 2**20)
            below = float(self.budget(low))
            if below >= 0:
                return fmpq(0)
        last = 0
        for _ in range(80):
            share = min(max(below / (below - above), 1e-6), 1 - 1e-6)
            middle = low + (high - low) * fmpq(int(share * 2**40), 2**40)
            value = float(self.budget(middle))
            if abs(value) < 10**-FIRST or high - low < fmpq(1, 10**8):
                return middle
            if value < 0:  # the rule of Illinois
                low, below, above = middle, value, above / 2 if last < 0 else above
            else:
                high, above, below = middle, value, below / 2 if last > 0 else below
            last = 1 if value > 0 else -1
        return middle

    def refined(self, weight: Rational, slope: Any) -> tuple[Rational, Any]:
        """A weight at which the budget balances to half the digits, and the slope of the surplus: by the
        secant rule, from the slope that is known or a step aside."""
        here = self.budget(weight)
        if slope is None:
            other = weight + fmpq(1, 2**12) * min(weight, 1 - weight)
            slope = ((self.budget(other) - here) / arb(other - weight)).mid()
        unit = 2**(self.precision - 24)
        for _ in range(STEPS):
            if abs(here) < arb(10) ** -(self.digits // 2 + 3):
                return weight, slope
            move = (here.mid() / slope).mid()
            if not move.is_finite():
                break
            other, far = weight, here
            weight -= fmpq((move.fmpq() * unit).round(), unit)
            if not 0 < weight < 1:
                break
            here = self.budget(weight)
            if weight != other:
                found = ((far - here) / arb(other - weight)).mid()
                slope = found if found > slope / 2 and found < slope * 2 else slope
        raise ArithmeticError("no weight was found at which the budget balances")

    def balanced(self, proposal: Proposal) -> Proposal:
        """The same with a budget surplus of less than 10^-digits: the thresholds of a panel are moved."""
        enough = arb(10) ** -(self.digits + 2)
        surplus = self.total(proposal, "budget")
        if (surplus > 0 and surplus < 2 * enough) or not proposal.weight:
            return proposal
        case = Case(self.F, self.G, proposal, self.digits)
        for k in widest(proposal):
            height = moving(case, k, enough - surplus, enough / 2)
            if height is not None:
                panels = list(proposal.panels)
                panels[k] = bumped(panels[k], height)
                return replace(proposal, panels=tuple(panels))
        raise ArithmeticError("no thresholds were found at which the budget balances")

    # --- who trades --------------------------------------------------------------------------------

    def proposed(self, weight: Rational) -> Proposal:
        """Who trades at a weight, and the pools."""
        a = arb(weight).mid()
        values, costs = schedule(self.buyer, a), schedule(self.seller, a)
        self.joints = set()
        self.joints = {self.exact(x) for x in (
            self.buyer.low, self.buyer.high, self.seller.low, self.seller.high,
            *(x for s in (*values, *costs) if s.part is None for x in (s.low, s.high)))}
        panels: list[Panel] = []
        least = rational(self.G.support[0])
        for b in blocks(self.buyer, self.seller, a, values, costs):
            self.add(panels, least, a, b)
        if not panels:
            raise ArithmeticError("nobody trades")
        top = self.F.support[1]
        levels = (arb(least - rational(ROOM)),
                  arb.pos_inf() if top is S.Infinity else arb(rational(top) + rational(ROOM)))
        return Proposal(
            weight, tuple(panels), self.types(self.buyer, values, levels, a, panels[0].first),
            self.types(self.seller, costs, levels, a, panels[-1].high), fmpq(0), fmpq(0))

    def exact(self, x: Any) -> Rational:
        """A number as a rational: an end of a piece, if it is close to one."""
        value = x.mid().fmpq()
        for end in (*self.ends, *self.joints):
            if abs(value - end) * 2**(bits(self.digits) + 20) < 1 + abs(end):
                return end
        unit = 2**(bits(self.digits) + 24)
        return fmpq((value * unit).round(), unit)

    def add(self, panels: list[Panel], least: Rational, a: Any, b: Block) -> None:
        """The panels of a block, joined to those before."""
        low, high = self.exact(b.low), self.exact(b.high)
        start = panels[-1].high if panels else least
        floor = panels[-1].last if panels else fmpq(0)
        first = self.exact(b.tau) if b.constant else self.threshold(a, b, b.low)
        first = max(first, floor) if panels else first
        if low > start:
            # costs that nobody has, or those next to the end that are not looked at
            panels.append(Panel(start, low, (floor if panels and not b.constant else first,)))
        low = max(low, start)
        if low >= high:
            return
        if b.constant:
            panels.append(Panel(low, high, (first,)))
            return
        last = max(first, self.threshold(a, b, b.high))
        panels += self.curve(a, b, (low, first), (high, last), 0)

    def seller_level(self, i: int, c: Any, a: Any) -> Any:
        if c == arb(rational(self.G.support[0])):
            return c
        found = self.seller.level(i, c, a)
        if found is None:
            raise ArithmeticError(f"the level of the cost {float(c)} is not known")
        return found

    def threshold(self, a: Any, b: Block, c: Any) -> Rational:
        """The threshold of a cost in a block."""
        level = self.seller_level(b.seller, c.mid(), a)
        return self.exact(self.buyer.inverse(b.buyer, level, a, *b.tau))

    def curve(self, a: Any, b: Block, start: tuple[Rational, Rational], end: tuple[Rational, Rational],
              depth: int) -> list[Panel]:
        """Panels from one point (cost, threshold) to another: a polynomial through Chebyshev's points, or
        two halves."""
        degree = 6 + self.digits // 2
        (low, first), (high, last) = start, end
        middle, half = arb((low + high) / 2), arb((high - low) / 2)
        values = [arb(last)]
        for z in self.points(degree)[1:-1]:
            level = self.seller_level(b.seller, (middle + half * z).mid(), a)
            values.append(self.buyer.inverse(b.buyer, level, a, *b.tau))
        values.append(arb(first))
        unit = 2**(2 * self.digits + 24)
        rough = [fmpq(int((k * unit).mid().fmpq().round()), unit)
                 for k in monomials(values, self.points(degree))]
        even, odd = sum(rough[2::2], fmpq(0)), sum(rough[3::2], fmpq(0))
        panel = Panel(low, high, ((last + first) / 2 - even, (last - first) / 2 - odd, *rough[2:]))
        if depth >= DEPTH or self.fits(a, b, panel, middle, half):
            return [panel]
        centre = (low + high) / 2
        join = centre, min(max(self.threshold(a, b, arb(centre)), first), last)
        return self.curve(a, b, start, join, depth + 1) + self.curve(a, b, join, end, depth + 1)

    def fits(self, a: Any, b: Block, panel: Panel, middle: Any, half: Any) -> bool:
        """Whether the residual is small enough."""
        degree = len(panel.coefficients) - 1
        first, centre, last = (self.crowd(b.buyer, x) for x in (
            panel.first, (panel.first + panel.last) / 2, panel.last))
        width = float(arb(panel.last - panel.first))
        if max(first, last) * width > CROWD * max(centre * width, 1):  # a density that is infinite near by
            return False
        for z in self.points(2 * degree)[1::degree // 2 * 2]:
            tau = arb(0)
            for k in reversed(panel.coefficients):
                tau = tau * z + arb(k)
            level = self.buyer.level(b.buyer, tau.mid(), a)
            if level is None:
                return False
            gap = level - self.seller_level(b.seller, (middle + half * z).mid(), a)
            if not gap * gap * half < arb(10) ** -(self.digits + 4):
                return False
        return True

    def points(self, degree: int) -> tuple[Any, ...]:
        """Chebyshev's points at the precision of this search."""
        key = degree, self.precision
        if key not in self.tables:
            self.tables[key] = points(degree)
        return self.tables[key]

    def crowd(self, i: int, x: Rational) -> float:
        """A buyer's density at a type."""
        (value,) = Program(real_functions((self.buyer.parts[i].piece.density,), (X,)))((arb(x),))
        return float(value.mid()) if value.is_finite() else 0.0

    # --- pools and slopes --------------------------------------------------------------------------

    def types(self, machine: Machine, segments: Sequence[Segment], levels: tuple[Any, Any], a: Any,
              trades: Rational) -> Types:
        """One trader's part of a proposal, without ranges; `trades` is the last type that trades."""
        pools = []
        for s in segments:
            if s.part is not None:
                continue
            low, high = self.exact(s.low), self.exact(s.high)
            held = [(i, p) for i, p in enumerate(machine.parts) if p.hazard is not None and not (
                p.hi is not S.Infinity and rational(p.hi) <= low) and rational(p.lo) < high]
            if not held:  # a gap
                continue
            (i, first), (j, last) = held[0], held[-1]
            # a pool may end with a gap, which counts for the buyer's types below and the seller's above
            gap = (machine.side.sign < 0 and last.hi is not S.Infinity and high > rational(last.hi)) or (
                machine.side.sign > 0 and low < rational(first.lo))
            if machine.side.sign < 0 or not gap:
                low = max(low, rational(first.lo))
            if machine.side.sign > 0 or not gap:
                high = high if last.hi is S.Infinity else min(high, rational(last.hi))
            if i == j and not levels[0] <= s.least <= levels[1]:
                continue
            if gap and machine.side.sign < 0:
                inner = rational(first.hi), high
            elif gap:
                inner = low, rational(last.lo)
            elif i != j:
                inner = rational(first.hi), rational(last.lo)
            else:
                inner = self.humps(machine, i, a, s)
            pools.append((low, *inner, high))
        low, high = self.exact(machine.low), self.exact(machine.high)
        buyer = machine.side.sign < 0
        end, away = (low, rational(machine.side.F.support[0])) if buyer else (
            high, None if machine.side.F.support[1] is S.Infinity else rational(machine.side.F.support[1]))
        idle = end
        if end != away and away is not None:  # the density is infinite there: half of those who do not trade
            idle = self.exact(arb((end + trades) / 2))
            pools = [p for p in pools if not (p[-1] <= idle if buyer else p[0] >= idle)]
            if any(p[0] < idle if buyer else p[-1] > idle for p in pools):
                idle = end
        return Types(low, high, idle, tuple(pools), ())

    @staticmethod
    def humps(machine: Machine, i: int, a: Any, s: Segment) -> tuple[Rational, Rational]:
        """Half-ways from the ends of a pool to where levels stop to increase."""
        grid = [s.low, *(x for x, _ in machine.grid[i] if s.low < x < s.high), s.high]
        levels = [machine.level(i, x, a) for x in grid]
        up = next((k for k in range(len(grid) - 1) if not levels[k + 1] > levels[k]), len(grid) // 2)
        down = next((k for k in range(len(grid) - 1, 0, -1) if not levels[k] > levels[k - 1]),
                    len(grid) // 2)
        y, z = (s.low + grid[max(up, 1)]) / 2, (s.high + grid[min(down, len(grid) - 2)]) / 2
        first, last = (fmpq(int((v * 2**24).mid().fmpq().round()), 2**24) for v in (y, z))
        return first, last

    def ranges(self, proposal: Proposal) -> tuple[tuple[Rational, Rational, Rational], ...]:
        """For every part in which thresholds are curves, a bound of f over the slope of the level."""
        a, part_before = arb(proposal.weight), -1
        found: list[tuple[Rational, Rational, float]] = []
        for p in proposal.panels:
            if p.step:
                continue
            i = next(i for i, part in enumerate(self.buyer.parts) if part.hazard is not None and (
                rational(part.lo) <= p.first and (part.hi is S.Infinity or p.last <= rational(part.hi))))
            program = self.buyer.hazards[i]
            density = Program(real_functions((self.buyer.parts[i].piece.density,), (X,)))
            most = 0.0
            for k in range(9):
                x = arb(p.first + (p.last - p.first) * k / 8)
                slope = 1 - a * program((x,))[1]  # type: ignore[misc]
                ratio = density((x,))[0] / slope
                if ratio.is_finite():
                    most = max(most, float(ratio))
            low, _, last = found[-1] if found else (p.first, p.first, 0.0)
            joins = found and found[-1][1] == p.first and i == part_before
            if joins and max(most, last) < 4 * min(most, last):
                found[-1] = (low, p.last, max(most, last))
            else:
                found.append((p.first, p.last, most))
            part_before = i
        return tuple((low, high, fmpq(int(most * 320) + 1, 256)) for low, high, most in found)

    def bounded(self, proposal: Proposal) -> Proposal:
        """With ranges and bounds."""
        buyer = replace(proposal.buyer, ranges=self.ranges(proposal))
        proposal = replace(proposal, buyer=buyer)
        case = Case(self.F, self.G, proposal, self.digits)
        welfare, bound = self.total(proposal, "welfare"), self.total(proposal, "bound")
        unit = 10**(self.digits + 3)
        least = fmpq((welfare.lower().fmpq() * unit).floor() - 1, unit)
        most = bound.upper().fmpq() + (1 + case.multiplier) * case.lost()
        proposal = replace(proposal, least=least, most=fmpq((most * unit).ceil() + 1, unit))
        return replace(proposal, aside=aside(Case(self.F, self.G, proposal, self.digits), self.digits))


def points(degree: int) -> tuple[Any, ...]:
    """cos(k pi / degree): Chebyshev's extreme points, from 1 down to -1."""
    return tuple((arb.pi() * k / degree).cos() for k in range(degree + 1))


def monomials(values: Sequence[Any], table: Sequence[Any]) -> list[Any]:
    """The coefficients of the polynomial with these values at Chebyshev's points, `table`."""
    n = len(values) - 1
    ends = [v / 2 if k in (0, n) else v for k, v in enumerate(values)]

    def cosine(k: int) -> Any:
        k %= 2 * n
        return table[k if k <= n else 2 * n - k]

    result = [arb(0)] * (n + 1)
    last, here = [0], [1]  # Chebyshev polynomials T_(k-1), T_k
    for k in range(n + 1):
        c = sum((v * cosine(j * k) for j, v in enumerate(ends)), arb(0)) * 2 / n
        if k in (0, n):
            c = c / 2
        for i, t in enumerate(here):
            result[i] += c * t
        scale = 1 if k == 0 else 2
        after = [0, *(scale * t for t in here)]
        last, here = here, [t - (last[i] if k > 0 and i < len(last) else 0) for i, t in enumerate(after)]
    return result


