"""Two-stage monotone mechanisms: Definition 2 and Claim 3, and the cases in which they fail."""

from sympy import And, Eq, Implies, Integer, Symbol, Tuple

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
from .penalty import lie_1, lie_2, psi

higher = Symbol("theta_2_high")
u_1_r, u_2_r = Symbol("u_1_r"), Symbol("u_2_r")
T_S = st.shoot_the_liar(ENV, psi, assuming=(psi > 0,))
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
