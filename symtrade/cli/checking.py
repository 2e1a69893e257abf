"""``symtrade check``: the kernel alone, on results rebuilt from their models and on files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli import home
from symtrade.cli.pool import workers
from symtrade.cli.refusal import BAD_INPUT, OPEN, PROVED, Refusal, complain
from symtrade.cli.text import count, say
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.check import check_file

if TYPE_CHECKING:
    from symtrade.papers import Derivation, Outcome, Paper
    from symtrade.prover import Memory


@dataclass(frozen=True)
class Finding:
    """What was found of one target: the exit code, and a line to print; `told` where certificates
    were verified, otherwise it is a complaint."""

    code: int
    line: str
    told: bool = False

    def tell(self) -> None:
        """Print it."""
        (say if self.told else complain)(self.line)


def run_check(targets: Sequence[str], jobs: int | None = None) -> int:
    """Check everything that is named (all stored results, if nothing is); the exit code."""
    tasks: list[Path | tuple[str, str]] = []
    for target in targets:
        if is_file(target):
            tasks += _files(Path(target))
        else:
            tasks += _results([target])
    if not targets:
        tasks += _results(())
    codes = [PROVED]
    with workers(jobs, len(tasks)) as each:
        for finding in each(partial(check_one, memory=_memory(tasks)), tasks):
            finding.tell()
            codes.append(finding.code)
    return max(codes)


def _memory(tasks: Sequence[Path | tuple[str, str]]) -> Memory | None:
    """What the replays will share; None where there are only files, which need no SymPy."""
    if all(isinstance(task, Path) for task in tasks):
        return None
    from symtrade.prover import Memory

    return Memory()


def _results(targets: Sequence[str]) -> list[tuple[str, str]]:
    return [(paper.key, item.id) for paper, items in home.select(targets) for item in items]


def check_one(task: Path | tuple[str, str], memory: Memory | None = None) -> Finding:
    """Check a file, or a stored result given as paper and number; `memory` as for ``papers.replay``."""
    if isinstance(task, Path):
        return check_path(task)
    paper, (item,) = home.find("/".join(task))
    return check_stored(paper, item, memory)


def is_file(target: str) -> bool:
    """Whether a target is a file or folder; ``carroll_2017`` is a paper even where a folder has its name."""
    path = Path(target)
    if not target:
        return False
    return path.suffix == ".json" or (path.exists() and not home.is_known(target))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.rglob("*.json"))
    if not found:
        raise Refusal(f"{path}: expected certificates (*.json) in this folder, found none")
    return found


def check_stored(paper: Paper, item: Derivation, memory: Memory | None = None) -> Finding:
    """Replay the stored certificates of one result against its model."""
    name, path = f"{paper.key}/{item.id}", home.stored(paper, item)
    if not path.is_file():
        return Finding(OPEN, f"{name}: no certificate is stored; to make one, type: "
                             f"symtrade derive {name} --store")
    try:
        outcome = replay_file(paper, item, path, memory)
    except CertificateError as error:
        return Finding(BAD_INPUT, f"{name}: refused: {path}: {error}")
    return _report(name, outcome)


def _report(name: str, outcome: Outcome) -> Finding:
    verified = count(len(outcome.data["certificates"]), "certificate")
    return Finding(PROVED if outcome.verdict == "proved" else OPEN,
                   f"{name}: {outcome.verdict}, {verified} verified against the model, "
                   f"{outcome.seconds:.2f} s",
                   told=True)


def replay_file(paper: Paper, item: Derivation, path: Path, memory: Memory | None = None) -> Outcome:
    """The result that a file holds, every certificate checked against the rebuilt model."""
    from symtrade.papers import replay

    data = home.read_result(path)
    try:
        return replay(paper, item, data, memory)
    except CertificateError:
        raise
    except ValueError as error:
        raise CertificateError(f"malformed result file: {error}") from error


def check_path(path: Path) -> Finding:
    """Check a file: a result of a known paper against its model, any other certificates by themselves."""
    try:
        data = home.read_result(path)
        if isinstance(data, dict) and "calls" in data:
            return _check_result(path, data)
        verified = check_file(path)
    except CertificateError as error:
        return Finding(BAD_INPUT, f"{path}: refused: {error}")
    return Finding(PROVED, f"{path}: {count(verified, 'certificate')} verified", told=True)


def _check_result(path: Path, data: dict[str, Any]) -> Finding:
    try:
        paper, (item,) = home.find(f"{data.get('paper')}/{data.get('id')}")
    except Refusal as unknown:
        verified = check_file(path)
        return Finding(PROVED, f"{path}: {count(verified, 'certificate')} verified, but not against a model: "
                               f"{unknown}", told=True)
    return _report(str(path), replay_file(paper, item, path))
