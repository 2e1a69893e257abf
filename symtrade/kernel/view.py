"""SymPy views of kernel records, for display and for the user's own computations.

No check rests on this module; it only builds sums and products.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction
from symtrade.kernel.program import Constraint, Form, Scope
from symtrade.kernel.region import Condition

Symbols = Mapping[str, Any]


def symbol(name: str, symbols: Symbols) -> Any:
    """The user's symbol of this name, or a plain one."""
    return symbols.get(name) or sympy.Symbol(name)


def polynomial_expression(polynomial: Polynomial, symbols: Symbols) -> Any:
    """A polynomial as an expanded SymPy expression."""
    generators = [symbol(name, symbols) for name in polynomial.context().names()]
    return sympy.Add(
        *(
            sympy.Mul(sympy.Integer(int(c)), *(g**p for g, p in zip(generators, powers, strict=True) if p))
            for powers, c in polynomial.terms()
        )
    )


def factored_expression(polynomial: Polynomial, symbols: Symbols) -> Any:
    """A polynomial as the SymPy product of its irreducible factors."""
    constant, factors = polynomial.factor()
    return sympy.Mul(
        sympy.Integer(int(constant)), *(polynomial_expression(f, symbols) ** int(e) for f, e in factors)
    )


def expression(value: Coefficient, symbols: Symbols) -> Any:
    """A coefficient as a SymPy expression, numerator and denominator factored."""
    if isinstance(value, RationalFunction):
        return factored_expression(value.num, symbols) / factored_expression(value.den, symbols)
    return sympy.Rational(int(value.p), int(value.q))


def relation(condition: Condition, symbols: Symbols) -> Any:
    """A condition as a SymPy relation, terms with a negative sign moved to the right."""
    f = condition.polynomial
    left = [(e, c) for e, c in f.terms() if c > 0]
    right = [(e, -c) for e, c in f.terms() if c < 0]
    context = f.context()
    sides = [
        factored_expression(context.from_dict(dict(side)), symbols) if side else sympy.Integer(0)
        for side in (left, right)
    ]
    build = {">": sympy.Gt, ">=": sympy.Ge, "=": sympy.Eq, "!=": sympy.Ne}[condition.relation]
    return build(*sides)


def conjunction(conditions: Sequence[Condition], symbols: Symbols) -> Any:
    """Conditions that hold together, as a SymPy Boolean."""
    return sympy.And(*(relation(c, symbols) for c in conditions))


def form_expression(form: Form, constant: Coefficient, scope: Scope | None) -> Any:
    """A linear form as a SymPy expression."""
    symbols: Symbols = scope.symbols if scope else {}
    terms = [expression(c, symbols) * symbol(v, symbols) for v, c in form]
    return sympy.Add(*terms, expression(constant, symbols))


def constraint_expression(constraint: Constraint) -> Any:
    """A constraint as a SymPy relation."""
    symbols: Symbols = constraint.scope.symbols if constraint.scope else {}
    build = {"<=": sympy.Le, ">=": sympy.Ge, "==": sympy.Eq}[constraint.sense]
    left = form_expression(constraint.coefficients, fmpq(0), constraint.scope)
    return build(left, expression(constraint.bound, symbols))


def cases_in_latex(lines: Sequence[tuple[Any, Any]]) -> str:
    """Values (or words) with where they hold, for a notebook."""
    shown = [(rf"\text{{{value}}}" if isinstance(value, str) else sympy.latex(value), sympy.latex(region))
             for value, region in lines]
    if len(shown) == 1:
        return rf"$\displaystyle {shown[0][0]}$"
    rows = r" \\ ".join(rf"{value} & \text{{if }} {region}" for value, region in shown)
    return rf"$\displaystyle \begin{{cases}} {rows} \end{{cases}}$"
