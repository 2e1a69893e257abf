"""The value of one parameter at which an expression changes sign."""

from __future__ import annotations

from typing import Any

from symtrade.kernel.polynomial import RationalFunction, quotient
from symtrade.kernel.view import expression as view
from symtrade.model.errors import ModelError
from symtrade.model.expressions import coefficient, make_ring, symbol_table


def threshold(expression: Any, parameter: Any) -> Any:
    """The only value of `parameter` at which `expression` vanishes, as a SymPy expression.

    The numerator may have one factor with this parameter, and that factor must be linear in it;
    ModelError otherwise.

    >>> from sympy import symbols
    >>> p, b, c = symbols("p b c")
    >>> threshold((b - c) * (p * b - c), p)
    c/b
    """
    symbols = symbol_table(expression, parameter)
    ring = make_ring(tuple(symbols))
    value = coefficient(expression, ring, "the expression", [], symbols)
    factors = value.num.factor()[1] if isinstance(value, RationalFunction) else []
    position = ring.index[str(parameter)]
    found = [f for f, _ in factors if f.degrees()[position] > 0]
    if len(found) != 1 or found[0].degrees()[position] != 1:
        raise ModelError(
            f"expected one factor of {expression} to depend on {parameter}, and to be linear in it")
    x = ring.gens[position]
    slope = found[0].derivative(position)
    rest = found[0] - slope * x
    return view(quotient(-rest, slope), symbols)
