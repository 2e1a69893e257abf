"""Whether formulas are zero, by the kernel's algebra."""

from __future__ import annotations

from typing import Any

from symtrade.forms.functions import real_functions
from symtrade.kernel.exact_values import ExactValues


def vanishes(formula: Any) -> bool:
    """Whether a formula in numbers and symbols is zero wherever it is defined; if not, that says nothing.

    >>> from sympy import exp, log, symbols
    >>> x = symbols("x")
    >>> vanishes(log(6) - log(2) - log(3)), vanishes((x + 1)**2 - x**2 - 2*x - 1), vanishes(exp(x) - 1)
    (True, True, False)
    """
    used = sorted(formula.free_symbols, key=str)
    try:
        record = real_functions((formula,), used)
    except ValueError:
        return False
    return ExactValues(record, {}).vanishes(record.roots[0])
