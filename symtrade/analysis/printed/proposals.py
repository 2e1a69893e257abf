"""A true line near a false one: proposals, each proved, never more than that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sympy

from symtrade.analysis.printed.edits import Edit, edits
from symtrade.analysis.printed.reasons import Reasons, decide
from symtrade.kernel.verdict import Proved, Refuted
from symtrade.model.errors import ModelError, UndefinedExpression
from symtrade.prover import Prover

POINTS = 4  # at which a candidate must hold before a proof is tried
EDITS, PROOFS = 400, 40


@dataclass(frozen=True)
class Proposal:
    """A nearby claim that is proved: `what` says how it differs from the print."""

    claim: Any
    what: str
    certificates: tuple[Any, ...]


def propose(claim: Any, reasons: Reasons, prover: Prover, witness: Mapping[Any, Any], count: int
            ) -> tuple[Proposal, ...]:
    """Up to `count` edits of a false claim that follow from the reasons.

    `witness` refutes the claim; candidates that fail there, at some points of the parameter set or
    at the witnesses against other candidates are passed over without a proof.
    """
    points = [dict(witness), *_points(claim, reasons)]
    found: list[Proposal] = []
    tries = 0
    for edit in islice(edits(claim, tuple(reasons.symbols.values())), EDITS):
        if len(found) == count or tries == PROOFS:
            break
        if not all(_holds(edit, point) for point in points):
            continue
        tries += 1
        try:
            verdict = decide(edit.claim, reasons, prover)
        except (UndefinedExpression, ModelError):
            continue
        if isinstance(verdict, Refuted):
            points.append(dict(verdict.witness))
        elif isinstance(verdict, Proved):
            found.append(Proposal(edit.claim, edit.what, verdict.certificates))
    return tuple(found)


def _points(claim: Any, reasons: Reasons) -> list[dict[Any, Any]]:
    """Points of the parameter set, for claims without variables."""
    from symtrade.solve.claims import prove

    if not reasons.about_parameters(claim):
        return []
    known = [r for _, r in reasons.hypotheses]
    found = (prove(sympy.false, known, reasons.parameters, seed=seed) for seed in range(1, POINTS + 1))
    return [dict(f.witness) for f in found if isinstance(f, Refuted)]


def _holds(edit: Edit, point: Mapping[Any, Any]) -> bool:
    """Whether a candidate holds at exact values (or says nothing there)."""
    try:
        value = edit.claim.subs(point)
    except TypeError:  # SymPy compares no infinities
        return False
    return value is not sympy.false and not value.has(sympy.nan, sympy.zoo)
