"""Posterior-separable costs of information.

The cost of a signal is the expected potential of its posteriors minus that of the prior.  With joint
masses m(v) of one realization, its share of the cost is |m| h(m/|m|), and the marginal cost of m(v)
is the height at v of the tangent of h at the posterior.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sympy

from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact

Sign = Callable[[Any], int]  # -1, 0 or 1 for an exact number


class InformationCost(Protocol):
    """What the model needs to know of a posterior-separable cost."""

    @property
    def steep(self) -> bool:
        """Whether the marginal cost of mass in a state falls without bound as its probability vanishes."""

    def potential(self, posterior: Sequence[Any]) -> Any:
        """h, a convex function of the posterior (probabilities, one a state)."""

    def marginal(self, posterior: Sequence[Any], state: int) -> Any:
        """The marginal cost of joint mass in a state (by its number): h's tangent there."""

    def shifted(self, x: Any, gap: Any) -> Any:
        """With two states: the z at which h'(z) = h'(x) - gap (probabilities of the second)."""

    def maximizer(self, slopes: Sequence[Any], sign: Sign) -> Sequence[Any]:
        """The posterior q at which the sum of q_v slope_v exceeds h(q) most; slopes are exact numbers."""


def tangent(cost: InformationCost, posterior: Sequence[Any], state: int) -> Any:
    """The marginal cost, differentiated from the potential: what ``cost.marginal`` must equal.

    >>> p = sympy.Symbol("p")
    >>> tangent(Entropy(), (p, 1 - p), 0)
    log(p)
    """
    masses = sympy.symbols(f"m_:{len(posterior)}", positive=True)
    total = sum(masses)
    share = total * cost.potential([m / total for m in masses])
    slope = sympy.diff(share, masses[state])
    return sympy.simplify(slope.subs(dict(zip(masses, posterior, strict=True))))


@dataclass(frozen=True)
class Entropy:
    """`coefficient` times the expected reduction of entropy, in nats.

    >>> Entropy(2).marginal((sympy.Rational(1, 4), sympy.Rational(3, 4)), 0)
    -2*log(4)
    """

    coefficient: Any = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "coefficient", _positive(self.coefficient))

    def potential(self, posterior: Sequence[Any]) -> Any:
        return self.coefficient * sum(_xlogx(q) for q in posterior)

    def marginal(self, posterior: Sequence[Any], state: int) -> Any:
        return self.coefficient * sympy.log(posterior[state])

    @property
    def steep(self) -> bool:
        return True

    def shifted(self, x: Any, gap: Any) -> Any:
        ratio = sympy.exp(gap / self.coefficient)
        return x / (x + ratio * (1 - x))

    def maximizer(self, slopes: Sequence[Any], sign: Sign) -> Sequence[Any]:  # noqa: ARG002  none is needed
        powers = [sympy.exp(s / self.coefficient) for s in slopes]
        return [q / sum(powers) for q in powers]


@dataclass(frozen=True)
class ResidualVariance:
    """`coefficient` times the expected reduction of the sum over states of q(1 - q).

    >>> ResidualVariance().marginal((sympy.Rational(1, 4), sympy.Rational(3, 4)), 0)
    -9/8
    """

    coefficient: Any = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "coefficient", _positive(self.coefficient))

    def potential(self, posterior: Sequence[Any]) -> Any:
        return self.coefficient * (sum(q**2 for q in posterior) - 1)

    def marginal(self, posterior: Sequence[Any], state: int) -> Any:
        return self.coefficient * (2 * posterior[state] - 1 - sum(q**2 for q in posterior))

    @property
    def steep(self) -> bool:
        return False

    def shifted(self, x: Any, gap: Any) -> Any:
        return x - gap / (4 * self.coefficient)

    def maximizer(self, slopes: Sequence[Any], sign: Sign) -> Sequence[Any]:
        """The projection of the slopes onto the posteriors.

        >>> ResidualVariance().maximizer((0, 1, -5), lambda x: sympy.sign(x))
        [1/4, 3/4, 0]
        """
        kept = list(range(len(slopes)))
        while True:
            level = (sum(slopes[v] for v in kept) - 2 * self.coefficient) / sympy.Integer(len(kept))
            above = [v for v in kept if sign(slopes[v] - level) > 0]
            if above == kept:
                return [(slopes[v] - level) / (2 * self.coefficient) if v in kept else sympy.S.Zero
                        for v in range(len(slopes))]
            kept = above


def _positive(value: Any) -> Any:
    value = exact(value, "the coefficient of a cost")
    if value.is_positive is False:
        raise ModelError(f"the coefficient of a cost is positive, got {value}")
    return value


def _xlogx(q: Any) -> Any:
    return sympy.S.Zero if q == 0 else q * sympy.log(q)
