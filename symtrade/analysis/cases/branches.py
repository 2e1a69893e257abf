"""Case distinctions: a decision tree over a parameter set, its signs answered by a prover.

A computation asks a :class:`Branch` for signs of polynomials.  What the prover shows is used; what is
positive here and negative there raises :class:`Split`, and :func:`explore` runs the computation again
on both sides.  So the leaves cover the parameter set whatever the computation asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import sympy
from flint import fmpq

from symtrade.analysis.cases.asking import asked
from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    Ring,
    compose_fraction,
    evaluate,
    quotient,
)
from symtrade.kernel.region import Condition
from symtrade.kernel.verdict import Proved, Refuted
from symtrade.kernel.view import expression as view
from symtrade.kernel.view import relation as view_relation
from symtrade.model.errors import ModelError
from symtrade.model.expressions import make_ring, symbol_table
from symtrade.model.relations import as_tuple
from symtrade.prover import Prover

T = TypeVar("T")
MOST_LEAVES = 400
STARS = ("", "_2", "_3")
NEGATIVE = str.maketrans("<>", "><")


class Split(Exception):
    """The sign of a polynomial differs within a branch: `relations` are the branches to follow,
    of which the `doubtful` one may be empty."""

    def __init__(self, polynomial: Polynomial, relations: tuple[str, ...], doubtful: str = "") -> None:
        super().__init__(f"{polynomial} {' | '.join(relations)} 0")
        self.polynomial = polynomial
        self.relations = relations
        self.doubtful = doubtful


class Rooted(Exception):
    """A computation needs the root of a polynomial as a coordinate in place of a parameter: each of
    `roots` is one way."""

    def __init__(self, roots: tuple[Root, ...]) -> None:
        super().__init__(str(roots[0].polynomial))
        self.roots = roots


class Undecided(RuntimeError):
    """A sign could neither be proved nor refuted; the message says which.  Nothing is claimed."""


@dataclass(frozen=True)
class Root:
    """A root of `polynomial` in the variable at `position`, between two ends, as the coordinate at
    `star`; the parameter at `parameter` is the function `formula` of it.  `falling` says that the
    polynomial is positive on its left; `slope`, if given, is not zero there."""

    polynomial: Polynomial
    position: int
    star: int
    parameter: int
    formula: Coefficient
    ends: tuple[tuple[Coefficient, str], ...]
    falling: bool
    slope: Coefficient | None = None


@dataclass(frozen=True)
class Ground:
    """The parameter set: symbols, assumptions (SymPy relations), and the ring of all names.

    `inner` are further names of the ring, such as the variable of an integral; among them `stars` are
    those that roots may take.
    """

    symbols: Mapping[str, Any]
    assuming: tuple[Any, ...]
    inner: Mapping[str, Any]
    ring: Ring
    stars: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, Any]:
        return {**self.symbols, **self.inner}


def ground(assuming: Any, parameters: Any = (), inner: Any = (), roots_of: Any = None) -> Ground:
    """The parameter set of `assuming`; `inner` are symbols that are no parameters.  There are names for
    roots in the variable `roots_of`, if one is given."""
    assumptions = tuple(a for a in as_tuple(assuming) if a is not True and a != sympy.true)
    symbols = symbol_table(*as_tuple(parameters), *assumptions)
    stars = () if roots_of is None else tuple(sympy.Symbol(f"{roots_of.name}_star{n}") for n in STARS)
    more = symbol_table(*as_tuple(inner), *stars)
    if clash := [name for name in more if name in symbols]:
        raise ModelError(
            f"{clash[0]} is integrated or optimised over, but it also occurs in assuming= or "
            "parameters=: state its range with the variable instead"
        )
    ring = make_ring((*symbols, *more))
    return Ground(symbols, assumptions, more, ring, tuple(s.name for s in stars))


@dataclass
class Branch:
    """One branch: the conditions on the way to it, and what has been found out on it."""

    ground: Ground
    prover: Prover
    path: tuple[Condition, ...] = ()
    signs: dict[str, str] = field(default_factory=dict)
    points: list[tuple[Any, ...]] = field(default_factory=list)
    images: tuple[Coefficient, ...] = ()
    roots: tuple[Root, ...] = ()
    doubtful: tuple[Any, ...] = ()  # those conditions of which it is open whether they hold anywhere

    def __post_init__(self) -> None:
        if not self.images:
            ring = self.ground.ring
            self.images = tuple(quotient(g, ring.one) for g in ring.gens)

    @property
    def assuming(self) -> tuple[Any, ...]:
        """All that holds here, as SymPy relations."""
        return (*self.ground.assuming, *self.conditions)

    @property
    def conditions(self) -> tuple[Any, ...]:
        """The conditions on the way here, as SymPy relations."""
        return tuple(view_relation(c, self.ground.names) for c in self.path)

    @property
    def samples(self) -> tuple[dict[Any, Any], ...]:
        """The known points of the branch, as substitutions for the parameters."""
        symbols = self.ground.symbols
        return tuple(
            {
                symbols[n]: sympy.Rational(int(v.p), int(v.q))
                for n, v in zip(self.ground.ring.names, point, strict=True)
                if n in symbols
            }
            for point in self.points
        )

    def view(self, value: Coefficient) -> Any:
        """A rational function of the parameters as a SymPy expression."""
        return view(value, self.ground.names)

    def claim(self, claim: Any, also: tuple[Any, ...] = (), parameters: tuple[Any, ...] = ()) -> Any:
        """The prover's verdict on a SymPy claim about the parameters of this branch.

        `also` are further assumptions, and `parameters` the further symbols in them."""
        symbols, known, swaps = self._in_roots((*self.assuming, *also))
        doubtful = self.doubtful
        for swap in swaps:
            claim, doubtful = claim.subs(swap), tuple(r.subs(swap) for r in doubtful)
        return asked(self.prover, claim, known, (*symbols, *parameters), doubtful)

    @property
    def here(self) -> tuple[Any, ...]:
        """All that holds here, as relations of the coordinates: roots stand for the parameters that they
        replace."""
        return tuple(self._in_roots(self.assuming)[1])

    def _in_roots(self, known: Sequence[Any]) -> tuple[list[Any], list[Any], list[dict[Any, Any]]]:
        """The coordinates, relations in them (with those of the roots), and what was replaced."""
        names, swaps = self.ground.names, []
        symbols = list(self.ground.symbols.values())
        known = list(known)
        for root in self.roots:
            gone, star = symbols[root.parameter], names[self.ground.ring.names[root.star]]
            swap = {gone: view(root.formula, names)}
            swaps.append(swap)
            known = [r for r in (relation.subs(swap) for relation in known) if r != sympy.true]
            symbols[root.parameter] = star
            for end, side in root.ends:
                place = view(end, names).subs(swap)
                known.append(
                    {">": star > place, ">=": star >= place, "<": star < place, "<=": star <= place}[side]
                )
            if root.slope is not None:
                known.append(sympy.Ne(view(root.slope, names).subs(swap), 0))
        return symbols, known, swaps

    def sign(self, f: Polynomial) -> str:
        """``> >= = <= <``: what is known of a polynomial's sign; Split where it takes both."""
        if f.is_constant():
            value = 0 if f.is_zero() else f.leading_coefficient()
            return ">" if value > 0 else "<" if value < 0 else "="
        constant, factors = f.factor()
        result = ">" if constant > 0 else "<"
        weak = False
        for g, power in factors:
            here = self._factor(g) if int(power) % 2 else self._even(g)
            if here == "=":
                return "="
            weak = weak or here.endswith("=")
            if here.startswith("<"):
                result = result.translate(NEGATIVE)
        return result + ("=" if weak else "")

    def sign_of(self, value: Any) -> str:
        """The same for a rational function, where it is defined."""
        if not isinstance(value, RationalFunction):
            return ">" if value > 0 else "<" if value < 0 else "="
        top = self.sign(value.num)
        return top.translate(NEGATIVE) if top != "=" and self.sign(value.den).startswith("<") else top

    def sharp_sign_of(self, value: Coefficient) -> str:
        """The same, strict where that can be shown without a case distinction."""
        known = self.sign_of(value)
        if known in (">=", "<=") and self.is_zero_free(value.num):
            return self.sign_of(value)
        return known

    def settle(self, f: Polynomial) -> str:
        """``>``, ``=`` or ``<``; Split where more than one occurs."""
        known = self.sign(f)
        if known in (">", "=", "<"):
            return known
        _, factors = f.factor()
        for g, _ in factors:
            if self.signs.get(str(g), ">=").endswith("=") and self.signs.get(str(g)) != "=":
                self._sharpen(g)
        return self.sign(f)

    def is_zero_free(self, f: Polynomial) -> bool:
        """Whether a polynomial is known to vanish nowhere here; asks, but never splits."""
        if f.is_constant():
            return not f.is_zero()
        return all(self._known_nonzero(g) for g, _ in f.factor()[1])

    def _known_nonzero(self, g: Polynomial) -> bool:
        known = self.signs.get(str(g), "")
        if known in ("<", ">"):
            return True
        if known == "=" or any(evaluate(g, p) == 0 for p in self.points):
            return False
        found = self._shown(Condition(g, "!="))
        if found and known in (">=", "<="):
            self.signs[str(g)] = known[0]
        return bool(found)

    def _even(self, g: Polynomial) -> str:
        known = self.signs.get(str(g))
        if known is None or known.endswith("="):
            return "=" if known == "=" else ">="
        return ">"

    def _factor(self, g: Polynomial) -> str:
        key = str(g)
        if key not in self.signs:
            self.signs[key] = self._find(g)
        return self.signs[key]

    def _find(self, g: Polynomial) -> str:
        values = [evaluate(g, p) for p in self.points]
        up, down = any(v > 0 for v in values), any(v < 0 for v in values)
        doubt: Undecided | None = None
        if not down:
            try:
                if self._ask(Condition(g, ">=")):
                    return "=" if not up and self._shown(Condition(-g, ">=")) else ">="
            except Undecided as error:
                doubt = error
        if not up and self._ask(Condition(-g, ">=")):
            return "<="
        if doubt is not None:
            raise doubt
        raise Split(g, (">=", "<="))

    def _sharpen(self, g: Polynomial) -> None:
        """Make a weak sign strict, or split off the set where it is zero."""
        key = str(g)
        if key not in self.signs:
            self._factor(g)
        known = self.signs[key]
        if known not in (">=", "<="):
            return
        up = g if known == ">=" else -g
        values = [evaluate(up, p) for p in self.points]
        strict = self._shown(Condition(up, ">")) if all(v != 0 for v in values) else False
        if strict:
            self.signs[key] = known[0]
            return
        zero = self._shown(Condition(-up, ">=")) if all(v <= 0 for v in values) else False
        if not zero:
            raise Split(g, (known[0], "="), "=" if strict is None else "")
        self.signs[key] = "="

    def _ask(self, condition: Condition) -> bool:
        verdict = self.claim(view_relation(condition, self.ground.names))
        if isinstance(verdict, Proved):
            return True
        if isinstance(verdict, Refuted):
            self._remember(verdict.witness)
            return False
        raise Undecided(
            f"the sign of {condition.polynomial} is open where "
            f"{' and '.join(map(str, self.assuming)) or 'everything goes'}: {verdict.reason}"
        )

    def _shown(self, condition: Condition) -> bool | None:
        """Whether a condition holds; None where that is open."""
        try:
            return self._ask(condition)
        except Undecided:
            return None

    def _remember(self, witness: Mapping[Any, Any]) -> None:
        given = {str(k): v for k, v in witness.items()}
        if self.roots:
            return
        values = [sympy.Rational(given.get(name, 0)) for name in self.ground.ring.names]
        point = tuple(fmpq(int(v.p), int(v.q)) for v in values)
        if point not in self.points:
            self.points.append(point)

    def child(self, f: Polynomial, relation: str, doubtful: bool = False) -> Branch:
        """The part of this branch where one more condition holds, which may be `doubtful`."""
        flip = relation in ("<", "<=")
        condition = Condition(-f if flip else f, relation.translate(NEGATIVE) if flip else relation)
        signs = {**self.signs, str(f): relation}
        points = [p for p in self.points if condition.holds(p)]
        images = self._eliminated(f) if relation == "=" else self.images
        open_ = (view_relation(condition, self.ground.names),) if doubtful else ()
        path, doubts = (*self.path, condition), (*self.doubtful, *open_)
        return replace(self, path=path, signs=signs, points=points, images=images, doubtful=doubts)

    def rooted(self, root: Root) -> Branch:
        """This branch with a root as a coordinate in place of a parameter."""
        ring = self.ground.ring
        images: list[Coefficient] = [quotient(g, ring.one) for g in ring.gens]
        images[root.parameter] = root.formula
        moved = tuple(compose_fraction(v, images, ring) for v in self.images)
        return replace(self, signs={}, points=[], images=moved, roots=(*self.roots, root))

    def _eliminated(self, f: Polynomial) -> tuple[Coefficient, ...]:
        """What the parameters are where f = 0: one in which f is linear is expressed by the others."""
        ring = self.ground.ring
        for position in reversed(range(len(self.ground.symbols))):
            slope = f.derivative(position)
            if int(f.degrees()[position]) == 1 and slope.is_constant():
                images: list[Coefficient] = [quotient(g, ring.one) for g in ring.gens]
                images[position] = quotient(slope * ring.gens[position] - f, slope)
                return tuple(compose_fraction(v, images, ring) for v in self.images)
        return self.images


def explore(
    start: Branch, work: Callable[[Branch], T], otherwise: Callable[[Exception], T] | None = None
) -> list[tuple[Branch, T]]:
    """Run `work` on branches of `start` that together are everything.  `otherwise` makes a result of the
    error on a branch that could not be treated; without it the error is raised."""
    found = []
    for count, leaf in enumerate(_leaves(start, work, otherwise), 1):
        if count > MOST_LEAVES:
            raise Undecided(f"more than {MOST_LEAVES} cases: narrow the parameter set with assuming=")
        found.append(leaf)
    return found


def _leaves(
    branch: Branch, work: Callable[[Branch], T], otherwise: Callable[[Exception], T] | None
) -> Iterator[tuple[Branch, T]]:
    try:
        result = work(branch)
    except Split as split:
        for relation in split.relations:
            child = branch.child(split.polynomial, relation, relation == split.doubtful)
            yield from _leaves(child, work, otherwise)
    except Rooted as need:
        for root in need.roots[:-1]:  # the first with which every sign is decided
            try:
                yield from list(_leaves(branch.rooted(root), work, None))
                return
            except Undecided:
                continue
        yield from _leaves(branch.rooted(need.roots[-1]), work, otherwise)
    except (Undecided, ModelError) as error:
        if otherwise is None:
            raise
        yield branch, otherwise(error)
    else:
        yield branch, result
