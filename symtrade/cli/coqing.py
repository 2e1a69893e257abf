"""``symtrade coq``: stored results, and files of certificates, as Coq files; and Coq's answer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from symtrade.cli import home
from symtrade.cli.checking import is_file, replay_file
from symtrade.cli.progress import Progress
from symtrade.cli.refusal import BAD_INPUT, OPEN, PROVED, Refusal, complain
from symtrade.cli.text import count, say
from symtrade.kernel.certificate import Certificate, CertificateError
from symtrade.kernel.check import certificates_in
from symtrade.kernel.evidence import read_evidence, verify_evidence
from symtrade.kernel.piecewise import write_text

if TYPE_CHECKING:
    from symtrade.papers import Derivation, Outcome, Paper
    from symtrade.render.coq.files import Export

INSTALL = (
    "coqc is not installed, so nothing was compiled; to install it on Debian or Ubuntu, type: apt install coq"
)
# what the real numbers of Coq's standard library rest on
AXIOMS = frozenset(
    (
        "ClassicalDedekindReals.sig_forall_dec",
        "ClassicalDedekindReals.sig_not_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
    )
)


@dataclass(frozen=True)
class Group:
    """Files that are compiled in this order, in one folder below the root."""

    title: str
    folder: str
    files: tuple[str, ...]


def run_coq(target: str | None, out: Path, check: bool, jobs: int) -> int:
    """Write the files of what is named (all stored results, if nothing is); with `check`, compile them."""
    from symtrade.render.coq.files import library

    _write(out / "Symtrade.v", library())
    groups: list[Group] = []
    code = PROVED
    if target is not None and is_file(target):
        work: Iterator[tuple[Group, int]] = iter([_export_file(Path(target), out)])
        total = 1
    else:
        chosen = home.select(() if target is None else (target,))
        total = sum(len(items) for _, items in chosen)
        work = (pair for paper, items in chosen for pair in _export_paper(paper, items, out))
    with Progress(total) as progress:
        for group, outcome in work:
            code = max(code, outcome)
            progress.finish(group.title)
            groups.append(group)
    _write(out / "_CoqProject", _project(groups))
    if check:
        code = max(code, _compile(groups, out, jobs))
    return code


def _project(groups: Sequence[Group]) -> str:
    """The file that tells coq_makefile and editors which files there are."""
    names = [
        "Symtrade.v",
        *(f"{g.folder}/{name}.v" if g.folder else f"{name}.v" for g in groups for name in g.files),
    ]
    return "\n".join(["-Q . symtrade", *names]) + "\n"


def _export_paper(paper: Paper, items: Sequence[Derivation], out: Path) -> Iterator[tuple[Group, int]]:
    from symtrade.render.coq.names import Names

    names = Names()
    for item in paper.derivations:
        name = names.fresh(item.id)
        if item not in items:
            continue
        where, path = f"{paper.key}/{item.id}", home.stored(paper, item)
        if not path.is_file():
            complain(f"{where}: no certificate is stored; to make one, type: symtrade derive {where} --store")
            yield Group(f"{where}: nothing stored", paper.key, ()), OPEN
            continue
        try:
            outcome = replay_file(paper, item, path)
        except CertificateError as error:
            complain(f"{where}: refused: {path}: {error}")
            yield Group(f"{where}: refused", paper.key, ()), BAD_INPUT
            continue
        made, others = _result(paper, outcome, name)
        yield _finish(where, paper.key, made, others, out)


def _result(paper: Paper, outcome: Outcome, name: str) -> tuple[Export, int]:
    """The files of a stored result, whose certificates have been checked; how many of them are of
    other kinds of evidence than arithmetic."""
    from symtrade.render.coq.files import ROOT, distinct, export
    from symtrade.render.coq.names import comment

    certificates = [read_evidence(data) for data in outcome.data["certificates"]]
    notes = ["" for _ in certificates]
    for k, call in enumerate(outcome.data["calls"]):
        for number in call.get("certificates", ()):
            notes[number] = f"It answers question {k} ({call['call']}) of the derivation."
    item = outcome.derivation
    title = [
        f"{paper.authors} ({paper.year}), {paper.title}",
        f"{item.id}: {item.title} ({item.section})",
        f"Verdict: {outcome.verdict}.",
    ]
    title += [
        f"Statement: {line['value']}" + ("" if line["when"] == "True" else f" where {line['when']}")
        for line in outcome.data["statement"]
    ]
    title += [f"Cited, not proved: {axiom}" for axiom in outcome.data["axioms"]]
    head = "\n".join(comment(line) for line in title)
    pairs = [(c, note) for c, note in zip(certificates, notes, strict=True) if isinstance(c, Certificate)]
    sources = distinct([c for c, _ in pairs], [note for _, note in pairs])
    made = export(name, head, sources, f"{ROOT}.{_folder(paper.key)}")
    return made, len(certificates) - len(pairs)


def _folder(key: str) -> str:
    """The folder of a paper, which is part of Coq's names."""
    return re.sub(r"\W", "_", key)


def _export_file(path: Path, out: Path) -> tuple[Group, int]:
    """The files of a certificate, or of a file of several."""
    from symtrade.render.coq.files import ROOT, distinct, export
    from symtrade.render.coq.names import Names, comment

    try:
        data = home.read_result(path)
        everything = [read_evidence(item) for item in certificates_in(data)]
        for evidence in everything:
            verify_evidence(evidence)
    except CertificateError as error:
        raise Refusal(f"{path}: refused: {error}") from error
    certificates = [c for c in everything if isinstance(c, Certificate)]
    name = Names().fresh(path.stem)
    export_ = export(
        name,
        comment(f"The certificates of {path.name}"),
        distinct(certificates, [""] * len(certificates)),
        ROOT,
    )
    return _finish(str(path), "", export_, len(everything) - len(certificates), out)


def _finish(where: str, key: str, made: Export, others: int, out: Path) -> tuple[Group, int]:
    """Write the files of a result; `others` certificates are of a kind that has no Coq form."""
    folder = _folder(key) if key else ""
    for file in made.files:
        _write(out / folder / f"{file.name}.v", file.text)
    for label, reason in made.refused:
        complain(f"{where}: certificate {label} has no Coq form: {reason}")
    title = f"{where}: {count(made.theorems, 'theorem')}, {count(len(made.files), 'file')}"
    if others:
        title += f"; {count(others, 'certificate')} by balls or calculus left out"
    return Group(title, folder, tuple(f.name for f in made.files)), OPEN if made.refused else PROVED


def _write(path: Path, text: str) -> None:
    """Write a file, unless it is there already: an unchanged file keeps its date."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)


# --- compiling -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What coqc said of a file."""

    path: Path
    seconds: float
    accepted: bool
    message: str = ""
    axioms: frozenset[str] = frozenset()


def _compile(groups: Sequence[Group], out: Path, jobs: int) -> int:
    """Let Coq check all files; the exit code."""
    coqc = shutil.which("coqc")
    if coqc is None:
        say(INSTALL)
        return PROVED
    began = time.perf_counter()
    first = compile_file(coqc, out, out / "Symtrade.v")
    if not first.accepted:
        complain(f"{first.path}: refused by Coq: {first.message}")
        return BAD_INPUT
    chains = [[out / g.folder / f"{name}.v" for name in chain] for g in groups for chain in _chains(g.files)]
    answers: list[Answer] = []
    with Progress(len(chains)) as progress, ThreadPoolExecutor(max(1, jobs)) as pool:
        try:
            for found in pool.map(lambda chain: _compile_chain(coqc, out, chain), chains):
                answers += found
                progress.finish("\n".join(_line(out, a) for a in found))
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
    return _summary(answers, time.perf_counter() - began)


def _chains(names: Sequence[str]) -> list[list[str]]:
    """Files of which each needs those before it; the rest can be compiled in any order."""
    chains: dict[str, list[str]] = {}
    for name in names:
        chains.setdefault(re.sub(r"_step_\d+$", "", name), []).append(name)
    return list(chains.values())


def _compile_chain(coqc: str, out: Path, chain: Sequence[Path]) -> list[Answer]:
    found: list[Answer] = []
    for path in chain:
        found.append(compile_file(coqc, out, path))
        if not found[-1].accepted:
            break
    return found


def compile_file(coqc: str, out: Path, path: Path) -> Answer:
    """Run coqc on a file below `out`; its processor time, and what its theorems rest on."""
    command = [coqc, "-q", "-Q", ".", "symtrade", str(path.relative_to(out))]
    with subprocess.Popen(
        command, cwd=out, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    accepted, axioms = process.returncode == 0, frozenset(read_axioms(text))
    message = "" if accepted else " ".join(text.split())[:500]
    return Answer(path, usage.ru_utime + usage.ru_stime, accepted, message, axioms)


def read_axioms(text: str) -> Iterator[str]:
    """The names of the axioms in what ``Print Assumptions`` printed.

    >>> list(read_axioms("Axioms:\\nA.b : forall x : R,\\n  x = x\\nc\\n  : nat\\n"))
    ['A.b', 'c']
    """
    _, found, rest = text.partition("Axioms:\n")
    if found:
        for line in rest.splitlines():
            if match := re.match(r"([\w.']+)(?: :|$)", line):
                yield match[1]


def _line(out: Path, answer: Answer) -> str:
    word = "accepted" if answer.accepted else f"refused by Coq: {answer.message}"
    return f"{answer.path.relative_to(out)}: {word}, {answer.seconds:.1f} s"


def _summary(answers: Sequence[Answer], seconds: float) -> int:
    refused = [a for a in answers if not a.accepted]
    axioms = sorted({name for a in answers for name in a.axioms})
    times = sorted(a.seconds for a in answers)
    if times:
        say(
            f"Coq accepts {len(answers) - len(refused)} of {count(len(answers), 'file')}: "
            f"{times[len(times) // 2]:.1f} s of processor time in the middle, {times[-1]:.1f} s at most, "
            f"{sum(times):.0f} s together, in {seconds:.0f} s"
        )
    say(
        "Axioms: " + (", ".join(axioms) or "none") + ", those of Coq's real numbers"
        if set(axioms) <= AXIOMS
        else "Axioms: " + ", ".join(axioms)
    )
    strange = [name for name in axioms if name not in AXIOMS]
    for name in strange:
        complain(f"a theorem rests on {name}, which is no axiom of the real numbers")
    return BAD_INPUT if refused or strange else PROVED
