"""What a trader can do: signals that induce any masses, merging and splitting, no better deviation."""

from itertools import product

from sympy import And, Eq, Implies, Symbol, log, symbols

import symtrade as st

from .notation import Logs, at_most_tangent, gibbs, under

A1, C1, A2, C2 = MASSES = symbols("a_1 c_1 a_2 c_2")  # of two realizations, in the low and the high state


def share(a, c):
    """The part of the cost that a realization with these masses has."""
    return (a + c) * st.Entropy().potential((a / (a + c), c / (a + c)))


def apart(logs):
    """How much two realizations cost more than one with the masses of both."""
    return logs(share(A1, C1) + share(A2, C2) - share(A1 + A2, C1 + C2))


def apart_lemmas(logs):
    """The instances of the lemma for `apart`."""
    total = sum(MASSES)
    return [
        under(logs, sum(both) / total * (a + c) / m)
        for a, c in ((A1, C1), (A2, C2))
        for m, both in ((a, (A1, A2)), (c, (C1, C2)))
    ]


def setting(page):
    """The claims of the model and of the deviation problem."""
    pieces, prior = symbols("alpha_1:5"), Symbol("prior")
    starts = [sum(pieces[:k]) for k in range(5)]
    page.judge(
        "LY-1.any alpha",
        "Model: information acquisition",
        r"\text{Any Bayes-plausible (i.e. } \text{marg}_V \alpha = \mu_0 \text{) } \alpha"
        r" \text{ can be induced}",
        And(
            Eq(starts[-1], prior),
            *(starts[k + 1] >= starts[k] for k in range(4)),
            *(Eq(starts[k + 1] - starts[k], pieces[k]) for k in range(4)),
        ),
        assuming=(*(q >= 0 for q in pieces), Eq(sum(pieces), prior), prior > 0),
        note="where V has a state is cut into pieces as long as the masses, one a cell (here four), and both "
        "signals are read off the piece; the points x up to c in a set have a probability that is continuous "
        "in c, so that any set can be cut",
    )
    worth = {(i, m): Symbol(f"W_{i}{m}") for i, m in product((0, 1), (0, 1, 2, 3))}
    equilibrium = And(*(worth[i, i] >= worth[i, m] for i, m in worth if m != i))
    page.judge(
        "LY-1.direct",
        "Revelation principle",
        r"\text{it is w.l.o.g. to consider direct mechanisms}",
        Implies(equilibrium, And(*(worth[i, i] >= worth[i, m] for i in (0, 1) for m in (1 - i, 3)))),
        note="whatever a trader can reach in the direct mechanism, with any signal, some messages reached "
        "before: those sent in equilibrium (0 and 1 of 0, 1, 2 here) and that of abstaining (3); a mixture "
        "of messages is a realization split in two, at no cost",
    )
    logs, k = Logs(), Symbol("k")
    split = share(k * A1, k * C1) + share((1 - k) * A1, (1 - k) * C1) - share(A1, C1)
    page.establish(Eq(logs(split), 0), assuming=(A1 > 0, C1 > 0, k > 0, k < 1))


def deviation_problem(page):
    """Claims on the printed problem of the best deviation."""
    place = "Buyer's problem"
    realizations = Symbol("I")
    page.judge(
        "LY-1.feasible",
        place + ", (1)",
        r"(\alpha, S^b) \in \mathcal{BD}^b(\alpha, q, t), \quad \tilde{S}^b = S^b \cup \{s_\emptyset^b\}",
        Eq(realizations, realizations + 1),
        assuming=(realizations >= 1,),
        note="S^b has one realization fewer than (1) demands of the S~^b among which it is to be the best",
        corrected=(
            r"\tilde{S}^b \subseteq S^b \cup \{s_\emptyset^b\}",
            And(realizations <= realizations + 1, realizations + 1 <= realizations + 1),
        ),
    )
    logs = Logs()
    at_most_tangent(page)
    page.judge(
        "LY-1.I + 1",
        place,
        r"I + 1 \text{ actions under } \sigma^b \Rightarrow \tilde{\sigma}^b \text{ with } \leq I + 1"
        r" \text{ realizations are w.l.o.g.}",
        apart(logs) >= 0,
        assuming=(*(m > 0 for m in MASSES), *apart_lemmas(logs)),
        note="two realizations after which the trader does the same cost no less than one with the masses "
        "of both",
    )


def duality(page):
    """With multipliers, no deviation pays: two realizations and abstaining, against two, in two states.

    A deviation with masses x brings the value of the given masses minus sums of products of nonnegative
    numbers and of gaps as in `gibbs` (with weights the posteriors, and exp(-Lambda) for abstaining).
    """
    for states in (2, 3):
        gibbs(page, states)
    own, cells = (0, 1), tuple(product((0, 1), (0, 1)))
    x = {(i, j, v): Symbol(f"x_{i}{j}{v}") for i in (0, 1, 2) for j, v in cells}  # realization 2 abstains
    lam = {jv: Symbol(f"lam_{jv[0]}{jv[1]}") for jv in cells}
    phi = {(i, j, v): Symbol(f"phi_{i}{j}{v}") for i in own for j, v in cells}
    least = symbols("Lam_0 Lam_1")
    posterior = {(i, v): Symbol(f"log_mu_{i}{v}") for i in own for v in (0, 1)}
    other = {
        (i, v): Symbol(f"log_nu_{i}{v}") for i in (0, 1, 2) for v in (0, 1)
    }  # of the deviation's posteriors
    mass = {(i, v): x[i, 0, v] + x[i, 1, v] for i in (0, 1, 2) for v in (0, 1)}
    payoff = {(i, j, v): lam[j, v] + posterior[i, v] - phi[i, j, v] for i, j, v in phi}  # by stationarity
    value = sum(x[key] * payoff[key] for key in phi) - sum(m * other[key] for key, m in mass.items())
    margins = sum((x[0, j, v] + x[1, j, v] + x[2, j, v]) * lam[j, v] for j, v in cells)
    gaps = [sum(mass[i, v] * (other[i, v] - posterior[i, v]) for v in (0, 1)) for i in own]
    gaps.append(sum(mass[2, v] * (other[2, v] + least[v]) for v in (0, 1)))
    slack = sum(x[key] * phi[key] for key in phi) + sum(x[2, j, v] * (lam[j, v] - least[v]) for j, v in cells)
    page.establish(Eq(value, margins - slack - sum(gaps)))
    signs = [m >= 0 for m in (*x.values(), *phi.values())] + [lam[j, v] >= least[v] for j, v in cells]
    page.establish(slack >= 0, assuming=tuple(signs))
    # the given masses lose nothing: their posteriors are their own, phi is 0 where there is mass
    stay = {other[key]: q for key, q in posterior.items()} | {x[2, j, v]: 0 for j, v in cells}
    page.establish(
        Implies(And(*(Eq(x[key] * phi[key], 0) for key in phi)), Eq(value.subs(stay), margins.subs(stay)))
    )


def class_2_gain(page):
    """The gain of a deviation is its marginal gain minus a gap of `gibbs` for each realization it thins."""
    logs, (m0, m1, b0, b1) = Logs(), symbols("m_0 m_1 b_0 b_1")
    total, rest = m0 + m1, (m0 - b0, m1 - b1)
    saved = share(m0, m1) - share(*rest)
    at_margin = b0 * log(m0 / total) + b1 * log(m1 / total)
    left = sum(rest)
    lemmas = [under(logs, (m / total) * left / r) for m, r in zip((m0, m1), rest, strict=True)]
    inside = (m0 > b0, m1 > b1, b0 > 0, b1 > 0)
    page.judge(
        "LY-1.class 2",
        "Proof of Class 2-lemma",
        r"\text{Convexity of cost function} \Rightarrow"
        r" [G_\alpha(\beta) > 0 \Rightarrow MG_\alpha(\beta) > 0]",
        logs(saved - at_margin) <= 0,
        assuming=(*inside, *lemmas),
        note="a realization that loses masses beta saves at most what is saved at the margin; payoffs and "
        "the added realization's cost are the same in both",
    )
