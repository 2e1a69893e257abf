"""What a session or a notebook shows of the records that users hold."""

from __future__ import annotations

import pytest
from sympy import symbols

import symtrade as st

a, b, p = symbols("a b p")
ENV = st.FiniteEnvironment(
    st.TypeSpace((a, b), (1 - p, p)), st.TypeSpace((0,), (1,)), assuming=(a > 0, b > a, p > 0, p < 1))
MECH = st.DirectMechanism(ENV)
ROWS = (*st.bayesian_ic(ENV, MECH), *st.interim_ir(ENV, MECH))


def test_a_solution_shows_its_pieces() -> None:
    solution = st.solve(st.maximize(st.seller_surplus(ENV, MECH), subject_to=ROWS))
    assert repr(solution).splitlines() == [
        "PiecewiseSolution, 2 pieces:", "  b*p  where  b*p >= a", "  a  where  a >= b*p"]
    assert repr(solution.pieces[1]) == "CriticalRegion(a, where a >= b*p)"
    assert solution._repr_latex_() == (
        r"$\displaystyle \begin{cases} b p & \text{if } b p \geq a \\ a & \text{if } a \geq b p \end{cases}$")


def test_an_infeasible_program_says_so() -> None:
    with pytest.raises(st.Infeasible) as outcome:
        st.solve(st.feasibility((*ROWS, ("more", MECH.q[a, 0] >= 2))))
    assert repr(outcome.value.solution) == "PiecewiseSolution(infeasible)"


def test_programs_and_rows_show_formulas() -> None:
    program = st.maximize(st.seller_surplus(ENV, MECH), subject_to=ROWS)
    shown = repr(program)
    assert shown.startswith("LinearProgram: max ") and "IR_B[a]: a*q[a, 0] - t[a, 0] >= 0" in shown
    assert shown.splitlines()[-1] == "  for a > 0, b > a, p > 0, 1 > p"
    assert repr(ROWS[2]) == "Constraint('IR_B[a]', a*q[a, 0] - t[a, 0] >= 0)"


def test_other_answers_are_short() -> None:
    assert repr(st.prove(a + b > a, assuming=(a > 0, b > 0))) == "Proved(1 certificate)"
    assert repr(st.power(2)) == "power(2)"
    assert len(repr(st.static_disclosure("power(2)", "uniform(0,1)"))) < 400


@pytest.mark.parametrize(("call", "message"), [
    (lambda: st.solve(ROWS), "solve: expected a program: maximize"),
    (lambda: st.bayesian_ic(MECH, ENV), "expected a FiniteEnvironment, and after it the mechanism"),
    (lambda: st.gains_from_trade(ENV, ENV), r"the mechanism: expected DirectMechanism\(env\)"),
    (lambda: st.DirectMechanism(5), "a mechanism's environment: expected a FiniteEnvironment, got 5"),
    (lambda: st.FiniteEnvironment(5, 6), "buyer=: expected a TypeSpace"),
    (lambda: st.TypeSpace(5), "a TypeSpace's values: expected a sequence"),
    (lambda: st.first_best(st.power(2), st.power(2)), "for two distributions: compare"),
    (lambda: st.prove(a > b, assuming=5), "expected relations such as a < b, or symbols, got 5"),
    (lambda: st.referee(5), r"referee: expected a PrintedProof, or read_proof\(FILE\), got 5"),
])
def test_the_wrong_kind_of_thing(call, message) -> None:
    with pytest.raises(st.ModelError, match=message):
        call()
