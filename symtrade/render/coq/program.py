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
from symtrade.render.coq.cleared import Value, compare
from symtrade.render.coq.coordinates import NotExpressible
from symtrade.render.coq.lemmas import Book, Needs
from symtrade.render.coq.names import Names, comment
from symtrade.render.coq.signs import add, add_zeros, bracket
from symtrade.render.coq.text import fraction, linear

SENSES = {"<=": "<=", ">=": ">=", "==": "="}
WANT = {"<=": ">=", ">=": ">=", "==": "="}
Pairs = Sequence[tuple[str, Coefficient]]


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
        items = [f"  {name} : R{'' if k + 1 == len(self.fields) else ';'}  {comment(v)}"
                 for k, (v, name) in enumerate(self.fields.items())]
        self.book.add("\n".join(["Record point := Point {", *items, "}."]))
        rows = [f"  {comment(row.name)}\n  forall {self.rows[row.name]} : {self.row_text(row, self.of('x'))},"
                for row in self.program.constraints]
        self.book.add("\n".join([
            f"Inductive feasible {self.binders} (x : point) : Prop := Feasible :", *rows,
            f"  feasible{self.arguments} x."]))
        objective = self.program.objective
        self.book.add(f"Definition objective {self.binders} (x : point) : R :=\n"
                      f"  {self.form_text(objective.coefficients, self.of('x'), objective.constant)}.\n"
                      f"Ltac moved := cbv [objective {' '.join(self.fields.values())}]; identity.")

    def of(self, point: str) -> dict[str, str]:
        """The Coq term of each variable at a point."""
        return {v: f"{name} {point}" for v, name in self.fields.items()}

    def row_text(self, row: Constraint, at: Mapping[str, str]) -> str:
        return (f"{self.form_text(row.coefficients, at)} {SENSES[row.sense]} "
                f"{fraction(row.bound, self.parameters)}")

    def form_text(self, form: Pairs, at: Mapping[str, str], constant: Coefficient = fmpq(0)) -> str:
        text = linear([(c, at[v] if " " not in at[v] else f"({at[v]})") for v, c in form], self.parameters)
        return self.plus(text, constant)

    def plus(self, text: str, constant: Coefficient) -> str:
        """A sum with a constant, if there is one."""
        if not isinstance(constant, RationalFunction) and constant == 0:
            return text
        shown = bracket(fraction(constant, self.parameters))
        return shown if text == "0" else f"{text} + {shown}"

    def point_text(self, pairs: Pairs) -> str:
        given = dict(pairs)
        if unknown := set(given) - set(self.fields):
            raise NotExpressible(f"{min(unknown)!r} does not exist in the program")
        values = [bracket(fraction(given.get(v, fmpq(0)), self.parameters)) for v in self.fields]
        return f"Point {' '.join(values)}" if values else "Point"

    def define_point(self, name: str, pairs: Pairs) -> None:
        self.book.add(f"Definition {name} {self.binders} : point :=\n  {self.point_text(pairs)}.\n"
                      f"Ltac at_{name} := cbv [{name} objective {' '.join(self.fields.values())}]; identity.")

    def denominators(self, more: Sequence[Coefficient] = ()) -> list[Polynomial]:
        """Every denominator of the program (and of further coefficients) that is not a number."""
        rows = self.program.constraints
        values = [c for row in rows for _, c in row.coefficients] + [row.bound for row in rows]
        values += [c for _, c in self.program.objective.coefficients] + [self.program.objective.constant, *more]
        found = {str(v.den): v.den for v in values
                 if isinstance(v, RationalFunction) and not v.den.is_constant()}
        return list(found.values())

    # --- points -----------------------------------------------------------------------------------

    def applied(self, form: Pairs, point: Mapping[str, Coefficient]) -> tuple[Value, Coefficient]:
        """The value of a form at a point, as Coq sees it and reduced."""
        value, reduced = Value(self.program.ring), fmpq(0)
        for v, c in form:
            if v in point:
                value.add(c, point[v])
                reduced = reduced + c * point[v]
        return value, reduced

    def feasible(self, name: str, pairs: Pairs, needs: Needs) -> None:
        """Lemma NAME_feasible: the point satisfies every constraint."""
        point, proofs = dict(pairs), []
        for row in self.program.constraints:
            sign = -1 if row.sense != ">=" else 1
            value, reduced = self.applied([(v, sign * c) for v, c in row.coefficients], point)
            value.add(fmpq(-sign), row.bound)
            slack = reduced - row.bound * sign
            proof = compare(value, slack, WANT[row.sense], needs)
            rule = {"<=": "row_le", ">=": "row_ge", "==": "row_eq"}[row.sense]
            proofs.append(f"  - {comment(row.name)} refine ({rule} {proof}); at_{name}.")
        self.book.add("\n".join([
            f"Lemma {name}_feasible : {self.quantified}{needs.premises()}\n"
            f"  feasible{self.arguments} ({name}{self.arguments}).",
            f"Proof.\n  intros{self.arguments}{needs.intros}. constructor.", *proofs, "Qed."]))

    # --- multipliers ------------------------------------------------------------------------------

    def combination(self, name: str, dual: Pairs, target: Pairs, side: str,
                    constant: Coefficient = fmpq(0)) -> Combination:
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
        return [(k, row.bound * sign) for k, (row, _, sign) in enumerate(self.entries)
                if isinstance(row.bound, RationalFunction) or row.bound != 0]

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
            f"  refine (at_most {'_' if slacks else '0'} ({_shape(texts)}) _ _ {total} "
            f"{add_zeros(zeros) if zeros else 'eq_refl'} _); identity.\nQed.")

    def wanted(self, variable: str) -> Coefficient:
        return self.target.get(variable, fmpq(0))

    def weights(self) -> list[str]:
        """The multipliers as Coq terms."""
        return [bracket(fraction(y, self.writer.parameters)) for _, y, _ in self.entries]

    def weight_proofs(self, needs: Needs) -> list[str]:
        """Why the multipliers of inequalities are nonnegative, and the columns right."""
        ring = self.writer.program.ring
        proofs = [compare(Value(ring).add(y), y, ">=", needs)
                  for row, y, _ in self.entries if row.sense != "=="]
        for v, terms in self.columns().items():
            wanted = self.wanted(v)
            value = Value(ring).add(fmpq(-1), wanted)
            for k, c in terms:
                value.add(c, self.entries[k][1])
            # where something is left, Coq refuses the identity
            proofs.append(compare(value, fmpq(0), "=", needs))
        return proofs

    def bound(self) -> tuple[Value, Coefficient]:
        """The combined bound, as Coq sees it and reduced."""
        value, reduced = Value(self.writer.program.ring), fmpq(0)
        for k, c in [*self.bounds(), (None, self.constant)]:
            y = fmpq(1) if k is None else self.entries[k][1]
            value.add(c, y)
            reduced = reduced + c * y
        return value, reduced

    def bound_text(self) -> str:
        return self.writer.plus(self.text(self.bounds(), self.weights()), self.constant)

    def apply(self, needs: Needs, value: str, equation: str, feasible: str) -> str:
        """The lemma NAME_combine, applied."""
        head = f"{self.name}_combine{self.writer.arguments} x"
        return f"({' '.join([head, *self.weights(), value, *self.weight_proofs(needs), equation, feasible])})"


def _shape(texts: Sequence[str]) -> str:
    """The sum of texts, in the shape that ``add_zeros`` gives it."""
    if len(texts) < 2:
        return texts[0] if texts else "0"
    half = len(texts) // 2
    return f"({_shape(texts[:half])}) + ({_shape(texts[half:])})"
