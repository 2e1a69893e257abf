"""Implementability: the conditions ST, DF, CS and NA from the deviation problem (both lemmas)."""

from sympy import And, Eq, Implies, Symbol, diff, exp, log, solve, symbols

import symtrade as st

from .deviations import class_2_gain, deviation_problem, duality, setting
from .notation import Logs, Page

SIDES = {
    "buyer": ("b", "q_{ij}^b u^b(v) - t_{ij}^b", r"\mu_i^b(v)", "j", "i"),
    "seller": ("s", "t_{ij}^s - q_{ij}^s u^s(v)", r"\mu_j^s(v)", "i", "j"),
}


def positive(problem):
    """Masses in every cell."""
    return tuple(m > 0 for m in problem.a.values())


@st.derivation("LY-1", "Implementability: ST, DF, CS and NA from the deviation problem", "Implementability")
def implementability(prover):
    """The printed conditions against those that the Lagrangian of the deviation problem gives.

    Necessity: where mass is used, moving it must not pay at the margin, and the multipliers are the best
    marginal gains (`conditions`); sufficiency: `duality`.
    """
    page = Page(prover)
    setting(page)
    deviation_problem(page)
    for trader in ("buyer", "seller"):
        conditions(page, trader)
    duality(page)
    class_2(page)
    problem = st.Deviation("buyer", own=2, other=2, states=2)
    page.judge(
        "LY-1.finite",
        "Preview of results",
        r"\text{Finite dimensional system of equations and inequalities}",
        Eq(len(problem.phi) + len(problem.lam), 2 * 2 * 2 + 2 * 2, evaluate=False),
        note="I J |V| + J |V| multipliers for the buyer, here 12; one equation a cell, signs, and NA",
    )
    seller = st.Deviation("seller", own=2, other=2, states=2)
    least = symbols("Lambda_0 Lambda_1")
    first = (0, 0, 0)
    return st.Result(
        statement=(st.Line(True, problem.stationarity(*first)),),
        parts=(
            st.Part(
                "(ST) for the buyer: the derivative of the Lagrangian by the mass of the first realizations "
                "in the low state is 0",
                problem.stationarity(*first),
            ),
            st.Part("(ST) for the seller", seller.stationarity(*first)),
            st.Part("(DF)", problem.phi[first] >= 0),
            st.Part("(CS)", Eq(problem.a[first] * problem.phi[first], 0)),
            st.Part(
                "(NA), with Lambda the least multiplier of a state",
                sum(exp(-lam) for lam in least) <= 1,
            ),
            st.Part("The marginal cost of a mass", problem.marginal(0, 0)),
            st.Part("The second derivative of the cost of a realization", problem.curvature),
        ),
    )


def conditions(page, trader):
    """Stationarity in every cell of the 2x2x2 problem; the signs of the multipliers; concavity."""
    side, gain, posterior, other, _ = SIDES[trader]
    place = f"Lemma, implementability for the {trader}"
    problem, logs = st.Deviation(trader, own=2, other=2, states=2), Logs()
    stationary = []
    for i, j, v in problem.a:
        mu = problem.posterior(i)[v]
        utility = problem.q[i, j] * problem.u[v] - problem.t[i, j]
        utility = utility if trader == "buyer" else -utility
        printed = utility - log(mu) - problem.lam[j, v] + problem.phi[i, j, v]
        stationary.append(Eq(logs(problem.stationarity(i, j, v)) - logs(printed), 0, evaluate=False))
    page.judge(
        f"LY-1.ST^{side}",
        place,
        rf"{gain} - \log({posterior}) - \lambda_{other}^{side}(v) + \phi_{{ij}}^{side}(v) = 0",
        And(*stationary),
        assuming=positive(problem),
        note="the derivative of the Lagrangian in every cell of the 2x2x2 problem; entropy cost",
    )
    i, j, v = 0, 0, 0
    page.judge(
        f"LY-1.dU^{side}",
        place,
        rf"\frac{{\partial U^{side}}}{{\partial \alpha_{{ij}}(v)}} = {gain}",
        Eq(
            diff(sum(m * problem.payoff(*key) for key, m in problem.a.items()), problem.a[i, j, v]),
            problem.payoff(i, j, v),
            evaluate=False,
        ),
        assuming=positive(problem),
    )
    page.judge(
        f"LY-1.dC^{side}",
        place,
        rf"\frac{{\partial C^{side}}}{{\partial \alpha_{{ij}}(v)}} = \log({posterior})",
        Eq(logs(problem.marginal(i, v)), logs(log(problem.posterior(i)[v])), evaluate=False),
        assuming=positive(problem),
    )
    # Moving mass of (j, v) from realization i to k changes the objective at the difference of their slopes.
    net = {k: problem.stationarity(k, j, v) - problem.phi[k, j, v] for k in (0, 1)}
    rate = logs(net[1] - net[0])
    stationarity = [Eq(logs(problem.stationarity(k, j, v)), 0) for k in (0, 1)]
    used, free = problem.phi[0, j, v], problem.phi[1, j, v]
    page.judge(
        f"LY-1.DF^{side}",
        place,
        rf"\phi_{{ij}}^{side}(v) \geq 0",
        Implies(And(*stationarity, Eq(used, 0), rate <= 0), free >= 0),
        assuming=positive(problem),
        note="where mass can be moved out of a cell with multiplier 0 and no such move pays",
    )
    page.judge(
        f"LY-1.CS^{side}",
        place,
        rf"\alpha_{{ij}}(v) \phi_{{ij}}^{side}(v) = 0",
        Implies(And(*stationarity, Eq(used, 0), Eq(rate, 0)), Eq(free, 0)),
        assuming=positive(problem),
        note="where both cells have mass, so that moves both ways do not pay",
    )
    for states in (2, 3):
        wider = st.Deviation(trader, own=1, other=1, states=states)
        masses = [Symbol(f"m_{k}") for k in range(states)]
        page.establish(wider.curvature >= 0, assuming=tuple(m > 0 for m in masses))


def class_2(page):
    """One more realization: the marginal gain of the best one, with E(v) = exp(-min_j lambda_j(v))."""
    x, e0, e1 = symbols("x E_0 E_1")
    inside = (x > 0, x < 1, e0 > 0, e1 > 0)
    gain = (1 - x) * log(e0) + x * log(e1) - st.Entropy().potential((1 - x, x))
    logs = Logs()
    # MG of one unit of mass with posterior x, and its slope and curvature.
    slope, curvature = diff(gain, x), diff(gain, x, 2)
    page.establish(curvature < 0, assuming=inside)
    # exp(slope) = (e1/x) / (e0/(1 - x)): the best posterior makes the two equal.
    ratio = (e1 / x) / (e0 / (1 - x))
    page.establish(Eq(logs(slope), logs(log(ratio)), evaluate=False), assuming=inside)
    (best,) = solve(ratio - 1, x)
    positive_sum = (e0 > 0, e1 > 0)
    page.establish(And(best > 0, best < 1, Eq(ratio.subs(x, best), 1)), assuming=positive_sum)
    # exp(gain) is a weighted geometric mean of e0/(1 - x) and e1/x, which are equal at the best posterior.
    page.establish(
        Eq(logs(gain), (1 - x) * logs(log(e0 / (1 - x))) + x * logs(log(e1 / x)), evaluate=False),
        assuming=inside,
    )
    exponential = (e1 / x).subs(x, best)
    page.judge(
        "LY-1.NA",
        "Class 2-lemma",
        r"\sum_{v \in V} \exp(-\min_j \{\lambda_j^b(v)\}) \leq 1",
        And(Eq(exponential, e0 + e1), Eq((e0 / (1 - x)).subs(x, best), e0 + e1)),
        assuming=positive_sum,
        note="the exponential of the largest marginal gain is the sum of the E(v): none pays iff it is <= 1",
    )
    class_2_gain(page)
    marginal_gain(page)


def marginal_gain(page):
    """The printed formula for the marginal gain, in the 2x2x2 example."""
    problem, logs, eps = st.Deviation("buyer", own=2, other=2, states=2), Logs(), Symbol("epsilon")
    beta = {key: Symbol("beta_" + "".join(map(str, key))) for key in problem.a}
    kept = {problem.a[key]: problem.a[key] - eps * beta[key] for key in problem.a}
    objective = sum(m * problem.payoff(*key) for key, m in problem.a.items()) - problem.spent
    inside = diff(objective.subs(kept, simultaneous=True), eps).subs(eps, 0)
    sums = [sum(beta[i, j, v] for i in (0, 1) for j in (0, 1)) for v in (0, 1)]
    cost = sum(sums) * st.Entropy().potential([b / sum(sums) for b in sums])
    found = logs(inside - cost)
    net = {
        key: logs(problem.stationarity(*key)) - problem.phi[key] + problem.lam[key[1:]] for key in problem.a
    }
    printed = -sum(beta[key] * net[key] for key in beta) - logs(cost)
    page.judge(
        "LY-1.MG",
        "Proof of Class 2-lemma",
        r"MG_\alpha(\beta) = - \sum_{i,j,v} \beta_{ij}(v)"
        r" \left[ q_{ij}^b u^b(v) - t_{ij}^b - \log(\mu_i^b(v)) \right]"
        r" - M\text{Cost}(\beta)",
        Eq(found, printed, evaluate=False),
        assuming=(*positive(problem), *(b > 0 for b in beta.values())),
        note="MCost is the cost of the added realization alone; the cost that is saved is in the logarithms",
    )
    stationarity = {key: net[key] - problem.lam[key[1:]] + problem.phi[key] for key in beta}
    page.judge(
        "LY-1.MG by KKT",
        "Proof of Class 2-lemma",
        r"MG_\alpha(\beta) = - \sum_{i,j,v} \beta_{ij}(v) \lambda_j^b(v) - M\text{Cost}(\beta)",
        Implies(
            And(*(Eq(s, 0) for s in stationarity.values()), *(Eq(f, 0) for f in problem.phi.values())),
            Eq(printed, -sum(beta[key] * problem.lam[key[1:]] for key in beta) - logs(cost)),
        ),
        assuming=(*positive(problem), *(b > 0 for b in beta.values())),
    )
