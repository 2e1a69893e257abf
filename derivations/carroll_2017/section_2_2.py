"""Section 2.2: dominant-strategy mechanisms and Lemma 2.1."""

from dataclasses import dataclass
from typing import Any

from sympy import And, Eq, Equivalent, Ge, Implies, Le, nan

import symtrade as st

from . import appendix_d
from .environment import (
    DOMINANT_STRATEGY,
    ENV,
    MECH,
    PARAMETERS,
    W_FB,
    W,
    b_hi,
    b_lo,
    mirror,
    named,
    p_bhi,
    p_blo,
    p_shi,
    p_slo,
    q,
    s_hi,
    s_lo,
    t,
    u_B,
    u_S,
)

FIRST_BEST = st.efficiency(ENV, MECH)


@st.derivation("CA-2", "First best is impossible in dominant strategies", "2.2")
def no_first_best(prover):
    """Participation rules out trade at (b_lo, s_hi); rents at the other profiles exceed the gains."""
    participation = named(DOMINANT_STRATEGY, "IR_B[b_lo | s_hi]", "IR_S[s_hi | b_lo]")
    prover.judge("CA-2.1", "section 2.2, below (2.1)", r"q(\underline{b}, \bar{s}) = 0",
                 Eq(q[b_lo, s_hi], 0), constraints=participation)
    prover.judge("CA-2.2", "section 2.2, below (2.1)", r"t(\underline{b}, \bar{s}) = 0",
                 Eq(t[b_lo, s_hi], 0), constraints=participation)
    prover.judge(
        "CA-2.3", "(2.1)",
        r"W = p_{\underline{b}}p_{\underline{s}}(\underline{b} - \underline{s})"
        r"q(\underline{b}, \underline{s})"
        r" + p_{\underline{b}}p_{\bar{s}}(\underline{b} - \bar{s})q(\underline{b}, \bar{s})"
        r" + p_{\bar{b}}p_{\underline{s}}(\bar{b} - \underline{s})q(\bar{b}, \underline{s})"
        r" + p_{\bar{b}}p_{\bar{s}}(\bar{b} - \bar{s})q(\bar{b}, \bar{s})",
        Eq(p_blo * p_slo * (b_lo - s_lo) * q[b_lo, s_lo] + p_blo * p_shi * (b_lo - s_hi) * q[b_lo, s_hi]
           + p_bhi * p_slo * (b_hi - s_lo) * q[b_hi, s_lo] + p_bhi * p_shi * (b_hi - s_hi) * q[b_hi, s_hi]
           - W.expr, 0, evaluate=False),
        constraints=participation,
    )
    rents(prover)
    for pair in ((b_lo, s_lo), (b_hi, s_lo), (b_hi, s_hi)):
        attains = Eq(W.expr, W_FB)
        prover.establish(Eq(q[pair], 1), constraints=(attains, *DOMINANT_STRATEGY))
    solution = prover.solve(st.feasibility((*DOMINANT_STRATEGY, *FIRST_BEST)))
    return st.Result(statement=st.statement(solution), parts=(st.Part("First best", solution),))


def rents(prover):
    """The displayed chain: what the types b_hi and s_lo must be left with at (b_hi, s_lo)."""
    place = "section 2.2, above Lemma 2.1"
    ic_b = named(DOMINANT_STRATEGY, "IC_B[b_hi -> b_lo | s_lo]")
    ic_s = named(DOMINANT_STRATEGY, "IC_S[s_lo -> s_hi | b_hi]")
    efficient = (*DOMINANT_STRATEGY, *FIRST_BEST)
    prover.judge(
        "CA-2.4", place,
        r"u_B(\bar{b}, \underline{s}) \geq u_B(\underline{b}, \underline{s})"
        r" + (\bar{b} - \underline{b})q(\underline{b}, \underline{s})",
        u_B(b_hi, s_lo) >= u_B(b_lo, s_lo) + (b_hi - b_lo) * q[b_lo, s_lo], constraints=ic_b)
    prover.judge(
        "CA-2.5", place,
        r"u_S(\bar{b}, \underline{s}) \geq u_S(\bar{b}, \bar{s})"
        r" + (\bar{s} - \underline{s})q(\bar{b}, \bar{s})",
        u_S(b_hi, s_lo) >= u_S(b_hi, s_hi) + (s_hi - s_lo) * q[b_hi, s_hi], constraints=ic_s)
    prover.judge(
        "CA-2.6", place,
        r"u_B(\underline{b}, \underline{s}) + (\bar{b} - \underline{b})q(\underline{b}, \underline{s})"
        r" \geq (\bar{b} - \underline{b})",
        u_B(b_lo, s_lo) + (b_hi - b_lo) * q[b_lo, s_lo] >= b_hi - b_lo,
        constraints=(*named(DOMINANT_STRATEGY, "IR_B[b_lo | s_lo]"), *named(FIRST_BEST, "EFF[b_lo, s_lo]")))
    prover.judge(
        "CA-2.7", place, r"u_S(\bar{b}, \underline{s}) \geq (\bar{s} - \underline{s})",
        u_S(b_hi, s_lo) >= s_hi - s_lo,
        constraints=(*ic_s, *named(DOMINANT_STRATEGY, "IR_S[s_hi | b_hi]"),
                     *named(FIRST_BEST, "EFF[b_hi, s_hi]")))
    prover.judge(
        "CA-2.8", place,
        r"u_B(\bar{b}, \underline{s}) + u_S(\bar{b}, \underline{s}) \geq (\bar{b} - \underline{b})"
        r" + (\bar{s} - \underline{s})",
        u_B(b_hi, s_lo) + u_S(b_hi, s_lo) >= (b_hi - b_lo) + (s_hi - s_lo), constraints=efficient)
    prover.judge(
        "CA-2.9", place,
        r"(\bar{b} - \underline{b}) + (\bar{s} - \underline{s}) = (\bar{b} - \underline{s})"
        r" + (\bar{s} - \underline{b}) > \bar{b} - \underline{s}",
        And(Eq((b_hi - b_lo) + (s_hi - s_lo), (b_hi - s_lo) + (s_hi - b_lo), evaluate=False),
            (b_hi - s_lo) + (s_hi - b_lo) > b_hi - s_lo),
        assuming=PARAMETERS)


@dataclass(frozen=True)
class Case:
    """One of the two corners of Lemma 2.1: where it is optimal, its welfare and its mechanism."""

    region: Any
    welfare: Any
    mechanism: dict


def lemma_2_1(prover):
    """The optimum, and its cases (a), where (b_lo, s_lo) trades surely, and (b), (b_hi, s_hi)."""
    solution = prover.solve(st.maximize(W, subject_to=DOMINANT_STRATEGY))
    (a,) = (piece for piece in solution.pieces if piece.primal[q[b_lo, s_lo]] == 1)
    (b,) = (piece for piece in solution.pieces if piece.primal[q[b_hi, s_hi]] == 1)
    return solution, Case(a.region, a.value, a.primal), Case(b.region, b.value, b.primal)


def dominates(prover, better, worse):
    """Where a case is said to be optimal its welfare is the larger of the two."""
    prover.establish(better.welfare >= worse.welfare, assuming=(*PARAMETERS, better.region))


@st.derivation("CA-3", "Lemma 2.1: the optimal dominant-strategy mechanism", "2.2")
def optimal_dominant_strategy(prover):
    """The optimum over the whole parameter set, its two mechanisms and the boundary between them."""
    solution, a, b = lemma_2_1(prover)
    dominates(prover, a, b)
    dominates(prover, b, a)
    conditions(prover, a, b)
    table_1(prover, a, b)
    prover.establish(Eq(mirror(a.welfare), b.welfare), assuming=PARAMETERS)
    prover.establish(Eq(mirror(b.welfare), a.welfare), assuming=PARAMETERS)
    prover.establish(And(a.welfare < W_FB, b.welfare < W_FB), assuming=PARAMETERS)
    boundary = nondegenerate(prover, a, b)
    appendix_d.proof_of_lemma_2_1(prover, a)
    return st.Result(
        statement=st.statement(solution),
        parts=(st.Part("Lemma 2.1", solution),
               st.Part("The value of p_bhi at which the two cases meet", boundary)),
    )


def conditions(prover, a, b):
    """The conditions and values; both fractions of the conditions lost what they divide by."""
    weight_a, weight_b = p_blo * p_slo * (b_lo - s_lo), p_bhi * p_shi * (b_hi - s_hi)
    lost = "the print lost the bars of the denominators, which read b - b and s - s of one and the same type"
    for name, case, other, relation, sign in (("a", a, b, Ge, r"\geq"), ("b", b, a, Le, r"\leq")):
        true = relation(weight_a / (b_hi - b_lo), weight_b / (s_hi - s_lo))
        prover.judge(
            f"CA-3.condition ({name})", f"Lemma 2.1 ({name})",
            r"p_{\underline{b}}p_{\underline{s}}\frac{\underline{b}-\underline{s}}"
            r"{\underline{b}-\underline{b}} " + sign
            + r" p_{\bar{b}}p_{\bar{s}}\frac{\bar{b}-\bar{s}}{\bar{s}-\bar{s}}",
            Equivalent(relation(weight_a / (b_lo - b_lo), weight_b / (s_hi - s_hi), evaluate=False),
                       case.welfare >= other.welfare),
            assuming=PARAMETERS, note=lost,
            corrected=(
                r"p_{\underline{b}}p_{\underline{s}}\frac{\underline{b}-\underline{s}}"
                r"{\bar{b}-\underline{b}} " + sign
                + r" p_{\bar{b}}p_{\bar{s}}\frac{\bar{b}-\bar{s}}{\bar{s}-\underline{s}}",
                Equivalent(true, case.welfare >= other.welfare)),
        )
    prover.judge(
        "CA-3.welfare (a)", "Lemma 2.1 (a)",
        r"W_{DS} = p_{\underline{b}}p_{\underline{s}}(\underline{b} - \underline{s})"
        r" + p_{\bar{b}}p_{\underline{s}}(\bar{b} - \underline{s})"
        r" + p_{\bar{b}}p_{\bar{s}}\frac{(\bar{b} - \bar{s})(\underline{b} - \underline{s})}"
        r"{\bar{s} - \underline{s}}",
        Eq(a.welfare, weight_a + p_bhi * p_slo * (b_hi - s_lo) + weight_b * (b_lo - s_lo) / (s_hi - s_lo)),
        assuming=PARAMETERS)
    prover.judge(
        "CA-3.welfare (b)", "Lemma 2.1 (b)",
        r"W_{DS} = p_{\underline{b}}p_{\underline{s}}"
        r" \frac{(\bar{b} - \bar{s})(\underline{b} - \underline{s})}"
        r"{\bar{b} - \underline{b}} + p_{\bar{b}}p_{\underline{s}}(\bar{b} - \underline{s})"
        r" + p_{\bar{b}}p_{\bar{s}}(\bar{b} - \bar{s})",
        Eq(b.welfare, weight_a * (b_hi - s_hi) / (b_hi - b_lo) + p_bhi * p_slo * (b_hi - s_lo) + weight_b),
        assuming=PARAMETERS)


def attains(case, mechanism):
    """The mechanism satisfies every constraint and its welfare is that of the case."""
    program = st.maximize(W, subject_to=DOMINANT_STRATEGY)
    return And(*(row.expr.xreplace(mechanism) for row in program.constraints),
               Eq(W.expr.xreplace(mechanism), case.welfare))


def table_1(prover, a, b):
    """Table 1's mechanisms as printed: no trade at (b_lo, s_hi), one price at the sure trades, and a
    lottery at the fourth profile."""
    none = {q[b_lo, s_hi]: 0, t[b_lo, s_hi]: 0, q[b_hi, s_lo]: 1}
    lottery = (b_lo - s_lo) / (s_hi - s_lo)
    left = none | {q[b_lo, s_lo]: 1, t[b_lo, s_lo]: b_lo, t[b_hi, s_lo]: b_lo,
                   q[b_hi, s_hi]: lottery, t[b_hi, s_hi]: lottery * s_hi}
    prover.judge(
        "CA-3.table 1, left", "Table 1, left",
        r"q : \frac{b-s}{\bar{s}-s} \quad t : \frac{b-s}{\bar{s}-s}\bar{s}", nan,
        assuming=PARAMETERS, note="b and s without a bar are no values: the print lost the underlines",
        corrected=(r"q : \frac{\underline{b}-\underline{s}}{\bar{s}-\underline{s}} \quad"
                   r" t : \frac{\underline{b}-\underline{s}}{\bar{s}-\underline{s}}\bar{s}",
                   attains(a, left)))
    lottery = (b_hi - s_hi) / (b_hi - b_lo)
    right = none | {q[b_lo, s_lo]: lottery, t[b_lo, s_lo]: lottery * b_lo, t[b_hi, s_lo]: s_hi,
                    q[b_hi, s_hi]: 1, t[b_hi, s_hi]: s_hi}
    prover.judge(
        "CA-3.table 1, right", "Table 1, right",
        r"q : \frac{\bar{b}-\bar{s}}{\bar{b}-\underline{b}} \quad"
        r" t : \frac{\bar{b}-\bar{s}}{\bar{b}-\underline{b}}\underline{b}",
        attains(b, right), assuming=PARAMETERS)


def nondegenerate(prover, a, b):
    """For all values and every p_slo either case is optimal on an interval of p_bhi."""
    boundary = st.threshold(a.welfare - b.welfare, p_bhi)
    prover.establish(Equivalent(a.welfare >= b.welfare, p_bhi <= boundary), assuming=PARAMETERS)
    prover.judge(
        "CA-3.regions", "section 2.2, below Table 1",
        r"\text{each of the two mechanisms is optimal over a non-degenerate region of }"
        r" (p_{\bar{b}}, p_{\underline{s}})",
        And(boundary > 0, boundary < 1), assuming=PARAMETERS,
        note="case (a) is optimal exactly where p_bhi is at most this boundary, (b) where it is at least")
    figure = {s_lo: 1, b_lo: 2, s_hi: 3, b_hi: 5}
    prover.judge(
        "CA-3.figure 2", "Figure 2", r"(\underline{s}, \underline{b}, \bar{s}, \bar{b}) = (1, 2, 3, 5)",
        Implies(p_slo < 1, And(boundary.subs(figure) > 0, boundary.subs(figure) < 1)),
        assuming=(p_slo > 0, p_slo < 1), note="both cases occur at these values, for every p_slo")
    return boundary
