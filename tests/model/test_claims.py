"""Claims become parameter sets that must be empty."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import sympy
from flint import fmpq
from sympy import And, Eq, Equivalent, Ge, Gt, Implies, Ne, Not, Or, Rational, Symbol, Xor, symbols

from symtrade.model.claims import clauses, normal_form, row_claim
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError, UndefinedExpression
from symtrade.model.mechanism import DirectMechanism
from symtrade.model.typespace import TypeSpace

x, y, z = symbols("x y z")
GRID = list(itertools.product([Rational(n, 2) for n in range(-3, 4)], repeat=2))

CLAIMS = [
    x > y,
    x**2 + y**2 >= 2 * x * y,
    Eq(x, y),
    Ne(x * y, 1),
    And(x > 0, Or(y > 0, x > y)),
    Not(And(x > 0, y > 0), evaluate=False),
    Implies(x > y, x**2 > y),
    Equivalent(x > 0, y > 0),
    Xor(x > 0, y > x),
    Or(And(x > 0, y > 0), And(x < 0, y < 0), Eq(x, 1)),
    Or(Eq(x, y), Eq(x, 0), Eq(y, 0)),
    1 / (x**2 + 1) > y,
    Not(Implies(x > 0, Equivalent(x > y, y < 1))),
]


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("assuming", [(), (x >= -1,)])
def test_the_claim_fails_exactly_on_the_regions(claim: Any, assuming: tuple[Any, ...]) -> None:
    symbols_, obligations = clauses(claim, assuming, parameters=(x, y))
    assert list(symbols_) == ["x", "y"]
    for a, b in GRID:
        point = {x: a, y: b}
        fails = all(c.subs(point) for c in assuming) and not claim.subs(point)
        inside = any(o.region.contains((fmpq(a.p, a.q), fmpq(b.p, b.q))) for o in obligations)
        assert inside == bool(fails), (claim, point)


def test_denominators_must_not_vanish() -> None:
    _, obligations = clauses(x / (x - y) > 1, assuming=(x > y, y > 0))
    assert [o.label for o in obligations] == ["the denominator x - y vanishes", "not x/(x - y) > 1"]
    assert [str(c) for c in obligations[0].region.conditions][-1] == "x - y = 0"
    _, obligations = clauses(Eq((x**2 - 1) / (x - 1), x + 1), parameters=(x,))
    assert obligations[0].label == "the denominator x - 1 vanishes"


def test_true_and_false_claims() -> None:
    assert clauses(sympy.true)[1] == () == clauses(Eq(x, x))[1]
    (only,) = clauses(False, assuming=(x > 0,))[1]
    assert only.label == "the claim is false everywhere" and len(only.region.conditions) == 1
    assert normal_form(Gt(x, 0)) == ((x > 0,),)


def test_declared_signs_are_assumed() -> None:
    u = Symbol("u", positive=True)
    (only,) = clauses(u * x > 0, assuming=(x > 0,), parameters=(u,))[1]
    assert "u > 0" in [str(c) for c in only.region.conditions]


@pytest.mark.parametrize(
    ("claim", "settings", "message"),
    [
        (x > 0, {}, r"write parameters=\(x,\)"),
        (x > z, {"assuming": (x > 0,)}, "z is neither a variable nor a parameter"),
        (x > 0.5, {"parameters": (x,)}, r"Rational\('0.5'\)"),
        (x + 1, {"parameters": (x,)}, "expected a claim"),
        (sympy.exp(x) > 0, {"parameters": (Symbol("x"),)}, "rational function"),
        (Eq(x, sympy.Symbol("x", real=True), evaluate=False), {"parameters": (x,)}, "two different symbols"),
        (x > 0, {"assuming": (x > 1, False)}, "the assumption is false"),
        (Symbol("u", positive=True) > 1, {"assuming": (True,)}, "evaluates to True declares nothing"),
    ],
)
def test_claims_that_are_refused(claim: Any, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        clauses(claim, **settings)


@pytest.mark.parametrize("claim", [Gt(x, sympy.zoo, evaluate=False), 1 / (x * (1 + y) - x - x * y) > 0])
def test_undefined_claims(claim: Any) -> None:
    with pytest.raises(UndefinedExpression):
        clauses(claim, parameters=(x, y))


def test_claims_about_rows() -> None:
    mech = DirectMechanism(FiniteEnvironment(TypeSpace((x,)), TypeSpace((y,)), assuming=(x > y,)))
    q, t = mech.q[0, 0], mech.t[0, 0]
    row = row_claim(Ge(q / (x - y), t + 1), mech.scope)
    assert row.expr.equals(q / (x - y) - t >= 1)
    assert row.scope is not None and "-y + x != 0" in [str(c) for c, _ in row.scope.requirements]
    assert row_claim(row, mech.scope) is row
    assert row_claim(True, mech.scope).bound == 0
    assert row_claim(sympy.false, mech.scope).bound == 1
    with pytest.raises(ModelError, match="write <= or >="):
        row_claim(q < 1, mech.scope)
    with pytest.raises(ModelError, match="z is neither"):
        row_claim(q <= z, mech.scope)
