"""Signs of functions of one variable that vanish at an end of an interval: by their expansion there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sympy
from flint import fmpq

from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.elementary import Elementary
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive, ball, enclose
from symtrade.kernel.calculus import Atom, Derivative, Theory
from symtrade.kernel.polynomial import Ring
from symtrade.kernel.verdict import Proved
from symtrade.model.errors import ModelError
from symtrade.model.expressions import coefficient
from symtrade.prover import Prover

STEP = sympy.Symbol("s", positive=True)
DISTANCE = sympy.Symbol("d", positive=True)
ORDER = 8  # derivatives that may vanish there
EDGES = tuple(sympy.Rational(1, 4**k) for k in range(8))  # how far the expansion is used
Proof: TypeAlias = tuple[Any, ...]  # certificates
INCOMPLETE = (sympy.betainc, sympy.lowergamma)


@dataclass(frozen=True)
class Approach:
    """How a variable tends to an end of an interval: `distance`, an expression in the variable that is 0
    there and positive inside, is s**power; `place` is the variable as an expression in `distance`'s value,
    the symbol DISTANCE."""

    end: Any
    inward: int
    distance: Any
    place: Any
    power: int

    def near(self, function: Any, variable: Any) -> Any:
        """A function of the variable as one of s."""
        base, exponent = self.place.as_base_exp()
        if base.has(DISTANCE):  # the variable is positive: its powers are those of the base
            powers = {p: base ** (exponent * p.exp) for p in function.atoms(sympy.Pow) if p.base == variable}
            function = function.xreplace(powers)
        return _tidy(function.subs(variable, self.place).subs(DISTANCE, STEP**self.power))


@dataclass(frozen=True)
class Expansion:
    """A function near an end: coefficient*s**order + ..., oo for the order of a function that is 0.

    `rest` is a function of s that is continuous up to 0; where it has a sign for all s between 0 and some
    number, the function has that sign there too (it is the derivative of this order, or the quotient by
    s**order)."""

    approach: Approach
    order: Any
    coefficient: Any
    rest: Any


def expansions(functions: Sequence[Any], variable: Any, end: Any, inward: int, prover: Prover
               ) -> tuple[Expansion, ...]:
    """How functions behave near an end of an interval, all in the same s.  Raises Undecided where one is
    no power of s times a smooth function, or all of its first derivatives vanish."""
    approach = _approach(functions, variable, end, inward)
    return tuple(_expansion(approach.near(f, variable), approach, prover) for f in functions)


def _approach(functions: Sequence[Any], variable: Any, end: Any, inward: int) -> Approach:
    """By the distance from the end; where powers are taken of a + b*variable**c, which vanishes there, by
    that."""
    distance, place = inward * (variable - end), end + inward * DISTANCE
    for p in {p for f in functions for p in f.atoms(sympy.Pow) if p.base.has(variable)}:
        if not p.exp.is_Integer and not p.base.is_polynomial(variable) and p.base.subs(variable, end) == 0:
            a, moving = p.base.as_independent(variable, as_Add=True)
            b, c = moving.as_independent(variable, as_Add=False)
            if c.is_Pow and c.base == variable and c.exp.is_number and a != 0:
                distance, place = p.base, ((DISTANCE - a) / b) ** (1 / c.exp)
    first = Approach(end, inward, distance, place, 1)
    power = math.lcm(*(q for f in functions for q in _roots(first.near(f, variable))))
    return Approach(end, inward, distance, place, power)


def _expansion(near: Any, approach: Approach, prover: Prover) -> Expansion:
    terms = _powers(near)
    if not terms:
        return Expansion(approach, sympy.oo, sympy.Integer(0), sympy.Integer(0))
    if all(not c.has(STEP) for c in terms.values()):
        for order in sorted(terms):
            if not is_zero(terms[order], prover):
                rest = sympy.Add(*(c * STEP ** (p - order) for p, c in terms.items() if p >= order))
                return Expansion(approach, order, terms[order], rest)
        return Expansion(approach, sympy.oo, sympy.Integer(0), sympy.Integer(0))
    rest = near
    for order in range(ORDER + 1):
        value = _at_end(rest)
        if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.AccumBounds):
            break
        if not is_zero(value, prover):
            return Expansion(approach, sympy.Integer(order), value / math.factorial(order), rest)
        rest = _derivative(rest, prover)
    raise Undecided(f"{near} is not known to behave like a power of s as s tends to 0")


def _derivative(near: Any, prover: Prover) -> Any:
    """The derivative by s, which the kernel confirms, given those of the functions that have names."""
    slope = _tidy(sympy.diff(near, STEP))
    try:
        claim = _derivative_claim(near, slope)
    except ModelError as error:
        raise Undecided(str(error)) from None
    verdict = prover.answer(claim)
    if not isinstance(verdict, Proved):
        raise Undecided(f"the derivative of {near} was not confirmed: {verdict.reason}")
    return slope


def _derivative_claim(near: Any, slope: Any) -> Derivative:
    """The claim, with names for functions, integrals and irrational numbers."""
    names = Elementary(STEP)
    table: dict[Any, Any] = {}
    for e in sorted(near.atoms(sympy.Integral) | slope.atoms(sympy.Integral), key=sympy.default_sort_key):
        table[e] = sympy.Symbol(f"s_i{len(table)}")
        (names.moving if e.has(STEP) else names.fixed)[e] = table[e]
        if e.has(STEP):
            names.rules[table[e]] = names.write(sympy.diff(e, STEP))
    sides = [names.write(e.xreplace(table)) for e in (near, slope)]
    numbers, constants, _ = _named(tuple(names.fixed))
    plain = dict(zip(names.fixed.values(), numbers, strict=True))
    ring = Ring((STEP.name, *(n.name for n in (*constants, *names.rules))))
    theory = Theory((STEP.name,), tuple(n.name for n in constants), tuple(
        Atom(n.name, ((STEP.name, coefficient(rule.xreplace(plain), ring)),))
        for n, rule in names.rules.items()))
    one, two = (coefficient(e.xreplace(plain), ring) for e in sides)
    return Derivative(theory, one, STEP.name, two)


def _at_end(near: Any) -> Any:
    """The value at s = 0; integrals over nothing are 0."""
    def empty(e: Any) -> bool:
        if isinstance(e, sympy.Integral):
            return len(e.limits[0]) == 3 and e.limits[0][1] == e.limits[0][2]
        return isinstance(e, INCOMPLETE) and e.args[-1] == 0
    return near.subs(STEP, 0).replace(empty, lambda _: sympy.Integer(0))


def _powers(near: Any) -> dict[Any, Any]:
    """A sum of coefficients times powers of s, by powers; a coefficient that contains s is kept whole."""
    found: dict[Any, Any] = {}
    for term in sympy.Add.make_args(sympy.powsimp(sympy.expand(near), combine="exp")):
        coefficient, rest = term.as_independent(STEP, as_Add=False)
        base, exponent = rest.as_base_exp()
        if base != STEP or exponent.has(STEP):
            coefficient, exponent = term, sympy.Integer(0)
        if rest == 1:
            exponent = sympy.Integer(0)
        found[exponent] = found.get(exponent, 0) + coefficient
    return {p: c for p, c in found.items() if c != 0}


def _roots(near: Any) -> Iterator[int]:
    """The denominators of the powers of s that occur in a function or in its derivatives."""
    for p in near.atoms(sympy.Pow):
        if p.base == STEP and p.exp.is_Rational:
            yield int(p.exp.q)
    for f in near.atoms(*INCOMPLETE):
        if f.args[-1].subs(STEP, 0) == 0 and f.args[0].is_Rational:
            yield int(f.args[0].q)


def _tidy(near: Any) -> Any:
    """The factors of s taken out of powers, and incomplete beta functions written from the end where they
    vanish."""
    def power(p: Any) -> Any:
        found = None if p.exp.is_Integer or not p.base.has(STEP) else _factored(p.base)
        return p if found is None else STEP ** (found[0] * p.exp) * found[1] ** p.exp

    def reflected(a: Any, b: Any, low: Any, x: Any) -> Any:
        if low != 0 or x.subs(STEP, 0) != 1:
            return sympy.betainc(a, b, low, x)
        whole = sympy.gamma(a) * sympy.gamma(b) / sympy.gamma(a + b)
        return whole - sympy.betainc(b, a, 0, sympy.expand(1 - x))

    near = near.replace(sympy.betainc, reflected)
    return near.replace(lambda e: isinstance(e, sympy.Pow), power)


def _factored(base: Any) -> tuple[Any, Any] | None:
    """A polynomial that vanishes at 0, as a power of s times what does not; None for anything else."""
    if not base.is_polynomial(STEP) or base == STEP:
        return None
    polynomial = sympy.Poly(sympy.expand(base), STEP)
    order = min((m[0] for m in polynomial.monoms()), default=0)
    return (order, sympy.expand(polynomial.as_expr() / STEP**order)) if order else None


def is_zero(number: Any, prover: Prover) -> bool:
    """Whether a number is 0: a certificate either way, else Undecided."""
    number = sympy.sympify(number)
    if number.is_Rational:
        return bool(number == 0)
    try:
        ((low, high),) = enclose(real_functions((number,), ()), (), 40)
    except (ArithmeticError, ValueError) as error:
        raise Undecided(f"the value of {number} is not known: {error}") from None
    if low > 0 or high < 0:
        return False
    (named,), names, relations = _named((number,))
    top = sympy.fraction(sympy.together(named))[0]
    zero = sympy.Integer(0)
    if relations:
        quotients, rest = sympy.reduced(top, relations, *names)
        zero = rest + sympy.Add(*(q * r for q, r in zip(quotients, relations, strict=True)))
        if rest != 0:
            raise Undecided(f"{number} is 0 or close to it")
    if top != 0 and not isinstance(prover.prove(sympy.Eq(top, zero, evaluate=False), (), names), Proved):
        raise Undecided(f"{number} is 0 or close to it")
    return True


def _named(numbers: Sequence[Any]) -> tuple[list[Any], tuple[Any, ...], tuple[Any, ...]]:
    """Numbers as rational functions of names for the irrational numbers in them; the names; polynomials in
    these that are 0, for the roots among them."""
    parts = [p for e in numbers for p in sympy.preorder_traversal(e) if isinstance(p, sympy.Expr)]
    powers = [p.as_base_exp() for p in parts if not p.free_symbols]
    powers = [(base, e) for base, e in powers if e.is_Rational and (e.q > 1 or base == sympy.E)]
    degrees = {base: math.lcm(*(int(e.q) for b, e in powers if b == base)) for base, _ in powers}
    names: dict[Any, Any] = {}

    def name(e: Any) -> Any:
        return names.setdefault(e, sympy.Symbol(f"k_{len(names) + 1}"))

    def write(e: Any) -> Any:
        if e.is_Rational:
            return e
        if e.is_Add or e.is_Mul:
            return e.func(*map(write, e.args))
        base, exponent = e.as_base_exp()
        if base in degrees and exponent.is_Rational:
            return name(base ** sympy.Rational(1, degrees[base])) ** (exponent * degrees[base])
        if exponent.is_Integer and exponent != 1:
            return write(base) ** exponent
        return name(e)

    written = [write(sympy.sympify(e)) for e in numbers]
    roots = [(e.as_base_exp(), symbol) for e, symbol in names.items()]
    relations = tuple(symbol ** int(1 / e) - base for (base, e), symbol in roots
                      if base.is_Rational and e.is_Rational and e < 1)
    return written, tuple(names.values()), relations


def prove_positive(number: Any, prover: Prover) -> Proof:
    """The certificates that a number is positive, else Undecided."""
    return _answer((number,), (), (), ">", prover)


def prove_nonnegative(function: Any, variable: Any, ends: tuple[Any, Any], prover: Prover,
                      conditions: Sequence[Any] = (), strict: bool = False) -> Proof:
    """The certificates that a function is at least 0 between two rational ends (more than 0 if `strict`,
    except at these), wherever the conditions are at least 0; Undecided where that is not proved."""
    function = sympy.sympify(function)
    relation = ">" if strict else ">="
    if not function.has(variable):
        return () if function == 0 and not strict else _answer((function,), (), (), relation, prover)
    inner = list(ends)
    proof: Proof = ()
    for k, inward in ((0, 1), (1, -1)):
        if any(enclosed_at(c, variable, ends[k])[1] < 0 for c in conditions):
            continue
        if enclosed_at(function, variable, ends[k])[0] > 0:
            continue
        try:
            (found,) = expansions((function,), variable, ends[k], inward, prover)
        except Undecided:
            if strict or not _enclosed_well(function, variable, ends, inward):
                raise
            continue
        if found.order == sympy.oo:
            if strict:
                raise Undecided(f"{function} is 0 near {ends[k]}")
            return proof
        edge, more = _edge(found, ends, relation, prover)
        inner[k], proof = _beyond(found.approach, edge), (*proof, *more)
    if inner[0] < inner[1]:
        proof += _answer((function, *conditions), (variable,), (tuple(inner),), relation, prover)
    return proof


def _enclosed_well(function: Any, variable: Any, ends: tuple[Any, Any], inward: int) -> bool:
    """Whether a ball shows that a function is nonnegative close to an end."""
    end, step = ends[0 if inward > 0 else 1], inward * (ends[1] - ends[0]) / 1024
    (value,) = real_functions((function,), (variable,)).at([ball(*sorted(map(_rational, (end, end + step))))])
    return bool(value >= 0)


def _edge(found: Expansion, ends: tuple[Any, Any], relation: str, prover: Prover) -> tuple[Any, Proof]:
    """How far from the end, in s, the expansion proves the sign."""
    proof = prove_positive(found.coefficient, prover)
    approach, width = found.approach, (ends[1] - ends[0]) / 2
    (variable,) = approach.distance.free_symbols
    farthest = approach.distance.subs(variable, approach.end + approach.inward * width)
    longest = sympy.Rational(math.floor(float(farthest) ** (1 / approach.power) * 2**20), 2**20)
    for share in EDGES:
        edge = longest * share
        try:
            more = _answer((found.rest,), (STEP,), ((sympy.Integer(0), edge),), relation, prover)
        except Undecided:
            continue
        return edge, (*proof, *more)
    raise Undecided(f"the sign of {found.rest} near s = 0 was not proved")


def _beyond(approach: Approach, edge: Any) -> Any:
    """A rational place at the edge, or a little closer to the end."""
    place = approach.place.subs(DISTANCE, edge**approach.power)
    if place.is_Rational:
        return place
    ((low, high),) = enclose(real_functions((place,), ()), (), 30)
    bound = low if approach.inward > 0 else high
    return sympy.Rational(int(bound.p), int(bound.q))


def _answer(functions: Sequence[Any], variables: Sequence[Any], box: Sequence[tuple[Any, Any]],
            relation: str, prover: Prover) -> Proof:
    sides = tuple((_rational(low), _rational(high)) for low, high in box)
    try:
        claim = Positive(real_functions(functions, variables), sides, relation)
    except ValueError as error:
        raise ModelError(str(error)) from None
    verdict = prover.answer(claim)
    if not isinstance(verdict, Proved):
        raise Undecided(f"{functions[0]} {relation} 0 was not proved: {verdict.reason}")
    return verdict.certificates


def enclosed_at(function: Any, variable: Any, place: Any) -> tuple[Any, Any]:
    """Bounds of a function at a rational place; (-1, 1) where none are found."""
    here = _rational(place)
    try:
        return enclose(real_functions((function,), (variable,)), ((here, here),), 30)[0]
    except (ArithmeticError, ValueError):
        return -1, 1


def _rational(value: Any) -> Any:
    return fmpq(int(value.p), int(value.q))
