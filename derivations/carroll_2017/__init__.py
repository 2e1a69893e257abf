"""Carroll (2017): robust bilateral trade when information can be acquired.

Parameters, all symbolic: the seller's values s_lo < s_hi, the buyer's b_lo < b_hi, with
s_lo < b_lo < s_hi < b_hi; p_bhi, the probability of b_hi, and p_slo, the probability of s_lo, both
strictly between 0 and 1.
"""

import symtrade as st

from .appendices import appendices
from .appendix_e import appendix_e
from .fewest_lists import fewest_lists
from .section_2_1 import needs_no_design
from .section_2_2 import no_first_best, optimal_dominant_strategy
from .section_2_3 import bayesian_optimum
from .section_3 import flexible_price, proposition_3_1
from .section_3_3 import main_theorem
from .section_5 import regions
from .section_5_lists import extortion_bounds, information_structures
from .section_6 import free_information
from .table_5 import weak_dominance

PAPER = st.Paper(
    key="carroll_2017",
    title="Information Games and Robust Trading Mechanisms",
    authors="Gabriel Carroll",
    year=2017,
    derivations=(
        needs_no_design, no_first_best, optimal_dominant_strategy, bayesian_optimum, flexible_price,
        proposition_3_1, regions, information_structures, extortion_bounds, appendix_e,
        main_theorem, weak_dominance, free_information, appendices,
        fewest_lists,
    ),
    names={
        "s_lo": r"\underline{s}", "s_hi": r"\bar{s}", "b_lo": r"\underline{b}", "b_hi": r"\bar{b}",
        "p_bhi": r"p_{\bar{b}}", "p_slo": r"p_{\underline{s}}",
    },
    complements={"p_bhi": r"p_{\underline{b}}", "p_slo": r"p_{\bar{s}}"},
)
