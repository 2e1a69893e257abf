"""The double auction at split prices: linear equilibria, and when they are second best.

Bids x and asks y trade where x >= y, at the price k x + (1 - k) y (Chatterjee and Samuelson 1983).
Against asks sigma(c) that increase linearly in the cost, the buyer's expected gain has the derivative

    (v - x - k sigma' F_S/f_S) f_S/sigma'        at the cost that asks x,

by Leibniz' rule.  Where F_S/f_S is linear, so is the bid at which it vanishes, and it changes sign
once, from plus to minus: the bid is a best reply to the asks, for every type, and not only locally.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sympy

from symtrade.kernel.verdict import Verdict
from symtrade.model.distribution import Distribution, X
from symtrade.model.distribution_objects import distribution
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.relations import as_tuple
from symtrade.prover import Prover, Searching

V, C = sympy.symbols("v c")
HALF = sympy.Rational(1, 2)


@dataclass(frozen=True)
class LinearEquilibrium:
    """A linear equilibrium of the double auction, with the verdicts it rests on.

    `bid` is linear in ``v``, `ask` in ``c``; they trade where ``v >= threshold``, a formula in
    ``c``.  The decision is that of the second best with the multiplier `weight` in [0, 1] on virtual
    values exactly where `second_best` holds (a relation between the parameters, or True or False).
    """

    buyer: Distribution
    seller: Distribution
    share: Any
    bid: Any
    ask: Any
    threshold: Any
    weight: Any
    second_best: Any
    verdicts: tuple[Verdict, ...] = field(repr=False)


def linear_double_auction(buyer: Any, seller: Any, share: Any = HALF, assuming: Any = (),
                          prover: Prover | None = None) -> LinearEquilibrium:
    """The linear equilibrium of the double auction in which the buyer's bid has weight `share`.

    `buyer` and `seller` are distributions, `share` is in [0, 1] and may be a symbol, `assuming` are
    relations between the parameters of all three.  Raises ModelError where (1 - F)/f of the buyer or
    F/f of the seller is not linear: then linear strategies are no best replies; also where a claim
    on which the equilibrium rests is not proved.  Source: Chatterjee and Samuelson (1983), Satterthwaite
    and Williams (1989); the second best is that of Myerson and Satterthwaite (1983), Theorem 2.

    >>> from symtrade.model.families import uniform
    >>> found = linear_double_auction(uniform(0, 1), uniform(0, 1))
    >>> found.bid, found.ask, found.threshold, found.weight, found.second_best
    (2*v/3 + 1/12, 2*c/3 + 1/4, c + 1/4, 1/3, True)
    """
    prover = Searching() if prover is None else prover
    F, G = _single(buyer, "buyer"), _single(seller, "seller")
    k = exact(share, "share")
    known = as_tuple(assuming)
    court = _Court(prover, known)
    if not k.free_symbols and not 0 <= k <= 1:
        raise ModelError(f"share: expected a weight in [0, 1], got {k}")
    court.establish(sympy.And(k >= 0, k <= 1))
    (v_lo, v_hi), (c_lo, c_hi) = F.support, G.support
    above, below = 1 - F.pieces[0].cdf, G.pieces[0].cdf
    rent_B = _slope(above, F.pieces[0].density, v_hi - X, "buyer: (1 - F)/f", court, (v_lo, v_hi))
    rent_S = _slope(below, G.pieces[0].density, X - c_lo, "seller: F/f", court, (c_lo, c_hi))
    low, high = sympy.symbols("low high")
    bid = (V + k * rent_S * low) / (1 + k * rent_S)
    ask = (C + (1 - k) * rent_B * high) / (1 + (1 - k) * rent_B)
    ends = sympy.solve([low - ask.subs(C, c_lo), high - bid.subs(V, v_hi)], [low, high], dict=True)
    least_ask, highest_bid = (sympy.factor(ends[0][end]) for end in (low, high))
    bid, ask = (_linear(f.subs({low: least_ask, high: highest_bid}), z) for f, z in ((bid, V), (ask, C)))
    _best_replies(court, k, (rent_B, rent_S), (bid, ask), (least_ask, highest_bid))
    court.establish(sympy.And(highest_bid <= ask.subs(C, c_hi), bid.subs(V, v_lo) <= least_ask,
                              least_ask < highest_bid))
    slope = sympy.diff(bid, V)
    threshold = _linear(sympy.cancel((ask - bid.subs(V, 0)) / slope), C)
    weight, condition = _second_best(threshold, rent_B, rent_S, v_hi, c_lo)
    if condition is sympy.true:
        court.establish(sympy.And(weight >= 0, weight <= 1))
    return LinearEquilibrium(F, G, k, bid, ask, threshold, weight, condition, tuple(court.verdicts))


class _Court:
    """What the equilibrium rests on is proved here, or the function ends."""

    def __init__(self, prover: Prover, known: Iterable[Any]) -> None:
        self.prover, self.known, self.verdicts = prover, tuple(known), list[Verdict]()

    def establish(self, claim: Any, more: tuple[Any, ...] = (), parameters: tuple[Any, ...] = ()) -> None:
        verdict = self.prover.establish(claim, assuming=(*self.known, *more), parameters=parameters)
        self.verdicts.append(verdict)
        if not verdict:
            raise ModelError(f"the linear equilibrium rests on {claim}, which was not proved: {verdict}")


def _single(source: Any, who: str) -> Distribution:
    found = distribution(source)
    if not isinstance(found, Distribution) or len(found.pieces) != 1:
        raise ModelError(f"{who}: expected a distribution with one formula on its support, got {found}")
    return found


def _slope(above: Any, density: Any, distance: Any, ratio: str, court: _Court,
           support: tuple[Any, Any]) -> Any:
    """r where ``above = r * distance * density``, proved; ModelError where there is none."""
    slope = sympy.simplify(sympy.powsimp(above / (density * distance), force=True))
    if slope.has(X):
        raise ModelError(f"{ratio} is not linear, so that linear strategies are no best replies")
    difference, symbols = rational_in_powers(above - slope * distance * density)
    court.establish(sympy.Eq(difference, 0), (*(s > 0 for s in symbols), support[0] < X, support[1] > X))
    return slope


def rational_in_powers(formula: Any) -> tuple[Any, tuple[Any, ...]]:
    """A formula in which each power with a symbolic exponent is a new positive symbol, times an
    integer power of its base; and these symbols.

    >>> a = sympy.Symbol("a")
    >>> rational_in_powers((1 - X)**a - (1 - X)**(a - 1) * (1 - X))[0]
    0
    """
    found: dict[tuple[Any, Any], Any] = {}

    def replaced(base: Any, exponent: Any) -> Any:
        whole, rest = exponent.as_coeff_Add()
        if not whole.is_Integer:
            whole, rest = sympy.S.Zero, exponent
        symbol = found.setdefault((base, rest), sympy.Symbol(f"power_{len(found)}"))
        return symbol * base**whole

    result = formula.replace(lambda e: e.is_Pow and not e.exp.is_Integer,
                             lambda e: replaced(*e.as_base_exp()))
    return sympy.cancel(result), tuple(found.values())


def _linear(formula: Any, variable: Any) -> Any:
    """A linear formula with factored coefficients."""
    slope = sympy.diff(formula, variable)
    return sympy.factor(slope) * variable + sympy.factor(formula.subs(variable, 0))


def _best_replies(court: _Court, k: Any, rents: tuple[Any, Any], strategies: tuple[Any, Any],
                  ends: tuple[Any, Any]) -> None:
    """The derivative of a deviation's gain has the sign of the distance to the strategy."""
    z = sympy.Symbol("z")
    (rent_B, rent_S), (bid, ask), (least_ask, highest_bid) = rents, strategies, ends
    gain_B = V - z - k * rent_S * (z - least_ask)
    gain_S = C - z + (1 - k) * rent_B * (highest_bid - z)
    for gain, scale, strategy, own in ((gain_B, 1 + k * rent_S, bid, V),
                                       (gain_S, 1 + (1 - k) * rent_B, ask, C)):
        court.establish(sympy.And(sympy.Eq(gain, scale * (strategy - z), evaluate=False), scale > 0,
                                  sympy.diff(strategy, own) > 0), parameters=(V, C, z))


def _second_best(threshold: Any, rent_B: Any, rent_S: Any, v_hi: Any, c_lo: Any) -> tuple[Any, Any]:
    """The multiplier whose virtual surplus is positive above the threshold, and when there is one:
    v - w (1 - F)/f >= c + w F/f."""
    w = sympy.Symbol("w")
    slope = (1 + w * rent_S) / (1 + w * rent_B)
    start = w * (rent_B * v_hi - rent_S * c_lo) / (1 + w * rent_B)
    at_zero, steepness = threshold.subs(C, 0), sympy.diff(threshold, C)
    solutions = sympy.solve(sympy.numer(sympy.together(start - at_zero)), w)
    if len(solutions) != 1:
        return None, sympy.false
    (weight,) = (sympy.factor(s) for s in solutions)
    gap = sympy.factor(sympy.numer(sympy.together((slope - steepness).subs(w, weight))))
    return weight, sympy.Eq(_essential(gap), 0)


def _essential(gap: Any) -> Any:
    """A product without the factors that are powers of one symbol or numbers."""
    if not gap.free_symbols:
        return gap
    return sympy.Mul(*(f for f in sympy.Mul.make_args(gap)
                       if not (f.is_Number or f.as_base_exp()[0].is_Symbol)))
