"""``symtrade solve FILE.py``: a user's own model."""

from __future__ import annotations

import json
import runpy
import sys
import time
import traceback
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from symtrade.cli.progress import Progress
from symtrade.cli.refusal import OPEN, PROVED, Refusal, complain
from symtrade.cli.text import count, say
from symtrade.kernel.piecewise import CriticalRegion, PiecewiseSolution, write_text
from symtrade.kernel.program import LinearProgram


def run_solve(file: Path, as_json: bool, out: Path | None, latex: bool, limit: float | None = None) -> int:
    """Read the model, solve it, print the pieces; the exit code.  After `limit` seconds the search
    is given up: the answer is unknown.

    That a model is infeasible for all parameters is an answer, with its proof; that it is
    unbounded for all of them is taken for a slip in the model.
    """
    from symtrade.solve.errors import Incomplete, Infeasible, Unbounded
    from symtrade.solve.optimum import solve

    if as_json and latex:
        raise Refusal("expected --json or --latex, got both")
    program = read_model(file)
    began = time.perf_counter()

    def told(line: str) -> None:
        progress.update(line)
        if limit is not None and time.perf_counter() - began > limit:
            raise Incomplete(f"the search was given up after {limit:g} s: {line}")

    with Progress(1) as progress:
        progress.start(file.name)
        try:
            solution = solve(program, progress=told)
        except Infeasible as outcome:
            solution = outcome.solution
        except Unbounded as error:
            raise Refusal(f"{file}: {error}; add the constraint that bounds it") from None
        except Incomplete as error:
            complain(f"{file}: unknown: {error}")
            return OPEN
        except ValueError as error:
            raise Refusal(f"{file}: {error}") from None
    seconds = time.perf_counter() - began
    if out is not None:
        from symtrade.cli.typeset import solution_document

        text = solution_document(file.stem, solution)
        write_text(out / f"{file.stem}.tex", text)
        solution.to_json(out / f"{file.stem}.json")
    show(file, solution, seconds, as_json, latex)
    return PROVED


def read_model(file: Path, environments: bool = False) -> Any:
    """The `program` that a Python file defines; a Refusal that names the line where it fails.

    Where `environments` are welcome, an :class:`InterdependentEnvironment` named `environment` will do.
    """
    from symtrade.model.interdependent import InterdependentEnvironment

    if not file.is_file():
        found = "a folder" if file.is_dir() else "no such file"
        raise Refusal(f"{file}: expected a Python file that defines `program`, found {found}")
    if file.suffix != ".py":
        raise Refusal(f"{file}: expected a Python file (.py) that defines `program`; a printed proof in TOML "
                      "is for `symtrade referee`, a certificate in JSON for `symtrade check`")
    names = run_file(file)
    program = names.get("program")
    if environments and isinstance(names.get("environment"), InterdependentEnvironment):
        return names["environment"]
    if isinstance(program, LinearProgram):
        return program
    found = "the file defines no such name" if "program" not in names else f"got {type(program).__name__}"
    raise Refusal(f"{file}: expected a LinearProgram named `program`, {found}; write "
                  "program = symtrade.maximize(objective, subject_to=(...))")


def run_file(file: Path) -> dict[str, Any]:
    """The names that a Python file defines.  What it prints goes to standard error."""
    folder = str(file.resolve().parent)
    sys.path.insert(0, folder)
    try:
        with redirect_stdout(sys.stderr):
            return runpy.run_path(str(file), run_name="symtrade_model")
    except SyntaxError as error:
        where = f"{error.filename}, line {error.lineno}" if error.filename else str(file)
        raise Refusal(f"{where}: {type(error).__name__}: {error.msg}") from None
    except (Exception, SystemExit) as error:  # noqa: BLE001  a user's file may raise anything
        raise Refusal(f"{_line(file, error)}: {_words(error)}") from None
    finally:
        sys.path.remove(folder)


def _line(file: Path, error: BaseException) -> str:
    """The file and the last of its lines on the way to an error."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(file)]
    return f"{file}, line {lines[-1]}" if lines else str(file)


def _words(error: BaseException) -> str:
    from symtrade.model.errors import ModelError

    if isinstance(error, SystemExit):
        return f"expected a file that defines `program`, but it leaves with exit code {error.code}"
    return str(error) if isinstance(error, ModelError) else f"{type(error).__name__}: {error}"


def show(file: Path, solution: PiecewiseSolution, seconds: float, as_json: bool, latex: bool) -> None:
    """Print a solution as text, JSON or LaTeX."""
    if latex:
        from symtrade.cli.typeset import solution_latex

        print(solution_latex(solution))
        return
    size = len(json.dumps(solution.certificate.to_data(), separators=(",", ":")).encode())
    if as_json:
        print(json.dumps({
            "file": str(file), "verdict": "proved", "statement": [piece_json(p) for p in solution.pieces],
            "certificate_bytes": size, "seconds": round(seconds, 3),
        }, ensure_ascii=False))
        return
    from symtrade.render.text import text

    cases = count(len(solution.pieces), "case")
    say(f"{file}: proved, {cases}, {seconds:.2f} s, certificate of {size} bytes")
    print("\n" + text(solution))


def piece_json(piece: CriticalRegion) -> dict[str, Any]:
    """A piece as strings that ``sympify`` reads."""
    return {
        "when": str(piece.region), "value": str(piece.value) if piece.status == "optimal" else piece.status,
        "primal": {str(k): str(v) for k, v in piece.primal.items()},
        "dual": {name: str(v) for name, v in piece.dual.items()},
        "ray": {str(k): str(v) for k, v in piece.ray.items()} if piece.status == "unbounded" else {},
    }
