"""Search for evidence by calculus: which points to compare at, which factor is nonnegative."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

from symtrade.kernel.calculus import (
    Certificate,
    Derivative,
    Equality,
    Integral,
    Peak,
    differentiate,
    verify_calculus,
)
from symtrade.kernel.certificate import CertificateError

Progress = Callable[[str], None] | None


def find_calculus(
    claim: Derivative | Equality | Peak | Integral,
    progress: Progress = None,  # noqa: ARG001
) -> Certificate | str:
    """A certificate of the claim, or the reason why there is none."""
    reason = ""
    for candidate in _candidates(claim):
        try:
            verify_calculus(candidate)
        except CertificateError as error:
            reason = str(error)
        else:
            return candidate
    return reason or "the derivative is no product with (place - variable)"


def _candidates(claim: Any) -> Iterator[Certificate]:
    if isinstance(claim, Derivative | Integral):
        yield Certificate(claim)
    elif isinstance(claim, Equality):
        yield Certificate(claim)
        names = [p.name for p in claim.theory.points]
        for count in range(1, min(len(names), 2) + 1):
            for points in permutations(names, count):
                yield Certificate(claim, points)
    else:
        ring = claim.theory.ring
        slope = differentiate(claim.theory, claim.expression, claim.variable)
        factor, rest = divmod(slope, claim.place - ring.gens[ring.index[claim.variable]])
        if rest.is_zero():
            yield Certificate(claim, factor=factor)
