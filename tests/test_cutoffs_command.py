"""``symtrade cutoffs`` as a user meets it; and the pictures."""

from __future__ import annotations

import json

import pytest
import sympy
from typer.testing import CliRunner

import symtrade as st
from symtrade.cli.app import app


def run(*arguments):
    return CliRunner().invoke(app, ["cutoffs", *arguments])


def test_json():
    done = run("--buyer", "uniform(0,1)", "--seller", "uniform(0,1)", "--digits", "12", "--json")
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    (only,) = data["solutions"]
    assert only["x"] == "0.333333333333" and only["y"] == "0.666666666667"
    assert only["minimal_polynomial"] == "3*x - 1" and only["welfare_exact"] == "4/27"
    assert only["kind"] == "local maximum" and only["global"] is True
    assert (data["first_best_exact"], data["second_best_exact"], data["posted_price_exact"]) == (
        "1/6", "9/64", "1/8")
    assert data["posted_prices"] == ["0.500000000000"] and data["verdict"] == "proved"


@pytest.mark.parametrize("family", [
    "uniform(0,1)", "power(2)", "mirror_power(3/2)", "kumaraswamy(2,3)", "beta(2,3)", "triangular(0,0.5,1)",
    "truncated_exponential(1)", "piecewise_uniform([0,1/2,1],[1/3,2/3])", "cdf(3*v^2 - 2*v^3)",
])
def test_every_named_family(family):
    done = run("--buyer", family, "--seller", "uniform(0,1)", "--digits", "50", "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert data["verdict"] == "proved" and len(data["solutions"]) == 1
    one = data["solutions"][0]
    assert len(one["x"].split(".")[1]) == 50
    if one["minimal_polynomial"]:
        x = sympy.Float(one["x"], 60)
        assert abs(sympy.sympify(one["minimal_polynomial"]).subs("x", x)) < 1e-40
    order = [float(data[k]) for k in ("first_best", "welfare", "posted_price")]
    assert order == sorted(order, reverse=True)
    assert data["second_best_digits"] == 50 and len(data["second_best"].split(".")[1]) == 50
    assert float(data["posted_price"]) < float(data["second_best"]) < float(data["first_best"])


def test_text():
    done = run("--buyer", "power(2)", "--seller", "uniform(0,1)")
    assert done.exit_code == 0
    assert "= -1/2 + sqrt(3)/2" in done.stdout and "the global optimum" in done.stdout
    assert "second best" in done.stdout
    never = run("--buyer", "uniform(0,1)", "--seller", "uniform(1,2)")
    assert never.exit_code == 0 and "never worth anything" in never.stdout


@pytest.mark.parametrize(("arguments", "message"), [
    (("--buyer", "uniform(1,0)", "--seller", "uniform(0,1)"), "expected a < b"),
    (("--buyer", "gumbel(1)", "--seller", "uniform(0,1)"), "expected one of"),
    (("--buyer", "cdf(1/2 + v/2)", "--seller", "uniform(0,1)"), "an atom"),
    (("--buyer", "power(2)", "--seller", "power(2)", "--digits", "0"), "from 1 to 10000"),
])
def test_bad_input_is_one_message_and_exit_code_2(arguments, message):
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr and "Traceback" not in done.stderr and not done.stdout


def test_pictures():
    static = st.static_disclosure("power(2)", "uniform(0,1)", 8)
    figure = st.best_response_figure(static)
    (axes,) = figure.axes
    crossing = [line.get_xydata()[0] for line in axes.lines if len(line.get_xydata()) == 1]
    assert abs(crossing[0][0] - (3**0.5 - 1) / 2) < 1e-6
    region = st.trade_region_figure(st.compare("uniform(0,1)", "uniform(0,1)", 8))
    threshold = next(line.get_xydata() for line in region.axes[0].lines if "second" in line.get_label())
    assert all(abs(v - c - 0.25) < 1e-9 for v, c in threshold)
    price = st.price_figure(st.uniform(0, 1), static)
    assert all(abs(y - (1 + x) / 2) < 1e-9 for x, y in price.axes[0].lines[0].get_xydata())
    family = st.family_figure(lambda n: (st.mirror_power(n), st.power(n)), [1, 2], "n")
    assert len(family.axes[0].lines) == 3


@pytest.mark.parametrize("kind", ["regions", "responses", "prices", "shuttle"])
def test_every_figure_is_drawn(kind, tmp_path):
    file = tmp_path / "a.png"
    done = run("--buyer", "beta(2,2)", "--seller", "uniform(0,1)", "--digits", "5", "--plot", str(file),
               "--figure", kind)
    assert done.exit_code == 0, done.output
    assert file.read_bytes().startswith(b"\x89PNG")


def test_gains_along_a_family(tmp_path):
    file = tmp_path / "a.png"
    done = run("--buyer", "uniform(0,1)", "--seller", "uniform(0,a)", "--along", "a=1..2", "--plot",
               str(file))
    assert done.exit_code == 0, done.output
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("arguments", "message"), [
    (("--plot", "a.txt"), "ends in"), (("--plot", "a.png", "--figure", "cutoffs"), "expected one of regions"),
    (("--along", "a=1..2"), "expected --plot"), (("--along", "a=2..1", "--plot", "a.png"), "NAME=FROM..TO"),
    (("--along", "b=1..2", "--plot", "a.png"), "expected b in"),
])
def test_bad_figures(arguments, message):
    done = run("--buyer", "power(a)", "--seller", "uniform(0,1)", *arguments)
    assert done.exit_code == 2
    assert message in done.output + done.stderr


def test_five_thousand_digits():
    """Longer than Python converts by itself; the certificates are read again."""
    from symtrade.kernel.evidence import read_evidence

    found = st.static_disclosure("power(2)", "uniform(0,1)", 5000)
    digits = found.best.x.decimal(5000)
    root = sympy.sqrt(sympy.Integer(3))
    assert len(digits) == 5002 and digits[:62] == str(sympy.N((root - 1) / 2, 60))[:62]
    value = 2 * int(digits[2:4000])  # (2 x + 1)^2 = 3
    assert abs((value + 10**3998) ** 2 - 3 * 10**7996) < 10**3999
    for certificate in found.verdict.certificates:
        st.check(read_evidence(certificate.to_data()))


def test_the_second_best_says_how_many_digits_it_has():
    done = run("--buyer", "power(2)", "--seller", "beta(2,3)", "--digits", "100")
    assert done.exit_code == 0
    assert "The second best is certified to 6" in done.stdout
