"""Does a claim follow from these reasons?  One decision, whatever the claim is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy

from symtrade.forms.solution import Natural
from symtrade.kernel.certificate import Implication, leaves
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.kernel.region import Region
from symtrade.kernel.verdict import Proved, Refuted, Unknown, Verdict
from symtrade.model.claims import row_claim
from symtrade.model.errors import ModelError, UndefinedExpression
from symtrade.model.relations import condition
from symtrade.prover import Prover

WEAK = (sympy.LessThan, sympy.GreaterThan, sympy.Equality)
RELATIONS = (*WEAK, sympy.StrictLessThan, sympy.StrictGreaterThan, sympy.Unequality)


@dataclass(frozen=True)
class Reasons:
    """What a line may use: hypotheses on the parameters, constraints, and earlier lines (each with
    its name).  `program` holds the variables and the ring; None where there are no constraints."""

    program: LinearProgram | None
    symbols: Mapping[str, Any]
    hypotheses: tuple[tuple[str, Any], ...]
    rows: tuple[Constraint, ...] = ()
    lines: tuple[tuple[str, Any], ...] = ()

    @cached_property
    def variables(self) -> frozenset[Any]:
        """The symbols that are variables."""
        if self.program is None:
            return frozenset()
        return frozenset(self.symbols[name] for name in self.program.variables)

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The symbols that are not."""
        return tuple(s for s in self.symbols.values() if s not in self.variables)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of everything that may be used."""
        return (*(n for n, _ in self.hypotheses), *(r.name for r in self.rows), *(n for n, _ in self.lines))

    def without(self, name: str) -> Reasons:
        """The same, one reason less."""
        return self.only(frozenset(self.names) - {name})

    def only(self, names: frozenset[str] | set[str]) -> Reasons:
        """Those of the reasons that have the given names."""
        return replace(self, hypotheses=tuple(h for h in self.hypotheses if h[0] in names),
                       rows=tuple(r for r in self.rows if r.name in names),
                       lines=tuple(n for n in self.lines if n[0] in names))

    def narrowed(self) -> LinearProgram:
        """The program of these constraints and linear lines, on the region of these hypotheses."""
        assert self.program is not None
        ring, scope = self.program.ring, self.program.scope
        on_parameters = [r for _, r in (*self.hypotheses, *self.lines) if self.about_parameters(r)]
        conditions = tuple(dict.fromkeys(
            c for r in on_parameters if isinstance(r, (*RELATIONS, sympy.And)) for c in condition(r, ring)))
        rows = [row_claim(r, scope, name) for name, r in self.lines
                if not self.about_parameters(r) and isinstance(r, WEAK)]
        return replace(self.program, constraints=(*self.rows, *rows), region=Region(ring, conditions))

    def about_parameters(self, claim: Any) -> bool:
        """Whether a claim has no variables."""
        return not (getattr(claim, "free_symbols", set()) & self.variables)


def decide(claim: Any, reasons: Reasons, prover: Prover) -> Verdict:
    """Does a claim follow from the reasons, for all parameters?

    A weak relation that is linear in the variables must follow from the constraints by multipliers;
    for anything else the variables are treated as parameters.  Raises UndefinedExpression where the
    claim divides by zero, ModelError where it cannot be read.
    """
    linear = isinstance(claim, WEAK) or claim in (sympy.false, False)
    if reasons.program is not None and (reasons.rows or reasons.lines) and linear:
        about_parameters = reasons.about_parameters(claim)
        if about_parameters:
            verdict = _as_parameters(claim, reasons, prover)
            if isinstance(verdict, Proved):
                return verdict
        try:
            found = prover.implies(reasons.narrowed(), claim)
        except UndefinedExpression:
            raise
        except ModelError:  # not linear in the variables
            return _as_parameters(claim, reasons, prover)
        except ValueError as error:
            raise UndefinedExpression(str(error)) from error
        return verdict if about_parameters and isinstance(found, Unknown) else found
    return _as_parameters(claim, reasons, prover)


def _as_parameters(claim: Any, reasons: Reasons, prover: Prover) -> Verdict:
    known = [r for _, r in (*reasons.hypotheses, *reasons.lines) if isinstance(r, (*RELATIONS, sympy.And))]
    if reasons.about_parameters(claim):
        known = [r for r in known if reasons.about_parameters(r)]
        return prover.prove(claim, known, reasons.parameters)
    known += [row.expr for row in reasons.rows]
    return prover.prove(claim, [r for r in known if r is not sympy.true], tuple(reasons.symbols.values()))


def multipliers(verdict: Verdict) -> tuple[str, ...]:
    """The constraints that the certificates of a proved implication add up."""
    if not isinstance(verdict, Proved):
        return ()
    found = (name for c in verdict.certificates if isinstance(c.claim, Implication)
             for leaf in leaves(c.tree) for name, _ in leaf.dual)
    return tuple(dict.fromkeys(found))


def weights(verdict: Verdict) -> dict[str, Any]:
    """By which nonnegative factor each constraint is multiplied before it is added (an equality by
    any factor), where one combination serves for all parameters; else nothing."""
    certificates = verdict.certificates if isinstance(verdict, Proved) else ()
    if len(certificates) != 1 or not isinstance(certificates[0].claim, Implication):
        return {}
    (certificate,) = certificates
    found = list(leaves(certificate.tree))
    if len(found) != 1 or found[0].kind not in ("bound", "infeasible"):
        return {}
    program, goal = certificate.claim.program, certificate.claim.constraint
    side = goal.sense if found[0].kind == "bound" else ">="
    shown = Natural(certificate)
    return {name: shown.value(y if program.row[name].sense in (side, "==") else -y, program.symbols)
            for name, y in found[0].dual}


def is_implication(verdict: Verdict) -> bool:
    """Whether a proof is by multipliers."""
    return isinstance(verdict, Proved) and any(isinstance(c.claim, Implication) for c in verdict.certificates)


def is_undefined(verdict: Verdict) -> bool:
    """Whether a claim fails only because it divides by zero."""
    return isinstance(verdict, Refuted) and verdict.reason.startswith("the denominator")
