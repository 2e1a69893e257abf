"""Names in LaTeX."""

from __future__ import annotations

import pytest

from symtrade.render.notation import Notation, escaped


@pytest.mark.parametrize(("name", "expected"), [
    ("b_lo", r"\underline{b}"),
    ("s_hi", r"\bar{s}"),
    ("p_bhi", r"p_{\bar{b}}"),
    ("p_b_hi", r"p_{\bar{b}}"),
    ("p_slo", r"p_{\underline{s}}"),
    ("theta_1", r"\theta_{1}"),
    ("theta", r"\theta"),
    ("v1", "v_{1}"),
    ("t_B", "t_{B}"),
    ("x", "x"),
    ("1/2", r"\tfrac{1}{2}"),
    ("low type", r"\text{low type}"),
])
def test_symbols(name: str, expected: str) -> None:
    assert Notation().symbol(name) == expected


@pytest.mark.parametrize(("name", "expected"), [
    ("IC_B[b_hi -> b_lo | s_lo]", r"\mathrm{IC}_{B}[\bar{b}\to\underline{b}\mid\underline{s}]"),
    ("IR_S[s_lo]", r"\mathrm{IR}_{S}[\underline{s}]"),
    ("q[b_hi, s_lo] <= 1", r"q(\bar{b},\underline{s})\le 1"),
    ("EFF[b_hi, s_lo]", r"\mathrm{EFF}[\bar{b},\underline{s}]"),
    ("MON_B[b_lo, b_hi | s_lo]", r"\mathrm{MON}_{B}[\underline{b},\bar{b}\mid\underline{s}]"),
    ("BB", r"\mathrm{BB}"),
    ("my rule #1", r"\text{my rule \#1}"),
])
def test_constraints(name: str, expected: str) -> None:
    assert Notation().constraint(name) == expected


def test_the_user_chooses() -> None:
    note = Notation(names={"b_lo": "b_1", "BB": r"\mathrm{Budget}"})
    assert note.variable("q[b_lo, s_lo]") == r"q(b_1,\underline{s})"
    assert note.constraint("BB") == r"\mathrm{Budget}"


def test_free_text_is_escaped() -> None:
    assert escaped("a_b & 50%") == r"a\_b \& 50\%"
