"""Theorem 1 for unspecified distributions: the least subsidy that efficient trade needs.

Values have the cdf F on [v_lo, v_hi], costs the cdf G on [c_lo, c_hi], both extended by 0 and 1.  An
efficient mechanism trades with a buyer of value x with probability G(x), with a seller of cost x with
probability 1 - F(x).
"""

from sympy import And, Eq, Implies, integrate, symbols

import symtrade as st

x, r = symbols("x r")
F, f, G, g = symbols("F f G g")
U_B, U_S, R_B, R_S, W, K, H = symbols("U_B U_S R_B R_S W K H")
v_lo, v_hi, c_lo, c_hi, s_lo, F_c, H_v_lo, H_c_lo = symbols("v_lo v_hi c_lo c_hi s_lo F_c H_v_lo H_c_lo")
u_B, u_S = symbols("u_B u_S")


def laws():
    """Rents, expected rents and gains from trade up to x, by their derivatives.

    U is the interim rent, R the integral of rent times density, W that of the gains from trade of values
    up to x, K that of cost times density, and H that of G(1 - F).
    """
    return st.unspecified_functions(
        (x,),
        {F: {x: f}, G: {x: g}, f: {x: None}, g: {x: None}, U_B: {x: G}, U_S: {x: F - 1}, R_B: {x: U_B * f},
         R_S: {x: U_S * g}, K: {x: x * g}, W: {x: f * (x * G - K)}, H: {x: G * (1 - F)}},
        (v_lo, v_hi, c_lo, c_hi, u_B, u_S, s_lo, F_c, H_v_lo, H_c_lo),
        {"v_lo": (x, v_lo, {F: 0, U_B: u_B, R_B: 0, H: H_v_lo}),
         "c_lo": (x, c_lo, {G: 0, F: F_c, U_S: s_lo, R_S: 0, K: 0, W: 0, H: H_c_lo})})


@st.derivation("MS-1", "Theorem 1: the least subsidy of efficient trade, for all distributions", "theorem 1")
def least_subsidy(prover):
    """Rents less gains from trade, by integration by parts; when that is positive."""
    st.interim_theorem(prover)  # incentive compatibility makes U_B' = G and U_S' = -(1 - F)
    known = laws()
    prover.establish(known.has_derivative(x * G - K, x, G))  # E[(x - c)^+] increases by G
    prover.establish(known.equal(R_B + U_B * (1 - F), u_B + H - H_v_lo))
    prover.establish(known.equal(R_S - U_S * G, H - H_c_lo))
    prover.establish(known.equal(W + (x * G - K) * (1 - F), H - H_c_lo))
    subsidy = at_the_ends(prover)
    positive(prover)
    truthful(prover)
    values = {name: least(buyer, seller) for name, buyer, seller in (
        ("uniform on [0, 1]", st.uniform(0, 1), st.uniform(0, 1)),
        ("uniform on [0, 2] and on [1, 3]", st.uniform(0, 2), st.uniform(1, 3)),
        ("with $F = v^2$, $G = c^2$ on [0, 1]", st.power(2), st.power(2)))}
    return st.Result(
        statement=(st.Line(v_lo < c_hi, subsidy), st.Line(c_hi <= v_lo, 0)),
        parts=(
            st.Part("The rents of both traders, less the gains from trade, with $H' = G(1 - F)$", subsidy),
            st.Part("The theorem",
                    "The worst types, $\\underline{v}$ and $\\bar{c}$, have rents of at least 0. So the"
                    " least subsidy is the integral of $G(1 - F)$ from $\\underline{v}$ to $\\bar{c}$. It is"
                    " positive if and only if this interval meets that from $\\underline{c}$ to"
                    " $\\bar{v}$: where supports overlap, no mechanism is efficient without a subsidy."),
            *(st.Part(f"The least subsidy for types {name}", value) for name, value in values.items()),
        ),
        axioms=(st.INTEGRALS,),
    )


def least(buyer, seller):
    """The integral of G(1 - F), for distributions with one formula."""
    (v_least, v_most), (c_least, c_most) = buyer.support, seller.support
    return integrate(seller.cdf(x) * (1 - buyer.cdf(x)), (x, max(v_least, c_least), min(v_most, c_most)))


def at_the_ends(prover):
    """The identities at v_hi, where F = 1, and at c_hi, where G = 1."""
    rents_B, rents_S, gains, H_v_hi, H_c_hi = symbols("rents_B rents_S gains H_v_hi H_c_hi")
    buyer = Eq(rents_B, u_B + H_v_hi - H_v_lo)
    seller = Eq(rents_S - u_S, H_c_hi - H_c_lo)
    trade = Eq(gains, H_v_hi - H_c_lo)
    subsidy = u_B + u_S + H_c_hi - H_v_lo
    prover.establish(Implies(And(buyer, seller, trade), Eq(rents_B + rents_S - gains, subsidy)),
                     parameters=(rents_B, rents_S, gains, H_v_hi, H_c_hi, H_v_lo, H_c_lo, u_B, u_S))
    return H_c_hi - H_v_lo


def positive(prover):
    """G increases and 1 - F decreases: from a place with G > 0 to a later one with F < 1 the integral of
    G(1 - F) is at least that of the constant G(1 - F), at these two ends."""
    low, high, G_low, F_high = symbols("low high G_low F_high")
    area = H - G_low * (1 - F_high) * (high - low)
    prover.establish(Implies(area >= 0, H > 0), assuming=(low < high, G_low > 0, F_high < 1),
                     parameters=(low, high, G_low, F_high, H))


def truthful(prover):
    """Payments with T' = x g and x f make truth optimal against every report: so the bound is attained."""
    v, c, T_B, T_S, A, a, B, b = symbols("v c T_B T_S A a B b")
    known = st.unspecified_functions(
        (r,), {A: {r: a}, a: {r: None}, T_B: {r: r * a}, B: {r: -b}, b: {r: None}, T_S: {r: -r * b}}, (v, c),
        nonnegative=(a, b))
    prover.establish(known.peaks(v * A - T_B, r, v))
    prover.establish(known.peaks(T_S - c * B, r, c))
