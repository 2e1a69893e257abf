"""Relations between formulas, and the small steps that put sums into reading order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from symtrade.forms.expression import ZERO, Product, Sum, expanded, lone, single
from symtrade.kernel.polynomial import Polynomial, Ring
from symtrade.kernel.region import Condition


@dataclass(frozen=True)
class Relation:
    """``left relation right``, an exact rewriting of a condition on the parameter set."""

    left: Sum
    relation: str
    right: Sum

    def __str__(self) -> str:
        return f"{self.left} {'==' if self.relation == '=' else self.relation} {self.right}"

    def as_sympy(self, symbols: Any = None) -> Any:
        """The relation as a SymPy relation in the user's symbols."""
        import sympy

        build = {">": sympy.Gt, ">=": sympy.Ge, "=": sympy.Eq, "!=": sympy.Ne,
                 "<=": sympy.Le, "<": sympy.Lt}[self.relation]
        return build(self.left.as_sympy(symbols), self.right.as_sympy(symbols))


def length_of(relation: Relation) -> tuple[int, int, str]:
    text = str(relation)
    return (relation.left.weight + relation.right.weight, len(text), text)


def split(polynomial: Polynomial) -> tuple[Polynomial | None, Polynomial | None]:
    """The terms with positive and with negative coefficients."""
    context, halves = polynomial.context(), []
    for sign in (1, -1):
        part = {e: c for e, c in polynomial.terms() if c * sign > 0}
        halves.append(context.from_dict(part) if part else None)
    return halves[0], halves[1]


def reading_order(term: Product) -> tuple[bool, bool, str]:
    """Positive terms first, fractions late."""
    return (term.coefficient < 0, bool(term.bottom), str(term))


def unwrapped(product: Product) -> Sum:
    """A sum of one product; where that is a single sum in parentheses, the sum itself."""
    return lone(product) or single(product)


def distributed(factor: Product, terms: Sum) -> Sum:
    """A factor times a sum: in front of it where the sum has several terms."""
    if len(terms.terms) <= 1:
        return Sum(tuple(factor * t for t in terms.terms))
    return unwrapped(factor * Product(fmpq(1), ((terms, 1),)))


def balanced(form: Sum, relation: str) -> Relation:
    """``form relation 0`` with its negative terms on the right; common numbers divided out."""
    if not form.terms:
        return Relation(ZERO, relation, ZERO)
    common = min((abs(t.coefficient) for t in form.terms), key=str)
    if all((t.coefficient / common).q == 1 for t in form.terms):
        form = Sum(tuple(Product(t.coefficient / common, t.factors) for t in form.terms))
    left = Sum(tuple(t for t in form.terms if t.coefficient > 0))
    right = Sum(tuple(-t for t in form.terms if t.coefficient < 0))
    if not left.terms:
        return Relation(tidy(right), {">=": "<=", ">": "<"}.get(relation, relation), ZERO)
    return Relation(tidy(left), relation, tidy(right))


def tidy(form: Sum) -> Sum:
    """Without superfluous parentheses."""
    return unwrapped(form.terms[0]) if len(form.terms) == 1 else form


def plain(condition: Condition, ring: Ring) -> Relation:
    """The condition as it stands, negative terms on the right."""
    return balanced(expanded(condition.polynomial, ring.names), condition.relation)


def shortest_first(forms: Iterable[Sum]) -> list[Sum]:
    """The forms with the fewest names first; of those, the one that prints shortest."""
    return sorted(forms, key=lambda f: (f.weight, len(str(f)), str(f)))
