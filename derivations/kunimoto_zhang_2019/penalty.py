"""Two-stage monotone mechanisms in case (i): the penalty psi, the printed bound and the least one."""

from sympy import And, Eq, Equivalent, Implies, Integer, Interval, Ne, Symbol

import symtrade as st

from .example_2 import CASES, ENV, PARAMETERS, UNIT, gamma_1, gamma_2, theta_1, theta_2, within

psi, x = Symbol("psi"), Symbol("x")
lie_1, lie_2 = Symbol("theta_1_r"), Symbol("theta_2_r")
PLACE = "Claim 4, proof of case (i), buyer"
LAWS = (st.power(2), st.power(3), st.beta(2, 2), st.mirror_power(2), st.from_cdf((x + x**2) / 2))
BUYER_LIES = (lie_2 >= 0, lie_2 <= 1, Ne(lie_2, theta_2))


def buyers_gain(prover, env, assuming):
    """What a buyer of type theta_2 gains by the report theta_2_r under the mechanism t^S."""
    mechanism = st.shoot_the_liar(env, psi, assuming=(psi > 0,))
    honest = st.two_stage_utility(mechanism, "buyer", assuming=assuming, prover=prover)
    lying = st.two_stage_utility(mechanism, "buyer", lie_2, assuming=(*assuming, *BUYER_LIES), prover=prover)
    return lying - honest


@st.derivation("KZ-8", "The least penalty that keeps the buyer honest", "Claim 4, case (i)")
def least_penalty(prover):
    """In closed form for uniform types; then for other distributions of the seller's type."""
    gain = buyers_gain(prover, ENV, CASES["i"].args)
    least = st.least_penalty(
        gain, psi, (theta_2, UNIT), (lie_2, Interval.Ropen(0, 1)), assuming=within("i"), prover=prover
    )
    printed_bounds(prover, gain)
    theorem = [st.Line(And(CASES["i"], case.when), case.value) for case in least.cases]
    general, parts = [], []
    for law in LAWS:
        found = for_law(prover, law)
        general += [
            st.Line(And(Eq(Symbol("F_1"), law.cdf(theta_1)), CASES["i"], case.when, *roots(case)), case.value)
            for case in found.cases
        ]
        parts.append(
            st.Part(
                f"The least penalty where $F_1(\\theta_1)$ is {law.name}, through the marginal "
                "seller type at the best deviation",
                found.value,
            )
        )
    return st.Result(
        statement=(*theorem, *general),
        parts=(
            st.Part("The least penalty, both types uniform", least.value),
            *(
                st.Part(
                    f"It deters the deviation to {case.at[0][1]} of the highest type, "
                    + ("which attains it" if case.attained == True else "which is only approached"),  # noqa: E712
                    case.when,
                )
                for case in least.cases
            ),
            *parts,
        ),
    )


def roots(case):
    """The equations of the roots that a case's value is written in, and where they lie."""
    return tuple(And(Eq(equation, 0), star > low, star < high) for star, equation, low, high in case.roots)


def for_law(prover, law):
    """The least penalty for another distribution of the seller's type.  A report is written as
    (1 - gamma_2) y / (1 - gamma_1), where y is the seller's type up to which it makes trade."""
    env = st.InterdependentEnvironment(
        seller=st.Types(theta_1, law), buyer=ENV.buyer, valuations=ENV.valuations, assuming=PARAMETERS
    )
    y = Symbol("y")
    ratio = (1 - gamma_1) / (1 - gamma_2)
    gain = buyers_gain(prover, env, CASES["i"].args).subs(lie_2, y / ratio)
    return st.least_penalty(
        gain, psi, (theta_2, UNIT), (y, Interval.Ropen(0, ratio)), assuming=within("i"), prover=prover
    )


def printed_bounds(prover, gain):
    """The deck's bounds on psi: at each deviation, and what suffices."""
    known = (*within("i"), psi > 0, *ENV.buyer.range, lie_2 >= 0, lie_2 < 1)
    pointwise = (1 - gamma_1) * (theta_2 - lie_2) * lie_2 / ((1 - gamma_2) - (1 - gamma_1) * lie_2)
    prover.judge(
        "KZ-8.1",
        PLACE,
        r"\psi \geq \frac{(1-\gamma_1)(\theta_2-\theta_2^r)\theta_2^r}"
        r"{(1-\gamma_2)-(1-\gamma_1)\theta_2^r}",
        Equivalent(gain <= 0, psi >= pointwise),
        assuming=known,
    )
    printed = (1 - gamma_1) / (gamma_1 - gamma_2)
    prover.judge(
        "KZ-8.2",
        PLACE,
        r"\text{it suffices to set } \psi \geq \frac{1-\gamma_1}{\gamma_1-\gamma_2}",
        Implies(psi >= printed, gain <= 0),
        assuming=known,
        corrected=(
            r"\text{it suffices where } \gamma_2 < \gamma_1 \text{; where } \gamma_1 = \gamma_2"
            r" \text{, }"
            r" \psi \geq 1 \text{ does}",
            And(
                Implies(And(gamma_2 < gamma_1, psi * (gamma_1 - gamma_2) >= 1 - gamma_1), gain <= 0),
                Implies(And(Eq(gamma_1, gamma_2), psi >= 1), gain <= 0),
            ),
        ),
    )
    prover.judge(
        "KZ-8.3",
        PLACE,
        r"\text{the buyer will not deviate to } \theta_2^r = 1",
        gain.subs(lie_2, 1) < 0,
        assuming=(*within("i"), psi > 0, theta_2 >= 0, theta_2 < 1),
    )
    s = Symbol("s")  # for the square root of (gamma_1 - gamma_2)/(1 - gamma_2)
    with_root = {gamma_1: gamma_2 + s**2 * (1 - gamma_2)}
    prover.establish(
        (printed - (1 - s) / (1 + s)).subs(with_root) > 0, assuming=(gamma_2 > 0, gamma_2 < 1, s > 0, s < 1)
    )
    prover.establish(Eq(Integer(1), (1 - s).subs(s, 0)))
