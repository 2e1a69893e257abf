"""An adversary's certificates: each would prove something false if one rule were a little sloppier.

They are written by hand, from the statement that one would like to have proved.
"""

from __future__ import annotations

import pytest
from flint import fmpq

from symtrade.kernel.arithmetic import verify
from symtrade.kernel.certificate import (
    Certificate,
    CertificateError,
    Empty,
    Fact,
    Implication,
    Largest,
    Leaf,
    Optimum,
    Overlap,
    Piece,
    Split,
    Term,
)
from symtrade.kernel.polynomial import Ring
from symtrade.kernel.region import Chart, Condition, Region
from tests.kernel.adversary import (
    EVERYWHERE,
    FREE,
    ONE,
    ORIGIN,
    ZERO,
    A,
    B,
    at,
    chart,
    empty,
    line,
    over,
    program,
    refuse,
    region,
    row,
)

# --- numbers that are not defined ------------------------------------------------------------------


def test_a_bound_that_is_undefined_on_a_line():
    """max x s.t. x <= 1/(a - b) has no answer at a = b; it may not be stated as 1/(a - b)."""
    value = over(ONE, A - B)
    refuse("a coefficient of the program may divide by zero: a - b",
           Optimum(program(row("top", "<=", value, x=fmpq(1)))), at(value, top=fmpq(1)),
           line("optimal", value, (0,)))


def test_a_coefficient_that_cancels_in_the_value():
    """The row (1/a) x <= 1/a means x <= 1 except at a = 0, where it means nothing."""
    value = over(ONE, A)
    refuse("a coefficient of the program may divide by zero: a",
           Optimum(program(row("top", "<=", value, x=value))), at(fmpq(1), top=over(A)),
           line("optimal", fmpq(1), (0,)))


def test_an_objective_constant_that_is_undefined():
    refuse("a coefficient of the program may divide by zero: b",
           Optimum(program(row("top", "<=", fmpq(1), x=fmpq(1)), constant=over(ONE, B))),
           at(fmpq(1), top=fmpq(1)), line("optimal", over(B + 1, B), (0,)))


def test_a_point_that_is_undefined_but_for_its_slack():
    """x + y <= 1 and z = 0: the point (1/a, 1 - 1/a) has slack 0 wherever it exists."""
    rows = (row("sum", "<=", fmpq(1), x=fmpq(1), y=fmpq(1)),)
    goal = program(*rows, objective={"x": fmpq(1), "y": fmpq(1)}, variables=("x", "y"))
    leaf = Leaf("optimal", primal=(("x", over(ONE, A)), ("y", over(A - 1, A))), dual=(("sum", fmpq(1)),))
    refuse("primal: x: the denominator may vanish: a", Optimum(goal), leaf, line("optimal", fmpq(1), (0,)))


def test_multipliers_of_equalities_that_are_undefined_but_for_their_sum():
    """x <= 5 would follow from x = 5 + a and x = 5, with multipliers 1/a and 1 - 1/a... at a = 0 too."""
    rows = (row("one", "==", over(A + 5), x=fmpq(1)), row("two", "==", fmpq(5), x=fmpq(1)))
    claim = Implication(program(*rows, objective={}), row("claim", "<=", fmpq(6), x=fmpq(1)))
    leaf = Leaf("bound", dual=(("one", over(ONE, A)), ("two", over(A - 1, A))))
    refuse("dual: one: the denominator may vanish: a", claim, leaf)


def test_a_farkas_gap_that_is_positive_only_where_it_is_defined():
    """0 >= 1 from 0 * x >= a with the multiplier 1/a: false at a <= 0."""
    rows = (row("none", "==", over(A)),)
    refuse("dual: none: the denominator may vanish: a", Optimum(program(*rows)),
           Leaf("infeasible", dual=(("none", over(ONE, A)),)), line("infeasible", None, (0,)))


def test_a_piece_whose_value_is_undefined_on_its_region():
    """Equal as rational functions is not equal: the line (a^2 - b^2)/(a + b) says nothing at a = -b,
    and reduced it is not what the line says."""
    goal = program(row("top", "<=", over(A - B), x=fmpq(1)))
    refuse("the value is a - b, not (a^2)/(a + b)", Optimum(goal), at(over(A - B), top=fmpq(1)),
           line("optimal", over(A * A, A + B), (0,)))


def test_a_value_that_is_defined_on_its_own_leaf_only():
    """The line 1/a for a > 0 may not be stated for a >= 0."""
    where = region((A, ">="))
    goal = program(row("top", "<=", fmpq(1), x=over(A)), where=where)
    positive = at(over(ONE, A), top=over(ONE, A))
    rest = Leaf("unbounded", primal=(), ray=(("x", fmpq(1)),))
    tree = Split(A, ((">", positive), ("<=", rest)))
    refuse("region 0 of piece 0 against leaf 1: both may hold, and they differ", Optimum(goal), tree,
           line("optimal", over(ONE, A), (0,), (A, ">=")), line("unbounded", None, (1,), (-A, ">=")))


# --- refutations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("terms", "message"), [
    ((), "no term is positive"),
    ((Term(ZERO),), "no term is positive"),
    ((Term(ONE),), "the terms do not sum to 0; they leave 1"),
    ((Term(ONE), Term(-ONE)), "term 1 may be negative: -1"),
    ((Term(ZERO), Term(ONE, (), ZERO)), "no term is positive"),
    ((Term(A * A), Term(-A * A)), "term 1 may be negative: -a^2"),
    ((Term(A), Term(-A)), "term 0 may be negative: a"),
    ((Term(A * B), Term(-A * B)), "term 0 may be negative: a*b"),
    ((Term(ONE, (0,)),), "uses hypothesis 0, not yet known"),
    ((Term(ONE, (-1,)),), "uses hypothesis -1, not yet known"),
])
def test_the_whole_plane_is_not_empty(terms, message):
    certificate = Certificate(Empty(EVERYWHERE), FREE, empty(*terms))
    with pytest.raises(CertificateError) as refusal:
        verify(certificate)
    assert message in str(refusal.value)


@pytest.mark.parametrize(("conditions", "terms", "message"), [
    (((A - B, "!="),), (Term(ONE, (0,)), Term(-ONE, (0,))), "disequality an odd number of times"),
    (((A, ">="), (A, "!="), (-A, ">=")), (Term(ONE, (0, 1)), Term(ONE, (2, 1))), "an odd number of times"),
    (((A, "!="), (-A, "!=")), (Term(ONE, (0, 1)), Term(ONE, (0, 0))), "an odd number of times"),
    (((A, "!="),), (Term(ONE, (0, 0)), Term(-A * A)), "term 1 may be negative"),
    (((A, ">="), (-A, ">=")), (Term(ONE, (0,)), Term(ONE, (1,))), "no term is positive"),
    (((A, ">="), (-A, ">")), (Term(ONE, (0,)),), "the terms do not sum to 0"),
    (((A, ">"), (-A, ">=")), (Term(B * B, (0,)), Term(B * B, (1,))), "no term is positive"),
    (((A, ">"), (-A, ">=")), (Term(ONE, (0,), B), Term(ONE, (1,), B)), "no term is positive"),
    (((A, ">"), (-A, ">=")), (Term(ZERO, (0,)), Term(ZERO, (1,))), "no term is positive"),
    (((A, ">"),), (Term(ONE, (0,), ZERO),), "no term is positive"),
    (((A, "="),), (Term(ONE, (0,)), Term(-ONE, (0,))), "no term is positive"),
    (((A, "="), (B, ">")), (Term(ONE, (0, 1)), Term(-ONE, (0, 1))), "no term is positive"),
    (((A, "="),), (Term(-ONE, (0,)), Term(A)), "term 1 may be negative: a"),
    (((A, ">="), (B, ">=")), (Term(-ONE, (0, 1)), Term(ONE, (1, 0))), "term 0 may be negative: -1"),
])
def test_regions_that_have_points(conditions, terms, message):
    """Disequalities as inequalities, strictness out of nothing, equalities as strict terms."""
    refuse(message, Empty(region(*conditions)), empty(*terms))


def test_strictness_from_a_coefficient_that_may_vanish():
    """On a >= 0, the term a * (b > 0) is not positive at a = 0."""
    where = region((A, ">="), (B, ">"), (-B, ">="))
    half = chart(("nonnegative", "free"), FREE.forward, FREE.inverse)
    refuse("no term is positive", Empty(where), empty(Term(A, (0,)), Term(A, (1,))), chart=half)


def test_a_fact_may_use_its_negation_but_not_itself():
    """The negation of a > 0 is -a >= 0, at position 0; there is no a > 0 to use before it is proved."""
    fact = Fact(Condition(A, ">"), ((Term(ONE, (0,)), Term(ONE, (1,))),))
    refuse("fact 0 (a > 0): term 1 uses hypothesis 1, not yet known", Empty(EVERYWHERE), empty(facts=(fact,)))
    alone = Fact(Condition(A, ">="), ((Term(ONE, (0,)),),))
    refuse("fact 0 (a >= 0): the terms do not sum to 0; they leave -a", Empty(EVERYWHERE),
           empty(facts=(alone,)))


def test_two_facts_may_not_prove_each_other():
    lean = (Term(ONE, (0,)), Term(ONE, (1,)))  # of the second's negation, and of what the second says
    first, second = Fact(Condition(A, ">"), (lean,)), Fact(Condition(A, ">"), (lean,))
    refuse("fact 0 (a > 0): term 1 uses hypothesis 1, not yet known", Empty(EVERYWHERE),
           empty(facts=(first, second)))


def test_facts_stay_in_their_branch():
    """What is known for a > 0 is not known for a <= 0."""
    fact = Fact(Condition(A + 1, ">"), ((Term(ONE, (1,)), Term(ONE, (0,)), Term(ONE)),))
    tree = Split(A, ((">", empty(Term(ONE, (1,)), facts=(fact,))), ("<=", empty(Term(ONE, (1,))))))
    refuse("tree/>: leaf 0: refutation: the terms do not sum to 0", Empty(EVERYWHERE), tree)


def test_equality_facts_need_both_halves():
    """From a >= 0 alone, a = 0 does not follow."""
    one = (Term(ONE, (1,)), Term(ONE, (0,)))
    where = region((A, ">="), (A, "!="))
    refuse("fact 0 needs 2 refutation(s)", Empty(where), empty(facts=(Fact(Condition(A, "="), (one,)),)))
    refuse("fact 0 (a = 0): ", Empty(where), empty(facts=(Fact(Condition(A, "="), (one, one)),)))


# --- trees that do not cover -----------------------------------------------------------------------


def test_splits_that_leave_something_out():
    for relations in ((), (">",), (">", "<"), (">=",), (">=", ">"), ("=",), (">", "="), (">=", ">="),
                      (">", ">=", "="), ("!=", "="), ("any",)):
        tree = Split(A, tuple((r, empty(Term(ONE))) for r in relations))
        refuse("do not cover every sign", Empty(EVERYWHERE), tree)


def test_splits_on_constants_prove_nothing_new():
    """On 0, the branches > and < are impossible and = is everything; on 1, > is everything."""
    absurd = empty(Term(ONE, (0,)))
    nothing = Split(ZERO, ((">", absurd), ("=", absurd), ("<", absurd)))
    refuse("tree/=: leaf 1: refutation: no term is positive", Empty(EVERYWHERE), nothing)
    one = Split(ONE, ((">=", absurd), ("<", absurd)))
    refuse("tree/>=: leaf 0: refutation: the terms do not sum to 0; they leave 1", Empty(EVERYWHERE), one)
    inside = Split(ZERO, ((">", absurd), ("<=", empty(Term(ONE), Term(ONE, (0,))))))
    refuse("tree/<=: leaf 1: refutation: the terms do not sum to 0; they leave 1", Empty(EVERYWHERE), inside)


def test_largest_needs_a_branch_for_each():
    for polynomials, branches in (((), ()), ((A, B), (empty(),)), ((A,), ()), ((A,), (empty(), empty()))):
        refuse("expected one branch a polynomial", Empty(EVERYWHERE), Largest(polynomials, branches))


def test_the_largest_of_one_or_of_equals_says_nothing():
    """Branch 0 of (a) has no hypothesis, branch 0 of (a, a) only 0 >= 0."""
    refuse("tree/0: leaf 0: refutation: term 0 uses hypothesis 0, not yet known", Empty(EVERYWHERE),
           Largest((A,), (empty(Term(ONE, (0,))),)))
    refuse("tree/0: leaf 0: refutation: no term is positive", Empty(EVERYWHERE),
           Largest((A, A), (empty(Term(ONE, (0,))),) * 2))


# --- statements ------------------------------------------------------------------------------------

CHOICE = program(row("a", "<=", over(A), x=fmpq(1)), row("b", "<=", over(B), x=fmpq(1)))
LEAST = Split(A - B, ((">=", at(over(B), b=fmpq(1))), ("<=", at(over(A), a=fmpq(1)))))
B_IS_LESS = line("optimal", over(B), (0,), (A - B, ">="))
A_IS_LESS = line("optimal", over(A), (1,), (B - A, ">="))


def test_the_least_of_two_is_stated_rightly():
    verify(Certificate(Optimum(CHOICE), FREE, LEAST, ORIGIN, (B_IS_LESS, A_IS_LESS)))


@pytest.mark.parametrize(("pieces", "message"), [
    ((), "leaf 0 is in no piece"),
    ((B_IS_LESS,), "leaf 1 is in no piece"),
    ((line("optimal", over(B), (0,)), A_IS_LESS), "region 0 of piece 0 against leaf 1: both may hold"),
    ((line("optimal", over(B), (0,), (A - B, "!=")), A_IS_LESS), "the leaf is in none of the piece's"),
    ((line("optimal", over(B), (0,), (A - B, ">")), A_IS_LESS), "the leaf is in none of the piece's regions"),
    ((line("optimal", over(B), (0,), (A - B, ">"), (B - A, ">")), A_IS_LESS), "in none of the piece's"),
    ((line("optimal", over(B), (0,), (ZERO, ">")), A_IS_LESS), "the leaf is in none of the piece's regions"),
    ((line("optimal", over(B), (0,), (ONE, ">=")), A_IS_LESS), "region 0 of piece 0 against leaf 1"),
    ((line("optimal", over(B), (0, 1)),), "piece 0, leaf 1: the value is a, not b"),
    ((Piece("optimal", over(B), (B_IS_LESS.regions[0], (Condition(B - A - 1, ">"),)), (0,)), A_IS_LESS),
     "region 1 of piece 0 against leaf 1: both may hold, and they differ"),
    ((B_IS_LESS, A_IS_LESS, line("optimal", fmpq(7), (), (A - B - 1, ">"))), "piece 2 is empty"),
    ((B_IS_LESS, A_IS_LESS, line("empty", None, ())), "piece 2 is empty"),
    ((line("infeasible", None, (0,), (A - B, ">=")), A_IS_LESS), "piece says infeasible, the leaf optimal"),
])
def test_false_statements_over_true_leaves(pieces, message):
    refuse(message, Optimum(CHOICE), LEAST, *pieces)


def test_a_wide_region_hidden_behind_a_stricter_leaf():
    """Leaf 0 holds for a - b >= 1 only, the line claims a - b >= 0; between them another line is true."""
    goal = program(row("a", "<=", over(A), x=fmpq(1)), row("b", "<=", over(B + 1), x=fmpq(1)))
    wider = Fact(Condition(A - B, ">="), ((Term(ONE, (0,)), Term(ONE, (1,)), Term(ONE)),))
    strict = Leaf("optimal", (wider,), primal=(("x", over(B + 1)),), dual=(("b", fmpq(1)),))
    tree = Split(A - B - 1, ((">=", strict), ("<=", at(over(A), a=fmpq(1)))))
    other = line("optimal", over(A), (1,), (B + 1 - A, ">="))
    verify(Certificate(Optimum(goal), FREE, tree, ORIGIN,
                       (line("optimal", over(B + 1), (0,), (A - B - 1, ">=")), other)))
    refuse("region 0 of piece 0 against leaf 1: both may hold, and they differ", Optimum(goal), tree,
           line("optimal", over(B + 1), (0,), (A - B, ">=")), other)


def test_an_overlap_is_not_explained_by_wishes():
    wide = line("optimal", over(B), (0,))
    for facts, terms, message in (
        ((), (Term(ONE, (0,)),), "the terms do not sum to 0"),
        ((Fact(Condition(A - B, "="), ((Term(ONE, (1,)), Term(ONE, (0,))), ())),), (), "no term is positive"),
        ((), (Term(ZERO),), "no term is positive"),
    ):
        refuse(message, Optimum(CHOICE), LEAST, wide, A_IS_LESS, overlaps=(Overlap(0, 0, 1, facts, terms),))


# --- claims with little in them --------------------------------------------------------------------


def test_without_constraints_nothing_is_bounded_or_infeasible():
    bare = program()
    refuse("dual: the column of x leaves -1", Optimum(bare), at(fmpq(7)), line("optimal", fmpq(7), (0,)))
    refuse("the combined bound is not known to be positive: 0", Optimum(bare), Leaf("infeasible"),
           line("infeasible", None, (0,)))
    refuse("ray: the objective is not known to improve; slope 0", Optimum(bare), Leaf("unbounded"),
           line("unbounded", None, (0,)))
    refuse("a leaf 'bound' proves nothing of this claim", Optimum(bare), Leaf("bound"))


def test_without_variables_the_value_is_the_constant():
    nothing = program(objective={}, variables=(), constant=over(A))
    verify(Certificate(Optimum(nothing), FREE, Leaf("optimal"), ORIGIN, (line("optimal", over(A), (0,)),)))
    refuse("the value is a, not 0", Optimum(nothing), Leaf("optimal"), line("optimal", fmpq(0), (0,)))


def test_without_constraints_only_trivial_bounds_follow():
    bare = program(objective={})
    verify(Certificate(Implication(bare, row("claim", ">=", fmpq(0))), FREE, Leaf("bound"), ORIGIN))
    refuse("the multipliers miss the claimed bound by -1", Implication(bare, row("claim", ">=", fmpq(1))),
           Leaf("bound"))
    refuse("the column of x leaves -1", Implication(bare, row("claim", ">=", fmpq(0), x=fmpq(1))),
           Leaf("bound"))


def test_without_parameters_there_is_one_point():
    none = Ring(())
    everything = Chart(none, (), (), ())
    for condition, message in (((), "no term is positive"), ((none.one, ">"), "they leave 1")):
        where = Region(none, (Condition(*condition),) if condition else ())
        terms = () if not condition else (Term(none.one),)
        refuse(message, Empty(where), Leaf("empty", refutation=terms), chart=everything)


def test_a_claim_about_no_parameters_at_all_is_no_theorem():
    """Everything is true on an empty region, so the region must have a point."""
    where = region((A, ">"), (-A, ">"))
    leaf = empty(Term(ONE, (0,)), Term(ONE, (1,)))
    refuse("point: a > 0 fails there", Optimum(program(where=where)), leaf)
    refuse("point: expected one value a parameter", Implication(program(where=where, objective={}),
           row("claim", ">=", fmpq(1))), leaf, point=None)


def test_an_equality_is_two_implications():
    rows = (row("cap", "<=", fmpq(1), x=fmpq(1)),)
    refuse("an equality follows from two implications", Implication(program(*rows, objective={}),
           row("claim", "==", fmpq(1), x=fmpq(1))), Leaf("bound", dual=(("cap", fmpq(1)),)))


@pytest.mark.parametrize(("kind", "name"), [
    ("infeasible", "primal"), ("infeasible", "ray"), ("optimal", "ray"), ("unbounded", "dual"),
    ("optimal", "refutation")])
def test_no_evidence_rides_along_unread(kind, name):
    """A reader who is shown a point or a multiplier takes it for checked."""
    idle = (Term(ONE),) if name == "refutation" else (("x", fmpq(5)),)
    refuse(f"{name} has no meaning in a leaf {kind!r}", Optimum(CHOICE), Leaf(kind, **{name: idle}))


def test_names_do_not_end_early():
    """python-flint cuts names at a NUL: a\\0 and a\\0b would look alike."""
    for name in ("a\0", "a\0b", "\0"):
        with pytest.raises(ValueError, match="cannot name a parameter"):
            Ring((name,))
