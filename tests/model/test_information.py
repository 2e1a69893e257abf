"""Information structures: what is refused, and small lists solved by hand."""

from __future__ import annotations

import pytest
from sympy import Rational, symbols

import symtrade as st

b, c, p = symbols("b c p")
UNIT = (p > 0, p < 1)


def structure(*rows):
    return st.InformationStructure(tuple(st.State(*row) for row in rows))


ONE_SIDED = structure(((b, 0), p, ("B", "S1")), ((b, c), 1 - p, ("B", "S2")))


def test_a_signal_reveals_its_owners_value():
    with pytest.raises(st.ModelError, match="the signal B occurs with the values 2 and 3"):
        structure(((2, 1), p, ("B", "S")), ((3, 1), 1 - p, ("B", "S")))


def test_a_structure_has_states():
    with pytest.raises(st.ModelError, match="at least one state"):
        st.InformationStructure(())


def test_probabilities_sum_to_one():
    with pytest.raises(st.ModelError, match="sum to 2\\*p, not to 1"):
        st.InformationList((structure(((2, 1), p, ("B", "S")), ((2, 0), p, ("B", "T"))),), UNIT)


def test_one_prior():
    other = structure(((b, 0), Rational(1, 2), ("B", "S1")), ((b, c), Rational(1, 2), ("B", "S2")))
    with pytest.raises(st.ModelError, match="structures 1 and 2 disagree on the prior"):
        st.InformationList((ONE_SIDED, other), UNIT)


def test_shared_signals_convey_the_same():
    told = structure(((b, 0), p, ("B", "S1")), ((b, c), 1 - p, ("C", "S2")))
    with pytest.raises(st.ModelError, match="the signal B conveys something else in structure 2"):
        st.InformationList((ONE_SIDED, told), UNIT, overlapping=True)
    assert st.InformationList((ONE_SIDED, told), UNIT)
    renamed = structure(((b, 0), p, ("B1", "T1")), ((b, c), 1 - p, ("C", "T2")))
    assert st.InformationList((ONE_SIDED, renamed), UNIT, overlapping=True)


def test_probabilities_must_be_positive_where_the_list_is_used():
    listing = st.InformationList((ONE_SIDED,), (p < 1, b > c, c > 0))
    with pytest.raises(ValueError, match="probability p must be positive"):
        st.solve(st.total_minimum_utility(listing))


@pytest.mark.parametrize("assign", [{b: 2}, {b: 0}, {symbols("x"): 1}])
def test_an_assignment_names_a_value_and_a_structure(assign):
    with pytest.raises(st.ModelError, match="assign: "):
        st.total_minimum_utility(st.InformationList((ONE_SIDED,), UNIT), assign=assign)


def test_probabilities_of_signals():
    assert ONE_SIDED.probability(buyer="B") == 1
    assert ONE_SIDED.probability(seller="S2") == 1 - p
    assert ONE_SIDED.probability("B", "S1") == p
    assert ONE_SIDED.probability("B", "S3") == 0


def test_expected_utility_and_outcomes():
    listing = st.InformationList((ONE_SIDED,), UNIT, parameters=(b, c))
    q, t = listing.outcome(1, "B", "S2")
    first, second = listing.outcome(1, "B", "S1")
    assert (listing.utility(1, 0, b).expr - (p * (b * first - second) + (1 - p) * (b * q - t))).expand() == 0
    assert (listing.utility(1, 1, c).expr - (t - c * q)).expand() == 0
    assert listing.minimum_utility(0, b) == symbols("u_B[b]", cls=type(b))


def test_a_list_of_ones_own_in_closed_form():
    """A buyer who knows her value b, a seller of cost 0 or c < b: trade is always efficient."""
    listing = st.InformationList((ONE_SIDED,), (*UNIT, c > 0, b > c))
    solution = st.solve(st.total_minimum_utility(listing))
    (piece,) = solution.pieces
    assert (piece.value - (p * b + (1 - p) * (b - c))).expand() == 0
    st.check(solution)


def test_without_pairs_that_never_occur():
    told = structure(((b, 0), p, ("B1", "S1")), ((b, c), 1 - p, ("B2", "S2")))
    listing = st.InformationList((told,), (*UNIT, c > 0, b > c))
    full = st.total_minimum_utility(listing)
    small = st.total_minimum_utility(listing, off_path=False)
    assert [v for v in full.variables if v not in small.variables] == [
        "q1[B1, S2]", "q1[B2, S1]", "t1[B1, S2]", "t1[B2, S1]"]
    names = {row.name for row in full.constraints} - {row.name for row in small.constraints}
    assert {n for n in names if n.startswith("IC")} == {
        "IC_B^1[B1 -> B2]", "IC_B^1[B2 -> B1]", "IC_S^1[S1 -> S2]", "IC_S^1[S2 -> S1]"}
    at = {b: 3, c: 1, p: Rational(1, 4)}
    efficient = Rational(1, 4) * 3 + Rational(3, 4) * 2
    assert st.solve(full).value_at(at) == st.solve(small).value_at(at) == efficient
