"""What searches and replays share changes no answer."""

from __future__ import annotations

import pytest
from sympy import symbols

import symtrade as st
from symtrade.papers import derivation, derive, replay
from symtrade.prover import Memory
from symtrade.solve.claims import implies, prove
from symtrade.solve.errors import EmptyRegion
from symtrade.solve.explored import Explored
from symtrade.solve.optimum import solve

A, B, X, Y = symbols("a b x y")
ORDERED = (A > 0, B > A)
PAPER = st.Paper(key="toy", title="Toy", authors="Nobody", year=2000, derivations=())


def program(objective):
    return st.LinearProgram(variables=(X, Y), objective=objective, assuming=ORDERED,
                            constraints=(X + Y <= 1, X <= A, X >= 0, Y >= 0))


def test_searches_that_share_find_what_they_find_alone():
    explored = Explored()
    for _ in range(2):
        for goal in (A * X + Y, B * X + A * Y):
            assert solve(program(goal), explored=explored).certificate == solve(program(goal)).certificate
        claim = prove(A * B < B**2, assuming=ORDERED, explored=explored)
        assert claim == prove(A * B < B**2, assuming=ORDERED)
        claim = implies(program(X), X + Y <= 1 + A, explored=explored)
        assert claim == implies(program(X), X + Y <= 1 + A)
    assert len({region for region, _ in explored.regions}) == 1
    assert prove(A * B > 1, assuming=ORDERED, explored=explored).witness


def test_an_empty_set_stays_empty():
    explored = Explored()
    for _ in range(2):
        with pytest.raises(EmptyRegion):
            prove(A > B, assuming=(A > 1, A < 0, B > 0), explored=explored)


def test_replays_that_share_refuse_what_they_refuse_alone():
    @derivation("T-1", "one", "1")
    def one(prover):
        solution = prover.solve(program(A * X + Y))
        prover.establish(A * B < B**2, assuming=ORDERED)
        return st.Result(statement=st.statement(solution))

    @derivation("T-2", "two", "2")
    def two(prover):
        solution = prover.solve(program(B * X + A * Y))
        prover.establish(A * B < A**2 + B**2, assuming=ORDERED)
        return st.Result(statement=st.statement(solution))

    memory = Memory()
    data = {item.id: derive(PAPER, item).data for item in (one, two)}
    for item in (one, two, one):
        assert replay(PAPER, item, data[item.id], memory).data == data[item.id]
    with pytest.raises(st.CertificateError, match="the model has changed"):
        replay(PAPER, two, {**data["T-1"], "id": "T-2", "title": "two"}, memory)
