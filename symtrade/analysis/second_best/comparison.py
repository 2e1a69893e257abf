"""First best, static disclosure, second best and posted price side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.disclosure.cutoffs import StaticDisclosure, static_disclosure
from symtrade.analysis.disclosure.first_best import ExPostEfficiency, ex_post_efficiency
from symtrade.analysis.disclosure.posted import PostedPrice, best_posted_price
from symtrade.analysis.numbers.real import Number
from symtrade.analysis.second_best.welfare import SecondBest, second_best
from symtrade.kernel.verdict import Proved, Unknown, Verdict
from symtrade.prover import Prover

FIRST_DIGITS = 100  # of a first best that is not exact
BENCHMARK_DIGITS = 60  # of a second best that is not exact: its integrals cost more than the cutoffs


@dataclass(frozen=True)
class Comparison:
    """What the best mechanism of each kind gains."""

    static: StaticDisclosure
    second: SecondBest
    posted: PostedPrice
    efficient: ExPostEfficiency

    @property
    def first(self) -> Number:
        """The gains of efficient trade."""
        return self.efficient.gains

    @property
    def values(self) -> dict[str, Number]:
        """Expected gains from trade by kind of mechanism."""
        return {"first best": self.first, "static disclosure": self.static.welfare,
                "second best": self.second.welfare, "posted price": self.posted.welfare}

    def beats(self, one: str, other: str) -> Verdict:
        """Does one kind of mechanism gain strictly more than another?  By disjoint intervals, or by exact
        numbers; Proved(()) stands for a comparison of certified numbers."""
        a, b = self.values[one], self.values[other]
        if a.low > b.high:
            return Proved(())
        if a.high < b.low or (a.exact is not None and a.exact == b.exact):
            return Unknown(f"no: {one} gains {'less than' if a.high < b.low else 'as much as'} {other}")
        return Unknown(f"{one} and {other} agree to all digits at hand")

    @property
    def ranking(self) -> tuple[str, ...]:
        """The kinds from the most to the least."""
        return tuple(sorted(self.values, key=lambda k: (self.values[k].low + self.values[k].high) / 2,
                            reverse=True))


def ranking_change(family: Callable[[Any], tuple[Any, Any]], low: Any, high: Any, one: str, other: str,
                   digits: int = 6) -> tuple[Any, Any]:
    """Rational parameters less than 10^-digits apart at which the ranking of two kinds of mechanism differs.

    `family` maps a SymPy rational to a buyer's and a seller's distribution.  ValueError where the ranking
    at `low` and `high` is the same or unknown; the ranking at both ends returned is certified.  (Where
    the gains are continuous in the parameter they are equal somewhere in between.)
    """
    def sign(at: Any) -> int:
        for places in (4, digits + 8):  # few digits tell most apart
            found = compare(*family(at), digits=places)
            a, b = found.values[one], found.values[other]
            if not a.overlaps(b):
                return 1 if a.low > b.high else -1
        return 0

    low, high = sympy.Rational(low), sympy.Rational(high)
    start = sign(low)
    if start * sign(high) >= 0:
        raise ValueError(f"the ranking of {one} and {other} does not change between {low} and {high}")
    while (high - low) * 10**digits >= 1:
        middle = (low + high) / 2
        here = sign(middle)
        if here == 0:
            raise ValueError(f"at {middle} {one} and {other} agree to {digits + 8} digits")
        low, high = (middle, high) if here == start else (low, middle)
    return low, high


def compare(buyer: Any, seller: Any, digits: int = 30, prover: Prover | None = None,
            progress: Callable[[str], None] | None = None) -> Comparison:
    """All four for one pair of distributions, to so many digits (a second best that is not exact: to
    BENCHMARK_DIGITS at most); `progress` is told what is being done.

    >>> found = compare("uniform(0,1)", "uniform(0,1)")
    >>> {kind: str(value) for kind, value in found.values.items()}
    {'first best': '1/6', 'static disclosure': '4/27', 'second best': '9/64', 'posted price': '1/8'}
    >>> bool(found.beats("static disclosure", "second best"))
    True
    """
    say = progress or (lambda _: None)
    say("cutoffs")
    static = static_disclosure(buyer, seller, digits, prover)
    say("posted price")
    posted = best_posted_price(static.buyer, static.seller, digits, prover)
    second = second_best(static.buyer, static.seller, min(digits, BENCHMARK_DIGITS), prover,
                         lambda text: say(f"second best: {text}"))
    return Comparison(static, second, posted, ex_post_efficiency(
        static.buyer, static.seller, min(digits, FIRST_DIGITS), prover))
