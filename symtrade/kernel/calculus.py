"""Evidence by calculus: equalities and maxima for functions of which only derivatives are known.

A :class:`Theory` names real variables, constants, and atoms: functions whose derivatives
are polynomials or fractions in all of these (a cdf F with derivative f; an integral with its
integrand; a power, with derivative a*P/x), some of them known at a point, some known to be nonnegative.
Four claims: a derivative; an equality, which holds because both sides have the same derivative and agree
at a point; a maximum, which holds because the derivative is (nonnegative) * (place - variable); a sum of
integrals, each by an antiderivative.  Integration by parts is such an equality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    Ring,
    compose,
    compose_fraction,
    denominator,
    numerator,
    quotient,
    write_fraction,
)
from symtrade.kernel.reading import fields, read_exactly

FORMAT = "symtrade-calculus/1"


@dataclass(frozen=True)
class Atom:
    """A function: its derivatives by variable (None where it moves in an unknown way; 0 by all others),
    and whether it is nonnegative."""

    name: str
    derivatives: tuple[tuple[str, Polynomial | Coefficient | None], ...]
    nonnegative: bool = False

    def moves(self, variable: str) -> bool:
        return any(v == variable for v, _ in self.derivatives)


@dataclass(frozen=True)
class Point:
    """A value of a variable, a polynomial in the constants, and what is known of atoms there."""

    name: str
    variable: str
    value: Polynomial
    atoms: tuple[tuple[str, Polynomial], ...]


@dataclass(frozen=True)
class Theory:
    """What is assumed.  Every atom is absolutely continuous on an interval that holds all points, those with
    an unknown derivative only integrable; derivatives hold almost everywhere."""

    variables: tuple[str, ...]
    constants: tuple[str, ...]
    atoms: tuple[Atom, ...]
    points: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        ring = self.ring  # refuses a name that is given twice
        for atom in self.atoms:
            if unknown := {v for v, _ in atom.derivatives} - set(self.variables):
                raise ValueError(f"{atom.name} has a derivative by {min(unknown)}, which is no variable")
        for point in self.points:
            if point.variable not in self.variables:
                raise ValueError(f"point {point.name}: {point.variable} is no variable")
            if unknown := {name for name, _ in point.atoms} - {a.name for a in self.atoms}:
                raise ValueError(f"point {point.name}: {min(unknown)} is no atom")
            used = names_in(point.value, ring) - set(self.constants)
            if used:
                raise ValueError(f"point {point.name}: its value is no constant: {min(used)}")

    @cached_property
    def ring(self) -> Ring:
        """The polynomials in variables, constants and atoms."""
        return Ring((*self.variables, *self.constants, *(a.name for a in self.atoms)))

    def rules(self, variable: str) -> dict[str, Polynomial | Coefficient | None]:
        """The derivatives by a variable, by name."""
        found = {a.name: p for a in self.atoms for v, p in a.derivatives if v == variable}
        return found | {variable: self.ring.one}

    def moving(self, variable: str) -> set[str]:
        """The atoms that move with a variable."""
        return {a.name for a in self.atoms if a.moves(variable)}

    def to_data(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "variables": list(self.variables), "constants": list(self.constants),
            "atoms": [{"name": a.name, "nonnegative": a.nonnegative,
                       "derivatives": [[v, _write_rule(p)] for v, p in a.derivatives]}
                      for a in self.atoms],
            "points": [{"name": p.name, "variable": p.variable, "value": str(p.value),
                        "atoms": [[n, str(v)] for n, v in p.atoms]} for p in self.points],
        }


def _write_rule(rule: Polynomial | Coefficient | None) -> Any:
    return write_fraction(rule) if isinstance(rule, RationalFunction) else None if rule is None else str(rule)


@dataclass(frozen=True)
class Derivative:
    """The claim: the derivative of `expression` by `variable` is `result`, where neither divides by 0."""

    theory: Theory
    expression: Coefficient
    variable: str
    result: Coefficient

    def to_data(self) -> dict[str, Any]:
        return {"kind": "derivative", "theory": self.theory.to_data(), "variable": self.variable,
                "expression": write_fraction(self.expression), "result": write_fraction(self.result)}


@dataclass(frozen=True)
class Equality:
    """The claim: both sides are equal, for all values of the variables, where neither divides by 0."""

    theory: Theory
    left: Coefficient
    right: Coefficient

    def to_data(self) -> dict[str, Any]:
        return {"kind": "equality", "theory": self.theory.to_data(), "left": write_fraction(self.left),
                "right": write_fraction(self.right)}


@dataclass(frozen=True)
class Peak:
    """The claim: as a function of `variable` the expression is largest where the variable is `place`."""

    theory: Theory
    expression: Polynomial
    variable: str
    place: Polynomial

    def to_data(self) -> dict[str, Any]:
        return {"kind": "peak", "theory": self.theory.to_data(), "variable": self.variable,
                "expression": str(self.expression), "place": str(self.place)}


Ends: TypeAlias = tuple[tuple[str, Coefficient], ...]


@dataclass(frozen=True)
class Part:
    """An integrand, its antiderivative, and the ends: values of the variable and of moving atoms there."""

    integrand: Coefficient
    primitive: Coefficient
    low: Ends
    high: Ends

    def to_data(self) -> dict[str, Any]:
        ends = {k: [[n, write_fraction(v)] for n, v in getattr(self, k)] for k in ("low", "high")}
        return {k: write_fraction(getattr(self, k)) for k in ("integrand", "primitive")} | ends


@dataclass(frozen=True)
class Integral:
    """The claim: the integrals of the parts by `variable` add up to `value`, where neither divides by 0."""

    theory: Theory
    variable: str
    parts: tuple[Part, ...]
    value: Coefficient

    def to_data(self) -> dict[str, Any]:
        return {"kind": "integral", "theory": self.theory.to_data(), "variable": self.variable,
                "parts": [p.to_data() for p in self.parts], "value": write_fraction(self.value)}


Claim: TypeAlias = Derivative | Equality | Peak | Integral


@dataclass(frozen=True)
class Certificate:
    """A claim; for an equality the points at which the sides are compared, one after the other (none
    for an identity); for a maximum the nonnegative factor."""

    claim: Claim
    points: tuple[str, ...] = ()
    factor: Polynomial | None = None

    def to_data(self, with_claim: bool = True) -> dict[str, Any]:
        """The JSON form."""
        data: dict[str, Any] = {"format": FORMAT, "claim": self.claim.to_data() if with_claim else None}
        if isinstance(self.claim, Equality):
            data["points"] = list(self.points)
        if isinstance(self.claim, Peak):
            data["factor"] = str(self.factor)
        return data


def names_in(polynomial: Polynomial, ring: Ring) -> set[str]:
    """The names that occur in a polynomial."""
    return {name for name, degree in zip(ring.names, polynomial.degrees(), strict=True) if degree > 0}


def differentiate(theory: Theory, f: Polynomial, variable: str) -> Polynomial:
    """The derivative of a polynomial; CertificateError where it has a denominator."""
    slope = _chain_rule(theory, f, variable)
    if not denominator(slope, theory.ring).is_one():
        raise CertificateError(f"expected a derivative without denominators, got {slope}")
    return numerator(slope, theory.ring)


def _chain_rule(theory: Theory, f: Polynomial, variable: str) -> Coefficient:
    one, total = theory.ring.one, quotient(theory.ring.zero, theory.ring.one)
    for name, rule in theory.rules(variable).items():
        slope = f.derivative(theory.ring.index[name])
        if slope.is_zero():
            continue
        if rule is None:
            raise CertificateError(f"the derivative of {name} by {variable} is not known")
        step = rule if isinstance(rule, RationalFunction) else quotient(rule, one)
        total = total + quotient(slope, one) * step
    return total


def differentiate_fraction(theory: Theory, value: Coefficient, variable: str) -> Coefficient:
    """The derivative of a rational function."""
    top, bottom = numerator(value, theory.ring), denominator(value, theory.ring)
    rise, fall = (_chain_rule(theory, f, variable) for f in (top, bottom))
    below = quotient(bottom, theory.ring.one)
    return (rise - value * fall) / below


def at_point(theory: Theory, f: Polynomial, point: Point) -> Polynomial:
    """A polynomial at a point; CertificateError where the value of an atom there is not known."""
    moving = theory.moving(point.variable)
    values: Mapping[str, Polynomial] = {point.variable: point.value, **dict(point.atoms)}
    if unknown := (names_in(f, theory.ring) & moving) - set(values):
        raise CertificateError(f"points: {min(unknown)} is not known at {point.name}")
    images = [values.get(name, gen) for name, gen in zip(theory.ring.names, theory.ring.gens, strict=True)]
    return compose(f, images, theory.ring)[0]


def verify_calculus(certificate: Certificate) -> None:
    """Raise CertificateError unless the certificate proves its claim."""
    claim = certificate.claim
    if certificate.points and not isinstance(claim, Equality):
        raise CertificateError("points: they prove nothing of this claim")
    if isinstance(claim, Derivative):
        found = differentiate_fraction(claim.theory, claim.expression, claim.variable)
        if found != claim.result:
            raise CertificateError(f"the derivative is {found}, not {claim.result}")
    elif isinstance(claim, Equality):
        _equal(claim, certificate.points)
    elif isinstance(claim, Integral):
        _integral(claim)
    else:
        _peak(claim, certificate.factor)


def _equal(claim: Equality, points: tuple[str, ...]) -> None:
    theory, gap = claim.theory, claim.left - claim.right
    if not points:
        if isinstance(gap, RationalFunction) or gap != 0:
            raise CertificateError(f"the sides differ by {gap}")
        return
    if isinstance(gap, RationalFunction) and not gap.den.is_constant():
        raise CertificateError("an equality by derivatives needs sides without denominators")
    rest = numerator(gap, theory.ring)
    for name in points:
        point = next((p for p in theory.points if p.name == name), None)
        if point is None:
            raise CertificateError(f"points: there is no point {name}")
        slope = differentiate(theory, rest, point.variable)
        if not slope.is_zero():
            raise CertificateError(f"the derivatives by {point.variable} differ by {slope}")
        rest = at_point(theory, rest, point)
        if rest.is_zero():
            return
    raise CertificateError(f"the sides differ by {rest} at {points[-1]}")


def _peak(claim: Peak, factor: Polynomial | None) -> None:
    theory = claim.theory
    if factor is None:
        raise CertificateError("factor: expected the nonnegative factor of the derivative")
    moving = theory.moving(claim.variable)
    if names_in(claim.place, theory.ring) & (moving | {claim.variable}):
        raise CertificateError("the place moves with the variable")
    slope = differentiate(theory, claim.expression, claim.variable)
    rest = slope - factor * (claim.place - theory.ring.gens[theory.ring.index[claim.variable]])
    if not rest.is_zero():
        raise CertificateError(f"the derivative is not the factor times (place - variable): off by {rest}")
    good = {a.name for a in theory.atoms if a.nonnegative}
    for exponents, coefficient in factor.terms():
        odd = {n for n, e in zip(theory.ring.names, exponents, strict=True) if e % 2}
        if coefficient < 0 or not odd <= good:
            raise CertificateError(f"factor: {factor} is not known to be nonnegative")


def _integral(claim: Integral) -> None:
    theory = claim.theory
    moving = theory.moving(claim.variable) | {claim.variable}
    total = quotient(theory.ring.zero, theory.ring.one)
    for number, part in enumerate(claim.parts):
        # Without denominators that move the antiderivative is continuous, whatever lies between the ends.
        if names_in(denominator(part.primitive, theory.ring), theory.ring) & moving:
            raise CertificateError(f"part {number}: the antiderivative may divide by zero: {part.primitive}")
        slope = differentiate_fraction(theory, part.primitive, claim.variable)
        if slope != part.integrand:
            raise CertificateError(
                f"part {number}: the derivative of the antiderivative is {slope}, not {part.integrand}")
        for sign, end in ((1, part.high), (-1, part.low)):
            total = total + sign * _at_end(theory, part.primitive, end, moving, f"part {number}")
    if total != claim.value:
        raise CertificateError(f"the integrals add up to {total}, not {claim.value}")


def _at_end(theory: Theory, value: Coefficient, end: Ends, moving: set[str], where: str) -> Coefficient:
    """A function at an end of its interval."""
    given, ring = dict(end), theory.ring
    if len(given) != len(end) or not set(given) <= moving:
        raise CertificateError(f"{where}: an end gives each value once, of the variable or a moving atom")
    for name, at in given.items():
        if (names_in(numerator(at, ring), ring) | names_in(denominator(at, ring), ring)) & moving:
            raise CertificateError(f"{where}: the value of {name} at an end is no constant: {at}")
    if unknown := (names_in(numerator(value, ring), ring) & moving) - set(given):
        raise CertificateError(f"{where}: {min(unknown)} is not known at an end")
    images = [given.get(n, quotient(g, ring.one)) for n, g in zip(ring.names, ring.gens, strict=True)]
    return compose_fraction(value, images, ring)


def read_theory(data: Any) -> Theory:
    """The theory whose JSON form is `data`."""
    fields(data, "variables constants atoms points")
    named = (*data["variables"], *data["constants"], *(a["name"] for a in data["atoms"]))
    ring, atoms, points = Ring(list(map(str, named))), [], []
    for item in data["atoms"]:
        fields(item, "name derivatives nonnegative")
        rules = tuple((v, None if p is None else ring.parse(p) if isinstance(p, str)
                       else ring.parse_fraction(p)) for v, p in item["derivatives"])
        atoms.append(Atom(item["name"], rules, item["nonnegative"] is True))
    for item in data["points"]:
        fields(item, "name variable value atoms")
        points.append(Point(item["name"], item["variable"], ring.parse(item["value"]),
                            tuple((n, ring.parse(p)) for n, p in item["atoms"])))
    return Theory(tuple(data["variables"]), tuple(data["constants"]), tuple(atoms), tuple(points))


def _read_claim(data: Any) -> Claim:
    kind = data.get("kind") if isinstance(data, dict) else None
    if kind not in (kinds := ("derivative", "equality", "peak", "integral")):
        raise CertificateError(f"expected a claim of kind {', '.join(kinds)}, got {kind!r:.60}")
    theory = read_theory(data["theory"])
    ring = theory.ring
    if kind == "equality":
        fields(data, "kind theory left right")
        return Equality(theory, ring.parse_fraction(data["left"]), ring.parse_fraction(data["right"]))
    if data["variable"] not in theory.variables:
        raise CertificateError(f"{data['variable']!r:.60} is no variable")
    if kind == "derivative":
        fields(data, "kind theory variable expression result")
        return Derivative(theory, ring.parse_fraction(data["expression"]), data["variable"],
                          ring.parse_fraction(data["result"]))
    if kind == "integral":
        fields(data, "kind theory variable parts value")
        parts = tuple(_read_part(item, ring) for item in data["parts"])
        return Integral(theory, data["variable"], parts, ring.parse_fraction(data["value"]))
    fields(data, "kind theory variable expression place")
    return Peak(theory, ring.parse(data["expression"]), data["variable"], ring.parse(data["place"]))


def _read_part(data: Any, ring: Ring) -> Part:
    fields(data, "integrand primitive low high")
    low, high = (tuple((n, ring.parse_fraction(v)) for n, v in data[end]) for end in ("low", "high"))
    return Part(ring.parse_fraction(data["integrand"]), ring.parse_fraction(data["primitive"]), low, high)


def read_calculus(data: Any, claim: Claim | None = None) -> Certificate:
    """The certificate whose :meth:`Certificate.to_data` is `data`; CertificateError on anything else.

    `claim` as in :func:`symtrade.kernel.evidence.read_evidence`.
    """

    def read() -> Certificate:
        proved = claim or _read_claim(data["claim"])
        extra = {Equality: " points", Peak: " factor"}.get(type(proved), "")
        fields(data, "format claim" + extra)
        factor = proved.theory.ring.parse(data["factor"]) if isinstance(proved, Peak) else None
        return Certificate(proved, tuple(data.get("points", ())), factor)

    return read_exactly(data, FORMAT, read, claim)
