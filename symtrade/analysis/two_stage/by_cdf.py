"""Expectations of step functions of a type, from the cdf alone."""

from __future__ import annotations

from typing import Any

import sympy

from symtrade.analysis.cases.branches import Branch, explore, ground
from symtrade.analysis.cases.case_reading import read
from symtrade.analysis.cases.expectation import by_branch, cells_of
from symtrade.analysis.cases.interval import Interval
from symtrade.kernel.polynomial import denominator, numerator
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.prover import Prover


def expected_steps(function: Any, law: Any, variable: Any, assuming: Any, prover: Prover) -> Any:
    """The expectation of a function by cases that is constant in `variable` in each: the sum of its values
    times what the cdf gains there.  ModelError for other functions.

    >>> from symtrade.model.families import unspecified
    >>> from symtrade.prover import Searching
    >>> x, a = sympy.symbols("x a")
    >>> step = sympy.Piecewise((a, x < a), (0, True))
    >>> expected_steps(step, unspecified(), x, (a > 0, a < 1), Searching())
    a*F(a)
    """
    low, high = law.support
    base = ground(assuming, (), (variable,), roots_of=variable)
    ring, position = base.ring, base.ring.index[variable.name]

    def work(branch: Branch) -> Any:
        ends = (read(exact(end), ring, branch) for end in (low, high))
        interval = Interval(ring, position, *ends)
        total = sympy.Integer(0)
        for cell in cells_of(branch, function, interval):
            value = read(function, ring, cell)
            if any(f(value, ring).degrees()[position] > 0 for f in (numerator, denominator)):
                raise ModelError(f"{function} is not constant in {variable} between its cases")
            first, last = (sympy.factor(branch.view(end)) for end in (cell.left, cell.right))
            below = sympy.Integer(0) if first == low else law.cdf(first)
            up_to = sympy.Integer(1) if last == high else law.cdf(last)
            total += branch.view(value) * (up_to - below)
        return sympy.expand_mul(total, deep=False)

    return by_branch(explore(Branch(base, prover), work), base, prover)
