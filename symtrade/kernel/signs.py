"""Signs of polynomials under hypotheses: the one rule by which a sign is proved.

A *refutation* of hypotheses h_1, ..., h_n is an identity

    sum over j of  P_j * s_j**2 * (product of some hypotheses)  =  0

in which every term is nonnegative wherever the hypotheses hold and one term is positive: then the
hypotheses never hold together.  P_j must have nonnegative coefficients in the chart's coordinates
(and even powers of the free ones), except that a term with an equality may have any P_j.  A
disequality may be used an even number of times, as a positive square.  A sign is a fact once each
of its negations is refuted.  (The easy half of the Positivstellensatz.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symtrade.kernel.certificate import CertificateError, Fact, Refutation
from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction, divide_out
from symtrade.kernel.region import Chart, Condition, positive


@dataclass(frozen=True)
class Signs:
    """What is known at a node: the chart's orthant and the hypotheses collected on the path."""

    chart: Chart
    hypotheses: tuple[Condition, ...] = ()
    cache: dict[str, Polynomial] = field(default_factory=dict, compare=False, repr=False)

    def with_hypotheses(self, *more: Condition) -> Signs:
        return Signs(self.chart, self.hypotheses + more, self.cache)

    def with_facts(self, facts: tuple[Fact, ...], where: str) -> Signs:
        """Check facts in order, each with the help of the earlier ones."""
        known = self
        for number, fact in enumerate(facts):
            goals = fact.condition.negations()
            if len(goals) != len(fact.because):
                raise CertificateError(f"{where}: fact {number} needs {len(goals)} refutation(s)")
            for goal, refutation in zip(goals, fact.because, strict=True):
                known.with_hypotheses(goal).refute(refutation, f"{where}: fact {number} ({fact.condition})")
            known = known.with_hypotheses(fact.condition)
        return known

    def refute(self, refutation: Refutation, where: str) -> None:
        """Check that the hypotheses never hold together."""
        total, strict, kinds = self.chart.ring.zero, False, self.chart.kinds
        for number, term in enumerate(refutation):
            used = []
            for position in term.uses:
                if not 0 <= position < len(self.hypotheses):
                    raise CertificateError(
                        f"{where}: term {number} uses hypothesis {position}, not yet known")
                used.append(self.hypotheses[position])
            relations = {h.relation for h in used}
            known = positive(term.coefficient, kinds)
            if any(self.hypotheses[k].relation == "!=" and term.uses.count(k) % 2 for k in term.uses):
                raise CertificateError(f"{where}: term {number} uses a disequality an odd number of times")
            if "=" not in relations:
                if known is None:
                    raise CertificateError(f"{where}: term {number} may be negative: {term.coefficient}")
                strict = strict or (known and ">=" not in relations and term.square is None)
            value = term.coefficient
            if term.square is not None:
                value = value * term.square**2
            for h in used:
                value = value * h.polynomial
            total = total + value
        if not total.is_zero():
            raise CertificateError(f"{where}: the terms do not sum to 0; they leave {total}")
        if not strict:
            raise CertificateError(f"{where}: no term is positive")

    def transport(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial of the coordinates that has the sign of a polynomial of the parameters."""
        key = str(polynomial)
        if key not in self.cache:
            self.cache[key] = self.chart.transport(polynomial)
        return self.cache[key]

    def condition(self, polynomial: Polynomial, relation: str) -> Condition:
        """``polynomial relation 0`` in the parameters, as a hypothesis in the coordinates."""
        moved = self.transport(polynomial)
        if relation in ("<", "<="):
            return Condition(-moved, relation.replace("<", ">"))
        return Condition(moved, relation)

    def sign(self, polynomial: Polynomial) -> str | None:
        """What is known of the sign of a polynomial of the parameters: ``> >= = <= <``, ``!=`` or
        None.  The hypotheses that divide it, but for a positive constant, are divided out; coefficients
        decide the rest."""
        return self.sign_here(self.transport(polynomial))

    def sign_here(self, f: Polynomial) -> str | None:
        """The same for a polynomial of the coordinates."""
        if f.is_zero():
            return "="
        flip, strict, definite = False, True, True
        for h in reversed(self.hypotheses):
            if f.is_constant():
                break
            if h.polynomial.is_constant():
                continue
            f, power = divide_out(f, h.polynomial / h.polynomial.content())
            if power and h.relation == "=":
                return "="
            if power and h.relation == "!=":
                definite = definite and power % 2 == 0
            elif power and h.relation == ">=":
                strict = False
        known = positive(f, self.chart.kinds)
        if known is None:
            flip, known = True, positive(-f, self.chart.kinds)
        if known is None:
            return None
        strict = strict and known
        if not definite:
            return "!=" if strict else None
        return ("<" if flip else ">") + ("" if strict else "=")

    def allows(self, value: Coefficient, signs: Sequence[str]) -> bool:
        """Whether a coefficient is known to be defined and to have one of the given signs."""
        if not isinstance(value, RationalFunction):
            return (">" if value > 0 else "<" if value < 0 else "=") in signs
        bottom, top = self.sign(value.den), self.sign(value.num)
        if top is None or bottom not in (">", "<"):
            return top == "=" and bottom == "!=" and "=" in signs
        if bottom == "<":
            top = top.translate(str.maketrans("<>", "><"))
        return top in signs
