"""An adversary's charts: parameters out of sight.  See test_soundness."""

from __future__ import annotations

from typing import Any

import pytest

from symtrade.kernel.arithmetic import verify
from symtrade.kernel.certificate import (
    Certificate,
    Empty,
    Leaf,
    Term,
)
from symtrade.kernel.polynomial import Ring, quotient
from symtrade.kernel.region import Chart, Condition, Region
from tests.kernel.adversary import (
    FREE,
    ONE,
    RING,
    ZERO,
    A,
    B,
    chart,
    empty,
    over,
    refuse,
    region,
)

NEGATIVE = Empty(region((-A, ">")))  # "no a is negative"
WISH = empty(Term(ONE, (0,)), Term(A))  # refutes -a > 0 if the chart says that a is positive


def test_the_wish_would_be_granted_on_the_right_region():
    where = Region(RING, (Condition(A, ">"), Condition(-A, ">")))
    right = chart(("positive", "free"), FREE.forward, FREE.inverse)
    verify(Certificate(Empty(where), right, empty(Term(ONE, (0,)), Term(A))))


def test_a_free_parameter_called_positive():
    for kind in ("positive", "nonnegative"):
        refuse(f"chart: the coordinate a need not be {kind} on the region", NEGATIVE, WISH,
               chart=chart((kind, "free"), FREE.forward, FREE.inverse))


def test_a_nonnegative_parameter_called_positive():
    refuse("chart: the coordinate a need not be positive on the region",
           Empty(region((A, ">="), (A, "="))), empty(Term(-ONE, (0,)), Term(A)),
           chart=chart(("positive", "free"), FREE.forward, FREE.inverse))


def test_a_square_map_that_reaches_half_the_line():
    """a = u^2 is positive for every u, but it is not one-to-one and misses the negative half."""
    refuse("chart: the formula for the coordinate a is no inverse", NEGATIVE,
           empty(Term(ONE, (0,)), Term(A * A)),
           chart=chart(("free", "free"), (over(A * A), over(B)), FREE.inverse))


def test_odds_that_miss_everything_above_one():
    """a = u/(1 + u) with u > 0 reaches (0, 1) only; on a > 0 the inverse a/(1 - a) has a pole."""
    odds = chart(("positive", "free"), (over(A, A + 1), over(B)), (over(-A, A - 1), over(B)))
    refuse("chart: the coordinate a may be undefined on the region", Empty(region((A, ">"), (A - 2, ">"))),
           empty(Term(ONE, (0,)), Term(A + 2)), chart=odds)


def test_odds_whose_inverse_changes_its_sign():
    """With a != 1 the inverse is defined, but it is negative above one."""
    odds = chart(("positive", "free"), (over(A, A + 1), over(B)), (over(-A, A - 1), over(B)))
    refuse("chart: the coordinate a may be undefined on the region",
           Empty(region((A, ">"), (A - 1, "!="), (A - 2, ">"))), empty(Term(ONE, (0,)), Term(A + 2)),
           chart=odds)


def test_a_pole_of_the_forward_map():
    """b = 1/u never is 0, so a chart through 1/u would miss b = 0."""
    refuse("chart: the formula for b may divide by zero", Empty(region((B, "="))), empty(Term(ONE, (0,))),
           chart=chart(("free", "free"), (over(A), over(ONE, B)), (over(A), over(ONE, B))))


LINE = Ring(("u",))
U = LINE.gens[0]


def diagonal(eliminated: Any) -> Chart:
    """The line a = b, by one coordinate."""
    u = quotient(U, LINE.one)
    return Chart(LINE, ("free",), (u, u), (over(A),), tuple(eliminated))


@pytest.mark.parametrize(("condition", "eliminated", "message"), [
    ((ONE, ">"), (), "the chart does not reach every value of b"),
    ((A - B, ">="), ((0, 1),), "a - b >= 0 eliminates a parameter but is no equality"),
    ((A - B, "!="), ((0, 1),), "a - b != 0 eliminates a parameter but is no equality"),
    ((A * A - B * B, "="), ((0, 1),), "a^2 - b^2 = 0 does not determine b"),
    ((A * A - A * B, "="), ((0, 1),), "a^2 - a*b = 0 does not determine b"),
    ((A + B, "="), ((0, 1),), "the chart does not reach every value of b"),
    ((A - 1, "="), ((0, 1),), "a - 1 = 0 does not determine b"),
    ((ZERO, "="), ((0, 1),), "0 = 0 does not determine b"),
    ((A - B, "="), ((0, 1), (0, 0)), "a - b = 0 does not determine a"),
    ((A - B, "="), ((0, -1),), "condition 0 or parameter -1 does not exist"),
    ((A - B, "="), ((-1, 1),), "condition -1 or parameter 1 does not exist"),
    ((A - B, "="), ((0, 2),), "chart: "),
])
def test_a_line_taken_for_the_plane(condition, eliminated, message):
    """Where only a = b is seen, a > b seems impossible."""
    refuse(message, Empty(region(condition, (A - B, ">"))), Leaf("empty", refutation=(Term(LINE.one, (0,)),)),
           chart=diagonal(eliminated))


def test_conditions_that_the_chart_implies_are_all_that_may_be_dropped():
    """a >= 0 holds on the orthant; a - 1 >= 0 does not and stays hypothesis 0."""
    where = region((A, ">"), (A - 1, ">="), (-A, ">="))
    right = chart(("positive", "free"), FREE.forward, FREE.inverse)
    verify(Certificate(Empty(where), right, empty(Term(ONE, (0,)), Term(ONE, (1,)), Term(ONE))))
    refuse("the terms do not sum to 0", Empty(where), empty(Term(ONE, (1,)), Term(ONE)), chart=right)
