"""Expressions with exponentials, powers and the like as rational functions of names with known derivatives.

So an integrand such as a*x^(a-1)*max(x, c) can be read like any rational function by cases: x^a becomes a
name P with the derivative a*P/x, and exp(-r) a name for a constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from symtrade.model.cases import Cases
from symtrade.model.errors import ModelError

MOST_NAMES = 12
CASES = (sympy.Max, sympy.Min, sympy.Abs)
LOGICAL = (sympy.core.relational.Relational, sympy.logic.boolalg.Boolean)


@dataclass
class Elementary:
    """Names for the functions of `variable` (`moving`) and for the constants (`fixed`) in what was
    written, by what they stand for, and the derivatives of the former, rational in all names.
    `inverse` are names that stand for a fraction."""

    variable: Any
    moving: dict[Any, Any] = field(default_factory=dict)
    fixed: dict[Any, Any] = field(default_factory=dict)
    rules: dict[Any, Any] = field(default_factory=dict)
    inverse: dict[Any, Any] = field(default_factory=dict)

    @property
    def meaning(self) -> Mapping[Any, Any]:
        """What each name stands for."""
        return {name: e for table in (self.moving, self.fixed) for e, name in table.items()}

    def write(self, expression: Any) -> Any:
        """An expression by cases, rational in the names; ModelError for what has no derivative here,
        and for conditions that are not rational."""
        e = sympy.sympify(expression)
        if isinstance(e, (*LOGICAL, *CASES)):
            if not is_rational_by_cases(e):
                raise ModelError(f"expected a condition of rational functions, got {e}")
            return e
        if isinstance(e, sympy.Piecewise):
            return sympy.Piecewise(*((self.write(v), self.write(c)) for v, c in e.args))
        if isinstance(e, Cases):
            return Cases(*((self.write(v), self.write(c)) for v, c in e.lines))
        if e.is_Atom:
            return e if e.is_Rational or e.is_Symbol or e.is_Float else self._constant(e)
        if e.is_Mul or (e.is_Pow and e.exp.is_Integer and (e.has(self.variable) or is_rational(e))):
            return self._product(e)
        if e.is_Add:
            return e.func(*map(self.write, e.args))
        return self._function(e) if e.has(self.variable) else self._constant(e)

    def _product(self, e: Any) -> Any:
        """A product.  For each factor f of a denominator that stands without other functions, 1/f and
        log(f) get names, so that it has an antiderivative."""
        whole = sympy.Mul(*map(self._plain, sympy.Mul.make_args(e)))
        if not whole.free_symbols & set(self.moving.values()):
            for f, _ in sympy.factor_list(sympy.denom(whole))[1]:
                if f.has(self.variable) and is_rational(f):
                    self.inverse[self._named(1 / f, self.moving, "f")] = 1 / f
                    self._named(sympy.log(f), self.moving, "f")
        return whole

    def _rate(self, e: Any) -> Any:
        return e if is_rational(e) else self._plain(e)

    def _plain(self, e: Any) -> Any:
        integer = e.is_Pow and e.exp.is_Integer and (e.has(self.variable) or is_rational(e))
        return self._plain(e.base) ** e.exp if integer else self.write(e)

    def _constant(self, e: Any) -> Any:
        if e.has(sympy.Integral, sympy.nan, sympy.zoo, sympy.oo):
            raise ModelError(f"{e} is no number in closed form")
        return self._named(e, self.fixed, "k")

    def _function(self, e: Any) -> Any:
        if isinstance(e, sympy.Integral):
            raise ModelError(f"{e} has no closed form")
        if e.is_Pow and not e.exp.has(self.variable):
            shift, rest = e.exp.as_coeff_Add()
            whole = sympy.floor(shift)
            e, left = sympy.Pow(e.base, rest + shift - whole), self.write(e.base) ** whole
            return left * self._named(e, self.moving, "f")
        return self._named(e, self.moving, "f")

    def _named(self, e: Any, table: dict[Any, Any], letter: str) -> Any:
        if e not in table:
            if len(self.moving) + len(self.fixed) >= MOST_NAMES:
                raise ModelError(f"{e} is no function that is known to have closed integrals")
            name = sympy.Symbol(f"{self.variable.name}_{letter}{len(table) + 1}")
            table[e] = name
            if letter == "f":
                self.rules[name] = self._slope(e, name)
        return table[e]

    def companions(self, unbounded: bool = False) -> None:
        """Names for integrals of what was written: error functions of exponentials of quadratics, partial
        beta and gamma integrals of products with powers, arctangents of 1/quadratic.  With `unbounded`
        those that vanish at infinity."""
        x = self.variable
        powers = {e.base: (e.exp, n) for e, n in self.moving.items() if e.is_Pow and not e.exp.is_Integer}
        bells = {e.args[0]: n for e, n in self.moving.items()
                 if isinstance(e, sympy.exp) and e.args[0].is_polynomial(x)}
        if set(powers) == {x, 1 - x}:
            (a, one), (b, two) = powers[x], powers[1 - x]
            self._ruled(sympy.betainc(a, b, 0, x), one * two / (x * (1 - x)))
        for exponent, bell in bells.items():
            rate, *rest = sympy.Poly(-exponent, x).all_coeffs()
            if len(rest) == 2:
                root = sympy.sqrt(rate)
                place = root * x + rest[0] / (2 * root)
                scale = 2 * root / sympy.sqrt(sympy.pi) * sympy.exp(sympy.expand(-exponent - place**2) * -1)
                self._ruled(sympy.erfc(place) if unbounded else sympy.erf(place),
                            self.write(-scale if unbounded else scale) * bell)
            elif len(rest) == 1 and x in powers:
                s, power = powers[x]
                scale = rate**s * sympy.exp(rest[0])
                self._ruled(sympy.uppergamma(s, rate * x), -self.write(scale) * power * bell / x)
        for f in [1 / e for e in self.moving if e.is_Pow and e.exp == -1]:
            coefficients = sympy.Poly(f, x).all_coeffs()
            if len(coefficients) == 3:
                a, b, c = coefficients
                width = sympy.sqrt(sympy.expand(4 * a * c - b**2))
                if width.is_real is not False:
                    self._ruled(sympy.atan((2 * a * x + b) / width), self.write(width) / (2 * f))

    def _ruled(self, e: Any, rule: Any) -> None:
        """A name for a function whose derivative is known in names."""
        if e not in self.moving:
            name = sympy.Symbol(f"{self.variable.name}_f{len(self.moving) + 1}")
            self.moving[e], self.rules[name] = name, rule

    def _slope(self, e: Any, name: Any) -> Any:
        """The derivative of a function, rational in the names."""
        x = self.variable
        if e.is_Pow and not e.exp.has(x):
            return name * self._rate(e.exp) * self._rate(sympy.diff(e.base, x)) / self._rate(e.base)
        if isinstance(e, sympy.exp):
            return name * self.write(sympy.diff(e.args[0], x))
        if isinstance(e, sympy.log) and is_rational(e.args[0]):
            return sympy.diff(e.args[0], x) / e.args[0]
        return self.write(sympy.diff(e, x))


def is_rational(expression: Any) -> bool:
    """Whether an expression is a rational function over Q of its symbols."""
    e = sympy.sympify(expression)
    if e.is_Atom:
        return bool(e.is_Rational or e.is_Symbol)
    if e.is_Pow:
        return bool(e.exp.is_Integer) and is_rational(e.base)
    return bool(e.is_Add or e.is_Mul) and all(map(is_rational, e.args))


def is_rational_by_cases(e: Any) -> bool:
    """Whether an expression or condition is made of rational functions and cases of them."""
    if isinstance(e, (*LOGICAL, *CASES, sympy.Piecewise, Cases, sympy.Tuple)):
        return all(map(is_rational_by_cases, e.args))
    if e.is_Add or e.is_Mul:
        return all(map(is_rational_by_cases, e.args))
    if e.is_Pow:
        return bool(e.exp.is_Integer) and is_rational_by_cases(e.base)
    return is_rational(e) or bool(e.is_Float)
