"""Integrals of functions by cases with exponentials, powers and the like, by their antiderivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from flint import fmpq

from symtrade.analysis.cases.antiderivative import antiderivative
from symtrade.analysis.cases.branches import Branch, Undecided
from symtrade.analysis.cases.case_reading import read
from symtrade.analysis.cases.elementary import Elementary, is_rational
from symtrade.analysis.cases.interval import Interval
from symtrade.kernel.calculus import Atom, Integral, Part, Theory, differentiate_fraction
from symtrade.kernel.polynomial import (
    Coefficient,
    RationalFunction,
    Ring,
    compose_fraction,
    denominator,
    numerator,
    quotient,
)
from symtrade.kernel.view import expression as view
from symtrade.kernel.view import polynomial_expression
from symtrade.model.errors import ModelError
from symtrade.model.expressions import coefficient


class NoClosedForm(Undecided):
    """No antiderivative was found.  With numbers only, `enclosure` is a ball (``flint.arb``) that contains
    the integral; where there is none, `estimate` is a number by mpmath, which proves nothing."""

    enclosure: Any = None
    estimate: Any = None

    def __str__(self) -> str:
        known = "" if self.enclosure is None else f"; it is {self.enclosure} (enclosed by Arb)"
        guess = "" if self.estimate is None else f"; about {self.estimate} (numeric, by mpmath: not proved)"
        return super().__str__() + known + guess


@dataclass
class Ends:
    """The ends of the parts of an interval: what the functions are there, as numbers or new constants."""

    branch: Branch
    names: Elementary
    meaning: dict[Any, Any] = field(default_factory=dict)  # new constants: what they stand for

    def values(self, used: Sequence[str], place: Coefficient | None) -> dict[str, Any]:
        """SymPy values of the variable and of functions, by name, at a place (infinity where None)."""
        x, functions = self.names.variable, self.names.meaning
        if place is None:
            found = {x.name: self._constant(sympy.oo, "top")}
            return found | {n: self._constant(None, f"{n}_top") for n in used}
        at = self.branch.view(place)
        return {x.name: at} | {n: self._at(functions[sympy.Symbol(n)], n, at) for n in used}

    def _at(self, function: Any, name: str, at: Any) -> Any:
        value = function.subs(self.names.variable, at)
        for e in [e for e in value.atoms(sympy.Pow) if e.base == 0]:
            value = value.subs(e, 0 if self.branch.claim(e.exp > 0) else sympy.zoo)
        if isinstance(function, sympy.betainc) and at in (0, 1):
            a, b = function.args[:2]
            whole = sympy.gamma(a) * sympy.gamma(b) / sympy.gamma(a + b)
            value = whole if at == 1 else sympy.Integer(0)
        if isinstance(function, sympy.uppergamma) and function.args[1].subs(self.names.variable, at) == 0:
            value = sympy.gamma(function.args[0])
        if value.has(sympy.zoo, sympy.nan, sympy.oo):
            raise NoClosedForm(f"the antiderivative has {function}, which is infinite at {at}")
        return value if is_rational(value) else self._constant(value, name)

    def _constant(self, value: Any, name: str) -> Any:
        for symbol, known in self.meaning.items():
            if known == value and value is not None:
                return symbol
        symbol = sympy.Symbol(f"{name}_{len(self.meaning) + 1}")
        self.meaning[symbol] = value
        return symbol


def integrate_in_names(branch: Branch, written: Any, names: Elementary, interval: Interval,
                       cells: Sequence[Any]) -> tuple[Any, Integral]:
    """The integral of a function written in names over cells, and the statement that it is that.

    With an infinite end the statement is about the integral up to a constant end: the antiderivative
    vanishes as that grows.  Raises NoClosedForm where no antiderivative is found.
    """
    ring = branch.ground.ring
    rules = {n.name: read(rule, ring, branch) for n, rule in names.rules.items()}
    inverse = {n.name: read(f, ring, branch) for n, f in names.inverse.items()}
    ends, parts = Ends(branch, names), []
    for cell in cells:
        value = read(written, ring, cell)
        primitive = antiderivative(value, ring, interval.name, rules, inverse)
        if primitive is None:
            shown = view(value, branch.ground.names).xreplace(dict(names.meaning))
            raise NoClosedForm(f"no antiderivative of {shown} by {interval.name} was found")
        used = [n for n in rules if numerator(primitive, ring).degrees()[ring.index[n]]]
        _positive(branch, names, used, interval)
        if cell.right is None:
            _vanishes(branch, names, numerator(primitive, ring))
        places = ends.values(used, cell.left), ends.values(used, cell.right)
        parts.append((value, primitive, *places, cell.right))
    return _stated(branch, names, (_needed(rules, parts, ring), inverse), parts, ends)


def _needed(rules: Mapping[str, Coefficient], parts: Sequence[Any], ring: Ring) -> dict[str, Coefficient]:
    """The rules of the functions that occur in antiderivatives, and in these rules."""
    found = [n for n in rules if any(n in low for _, _, low, _, _ in parts)]
    for name in found:
        top, bottom = (f(rules[name], ring).degrees() for f in (numerator, denominator))
        found += [n for n in rules if (top[ring.index[n]] or bottom[ring.index[n]]) and n not in found]
    return {n: rules[n] for n in rules if n in found}


def _stated(branch: Branch, names: Elementary,
            known: tuple[Mapping[str, Coefficient], Mapping[str, Coefficient]],
            parts: Sequence[tuple[Any, ...]], ends: Ends) -> tuple[Any, Integral]:
    """The sum of the parts in the user's symbols, and as a statement.

    The statement's integrand has the names that stand for fractions where the antiderivative brings
    them in; with the fractions in their place it is the integrand."""
    (rules, inverse), ring, x = known, branch.ground.ring, names.variable.name
    spare = set(branch.ground.stars) - {ring.names[root.star] for root in branch.roots}
    spare |= {n.name for n in names.rules} | {x}
    constants = (*(n for n in ring.names if n not in spare), *(s.name for s in ends.meaning))
    target = Ring((x, *constants, *rules))
    images = [quotient(target.gens[target.index[n]], target.one) if n in target.index else fmpq(0)
              for n in ring.names]
    theory = Theory((x,), constants, tuple(
        Atom(n, ((x, compose_fraction(rule, images, target)),)) for n, rule in rules.items()))
    total, value, stated = fmpq(0), fmpq(0), []
    fractions = [compose_fraction(inverse[n], images, target) if n in inverse else quotient(g, target.one)
                 for n, g in zip(target.names, target.gens, strict=True)]
    for integrand, primitive, low, high, right in parts:
        moved = compose_fraction(primitive, images, target)
        slope = differentiate_fraction(theory, moved, x)
        if compose_fraction(slope, fractions, target) != compose_fraction(integrand, images, target):
            raise AssertionError(f"{primitive} is no antiderivative of {integrand}")
        places = [tuple((n, coefficient(v, target, "an end")) for n, v in end.items()) for end in (low, high)]
        stated.append(Part(slope, moved, *places))
        for sign, end in ((1, places[1]), (-1, places[0])):
            at = [dict(end).get(n, quotient(g, target.one))
                  for n, g in zip(target.names, target.gens, strict=True)]
            step = sign * compose_fraction(moved, at, target)
            total = total + step
            if sign < 0 or right is not None:
                value = value + step
    _settle(branch, value, ring)
    shown = view(value, {n: branch.ground.names.get(n, sympy.Symbol(n)) for n in target.names})
    return shown.xreplace({**ends.meaning, **names.meaning}), Integral(theory, x, tuple(stated), total)


def _settle(branch: Branch, value: Coefficient, ring: Ring) -> None:
    """Split the parameters where a denominator, a polynomial in them, may vanish."""
    if not isinstance(value, RationalFunction):
        return
    symbols = branch.ground.symbols
    for f, _ in value.den.factor()[1]:
        e = polynomial_expression(f, symbols)
        if {s.name for s in e.free_symbols} <= set(symbols) and not f.is_constant():
            branch.settle(numerator(coefficient(e, ring, "a denominator"), ring))


def _positive(branch: Branch, names: Elementary, used: Sequence[str], interval: Interval) -> None:
    """The bases of powers and the arguments of logarithms are nonnegative on the interval."""
    x = names.variable
    within = [x >= branch.view(interval.low)]
    if interval.high is not None:
        within.append(x <= branch.view(interval.high))
    for name in used:
        e = names.meaning[sympy.Symbol(name)]
        base = e.args[0] if isinstance(e, sympy.log) or (e.is_Pow and e.exp != -1) else None
        if base is not None:
            top, bottom = sympy.fraction(sympy.together(names.write(base)))
            known = tuple(r for n in top.free_symbols | bottom.free_symbols if n in names.rules
                          for r in _between_0_and_1(branch, names.meaning[n], n, within, x))
            symbols = (x, *(n for n in names.rules if any(r.has(n) for r in known)))
            if {n for n in names.rules if top.has(n) or bottom.has(n)} - set(symbols) or not branch.claim(
                    top * bottom >= 0, (*within, *known), symbols):
                raise ModelError(f"{base} is not known to be nonnegative on the interval of {x}: say so in "
                                 "assuming=")
        elif e.is_Pow and e.exp == -1 and not branch.claim(sympy.Ne(e.base, 0), tuple(within), (x,)):
            raise ModelError(f"{e} may divide by zero in the interval")


def _between_0_and_1(branch: Branch, function: Any, name: Any, within: Sequence[Any], x: Any
                     ) -> tuple[Any, ...]:
    """That a power of the variable lies in [0, 1], where the variable does; nothing for other functions."""
    if function.is_Pow and function.base == x and branch.claim(function.exp > 0) and branch.claim(
            sympy.And(x >= 0, x <= 1), tuple(within), (x,)):
        return name >= 0, name <= 1
    return ()


def _grows(branch: Branch, argument: Any, x: Any) -> None:
    """A polynomial grows beyond all bounds with its variable."""
    leading = sympy.Poly(argument, x).LC() if argument.is_polynomial(x) else sympy.Integer(0)
    if leading.is_Pow and leading.exp == sympy.Rational(1, 2):
        leading = leading.base  # which has its sign
    known = leading.is_positive if leading.is_number else is_rational(leading) and branch.claim(leading > 0)
    if not known:
        raise NoClosedForm(f"{argument} is not known to grow with {x}")


def _vanishes(branch: Branch, names: Elementary, primitive: Any) -> None:
    """Every term of an antiderivative tends to zero as the variable grows."""
    ring, x = branch.ground.ring, names.variable
    for exponents, _ in primitive.terms():
        degree: Any = sympy.Integer(int(exponents[ring.index[x.name]]))
        falls = False
        for name, function in names.meaning.items():
            power = int(exponents[ring.index[name.name]])
            if not power or name not in names.rules:
                continue
            if isinstance(function, (sympy.exp, sympy.erfc, sympy.uppergamma)):
                _grows(branch, -function.args[0] if isinstance(function, sympy.exp) else function.args[-1], x)
                falls = True
            elif function.is_Pow and is_rational(function.base):
                top, bottom = sympy.fraction(sympy.together(function.base))
                degree += power * function.exp * (sympy.degree(top, x) - sympy.degree(bottom, x))
            else:
                raise NoClosedForm(f"{function} is not known to vanish as {x} grows")
        if not falls and not branch.claim(degree < 0):
            raise NoClosedForm(f"the integral up to infinity is not known to be finite: {degree} < 0 does"
                               " not follow from assuming=")
