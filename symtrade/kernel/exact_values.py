"""Exact values of real functions: where one is identically zero, by algebra and not by a ball.

Every node is a rational function of the variables and of numbers that stand for themselves, such as
exp(1/60), log(2), a root of 3, or erf of something: by name, so that equal ones cancel.  Only what
can be proved equal is found equal: nothing is said of two that differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import fmpq, fmpz

from symtrade.kernel.functions import ARITHMETIC, Functions
from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    Rational,
    RationalFunction,
    Ring,
    numerator,
    quotient,
)
from symtrade.kernel.polynomial import parse_rational as parse

SHARE = 60      # exp(p/q) is a power of exp(1/60) where q divides 60
LARGE = 10**12  # of a number whose logarithm is split into those of primes
TERMS = 500     # of a value, beyond which none is known
NAMES = 6       # that one node may need
LARGEST = 100   # argument of Gamma that is brought between 0 and 1
ODD, EVEN = ("sin", "atan", "erf"), ("cos",)


class ExactValues:
    """The values of all nodes: `found` has a coefficient over `ring`, or None where there is none.

    The variables in `fixed` have these values; the others are themselves, ``x0``, ``x1``, ...

    >>> from symtrade.kernel.functions import Graph
    >>> graph = Graph()
    >>> root = graph("sqrt", graph.variable("x"))
    >>> gap = graph("sub", graph("mul", root, root), graph.number(2))
    >>> functions = graph.functions(("x",), (gap,))
    >>> ExactValues(functions, {"x": fmpq(2)}).vanishes(functions.roots[0])
    True
    """

    def __init__(self, functions: Functions, fixed: Mapping[str, Rational]) -> None:
        count = sum(node[0] not in ("number", "variable", *ARITHMETIC) for node in functions.nodes)
        free = [f"x{k}" for k in range(len(functions.variables))]
        self.ring = Ring((*free, *(f"a{k}" for k in range(count * NAMES))))
        self.free = dict(zip(functions.variables, free, strict=True))
        self.fixed = fixed
        self.named: dict[Any, int] = {}
        self.roots: dict[int, tuple[int, Rational]] = {}   # generator: its power that is a number
        self.found: list[Coefficient | None] = []
        for operation, texts, arguments in functions.nodes:
            values = [self.found[k] for k in arguments]
            known = None if any(v is None for v in values) else self._value(operation, texts, values)
            self.found.append(None if known is None or _terms(known) > TERMS else known)

    def vanishes(self, node: int) -> bool:
        """Whether the node is proved to be zero wherever it is defined."""
        value = self.found[node]
        if value is None or not isinstance(value, RationalFunction):
            return value is not None and bool(value == 0)
        top = numerator(value, self.ring)
        for generator, (power, number) in self.roots.items():
            top = self._reduced(top, generator, power, number)
        return bool(top.is_zero())

    def _reduced(self, f: Polynomial, generator: int, power: int, number: Rational) -> Polynomial:
        """With the power of a root replaced by its number, up to a factor that is not zero."""
        most = max((e[generator] // power for e, _ in f.terms()), default=0)
        terms: dict[tuple[int, ...], Any] = {}
        for exponents, coefficient in f.terms():
            times, rest = divmod(exponents[generator], power)
            place = (*exponents[:generator], rest, *exponents[generator + 1:])
            scaled = coefficient * number.p**times * number.q**(most - times)
            terms[place] = terms.get(place, fmpz(0)) + scaled
        return self.ring.context.from_dict(terms)

    def _name(self, *what: Any) -> tuple[Coefficient, int]:
        """The number that stands for itself under this name."""
        place = self.named.setdefault(what, len(self.free) + len(self.named))
        return quotient(self.ring.gens[place], self.ring.one), place

    def _value(self, operation: str, texts: tuple[str, ...], values: list[Any]) -> Coefficient | None:
        if operation == "number":
            return parse(texts[0])
        if operation == "variable":
            at = self.fixed.get(texts[0])
            if at is not None:
                return fmpq(at)
            return quotient(self.ring.gens[self.ring.index[self.free[texts[0]]]], self.ring.one)
        try:
            if operation in ARITHMETIC:
                return ARITHMETIC[operation](*values)
            if operation == "power":
                return _power(values[0], int(parse(texts[0]).p))
            if operation == "sqrt":
                return self._root(values[0], fmpq(1, 2))
            if operation == "pow" and not isinstance(values[1], RationalFunction):
                return self._root(values[0], fmpq(values[1]))
        except (ZeroDivisionError, OverflowError):
            return None
        if operation == "pi":
            return _power(self._gamma(fmpq(1, 2)), 2)
        if operation == "Gamma":
            return self._gamma(parse(texts[0]))
        if operation == "Beta":
            a, b = map(parse, texts)
            return self._gamma(a) * self._gamma(b) / self._gamma(a + b)
        if operation == "integral" and str(values[0]) == str(values[1]):
            return fmpq(0)
        (x,) = values if len(values) == 1 else (None,)
        exact = None if x is None or isinstance(x, RationalFunction) else fmpq(x)
        if operation in ("sin", "cos") and x is not None:
            turns = 2 * (x / _power(self._gamma(fmpq(1, 2)), 2))
            if not isinstance(turns, RationalFunction) and turns.q == 1:  # quarters of a turn
                return fmpq((0, 1, 0, -1)[(int(turns.p) + (operation == "cos")) % 4])
        if operation == "exp":
            return self._exponential(x, exact)
        if exact is not None and operation == "log":
            return self._logarithm(exact)
        if exact == 0 and operation in (*ODD, "betainc", "gammainc"):
            return fmpq(0)
        if (exact == 0 and operation in EVEN) or (exact == 1 and operation == "betainc"):
            return fmpq(1)
        if operation == "betainc" and exact is not None and 2 * exact >= 1:
            a, b = texts  # mirrored at 1/2
            if 2 * exact == 1 and a == b:
                return fmpq(1, 2)
            if 2 * exact > 1:
                return 1 - self._name(operation, (b, a), str(1 - exact))[0]
        if operation in (*ODD, *EVEN) and x is not None and _negative(x):
            value = self._name(operation, texts, str(-x))[0]
            return -value if operation in ODD else value
        return self._name(operation, texts, *map(str, values))[0]

    def _gamma(self, x: Rational) -> Coefficient:
        """By Gamma(x + 1) = x Gamma(x), from one between 0 and 1."""
        if x <= 0 or x > LARGEST:
            return self._name("Gamma", str(x))[0]
        factor = fmpq(1)
        while x > 1:
            x = x - 1
            factor *= x
        return factor if x == 1 else self._name("Gamma", str(x))[0] * factor

    def _exponential(self, x: Coefficient, exact: Rational | None) -> Coefficient:
        if exact is not None and SHARE % int(exact.q) == 0:
            return _power(self._name("exp", fmpq(1, SHARE))[0], int(exact.p) * (SHARE // int(exact.q)))
        if _negative(x):
            return 1 / self._name("exp", str(-x))[0]
        return self._name("exp", str(x))[0]

    def _logarithm(self, x: Rational) -> Coefficient | None:
        if x <= 0:
            return None
        small = max(x.p, x.q) <= LARGE
        primes = [(prime, sign * int(times)) for part, sign in ((x.p, 1), (x.q, -1)) if small
                  for prime, times in part.factor()]
        if len(primes) > NAMES or not small:
            return self._name("log", str(x))[0]
        return sum((self._name("log", str(prime))[0] * fmpq(times) for prime, times in primes), fmpq(0))

    def _root(self, x: Coefficient, exponent: Rational) -> Coefficient | None:
        """A power with a rational exponent."""
        power, degree = int(exponent.p), int(exponent.q)
        if degree == 1:
            return _power(x, power)
        if isinstance(x, RationalFunction):
            return _power(self._name("root", degree, str(x))[0], power)
        x = fmpq(x)
        if x <= 0:
            return fmpq(0) if x == 0 and power > 0 else None
        root, place = self._name("root", degree, str(x))
        self.roots[place] = (degree, x)
        whole = [n.root(degree) for n in (x.p, x.q)]
        if all(r**degree == n for r, n in zip(whole, (x.p, x.q), strict=True)):
            return _power(fmpq(*whole), power)
        return _power(root, power)


def _negative(x: Coefficient) -> bool:
    return bool((x.num.leading_coefficient() if isinstance(x, RationalFunction) else x) < 0)


def _terms(x: Coefficient) -> int:
    return len(x.num) + len(x.den) if isinstance(x, RationalFunction) else 0


def _power(x: Coefficient, exponent: int) -> Coefficient:
    """An integer power, by its numerator and denominator."""
    if not isinstance(x, RationalFunction):
        return fmpq(x)**exponent
    if _terms(x) > 2 and _terms(x) * abs(exponent) > TERMS:
        raise OverflowError
    top, bottom = (x.num, x.den) if exponent >= 0 else (x.den, x.num)
    return quotient(top**abs(exponent), bottom**abs(exponent))
