"""Integrals with numbers only: cut at algebraic numbers; an enclosure where there is no closed form."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Branch, ground
from symtrade.analysis.cases.case_reading import read
from symtrade.analysis.cases.elementary import Elementary
from symtrade.analysis.cases.numeric import Part, places_of, point_between, prove_signs, tests_of
from symtrade.forms.functions import real_functions
from symtrade.kernel.polynomial import Coefficient
from symtrade.kernel.view import expression as view
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.prover import Prover


def numeric_parts(written: Any, names: Elementary, low: Any, high: Any, prover: Prover
                  ) -> tuple[Branch, list[Part], dict[Any, Any]]:
    """The parts of an interval on which a function without parameters has one formula, from left to
    right, and what the symbols of their ends stand for.  Raises ModelError for ends that are not rational.
    """
    variable, start = names.variable, exact(low)
    last = None if high is sympy.oo else exact(high)
    if not (start.is_Rational and (last is None or last.is_Rational)):
        raise ModelError(f"expected rational ends, got {low} and {high}")
    plain = ground((), (), (variable, *names.meaning))
    first = Branch(plain, prover)
    tests = tests_of(written, variable, start, last if last is not None else start + 1, first)
    roots = [r for p in tests for r in sympy.Poly(p, variable).real_roots()]
    top = last if last is not None else max([start, *map(sympy.ceiling, roots)]) + 1
    if last is None:
        tests = tests_of(written, variable, start, top, first)
    if top < start:
        raise ModelError(f"the ends of the interval of {variable} are not in order: {low}, {high}")
    places = places_of(tests, variable, start, top, f"{variable.name}_star") if top > start else ()
    if places:
        prove_signs(tests, variable, places, prover)
    symbols = [p.symbol for p in places if not p.rational]
    base = ground((), (), (variable, *names.meaning, *symbols))
    branch = Branch(base, prover)
    ends: list[Coefficient] = [read(p.symbol, base.ring, branch) for p in places]
    parts = []
    for k, (left, right) in enumerate(pairwise(places)):
        inside = [point_between(left, right) if n == variable.name else 0 for n in base.ring.names]
        unbounded = last is None and k == len(places) - 2
        parts.append(Part(branch, ends[k], None if unbounded else ends[k + 1], tuple(inside)))
    return branch, parts, {p.symbol: p.value for p in places if not p.rational}


def enclosure(written: Any, names: Elementary, parts: Sequence[Part], ends: dict[Any, Any]) -> Any:
    """A ball (``flint.arb``) that contains an integral; None where Arb finds none, as up to infinity."""
    total: Any = 0
    for part in parts:
        base = part.branch.ground
        value = view(read(written, base.ring, part), base.names).xreplace(dict(names.meaning))
        if part.right is None:
            return None
        ends_here = (view(end, base.names).subs(ends) for end in (part.left, part.right))
        try:
            (found,) = real_functions((sympy.Integral(value, (names.variable, *ends_here)),), ()).at(())
        except (ValueError, ArithmeticError):
            return None
        if not found.is_finite():
            return None
        total = total + found
    return total


def estimate(written: Any, names: Elementary, parts: Sequence[Part], ends: dict[Any, Any]) -> Any:
    """An estimate by mpmath, which proves nothing."""
    import mpmath

    total = mpmath.mpf(0)
    for part in parts:
        base = part.branch.ground
        value = view(read(written, base.ring, part), base.names).xreplace(dict(names.meaning))
        function = sympy.lambdify(names.variable, value, "mpmath")
        low, high = (mpmath.inf if end is None else sympy.N(view(end, base.names).subs(ends), 30)
                     for end in (part.left, part.right))
        total += mpmath.quad(function, [low, high])
    return total
