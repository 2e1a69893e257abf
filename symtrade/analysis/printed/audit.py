"""Which hypotheses does a claim need?  One after the other is left out, as long as a proof remains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy
from flint import fmpq

from symtrade.analysis.printed.reasons import Reasons, decide, is_implication
from symtrade.kernel.certificate import Implication, Largest, Leaf, Node, Split
from symtrade.kernel.polynomial import RationalFunction, Ring, evaluate_fraction
from symtrade.kernel.program import Constraint, LinearForm, LinearProgram
from symtrade.kernel.region import Region
from symtrade.kernel.verdict import Proved, Refuted, Verdict
from symtrade.kernel.view import expression, polynomial_expression
from symtrade.model.errors import ModelError, UndefinedExpression
from symtrade.prover import Prover

POINTS = 6
Witness = Mapping[Any, Any]


@dataclass(frozen=True)
class Audit:
    """`minimal` is a set of reasons that suffices and from which no proof was found with one reason
    less; `dropped` says, for reasons in it, at which exact values the claim fails once that one
    reason is given up and all others are kept (None where no such values were found: there may be
    another proof).  `proof` adds up no constraints and lines but these."""

    minimal: tuple[str, ...]
    dropped: Mapping[str, Witness | None] = field(default_factory=dict)
    proof: Proved | None = field(default=None, repr=False)


def audit(claim: Any, reasons: Reasons, prover: Prover, used: tuple[str, ...] = (),
          dropping: bool = False) -> Audit:
    """A minimal set of reasons for a claim that they prove.

    `used` are the constraints and lines that the known proof adds up (it may leave the others out).
    With `dropping`, a witness for every reason that is needed.
    """
    kept = reasons
    if used:
        trial = reasons.only({*(n for n, _ in reasons.hypotheses), *used})
        kept = trial if _proved(claim, trial, prover) is not None else reasons
    for name in [*(n for n, _ in kept.lines), *(r.name for r in kept.rows)]:
        if _proved(claim, kept.without(name), prover) is not None:
            kept = kept.without(name)
    proof = _proved(claim, kept, prover)
    for name, _ in kept.hypotheses:
        fewer = kept.without(name)
        if proof is not None and is_implication(proof):
            fine = _still_signed(proof, fewer, prover)
        else:
            fine = _proved(claim, fewer, prover) is not None
        if fine:
            kept = fewer
    minimal = tuple(n for n in reasons.names if n in kept.names)
    found = {name: _failure(claim, reasons, name, prover) for name in minimal} if dropping else {}
    return Audit(minimal, found, proof)


def _proved(claim: Any, reasons: Reasons, prover: Prover) -> Proved | None:
    try:
        verdict: Verdict = decide(claim, reasons, prover)
    except (UndefinedExpression, ModelError):  # a denominator may vanish without the hypothesis
        return None
    return verdict if isinstance(verdict, Proved) else None


def _still_signed(proof: Proved, fewer: Reasons, prover: Prover) -> bool:
    """Do the same multipliers keep their signs under fewer hypotheses on the parameters?"""
    for certificate in proof.certificates:
        claim = certificate.claim
        if not isinstance(claim, Implication):
            return False
        for leaf, path in _paths(certificate.tree, ()):
            for condition in _signs(leaf, claim, fewer.symbols):
                goal = sympy.Implies(sympy.And(*(_step(f, r, fewer.symbols) for f, r in path)), condition)
                known = [r for _, r in (*fewer.hypotheses, *fewer.lines) if fewer.about_parameters(r)]
                try:
                    if not prover.prove(goal, known, fewer.parameters):
                        return False
                except ModelError:
                    return False
    return True


def _signs(leaf: Leaf, claim: Implication, symbols: Mapping[str, Any]) -> Iterator[Any]:
    """What must hold at a leaf: multipliers signed and defined, and the bound good enough."""
    goal = claim.constraint
    if leaf.kind == "empty":
        yield sympy.false
        return
    side = goal.sense if leaf.kind == "bound" else ">="
    gap: Any = fmpq(0)
    for name, y in leaf.dual:
        row = claim.program.row[name]
        value = expression(y, symbols)
        if isinstance(y, RationalFunction):
            yield sympy.Ne(polynomial_expression(y.den, symbols), 0)
        if row.sense != "==":
            yield value >= 0 if row.sense == side else value <= 0
        gap = gap + y * row.bound
    if leaf.kind == "infeasible":
        yield expression(gap, symbols) > 0
        return
    slack = expression(gap - goal.bound, symbols)
    yield slack >= 0 if goal.sense == ">=" else slack <= 0


def _paths(node: Node, path: tuple[Any, ...]) -> Iterator[tuple[Leaf, tuple[Any, ...]]]:
    if isinstance(node, Leaf):
        yield node, path
    elif isinstance(node, Split):
        for relation, child in node.branches:
            yield from _paths(child, (*path, (node.polynomial, relation)))
    else:
        assert isinstance(node, Largest)
        for k, child in enumerate(node.branches):
            more = tuple((node.polynomials[k] - g, ">=") for j, g in enumerate(node.polynomials) if j != k)
            yield from _paths(child, (*path, *more))


def _step(polynomial: Any, relation: str, symbols: Mapping[str, Any]) -> Any:
    build = {">": sympy.Gt, ">=": sympy.Ge, "=": sympy.Eq, "<=": sympy.Le, "<": sympy.Lt}[relation]
    return build(polynomial_expression(polynomial, symbols), 0)


def _failure(claim: Any, reasons: Reasons, name: str, prover: Prover) -> Witness | None:
    """Exact values at which all reasons but one hold and the claim fails."""
    fewer = reasons.without(name)
    dropped = dict(reasons.hypotheses).get(name)
    if dropped is None or reasons.about_parameters(claim):
        try:
            verdict = decide(claim, fewer, prover)
        except (UndefinedExpression, ModelError):
            return None
        return verdict.witness if isinstance(verdict, Refuted) else None
    return next(_failures_at_points(claim, fewer, dropped), None)


def _failures_at_points(claim: Any, fewer: Reasons, dropped: Any) -> Iterator[Witness]:
    """Points at which a hypothesis on the parameters fails, and mechanisms that violate the claim there."""
    from symtrade.solve.claims import implies, prove

    known = [r for _, r in fewer.hypotheses]
    for seed in range(POINTS):
        found = prove(dropped, known, fewer.parameters, seed=seed)
        if not isinstance(found, Refuted):
            return
        at = {s: found.witness[s] for s in fewer.parameters if s in found.witness}
        assert fewer.program is not None
        try:
            program = specialise(fewer.narrowed(), at)
            verdict = implies(program, claim.subs(at) if hasattr(claim, "subs") else claim)
        except (ValueError, ZeroDivisionError):  # undefined there
            continue
        if isinstance(verdict, Refuted):
            yield {**at, **verdict.witness}


def specialise(program: LinearProgram, at: Mapping[Any, Any]) -> LinearProgram:
    """A program at exact values of its parameters; ZeroDivisionError where it is undefined there."""
    values = [fmpq(int(at[program.symbols[n]].p), int(at[program.symbols[n]].q)) for n in program.ring.names]
    rows = []
    for row in program.constraints:
        form = ((v, evaluate_fraction(c, values)) for v, c in row.coefficients)
        rows.append(Constraint(row.name, tuple((v, c) for v, c in form if c != 0), row.sense,
                               evaluate_fraction(row.bound, values)))
    nothing = LinearForm((), fmpq(0))
    symbols = {v: program.symbols[v] for v in program.variables if v in program.symbols}
    return LinearProgram(program.variables, "max", nothing, tuple(rows), Region(Ring(()), ()), symbols)


