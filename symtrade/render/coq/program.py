"""A linear program and the evidence of a leaf, as Coq definitions and lemmas about the parameters.

The lemmas take the signs they need as premises; what is left of each is polynomial identities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.render.coq.cleared import Unknowns, Value, compare
from symtrade.render.coq.coordinates import NotExpressible
from symtrade.render.coq.lemmas import Book, Needs
from symtrade.render.coq.names import Names, comment
from symtrade.render.coq.signs import bracket
from symtrade.render.coq.text import AND, fraction, linear

SENSES = {"<=": "<=", ">=": ">=", "==": "="}
WANT = {"<=": ">=", ">=": ">=", "==": "="}
Pairs = Sequence[tuple[str, Coefficient]]


LONG = 120_000  # characters of proof in one lemma, which Coq checks in about two seconds


@dataclass(frozen=True)
class Shown:
    """A statement, its proof, and the signs that the proof takes."""

    statement: str
    proof: str
    needs: Needs


@dataclass
class Writer:
    """Writes the program of a claim.  `parameters` are the Coq names of the parameters."""

    program: LinearProgram
    parameters: tuple[str, ...]
    names: Names
    book: Book
    fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fields = {v: self.names.fresh(v) for v in self.program.variables}
        own = self.names.copy()
        self.rows = {row.name: own.fresh(row.name) for row in self.program.constraints}

    @cached_property
    def binders(self) -> str:
        return f"({' '.join(self.parameters)} : R)" if self.parameters else ""

    @cached_property
    def arguments(self) -> str:
        return "".join(f" {p}" for p in self.parameters)

    @property
    def quantified(self) -> str:
        return f"forall {' '.join(self.parameters)} : R," if self.parameters else ""

    # --- definitions ------------------------------------------------------------------------------

    def define(self) -> None:
        """The point, the constraints and the objective."""
        items = [
            f"  {name} : R{'' if k + 1 == len(self.fields) else ';'}  {comment(v)}"
            for k, (v, name) in enumerate(self.fields.items())
        ]
        self.book.add("\n".join(["Record point := Point {", *items, "}."]))
        rows = [
            f"  {comment(row.name)}\n  forall {self.rows[row.name]} : {self.row_text(row, self.of('x'))},"
            for row in self.program.constraints
        ]
        self.book.add(
            "\n".join(
                [
                    f"Inductive feasible {self.binders} (x : point) : Prop := Feasible :",
                    *rows,
                    f"  feasible{self.arguments} x.",
                ]
            )
        )
        objective = self.program.objective
        self.book.add(
            f"Definition objective {self.binders} (x : point) : R :=\n"
            f"  {self.form_text(objective.coefficients, self.of('x'), objective.constant)}.\n"
            f"Ltac moved := cbv [objective {' '.join(self.fields.values())}]; identity."
        )

    def of(self, point: str) -> dict[str, str]:
        """The Coq term of each variable at a point."""
        return {v: f"{name} {point}" for v, name in self.fields.items()}

    def row_text(self, row: Constraint, at: Mapping[str, str]) -> str:
        return (
            f"{self.form_text(row.coefficients, at)} {SENSES[row.sense]} "
            f"{fraction(row.bound, self.parameters)}"
        )

    def form_text(self, form: Pairs, at: Mapping[str, str], constant: Coefficient = 0) -> str:
        """A linear form at a point, plus a constant."""
        text = linear([(c, at[v] if " " not in at[v] else f"({at[v]})") for v, c in form], self.parameters)
        return self.plus(text, constant)

    def plus(self, text: str, constant: Coefficient) -> str:
        """A sum with a constant, if there is one."""
        if not isinstance(constant, RationalFunction) and constant == 0:
            return text
        shown = bracket(fraction(constant, self.parameters))
        return shown if text == "0" else f"{text} + {shown}"

    def point_text(self, pairs: Pairs, unknowns: Unknowns | None = None) -> str:
        """The point with these coefficients, the rest 0."""
        given = dict(pairs)
        if strange := set(given) - set(self.fields):
            raise NotExpressible(f"{min(strange)!r} does not exist in the program")
        shown = unknowns or Unknowns()
        values = [shown.text(given.get(v, fmpq(0)), self.parameters) for v in self.fields]
        return f"(Point {' '.join(values)})" if values else "Point"

    def define_point(self, name: str, pairs: Pairs) -> None:
        self.book.add(
            f"Definition {name} {self.binders} : point :=\n  {self.point_text(pairs)}.\n"
            f"Ltac at_{name} := cbv [{name} objective {' '.join(self.fields.values())}]; identity."
        )

    def state(
        self,
        name: str,
        unknowns: Unknowns,
        needs: Needs,
        general: str,
        special: str,
        script: str,
        more: str = "",
    ) -> None:
        """Lemma `name`, first with unknowns in the place of quotients.  `general` and `special` are the
        two forms of its conclusion; `script` proves the first, with `more` introduced."""
        inner = needs.intros
        intros = f"  intros{self.arguments}{{}}{inner}{unknowns.intros}{more}."
        if not unknowns.values:
            self.book.add(
                f"Lemma {name} : {self.quantified}{needs.premises()}\n  {special}.\n"
                f"Proof.\n{intros.format('')}\n{script}\nQed."
            )
            return
        variables = f"{self.arguments}{unknowns.variables}"
        self.book.add(
            f"Lemma {name}_of : forall{variables} : R,{needs.premises()}"
            f"{unknowns.premises(self.parameters)}\n  {general}.\n"
            f"Proof.\n{intros.format(unknowns.variables)}\n{script}\nQed."
        )
        proofs = unknowns.proofs(needs)  # may need more signs
        self.book.add(
            f"Lemma {name} : {self.quantified}{needs.premises()}\n  {special}.\n"
            f"Proof.\n  intros{self.arguments}{needs.intros}.\n"
            f"  exact ({name}_of{self.arguments}{unknowns.instances(self.parameters)}{inner}{proofs}).\nQed."
        )

    def denominators(self, more: Sequence[Coefficient] = ()) -> list[Polynomial]:
        """Every denominator of the program (and of further coefficients) that is not a number."""
        rows = self.program.constraints
        values = [c for row in rows for _, c in row.coefficients] + [row.bound for row in rows]
        values += [c for _, c in self.program.objective.coefficients] + [
            self.program.objective.constant,
            *more,
        ]
        found = {
            str(v.den): v.den for v in values if isinstance(v, RationalFunction) and not v.den.is_constant()
        }
        return list(found.values())

    # --- points -----------------------------------------------------------------------------------

    def applied(
        self, form: Pairs, point: Mapping[str, Coefficient], unknowns: Unknowns
    ) -> tuple[Value, Coefficient]:
        """The value of a form at a point, as Coq sees it and reduced."""
        value, reduced = Value(self.program.ring, unknowns), fmpq(0)
        for v, c in form:
            if v in point:
                value.add((c,), (point[v],))
                reduced = reduced + c * point[v]
        return value, reduced

    def feasible(self, name: str, pairs: Pairs, needs: Needs) -> None:
        """Lemma NAME_feasible: the point satisfies every constraint."""
        point, facts = dict(pairs), []
        unknowns = Unknowns().collect([c for _, c in pairs])
        at = {v: unknowns.text(point.get(v, fmpq(0)), self.parameters) for v in self.fields}
        for row in self.program.constraints:
            sign = -1 if row.sense != ">=" else 1
            value, reduced = self.applied([(v, sign * c) for v, c in row.coefficients], point, unknowns)
            value.add((fmpq(-sign), row.bound))
            here = needs.fresh()
            proof = compare(value, reduced - row.bound * sign, WANT[row.sense], here)
            rule = {"<=": "row_le", ">=": "row_ge", "==": "row_eq"}[row.sense]
            facts.append(Shown(self.row_text(row, at), f"({rule} {proof})", here))
        setup, terms = self.grouped(f"{name}_rows", unknowns, needs, facts)
        # the goals name the point; written out in each of them, a long one would fill the memory
        start, tactic = [], f"at_{name}"
        if unknowns.values:
            start, tactic = [f"  set (x := {self.point_text(pairs, unknowns)})."], "unfold x; moved"
        proofs = [
            f"  - {comment(row.name)} refine {term}; {tactic}."
            for row, term in zip(self.program.constraints, terms, strict=True)
        ]
        self.state(
            f"{name}_feasible",
            unknowns,
            needs,
            f"feasible{self.arguments} {self.point_text(pairs, unknowns)}",
            f"feasible{self.arguments} ({name}{self.arguments})",
            "\n".join([*setup, *start, "  constructor.", *proofs]),
        )

    def grouped(
        self, name: str, unknowns: Unknowns, needs: Needs, facts: Sequence[Shown]
    ) -> tuple[list[str], list[str]]:
        """Proofs of facts for a lemma that has `needs`.  Long ones become lemmas NAME_0, ... of
        several facts each; the first answer is the steps that take these apart."""
        for fact in facts:
            needs.used |= fact.needs.used
        if sum(len(fact.proof) for fact in facts) <= LONG:
            return [], [fact.proof for fact in facts]
        steps: list[str] = []
        terms: list[str] = []
        group: list[Shown] = []
        for k, fact in enumerate(facts):
            group.append(fact)
            if sum(len(f.proof) for f in group) > LONG / 2 or k + 1 == len(facts):
                here = needs.fresh()
                for f in group:
                    here.used |= f.needs.used
                lemma = f"{name}_{len(steps)}"
                names = [f"G{k - len(group) + 1 + i}" for i in range(len(group))]
                claim = AND.join(f"({f.statement})" for f in group)
                intros = f"{self.arguments}{unknowns.variables}{here.intros}{unknowns.intros}"
                self.book.add(
                    f"Lemma {lemma} : forall{self.arguments}{unknowns.variables} : R,{here.premises()}"
                    f"{unknowns.premises(self.parameters)}\n  {claim}.\n"
                    f"Proof.\n  intros{intros}.\n"
                    f"  refine {conjunction([f.proof for f in group])}; identity.\nQed."
                )
                steps.append(
                    f"  pose proof ({lemma}{intros}) as ({' & '.join(names)})."
                    if len(names) > 1
                    else f"  pose proof ({lemma}{intros}) as {names[0]}."
                )
                terms += names
                group = []
        return steps, terms


def conjunction(proofs: Sequence[str]) -> str:
    """The proof of a conjunction."""
    if len(proofs) == 1:
        return proofs[0]
    return f"(conj {proofs[0]} {conjunction(proofs[1:])})"
