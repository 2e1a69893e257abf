"""Zeros and signs by balls, against closed forms and mpmath."""

from __future__ import annotations

import mpmath
import pytest
from flint import fmpq

from symtrade.kernel.balls import Positive, Zeros, enclose, read_balls, verify_balls
from symtrade.kernel.functions import OPERATIONS, Graph, Program, read_functions, working
from symtrade.solve.balls import find_balls


def box(*sides):
    return tuple((fmpq(*low) if isinstance(low, tuple) else fmpq(low),
                  fmpq(*high) if isinstance(high, tuple) else fmpq(high)) for low, high in sides)


def proved(claim):
    certificate = find_balls(claim)
    assert not isinstance(certificate, str), certificate
    again = read_balls(certificate.to_data())
    assert again == certificate
    verify_balls(again)
    return certificate


@pytest.mark.parametrize("digits", [30, 1000])
def test_the_omega_constant(digits):
    g = Graph()
    x = g.variable("x")
    f = g("sub", g("mul", x, g("exp", x)), g.number(1))
    (zero,) = proved(Zeros(g.functions(("x",), (f,)), box((-3, 3)), digits)).zeros
    with mpmath.workdps(digits + 20):
        omega = mpmath.lambertw(1).real
        low, high = (mpmath.mpf(int(v.p)) / int(v.q) for v in zero.box[0])
        assert low < omega < high and high - low <= mpmath.mpf(10) ** -digits


def test_a_polynomial_system_with_nine_zeros():
    g = Graph()
    x, y = g.variable("x"), g.variable("y")

    def cubic(z):  # z (z - 1) (z + 1)
        return g("sub", g("power", z, numbers=(fmpq(3),)), z)

    f = g("add", cubic(x), g("mul", g.number("1/100"), y))
    h = g("sub", cubic(y), g("mul", g.number("1/100"), x))
    assert len(proved(Zeros(g.functions(("x", "y"), (f, h)), box((-2, 3), (-2, 3)))).zeros) == 9


def test_zeros_where_conditions_hold():
    g = Graph()
    x = g.variable("x")
    f = g("sub", g("mul", x, x), g.number(2))
    claim = Zeros(g.functions(("x",), (f, x)), box((-2, 3)))
    positive = [z for z in proved(claim).zeros if z.box[0][0] > 0]
    assert len(positive) == 1


def test_a_function_that_is_undefined_in_part_of_the_box():
    g = Graph()
    x, y = g.variable("x"), g.variable("y")
    f = g("sub", g.number(2), g("pow", x, g("add", y, g.number(1))))
    proved(Positive(g.functions(("x", "y"), (f,)), box((-1, 1), (0, 1))))
    log = g.functions(("x",), (g("log", x),))
    assert "undecided" in find_balls(Positive(log, box((0, 1))))


@pytest.mark.parametrize("claim", [
    lambda f: Zeros(f, box((0, 2))),     # a zero on the boundary
    lambda f: Zeros(f, box((-1, 2))),    # a double zero
    lambda f: Positive(f, box((-1, 2))), # false
])
def test_what_cannot_be_proved_is_said(claim):
    g = Graph()
    x = g.variable("x")
    assert "undecided near" in find_balls(claim(g.functions(("x",), (g("mul", x, x),))))


DERIVATIVES = ("exp", "log", "sqrt", "erf", "sin", "cos", "atan", "betainc", "gammainc", "power")


@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives_against_differences(name):
    g = Graph()
    x = g.variable("x")
    f = g.functions(("x",), (g(name, x, numbers=(fmpq(3), fmpq(5, 2))[:OPERATIONS[name].numbers]),))
    with working(400):
        at, h = fmpq(3, 7), fmpq(1, 10**40)
        (low,), (high,), (slope,) = f.at((at - h,)), f.at((at + h,)), f.jacobian().at((at,))
        assert abs((high - low) / (2 * h) - slope) < fmpq(1, 10**70)


def test_derivatives_of_products_quotients_and_powers():
    g = Graph()
    x, y = g.variable("x"), g.variable("y")
    f = g.functions(("x", "y"), (g("div", g("pow", x, y), g("sub", g("mul", x, x), y)),))
    with working(400):
        point, h = (fmpq(7, 3), fmpq(5, 4)), fmpq(1, 10**40)
        slopes = f.jacobian().at(point)
        for k, slope in enumerate(slopes):
            ends = [f.at([v + (d if i == k else 0) for i, v in enumerate(point)])[0] for d in (h, -h)]
            assert abs((ends[0] - ends[1]) / (2 * h) - slope) < fmpq(1, 10**70)


def test_special_functions_against_mpmath():
    g = Graph()
    x = g.variable("x")
    f = g.functions(("x",), (g("erf", x), g("betainc", x, numbers=(fmpq(2), fmpq(1, 2))),
                             g("gammainc", x, numbers=(fmpq(5, 2),))))
    with mpmath.workdps(50):
        v = mpmath.mpf(2) / 3
        truth = (mpmath.erf(v), mpmath.betainc(2, 0.5, 0, v, regularized=True),
                 mpmath.gammainc(2.5, 0, v, regularized=True))
        found = enclose(f, box(((2, 3), (2, 3))))
        for (low, high), value in zip(found, truth, strict=True):
            assert mpmath.mpf(int(low.p)) / int(low.q) <= value <= mpmath.mpf(int(high.p)) / int(high.q)


def test_enclosures_contain_values():
    g = Graph()
    x, y = g.variable("x"), g.variable("y")
    f = g.functions(("x", "y"), (g("mul", g("log", x), g("sqrt", y)), g("pow", x, y)))
    (low, high), _ = enclose(f, box((1, 2), (1, 4)), 5)
    assert low <= 0 and high > fmpq(138, 100)
    with pytest.raises(ArithmeticError, match="undefined"):
        enclose(f, box((-1, 2), (1, 4)))
    with working(64):
        assert not Program(f)([fmpq_ball(-1, 2), fmpq_ball(1, 4)], total=True)[0].is_finite()


def fmpq_ball(low, high):
    from symtrade.kernel.balls import ball

    return ball(fmpq(low), fmpq(high))


def test_equal_functions_have_equal_forms():
    g, h = Graph(), Graph()
    x = g.variable("x")
    first = g("add", g("exp", x), g.number(1))
    h.number("5/7")  # not needed
    second = h("add", h("exp", h.variable("x")), h.number(1))
    one, other = g.functions(("x",), (first,)), h.functions(("x",), (second,))
    assert one == other and read_functions(one.to_data()) == one


def root_times_bell(graph, lower, upper):
    """The integral of exp(-t^2) sqrt(t)."""
    inner = Graph()
    t = inner.variable("t")
    bell = inner("exp", inner("sub", inner.number(0), inner("mul", t, t)))
    return graph.integral(inner.functions(("t",), (inner("mul", bell, inner("sqrt", t)),)), lower, upper)


def test_integrals_against_mpmath():
    g = Graph()
    x, y = g.variable("x"), g.variable("y")
    f = g.functions(("x", "y"), (root_times_bell(g, x, y), root_times_bell(g, g.number(0), y)))
    with working(130):
        values = f.at((fmpq(1, 3), fmpq(2)))
    with mpmath.workdps(40):
        for value, low in zip(values, (mpmath.mpf(1) / 3, 0), strict=True):
            truth = mpmath.quad(lambda t: mpmath.exp(-t * t) * mpmath.sqrt(t), [low, 1, 2])
            assert abs(mpmath.mpf(value.str(40, radius=False)) - truth) < mpmath.mpf(10) ** -30
            assert value.rad() < 1e-30


def test_integrals_have_derivatives_and_wide_enclosures():
    g = Graph()
    x = g.variable("x")
    f = g.functions(("x",), (root_times_bell(g, g("div", x, g.number(2)), g("mul", x, x)),))
    with working(200):
        at, h = fmpq(3, 7), fmpq(1, 10**20)
        (low,), (high,), (slope,) = f.at((at - h,)), f.at((at + h,)), f.jacobian().at((at,))
        assert abs((high - low) / (2 * h) - slope) < fmpq(1, 10**35)
    ((low, high),) = enclose(f, box(((1, 2), (3, 4))))
    for k in range(50, 76, 5):
        ((value, _),) = enclose(f, box(((k, 100), (k, 100))))
        assert low < value < high
    with pytest.raises(ArithmeticError, match="undefined"):
        enclose(f, box((-1, 1)))


def test_an_integral_of_an_integral():
    inner, g = Graph(), Graph()
    t = inner.variable("t")
    area = root_times_bell(inner, inner.number(0), t)
    integrand = inner.functions(("t",), (inner("mul", area, area),))
    f = g.functions((), (g.integral(integrand, g.number(0), g.number(1)),))
    assert read_functions(f.to_data()) == f
    ((low, high),) = enclose(f, (), 25)
    with mpmath.workdps(30):
        truth = mpmath.quad(lambda x: (mpmath.gammainc(0.75, 0, x * x) / 2) ** 2, [0, 0.25, 1])
        assert mpmath.mpf(int(low.p)) / int(low.q) <= truth + mpmath.mpf(10)**-20
        assert abs(mpmath.mpf(int(high.p)) / int(high.q) - truth) < mpmath.mpf(10)**-20


@pytest.mark.parametrize("name", ["exp", "log", "sin", "cos", "atan", "sqrt", "erf", "betainc", "gammainc"])
def test_holomorphic_enclosures_contain_values(name):
    """On a complex ball: the values at points of it, by mpmath."""
    from flint import acb, arb

    g = Graph()
    x = g.variable("x")
    shapes = (fmpq(3, 2), fmpq(5, 2))[:OPERATIONS[name].numbers]
    f = Program(g.functions(("x",), (g(name, x, numbers=shapes),)))
    truth = {"betainc": lambda z: mpmath.betainc(1.5, 2.5, 0, z, regularized=True),
             "gammainc": lambda z: mpmath.gammainc(1.5, 0, z, regularized=True)}
    with working(100):
        (value,) = f.holomorphic((acb(arb("0.5", "0.1"), arb("0.1", "0.05")),))
        assert value.is_finite()
        for re, im in (("0.41", "0.06"), ("0.59", "0.14"), ("0.5", "0.1")):
            z = truth.get(name, getattr(mpmath, name, None))(mpmath.mpc(re, im))
            assert value.real.overlaps(arb(repr(float(z.real)), "1e-12"))
            assert value.imag.overlaps(arb(repr(float(z.imag)), "1e-12"))
    if name not in ("exp", "sin", "cos", "erf"):
        (value,) = f.holomorphic((acb(arb(0, 2), arb(0, 2)),))
        assert not value.is_finite()
