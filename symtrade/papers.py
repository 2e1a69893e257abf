"""Papers and their results; derivations that run by search or by replay (symtrade.prover)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.evidence import RESULT as FORMAT
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.prover import Claim, Memory, Prover, Replaying, Searching, claim_data


@dataclass(frozen=True)
class Line:
    """One case of a statement: SymPy expressions (or text that ``sympify`` reads)."""

    when: Any
    value: Any


@dataclass(frozen=True)
class Part:
    """Something to print in a result's LaTeX: a heading and a solution, verdict or expression."""

    heading: str
    thing: Any


@dataclass(frozen=True)
class Result:
    """What a derivation returns: the statement case by case, what to print, and lemmas cited."""

    statement: tuple[Line, ...]
    parts: tuple[Part, ...] = ()
    axioms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """A registered derivation: catalogue id, title, place in the paper, and the function."""

    id: str
    title: str
    section: str
    run: Callable[[Prover], Result]


@dataclass(frozen=True)
class Paper:
    """A paper of the library.  `names` maps parameter names to LaTeX, `complements` a probability
    parameter to the LaTeX of one minus it."""

    key: str
    title: str
    authors: str
    year: int
    derivations: tuple[Derivation, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    complements: Mapping[str, str] = field(default_factory=dict)


def derivation(id: str, title: str, section: str) -> Callable[[Callable[[Prover], Result]], Derivation]:
    """Decorator: turn a function of a prover into a registered :class:`Derivation`."""

    def register(run: Callable[[Prover], Result]) -> Derivation:
        return Derivation(id, title, section, run)

    return register


def statement(solution: PiecewiseSolution) -> tuple[Line, ...]:
    """The lines of a solution: region and value (or ``infeasible``, ``unbounded``)."""
    return tuple(
        Line(p.region, p.value if p.status == "optimal" else p.status) for p in solution.pieces
    )


@dataclass(frozen=True)
class Outcome:
    """A derivation that has been run: the record to store, print and tabulate."""

    derivation: Derivation
    result: Result
    claims: tuple[Claim, ...]
    verdict: str
    failures: tuple[str, ...]
    seconds: float
    data: dict[str, Any]

    @property
    def certificate_bytes(self) -> int:
        """The size of the certificates as compact JSON."""
        return len(json.dumps(self.data["certificates"], separators=(",", ":")).encode())


def result_text(data: Mapping[str, Any]) -> str:
    """The text of a result file: a line for every item of its lists."""
    def compact(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    fields = []
    for key, value in data.items():
        if isinstance(value, list) and value:
            fields.append(f"{compact(key)}:[\n" + ",\n".join(compact(item) for item in value) + "\n]")
        else:
            fields.append(f"{compact(key)}:{compact(value)}")
    return "{" + ",\n".join(fields) + "}\n"


def derive(paper: Paper, item: Derivation, progress: Callable[[str], None] | None = None) -> Outcome:
    """Run a derivation by search."""
    began = time.perf_counter()
    prover = Searching(progress=progress)
    result = item.run(prover)
    data = {"calls": prover.calls, "certificates": [c.to_data() for c in prover.certificates]}
    return _outcome(paper, item, result, prover, data, time.perf_counter() - began)


def replay(paper: Paper, item: Derivation, data: Mapping[str, Any], memory: Memory | None = None) -> Outcome:
    """Run a derivation on stored certificates; CertificateError where one does not hold.  Replays of
    one run may share a `memory`, which saves time."""
    began = time.perf_counter()
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else data
        raise CertificateError(f"expected format {FORMAT!r}, got {found!r:.60}")
    try:
        prover = Replaying(calls=list(data["calls"]), certificates=list(data["certificates"]),
                           memory=memory or Memory())
        result = item.run(prover)
    except CertificateError:
        raise
    except (KeyError, IndexError, TypeError) as error:
        raise CertificateError(f"malformed result file: {error!r}") from error
    if prover.position != len(prover.calls):
        raise CertificateError("the file holds more calls than the derivation makes: derive it again")
    kept = {"calls": prover.calls, "certificates": prover.certificates}
    outcome = _outcome(paper, item, result, prover, kept, time.perf_counter() - began)
    if outcome.data != data:
        wrong = sorted(k for k in outcome.data.keys() | data.keys() if outcome.data.get(k) != data.get(k))
        raise CertificateError(f"{wrong[0]!r} in the file is not what the certificates prove")
    return outcome


def _outcome(paper: Paper, item: Derivation, result: Result, prover: Any, kept: dict[str, Any],
             seconds: float) -> Outcome:
    words = {failure.split(":")[0] for failure in prover.failures}
    verdict = "refuted" if "refuted" in words else "unknown" if "unknown" in words else "proved"
    claims = tuple(prover.claims)
    data = {
        "format": FORMAT, "paper": paper.key, "id": item.id, "title": item.title, "verdict": verdict,
        "statement": [{"when": str(line.when), "value": str(line.value)} for line in result.statement],
        "axioms": list(result.axioms),
        "claims": [claim_data(claim) for claim in claims],
        **kept,
    }
    return Outcome(item, result, claims, verdict, tuple(prover.failures), seconds, data)


def library() -> Iterator[Paper]:
    """The papers at hand: those shipped with symtrade, then those of installed plug-ins.

    A plug-in names an object of type :class:`Paper` in the entry-point group
    ``symtrade.derivations``.
    """
    import importlib
    import pkgutil
    from importlib.metadata import entry_points

    try:
        home = importlib.import_module("symtrade.derivations")
    except ModuleNotFoundError:
        home = importlib.import_module("derivations")  # a checkout that is not installed
    seen = set()
    for entry in sorted(pkgutil.iter_modules(home.__path__), key=lambda m: m.name):
        paper = importlib.import_module(f"{home.__name__}.{entry.name}").PAPER
        seen.add(paper.key)
        yield paper
    for point in sorted(entry_points(group="symtrade.derivations"), key=lambda p: p.name):
        paper = point.load()
        if isinstance(paper, Paper) and paper.key not in seen:
            seen.add(paper.key)
            yield paper
