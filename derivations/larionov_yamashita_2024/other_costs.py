"""Other costs and more states: the same conditions from another potential."""

from sympy import And, Eq, Implies, Symbol, diff, expand, symbols

import symtrade as st

from .notation import Logs, Page
from .subsidy import between

x, z, g, k = symbols("x z g k")


@st.derivation("LY-9", "Other costs, and three states", "beyond the slides")
def other_costs(prover):
    """Residual variance: stationarity, curvature, kinks; three states: stationarity for both costs."""
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
    return st.Result(
        statement=(st.Line(True, anchor),),
        parts=(st.Part("The anchor at a kink with residual-variance costs", anchor),),
    )
