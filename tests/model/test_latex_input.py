"""Reading LaTeX: what is read is what is printed, and what is not read is shown."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as some

from symtrade.model.errors import ModelError
from symtrade.model.latex_input import LatexNames

B, B_LO, S, P, Q, T = sympy.symbols("b_hi b_lo s_lo p_bhi q t")
NAMES = LatexNames({
    r"\bar b": B, r"\underline{b}": B_LO, r"\underline s": S, r"p_{\bar b}": P,
    r"q(\bar{b}, \underline{s})": Q, "t": T, r"p_{\bar s}^*": "undefined"})


@pytest.mark.parametrize(("text", "meaning"), [
    (r"p_{\bar b}(\bar b - \underline s)", P * (B - S)),
    (r"p_\bar{b}(1-p_{\bar{b}})q(\bar b,\underline s)^2", P * (1 - P) * Q**2),
    (r"\frac{p_{\bar b}}{1-p_{\bar b}} t", P / (1 - P) * T),
    (r"\frac12t^2\bar b", T**2 * B / 2),
    (r"\tfrac{1}{2}\left[t - (1 - t)\right]t", (2 * T - 1) * T / 2),
    (r"0.2(50 - t) + 0.8 \cdot t", (50 - T) / 5 + sympy.Rational(4, 5) * T),
    (r"\sqrt{t} / 2", sympy.sqrt(T) / 2),
    (r"-t^2", -T**2),
    (r"2t\,\{1 - t\}", 2 * T * (1 - T)),
    (r"t - (t - \bar b) - \underline{b}", B - B_LO),
    (r"{t}{t}", T**2),
    (r"\dfrac{\bar b-\underline s}{\bar b - \underline b} \times t", (B - S) / (B - B_LO) * T),
])
def test_formulas_mean_what_they_print(text, meaning):
    assert sympy.expand(NAMES.expression(text) - meaning) == 0


def test_a_chain_is_its_relations_as_printed():
    links = NAMES.chain(r"0 < t \leq \tfrac12 \bar b = \underline s")
    assert [link.claim for link in links] == [sympy.Lt(0, T), T <= B / 2, sympy.Eq(B / 2, S)]
    assert [link.printed for link in links] == [
        "0 < t", r"t \leq \tfrac12 \bar b", r"\tfrac12 \bar b = \underline s"]


def test_implications_and_undefined_names():
    (implied,) = NAMES.chain(r"t < 1 \implies \bar b > 0")
    assert implied.claim == sympy.Implies(T < 1, B > 0)
    (same,) = NAMES.chain(r"t < 1 \iff \bar b > 0")
    assert same.claim == sympy.Equivalent(T < 1, B > 0)
    nothing, fine = NAMES.chain(r"p_{\bar s}^* \leq t = \bar b")
    assert nothing.claim is sympy.nan and fine.claim == sympy.Eq(T, B)


@pytest.mark.parametrize(("text", "at", "words"), [
    (r"t + \bar q", 4, "declared names"),
    (r"t + + \bar b", 4, "cannot read this here"),
    (r"t + ", 3, "breaks off"),
    (r"\frac{t}", 8, "breaks off"),
    ("t)", 1, "cannot read this here"),
    ("t}", 1, "closes nothing"),
    (r"\sin t", 0, "declared names"),
    ("x", 0, "declared names"),
    (r"t_{1}", 1, "declared names"),
    (r"t \& 1", 2, "declared names"),
])
def test_an_error_shows_the_place(text, at, words):
    with pytest.raises(ModelError, match=words) as error:
        NAMES.expression(text)
    *_, shown, arrow = str(error.value).splitlines()
    assert shown.strip() == text.strip()
    assert arrow.index("^") - (len(shown) - len(shown.lstrip())) == at


@pytest.mark.parametrize("text", [
    "t", "", r"t \leq", r"\leq t", r"t \leq \leq 1", r"t = 1 \iff t = 2 \iff t = 3"])
def test_a_line_is_a_relation_between_formulas(text):
    with pytest.raises(ModelError):
        NAMES.chain(text)


def test_the_place_is_in_the_line_where_it_stands():
    with pytest.raises(ModelError) as error:
        NAMES.chain("t \\leq 1\n  = x")
    assert str(error.value).splitlines()[-2:] == ["    = x", "      ^"]


LEAVES = {r"\bar b": B, r"\underline b": B_LO, r"\underline{s}": S, r"p_{\bar b}": P, "t": T, "3": 3,
          "0.5": sympy.Rational(1, 2)}


def formulas(depth):
    """LaTeX with its meaning, built together."""
    leaf = some.sampled_from(sorted(LEAVES.items(), key=str))
    if depth == 0:
        return leaf
    part = formulas(depth - 1)
    return leaf | some.tuples(part, part, some.integers(0, 5)).map(_join)


def _join(parts):
    (x, a), (y, b), kind = parts
    return [
        (f"({x}) + ({y})", a + b), (f"({x}) - ({y})", a - b), (f"({x})({y})", a * b),
        (rf"\left({x}\right) \cdot ({y})", a * b),
        (rf"\frac{{{x}}}{{1 + ({y})^2}}", a / (1 + sympy.Integer(1) * b**2)),
        (f"({x})^{{2}}", a**2)][kind]


@settings(max_examples=40, deadline=None)
@given(formulas(3))
def test_random_formulas_are_read_as_they_were_built(pair):
    text, meaning = pair
    assert sympy.simplify(NAMES.expression(text) - meaning) == 0
