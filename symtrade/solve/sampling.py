"""Exact rational points of a region, drawn in its chart; z3 looks where drawing finds none."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

from flint import fmpq

from symtrade.kernel.polynomial import Polynomial, evaluate, evaluate_fraction
from symtrade.kernel.region import FREE, NONNEGATIVE, Condition, Region
from symtrade.kernel.signs import Signs

Point = tuple[Any, ...]


def draw(known: Signs, random: Random) -> Point:
    """A point of the orthant, without regard to the hypotheses."""
    style = random.randrange(3)
    return tuple(_coordinate(kind, style, random) for kind in known.chart.kinds)


def _coordinate(kind: str, style: int, random: Random) -> Any:
    if kind == FREE:
        if style == 2 and random.random() < 0.3:
            return fmpq(random.choice((-1, 1)) * random.randint(4, 7) * 2 ** random.randint(0, 4))
        return fmpq(random.randint(-6, 6), 1 if style == 0 else random.randint(1, 4))
    if kind == NONNEGATIVE and random.random() < 0.1:
        return fmpq(0)
    if style == 0:
        return fmpq(random.randint(1, 8))
    if style == 1:
        return fmpq(random.randint(1, 12), random.randint(1, 12))
    return fmpq(2 ** random.randint(0, 6), 2 ** random.randint(0, 6)) * fmpq(random.randint(8, 15), 8)


def search_points(known: Signs, count: int, random: Random, tries: int = 400) -> list[Point]:
    """Up to `count` points of the orthant at which every hypothesis holds."""
    equalities = [h.polynomial for h in known.hypotheses if h.relation == "="]
    found: list[Point] = []
    for _ in range(tries):
        point: Point | None = draw(known, random)
        if equalities:
            point = _onto(equalities, list(point or ()), known, random)
        if point is not None and all(h.holds(point) for h in known.hypotheses) and point not in found:
            found.append(point)
            if len(found) == count:
                break
    return found


def _onto(equalities: Sequence[Polynomial], point: list[Any], known: Signs, random: Random) -> Point | None:
    """Move a point onto equalities, each by solving for a coordinate in which it is linear."""
    ring, used = known.chart.ring, set()
    for f in equalities:
        if evaluate(f, point) == 0:
            continue
        linear = [i for i, d in enumerate(f.degrees()) if d == 1 and i not in used]
        random.shuffle(linear)
        for i in linear:
            slope = evaluate(f.derivative(i), point)
            if slope != 0:
                point[i] = point[i] - evaluate(f, point) / slope
                used.add(i)
                break
        else:
            return None
    kinds = known.chart.kinds
    inside = all(k == FREE or v > 0 or (k == NONNEGATIVE and v == 0)
                 for k, v in zip(kinds, point, strict=True))
    return tuple(point) if inside and len(ring.names) == len(point) else None


def to_parameters(known: Signs, point: Point) -> Point:
    """The parameters at a point of the chart."""
    return tuple(evaluate_fraction(image, point) for image in known.chart.forward)


def z3_point(known: Signs, milliseconds: int = 1500) -> Point | None:
    """A point suggested by z3 and tested exactly; None where z3 gives none (that proves nothing)."""
    import z3

    names = known.chart.ring.names
    unknowns = [z3.Real(f"x{i}") for i in range(len(names))]
    solver = z3.SolverFor("QF_NRA")
    solver.set("timeout", milliseconds)
    solver.set("random_seed", 0)
    for x, kind in zip(unknowns, known.chart.kinds, strict=True):
        if kind != FREE:
            solver.add(x >= 0 if kind == NONNEGATIVE else x > 0)
    for h in known.hypotheses:
        left = _z3_polynomial(h, unknowns, z3)
        solver.add({">": left > 0, ">=": left >= 0, "=": left == 0, "!=": left != 0}[h.relation])
    if solver.check() != z3.sat:
        return None
    model = solver.model()
    point = []
    for x in unknowns:
        value = model.eval(x, model_completion=True)
        if not z3.is_rational_value(value):
            value = value.approx(20)
        ratio = Fraction(value.numerator_as_long(), value.denominator_as_long())
        point.append(fmpq(ratio.numerator, ratio.denominator))
    kinds = known.chart.kinds
    inside = all(k == FREE or v > 0 or (k == NONNEGATIVE and v == 0)
                 for k, v in zip(kinds, point, strict=True))
    return tuple(point) if inside and all(h.holds(point) for h in known.hypotheses) else None


def _z3_polynomial(h: Condition, unknowns: Sequence[Any], z3: Any) -> Any:
    total = z3.RealVal(0)
    for exponents, coefficient in h.polynomial.terms():
        term = z3.RealVal(int(coefficient))
        for x, power in zip(unknowns, exponents, strict=True):
            for _ in range(int(power)):
                term = term * x
        total = total + term
    return total


def find_point(known: Signs, random: Random, use_z3: bool = True) -> Point | None:
    """A point of the chart at which every hypothesis holds, or None."""
    found = search_points(known, 1, random)
    if found:
        return found[0]
    return z3_point(known) if use_z3 else None


def region_point(region: Region, known: Signs, random: Random) -> Point | None:
    """A point of the region (its parameters), or None where none was found."""
    point = find_point(known, random)
    if point is None:
        return None
    parameters = to_parameters(known, point)
    return parameters if region.contains(parameters) else None
