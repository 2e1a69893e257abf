"""Expectations of functions by cases over an interval, with symbolic parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from flint import fmpq

from symtrade.analysis.cases.branches import Branch, Ground, Undecided, explore, ground
from symtrade.analysis.cases.case_reading import read
from symtrade.analysis.cases.closed_form import NoClosedForm, integrate_in_names
from symtrade.analysis.cases.elementary import Elementary
from symtrade.analysis.cases.interval import Interval, at_value
from symtrade.analysis.cases.interval_cells import Cell, conditions_of, cut
from symtrade.analysis.cases.numeric_integral import enclosure, estimate, numeric_parts
from symtrade.analysis.cases.radicals import closed
from symtrade.analysis.cases.roots import Irrational
from symtrade.analysis.cases.statement import Found, cases_of, joined
from symtrade.kernel.calculus import Integral, Part, Theory
from symtrade.kernel.polynomial import Coefficient, RationalFunction, compose_fraction, quotient
from symtrade.kernel.verdict import Proved
from symtrade.kernel.view import expression as view
from symtrade.model.cases import Cases
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.prover import Prover


def by_cases(expression: Any, assuming: Any = (), parameters: Any = (), prover: Prover | None = None) -> Any:
    """An expression with Piecewise, Cases, Max, Min or Abs as one function by cases.

    Returns :class:`Cases`, or a plain expression where there is one case.  Raises ModelError for
    what is no rational function by cases, Undecided where a sign could not be decided.

    >>> from sympy import Max, symbols
    >>> x, y = symbols("x y")
    >>> by_cases(Max(x, 0) + Max(x, y), assuming=(y > 0,), parameters=(x,))
    Piecewise((2*x, x >= y), (x + y, (x >= 0) & (y >= x)), (y, x <= 0))
    """
    prover = searching(prover)
    base = ground(assuming, parameters)

    def work(branch: Branch) -> Coefficient:
        return read(expression, base.ring, branch)

    return cases_of(explore(Branch(base, prover), work), base, prover)


def integral(
    integrand: Any,
    variable: Any,
    low: Any,
    high: Any,
    assuming: Any = (),
    parameters: Any = (),
    prover: Prover | None = None,
) -> Any:
    """The integral of `integrand` over `variable` from `low` to `high`, for all parameters.

    `integrand` is a function by cases (Piecewise, Cases, Max, Min, Abs), made in each of polynomials in
    `variable`, exponentials, powers with symbolic exponents, logarithms and the like; conditions are
    polynomial.  `assuming` are relations between the parameters, which imply low <= high if there are
    cases; `high` may be oo.  The parameter set is split where breakpoints cross, so that the parts cover
    it; every sign is proved, and on every part the integral itself, by its antiderivative.  Roots of
    conditions that are not linear in `variable` take the place of parameters; without parameters they
    are algebraic numbers.  Returns Cases, or an expression where there is one case.

    Raises ModelError for what cannot be treated, Undecided where a sign could not be decided, and its
    subclass NoClosedForm where no antiderivative is found, with an enclosure if all is numeric.

    >>> from sympy import Max, symbols
    >>> x, a = symbols("x a")
    >>> integral(Max(x, a), x, 0, 1, assuming=(a >= 0,))
    Piecewise((a, a >= 1), (a**2/2 + 1/2, a <= 1))
    >>> from sympy import exp, oo
    >>> integral(Max(x - a, 0) * exp(-x), x, 0, oo, assuming=(a > 0,))
    exp(-a)
    """
    prover, names = searching(prover), Elementary(variable)
    written = names.write(exact(integrand))
    names.companions(unbounded=high is sympy.oo)
    base = ground(assuming, parameters, (variable, *names.meaning), roots_of=variable)
    position = base.ring.index[variable.name]

    def work(branch: Branch) -> tuple[Any, Integral]:
        first = read(exact(low), base.ring, branch)
        last = None if high is sympy.oo else read(exact(high), base.ring, branch)
        interval = Interval(base.ring, position, first, last)
        cells = cells_of(branch, written, interval)
        if names.meaning or last is None:
            return integrate_in_names(branch, written, names, interval, cells)
        return integrate_on(branch, written, interval, cells)

    try:
        found = explore(Branch(base, prover), work)
    except NoClosedForm as failure:
        if not base.symbols:
            _enclose(failure, written, names, (low, high), prover)
        raise
    except (Irrational, Undecided):
        if base.symbols:
            raise
        return _with_numbers(written, names, (low, high), prover)
    for _, (_, claim) in found:
        show(claim, prover)
    return by_branch([(branch, value) for branch, (value, _) in found], base, prover)


def _with_numbers(written: Any, names: Elementary, ends: tuple[Any, Any], prover: Prover) -> Any:
    """The integral of a function without parameters, cut at algebraic numbers."""
    branch, parts, exactly = numeric_parts(written, names, *ends, prover)
    ring = branch.ground.ring
    interval = Interval(ring, ring.index[names.variable.name], parts[0].left, parts[-1].right)
    try:
        if names.meaning or interval.high is None:
            value, claim = integrate_in_names(branch, written, names, interval, parts)
        else:
            value, claim = integrate_on(branch, written, interval, parts)
    except NoClosedForm as failure:
        _enclose(failure, written, names, ends, prover)
        raise
    show(claim, prover)
    return value.subs(exactly)


def _enclose(
    failure: NoClosedForm, written: Any, names: Elementary, ends: tuple[Any, Any], prover: Prover
) -> None:
    """Add what is known numerically to the report that there is no closed form."""
    _, parts, exactly = numeric_parts(written, names, *ends, prover)
    failure.enclosure = enclosure(written, names, parts, exactly)
    if failure.enclosure is None:
        failure.estimate = estimate(written, names, parts, exactly)




def by_branch(found: Sequence[tuple[Branch, Any]], base: Ground, prover: Prover) -> Any:
    """Values on branches as one expression by cases, roots in radicals."""
    items = []
    for branch, value in found:
        (shown, *conditions), roots = closed((value, *branch.conditions), branch)
        if roots:
            star, equation, low, high = roots[0]
            raise Undecided(
                f"the integral needs the root {star} of {equation} between {low} and {high}, which has no"
                " closed form in radicals here"
            )
        items.append(Found(tuple(conditions), (shown,), points=branch.samples))
    return Cases(*((item.values[0], when) for item, when in joined(items, base, prover)))


def show(claim: Integral, prover: Prover) -> None:
    """Have an integral certified."""
    verdict = prover.answer(claim)
    if not isinstance(verdict, Proved):
        raise Undecided(f"an integral by {claim.variable} was not proved: {verdict.reason}")


def searching(prover: Prover | None) -> Prover:
    """A prover that searches, where none is given."""
    if prover is not None:
        return prover
    from symtrade.prover import Searching

    return Searching()


def cells_of(branch: Branch, integrand: Any, interval: Interval) -> list[Cell]:
    """The parts of the interval between breakpoints; raises Split where the branch is too large."""
    conditions = conditions_of(integrand, branch, interval)
    if conditions and interval.high is not None:
        gap = view(interval.high - interval.low, branch.ground.names)
        if not branch.claim(gap >= 0):
            raise ModelError(
                f"the ends of the interval of {interval.name} are not known to be in order: {gap} >= 0 does"
                " not follow from assuming="
            )
    return cut(branch, interval, conditions)


def integrate_on(
    branch: Branch, integrand: Any, interval: Interval, cells: Sequence[Any]
) -> tuple[Any, Integral]:
    """The integral on one branch of the parameters, and the statement that it is that."""
    base, name = branch.ground, interval.name
    spare = {name, *base.stars} - {base.ring.names[root.star] for root in branch.roots}
    theory = Theory((name,), tuple(n for n in base.ring.names if n not in spare), ())
    index = theory.ring.index
    images = [
        quotient(theory.ring.gens[index[n]], theory.ring.one) if n in index else fmpq(0)
        for n in base.ring.names
    ]

    def stated(value: Coefficient) -> Coefficient:
        return compose_fraction(value, images, theory.ring)

    total: Coefficient = fmpq(0)
    parts = []
    for cell in cells:
        value = read(integrand, base.ring, cell)
        primitive = antiderivative(value, interval)
        total = total + at_value(primitive, cell.right, interval) - at_value(primitive, cell.left, interval)
        ends = (((name, stated(end)),) for end in (cell.left, cell.right))
        parts.append(Part(stated(value), stated(primitive), *ends))
    if isinstance(total, RationalFunction) and not total.den.is_constant():
        branch.settle(total.den)
    return branch.view(total), Integral(theory, name, tuple(parts), stated(total))


def antiderivative(value: Coefficient, interval: Interval) -> Coefficient:
    """An antiderivative of a function that is polynomial in the variable."""
    ring, position = interval.ring, interval.position
    top = value.num if isinstance(value, RationalFunction) else ring.one * fmpq(value).p
    den = value.den if isinstance(value, RationalFunction) else ring.one * fmpq(value).q
    if den.degrees()[position]:
        raise ModelError(f"the integrand divides by {den}: it must be polynomial in {ring.names[position]}")
    scale = 1
    for exponents, _ in top.terms():
        power = int(exponents[position]) + 1
        scale = scale * power // int(sympy.igcd(scale, power))
    terms = {}
    for exponents, coefficient in top.terms():
        power = int(exponents[position]) + 1
        raised = list(exponents)
        raised[position] = power
        terms[tuple(raised)] = int(coefficient) * (scale // power)
    return quotient(ring.context.from_dict(terms) if terms else ring.zero, den * scale)
