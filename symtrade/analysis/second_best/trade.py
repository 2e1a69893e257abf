"""Who trades where the buyer's level is at least the seller's, in numbers: tau(c) is the least value with
which a seller of cost c trades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb

from symtrade.analysis.second_best.ironing import Segment
from symtrade.analysis.second_best.levels import Machine


@dataclass(frozen=True)
class Block:
    """Sellers from `low` to `high` of a part, who trade with values from `tau` up: a number, or where it
    depends on the cost the buyer's part."""

    seller: int
    low: Any
    high: Any
    tau: Any
    buyer: int
    constant: bool


def blocks(buyer: Machine, seller: Machine, a: Any, values: Sequence[Segment], costs: Sequence[Segment]
           ) -> Iterator[Block]:
    """The sellers who trade, cut where the rule for tau changes."""
    for cost in costs:
        if cost.part is None:
            tau = least_value(buyer, a, values, cost.least)
            if tau is not None:
                yield Block(-1, cost.low, cost.high, tau[1], tau[0], True)
            continue
        marks = {float(cost.least): cost.least, float(cost.most): cost.most}
        for value in values:
            for level in (value.least, value.most):
                if cost.least < level < cost.most:
                    marks[float(level)] = level
        levels = [marks[k] for k in sorted(marks)]
        ends = [cost.low if k == 0 else cost.high if k == len(levels) - 1 else
                seller.inverse(cost.part, level, a, cost.low, cost.high) for k, level in enumerate(levels)]
        for k in range(len(levels) - 1):
            middle = _between(levels[k], levels[k + 1])
            here = next((v for v in values if v.part is not None and v.least < middle < v.most), None)
            if here is not None:
                yield Block(cost.part, ends[k], ends[k + 1], (here.low, here.high), here.part or 0, False)
                continue
            tau = least_value(buyer, a, values, middle)
            if tau is not None:
                yield Block(cost.part, ends[k], ends[k + 1], tau[1], tau[0], True)


def _between(low: Any, high: Any) -> Any:
    """A number between two, which may be infinite."""
    if high.is_finite():
        return (low + high) / 2 if low.is_finite() else high - 1
    return low + 1 if low.is_finite() else arb(0)


def least_value(buyer: Machine, a: Any, values: Sequence[Segment], level: Any) -> tuple[int, Any] | None:
    """The least value with at least this level, with its part; None if there is none."""
    for value in values:
        if value.part is not None and value.least < level <= value.most:
            return value.part, buyer.inverse(value.part, level, a, value.low, value.high)
        if value.least >= level:
            return (buyer.place(value.low) if value.part is None else value.part), value.low
    return None
