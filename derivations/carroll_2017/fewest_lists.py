"""Beyond the paper: how few lists of information structures, and how short a proof, suffice for the
main theorem."""

from sympy import And, Eq, Ge, Gt, Le, Not, Or, Rational, Symbol, sympify

import symtrade as st

from .appendix_e import ASSIGN, IN_REGION_3, at
from .environment import PARAMETERS, W_FB, b_hi, b_lo, mirror, p_bhi, p_blo, p_shi, p_slo, s_hi, s_lo
from .section_5_lists import benchmarks, with_value, within
from .tables_3_and_4 import (
    LAMBDA,
    LAMBDA_BELOW_ONE,
    MIRRORED_BELOW_ONE,
    S_1,
    S_2,
    S_2_OVERLAPPING,
    mirrored,
    overlapping,
    structure,
)

lam = Symbol("lambda")
BETWEEN = (*PARAMETERS, lam > 0, lam < 1)
LAMBDA_AT_LEAST_ONE = LAMBDA_BELOW_ONE.negated
MIRRORED_ASSIGN = {b_lo: 1, s_lo: 1, b_hi: 2, s_hi: 2}

KNOWS_OWN_VALUE = (
    structure((b_lo, s_hi, p_blo * p_shi, 1, 1), (b_hi, s_hi, p_bhi * p_shi, 3, 2),
              (b_lo, s_lo, p_blo * p_slo, 1, 3), (b_hi, s_lo, p_bhi * p_slo, 3, 4)),
    structure((b_lo, s_hi, p_blo * p_shi, 4, 5), (b_hi, s_hi, p_bhi * p_shi, 6, 5),
              (b_lo, s_lo, p_blo * p_slo, 5, 7), (b_hi, s_lo, p_bhi * p_slo, 7, 7)))


@st.derivation("CA-15", "How few lists suffice for the main theorem", "6.3")
def fewest_lists(prover):
    """One construction does for all parameters: Table 4 with the smaller of 1 and lambda, which is
    Table 3 where lambda is at least 1.

    Found: for 0 < lambda < 1 the exact optimum of Table 4 with any lambda; every lambda between the
    paper's and that of the mirror image gives the theorem; three programs with one piece each do
    where types are assigned beforehand, and then no minimum is left in the proof.
    Tried in vain: single structures (each gives first best), Table 3 alone, Table 4 or its mirror
    image alone, and lists without overlap, where the structures at hand, all together, are not enough.
    """
    known = benchmarks(prover)
    any_lambda = prover.solve(st.total_minimum_utility(
        st.InformationList((S_1, overlapping(lam)), BETWEEN, overlapping=True)))
    elsewhere = prover.solve(st.total_minimum_utility(
        st.InformationList((S_1, S_2), (*PARAMETERS, LAMBDA_AT_LEAST_ONE))))
    which_lambda(prover, known, any_lambda)
    one_construction(prover, known, elsewhere)
    assigned = assigned_beforehand(prover, known)
    single_structures(prover, known)
    without_overlap = one_list_is_not_enough(prover, known)
    return st.Result(
        statement=(*within(any_lambda, And(lam > 0, lam < 1)),
                   *within(elsewhere, LAMBDA_AT_LEAST_ONE)),
        parts=(st.Part("Table 4 with any lambda between 0 and 1", any_lambda),
               st.Part("Table 3, where the lambda of Table 4 is at least 1", elsewhere),
               *(st.Part(f"With types assigned beforehand: {name}; multipliers used: {multipliers(solution)}",
                         solution) for name, solution in assigned.items()),
               st.Part("What all structures at hand give without overlap at the parameters of E.3, where"
                       " the best guarantee is 25/16", without_overlap)),
    )


def multipliers(solution):
    """How many constraints the proof adds up, piece by piece."""
    return ", ".join(str(sum(y != 0 for y in piece.dual.values())) for piece in solution.pieces)


def never_less(prover, known, pieces, where):
    """An upper bound cannot lie below what the mechanisms guarantee: these are the largest of the three."""
    for piece in pieces:
        for welfare in known.welfares:
            prover.establish(Ge(piece.value, welfare), assuming=(*where, piece.region))


def which_lambda(prover, known, solution):
    """The lambdas with which the list is tight: all others give more, and all between the paper's and
    that of the mirror image, these two included, are among them."""
    tight, other = known.tight(solution), mirror(LAMBDA)
    case_a, case_b = (with_value(solution, case.welfare) for case in (known.a, known.b))
    never_less(prover, known, tight, BETWEEN)
    for piece in solution.pieces:
        if piece not in tight:
            for welfare in known.welfares:
                prover.establish(piece.value > welfare, assuming=(*BETWEEN, *interior(piece.region)))
    prover.establish(case_a.region, assuming=(*BETWEEN, Le(lam, LAMBDA), Ge(lam, other)))
    prover.establish(case_b.region, assuming=(*BETWEEN, Gt(lam, LAMBDA), Le(lam, other)))
    for choice in (LAMBDA, other):
        ends = [(piece.region.subs(lam, choice), piece.value.subs(lam, choice)) for piece in solution.pieces]
        reached = [(where, value, welfare) for where, value in ends for welfare in known.welfares
                   if st.identical(value, welfare)]
        prover.establish(Or(*(where for where, *_ in reached)), assuming=(*PARAMETERS, choice < 1))
        for _, value, welfare in reached:
            prover.establish(Eq(value, welfare), assuming=(*PARAMETERS, choice < 1))


def interior(region):
    """The conditions of a region, without equality; what is left out belongs to the tight pieces, or
    has the paper's lambda."""
    conditions = region.args if isinstance(region, And) else (region,)
    return tuple(Gt(condition.gts, condition.lts) for condition in conditions)


def one_construction(prover, known, elsewhere):
    """At lambda = 1 the states that tell less have probability zero: what is left is Table 3."""
    left = tuple(state for state in overlapping(sympify(1)).states if state.probability != 0)
    prover.establish(sympify(left == S_2.states))
    prover.establish(sympify(known.tight(elsewhere) == elsewhere.pieces))
    never_less(prover, known, elsewhere.pieces, (*PARAMETERS, LAMBDA_AT_LEAST_ONE))


def assigned_beforehand(prover, known):
    """Table 3 in region I, Table 4 in case (b), its mirror image in case (a): every type counts in one
    structure only, and the three cover the parameter set."""
    region = {
        "Table 3, region I": (known.region["I"], (S_1, S_2), ASSIGN, known.flexible),
        "Table 4, case (b)": (And(LAMBDA_BELOW_ONE, known.b.region), (S_1, S_2_OVERLAPPING), ASSIGN,
                              known.b.welfare),
        "the mirror image of Table 4, case (a)": (
            And(MIRRORED_BELOW_ONE, known.a.region), (mirrored(S_1), mirrored(S_2_OVERLAPPING)),
            MIRRORED_ASSIGN, known.a.welfare),
    }
    found = {}
    for name, (where, structures, assign, welfare) in region.items():
        listing = st.InformationList(structures, (*PARAMETERS, where), overlapping=structures[1] != S_2)
        found[name] = prover.solve(st.total_minimum_utility(listing, assign=assign))
        for piece in found[name].pieces:
            prover.establish(Eq(piece.value, welfare), assuming=PARAMETERS)
    prover.establish(Or(*(where for where, *_ in region.values())), assuming=PARAMETERS)
    return found


def single_structures(prover, known):
    """With one structure alone the designer reaches first best: extortion needs a threat."""
    for alone, where in ((S_1, ()), (S_2, ()), (S_2_OVERLAPPING, (LAMBDA_BELOW_ONE,))):
        solution = prover.solve(st.total_minimum_utility(
            st.InformationList((alone,), (*PARAMETERS, *where))))
        for piece in solution.pieces:
            prover.establish(Eq(piece.value, W_FB), assuming=PARAMETERS)
    for welfare in known.welfares:
        prover.establish(welfare < W_FB, assuming=PARAMETERS)


def one_list_is_not_enough(prover, known):
    """Table 3 fails in region III, Table 4 and its mirror image are no lists in region I, and without
    overlap all the structures together fail at the parameters of E.3."""
    best = best_guarantee(known, IN_REGION_3)
    prover.establish(And(Not(LAMBDA_BELOW_ONE), Not(MIRRORED_BELOW_ONE)),
                     assuming=(*PARAMETERS, known.region["I"]))
    all_together = st.InformationList(
        (S_1, S_2, S_2_OVERLAPPING, mirrored(S_2_OVERLAPPING), *KNOWS_OWN_VALUE), PARAMETERS)
    values = []
    for listing in (st.InformationList((S_1, S_2), PARAMETERS), all_together):
        (piece,) = prover.solve(st.total_minimum_utility(at(listing, IN_REGION_3))).pieces
        prover.establish(sympify(piece.value > best))
        values.append(piece.value)
    return values[-1]


def best_guarantee(known, point):
    """The best guarantee at rational parameters."""
    return max(Rational(welfare.subs(point)) for welfare in known.welfares)
