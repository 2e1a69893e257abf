"""Real functions as data: a graph of operations, evaluated on balls, differentiated by rules.

A :class:`Functions` record lists operations, each on earlier ones.  It stands for functions of the
named variables wherever all operations are defined: x/y where y != 0, log x where x > 0, sqrt x
where x >= 0, x**y (``pow``) where x > 0, or x = 0 < y; ``clip`` is the number from 0 to 1 next to x.
``operations`` has one line an operation.
``integral`` is the integral of a function f of one variable between two nodes, over the points at which
f is defined; it is defined where f is bounded at these.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add, mul, sub, truediv
from typing import Any, TypeAlias

from flint import acb, arb, ctx, fmpq

from symtrade.kernel.operations import NOWHERE, OPERATIONS, Complex, Operation, Place
from symtrade.kernel.polynomial import Rational, parse_rational

Ball: TypeAlias = Any  # flint ships no type stubs: this is arb
Node: TypeAlias = tuple[str, tuple[str, ...], tuple[int, ...]]  # operation, its texts, its arguments
ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {"add": add, "sub": sub, "mul": mul, "div": truediv}
INTEGRAL = "integral"


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

    def integral(self, integrand: Functions, lower: int, upper: int) -> int:
        """The integral of a function of one variable between two nodes.

        >>> inner = Graph()
        >>> t = inner.variable("t")
        >>> graph = Graph()
        >>> integrand = inner.functions(("t",), (inner("exp", t),))
        >>> area = graph.integral(integrand, graph.number(0), graph.number(1))
        >>> [value] = graph.functions((), (area,)).at(())
        >>> round(float(value), 12)
        1.718281828459
        """
        if len(integrand.variables) != 1 or len(integrand.roots) != 1:
            raise ValueError("an integrand is one function of one variable")
        text = json.dumps(integrand.to_data(), separators=(",", ":"))
        return self._put((INTEGRAL, (text,), (lower, upper)))

    def copied(self, operation: str, texts: tuple[str, ...], arguments: Sequence[int]) -> int:
        """An operation as it stands on other nodes, integrals included."""
        if operation == INTEGRAL:
            return self._put((operation, texts, tuple(arguments)))
        return self(operation, *arguments, numbers=tuple(parse_rational(t) for t in texts))

    def inserted(self, function: Functions, argument: int) -> int:
        """The node of a function of one variable at another node."""
        here: list[int] = []
        for operation, texts, arguments in function.nodes:
            values = tuple(here[k] for k in arguments)
            here.append(argument if operation == "variable" else self.copied(operation, texts, values))
        return here[function.roots[0]]

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
                    outer = (self._integrand(i, k) if operation == INTEGRAL else
                             OPERATIONS[operation].derivatives[k](Place(self, i, texts, arguments)))
                    total = self("add", total, self("mul", outer, inner))
            known[i] = total
        return known[node]

    def _integrand(self, node: int, end: int) -> int:
        """The derivative of an integral by one of its ends."""
        _, (text,), arguments = self.nodes[node]
        value = self.inserted(_integrand(text), arguments[end])
        return value if end == 1 else self("sub", self.number(0), value)

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
                "nodes": [[operation, *((json.loads(t) for t in texts) if operation == INTEGRAL else texts),
                           *arguments] for operation, texts, arguments in self.nodes]}

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
    they, and all that they are made of, are defined and continuously differentiable throughout;
    with ``closed=True``, that they are so but at 0 and 1 of betainc and 0 of gammainc, where they are
    continuous; with ``clipped=True``, that they are so but where a clip is at 0 or 1, where it is continuous.
    """

    def __init__(self, functions: Functions) -> None:
        place = {name: i for i, name in enumerate(functions.variables)}
        self.start: list[Ball] = []
        self.steps: list[tuple[int, Operation, tuple[Rational, ...], tuple[int, ...]]] = []
        self.inputs: list[tuple[int, int]] = []
        self.roots = functions.roots
        fixed: list[bool] = []
        for i, (name, texts, arguments) in enumerate(functions.nodes):
            fixed.append(name != "variable" and all(fixed[k] for k in arguments))
            self.start.append(None)
            if name == "variable":
                self.inputs.append((i, place[texts[0]]))
                continue
            operation = _integral(texts[0]) if name == INTEGRAL else OPERATIONS[name]
            numbers = () if name == INTEGRAL else tuple(parse_rational(text) for text in texts)
            if fixed[i]:
                # a number need not be smooth in anything, and exact arguments lie in the domain or do not
                values = [self.start[k] for k in arguments]
                anyhow = name == INTEGRAL or all(v.is_exact() for v in values)
                enclose = operation.beyond or operation.enclose if anyhow else operation.enclose
                self.start[i] = enclose(*numbers, *values)
            else:
                self.steps.append((i, operation, numbers, arguments))

    def __call__(self, box: Sequence[Ball], total: bool = False, closed: bool = False, clipped: bool = False
                 ) -> tuple[Ball, ...]:
        total = total or closed or clipped
        values = self.nodes(box, total, closed, clipped)
        if total and not all(value.is_finite() for value in values):
            return tuple(arb("nan") for _ in self.roots)
        return tuple(values[i] for i in self.roots)

    def nodes(self, box: Sequence[Ball], total: bool, closed: bool = False, clipped: bool = False
              ) -> list[Ball]:
        """The values of all nodes."""
        values = list(self.start)
        for i, k in self.inputs:
            values[i] = box[k]
        for i, operation, numbers, arguments in self.steps:
            strict = total and not ((closed and operation.closed) or (clipped and operation.where_real))
            enclose = operation.enclose if strict else operation.beyond or operation.enclose
            values[i] = enclose(*numbers, *[values[k] for k in arguments])
        return values

    def holomorphic(self, point: Sequence[Complex]) -> tuple[Complex, ...]:
        """Balls that contain the values on complex balls; finite only where the functions continue
        holomorphically to all of these."""
        values: list[Complex] = [None if value is None else acb(value) for value in self.start]
        for i, k in self.inputs:
            values[i] = point[k]
        real: list[Ball] = []
        for i, operation, numbers, arguments in self.steps:
            if operation.where_real:  # a continuation from the real axis, if the ball meets it
                real = real or self.nodes([z.real for z in point], True)
                meets = all(z.imag.contains(0) for z in point)
                values[i] = values[arguments[0]] if meets and real[i].is_finite() else NOWHERE
                continue
            enclose = operation.holomorphic or operation.enclose
            values[i] = enclose(*numbers, *[values[k] for k in arguments])
        if not all(value.is_finite() for value in values):
            return tuple(NOWHERE for _ in self.roots)
        return tuple(values[i] for i in self.roots)


def _integrand(text: str) -> Functions:
    return read_functions(json.loads(text))


def _integral(text: str) -> Operation:
    """The operation: f integrated between the middles of both ends by Arb (Petras' algorithm: Gauss and
    Legendre's rule where f is holomorphic near a piece of the way, with Cauchy's bound of the error, and
    else the piece's length times the values of f there); from a middle z0 to z it is (z - z0) times a
    mean of f on the way, so in the ball (z - z0) f(ball)."""
    f = Program(_integrand(text))

    def anywhere(x: Ball) -> Ball:  # nothing is added where f is undefined
        (value,) = f((x,), clipped=True)
        return value if value.is_finite() else f((x,))[0].union(arb(0))

    def at(z: Complex, analytic: bool) -> Complex:
        if analytic or not z.imag.is_zero():
            return f.holomorphic((z,))[0]
        return acb(anywhere(z.real))

    def between(lower: Ball, upper: Ball) -> Ball:
        found = acb.integral(at, acb(lower), acb(upper))
        return found.real if found.is_finite() else arb("nan")

    def inner(lower: Ball, upper: Ball) -> tuple[Ball, Ball]:  # exact ends, in between where that can be
        if lower < upper:
            return lower.upper(), upper.lower()
        return (lower.lower(), upper.upper()) if lower > upper else (lower.mid(), upper.mid())

    def moved(end: Any, middle: Ball, values: Callable[[Any], Any]) -> Any:
        return 0 if end == middle else (end - middle) * values(end)

    def real(values: Callable[[Ball], Ball]) -> Callable[[Ball, Ball], Ball]:
        def enclose(lower: Ball, upper: Ball) -> Ball:
            if not (lower.is_finite() and upper.is_finite()):
                return arb("nan")
            a, b = inner(lower, upper)
            return between(a, b) + moved(upper, b, values) - moved(lower, a, values)
        return enclose

    def holomorphic(lower: Complex, upper: Complex) -> Complex:
        if not (lower.is_finite() and upper.is_finite()):
            return NOWHERE
        a, b = lower.real.mid(), upper.real.mid()

        def values(z: Complex) -> Complex:  # on the ball, and on the way to it from the real axis
            return f.holomorphic((acb(z.real, z.imag.union(arb(0))),))[0]
        return acb(between(a, b)) + moved(upper, acb(b), values) - moved(lower, acb(a), values)

    return Operation(0, real(lambda x: f((x,), True)[0]), (), real(anywhere), holomorphic)


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
        elif item[0] == INTEGRAL:
            if len(item) != 4 or not all(_is_position(i, here) for i in item[2:]):
                raise ValueError(f"node {here}: {INTEGRAL} needs an integrand and 2 earlier nodes")
            found = graph.integral(read_functions(item[1]), item[2], item[3])
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
            raise ValueError(f"node {here}: {item[0]!r} is no operation; "
                             f"expected {', '.join((*OPERATIONS, INTEGRAL))}")
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
