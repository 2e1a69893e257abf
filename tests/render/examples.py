"""Solved programs that the tests of the renderers share."""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Eq, symbols

import symtrade as st

S_LO, B_LO, S_HI, B_HI, P_BHI, P_SLO = symbols("s_lo b_lo s_hi b_hi p_bhi p_slo")


@cache
def environment() -> tuple[Any, Any]:
    env = st.FiniteEnvironment(
        buyer=st.TypeSpace(values=(B_LO, B_HI), probabilities=(1 - P_BHI, P_BHI)),
        seller=st.TypeSpace(values=(S_LO, S_HI), probabilities=(P_SLO, 1 - P_SLO)),
        assuming=(S_LO < B_LO, B_LO < S_HI, S_HI < B_HI, P_BHI > 0, P_BHI < 1, P_SLO > 0, P_SLO < 1),
    )
    return env, st.DirectMechanism(env)


@cache
def dominant() -> Any:
    env, mech = environment()
    rows = (*st.dominant_strategy_ic(env, mech), *st.ex_post_ir(env, mech))
    return st.solve(st.maximize(st.gains_from_trade(env, mech), subject_to=rows))


@cache
def bayesian() -> Any:
    env, mech = environment()
    rows = (*st.bayesian_ic(env, mech), *st.interim_ir(env, mech))
    return st.solve(st.maximize(st.gains_from_trade(env, mech), subject_to=rows))


@cache
def impossible() -> Any:
    env, mech = environment()
    rows = (*st.dominant_strategy_ic(env, mech), *st.ex_post_ir(env, mech), *st.efficiency(env, mech))
    try:
        st.solve(st.feasibility(rows))
    except st.Infeasible as error:
        return error.solution
    raise AssertionError("the program should be infeasible")


@cache
def implication() -> Any:
    env, mech = environment()
    return st.implies(st.ex_post_ir(env, mech), Eq(mech.q[B_LO, S_HI], 0))
