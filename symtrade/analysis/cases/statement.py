"""From the branches of a computation to the lines of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.cases.asking import asked
from symtrade.analysis.cases.branches import Branch, Ground
from symtrade.kernel.verdict import Unknown
from symtrade.model.cases import Cases
from symtrade.prover import Prover

INFINITE = (sympy.oo, -sympy.oo)


@dataclass(frozen=True)
class Found:
    """What holds on one branch: values (rational functions, as a rule), and whatever else goes with them."""

    conditions: tuple[Any, ...]
    values: tuple[Any, ...]
    more: Any = None
    points: tuple[Any, ...] = ()  # known points of the branch, as substitutions
    doubtful: tuple[Any, ...] = ()  # conditions of which it is open whether they hold anywhere


def unexplained(error: Exception) -> Unknown:
    """What is known of a branch that could not be treated."""
    return Unknown(str(error))


def divided(found: Sequence[tuple[Branch, Any]]) -> tuple[list[tuple[Branch, Any]], tuple[Any, ...]]:
    """The branches with a result; and (condition, reason) for those without."""
    known = [(branch, value) for branch, value in found if not isinstance(value, Unknown)]
    unknown = [
        (sympy.And(*map(facing, branch.conditions)), value.reason)
        for branch, value in found
        if isinstance(value, Unknown)
    ]
    return known, tuple(unknown)


def joined(items: Sequence[Found], ground: Ground, prover: Prover) -> tuple[tuple[Found, Any], ...]:
    """Pairs of a finding and where it holds: few, with few conditions.

    The branches cover the parameter set by construction.  Thin ones (with an equality) join another
    line where its values are proved to be theirs; conditions that others imply are left out.
    """
    ask = _Asking(ground, prover, tuple(c for item in items for c in item.doubtful))
    thin = [item for item in items if any(isinstance(c, sympy.Eq) for c in item.conditions)]
    groups: dict[Any, list[tuple[Any, ...]]] = {}
    heads: dict[Any, Found] = {}
    for item in items:
        if item not in thin:
            heads.setdefault((item.values, item.more), item)
            groups.setdefault((item.values, item.more), []).append(item.conditions)
    for item in thin:
        if _inside(item, groups, heads, ask):
            continue
        if not _absorbed(item, groups, heads, ask):
            heads.setdefault((item.values, item.more), item)
            groups.setdefault((item.values, item.more), []).append(item.conditions)
    return tuple((heads[key], _where(whens, ask)) for key, whens in groups.items())


@dataclass(frozen=True)
class _Asking:
    ground: Ground
    prover: Prover
    doubtful: tuple[Any, ...]

    def __call__(self, claim: Any, given: tuple[Any, ...] = ()) -> bool:
        if claim in (sympy.true, sympy.false):
            return bool(claim)
        if not _is_rational(claim):
            return False
        known = (*self.ground.assuming, *filter(_is_rational, given))
        symbols = tuple(self.ground.symbols.values())
        return bool(asked(self.prover, claim, known, symbols, self.doubtful))

    def rational(self, value: Any) -> bool:
        """Whether a value is a rational function of the parameters alone."""
        return (
            value not in INFINITE
            and value.free_symbols <= set(self.ground.symbols.values())
            and bool(value.is_rational_function())
        )


def _is_rational(claim: Any) -> bool:
    """Whether a claim is about rational functions, as it is not where roots are in radicals."""
    return not any(power.exp.is_Integer is False for power in sympy.sympify(claim).atoms(sympy.Pow))


def _same(one: Found, two: Found, ask: _Asking) -> Any:
    """The claim that two findings have the same values; None where it cannot be one."""
    if one.more != two.more or len(one.values) != len(two.values):
        return None
    pairs = [(a, b) for a, b in zip(one.values, two.values, strict=True) if a != b]
    if not all(ask.rational(a) and ask.rational(b) for a, b in pairs):
        return None
    return sympy.And(*(sympy.Eq(a, b) for a, b in pairs))


def _inside(
    item: Found, groups: dict[Any, list[tuple[Any, ...]]], heads: dict[Any, Found], ask: _Asking
) -> bool:
    """Whether another line applies on a thin branch, with its values."""
    for key, whens in groups.items():
        same = _same(item, heads[key], ask)
        if same is None:
            continue
        for conditions in whens:
            claim = sympy.And(*conditions, same)
            if _possible(claim, item) and ask(claim, item.conditions):
                return True
    return False


def _absorbed(
    item: Found, groups: dict[Any, list[tuple[Any, ...]]], heads: dict[Any, Found], ask: _Asking
) -> bool:
    """Widen a line by a thin branch on its edge, where its formulas still hold."""
    for key, whens in groups.items():
        same = _same(item, heads[key], ask)
        if same is None:
            continue
        for k, conditions in enumerate(whens):
            if any(isinstance(c, sympy.Eq | sympy.Ne) for c in conditions):
                continue
            claim = sympy.And(*map(_weak, conditions), same)
            if not (_possible(claim, item) and ask(claim, item.conditions)):
                continue
            extra = tuple(d for d in item.conditions if not isinstance(d, sympy.Eq) and ask(d, conditions))
            edges = [c for c in conditions if _weak(c) != c and not ask(c, item.conditions)]
            wide = (*(_weak(c) if c in edges else c for c in conditions), *extra)
            added = sympy.Or(*(sympy.Eq(c.lhs, c.rhs) for c in edges))
            if ask(sympy.Implies(sympy.And(*wide, added), sympy.And(*item.conditions))):
                whens[k] = wide
            else:
                whens.append(item.conditions)
            return True
    return False


def _possible(claim: Any, item: Found) -> bool:
    """Whether a claim holds at the known points of a branch."""
    return all(claim.subs(point) != sympy.false for point in item.points[:2])


def _weak(condition: Any) -> Any:
    return {sympy.StrictGreaterThan: sympy.Ge, sympy.StrictLessThan: sympy.Le}.get(
        type(condition), type(condition)
    )(condition.lhs, condition.rhs)


def cases_of(found: Sequence[tuple[Branch, Any]], ground: Ground, prover: Prover) -> Any:
    """Branches with rational functions as an expression: Cases, or the value where there is one for
    all parameters."""
    items = [
        Found(
            branch.conditions, (branch.view(value),), points=branch.samples, doubtful=branch.doubtful
        )
        for branch, value in found
    ]
    return Cases(*((item.values[0], when) for item, when in joined(items, ground, prover)))


def _where(whens: list[tuple[Any, ...]], ask: _Asking) -> Any:
    short = _joined([_fewest(conditions, ask) for conditions in whens])
    return sympy.Or(*(sympy.And(*map(facing, when)) for when in short))


def facing(condition: Any) -> Any:
    """A relation with a number, if there is one, on the right."""
    return condition.reversed if condition.lhs.is_number else condition


def _fewest(conditions: tuple[Any, ...], ask: _Asking) -> tuple[Any, ...]:
    """The conditions without those that the others imply, the first ones first to go."""
    kept = list(conditions)
    for condition in conditions:
        rest = [c for c in kept if c is not condition]
        if ask(condition, tuple(rest)):
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
