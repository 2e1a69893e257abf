"""SymPy expressions as functions of the kernel: the same values."""

from __future__ import annotations

import pytest
from flint import arb, fmpq
from sympy import (
    E,
    Float,
    Rational,
    atan,
    cos,
    erf,
    exp,
    gamma,
    log,
    lowergamma,
    pi,
    sin,
    sqrt,
    symbols,
    tan,
)

from symtrade.forms.functions import real_functions

x, y = symbols("x y")
POINT = {x: Rational(3, 7), y: Rational(5, 4)}


@pytest.mark.parametrize("e", [
    x - y, 2 - x * y / 3, x**3 - 1 / y**2, sqrt(x) / y, 1 / sqrt(x + y), x**y, x ** Rational(2, 3),
    exp(-x) / x, log(x / (1 - x)), erf(x) - pi, lowergamma(Rational(5, 2), x) / gamma(Rational(5, 2)),
    sin(x) * cos(y) - atan(x), E**2 - x, (x - y) / (x + y), -x - y, 1 / (x * (1 - x)), x / (y * exp(x)) - 7,
])
def test_values(e):
    (found,) = real_functions([e], [x, y]).at([3 * fmpq(1, 7), fmpq(5, 4)])
    assert abs(found - arb(str(e.subs(POINT).evalf(30)))) < arb("1e-13")


def test_what_is_not_understood_is_named():
    with pytest.raises(ValueError, match=r"y is neither a variable nor a number; the variables are x"):
        real_functions([x + y], [x])
    with pytest.raises(ValueError, match=r"got tan\(x\)"):
        real_functions([tan(x)], [x])
    with pytest.raises(ValueError, match=r"got 0\.5"):
        real_functions([x + Float("0.5")], [x])
