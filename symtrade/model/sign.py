"""Statements on the sign of a real function on a box, for exponentials and logarithms as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from flint import fmpq

from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact


def positive_on(expression: Any, box: Mapping[Any, tuple[Any, Any]] | None = None,
                where: Sequence[Any] = (), strict: bool = True) -> Positive:
    """The statement that an expression is positive (nonnegative, with ``strict=False``) throughout a box.

    `box` maps each symbol to the rational ends of its interval; `where` are expressions that are at least
    0 at the points that matter.  A prover's ``establish`` takes the statement; balls prove it.  Raises
    ModelError for floats and ends that are not rational, ValueError for functions without rules.

    >>> from sympy import log, symbols
    >>> x = symbols("x")
    >>> positive_on(x - log(x), {x: (1, 2)}).relation
    '>'
    """
    box = box or {}

    def end(value: Any) -> Any:
        found = exact(value, "an end of an interval")
        if not isinstance(found, sympy.Rational):
            raise ModelError(f"expected a rational end of an interval, got {found}")
        return fmpq(int(found.p), int(found.q))

    functions = real_functions([exact(e) for e in (expression, *where)], tuple(box))
    sides = tuple((end(low), end(high)) for low, high in box.values())
    return Positive(functions, sides, ">" if strict else ">=")
