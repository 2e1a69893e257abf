"""Figures of costly information: what they show, and that they can be written."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symtrade as st

HALF = Fraction(1, 2)


def environment(gap):
    return st.QualityEnvironment((HALF, HALF), (1, 1 + gap), (0, gap))


@pytest.fixture(scope="module")
def path():
    return st.along(environment, [Fraction(1), Fraction(3)])


def test_net_payment(path, tmp_path):
    """The closure touches the net payment at the optimal posteriors and passes through the revenue."""
    found = path[1][1]
    figure = st.net_payment(environment(3), found)
    curve, closure = figure.axes[0].lines[:2]
    payment = dict(zip(curve.get_xdata(), curve.get_ydata(), strict=True))
    corners = list(zip(closure.get_xdata(), closure.get_ydata(), strict=True))
    revenue = float(found.revenue.decimal(10))
    for q in found.posteriors:
        x = min(payment, key=lambda p: abs(p - float(q.decimal(15))))
        assert abs(payment[x] - revenue) < 1e-6  # the symmetric case: both kinks are as high
        assert any(abs(x - a) < 1e-12 for a, _ in corners)
    assert max(payment.values()) <= max(b for _, b in corners) + 1e-9
    st.save_plot(figure, tmp_path / "net.png")
    assert (tmp_path / "net.png").stat().st_size > 5000


def test_optima_and_cases(path, tmp_path):
    st.save_plot(st.optima(path, "gap"), tmp_path / "optima.pdf")
    change = st.border(environment, Fraction(2), Fraction(3), HALF)
    assert change.cases == ("no information", "attained") and change.high - change.low == HALF
    assert change.low < Fraction(23662, 10000) < change.high  # log(5 + 4 sqrt 2)
    cells = {(HALF, gap): found.case for gap, found in path}
    st.save_plot(st.case_map(cells, ("prior", "gap"), [(HALF, change)]), tmp_path / "cases.png")
    assert {p.name for p in tmp_path.iterdir()} == {"optima.pdf", "cases.png"}
    with pytest.raises(ValueError, match="the case is the same"):
        st.border(environment, Fraction(1), Fraction(1), HALF)
