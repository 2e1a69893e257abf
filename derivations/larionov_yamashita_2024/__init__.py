"""Larionov and Yamashita (2024): bilateral trade with costly information acquisition (slides).

Two states, low (_) and high (bar); entropy costs with coefficient 1.  Parameters are introduced where
they are used: masses a_ijv of realizations i and j in state v, multipliers lam, phi, valuations u.
"""

import symtrade as st

from .checker import checker
from .efficiency import converse, efficiency
from .implementability import implementability
from .optimum import optimum
from .other_costs import other_costs
from .rents import rents
from .subsidy import subsidy
from .symmetric import symmetric

PAPER = st.Paper(
    key="larionov_yamashita_2024",
    title="Bilateral Trade with Costly Information Acquisition",
    authors="Daniil Larionov and Takuro Yamashita",
    year=2024,
    derivations=(
        implementability,
        checker,
        efficiency,
        converse,
        subsidy,
        optimum,
        symmetric,
        rents,
        other_costs,
    ),
    names={},
)
