"""Antiderivatives by undetermined coefficients, in functions with known derivatives.

They are proposals: the kernel differentiates back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from flint import fmpq

from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    Ring,
    compose_fraction,
    denominator,
    divide_out,
    numerator,
    quotient,
)

Monomial = tuple[int, ...]
MOST_CANDIDATES = 60


def antiderivative(value: Coefficient, ring: Ring, variable: str, rules: Mapping[str, Coefficient],
                   inverse: Mapping[str, Coefficient] | None = None) -> Coefficient | None:
    """An antiderivative by `variable` of a rational function of it and of functions whose derivatives
    are `rules`; None where none of the form tried exists.

    The form is a sum of products of powers, with coefficients free of all of these.  `inverse` are
    those of the functions that stand for a fraction 1/f.

    >>> ring = Ring(("x", "r", "E")); x, r, E = (quotient(g, ring.one) for g in ring.gens)
    >>> str(antiderivative(x * E, ring, "x", {"E": -r * E}))
    '(-x*r*E - E)/(r^2)'
    """
    moving = [ring.index[n] for n in (variable, *rules)]
    inverse = inverse or {}
    images = [inverse.get(n, quotient(g, ring.one)) for n, g in zip(ring.names, ring.gens, strict=True)]
    goal = _by_moving(value * _common([value], ring, moving), ring, moving)
    highest = {n: _multiplicity(value, f) for n, f in inverse.items()}
    tries = list(_candidates(goal, ring, variable, rules, highest))
    if len(tries) > MOST_CANDIDATES:
        return None
    slopes = [compose_fraction(_slope(m, ring, variable, rules), images, ring) for m in tries]
    common = _common([value, *slopes], ring, moving)
    goal = _by_moving(value * common, ring, moving)
    columns = [_by_moving(slope * common, ring, moving) for slope in slopes]
    found = _solve(columns, goal)
    if found is None:
        return None
    total: Coefficient = fmpq(0)
    for coefficient, m in zip(found, tries, strict=True):
        total = total + coefficient * quotient(_monomial(m, ring), ring.one)
    return total


def _multiplicity(value: Coefficient, inverse: Coefficient) -> int:
    """How often the denominator of 1/f divides that of a function, less one."""
    return divide_out(value.den, inverse.den)[1] - 1 if isinstance(value, RationalFunction) else -1


def _candidates(goal: Mapping[Monomial, Coefficient], ring: Ring, variable: str,
                rules: Mapping[str, Coefficient], highest: Mapping[str, int]) -> Iterable[Monomial]:
    """Products that may occur: those of the integrand, and those in which a function takes the place of
    its derivative; all with any lower and the next higher power of the variable and of functions whose
    derivatives do not contain them (as a logarithm's)."""
    x = ring.index[variable]
    powers = {ring.index[n]: power for n, power in highest.items()}
    free = [ring.index[n] for n, rule in rules.items()
            if not numerator(rule, ring).degrees()[ring.index[n]]]
    others = [k for k in (ring.index[n] for n in rules) if k not in free]
    starts = dict.fromkeys(goal)
    for k in (ring.index[n] for n in rules):
        for r in _by_moving(rules[ring.names[k]], ring, others):
            starts |= {tuple(e - d + (j == k) for j, (e, d) in enumerate(zip(m, r, strict=True))): None
                       for m in goal if all(e >= d for e, d in zip(m, r, strict=True))}
    found: dict[Monomial, None] = {}
    for m in starts:
        ranges = [range(powers[k] + 1) if k in powers and powers[k] > 0 else
                  range(e + 2) if k == x or k in free else range(e, e + 1) for k, e in enumerate(m)]
        found.update(dict.fromkeys(product(*ranges)))
    return sorted((m for m in found if any(m)), key=lambda m: (sum(m), m))


def _monomial(m: Monomial, ring: Ring) -> Polynomial:
    return ring.context.from_dict({m: 1})


def _slope(m: Monomial, ring: Ring, variable: str, rules: Mapping[str, Coefficient]) -> Coefficient:
    f = _monomial(m, ring)
    total = quotient(f.derivative(ring.index[variable]), ring.one)
    for name, rule in rules.items():
        total = total + quotient(f.derivative(ring.index[name]), ring.one) * rule
    return total


def _common(values: Iterable[Coefficient], ring: Ring, moving: Sequence[int]) -> Coefficient:
    """The least product of moving factors that clears them all from the denominators."""
    powers: dict[str, tuple[Polynomial, int]] = {}
    for value in values:
        for f, power in denominator(value, ring).factor()[1]:
            if any(f.degrees()[k] for k in moving):
                powers[str(f)] = (f, max(int(power), powers.get(str(f), (f, 0))[1]))
    total = ring.one
    for f, power in powers.values():
        total = total * f**power
    return quotient(total, ring.one)


def _by_moving(value: Coefficient, ring: Ring, moving: Sequence[int]) -> dict[Monomial, Coefficient]:
    """A polynomial in the moving names by its monomials, the coefficients free of them."""
    rows: dict[Monomial, dict[Monomial, int]] = {}
    for exponents, coefficient in numerator(value, ring).terms():
        key = tuple(int(e) if k in moving else 0 for k, e in enumerate(exponents))
        rest = tuple(0 if k in moving else int(e) for k, e in enumerate(exponents))
        rows.setdefault(key, {})[rest] = int(coefficient)
    below = denominator(value, ring)
    return {key: quotient(ring.context.from_dict(terms), below) for key, terms in rows.items()}


def _solve(columns: Sequence[Mapping[Monomial, Coefficient]], goal: Mapping[Monomial, Coefficient]
           ) -> list[Coefficient] | None:
    """Coefficients with which the columns add up to the goal; None where there are none."""
    keys = list(dict.fromkeys([*goal, *(k for column in columns for k in column)]))
    zero = fmpq(0)
    rows = [[*(c.get(key, zero) for c in columns), goal.get(key, zero)] for key in keys]
    width = len(columns)
    pivots: list[int] = []
    for j in range(width):
        at = next((i for i in range(len(pivots), len(rows)) if not _is_zero(rows[i][j])), None)
        if at is None:
            continue
        here = len(pivots)
        rows[here], rows[at] = rows[at], rows[here]
        pivot = rows[here][j]
        rows[here] = [v / pivot if not _is_zero(v) else v for v in rows[here]]
        for i, row in enumerate(rows):
            if i != here and not _is_zero(row[j]):
                rows[i] = [v - row[j] * w if not _is_zero(w) else v
                           for v, w in zip(row, rows[here], strict=True)]
        pivots.append(j)
    if any(not _is_zero(row[width]) for row in rows[len(pivots):]):
        return None
    result: list[Coefficient] = [zero] * width
    for i, j in enumerate(pivots):
        result[j] = rows[i][width]
    return result


def _is_zero(value: Coefficient) -> bool:
    return not isinstance(value, RationalFunction) and value == 0
