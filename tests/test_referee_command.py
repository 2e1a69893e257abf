"""``symtrade referee`` and ``symtrade errata``."""

from __future__ import annotations

import json
import textwrap

import pytest

from tests.command import refused, run

PAPER = "carroll_2017"

PROOF = r"""
title = "shares"
assuming = ['0 < p < 1']
parameters = { 'p' = "p" }
[[line]]
tex = 'p(1-p) \leq \tfrac14'
[[line]]
tex = 'p^2 > p'
"""


def test_the_referee_in_every_dress(tmp_path):
    file = tmp_path / "proof.toml"
    file.write_text(PROOF, encoding="utf-8")
    plain = run("referee", file)
    assert plain.returncode == 1 and "(1) proved" in plain.stdout and "(2) refuted" in plain.stdout
    assert "\\begin{document}" in run("referee", file, "--latex").stdout
    assert run("referee", file, "--html").stdout.startswith("<!DOCTYPE html>")
    out = tmp_path / "report.json"
    assert run("referee", file, "--json", "--out", out).returncode == 1
    assert json.loads(out.read_text(encoding="utf-8"))["verdict"] == "refuted"
    assert run("check", out).returncode == 0
    assert "Without" in run("referee", file, "--drop").stdout or "needs none" in run("referee", file).stdout
    assert "It needs" not in run("referee", file, "--no-audit").stdout


def test_a_proof_in_python(tmp_path):
    file = tmp_path / "proof.py"
    file.write_text(textwrap.dedent("""
        import symtrade as st
        from sympy import symbols
        a, b = symbols("a b")
        proof = st.PrintedProof("squares", (st.PrintedLine("(1)", a**2 + b**2 >= 2*a*b),), parameters=(a, b))
    """), encoding="utf-8")
    done = run("referee", file)
    assert done.returncode == 0 and "It needs none of the hypotheses." in done.stdout
    file.write_text("proof = 3\n", encoding="utf-8")
    refused(run("referee", file), "PrintedProof", "int")


@pytest.mark.parametrize(("text", "words"), [
    ("", ("no lines",)), ("[line]\ntex = 'p'", ("double brackets",)), ("line = 3", ("double brackets",)),
    ("x = [", ("TOML",)), ("[[line]]\ntex = '1 > 0'\nuses = []", ("no field 'uses'",))])
def test_proofs_that_cannot_be_read(tmp_path, text, words):
    file = tmp_path / "proof.toml"
    file.write_text(text, encoding="utf-8")
    refused(run("referee", file), str(file), *words)
    refused(run("referee", tmp_path / "none.toml"), "no such file")
    refused(run("referee", file, "--json", "--html"), "expected one of")


def test_a_formula_that_cannot_be_read_shows_the_place(tmp_path):
    file = tmp_path / "proof.toml"
    file.write_text(PROOF + "[[line]]\ntex = 'p + r > 0'\n", encoding="utf-8")
    done = run("referee", file)
    assert done.returncode == 2 and done.stdout == ""
    head, formula, arrow = done.stderr.rstrip().splitlines()
    assert "line (3): cannot read r here" in head and formula.index("r") == arrow.index("^")


def test_contradictory_hypotheses_are_refused(tmp_path):
    file = tmp_path / "proof.toml"
    file.write_text(PROOF.replace("0 < p < 1", "0 < p < -1"), encoding="utf-8")
    refused(run("referee", file), "no parameters")


def test_errata_of_a_result():
    text = run("errata", f"{PAPER}/CA-3")
    assert text.returncode == 0 and "printed claims do not hold as printed" in text.stdout
    (line,) = run("errata", f"{PAPER}/CA-3", "--json").stdout.splitlines()
    rows = json.loads(line)["errata"]
    assert {row["verdict"] for row in rows} <= {"refuted", "undefined", "unknown"}
    assert {"lost bars", "slip"} == {row["kind"] for row in rows}
    assert all(row["corrected"] for row in rows)
    assert "\\begin{description}" in run("errata", f"{PAPER}/CA-3", "--latex").stdout
    assert "Every printed claim holds." in run("errata", f"{PAPER}/CA-2").stdout
    refused(run("errata", "nobody_2000"), "no paper")
    refused(run("errata", PAPER, "--json", "--latex"), "expected --json or --latex")
