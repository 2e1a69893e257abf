"""What a trader can do against a mechanism by acquiring other information.

The trader chooses joint masses a(i, j, v) of own realization i, the other's realization j and state
v, with the masses of (j, v) given.  The Lagrangian's derivatives are the implementability conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

import sympy

from symtrade.model.errors import ModelError
from symtrade.model.information_costs import Entropy, InformationCost

Key = tuple[int, ...]


@dataclass(frozen=True)
class Deviation:
    """The deviation problem of a trader with `own` realizations, against `other` ones, in `states`.

    Symbols by position: masses ``a[i, j, v]``, trade ``q[i, j]`` and transfers ``t[i, j]`` after own
    report i and the other's j, valuations ``u[v]``, multipliers ``lam[j, v]`` of the given masses and
    ``phi[i, j, v]`` of nonnegativity.

    >>> problem = Deviation("buyer", own=2, other=2, states=2)
    >>> problem.stationarity(0, 0, 0)
    -lam_00 + phi_000 + q_00*u_0 - t_00 - log((a_000 + a_010)/(a_000 + a_001 + a_010 + a_011))
    """

    trader: Literal["buyer", "seller"]
    own: int
    other: int
    states: int
    cost: InformationCost = field(default_factory=Entropy)

    def __post_init__(self) -> None:
        if self.trader not in ("buyer", "seller"):
            raise ModelError(f"expected buyer or seller, got {self.trader!r}")
        if min(self.own, self.other, self.states) < 1:
            raise ModelError("expected at least one realization for each trader and one state")

    def _symbols(self, name: str, *sizes: int) -> dict[Any, Any]:
        return {key if len(key) > 1 else key[0]: sympy.Symbol(name + "_" + "".join(map(str, key)))
                for key in product(*map(range, sizes))}

    @property
    def a(self) -> Mapping[Any, Any]:
        return self._symbols("a", self.own, self.other, self.states)

    @property
    def q(self) -> Mapping[Any, Any]:
        return self._symbols("q", self.own, self.other)

    @property
    def t(self) -> Mapping[Any, Any]:
        return self._symbols("t", self.own, self.other)

    @property
    def u(self) -> Mapping[Any, Any]:
        return self._symbols("u", self.states)

    @property
    def lam(self) -> Mapping[Any, Any]:
        return self._symbols("lam", self.other, self.states)

    @property
    def phi(self) -> Mapping[Any, Any]:
        return self._symbols("phi", self.own, self.other, self.states)

    def payoff(self, i: int, j: int, v: int) -> Any:
        """The trader's payoff at reports and a state."""
        gain = self.q[i, j] * self.u[v] - self.t[i, j]
        return gain if self.trader == "buyer" else -gain

    def masses(self, i: int) -> list[Any]:
        """The masses of an own realization, by state."""
        return [sum(self.a[i, j, v] for j in range(self.other)) for v in range(self.states)]

    def posterior(self, i: int) -> list[Any]:
        """The posterior after an own realization, by state."""
        masses = self.masses(i)
        return [m / sum(masses) for m in masses]

    @property
    def spent(self) -> Any:
        """The cost of information, up to the constant of the prior."""
        return sum(sum(self.masses(i)) * self.cost.potential(self.posterior(i)) for i in range(self.own))

    @property
    def lagrangian(self) -> Any:
        """Expected payoff minus cost, with the multipliers of both constraints."""
        return sum(self.a[i, j, v] * (self.payoff(i, j, v) - self.lam[j, v] + self.phi[i, j, v])
                   for i, j, v in self.a) - self.spent

    def stationarity(self, i: int, j: int, v: int) -> Any:
        """The Lagrangian's derivative by a mass."""
        outside = self.payoff(i, j, v) - self.lam[j, v] + self.phi[i, j, v]
        return outside - self.marginal(i, v)

    def marginal(self, i: int, v: int) -> Any:
        """The derivative of the cost by a mass of own realization i and state v, in the masses."""
        slope = sympy.diff(self.spent, self.a[i, 0, v])
        logs = sorted(slope.atoms(sympy.log), key=sympy.default_sort_key)
        names = [sympy.Dummy() for _ in logs]
        rational = sympy.expand(sympy.cancel(slope.xreplace(dict(zip(logs, names, strict=True)))))
        return rational.xreplace(dict(zip(names, logs, strict=True)))

    @property
    def curvature(self) -> Any:
        """The second derivative of a realization's cost at masses m_v, along steps d_v."""
        states = range(self.states)
        m, d = ([sympy.Symbol(f"{name}_{v}") for v in states] for name in "md")
        share = sum(m) * self.cost.potential([x / sum(m) for x in m])
        terms = (sympy.diff(share, m[v], m[w]) * d[v] * d[w] for v in states for w in states)
        return sympy.cancel(sympy.together(sum(terms)))
