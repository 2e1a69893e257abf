"""Programs on a variety: where a polynomial of the parameters is 0, one parameter is a function of the rest.

On such a set other multipliers may be optimal than nearby: what they leave over is a multiple of the
polynomial.  So the search eliminates the parameter, and the evidence is checked on the whole program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flint import fmpq

from symtrade.kernel.arithmetic import HOLDS
from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    Ring,
    compose,
    compose_fraction,
    linear_form,
    quotient,
)
from symtrade.kernel.program import Form, LinearProgram
from symtrade.solve.evidence import NONZERO, Evidence, Need
from symtrade.solve.lemmas import Notebook


def eliminated(program: LinearProgram, equations: Sequence[Polynomial], book: Notebook
               ) -> LinearProgram | None:
    """The program where all the polynomials are 0, without a parameter for each in which it is linear
    (with a slope that is not 0); None where one has no such parameter."""
    ring, rest = program.ring, list(equations)
    while rest:
        f = rest.pop(0)
        found = next((i for i, degree in enumerate(f.degrees())
                      if degree == 1 and _nonzero(f.derivative(i), book)), None)
        if found is None:
            return None
        slope = f.derivative(found)
        images: list[Coefficient] = [quotient(g, ring.one) for g in ring.gens]
        images[found] = quotient(ring.gens[found] * slope - f, slope)
        try:
            program = _substituted(program, images, ring)
        except ZeroDivisionError:
            return None
        rest = [g for g in (compose(g, images, ring)[0] for g in rest) if not g.is_zero()]
    return program


def _nonzero(slope: Polynomial, book: Notebook) -> bool:
    return book.signs.sign(slope) in NONZERO or book.prove(book.known.condition(slope, "!="), 1)


def _substituted(program: LinearProgram, images: list[Coefficient], ring: Ring) -> LinearProgram:
    def form(pairs: Form) -> Form:
        return linear_form({v: compose_fraction(c, images, ring) for v, c in pairs})

    objective = replace(program.objective, coefficients=form(program.objective.coefficients),
                        constant=compose_fraction(program.objective.constant, images, ring))
    rows = tuple(replace(row, coefficients=form(row.coefficients),
                         bound=compose_fraction(row.bound, images, ring)) for row in program.constraints)
    return LinearProgram(program.variables, program.sense, objective, rows, program.region)


def all_needs(program: LinearProgram, evidence: Evidence) -> list[Need]:
    """Every sign that evidence needs in a program, those that it has by construction included."""
    needs = list(evidence.needs)
    point, step = dict(evidence.primal), dict(evidence.ray)
    if evidence.kind != "infeasible":
        needs += [(_apply(row.coefficients, point) - row.bound, HOLDS[row.sense])
                  for row in program.constraints]
    if evidence.kind == "unbounded":
        needs += [(_apply(row.coefficients, step), HOLDS[row.sense]) for row in program.constraints]
        gain = _apply(program.objective.coefficients, step)
        return [*needs, (gain, (">",) if program.sense == "max" else ("<",))]
    wanted = dict(program.objective.coefficients) if evidence.kind == "optimal" else {}
    left = {variable: -wanted.get(variable, fmpq(0)) for variable in program.variables}
    bound: Coefficient = fmpq(0)
    for name, y in evidence.dual:
        row = program.row[name]
        bound = bound + y * row.bound
        for variable, coefficient in row.coefficients:
            left[variable] = left[variable] + y * coefficient
    needs += [(value, HOLDS["=="]) for value in left.values()]
    if evidence.kind == "optimal":
        return [*needs, (_apply(program.objective.coefficients, point) - bound, HOLDS["=="])]
    return [*needs, (bound, (">",))]


def _apply(form: Iterable[tuple[str, Coefficient]], point: dict[str, Coefficient]) -> Coefficient:
    total: Coefficient = fmpq(0)
    for variable, coefficient in form:
        if variable in point:
            total = total + coefficient * point[variable]
    return total
