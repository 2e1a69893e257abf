"""Where a rational function of several variables may be largest in a box: critical points of each face.

What is found here is only proposed; nothing rests on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

import numpy as np
import sympy

from symtrade.analysis.cases.branches import Branch, Ground
from symtrade.kernel.view import expression as view
from symtrade.kernel.view import polynomial_expression

DRAWS = 4000
SAMPLES = 60
LOW, HIGH, FREE = "low", "high", "free"


@dataclass(frozen=True)
class Candidate:
    """Points of a face: each variable `LOW` or `HIGH` (an end of its range) or a function of the parameters
    and of `variable`, which is None at a corner.  `equations` are (variable, polynomial that vanishes),
    that of `variable` last."""

    places: Mapping[Any, Any]
    equations: tuple[tuple[Any, Any], ...] = ()

    @property
    def variable(self) -> Any:
        return self.equations[-1][0] if self.equations else None


def written(found: Sequence[Candidate]) -> list[Any]:
    """Candidates as data."""
    return [
        [{v.name: str(e) for v, e in c.places.items()}, [[v.name, str(e)] for v, e in c.equations]]
        for c in found
    ]


def candidates_of(data: Any, names: Mapping[str, Any]) -> tuple[Candidate, ...]:
    """The candidates that were written as data."""
    return tuple(
        Candidate(
            {names[v]: e if e in (LOW, HIGH) else sympy.sympify(e, dict(names)) for v, e in places.items()},
            tuple((names[v], sympy.sympify(e, dict(names))) for v, e in equations),
        )
        for places, equations in data
    )


def candidates(function: Any, box: Mapping[Any, Any], parameters: Sequence[Any]) -> list[Candidate]:
    """The corners of a box, and the critical points of a rational function inside each of its faces."""
    found = []
    for choice in product((FREE, LOW, HIGH), repeat=len(box)):
        fixed = {v: side for v, side in zip(box, choice, strict=True) if side != FREE}
        ends = {v: box[v].start if side == LOW else box[v].end for v, side in fixed.items()}
        free = [v for v in box if v not in fixed]
        here = sympy.together(function.subs(ends))
        slopes = [sympy.numer(sympy.together(here.diff(v))) for v in free]
        if not free:
            found.append(Candidate(fixed))
        elif all(slope != 0 for slope in slopes):
            found += [Candidate({**fixed, **c.places}, c.equations)
                      for c in _solutions(slopes, free, parameters)]
    return found


def _solutions(slopes: Sequence[Any], free: Sequence[Any], parameters: Sequence[Any]) -> list[Candidate]:
    """Common roots of polynomials, each coordinate but one as a function of that one."""
    found: list[Candidate] = []
    factors = [[f for f, _ in sympy.factor_list(s)[1] if f.has(*free)] for s in slopes]
    for system in product(*factors):
        bases = {v: _basis(system, [w for w in free if w != v] + [v], parameters) for v in free}
        options = [list(_chain(bases, v, parameters)) for v in free]
        options = [o for o in options if o] or [[]]
        found += min(options, key=_degree)
    return list({str((c.places, c.equations[-1])): c for c in found}.values())


def _degree(found: Iterable[Candidate]) -> int:
    """The largest degree of an equation whose root has to be taken."""
    return max((int(sympy.degree(e, v)) for c in found for v, e in c.equations[-1:]), default=0)


def _basis(system: Sequence[Any], order: Sequence[Any], parameters: Sequence[Any]) -> list[Any]:
    """A lexicographic basis of polynomials, with the numbers and parameters as coefficients."""
    domain = sympy.QQ.frac_field(*parameters) if parameters else sympy.QQ
    return [sympy.numer(sympy.together(e)) for e in sympy.groebner(system, *order, domain=domain).exprs]


def _chain(bases: Mapping[Any, list[Any]], last: Any, parameters: Sequence[Any]) -> Iterator[Candidate]:
    """Solutions as functions of one variable, for each factor of its equation."""
    others = [v for v in bases if v != last]
    if any(not b[-1].has(v) or b[-1].has(*(w for w in bases if w != v)) for v, b in bases.items()):
        return
    for factor, _ in sympy.factor_list(bases[last][-1])[1]:
        if not factor.has(last):
            continue
        places = {last: last}
        for e in _basis([*bases[last], factor], [*others, last], parameters):
            unknown = [v for v in others if e.has(v)]
            if len(unknown) == 1 and sympy.degree(e, unknown[0]) == 1:
                places[unknown[0]] = sympy.factor(sympy.solve(e, unknown[0])[0])
        if len(places) == len(bases):
            yield Candidate(places, (*((v, bases[v][-1]) for v in others), (last, factor)))


def samples(base: Ground) -> list[dict[str, float]]:
    """Some parameters, as floats."""
    random, symbols = Random(0), list(base.symbols.values())  # noqa: S311  it only proposes
    test = sympy.lambdify(symbols, sympy.And(*base.assuming), "math")
    found: list[dict[str, float]] = []
    for _ in range(DRAWS if symbols else 1):
        point = [random.choice((1, 1, 1, -1)) * 2 ** random.uniform(-4, 3) for _ in symbols]
        if test(*point):
            found.append(dict(zip(base.symbols, point, strict=True)))
        if len(found) == SAMPLES:
            break
    return found


def largest_of(
    found: Sequence[Candidate], function: Any, box: Mapping[Any, Any], points: Sequence[Mapping[str, float]]
) -> list[int]:
    """For each point of the parameters the number of the candidate with the largest value there."""
    best = []
    for point in points:
        here = {sympy.Symbol(n): value for n, value in point.items()}
        values = [_height(c, function, box, here) for c in found]
        best.append(values.index(max(values)))
    return best


def _height(candidate: Candidate, function: Any, box: Mapping[Any, Any], here: Mapping[Any, float]) -> float:
    """The largest value at the points of a candidate that lie in the box."""
    ends = {v: (float(b.start.subs(here)), float(b.end.subs(here))) for v, b in box.items()}
    roots: Sequence[float] = (0.0,)
    if candidate.variable is not None:
        roots = _roots(candidate.equations[-1][1].subs(here), candidate.variable, ends[candidate.variable])
    top = float("-inf")
    for root in roots:
        at: dict[Any, Any] = {}
        for v, e in candidate.places.items():
            at[v] = ends[v][(LOW, HIGH).index(e)] if e in (LOW, HIGH) else \
                e.subs(here).subs(candidate.variable, root)
        if all(
            sympy.sympify(p).is_number and ends[v][0] - 1e-9 <= float(p) <= ends[v][1] + 1e-9
            for v, p in at.items()
        ):
            value = sympy.sympify(function.subs(here).subs(at))
            top = max(top, float(value) if value.is_finite else top)
    return top


def _roots(equation: Any, variable: Any, ends: tuple[float, float]) -> list[float]:
    """The real roots of a polynomial with numbers between two ends."""
    coefficients = [float(c) for c in sympy.Poly(equation, variable).all_coeffs()]
    return [r.real for r in np.roots(coefficients) if abs(r.imag) < 1e-9 and ends[0] < r.real < ends[1]]


def lies_in(branch: Branch, point: Mapping[str, float]) -> bool:
    """Whether a point of the parameters lies on a branch, as far as floats can tell."""
    here: dict[Any, float] = {sympy.Symbol(n): value for n, value in point.items()}
    names = branch.ground.ring.names
    for root in branch.roots:
        variable = sympy.Symbol(names[root.position])
        ends = [float(view(end, {}).subs(here)) for end, _ in root.ends]
        places = _roots(polynomial_expression(root.polynomial, {}).subs(here), variable, (ends[0], ends[1]))
        if not places:
            return False
        here[sympy.Symbol(names[root.star])] = places[0]
    for condition in branch.path:
        value = float(polynomial_expression(condition.polynomial, {}).subs(here))
        if value < 0 or (value == 0) != (condition.relation == "="):
            return False
    return True


