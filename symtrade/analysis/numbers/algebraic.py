"""Algebraic numbers by name: minimal polynomial, isolating interval, radicals.

Exact arithmetic of python-flint; what it finds is a proposal, which the caller has proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from flint import arb, ctx, fmpq, fmpq_mat, fmpq_poly, fmpz_poly

RADICALS = 8  # the largest degree for which radicals are looked for
LARGEST = 10_000  # degree of a polynomial that is written out


def polynomial(formula: Any, symbol: Any) -> fmpq_poly | None:
    """A SymPy polynomial with rational coefficients, of at most LARGEST degree; None for anything else."""
    if not formula.is_polynomial(symbol) or formula.free_symbols - {symbol} or any(
            abs(p.exp) > LARGEST for p in formula.atoms(sympy.Pow) if p.exp.is_Rational):
        return None
    coefficients = sympy.Poly(formula, symbol).all_coeffs()
    if not all(isinstance(c, sympy.Rational) for c in coefficients):
        return None
    return fmpq_poly([fmpq(int(c.p), int(c.q)) for c in reversed(coefficients)])


def substitute(rows: Sequence[fmpq_poly], top: fmpq_poly, bottom: fmpq_poly) -> fmpq_poly:
    """The sum of rows[k] * y^k at y = top/bottom, times bottom^(len(rows) - 1)."""
    total, power = fmpq_poly([0]), fmpq_poly([1])
    for k, row in enumerate(reversed(rows)):
        total = total * top + row * power
        if k + 1 < len(rows):
            power *= bottom
    return total


def irreducible_factors(f: fmpq_poly) -> list[fmpz_poly]:
    """The different irreducible factors of positive degree, primitive, with positive leading term."""
    _, found = f.numer().factor()
    return [g if g.leading_coefficient() > 0 else -g for g, _ in found if g.degree() > 0]


def may_vanish(f: fmpz_poly, interval: tuple[fmpq, fmpq]) -> bool:
    """Whether balls leave it open that a polynomial is zero in a small interval."""
    with ctx.workprec(max(64, 4 * f.height_bits() + 2 * _bits(interval))):
        return bool(f(arb(interval[0]).union(arb(interval[1]))).contains(0))


def _bits(interval: tuple[fmpq, fmpq]) -> int:
    return max(int(end.q.bit_length()) for end in interval)


def evaluate_modulo(f: fmpq_poly, at: fmpq_poly, modulus: fmpq_poly) -> fmpq_poly:
    """f(at) in Q[x]/(modulus)."""
    total = fmpq_poly([0])
    for k in range(f.degree(), -1, -1):
        total = (total * at + fmpq_poly([f[k]])) % modulus
    return total


def quotient_modulo(top: fmpq_poly, bottom: fmpq_poly, modulus: fmpq_poly) -> fmpq_poly:
    """top/bottom in the field Q[x]/(modulus); ZeroDivisionError where bottom is zero there."""
    common, inverse, _ = bottom.xgcd(modulus)
    if common.degree() > 0 or (bottom % modulus).degree() < 0:
        raise ZeroDivisionError("no inverse")
    return (top * inverse) % modulus


def minimal_polynomial(element: fmpq_poly, modulus: fmpq_poly) -> fmpz_poly:
    """The minimal polynomial of an element of Q[x]/(modulus), primitive."""
    n = modulus.degree()
    powers = [fmpq_poly([1])]
    for _ in range(n):
        powers.append((powers[-1] * element) % modulus)
    # rows: a power, then which power it is, the highest first; so that elimination leaves a relation of
    # least degree in the last row
    matrix = fmpq_mat(n + 1, n + n + 1, [
        value for k, p in enumerate(powers)
        for value in [*(p[i] for i in range(n)), *(fmpq(int(n - i == k)) for i in range(n + 1))]])
    reduced, rank = matrix.rref()
    best = [reduced[rank - 1, j] for j in range(2 * n, n - 1, -1)]
    found = fmpq_poly(best).numer()
    found = found / found.content() if found.content() != 1 else found
    return found if found.leading_coefficient() > 0 else -found


def written(f: fmpz_poly, letter: str = "x") -> str:
    """A polynomial as text that ``sympify`` reads."""
    symbol = sympy.Symbol(letter)
    return str(sympy.Poly([int(c) for c in reversed(f.coeffs())], symbol).as_expr())


def radical(f: fmpz_poly, interval: tuple[fmpq, fmpq]) -> Any:
    """The root of an irreducible polynomial in a small interval, in radicals; None if none are found."""
    degree = f.degree()
    if degree == 1:
        root = fmpq(-f[0], f[1])
        return sympy.Rational(int(root.p), int(root.q))
    if degree > RADICALS:
        return None
    t = sympy.Symbol("t")
    candidates = sympy.roots(sympy.Poly([int(c) for c in reversed(f.coeffs())], t))
    low, high = (sympy.Rational(int(e.p), int(e.q)) for e in interval)
    middle = (low + high) / 2
    near = [(abs(complex(sympy.N(r - middle, 30))), r) for r in candidates]
    near.sort(key=lambda pair: pair[0])
    if not near or near[0][0] > 1e-20 or (len(near) > 1 and near[1][0] < 1e-10):
        return None
    return near[0][1]
