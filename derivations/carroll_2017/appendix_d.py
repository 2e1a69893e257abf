"""Appendix D: the proofs of Lemma 2.1, Propositions 2.2 and 3.1, Lemma B.1 and Theorem 3.2, line by line.

The comparison of weak dominance in the proof of Theorem 3.2 belongs to Table 5, the proof of
Proposition 6.1 to section 6; the proof of Theorem 3.3 has no display."""

import itertools

from sympy import And, Eq, Equivalent, Implies, Symbol, cancel, nan, symbols

import symtrade as st

from .environment import (
    BAYESIAN,
    DOMINANT_STRATEGY,
    PARAMETERS,
    W_FB,
    W,
    b_hi,
    b_lo,
    mirror,
    named,
    p_bhi,
    p_blo,
    p_shi,
    p_slo,
    q,
    s_hi,
    s_lo,
    t,
    u_B,
    u_S,
)
from .lines import Side, tex

epsilon = Symbol("epsilon")


def proof_of_lemma_2_1(prover, a):
    """The rents at (b_hi, s_lo) bound the shortfall from first best; `a` is case (a) of the lemma."""
    place = "appendix D, proof of Lemma 2.1"
    short_lo, short_hi = 1 - q[b_lo, s_lo], 1 - q[b_hi, s_hi]
    rent_b, rent_s = (b_hi - b_lo) * q[b_lo, s_lo], (s_hi - s_lo) * q[b_hi, s_hi]

    prover.judge(
        "CA-3.D.1", place,
        r"\text{the seller of type } \underline{s} \text{ gets } \underline{b} - \underline{s}"
        r" \text{ from either report}",
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
        r"(\bar{b} - \underline{b})q(\underline{b}, \underline{s})"
        r" + (\bar{s} - \underline{s})q(\bar{b}, \bar{s})"
        r" \leq u_B(\bar{b}, \underline{s}) + u_S(\bar{b}, \underline{s})",
        rent_b + rent_s <= u_B(b_hi, s_lo) + u_S(b_hi, s_lo), constraints=DOMINANT_STRATEGY)
    prover.judge(
        "CA-3.D.6", place,
        r"u_B(\bar{b}, \underline{s}) + u_S(\bar{b}, \underline{s})"
        r" = (\bar{b} - \underline{s})q(\bar{b}, \underline{s})",
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
    latex_third = (r"p_{\bar{b}}p_{\bar{s}}\frac{\bar{b} - \bar{s}}{\bar{s} - \underline{s}}"
                   r"(\bar{s} - \underline{b})")
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


def proof_of_proposition_2_2(prover, a, b):
    """Raise the probability of the lottery by epsilon at its price; how far can epsilon go?"""
    place = "appendix D, proof of Proposition 2.2"
    slack = {row.name: row.expr.lhs.xreplace(a.mechanism) for row in BAYESIAN}
    prover.judge(
        "CA-4.D.1", place, r"\text{the constraint for } \underline{b} \text{ to report } \bar{b}"
        r" \text{ is satisfied with strict inequality}", slack["IC_B[b_lo -> b_hi]"] > 0, assuming=PARAMETERS)
    prover.judge(
        "CA-4.D.2", place, r"\text{the constraint for } \underline{s} \text{ to report } \bar{s}"
        r" \text{ is satisfied as a strict inequality}", slack["IC_S[s_lo -> s_hi]"] > 0, assuming=PARAMETERS)
    lost = "b and s without a bar are no values: the print lost the underlines"
    prover.judge(
        "CA-4.D.3", place, r"q(\bar{b}, \bar{s}) = \frac{b-s}{\bar{s}-s} \quad"
        r" t(\bar{b}, \bar{s}) = \frac{b-s}{\bar{s}-s} \bar{s}", nan, assuming=PARAMETERS, note=lost,
        corrected=(
            r"q(\bar{b}, \bar{s}) = \frac{\underline{b}-\underline{s}}{\bar{s}-\underline{s}} \quad"
            r" t(\bar{b}, \bar{s}) = \frac{\underline{b}-\underline{s}}{\bar{s}-\underline{s}} \bar{s}",
            Eq(a.mechanism[q[b_hi, s_hi]], (b_lo - s_lo) / (s_hi - s_lo))
            & Eq(a.mechanism[t[b_hi, s_hi]], (b_lo - s_lo) / (s_hi - s_lo) * s_hi)))

    better = lottery_raised(a, (b_hi, s_hi))
    change = (W.expr.subs(better) - W.expr.subs(a.mechanism)).expand()
    prover.judge(
        "CA-4.D.4", place, r"\text{the new mechanism has a strictly higher welfare than before}",
        change > 0, assuming=(*PARAMETERS, epsilon > 0))
    for number, name, words in ((5, "IR_B[b_hi]", r"\bar{b}"), (6, "IR_S[s_hi]", r"\bar{s}")):
        payoff = next(row.expr.lhs for row in BAYESIAN if row.name == name)
        prover.judge(
            f"CA-4.D.{number}", place, r"\text{it only makes types } \bar{b}, \bar{s} \text{ better off}: "
            + words, payoff.subs(better) >= payoff.subs(a.mechanism), assuming=(*PARAMETERS, epsilon > 0),
            note="read weakly: at its own price the type s_hi gains nothing" if number == 6 else "")
    largest = {
        "a": prover.solve(largest_epsilon(a, (b_hi, s_hi))),
        "b": prover.solve(largest_epsilon(b, (b_lo, s_lo))),
    }
    for number, (name, case) in enumerate((("a", a), ("b", b)), 7):
        prover.judge(
            f"CA-4.D.{number}", place,
            r"\text{if } \epsilon \text{ is small enough}: \text{ case (" + name + ")}",
            And(*(Implies(piece.region, piece.value > 0) for piece in largest[name].pieces)),
            assuming=(*PARAMETERS, case.region), note="the largest epsilon is positive everywhere")
    return largest


def lottery_raised(case, pair):
    """The mechanism of a case with epsilon more trade at `pair`, at the price paid there before."""
    price = cancel(case.mechanism[t[pair]] / case.mechanism[q[pair]])
    return case.mechanism | {q[pair]: case.mechanism[q[pair]] + epsilon,
                             t[pair]: case.mechanism[t[pair]] + epsilon * price}


def largest_epsilon(case, pair):
    """The program whose value is the largest epsilon that keeps every Bayesian constraint."""
    mechanism = lottery_raised(case, pair)
    rows = st.feasibility(BAYESIAN).constraints
    return st.LinearProgram(
        variables=(epsilon,), objective=epsilon, assuming=(*PARAMETERS, case.region),
        constraints=[(row.name, row.expr.xreplace(mechanism)) for row in rows])


def proof_of_proposition_3_1(prover, a, w_fp, p_bhi_star, p_slo_star):
    """The displayed comparison of W_FP and W_DS in case (a)."""
    place = "appendix D, proof of Proposition 3.1"
    case_a = (*PARAMETERS, a.region)
    odds = (p_blo / p_bhi, p_shi / p_slo * (b_hi - s_hi) / (s_hi - s_lo) * (b_hi - b_lo) / (b_lo - s_lo),
            (b_hi - b_lo) / (b_lo - s_lo))
    prover.judge(
        "CA-6.D.1", place,
        r"\frac{p_{\underline{b}}}{p_{\bar{b}}} \geq \frac{p_{\bar{s}}}{p_{\underline{s}}} \times"
        r" \frac{\bar{b} - \bar{s}}{\bar{s} - \underline{s}} \times \frac{\bar{b} - \underline{b}}"
        r"{\underline{b} - \underline{s}} \geq \frac{\bar{b} - \underline{b}}{\underline{b} - \underline{s}}",
        And(odds[0] >= odds[1], odds[1] >= odds[2]), assuming=(*case_a, p_slo <= p_slo_star))
    star = r"p_{\bar{b}}^*"
    for number, printed, sign, premise, meaning, symbol in (
        (2, r"p_{\bar{b}} \leq p_{\underline{b}}^*", r"\leq", p_slo <= p_slo_star, p_bhi <= p_bhi_star,
         "p*_{b_lo}"),
        (3, r"p_{\bar{b}} < \underline{b}^*", "<", p_slo < p_slo_star, p_bhi < p_bhi_star, "b_lo^*"),
    ):
        prover.judge(
            f"CA-6.D.{number}", place, printed, nan, assuming=(*case_a, premise),
            note=f"{symbol} is defined nowhere: the print lost a bar",
            corrected=(r"p_{\bar{b}} " + sign + " " + star, meaning))
    identities(prover, place, a, w_fp, case_a)
    same_sign = -p_slo / p_shi + (b_hi - s_hi) / (s_hi - s_lo)
    difference = w_fp - a.welfare
    prover.judge(
        "CA-6.D.8", place, r"W_{FP} - W_{DS} \text{ is the same sign as } -p_{\underline{s}}/p_{\bar{s}}"
        r" + (\bar{b} - \bar{s})/(\bar{s} - \underline{s})",
        And(Equivalent(difference > 0, same_sign > 0), Equivalent(difference < 0, same_sign < 0)),
        assuming=case_a)
    prover.judge(
        "CA-6.D.9", place,
        r"\text{the latter expression is zero exactly at } p_{\underline{s}} = p_{\underline{s}}^*",
        Equivalent(Eq(same_sign, 0), Eq(p_slo, p_slo_star)), assuming=PARAMETERS)
    for number, premise, sign, conclusion in (
        (10, p_slo < p_slo_star, "< 0 <", difference > 0),
        (11, Eq(p_slo, p_slo_star), "= 0 =", Eq(difference, 0)),
        (12, p_slo > p_slo_star, "> 0 >", difference < 0),
    ):
        first, _, second = sign.split()
        prover.judge(
            f"CA-6.D.{number}", place,
            rf"\text{{if }} p_{{\underline{{s}}}} {first} p_{{\underline{{s}}}}^*, \text{{ then }}"
            rf" 0 {second} W_{{FP}} - W_{{DS}}",
            Implies(premise, conclusion), assuming=case_a)
    for number, printed, sign, premise, meaning, symbol in (
        (13, r"p_{\bar{b}} < p_{\underline{b}}^*", "<", p_slo < p_slo_star, p_bhi < p_bhi_star, "p*_{b_lo}"),
        (14, r"p_{\bar{b}} \leq \bar{b}^*", r"\leq", p_slo <= p_slo_star, p_bhi <= p_bhi_star, "b_hi^*"),
    ):
        prover.judge(
            f"CA-6.D.{number}", place + ", in brackets", printed, nan, assuming=(*case_a, premise),
            note=f"{symbol} is defined nowhere: the print lost a bar or the p",
            corrected=(r"p_{\bar{b}} " + sign + " " + star, meaning))


def identities(prover, place, a, w_fp, case_a):
    """W_FP - W_DS, line by line; every line is compared with the one before."""
    ratio = (b_hi - s_hi) * (b_lo - s_lo) / (s_hi - s_lo)
    fraction = r"\frac{(\bar{b} - \bar{s})(\underline{b} - \underline{s})}{\bar{s} - \underline{s}}"
    lines = (
        (w_fp - a.welfare, r"W_{FP} - W_{DS}"),
        ((p_bhi * p_slo * (b_lo - s_lo) + p_bhi * (b_hi - s_hi))
         - (p_bhi * p_slo * (b_hi - s_lo) + p_bhi * p_shi * ratio),
         r"[p_{\bar{b}} p_{\underline{s}} (\underline{b} - \underline{s}) + p_{\bar{b}} (\bar{b} - \bar{s})]"
         r" - \left[ p_{\bar{b}} p_{\underline{s}} (\bar{b} - \underline{s}) + p_{\bar{b}} p_{\bar{s}} "
         + fraction + r" \right]"),
        (p_bhi * ((p_slo * (b_lo - s_lo) + (p_slo + p_shi) * (b_hi - s_hi))
                  - (p_slo * (b_hi - s_lo) + p_shi * ratio)),
         r"p_{\bar{b}} \left( [p_{\underline{s}} (\underline{b} - \underline{s})"
         r" + (p_{\underline{s}} + p_{\bar{s}}) (\bar{b} - \bar{s})]"
         r" - \left[ p_{\underline{s}} (\bar{b} - \underline{s}) + p_{\bar{s}} "
         + fraction + r" \right] \right)"),
        (p_bhi * (p_slo * (b_lo - s_hi) + p_shi * (b_hi - s_hi) - p_shi * ratio),
         r"p_{\bar{b}} \left( p_{\underline{s}} (\underline{b} - \bar{s}) + p_{\bar{s}} (\bar{b} - \bar{s})"
         r" - p_{\bar{s}} " + fraction + r" \right)"),
        (p_bhi * (s_hi - b_lo) * (-p_slo + p_shi * (b_hi - s_hi) / (s_hi - s_lo)),
         r"p_{\bar{b}} (\bar{s} - \underline{b}) \left( -p_{\underline{s}} + p_{\bar{s}}"
         r" \frac{\bar{b} - \bar{s}}{\bar{s} - \underline{s}} \right)"),
    )
    for number, ((above, latex_above), (below, latex_below)) in enumerate(itertools.pairwise(lines), 4):
        prover.judge(f"CA-6.D.{number}", place, latex_above + " = " + latex_below,
                     Eq(above, below, evaluate=False), assuming=case_a)


def proof_of_lemma_b_1(page, lists):
    """Equilibrium payoffs in the auxiliary game are those of the direct mechanism.

    Two signals of the seller and two actions on either side stand for any number of them.
    """
    place = "appendix D, proof of Lemma B.1"
    b, x = symbols("b x")
    pi, y = symbols("pi_1 pi_2"), symbols("y_1 y_2")
    trade, price = ({(i, j): Symbol(f"{letter}_{i}{j}") for i in (1, 2) for j in (1, 2)} for letter in "qt")

    def mixed(table, chance):
        """A table of outcomes, extended to mixed actions by linearity; the buyer's chance is x."""
        return sum(own * other * table[i, j] for i, own in ((1, x), (2, 1 - x))
                   for j, other in ((1, chance), (2, 1 - chance)))

    outcomes = [(mixed(trade, chance), mixed(price, chance)) for chance in y]
    direct = sum(p * (b * q_k - t_k) for p, (q_k, t_k) in zip(pi, outcomes, strict=True))
    pure = {pair: b * trade[pair] - price[pair] for pair in trade}
    played = sum(p * mixed(pure, chance) for p, chance in zip(pi, y, strict=True))
    payoff = (r"\sum_{\eta_S} \pi(\eta_S|\eta_B^*) [b(\eta_B^*)q(\alpha_B(\eta_B^*), \alpha_S(\eta_S))"
              r" - t(\alpha_B(%s), %s(\eta_S))]")
    page.judge(place, payoff % (r"\eta_B", r"\alpha_S^*") + r" = \text{(D.2)}", nan,
               parameters=(b, x, *pi, *y, *trade.values(), *price.values()),
               note="alpha_S^* is defined nowhere, and eta_B ought to be eta_B^*",
               corrected=(payoff % (r"\eta_B^*", r"\alpha_S") + r" = \text{(D.2)}", Eq(played, direct)))
    one, two = lists.mechanism(1), lists.mechanism(2)
    for mechanism, side, signal, lie in ((one, "B", "B3", "B2"), (two, "S", "S7", "S6")):
        d_2, d_3, chance, row = reports(mechanism, side, signal, lie)
        note = f"for the signal {signal} of Table 3, reporting {lie}"
        page.judge(place, r"\pi^k(\eta^*)[\text{(D.2)} - \text{(D.3)}] \geq 0", chance * (d_2 - d_3) >= 0,
                   constraints=row, note=note)
        page.judge(place, r"\text{(D.2)} \geq \text{(D.3): the IC constraint of a direct mechanism}",
                   Eq(d_2 - d_3 - row.expr.lhs, 0), constraints=row, note=note)


def reports(mechanism, side, signal, lie):
    """(D.2) and (D.3) for a signal and another report, the probability of the signal, and the IC row."""
    k = "BS".index(side)
    structure = mechanism.information.structures[mechanism.number - 1]
    states = [state for state in structure.states if state.signals[k] == signal]
    chance = sum(state.probability for state in states)

    def payoff(report):
        total = 0
        for state in states:
            pair = list(state.signals)
            pair[k] = report
            trade, price = mechanism.information.outcome(mechanism.number, *pair)
            total += state.probability / chance * (1 - 2 * k) * (state.values[k] * trade - price)
        return total

    name = f"IC_{side}^{mechanism.number}[{signal} -> {lie}]"
    (row,) = (row for row in mechanism.everything if row.name == name)
    return payoff(signal), payoff(lie), chance, row


def proof_of_theorem_3_2(page, a, b, w_fp, bounds, stars):
    """The upper bound in each region is the guarantee of one of the mechanisms."""
    place = "appendix D, proof of Theorem 3.2"
    p_bhi_star, p_slo_star = stars
    (_, bound_1), (where_2, bound_2), (where_3, bound_3) = bounds
    page.step(place + ", region I", Side(tex("p[b+](b+ - s+) + p[s-](b- - s-)"), bound_1), "=",
              Side("W_{FP}", w_fp), assuming=PARAMETERS)
    for name, where, bound, case, other, words in (
        ("II", where_2, bound_2, b, a, "(b)"), ("II'", mirror(where_2), mirror(bound_2), a, b, "(a)"),
        ("III", where_3, bound_3, b, a, "(b)"), ("III'", mirror(where_3), mirror(bound_3), a, b, "(a)"),
    ):
        page.judge(f"{place}, region {name}",
                   r"TMU(\mathcal{L}) \leq W_{DS}, \text{ given by case " + words + " of Lemma 2.1}",
                   And(Eq(bound, case.welfare), case.welfare >= other.welfare),
                   assuming=(*PARAMETERS, where))
    page.judge(place, tex(r"p[b+] > p[b+]^* \text{ and } p[s-] > p[s-]^*: \text{ region III in case (b)}"),
               Equivalent(And(p_bhi > p_bhi_star, p_slo > p_slo_star, b.region), where_3),
               assuming=PARAMETERS, note="region III as it is defined in section 5.3")
    page.judge(place, tex(r"p[b+](b+ - s+) + p[s-](b- - s-) = W_{FP} \text{ is assured}"),
               Eq(p_bhi * (b_hi - s_hi) + p_slo * (b_lo - s_lo), w_fp), assuming=PARAMETERS)
