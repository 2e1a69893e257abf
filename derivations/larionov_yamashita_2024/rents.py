"""Rents: what the traders keep is a divergence plus slack, so nobody can extract the full surplus."""

from sympy import And, Eq, Implies, Ne, Not, Or, Rational, exp, log, nan, symbols

import symtrade as st

from .deviations import MASSES, apart, apart_lemmas
from .notation import Logs, Page, at_most_tangent, divergence_positive
from .subsidy import between

p, z = symbols("p z")


@st.derivation(
    "LY-8",
    "No gross and no net full surplus extraction; the value of correlation",
    "Information structures, preview of results",
)
def rents(prover):
    """Two realizations, at any prices that the multipliers allow, for buyer and seller."""
    page, logs = Page(prover), Logs()
    (x1, x2), (s1, s2) = symbols("x_1 x_2"), symbols("slack_1 slack_2")
    u = symbols("u_0 u_1")
    cost = st.Entropy()
    weight = (p - x2) / (x1 - x2)
    weights, posteriors, slacks = (weight, 1 - weight), (x1, x2), (s1, s2)
    domain = (*between(p, x1, x2, z), x2 < p, p < x1)

    def divergence(x):
        return cost.potential((1 - x, x)) - sum(
            q * cost.marginal((1 - z, z), k) for k, q in enumerate((1 - x, x))
        )

    results = {}
    for trader, sign in (("buyer", 1), ("seller", -1)):
        # a transfer is what the multipliers allow; the slack is what they exceed their minima by
        transfers = [
            sum(
                q * (sign * u[k] - cost.marginal((1 - x, x), k) + cost.marginal((1 - z, z), k))
                for k, q in enumerate((1 - x, x))
            )
            - s
            for x, s in zip(posteriors, slacks, strict=True)
        ]
        gross = sum(
            w * (sum(q * sign * u[k] for k, q in enumerate((1 - x, x))) - t)
            for w, x, t in zip(weights, posteriors, transfers, strict=True)
        )
        spent = sum(
            w * cost.potential((1 - x, x)) for w, x in zip(weights, posteriors, strict=True)
        ) - cost.potential((1 - p, p))
        slack = sum(w * s for w, s in zip(weights, slacks, strict=True))
        page.establish(Eq(logs(gross), logs(spent + divergence(p) + slack)), assuming=domain)
        results[trader] = divergence(p)
    # the divergence is positive unless z = p; and the cost is the expected divergence from the prior
    d = divergence(p)
    at_most_tangent(page)
    page.establish(
        Eq(logs(d), logs(p * log(p / z) + (1 - p) * log((1 - p) / (1 - z)))), assuming=between(p, z)
    )
    divergence_positive(page)
    from_prior = sum(w * divergence(x).subs(z, p) for w, x in zip(weights, posteriors, strict=True))
    page.establish(Eq(logs(spent), logs(from_prior)), assuming=domain)
    correlation(page)
    spent, rent, slack, full = symbols("spent divergence slack full")
    page.judge(
        "LY-8.1",
        "Preview of results",
        r"\text{Compensate for the cost of information acquisition } \Rightarrow \text{ no gross FSE}",
        Implies(And(spent > 0, rent >= 0, slack >= 0), full - 2 * (spent + rent + slack) < full),
        note="revenue is the full surplus minus the gross rents, each the cost plus a divergence plus "
        "slack; the "
        "cost is positive when a signal has two posteriors",
    )
    page.judge(
        "LY-8.2",
        "Preview of results",
        r"\text{Prevent further information acquisition } \Rightarrow \text{ no net FSE}",
        Implies(And(rent > 0, slack >= 0), full - 2 * (rent + slack) < full),
        note="the divergence of the prior from the anchor is positive unless they are equal, and the "
        "expected slack is positive unless both states bind at every posterior",
    )
    page.judge(
        "LY-8.0",
        "Preview of results",
        r"\text{Perfect correlation forces the designer to give up surplus}",
        Implies(And(spent >= 0, rent >= 0, slack >= 0), full - 2 * (spent + rent + slack) <= full),
        note="nothing is given up only where both traders acquire no information and both anchors are the "
        "prior: where no valuation depends on the state",
    )
    page.judge(
        "LY-8.5",
        "Two design concerns for the principal",
        r"\text{pay for the same info twice}",
        Eq(full - (spent + rent) - (spent + slack), full - 2 * spent - rent - slack, evaluate=False),
        note="with one signal for both, each is paid its cost",
    )
    value = value_of_correlation(page)
    return st.Result(
        statement=(st.Line(True, results["buyer"]),),
        parts=(
            st.Part(
                "A trader's rent, besides expected slack: the divergence of the prior from the anchor", d
            ),
            st.Part(
                "The value of correlation in the symmetric environment: revenue at posteriors 1 - w and w "
                "minus revenue without information",
                value,
            ),
        ),
    )


def correlation(page):
    """Signals that are independent given the state: what they tell together, and that they cannot be used."""
    # masses of two realizations of one trader, told apart by the other's signal
    a1, c1, a2, c2 = MASSES
    positive = tuple(m > 0 for m in MASSES)
    residual = [a * c / (a + c) for a, c in ((a1, c1), (a2, c2), (a1 + a2, c1 + c2))]
    logs = Logs()
    page.establish(apart(logs) >= 0, assuming=(*positive, *apart_lemmas(logs)))
    prior, f, k, m, n = symbols("prior f k m n")
    inside = between(prior, f, k, m, n)
    page.judge(
        "LY-8.3",
        "Two design concerns for the principal",
        r"\text{Less correlated signals} \Rightarrow \text{more info at lower cost}",
        And(
            residual[0] + residual[1] <= residual[2],
            Implies(Ne(a1 * c2, a2 * c1), residual[0] + residual[1] < residual[2]),
        ),
        assuming=positive,
        note="against one signal for both at the same two costs: whenever the other's signal moves the "
        "posterior after one's own, the two together tell more (here in residual variance; in entropy at "
        "least as much)",
    )
    page.judge(
        "LY-8.4",
        "Two design concerns for the principal",
        r"\text{More correlated signals} \Rightarrow \text{easier to incentivize truthful reporting}",
        nan,
        note="no measure of ease is given; the two ends are LY-4 and LY-8.6",
        corrected=(
            r"\text{Perfectly correlated signals} \Rightarrow"
            r" \text{transfers off the path keep reports truthful}",
            Implies(And(f > k, m < n), And(n - m + f - k >= 0, n - m + m - n >= 0)),
        ),
    )
    # the buyer's realizations have masses f and k (1 - f, 1 - k) in the two states, the seller's m and n
    high = {(i, j): prior * (f, 1 - f)[i] * (m, 1 - m)[j] for i in (0, 1) for j in (0, 1)}
    low = {(i, j): (1 - prior) * (k, 1 - k)[i] * (n, 1 - n)[j] for i in (0, 1) for j in (0, 1)}
    page.judge(
        "LY-8.6",
        "Two design concerns for the principal",
        r"\text{IC overwhelmingly dominates}",
        And(*(Not(Or(Eq(high[0, j], 0), Eq(low[1, j], 0))) for j in (0, 1))),
        assuming=inside,
        note="signals that are independent given the state have mass in all cells, which LY-3 excludes "
        "unless posteriors are equal: efficient trade with such signals means no information",
    )


def value_of_correlation(page):
    """The gain over the best structure with independent signals, which is no information."""
    B, w, g = symbols("B w g")
    half = Rational(1, 2)
    env = st.QualityEnvironment((half, half), (0, g), (0, g))
    two, nothing = st.two_kinks(env), st.no_information(env)

    def revenue(structure):
        total = sum(q * (b - s) for q, (b, s) in zip(structure.weights, structure.payments, strict=True))
        return total.subs({exp(g): B, exp(-g): 1 / B}).subs(g, log(B))

    gain = revenue(two).subs(dict.fromkeys(two.symbols, w)) - revenue(nothing)
    value = log(w * (1 + B) ** 2 / (4 * (1 - w) * (1 - w + B * w) ** 2))
    logs = Logs()
    page.establish(Eq(logs(gain), logs(value)), assuming=(w > 0, w < half, B > 0))
    return value
