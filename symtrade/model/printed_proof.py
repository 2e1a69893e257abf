"""Printed proofs as records: hypotheses, constraints, and lines that may cite earlier lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy

from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.kernel.view import relation
from symtrade.model.errors import ModelError
from symtrade.model.expressions import symbol_table
from symtrade.model.latex_input import BUILD, Link, related
from symtrade.model.program import feasibility
from symtrade.model.relations import as_tuple
from symtrade.model.rows import flatten

Condition = tuple[str, Any]


@dataclass(frozen=True)
class PrintedLine:
    """A displayed line: a relation, or a chain of them.

    `reads` is a SymPy relation (or a Boolean of relations), a :func:`chain`, or ``sympy.nan`` where
    the print says nothing definite.  `uses` names what the line cites: labels of earlier lines,
    names of constraints, or the beginning of such names (``IC_B`` for all ``IC_B[...]``); ``None``
    cites nothing and may use every constraint, ``()`` may use the hypotheses on the parameters only.
    The conclusions of the proof are the lines with `concludes` (the last line, if there is none).
    """

    label: str
    reads: Any
    uses: tuple[str, ...] | None = None
    printed: str = ""
    concludes: bool = False

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The relations of the line, in order."""
        if isinstance(self.reads, tuple):
            return tuple(r if isinstance(r, Link) else Link("", r) for r in self.reads)
        return (Link(self.printed, self.reads),)


def chain(first: Any, *rest: Any) -> tuple[Link, ...]:
    """``chain(a, "<=", b, "=", c)``: the relations a <= b and b = c, for a :class:`PrintedLine`.

    Raises ModelError for anything but formulas with ``< <= > >= = !=`` between them.

    >>> a, b, c = sympy.symbols("a b c")
    >>> [link.claim for link in chain(a, "<=", b, "=", c)]
    [a <= b, Eq(b, c)]
    """
    if len(rest) % 2 or not rest:
        raise ModelError("chain: expected formulas with relations between them, such as chain(a, '<=', b)")
    links = []
    left = first
    for sign, right in zip(rest[::2], rest[1::2], strict=True):
        if sign not in BUILD:
            raise ModelError(f"chain: expected one of {' '.join(BUILD)}, got {sign!r}")
        links.append(Link("", related(left, sign, right)))
        left = right
    return tuple(links)


@dataclass(frozen=True)
class PrintedProof:
    """A proof to be checked.

    `assuming` are hypotheses on the parameters, `constraints` those on the mechanism (kernel
    constraints, relations or pairs ``("name", relation)``); both are what the theorem supposes.
    `variables` and `parameters` declare symbols that come from no mechanism.  Raises ModelError for
    labels or names that are given twice, and for a citation of something that does not stand
    before it.  `names` maps names of symbols to LaTeX.
    """

    title: str
    lines: tuple[PrintedLine, ...]
    assuming: tuple[Any, ...] = ()
    constraints: tuple[Any, ...] = ()
    variables: tuple[Any, ...] = ()
    parameters: tuple[Any, ...] = ()
    source: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.lines:
            raise ModelError("the proof has no lines: give at least one PrintedLine")
        seen: list[str] = []
        for line in self.lines:
            if line.label in seen:
                raise ModelError(f"two lines are labelled {line.label!r}")
            for cited in line.uses or ():
                if cited not in seen and not any(named(cited, row.name) for row in self.rows):
                    raise ModelError(
                        f"line {line.label} cites {cited!r}, which is neither an earlier line nor a "
                        f"constraint; the constraints are {', '.join(r.name for r in self.rows) or 'none'}"
                        + (f", the earlier lines {', '.join(seen)}" if seen else ""))
            seen.append(line.label)

    @cached_property
    def program(self) -> LinearProgram | None:
        """The constraints as a program without objective; None where there are none."""
        if not (self.constraints or self.variables):
            return None
        found = feasibility(self.constraints, self.variables or None, self.assuming or None)
        return LinearProgram(found.variables, found.sense, found.objective, found.constraints, found.region,
                             found.symbols, found.requirements)

    @property
    def rows(self) -> tuple[Constraint, ...]:
        """All constraints by name, those that every mechanism satisfies included."""
        return self.program.constraints if self.program is not None else ()

    @cached_property
    def symbols(self) -> dict[str, Any]:
        """Parameters and variables by name."""
        if self.program is not None:
            return dict(self.program.symbols)
        return symbol_table(*as_tuple(self.parameters), *as_tuple(self.assuming))

    @cached_property
    def hypotheses(self) -> tuple[Condition, ...]:
        """The hypotheses on the parameters, each with its name: what it says."""
        if self.program is None:
            found: Iterator[Any] = _parts(as_tuple(self.assuming))
        else:
            found = (relation(c, self.symbols) for c in self.program.region.conditions)
        return tuple((str(r), r) for r in dict.fromkeys(found))

    @property
    def conclusions(self) -> tuple[PrintedLine, ...]:
        """The lines that state the theorem."""
        return tuple(line for line in self.lines if line.concludes) or self.lines[-1:]

    def cited(self, line: PrintedLine) -> tuple[tuple[Constraint, ...], tuple[str, ...]]:
        """The constraints and the labels of lines that a line may use; what every mechanism
        satisfies (0 <= q <= 1) is never cited, and may be used by any line that cites something."""
        if line.uses is None:
            return self.rows, ()
        labels = tuple(c for c in line.uses if any(c == other.label for other in self.lines))
        rows = tuple(row for row in self.rows if (line.uses and row.name in self.everywhere)
                     or any(named(c, row.name) for c in line.uses if c not in labels))
        return rows, labels

    @cached_property
    def everywhere(self) -> frozenset[str]:
        """The constraints that every mechanism satisfies."""
        scopes = [p.scope for p in flatten(self.constraints) if isinstance(p, Constraint) and p.scope]
        return frozenset(row.name for scope in scopes for row in scope.domain)


def named(citation: str, name: str) -> bool:
    """Whether a citation means a constraint: its name, or the family that it belongs to."""
    return name == citation or name.startswith(citation + "[")


def _parts(assumptions: Iterable[Any]) -> Iterator[Any]:
    for assumption in assumptions:
        if isinstance(assumption, sympy.And):
            yield from assumption.args
        else:
            yield assumption
