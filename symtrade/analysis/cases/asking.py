"""Questions to a prover under conditions that may hold nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from symtrade.kernel.verdict import Unknown
from symtrade.prover import Prover


def asked(
    prover: Prover, claim: Any, known: Sequence[Any], symbols: tuple[Any, ...], doubtful: Sequence[Any]
) -> Any:
    """The verdict on a claim; what may hold nowhere is not assumed, but part of the claim."""
    premises = [r for r in known if r in doubtful]
    if premises:
        known = [r for r in known if r not in premises]
        claim = sympy.Implies(sympy.And(*premises), claim)
    verdict = prover.prove(claim, tuple(known), symbols)
    if isinstance(verdict, Unknown) and (signs := _signs(claim, known)):
        return prover.prove(claim, signs, symbols)
    return verdict


def _signs(claim: Any, known: Sequence[Any]) -> tuple[Any, ...]:
    """The signs and the order of symbols, where these alone show an inequality, all of whose terms have one
    sign.  (Further bounds would only hide that.)"""
    if not isinstance(claim, sympy.Ge | sympy.Gt | sympy.Le | sympy.Lt):
        return ()
    gap = sympy.expand(claim.gts - claim.lts)
    used = gap.free_symbols
    lower = [f(s, t) for s in used for t in (*used, sympy.Integer(0)) if s != t for f in (sympy.Gt, sympy.Ge)]
    signs = tuple(r for r in known if r in lower)
    if not used or {r.gts for r in signs} != used or not gap.is_polynomial(*used):
        return ()
    return signs if all(c >= 0 for c in sympy.Poly(gap, *used).coeffs()) else ()
