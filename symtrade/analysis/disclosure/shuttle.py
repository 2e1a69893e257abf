"""Full-scale shuttle diplomacy with prices p^B(v) = v and p^S(c) = c (Gottardi and Mezzetti 2018).

Time moves v up from 0 and c down from 1, along a straight path, to the fair price p^F.  A buyer who has
not discovered her value knows that it is above v, and that the cost is below c(v).  To report v gives
her (E[v' | v' >= v] - v) G(v)/G(c(v)).  To wait for a moment costs the fall of that, and gains what she
gets where the seller discovers her cost.  Both, times (1 - F(v)) G(c(v)), are polynomials where F and G are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.disclosure.reading import two_distributions
from symtrade.model.distribution import Distribution, X
from symtrade.model.errors import ModelError


@dataclass(frozen=True)
class Shuttle:
    """The fair price; what each trader gains by waiting, per unit of v and up to a positive factor, as an
    expression in ``v``; and the buyer's payoffs from reporting v now or v + delta later."""

    fair_price: Any
    buyer_waits: Any
    seller_waits: Any
    report_now: Callable[[Any], Any]
    report_later: Callable[[Any, Any], Any]


def shuttle(buyer: Any, seller: Any) -> Shuttle:
    """The reporting inequalities for distributions on [0, 1] in one polynomial piece each.

    Raises ModelError for others.

    >>> shuttle("uniform(0,1)", "uniform(0,1)").buyer_waits
    2*v**2 - 2*v + 1/2
    """
    F, G = two_distributions(buyer, seller)
    for D in (F, G):
        if len(D.pieces) > 1 or D.support != (0, 1) or not D.pieces[0].cdf.is_polynomial(X):
            raise ModelError(f"{D.name}: expected one polynomial piece on [0, 1]")
    price = fair_price(F, G)
    v = sympy.Symbol("v")
    pace = (1 - price) / price
    c = 1 - pace * v
    waits_b = (F.upper(v) * G.density(v) - (1 - F.cdf(v)) * G.cdf(v) + F.upper(c) * G.density(c) * pace)
    waits_s = (G.lower(c) * F.density(c) - G.cdf(c) * (1 - F.cdf(c))) * pace + G.lower(v) * F.density(v)

    def now(t: Any) -> Any:
        return sympy.cancel(F.upper(t) * G.cdf(t) / ((1 - F.cdf(t)) * G.cdf(1 - pace * t)))

    def later(t: Any, step: Any) -> Any:
        after = 1 - pace * (t + step)
        found = F.upper(t + step) * G.cdf(t + step) + F.upper(after) * (G.cdf(1 - pace * t) - G.cdf(after))
        return sympy.cancel(found / ((1 - F.cdf(t)) * G.cdf(1 - pace * t)))

    return Shuttle(price, sympy.expand(waits_b), sympy.expand(waits_s), now, later)


def fair_price(F: Distribution, G: Distribution) -> Any:
    """The rational p at which E[v | v >= p] - p = p - E[c | c <= p]; ModelError if there is none."""
    p = sympy.Symbol("p")
    gap = sympy.Poly(sympy.expand(F.upper(p) * G.cdf(p) - G.lower(p) * (1 - F.cdf(p))), p)
    found = [root for root in gap.ground_roots() if 0 < root < 1]
    if len(found) != 1:
        raise ModelError(f"{F.name} and {G.name}: expected one rational fair price, found {len(found)}")
    return found[0]
