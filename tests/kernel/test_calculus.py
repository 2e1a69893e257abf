"""Evidence by calculus: what is proved holds for real distributions, and what is false is not proved."""

from __future__ import annotations

import pytest
import sympy
from flint import acb, arb
from sympy import Rational, symbols

import symtrade as st
from symtrade.kernel.calculus import Certificate, at_point, read_calculus, verify_calculus
from symtrade.kernel.certificate import CertificateError
from symtrade.solve.answers import answer

v, hi, lo, c, F, f, B, J, x = symbols("v hi lo c F f B J x")
LAWS = st.unspecified_functions(
    (v,), {F: {v: f}, f: {v: None}, B: {v: -v * f}, J: {v: F - 1}}, (hi, lo, c),
    {"top": (v, hi, {F: 1, B: 0, J: 0})}, nonnegative=(f,))


def proved(statement):
    verdict = answer(statement)
    if verdict:
        st.check(verdict)
        (certificate,) = verdict.certificates
        assert read_calculus(certificate.to_data()) == certificate
    return bool(verdict)


@pytest.mark.parametrize("law", [st.power(2), st.beta(2, 3), st.mirror_power(3)], ids=str)
def test_theorems_hold_for_real_distributions(law):
    """Each proved equality, with a distribution put in for the symbols."""
    values = {F: law.cdf(x), f: law.density(x), B: law.partial_above(x), J: law.upper(x), v: x, hi: 1}
    for left, right in ((B, v * (1 - F) + J), (J, B - v * (1 - F)), (J * 2 + B, 3 * B - 2 * v * (1 - F))):
        assert proved(LAWS.equal(left, right))
        assert sympy.expand((left - right).subs(values)) == 0
    slope = LAWS.derivative(B / (1 - F), v)
    assert proved(LAWS.has_derivative(B / (1 - F), v, slope))
    assert sympy.simplify(slope.subs(values) - sympy.diff((B / (1 - F)).subs(values), x)) == 0


@pytest.mark.parametrize("statement", [
    LAWS.equal(B, v * (1 - F)), LAWS.equal(B, v * (1 - F) + 2 * J), LAWS.equal(J, 1 - F),
    LAWS.has_derivative(B, v, v * f), LAWS.peaks(B - c * (1 - F), v, hi),
    LAWS.peaks(-(B - c * (1 - F)), v, c),
], ids=str)
def test_what_is_false_is_not_proved(statement):
    assert not proved(statement)


def test_a_density_is_no_constant():
    """J' = f and J(lo) = 0 do not make J = f * (v - lo), unless f is constant."""
    moving = st.unspecified_functions((v,), {J: {v: f}, f: {v: None}}, (lo,), {"bottom": (v, lo, {J: 0})})
    assert not proved(moving.equal(J, f * (v - lo)))
    still = st.unspecified_functions((v,), {J: {v: f}, f: {}}, (lo,), {"bottom": (v, lo, {J: 0})})
    assert proved(still.equal(J, f * (v - lo)))
    with pytest.raises(CertificateError, match="derivative of f by v is not known"):
        moving.derivative(f, v)
    ends = st.unspecified_functions((v,), {J: {v: f}, f: {v: None}}, (lo,), {"bottom": (v, lo, {J: 0})})
    with pytest.raises(CertificateError, match="f is not known at bottom"):
        at_point(ends.theory, ends.equal(f, J).left.num, ends.theory.points[0])


def test_two_variables():
    y, g, W = symbols("y g W")
    G = symbols("G")
    laws = st.unspecified_functions(
        (v, y), {F: {v: f}, f: {v: None}, G: {y: g}, g: {y: None}, W: {v: f * G, y: F * g}}, (lo,),
        {"left": (v, lo, {F: 0, W: 0})})
    assert proved(laws.equal(W, F * G))


def test_a_power_with_a_symbolic_exponent():
    """The mean of max(x, c) under the cdf x^a, certified; at numbers, by Arb quadrature."""
    a, at_c, power = symbols("a at_c power")
    laws = st.unspecified_functions((x,), {power: {x: a * power / x}}, (a, c, at_c))
    zero, middle, one = {x: 0, power: 0}, {x: c, power: at_c}, {x: 1, power: 1}
    value = (a + c * at_c) / (a + 1)
    below = (a * c * power / x, c * power, zero, middle)
    above = (a * power, a * x * power / (a + 1), middle, one)
    assert proved(laws.integral(x, (below, above), value))
    assert not proved(laws.integral(x, (below, above), value + 1))
    for exponent, place in ((Rational(1, 2), Rational(1, 3)), (Rational(7, 3), Rational(4, 5))):
        k, t = (arb(int(q.p)) / int(q.q) for q in (exponent, place))
        ball = t * t**k + acb.integral(lambda z, analytic, k=k: k * (k * z.log(analytic)).exp(), t, 1).real
        exact = value.subs({a: exponent, c: place, at_c: place**exponent})
        assert abs(float(ball.mid()) - float(exact)) < 1e-12


def test_a_certificate_for_another_claim_is_refused():
    good = answer(LAWS.equal(B, v * (1 - F) + J)).certificates[0]
    with pytest.raises(CertificateError):
        verify_calculus(Certificate(LAWS.equal(B, v * (1 - F)), good.points))


def test_bad_theories():
    with pytest.raises(st.ModelError, match="denominators"):
        LAWS.peaks(B / (1 - F), v, c)
    with pytest.raises(ValueError, match="no variable"):
        st.unspecified_functions((v,), {F: {x: f}, f: {}})
    with pytest.raises(st.ModelError, match="twice"):
        st.unspecified_functions((v,), {v: {}})
    assert Rational(1, 2) * LAWS.derivative(v**2, v) == v
