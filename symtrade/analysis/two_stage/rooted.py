"""Functions with powers of one linear function of a variable, as rational functions of its root."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import sympy


@dataclass(frozen=True)
class Rooted:
    """A function of `root`, whose range is `box`; `place` is the variable as a polynomial in it."""

    function: Any
    root: Any
    box: Any
    place: Any


def rooted(function: Any, variable: Any, box: Any) -> Rooted | None:
    """The function in terms of s = (a + b*variable)**(1/k), where that removes all of its powers of
    a + b*variable that are no integers and the ends of the range of s are rational; else None.

    >>> from sympy import Interval, sqrt
    >>> x = sympy.Symbol("x")
    >>> found = rooted(sqrt(1 - x)*x, x, Interval.Ropen(0, 1))
    >>> found.function, found.box, found.place
    (x_root*(1 - x_root**2), Interval.Lopen(0, 1), 1 - x_root**2)
    """
    function = sympy.sympify(function)
    powers = [p for p in function.atoms(sympy.Pow) if p.base.has(variable) and not p.exp.is_Integer]
    bases = {p.base for p in powers}
    if len(bases) != 1 or not all(p.exp.is_Rational for p in powers):
        return None
    (base,) = bases
    if not base.is_polynomial(variable) or sympy.degree(base, variable) != 1:
        return None
    k = math.lcm(*(int(p.exp.q) for p in powers))
    b, a = sympy.Poly(base, variable).all_coeffs()
    ends = [sympy.root(base.subs(variable, e), k) for e in (box.start, box.end)]
    if not (a.is_Rational and b.is_Rational and all(e.is_Rational for e in ends)):
        return None
    root = sympy.Symbol(f"{variable.name}_root")
    place = sympy.expand((root**k - a) / b)
    written = function.xreplace({p: root ** (k * p.exp) for p in powers}).subs(variable, place)
    sides = [*zip(ends, (box.left_open, box.right_open), strict=True)][:: 1 if b > 0 else -1]
    return Rooted(written, root, sympy.Interval(sides[0][0], sides[1][0], sides[0][1], sides[1][1]), place)
