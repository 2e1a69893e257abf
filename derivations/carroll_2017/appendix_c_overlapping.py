"""Appendix C: the upper bound of Lemma 5.4, line by line, on the overlapping list of Table 4."""

from sympy import And, Eq

from .appendix_c import (
    HI_HI,
    HI_LO,
    LO_HI,
    LO_LO,
    LOST_LINE,
    TMU,
    informed_buyer,
    minimum,
    nobody_gets_anything,
)
from .environment import PARAMETERS, b_hi, b_lo, p_bhi, p_blo, p_shi, p_slo, s_hi, s_lo
from .lines import Side, tex
from .tables_3_and_4 import LAMBDA

PRIME = (b_hi, s_lo, "'")


def lemma_5_4(page, lists, b, p_slo_star):
    """Region III: the overlapping list, types assigned as in region I."""
    where = "appendix C, proof of Lemma 5.4"
    one, two = lists.mechanism(1), lists.mechanism(2)
    lam, region = LAMBDA, (p_slo > p_slo_star, b.region)
    limit = p_shi / p_slo * (b_hi - s_hi) / (s_hi - s_lo)
    page.judge(where, tex(r"lam \in (0, 1)"), And(lam > 0, lam < 1), assuming=(*PARAMETERS, *region))
    page.judge("(C.7)", tex(r"lam \leq \frac{p[s+]}{p[s-]} \times \frac{b+ - s+}{s+ - s-}"), lam <= limit,
               assuming=(*PARAMETERS, *region))
    left_1 = p_bhi * one.u("B", b_hi) + p_shi * one.u("S", s_hi) + (1 - lam) * p_bhi * p_slo * one.u_S(*HI_LO)
    left_2 = (p_blo * two.u("B", b_lo) + p_blo * p_slo * two.u_S(*LO_LO)
              + lam * p_bhi * p_slo * two.u_S(*HI_LO))
    high, top = p_bhi * p_shi * (b_hi - s_hi), p_bhi * p_slo * (b_hi - s_lo)
    c_8 = Side(tex(r"p[b+]p[s+](b+ - s+) + p[b+]p[s-](b+ - s-) - p[b+]p[s-](s+ - s-)\frac{b+ - s-}{b+ - b-}"),
               high + top - p_bhi * p_slo * (s_hi - s_lo) * (b_hi - s_lo) / (b_hi - b_lo),
               tex(r"p[b+]p[s+](b+ - s+) + p[b+]p[s-](b+ - s-) - p[b-]p[s-](s+ - s-)\frac{b- - s-}{b+ - b-}"),
               high + top - p_blo * p_slo * (s_hi - s_lo) * (b_lo - s_lo) / (b_hi - b_lo))
    c_9 = Side(tex(r"p[b-]p[s-](b+ - s-)\frac{b+ - s-}{b+ - b-}"),
               p_blo * p_slo * (b_hi - s_lo) * (b_hi - s_lo) / (b_hi - b_lo),
               tex(r"p[b-]p[s-](b+ - s-)\frac{b- - s-}{b+ - b-}"),
               p_blo * p_slo * (b_hi - s_lo) * (b_lo - s_lo) / (b_hi - b_lo))
    reasons_1 = (*one.no_trade(LO_HI), one.ic("S", HI_LO, HI_HI), one.ir("S", HI_HI), one.at_most_1(HI_LO),
                 one.at_most_1(HI_HI))
    reasons_2 = (*two.no_trade(LO_HI), two.ic("B", HI_LO, LO_LO), two.ir("B", LO_LO), two.at_most_1(HI_LO),
                 two.at_most_1(LO_LO))
    side_1 = Side(tex("p[b+]u[b+](M1) + p[s+]u[s+](M1) + (1 - lam)p[b+]p[s-]u_S^1(b+, s-)"), left_1)
    side_2 = Side(tex("p[b-]u[b-](M2) + p[b-]p[s-]u_S^2(b-, s-) + lam p[b+]p[s-]u_S^2(b+, s-)"), left_2)
    lost = "the fraction and its weight have a bar where underlines belong"
    page.step("(C.8)", side_1, r"\leq", c_8, constraints=lists.everything, assuming=region, note=lost)
    page.judge("(C.9)", side_2.latex + r" \leq " + c_9.latex, left_2 <= c_9.value, constraints=reasons_2,
               assuming=region,
               note="true, but weaker than what is proved and used: the numerator of the fraction ought to be"
               " b_lo - s_lo")
    page.prover.establish(left_2 <= c_9.right, constraints=reasons_2, assuming=region)
    proof_of_c_8(page, where, one, region, side_1, c_8)
    proof_of_c_9(page, where, two, region, side_2, c_9)
    return sum_of_both(page, where, one, two, b, region, (*reasons_1, *reasons_2), (c_8, c_9))


def proof_of_c_8(page, where, one, region, left, c_8):
    """The first mechanism: what the seller s_lo must be left with."""
    lam, q = LAMBDA, one.q
    rent = (s_hi - s_lo) * q[HI_HI]
    sides = (Side(tex("u_S(b+, s-)"), one.u_S(*HI_LO)),
             Side(tex("u_S(b+, s+) + (s+ - s-)q(b+, s+)"), one.u_S(*HI_HI) + rent),
             Side(tex("(s+ - s-)q(b+, s+)"), rent))
    page.step(where, sides[0], r"\geq", sides[1], constraints=one.ic("S", HI_LO, HI_HI))
    page.step(where, sides[1], r"\geq", sides[2], constraints=one.ir("S", HI_HI))
    nobody_gets_anything(page, where, one)
    bracket = p_shi * (b_hi - s_hi) - lam * p_slo * (s_hi - s_lo)
    gains = p_slo * (b_hi - s_lo) * q[HI_LO] + p_shi * (b_hi - s_hi) * q[HI_HI]
    latex_gains = tex("p[s-](b+ - s-)q(b+, s-) + p[s+](b+ - s+)q(b+, s+)")
    latex_bracket = tex("[p[s+](b+ - s+) - lam p[s-](s+ - s-)]")
    lines = (
        left,
        Side(tex("p[b+]p[s-]u_B(b+, s-) + p[b+]p[s+]u_B(b+, s+) + p[b+]p[s+]u_S(b+, s+)"
                 " + (1 - lam)p[b+]p[s-]u_S(b+, s-)"),
             p_bhi * p_slo * one.u_B(*HI_LO) + p_bhi * p_shi * one.u_B(*HI_HI)
             + p_bhi * p_shi * one.u_S(*HI_HI) + (1 - lam) * p_bhi * p_slo * one.u_S(*HI_LO)),
        Side(tex("p[b+](p[s-](u_B(b+, s-) + u_S(b+, s-)) + p[s+](u_B(b+, s+) + u_S(b+, s+))"
                 " - lam p[s-]u_S(b+, s-))"),
             p_bhi * (p_slo * (one.u_B(*HI_LO) + one.u_S(*HI_LO))
                      + p_shi * (one.u_B(*HI_HI) + one.u_S(*HI_HI)) - lam * p_slo * one.u_S(*HI_LO))),
        Side(tex("p[b+](") + latex_gains + tex(" - lam p[s-]u_S(b+, s-))"),
             p_bhi * (gains - lam * p_slo * one.u_S(*HI_LO))),
        Side(tex("p[b+](") + latex_gains + tex(" - lam p[s-](s+ - s-)q(b+, s+))"),
             p_bhi * (gains - lam * p_slo * rent)),
        Side(tex("p[b+](p[s-](b+ - s-)q(b+, s-) + ") + latex_bracket + tex("q(b+, s+))"),
             p_bhi * (p_slo * (b_hi - s_lo) * q[HI_LO] + bracket * q[HI_HI])),
        Side(tex("p[b+](p[s-](b+ - s-) + ") + latex_bracket + ")", p_bhi * (p_slo * (b_hi - s_lo) + bracket)),
    )
    rents = (one.ic("S", HI_LO, HI_HI), one.ir("S", HI_HI))
    steps = (("=", one.no_trade(LO_HI)), ("=", rents), ("=", rents), (r"\leq", rents), ("=", rents),
             (r"\leq", (one.at_most_1(HI_LO), one.at_most_1(HI_HI))))
    for number, (relation, used) in enumerate(steps):
        page.step(f"{where}, display below (C.9), line {number + 1}", lines[number], relation,
                  lines[number + 1], constraints=used, assuming=region)
    page.judge(where, latex_bracket + r" \geq 0", bracket >= 0, assuming=(*PARAMETERS, *region))
    page.step(where + ", the right-hand side of (C.8)", lines[-1], "=", c_8, assuming=PARAMETERS,
              note="as in (C.8)")


def proof_of_c_9(page, where, two, region, left, c_9):
    """The second mechanism: what the buyer b_hi must be left with."""
    lam, q = LAMBDA, two.q
    page.judge(where, tex("u_B(b-, s+) = 0"), Eq(two.u_B(*LO_HI), 0), constraints=two.no_trade(LO_HI))
    inner = p_blo * two.u_B(*LO_LO) + p_blo * two.u_S(*LO_LO) + lam * p_bhi * two.u_S(*HI_LO)
    latex_inner = tex("p[b-] u_B(b-, s-) + p[b-] u_S(b-, s-) + lam p[b+] u_S(b+, s-)")
    page.step(where, Side(r"\text{the left side of (C.9)}", left.value), "=",
              Side(tex("p[s-] (") + latex_inner + ")", p_slo * inner), constraints=two.no_trade(LO_HI))
    informed_buyer(page, where, two)
    rents = (two.ic("B", HI_LO, LO_LO), two.ir("B", LO_LO))
    bound = (b_hi - s_lo) - (b_hi - b_lo) * q[LO_LO]
    page.judge(where, tex(r"u_S(b+, s-) \leq (b+ - s-) - (b+ - b-)q(b-, s-)"), two.u_S(*HI_LO) <= bound,
               constraints=(*rents, two.at_most_1(HI_LO)))
    bracket = p_blo * (b_lo - s_lo) - lam * p_bhi * (b_hi - b_lo)
    lines = (
        Side(latex_inner, inner),
        Side(tex("p[b-](b- - s-)q(b-, s-) + lam p[b+] [(b+ - s-) - (b+ - b-)q(b-, s-)]"),
             p_blo * (b_lo - s_lo) * q[LO_LO] + lam * p_bhi * bound),
        Side(tex("[p[b-](b- - s-) - lam p[b+](b+ - b-)] q(b-, s-) + lam p[b+](b+ - s-)"),
             bracket * q[LO_LO] + lam * p_bhi * (b_hi - s_lo)),
        Side(tex("lam p[b+](b+ - s-)"), lam * p_bhi * (b_hi - s_lo)),
    )
    steps = ((r"\leq", (*rents, two.at_most_1(HI_LO))), ("=", rents), ("=", rents))
    for number, (relation, used) in enumerate(steps):
        page.step(f"{where}, last display before the sum, line {number + 1}", lines[number], relation,
                  lines[number + 1], constraints=used, assuming=region)
    page.judge(where, tex("p[b-](b- - s-) - lam p[b+](b+ - b-) = 0"), Eq(bracket, 0), assuming=PARAMETERS)
    page.step(where + ", the value of lambda in (C.9)",
              Side(tex("p[s-] lam p[b+](b+ - s-)"), p_slo * lam * p_bhi * (b_hi - s_lo)), "=", c_9,
              assuming=PARAMETERS, note=LOST_LINE + ", in the numerator of the fraction")


def sum_of_both(page, where, one, two, b, region, reasons, right):
    """(C.8) and (C.9) together, and the overlap that lets them be added."""
    lam = LAMBDA
    first = p_blo * two.u_S(*LO_LO) + lam * p_bhi * two.u_S(*HI_LO)
    latex_first = tex("p[b-] u_S^2(b-, s-) + lam p[b+] u_S^2(b+, s-) + (1 - lam) p[b+] ")
    line_1 = Side(latex_first + tex("u_S^2(b+', s-)"), first + (1 - lam) * p_bhi * two.u_S(*PRIME))
    line_2 = Side(latex_first + tex("u_S^1(b+, s-)"), first + (1 - lam) * p_bhi * one.u_S(*HI_LO))
    utility = two.u("S", s_lo)
    anything = two.ir("B", LO_LO)
    page.step(where + ", overlap, line 1", Side(tex("u[s-](M2)"), utility), "=", line_1, constraints=anything)
    page.step(where + ", overlap, line 2", line_1, "=", line_2, constraints=anything)
    page.step(where + ", overlap", Side(tex("u_S^1(b+, s-)"), one.u_S(*HI_LO)), "=",
              Side(tex("u_S^2(b+', s-)"), two.u_S(*PRIME)), constraints=anything)
    page.judge(where, tex(r"\text{the three } s- \text{ terms combine into } p[s-] u[s-](M2)"),
               Eq((1 - lam) * p_bhi * p_slo * one.u_S(*HI_LO) + p_blo * p_slo * two.u_S(*LO_LO)
                  + lam * p_bhi * p_slo * two.u_S(*HI_LO) - p_slo * utility, 0), constraints=anything)
    total = (p_blo * two.u("B", b_lo) + p_bhi * one.u("B", b_hi) + p_slo * utility + p_shi * one.u("S", s_hi))
    bound = (p_bhi * p_shi * (b_hi - s_hi) + p_bhi * p_slo * (b_hi - s_lo)
             + p_blo * p_slo * (b_hi - s_hi) * (b_lo - s_lo) / (b_hi - b_lo))
    latex_bound = tex(r"p[b+] p[s+] (b+ - s+) + p[b+] p[s-] (b+ - s-)"
                      r" + p[b-] p[s-] (b+ - s+) \frac{b- - s-}{b+ - b-}")
    c_8, c_9 = right
    words = r"\text{the right sides of (C.8) and (C.9)}: "
    added = Side(words + c_8.latex + " + " + c_9.latex, c_8.value + c_9.value,
                 words + c_8.right_latex + " + " + c_9.right_latex, c_8.right + c_9.right)
    page.step(where + ", last display", added, "=", Side(latex_bound, bound), assuming=PARAMETERS,
              note="as in (C.8) and (C.9)")
    latex_total = tex("p[b-] u[b-](M2) + p[b+] u[b+](M1) + p[s-] u[s-](M2) + p[s+] u[s+](M1)")
    page.judge(where + ", last display", latex_total + r" \leq " + latex_bound, total <= bound,
               constraints=reasons, assuming=region)
    page.judge(where + ", last line", r"\text{exactly what we need: the bound of Lemma 5.4}",
               Eq(bound, b.welfare), assuming=PARAMETERS)
    page.prover.establish(bound >= TMU, constraints=(*reasons, *minimum(one, two)), assuming=region)
    return And(*region), bound
