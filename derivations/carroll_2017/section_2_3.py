"""Section 2.3: the Bayesian optimum, exact first best, and Proposition 2.2."""

from sympy import And, Equivalent, Implies, Not

import symtrade as st

from . import appendix_d
from .environment import BAYESIAN, ENV, MECH, PARAMETERS, W_FB, W, b_hi, b_lo, q, s_hi, s_lo
from .section_2_2 import lemma_2_1


@st.derivation("CA-4", "The Bayesian optimum, first best, and Proposition 2.2", "2.3")
def bayesian_optimum(prover):
    """The optimum for Bayesian incentives and interim participation, and what it gains."""
    solution = prover.solve(st.maximize(W, subject_to=BAYESIAN))
    possible = first_best(prover, solution)
    _, a, b = lemma_2_1(prover)
    for number, piece in enumerate(solution.pieces, 1):
        prover.judge(
            f"CA-4.2 ({number})", "Proposition 2.2",
            r"\text{there exists a mechanism whose welfare is strictly higher than the best"
            r" dominant-strategy mechanism}",
            And(*(Implies(one.welfare >= other.welfare, piece.value > one.welfare)
                  for one, other in ((a, b), (b, a)))),
            assuming=(*PARAMETERS, piece.region), note=f"on piece {number} of the Bayesian optimum")
    largest = appendix_d.proof_of_proposition_2_2(prover, a, b)
    return st.Result(
        statement=st.statement(solution),
        parts=(st.Part("The Bayesian optimum", solution),
               st.Part("Where first best can be implemented", possible),
               *(st.Part(f"The largest epsilon in case ({name})", most) for name, most in largest.items())),
    )


def first_best(prover, solution):
    """Exactly where efficient trade is implementable: the first line of the optimum."""
    possible = prover.solve(st.feasibility((*BAYESIAN, *st.efficiency(ENV, MECH))))
    (where,) = (piece.region for piece in possible.pieces if piece.status == "optimal")
    (line,) = (piece for piece in solution.pieces
               if all(piece.primal[q[pair]] == 1 for pair in ((b_lo, s_lo), (b_hi, s_lo), (b_hi, s_hi))))
    prover.establish(Equivalent(where, line.region), assuming=PARAMETERS)
    prover.establish(And(line.value >= W_FB, line.value <= W_FB), assuming=PARAMETERS)
    for piece in solution.pieces:
        if piece is not line:
            prover.establish(piece.value < W_FB, assuming=(*PARAMETERS, piece.region, Not(where)))
    example = prover.prove(Not(where), assuming=PARAMETERS)
    at = getattr(example, "witness", {})
    prover.judge(
        "CA-4.1", "section 2.3", r"\text{for some parameters, even first-best welfare can be achieved}",
        where.subs(at), assuming=PARAMETERS, note=f"for example at {at}")
    return possible
