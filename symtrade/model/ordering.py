"""Which of two values is larger, where the assumptions say so.

A difference is positive if subtracting positive multiples of the assumed inequalities one by one
leaves zero: this follows chains such as s_lo < b_lo < s_hi.  Sound, not complete.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from symtrade.kernel.polynomial import Polynomial, RationalFunction
from symtrade.kernel.region import Region
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError

LIMIT = 2000  # states visited before giving up; a chain of n values needs about n

Monomial = tuple[int, ...]
Index = dict[Monomial, list[tuple[Polynomial, int, bool]]]


def index_conditions(region: Region) -> Index:
    """The assumed inequalities by the monomials that they have with a positive coefficient."""
    found: list[tuple[Polynomial, bool]] = [(region.ring.one, True)]
    for condition in region.conditions:
        f = condition.polynomial
        if condition.relation == "=":
            found += [(f, False), (-f, False)]
        elif condition.relation != "!=":
            found.append((f, condition.relation == ">"))
    index: Index = {}
    for f, strict in found:
        for exponents, c in f.terms():
            if c > 0:
                index.setdefault(tuple(exponents), []).append((f, c, strict))
    return index


def known_positive(f: Polynomial, index: Index) -> bool | None:
    """True: positive wherever the conditions hold; False: nonnegative; None: not decided."""
    weak = False
    queue: deque[tuple[Polynomial, bool]] = deque([(f, False)])
    seen = {(str(f), False)}
    while queue and len(seen) < LIMIT:
        g, strict = queue.popleft()
        if g.is_zero():
            if strict:
                return True
            weak = True
            continue
        lead = next(((tuple(e), c) for e, c in g.terms() if c > 0), None)
        if lead is None:
            continue
        for h, c, is_strict in index.get(lead[0], ()):
            rest = g * c - h * lead[1]
            if not rest.is_zero():
                rest = rest / rest.content()
            state = (str(rest), strict or is_strict)
            if state not in seen:
                seen.add(state)
                queue.append((rest, state[1]))
    return False if weak else None


def compare(difference: Any, index: Index) -> str | None:
    """The sign of a coefficient: one of ``> >= = <= <``, or None where it is not decided."""
    if not isinstance(difference, RationalFunction):
        return ">" if difference > 0 else "<" if difference < 0 else "="
    f = difference.num if difference.den.is_constant() else difference.num * difference.den
    for g, strict, weak in ((f, ">", ">="), (-f, "<", "<=")):
        known = known_positive(g, index)
        if known is not None:
            return strict if known else weak
    return None


def efficient_trade(
    env: FiniteEnvironment, trade: Any = None, weak: bool = False
) -> tuple[tuple[int | None, ...], ...]:
    """For every pair of types whether trade is efficient: 1, 0, or None (both are).

    `trade` (a mapping of pairs of types, or an n x m matrix, with entries 0, 1 or None) answers
    instead of the assumptions where it has an entry.  With `weak`, ties that are possible count as
    decided.  Raises ModelError where the assumptions do not tell.
    """
    index = index_conditions(env.scope_region)
    given = _given(env, trade)
    rows = []
    for i, (buyer, seller) in enumerate(zip(env.values_of("buyer"), env.values_of("seller"), strict=True)):
        row: list[int | None] = []
        for j, (v, c) in enumerate(zip(buyer, seller, strict=True)):
            if (i, j) in given:
                row.append(given[i, j])
                continue
            sign = compare(v - c, index)
            if sign in (">", "<") or (weak and sign is not None):
                row.append({">": 1, ">=": 1, "=": None, "<=": 0, "<": 0}[sign or "="])
                continue
            pair = f"{env.buyer.name(i)}, {env.seller.name(j)}"
            says = "do not say which value is larger" if sign is None else "allow a tie"
            raise ModelError(
                f"is trade between ({pair}) efficient? The assumptions {says}: add the order of the two "
                f"values to assuming=, or answer with trade={{({i}, {j}): 1}} (1, 0, or None for either)"
            )
        rows.append(tuple(row))
    return tuple(rows)


def _given(env: FiniteEnvironment, trade: Any) -> dict[tuple[int, int], int | None]:
    entries: Iterable[tuple[Any, Any]]
    if trade is None:
        return {}
    if isinstance(trade, Mapping):
        entries = trade.items()
    else:
        n, m = env.size
        rows = [tuple(row) for row in trade]
        if len(rows) != n or any(len(row) != m for row in rows):
            raise ModelError(f"trade: expected {n} rows (buyer's types) of {m} entries (seller's types)")
        entries = (((i, j), e) for i, row in enumerate(rows) for j, e in enumerate(row))
    found: dict[tuple[int, int], int | None] = {}
    for key, entry in entries:
        if not isinstance(key, tuple) or len(key) != 2:
            raise ModelError(f"trade: expected keys (buyer's type, seller's type), got {key!r}")
        if entry not in (0, 1, None):
            raise ModelError(f"trade: expected 1, 0 or None, got {entry!r}")
        found[env.buyer.index(key[0]), env.seller.index(key[1])] = None if entry is None else int(entry)
    return found


