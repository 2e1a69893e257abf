"""Example 2: both types uniform on [0, 1], valuations theta_i + gamma_i theta_-i; the printed cases."""

from sympy import And, Interval, symbols

import symtrade as st

gamma_1, gamma_2, theta_1, theta_2 = symbols("gamma_1 gamma_2 theta_1 theta_2")
PARAMETERS = (gamma_1 > 0, gamma_2 > 0)
UNIT = Interval(0, 1)

ENV = st.InterdependentEnvironment(
    seller=st.Types(theta_1, st.uniform(0, 1)),
    buyer=st.Types(theta_2, st.uniform(0, 1)),
    valuations=(theta_1 + gamma_1 * theta_2, theta_2 + gamma_2 * theta_1),
    assuming=PARAMETERS,
)
U_SELLER, U_BUYER = ENV.valuations

CASES = {  # as they are printed, without 0 < gamma_1, gamma_2
    "i": And(gamma_2 <= gamma_1, gamma_1 < 1),
    "ii": And(gamma_1 < gamma_2, gamma_2 < 1),
    "iii": And(gamma_2 <= 1, gamma_1 >= 1),
    "iv": And(gamma_1 < 1, gamma_2 > 1),
    "v": And(gamma_2 > 1, gamma_2 <= gamma_1),
    "vi": And(gamma_1 > 1, gamma_1 < gamma_2),
}
PRINTED = {
    "i": r"0<\gamma_2\leq\gamma_1<1",
    "ii": r"0<\gamma_1<\gamma_2<1",
    "iii": r"0<\gamma_2\leq1\leq\gamma_1",
    "iv": r"0<\gamma_1<1<\gamma_2",
    "v": r"1<\gamma_2\leq\gamma_1",
    "vi": r"1<\gamma_1<\gamma_2",
}
ALWAYS = And(gamma_1 <= 1, gamma_2 >= 1, gamma_1 < gamma_2)  # case (iv) with its two missing edges


def within(case):
    """The parameters of a printed case."""
    return (*PARAMETERS, *CASES[case].args)


def lines(expression):
    """The lines of a function by cases, as a statement has them."""
    return tuple(st.Line(when, value) for value, when in expression.lines)
