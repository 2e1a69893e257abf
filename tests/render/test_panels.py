"""Panels of regions, signs of values, and the options of ``symtrade plot`` for them."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy
from flint import fmpq
from sympy import symbols

import symtrade as st
from symtrade.render.curves import decompose
from symtrade.render.regions import by_sign, stated
from tests.command import refused, run

theta_1, theta_2, gamma_1, gamma_2 = symbols("theta_1 theta_2 gamma_1 gamma_2")
ENV = st.InterdependentEnvironment(
    seller=st.Types(theta_1, st.uniform(0, 1)), buyer=st.Types(theta_2, st.uniform(0, 1)),
    valuations=(theta_1 + gamma_1 * theta_2, theta_2 + gamma_2 * theta_1),
    assuming=(gamma_1 > 0, gamma_2 > 0))
PANELS = [({gamma_1: a, gamma_2: b}, title) for a, b, title in (
    ("1/2", "1/4", "(i)"), ("1/4", "1/2", "(ii)"), ("3/2", "1/2", "(iii)"), ("1/2", "3/2", "(iv)"))]


def test_efficient_trade_is_shaded_where_it_is_efficient():
    """Cell by cell, at points."""
    lines, known = stated(ENV, ())
    for values, _ in PANELS:
        plane, _ = decompose(lines, theta_1, theta_2, values, window=None, assuming=known)
        numbers = {k: sympy.Rational(v) for k, v in values.items()}
        for i in range(1, 8):
            for j in range(1, 9):
                s, t = sympy.Rational(i, 8), sympy.Rational(j, 9)
                seller, buyer = (v.subs(numbers).subs({theta_1: s, theta_2: t}) for v in ENV.valuations)
                found = plane.piece_at(fmpq(i, 8), fmpq(j, 9))
                assert lines[found].value == ("trade" if buyer > seller else "no trade")


def test_panels(tmp_path):
    figure = st.plot_panels(ENV, theta_1, theta_2, PANELS)
    assert [a.get_title().split("\n")[0] for a in figure.axes if a.axison] == ["(i)", "(ii)", "(iii)", "(iv)"]
    assert len(figure.axes) == 6  # two squares are left empty
    assert "gamma_{1}=1/2" in figure.axes[0].get_title()
    lines = [len(a.lines) for a in figure.axes[:4]]
    assert lines == [1, 1, 0, 0]  # the surplus is zero on a ray in the first two
    for name in ("panels.png", "panels.pdf"):
        st.save_plot(figure, tmp_path / name)
    again = st.plot_panels(ENV, theta_1, theta_2, PANELS)
    st.save_plot(again, tmp_path / "again.png")
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "panels.png").read_bytes()
    labelled = st.plot_panels(ENV, theta_1, theta_2, PANELS[:1], labels=["no", "yes"])
    assert {t.get_text() for t in labelled.axes[0].texts} == {"no", "yes"}


def test_no_panels():
    with pytest.raises(ValueError, match="at least one panel"):
        st.plot_panels(ENV, theta_1, theta_2, [])
    with pytest.raises(ValueError, match="no value for gamma_2"):
        st.plot_panels(ENV, theta_1, theta_2, [({gamma_1: 1}, "")])


def test_signs_cut_the_regions():
    """The value x*y - 1 changes its sign on a hyperbola, and nowhere on the left half."""
    x, y = symbols("x y")
    lines = (st.Line(x >= 0, x * y - 1), st.Line(x <= 0, x - 1))
    cut, labels = by_sign(lines)
    plane, _ = decompose(cut, x, y, {}, window=(-2, 2, -2, 2), assuming=())
    for p, q in ((1, 2), (2, 1), (-1, 1), (1, -1)):
        number = plane.piece_at(fmpq(p), fmpq(q))
        value = p * q - 1 if p >= 0 else p - 1
        assert labels[number] == f"({1 if p >= 0 else 2})\n$" + ("+" if value > 0 else "-") + "$"
    figure = st.plot(lines, x, y, {}, window=(-2, 2, -2, 2), signs=True)
    assert {t.get_text() for t in figure.axes[0].texts} == {"(1)\n$+$", "(1)\n$-$", "(2)\n$-$"}
    with pytest.raises(ValueError, match="rational function"):
        st.plot((st.Line(x > 0, sympy.sqrt(y)),), x, y, {}, window=(0, 1, 0, 1), signs=True)


MODEL = """
import symtrade as st
from sympy import symbols
x, y, g = symbols("x y g")
environment = st.InterdependentEnvironment(
    seller=st.Types(x, st.uniform(0, 1)), buyer=st.Types(y, st.uniform(0, 1)), valuations=(x + g*y, y),
    assuming=(g > 0,))
"""


def test_command_draws_an_environment(tmp_path):
    file = tmp_path / "model.py"
    file.write_text(MODEL, encoding="utf-8")
    base = ("plot", str(file), "--x", "x", "--y", "y", "--out", str(tmp_path / "out.pdf"))
    done = run(*base, "--panel", "g=1/2:half", "--panel", "g=1/5:a fifth")
    assert done.returncode == 0 and "x and y in" in done.stdout + done.stderr
    assert Path(tmp_path / "out.pdf").stat().st_size > 2000
    assert run(*base, "--at", "g=1/2").returncode == 0
    refused(run("plot", str(file), "--x", "x", "--out", "a.png", "--signs"), "give --y NAME")
    refused(run(*base, "--function", "u"), "leave --y out")
    refused(run(*base, "--panel", "g:half"), "expected NAME=VALUE")


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["kunimoto_zhang_2019"])
def test_command_draws_the_figures_of_a_paper(paper, tmp_path, outcomes, monkeypatch):
    """Of its outcomes as the search finds them: that the stored ones say the same is tested elsewhere."""
    monkeypatch.setattr("symtrade.cli.plotting.replay_file", lambda _, item, *__: outcomes[item.id])
    for options in (
        (f"{paper}/KZ-5", "--x", "gamma_1", "--y", "gamma_2", "--window", "0,2,0,2", "--signs"),
        (f"{paper}/KZ-4", "--x", "theta_1", "--function", "U_1", "--function", "U_1_O",
         "--at", "gamma_1=1/2,gamma_2=1/4"),
        (f"{paper}/KZ-8", "--x", "gamma_1", "--part", "1", "--window", "1/4,1", "--at", "gamma_2=1/4",
         "--label", "least penalty"),
    ):
        file = tmp_path / "figure.png"
        assert run("plot", *options, "--out", str(file)).returncode == 0
        assert file.stat().st_size > 5000
        file.unlink()
    refused(run("plot", f"{paper}/KZ-4", "--x", "theta_1", "--function", "W", "--out", "a.png"),
            "no function W; there are U_1, U_1_O, U_2, U_2_O, Pr")
