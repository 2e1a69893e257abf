"""Answers on implementability, and the statements that a reader need only verify to believe them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.model.information_costs import Entropy
from symtrade.model.quality import QualityEnvironment
from symtrade.model.sign import positive_on


@dataclass(frozen=True)
class Implementable:
    """`lam` are the multipliers by (the other's realization, state), `phi` by (own, other's, state), both
    SymPy expressions; a multiplier of masses that are zero may be as large as one likes (oo)."""

    trader: str
    lam: dict[tuple[int, int], Any]
    phi: dict[tuple[int, int, int], Any]

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class ProfitableDeviation:
    """Other masses, by (own realization, the other's, state), with the given ones of the other and the
    state; own realization I, one more than there are, stands for abstaining.  `gain` is exact."""

    trader: str
    condition: str
    masses: dict[tuple[int, int, int], Any]
    gain: Any

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True)
class Undetermined:
    """NA holds or fails by less than one unit of the last digit asked for."""

    trader: str
    reason: str

    def __bool__(self) -> bool:
        return False


Answer = Implementable | ProfitableDeviation | Undetermined


def statements(env: QualityEnvironment, trader: str, masses: Mapping[Any, Any], trade: Mapping[Any, Any],
               transfers: Mapping[Any, Any], answer: Answer) -> Iterator[Any]:
    """What an answer for a trader rests on: relations, and statements of the kernel.

    `masses` are given by (own realization, the other's, state), `trade` and `transfers` by (own, other's).
    Equalities have the logarithms of primes as symbols: they hold whatever those are.
    """
    sign, values = (1, env.buyer) if trader == "buyer" else (-1, env.seller)
    cost = env.buyer_cost if trader == "buyer" else env.seller_cost
    payoff = {(i, j, v): sign * (q * u - transfers[i, j]) for (i, j), q in trade.items()
              for v, u in enumerate(values)}
    if isinstance(answer, Implementable):
        yield from _conditions(cost, payoff, masses, answer)
    elif isinstance(answer, ProfitableDeviation):
        for j, v in {key[1:]: None for key in masses}:
            totals = [sum(x for key, x in a.items() if key[1:] == (j, v)) for a in (answer.masses, masses)]
            yield sympy.Eq(*totals, evaluate=False)
        yield sympy.And(*(sympy.Ge(x, 0, evaluate=False) for x in answer.masses.values()), evaluate=False)
        yield positive_on(_worth(cost, payoff, answer.masses) - _worth(cost, payoff, masses))


def _conditions(cost: Any, payoff: Mapping[Any, Any], masses: Mapping[Any, Any], answer: Implementable
                ) -> Iterator[Any]:
    posteriors = {i: _posterior(masses, i) for i in {key[0] for key in masses}}
    for (i, j, v), phi in answer.phi.items():
        lam = answer.lam[j, v]
        if lam is sympy.oo:  # the other's realization has no mass in this state
            continue
        stationary = payoff[i, j, v] - cost.marginal(posteriors[i], v) - lam + phi
        yield sympy.Eq(in_primes(stationary), 0, evaluate=False)
        if phi != 0:
            yield sympy.Eq(masses[i, j, v], 0, evaluate=False)
            yield positive_on(phi)
    least = []
    for v in {key[1] for key in answer.lam}:
        here = [x for (_, w), x in answer.lam.items() if w == v and x is not sympy.oo]
        low = min(here, key=lambda x: sympy.N(x, 60))
        yield from (positive_on(x - low) for x in here if x != low)
        least.append(low)
    yield no_other(cost, least)


def no_other(cost: Any, least: list[Any]) -> Any:
    """That no added realization gains at the margin, given the least multiplier of each state."""
    if isinstance(cost, Entropy):
        total = sum(sympy.exp(-x / cost.coefficient) for x in least)
        total = sympy.powsimp(sympy.expand_log(total, force=True))
        if total == 1:
            return sympy.Eq(total, 1, evaluate=False)
        return positive_on(1 - total)
    q = cost.maximizer([-x for x in least], lambda e: int(sympy.sign(sympy.N(e, 60))))
    gain = sympy.expand(-sum(p * x for p, x in zip(q, least, strict=True)) - cost.potential(q))
    return sympy.Le(gain, 0, evaluate=False) if gain.is_Rational else positive_on(-gain)


def _posterior(masses: Mapping[Any, Any], i: int) -> list[Any]:
    states = sorted({key[2] for key in masses})
    by_state = [sum(x for key, x in masses.items() if (key[0], key[2]) == (i, v)) for v in states]
    return [m / sum(by_state) for m in by_state]


def _worth(cost: Any, payoff: Mapping[Any, Any], masses: Mapping[Any, Any]) -> Any:
    total = sum(x * payoff[key] for key, x in masses.items() if key in payoff)
    for i in {key[0] for key in masses}:
        whole = sum(x for key, x in masses.items() if key[0] == i)
        if whole > 0:
            total -= whole * cost.potential(_posterior(masses, i))
    return total


def in_primes(e: Any) -> Any:
    """A number with a symbol for the logarithm of each prime.

    >>> in_primes(2 - sympy.log(sympy.Rational(4, 3)))
    -2*log_2 + log_3 + 2
    """
    def split(argument: Any) -> Any:
        return sum(power * sympy.Symbol(f"log_{prime}") for prime, power in sympy.factorrat(argument).items())

    return sympy.sympify(e).replace(sympy.log, split)
