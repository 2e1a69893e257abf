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


def slope(cost: InformationCost, x: Any) -> Any:
    """h' with two states, at the probability x of the second; oo or -oo where it is unbounded.

    >>> slope(Entropy(2), sympy.Symbol("x"))
    2*log(x) - 2*log(1 - x)
    >>> slope(Entropy(), 0), slope(ResidualVariance(), 0)
    (-oo, -2)
    """
    if x in (0, 1) and isinstance(cost, Entropy):
        return sympy.oo if x else -sympy.oo
    if isinstance(cost, OwnCost):
        return cost.slope(x)
    return sympy.expand(cost.marginal((1 - x, x), 1) - cost.marginal((1 - x, x), 0))


def mirrored(cost: InformationCost) -> InformationCost:
    """The cost with the two states exchanged."""
    return cost.mirrored() if isinstance(cost, OwnCost) else cost


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


@dataclass(frozen=True)
class OwnCost:
    """A cost by its potential, a convex function on [0, 1] of the probability `posterior` of the second of
    two states; what is added to it that is linear in the posterior costs nothing.

    ModelError where it depends on anything else, or is not finite on [0, 1].

    >>> p = sympy.Symbol("p")
    >>> cost = OwnCost(p**4 - p, p)
    >>> cost.potential((sympy.Rational(1, 2), sympy.Rational(1, 2)))
    -7/16
    >>> OwnCost(-sympy.sqrt(p) - sympy.sqrt(1 - p), p).steep
    True
    """

    formula: Any
    posterior: Any

    def __post_init__(self) -> None:
        formula, p = exact(self.formula, "the potential"), self.posterior
        if not isinstance(p, sympy.Symbol) or formula.free_symbols != {p}:
            raise ModelError(f"expected a potential in the posterior {p} alone, such as {p}**4 - {p}, got "
                             f"{self.formula}")
        if formula.atoms(sympy.Float):
            raise ModelError(f"expected exact numbers, such as Rational(1, 2), got {self.formula}")
        formula = formula.xreplace({p: POSTERIOR})
        ends = [_end(formula, at) for at in (0, 1)]
        if not all(end.is_finite for end in ends):
            raise ModelError(f"expected a potential that is finite on [0, 1], got {self.formula}, which "
                             f"tends to {ends[0]} at 0 and to {ends[1]} at 1")
        normal = sympy.expand(formula - ends[0] * (1 - POSTERIOR) - ends[1] * POSTERIOR)
        object.__setattr__(self, "_normal", normal)
        object.__setattr__(self, "_slope", _by_logarithms(sympy.diff(normal, POSTERIOR)))

    def __str__(self) -> str:
        return str(self.formula)

    def mirrored(self) -> OwnCost:
        return OwnCost(self.formula.subs(self.posterior, 1 - self.posterior), self.posterior)

    @property
    def steep(self) -> bool:
        return any(not self.slope(at).is_finite for at in (0, 1))

    def slope(self, x: Any) -> Any:
        """The derivative of the potential; its limit at 0 and 1."""
        return _at(self._slope, x)  # type: ignore[attr-defined]

    def potential(self, posterior: Sequence[Any]) -> Any:
        return _at(self._normal, _second(posterior))  # type: ignore[attr-defined]

    def marginal(self, posterior: Sequence[Any], state: int) -> Any:
        h, dh = self._normal, self._slope  # type: ignore[attr-defined]
        arm = 1 - POSTERIOR if state else -POSTERIOR  # times each term: roots of 1 - x then cancel
        tangent_there = _by_logarithms(h + sympy.Add(*(arm * term for term in sympy.Add.make_args(dh))))
        return _at(tangent_there, _second(posterior))

    def shifted(self, x: Any, gap: Any) -> Any:
        """In closed form for quadratic potentials; None for others."""
        dh = self._slope  # type: ignore[attr-defined]
        second = sympy.diff(dh, POSTERIOR)
        return x - gap / second if dh.is_polynomial(POSTERIOR) and second.is_Rational else None

    def maximizer(self, slopes: Sequence[Any], sign: Sign) -> Sequence[Any]:  # noqa: ARG002
        raise ModelError(f"expected the cost Entropy or ResidualVariance, got {self}: the best posterior has "
                         "no closed form")


POSTERIOR = sympy.Dummy("x", positive=True)


def _by_logarithms(formula: Any) -> Any:
    """A formula with the coefficient of each logarithm over one denominator, and cancelled; if it has roots,
    as it is."""
    if any(not power.exp.is_Integer for power in formula.atoms(sympy.Pow)):
        return formula
    formula = sympy.expand(formula)
    logs = sorted(formula.atoms(sympy.log), key=sympy.default_sort_key)
    return sympy.collect(formula, logs, func=sympy.cancel)


def _second(posterior: Sequence[Any]) -> Any:
    if len(posterior) != 2:
        raise ModelError(f"a potential of one's own is for two states, got {len(posterior)}")
    return posterior[1]


def _at(formula: Any, x: Any) -> Any:
    return _end(formula, x) if x in (0, 1) else formula.xreplace({POSTERIOR: sympy.sympify(x)})


def _end(formula: Any, at: Any) -> Any:
    """The limit at an end of [0, 1]."""
    if at == 1:  # limits from the left are less reliable in SymPy
        formula = formula.xreplace({POSTERIOR: 1 - POSTERIOR})
    try:
        return sympy.limit(formula, POSTERIOR, 0, "+")
    except (NotImplementedError, ValueError):
        raise ModelError(f"the limit of {formula} at {at} was not found") from None


def _positive(value: Any) -> Any:
    value = exact(value, "the coefficient of a cost")
    if value.is_positive is False:
        raise ModelError(f"the coefficient of a cost is positive, got {value}")
    return value


def _xlogx(q: Any) -> Any:
    return sympy.S.Zero if q == 0 else q * sympy.log(q)
