"""Formulas as a reader writes them: sums of products of powers, in a chosen order.

A :class:`Sum` keeps its terms and a :class:`Product` its factors as they are, so that a form found
by :mod:`symtrade.forms.natural` reaches text, SymPy and LaTeX undisturbed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add, mul
from typing import Any, TypeAlias

from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, Polynomial, Rational, Ring, quotient


@dataclass(frozen=True)
class Name:
    """A parameter."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Product:
    """``coefficient * product of atoms to integer powers``; a negative power divides."""

    coefficient: Rational
    factors: tuple[tuple[Atom, int], ...] = ()

    @cached_property
    def text(self) -> str:
        return _product_text(self)

    @property
    def top(self) -> tuple[tuple[Atom, int], ...]:
        """The factors above the fraction line."""
        return tuple((a, e) for a, e in self.factors if e > 0)

    @property
    def bottom(self) -> tuple[tuple[Atom, int], ...]:
        """The factors below the fraction line, with positive powers."""
        return tuple((a, -e) for a, e in self.factors if e < 0)

    def __neg__(self) -> Product:
        return Product(-self.coefficient, self.factors)

    def __mul__(self, other: Product) -> Product:
        """The product, with the powers of equal atoms collected."""
        powers: dict[str, tuple[Atom, int]] = {}
        for atom, power in self.factors + other.factors:
            known = powers.get(str(atom), (atom, 0))[1]
            powers[str(atom)] = (atom, known + power)
        return ordered(self.coefficient * other.coefficient, [p for p in powers.values() if p[1] != 0])

    def inverse(self) -> Product:
        """One divided by this product."""
        return Product(1 / self.coefficient, tuple((a, -e) for a, e in self.factors))

    def __str__(self) -> str:
        return self.text

    def __hash__(self) -> int:
        return hash(self.text)


@dataclass(frozen=True)
class Sum:
    """A sum of products; the empty sum is zero.

    >>> a, b = Name("a"), Name("b")
    >>> gap = Sum((Product(fmpq(1), ((a, 1),)), Product(fmpq(-1), ((b, 1),))))
    >>> print(Sum((Product(fmpq(-2, 3), ((a, 1), (gap, -2))),)))
    -2*a/(3*(a - b)**2)
    """

    terms: tuple[Product, ...] = ()

    @cached_property
    def text(self) -> str:
        if not self.terms:
            return "0"
        pieces = [inner(self.terms[0])]
        for term in self.terms[1:]:
            pieces += [" - ", (-term).text] if term.coefficient < 0 else [" + ", inner(term)]
        return "".join(pieces)

    @property
    def weight(self) -> int:
        """How long a reader takes it to be: the names and numbers it shows, 1 - p counting once."""
        return sum(_weight(t) for t in self.terms)

    @property
    def is_one(self) -> bool:
        return len(self.terms) == 1 and self.terms[0].coefficient == 1 and not self.terms[0].factors

    def __neg__(self) -> Sum:
        return Sum(tuple(-t for t in self.terms))

    def __str__(self) -> str:
        return self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def as_sympy(self, symbols: Mapping[str, Any] | None = None) -> Any:
        """The formula as a SymPy expression in the user's symbols, its shape kept."""
        return _sympy_sum(self, symbols or {})

    def as_coefficient(self, ring: Ring) -> Coefficient:
        """The formula as an exact rational function of the kernel."""
        return reduce(add, (product_value(t, ring) for t in self.terms), fmpq(0))


Atom: TypeAlias = Name | Sum
ZERO = Sum()


def single(product: Product) -> Sum:
    """A sum of one product; a zero coefficient gives the empty sum."""
    return Sum((product,)) if product.coefficient != 0 else ZERO


def constant(value: Rational) -> Sum:
    """A number."""
    return single(Product(fmpq(value)))


def ordered(coefficient: Rational, factors: list[tuple[Atom, int]]) -> Product:
    """A product with its factors in reading order: names, complements such as 1 - p, the rest."""
    return Product(coefficient, tuple(sorted(factors, key=lambda f: _rank(f[0]))))


def _rank(atom: Atom) -> tuple[int, str]:
    if isinstance(atom, Name):
        return (0, atom.name)
    if complement(atom) is not None:
        return (1, str(atom))
    return (2 if all(_is_linear(t) for t in atom.terms) else 3, str(atom))


def _is_linear(term: Product) -> bool:
    return len(term.factors) <= 1 and all(isinstance(a, Name) and e == 1 for a, e in term.factors)


def complement(atom: Atom) -> str | None:
    """``p`` where the atom is ``1 - p``, ``p + r`` where it is ``1 - p - r``, and so on; else None."""
    if not isinstance(atom, Sum) or len(atom.terms) < 2:
        return None
    one, *others = atom.terms
    if one.factors or one.coefficient != 1:
        return None
    if any(t.coefficient != -1 or not t.factors or not _is_linear(t) for t in others):
        return None
    return " + ".join(sorted(str(t.factors[0][0]) for t in others))


def expanded(polynomial: Polynomial, names: tuple[str, ...]) -> Sum:
    """A polynomial as the sum of its monomials, positive ones first.

    >>> p, = Ring(("p",)).gens
    >>> print(expanded(1 - 2 * p, ("p",)))
    1 - 2*p
    """
    terms = []
    for exponents, c in polynomial.terms():
        factors = [(Name(n), int(e)) for n, e in zip(names, exponents, strict=True) if e]
        terms.append(Product(fmpq(c), tuple(factors)))
    return Sum(tuple(sorted(terms, key=lambda t: t.coefficient < 0)))


def product_value(product: Product, ring: Ring) -> Coefficient:
    """The exact rational function that a product stands for."""
    value: Coefficient = product.coefficient
    for atom, power in product.factors:
        if isinstance(atom, Name):
            base: Coefficient = quotient(ring.gens[ring.index[atom.name]], ring.one)
        else:
            base = atom.as_coefficient(ring)
        value = value * reduce(mul, [base] * power) if power > 0 else value / reduce(mul, [base] * -power)
    return value


def _weight(term: Product) -> int:
    total = 0 if term.factors and abs(term.coefficient) == 1 else 1
    for atom, power in term.factors:
        total += (1 if isinstance(atom, Name) or complement(atom) else atom.weight) + (abs(power) > 1)
    return total


def lone(term: Product) -> Sum | None:
    """The sum that a product is nothing but, else None: it needs no parentheses after a plus."""
    if term.coefficient == 1 and len(term.factors) == 1:
        atom, power = term.factors[0]
        if power == 1 and isinstance(atom, Sum):
            return atom
    return None


def inner(term: Product) -> str:
    """The text of a term that follows a plus."""
    return str(lone(term) or term)


# --- text and SymPy ------------------------------------------------------------------------------


def _power_text(atom: Atom, power: int) -> str:
    base = f"({atom})" if isinstance(atom, Sum) else str(atom)
    return base if power == 1 else f"{base}**{power}"


def _product_text(product: Product) -> str:
    number = product.coefficient
    sign = "-" if number < 0 else ""
    top, bottom = abs(int(number.p)), int(number.q)
    above = [_power_text(a, e) for a, e in product.top]
    below = [_power_text(a, e) for a, e in product.bottom]
    if top != 1 or not above:
        above.insert(0, str(top))
    if bottom != 1:
        below.insert(0, str(bottom))
    if len(above) == 1 and not below and len(product.top) == 1 and product.top[0][1] == 1 and not sign:
        atom = product.top[0][0]
        return str(atom) if isinstance(atom, Name) else above[0]
    text = sign + "*".join(above)
    if not below:
        return text
    return f"{text}/{below[0]}" if len(below) == 1 else f"{text}/({'*'.join(below)})"


def _sympy_atom(atom: Atom, symbols: Mapping[str, Any]) -> Any:
    import sympy

    if isinstance(atom, Name):
        return symbols.get(atom.name) or sympy.Symbol(atom.name)
    return _sympy_sum(atom, symbols)


def _sympy_product(product: Product, symbols: Mapping[str, Any]) -> Any:
    import sympy

    number = sympy.Rational(int(product.coefficient.p), int(product.coefficient.q))
    factors = [_sympy_atom(a, symbols) ** e for a, e in product.factors]
    if number == 1:
        return sympy.Mul(*factors)
    if len(factors) == 1 and isinstance(product.factors[0][0], Sum):
        return sympy.Mul(number, factors[0], evaluate=False)  # SymPy would multiply out 2*(a + b)
    return sympy.Mul(number, *factors)


def _sympy_sum(value: Sum, symbols: Mapping[str, Any]) -> Any:
    import sympy

    return sympy.Add(*(_sympy_product(t, symbols) for t in value.terms))
