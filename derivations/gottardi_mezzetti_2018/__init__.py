"""Gottardi and Mezzetti (2018): what do mediators do?  Information and bargaining design.

Values and costs are independent, with distributions F_0 and G_0 without atoms.  In statements x and y
are the cutoffs, v and c types, a and b shapes of families; F, G, f, g, A, B, J name unspecified functions
(cdfs, densities, partial expectations E[c; c <= y] and E[v; v >= x], the integral of 1 - F).  For
shuttle diplomacy p_F is the fair price, p_B and p_S are price functions of v and c; a pair is sincere or
insincere, the latter with a v at which it fails, and a trader who rather claims a type now than a moment
later, though not than to wait for it, is named.
"""

import symtrade as st

from .comparison import benchmarks
from .first_order import first_order_conditions
from .shuttle import full_scale_shuttle, single_ride_shuttle
from .static import closed_forms, optimal_cutoffs, several_cutoffs
from .two_points import two_points

PAPER = st.Paper(
    key="gottardi_mezzetti_2018",
    title="What Do Mediators Do? Information and Bargaining Design",
    authors="Piero Gottardi and Claudio Mezzetti",
    year=2018,
    derivations=(
        two_points, first_order_conditions, optimal_cutoffs, closed_forms, several_cutoffs, benchmarks,
        single_ride_shuttle, full_scale_shuttle,
    ),
    names={"F": "F_0", "G": "G_0", "f": "f_0", "g": "g_0", "v_0": "v_0", "v_H": "v_H", "c_L": "c_L",
           "f_L": "f_L", "delta": r"\delta", "dv": r"\dot{v}", "dc": r"|\dot{c}|", "dP": "P'", "dS": "S'"},
)
