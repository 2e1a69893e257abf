"""Natural forms are exact, and they are the paper's."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import sympy
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as some

from symtrade.forms.lens import lens_of
from symtrade.forms.natural import Forms, natural_condition, natural_value
from symtrade.kernel.arithmetic import collect, start
from symtrade.kernel.polynomial import RationalFunction, evaluate_fraction, quotient
from symtrade.kernel.region import Condition
from symtrade.kernel.view import expression, polynomial_expression
from tests.render import examples

SOLUTIONS = [examples.dominant, examples.bayesian]


def coefficients(solution: Any) -> list[tuple[Forms, Any]]:
    """Every value, multiplier and coordinate of a solution, with the forms of its leaf."""
    ring, found = solution.program.ring, collect(solution.certificate)
    result = []
    for leaf, known, _ in found:
        forms = Forms(lens_of(known, ring))
        result += [(forms, v) for _, v in (*leaf.primal, *leaf.dual)]
    result += [(forms, piece.value) for piece in solution.certificate.pieces if piece.value is not None]
    return result


@pytest.mark.parametrize("make", [*SOLUTIONS, examples.impossible])
def test_values_are_equal_as_rational_functions(make: Any) -> None:
    for forms, value in coefficients(make()):
        shown = sympy.sympify(str(forms.value(value)))
        assert sympy.cancel(shown - expression(value, {})) == 0
        assert sympy.cancel(sympy.sympify(str(forms.value(value).as_sympy())) - shown) == 0


DIGIT = some.integers(1, 9)


@given(gaps=some.lists(DIGIT, min_size=4, max_size=4), p=DIGIT, r=DIGIT)
@settings(max_examples=25, deadline=None)
def test_conditions_agree_at_points(gaps: list[int], p: int, r: int) -> None:
    low = fmpq(gaps[0] - 5)
    values = [low]
    for gap in gaps[1:]:
        values.append(values[-1] + fmpq(gap, 3))
    solution = examples.bayesian()
    ring = solution.program.ring
    named = dict(zip(("s_lo", "b_lo", "s_hi", "b_hi"), values, strict=True))
    named |= {"p_slo": fmpq(p, 10), "p_bhi": fmpq(r, 10)}
    point = [named[n] for n in ring.names]
    for piece in solution.certificate.pieces:
        for condition in (c for region in piece.regions for c in region):
            shown = natural_condition(condition, solution.certificate.chart, ring)
            sides = (s.as_coefficient(ring) for s in (shown.left, shown.right))
            left, right = (evaluate_fraction(s, point) for s in sides)
            holds = {">=": left >= right, "<=": left <= right}[shown.relation]
            assert holds == condition.holds(point)


@pytest.mark.parametrize("make", SOLUTIONS)
def test_conditions_are_positive_multiples(make: Any) -> None:
    solution = make()
    ring, chart = solution.program.ring, solution.certificate.chart
    for piece in solution.certificate.pieces:
        for condition in (c for region in piece.regions for c in region):
            shown = natural_condition(condition, chart, ring)
            sides = sympy.sympify(str(shown.left)) - sympy.sympify(str(shown.right))
            ratio = sympy.cancel(sides / polynomial_expression(condition.polynomial, {}))
            assert ratio == 1


def test_the_boundary_of_lemma_2_1() -> None:
    solution = examples.dominant()
    condition = solution.certificate.pieces[1].regions[0][0]
    shown = natural_condition(condition, solution.certificate.chart, solution.program.ring)
    assert str(shown) == ("p_slo*(1 - p_bhi)*(b_lo - s_lo)*(s_hi - s_lo)"
                          " >= p_bhi*(1 - p_slo)*(b_hi - b_lo)*(b_hi - s_hi)")


def test_the_values_of_lemma_2_1() -> None:
    solution = examples.dominant()
    shown = {str(natural_value(p.value, solution.certificate.chart, solution.program.ring))
             for p in solution.certificate.pieces}
    assert shown == {
        "p_bhi*p_slo*(b_hi - s_lo) + p_slo*(1 - p_bhi)*(b_lo - s_lo)"
        " + p_bhi*(1 - p_slo)*(b_hi - s_hi)*(b_lo - s_lo)/(s_hi - s_lo)",
        "p_bhi*(1 - p_slo)*(b_hi - s_hi) + p_bhi*p_slo*(b_hi - s_lo)"
        " + p_slo*(1 - p_bhi)*(b_hi - s_hi)*(b_lo - s_lo)/(b_hi - b_lo)",
    }


COEFFICIENTS = some.lists(some.integers(-3, 3), min_size=8, max_size=8)


@given(numbers=COEFFICIENTS, others=COEFFICIENTS)
@settings(max_examples=40, deadline=None)
def test_random_forms_are_exact(numbers: list[int], others: list[int]) -> None:
    solution = examples.dominant()
    ring, claim = solution.program.ring, solution.certificate.claim
    forms = Forms(lens_of(start(claim, solution.certificate.chart), ring))
    g = dict(zip(ring.names, ring.gens, strict=True))
    basis = [g["b_hi"] - g["s_lo"], g["s_hi"] * g["p_slo"], g["b_lo"] * g["p_bhi"] * g["p_slo"], g["p_bhi"],
             ring.one, g["s_lo"] ** 2, g["p_bhi"] ** 2 * g["b_hi"], g["b_lo"] - g["s_lo"]]
    top, bottom = (sum((b * n for b, n in zip(basis, c, strict=True)), ring.zero) for c in (numbers, others))
    if bottom == 0:
        return
    value = quotient(top, bottom)
    assert forms.value(value).as_coefficient(ring) == value
    for relation in (">", ">=", "=", "!="):
        if isinstance(value, RationalFunction) and not value.num.is_constant():
            condition = Condition(value.num, relation)
            assert forms.equivalent(forms.condition(condition), condition)


def test_the_records_keep_their_shape() -> None:
    solution = examples.dominant()
    value = solution.certificate.pieces[0].value
    shown = natural_value(value, solution.certificate.chart, solution.program.ring)
    assert all(one.coefficient * two.coefficient > 0 for one, two in pairwise(shown.terms))
