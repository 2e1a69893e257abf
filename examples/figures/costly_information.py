"""What costly information does to trade: three figures, in half a minute.

    python examples/figures/costly_information.py FOLDER [GRID]

GRID (3) is the number of priors and of gaps in the map; 7 takes some minutes.  Progress goes to stderr.

The good's quality is high with probability 1/2 (first figure) or prior (map); both traders' valuations
rise by a gap when it is.  The figures show the net payment over posteriors with its concave closure,
the optimum along the gap, and where information is acquired, with certified points of the border.
"""

import sys
from fractions import Fraction
from itertools import pairwise, product

import symtrade as st


def environment(prior, gap):
    """Gains from trade are 1 in both states."""
    return st.QualityEnvironment((1 - prior, prior), (1, 1 + gap), (0, gap))


def told(what, steps):
    """The steps one after the other, each announced."""
    steps = list(steps)
    for number, step in enumerate(steps, 1):
        print(f"{what} {number} of {len(steps)}", file=sys.stderr)
        yield step


def main(folder, grid=3):
    """Draw all three into a folder."""
    half, width = Fraction(1, 2), Fraction(3, 2 * grid)
    env = environment(half, 3)
    found = st.least_subsidy(env)
    print(f"revenue {found.revenue}: {found.case}")
    st.save_plot(st.net_payment(env, found), f"{folder}/net_payment.png")
    gaps = [Fraction(3 * k, grid) for k in range(1, 2 * grid + 1)]
    path = st.along(lambda gap: environment(half, gap), told("optimum", gaps))
    st.save_plot(st.optima(path, "valuation gap"), f"{folder}/optima.png")
    priors = [Fraction(k, grid + 1) for k in range(1, grid + 1)]
    gaps = [Fraction(6 * k, grid) for k in range(1, grid + 1)]
    cells = {(prior, gap): st.case_at(lambda g, prior=prior: environment(prior, g), gap)
             for prior, gap in told("cell", product(priors, gaps))}
    changes = []
    for prior in told("border", priors):
        for low, high in pairwise(gaps):
            ends = cells[prior, low], cells[prior, high]
            if ends[0] != ends[1]:
                there = lambda gap, prior=prior: environment(prior, gap)  # noqa: E731
                changes.append((prior, st.border(there, low, high, width, known=ends)))
    for prior, change in changes:
        print(f"prior {prior}: {change.cases[0]} at gap {change.low}, {change.cases[1]} at {change.high}")
    names = ("prior of the high state", "valuation gap")
    st.save_plot(st.case_map(cells, names, changes), f"{folder}/cases.png")


if __name__ == "__main__" and len(sys.argv) in (2, 3):
    main(sys.argv[1], *map(int, sys.argv[2:]))
