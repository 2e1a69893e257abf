"""From SymPy expressions to kernel coefficients and linear forms.

Expressions are walked once with the kernel's arithmetic; SymPy itself computes nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    Ring,
    denominator,
    numerator,
    quotient,
)
from symtrade.model.errors import ModelError, UndefinedExpression

Symbols = Mapping[str, Any]


class Phrase:
    """Words for an error message about something that SymPy would take long to print: only
    printed where there is an error."""

    def __init__(self, *parts: Any) -> None:
        self.parts = parts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Phrase) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)


def exact(value: Any, what: str | Phrase = "the expression") -> Any:
    """A Python or SymPy number or expression as a SymPy expression.

    Raises ModelError for floats, strings and whatever else is not exact.

    >>> exact(Fraction(1, 3)), exact(2)
    (1/3, 2)
    """
    if isinstance(value, sympy.Expr):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return sympy.Integer(value)
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if isinstance(value, fmpq):
        return sympy.Rational(int(value.p), int(value.q))
    if isinstance(value, float) or hasattr(value, "dtype"):
        raise _refuse_float(value, what)
    raise ModelError(
        f"{what}: expected a number or a SymPy expression, got {value!r} ({type(value).__name__}); "
        "write symbols('x') for a symbol and Rational(1, 3) for a fraction"
    )


def _refuse_float(value: Any, what: str | Phrase) -> ModelError:
    try:
        text = repr(float(value))
    except (TypeError, ValueError):
        text = "0.2"
    return ModelError(
        f"{what}: expected an exact number, got the float {text}; write Rational('{text}') instead"
    )


def symbol_table(*expressions: Any) -> dict[str, Any]:
    """The symbols of SymPy expressions by name, in order of first appearance.

    Raises ModelError where two different symbols share a name (say, with different assumptions).

    >>> list(symbol_table(sympy.Symbol("b") - sympy.Symbol("a"), sympy.Symbol("c")))
    ['b', 'a', 'c']
    """
    table: dict[str, Any] = {}
    for expression in expressions:
        _collect(expression, table)
    return table


def _collect(expression: Any, table: dict[str, Any]) -> None:
    if isinstance(expression, sympy.Symbol):
        known = table.setdefault(expression.name, expression)
        if known is not expression and known != expression:
            raise _two_symbols(expression.name)
        return
    for argument in getattr(expression, "args", ()):
        _collect(argument, table)


def _two_symbols(name: str) -> ModelError:
    return ModelError(
        f"two different symbols are named {name} (perhaps one was declared with assumptions such as "
        f"positive=True and the other without): create {name} once and use it everywhere"
    )


def make_ring(names: Sequence[str]) -> Ring:
    """The ring of these parameters; ModelError where a name cannot be used."""
    try:
        return Ring(names)
    except ValueError as error:
        raise ModelError(str(error)) from None


def undeclared(symbol: Any, what: str | Phrase) -> ModelError:
    """The error for a symbol that is neither a variable nor a parameter."""
    lost = "; an assumption that SymPy evaluates to True declares nothing" if symbol.is_real else ""
    return ModelError(
        f"{what}: {symbol} is neither a variable nor a parameter; declare it in assuming= or parameters=, "
        f"or as a type's value or probability{lost}"
    )


def coefficient(
    expression: Any,
    ring: Ring,
    what: str | Phrase = "the expression",
    denominators: list[Polynomial] | None = None,
    symbols: Symbols | None = None,
) -> Coefficient:
    """A rational function of the parameters of `ring` as a kernel coefficient.

    `expression` is a SymPy expression, an int, a Fraction or an fmpq; `what` names it in messages.
    Every nonconstant polynomial that it divides by is appended to `denominators`, also where it
    cancels.  With `symbols` given, its symbols must be those very symbols.  Raises ModelError for
    floats, undeclared symbols and expressions that are no rational function, UndefinedExpression
    for a division by zero.

    >>> x = sympy.Symbol("x")
    >>> str(coefficient((x**2 - 1) / (2 * x), Ring(("x",))))
    '(x^2 - 1)/(2*x)'
    >>> coefficient(0.2, Ring(()), "the probability")
    Traceback (most recent call last):
    symtrade.model.errors.ModelError: the probability: expected an exact number, got the float 0.2; \
write Rational('0.2') instead
    """
    if isinstance(expression, fmpq):
        return expression
    return _Reader(ring, what, [] if denominators is None else denominators, symbols or {}).value(
        exact(expression, what)
    )


def linear(
    expression: Any,
    ring: Ring,
    variables: AbstractSet[str],
    symbols: Symbols,
    what: str | Phrase = "the expression",
    denominators: list[Polynomial] | None = None,
) -> tuple[dict[str, Coefficient], Coefficient]:
    """An expression that is linear in `variables`: its coefficients by variable, its constant.

    Arguments and errors as in :func:`coefficient`; a product of variables, or a variable in a
    denominator, raises ModelError.

    >>> p, x, y = sympy.symbols("p x y")
    >>> linear(p * (x + y) - x + 1, Ring(("p",)), {"x", "y"}, {})
    ({'x': p - 1, 'y': p}, 1)
    """
    reader = _Reader(ring, what, [] if denominators is None else denominators, symbols, variables)
    terms: dict[str, Coefficient] = {}
    constant = reader.linear(exact(expression, what), fmpq(1), terms)
    return {name: c for name, c in terms.items() if isinstance(c, RationalFunction) or c != 0}, constant


class _Reader:
    """One walk over one expression."""

    def __init__(
        self,
        ring: Ring,
        what: str | Phrase,
        denominators: list[Polynomial],
        symbols: Symbols,
        variables: AbstractSet[str] = frozenset(),
    ) -> None:
        self.ring = ring
        self.what = what
        self.denominators = denominators
        self.symbols = symbols
        self.variables = variables

    def value(self, expression: Any) -> Coefficient:
        if isinstance(expression, sympy.Rational):
            return fmpq(int(expression.p), int(expression.q))
        if isinstance(expression, sympy.Symbol):
            self._same(expression)
            position = self.ring.index.get(expression.name)
            if position is not None:
                return quotient(self.ring.gens[position], self.ring.one)
            if expression.name in self.variables:
                raise self._nonlinear(expression)
            raise undeclared(expression, self.what)
        if isinstance(expression, sympy.Add):
            total = fmpq(0)
            for argument in expression.args:
                total = total + self.value(argument)
            return total
        if isinstance(expression, sympy.Mul):
            product = fmpq(1)
            for argument in expression.args:
                product = product * self.value(argument)
            return product
        if isinstance(expression, sympy.Pow) and isinstance(expression.exp, sympy.Integer):
            return self._power(expression.base, int(expression.exp))
        raise self._refusal(expression)

    def linear(self, expression: Any, factor: Coefficient, terms: dict[str, Coefficient]) -> Coefficient:
        """Add ``factor * expression`` to `terms`; return its constant part."""
        if isinstance(expression, sympy.Symbol) and expression.name in self.variables:
            self._same(expression)
            name = expression.name
            terms[name] = terms[name] + factor if name in terms else factor
            return fmpq(0)
        if isinstance(expression, sympy.Add):
            total = fmpq(0)
            for argument in expression.args:
                total = total + self.linear(argument, factor, terms)
            return total
        if isinstance(expression, sympy.Mul):
            carrying = [a for a in expression.args if self._has_variable(a)]
            if len(carrying) > 1:
                raise self._nonlinear(expression)
            for argument in expression.args:
                if not carrying or argument is not carrying[0]:
                    factor = factor * self.value(argument)
            return self.linear(carrying[0], factor, terms) if carrying else factor
        if isinstance(expression, sympy.Pow) and self._has_variable(expression):
            raise self._nonlinear(expression)
        return factor * self.value(expression)

    def _power(self, base: Any, power: int) -> Coefficient:
        value = self.value(base)
        num, den = numerator(value, self.ring), denominator(value, self.ring)
        if power >= 0:
            return quotient(num**power, den**power)
        if num.is_zero():
            raise UndefinedExpression(f"{self.what}: undefined, since it divides by {base}, which is zero")
        if not num.is_constant() and num not in self.denominators:
            self.denominators.append(num)
        return quotient(den**-power, num**-power)

    def _has_variable(self, expression: Any) -> bool:
        if isinstance(expression, sympy.Symbol):
            return expression.name in self.variables
        return any(self._has_variable(argument) for argument in expression.args)

    def _same(self, symbol: Any) -> None:
        known = self.symbols.get(symbol.name)
        if known is not None and known is not symbol and known != symbol:
            raise _two_symbols(symbol.name)

    def _nonlinear(self, expression: Any) -> ModelError:
        return ModelError(
            f"{self.what}: nonlinear in the variables, because of {expression}; expected a sum of "
            "(rational function of the parameters) * variable; expand() it where products cancel"
        )

    def _refusal(self, expression: Any) -> ModelError:
        if isinstance(expression, sympy.Float):
            return _refuse_float(expression, self.what)
        if expression in (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            return UndefinedExpression(
                f"{self.what}: undefined ({expression}); it divides by zero or is infinite"
            )
        return ModelError(
            f"{self.what}: expected a rational function of the parameters, got {expression}; name it by a "
            "new parameter, with what is known of it in assuming= (for r = sqrt(2): Eq(r**2, 2), r > 0)"
        )


def identical(one: Any, other: Any) -> bool:
    """Whether two rational functions of any symbols are the same, exactly.

    >>> x, y = sympy.symbols("x y")
    >>> identical((x**2 - y**2) / (x - y), x + y), identical(x, y)
    (True, False)
    """
    one, other = exact(one), exact(other)
    table = symbol_table(one, other)
    ring = make_ring(tuple(table))
    difference = coefficient(one, ring, symbols=table) - coefficient(other, ring, symbols=table)
    return not isinstance(difference, RationalFunction) and difference == 0
