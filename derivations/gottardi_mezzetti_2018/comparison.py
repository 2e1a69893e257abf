"""Static disclosure against the fully informed second best, the best posted price and the first best."""

from sympy import And, Eq, Rational, Tuple, symbols

import symtrade as st

from .naming import number, pair, spelled

w, s, h, q = symbols("w s h q")
HALF = Rational(1, 2)


def pairs():
    """Pairs for which the second best is exact, pairs of several pieces, then others."""
    spread = st.piecewise_uniform([0, Rational(1, 10), Rational(9, 10), 1], [HALF, 0, HALF])
    level = st.piecewise_uniform([0, Rational(1, 4), Rational(3, 4), 1],
                                 [Rational(2, 5), Rational(1, 5), Rational(2, 5)])
    return (
        (st.uniform(0, 1), st.uniform(0, 1)),
        (st.mirror_power(2), st.power(2)),
        (st.mirror_power(2), st.power(3)),
        (st.uniform(0, 2), st.uniform(0, 1)),
        (st.piecewise_uniform([0, Rational(1, 4), 1], [HALF, HALF]), st.uniform(0, 1)),
        (spread, spread),
        (level, level),
        (st.power(2), st.beta(2, 3)),
        (st.power(2), st.power(2)),
        (st.truncated_exponential(1), st.power(2)),
        (st.exponential(1), st.uniform(0, 1)),
    )


@st.derivation("GM-5", "Second best and posted prices for the same pairs", "The Uniform Example")
def benchmarks(prover):
    """When static disclosure beats the best mechanism for fully informed traders, and when it does not."""
    lines, parts = [], []
    for F, G in pairs():
        found = st.compare(F, G, 20, prover)
        values = found.values
        better = bool(found.beats("static disclosure", "second best"))
        worse = bool(found.beats("second best", "static disclosure"))
        if better == worse or not all((found.static.verdict, found.posted.verdict, found.second.verdict)):
            raise ValueError(f"{F} and {G}: not decided: {found.second.reason}")
        lines.append(st.Line(pair(F, G), Tuple(
            *(Eq(symbols(kind.replace(" ", "_")), number(value, 15)) for kind, value in values.items()),
            symbols("disclosure_better" if better else "information_better"))))
        parts.append(st.Part(f"Buyer {F}, seller {G}", ", ".join(
            f"{kind} {spelled(value, 10)}" for kind, value in values.items())
            + (": disclosure does better than full information." if better else
               ": full information does better than disclosure.")))
    st.interim_theorem(prover)
    st.ironing_lemma(prover)
    uniform(prover, st.compare(*pairs()[0], 20, prover))
    return st.Result(statement=tuple(lines), parts=tuple(parts), axioms=(st.INTEGRALS,))


def uniform(prover, found):
    """The deck's numbers."""
    exact = {kind: number.exact for kind, number in found.values.items()}
    here = (Eq(w, exact["static disclosure"]), Eq(s, exact["second best"]), Eq(h, exact["first best"]),
            Eq(q, exact["posted price"]))
    prover.judge("GM-5.1", "The Uniform Example", r"\text{higher than } \frac{9}{64}",
                 And(Eq(s, Rational(9, 64)), w > s), assuming=here)
    prover.judge("GM-5.2", "The Uniform Example", r"\text{84\% of the first best level}",
                 And(s > Rational(835, 1000) * h, s < Rational(845, 1000) * h), assuming=here,
                 note="rounded to a whole per cent")
    v, c, a = symbols("v c a")
    level = v - a * (1 - v) - (c + a * c)
    prover.judge("GM-5.3", "The Uniform Example", r"\text{trade occurs iff } v \geq c + 1/4",
                 Eq(level.subs(a, found.second.weight.exact) * Rational(3, 4), v - c - Rational(1, 4)),
                 parameters=(v, c), note="three quarters of the difference of the weighted virtual values")
    prover.establish(And(q < s, s < w, w < h), assuming=here)
