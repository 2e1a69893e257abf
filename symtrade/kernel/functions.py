"""Real functions as data: a graph of operations, evaluated on balls, differentiated by rules.

A :class:`Functions` record lists operations, each on earlier ones.  It stands for functions of the
named variables wherever all operations are defined: x/y where y != 0, log x where x > 0, sqrt x
where x >= 0, x**y (``pow``) where x > 0, or x = 0 < y.  OPERATIONS has one line an operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, mul, sub, truediv
from typing import Any, TypeAlias

from flint import arb, ctx, fmpq

from symtrade.kernel.polynomial import Rational, parse_rational

Ball: TypeAlias = Any  # flint ships no type stubs: this is arb
Node: TypeAlias = tuple[str, tuple[str, ...], tuple[int, ...]]  # operation, its texts, its arguments


class Graph:
    """Builds functions, operation by operation; each gets a number, and equal ones the same.

    >>> graph = Graph()
    >>> x = graph.variable("x")
    >>> f = graph("log", graph("add", x, graph.number(1)))
    >>> [value] = graph.functions(("x",), (f,)).at((2,))
    >>> round(float(value), 12)
    1.098612288668
    """

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self.nodes: list[Node] = []
        self._number: dict[Node, int] = {}
        for node in nodes:
            self._put(node)

    def _put(self, node: Node) -> int:
        if node not in self._number:
            self._number[node] = len(self.nodes)
            self.nodes.append(node)
        return self._number[node]

    def number(self, value: Rational | int | str) -> int:
        """A rational constant."""
        return self._put(("number", (str(value),), ()))

    def variable(self, name: str) -> int:
        return self._put(("variable", (name,), ()))

    def value(self, node: int) -> Rational | None:
        """The rational number that a node is, if it is one."""
        operation, texts, _ = self.nodes[node]
        return parse_rational(texts[0]) if operation == "number" else None

    def __call__(self, operation: str, *arguments: int, numbers: Sequence[Rational] = ()) -> int:
        """An operation on earlier nodes; arithmetic with numbers, 0 and 1 is carried out."""
        known = [self.value(i) for i in arguments]
        if operation in ARITHMETIC:
            x, y = known
            if x is not None and y is not None and not (operation == "div" and y == 0):
                return self.number(ARITHMETIC[operation](x, y))
            if (operation == "mul" and 0 in (x, y)) or (operation == "div" and x == 0 and y != 0):
                return self.number(0)
            if (operation == "add" and x == 0) or (operation == "mul" and x == 1):
                return arguments[1]
            if (operation in ("add", "sub") and y == 0) or (operation in ("mul", "div") and y == 1):
                return arguments[0]
        if operation == "power":
            exponent = int(fmpq(numbers[0]).p)
            if exponent in (0, 1):
                return arguments[0] if exponent else self.number(1)
            if known[0] is not None and (known[0] != 0 or exponent > 0):
                return self.number(known[0] ** exponent)
        return self._put((operation, tuple(str(q) for q in numbers), arguments))

    def derivative(self, node: int, variable: str, known: dict[int, int] | None = None) -> int:
        """The derivative of a node by a variable, as a node; `known` collects those of earlier nodes."""
        known = {} if known is None else known
        for i in range(node + 1):
            if i in known:
                continue
            operation, texts, arguments = self.nodes[i]
            total = self.number(int(operation == "variable" and texts[0] == variable))
            for k, argument in enumerate(arguments):
                inner = known[argument]
                if self.value(inner) != 0:
                    place = Place(self, i, tuple(parse_rational(text) for text in texts), arguments)
                    outer = OPERATIONS[operation].derivatives[k](place)
                    total = self("add", total, self("mul", outer, inner))
            known[i] = total
        return known[node]

    def functions(self, variables: Sequence[str], roots: Sequence[int]) -> Functions:
        """The record of these nodes: what they need, in the order in which they need it."""
        order: dict[int, int] = {}
        stack = [(root, False) for root in reversed(roots)]
        while stack:
            node, ready = stack.pop()
            if node in order:
                continue
            if ready:
                order[node] = len(order)
            else:
                stack.append((node, True))
                stack += [(i, False) for i in reversed(self.nodes[node][2])]
        nodes = ((self.nodes[i][0], self.nodes[i][1], tuple(order[k] for k in self.nodes[i][2]))
                 for i in order)
        return Functions(tuple(variables), tuple(nodes), tuple(order[i] for i in roots))


@dataclass(frozen=True)
class Functions:
    """Real functions of `variables`: the `roots` among `nodes`."""

    variables: tuple[str, ...]
    nodes: tuple[Node, ...]
    roots: tuple[int, ...]

    def to_data(self) -> dict[str, Any]:
        """The JSON form."""
        return {"variables": list(self.variables), "roots": list(self.roots),
                "nodes": [[operation, *texts, *arguments] for operation, texts, arguments in self.nodes]}

    def jacobian(self) -> Functions:
        """All partial derivatives: those of the first function, then those of the second, ..."""
        graph = Graph(self.nodes)
        by: dict[str, dict[int, int]] = {name: {} for name in self.variables}
        return graph.functions(self.variables, [
            graph.derivative(root, name, by[name]) for root in self.roots for name in self.variables])

    def at(self, point: Sequence[Any]) -> tuple[Ball, ...]:
        """Balls around the values at a point (rational numbers or balls)."""
        return Program(self)([x if isinstance(x, arb) else arb(fmpq(x) if isinstance(x, int) else x)
                              for x in point])


class Program:
    """Functions made ready to be evaluated at the precision that is set now.

    Called with a ball for each variable, it gives balls that contain every value that the functions
    take in there, wherever they are defined.  With ``total=True`` a finite answer also says that
    they, and all that they are made of, are defined and continuously differentiable throughout.
    """

    def __init__(self, functions: Functions) -> None:
        place = {name: i for i, name in enumerate(functions.variables)}
        self.start: list[Ball] = []
        self.steps: list[tuple[int, Any, Any, tuple[Rational, ...], tuple[int, ...]]] = []
        self.inputs: list[tuple[int, int]] = []
        self.roots = functions.roots
        fixed: list[bool] = []
        for i, (name, texts, arguments) in enumerate(functions.nodes):
            fixed.append(name != "variable" and all(fixed[k] for k in arguments))
            self.start.append(None)
            if name == "variable":
                self.inputs.append((i, place[texts[0]]))
                continue
            operation, numbers = OPERATIONS[name], tuple(parse_rational(text) for text in texts)
            if fixed[i]:
                self.start[i] = operation.enclose(*numbers, *(self.start[k] for k in arguments))
            else:
                beyond = operation.beyond or operation.enclose
                self.steps.append((i, operation.enclose, beyond, numbers, arguments))

    def __call__(self, box: Sequence[Ball], total: bool = False) -> tuple[Ball, ...]:
        values = list(self.start)
        for i, k in self.inputs:
            values[i] = box[k]
        for i, enclose, beyond, numbers, arguments in self.steps:
            values[i] = (enclose if total else beyond)(*numbers, *[values[k] for k in arguments])
        if total and not all(value.is_finite() for value in values):
            return tuple(arb("nan") for _ in self.roots)
        return tuple(values[i] for i in self.roots)


ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {"add": add, "sub": sub, "mul": mul, "div": truediv}


@dataclass(frozen=True)
class Place:
    """An operation in a graph, for the rules of differentiation."""

    graph: Graph
    node: int
    numbers: tuple[Rational, ...]
    arguments: tuple[int, ...]

    def __call__(self, operation: str, *arguments: int) -> int:
        return self.graph(operation, *arguments)

    def number(self, value: Rational | int) -> int:
        return self.graph.number(value)


@dataclass(frozen=True)
class Operation:
    """``enclose(*numbers, *balls)`` is finite only where the operation is defined and smooth on all of
    the balls; `beyond`, if any, is for balls that reach out of its domain.  `derivatives` has one rule
    an argument."""

    numbers: int
    enclose: Callable[..., Ball]
    derivatives: tuple[Callable[[Place], int], ...] = ()
    beyond: Callable[..., Ball] | None = None


def _power(exponent: Rational, x: Ball) -> Ball:
    """By products: flint's powers of balls around 0 may be nan."""
    found = reduce(mul, [x] * abs(int(exponent.p)), arb(1))
    return found if exponent >= 0 else 1 / found


def _root_beyond(x: Ball) -> Ball:
    """0 <= sqrt(x) <= sqrt(u) where 0 <= x <= u."""
    if x > 0 or not x.upper() >= 0:
        return x.sqrt() if x > 0 else arb("nan")
    return arb(0).union(x.upper().sqrt())


def _pow(x: Ball, y: Ball) -> Ball:
    return (y * x.log()).exp() if x > 0 else arb("nan")


def _pow_beyond(x: Ball, y: Ball) -> Ball:
    """0 <= x**y <= u**y where 0 <= x <= u and y > 0."""
    if x > 0:
        return _pow(x, y)
    return arb(0).union(_pow(x.upper(), y)) if y > 0 and x.upper() > 0 else arb("nan")


def _increasing(f: Callable[[Ball], Ball], x: Ball) -> Ball:
    """The values of an increasing function lie between those at the ends of a ball."""
    if x.is_exact():
        return f(x)
    return f(x.lower()).union(f(x.upper())) if x.is_finite() else arb("nan")


def _betainc(a: Rational, b: Rational, x: Ball) -> Ball:
    if not (x > 0 and x < 1 and a > 0 and b > 0):
        return arb("nan")
    return _increasing(lambda y: y.beta_lower(arb(a), arb(b), regularized=1), x)


def _gammainc(s: Rational, x: Ball) -> Ball:
    if not (x > 0 and s > 0):
        return arb("nan")
    return _increasing(lambda y: y.gamma_lower(arb(s), regularized=1), x)


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
    "pow": Operation(0, _pow, (_by_base, lambda at: at("mul", at.node, at("log", at.arguments[0]))),
                     _pow_beyond),
    "sqrt": Operation(0, lambda x: x.sqrt() if x > 0 else arb("nan"),
                      (lambda at: at("div", at.number("1/2"), at.node),), _root_beyond),
    "exp": Operation(0, arb.exp, (lambda at: at.node,)),
    "log": Operation(0, lambda x: x.log() if x > 0 else arb("nan"),
                     (lambda at: at("div", at.number(1), at.arguments[0]),)),
    "sin": Operation(0, arb.sin, (lambda at: at("cos", at.arguments[0]),)),
    "cos": Operation(0, arb.cos, (lambda at: at("sub", at.number(0), at("sin", at.arguments[0])),)),
    "atan": Operation(0, arb.atan, (lambda at: at("div", at.number(1), at(
        "add", at.number(1), at("mul", at.arguments[0], at.arguments[0]))),)),
    "erf": Operation(0, lambda x: _increasing(arb.erf, x), (_by_erf,)),
    "betainc": Operation(2, _betainc, (_by_betainc,)),
    "gammainc": Operation(1, _gammainc, (_by_gammainc,)),
    "pi": Operation(0, arb.pi),
    "Gamma": Operation(1, lambda s: arb(s).gamma()),
    "Beta": Operation(2, _beta),
}


def read_functions(data: Any) -> Functions:
    """The record whose JSON form is `data`, or one with another form if that is not canonical."""
    names = [str(name) for name in data["variables"]]
    graph = Graph()
    for item in data["nodes"]:
        here = len(graph.nodes)
        if item[0] == "variable":
            if item[1] not in names:
                raise ValueError(f"node {here}: {item[1]!r} is no variable")
            found = graph.variable(item[1])
        elif item[0] in OPERATIONS:
            operation = OPERATIONS[item[0]]
            numbers = [parse_rational(text) for text in item[1:1 + operation.numbers]]
            arguments, needed = item[1 + operation.numbers:], len(operation.derivatives)
            if len(arguments) != needed or not all(_is_position(i, here) for i in arguments):
                raise ValueError(f"node {here}: {item[0]} needs {needed} earlier nodes")
            if item[0] == "power" and numbers[0].q != 1:
                raise ValueError(f"node {here}: the exponent of power is an integer")
            found = graph(item[0], *arguments, numbers=numbers)
        else:
            raise ValueError(f"node {here}: {item[0]!r} is no operation; expected {', '.join(OPERATIONS)}")
        if found != here:
            raise ValueError(f"node {here} is node {found}, or is simpler than it is written")
    if not all(_is_position(i, len(graph.nodes)) for i in data["roots"]):
        raise ValueError("the roots are not nodes")
    return graph.functions(names, data["roots"])


def _is_position(value: Any, end: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < end


def working(bits: int) -> Any:
    """A context in which balls have this precision."""
    return ctx.workprec(bits)
