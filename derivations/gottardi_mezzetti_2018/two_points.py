"""Two-point signals: the lemma on finite priors, and the constraint that feasible signals satisfy."""

from sympy import And, Eq, Implies, symbols

import symtrade as st

p, x = symbols("p x")
TYPES = symbols("v_1 v_2 v_3")
SIGNALS = symbols("s_1 s_2 s_3 s_4")
F, f, B, K, v_0, v_H, c_L, f_L, lo = symbols("F f B K v_0 v_H c_L f_L lo")


@st.derivation("GM-1", "Two-point signals suffice; what they have to satisfy",
               "Two-point discrete distributions")
def two_points(prover):
    """Finite priors: three values, four signals, all symbolic; then any F_0."""
    merging(prover)
    best = cutoff_rule(prover)
    constraint_2(prover)
    binding(prover)
    return st.Result(
        statement=st.statement(best),
        parts=(st.Part("The best set of values to put under the high signal", best),))


def merging(prover):
    """Mass m[i, k] of type v_i gets signal s_k, whose mean is s_k.  Merged, the signals from p up have a
    mean of at least p, and the others one below it: trade stays the same, and so do the gains."""
    mass = {(i, k): symbols(f"m_{i + 1}{k + 1}") for i in range(3) for k in range(4)}
    order = (SIGNALS[0] < SIGNALS[1], SIGNALS[1] < p, p <= SIGNALS[2], SIGNALS[2] < SIGNALS[3],
             TYPES[0] < TYPES[1], TYPES[1] < TYPES[2])

    def merged(signals):
        return sum(mass[i, k] * (TYPES[i] - p) for i in range(3) for k in signals)

    def feasible(signals):
        means = (Eq(sum(mass[i, k] * (TYPES[i] - SIGNALS[k]) for i in range(3)), 0) for k in signals)
        return And(*means, *(mass[i, k] >= 0 for i in range(3) for k in signals))

    prover.judge(
        "GM-1.1", "Lemma (two-point distributions)",
        r"\text{there is a payoff equivalent solution in which the mediator chooses two-point discrete"
        r" distributions}", Implies(feasible((2, 3)), merged((2, 3)) >= 0), assuming=order,
        parameters=tuple(mass.values()),
        note="three values and four signals, of which two are at least p: merged they are accepted at p")
    prover.establish(Implies(feasible((0, 1)), merged((0, 1)) <= 0), assuming=order,
                     parameters=tuple(mass.values()))


def cutoff_rule(prover):
    """Which values to put under the high signal, when a trade costs x on average: those above x."""
    weights = symbols("q_1 q_2 q_3")
    shares = symbols("f_1 f_2 f_3", positive=False)
    rows = [(f"q_{i + 1} <= 1", q <= 1) for i, q in enumerate(weights)]
    rows += [(f"q_{i + 1} >= 0", q >= 0) for i, q in enumerate(weights)]
    objective = sum(share * q * (v - x) for share, q, v in zip(shares, weights, TYPES, strict=True))
    program = st.LinearProgram(
        variables=weights, objective=objective, constraints=rows,
        assuming=(TYPES[0] < TYPES[1], TYPES[1] < TYPES[2], *(share > 0 for share in shares)),
        parameters=(x,))
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
