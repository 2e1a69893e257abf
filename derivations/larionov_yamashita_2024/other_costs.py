"""Other costs and more states: the same conditions from another potential."""

from sympy import And, Eq, Implies, Or, Rational, Symbol, diff, expand, symbols

import symtrade as st

from .notation import LARGEST, Logs, Page
from .subsidy import between

x, z, g, k = symbols("x z g k")


@st.derivation(
    "LY-9", "Other costs, and three states; the optimum with residual variance", "beyond the slides"
)
def other_costs(prover):
    """Residual variance: stationarity, curvature, kinks, optimum; three states: both costs."""
    page = Page(prover)
    quadratic = st.ResidualVariance(k)
    for cost in (st.Entropy(k), quadratic):
        for states in (2, 3):
            probabilities = [Symbol(f"q_{v}") for v in range(states - 1)]
            posterior = (*probabilities, 1 - sum(probabilities))
            logs = Logs()
            for v in range(states):
                page.establish(
                    Eq(
                        logs(expand(st.tangent(cost, posterior, v))),
                        logs(expand(cost.marginal(posterior, v))),
                    ),
                    assuming=(k > 0, *(q > 0 for q in posterior)),
                )
            problem = st.Deviation("buyer", own=2, other=1, states=states, cost=cost)
            masses, steps = ([Symbol(f"{name}_{v}") for v in range(states)] for name in "md")
            positive = (k > 0, *(m > 0 for m in masses))
            if cost is quadratic:  # a sum of squares
                total = sum(masses)
                squares = sum((d - m / total * sum(steps)) ** 2 for m, d in zip(masses, steps, strict=True))
                page.establish(Eq(problem.curvature, 2 * k / total * squares), assuming=positive)
            else:
                page.establish(problem.curvature >= 0, assuming=positive)
    prices = st.Prices(st.QualityEnvironment((1 - x, x), (0, g), (0, g), quadratic, quadratic), z, z)
    low, high = prices.buyer(x, 0), prices.buyer(x, 1)
    inside = (*between(x, z), k > 0)
    page.establish(
        And(diff(low, x) > 0, diff(high, x) < 0, diff(low, x, 2) > 0, diff(high, x, 2) > 0), assuming=inside
    )
    anchor = quadratic.shifted(x, g)
    page.establish(Eq((low - high).subs(z, anchor), 0), assuming=(*inside, k > 0))
    # nobody wants another realization: the line through the multipliers lies above minus the potential
    line = -(1 - x) * quadratic.marginal((1 - z, z), 0) - x * quadratic.marginal((1 - z, z), 1)
    page.establish(
        And(
            line + quadratic.potential((1 - x, x)) >= 0,
            Implies(Eq(x, z), Eq(line + quadratic.potential((1 - x, x)), 0)),
        ),
        assuming=inside,
    )
    inside_never(page)
    value = symmetric(page)
    lines, parts = examples(prover)
    return st.Result(
        statement=(st.Line(g >= 2 * k, value), *lines),
        parts=(
            st.Part("The anchor at a kink with residual-variance costs", anchor),
            st.Part(
                "The revenue in the symmetric environment with gaps g >= 2k, at full information, minus that "
                "of gaps 0",
                value,
            ),
            *parts,
        ),
        axioms=(LARGEST,),
    )


def net(structure):
    """What the designer keeps."""
    return sum(w * (b - s) for w, (b, s) in zip(structure.weights, structure.payments, strict=True))


def inside_never(page):
    """Two posteriors inside are never better than all structures with a posterior 0 or 1.

    Between two kinks revenue is linear as the posteriors move apart at the same pace, whatever the two
    coefficients: there is a best structure at the end of this line.  Where a kink is lost on the way, the
    revenue goes on above the convex branch, so that no best structure is there.
    """
    p, k_b, k_s, u_b, v_b, u_s, v_s = symbols("p k_b k_s u_b v_b u_s v_s")
    costs = st.ResidualVariance(k_b), st.ResidualVariance(k_s)
    two = st.two_kinks(st.QualityEnvironment((1 - p, p), (u_b, v_b), (u_s, v_s), *costs))
    (w, y), step = two.symbols, Symbol("step")
    along = net(two).subs({w: w - step, y: y - step}, simultaneous=True)
    page.establish(
        Eq(diff(along, step, 2), 0, evaluate=False),
        assuming=(k_b > 0, k_s > 0, 1 - w - y + 2 * step > 0),
    )


def symmetric(page):
    """Prior 1/2 and equal gaps g >= 0: all or nothing, full information where g >= 2 k."""
    half, cost = Rational(1, 2), st.ResidualVariance(k)
    env = st.QualityEnvironment((half, half), (0, g), (0, g), cost, cost)
    full, nothing = net(st.full_information(env)), net(st.no_information(env))
    page.establish(Eq(full, -k, evaluate=False), assuming=(k > 0,))
    # without information: both states bind where g <= 2 k, one for each trader beyond
    prices = st.Prices(env, 0, 1)
    ends = prices.buyer(half, 0) - prices.seller(half, 1)
    page.establish(
        And(
            Implies(g <= 2 * k, And(nothing >= full, Eq(nothing, -(g**2) / (4 * k)))),
            Implies(g >= 2 * k, ends <= full),
        ),
        assuming=(g >= 0, k > 0),
    )
    for here in (env, env.mirrored()):
        for family in st.revealing(here):
            (w,) = family.symbols
            better = Implies(
                And(*(c >= 0 for c in family.conditions)),
                Or(net(family) <= full, And(g <= 2 * k, net(family) <= nothing)),
            )
            page.establish(better, assuming=(g >= 0, k > 0, w > 0, w < half))
    return full


EXAMPLES = (
    ((1, 2), (1, 4), (0, 3), 1, 1),
    ((1, 2), (1, 2), (0, 1), 1, 1),
    ((1, 5), (3, 4), (2, 1), 1, 1),
    ((1, 5), (3, Rational(7, 2)), (1, Rational(1, 2)), 1, Rational(1, 3)),
    ((1, 2), (1, 4), (0, 3), 1, 2),
)


def examples(prover):
    """The optimum with residual variance for given priors, valuations and coefficients."""
    names = symbols("p u_b v_b u_s v_s k_b k_s")
    lines, parts = [], []
    for (top, bottom), buyer, seller, *coefficients in EXAMPLES:
        prior = Rational(top, bottom)
        costs = [st.ResidualVariance(c) for c in coefficients]
        env = st.QualityEnvironment((1 - prior, prior), buyer, seller, *costs)
        found = st.least_subsidy(env, 30, prover)
        numbers = (prior, *buyer, *seller, *coefficients)
        lines.append(
            st.Line(
                And(*(Eq(name, value) for name, value in zip(names, numbers, strict=True))),
                found.revenue.sympy(30),
            )
        )
        where = ", ".join(str(q) for q in found.posteriors)
        parts.append(
            st.Part(
                f"Residual variance, prior {prior}, buyer {buyer}, seller {seller}, coefficients "
                f"{coefficients[0]} and {coefficients[1]}: {found.case}, posteriors {where}; revenue",
                found.revenue.sympy(30),
            )
        )
    return lines, parts
