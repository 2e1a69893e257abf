"""What a search proposes for a second best: a weight, who trades, which types are pooled.

Data only; :mod:`~symtrade.analysis.second_best.proof` says what has to be proved of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from symtrade.kernel.polynomial import Rational, parse_rational


@dataclass(frozen=True)
class Panel:
    """Sellers of costs from `low` to `high` trade with values from tau up: tau is the polynomial with
    these coefficients in z, which runs from -1 to 1 as the cost runs from low to high; a number where
    there is one coefficient only."""

    low: Rational
    high: Rational
    coefficients: tuple[Rational, ...]

    @property
    def step(self) -> bool:
        return len(self.coefficients) == 1

    @property
    def first(self) -> Rational:
        """tau at the least cost."""
        return sum((c if k % 2 == 0 else -c for k, c in enumerate(self.coefficients)), fmpq(0))

    @property
    def last(self) -> Rational:
        """tau at the largest cost."""
        return sum(self.coefficients, fmpq(0))


@dataclass(frozen=True)
class Types:
    """One trader: the types from `low` to `high` are looked at; those beyond `idle`, below it for a buyer and
    above it for a seller, are to be proved to have levels that trade with nobody.  `pools` (p, y, z, q) are
    ironed from p to q, where levels increase from p to y and from z to q.  `ranges` are intervals with a
    number k of which density <= k (slope of the level) is to be proved there."""

    low: Rational
    high: Rational
    idle: Rational
    pools: tuple[tuple[Rational, Rational, Rational, Rational], ...]
    ranges: tuple[tuple[Rational, Rational, Rational], ...]


@dataclass(frozen=True)
class Aside:
    """Every multiplier of the budget lies from `low` to `high`: by the mechanisms in which the thresholds of
    a panel are up to `height` higher and lower (:mod:`multiplier`); `panel` is None where `low` is 0 and
    the mechanism itself has a surplus."""

    panel: int | None
    height: Rational
    low: Rational
    high: Rational


@dataclass(frozen=True)
class Proposal:
    """The weight of the budget, who trades, and `least` <= second best <= `most`; None for `aside` where
    nothing is said of the digits of the weight."""

    weight: Rational
    panels: tuple[Panel, ...]
    buyer: Types
    seller: Types
    least: Rational
    most: Rational
    aside: Aside | None = None

    def to_data(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "weight": str(self.weight), "least": str(self.least), "most": str(self.most),
            "panels": [[str(p.low), str(p.high), *map(str, p.coefficients)] for p in self.panels],
            "aside": None if self.aside is None else [
                self.aside.panel, str(self.aside.height), str(self.aside.low), str(self.aside.high)],
            **{name: {"low": str(t.low), "high": str(t.high), "idle": str(t.idle),
                      "pools": [[*map(str, p)] for p in t.pools],
                      "ranges": [[*map(str, r)] for r in t.ranges]}
               for name, t in (("buyer", self.buyer), ("seller", self.seller))}}


def read_proposal(data: Any) -> Proposal:
    """The proposal whose JSON form is `data`; ValueError, KeyError or TypeError for anything else."""
    def numbers(texts: Any) -> tuple[Any, ...]:
        return tuple(parse_rational(t) for t in texts)

    def types(item: Any) -> Types:
        pools, ranges = ([numbers(row) for row in item[name]] for name in ("pools", "ranges"))
        if any(len(p) != 4 for p in pools) or any(len(r) != 3 for r in ranges):
            raise ValueError("a pool is four numbers, a range three")
        low, high, idle = (parse_rational(item[name]) for name in ("low", "high", "idle"))
        return Types(low, high, idle, tuple(pools), tuple(ranges))

    panels, aside = [], None
    for row in data["panels"]:
        low, high, first, *rest = numbers(row)
        panels.append(Panel(low, high, (first, *rest)))
    if data["aside"] is not None:
        panel, *rest = data["aside"]
        aside = Aside(None if panel is None else int(panel), *numbers(rest))
    return Proposal(parse_rational(data["weight"]), tuple(panels), types(data["buyer"]), types(
        data["seller"]), parse_rational(data["least"]), parse_rational(data["most"]), aside)
