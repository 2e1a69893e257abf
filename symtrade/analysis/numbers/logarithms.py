"""Rational combinations of 1 and logarithms of primes, exactly.

These numbers are linearly independent over the rationals (a nontrivial relation would make e to a
nonzero rational power algebraic, against Hermite and Lindemann), so such a number is zero only if it
is written with zeros, and every other sign is found by balls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy
from flint import arb, fmpq

from symtrade.kernel.functions import Ball, working
from symtrade.model.errors import ModelError


@dataclass(frozen=True)
class LogNumber:
    """``rational + sum of coefficient * log(prime)``; coefficients that are 0 are left out.

    >>> x = LogNumber.read(sympy.log(sympy.Rational(8, 9)) / 3 + 2)
    >>> str(x), x.sign()
    ('-2*log(3)/3 + log(2) + 2', 1)
    """

    rational: Any = fmpq(0)
    logs: Mapping[int, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, value: Any) -> LogNumber:
        """A SymPy expression: a sum of rational numbers and rational multiples of logarithms of rationals.

        ModelError for anything else.
        """
        total = cls()
        for term in sympy.Add.make_args(sympy.expand(value)):
            logs = [f for f in sympy.Mul.make_args(term) if isinstance(f, sympy.log)]
            rest = sympy.Mul(*(f for f in sympy.Mul.make_args(term) if not isinstance(f, sympy.log)))
            if len(logs) > 1 or not isinstance(rest, sympy.Rational) or not all(
                    isinstance(f.args[0], sympy.Rational) and f.args[0] > 0 for f in logs):
                raise ModelError(f"expected rational numbers and logarithms of them, got {term}")
            factor = fmpq(int(rest.p), int(rest.q))
            if not logs:
                total += cls(factor)
                continue
            argument = logs[0].args[0]
            primes: dict[int, Any] = {}
            for part, sign in ((argument.p, 1), (argument.q, -1)):
                for prime, power in sympy.factorint(int(part)).items():
                    primes[int(prime)] = factor * sign * int(power)
            total += cls(fmpq(0), primes)
        return total

    def __add__(self, other: LogNumber) -> LogNumber:
        logs = {p: self.logs.get(p, fmpq(0)) + other.logs.get(p, fmpq(0)) for p in {*self.logs, *other.logs}}
        return LogNumber(self.rational + other.rational, {p: c for p, c in sorted(logs.items()) if c != 0})

    def __neg__(self) -> LogNumber:
        return LogNumber(-self.rational, {p: -c for p, c in self.logs.items()})

    def __sub__(self, other: LogNumber) -> LogNumber:
        return self + -other

    def scaled(self, factor: Any) -> LogNumber:
        """The product with a nonzero rational number."""
        return LogNumber(self.rational * factor, {p: c * factor for p, c in self.logs.items()})

    def ball(self) -> Ball:
        """A ball around it at the precision that is set now."""
        return sum((arb(c) * arb(p).log() for p, c in self.logs.items()), arb(self.rational))

    def sign(self) -> int:
        """-1, 0 or 1, always decided."""
        if self.rational == 0 and not self.logs:
            return 0
        bits = 64
        while True:
            with working(bits):
                value = self.ball()
                if value > 0 or value < 0:
                    return 1 if value > 0 else -1
            bits *= 2

    def sympy(self) -> Any:
        """The number as a SymPy expression."""
        return sympy.Add(sympy.Rational(str(self.rational)),
                         *(sympy.Rational(str(c)) * sympy.log(p) for p, c in self.logs.items()))

    def __str__(self) -> str:
        return str(self.sympy())
