"""Claim 4: the monotone mechanism t^S works in cases (i) and (iii), step by step."""

from sympy import And, Eq, Ne, Or, Piecewise

import symtrade as st

from .example_2 import (
    CASES,
    ENV,
    PARAMETERS,
    U_BUYER,
    U_SELLER,
    gamma_1,
    gamma_2,
    theta_1,
    theta_2,
    within,
)
from .monotone import T_S, TYPES, u_1_r, u_2_r
from .penalty import BUYER_LIES, lie_1, lie_2, psi

SELLER_LIES = (lie_1 >= 0, lie_1 <= 1, Ne(lie_1, theta_1))
CUT = (1 - gamma_2) / (1 - gamma_1)  # in case (i) trade needs theta_2 > CUT theta_1


@st.derivation("KZ-7", "The monotone mechanism t^S works in cases (i) and (iii)", "Claim 4")
def claim_4(prover):
    """Each step of the deck's proof, for both traders."""
    on_path(prover)
    sellers_side(prover)
    buyers_side(prover)
    seller_gains = participation(prover)
    case_iii(prover)
    literal_rule(prover)
    enough = st.shoot_the_liar(ENV, psi, assuming=(psi >= 1,))
    prover.judge(
        "KZ-7.22",
        "Claim 4, case (i)",
        r"t^S \text{ satisfies BIC, for } \psi \geq 1",
        bool(st.truthful_reporting(enough, CASES["i"].args, prover=prover).verdict),
        note="truth is optimal for both traders in both stages, after every report",
    )
    return st.Result(
        statement=tuple(st.Line(And(CASES["i"], when), value) for value, when in seller_gains.lines),
        parts=(st.Part("What the seller gains from participating in case (i)", seller_gains),),
    )


def on_path(prover):
    """Truthful transfers, the second stage, the budget."""
    no_trade = tuple(T_S.paid(agent, False) for agent in ("seller", "buyer"))
    trade = tuple(T_S.paid(agent, True) for agent in ("seller", "buyer"))
    truth = {lie_1: theta_1, lie_2: theta_2}
    quiet, loud = U_SELLER >= U_BUYER, U_BUYER > U_SELLER
    known = (*PARAMETERS, psi > 0, *TYPES)
    paid = [st.by_cases(t.subs(truth), assuming=(*known, quiet), prover=prover) for t in no_trade]
    moved = [st.by_cases(t.subs(truth), assuming=(*known, loud), prover=prover) for t in trade]
    prover.judge(
        "KZ-7.1",
        "proof of case (i), 1",
        r"x^* = 0:\ t_1^S = t_2^S = 0",
        And(*(Eq(p, 0) for p in paid)),
        assuming=(*known, quiet),
    )
    prover.judge(
        "KZ-7.2",
        "proof of case (i), 2",
        r"x^* = 1:\ t_1^S = -t_2^S = \tilde u_2(\theta_1,"
        r" \theta_2)",
        And(Eq(moved[0], U_BUYER), Eq(-moved[1], U_BUYER)),
        assuming=(*known, loud),
    )
    prover.judge(
        "KZ-7.3",
        "proof of case (i)",
        r"t_1^S \text{ is independent of } u_1^r \text{ and } t_2^S"
        r" \text{ of } u_2^r",
        not T_S.transfer("seller").has(u_1_r) and not T_S.transfer("buyer").has(u_2_r),
    )
    balance = st.budget(T_S, prover)
    prover.judge(
        "KZ-7.4",
        "proof of case (i), BB",
        r"t_1^S + t_2^S = 0 \text{ on the equilibrium path}",
        st.everywhere(balance, lambda total: Eq(total, 0)),
        assuming=known,
    )


def seller_utility(prover, lie=None, assuming=(), case="i"):
    """The seller's interim utility under t^S."""
    return st.two_stage_utility(T_S, "seller", lie, assuming=(*CASES[case].args, *assuming), prover=prover)


def oriented(prover, integrand, low, high, variable=theta_2, case="i"):
    """An integral between two ends, as the deck writes it (the integrand has no cases)."""
    rest = [s for s in (gamma_1, gamma_2, theta_1, theta_2, psi, lie_1, lie_2) if s != variable]
    return st.integral(integrand, variable, low, high, assuming=within(case), parameters=rest, prover=prover)


def sellers_side(prover):
    """The seller does not lie about theta_1, whatever it is."""
    low, high = theta_1 * CUT < 1, theta_1 * CUT >= 1
    known = (*within("i"), psi > 0, *ENV.seller.range)
    keep = oriented(prover, U_SELLER, 0, 1)
    honest = seller_utility(prover)
    place = "proof of case (i), seller"
    displayed = oriented(prover, U_SELLER, 0, CUT * theta_1) + oriented(prover, U_BUYER, CUT * theta_1, 1)
    prover.judge(
        "KZ-7.5",
        place + " (a)",
        r"\text{under truth-telling: }"
        r" \int_0^{\frac{1-\gamma_2}{1-\gamma_1}"
        r"\theta_1} \tilde u_1 d\theta_2 + \int_{\frac{1-\gamma_2}{1-\gamma_1}\theta_1}^1 \tilde"
        r" u_2 d\theta_2",
        agrees(prover, honest, displayed, (*known, low)),
        assuming=(*known, low),
    )
    lying = seller_utility(prover, lie_1, SELLER_LIES)
    deviation = oriented(prover, U_SELLER, 0, CUT * lie_1) + oriented(prover, -psi, CUT * lie_1, 1)
    reports = (lie_1 > 0, lie_1 <= 1, Ne(lie_1, theta_1))
    seen = (*known, *reports, CUT * lie_1 < 1)
    for number, side, letter in ((6, low, "a"), (9, high, "b")):
        prover.judge(
            f"KZ-7.{number}",
            f"{place} ({letter})",
            r"\text{reporting } 0 < \theta_1^r <"
            r" \frac{1-\gamma_1}"
            r"{1-\gamma_2}:\ \int_0^{\frac{1-\gamma_2}{1-\gamma_1}\theta_1^r} \tilde u_1 d\theta_2 +"
            r" \int_{\frac{1-\gamma_2}{1-\gamma_1}\theta_1^r}^1 (-\psi) d\theta_2",
            agrees(prover, lying, deviation, (*seen, side)),
            assuming=(*seen, side),
        )
    prover.judge(
        "KZ-7.7",
        place + " (a)",
        r"\text{the highest utility after deviation is } \int_0^1"
        r" \tilde u_1"
        r" d\theta_2 \text{, lower than under truth-telling}",
        And(deviation <= keep, keep < displayed),
        assuming=(*seen, low),
    )
    silent = (*known, lie_1 <= 1, Ne(lie_1, theta_1), CUT * lie_1 >= 1)
    prover.judge(
        "KZ-7.8",
        place + " (a)",
        r"\text{reporting } \theta_1^r >"
        r" \frac{1-\gamma_1}{1-\gamma_2}:\ \int_0^1"
        r" \tilde u_1 d\theta_2 \text{, lower than truth-telling}",
        And(agrees(prover, lying, keep, (*silent, low)), keep < displayed),
        assuming=(*silent, low),
    )
    prover.judge(
        "KZ-7.10",
        place + " (b)",
        r"\text{under truth-telling: } \int_0^1 \tilde u_1 d\theta_2",
        agrees(prover, honest, keep, (*known, high)),
        assuming=(*known, high),
    )
    prover.judge(
        "KZ-7.11",
        place + " (b)",
        r"\text{reporting } \theta_1^r > \frac{1-\gamma_1}{1-\gamma_2}"
        r" \text{:"
        r" the same}",
        agrees(prover, lying, keep, (*silent, high)),
        assuming=(*silent, high),
    )
    prover.judge(
        "KZ-7.12",
        place + " (b)",
        r"\text{reporting } \theta_1^r < \frac{1-\gamma_1}{1-\gamma_2}"
        r" \text{ is"
        r" always lower}",
        deviation < keep,
        assuming=(*seen, high),
    )


def agrees(prover, found, displayed, assuming):
    """A function by cases is the displayed one on a part of the parameter set."""
    gap = st.by_cases(found - displayed, assuming=assuming, prover=prover)
    return st.everywhere(gap, lambda value: Eq(value, 0))


def buyers_side(prover):
    """The buyer's utility under truth-telling and after a lie."""
    known = (*within("i"), psi > 0, *ENV.buyer.range)
    honest = st.two_stage_utility(T_S, "buyer", assuming=CASES["i"].args, prover=prover)
    lying = st.two_stage_utility(T_S, "buyer", lie_2, assuming=(*CASES["i"].args, *BUYER_LIES), prover=prover)
    place = "proof of case (i), buyer"
    prover.judge(
        "KZ-7.13", place, r"\text{under truth-telling } 0", agrees(prover, honest, 0, known), assuming=known
    )
    first = oriented(prover, U_BUYER - U_BUYER.subs(theta_2, lie_2), 0, lie_2 / CUT, theta_1)
    penalties = oriented(prover, -psi, lie_2 / CUT, 1, theta_1)
    second = oriented(prover, theta_2 - lie_2, 0, lie_2 / CUT, theta_1) + penalties
    for number, displayed, printed in (
        (14, first + penalties, r"(\tilde u_2(\theta_1, \theta_2) - \tilde u_2(\theta_1, \theta_2^r))"),
        (15, second, r"(\theta_2 - \theta_2^r)"),
    ):
        prover.judge(
            f"KZ-7.{number}",
            place,
            r"\text{reporting } \theta_2^r \neq \theta_2:\ "
            r"\int_0^{\frac{1-\gamma_1}"
            r"{1-\gamma_2}\theta_2^r} " + printed + r" d\theta_1 +"
            r" \int_{\frac{1-\gamma_1}{1-\gamma_2}"
            r"\theta_2^r}^1 (-\psi) d\theta_1",
            agrees(prover, lying, displayed, (*known, *BUYER_LIES)),
            assuming=(*known, *BUYER_LIES),
        )


def participation(prover):
    """The seller's gain over the outside option; the buyer has none."""
    known = (*within("i"), psi > 0, *ENV.seller.range)
    honest = seller_utility(prover)
    gain = st.by_cases(honest - st.outside_option(ENV, "seller", prover), assuming=known, prover=prover)
    prover.judge(
        "KZ-7.16",
        "proof of case (i), IIR",
        r"\text{for all } \theta_1:\ U_1^S(\theta_1) > U_1^O(\theta_1)",
        st.everywhere(gain, lambda value: value > 0),
        assuming=known,
        corrected=(
            r"U_1^S(\theta_1) \geq U_1^O(\theta_1) \text{, strictly if and only if } \theta_1 <"
            r" \frac{1-\gamma_1}{1-\gamma_2}",
            And(
                st.everywhere(gain, lambda value: value >= 0),
                st.everywhere(gain, lambda value: Or(value > 0, theta_1 * (1 - gamma_2) >= 1 - gamma_1)),
                st.everywhere(gain, lambda value: Or(value <= 0, theta_1 * (1 - gamma_2) < 1 - gamma_1)),
            ),
        ),
    )
    return gain


def case_iii(prover):
    """Never any trade: the seller is indifferent, the buyer only risks the penalty."""
    place = "proof of case (iii)"
    keep = oriented(prover, U_SELLER, 0, 1, case="iii")
    known = (*within("iii"), psi > 0, *ENV.seller.range)
    honest = seller_utility(prover, case="iii")
    lying = seller_utility(prover, lie_1, SELLER_LIES, case="iii")
    prover.judge(
        "KZ-7.17",
        place,
        r"\text{the seller's utility is } \int_0^1 \tilde u_1 d\theta_2 \text{,"
        r" honest or"
        r" not}",
        And(agrees(prover, honest, keep, known), agrees(prover, lying, keep, (*known, *SELLER_LIES))),
        assuming=(*known, *SELLER_LIES),
    )
    given = (*within("iii"), psi > 0, *ENV.buyer.range)
    buyer = st.two_stage_utility(T_S, "buyer", assuming=CASES["iii"].args, prover=prover)
    liar = st.two_stage_utility(
        T_S, "buyer", lie_2, assuming=(*CASES["iii"].args, *BUYER_LIES), prover=prover
    )
    prover.judge(
        "KZ-7.18",
        place,
        r"\text{the buyer's utility is } 0 \text{ under truth-telling}",
        agrees(prover, buyer, 0, given),
        assuming=given,
    )
    prover.judge(
        "KZ-7.19",
        place,
        r"\text{and } -\psi < 0 \text{ after a lie}",
        And(agrees(prover, liar, -psi, (*given, *BUYER_LIES)), -psi < 0),
        assuming=(*given, *BUYER_LIES),
    )
    prover.judge(
        "KZ-7.20",
        place,
        r"\text{IIR: everyone's expected utility is the outside option}",
        And(
            agrees(prover, honest, st.outside_option(ENV, "seller", prover), known),
            agrees(prover, buyer, 0, given),
        ),
        assuming=(*known, *ENV.buyer.range),
    )


def literal_rule(prover):
    """The rule as printed tests payoff reports against the true types, which the designer does not know:
    then nobody is ever punished, and a buyer who reports too little gains."""
    buyer = Piecewise((-U_BUYER.subs({theta_1: lie_1, theta_2: lie_2}), T_S.trade), (0, True))
    seller = Piecewise((u_2_r, T_S.trade), (0, True))
    literal = st.TwoStageMechanism(ENV, (seller, buyer))
    lying = st.two_stage_utility(
        literal, "buyer", lie_2, assuming=(*CASES["i"].args, *BUYER_LIES), prover=prover
    )
    known = (*within("i"), psi > 0, *ENV.buyer.range, *BUYER_LIES)
    corrected = st.two_stage_utility(
        T_S, "buyer", lie_2, assuming=(*CASES["i"].args, *BUYER_LIES), prover=prover
    )
    prover.judge(
        "KZ-7.21",
        "definition of t^S",
        r"t^S \text{ as printed, with } u_i^r \text{ tested against }"
        r" u_i(x^*(\theta^r),"
        r" \theta_1, \theta_2) \text{ at the true types, makes the buyer honest}",
        st.everywhere(lying, lambda value: value <= 0),
        assuming=known,
        corrected=(
            r"\text{tested against } u_i(x^*(\theta^r), \theta_1^r, \theta_2^r) \text{, and } \psi"
            r" \geq 1",
            st.everywhere(corrected, lambda value: Or(psi < 1, value <= 0)),
        ),
    )
