"""What an adversary writes certificates with, in two parameters a and b."""

from __future__ import annotations

from typing import Any

import pytest
from flint import fmpq

from symtrade.kernel.arithmetic import verify
from symtrade.kernel.certificate import (
    Certificate,
    CertificateError,
    Empty,
    Fact,
    Leaf,
    Node,
    Overlap,
    Piece,
    Term,
)
from symtrade.kernel.polynomial import Ring, quotient
from symtrade.kernel.program import Constraint, LinearForm, LinearProgram
from symtrade.kernel.reading import read_certificate
from symtrade.kernel.region import Chart, Condition, Region, identity_chart

RING = Ring(("a", "b"))
A, B = RING.gens
ONE, ZERO = RING.one, RING.zero
EVERYWHERE = Region(RING, ())
FREE = identity_chart(RING)
ORIGIN = (fmpq(0), fmpq(0))


def over(top: Any, bottom: Any = ONE) -> Any:
    return quotient(top, bottom)


def region(*conditions: tuple[Any, str]) -> Region:
    return Region(RING, tuple(Condition(f, r) for f, r in conditions))


def row(name: str, sense: str, bound: Any, **form: Any) -> Constraint:
    return Constraint(name, tuple(sorted(form.items())), sense, bound)


def program(*rows: Constraint, where: Region = EVERYWHERE, objective: Any = None, constant: Any = 0,
            variables: tuple[str, ...] = ("x",)) -> LinearProgram:
    """Maximise x (or `objective`) subject to the rows."""
    form = tuple(sorted(({"x": fmpq(1)} if objective is None else objective).items()))
    return LinearProgram(variables, "max", LinearForm(form, fmpq(constant) if constant == 0 else constant),
                         rows, where)


def line(status: str, value: Any, leaves: tuple[int, ...], *conditions: tuple[Any, str]) -> Piece:
    return Piece(status, value, (tuple(Condition(f, r) for f, r in conditions),), leaves)


def at(value: Any, **dual: Any) -> Leaf:
    """An optimal leaf at x = value."""
    return Leaf("optimal", primal=(("x", value),), dual=tuple(dual.items()))


def refuse(message: str, claim: Any, tree: Node, *pieces: Piece, chart: Chart = FREE,
           point: Any = ORIGIN, overlaps: tuple[Overlap, ...] = ()) -> None:
    """The checker refuses the certificate with this message, as an object and from its file."""
    point = None if isinstance(claim, Empty) else point
    certificate = Certificate(claim, chart, tree, point, pieces, overlaps)
    for made in (lambda: certificate, lambda: read_certificate(certificate.to_data())):
        with pytest.raises(CertificateError) as refusal:
            verify(made())
        assert message in str(refusal.value)


def empty(*terms: Term, facts: tuple[Fact, ...] = ()) -> Leaf:
    return Leaf("empty", facts, refutation=terms)


def chart(kinds: tuple[str, ...], forward: Any, inverse: Any, eliminated: Any = ()) -> Chart:
    """A chart of the two parameters by two coordinates of the same names."""
    return Chart(RING, kinds, tuple(forward), tuple(inverse), tuple(eliminated))
