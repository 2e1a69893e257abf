"""Suprema with numbers only to certified digits: a point, and a proof by balls that nothing is larger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy
from flint import fmpq

from symtrade.analysis.cases.branches import Undecided
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive, enclose
from symtrade.kernel.verdict import Proved
from symtrade.model.cases import Cases, value_at
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.prover import Prover

STARTS = 1500  # points of the first grid
BEST = 4  # of them, from which a search starts
MOST_CASES = 64

Piece = tuple[Any, tuple[Any, ...]]  # a value, and functions that are nonnegative where it applies


@dataclass(frozen=True)
class Enclosed:
    """The largest value lies between two rationals; `place` is a point with a value of at least `low`."""

    low: Any
    high: Any
    place: tuple[Any, ...]


def enclosed_largest(expression: Any, over: Sequence[tuple[Any, Any]], side: int, digits: int, prover: Prover
                     ) -> Enclosed:
    """The largest value of ``side * expression`` over a box with rational ends, to so many decimal places.

    The lower bound is the value at a point, which is found in floats and evaluated exactly; that nothing
    in the box exceeds it by more is proved, case by case.  Raises ModelError for what is no number,
    Undecided where that proof is not found.
    """
    variables = tuple(v for v, _ in over)
    box = []
    for v, interval in over:
        low, high = exact(interval.start), exact(interval.end)
        if not (low.is_Rational and high.is_Rational and low < high):
            raise ModelError(f"the range of {v}: expected rational ends, got {interval}")
        box.append((low, high))
    function = side * sympy.sympify(expression)
    place = _search(function, variables, box, digits // 2 + 2)
    least = _value(function, variables, place, digits)
    most = least + sympy.Rational(1, 10**digits)
    sides = tuple((_rational(a), _rational(b)) for a, b in box)
    for value, conditions in flat(function):
        try:
            functions = real_functions([most - value, *conditions], variables)
        except ValueError as error:
            raise ModelError(str(error)) from None
        verdict = prover.answer(Positive(functions, sides))
        if not isinstance(verdict, Proved):
            raise Undecided(f"that {value} stays below {most} was not proved: {verdict.reason}")
    return Enclosed(least, most, place)


def flat(expression: Any) -> Iterator[Piece]:
    """The formulas of an expression by cases, with the weak form of where each applies."""
    e = sympy.sympify(expression)
    if isinstance(e, sympy.Piecewise):
        before: list[Any] = []
        for value, when in e.args:
            yield from _where(value, sympy.And(when, *(sympy.Not(b) for b in before)))
            before.append(when)
    elif isinstance(e, Cases):
        for value, when in e.lines:
            yield from _where(value, when)
    elif isinstance(e, sympy.Max | sympy.Min):
        sign = 1 if isinstance(e, sympy.Max) else -1
        for k, value in enumerate(e.args):
            others = [sign * (value - other) for j, other in enumerate(e.args) if j != k]
            yield from _combined(lambda *parts: parts[0], [value], others)
    elif isinstance(e, sympy.Abs):
        for sign in (1, -1):
            yield from _combined(lambda part, sign=sign: sign * part, [e.args[0]], [sign * e.args[0]])
    elif e.args and e.has(sympy.Piecewise, Cases, sympy.Max, sympy.Min, sympy.Abs):
        yield from _combined(e.func, list(e.args), [])
    else:
        yield e, ()


def _where(value: Any, when: Any) -> Iterator[Piece]:
    """A value under a condition: one piece for each way to meet it."""
    form = sympy.to_dnf(sympy.sympify(when), simplify=False)
    for part in form.args if isinstance(form, sympy.Or) else (form,):
        if part == sympy.false:
            continue
        atoms = part.args if isinstance(part, sympy.And) else () if part == sympy.true else (part,)
        gaps: list[Any] = []
        for atom in atoms:
            if isinstance(atom, sympy.Eq):
                gaps += [atom.lhs - atom.rhs, atom.rhs - atom.lhs]
            elif not isinstance(atom, sympy.Ne):
                gaps.append(atom.gts - atom.lts)
        yield from _combined(lambda v: v, [value], gaps)


def _combined(join: Callable[..., Any], parts: Sequence[Any], gaps: Sequence[Any]) -> Iterator[Piece]:
    """What is made of the formulas of several parts, where all of them and the conditions apply."""
    lists = [list(flat(p)) for p in (*parts, *gaps)]
    count = 1
    for pieces in lists:
        count *= len(pieces)
    if count > MOST_CASES:
        raise ModelError(f"more than {MOST_CASES} combinations of cases")
    for chosen in product(*lists):
        own, rest = chosen[:len(parts)], chosen[len(parts):]
        conditions = [c for _, known in chosen for c in known] + [value for value, _ in rest]
        yield join(*(value for value, _ in own)), tuple(dict.fromkeys(conditions))


def _search(expression: Any, variables: Sequence[Any], box: Sequence[tuple[Any, Any]], decimals: int
            ) -> tuple[Any, ...]:
    """A point of the box where a function is large, by a grid and steps that shrink; rounded."""
    special = sympy.sympify(expression).has(sympy.betainc, sympy.lowergamma)
    function = sympy.lambdify(variables, _plain(expression), "mpmath" if special else "math")

    def height(point: Sequence[float]) -> float:
        try:
            value = float(function(*point))
        except (ValueError, ZeroDivisionError, OverflowError, TypeError):
            return float("-inf")
        return value if value == value else float("-inf")  # noqa: PLR0124  not a number

    ends = [(float(a), float(b)) for a, b in box]
    count = max(3, int(STARTS ** (1 / len(box))))
    axes = [[a + (b - a) * k / (count - 1) for k in range(count)] for a, b in ends]
    starts = sorted(product(*axes), key=height, reverse=True)[:BEST]
    best = max((_climb(height, list(p), ends, 1 / (count - 1)) for p in starts), key=height)
    found = []
    for value, (a, b) in zip(best, box, strict=True):
        rounded = sympy.Rational(round(value * 10**decimals), 10**decimals)
        found.append(min(max(rounded, a), b))
    return tuple(found)


def _climb(height: Callable[[Sequence[float]], float], point: list[float],
           ends: Sequence[tuple[float, float]], step: float) -> list[float]:
    """Steps along the axes and diagonals, halved where none goes up."""
    directions = [d for d in product((-1, 0, 1), repeat=len(ends)) if any(d)]
    here = height(point)
    while step > 1e-13:
        moved = False
        for direction in directions:
            there = [min(max(v + step * d * (b - a), a), b)
                     for v, d, (a, b) in zip(point, direction, ends, strict=True)]
            if (value := height(there)) > here:
                point, here, moved = there, value, True
                break
        step = step if moved else step / 2
    return point


def _plain(e: Any) -> Any:
    """Cases as Piecewise, which Python can evaluate."""
    return e.replace(lambda p: isinstance(p, Cases), lambda p: sympy.Piecewise(*((v, c) for v, c in p.lines)))


def _value(expression: Any, variables: Sequence[Any], place: Sequence[Any], digits: int) -> Any:
    """A rational lower bound of the function at a point: its value where that is rational."""
    found = sympy.sympify(value_at(expression, dict(zip(variables, place, strict=True))))
    if found.is_Rational:
        return found
    try:
        low, _ = enclose(real_functions([found], ()), (), digits + 5)[0]
    except ValueError as error:
        raise ModelError(str(error)) from None
    return sympy.Rational(int(low.p), int(low.q))


def _rational(value: Any) -> Any:
    return fmpq(int(value.p), int(value.q))
