"""Section 2.1: the environment, payoffs and welfare, with the paper's names.

``p_blo`` and ``p_shi`` are no parameters of their own: they are one minus ``p_bhi`` and ``p_slo``.
"""

from sympy import symbols

import symtrade as st

s_lo, b_lo, s_hi, b_hi = VALUES = symbols("s_lo b_lo s_hi b_hi")
p_bhi, p_slo = symbols("p_bhi p_slo")
p_blo, p_shi = 1 - p_bhi, 1 - p_slo

ORDER = (s_lo < b_lo, b_lo < s_hi, s_hi < b_hi)
PARAMETERS = (*ORDER, p_bhi > 0, p_bhi < 1, p_slo > 0, p_slo < 1)

ENV = st.FiniteEnvironment(
    buyer=st.TypeSpace(values=(b_lo, b_hi), probabilities=(p_blo, p_bhi)),
    seller=st.TypeSpace(values=(s_lo, s_hi), probabilities=(p_slo, p_shi)),
    assuming=PARAMETERS,
)
MECH = st.DirectMechanism(ENV)
q, t = MECH.q, MECH.t

W = st.gains_from_trade(ENV, MECH)
W_FB = st.first_best(ENV)

DOMINANT_STRATEGY = (*st.dominant_strategy_ic(ENV, MECH), *st.ex_post_ir(ENV, MECH))
BAYESIAN = (*st.bayesian_ic(ENV, MECH), *st.interim_ir(ENV, MECH))


def u_B(b, s):
    """The buyer's payoff at a type profile."""
    return st.ex_post_utility(ENV, MECH, "buyer", b, s).expr


def u_S(b, s):
    """The seller's payoff at a type profile."""
    return st.ex_post_utility(ENV, MECH, "seller", b, s).expr


def named(constraints, *names):
    """The constraints with these names."""
    table = {row.name: row for row in constraints}
    return tuple(table[name] for name in names)


def mirror(expression):
    """Exchange the roles of buyer and seller: a value v becomes -v, so that low types become high."""
    swap = {s_lo: -b_hi, b_lo: -s_hi, s_hi: -b_lo, b_hi: -s_lo, p_bhi: p_slo, p_slo: p_bhi}
    return expression.xreplace(swap)
