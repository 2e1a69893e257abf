"""The theorem on intervals: efficient trade needs a subsidy, the integral of (1 - F_B) F_S over the
overlap."""

from sympy import And, Eq, Implies, Rational, symbols

import symtrade as st

c, F, f, G, g, H, T, U_B, U_S, M, b_lo, b_hi, s_lo, s_hi, x = symbols(
    "c F f G g H T U_B U_S M b_lo b_hi s_lo s_hi x")
ENVELOPE = ("incentive compatibility pins interim utilities down up to those of the worst types (Myerson"
            " 1981): the expected payments are those of the virtual values, less the rents of the worst types")


@st.derivation("MS-1", "Efficient trade on overlapping intervals needs a subsidy", "theorem 1")
def least_subsidy(prover):
    """For all independent distributions with densities.  At a cost c the efficient rule trades with values
    from max(c, b_lo) up; what these buyers pay at most and the seller of cost c gets at least are the
    revenue identities of MS-3."""
    known = st.unspecified_functions(
        (c,), {F: {c: f}, f: {c: None}, G: {c: g}, g: {c: None}, T: {c: (1 - F) * G}},
        (b_lo, b_hi, s_lo, s_hi), nonnegative=(f, g))
    inside = g * c * (1 - F) - (1 - F) * (c * g + G)       # c in the buyer's interval: buyers from c up
    below = g * b_lo - (c * g + G)                         # c < b_lo: all buyers, at the price b_lo
    prover.establish(Eq(inside, -(1 - F) * G), parameters=(c, F, G, g))
    prover.establish(known.has_derivative(-T, c, inside))
    prover.establish(known.has_derivative((b_lo - c) * G, c, below))
    prover.establish(Eq(((b_lo - c) * G).subs(c, b_lo), 0), parameters=(b_lo, G))
    prover.establish(Implies(And(F < 1, G > 0), (1 - F) * G > 0), parameters=(F, G))
    budget = -T - U_B - U_S
    prover.judge(
        "MS-1.1", "Myerson-Satterthwaite Theorem, (2) implies (1)",
        r"\text{in nondegenerate cases, there is too much information rent to be covered by the gains"
        r" from trade}",
        Implies(And(T > 0, U_B >= 0, U_S >= 0), budget < 0), parameters=(T, U_B, U_S),
        note="T is the integral of (1 - F_B) F_S over the overlap, U_B and U_S the worst types' utilities")
    touching(prover)
    values = {name: least(F_B, F_S) for name, F_B, F_S in (
        ("uniform on [0, 1]", st.uniform(0, 1), st.uniform(0, 1)),
        ("uniform on [0, 2] and [1, 3]", st.uniform(0, 2), st.uniform(1, 3)),
        ("F_B = v^2, F_S = c^2", st.power(2), st.power(2)))}
    return st.Result(
        statement=(st.Line(And(s_lo < b_hi, b_lo < s_hi), Eq(M, -T)),),
        parts=(st.Part("The integrand of the largest budget surplus M, at a cost in the overlap",
                       -(1 - F) * G),
               *(st.Part(f"The least subsidy for types {name}", value) for name, value in values.items())),
        axioms=(ENVELOPE,))


def least(buyer, seller):
    """The integral of (1 - F_B) F_S over the overlap, for one polynomial piece each."""
    from sympy import integrate

    low, high = max(buyer.support[0], seller.support[0]), min(buyer.support[1], seller.support[1])
    return integrate((1 - buyer.cdf(x)) * seller.cdf(x), (x, low, high))


def touching(prover):
    """Where the intervals only touch, one price is efficient: the theorem's (1) allows it."""
    price = symbols("price")
    prover.judge(
        "MS-1.2", "Myerson-Satterthwaite Theorem, (1) implies (2)",
        r"\overline \theta_S \leq \underline \theta_B",
        Implies(And(s_hi <= price, price <= b_lo, c <= s_hi, x >= b_lo), And(x - price >= 0, price - c >= 0)),
        parameters=(s_hi, b_lo, price, c, x), note="every type accepts the price; with s_hi = b_lo, too")
    found = st.static_disclosure(st.uniform(1, 2), st.uniform(0, 1), 10, prover)
    prover.establish(Eq(found.welfare.exact, Rational(1)))
