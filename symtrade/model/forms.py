"""Expected utilities as sparse terms (variable -> coefficient)."""

from __future__ import annotations

from collections.abc import Sequence

from symtrade.kernel.polynomial import Coefficient
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.mechanism import Side, Terms


def interim_terms(side: Side, i: int, weights: Sequence[Coefficient]) -> Terms:
    """The truthful utility of type i, summed over the opponent's types with these weights."""
    terms: Terms = {}
    for j, weight in enumerate(weights):
        terms[side.q[i][j]] = weight * side.payoff[i][j]
        terms[side.t[i][j]] = weight * side.money
    return terms


def ex_ante_terms(side: Side, env: FiniteEnvironment) -> Terms:
    """The expected utility of a trader before any type is known."""
    prior = env.prior if side.label == "B" else tuple(zip(*env.prior, strict=True))
    terms: Terms = {}
    for i, weights in enumerate(prior):
        terms.update(interim_terms(side, i, weights))
    return terms
