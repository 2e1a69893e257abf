"""The second best exactly, where the virtual values are linear and the distributions polynomial."""

from __future__ import annotations

from typing import Any

import sympy
from flint import arb, ctx, fmpq, fmpq_poly, fmpz_poly

from symtrade.analysis.numbers.algebraic import irreducible_factors, minimal_polynomial, quotient_modulo
from symtrade.analysis.numbers.real import Number
from symtrade.analysis.second_best.levels import hazard
from symtrade.model.distribution import Distribution, X


def linear_case(F: Distribution, G: Distribution) -> tuple[Number, Number] | None:
    """Weight and welfare where both hazards are linear and both cdfs polynomials, in one piece each."""
    if len(F.pieces) > 1 or len(G.pieces) > 1 or any(
            not p.cdf.is_polynomial(X) for p in (*F.pieces, *G.pieces)):
        return None
    h, k = hazard(F.pieces[0], True), hazard(G.pieces[0], False)
    if any(not e.is_polynomial(X) or sympy.degree(e, X) > 1 for e in (h, k)):
        return None
    a = sympy.Symbol("a")
    c = sympy.Symbol("c")
    h0, h1, k0, k1 = h.coeff(X, 0), h.coeff(X, 1), k.coeff(X, 0), k.coeff(X, 1)
    tau = (c + a * (k0 + k1 * c) + a * h0) / (1 - a * h1)
    buyer, seller = F.pieces[0], G.pieces[0]
    top = sympy.together((buyer.hi - a * k0) / (1 + a * k1))  # the cost whose level is the largest value
    rest, above = 1 - buyer.cdf.subs(X, tau), buyer.upper.subs(X, tau)
    density, mass = seller.density.subs(X, c), seller.cdf.subs(X, c)
    ends = (seller.lo, top)
    budget = _integrated(rest * ((tau - c) * density - mass), c, ends)
    numerator = sympy.Poly(sympy.fraction(budget)[0], a)
    weight = _root(numerator, lambda w: _inside(w, tau, top, F, G, a, c))
    if weight is None:
        return None
    gains = _integrated(density * ((tau - c) * rest + above), c, ends)
    return weight, _named(gains, a, weight)


def _integrated(formula: Any, c: Any, ends: tuple[Any, Any]) -> Any:
    primitive = sympy.Poly(sympy.together(formula), c).integrate(c)
    return sympy.cancel(primitive.eval(ends[1]) - primitive.eval(ends[0]))


def _inside(w: Any, tau: Any, top: Any, F: Distribution, G: Distribution, a: Any, c: Any) -> bool:
    """At this weight the least cost trades with some values only, and not all costs trade."""
    least = tau.subs({a: w, c: G.support[0]})
    return bool(least >= F.support[0] and top.subs(a, w) <= G.support[1])


def _root(numerator: Any, fits: Any) -> Number | None:
    """The root between 0 and 1 at which the mechanism has the assumed form."""
    coefficients = [fmpq(int(k.p), int(k.q)) for k in reversed(numerator.all_coeffs())]
    found = []
    for factor in irreducible_factors(fmpq_poly(coefficients)):
        for low, high in _isolated(factor):
            if fits(sympy.Rational(str(low))) and fits(sympy.Rational(str(high))):
                found.append((factor, low, high))
    if len(found) != 1:
        return None
    factor, low, high = found[0]
    if factor.degree() == 1:
        root = fmpq(-factor[0], factor[1])
        return Number(root, root, factor, sympy.Rational(str(root)))
    return Number(low, high, factor)


def _isolated(factor: fmpz_poly) -> list[tuple[Any, Any]]:
    """Rational intervals around the roots strictly between 0 and 1."""
    with ctx.workprec(4000):
        found = [root.real for root, _ in factor.complex_roots() if root.imag == 0]
        unit = fmpz_poly([1])(10) * 10**1000
        result = []
        for r in found:
            if 0 < r < 1:
                middle = r.mid().fmpq()
                reach = fmpq(1, unit)
                result.append((middle - reach, middle + reach))
        return result


def _named(formula: Any, a: Any, weight: Number) -> Number:
    """A rational function of the weight as a number."""
    top, bottom = (fmpq_poly([fmpq(int(k.p), int(k.q)) for k in reversed(sympy.Poly(f, a).all_coeffs())])
                   for f in sympy.fraction(formula))
    if weight.low == weight.high:
        value = top(weight.low) / bottom(weight.low)
        return Number.rational(sympy.Rational(str(value)))
    modulus = fmpq_poly(weight.minimal)
    minimal = minimal_polynomial(quotient_modulo(top, bottom, modulus), modulus)
    with ctx.workprec(4000):
        ball = arb(weight.low).union(arb(weight.high))
        value = _horner(top, ball) / _horner(bottom, ball)
        return Number(value.lower().fmpq(), value.upper().fmpq(), minimal)


def _horner(f: fmpq_poly, x: Any) -> Any:
    total = arb(0)
    for k in range(f.degree(), -1, -1):
        total = total * x + arb(f[k])
    return total
