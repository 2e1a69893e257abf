"""What costly information does to trade: three figures, in about three minutes.

    python examples/figures/costly_information.py FOLDER

The good's quality is high with probability 1/2 (first figure) or prior (map); both traders' valuations
rise by a gap when it is.  The figures show the net payment over posteriors with its concave closure,
the optimum along the gap, and where information is acquired, with certified points of the border.
"""

import sys
from fractions import Fraction
from itertools import pairwise

import symtrade as st


def environment(prior, gap):
    """Gains from trade are 1 in both states."""
    return st.QualityEnvironment((1 - prior, prior), (1, 1 + gap), (0, gap))


def main(folder, grid=7, steps=14):
    """Draw all three into a folder."""
    half = Fraction(1, 2)
    env = environment(half, 3)
    found = st.least_subsidy(env)
    print(f"revenue {found.revenue}: {found.case}")
    st.save_plot(st.net_payment(env, found), f"{folder}/net_payment.png")
    gaps = [Fraction(6 * k, steps) for k in range(1, steps + 1)]
    path = st.along(lambda gap: environment(half, gap), gaps)
    st.save_plot(st.optima(path, "valuation gap"), f"{folder}/optima.png")
    priors = [Fraction(k, grid + 1) for k in range(1, grid + 1)]
    gaps = [Fraction(6 * k, grid) for k in range(1, grid + 1)]
    cells = {(prior, gap): st.case_at(lambda g, prior=prior: environment(prior, g), gap)
             for prior in priors for gap in gaps}
    changes = []
    for prior in priors:
        width = Fraction(1, 16)
        changes += [(prior, st.border(lambda g, prior=prior: environment(prior, g), low, high, width))
                    for low, high in pairwise(gaps) if cells[prior, low] != cells[prior, high]]
    for prior, change in changes:
        print(f"prior {prior}: {change.cases[0]} at gap {change.low}, {change.cases[1]} at {change.high}")
    names = ("prior of the high state", "valuation gap")
    st.save_plot(st.case_map(cells, names, changes), f"{folder}/cases.png")


if __name__ == "__main__" and len(sys.argv) == 2:
    main(sys.argv[1])
