"""Where a polynomial of the parameters is 0 the optimum may be another: Cremer and McLean's theorem."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random
from runpy import run_path

import pytest
from sympy import Eq, Rational, symbols

import symtrade as st
from tests.oracles import optimum_at
from tests.solve.test_solve_properties import check_everywhere
from tests.strategies import small_program

a, b, c, x, y = symbols("a b c x y")
EXAMPLE = Path(__file__).parents[2] / "examples" / "full_surplus.py"
GAINS = {("low", "low"): 1, ("low", "high"): 0, ("high", "low"): 2, ("high", "high"): Rational(1, 2)}


def independent(random: Random) -> dict[str, Fraction]:
    """A prior of independent types."""
    p, q = (Fraction(random.randint(1, 9), 10) for _ in "pq")
    return {"a": p * q, "b": p * (1 - q), "c": (1 - p) * q}


def test_full_surplus_but_for_independent_types() -> None:
    program, random = run_path(str(EXAMPLE))["program"], Random(5)
    solution = st.solve(program)
    st.check(solution)
    d = 1 - a - b - c
    [full] = [p for p in solution.pieces if "Eq" not in str(p.region)]
    gains = sum(GAINS[key] * p for key, p in zip(GAINS, (a, b, c, d), strict=True))
    assert (full.value - gains).expand() == 0
    for _ in range(12):
        point = independent(random)
        found = solution.value_at(point)
        assert found == optimum_at(program, point)
        assert found < gains.subs(point)


@pytest.mark.parametrize(("objective", "rows", "assuming"), [
    (x + y, (a * x + b * y <= 1,), (a > 0, b > 0)),
    (x, (Eq(a * x - b * y, 0), Eq(b * x - a * y, 0), x <= 1, y <= 1), (a > 0, b > 0)),
    (x + y, (Eq((a - b) * x, 0), Eq((a + b - c) * y, 0), x <= 1, y <= c), (a > 0, b > 0, c > 0)),
    (x + y, (Eq(a * x + y, 1), Eq(x + b * y, 2)), (a > -1, b > -1)),
    (x, (Eq((a * b - c) * x, 1), x <= 1), (a > 0, b > 0, c > 0)),
    (x + y, (a * x + b * y <= 1,), (a > 0, Eq(a, b))),
    (x + y, (Eq((a - b) * x, 0), Eq((a + b - c) * y, 0), x <= a, y <= b), (a > 0, Eq(a, b), Eq(a + b, c))),
])
def test_small_programs_with_exceptional_parameters(objective, rows, assuming) -> None:
    program = st.LinearProgram(variables=(x, y), objective=objective, assuming=assuming, constraints=rows)
    try:
        solution = st.solve(program)
    except (st.Infeasible, st.Unbounded) as outcome:
        solution = outcome.solution
    check_everywhere(solution, 3)


@pytest.mark.parametrize("seed", [152, 163])
def test_conditions_that_force_an_equality(seed) -> None:
    check_everywhere(st.solve(small_program(Random(seed))), seed)


def test_without_constraints_an_objective_is_unbounded() -> None:
    with pytest.raises(st.Unbounded):
        st.solve(st.LinearProgram(variables=(x,), objective=a * x, constraints=(), assuming=(a > 0,)))
