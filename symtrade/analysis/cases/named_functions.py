"""Powers and exponentials with symbolic parameters as names with known derivatives, ends and bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.elementary import is_rational
from symtrade.kernel.calculus import Atom, Derivative, Equality, Theory
from symtrade.kernel.polynomial import Ring
from symtrade.kernel.verdict import Proved
from symtrade.model.errors import ModelError
from symtrade.model.expressions import coefficient
from symtrade.prover import Prover

Sign = Callable[[Any], str]  # of a rational function of parameters and names: + - or 0


@dataclass
class NamedFunctions:
    """The functions of `variable` between two ends (`moving`: by name what each stands for) and the
    constants (`fixed`) in what was read; `facts` are what is known of the names inside."""

    variable: Any
    low: Any
    high: Any
    prover: Prover
    moving: dict[Any, Any] = field(default_factory=dict)
    fixed: dict[Any, Any] = field(default_factory=dict)
    facts: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.facts += [self.variable > self.low, self.variable < self.high]

    def read(self, expression: Any) -> Any:
        """An expression in names: products and sums of powers and exponentials of rational functions."""
        e = sympy.sympify(expression)
        if is_rational(e):
            return e
        if e.is_Add or e.is_Mul:
            return e.func(*map(self.read, e.args))
        base, exponent = e.as_base_exp()
        if exponent.is_Integer and base != sympy.E:
            return self.read(base) ** exponent
        if base == sympy.E:
            return self._name(sympy.exp(sympy.factor(exponent)))
        if not is_rational(base) or exponent.has(self.variable) or not is_rational(exponent):
            raise ModelError(f"expected powers and exponentials of rational functions, got {e}")
        whole, base = sympy.expand(exponent).as_coeff_Add()[0], sympy.factor(base)
        whole = whole if whole.is_Integer else sympy.Integer(0)
        return base**whole * self._name(base ** (exponent - whole))

    def _name(self, e: Any) -> Any:
        table = self.moving if e.has(self.variable) else self.fixed
        for name, known in table.items():
            if known == e:
                return name
        letter = "f" if table is self.moving else "k"
        name = sympy.Symbol(f"{self.variable.name}_{letter}{len(table) + 1}")
        table[name] = e
        return name

    def meaning(self, expression: Any) -> Any:
        """An expression in names in the user's symbols."""
        return expression.subs({**self.moving, **self.fixed})

    def bound(self, sign: Sign) -> None:
        """Facts: each function lies between its values at the ends, each constant on its side of 1."""
        for name, e in list(self.moving.items()):
            slope = sign(sympy.diff(_inner(e), self.variable))
            low, high = (self.at_end(name, end, sign) for end in (self.low, self.high))
            if slope == "0":
                raise Undecided(f"{e} is constant")
            self.facts += [name > low, name < high] if slope == "+" else [name > high, name < low]
        for name, e in self.fixed.items():
            self.facts.append(name > 0)
            side = sign(_inner(e)) if isinstance(e, sympy.exp) else sign(_inner(e) - 1)
            if isinstance(e, sympy.exp) or sign(e.exp) == "+":
                self.facts.append({"+": name > 1, "-": name < 1, "0": sympy.Eq(name, 1)}[side])
        for (one, e), (two, f) in combinations(self.fixed.items(), 2):
            if isinstance(e, sympy.exp) and isinstance(f, sympy.exp):
                side = sign(_inner(e) - _inner(f))
                self.facts.append({"+": one > two, "-": one < two, "0": sympy.Eq(one, two)}[side])

    def at_end(self, name: Any, end: Any, sign: Sign) -> Any:
        """The value of a function at an end: 0, 1, or the name of a constant."""
        e = self.moving[name]
        inner = sympy.factor(_inner(e).subs(self.variable, end))
        if isinstance(e, sympy.exp):
            return sympy.Integer(1) if sign(inner) == "0" else self._name(sympy.exp(inner))
        if sign(e.exp) != "+" or sign(inner) == "-":
            raise Undecided(f"{e} is not known to have a nonnegative base and a positive exponent")
        if sign(inner) == "0":
            return sympy.Integer(0)
        return sympy.Integer(1) if sign(inner - 1) == "0" else self._name(inner**e.exp)

    def limit(self, expression: Any, end: Any, sign: Sign) -> Any:
        """A polynomial in names at an end."""
        values = {name: self.at_end(name, end, sign) for name in self.moving if expression.has(name)}
        found = sympy.cancel(expression.subs(values).subs(self.variable, end))
        if found.has(sympy.zoo, sympy.nan, sympy.oo):
            raise Undecided(f"the limit of {self.meaning(expression)} at {end} is open")
        return found

    def derivative(self, expression: Any) -> Any:
        """The derivative of a rational function of names, which the kernel confirms."""
        rules = {name: self._rule(name, e) for name, e in self.moving.items()}
        total = sympy.diff(expression, self.variable)
        total += sum((sympy.diff(expression, n) * rule for n, rule in rules.items()), sympy.Integer(0))
        total = sympy.cancel(total)
        theory = self._theory((expression, total, *rules.values()), rules)
        sides = (coefficient(e, theory.ring) for e in (expression, total))
        self._confirmed(Derivative(theory, next(sides), self.variable.name, next(sides)))
        return total

    def confirm(self, one: Any, two: Any) -> None:
        """That two rational functions of names are the same, which the kernel is asked."""
        theory = self._theory((one, two), {})
        self._confirmed(Equality(theory, coefficient(one, theory.ring), coefficient(two, theory.ring)))

    def _theory(self, expressions: Sequence[Any], rules: Mapping[Any, Any]) -> Theory:
        symbols = set().union(*(sympy.sympify(e).free_symbols for e in expressions))
        constants = sorted(s.name for s in symbols - {self.variable} - set(rules))
        ring = Ring((self.variable.name, *constants, *(n.name for n in rules)))
        return Theory((self.variable.name,), tuple(constants), tuple(
            Atom(n.name, ((self.variable.name, coefficient(rule, ring)),)) for n, rule in rules.items()))

    def _confirmed(self, claim: Derivative | Equality) -> None:
        verdict = self.prover.answer(claim)
        if not isinstance(verdict, Proved):
            raise Undecided(f"an identity was not confirmed: {verdict.reason}")

    def _rule(self, name: Any, e: Any) -> Any:
        inner = _inner(e)
        slope = sympy.diff(inner, self.variable)
        return sympy.cancel(name * (slope if isinstance(e, sympy.exp) else e.exp * slope / inner))


def _inner(e: Any) -> Any:
    """The rational function of which a function is a power or the exponential."""
    return e.args[0] if isinstance(e, sympy.exp) else e.base
