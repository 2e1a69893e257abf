"""Section 6.1: information that arrives for free, and Proposition 6.1."""

from sympy import (
    And,
    Eq,
    Equivalent,
    Implies,
    Poly,
    Symbol,
    cancel,
    diff,
    factor,
    factor_list,
    numer,
    sqrt,
    together,
)

import symtrade as st

from .environment import ENV, PARAMETERS, b_hi, b_lo, p_bhi, p_blo, p_shi, p_slo, s_hi, s_lo
from .section_2_2 import lemma_2_1
from .section_3 import PRICES, flexible_price_guarantee, thresholds

delta, q_eps, p, accepted = Symbol("delta"), Symbol("q_eps"), Symbol("p"), Symbol("alpha")
LOW, HIGH = OFFERS = tuple(map(str, PRICES))
ACCEPTS = {b_lo: LOW, b_hi: HIGH}  # the highest price that each type of buyer accepts
PLACE = "appendix D, proof of Proposition 6.1"

LOTTERY = (delta > 0, delta < 1, q_eps > 0, q_eps < 1, q_eps * (s_hi - s_lo) > b_lo - s_lo)
ASSUMING = (*PARAMETERS, *LOTTERY)
POSTERIOR = (p >= 0, p <= 1)

ENV_6 = st.FiniteEnvironment(buyer=ENV.buyer, seller=ENV.seller, assuming=ASSUMING)
BRANCH_I = st.flexible_price(ENV_6, PRICES, offering="seller")


def at_a_lottery(rows):
    """The last column of a table, the seller's high offer, times q_eps."""
    return tuple((*row[:-1], row[-1] * q_eps) for row in rows)


BRANCH_II = st.IndirectMechanism(ENV_6, BRANCH_I.buyer_actions, BRANCH_I.seller_actions,
                                 at_a_lottery(BRANCH_I.q), at_a_lottery(BRANCH_I.t), BRANCH_I.outside)


def payoff(branch, s, offer, share=1):
    """What a seller with posterior p expects from an offer; `share` is the probability with which the
    buyer b_lo accepts the price b_lo."""
    high, low = (branch.utility("seller", s, ACCEPTS[b], offer) for b in (b_hi, b_lo))
    return p * high + (1 - p) * (share if offer == LOW else 1) * low


def gains(branch, b, s, offer):
    """The expected gains from trade at a pair of values."""
    return (b - s) * branch.outcome(ACCEPTS[b], offer)[0]


def mixture(s, in_i, in_ii):
    """The gains with b_hi and those with b_lo where the seller makes these offers in M_delta."""
    return tuple((1 - delta) * gains(BRANCH_I, b, s, in_i) + delta * gains(BRANCH_II, b, s, in_ii)
                 for b in (b_hi, b_lo))


def at_posterior(pair):
    """The expectation of a quantity that depends on the buyer's type."""
    return p * pair[0] + (1 - p) * pair[1]


def indifference(branch):
    """The posterior at which the seller s_lo is indifferent between both offers."""
    return st.threshold(payoff(branch, s_lo, LOW) - payoff(branch, s_lo, HIGH), p)


@st.derivation("CA-13", "Proposition 6.1: perturbed flexible prices when information is free", "6.1")
def free_information(prover):
    """The guarantee of M_delta against all information structures, for every delta and epsilon.

    Each type of buyer has a dominant strategy, and s_hi has an offer that is always optimal; so only the
    posterior of the seller s_lo matters.  An information structure is a distribution of posteriors with
    mean p_bhi, and the worst one is the optimum of a linear program.
    """
    w_fp = flexible_price_guarantee(prover)
    _, a, b = lemma_2_1(prover)
    p_bhi_star, p_slo_star = thresholds(w_fp, a, b)
    region_i = (p_bhi < p_bhi_star, p_slo < p_slo_star)
    cut_i, cut_ii = indifference(BRANCH_I), indifference(BRANCH_II)
    cases = ((0, cut_i, mixture(s_lo, LOW, LOW)), (cut_i, cut_ii, mixture(s_lo, HIGH, LOW)),
             (cut_ii, 1, mixture(s_lo, HIGH, HIGH)))
    high_seller = mixture(s_hi, HIGH, HIGH)

    alone = flexible_alone(prover, w_fp, cut_i, p_bhi_star)
    choice_of_epsilon(prover, cut_i, region_i)
    equilibrium(prover, cut_i, cut_ii)
    best_equilibrium(prover, cut_i, cut_ii)
    worst = prover.solve(st.spread([st.stretch(low, high, *pair) for low, high, pair in cases], p_bhi,
                                   assuming=(*ASSUMING, region_i[0])))
    from_high = p_shi * at_posterior(high_seller).subs(p, p_bhi)
    lines = tuple(st.Line(piece.region, p_slo * piece.value + from_high) for piece in worst.pieces)
    best_delta, largest_delta = how_far(prover, worst, lines, w_fp, region_i)
    best_lottery = how_likely(prover, lines[0].value.subs(delta, best_delta) - w_fp, region_i)
    inequality_d_4(prover, cases, best_delta)
    conclusion(prover, lines, worst, w_fp, high_seller, best_delta, region_i)
    return st.Result(
        statement=lines,
        parts=(
            st.Part("Flexible prices alone: the worst information for the gains of the seller s_lo", alone),
            st.Part(r"$M_\delta$ in region I: the worst information for the gains of the seller s_lo", worst),
            *(part for number, line in enumerate(lines, 1) for part in (
                st.Part(rf"The guarantee of $M_\delta$, case {number}", line.value),
                st.Part(f"Case {number}", line.when))),
            st.Part(r"The $\delta$ with the largest guarantee", best_delta),
            st.Part(r"The guarantee exceeds $W_{FP}$ for all $\delta$ below this value, and for no others",
                    largest_delta),
            st.Part(r"With that $\delta$, the $q_\epsilon$ with the largest guarantee", best_lottery),
        ),
    )


def flexible_alone(prover, w_fp, cut, p_bhi_star):
    """The flexible-price mechanism against free information, for all parameters."""
    cases = ((0, cut, LOW), (cut, 1, HIGH))
    worst = prover.solve(st.spread(
        [st.stretch(low, high, *(gains(BRANCH_I, b, s_lo, offer) for b in (b_hi, b_lo)))
         for low, high, offer in cases], p_bhi, assuming=PARAMETERS))
    rest = p_bhi * gains(BRANCH_I, b_hi, s_hi, HIGH) + p_blo * gains(BRANCH_I, b_lo, s_hi, HIGH)
    guarantee = [(piece, p_slo * piece.value + p_shi * rest) for piece in worst.pieces]
    prover.judge(
        "CA-13.1", "section 6.1", r"\text{the worst information structure for the flexible-price mechanism}"
        r" \text{ makes the seller close to indifferent}",
        And(*(Implies(And(piece.region, p_bhi < p_bhi_star), And(
            Eq(value, w_fp), Eq(piece.primal[Symbol("posterior[1]", real=True)], 0),
            Eq(piece.primal[Symbol("posterior[2]", real=True)],
               cut * piece.primal[Symbol("mass[2]", nonnegative=True)])))
            for piece, value in guarantee)),
        assuming=PARAMETERS,
        note="the worst posteriors are 0 and the one at which s_lo is indifferent (approached from above);"
             " the guarantee is then W_FP")
    for piece, value in guarantee:
        prover.establish(value >= w_fp, assuming=(*PARAMETERS, piece.region))
    return worst


def choice_of_epsilon(prover, cut, region_i):
    """The interval from which epsilon is taken."""
    ratio = (b_lo - s_lo) / (s_hi - s_lo)
    odds = p_slo / p_shi * (s_hi - b_lo) / (b_hi - s_hi)
    left, right = 1 - odds - ratio, 1 - ratio
    latex_left = (r"1 - \frac{p_{\underline{s}}}{p_{\bar{s}}} \times \frac{\bar{s} - \underline{b}}{\bar{b} -"
                  r" \bar{s}} - \frac{\underline{b} - \underline{s}}{\bar{s} - \underline{s}}")
    latex_right = r"1 - \frac{\underline{b} - \underline{s}}{\bar{s} - \underline{s}}"
    prover.judge("CA-13.2", "section 6.1", latex_left + " < " + latex_right, left < right,
                 assuming=PARAMETERS)
    prover.judge("CA-13.3", "section 6.1, in brackets", latex_left + r" > 0", left > 0,
                 assuming=(*PARAMETERS, region_i[1]))
    prover.judge("CA-13.4", "section 6.1", r"\epsilon < " + latex_right + r" \implies q_\epsilon < 1",
                 Implies(q_eps - ratio < right, q_eps < 1), assuming=PARAMETERS, parameters=(q_eps,))
    prover.establish(Eq(cut, ratio), assuming=PARAMETERS)


def equilibrium(prover, cut_i, cut_ii):
    """The strategies described are optimal: the buyer's always, the seller's at her posterior."""
    branches = (BRANCH_I, BRANCH_II)
    prover.judge(
        "CA-13.5", PLACE, r"\text{accepting } \underline{b} \text{ only (type } \underline{b} \text{), or"
        r" both prices (type } \bar{b} \text{), is a (weakly) dominant strategy}",
        And(*(branch.utility("buyer", b, action, offer) >= branch.utility("buyer", b, other, offer)
              for branch in branches for b, action in ACCEPTS.items()
              for offer in branch.seller_actions for other in branch.buyer_actions)),
        assuming=ASSUMING)
    prover.judge(
        "CA-13.6", PLACE, r"\text{the seller } \bar{s} \text{ offers trade at price } \bar{s}",
        And(*(payoff(branch, s_hi, HIGH) >= payoff(branch, s_hi, offer)
              for branch in branches for offer in branch.seller_actions)),
        assuming=(*ASSUMING, *POSTERIOR), note="optimal at every posterior, in both branches")
    ratio = r"(\underline{b} - \underline{s})/(\bar{s} - \underline{s})"
    for number, branch, cut, times, printed in (
        (7, BRANCH_I, cut_i, 1, ratio), (8, BRANCH_II, cut_ii, 1 / q_eps, r"(1/q_\epsilon) \times " + ratio),
    ):
        low, high = (payoff(branch, s_lo, offer) for offer in OFFERS)
        prover.judge(
            f"CA-13.{number}", PLACE,
            r"\underline{s} \text{ offers } \underline{b} \text{ at a posterior of at most } " + printed
            + r" \text{, and } \bar{s} \text{ otherwise}",
            And(Eq(cut, times * (b_lo - s_lo) / (s_hi - s_lo)), Implies(p <= cut, low >= high),
                Implies(p > cut, high > low), low >= 0, high >= 0),
            assuming=(*ASSUMING, *POSTERIOR))


def best_equilibrium(prover, cut_i, cut_ii):
    """No equilibrium has larger gains: above the cut the high offer is the only optimal one, whatever
    share of the low buyers accepts b_lo, and below it all of them accept in the equilibrium described."""
    share = (*ASSUMING, *POSTERIOR, accepted >= 0, accepted <= 1)
    for branch, cut in ((BRANCH_I, cut_i), (BRANCH_II, cut_ii)):
        low, high = payoff(branch, s_lo, LOW, accepted), payoff(branch, s_lo, HIGH)
        prover.establish(Implies(p > cut, high > low), assuming=share)
        by_low = [gains(branch, b, s_lo, LOW) for b in (b_hi, b_lo)]
        by_high = [gains(branch, b, s_lo, HIGH) for b in (b_hi, b_lo)]
        prover.establish(And(at_posterior(by_low) >= p * by_low[0] + (1 - p) * accepted * by_low[1],
                             at_posterior(by_low) >= at_posterior(by_high)), assuming=share)
        for b, other in ((b_hi, LOW), (b_lo, HIGH)):
            prover.establish(branch.utility("buyer", b, ACCEPTS[b], HIGH)
                             > branch.utility("buyer", b, other, HIGH), assuming=ASSUMING)


def how_far(prover, worst, lines, w_fp, region_i):
    """The best delta, and the largest for which the guarantee exceeds W_FP; the latter does not depend
    on epsilon.  An epsilon at or below the printed interval never helps."""
    small, large = sorted(zip(worst.pieces, lines, strict=True),
                          key=lambda pair: pair[0].primal[Symbol("mass[3]", nonnegative=True)] != 0)
    assuming = (*ASSUMING, *region_i)
    odds = p_slo / p_shi * (s_hi - b_lo) / (b_hi - s_hi)
    prover.establish(Implies(small[1].when, Equivalent(small[1].value > w_fp, q_eps > 1 - odds)),
                     assuming=assuming)
    best_delta = st.threshold(small[1].value - large[1].value, delta)
    prover.establish(And(best_delta > 0, best_delta < 1, Equivalent(small[1].when, delta <= best_delta),
                         Equivalent(large[1].when, delta >= best_delta)), assuming=assuming)
    largest_delta = st.threshold(large[1].value - w_fp, delta)
    fit = (*assuming, q_eps > 1 - odds)
    prover.establish(And(diff(small[1].value, delta) > 0, diff(large[1].value, delta) < 0,
                         best_delta < largest_delta, largest_delta < 1), assuming=fit)
    prover.establish(Equivalent(large[1].value > w_fp, delta < largest_delta), assuming=fit)
    unfit = (*assuming, q_eps <= 1 - odds)
    prover.establish(And(Implies(small[1].when, small[1].value <= w_fp),
                         Implies(large[1].when, large[1].value <= w_fp)), assuming=unfit)
    return best_delta, largest_delta


def how_likely(prover, gain, region_i):
    """The q_eps at which the gain of the best delta is largest: the zero of its derivative between the
    ratio and one.  The condition for a zero r is linear in p_slo, so p_slo is eliminated by it; whatever
    r in (ratio, 1) is, no other q_eps in (0, 1) above the ratio gains more."""
    zero = Symbol("r")
    (slope,) = (f for f, _ in factor_list(numer(cancel(together(diff(gain, q_eps)))))[1]
                if f.has(q_eps) and f.has(p_slo))
    ratio = (b_lo - s_lo) / (s_hi - s_lo)
    prover.establish(slope.subs(q_eps, ratio) * slope.subs(q_eps, 1) < 0,
                     assuming=(*PARAMETERS, region_i[1]))
    p_slo_of_zero = st.threshold(slope.subs(q_eps, zero), p_slo)
    here = gain.subs(p_slo, p_slo_of_zero)
    prover.establish(here.subs(q_eps, zero) >= here, parameters=(p_bhi,), assuming=(
        *PARAMETERS[:-2], *LOTTERY[2:], zero < 1, zero * (s_hi - s_lo) > b_lo - s_lo))
    below_one = Symbol("y", positive=True)
    high, middle, low = Poly(slope.subs(q_eps, 1 - below_one), below_one).all_coeffs()
    root = factor(middle / (2 * high))
    return 1 + root - root * sqrt(factor(1 - low / (high * root**2)))


def inequality_d_4(prover, cases, best_delta):
    """(D.4) in its three cases, up to the best delta."""
    spread, gap, low = s_hi - s_lo, s_hi - b_lo, b_lo - s_lo
    ratio = low / spread
    d_4 = p * ((b_hi - s_lo) + delta * gap) + low - p * spread
    right = p * delta * gap + low - p * spread
    first, second, third = (at_posterior(pair) for _, _, pair in cases)
    where = (And(p >= 0, p <= ratio), And(p > ratio, p <= ratio / q_eps), And(p > ratio / q_eps, p <= 1))
    latex_right = (r"p\delta(\bar{s} - \underline{b}) + (\underline{b} - \underline{s}) - p(\bar{s} -"
                   r" \underline{s})")
    latex_d_4 = (r"p[(\bar{b} - \underline{s}) + \delta(\bar{s} - \underline{b})] + (\underline{b} -"
                 r" \underline{s}) - p(\bar{s} - \underline{s})")
    welfare = r"\mathbb{E}[\text{welfare} \mid \eta_S]"
    enough = (*ASSUMING, delta <= best_delta)

    def judge(number, printed, reads, assuming=ASSUMING, note="", place=PLACE):
        prover.judge(f"CA-13.{number}", place, printed, reads, assuming=(*assuming, *POSTERIOR), note=note)

    judge("9", welfare + r" \geq " + latex_d_4,
          And(*(Implies(here, value >= d_4)
                for here, value in zip(where, (first, second, third), strict=True))),
          enough, "for every delta up to the best one, which depends on epsilon", "(D.4)")
    judge("10", r"p \leq (\underline{b} - \underline{s})/(\bar{s} - \underline{s}):\ " + welfare
          + r" = p(\bar{b} - \underline{s}) + (1 - p)(\underline{b} - \underline{s})",
          Eq(first, p * (b_hi - s_lo) + (1 - p) * low))
    judge("11", r"\text{(D.4) is equivalent to } (1 - p)(\underline{b} - \underline{s}) \geq " + latex_right,
          Equivalent(first >= d_4, (1 - p) * low >= right))
    judge("12", r"\text{or } 0 \geq p[\delta(\bar{s} - \underline{b}) + (\underline{b} - \underline{s}) -"
          r" (\bar{s} - \underline{s})]",
          Equivalent((1 - p) * low >= right, p * (delta * gap + low - spread) <= 0))
    judge("13", r"p[\delta(\bar{s} - \underline{b}) + (\underline{b} - \underline{s}) - (\bar{s} -"
          r" \underline{s})] = p(\delta - 1)(\bar{s} - \underline{b}) \leq 0",
          And(Eq(p * (delta * gap + low - spread), p * (delta - 1) * gap, evaluate=False),
              p * (delta - 1) * gap <= 0))
    judge("14", r"\text{second case}: " + welfare
          + r" = p(\bar{b} - \underline{s}) + (1 - p)\delta(\underline{b} - \underline{s})",
          Eq(second, p * (b_hi - s_lo) + (1 - p) * delta * low))
    left = (1 - p) * delta * low
    latex_d_5 = r"(1 - p)\delta(\underline{b} - \underline{s}) \geq " + latex_right
    judge("15", r"\text{(D.4) if and only if } " + latex_d_5, Equivalent(second >= d_4, left >= right),
          place="(D.5)")
    judge("16", r"\text{at } p = \frac{\underline{b}-\underline{s}}{\bar{s}-\underline{s}}"
          r" \text{ both sides of (D.5) are equal}", Eq(left.subs(p, ratio), right.subs(p, ratio)))
    judge("17", r"\text{at } p = 1 \text{ it reduces to } 0 \geq (\delta - 1)(\bar{s} - \underline{b})"
          r" \text{, which is true}",
          And(Eq((left - right).subs(p, 1), 0 - (delta - 1) * gap), (delta - 1) * gap <= 0))
    judge("18", latex_d_5 + r" \text{ for } \frac{\underline{b}-\underline{s}}{\bar{s}-\underline{s}}"
          r" \leq p \leq 1", Implies(p >= ratio, left >= right), place="(D.5)")
    judge("19", r"\text{third case}: " + welfare
          + r" = p((1 - \delta) + \delta q_\epsilon)(\bar{b} - \underline{s})",
          Eq(third, p * ((1 - delta) + delta * q_eps) * (b_hi - s_lo)))
    left = p * delta * (-1 + q_eps) * (b_hi - s_lo)
    judge("20", r"\text{(D.4) is equivalent to } p\delta(-1 + q_\epsilon)(\bar{b} - \underline{s}) \geq "
          + latex_right, Equivalent(third >= d_4, left >= right), place="(D.6)")
    judge("21", r"\delta = 0:\ p(\bar{s} - \underline{s}) - (\underline{b} - \underline{s}) \geq \left("
          r"\frac{1}{q_\epsilon} - 1\right)(\underline{b} - \underline{s}) > 0",
          And(Eq((left - right).subs(delta, 0), p * spread - low),
              Implies(where[2], And(p * spread - low >= (1 / q_eps - 1) * low, (1 / q_eps - 1) * low > 0))))
    judge("22", r"\text{for any sufficiently small } \delta \text{ the difference remains positive}",
          Implies(where[2], left - right > 0), enough,
          "for every delta up to the best one, that is, as long as it can be true")
    prover.establish(best_delta > 0, assuming=ASSUMING)


def conclusion(prover, lines, worst, w_fp, high_seller, best_delta, region_i):
    """From (D.7) to the proposition."""
    gap, low = s_hi - b_lo, b_lo - s_lo
    odds = p_slo / p_shi * gap / (b_hi - s_hi)
    middle = (-1 + q_eps) + odds
    fit = (*ASSUMING, *region_i, middle > 0)
    enough = (*fit, delta <= best_delta)
    above = p_bhi * ((b_hi - s_lo) + delta * gap) + low - p_bhi * (s_hi - s_lo)
    below = p_bhi * ((b_hi - s_hi) + delta * gap) + low
    latex_below = (r"p_{\bar{b}}[(\bar{b} - \bar{s}) + \delta(\bar{s} - \underline{b})] + (\underline{b} -"
                   r" \underline{s})")
    from_high = p_bhi * ((1 - delta) + delta * q_eps) * (b_hi - s_hi)
    d_8 = p_slo * below + p_shi * p_bhi * (1 - delta + delta * q_eps) * (b_hi - s_hi)
    exact = "the bound is exact: it is the optimum of the program"
    prover.judge(
        "CA-13.23", "(D.7)", r"\mathbb{E}[\text{welfare} \mid \underline{s}] \geq p_{\bar{b}}[(\bar{b} -"
        r" \underline{s}) + \delta(\bar{s} - \underline{b})] + (\underline{b} - \underline{s}) - p_{\bar{b}}"
        r"(\bar{s} - \underline{s})",
        And(*(Implies(piece.region, And(piece.value >= above, piece.value <= above))
              for piece in worst.pieces)), assuming=enough, note=exact)
    prover.judge(
        "CA-13.24", "(D.7)", r"p_{\bar{b}}[(\bar{b} - \underline{s}) + \delta(\bar{s} - \underline{b})] +"
        r" (\underline{b} - \underline{s}) - p_{\bar{b}}(\bar{s} - \underline{s}) = " + latex_below,
        Eq(above, below, evaluate=False), assuming=ASSUMING)
    prover.judge(
        "CA-13.25", PLACE, r"\mathbb{E}[\text{welfare} \mid \bar{s}] = p_{\bar{b}}((1 - \delta) + \delta"
        r" q_\epsilon)(\bar{b} - \bar{s})", Eq(at_posterior(high_seller).subs(p, p_bhi), from_high),
        assuming=ASSUMING)
    prover.judge(
        "CA-13.26", "(D.8)", r"\text{overall expected welfare is at least } p_{\underline{s}} [" + latex_below
        + r"] + p_{\bar{s}} p_{\bar{b}}(1 - \delta + \delta q_\epsilon)(\bar{b} - \bar{s})",
        And(*(Implies(line.when, And(line.value >= d_8, line.value <= d_8)) for line in lines)),
        assuming=enough, note=exact)
    prover.judge(
        "CA-13.27", PLACE, r"\text{when } \delta = 0 \text{, (D.8) equals } p_{\bar{b}}(\bar{b} - \bar{s}) +"
        r" p_{\underline{s}}(\underline{b} - \underline{s}) = W_{FP}",
        And(Eq(d_8.subs(delta, 0), p_bhi * (b_hi - s_hi) + p_slo * low),
            Eq(p_bhi * (b_hi - s_hi) + p_slo * low, w_fp)), assuming=ASSUMING)
    slope = p_slo * p_bhi * gap + p_shi * p_bhi * (-1 + q_eps) * (b_hi - s_hi)
    latex_middle = (r"\left( (-1 + q_\epsilon) + \frac{p_{\underline{s}}}{p_{\bar{s}}} \times \frac{\bar{s} -"
                    r" \underline{b}}{\bar{b} - \bar{s}} \right)")
    prover.judge(
        "CA-13.28", PLACE, r"\text{the derivative with respect to } \delta \text{ is } p_{\underline{s}}"
        r" p_{\bar{b}}(\bar{s} - \underline{b}) + p_{\bar{s}} p_{\bar{b}}(-1 + q_\epsilon)(\bar{b} - \bar{s})"
        r" = p_{\bar{b}} p_{\bar{s}} " + latex_middle + r" \times (\bar{b} - \bar{s})",
        And(Eq(diff(d_8, delta), slope), Eq(slope, p_bhi * p_shi * middle * (b_hi - s_hi))),
        assuming=ASSUMING)
    ratio = low / (s_hi - s_lo)
    prover.judge(
        "CA-13.29", PLACE, r"\text{the choice of } \epsilon \text{ ensures that } " + latex_middle
        + r" \text{ is positive}", Implies(1 - odds - ratio < q_eps - ratio, middle > 0), assuming=ASSUMING)
    prover.judge(
        "CA-13.30", PLACE, r"\text{for } \delta > 0 \text{, (D.8) is strictly above } W_{FP}", d_8 > w_fp,
        assuming=fit)
    prover.judge(
        "CA-13.31", "Proposition 6.1", r"\text{for any sufficiently small } \delta \text{, }"
        r" \inf_{\mathcal{S}} \overline{W}(\mathcal{M}_\delta, \mathcal{I}(\mathcal{S})) > W_{FP}",
        And(*(Implies(line.when, line.value > w_fp) for line in lines)), assuming=enough,
        note="for all delta up to the best one; the result says for exactly which delta it holds. That a"
             " distribution of posteriors with mean p_bhi comes from an information structure is standard")
