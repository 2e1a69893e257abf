"""Small edits of a relation: what a printer or an author gets wrong in one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import sympy

WEAKER = {sympy.StrictLessThan: sympy.Le, sympy.StrictGreaterThan: sympy.Ge}
TURNED = {sympy.LessThan: sympy.Ge, sympy.GreaterThan: sympy.Le, sympy.StrictLessThan: sympy.Gt,
          sympy.StrictGreaterThan: sympy.Lt}
Path = tuple[int, ...]


@dataclass(frozen=True)
class Edit:
    """An edited relation, and what was done, in words."""

    claim: Any
    what: str


def edits(claim: Any, symbols: Sequence[Any]) -> Iterator[Edit]:
    """The relations that differ from `claim` in one place, likelier slips first.

    Strictness; one symbol for another with the same letter (an index, a bar); a sign; a factor lost
    or too many; p for 1 - p; an exponent; any other symbol; the direction.  `symbols` are those that
    may be put in.  Each edited relation comes once; none is one that SymPy finds to be trivial.
    """
    seen = {claim}
    for edit in _all(claim, symbols):
        if edit.claim not in seen and not isinstance(edit.claim, sympy.logic.boolalg.BooleanAtom):
            seen.add(edit.claim)
            yield edit


def _all(claim: Any, symbols: Sequence[Any]) -> Iterator[Edit]:
    if isinstance(claim, sympy.logic.boolalg.BooleanFunction):
        for k, part in enumerate(claim.args):
            for edit in _all(part, symbols):
                yield Edit(claim.func(*claim.args[:k], edit.claim, *claim.args[k + 1:]), edit.what)
    if not isinstance(claim, sympy.core.relational.Relational):
        return
    if type(claim) in WEAKER:
        yield Edit(WEAKER[type(claim)](claim.lhs, claim.rhs), "weak for strict")
    places = list(_places(claim))
    single = [(p, e) for p, e in places if e.is_Symbol]
    family = [(p, e, [s for s in symbols if s != e and _letter(s) == _letter(e)]) for p, e in single]
    others = [(p, e, [s for s in symbols if _letter(s) != _letter(e)]) for p, e in single]
    one_place = chain(
        (Edit(_put(claim, p, s), f"{s} for {e}") for p, e, choices in family for s in choices),
        (Edit(_put(claim, p, -e), f"the sign of {e}") for p, e in places if _is_term(claim, p)),
        (Edit(_put(claim, p, e / f), f"without the factor {f}") for p, e in places if e.is_Mul
         for f in e.args if not f.is_Number),
        (Edit(_put(claim, p, e * f), f"with a factor {f}") for p, e in places if _is_term(claim, p)
         for s in symbols for f in (s, 1 - s)),
        (Edit(_put(claim, p, 1 - e), f"1 - {e} for {e}") for p, e in places if e.is_Symbol),
        (Edit(_put(claim, p, e.base ** (e.exp + k)), f"exponent {e.exp + k} for {e.exp}") for p, e in places
         if e.is_Pow and e.exp.is_Integer and e.exp > 1 for k in (-1, 1)),
        (Edit(_put(claim, p, e**2), f"the square of {e}") for p, e in places if e.is_Symbol),
        (Edit(_put(claim, p, s), f"{s} for {e}") for p, e, choices in others for s in choices),
    )
    yield from one_place
    if type(claim) in TURNED:
        yield Edit(TURNED[type(claim)](claim.lhs, claim.rhs), "the direction")
    if isinstance(claim, sympy.Equality):
        yield Edit(sympy.Le(claim.lhs, claim.rhs), "<= for =")
        yield Edit(sympy.Ge(claim.lhs, claim.rhs), ">= for =")


def _places(expr: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every subexpression with its path, in a fixed order."""
    for k, part in enumerate(expr.args):
        if isinstance(part, sympy.Expr) and not part.is_Number:
            yield (*path, k), part
            yield from _places(part, (*path, k))


def _put(expr: Any, path: Path, new: Any) -> Any:
    """The expression with another part at a path."""
    if not path:
        return new
    parts = list(expr.args)
    parts[path[0]] = _put(parts[path[0]], path[1:], new)
    return expr.func(*parts)


def _is_term(claim: Any, path: Path) -> bool:
    """Whether a place is a whole side, a term of a sum, or a factor that is one term of a sum."""
    above = claim
    for k in path[:-1]:
        above = above.args[k]
    return above is claim or above.is_Add


def _letter(symbol: Any) -> str:
    """What symbols with other indices share: ``b_lo`` and ``b_hi``; ``q[b_lo, s_lo]`` and all q."""
    name: str = symbol.name
    return name.partition("[")[0] if "[" in name else name.partition("_")[0]
