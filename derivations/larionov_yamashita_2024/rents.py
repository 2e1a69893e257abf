"""Rents: what the traders keep is a divergence plus slack, so nobody can extract the full surplus."""

from sympy import And, Eq, Implies, Symbol, diff, symbols

import symtrade as st

from .notation import Logs, Page
from .subsidy import between

p, z = symbols("p z")


@st.derivation(
    "LY-8", "No gross and no net full surplus extraction", "Information structures, preview of results"
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
    # the divergence: zero at z = p, falling before and rising after
    d = divergence(p)
    page.establish(
        And(Eq(logs(d.subs(z, p)), 0), Implies(z < p, diff(d, z) < 0), Implies(z > p, diff(d, z) > 0)),
        assuming=between(p, z),
    )
    # the cost of two posteriors: a chord of a strictly convex potential
    q = Symbol("q")
    page.establish(diff(cost.potential((1 - q, q)), q, 2) > 0, assuming=between(q))
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
    return st.Result(
        statement=(st.Line(True, results["buyer"]),),
        parts=(
            st.Part(
                "A trader's rent, besides expected slack: the divergence of the prior from the anchor", d
            ),
        ),
        axioms=("a differentiable function that falls and then rises has its least value in between",),
    )
