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

from symtrade.analysis.numbers import rational
from symtrade.analysis.schedule import Machine, schedule
from symtrade.forms.functions import real_functions
from symtrade.kernel.functions import Program
from symtrade.model.distribution import X
from symtrade.model.families import nonnegative

CELLS = 4000


def increases(machine: Machine, a: Any, levels: tuple[Any, Any]) -> str:
    """Empty if the schedule is proved to be the right one at the levels that matter, else what is not."""
    segments = schedule(machine, a)
    if any(s.part is None and levels[0] <= s.least <= levels[1] for s in segments):
        return pools_hold(machine, a, segments)
    for i, part in enumerate(machine.parts):
        if part.hazard is None:
            return "there is a gap in the support"
        if not part_increases(machine, i, a, levels):
            return f"not proved to increase between {part.lo} and {part.hi}"
    for left, right in itertools.pairwise(segments):
        if left.most > right.least:
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
    if settled(low.union(low + inner)):
        start = low
    else:
        start = low + inner if outside(machine, i, a, levels, low, inner) else low
    return everywhere(settled, start, high)


def outside(machine: Machine, i: int, a: Any, levels: tuple[Any, Any], low: Any, inner: Any) -> bool:
    """Next to the lower end a buyer's level is below the range that matters: v f < a (1 - F) + level f."""
    if machine.side.sign > 0 or i > 0:
        return False
    part = machine.parts[i]
    at = low + inner
    if not low < levels[0] + arb(2) ** -40 or not machine.mass(i, at) < arb(1) / 2:
        return False
    program = machine.hazards[i]
    assert program is not None
    # the hazard at the end of the strip is far above the width of the strip, and F increases
    h = program((at,))[0]
    falling = log_concave(1 / part.piece.density, part.lo, at.mid())
    return bool(falling and a * h > inner * 4)


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


def pools_hold(machine: Machine, a: Any, segments: Any) -> str:
    """On every pool the cumulated level lies above the chord: then the ironed schedule is right.

    Proved where the level is linear on each part, so that it is smallest at the ends of parts.
    """
    for part in machine.parts:
        if part.hazard is not None and not (
                part.hazard.is_polynomial(X) and sympy.degree(part.hazard, X) <= 1):
            return "ironed: that no other pools do better is proved for linear virtual values only"
    tolerance = arb(10) ** -20
    for s in segments:
        if s.part is not None:
            continue
        for i, part in enumerate(machine.parts):
            low, high = arb(rational(part.lo)), arb(rational(part.hi))
            for x in (low, high):
                if part.hazard is not None and s.low < x < s.high:
                    first = machine.place(s.low)
                    rise = machine.cumulated(i, x, a) - machine.cumulated(first, s.low, a)
                    chord = s.least * (machine.mass(i, x) - machine.mass(first, s.low))
                    if not rise > chord - tolerance:
                        return f"ironed: the pool from {float(s.low):.6g} is not the right one"
    return ""
