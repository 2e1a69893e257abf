"""The optimal static mechanism for unspecified densities: first- and second-order conditions."""

from sympy import Eq, symbols

import symtrade as st

x, y, F, f, f1, G, g, g1, A, B, m = symbols("x y F f f1 G g g1 A B m")
WELFARE = B * G - A * (1 - F)  # (E[v | v >= x] - E[c | c <= y]) G(y) (1 - F(x))


def laws():
    """B = E[v; v >= x], A = E[c; c <= y]; f1 and g1 are the slopes of the densities."""
    return st.unspecified_functions(
        (x, y), {F: {x: f}, f: {x: f1}, f1: {x: None}, B: {x: -x * f},
                 G: {y: g}, g: {y: g1}, g1: {y: None}, A: {y: y * g}}, nonnegative=(f, g, G))


@st.derivation("GM-2", "The optimal static mechanism: first- and second-order conditions",
               "The Optimal Static Mechanism")
def first_order_conditions(prover):
    """For every pair of distributions with densities."""
    known = laws()
    slope_x, slope_y = known.derivative(WELFARE, x), known.derivative(WELFARE, y)
    prover.establish(known.has_derivative(WELFARE, x, slope_x))
    prover.establish(known.has_derivative(WELFARE, y, slope_y))
    prover.judge(
        "GM-2.1", "Proposition (static), first condition", r"\mathbb{E}_{G_0}[c|c \le y] = x",
        known.has_derivative(WELFARE, x, f * G * (A / G - x)),
        note="the derivative by x is f_0(x) G_0(y) times the difference of both sides")
    prover.judge(
        "GM-2.2", "Proposition (static), second condition", r"\mathbb{E}_{F_0}[v|v \ge x] = y",
        known.has_derivative(WELFARE, y, g * (1 - F) * (B / (1 - F) - y)),
        note="the derivative by y is g_0(y) (1 - F_0(x)) times the difference of both sides")
    best_responses(prover)
    test = second_order(prover, known)
    return st.Result(
        statement=(st.Line(Eq(slope_x, 0), Eq(x, A / G)), st.Line(Eq(slope_y, 0), Eq(y, B / (1 - F)))),
        parts=(st.Part("The derivative of the welfare by x", slope_x),
               st.Part("The derivative of the welfare by y", slope_y),
               st.Part("The determinant of second derivatives where both conditions hold", test)))


def best_responses(prover):
    """Given y, the welfare is largest at x = E[c | c <= y] =: m, and given x at y = E[v | v >= x] =: m."""
    costs = st.unspecified_functions(
        (x, y), {F: {x: f}, f: {x: None}, B: {x: -x * f}, G: {y: None}, m: {y: None}}, nonnegative=(f, G))
    prover.establish(costs.peaks(B * G - m * G * (1 - F), x, m))
    rest = symbols("S")
    values = st.unspecified_functions(
        (x, y), {G: {y: g}, g: {y: None}, A: {y: y * g}, rest: {x: None}, m: {x: None}},
        nonnegative=(g, rest))
    prover.establish(values.peaks(m * rest * G - A * rest, y, m))


def second_order(prover, known):
    """Where both conditions hold: W_xx = -f G, W_yy = -g (1 - F), and the determinant."""
    slopes = {(s, t): known.derivative(known.derivative(WELFARE, s), t) for s in (x, y) for t in (x, y)}
    for (s, t), value in slopes.items():
        prover.establish(known.has_derivative(known.derivative(WELFARE, s), t, value))
    at = {A: x * G, B: y * (1 - F)}
    determinant = (slopes[x, x] * slopes[y, y] - slopes[x, y] * slopes[y, x]).subs(at)
    test = f * g * (G * (1 - F) - f * g * (y - x) ** 2)
    everything = (x, y, F, f, f1, G, g, g1)
    prover.establish(Eq(determinant, test), parameters=everything)
    prover.establish(Eq(slopes[x, x].subs(at), -f * G), parameters=everything)
    prover.establish(Eq(slopes[y, y].subs(at), -g * (1 - F)), parameters=everything)
    return test
