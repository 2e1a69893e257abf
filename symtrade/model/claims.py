"""From a claim in SymPy's logic to parameter sets that must be empty, and to constraints.

A claim is brought into clauses (a or b or ...).  Under the assumptions a clause holds everywhere
if, and only if, no parameters satisfy the assumptions and the negation of every alternative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.polynomial import Polynomial, Ring
from symtrade.kernel.program import Constraint, LinearProgram, Scope
from symtrade.kernel.region import Condition, Region
from symtrade.model.errors import ModelError, UndefinedExpression
from symtrade.model.expressions import Phrase, make_ring, symbol_table, undeclared
from symtrade.model.piecewise import branches
from symtrade.model.program import feasibility
from symtrade.model.relations import KINDS, as_tuple, atom, build_region
from symtrade.model.rows import RowReader

Clause = tuple[Any, ...]  # SymPy relations, of which one must hold
CLAUSE_LIMIT = 4096
RELATIONS: Any = tuple(kind for kind, _ in KINDS)


@dataclass(frozen=True)
class Obligation:
    """A parameter set that must be empty for the claim to hold; `label` says which part of the
    claim fails on it."""

    region: Region
    part: Clause | str

    @property
    def label(self) -> str:
        if isinstance(self.part, str):
            return self.part
        return "not " + " and not ".join(str(a) for a in self.part)


@dataclass(frozen=True)
class Assumptions:
    """What is assumed of the parameters: their symbols by name, in the order of `region`'s ring."""

    symbols: dict[str, Any]
    region: Region


Known = dict[tuple[Any, ...], Assumptions]


def read_assumptions(assuming: Any = (), parameters: Sequence[Any] = (), known: Known | None = None
                     ) -> Assumptions:
    """What `assuming` and `parameters` say; read once where `known` keeps it."""
    stated, extra = as_tuple(assuming), as_tuple(parameters)
    key = (stated, extra)
    if known is not None and key in known:
        return known[key]
    symbols = symbol_table(*extra, *stated)
    found = Assumptions(symbols, build_region(make_ring(tuple(symbols)), stated, symbols.values()))
    if known is not None and all(isinstance(part, sympy.Basic) for part in (*stated, *extra)):
        known[key] = found
    return found


def clauses(
    claim: Any, assuming: Any = (), parameters: Sequence[Any] = (), known: Known | None = None
) -> tuple[dict[str, Any], tuple[Obligation, ...]]:
    """The symbols by name, and the parameter sets that must all be empty for the claim to hold.

    `claim` is built from relations between rational functions, Max, Min, Abs and Piecewise of such, with
    And, Or, Not, Xor, Implies and Equivalent; it must be defined wherever `assuming` holds, so every
    denominator that is not constant gives an obligation too.  Every symbol must occur in `assuming` or in
    `parameters`.
    Raises ModelError otherwise, and UndefinedExpression where the claim divides by zero.  `known`
    keeps assumptions that were read.

    >>> x, y = sympy.symbols("x y")
    >>> symbols, (only,) = clauses(x * y > 0, assuming=(x > 0, y > 0))
    >>> [str(c) for c in only.region.conditions], only.label
    (['x > 0', 'y > 0', '-x*y >= 0'], 'not x*y > 0')
    """
    stated = as_tuple(assuming)
    given = read_assumptions(stated, parameters, known)
    symbols, region, ring = given.symbols, given.region, given.region.ring
    missing = {n: s for n, s in symbol_table(*symbols.values(), claim).items() if n not in symbols}
    if missing and not (symbols or stated):
        listed = ", ".join(missing) + ("," if len(missing) == 1 else "")
        raise ModelError(
            f"the claim {claim} has symbols, but neither assuming= nor parameters= is given; if it "
            f"is to hold for all real values, write parameters=({listed})"
        )
    for symbol in missing.values():
        raise undeclared(symbol, f"the claim {claim}")
    refuse_undefined(claim)
    found: list[Obligation] = []
    for branch in branches(claim):
        for here in _guarded(branch.guards, region, symbols, found):
            if branch.claim is None:
                found.append(Obligation(here, f"{claim} has no value there"))
                continue
            denominators: list[Polynomial] = []
            due = [o for clause in normal_form(branch.claim)
                   for o in _clause_obligations(clause, here, ring, symbols, denominators)]
            found += [*_defined(denominators, here), *due]
    return symbols, tuple(found)


def _guarded(guards: Sequence[Any], region: Region, symbols: dict[str, Any], found: list[Obligation]
             ) -> list[Region]:
    """The parts of a region in which guards hold; that they are defined is added to `found`."""
    parts = [region]
    for guard in guards:
        denominators: list[Polynomial] = []
        cases = [tuple(atom(a, region.ring, Phrase("the claim ", a), denominators, symbols).negations()
                       for a in clause) for clause in normal_form(guard, holds=False)]
        found += [o for part in parts for o in _defined(denominators, part)]
        parts = [part.where(*conditions) for part in parts for case in cases for conditions in product(*case)]
    return parts


def _defined(denominators: Sequence[Polynomial], region: Region) -> list[Obligation]:
    return [Obligation(region.where(Condition(d, "=")), f"the denominator {d} vanishes")
            for d in denominators]


def _clause_obligations(
    clause: Clause, region: Region, ring: Ring, symbols: dict[str, Any], denominators: list[Polynomial]
) -> list[Obligation]:
    if not clause:
        return [Obligation(region, "the claim is false everywhere")]
    choices = [atom(a, ring, Phrase("the claim ", a), denominators, symbols).negations() for a in clause]
    if 2 ** sum(len(c) > 1 for c in choices) > CLAUSE_LIMIT:
        raise ModelError("the claim has too many alternatives; state its parts one by one")
    return [Obligation(region.where(*negations), clause) for negations in product(*choices)]


def normal_form(claim: Any, holds: bool = True) -> tuple[Clause, ...]:
    """The clauses that together say that `claim` holds (or, with ``holds=False``, that it fails).

    No clause at all is a claim that is true; an empty clause is one that is false.
    """
    if isinstance(claim, (bool, sympy.logic.boolalg.BooleanAtom)):
        return () if bool(claim) == holds else ((),)
    if isinstance(claim, sympy.Not):
        return normal_form(claim.args[0], not holds)
    if isinstance(claim, sympy.Implies):
        premise, conclusion = claim.args
        return normal_form(sympy.Or(sympy.Not(premise), conclusion, evaluate=False), holds)
    if isinstance(claim, sympy.Xor):
        return normal_form(_parity(claim.args), holds)
    if isinstance(claim, sympy.Equivalent):
        every = sympy.And(*claim.args, evaluate=False)
        none = sympy.And(*(sympy.Not(a, evaluate=False) for a in claim.args), evaluate=False)
        return normal_form(sympy.Or(every, none, evaluate=False), holds)
    if isinstance(claim, (sympy.And, sympy.Or)):
        parts = [normal_form(a, holds) for a in claim.args]
        if isinstance(claim, sympy.And) == holds:
            return tuple(dict.fromkeys(clause for part in parts for clause in part))
        return _distribute(parts)
    if not isinstance(claim, RELATIONS):
        raise ModelError(
            f"expected a claim such as a < b, Eq(a, b) or Implies(a < b, c < d), got {claim}"
            + ("; Eq(a, b) states an equality" if isinstance(claim, sympy.Expr) else "")
        )
    return ((claim if holds else claim.negated,),)


def _parity(parts: Sequence[Any]) -> Any:
    first, *rest = parts
    if not rest:
        return first
    other = _parity(rest)
    both = sympy.And(first, other, evaluate=False)
    return sympy.And(sympy.Or(first, other, evaluate=False), sympy.Not(both, evaluate=False), evaluate=False)


def _distribute(parts: Sequence[tuple[Clause, ...]]) -> tuple[Clause, ...]:
    """(A and B) or (C and D) as clauses."""
    count = 1
    for part in parts:
        count *= len(part)
    if count > CLAUSE_LIMIT:
        raise ModelError("the claim has too many alternatives; state its parts one by one")
    joined = (tuple(dict.fromkeys(a for clause in choice for a in clause)) for choice in product(*parts))
    return tuple(dict.fromkeys(joined))


def refuse_undefined(claim: Any) -> None:
    """Raise UndefinedExpression where SymPy found a claim to divide by zero or to be infinite."""
    if isinstance(claim, sympy.Basic) and claim.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise UndefinedExpression(f"the claim {claim} is undefined: it divides by zero or is infinite")


def row_claim(relation: Any, scope: Scope, name: str = "claim") -> Constraint:
    """A claim that is linear in the variables of `scope`, as a kernel constraint.

    Takes a SymPy relation (``<=``, ``>=``, ``Eq``) or a kernel constraint.  ``True`` gives
    0 >= 0, and ``False`` gives 0 >= 1, which follows from constraints that cannot be met.  What its
    denominators require is added to the requirements of the constraint's scope.  Raises ModelError
    for strict relations and for symbols outside the scope.
    """
    if isinstance(relation, (bool, sympy.logic.boolalg.BooleanAtom)):
        return Constraint(name, (), ">=", fmpq(0) if relation else fmpq(1), scope)
    reader = RowReader(scope)
    row = reader.row(relation, None, name)
    if row is None:
        return Constraint(name, (), ">=", fmpq(0), scope)
    if not reader.requirements or row.scope is None:
        return row
    return replace(row, scope=replace(row.scope, requirements=(*scope.requirements, *reader.requirements)))


def implication_statement(
    constraints: Any, claim: Any, assuming: Any = None, variables: Sequence[Any] | None = None
) -> tuple[LinearProgram, tuple[Constraint, ...]]:
    """The program whose feasible points the claim is about, and the inequalities that make it up.

    Arguments as in :func:`symtrade.model.program.feasibility`, or a program in place of the
    constraints; an equality is two inequalities.
    """
    if isinstance(constraints, LinearProgram):
        given = constraints
    else:
        given = feasibility(constraints, variables, assuming)
    row = row_claim(claim, given.scope)
    requirements = given.requirements if row.scope is None else row.scope.requirements
    program = LinearProgram(
        given.variables, given.sense, given.objective, given.constraints, given.region, given.symbols,
        tuple(dict.fromkeys((*given.requirements, *requirements))),
    )
    senses = ("<=", ">=") if row.sense == "==" else (row.sense,)
    return program, tuple(replace(row, sense=sense) for sense in senses)
