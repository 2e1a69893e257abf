"""Search for refutations: linear programs over the monomials of an identity.

A refutation of hypotheses h_k needs multipliers with nonnegative coefficients such that
``sum P_S * (product of h_k, k in S) = 0`` with a positive term.  For chosen products and monomials
that is a linear program in the coefficients.  Products grow from level to level.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from itertools import product as iterate
from math import prod
from typing import Any

import numpy as np
from flint import fmpq

from symtrade.kernel.certificate import CertificateError, Fact, Refutation, Term
from symtrade.kernel.polynomial import Polynomial, divide_out
from symtrade.kernel.region import FREE, POSITIVE, Condition, positive
from symtrade.kernel.signs import Signs
from symtrade.solve.rational_lp import RationalLP, solve_rational

Monomial = tuple[int, ...]
MOST_COLUMNS = 4000
MOST_ROOTS = 200
FEW_ROOTS = 12
FEW_HYPOTHESES = 8


@dataclass(frozen=True)
class _Column:
    monomial: Monomial
    uses: tuple[int, ...]
    square: Polynomial | None
    sign: int
    strict: bool
    terms: tuple[tuple[Monomial, int], ...]


def prove_sign(known: Signs, condition: Condition, level: int = 2) -> Fact | None:
    """A fact with its proof, found at the cheapest level that does; None if none is found."""
    because = []
    for goal in condition.negations():
        refutation = refute(known.with_hypotheses(goal), level, any_goal=goal.relation == "=")
        if refutation is None:
            return None
        because.append(refutation)
    return Fact(condition, tuple(because))


def reduced(known: Signs) -> tuple[tuple[Fact, ...], Signs]:
    """Facts that restate hypotheses without the factors that are positive on the orthant.

    The last hypothesis (the goal) is restated last.
    """
    facts: list[Fact] = []
    ring, kinds = known.chart.ring, known.chart.kinds
    base = len(known.hypotheses)
    for position, h in enumerate(known.hypotheses):
        if h.relation not in (">", ">=") or h.polynomial.is_constant():
            continue
        rest = divisor = ring.one
        constant, factors = h.polynomial.factor()
        for f, power in factors:
            if positive(f, kinds):
                divisor = divisor * f ** int(power)
            elif positive(-f, kinds):
                divisor, rest = divisor * (-f) ** int(power), rest * (-1) ** int(power)
            else:
                rest = rest * f ** int(power)
        divisor = divisor * abs(int(constant))
        if constant < 0:
            rest = -rest
        if not divisor.is_one():
            goal = base + len(facts)
            because = (Term(ring.one, (position,)), Term(divisor, (goal,)))
            facts.append(Fact(Condition(rest, h.relation), (because,)))
    return tuple(facts), known.with_hypotheses(*(f.condition for f in facts))


def refute(known: Signs, level: int = 2, any_goal: bool = False) -> Refutation | None:
    """A refutation of the hypotheses of `known`, the last of which is the one to contradict.

    With `any_goal` each hypothesis takes a turn as the one to contradict, at the cheapest level.
    """
    quick = _by_coefficients(known) or _by_disequality(known)
    if quick is not None:
        return quick
    goals = [len(known.hypotheses) - 1]
    if any_goal:
        goals = list(reversed(range(len(known.hypotheses))))
    for effort in range(level + 1):
        for goal in goals if effort == 0 else goals[:1]:
            found = _tested(known, _by_program(known, effort, goal))
            if found is not None:
                return found
    return None


def refute_from_each(known: Signs, effort: int = 1) -> Refutation | None:
    """A refutation with products of hypotheses, where each in turn is the one to contradict."""
    for goal in reversed(range(len(known.hypotheses))):
        found = _tested(known, _by_program(known, effort, goal))
        if found is not None:
            return found
    return None


def _tested(known: Signs, proposal: Refutation | None) -> Refutation | None:
    """A proposal that the kernel accepts, or None."""
    if proposal is None:
        return None
    try:
        known.refute(proposal, "proposal")
    except CertificateError:
        return None
    return proposal


def _by_coefficients(known: Signs) -> Refutation | None:
    """One hypothesis (the goal first) contradicts its own coefficients."""
    ring = known.chart.ring
    for position in reversed(range(len(known.hypotheses))):
        h = known.hypotheses[position]
        refutation = (Term(ring.one, (position,)), Term(-h.polynomial))
        if h.relation == "=":
            trials: tuple[Refutation, ...] = (refutation, (Term(-ring.one, (position,)), Term(h.polynomial)))
        else:
            trials = (refutation,) if h.relation != "!=" else ()
        for trial in trials:
            try:
                known.refute(trial, "proposal")
                return trial
            except CertificateError:
                pass
    return None


def _by_disequality(known: Signs) -> Refutation | None:
    """A polynomial that is not 0 is both >= 0 and <= 0, divides one that is 0, or has an even power of the
    wrong sign."""
    one = known.chart.ring.one
    apart = [(k, h.polynomial) for k, h in enumerate(known.hypotheses)
             if h.relation == "!=" and not h.polynomial.is_constant()]
    weak = {str(h.polynomial): i for i, h in enumerate(known.hypotheses) if h.relation == ">="}
    for k, f in apart:
        if str(f) in weak and str(-f) in weak:  # f >= 0 and f <= 0
            return Term(one, (k, k)), Term(one, (weak[str(f)], weak[str(-f)]))
        for goal, h in enumerate(known.hypotheses):
            if h.polynomial.is_zero() or h.relation not in (">=", "="):
                continue
            rest, power = divide_out(h.polynomial, f)
            if h.relation == "=" and power == 0:
                cofactor, rest = divmod(f, h.polynomial)
                if rest.is_zero():
                    return Term(one, (k, k)), Term(-f * cofactor, (goal,))
            if power == 0 or not rest.is_constant():
                continue
            number = int(rest.leading_coefficient())
            if h.relation == "=":
                lift = f ** (power % 2) * (-1 if number > 0 else 1)
                return Term(one * abs(number), (k,) * (power + power % 2)), Term(lift, (goal,))
            if number < 0 and power % 2 == 0:
                return Term(one * -number, (k,) * power), Term(one, (goal,))
    return None


def _by_program(known: Signs, effort: int, goal: int) -> Refutation | None:
    ring, kinds = known.chart.ring, known.chart.kinds
    if not known.hypotheses:
        return None
    target = known.hypotheses[goal]
    width = len(ring.names)
    support = {tuple(int(e) for e in m) for m in target.polynomial.monoms()}
    if not support:
        return None
    units = [tuple(int(i == j) for j in range(width)) for i in range(width)]
    lifts: list[Monomial] = [(0,) * width]
    if effort >= 2:
        touched = [i for i in range(width) if any(h.polynomial.degrees()[i] for h in known.hypotheses)]
        lifts += [units[i] for i in touched if kinds[i] != FREE]
        if effort >= 3:
            lifts += [_add(units[i], units[j]) for i, j in combinations_with_replacement(touched, 2)
                      if FREE not in (kinds[i], kinds[j])]
    columns: dict[tuple[Any, ...], _Column] = {}
    reach = {_add(lift, m) for lift in lifts for m in support}
    degrees = [h.polynomial.degrees() for h in known.hypotheses]
    top = tuple(max(*(m[i] for m in reach), *(int(d[i]) for d in degrees)) for i in range(width))
    for lift in lifts:
        _add_column(columns, known, lift, (goal,))
    others = [k for k, h in enumerate(known.hypotheses) if k != goal and h.relation != "!="]
    products: list[tuple[int, ...]] = [(k,) for k in others]
    products += [(k, k) for k, h in enumerate(known.hypotheses) if h.relation == "!="]
    if effort >= 1:
        products += list(combinations_with_replacement(others, 2))
        if target.relation != "=":
            products += [(k, goal) for k in others]
    if effort >= 3 and len(others) <= FEW_HYPOTHESES:
        products += list(combinations_with_replacement(others, 3))
        if target.relation != "=":
            products += [(j, k, goal) for j, k in combinations_with_replacement(others, 2)]
    for _ in range(1 + (effort >= 1)):
        new: set[Monomial] = set()
        for product in products:
            value = _product(known, product)
            for lift in _lifts(reach, value, top):
                column = _add_column(columns, known, lift, product, value)
                if column is not None:
                    new |= {m for m, _ in column.terms}
            if len(columns) > MOST_COLUMNS:
                return None
        if new <= reach:
            break
        reach |= new
    if effort >= 2 or (effort == 1 and FREE in kinds):
        _add_squares(columns, known, support, effort >= 2)
    for monomial in sorted(reach | {m for c in columns.values() for m, _ in c.terms}):
        _add_column(columns, known, monomial, ())
    return _solve(list(columns.values()), known)


def _add_column(columns: dict[tuple[Any, ...], _Column], known: Signs, monomial: Monomial,
                uses: tuple[int, ...], value: Polynomial | None = None) -> _Column | None:
    """A term ``monomial * product``; both signs where an equality is among the hypotheses."""
    relations = {known.hypotheses[k].relation for k in uses}
    kinds = known.chart.kinds
    equality = "=" in relations
    if not equality and any(k == FREE and e % 2 for k, e in zip(kinds, monomial, strict=True)):
        return None
    value = _product(known, uses) if value is None else value
    terms = tuple((_add(monomial, tuple(int(e) for e in m)), int(c)) for m, c in value.terms())
    strict = not equality and ">=" not in relations and all(
        e == 0 or k == POSITIVE for k, e in zip(kinds, monomial, strict=True))
    column = None
    for sign in (1, -1) if equality else (1,):
        column = _Column(monomial, uses, None, sign, strict, terms)
        columns[(monomial, uses, sign)] = column
    return column


def _add_squares(columns: dict[tuple[Any, ...], _Column], known: Signs, support: set[Monomial],
                 lifted: bool) -> None:
    """Terms m*(a + b)^2 and m*(a - b)^2 for monomials a, b and m = 1 or, if `lifted`, a coordinate
    that is not negative."""
    kinds, context = known.chart.kinds, known.chart.ring.context
    width = len(kinds)
    carriers: list[Monomial] = [(0,) * width]
    if lifted:
        carriers += [tuple(int(i == j) for j in range(width)) for i in range(width) if kinds[i] != FREE]
    for carrier in carriers:
        inner = {m for m in (_minus(m, carrier) for m in support) if m is not None}
        roots = _roots(inner) if inner else []
        for a in roots:
            for b in roots:
                if a < b and (_add(a, b) in inner or len(roots) <= FEW_ROOTS):
                    for sign in (1, -1):
                        square = context.from_dict({a: 1, b: sign})
                        terms = tuple((_add(carrier, tuple(int(e) for e in m)), int(c))
                                      for m, c in (square**2).terms())
                        columns[(carrier, (), a, b, sign)] = _Column(carrier, (), square, 1, False, terms)


def _minus(a: Monomial, b: Monomial) -> Monomial | None:
    result = tuple(x - y for x, y in zip(a, b, strict=True))
    return None if any(e < 0 for e in result) else result


def _roots(support: set[Monomial]) -> list[Monomial]:
    """Monomials whose square lies within the degrees of `support`."""
    ranges = [range(max(column) // 2 + 1) for column in zip(*support, strict=True)]
    if prod(len(r) for r in ranges) > MOST_ROOTS:
        return []
    totals = [sum(m) for m in support]
    return [m for m in iterate(*ranges) if min(totals) <= 2 * sum(m) <= max(totals)]


def _solve(columns: Sequence[_Column], known: Signs) -> Refutation | None:
    index: dict[Monomial, int] = {}
    for column in columns:
        for monomial, _ in column.terms:
            index.setdefault(monomial, len(index))
    if len(columns) > MOST_COLUMNS:
        return None
    rows: list[dict[int, Any]] = [{} for _ in range(len(index) + 1)]
    for j, column in enumerate(columns):
        for monomial, coefficient in column.terms:
            row = rows[index[monomial]]
            row[j] = row.get(j, 0) + column.sign * coefficient
        if column.strict:
            rows[-1][j] = 1
    zeros = [fmpq(0)] * len(index)
    program = RationalLP(
        rows, [*zeros, fmpq(1)], [*zeros, fmpq(1)],
        [fmpq(-1 - len(c.uses)) for c in columns], [fmpq(0)] * len(columns), [None] * len(columns),
    )
    optimum = solve_rational(program)
    if optimum is None:
        return None
    return _terms(((c, v) for c, v in zip(columns, optimum.x, strict=True) if v != 0), known)


def _terms(chosen: Iterable[tuple[_Column, Any]], known: Signs) -> Refutation:
    items = list(chosen)
    scale = 1
    for _, value in items:
        scale = scale * int(value.q) // _gcd(scale, int(value.q))
    context = known.chart.ring.context
    grouped: dict[tuple[tuple[int, ...], str], tuple[dict[Monomial, int], Polynomial | None]] = {}
    for column, value in items:
        key = (column.uses, str(column.square))
        weights, _ = grouped.setdefault(key, ({}, column.square))
        amount = int(value * scale) * column.sign
        weights[column.monomial] = weights.get(column.monomial, 0) + amount
    return tuple(
        Term(context.from_dict(weights), uses, square) for (uses, _), (weights, square) in grouped.items()
    )


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _product(known: Signs, uses: Sequence[int]) -> Polynomial:
    value = known.chart.ring.one
    for k in uses:
        value = value * known.hypotheses[k].polynomial
    return value


def _add(a: Monomial, b: Monomial) -> Monomial:
    return tuple(x + y for x, y in zip(a, b, strict=True))


def _lifts(reach: set[Monomial], value: Polynomial, top: Monomial) -> list[Monomial]:
    """Monomials that carry a term of `value` into `reach` and no term beyond the degrees `top`."""
    monomials = np.array([[int(e) for e in m] for m in value.monoms()]).reshape(-1, len(top))
    limit = np.array(top) - monomials.max(axis=0)
    if (limit < 0).any():
        return []
    gaps = (np.array(sorted(reach))[:, None, :] - monomials[None, :, :]).reshape(-1, len(top))
    kept = gaps[(gaps >= 0).all(axis=1) & (gaps <= limit).all(axis=1)]
    return sorted({tuple(int(e) for e in row) for row in kept})
