"""A box that holds every pair of cutoffs, with the reasons as statements of the kernel.

C(y) = E[c | c <= y] and V(x) = E[v | v >= x] increase, and C is at least the least cost.  So a
solution has y >= V(lo), hence x >= C(V(lo)), where lo is the larger of both least types; and x is at
most C at the smaller of both largest types, hence y <= V(x) there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import S

from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive, enclose
from symtrade.model.distribution import Distribution
from symtrade.model.errors import ModelError

GRID = 20  # bounds are multiples of a 2^-20th of the distance of the ends


@dataclass(frozen=True)
class Bounds:
    """Rational bounds of x and y, and the statements that prove them."""

    x: tuple[Any, Any]
    y: tuple[Any, Any]
    reasons: tuple[Positive, ...]


def constant(expression: Any, digits: int = 20) -> tuple[Any, Any]:
    """A rational interval around a number given by an expression without symbols."""
    (found,) = enclose(real_functions((expression,), ()), (), digits)
    return found


def bounds(F: Distribution, G: Distribution) -> Bounds:
    """The box of all cutoffs, for distributions that leave gains from trade possible but not certain."""
    (low_v, high_v), (low_c, high_c) = F.support, G.support
    low = max(low_v, low_c)
    top = min(high_v, high_c)
    unit = sympy.Rational(1, 2**GRID) * (top - low if top is not S.Infinity else 1)
    reasons: list[Positive] = []

    def settle(value: Any, down: bool, reason: Callable[[Any], Any], beyond: Any) -> Any:
        """A rational bound of a number on one side, short of `beyond`, with its reason."""
        step, digits = unit, 20
        for _ in range(40):
            ends = constant(value, digits)
            end = sympy.Rational(str(ends[0] if down else ends[1]))
            found = (sympy.floor(end / step) - 1 if down else sympy.ceiling(end / step) + 1) * step
            if beyond is None or (found > beyond if down else found < beyond):
                reasons.append(Positive(real_functions((reason(found),), ()), (), ">="))
                return found
            step, digits = step / 64, digits + 5
        raise ModelError(f"{F.name} and {G.name}: a conditional mean is too close to an end of the support")

    y_low = settle(F.mean_above(low), True,
                   lambda y: F.upper(low) - (y - low) * (1 - F.cdf(low)), low_c)
    x_low = settle(G.mean_below(y_low), True,
                   lambda x: (y_low - x) * G.cdf(y_low) - G.lower(y_low), None)
    if high_c <= high_v:
        x_high = settle(G.mean, False, lambda x: x - G.mean, high_v)
    else:
        x_high = settle(G.mean_below(high_v), False,
                        lambda x: (x - high_v) * G.cdf(high_v) + G.lower(high_v), high_v)
    y_high = settle(F.mean_above(x_high), False,
                    lambda y: (y - x_high) * (1 - F.cdf(x_high)) - F.upper(x_high), None)
    return Bounds((x_low, x_high), (y_low, y_high), tuple(reasons))

