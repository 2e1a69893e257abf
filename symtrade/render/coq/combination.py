"""Constraints times multipliers, added up: the Coq lemmas by which a dual bounds a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, RationalFunction
from symtrade.kernel.program import Constraint
from symtrade.render.coq.cleared import Unknowns, Value, balanced, compare
from symtrade.render.coq.coordinates import NotExpressible
from symtrade.render.coq.lemmas import Needs
from symtrade.render.coq.program import Pairs, Shown, Writer
from symtrade.render.coq.signs import add, add_zeros, bracket
from symtrade.render.coq.text import fraction, linear


def combination(writer: Writer, name: str, dual: Pairs, target: Pairs, side: str,
                constant: Coefficient = 0) -> Combination:
    """How the multipliers combine the constraints to ``target side ...``; NotExpressible where there is
    no such constraint."""
    entries = []
    for label, y in dual:
        if label not in writer.program.row:
            raise NotExpressible(f"{label!r} does not exist in the program")
        row = writer.program.row[label]
        sign = 1 if row.sense in (side, "==") else -1
        entries.append((row, y * sign, sign))
    return Combination(writer, name, entries, dict(target), side, constant)


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
            left = -self.wanted(v)
            for k, c in terms:
                value.add((c,), (self.entries[k][1],))
                left = left + c * self.entries[k][1]
            wanted = bracket(fraction(self.wanted(v), self.writer.parameters))
            facts.append(
                Shown(f"{self.text(terms, weights)} - {wanted} = 0", compare(value, left, "=", here), here)
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
