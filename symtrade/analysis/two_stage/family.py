"""The least penalty for families of distributions: powers and exponentials with symbolic parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.named_functions import NamedFunctions
from symtrade.analysis.cases.shape import Shape, Signs, Split, shape
from symtrade.kernel.verdict import Proved, Verdict
from symtrade.model.errors import ModelError
from symtrade.prover import Prover

MOST_CASES = 16
RULES = 4  # derivatives of a fraction 0/0
GAP = sympy.Symbol("d")


@dataclass(frozen=True)
class Best:
    """The largest gain/loss: its value, the place of the last variable, whether it is attained there, the
    root that these contain (symbol, equation, low, high), and where the value is oo a deviation for each
    penalty with the verdict on that."""

    value: Any
    place: Any
    attained: bool
    roots: tuple[tuple[Any, Any, Any, Any], ...] = ()
    deviation: Any = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Problem:
    """What a deviation gains, linear in the penalty, and the ranges of its variables."""

    gain: Any
    penalty: Any
    over: tuple[tuple[Any, Any], ...]

    def substituted(self, swap: Sequence[tuple[Any, Any]]) -> Problem:
        def moved(e: Any) -> Any:
            return sympy.cancel(sympy.sympify(e).subs(swap))

        over = tuple((v, sympy.Interval(*map(moved, b.args[:2]), *b.args[2:])) for v, b in self.over)
        return Problem(self.gain.subs(swap), self.penalty, over)


def family(problem: Problem, given: tuple[Any, ...], prover: Prover, solved: Callable[..., Any]
           ) -> Iterator[tuple[Any, Best, tuple[Any, ...]]]:
    """Case by case (condition on the parameters, the best deviation, the places of the other variables).

    The gain is rational in the variables and in powers and exponentials whose exponents may be symbols;
    where gain/loss is largest follows from the shape of its derivative.  `solved` gives the parameters
    that equalities express by others.  Raises ModelError, or Undecided where a shape is not proved."""
    stack: list[tuple[Any, ...]] = [()]
    for _ in range(MOST_CASES):
        if not stack:
            return
        case = stack.pop()
        swap = solved((*given, *case))
        known = tuple(r.subs(swap) for r in (*given, *case))
        try:
            found = _best(problem.substituted(swap), tuple(r for r in known if r != sympy.true), prover)
        except Split as split:
            stack += [(*case, r) for r in reversed(split.relations)]
            continue
        yield (sympy.And(*case), *found)
    raise Undecided(f"more than {MOST_CASES} cases of the parameters")


def _best(problem: Problem, given: tuple[Any, ...], prover: Prover) -> tuple[Best, tuple[Any, ...]]:
    variable, box = problem.over[-1]
    names = NamedFunctions(variable, box.start, box.end, prover)
    gain = sympy.expand(names.read(problem.gain))
    names.bound(Signs(prover, (*given, *names.facts), (variable,)).of)
    signs = Signs(prover, (*given, *names.facts), (variable, *names.moving, *names.fixed))
    places = []
    for v, interval in problem.over[:-1]:
        slope = sympy.diff(gain, v)
        if slope.free_symbols & {problem.penalty, *(u for u, _ in problem.over[:-1])}:
            raise ModelError(f"the gain is not linear in {v}")
        side = shape(slope, names, signs).signs
        if side not in ("+", "-"):
            raise Undecided(f"whether the gain rises with {v} is open")
        place = interval.end if side == "+" else interval.start
        if place not in interval:
            raise ModelError(f"the range of {v}: expected a closed end at {place}")
        gain = gain.subs(v, place)
        places.append(place)
    top, loss = sympy.cancel(gain.subs(problem.penalty, 0)), sympy.cancel(-sympy.diff(gain, problem.penalty))
    names.confirm(gain, top - problem.penalty * loss)
    if loss.has(problem.penalty) or shape(loss, names, signs).signs != "+":
        raise ModelError(f"the gain is not linear and decreasing in {problem.penalty}")
    slope = names.derivative(top) * loss - top * names.derivative(loss)
    found = shape(slope, names, signs)
    if found.signs in ("+", "-"):
        end, is_open = (box.end, box.right_open) if found.signs == "+" else (box.start, box.left_open)
        return _at_end(top, loss, end, not is_open, problem, names, signs), tuple(places)
    if found.signs != "+-":
        raise Undecided(f"the bound on the penalty has the slopes {found.signs}")
    return _at_root(top, loss, found, names), tuple(places)


def _at_root(top: Any, loss: Any, found: Shape, names: NamedFunctions) -> Best:
    """At the zero of the derivative, in closed form where one name can be solved for and that gives the
    place; else in terms of the root."""
    variable, value = names.variable, top / loss
    star = sympy.Symbol(f"{variable.name}_star")
    for name, e in names.moving.items():
        if sympy.degree(found.core, name) != 1:
            continue
        solution = sympy.cancel(-found.core.coeff(name, 0) / found.core.coeff(name, 1))
        here = value.subs(name, solution)
        value = sympy.factor(sympy.cancel(here))
        names.confirm(here, value)
        if e.is_Pow and not solution.has(variable, *names.moving) and sympy.degree(e.base, variable) == 1:
            (place,) = sympy.solve(GAP - e.base, variable)
            inner = solution ** (1 / e.exp)
            value = sympy.simplify(sympy.factor(value.subs(variable, place)).subs(GAP, inner))
            return Best(names.meaning(value), names.meaning(place.subs(GAP, inner)), True)
        break
    above, below = sympy.fraction(sympy.factor(value))
    equation, above, below = (
        names.meaning(_collected(f, variable)).subs(variable, star) for f in (found.core, above, below))
    return Best(above / below, star, True, ((star, equation, names.low, names.high),))


def _collected(polynomial: Any, variable: Any) -> Any:
    """By powers of the variable, their coefficients factored."""
    if not polynomial.is_Add or not polynomial.has(variable):
        return polynomial
    terms = sympy.Poly(polynomial, variable).terms()
    return sympy.Add(*(sympy.factor(c) * variable**k for (k,), c in terms))


def _at_end(top: Any, loss: Any, end: Any, closed: bool, problem: Problem, names: NamedFunctions,
            signs: Signs) -> Best:
    """The limit at an end: by the leading powers of the distance where a name vanishes there, else by
    derivatives."""
    vanishing = [n for n in names.moving if names.at_end(n, end, signs.of) == 0]
    if vanishing:
        return _by_powers(top, loss, end, problem, names, signs, vanishing)
    for order in range(RULES):
        above, below = (names.limit(f, end, signs.of) for f in (top, loss))
        if signs.of(below) != "0":
            value = names.meaning(sympy.factor(above / below))
            return Best(sympy.simplify(value), end, closed and order == 0)
        if signs.of(above) != "0":
            break
        top, loss = names.derivative(top), names.derivative(loss)
    raise Undecided(f"the limit at {end} is open")


def _by_powers(top: Any, loss: Any, end: Any, problem: Problem, names: NamedFunctions, signs: Signs,
               vanishing: Sequence[Any]) -> Best:
    """With one name that vanishes, a power of the distance d from the end."""
    (name, *others), variable = vanishing, names.variable
    e = names.moving[name]
    inward = 1 if end == names.low else -1
    if others or len(names.moving) > 1 or sympy.expand(e.base - inward * (variable - end)) != 0:
        raise Undecided(f"the limit at {end} is open")
    place = end + inward * GAP
    leads = [_leading(f.subs(variable, place), name, e.exp, signs) for f in (top, loss)]
    (i, j, above), (k, m, below) = leads
    rate = sympy.expand(k - i + (m - j) * e.exp)
    sign = signs.of(rate)
    if sign == "-":
        return Best(sympy.Integer(0), end, False)
    if sign == "0":
        return Best(names.meaning(sympy.factor(above / below)), end, False)
    # d**rate = 1/(1 + penalty), so that the name is d**(i - k)/(1 + penalty) where m - j = 1
    if m - j != 1:
        raise Undecided(f"no deviation was found near {end}")
    here = GAP ** (i - k) / (1 + problem.penalty)
    gain = (top - problem.penalty * loss).subs(variable, place).subs(name, here)
    given = (*(r for r in signs.given if not r.free_symbols & {variable, name}), problem.penalty > 0, GAP > 0,
             GAP < 1)
    claim = sympy.cancel(gain) > 0
    verdict = signs.prover.prove(claim, tuple(r for r in given if r != sympy.true), (problem.penalty, GAP))
    if not isinstance(verdict, Proved) or names.high - names.low != 1:
        raise Undecided(f"no deviation was found near {end}")
    return Best(sympy.oo, end, False, (), place.subs(GAP, (1 / (1 + problem.penalty)) ** (1 / rate)), verdict)


def _leading(near: Any, name: Any, exponent: Any, signs: Signs) -> tuple[Any, Any, Any]:
    """(i, j, c): near 0 a polynomial in d and d**exponent is about c*d**i*d**(j*exponent)."""
    best: tuple[Any, Any, Any] | None = None
    for (i, j), c in sympy.Poly(sympy.expand(near), GAP, name).terms():
        if best is None or signs.of(best[0] + best[1] * exponent - i - j * exponent) == "+":
            best = i, j, c
        elif signs.of(best[0] + best[1] * exponent - i - j * exponent) == "0":
            best = best[0], best[1], best[2] + c
    assert best is not None
    return best
