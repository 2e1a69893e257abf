"""Propose a chart of a region: gaps for ordered values, odds for probabilities.

Only the linear conditions are used; what they leave open stays a hypothesis.  The kernel verifies
the proposal (:mod:`symtrade.kernel.charts`).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from symtrade.kernel.charts import Charts
from symtrade.kernel.polynomial import Coefficient, Polynomial, Ring, compose, quotient
from symtrade.kernel.region import (
    FREE,
    NONNEGATIVE,
    POSITIVE,
    Chart,
    ChartError,
    Region,
    identity_chart,
)

Vector = list[fmpq]


@dataclass(frozen=True)
class _Form:
    """A linear form ``gradient . theta + constant`` that is positive (or nonnegative)."""

    gradient: tuple[fmpq, ...]
    constant: fmpq
    strict: bool
    source: Coefficient  # the condition it comes from, as the kernel will compare it


def find_chart(region: Region, charts: Charts | None = None) -> Chart:
    """A verified chart of the region; the identity where nothing better is found.  `charts` are
    those that the run has met."""
    try:
        chart = _propose(region)
        (charts or Charts()).verify(region, chart)
        return chart
    except (ChartError, ZeroDivisionError):
        return identity_chart(region.ring)


def _propose(region: Region) -> Chart:
    ring = region.ring
    solved, eliminated = _eliminate(region)
    gone = {column for _, column in eliminated}
    kept = [i for i in range(len(ring.names)) if i not in gone]
    forms = _forms(region, solved)
    forms = _without_implied(forms)
    chosen: list[_Form] = []
    groups: list[tuple[list[int], list[fmpq], _Form, fmpq]] = []  # members, weights, last form, total
    for form in sorted(forms, key=lambda f: sum(g != 0 for g in f.gradient)):
        weights = _dependence([c.gradient for c in chosen], form.gradient)
        if weights is None:
            chosen.append(form)
            continue
        members = [k for k, w in enumerate(weights) if w != 0]
        taken = {k for group in groups for k in group[0]}
        if not members or taken & set(members) or any(weights[k] > 0 for k in members):
            continue
        total = form.constant - sum((weights[k] * chosen[k].constant for k in members), fmpq(0))
        if total > 0 and form.strict:
            groups.append((members, [-weights[k] for k in members], form, total))
    extra = _complete([c.gradient for c in chosen], kept, len(ring.names))
    names, kinds = _names(ring, chosen, groups, extra)
    coordinates = Ring(names)
    # linear coordinates u (chosen forms, then free parameters) in terms of the chart's coordinates
    linear: list[Coefficient] = [quotient(g, coordinates.one) for g in coordinates.gens]
    inverse: list[Coefficient] = [c.source for c in chosen]
    inverse += [quotient(ring.gens[i], ring.one) for i in extra]
    for members, weights, form, total in groups:
        bottom = coordinates.one
        for k in members:
            bottom = bottom + coordinates.gens[k]
        for k, w in zip(members, weights, strict=True):
            linear[k] = quotient(coordinates.gens[k], bottom) * (total / w)
            inverse[k] = inverse[k] * w / form.source
    size = len(chosen) + len(extra)
    matrix = fmpq_mat(size, size)
    for r, c in enumerate(chosen):
        for s, i in enumerate(kept):
            matrix[r, s] = c.gradient[i]
    for r, i in enumerate(extra):
        matrix[len(chosen) + r, kept.index(i)] = fmpq(1)
    back = matrix.inv() if size else matrix
    forward: list[Coefficient] = [fmpq(0)] * len(ring.names)
    for s, i in enumerate(kept):
        value: Coefficient = fmpq(0)
        for r in range(size):
            if back[s, r] != 0:
                shift = chosen[r].constant if r < len(chosen) else fmpq(0)
                value = value + back[s, r] * (linear[r] - shift)
        forward[i] = value
    for _, i in eliminated:
        top, bottom = compose(_numerator(solved[i], ring), forward, coordinates)
        forward[i] = quotient(top, bottom) / _denominator(solved[i])
    return Chart(coordinates, tuple(kinds), tuple(forward), tuple(inverse), tuple(eliminated))


def _numerator(value: Coefficient, ring: Ring) -> Polynomial:
    return value.num if hasattr(value, "num") else ring.one * value.p


def _denominator(value: Coefficient) -> fmpq:
    return fmpq(value.den.leading_coefficient()) if hasattr(value, "den") else fmpq(value.q)


def _eliminate(region: Region) -> tuple[list[Coefficient], list[tuple[int, int]]]:
    """Use equalities that determine one parameter linearly, one after the other."""
    ring = region.ring
    solved: list[Coefficient] = [quotient(g, ring.one) for g in ring.gens]
    pairs: list[tuple[int, int]] = []
    for row, condition in enumerate(region.conditions):
        if condition.relation != "=":
            continue
        top, bottom = compose(condition.polynomial, solved, ring)
        for column in reversed(range(len(ring.names))):
            slope = top.derivative(column)
            if slope.is_constant() and not slope.is_zero() and bottom.is_constant():
                value = quotient(ring.gens[column] * slope - top, slope)
                images: list[Coefficient] = [quotient(g, ring.one) for g in ring.gens]
                images[column] = value
                solved = [quotient(*_substitute(s, images, ring)) for s in solved]
                pairs.append((row, column))
                break
    return solved, pairs


def _substitute(value: Coefficient, images: list[Coefficient], ring: Ring) -> tuple[Polynomial, Polynomial]:
    top, bottom = compose(_numerator(value, ring), images, ring)
    scale = _denominator(value)
    return top * scale.q, bottom * scale.p


def _forms(region: Region, solved: list[Coefficient]) -> list[_Form]:
    result: list[_Form] = []
    ring = region.ring
    for condition in region.conditions:
        if condition.relation not in (">", ">="):
            continue
        f, scale = compose(condition.polynomial, solved, ring)
        if f.is_constant() or f.total_degree() > 1 or not scale.is_constant():
            continue
        gradient, constant = [fmpq(0)] * len(ring.names), fmpq(0)
        divisor = fmpq(scale.leading_coefficient())
        for exponents, coefficient in f.terms():
            if any(exponents):
                gradient[list(exponents).index(1)] = fmpq(coefficient) / divisor
            else:
                constant = fmpq(coefficient) / divisor
        if any(f.gradient == tuple(gradient) and f.constant == constant for f in result):
            continue
        source = quotient(condition.polynomial, ring.one)
        result.append(_Form(tuple(gradient), constant, condition.relation == ">", source))
    return result


def _without_implied(forms: list[_Form]) -> list[_Form]:
    """Drop forms that are nonnegative combinations of the others (with slack in the constant)."""
    from symtrade.solve.float_lp import implied_by_others

    rank = fmpq_mat([list(f.gradient) for f in forms]).rank() if forms else 0
    if rank == len(forms):
        return forms
    kept = list(forms)
    for form in forms:
        others = [f for f in kept if f is not form]
        if implied_by_others([(f.gradient, f.constant) for f in others], form.gradient, form.constant):
            kept = others
    return kept


def _dependence(basis: list[tuple[fmpq, ...]], vector: tuple[fmpq, ...]) -> list[fmpq] | None:
    """Weights of `vector` in an independent `basis`; None where it is independent of it."""
    if not basis:
        return None if any(v != 0 for v in vector) else []
    matrix = fmpq_mat([list(column) for column in zip(*basis, vector, strict=True)])
    reduced, rank = matrix.rref()
    if rank > len(basis):
        return None
    return [reduced[k, len(basis)] for k in range(len(basis))]


def _complete(basis: list[tuple[fmpq, ...]], kept: list[int], width: int) -> list[int]:
    """Parameters that complete independent gradients to a coordinate system."""
    vectors, extra = list(basis), []
    for i in kept:
        unit = tuple(fmpq(int(i == j)) for j in range(width))
        if len(vectors) < len(kept) and _dependence(vectors, unit) is None:
            vectors.append(unit)
            extra.append(i)
    return extra


def _names(ring: Ring, chosen: list[_Form], groups: list[tuple[list[int], list[fmpq], _Form, fmpq]],
           extra: list[int]) -> tuple[list[str], list[str]]:
    in_group = {k for group in groups for k in group[0]}
    names, kinds, gaps = [], [], 0
    for k, form in enumerate(chosen):
        touched = [n for n, c in zip(ring.names, form.gradient, strict=True) if c != 0]
        if k in in_group and len(touched) == 1:
            names.append(f"odds_{touched[0]}")
        elif len(touched) == 1 and form.constant == 0 and form.gradient[ring.index[touched[0]]] == 1:
            names.append(touched[0])
        else:
            gaps += 1
            names.append(f"gap_{gaps}")
        kinds.append(POSITIVE if form.strict else NONNEGATIVE)
    for i in extra:
        names.append(ring.names[i])
        kinds.append(FREE)
    return names, kinds
