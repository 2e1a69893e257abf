"""Two-stage monotone mechanisms in case (i): the penalty psi, the printed bound and the least one."""

import sympy
from sympy import AccumBounds, And, Eq, Equivalent, Implies, Interval, Ne, Pow, Rational, Symbol, Tuple, latex

import symtrade as st

from .example_2 import CASES, ENV, PARAMETERS, UNIT, gamma_1, gamma_2, theta_1, theta_2, within

psi, x, alpha = Symbol("psi"), Symbol("x"), Symbol("alpha")
lie_1, lie_2 = Symbol("theta_1_r"), Symbol("theta_2_r")
PLACE = "Claim 4, proof of case (i), buyer"
a, b = Symbol("a"), Symbol("b")
IN_CASE_I = CASES["i"].args
STRETCHED = (  # Assumption 1 where the seller's types are in [a, b] and both gammas below 1, and some trade
    *(gamma_1 < 1, gamma_2 < 1, a >= 0, b > a),
    *(1 - gamma_1 <= (1 - gamma_2) * b, (1 - gamma_2) * a < 1 - gamma_1),
)
LAWS = (
    *((law, IN_CASE_I) for law in (st.power(2), st.beta(2, 2), st.from_cdf((x + x**2) / 2))),
    (st.uniform(a, b), STRETCHED),
    *((law, (*IN_CASE_I, alpha > 0)) for law in (st.power(alpha), st.mirror_power(alpha))),
)
HALF = Rational(1, 2)
EQUAL = (Eq(gamma_1, gamma_2), gamma_2 > 0, gamma_2 < 1)  # types near the top are almost certain to trade
LAWS_AT_EQUAL_GAMMAS = (
    (st.truncated_exponential(alpha), (*EQUAL, alpha > 0)),
    *((law, EQUAL) for law in (st.beta(2, 5 * HALF), st.beta(HALF, HALF), st.kumaraswamy(HALF, HALF))),
)
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
    printed_is_more(prover, least)
    theorem = [st.Line(And(CASES["i"], case.when), case.value) for case in least.cases]
    general, parts = [], []
    found = [
        *((law, given, for_law(prover, law, given)) for law, given in LAWS),
        *((law, given, at_equal_gammas(prover, law, given)) for law, given in LAWS_AT_EQUAL_GAMMAS),
    ]
    for law, given, least_here in found:
        lines, more = stated(prover, law, given, least_here)
        general += lines
        parts += more
    deviations = []
    for case in least.cases:
        how = "attained by" if case.attained == True else "approached, not attained, by"  # noqa: E712
        deviations.append(st.Part(f"The bound is {how} the report of the highest type", case.at[0][1]))
    parts.append(enough_for_any(prover))
    return st.Result(
        statement=(*theorem, *general),
        parts=(st.Part("The least penalty, both types uniform", least.value), *deviations, *parts),
    )


def enough_for_any(prover):
    """A constant for any distribution: no report makes trade more likely than R = F_1(ratio) < 1."""
    law = st.unspecified(0, 1, "F_1")
    gain = buyers_gain(prover, with_law(law, (*PARAMETERS, *IN_CASE_I), ENV.valuations), ())
    (chance,) = gain.atoms(sympy.core.function.AppliedUndef)
    P, R = Symbol("P"), Symbol("R")
    prover.establish(
        gain.subs(chance, P) <= 0,
        assuming=(*ENV.buyer.range, lie_2 >= 0, lie_2 < 1, P >= 0, P <= R, R < 1, psi * (1 - R) >= R),
    )
    most = law.cdf((1 - gamma_1) / (1 - gamma_2))
    heading = r"For any $F_1$ without atoms and gaps, a penalty that is enough where $\gamma_1 > \gamma_2$"
    return st.Part(heading, most / (1 - most))


def stated(prover, law, given, least):
    """The least penalty for a distribution as lines and parts."""
    lines, parts, more = [], [], []
    for case in least.cases:
        when = And(Eq(Symbol("F_1"), law.cdf(theta_1)), *given, case.when, *roots(case))
        if isinstance(case.value, AccumBounds):
            heading = rf"Where $\gamma_1 = \gamma_2$ and $F_1$ is {law.name}, the least is between"
            parts.append(st.Part(heading, Tuple(case.value.min, case.value.max)))
        else:
            lines.append(st.Line(when, case.value))
        more += [
            st.Part("where $y^*$, the marginal seller type at the best deviation, solves", Eq(equation, 0))
            for _, equation, _, _ in case.roots
        ]
        if case.deviation:
            prover.establish(bool(case.verdict))
            where = " and ".join(f"${latex(c)}$" for c in And.make_args(And(EQUAL[0], case.when)))
            heading = (
                f"No constant is enough where {where} and $F_1$ is {law.name}: a type gains by the report"
                " with this marginal type of the seller, whatever the penalty"
            )
            more.append(st.Part(heading, Tuple(*(place for _, place in case.deviation))))
    if lines:
        parts.append(st.Part(f"The least penalty where $F_1$ is {law.name}", least.value))
    return lines, [*parts, *more]


def roots(case):
    """The equations of the roots that a case's value is written in, and where they lie."""
    return tuple(And(Eq(equation, 0), star > low, star < high) for star, equation, low, high in case.roots)


def for_law(prover, law, given):
    """The least penalty for another distribution of the seller's type.  A report is written as
    (1 - gamma_2) y / (1 - gamma_1), where y is the seller's type up to which it makes trade."""
    env = with_law(law, (*PARAMETERS, *given), ENV.valuations)
    y = Symbol("y")
    ratio = (1 - gamma_1) / (1 - gamma_2)
    gain = buyers_gain(prover, env, ()).subs(lie_2, y / ratio)
    return st.least_penalty(
        gain, psi, (theta_2, UNIT), (y, Interval.Ropen(0, ratio)), assuming=env.assuming, prover=prover
    )


def at_equal_gammas(prover, law, given):
    """The least penalty where both gammas are gamma_2: a report is the marginal type of the seller."""
    valuations = tuple(v.subs(gamma_1, gamma_2) for v in ENV.valuations)
    env = with_law(law, tuple(r for r in given if not r.has(gamma_1)), valuations)
    gain = buyers_gain(prover, env, ())
    return st.least_penalty(
        gain,
        psi,
        (theta_2, UNIT),
        (lie_2, Interval.Ropen(0, 1)),
        assuming=env.assuming,
        prover=prover,
        digits=8,
    )


def with_law(law, assuming, valuations):
    return st.InterdependentEnvironment(
        seller=st.Types(theta_1, law), buyer=ENV.buyer, valuations=valuations, assuming=assuming
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


def printed_is_more(prover, least):
    """The printed bound is larger than the least penalty, with w for the square root in the latter."""
    (case,) = (c for c in least.cases if c.attained == True)  # noqa: E712  SymPy's truth
    (radical,) = (p for p in case.value.atoms(Pow) if p.exp == Rational(1, 2))
    w = Symbol("w")
    swap = {gamma_1: st.threshold(w**2 - radical.base, gamma_1)}
    gap = ((1 - gamma_1) / (gamma_1 - gamma_2) - case.value.xreplace({radical: w})).subs(swap)
    given = [r.subs(swap) for r in (*within("i"), case.when)]
    prover.establish(gap > 0, assuming=(gamma_2 < 1, *given, w > 0))
