"""The optimum: certified numbers for given priors and valuations; the symmetric case in closed form."""

from sympy import And, Eq, Equivalent, Implies, Rational, diff, exp, log, sqrt, symbols

import symtrade as st

from .notation import Logs, Page

p, u_b, v_b, u_s, v_s, B, w, r = symbols("p u_b v_b u_s v_s B w r")

# Prior of the high state; the buyer's and the seller's valuations in the low and the high state.
EXAMPLES = (
    (Rational(1, 2), (1, 4), (0, 3)),
    (Rational(3, 10), (1, 5), (0, 2)),
    (Rational(2, 3), (4, 1), (3, 0)),
    (Rational(1, 2), (1, 2), (0, 1)),
    (Rational(1, 2), (2, 2), (1, 1)),
    (Rational(1, 2), (1, 4), (1, 4)),
    (Rational(2, 5), (0, 6), (-1, 0)),
    (Rational(1, 4), (6, 8), (0, Rational(13, 2))),
    (Rational(17, 20), (14, 7), (0, 6)),
)


@st.derivation(
    "LY-6",
    "The optimum for given priors and valuations, with 30 certified digits",
    "Subsidy minimization as Bayesian persuasion: solution",
)
def optimum(prover):
    """One line an example: attained with information, attained without, or approached only."""
    lines, parts = [], []
    for prior, buyer, seller in EXAMPLES:
        env = st.QualityEnvironment((1 - prior, prior), buyer, seller)
        found = st.least_subsidy(env, 30, prover)
        when = And(
            *(
                Eq(symbol, value)
                for symbol, value in zip((p, u_b, v_b, u_s, v_s), (prior, *buyer, *seller), strict=True)
            )
        )
        lines.append(st.Line(when, found.revenue.sympy(30)))
        where = ", ".join(q.decimal(6) for q in found.posteriors)
        parts.append(
            st.Part(
                f"Prior {prior}, buyer {buyer}, seller {seller}: {found.case}, posteriors {where}; revenue",
                found.revenue.sympy(30),
            )
        )
    return st.Result(statement=tuple(lines), parts=tuple(parts))


@st.derivation("LY-7", "Symmetric structures: closed form and exact threshold", "beyond the slides")
def symmetric(prover):
    """Prior 1/2, equal valuation gaps g, posteriors w and 1 - w: with B = exp(g), information is acquired
    iff B > 5 + 4 sqrt(2).  That nothing asymmetric does better is certified at points only (LY-6)."""
    page, logs = Page(prover), Logs()
    half, g = Rational(1, 2), symbols("g")
    env = st.QualityEnvironment((half, half), (u_b, u_b + g), (u_s, u_s + g))
    family = st.two_kinks(env)
    mirror = dict(zip(family.symbols, (w, w), strict=True))  # posteriors 1 - w and w

    def revenue(structure):
        return sum(
            weight * (b - s) for weight, (b, s) in zip(structure.weights, structure.payments, strict=True)
        )

    gain = (revenue(family) - revenue(st.no_information(env))).subs(mirror).subs({exp(g): B, exp(-g): 1 / B})
    # whatever g itself contributes is the logarithm of B
    gain = gain.subs(g, log(B))
    ratio = w * (1 + B) ** 2 / (4 * (1 - w) * (1 - w + B * w) ** 2)
    inside = (w > 0, w < half, B > 0)
    page.establish(Eq(logs(gain), logs(log(ratio))), assuming=inside)
    slope = diff(log(ratio), w)
    quadratic = 2 * (B - 1) * w**2 - (B - 1) * w + 1
    page.establish(Eq(slope, quadratic / (w * (1 - w) * (1 - w + B * w))), assuming=inside)
    page.establish(Implies(B < 9, quadratic > 0), assuming=inside)
    page.establish(Eq(ratio.subs(w, half), 1), assuming=(B > 0,))
    # B = 1 + 8/(1 - r**2) with 0 <= r < 1 are all B >= 9; the slope vanishes at (1 - r)/4 and (1 + r)/4
    at = {B: 1 + 8 / (1 - r**2)}
    best = (1 - r) / 4
    range_of_r = (r >= 0, r < 1)
    page.establish(
        And(
            Eq(quadratic.subs(at), 2 * (at[B] - 1) * (w - best) * (w - (1 + r) / 4)),
            best > 0,
            (1 + r) / 4 < half,
        ),
        assuming=(*range_of_r, w > 0, w < half),
    )
    page.establish(Eq(r**2, 1 - 8 / (at[B] - 1)), assuming=range_of_r)
    threshold = B**2 - 10 * B - 7
    page.establish(Equivalent(ratio.subs(w, best).subs(at) > 1, threshold.subs(at) > 0), assuming=range_of_r)
    # with B >= 9: the threshold is positive iff B - 5 exceeds the positive root of 32
    page.establish(Eq(threshold, (B - 5) ** 2 - 32), assuming=(B > 0,))
    acquired = half * (1 - sqrt(1 - 8 / (B - 1)) / 2 - half)
    return st.Result(
        statement=(st.Line(5 + 4 * sqrt(2) < B, acquired), st.Line(5 + 4 * sqrt(2) >= B, half)),
        parts=(
            st.Part(
                "The probability of the low state at the high posterior, where information is acquired",
                acquired,
            ),
            st.Part("exp(revenue) relative to no information, at posteriors 1 - w and w", ratio),
            st.Part("The gap above which information is acquired", log(5 + 4 * sqrt(2))),
        ),
    )
