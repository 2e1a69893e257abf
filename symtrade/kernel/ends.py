"""The sign of a function next to an end of an interval at which it is zero, or like a fraction 0/0.

With x = a + (b - a) t^k (or from b downwards) and 0 <= t <= 1, a function is t^m g(t) where its operations
show it: t^2 - t^3 is t^2 (1 - t), and a root of t^4 (1 + t) is t^2 times one of 1 + t.  For t > 0 it has
the sign of g.  That is nonnegative if it is so on [0, 1]; or if g(0) = 0 and its derivative is (mean value
theorem), which is looked at in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flint import arb, fmpq

from symtrade.kernel.exact_values import ExactValues
from symtrade.kernel.functions import ARITHMETIC, Functions, Graph, Program
from symtrade.kernel.polynomial import Coefficient, Polynomial, Rational, parse_rational, parts

MOST = 12  # of the power k, and of derivatives
Sides: TypeAlias = Sequence[tuple[Rational, Rational]]
Pair: TypeAlias = tuple[int, int]  # m and the node of g


@dataclass(frozen=True)
class End:
    """The leaf is settled from the low (or high) end of a variable's side, with t to the `power`, by
    the derivative of this `order`."""

    variable: int
    high: bool
    power: int
    order: int


def refusal(functions: Functions, box: Sides, end: End) -> str | None:
    """None if the first function is at least 0 on the box, wherever it is defined; else what fails."""
    if not (0 <= end.variable < len(box) and 1 <= end.power <= MOST and 0 <= end.order <= MOST):
        return "expected a variable, a power of 1 to 12 and an order of 0 to 12"
    name = functions.variables[end.variable]
    sides = [arb(low).union(arb(high)) for low, high in box]
    sides[end.variable] = arb(0).union(arb(1))
    for order, g in enumerate(levels(functions, box, end)):
        (value,) = Program(g)(sides, closed=True)
        if not value.is_finite():
            return f"derivative {order} may be undefined or infinite"
        if order == end.order:
            return None if value >= 0 else f"derivative {order} may be negative: {value}"
        if not ExactValues(g, {name: fmpq(0)}).vanishes(g.roots[0]):
            return f"derivative {order} is not known to be zero at the end"
    return "there is no such derivative"


def levels(functions: Functions, box: Sides, end: End) -> Iterator[Functions]:
    """g, then that of its derivative, then that of the derivative of this one, ..."""
    name = functions.variables[end.variable]
    low, high = box[end.variable]
    graph = Graph()
    t = graph("power", graph.variable(name), numbers=(fmpq(end.power),))
    start, width = (high, low - high) if end.high else (low, high - low)
    x = graph("add", graph.number(start), graph("mul", graph.number(width), t))
    here: list[int] = []
    for operation, texts, arguments in functions.nodes:
        if operation == "variable":
            here.append(x if texts[0] == name else graph.variable(texts[0]))
        else:
            here.append(graph.copied(operation, texts, [here[k] for k in arguments]))
    g = _lifted(graph.functions(functions.variables, (here[functions.roots[0]],)), name)
    for _ in range(MOST + 1):
        yield g
        graph = Graph(g.nodes)
        slope = graph.derivative(g.roots[0], name)
        g = _lifted(graph.functions(g.variables, (slope,)), name)


def _lifted(functions: Functions, name: str) -> Functions:
    """g, where the function is t^m g(t) for t > 0."""
    lift = _Lift(functions, name)
    return lift.graph.functions(functions.variables, (lift.pairs[functions.roots[0]][1],))


class _Lift:
    def __init__(self, functions: Functions, name: str) -> None:
        self.graph, self.functions, self.name = Graph(), functions, name
        self.exact = ExactValues(functions, {})
        self.place = functions.variables.index(name)
        self.pairs: list[Pair] = []
        for number, (operation, texts, arguments) in enumerate(functions.nodes):
            self.pairs.append(self._pair(number, operation, texts, [self.pairs[k] for k in arguments]))

    def _pair(self, number: int, operation: str, texts: tuple[str, ...], pairs: list[Pair]) -> Pair:
        g = self.graph
        if operation == "variable":
            return (1, g.number(1)) if texts[0] == self.name else (0, g.variable(texts[0]))
        if operation in ("add", "sub"):
            return self._sum(number, operation, *pairs)
        if operation in ARITHMETIC:
            (m, u), (n, w) = pairs
            return (m + n if operation == "mul" else m - n), g(operation, u, w)
        if operation == "power":
            (m, u), k = pairs[0], parse_rational(texts[0])
            return m * int(k.p), g("power", u, numbers=(k,))
        if operation in ("sqrt", "pow"):
            m, u = pairs[0]
            exponent = fmpq(1, 2) if operation == "sqrt" else g.value(self._whole(pairs[1]))
            if exponent is not None and (m * exponent).q == 1:
                rest = [u] if operation == "sqrt" else [u, pairs[1][1]]
                return int((m * exponent).p), u if g.value(u) == 1 else g(operation, *rest)
        return 0, g.copied(operation, texts, [self._whole(p) for p in pairs])

    def _whole(self, pair: Pair) -> int:
        """t^m g as one node."""
        m, u = pair
        if m == 0:
            return u
        return self.graph("mul", self.graph("power", self.graph.variable(self.name), numbers=(fmpq(m),)), u)

    def _sum(self, number: int, operation: str, first: Pair, second: Pair) -> Pair:
        g, value = self.graph, self.exact.found[number]
        if g.value(second[1]) == 0:
            return first
        if g.value(first[1]) == 0:
            return second[0], second[1] if operation == "add" else g("sub", g.number(0), second[1])
        least = min(first[0], second[0])
        if value is not None:
            shared = self._factored(value, least)
            if shared is not None:
                return shared
        left, right = (self._whole((m - least, u)) for m, u in (first, second))
        return least, g(operation, left, right)

    def _factored(self, value: Coefficient, least: int) -> Pair | None:
        """A sum as a rational function of the variables, where a higher power of t divides it."""
        top, bottom = parts(value, self.exact.ring.zero)
        if top.is_zero():
            return 0, self.graph.number(0)
        if any(sum(e[len(self.functions.variables):]) for f in (top, bottom) for e, _ in f.terms()):
            return None
        powers = [min(e[self.place] for e, _ in f.terms()) for f in (top, bottom)]
        m = int(powers[0]) - int(powers[1])
        if m <= least:
            return None
        return m, self.graph("div", self._polynomial(top, powers[0]), self._polynomial(bottom, powers[1]))

    def _polynomial(self, f: Polynomial, less: int) -> int:
        """A polynomial over t^less, by Horner's rule in t."""
        g = self.graph
        by_power: dict[int, int] = {}
        for exponents, coefficient in f.terms():
            term = g.number(fmpq(coefficient))
            for k, name in enumerate(self.functions.variables):
                if k != self.place and exponents[k]:
                    term = g("mul", term, g("power", g.variable(name), numbers=(fmpq(exponents[k]),)))
            power = int(exponents[self.place]) - int(less)
            by_power[power] = g("add", by_power[power], term) if power in by_power else term
        t, total = g.variable(self.name), g.number(0)
        for power in range(max(by_power), -1, -1):
            total = g("add", g("mul", total, t), by_power.get(power, g.number(0)))
        return total
