"""Polynomials and rational functions: canonical texts, exact values, SymPy as the judge."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
import sympy
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as some

from symtrade.kernel.polynomial import (
    Ring,
    compose,
    compose_fraction,
    divide_out,
    evaluate_fraction,
    quotient,
    write_fraction,
)
from tests.oracles import number

RING = Ring(("a", "b"))
NAMES = sympy.symbols("a b")


def polynomial(random: Random) -> Any:
    terms = {(random.randint(0, 2), random.randint(0, 2)): random.randint(-3, 3) for _ in range(3)}
    return RING.context.from_dict({powers: c for powers, c in terms.items() if c})


def expression(value: Any) -> Any:
    """What a coefficient says, read by SymPy."""
    return sympy.sympify(str(value).replace("^", "**"), locals={"a": NAMES[0], "b": NAMES[1]})


@settings(max_examples=25)
@given(some.integers(0, 10**6))
def test_arithmetic_agrees_with_sympy(seed: int) -> None:
    random = Random(seed)
    one, two = (quotient(polynomial(random), polynomial(random) + 20) for _ in range(2))
    for ours, theirs in ((one + two, expression(one) + expression(two)),
                         (one - two, expression(one) - expression(two)),
                         (one * two, expression(one) * expression(two))):
        assert sympy.cancel(expression(ours) - theirs) == 0
    if two != 0:
        assert sympy.cancel(expression(one / two) - expression(one) / expression(two)) == 0


@given(some.integers(0, 10**6))
def test_the_written_form_is_read_back(seed: int) -> None:
    random = Random(seed)
    f = polynomial(random)
    assert RING.parse(str(f)) == f
    value = quotient(f, polynomial(random) + 20)
    assert RING.parse_fraction(write_fraction(value)) == value


@given(some.integers(0, 10**6))
def test_equal_quotients_are_written_equally(seed: int) -> None:
    random = Random(seed)
    top, bottom, factor = polynomial(random), polynomial(random) + 20, polynomial(random) - 20
    assert write_fraction(quotient(top * factor, bottom * factor)) == write_fraction(quotient(top, bottom))
    assert quotient(top * factor, bottom * factor) - quotient(top, bottom) == 0


@given(some.integers(0, 10**6))
def test_substitution_is_evaluation_in_two_steps(seed: int) -> None:
    random = Random(seed)
    value = quotient(polynomial(random), polynomial(random) ** 2 + 1)
    images = [quotient(polynomial(random), polynomial(random) ** 2 + 1) for _ in range(2)]
    point = [fmpq(random.randint(-3, 3), random.randint(1, 3)) for _ in range(2)]
    there = [evaluate_fraction(image, point) for image in images]
    assert evaluate_fraction(compose_fraction(value, images, RING), point) == evaluate_fraction(value, there)
    exact = {n: Fraction(str(v)) for n, v in zip(RING.names, there, strict=True)}
    assert Fraction(str(evaluate_fraction(value, there))) == number(value, RING.names, exact)


@pytest.mark.parametrize("text", [
    "b + a", "a*a", "2*a*b + a*b", "1*a", "a^1", "a^0", "a^-1", "-a^-2", "a^(2)", "+a", " a", "a ", "a+b",
    "a - -b",
    "0*a", "-0", "00", "01", "a*2", "a**2", "2a", "c", "a + 0", "", "a^2.0", "1/2", "1e3", "\u0663", "a\n",
])  # fmt: skip
def test_a_text_that_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"canonical|no power"):
        RING.parse(text)


@pytest.mark.parametrize("data", [
    "2/4", "1/1", "+1", "-0", "0/1", "1/-2", "1.5", "01", " 1", "1_0", "", 1, None, True, ["a"],
    ["a", "b", "1"],
    ["1", "2"], ["0", "a"], ["a", "a"], ["2*a", "2"], ["a", "-b"], ["-a", "-1"], ["a", "0"], [["a"], "b"],
    ["a*b", "b^2"], {"a": "b"},
], ids=str)  # fmt: skip
def test_a_fraction_that_is_not_canonical_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"lowest|reduced|expected|canonical|zero"):
        RING.parse_fraction(data)


@pytest.mark.parametrize(
    "names", [("a", "a"), ("2a",), ("a b",), ("a+b",), ("",), ("a^2",), ("a*b",), ("a\0b",), ("(",)])
def test_names_that_would_make_texts_ambiguous_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="name"):
        Ring(names)


def test_division_by_the_zero_polynomial() -> None:
    a, _ = RING.gens
    with pytest.raises(ZeroDivisionError):
        quotient(a, RING.zero)
    with pytest.raises(ZeroDivisionError):
        evaluate_fraction(quotient(RING.one, a), (fmpq(0), fmpq(1)))


def test_small_facts() -> None:
    a, b = RING.gens
    assert divide_out(a**3 * b, a) == (b, 3)
    assert divide_out(b, a) == (b, 0)
    assert compose(a * b, (quotient(a, b), quotient(b, a)), RING) == (a * b, a * b)
    assert quotient(a - b, b - a) == -1
    assert hash(quotient(a, b)) == hash(quotient(a * a, a * b))
    assert quotient(a, RING.one) != quotient(b, RING.one)


def test_names_that_flint_cannot_hold() -> None:
    with pytest.raises(ValueError, match="'λ' cannot name a parameter: use the letters a to z"):
        Ring(("λ",))
