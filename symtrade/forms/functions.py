"""SymPy expressions of real variables as the kernel's functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.functions import Functions, Graph


class Clipped(sympy.Function):  # type: ignore[misc]
    """The number from 0 to 1 next to another: a probability whose formula is singular at an end is enclosed
    there all the same."""

    nargs = 1


UNARY: Mapping[Any, str] = {
    sympy.exp: "exp", sympy.log: "log", sympy.erf: "erf",
    sympy.sin: "sin", sympy.cos: "cos", sympy.atan: "atan", Clipped: "clip",
}


class Translator:
    """Writes expressions into one graph.  A symbol is a variable, or stands for another node.

    `names` gives the variables' names by symbol.
    """

    def __init__(self, names: Mapping[Any, str]) -> None:
        self.graph = Graph()
        self.names = tuple(names.values())
        self.known: dict[Any, int] = {s: self.graph.variable(n) for s, n in names.items()}

    def node(self, expression: Any) -> int:
        """The node of an expression; ValueError where it has none."""
        found = self.known.get(expression)
        if found is None:
            found = self.known[expression] = self._build(expression)
        return found

    def composed(self, expression: Any, values: Mapping[Any, int]) -> int:
        """The node of an expression in which symbols stand for the given nodes."""
        outer = self.known
        self.known = {e: n for e, n in outer.items() if not e.free_symbols} | dict(values)
        try:
            return self.node(expression)
        finally:
            self.known = outer

    def _build(self, e: Any) -> int:
        g = self.graph
        if isinstance(e, sympy.Rational):
            return g.number(_rational(e))
        if e.is_Add:
            return self._polynomial(e) or self._sum(e)
        if e.is_Mul:
            return self._product(e)
        if isinstance(e, sympy.Pow):
            return self._power(e.base, e.exp)
        if e is sympy.pi:
            return g("pi")
        if e is sympy.E:
            return g("exp", g.number(1))
        if e.func in UNARY:
            return g(UNARY[e.func], self.node(e.args[0]))
        if isinstance(e, sympy.gamma) and e.args[0].is_Rational:
            return g("Gamma", numbers=(_rational(e.args[0]),))
        if isinstance(e, sympy.lowergamma) and e.args[0].is_Rational:
            s = (_rational(e.args[0]),)
            return g("mul", g("gammainc", self.node(e.args[1]), numbers=s), g("Gamma", numbers=s))
        if isinstance(e, sympy.betainc) and all(a.is_Rational for a in e.args[:2]) and e.args[2] == 0:
            shape = (_rational(e.args[0]), _rational(e.args[1]))
            return g("mul", g("betainc", self.node(e.args[3]), numbers=shape), g("Beta", numbers=shape))
        if isinstance(e, sympy.Integral) and len(e.limits) == 1 and len(e.limits[0]) == 3:
            t, lower, upper = e.limits[0]
            inner = Translator({t: "t"})
            integrand = inner.graph.functions(("t",), (inner.node(e.function),))
            return g.integral(integrand, self.node(lower), self.node(upper))
        if isinstance(e, sympy.Symbol):
            listed = ", ".join(self.names)
            raise ValueError(f"{e} is neither a variable nor a number; the variables are {listed}")
        raise ValueError(f"expected rational numbers, + - * / powers, exp, log or erf, got {e}")

    def _polynomial(self, e: Any) -> int | None:
        """A polynomial over Q in one symbol by Horner's rule, which encloses it more tightly."""
        symbols = e.free_symbols
        if len(symbols) != 1 or not e.is_polynomial(*symbols):
            return None
        coefficients = sympy.Poly(e, *symbols).all_coeffs()
        if len(coefficients) < 3 or not all(isinstance(c, sympy.Rational) for c in coefficients):
            return None
        x = self.node(next(iter(symbols)))
        total = self.graph.number(0)
        for c in coefficients:
            total = self.graph("add", self.graph("mul", total, x), self.graph.number(_rational(c)))
        return total

    def _sum(self, e: Any) -> int:
        """Terms with a minus sign are subtracted."""
        total: int | None = None
        for term in e.args:
            minus = total is not None and term.could_extract_minus_sign()
            here = self.node(-term if minus else term)
            total = here if total is None else self.graph("sub" if minus else "add", total, here)
        assert total is not None
        return total

    def _product(self, e: Any) -> int:
        g = self.graph
        top, bottom = g.number(1), g.number(1)
        for factor in e.args:
            if isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp < 0:
                bottom = g("mul", bottom, self.node(1 / factor))
            elif isinstance(factor, sympy.Rational) and factor.q != 1:
                top = g("mul", top, g.number(fmpq(int(factor.p))))
                bottom = g("mul", bottom, g.number(fmpq(int(factor.q))))
            else:
                top = g("mul", top, self.node(factor))
        return g("div", top, bottom)

    def _power(self, base: Any, exponent: Any) -> int:
        g = self.graph
        if exponent.is_Rational and exponent < 0:
            return g("div", g.number(1), self.node(base**-exponent))
        if exponent.is_Integer:
            return g("power", self.node(base), numbers=(fmpq(int(exponent)),))
        if base is sympy.E:
            return g("exp", self.node(exponent))
        if exponent == sympy.Rational(1, 2):
            return g("sqrt", self.node(base))
        return g("pow", self.node(base), self.node(exponent))


def _rational(value: Any) -> fmpq:
    return fmpq(int(value.p), int(value.q))


def real_functions(expressions: Sequence[Any], variables: Sequence[Any]) -> Functions:
    """The functions that SymPy expressions stand for.

    Understands rational numbers, pi, E, the variables, + - * / powers, exp, log, sin, cos, atan, erf,
    ``Clipped``, ``lowergamma(s, x)``, ``gamma(s)``, ``betainc(a, b, 0, x)`` for rational s, a and b, and
    ``Integral(f, (t, a, b))`` where f depends on t alone.  ValueError for anything else, floats included.

    >>> from sympy import exp, symbols
    >>> x = symbols("x")
    >>> real_functions([exp(x) / 2], [x]).at([0])
    (0.500000000000000,)
    """
    translator = Translator({sympy.sympify(v): str(v) for v in variables})
    roots = [translator.node(sympy.sympify(e)) for e in expressions]
    return translator.graph.functions(translator.names, roots)
