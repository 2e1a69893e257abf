"""Is sincere reporting an equilibrium of shuttle diplomacy?  Decided on the whole path, not on a grid.

Each condition is an inequality in one variable (and the fair price, where that is not rational): first
for all distributions at once, from 0 <= F <= 1 and so on; then by arithmetic where the formulas are
rational; else by balls.  Where it fails there is a place at which it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from sympy import S

from symtrade.analysis.disclosure.on_path import FAIR, Stretch, decide, dyadic, joined
from symtrade.analysis.disclosure.parts import Part, Unordered, gains, parts
from symtrade.analysis.disclosure.shuttle import COST, VALUE, Shuttle, at_costs, at_values
from symtrade.analysis.numbers.real import Number, rational
from symtrade.kernel.verdict import Proved, Refuted, Unknown, Verdict
from symtrade.model import shuttle as model
from symtrade.prover import Prover, Searching

TRADERS = ("buyer", "seller")


@dataclass(frozen=True)
class Reporting:
    """Verdicts on sincere reporting, by trader.

    `accepts`: both accept the price at every report of this trader.  `honest`: having discovered a type,
    it is best to report it at once.  `waits`: before that, to wait a moment is better than to claim to have
    discovered it.  `sincere`: to wait for one's type is better than to claim it at any moment; it follows
    from `waits`, and not the other way.  `path`: values rise and costs fall.
    Witnesses are places on the path.
    """

    accepts: Mapping[str, Verdict]
    honest: Mapping[str, Verdict]
    waits: Mapping[str, Verdict]
    sincere: Mapping[str, Verdict]
    path: Verdict

    @property
    def verdict(self) -> Verdict:
        """Whether sincere reporting is an equilibrium, with efficient trade on the path."""
        return joined([self.path, *(verdicts[who] for verdicts in (self.accepts, self.honest, self.sincere)
                                    for who in TRADERS)])


def reporting(case: Shuttle, prover: Prover | None = None) -> Reporting:
    """Decide each condition for sincere reporting.

    >>> from symtrade.analysis.disclosure.shuttle import shuttle
    >>> found = reporting(shuttle("uniform(0,1)", "uniform(0,1)"))
    >>> bool(found.verdict), bool(found.waits["buyer"])
    (True, True)
    >>> spread = "density(3*(2*v - 1)^2)"
    >>> found = reporting(shuttle(spread, spread))
    >>> type(found.sincere["buyer"]).__name__, found.sincere["buyer"].reason[:42]
    ('Refuted', 'to claim one now is better than to wait on')
    """
    asking = prover or Searching()
    one = _Case(case, asking)
    waits = {who: one.waits(who) for who in TRADERS}
    sincere = {who: one.sincere(who, waits[who]) for who in TRADERS}
    return Reporting({who: one.accepts(who) for who in TRADERS}, {who: one.honest(who) for who in TRADERS},
                     waits, sincere, one.monotone())


@dataclass
class _Case:
    case: Shuttle
    prover: Prover

    def monotone(self) -> Verdict:
        path = self.case.path
        moves = (sympy.diff(path.value, path.at), -sympy.diff(path.cost, path.at))
        return joined([self.decide([Stretch(f, path.at, path.start, path.end)]) for f in moves])

    def decide(self, stretches: Iterable[Stretch], why: str = "") -> Verdict:
        return joined([decide(s, self.numbers, self.prover, why) for s in stretches])

    @cached_property
    def numbers(self) -> dict[Any, Number]:
        """What the symbols in formulas stand for; the ends of parts are added to it."""
        return {FAIR: self.case.fair_price}

    @cached_property
    def parts(self) -> tuple[Part, ...] | str:
        """The parts of the path, or why there are none."""
        try:
            return parts(self.case, self.numbers, self.prover)
        except Unordered as failure:
            return str(failure)

    def for_all(self, formula: Any) -> Verdict:
        """The verdict by what holds for every pair of distributions alone, at p^B(v) = v or p^S(c) = c."""
        case = self.case
        own = {model.P: (case.buyer_price, VALUE), model.S: (case.seller_price, COST)}
        prices = {s: price for s, (price, letter) in own.items() if price == letter}
        prices |= {slope: S.One for s, slope in ((model.P, model.P_slope), (model.S, model.S_slope))
                   if s in prices}
        claim = formula.subs(prices)
        if claim.free_symbols & set(model.PRICES):
            return Unknown("it depends on the distributions")
        if claim == 0:
            return Proved(())
        known = model.universal()
        letters = {s for f in (claim, *known) for s in f.free_symbols}
        return self.prover.prove(claim >= 0, assuming=known, parameters=tuple(sorted(letters, key=str)))

    def by_type(self, formula: Any, at: Any) -> Verdict:
        """A condition on values alone, or on costs alone."""
        case = self.case
        general = self.for_all(formula)
        if isinstance(general, Proved):
            return general
        stretches = []
        spans = {(cell.value, cell.cost)[at == COST] for cell in case.cells}
        for low, high in sorted(spans, key=lambda span: span[0]):
            meaning = (at_values(case.buyer, case.seller, case.buyer_price, low, high) if at == VALUE else
                       at_costs(case.buyer, case.seller, case.seller_price, low, high))
            here = formula.subs(meaning).subs(FAIR, case.fair)
            first, last = (low, case.fair) if at == VALUE else (case.fair, high)
            if at == VALUE and rational(high) < case.fair_price.low:
                last = high
            if at == COST and rational(low) > case.fair_price.high:
                first = low
            stretches.append(Stretch(here, at, first, last))
        return self.decide(stretches)

    def accepts(self, who: str) -> Verdict:
        """Both accept the price that follows a report of this trader."""
        conditions = {"buyer": (VALUE - model.P, model.P * model.G_v - model.A_v),
                      "seller": (model.S - COST, model.B_c - model.S * (1 - model.F_c))}[who]
        return joined([self.by_type(f, VALUE if who == "buyer" else COST) for f in conditions])

    def honest(self, who: str) -> Verdict:
        return self.by_type(self.case.plans.honest[who], VALUE if who == "buyer" else COST)

    def stretches(self, formulas: Iterable[Any]) -> list[Stretch]:
        path, each = self.case.path, tuple(formulas)
        if not isinstance(self.parts, str):
            return [Stretch(each[part.cell], path.at, part.start, part.end) for part in self.parts]
        return [Stretch(f, path.at, path.start, path.end, self.case.inside(cell))
                for f, cell in zip(each, self.case.cells, strict=True)]

    def waits(self, who: str) -> Verdict:
        return self.decide(self.stretches(self.case.waits(who)),
                           "to claim a type now is better than a moment later")

    def sincere(self, who: str, waits: Verdict) -> Verdict:
        """The gain from waiting to the end, which is the integral of that from waiting a moment."""
        if isinstance(waits, Proved):
            return waits
        formulas, why = self.case.waits(who), "to claim one now is better than to wait on"
        if isinstance(self.parts, str):
            return self.at_the_end(formulas, self.parts)
        if not all(f.is_polynomial(self.case.path.at) for f in formulas):
            soon = self.at_the_end(formulas, "")
            if isinstance(soon, Refuted):
                return soon
        try:
            whole, assumed = gains(self.case.path.at, self.parts, formulas, self.numbers)
        except ArithmeticError as failure:
            return self.at_the_end(formulas, str(failure))
        bounds = self.decide(assumed)
        found = joined([bounds, self.decide(whole, why)]) if isinstance(bounds, Proved) else Unknown(
            "the integrand's derivative by the fair price was not bounded")
        return self.at_the_end(formulas, found.reason) if isinstance(found, Unknown) else found

    def at_the_end(self, formulas: Iterable[Any], why: str) -> Verdict:
        """Waiting that is never worth it from some place to the end: then not to wait at that place."""
        path = self.case.path
        end = self.case.fair_price if path.end == FAIR else None
        last = sympy.Rational(str(end.low)) if end is not None else path.end
        for share in (64, 16, 4):
            place = dyadic(last - (last - path.start) / share)
            losses = [Stretch(-s.formula, s.at, place, path.end, s.conditions, strict=True)
                      for s in self.stretches(formulas)]
            if all(isinstance(decide(s, self.numbers, self.prover), Proved) for s in losses):
                return Refuted({path.at: place}, "from there to the end it is never worth waiting")
        return Unknown("waiting a moment is not always worth it, and its integral to the end was not "
                       f"decided: {why}")
