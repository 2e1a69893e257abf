"""Graphs of functions by cases."""

from __future__ import annotations

import math

import pytest
from sympy import Rational, symbols

import symtrade as st

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
    heights = figure.axes[0].lines[0].get_ydata()
    assert math.isnan(heights[len(heights) // 2])
    st.save_plot(figure, tmp_path / "f.png")
    assert (tmp_path / "f.png").stat().st_size > 1000


@pytest.mark.parametrize(("arguments", "message"), [
    (({"f": KINK}, x, 0, 1), "no value for a"), (({}, x, 0, 1), "expected functions"),
    (({"f": x}, x, 1, 0), "low < high"),
])
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        st.plot_functions(*arguments)
