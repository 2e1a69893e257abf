"""Theorems and cases that are others once more: found where they are, and only there."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Rational

import symtrade as st
from symtrade.render.notation import Notation
from symtrade.render.proof import narrate
from symtrade.render.reference import Told, mirrored, reference, symmetries
from symtrade.render.same import exchanges, follows, identity, same_program
from symtrade.render.story import cases
from tests.render import examples
from tests.render.examples import B_HI, B_LO, P_BHI, P_SLO, S_HI, S_LO

POINT = {S_LO: Rational(1), B_LO: Rational(9, 4), S_HI: Rational(3), B_HI: Rational(5),
         P_BHI: Rational(1, 3), P_SLO: Rational(3, 4)}
MIRRORED = {S_LO: -POINT[B_HI], B_LO: -POINT[S_HI], S_HI: -POINT[B_LO], B_HI: -POINT[S_LO],
            P_BHI: POINT[P_SLO], P_SLO: POINT[P_BHI]}


def variant(weight: Any = 1, assuming: tuple[Any, ...] = ()) -> Any:
    env = st.FiniteEnvironment(
        buyer=st.TypeSpace(values=(B_LO, B_HI), probabilities=(1 - P_BHI, P_BHI)),
        seller=st.TypeSpace(values=(S_LO, S_HI), probabilities=(P_SLO, 1 - P_SLO)),
        assuming=(S_LO < B_LO, B_LO < S_HI, S_HI < B_HI, P_BHI > 0, P_BHI < 1, P_SLO > 0, P_SLO < 1,
                  *assuming))
    mech = st.DirectMechanism(env)
    goal = st.gains_from_trade(env, mech).expr + (weight - 1) * mech.q[B_HI, S_LO]
    return st.solve(st.maximize(goal, subject_to=(
        *st.dominant_strategy_ic(env, mech), *st.ex_post_ir(env, mech))))


@pytest.mark.parametrize("make", [examples.dominant, examples.bayesian])
def test_two_sided_programs_are_their_own_mirror_images(make: Any) -> None:
    solution = make()
    found = symmetries(solution.certificate)
    assert [dict(e.moved) for e in found] == [{"p_bhi": "p_slo", "p_slo": "p_bhi"}]
    assert solution.value_at(POINT) == solution.value_at(MIRRORED)  # as the exchange says


def test_a_mirrored_case_refers_to_the_other() -> None:
    certificate = examples.dominant().certificate
    one, two = cases(certificate)
    found = symmetries(certificate)
    assert mirrored(two, [one], certificate, found) is not None
    assert mirrored(one, [one], certificate, found) is None
    told = narrate(certificate, Notation())
    assert "This is Case 1 with both sides exchanged" in told and told.count("Upper bound") == 1


def test_a_lopsided_objective_has_no_mirror_image() -> None:
    env, mech = examples.environment()
    rows = (*st.dominant_strategy_ic(env, mech), *st.ex_post_ir(env, mech))
    lopsided = st.maximize(st.gains_from_trade(env, mech).expr + mech.q[B_LO, S_LO], subject_to=rows)
    plain = st.maximize(st.gains_from_trade(env, mech), subject_to=rows)
    for exchange in exchanges(plain.region, plain.ring):
        assert not same_program(lopsided, lopsided, exchange)
        assert not same_program(plain, lopsided, exchange)
    assert not same_program(plain, lopsided, identity(plain.ring, plain.ring))
    assert same_program(plain, plain, identity(plain.ring, plain.ring))


def test_a_smaller_parameter_set() -> None:
    whole, part = examples.dominant(), variant(assuming=(P_BHI > P_SLO,))
    assert follows(whole, part) is not None
    assert follows(part, whole) is None
    said = reference(part, [Told("Lemma 1", whole)], Notation())
    assert said is not None and said[0].startswith("The program is that of Lemma 1") and not said[1]
    assert reference(whole, [Told("Lemma 1", whole)], Notation()) == ("This is the theorem of Lemma 1.", True)


def test_other_values_are_not_the_same() -> None:
    other = variant(weight=2)
    assert follows(examples.dominant(), other) is None
    assert reference(other, [Told("Lemma 1", examples.dominant())], Notation()) is None


def test_an_implication_has_no_mirror() -> None:
    verdict = examples.implication()
    assert isinstance(verdict, st.Proved)
    assert symmetries(verdict.certificates[0]) == []
