"""The least penalty that deters from every deviation."""

from __future__ import annotations

from typing import Any

import sympy

from symtrade.analysis.cases.expectation import searching
from symtrade.analysis.cases.extremum import Extremum, supremum
from symtrade.model.cases import Cases, lines_of
from symtrade.model.errors import ModelError
from symtrade.prover import Prover


def least_penalty(
    gain: Any, penalty: Any, *over: tuple[Any, Any], assuming: Any = (), prover: Prover | None = None
) -> Extremum:
    """The least `penalty` at which no deviation in a box gains: a supremum, case by case (``oo`` where no
    penalty is large enough).

    `gain` is what a deviation gains, by cases linear and decreasing in the symbol `penalty`; `over` are
    pairs (variable, Interval) as for :func:`symtrade.supremum`.  Raises ModelError where the penalty
    does not enter, or does not lower the gain.

    >>> from sympy import Interval, symbols
    >>> r, psi = symbols("r psi")
    >>> least_penalty(r*(1 - r) - psi*(1 - r), psi, (r, Interval.Ropen(0, 1))).value
    1
    """
    lines = []
    for value, when in lines_of(gain):
        slope = sympy.factor(-sympy.diff(value, penalty))
        if slope == 0 or slope.has(penalty):
            raise ModelError(f"the gain {value} is not linear in {penalty}, or does not depend on it")
        lines.append((sympy.factor(value.subs(penalty, 0)) / slope, when))
    return supremum(Cases(*lines), *over, assuming=assuming, prover=searching(prover))
