"""Environments: names, probabilities, parameter sets."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from flint import fmpq
from sympy import Rational, Symbol, symbols

from symtrade.kernel.view import expression
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError
from symtrade.model.typespace import TypeSpace

s_lo, b_lo, s_hi, b_hi, p, r, k = symbols("s_lo b_lo s_hi b_hi p r k")


def two_types(**more: Any) -> FiniteEnvironment:
    return FiniteEnvironment(
        buyer=TypeSpace((b_lo, b_hi), (1 - p, p)), seller=TypeSpace((s_lo, s_hi), (r, 1 - r)), **more
    )


def correlated(joint: Any, **more: Any) -> FiniteEnvironment:
    return FiniteEnvironment(TypeSpace((b_lo, b_hi)), TypeSpace((s_lo, s_hi)), joint=joint, **more)


def test_type_space() -> None:
    space = TypeSpace((1, Fraction(1, 2), b_lo), names=None)
    assert space.names == ("1", "1/2", "b_lo")
    assert space.index("1/2") == space.index(Rational(1, 2)) == space.index(1) == 1
    assert space.index(sympy.Integer(1)) == 0
    assert TypeSpace((1, 1), names=("a", "b")).index("b") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"values": (0.5,)}, r"Rational\('0.5'\)"),
        ({"values": ()}, "no types"),
        ({"values": (1, 1)}, "same name"),
        ({"values": (1, 2), "probabilities": (1,)}, "2 values but 1 probabilities"),
        ({"values": (1, 2), "names": ("a",)}, "2 values but 1 names"),
    ],
)
def test_type_spaces_that_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        TypeSpace(**arguments)


def test_unknown_and_ambiguous_types() -> None:
    space = TypeSpace((1, 1), names=("a", "b"))
    for key in (2, -1, "c", sympy.Integer(1)):
        with pytest.raises(ModelError):
            space.index(key)


def test_order_of_parameters() -> None:
    assert two_types(assuming=(k > 0,)).ring.names == ("s_lo", "s_hi", "b_lo", "b_hi", "r", "p", "k")
    assert two_types(parameters=(k, p)).ring.names == ("k", "p", "s_lo", "s_hi", "b_lo", "b_hi", "r")


def test_requirements() -> None:
    env = two_types()
    assert [str(c) for c, _ in env.requirements] == ["-p + 1 >= 0", "p >= 0", "r >= 0", "-r + 1 >= 0"]
    odd = FiniteEnvironment(TypeSpace((1, 2), (p, r)), TypeSpace((0,), (1,)))
    condition, message = odd.requirements[-1]
    assert str(condition) == "p + r - 1 = 0" and "expected 1" in message
    divided = FiniteEnvironment(TypeSpace((1 / k,)), TypeSpace((0,)))
    assert [str(c) for c, _ in divided.requirements] == ["k != 0"]


@pytest.mark.parametrize("probabilities", [(Rational(1, 2), Rational(1, 3)), (-1, 2), (p, 2 - p), (0.5, 0.5)])
def test_wrong_probabilities(probabilities: tuple[object, object]) -> None:
    with pytest.raises(ModelError, match="probabilit"):
        FiniteEnvironment(TypeSpace((1, 2), probabilities), TypeSpace((0,), (1,)))


def test_declared_signs_show_in_the_region() -> None:
    d = Symbol("d", positive=True)
    env = FiniteEnvironment(TypeSpace((d,)), TypeSpace((0,)), assuming=(d < 1, d > 0))
    assert [str(c) for c in env.scope_region.conditions] == ["-d + 1 > 0", "d > 0"]


def test_independent_prior() -> None:
    env = two_types()
    assert expression(env.probability(b_hi, s_lo), env.symbols) == p * r
    assert env.conditional("buyer") == (env.marginal("seller"),) * 2
    assert env.conditional_requirements("buyer") == ()


def test_correlated_prior() -> None:
    env = correlated(((p, r), (k, 1 - p - r - k)))
    pi = expression(env.conditional("buyer")[0][0], env.symbols)
    assert sympy.cancel(pi - p / (p + r)) == 0
    pi = expression(env.conditional("seller")[1][0], env.symbols)
    assert sympy.cancel(pi - r / (1 - p - k)) == 0
    assert [str(c) for c, _ in env.conditional_requirements("buyer")] == ["p + r != 0", "p + r - 1 != 0"]
    product = correlated(sympy.Matrix([[p * r, p * (1 - r)], [(1 - p) * r, (1 - p) * (1 - r)]]))
    assert product.conditional("buyer") == ((product.convert(r, ""), product.convert(1 - r, "")),) * 2


def test_a_type_of_probability_zero() -> None:
    env = correlated(((0, 0), (p, 1 - p)))
    with pytest.raises(ModelError, match="b_lo has probability zero"):
        env.conditional("buyer")


def test_priors_that_do_not_fit() -> None:
    with pytest.raises(ModelError, match="2 rows"):
        correlated(((1, 0),))
    with pytest.raises(ModelError, match="one or the other"):
        two_types(joint=((1, 0), (0, 0)))
    with pytest.raises(ModelError, match="only one TypeSpace"):
        FiniteEnvironment(TypeSpace((1,), (1,)), TypeSpace((0,)))
    with pytest.raises(ModelError, match="expected probabilities"):
        _ = FiniteEnvironment(TypeSpace((1,)), TypeSpace((0,))).prior


def test_interdependent_values() -> None:
    env = two_types(buyer_values=((b_lo + k * s_lo, b_lo), (b_hi, b_hi)))
    assert expression(env.buyer_value(0, 0), env.symbols) == b_lo + k * s_lo
    assert expression(env.seller_value(b_hi, "s_lo"), env.symbols) == s_lo
    assert env.seller_value(0, 1) == env.convert(s_hi, "")


def test_names_that_clash_or_cannot_be_used() -> None:
    with pytest.raises(ModelError, match="two different symbols are named k"):
        FiniteEnvironment(TypeSpace((k,)), TypeSpace((0,)), assuming=(Symbol("k", real=True) > 1,))
    with pytest.raises(ModelError, match="cannot name a parameter"):
        FiniteEnvironment(TypeSpace((Symbol("v b"),)), TypeSpace((0,)))


def test_fractions_are_exact() -> None:
    env = FiniteEnvironment(TypeSpace((1, 2), (Fraction(1, 3), fmpq(2, 3))), TypeSpace((0,), (1,)))
    assert env.probability(1, 0) == fmpq(2, 3)
