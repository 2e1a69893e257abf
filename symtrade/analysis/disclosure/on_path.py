"""Inequalities in one variable and, perhaps, a fair price that is not rational."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import And, Eq, Implies

from symtrade.analysis.numbers.real import Number, rational
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive, enclose
from symtrade.kernel.verdict import Proved, Refuted, Unknown, Verdict
from symtrade.prover import Prover

FAIR = sympy.Symbol("p_F")
PLACES = 32   # at which a counterexample is looked for
EDGE = sympy.Rational(1, 32)
ORDER = 6     # of a zero at an end


@dataclass(frozen=True)
class Stretch:
    """The claim: the formula is at least 0 (more than 0 if `strict`) from `start` to `end`, wherever the
    conditions are at least 0; any of them may contain ``p_F``."""

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
    def has_fair_price(self) -> bool:
        return any(FAIR in p.free_symbols for p in self.parts)


def joined(verdicts: Iterable[Verdict]) -> Verdict:
    """All of them: refuted if one is, else unknown if one is."""
    found = list(verdicts)
    for kind in (Refuted, Unknown):
        first = next((v for v in found if isinstance(v, kind)), None)
        if first is not None:
            return first
    return Proved(tuple(c for v in found if isinstance(v, Proved) for c in v.certificates))


def decide(claim: Stretch, price: Number, prover: Prover, why: str = "") -> Verdict:
    """The verdict on a claim, `price` being the number that ``p_F`` stands for."""
    if claim.formula == 0 and not claim.strict:
        return Proved(())
    exactly = all(p.is_rational_function(claim.at, FAIR) and not p.free_symbols - {claim.at, FAIR}
                  for p in claim.parts)
    if exactly and not claim.has_fair_price:
        found = _by_arithmetic(claim, price, prover)
        if not isinstance(found, Unknown):
            return Refuted(found.witness, why or found.reason) if isinstance(found, Refuted) else found
    found = _by_balls(claim, price, prover, why)
    if isinstance(found, Unknown) and exactly and claim.has_fair_price and price.minimal is not None:
        again = _by_arithmetic(claim, price, prover)
        return again if isinstance(again, Proved) else found
    return found


def _by_arithmetic(claim: Stretch, price: Number, prover: Prover) -> Verdict:
    """An algebraic fair price is between two rationals, and a root of its minimal polynomial."""
    assuming: list[Any] = [claim.at >= claim.start, claim.at <= claim.end]
    premises = [c >= 0 for c in claim.conditions]
    if claim.has_fair_price:
        assert price.minimal is not None
        low, high = (sympy.Rational(str(e)) for e in (price.low, price.high))
        near = sympy.Rational(1, 2**20)
        assuming += [sympy.floor(low / near) * near < FAIR, sympy.ceiling(high / near) * near > FAIR]
        terms = (sympy.Integer(int(c)) * FAIR**k for k, c in enumerate(price.minimal.coeffs()))
        premises.append(Eq(sum(terms, sympy.S.Zero), 0))
    goal = claim.formula > 0 if claim.strict else claim.formula >= 0
    return prover.prove(Implies(And(*premises), goal) if premises else goal, assuming=tuple(assuming))


def _box(price: Number) -> tuple[Any, Any]:
    return (price.low, price.high)


def _outer(end: Any, price: Number, up: bool) -> Any:
    """A rational number at an end of the stretch, or just beyond it."""
    if end == FAIR:
        return sympy.Rational(str(price.high if up else price.low))
    return end


def _by_balls(claim: Stretch, price: Number, prover: Prover, why: str) -> Verdict:
    """Positive everywhere; but first look for a place where it is not."""
    place = _counterexample(claim, price, prover)
    if place is not None:
        return Refuted({claim.at: place}, why or "the claim is false there")
    certificates: list[Any] = []
    for statement in _statements(claim, price):
        found = prover.answer(statement)
        if not isinstance(found, Proved):
            return Unknown(found.reason)
        certificates += found.certificates
    return Proved(tuple(certificates))


def dyadic(place: Any) -> Any:
    """A short rational near a number."""
    return sympy.floor(place * 4096) / 4096


def _record(formulas: Iterable[Any], at: Any) -> Any:
    return real_functions(tuple(formulas), (at, FAIR))


def _counterexample(claim: Stretch, price: Number, prover: Prover) -> Any:
    """A rational place at which the claim is proved to fail."""
    low, high = _outer(claim.start, price, True), _outer(claim.end, price, False)
    record = _record((claim.formula, *claim.conditions), claim.at)
    for k in range(PLACES + 1):
        place = low + (high - low) * sympy.Rational(k, PLACES)
        place = dyadic(place) if low < dyadic(place) < high else place
        box = ((rational(place), rational(place)), _box(price))
        try:
            value, *conditions = enclose(record, box, 30)
        except ArithmeticError:
            continue
        if value[1] < 0 and all(c[0] >= 0 for c in conditions):
            claimed = _record((-claim.formula,), claim.at)
            if isinstance(prover.answer(Positive(claimed, box)), Proved):
                return place
    return None


def _statements(claim: Stretch, price: Number) -> Iterator[Positive]:
    """What has to be proved; where the formula is zero at a rational end, its first derivative that is not
    zero there has the right sign near it."""
    start, end = _outer(claim.start, price, False), _outer(claim.end, price, True)
    width = end - start
    inside = [claim.at - claim.start] * (claim.start == FAIR) + [claim.end - claim.at] * (claim.end == FAIR)
    conditions = (*claim.conditions, *inside)
    ends = [start, end]
    relation = ">" if claim.strict else ">="
    for i, (place, inward) in enumerate(((claim.start, 1), (claim.end, -1))):
        if place == FAIR or claim.strict or not _vanishes(claim.formula, claim.at, place, inward):
            continue
        power = _root(claim.formula, claim.at, place)
        u = sympy.Symbol("u", positive=True)
        near = sympy.powsimp(claim.formula.subs(claim.at, place + inward * width * u**power))
        for _ in range(ORDER):
            near = sympy.powsimp(sympy.diff(near, u))
            if not _vanishes(near, u, sympy.S.Zero, 1):
                break
        box = ((rational(sympy.S.Zero), rational(EDGE)), _box(price))
        yield Positive(_record((near,), u), box, ">=")
        ends[i] = place + inward * width * EDGE**power
    box = ((rational(ends[0]), rational(ends[1])), _box(price))
    yield Positive(_record((claim.formula, *conditions), claim.at), box, relation)


def _vanishes(formula: Any, at: Any, place: Any, inward: int) -> bool:
    """Whether a formula is known to be zero, or to tend to zero, at an end; balls say where it is not."""
    value = formula.subs(at, place).replace(
        lambda e: isinstance(e, sympy.Integral) and e.limits[0][1] == e.limits[0][2], lambda _: sympy.S.Zero)
    if value.has(sympy.Integral):
        return False
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        try:
            return bool(sympy.limit(formula, at, place, "+" if inward > 0 else "-") == 0)
        except (NotImplementedError, ValueError):
            return False
    if not value.free_symbols:
        try:
            ((low, high),) = enclose(real_functions((value,), ()), (), 20)
        except (ArithmeticError, ValueError):
            low = high = 0
        if low > 0 or high < 0:
            return False
    return bool(sympy.simplify(value) == 0)


def _root(formula: Any, at: Any, place: Any) -> int:
    """The least common multiple of the roots that are taken of something that is zero at an end."""
    roots = [p.exp.q for p in formula.atoms(sympy.Pow)
             if p.exp.is_Rational and p.exp.q > 1 and p.base.subs(at, place) == 0]
    return math.lcm(*map(int, roots))
