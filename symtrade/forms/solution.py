"""Solutions that show their formulas in natural form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from symtrade.forms.lens import lens_of
from symtrade.forms.natural import Forms
from symtrade.kernel.certificate import Certificate
from symtrade.kernel.charts import Charts
from symtrade.kernel.check import read_json
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.kernel.polynomial import Coefficient
from symtrade.kernel.reading import read_certificate
from symtrade.kernel.region import Chart, Condition, Region
from symtrade.kernel.signs import Signs


class FormCache:
    """The forms found in a run: solutions in the same coordinates share them."""

    def __init__(self, charts: Charts | None = None) -> None:
        self._charts = charts or Charts()
        self._found: list[tuple[Region, Chart, Forms]] = []

    def forms(self, region: Region, chart: Chart) -> Forms:
        """The forms of a region in a chart of it, which is verified."""
        for known, coordinates, forms in self._found:
            if known.conditions == region.conditions and known.ring == region.ring and coordinates == chart:
                return forms
        forms = Forms(lens_of(Signs(chart, *self._charts.verify(region, chart)), region.ring))
        self._found.append((region, chart, forms))
        return forms


class Natural:
    """Differences of values and products of probabilities, found in the certificate's chart."""

    def __init__(self, certificate: Certificate, cache: FormCache | None = None) -> None:
        self._certificate = certificate
        self._cache = cache or FormCache()

    @cached_property
    def _forms(self) -> Forms:
        return self._cache.forms(self._certificate.claim.region, self._certificate.chart)

    def value(self, value: Coefficient, symbols: Mapping[str, Any]) -> Any:
        """A coefficient as a SymPy expression."""
        return self._forms.value(value).as_sympy(symbols)

    def conditions(self, conditions: Sequence[Condition], symbols: Mapping[str, Any]) -> Any:
        """Conditions that hold together, as a SymPy Boolean."""
        import sympy

        return sympy.And(*(self._forms.condition(c).as_sympy(symbols) for c in conditions))


def shown(certificate: Certificate, cache: FormCache | None = None) -> PiecewiseSolution:
    """The solution that a certificate proves; `cache` holds the forms found in the run so far."""
    return PiecewiseSolution(certificate, Natural(certificate, cache))


def load(path: str | Path) -> PiecewiseSolution:
    """Read a solution written by :meth:`PiecewiseSolution.to_json` (it is not checked yet).

    Raises CertificateError where the file is no certificate of an optimum.
    """
    return shown(read_certificate(read_json(Path(path).read_text(encoding="utf-8"))))
