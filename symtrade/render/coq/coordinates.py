"""The chart of a certificate, without divisions.

A coordinate is a polynomial of the parameters (a gap) or a quotient u/v of two (odds p/(1-p)).  The
transcription uses the gaps and the numerators u, here z1, z2, ...; the parameters are affine
functions of them, and so is every v, which is positive.  A polynomial of the coordinates becomes
homogeneous in u and v, and the identities of the certificate stay polynomial identities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flint import fmpq, fmpq_mat

from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    Ring,
    compose,
    divide_out,
    numerator,
    parts,
    quotient,
)
from symtrade.kernel.region import (
    FREE,
    NONNEGATIVE,
    POSITIVE,
    Chart,
    Condition,
    Region,
    holds_everywhere,
)
from symtrade.render.coq.text import Terms, fraction

KINDS = {POSITIVE: "Pos", NONNEGATIVE: "Non", FREE: "Any"}


class NotExpressible(ValueError):
    """A certificate that has no transcription; the message says why."""


@dataclass(frozen=True)
class Lifted:
    """A polynomial of the coordinates: `scale` times the Coq term `text` is its homogeneous form of
    degrees `degrees` (one for each denominator v)."""

    text: str
    image: Polynomial
    degrees: tuple[int, ...]
    scale: fmpq = fmpq(1)


@dataclass
class Coordinates:
    """z1, ..., zn and v1, ..., vm for a chart.  Raises NotExpressible where the parameters are no
    affine functions of them."""

    region: Region
    chart: Chart
    lifted: dict[str, Lifted] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        ring, chart = self.region.ring, self.chart
        size = len(chart.ring.names)
        if len(chart.inverse) != size or len(chart.kinds) != size or len(chart.forward) != len(ring.names):
            raise NotExpressible("the chart lacks a formula")
        if unknown := set(chart.kinds) - set(KINDS):
            raise NotExpressible(f"no coordinate is {min(unknown)!r}")
        self.ring = Ring([f"z{k + 1}" for k in range(size)])
        self.names = self.ring.names
        self._eliminate()
        self._denominators()
        self._invert()

    # --- set up -----------------------------------------------------------------------------------

    def _eliminate(self) -> None:
        """Parameters that equalities determine: ``steps`` are (condition, parameter, slope, value)."""
        ring = self.region.ring
        self.solved: list[Coefficient] = [quotient(g, ring.one) for g in ring.gens]
        self.steps: list[tuple[int, int, Coefficient, Coefficient]] = []
        for row, column in self.chart.eliminated:
            if not (0 <= row < len(self.region.conditions) and 0 <= column < len(ring.names)):
                raise NotExpressible(f"condition {row} or parameter {column} does not exist")
            top, bottom = compose(self.region.conditions[row].polynomial, self.solved, ring)
            slope = top.derivative(column)
            if not slope.is_constant() or slope.is_zero() or not bottom.is_constant():
                raise NotExpressible(f"condition {row} does not determine {ring.names[column]}")
            value = quotient(ring.gens[column] * slope - top, slope)
            images = [quotient(g, ring.one) for g in ring.gens]
            images[column] = value
            scale = fmpq(slope.leading_coefficient(), bottom.leading_coefficient())
            self.steps.append((row, column, scale, value))
            self.solved = [_compose(s, images, ring) for s in self.solved]

    def _denominators(self) -> None:
        """The numerators u (with the gaps) and the denominators v, as polynomials of the parameters."""
        ring = self.region.ring
        self.tops: list[Coefficient] = []
        self.bottoms: list[Polynomial] = []
        self.group: list[int | None] = []
        for back in self.chart.inverse:
            num, den = parts(back, ring.zero)
            if den.is_constant():
                self.tops.append(quotient(num, den))
                self.group.append(None)
                continue
            if self._negative(den):
                num, den = -num, -den
            self.tops.append(quotient(num, ring.one))
            known = [str(v) for v in self.bottoms]
            if str(den) not in known:
                self.bottoms.append(den)
                known.append(str(den))
            self.group.append(known.index(str(den)))

    def _negative(self, f: Polynomial) -> bool:
        """Whether the conditions declare -f positive."""
        for condition in self.region.conditions:
            if condition.relation == ">" and not condition.polynomial.is_constant():
                f, _ = divide_out(f, condition.polynomial)
        return bool(f.is_constant() and f.leading_coefficient() < 0)

    def _invert(self) -> None:
        ring = self.region.ring
        gone = {column for _, column, _, _ in self.steps}
        kept = [i for i in range(len(ring.names)) if i not in gone]
        size = len(self.names)
        matrix, shift = fmpq_mat(size, len(kept)), [fmpq(0)] * size
        for j, top in enumerate(self.tops):
            f = _compose(top, self.solved, ring)
            num, den = parts(f, ring.zero)
            for e, c in num.terms():
                where = [i for i, k in enumerate(e) if k]
                if sum(e) > 1 or (where and where[0] in gone):
                    raise NotExpressible(
                        "the chart is not affine up to quotients; the transcription needs that"
                    )
                if where:
                    matrix[j, kept.index(where[0])] += fmpq(c) / fmpq(den.leading_coefficient())
                else:
                    shift[j] += fmpq(c) / fmpq(den.leading_coefficient())
        if len(kept) != size or (size and matrix.det() == 0):
            raise NotExpressible("the chart is no bijection")
        back = matrix.inv() if size else matrix
        images: list[Coefficient] = [fmpq(0)] * len(ring.names)
        for s, i in enumerate(kept):
            value: Coefficient = fmpq(0)
            for j in range(size):
                value = value + back[s, j] * (quotient(self.ring.gens[j], self.ring.one) - shift[j])
            images[i] = value
        self.parameters = tuple(_compose(s, images, self.ring) for s in self.solved)
        self.v = tuple(
            numerator(_compose(quotient(b, ring.one), self.parameters, self.ring), self.ring)
            for b in self.bottoms
        )

    # --- texts ------------------------------------------------------------------------------------

    @cached_property
    def images(self) -> tuple[str, ...]:
        """The parameters as Coq terms in z1, z2, ..."""
        return tuple(f"({fraction(p, self.names)})" for p in self.parameters)

    @property
    def kinds(self) -> list[str]:
        return [KINDS[k] for k in self.chart.kinds] + ["Pos"] * len(self.v)

    # --- polynomials ------------------------------------------------------------------------------

    def degrees(self, f: Polynomial) -> tuple[int, ...]:
        """For each v, the total degree of f in the coordinates over it."""
        result = [0] * len(self.v)
        for e, _ in f.terms():
            here = [0] * len(self.v)
            for k, g in zip(e, self.group, strict=True):
                if g is not None:
                    here[g] += int(k)
            result = [max(a, b) for a, b in zip(result, here, strict=True)]
        return tuple(result)

    def homogeneous(self, f: Polynomial, degrees: Sequence[int], scale: int = 1) -> Terms:
        """The terms of `scale` times the homogeneous form of f, with exponents of the z's and v's."""
        terms: Terms = []
        for e, c in f.terms():
            here = list(degrees)
            for k, g in zip(e, self.group, strict=True):
                if g is not None:
                    here[g] -= int(k)
            terms.append((scale * int(c), (*(int(k) for k in e), *here)))
        return terms

    def of_parameters(self, f: Polynomial, text: str) -> Lifted:
        """A polynomial of the parameters, whose Coq term is `text`."""
        key = str(f)
        if key not in self.lifted:
            self.lifted[key] = self._lift(f, text)
        found = self.lifted[key]
        return Lifted(text, found.image, found.degrees, found.scale)

    def _lift(self, f: Polynomial, text: str) -> Lifted:
        image = self.chart.transport(f)
        degrees = self.degrees(image)
        if image.is_zero():
            return Lifted(text, image, degrees)
        top, bottom = compose(f, self.parameters, self.ring)
        homogeneous = self.ring.zero
        for c, e in self.homogeneous(image, degrees):
            term = self.ring.one * c
            for base, k in zip((*self.ring.gens, *self.v), e, strict=True):
                if k:
                    term *= base**k
            homogeneous += term
        if top.is_zero():
            return Lifted(text, image, degrees)
        num, den = parts(quotient(homogeneous * bottom, top), self.ring.zero)
        more = []
        for v in self.v:
            den, power = divide_out(den, v)
            more.append(power)
        if not (num.is_constant() and den.is_constant()):  # no chart that the checker accepts
            return Lifted(text, image, degrees)
        scale = fmpq(num.leading_coefficient(), den.leading_coefficient())
        return Lifted(text, image, tuple(d + m for d, m in zip(degrees, more, strict=True)), scale)

    def hypotheses(self) -> list[tuple[int, Condition]]:
        """The conditions that count as hypotheses: those that do not hold on the whole orthant."""
        result = []
        for k, c in enumerate(self.region.conditions):
            image = Condition(self.chart.transport(c.polynomial), c.relation)
            if not holds_everywhere(image, self.chart.kinds):
                result.append((k, image))
        return result


def _compose(value: Coefficient, images: Sequence[Coefficient], ring: Ring) -> Coefficient:
    """Substitute in a polynomial with rational coefficients."""
    if not isinstance(value, RationalFunction):
        return value
    if not value.den.is_constant():
        raise NotExpressible("an eliminated parameter is no polynomial of the others")
    top, bottom = compose(value.num, images, ring)
    return quotient(top, bottom * value.den.leading_coefficient())
