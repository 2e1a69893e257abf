"""Two buyer types, three seller types, a correlated prior, all data rational but one.

    symtrade solve examples/correlated_types.py

The prior moves weight r from the diagonal of like types to the unlike ones.  How much of the gains from
trade survives dominant-strategy incentives and ex post participation?
"""

from sympy import Rational, symbols

import symtrade as st

r = symbols("r")
third, sixth = Rational(1, 3), Rational(1, 6)
env = st.FiniteEnvironment(
    buyer=st.TypeSpace(values=(2, 5)),
    seller=st.TypeSpace(values=(0, 3, 4)),
    joint=((third - r, sixth, r), (r, sixth, third - r)),
    assuming=(r >= 0, r <= third),
)
mech = st.DirectMechanism(env)
program = st.maximize(st.gains_from_trade(env, mech), subject_to=(
    *st.dominant_strategy_ic(env, mech), *st.ex_post_ir(env, mech),
))
