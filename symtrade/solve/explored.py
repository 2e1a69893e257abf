"""What the searches of one run share: it saves time and changes no answer."""

from __future__ import annotations

from symtrade.kernel.charts import Charts
from symtrade.kernel.region import Region
from symtrade.kernel.signs import Signs
from symtrade.solve.sampling import Point


class Explored:
    """Charts that were verified; and for regions (with the seed of the search) what is known there and
    a point."""

    def __init__(self) -> None:
        self.charts = Charts()
        self.regions: dict[tuple[Region, int], tuple[Signs, Point]] = {}
