"""Theorems for unspecified distributions: symbols with rules of differentiation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from symtrade.kernel.calculus import (
    Atom,
    Derivative,
    Equality,
    Integral,
    Part,
    Peak,
    Point,
    Theory,
    differentiate_fraction,
)
from symtrade.kernel.polynomial import Ring, denominator, numerator
from symtrade.kernel.view import expression as shown
from symtrade.model.errors import ModelError
from symtrade.model.expressions import coefficient, exact, make_ring


@dataclass(frozen=True)
class Functions:
    """Functions of which derivatives, values at points and signs are known; build with
    :func:`unspecified_functions`."""

    theory: Theory
    symbols: Mapping[str, Any]

    def _value(self, expression: Any) -> Any:
        return coefficient(exact(expression), self.theory.ring, "the expression", symbols=self.symbols)

    def derivative(self, expression: Any, variable: Any) -> Any:
        """The derivative of an expression, by the chain rule."""
        found = differentiate_fraction(self.theory, self._value(expression), variable.name)
        return shown(found, self.symbols)

    def has_derivative(self, expression: Any, variable: Any, result: Any) -> Derivative:
        """The statement that an expression has this derivative."""
        return Derivative(self.theory, self._value(expression), variable.name, self._value(result))

    def equal(self, left: Any, right: Any) -> Equality:
        """The statement that two expressions are equal for all values of the variables."""
        return Equality(self.theory, self._value(left), self._value(right))

    def peaks(self, expression: Any, variable: Any, place: Any) -> Peak:
        """The statement that an expression is largest, as a function of a variable, at a place."""
        ring = self.theory.ring
        one, other = (ring.zero + _polynomial(self._value(e), ring) for e in (expression, place))
        return Peak(self.theory, one, variable.name, other)


    def integral(self, variable: Any, parts: Iterable[tuple[Any, Any, Mapping[Any, Any], Mapping[Any, Any]]],
                 value: Any) -> Integral:
        """The statement that integrals by a variable add up to `value`.

        `parts` are (integrand, antiderivative, values at the low end, values at the high end), the
        latter by symbol: the variable's, and those of the functions that move with it.
        """
        stated = []
        for integrand, primitive, *ends in parts:
            low, high = (tuple((s.name, self._value(v)) for s, v in end.items()) for end in ends)
            stated.append(Part(self._value(integrand), self._value(primitive), low, high))
        return Integral(self.theory, variable.name, tuple(stated), self._value(value))


def _polynomial(value: Any, ring: Ring) -> Any:
    if not denominator(value, ring).is_one():
        raise ModelError("expected an expression without denominators; multiply it by them")
    return numerator(value, ring)


def unspecified_functions(
    variables: Iterable[Any], derivatives: Mapping[Any, Mapping[Any, Any]], constants: Iterable[Any] = (),
    points: Mapping[str, tuple[Any, Any, Mapping[Any, Any]]] | None = None, nonnegative: Iterable[Any] = (),
) -> Functions:
    """Unspecified functions as symbols.

    `derivatives` maps each function to its derivatives by variable, fractions in all symbols (None
    where it moves in a way that is not known); `points` maps names to (variable, value, values of functions
    there); `nonnegative` lists functions that are never negative.

    >>> from sympy import symbols
    >>> v, hi, F, f, J = symbols("v hi F f J")
    >>> laws = unspecified_functions((v,), {F: {v: f}, f: {v: None}, J: {v: F - 1}}, (hi,),
    ...                              {"top": (v, hi, {F: 1, J: 0})})
    >>> laws.derivative(v * (1 - F) + J, v)
    -f*v
    """
    variables, constants = tuple(variables), tuple(constants)
    names = (*(s.name for s in (*variables, *constants)), *(s.name for s in derivatives))
    ring = make_ring(names)
    symbols = {s.name: s for s in (*variables, *constants, *derivatives)}
    signs = {s.name for s in nonnegative}

    def rule(expression: Any) -> Any:
        found = coefficient(exact(expression), ring, "a derivative", symbols=symbols)
        return numerator(found, ring) if denominator(found, ring).is_one() else found

    def written(expression: Any) -> Any:
        return _polynomial(coefficient(exact(expression), ring, "a value", symbols=symbols), ring)

    atoms = tuple(Atom(f.name, tuple((v.name, None if found is None else rule(found))
                                     for v, found in rules.items()), f.name in signs)
                  for f, rules in derivatives.items())
    places = tuple(Point(name, v.name, written(value), tuple((f.name, written(k)) for f, k in known.items()))
                   for name, (v, value, known) in (points or {}).items())
    theory = Theory(tuple(v.name for v in variables), tuple(c.name for c in constants), atoms, places)
    return Functions(theory, symbols)
