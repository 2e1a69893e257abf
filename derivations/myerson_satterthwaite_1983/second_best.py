"""The second best for continuous types: multiplier, virtual values, threshold, welfare."""

from sympy import And, Eq, Function, Rational, Tuple, symbols, sympify

import symtrade as st

x, F, f, P, E, hi, v, c, a, w, G, g = symbols("x F f P E hi v c a w G g")
HALF = Rational(1, 2)
DIGITS = 30
FAMILIES = ("uniform power mirror_power beta triangular exponential piecewise_uniform mixture"
            " truncated_exponential").split()


def named(distribution):
    """A family with its parameters, as an undefined function of them."""
    text = distribution.name.replace("[", "(").replace("]", ")")
    return sympify(text, locals={name: Function(name) for name in FAMILIES})


def pairs():
    """One and several pieces; linear, rational and transcendental virtual values; pools of either side."""
    return (
        (st.uniform(0, 1), st.uniform(0, 1)),
        (st.mirror_power(2), st.power(2)),
        (st.mirror_power(2), st.power(3)),
        (st.uniform(0, 2), st.uniform(0, 1)),
        (st.power(2), st.beta(2, 3)),
        (st.truncated_exponential(1), st.power(2)),
        (st.exponential(1), st.uniform(0, 1)),
        (st.piecewise_uniform([0, Rational(1, 4), 1], [HALF, HALF]), st.uniform(0, 1)),
        (st.uniform(0, 1), st.piecewise_uniform([0, HALF, 1], [Rational(1, 4), Rational(3, 4)])),
        (st.exponential(1), st.exponential(2)),
        (st.power(Rational(3, 2)), st.triangular(0, Rational(1, 3), 1)),
        (st.uniform(0, 1), st.mixture((HALF, HALF), (st.beta(2, 8), st.beta(8, 2)))),
    )


@st.derivation("MS-3", "The second best for any pair of distributions", "theorem 2")
def second_best(prover):
    """Virtual values integrate to revenue for every F; then the second best of pairs: a mechanism that
    attains it to DIGITS digits, and a multiplier of the budget by which no mechanism gains more."""
    st.interim_theorem(prover)
    st.ironing_lemma(prover)
    revenue_identities(prover)
    lines = []
    for buyer, seller in pairs():
        found = st.second_best(buyer, seller, DIGITS, prover)
        if found.reason:
            raise ValueError(f"{buyer} and {seller}: {found.reason}")
        name = found.welfare.name
        value = name if name is not None and len(str(name)) < 60 else sympify(found.welfare.decimal(DIGITS))
        weight = found.weight.name
        lines.append(st.Line(
            And(Eq(F, named(buyer)), Eq(G, named(seller))),
            Tuple(Eq(w, value), Eq(a, weight if weight is not None else sympify(found.weight.decimal(8))))))
    uniform(prover)
    return st.Result(
        statement=tuple(lines),
        parts=(st.Part("Trade takes place where (ironed where it does not increase)",
                       v - a * (1 - F) / f >= c + a * G / g),),
        axioms=(st.INTEGRALS,))


def revenue_identities(prover):
    """P is the integral of the virtual value x - (1 - F)/f against f, from x up: it is x (1 - F), what a
    buyer of threshold x pays; for the seller the integral of x + F/f up to x is x F."""
    buyer = st.unspecified_functions(
        (x,), {F: {x: f}, f: {x: None}, P: {x: -(x * f - (1 - F))}}, (hi,),
        {"top": (x, hi, {F: 1, P: 0})}, nonnegative=(f,))
    prover.establish(buyer.equal(P, x * (1 - F)))
    seller = st.unspecified_functions(
        (x,), {F: {x: f}, f: {x: None}, E: {x: x * f + F}}, (hi,),
        {"bottom": (x, hi, {F: 0, E: 0})}, nonnegative=(f,))
    prover.establish(seller.equal(E, x * F))


def uniform(prover):
    """For uniform types: the weight 1/3, trade where v >= c + 1/4, and 9/64 by exact integration."""
    found = st.second_best(st.uniform(0, 1), st.uniform(0, 1))
    prover.establish(And(Eq(w, Rational(9, 64)), Eq(a, Rational(1, 3))),
                     assuming=(Eq(w, found.welfare.exact), Eq(a, found.weight.exact)))
    weight = found.weight.exact
    surplus = (v - weight * (1 - v)) - (c + weight * c)
    prover.establish(Eq(surplus, Rational(4, 3) * (v - c - Rational(1, 4))), parameters=(v, c))
