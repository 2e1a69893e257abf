"""The command line as its users meet it: formats, exit codes, bad input, interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sympy

import symtrade as st
from tests.command import no_controls, refused, run

PAPER, QUICK = "carroll_2017", "CA-2"
A, X = sympy.symbols("a x")


@pytest.fixture(scope="module")
def derived(tmp_path_factory):
    out = tmp_path_factory.mktemp("derived")
    done = run("derive", f"{PAPER}/{QUICK}", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    return out, json.loads(done.stdout)


# --- version, help, list ---


def test_a_process_of_its_own(tmp_path):
    assert run("--version", env=os.environ).stdout == f"symtrade {st.__version__}\n"
    refused(run("solve", tmp_path / "nothing.py", env=os.environ), "no such file")


def test_version_and_help():
    assert run("--version").stdout == f"symtrade {st.__version__}\n"
    assert "Exit codes" in run("--help").stdout
    assert run("nonsense").returncode == 2


def test_list():
    done = run("list", "--trust")
    assert done.returncode == 0
    assert PAPER in done.stdout
    assert "trust" in done.stdout
    no_controls(done.stdout)
    for line in run("list", "--json").stdout.splitlines():
        paper = json.loads(line)
        assert set(paper) == {"paper", "title", "authors", "year", "results"}
        for result in paper["results"]:
            assert set(result) == {"id", "title", "section", "verdict", "trust", "axioms"}


def test_a_table_of_contents_is_used_while_it_is_true(tmp_path):
    from symtrade.cli import contents

    (tmp_path / "certificates").mkdir()
    module, stored = tmp_path / "__init__.py", tmp_path / "certificates" / "X-1.json"
    module.write_text("PAPER = 1")
    stored.write_text("{}")
    contents.write(tmp_path, {"paper": "x"})
    assert contents._read(tmp_path) == {"paper": "x"}
    for path, other in ((module, "PAPER = 2"), (stored, "[]")):
        before = path.read_text()
        path.write_text(other)
        assert contents._read(tmp_path) is None
        path.write_text(before)
        assert contents._read(tmp_path) == {"paper": "x"}
    (tmp_path / "contents.json").write_text("{")
    assert contents._read(tmp_path) is None


# --- derive ---


def test_derive_prints_the_documented_json(derived):
    _, paper = derived
    assert set(paper) == {"paper", "results", "claims"}
    (result,) = paper["results"]
    assert set(result) == {"id", "title", "verdict", "statement", "certificate_bytes", "seconds"}
    assert result["id"] == QUICK
    assert result["verdict"] == "proved"
    assert result["certificate_bytes"] > 0
    for line in result["statement"]:
        assert set(line) == {"when", "value"}
        sympy.sympify(line["when"])
        sympy.sympify(line["value"])
    for claim in paper["claims"]:
        assert set(claim) == {"id", "place", "printed", "verdict", "witness", "corrected"}
        assert claim["verdict"] in ("holds", "refuted", "undefined", "unknown")


def test_derive_writes_certificates_latex_and_a_table(derived):
    out, _ = derived
    assert {p.name for p in (out / PAPER).iterdir()} == {
        f"{QUICK}.json", f"{QUICK}.tex", f"{PAPER}.tex", "summary.txt"}
    data = json.loads((out / PAPER / f"{QUICK}.json").read_text(encoding="utf-8"))
    assert data["format"] == "symtrade-result/1"
    tex = (out / PAPER / f"{PAPER}.tex").read_text(encoding="utf-8")
    assert tex.startswith(r"\documentclass")
    assert tex.rstrip().endswith(r"\end{document}")
    table = (out / PAPER / "summary.txt").read_text(encoding="utf-8")
    assert QUICK in table
    assert "certificate bytes" in table
    no_controls(table)


def test_derive_keeps_what_is_finished_unless_told_otherwise(derived):
    out, _ = derived
    again = run("derive", f"{PAPER}/{QUICK}", "--out", out)
    assert again.returncode == 0
    assert again.stdout.rstrip().endswith("kept")
    no_controls(again.stdout)
    fresh = run("derive", f"{PAPER}/{QUICK}", "--out", out, "--fresh")
    assert "kept" not in fresh.stdout


def test_derive_replaces_a_stale_file(derived, tmp_path):
    out, _ = derived
    text = (out / PAPER / f"{QUICK}.json").read_text(encoding="utf-8")
    target = tmp_path / PAPER / f"{QUICK}.json"
    target.parent.mkdir()
    target.write_text(text[: len(text) // 2], encoding="utf-8")
    done = run("derive", f"{PAPER}/{QUICK}", "--out", tmp_path)
    assert done.returncode == 0
    assert "kept" not in done.stdout
    assert json.loads(target.read_text(encoding="utf-8"))["id"] == QUICK


def test_names_are_forgiving_and_unknown_ones_are_listed(tmp_path):
    refused(run("derive", "nobody_1900", "--out", tmp_path), "no paper is called 'nobody_1900'", PAPER)
    refused(run("derive", f"{PAPER}/CA-99", "--out", tmp_path), "no result 'CA-99'", "CA-1", QUICK)
    refused(run("latex", "nobody_1900"), PAPER)
    assert list(tmp_path.iterdir()) == []


def test_derive_into_a_file(tmp_path):
    (tmp_path / "out").write_text("mine")
    refused(run("derive", f"{PAPER}/{QUICK}", "--out", tmp_path / "out"), "expected a folder")
    assert (tmp_path / "out").read_text() == "mine"


# --- a paper made for the tests: slow, interrupted, not proved ---

TOY = '''
import os, time
import symtrade as st
from sympy import symbols
a, x = symbols("a x")

def run(prover):
    solution = prover.solve(st.LinearProgram(variables=(x,), objective=a*x, parameters=(a,),
                                             constraints=(x <= 1, x >= 0)))
    return st.Result(statement=st.statement(solution), parts=(st.Part("Optimum", solution),))

@st.derivation("TOY-1", "quick", "1")
def quick(prover):
    return run(prover)

@st.derivation("TOY-2", "slow", "2")
def slow(prover):
    if "TOY_SLEEP" in os.environ:
        time.sleep(60)
    return run(prover)

@st.derivation("TOY-3", "false", "3")
def false(prover):
    prover.establish(a > 0, parameters=(a,))
    prover.judge("TOY-3.1", "line 1", "a^2 > 0", a**2 > 0, parameters=(a,),
                 corrected=("a^2 \\\\ge 0", a**2 >= 0))
    return run(prover)

PAPER = st.Paper(key="toy_2000", title="A toy & 100% of it", authors="Nobody", year=2000,
                 derivations=(quick, slow, false) if "TOY_FALSE" in os.environ else (quick, slow))
'''


@pytest.fixture
def toy(tmp_path):
    """A plug-in: a module and the metadata that announces it."""
    site = tmp_path / "site"
    info = site / "toy_2000-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "toy_2000.py").write_text(TOY)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-2000\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[symtrade.derivations]\ntoy = toy_2000:PAPER\n")
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path}


def test_a_plug_in_is_listed_and_derived(toy, tmp_path):
    assert "toy_2000" in run("list", env=toy).stdout
    done = run("derive", "toy-2000", "--out", tmp_path / "out", env=toy)
    assert done.returncode == 0, done.stderr
    assert run("check", tmp_path / "out", env=toy).returncode == 0


def test_what_is_not_proved_shows_in_the_exit_code(toy, tmp_path):
    env = {**toy, "TOY_FALSE": "1"}
    done = run("derive", "toy_2000", "--out", tmp_path / "out", "--json", env=env)
    assert done.returncode == 1
    paper = json.loads(done.stdout)
    assert [r["verdict"] for r in paper["results"]] == ["proved", "proved", "refuted"]
    (claim,) = paper["claims"]
    assert claim["verdict"] == "refuted"
    assert claim["witness"] == {"a": "0"}
    assert claim["corrected"] == r"a^2 \ge 0"
    table = (tmp_path / "out" / "toy_2000" / "summary.txt").read_text()
    assert "TOY-3: refuted: a > 0 fails at" in table
    assert "TOY-3.1 (line 1) is refuted: a^2 > 0; fails at a = 0" in table


def test_interrupt_and_resume(toy, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "symtrade", "derive", "toy_2000", "--out", str(out)]
    process = subprocess.Popen(command, env={**toy, "TOY_SLEEP": "1"}, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = out / "toy_2000" / "TOY-1.json"
    for _ in range(600):
        if first.exists():
            break
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert errors.strip() == (f"symtrade: interrupted; 1 result kept in {out}, "
                              "run the same command to resume")
    assert "TOY-1: proved" in printed
    assert {p.name for p in first.parent.iterdir()} == {
        "TOY-1.json", "TOY-1.tex", "toy_2000.tex", "summary.txt"}
    resumed = run("derive", "toy_2000", "--out", out, env=toy)
    assert resumed.returncode == 0
    lines = resumed.stdout.splitlines()
    assert lines[0].endswith("kept")
    assert not lines[1].endswith("kept")
    assert "TOY-2" in (out / "toy_2000" / "summary.txt").read_text()


# --- check ---


def test_check_files(derived, tmp_path):
    out, _ = derived
    done = run("check", out / PAPER / f"{QUICK}.json")
    assert done.returncode == 0
    assert "verified against the model" in done.stdout
    solution = st.solve(st.LinearProgram(variables=(X,), objective=A * X, parameters=(A,),
                                         constraints=(X <= 1, X >= 0)))
    solution.to_json(tmp_path / "mine.json")
    done = run("check", tmp_path / "mine.json")
    assert done.returncode == 0
    assert "1 certificate verified" in done.stdout


def spoil_truncated(text):
    return text[: len(text) * 2 // 3]


def spoil_future(text):
    return text.replace("symtrade-result/1", "symtrade-result/2").replace(
        "symtrade-certificate/1", "symtrade-certificate/2")


def spoil_stale(text):
    data = json.loads(text)
    data["title"] = "Another title"
    return json.dumps(data)


def spoil_corrupt(text):
    data = json.loads(text)
    digest = data["certificates"][0]["claim"]["digest"]
    data["certificates"][0]["claim"]["digest"] = digest[::-1]
    return json.dumps(data)


def spoil_float(text):
    data = json.loads(text)
    data["certificates"][0]["point"] = [0.5]
    return json.dumps(data)


def spoil_emptied(text):
    return "[]"


@pytest.mark.parametrize(("spoil", "words"), [
    (spoil_truncated, "truncated"), (spoil_future, "expected format"), (spoil_stale, "'title'"),
    (spoil_corrupt, "the model has changed: /digest reads"), (spoil_float, "a float has no place"),
    (spoil_emptied, "expected format"),
])
def test_spoiled_certificates_are_refused(derived, tmp_path, spoil, words):
    out, _ = derived
    text = spoil((out / PAPER / f"{QUICK}.json").read_text(encoding="utf-8"))
    (tmp_path / "spoiled.json").write_text(text, encoding="utf-8")
    refused(run("check", tmp_path / "spoiled.json"), "refused", words)


def test_check_says_what_is_missing(tmp_path):
    refused(run("check", tmp_path / "no.json"), "no.json", "No such file")
    refused(run("check", tmp_path), "expected certificates")
    refused(run("check", "nobody_1900"), "no paper is called")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    refused(run("check", tmp_path / "binary.json"), "no text file")


def stored_results():
    from symtrade.cli import home

    return [f"{paper.key}/{item.id}" for paper in home.papers().values() for item in paper.derivations
            if home.stored(paper, item).is_file()]


STUBBED = """
import importlib.abc, sys

class Stub(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.startswith("symtrade.solve") or name.split(".")[0] in ("highspy", "z3", "numpy", "scipy"):
            raise RuntimeError("the checker reached for " + name)

sys.meta_path.insert(0, Stub())
from symtrade.cli import main
main()
"""


@pytest.mark.parametrize("paper", sorted({name.partition("/")[0] for name in stored_results()}))
def test_check_works_without_the_search(paper):
    """Every stored result, of a paper at a time."""
    targets = [name for name in stored_results() if name.startswith(f"{paper}/")]
    done = subprocess.run([sys.executable, "-c", STUBBED, "check", *targets], text=True, check=False,
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(targets)
    assert all(": proved, " in line for line in done.stdout.splitlines())


def test_check_of_a_file_works_without_the_search(derived):
    out, _ = derived
    done = subprocess.run([sys.executable, "-c", STUBBED, "check", str(out / PAPER / f"{QUICK}.json")],
                          text=True, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_latex_of_stored_results(tmp_path):
    stored = stored_results()
    printed = run("latex", stored[0])
    assert printed.returncode == 0
    assert printed.stdout.startswith(r"\documentclass")
    run("latex", stored[0], "--out", tmp_path / "one.tex")
    assert (tmp_path / "one.tex").read_text(encoding="utf-8") == printed.stdout


# --- leaving nothing behind ---


def test_output_to_a_closed_pipe():
    shell = f"{sys.executable} -m symtrade list --json | head -c 1"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_no_partial_file_is_left(derived):
    out, _ = derived
    assert list(Path(out).rglob("*.partial")) == []
