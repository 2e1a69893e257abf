"""From what a user writes as a constraint to the kernel's named constraints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction, linear_form
from symtrade.kernel.program import Constraint, LinearForm, Scope
from symtrade.kernel.region import Condition
from symtrade.model.environment import Requirement
from symtrade.model.errors import ModelError
from symtrade.model.expressions import Phrase, linear
from symtrade.model.relations import relation_kind

SENSES = {">=": ">=", "<=": "<=", "=": "=="}


def flatten(pieces: Any) -> Iterator[Any]:
    """Single constraints, from a constraint or an iterable of constraints and iterables;
    ("name", relation) pairs stay together."""
    if isinstance(pieces, (Constraint, LinearForm, sympy.Basic, bool)) or _is_pair(pieces):
        yield pieces
        return
    if isinstance(pieces, (str, Mapping)) or not isinstance(pieces, Iterable):
        raise ModelError(
            f"expected a constraint, such as x + y <= 1, or a pair ('name', relation), got {pieces!r}"
        )
    for piece in pieces:
        yield from flatten(piece)


def _is_pair(piece: Any) -> bool:
    return isinstance(piece, tuple) and len(piece) == 2 and isinstance(piece[0], str)


class RowReader:
    """Reads constraints of one scope; collects what their denominators require."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.requirements: list[Requirement] = []
        self._columns = frozenset(scope.variables)
        self._bare = replace(scope, domain=())

    def form(self, expression: Any, what: str | Phrase) -> LinearForm:
        """A SymPy expression, or a kernel form, as a linear form of the scope."""
        if isinstance(expression, LinearForm):
            self._check_ring((*expression.coefficients, ("", expression.constant)), what)
            return expression
        terms, constant = self._linear(expression, what)
        return LinearForm(linear_form(terms), constant, self._bare)

    def rows(self, pieces: Iterable[Any]) -> list[Constraint]:
        """The named constraints; those that SymPy found to be True are dropped."""
        found = []
        for number, piece in enumerate(pieces, 1):
            name, relation = piece if isinstance(piece, tuple) else (None, piece)
            row = self.row(relation, name, f"c{number}")
            if row is not None:
                found.append(row)
        return found

    def row(self, relation: Any, name: str | None, default: str) -> Constraint | None:
        """One constraint, or None where it is True; ModelError where it is False or strict."""
        if isinstance(relation, Constraint):
            built = f"the constraint {relation.name}"
            if relation.scope is None or relation.scope.region.ring != self.scope.region.ring:
                self._check_ring((*relation.coefficients, ("", relation.bound)), built)
            return relation if name is None else replace(relation, name=name)
        title = default if name is None else name
        if relation is True or relation is sympy.true:
            return None
        if relation is False or relation is sympy.false:
            raise ModelError(f"the constraint {title} is false: SymPy evaluated it to False "
                             "(a == b compares in Python: write Eq(a, b))")
        what = Phrase(f"the constraint {title} (", relation, ")")
        if isinstance(relation, (sympy.And, sympy.Or, sympy.Not)):
            raise ModelError(f"{what}: expected one relation; list several in subject_to= or constraints=")
        kind = relation_kind(relation, what)
        if kind not in SENSES:
            raise ModelError(
                f"{what}: expected <=, >= or Eq, got {kind}; under strict constraints the optimum "
                "need not be attained: write <= or >=" + (", or Eq" if kind == "!=" else "")
            )
        terms, constant = self._linear(relation.lhs, what)
        right, bound = self._linear(relation.rhs, what)
        for variable, c in right.items():
            terms[variable] = terms[variable] - c if variable in terms else -c
        return Constraint(title, linear_form(terms), SENSES[kind], bound - constant, self._bare)

    def _linear(self, expression: Any, what: str | Phrase) -> tuple[dict[str, Coefficient], Coefficient]:
        dens: list[Polynomial] = []
        ring = self.scope.region.ring
        result = linear(expression, ring, self._columns, self.scope.symbols, what, dens)
        self.requirements += [
            (Condition(d, "!="), Phrase(what, f" is undefined where {d} = 0")) for d in dens]
        return result

    def _check_ring(self, form: Iterable[tuple[str, Coefficient]], what: str | Phrase) -> None:
        names = self.scope.region.ring.names
        for _, c in form:
            if isinstance(c, RationalFunction) and c.num.context().names() != names:
                other, own = ", ".join(c.num.context().names()), ", ".join(names)
                raise ModelError(
                    f"{what} was built for other parameters ({other}) than this program's ({own})"
                )


def variable_bounds(symbols: Mapping[str, Any], scope: Scope) -> tuple[Constraint, ...]:
    """What SymPy variables were declared to be (``nonnegative=True``), as constraints ``x >= 0``.

    Raises ModelError for what a linear program cannot say, such as ``integer=True``.
    """
    rows = []
    for name, x in symbols.items():
        if x.is_integer or x.is_integer is False or x.is_rational is False or x.is_extended_real is False \
                or x.is_extended_positive or x.is_extended_negative or x.is_extended_nonzero:
            raise ModelError(
                f"the variable {name} was declared with assumptions that a linear program cannot keep "
                f"(strict, nonzero or integer): write symbols('{name}'), with nonnegative=True if it is so"
            )
        for holds, sense in ((x.is_extended_nonnegative, ">="), (x.is_extended_nonpositive, "<=")):
            if holds:
                rows.append(Constraint(f"{name} {sense} 0", ((name, fmpq(1)),), sense, scope=scope))
    return tuple(rows)
