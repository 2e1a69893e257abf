"""Charts met in a run over many certificates: each is read once, and verified once.

The results of a paper ask about parts of one parameter set, in the same coordinates.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symtrade.kernel.polynomial import Polynomial, Ring
from symtrade.kernel.region import (
    Chart,
    Condition,
    Region,
    holds_everywhere,
    read_chart,
    verify_bijection,
)


@dataclass
class _Known:
    """A chart of parameters of a ring, its text, the conditions that made it a bijection in one
    verification or another, by position, and polynomials in its coordinates by their text."""

    ring: Ring
    text: str
    chart: Chart
    verified: list[tuple[tuple[int, Condition], ...]] = field(default_factory=list)
    moved: dict[str, Polynomial] = field(default_factory=dict)


class Charts:
    """What a run remembers of its charts.

    A chart that is a bijection onto a region is one onto every smaller region: where a region
    repeats, in their places, the conditions on which a verification rested, nothing is left to do.
    """

    def __init__(self) -> None:
        self._known: list[_Known] = []

    def read(self, data: Mapping[str, Any], ring: Ring) -> Chart:
        """The chart of :func:`symtrade.kernel.region.read_chart`; the same object for equal data."""
        text = json.dumps(data)
        for known in self._known:
            if known.text == text and known.ring == ring:
                return known.chart
        chart = read_chart(data, ring)
        self._known.append(_Known(ring, text, chart))
        return chart

    def verify(self, region: Region, chart: Chart) -> tuple[tuple[Condition, ...], dict[str, Polynomial]]:
        """The hypotheses of :func:`verify_chart`; and polynomials of the region's parameters in the
        chart's coordinates, by their text, as far as they are known."""
        known = self._entry(region.ring, chart)
        if not any(_has(region, needs) for needs in known.verified):
            used = verify_bijection(region, chart)
            known.verified.append(tuple((k, region.conditions[k]) for k in sorted(used)))
        hypotheses = []
        for c in region.conditions:
            key = str(c.polynomial)
            if key not in known.moved:
                known.moved[key] = chart.transport(c.polynomial)
            hypotheses.append(Condition(known.moved[key], c.relation))
        return tuple(h for h in hypotheses if not holds_everywhere(h, chart.kinds)), known.moved

    def _entry(self, ring: Ring, chart: Chart) -> _Known:
        for known in self._known:
            if known.chart is chart and known.ring == ring:
                return known
        self._known.append(_Known(ring, "", chart))
        return self._known[-1]


def verify_chart(region: Region, chart: Chart) -> tuple[Condition, ...]:
    """Check that `chart` maps its orthant one-to-one onto `region`.

    Returns the region's conditions in the coordinates, without those that hold on the whole
    orthant: the hypotheses that a proof may use.  So the orthant with these hypotheses *is* the
    region.  Raises ChartError naming what fails.
    """
    return Charts().verify(region, chart)[0]


def _has(region: Region, needs: tuple[tuple[int, Condition], ...]) -> bool:
    given = region.conditions
    return all(k < len(given) and given[k] == condition for k, condition in needs)
