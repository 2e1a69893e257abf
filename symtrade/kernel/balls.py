"""Evidence by balls: rigorous enclosures of real functions on boxes with rational ends.

`Zeros` says where a system of n functions of n variables vanishes, `Positive` that a function has
one sign.  A certificate cuts the box into leaves in which one enclosure decides.  A zero is isolated
by a preconditioner Y: where every row of 1 - Y F' sums to less than 1 in absolute value, the system F
has at most one zero (it is one-to-one), and one within r of m if Y F(m) is small enough (Krawczyk).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

from flint import arb, fmpq

from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.ends import End, refusal
from symtrade.kernel.exact_values import ExactValues
from symtrade.kernel.functions import Ball, Functions, Program, read_functions, working
from symtrade.kernel.polynomial import Rational, parse_rational
from symtrade.kernel.reading import fields, index, read_exactly

FORMAT = "symtrade-balls/1"
Box: TypeAlias = tuple[tuple[Rational, Rational], ...]


@dataclass(frozen=True)
class Zeros:
    """The claim: with n variables, the first n functions vanish together, at points of the box at
    which all further functions are at least 0, nowhere but at the zeros that the certificate lists,
    each known to `digits` decimal places and the only one in its box."""

    functions: Functions
    box: Box
    digits: int = 30

    def __post_init__(self) -> None:
        _refuse_box(self.box, self.functions)
        if len(self.functions.roots) < len(self.functions.variables) or not self.functions.variables:
            raise ValueError("a system needs as many functions as variables")

    def to_data(self) -> dict[str, Any]:
        return {"kind": "zeros", "functions": self.functions.to_data(), "box": _write_box(self.box),
                "digits": self.digits}


@dataclass(frozen=True)
class Positive:
    """The claim: the first function is `relation` 0 (> or >=) at every point of the box at which it
    is defined and all further functions are at least 0."""

    functions: Functions
    box: Box
    relation: str = ">"

    def __post_init__(self) -> None:
        _refuse_box(self.box, self.functions)
        if not self.functions.roots or self.relation not in (">", ">="):
            raise ValueError(f"expected a function and > or >=, got {self.relation!r}")

    def to_data(self) -> dict[str, Any]:
        return {"kind": "positive", "functions": self.functions.to_data(), "box": _write_box(self.box),
                "relation": self.relation}


Claim: TypeAlias = Zeros | Positive


@dataclass(frozen=True)
class Leaf:
    """`kind` is ``sign`` (function `number` has the sign that settles the leaf: a component of the
    system is not 0, a condition is negative, the claimed sign holds), ``zero`` (all of the leaf is
    in the region of that zero) or ``equal`` (the function is zero wherever it is defined, by algebra)."""

    kind: str
    number: int


@dataclass(frozen=True)
class Cut:
    """The box, cut at a value of one variable (by its number)."""

    variable: int
    at: Rational
    low: Tree
    high: Tree


Tree: TypeAlias = Leaf | End | Cut


@dataclass(frozen=True)
class Zero:
    """A zero of the system in `box`, the only one in `region`; `precision` in bits."""

    box: Box
    region: Box
    preconditioner: tuple[tuple[Rational, ...], ...]
    precision: int


@dataclass(frozen=True)
class Certificate:
    """A claim with its proof; `precision` is that of the tree, in bits."""

    claim: Claim
    tree: Tree
    precision: int
    zeros: tuple[Zero, ...] = ()

    def to_data(self, with_claim: bool = True) -> dict[str, Any]:
        """The JSON form."""
        data = {"format": FORMAT, "claim": self.claim.to_data() if with_claim else None,
                "precision": self.precision, "tree": _write_tree(self.tree)}
        if isinstance(self.claim, Zeros):
            data["zeros"] = [
                {"box": _write_box(z.box), "region": _write_box(z.region), "precision": z.precision,
                 "preconditioner": [[str(v) for v in row] for row in z.preconditioner]} for z in self.zeros]
        return data


def ball(lower: Rational, upper: Rational) -> Ball:
    """The smallest ball at hand that contains an interval."""
    return arb(lower).union(arb(upper))


def bits(digits: int) -> int:
    """A precision that holds so many decimal places, with some to spare."""
    return 10 * digits // 3 + 64


def enclose(functions: Functions, box: Box, digits: int = 30) -> tuple[tuple[Rational, Rational], ...]:
    """Rational ends of intervals that contain all values of the functions on a box.

    ArithmeticError where one may be undefined, or beyond 10**1000.
    """
    with working(bits(digits)):
        values = Program(functions)([ball(*side) for side in box], total=True)
        if not all(value.is_finite() for value in values):
            raise ArithmeticError("a function may be undefined on the box")
        unit = 10 ** (digits + 3)
        if any(not abs(value) < 10**1000 for value in values):
            raise ArithmeticError("a value is beyond 10**1000")
        return tuple((_exact(value.lower(), -1, unit), _exact(value.upper(), 1, unit)) for value in values)


def _exact(end: Ball, side: int, unit: int) -> Rational:
    """An end of an interval, rounded outwards to a multiple of 1/unit."""
    if abs(end) * unit < 1:  # flint aborts where it would have to write out 2**-(10**18)
        return fmpq(0 if end == 0 else side, unit)
    return fmpq((end.fmpq() * unit).floor() if side < 0 else (end.fmpq() * unit).ceil(), unit)


def first(functions: Functions) -> Functions:
    """The system: as many functions as there are variables."""
    return Functions(functions.variables, functions.nodes, functions.roots[:len(functions.variables)])


class Enclosures:
    """The values of functions on boxes, at the precision that is set now."""

    def __init__(self, functions: Functions) -> None:
        self.functions, self.slopes = Program(functions), Program(functions.jacobian())

    def natural(self, box: Sequence[Ball]) -> tuple[Ball, ...]:
        """The operations carried out on balls."""
        return self.functions(box)

    def centred(self, box: Sequence[Ball]) -> tuple[Ball, ...]:
        """By the mean value theorem: f(m) + f'(box) (box - m); nan where f may not be smooth."""
        middle = [side.mid() for side in box]
        values, whole = self.functions(middle), self.functions(box, total=True)
        slopes = self.slopes(box, total=True)
        steps = [side - m for side, m in zip(box, middle, strict=True)]
        return tuple(
            value + sum((s * d for s, d in zip(slopes[i * len(box):], steps, strict=False)), arb(0))
            if w.is_finite() else w
            for i, (value, w) in enumerate(zip(values, whole, strict=True)))


def settles(claim: Claim, number: int, value: Ball) -> bool:
    """Whether a leaf is settled by the value there of one function of the claim."""
    if isinstance(claim, Zeros):
        system = number < len(claim.functions.variables)
        return bool(value < 0 or (system and value > 0))
    if number == 0:
        return bool(value > 0 if claim.relation == ">" else value >= 0)
    return bool(value < 0)


def isolates(values: Program, slopes: Program, zero: Zero) -> str | None:
    """None if there is exactly one zero of the system in the box and in the region; else what fails.

    `values` and `slopes` are those of the system, at the zero's precision.
    """
    n, y = len(zero.box), [[arb(v) for v in row] for row in zero.preconditioner]
    region = [ball(*side) for side in zero.region]
    if not all(value.is_finite() for value in values(region, total=True)):
        return "a function may be undefined in the region"
    jacobian = slopes(region, total=True)
    distance = [[(1 if i == j else 0) - sum((y[i][k] * jacobian[k * n + j] for k in range(n)), arb(0))
                 for j in range(n)] for i in range(n)]
    if not all(sum((abs(d) for d in row), arb(0)) < 1 for row in distance):
        return "the system may have several zeros in the region"
    middle = [(low + high) / 2 for low, high in zero.box]
    radius = [(high - low) / 2 for low, high in zero.box]
    value = values([arb(m) for m in middle])
    for i in range(n):
        step = sum((y[i][k] * value[k] for k in range(n)), arb(0))
        reach = abs(step) + sum((abs(d) * r for d, r in zip(distance[i], radius, strict=True)), arb(0))
        if not reach <= radius[i]:
            return "the system may have no zero in the box"
    return None


def verify_balls(certificate: Certificate) -> None:
    """Raise CertificateError unless the certificate proves its claim."""
    claim, n = certificate.claim, len(certificate.claim.functions.variables)
    if certificate.zeros and not isinstance(claim, Zeros):
        raise CertificateError("zeros: they prove nothing of a sign")
    for k, zero in enumerate(certificate.zeros):
        assert isinstance(claim, Zeros)
        shape = [len(zero.box), len(zero.region), len(zero.preconditioner), *map(len, zero.preconditioner)]
        if any(length != n for length in shape):
            raise CertificateError(f"zeros: zero {k}: expected {n} of everything")
        if not (_inside(zero.box, zero.region) and _inside(zero.box, claim.box)):
            raise CertificateError(f"zeros: zero {k}: it lies outside its region or the claim's box")
        if any((high - low) * 10**claim.digits > 1 for low, high in zero.box):
            raise CertificateError(f"zeros: zero {k}: not known to {claim.digits} decimal places")
        system = first(claim.functions)
        with working(zero.precision):
            wrong = isolates(Program(system), Program(system.jacobian()), zero)
        if wrong:
            raise CertificateError(f"zeros: zero {k}: {wrong}")
    for (i, one), (j, other) in combinations(enumerate(certificate.zeros), 2):
        if all(a[0] <= b[1] and b[0] <= a[1] for a, b in zip(one.box, other.box, strict=True)):
            raise CertificateError(f"zeros: zeros {i} and {j} may be the same")
    with working(certificate.precision):
        _walk(certificate.tree, claim.box, certificate, Enclosures(claim.functions), "tree")


def _walk(node: Tree, box: Box, certificate: Certificate, enclosures: Enclosures, where: str) -> None:
    if isinstance(node, Cut):
        if not 0 <= node.variable < len(box):
            raise CertificateError(f"{where}: there is no variable {node.variable}")
        low, high = box[node.variable]
        if not low <= node.at <= high:
            raise CertificateError(f"{where}: the cut at {node.at} is outside the box")
        _walk(node.low, replaced(box, node.variable, (low, node.at)), certificate, enclosures, f"{where}/low")
        _walk(node.high, replaced(box, node.variable, (node.at, high)), certificate, enclosures,
              f"{where}/high")
    elif isinstance(node, End):
        _refuse_strict(certificate.claim, where)
        wrong = refusal(certificate.claim.functions, box, node)
        if wrong:
            raise CertificateError(f"{where}: {wrong}")
    elif node.kind == "equal":
        _refuse_strict(certificate.claim, where)
        functions = certificate.claim.functions
        if node.number != 0 or not ExactValues(functions, {}).vanishes(functions.roots[0]):
            raise CertificateError(f"{where}: function {node.number} is not known to be zero")
    elif node.kind == "zero":
        if not 0 <= node.number < len(certificate.zeros):
            raise CertificateError(f"{where}: there is no zero {node.number}")
        if not _inside(box, certificate.zeros[node.number].region):
            raise CertificateError(f"{where}: the leaf is not in the region of zero {node.number}")
    elif node.kind == "sign":
        if not 0 <= node.number < len(certificate.claim.functions.roots):
            raise CertificateError(f"{where}: there is no function {node.number}")
        sides = [ball(*side) for side in box]
        value = enclosures.natural(sides)[node.number]
        if not settles(certificate.claim, node.number, value) and not settles(
                certificate.claim, node.number, enclosures.centred(sides)[node.number]):
            raise CertificateError(f"{where}: function {node.number} does not settle the leaf: {value}")
    else:
        raise CertificateError(f"{where}: expected a leaf sign, zero, equal or end, got {node.kind!r:.60}")


def _refuse_strict(claim: Claim, where: str) -> None:
    if not (isinstance(claim, Positive) and claim.relation == ">="):
        raise CertificateError(f"{where}: the leaf proves that a function is >= 0, which is not the claim")


def replaced(box: Box, variable: int, side: tuple[Rational, Rational]) -> Box:
    """A box with another side."""
    return (*box[:variable], side, *box[variable + 1:])


def _inside(inner: Box, outer: Box) -> bool:
    return all(o[0] <= i[0] and i[1] <= o[1] for i, o in zip(inner, outer, strict=True))


def _refuse_box(box: Box, functions: Functions) -> None:
    if len(box) != len(functions.variables):
        raise ValueError(f"expected {len(functions.variables)} sides of a box, got {len(box)}")
    for low, high in box:
        if low > high:
            raise ValueError(f"the box has no point: {low} > {high}")


def _write_box(box: Box) -> list[list[str]]:
    return [[str(low), str(high)] for low, high in box]


def _read_box(data: Any) -> Box:
    return tuple((parse_rational(low), parse_rational(high)) for low, high in data)


def _write_tree(node: Tree) -> list[Any]:
    if isinstance(node, Leaf):
        return [node.kind, node.number]
    if isinstance(node, End):
        return ["end", node.variable, "high" if node.high else "low", node.power, node.order]
    return ["cut", node.variable, str(node.at), _write_tree(node.low), _write_tree(node.high)]


def _read_tree(data: Any) -> Tree:
    if data[0] == "cut":
        _, variable, at, low, high = data
        return Cut(index(variable), parse_rational(at), _read_tree(low), _read_tree(high))
    if data[0] == "end":
        _, variable, side, power, order = data
        return End(index(variable), {"low": False, "high": True}[side], index(power), index(order))
    kind, number = data
    return Leaf(str(kind), index(number))


def _read_claim(data: Any) -> Claim:
    kind = data.get("kind") if isinstance(data, dict) else None
    if kind not in ("zeros", "positive"):
        raise CertificateError(f"expected a claim of kind zeros or positive, got {kind!r:.60}")
    fields(data, "kind functions box " + ("digits" if kind == "zeros" else "relation"))
    fields(data["functions"], "variables nodes roots")
    functions, box = read_functions(data["functions"]), _read_box(data["box"])
    if kind == "zeros":
        return Zeros(functions, box, index(data["digits"]))
    return Positive(functions, box, data["relation"])


def read_balls(data: Any, claim: Claim | None = None) -> Certificate:
    """The certificate whose :meth:`Certificate.to_data` is `data`; CertificateError on anything else.

    `claim` as in :func:`symtrade.kernel.evidence.read_evidence`.
    """

    def read() -> Certificate:
        proved = claim or _read_claim(data["claim"])
        fields(data, "format claim precision tree" + (" zeros" if isinstance(proved, Zeros) else ""))
        zeros = []
        for item in data.get("zeros", ()):
            fields(item, "box region preconditioner precision")
            rows = tuple(tuple(parse_rational(v) for v in row) for row in item["preconditioner"])
            zeros.append(Zero(_read_box(item["box"]), _read_box(item["region"]), rows,
                              _precision(item["precision"])))
        tree, precision = _read_tree(data["tree"]), _precision(data["precision"])
        return Certificate(proved, tree, precision, tuple(zeros))

    return read_exactly(data, FORMAT, read, claim)


def _precision(value: Any) -> int:
    if index(value) < 2:
        raise CertificateError(f"expected a precision of at least 2 bits, got {value}")
    return int(value)
