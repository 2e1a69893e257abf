"""Claims with Max, Min, Abs and Piecewise: the branches, and verdicts against exact values at points."""

from __future__ import annotations

from itertools import product

import pytest
import sympy
from sympy import Abs, And, Eq, Implies, Max, Min, Ne, Or, Piecewise, Rational, symbols

import symtrade as st
from symtrade.model.claims import clauses
from symtrade.model.piecewise import branches

x, y, z = symbols("x y z")
GRID = [Rational(k, 2) for k in (-4, -2, -1, 0, 1, 2, 3)]

TRUE = [
    Max(x, y) >= (x + y) / 2,
    Eq(Max(x, y) + Min(x, y), x + y),
    Abs(x + y) <= Abs(x) + Abs(y),
    Max(0, x - Max(0, y)) <= Abs(x),
    Implies(Max(x, y) <= 1, And(x <= 1, y <= 1)),
    Piecewise((1 / x, x > 0), (0, True)) >= 0,
    Piecewise((x, Or(x > 1, x < -1)), (1, True)) ** 2 >= 1,
    Piecewise((x, x >= y), (y, x < y)) >= Min(x, y),
]
FALSE = [
    Abs(x + y) >= Abs(x) + Abs(y),
    Implies(Min(x, y) <= 1, And(x <= 1, y <= 1)),
    Eq(Max(x, y), Abs(x)),
    Piecewise((x, x >= y), (y, True)) <= 1,
    Max(x, Piecewise((y, x > 0), (0, True))) <= Abs(y) + x,
]


@pytest.mark.parametrize("claim", TRUE, ids=str)
def test_true_claims(claim) -> None:
    assert all(claim.subs({x: a, y: b}) == sympy.true for a, b in product(GRID, GRID))
    assert isinstance(st.prove(claim, parameters=(x, y)), st.Proved)


@pytest.mark.parametrize("claim", FALSE, ids=str)
def test_false_claims_fail_at_their_witness(claim) -> None:
    verdict = st.prove(claim, parameters=(x, y))
    assert isinstance(verdict, st.Refuted)
    assert claim.subs(verdict.witness) == sympy.false


def test_a_gap_between_the_pieces() -> None:
    claim = Piecewise((1 / x, x > 0), (0, x < 0)) >= 0
    verdict = st.prove(claim, parameters=(x,))
    assert isinstance(verdict, st.Refuted) and verdict.witness == {x: 0}
    assert "has no value there" in verdict.reason
    assert isinstance(st.prove(claim, assuming=(Ne(x, 0),)), st.Proved)


def test_the_value_of_a_solution_in_a_claim() -> None:
    a, b, p = symbols("a b p")
    env = st.FiniteEnvironment(
        st.TypeSpace((a, b), (1 - p, p)), st.TypeSpace((0,), (1,)), assuming=(a > 0, b > a, p > 0, p < 1))
    mech = st.DirectMechanism(env)
    value = st.solve(st.maximize(st.seller_surplus(env, mech), subject_to=(
        *st.bayesian_ic(env, mech), *st.interim_ir(env, mech)))).value
    known = (a > 0, b > a, p > 0, p < 1)
    assert isinstance(st.prove(Eq(value, Max(a, p * b)), assuming=known), st.Proved)
    assert isinstance(st.prove(value >= b * (1 - p), assuming=known), st.Refuted)


def test_branches_cover_the_claim() -> None:
    assert [b.guards for b in branches(x >= 0)] == [()]
    assert len(branches(Max(x, y, z) >= 0)) == 3
    assert [b.claim for b in branches(Piecewise((x, y > 0)) >= 0)] == [x >= 0, None]


def test_all_missing_symbols_are_named() -> None:
    with pytest.raises(st.ModelError, match=r"write parameters=\(x, y\)"):
        clauses(Max(x, y) >= 0)
