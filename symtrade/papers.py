"""Papers, their results and their printed claims; derivations that run by search or by replay.

A derivation is a function of a *prover*.  In ``derive`` the prover searches and keeps every
certificate; in ``check`` it replays stored certificates, and the search is never imported.  Both
run the same model code, so a certificate is always compared with the statement rebuilt from it.
"""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from symtrade.forms.solution import shown
from symtrade.kernel.certificate import (
    Certificate,
    CertificateError,
    Empty,
    Implication,
    Optimum,
    read_certificate,
)
from symtrade.kernel.check import check_claim
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.kernel.program import LinearProgram
from symtrade.kernel.verdict import Proved, Refuted, Unknown, Verdict
from symtrade.kernel.witness import check_point_witness, check_row_witness
from symtrade.model.claims import clauses, implication_statement, refuse_undefined
from symtrade.model.errors import UndefinedExpression

FORMAT = "symtrade-result/1"


@dataclass(frozen=True)
class Line:
    """One case of a statement: SymPy expressions (or text that ``sympify`` reads)."""

    when: Any
    value: Any


@dataclass(frozen=True)
class Claim:
    """A claim as it is printed, with the engine's verdict: holds, refuted, undefined or unknown.

    `printed` and `corrected` are LaTeX; `witness` are exact values at which the claim fails.
    """

    id: str
    place: str
    printed: str
    verdict: str
    witness: Mapping[Any, Any] | None = None
    corrected: str | None = None
    note: str = ""


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


class Prover(Protocol):
    """What a derivation may ask for."""

    def solve(self, program: LinearProgram) -> PiecewiseSolution:
        """The certified optimum; infeasible and unbounded programs are returned, not raised."""

    def prove(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = ()) -> Verdict:
        """A verdict that does not touch the result's own (say, on which of several cases holds)."""

    def implies(self, constraints: Iterable[Any], claim: Any, assuming: Any = None,
                variables: Sequence[Any] | None = None) -> Verdict:
        """Does a linear claim follow from constraints?"""

    def establish(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = (),
                  constraints: Iterable[Any] | None = None) -> Verdict:
        """A claim that the result stands on: if it is not proved, neither is the result.  With
        `constraints` the claim is linear in their variables and must follow from them."""

    def judge(self, id: str, place: str, printed: str, reads: Any, assuming: Any = (),
              parameters: Sequence[Any] = (), corrected: tuple[str, Any] | None = None,
              constraints: Iterable[Any] | None = None, note: str = "") -> Claim:
        """Judge a printed claim.  `printed` is its LaTeX, `reads` what it says as printed (a
        relation, or linear in the variables where `constraints` are given; ``sympy.nan`` where the
        print says nothing definite); `corrected` is LaTeX and meaning of the corrected form, which
        must hold where the print does not; `note` is said beside the verdict."""


@dataclass
class _Judging(ABC):
    """What searching and replaying share: establishing, judging, keeping the record."""

    claims: list[Claim] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @abstractmethod
    def prove(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = ()) -> Verdict: ...

    @abstractmethod
    def implies(self, constraints: Iterable[Any], claim: Any, assuming: Any = None,
                variables: Sequence[Any] | None = None) -> Verdict: ...

    def establish(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = (),
                  constraints: Iterable[Any] | None = None) -> Verdict:
        verdict = self._verdict(claim, assuming, parameters, constraints)
        self._expect(verdict, claim)
        return verdict

    def _verdict(self, claim: Any, assuming: Any, parameters: Sequence[Any],
                 constraints: Iterable[Any] | None) -> Verdict:
        refuse_undefined(claim)
        if constraints is not None:
            return self.implies(constraints, claim, assuming or None)
        return self.prove(claim, assuming, parameters)

    def _expect(self, verdict: Verdict, what: Any) -> None:
        if isinstance(verdict, Refuted):
            self.failures.append(f"refuted: {what} fails at {_plain(verdict.witness)}")
        elif isinstance(verdict, Unknown):
            self.failures.append(f"unknown: {what}: {verdict.reason}")

    def judge(self, id: str, place: str, printed: str, reads: Any, assuming: Any = (),
              parameters: Sequence[Any] = (), corrected: tuple[str, Any] | None = None,
              constraints: Iterable[Any] | None = None, note: str = "") -> Claim:
        witness, why = None, ""
        try:
            found = self._verdict(reads, assuming, parameters, constraints)
            word = {Proved: "holds", Refuted: "refuted", Unknown: "unknown"}[type(found)]
            if isinstance(found, Refuted):
                witness, why = found.witness, found.reason
                if found.reason.startswith("the denominator"):
                    word = "undefined"
            elif isinstance(found, Unknown):
                why = found.reason
        except UndefinedExpression as error:
            word, why = "undefined", str(error)
        mended = None
        if word != "holds" and corrected is not None:
            mended = corrected[0]
            self._expect(self._verdict(corrected[1], assuming, parameters, constraints),
                         f"the corrected form of {id}")
        claim = Claim(id, place, printed, word, witness, mended, note or why)
        self.claims.append(claim)
        return claim


@dataclass
class Searching(_Judging):
    """A prover that searches, and keeps every answer for the record."""

    progress: Callable[[str], None] | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)

    def solve(self, program: LinearProgram) -> PiecewiseSolution:
        from symtrade.solve.errors import NoOptimum
        from symtrade.solve.optimum import solve

        try:
            solution = solve(program, progress=self.progress)
        except NoOptimum as outcome:
            solution = outcome.solution
        self._keep("solve", Proved((solution.certificate,)))
        return solution

    def prove(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = ()) -> Verdict:
        from symtrade.solve.claims import prove

        return self._keep("prove", prove(claim, assuming, parameters))

    def implies(self, constraints: Iterable[Any], claim: Any, assuming: Any = None,
                variables: Sequence[Any] | None = None) -> Verdict:
        from symtrade.solve.claims import implies

        return self._keep("implies", implies(constraints, claim, assuming, variables))

    def _keep(self, call: str, verdict: Verdict) -> Verdict:
        entry: dict[str, Any] = {"call": call, "verdict": type(verdict).__name__.lower()}
        if isinstance(verdict, Proved):
            first = len(self.certificates)
            self.certificates += verdict.certificates
            entry["certificates"] = list(range(first, len(self.certificates)))
        elif isinstance(verdict, Refuted):
            entry |= {"witness": _plain(verdict.witness), "reason": verdict.reason}
        else:
            entry["reason"] = verdict.reason
        self.calls.append(entry)
        return verdict


@dataclass
class Replaying(_Judging):
    """A prover that answers from stored certificates, each checked against the rebuilt statement."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    certificates: list[Any] = field(default_factory=list)
    position: int = 0

    def solve(self, program: LinearProgram) -> PiecewiseSolution:
        (certificate,) = self._proved(self._next("solve"), (Optimum(program),))
        return shown(replace(certificate, claim=Optimum(program)))

    def prove(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = ()) -> Verdict:
        symbols, obligations = clauses(claim, assuming, parameters)
        entry = self._next("prove")
        if entry["verdict"] == "proved":
            return Proved(self._proved(entry, tuple(Empty(o.region) for o in obligations)))
        if entry["verdict"] == "refuted":
            check_point_witness(entry["witness"], [o.region for o in obligations])
            return Refuted(_with_symbols(entry["witness"], symbols), entry["reason"])
        return Unknown(entry["reason"])

    def implies(self, constraints: Iterable[Any], claim: Any, assuming: Any = None,
                variables: Sequence[Any] | None = None) -> Verdict:
        program, goals = implication_statement(constraints, claim, assuming, variables)
        entry = self._next("implies")
        if entry["verdict"] == "proved":
            return Proved(self._proved(entry, tuple(Implication(program, goal) for goal in goals)))
        if entry["verdict"] == "refuted":
            _first_refuted(entry["witness"], program, goals)
            return Refuted(_with_symbols(entry["witness"], program.symbols), entry["reason"])
        return Unknown(entry["reason"])

    def _next(self, call: str) -> dict[str, Any]:
        if self.position >= len(self.calls):
            raise CertificateError("the derivation asks for more than the file holds: derive it again")
        entry = self.calls[self.position]
        self.position += 1
        if not isinstance(entry, dict) or entry.get("call") != call:
            raise CertificateError(
                f"call {self.position - 1}: the derivation asks for {call}: derive it again")
        return entry

    def _proved(self, entry: Mapping[str, Any], statements: Sequence[Any]) -> tuple[Certificate, ...]:
        numbers = entry["certificates"]
        if len(numbers) != len(statements):
            raise CertificateError(f"call {self.position - 1}: expected {len(statements)} certificates")
        result = []
        for number, claim in zip(numbers, statements, strict=True):
            certificate = read_certificate(self.certificates[number])
            try:
                check_claim(certificate, claim)
            except CertificateError as error:
                raise CertificateError(f"certificate {number}: {error}") from error
            result.append(certificate)
        return tuple(result)


def _first_refuted(witness: Mapping[str, Any], program: LinearProgram, goals: Sequence[Any]) -> None:
    """One of the inequalities of a claim is violated at the witness."""
    for number, goal in enumerate(goals, 1):
        try:
            check_row_witness(witness, program, goal)
            return
        except CertificateError:
            if number == len(goals):
                raise


def _plain(witness: Mapping[Any, Any]) -> dict[str, str]:
    return {str(k): str(v) for k, v in witness.items()}


def _with_symbols(witness: Mapping[str, Any], symbols: Mapping[str, Any]) -> dict[Any, Any]:
    import sympy

    return {symbols.get(k, sympy.Symbol(k)): sympy.Rational(v) for k, v in witness.items()}


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


def derive(paper: Paper, item: Derivation, progress: Callable[[str], None] | None = None) -> Outcome:
    """Run a derivation by search."""
    began = time.perf_counter()
    prover = Searching(progress=progress)
    result = item.run(prover)
    data = {"calls": prover.calls, "certificates": [c.to_data() for c in prover.certificates]}
    return _outcome(paper, item, result, prover, data, time.perf_counter() - began)


def replay(paper: Paper, item: Derivation, data: Mapping[str, Any]) -> Outcome:
    """Run a derivation on stored certificates; CertificateError where one does not hold."""
    began = time.perf_counter()
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else data
        raise CertificateError(f"expected format {FORMAT!r}, got {found!r:.60}")
    try:
        prover = Replaying(calls=list(data["calls"]), certificates=list(data["certificates"]))
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


def claim_data(claim: Claim) -> dict[str, Any]:
    """The JSON form of a claim."""
    return {
        "id": claim.id, "place": claim.place, "printed": claim.printed, "verdict": claim.verdict,
        "witness": None if claim.witness is None else _plain(claim.witness),
        "corrected": claim.corrected, "note": claim.note,
    }


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
