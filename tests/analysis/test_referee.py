"""The referee: verdicts line by line, gaps, audits, proposals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sympy

import symtrade as st
from symtrade.analysis.printed.edits import edits
from symtrade.kernel.check import check_file
from symtrade.render import referee as dress

A, B, C, X, Y = sympy.symbols("a b c x y")
EXAMPLES = Path(__file__).parents[2] / "examples" / "referee"


def line(label, reads, uses=None, **more):
    return st.PrintedLine(label, reads, uses, **more)


def verdicts(report):
    return [one.verdict for one in report.lines]


def fails_at(claim, witness):
    return claim.subs(witness) == sympy.false


def test_lines_about_parameters():
    report = st.referee(st.PrintedProof("", (
        line("1", A**2 + B**2 >= 2 * A * B),
        line("2", A + B > 0),
        line("3", sympy.nan),
        line("4", 1 / (A - B) > 0),
        line("5", sympy.Implies(A > B, A**2 > B**2)),
    ), assuming=(A > 0, B >= 0)))
    assert verdicts(report) == ["proved", "proved", "undefined", "undefined", "proved"]
    assert report.verdict == "undefined"
    one, two, *_, five = (r.judgements[0].audit for r in report.lines)
    assert one.minimal == ()
    assert two.minimal == ("a > 0", "b >= 0")
    assert five.minimal == ("b >= 0",) and report.theorem.minimal == ("b >= 0",)


def test_a_false_line_has_a_witness_and_a_proved_neighbour():
    false = line("1", A * (B - C) > A * B - C)
    report = st.referee(st.PrintedProof("", (false,), assuming=(A > 1, B > 0, C > 0)))
    (judgement,) = report.lines[0].judgements
    assert judgement.verdict == "refuted" and fails_at(judgement.link.claim, judgement.witness)
    for proposal in judgement.proposals:
        assert proposal.certificates
        for certificate in proposal.certificates:
            st.check(certificate)


@pytest.mark.parametrize(("printed", "meant"), [
    ((A - B) ** 2 > 0, (A - B) ** 2 >= 0),
    (sympy.Eq((A - B) * (A + B), A**2 + B**2), sympy.Eq((A - B) * (A + B), A**2 - B**2)),
    (sympy.Eq((A + B) ** 2, A**2 + 2 * A + B**2), sympy.Eq((A + B) ** 2, A**2 + 2 * A * B + B**2)),
    (sympy.Eq(A * (1 - A) + A**3, A), sympy.Eq(A * (1 - A) + A**2, A)),
])
def test_the_slip_is_found(printed, meant):
    report = st.referee(st.PrintedProof("", (line("1", printed),), parameters=(A, B)))
    (judgement,) = report.lines[0].judgements
    assert judgement.verdict == "refuted"
    assert meant in [p.claim for p in judgement.proposals]


def program():
    return {"constraints": (("cap", X + Y <= A), ("floor", X >= 0), ("twice", Y >= X)), "variables": (X, Y),
            "assuming": (A > 0,)}


def test_constraints_multipliers_and_gaps():
    report = st.referee(st.PrintedProof("", (
        line("1", 2 * X <= A, ("cap", "twice")),
        line("2", 2 * X <= A, ("cap",)),
        line("3", X <= A, ("1",)),
        line("4", Y <= A, ()),
        line("5", 3 * X <= A),
        line("6", X < A, ("1",)),
    ), **program()))
    assert verdicts(report) == ["proved", "proved", "proved", "proved", "refuted", "proved"]
    first, second, third, fourth, fifth, sixth = (one.judgements[0] for one in report.lines)
    assert first.used == ("cap", "twice") and first.follows and first.audit.minimal == ("cap", "twice")
    gap = second.gap
    assert not second.follows and gap[X] * 2 > gap[A] and gap[X] + gap[Y] <= gap[A]
    assert third.audit.minimal == ("a > 0", "1")
    assert not fourth.follows and fourth.used == ("cap", "floor")
    at = fifth.witness
    assert at[X] * 3 > at[A] and at[Y] >= at[X] >= 0 and at[X] + at[Y] <= at[A]
    assert "a > 0" in sixth.audit.minimal


def test_what_rests_on_a_false_line_is_said():
    report = st.referee(st.PrintedProof("", (
        line("1", 3 * X <= A, ("cap",)), line("2", 6 * X <= 2 * A, ("1",)), line("3", X <= A, ("1",)),
    ), **program()))
    assert verdicts(report) == ["refuted", "refuted", "proved"]
    second, third = (one.judgements[0] for one in report.lines[1:])
    assert second.follows and second.rests_on == ("1",)
    assert not third.follows or third.rests_on == ("1",)
    text = dress.as_text(report)
    assert "It does follow from 1, which is not proved." in text


def test_dropping_a_hypothesis_shows_what_goes_wrong():
    report = st.referee(st.PrintedProof("", (line("1", 2 * X <= 3 * A),), **program()), dropping=True)
    assert set(report.theorem.minimal) == {"a > 0", "cap", "twice"}
    dropped = dict(report.theorem.dropped)
    assert dropped.pop("a > 0") is None  # the floor gives another proof: where a <= 0, x and y are 0
    for name, witness in dropped.items():
        assert witness[X] * 2 > 3 * witness[A], name
        kept = {"cap": witness[X] + witness[Y] <= witness[A], "floor": witness[X] >= 0,
                "twice": witness[Y] >= witness[X], "a > 0": witness[A] > 0}
        assert [n for n, holds in kept.items() if not holds] == [name]


def test_contradictory_constraints_are_said():
    proof = st.PrintedProof("", (line("1", X >= 7),), constraints=(X >= 1, X <= 0), variables=(X,))
    report = st.referee(proof)
    assert verdicts(report) == ["proved"]
    assert [word for _, word in report.where] == ["contradictory"]
    assert "contradict each other for all parameters" in dress.as_text(report)


def test_an_empty_parameter_set_is_bad_input():
    with pytest.raises(st.EmptyRegion):
        st.referee(st.PrintedProof("", (line("1", A > 0),), assuming=(A > 0, A < 0)))


def test_undeclared_symbols_are_bad_input():
    with pytest.raises(st.ModelError, match="b"):
        st.referee(st.PrintedProof("", (line("1", A > B),), assuming=(A > 0,)))


@pytest.mark.parametrize(("name", "expected"), [
    ("carroll_2017", ["proved"] * 6), ("kunimoto_zhang_2019", ["proved"] * 4),
    ("gottardi_mezzetti_2018", ["proved", "proved", "refuted", "proved"])])
def test_the_worked_examples(name, expected, tmp_path):
    report = st.referee(st.read_proof(EXAMPLES / f"{name}.toml"))
    assert verdicts(report) == expected
    path = tmp_path / "report.json"
    path.write_text(dress.as_json(report), encoding="utf-8")
    assert check_file(path) == len(report.certificates) > 0
    data = json.loads(path.read_text(encoding="utf-8"))
    assert [one["verdict"] for one in data["lines"]] == expected
    assert dress.as_html(report).count("<dt>") == len(expected)
    assert dress.as_latex(report).count(r"\item[") == len(expected)
    if name == "gottardi_mezzetti_2018":  # the planted sign
        y = sympy.Symbol("y")
        (judgement,) = report.lines[2].judgements
        assert judgement.proposals[0].what == f"the sign of {y / 2}"
    if name == "kunimoto_zhang_2019":
        assert report.theorem.minimal == ("IC_S[bad -> good]", "IR_S[good]", "IR_B", "BB[good]", "BB[bad]")


def test_edits_come_once_and_change_something():
    claim = A * (1 - B) >= B**2 - C
    found = list(edits(claim, (A, B, C)))
    assert len({e.claim for e in found}) == len(found) and claim not in [e.claim for e in found]
    assert [e.claim for e in found] == [e.claim for e in edits(claim, (A, B, C))]
