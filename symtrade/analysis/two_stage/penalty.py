"""The least penalty that deters from every deviation, and deviations that no penalty deters from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.case_reading import conditions_in
from symtrade.analysis.cases.elementary import is_rational_by_cases
from symtrade.analysis.cases.enclosed_extremum import enclosed_largest
from symtrade.analysis.cases.expectation import searching
from symtrade.analysis.cases.extremum import Extremum, Optimum, inside, supremum
from symtrade.analysis.two_stage.best_deviation import Deterrent, at_the_best, deterrent
from symtrade.analysis.two_stage.family import Problem, family
from symtrade.analysis.two_stage.rooted import rooted
from symtrade.kernel.verdict import Proved, Refuted, Unknown, Verdict
from symtrade.model.cases import Cases, everywhere, lines_of, value_at
from symtrade.model.errors import ModelError
from symtrade.model.relations import as_tuple
from symtrade.prover import Prover

STEPS = (1, 2, 4, 8)


@dataclass(frozen=True)
class Penalty(Optimum):
    """One case of a least penalty.

    Where no penalty is large enough (`value` is ``oo``), `deviation` are pairs (variable, formula in the
    penalty and the parameters): a deviation for each penalty, which gains; `verdict` is the verdict on that.
    """

    deviation: tuple[tuple[Any, Any], ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True)
class LeastPenalty(Extremum):
    """The least penalty, case by case."""

    cases: tuple[Penalty, ...]


def least_penalty(
    gain: Any,
    penalty: Any,
    *over: tuple[Any, Any],
    assuming: Any = (),
    prover: Prover | None = None,
    digits: int = 10,
) -> LeastPenalty:
    """The least `penalty` at which no deviation in a box gains: a supremum, case by case (``oo`` where no
    penalty is large enough; the case then has deviations that gain, as formulas in the penalty).

    `gain` is what a deviation gains, by cases linear and decreasing in the symbol `penalty`, which is
    positive; `over` are pairs (variable, Interval) as for :func:`symtrade.supremum`.  With numbers only, of
    which some are not rational, or functions that are not, the answer is proved by balls: a closed form
    where the deviations near an end need most, else an interval with rational ends (``AccumBounds``) of
    length 10**-digits, or ``oo``.  Raises ModelError where the penalty does not enter, or does not lower
    the gain, and where no proof was found.

    >>> from sympy import Interval, symbols
    >>> r, psi = symbols("r psi")
    >>> least_penalty(r*(1 - r) - psi*(1 - r), psi, (r, Interval.Ropen(0, 1))).value
    1
    >>> (none,) = least_penalty(r*(1 - r) - psi*(1 - r)**2, psi, (r, Interval.Ropen(0, 1))).cases
    >>> none.value, none.deviation, bool(none.verdict)
    (oo, ((r, 1 - 1/(2*(psi + 1))),), True)
    >>> from sympy import exp
    >>> least_penalty(r*(1 - r) - psi*(exp(1) - exp(r)), psi, (r, Interval.Ropen(0, 1))).value
    exp(-1)
    >>> a = symbols("a")
    >>> least_penalty(r**a*(1 - r) - psi*(1 - r**a), psi, (r, Interval.Ropen(0, 1)), assuming=(a > 0,)).value
    1/a
    """
    prover, given = searching(prover), as_tuple(assuming)
    if not over:
        raise ModelError("expected a variable and its range, such as (r, Interval(0, 1))")
    for variable, box in over:
        if not isinstance(box, sympy.Interval):
            raise ModelError(f"the range of {variable}: expected Interval(low, high), got {box}")
    if is_rational_by_cases(sympy.sympify(gain)):
        try:
            return _exactly(gain, penalty, over, given, prover)
        except ModelError as error:
            found = _undeterred(gain, penalty, over, given, prover)
            if found is None:
                raise ModelError(f"{error}{_example(gain, penalty, over, given, prover)}") from error
            return found
    least = _without_roots(gain, penalty, over, given, prover)
    if least is None and sympy.sympify(gain).free_symbols - {penalty, *(v for v, _ in over)}:
        return _by_shape(gain, penalty, over, given, prover)
    return least or _by_balls(gain, penalty, over, digits, prover)


def _exactly(
    gain: Any, penalty: Any, over: Sequence[tuple[Any, Any]], given: tuple[Any, ...], prover: Prover
) -> LeastPenalty:
    """By the suprema of rational functions."""
    steps = _maximised(_bound(gain, penalty), over, given, prover)
    return LeastPenalty(
        tuple(_with_deviation(case, gain, penalty, over, steps, given, prover) for case in steps[-1].cases)
    )


def _without_roots(
    gain: Any, penalty: Any, over: Sequence[tuple[Any, Any]], given: tuple[Any, ...], prover: Prover
) -> LeastPenalty | None:
    """The same where all powers in the gain are of one linear function of the last variable, in terms of a
    root of that; None where they are not, or that does not help."""
    variable, box = over[-1]
    found = rooted(gain, variable, box)
    if found is None:
        return None
    try:
        least = _exactly(found.function, penalty, (*over[:-1], (found.root, found.box)), given, prover)
    except (ModelError, Undecided):
        return None

    def back(places: tuple[tuple[Any, Any], ...]) -> tuple[tuple[Any, Any], ...]:
        return tuple(
            (variable, found.place.subs(found.root, p)) if v == found.root else (v, p) for v, p in places
        )

    return LeastPenalty(tuple(replace(c, at=back(c.at), deviation=back(c.deviation)) for c in least.cases))


def _bound(gain: Any, penalty: Any) -> Any:
    """The penalty at which a deviation gains nothing."""
    lines = []
    for value, when in lines_of(gain):
        slope = _factored(-sympy.diff(value, penalty))
        if slope == 0 or slope.has(penalty):
            raise ModelError(f"the gain {value} is not linear in {penalty}, or does not depend on it")
        lines.append((_factored(value.subs(penalty, 0)) / slope, when))
    return Cases(*lines)


def _factored(expression: Any) -> Any:
    """Factors, where SymPy finds polynomials."""
    try:
        return sympy.factor(expression)
    except sympy.PolynomialError:
        return expression


def _maximised(
    bound: Any, over: Sequence[tuple[Any, Any]], given: tuple[Any, ...], prover: Prover
) -> list[Extremum]:
    """The suprema over one variable after the other."""
    steps: list[Extremum] = []
    for k, (variable, box) in enumerate(over):
        rest = tuple(r for v, b in over[k + 1 :] for r in inside(v, b))
        steps.append(supremum(bound, (variable, box), assuming=(*given, *rest), prover=prover))
        bound = steps[-1].value
    return steps


def _by_shape(
    gain: Any, penalty: Any, over: Sequence[tuple[Any, Any]], given: tuple[Any, ...], prover: Prover
) -> LeastPenalty:
    """The least penalty with powers and exponentials of the parameters, case by case."""
    cases = []
    try:
        for when, best, places in family(Problem(gain, penalty, tuple(over)), given, prover, _solved):
            at = tuple(zip((v for v, _ in over), (*places, best.place), strict=True))
            deviation = () if best.deviation is None else (*at[:-1], (at[-1][0], best.deviation))
            attained = sympy.sympify(best.attained)
            cases.append(Penalty(when, best.value, at, attained, best.roots, deviation, best.verdict))
    except Undecided as error:
        raise ModelError(f"the least penalty was not found: {error}") from error
    return LeastPenalty(tuple(cases))


def _by_balls(
    gain: Any, penalty: Any, over: Sequence[tuple[Any, Any]], digits: int, prover: Prover
) -> LeastPenalty:
    """The least penalty with numbers only; ModelError says why that is not proved."""
    variables = tuple(v for v, _ in over)
    try:
        here, places = at_the_best(gain, over, prover)
        best = deterrent(here, penalty, *over[-1], digits, prover)
    except (ModelError, Undecided) as error:
        if len(over) == 1:
            raise ModelError(f"the least penalty was not found: {error}") from error
        try:
            found = enclosed_largest(_bound(gain, penalty), over, 1, digits, prover)
        except (ModelError, Undecided):
            raise ModelError(f"the least penalty was not found: {error}") from error
        best, places = Deterrent(found.low, found.high, found.place[-1], None), found.place[:-1]
    value = best.low if best.low == best.high else sympy.AccumBounds(best.low, best.high)
    attained = None if best.attained is None else sympy.sympify(best.attained)
    at = tuple(zip(variables, (*places, best.place), strict=True))
    if best.deviation is None:
        return LeastPenalty((Penalty(sympy.true, value, at, attained),))
    deviation = (*at[:-1], (variables[-1], best.deviation))
    return LeastPenalty(
        (Penalty(sympy.true, value, at, attained, deviation=deviation, verdict=Proved(best.proof)),)
    )


def _undeterred(
    gain: Any, penalty: Any, over: Sequence[Any], given: tuple[Any, ...], prover: Prover
) -> LeastPenalty | None:
    """One deviation that gains for all parameters and penalties, if one of a few does."""
    for places in product(*(_places(variable, box, gain) for variable, box in over)):
        deviation = tuple((v, place) for (v, _), place in zip(over, places, strict=True))
        if any(sympy.sympify(place).has(*(v for v, _ in over)) for place in places):
            continue
        bounds = [r.subs(deviation) for v, box in over for r in inside(v, box)]
        if sympy.false in bounds:
            continue
        try:
            positive = everywhere(_cases_at(gain, deviation), lambda value: value > 0)
        except (ModelError, sympy.PolynomialError):  # with numbers that are not rational
            continue
        try:
            found = prover.prove(sympy.And(*bounds, positive), (*given, penalty > 0))
        except ModelError:
            continue
        if isinstance(found, Proved):
            end = deviation[-1:]
            return LeastPenalty(
                (Penalty(sympy.true, sympy.oo, end, sympy.false, deviation=deviation, verdict=found),)
            )
    return None


def _example(gain: Any, penalty: Any, over: Sequence[Any], given: tuple[Any, ...], prover: Prover) -> str:
    """A deviation that gains, whatever the penalty, for some parameters, in words."""
    known = (*given, *(r for v, b in over for r in inside(v, b)))
    for value, when in lines_of(gain):
        if value.has(penalty):
            continue
        try:
            found = prover.prove(sympy.Implies(when, value <= 0), known, tuple(v for v, _ in over))
        except ModelError:
            continue
        if isinstance(found, Refuted):
            point = ", ".join(f"{k} = {v}" for k, v in found.witness.items())
            return f"; at {point} it is {value_at(value, found.witness)}, whatever the penalty"
    return ""


def _places(variable: Any, box: Any, gain: Any) -> list[Any]:
    """The ends of a range, its middle, and where a case begins."""
    found = [box.end, box.start, (box.start + box.end) / 2]
    for gap in conditions_in(gain):
        top = sympy.expand(sympy.fraction(sympy.together(gap))[0])
        if top.has(variable) and sympy.degree(top, variable) == 1:
            found.append(sympy.cancel(-top.coeff(variable, 0) / top.coeff(variable, 1)))
    return list(dict.fromkeys(found))


def _with_deviation(
    case: Optimum,
    gain: Any,
    penalty: Any,
    over: Sequence[tuple[Any, Any]],
    steps: Sequence[Extremum],
    given: tuple[Any, ...],
    prover: Prover,
) -> Penalty:
    """A case of the answer; where the penalty is infinite, with deviations that are proved to gain."""
    plain = {name: getattr(case, name) for name in ("when", "value", "at", "attained", "roots")}
    if case.value != sympy.oo:
        return Penalty(**plain)
    where = tuple(case.when.args) if isinstance(case.when, sympy.And) else (case.when,)
    known = tuple(r for r in (*given, *where, penalty > 0) if r not in (True, sympy.true))
    swap = _solved(where)
    edge, here = _at(case.at[0][1], swap), _cases_at(gain, swap)
    box = tuple((v, sympy.Interval(*(_at(e, swap) for e in b.args[:2]), *b.args[2:])) for v, b in over)
    known = tuple(r for r in (r.subs(swap) for r in known) if r != sympy.true)
    for deviation in _families(edge, here, penalty, box, steps, swap):
        claim = sympy.And(
            *(
                r.subs(v, place)
                for (v, b), (_, place) in zip(box, deviation, strict=True)
                for r in inside(v, b)
            ),
            everywhere(_cases_at(here, list(reversed(deviation))), lambda value: value > 0),
        )
        found = prover.prove(claim, known)
        if isinstance(found, Proved):
            return Penalty(**plain, deviation=deviation, verdict=found)
    reason = "no deviation of a simple form was found to gain for every penalty"
    return Penalty(**plain, verdict=Unknown(reason))


def _solved(conditions: Sequence[Any]) -> list[tuple[Any, Any]]:
    """A parameter expressed by the others for each equality that is linear in one."""
    found = []
    for condition in conditions:
        if isinstance(condition, sympy.Eq):
            gap = sympy.expand(condition.lhs - condition.rhs)
            for symbol in sorted(gap.free_symbols, key=str):
                if sympy.degree(gap, symbol) == 1 and gap.coeff(symbol, 1).is_number:
                    found.append((symbol, sympy.expand(symbol - gap / gap.coeff(symbol, 1))))
                    break
    return found


def _at(expression: Any, swap: Any) -> Any:
    return sympy.cancel(sympy.sympify(expression).subs(swap))


def _cases_at(gain: Any, swap: Any) -> Any:
    """A function by cases after substitutions, its values reduced."""
    return Cases(*((_at(value, swap), sympy.sympify(when).subs(swap)) for value, when in lines_of(gain)))


def _families(
    edge: Any, gain: Any, penalty: Any, over: Sequence[tuple[Any, Any]], steps: Sequence[Extremum], swap: Any
) -> Iterator[tuple[tuple[Any, Any], ...]]:
    """Deviations that approach the end of the last variable's range as the penalty grows, the other
    variables being where the gain is largest."""
    variable, box = over[-1]
    step = (box.end - box.start) * (-1 if edge == box.end else 1)
    for places in product(*(tuple(dict.fromkeys(c.at[0][1] for c in step.cases)) for step in steps[:-1])):
        for weight, scale in product(_weights(gain, penalty, over, places, edge), STEPS):
            last = sympy.factor_terms(edge + step * weight / (scale * (weight + penalty)))
            found, later = [(variable, last)], [*swap, (variable, last)]
            for (earlier, _), place in zip(reversed(over[:-1]), reversed(places), strict=True):
                found.insert(0, (earlier, _at(place, later)))
                later.append(found[0])
            yield tuple(found)


def _weights(gain: Any, penalty: Any, over: Sequence[Any], places: Sequence[Any], edge: Any) -> Iterator[Any]:
    """How fast a family approaches the end: 1, and the coefficient with which the bound grows there."""
    yield sympy.Integer(1)
    variable = over[-1][0]
    for value, _ in lines_of(gain):
        here = value
        for (earlier, _), place in zip(over[:-1], places, strict=True):
            here = here.subs(earlier, place)
        bound = sympy.cancel(here.subs(penalty, 0) / -sympy.diff(here, penalty))
        top = sympy.cancel(bound * (edge - variable)).subs(variable, edge)
        if top.is_number and top.is_finite and top != 0:
            yield abs(top)
