"""``solve`` against an independent exact simplex, at random points of random programs."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
import sympy
from sympy import Rational, symbols

import symtrade as st
from tests.oracles import condition_holds, number, optimum_at, polynomial_value, rows_at, simplex
from tests.strategies import (
    A,
    B,
    X,
    Y,
    environment,
    mechanism_program,
    program_of,
    region_points,
    small_program,
)

POINTS = 12
BLOCK = 20

s_lo, b_lo, s_hi, b_hi, p_bhi, p_slo = symbols("s_lo b_lo s_hi b_hi p_bhi p_slo")
TWO_BY_TWO = st.FiniteEnvironment(
    buyer=st.TypeSpace(values=(b_lo, b_hi), probabilities=(1 - p_bhi, p_bhi)),
    seller=st.TypeSpace(values=(s_lo, s_hi), probabilities=(p_slo, 1 - p_slo)),
    assuming=(s_lo < b_lo, b_lo < s_hi, s_hi < b_hi, p_bhi > 0, p_bhi < 1, p_slo > 0, p_slo < 1),
)


def solved(program: Any, seed: int = 0) -> st.PiecewiseSolution | None:
    """The certified solution (infeasible and unbounded ones too); None where the search gives up."""
    try:
        return st.solve(program, seed=seed)
    except (st.Infeasible, st.Unbounded) as error:
        return error.solution
    except st.Incomplete:
        return None


def split_points(solution: st.PiecewiseSolution) -> list[dict[str, Fraction]]:
    """Points of the region on the boundaries between pieces, where one is easily found: fix all
    parameters but one and solve for that one where it occurs linearly."""
    random, program = Random(7), solution.program
    names, found = program.ring.names, []
    boundaries = {str(c.polynomial): c.polynomial
                  for piece in solution.certificate.pieces for line in piece.regions for c in line}
    for polynomial in boundaries.values():
        for start in region_points(random, program.region, 3, tries=60):
            for i, name in enumerate(names):
                if polynomial.degrees()[i] != 1:
                    continue
                slope = polynomial_value(polynomial.derivative(i), names, start)
                if slope:
                    end = {**start, name: start[name] - polynomial_value(polynomial, names, start) / slope}
                    if all(condition_holds(c, names, end) for c in program.region.conditions):
                        found.append(end)
    return found


def stated_values(solution: st.PiecewiseSolution, point: dict[str, Fraction]) -> list[Any]:
    """What the pieces whose region contains the point say there."""
    program, values = solution.program, []
    names = program.ring.names
    for piece, line in zip(solution.certificate.pieces, solution.pieces, strict=True):
        if any(all(condition_holds(c, names, point) for c in region) for region in piece.regions):
            if piece.value is None:
                values.append(line.value)
            else:
                value = number(piece.value, names, point)
                values.append(sympy.Rational(value.numerator, value.denominator))
    return values


def check_everywhere(solution: st.PiecewiseSolution, seed: int) -> None:
    st.check(solution)
    points = region_points(Random(seed), solution.program.region, POINTS) + split_points(solution)
    for point in points:
        value = optimum_at(solution.program, point)
        assert solution.value_at(point) == value, point
        stated = stated_values(solution, point)
        assert stated and set(stated) == {value}, point


@pytest.mark.slow
@pytest.mark.parametrize("first", range(20, 100, BLOCK))
def test_random_programs(first: int) -> None:
    incomplete = []
    for seed in range(first, first + BLOCK):
        solution = solved(small_program(Random(seed)))
        if solution is None:
            incomplete.append(seed)
        else:
            check_everywhere(solution, seed)
    assert len(incomplete) <= 3, incomplete


@pytest.mark.parametrize("seed", [*range(5), 7, 8, 9, 12, 14, 18, 19, 20, 22, 24, 26])
def test_random_mechanism_programs(seed: int) -> None:
    solution = solved(mechanism_program(Random(seed)))
    assert solution is not None
    check_everywhere(solution, seed)


EVERYTHING = {"optimal", "infeasible", "unbounded"}


@pytest.mark.parametrize(("objective", "rows", "kinds"), [
    (A * X, (X >= B, B * X <= 1), EVERYTHING),
    # optima on curves and lines only, where the multipliers are right as numbers but not as functions
    (B * X + Y, (Y <= 1,), {"optimal", "unbounded"}),
    ((A**2 - B) * X + Y, (Y <= 1,), {"optimal", "unbounded"}),
    (A * X + B * Y, (X + Y <= 1, X + Y >= -1), {"optimal", "unbounded"}),
    (X, (sympy.Eq(A * X, B), X <= 1), {"optimal", "infeasible"}),
])
def test_what_is_different_on_a_line(objective: Any, rows: Any, kinds: set[str]) -> None:
    solution = st.solve(st.LinearProgram(
        variables=(X, Y), parameters=(A, B), objective=objective, constraints=rows))
    assert {p.status for p in solution.pieces} == kinds
    check_everywhere(solution, 0)


def test_an_equality_among_the_assumptions_may_be_used() -> None:
    solution = st.solve(st.LinearProgram(variables=(X, Y), objective=B * X + Y, constraints=(Y <= 1,),
                                         assuming=(sympy.Eq(B, 0),)))
    st.check(solution)
    assert solution.value == 1


@pytest.mark.parametrize("incentives", ["dominant", "Bayesian"])
def test_two_by_two_has_the_same_pieces_for_every_seed(incentives: str) -> None:
    mech = st.DirectMechanism(TWO_BY_TWO)
    rows, pieces = {
        "dominant": ((*st.dominant_strategy_ic(TWO_BY_TWO, mech), *st.ex_post_ir(TWO_BY_TWO, mech)), 2),
        "Bayesian": ((*st.bayesian_ic(TWO_BY_TWO, mech), *st.interim_ir(TWO_BY_TWO, mech)), 3),
    }[incentives]
    program = st.maximize(st.gains_from_trade(TWO_BY_TWO, mech), subject_to=rows)
    solutions = [st.solve(program, seed=seed) for seed in range(20)]
    assert [len(solution.pieces) for solution in solutions] == [pieces] * 20
    numerators = {frozenset(str(piece.value) for piece in s.certificate.pieces) for s in solutions}
    assert len(numerators) == 1


def test_two_by_two_is_right_at_random_points() -> None:
    mech = st.DirectMechanism(TWO_BY_TWO)
    rows = (*st.bayesian_ic(TWO_BY_TWO, mech), *st.interim_ir(TWO_BY_TWO, mech))
    solution = st.solve(st.maximize(st.gains_from_trade(TWO_BY_TWO, mech), subject_to=rows))
    random = Random(3)
    for _ in range(12):
        values = sorted(random.sample(range(1, 30), 4))
        weights = [Fraction(random.randint(1, 9), 10) for _ in range(2)]
        point = dict(zip(map(str, (s_lo, b_lo, s_hi, b_hi, p_bhi, p_slo)),
                         [*map(Fraction, values), *weights], strict=True))
        value = optimum_at(solution.program, point)
        assert solution.value_at(point) == value and set(stated_values(solution, point)) == {value}


@pytest.mark.parametrize(
    ("types", "value"),
    [(2, Rational(1, 8)), (3, Rational(4, 27)), (4, Rational(5, 32)), (5, Rational(4, 25)),
     (6, Rational(25, 162))],
)
def test_known_values_for_uniform_types(types: int, value: Any) -> None:
    grid = tuple(Rational(2 * i + 1, 2 * types) for i in range(types))
    space = st.TypeSpace(grid, (Rational(1, types),) * types)
    env = st.FiniteEnvironment(buyer=space, seller=space)
    mech = st.DirectMechanism(env)
    rows = (*st.bayesian_ic(env, mech), *st.interim_ir(env, mech))
    solution = st.solve(st.maximize(st.gains_from_trade(env, mech), subject_to=rows))
    st.check(solution)
    assert solution.value == value


@pytest.mark.parametrize("seed", [0, 2, 3, 5, 8, 9])
def test_translating_all_values_changes_nothing(seed: int) -> None:
    env = environment(Random(seed))
    moved = st.FiniteEnvironment(
        buyer=st.TypeSpace(tuple(v + 5 for v in env.buyer.values), env.buyer.probabilities),
        seller=st.TypeSpace(tuple(v + 5 for v in env.seller.values), env.seller.probabilities),
        assuming=env.assuming, joint=env.joint,
        buyer_values=env.buyer_values and tuple(tuple(v + 5 for v in row) for row in env.buyer_values))
    programs = [program_of(e, Random(seed)) for e in (env, moved)]
    solutions = [solved(program) for program in programs]
    assert solutions[0] is not None and solutions[1] is not None
    for point in region_points(Random(seed), programs[0].region, POINTS):
        assert solutions[0].value_at(point) == solutions[1].value_at(point)


@pytest.mark.parametrize("seed", [0, 2, 3, 5, 8, 9])
def test_relabelling_types_changes_nothing(seed: int) -> None:
    env = environment(Random(seed))

    def turn(items: Any) -> Any:
        return items and tuple(reversed(items))

    other = st.FiniteEnvironment(
        buyer=st.TypeSpace(turn(env.buyer.values), turn(env.buyer.probabilities)),
        seller=st.TypeSpace(turn(env.seller.values), turn(env.seller.probabilities)),
        assuming=env.assuming,
        joint=turn(env.joint and [turn(row) for row in env.joint]),
        buyer_values=turn(env.buyer_values and [turn(row) for row in env.buyer_values]))
    one, two = (solved(program_of(e, Random(seed))) for e in (env, other))
    assert one is not None and two is not None
    for point in region_points(Random(seed), one.program.region, POINTS):
        assert one.value_at(point) == two.value_at(point)


def test_exchanging_the_traders_changes_nothing() -> None:
    """A buyer with values v is a seller with values -v: 1 - q is the good's other owner."""
    forward = st.FiniteEnvironment(
        buyer=st.TypeSpace((2, 5), (Rational(1, 3), Rational(2, 3))),
        seller=st.TypeSpace((1, 3), (Rational(1, 4), Rational(3, 4))))
    mirrored = st.FiniteEnvironment(
        buyer=st.TypeSpace((-3, -1), (Rational(3, 4), Rational(1, 4))),
        seller=st.TypeSpace((-5, -2), (Rational(2, 3), Rational(1, 3))))
    values = []
    for env in (forward, mirrored):
        mech = st.DirectMechanism(env)
        rows = (*st.bayesian_ic(env, mech), *st.interim_ir(env, mech))
        values.append(st.solve(st.maximize(st.gains_from_trade(env, mech), subject_to=rows)).value)
    assert values[0] == values[1]


def test_the_point_and_the_multipliers_of_a_piece_are_optimal() -> None:
    x, y, a = symbols("x y a")
    program = st.LinearProgram(variables=(x, y), objective=a * x + y, assuming=(a > 0,),
                               constraints=(("budget", x + y <= 1), x >= 0, y >= 0))
    for piece in st.solve(program).pieces:
        assert piece.value == sympy.expand((a * x + y).subs(piece.primal))
        assert piece.dual["budget"] == piece.value


def test_infeasible_everywhere_carries_farkas_multipliers() -> None:
    x, a = symbols("x a")
    with pytest.raises(st.Infeasible, match="add -1 times low, 1 times high") as caught:
        st.solve(st.LinearProgram(variables=(x,), objective=x, assuming=(a > 0,),
                                  constraints=(("low", x <= -a), ("high", x >= a))))
    st.check(caught.value.solution)
    rows = rows_at(caught.value.solution.program, {"a": Fraction(3)})
    assert simplex([Fraction(1)], rows).status == "infeasible"


def test_unbounded_everywhere_carries_a_ray() -> None:
    x, y, a = symbols("x y a")
    with pytest.raises(st.Unbounded, match="along") as caught:
        st.solve(st.LinearProgram(variables=(x, y), objective=x - a * y, assuming=(a > 0,),
                                  constraints=(x >= 0, y >= 0)))
    st.check(caught.value.solution)
    ray = caught.value.solution.pieces[0].ray
    assert ray[x].subs(a, 2) > 2 * ray[y].subs(a, 2) >= 0


def test_an_empty_parameter_set_is_an_error() -> None:
    x, a = symbols("x a")
    with pytest.raises(st.EmptyRegion, match="no parameters satisfy"):
        st.solve(st.LinearProgram(
            variables=(x,), objective=x, assuming=(a > 1, a < 0), constraints=(x <= a,)))


def test_a_coefficient_that_divides_by_zero_is_an_error() -> None:
    x, a = symbols("x a")
    with pytest.raises(ValueError, match="undefined where a = 0; it fails at a = 0"):
        st.solve(st.LinearProgram(variables=(x,), objective=x, assuming=(a >= 0,), constraints=(x / a <= 1,)))
