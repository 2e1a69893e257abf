"""Formulas the way an economist writes them: differences of values, products of probabilities.

A polynomial of the parameters, multiplied out, is unreadable.  Several forms are tried (factors; sums
over probabilities of factored differences; both sides of an inequality factored in the chart's
coordinates) and the shortest that is *exactly* equal is taken.  Equality is verified in the chart:
nothing here is trusted, but nothing wrong leaves this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from flint import fmpq

from symtrade.forms.expression import (
    Atom,
    Name,
    Product,
    Sum,
    constant,
    expanded,
    ordered,
    single,
)
from symtrade.forms.lens import Lens, lens_of, mergeable
from symtrade.forms.relation import (
    Relation,
    balanced,
    distributed,
    length_of,
    plain,
    reading_order,
    shortest_first,
    split,
    unwrapped,
)
from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    Ring,
    compose_fraction,
    numerator,
    parts,
    quotient,
)
from symtrade.kernel.region import Chart, Condition
from symtrade.kernel.signs import Signs

LARGE = 150  # polynomials with more terms are only factored
SUBSETS = 4  # with more groups of probabilities, only none or all are split


def natural_value(value: Coefficient, chart: Chart, ring: Ring, hypotheses: Sequence[Condition] = ()) -> Sum:
    """A coefficient in its shortest natural form, exactly equal on the chart's region.

    `ring` holds the parameters; `hypotheses` (in the chart's coordinates) help to orient factors.
    """
    return Forms(lens_of(Signs(chart, tuple(hypotheses)), ring)).value(value)


def natural_condition(condition: Condition, chart: Chart, ring: Ring,
                      hypotheses: Sequence[Condition] = ()) -> Relation:
    """A condition in its shortest natural form, equivalent wherever the hypotheses hold."""
    return Forms(lens_of(Signs(chart, tuple(hypotheses)), ring)).condition(condition)


@dataclass(frozen=True)
class Forms:
    """Finds natural forms through a lens, and remembers them."""

    lens: Lens
    found: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def value(self, value: Coefficient) -> Sum:
        """The shortest form of a coefficient."""
        if not isinstance(value, RationalFunction):
            return constant(value)
        key = str(value)
        if key not in self.found:
            forms = sorted(self._values(value), key=lambda f: (self._burden(f), len(str(f)), str(f)))
            self.found[key] = next(f for f in forms if self.equal(f, value))
        result: Sum = self.found[key]
        return result

    def condition(self, condition: Condition) -> Relation:
        """The shortest equivalent of a condition."""
        key = str(condition)
        if key not in self.found:
            candidates = sorted(self._relations(condition), key=length_of)
            best = next((r for r in candidates if self.equivalent(r, condition)), None)
            self.found[key] = best or plain(condition, self.lens.ring)
        result: Relation = self.found[key]
        return result

    def _burden(self, form: Sum) -> float:
        """The weight of a form, less a quarter for an expectation: a sum in which every term carries
        one probability of each family, and not all the same."""
        return form.weight * (0.75 if self._is_expectation(form) else 1)

    def _is_expectation(self, form: Sum) -> bool:
        families = [{str(self._atom(numerator(self.lens.images[k], self.lens.ring)))
                     for k in (*g.members, g.rest)} for g in self.lens.groups]
        shown = [{str(a) for a, e in t.factors if e == 1} for t in form.terms]
        used = [f for f in families if any(f & names for names in shown)]
        one_each = all(len(f & names) == 1 for f in used for names in shown)
        return one_each and any(len({frozenset(f & names) for names in shown}) > 1 for f in used)

    # --- verification ---

    def equal(self, form: Sum, value: Coefficient) -> bool:
        """Whether a form has the value, at every point of the region."""
        chart, difference = self.lens.chart, form.as_coefficient(self.lens.ring) - value
        return bool(compose_fraction(difference, chart.forward, chart.ring) == 0)

    def equivalent(self, relation: Relation, condition: Condition) -> bool:
        """Whether left - right is the condition's polynomial times a positive function."""
        chart, ring = self.lens.chart, self.lens.ring
        difference = relation.left.as_coefficient(ring) - relation.right.as_coefficient(ring)
        if relation.relation in ("<", "<="):
            difference = -difference
        moved = compose_fraction(difference, chart.forward, chart.ring)
        if moved == 0:
            return False
        ratio = moved / quotient(self.lens.signs.transport(condition.polynomial), chart.ring.one)
        signs = [self.lens.signs.sign_here(p) for p in parts(ratio, chart.ring.zero)]
        if condition.relation in ("=", "!=") or relation.relation in ("=", "!="):
            return relation.relation == condition.relation and all(s in (">", "<", "!=") for s in signs)
        mirrored = {"<=": ">=", "<": ">"}.get(relation.relation, relation.relation)
        return mirrored == condition.relation and signs in ([">", ">"], ["<", "<"])

    # --- products ---

    def factored(self, value: Coefficient) -> Product:
        """Numerator and denominator factored, every factor with its positive orientation."""
        if not isinstance(value, RationalFunction):
            return Product(fmpq(value))
        key = f"/{value}"
        if key not in self.found:
            self.found[key] = self._factored(value)
        result: Product = self.found[key]
        return result

    def _factored(self, value: RationalFunction) -> Product:
        product = self._product(value.num) * self._product(value.den).inverse()
        if product.coefficient < 0:  # hide the sign in a factor whose sign is open
            for k, (atom, power) in enumerate(product.factors):
                if power % 2 and isinstance(atom, Sum):
                    f = numerator(atom.as_coefficient(self.lens.ring), self.lens.ring)
                    if self.lens.sign(f) is None and _balance(f) <= 0:
                        factors = list(product.factors)
                        factors[k] = (self._atom(-f), power)
                        return ordered(-product.coefficient, factors)
        return product

    def _product(self, polynomial: Polynomial) -> Product:
        key = f"*{polynomial}"
        if key not in self.found:
            scale, factors = polynomial.factor()
            number, atoms = fmpq(scale), []
            for f, e in factors:
                if self._backward(f):
                    f, number = -f, number * (-1) ** int(e)
                atoms.append((f, int(e)))
            self.found[key] = ordered(number, [(self._atom(f), e) for f, e in atoms])
        result: Product = self.found[key]
        return result

    def _backward(self, f: Polynomial) -> bool:
        """Whether a factor reads better with the opposite sign."""
        sign = self.lens.sign(f)
        if sign in ("<", "<="):
            return True
        if sign in (">", ">="):
            return False
        return _balance(f) < 0 or (_balance(f) == 0 and f.leading_coefficient() < 0)

    def _atom(self, f: Polynomial) -> Atom:
        names = f.context().names()
        if len(f) == 1 and f.total_degree() == 1 and f.leading_coefficient() == 1:
            return Name(str(f))
        if f.total_degree() <= 1 or len(f) <= 2:
            return expanded(f, names)
        return self.polynomial(f)

    def polynomial(self, f: Polynomial) -> Sum:
        """The shortest sum for a polynomial of the parameters that does not factor."""
        key = f"+{f}"
        if key not in self.found:
            candidates = shortest_first([expanded(f, f.context().names()), *self._sums(f)])
            value = quotient(f, self.lens.ring.one)
            self.found[key] = next(s for s in candidates if self.equal(s, value))
        result: Sum = self.found[key]
        return result

    # --- sums ---

    def _values(self, value: RationalFunction) -> Iterable[Sum]:
        yield unwrapped(self.factored(value))
        if value.den.is_one():
            yield expanded(value.num, self.lens.ring.names)
        _, factors = value.num.factor()
        inner = [f for f, _ in factors if len(f) > 2]
        if not inner or len(value.num) > LARGE:
            return
        for form in self._sums(value.num, value.den):
            yield form
        if len(inner) == 1 and len(factors) > 1:  # the factor that does not fit, over the denominator
            below = self.lens.sign(value.den) in ("<", "<=")
            odd = -inner[0] if self._backward(inner[0]) != below else inner[0]
            outer = quotient(value.num, odd)
            for form in self._sums(odd, value.den):
                yield distributed(self.factored(outer), form)

    def _sums(self, f: Polynomial, den: Polynomial | None = None) -> Iterable[Sum]:
        """Forms of f/den as sums of factored terms."""
        lifted = self.lens.lift(f) if len(f) <= LARGE else None
        if lifted is None:
            return
        below = den if den is not None else self.lens.ring.one
        for view in self._views(lifted):
            groups = self._merge(self._collect(view))
            if len(groups) > 1 or den is not None:
                yield self._total(groups, below)
        halves = [h for h in split(lifted) if h is not None]
        if len(halves) == 2:
            yield self._total(halves, below)

    def _views(self, lifted: Polynomial) -> Iterable[Polynomial]:
        """The polynomial with the complements of some groups of probabilities written out."""
        usable = [g for g in self.lens.groups if lifted.degrees()[g.rest] > 0]
        loose = [g for g in usable if mergeable(g)]
        sizes: Iterable[int] = range(len(loose) + 1) if len(loose) <= SUBSETS else (0, len(loose))
        for size in sizes:
            for chosen in combinations(loose, size):
                view = lifted
                for group in chosen:
                    view = self.lens.merged(view, group)
                yield view

    def _collect(self, view: Polynomial) -> list[Polynomial]:
        """The terms of a sum over products of probabilities, each such product times its coefficient."""
        odds = [k for g in self.lens.groups for k in (*g.members, g.rest)]
        parts_by: dict[tuple[int, ...], dict[Any, Any]] = {}
        for exponents, c in view.terms():
            parts_by.setdefault(tuple(exponents[k] for k in odds), {})[exponents] = c
        return [self.lens.view.context.from_dict(t) for t in parts_by.values()]

    def _merge(self, groups: list[Polynomial]) -> list[Polynomial]:
        """Join p*c and (1 - p)*c to c."""
        gens = self.lens.view.gens
        changed = True
        while changed:
            changed = False
            for group in self.lens.groups:
                if len(group.members) != 1 or not mergeable(group) or group.total != 1:
                    continue
                one, rest = gens[group.members[0]], gens[group.rest]
                for a, b in combinations(groups, 2):
                    if a * rest == b * one or a * one == b * rest:
                        shared = a / rest if (a * one == b * rest) else a / one
                        groups = [g for g in groups if g is not a and g is not b] + [shared]
                        changed = True
                        break
        return groups

    def _total(self, groups: Sequence[Polynomial], below: Polynomial) -> Sum:
        """The sum of the groups over a common denominator, each term reduced."""
        divisor = quotient(below, self.lens.ring.one)
        terms = [self.factored(self.lens.back(g) / divisor) for g in groups]
        return Sum(tuple(sorted((t for t in terms if t.coefficient != 0), key=reading_order)))

    # --- conditions ---

    def _relations(self, condition: Condition) -> Iterable[Relation]:
        if condition.polynomial.is_constant():
            return
        scale, factors = condition.polynomial.factor()
        flip, kept = scale < 0, []
        for f, e in factors:
            sign = self.lens.sign(f)
            if sign == "<":
                flip ^= bool(int(e) % 2)
            if sign not in (">", "<") and not (sign == "!=" and condition.relation in ("=", "!=")):
                kept.append((f, 2 - int(e) % 2 if condition.relation in (">", ">=") else 1))
        yield plain(condition, self.lens.ring)
        if len(kept) == 1 and kept[0][1] == 1:
            f = -kept[0][0] if flip else kept[0][0]
            yield plain(Condition(f, condition.relation), self.lens.ring)
            for form in self._sides(f):
                yield balanced(form, condition.relation)
        elif kept:
            product = self.lens.ring.one
            for f, e in kept:
                product = product * f**e
            yield balanced(single(self.factored(quotient(-product if flip else product, self.lens.ring.one))),
                           condition.relation)

    def _sides(self, f: Polynomial) -> Iterable[Sum]:
        """Sums that have the sign of f; their terms of either sign become the sides."""
        yield from self._sums(f)
        lifted = self.lens.lift(f, exact=False) if len(f) <= LARGE else None
        if lifted is None:
            return
        yield self._total([h for h in split(lifted) if h is not None], self.lens.ring.one)
        yield self._total(self._merge(self._collect(lifted)), self.lens.ring.one)


def _balance(f: Polynomial) -> int:
    """How many more positive than negative terms."""
    return sum(1 if c > 0 else -1 for _, c in f.terms())
