"""From the branches of a computation to the lines of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.branches import Branch, Ground
from symtrade.model.cases import Cases
from symtrade.prover import Prover

INFINITE = (sympy.oo, -sympy.oo)


@dataclass(frozen=True)
class Found:
    """What holds on one branch: its value and whatever else belongs to it."""

    conditions: tuple[Any, ...]
    value: Any
    more: Any = None


def joined(items: Sequence[Found], ground: Ground, prover: Prover) -> tuple[tuple[Found, Any], ...]:
    """Pairs of a finding and where it holds: few, with few conditions.

    The branches cover the parameter set by construction.  Thin ones (with an equality) are left out
    where another line is proved to apply and to give their value; conditions that others imply, too.
    """
    groups: dict[Any, list[Found]] = {}
    for item in _without_thin(list(items), ground, prover):
        groups.setdefault((item.value, item.more), []).append(item)
    return tuple((group[0], _where(group, ground, prover)) for group in groups.values())


def cases_of(found: Sequence[tuple[Branch, Any]], ground: Ground, prover: Prover) -> Any:
    """Branches with rational functions as an expression: Cases, or the value where there is one for
    all parameters."""
    items = [Found(branch.conditions, branch.view(value)) for branch, value in found]
    return Cases(*((item.value, when) for item, when in joined(items, ground, prover)))


def _where(group: list[Found], ground: Ground, prover: Prover) -> Any:
    whens = _joined([_fewest(item.conditions, ground, prover) for item in group])
    return sympy.Or(*(sympy.And(*map(facing, when)) for when in whens))


def facing(condition: Any) -> Any:
    """A relation with a number, if there is one, on the right."""
    return condition.reversed if condition.lhs.is_number else condition


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
            same = other.value == item.value
            if not (same or (_rational(item.value, ground) and _rational(other.value, ground))):
                continue
            claim = sympy.And(*other.conditions, *(() if same else (sympy.Eq(item.value, other.value),)))
            if claim == sympy.true or (claim != sympy.false and bool(_ask(claim, assuming, ground, prover))):
                break
        else:
            kept.append(item)
    return kept


def _rational(value: Any, ground: Ground) -> bool:
    return (value not in INFINITE and value.free_symbols <= set(ground.symbols.values())
            and bool(value.is_rational_function()))


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
