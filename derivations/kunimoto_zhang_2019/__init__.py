"""Kunimoto and Zhang (2019): efficient bilateral trade with interdependent values, two-stage mechanisms.

Parameters of Example 2, all symbolic: gamma_1, gamma_2 > 0, the weights of the other's type in the
seller's and the buyer's valuation; theta_1 and theta_2, the types, in [0, 1].
"""

import symtrade as st

from .claim_4 import claim_4
from .general import assumption_1, fixed_payments
from .monotone import failures, monotone_mechanisms
from .one_sided import claim_1, no_single_stage_mechanism, theorem_1
from .penalty import least_penalty
from .two_sided import cases_of_example_2, shortfall

PAPER = st.Paper(
    key="kunimoto_zhang_2019",
    title="Efficient Bilateral Trade with Interdependent Values: the Use of Two-Stage Mechanisms",
    authors="Takashi Kunimoto and Cuiling Zhang",
    year=2019,
    derivations=(
        no_single_stage_mechanism,
        claim_1,
        theorem_1,
        cases_of_example_2,
        shortfall,
        monotone_mechanisms,
        claim_4,
        least_penalty,
        failures,
        assumption_1,
        fixed_payments,
    ),
    names={
        "gamma_1": r"\gamma_1",
        "gamma_2": r"\gamma_2",
        "theta_1": r"\theta_1",
        "theta_2": r"\theta_2",
        "theta_1_r": r"\theta_1^r",
        "theta_2_r": r"\theta_2^r",
        "psi": r"\psi",
        "U_1_O": "U_1^O",
        "U_2_O": "U_2^O",
        "theta_1_min": r"\theta_1^{\min}",
        "theta_1_max": r"\theta_1^{\max}",
        "theta_2_min": r"\theta_2^{\min}",
        "theta_2_max": r"\theta_2^{\max}",
        "y_star": "{y^*}",
        "E_S": r"\mathbb{E}[S]",
        "theta_11": r"\theta_{11}",
        "theta_12": r"\theta_{12}",
    },
)
