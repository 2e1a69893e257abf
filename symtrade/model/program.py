"""Linear programs from SymPy expressions and from the constraints of a mechanism.

What is a variable and what a parameter is declared, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sympy

from symtrade.kernel import program as kernel
from symtrade.kernel.program import Constraint, LinearForm, Scope
from symtrade.kernel.region import Region
from symtrade.model.errors import ModelError
from symtrade.model.expressions import make_ring, symbol_table
from symtrade.model.relations import as_tuple, build_region, conditions
from symtrade.model.rows import RowReader, flatten, variable_bounds


class LinearProgram(kernel.LinearProgram):
    """Maximise (or minimise, ``sense="min"``) a linear objective for every parameter vector.

    `variables` are SymPy symbols; `objective` is a SymPy expression, or a linear form of the
    kernel; `constraints` are SymPy relations (``<=``, ``>=``, ``Eq``), kernel constraints, or pairs
    ("name", relation), and those without a name are called c1, c2, ...  The parameters are the
    symbols in `parameters` and `assuming`; any other symbol raises ModelError, and so do a variable
    in `assuming`, a nonlinear or strict constraint, and a float.

    >>> p, x, y = sympy.symbols("p x y")
    >>> lp = LinearProgram(variables=(x, y), objective=x + y, assuming=(p > 0,),
    ...                    constraints=(x + p * y <= 1, ("floor", x >= 0)))
    >>> [row.expr for row in lp.constraints]
    [p*y + x <= 1, x >= 0]
    """

    def __init__(
        self,
        *,
        variables: Sequence[Any],
        objective: Any,
        constraints: Any,
        assuming: Any = (),
        parameters: Sequence[Any] = (),
        sense: str = "max",
    ) -> None:
        variables, assuming, parameters = as_tuple(variables), as_tuple(assuming), as_tuple(parameters)
        if not variables:
            raise ModelError("variables= is empty: name at least one, such as variables=(x, y)")
        columns = _variable_table(variables)
        names = symbol_table(*parameters, *assuming)
        if clash := [name for name in columns if name in names]:
            raise ModelError(
                f"{clash[0]} is a variable, but it also occurs in assuming= or parameters=; a relation "
                "between variables belongs in constraints="
            )
        ring = make_ring(tuple(names))
        region = build_region(ring, assuming, names.values())
        scope = Scope(tuple(columns), region, {**names, **columns})
        _initialise(self, sense, objective, constraints, scope, columns)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, kernel.LinearProgram) and self.to_data() == other.to_data()

    __hash__ = kernel.LinearProgram.__hash__


def maximize(
    objective: Any, subject_to: Any = (), variables: Sequence[Any] | None = None, assuming: Any = None
) -> LinearProgram:
    """The program that maximises `objective` subject to `subject_to`.

    The variables and the parameter set are those of the mechanism that the pieces were built for;
    its own constraints, such as 0 <= q <= 1, are added.  `variables` adds further variables (say, z
    for a maximin), `assuming` further assumptions.  Where nothing comes from a mechanism, both are
    read as in :class:`LinearProgram`.  SymPy relations in the mechanism's symbols and pairs
    ("name", relation) are constraints too.  Raises ModelError where the pieces belong to different
    mechanisms, or where nothing says what the variables are.
    """
    return _assemble("max", objective, subject_to, variables, assuming)


def minimize(
    objective: Any, subject_to: Any = (), variables: Sequence[Any] | None = None, assuming: Any = None
) -> LinearProgram:
    """As :func:`maximize`, for the minimum."""
    return _assemble("min", objective, subject_to, variables, assuming)


def feasibility(
    subject_to: Any = (), variables: Sequence[Any] | None = None, assuming: Any = None
) -> LinearProgram:
    """The program with objective 0: solving it says where the constraints can be met."""
    return _assemble("max", sympy.Integer(0), subject_to, variables, assuming)


def _assemble(
    sense: str, objective: Any, subject_to: Any, variables: Sequence[Any] | None, assuming: Any
) -> LinearProgram:
    pieces = tuple(flatten(subject_to))
    scopes = list(_scopes((objective, *pieces)))
    if not scopes:
        if variables is None:
            raise ModelError(
                "nothing says what the variables are: use constraints or an objective of a mechanism, or "
                "write variables=(x, y)"
            )
        return LinearProgram(variables=variables, objective=objective, constraints=pieces,
                             assuming=() if assuming is None else assuming, sense=sense)
    scope = _merge(scopes)
    extra = _variable_table(as_tuple(variables or ()))
    extra = {name: symbol for name, symbol in extra.items() if name not in scope.variables}
    if clash := [name for name in extra if name in scope.region.ring.index]:
        raise ModelError(f"{clash[0]} is both a variable and a parameter: rename one of them")
    region = scope.region
    if assuming is not None:
        table = symbol_table(*as_tuple(assuming))
        if wrong := [name for name in table if name in scope.variables or name in extra]:
            raise ModelError(f"{wrong[0]} is a variable, but it occurs in assuming=; a relation between "
                             "variables is a constraint: write it in subject_to=")
        if new := [name for name in table if name not in region.ring.index]:
            raise ModelError(f"{new[0]} is no parameter of the environment, so nothing can be assumed of it "
                             f"here; declare it there: assuming=({new[0]} > 0,) or parameters=({new[0]},)")
        symbol_table(*scope.symbols.values(), *table.values())
        more = (c for c in conditions(assuming, region.ring) if c not in region.conditions)
        region = Region(region.ring, (*region.conditions, *more))
    scope = replace(scope, variables=(*scope.variables, *extra), region=region,
                    symbols={**scope.symbols, **extra})
    program: LinearProgram = object.__new__(LinearProgram)
    _initialise(program, sense, objective, pieces, scope, extra)
    return program


def _initialise(
    program: LinearProgram, sense: str, objective: Any, pieces: Any, scope: Scope, declared: dict[str, Any]
) -> None:
    """Fill in a program from pieces that all belong to `scope`; `declared` are the variables whose
    SymPy assumptions become constraints."""
    reader = RowReader(scope)
    goal = reader.form(objective, "the objective")
    rows = reader.rows(flatten(pieces))
    taken = {row.name for row in rows}
    rows += [row for row in (*scope.domain, *variable_bounds(declared, scope)) if row.name not in taken]
    try:
        kernel.LinearProgram.__init__(
            program, scope.variables, sense, goal, tuple(rows), scope.region, scope.symbols,
            tuple(dict.fromkeys((*scope.requirements, *reader.requirements))),
        )
    except ValueError as error:
        raise ModelError(str(error)) from None


def _variable_table(variables: Sequence[Any]) -> dict[str, Any]:
    for variable in variables:
        if not isinstance(variable, sympy.Symbol):
            raise ModelError(f"variables=: expected SymPy symbols, got {variable!r}; write symbols('x')")
    table = symbol_table(*variables)
    if len(table) != len(variables):
        raise ModelError("variables=: a variable is listed twice")
    return table


def _scopes(pieces: Sequence[Any]) -> Iterator[Scope]:
    last: Scope | None = None
    for piece in pieces:
        if isinstance(piece, tuple):
            piece = piece[1]
        scope = piece.scope if isinstance(piece, (Constraint, LinearForm)) else None
        if scope is not None and scope is not last:
            last = scope
            yield scope


def _merge(scopes: Sequence[Scope]) -> Scope:
    """The one scope of several pieces, with the requirements of all."""
    first = scopes[0]
    requirements = dict.fromkeys(first.requirements)
    domain = {row.name: row for row in first.domain}
    for scope in scopes[1:]:
        if scope is first:
            continue
        if scope.variables != first.variables or scope.region != first.region:
            raise ModelError(
                "the pieces of this program belong to different mechanisms or environments: build the "
                "objective and all constraints from the same DirectMechanism"
            )
        requirements.update(dict.fromkeys(scope.requirements))
        domain = {**{row.name: row for row in scope.domain}, **domain}
    return replace(first, requirements=tuple(requirements), domain=tuple(domain.values()))
