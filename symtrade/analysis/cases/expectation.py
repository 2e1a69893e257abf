"""Expectations of functions by cases over an interval, with symbolic parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy
from flint import fmpq

from symtrade.analysis.cases.branches import Branch, Ground, explore, ground
from symtrade.analysis.cases.case_reading import conditions_in, read
from symtrade.analysis.cases.interval import Interval, at_value
from symtrade.analysis.cases.interval_cells import cut
from symtrade.analysis.cases.statement import cases_of
from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction, quotient
from symtrade.kernel.view import expression as view
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

    `integrand` is a rational function by cases (Piecewise, Cases, Max, Min, Abs), polynomial in
    `variable` in each case.  `assuming` are relations between the parameters, which imply low <= high
    if there are cases.  The parameter set is split where breakpoints cross, so that the parts cover
    it; every sign is proved; antiderivatives are differentiated back.  A condition that is not linear
    in `variable` may change its sign once, and must then be linear in a parameter.  Returns Cases, or
    an expression where there is one case.

    >>> from sympy import Max, symbols
    >>> x, a = symbols("x a")
    >>> integral(Max(x, a), x, 0, 1, assuming=(a >= 0,))
    Piecewise((a, a >= 1), (a**2/2 + 1/2, a <= 1))
    """
    prover = searching(prover)
    base = ground(assuming, parameters, (variable,))
    position = base.ring.index[variable.name]

    def work(branch: Branch) -> Coefficient:
        ends = (read(exact(low), base.ring, branch), read(exact(high), base.ring, branch))
        return integrate_on(branch, integrand, Interval(base.ring, position, *ends))

    return cases_of(explore(Branch(base, prover), work), base, prover)


def searching(prover: Prover | None) -> Prover:
    """A prover that searches, where none is given."""
    if prover is not None:
        return prover
    from symtrade.prover import Searching

    return Searching()


def integrate_on(branch: Branch, integrand: Any, interval: Interval) -> Coefficient:
    """The integral on one branch of the parameters; raises Split where the branch is too large."""
    base = branch.ground
    conditions = list(_conditions(integrand, branch, base))
    if conditions:
        gap = view(interval.high - interval.low, base.names)
        if not branch.claim(gap >= 0):
            raise ModelError(
                f"the ends of the interval of {base.ring.names[interval.position]} are not known"
                f" to be in order: {gap} >= 0 does not follow from assuming="
            )
    total: Coefficient = fmpq(0)
    checks = []
    for cell in cut(branch, interval, conditions):
        value = read(integrand, base.ring, cell)
        primitive, den = antiderivative(value, interval)
        slope = quotient(primitive.derivative(interval.position), den)
        checks.append(slope - value)
        whole = quotient(primitive, den)
        total = total + at_value(whole, cell.right, interval) - at_value(whole, cell.left, interval)
    assert all(not isinstance(c, RationalFunction) and c == 0 for c in checks)
    if isinstance(total, RationalFunction) and not total.den.is_constant():
        branch.settle(total.den)
    return total


def _conditions(integrand: Any, branch: Branch, base: Ground) -> Iterable[Coefficient]:
    for gap in conditions_in(integrand):
        yield read(gap, base.ring, branch)


def antiderivative(value: Coefficient, interval: Interval) -> tuple[Polynomial, Polynomial]:
    """A primitive of a function that is polynomial in the variable: numerator and denominator."""
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
    return (ring.context.from_dict(terms) if terms else ring.zero), den * scale
