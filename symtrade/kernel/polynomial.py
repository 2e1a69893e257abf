"""Exact polynomials and rational functions over Q in named parameters.

Polynomials are ``flint.fmpz_mpoly`` (integer coefficients); a :class:`RationalFunction` is a
reduced quotient of two of them, and a rational constant is a ``flint.fmpq``.  All three mix freely
in ``+ - * /``.  The text form is canonical, so equal objects have equal texts and equal hashes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import mul
from typing import Any, TypeAlias

from flint import fmpq, fmpz, fmpz_mpoly, fmpz_mpoly_ctx

Polynomial: TypeAlias = Any  # flint ships no type stubs: this is fmpz_mpoly
Rational: TypeAlias = Any  # fmpq

_NAME = re.compile(r"[^\W\d][^\s\0+*/^()=<>-]*|\\[^\s\0+*/^()=<>-]+")  # flint's names end at a \0
_FACTOR = re.compile(rf"(?P<name>{_NAME.pattern})(?:\^(?P<power>[1-9]\d*))?|(?P<number>[1-9]\d*|0)")
_RATIONAL = re.compile(r"-?\d+(?:/[1-9]\d*)?")


class Ring:
    """The polynomials in the given parameter names, in the given order.

    >>> ring = Ring(("p", "b"))
    >>> p, b = ring.gens
    >>> str(p * b - 2), ring.parse("p*b - 2") == p * b - 2
    ('p*b - 2', True)
    """

    __slots__ = ("context", "gens", "index", "names", "one", "zero")

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        for name in self.names:
            if not (_NAME.fullmatch(name) and name.isascii()):
                raise ValueError(f"{name!r} cannot name a parameter: use the letters a to z, digits, "
                                 "underscores (symbols('theta') is shown as a Greek letter)")
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"a parameter is named twice: {', '.join(self.names)}")
        self.context = fmpz_mpoly_ctx.get(self.names, "deglex")
        self.gens: tuple[Polynomial, ...] = tuple(self.context.gens())
        self.index = {name: i for i, name in enumerate(self.names)}
        self.zero: Polynomial = self.context.constant(0)
        self.one: Polynomial = self.context.constant(1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ring) and self.names == other.names

    def __hash__(self) -> int:
        return hash(self.names)

    def __repr__(self) -> str:
        return f"Ring({self.names!r})"

    def parse(self, text: str) -> Polynomial:
        """The polynomial whose canonical text is `text`; any other text is refused."""
        terms: dict[tuple[int, ...], int] = {}
        if not isinstance(text, str):
            raise ValueError(f"expected the text of a polynomial, got {text!r}")
        if text != "0":
            body = text if text.startswith("-") else "+" + text
            for sign, monomial in re.findall(r"(?:^| )([+-]) ?([^ ]+)", body):
                exponents, coefficient = [0] * len(self.names), 1
                for factor in monomial.split("*"):
                    match = _FACTOR.fullmatch(factor)
                    if match is None or (match["name"] and match["name"] not in self.index):
                        raise ValueError(f"{factor!r} in {text!r} is no power of a parameter")
                    if match["name"]:
                        exponents[self.index[match["name"]]] += int(match["power"] or 1)
                    else:
                        coefficient *= int(match["number"])
                terms[tuple(exponents)] = coefficient if sign == "+" else -coefficient
        result = self.context.from_dict(terms)
        if str(result) != text:
            raise ValueError(f"{text!r} is not the canonical text of a polynomial (that is {result})")
        return result

    def parse_fraction(self, text: Any) -> Coefficient:
        """A coefficient from its JSON form: ``"3/4"``, or ``[numerator, denominator]``."""
        if isinstance(text, str):
            if not _RATIONAL.fullmatch(text):
                raise ValueError(f"expected a rational number such as '3/4', got {text!r}")
            value = parse_rational(text)
            if str(value) != text:
                raise ValueError(f"{text!r} is not in lowest terms")
            return value
        if not (isinstance(text, list) and len(text) == 2):
            raise ValueError(f"expected a number or [numerator, denominator], got {text!r}")
        num, den = self.parse(text[0]), self.parse(text[1])
        if den == 0:
            raise ValueError(f"the denominator of {text!r} is zero")
        value = quotient(num, den)
        if not isinstance(value, RationalFunction) or value.num != num or value.den != den:
            raise ValueError(f"{text!r} is not a reduced fraction")
        return value


def parse_rational(text: str) -> Rational:
    """``"-3/4"`` as an exact rational."""
    num, _, den = text.partition("/")
    return fmpq(fmpz(num), fmpz(den or 1))  # Python's int reads 4300 digits at most


class RationalFunction:
    """A reduced quotient of polynomials that is not constant; the denominator's leading
    coefficient is positive.  Build with :func:`quotient`, which keeps the form canonical.

    >>> x, y = Ring(("x", "y")).gens
    >>> str(quotient(x * x - y * y, x - y) / y)
    '(x + y)/(y)'
    """

    __slots__ = ("den", "num")

    def __init__(self, num: Polynomial, den: Polynomial) -> None:
        self.num = num
        self.den = den

    def __add__(self, other: Coefficient) -> Coefficient:
        if not isinstance(other, RationalFunction) and other == 0:
            return self
        num, den = parts(other, self.num)
        if self.den == den:
            return quotient(self.num + num, den)
        top, bottom = self.num * den + num * self.den, self.den * den
        if bottom.is_constant() or not self.den.gcd(den).is_one():
            return quotient(top, bottom)
        return RationalFunction(top, bottom)  # denominators without a common factor: nothing cancels

    def __sub__(self, other: Coefficient) -> Coefficient:
        return self + (-other)

    def __rsub__(self, other: Coefficient) -> Coefficient:
        return (-self) + other

    def __mul__(self, other: Coefficient) -> Coefficient:
        if not isinstance(other, RationalFunction) and other in (1, -1):
            return self if other == 1 else -self
        num, den = parts(other, self.num)
        return quotient(self.num * num, self.den * den)

    def __truediv__(self, other: Coefficient) -> Coefficient:
        if not isinstance(other, RationalFunction) and other == 1:
            return self
        num, den = parts(other, self.num)
        return quotient(self.num * den, self.den * num)

    def __rtruediv__(self, other: Coefficient) -> Coefficient:
        num, den = parts(other, self.num)
        return quotient(num * self.den, den * self.num)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> RationalFunction:
        return RationalFunction(-self.num, self.den)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RationalFunction) and self.num == other.num and self.den == other.den

    def __hash__(self) -> int:
        return hash((str(self.num), str(self.den)))

    def __str__(self) -> str:
        return str(self.num) if self.den.is_one() else f"({self.num})/({self.den})"

    __repr__ = __str__


Coefficient: TypeAlias = Any  # fmpq | RationalFunction


def quotient(num: Polynomial, den: Polynomial) -> Coefficient:
    """num/den reduced: an ``fmpq`` where it is constant, else a :class:`RationalFunction`.

    Raises ZeroDivisionError where `den` is the zero polynomial.
    """
    if den.is_zero():
        raise ZeroDivisionError(f"({num})/0")
    if num.is_zero():
        return fmpq(0)
    if den.is_one():
        return fmpq(num.leading_coefficient()) if num.is_constant() else RationalFunction(num, den)
    if den.is_constant():
        common = fmpz(den.leading_coefficient()).gcd(num.content())
        if common != 1:
            num, den = num / common, den / common
    else:
        common = num.gcd(den)
        if not common.is_one():
            num, den = num / common, den / common
    if den.leading_coefficient() < 0:
        num, den = -num, -den
    if num.is_constant() and den.is_constant():
        return fmpq(num.leading_coefficient(), den.leading_coefficient())
    return RationalFunction(num, den)


def parts(value: Coefficient, like: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Numerator and denominator as polynomials in the ring of `like`."""
    if isinstance(value, RationalFunction):
        return value.num, value.den
    if isinstance(value, fmpz_mpoly):
        return value, like.context().constant(1)
    context = like.context()
    value = fmpq(value)
    return context.constant(value.p), context.constant(value.q)


def numerator(value: Coefficient, ring: Ring) -> Polynomial:
    """The numerator of a coefficient as a polynomial of `ring`."""
    return parts(value, ring.zero)[0]


def denominator(value: Coefficient, ring: Ring) -> Polynomial:
    """The denominator of a coefficient as a polynomial of `ring`."""
    return parts(value, ring.zero)[1]


def write_fraction(value: Coefficient) -> str | list[str]:
    """The JSON form of a coefficient, read back by :meth:`Ring.parse_fraction`."""
    if isinstance(value, RationalFunction):
        return [str(value.num), str(value.den)]
    return str(fmpq(value))


def evaluate(polynomial: Polynomial, point: Sequence[Rational]) -> Rational:
    """The value of a polynomial at a rational point, exactly.

    >>> x, y = Ring(("x", "y")).gens
    >>> evaluate(x * y - 1, (fmpq(1, 2), fmpq(3)))
    1/2
    """
    total = fmpq(0)
    for exponents, coefficient in polynomial.terms():
        term = fmpq(coefficient)
        for base, power in zip(point, exponents, strict=True):
            if power:
                term *= base**power
        total += term
    return total


def evaluate_fraction(value: Coefficient, point: Sequence[Rational]) -> Rational:
    """The value of a coefficient at a rational point; ZeroDivisionError where it is undefined."""
    if isinstance(value, RationalFunction):
        return evaluate(value.num, point) / evaluate(value.den, point)
    return fmpq(value)


def compose(polynomial: Polynomial, images: Sequence[Coefficient], ring: Ring
            ) -> tuple[Polynomial, Polynomial]:
    """Substitute `images` (over `ring`) for the parameters: numerator and denominator, unreduced.

    The denominator is a product of powers of the images' denominators.

    >>> p, = Ring(("p",)).gens
    >>> ring = Ring(("x",)); x, = ring.gens
    >>> compose(p * (1 - p), (quotient(x, 1 + x),), ring)
    (x, x^2 + 2*x + 1)
    """
    degrees = polynomial.degrees()
    both = [parts(image, ring.zero) for image in images]
    nums, dens = [num for num, _ in both], [den for _, den in both]
    fractional = [i for i, d in enumerate(degrees) if d > 0 and not dens[i].is_one()]
    if not nums:
        return ring.one * polynomial.leading_coefficient(), ring.one
    if not fractional:
        return polynomial.compose(*nums, ctx=ring.context), ring.one
    double = fmpz_mpoly_ctx.get([f"x{i}" for i in range(len(nums) + len(fractional))], "deglex")
    lifted = double.from_dict({
        (*exponents, *(degrees[i] - exponents[i] for i in fractional)): coefficient
        for exponents, coefficient in polynomial.terms()})
    total = lifted.compose(*nums, *(dens[i] for i in fractional), ctx=ring.context)
    return total, reduce(mul, (dens[i] ** degrees[i] for i in fractional), ring.one)


def compose_fraction(value: Coefficient, images: Sequence[Coefficient], ring: Ring) -> Coefficient:
    """Substitute in a coefficient, reduced."""
    if not isinstance(value, RationalFunction):
        return value
    top, bottom = compose(value.num, images, ring), compose(value.den, images, ring)
    return quotient(top[0] * bottom[1], top[1] * bottom[0])


def divide_out(polynomial: Polynomial, divisor: Polynomial) -> tuple[Polynomial, int]:
    """Divide as often as it goes: the cofactor and the multiplicity."""
    power = 0
    while True:
        result, remainder = divmod(polynomial, divisor)
        if not remainder.is_zero():
            return polynomial, power
        polynomial, power = result, power + 1


def linear_form(pairs: Mapping[str, Coefficient]) -> tuple[tuple[str, Coefficient], ...]:
    """A sparse linear form as sorted pairs without zeros."""
    return tuple((k, v) for k, v in sorted(pairs.items()) if isinstance(v, RationalFunction) or v != 0)
