"""Real roots of polynomials over Q: exact, or enclosed as tightly as it takes to tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from flint import ctx, fmpq

from symtrade.kernel.polynomial import Rational

Univariate: TypeAlias = Any  # fmpz_poly
BITS, MOST_BITS = 96, 1 << 15


@dataclass(frozen=True)
class Root:
    """A real number within `radius` of the rational `value`; a rational number has radius 0."""

    value: Rational
    radius: Rational = fmpq(0)

    @property
    def low(self) -> Rational:
        return self.value - self.radius

    @property
    def high(self) -> Rational:
        return self.value + self.radius


def real_roots(polynomial: Univariate, bits: int = BITS) -> tuple[Root, ...]:
    """The different real roots of a polynomial that is not zero, in ascending order.

    Rational roots are exact, the others are enclosed with about `bits` correct bits; the
    enclosures of one irreducible factor do not overlap.

    >>> from flint import fmpz_poly
    >>> [str(root.value) for root in real_roots(fmpz_poly([-2, 3, 0]) * fmpz_poly([-1, 1]))]
    ['2/3', '1']
    """
    found: list[Root] = []
    if polynomial.degree() == 1:
        return (Root(fmpq(-polynomial[0], polynomial[1])),)
    for factor, _ in polynomial.factor()[1]:
        if factor.degree() == 1:
            found.append(Root(fmpq(-factor[0], factor[1])))
            continue
        with ctx.workprec(bits):
            found += [_root(z.real) for z, _ in factor.complex_roots() if z.imag.is_zero()]
    return tuple(sorted(found, key=lambda root: root.value))


def _root(ball: Any) -> Root:
    return Root(_dyadic(ball.mid()), _dyadic(ball.rad()))


def _dyadic(exact: Any) -> Rational:
    mantissa, exponent = exact.man_exp()
    two = fmpq(2)
    return fmpq(mantissa) * two ** int(exponent)


def arrange(polynomials: Sequence[Univariate]) -> list[tuple[int, int, Root]]:
    """All real roots of polynomials without common roots, in ascending order and told apart.

    Each comes as (number of its polynomial, number among the roots of that polynomial, root).
    """
    bits = BITS
    while bits <= MOST_BITS:
        found = [(i, j, root) for i, polynomial in enumerate(polynomials) if polynomial.degree() > 0
                 for j, root in enumerate(real_roots(polynomial, bits))]
        found.sort(key=lambda entry: entry[2].value)
        if all(one[2].high < two[2].low for one, two in pairwise(found)):
            return found
        bits *= 2
    raise ArithmeticError("two polynomials share a root")


def simplest(low: Rational, high: Rational) -> Rational:
    """The rational number with the smallest denominator strictly between two others.

    >>> simplest(fmpq(1, 3), fmpq(2, 3)), simplest(fmpq(-7, 2), fmpq(-3)), simplest(fmpq(-1), fmpq(5))
    (1/2, -10/3, 0)
    """
    if low < 0 < high:
        return fmpq(0)
    if high <= 0:
        return -simplest(-high, -low)
    floor = low.floor()
    if floor + 1 < high:
        return fmpq(floor + 1)
    if low == floor:
        return floor + 1 / fmpq((1 / (high - floor)).floor() + 1)
    return floor + 1 / simplest(1 / (high - floor), 1 / (low - floor))


def middle(low: Rational, high: Rational) -> Rational:
    """A simple rational number well inside an interval."""
    third = (high - low) / 3
    return simplest(low + third, high - third)
