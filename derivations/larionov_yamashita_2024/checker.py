"""Is a structure with a mechanism implementable?  Examples decided, with multipliers or with a deviation."""

from sympy import And, Eq, Rational, Symbol, true

import symtrade as st

HALF, TENTH, EIGHTH = Rational(1, 2), Rational(1, 10), Rational(1, 8)
VALUES = (1, 4), (0, 3)  # the buyer's and the seller's, in the low and the high state
FLAT = (1, 1), (0, 0)
# What the buyer pays and the seller gets, by (buyer's, seller's) report; off the path a report costs much.
DEAR_OFF_PATH = ((1, 10), (10, 1)), ((5, -10), (-10, 5))

# Joint probabilities in the low and in the high state, by (buyer's, seller's) realization.
CORRELATED = ((4 * TENTH, 0), (0, TENTH)), ((TENTH, 0), (0, 4 * TENTH))
INDEPENDENT = (
    ((32 * TENTH**2, 8 * TENTH**2), (8 * TENTH**2, 2 * TENTH**2)),
    ((2 * TENTH**2, 8 * TENTH**2), (8 * TENTH**2, 32 * TENTH**2)),
)
ONE_MORE_CELL = ((3 * TENTH, TENTH), (0, TENTH)), ((TENTH, 0), (0, 4 * TENTH))
EQUAL_POSTERIORS = (((EIGHTH, EIGHTH), (EIGHTH, EIGHTH)),) * 2
ONE_AGAINST_TWO = (((HALF / 2, HALF / 2),),) * 2
REVEALING = ((HALF, 0), (0, 0)), ((0, 0), (0, HALF))
NOTHING = (((HALF,),),) * 2

EXAMPLES = (
    ("perfect correlation", VALUES, CORRELATED, *DEAR_OFF_PATH),
    (
        "perfect correlation, prices that one more realization avoids",
        VALUES,
        CORRELATED,
        ((3, 20), (20, 3)),
        ((1, -20), (-20, 1)),
    ),
    (
        "perfect correlation, another report costs nothing",
        VALUES,
        CORRELATED,
        ((1, 1), (10, 1)),
        ((5, 5), (-10, 5)),
    ),
    ("signals independent given the state", VALUES, INDEPENDENT, *DEAR_OFF_PATH),
    ("perfect correlation but for one cell of the low state", VALUES, ONE_MORE_CELL, *DEAR_OFF_PATH),
    ("equal posteriors in all cells", VALUES, EQUAL_POSTERIORS, ((0, 0), (0, 0)), ((5, 5), (5, 5))),
    ("one realization of the buyer, two of the seller", VALUES, ONE_AGAINST_TWO, ((0, 0),), ((5, 5),)),
    ("the state is revealed to both", VALUES, REVEALING, ((0, 8), (8, 3)), ((9, -9), (-9, 9))),
    ("no information at the highest price", FLAT, NOTHING, ((1,),), ((0,),)),
    ("no information above the highest price", FLAT, NOTHING, ((1 + TENTH**12,),), ((0,),)),
)


@st.derivation(
    "LY-2", "Implementable or not: multipliers, or a deviation that pays", "Implementability, examples"
)
def checker(prover):
    """Ten structures with efficient trade, under entropy and under residual-variance costs.

    A line's value is the gain of a deviation of the trader, or true where there is none.
    """
    lines, parts = [], []
    for number, (name, (buyer, seller), information, paid, received) in enumerate(EXAMPLES, 1):
        trade = tuple((1,) * len(row) for row in paid)
        for cost in (st.Entropy(), st.ResidualVariance()):
            env = st.QualityEnvironment((HALF, HALF), buyer, seller, cost, cost)
            answers = st.implementable(env, information, trade, paid, received, prover=prover)
            for trader, found in answers.items():
                when = And(Eq(Symbol("example"), number), Symbol(type(cost).__name__), Symbol(trader))
                lines.append(st.Line(when, true if found else found.gain))
                heading = f"{number}. {name}, {type(cost).__name__}, {trader}"
                if found:
                    least = {v: [x for (_, w), x in found.lam.items() if w == v] for v in (0, 1)}
                    parts.append(
                        st.Part(
                            f"{heading}: implementable; least multipliers of the low state",
                            smallest(least[0]),
                        )
                    )
                    parts.append(st.Part("and of the high state", smallest(least[1])))
                else:
                    parts.append(
                        st.Part(f"{heading}: a deviation against ({found.condition}) gains", found.gain)
                    )
    return st.Result(statement=tuple(lines), parts=tuple(parts))


def smallest(numbers):
    """The least of some numbers."""
    return min(numbers, key=lambda x: x.evalf(30))
