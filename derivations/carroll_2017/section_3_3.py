"""Section 3.3: the best welfare guarantee of any mechanism, as one formula."""

from sympy import And, Eq, Equivalent, Ge, Gt, Implies, Le, Lt, Max, Or

import symtrade as st

from .environment import PARAMETERS, b_hi, b_lo, p_bhi, p_blo, p_shi, p_slo, s_hi, s_lo
from .section_2_2 import lemma_2_1
from .section_3 import flexible_price_guarantee, thresholds
from .table_5 import kept, modified, price_game, report_game, secured_guarantee, truthful_guarantee
from .tables_3_and_4 import LAMBDA_BELOW_ONE, S_1, S_2, TABLE_4

LAMBDA_AT_LEAST_ONE = LAMBDA_BELOW_ONE.negated
TABLE_3_ELSEWHERE = st.InformationList((S_1, S_2), (*PARAMETERS, LAMBDA_AT_LEAST_ONE))
EXTORTION = "extortion lemma (Carroll 2017, Lemmas 4.3 and 4.4)"


@st.derivation("CA-11", "The main theorem: the best welfare guarantee of any mechanism", "3.3")
def main_theorem(prover):
    """The best guarantee is max(W_FP, W_DS (a), W_DS (b)), for all parameters.

    No mechanism guarantees more than the bound of a list of information structures (the lemma that is
    cited); the two lists used are Table 4 wherever it exists, that is, where lambda < 1, and Table 3
    elsewhere.  The modified mechanisms of Table 5 guarantee the three values.
    """
    w_fp = flexible_price_guarantee(prover)
    _, a, b = lemma_2_1(prover)
    stars = thresholds(w_fp, a, b)
    attained = (w_fp, a.welfare, b.welfare)
    by_table_4 = prover.solve(st.total_minimum_utility(TABLE_4))
    by_table_3 = prover.solve(st.total_minimum_utility(TABLE_3_ELSEWHERE))
    bound = tuple(
        st.Line(And(exists, piece.region), piece.value)
        for exists, solution in ((LAMBDA_BELOW_ONE, by_table_4), (LAMBDA_AT_LEAST_ONE, by_table_3))
        for piece in solution.pieces)
    for line in bound:
        (same,) = (w for w in attained if st.identical(line.value, w))
        prover.establish(And(Eq(line.value, same), largest(same, attained)),
                         assuming=(*PARAMETERS, line.when))
    attain(prover, w_fp, a, b)
    lines = three_regions(prover, w_fp, a, b, stars)
    fewest(prover, attained)
    theorems(prover, w_fp, a, b, stars)
    proof_of_theorem_3_2(prover, w_fp, a, b, stars)
    return st.Result(
        statement=(st.Line(True, Max(*attained, evaluate=False)), *lines),
        parts=(
            st.Part("The best guarantee of any mechanism", r"$\max(W_1, W_2, W_3)$, for all parameters."),
            *(part for number, line in enumerate(lines, 1) for part in (
                st.Part(f"$W_{number}$", line.value), st.Part(f"Where it is $W_{number}$", line.when))),
            st.Part(r"The upper bound where $\lambda < 1$: the list of Table 4", by_table_4),
            st.Part("The upper bound elsewhere: the list of Table 3", by_table_3),
        ),
        axioms=(EXTORTION,),
    )


def attain(prover, w_fp, a, b):
    """The three values are guarantees: undominated play of the modified mechanisms yields them."""
    for case in (a, b):
        truthful_guarantee(prover, case, kept(prover, modified(report_game(case))))
    prices = modified(price_game("seller"))
    secured_guarantee(prover, prices, kept(prover, prices), w_fp)


def largest(value, values):
    """The claim that a value is the largest: then it is the best guarantee."""
    return And(*(value >= other for other in values if other is not value))


def three_regions(prover, w_fp, a, b, stars):
    """Where each of the three values is the best guarantee; together these regions are everything."""
    p_bhi_star, p_slo_star = stars
    lines = (
        st.Line(And(p_bhi <= p_bhi_star, p_slo <= p_slo_star), w_fp),
        st.Line(And(p_slo >= p_slo_star, a.region), a.welfare),
        st.Line(And(p_bhi >= p_bhi_star, b.region), b.welfare),
    )
    prover.establish(Or(*(line.when for line in lines)), assuming=PARAMETERS)
    for line in lines:
        prover.establish(largest(line.value, (w_fp, a.welfare, b.welfare)), assuming=(*PARAMETERS, line.when))
    prover.establish(Equivalent(LAMBDA_BELOW_ONE, p_bhi > p_bhi_star), assuming=PARAMETERS)
    return lines


def fewest(prover, formulas):
    """No value can be left out: each is somewhere larger than the other two."""
    for one in formulas:
        others = [w for w in formulas if w is not one]
        found = prover.prove(Or(*(one <= other for other in others)), assuming=PARAMETERS)
        prover.establish(And(*(one > other for other in others)).xreplace(getattr(found, "witness", {})))


def theorems(prover, w_fp, a, b, stars):
    """The informal theorem, with its boundary cases, and Theorems 3.2 and 3.3.

    The best guarantee is the largest of the three values, and W_DS is the larger of cases (a) and (b):
    so it is W_DS where one of these is at least W_FP, and W_FP where neither is larger.
    """
    p_bhi_star, p_slo_star = stars
    high = {Ge: r"p_{\bar{b}} \geq p_{\bar{b}}^* \text{ or } p_{\underline{s}} \geq p_{\underline{s}}^*",
            Gt: r"p_{\bar{b}} > p_{\bar{b}}^* \text{ or } p_{\underline{s}} > p_{\underline{s}}^*"}
    low = {Lt: r"p_{\bar{b}} < p_{\bar{b}}^* \text{ and } p_{\underline{s}} < p_{\underline{s}}^*",
           Le: r"p_{\bar{b}} \leq p_{\bar{b}}^* \text{ and } p_{\underline{s}} \leq p_{\underline{s}}^*"}
    tie = "on the boundary, where the informal and the formal version differ, both values are the same"
    for number, name, above, below, of, note in (
        (1, "Theorem (informal)", Ge, Lt, r"W(\mathcal{M})", tie),
        (3, "Theorem 3.2", Gt, Le, r"\underline{W}(\mathcal{M})", ""),
        (5, "Theorem 3.3", Gt, Le, r"\overline{W}(\mathcal{M})",
         "that the mechanisms have an equilibrium with these payoffs is the paper's argument in section 3.2"),
    ):
        either = Or(above(p_bhi, p_bhi_star), above(p_slo, p_slo_star))
        prover.judge(
            f"CA-11.{number}", name + " (a)",
            high[above] + r" \implies \max_{\mathcal{M}} " + of + " = W_{DS}",
            Implies(either, Or(a.welfare >= w_fp, b.welfare >= w_fp)), assuming=PARAMETERS, note=note)
        both = And(below(p_bhi, p_bhi_star), below(p_slo, p_slo_star))
        prover.judge(
            f"CA-11.{number + 1}", name + " (b)",
            low[below] + r" \implies \max_{\mathcal{M}} " + of + " = W_{FP}",
            Implies(both, largest(w_fp, (a.welfare, b.welfare))), assuming=PARAMETERS, note=note)


def proof_of_theorem_3_2(prover, w_fp, a, b, stars):
    """The upper bound in each of the paper's regions: it is the largest of the three values everywhere."""
    p_bhi_star, p_slo_star = stars
    place = "appendix D, proof of Theorem 3.2"
    b_high, s_high = p_bhi > p_bhi_star, p_slo > p_slo_star
    b_low, s_low = p_bhi <= p_bhi_star, p_slo <= p_slo_star

    paper_value = p_bhi * (b_hi - s_hi) + p_slo * (b_lo - s_lo)
    prover.judge(
        "CA-11.7", place, r"\text{region I}: \max_{\mathcal{L}} TMU(\mathcal{L}) \leq p_{\bar{b}}(\bar{b} -"
        r" \bar{s}) + p_{\underline{s}}(\underline{b} - \underline{s}) = W_{FP}",
        And(Eq(paper_value, w_fp), largest(w_fp, (a.welfare, b.welfare))),
        assuming=(*PARAMETERS, b_low, s_low))
    weight_a = p_blo * p_slo * (b_lo - s_lo) / (b_hi - b_lo)
    weight_b = p_bhi * p_shi * (b_hi - s_hi) / (s_hi - s_lo)
    mirror = "the bound of Table 4 itself gives this; its mirror image is not needed"
    for number, region, where, case, word, note in (
        (8, "II", (b_high, s_low), b, "(b)", "by Table 4 as well as by Table 3"),
        (9, "II'", (s_high, b_low), a, "(a)", ""),
        (10, "III", (b_high, s_high, weight_a <= weight_b), b, "(b)", ""),
        (11, "III'", (b_high, s_high, weight_a > weight_b), a, "(a)", mirror),
    ):
        prover.judge(
            f"CA-11.{number}", place, rf"\text{{region {region}}}: \max_{{\mathcal{{L}}}} TMU(\mathcal{{L}})"
            rf" \leq W_{{DS}} \text{{, determined by case {word} of Lemma 2.1}}",
            largest(case.welfare, (w_fp, a.welfare, b.welfare)), assuming=(*PARAMETERS, *where), note=note)
