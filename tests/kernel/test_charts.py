"""What a run remembers of its charts proves nothing that a fresh verification would not."""

from __future__ import annotations

import pytest
from sympy import symbols

from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive
from symtrade.kernel.certificate import CertificateError, Empty
from symtrade.kernel.charts import Charts, verify_chart
from symtrade.kernel.check import check_claim
from symtrade.kernel.evidence import read_evidence
from symtrade.kernel.polynomial import Ring
from symtrade.kernel.region import ChartError, Condition, Region, chart_to_data
from symtrade.solve.chart import find_chart
from symtrade.solve.claims import prove

RING = Ring(("a", "b"))
A, B = RING.gens
POSITIVE = (Condition(A, ">"), Condition(B - A, ">"))


def remembered(region: Region) -> tuple[Charts, object]:
    charts = Charts()
    chart = charts.read(chart_to_data(find_chart(region)), RING)
    charts.verify(region, chart)
    return charts, chart


def test_a_smaller_region_needs_no_second_verification(monkeypatch):
    charts, chart = remembered(Region(RING, POSITIVE))
    smaller = Region(RING, (*POSITIVE, Condition(1 - A * B, ">="), Condition(A - 2 * B, "!=")))
    fresh = verify_chart(smaller, chart)
    monkeypatch.setattr("symtrade.kernel.charts.verify_bijection", None)
    assert charts.verify(smaller, chart)[0] == fresh
    assert charts.read(chart_to_data(chart), RING) is chart


@pytest.mark.parametrize("conditions", [
    (), POSITIVE[:1], POSITIVE[1:], (POSITIVE[0], Condition(B - A, ">=")),
    (POSITIVE[0], Condition(A - B, ">")),
    (POSITIVE[0], Condition(B, ">")),
])
def test_a_region_without_the_conditions_is_verified_anew(conditions):
    charts, chart = remembered(Region(RING, POSITIVE))
    with pytest.raises(ChartError):
        charts.verify(Region(RING, conditions), chart)


def test_conditions_in_another_order_are_verified_anew():
    charts, chart = remembered(Region(RING, POSITIVE))
    assert charts.verify(Region(RING, POSITIVE[::-1]), chart)[0] == ()


def test_an_equality_must_stay_in_its_place():
    line = Region(RING, (Condition(A + B - 1, "="), Condition(A, ">"), Condition(B, ">")))
    charts, chart = remembered(line)
    assert chart.eliminated
    off = Region(RING, (Condition(A + B - 2, "="), *line.conditions[1:]))
    with pytest.raises(ChartError):
        charts.verify(off, chart)
    with pytest.raises(ChartError):
        charts.verify(Region(RING, line.conditions[1:]), chart)


def test_other_names_are_another_chart():
    charts, chart = remembered(Region(RING, POSITIVE))
    other = Ring(("c", "d"))
    data = chart_to_data(chart)
    with pytest.raises(ValueError, match="no power of a parameter"):
        charts.read(data, other)


def test_a_certificate_of_another_claim_is_refused():
    a, b = symbols("a b")
    (certificate,) = prove(a * b > 1, assuming=(a > 1, b > 1)).certificates
    (other,) = prove(a * b > 1, assuming=(a > 1, b > 2)).certificates
    data = certificate.to_data()
    assert check_claim(data, certificate.claim, Charts()) == certificate
    for claim in (other.claim, Empty(other.claim.region)):
        with pytest.raises(CertificateError, match="another claim"):
            check_claim(data, claim, Charts())


def test_a_certificate_of_another_kind_is_refused():
    a, x = symbols("a x")
    (certificate,) = prove(a + 1 > 0, assuming=(a > 1,)).certificates
    with pytest.raises(CertificateError, match="another claim"):
        read_evidence(certificate.to_data(), Positive(real_functions([x + 1], [x]), ((0, 1),)))
