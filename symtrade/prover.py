"""Provers: what a derivation asks, answered by search or from stored certificates.

In ``derive`` the prover searches and keeps every certificate; in ``check`` it replays stored
certificates, and the search is never imported.  Both run the same model code, so a certificate is
always compared with the statement rebuilt from it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from symtrade.forms.solution import FormCache, shown
from symtrade.kernel.certificate import CertificateError, Empty, Implication, Optimum
from symtrade.kernel.charts import Charts
from symtrade.kernel.check import check_claim
from symtrade.kernel.evidence import Evidence, Statement
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.kernel.program import LinearProgram
from symtrade.kernel.verdict import Proved, Refuted, Unknown, Verdict
from symtrade.kernel.witness import check_point_witness, check_row_witness
from symtrade.model.claims import Known, clauses, implication_statement, refuse_undefined
from symtrade.model.errors import UndefinedExpression
from symtrade.model.relations import as_tuple

if TYPE_CHECKING:
    from symtrade.solve.explored import Explored


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


def claim_data(claim: Claim) -> dict[str, Any]:
    """The JSON form of a claim."""
    return {
        "id": claim.id, "place": claim.place, "printed": claim.printed, "verdict": claim.verdict,
        "witness": None if claim.witness is None else _plain(claim.witness),
        "corrected": claim.corrected, "note": claim.note,
    }


class Prover(Protocol):
    """What a derivation may ask for."""

    def solve(self, program: LinearProgram) -> PiecewiseSolution:
        """The certified optimum; infeasible and unbounded programs are returned, not raised."""

    def prove(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = ()) -> Verdict:
        """A verdict that does not touch the result's own (say, on which of several cases holds)."""

    def implies(self, constraints: Iterable[Any] | LinearProgram, claim: Any, assuming: Any = None,
                variables: Sequence[Any] | None = None) -> Verdict:
        """Does a linear claim follow from constraints?"""

    def answer(self, question: Statement) -> Verdict:
        """A statement of the kernel, of any kind of evidence: Proved with its certificate, or
        Unknown."""

    def proposal(self, search: Callable[[], Any]) -> Any:
        """What a search finds (data of JSON), kept for those who check: it proves nothing, and later
        questions must prove what is claimed of it."""

    def establish(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = (),
                  constraints: Iterable[Any] | None = None) -> Verdict:
        """A claim that the result stands on: if it is not proved, neither is the result.  With
        `constraints` the claim is linear in their variables and must follow from them; a statement
        of the kernel is answered."""

    def judge(self, id: str, place: str, printed: str, reads: Any, assuming: Any = (),
              parameters: Sequence[Any] = (), corrected: tuple[str, Any] | None = None,
              constraints: Iterable[Any] | None = None, note: str = "", against: Any = None) -> Claim:
        """Judge a printed claim.  `printed` is its LaTeX, `reads` what it says as printed (a
        relation, or linear in the variables where `constraints` are given, or a statement of the
        kernel; ``sympy.nan`` where the print says nothing definite); `corrected` is LaTeX and
        meaning of the corrected form, which must hold where the print does not; `note` is said
        beside the verdict.  `against` contradicts the print: where it is proved, the print is
        refuted (for claims that no values of parameters can refute)."""


@dataclass
class _Judging(ABC):
    """What searching and replaying share: establishing, judging, keeping the record."""

    claims: list[Claim] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @abstractmethod
    def prove(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = ()) -> Verdict: ...

    @abstractmethod
    def implies(self, constraints: Iterable[Any] | LinearProgram, claim: Any, assuming: Any = None,
                variables: Sequence[Any] | None = None) -> Verdict: ...

    @abstractmethod
    def answer(self, question: Statement) -> Verdict: ...

    def establish(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = (),
                  constraints: Iterable[Any] | None = None) -> Verdict:
        verdict = self._verdict(claim, assuming, parameters, constraints)
        self._expect(verdict, claim)
        return verdict

    def _verdict(self, claim: Any, assuming: Any, parameters: Sequence[Any],
                 constraints: Iterable[Any] | None) -> Verdict:
        if isinstance(claim, Statement):
            return self.answer(claim)
        refuse_undefined(claim)
        if constraints is not None:
            return self.implies(constraints, claim, assuming or None)
        return self.prove(claim, assuming, parameters)

    def _read(self, reads: Any, against: Any, assuming: Any, parameters: Sequence[Any],
              constraints: Iterable[Any] | None) -> Verdict:
        if against is None:
            return self._verdict(reads, assuming, parameters, constraints)
        found = self._verdict(against, assuming, parameters, constraints)
        if isinstance(found, Proved):
            return Refuted({}, "its opposite is proved")
        return Unknown(found.reason)

    def _expect(self, verdict: Verdict, what: Any) -> None:
        if isinstance(verdict, Refuted):
            self.failures.append(f"refuted: {_brief(what)} fails at {_plain(verdict.witness)}")
        elif isinstance(verdict, Unknown):
            self.failures.append(f"unknown: {_brief(what)}: {verdict.reason}")

    def judge(self, id: str, place: str, printed: str, reads: Any, assuming: Any = (),
              parameters: Sequence[Any] = (), corrected: tuple[str, Any] | None = None,
              constraints: Iterable[Any] | None = None, note: str = "", against: Any = None) -> Claim:
        witness, why = None, ""
        try:
            found = self._read(reads, against, assuming, parameters, constraints)
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
    certificates: list[Evidence] = field(default_factory=list)
    answers: dict[Any, tuple[Verdict, dict[str, Any]]] = field(default_factory=dict)  # questions seen

    @cached_property
    def explored(self) -> Explored:
        """What the searches share."""
        from symtrade.solve.explored import Explored

        return Explored()

    @cached_property
    def forms(self) -> FormCache:
        return FormCache(self.explored.charts)

    def solve(self, program: LinearProgram) -> PiecewiseSolution:
        from symtrade.solve.errors import NoOptimum
        from symtrade.solve.optimum import solve

        try:
            solution = solve(program, progress=self.progress, explored=self.explored)
        except NoOptimum as outcome:
            solution = outcome.solution
        solution = shown(solution.certificate, self.forms)
        self._keep("solve", Proved((solution.certificate,)))
        return solution

    def prove(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = ()) -> Verdict:
        from symtrade.solve.claims import prove

        question = (claim, as_tuple(assuming), as_tuple(parameters))
        if question in self.answers:
            verdict, entry = self.answers[question]
            self.calls.append(entry)
            return verdict
        verdict = self._keep("prove", prove(claim, assuming, parameters, explored=self.explored))
        self.answers[question] = verdict, self.calls[-1]
        return verdict

    def implies(self, constraints: Iterable[Any] | LinearProgram, claim: Any, assuming: Any = None,
                variables: Sequence[Any] | None = None) -> Verdict:
        from symtrade.solve.claims import implies

        return self._keep("implies", implies(constraints, claim, assuming, variables, explored=self.explored))

    def answer(self, question: Statement) -> Verdict:
        from symtrade.solve.answers import answer

        return self._keep("answer", answer(question, self.progress))

    def proposal(self, search: Callable[[], Any]) -> Any:
        found = search()
        self.calls.append({"call": "proposal", "data": found})
        return found

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
class Memory:
    """What the replays of one run share, so that nothing is read, verified or looked for twice:
    assumptions, charts and natural forms.  It makes no answer another one."""

    assumptions: Known = field(default_factory=dict)
    charts: Charts = field(default_factory=Charts)
    forms: FormCache = field(init=False)

    def __post_init__(self) -> None:
        self.forms = FormCache(self.charts)


@dataclass
class Replaying(_Judging):
    """A prover that answers from stored certificates, each checked against the rebuilt statement."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    certificates: list[Any] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    position: int = 0
    checked: dict[int, tuple[Statement, Any]] = field(default_factory=dict)  # certificates that passed

    def solve(self, program: LinearProgram) -> PiecewiseSolution:
        (certificate,) = self._proved(self._next("solve"), (Optimum(program),))
        return shown(certificate, self.memory.forms)

    def prove(self, claim: Any, assuming: Any = (), parameters: Sequence[Any] = ()) -> Verdict:
        symbols, obligations = clauses(claim, assuming, parameters, self.memory.assumptions)
        entry = self._next("prove")
        if entry["verdict"] == "proved":
            return Proved(self._proved(entry, tuple(Empty(o.region) for o in obligations)))
        if entry["verdict"] == "refuted":
            check_point_witness(entry["witness"], [o.region for o in obligations])
            return Refuted(_with_symbols(entry["witness"], symbols), entry["reason"])
        return Unknown(entry["reason"])

    def implies(self, constraints: Iterable[Any] | LinearProgram, claim: Any, assuming: Any = None,
                variables: Sequence[Any] | None = None) -> Verdict:
        program, goals = implication_statement(constraints, claim, assuming, variables)
        entry = self._next("implies")
        if entry["verdict"] == "proved":
            return Proved(self._proved(entry, tuple(Implication(program, goal) for goal in goals)))
        if entry["verdict"] == "refuted":
            _first_refuted(entry["witness"], program, goals)
            return Refuted(_with_symbols(entry["witness"], program.symbols), entry["reason"])
        return Unknown(entry["reason"])

    def answer(self, question: Statement) -> Verdict:
        entry = self._next("answer")
        if entry["verdict"] == "proved":
            return Proved(self._proved(entry, (question,)))
        return Unknown(entry["reason"])

    def proposal(self, search: Callable[[], Any]) -> Any:  # noqa: ARG002  it is not searched again
        return self._next("proposal")["data"]

    def _next(self, call: str) -> dict[str, Any]:
        if self.position >= len(self.calls):
            raise CertificateError("the derivation asks for more than the file holds: derive it again")
        entry = self.calls[self.position]
        self.position += 1
        if not isinstance(entry, dict) or entry.get("call") != call:
            raise CertificateError(
                f"call {self.position - 1}: the derivation asks for {call}: derive it again")
        return entry

    def _proved(self, entry: Mapping[str, Any], statements: Sequence[Statement]) -> tuple[Any, ...]:
        numbers = entry["certificates"]
        if len(numbers) != len(statements):
            raise CertificateError(f"call {self.position - 1}: expected {len(statements)} certificates")
        result = []
        for number, claim in zip(numbers, statements, strict=True):
            if number not in self.checked or self.checked[number][0] != claim:
                try:
                    found = check_claim(self.certificates[number], claim, self.memory.charts)
                except CertificateError as error:
                    raise CertificateError(f"certificate {number}: {error}") from error
                self.checked[number] = claim, found
            result.append(self.checked[number][1])
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


def _brief(what: Any) -> str:
    """A claim in a message: a statement of the kernel only by its kind."""
    return f"a statement of kind {what.to_data()['kind']}" if isinstance(what, Statement) else str(what)


def _plain(witness: Mapping[Any, Any]) -> dict[str, str]:
    return {str(k): str(v) for k, v in witness.items()}


def _with_symbols(witness: Mapping[str, Any], symbols: Mapping[str, Any]) -> dict[Any, Any]:
    import sympy

    return {symbols.get(k, sympy.Symbol(k)): sympy.Rational(v) for k, v in witness.items()}
