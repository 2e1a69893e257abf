"""Signs of functions that vanish at an end of an interval."""

from __future__ import annotations

import pytest
from sympy import E, Integer, Rational, betainc, cos, erf, exp, log, pi, sin, sqrt, symbols

from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.vanishing import expansions, is_zero, prove_nonnegative
from symtrade.kernel.evidence import verify_evidence
from symtrade.prover import Searching

x = symbols("x")
UNIT = (Integer(0), Integer(1))
NONNEGATIVE = {
    "x - sin x": x - sin(x),
    "a series": exp(x) - 1 - x - x**2 / 2 - x**3 / 6,
    "both ends": (1 - x) * sin(x),
    "Jordan": sin(pi * x / 2) - x,
    "roots": sqrt(x) * (1 - x) ** Rational(3, 2),
    "beta": 1 - betainc(Rational(1, 2), Rational(3, 2), 0, x) * 2 / pi,
    "an irrational power": x ** sqrt(2) - x ** sqrt(3),
    "a root of a curve": (1 - sqrt(x)) ** Rational(1, 3) - (1 - sqrt(x)),
    "erf": exp(1) * erf(x) / erf(1) - exp(x) * erf(x) / erf(1),
}


@pytest.mark.parametrize("name", NONNEGATIVE)
def test_nonnegative(name):
    prover, function = Searching(), NONNEGATIVE[name]
    for k in range(1, 16):  # the claim itself
        assert function.subs(x, Rational(k, 16)).evalf(20) > 0
    assert prove_nonnegative(function, x, UNIT, prover, strict=True)
    for certificate in prover.certificates:
        verify_evidence(certificate)
    with pytest.raises(Undecided):
        prove_nonnegative(-function, x, UNIT, Searching())


@pytest.mark.parametrize("function", [
    sin(x) - x + x**3 / 7, x * (x - Rational(1, 100)), Integer(-1), x - x**2 * log(x) - 1])
def test_false_claims_are_not_proved(function):
    with pytest.raises(Undecided):
        prove_nonnegative(function, x, UNIT, Searching())


def test_conditions_leave_an_end_out():
    prove_nonnegative(x - Rational(1, 2), x, UNIT, Searching(), conditions=(x - Rational(3, 4),))
    with pytest.raises(Undecided):
        prove_nonnegative(x - Rational(1, 2), x, UNIT, Searching(), conditions=(x - Rational(1, 4),))


@pytest.mark.parametrize(("function", "order", "coefficient"), [
    (1 - cos(1 - x), 2, Rational(1, 2)),
    ((1 - x**2) ** Rational(3, 2), 3, 2 * sqrt(2)),
    (exp(x) - E, 2, -E),
    (sqrt(1 - x) - sqrt(1 - x**2), 1, 1 - sqrt(2)),
    (x - x, None, 0),
])
def test_expansions(function, order, coefficient):
    """By hand: at 1, in s = sqrt(1 - x)."""
    (_, found) = expansions((sqrt(1 - x), function), x, Integer(1), -1, Searching())
    assert found.approach.power == 2
    if order is None:
        assert found.coefficient == 0
        return
    assert found.order == (order if function != 1 - cos(1 - x) else 4)
    assert (found.coefficient - coefficient).equals(0)


def test_zeros_are_proved():
    prover = Searching()
    assert is_zero(E * (1 - exp(-1)) / (E - 1) - 1, prover)
    assert is_zero(sqrt(6) / 3 - sqrt(2) / sqrt(3), prover)
    assert is_zero(1 / (1 + sqrt(2)) + 1 - sqrt(2), prover)
    assert not is_zero(pi - Rational(355, 113), prover)
    with pytest.raises(Undecided):
        is_zero(sin(1) ** 2 + cos(1) ** 2 - 1, prover)
