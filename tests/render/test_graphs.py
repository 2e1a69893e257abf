"""Graphs of functions by cases."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from sympy import Eq, Rational, sqrt, symbols

import symtrade as st
from symtrade.render.graphs import named_functions

x, a = symbols("x a")
KINK = st.Cases((x, x >= a), (a, x <= a))


def test_the_curve_has_the_exact_values():
    figure = st.plot_functions({"$f$": KINK, "half": x / 2}, x, 0, 1, at={a: Rational(1, 2)}, y_label="$y$")
    first, second = figure.axes[0].lines
    for u, v in zip(*first.get_data(), strict=True):
        assert v == max(u, 0.5)
    assert second.get_linestyle() != first.get_linestyle()


def test_gaps_where_there_is_no_value(tmp_path):
    figure = st.plot_functions({"f": st.Cases((1 / x, x > 0), (0, x < 0))}, x, -1, 1)
    heights = dict(zip(*figure.axes[0].lines[0].get_data(), strict=True))
    assert math.isnan(heights[0]) and heights[0.5] == 2
    st.save_plot(figure, tmp_path / "f.png")
    assert (tmp_path / "f.png").stat().st_size > 1000


def test_steep_ends_are_drawn_to_the_end():
    functions = {"$f$": sqrt(x), "$g$": st.Cases((x, x <= a))}
    figure = st.plot_functions(functions, x, 0, 1, at={a: Rational(2, 3)})
    first, second = figure.axes[0].lines
    heights = first.get_ydata()
    assert max(b - a for a, b in pairwise(heights)) < 0.02
    last = max(u for u, v in zip(*second.get_data(), strict=True) if not math.isnan(v))
    assert 0.666 < last <= 2 / 3


def test_named_functions():
    u, w = symbols("u w")
    lines = (st.Line(x > 0, Eq(u, x)), st.Line(x <= 0, Eq(u, 0)), st.Line(True, Eq(w, 1)), st.Line(True, 2))
    found = named_functions(lines)
    assert {k: v.subs(x, 3) for k, v in found.items()}.keys() == {"u", "w", "value"}
    assert found["u"].at({x: 3}) == 3 and found["w"] == 1 and found["value"] == 2


@pytest.mark.parametrize(("arguments", "message"), [
    (({"f": KINK}, x, 0, 1), "no value for a"), (({}, x, 0, 1), "expected functions"),
    (({"f": x}, x, 1, 0), "low < high"),
])
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        st.plot_functions(*arguments)
