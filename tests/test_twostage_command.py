"""``symtrade twostage`` as a user meets it."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
import sympy
from typer.testing import CliRunner

from symtrade.cli.app import app


def run(*arguments):
    return CliRunner().invoke(app, ["twostage", *arguments])


def test_json():
    done = run("--gamma", "3/4,1/2", "--mechanism", "liar:1/8", "--json")
    assert done.exit_code == 1  # truth is refuted
    found = json.loads(done.stdout)
    assert [(c["answer"], c["when"], c["buyer_type"]) for c in found["cases"]] == [("exists", "True", None)]
    (least,) = found["penalty"]["least"]
    # at the report r there is trade up to r/2: the gain r/2 (t - r) - psi (1 - r/2) at t = 1 is at most 0
    bound = max(r / 1000 * (1 - r / 1000) / (2 - r / 1000) for r in range(1000))
    assert 0 <= sympy.sympify(least["value"]).evalf() - bound < 1e-6
    lie = next(s for s in found["truth"]["stages"] if s["verdict"] == "refuted")
    own, report = (Fraction(lie["misreport"][name]) for name in ("theta_2", "theta_2_r"))
    assert Fraction(lie["gain"]) == report / 2 * (own - report) - Fraction(1, 8) * (1 - report / 2) > 0


def test_text():
    done = run("--gamma", "g,3/4", "--assuming", "g > 0", "--assuming", "g < 3/4", "--buyer", "uniform(0,2)")
    assert done.exit_code == 0
    assert "none" in done.stdout and "trades for certain: higher types gain" in done.stdout


@pytest.mark.parametrize(("arguments", "message"), [
    ((), "--gamma or --valuations"), (("--gamma", "1/2"), "two formulas"),
    (("--gamma", "g,1/2"), "--assuming 'g > 0'"), (("--gamma", "1/2,1/2", "--assuming", "1"), "a relation"),
    (("--gamma", "1/2,1/2", "--seller", "gumbel(1)"), "expected one of"),
    (("--gamma", "1/2,1/2", "--seller", "exponential(1)"), "bounded"),
    (("--gamma", "1/2,1/4", "--mechanism", "liar"), "liar:PSI"),
    (("--gamma", "g,1/2", "--assuming", "g > 1", "--assuming", "g < 0"), "no parameters"),
])
def test_bad_input_is_one_message_and_exit_code_2(arguments, message):
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr and "Traceback" not in done.stderr and not done.stdout
