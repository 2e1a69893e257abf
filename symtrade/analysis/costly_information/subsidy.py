"""The least subsidy for efficient trade with costly information, two states, steep costs, and its proof.

The supremum of what the designer keeps is the largest over a few families (symtrade/model/subsidy.py).
Statements are established that list all their critical points above a level; the level is chosen between
the value of no information and the best value found roughly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import sympy
from flint import arb, fmpq

from symtrade.analysis.costly_information.candidates import by_regime, highest
from symtrade.analysis.costly_information.ties import known_equal
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Box, Positive, Zeros, enclose
from symtrade.kernel.functions import working
from symtrade.kernel.verdict import Proved
from symtrade.model.quality import QualityEnvironment
from symtrade.model.subsidy import (
    LOG_W,
    LOG_Y,
    SPREAD,
    Family,
    degenerate_limits,
    full_information,
    in_logarithms,
    no_information,
    spreads,
    two_kinks,
)

if TYPE_CHECKING:
    from symtrade.prover import Prover

TIE = fmpq(1, 10**40)  # no information is not told apart from what is closer than this
FARTHEST = 5000  # the largest gap relative to the cost


class Undecided(Exception):
    """The optimum could not be certified; the message says which statement failed."""


@dataclass(frozen=True)
class Peak:
    """A family (in which states may be mirrored) at a point, with ends of its value there; `exact` and
    `polynomials` as in :class:`Winner`."""

    family: Family
    mirrored: bool
    point: Box
    low: Any
    high: Any
    exact: Mapping[Any, Any] = field(default_factory=dict)
    polynomials: Mapping[Any, Any] = field(default_factory=dict)

    @classmethod
    def at(cls, family: Family, mirrored: bool, point: Box, digits: int) -> Peak:
        """The family at a point, with its value to about so many digits."""
        ends = enclose(real_functions((family.revenue,), family.symbols), point, digits)[0]
        return cls(family, mirrored, point, *ends)


@dataclass(frozen=True)
class Winner:
    """The family with the largest value, and the certified point of its coordinates; `exact` are these as
    expressions where they are known, `polynomials` what they are roots of, `ties` names other families with
    the very same value."""

    family: Family
    mirrored: bool
    point: Box
    exact: Mapping[Any, Any] = field(default_factory=dict)
    polynomials: Mapping[Any, Any] = field(default_factory=dict)
    ties: tuple[str, ...] = ()


def rational(value: Any) -> fmpq:
    return fmpq(int(value.p), int(value.q))


def box_of(family: Family) -> Box:
    return tuple((rational(low), rational(high)) for low, high in family.box)


def value_of(expression: Any) -> Any:
    """A number given by an expression without symbols, roughly."""
    low, high = enclose(real_functions((expression,), ()), (), 60)[0]
    return (low + high) / 2


def supremum(env: QualityEnvironment, digits: int, prover: Prover) -> Winner:
    """The best structure for steep costs, with the statements that prove it established.

    Revenue, as a function of the two posteriors, is continuous up to the limits where they degenerate: it is
    largest at no information, at full information, or at a critical point, inside or where one posterior
    degenerates.  All critical points above a level are listed, and compared.  Raises Undecided where a
    statement is not proved or two values agree to all digits.
    """
    if gap_ratio(env) > FARTHEST:
        raise Undecided("the valuation gaps are so many times the cost that posteriors are too near 0 and 1 "
                        "to be told; with a cost 1000 times as high they can")
    digits += 30 + math.ceil(gap_ratio(env) / 2)  # values differ by as little as exp(-ratio)
    sides = [(_Sides(env.mirrored() if mirrored else env), mirrored) for mirrored in (False, True)]
    nothing = Peak.at(no_information(env), False, (), digits)
    peaks = [nothing, Peak.at(full_information(env), False, (), digits)]

    def above_no_information() -> str | None:
        best = max([peak.low for peak in peaks] + [value for side, _ in sides for value in side.rough()])
        return str(_between(best, nothing.high)) if best - nothing.high > TIE else None

    found = prover.proposal(above_no_information)
    level = None if found is None else sympy.Rational(found)
    for side, mirrored in sides:
        peaks += side.critical(no_information(env).revenue if level is None else level, level is not None,
                               mirrored, digits, prover)
    if level is not None and all(peak.low < rational(level) for peak in peaks):
        raise Undecided(f"no critical point was found at which revenue reaches {level}")
    return largest(peaks, digits)


def gap_ratio(env: QualityEnvironment) -> float:
    """The larger of the valuation gaps relative to the costs, roughly; at least that of an entropy cost."""
    third = (sympy.Rational(1, 3), sympy.Rational(2, 3))
    return max(abs(float(values[1] - values[0])) / -float(cost.potential(third))
               for values, cost in ((env.buyer, env.buyer_cost), (env.seller, env.seller_cost)))


def largest(peaks: Sequence[Peak], digits: int, mirror: bool = False) -> Winner:
    """The largest of the values; of equal ones the first.  `mirror` says that the problem is symmetric."""
    best = peaks[0]
    for peak in peaks[1:]:
        if peak.low > best.high:
            best = peak
    ties = []
    for peak in peaks:
        if peak is best or peak.high < best.low:
            continue
        if not known_equal(best, peak, mirror):
            raise Undecided(f"{best.family.name} against {peak.family.name}: the same revenue to "
                            f"{digits} digits, and not known to be equal: neither both in closed form, nor "
                            "images of each other as states and traders are exchanged")
        ties.append(peak.family.name)
    return Winner(best.family, best.mirrored, best.point, best.exact, best.polynomials, tuple(ties))


def _between(high: Any, low: Any) -> Any:
    """A dyadic number strictly between two, with few digits, close to the first."""
    bits, middle = 0, (7 * high + low) / 8
    while (found := fmpq((middle * 2**bits).floor(), 2**bits)) <= low or found >= high:
        bits += 1
    return found


class _Sides:
    """The families for one order of the states."""

    def __init__(self, env: QualityEnvironment) -> None:
        self.env, (q, p) = env, env.prior
        self.two, self.limits = two_kinks(env), degenerate_limits(env)
        w, y = self.two.symbols
        buyer, seller = self.two.conditions
        self.ends = (_excluded((buyer,), w, q, {y: p}), _excluded((seller,), y, p, {w: q}))
        self.logs = in_logarithms(self.two, ((LOG_W, q), (LOG_Y, p)), self.ends)
        end = _excluded(self.limits[0].conditions, w, q, {})
        self.edges = [in_logarithms(f, ((LOG_W, q),), (end,)) for f in self.limits]
        self.tails = tuple(_upper(top * sympy.exp(-e)) for top, e in zip(
            (q, p, q), (*self.ends, end), strict=True))

    def rough(self) -> list[Any]:
        """About the largest values, as proposals."""
        found = highest(real_functions((self.logs.revenue,), self.logs.symbols), box_of(self.logs))
        values = [] if found is None else [found.value]
        systems = [real_functions((f.revenue, *f.conditions), f.symbols) for f in self.edges]
        values += [c.value for c in by_regime(systems, box_of(self.edges[0]))]
        return [value.mid().fmpq() for value in values]

    def critical(self, level: Any, informed: bool, mirrored: bool, digits: int, prover: Prover
                 ) -> Iterator[Peak]:
        """The critical points at which revenue is at least the level."""
        near = _near(self.env, level) if informed else _falling(self.env, prover)
        if informed:
            _must(prover, _below(near, level), "posteriors near the prior")
        (w, y), (q, p), most = self.two.symbols, self.env.prior, near.box[1][1]
        apart = 1 - w - y - most
        box = ((fmpq(0), self.tails[0]), (fmpq(0), rational(p)))
        _must(prover, Positive(real_functions((-self.two.conditions[0], apart), (w, y)), box), "steep costs")
        box = ((fmpq(0), rational(q)), (fmpq(0), self.tails[1]))
        _must(prover, Positive(real_functions((-self.two.conditions[1], apart), (w, y)), box), "steep costs")
        place = {w: q * sympy.exp(-LOG_W), y: p * sympy.exp(-LOG_Y)}
        yield from _zeros(self.logs, level, (apart.subs(place),), mirrored, digits, prover)
        for family, edge in zip(self.limits, self.edges, strict=True):
            yield from _zeros(edge, level, (), mirrored, digits, prover)
            tail = replace(family, box=((sympy.S.Zero, sympy.Rational(str(self.tails[2]))),),
                           collected_revenue=family.revenue, collected_bound=family.bound)
            yield from _zeros(tail, level, (), mirrored, digits, prover)


def _excluded(conditions: Sequence[Any], w: Any, top: Any, others: Mapping[Any, Any]) -> Any:
    """How far minus the logarithm of w, from its largest value, has to go until all conditions fail, wherever
    the other coordinates are up to theirs."""
    end = sympy.Integer(8)
    functions = real_functions(conditions, (w, *others))
    while True:
        (here,) = real_functions((top * sympy.exp(-end),), ()).at(())
        grid = ([rational(most) * fmpq(k, 16) for most in others.values()] for k in range(16))
        if all(value < 0 for point in grid for value in functions.at((here, *point))):
            return end + 4
        end = sympy.ceiling(end * sympy.Rational(5, 4))


def _upper(value: Any) -> Any:
    """A dyadic number a little above a positive one."""
    with working(64):
        (found,) = real_functions((value,), ()).at(())
        return (found * arb("1.001")).mid().fmpq()


def _zeros(family: Family, level: Any, apart: tuple[Any, ...], mirrored: bool, digits: int, prover: Prover
           ) -> Iterator[Peak]:
    """All critical points of a family at which it applies and reaches the level."""
    revenue = family.revenue
    slopes = [slope(revenue, v) for v in family.symbols]
    bound = () if family.bound is None else (family.bound - level,)
    functions = real_functions((*slopes, revenue - level, *bound, *family.conditions, *apart), family.symbols)
    verdict = prover.establish(Zeros(functions, box_of(family), digits))
    if not isinstance(verdict, Proved):
        raise Undecided(f"{family.name}: {verdict.reason}")
    for zero in verdict.certificates[0].zeros:
        if applies(family, zero.box, digits):
            yield Peak.at(family, mirrored, zero.box, digits)


def slope(revenue: Any, v: Any) -> Any:
    """The derivative of a sum of multiples of logarithms, in a form that encloses well.

    Where a logarithm's argument is 1 + c exp(-v) with c > 0, the derivative is 1/(1 + c exp(-v)) - 1, in
    which v occurs once.
    """
    total = sympy.S.Zero
    for term in sympy.Add.make_args(revenue):
        logs = [f for f in sympy.Mul.make_args(term) if isinstance(f, sympy.log)]
        if len(logs) != 1 or v not in logs[0].free_symbols:
            total += sympy.diff(term, v)
            continue
        coefficient = term / logs[0]
        total += sympy.diff(coefficient, v) * logs[0] + coefficient * _relative(logs[0].args[0], v)
    return total


def _relative(argument: Any, v: Any) -> Any:
    """The derivative of the logarithm of an argument."""
    decay = sympy.Dummy()
    rest = argument.subs(sympy.exp(-v), decay)
    if v not in rest.free_symbols and rest.is_polynomial(decay) and sympy.degree(rest, decay) == 1:
        slope, start = sympy.Poly(rest, decay).all_coeffs()
        if not (slope / start).free_symbols and slope / start > 0:
            return 1 / (1 + slope / start * sympy.exp(-v)) - 1
    return sympy.diff(sympy.log(argument), v)


def _below(family: Family, c: Any, box: Box | None = None) -> Positive:
    """The family stays below c wherever it applies."""
    functions = real_functions((c - family.revenue, *family.conditions), family.symbols)
    return Positive(functions, box_of(family) if box is None else box)


def applies(family: Family, box: Box, digits: int) -> bool:
    """Whether the family's conditions may hold somewhere in a box."""
    ends = enclose(real_functions(family.conditions, family.symbols), box, digits)
    return all(high >= 0 for _, high in ends)


def _must(prover: Prover, statement: Positive, what: str) -> None:
    verdict = prover.establish(statement)
    if not isinstance(verdict, Proved):
        raise Undecided(f"{what}: {verdict.reason}")


def _near(env: QualityEnvironment, level: Any) -> Family:
    """The two kinks so close to the prior that the revenue is clearly below a level."""
    most = min(env.prior[1], env.prior[0]) / 2
    family = spreads(env, most)
    functions = real_functions((family.revenue, *family.conditions), family.symbols)
    nothing = value_of(no_information(env).revenue)
    bound = (rational(level) + nothing) / 2

    def clear(values: Sequence[Any]) -> bool:
        return values[0] < bound or any(v < 0 for v in values[1:])

    while not all(clear(functions.at((fmpq(k, 16), rational(most) * fmpq(j, 8))))
                  for k in range(17) for j in range(1, 9)):
        most /= 2
    return replace(family, box=(family.box[0], (sympy.S.Zero, most)), collected_revenue=family.revenue)


def _falling(env: QualityEnvironment, prover: Prover) -> Family:
    """The two kinks so close to the prior that revenue falls with the spread."""
    most = min(env.prior[1], env.prior[0]) / 2
    family = spreads(env, most)
    functions = real_functions((-sympy.diff(family.revenue, SPREAD), *family.conditions), family.symbols)

    def clear(values: Sequence[Any]) -> bool:
        return values[0] > 0 or any(v < 0 for v in values[1:])

    while not all(clear(functions.at((fmpq(k, 16), rational(most) * fmpq(j, 8))))
                  for k in range(17) for j in range(9)):
        most /= 2
    most /= 2
    box = ((fmpq(0), fmpq(1)), (fmpq(0), rational(most)))
    _must(prover, Positive(functions, box), "posteriors next to the prior")
    return replace(family, box=(family.box[0], (sympy.S.Zero, most)), collected_revenue=family.revenue)
