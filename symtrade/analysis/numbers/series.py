"""Kernel functions as power series with ball coefficients: Taylor expansions by Arb."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flint import arb, arb_series

from symtrade.kernel.functions import Functions
from symtrade.kernel.polynomial import parse_rational

Series = Any

SIMPLE: Mapping[str, Callable[..., Series]] = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y, "exp": lambda x: x.exp(), "log": lambda x: x.log(),
    "sqrt": lambda x: x.sqrt(), "erf": lambda x: x.erf(), "sin": lambda x: x.sin(), "cos": lambda x: x.cos(),
    "atan": lambda x: x.atan(),
}


class Expansion:
    """A function of one variable ready for power series: series in, series out.

    Coefficients are balls: with a ball as the constant term they enclose the Taylor coefficients at
    every point of it.  ArithmeticError where an operation has no series.
    """

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self.numbers = [tuple(parse_rational(t) for t in texts) if operation != "variable" else ()
                        for operation, texts, _ in functions.nodes]

    def __call__(self, x: Series) -> tuple[Series, ...]:
        values: list[Series] = []
        for (operation, _, arguments), numbers in zip(self.functions.nodes, self.numbers, strict=True):
            if operation == "variable":
                values.append(x)
            else:
                values.append(_apply(operation, numbers, [values[k] for k in arguments]))
        return tuple(values[i] for i in self.functions.roots)


def _apply(operation: str, numbers: Sequence[Any], values: Sequence[Series]) -> Series:
    try:
        if operation in SIMPLE:
            return SIMPLE[operation](*values)
        if operation == "power":
            return _power(values[0], int(numbers[0].p))
        if operation == "pow":
            return (values[1] * values[0].log()).exp()
    except (ValueError, ZeroDivisionError) as error:
        raise ArithmeticError(str(error)) from None
    if operation == "number":
        return arb_series([arb(numbers[0])])
    if operation == "pi":
        return arb_series([arb.pi()])
    if operation == "Gamma":
        return arb_series([arb(numbers[0]).gamma()])
    if operation == "Beta":
        a, b = (arb(n) for n in numbers)
        return arb_series([a.gamma() * b.gamma() / (a + b).gamma()])
    if operation == "betainc":
        return values[0].beta_lower(arb(numbers[0]), arb(numbers[1]), values[0], True)
    raise ArithmeticError(f"no series of {operation}")


def _power(x: Series, exponent: int) -> Series:
    result = arb_series([1])
    for _ in range(abs(exponent)):
        result = result * x
    return result if exponent >= 0 else arb_series([1]) / result


def without_constant(x: Series) -> Series:
    """The series with its constant term replaced by zero, where that is known to be zero."""
    return arb_series([0, *x.coeffs()[1:]]) if len(x) > 1 else arb_series([0])


def from_zero(x: Series, constant: Any) -> Series:
    """The series with another constant term."""
    return without_constant(x) + arb_series([constant])
