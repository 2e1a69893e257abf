"""Appendix D: the proofs of Lemma 2.1, Proposition 2.2 and Proposition 3.1, line by line."""

from sympy import Eq

from .environment import (
    DOMINANT_STRATEGY,
    PARAMETERS,
    W,
    W_FB,
    b_hi,
    b_lo,
    named,
    p_bhi,
    p_blo,
    p_shi,
    p_slo,
    q,
    s_hi,
    s_lo,
    u_B,
    u_S,
)


def proof_of_lemma_2_1(prover, a):
    """The rents at (b_hi, s_lo) bound the shortfall from first best; `a` is case (a) of the lemma."""
    place = "appendix D, proof of Lemma 2.1"
    short_lo, short_hi = 1 - q[b_lo, s_lo], 1 - q[b_hi, s_hi]
    rent_b, rent_s = (b_hi - b_lo) * q[b_lo, s_lo], (s_hi - s_lo) * q[b_hi, s_hi]

    prover.judge(
        "CA-3.D.1", place,
        r"\text{the seller of type } \underline{s} \text{ gets } \underline{b} - \underline{s} \text{ from either report}",
        Eq(u_S(b_hi, s_lo), b_lo - s_lo).subs(a.mechanism)
        & Eq((u_S(b_hi, s_hi) + (s_hi - s_lo) * q[b_hi, s_hi]).subs(a.mechanism), b_lo - s_lo),
        assuming=PARAMETERS)
    prover.judge(
        "CA-3.D.2", place,
        r"u_B(\bar{b}, \underline{s}) \geq u_B(\underline{b}, \underline{s})"
        r" + (\bar{b} - \underline{b})q(\underline{b}, \underline{s})",
        u_B(b_hi, s_lo) >= u_B(b_lo, s_lo) + rent_b,
        constraints=named(DOMINANT_STRATEGY, "IC_B[b_hi -> b_lo | s_lo]"))
    prover.judge(
        "CA-3.D.3", place,
        r"u_B(\underline{b}, \underline{s}) + (\bar{b} - \underline{b})q(\underline{b}, \underline{s})"
        r" \geq (\bar{b} - \underline{b})q(\underline{b}, \underline{s})",
        u_B(b_lo, s_lo) + rent_b >= rent_b, constraints=named(DOMINANT_STRATEGY, "IR_B[b_lo | s_lo]"))
    prover.judge(
        "CA-3.D.4", place, r"u_S(\bar{b}, \underline{s}) \geq (\bar{s} - \underline{s})q(\bar{b}, \bar{s})",
        u_S(b_hi, s_lo) >= rent_s,
        constraints=named(DOMINANT_STRATEGY, "IC_S[s_lo -> s_hi | b_hi]", "IR_S[s_hi | b_hi]"))
    prover.judge(
        "CA-3.D.5", place,
        r"(\bar{b} - \underline{b})q(\underline{b}, \underline{s}) + (\bar{s} - \underline{s})q(\bar{b}, \bar{s})"
        r" \leq u_B(\bar{b}, \underline{s}) + u_S(\bar{b}, \underline{s})",
        rent_b + rent_s <= u_B(b_hi, s_lo) + u_S(b_hi, s_lo), constraints=DOMINANT_STRATEGY)
    prover.judge(
        "CA-3.D.6", place,
        r"u_B(\bar{b}, \underline{s}) + u_S(\bar{b}, \underline{s}) = (\bar{b} - \underline{s})q(\bar{b}, \underline{s})",
        Eq(u_B(b_hi, s_lo) + u_S(b_hi, s_lo) - (b_hi - s_lo) * q[b_hi, s_lo], 0, evaluate=False),
        constraints=DOMINANT_STRATEGY)
    prover.judge(
        "CA-3.D.7", place,
        r"(\bar{b} - \underline{s})q(\bar{b}, \underline{s}) \leq \bar{b} - \underline{s}",
        (b_hi - s_lo) * q[b_hi, s_lo] <= b_hi - s_lo, constraints=DOMINANT_STRATEGY)
    prover.judge(
        "CA-3.D.8", "(D.1)",
        r"(\bar{b} - \underline{b})(1 - q(\underline{b}, \underline{s})) + (\bar{s} - \underline{s})"
        r"(1 - q(\bar{b}, \bar{s})) \geq \bar{s} - \underline{b}",
        (b_hi - b_lo) * short_lo + (s_hi - s_lo) * short_hi >= s_hi - b_lo, constraints=DOMINANT_STRATEGY)

    shortfall = W_FB - W.expr
    low = p_blo * p_slo * (b_lo - s_lo) * short_lo
    high = p_bhi * p_shi * (b_hi - s_hi) * short_hi
    as_printed = low + p_bhi * p_shi * short_hi
    second = p_bhi * p_shi * (b_hi - b_lo) / (s_hi - s_lo) * (b_hi - s_hi) * short_lo + high
    third = p_bhi * p_shi * (b_hi - s_hi) / (s_hi - s_lo) * (s_hi - b_lo)
    latex_low = (r"p_{\underline{b}}p_{\underline{s}}(\underline{b} - \underline{s})"
                 r"(1 - q(\underline{b}, \underline{s}))")
    latex_high = r"p_{\bar{b}}p_{\bar{s}}(\bar{b} - \bar{s})(1 - q(\bar{b}, \bar{s}))"
    latex_second = (r"p_{\bar{b}}p_{\bar{s}}\frac{\bar{b} - \underline{b}}{\bar{s} - \underline{s}}"
                    r"(\bar{b} - \bar{s})(1 - q(\underline{b}, \underline{s})) + " + latex_high)
    latex_third = r"p_{\bar{b}}p_{\bar{s}}\frac{\bar{b} - \bar{s}}{\bar{s} - \underline{s}}(\bar{s} - \underline{b})"
    latex_printed = latex_low + r" + p_{\bar{b}}p_{\bar{s}}(1 - q(\bar{b}, \bar{s}))"
    latex_shortfall = (
        r"[p_{\underline{b}}p_{\underline{s}}(\underline{b} - \underline{s}) + p_{\bar{b}}p_{\underline{s}}"
        r"(\bar{b} - \underline{s}) + p_{\bar{b}}p_{\bar{s}}(\bar{b} - \bar{s})] - W")
    lost = r"the term at (b_hi, s_hi) lacks its gain b_hi - s_hi"
    prover.judge(
        "CA-3.D.9", place, latex_shortfall + r" \geq " + latex_printed, shortfall >= as_printed,
        constraints=DOMINANT_STRATEGY, note=lost,
        corrected=(latex_shortfall + r" \geq " + latex_low + " + " + latex_high, shortfall >= low + high))
    prover.judge(
        "CA-3.D.10", place, latex_printed + r" \geq " + latex_second, as_printed >= second,
        assuming=(a.region,), constraints=DOMINANT_STRATEGY, note=lost,
        corrected=(latex_low + " + " + latex_high + r" \geq " + latex_second, low + high >= second))
    prover.judge(
        "CA-3.D.11", place, latex_second + r" \geq " + latex_third, second >= third,
        constraints=DOMINANT_STRATEGY)
    prover.establish(Eq(W_FB - third, a.welfare), assuming=PARAMETERS)
