"""A certificate's tree read as a proof by cases: who assumes what, and why each sign holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from flint import fmpq

from symtrade.forms.expression import Product, Sum
from symtrade.forms.lens import lens_of
from symtrade.forms.natural import Forms
from symtrade.forms.relation import Relation
from symtrade.kernel.arithmetic import start
from symtrade.kernel.certificate import Certificate, Fact, Leaf, Node, Refutation, Split
from symtrade.kernel.polynomial import Coefficient, Polynomial, Ring, compose, parts, quotient
from symtrade.kernel.region import Condition
from symtrade.kernel.signs import Signs

HOLDS = {">=": (">", ">=", "="), "<=": ("<", "<=", "="), ">": (">",), "<": ("<",), "==": ("=",)}


@dataclass(frozen=True)
class Given:
    """A hypothesis with its label, its natural form, and the hypothesis polynomial divided by the
    difference of the form's sides (a positive function)."""

    label: str
    relation: Relation
    scale: Coefficient
    fact: Fact | None = None
    needs: tuple[str, ...] = ()  # for a fact: the labels that its proof uses

    @property
    def difference(self) -> Sum:
        """The larger side minus the smaller one."""
        left, right = self.relation.left, self.relation.right
        if self.relation.relation in ("<", "<="):
            left, right = right, left
        if len(right.terms) > 1:  # a difference of values stays together
            return Sum((*left.terms, Product(fmpq(-1), ((right, 1),))))
        return Sum(left.terms + tuple(-t for t in right.terms))

    @property
    def sense(self) -> str:
        """What the difference is, compared with zero: ``>``, ``>=``, ``=`` or ``!=``."""
        return self.relation.relation.replace("<", ">")

    def gap(self, ring: Ring) -> Coefficient:
        """The difference as a rational function."""
        return self.difference.as_coefficient(ring)


@dataclass(frozen=True)
class Case:
    """A leaf with the hypotheses on its path, in the order of the certificate's positions."""

    number: int
    leaf: Leaf
    known: Signs
    given: tuple[Given, ...]
    forms: Forms

    @property
    def assumptions(self) -> tuple[Given, ...]:
        return tuple(g for g in self.given if g.fact is None)


def cases(certificate: Certificate) -> list[Case]:
    """The leaves from left to right.  Raises CertificateError where a fact is not proved."""
    ring = certificate.claim.region.ring
    known = start(certificate.claim, certificate.chart)
    base = Forms(lens_of(Signs(known.chart), ring))
    given = tuple(_given("H", k + 1, h, base, None) for k, h in enumerate(known.hypotheses))
    found: list[Case] = []
    for leaf, here, labels in _walk(certificate.tree, known, given, base):
        found.append(Case(len(found) + 1, leaf, here, labels, Forms(lens_of(here, ring))))
    return found


def _walk(node: Node, known: Signs, given: tuple[Given, ...], base: Forms
          ) -> Iterator[tuple[Leaf, Signs, tuple[Given, ...]]]:
    for fact in node.facts:
        used = {k for r in fact.because for t in r for k in t.uses if k < len(given)}
        count = sum(g.fact is not None for g in given) + 1
        needs = tuple(given[k].label for k in sorted(used))
        given = (*given, _given("F", count, fact.condition, base, fact, needs))
        known = known.with_facts((fact,), "tree")
    if isinstance(node, Leaf):
        yield node, known, given
        return
    branches: list[tuple[tuple[Condition, ...], Node]]
    if isinstance(node, Split):
        branches = [((known.condition(node.polynomial, r),), child) for r, child in node.branches]
    else:
        branches = [
            (tuple(known.condition(f - g, ">=") for j, g in enumerate(node.polynomials) if j != k), child)
            for k, (f, child) in enumerate(zip(node.polynomials, node.branches, strict=True))
        ]
    for conditions, child in branches:
        here, labels = known, given
        for condition in conditions:
            count = sum(g.label.startswith("A") for g in labels) + 1
            labels = (*labels, _given("A", count, condition, base, None))
            here = here.with_hypotheses(condition)
        yield from _walk(child, here, labels, base)


def _given(letter: str, number: int, hypothesis: Condition, base: Forms, fact: Fact | None,
           needs: tuple[str, ...] = ()) -> Given:
    """A hypothesis of the chart's coordinates, told in the parameters."""
    ring, chart = base.lens.ring, base.lens.chart
    value = quotient(*compose(hypothesis.polynomial, chart.inverse, ring))
    top, bottom = parts(value, ring.zero)
    if base.lens.sign(bottom) == "<":
        top = -top
    relation = base.condition(Condition(top, hypothesis.relation))
    gap = difference(relation, ring)
    if relation.relation in ("<", "<="):
        gap = -gap
    return Given(f"{letter}_{number}", relation, value / gap if gap != 0 else fmpq(1), fact, needs)


def difference(relation: Relation, ring: Ring) -> Coefficient:
    """Left side minus right side."""
    return relation.left.as_coefficient(ring) - relation.right.as_coefficient(ring)


def reasons(value: Coefficient, case: Case, relation: str) -> tuple[str, ...] | None:
    """The labels from which the sign of a coefficient follows at sight; () where it needs none,
    None where no few of them do."""
    signs, chart = HOLDS[relation], case.known.chart
    hypotheses = case.known.hypotheses
    for size in range(3):
        for chosen in combinations(range(len(hypotheses)), size):
            known = Signs(chart, tuple(hypotheses[k] for k in chosen))
            if known.allows(value, signs):
                return tuple(case.given[k].label for k in chosen)
    if case.known.allows(value, signs):
        return tuple(g.label for g in case.given)
    return None


@dataclass(frozen=True)
class Identity:
    """``left * goal = sum of right``: why a fact holds.  Right is a list of coefficients, each with
    the labels of the hypotheses that it multiplies (a label stands for the larger side minus the
    smaller); an empty goal makes the left side zero."""

    goal: str
    left: Sum
    right: tuple[tuple[Sum, tuple[str, ...]], ...]


def identity(refutation: Refutation, given: tuple[Given, ...], goal: Given | None,
             forms: Forms) -> Identity | None:
    """A refutation told in the parameters, with all denominators multiplied away.

    `given` are the hypotheses that it may use; where `goal` is given, its negation comes after
    them.  None where the negated goal is used in a way that has no such telling.
    """
    ring, inverse = forms.lens.ring, forms.lens.chart.inverse
    told: list[tuple[Coefficient, tuple[str, ...], bool]] = []
    for term in refutation:
        f = term.coefficient if term.square is None else term.coefficient * term.square**2
        value = quotient(*compose(f, inverse, ring))
        labels, uses_goal = [], 0
        for k in term.uses:
            if k < len(given):
                entry = given[k]
                value = value * entry.scale
                labels.append(entry.label)
            elif goal is not None:
                uses_goal += 1
                value = value * goal.scale  # the negation is minus the goal: it changes sides
        if uses_goal > 1 or (uses_goal and labels):
            return None
        told.append((value, tuple(labels), bool(uses_goal)))
    common = denominators([v for v, _, _ in told], ring)
    if forms.lens.sign(common) in ("<", "<="):
        common = -common
    told = [(v * quotient(common, ring.one), names, own) for v, names, own in told]
    left: Coefficient = fmpq(0)
    for v, _, own in told:
        left = left + v if own else left
    right = tuple((forms.value(v), names) for v, names, own in told if not own)
    return Identity(goal.label if goal else "", forms.value(left), right)


def denominators(values: list[Coefficient], ring: Ring) -> Polynomial:
    """A common multiple of the denominators."""
    result = ring.one
    for value in values:
        bottom = parts(value, ring.zero)[1]
        result = result * (bottom / result.gcd(bottom))
    return result


def common_factor(values: list[Coefficient], forms: Forms) -> Product:
    """The largest factor that all values share; its sign is known to be positive, else it is 1."""
    ring = forms.lens.ring
    top, bottom = ring.zero, ring.zero
    for value in values:
        num, den = parts(value, ring.zero)
        top, bottom = num.gcd(top), den.gcd(bottom)
    shared = quotient(top, bottom) if not bottom.is_zero() and not top.is_zero() else fmpq(1)
    for value in (shared, -shared):
        if forms.lens.signs.allows(value, (">",)):
            return forms.factored(value)
    return Product(fmpq(1))
