"""The optimum: certified numbers for given priors and valuations."""

from sympy import And, Eq, Rational, symbols

import symtrade as st

from .notation import LARGEST

p, u_b, v_b, u_s, v_s = symbols("p u_b v_b u_s v_s")

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
    return st.Result(statement=tuple(lines), parts=tuple(parts), axioms=(LARGEST,))
