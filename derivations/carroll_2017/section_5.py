"""Section 5: the five parameter regions of Figures 3 and 5."""

from itertools import combinations

from sympy import And, Eq, Equivalent, Ge, Gt, Implies, Le, Lt, Not, Or, nan

import symtrade as st

from .environment import PARAMETERS, b_hi, b_lo, p_bhi, p_blo, p_shi, p_slo, s_hi, s_lo
from .section_2_2 import lemma_2_1
from .section_3 import flexible_price_guarantee, thresholds


@st.derivation("CA-7", "The parameter regions of Figures 3 and 5", "5")
def regions(prover):
    """Regions I, II, II', III, III' cover the parameter set; III and III' share only their boundary, and
    no other two meet."""
    w_fp = flexible_price_guarantee(prover)
    _, a, b = lemma_2_1(prover)
    p_bhi_star, p_slo_star = thresholds(w_fp, a, b)
    region = {
        "I": (And(Le(p_bhi, p_bhi_star), Le(p_slo, p_slo_star)), w_fp),
        "II": (And(Gt(p_bhi, p_bhi_star), Le(p_slo, p_slo_star)), b.welfare),
        "II'": (And(Gt(p_slo, p_slo_star), Le(p_bhi, p_bhi_star)), a.welfare),
        "III": (And(Gt(p_slo, p_slo_star), b.region), b.welfare),
        "III'": (And(Gt(p_bhi, p_bhi_star), a.region), a.welfare),
    }
    prover.judge(
        "CA-7.1", "Figure 5", r"\text{the parameter space carved into five regions}: \text{ they cover it}",
        Or(*(where for where, _ in region.values())), assuming=PARAMETERS)
    for (one, (here, _)), (two, (there, _)) in combinations(region.items(), 2):
        both = And(here, there)
        if {one, two} == {"III", "III'"}:
            prover.establish(Implies(both, Eq(a.welfare, b.welfare)), assuming=PARAMETERS)
        else:
            prover.establish(Not(both), assuming=PARAMETERS)
    for where, value in region.values():
        best = And(*(value >= other for other in (w_fp, a.welfare, b.welfare)))
        prover.establish(best, assuming=(*PARAMETERS, where))
    interior = {"I": (Lt, Lt), "II": (Gt, Lt), "II'": (Lt, Gt)}
    for name, (for_b, for_s) in interior.items():
        where = And(for_b(p_bhi, p_bhi_star), for_s(p_slo, p_slo_star))
        value = region[name][1]
        others = {w_fp, a.welfare, b.welfare} - {value}
        prover.establish(And(*(value > other for other in others)), assuming=(*PARAMETERS, where))
    cases(prover, a, b, region, p_bhi_star)
    return st.Result(
        statement=tuple(st.Line(where, value) for where, value in region.values()),
        parts=tuple(st.Part(f"Region {name}", where) for name, (where, _) in region.items()),
    )


def cases(prover, a, b, region, p_bhi_star):
    """Which case of Lemma 2.1 a region belongs to, as printed in the text, the lemmas and the proof."""
    prover.judge("CA-7.2", "section 5.2", r"\text{region II: case (b) applies}",
                 Implies(region["II"][0], b.welfare >= a.welfare), assuming=PARAMETERS)
    prover.judge("CA-7.3", "Lemma 5.3", r"\text{region II': the bound of case (a)}",
                 Implies(region["II'"][0], a.welfare >= b.welfare), assuming=PARAMETERS)
    weight_a, weight_b = p_blo * p_slo, p_bhi * p_shi
    left = r"p_{\underline{b}}p_{\underline{s}} \frac{%s-\underline{s}}{\bar{b}-\underline{b}}"
    right = r" p_{\bar{b}}p_{\bar{s}} \frac{\bar{b}-\bar{s}}{\bar{s}-\underline{s}}"
    high, low = left % r"\bar{b}", left % r"\underline{b}"

    def condition(relation, value):
        return relation(weight_a * (value - s_lo) / (b_hi - b_lo), weight_b * (b_hi - s_hi) / (s_hi - s_lo))

    prover.judge("CA-7.4", "section 5.3", low + r" \leq" + right,
                 Equivalent(condition(Le, b_lo), b.welfare >= a.welfare), assuming=PARAMETERS)
    lost = "the print lost the underline of b in the numerator"
    prover.judge("CA-7.5", "Lemma 5.4", high + r" \leq" + right + r" \text{: case (b) applies}",
                 Implies(condition(Le, b_hi), b.welfare >= a.welfare), assuming=PARAMETERS,
                 note=lost + ", so the condition is stronger than case (b)")
    prover.judge(
        "CA-7.6", "Lemma 5.4", high + r" \leq" + right + r" \text{ in all of region III}",
        condition(Le, b_hi), assuming=(*PARAMETERS, region["III"][0]), note=lost,
        corrected=(low + r" \leq" + right, condition(Le, b_lo)))
    prover.judge(
        "CA-7.7", "Lemma 5.5", high + r" \geq" + right + r" \text{: case (a) applies}",
        Implies(condition(Ge, b_hi), a.welfare >= b.welfare), assuming=(*PARAMETERS, p_bhi > p_bhi_star),
        note=lost + "; where case (b) is strictly better, its mechanism exceeds the bound of the lemma",
        corrected=(low + r" \geq" + right, Implies(condition(Ge, b_lo), a.welfare >= b.welfare)))
    prover.judge(
        "CA-7.8", "appendix D, proof of Theorem 3.2",
        r"p_{\bar{b}} p_{\underline{s}} \frac{b-s}{b-b} \leq p_{\bar{b}} p_{\underline{s}}"
        r" \frac{\bar{b}-\bar{s}}{\bar{s}-\underline{s}}", nan, assuming=PARAMETERS,
        note="the print lost the bars of b, s and of two probabilities; b - b is zero",
        corrected=(low + r" \leq" + right, Equivalent(condition(Le, b_lo), b.welfare >= a.welfare)))
