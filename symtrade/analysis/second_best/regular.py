"""Does a trader's weighted virtual value increase?  Decided with balls, so that a yes is a proof.

On an interval the level x + s a h(x) increases if 1 + s a h'(x) > 0, or (for a <= 1) if log f is concave
from there on (for a buyer; up to there for a seller), for then the hazard rate is monotone.
"""

from __future__ import annotations

import itertools
from typing import Any

import sympy
from flint import arb
from sympy import S

from symtrade.analysis.numbers.real import rational
from symtrade.analysis.second_best.schedule import Machine, Segment, schedule
from symtrade.forms.functions import real_functions
from symtrade.kernel.functions import Program
from symtrade.model.distribution import X
from symtrade.model.families import nonnegative

CELLS = 4000
TOLERANCE = arb(1) / 10**20  # of the ends of pools, which are found by iteration


def increases(machine: Machine, a: Any, levels: tuple[Any, Any]) -> str:
    """Empty if the schedule is proved to be the right one at the levels that matter, else what is not.

    A pool inside one part at levels that do not matter needs no check: there the level itself is known to
    be out of the range.
    """
    segments = schedule(machine, a)
    for i, part in enumerate(machine.parts):
        if part.hazard is not None and not part_increases(machine, i, a, levels):
            return f"not proved to increase between {part.lo} and {part.hi}"
    for s in segments:
        if s.part is None:
            matters = levels[0] <= s.least <= levels[1]
            if matters or machine.place(s.low) != machine.place(s.high):
                wrong = pool_fails(machine, a, s)
                if wrong:
                    return wrong
    for left, right in itertools.pairwise(segments):
        if left.most > right.least + TOLERANCE:
            return f"they fall at {float(right.low):.6g}"
    return ""


def part_increases(machine: Machine, i: int, a: Any, levels: tuple[Any, Any]) -> bool:
    """On a part: everywhere, or beyond a type up to which the level is out of the range that matters."""
    part, sign = machine.parts[i], machine.side.sign
    if log_concave(part.piece.density, part.lo, part.hi):
        return True
    low = arb(rational(part.lo))
    high = machine.end if part.hi is S.Infinity else arb(rational(part.hi))
    program = machine.hazards[i]
    assert program is not None

    def settled(x: Any) -> bool:
        h, slope = program((x,))
        if (1 + sign * a * slope) > 0:
            return True
        value = x + sign * a * h
        return bool(value < levels[0]) if sign < 0 else bool(value > levels[1])

    inner = (high - low) * arb(2) ** -30
    if sign < 0 and not settled(low.union(low + inner)) and idle(machine, i, a, levels, low, low + inner):
        low += inner
    if sign > 0 and not settled((high - inner).union(high)) and idle(
            machine, i, a, levels, high - inner, high):
        high -= inner
    return everywhere(settled, low, high)


def idle(machine: Machine, i: int, a: Any, levels: tuple[Any, Any], low: Any, high: Any) -> bool:
    """Next to an end the level is out of the range that matters: a buyer's is below its least level l if
    (v - l) f(v) < a (1 - F), a seller's above its largest m if (m - c) g(c) < a G."""
    edge, sign = levels[0 if machine.side.sign < 0 else 1], machine.side.sign
    if not edge.is_finite() or not edge.is_exact():
        return False
    density = machine.parts[i].piece.density
    end = sympy.Rational(str(edge.fmpq()))
    gap = X - end if sign < 0 else end - X
    try:
        found = Program(real_functions((sympy.powsimp(gap * density),), (X,)))((low.union(high),))[0]
    except ValueError:
        return False
    mass = 1 - machine.mass(i, high.mid()) if sign < 0 else machine.mass(i, low.mid())
    return bool(found < a * mass)


def everywhere(settled: Any, low: Any, high: Any) -> bool:
    stack, cells = [(low, high)], 0
    while stack:
        left, right = stack.pop()
        cells += 1
        if settled(left.union(right)):
            continue
        if cells > CELLS or right - left < arb(2) ** -60:
            return False
        middle = ((left + right) / 2).mid()
        stack += [(middle, right), (left, middle)]
    return True


def log_concave(density: Any, low: Any, high: Any) -> bool:
    """Whether (log f)'' is at most 0 on an interval, by balls."""
    if density.is_constant():
        return True
    curvature = sympy.simplify(sympy.diff(sympy.log(density), X, 2))
    if curvature.is_number:
        return bool(curvature <= 0)
    top, bottom = sympy.fraction(sympy.together(curvature))
    ends = [low, high]
    if curvature.is_rational_function(X) and all(isinstance(e, sympy.Rational) for e in ends):
        return nonnegative(sympy.Poly(sympy.expand(-top * bottom), X, domain="QQ"), low, high)
    if top.is_number and not bottom.is_polynomial(X):
        return False
    try:
        program = Program(real_functions((-top * bottom,), (X,)))
    except ValueError:
        return False
    left = low if isinstance(low, arb) else arb(rational(low))
    right = high if isinstance(high, arb) else (left + 2**10 if high is S.Infinity else arb(rational(high)))
    return everywhere(lambda x: program((x,))[0] >= 0, left, right)


def pool_fails(machine: Machine, a: Any, pool: Segment) -> str:
    """Empty if the cumulated level lies above the pool's chord throughout: then pooling is right.

    In a part on which the level increases the difference falls, then rises; so it is enough to look at the
    ends of parts and at the type whose level is that of the pool.
    """
    first = machine.place(pool.low)
    for i, part in enumerate(machine.parts):
        if part.hazard is None:
            continue
        low, high = arb(rational(part.lo)), machine.end if part.hi is S.Infinity else arb(rational(part.hi))
        inside = pool.low.max(low), pool.high.min(high)
        if not inside[0] < inside[1]:
            continue
        if not slope_increases(machine, i, a, *inside):
            return f"ironed: not proved to increase between {part.lo} and {part.hi}"
        places = [*inside, machine.inverse(i, pool.least, a, *inside)]
        for x in places:
            rise = machine.cumulated(i, x, a) - machine.cumulated(first, pool.low, a)
            chord = pool.least * (machine.mass(i, x) - machine.mass(first, pool.low))
            if not rise > chord - TOLERANCE:
                return f"ironed: the pool from {float(pool.low):.6g} is not the right one"
    return ""


def slope_increases(machine: Machine, i: int, a: Any, low: Any, high: Any) -> bool:
    """Whether the level increases between two types of a part."""
    part, program = machine.parts[i], machine.hazards[i]
    assert program is not None
    if log_concave(part.piece.density, part.lo, part.hi):
        return True
    return everywhere(lambda x: (1 + machine.side.sign * a * program((x,))[1]) > 0, low, high)
