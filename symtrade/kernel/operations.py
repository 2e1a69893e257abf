"""The operations of which real functions are made: enclosures on balls, rules of differentiation.

OPERATIONS has one line an operation; the integral is in ``functions``, for its integrand is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add, mul, sub, truediv
from typing import Any, TypeAlias

from flint import acb, arb

from symtrade.kernel.polynomial import Rational, parse_rational

Ball: TypeAlias = Any  # flint ships no type stubs: this is arb
Complex: TypeAlias = Any  # acb

ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {"add": add, "sub": sub, "mul": mul, "div": truediv}


@dataclass(frozen=True)
class Place:
    """An operation in a graph, for the rules of differentiation."""

    graph: Any
    node: int
    texts: tuple[str, ...]
    arguments: tuple[int, ...]

    @property
    def numbers(self) -> tuple[Rational, ...]:
        return tuple(parse_rational(text) for text in self.texts)

    def __call__(self, operation: str, *arguments: int) -> int:
        return int(self.graph(operation, *arguments))

    def number(self, value: Rational | int) -> int:
        return int(self.graph.number(value))


@dataclass(frozen=True)
class Operation:
    """``enclose(*numbers, *balls)`` is finite only where the operation is defined and smooth on all of
    the balls; `beyond`, if any, is for balls that reach out of its domain.  `derivatives` has one rule
    an argument.  `holomorphic` is for complex balls: finite only where the operation has a holomorphic
    continuation to all of them.  betainc and gammainc are cdfs: 0 below 0, and betainc is 1 above 1."""

    numbers: int
    enclose: Callable[..., Ball]
    derivatives: tuple[Callable[[Place], int], ...] = ()
    beyond: Callable[..., Ball] | None = None
    holomorphic: Callable[..., Complex] | None = None  # None: as `enclose`
    closed: bool = False  # continuous on the whole line, as a cdf is
    where_real: bool = False  # the operation is its own argument wherever `enclose` is finite on real balls


def _power(exponent: Rational, x: Ball) -> Ball:
    """By products: flint's powers of balls around 0 may be nan."""
    found = reduce(mul, [x] * abs(int(exponent.p)), arb(1))
    return found if exponent >= 0 else 1 / found


def _root_beyond(x: Ball) -> Ball:
    """0 <= sqrt(x) <= sqrt(u) where 0 <= x <= u."""
    if x > 0 or not x.upper() >= 0:
        return x.sqrt() if x > 0 else arb("nan")
    return arb(0).union(x.upper().sqrt())


NOWHERE = acb(arb("nan"), arb("nan"))


def _off_the_cut(z: Complex) -> bool:
    """Whether a ball avoids zero and the negative real axis."""
    return bool(z.real > 0 or not z.imag.contains(0))


def _complex_betainc(a: Rational, b: Rational, z: Complex) -> Complex:
    """From the middle, with the density on all of the ball: Arb's own enclosure of a wide ball is wide."""
    if not (_off_the_cut(z) and _off_the_cut(1 - z) and a > 0 and b > 0):
        return NOWHERE
    middle = z.mid()
    value = middle.beta_lower(acb(arb(a)), acb(arb(b)), regularized=1)
    slope = (arb(a - 1) * z.log() + arb(b - 1) * (1 - z).log()).exp() / _beta(a, b)
    return value + slope * (z - middle)


def _complex_gammainc(s: Rational, z: Complex) -> Complex:
    if not (_off_the_cut(z) and s > 0):
        return NOWHERE
    middle = z.mid()
    slope = (arb(s - 1) * z.log() - z).exp() / arb(s).gamma()
    return middle.gamma_lower(acb(arb(s)), regularized=1) + slope * (z - middle)


def _pow(x: Ball, y: Ball) -> Ball:
    return (y * x.log()).exp() if x > 0 else arb("nan")


def _pow_beyond(x: Ball, y: Ball) -> Ball:
    """0 <= x**y <= u**y where 0 <= x <= u and y > 0."""
    if x > 0:
        return _pow(x, y)
    if not (y > 0 and x.upper() >= 0):
        return arb("nan")
    return arb(0).union(_pow(x.upper(), y)) if x.upper() > 0 else arb(0)


def _sine(x: Ball) -> Ball:
    """Also by the mean value theorem: Arb's own enclosure is wide next to an extremum."""
    middle = x.mid()
    return x.sin().intersection(middle.sin() + x.cos() * (x - middle)) if x.is_finite() else x.sin()


def _cosine(x: Ball) -> Ball:
    middle = x.mid()
    return x.cos().intersection(middle.cos() - x.sin() * (x - middle)) if x.is_finite() else x.cos()


def _clip_beyond(x: Ball) -> Ball:
    """The number from 0 to 1 next to x; any of them where nothing is known of x."""
    if x < 0 or x > 1:
        return arb(0 if x < 0 else 1)
    whole = arb(0).union(arb(1))
    return whole.intersection(x) if x.is_finite() else whole


def _increasing(f: Callable[[Ball], Ball], x: Ball) -> Ball:
    """The values of an increasing function lie between those at the ends of a ball."""
    if x.is_exact():
        return f(x)
    return f(x.lower()).union(f(x.upper())) if x.is_finite() else arb("nan")


def _betainc(a: Rational, b: Rational, x: Ball) -> Ball:
    if not (x > 0 and x < 1 and a > 0 and b > 0):
        return arb("nan")
    return _increasing(lambda y: y.beta_lower(arb(a), arb(b), regularized=1), x)


def _betainc_beyond(a: Rational, b: Rational, x: Ball) -> Ball:
    """From 0 at 0 to 1 at 1."""
    if (x > 0 and x < 1) or not (a > 0 and b > 0 and x.upper() >= 0 and x.lower() <= 1):
        return _betainc(a, b, x)
    low, high = (arb(0) if not y > 0 else arb(1) if not y < 1 else _betainc(a, b, y)
                 for y in (x.lower(), x.upper()))
    return low.union(high)


def _gammainc(s: Rational, x: Ball) -> Ball:
    if not (x > 0 and s > 0):
        return arb("nan")
    return _increasing(lambda y: y.gamma_lower(arb(s), regularized=1), x)


def _gammainc_beyond(s: Rational, x: Ball) -> Ball:
    """From 0 at 0."""
    if x > 0 or not (s > 0 and x.upper() >= 0):
        return _gammainc(s, x)
    return arb(0).union(_gammainc(s, x.upper())) if x.upper() > 0 else arb(0)


def _beta(a: Rational, b: Rational) -> Ball:
    return arb(a).gamma() * arb(b).gamma() / arb(a + b).gamma()


def _by_betainc(at: Place) -> int:
    """x**(a-1) * (1-x)**(b-1) / B(a, b)."""
    (a, b), (x,) = at.numbers, at.arguments
    left = at("pow", x, at.number(a - 1))
    right = at("pow", at("sub", at.number(1), x), at.number(b - 1))
    return at("div", at("mul", left, right), at.graph("Beta", numbers=(a, b)))


def _by_gammainc(at: Place) -> int:
    """x**(s-1) * exp(-x) / Gamma(s)."""
    (s,), (x,) = at.numbers, at.arguments
    top = at("mul", at("pow", x, at.number(s - 1)), at("exp", at("sub", at.number(0), x)))
    return at("div", top, at.graph("Gamma", numbers=(s,)))


def _by_erf(at: Place) -> int:
    """2/sqrt(pi) * exp(-x**2)."""
    (x,) = at.arguments
    scale = at("div", at.number(2), at("sqrt", at("pi")))
    return at("mul", scale, at("exp", at("sub", at.number(0), at("mul", x, x))))


def _by_power(at: Place) -> int:
    (k,), (x,) = at.numbers, at.arguments
    return at("mul", at.number(k), at.graph("power", x, numbers=(k - 1,)))


def _by_base(at: Place) -> int:
    x, y = at.arguments
    return at("mul", y, at("pow", x, at("sub", y, at.number(1))))


OPERATIONS: Mapping[str, Operation] = {
    "number": Operation(1, arb),
    "add": Operation(0, add, (lambda at: at.number(1), lambda at: at.number(1))),
    "sub": Operation(0, sub, (lambda at: at.number(1), lambda at: at.number(-1))),
    "mul": Operation(0, mul, (lambda at: at.arguments[1], lambda at: at.arguments[0])),
    "div": Operation(0, truediv, (
        lambda at: at("div", at.number(1), at.arguments[1]),
        lambda at: at("sub", at.number(0), at("div", at.node, at.arguments[1])))),
    "power": Operation(1, _power, (_by_power,)),
    "pow": Operation(
        0, _pow, (_by_base, lambda at: at("mul", at.node, at("log", at.arguments[0]))), _pow_beyond,
        lambda x, y: (y * x.log()).exp() if _off_the_cut(x) else NOWHERE),
    "sqrt": Operation(
        0, lambda x: x.sqrt() if x > 0 else arb("nan"),
        (lambda at: at("div", at.number("1/2"), at.node),), _root_beyond,
        lambda x: x.sqrt() if _off_the_cut(x) else NOWHERE),
    "exp": Operation(0, lambda x: x.exp(), (lambda at: at.node,)),
    "log": Operation(
        0, lambda x: x.log() if x > 0 else arb("nan"),
        (lambda at: at("div", at.number(1), at.arguments[0]),), None,
        lambda x: x.log() if _off_the_cut(x) else NOWHERE),
    "sin": Operation(0, _sine, (lambda at: at("cos", at.arguments[0]),), None, acb.sin),
    "cos": Operation(0, _cosine, (lambda at: at("sub", at.number(0), at("sin", at.arguments[0])),),
                     None, acb.cos),
    "atan": Operation(
        0, lambda x: x.atan(), (lambda at: at("div", at.number(1), at(
            "add", at.number(1), at("mul", at.arguments[0], at.arguments[0]))),), None,
        lambda x: x.atan() if abs(x.imag) < 1 else NOWHERE),
    "erf": Operation(0, lambda x: _increasing(arb.erf, x), (_by_erf,), None, lambda x: x.erf()),
    "betainc": Operation(2, _betainc, (_by_betainc,), _betainc_beyond, _complex_betainc, closed=True),
    "gammainc": Operation(1, _gammainc, (_by_gammainc,), _gammainc_beyond, _complex_gammainc, closed=True),
    # smooth, and its own argument, strictly between 0 and 1
    "clip": Operation(0, lambda x: x if x > 0 and x < 1 else arb("nan"), (lambda at: at.number(1),),
                      _clip_beyond, where_real=True),
    "pi": Operation(0, arb.pi),
    "Gamma": Operation(1, lambda s: arb(s).gamma()),
    "Beta": Operation(2, _beta),
}
