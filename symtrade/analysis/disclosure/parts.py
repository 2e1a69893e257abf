"""The parts of a path, one cell each, and integrals along them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import S

from symtrade.analysis.disclosure.fair_price import zeros
from symtrade.analysis.disclosure.on_path import FAIR, Numbers, Stretch, between
from symtrade.analysis.disclosure.shuttle import Shuttle
from symtrade.analysis.numbers.real import Number, rational
from symtrade.analysis.numbers.zero import vanishes
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import enclose
from symtrade.model.distribution import X
from symtrade.model.errors import ModelError
from symtrade.prover import Prover


class Unordered(Exception):
    """The parts were not found; the message says why."""


@dataclass(frozen=True)
class Part:
    """A stretch of the path in one cell (by its number); its ends may contain symbols for numbers."""

    start: Any
    end: Any
    cell: int


def parts(case: Shuttle, numbers: dict[Any, Number], prover: Prover) -> tuple[Part, ...]:
    """The parts of the path in their order.  Where it crosses a breakpoint at a place that is neither
    rational nor a formula in the fair price, that place gets a symbol in `numbers`."""
    path = case.path
    if len(case.cells) == 1:
        return (Part(path.start, path.end, 0),)
    crossings = {(formula, b) for cell in case.cells
                 for formula, side in ((path.value, cell.value), (path.cost, cell.cost))
                 for b in side if b.is_finite}
    places = [place for formula, b in sorted(crossings, key=str)
              for place in _crossings(formula - b, case, numbers, prover)]
    compare = functools.partial(_compare, numbers=numbers)
    inner: list[Any] = []
    for place in places:
        if compare(path.start, place) < 0 < compare(path.end, place) and all(
                compare(place, other) for other in inner):
            inner.append(place)
    order = [path.start, *sorted(inner, key=functools.cmp_to_key(compare)), path.end]
    return tuple(Part(a, b, _cell(case, a, b, numbers)) for a, b in itertools.pairwise(order))


def _crossings(gap: Any, case: Shuttle, numbers: dict[Any, Number], prover: Prover) -> list[Any]:
    """The places on the path at which a formula is zero."""
    at = case.path.at
    if at not in gap.free_symbols:
        return []
    top = sympy.numer(sympy.together(gap))
    if top.is_polynomial(at) and sympy.degree(top, at) == 1:
        slope, rest = sympy.Poly(top, at).all_coeffs()
        return [sympy.cancel(-rest / slope)]
    if FAIR in gap.free_symbols:
        raise Unordered(f"where {gap} = 0 is not known, for the fair price is not rational")
    start, end = (sympy.Rational(str(between(e, numbers)[side])) for e, side in
                  ((case.path.start, 0), (case.path.end, 1)))
    found = []
    try:
        roots = zeros(gap.subs(at, X), start, end, prover)
    except ModelError as failure:
        raise Unordered(str(failure)) from None
    for root in roots:
        if isinstance(root.exact, sympy.Rational):
            found.append(root.exact)
        else:
            symbol = sympy.Symbol(f"r_{len(numbers)}")
            numbers[symbol] = root
            found.append(symbol)
    return found


def _compare(a: Any, b: Any, numbers: Numbers) -> int:
    """-1, 0 or 1 where a number is less than, equal to or more than another."""
    low, high = between(a - b, numbers)
    if low > 0 or high < 0:
        return 1 if low > 0 else -1
    if vanishes(a - b):
        return 0
    raise Unordered(f"{a} and {b} are too near each other")


def _cell(case: Shuttle, start: Any, end: Any, numbers: Numbers) -> int:
    """The cell that a part of the path lies in."""
    middle = (start + end) / 2
    for number, cell in enumerate(case.cells):
        if all(between(f.subs(case.path.at, middle), numbers)[0] >= 0 for f in case.inside(cell)):
            return number
    raise Unordered(f"the cell between {start} and {end} was not found")


def gains(at: Any, parts: Sequence[Part], formulas: Sequence[Any], numbers: Numbers
          ) -> tuple[list[Stretch], list[Stretch]]:
    """Claims that the integral to the end of the path is nowhere negative, part after part; and claims
    that they rest on.  ArithmeticError where an integral has no such form.

    An integrand that is no polynomial and contains the fair price is bounded below by itself at a
    rational number next to it, less the distance times a bound of the derivative by it.
    """
    rest, whole, assumed = S.Zero, [], []
    t = sympy.Symbol("t", real=True)
    for part in reversed(parts):
        formula = formulas[part.cell]
        if formula.is_polynomial(at) and not formula.has(sympy.Integral):
            primitive = sympy.integrate(formula, at)
            gain = sympy.expand(primitive.subs(at, part.end) - primitive)
        else:
            if formula.has(sympy.betainc, sympy.lowergamma, sympy.Integral):
                raise ArithmeticError("its integral would take too long to enclose")
            if FAIR in formula.free_symbols:
                formula, bounds = _next_to(formula, at, part, numbers)
                assumed += bounds
            gain = sympy.Integral(formula.subs(at, t), (t, at, part.end))
        whole.append(Stretch(gain + rest, at, part.start, part.end))
        rest = whole[-1].formula.subs(at, part.start)
    return whole[::-1], assumed


def _next_to(formula: Any, at: Any, part: Part, numbers: Numbers) -> tuple[Any, list[Stretch]]:
    """A lower bound of a formula that does not contain the fair price, and what it rests on."""
    price = numbers[FAIR]
    near = sympy.Rational(str(price.low))
    slope = sympy.diff(formula, FAIR)
    record = real_functions((slope,), (at, FAIR))
    start, end = (sympy.Rational(str(between(e, numbers)[0])) for e in (part.start, part.end))
    largest = 1
    for k in range(1, 16):
        place = rational(start + (end - start) * sympy.Rational(k, 16))
        ((low, high),) = enclose(record, ((place, place), (price.low, price.high)), 10)
        largest = max(largest, *(2 * int(abs(e).ceil()) for e in (low, high)))
    less = largest * sympy.Rational(str(price.high - price.low))
    bounds = [Stretch(largest + sign * slope, at, part.start, part.end) for sign in (1, -1)]
    return formula.subs(FAIR, near) - less, bounds
