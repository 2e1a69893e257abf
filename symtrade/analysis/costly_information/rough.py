"""Revenue at two posteriors in floating point, for any costs: proposals for the proof, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from symtrade.model.quality import QualityEnvironment
from symtrade.model.regimes import Side, sides

FINE = 2.0 ** -np.arange(2, 49, 0.25)
POINTS = np.unique(np.concatenate([np.linspace(0, 1, 2001)[1:-1], FINE, 1 - FINE[FINE > 1e-13]]))
X = sympy.Symbol("x", positive=True)


def function(formula: Any) -> Callable[[Any], Any]:
    """A formula in X on arrays."""
    found = sympy.lambdify(X, formula, "numpy")
    return lambda x: found(x) + np.zeros_like(x)


class Roughly:
    """A side's functions in floating point."""

    def __init__(self, side: Side) -> None:
        self.slope, self.gap = function(side.slope(X)), float(side.gap)
        self.prices = [function(side.price(X, v)) for v in (0, 1)]
        self.potential = function(side.cost.potential((1 - X, X)))
        self.slopes = self.slope(POINTS)
        self.ends = [float(side.slope(sympy.Integer(v))) for v in (0, 1)]

    def anchor(self, slope: Any) -> Any:
        """The posterior at which h' is a slope, or the end of [0, 1] next to it."""
        finite = [k for k in (0, 1) if np.isfinite(self.ends[k])]
        table = [[self.ends[k]] if k in finite else [] for k in (0, 1)]
        places = [[float(k)] if k in finite else [] for k in (0, 1)]
        return np.interp(slope, np.concatenate([table[0], self.slopes, table[1]]),
                         np.concatenate([places[0], POINTS, places[1]]))

    def worth(self, x: Any, y: Any, w: Any, jumps: tuple[bool, bool] = (False, False)) -> Any:
        """The side's part of the revenue at posteriors x (with weight w) and y; `jumps` says whether only
        the high state counts at x, which is then 1, and only the low one at y, which is then 0."""
        at_x, at_y = self.gap - self.slope(x), self.gap - self.slope(y)
        z = w if jumps[0] else np.minimum(w, self.anchor(-at_x))
        z = np.clip(z if jumps[1] else np.maximum(z, self.anchor(-at_y)), 0, 1)
        bend = np.minimum(z - w, 0) * at_x + np.maximum(z - w, 0) * at_y
        return w * self.prices[1](x) + (1 - w) * self.prices[0](y) + bend + self.potential(
            np.clip(z, 1e-300, 1 - 1e-16))


def best(env: QualityEnvironment, open_ends: tuple[bool, bool] = (True, True)) -> float:
    """About the largest revenue of two posteriors; `open_ends` says where 1 and 0 are only approached."""
    roughly, p = [Roughly(side) for side in sides(env)], float(env.prior[1])
    start = np.unique(np.concatenate([np.linspace(0, 1, 161)[1:-1], FINE[::8], 1 - FINE[::8]]))
    found = -np.inf
    for jumps in ((False, False), (True, False), (False, True), (True, True)):
        if any(jump and end for jump, end in zip(jumps, open_ends, strict=True)):
            continue
        us, vs = (np.array([end]) if jump else start for jump, end in zip(jumps, (1.0, 0.0), strict=True))
        for _ in range(30):
            x, y = p + (1 - p) * us[:, None], p * vs[None, :]
            with np.errstate(all="ignore"):
                values = np.nan_to_num(
                    sum(side.worth(x, y, (p - y) / (x - y), jumps) for side in roughly), nan=-np.inf)
            i, j = np.unravel_index(int(np.argmax(values)), values.shape)
            found = max(found, float(values[i, j]))
            us, vs = _closer(us, int(i)), _closer(vs, int(j))
    return found


def _closer(row: Any, k: int) -> Any:
    """A finer row around one of its places."""
    return np.linspace(row[max(k - 1, 0)], row[min(k + 1, len(row) - 1)], 13) if len(row) > 1 else row
