"""Indirect mechanisms, prices and thresholds."""

from __future__ import annotations

import pytest
import sympy

import symtrade as st

LOW, HIGH, P = sympy.symbols("low high p")
ENV = st.FiniteEnvironment(
    buyer=st.TypeSpace((5,)), seller=st.TypeSpace((0,)), parameters=(LOW, HIGH),
    assuming=(LOW > 0, LOW < HIGH),
)


@pytest.mark.parametrize("offering", ["seller", "buyer"])
def test_flexible_price_tables(offering):
    game = st.flexible_price(ENV, (LOW, HIGH), offering)
    for accepted in ("low", "high"):
        for offered in ("low", "high"):
            pair = (accepted, offered) if offering == "seller" else (offered, accepted)
            fits = accepted == offered or (offered == "low") == (offering == "seller")
            assert game.outcome(*pair) == ((1, sympy.Symbol(offered)) if fits else (0, 0))
    assert game.outcome("out", "low") == game.outcome("high", "out") == (0, 0)


def test_security_of_matching_pennies():
    """Both guess; the buyer wins 1 if the guesses agree and pays 1 otherwise: value 0 by mixing."""
    game = st.IndirectMechanism(ENV, ("h", "t"), ("h", "t"), q=((0, 0), (0, 0)), t=((-1, 1), (1, -1)))
    solution = st.solve(game.security("buyer", 5))
    assert [piece.value for piece in solution.pieces] == [0]
    assert solution.pieces[0].primal[sympy.Symbol("alpha[h]", nonnegative=True)] == sympy.Rational(1, 2)
    assert st.solve(game.security("seller", 0, against=("h",))).pieces[0].value == 1


def test_what_a_game_refuses():
    with pytest.raises(st.ModelError, match="expected 1 rows"):
        st.IndirectMechanism(ENV, ("a",), ("b",), q=(), t=((0,),))
    with pytest.raises(st.ModelError, match="listed twice"):
        st.IndirectMechanism(ENV, ("a", "a"), ("b",), q=((0,), (0,)), t=((0,), (0,)))
    with pytest.raises(st.ModelError, match="no action is called 'medium'"):
        st.flexible_price(ENV, (LOW, HIGH)).outcome("medium", "low")
    with pytest.raises(st.ModelError, match="offering="):
        st.flexible_price(ENV, (LOW, HIGH), "auctioneer")


def test_a_posted_price_leaves_no_other_transfer():
    mech = st.DirectMechanism(ENV)
    given = (*st.posted_price(ENV, mech, LOW), *st.efficiency(ENV, mech))
    assert isinstance(st.implies(given, sympy.Eq(mech.t[0, 0], LOW)), st.Proved)


def test_thresholds():
    assert st.threshold((1 - P) * LOW - P * HIGH, P) == LOW / (LOW + HIGH)
    for expression in (P**2 - LOW, (P - LOW) * (P - HIGH), LOW + HIGH, sympy.Integer(3)):
        with pytest.raises(st.ModelError, match="linear in it"):
            st.threshold(expression, P)
