"""The information structures of section 5: Table 3, Table 4 and the mirror image of Table 4.

A signal of the buyer is called B1, B2, ... and one of the seller S1, S2, ..., numbered as in the
paper; equal names in two structures of an overlapping list mean the same signal.
"""

import symtrade as st

from .environment import PARAMETERS, b_hi, b_lo, mirror, p_bhi, p_blo, p_shi, p_slo, s_hi, s_lo

LAMBDA = p_blo / p_bhi * (b_lo - s_lo) / (b_hi - b_lo)


def structure(*rows):
    """States as (buyer's value, seller's value, probability, number of her signal, of his)."""
    return st.InformationStructure(
        tuple(st.State((b, s), chance, (f"B{i}", f"S{j}")) for b, s, chance, i, j in rows))


S_1 = structure(
    (b_lo, s_hi, p_blo * p_shi, 1, 1), (b_hi, s_hi, p_bhi * p_shi, 3, 2),
    (b_lo, s_lo, p_blo * p_slo, 2, 3), (b_hi, s_lo, p_bhi * p_slo, 3, 4))
S_2 = structure(
    (b_lo, s_hi, p_blo * p_shi, 4, 5), (b_hi, s_hi, p_bhi * p_shi, 6, 6),
    (b_lo, s_lo, p_blo * p_slo, 5, 7), (b_hi, s_lo, p_bhi * p_slo, 7, 7))


def overlapping(share):
    """S^2 of Table 4, where `share` is the paper's lambda: with probability 1 - share a buyer with the
    value b_hi is told what she is told in S^1, and so is the seller."""
    rest = 1 - share
    return structure(
        (b_lo, s_hi, p_blo * p_shi, 4, 5),
        (b_hi, s_hi, share * p_bhi * p_shi, 6, 6), (b_hi, s_hi, rest * p_bhi * p_shi, 3, 2),
        (b_lo, s_lo, p_blo * p_slo, 5, 7),
        (b_hi, s_lo, share * p_bhi * p_slo, 7, 7), (b_hi, s_lo, rest * p_bhi * p_slo, 3, 4))


S_2_OVERLAPPING = overlapping(LAMBDA)


def mirrored(information):
    """Exchange buyer and seller: the buyer of value v becomes a seller of value -v, and conversely."""
    return st.InformationStructure(tuple(
        st.State((-mirror(s.values[1]), -mirror(s.values[0])), mirror(s.probability),
                 ("B" + s.signals[1][1:], "S" + s.signals[0][1:]))
        for s in information.states))


LAMBDA_BELOW_ONE = p_bhi * (b_hi - b_lo) > p_blo * (b_lo - s_lo)
MIRRORED_BELOW_ONE = p_slo * (s_hi - s_lo) > p_shi * (b_hi - s_hi)

TABLE_3 = st.InformationList((S_1, S_2), PARAMETERS)
TABLE_4 = st.InformationList((S_1, S_2_OVERLAPPING), (*PARAMETERS, LAMBDA_BELOW_ONE), overlapping=True)
TABLE_4_MIRRORED = st.InformationList((mirrored(S_1), mirrored(S_2_OVERLAPPING)),
                                      (*PARAMETERS, MIRRORED_BELOW_ONE), overlapping=True)
