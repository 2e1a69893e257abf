"""Distributions of one number: exact formulas for cdf, density, partial expectations, virtual values.

A :class:`Distribution` is a list of pieces; on each piece the cdf F, the density f and the upper
integral J(x) = integral of 1 - F from x to the end of the support are SymPy expressions in ``X``.
Everything else follows: E[v; v >= x] = x (1 - F(x)) + J(x), the mean is lo + J(lo), and so on.
Formulas may hold an unevaluated ``sympy.Integral`` where there is no closed form.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import S

from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact

X = sympy.Symbol("x", real=True)


@dataclass(frozen=True)
class Piece:
    """F, f and J on the interval from `lo` to `hi`, as SymPy expressions in ``X``."""

    lo: Any
    hi: Any
    cdf: Any
    density: Any
    upper: Any

    def mean_above(self, x: Any) -> Any:
        """E[v | v >= x] for x in the piece."""
        return x + self.spelled("upper", x) / (1 - self.spelled("cdf", x))

    def mean_below(self, y: Any, mean: Any) -> Any:
        """E[v | v <= y] for y in the piece, with the mean of the whole distribution."""
        return y - (self.spelled("upper", y) + y - mean) / self.spelled("cdf", y)

    def spelled(self, what: str, at: Any) -> Any:
        """One of the formulas at a number or symbol."""
        formula = getattr(self, what)
        if at in (self.lo, self.hi):
            return at_end(formula, at, "-" if at == self.hi else "+")
        return formula.subs(X, at)


def at_end(formula: Any, at: Any, side: str) -> Any:
    """The value at an end of the piece, by continuity where the formula is 0/0 or infinite there; `side`
    is "+" at a lower end and "-" at an upper one."""
    value = formula.subs(X, at) if at.is_finite is not False else sympy.nan
    if value.has(sympy.nan, sympy.zoo):
        value = _approached(formula, at, side)
    value = value.replace(lambda e: isinstance(e, sympy.betainc) and e.args[2] == e.args[3], lambda _: S.Zero)
    return value.replace(lambda e: isinstance(e, sympy.Integral) and e.limits[0][1] == e.limits[0][2],
                         lambda _: S.Zero)


def _approached(formula: Any, at: Any, side: str) -> Any:
    """The limit from inside the piece; nan where SymPy does not know it."""

    def whole(e: Any) -> bool:
        return isinstance(e, sympy.lowergamma) and sympy.limit(e.args[1], X, at, side) is S.Infinity

    try:
        value = sympy.limit(formula.replace(whole, lambda e: sympy.gamma(e.args[0])), X, at, side)
    except (NotImplementedError, ValueError):
        return sympy.nan
    return sympy.nan if value.has(sympy.Limit, sympy.AccumBounds) else value


@dataclass(frozen=True)
class Distribution:
    """A distribution without atoms on an interval; build one with :func:`uniform`, :func:`power`,
    :func:`beta`, :func:`piecewise_polynomial`, :func:`from_cdf` and the other constructors of
    ``symtrade``.

    >>> from symtrade.model.families import uniform
    >>> F = uniform(0, 1)
    >>> v = sympy.Symbol("v")
    >>> F.mean_above(v), F.virtual_value(v), F.cdf(sympy.Rational(1, 3))
    (v/2 + 1/2, 2*v - 1, 1/3)
    """

    name: str
    pieces: tuple[Piece, ...]
    increasing: bool = True  # whether the cdf increases by its construction

    def __post_init__(self) -> None:
        if not self.pieces:
            raise ModelError(f"{self.name}: expected at least one piece")
        if len(self.pieces) > 1 and not all(_is_end(p.lo) and _is_end(p.hi) for p in self.pieces):
            raise ModelError(f"{self.name}: several pieces need rational breakpoints, not symbols")
        if not self.symbols and not all(_is_end(end) for p in self.pieces for end in (p.lo, p.hi)):
            raise ModelError(f"{self.name}: expected a support with rational ends, got {self.support}")
        for piece in self.pieces:
            if sympy.Lt(piece.lo, piece.hi) == S.false:
                raise ModelError(
                    f"{self.name}: expected the support to be an interval, got [{piece.lo}, {piece.hi}]; "
                    "a point mass is an atom, write a TypeSpace for finite types")
        for left, right in zip(self.pieces, self.pieces[1:], strict=False):
            if left.hi != right.lo:
                raise ModelError(f"{self.name}: the pieces [{left.lo}, {left.hi}] and "
                                 f"[{right.lo}, {right.hi}] do not join")

    def __str__(self) -> str:
        return self.name

    __repr__ = __str__

    @property
    def support(self) -> tuple[Any, Any]:
        """The ends of the smallest interval of probability one (the upper one may be oo)."""
        return self.pieces[0].lo, self.pieces[-1].hi

    @property
    def symbols(self) -> frozenset[Any]:
        """The parameters that stand for numbers."""
        names: frozenset[Any] = frozenset()
        for p in self.pieces:
            for formula in (p.lo, p.hi, p.cdf, p.upper):
                names |= frozenset(formula.free_symbols)
        return names - {X}

    @property
    def mean(self) -> Any:
        """The expectation."""
        return _tidy(self.pieces[0].lo + self.pieces[0].spelled("upper", self.pieces[0].lo))

    def _at(self, x: Any, what: str, below: Any, above: Any) -> Any:
        x = exact(x, f"the argument of {self.name}")
        lo, hi = self.support
        if what != "density" and x == hi:
            return above
        if len(self.pieces) == 1 and (x.free_symbols or self.symbols):
            return self.pieces[0].spelled(what, x)
        if x.free_symbols:
            cases = [(below, x < lo)] + [
                (p.spelled(what, x), S.true if p.hi is S.Infinity else x <= p.hi) for p in self.pieces]
            return sympy.Piecewise(*cases, (above, True))
        if x < lo or (x == lo and what == "cdf"):
            return below
        for p in self.pieces:
            if x <= p.hi:
                return p.spelled(what, x)
        return above

    def cdf(self, x: Any) -> Any:
        """F(x): a number at a number, a formula on the support at a symbol."""
        return _tidy(self._at(x, "cdf", S.Zero, S.One))

    def density(self, x: Any) -> Any:
        """f(x), the derivative of the cdf (at a breakpoint, from the left)."""
        return _tidy(self._at(x, "density", S.Zero, S.Zero))

    def upper(self, x: Any) -> Any:
        """J(x) = E[max(v - x, 0)], the integral of 1 - F from x up."""
        x = exact(x, f"the argument of {self.name}")
        return _tidy(self._at(x, "upper", self.mean - x, S.Zero))

    def upper_at(self, place: Any, x: Any) -> Any:
        """The formula of J, at a symbol, in the piece in which a number lies."""
        piece = next(p for p in self.pieces if p.lo <= place <= p.hi)
        return piece.upper.subs(X, exact(x))

    def lower(self, x: Any) -> Any:
        """E[max(x - v, 0)], the integral of F up to x: it equals J(x) + x - E[v]."""
        return _tidy(self.upper(x) + exact(x) - self.mean)

    def partial_above(self, x: Any) -> Any:
        """E[v; v >= x], the expectation of v where v >= x and of 0 elsewhere."""
        return _tidy(exact(x) * (1 - self.cdf(x)) + self.upper(x))

    def partial_below(self, x: Any) -> Any:
        """E[v; v <= x]."""
        return _tidy(exact(x) * self.cdf(x) - self.lower(x))

    def mean_above(self, x: Any) -> Any:
        """E[v | v >= x]; ModelError where that has probability zero."""
        return _tidy(exact(x) + self._given(self.upper(x), 1 - self.cdf(x), f"v >= {x}"))

    def mean_below(self, x: Any) -> Any:
        """E[v | v <= x]; ModelError where that has probability zero."""
        return _tidy(exact(x) - self._given(self.lower(x), self.cdf(x), f"v <= {x}"))

    def _given(self, part: Any, mass: Any, event: str) -> Any:
        if mass == 0:
            raise ModelError(f"{self.name}: {event} has probability zero, so that no mean is defined there")
        return part / mass

    def virtual_value(self, v: Any) -> Any:
        """v - (1 - F(v))/f(v), the buyer's virtual value."""
        return _tidy(exact(v) - self._ratio(1 - self.cdf(v), v))

    def virtual_cost(self, c: Any) -> Any:
        """c + F(c)/f(c), the seller's virtual cost."""
        return _tidy(exact(c) + self._ratio(self.cdf(c), c))

    def _ratio(self, top: Any, x: Any) -> Any:
        density = self.density(x)
        if density == 0:
            raise ModelError(f"{self.name}: the density is zero at {x}: no virtual value is defined there")
        return top / density

    def __call__(self, x: Any) -> Any:
        """The cdf."""
        return self.cdf(x)


def _is_end(value: Any) -> bool:
    return isinstance(value, sympy.Rational) or value in (S.Infinity, S.NegativeInfinity)


def _tidy(value: Any) -> Any:
    """A rational function reduced; anything else as it is."""
    if isinstance(value, sympy.Rational) or value.has(sympy.Integral, sympy.Piecewise):
        return value
    symbols = value.free_symbols
    if symbols and value.is_rational_function(*symbols):
        top, bottom = sympy.cancel(value).as_numer_denom()
        return sympy.expand(top / bottom) if bottom.is_number else sympy.cancel(value)
    return sympy.expand(value) if not symbols and value.is_algebraic else value


def glue(name: str, parts: Sequence[tuple[Any, Any, Any, Any]]) -> Distribution:
    """A distribution from (lo, hi, cdf, antiderivative of 1 - cdf) piece by piece, in ``X``."""
    pieces: list[Piece] = []
    rest = S.Zero
    for lo, hi, cdf, primitive in reversed(parts):
        last = at_end(primitive, hi, "-")
        upper = last - primitive + rest
        pieces.append(Piece(lo, hi, cdf, sympy.diff(cdf, X), _neat(upper)))
        rest = at_end(pieces[-1].upper, lo, "+")
    return Distribution(name, tuple(reversed(pieces)))


def _neat(formula: Any) -> Any:
    return sympy.expand(formula) if formula.is_polynomial(X) else formula


def affine(F: Distribution, scale: Any, shift: Any = 0, name: str | None = None) -> Distribution:
    """The distribution of scale * v + shift.

    Raises ModelError for a scale of zero, which would be an atom, and for a support without lower end.

    >>> from symtrade.model.families import power
    >>> affine(power(2), -1, 1).cdf(sympy.Rational(1, 4))
    7/16
    """
    scale, shift = exact(scale, "the scale"), exact(shift, "the shift")
    name = name or f"affine({F.name}, {scale}, {shift})"
    if scale.is_positive is None and scale.is_negative is None:
        raise ModelError(f"{name}: expected a scale of known sign, got {scale}")
    if scale == 0:
        raise ModelError(f"{name}: a scale of 0 would put all mass on one point, an atom")
    u = (X - shift) / scale
    if scale.is_positive:
        return Distribution(name, tuple(
            Piece(scale * p.lo + shift, scale * p.hi + shift, _neat(p.cdf.subs(X, u)),
                  _neat(p.density.subs(X, u) / scale), _neat(scale * p.upper.subs(X, u)))
            for p in F.pieces), F.increasing)
    if F.support[1] is S.Infinity:
        raise ModelError(f"{name}: the mirror image of {F.name} has no lower end; expected a bounded support")
    mean = F.mean
    return Distribution(name, tuple(
        Piece(scale * p.hi + shift, scale * p.lo + shift, _neat(1 - p.cdf.subs(X, u)),
              _neat(-p.density.subs(X, u) / scale), _neat(-scale * (p.upper.subs(X, u) + u - mean)))
        for p in reversed(F.pieces)), F.increasing)


def mirror(F: Distribution) -> Distribution:
    """The mirror image: the distribution of lo + hi - v, on the same support.

    >>> from symtrade.model.families import power
    >>> mirror(power(2)).cdf(sympy.Symbol("c"))
    -c**2 + 2*c
    """
    lo, hi = F.support
    return affine(F, -1, lo + hi, f"mirror({F.name})")


def mixture(weights: Sequence[Any], parts: Sequence[Distribution]) -> Distribution:
    """The distribution that is parts[i] with probability weights[i].

    Raises ModelError unless the weights are positive rationals that sum to one.

    >>> from symtrade.model.families import uniform
    >>> half = sympy.Rational(1, 2)
    >>> mixture((half, half), (uniform(0, 1), uniform(1, 3))).mean
    5/4
    """
    weights = [exact(w, "the weight") for w in weights]
    name = f"mixture([{', '.join(map(str, weights))}], [{', '.join(F.name for F in parts)}])"
    if len(weights) != len(parts) or not parts:
        raise ModelError(f"{name}: expected one weight a distribution")
    if any(not w.is_positive for w in weights) or sum(weights) != 1:
        raise ModelError(f"{name}: expected positive weights that sum to 1")
    breaks: list[Any] = []
    for F in parts:
        for p in F.pieces:
            breaks += [p.lo, p.hi]
    if not all(_is_end(b) for b in breaks):
        raise ModelError(f"{name}: expected supports with rational ends")
    ends = sorted(set(breaks))
    pieces = []
    for lo, hi in itertools.pairwise(ends):
        total = {"cdf": S.Zero, "density": S.Zero, "upper": S.Zero}
        for w, F in zip(weights, parts, strict=True):
            for what, formula in _on(F, lo, hi).items():
                total[what] += w * formula
        pieces.append(Piece(lo, hi, **{k: _neat(v) for k, v in total.items()}))
    return Distribution(name, tuple(pieces), all(F.increasing for F in parts))


def _on(F: Distribution, lo: Any, hi: Any) -> dict[str, Any]:
    """The formulas of a distribution on an interval that holds none of its breakpoints inside."""
    if hi <= F.support[0]:
        return {"cdf": S.Zero, "density": S.Zero, "upper": F.mean - X}
    for p in F.pieces:
        if p.lo <= lo and hi <= p.hi:
            return {"cdf": p.cdf, "density": p.density, "upper": p.upper}
    return {"cdf": S.One, "density": S.Zero, "upper": S.Zero}
