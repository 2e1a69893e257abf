"""The evidence of the leaves: lemmas about the parameters, and what they give at a node."""

from __future__ import annotations

from flint import fmpq

from symtrade.kernel.certificate import Certificate, Implication, Leaf
from symtrade.kernel.polynomial import Polynomial
from symtrade.render.coq.cleared import Unknowns, Value, compare, nonvanishing
from symtrade.render.coq.combination import combination
from symtrade.render.coq.coordinates import NotExpressible
from symtrade.render.coq.lemmas import Book, Needs
from symtrade.render.coq.program import Pairs, Writer, conjunction
from symtrade.render.coq.signs import Known
from symtrade.render.coq.text import polynomial

Path = tuple[tuple[Polynomial, str, int], ...]


def merge(value: Value, other: Value, sign: int) -> Value:
    """Adds (or subtracts) another value."""
    for key, (top, scale) in other.terms.items():
        old, n = value.terms.get(key, (value.ring.zero, 1))
        value.terms[key] = (old * scale + top * (sign * n), n * scale)
    value.quotients.update(other.quotients)
    return value


class Evidence:
    """Writes the leaves of an implication: the constraint that follows, in full."""

    conclusion = "claim"

    def __init__(self, certificate: Certificate, writer: Writer) -> None:
        self.certificate, self.writer = certificate, writer

    @property
    def book(self) -> Book:
        return self.writer.book

    def needs(self, known: Known) -> Needs:
        return Needs(self.book, known, self.writer.parameters)

    def define(self) -> None:
        """The statement: no denominator vanishes, and the constraint holds at every feasible point."""
        claim = self.certificate.claim
        assert isinstance(claim, Implication)
        w, goal = self.writer, claim.constraint
        self.denominators = w.denominators([goal.bound, *(c for _, c in goal.coefficients)])
        parts = [f"{polynomial(d, w.parameters)} <> 0" for d in self.denominators]
        parts.append(f"(forall x, feasible{w.arguments} x ->\n    {w.row_text(goal, w.of('x'))})")
        self.book.add(f"Definition claim {w.binders} : Prop :=\n  " + " /\\\n  ".join(parts) + ".")

    def finish(self) -> None:
        """All leaves are done."""

    def leaf(self, number: int, leaf: Leaf, known: Known, path: Path) -> str:
        """The step that closes a leaf."""
        del path
        name, needs = f"leaf_{number}", self.needs(known)
        defined = self.defined(name, needs)
        here = needs.fresh()
        if leaf.kind == "infeasible":
            self.infeasible(name, leaf, here)
            term = f"(fun x F => False_ind _ ({here.applied(f'{name}_infeasible')} x F))"
        elif leaf.kind == "bound":
            self._bound(name, leaf, here)
            term = here.applied(f"{name}_bound")
        else:
            raise NotExpressible(f"a leaf {leaf.kind!r} says nothing of an implication")
        return f"exact {conjunction([*defined, term])}."

    def _bound(self, name: str, leaf: Leaf, needs: Needs) -> None:
        """Lemma NAME_bound: the constraint holds at every feasible point."""
        claim = self.certificate.claim
        assert isinstance(claim, Implication)
        w, goal = self.writer, claim.constraint
        side = ">=" if goal.sense == ">=" else "<="
        added = combination(w, name, leaf.dual, goal.coefficients, side)
        added.combine()
        unknowns = Unknowns().collect(added.values())
        value, reduced = added.bound(unknowns)
        combined, setup = added.apply(
            needs, unknowns, f"({added.bound_text(unknowns)})", "eq_refl"
        )
        sign = 1 if side == ">=" else -1
        gap = merge(Value(w.program.ring, unknowns).add((fmpq(-sign), goal.bound)), value, sign)
        better = f"(row_le {compare(gap, (reduced - goal.bound) * sign, '>=', needs)})"
        proof = (
            f"(Rle_ge _ _ (Rle_trans _ _ _ {better} {combined}))"
            if side == ">="
            else f"(Rle_trans _ _ _ {combined} {better})"
        )
        goal_text = f"forall x, feasible{w.arguments} x ->\n  {w.row_text(goal, w.of('x'))}"
        w.state(
            f"{name}_bound",
            unknowns,
            needs,
            goal_text,
            goal_text,
            f"{setup}  refine {proof}; identity.",
            " x F",
        )

    # --- shared by all claims about programs ------------------------------------------------------

    def defined(self, name: str, needs: Needs) -> list[str]:
        """Proofs that no denominator of the program vanishes at a node."""
        return [
            self.nonzero(f"{name}_defined_{k}", d, needs.fresh()) for k, d in enumerate(self.denominators)
        ]

    def nonzero(self, lemma: str, d: Polynomial, needs: Needs) -> str:
        """A lemma that a denominator does not vanish, applied at a node."""
        w, proof = self.writer, nonvanishing(d, needs)
        self.book.add(
            f"Lemma {lemma} : {w.quantified}{needs.premises()}\n  {polynomial(d, w.parameters)} <> 0.\n"
            f"Proof. intros{w.arguments}{needs.intros}. exact {proof}. Qed."
        )
        return needs.applied(lemma)

    def infeasible(self, name: str, leaf: Leaf, needs: Needs) -> None:
        """Lemma NAME_infeasible: the multipliers give 0 >= bound > 0."""
        w = self.writer
        added = combination(w, name, leaf.dual, (), ">=")
        added.combine()
        unknowns = Unknowns().collect(added.values())
        value, reduced = added.bound(unknowns)
        combined, setup = added.apply(
            needs, unknowns, f"({added.bound_text(unknowns)})", "eq_refl"
        )
        gap = compare(value, reduced, ">", needs) if leaf.dual else "(_ : 0 < 0)"
        goal = f"infeasible (feasible{w.arguments})"
        w.state(
            f"{name}_infeasible",
            unknowns,
            needs,
            goal,
            goal,
            f"{setup}  refine (nowhere {gap}\n    {combined}); identity.",
            " x F",
        )

    def optimal(self, name: str, leaf: Leaf, needs: Needs) -> str:
        """Lemmas NAME_feasible and NAME_bound; returns the proof that the point is optimal."""
        w, program = self.writer, self.writer.program
        side = "<=" if program.sense == "max" else ">="
        feasible = self.point(name, leaf.primal, needs)
        here = needs.fresh()
        added = combination(
            w, name, leaf.dual, program.objective.coefficients, side, program.objective.constant
        )
        added.combine()
        unknowns = Unknowns().collect([*added.values(), *(c for _, c in leaf.primal)])
        value, bound = added.bound(unknowns)
        best, reached = w.applied(program.objective.coefficients, dict(leaf.primal), unknowns)
        value = merge(value, best.add((program.objective.constant,)), -1)
        gap = bound - reached - program.objective.constant
        equation = f"(equal {compare(value, gap, '=', here)})"
        general = f"(objective{w.arguments} {w.point_text(leaf.primal, unknowns)})"
        special = f"(objective{w.arguments} ({name}{w.arguments}))"
        combined, setup = added.apply(here, unknowns, general if unknowns.values else special, equation)
        goals = [
            f"forall x, feasible{w.arguments} x ->\n  "
            + (f"objective{w.arguments} x <= {at}" if side == "<=" else f"{at} <= objective{w.arguments} x")
            for at in (general, special)
        ]
        tactic = "moved" if unknowns.values else f"at_{name}"
        general, special = goals
        script = f"{setup}  refine {combined}; {tactic}."
        w.state(f"{name}_bound", unknowns, here, general, special, script, " x F")
        point = self.at_node(name)
        return f"(conj (ex_intro _ {point} (conj {feasible} eq_refl)) {here.applied(f'{name}_bound')})"

    def point(self, name: str, pairs: Pairs, needs: Needs) -> str:
        """A point and its feasibility, proved at a node."""
        here = needs.fresh()
        self.writer.define_point(name, pairs)
        self.writer.feasible(name, pairs, here)
        return here.applied(f"{name}_feasible")

    def at_node(self, name: str) -> str:
        """A definition, at the coordinates of a node."""
        images = self.book.at.images
        return f"({' '.join([name, *images])})" if images else name

    def unbounded(self, name: str, leaf: Leaf, needs: Needs) -> str:
        """Lemma NAME_unbounded: from the point along the ray."""
        w, program = self.writer, self.writer.program
        self.writer.define_point(name, leaf.primal)
        ray, up = f"{name}_ray", program.sense == "max"
        w.define_point(ray, leaf.ray)
        here = needs.fresh()
        w.feasible(name, leaf.primal, here)
        inner, direction = here.intros, dict(leaf.ray)
        texts = [w.form_text(row.coefficients, w.of(f"({ray}{w.arguments})")) for row in program.constraints]
        steps = []
        for k, row in enumerate(program.constraints):
            sign = 1 if row.sense == ">=" else -1
            value, reduced = w.applied([(v, c * sign) for v, c in row.coefficients], direction, Unknowns())
            want = "=" if row.sense == "==" else ">="
            proof = compare(value, reduced, want, here)
            rule = {"<=": "row_le", ">=": "row_ge", "==": "row_eq"}[row.sense]
            lemma = {"<=": "along_le", ">=": "along_ge", "==": "along_eq"}[row.sense]
            relation = {"<=": "<=", ">=": ">=", "==": "="}[row.sense]
            steps.append(
                f"  - refine ({lemma} _ _ F{k} ({rule} {proof} : {texts[k]} {relation} 0) S _); at_{ray}."
            )
        value, reduced = w.applied(
            [(v, c if up else -c) for v, c in program.objective.coefficients], direction, Unknowns()
        )
        gain = w.form_text(program.objective.coefficients, w.of(f"({ray}{w.arguments})"))
        better = compare(value, reduced, ">", here)
        moved = [f"({f} ({name}{w.arguments}) + s * {f} ({ray}{w.arguments}))" for f in w.fields.values()]
        goal, far = ("unbounded_above", "far_up") if up else ("unbounded_below", "far_down")
        rows = " ".join(f"F{k}" for k in range(len(program.constraints)))
        improving = f"0 < {'' if up else '- '}({gain})"
        self.book.add(
            "\n".join(
                [
                    f"Lemma {name}_unbounded : {w.quantified}{here.premises()}\n"
                    f"  {goal} (feasible{w.arguments}) (objective{w.arguments}).",
                    f"Proof.\n  intros{w.arguments}{here.intros} m.",
                    f"  assert (G : {improving}) by (refine {better}; at_{ray}).",
                    f"  destruct ({far} (objective{w.arguments} ({name}{w.arguments})) ({gain}) m G)\n"
                    "    as (s & S & M).",
                    f"  destruct ({name}_feasible{w.arguments}{inner}) as [{rows}].",
                    f"  exists (Point {' '.join(moved)}). split; [constructor|].",
                    *steps,
                    f"  - refine ({'reaches' if up else 'sinks'} M _); moved.",
                    "Qed.",
                ]
            )
        )
        return here.applied(f"{name}_unbounded")
