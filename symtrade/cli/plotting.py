"""``symtrade plot``: the regions of a solution in the plane of two parameters, or graphs of functions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli import home
from symtrade.cli.checking import is_file, replay_file
from symtrade.cli.refusal import OPEN, PROVED, Refusal, complain
from symtrade.cli.text import say
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.model.cases import Cases
from symtrade.model.interdependent import InterdependentEnvironment
from symtrade.render.notation import Notation

if TYPE_CHECKING:
    from symtrade.kernel.region import Region
    from symtrade.papers import Outcome

Drawable = tuple[Any, Notation, Any]  # a solution or lines, the notation, the assumptions on lines


@dataclass(frozen=True)
class Wanted:
    """What the options of ``symtrade plot`` ask for; `y` is None for graphs of functions over `x`."""

    target: str
    x: str
    y: str | None
    at: Sequence[str]
    out: Path
    labels: Sequence[str]
    window: str | None
    part: int | None
    signs: bool
    panels: Sequence[str]
    functions: Sequence[str]


def run_plot(wanted: Wanted) -> int:
    """Find what is to be drawn, draw it, write the figure; the exit code."""
    from symtrade.render.plot import FORMATS, save_plot

    target, out = wanted.target, wanted.out
    if out.suffix.lower() not in FORMATS:
        raise Refusal(f"--out {out}: expected a file name that ends in {', '.join(FORMATS)}")
    if wanted.y is None and (wanted.signs or len(wanted.labels) > 1):
        raise Refusal("--signs and several --label are for regions: give --y NAME, too")
    if wanted.y is not None and wanted.functions:
        raise Refusal("--function is for graphs over one parameter: leave --y out")
    values = read_values(wanted.at)
    began = time.perf_counter()
    try:
        found = drawable(target, wanted.part, wanted.y is None)
    except CertificateError as error:
        raise Refusal(f"{target}: refused: {error}") from error
    if found is None:
        return OPEN
    try:
        save_plot(_regions(wanted, found, values) if wanted.y else _graphs(wanted, found, values), out)
    except ValueError as error:
        raise Refusal(f"{target}: {error}") from None
    drawn = wanted.x if wanted.y is None else f"{wanted.x} and {wanted.y}"
    say(f"{target}: {drawn} in {out}, {time.perf_counter() - began:.2f} s")
    return PROVED


def _regions(wanted: Wanted, found: Drawable, values: dict[str, str]) -> Any:
    from symtrade.render.panels import plot_panels
    from symtrade.render.plot import plot

    thing, note, assuming = found
    bounds = None if wanted.window is None else wanted.window.split(",")
    labels = list(wanted.labels) or None
    if not wanted.panels:
        return plot(thing, wanted.x, wanted.y, values, note, labels, window=bounds, assuming=assuming,
                    signs=wanted.signs)
    if wanted.signs:
        raise Refusal("--signs is for one figure: leave --panel out")
    panels = [({**values, **more}, title) for more, title in map(_titled, wanted.panels)]
    return plot_panels(thing, wanted.x, wanted.y, panels, note, labels, window=bounds, assuming=assuming)


def _graphs(wanted: Wanted, found: Drawable, values: dict[str, str]) -> Any:
    import sympy

    from symtrade.papers import statement
    from symtrade.render.graphs import named_functions, plot_functions

    thing, note, _ = found
    known = named_functions(statement(thing) if isinstance(thing, PiecewiseSolution) else thing)
    names = list(wanted.functions) or list(known)
    if lost := [name for name in names if name not in known]:
        raise ValueError(f"no function {lost[0]}; there are {', '.join(known) or 'none'}")
    bounds = (wanted.window or "0,1").split(",")
    if len(bounds) != 2:
        raise ValueError(f"--window {wanted.window}: expected two ends, such as 0,1")
    functions = {}
    for name in names:
        for more, title in map(_titled, wanted.panels or ("",)):
            here = {sympy.Symbol(k): sympy.Rational(v) for k, v in {**values, **more}.items()}
            shown = ", ".join(f"${note.symbol(k)}={v}$" for k, v in more.items())
            text = f"${note.symbol(name)}$" if name != "value" or len(names) > 1 else ""
            functions[" ".join(filter(None, (text, title or shown))) or "value"] = known[name].subs(here)
    return plot_functions(functions, sympy.Symbol(wanted.x), bounds[0], bounds[1], notation=note,
                          y_label="".join(wanted.labels))


def _titled(text: str) -> tuple[dict[str, str], str]:
    """``a=1,b=2:title``: values and a title."""
    values, _, title = text.partition(":")
    return read_values([values]), title.strip()


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


def drawable(target: str, part: int | None, graph: bool = False) -> Drawable | None:
    """What a target names: part of a stored result, a file, or a model to solve; None where the
    search gives up (it has said so).  For a graph the statement comes before solutions."""
    path = Path(target)
    if path.suffix == ".py":
        return _solved(path, part)
    if not is_file(target):
        return _stored(target, part, graph)
    data = home.read_result(path)
    if isinstance(data, dict) and "calls" in data:
        paper, (item,) = home.find(f"{data.get('paper')}/{data.get('id')}")
        return _of_result(replay_file(paper, item, path), part, _notation(paper), graph)
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
    program = read_model(path, environments=True)
    if isinstance(program, InterdependentEnvironment):
        return program, Notation(), ()
    try:
        return solve(program), Notation(), ()
    except NoOptimum as outcome:
        return outcome.solution, Notation(), ()
    except Incomplete as error:
        complain(f"{path}: unknown: {error}")
        return None
    except ValueError as error:
        raise Refusal(f"{path}: {error}") from None


def _stored(target: str, part: int | None, graph: bool) -> Drawable:
    paper, items = home.find(target)
    if "/" not in target.strip("/"):
        raise Refusal(f"{target}: expected one result, such as {paper.key}/{items[0].id}")
    path = home.stored(paper, items[0])
    if not path.is_file():
        name = f"{paper.key}/{items[0].id}"
        raise Refusal(f"{name}: no certificate is stored; to make one, type: symtrade derive {name} --store")
    return _of_result(replay_file(paper, items[0], path), part, _notation(paper), graph)


def _notation(paper: Any) -> Notation:
    return Notation(names=paper.names, complements=paper.complements)


def _of_result(outcome: Outcome, part: int | None, note: Notation, graph: bool) -> Drawable:
    """What to draw: the part asked for, else the first solution, else the statement."""
    import sympy

    parts = outcome.result.parts
    solutions = {k: p.thing for k, p in enumerate(parts, 1) if isinstance(p.thing, PiecewiseSolution)}
    if part == 0 or (part is None and (graph or not solutions)):
        return outcome.result.statement, note, parameter_set(outcome, list(solutions.values()))
    found: dict[int, Any] = {} if graph else dict(solutions)
    found |= {k: p.thing for k, p in enumerate(parts, 1)
              if isinstance(p.thing, sympy.Expr if graph else Cases)}
    wanted = min(solutions) if part is None else part
    if wanted not in found:
        listed = "; ".join(f"{k} ({parts[k - 1].heading})" for k in sorted(found))
        raise Refusal(f"{outcome.derivation.id}: part {wanted} is no solution or function by "
                      "cases; expected "
                      + (f"one of {listed}, or " if found else "") + "0 for the statement")
    whole = () if wanted in solutions else parameter_set(outcome, list(solutions.values()))
    return found[wanted], note, whole


def parameter_set(outcome: Outcome, solutions: Sequence[PiecewiseSolution]) -> tuple[Any, ...]:
    """Where a statement holds: the parameter set of the first solution, or else the conditions that
    all certificates about parameters share."""
    from symtrade.kernel.certificate import FORMAT
    from symtrade.kernel.reading import read_certificate

    regions = [s.program.region for s in solutions[:1]] or [
        read_certificate(data).claim.region for data in outcome.data["certificates"]
        if data["format"] == FORMAT]
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
