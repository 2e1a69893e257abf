"""n types a side: the second best exactly, and exact bounds of the continuum from both sides."""

from sympy import And, Eq, Rational, symbols, sympify

import symtrade as st

n, w = symbols("n w")
MIDDLES, BOUNDS = (2, 3, 4, 5, 6, 8), (2, 4, 8)
SANDWICH = (
    "the buyer's types rounded down and the seller's up: between two types the lower one's outcome is still"
    " the best report, so that the mechanism works for all types and gains more; rounded the other way: the"
    " mean outcomes over each cell satisfy the incentives not to understate one's gains")


def grid(count, shift):
    """Uniform types: one in each of `count` cells of [0, 1], `shift` of the cell above its lower end."""
    return tuple((Rational(i) + shift) / count for i in range(count))


def problem(count, buyer_shift, seller_shift):
    """Types with equal probabilities."""
    equal = (Rational(1, count),) * count
    env = st.FiniteEnvironment(
        buyer=st.TypeSpace(values=grid(count, buyer_shift), probabilities=equal),
        seller=st.TypeSpace(values=grid(count, seller_shift), probabilities=equal))
    return env, st.DirectMechanism(env)


def best(prover, count, buyer_shift, seller_shift, keep=None):
    """The largest expected gains under the incentive constraints that are kept."""
    env, mech = problem(count, buyer_shift, seller_shift)
    rows = [row for row in st.bayesian_ic(env, mech) if keep is None or keep(*read(row.name))]
    solution = prover.solve(st.maximize(st.gains_from_trade(env, mech),
                                        subject_to=(*rows, *st.interim_ir(env, mech))))
    (piece,) = solution.pieces
    return piece.value


def read(name):
    """``IC_B[3/4 -> 1/4]``: the side, the true type, the report."""
    true, report = name[5:-1].split(" -> ")
    return name[3], sympify(true), sympify(report)


def understating(side, true, report):
    """A buyer who claims a lower value, a seller who claims a higher cost."""
    return report < true if side == "B" else report > true


@st.derivation("MS-5", "Uniform types: n types a side, and the continuum in between", "section 4")
def discrete_types(prover):
    """Middles of cells, all incentive constraints; then both roundings, around 9/64."""
    lines = [st.Line(Eq(n, count), best(prover, count, Rational(1, 2), Rational(1, 2))) for count in MIDDLES]
    continuum = st.second_best(st.uniform(0, 1), st.uniform(0, 1)).welfare.exact
    parts = []
    for count in BOUNDS:
        low = best(prover, count, 0, 1)
        high = best(prover, count, 1, 0, understating)
        prover.establish(And(low <= w, w <= high), assuming=(Eq(w, continuum),))
        parts.append(st.Part(f"{count} types a side: the continuum gains at least", low))
        parts.append(st.Part(f"{count} types a side: and at most", high))
    return st.Result(statement=tuple(lines), parts=tuple(parts), axioms=(SANDWICH,))
