"""What a figure of regions may be asked to show, as lines of a statement: conditions with values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.model.cases import Cases
from symtrade.model.interdependent import InterdependentEnvironment

SIGNS = ((">", "+"), ("=", "0"), ("<", "-"))


def stated(thing: Any, assuming: Any, signs: bool = False) -> tuple[Any, Any]:
    """A solution or lines as they are (with `signs` a solution as lines, too); a function by cases, or the
    trade of an environment, as lines; and the parameter set."""
    from symtrade.papers import Line

    if signs and isinstance(thing, PiecewiseSolution):
        return lines_of(thing)
    if isinstance(thing, Cases):
        return tuple(Line(when, value) for value, when in thing.lines), assuming
    if isinstance(thing, InterdependentEnvironment):
        import sympy

        lines = Line(sympy.Not(thing.trade), "no trade"), Line(thing.trade, "trade")
        return lines, (*thing.ranges, *_tuple(assuming))
    return thing, assuming


def lines_of(solution: PiecewiseSolution) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The pieces of a solution as lines, and its parameter set as relations."""
    import sympy

    from symtrade.kernel.view import conjunction
    from symtrade.papers import Line

    region = solution.program.region
    symbols = {name: solution.program.symbols.get(name, sympy.Symbol(name)) for name in region.ring.names}
    lines = tuple(Line(piece.region, piece.value) for piece in solution.pieces)
    return lines, tuple(conjunction((c,), symbols) for c in region.conditions)


def _tuple(assuming: Any) -> tuple[Any, ...]:
    return tuple(assuming) if isinstance(assuming, Sequence) else (assuming,)


def by_sign(lines: Any, labels: Any = None) -> tuple[tuple[Any, ...], list[str]]:
    """Lines cut where their values change sign, and labels: the number of the line, or its given label,
    and the sign.

    Raises ValueError for values that are not rational functions.

    >>> import sympy
    >>> from symtrade.papers import Line
    >>> x = sympy.Symbol("x")
    >>> by_sign((Line(x > 0, x - 1),))[1]
    ['(1)\\n$+$', '(1)\\n$0$', '(1)\\n$-$']
    """
    import sympy

    from symtrade.papers import Line

    names = [f"({k})" for k in range(1, len(lines) + 1)] if labels is None else list(labels)
    if len(names) != len(lines):
        raise ValueError(f"expected {len(lines)} labels, one for each piece, got {len(names)}")
    found, texts = [], []
    for line, name in zip(lines, names, strict=True):
        value = line.value
        if not isinstance(value, sympy.Expr) or not value.is_rational_function(*value.free_symbols):
            raise ValueError(f"the sign of {value}: expected a rational function of the parameters")
        for relation, text in SIGNS:
            sides = {">": value > 0, "=": sympy.Eq(value, 0), "<": value < 0}
            found.append(Line(sympy.And(line.when, sides[relation]), text))
            texts.append(f"{name}\n${text}$")
    return tuple(found), texts
