"""Statements: one conjunction a piece where there is one."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
import sympy
from sympy import Rational, symbols

import symtrade as st
from symtrade.solve.optimum import solve
from tests.strategies import small_program


def monopoly(types):
    """What a seller can earn from a buyer with equally likely values, all symbolic."""
    c, values = symbols("c"), symbols(f"v1:{types + 1}")
    env = st.FiniteEnvironment(
        buyer=st.TypeSpace(values=values, probabilities=(Rational(1, types),) * types),
        seller=st.TypeSpace(values=(c,), probabilities=(1,)),
        assuming=(c < values[0], *(a < b for a, b in pairwise(values))))
    mech = st.DirectMechanism(env)
    return c, values, st.solve(st.maximize(
        st.seller_surplus(env, mech), subject_to=(*st.bayesian_ic(env, mech), *st.interim_ir(env, mech))))


@pytest.mark.parametrize("types", [3, 5])
def test_the_best_of_several_prices_is_one_conjunction_a_price(types):
    c, values, solution = monopoly(types)
    assert len(solution.pieces) == types
    assert not any(piece.region.has(sympy.Or) for piece in solution.pieces)
    assert all(len(sympy.And.make_args(piece.region)) == types - 1 for piece in solution.pieces)
    st.check(solution)
    draw = random.Random(1)
    for _ in range(20):
        point = dict(zip((c, *values), sorted(draw.sample(range(100), types + 1)), strict=True))
        prices = [Rational(types - k, types) * (v - c) for k, v in enumerate(values)]
        best = max(p.subs(point) for p in prices)
        assert solution.value_at(point) == best
        holding = [piece for piece in solution.pieces if piece.region.subs(point) == sympy.true]
        assert holding and all(piece.value.subs(point) == best for piece in holding)


def test_a_statement_that_nobody_waits_for_is_longer_and_as_true():
    def impatient(line):
        if line.startswith("proved"):
            raise st.Incomplete(line)

    program = small_program(random.Random(24))
    plain, short = solve(program, progress=impatient), solve(program)
    long, less = (sum(len(line) for piece in s.certificate.pieces for line in piece.regions)
                  for s in (plain, short))
    assert long > less
    for solution in (plain, short):
        st.check(solution)
