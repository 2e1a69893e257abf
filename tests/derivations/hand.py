"""The two-type trading problem by hand: constraints in plain fractions, nothing from the library."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from math import prod
from operator import eq, ge, gt, le, lt, ne
from random import Random
from typing import Any

import sympy

from tests.oracles import Answer, simplex

PAIRS = tuple(product((0, 1), repeat=2))  # (buyer's type, seller's type), 0 is low
Q = {pair: k for k, pair in enumerate(PAIRS)}
T = {pair: 4 + k for k, pair in enumerate(PAIRS)}
NAMES = ("s_lo", "b_lo", "s_hi", "b_hi", "p_bhi", "p_slo")
SURE = [{0: Fraction(1)}, {1: Fraction(1)}]  # the opponent's type is known
Point = Mapping[str, Fraction]


def points(count: int, seed: int = 7) -> list[dict[str, Fraction]]:
    """Random parameters with s_lo < b_lo < s_hi < b_hi and probabilities inside (0, 1)."""
    random, found = Random(seed), []
    while len(found) < count:
        values = sorted({Fraction(random.randint(-12, 12), random.choice((1, 2, 3))) for _ in range(4)})
        if len(values) == 4:
            odds = [Fraction(random.randint(1, 9), 10) for _ in range(2)]
            found.append(dict(zip(NAMES, (*values, *odds), strict=True)))
    return found


def read(point: Point) -> tuple[tuple[Fraction, Fraction], ...]:
    """The buyer's values, the seller's, and the probabilities of either, low type first."""
    return ((point["b_lo"], point["b_hi"]), (point["s_lo"], point["s_hi"]),
            (1 - point["p_bhi"], point["p_bhi"]), (point["p_slo"], 1 - point["p_slo"]))


def welfare(point: Point) -> list[Fraction]:
    b, s, pb, ps = read(point)
    return [pb[i] * ps[j] * (b[i] - s[j]) for i, j in PAIRS] + [Fraction(0)] * 4


def first_best(point: Point) -> Fraction:
    return sum((max(c, Fraction(0)) for c in welfare(point)), Fraction(0))


def constraints(point: Point, bayesian: bool) -> list[Any]:
    """0 <= q <= 1, incentives and participation; ex post, or in expectation."""
    b, s, pb, ps = read(point)
    rows: list[Any] = []
    for pair in PAIRS:
        unit = [Fraction(k == Q[pair]) for k in range(8)]
        rows += [(unit, ">=", Fraction(0)), (unit, "<=", Fraction(1))]
    for i in (0, 1):
        for weights in [dict(enumerate(ps))] if bayesian else SURE:
            own, lie = [Fraction(0)] * 8, [Fraction(0)] * 8
            for j, w in weights.items():
                own[Q[i, j]] += w * b[i]
                own[T[i, j]] -= w
                lie[Q[1 - i, j]] += w * b[i]
                lie[T[1 - i, j]] -= w
            gain = [x - y for x, y in zip(own, lie, strict=True)]
            rows += [(own, ">=", Fraction(0)), (gain, ">=", Fraction(0))]
    for j in (0, 1):
        for weights in [dict(enumerate(pb))] if bayesian else SURE:
            own, lie = [Fraction(0)] * 8, [Fraction(0)] * 8
            for i, w in weights.items():
                own[T[i, j]] += w
                own[Q[i, j]] -= w * s[j]
                lie[T[i, 1 - j]] += w
                lie[Q[i, 1 - j]] -= w * s[j]
            gain = [x - y for x, y in zip(own, lie, strict=True)]
            rows += [(own, ">=", Fraction(0)), (gain, ">=", Fraction(0))]
    return rows


def optimum(point: Point, bayesian: bool) -> Fraction:
    """The largest expected gains from trade."""
    return _optimum(tuple((name, point[name]) for name in NAMES), bayesian)


@cache
def _optimum(items: tuple[tuple[str, Fraction], ...], bayesian: bool) -> Fraction:
    point = dict(items)
    answer = simplex(welfare(point), constraints(point, bayesian))
    assert answer.value is not None
    return answer.value


def efficient(point: Point, bayesian: bool) -> Answer:
    """Whether efficient trade satisfies the constraints."""
    b, s, _, _ = read(point)
    rows = constraints(point, bayesian)
    rows += [([Fraction(k == Q[i, j]) for k in range(8)], "==", Fraction(b[i] > s[j])) for i, j in PAIRS]
    return simplex([Fraction(0)] * 8, rows)


def feasible(outcome: list[Fraction], point: Point, bayesian: bool) -> bool:
    """Whether (q, t) satisfies every constraint."""
    def holds(row: Any) -> bool:
        gap = sum((a * x for a, x in zip(row[0], outcome, strict=True)), Fraction(0)) - row[2]
        return bool({">=": gap >= 0, "<=": gap <= 0, "==": gap == 0}[row[1]])

    return all(holds(row) for row in constraints(point, bayesian))


def secured(payoffs: list[list[Fraction]]) -> Fraction:
    """The max-min over mixed actions of a matrix game, own actions first."""
    n = len(payoffs)
    rows: list[Any] = [([Fraction(1)] * n + [Fraction(0)], "==", Fraction(1))]
    rows += [([Fraction(k == i) for k in range(n + 1)], ">=", Fraction(0)) for i in range(n)]
    rows += [([*column, Fraction(-1)], ">=", Fraction(0)) for column in zip(*payoffs, strict=True)]
    value = simplex([Fraction(0)] * n + [Fraction(1)], rows).value
    assert value is not None
    return value


# --- reading the library's answers -----------------------------------------------------------------


RELATIONS = {sympy.Gt: gt, sympy.Ge: ge, sympy.Lt: lt, sympy.Le: le, sympy.Eq: eq, sympy.Ne: ne}


def evaluate(expression: Any, point: Point) -> Any:
    """A SymPy expression (a fraction) or Boolean (a bool) at a rational point, node by node."""
    if expression in (sympy.true, sympy.false):
        return bool(expression)
    if expression.is_Symbol:
        return point[expression.name]
    if expression.is_Rational:
        return Fraction(int(expression.p), int(expression.q))
    parts = [evaluate(arg, point) for arg in expression.args]
    if type(expression) in RELATIONS:
        return RELATIONS[type(expression)](*parts)
    if isinstance(expression, (sympy.And, sympy.Or)):
        return (all if isinstance(expression, sympy.And) else any)(parts)
    if isinstance(expression, sympy.Pow):
        return parts[0] ** int(parts[1])
    assert isinstance(expression, (sympy.Add, sympy.Mul)), expression
    return sum(parts, Fraction(0)) if isinstance(expression, sympy.Add) else prod(parts, start=Fraction(1))


def exact(expression: Any, point: Point) -> Fraction:
    """A SymPy expression at a rational point."""
    return Fraction(evaluate(sympy.sympify(expression), point))


def holds(condition: Any, point: Point) -> bool:
    """Whether a SymPy relation or Boolean holds at a rational point."""
    return bool(evaluate(sympy.sympify(condition), point))


def values_at(lines: Any, point: Point) -> list[Fraction]:
    """The values of all lines of a statement that apply at a point."""
    return [exact(line.value, point) for line in lines if holds(line.when, point)]


def fractions(witness: Mapping[Any, Any]) -> dict[str, Fraction]:
    """A witness in plain fractions."""
    return {str(k): Fraction(str(v)) for k, v in witness.items()}
