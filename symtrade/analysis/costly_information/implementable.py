"""Is an information structure with a mechanism implementable?  The multipliers, or a deviation that pays.

Masses, trade and transfers are exact, so every condition but NA is decided exactly; NA compares the gain
of the best added realization with 0, and is left open only where it is 0 to the last digit asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sympy
from flint import arb, fmpq

from symtrade.analysis.costly_information.evidence import (
    Answer,
    Implementable,
    ProfitableDeviation,
    Undetermined,
    statements,
)
from symtrade.analysis.numbers.logarithms import LogNumber
from symtrade.forms.functions import real_functions
from symtrade.kernel.functions import working
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.information_costs import Entropy
from symtrade.model.quality import QualityEnvironment

if TYPE_CHECKING:
    from symtrade.prover import Prover

Cells = Sequence[Sequence[Any]]


def implementable(env: QualityEnvironment, information: Sequence[Cells], trade: Cells, paid: Cells,
                  received: Cells, digits: int = 100, prover: Prover | None = None) -> dict[str, Answer]:
    """For buyer and seller: the multipliers that implement the mechanism, or a deviation that pays.

    ``information[v][i][j]`` is the joint probability of state v, the buyer's realization i and the seller's
    j; `trade`, `paid` (by the buyer) and `received` (by the seller) are matrices over reports [i][j].
    Probabilities, valuations and trade are rational; transfers may contain logarithms of rationals.
    Costs are posterior separable (symtrade/model/information_costs.py) with tangents of that kind, such as
    entropy and residual variance with rational coefficients.  Raises ModelError for anything else.  With a
    `prover`, all that an answer rests on is established there, from the model anew.

    >>> half = sympy.Rational(1, 2)
    >>> env = QualityEnvironment((half, half), (1, 4), (0, 3))
    >>> answers = implementable(env, [[[half]], [[half]]], [[1]], [[1]], [[3]])
    >>> bool(answers["buyer"]), answers["buyer"].lam
    (True, {(0, 0): log(2), (0, 1): log(2) + 3})
    """
    a = _read(env, information)
    shape = (len(information[0]), len(information[0][0]))
    q, b, s = (_matrix(m, shape) for m in (trade, paid, received))
    answers: dict[str, Answer] = {}
    for trader in ("buyer", "seller"):
        problem = _Problem(env, trader, a, q, b if trader == "buyer" else s, digits)
        answers[trader] = answer = problem.answer()
        if prover is not None:
            transfers = {key if trader == "buyer" else key[::-1]: t
                         for key, t in (b if trader == "buyer" else s).items()}
            traded = {key if trader == "buyer" else key[::-1]: x for key, x in q.items()}
            for statement in statements(env, trader, problem.a, traded, transfers, answer):
                prover.establish(statement)
    return answers


def _read(env: QualityEnvironment, information: Sequence[Cells]) -> dict[tuple[int, int, int], Any]:
    if len(information) != len(env.prior):
        raise ModelError(f"expected one matrix of probabilities for each of {len(env.prior)} states")
    cells = {(i, j, v): exact(x, "a probability") for v, matrix in enumerate(information)
             for i, row in enumerate(matrix) for j, x in enumerate(row)}
    if len({(len(m), *map(len, m)) for m in information}) != 1:
        raise ModelError("expected matrices of one shape")
    for key, x in cells.items():
        if not isinstance(x, sympy.Rational) or x < 0:
            raise ModelError(f"expected a nonnegative rational probability, got {x} at {key}")
    for v, p in enumerate(env.prior):
        total = sum(x for (_, _, w), x in cells.items() if w == v)
        if total != p:
            raise ModelError(f"expected probabilities that sum to the prior {p} in state {v}, got {total}")
    for k in (0, 1):
        for place in {key[k] for key in cells}:
            if all(x == 0 for key, x in cells.items() if key[k] == place):
                who = ("buyer", "seller")[k]
                raise ModelError(f"the {who}'s realization {place} never occurs: leave it out")
    return cells


def _matrix(rows: Cells, shape: tuple[int, int]) -> dict[tuple[int, int], Any]:
    if (len(rows), *map(len, rows)) != (shape[0], *([shape[1]] * shape[0])):
        raise ModelError(f"expected a matrix with {shape[0]} rows and {shape[1]} columns")
    return {(i, j): exact(x, "an entry") for i, row in enumerate(rows) for j, x in enumerate(row)}


class _Problem:
    """One trader's: own realizations come first, whoever it is."""

    def __init__(self, env: QualityEnvironment, trader: str, a: Any, q: Any, t: Any, digits: int) -> None:
        self.trader, self.digits = trader, digits
        buyer = trader == "buyer"
        cost = env.buyer_cost if buyer else env.seller_cost
        values = env.buyer if buyer else env.seller
        self.cost = cost
        self.a = {(i, j, v) if buyer else (j, i, v): x for (i, j, v), x in a.items()}
        sign = 1 if buyer else -1
        self.payoff = {}
        for (i, j), trade in q.items():
            for v, u in enumerate(values):
                self.payoff[(i, j, v) if buyer else (j, i, v)] = LogNumber.read(sign * (trade * u - t[i, j]))
        self.own = sorted({i for i, _, _ in self.a})
        self.other = sorted({j for _, j, _ in self.a})
        self.states = range(len(values))

    def answer(self) -> Answer:
        lam: dict[tuple[int, int], LogNumber | None] = {}
        phi: dict[tuple[int, int, int], Any] = {}
        for v in self.states:
            for i in self.own:
                if self.cost.steep and self.mass(self.a, i, v) == 0:  # a little mass there pays
                    return self.deviation("ST", self.moves_into(i, v))
        for j in self.other:
            for v in self.states:
                net = {i: self.payoff[i, j, v] - self.marginal(i, v) for i in self.own}
                best = self.own[0]
                for i in self.own[1:]:
                    if (net[i] - net[best]).sign() > 0:
                        best = i
                used = [i for i in self.own if self.a[i, j, v] > 0]
                worse = [i for i in used if (net[best] - net[i]).sign() > 0]
                if worse:
                    return self.deviation("ST" if best in used else "DF", [((worse[0], j, v), best)])
                lam[j, v] = net[best] if used else None
                phi |= {(i, j, v): (net[best] - net[i]).sympy() if used else sympy.oo for i in self.own}
        least = [self.least(lam, v) for v in self.states]
        sign = self.gain_of_another([x for _, x in least])
        if sign is None:
            return Undetermined(self.trader, "NA: the best added realization gains 0 to "
                                             f"{self.digits} digits")
        if sign > 0:
            return self.deviation("NA", least)
        shown = {key: sympy.oo if x is None else x.sympy() for key, x in lam.items()}
        return Implementable(self.trader, shown, phi)

    def least(self, lam: Any, v: int) -> tuple[int, LogNumber]:
        """The other's realization with the least multiplier of a state, and that multiplier."""
        here = [(j, x) for j in self.other if (x := lam[j, v]) is not None]
        low = here[0]
        for item in here[1:]:
            if (item[1] - low[1]).sign() < 0:
                low = item
        return low

    def mass(self, a: Any, i: int, v: int) -> Any:
        return sum(a.get((i, j, v), 0) for j in self.other)

    def marginal(self, i: int, v: int) -> LogNumber:
        masses = [self.mass(self.a, i, w) for w in self.states]
        return LogNumber.read(self.cost.marginal([m / sum(masses) for m in masses], v))

    def gain_of_another(self, multipliers: Sequence[LogNumber]) -> int | None:
        """The sign of what one more realization gains at the margin, at its best posterior."""
        if isinstance(self.cost, Entropy):
            return self.sum_of_exponentials(multipliers, self.cost.coefficient)
        slopes = [-x.sympy() for x in multipliers]
        q = self.best_posterior(multipliers)
        value = sympy.expand(sum(x * s for x, s in zip(q, slopes, strict=True)) - self.cost.potential(q))
        value = sympy.expand(sympy.expand_log(value, force=True))
        if value.is_Rational:
            return int(sympy.sign(value))
        return self.by_balls(value)

    def best_posterior(self, multipliers: Sequence[LogNumber]) -> Sequence[Any]:
        return self.cost.maximizer([-x.sympy() for x in multipliers], lambda e: LogNumber.read(e).sign())

    def by_balls(self, value: Any) -> int | None:
        """The sign of a number; None where it is 0 to the last digit."""
        functions, bits = real_functions((value,), ()), 64
        while bits <= 10 * self.digits // 3 + 64:
            with working(bits):
                (found,) = functions.at(())
                if found > 0 or found < 0:
                    return 1 if found > 0 else -1
            bits *= 2
        return None

    def sum_of_exponentials(self, multipliers: Sequence[LogNumber], coefficient: Any) -> int | None:
        """The sign of sum exp(-multiplier/coefficient) - 1."""
        powers = [x.scaled(-1 / fmpq(int(coefficient.p), int(coefficient.q))) for x in multipliers]
        if all(x.rational == 0 and all(c.q == 1 for c in x.logs.values()) for x in powers):
            total = fmpq(-1)
            for x in powers:
                term = fmpq(1)
                for p, c in x.logs.items():
                    term *= fmpq(p) ** int(c.p)
                total += term
            return int(total > 0) - int(total < 0)
        bits, last = 64, 10 * self.digits // 3 + 64
        # with a rational part the sum cannot be 1 (Lindemann and Weierstrass), so more bits always decide
        while bits <= last or any(x.rational != 0 for x in powers):
            with working(bits):
                total = sum((x.ball().exp() for x in powers), arb(-1))
                if total > 0 or total < 0:
                    return 1 if total > 0 else -1
            bits *= 2
        return None

    def moves_into(self, i: int, v: int) -> list[tuple[tuple[int, int, int], int]]:
        """From any cell with mass in state v to realization i, which has none there."""
        (source,) = [key for key, x in self.a.items() if key[2] == v and x > 0][:1]
        return [(source, i)]

    def abstaining(self, least: Sequence[tuple[int, LogNumber]], bits: int) -> list[tuple[Any, int, Any]]:
        """From the cheapest cells into abstaining, in about the proportions that gain most at the margin."""
        posterior = self.best_posterior([x for _, x in least])
        with working(bits + 64):
            shares = real_functions(posterior, ()).at(())
            weights = [int((2**bits * s).mid().floor().unique_fmpz()) for s in shares]
        moves = []
        for v, (j, _) in enumerate(least):
            source = next(i for i in self.own if self.a[i, j, v] > 0)
            weight = max(weights[v], 1) if self.cost.steep else weights[v]
            if weight:
                moves.append(((source, j, v), len(self.own), sympy.Rational(weight, 2**bits)))
        return moves

    def deviation(self, condition: str, found: Sequence[Any]) -> ProfitableDeviation:
        """Masses moved so little that the exact gain is positive, as it is at the margin."""
        before, bits = self.worth(self.a), 4
        while True:
            moves = self.abstaining(found, bits) if condition == "NA" else [(*move, 1) for move in found]
            for halvings in range(1, bits + 4):
                masses = dict(self.a)
                for (i, j, v), target, weight in moves:
                    moved = sympy.Rational(1, 2**halvings) * weight
                    masses[i, j, v] -= moved
                    masses[target, j, v] = masses.get((target, j, v), sympy.S.Zero) + moved
                if min(masses.values()) >= 0:
                    gain = self.worth(masses) - before
                    if gain.sign() > 0:
                        return ProfitableDeviation(self.trader, condition, masses, gain.sympy())
            bits *= 2

    def worth(self, a: Any) -> LogNumber:
        """Expected payoff minus the cost of information, up to a constant."""
        total = LogNumber()
        for key, x in a.items():
            if x > 0 and key in self.payoff:
                total += self.payoff[key].scaled(fmpq(int(x.p), int(x.q)))
        for i in {key[0] for key in a}:
            masses = [self.mass(a, i, v) for v in self.states]
            whole = sum(masses)
            if whole > 0:
                share = whole * self.cost.potential([m / whole for m in masses])
                total -= LogNumber.read(sympy.expand(share))
        return total
