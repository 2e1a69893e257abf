"""Two-point signals: the lemma for any number of values and signals, and what feasible signals satisfy."""

from sympy import And, Eq, Implies, symbols

import symtrade as st

p, r, s, t, u, w, x = symbols("p r s t u w x")
a, b, Q = symbols("a b Q")
M, L, J = symbols("M L J")
v, q, f_v = symbols("v q f_v")
F, f, B, K, v_0, v_H, c_L, f_L, lo = symbols("F f B K v_0 v_H c_L f_L lo")


@st.derivation("GM-1", "Two-point signals suffice; what they have to satisfy",
               "Two-point discrete distributions")
def two_points(prover):
    """Nothing here depends on how many values and signals there are."""
    merging(prover)
    pooling(prover)
    best = cutoff_rule(prover)
    constraint_2(prover)
    binding(prover)
    return st.Result(
        statement=st.statement(best),
        parts=(st.Part("Whether to put a value $v$ of mass $f_v$ under the high signal, when a trade costs "
                       "$r$ on average", best),))


def merging(prover):
    """Two of the buyer's signals, means s and t, masses a and b, become one.  It is accepted if they are,
    is feasible if they are, and gains the same against costs of mass Q and mean r, for each trader too
    (r = p).  With n signals, n - 2 mergers at most leave one that is accepted and one that is not; the
    seller's signals are the buyer's with all signs changed."""
    merged = (a * s + b * t) / (a + b)
    positive = (a > 0, b > 0)
    accepted = Implies(And(s >= p, t >= p), merged >= p)
    gains = Eq(Q * (a * (s - r) + b * (t - r)), Q * (a + b) * (merged - r))
    # u and w are max(x - s, 0) and max(x - t, 0), of which a u + b w is their part in the integral of the
    # signals' cdf up to x
    lower = Implies(And(u >= x - s, u >= 0, w >= x - t, w >= 0),
                    And((a + b) * (x - merged) <= a * u + b * w, a * u + b * w >= 0))
    prover.establish(Implies(And(s < p, t < p), merged < p), assuming=positive, parameters=(p, s, t))
    prover.judge(
        "GM-1.1", "Lemma (two-point distributions)",
        r"\text{there is a payoff equivalent solution in which the mediator chooses two-point discrete"
        r" distributions}", And(accepted, lower, gains), assuming=positive,
        parameters=(p, r, s, t, u, w, x, Q),
        note="two signals on one side of the price merge into one: same mean, same trade, same payoffs, and"
             " the integral of the cdf falls; by induction for any number of signals")


def pooling(prover):
    """All signals s >= p at once, finitely many or not: P their mass, M = E[s; s >= p], and L that of
    max(x - s, 0).  The hypotheses are expectations of s >= p, max(x - s, 0) >= x - s and >= 0."""
    P = symbols("P")
    mean = M / P
    hypotheses = (P > 0, p * P <= M, x * P - M <= L, L >= 0)
    prover.establish(And(mean >= p, P * (x - mean) <= L, Eq(Q * (M - r * P), Q * P * (mean - r))),
                     assuming=hypotheses, parameters=(r, Q))
    # constraint (2) from q (v - x) <= max(v - x, 0): J = E[max(v - x, 0)], and K is J + x - v_0
    prover.establish(x * (1 - P) - v_0 + mean * P - (J + x - v_0) <= 0,
                     assuming=(P > 0, M - x * P <= J), parameters=(v_0, x))


def cutoff_rule(prover):
    """Which values to put under the high signal: the program separates, value by value."""
    prover.establish(Implies(And(w >= v - x, w >= 0), q * (v - x) <= w),
                     assuming=(q >= 0, q <= 1), parameters=(v, x, w))
    program = st.LinearProgram(
        variables=(q,), objective=f_v * q * (v - r), constraints=(("q <= 1", q <= 1), ("q >= 0", q >= 0)),
        assuming=(f_v > 0,), parameters=(v, r))
    return prover.solve(program)


def constraint_2(prover):
    """K(x) is the integral of F_0 up to x: the least-informative two-point signal below F_0."""
    laws = st.unspecified_functions(
        (x,), {F: {x: f}, f: {x: None}, B: {x: -x * f}, K: {x: F}}, (v_0, v_H, f_L, lo),
        {"bottom": (x, lo, {F: 0, B: v_0, K: 0})}, nonnegative=(f,))
    left = x * f_L - v_0 + v_H * (1 - f_L) - K
    prover.judge(
        "GM-1.2", "constraint (2)",
        r"\text{the lhs is concave in } x \text{, maximized at } x \text{ such that } f_L = F_0(x)",
        laws.has_derivative(left, x, f_L - F), note="the derivative is f_L - F_0(x), which falls")
    prover.establish(laws.has_derivative(f_L - F, x, -f))
    prover.establish(laws.equal(K, x * F - v_0 + B))
    at_most = left.subs(f_L, F).subs(K, x * F - v_0 + B)
    prover.judge(
        "GM-1.3", "constraint (2), rewritten",
        r"v_H \leq \int_x^1 v \frac{dF_0(v)}{1 - F_0(x)}",
        Implies(at_most <= 0, v_H <= B / (1 - F)), assuming=(F >= 0, F < 1), parameters=(x, B, v_0, v_H))


def binding(prover):
    """More v_H or less c_L is a gain wherever trade has positive probability."""
    mass, high, low = symbols("m high low")
    prover.judge(
        "GM-1.4", "The intermediary's problem", r"\text{both constraints must bind}",
        And(Implies(v_H < high, (v_H - c_L) * mass < (high - c_L) * mass),
            Implies(c_L > low, (v_H - c_L) * mass < (v_H - low) * mass)),
        assuming=(mass > 0,), parameters=(v_H, c_L, high, low),
        note="m is the probability of trade G_0(y)[1 - F_0(x)]; where it is 0 there is nothing to gain")
