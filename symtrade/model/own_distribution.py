"""A user's own cdf or density, on a bounded support or up to infinity.

Where SymPy finds the integrals, and the kernel can enclose what it finds, the formulas are closed; else they
hold a ``sympy.Integral``, which the kernel encloses.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import sympy
from sympy import S
from sympy.core.relational import Relational

from symtrade.forms.functions import Clipped, real_functions
from symtrade.model.distribution import Distribution, Piece, X, at_end, glue
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.families import nonnegative, piecewise_polynomial

OPERATIONS = 60  # in a formula that SymPy is asked to integrate


def from_cdf(formula: Any, lo: Any = 0, hi: Any = None, variable: Any = None) -> Distribution:
    """A user's own cdf on [lo, hi], a SymPy expression in one symbol; `hi` may be ``oo``, and is 1, or
    ``oo`` where the cdf is below 1 there and tends to 1, if it is not given.

    Raises ModelError where it is not 0 at `lo` and 1 at `hi`, so that there would be an atom, and where the
    mean is infinite or, on an unbounded support, has no formula.  That it increases in between is
    verified where the distribution is used, and on an unbounded support here.

    >>> v = sympy.Symbol("v")
    >>> from_cdf(3*v**2 - 2*v**3).mean
    1/2
    >>> from_cdf(1 - sympy.exp(-v)).support, from_cdf(1 - 1/(1 + v)**3).mean_above(v)
    ((0, oo), 3*v/2 + 1/2)
    """
    formula, lo = exact(formula, "the cdf"), exact(lo, "the cdf's lo")
    argument = _one_symbol(formula, variable, f"cdf({formula})")
    cdf = formula.subs(argument, X)
    hi = _end_of(cdf) if hi is None else exact(hi, "the cdf's hi")
    name = f"cdf({formula})" if (lo, hi) == (0, 1) else f"cdf({formula}, {lo}, {hi})"
    for end, expected in ((lo, 0), (hi, 1)):
        value = _value(cdf, end, "+" if end == lo else "-")
        if value != expected:
            raise ModelError(f"{name}: expected F({end}) = {expected}, got {value}: there would be an atom, "
                             "which static disclosure excludes; give a cdf without jumps, and its support as "
                             "lo and hi, as in cdf(1 - 1/v^2, 1, oo)")
    if cdf.has(sympy.Piecewise):
        return _by_cases(name, branches(cdf, X, lo, hi, name))
    density = sympy.diff(cdf, X)
    if cdf.is_polynomial(X) and hi.is_finite:
        return piecewise_polynomial((lo, hi), (density,), name, X)
    found = primitive(1 - cdf, lo)
    if found is not None and (hi.is_finite or _has_limit(found, name)):
        return _rising(glue(name, ((lo, hi, cdf, found),)))
    if not hi.is_finite:
        raise ModelError(f"{name}: no formula was found for its mean, so that nothing can be proved; give "
                         "a cdf on a bounded support, for example the same divided by its value at a bound")
    t = sympy.Symbol("t", real=True)
    upper = sympy.Integral((1 - cdf).subs(X, t), (t, X, hi))
    whole = _rising(Distribution(name, (Piece(lo, hi, cdf, density, upper),)))
    return whole if enclosed(upper.subs(X, lo)) else _halved(whole)


def _halved(F: Distribution) -> Distribution:
    """The same in two pieces: the formula of the lower one is singular at the end of the support."""
    (piece,) = F.pieces
    t = sympy.Symbol("t", real=True)
    middle = (piece.lo + piece.hi) / 2
    below = sympy.S(1) - Clipped(piece.cdf.subs(X, t))
    near = sympy.Integral(below, (t, X, middle)) + piece.upper.subs(X, middle)
    return replace(F, pieces=(replace(piece, hi=middle, upper=near), replace(piece, lo=middle)))


def branches(formula: Any, letter: Any, lo: Any, hi: Any, name: str) -> list[tuple[Any, Any, Any]]:
    """A formula by cases as (lo, hi, formula) between its rational breakpoints inside [lo, hi]."""
    whole = sympy.piecewise_fold(formula)
    ends = sorted({lo, hi} | {b for b in breakpoints(whole, letter, name) if lo < b < hi})
    return [(a, b, case_at(whole, letter, (a + b) / 2 if b.is_finite else a + 1))
            for a, b in itertools.pairwise(ends)]


def breakpoints(formula: Any, letter: Any, name: str) -> list[Any]:
    """Where the cases of a formula meet; ModelError unless that is at rational numbers."""
    found: set[Any] = set()
    for relation in formula.atoms(Relational):
        gap = relation.lhs - relation.rhs
        roots = sympy.roots(sympy.Poly(gap, letter)) if gap.is_polynomial(letter) else {}
        if not roots or not all(isinstance(r, sympy.Rational) for r in roots):
            raise ModelError(f"{name}: expected cases between rational breakpoints, got {relation}")
        found |= set(roots)
    return sorted(found)


def case_at(formula: Any, letter: Any, place: Any) -> Any:
    """The formula that applies at a rational place."""
    if not isinstance(formula, sympy.Piecewise):
        return formula
    for inner, condition in formula.args:
        if condition.subs(letter, place) == sympy.true:
            return inner
    raise ModelError(f"expected a formula at {place}, got none in {formula}")


def _by_cases(name: str, parts: list[tuple[Any, Any, Any]]) -> Distribution:
    """A cdf with several pieces, each of which has an antiderivative."""
    for (_, b, left), (_, _, right) in itertools.pairwise(parts):
        if sympy.simplify(left.subs(X, b) - right.subs(X, b)) != 0:
            raise ModelError(f"{name}: the cdf jumps at {b}, so that there would be an atom")
    if all(f.is_polynomial(X) for _, _, f in parts) and parts[-1][1].is_finite:
        return piecewise_polynomial((parts[0][0], *(b for _, b, _ in parts)),
                                    tuple(sympy.diff(f, X) for _, _, f in parts), name, X)
    found = [(a, b, f, primitive(1 - f, a)) for a, b, f in parts]
    if any(p is None for *_, p in found) or not (found[-1][1].is_finite or _has_limit(found[-1][3], name)):
        raise ModelError(f"{name}: no formula was found for the integral of a piece; expected pieces whose "
                         "integrals SymPy finds")
    whole = glue(name, found)
    rising = [_rising(Distribution(name, (piece,))).increasing for piece in whole.pieces]
    return replace(whole, increasing=all(rising))


def _from_densities(name: str, parts: list[tuple[Any, Any, Any]]) -> Distribution:
    """A density with several pieces, each of which has an antiderivative, divided by its integral."""
    found = [(a, b, primitive(f, a)) for a, b, f in parts]
    if any(p is None or not _is_number(at_end(p, b, "-")) for _, b, p in found):
        raise ModelError(f"{name}: no formula was found for the integral of a piece; expected pieces whose "
                         "integrals SymPy finds, and a finite sum of these")
    masses = [at_end(p, b, "-") - at_end(p, a, "+") for a, b, p in found]
    total, below, cdfs = sum(masses, S.Zero), S.Zero, []
    if not total.is_positive:
        raise ModelError(f"{name}: expected a density with positive integral, got {total}")
    for (a, b, p), mass in zip(found, masses, strict=True):
        cdfs.append((a, b, sympy.expand((p - at_end(p, a, "+") + below) / total)))
        below += mass
    return _by_cases(name, cdfs)


def _end_of(cdf: Any) -> Any:
    """The upper end of the support where it is not given."""
    return S.Infinity if _value(cdf, S.One, "-") != 1 and _value(cdf, S.Infinity, "-") == 1 else S.One


def readable(formula: Any) -> bool:
    """Whether the kernel can enclose a formula in ``X``."""
    try:
        real_functions((formula,), (X,))
    except ValueError:
        return False
    return True


def enclosed(number: Any) -> bool:
    """Whether the kernel finds a ball around a number."""
    return bool(readable(number) and real_functions((number,), ()).at(())[0].is_finite())


def primitive(formula: Any, lo: Any) -> Any:
    """An antiderivative above `lo` that SymPy finds, that differentiates back and that the kernel can
    enclose; None if there is none."""
    if formula.count_ops() > OPERATIONS:
        return None
    letter = sympy.Symbol("x", positive=True) if lo.is_nonnegative else X
    here = formula.subs(X, letter)
    found = sympy.integrate(here, letter)
    if found.has(sympy.Integral, sympy.Piecewise) or sympy.simplify(sympy.diff(found, letter) - here) != 0:
        return None
    found = found.subs(letter, X)
    return found if readable(found) else None


def _has_limit(found: Any, name: str) -> bool:
    """Whether the integral of 1 - F up to oo is finite; ModelError where it is infinite."""
    last = at_end(found, S.Infinity, "-")
    if last.is_infinite:
        raise ModelError(f"{name}: the mean is infinite, so that there are no conditional means; expected a "
                         "cdf whose integral of 1 - F is finite")
    return bool(last.is_finite)


def _rising(F: Distribution) -> Distribution:
    """The distribution, with what is known of its density's sign: that it is nonnegative is needed here on
    an unbounded support, and left open on a bounded one."""
    (piece,) = F.pieces
    rest = sign_part(piece.density, piece.lo, piece.hi)
    top, bottom = sympy.fraction(sympy.together(rest))
    if all(_is_polynomial(e) for e in (top, bottom)):
        if not nonnegative(sympy.Poly(top * bottom, X), piece.lo, piece.hi):
            raise ModelError(f"{F.name}: the density {piece.density} is negative somewhere on "
                             f"[{piece.lo}, {piece.hi}]")
        return F
    if not piece.hi.is_finite:
        raise ModelError(f"{F.name}: it is not known whether its density {piece.density} is nowhere "
                         "negative; expected a product of exponentials and of powers of polynomials")
    return replace(F, increasing=False)


def sign_part(density: Any, lo: Any, hi: Any) -> Any:
    """What is left of a density without factors that are positive by their form inside [lo, hi]."""
    if not all(isinstance(end, sympy.Rational) or end is S.Infinity for end in (lo, hi)):
        return density
    rest = S.One
    for factor in sympy.Mul.make_args(sympy.factor_terms(sympy.powsimp(sympy.factor(density)))):
        if not _is_positive(factor, lo, hi):
            rest *= factor
    return rest


def _is_polynomial(formula: Any) -> bool:
    return bool(formula.is_polynomial(X)) and all(
        c.is_Rational for c in (sympy.Poly(formula, X).coeffs() if formula != 0 else ()))


def _is_positive(factor: Any, lo: Any, hi: Any) -> bool:
    """Whether a factor is positive inside [lo, hi] wherever it is defined, by its form: a positive number,
    an exponential, an even root, a power of such or of a polynomial that is nowhere negative."""
    if not factor.free_symbols:
        return bool(factor.is_positive)
    if isinstance(factor, sympy.exp):
        return True
    if isinstance(factor, sympy.Pow):
        base = factor.base
        if not base.free_symbols:
            return bool(base.is_positive)
        root = factor.exp.is_Rational and factor.exp.q % 2 == 0
        return root or _is_positive(base, lo, hi) or (
            _is_polynomial(base) and nonnegative(sympy.Poly(base, X), lo, hi))
    return False


def from_density(formula: Any, lo: Any = 0, hi: Any = 1, variable: Any = None) -> Distribution:
    """A user's own density on [lo, hi] up to a positive factor: it is divided by its integral; `hi` may be
    ``oo`` where SymPy finds the integrals.

    >>> v = sympy.Symbol("v")
    >>> from_density(v).cdf(sympy.Rational(1, 2))
    1/4
    >>> from_density(v * sympy.exp(-v), 0, sympy.oo).mean
    2
    """
    formula, lo, hi = exact(formula, "the density"), exact(lo, "the density's lo"), exact(hi, "its hi")
    name = f"density({formula})" if (lo, hi) == (0, 1) else f"density({formula}, {lo}, {hi})"
    argument = _one_symbol(formula, variable, name)
    density = formula.subs(argument, X)
    if density.has(sympy.Piecewise):
        parts = branches(density, X, lo, hi, name)
        if len(parts) > 1:
            return _from_densities(name, parts)
        density = parts[0][2]
    if density.is_polynomial(X) and hi.is_finite:
        whole = sympy.Poly(density, X).integrate()
        mass = whole.eval(hi) - whole.eval(lo)
        if mass.is_positive is False:
            raise ModelError(f"{name}: expected a density with positive integral, got {mass}")
        return piecewise_polynomial((lo, hi), (density / mass,), name, X)
    once = primitive(density, lo)
    if once is not None and _is_number(at_end(once, hi, "-")):
        start = at_end(once, lo, "+")
        mass = at_end(once, hi, "-") - start
        twice = primitive(once, lo)
        if twice is not None and mass.is_positive is not False:
            rest = sympy.expand(X - (twice - X * start) / mass)
            if hi.is_finite or _has_limit(rest, name):
                return _rising(glue(name, ((lo, hi, (once - start) / mass, rest),)))
    elif once is not None and not hi.is_finite:
        raise ModelError(f"{name}: its integral is infinite; expected a density with a finite one")
    if not hi.is_finite:
        raise ModelError(f"{name}: no formula was found for its integrals up to oo, so that nothing can be "
                         "proved; give a density on a bounded support")
    t = sympy.Symbol("t", real=True)
    inner = density.subs(X, t)
    total = sympy.Integral(inner, (t, lo, hi))
    tail = sympy.Integral(inner, (t, X, hi)) / total
    upper = sympy.Integral(t * inner, (t, X, hi)) / total - X * tail
    cdf = sympy.Integral(inner, (t, lo, X)) / total
    positive = _rising(Distribution(name, (Piece(lo, hi, cdf, density, upper),))).increasing
    return Distribution(name, (Piece(lo, hi, cdf, density / total, upper),), positive)


def _is_number(value: Any) -> bool:
    return bool(value.is_finite) and not value.free_symbols


def _one_symbol(formula: Any, variable: Any, name: str) -> Any:
    symbols = formula.free_symbols
    if variable is not None:
        return variable
    if len(symbols) != 1:
        found = ", ".join(sorted(map(str, symbols))) or "none"
        raise ModelError(f"{name}: expected an expression in one symbol, got {found}; "
                         "name the argument with variable=")
    return next(iter(symbols))


def _value(formula: Any, at: Any, side: str) -> Any:
    """The value at an end of the support, by continuity."""
    if formula.has(sympy.Piecewise):
        whole = sympy.piecewise_fold(formula)
        place = at if at.is_finite else max(breakpoints(whole, X, "the cdf"), default=S.Zero) + 1
        formula = case_at(whole, X, place)
    return sympy.simplify(at_end(formula, at, side))
