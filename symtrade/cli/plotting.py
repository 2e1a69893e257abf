"""``symtrade plot``: the regions of a solution in the plane of two parameters."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli import home
from symtrade.cli.checking import is_file, replay_file
from symtrade.cli.refusal import OPEN, PROVED, Refusal, complain
from symtrade.cli.text import count, say
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.render.notation import Notation

if TYPE_CHECKING:
    from symtrade.papers import Outcome

Drawable = tuple[Any, Notation, Any]  # a solution or lines, the notation, the assumptions on lines


def run_plot(target: str, x: str, y: str, at: Sequence[str], out: Path, labels: Sequence[str],
             window: str | None, part: int | None) -> int:
    """Find the solution, draw it, write the figure; the exit code."""
    from symtrade.render.plot import plot, save_plot

    values, bounds = read_values(at), None if window is None else window.split(",")
    began = time.perf_counter()
    try:
        found = drawable(target, part)
    except CertificateError as error:
        raise Refusal(f"{target}: refused: {error}") from error
    if found is None:
        return OPEN
    thing, note, assuming = found
    try:
        figure = plot(thing, x, y, values, note, list(labels) or None, window=bounds, assuming=assuming)
        save_plot(figure, out)
    except ValueError as error:
        raise Refusal(f"{target}: {error}") from None
    say(f"{target}: {x} and {y} in {out}, {time.perf_counter() - began:.2f} s")
    return PROVED


def read_values(texts: Sequence[str]) -> dict[str, str]:
    """``a=1,b=2/3``, in one or several texts, by name."""
    values: dict[str, str] = {}
    for item in (item for text in texts for item in text.split(",") if item.strip()):
        name, sign, value = (part.strip() for part in item.partition("="))
        if not (name and sign and value):
            raise Refusal(f"--at {item.strip()}: expected NAME=VALUE, such as s_lo=1,b_lo=3/2")
        if name in values:
            raise Refusal(f"--at: {name} has two values")
        values[name] = value
    return values


def drawable(target: str, part: int | None) -> Drawable | None:
    """What a target names: part of a stored result, a file, or a model to solve; None where the
    search gives up (it has said so)."""
    path = Path(target)
    if path.suffix == ".py":
        return _solved(path, part)
    if not is_file(target):
        return _stored(target, part)
    data = home.read_result(path)
    if isinstance(data, dict) and "calls" in data:
        paper, (item,) = home.find(f"{data.get('paper')}/{data.get('id')}")
        return _of_result(replay_file(paper, item, path), part, _notation(paper))
    _refuse_part(part, target)
    return _checked(path, data), Notation(), ()


def _checked(path: Path, data: Any) -> PiecewiseSolution:
    from symtrade.forms.solution import shown
    from symtrade.kernel.certificate import Optimum, read_certificate
    from symtrade.kernel.check import check

    certificate = read_certificate(data)
    if not isinstance(certificate.claim, Optimum):
        raise Refusal(f"{path}: expected the certificate of a solution, got that of a claim")
    solution = shown(certificate)
    check(solution)
    return solution


def _solved(path: Path, part: int | None) -> Drawable | None:
    from symtrade.cli.modelfile import read_model
    from symtrade.solve.errors import Incomplete, NoOptimum
    from symtrade.solve.optimum import solve

    _refuse_part(part, str(path))
    program = read_model(path)
    try:
        return solve(program), Notation(), ()
    except NoOptimum as outcome:
        return outcome.solution, Notation(), ()
    except Incomplete as error:
        complain(f"{path}: unknown: {error}")
        return None
    except ValueError as error:
        raise Refusal(f"{path}: {error}") from None


def _stored(target: str, part: int | None) -> Drawable:
    paper, items = home.find(target)
    if "/" not in target.strip("/"):
        raise Refusal(f"{target}: expected one result, such as {paper.key}/{items[0].id}")
    path = home.stored(paper, items[0])
    if not path.is_file():
        name = f"{paper.key}/{items[0].id}"
        raise Refusal(f"{name}: no certificate is stored; to make one, type: symtrade derive {name} --store")
    return _of_result(replay_file(paper, items[0], path), part, _notation(paper))


def _notation(paper: Any) -> Notation:
    return Notation(names=paper.names, complements=paper.complements)


def _of_result(outcome: Outcome, part: int | None, note: Notation) -> Drawable:
    """The solution to draw: the part asked for, else the first solution, else the statement."""
    parts = outcome.result.parts
    solutions = [k for k, p in enumerate(parts, 1) if isinstance(p.thing, PiecewiseSolution)]
    if part == 0 or (part is None and not solutions):
        return outcome.result.statement, note, common_assumptions(outcome)
    wanted = solutions[0] if part is None else part
    if wanted not in solutions:
        listed = "; ".join(f"{k} {parts[k - 1].heading}" for k in solutions)
        raise Refusal(f"{outcome.derivation.id}: part {wanted} is no solution; expected "
                      + (f"one of: {listed}; or " if solutions else "") + "0 for the statement")
    return parts[wanted - 1].thing, note, ()


def common_assumptions(outcome: Outcome) -> tuple[Any, ...]:
    """The conditions on which every certificate of a result rests: its parameter set."""
    import sympy

    from symtrade.kernel.certificate import read_certificate
    from symtrade.kernel.view import conjunction

    shared: list[Any] | None = None
    for data in outcome.data["certificates"]:
        region = read_certificate(data).claim.region
        symbols = {name: sympy.Symbol(name) for name in region.ring.names}
        stated = [conjunction((c,), symbols) for c in region.conditions]
        shared = stated if shared is None else [c for c in shared if c in stated]
    return tuple(shared or ())


def _refuse_part(part: int | None, target: str) -> None:
    if part is not None:
        raise Refusal(f"{target}: --part is for results of papers, {count(1, 'solution')} is in this file")
