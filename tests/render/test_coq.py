"""Certificates as Coq files: Coq accepts the good ones, and refuses every spoiled one by itself."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sympy import Eq, Ne, symbols

import symtrade as st
from symtrade.cli.coqing import AXIOMS, INSTALL, compile_file
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.check import read_json
from symtrade.kernel.reading import read_certificate
from symtrade.render.coq.files import Source, export, library
from symtrade.render.coq.names import RESERVED, Names, comment
from tests import spoil, spoil_balls, spoil_calculus
from tests.command import run
from tests.spoil import FOLDER

COQC = shutil.which("coqc")
with_coq = pytest.mark.skipif(COQC is None, reason="coqc is not installed")
OTHERS = {*spoil_balls.RULES, *spoil_calculus.RULES}  # kinds of evidence that have no Coq form
RULES = tuple(rule for rule in spoil.RULES if rule not in OTHERS)
LIES = tuple(lie for lie in spoil.LIES if lie.name.split("_")[0] in RULES)
GOOD = [path for path in sorted(FOLDER.glob("good_*.json")) if "symtrade-certificate/1" in path.read_text()]


def read(path: Path):
    return read_certificate(read_json(path.read_text(encoding="utf-8")))


def files_of(certificates, name="File"):
    """The texts of an export that refuses nothing."""
    made = export(
        name, comment("a test"), [Source(c, str(k)) for k, c in enumerate(certificates)], "symtrade"
    )
    assert made.refused == [] and made.theorems == len(certificates)
    return made.files


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder with the compiled library."""
    folder = tmp_path_factory.mktemp("coq")
    (folder / "Symtrade.v").write_text(library(), encoding="utf-8")
    if COQC:
        assert compile_file(COQC, folder, folder / "Symtrade.v").accepted
    return folder


def compiled(root, name, text):
    path = root / f"{name}.v"
    path.write_text(text, encoding="utf-8")
    return compile_file(COQC, root, path)


def varied():
    """Certificates of many kinds: senses, equalities, denominators, constants, no parameters, odd names."""
    a, b, c, x, y = symbols("a b c x y")

    def optimum(objective, *rows, assuming=(), parameters=(), sense="max", variables=(x, y)):
        lp = st.LinearProgram(
            variables=variables,
            objective=objective,
            constraints=rows,
            assuming=assuming,
            parameters=parameters,
            sense=sense,
        )
        try:
            return st.solve(lp).certificate
        except (st.Infeasible, st.Unbounded) as outcome:
            return outcome.solution.certificate

    forall, free, z1, points = symbols("forall F z1 point")  # names that Coq or the transcription uses
    yield optimum(
        a * x + y / b + 3, Eq(x + y, a / (a + b)), x >= 0, y >= 0, assuming=(a > 0, b > a), sense="min"
    )
    yield optimum(x - a, x >= a, y <= x, assuming=(a >= 0,))
    yield optimum(x - a, x <= a, y <= x, assuming=(a >= 0,), sense="min")
    yield optimum(x + y, 2 * x + y <= 3, x + 3 * y <= 4)
    yield optimum(x, x <= a - 1, x >= b, y >= 0, assuming=(a > 0, b > a))
    yield optimum(
        forall * z1 + free * points,
        ('"(*" x', z1 + points <= 1),
        ("*)", z1 >= 0),
        points >= 0,
        assuming=(forall > free, free >= 0),
        variables=(z1, points),
    )
    yield optimum(
        x, x <= a * b + c, assuming=(Eq(a + 2 * b, 3), Ne(a, c), a > 0), variables=(x,), parameters=(c,)
    )
    yield optimum(x + y, x <= a * b, x <= 1 - a - b, y <= a / b, assuming=(a > 0, b > 0, a + b < 1))
    for claim, given in (
        (a**2 + b**2 >= 2 * a * b, ()),
        (a / (a + b) < 1, (a > 0, b > 0)),
        (Eq(a, b), (a >= b, b >= a)),
        (Ne(a * b, 1), (a > 1, b > 1)),
        (a**3 >= a, (a >= 1,)),
    ):
        verdict = st.prove(claim, assuming=given, parameters=(a, b))
        assert verdict
        yield from verdict.certificates
    yield from st.implies(
        [("cap", a * x + y <= a), x >= 0, Eq(y, b)], x <= 1 - b / a, variables=(x, y), assuming=(a > 0, b > 0)
    ).certificates


def test_the_statement_is_readable():
    (file,) = files_of([read(FOLDER / "good_choice.json")])
    for line in (
        "Theorem optimum : forall a b : R, region a b ->",
        "  x_ : R;  (* x *)",
        "Definition value_0 (a b : R) : R :=\n  a.",
        "Definition piece_0 (a b : R) : Prop :=\n  (b <= a).",
        "(piece_0 a b -> maximum (feasible a b) (objective a b) (value_0 a b))",
        "Lemma region_point : region",
        "Print Assumptions everything.",
    ):
        assert line in file.text
    assert not re.search(r"\b(nra|nia|lia|psatz|auto|admit|Admitted|Axiom)\b", file.text)


def test_names_are_legal_and_differ():
    names = Names()
    found = [
        names.fresh(n) for n in (*RESERVED, "z1", "H2", "q[a, b]", "q[a; b]", "1", "", "é", "leaf_0", "Rlt")
    ]
    assert len(set(found)) == len(found) and not set(found) & RESERVED
    assert all(re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) for name in found)
    assert not any(re.fullmatch(r"[zH]\d+|leaf_\d+", name) for name in found)


@with_coq
@pytest.mark.parametrize(("name", "certificates"), [("Good", lambda: map(read, GOOD)), ("Varied", varied)])
def test_coq_accepts(root, name, certificates):
    answers = [compiled(root, file.name, file.text) for file in files_of(list(certificates()), name)]
    assert [a.message for a in answers if not a.accepted] == []
    axioms = frozenset().union(*(a.axioms for a in answers))
    assert "ClassicalDedekindReals.sig_forall_dec" in axioms
    assert axioms <= AXIOMS


@with_coq
def test_one_certificate_over_several_files(root, monkeypatch):
    monkeypatch.setattr("symtrade.render.coq.files.LONG", 0.3)
    made = files_of([read(FOLDER / "good_odds.json")], "Odds")
    assert len(made) > 2 and made[-1].needs == tuple(f.name for f in made[:-1])
    assert all(compiled(root, f.name, f.text).accepted for f in made)


HEADER = """From Coq Require Import Reals List Lra.
From symtrade Require Import Symtrade.
Import ListNotations.
Open Scope R_scope.
"""


def session(root, texts):
    """What Coq says of each text; one process for all, which goes back to the first state after each."""
    words = [HEADER]
    for k, text in enumerate(texts):
        assert text.count(HEADER) == 1
        words += [text.replace(HEADER, ""), f"Check (fun end_{k} : unit => end_{k}).", "BackTo 5."]
    done = subprocess.run(["coqtop", "-q", "-Q", ".", "symtrade"], cwd=root, input="\n".join(words),
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    said = re.split(r"fun end_\d+ : unit => end_\d+\s+: unit -> unit", done.stdout)
    assert len(said) == len(texts) + 1
    return said[:-1]


@with_coq
@pytest.mark.slow
def test_coq_refuses_what_the_checker_refuses(root):
    """Transcribed without a look at the checker's verdict, no spoiled certificate compiles."""
    found, texts = {}, {}
    for lie in LIES:
        try:
            certificate = read(FOLDER / f"{lie.name}.json")
        except CertificateError:
            found[lie.name] = "cannot be read"
            continue
        made = export(lie.name, comment(lie.name), [Source(certificate, "0")], "symtrade")
        if made.refused:
            found[lie.name] = "cannot be written down"
        elif len(made.files) == 1:
            texts[lie.name] = made.files[0].text
        else:
            answers = [compiled(root, file.name, file.text) for file in made.files]
            found[lie.name] = "accepted" if all(a.accepted for a in answers) else "refused"
    (good,) = files_of([read(FOLDER / "good_choice.json")])
    *answers, last = session(root, [*texts.values(), good.text])
    assert "Error" not in last and "sig_forall_dec" in last
    found |= {name: "refused" if "Error" in said else "accepted"
              for name, said in zip(texts, answers, strict=True)}
    assert [name for name, word in found.items() if word == "accepted"] == []
    counts = {
        rule: sum(word == "refused" and name.split("_")[0] == rule for name, word in found.items())
        for rule in RULES
    }
    assert all(count >= 3 for rule, count in counts.items() if rule != "reading"), counts
    assert {word for name, word in found.items() if name.startswith("reading_")} == {"cannot be read"}


def test_the_command_without_coq(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("coq", FOLDER / "good_bound.json", "--out", tmp_path, "--check")
    assert done.returncode == 0, done.stderr
    assert INSTALL in done.stdout and "1 theorem, 1 file" in done.stdout
    assert {p.name for p in tmp_path.iterdir()} == {"Symtrade.v", "_CoqProject", "good_bound.v"}
    assert (tmp_path / "_CoqProject").read_text() == "-Q . symtrade\nSymtrade.v\ngood_bound.v\n"


@with_coq
def test_the_command_with_coq(tmp_path):
    done = run("coq", FOLDER / "good_bound.json", "--out", tmp_path, "--check")
    assert done.returncode == 0, done.stderr
    assert "good_bound.v: accepted" in done.stdout and "Coq accepts 1 of 1 file" in done.stdout
    assert "Axioms: ClassicalDedekindReals.sig_forall_dec, " in done.stdout


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (FOLDER / "defined_bound.json", "a coefficient of the program may divide by zero: a - b"),
        (FOLDER / "reading_float.json", "a float has no place in a certificate"),
        ("nobody_1999", "no paper is called 'nobody_1999'"),
    ],
)
def test_the_command_refuses(tmp_path, target, message):
    done = run("coq", target, "--out", tmp_path)
    assert done.returncode == 2 and message in done.stderr
    assert not [p for p in tmp_path.rglob("*.v") if p.name != "Symtrade.v"]


def test_a_stored_result(tmp_path):
    done = run("coq", "myerson_satterthwaite_1983/MS-0", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    texts = [p.read_text(encoding="utf-8") for p in (tmp_path / "myerson_satterthwaite_1983").glob("*.v")]
    stored = Path(str(st.__file__)).parents[1] / "derivations"
    if stored.is_dir():
        data = json.loads(next(stored.rglob("MS-0.json")).read_text(encoding="utf-8"))
        claims = {json.dumps(c["claim"], sort_keys=True) for c in data["certificates"]}
        assert sum(len(re.findall("^Theorem ", text, re.MULTILINE)) for text in texts) == len(claims)
    assert all("MS-0" in text and "Verdict: proved." in text for text in texts)
