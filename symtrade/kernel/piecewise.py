"""Piecewise solutions: the statement that a certificate proves, as the user reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from errno import EISDIR
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from flint import fmpq

from symtrade.kernel.certificate import (
    Certificate,
    Largest,
    Leaf,
    Node,
    Optimum,
    Piece,
    Split,
    leaves,
)
from symtrade.kernel.pieces import leaf_value
from symtrade.kernel.polynomial import Coefficient, Rational, evaluate, evaluate_fraction, parse_rational
from symtrade.kernel.program import LinearProgram
from symtrade.kernel.region import Condition

BRANCH = {">": lambda v: v > 0, ">=": lambda v: v >= 0, "=": lambda v: v == 0,
          "<=": lambda v: v <= 0, "<": lambda v: v < 0}


class Writer(Protocol):
    """How formulas are shown as SymPy expressions; ``kernel.view`` is the plain way."""

    def value(self, value: Coefficient, symbols: Mapping[str, Any]) -> Any: ...

    def conditions(self, conditions: Sequence[Condition], symbols: Mapping[str, Any]) -> Any: ...


class Plain:
    """Factored numerators and denominators; expanded conditions."""

    def value(self, value: Coefficient, symbols: Mapping[str, Any]) -> Any:
        from symtrade.kernel.view import expression

        return expression(value, symbols)

    def conditions(self, conditions: Sequence[Condition], symbols: Mapping[str, Any]) -> Any:
        from symtrade.kernel.view import conjunction

        return conjunction(conditions, symbols)


@dataclass(frozen=True)
class CriticalRegion:
    """One line of a solution, as SymPy expressions in the user's own symbols.

    `status` is ``optimal``, ``infeasible`` or ``unbounded``; `leaf` is the evidence that the
    primal, dual and ray views show (a piece that joins several leaves shows its first).
    """

    program: LinearProgram
    piece: Piece
    leaf: Leaf
    writer: Writer = field(default_factory=Plain, compare=False, repr=False)

    def __repr__(self) -> str:
        return f"CriticalRegion({self.answer}, where {self.region})"

    @property
    def answer(self) -> str:
        """The value, or in words that there is none."""
        return str(self.value) if self.status == "optimal" else self.status

    @property
    def status(self) -> str:
        return self.piece.status

    @cached_property
    def region(self) -> Any:
        """Where the line holds, beyond the conditions on the whole parameter set."""
        import sympy

        return sympy.Or(*(self.writer.conditions(r, self.program.symbols) for r in self.piece.regions))

    @cached_property
    def value(self) -> Any:
        """The optimal value: an expression, or an infinity for infeasible and unbounded pieces."""
        import sympy

        if self.piece.value is not None:
            return self.writer.value(self.piece.value, self.program.symbols)
        return sympy.oo if (self.status == "unbounded") == (self.program.sense == "max") else -sympy.oo

    @cached_property
    def primal(self) -> dict[Any, Any]:
        """An optimal (feasible, if unbounded) point: variable -> expression."""
        return self._by_symbol(self.leaf.primal)

    @cached_property
    def ray(self) -> dict[Any, Any]:
        """The improving direction of an unbounded piece: variable -> expression."""
        return self._by_symbol(self.leaf.ray)

    @cached_property
    def dual(self) -> dict[str, Any]:
        """The multipliers by constraint name: shadow prices d(value)/d(bound) of an optimal
        piece, or the Farkas multipliers of an infeasible one.  Zeros are left out."""
        return {name: self.writer.value(y, self.program.symbols) for name, y in self.leaf.dual}

    def _by_symbol(self, pairs: Any) -> dict[Any, Any]:
        from symtrade.kernel.view import symbol

        symbols, given = self.program.symbols, dict(pairs)
        return {symbol(v, symbols): self.writer.value(given.get(v, fmpq(0)), symbols)
                for v in self.program.variables}


@dataclass(frozen=True)
class PiecewiseSolution:
    """The optimum of a program over its whole parameter set, with the certificate that proves it."""

    certificate: Certificate
    writer: Writer = field(default_factory=Plain, compare=False, repr=False)

    def __repr__(self) -> str:
        """A line a piece; a notebook shows ``_repr_latex_``."""
        if len(self.pieces) == 1:
            return f"PiecewiseSolution({self.pieces[0].answer})"
        return "\n".join((f"PiecewiseSolution, {len(self.pieces)} pieces:",
                          *(f"  {p.answer}  where  {p.region}" for p in self.pieces)))

    def _repr_latex_(self) -> str:
        from symtrade.kernel.view import cases_in_latex

        return cases_in_latex([(p.value if p.status == "optimal" else p.status, p.region)
                               for p in self.pieces])

    @cached_property
    def program(self) -> LinearProgram:
        claim = self.certificate.claim
        if not isinstance(claim, Optimum):
            raise ValueError("expected the certificate of an optimum")
        return claim.program

    @cached_property
    def pieces(self) -> tuple[CriticalRegion, ...]:
        evidence = list(leaves(self.certificate.tree))
        return tuple(
            CriticalRegion(self.program, piece, evidence[piece.leaves[0]], self.writer)
            for piece in self.certificate.pieces
        )

    @cached_property
    def value(self) -> Any:
        """The optimum as a SymPy Piecewise (or one expression)."""
        import sympy

        if len(self.pieces) == 1:
            return self.pieces[0].value
        return sympy.Piecewise(*((p.value, p.region) for p in self.pieces))

    def value_at(self, point: Mapping[Any, Any]) -> Any:
        """The exact optimum (a SymPy Rational, or an infinity) at given parameter values.

        `point` maps parameter symbols or names to ints, fractions or SymPy rationals.  Raises
        ValueError for a missing, unknown or float value and for a point outside the parameter set.
        """
        import sympy

        leaf, where = self.leaf_at(point)
        if leaf.kind == "optimal":
            value = evaluate_fraction(leaf_value(self.certificate, leaf), where)
            return sympy.Rational(int(value.p), int(value.q))
        return sympy.oo if (leaf.kind == "unbounded") == (self.program.sense == "max") else -sympy.oo

    def leaf_at(self, point: Mapping[Any, Any]) -> tuple[Leaf, tuple[Rational, ...]]:
        """The leaf of the decision tree that covers a point, and the point as exact rationals."""
        where = read_point(point, self.program)
        node: Node = self.certificate.tree
        while not isinstance(node, Leaf):
            if isinstance(node, Split):
                value = evaluate(node.polynomial, where)
                node = next(child for relation, child in node.branches if BRANCH[relation](value))
            else:
                assert isinstance(node, Largest)
                values = [evaluate(f, where) for f in node.polynomials]
                node = node.branches[values.index(max(values))]
        return node, where

    def to_json(self, path: str | Path | None = None) -> str:
        """The certificate as JSON text; also written to `path`, whole or not at all."""
        text = json.dumps(self.certificate.to_data(), indent=1, ensure_ascii=False) + "\n"
        if path is not None:
            write_text(path, text)
        return text


def write_text(path: str | Path, text: str) -> None:
    """Write a file whole or not at all."""
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(EISDIR, "expected a file to write, found a folder", str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.partial")
    draft.write_text(text, encoding="utf-8")
    draft.replace(target)


def read_point(point: Mapping[Any, Any], program: LinearProgram) -> tuple[Rational, ...]:
    """Parameter values in the ring's order, checked."""
    given = {str(key): value for key, value in point.items()}
    names = program.ring.names
    if unknown := set(given) - set(names):
        raise ValueError(f"{min(unknown)} is no parameter; the parameters are {', '.join(names)}")
    if missing := [name for name in names if name not in given]:
        raise ValueError(f"no value for {', '.join(missing)}")
    values = []
    for name in names:
        text = str(given[name])
        try:
            values.append(parse_rational(text))
        except ValueError:
            raise ValueError(
                f"{name} = {text}: expected an exact rational, such as Rational('1/5')") from None
    if not program.region.contains(values):
        failing = next(c for c in program.region.conditions if not c.holds(values))
        raise ValueError(f"the point is outside the parameter set: {failing} fails there")
    return tuple(values)
