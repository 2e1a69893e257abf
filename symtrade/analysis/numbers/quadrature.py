"""Certified integrals by Arb: kernel functions on complex balls, integrated rigorously.

These numbers are balls that contain the integral; no certificate is written for them, so a reader
trusts this file and Arb's integration (``acb_calc_integrate``) for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flint import acb, arb

from symtrade.kernel.functions import Functions
from symtrade.kernel.polynomial import parse_rational

Ball = Any
NOWHERE = acb(arb("nan"), arb("nan"))


def _cut(z: Ball) -> bool:
    """Whether a ball may meet the cut of log, the negative real axis."""
    return bool(z.imag.contains(0) and not z.real > 0)


def _power(z: Ball, w: Ball, analytic: bool) -> Ball:
    if z.real.is_exact() and z.is_zero():
        return acb(0)
    if not _cut(z):
        return (w * z.log()).exp()
    if analytic or not w.real > 0:
        return NOWHERE
    size = abs(z).upper()
    bound = (w.real * size.log()).exp() if size > 0 else arb(0)
    disc = arb(0, bound.upper())
    return acb(disc, disc)


def _root(z: Ball, analytic: bool) -> Ball:
    return z.sqrt(analytic=analytic)


def _integer_power(z: Ball, exponent: int) -> Ball:
    return z ** exponent


def _betainc(a: Any, b: Any, z: Ball, analytic: bool) -> Ball:
    inside = not (_cut(z) or _cut(1 - z))
    if not inside and (analytic or not z.imag.is_zero()):
        return NOWHERE
    shape = acb(arb(a)), acb(arb(b))
    if inside:
        return z.beta_lower(*shape, regularized=1)
    # a distribution function: between its values at the ends of a real interval
    ends = [arb(side) if not 0 < side < 1 else acb(side).beta_lower(*shape, regularized=1).real
            for side in (z.real.lower().max(0), z.real.upper().min(1))]
    return acb(ends[0].union(ends[1]))


class Complex:
    """Functions ready for evaluation on complex balls: ``(point, analytic) -> values``.

    With ``analytic`` the answer is nan where a function may not be holomorphic on the ball.
    """

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self.place = {name: i for i, name in enumerate(functions.variables)}
        self.numbers = [tuple(parse_rational(t) for t in texts) if operation != "variable" else texts
                        for operation, texts, _ in functions.nodes]
        self.fixed: list[Ball | None] = []
        for (operation, _, arguments), numbers in zip(functions.nodes, self.numbers, strict=True):
            known = operation != "variable" and all(self.fixed[k] is not None for k in arguments)
            self.fixed.append(_apply(operation, numbers, [self.fixed[k] for k in arguments], False)
                              if known else None)

    def __call__(self, point: Sequence[Ball], analytic: bool = False) -> tuple[Ball, ...]:
        values: list[Ball] = list(self.fixed)
        for i, (operation, texts, arguments) in enumerate(self.functions.nodes):
            if values[i] is not None:
                continue
            if operation == "variable":
                values[i] = point[self.place[texts[0]]]
            else:
                values[i] = _apply(operation, self.numbers[i], [values[k] for k in arguments], analytic)
        return tuple(values[i] for i in self.functions.roots)


SIMPLE: Mapping[str, Callable[..., Ball]] = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y, "exp": lambda x: x.exp(), "erf": lambda x: x.erf(),
    "sin": lambda x: x.sin(), "cos": lambda x: x.cos(), "pi": acb.pi,
}


def _apply(operation: str, numbers: Sequence[Any], values: Sequence[Ball], analytic: bool) -> Ball:
    if operation in SIMPLE:
        return SIMPLE[operation](*values)
    if operation == "number":
        return acb(arb(numbers[0]))
    if operation == "power":
        return _integer_power(values[0], int(numbers[0].p))
    if operation == "pow":
        return _power(values[0], values[1], analytic)
    if operation == "sqrt":
        return _root(values[0], analytic)
    if operation == "log":
        return NOWHERE if _cut(values[0]) else values[0].log()
    if operation == "betainc":
        return _betainc(numbers[0], numbers[1], values[0], analytic)
    if operation == "atan":
        return NOWHERE if not abs(values[0].imag) < 1 else values[0].atan()
    if operation == "gammainc":
        return NOWHERE if analytic and _cut(values[0]) else values[0].gamma_lower(
            acb(arb(numbers[0])), regularized=1)
    if operation == "Gamma":
        return acb(arb(numbers[0])).gamma()
    if operation == "Beta":
        a, b = (acb(arb(n)) for n in numbers)
        return a.gamma() * b.gamma() / (a + b).gamma()
    raise ArithmeticError(f"no complex values of {operation}")


def integral(integrand: Callable[[Ball, bool], Ball], low: Any, high: Any) -> Ball:
    """A ball that contains the integral between two real numbers, at the precision that is set now.

    `integrand(z, analytic)` gives a complex ball.  ArithmeticError where Arb finds no finite answer.
    """
    found = acb.integral(integrand, acb(low), acb(high))
    if not found.is_finite():
        raise ArithmeticError("the integral was not enclosed")
    return found.real
