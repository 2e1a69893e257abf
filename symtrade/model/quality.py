"""Trade of a good of unknown quality about which buyer and seller can learn at a cost.

The quality is one of finitely many states; nobody knows it at the beginning.  Each trader privately
chooses a signal, arbitrarily correlated with the state and with the other's signal, then reports a
realization or abstains (Larionov and Yamashita 2024).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.information_costs import Entropy, InformationCost, mirrored


@dataclass(frozen=True)
class QualityEnvironment:
    """States of quality with the buyer's and the seller's valuation in each and the prior.

    Numbers or SymPy expressions; ModelError for floats, lengths that differ, and (where they are
    numbers) probabilities that are not positive or do not sum to 1, and a state in which the seller
    values the good more than the buyer.

    >>> from fractions import Fraction
    >>> env = QualityEnvironment(prior=(Fraction(1, 2),) * 2, buyer=(1, 4), seller=(0, 3))
    >>> env.full_surplus
    1
    """

    prior: tuple[Any, ...]
    buyer: tuple[Any, ...]
    seller: tuple[Any, ...]
    buyer_cost: InformationCost = field(default_factory=Entropy)
    seller_cost: InformationCost = field(default_factory=Entropy)

    def __post_init__(self) -> None:
        for name, what in (("prior", "a probability"), ("buyer", "a valuation"), ("seller", "a valuation")):
            object.__setattr__(self, name, tuple(exact(v, what) for v in getattr(self, name)))
        if not len(self.prior) == len(self.buyer) == len(self.seller) >= 1:
            raise ModelError(
                f"expected as many probabilities, buyer's and seller's valuations as states, got "
                f"{len(self.prior)}, {len(self.buyer)} and {len(self.seller)}")
        for probability in self.prior:
            if probability.is_number and not 0 < probability <= 1:
                raise ModelError(f"expected a probability above 0 and at most 1, got {probability}")
        if sum(self.prior).is_number and sum(self.prior) != 1:
            raise ModelError(f"expected probabilities that sum to 1, got the sum {sum(self.prior)}")
        for b, s in zip(self.buyer, self.seller, strict=True):
            if (b - s).is_number and b - s < 0:
                raise ModelError("expected gains from trade in every state, got a buyer's valuation "
                                 f"{b} below the seller's {s}")

    @property
    def full_surplus(self) -> Any:
        """The expected gains from trade, before costs of information."""
        return sum(p * (b - s) for p, b, s in zip(self.prior, self.buyer, self.seller, strict=True))

    def mirrored(self) -> QualityEnvironment:
        """The same with the states in the opposite order."""
        return QualityEnvironment(self.prior[::-1], self.buyer[::-1], self.seller[::-1],
                                  mirrored(self.buyer_cost), mirrored(self.seller_cost))


@dataclass(frozen=True)
class Prices:
    """What traders with a perfectly correlated signal can be charged and must be paid, with two states.

    `buyer_anchor` and `seller_anchor` are the posteriors (of the second state) at which the tangents of
    the cost's potential support the constraint that nobody wants one more signal realization: the
    multipliers of NA are minus the tangents there.

    >>> from sympy import Rational, symbols
    >>> x, z, w = symbols("x z w")
    >>> env = QualityEnvironment((Rational(1, 2),) * 2, (1, 4), (0, 3))
    >>> Prices(env, z, w).buyer(x, 1)
    -log(x) + log(z) + 4
    """

    env: QualityEnvironment
    buyer_anchor: Any
    seller_anchor: Any

    def buyer(self, x: Any, state: int) -> Any:
        """The largest payment that the multiplier of a state allows at the posterior x."""
        cost = self.env.buyer_cost
        return (self.env.buyer[state] - cost.marginal((1 - x, x), state)
                + cost.marginal((1 - self.buyer_anchor, self.buyer_anchor), state))

    def seller(self, x: Any, state: int) -> Any:
        """The least payment that the multiplier of a state allows at the posterior x."""
        cost = self.env.seller_cost
        return (self.env.seller[state] + cost.marginal((1 - x, x), state)
                - cost.marginal((1 - self.seller_anchor, self.seller_anchor), state))


def buyer_anchor(env: QualityEnvironment, x: Any) -> Any:
    """The anchor for which both states bind the buyer at the posterior x (Opt^b)."""
    return env.buyer_cost.shifted(x, env.buyer[1] - env.buyer[0])


def seller_anchor(env: QualityEnvironment, x: Any) -> Any:
    """The anchor for which both states bind the seller at the posterior x (Opt^s)."""
    return env.seller_cost.shifted(x, env.seller[0] - env.seller[1])
