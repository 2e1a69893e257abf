"""Section 5: Tables 3 and 4 as information structures, and the bounds of Lemmas 5.1 to 5.5."""

from dataclasses import dataclass
from typing import Any

from sympy import And, Eq, Equivalent, Ge, Gt, Implies, Le, Or, sympify

import symtrade as st

from .environment import PARAMETERS, b_hi, b_lo, mirror, p_bhi, p_blo, p_shi, p_slo, s_hi, s_lo
from .section_2_2 import lemma_2_1
from .section_3 import flexible_price_guarantee, thresholds
from .tables_3_and_4 import (
    LAMBDA,
    LAMBDA_BELOW_ONE,
    MIRRORED_BELOW_ONE,
    S_1,
    S_2,
    S_2_OVERLAPPING,
    TABLE_3,
    TABLE_4,
    TABLE_4_MIRRORED,
    mirrored,
)

BUYER, SELLER = 0, 1
PRIOR = {(b, s): p * r for b, p in ((b_lo, p_blo), (b_hi, p_bhi)) for s, r in ((s_lo, p_slo), (s_hi, p_shi))}


@dataclass(frozen=True)
class Benchmarks:
    """W_FP, the two cases of Lemma 2.1 and the two thresholds, all derived."""

    flexible: Any
    a: Any
    b: Any
    p_bhi_star: Any
    p_slo_star: Any

    @property
    def welfares(self):
        return (self.flexible, self.a.welfare, self.b.welfare)

    @property
    def region(self):
        """The regions of Figure 5, as the lemmas state them."""
        low_b, low_s = Le(p_bhi, self.p_bhi_star), Le(p_slo, self.p_slo_star)
        high_b, high_s = Gt(p_bhi, self.p_bhi_star), Gt(p_slo, self.p_slo_star)
        return {"I": And(low_b, low_s), "II": And(high_b, low_s), "II'": And(high_s, low_b),
                "III": And(high_s, self.b.region), "III'": And(high_b, self.a.region)}

    def tight(self, solution):
        """The pieces whose value is W_FP or that of a case of Lemma 2.1."""
        return tuple(piece for piece in solution.pieces
                     if any(st.identical(piece.value, welfare) for welfare in self.welfares))


def benchmarks(prover):
    """What the two mechanisms of the main theorem guarantee."""
    flexible = flexible_price_guarantee(prover)
    _, a, b = lemma_2_1(prover)
    return Benchmarks(flexible, a, b, *thresholds(flexible, a, b))


@st.derivation("CA-8", "The information structures of Tables 3 and 4", "5")
def information_structures(prover):
    """Valid structures over one prior; lambda lies in (0, 1) exactly where p_bhi exceeds p*_b; the
    shared signals of Table 4, and of its mirror image, convey the same in both structures."""
    known = benchmarks(prover)
    below = {name: (*PARAMETERS, where) for name, where in
             (("lambda", LAMBDA_BELOW_ONE), ("mirrored", MIRRORED_BELOW_ONE))}
    for structure, where in ((S_1, PARAMETERS), (S_2, PARAMETERS), (S_2_OVERLAPPING, below["lambda"]),
                             (mirrored(S_2_OVERLAPPING), below["mirrored"])):
        prover.establish(valid(structure), assuming=where)
    table_3(prover)
    table_4(prover)
    for listing, where in ((TABLE_4, below["lambda"]), (TABLE_4_MIRRORED, below["mirrored"])):
        for claim in same_meaning(*listing.structures).values():
            prover.establish(claim, assuming=where)
    prover.establish(Equivalent(LAMBDA < 1, p_bhi > known.p_bhi_star), assuming=PARAMETERS)
    prover.establish(Equivalent(LAMBDA_BELOW_ONE, LAMBDA < 1), assuming=PARAMETERS)
    prover.establish(Equivalent(mirror(LAMBDA) < 1, p_slo > known.p_slo_star), assuming=PARAMETERS)
    prover.establish(Equivalent(MIRRORED_BELOW_ONE, mirror(LAMBDA) < 1), assuming=PARAMETERS)
    range_of_lambda(prover, known)
    return st.Result(
        statement=(st.Line(p_bhi > known.p_bhi_star, LAMBDA),
                   st.Line(p_slo > known.p_slo_star, mirror(LAMBDA))),
        parts=(st.Part("lambda of Table 4, between 0 and 1 exactly where p_bhi > p*_b", LAMBDA),
               st.Part("lambda of the mirror image, between 0 and 1 exactly where p_slo > p*_s",
                       mirror(LAMBDA))),
    )


def valid(structure):
    """Every state has positive probability, and the values have the prior of section 2.1."""
    def chance(pair):
        return sum(state.probability for state in structure.states if state.values == pair)

    return And(*(state.probability > 0 for state in structure.states),
               *(Eq(chance(pair), p) for pair, p in PRIOR.items()))


def shared_signals(one, other, side):
    """The signals of one side that occur in both structures."""
    return tuple(s for s in one.signals(side) if s in other.signals(side))


def same_meaning(one, other):
    """For every shared signal: it reveals the same value, and the same about the other's signal."""
    claims = {}
    for side in (BUYER, SELLER):
        opponent = dict.fromkeys((*one.signals(1 - side), *other.signals(1 - side)))
        for signal in shared_signals(one, other, side):
            pairs = [(signal, o) if side == BUYER else (o, signal) for o in opponent]
            mine = (signal, None) if side == BUYER else (None, signal)
            claims[signal] = And(
                Eq(one.value(signal, side), other.value(signal, side)),
                *(Eq(one.probability(*pair) / one.probability(*mine),
                     other.probability(*pair) / other.probability(*mine)) for pair in pairs))
    return claims


def knows_the_state(structure, side):
    """Every signal of this side occurs in one state only."""
    return len(structure.signals(side)) == len(structure.states)


def table_3(prover):
    """Who knows what in Table 3, as described in the text."""
    place = "section 5.1"
    for number, structure, signals in ((1, S_1, ("B1", "S1")), (2, S_2, ("B4", "S5"))):
        both = structure.probability(*signals)
        prover.judge(
            f"CA-8.{number}", place,
            r"\text{both agents find out whether } (\underline{b}, \bar{s}) \text{ has occurred}",
            And(Eq(both, PRIOR[b_lo, s_hi]), Eq(both, structure.probability(buyer=signals[0])),
                Eq(both, structure.probability(seller=signals[1]))),
            assuming=PARAMETERS, note=f"in structure {number} of Table 3")
    prover.judge("CA-8.3", place, r"\mathcal{S}^1:\ \text{the seller knows exactly which state has occurred}",
                 sympify(knows_the_state(S_1, SELLER)), assuming=PARAMETERS)
    prover.judge(
        "CA-8.4", place,
        r"\mathcal{S}^1:\ \text{the buyer } \bar{b} \text{ does not know whether the seller is }"
        r"\underline{s} \text{ or } \bar{s}",
        And(Eq(S_1.probability("B3", "S4") / S_1.probability("B3"), p_slo),
            Eq(S_1.probability("B3", "S2") / S_1.probability("B3"), p_shi)),
        assuming=PARAMETERS, note="her signal leaves her with the prior")
    prover.judge(
        "CA-8.5", place,
        r"\mathcal{S}^2:\ \text{the low-value seller } \underline{s} \text{ is imperfectly informed}",
        And(sympify(knows_the_state(S_2, BUYER)),
            Eq(S_2.probability("B5", "S7") / S_2.probability(seller="S7"), p_blo),
            Eq(S_2.probability("B7", "S7") / S_2.probability(seller="S7"), p_bhi)),
        assuming=PARAMETERS, note="his signal leaves him with the prior; the buyer knows the state")


def table_4(prover):
    """What the text says of Table 4: six states, three shared signals, the role of lambda."""
    place, where = "section 5.3", (*PARAMETERS, LAMBDA_BELOW_ONE)
    informed = S_2_OVERLAPPING.probability(buyer="B3") / p_bhi
    prover.judge(
        "CA-8.6", place,
        r"\text{with a certain probability } 1 - \lambda, \text{ the seller is fully informed"
        r" and the buyer uninformed}",
        And(Eq(informed, 1 - LAMBDA),
            *(Eq(S_2_OVERLAPPING.probability("B3", s) / S_2_OVERLAPPING.probability(seller=s), 1)
              for s in ("S2", "S4")),
            Eq(S_2_OVERLAPPING.probability("B3", "S4") / S_2_OVERLAPPING.probability(buyer="B3"), p_slo)),
        assuming=where, note="conditional on the buyer having the value b_hi")
    six = len(S_2_OVERLAPPING.states) == 6
    prover.judge("CA-8.7", place, r"\mathcal{S}^2 \text{ now consists of six states}", sympify(six),
                 assuming=where)
    shared = (*shared_signals(S_1, S_2_OVERLAPPING, BUYER), *shared_signals(S_1, S_2_OVERLAPPING, SELLER))
    prover.judge("CA-8.8", place, r"\eta_B^3, \eta_S^2, \eta_S^4 \text{ are shared}",
                 sympify(set(shared) == {"B3", "S2", "S4"}), assuming=where)
    prover.judge("CA-8.9", place, r"\text{the two information structures form an overlapping list}",
                 And(*same_meaning(S_1, S_2_OVERLAPPING).values()), assuming=where)


def range_of_lambda(prover, known):
    """The displayed chain 0 < lambda <= ... = ... < 1, in region III."""
    place, where = "section 5.3, display", (*PARAMETERS, known.region["III"])
    bound = p_shi / p_slo * (b_hi - s_hi) / (s_hi - s_lo)
    again = (1 - p_slo) / p_slo * known.p_slo_star / (1 - known.p_slo_star)
    prover.judge("CA-8.10", place, r"0 < \lambda", LAMBDA > 0, assuming=where)
    prover.judge(
        "CA-8.11", place, r"\lambda \leq \frac{p_{\bar{s}}}{p_{\underline{s}}} \times"
        r" \frac{\bar{b} - \bar{s}}{\bar{s} - \underline{s}}", Le(LAMBDA, bound), assuming=where)
    prover.judge(
        "CA-8.12", place,
        r"\frac{p_{\bar{s}}}{p_{\underline{s}}} \times \frac{\bar{b} - \bar{s}}{\bar{s} - \underline{s}}"
        r" = \frac{1 - p_{\underline{s}}}{p_{\underline{s}}} \times"
        r" \frac{p_{\underline{s}}^*}{1 - p_{\underline{s}}^*}", Eq(bound, again), assuming=where)
    prover.judge(
        "CA-8.13", place, r"\frac{1 - p_{\underline{s}}}{p_{\underline{s}}} \times"
        r" \frac{p_{\underline{s}}^*}{1 - p_{\underline{s}}^*} < 1", again < 1, assuming=where)
    prover.establish(Equivalent(Le(LAMBDA, bound), known.b.region), assuming=PARAMETERS)


@st.derivation("CA-9", "Lemmas 5.1 to 5.5: the optima of the lists of Tables 3 and 4", "5")
def extortion_bounds(prover):
    """The largest total minimum utility of each list wherever it is a list, and where it is tight."""
    known = benchmarks(prover)
    three = prover.solve(st.total_minimum_utility(TABLE_3))
    four = prover.solve(st.total_minimum_utility(TABLE_4))
    mirror_image = prover.solve(st.total_minimum_utility(TABLE_4_MIRRORED))
    tight_in_table_3(prover, known, three)
    for solution, where in ((four, LAMBDA_BELOW_ONE), (mirror_image, MIRRORED_BELOW_ONE)):
        tight_where_defined(prover, known, solution, where)
    lemmas(prover, known, three, four, mirror_image)
    for number, (title, listing, solution) in enumerate(
            (("Table 3", TABLE_3, three), ("Table 4", TABLE_4, four)), 1):
        footnote_9(prover, number, title, solution,
                   prover.solve(st.total_minimum_utility(listing, off_path=False)), listing.assuming)
    return st.Result(
        statement=(*st.statement(three), *within(four, LAMBDA_BELOW_ONE),
                   *within(mirror_image, MIRRORED_BELOW_ONE)),
        parts=(st.Part("Table 3", three), st.Part("Table 4, where lambda is less than 1", four),
               st.Part("The mirror image of Table 4", mirror_image)),
    )


def within(solution, where):
    """The lines of a solution of a list that is defined only somewhere."""
    return tuple(st.Line(And(line.when, where), line.value) for line in st.statement(solution))


def larger_than_the_mechanisms(prover, known, value, relation, where):
    """A value compared with W_FP and with both cases of Lemma 2.1."""
    for welfare in known.welfares:
        prover.establish(relation(value, welfare), assuming=(*PARAMETERS, *where))


def tight_in_table_3(prover, known, solution):
    """Table 3 gives max(W_FP, W_DS) exactly where p_bhi <= p*_b or p_slo <= p*_s."""
    tight = known.tight(solution)
    (slack,) = (piece for piece in solution.pieces if piece not in tight)
    for low in (Le(p_bhi, known.p_bhi_star), Le(p_slo, known.p_slo_star)):
        prover.establish(Or(*(piece.region for piece in tight)), assuming=(*PARAMETERS, low))
    for piece in tight:
        larger_than_the_mechanisms(prover, known, piece.value, Ge, (piece.region,))
    beyond = (Gt(p_bhi, known.p_bhi_star), Gt(p_slo, known.p_slo_star))
    prover.establish(slack.region, assuming=(*PARAMETERS, *beyond))
    larger_than_the_mechanisms(prover, known, slack.value, Gt, beyond)


def tight_where_defined(prover, known, solution, where):
    """Table 4 and its mirror image give W_DS, which is at least W_FP, wherever they are lists."""
    assert known.tight(solution) == solution.pieces
    for piece in solution.pieces:
        larger_than_the_mechanisms(prover, known, piece.value, Ge, (where, piece.region))


def with_value(solution, welfare):
    """The piece on which the optimum is this welfare."""
    (piece,) = (piece for piece in solution.pieces if st.identical(piece.value, welfare))
    return piece


def cover(prover, known, solution, welfare, where):
    """The piece with this welfare; with another one if it lacks a part of its boundary."""
    own = with_value(solution, welfare)
    others = tuple(piece for piece in known.tight(solution) if piece is not own)
    for pieces in ((own,), *((own, other) for other in others)):
        if prover.prove(Or(*(piece.region for piece in pieces)), assuming=where):
            return pieces
    return (own, *others)


def at_most(pieces, bound):
    """One of these pieces is met, and there the optimum is at most this bound."""
    return Or(*(And(piece.region, Le(piece.value, bound)) for piece in pieces))


FLEXIBLE = r"p_{\bar{b}}(\bar{b} - \bar{s}) + p_{\underline{s}}(\underline{b} - \underline{s})"
CASE_A = (
    r"p_{\underline{b}}p_{\underline{s}}(\underline{b} - \underline{s})"
    r" + p_{\bar{b}}p_{\underline{s}}(\bar{b} - \underline{s})"
    r" + p_{\bar{b}}p_{\bar{s}}(\bar{b} - \bar{s})"
    r" \frac{\underline{b} - \underline{s}}{\bar{s} - \underline{s}}")
CASE_B = (
    r"p_{\bar{b}}p_{\bar{s}}(\bar{b} - \bar{s}) + p_{\bar{b}}p_{\underline{s}}(\bar{b} - \underline{s})"
    r" + p_{\underline{b}}p_{\underline{s}}(\underline{b} - \underline{s})"
    r" \frac{\bar{b} - \bar{s}}{\bar{b} - \underline{b}}")
CONDITION = (
    r"p_{\underline{b}}p_{\underline{s}} \frac{%s-\underline{s}}{\bar{b}-\underline{b}} %s"
    r" p_{\bar{b}}p_{\bar{s}} \frac{\bar{b}-\bar{s}}{\bar{s}-\underline{s}}")


def lemmas(prover, known, three, four, mirror_image):
    """The five lemmas as printed, and that each bound is the exact optimum of its list."""
    flexible = p_bhi * (b_hi - s_hi) + p_slo * (b_lo - s_lo)
    both_low, both_high = p_blo * p_slo * (b_lo - s_lo), p_bhi * p_shi * (b_hi - s_hi)
    sure = p_bhi * p_slo * (b_hi - s_lo)
    case_a = both_low + sure + both_high * (b_lo - s_lo) / (s_hi - s_lo)
    case_b = both_high + sure + both_low * (b_hi - s_hi) / (b_hi - b_lo)
    region = known.region

    for number, name, printed, bound, welfare in (
            ("5.1", "I", FLEXIBLE, flexible, known.flexible), ("5.2", "II", CASE_B, case_b, known.b.welfare),
            ("5.3", "II'", CASE_A, case_a, known.a.welfare)):
        where = (*PARAMETERS, region[name])
        prover.judge(f"CA-9.{number}", f"Lemma {number}", r"TMU(\mathcal{L}) \leq " + printed,
                     at_most(cover(prover, known, three, welfare, where), bound), assuming=where)
        prover.establish(Eq(bound, welfare), assuming=PARAMETERS)
    prover.judge("CA-9.5.2, case (b)", "section 5.2", r"\text{the bound is } W_{DS}, \text{ case (b)}",
                 And(Eq(case_b, known.b.welfare), known.b.region), assuming=(*PARAMETERS, region["II"]))

    def condition(relation, value):
        return relation(p_blo * p_slo * (value - s_lo) / (b_hi - b_lo),
                        p_bhi * p_shi * (b_hi - s_hi) / (s_hi - s_lo))

    lost = "the print lost the underline of b in the numerator of the condition"
    own, below = with_value(four, known.b.welfare), p_slo > known.p_slo_star
    prover.judge(
        "CA-9.5.4", "Lemma 5.4",
        CONDITION % (r"\bar{b}", r"\leq") + r" \implies TMU(\mathcal{L}) \leq " + CASE_B,
        Implies(condition(Le, b_hi), And(LAMBDA_BELOW_ONE, at_most((own,), case_b))),
        assuming=(*PARAMETERS, below),
        note=lost + ", which makes it stronger than needed: the next claim does without")
    prover.judge(
        "CA-9.5.4, section 5.3", "section 5.3",
        CONDITION % (r"\underline{b}", r"\leq") + r" \implies TMU(\mathcal{L}) \leq " + CASE_B,
        Implies(condition(Le, b_lo), And(LAMBDA_BELOW_ONE, at_most((own,), case_b))),
        assuming=(*PARAMETERS, below), note="Lemma 5.4 with the condition of the text above it")
    own = with_value(mirror_image, known.a.welfare)
    prover.judge(
        "CA-9.5.5", "Lemma 5.5",
        CONDITION % (r"\bar{b}", r"\geq") + r" \implies TMU(\mathcal{L}) \leq " + CASE_A,
        Implies(condition(Ge, b_hi), at_most(mirror_image.pieces, case_a)),
        assuming=(*PARAMETERS, p_bhi > known.p_bhi_star, MIRRORED_BELOW_ONE),
        note=lost + "; at the witness case (b) is better, and its mechanism is there for every list",
        corrected=(CONDITION % (r"\underline{b}", r"\geq") + r" \implies TMU(\mathcal{L}) \leq " + CASE_A,
                   Implies(condition(Ge, b_lo), at_most((own,), case_a))))
    where = (*PARAMETERS, p_bhi > known.p_bhi_star, condition(Ge, b_lo))
    prover.establish(MIRRORED_BELOW_ONE, assuming=where)


def footnote_9(prover, number, title, solution, restricted, where):
    """Without outcomes for pairs of signals that never occur the optimum is the same."""
    for position, piece in enumerate(solution.pieces, 1):
        (same,) = (other for other in restricted.pieces if st.identical(piece.value, other.value))
        prover.judge(
            f"CA-9.footnote 9 ({number}.{position})", "footnote 9",
            r"\text{this will not be a problem for proving the lemmas}",
            And(same.region, Eq(same.value, piece.value)), assuming=(*where, piece.region),
            note=f"{title}, piece {position}: programs with and without pairs that never occur agree")
