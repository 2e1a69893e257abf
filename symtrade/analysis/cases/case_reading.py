"""Expressions with cases, read where the signs of their conditions are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import sympy
from flint import fmpq

from symtrade.analysis.cases.branches import Split
from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction, Ring
from symtrade.model.cases import Cases
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.relations import relation_kind

RELATIONS: Any = (sympy.core.relational.Relational,)
NEGATIVE = str.maketrans("<>", "><")


class Signs(Protocol):
    """Where an expression is read: what the symbols stand for, and signs of polynomials, weak (`sign`)
    or exact (`settle`)."""

    @property
    def images(self) -> tuple[Coefficient, ...]: ...

    def sign(self, f: Polynomial) -> str: ...

    def settle(self, f: Polynomial) -> str: ...

    def is_zero_free(self, f: Polynomial) -> bool: ...


def read(expression: Any, ring: Ring, signs: Signs) -> Coefficient:
    """An expression of symbols of `ring` as one rational function, its cases decided by `signs`.

    Takes rational operations, Piecewise, Cases, Max, Min and Abs.  Raises ModelError for others.
    """
    e = exact(expression)
    if e.is_Rational:
        return fmpq(int(e.p), int(e.q))
    if e.is_Symbol:
        if e.name not in ring.index:
            raise ModelError(
                f"{e} is neither a parameter nor the variable: declare it in assuming= or parameters="
            )
        return signs.images[ring.index[e.name]]
    if e.is_Float:
        raise ModelError(f"expected exact numbers, got the float {e}; write Rational('{e}') instead")
    if e.is_Add:
        return sum((read(a, ring, signs) for a in e.args[1:]), read(e.args[0], ring, signs))
    if e.is_Mul:
        value = read(e.args[0], ring, signs)
        for a in e.args[1:]:
            value = value * read(a, ring, signs)
        return value
    if e.is_Pow and e.exp.is_Integer:
        return _power(read(e.base, ring, signs), int(e.exp), e)
    if isinstance(e, Cases):
        return read(_applying(e, ring, signs), ring, signs)
    if isinstance(e, sympy.Piecewise):
        for value, when in e.args:
            if holds(when, ring, signs):
                return read(value, ring, signs)
        raise ModelError(f"no case of {e} applies: end the Piecewise with a case that always does")
    if isinstance(e, sympy.Max | sympy.Min):
        return _largest([read(a, ring, signs) for a in e.args], isinstance(e, sympy.Min), signs)
    if isinstance(e, sympy.Abs):
        value = read(e.args[0], ring, signs)
        return -value if _sign(value, signs).startswith("<") else value
    raise ModelError(f"expected rational functions, Piecewise, Max, Min and Abs, got {e}")


def _power(base: Coefficient, exponent: int, shown: Any) -> Coefficient:
    if exponent < 0:
        if not isinstance(base, RationalFunction) and base == 0:
            raise ModelError(f"{shown} divides by zero")
        base, exponent = fmpq(1) / base, -exponent
    value: Coefficient = fmpq(1)
    for _ in range(exponent):
        value = value * base
    return value


def _applying(cases: Cases, ring: Ring, signs: Signs) -> Any:
    """The value of a line that is known to apply, without asking for more signs than it takes."""
    splits = []
    for value, when in cases.lines:
        try:
            if holds(when, ring, signs):
                return value
        except Split as split:
            splits.append(split)
    if splits:
        raise splits[0]
    raise ModelError(f"no case of {cases} applies")


def _largest(values: list[Coefficient], least: bool, signs: Signs) -> Coefficient:
    best = values[0]
    for value in values[1:]:
        gap = value - best
        if _sign(-gap if least else gap, signs).startswith(">"):
            best = value
    return best


def _sign(value: Coefficient, signs: Signs, exactly: bool = False) -> str:
    if not isinstance(value, RationalFunction):
        return ">" if value > 0 else "<" if value < 0 else "="
    ask = signs.settle if exactly else signs.sign
    top = ask(value.num)
    if top != "=" and not value.den.is_constant() and signs.sign(value.den).startswith("<"):
        return top.translate(NEGATIVE)
    return top


def holds(condition: Any, ring: Ring, signs: Signs) -> bool:
    """Whether a condition holds; the signs are asked for exactly where it matters."""
    if condition in (True, sympy.true):
        return True
    if condition in (False, sympy.false):
        return False
    if isinstance(condition, sympy.And):
        return all(holds(a, ring, signs) for a in _ordered(condition))
    if isinstance(condition, sympy.Or):
        return any(holds(a, ring, signs) for a in _ordered(condition))
    if isinstance(condition, sympy.Not):
        return not holds(condition.args[0], ring, signs)
    kind = relation_kind(condition)
    gap = read(condition.lhs, ring, signs) - read(condition.rhs, ring, signs)
    if kind in ("=", "!=") and isinstance(gap, RationalFunction) and signs.is_zero_free(gap.num):
        return kind == "!="
    known = _sign(gap, signs)
    enough = {
        ">": (">",),
        ">=": (">", ">=", "="),
        "<": ("<",),
        "<=": ("<", "<=", "="),
        "=": ("=",),
        "!=": ("<", ">"),
    }[kind]
    never = {
        ">": ("<", "<=", "="),
        ">=": ("<",),
        "<": (">", ">=", "="),
        "<=": (">",),
        "=": ("<", ">"),
        "!=": ("=",),
    }[kind]
    if known in enough or known in never:
        return known in enough
    return _sign(gap, signs, exactly=True) in enough


def _ordered(condition: Any) -> list[Any]:
    return sorted(condition.args, key=lambda a: (len(a.free_symbols), str(a)))


def conditions_in(expression: Any) -> Iterator[Any]:
    """The expressions whose signs decide the cases of an expression."""
    for part in sympy.preorder_traversal(sympy.sympify(expression)):
        if isinstance(part, RELATIONS):
            yield part.lhs - part.rhs
        elif isinstance(part, sympy.Max | sympy.Min):
            yield from (a - b for k, a in enumerate(part.args) for b in part.args[:k])
        elif isinstance(part, sympy.Abs):
            yield part.args[0]
