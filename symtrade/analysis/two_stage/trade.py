"""What it takes that a type of the buyer trades with every type of the seller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.cases.expectation import by_cases
from symtrade.analysis.cases.extremum import infimum
from symtrade.model.cases import Cases, lines_of
from symtrade.model.errors import ModelError
from symtrade.model.interdependent import InterdependentEnvironment
from symtrade.prover import Prover

CASES: Any = (sympy.Piecewise, Cases, sympy.Max, sympy.Min, sympy.Abs)


@dataclass(frozen=True)
class Trade:
    """What it takes that one type of the buyer trades with every type of the seller, or almost every one.

    `places` are the seller's types at which trade may gain least (all types, if they are finitely
    many); `condition` is a condition on the buyer's type and the parameters; `lines` are what trade gains,
    by cases, for types of the seller on an interval.
    """

    environment: InterdependentEnvironment
    places: tuple[Any, ...]
    condition: Any
    lines: tuple[tuple[Any, Any], ...] = ()

    def gain(self, seller: Any, buyer: Any) -> Any:
        """What trade gains at two types."""
        env = self.environment
        one, two = (v.subs({env.seller.symbol: seller, env.buyer.symbol: buyer}) for v in env.valuations)
        return two - one

    def certain(self, buyer: Any) -> Any:
        """The claim that a type of the buyer trades for certain; for types of the seller on an interval it
        must hold at each of them, the seller's symbol."""
        env = self.environment
        if env.seller.finite:
            return sympy.And(*(self._trades(self.gain(s, buyer)) for s in self.places))
        lines = self._at({env.buyer.symbol: buyer})
        claims = [sympy.Implies(when, value >= 0) for value, when in lines]
        if not env.trade_at_ties:
            claims += [_not_zero(value, env.seller.symbol) for value, _ in lines]
        return sympy.And(*claims)

    def uncertain(self, buyer: Any) -> Any:
        """The claim that some types of the seller, with positive probability, do not trade with one type of
        the buyer."""
        env = self.environment
        if env.seller.finite:
            return sympy.Or(*(sympy.Not(self._trades(self.gain(s, buyer))) for s in self.places))
        low, high = env.seller.law.support  # type: ignore[union-attr]
        found = [
            sympy.And(when, value < 0, *_between(p, low, high))
            for p in self.places
            for value, when in self._at({env.seller.symbol: p, env.buyer.symbol: buyer})
        ]
        if not env.trade_at_ties and len(self.lines) == 1:
            ((value, _),) = self._at({env.buyer.symbol: buyer})
            found.append(sympy.Not(_not_zero(value, env.seller.symbol)))
        return sympy.Or(*found)

    def _at(self, types: Any) -> list[tuple[Any, Any]]:
        return [(value.subs(types), sympy.sympify(when).subs(types)) for value, when in self.lines]

    def _trades(self, gain: Any) -> Any:
        return gain >= 0 if self.environment.trade_at_ties else gain > 0


def _between(place: Any, low: Any, high: Any) -> tuple[Any, ...]:
    """That a place lies in an interval, unless it is an end of it."""
    return () if place in (low, high) else (place >= low, place <= high)


def _not_zero(gain: Any, variable: Any) -> Any:
    """That a rational function of a variable is not zero everywhere."""
    top = sympy.fraction(sympy.together(gain))[0]
    return sympy.Or(*(sympy.Ne(c, 0) for c in sympy.Poly(top, variable).all_coeffs()))


def trade_of(env: InterdependentEnvironment, prover: Prover, buyer: Any = None) -> Trade:
    """What certain trade takes, for the buyer's type as a symbol or for one of finitely many types.

    Valuations must be rational by cases, and continuous, in a seller's type on an interval, which must be
    bounded and have no part of probability zero.  Raises ModelError otherwise.
    """
    symbol = env.buyer.symbol
    own = symbol if buyer is None else buyer
    if env.seller.finite:
        for value, chance in zip(env.seller.values, env.seller.probabilities, strict=True):
            if not prover.prove(chance > 0, env.assuming):
                raise ModelError(
                    f"certain trade: the probability {chance} of the seller's type {value} is not known to be"
                    " positive: say so in assuming="
                )
        draft = Trade(env, env.seller.values, None)
        return Trade(env, env.seller.values, draft.certain(own))
    low, high = full_support(env)
    gain = sympy.together(Trade(env, (), None).gain(env.seller.symbol, own))
    given = (*env.assuming, *(env.buyer.range if gain.has(symbol) else ()))
    if gain.has(*CASES):
        gain = by_cases(gain, assuming=(*given, *env.seller.range), prover=prover)
    found = infimum(gain, (env.seller.symbol, sympy.Interval(low, high)), assuming=given, prover=prover)
    if any(case.roots or not case.value.is_rational_function() for case in found.cases):
        raise ModelError(f"certain trade: the least value of {gain} over the seller's types is not rational")
    conditions = [sympy.Or(*(sympy.And(case.when, case.value >= 0) for case in found.cases))]
    if not env.trade_at_ties:
        conditions += [_not_zero(value, env.seller.symbol) for value, _ in lines_of(gain)]
    places = tuple(dict.fromkeys(case.at[0][1] for case in found.cases))
    return Trade(env, places, sympy.And(*conditions), lines_of(gain))


def full_support(env: InterdependentEnvironment) -> tuple[Any, Any]:
    """The ends of the interval of the seller's types, each part of which has positive probability."""
    law: Any = env.seller.law
    low, high = law.support
    if any(piece.density == 0 for piece in law.pieces):
        raise ModelError(f"certain trade: {law.name} gives a part of its support probability zero")
    return low, high


def refuse_unbounded(env: InterdependentEnvironment) -> None:
    """Raise ModelError where types are not bounded."""
    for types in (env.seller, env.buyer):
        if not types.finite and any(end.is_finite is False for end in types.law.support):  # type: ignore[union-attr]
            raise ModelError(f"certain trade: expected {types.symbol} in a bounded interval, got {types.law}")
