"""Questions to a prover under conditions that may hold nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from symtrade.prover import Prover


def asked(
    prover: Prover, claim: Any, known: Sequence[Any], symbols: tuple[Any, ...], doubtful: Sequence[Any]
) -> Any:
    """The verdict on a claim; what may hold nowhere is not assumed, but part of the claim."""
    premises = [r for r in known if r in doubtful]
    if premises:
        known = [r for r in known if r not in premises]
        claim = sympy.Implies(sympy.And(*premises), claim)
    return prover.prove(claim, tuple(known), symbols)
