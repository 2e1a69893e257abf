"""Efficient trade forces perfect correlation (the printed 2x2x2 case, then any number), and the converse."""

from itertools import product

from sympy import And, Eq, Implies, Not, Or, Symbol, symbols

import symtrade as st

from .notation import SUMS, Logs, Page, tex

CELLS = tuple(product((1, 2), (1, 2)))
LOW = {
    c: Symbol(f"a_{c[0]}{c[1]}") for c in CELLS
}  # masses in the low state, by (buyer's, seller's) realization
HIGH = {c: Symbol(f"c_{c[0]}{c[1]}") for c in CELLS}  # masses in the high state
MASSES = tuple(m >= 0 for m in (*LOW.values(), *HIGH.values()))
PLACE = "Efficiency implies essentially perfect correlation, proof sketch"


def row(masses, i):
    """The mass of the buyer's realization."""
    return masses[i, 1] + masses[i, 2]


def column(masses, j):
    """The mass of the seller's realization."""
    return masses[1, j] + masses[2, j]


# The first realization's posterior of the high state is larger, for both.
BUYER_ORDER = row(HIGH, 1) * row(LOW, 2) > row(HIGH, 2) * row(LOW, 1)
SELLER_ORDER = column(HIGH, 1) * column(LOW, 2) > column(HIGH, 2) * column(LOW, 1)


@st.derivation(
    "LY-3", "Efficient trade forces perfect correlation, for any number of signals", "Efficient trade"
)
def efficiency(prover):
    """The whole case tree: from stationarity to zeros in the tables, from zeros to contradictions."""
    page = Page(prover)
    for trader in ("buyer", "seller"):
        from_stationarity(page, trader)
    orders(page)
    cases(page)
    any_number(page)
    off = [LOW[1, 2], LOW[2, 1], HIGH[1, 2], HIGH[2, 1]]
    return st.Result(statement=tuple(st.Line(True, Eq(m, 0)) for m in off), axioms=(SUMS,))


def from_stationarity(page, trader):
    """Efficient trade in every cell: differences of the conditions in two states and two realizations."""
    side = trader[0]
    problem, logs = st.Deviation(trader, own=2, other=2, states=2), Logs()
    efficient = dict.fromkeys(problem.q.values(), 1)
    gap = {i: Symbol(f"R_{i + 1}") for i in (0, 1)}  # log of the odds of the high state after realization i
    sign = 1 if trader == "buyer" else -1

    def stationarity(i, j):
        conditions = [logs(problem.stationarity(i, j, v).subs(efficient)) for v in (0, 1)]
        posterior = [
            problem.stationarity(i, j, v) - problem.payoff(i, j, v) + problem.lam[j, v] - problem.phi[i, j, v]
            for v in (0, 1)
        ]
        odds = Eq(logs(posterior[0] - posterior[1]), gap[i])
        return And(*(Eq(c, 0) for c in conditions), odds)

    def printed(i, j):
        lam, phi, u = problem.lam, problem.phi, problem.u
        return Eq(lam[j, 1] - lam[j, 0] - sign * (u[1] - u[0]), phi[i, j, 1] - phi[i, j, 0] - gap[i])

    for i in (0, 1) if trader == "buyer" else ():
        page.judge(
            f"LY-3.ST_{i + 1}1",
            PLACE,
            tex(
                "lambda+_1^b - lambda-_1^b - (u+^b - u-^b) = "
                f"phi+_{{{i + 1}1}}^b - phi-_{{{i + 1}1}}^b"
                f" - \\log \\left[ \\frac{{mu+_{i + 1}^b}}{{mu-_{i + 1}^b}} \\right]"
            ),
            Implies(stationarity(i, 0), printed(i, 0)),
        )
    for j in (0, 1):
        phi = problem.phi
        both = And(stationarity(0, j), stationarity(1, j))
        equation = Eq(phi[0, j, 1] + phi[1, j, 0], phi[1, j, 1] + phi[0, j, 0] + gap[0] - gap[1])
        left, right = phi[0, j, 1] + phi[1, j, 0], phi[1, j, 1] + phi[0, j, 0]
        strict = And(gap[0] > gap[1], *(f >= 0 for f in phi.values()))
        if trader == "seller":
            page.establish(Implies(both, equation))
            page.establish(Implies(And(equation, strict), Or(phi[0, j, 1] > 0, phi[1, j, 0] > 0)))
            continue
        n = j + 1
        if j == 0:
            page.judge(
                "LY-3.difference",
                PLACE,
                tex(
                    "phi+_{11}^b + phi-_{21}^b = phi+_{21}^b + phi-_{11}^b"
                    " + \\log \\left[ \\frac{mu+_1^b}{mu-_1^b} \\right]"
                    " - \\log \\left[ \\frac{mu+_2^b}{mu-_2^b} \\right]"
                ),
                Implies(both, equation),
            )
        else:
            page.establish(Implies(both, equation))
        page.judge(
            f"LY-3.strict {n}",
            PLACE,
            tex(f"phi+_{{1{n}}}^b + phi-_{{2{n}}}^b > phi+_{{2{n}}}^b + phi-_{{1{n}}}^b"),
            Implies(And(equation, strict), left > right),
        )
        page.judge(
            f"LY-3.one positive {n}",
            PLACE,
            r"\text{at least one term is } >0",
            Implies(And(left > right, strict), Or(phi[0, j, 1] > 0, phi[1, j, 0] > 0)),
        )
    mass, multiplier = symbols(f"m_{side} f_{side}")
    page.establish(Implies(And(Eq(mass * multiplier, 0), multiplier > 0), Eq(mass, 0)))


def orders(page):
    """The order of the posteriors, of the odds and of the masses say the same."""
    h1, l1, h2, l2 = symbols("h_1 l_1 h_2 l_2")
    inside = (h1 > 0, l1 > 0, h2 > 0, l2 > 0)
    page.establish(
        Implies(h1 / (h1 + l1) > h2 / (h2 + l2), And(h1 * l2 > h2 * l1, (h1 / l1) / (h2 / l2) > 1)),
        assuming=inside,
    )


def cases(page):
    """Four cases for the buyer and four for the seller; three of each contradict the order."""
    cells = {
        "buyer": {1: (HIGH[1, 1], LOW[2, 1]), 2: (HIGH[1, 2], LOW[2, 2])},
        "seller": {1: (HIGH[1, 1], LOW[1, 2]), 2: (HIGH[2, 1], LOW[2, 2])},
    }
    for trader, zeros in cells.items():
        for first, second in product((0, 1), (0, 1)):
            if (first, second) == (1, 0):
                continue  # the case that remains
            here = And(Eq(zeros[1][first], 0), Eq(zeros[2][second], 0))
            own = BUYER_ORDER if trader == "buyer" else SELLER_ORDER
            name = f"LY-3.case {trader} {2 * first + second + 1}"
            if (first, second) == (0, 1):
                claim, words = (
                    Implies(And(here, BUYER_ORDER), Not(SELLER_ORDER)),
                    "contradicts both orders together",
                )
            else:
                claim, words = Implies(here, Not(own)), f"contradicts the {trader}'s order"
            if trader == "buyer":
                print_of = {
                    (0, 0): "phi+_{11}^b > 0 \\text{ and } phi+_{12}^b > 0",
                    (1, 1): "phi-_{21}^b > 0 \\text{ and } phi-_{22}^b > 0",
                    (0, 1): "phi+_{11}^b > 0 \\text{ and } phi-_{22}^b > 0",
                }[first, second]
                page.judge(name, PLACE, "\\text{not } " + tex(print_of), claim, assuming=MASSES, note=words)
            else:
                page.establish(claim, assuming=MASSES)
    bayes(page)
    rest = And(*(Or(Eq(zeros[n][0], 0), Eq(zeros[n][1], 0)) for zeros in cells.values() for n in (1, 2)))
    off = And(*(Eq(m[c], 0) for m in (LOW, HIGH) for c in ((1, 2), (2, 1))))
    page.judge(
        "LY-3.only remaining",
        PLACE,
        tex("\\text{The only remaining possibility is } phi+_{12}^b > 0 \\text{ and } phi-_{21}^b > 0"),
        Implies(
            And(
                Or(Eq(HIGH[1, 1], 0), Eq(LOW[2, 1], 0)),
                Or(Eq(HIGH[1, 2], 0), Eq(LOW[2, 2], 0)),
                BUYER_ORDER,
                SELLER_ORDER,
            ),
            And(Eq(HIGH[1, 2], 0), Eq(LOW[2, 1], 0)),
        ),
        assuming=MASSES,
    )
    page.judge(
        "LY-3.seller",
        PLACE,
        tex("\\text{Analogous argument for Seller gives } phi-_{12}^s > 0 \\text{ and } phi+_{21}^s > 0"),
        Implies(
            And(
                Or(Eq(HIGH[1, 1], 0), Eq(LOW[1, 2], 0)),
                Or(Eq(HIGH[2, 1], 0), Eq(LOW[2, 2], 0)),
                BUYER_ORDER,
                SELLER_ORDER,
            ),
            And(Eq(LOW[1, 2], 0), Eq(HIGH[2, 1], 0)),
        ),
        assuming=MASSES,
    )
    page.judge(
        "LY-3.table",
        PLACE + ", last table",
        tex("\\text{State } v-: (s_2^b, s_1^s) \\mapsto alpha-_{12}"),
        Eq(LOW[1, 2], LOW[2, 1], evaluate=False),
        assuming=MASSES,
        note="the entry's indices are exchanged",
        corrected=(tex("(s_2^b, s_1^s) \\mapsto alpha-_{21}"), Eq(LOW[2, 1], LOW[2, 1], evaluate=False)),
    )
    page.judge(
        "LY-3.proposition",
        "Proposition (2x2x2, distinct posteriors)",
        tex("alpha-_{12} = alpha-_{21} = alpha+_{12} = alpha+_{21} = 0"),
        Implies(And(rest, BUYER_ORDER, SELLER_ORDER), off),
        assuming=MASSES,
    )


def bayes(page):
    """The displayed contradiction of the third case."""
    low, high = sum(LOW.values()), sum(HIGH.values())
    prior = high / (low + high)
    zero = {HIGH[1, 1]: 0, LOW[2, 2]: 0}
    positive_rows = tuple(row(LOW, i) + row(HIGH, i) > 0 for i in (1, 2))
    positive_columns = tuple(column(LOW, j) + column(HIGH, j) > 0 for j in (1, 2))
    mu1b = (row(HIGH, 1) / (row(LOW, 1) + row(HIGH, 1))).subs(zero)
    mu2s = (column(HIGH, 2) / (column(LOW, 2) + column(HIGH, 2))).subs(zero)
    a11, a12, c12, c22 = LOW[1, 1], LOW[1, 2], HIGH[1, 2], HIGH[2, 2]
    for name, order, larger, positive in (
        ("b", BUYER_ORDER, 1, positive_rows),
        ("s", SELLER_ORDER, 2, positive_columns),
    ):
        of = row if name == "b" else column
        mean = of(HIGH, larger) / (of(LOW, larger) + of(HIGH, larger))
        page.establish(
            Implies(order, prior < mean if larger == 1 else prior > mean), assuming=(*MASSES, *positive)
        )
    page.judge(
        "LY-3.Bayes b",
        PLACE,
        tex(
            "mu+_1^b = \\frac{alpha+_{12}}{alpha-_{11} + alpha-_{12} + alpha+_{12}} \\leq "
            "\\frac{alpha+_{12}}{alpha-_{12} + alpha+_{12}}"
        ),
        And(Eq(mu1b, c12 / (a11 + a12 + c12)), mu1b <= c12 / (a12 + c12)),
        assuming=(a11 >= 0, a12 >= 0, c12 >= 0, a12 + c12 > 0),
    )
    page.judge(
        "LY-3.Bayes s",
        PLACE,
        tex(
            "mu+_2^s = \\frac{alpha+_{12} + alpha+_{22}}{alpha-_{12} + alpha+_{12} + alpha+_{22}} \\geq "
            "\\frac{alpha+_{12}}{alpha-_{12} + alpha+_{12}}"
        ),
        And(Eq(mu2s, (c12 + c22) / (a12 + c12 + c22)), mu2s >= c12 / (a12 + c12)),
        assuming=(a12 >= 0, c12 >= 0, c22 >= 0, a12 + c12 > 0),
    )


def any_number(page):
    """Any numbers of realizations, equal posteriors included: blocks of equal posteriors.

    Rows are the buyer's realizations with odds R of the high state, columns the seller's with odds S; each
    has mass in both states.  Where row i has larger odds than row k, no column has high mass in i and low
    mass in k: `from_stationarity` says so of any two rows and any column with mass in both cells, in which
    trade is then efficient.  Likewise for columns.

    Take all rows with the largest odds R, and the columns H in which they have high mass; A is the low mass
    of these rows in H and A' the rest of it, C is their high mass, C' that of other rows in H.  The low mass
    in H is A, for other rows have none there.  So R (A + A') = C, and S A >= C + C' for the largest odds S of
    a column.  With B, B', D, D' the same for the columns with the largest odds, R = S and the rest is 0:
    these rows and these columns have mass with each other only, H has odds S, and what is left is a smaller
    table of the same kind.
    """
    place = "Proposition (Efficiency implies essentially perfect correlation)"
    R, S, A, B, C, D = symbols("R S A B C D")
    rest = symbols("A_1 B_1 C_1 D_1")
    a1, b1, c1, d1 = rest
    here = And(Eq(R * (A + a1), C), C + c1 <= S * A, Eq(S * (B + b1), D), D + d1 <= R * B)
    masses = (A > 0, B > 0, C > 0, D > 0, R > 0, S > 0, *(m >= 0 for m in rest))
    page.judge(
        "LY-3.blocks",
        place,
        r"\alpha \text{ consistent with efficient trade} \Rightarrow \alpha \text{ has block form, and the"
        r" posteriors within each block are equal}",
        Implies(here, And(Eq(R, S), *(Eq(m, 0) for m in rest))),
        assuming=masses,
        note="for any numbers of realizations, block by block from the highest posterior; a block may have "
        "more rows than columns, or fewer",
    )
    page.judge(
        "LY-3.preview",
        "Preview of results",
        r"\text{Allocational efficiency} \Rightarrow \text{(essentially) perfectly correlated signals}",
        Implies(here, And(Eq(R, S), *(Eq(m, 0) for m in rest))),
        assuming=masses,
        note="up to realizations with equal posteriors, as in the proposition",
    )
    # sums over rows or columns, one summand after the other
    (x, y), (u, v) = symbols("x y"), symbols("u v")
    below = And(u <= S * x, v <= S * y)
    page.establish(
        And(
            Implies(below, u + v <= S * (x + y)),
            Implies(And(below, Eq(u + v, S * (x + y))), And(Eq(u, S * x), Eq(v, S * y))),
            Implies(And(Eq(u, R * x), Eq(v, R * y)), Eq(u + v, R * (x + y))),
        ),
        assuming=(R > 0, S > 0, x > 0, y > 0, u >= 0, v >= 0),
    )


@st.derivation(
    "LY-4", "Perfectly correlated signals make efficient trade implementable", "Preview of results"
)
def converse(prover):
    """Transfers off the path that keep the traders on it, and low enough prices on it."""
    page = Page(prover)
    lines = []
    for trader in ("buyer", "seller"):
        sign = 1 if trader == "buyer" else -1
        t = {c: Symbol(f"t_{c[0]}{c[1]}") for c in CELLS}  # by own and the other's realization
        logs = {(i, v): Symbol(f"L_{i}{v}") for i in (1, 2) for v in (0, 1)}  # of the posteriors
        u = symbols("u_0 u_1")
        order = (logs[1, 1] > logs[2, 1], logs[1, 0] < logs[2, 0])
        lam = {(j, v): sign * (u[v] - t[j, j]) - logs[j, v] for j in (1, 2) for v in (0, 1)}
        # the least change of a transfer after own report i that makes both multipliers nonnegative
        change = {(1, 2): logs[2, 0] - logs[1, 0], (2, 1): logs[1, 1] - logs[2, 1]}
        for (i, j), more in change.items():
            off = t[j, j] + sign * more
            phi = [lam[j, v] - (sign * (u[v] - off) - logs[i, v]) for v in (0, 1)]
            page.establish(And(*(f >= 0 for f in phi), Or(*(Eq(f, 0) for f in phi))), assuming=order)
            lines.append(st.Line(True, Eq(t[i, j], off)))
    e0, e1 = symbols("E_0 E_1")
    page.judge(
        "LY-4.1",
        "Preview of results",
        r"\text{Perfectly correlated signals} \Rightarrow \text{allocational efficiency}",
        Implies(And(2 * e0 <= 1, 2 * e1 <= 1), e0 + e1 <= 1),
        assuming=(e0 > 0, e1 > 0),
        note="every multiplier on the path grows one for one as the price moves in the trader's favour, "
        "so that "
        "each exp(-lambda) can be made at most 1/2; off the path transfers as in the statement",
    )
    return st.Result(statement=tuple(lines))
