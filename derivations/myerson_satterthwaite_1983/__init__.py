"""Myerson and Satterthwaite (1983): efficient mechanisms for bilateral trade.

Printed claims are those of Z. Mukerjee's class note (2023) on the theorem.  Parameters of the
two-type problem, all symbolic: s_lo < b_lo < s_hi < b_hi, and p, the probability both of b_hi and
of s_lo, strictly between 0 and 1.
"""

import symtrade as st

from .discrete import discrete_types
from .double_auction import double_auction
from .least_subsidy import least_subsidy
from .note import class_note
from .second_best import second_best
from .two_types import two_types

PAPER = st.Paper(
    key="myerson_satterthwaite_1983",
    title="Efficient Mechanisms for Bilateral Trading",
    authors="Roger B. Myerson and Mark A. Satterthwaite",
    year=1983,
    derivations=(
        two_types, least_subsidy, class_note, second_best, double_auction, discrete_types),
    names={
        "s_lo": r"\underline{\theta}_S", "s_hi": r"\overline{\theta}_S",
        "b_lo": r"\underline{\theta}_B", "b_hi": r"\overline{\theta}_B", "p": "p",
    },
)
