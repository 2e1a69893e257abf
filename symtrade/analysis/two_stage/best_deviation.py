"""The least penalty over one variable, with numbers that need not be rational, also where the probability
that a deviation is caught tends to zero at an end."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy
from flint import arb, fmpq

from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.enclosed_extremum import flat
from symtrade.analysis.cases.vanishing import (
    DISTANCE,
    Expansion,
    Proof,
    enclosed_at,
    expansions,
    is_zero,
    prove_nonnegative,
    prove_positive,
)
from symtrade.forms.functions import real_functions
from symtrade.kernel.functions import Program, working
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.prover import Prover

GRID = 96  # places in a piece from which the search for the best deviation starts
NEAR = sympy.Rational(1, 10**30)  # limits that may be the same
SHORTER = 12  # how often a family of deviations is moved closer to the end


@dataclass(frozen=True)
class Piece:
    """From `low` to `high`, wherever the conditions are at least 0, a deviation gains
    ``gain - penalty*loss``."""

    low: Any
    high: Any
    gain: Any
    loss: Any
    conditions: tuple[Any, ...]


@dataclass(frozen=True)
class Deterrent:
    """The least penalty: `low` <= it <= `high`, both the same closed form where that is known; `place` is
    a deviation that attains it (that needs at least `low`, where they differ), or approaches it if not
    `attained`.  Where none is large enough, `low` is oo, `deviation` one for each penalty that gains, and
    `proof` the certificates of that."""

    low: Any
    high: Any
    place: Any
    attained: bool | None
    deviation: Any = None
    proof: Proof = ()


@dataclass(frozen=True)
class Limit:
    """What deviations close to an end of a piece need: the limit of gain/loss."""

    value: Any
    place: Any
    attained: bool | None
    piece: Piece
    gain: Expansion
    loss: Expansion


def deterrent(gain: Any, penalty: Any, variable: Any, box: Any, digits: int, prover: Prover) -> Deterrent:
    """The least penalty at which no deviation gains, `gain` being linear in it by cases of one variable.

    Nothing is divided: for a bound b it is proved that b*loss - gain is nonnegative everywhere, by the
    first derivative that is not zero where it vanishes at an end.  Raises ModelError for what is not of
    this kind, Undecided where a proof is not found."""
    found = list(_pieces(gain, penalty, variable, box, prover))
    for piece in found:
        prove_nonnegative(piece.loss, variable, (piece.low, piece.high), prover, piece.conditions)
        place, proof = _uncaught(piece, variable, box, prover)
        if place is not None:
            return Deterrent(sympy.oo, sympy.oo, place, False, place, proof)
    limits = [limit for piece in found for limit in _limits(piece, variable, box, prover)]
    for limit in limits:
        if limit.value == sympy.oo:
            place, proof = _family(limit, penalty, variable, prover)
            return Deterrent(sympy.oo, sympy.oo, limit.place, False, place, proof)
    best = max(limits, key=lambda limit: _number(limit.value), default=None)
    proposed = prover.proposal(lambda: _search(found, variable, digits))
    low, place = (None, None) if proposed is None else map(sympy.Rational, proposed)
    if best is not None and (low is None or _number(best.value) > low - sympy.Rational(1, 10**digits)):
        exactly = _closed(found, variable, best, limits, prover)
        if exactly is not None:
            return exactly
    if low is None:
        raise Undecided(f"no deviation in {box} is known to need a penalty")
    high = low + sympy.Rational(1, 10**digits)
    _prove_needed(found, variable, place, low, prover)
    _prove_bound(found, variable, high, prover)
    return Deterrent(low, high, place, None)


def _closed(found: Sequence[Piece], variable: Any, best: Limit, limits: Sequence[Limit], prover: Prover
            ) -> Deterrent | None:
    """The limit as the least penalty, if no deviation is proved to need more; whether one needs as much."""
    try:
        _prove_bound(found, variable, best.value, prover)
    except Undecided:
        return None
    ties = [limit for limit in limits if abs(_number(limit.value) - _number(best.value)) < NEAR]
    if any(limit.attained for limit in ties):
        return Deterrent(best.value, best.value, next(t.place for t in ties if t.attained), True)
    attained: bool | None = None
    if all(limit.attained is False for limit in ties):
        try:
            _prove_bound(found, variable, best.value, prover, strict=True)
            attained = False
        except Undecided:
            pass
    return Deterrent(best.value, best.value, best.place, attained)


def at_the_best(gain: Any, over: Sequence[tuple[Any, Any]], prover: Prover) -> tuple[Any, tuple[Any, ...]]:
    """The gain with every variable but the last at the end of its range at which a deviation gains most,
    and these ends.  Raises ModelError where the gain is not linear in one, or its slope depends on
    others than the last, Undecided where the slope is not proved to have one sign."""
    variable, box = over[-1]
    places: list[Any] = []
    for v, interval in over[:-1]:
        parts = list(_split(gain, variable, box, prover))
        slopes = [(low, high, sympy.diff(value, v), conditions) for low, high, value, conditions in parts]
        if any(e.free_symbols - {variable} for *_, slope, conditions in slopes for e in (slope, *conditions)):
            raise ModelError(f"the gain is not linear in {v}, with a slope that depends on {variable} alone")
        signs = [enclosed_at(slope, variable, (low + high) / 2)[1] >= 0 for low, high, slope, _ in slopes]
        side, place = (1, interval.end) if all(signs) else (-1, interval.start)
        if place not in interval:
            raise ModelError(f"the range of {v}: expected a closed end at {place}")
        for low, high, slope, conditions in slopes:
            prove_nonnegative(side * slope, variable, (low, high), prover, conditions)
        places.append(place)
        gain = gain.subs(v, place)
    return gain, tuple(places)


def _split(gain: Any, variable: Any, box: Any, prover: Prover) -> Iterator[tuple[Any, Any, Any, Any]]:
    """The formulas of a gain by cases between rational places (low, high, formula, conditions), without
    those that apply nowhere between these."""
    low, high = exact(box.start), exact(box.end)
    if not (low.is_Rational and high.is_Rational and low < high):
        raise ModelError(f"the range of {variable}: expected rational ends, got {box}")
    for value, conditions in flat(gain):
        if any(c.free_symbols - {variable} for c in conditions):
            raise ModelError(f"expected cases of {variable} alone, got {conditions}")
        cuts = {p for c in conditions for p in _rational_roots(c, variable) if low < p < high}
        for left, right in pairwise(sorted({low, high, *cuts})):
            middle = (left + right) / 2
            outside = [c for c in conditions if enclosed_at(c, variable, middle)[1] < 0]
            if not any(_negative(c, variable, (left, right), prover) for c in outside):
                yield left, right, value, conditions


def _pieces(gain: Any, penalty: Any, variable: Any, box: Any, prover: Prover) -> Iterator[Piece]:
    for low, high, value, conditions in _split(gain, variable, box, prover):
        rest, loss = value.subs(penalty, 0), -sympy.diff(value, penalty)
        if (rest.free_symbols | loss.free_symbols) - {variable}:
            raise ModelError(f"expected a gain that is linear in {penalty}, with numbers else, got {value}")
        yield Piece(low, high, rest, loss, conditions)


def _rational_roots(condition: Any, variable: Any) -> list[Any]:
    if not condition.is_rational_function(variable):
        return []
    parts = [sympy.Poly(f, variable) for f in sympy.fraction(sympy.together(condition)) if f.has(variable)]
    return [root for f in parts if f.domain.is_QQ or f.domain.is_ZZ for root in f.ground_roots()]


def _negative(condition: Any, variable: Any, ends: tuple[Any, Any], prover: Prover) -> bool:
    try:
        prove_nonnegative(-condition, variable, ends, prover, strict=True)
    except Undecided:
        return False
    return True


def _uncaught(piece: Piece, variable: Any, box: Any, prover: Prover) -> tuple[Any, Proof]:
    """A deviation that gains and is never caught."""
    shares = range(9) if piece.loss == 0 else (0, 8)
    for place in (piece.low + (piece.high - piece.low) * sympy.Rational(k, 8) for k in shares):
        applies = all(enclosed_at(c, variable, place)[0] > 0 for c in piece.conditions)
        gains = applies and place in box and enclosed_at(piece.gain, variable, place)[0] > 0
        if gains and _vanishes(piece.loss.subs(variable, place), prover):
            claims = [f.subs(variable, place) for f in (piece.gain, *piece.conditions)]
            return place, tuple(c for f in claims for c in prove_positive(f, prover))
    return None, ()


def _vanishes(loss: Any, prover: Prover) -> bool:
    try:
        return is_zero(loss, prover)
    except Undecided:
        return False


def _limits(piece: Piece, variable: Any, box: Any, prover: Prover) -> Iterator[Limit]:
    """What deviations close to the ends of a piece need, where they may need something."""
    for end, inward in ((piece.low, 1), (piece.high, -1)):
        try:
            gain, loss, *conditions = expansions(
                (piece.gain, piece.loss, *piece.conditions), variable, end, inward, prover)
            for c in conditions:
                prove_positive(c.coefficient, prover)  # it applies close to the end
        except Undecided:
            continue
        if loss.order == sympy.oo:
            continue
        prove_positive(loss.coefficient, prover)
        value = sympy.Integer(0)
        if gain.order == sympy.oo:  # nothing is gained anywhere in the piece
            yield Limit(value, (piece.low + piece.high) / 2, None if conditions else True, piece, gain, loss)
            continue
        if gain.order < loss.order:
            if _number(gain.coefficient) < 0:
                continue
            prove_positive(gain.coefficient, prover)
            value = sympy.oo
        elif gain.order == loss.order:
            value = _quotient(gain.coefficient, loss.coefficient, prover)
        inside = loss.order == 0 and end in box
        yield Limit(value, end, None if inside and piece.conditions else inside, piece, gain, loss)


def _quotient(top: Any, bottom: Any, prover: Prover) -> Any:
    short = sympy.simplify(top / bottom)
    try:
        return short if is_zero(short * bottom - top, prover) else top / bottom
    except Undecided:
        return top / bottom


def _family(limit: Limit, penalty: Any, variable: Any, prover: Prover) -> tuple[Any, Proof]:
    """A deviation for each penalty, close to an end where the loss vanishes faster than the gain; the proof.

    With d the distance from the end and gain/loss about c/d**p, it is at d = (b/(w + penalty))**(1/p) where
    b < c: there gain - penalty*loss has the sign of d**p*gain - (b - w*d**p)*loss, where penalty > 0 means
    that d**p < b/w."""
    piece, approach = limit.piece, limit.gain.approach
    power = (limit.loss.order - limit.gain.order) / approach.power
    for longest, b in _shapes(limit, variable):
        w = b / longest**power
        scale = approach.distance**power
        claim = scale * piece.gain - (b - w * scale) * piece.loss
        start = approach.place.subs(DISTANCE, longest)
        if not start.is_Rational:  # a little farther
            start = sympy.Rational(math.floor(_number(start) * 64) + (approach.inward > 0), 64)
        ends = (limit.place, start) if approach.inward > 0 else (start, limit.place)
        inner = [ends[0] + (ends[1] - ends[0]) * sympy.Rational(k, 16) for k in range(1, 16)]
        outside = not piece.low <= start <= piece.high
        if outside or any(enclosed_at(claim, variable, place)[0] <= 0 for place in inner):
            continue
        try:
            proof = prove_nonnegative(claim, variable, ends, prover, strict=True)
            for c in piece.conditions:
                proof += prove_nonnegative(c, variable, ends, prover, strict=True)
        except Undecided:
            continue
        return approach.place.subs(DISTANCE, (b / (w + penalty)) ** (1 / power)), proof
    raise Undecided("no deviation of a simple form was found to gain for every penalty")


def _shapes(limit: Limit, variable: Any) -> Iterator[tuple[Any, Any]]:
    """Distances from the end at which the penalty is zero, and powers of 2 below the limit c of
    gain/loss*distance**p."""
    approach, piece = limit.gain.approach, limit.piece
    far = approach.distance.subs(variable, piece.high if approach.inward > 0 else piece.low)
    root = sympy.root(far, approach.power)
    root = root if root.is_Rational else sympy.Rational(math.floor(float(root) * 64), 64)
    top = math.floor(math.log2(_number(limit.gain.coefficient / limit.loss.coefficient) * 0.999))
    for j in range(SHORTER):
        for i in range(3):
            yield (root / 2**j) ** approach.power, sympy.Integer(2) ** (top - i)


def _number(value: Any) -> Any:
    return value if value.is_Rational or value == sympy.oo else sympy.N(value, 60)


def _search(found: Sequence[Piece], variable: Any, digits: int) -> list[str] | None:
    """A rational number and a place where the penalty must be at least that, the largest that is found;
    None where no place needs one."""
    best: tuple[Any, Any, Any] | None = None
    with working(256 + 8 * digits):
        for piece in found:
            functions = real_functions((piece.gain, piece.loss, *piece.conditions), (variable,))
            program = Program(functions)
            places = sorted(_places(piece, digits))
            for k, place in enumerate(places):
                top = _height(program, place)
                if top is not None and (best is None or top > best[0]):
                    best = top, (places[max(k - 1, 0)], place, places[min(k + 1, len(places) - 1)]), program
        if best is None:
            return None
        _, near, program = best
        place = _climb(program, near, digits)
        low = _height(program, place)
        unit = 10 ** (digits + 2)
        value = (low.fmpq() * unit).floor() - 1
    return [str(sympy.Rational(int(value), unit)), str(place)]


def _places(piece: Piece, digits: int) -> set[Any]:
    """Places inside a piece, more of them close to its ends."""
    width = piece.high - piece.low
    shares = {sympy.Rational(k, GRID) for k in range(1, GRID)}
    shares |= {sympy.Rational(1, 2**k) for k in range(8, 4 * digits, 2)}
    return {p for s in shares for p in (piece.low + width * s, piece.high - width * s)}


def _height(program: Program, place: Any) -> Any:
    """The penalty that a deviation needs, a little less; None where it needs none that is known."""
    gain, loss, *conditions = program((arb(fmpq(int(place.p), int(place.q))),))
    if not loss > 0 or not all(c > 0 for c in conditions):
        return None
    value = (gain / loss).lower()
    return value if value.is_finite() else None


def _climb(program: Program, near: tuple[Any, Any, Any], digits: int) -> Any:
    """A place between the outer two that needs about the most, by thirds, from one known to need much."""
    low, best, high = near
    unit = 10 ** (digits // 2 + 2)
    if high - low < sympy.Rational(10, unit):
        return best
    while (high - low) * unit > 1:
        left, right = (2 * low + high) / 3, (low + 2 * high) / 3
        one, two = _height(program, left), _height(program, right)
        if two is None or (one is not None and one > two):
            high = right
        else:
            low = left
        low, high = (sympy.Rational(f(e * unit**2), unit**2)
                     for f, e in ((sympy.floor, low), (sympy.ceiling, high)))
    place = sympy.Rational(round((low + high) / 2 * unit), unit)
    found, known = _height(program, place), _height(program, best)
    return place if found is not None and found > known else best


def _prove_needed(found: Sequence[Piece], variable: Any, place: Any, least: Any, prover: Prover) -> None:
    """A deviation gains at every penalty below the least one."""
    for piece in found:
        if piece.low <= place <= piece.high and all(
                enclosed_at(c, variable, place)[0] > 0 for c in piece.conditions):
            for c in piece.conditions:
                prove_positive(c.subs(variable, place), prover)
            gain, loss = (f.subs(variable, place) for f in (piece.gain, piece.loss))
            prove_positive(loss, prover)
            prove_positive(gain - least * loss, prover)
            return
    raise Undecided(f"no case is known to apply at {place}")


def _prove_bound(found: Sequence[Piece], variable: Any, bound: Any, prover: Prover, strict: bool = False
                 ) -> None:
    """No deviation gains at this penalty, nor at a higher one; if `strict`, each but those at the ends of
    pieces loses at this penalty."""
    for piece in found:
        prove_nonnegative(bound * piece.loss - piece.gain, variable, (piece.low, piece.high), prover,
                          piece.conditions, strict)
