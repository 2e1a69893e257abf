"""Figures, by their curves, cells and labels; files, byte for byte."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from random import Random

import pytest
import sympy
from flint import fmpq

import symtrade as st
from symtrade.render.cells import cells
from symtrade.render.curves import curves, decompose
from symtrade.render.notation import Notation
from symtrade.render.plane import exact, plane_of
from symtrade.render.plot import plot
from symtrade.render.roots import arrange, middle, real_roots, simplest
from symtrade.render.spots import spots
from tests.derivations import hand
from tests.oracles import simplex
from tests.render import examples

A, B = sympy.symbols("a b")
AT = {"s_lo": 1, "b_lo": 2, "s_hi": 3, "b_hi": 5}
AXES = ("p_bhi", "p_slo")
NOTE = Notation(names={"p_bhi": r"p_{\bar{b}}", "p_slo": r"p_{\underline{s}}"})
DISC = (st.Line(A**2 + B**2 < 1, 1), st.Line(True, 2))
SQUARE = (-2, 2, -2, 2)


def at(x, y):
    return {name: Fraction(v) for name, v in AT.items()} | {"p_bhi": Fraction(x), "p_slo": Fraction(y)}


def value(text, point):
    return sympy.sympify(text.replace("^", "**")).subs({k: sympy.Rational(v) for k, v in point.items()})


def sympy_points(curve, names):
    return [dict(zip(names, map(sympy.Rational, p), strict=True)) for p in curve.points]


# --- Figure 2 of Carroll (2017) ---


def where_two_mechanisms_tie(x, trades):
    """The height at which two mechanisms are equally good: expected gains are affine in p_slo."""
    def gap(y):
        one, two = (sum((c * q for c, q in zip(hand.welfare(at(x, y)), trade, strict=True)), Fraction(0))
                    for trade in trades)
        return one - two

    return gap(0) / (gap(0) - gap(1))


def test_figure_2_is_where_the_two_mechanisms_tie():
    """The mechanisms come from an independent LP at one point of either region."""
    corners = [at("1/10", "9/10"), at("9/10", "1/10")]
    trades = [simplex(hand.welfare(point), hand.constraints(point, bayesian=False)).x for point in corners]
    (curve,) = st.boundary_curves(examples.dominant(), *AXES, AT)
    assert curve.error == 0 and curve.sides == (0, 1)
    assert curve.points[0] == (0, 0) and curve.points[-1] == (1, 1)
    inner = curve.points[1:-1]
    assert len(inner) > 15
    for x, y in inner:
        assert y == where_two_mechanisms_tie(x, trades) == 3 * x / (1 + 2 * x)


def test_other_values_move_figure_2():
    values = {"s_lo": 0, "b_lo": Fraction(1, 2), "s_hi": "2/3", "b_hi": sympy.Rational(7, 2)}
    (curve,) = st.boundary_curves(examples.dominant(), "p_bhi", "p_slo", values)
    full = {name: Fraction(str(v)) for name, v in values.items()}
    for x, y in curve.points[1:-1:9]:
        point = full | {"p_bhi": x, "p_slo": y}
        below, above = (hand.optimum(point | {"p_slo": y + d}, False) for d in (Fraction(-1, 99), 0))
        assert examples.dominant().value_at(point) == sympy.Rational(above)
        assert examples.dominant().value_at(point | {"p_slo": y - Fraction(1, 99)}) == sympy.Rational(below)
        first, second = (p.value.subs({k: sympy.Rational(v) for k, v in point.items()})
                         for p in examples.dominant().pieces)
        assert first == second


def test_figure_of_the_bayesian_optimum_against_an_independent_lp():
    found = st.boundary_curves(examples.bayesian(), *AXES, AT)
    (first_best,) = {c.polynomial for c in found if 0 in c.sides}
    for curve in (c for c in found if c.polynomial == first_best):
        for x, y in curve.points[1:-1:9]:
            assert hand.optimum(at(x, y), True) == hand.first_best(at(x, y))
            above = at(x, y + (1 - y) / 50)
            assert hand.optimum(above, True) < hand.first_best(above)


@pytest.mark.parametrize("axes", [
    ("p_bhi", "p_slo"), ("p_slo", "p_bhi"), ("b_lo", "s_hi"), ("s_hi", "p_bhi")])
def test_any_two_parameters(axes):
    everything = AT | {"p_bhi": "2/3", "p_slo": "4/5"}
    rest = {name: v for name, v in everything.items() if name not in axes}
    for solution in (examples.dominant(), examples.bayesian()):
        found = st.boundary_curves(solution, *axes, rest)
        assert found
        for curve in found:
            for x, y in curve.points[1:-1:7]:
                size = abs(value(curve.polynomial, {axes[0]: x, axes[1]: y}))
                assert size == 0 if curve.error == 0 else size < Fraction(1, 10**20)
                if None not in curve.sides:  # the pieces agree where they meet
                    point = {name: sympy.Rational(str(v)) for name, v in rest.items()}
                    point |= {axes[0]: sympy.Rational(x), axes[1]: sympy.Rational(y)}
                    one, two = (solution.pieces[k].value.subs(point) for k in curve.sides)
                    assert abs(one - two) < sympy.Rational(1, 10**18)


# --- cells ---


@pytest.mark.parametrize("thing", [examples.dominant, examples.bayesian, lambda: DISC])
def test_cells_say_what_the_conditions_say(thing):
    lines = thing() is DISC
    axes, rest = (("a", "b"), {}) if lines else (AXES, AT)
    plane, grid = decompose(thing(), *axes, rest, window=SQUARE if lines else None, assuming=())
    random = Random(5)
    for _ in range(150):
        strip = random.choice(grid.strips)
        low, high = strip.ends
        x = low + (high - low) * fmpq(random.randint(0, 1000), 1000)
        heights = [edge.factor.root(edge.number, x) for edge in strip.edges]
        for piece, one, two in zip(strip.pieces, heights[:-1], heights[1:], strict=True):
            assert plane.piece_at(x, middle(one.high, two.low)) == piece


def test_curved_boundaries_with_vertical_tangents():
    found = st.boundary_curves(DISC, A, B, {}, window=SQUARE)
    assert {c.polynomial for c in found} == {"a^2 + b^2 - 1"}
    assert sorted(c.sides for c in found) == [(0, 1), (1, 0)]
    for curve in found:
        assert 0 < curve.error < Fraction(1, 2**90)
        assert all(abs(x**2 + y**2 - 1) < Fraction(1, 2**80) for x, y in curve.points)
        assert curve.points[0][0] < Fraction(-999, 1000) and curve.points[-1][0] > Fraction(999, 1000)
        steps = zip(curve.points, curve.points[1:], strict=False)
        assert all((a - c)**2 + (b - d)**2 < Fraction(1, 25) for (a, b), (c, d) in steps)


def test_vertical_boundaries_and_pieces_that_only_touch():
    steps = (st.Line(sympy.And(A < 1, B < 0), 1), st.Line(sympy.Or(A >= 1, B > 1), 2), st.Line(True, 3))
    found = {(c.polynomial, c.sides): (c.points, c.error) for c in
             st.boundary_curves(steps, "a", "b", {}, window=SQUARE)}
    assert found == {
        ("b", (0, 2)): (((-2, 0), (1, 0)), 0),
        ("b - 1", (2, 1)): (((-2, 1), (1, 1)), 0),
        ("a - 1", (0, 1)): (((1, -2), (1, 0)), 0),
        ("a - 1", (2, 1)): (((1, 0), (1, 1)), 0),
    }


def test_the_boundary_of_the_parameter_set_is_drawn():
    lines = (st.Line(True, 1),)
    wedge = st.boundary_curves(lines, "a", "b", {}, assuming=(A > 0, A < B, B < 1))
    assert [(c.polynomial, c.sides, c.points) for c in wedge] == [("a - b", (None, 0), ((0, 0), (1, 1)))]
    (round_one, *_) = st.boundary_curves(lines, "a", "b", {}, assuming=(A**2 + B**2 < 2,))
    assert None in round_one.sides


def test_irrational_ranges_and_vertical_lines():
    lines = (st.Line(A**2 < 2, 1), st.Line(True, 2))
    (left, right) = st.boundary_curves(lines, "a", "b", {}, window=SQUARE, assuming=(B < 3,))
    assert left.sides == (1, 0) and right.sides == (0, 1)
    assert right.error > 0 and abs(right.points[0][0] ** 2 - 2) < Fraction(1, 2**80)
    plane, grid = decompose(lines, "a", "b", {}, window=None, assuming=(A**3 < 2, A > 0, B > 0, B**2 < 3))
    assert [float(v) for v in grid.window] == pytest.approx([0, 2 ** (1 / 3), 0, 3**0.5])
    assert [spot.piece for spot in spots(plane, grid)] == [0]


def test_curves_that_do_not_separate_are_left_out():
    lines = (st.Line(sympy.And(A > 0, B > 0), 1), st.Line(sympy.And(A > 0, A + B <= 1), 1), st.Line(True, 2))
    found = st.boundary_curves(lines, "a", "b", {}, window=(-1, 1, -1, 1))
    assert {c.polynomial for c in found} == {"a", "b"}
    assert all(c.sides[0] != c.sides[1] for c in found)


def test_first_line_wins_where_lines_overlap():
    lines = (st.Line(A < 1, 1), st.Line(A > -1, 2))
    (curve,) = st.boundary_curves(lines, "a", "b", {}, window=SQUARE, assuming=(B < 3,))
    assert curve.polynomial == "a - 1" and curve.sides == (0, 1)


# --- roots ---


def test_roots():
    from flint import fmpz_poly

    x = fmpz_poly([0, 1])
    roots = real_roots((x**2 - 2) * (3 * x - 1) * (x**2 + 1) * (x - 1)**3)
    assert [str(r.value) for r in roots[1:3]] == ["1/3", "1"]
    assert [r.radius == 0 for r in roots] == [False, True, True, False]
    tight = arrange([x**2 - 2, 10**40 * x - 14142135623730950488016887242096980785696])
    assert [i for i, _, _ in tight] == [0, 1, 0] and tight[1][2].high < tight[2][2].low
    with pytest.raises(ArithmeticError):
        arrange([x**2 - 2, x**4 - 4])


def test_simplest_rational_between():
    random = Random(3)
    for _ in range(300):
        low, high = sorted(fmpq(random.randint(-60, 60), random.randint(1, 20)) for _ in range(2))
        if low < high:
            found = simplest(low, high)
            assert low < found < high
            for q in range(1, int(found.q)):
                assert (low * q).floor() + 1 >= high * q


# --- labels ---


@pytest.mark.parametrize("solution", [examples.dominant, examples.bayesian])
def test_labels_stand_inside_their_pieces(solution):
    plane, grid = decompose(solution(), *AXES, AT, window=None, assuming=())
    found = spots(plane, grid)
    assert sorted(spot.piece for spot in found) == list(range(len(solution().pieces)))
    for spot in found:
        point = at(str(spot.x), str(spot.y))
        here = {sympy.Symbol(k): sympy.Rational(v) for k, v in point.items()}
        assert solution().pieces[spot.piece].region.subs(here) == sympy.true
        assert sympy.Rational(hand.optimum(point, solution is examples.bayesian)) == \
            solution().pieces[spot.piece].value.subs(here)


def test_pieces_that_the_grid_misses_get_a_label():
    thin = (st.Line(sympy.And(A > 0, 5000 * A < 1), 1), st.Line(True, 2))
    plane = plane_of(thin, "a", "b", {}, (B < 3,))
    grid = cells(plane, (fmpq(-1), fmpq(1), fmpq(0), fmpq(1)))
    assert {s.piece for s in spots(plane, grid)} == {0, 1}
    assert all(plane.piece_at(s.x, s.y) == s.piece for s in spots(plane, grid))


def texts(figure):
    (axes,) = figure.axes
    return [t.get_text() for t in axes.texts]


def test_label_texts():
    assert sorted(texts(plot(examples.dominant(), *AXES, AT))) == ["(1)", "(2)"]
    assert sorted(texts(plot(examples.dominant(), *AXES, AT, labels=["W_DS", "(a) $x<1$"]))) == [
        "$W_{\\mathrm{DS}}$", "(a) $x<1$"]
    assert "best" in texts(plot(examples.dominant(), *AXES, AT, labels={2: "best"}))
    assert sorted(texts(plot(DISC, A, B, {}, window=SQUARE))) == ["(1)\n$1$", "(2)\n$2$"]
    assert texts(plot(examples.impossible(), *AXES, AT)) == ["(1)\ninfeasible"]


@pytest.mark.parametrize(("labels", "message"), [
    (["one"], "expected 2 labels, one for each piece, got 1"),
    ("ab", "expected 2 labels, one for each piece, got 'ab'"),
    ({3: "c"}, "no piece has the number 3: expected 1 to 2"),
    ({"a": "c"}, "no piece has the number 'a'"),
    (["$\\nonsense$", "b"], "cannot be typeset"),
])
def test_labels_that_do_not_fit(labels, message):
    with pytest.raises(ValueError, match=message.replace("$", r"\$")):
        plot(examples.dominant(), *AXES, AT, labels=labels)


def test_axes_are_typeset_in_the_notation():
    (axes,) = plot(examples.dominant(), *AXES, AT, NOTE).axes
    assert "\\bar{b}" in axes.get_xlabel() and "{s}" in axes.get_ylabel()
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 1), (0, 1))


# --- bad input ---


@pytest.mark.parametrize(("axes", "change", "message"), [
    (("p_bhi", "nonsense"), {}, "nonsense is no parameter; the parameters are"),
    (("p_bhi", "p_bhi"), {"p_slo": "1/2"}, "two different parameters"),
    (AXES, {"s_lo": None}, "no value for s_lo"),
    (AXES, {"s_lo": 0.5}, "s_lo = 0.5: expected an exact rational, such as 1/5"),
    (AXES, {"s_lo": sympy.Float(1)}, "expected an exact rational"),
    (AXES, {"s_lo": sympy.sqrt(2)}, "expected an exact rational"),
    (AXES, {"s_lo": "1/0"}, "expected an exact rational"),
    (AXES, {"z": 1}, "z is no parameter"),
    (AXES, {"p_bhi": 1}, "p_bhi is on an axis: leave its value out"),
    (AXES, {"s_lo": 4}, "outside the parameter set"),
    (("s_hi", "p_slo"), {"b_lo": 6, "s_hi": None, "p_bhi": "1/2"}, "no inner point"),
    (("s_lo", "p_slo"), {"s_lo": None, "p_bhi": "1/2"}, "does not bound s_lo here: give a window"),
])
def test_bad_values(axes, change, message):
    values = {name: v for name, v in (AT | change).items() if v is not None}
    for function in (st.boundary_curves, st.plot):
        with pytest.raises(ValueError, match=message):
            function(examples.dominant(), *axes, values)


@pytest.mark.parametrize(("window", "message"), [
    ((0, 1, 0), "expected a window"), ((1, 0, 0, 1), "expected a window"),
    ((0, 0, 0, 1), "expected a window"),
    ((0, 0.5, 0, 1), "a bound of the window = 0.5"), ((2, 3, 0, 1), "nothing to draw"),
])
def test_bad_windows(window, message):
    with pytest.raises(ValueError, match=message):
        st.plot(examples.dominant(), *AXES, AT, window=window)


@pytest.mark.parametrize("thing", [None, (), [1], "text"])
def test_other_things_are_refused(thing):
    with pytest.raises(ValueError, match="expected a solution or the lines of a statement"):
        st.plot(thing, "a", "b", {})
    with pytest.raises(ValueError, match="at: expected values by name"):
        st.plot(examples.dominant(), *AXES, [1, 2])
    with pytest.raises(ValueError, match="assuming= is for statements"):
        st.plot(examples.dominant(), *AXES, AT, assuming=(A > 0,))


@pytest.mark.parametrize("given", [3, "3", " 3 ", Fraction(3), sympy.Integer(3), fmpq(3), "6/2"])
def test_exact_values(given):
    assert exact(given, "x") == 3


# --- files ---


@pytest.mark.parametrize("ending", [".png", ".pdf", ".pgf"])
def test_equal_figures_give_equal_files(ending, tmp_path):
    from shutil import which

    if ending == ".pgf" and not any(map(which, ("pdflatex", "lualatex", "xelatex"))):
        pytest.skip("no TeX")
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    with mpl.rc_context():
        for k, size in enumerate((10, 31)):  # whatever the user's settings are
            mpl.rcParams["font.size"] = size
            mpl.rcParams["axes.linewidth"] = size
            figure = st.plot(examples.bayesian(), *AXES, AT, NOTE, labels=["1", "W_FP", "III'"])
            st.save_plot(figure, tmp_path / f"{k}{ending}")
        assert mpl.rcParams["font.size"] == 31
    one, two = ((tmp_path / f"{k}{ending}").read_bytes() for k in (0, 1))
    assert one == two and len(one) > 5000
    assert not any(word in one for word in (b"CreationDate", b"matplotlib.org"))
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"0{ending}", f"1{ending}"]
    assert dict(mpl.rcParams) == before


def test_other_endings_are_refused(tmp_path):
    figure = st.plot(examples.dominant(), *AXES, AT)
    with pytest.raises(ValueError, match=r"ends in \.png, \.pdf, \.pgf"):
        st.save_plot(figure, tmp_path / "figure.jpeg")
    assert list(tmp_path.iterdir()) == []


def test_pgf_without_tex(tmp_path, monkeypatch):
    figure = st.plot(examples.dominant(), *AXES, AT)
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(ValueError, match=r"needs TeX .* write \.pdf instead"):
        st.save_plot(figure, tmp_path / "figure.pgf")
    assert list(tmp_path.iterdir()) == []


def test_plotting_touches_no_pyplot_and_importing_touches_no_matplotlib(tmp_path):
    code = f"""
import sys, symtrade as st
from sympy import symbols
st.plot, st.boundary_curves
assert "matplotlib" not in sys.modules
a, b = symbols("a b")
figure = st.plot((st.Line(a < b, 1), st.Line(True, 2)), a, b, {{}}, window=(0, 1, 0, 1))
st.save_plot(figure, {str(tmp_path / 'x.png')!r})
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_curves_are_what_the_figure_shows():
    _, grid = decompose(examples.dominant(), *AXES, AT, window=None, assuming=())
    (axes,) = st.plot(examples.dominant(), *AXES, AT).axes
    (curve,), (line,) = curves(grid), axes.lines
    assert [tuple(p) for p in line.get_xydata()] == [(float(a), float(b)) for a, b in curve.points]
