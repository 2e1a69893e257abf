"""Claims with Max, Min, Abs and Piecewise, branch by branch.

Such a claim holds if, and only if, it holds in every branch: where the first of two values is the larger
one, it is the claim about that value, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

KINDS = (sympy.Max, sympy.Min, sympy.Abs, sympy.Piecewise)


@dataclass(frozen=True)
class Branch:
    """`claim` is asked only where all of `guards` hold (in the order in which they were met); None where
    a Piecewise has no value, so that nothing is claimed."""

    guards: tuple[Any, ...]
    claim: Any


def branches(claim: Any) -> tuple[Branch, ...]:
    """The branches of a claim; together they cover everything.

    >>> x, y = sympy.symbols("x y")
    >>> for branch in branches(sympy.Max(x, y) >= 1):
    ...     print(branch.guards, branch.claim)
    (x >= y,) x >= 1
    (y >= x,) y >= 1
    """
    return tuple(_branches((), claim)) if isinstance(claim, sympy.Basic) else (Branch((), claim),)


def _branches(guards: tuple[Any, ...], claim: Any) -> Iterator[Branch]:
    inner = next((e for e in sympy.postorder_traversal(claim) if isinstance(e, KINDS)), None)
    if inner is None:
        yield Branch(guards, claim)
        return
    for guard, value in _values(inner):
        if guard != sympy.false:
            more = guards if guard == sympy.true else (*guards, guard)
            if value is None:
                yield Branch(more, None)
            else:
                yield from _branches(more, claim.xreplace({inner: value}))


def _values(inner: Any) -> Sequence[tuple[Any, Any]]:
    """The values of an expression, each with where it has it; None where it has none."""
    if isinstance(inner, sympy.Abs):
        (x,) = inner.args
        return [(x >= 0, x), (x <= 0, -x)]
    if isinstance(inner, sympy.Piecewise):
        found, missed = [], sympy.true
        for value, condition in inner.args:
            found.append((sympy.And(missed, condition, evaluate=False) if missed != sympy.true else condition,
                          value))
            other = sympy.Not(condition)
            missed = other if missed == sympy.true else sympy.And(missed, other, evaluate=False)
        return found if sympy.true in (c for _, c in inner.args) else [*found, (missed, None)]
    args = sorted(inner.args, key=sympy.default_sort_key)
    largest = isinstance(inner, sympy.Max)
    return [(sympy.And(*((x >= y if largest else x <= y) for y in args if y is not x)), x) for x in args]
