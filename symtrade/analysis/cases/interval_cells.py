"""An interval cut where the conditions of an integrand change sign, on one branch of the parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.cases.branches import NEGATIVE, Branch
from symtrade.analysis.cases.case_reading import conditions_in, read
from symtrade.analysis.cases.interval import Interval, at
from symtrade.analysis.cases.roots import Irrational, curved
from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction, quotient
from symtrade.kernel.view import expression as view
from symtrade.model.errors import ModelError


@dataclass
class Cell:
    """An interval between neighbouring breakpoints, and the signs of conditions inside it."""

    branch: Branch
    interval: Interval
    left: Coefficient
    right: Coefficient | None
    table: dict[str, str]

    @property
    def images(self) -> tuple[Coefficient, ...]:
        """What the symbols stand for here."""
        return self.branch.images

    def is_zero_free(self, f: Polynomial) -> bool:
        """Whether a polynomial is known to vanish at no inner point."""
        if f.is_constant() or not f.degrees()[self.interval.position]:
            return self.branch.is_zero_free(f)
        return all(
            self.table.get(str(g)) in ("<", ">")
            if g.degrees()[self.interval.position]
            else self.branch.is_zero_free(g)
            for g, _ in f.factor()[1]
        )

    def sign(self, f: Polynomial) -> str:
        """``> >= = <= <`` at every inner point."""
        if f.is_constant() or not f.degrees()[self.interval.position]:
            return self.branch.sign(f)
        constant, factors = f.factor()
        result, weak = (">" if constant > 0 else "<"), False
        for g, power in factors:
            here = self.table.get(str(g)) if g.degrees()[self.interval.position] else self.branch.sign(g)
            if here is None:
                raise ModelError(f"the sign of {g} decides a case, but {self.name} was not cut there")
            if here == "=":
                return "="
            weak = weak or here.endswith("=")
            if int(power) % 2 and here.startswith("<"):
                result = result.translate(NEGATIVE)
        return result + ("=" if weak else "")

    def settle(self, f: Polynomial) -> str:
        """``>``, ``=`` or ``<`` at every inner point; the branch is split where that is open."""
        known = self.sign(f)
        if known in (">", "=", "<"):
            return known
        for g, _ in f.factor()[1]:
            if not g.degrees()[self.interval.position]:
                self.branch.settle(g)
            elif self.table[str(g)] in (">=", "<="):
                self._sharpen(g)
        return self.sign(f)

    def _sharpen(self, g: Polynomial) -> None:
        """A linear condition that is nonnegative at both ends is positive between them, unless it is
        zero at both."""
        ends = [at_end(self.branch, self.interval, g, end) for end in (self.interval.low, self.interval.high)]
        shown = [view(v, self.branch.ground.names) for v in ends]
        if self.branch.claim(sympy.Or(*(sympy.Ne(v, 0) for v in shown))):
            self.table[str(g)] = self.table[str(g)][0]
            return
        signs = [self.branch.settle(v.num) if isinstance(v, RationalFunction) else str(v) for v in ends]
        self.table[str(g)] = "=" if signs == ["=", "="] else self.table[str(g)][0]

    @property
    def name(self) -> str:
        """The variable's name."""
        return str(self.branch.ground.ring.names[self.interval.position])


def factors_of(polynomials: Iterable[Coefficient], position: int) -> dict[str, Polynomial]:
    """The irreducible factors that contain the variable, by text."""
    found: dict[str, Polynomial] = {}
    for value in polynomials:
        if isinstance(value, RationalFunction):
            for part in (value.num, value.den):
                for g, _ in part.factor()[1]:
                    if g.degrees()[position]:
                        found.setdefault(str(g), g)
    return dict(sorted(found.items()))


def cut(branch: Branch, interval: Interval, conditions: Iterable[Coefficient]) -> list[Cell]:
    """The cells of an interval on a branch, from left to right.

    Raises Rooted where a condition that is not linear in the variable changes sign once, and
    ModelError where it does so more often.
    """
    roots: list[tuple[Coefficient, str, str]] = []  # place, the factor's text, its sign on the left
    table: dict[str, str] = {}
    for text, g in factors_of(conditions, interval.position).items():
        first, last = (at_end(branch, interval, g, end) for end in (interval.low, interval.high))
        left, right = branch.sign_of(first), branch.sign_of(last)
        known = _one_sign(left, right)
        if g.degrees()[interval.position] > 1:
            if interval.high is None:
                raise Irrational(f"{g} decides a case up to infinity: it must be linear in {interval.name}")
            left, right = branch.sharp_sign_of(first), branch.sharp_sign_of(last)
            table[text] = curved(branch, interval, g, (left, right), known)
            continue
        if known is not None:
            table[text] = known
            continue
        slope = g.derivative(interval.position)
        if left in (">=", "<=") and right in (">=", "<=") and not branch.is_zero_free(slope):
            assert isinstance(last, RationalFunction)
            right = branch.settle(last.num)  # raises Split, or makes it strict
            known = _one_sign(left, branch.sign_of(last))
            if known is not None:
                table[text] = known
                continue
        place = quotient(slope * branch.ground.ring.gens[interval.position] - g, slope)
        _insert(roots, (place, text, left[0]), branch)
    cells, left_end = [], interval.low
    for k in range(len(roots) + 1):
        right_end = roots[k][0] if k < len(roots) else interval.high
        here = dict(table)
        for j, (_, text, sign) in enumerate(roots):
            here[text] = sign if k <= j else sign.translate(NEGATIVE)
        cells.append(Cell(branch, interval, left_end, right_end, here))
        left_end = right_end
    return cells


def conditions_of(expression: Any, branch: Branch, interval: Interval) -> list[Coefficient]:
    """The functions whose signs decide the cases of an expression; where cases decide these in turn,
    for each of their cases."""
    ring, found = branch.ground.ring, []
    for gap in conditions_in(expression):
        inner = [c for c in conditions_of(gap, branch, interval) if factors_of([c], interval.position)]
        places: list[Any] = [*cut(branch, interval, inner)] if inner else [branch]
        found += [read(gap, ring, place) for place in places]
    return list(dict.fromkeys(found))


def at_end(branch: Branch, interval: Interval, g: Polynomial, end: Coefficient | None) -> Coefficient:
    """A polynomial at an end of an interval; at infinity its leading coefficient, which has its sign."""
    if end is not None:
        return at(g, end, interval)
    zero = quotient(interval.ring.zero, interval.ring.one)
    value = quotient(g, interval.ring.one)
    for power in range(int(g.degrees()[interval.position]), -1, -1):
        slope = value.num if isinstance(value, RationalFunction) else g
        for _ in range(power):
            slope = slope.derivative(interval.position)
        lead = at(slope, zero, interval)
        if power == 0 or not isinstance(lead, RationalFunction) or branch.settle(lead.num) != "=":
            return lead
    raise AssertionError("unreachable")


def _one_sign(left: str, right: str) -> str | None:
    """The sign inside, where the signs at the two ends agree."""
    for sign in (">", "<"):
        if all(s.startswith(sign) or s == "=" for s in (left, right)):
            if left == right == "=":
                return "="
            return sign if sign in (left, right) else sign + "="
    return None


def _insert(
    roots: list[tuple[Coefficient, str, str]], new: tuple[Coefficient, str, str], branch: Branch
) -> None:
    """Keep the breakpoints in order."""
    for k, (place, _, _) in enumerate(roots):
        if branch.sign_of(new[0] - place).startswith("<"):
            roots.insert(k, new)
            return
    roots.append(new)
