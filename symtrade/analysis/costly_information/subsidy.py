"""The least subsidy for efficient trade with costly information, two states, and its proof.

The supremum of what the designer keeps is the largest over a few families (symtrade/model/subsidy.py).
The largest of them is found first, roughly; then statements are established that together say: every
point at which a family reaches a level c just below the largest value is a critical point in a small
box, and no other family reaches c.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import sympy
from flint import arb, fmpq

from symtrade.analysis.costly_information.candidates import by_regime, highest
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Box, Positive, Zeros, enclose
from symtrade.kernel.functions import Functions
from symtrade.kernel.verdict import Proved
from symtrade.model.quality import QualityEnvironment
from symtrade.model.subsidy import (
    SPREAD,
    Family,
    W,
    Y,
    degenerate_limits,
    full_information,
    no_information,
    spreads,
    two_kinks,
)

if TYPE_CHECKING:
    from symtrade.prover import Prover

Families: TypeAlias = list[tuple[Family, bool]]
TIE = fmpq(1, 10**40)  # values that are closer than this are not told apart


class Undecided(Exception):
    """The optimum could not be certified; the message says which statement failed."""


@dataclass(frozen=True)
class Peak:
    """A family (in which states may be mirrored), about the largest value that it takes, and where."""

    family: Family
    mirrored: bool
    value: Any
    point: tuple[Any, ...] = ()


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


def families(env: QualityEnvironment) -> Families:
    """Those with unknown posteriors, for both orders of the states."""
    return [(family, mirrored) for mirrored in (False, True)
            for family in _families(env.mirrored() if mirrored else env)]


def _families(env: QualityEnvironment) -> tuple[Family, ...]:
    return (two_kinks(env), *degenerate_limits(env))


def supremum(env: QualityEnvironment, digits: int, prover: Prover) -> Winner:
    """The family and the point of the supremum, with the statements that prove it established.

    Raises Undecided where two families tie or a statement is not proved.
    """
    peaks = [Peak(f(env), False, value_of(f(env).revenue)) for f in (no_information, full_information)]
    all_families = families(env)
    for mirrored in (False, True):
        two, *regimes = [family for family, m in all_families if m is mirrored]
        found = highest(real_functions((two.revenue,), two.symbols), box_of(two))
        if found is not None:
            peaks.append(Peak(two, mirrored, found.value.mid().fmpq(), found.point))
        systems = [real_functions((f.revenue, *f.conditions), f.symbols) for f in regimes]
        peaks += [Peak(regimes[c.number], mirrored, c.value.mid().fmpq(), c.point)
                  for c in by_regime(systems, box_of(regimes[0]))]
    best = max(peaks, key=lambda peak: peak.value)
    nothing = peaks[0]
    if best.value - nothing.value < TIE:
        _nothing_is_best(env, all_families, prover)
        return Winner(nothing.family, False, ())
    second = max(peak.value for peak in peaks if peak is not best)
    if best.value - second < TIE:
        raise Undecided("two kinds of information structure give the same revenue to 40 digits")
    level = _between(best.value, best.value - min((best.value - second) / 4, fmpq(1, 64)))
    return _certified(env, all_families, best, level, digits, prover)


def _between(high: Any, low: Any) -> Any:
    """A dyadic number strictly between two, with few digits."""
    bits = 0
    while (found := fmpq((high * 2**bits).floor(), 2**bits)) <= low or found >= high:
        bits += 1
    return found


def _certified(env: QualityEnvironment, all_families: Families, best: Peak, level: Any, digits: int,
               prover: Prover) -> Winner:
    c = sympy.Rational(str(level))
    for constant in (no_information(env), full_information(env)):
        if constant.name != best.family.name:
            _must(prover, Positive(real_functions((c - constant.revenue,), ()), ()), constant.name)
    point: Any = None
    for family, mirrored in all_families:
        if len(family.symbols) == 2:
            near = _near(family.env, level)
            _must(prover, _below(near, c), "posteriors near the prior")
            apart: tuple[Any, ...] = (1 - W - Y - near.box[1][1],)
        else:
            apart = ()
        if family.name == best.family.name and mirrored == best.mirrored:
            small = min(float(x) for x in best.point)  # its logarithms magnify errors
            extra = max(0, 2 * math.ceil(-math.log10(small)))
            point = _zero(family, c, apart, digits + extra, prover)
        else:
            _must(prover, _below(family, c, apart), family.name)
    return Winner(best.family, best.mirrored, point)


def _below(family: Family, c: Any, apart: tuple[Any, ...] = (), box: Box | None = None) -> Positive:
    """The family stays below c wherever it applies."""
    functions = real_functions((c - family.revenue, *family.conditions, *apart), family.symbols)
    return Positive(functions, box_of(family) if box is None else box)


def _zero(family: Family, c: Any, apart: tuple[Any, ...], digits: int, prover: Prover) -> Box:
    """The only critical point at which the family reaches c."""
    revenue = family.revenue
    slopes = [sympy.diff(revenue, v) for v in family.symbols]
    functions = real_functions((*slopes, revenue - c, *family.conditions, *apart), family.symbols)
    verdict = prover.establish(Zeros(functions, box_of(family), digits))
    if not isinstance(verdict, Proved):
        raise Undecided(f"{family.name}: {verdict}")
    zeros = [zero for zero in verdict.certificates[0].zeros if applies(family, zero.box, digits)]
    values = [enclose(real_functions((revenue,), family.symbols), zero.box, digits)[0] for zero in zeros]
    if not zeros:
        raise Undecided(f"{family.name}: no critical point")
    best = max(range(len(zeros)), key=lambda k: values[k][0])
    if any(values[k][1] >= values[best][0] for k in range(len(zeros)) if k != best):
        raise Undecided(f"{family.name}: two critical points have the same value")
    box: Box = zeros[best].box
    return box


def applies(family: Family, box: Box, digits: int) -> bool:
    """Whether the family's conditions may hold somewhere in a box."""
    ends = enclose(real_functions(family.conditions, family.symbols), box, digits)
    return all(high >= 0 for _, high in ends)


def _must(prover: Prover, statement: Positive, what: str) -> None:
    verdict = prover.establish(statement)
    if not isinstance(verdict, Proved):
        raise Undecided(f"{what}: {verdict}")


def _near(env: QualityEnvironment, level: Any) -> Family:
    """The two kinks so close to the prior that the revenue is clearly below a level."""
    most = min(env.prior[1], env.prior[0]) / 2
    family = spreads(env, most)
    functions = real_functions((family.revenue,), family.symbols)
    nothing = value_of(no_information(env).revenue)
    while not all(functions.at((fmpq(k, 16), rational(most) * fmpq(j, 8)))[0] < (level + nothing) / 2
                  for k in range(17) for j in range(1, 9)):
        most /= 2
    return replace(family, box=(family.box[0], (sympy.S.Zero, most)))


def _nothing_is_best(env: QualityEnvironment, all_families: Families, prover: Prover) -> None:
    """No family does better than acquiring no information."""
    revenue = no_information(env).revenue
    _must(prover, Positive(real_functions((revenue - full_information(env).revenue,), ()), ()),
          "full information")
    for family, _ in all_families:
        if len(family.symbols) == 2:
            _nothing_against_kinks(family, revenue, prover)
        elif family.name.endswith("both kinks"):
            _nothing_against_limit(family, revenue, prover)
        else:
            _must(prover, _below(family, revenue), family.name)


def _nothing_against_kinks(family: Family, revenue: Any, prover: Prover) -> None:
    """Near the prior revenue falls with the spread; further away it is less."""
    p = family.env.prior[1]
    most = min(p, 1 - p) / 2
    near = spreads(family.env, most)
    falls = -sympy.diff(near.revenue, SPREAD)
    functions = real_functions((falls,), near.symbols)
    start = _strip(functions, rational(most))
    box = ((fmpq(0), fmpq(1)), (fmpq(0), start))
    _must(prover, Positive(real_functions((falls,), near.symbols), box), "posteriors next to the prior")
    if start < rational(most):
        box = ((fmpq(0), fmpq(1)), (start, rational(most)))
        _must(prover, _below(near, revenue, box=box), "posteriors near the prior")
    _must(prover, _below(family, revenue, (1 - W - Y - most,)), family.name)


def _strip(falls: Functions, most: Any) -> Any:
    """How far a function is clearly positive for all weights."""
    grid = [(fmpq(k, 16), fmpq(j, 8)) for k in range(17) for j in range(9)]
    while not all(falls.at((tau, most * s))[0] > arb(0) for tau, s in grid):
        most /= 2
    return most / 2


def _nothing_against_limit(family: Family, revenue: Any, prover: Prover) -> None:
    """Next to the prior revenue rises towards it; further away it is less."""
    end = rational(1 - family.env.prior[1])
    rises = sympy.diff(family.revenue, W)
    functions, width = real_functions((rises,), (W,)), end / 2
    while not all(functions.at((end - width * fmpq(j, 8),))[0] > arb(0) for j in range(9)):
        width /= 2
    width /= 2
    _must(prover, Positive(functions, ((end - width, end),)), "posteriors next to the prior")
    _must(prover, _below(family, revenue, box=((fmpq(0), end - width),)), family.name)
