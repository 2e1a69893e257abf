"""Where a function of one variable is positive and where negative, by its derivatives and its ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.named_functions import NamedFunctions
from symtrade.kernel.verdict import Proved
from symtrade.prover import Prover

DEPTH = 3  # derivatives that are looked at
OPPOSITE = str.maketrans("+-", "-+")


class Split(Exception):
    """The sign of a rational function of the parameters is open: `relations` are its cases."""

    def __init__(self, relations: Sequence[Any]) -> None:
        super().__init__(" | ".join(map(str, relations)))
        self.relations = tuple(relations)


@dataclass(frozen=True)
class Shape:
    """The signs from the lower end to the upper: "+", "-", "0", "+-" or "-+"; where it changes, `core` is
    zero (a polynomial in names)."""

    signs: str
    core: Any = None


@dataclass(frozen=True)
class Signs:
    """Signs of rational functions, `given` what is known of parameters, variable and names."""

    prover: Prover
    given: tuple[Any, ...]
    symbols: tuple[Any, ...] = ()  # of the variable and names: a function with others only is a parameter's

    def of(self, value: Any) -> str:
        """+, - or 0 everywhere; raises Split where that depends on parameters, else Undecided."""
        sign = "+"
        for f, power in _factors(value):
            here = self.of_factor(f)
            if here == "0":
                return "0"
            sign = sign.translate(OPPOSITE) if here == "-" and power % 2 else sign
        return sign

    def of_factor(self, f: Any) -> str:
        known = self.known(f)
        if known:
            return known
        if f.free_symbols & set(self.symbols):
            raise Undecided(f"the sign of {f} is open")
        terms = sympy.Add.make_args(sympy.expand(f))
        minus = [-t for t in terms if t.could_extract_minus_sign()]
        left, right = sympy.Add(*(t for t in terms if not t.could_extract_minus_sign())), sympy.Add(*minus)
        cases = (sympy.Gt(left, right), sympy.Eq(left, right), sympy.Lt(left, right))
        raise Split([r for r in cases if not self._proved(sympy.Not(r))])

    def known(self, f: Any) -> str | None:
        """The sign of a function, if it is the same everywhere."""
        f = sympy.sympify(f)
        if f.is_Rational:
            return "+" if f > 0 else "-" if f < 0 else "0"
        claims = (("+", f > 0), ("-", f < 0), ("0", sympy.Eq(f, 0)))
        return next((sign for sign, claim in claims if self._proved(claim)), None)

    def _proved(self, claim: Any) -> bool:
        if claim in (True, sympy.true):
            return True
        if claim in (False, sympy.false):
            return False
        symbols = tuple(sorted(claim.free_symbols, key=str))
        return isinstance(self.prover.prove(claim, self.given, symbols), Proved)


def _factors(value: Any) -> list[tuple[Any, int]]:
    """Factors of a rational function, with their powers."""
    found = []
    for part, sign in zip(sympy.fraction(sympy.cancel(value)), (1, -1), strict=True):
        constant, factors = sympy.factor_list(part)
        found += [(sympy.sympify(constant), sign), *((f, sign * power) for f, power in factors)]
    return found


def shape(function: Any, names: NamedFunctions, signs: Signs) -> Shape:
    """The signs of a function of names between the ends: of its factors, of which at most one changes its
    sign, which its derivative and its limits at the ends show.  Raises Split where they depend on the
    parameters, Undecided where they are not found."""
    found, core = _possible(function, names, signs, DEPTH)
    if len(found) != 1:
        raise Undecided(f"the sign of {names.meaning(function)} is open")
    (known,) = found
    return Shape(known, core)


def _possible(function: Any, names: NamedFunctions, signs: Signs, depth: int) -> tuple[set[str], Any]:
    """The signs that are not excluded, and the factor that may change its sign."""
    open_, sign, factors = [], "+", _factors(function)
    names.confirm(function, sympy.Mul(*(f**power for f, power in factors)))
    for f, power in factors:
        known = signs.known(f)
        if known is None and not f.free_symbols & set(signs.symbols):
            known = signs.of_factor(f)  # raises Split
        if known == "0":
            return {"0"}, None
        if known is None:
            open_.append((f, power))
        elif known == "-" and power % 2:
            sign = sign.translate(OPPOSITE)
    if not open_:
        return {sign}, None
    if len(open_) > 1 or open_[0][1] % 2 == 0 or depth == 0:
        raise Undecided(f"the sign of {names.meaning(function)} is open")
    ((f, _),) = open_
    slopes, _ = _possible(names.derivative(f), names, signs, depth - 1)
    if max(map(len, slopes)) > 2:
        raise Undecided(f"the sign of {names.meaning(function)} is open")
    ends = [_at_end(f, end, names, signs) for end in (names.low, names.high)]
    found = {joined for slope in slopes for left in ends[0] for right in ends[1]
             for joined in _joined(slope, left, right)}
    return found if sign == "+" else {signs.translate(OPPOSITE) for signs in found}, f


def _at_end(f: Any, end: Any, names: NamedFunctions, signs: Signs) -> str:
    """The signs that a polynomial in names may have at an end."""
    moving = {names.variable, *names.moving}
    here = replace(signs, given=tuple(r for r in signs.given if not r.free_symbols & moving),
                   symbols=tuple(names.fixed))
    try:
        return here.of(names.limit(f, end, here.of))
    except Undecided:
        return "+-0"


def _joined(slope: str, left: str, right: str) -> tuple[str, ...]:
    """The signs that a function may have inside, from those of its slope and at its ends."""
    if slope[0] == "-":
        turned = (sign.translate(OPPOSITE) for sign in (slope, left, right))
        return tuple(signs.translate(OPPOSITE) for signs in _joined(*turned))
    if slope == "0":
        return (left,) if left == right else ()
    if slope == "+":
        if left != "-":
            return ("+",) if right == "+" else ()
        return ("-+",) if right == "+" else ("-",)
    if left != "-":  # it rises, then falls
        return ("+",) if right != "-" else ("+-",)
    return ("-+",) if right != "-" else ("-", "-+-")
