"""From the branches of a computation to the lines of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.branches import Branch, Ground, Undecided
from symtrade.kernel.verdict import Proved
from symtrade.kernel.view import expression as view
from symtrade.model.cases import Cases
from symtrade.prover import Prover


@dataclass(frozen=True)
class Found:
    """What holds on one branch: a key by which equal findings are joined, and what to show."""

    conditions: tuple[Any, ...]
    key: str
    value: Any


def lines(found: Sequence[tuple[Branch, Any]], ground: Ground, prover: Prover) -> tuple[tuple[Any, Any], ...]:
    """Pairs (value, condition) from branches with rational functions: few, with few conditions.

    Thin branches (with an equality) are left out where another line gives their value too.  That the
    conditions together are everything is proved once more, as one claim.
    """
    items = [Found(branch.conditions, str(value), view(value, ground.names) if not isinstance(value, sympy.Basic)
                   else value) for branch, value in found]
    items = _without_thin(items, ground, prover)
    groups: dict[str, list[Found]] = {}
    for item in items:
        groups.setdefault(item.key, []).append(item)
    result = []
    for group in groups.values():
        whens = _joined([_fewest(item.conditions, ground, prover) for item in group])
        result.append((group[0].value, sympy.Or(*(sympy.And(*c) for c in whens))))
    cover = sympy.Or(*(when for _, when in result))
    if cover != sympy.true and not isinstance(_ask(cover, ground.assuming, ground, prover), Proved):
        raise Undecided(f"that {cover} covers the parameter set was not shown")
    return tuple(result)


def cases_of(found: Sequence[tuple[Branch, Any]], ground: Ground, prover: Prover) -> Any:
    """The same as an expression: Cases, or the value where there is one for all parameters."""
    return Cases(*lines(found, ground, prover))


def _ask(claim: Any, assuming: tuple[Any, ...], ground: Ground, prover: Prover) -> Any:
    return prover.prove(claim, assuming, tuple(ground.symbols.values()))


def _without_thin(items: list[Found], ground: Ground, prover: Prover) -> list[Found]:
    full = [item for item in items if not any(isinstance(c, sympy.Eq) for c in item.conditions)]
    kept = list(full)
    for item in items:
        if item in full:
            continue
        assuming = (*ground.assuming, *item.conditions)
        for other in full:
            same = other.key == item.key
            claim = sympy.And(*other.conditions, *(() if same else (sympy.Eq(item.value, other.value),)))
            if claim == sympy.true or (claim != sympy.false and bool(_ask(claim, assuming, ground, prover))):
                break
        else:
            kept.append(item)
    return kept


def _fewest(conditions: tuple[Any, ...], ground: Ground, prover: Prover) -> tuple[Any, ...]:
    """The conditions without those that the others imply, the first ones first to go."""
    kept = list(conditions)
    for condition in conditions:
        rest = [c for c in kept if c is not condition]
        if _ask(condition, (*ground.assuming, *rest), ground, prover):
            kept = rest
    return tuple(kept)


def _joined(whens: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Conjunctions of which none contains another, and two that differ in one sign joined."""
    sets = list(dict.fromkeys(frozenset(w) for w in whens))
    changed = True
    while changed:
        changed = False
        for a in sets:
            for b in sets:
                if a is b:
                    continue
                if a < b:
                    sets, changed = [s for s in sets if s is not b], True
                elif len(a - b) == len(b - a) == 1 and _opposite(*(a - b), *(b - a)):
                    sets = [s for s in sets if s is not a and s is not b]
                    if (a & b) not in sets:
                        sets.append(a & b)
                    changed = True
                if changed:
                    break
            if changed:
                break
    order = {w: k for k, w in enumerate(dict.fromkeys(c for when in whens for c in when))}
    return [tuple(sorted(s, key=lambda c: order.get(c, 0))) for s in sets]


def _opposite(one: Any, other: Any) -> bool:
    """Whether one of two conditions always holds because their union is everything."""
    if isinstance(one, sympy.Eq | sympy.Ne) or isinstance(other, sympy.Eq | sympy.Ne):
        return False
    gap = sympy.expand(one.gts - one.lts) + sympy.expand(other.gts - other.lts)
    weak = isinstance(one, sympy.Ge | sympy.Le) or isinstance(other, sympy.Ge | sympy.Le)
    return bool(sympy.expand(gap) == 0 and weak)
