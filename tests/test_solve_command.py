"""``symtrade solve``: a user's own model, good and bad."""

from __future__ import annotations

import json
import textwrap

import pytest
import sympy

from tests.command import no_controls, refused, run

A, X = sympy.symbols("a x")

HEAD = """
import symtrade as st
from sympy import Eq, symbols
a, b, x, y, p = symbols("a b x y p")
LP = st.LinearProgram
"""


def model(tmp_path, body):
    file = tmp_path / "model.py"
    file.write_text(HEAD + textwrap.dedent(body))
    return file


GOOD = "program = LP(variables=(x,), objective=a*x, parameters=(a,), constraints=(x <= 1, x >= 0))"


def test_solve_prints_pieces(tmp_path):
    done = run("solve", model(tmp_path, "print('hello')\n" + GOOD))
    assert done.returncode == 0
    assert "proved, 2 cases" in done.stdout
    assert "hello" not in done.stdout
    no_controls(done.stdout)


def test_solve_in_json_and_latex(tmp_path):
    file = model(tmp_path, GOOD)
    data = json.loads(run("solve", file, "--json").stdout)
    assert set(data) == {"file", "verdict", "statement", "certificate_bytes", "seconds"}
    assert {line["value"] for line in data["statement"]} == {"a", "0"}
    assert r"\begin{theorem}" in run("solve", file, "--latex").stdout
    refused(run("solve", file, "--latex", "--json"), "got both")
    done = run("solve", file, "--out", tmp_path / "out")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"model.json", "model.tex"}
    assert done.returncode == 0
    assert run("check", tmp_path / "out" / "model.json").returncode == 0


def test_an_impossibility_is_an_answer(tmp_path):
    done = run("solve", model(tmp_path, """
        program = LP(variables=(x,), objective=x, assuming=(a > 0,),
                     constraints=(("ceiling", x <= 1), ("floor", x >= 1 + a)))
        """))
    assert done.returncode == 0
    assert "for all parameters\n  infeasible\n  multipliers" in done.stdout
    assert "ceiling:" in done.stdout
    assert "floor:" in done.stdout


ENVIRONMENT = """
env = st.FiniteEnvironment(buyer=st.TypeSpace(values=(1, 2), probabilities={probabilities}),
                           seller=st.TypeSpace(values=(0,), probabilities=(1,)), assuming={assuming})
mech = st.DirectMechanism(env)
program = st.maximize(st.gains_from_trade(env, mech), subject_to=st.interim_ir(env, mech))
"""

BAD_MODELS = {
    "empty parameter set": ("program = LP(variables=(x,), objective=a*x, constraints=(x <= 1,), "
                            "assuming=(a > 1, a < 0))", "no parameters"),
    "undeclared symbol": ("program = LP(variables=(x,), objective=b*x, constraints=(x <= 1,), "
                          "parameters=(a,))", "b is neither a variable nor a parameter"),
    "float": ("program = LP(variables=(x,), objective=0.2*x, constraints=(x <= 1,))", "Rational("),
    "nonlinear": ("program = LP(variables=(x, y), objective=x*y, constraints=(x <= 1,))", "nonlinear"),
    "variable in the region": ("program = LP(variables=(x,), objective=x, constraints=(x <= 1,), "
                               "assuming=(x > 0,))", "x is a variable"),
    "unbounded": ("program = LP(variables=(x,), objective=x, constraints=(x >= 0,))", "without bound"),
    "sum of probabilities": (ENVIRONMENT.format(probabilities="(p, p)", assuming="(p > 0, p < 1)"), "sum to"),
    "numeric sum": (ENVIRONMENT.format(probabilities="(1, 1)", assuming="()"), "sum to 2, expected 1"),
    "probability above one": (ENVIRONMENT.format(probabilities="(p, 1 - p)", assuming="(p > 0,)"),
                              "expected a number from 0 to 1"),
    "raises": ("1/0", "model.py, line 6: ZeroDivisionError"),
    "syntax error": ("program = (", "model.py, line 6: SyntaxError"),
    "exits": ("raise SystemExit(3)", "exit code 3"),
    "no program": ("q = 1", "expected a LinearProgram named `program`"),
    "another type": ("program = 3", "got int"),
}


@pytest.mark.parametrize("kind", BAD_MODELS)
def test_bad_models(tmp_path, kind):
    body, words = BAD_MODELS[kind]
    out = tmp_path / "out"
    refused(run("solve", model(tmp_path, body), "--out", out, "--json"), "model.py", words)
    assert not out.exists()


def test_a_model_that_is_not_there(tmp_path):
    refused(run("solve", tmp_path / "nothing.py"), "nothing.py", "no such file")


def test_a_long_search_says_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("symtrade.cli.progress.SILENCE", 0)
    done = run("solve", model(tmp_path, GOOD))
    assert done.returncode == 0
    assert done.stderr == "model.py: cases proved: 0, points tried: 14, depth: 0\n"


def test_a_search_can_be_limited(tmp_path):
    refused(run("solve", model(tmp_path, GOOD), "--limit", 0), "unknown", "given up after 0 s", code=1)
