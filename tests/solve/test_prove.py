"""``prove`` and ``implies``: every answer is checked, every witness is tried out with SymPy."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import sympy
from sympy import And, Eq, Equivalent, Implies, Ne, Not, Or, Rational, symbols

import symtrade as st
from tests.strategies import REGIONS, A, B, entry

a, b, c, x, y = symbols("a b c x y")


def truth(relation: Any, witness: Any) -> bool:
    """Whether a claim holds at exact values; SymPy decides."""
    return bool(sympy.simplify(sympy.sympify(relation).subs(witness)))


TRUE = [
    ((a + b) ** 2 >= 4 * a * b, (), (a, b)),
    (a**2 + b**2 + c**2 >= a * b + b * c + a * c, (), (a, b, c)),
    ((a + b) / 2 >= 2 * a * b / (a + b), (a > 0, b > 0), ()),
    (a + 1 / a >= 2, (a > 0,), ()),
    (a / (1 + a) < 1, (a >= 0,), ()),
    (a / (1 + a) < b / (1 + b), (a >= 0, a < b), ()),
    (a * b > 0, (a > 0, b > 0), ()),
    (a * b >= 0, (a >= 0, b >= 0), ()),
    (a**2 <= a, (a >= 0, a <= 1), ()),
    (a**2 < a, (a > 0, a < 1), ()),
    (a * (1 - a) <= Rational(1, 4), (), (a,)),
    (Eq((a**2 - b**2) / (a - b), a + b), (Ne(a, b),), ()),
    (Eq(a, 0), (a >= 0, a <= 0), ()),
    (Eq(a + b, 1), (Eq(b, 1 - a),), ()),
    (Ne(a, b), (a < b,), ()),
    (Ne(a**2, -1), (), (a,)),
    (And(a < c, a < b), (a < b, b < c), ()),
    (Or(a > 0, a < 1), (), (a,)),
    (Implies(a > 1, a**2 > 1), (), (a,)),
    (Equivalent(a > 0, 1 / a > 0), (Ne(a, 0),), ()),
    (Not(a < 0), (a > 0,), ()),
    (a**2 > 0, (Ne(a, 0),), ()),
    (-3 * a**4 < 0, (Ne(a, 0),), ()),
    (Ne(a, 0), (Ne(a * b, 0),), ()),
    (Ne(a**3 - b**3, 0), (Ne(a, b), a > 0, b > 0), ()),
    (a**2 + b**2 > 2 * a * b, (Ne(a, b),), ()),
    ((a + b) ** 2 / (4 * a * b) > 1, (Ne(a, b), a > 0, b > 0), ()),
    (a * b <= Rational(1, 4), (a > 0, b > 0, Eq(a + b, 1)), ()),
]

FALSE = [
    (a**2 > a, (a > 0,), ()),
    (a * b > 0, (a >= 0, b > 0), ()),
    (a < b, (a <= b,), ()),
    ((a + b) ** 2 > 4 * a * b, (), (a, b)),
    (a + 1 / a > 2, (a > 0,), ()),
    (Eq(a, b), (a >= b,), ()),
    (Ne(a, b), (a >= b,), ()),
    (a**3 >= 0, (), (a,)),
    (1 / a > 0, (Ne(a, 0),), ()),
    (a**2 > 0, (), (a,)),
    (Implies(a**2 > 1, a > 1), (), (a,)),
    (Or(a > 1, a < 1), (), (a,)),
    (And(a < b, b < c), (a < b, a < c), ()),
    (a * b <= Rational(1, 5), (a > 0, b > 0, Eq(a + b, 1)), ()),
    (a**2 * b - a * b**2 >= 0, (a > 0, b > 0), ()),
]


@pytest.mark.parametrize(("claim", "assuming", "parameters"), TRUE, ids=str)
def test_true_claims_are_proved(claim: Any, assuming: Any, parameters: Any) -> None:
    verdict = st.prove(claim, assuming=assuming, parameters=parameters)
    assert isinstance(verdict, st.Proved) and verdict.certificates
    st.check(verdict)


@pytest.mark.parametrize(("claim", "assuming", "parameters"), FALSE, ids=str)
def test_false_claims_are_refuted_at_an_exact_point(claim: Any, assuming: Any, parameters: Any) -> None:
    verdict = st.prove(claim, assuming=assuming, parameters=parameters)
    assert isinstance(verdict, st.Refuted)
    assert all(value.is_Rational for value in verdict.witness.values())
    assert all(truth(assumption, verdict.witness) for assumption in assuming)
    assert not truth(claim, verdict.witness)


@pytest.mark.parametrize("seed", range(40))
def test_random_claims_are_judged_rightly(seed: int) -> None:
    random = Random(seed)
    parameters, conditions = random.choice(REGIONS)
    left, right = (sum(entry(random, parameters, 0.8) * entry(random, parameters, 0.8) for _ in range(2))
                   for _ in range(2))
    claim = random.choice((sympy.Gt, sympy.Ge, sympy.Ge, sympy.Ne))(left, right, evaluate=False)
    verdict = st.prove(claim, assuming=conditions, parameters=parameters)
    if isinstance(verdict, st.Refuted):
        assert all(truth(condition, verdict.witness) for condition in conditions)
        assert not truth(claim, verdict.witness)
    elif isinstance(verdict, st.Proved):
        st.check(verdict)
        values = [Rational(n, d) for n in range(-6, 7) for d in (1, 3)]
        for _ in range(60):
            point = {A: random.choice(values), B: random.choice(values)}
            if all(truth(condition, point) for condition in conditions):
                assert truth(claim, point), point


def test_trivial_claims() -> None:
    assert st.prove(sympy.true, parameters=(a,)) and not st.prove(sympy.false, parameters=(a,))


@pytest.mark.parametrize(
    ("claim", "assuming", "parameters", "message"),
    [
        (a > 0, (a > 1, a < 1), (), "no parameters satisfy all of"),
        (a > 0, (a**2 < 0,), (), "no parameters satisfy all of"),
        (a + b > 0, (a > 0,), (), "b is neither"),
        (a > 0.5, (a > 1,), (), r"Rational\('0\.5'\)"),
        (a > 0, (a > 0.5,), (), r"Rational\('0\.5'\)"),
        (a > 0, (), (), r"write parameters=\(a,\)"),
        (sympy.sqrt(a) > 0, (a > 0,), (), "sqrt"),
        (a + 1, (a > 0,), (), "expected a claim"),
    ],
    ids=str,
)
def test_bad_input_gets_one_clear_message(claim: Any, assuming: Any, parameters: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        st.prove(claim, assuming=assuming, parameters=parameters)
    assert len(str(caught.value).splitlines()) == 1


def test_a_denominator_that_vanishes_refutes_the_claim() -> None:
    verdict = st.prove(1 / a > a - 1, assuming=(a >= 0, a < 1))
    assert isinstance(verdict, st.Refuted) and verdict.witness == {a: 0}
    assert verdict.reason == "the denominator a vanishes"


# --- implies ---------------------------------------------------------------------------------------


def test_a_combination_of_constraints_is_found() -> None:
    verdict = st.implies((x >= a, y >= 2 * x), y >= 2 * a, assuming=(a > 0,), variables=(x, y))
    assert isinstance(verdict, st.Proved)
    st.check(verdict)
    dual = {name: str(value) for name, value in verdict.certificates[0].tree.dual}
    assert dual == {"c1": "2", "c2": "1"}


@pytest.mark.parametrize(
    ("rows", "claim"),
    [
        ((x >= a, x <= b), x >= 0),
        ((x + y <= b, x >= 0, y >= 0), x <= b),
        ((a * x >= a,), x >= 1),
        ((x >= 1, x <= -a), x >= 7),  # no mechanism at all: everything follows
        ((Eq(x, a * y), y >= 1), x >= a),
        ((x <= a, x >= a), Eq(x, a)),
    ],
    ids=str,
)
def test_what_follows_is_proved(rows: Any, claim: Any) -> None:
    verdict = st.implies(rows, claim, assuming=(a > 0, b > a), variables=(x, y))
    assert isinstance(verdict, st.Proved)
    st.check(verdict)


@pytest.mark.parametrize(
    ("rows", "claim"),
    [
        ((x >= a, x <= b), x >= 2 * a),
        ((x >= 0,), x <= 1),  # unbounded
        ((x >= 0, y >= 0), Eq(x, y)),
        ((a * x >= 1,), x >= 1),
        ((b * x <= 1,), x <= 1 / a - 1),
    ],
    ids=str,
)
def test_what_does_not_follow_is_refuted_by_a_mechanism(rows: Any, claim: Any) -> None:
    assumptions = (a > 0, b > a)
    verdict = st.implies(rows, claim, assuming=assumptions, variables=(x, y))
    assert isinstance(verdict, st.Refuted)
    assert all(truth(row, verdict.witness) for row in (*rows, *assumptions))
    assert not truth(claim, verdict.witness)


def test_a_known_lemma_follows_from_incentive_compatibility() -> None:
    low, high = symbols("b_lo b_hi")
    env = st.FiniteEnvironment(
        buyer=st.TypeSpace((low, high)), seller=st.TypeSpace((0,)), assuming=(low < high,))
    mech = st.DirectMechanism(env)
    claim = mech.q[low, 0] <= mech.q[high, 0]
    assert st.implies(st.ex_post_ic(env, mech), claim)
    assert isinstance(st.implies(st.ex_post_ir(env, mech), claim), st.Refuted)


@pytest.mark.parametrize(
    ("rows", "claim", "message"),
    [
        ((x >= c,), x >= 0, "c is neither"),
        ((x >= 0.5,), x >= 0, r"Rational\('0\.5'\)"),
        ((x >= a,), x * y >= 0, "nonlinear"),
        ((x > a,), x >= 0, "write <= or >="),
        ((x >= a,), x > 0, "write <= or >="),
    ],
    ids=str,
)
def test_bad_implications_get_one_clear_message(rows: Any, claim: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        st.implies(rows, claim, assuming=(a > 0,), variables=(x, y))
    assert len(str(caught.value).splitlines()) == 1
