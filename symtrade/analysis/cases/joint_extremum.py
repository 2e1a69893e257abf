"""Suprema over several variables at once: a point of the box, and a proof that no other exceeds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Branch, Undecided, explore, ground
from symtrade.analysis.cases.case_reading import read
from symtrade.analysis.cases.critical_points import (
    HIGH,
    LOW,
    Candidate,
    candidates,
    candidates_of,
    largest_of,
    lies_in,
    samples,
    written,
)
from symtrade.analysis.cases.interval import Interval, at, at_value
from symtrade.analysis.cases.radicals import closed
from symtrade.analysis.cases.roots import Irrational, crossed
from symtrade.analysis.cases.statement import Found, divided, joined, unexplained
from symtrade.kernel.polynomial import Coefficient, RationalFunction, quotient
from symtrade.kernel.view import expression as view
from symtrade.prover import Prover

DEPTH = 2  # squares completed one within the other


@dataclass(frozen=True)
class Summit:
    """A largest value and a point that has it."""

    value: Coefficient
    places: Mapping[Any, Coefficient]


def summits(
    function: Any, box: Mapping[Any, Any], assuming: Any, parameters: Any, prover: Prover, partial: bool
) -> tuple[tuple[tuple[Found, Any], ...], tuple[tuple[Any, str], ...]]:
    """The largest value of a rational function over a box and a place for each variable, case by case:
    pairs of a finding (whose `more` are roots) and where it holds; with `partial` also pairs of a condition
    and the reason why nothing was found there.

    Floats propose which critical point of which face has it; that the value there is nowhere exceeded is
    proved: the gap is written around that point, direction by direction.  Raises Undecided where no proof
    is found, ModelError as for one variable.
    """
    variables = tuple(box)
    base = ground(assuming, parameters, variables, roots_of=variables[0])
    symbols = tuple(base.symbols.values())
    data = prover.proposal(lambda: written(candidates(function, box, symbols)))
    options = candidates_of(data, base.names)
    points = samples(base)
    best = prover.proposal(lambda: largest_of(options, function, box, points))

    start = Branch(base, prover)
    parts = _numerator(start, function, box)

    def order(branch: Branch) -> list[int]:
        inside = Counter(n for n, p in zip(best, points, strict=True) if lies_in(branch, p))
        return sorted(dict.fromkeys(best), key=lambda n: (-inside[n], best.index(n)))

    def work(branch: Branch) -> Summit:
        top: Summit | None = None
        for number in prover.proposal(lambda: order(branch)):
            for here in _points_or_none(branch, options[number], function, box):
                if top is None or branch.sign_of(here.value - top.value).startswith(">"):
                    top = here
                    if _is_bound(branch, parts, box, here):
                        return here
        known = "nothing" if top is None else branch.view(top.value)
        raise Undecided(f"{known} was not proved to bound {function} where {branch.assuming}")

    found, unknown = divided(explore(start, work, unexplained if partial else None))
    return joined([_described(branch, summit) for branch, summit in found], base, prover), unknown


def _described(branch: Branch, summit: Summit) -> Found:
    values = (branch.view(summit.value), *map(branch.view, summit.places.values()))
    shown, roots = closed((*values, *branch.conditions), branch)
    count = len(values)
    return Found(shown[count:], shown[:count], roots, branch.samples, branch.doubtful)


def _points_or_none(
    branch: Branch, candidate: Candidate, function: Any, box: Mapping[Any, Any]
) -> list[Summit]:
    """The points of a candidate; none where they have no rational form."""
    try:
        return list(_points(branch, candidate, function, box))
    except Irrational:
        return []


def _points(
    branch: Branch, candidate: Candidate, function: Any, box: Mapping[Any, Any]
) -> Iterator[Summit]:
    """The points of a candidate that lie in the box, with their values."""
    ring = branch.ground.ring
    ends = {v: (read(b.start, ring, branch), read(b.end, ring, branch)) for v, b in box.items()}
    fixed = {v: ends[v][(LOW, HIGH).index(e)] for v, e in candidate.places.items() if e in (LOW, HIGH)}
    roots: list[Any] = [None]
    if candidate.variable is not None:
        for v, equation in candidate.equations[:-1]:
            for end in ends[v]:  # splits the parameters where a coordinate leaves the box
                value = read(equation, ring, branch)
                branch.sign_of(at_value(value, end, Interval(ring, ring.index[v.name], *ends[v])))
        interval = Interval(ring, ring.index[candidate.variable.name], *ends[candidate.variable])
        roots = _places(branch, interval, candidate.equations[-1][1])
    for root in roots:
        places = dict(fixed)
        for v, e in candidate.places.items():
            if v not in fixed:
                value = read(e, ring, branch)
                if isinstance(value, RationalFunction) and not branch.is_zero_free(
                    _numerator_at(value.den, root, interval)
                ):
                    break
                places[v] = at_value(value, root, interval)
                low, high = ends[v]
                if branch.sign_of(places[v] - low)[0] == "<" or branch.sign_of(high - places[v])[0] == "<":
                    break
        else:
            value = read(function, ring, branch)
            for v in box:
                value = at_value(value, places[v], Interval(ring, ring.index[v.name], *ends[v]))
            yield Summit(value, {v: places[v] for v in box})


def _places(branch: Branch, interval: Interval, equation: Any) -> list[Coefficient]:
    """Roots of a polynomial that are rational in the coordinates of a branch; Rooted is raised for another
    where there is none yet."""
    ring, k = interval.ring, interval.position
    value = read(equation, ring, branch)
    parts = value.num.factor()[1] if isinstance(value, RationalFunction) else []
    factors = [g for g, _ in parts if g.degrees()[k]]
    linear = [g for g in factors if g.degrees()[k] == 1 and branch.is_zero_free(g.derivative(k))]
    places = [quotient(g.derivative(k) * ring.gens[k] - g, g.derivative(k)) for g in linear]
    stars = [quotient(ring.gens[root.star], ring.one) for root in branch.roots]
    if known := [p for p in places if p in stars]:
        return known
    for g in factors:
        if g not in linear:
            crossed(branch, interval, g)
    return places


def _numerator_at(den: Any, place: Coefficient, interval: Interval) -> Any:
    """The numerator of a polynomial at a place."""
    value = at(den, place, interval)
    return value.num if isinstance(value, RationalFunction) else interval.ring.one * int(value != 0)


def _numerator(branch: Branch, function: Any, box: Mapping[Any, Any]) -> tuple[Any, Any]:
    """Numerator and denominator of a function, the latter proved positive in the box."""
    top, bottom = sympy.fraction(sympy.factor(sympy.together(function)))
    known = tuple(r for v, b in box.items() for r in (v >= b.start, v <= b.end))
    sign = _Scope(branch, known, tuple(box)).product(bottom, strict=True)
    if sign is None:
        raise Undecided(f"whether {bottom} vanishes in the box is open")
    return sign * top, sign * bottom


def _is_bound(branch: Branch, parts: tuple[Any, Any], box: Mapping[Any, Any], summit: Summit) -> bool:
    """Whether a value is proved to be nowhere exceeded in the box."""
    ring, names = branch.ground.ring, branch.ground.names
    top, bottom = (read(e, ring, branch) for e in parts)
    gap = view(summit.value * bottom - top, names)
    places = {v: view(p, names) for v, p in summit.places.items()}
    ends = {v: tuple(view(read(e, ring, branch), names) for e in (b.start, b.end)) for v, b in box.items()}
    slopes = []
    for v, place in places.items():
        if place in ends[v]:
            slope = sympy.factor(gap.diff(v).subs(places) * (1 if place == ends[v][0] else -1))
            if _Scope(branch, (), ()).product(slope) != 1:
                return False  # the function rises into the box
            if slope.free_symbols:
                slopes.append(sympy.numer(slope) * sympy.denom(slope) >= 0)
    return any(
        _directions(branch, gap, places, ends, tuple(slopes), relative) for relative in (True, False)
    )


def _directions(branch: Branch, gap: Any, places: Mapping[Any, Any], ends: Mapping[Any, Any],
                slopes: tuple[Any, ...], relative: bool) -> bool:
    """Whether a polynomial is nonnegative in every direction from a point, within a box."""
    sides, inner = [], []
    for v, place in places.items():
        low, high = ends[v]
        if place not in (low, high) and _Scope(branch, (), ()).claim(place > low):
            inner.append(v)
        sides.append((1,) if place == low else (-1,) if place == high else (1, -1))
    for signs in product(*sides):
        swap, inside, steps = {}, [], []
        for (v, place), sign in zip(places.items(), signs, strict=True):
            low, high = ends[v]
            step = sympy.Symbol(f"{v.name}_step")
            scaled = relative and low == 0 and v in inner
            swap[v] = place * (1 + sign * step) if scaled else place + sign * step
            inside.append(step >= 0)
            inside.append(step <= 1 if scaled and sign < 0 else
                          swap[v] <= high if sign > 0 else swap[v] >= low)
            steps.append(step)
        scope = _Scope(branch, (*inside, *slopes), tuple(steps))
        if scope.product(gap.subs(swap)) != 1:
            return False
    return True


@dataclass(frozen=True)
class _Scope:
    """A branch with further symbols and what is known of them."""

    branch: Branch
    known: tuple[Any, ...]
    symbols: tuple[Any, ...]

    def claim(self, claim: Any) -> bool:
        return bool(claim == sympy.true or self.branch.claim(claim, self.known, self.symbols))

    def product(self, expression: Any, strict: bool = False, depth: int = DEPTH) -> int | None:
        """1 where an expression is proved nonnegative, -1 where nonpositive, factor by factor; not zero
        with `strict`.  None where neither is found."""
        top, bottom = sympy.fraction(sympy.factor(sympy.together(expression)))
        if top == 0:
            return None if strict else 1
        result = 1
        for part, firm in ((top, strict), (bottom, True)):
            constant, factors = sympy.factor_list(part)
            result *= 1 if constant > 0 else -1
            for f, power in factors:
                if power % 2 == 0 and not firm:
                    continue
                sign = self.sign(f, firm, depth)
                if sign is None:
                    return None
                result *= sign ** power
        return result

    def sign(self, f: Any, strict: bool, depth: int) -> int | None:
        """The same for one polynomial: as it stands, or with a square completed."""
        for sign in (1, -1):
            if self.claim(sign * f > 0 if strict else sign * f >= 0):
                return sign
        if strict or not depth:
            return None
        for t in self.symbols:
            if sympy.degree(f, t) == 2:
                a, b, c = sympy.Poly(f, t).all_coeffs()
                for sign in (1, -1):
                    if self._completed(sign, f, t, (a, b, c), depth):
                        return sign
        for t in sorted(f.free_symbols, key=str):
            if sympy.degree(f, t) == 1:
                for low, high in product(*self._bounds(t)):
                    for sign in (1, -1):
                        if self._between(sign * f, t, low, high, depth):
                            return sign
        return None

    def _bounds(self, t: Any) -> tuple[list[Any], list[Any]]:
        """Lower and upper bounds of a symbol, from conditions with a factor that is linear in it."""
        low, high = [], []
        images = zip(self.branch.ground.symbols.values(), self.branch.images, strict=False)
        swap = {s: self.branch.view(e) for s, e in images}
        for r in (*self.branch.here, *self.known):
            r = r.subs(swap)
            if r in (sympy.true, sympy.false) or isinstance(r, sympy.Eq | sympy.Ne):
                continue
            for f, power in sympy.factor_list(sympy.numer(sympy.together(r.lhs - r.rhs)))[1]:
                if power % 2 and sympy.degree(f, t) == 1:
                    bound = sympy.factor(-f.coeff(t, 0) / f.coeff(t, 1))
                    if bound not in low and self.claim(t >= bound):
                        low.append(bound)
                    elif bound not in high and self.claim(t <= bound):
                        high.append(bound)
        return low, high

    def _between(self, f: Any, t: Any, low: Any, high: Any, depth: int) -> bool:
        """Whether what is linear in a symbol is nonnegative, as it is at both bounds."""
        ends = [sympy.factor(sympy.together(f.subs(t, bound))) for bound in (low, high)]
        if any(self.product(e, depth=depth - 1) != 1 for e in ends):
            return False
        known = (*self.known, *(sympy.numer(e) * sympy.denom(e) >= 0 for e in ends), t >= low, t <= high)
        return _Scope(self.branch, known, self.symbols).claim(f >= 0)

    def _completed(self, sign: int, f: Any, t: Any, parts: tuple[Any, Any, Any], depth: int) -> bool:
        """Whether a quadratic has no sign change: its discriminant, then itself around its vertex."""
        a, b, c = parts
        if not self.claim(sign * a > 0) and not (
            self.claim(sign * a >= 0) and self.claim(sympy.Implies(sympy.Eq(a, 0), sign * f >= 0))
        ):
            return False
        rest = sympy.expand(4 * a * c - b**2)
        if self.product(rest, depth=depth - 1) != 1:
            return False
        moved = sympy.Symbol(f"{t.name}_2")
        known = tuple(r for r in self.known if not r.has(t))
        others = tuple(s for s in self.symbols if s != t)
        here = _Scope(self.branch, (*known, sign * a > 0, rest >= 0), (*others, moved))
        value = sympy.expand(4 * a * f).subs(t, (moved - b) / (2 * a))
        return here.claim(sympy.expand(sympy.cancel(value)) >= 0)
