"""SymPy expressions become kernel coefficients, exactly or not at all."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy
from flint import fmpq
from sympy import And, Eq, Ge, Gt, Lt, Ne, Or, Rational, Symbol, sqrt, symbols

from symtrade.kernel.polynomial import Ring, evaluate_fraction
from symtrade.kernel.view import expression
from symtrade.model.errors import ModelError, UndefinedExpression
from symtrade.model.expressions import coefficient, linear, symbol_table
from symtrade.model.relations import conditions, declared_signs

p, q, x, y = symbols("p q x y")
RING = Ring(("p", "q"))


def random_expression(depth: int, rng: random.Random) -> sympy.Expr:
    if depth == 0:
        return rng.choice((p, q, sympy.Integer(rng.randint(-3, 3)), Rational(rng.randint(1, 5), 3)))
    left, right = random_expression(depth - 1, rng), random_expression(depth - 1, rng)
    return rng.choice((left + right, left * right, left - right, left**2, left / (right**2 + 1)))


@pytest.mark.parametrize("seed", range(25))
def test_a_coefficient_has_the_values_of_its_expression(seed: int) -> None:
    rng = random.Random(seed)
    expr = random_expression(3, rng)
    value = coefficient(expr, RING)
    for _ in range(3):
        a, b = (Rational(rng.randint(-9, 9), rng.randint(1, 9)) for _ in range(2))
        expected = expr.subs({p: a, q: b})
        got = evaluate_fraction(value, (fmpq(int(a.p), int(a.q)), fmpq(int(b.p), int(b.q))))
        assert Rational(int(got.p), int(got.q)) == expected
    assert sympy.cancel(expression(value, {}) - expr) == 0


@pytest.mark.parametrize("number", [2, Fraction(2), fmpq(2), sympy.Integer(2)])
def test_exact_numbers(number: object) -> None:
    assert coefficient(number, RING) == fmpq(2)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (0.2, r"Rational\('0.2'\)"),
        (sympy.Float(0.2) * p, r"Rational\('0.2'\)"),
        (x, "x is neither a variable nor a parameter"),
        (sqrt(p), "expected a rational function"),
        (sqrt(2), r"Eq\(r\*\*2, 2\)"),
        (sympy.exp(p), "expected a rational function"),
        (p**q, "expected a rational function"),
        ("p", r"symbols\('x'\)"),
        (True, "expected a number"),
        (sympy.nan, "undefined"),
        (sympy.oo, "undefined"),
        (1 / (p * (1 + q) - p - p * q), "divides by"),
    ],
)
def test_what_is_refused(bad: object, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        coefficient(bad, RING)


def test_undefined_is_its_own_error() -> None:
    with pytest.raises(UndefinedExpression):
        coefficient(sympy.zoo, RING)


def test_cancelled_denominators_are_remembered() -> None:
    found: list[object] = []
    value = coefficient((p**2 - 1) / (p - 1), RING, denominators=found)
    assert str(value) == "p + 1"
    assert [str(d) for d in found] == ["p - 1"]


def test_linear_forms() -> None:
    terms, constant = linear(p * (x - 2 * y) + y / q - (x + 3) / 2, RING, {"x", "y"}, {})
    assert {k: str(v) for k, v in terms.items()} == {"x": "(2*p - 1)/(2)", "y": "(-2*p*q + 1)/(q)"}
    assert constant == fmpq(-3, 2)
    assert linear(x - x * 1, RING, {"x"}, {}) == ({}, fmpq(0))


@pytest.mark.parametrize("bad", [x * y, x**2, 1 / x, p / (x + y), x * (1 + y)])
def test_nonlinear_is_refused(bad: object) -> None:
    with pytest.raises(ModelError, match="nonlinear"):
        linear(bad, RING, {"x", "y"}, {})


def test_two_symbols_of_one_name() -> None:
    with pytest.raises(ModelError, match="two different symbols are named p"):
        symbol_table(p, Symbol("p", positive=True))
    with pytest.raises(ModelError, match="two different symbols"):
        coefficient(Symbol("p", positive=True), RING, symbols={"p": p})


def test_relations_become_conditions() -> None:
    found = conditions((p < q, Ge(p, 0), And(q < 1, q < 1), Ne(p, q), Eq(p * q, 1), True, sympy.true), RING)
    assert [str(c) for c in found] == ["-p + q > 0", "p >= 0", "-q + 1 > 0", "p - q != 0", "p*q - 1 = 0"]
    assert [str(c) for c in conditions(Gt(p / (p + q), 0), RING)] == ["p + q != 0", "p^2 + p*q > 0"]


@pytest.mark.parametrize(
    "bad", [False, sympy.false, Lt(p * (1 + q), p + p * q), Or(p > 0, q > 0), p + q, "p<1"]
)
def test_assumptions_that_are_refused(bad: object) -> None:
    with pytest.raises(ModelError):
        conditions((bad,), RING)


def test_a_false_assumption_says_so() -> None:
    with pytest.raises(ModelError, match="the assumption is false"):
        conditions((p < q, False), RING)


def test_what_symbols_were_declared_to_be() -> None:
    def declared(**facts: bool) -> list[str]:
        return [str(c) for c in declared_signs([Symbol("p", **facts)], RING)]

    assert declared(positive=True) == ["p > 0"]
    assert declared(nonnegative=True) == ["p >= 0"]
    assert declared(negative=True) == ["-p > 0"]
    assert declared(nonpositive=True) == ["-p >= 0"]
    assert declared(nonzero=True) == ["p != 0"]
    assert declared(real=True) == declared() == []
    with pytest.raises(ModelError, match="integer=True"):
        declared(integer=True)
