"""Suprema and infima of rational functions by cases over boxes, with symbolic parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, permutations
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Branch, Undecided, explore, ground
from symtrade.analysis.cases.case_reading import read
from symtrade.analysis.cases.elementary import is_rational, is_rational_by_cases
from symtrade.analysis.cases.enclosed_extremum import enclosed_largest
from symtrade.analysis.cases.expectation import searching
from symtrade.analysis.cases.interval import Interval
from symtrade.analysis.cases.joint_extremum import summits
from symtrade.analysis.cases.monotone import Peak, peak_on
from symtrade.analysis.cases.numeric_extremum import largest
from symtrade.analysis.cases.radicals import closed
from symtrade.analysis.cases.roots import Irrational
from symtrade.analysis.cases.statement import Found, divided, joined, unexplained
from symtrade.model.cases import Cases, lines_of
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.relations import as_tuple
from symtrade.prover import Prover

MOST_ORDERS = 6  # in which the variables are treated


@dataclass(frozen=True)
class Optimum:
    """One case of a supremum: where, its value, and a point that attains or approaches it.

    `at` are (variable, place) for the variable that was treated last, or for each variable where all were
    treated at once; without parameters for each place of a tie.

    `attained` is a condition on the parameters (True where a point attains the value; None
    where that is not known).
    `roots` are (symbol, expression, low, high): the symbol is a root of the expression between the two
    ends; it occurs in `value` and `at` where these have no closed form in radicals.
    """

    when: Any
    value: Any
    at: tuple[tuple[Any, Any], ...]
    attained: Any
    roots: tuple[tuple[Any, Any, Any, Any], ...] = ()


@dataclass(frozen=True)
class Extremum:
    """The supremum or infimum of a function over a box, case by case.

    `unknown` are (condition, reason) where it was not found, with ``partial=True``: else the cases are all
    there are."""

    cases: tuple[Optimum, ...]
    unknown: tuple[tuple[Any, str], ...] = ()

    @property
    def value(self) -> Any:
        """The value as one expression (Cases where there are several)."""
        return Cases(*((case.value, case.when) for case in self.cases))

    def value_at(self, point: Mapping[Any, Any]) -> Any:
        """The exact value at a point of the parameters, an algebraic number; ``.evalf(30)`` gives digits.

        Raises ModelError where no case applies, or a root is not the only one between its ends.
        """
        for case in self.cases:
            if case.when.subs(point) == sympy.true:
                value = case.value
                for star, equation, low, high in case.roots:
                    try:
                        polynomial = sympy.Poly(equation.subs(point), star)
                    except sympy.PolynomialError:
                        raise ModelError(f"{equation.subs(point)} is no polynomial in {star}: ask with these"
                                         " numbers, for certified digits") from None
                    ends = low.subs(point), high.subs(point)
                    found = dict.fromkeys(sympy.real_roots(polynomial))
                    inside = [x for x in found if ends[0] < x < ends[1]] or [x for x in found if x in ends]
                    if len(inside) != 1:
                        raise ModelError(f"{polynomial.as_expr()} has {len(inside)} roots in {ends}")
                    value = value.subs(star, inside[0])
                return value.subs(point)
        raise ModelError(f"no case is known to apply at {dict(point)}")


def supremum(
    expression: Any,
    *over: tuple[Any, Any],
    assuming: Any = (),
    parameters: Any = (),
    prover: Prover | None = None,
    digits: int = 10,
    partial: bool = False,
) -> Extremum:
    """The least upper bound of a function over a box, for all parameters.

    `over` are pairs (variable, Interval): ``(x, Interval(0, 1))``, ``(x, Interval.Ropen(0, a))``, each
    of which may have the earlier ones in its ends' place only as parameters.  The function is rational
    by cases and continuous, and defined inside the box.  Infinite suprema are ``oo``.  Maximised one
    variable after the other, from the left (in another order where that one fails; a rational function
    over all variables at once where all fail); the bound is proved for every point of the box, and that it
    is attained or approached by substitution.  With one
    variable and no parameters the answer is an algebraic number, whatever the degrees; with more, or
    with exponentials and the like, it may be an interval with rational ends (``AccumBounds``) no longer
    than 10**-digits, proved by balls; `at` is then a point with a value in it.

    Raises ModelError for what cannot be treated, Undecided where a sign could not be decided; with `partial`
    the answer has the cases that were found, and what is `unknown`, with the reason.

    >>> from sympy import Interval, symbols
    >>> x, a = symbols("x a")
    >>> top = supremum(x*(a - x), (x, Interval(0, 1)), assuming=(a > 0,))
    >>> [(c.value, c.at[0][1], c.when) for c in top.cases]
    [(a - 1, 1, a >= 2), (a**2/4, a/2, a <= 2)]
    """
    return _extremum(expression, over, assuming, parameters, searching(prover), 1, digits, partial)


def infimum(
    expression: Any,
    *over: tuple[Any, Any],
    assuming: Any = (),
    parameters: Any = (),
    prover: Prover | None = None,
    digits: int = 10,
    partial: bool = False,
) -> Extremum:
    """The greatest lower bound; see :func:`supremum`."""
    return _extremum(expression, over, assuming, parameters, searching(prover), -1, digits, partial)


def _extremum(
    expression: Any,
    over: Sequence[tuple[Any, Any]],
    assuming: Any,
    parameters: Any,
    prover: Prover,
    side: int,
    digits: int,
    partial: bool,
) -> Extremum:
    if not over or any(not isinstance(pair, (tuple, sympy.Tuple)) or len(pair) != 2 for pair in over):
        raise ModelError("expected one or more variables with their ranges, such as (x, Interval(0, 1))")
    for variable, box in over:
        if not isinstance(box, sympy.Interval) or sympy.oo in (-box.start, box.end):
            raise ModelError(
                f"the range of {variable}: expected Interval(low, high) with finite ends, got {box}"
            )
    numeric = not as_tuple(assuming) and not as_tuple(parameters)
    if numeric and not is_rational_by_cases(sympy.sympify(exact(expression))):
        return _enclosed(expression, over, prover, side, digits)
    failure: Exception | None = None
    for order in _orders(over):
        try:
            return _in_order(expression, order, assuming, parameters, prover, side)
        except (Irrational, Undecided) as error:
            failure = failure or error
    assert failure is not None
    if numeric:
        return _enclosed(expression, over, prover, side, digits)
    if len(over) == 1 and partial:
        ((variable, box),) = over
        return _one(expression, variable, box, _assumptions(assuming), parameters, prover, side, partial)
    if len(over) == 1 or not is_rational(sympy.sympify(exact(expression))):
        raise failure
    from symtrade.solve.errors import EmptyRegion

    try:
        return _at_once(expression, over, assuming, parameters, prover, side, partial)
    except (Irrational, Undecided, EmptyRegion) as error:
        raise type(failure)(f"{failure}; and over all variables at once: {error}") from error


def _at_once(
    expression: Any,
    over: Sequence[tuple[Any, Any]],
    assuming: Any,
    parameters: Any,
    prover: Prover,
    side: int,
    partial: bool,
) -> Extremum:
    """The extremum over all variables together, at critical points of the faces of the box."""
    function = side * sympy.sympify(exact(expression))
    is_open = any(box.left_open or box.right_open for _, box in over)
    cases = []
    found, unknown = summits(function, dict(over), _assumptions(assuming), parameters, prover, partial)
    for item, when in found:
        value, *places = item.values
        at = tuple((variable, place) for (variable, _), place in zip(over, places, strict=True))
        cases.append(Optimum(when, side * value, at, None if is_open else sympy.true, item.more))
    return Extremum(tuple(cases), unknown)


def _enclosed(
    expression: Any, over: Sequence[tuple[Any, Any]], prover: Prover, side: int, digits: int
) -> Extremum:
    """The extremum between two rationals, and a point whose value lies there, too."""
    found = enclosed_largest(expression, over, side, digits, prover)
    ends = sorted((side * found.low, side * found.high))
    at = tuple((variable, place) for (variable, _), place in zip(over, found.place, strict=True))
    is_open = any(box.left_open or box.right_open for _, box in over)
    may_jump = sympy.sympify(expression).has(sympy.Piecewise, Cases)
    attained = None if is_open or may_jump else sympy.true
    return Extremum((Optimum(sympy.true, sympy.AccumBounds(*ends), at, attained),))


def _orders(over: Sequence[tuple[Any, Any]]) -> Iterable[Sequence[tuple[Any, Any]]]:
    """The given order first; then others, where no range depends on another variable."""
    names = {variable for variable, _ in over}
    if any(end.free_symbols & names for _, box in over for end in (box.start, box.end)):
        return [over]
    return islice(permutations(over), MOST_ORDERS)


def _in_order(
    expression: Any,
    over: Sequence[tuple[Any, Any]],
    assuming: Any,
    parameters: Any,
    prover: Prover,
    side: int,
) -> Extremum:
    value, found = sympy.sympify(exact(expression)), None
    rest = list(over)
    while rest:
        variable, box = rest.pop(0)
        given = (*_assumptions(assuming), *(r for v, b in rest for r in inside(v, b)))
        found = _one(value, variable, box, given, parameters, prover, side)
        value = found.value
        if rest and (
            any(case.roots for case in found.cases) or not all(is_rational(v) for v, _ in lines_of(value))
        ):
            raise Irrational(
                f"the extremum over {variable} is {value}: with roots in it the next variable cannot be"
                " treated"
            )
    assert found is not None
    return found


def _assumptions(assuming: Any) -> tuple[Any, ...]:
    return (assuming,) if isinstance(assuming, sympy.Basic | bool) else tuple(assuming)


def inside(variable: Any, box: Any) -> tuple[Any, Any]:
    """That a variable lies in an interval, as two relations."""
    low = variable > box.start if box.left_open else variable >= box.start
    high = variable < box.end if box.right_open else variable <= box.end
    return low, high


def _one(
    expression: Any,
    variable: Any,
    box: Any,
    assuming: Any,
    parameters: Any,
    prover: Prover,
    side: int,
    partial: bool = False,
) -> Extremum:
    """The extremum over one variable."""
    base = ground(assuming, parameters, (variable,), roots_of=variable)
    position = base.ring.index[variable.name]

    def work(branch: Branch) -> Peak:
        ends = (read(exact(box.start), base.ring, branch), read(exact(box.end), base.ring, branch))
        open_ends = (bool(box.left_open), bool(box.right_open))
        return peak_on(branch, expression, Interval(base.ring, position, *ends), open_ends, side)

    try:
        found, unknown = divided(explore(Branch(base, prover), work, unexplained if partial else None))
    except (Irrational, Undecided):
        if base.symbols:
            raise
        top = largest(expression, variable, box, side, prover)
        places = tuple((variable, place) for place in top.places)
        attained = sympy.true if top.attained else sympy.false
        return Extremum((Optimum(sympy.true, top.value, places, attained),))
    items = [_described(branch, peak, variable, side) for branch, peak in found]
    cases = []
    for item, when in joined(items, base, prover):
        _, attained, roots = item.more
        cases.append(Optimum(when, item.values[0], ((variable, item.values[1]),), attained, roots))
    return Extremum(tuple(cases), unknown)


def _described(branch: Branch, peak: Peak, variable: Any, side: int) -> Found:
    """A peak in the user's symbols, roots of quadratics in radicals."""
    value = sympy.oo * side if peak.value is None else branch.view(peak.value)
    place = branch.view(peak.place)
    attained = sympy.true if peak.inside else sympy.false
    if peak.edge is not None and peak.place != peak.edge and peak.value is not None:
        attained = sympy.Ne(place, branch.view(peak.edge))
    shown, roots = closed((value, place, attained, *branch.conditions), branch)
    value, place, attained, *conditions = shown
    known = branch.samples, branch.doubtful
    return Found(tuple(conditions), (value, place), (variable, attained, roots), *known)
