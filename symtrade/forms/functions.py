"""SymPy expressions of real variables as the kernel's functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.functions import Functions, Graph

UNARY: Mapping[type, str] = {sympy.log: "log", sympy.erf: "erf"}


def real_functions(expressions: Sequence[Any], variables: Sequence[Any]) -> Functions:
    """The functions that SymPy expressions stand for.

    Understands rational numbers, pi, E, the variables, + - * / powers, exp, log, erf, and
    ``lowergamma(s, x)`` and ``gamma(s)`` for rational s.  ValueError for anything else, floats included.

    >>> from sympy import exp, symbols
    >>> x = symbols("x")
    >>> real_functions([exp(x) / 2], [x]).at([0])
    (0.500000000000000,)
    """
    graph = Graph()
    known: dict[Any, int] = {}
    names = {sympy.sympify(v): str(v) for v in variables}

    def node(e: Any) -> int:
        if e not in known:
            known[e] = _node(e, graph, names, node)
        return known[e]

    return graph.functions(tuple(names.values()), [node(sympy.sympify(e)) for e in expressions])


def _node(e: Any, graph: Graph, names: Mapping[Any, str], node: Callable[[Any], int]) -> int:
    if e in names:
        return graph.variable(names[e])
    if isinstance(e, sympy.Rational):
        return graph.number(fmpq(int(e.p), int(e.q)))
    if e is sympy.pi:
        return graph("pi")
    if e is sympy.E:
        return graph("exp", graph.number(1))
    if isinstance(e, sympy.Add):
        return _sum(e, graph, node)
    if isinstance(e, sympy.Mul):
        top, bottom = e.as_numer_denom() if any(_divides(f) for f in e.args) else (e, sympy.S.One)
        if bottom is not sympy.S.One and top != e:
            return graph("div", node(top), node(bottom))
        return reduce(lambda a, b: graph("mul", a, b), [node(f) for f in e.args])
    if isinstance(e, sympy.exp):
        return graph("exp", node(e.args[0]))
    if isinstance(e, sympy.Pow):
        return _power(e, graph, node)
    if type(e) in UNARY:
        return graph(UNARY[type(e)], node(e.args[0]))
    if isinstance(e, sympy.gamma) and e.args[0].is_Rational:
        return graph("Gamma", numbers=(fmpq(int(e.args[0].p), int(e.args[0].q)),))
    if isinstance(e, sympy.lowergamma) and e.args[0].is_Rational:
        s = (fmpq(int(e.args[0].p), int(e.args[0].q)),)
        return graph("mul", graph("gammainc", node(e.args[1]), numbers=s), graph("Gamma", numbers=s))
    if isinstance(e, sympy.Symbol):
        listed = ", ".join(names.values())
        raise ValueError(f"{e} is neither a variable nor a number; the variables are {listed}")
    raise ValueError(f"expected rational numbers, + - * / powers, exp, log or erf, got {e}")


def _divides(factor: Any) -> bool:
    return isinstance(factor, sympy.Pow) and factor.exp.could_extract_minus_sign()


def _sum(e: Any, graph: Graph, node: Callable[[Any], int]) -> int:
    """Terms with a minus sign are subtracted."""
    total: int | None = None
    for term in e.args:
        minus = total is not None and term.could_extract_minus_sign()
        here = node(-term if minus else term)
        total = here if total is None else graph("sub" if minus else "add", total, here)
    assert total is not None
    return total


def _power(e: Any, graph: Graph, node: Callable[[Any], int]) -> int:
    base, exponent = e.base, e.exp
    if exponent.is_Integer:
        return graph("power", node(base), numbers=(fmpq(int(exponent)),))
    if exponent == sympy.Rational(1, 2):
        return graph("sqrt", node(base))
    if exponent == sympy.Rational(-1, 2):
        return graph("div", graph.number(1), graph("sqrt", node(base)))
    return graph("pow", node(base), node(exponent))
