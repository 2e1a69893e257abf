"""Two-stage monotone mechanisms: Definition 2, Claims 3 and 4, cases (i) and (iii), and the others."""

from sympy import And, Eq, Implies, Integer, Ne, Or, Piecewise, Symbol, Tuple

import symtrade as st

from .certain import somebody
from .example_2 import (
    ALWAYS,
    CASES,
    ENV,
    PARAMETERS,
    PRINTED,
    U_BUYER,
    U_SELLER,
    gamma_1,
    gamma_2,
    theta_1,
    theta_2,
    within,
)
from .penalty import BUYER_LIES, lie_1, lie_2, psi

higher = Symbol("theta_2_high")
u_1_r, u_2_r = Symbol("u_1_r"), Symbol("u_2_r")
T_S = st.shoot_the_liar(ENV, psi, assuming=(psi > 0,))
SELLER_LIES = (lie_1 >= 0, lie_1 <= 1, Ne(lie_1, theta_1))
CUT = (1 - gamma_2) / (1 - gamma_1)  # in case (i) trade needs theta_2 > CUT theta_1
TYPES = (*ENV.seller.range, *ENV.buyer.range)


@st.derivation(
    "KZ-6",
    "Monotone mechanisms: t^S is one, the generalized Groves mechanism is not",
    "Definition 2, Claim 3",
)
def monotone_mechanisms(prover):
    """t^S keeps all three conditions; t^G breaks one in every case, on the path of truthful reports."""
    for number, claim in enumerate(definition_2(), 1):
        prover.judge(
            f"KZ-6.{number}",
            "Definition 2 and proof of Claim 4",
            rf"t^S \text{{ has property {number} of a monotone mechanism}}",
            claim[0],
            assuming=claim[1],
        )
    groves = st.two_stage_groves(ENV, prover)
    payment = groves.payment("buyer")
    found = []
    for case in CASES:
        profile, what = broken_property(prover, payment, case)
        found.append(st.Line(CASES[case], Tuple(*profile, what)))
        reads = (
            subsidy(prover, payment, profile, case)
            if what == Symbol("subsidy")
            else flat(prover, payment, case)
        )
        prover.judge(
            f"KZ-6.{case}",
            f"Claim 3, case ({case})",
            r"t^G \text{ is not monotone where } " + PRINTED[case],
            reads,
            assuming=within(case),
            note="the buyer is paid"
            if what == Symbol("subsidy")
            else "the buyer's payment does not depend on the reported type",
        )
    off_path(prover, groves)
    return st.Result(statement=tuple(found))


def off_path(prover, groves):
    """Definition 2 speaks of all reports: where the lowest types are reported, and the payoff of the highest
    ones, the buyer is paid."""
    highest = U_SELLER.subs({theta_1: 1, theta_2: 1})
    paid = groves.transfer("buyer").subs({lie_1: 0, lie_2: 0, u_1_r: highest})
    paid = st.by_cases(paid, assuming=PARAMETERS, prover=prover)
    prover.judge(
        "KZ-6.4",
        "Claim 3",
        r"t^G \text{ is not monotone: } t_2^G(0, 0; \tilde u_1(1, 1), 0) > 0",
        st.everywhere(paid, lambda amount: amount > 0),
        assuming=PARAMETERS,
        note="off the path of truthful reports one profile serves for all gammas",
    )


def definition_2():
    """The three properties of t_2 for t^S, for any reports: (claim, assumptions)."""
    reported = {theta_1: lie_1, theta_2: lie_2}
    value = U_BUYER.subs(reported)
    ranges = (*PARAMETERS, psi > 0, lie_1 >= 0, lie_1 <= 1, lie_2 >= 0, lie_2 <= 1)
    (with_trade, _), (without, _) = T_S.transfer("buyer").args
    amounts = [with_trade, *(amount for amount, _ in without.args)]
    return (
        (And(*(amount <= 0 for amount in amounts)), ranges),
        (And(with_trade <= value, -with_trade <= value), ranges),
        (-with_trade.subs(lie_2, higher) > -with_trade, (*ranges, higher > lie_2, higher <= 1)),
    )


def subsidy(prover, payment, profile, case):
    """The buyer is paid at a profile of types where both are truthful."""
    paid = st.by_cases(
        payment.subs(dict(zip((theta_1, theta_2), profile, strict=True))),
        assuming=within(case),
        prover=prover,
    )
    return st.everywhere(paid, lambda amount: amount > 0)


def flat(prover, payment, case):
    """With trade throughout, the payment does not change with the buyer's report."""
    paid = st.by_cases(
        payment.subs({theta_1: Integer(0)}),
        assuming=(*within(case), theta_2 > 0, theta_2 <= 1),
        prover=prover,
    )
    return st.everywhere(paid, lambda amount: Eq(amount, amount.subs(theta_2, 1)))


def broken_property(prover, payment, case):
    """A corner of the box at which the buyer is paid; else the property that the payment rises."""
    for profile in ((1, 0), (0, 1), (1, 1)):
        if bool(prover.prove(subsidy(prover, payment, profile, case), assuming=within(case))):
            return profile, Symbol("subsidy")
    return (0, 1), Symbol("flat")


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


@st.derivation(
    "KZ-9",
    "Where trade is certain for some buyer, no monotone mechanism is incentive compatible",
    "Claim 4, cases (ii), (iv), (v), (vi)",
)
def failures(prover):
    """If a report r makes trade certain, every higher type gains by it, whatever the transfers are."""
    pointwise(prover)
    certain, chance = st.certain_trade(ENV, prover=prover), st.efficient_trade(ENV, "buyer", prover=prover)
    found = []
    for case in ("ii", "iv", "v", "vi"):
        given = (*within(case), *ENV.seller.range)
        (report,), claim = somebody(prover, certain, given)
        prover.judge(
            f"KZ-9.{case}",
            f"Claim 4, case ({case})",
            r"\text{two-stage monotone mechanisms violate BIC where } " + PRINTED[case],
            claim,
            assuming=given,
            note=f"the report {report} makes trade certain, and the types above it gain by that report",
        )
        found.append(st.Line(CASES[case], report))
    inner = (*PARAMETERS, *ALWAYS.args, theta_2 > 0, theta_2 <= 1)
    prover.judge(
        "KZ-9.7",
        "Claim 4",
        r"\text{in all the other cases, two-stage monotone mechanisms violate BIC}",
        certain.trade.certain(theta_2),
        assuming=(*inner, *ENV.seller.range),
        note="the edges that the six cases leave out, gamma_1 < 1 = gamma_2 and gamma_1 = 1 < gamma_2,"
        " included: there every positive type trades for certain",
    )
    return st.Result(
        statement=tuple(found),
        parts=(st.Part("The probability of trade, given the buyer's type", chance),),
        axioms=("the expectation of a function that is positive everywhere is positive",),
    )


def pointwise(prover):
    """At each seller type with trade at the report, the gain is positive: by property 3 where there is
    trade at the truth too, else by properties 1 and 2.  Transfers and valuations are any numbers."""
    truth, report, high, low = (Symbol(n) for n in ("t_truth", "t_report", "u_truth", "u_report"))
    signs = (truth <= 0, report <= 0, high > low, low >= 0, -report <= low)
    prover.judge(
        "KZ-9.1",
        "proof of cases (ii) and (v)",
        r"U_2(\theta_2; \theta_2^r) > U_2(\theta_2;"
        r" \theta_2)"
        r" \text{ where there is trade at both}",
        high + report > high + truth,
        assuming=(*signs, -truth > -report),
        note="by property 3, at each type of the seller",
    )
    prover.judge(
        "KZ-9.2",
        "proof of case (v)",
        r"\tilde u_2(\theta_1, \theta_2) + t_2(\theta_1,"
        r" \theta_2^r) >"
        r" \tilde u_2(\theta_1, \theta_2^r) + t_2(\theta_1, \theta_2^r) \geq 0",
        And(high + report > low + report, low + report >= 0),
        assuming=signs,
    )
    prover.judge(
        "KZ-9.3",
        "proof of case (v)",
        r"\text{the buyer gains where there is trade at the report"
        r" only}",
        high + report > truth,
        assuming=signs,
        note="by properties 1 and 2, at each type of the seller",
    )
    rising = U_BUYER.subs(theta_2, higher) > U_BUYER
    prover.judge(
        "KZ-9.4",
        "proof of case (v)",
        r"\tilde u_2 \text{ is a strictly increasing function of }"
        r" \theta_2",
        rising,
        assuming=(*PARAMETERS, *TYPES, higher > theta_2, higher <= 1),
    )
    prover.judge(
        "KZ-9.5",
        "proof of case (ii)",
        r"(1 - \gamma_2)/(1 - \gamma_2) \leq \theta_2 \leq 1",
        (1 - gamma_2) / (1 - gamma_2) < 1,
        assuming=within("ii"),
        note="read as a range of types with more than one member",
        corrected=(r"(1 - \gamma_2)/(1 - \gamma_1) \leq \theta_2 \leq 1", (1 - gamma_2) / (1 - gamma_1) < 1),
    )
    prover.judge(
        "KZ-9.6",
        "proof of case (v)",
        r"(\gamma_2 - 1)/(\gamma_1 - 1) \leq \theta_2 \leq 1:\ x^*"
        r" = 0",
        Implies(theta_2 * (gamma_1 - 1) >= gamma_2 - 1, U_BUYER <= U_SELLER),
        assuming=(*within("v"), *TYPES),
    )
