"""Two-sided asymmetric information: Example 2's cases, utilities, and Claim 2."""

from sympy import And, Eq, Not, Or, Symbol, Tuple

import symtrade as st

from .example_2 import (
    ALWAYS,
    CASES,
    ENV,
    PARAMETERS,
    PRINTED,
    U_BUYER,
    U_SELLER,
    UNIT,
    gamma_1,
    gamma_2,
    lines,
    theta_1,
    theta_2,
    within,
)

PLACE = "Example 2"
U_1, U_2 = Symbol("U_1"), Symbol("U_2")


@st.derivation("KZ-4", "Example 2: regions of trade, the cases and the interim utilities", PLACE)
def cases_of_example_2(prover):
    """Where trade is efficient, how likely it is, and what each type expects, for all gammas."""
    chance = st.efficient_trade(ENV, prover=prover)
    groves = st.two_stage_groves(ENV, prover)
    utilities = []
    for agent, name, types in (("seller", U_1, ENV.seller), ("buyer", U_2, ENV.buyer)):
        found = st.by_cases(
            st.two_stage_utility(groves, agent, prover=prover), assuming=ENV.ranges_of(agent), prover=prover
        )
        utilities += [st.Line(when, Eq(name, value)) for value, when in found.lines]
        outside = st.outside_option(ENV, agent, prover)
        utilities.append(st.Line(True, Eq(Symbol(f"{name}_O"), outside)))
        prover.judge(
            f"KZ-4.{1 if agent == 'seller' else 2}",
            "the model",
            r"U_1^O(\theta_1) = \int_{\Theta_2} \tilde u_1(\theta_1, \theta_2) dF_2(\theta_2)"
            if agent == "seller"
            else r"U_2^O(\theta_2) = 0",
            Eq(
                outside,
                st.integral(U_SELLER, theta_2, 0, 1, assuming=(*PARAMETERS, theta_1 >= 0), prover=prover)
                if agent == "seller"
                else 0,
            ),
            assuming=(*PARAMETERS, *types.range),
        )
    prover.judge(
        "KZ-4.3",
        PLACE,
        r"\text{the cases } "
        + r",\ ".join(f"({k})\\ {v}" for k, v in PRINTED.items())
        + r" \text{ are all there are}",
        Or(*CASES.values()),
        assuming=PARAMETERS,
        corrected=(
            r"\text{with } 0 < \gamma_1 \leq 1 \leq \gamma_2,\ \gamma_1 < \gamma_2 \text{ as case"
            r" (iv)}",
            Or(*CASES.values(), ALWAYS),
        ),
    )
    prover.judge(
        "KZ-4.4",
        PLACE,
        r"\text{no two of the cases overlap}",
        And(*(Not(And(CASES[a], CASES[b])) for a in CASES for b in CASES if a < b)),
        assuming=PARAMETERS,
    )
    balance = st.budget(groves, prover)
    place = "the generalized two-stage Groves mechanism"
    prover.judge(
        "KZ-4.11",
        place,
        r"t^G \text{ satisfies BIC}",
        bool(st.truthful_reporting(groves, prover=prover).verdict),
        note="truth is optimal for both traders in both stages, after every report, for all gammas",
    )
    prover.judge(
        "KZ-4.12",
        place,
        r"t^G \text{ satisfies BB}",
        st.everywhere(balance, lambda total: Eq(total, 0)),
        assuming=(*ENV.ranges,),
    )
    shapes = trade_regions(prover)
    return st.Result(
        statement=(*utilities, *(st.Line(when, Eq(Symbol("Pr"), value)) for value, when in chance.lines)),
        parts=(
            st.Part("The probability of efficient trade", chance),
            st.Part("Where trade is efficient: $q$ maximises the gains from trade", shapes),
        ),
    )


def trade_regions(prover):
    """The efficient decision as a program in one variable, and its shape in each printed case."""
    q = Symbol("q")
    decision = prover.solve(
        st.LinearProgram(
            variables=(q,),
            objective=q * (U_BUYER - U_SELLER),
            constraints=(q >= 0, q <= 1),
            assuming=ENV.ranges,
        )
    )
    ray = theta_2 * (1 - gamma_1) - theta_1 * (1 - gamma_2)
    shapes = (
        (
            "i",
            r"\theta_2 > \frac{1-\gamma_2}{1-\gamma_1}\theta_1",
            theta_2 > (1 - gamma_2) / (1 - gamma_1) * theta_1,
        ),
        (
            "ii",
            r"\theta_2 > \frac{1-\gamma_2}{1-\gamma_1}\theta_1",
            theta_2 > (1 - gamma_2) / (1 - gamma_1) * theta_1,
        ),
        (
            "v",
            r"\theta_2 < \frac{\gamma_2-1}{\gamma_1-1}\theta_1",
            theta_2 < (gamma_2 - 1) / (gamma_1 - 1) * theta_1,
        ),
        (
            "vi",
            r"\theta_2 < \frac{\gamma_2-1}{\gamma_1-1}\theta_1",
            theta_2 < (gamma_2 - 1) / (gamma_1 - 1) * theta_1,
        ),
        ("iii", r"\text{never}", False),
        ("iv", r"\text{always, but at } (0, 0)", Or(theta_1 > 0, theta_2 > 0)),
    )
    for number, (case, printed, trade) in enumerate(shapes, 5):
        better = ray > 0
        prover.judge(
            f"KZ-4.{number}",
            f"Example 2, case ({case})",
            r"x^* = 1:\ " + printed,
            Or(And(better, trade), And(Not(better), Not(trade))) if trade is not False else Not(better),
            assuming=(*within(case), *ENV.seller.range, *ENV.buyer.range),
            note="the deck's picture of the case, read in words",
        )
    return decision


@st.derivation("KZ-5", "Claim 2: the worst types and the total shortfall", "Claim 2")
def shortfall(prover):
    """What the worst types of both traders lose together, for all gammas: positive everywhere."""
    groves = st.two_stage_groves(ENV, prover)
    gains = {agent: st.participation(groves, agent, prover) for agent in ("seller", "buyer")}
    worst = {
        agent: st.infimum(gain, (ENV.types(agent).symbol, UNIT), assuming=PARAMETERS, prover=prover)
        for agent, gain in gains.items()
    }
    missing = st.by_cases(-worst["seller"].value - worst["buyer"].value, assuming=PARAMETERS, prover=prover)
    prover.establish(st.everywhere(missing, lambda value: value > 0), assuming=PARAMETERS)
    for case in CASES:
        prover.judge(
            f"KZ-5.{case}",
            f"Claim 2, case ({case})",
            r"\text{the generalized two-stage Groves mechanism violates IIR where } " + PRINTED[case],
            st.everywhere(missing, lambda value: value > 0),
            assuming=within(case),
            note="the worst types of both together lose, so no lump sum helps",
        )
    the_remark(prover, gains, missing)
    return st.Result(
        statement=lines(missing),
        parts=(
            st.Part("The shortfall: what the worst types of both lose together", missing),
            *(
                st.Part(
                    f"The worst type of the {agent}, and what it gains",
                    st.Cases(*((tuple_of(case), case.when) for case in found.cases)),
                )
                for agent, found in worst.items()
            ),
        ),
    )


def tuple_of(case):
    """The worst type and its gain, side by side."""
    return Tuple(case.at[0][1], case.value)


def the_remark(prover, gains, missing):
    """The economy as a whole: worse off at the worst types, better off on average."""
    means = [st.expectation(ENV, gain, agent, prover=prover) for agent, gain in gains.items()]
    total = st.by_cases(sum(means), assuming=PARAMETERS, prover=prover)
    prover.judge(
        "KZ-5.1",
        "Claim 2, Remark",
        r"\text{the economy as a whole is worse off after participation}",
        st.everywhere(total, lambda value: value < 0),
        assuming=PARAMETERS,
        corrected=(
            r"\text{at the worst types of both; on average it is not worse off, and better off"
            r" unless }"
            r" \gamma_2 \leq 1 \leq \gamma_1",
            st.everywhere(total, lambda value: And(value >= 0, Or(value > 0, CASES["iii"]))),
        ),
        note="read as the sum of both traders' expected utilities",
    )
    prover.judge(
        "KZ-5.2",
        "Claim 2, Remark",
        r"\text{it is impossible to make everyone better off through welfare redistribution}",
        st.everywhere(missing, lambda value: value > 0),
        assuming=PARAMETERS,
        note="read as a lump sum from one trader to the other: the shortfall is what it would have to create",
    )
