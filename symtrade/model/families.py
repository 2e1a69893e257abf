"""Families of distributions by name."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import sympy
from sympy import S

from symtrade.model.distribution import Distribution, Piece, X, affine, glue, mirror
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact

LARGEST = 10_000  # exponent


def _shape(value: Any, what: str) -> Any:
    value = exact(value, what)
    if value.is_positive is False or value in (S.Infinity, sympy.nan):
        raise ModelError(f"{what}: expected a positive number, got {value}")
    return value


def _exponent(value: Any, what: str) -> Any:
    """A shape with which formulas take powers; SymPy writes powers of numbers out."""
    value = _shape(value, what)
    if isinstance(value, sympy.Rational) and max(value, 1 / value) > LARGEST:
        raise ModelError(f"{what}: expected a number between 1/{LARGEST} and {LARGEST}, as it is an exponent")
    return value


def uniform(a: Any = 0, b: Any = 1) -> Distribution:
    """Uniform on [a, b].

    >>> uniform(0, 2).partial_above(1)
    3/4
    """
    a, b = exact(a, "uniform: a"), exact(b, "uniform: b")
    if (b - a).is_positive is False:
        raise ModelError(f"uniform({a}, {b}): expected a < b")
    return Distribution(f"uniform({a}, {b})", (
        Piece(a, b, (X - a) / (b - a), 1 / (b - a), (b - X)**2 / (2 * (b - a))),))


def unspecified(lo: Any = 0, hi: Any = 1, name: str = "F") -> Distribution:
    """Any distribution on [lo, hi] without atoms and gaps: nothing but its support is known.

    >>> unspecified(0, 2).cdf(sympy.Symbol("v"))
    F(v)
    """
    lo, hi = exact(lo, f"{name}: lo"), exact(hi, f"{name}: hi")
    return Distribution(
        name, (Piece(lo, hi, *(sympy.Function(f)(X) for f in (name, f"{name}_density", f"{name}_upper"))),)
    )


def power(a: Any) -> Distribution:
    """F(v) = v^a on [0, 1].

    >>> power(sympy.Symbol("a", positive=True)).mean
    a/(a + 1)
    """
    a = _exponent(a, "power: a")
    primitive = X - X**(a + 1) / (a + 1)
    return Distribution(f"power({a})", (
        Piece(S.Zero, S.One, X**a, a * X**(a - 1), sympy.factor_terms(a / (a + 1) - primitive)),))


def mirror_power(b: Any) -> Distribution:
    """F(v) = 1 - (1 - v)^b on [0, 1].

    >>> mirror_power(3).mean_above(sympy.Symbol("v"))
    3*v/4 + 1/4
    """
    b = _exponent(b, "mirror_power: b")
    return Distribution(f"mirror_power({b})", (
        Piece(S.Zero, S.One, 1 - (1 - X)**b, b * (1 - X)**(b - 1), (1 - X)**(b + 1) / (b + 1)),))


def kumaraswamy(a: Any, b: Any) -> Distribution:
    """F(v) = 1 - (1 - v^a)^b on [0, 1].

    >>> kumaraswamy(2, 2).mean
    8/15
    """
    a, b = _exponent(a, "kumaraswamy: a"), _exponent(b, "kumaraswamy: b")
    cdf, density = 1 - (1 - X**a)**b, a * b * X**(a - 1) * (1 - X**a)**(b - 1)
    if isinstance(b, sympy.Integer):
        primitive = sum((sympy.binomial(b, k) * (-1)**k * X**(a * k + 1) / (a * k + 1)
                         for k in range(int(b) + 1)), S.Zero)
        upper = primitive.subs(X, 1) - primitive
    else:  # with u = t^a, a partial beta integral
        upper = _beta_integral(1 / a, b + 1, X**a) / a
    return Distribution(f"kumaraswamy({a}, {b})", (Piece(S.Zero, S.One, cdf, density, upper),))


def _beta_integral(a: Any, b: Any, x: Any) -> Any:
    """The integral of t^(a-1) (1-t)^(b-1) from x to 1."""
    return sympy.gamma(a) * sympy.gamma(b) / sympy.gamma(a + b) - sympy.betainc(a, b, 0, x)


def beta(a: Any, b: Any) -> Distribution:
    """The beta distribution: density proportional to v^(a-1) (1-v)^(b-1) on [0, 1].

    >>> beta(2, 3).cdf(sympy.Rational(1, 2)), beta(2, 3).mean
    (11/16, 2/5)
    """
    a, b = _exponent(a, "beta: a"), _exponent(b, "beta: b")
    name = f"beta({a}, {b})"
    if isinstance(a, sympy.Integer) and isinstance(b, sympy.Integer):
        whole = sympy.factorial(a - 1) * sympy.factorial(b - 1) / sympy.factorial(a + b - 1)
        density = sympy.expand(X**(a - 1) * (1 - X)**(b - 1) / whole)
        return piecewise_polynomial((0, 1), (density,), name, X)
    whole = sympy.gamma(a) * sympy.gamma(b) / sympy.gamma(a + b)
    cdf = sympy.betainc(a, b, 0, X) / whole
    above = _beta_integral(a + 1, b, X) / whole  # E[v; v >= x]
    density = X**(a - 1) * (1 - X)**(b - 1) / whole
    return Distribution(name, (Piece(S.Zero, S.One, cdf, density, above - X * (1 - cdf)),))


def piecewise_polynomial(breaks: Sequence[Any], densities: Sequence[Any], name: str | None = None,
                         variable: Any = None) -> Distribution:
    """The density densities[i], a polynomial in one symbol, between breaks[i] and breaks[i + 1].

    Raises ModelError unless it is nonnegative and integrates to one.

    >>> v = sympy.Symbol("v")
    >>> piecewise_polynomial((0, 1, 2), (v, 2 - v)).cdf(sympy.Rational(3, 2))
    7/8
    """
    ends = [exact(b, "a breakpoint") for b in breaks]
    forms = [exact(d, "a density") for d in densities]
    name = name or f"piecewise_polynomial({ends}, {forms})"
    if len(ends) != len(forms) + 1 or not forms:
        raise ModelError(f"{name}: expected one breakpoint more than densities")
    if not all(isinstance(e, sympy.Rational) for e in ends) or any(
            b <= a for a, b in itertools.pairwise(ends)):
        raise ModelError(f"{name}: expected rational breakpoints in increasing order")
    symbols = set().union(*(d.free_symbols for d in forms)) - {variable}
    if variable is None and len(symbols) > 1:
        raise ModelError(f"{name}: expected densities in one symbol, got {sorted(map(str, symbols))}")
    argument = variable if variable is not None else (symbols.pop() if symbols else X)
    parts, mass = [], S.Zero
    for lo, hi, form in zip(ends, ends[1:], forms, strict=False):
        form = form.subs(argument, X)
        if not form.is_polynomial(X) or form.free_symbols - {X}:
            raise ModelError(f"{name}: expected a polynomial with rational coefficients, got {form}")
        polynomial = sympy.Poly(form, X, domain="QQ")
        _refuse_negative(polynomial, lo, hi, name)
        primitive = polynomial.integrate(X)
        cdf = primitive - primitive.eval(lo) + mass
        mass = cdf.eval(hi)
        parts.append((lo, hi, cdf.as_expr(), (1 - cdf).integrate(X).as_expr()))
    if mass != 1:
        raise ModelError(f"{name}: expected a density that integrates to 1, got {mass}")
    return glue(name, parts)


def _refuse_negative(density: Any, lo: Any, hi: Any, name: str) -> None:
    if not nonnegative(density, lo, hi):
        raise ModelError(f"{name}: the density {density.as_expr()} is negative somewhere on [{lo}, {hi}]")


def nonnegative(density: Any, lo: Any, hi: Any) -> bool:
    """Whether a SymPy polynomial over Q is nonnegative on [lo, hi], where `hi` may be oo, decided exactly:
    it keeps its sign between its roots of odd order."""
    inside = sympy.Integer(1)
    for factor, power in density.sqf_list()[1]:
        if power % 2:
            inside *= factor.as_expr()
    roots = sympy.Poly(inside, X).count_roots(lo, None if hi is S.Infinity else hi)
    strictly = roots - sum(sympy.Poly(inside, X).eval(end) == 0 for end in (lo, hi) if end is not S.Infinity)
    return not strictly and _sign_inside(density, lo, hi) >= 0


def _sign_inside(density: Any, lo: Any, hi: Any) -> int:
    """The sign at a point between lo and hi where the polynomial is not zero (0 if it is zero)."""
    count = density.degree() + 3 if not density.is_zero else 1
    for k in range(1, count):
        share = sympy.Rational(k, count)
        value = density.eval(lo + (share / (1 - share) if hi is S.Infinity else (hi - lo) * share))
        if value != 0:
            return 1 if value > 0 else -1
    return 0


def triangular(lo: Any, mode: Any, hi: Any) -> Distribution:
    """The triangular density on [lo, hi] with its peak at `mode`, which may be an end.

    >>> triangular(0, sympy.Rational(1, 2), 1).cdf(sympy.Rational(1, 4))
    1/8
    """
    lo, mode, hi = (exact(v, "triangular") for v in (lo, mode, hi))
    if not all(isinstance(v, sympy.Rational) for v in (lo, mode, hi)) or not lo <= mode <= hi or lo == hi:
        raise ModelError(f"triangular({lo}, {mode}, {hi}): expected rationals lo <= mode <= hi, lo < hi")
    sides = [(a, b, f) for a, b, f in (
        (lo, mode, 2 * (X - lo) / ((hi - lo) * (mode - lo)) if mode > lo else S.Zero),
        (mode, hi, 2 * (hi - X) / ((hi - lo) * (hi - mode)) if hi > mode else S.Zero)) if a < b]
    return piecewise_polynomial((sides[0][0], *(b for _, b, _ in sides)), tuple(f for _, _, f in sides),
                                f"triangular({lo}, {mode}, {hi})", X)


def piecewise_uniform(breaks: Sequence[Any], masses: Sequence[Any]) -> Distribution:
    """Mass masses[i], spread evenly between breaks[i] and breaks[i + 1]; a mass of 0 is a gap.

    Raises ModelError unless the masses are nonnegative and sum to one.

    >>> third = sympy.Rational(1, 3)
    >>> piecewise_uniform([0, 1, 3], [third, 2 * third]).mean
    3/2
    """
    ends = [exact(b, "a breakpoint") for b in breaks]
    parts = [exact(m, "a mass") for m in masses]
    name = f"piecewise_uniform([{', '.join(map(str, ends))}], [{', '.join(map(str, parts))}])"
    if len(ends) != len(parts) + 1 or not parts:
        raise ModelError(f"{name}: expected one breakpoint more than masses")
    if any(b == a for a, b in itertools.pairwise(ends)):
        raise ModelError(f"{name}: an interval of length 0 would hold an atom")
    if sum(parts) != 1 or any(m.is_negative is not False for m in parts):
        raise ModelError(f"{name}: expected nonnegative masses that sum to 1, got {sum(parts)}")
    while parts and parts[0] == 0:
        ends, parts = ends[1:], parts[1:]
    while parts and parts[-1] == 0:
        ends, parts = ends[:-1], parts[:-1]
    densities = [m / (b - a) for m, a, b in zip(parts, ends, ends[1:], strict=False)]
    return piecewise_polynomial(ends, densities, name, X)


def exponential(rate: Any = 1) -> Distribution:
    """F(v) = 1 - exp(-rate v) on [0, oo).

    >>> exponential(2).mean_above(sympy.Symbol("v"))
    v + 1/2
    """
    rate = _shape(rate, "exponential: rate")
    tail = sympy.exp(-rate * X)
    return Distribution(f"exponential({rate})", (
        Piece(S.Zero, S.Infinity, 1 - tail, rate * tail, tail / rate),))


def truncated_exponential(rate: Any, lo: Any = 0, hi: Any = 1) -> Distribution:
    """The exponential density exp(-rate v) on [lo, hi], rescaled to mass one; `rate` may be negative.

    >>> truncated_exponential(1).cdf(1)
    1
    """
    rate, lo, hi = (exact(v, "truncated_exponential") for v in (rate, lo, hi))
    name = f"truncated_exponential({rate}" + (")" if (lo, hi) == (0, 1) else f", {lo}, {hi})")
    if rate == 0:
        raise ModelError(f"{name}: a rate of 0 is the uniform distribution; write uniform({lo}, {hi})")
    start, end = sympy.exp(-rate * lo), sympy.exp(-rate * hi)
    cdf = (start - sympy.exp(-rate * X)) / (start - end)
    primitive = (-sympy.exp(-rate * X) / rate - end * X) / (start - end)
    return Distribution(name, (Piece(
        lo, hi, cdf, rate * sympy.exp(-rate * X) / (start - end), primitive.subs(X, hi) - primitive),))


def truncated_normal(mean: Any, deviation: Any, lo: Any, hi: Any) -> Distribution:
    """The normal density with these mean and standard deviation on [lo, hi], rescaled to mass one.

    `hi` may be ``oo``.

    >>> truncated_normal(0, 1, -1, 1).mean
    0
    """
    mean, lo, hi = (exact(v, "truncated_normal") for v in (mean, lo, hi))
    deviation = _shape(deviation, "truncated_normal: deviation")
    name = f"truncated_normal({mean}, {deviation}, {lo}, {hi})"

    def phi(t: Any) -> Any:
        return S.Zero if t is S.Infinity else (
            sympy.exp(-((t - mean) / deviation)**2 / 2) / (deviation * sympy.sqrt(2 * sympy.pi)))

    def cumulative(t: Any) -> Any:
        return S.One if t is S.Infinity else (
            (1 + sympy.erf((t - mean) / (deviation * sympy.sqrt(2)))) / 2)

    whole = cumulative(hi) - cumulative(lo)
    cdf = (cumulative(X) - cumulative(lo)) / whole
    # E[v; v >= x] = mean (1 - F) + deviation^2 (phi(x) - phi(hi)) / whole
    upper = (mean - X) * (1 - cdf) + deviation**2 * (phi(X) - phi(hi)) / whole
    return Distribution(name, (Piece(lo, hi, cdf, phi(X) / whole, upper),))


def pareto(shape: Any, least: Any = 1) -> Distribution:
    """F(v) = 1 - (least/v)^shape on [least, oo); the shape is greater than 1, for a mean.

    >>> pareto(2).mean_above(sympy.Symbol("v"))
    2*v
    """
    shape, least = _shape(shape, "pareto: shape"), _shape(least, "pareto: least")
    if (shape - 1).is_positive is False:
        raise ModelError(f"pareto({shape}, {least}): expected a shape above 1; the mean is infinite")
    tail = (least / X)**shape
    return Distribution(f"pareto({shape}, {least})", (
        Piece(least, S.Infinity, 1 - tail, shape * tail / X, X * tail / (shape - 1)),))


__all__ = [
    "affine", "beta", "exponential", "kumaraswamy", "mirror", "mirror_power",
    "pareto", "piecewise_polynomial", "piecewise_uniform", "power", "triangular", "truncated_exponential",
    "truncated_normal", "uniform",
]
