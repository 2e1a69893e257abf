"""Section 3.2: the flexible-price mechanism, and when it beats the dominant-strategy mechanisms."""

from sympy import And, Eq, Equivalent, Implies, Or, Symbol

import symtrade as st

from . import appendix_d
from .environment import ENV, PARAMETERS, b_hi, b_lo, p_bhi, p_blo, p_shi, p_slo, s_hi, s_lo
from .section_2_2 import lemma_2_1

PRICES = (b_lo, s_hi)
SELLER_OFFERS = st.flexible_price(ENV, PRICES, offering="seller")
BUYER_OFFERS = st.flexible_price(ENV, PRICES, offering="buyer")
TYPES = (("buyer", b_lo, p_blo), ("buyer", b_hi, p_bhi), ("seller", s_lo, p_slo), ("seller", s_hi, p_shi))
TAKING_PART = tuple(str(price) for price in PRICES)


def secured(prover, mechanism, against=None):
    """What each type can secure by some mixed action: whatever the opponent does, or, with
    `against`, whichever of these actions the opponent takes."""
    values = {}
    for trader, value, _ in TYPES:
        solution = prover.solve(mechanism.security(trader, value, against))
        (piece,) = solution.pieces
        values[value] = piece.value
    return values


def guarantee(values):
    """The expected sum of what the types secure."""
    return sum(probability * values[value] for _, value, probability in TYPES)


def flexible_price_guarantee(prover):
    """W_FP: what the types secure against an opponent who takes part."""
    return guarantee(secured(prover, SELLER_OFFERS, TAKING_PART))


@st.derivation("CA-5", "What the flexible-price mechanism guarantees", "3.2")
def flexible_price(prover):
    """Max-min payoffs of every type against every action of an opponent who takes part.

    Against an opponent who may also stay out nobody secures anything: that action must be ruled
    out by other means, as the paper does where it states the guarantee formally.
    """
    values = secured(prover, SELLER_OFFERS, TAKING_PART)
    mirrored = secured(prover, BUYER_OFFERS, TAKING_PART)
    idle = secured(prover, SELLER_OFFERS)
    welfare = guarantee(values)
    prover.establish(And(*(Eq(values[v], mirrored[v]) for v in values)), assuming=PARAMETERS)
    prover.establish(And(*(Eq(v, 0) for v in idle.values())), assuming=PARAMETERS)

    entries = {("b_lo", "s_hi"): (0, 0), ("s_hi", "s_hi"): (1, s_hi),
               ("b_lo", "b_lo"): (1, b_lo), ("s_hi", "b_lo"): (1, b_lo)}
    printed_table = [Eq(x, y) for pair, row in entries.items()
                     for x, y in zip(SELLER_OFFERS.outcome(*pair), row, strict=True)]
    prover.judge(
        "CA-5.1", "Table 2",
        r"(q, t) = (0, 0), (1, \bar{s}) \text{ where } a_S = \bar{s};\ (1, \underline{b}), (1, \underline{b})"
        r" \text{ where } a_S = \underline{b}", And(*printed_table), assuming=PARAMETERS)
    prover.judge(
        "CA-5.2", "section 3.2",
        r"W_{FP} = p_{\underline{s}}(\underline{b} - \underline{s}) + p_{\bar{b}}(\bar{b} - \bar{s})",
        Eq(welfare, p_slo * (b_lo - s_lo) + p_bhi * (b_hi - s_hi)), assuming=PARAMETERS)
    bullets(prover, values)
    prover.judge(
        "CA-5.6", "section 3.2", r"W_{FP} \text{ with the buyer offering}",
        Eq(guarantee(mirrored), welfare), assuming=PARAMETERS)
    b, s = Symbol("b"), Symbol("s")
    kinds = {"buyer": b, "seller": s}
    return st.Result(
        statement=(*(st.Line(Eq(kinds[trader], value), values[value]) for trader, value, _ in TYPES),
                   st.Line(True, welfare)),
        parts=(st.Part("The guarantee of the flexible-price mechanism", welfare),),
    )


def bullets(prover, values):
    """The three reasons given for W_FP: an action for each type that secures its value."""
    def secures(trader, value, action, bound):
        pairs = [(action, other) if trader == "buyer" else (other, action) for other in TAKING_PART]
        return And(*(SELLER_OFFERS.utility(trader, value, *pair) >= bound for pair in pairs))

    taking_part = "against every action by which the opponent takes part; staying out gives nobody anything"
    prover.judge(
        "CA-5.3", "section 3.2, first bullet", r"\text{payoff of at least } \bar{b} - \bar{s}",
        And(secures("buyer", b_hi, str(s_hi), b_hi - s_hi), Eq(values[b_hi], b_hi - s_hi)),
        assuming=PARAMETERS, note=taking_part)
    prover.judge(
        "CA-5.4", "section 3.2, second bullet", r"\text{payoff of at least } \underline{b} - \underline{s}",
        And(secures("seller", s_lo, str(b_lo), b_lo - s_lo), Eq(values[s_lo], b_lo - s_lo)),
        assuming=PARAMETERS, note=taking_part)
    prover.judge(
        "CA-5.5", "section 3.2, third bullet", r"\text{payoffs at least zero}",
        And(values[b_lo] >= 0, values[s_hi] >= 0), assuming=PARAMETERS)


def thresholds(w_fp, a, b):
    """p*_b and p*_s: where the flexible-price mechanism ties with case (b), and with case (a)."""
    return st.threshold(w_fp - b.welfare, p_bhi), st.threshold(w_fp - a.welfare, p_slo)


@st.derivation("CA-6", "Proposition 3.1: flexible prices against dominant strategies", "3.2")
def proposition_3_1(prover):
    """The thresholds, both parts of the proposition, and the larger guarantee as one formula."""
    w_fp = flexible_price_guarantee(prover)
    _, a, b = lemma_2_1(prover)
    p_bhi_star, p_slo_star = thresholds(w_fp, a, b)
    footnote_5(prover, p_bhi_star, p_slo_star)
    low = And(p_bhi <= p_bhi_star, p_slo <= p_slo_star)
    strictly = And(p_bhi < p_bhi_star, p_slo < p_slo_star)
    for name, case in (("a", a), ("b", b)):
        prover.judge(
            f"CA-6.6 ({name})", "Proposition 3.1",
            r"W_{FP} \geq W_{DS} \iff p_{\bar{b}} \leq p_{\bar{b}}^* \text{ and } p_{\underline{s}} \leq"
            r" p_{\underline{s}}^*", Equivalent(w_fp >= case.welfare, low),
            assuming=(*PARAMETERS, case.region), note=f"in case ({name}) of Lemma 2.1")
        prover.judge(
            f"CA-6.7 ({name})", "Proposition 3.1",
            r"p_{\bar{b}} < p_{\bar{b}}^* \text{ and } p_{\underline{s}} < p_{\underline{s}}^* \implies"
            r" W_{FP} > W_{DS}", Implies(strictly, w_fp > case.welfare),
            assuming=(*PARAMETERS, case.region), note=f"in case ({name}) of Lemma 2.1")
    appendix_d.proof_of_proposition_3_1(prover, a, w_fp, p_bhi_star, p_slo_star)
    lines = larger_guarantee(prover, a, b, w_fp, p_bhi_star, p_slo_star)
    return st.Result(
        statement=lines,
        parts=(st.Part("p*_b, where the seller s_lo is indifferent between both prices", p_bhi_star),
               st.Part("p*_s, where the buyer b_hi is indifferent between both prices", p_slo_star)),
    )


def footnote_5(prover, p_bhi_star, p_slo_star):
    """The thresholds as printed, their range, and the indifference that gives them a meaning."""
    prover.judge("CA-6.1", "section 3.2",
                 r"p_{\bar{b}}^* = \frac{\underline{b} - \underline{s}}{\bar{b} - \underline{s}}",
                 Eq(p_bhi_star, (b_lo - s_lo) / (b_hi - s_lo)), assuming=PARAMETERS)
    prover.judge("CA-6.2", "section 3.2",
                 r"p_{\underline{s}}^* = \frac{\bar{b} - \bar{s}}{\bar{b} - \underline{s}}",
                 Eq(p_slo_star, (b_hi - s_hi) / (b_hi - s_lo)), assuming=PARAMETERS)
    prover.judge("CA-6.3", "section 3.2", r"p_{\bar{b}}^*, p_{\underline{s}}^* \in (0, 1)",
                 And(p_bhi_star > 0, p_bhi_star < 1, p_slo_star > 0, p_slo_star < 1), assuming=PARAMETERS)
    seller_to_both, seller_to_high = (p_blo + p_bhi) * (b_lo - s_lo), p_bhi * (b_hi - s_lo)
    prover.judge("CA-6.4", "footnote 5",
                 r"p_{\bar{b}}^* \text{ makes the seller } \underline{s} \text{ indifferent}",
                 Eq(st.threshold(seller_to_both - seller_to_high, p_bhi), p_bhi_star), assuming=PARAMETERS)
    buyer_from_both, buyer_from_low = (p_slo + p_shi) * (b_hi - s_hi), p_slo * (b_hi - s_lo)
    prover.judge("CA-6.5", "footnote 5",
                 r"p_{\underline{s}}^* \text{ makes the buyer } \bar{b} \text{ indifferent}",
                 Eq(st.threshold(buyer_from_both - buyer_from_low, p_slo), p_slo_star), assuming=PARAMETERS)


def larger_guarantee(prover, a, b, w_fp, p_bhi_star, p_slo_star):
    """max(W_FP, W_DS), line by line, with the proof that the lines cover the parameter set."""
    lines = (
        st.Line(And(p_bhi <= p_bhi_star, p_slo <= p_slo_star), w_fp),
        st.Line(And(p_slo >= p_slo_star, a.region), a.welfare),
        st.Line(And(p_bhi >= p_bhi_star, b.region), b.welfare),
    )
    prover.establish(Or(*(line.when for line in lines)), assuming=PARAMETERS)
    for line in lines:
        largest = And(*(line.value >= other.value for other in lines))
        prover.establish(largest, assuming=(*PARAMETERS, line.when))
    return lines
