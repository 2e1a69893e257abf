"""Roots of quadratics in radicals, proved to be the roots between their two ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Branch, Root
from symtrade.kernel.view import expression as view
from symtrade.kernel.view import polynomial_expression

RELATIONS = {">": sympy.Gt, ">=": sympy.Ge, "<": sympy.Lt, "<=": sympy.Le}


def closed(expressions: Sequence[Any], branch: Branch) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Expressions of a branch with the roots of quadratics in radicals; and the other roots, as (symbol,
    expression that vanishes, low end, high end)."""
    values, roots = list(expressions), []
    for root in reversed(branch.roots):
        star = branch.ground.names[branch.ground.ring.names[root.star]]
        form = in_radicals(root, branch)
        if form is None:
            roots.append((star, root_equation(root, branch), *(branch.view(end) for end, _ in root.ends)))
        else:
            values = [tidy(e, star, form, branch) for e in values]
            roots = [tuple(tidy(e, star, form, branch) for e in other) for other in roots]
    return tuple(values), tuple(reversed(roots))


def root_equation(root: Root, branch: Branch) -> Any:
    """What vanishes at a root, in its own symbol."""
    names, ring = branch.ground.names, branch.ground.ring
    polynomial = polynomial_expression(root.polynomial, names)
    return polynomial.subs(names[ring.names[root.position]], names[ring.names[root.star]])


def tidy(expression: Any, star: Any, closed: Any, branch: Branch) -> Any:
    """An expression with a root in radicals, in the shortest of three forms."""
    if not expression.has(star):
        return expression
    plain = expression.subs(star, closed)
    if not isinstance(expression, sympy.Expr):
        return plain
    radicals = {r: sympy.Dummy() for r in plain.atoms(sympy.Pow) if r.exp == sympy.Rational(1, 2)}
    back = {v: k for k, v in radicals.items()}
    forms = [sympy.factor_terms(sympy.cancel(plain.xreplace(radicals)).xreplace(back)), sympy.simplify(plain)]
    if len(radicals) == 1:
        (radical,) = back.items()
        forms += _without_root_below(plain.xreplace(radicals), radical, branch)
    return min(forms, key=lambda e: (sympy.count_ops(e), str(e)))


def _without_root_below(expression: Any, radical: tuple[Any, Any], branch: Branch) -> list[Any]:
    """An expression in a square root as p + q * root, if its denominator is proved not to vanish."""
    s, root = radical
    inner = sympy.Poly(s**2 - root.base, s)
    top, bottom = (sympy.Poly(e, s) for e in sympy.fraction(sympy.together(expression)))
    mirrored = bottom.compose(sympy.Poly(-s, s))
    above, below = ((top * mirrored).rem(inner), (bottom * mirrored).rem(inner))
    if below.degree() > 0 or below.is_zero:
        return []
    whole = sympy.cancel(above.as_expr() / below.as_expr())
    top, bottom = sympy.fraction(whole)
    if not branch.claim(sympy.Ne(bottom, 0)):
        return []
    sign = -1 if branch.claim(bottom < 0) else 1
    parts = [sympy.factor(sign * c) for c in reversed(sympy.Poly(top, s).all_coeffs())]
    return [sympy.Add(*(c * root**k for k, c in enumerate(parts))) / sympy.factor(sign * bottom)]


def in_radicals(root: Root, branch: Branch) -> Any:
    """A root of a quadratic, or of a*x**n = b above 0, as a SymPy expression in the parameters; None for
    others, and where it is not proved that this is the root between the two ends."""
    if int(root.polynomial.degrees()[root.position]) != 2:
        return _power_root(root, branch)
    names, ring = branch.ground.names, branch.ground.ring
    if any(root.polynomial.degrees()[ring.index[star]] for star in branch.ground.stars):
        return None
    x = names[ring.names[root.position]]
    polynomial = polynomial_expression(root.polynomial, names)
    a, b, c = sympy.Poly(polynomial, x).all_coeffs()
    constant, factors = sympy.factor_list(b**2 - 4 * a * c)
    outside, inner = sympy.Integer(1), sympy.Integer(1)
    for f, power in factors:
        if not branch.claim(f >= 0) and branch.claim(f <= 0):
            f, constant = -f, constant * (-1) ** power
        outside, inner = outside * f ** (power // 2), inner * f ** (power % 2)
    if not sympy.sqrt(constant).is_rational:
        constant, inner = sympy.Integer(1), constant * inner
    square_root = sympy.Symbol(f"{x.name}_sqrt")
    step = outside * sympy.sqrt(constant) * square_root
    closed = sympy.factor_terms(2 * c / (-b + step if root.falling else -b - step))
    if not _is_root(root, branch, polynomial.subs(x, closed), closed, (square_root, inner)):
        return None
    return closed.subs(square_root, sympy.sqrt(inner))


def _power_root(root: Root, branch: Branch) -> Any:
    """The one positive solution of a*x**n = b."""
    names, ring = branch.ground.names, branch.ground.ring
    low = branch.view(root.ends[0][0])
    powers = {int(exponents[root.position]) for exponents, _ in root.polynomial.terms()}
    degree = max(powers)
    if powers != {0, degree} or root.ends[0][1][0] != ">" or not branch.claim(low >= 0):
        return None
    if any(root.polynomial.degrees()[ring.index[star]] for star in branch.ground.stars):
        return None
    x = names[ring.names[root.position]]
    whole = sympy.Poly(polynomial_expression(root.polynomial, names), x)
    return sympy.cancel(-whole.nth(0) / whole.LC()) ** sympy.Rational(1, degree)


def _is_root(root: Root, branch: Branch, value: Any, closed: Any, radical: tuple[Any, Any]) -> bool:
    """Whether a formula with a square root w solves the equation between the two ends: proved for all
    parameters, one of which is expressed by w (or, where none can be, with w**2 known)."""
    names = branch.ground.names
    square_root, inner = radical
    star = names[branch.ground.ring.names[root.star]]
    swap, known, premise = {star: closed}, [square_root > 0], sympy.true
    symbols = list(branch.ground.symbols.values())
    for p in reversed(symbols):
        if sympy.Poly(inner, p).degree() == 1:
            slope, rest = sympy.Poly(inner, p).all_coeffs()
            swap[p] = (square_root**2 - rest) / slope
            symbols.remove(p)
            break
    else:
        premise = sympy.Eq(square_root**2, inner)
    claim = sympy.Eq(value, 0)
    for end, side in root.ends:
        place = view(end, names)
        claim = sympy.And(claim, RELATIONS[side](closed, place))
    given = [r.subs(star, closed).subs(swap) for r in branch.assuming]
    if sympy.false in given:
        return False
    given = [r for r in given if r != sympy.true]
    equalities = [r for r in given if isinstance(r, sympy.Eq)]
    given = [r for r in given if r not in equalities]
    claim = sympy.Implies(sympy.And(premise, *equalities), claim.subs(swap))  # perhaps at no rational point
    return bool(branch.prover.prove(claim, (*given, *known), (*symbols, square_root)))
