"""``symtrade plot``: the regions of a solution in the plane of two parameters."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli import home
from symtrade.cli.checking import is_file, replay_file
from symtrade.cli.refusal import OPEN, PROVED, Refusal, complain
from symtrade.cli.text import say
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.render.notation import Notation

if TYPE_CHECKING:
    from symtrade.kernel.region import Region
    from symtrade.papers import Outcome

Drawable = tuple[Any, Notation, Any]  # a solution or lines, the notation, the assumptions on lines


def run_plot(target: str, x: str, y: str, at: Sequence[str], out: Path, labels: Sequence[str],
             window: str | None, part: int | None) -> int:
    """Find the solution, draw it, write the figure; the exit code."""
    from symtrade.render.plot import FORMATS, plot, save_plot

    if out.suffix.lower() not in FORMATS:
        raise Refusal(f"--out {out}: expected a file name that ends in {', '.join(FORMATS)}")
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
    from symtrade.kernel.certificate import Optimum
    from symtrade.kernel.check import check
    from symtrade.kernel.reading import read_certificate

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
    solutions = {k: p.thing for k, p in enumerate(parts, 1) if isinstance(p.thing, PiecewiseSolution)}
    if part == 0 or (part is None and not solutions):
        return outcome.result.statement, note, parameter_set(outcome, list(solutions.values()))
    wanted = min(solutions) if part is None else part
    if wanted not in solutions:
        listed = "; ".join(f"{k} ({parts[k - 1].heading})" for k in solutions)
        raise Refusal(f"{outcome.derivation.id}: part {wanted} is no solution; expected "
                      + (f"one of {listed}, or " if solutions else "") + "0 for the statement")
    return solutions[wanted], note, ()


def parameter_set(outcome: Outcome, solutions: Sequence[PiecewiseSolution]) -> tuple[Any, ...]:
    """Where a statement holds: the parameter set of the first solution, or else the conditions that
    all certificates of the result share."""
    from symtrade.kernel.reading import read_certificate

    regions = [s.program.region for s in solutions[:1]] or [
        read_certificate(data).claim.region for data in outcome.data["certificates"]]
    shared = [_relations(region) for region in regions]
    return tuple(c for c in shared[0] if all(c in other for other in shared)) if shared else ()


def _relations(region: Region) -> list[Any]:
    import sympy

    from symtrade.kernel.view import conjunction

    symbols = {name: sympy.Symbol(name) for name in region.ring.names}
    return [conjunction((c,), symbols) for c in region.conditions]


def _refuse_part(part: int | None, target: str) -> None:
    if part is not None:
        raise Refusal(f"{target}: --part is for results of papers; this file has one solution only")
