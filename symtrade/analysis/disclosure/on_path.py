"""Inequalities in one variable and numbers that are not rational, such as a fair price."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy
from flint import arb
from sympy import And, Eq, Implies

from symtrade.analysis.numbers.real import Number, rational
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive, enclose
from symtrade.kernel.verdict import Proved, Refuted, Unknown, Verdict
from symtrade.prover import Prover

FAIR = sympy.Symbol("p_F")
PLACES = 32   # at which a counterexample is looked for
EDGE = sympy.Rational(1, 4096)
CLOSER = 256  # places whose lowest are refined where no proof was found
SHARE = sympy.Symbol("u")  # of the way from the start of a stretch to its end
Numbers = Mapping[Any, Number]  # what the symbols besides the variable stand for


@dataclass(frozen=True)
class Stretch:
    """The claim: the formula is at least 0 (more than 0 if `strict`) from `start` to `end`, wherever the
    conditions are at least 0; any of them may contain symbols for numbers, such as ``p_F``."""

    formula: Any
    at: Any
    start: Any
    end: Any
    conditions: tuple[Any, ...] = ()
    strict: bool = False

    @property
    def parts(self) -> tuple[Any, ...]:
        return (self.formula, self.start, self.end, *self.conditions)

    @property
    def symbols(self) -> set[Any]:
        """The symbols that stand for numbers."""
        return set().union(*(p.free_symbols for p in self.parts)) - {self.at}

    @property
    def by_share(self) -> Stretch:
        """The same claim in the share of the way, from 0 to 1."""
        place = {self.at: self.start + (self.end - self.start) * SHARE}
        return Stretch(self.formula.subs(place), SHARE, sympy.S.Zero, sympy.S.One,
                       tuple(c.subs(place) for c in self.conditions), self.strict)


def joined(verdicts: Iterable[Verdict]) -> Verdict:
    """All of them: refuted if one is, else unknown if one is."""
    found = list(verdicts)
    for kind in (Refuted, Unknown):
        first = next((v for v in found if isinstance(v, kind)), None)
        if first is not None:
            return first
    return Proved(tuple(c for v in found if isinstance(v, Proved) for c in v.certificates))


def decide(claim: Stretch, numbers: Numbers, prover: Prover, why: str = "") -> Verdict:
    """The verdict on a claim: by arithmetic where the formulas are rational, else by balls."""
    if claim.formula == 0 and not claim.strict:
        return Proved(())
    used = sorted(claim.symbols, key=str)
    exactly = all(p.is_rational_function(claim.at, *used) for p in claim.parts)
    if exactly and not used:
        found = _by_arithmetic(claim, numbers, prover)
        if isinstance(found, Refuted):
            witness = found.witness
            if witness.get(claim.at) in (claim.start, claim.end):
                place = _counterexample(claim, _grid(claim.start, claim.end), used, numbers, prover)
                witness = witness if place is None else {claim.at: place}
            return Refuted(witness, why or found.reason)
        if isinstance(found, Proved):
            return found
    found = _by_balls(claim, numbers, prover, why)
    if isinstance(found, Unknown) and exactly and used and all(numbers[s].minimal is not None for s in used):
        again = _by_arithmetic(claim, numbers, prover)
        return again if isinstance(again, Proved) else found
    return found


def _by_arithmetic(claim: Stretch, numbers: Numbers, prover: Prover) -> Verdict:
    """An algebraic number is between two rationals, and a root of its minimal polynomial."""
    assuming: list[Any] = [claim.at >= claim.start, claim.at <= claim.end]
    premises = [c >= 0 for c in claim.conditions]
    for symbol in sorted(claim.symbols, key=str):
        number = numbers[symbol]
        assert number.minimal is not None
        low, high = (sympy.Rational(str(e)) for e in (number.low, number.high))
        near = sympy.Rational(1, 2**20)
        assuming += [sympy.floor(low / near) * near < symbol, sympy.ceiling(high / near) * near > symbol]
        terms = (sympy.Integer(int(c)) * symbol**k for k, c in enumerate(number.minimal.coeffs()))
        premises.append(Eq(sum(terms, sympy.S.Zero), 0))
    goal = claim.formula > 0 if claim.strict else claim.formula >= 0
    return prover.prove(Implies(And(*premises), goal) if premises else goal, assuming=tuple(assuming))


def between(formula: Any, numbers: Numbers) -> tuple[Any, Any]:
    """Rational numbers below and above a formula in symbols for numbers."""
    if isinstance(formula, sympy.Rational):
        return rational(formula), rational(formula)
    used = sorted(formula.free_symbols, key=str)
    return enclose(real_functions((formula,), used), _box(used, numbers), 40)[0]


def _box(used: Iterable[Any], numbers: Numbers) -> tuple[tuple[Any, Any], ...]:
    return tuple((numbers[s].low, numbers[s].high) for s in used)


def _by_balls(claim: Stretch, numbers: Numbers, prover: Prover, why: str) -> Verdict:
    """Nonnegative everywhere; but first look for a place where it is not, and look again if it is unknown."""
    used = sorted(claim.symbols, key=str)
    low, high = (sympy.Rational(str(between(e, numbers)[side])) for e, side in
                 ((claim.start, 1), (claim.end, 0)))
    place = _counterexample(claim, _grid(low, high), used, numbers, prover)
    if place is None:
        here = claim.by_share if claim.start.free_symbols | claim.end.free_symbols else claim
        sides = ((rational(here.start), rational(here.end)), *_box(used, numbers))
        record = real_functions((here.formula, *here.conditions), (here.at, *used))
        found = prover.answer(Positive(record, sides, ">" if claim.strict else ">="))
        if isinstance(found, Proved):
            return found
        place = _counterexample(claim, _lowest(claim, low, high, used, numbers), used, numbers, prover)
        if place is None:
            return Unknown(found.reason)
    return Refuted({claim.at: place}, why or "the claim is false there")


def _grid(low: Any, high: Any) -> list[Any]:
    """Places inside: at an end another formula may hold."""
    shares = [sympy.Rational(k, PLACES) for k in range(1, PLACES)]
    return [low + (high - low) * k for k in (*shares, EDGE, 1 - EDGE, EDGE**4, 1 - EDGE**4)]


def dyadic(place: Any, bits: int = 12) -> Any:
    """A short rational near a number."""
    return sympy.floor(place * 2**bits) / 2**bits


def _counterexample(claim: Stretch, places: Iterable[Any], used: list[Any], numbers: Numbers,
                    prover: Prover) -> Any:
    """A rational place, one of these or near it, at which the claim is proved to fail."""
    places = list(places)
    within = min(places, default=None), max(places, default=None)
    record = real_functions((claim.formula, *claim.conditions), (claim.at, *used))
    for place in dict.fromkeys(dyadic(exact, bits) for bits in (12, 24, 72) for exact in places):
        if not within[0] <= place <= within[1]:
            continue
        box = ((rational(place), rational(place)), *_box(used, numbers))
        try:
            value, *conditions = enclose(record, box, 30)
        except ArithmeticError:
            continue
        if value[1] < 0 and all(c[0] >= 0 for c in conditions):
            claimed = real_functions((-claim.formula,), (claim.at, *used))
            if isinstance(prover.answer(Positive(claimed, box)), Proved):
                return place
    return None


def _lowest(claim: Stretch, low: Any, high: Any, used: list[Any], numbers: Numbers) -> list[Any]:
    """Places at which the formula seems to be lowest, by trisection around the lowest of a grid; from
    balls' middles, for guesses only."""
    record = real_functions((claim.formula,), (claim.at, *used))
    box = _box(used, numbers)

    def height(share: float) -> float:
        place = low + (high - low) * sympy.Rational(str(share))
        try:
            ((a, b),) = enclose(record, ((rational(place), rational(place)), *box), 30)
        except ArithmeticError:
            return math.inf
        return float(arb(a + b) / 2)

    heights = [height(k / CLOSER) for k in range(CLOSER + 1)]
    order = sorted(range(1, CLOSER), key=lambda k: heights[k])
    dips = [k for k in order if heights[k] <= min(heights[k - 1], heights[k + 1])][:4]
    found = []
    for k in dips:
        left, right = (k - 1) / CLOSER, (k + 1) / CLOSER
        for _ in range(40):
            third = (right - left) / 3
            if height(left + third) <= height(right - third):
                right -= third
            else:
                left += third
        found.append(low + (high - low) * sympy.Rational(str((left + right) / 2)))
    return found
