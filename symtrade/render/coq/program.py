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
from symtrade.render.coq.cleared import Unknowns, Value, balanced, compare
from symtrade.render.coq.coordinates import NotExpressible
from symtrade.render.coq.lemmas import Book, Needs
from symtrade.render.coq.names import Names, comment
from symtrade.render.coq.signs import add, add_zeros, bracket
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

    # --- multipliers ------------------------------------------------------------------------------

    def combination(
        self, name: str, dual: Pairs, target: Pairs, side: str, constant: Coefficient = 0
    ) -> Combination:
        """How the multipliers combine the constraints to ``target side ...``."""
        entries = []
        for label, y in dual:
            if label not in self.program.row:
                raise NotExpressible(f"{label!r} does not exist in the program")
            row = self.program.row[label]
            sign = 1 if row.sense in (side, "==") else -1
            entries.append((row, y * sign, sign))
        return Combination(self, name, entries, dict(target), side, constant)


@dataclass
class Combination:
    """Constraints times multipliers w >= 0 (of any sign for equalities); ``sign`` is that of the
    constraint in the sum, so that the columns are ``sum of sign * w * coefficient``."""

    writer: Writer
    name: str
    entries: list[tuple[Constraint, Coefficient, int]]
    target: dict[str, Coefficient]
    side: str
    constant: Coefficient = field(default_factory=lambda: fmpq(0))

    def columns(self) -> dict[str, list[tuple[int, Coefficient]]]:
        found: dict[str, list[tuple[int, Coefficient]]] = {}
        for k, (row, _, sign) in enumerate(self.entries):
            for v, c in row.coefficients:
                found.setdefault(v, []).append((k, c * sign))
        for v in self.target:
            found.setdefault(v, [])
        return {v: found[v] for v in self.writer.program.variables if v in found}

    def text(self, terms: Sequence[tuple[int, Coefficient]], weights: Sequence[str]) -> str:
        return linear([(c, weights[k]) for k, c in terms], self.writer.parameters)

    def bounds(self) -> list[tuple[int, Coefficient]]:
        return [
            (k, row.bound * sign)
            for k, (row, _, sign) in enumerate(self.entries)
            if isinstance(row.bound, RationalFunction) or row.bound != 0
        ]

    def combine(self) -> None:
        """Lemma NAME_combine: nonnegative multipliers whose columns are the target's bound it."""
        w = self.writer
        weights = [f"w{k}" for k in range(len(self.entries))]
        x, at_most = w.of("x"), self.side == "<="
        premises, intros, slacks = [], [], []
        position = {row.name: k for k, row in enumerate(w.program.constraints)}
        for k, (row, _, _) in enumerate(self.entries):
            rule = {"<=": "slack_le", ">=": "slack_ge", "==": "slack_eq"}[row.sense]
            fact = f"({rule} F{position[row.name]})"
            if row.sense == "==":
                slacks.append((f"(weak_zero (times_zero ({'' if at_most else '- '}w{k}) {fact}))", ">="))
                continue
            premises.append(f"0 <= w{k}")
            intros.append(f"W{k}")
            slacks.append((f"(times_nn W{k} {fact})", ">="))
        zeros, texts = [], []
        for k, (v, terms) in enumerate(self.columns().items()):
            column = f"{self.text(terms, weights)} - {bracket(fraction(self.wanted(v), w.parameters))}"
            premises.append(f"{column} = 0")
            intros.append(f"C{k}")
            factor = f"({x[v]})" if at_most else f"(- ({x[v]}))"
            zeros.append(f"(times_zero {factor} C{k})")
            texts.append(f"{factor} * ({column})")
        premises.append(f"{w.plus(self.text(self.bounds(), weights), self.constant)} = v")
        form = w.form_text(list(self.target.items()), x, self.constant)
        shown = " ".join([*weights, "v"])
        rows = " ".join(f"F{k}" for k in range(len(w.program.constraints)))
        body = "".join(f"\n  {p} ->" for p in premises)
        total = add(slacks)[0] if slacks else "(weak_zero eq_refl)"
        w.book.add(
            f"Lemma {self.name}_combine : forall{w.arguments} (x : point) ({shown} : R),{body}\n"
            f"  feasible{w.arguments} x ->\n  {f'{form} <= v' if at_most else f'v <= {form}'}.\n"
            f"Proof.\n  intros{w.arguments} x {shown} {' '.join(intros)} <- [{rows}].\n"
            f"  refine (at_most {'_' if slacks else '0'} ({balanced(texts)}) _ _ {total} "
            f"{add_zeros(zeros) if zeros else 'eq_refl'} _); identity.\nQed."
        )

    def wanted(self, variable: str) -> Coefficient:
        return self.target.get(variable, fmpq(0))

    def weights(self, unknowns: Unknowns) -> list[str]:
        """The multipliers as Coq terms."""
        return [unknowns.text(y, self.writer.parameters) for _, y, _ in self.entries]

    def values(self) -> list[Coefficient]:
        return [y for _, y, _ in self.entries]

    def weight_proofs(self, needs: Needs, unknowns: Unknowns) -> tuple[list[str], list[str]]:
        """Why the multipliers of inequalities are nonnegative, and the columns right."""
        ring, facts = self.writer.program.ring, []
        weights = self.weights(unknowns)
        for (row, y, _), w in zip(self.entries, weights, strict=True):
            if row.sense != "==":
                here = needs.fresh()
                facts.append(
                    Shown(f"0 <= {w}", compare(Value(ring, unknowns).add((), (y,)), y, ">=", here), here)
                )
        for v, terms in self.columns().items():
            value, here = Value(ring, unknowns).add((fmpq(-1), self.wanted(v))), needs.fresh()
            for k, c in terms:
                value.add((c,), (self.entries[k][1],))
            # where something is left, Coq refuses the identity
            wanted = bracket(fraction(self.wanted(v), self.writer.parameters))
            facts.append(
                Shown(f"{self.text(terms, weights)} - {wanted} = 0", compare(value, fmpq(0), "=", here), here)
            )
        return self.writer.grouped(f"{self.name}_weights", unknowns, needs, facts)

    def bound(self, unknowns: Unknowns) -> tuple[Value, Coefficient]:
        """The combined bound, as Coq sees it and reduced."""
        value, reduced = Value(self.writer.program.ring, unknowns), fmpq(0)
        for k, c in [*self.bounds(), (None, self.constant)]:
            y = fmpq(1) if k is None else self.entries[k][1]
            value.add((c,), (y,))
            reduced = reduced + c * y
        return value, reduced

    def bound_text(self, unknowns: Unknowns) -> str:
        return self.writer.plus(self.text(self.bounds(), self.weights(unknowns)), self.constant)

    def apply(self, needs: Needs, unknowns: Unknowns, value: str, equation: str) -> tuple[str, str]:
        """The lemma NAME_combine, applied to a feasible x; and the steps that come before."""
        setup, proofs = self.weight_proofs(needs, unknowns)
        head = f"{self.name}_combine{self.writer.arguments} x"
        return (
            f"({' '.join([head, *self.weights(unknowns), value, *proofs, equation, 'F'])})",
            "".join(f"{step}\n" for step in setup),
        )


def conjunction(proofs: Sequence[str]) -> str:
    """The proof of a conjunction."""
    if len(proofs) == 1:
        return proofs[0]
    return f"(conj {proofs[0]} {conjunction(proofs[1:])})"
