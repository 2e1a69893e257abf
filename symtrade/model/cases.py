"""Functions by cases: SymPy expressions whose lines agree wherever several of them apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from symtrade.model.errors import ModelError


class Cases(sympy.Expr):  # type: ignore[misc]  # SymPy has no types
    """A function by cases, as an expression: pairs (value, condition), of which any whose condition
    holds may be read.

    So, unlike in a ``Piecewise``, the order does not matter and boundaries may belong to both sides.
    One line that always holds is its value.  It prints as the Piecewise that ``sympify`` reads.

    >>> x, y = sympy.symbols("x y")
    >>> larger = Cases((x, x >= y), (y, x <= y))
    >>> larger + 1, larger.subs(y, 0).at({x: -2})
    (Piecewise((x, x >= y), (y, x <= y)) + 1, 0)
    """

    is_commutative = True

    def __new__(cls, *lines: Any) -> Any:
        pairs = [sympy.Tuple(*line) for line in lines]
        if not pairs or any(len(pair) != 2 for pair in pairs):
            raise ModelError(f"expected pairs (value, condition), got {lines!r}")
        kept = [pair for pair in dict.fromkeys(pairs) if pair[1] != sympy.false]
        for value, when in kept:
            if when == sympy.true:
                return value
        if not kept:
            raise ModelError("no case of a function by cases applies")
        return super().__new__(cls, *kept)

    @property
    def lines(self) -> tuple[tuple[Any, Any], ...]:
        """The pairs (value, condition)."""
        return tuple((pair[0], pair[1]) for pair in self.args)

    def at(self, point: Mapping[Any, Any]) -> Any:
        """The value at a point of the parameters; ModelError where no line is known to apply."""
        return value_at(self, point)

    def _sympystr(self, printer: Any) -> str:
        lines = ", ".join(f"({printer.doprint(v)}, {printer.doprint(c)})" for v, c in self.lines)
        return f"Piecewise({lines})"

    def _latex(self, printer: Any) -> str:
        show = printer.doprint
        lines = r" \\ ".join(rf"{show(v)} & \text{{if }} {show(c)}" for v, c in self.lines)
        return rf"\begin{{cases}} {lines} \end{{cases}}"


def lines_of(expression: Any) -> tuple[tuple[Any, Any], ...]:
    """The lines of a function by cases; an expression without cases is one line.

    >>> lines_of(sympy.Integer(2))
    ((2, True),)
    """
    return expression.lines if isinstance(expression, Cases) else ((expression, sympy.true),)


def value_at(expression: Any, point: Mapping[Any, Any]) -> Any:
    """An expression with Cases in it, evaluated at a point; ModelError where no line is known to apply.

    >>> x = sympy.Symbol("x")
    >>> value_at(1 + Cases((x, x >= 0), (-x, x <= 0)), {x: -3})
    4
    """
    expression = sympy.sympify(expression)
    found = {c: _line_at(c, point) for c in expression.atoms(Cases)}
    return expression.xreplace(found).subs(point)


def _line_at(cases: Any, point: Mapping[Any, Any]) -> Any:
    for value, when in cases.lines:
        if when.subs(point) == sympy.true:
            return value_at(value, point)
    raise ModelError(f"no case is known to apply at {dict(point)}")


def everywhere(expression: Any, claim: Any) -> Any:
    """That `claim`, a function from a value to a relation, holds in every case of `expression`.

    The relation is cleared of its denominators, which must not vanish where the case applies: so it
    can be judged although they may vanish elsewhere.

    >>> x = sympy.Symbol("x")
    >>> everywhere(Cases((1/x, x > 0), (1, x <= 0)), lambda value: value > 0)
    Implies(x > 0, (x > 0) & Ne(x, 0))
    """
    parts = []
    for value, when in lines_of(expression):
        relation = claim(value)
        if relation in (True, sympy.true):
            continue
        parts.append(sympy.Implies(when, _cleared(relation)))
    return sympy.And(*parts)


def _cleared(relation: Any) -> Any:
    if isinstance(relation, sympy.And | sympy.Or):
        return relation.func(*map(_cleared, relation.args))
    if not isinstance(relation, sympy.core.relational.Relational):
        return relation
    top, bottom = sympy.fraction(sympy.cancel(relation.lhs - relation.rhs))
    defined = [] if bottom.is_number else [sympy.Ne(f, 0) for f, _ in sympy.factor_list(bottom)[1]]
    if isinstance(relation, sympy.Eq | sympy.Ne):
        return sympy.And(relation.func(top, 0), *defined)
    constant, factors = sympy.factor_list(top * bottom)
    left = constant
    for f, power in factors:
        left *= f ** (power % 2 or (2 if relation.rel_op in (">=", "<=") and not bottom.has(f) else 0))
        if power % 2 == 0 and relation.rel_op in (">", "<"):
            defined.append(sympy.Ne(f, 0))
    return sympy.And(relation.func(left, 0), *defined)
