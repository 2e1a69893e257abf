"""Whether two structures bring the very same revenue: exactly, or by the symmetry of the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

from symtrade.analysis.numbers.logarithms import LogNumber
from symtrade.model.errors import ModelError
from symtrade.model.information_costs import mirrored
from symtrade.model.quality import QualityEnvironment
from symtrade.model.regimes import AT_X, AT_Y, HIGH, LOW, W, Y

if TYPE_CHECKING:
    from symtrade.analysis.costly_information.subsidy import Peak

TURNED = {LOW: HIGH, AT_X: AT_Y, AT_Y: AT_X, HIGH: LOW}


def symmetric(env: QualityEnvironment) -> bool:
    """Whether the problem stays the same as states and traders are exchanged: what the buyer's valuation
    gains the seller's does, and their costs are each other's mirror image."""
    x = sympy.Symbol("x", positive=True)
    (q, p), ((u, v), (a, b)) = env.prior, (env.buyer, env.seller)
    difference = mirrored(env.buyer_cost).potential((1 - x, x)) - env.seller_cost.potential((1 - x, x))
    return bool(p == q and v - u == b - a and sympy.expand(difference) == 0)


def known_equal(one: Peak, other: Peak, mirror: bool) -> bool:
    """Whether the values of two peaks, which balls do not tell apart, are proved to be equal; `mirror` says
    that the problem is symmetric."""
    if one.low == one.high == other.low == other.high:
        return True
    if mirror and _turned(one, other):
        return True
    first, second = _exact(one), _exact(other)
    return first is not None and second is not None and _zero(first - second)


def _turned(one: Peak, other: Peak) -> bool:
    """Whether one peak is the other with states and traders exchanged.  Both are the only zero in their box,
    and the exchange maps a zero to a zero."""
    names = _regimes(one.family.name), _regimes(other.family.name)
    if None in names:
        return False
    (what, buyer, seller), (what_too, buyer_too, seller_too) = names  # type: ignore[misc]
    here, there = (dict(zip(peak.family.symbols, peak.point, strict=True)) for peak in (one, other))
    if what != what_too or len(here) != len(there) or set(here) - {W, Y}:
        return False
    if what == "inside":
        turned = tuple(TURNED.get(name, name) for name in (seller, buyer))
        pairs = ((here[W], there[Y]), (here[Y], there[W]))
    else:
        turned, pairs = (seller, buyer), tuple((here[v], there[v]) for v in here)  # type: ignore[assignment]
        if one.mirrored == other.mirrored:
            return False
    return turned == (buyer_too, seller_too) and all(
        a[0] <= b[1] and b[0] <= a[1] for a, b in pairs)


def _regimes(name: str) -> tuple[str, str, str] | None:
    """What a family of the general mechanism is, and its regimes."""
    what, found, rest = name.partition("; buyer: ")
    buyer, both, seller = rest.partition(", seller: ")
    return (what, buyer, seller) if found and both else None


def _exact(peak: Peak) -> Any | None:
    """The value in closed form, where it has one."""
    if set(peak.family.symbols) - set(peak.exact):
        return None
    return sympy.sympify(peak.family.revenue).subs(peak.exact)


def _zero(number: Any) -> bool:
    number = sympy.expand(sympy.expand_log(number))
    if number == 0:
        return True
    try:
        return LogNumber.read(number).sign() == 0
    except ModelError:
        pass
    if not number.is_algebraic:
        return False
    x = sympy.Symbol("x")
    return bool(sympy.minimal_polynomial(number, x) == x)
