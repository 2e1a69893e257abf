"""Appendices B, C and D: the proofs, line by line."""

import symtrade as st

from .appendix_b import arithmetic
from .appendix_c import lemma_5_1, lemma_5_2
from .appendix_c_overlapping import lemma_5_4
from .appendix_d import proof_of_lemma_b_1, proof_of_theorem_3_2
from .lines import Lines, Page
from .section_2_2 import lemma_2_1
from .section_3 import flexible_price_guarantee, thresholds
from .tables_3_and_4 import TABLE_3, TABLE_4


@st.derivation("CA-14", "The proofs of the appendices, line by line", "appendices B, C and D")
def appendices(prover):
    """Every displayed line as printed, with the hypotheses of its place; the bounds of appendix C.

    The proofs of Lemma 2.1 and of Propositions 2.2 and 3.1 are judged with CA-3, CA-4 and CA-6.
    """
    w_fp = flexible_price_guarantee(prover)
    _, a, b = lemma_2_1(prover)
    stars = p_bhi_star, p_slo_star = thresholds(w_fp, a, b)
    lists = Lines(TABLE_3), Lines(TABLE_4)
    arithmetic(Page(prover, "CA-14.B"), lists)
    page = Page(prover, "CA-14.C")
    bounds = {
        "I": lemma_5_1(page, lists[0], w_fp, p_bhi_star, p_slo_star),
        "II": lemma_5_2(page, lists[0], b, p_bhi_star, p_slo_star),
        "III": lemma_5_4(page, lists[1], b, p_slo_star),
    }
    page = Page(prover, "CA-14.D")
    proof_of_lemma_b_1(page, lists[0])
    proof_of_theorem_3_2(page, a, b, w_fp, bounds.values(), stars)
    return st.Result(
        statement=tuple(st.Line(where, bound) for where, bound in bounds.values()),
        parts=tuple(st.Part(f"Region {name}: the bound of appendix C", bound)
                    for name, (_, bound) in bounds.items()),
    )
