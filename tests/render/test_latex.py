"""Theorems and proofs: what they contain, that they are well formed, that they compile."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sympy import symbols

import symtrade as st
from symtrade.render.latex import document, latex, proof, theorem_and_proof
from symtrade.render.notation import Notation
from symtrade.render.text import text
from tests.render import examples

NOTE = Notation(complements={"p_bhi": r"p_{\underline{b}}", "p_slo": r"p_{\bar{s}}"})
SOLUTIONS = [examples.dominant, examples.bayesian, examples.impossible]


def parts() -> list[str]:
    solutions: list[Any] = [make() for make in SOLUTIONS]
    result = [latex(solutions[0].program, NOTE)]
    for solution in solutions:
        result += [latex(solution, NOTE), proof(solution, NOTE)]
    return [*result, latex(examples.implication(), NOTE), *arithmetic()]


def arithmetic() -> list[str]:
    a, b, u = symbols("a b u")
    proved = st.prove((a + b)**2 >= 4*a*b + u*(a - b), assuming=(a > 0, b > 0, u > 0, (a - b)*u <= 0))
    refuted = st.prove(a**2 > a, assuming=(a > 0,))
    with pytest.raises(st.Unbounded) as caught:
        st.solve(st.LinearProgram(variables=(u, b), objective=a*u - b, assuming=(a > 0,),
                                  constraints=(b <= 1, u >= b, b >= 0)))
    endless = caught.value.solution
    return [latex(proved), latex(refuted), latex(endless), proof(endless)]


def balanced(source: str) -> bool:
    """Braces and environments match."""
    depth, bare = 0, re.sub(r"\\[{}]", "", source)
    for c in bare:
        depth += (c == "{") - (c == "}")
        if depth < 0:
            return False
    stack: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{([a-z*]+)\}", source):
        if kind == "begin":
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    return depth == 0 and not stack and source.count(r"\bigl") == source.count(r"\bigr")


def test_well_formed() -> None:
    for part in parts():
        assert balanced(part), part


def test_lemma_2_1_has_the_papers_pieces() -> None:
    shown = latex(examples.dominant(), NOTE)
    assert (r"p_{\underline{b}}\,p_{\underline{s}}(\underline{b} - \underline{s})(\bar{s} - \underline{s})"
            r" \ge p_{\bar{b}}\,p_{\bar{s}}(\bar{b} - \underline{b})(\bar{b} - \bar{s})") in shown
    assert r"p_{\bar{b}}\,p_{\underline{s}}(\bar{b} - \underline{s})" in shown
    assert (r"\frac{p_{\bar{b}}\,p_{\bar{s}}(\bar{b} - \bar{s})(\underline{b} - \underline{s})}"
            r"{\bar{s} - \underline{s}}") in shown
    told = proof(examples.dominant(), NOTE)
    assert r"\emph{Upper bound.}" in told and r"\emph{Attainment.}" in told
    assert r"\mathrm{IC}_{B}[\bar{b}\to\underline{b}\mid\underline{s}]" in told
    assert (r"times the incentive constraints of the buyer $\bar{b}$ against $\underline{b}$ (seller"
            r" $\underline{s}$) and the seller $\underline{s}$ against $\bar{s}$ (buyer $\bar{b}$)") in told


def test_every_printed_multiplier_says_why() -> None:
    for make in SOLUTIONS[:2]:
        told = proof(make(), NOTE)
        assert "as the signs of their factors show" in told
    told = proof(examples.impossible(), NOTE)
    assert r"what remains is $0 \ge \bar{s} - \underline{b}$. But this right side is positive" in told


def test_identities_are_told_with_positive_coefficients() -> None:
    told = proof(examples.bayesian(), NOTE)
    assert r"p_{\underline{s}}\,D_{1} &= -A_{1} + p_{\bar{b}}(\bar{b} - \bar{s}) > 0" in told


def test_obvious_slacks_are_not_displayed() -> None:
    told = proof(examples.dominant(), NOTE)
    assert "The other constraints have slacks that are sums of products of nonnegative quantities." in told
    assert "These slacks" not in told


def test_what_does_not_fit_a_table_stands_below() -> None:
    told = proof(examples.bayesian(), NOTE)
    assert "x_{1}" in told.split(r"\hline")[1] and "x_{1} &=" in told


def test_theorem_and_proof_share_their_names() -> None:
    shown = theorem_and_proof(examples.bayesian(), NOTE)
    for name in set(re.findall(r"[AD]_\{\d+\}", shown)):
        assert f"{name} &= " in shown, name


def test_deterministic() -> None:
    assert proof(examples.bayesian(), NOTE) == proof(examples.bayesian(), NOTE)


def test_text() -> None:
    shown = text(examples.dominant())
    assert "where p_slo*(1 - p_bhi)*(b_lo - s_lo)*(s_hi - s_lo) >= " in shown
    assert "value = p_bhi*p_slo*(b_hi - s_lo)" in shown
    assert "multipliers" not in text(examples.dominant(), details=False)


def test_other_things_are_refused() -> None:
    with pytest.raises(TypeError, match="got int"):
        latex(3)
    with pytest.raises(TypeError, match="got int"):
        proof(3)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_the_document_compiles(tmp_path: Path) -> None:
    (tmp_path / "all.tex").write_text(document(parts(), "All & sundry"), encoding="utf-8")
    run = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
                         cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert run.returncode == 0, run.stdout[-2000:]
    wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", run.stdout)]
    assert max(wide, default=0) < 5


def test_a_plain_program_is_stated_in_full() -> None:
    a, p, x, y, z = symbols("a p x y z")
    shown = st.latex(st.solve(st.LinearProgram(
        variables=(x, y, z), objective=(1 - p) * (x - y) + a * p * z, assuming=(p > 0, p < 1, a > 0),
        constraints=(("budget", x + a * z <= 1), x >= 0, y >= 0, z >= 0, z <= 1))))
    assert "of $(1 - p)(x - y) + a\\,p\\,z$ subject to $x + a\\,z \\le 1$ ($\\text{budget}$)" in shown
    assert "and $x\\ge 0$, $y\\ge 0$, $0\\le z\\le 1$" in shown
