"""A piecewise statement in the plane of two parameters, the others fixed at exact values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.kernel.polynomial import Coefficient, Polynomial, Rational, Ring, compose, quotient
from symtrade.kernel.region import Condition

Conjunction = tuple[Condition, ...]


@dataclass(frozen=True)
class Plane:
    """Conditions on two parameters: those of the parameter set, and those of each piece (any of its
    conjunctions).  Conditions that hold all over the plane are left out."""

    ring: Ring
    within: Conjunction
    pieces: tuple[tuple[Conjunction, ...], ...]

    def contains(self, x: Rational, y: Rational) -> bool:
        """Whether a point of the plane lies in the parameter set."""
        return all(c.holds((x, y)) for c in self.within)

    def piece_at(self, x: Rational, y: Rational) -> int | None:
        """The first piece that holds at a point; None outside the parameter set (and its pieces)."""
        if not self.contains(x, y):
            return None
        for number, regions in enumerate(self.pieces):
            if any(all(c.holds((x, y)) for c in region) for region in regions):
                return number
        return None


def plane_of(thing: Any, x: Any, y: Any, at: Mapping[Any, Any], assuming: Any = ()) -> Plane:
    """The plane of parameters `x` and `y` of a solution, or of the lines of a statement.

    `at` gives the other parameters exact values.  The parameter set of a statement (a sequence of
    :class:`symtrade.Line`) is what `assuming` says.  Raises ValueError for unknown, missing, superfluous
    and float values, and where no point of the plane can lie in the parameter set.
    """
    ring, within, pieces = _parts(thing, assuming)
    axes = str(x), str(y)
    fixed = _read(axes, at, ring.names)
    target = Ring(axes)
    images = [quotient(target.gens[axes.index(name)], target.one) if name in axes else fixed[name]
              for name in ring.names]
    inside = _cut(within, images, target)
    if inside is None:
        wrong = next(c for c in within if _cut((c,), images, target) is None)
        raise ValueError(f"the values are outside the parameter set: {wrong} fails")
    cut = tuple(tuple(c for c in (_cut(r, images, target) for r in regions) if c is not None)
                for regions in pieces)
    return Plane(target, inside, cut)


def _parts(thing: Any, assuming: Any) -> tuple[Ring, Conjunction, tuple[tuple[Conjunction, ...], ...]]:
    if isinstance(thing, PiecewiseSolution):
        if assuming:
            raise ValueError("a solution has its own parameter set: assuming= is for statements")
        region = thing.program.region
        return region.ring, region.conditions, tuple(p.regions for p in thing.certificate.pieces)
    if isinstance(thing, Sequence) and thing and all(hasattr(line, "when") for line in thing):
        from symtrade.model.expressions import make_ring, symbol_table
        from symtrade.model.relations import as_tuple, build_region

        assumptions = as_tuple(assuming)
        symbols = symbol_table(*assumptions, *(line.when for line in thing))
        ring = make_ring(tuple(symbols))
        within = build_region(ring, assumptions, symbols.values()).conditions
        return ring, within, tuple(_alternatives(line.when, ring) for line in thing)
    raise ValueError(f"expected a solution or the lines of a statement, got {type(thing).__name__}")


def _alternatives(when: Any, ring: Ring) -> tuple[Conjunction, ...]:
    """A SymPy Boolean as conjunctions of which one must hold."""
    from symtrade.model.claims import normal_form
    from symtrade.model.relations import atom

    found = []
    for clause in normal_form(when, holds=False):
        denominators: list[Polynomial] = []
        conditions = [atom(part.negated, ring, f"the condition {part.negated}", denominators)
                      for part in clause]
        found.append((*(Condition(d, "!=") for d in denominators), *conditions))
    return tuple(found)


def _cut(conditions: Iterable[Condition], images: Sequence[Coefficient], ring: Ring) -> Conjunction | None:
    """Conditions after substitution, without those that are true; None where one is false."""
    result = []
    for c in conditions:
        moved = Condition(compose(c.polynomial, images, ring)[0], c.relation)
        if not moved.polynomial.is_constant():
            result.append(moved)
        elif not moved.holds((fmpq(0), fmpq(0))):
            return None
    return tuple(dict.fromkeys(result))


def _read(axes: tuple[str, str], at: Mapping[Any, Any], names: Sequence[str]) -> dict[str, Rational]:
    """The values of the parameters that are on no axis."""
    listed = f"the parameters are {', '.join(names)}"
    for axis in axes:
        if axis not in names:
            raise ValueError(f"{axis} is no parameter; {listed}")
    if axes[0] == axes[1]:
        raise ValueError(f"expected two different parameters on the axes, got {axes[0]} twice; {listed}")
    if not isinstance(at, Mapping):
        raise ValueError(f"at: expected values by name, such as {{{names[0]!r}: 1}}, got {at!r}")
    given = {str(key): value for key, value in at.items()}
    if unknown := sorted(set(given) - set(names)):
        raise ValueError(f"{unknown[0]} is no parameter; {listed}")
    if twice := [axis for axis in axes if axis in given]:
        raise ValueError(f"{twice[0]} is on an axis: leave its value out")
    if missing := [name for name in names if name not in given and name not in axes]:
        raise ValueError(f"no value for {', '.join(missing)}")
    return {name: exact(given[name], name) for name in names if name in given}


def exact(value: Any, name: str) -> Rational:
    """An exact rational from an int, a fraction, a SymPy rational or its text.

    Raises ValueError for anything else, floats above all.

    >>> exact("-3/6", "p")
    -1/2
    >>> exact(0.5, "p")
    Traceback (most recent call last):
    ValueError: p = 0.5: expected an exact rational, such as 1/5
    """
    from fractions import Fraction

    text = str(value).strip()
    try:
        if isinstance(value, (float, bool)) or "." in text or "e" in text.lower():
            raise ValueError
        fraction = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{name} = {text}: expected an exact rational, such as 1/5") from None
    return fmpq(fraction.numerator, fraction.denominator)
