"""A posted price that is chosen before anybody's type is known.

    symtrade solve examples/posted_price.py

A buyer is worth b_hi with probability p and b_lo otherwise; the seller's cost is s.  The seller names a
menu of prices and chances to trade.  What can she earn at most, for which parameters?
"""

from sympy import symbols

import symtrade as st

s, b_lo, b_hi, p = symbols("s b_lo b_hi p")
env = st.FiniteEnvironment(
    buyer=st.TypeSpace(values=(b_lo, b_hi), probabilities=(1 - p, p)),
    seller=st.TypeSpace(values=(s,), probabilities=(1,)),
    assuming=(s < b_lo, b_lo < b_hi, p > 0, p < 1),
)
mech = st.DirectMechanism(env)
program = st.maximize(st.seller_surplus(env, mech), subject_to=(
    *st.bayesian_ic(env, mech), *st.interim_ir(env, mech),
))
