"""``symtrade plot``."""

from __future__ import annotations

import json

import pytest

from tests.command import refused, run
from tests.render import examples

VALUES = "s_lo=1,b_lo=2,s_hi=3,b_hi=5"


def command(target, out, *more, x="p_bhi", y="p_slo", values=VALUES):
    return run("plot", target, "--x", x, "--y", y, "--at", values, "--out", out, *more)


def test_command_draws_results(tmp_path):
    done = command("carroll_2017/CA-3", tmp_path / "2.png", "--label", "(b)", "--label", "(a)")
    assert done.returncode == 0 and done.stderr == "" and "2.png" in done.stdout
    assert (tmp_path / "2.png").read_bytes().startswith(b"\x89PNG")


def test_command_draws_files_and_models(tmp_path):
    examples.dominant().to_json(tmp_path / "solution.json")
    assert command(tmp_path / "solution.json", tmp_path / "a.pdf").returncode == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    (tmp_path / "model.py").write_text(
        "import symtrade as st\nfrom sympy import symbols\na, b, v = symbols('a b v')\n"
        "program = st.LinearProgram(variables=(v,), objective=v, constraints=(v <= a, v <= b),\n"
        "                           assuming=(0 < a, 0 < b))\n", encoding="utf-8")
    done = command(tmp_path / "model.py", tmp_path / "b.png", "--window", "0,1,0,1", x="a", y="b", values="")
    assert done.returncode == 0, done.stderr
    refused(command(tmp_path / "model.py", tmp_path / "b.png", x="a", y="b", values=""), "give a window")
    refused(command(tmp_path / "model.py", tmp_path / "b.png", "--part", "1", x="a", y="b"), "--part is for")


def test_command_draws_the_statement_of_a_result_without_solutions(tmp_path):
    lines = json.loads(run("list", "--json").stdout.splitlines()[0])
    assert lines["paper"] == "carroll_2017"
    done = command("carroll_2017/CA-7", tmp_path / "3.png")
    assert done.returncode == 0, done.stderr
    assert command("carroll_2017/CA-3", tmp_path / "4.png", "--part", "0").returncode == 0


@pytest.mark.parametrize(("target", "more", "words"), [
    ("nobody/CA-3", {}, ["no paper is called 'nobody'"]),
    ("carroll_2017", {}, ["expected one result, such as carroll_2017/CA-1"]),
    ("carroll_2017/CA-99", {}, ["has no result 'CA-99'"]),
    ("missing.json", {}, ["missing.json"]),
    ("missing.py", {}, ["missing.py"]),
])
def test_command_refuses_bad_input(target, more, words, tmp_path):
    refused(command(target, tmp_path / "x.png", **more), *words)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def solution_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("solution") / "solution.json"
    examples.dominant().to_json(path)
    return path


@pytest.mark.parametrize(("more", "word"), [
    ({"values": "s_lo=1,b_lo=2,s_hi=3"}, "no value for b_hi"),
    ({"values": "s_lo=0.5,b_lo=2,s_hi=3,b_hi=5"}, "s_lo = 0.5: expected an exact rational, such as 1/5"),
    ({"values": "s_lo"}, "expected NAME=VALUE"),
    ({"values": VALUES + ",s_lo=2"}, "s_lo has two values"),
    ({"values": "s_lo=9,b_lo=2,s_hi=3,b_hi=5"}, "outside the parameter set"),
    ({"x": "p"}, "p is no parameter"),
])
def test_command_refuses_bad_values(more, word, solution_file, tmp_path):
    refused(command(solution_file, tmp_path / "x.png", **more), word)
    assert list(tmp_path.iterdir()) == []


def test_command_refuses_bad_files_and_options(tmp_path, solution_file):
    refused(command("carroll_2017/CA-3", tmp_path / "x.svg"), "ends in .png, .pdf, .pgf")
    refused(command("carroll_2017/CA-3", tmp_path / "x.png", "--part", "7"), "part 7 is no solution", "1 ")
    refused(command(solution_file, tmp_path / "x.png", "--label", "one"), "expected 2 labels")
    refused(command(solution_file, tmp_path / "x.png", "--window", "0,1"), "expected a window")
    data = json.loads(examples.dominant().to_json())
    data["point"][0] = "99"
    (tmp_path / "spoiled.json").write_text(json.dumps(data), encoding="utf-8")
    refused(command(tmp_path / "spoiled.json", tmp_path / "x.png"), "spoiled.json: refused", "point")
    assert [p.name for p in tmp_path.iterdir()] == ["spoiled.json"]
