"""The pieces of a plane, exactly: strips between critical values of x, cut by curves that never meet.

This is a cylindrical decomposition in two variables.  The polynomials of all conditions are split into
irreducible factors.  Between two neighbouring roots of their discriminants, leading coefficients
and resultants (all in x) every factor has the same number of roots in y, in the same order.  So one
rational point tells to which piece a whole cell belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from flint import fmpq, fmpq_poly, fmpz_poly

from symtrade.kernel.polynomial import Polynomial, Rational
from symtrade.render.plane import Plane
from symtrade.render.roots import Root, Univariate, arrange, middle, real_roots, simplest

Window = tuple[Rational, Rational, Rational, Rational]


@dataclass(frozen=True)
class Factor:
    """An irreducible polynomial: its text, and its coefficients (polynomials in x) by powers of y."""

    text: str
    rows: tuple[Univariate, ...]

    @property
    def is_vertical(self) -> bool:
        """Whether it is a polynomial in x alone."""
        return len(self.rows) == 1

    def at(self, x: Rational) -> Univariate:
        """The polynomial in y at a value of x, cleared of denominators."""
        return fmpq_poly([row(x) for row in self.rows]).numer()

    def root(self, number: int, x: Rational) -> Root:
        """One of its roots in y, counted from below, at a value of x."""
        return real_roots(self.at(x))[number]


@dataclass(frozen=True)
class Edge:
    """Where two pieces meet inside a strip: root `number` (from below) of a factor."""

    factor: Factor
    number: int


@dataclass(frozen=True)
class Strip:
    """The part of the window between two values of x.  From below: edge, piece, edge, ..., edge; the
    first and the last edge are the window's own.  A piece is None outside the parameter set."""

    left: Root
    right: Root
    edges: tuple[Edge, ...]
    pieces: tuple[int | None, ...]

    @property
    def ends(self) -> tuple[Rational, Rational]:
        """Values of x inside the strip, as good as its ends."""
        low, high = self.left.high, self.right.low
        step = (high - low) / (1 << 40)
        return low + step, high - step


@dataclass(frozen=True)
class Cells:
    """The whole window: strips from left to right, and the vertical lines among the factors."""

    window: Window
    strips: tuple[Strip, ...]
    verticals: tuple[tuple[Root, Factor], ...]


def cells(plane: Plane, window: Window) -> Cells:
    """The pieces of a plane inside a window (x from, x to, y from, y to).

    Raises ValueError where the window meets no inner point of the parameter set.
    """
    x_low, x_high, y_low, y_high = window
    y = plane.ring.gens[1]
    frame = [y * int(v.q) - int(v.p) for v in (y_low, y_high)]
    regions = [region for piece in plane.pieces for region in piece]
    polynomials = _irreducible([*frame, *(c.polynomial for r in (plane.within, *regions) for c in r)])
    factors = [_factor(f, 0) for f in polynomials]
    edges = {factor.text for factor in factors if factor.text in {str(f) for f in _irreducible(frame)}}
    inner = [r for r in _critical(polynomials, 0) if x_low < r.value < x_high]
    strips = tuple(
        _strip(plane, factors, left, right, edges)
        for left, right in pairwise([Root(x_low), *inner, Root(x_high)])
    )
    if all(piece is None for strip in strips for piece in strip.pieces):
        raise ValueError("no inner point of the parameter set is in the window: nothing to draw")
    verticals = tuple((root, factor) for factor in factors if factor.is_vertical
                      for root in real_roots(factor.rows[0]) if x_low < root.value < x_high)
    return Cells(window, strips, verticals)


def _strip(plane: Plane, factors: Sequence[Factor], left: Root, right: Root, frame: set[str]) -> Strip:
    x = middle(left.high, right.low)
    found = arrange([factor.at(x) for factor in factors])
    first, last = (k for k, (i, _, _) in enumerate(found) if factors[i].text in frame)
    inside = found[first:last + 1]
    edges: list[Edge] = []
    pieces: list[int | None] = []
    for (i, number, below), (_, _, above) in pairwise(inside):
        piece = plane.piece_at(x, middle(below.high, above.low))
        if not pieces or piece != pieces[-1]:
            edges.append(Edge(factors[i], number))
            pieces.append(piece)
    edges.append(Edge(factors[inside[-1][0]], inside[-1][1]))
    return Strip(left, right, tuple(edges), tuple(pieces))


def extent(plane: Plane, axis: int) -> tuple[Rational, Rational] | None:
    """The range of one of the parameters on the parameter set; None where it is unbounded.

    Raises ValueError where the parameter set has no inner point in this plane.
    """
    polynomials = _irreducible(c.polynomial for c in plane.within)
    factors = [_factor(f, axis) for f in polynomials]
    critical = _critical(polynomials, axis)
    inside = [k for k, value in enumerate(_samples(critical)) if _meets(plane, factors, value, axis)]
    if not inside:
        raise ValueError("the parameter set has no inner point with these values: nothing to draw")
    if inside[0] == 0 or inside[-1] == len(critical):
        return None
    return _outward(critical[inside[0] - 1], -1), _outward(critical[inside[-1]], 1)


def _outward(root: Root, side: int) -> Rational:
    """The root itself if it is rational, else a rational number a little beyond it."""
    if root.radius == 0:
        return root.value
    near, far = (root.value + side * step for step in (fmpq(1, 1 << 50), fmpq(1, 1 << 40)))
    return simplest(min(near, far), max(near, far))


def _meets(plane: Plane, factors: Sequence[Factor], value: Rational, axis: int) -> bool:
    """Whether the line at a value of the parameter `axis` has inner points of the parameter set."""
    roots = [root for _, _, root in arrange([factor.at(value) for factor in factors])]
    points = ((value, other) if axis == 0 else (other, value) for other in _samples(roots))
    return any(plane.contains(*point) for point in points)


def _samples(roots: Sequence[Root]) -> Iterator[Rational]:
    """A rational number before, between and after given ones."""
    if not roots:
        yield fmpq(0)
        return
    yield fmpq((roots[0].low - 1).floor())
    for one, two in pairwise(roots):
        yield middle(one.high, two.low)
    yield fmpq((roots[-1].high + 1).ceil())


# --- polynomials ---------------------------------------------------------------------------------


def _irreducible(polynomials: Iterable[Polynomial]) -> list[Polynomial]:
    """The irreducible factors, each once, with positive leading coefficients."""
    found: dict[str, Polynomial] = {}
    for polynomial in polynomials:
        for factor, _ in polynomial.factor()[1]:
            factor = factor if factor.leading_coefficient() > 0 else -factor
            found.setdefault(str(factor), factor)
    return list(found.values())


def _factor(polynomial: Polynomial, axis: int) -> Factor:
    """A polynomial by powers of the parameter that is not `axis`."""
    return Factor(str(polynomial), tuple(_by_powers(polynomial, axis)))


def _by_powers(polynomial: Polynomial, axis: int) -> list[Univariate]:
    other = 1 - axis
    rows: list[list[int]] = [[0] * (polynomial.degrees()[axis] + 1)
                             for _ in range(polynomial.degrees()[other] + 1)]
    for exponents, coefficient in polynomial.terms():
        rows[exponents[other]][exponents[axis]] = coefficient
    return [fmpz_poly(row) for row in rows]


def _critical(polynomials: Sequence[Polynomial], axis: int) -> list[Root]:
    """The values of the parameter `axis` at which roots meet, vanish or run away."""
    other = 1 - axis
    curved = [f for f in polynomials if f.degrees()[other] > 0]
    found = [_by_powers(f, axis)[-1] for f in polynomials]
    found += [_by_powers(f.discriminant(other), axis)[0] for f in curved if f.degrees()[other] > 1]
    found += [_by_powers(f.resultant(g, other), axis)[0] for f, g in combinations(curved, 2)]
    factors: dict[str, Univariate] = {}
    for polynomial in found:
        for factor, _ in polynomial.factor()[1]:
            factors.setdefault(str(factor if factor[factor.degree()] > 0 else -factor), factor)
    return [root for _, _, root in arrange(list(factors.values()))]


