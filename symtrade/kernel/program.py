"""Linear programs whose coefficients are rational functions of parameters: data only.

A linear form is a sorted tuple of (variable name, coefficient) pairs without zeros.  Variables are
free; their bounds are constraints like any other, so every dual multiplier has a name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, Ring, linear_form, write_fraction
from symtrade.kernel.region import Condition, Region, read_region

Form = tuple[tuple[str, Coefficient], ...]
SENSES = ("<=", ">=", "==")
SHOWN = 12  # constraints in the text of a program


@dataclass(frozen=True, eq=False)
class Scope:
    """Which names are variables, which are parameters and where these range.

    `symbols` maps names to the user's SymPy symbols (for display only); `domain` holds the
    constraints that every program in this scope has, such as ``0 <= q <= 1``; `requirements` are
    conditions that the model takes for granted (a probability lies in [0, 1]), each with the
    message to show where it does not hold on the whole region.
    """

    variables: tuple[str, ...]
    region: Region
    symbols: Mapping[str, Any] = field(default_factory=dict)
    domain: tuple[Constraint, ...] = ()
    requirements: tuple[tuple[Condition, object], ...] = ()


@dataclass(frozen=True)
class LinearForm:
    """``sum of coefficient * variable + constant``."""

    coefficients: Form
    constant: Coefficient = fmpq(0)
    scope: Scope | None = field(default=None, compare=False, repr=False)

    def __repr__(self) -> str:
        return f"LinearForm({self.expr})"

    @property
    def expr(self) -> Any:
        """The form as a SymPy expression."""
        from symtrade.kernel.view import form_expression

        return form_expression(self.coefficients, self.constant, self.scope)

    # In formulas of the user a form is its expression.

    def _sympy_(self) -> Any:
        return self.expr

    def __neg__(self) -> Any:
        return -self.expr

    def __add__(self, other: Any) -> Any:
        return self.expr + other

    def __radd__(self, other: Any) -> Any:
        return other + self.expr

    def __sub__(self, other: Any) -> Any:
        return self.expr - other

    def __rsub__(self, other: Any) -> Any:
        return other - self.expr

    def __mul__(self, other: Any) -> Any:
        return self.expr * other

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self.expr / other


@dataclass(frozen=True)
class Constraint:
    """A named constraint ``linear form sense bound``; `sense` is ``<=``, ``>=`` or ``==``."""

    name: str
    coefficients: Form
    sense: str
    bound: Coefficient = fmpq(0)
    scope: Scope | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.sense not in SENSES:
            raise ValueError(f"constraint {self.name}: expected one of {SENSES}, got {self.sense!r}")

    def __repr__(self) -> str:
        return f"Constraint({self.name!r}, {self.expr})"

    @property
    def expr(self) -> Any:
        """The constraint as a SymPy relation."""
        from symtrade.kernel.view import constraint_expression

        return constraint_expression(self)

    def to_data(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "form": [[v, write_fraction(c)] for v, c in self.coefficients],
            "sense": self.sense,
            "bound": write_fraction(self.bound),
        }


@dataclass(frozen=True)
class LinearProgram:
    """Maximise or minimise `objective` over `variables` subject to `constraints`, for every
    parameter vector of `region`.

    `sense` is ``max`` or ``min``.  Raises ValueError where a form uses an unknown variable or two
    constraints share a name.
    """

    variables: tuple[str, ...]
    sense: str
    objective: LinearForm
    constraints: tuple[Constraint, ...]
    region: Region
    symbols: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    requirements: tuple[tuple[Condition, object], ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.sense not in ("max", "min"):
            raise ValueError(f"expected the sense 'max' or 'min', got {self.sense!r}")
        known = set(self.variables)
        if len(known) != len(self.variables):
            raise ValueError("a variable is listed twice")
        if clash := known & set(self.ring.names):
            raise ValueError(f"{min(clash)} is both a variable and a parameter")
        names: set[str] = set()
        for row in self.constraints:
            if row.name in names:
                raise ValueError(f"two constraints are named {row.name}")
            names.add(row.name)
        for form in (self.objective.coefficients, *(row.coefficients for row in self.constraints)):
            columns = [variable for variable, _ in form]
            if not known.issuperset(columns):
                raise ValueError(f"{min(set(columns) - known)} is not among the variables")
            if len(set(columns)) != len(columns):
                raise ValueError("a linear form lists a variable twice")

    def __repr__(self) -> str:
        from symtrade.kernel.view import relation

        rows = [f"  {row.name}: {row.expr}" for row in self.constraints[:SHOWN]]
        if len(self.constraints) > SHOWN:
            rows.append(f"  ... and {len(self.constraints) - SHOWN} more")
        where = ", ".join(str(relation(c, self.symbols)) for c in self.region.conditions) or "all parameters"
        first = f"{type(self).__name__}: {self.sense} {self.objective.expr}"
        return "\n".join((first, *rows, f"  for {where}"))

    @property
    def ring(self) -> Ring:
        return self.region.ring

    @property
    def scope(self) -> Scope:
        return Scope(self.variables, self.region, self.symbols, (), self.requirements)

    @cached_property
    def row(self) -> dict[str, Constraint]:
        """The constraints by name."""
        return {row.name: row for row in self.constraints}

    def to_data(self) -> dict[str, Any]:
        return {
            "region": self.region.to_data(),
            "variables": list(self.variables),
            "sense": self.sense,
            "objective": [[v, write_fraction(c)] for v, c in self.objective.coefficients],
            "constant": write_fraction(self.objective.constant),
            "constraints": [row.to_data() for row in self.constraints],
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical text: equal programs have equal digests."""
        return digest(self.to_data())


def digest(data: Any) -> str:
    """SHA-256 of the canonical JSON text of `data`."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_form(pairs: Any, ring: Ring) -> Form:
    """A linear form from its JSON pairs; duplicates and zeros are refused."""
    form = tuple((str(v), ring.parse_fraction(c)) for v, c in pairs)
    if form != linear_form(dict(form)):
        raise ValueError(f"a linear form must list each variable once, sorted, without zeros: {pairs}")
    return form


def read_constraint(data: Mapping[str, Any], ring: Ring) -> Constraint:
    return Constraint(
        str(data["name"]), read_form(data["form"], ring), data["sense"], ring.parse_fraction(data["bound"])
    )


def read_program(data: Mapping[str, Any]) -> LinearProgram:
    """The program whose :meth:`LinearProgram.to_data` is `data`; ValueError on anything else."""
    region = read_region(data["region"])
    ring = region.ring
    return LinearProgram(
        tuple(data["variables"]),
        data["sense"],
        LinearForm(read_form(data["objective"], ring), ring.parse_fraction(data["constant"])),
        tuple(read_constraint(row, ring) for row in data["constraints"]),
        region,
    )
