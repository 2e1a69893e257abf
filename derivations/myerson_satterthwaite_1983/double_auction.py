"""The double auction of Chatterjee and Samuelson (1983): equilibrium, and when it is second best."""

from sympy import And, Eq, Equivalent, Not, Rational, symbols

import symtrade as st

a, b, k, other = symbols("a b k other")
SHAPES = (a > 0, b > 0)


@st.derivation("MS-4", "The linear double auction, and for which distributions it is second best",
               "theorem 2")
def double_auction(prover):
    """Values with 1 - F = (1 - v)^a, costs with G = c^b, the buyer's bid weighted by k."""
    st.interim_theorem(prover)
    uniform = st.linear_double_auction(st.uniform(0, 1), st.uniform(0, 1), prover=prover)
    split = st.linear_double_auction(st.uniform(0, 1), st.uniform(0, 1), k, assuming=(k > 0, k < 1),
                                     prover=prover)
    prover.establish(Equivalent(split.second_best, Eq(k, Rational(1, 2))), assuming=(k > 0, k < 1))
    general = st.linear_double_auction(st.mirror_power(a), st.power(b), k, assuming=(*SHAPES, k > 0, k < 1),
                                       prover=prover)
    prover.establish(And(general.weight > 0, general.weight < 1), assuming=(*SHAPES, k > 0, k < 1))
    share = one_share(prover, general.second_best)
    return st.Result(
        statement=(st.Line(general.second_best, general.threshold),
                   st.Line(Not(general.second_best), general.threshold)),
        parts=(
            st.Part("Uniform types, equal shares: the bid", uniform.bid),
            st.Part("Uniform types, equal shares: the ask", uniform.ask),
            st.Part("Uniform types: second best exactly where", Eq(k, Rational(1, 2))),
            st.Part("The bid for $1 - F = (1 - v)^a$, $G = c^b$", general.bid),
            st.Part("The ask", general.ask),
            st.Part("They trade from this value on", general.threshold),
            st.Part("The multiplier of the second best", general.weight),
            st.Part("Second best exactly where", general.second_best),
            st.Part("The share", share),
        ),
        axioms=(st.INTEGRALS,),
    )


def one_share(prover, condition):
    """For all a and b, exactly one share makes the double auction second best; for a = b it is half."""
    def gap(share):
        return (condition.lhs - condition.rhs).subs(k, share)

    prover.establish(And(gap(0) < 0, gap(1) > 0), assuming=SHAPES)
    both = (k > 0, k < other, other < 1)
    prover.establish(Not(And(Eq(gap(k), 0), Eq(gap(other), 0))), assuming=(*SHAPES, *both))
    prover.establish(Equivalent(Eq(gap(k).subs(a, b), 0), Eq(k, Rational(1, 2))),
                     assuming=(b > 0, k > 0, k < 1))
    return ("For all $a, b > 0$ the condition has exactly one solution $k$ between 0 and 1; it is 1/2 where"
            " $a = b$.")
