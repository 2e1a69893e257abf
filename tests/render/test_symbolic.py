"""SymPy expressions in LaTeX: the printed form has the expression's value."""

from __future__ import annotations

from typing import Any

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as some
from sympy import Eq, Matrix, Max, Min, Or, Piecewise, Rational, Tuple, log, sqrt, symbols

from symtrade.kernel.polynomial import Ring
from symtrade.model.cases import Cases
from symtrade.model.expressions import coefficient
from symtrade.render.latex import chart_forms
from symtrade.render.notation import Notation
from symtrade.render.symbolic import as_sum, symbolic
from tests.render import examples

P, A, B = symbols("p a b")
LEAVES = some.sampled_from([P, A, B, Rational(2), Rational(-3, 4)])
EXPRESSIONS = some.recursive(LEAVES, lambda inner: some.one_of(
    some.builds(lambda x, y: x + y, inner, inner), some.builds(lambda x, y: x - y, inner, inner),
    some.builds(lambda x, y: x * y, inner, inner), some.builds(lambda x: x**2, inner)), max_leaves=7)


@given(EXPRESSIONS, EXPRESSIONS)
def test_the_form_is_exact(top: Any, bottom: Any) -> None:
    ring = Ring(("p", "a", "b"))
    whole = top / (bottom**2 + 1)
    assert as_sum(whole, Notation()).as_coefficient(ring) == coefficient(whole, ring)


@pytest.mark.parametrize(("expression", "expected"), [
    (P * (A - B), "p(a - b)"),
    ((1 - P) * A / (B - A), r"\frac{a\,\bar{p}}{b - a}"),
    (Max(A, B - 1), r"\max\{a, b - 1\}"),
    (2 * Min(A, B), r"2\min\{a, b\}"),
    (sqrt(A - B), r"\sqrt{a - b}"),
    (log(P), r"\log(p)"),
    (Eq(P, Rational(1, 2)), r"p = \frac{1}{2}"),
    (Or(P > 0, (A < 0) & (B < 0)), r"(a < 0 \text{ and } b < 0) \text{ or } p > 0"),
    (Tuple(P, 2 * A), "(p, 2a)"),
    (Piecewise((A, P > 0), (B, True)),
     r"\begin{cases} a & \text{if } p > 0 \\[.5ex] b & \text{otherwise} \end{cases}"),
    (1 + Piecewise((A, P > 0), (B, True)),
     r"1 + \relax \begin{cases} a & \text{if } p > 0 \\[.5ex] b & \text{otherwise} \end{cases}"),
    (Cases((A, P > 0), (B / 2, P <= 0)),
     r"\begin{cases} a & \text{if } p > 0 \\[.5ex] \tfrac{b}{2} & \text{if } p \le 0 \end{cases}"),
    (Matrix([[A]]), r"\left[\begin{matrix}a\end{matrix}\right]"),
    ((A >= B) & (P <= 1), r"a \ge b \text{ and } p \le 1"),
])
def test_written(expression: Any, expected: str) -> None:
    assert symbolic(expression, Notation(complements={"p": r"\bar{p}"})) == expected


def test_differences_are_the_positive_way_round() -> None:
    forms = chart_forms(examples.dominant().program.region, examples.dominant().certificate.chart)
    b_lo, s_lo, s_hi = symbols("b_lo s_lo s_hi")
    whole = (s_lo - b_lo) ** 3 * log(s_hi - b_lo) / (b_lo - s_hi)
    shown = symbolic(whole, Notation(), [forms])
    assert shown == (r"\frac{\log(\bar{s} - \underline{b})(\underline{b} - \underline{s})^{3}}"
                     r"{\bar{s} - \underline{b}}")


def test_numbers() -> None:
    assert as_sum(Rational(0), Notation()).terms == ()
    assert as_sum(Rational(3, 4), Notation()).as_coefficient(Ring(())) == fmpq(3, 4)
