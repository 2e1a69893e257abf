"""A broker between two traders with any prior on two by two types (Cremer and McLean, 1988).

    symtrade solve examples/full_surplus.py

The broker sees no type and keeps what the buyer pays beyond what the seller gets.  Correlated types leave no
rent at all; independent ones, a surface in the space of priors, are cases of their own.
"""

from sympy import Rational, symbols

import symtrade as st

a, b, c = symbols("a b c")
env = st.FiniteEnvironment(
    buyer=st.TypeSpace(values=(1, 2), names=("low", "high")),
    seller=st.TypeSpace(values=(0, Rational(3, 2)), names=("low", "high")),
    joint=((a, b), (c, 1 - a - b - c)),
    assuming=(a > 0, b > 0, c > 0, a + b + c < 1),
)
mech = st.DirectMechanism(env, budget="separate")
program = st.maximize(st.revenue(env, mech), subject_to=(
    *st.bayesian_ic(env, mech), *st.interim_ir(env, mech),
))
