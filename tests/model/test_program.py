"""Programs: what is declared, what is refused, what is carried along."""

from __future__ import annotations

import pickle

import pytest
import sympy
from flint import fmpq
from sympy import Eq, Rational, Symbol, symbols

from symtrade.kernel import program as kernel
from symtrade.kernel.program import Constraint, LinearForm, read_program
from symtrade.model.constraints import bayesian_ic, dominant_strategy_ic, ex_post_ir
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError
from symtrade.model.mechanism import DirectMechanism
from symtrade.model.objectives import gains_from_trade, interim_utility
from symtrade.model.program import LinearProgram, feasibility, maximize, minimize
from symtrade.model.typespace import TypeSpace

x, y, z, p, r = symbols("x y z p r")
b, s = symbols("b s")
HALF = Rational(1, 2)
ENV = FiniteEnvironment(TypeSpace((0, b), (HALF, HALF)), TypeSpace((s,), (1,)), assuming=(s > 0, s < b))
MECH = DirectMechanism(ENV)


def program(*constraints: object, **more: object) -> LinearProgram:
    settings: dict[str, object] = {"variables": (x, y), "objective": x + y, "assuming": (p > 0,)}
    return LinearProgram(**{**settings, "constraints": constraints, **more})  # type: ignore[arg-type]


def test_a_program_of_ones_own() -> None:
    lp = program(x / p + y <= 1, ("floor", x >= y - 1), Eq(x - 2, p * y), objective=p * x + 2 * y + 1)
    assert isinstance(lp, kernel.LinearProgram)
    assert lp.variables == ("x", "y") and lp.ring.names == ("p",) and lp.sense == "max"
    assert [row.name for row in lp.constraints] == ["c1", "floor", "c3"]
    assert lp.row["floor"].expr == (x - y >= -1)
    assert lp.row["c3"].expr == Eq(-p * y + x, 2)
    assert lp.objective.expr == p * x + 2 * y + 1
    assert [(str(c), str(why)) for c, why in lp.requirements] == [
        ("p != 0", "the constraint c1 (y + x/p <= 1) is undefined where p = 0")]


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        (x < 1, "write <= or >="),
        (sympy.Ne(x, 1), "or Eq"),
        (x * y <= 1, r"the constraint c1 .*nonlinear"),
        (z <= 1, "z is neither a variable nor a parameter"),
        (x <= 0.2, r"Rational\('0.2'\)"),
        (sympy.false, "the constraint c1 is false"),
        (("cap", False), "the constraint cap is false"),
        (x + y, "expected a relation"),
        (sympy.And(x <= 1, y <= z), "expected one relation"),
        (3, "expected a constraint"),
    ],
)
def test_constraints_that_are_refused(constraint: object, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        program(constraint)


def test_programs_that_are_refused() -> None:
    with pytest.raises(ModelError, match="x is a variable, but it also occurs in assuming="):
        program(assuming=(x > 0,))
    with pytest.raises(ModelError, match="variables= is empty"):
        program(variables=())
    with pytest.raises(ModelError, match="expected SymPy symbols"):
        program(variables=("x",))
    with pytest.raises(ModelError, match="listed twice"):
        program(variables=(x, x))
    with pytest.raises(ModelError, match="the objective: z is neither"):
        program(objective=z)
    with pytest.raises(ModelError, match="two constraints are named a"):
        program(("a", x <= 1), ("a", y <= 1))
    with pytest.raises(ModelError, match="'max' or 'min'"):
        program(sense="best")
    with pytest.raises(ModelError, match="two different symbols are named p"):
        program(Symbol("p", positive=True) * x <= 1)


def test_true_constraints_are_dropped_and_parameters_declared() -> None:
    lp = program(sympy.true, True, x <= z, parameters=(z,))
    assert [row.name for row in lp.constraints] == ["c3"] and lp.ring.names == ("z", "p")


def test_variables_keep_what_they_were_declared_to_be() -> None:
    n = Symbol("n", nonnegative=True)
    lp = program(n + x <= 1, variables=(n, x), objective=n)
    assert [row.name for row in lp.constraints] == ["c1", "n >= 0"]
    with pytest.raises(ModelError, match="nonnegative=True"):
        program(variables=(Symbol("m", positive=True),), objective=0)


def test_a_program_survives_the_ways_out_and_back() -> None:
    lp = program(x / p + y <= 1)
    again = read_program(lp.to_data())
    assert again.digest == lp.digest and again == lp and lp == again and hash(again) == hash(lp)
    assert lp != program(x / p + y <= 2)


def test_a_mechanism_brings_its_scope() -> None:
    lp = maximize(gains_from_trade(ENV, MECH), subject_to=(
        *dominant_strategy_ic(ENV, MECH), ex_post_ir(ENV, MECH), MECH.t[0, s] >= 0,
        ("cap", MECH.q[1, 0] <= HALF)))
    assert isinstance(lp, LinearProgram)
    names = [row.name for row in lp.constraints]
    assert names[:2] == ["IC_B[0 -> b | s]", "IC_B[b -> 0 | s]"]
    assert names[-6:] == ["c7", "cap", "q[0, s] >= 0", "q[0, s] <= 1", "q[b, s] >= 0", "q[b, s] <= 1"]
    assert lp.row["cap"].bound == fmpq(1, 2)
    assert lp.variables == MECH.scope.variables and lp.region == ENV.scope_region
    assert lp.symbols["b"] is b


def test_a_constraint_replaces_the_domain_constraint_of_its_name() -> None:
    lp = maximize(gains_from_trade(ENV, MECH), [("q[0, s] <= 1", MECH.q[0, 0] <= HALF)])
    assert lp.row["q[0, s] <= 1"].bound == fmpq(1, 2)


def test_more_variables_and_more_assumptions() -> None:
    rows = [("low", z <= interim_utility(ENV, MECH, "buyer", b).expr), *ex_post_ir(ENV, MECH)]
    lp = maximize(z, rows, variables=(z,), assuming=(b > 1,))
    assert lp.variables == (*MECH.scope.variables, "z")
    assert [str(c) for c in lp.region.conditions] == ["s > 0", "-s + b > 0", "b - 1 > 0"]
    with pytest.raises(ModelError, match="p is no parameter of the environment"):
        maximize(MECH.q[0, 0], rows[1:], assuming=(p > 0,))
    with pytest.raises(ModelError, match="it occurs in assuming="):
        maximize(MECH.q[0, 0], rows[1:], assuming=(MECH.q[0, 0] > 0,))
    with pytest.raises(ModelError, match="both a variable and a parameter"):
        maximize(b, rows[1:], variables=(b,))


def test_pieces_of_different_mechanisms() -> None:
    other = DirectMechanism(ENV, budget="separate")
    with pytest.raises(ModelError, match="different mechanisms"):
        maximize(gains_from_trade(ENV, MECH), ex_post_ir(ENV, other))
    again = DirectMechanism(ENV)
    assert maximize(gains_from_trade(ENV, MECH), ex_post_ir(ENV, again)).constraints


def test_nothing_says_what_the_variables_are() -> None:
    with pytest.raises(ModelError, match="nothing says what the variables are"):
        maximize(x, (x <= 1,))
    lp = minimize(x, (x >= p,), variables=(x,), assuming=(p > 0,))
    assert lp.sense == "min" and lp.row["c1"].expr == (x - 0 >= p)


def test_feasibility() -> None:
    lp = feasibility(ex_post_ir(ENV, MECH))
    assert lp.objective == LinearForm(()) and lp.variables == MECH.scope.variables


def test_requirements_are_carried_and_merged() -> None:
    env = FiniteEnvironment(TypeSpace((0, 1)), TypeSpace((b, s)), joint=((p, r), (z, 1 - p - r - z)))
    mech = DirectMechanism(env)
    lp = maximize(gains_from_trade(env, mech), (*ex_post_ir(env, mech), *bayesian_ic(env, mech)))
    texts = [str(c) for c, _ in lp.requirements]
    assert "p >= 0" in texts and "p + r != 0" in texts and "p + z != 0" in texts
    assert len(texts) == len(set(lp.requirements))


def test_kernel_pieces_for_other_parameters() -> None:
    row = program(p * x + y <= 1).constraints[0]
    bare = Constraint(row.name, row.coefficients, row.sense, row.bound)
    with pytest.raises(ModelError, match="built for other parameters"):
        program(bare, assuming=(r > 0,))
    assert program(bare).constraints == (bare,)


def test_records_of_the_model_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(TypeSpace((b, s)))) == TypeSpace((b, s))


def test_forms_are_expressions_in_formulas() -> None:
    env = FiniteEnvironment(TypeSpace((0, b), (HALF, HALF)), TypeSpace((s,), (1,)),
                            assuming=(s > 0, b > s, p > 0))
    mech = DirectMechanism(env)
    one, two = gains_from_trade(env, mech), interim_utility(env, mech, "buyer", b)
    expected = p * one.expr - (1 - p) * two.expr / 2 + 1
    for built in (p * one - (1 - p) * two / 2 + 1, 1 - (-(one * p)) - (1 - p) * (two / 2)):
        assert sympy.expand(built - expected) == 0
    assert maximize(p * one + two, ex_post_ir(env, mech)).objective.coefficients
