"""Solutions that show their formulas in natural form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from symtrade.forms.lens import lens_of
from symtrade.forms.natural import Forms
from symtrade.kernel.certificate import Certificate
from symtrade.kernel.check import read_json
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.kernel.polynomial import Coefficient
from symtrade.kernel.reading import read_certificate
from symtrade.kernel.region import Condition, verify_chart
from symtrade.kernel.signs import Signs


class Natural:
    """Differences of values and products of probabilities, found in the certificate's chart."""

    def __init__(self, certificate: Certificate) -> None:
        self._certificate = certificate

    @cached_property
    def _forms(self) -> Forms:
        region, chart = self._certificate.claim.region, self._certificate.chart
        return Forms(lens_of(Signs(chart, verify_chart(region, chart)), region.ring))

    def value(self, value: Coefficient, symbols: Mapping[str, Any]) -> Any:
        """A coefficient as a SymPy expression."""
        return self._forms.value(value).as_sympy(symbols)

    def conditions(self, conditions: Sequence[Condition], symbols: Mapping[str, Any]) -> Any:
        """Conditions that hold together, as a SymPy Boolean."""
        import sympy

        return sympy.And(*(self._forms.condition(c).as_sympy(symbols) for c in conditions))


def shown(certificate: Certificate) -> PiecewiseSolution:
    """The solution that a certificate proves."""
    return PiecewiseSolution(certificate, Natural(certificate))


def load(path: str | Path) -> PiecewiseSolution:
    """Read a solution written by :meth:`PiecewiseSolution.to_json` (it is not checked yet).

    Raises CertificateError where the file is no certificate of an optimum.
    """
    return shown(read_certificate(read_json(Path(path).read_text(encoding="utf-8"))))
