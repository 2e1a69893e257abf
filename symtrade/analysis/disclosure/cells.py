"""The equations x = E[c | c <= y], y = E[v | v >= x], cell by cell, as functions of x alone.

In a cell x lies in one piece of F and y in one piece of G, where both have one formula.  With
V(x) = x + J(x)/(1 - F(x)) for y, what is left is h(x) = (y - x) G(y) - I(y) = 0, I being the integral
of G.  Where all formulas are polynomials over Q, h is replaced by a polynomial (of at most DEGREE) without
multiple factors that has the same zeros where F < 1; the factorisation is multiplied out and compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from flint import fmpq, fmpq_poly, fmpz_poly
from sympy import S

from symtrade.analysis.numbers.algebraic import irreducible_factors, polynomial, substitute
from symtrade.analysis.numbers.real import Number, rational
from symtrade.analysis.numbers.zero import vanishes
from symtrade.forms.functions import Translator
from symtrade.kernel.balls import bits, enclose
from symtrade.kernel.exact_values import ExactValues
from symtrade.kernel.functions import Functions, working
from symtrade.model.distribution import Distribution, Piece, X

Interval = tuple[Any, Any]
LARGEST = 600
LONGEST = 100  # polynomial that is written out term by term
DEGREE = 24  # of a polynomial that encloses better multiplied out than as V and h


@dataclass(frozen=True)
class Algebra:
    """A cell over Q: V = top/bottom, and the factors of what vanishes at the cutoffs."""

    top: fmpq_poly
    bottom: fmpq_poly
    cdf: fmpq_poly
    seller_cdf: fmpq_poly
    factors: tuple[fmpz_poly, ...]
    vanishes: bool

    @property
    def degree(self) -> int:
        """That of the factors together."""
        return sum(int(f.degree()) for f in self.factors)


@dataclass(frozen=True)
class Cell:
    """A piece of F and a piece of G; `x` is where x lies, `low` and `high` what y may not leave (None
    where it cannot)."""

    buyer: Piece
    seller: Piece
    mean_cost: Any
    x: Interval
    low: Any
    high: Any
    algebra: Algebra | None

    @cached_property
    def mean_above(self) -> tuple[fmpq_poly, fmpq_poly] | None:
        """V = top/bottom in lowest terms, where the buyer's formulas are polynomials: near the largest
        value x + J(x)/(1 - F(x)) is nearly 0/0, and its enclosures are wide."""
        if self.algebra is not None:
            return self.algebra.top, self.algebra.bottom
        cdf, upper = polynomial(self.buyer.cdf, X), polynomial(self.buyer.upper, X)
        if cdf is None or upper is None or int(upper.degree()) > LONGEST:
            return None
        return reduced_mean(cdf, upper)[:2]

    def functions(self, *wanted: str, name: str = "x") -> tuple[Translator, list[int]]:
        """A graph with the nodes of these functions of x: residual, y, welfare, stability (positive
        where the cutoffs are a local maximum) and its negative instability, low and high (not
        negative where y is in the cell)."""
        t = Translator({X: name})
        return t, [self.node(t, w, X) for w in wanted]

    def node(self, t: Translator, wanted: str, at: Any) -> int:
        """One of these functions in a graph, `at` being the symbol of x there."""
        g, x = t.graph, t.known[at]

        def buyers(formula: Any) -> int:
            return t.composed(formula, {X: x})

        over_q = self.mean_above
        if over_q is not None:
            top, bottom = (buyers(_expression(f)) for f in over_q)
            y = g("div", top, bottom)
        else:
            top = bottom = -1
            y = g("add", x, g("div", buyers(self.buyer.upper), g("sub", g.number(1), buyers(self.buyer.cdf))))
        if wanted == "y":
            return y
        if wanted in ("low", "high"):
            b = g.number(rational(self.low if wanted == "low" else self.high))
            if over_q is not None:
                inner = g("sub", top, g("mul", b, bottom))
                positive = _sign(over_q[1], self.x) > 0
                return inner if positive == (wanted == "low") else g("sub", g.number(0), inner)
            return g("sub", y, b) if wanted == "low" else g("sub", b, y)
        if wanted == "residual" and self.algebra is not None and self.algebra.degree <= DEGREE:
            product = fmpz_poly([1])
            for factor in self.algebra.factors:
                product *= factor
            return buyers(_expression(fmpq_poly(product)))
        gap = g("sub", y, x)
        mass, rest = t.composed(self.seller.cdf, {X: y}), g("sub", g.number(1), buyers(self.buyer.cdf))
        if wanted == "residual":
            lower = t.composed(self.seller.upper + X - self.mean_cost, {X: y})
            return g("sub", g("mul", gap, mass), lower)
        if wanted == "welfare":
            return g("mul", g("mul", gap, mass), rest)
        densities = g("mul", buyers(self.buyer.density), t.composed(self.seller.density, {X: y}))
        terms = (g("mul", mass, rest), g("mul", densities, g("mul", gap, gap)))
        return g("sub", *(terms if wanted == "stability" else reversed(terms)))

    def record(self, *wanted: str) -> Functions:
        """These functions of x as a kernel record."""
        t, nodes = self.functions(*wanted)
        return t.graph.functions(("x",), nodes)

    def widened(self) -> Interval:
        """Where x lies, and a little more at an end that may be a solution itself."""
        ends, record = [], self.record("residual")
        for end, side in zip(self.x, (-1, 1), strict=True):
            ((low, high),) = enclose(record, ((rational(end), rational(end)),), 40)
            ends.append(end + side * (self.x[1] - self.x[0]) / 64 if low <= 0 <= high else end)
        return ends[0], ends[1]

    @property
    def vanishes(self) -> bool:
        """Whether the residual is zero for all x in the cell."""
        if self.algebra is not None:
            return self.algebra.vanishes
        record = self.record("residual")
        middle = rational((self.x[0] + self.x[1]) / 2)
        with working(bits(40)):
            (value,) = record.at((middle,))
        return bool(value.contains(0)) and ExactValues(record, {}).vanishes(record.roots[0])

    def holds(self, x: Number, y: Number) -> bool:
        """Whether a zero of the residual lies in the cell; ArithmeticError where that is unknown."""
        for b, side in zip(self.x, (1, -1), strict=True):
            if (place := x.side_of(rational(b))) == -side:
                return False
            if place is None and not self.solves(b, self.buyer.mean_above(b)):
                raise ArithmeticError(f"it is not known whether x is {b}")
        for b, side in ((self.low, 1), (self.high, -1)):
            if b is None:
                continue
            if (place := y.side_of(rational(b))) == -side:
                return False
            if place is None and not self.solves(self.seller.mean_below(b, self.mean_cost), b):
                raise ArithmeticError(f"it is not known whether y is {b}")
        return True

    def solves(self, x: Any, y: Any) -> bool:
        """Whether exact numbers are known to solve both equations."""
        gaps = (y - self.buyer.mean_above(x), x - self.seller.mean_below(y, self.mean_cost))
        return all(vanishes(gap) for gap in gaps)

    def elimination_of_x(self) -> fmpq_poly:
        """For a cell over Q: a polynomial that is zero at y, found from x = y - I(y)/G(y)."""
        assert self.algebra is not None
        y, one = fmpq_poly([0, 1]), fmpq_poly([1])
        mass, upper = (polynomial(f, X) for f in (self.seller.cdf, self.buyer.upper))
        lower = polynomial(self.seller.upper + X - self.mean_cost, X)
        top, bottom = y * mass - lower, mass
        common = top.gcd(bottom)
        rows = mean_rows(one - self.algebra.cdf, upper)
        return substitute(rows, top // common, bottom // common)

    @property
    def conditions(self) -> tuple[str, ...]:
        return tuple(name for name, b in (("low", self.low), ("high", self.high)) if b is not None)


def _expression(f: fmpq_poly) -> Any:
    return sympy.Poly([sympy.Rational(int(c.p), int(c.q)) for c in reversed(f.coeffs())] or [0], X).as_expr()


def _sign(f: fmpq_poly, interval: Interval) -> int:
    """The sign of a polynomial in the middle of an interval in which it has no zero."""
    return 1 if f((fmpq(str(interval[0])) + fmpq(str(interval[1]))) / 2) > 0 else -1


def buyer_pieces(F: Distribution) -> Iterator[Piece]:
    """The pieces of F, with the one below the support, where everybody's value is at least x."""
    yield Piece(S.NegativeInfinity, F.support[0], S.Zero, S.Zero, F.mean - X)
    yield from F.pieces


def seller_pieces(G: Distribution) -> Iterator[Piece]:
    """The pieces of G, with the one above the support, where everybody's cost is at most y."""
    yield from G.pieces
    if G.support[1] is not S.Infinity:
        yield Piece(G.support[1], S.Infinity, S.One, S.Zero, S.Zero)


def cells(F: Distribution, G: Distribution, x: Interval, y: Interval) -> Iterator[Cell]:
    """The cells that meet a box of rational numbers, x from left to right, then y."""
    for buyer in buyer_pieces(F):
        left, right = max(buyer.lo, x[0]), min(buyer.hi, x[1])
        if left >= right:
            continue
        for seller in seller_pieces(G):
            if seller.lo >= y[1] or seller.hi <= y[0]:
                continue
            low = seller.lo if seller.lo > y[0] else None
            high = seller.hi if seller.hi < y[1] else None
            yield Cell(buyer, seller, G.mean, (left, right), low, high, algebra(buyer, seller, G.mean))


def algebra(buyer: Piece, seller: Piece, mean_cost: Any) -> Algebra | None:
    """The cell over Q, if all formulas are polynomials, and what they make has no degree over LARGEST."""
    found = [polynomial(f, X) for f in (buyer.cdf, buyer.upper, seller.cdf, seller.upper + X - mean_cost)]
    if any(f is None for f in found):
        return None
    cdf, upper, mass, lower = (f for f in found if f is not None)
    one = fmpq_poly([1])
    top, bottom, common = reduced_mean(cdf, upper)
    if max(top.degree(), bottom.degree()) * max(mass.degree() + 1, lower.degree()) > LARGEST:
        return None
    rows = residual_rows(mass, lower)
    whole = substitute(rows, top, bottom)
    factors = [f for f in irreducible_factors(whole) if fmpq_poly(f).gcd(bottom * common).degree() <= 0]
    product = one
    for f in irreducible_factors(whole):
        power = 0
        rest = whole
        while rest.degree() >= f.degree() and (rest % fmpq_poly(f)).degree() < 0:
            rest, power = rest // fmpq_poly(f), power + 1
        product *= fmpq_poly(f)**power
    if whole.degree() >= 0:
        product *= whole.leading_coefficient() / product.leading_coefficient()
    if whole.degree() >= 0 and product != whole:
        raise ArithmeticError("the factors do not multiply out")
    return Algebra(top, bottom, cdf, mass, tuple(factors), whole.degree() < 0)


def reduced_mean(cdf: fmpq_poly, upper: fmpq_poly) -> tuple[fmpq_poly, fmpq_poly, fmpq_poly]:
    """x + J(x)/(1 - F(x)) in lowest terms, and the common factor."""
    one, x = fmpq_poly([1]), fmpq_poly([0, 1])
    top, bottom = x * (one - cdf) + upper, one - cdf
    common = top.gcd(bottom)
    return top // common, bottom // common, common


def mean_rows(survival: fmpq_poly, upper: fmpq_poly) -> list[fmpq_poly]:
    """(y - x)(1 - F(x)) - J(x) as polynomials in y, one for each power of x."""
    y, degree = fmpq_poly([0, 1]), max(survival.degree() + 1, upper.degree(), 0)
    return [y * survival[k] - fmpq_poly([(survival[k - 1] if k else fmpq(0)) + upper[k]])
            for k in range(degree + 1)]


def residual_rows(mass: fmpq_poly, lower: fmpq_poly) -> list[fmpq_poly]:
    """(y - x) G(y) - I(y) as polynomials in x, one for each power of y."""
    x, degree = fmpq_poly([0, 1]), max(mass.degree() + 1, lower.degree(), 0)
    return [fmpq_poly([(mass[k - 1] if k else fmpq(0)) - lower[k]]) - x * mass[k] for k in range(degree + 1)]
