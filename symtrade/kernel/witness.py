"""Exact counterexamples, checked: the other half of a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpq

from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.polynomial import Rational, evaluate_fraction, parse_rational
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.kernel.region import Region


def read_values(witness: Mapping[Any, Any], names: Sequence[str]) -> tuple[Rational, ...]:
    """The values of `names` in a witness, as exact rationals."""
    given = {str(name): value for name, value in witness.items()}
    try:
        return tuple(parse_rational(str(given[name])) for name in names)
    except (KeyError, ValueError, ZeroDivisionError) as error:
        raise CertificateError(f"witness: expected an exact value for each of {', '.join(names)}") from error


def check_point_witness(witness: Mapping[Any, Any], regions: Sequence[Region]) -> None:
    """The witness lies in one of the regions that would have to be empty."""
    for region in regions:
        if region.contains(read_values(witness, region.ring.names)):
            return
    raise CertificateError("witness: the claim holds there")


def check_row_witness(witness: Mapping[Any, Any], program: LinearProgram, claim: Constraint) -> None:
    """The witness satisfies every constraint of the program and violates the claim."""
    point = read_values(witness, program.ring.names)
    values = dict(zip(program.variables, read_values(witness, program.variables), strict=True))
    if not program.region.contains(point):
        raise CertificateError("witness: its parameters lie outside the parameter set")
    for row in program.constraints:
        if not row_holds(row, values, point):
            raise CertificateError(f"witness: {row.name} fails there")
    if row_holds(claim, values, point):
        raise CertificateError("witness: the claim holds there")


def row_holds(row: Constraint, values: Mapping[str, Rational], point: Sequence[Rational]) -> bool:
    """Whether a constraint holds at values of the variables and the parameters."""
    try:
        gap = -evaluate_fraction(row.bound, point)
        for variable, coefficient in row.coefficients:
            gap += evaluate_fraction(coefficient, point) * values.get(variable, fmpq(0))
    except ZeroDivisionError as error:
        raise CertificateError(f"witness: {row.name} divides by zero there") from error
    return bool({">=": gap >= 0, "<=": gap <= 0, "==": gap == 0}[row.sense])
