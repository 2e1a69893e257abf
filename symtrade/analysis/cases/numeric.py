"""Functions by cases of one variable, with numbers only: cut at algebraic numbers, exactly.

Signs between the roots are read at points; for the record each is also proved, on intervals with
rational ends, together with what makes the roots the only ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import sympy
from flint import fmpq

from symtrade.analysis.cases.branches import Branch, Undecided
from symtrade.analysis.cases.case_reading import conditions_in, read
from symtrade.kernel.polynomial import Coefficient, Polynomial, evaluate
from symtrade.kernel.verdict import Proved
from symtrade.kernel.view import expression as view
from symtrade.prover import Prover

FINEST = 200  # bits of an isolating interval
DEEPEST = 8  # halvings of an interval on which a polynomial is shown to be positive


@dataclass(frozen=True)
class Place:
    """A real algebraic number: exactly, between two rationals (which are the number if it is rational),
    its minimal polynomial in the variable, and a symbol that stands for it."""

    value: Any
    low: Any
    high: Any
    minimal: Any
    symbol: Any

    @property
    def rational(self) -> bool:
        """Whether it is a rational number."""
        return bool(self.value.is_Rational)

    @property
    def known(self) -> tuple[Any, ...]:
        """Where its symbol lies."""
        return () if self.rational else (self.symbol > self.low, self.symbol < self.high)


@dataclass(frozen=True)
class Part:
    """An interval between neighbouring places; cases are decided by signs at a point inside."""

    branch: Branch
    left: Coefficient
    right: Coefficient | None
    point: tuple[Any, ...]

    @property
    def images(self) -> tuple[Coefficient, ...]:
        """What the symbols stand for."""
        return self.branch.images

    def sign(self, f: Polynomial) -> str:
        """``>``, ``=`` or ``<`` inside."""
        value = evaluate(f, self.point)
        return ">" if value > 0 else "<" if value < 0 else "="

    settle = sign

    def is_zero_free(self, f: Polynomial) -> bool:
        """Whether a polynomial has no zero inside."""
        return self.sign(f) != "="


def tests_of(expression: Any, variable: Any, low: Any, high: Any, branch: Branch) -> list[Any]:
    """The SymPy polynomials at whose roots the cases of an expression may change."""
    ring, names = branch.ground.ring, branch.ground.names
    found: list[Any] = []
    for gap in conditions_in(expression):
        inner = tests_of(gap, variable, low, high, branch)
        for left, right in pairwise(places_of(inner, variable, low, high, "inner")):
            inside = [point_between(left, right) if n == variable.name else 0 for n in ring.names]
            value = read(gap, ring, Part(branch, fmpq(0), None, tuple(inside)))
            inner += [p for p in sympy.fraction(view(value, names)) if p.has(variable)]
        found += inner
    return list(dict.fromkeys(found))


def places_of(polynomials: Iterable[Any], variable: Any, low: Any, high: Any, stem: str
              ) -> tuple[Place, ...]:
    """Two rational ends, and between them the real roots of SymPy polynomials, in order, apart."""
    factors = {f for p in polynomials for f, _ in sympy.factor_list(p)[1]}
    found = {p: rational_place(p, variable) for p in (low, high)}
    for f in (sympy.Poly(f, variable) for f in factors if f.has(variable)):
        if f.degree() == 1:
            p = -f.nth(0) / f.nth(1)
            found.setdefault(p, rational_place(p, variable))
            continue
        for ((a, b), _), root in zip(f.intervals(), f.real_roots(), strict=True):
            found[root] = Place(root, a, b, f.as_expr(), None)
    places, bits = list(found.values()), 2
    while any(_overlap(p, q) for p, q in pairwise(sorted(places, key=lambda p: p.low))):
        if bits > FINEST:
            raise Undecided(f"roots in {variable} that are nearly equal were not told apart")
        places, bits = [refined(p, variable, bits) for p in places], 2 * bits
    inner = sorted((p for p in places if low <= p.low and p.high <= high), key=lambda p: p.low)
    names = [sympy.Symbol(f"{stem}_{k}") for k in range(len(inner))]
    return tuple(p if p.rational else replace(p, symbol=s) for p, s in zip(inner, names, strict=True))


def rational_place(value: Any, variable: Any) -> Place:
    """A rational number as a place."""
    return Place(value, value, value, variable - value, value)


def _overlap(p: Place, q: Place) -> bool:
    return bool(p.high >= q.low)


def refined(place: Place, variable: Any, bits: int) -> Place:
    """The same number between two rationals at most 2**-bits apart."""
    if place.rational:
        return place
    f = sympy.Poly(place.minimal, variable)
    a, b = f.refine_root(place.low, place.high, eps=sympy.Rational(1, 2**bits))
    return replace(place, low=a, high=b)


def prove_signs(polynomials: Iterable[Any], variable: Any, places: Sequence[Place], prover: Prover) -> None:
    """Have it proved that SymPy polynomials have no roots between the ends but those among the places:
    one sign between neighbouring roots, and one sign of the derivative around each."""
    factors = {f for p in polynomials for f, _ in sympy.factor_list(p)[1] if f.has(variable)}
    for f in sorted(factors, key=str):
        roots = [p for p in places if sympy.rem(f, p.minimal, variable) == 0]
        ends = [*(places[:1] if places[0] not in roots else ()), *roots,
                *(places[-1:] if places[-1] not in roots else ())]
        for left, right in pairwise(ends):
            prove_sign(f, {variable: (left.high, right.low)}, prover)
        for root in roots:
            if not root.rational:
                prove_sign(sympy.diff(f, variable), {variable: (root.low, root.high)}, prover)


def prove_sign(f: Any, box: Mapping[Any, tuple[Any, Any]], prover: Prover, depth: int = 0) -> None:
    """Have it proved that a SymPy polynomial has one strict sign inside a box, which is halved where
    that is not plain; Undecided where it stays open."""
    box = {v: ends for v, ends in box.items() if ends[0] < ends[1]}
    sign = _plain_sign(f, box)
    if sign:
        if not box or not f.free_symbols & set(box):
            return
        within = tuple(r for v, (a, b) in box.items() for r in (v > a, v < b))
        claim = f > 0 if sign > 0 else f < 0
        if isinstance(prover.prove(claim, within, tuple(box)), Proved):
            return
    if depth >= DEEPEST * len(box):
        raise Undecided(f"the sign of {f} is open on {box}")
    variable = max(box, key=lambda v: (box[v][1] - box[v][0], str(v)))
    a, b = box[variable]
    middle = (a + b) / 2
    values = f.subs(variable, middle)
    for half in ((a, middle), (middle, b)):
        prove_sign(f, {**box, variable: half}, prover, depth + 1)
    prove_sign(values, {v: ends for v, ends in box.items() if v != variable}, prover, depth + 1)


def _plain_sign(f: Any, box: Mapping[Any, tuple[Any, Any]]) -> int:
    """1 or -1 where all coefficients in the coordinates (x - low)/(high - x) have that sign; else 0."""
    variables = tuple(v for v in box if f.has(v))
    if not variables:
        return int(sympy.sign(f))
    odds = {v: sympy.Dummy() for v in variables}
    whole = sympy.Poly(f, *variables)
    total = sympy.Integer(0)
    degrees = [whole.degree(v) for v in variables]
    for exponents, coefficient in whole.terms():
        term = coefficient
        for v, e, d in zip(variables, exponents, degrees, strict=True):
            (a, b), t = box[v], odds[v]
            term *= (a + b * t) ** e * (1 + t) ** (d - e)
        total += term
    signs = {sympy.sign(c) for c in sympy.Poly(sympy.expand(total), *odds.values()).coeffs()}
    return int(signs.pop()) if len(signs) == 1 else 0


def point_between(left: Place, right: Place) -> Any:
    """A rational number between two places."""
    middle = (left.high + right.low) / 2
    return fmpq(int(middle.p), int(middle.q))
