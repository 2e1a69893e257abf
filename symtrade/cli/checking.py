"""``symtrade check``: the kernel alone, on results rebuilt from their models and on files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli import home
from symtrade.cli.refusal import BAD_INPUT, OPEN, PROVED, Refusal, complain
from symtrade.cli.text import count, say
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.check import check_file

if TYPE_CHECKING:
    from symtrade.papers import Derivation, Outcome, Paper


def run_check(targets: Sequence[str]) -> int:
    """Check everything that is named (all stored results, if nothing is); the exit code."""
    codes = [PROVED]
    for target in targets:
        if is_file(target):
            codes += [check_path(path) for path in _files(Path(target))]
        else:
            codes += [check_stored(paper, item) for paper, items in home.select([target]) for item in items]
    if not targets:
        codes += [check_stored(paper, item) for paper, items in home.select(()) for item in items]
    return max(codes)


def is_file(target: str) -> bool:
    """Whether a target is a file or folder; ``carroll_2017`` is a paper even where a folder has its name."""
    path = Path(target)
    return path.suffix == ".json" or (path.exists() and not home.is_known(target))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.rglob("*.json"))
    if not found:
        raise Refusal(f"{path}: expected certificates (*.json) in this folder, found none")
    return found


def check_stored(paper: Paper, item: Derivation) -> int:
    """Replay the stored certificates of one result against its model."""
    name, path = f"{paper.key}/{item.id}", home.stored(paper, item)
    if not path.is_file():
        complain(f"{name}: no certificate is stored; to make one, type: symtrade derive {name} --store")
        return OPEN
    try:
        outcome = replay_file(paper, item, path)
    except CertificateError as error:
        complain(f"{name}: refused: {path}: {error}")
        return BAD_INPUT
    return _report(name, outcome)


def _report(name: str, outcome: Outcome) -> int:
    verified = count(len(outcome.data["certificates"]), "certificate")
    say(f"{name}: {outcome.verdict}, {verified} verified against the model, {outcome.seconds:.2f} s")
    return PROVED if outcome.verdict == "proved" else OPEN


def replay_file(paper: Paper, item: Derivation, path: Path) -> Outcome:
    """The result that a file holds, every certificate checked against the rebuilt model."""
    from symtrade.papers import replay

    data = home.read_result(path)
    try:
        return replay(paper, item, data)
    except CertificateError:
        raise
    except ValueError as error:
        raise CertificateError(f"malformed result file: {error}") from error


def check_path(path: Path) -> int:
    """Check a file: a result of a known paper against its model, any other certificates by themselves."""
    try:
        data = home.read_result(path)
        if isinstance(data, dict) and "calls" in data:
            return _check_result(path, data)
        verified = check_file(path)
    except CertificateError as error:
        complain(f"{path}: refused: {error}")
        return BAD_INPUT
    say(f"{path}: {count(verified, 'certificate')} verified")
    return PROVED


def _check_result(path: Path, data: dict[str, Any]) -> int:
    try:
        paper, (item,) = home.find(f"{data.get('paper')}/{data.get('id')}")
    except Refusal as unknown:
        verified = check_file(path)
        say(f"{path}: {count(verified, 'certificate')} verified, but not against a model: {unknown}")
        return PROVED
    return _report(str(path), replay_file(paper, item, path))
