"""One line where the tree needed several: the region of a piece as a single conjunction, if it is one.

The leaves of equal value often make up a region such as "this value is the largest", which a tree
can only reach by several paths.  The conditions are proposed from sample points, and each one is
proved at every leaf that it is to cover.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symtrade.kernel.certificate import Certificate, Fact, Largest, Node, Split
from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction, evaluate, quotient
from symtrade.kernel.region import Condition
from symtrade.solve.lemmas import Notebook, irreducible
from symtrade.solve.sampling import Point

NOT_NEGATIVE = (">=", ">", "=")


def one_line(statement: Certificate, books: Mapping[int, Notebook], k: int, here: Sequence[Point],
             elsewhere: Sequence[Point], short: bool = True) -> Certificate | None:
    """The statement with a single conjunction for piece k, not yet justified; None where none is in sight.

    `books` say what is known at the leaves of the piece, `here` are points of it, `elsewhere` points at
    which it would be false.  The leaves receive the facts by which they lie in the conjunction.  With
    `short` it has as few conditions as the points call for, else all comparisons with other values.
    """
    comparisons, others = _candidates(statement, k, here)
    proposed = separating((*comparisons, *others), elsewhere) if short else comparisons
    if proposed is None:
        return None
    proved = [c for c in proposed if all(_holds(book, c) for book in books.values())]
    needed = separating(proved, elsewhere)
    if not needed:
        return None
    line = needed if short else proved
    needs: list[tuple[Coefficient, tuple[str, ...]]] = [(_whole(c), NOT_NEGATIVE) for c in line]
    facts = {n: book.facts(needs) for n, book in books.items()}
    pieces = list(statement.pieces)
    pieces[k] = replace(pieces[k], regions=(tuple(line),))
    return replace(statement, tree=_with_facts(statement.tree, facts), pieces=tuple(pieces))


def _candidates(statement: Certificate, k: int, here: Sequence[Point]
                ) -> tuple[list[Condition], list[Condition]]:
    """Weak inequalities that hold at all points of the piece: comparisons of values, and others."""
    value = statement.pieces[k].value
    paths = [c.polynomial for piece in statement.pieces for region in piece.regions for c in region]
    written = {_direction(f): f for f in reversed(paths)}  # as on the paths, lest a constant hide a tie
    polynomials: dict[str, Polynomial] = {}
    for other in statement.pieces if value is not None else ():
        if other.value is not None and other.value != value:
            gap: Any = value - other.value
            whole = (gap.num,) if isinstance(gap, RationalFunction) else ()
            for f in (*(f for f, _, _ in irreducible(gap)), *whole):
                polynomials.setdefault(_direction(f), written.get(_direction(f), f))
    count = len(polynomials)
    for f in paths:
        polynomials.setdefault(_direction(f), f)
    result: tuple[list[Condition], list[Condition]] = ([], [])
    for number, f in enumerate(polynomials.values()):
        values = [evaluate(f, point) for point in here]
        if any(v != 0 for v in values):
            if all(v >= 0 for v in values):
                result[number >= count].append(Condition(f, ">="))
            elif all(v <= 0 for v in values):
                result[number >= count].append(Condition(-f, ">="))
    return result


def _direction(f: Polynomial) -> str:
    """The text that polynomials share which differ by a constant factor."""
    return str(f / (f.content() * (-1 if f.leading_coefficient() < 0 else 1)))


def separating(conditions: Sequence[Condition], elsewhere: Sequence[Point]) -> list[Condition] | None:
    """The first of the conditions that suffice to leave out every point of `elsewhere`."""
    left, chosen = list(elsewhere), []
    for condition in conditions:
        rest = [p for p in left if condition.holds(p)]
        if len(rest) < len(left):
            left = rest
            chosen.append(condition)
    return None if left else chosen


def _holds(book: Notebook, condition: Condition) -> bool:
    def upward(f: Polynomial) -> tuple[int, ...]:
        return (1,) if f == condition.polynomial else (-1,) if f == -condition.polynomial else (1, -1)

    whole = _whole(condition)
    return book.signs.allows(whole, NOT_NEGATIVE) or book.establish(whole, NOT_NEGATIVE, upward, (0, 1))


def _whole(condition: Condition) -> Coefficient:
    f = condition.polynomial
    return quotient(f, f.context().constant(1))


def _with_facts(tree: Node, facts: Mapping[int, Sequence[Fact]]) -> Node:
    """The tree with further facts at some of its leaves, which are numbered from left to right."""

    def walk(node: Node, numbers: Iterator[int]) -> Node:
        if isinstance(node, Split):
            return replace(node, branches=tuple((r, walk(child, numbers)) for r, child in node.branches))
        if isinstance(node, Largest):
            return replace(node, branches=tuple(walk(child, numbers) for child in node.branches))
        return replace(node, facts=(*node.facts, *facts.get(next(numbers), ())))

    return walk(tree, iter(range(10**9)))
