"""Appendix C: the upper bounds of Lemmas 5.1 and 5.2, line by line.

A line about mechanisms is judged against the constraints that the text names (or, where it names
none, those that it needs), with the assumptions of its lemma on the parameters.
"""

from sympy import And, Eq, Implies, Symbol, nan

from .environment import PARAMETERS, b_hi, b_lo, p_bhi, p_blo, p_shi, p_slo, s_hi, s_lo
from .lines import Side, tex
from .tables_3_and_4 import LAMBDA

LO_LO, LO_HI, HI_LO, HI_HI = (b_lo, s_lo), (b_lo, s_hi), (b_hi, s_lo), (b_hi, s_hi)
TMU = (p_blo * Symbol("u_B[b_lo]") + p_bhi * Symbol("u_B[b_hi]")
       + p_slo * Symbol("u_S[s_lo]") + p_shi * Symbol("u_S[s_hi]"))
LOST_BAR = "the print lost a bar"
LOST_LINE = "the print has a bar where an underline belongs"


def lemma_5_1(page, lists, w_fp, p_bhi_star, p_slo_star):
    """Region I: types b_hi, s_hi count in the first structure, b_lo and s_lo in the second."""
    where = "appendix C, proof of Lemma 5.1"
    one, two = lists.mechanism(1), lists.mechanism(2)
    low_s, low_b = p_slo <= p_slo_star, p_bhi <= p_bhi_star
    left = p_bhi * one.u("B", b_hi) + p_shi * one.u("S", s_hi)
    bound = p_bhi * (b_hi - s_hi)
    mirror_left = p_blo * two.u("B", b_lo) + p_slo * two.u("S", s_lo)
    mirror_bound = p_slo * (b_lo - s_lo)
    reasons = c_1_reasons(one)
    mirror_reasons = (*two.no_trade(LO_HI), two.ic("B", HI_LO, LO_LO), two.ir("B", LO_LO),
                      two.at_most_1(LO_LO), two.at_most_1(HI_LO))
    latex_left = tex("p[b+]u[b+](M1) + p[s+]u[s+](M1)")
    latex_c_1 = latex_left + tex(r" \leq p[b+](b+ - s+)")
    page.judge("(C.1)", latex_c_1, left <= bound, constraints=reasons, assuming=low_s)
    page.judge("(C.2)", tex(r"p[b-]u[b-](M2) + p[s-]u[s-](M2) \leq p[s-](b- - s-)"),
               mirror_left <= mirror_bound, constraints=mirror_reasons, assuming=low_b)
    efficient_state(page, where, one, lists.everything)

    line_1 = Side(tex("p[b+]p[s-]u_B(b+, s-) + p[b+]p[s+]u_B(b+, s+) + p[b+]p[s+]u_S(b+, s+)"),
                  p_bhi * p_slo * one.u_B(*HI_LO) + p_bhi * p_shi * one.u_B(*HI_HI)
                  + p_bhi * p_shi * one.u_S(*HI_HI))
    line_2 = Side(tex("p[b+]p[s-]u_B(b+, s-) + p[b+]p[s+](b+ - s+)q(b+, s+)"),
                  p_bhi * p_slo * one.u_B(*HI_LO) + p_bhi * p_shi * (b_hi - s_hi) * one.q[HI_HI])
    page.step("(C.3), line 1", Side(latex_left, left), "=", line_1, constraints=one.no_trade(LO_HI))
    page.step("(C.3), line 2", line_1, "=", line_2, constraints=one.no_trade(LO_HI))
    q, rent = one.q[HI_HI], (s_hi - s_lo) * one.q[HI_HI]
    page.judge(where, tex(r"u_S(b+, s-) \geq u_S(b+, s+) + (s+ - s-)q(b+, s+)"),
               one.u_S(*HI_LO) >= one.u_S(*HI_HI) + rent, constraints=one.ic("S", HI_LO, HI_HI))
    page.judge(where, tex(r"u_B(b+, s-) + u_S(b+, s-) \leq b+ - s-"),
               one.u_B(*HI_LO) + one.u_S(*HI_LO) <= b_hi - s_lo, constraints=one.at_most_1(HI_LO),
               note="read at the state where it is used")
    surplus = (one.ic("S", HI_LO, HI_HI), one.at_most_1(HI_LO))
    first = Side(tex("(b+ - s-) - [u_S(b+, s+) + (s+ - s-)q(b+, s+)]"),
                 (b_hi - s_lo) - (one.u_S(*HI_HI) + rent))
    second = Side(tex("(b+ - s-) - (s+ - s-)q(b+, s+)"), (b_hi - s_lo) - rent)
    page.step(where + ", display below (C.3), line 1", Side(tex("u_B(b+, s-)"), one.u_B(*HI_LO)), r"\leq",
              first, constraints=surplus)
    page.step(where + ", display below (C.3), line 2", first, r"\leq", second,
              constraints=one.ir("S", HI_HI))
    page.judge(where, tex(r"u_S(b+, s+) \geq 0"), one.u_S(*HI_HI) >= 0, constraints=one.ir("S", HI_HI))

    weight = p_shi * (b_hi - s_hi) - p_slo * (s_hi - s_lo)
    line_3 = Side(tex("p[b+]p[s-][(b+ - s-) - (s+ - s-)q(b+, s+)] + p[b+]p[s+](b+ - s+)q(b+, s+)"),
                  p_bhi * p_slo * ((b_hi - s_lo) - rent) + p_bhi * p_shi * (b_hi - s_hi) * q)
    line_4 = Side(tex("p[b+](p[s-](b+ - s-) + (p[s+](b+ - s+) - p[s-](s+ - s-))q(b+, s+))"),
                  p_bhi * (p_slo * (b_hi - s_lo) + weight * q))
    page.step("(C.4), line 1", line_2, r"\leq", line_3, constraints=(*surplus, one.ir("S", HI_HI)))
    page.step("(C.4), line 2", line_3, "=", line_4, constraints=one.ir("S", HI_HI))
    weight_latex = tex(r"p[s+](b+ - s+) - p[s-](s+ - s-) \geq 0")
    page.judge(where + ", below (C.4)", tex(r"p[s-] \leq p[s+]^* \implies ") + weight_latex, nan,
               assuming=PARAMETERS, note="p*_{s_hi} is defined nowhere: " + LOST_LINE,
               corrected=(tex(r"p[s-] \leq p[s-]^* \implies ") + weight_latex,
                          Implies(low_s, weight >= 0)))
    line_5 = Side(tex("p[b+](p[s-](b+ - s-) + p[s+](b+ - s+) - p[s-](s+ - s-))"),
                  p_bhi * (p_slo * (b_hi - s_lo) + weight))
    line_6 = Side(tex("p[b+](p[s-](b+ - s+) + p[s+](b+ - s+))"),
                  p_bhi * (p_slo * (b_hi - s_hi) + p_shi * (b_hi - s_hi)))
    line_7 = Side(tex("p[b+](b+ - s+)"), bound)
    page.judge(where + ", below (C.4)",
               tex(r"\text{the right side of (C.4) is maximized by taking } q(b+, s+) = 1"),
               line_4.value <= line_4.value.subs(q, 1), assuming=low_s, constraints=one.at_most_1(HI_HI))
    page.step(where + ", display below (C.4), line 1", line_2, r"\leq", line_5, assuming=low_s,
              constraints=(*surplus, one.ir("S", HI_HI), one.at_most_1(HI_HI)))
    page.step(where + ", display below (C.4), line 2", line_5, "=", line_6, assuming=PARAMETERS)
    page.step(where + ", display below (C.4), line 3", line_6, "=", line_7, assuming=PARAMETERS)
    both = (*reasons, *mirror_reasons, *minimum(one, two))
    page.judge(where + ", last line", tex(r"TMU(L) \leq p[b+](b+ - s+) + p[s-](b- - s-)"),
               bound + mirror_bound >= TMU, constraints=both, assuming=(low_b, low_s))
    page.prover.establish(Eq(bound + mirror_bound, w_fp), assuming=PARAMETERS)
    return And(low_b, low_s), bound + mirror_bound


def c_1_reasons(one):
    """What (C.1) follows from."""
    return (*one.no_trade(LO_HI), one.ic("S", HI_LO, HI_HI), one.ir("S", HI_HI), one.at_most_1(HI_HI),
            one.at_most_1(HI_LO))


def minimum(one, two):
    """Types b_hi, s_hi are assigned to the first structure, b_lo and s_lo to the second."""
    return (one.minimum("B", b_hi), one.minimum("S", s_hi), two.minimum("B", b_lo), two.minimum("S", s_lo))


def efficient_state(page, where, one, whole):
    """The state in which nobody gets anything: the print names the wrong one."""
    note = LOST_LINE + ": in (b_hi, s_hi) trade is efficient, and the buyer does not know the state"
    page.judge(where, tex(r"\text{in state } (b+, s+) \text{ trade is not efficient}"), b_hi - s_hi <= 0,
               assuming=PARAMETERS, note=note,
               corrected=(tex(r"\text{in state } (b-, s+) \text{ trade is not efficient}"), b_lo - s_hi <= 0))
    for player, payoff in (("B", one.u_B), ("S", one.u_S)):
        page.judge(where, tex(f"u_{player}(b+, s+) = 0"), Eq(payoff(*HI_HI), 0), constraints=whole, note=note,
                   corrected=(tex(f"u_{player}(b-, s+) = 0"), Eq(payoff(*LO_HI), 0)))


def lemma_5_2(page, lists, b, p_bhi_star, p_slo_star):
    """Region II: types b_hi and s_hi count in both structures, with weights lambda and 1 - lambda."""
    where = "appendix C, proof of Lemma 5.2"
    one, two = lists.mechanism(1), lists.mechanism(2)
    high_b, low_s = p_bhi > p_bhi_star, p_slo <= p_slo_star
    lam = LAMBDA
    left_1 = p_bhi * one.u("B", b_hi) + p_shi * one.u("S", s_hi)
    page.judge(where, tex(r"p[s-] \leq p[s+]^* \text{ is still valid; (C.1) never used } p[b+] \leq p[b-]^*"),
               Eq(one.q[HI_HI], nan, evaluate=False), constraints=c_1_reasons(one), assuming=low_s,
               note="p*_{s_hi} and p*_{b_lo} are defined nowhere: the print exchanged bar and underline",
               corrected=(tex(r"p[s-] \leq p[s-]^* \text{ suffices for (C.1)}"),
                          left_1 <= p_bhi * (b_hi - s_hi)))
    page.judge(where, tex(r"p[b+] > p[b-]^* \implies lam \in (0, 1)"), nan, assuming=PARAMETERS,
               note="p*_{b_lo} is defined nowhere: " + LOST_BAR,
               corrected=(tex(r"p[b+] > p[b+]^* \implies lam \in (0, 1)"),
                          Implies(high_b, And(lam > 0, lam < 1))))
    left = (p_blo * two.u("B", b_lo) + (1 - lam) * p_bhi * two.u("B", b_hi)
            + p_slo * two.u("S", s_lo) + (1 - lam) * p_shi * two.u("S", s_hi))
    latex_left = tex("p[b-] u[b-](M2) + (1 - lam) p[b+] u[b+](M2) + p[s-] u[s-](M2)"
                     " + (1 - lam) p[s+] u[s+](M2)")
    bound = p_bhi * p_slo * (b_hi - s_lo) + (1 - lam) * p_bhi * p_shi * (b_hi - s_hi)
    screening = (two.ic("B", HI_LO, LO_LO), two.ir("B", LO_LO))
    reasons = (*two.no_trade(LO_HI), *screening, two.at_most_1(HI_LO), two.at_most_1(HI_HI))
    page.judge("(C.5)", latex_left + tex(r" \leq p[b+] p[s-] (b+ - s-) + (1 - lam) p[b+] p[s+] (b+ - s+)"),
               left <= bound, constraints=reasons, assuming=high_b)
    nobody_gets_anything(page, where, two)
    page.judge(where, tex(r"u_B(b+, s+) + u_S(b+, s+) \leq b+ - s+"),
               two.u_B(*HI_HI) + two.u_S(*HI_HI) <= b_hi - s_hi, constraints=two.at_most_1(HI_HI))
    informed_buyer(page, where, two)
    line_5 = c_6(page, where, two, screening, high_b)

    expanded = Side(
        tex("p[b-]p[s-]u_B(b-, s-) + (1 - lam)p[b+]p[s-]u_B(b+, s-) + (1 - lam)p[b+]p[s+]u_B(b+, s+)"
            " + p[s-]p[b-]u_S(b-, s-) + p[s-]p[b+]u_S(b+, s-) + (1 - lam)p[s+]p[b+]u_S(b+, s+)"),
        p_blo * p_slo * two.u_B(*LO_LO) + (1 - lam) * p_bhi * p_slo * two.u_B(*HI_LO)
        + (1 - lam) * p_bhi * p_shi * two.u_B(*HI_HI) + p_slo * p_blo * two.u_S(*LO_LO)
        + p_slo * p_bhi * two.u_S(*HI_LO) + (1 - lam) * p_shi * p_bhi * two.u_S(*HI_HI))
    collected = Side(
        tex("p[s-](p[b-]u_B(b-, s-) + (1 - lam)p[b+]u_B(b+, s-) + p[b-]u_S(b-, s-) + p[b+]u_S(b+, s-))"
            " + (1 - lam)p[b+]p[s+](u_B(b+, s+) + u_S(b+, s+))"),
        p_slo * (p_blo * two.u_B(*LO_LO) + (1 - lam) * p_bhi * two.u_B(*HI_LO) + p_blo * two.u_S(*LO_LO)
                 + p_bhi * two.u_S(*HI_LO)) + (1 - lam) * p_bhi * p_shi * (two.u_B(*HI_HI) + two.u_S(*HI_HI)))
    last = Side(tex("p[s-]p[b+](b+ - s-) + (1 - lam)p[b+]p[s+](b+ - s+)"),
                p_slo * line_5.value + (1 - lam) * p_bhi * p_shi * (b_hi - s_hi))
    page.step(where + ", below (C.6)", Side(r"\text{the left side of (C.5)}", left), "=", expanded,
              constraints=two.no_trade(LO_HI), assuming=high_b)
    page.step(where + ", below (C.6), line 1", expanded, r"\leq", collected, constraints=two.no_trade(LO_HI),
              assuming=high_b)
    page.step(where + ", below (C.6), line 2", collected, r"\leq", last, assuming=high_b,
              constraints=(*screening, two.at_most_1(HI_LO), two.at_most_1(HI_HI)))
    parts = (left_1, left, latex_left, (*c_1_reasons(one), *reasons))
    return region_2_bound(page, where, lists, one, two, b, (high_b, low_s), parts)


def nobody_gets_anything(page, where, mechanism):
    """Both know the state (b_lo, s_hi), and trade is not efficient there."""
    for player, payoff in (("B", mechanism.u_B), ("S", mechanism.u_S)):
        page.judge(where, tex(f"u_{player}(b-, s+) = 0"), Eq(payoff(*LO_HI), 0),
                   constraints=mechanism.no_trade(LO_HI))


def informed_buyer(page, where, two):
    """The two inequalities on the rent of the buyer b_hi where the seller does not know her."""
    rent = (b_hi - b_lo) * two.q[LO_LO]
    sides = (Side(tex("u_B(b+, s-)"), two.u_B(*HI_LO)),
             Side(tex("u_B(b-, s-) + (b+ - b-) q(b-, s-)"), two.u_B(*LO_LO) + rent),
             Side(tex("(b+ - b-) q(b-, s-)"), rent))
    page.step(where, sides[0], r"\geq", sides[1], constraints=two.ic("B", HI_LO, LO_LO))
    page.step(where, sides[1], r"\geq", sides[2], constraints=two.ir("B", LO_LO))


def c_6(page, where, two, screening, high_b):
    """(C.6): the payoffs in the states with s_lo."""
    lam, q = LAMBDA, two.q
    bracket = p_blo * (b_lo - s_lo) - lam * p_bhi * (b_hi - b_lo)
    lines = (
        Side(tex(r"p[b-]u_B(b-, s-) + (1 - lam)p[b+]u_B(b+, s-) + u_S(s-)"),
             p_blo * two.u_B(*LO_LO) + (1 - lam) * p_bhi * two.u_B(*HI_LO) + two.u("S", s_lo)),
        Side(tex("p[b-](u_B(b-, s-) + u_S(b-, s-)) + p[b+](u_B(b+, s-) + u_S(b+, s-))"
                 " - lam p[b+]u_B(b+, s-)"),
             p_blo * (two.u_B(*LO_LO) + two.u_S(*LO_LO)) + p_bhi * (two.u_B(*HI_LO) + two.u_S(*HI_LO))
             - lam * p_bhi * two.u_B(*HI_LO)),
        Side(tex("p[b-](b- - s-)q(b-, s-) + p[b+](b+ - s-)q(b+, s-) - lam p[b+](b+ - b-)q(b-, s-)"),
             p_blo * (b_lo - s_lo) * q[LO_LO] + p_bhi * (b_hi - s_lo) * q[HI_LO]
             - lam * p_bhi * (b_hi - b_lo) * q[LO_LO]),
        Side(tex("[p[b-](b- - s-) - lam p[b+](b+ - b-)] q(b-, s-) + p[b+](b+ - s-)q(b+, s-)"),
             bracket * q[LO_LO] + p_bhi * (b_hi - s_lo) * q[HI_LO]),
        Side(tex("p[b+](b+ - s-)"), p_bhi * (b_hi - s_lo)),
    )
    steps = (("=", screening), (r"\leq", screening), ("=", screening), (r"\leq", two.at_most_1(HI_LO)))
    for number, (relation, reasons) in enumerate(steps):
        page.step(f"(C.6), line {number + 2}", lines[number], relation, lines[number + 1],
                  constraints=reasons, assuming=high_b)
    page.judge(where + ", below (C.6)", tex("p[b-](b- - s-) - lam p[b+](b+ - b-) = 0"), Eq(bracket, 0),
               assuming=PARAMETERS)
    return lines[-1]


def region_2_bound(page, where, lists, one, two, b, assumptions, parts):
    """The last display: (C.5) plus lambda times (C.1)."""
    left_1, left_2, latex_2, reasons = parts
    lam, place = LAMBDA, where + ", last display"
    high, top = p_bhi * p_shi * (b_hi - s_hi), p_bhi * p_slo * (b_hi - s_lo)
    latex_top = tex("p[b+]p[s+](b+ - s+) + p[b+]p[s-](b+ - s-)")
    rest = tex(r" + (1 - lam)p[b+]p[s+](b+ - s+) + lam p[b+](b+ - s+)")
    tail = (1 - lam) * high + lam * p_bhi * (b_hi - s_hi)
    lines = (
        Side(tex("TMU(L)"), TMU),
        Side("(" + latex_2 + tex(") + lam(p[b+]u[b+](M1) + p[s+]u[s+](M1))"), left_2 + lam * left_1),
        Side(tex("p[b-]p[s-](b+ - s-)") + rest, p_blo * p_slo * (b_hi - s_lo) + tail,
             tex("p[b+]p[s-](b+ - s-)") + rest, top + tail),
        Side(latex_top + tex(" + lam p[b+](1 - p[s+])(b+ - s+)"),
             high + top + lam * p_bhi * (1 - p_shi) * (b_hi - s_hi)),
        Side(latex_top + tex(r" + \left(p[b-]\frac{b+ - s-}{b+ - b-}\right) \times p[s-](b+ - s+)"),
             high + top + p_blo * (b_hi - s_lo) / (b_hi - b_lo) * p_slo * (b_hi - s_hi),
             latex_top + tex(r" + \left(p[b-]\frac{b- - s-}{b+ - b-}\right) \times p[s-](b+ - s+)"),
             high + top + p_blo * (b_lo - s_lo) / (b_hi - b_lo) * p_slo * (b_hi - s_hi)),
        Side(r"\text{the bound of Lemma 5.2}", b.welfare),
    )
    minima = (*minimum(one, two), two.minimum("B", b_hi), two.minimum("S", s_hi))
    page.step(place + ", line 1", lines[0], r"\leq", lines[1], constraints=minima, assuming=assumptions)
    lost = "the print has p_{b_lo} for p_{b_hi}"
    page.step(place + ", line 2", lines[1], r"\leq", lines[2], constraints=lists.everything,
              assuming=assumptions, note=lost)
    page.step(place + ", line 3", lines[2], "=", lines[3], assuming=PARAMETERS, note=lost)
    lost = LOST_LINE + ", in the numerator"
    page.step(place + ", line 4", lines[3], "=", lines[4], assuming=PARAMETERS, note=lost)
    page.step(where + ", last line", lines[4], "=", lines[5], assuming=PARAMETERS, note=lost)
    page.prover.establish(lines[4].right >= TMU, constraints=(*minima, *reasons), assuming=assumptions)
    return And(*assumptions), lines[4].right
