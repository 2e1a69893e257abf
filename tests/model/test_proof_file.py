"""Proof files: what is wrong is named, with the field."""

from __future__ import annotations

import pytest
import sympy

import symtrade as st
from symtrade.model.proof_file import proof_from_data

MODEL = {
    "assuming": [r"s < \underline b < \bar b", "0 < p < 1"],
    "parameters": {"s": "s", r"\underline b": "b_lo", r"\bar b": "b_hi", "p": "p"},
    "environment": {"buyer": {"values": [r"\underline b", r"\bar b"], "probabilities": ["1-p", "p"]},
                    "seller": {"values": ["s"]}},
    "mechanism": {"constraints": ["bayesian_ic", "interim_ir"]},
    "line": [{"label": "(1)", "tex": r"u_B(\bar b) \ge 0"}],
}


def test_variables_and_utilities_have_the_papers_names():
    proof = proof_from_data(MODEL)
    (link,) = proof.lines[0].links
    assert {s.name for s in link.claim.free_symbols} == {"q[b_hi, s]", "t[b_hi, s]", "b_hi"}
    assert proof.names["q[b_hi, s]"] == r"q(\bar b,s)"
    assert [h for h, _ in proof.hypotheses] == ["b_lo > s", "b_hi > b_lo", "p > 0", "1 > p"]


@pytest.mark.parametrize(("change", "words"), [
    ({"lines": []}, "no field 'lines'"),
    ({"line": []}, "no lines"),
    ({"line": [{"tex": "p \\leq r"}]}, "line (1): cannot read r here"),
    ({"line": [{"tex": "p"}]}, "expected a relation"),
    ({"line": [{"label": "(1)"}]}, "line (1): expected tex"),
    ({"line": [{"tex": "p > 0", "form": "x"}]}, "no field 'form'"),
    ({"line": [{"tex": "p > 0", "from": "IC_B"}]}, "expected a list of texts"),
    ({"line": [{"tex": "p > 0", "from": ["IC_X"]}]}, "cites 'IC_X'"),
    ({"line": [{"tex": "p > 0", "from": ["(2)"]}, {"tex": "p > 0"}]}, "cites '(2)'"),
    ({"line": [{"label": "1", "tex": "p > 0"}, {"label": "1", "tex": "p > 0"}]}, "two lines are labelled"),
    ({"parameters": {"s": "1s"}}, "expected a name"),
    ({"parameters": {"s": "s", "r": "s"}}, "two names mean the same"),
    ({"definitions": {"r": "p +"}}, "[definitions] r: the formula breaks off"),
    ({"mechanism": {"constraints": ["bayesian"]}}, "expected some of bayesian_ic"),
    ({"mechanism": {}}, "name at least one family"),
    ({"environment": {"buyer": {"values": ["s"]}}}, "[environment] seller"),
    ({"environment": {}}, "[environment] buyer"),
    ({"assuming": ["s <"]}, "assuming: expected a formula on both sides"),
    ({"constraint": [{"tex": "p > 0"}]}, "constraint 1: expected name"),
])
def test_bad_files_are_refused_with_the_field(change, words):
    with pytest.raises(st.ModelError) as error:
        proof_from_data(MODEL | change)
    assert words in str(error.value)


def test_a_mechanism_needs_an_environment():
    with pytest.raises(st.ModelError, match="needs an"):
        proof_from_data({k: v for k, v in MODEL.items() if k != "environment"})


def test_a_file_that_is_no_toml(tmp_path):
    path = tmp_path / "proof.toml"
    path.write_text("[line\n", encoding="utf-8")
    with pytest.raises(st.ModelError, match="expected a TOML file"):
        st.read_proof(path)


def test_chains_in_python():
    a, b = sympy.symbols("a b")
    line = st.PrintedLine("(1)", st.chain(a, "<", b, "=", sympy.nan, "<=", a))
    assert [link.claim for link in line.links] == [a < b, sympy.nan, sympy.nan]
    with pytest.raises(st.ModelError, match="expected one of"):
        st.chain(a, "=<", b)
    with pytest.raises(st.ModelError, match="relations between them"):
        st.chain(a)
