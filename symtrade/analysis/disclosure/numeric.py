"""Cutoffs for a cdf that is a plain Python function: numeric, by mpmath, and proving nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy

from symtrade.kernel.verdict import Unknown
from symtrade.model.distribution import Distribution, X
from symtrade.model.distribution_objects import NumericDistribution, distribution
from symtrade.model.errors import ModelError

GRID = 200  # places at which a change of sign is looked for


@dataclass(frozen=True)
class NumericCutoffs:
    """Estimates of (x, y, welfare), the one with the largest welfare first.  `verdict` is Unknown: there
    may be others, and no digit is certified."""

    estimates: tuple[tuple[str, str, str], ...]
    verdict: Unknown


def numeric_cutoffs(buyer: Any, seller: Any, digits: int = 15) -> NumericCutoffs:
    """Estimates of the cutoffs by mpmath, from cdfs on bounded supports.

    >>> F = distribution(lambda v: v**2, 0, 1)
    >>> numeric_cutoffs(F, "uniform(0,1)", 10).estimates
    (('0.3660254038', '0.7320508076', '0.2320508076'),)
    """
    F, G = _read(buyer), _read(seller)
    with mpmath.workdps(digits + 10):
        (low_v, high_v, f), (low_c, high_c, g) = F, G

        def above(x: Any) -> Any:
            start = max(x, low_v)
            return x + max(low_v - x, 0) + mpmath.quad(lambda t: 1 - f(t), [start, high_v]) / (1 - f(start))

        def below(y: Any) -> Any:
            end = min(y, high_c)
            return end - mpmath.quad(g, [low_c, end]) / g(end)

        def gap(x: Any) -> Any:
            return below(above(x)) - x

        top = below(min(high_v, high_c))
        points = [low_c + (top - low_c) * (k + mpmath.mpf(1) / 3) / GRID for k in range(-1, GRID + 2)]
        points = [x for x in points if low_c < x < high_v]
        values = [gap(x) for x in points]
        found = []
        for (a, u), (b, w) in itertools.pairwise(zip(points, values, strict=True)):
            if u * w <= 0:
                x = mpmath.findroot(gap, (a, b), solver="anderson")
                y = above(x)
                gains = (y - x) * g(min(y, high_c)) * (1 - (f(x) if x > low_v else 0))
                found.append((gains, x, y))
        found.sort(reverse=True)
        shown = tuple(tuple(mpmath.nstr(n, digits) for n in (x, y, w)) for w, x, y in found)
    return NumericCutoffs(shown, Unknown("numeric: estimated by mpmath, nothing is proved"))


def _read(source: Any) -> tuple[Any, Any, Callable[[Any], Any]]:
    found = distribution(source)
    if isinstance(found, NumericDistribution):
        return mpmath.mpf(sympy.N(found.lo, 40)), mpmath.mpf(sympy.N(found.hi, 40)), found.function
    if not isinstance(found, Distribution):
        raise ModelError(f"{found.name}: expected a distribution without atoms")
    low, high = found.support
    if not high.is_finite or found.symbols:
        raise ModelError(f"{found.name}: expected a bounded support and no symbols")
    pieces = [(mpmath.mpf(sympy.N(p.hi, 40)), sympy.lambdify(X, p.cdf, "mpmath")) for p in found.pieces]

    def cdf(t: Any) -> Any:
        return next((formula(t) for end, formula in pieces if t <= end), mpmath.mpf(1))

    return mpmath.mpf(sympy.N(low, 40)), mpmath.mpf(sympy.N(high, 40)), cdf
