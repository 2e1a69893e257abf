"""From SymPy relations to kernel conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.polynomial import Polynomial, Ring, denominator, numerator
from symtrade.kernel.region import Condition, Region
from symtrade.model.errors import ModelError
from symtrade.model.expressions import Phrase, coefficient

KINDS: tuple[tuple[type, str], ...] = (
    (sympy.StrictGreaterThan, ">"),
    (sympy.GreaterThan, ">="),
    (sympy.StrictLessThan, "<"),
    (sympy.LessThan, "<="),
    (sympy.Equality, "="),
    (sympy.Unequality, "!="),
)


def relation_kind(relation: Any, what: str | Phrase = "the condition") -> str:
    """One of ``> >= < <= = !=``; ModelError for anything that is not a SymPy relation."""
    for kind, text in KINDS:
        if isinstance(relation, kind):
            return text
    raise ModelError(
        f"{what}: expected a relation such as a < b, a <= b or Eq(a, b), got {relation}"
        + (" (a == b compares in Python: write Eq(a, b))" if isinstance(relation, bool) else "")
    )


def atom(
    relation: Any,
    ring: Ring,
    what: str | Phrase,
    denominators: list[Polynomial] | None = None,
    symbols: Mapping[str, Any] | None = None,
) -> Condition:
    """A SymPy relation between rational functions as one condition, which is equivalent to it
    wherever no denominator vanishes; those are appended to `denominators`."""
    kind = relation_kind(relation, what)
    found: list[Polynomial] = [] if denominators is None else denominators
    left = coefficient(relation.lhs, ring, what, found, symbols)
    value = left - coefficient(relation.rhs, ring, what, found, symbols)
    num, den = numerator(value, ring), denominator(value, ring)
    if kind in ("=", "!="):
        return Condition(num, kind)
    signed = num if den.is_constant() else num * den
    return Condition(-signed, ">" if kind == "<" else ">=") if "<" in kind else Condition(signed, kind)


def condition(relation: Any, ring: Ring, what: str | Phrase = "the assumption") -> tuple[Condition, ...]:
    """The conditions that together say what a SymPy relation between rational functions says.

    Takes relations, ``And`` and booleans; ``True`` says nothing.  A relation that divides by a
    nonconstant polynomial also gives the condition that this is not zero.  Raises ModelError for
    ``False``, ``Or``, ``Not``, undeclared symbols and floats.

    >>> p, q = sympy.symbols("p q")
    >>> [str(c) for c in condition(1 / p < q, Ring(("p", "q")))]
    ['p != 0', 'p^2*q - p > 0']
    """
    if relation is True or relation is sympy.true:
        return ()
    if relation is False or relation is sympy.false:
        raise ModelError(f"{what} is false: no parameters satisfy it; check the relations in "
                         "assuming= (a == b compares in Python: write Eq(a, b))")
    if isinstance(relation, sympy.And):
        return tuple(c for part in relation.args for c in condition(part, ring, what))
    if isinstance(relation, (sympy.Or, sympy.Not)):
        raise ModelError(f"{what} {relation}: expected relations that hold together, got a disjunction; "
                         "state one problem for each case")
    denominators: list[Polynomial] = []
    result = atom(relation, ring, Phrase(what, " ", relation), denominators)
    if result.polynomial.is_constant():
        if not result.holds((fmpq(0),) * len(ring.names)):
            raise ModelError(f"{what} {relation} is false: no parameters satisfy it")
        return tuple(Condition(d, "!=") for d in denominators)
    return (*(Condition(d, "!=") for d in denominators), result)


def as_tuple(assumptions: Any) -> tuple[Any, ...]:
    """A single relation or a sequence of them, as a tuple."""
    if isinstance(assumptions, (sympy.Basic, bool)):
        return (assumptions,)
    if isinstance(assumptions, str) or not isinstance(assumptions, Iterable):
        raise ModelError(f"expected relations such as a < b, or symbols, got {assumptions!r}")
    return tuple(assumptions)


def conditions(assumptions: Any, ring: Ring, what: str | Phrase = "the assumption") -> tuple[Condition, ...]:
    """The conditions of a sequence of assumptions, in order and without repetitions."""
    found = (c for relation in as_tuple(assumptions) for c in condition(relation, ring, what))
    return tuple(dict.fromkeys(found))


def declared_signs(symbols: Iterable[Any], ring: Ring) -> tuple[Condition, ...]:
    """What SymPy symbols were declared to be (``positive=True`` and so on), as conditions.

    Raises ModelError for what conditions over the reals cannot say, such as ``integer=True``.

    >>> x = sympy.Symbol("x", positive=True)
    >>> [str(c) for c in declared_signs([x], Ring(("x",)))]
    ['x > 0']
    """
    found = []
    for symbol in symbols:
        x = ring.gens[ring.index[symbol.name]]
        if symbol.is_integer or symbol.is_integer is False or symbol.is_rational is False \
                or symbol.is_extended_real is False or not symbol.is_commutative:
            raise ModelError(
                f"the parameter {symbol.name} was declared {_declared(symbol)}, but parameters range over "
                f"the reals: write symbols('{symbol.name}')"
            )
        if symbol.is_zero:
            found.append(Condition(x, "="))
        elif symbol.is_extended_positive:
            found.append(Condition(x, ">"))
        elif symbol.is_extended_negative:
            found.append(Condition(-x, ">"))
        elif symbol.is_extended_nonnegative:
            found.append(Condition(x, ">="))
        elif symbol.is_extended_nonpositive:
            found.append(Condition(-x, ">="))
        elif symbol.is_extended_nonzero:
            found.append(Condition(x, "!="))
    return tuple(found)


def _declared(symbol: Any) -> str:
    return ", ".join(f"{k}={v}" for k, v in sorted(symbol.assumptions0.items()) if k in (
        "integer", "rational", "real", "imaginary", "complex", "commutative", "irrational"))


def build_region(ring: Ring, assumptions: Sequence[Any], symbols: Iterable[Any]) -> Region:
    """The region of `assumptions`, with what the symbols themselves were declared to be."""
    stated = conditions(assumptions, ring)
    return Region(ring, tuple(dict.fromkeys((*stated, *declared_signs(symbols, ring)))))
