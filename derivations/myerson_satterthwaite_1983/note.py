"""Z. Mukerjee's class note (2023): its proof of the theorem line by line."""

from sympy import And, Eq, Implies, symbols

import symtrade as st

q, t_B, t_S, k_B, k_S, S, a_B, a_S, b, s, W = symbols("q t_B t_S k_B k_S S a_B a_S theta_B theta_S W")
x, Q, H, F, f, L, R, T, dQ, lo, hi = symbols("x Q H F f L R T dQ lo hi")
PROOF = "Proof from Class"
INCOMPLETE = "Proof from Masaki slides (incomplete)"


@st.derivation("MS-2", "The class note's proof, line by line", "Proof")
def class_note(prover):
    """Setup, Groves transfers, the step that does not follow; then the second, unfinished proof."""
    setup(prover)
    groves(prover)
    conclusion(prover)
    two_expressions(prover)
    parts_formula(prover)
    return st.Result(
        statement=(st.Line(a_B + a_S < S, symbols("impossible")),
                   st.Line(a_B + a_S >= S, symbols("possible"))),
        parts=(st.Part("What the lump sums must satisfy, with the transfers as printed: the budget",
                       Eq(k_B + k_S, S)),
               st.Part("and the worst types", And(a_B - k_B >= 0, a_S - k_S >= 0))))


def setup(prover):
    """Utilities q(theta_b - t_b) and q(t_s - theta_s): the buyer pays t_b and the seller receives t_s."""
    buyer, seller = q * (b - t_B), q * (t_S - s)
    prover.judge(
        "MS-2.1", "Setup, budget balance", r"t_b = -t_s", Eq((buyer + seller).subs(t_B, -t_S), q * (b - s)),
        assuming=(q >= 0, q <= 1), parameters=(q, b, s, t_S),
        corrected=("t_b = t_s", Eq((buyer + seller).subs(t_B, t_S), q * (b - s))),
        note="with the printed utilities: the gains from trade are shared without a rest")


def groves(prover):
    """The transfers as printed, both as receipts: where they trade t_S = theta_B - k_S, t_B = -theta_S - k_B."""
    gains = b - s
    traded = (b > s,)
    buyer, seller = b + (-s - k_B), (b - k_S) - s
    parameters = (b, s, k_B, k_S)
    prover.judge(
        "MS-2.2", PROOF, r"U^G_B(\theta_B) = E[ \max \{ \theta_B - \theta_S, 0 \} | \theta_B] + k_B",
        Eq(buyer, gains + k_B), assuming=traded, parameters=parameters,
        corrected=(r"E[ \max \{ \theta_B - \theta_S, 0 \} | \theta_B] - k_B", Eq(buyer, gains - k_B)),
        note="from the printed transfers, where they trade")
    prover.judge(
        "MS-2.3", PROOF, r"U^G_S(\theta_S) = E[ \max \{ \theta_S - \theta_B, 0 \} | \theta_S] + k_S",
        Eq(seller, 0 + k_S), assuming=traded, parameters=parameters,
        corrected=(r"E[ \max \{ \theta_B - \theta_S, 0 \} | \theta_S] - k_S", Eq(seller, gains - k_S)),
        note="where they trade, max{theta_S - theta_B, 0} is 0")
    prover.judge(
        "MS-2.4", PROOF, r"E(U_B^G + U_S^G) \text{ is } 2S + k_B + k_S",
        Eq(buyer + seller, 2 * gains + k_B + k_S), assuming=traded, parameters=parameters,
        corrected=(r"2S - k_B - k_S", Eq(buyer + seller, 2 * gains - k_B - k_S)),
        note="from the printed transfers, where they trade")


def conclusion(prover):
    """a_B = E[max(lowest value - theta_S, 0)], a_S = E[max(theta_B - highest cost, 0)]: the worst types."""
    parameters = (S, k_B, k_S, a_B, a_S)
    prover.judge("MS-2.5", PROOF, r"k_B + k_S = -S < 0",
                 Implies(And(Eq(2 * S + k_B + k_S, S), S > 0), And(Eq(k_B + k_S, -S), k_B + k_S < 0)),
                 parameters=parameters, note="from E[U_B + U_S] = S and the line before, as printed")
    balanced = And(Eq(2 * S - k_B - k_S, S), S > 0, a_B >= 0, a_S >= 0, a_B <= S, a_S <= S)
    willing = And(a_B - k_B >= 0, a_S - k_S >= 0)
    prover.judge(
        "MS-2.6", PROOF, r"\text{but then this contradicts budget balance}",
        Implies(balanced, ~willing), parameters=parameters,
        corrected=(r"k_B + k_S = S \text{ contradicts IR where } a_B + a_S < S",
                   Implies(And(balanced, a_B + a_S < S), ~willing)),
        note="lump sums that balance the budget always exist; that the worst types take part is what fails,"
             " and only where the intervals overlap: then S - a_B - a_S is the least subsidy of MS-1, which is"
             " positive")
    overlap(prover)


def overlap(prover):
    """The contradiction is assumed from a nonempty intersection: intervals that touch have one."""
    s_hi, b_lo, s_lo, b_hi = symbols("s_hi b_lo s_lo b_hi")
    intervals = (s_lo < s_hi, b_lo < b_hi, s_lo <= b_lo)
    meet = And(s_lo <= b_hi, b_lo <= s_hi)
    prover.judge(
        "MS-2.7", PROOF, r"\text{Suppose a contradiction, ie. } \Theta_B \cap \Theta_S \neq \emptyset",
        Implies(meet, ~(s_hi <= b_lo)), assuming=intervals,
        corrected=(r"\text{int}\, \Theta_B \cap \text{int}\, \Theta_S \neq \emptyset",
                   Implies(And(s_lo < b_hi, b_lo < s_hi), ~(s_hi <= b_lo))),
        note="read as the negation of (1), for s_lo <= b_lo: intervals with one common point satisfy"
             " (1), too")


def two_expressions(prover):
    """The second proof: welfare from the budget, utilities from incentives."""
    buyer, seller = b * q - t_B, t_S - s * q
    prover.judge("MS-2.8", INCOMPLETE, r"W = E[(\theta_B - \theta_S)q(\theta_b, \theta_s)]",
                 Implies(Eq(t_B, t_S), Eq(buyer + seller, (b - s) * q)), parameters=(b, s, q, t_B, t_S),
                 note="with Q the probability of trade and T the payment, pointwise")
    prover.judge(
        "MS-2.9", "Setup, interim utility", r"Q_i = \theta_i E[q(x_i, \theta_j)] - E_i[t_i(x_i, \theta_j)]",
        Eq(b * (b * q - t_B) - t_B, buyer), parameters=(b, q, t_B),
        corrected=(r"Q_i = E[q(x_i, \theta_j)]", Eq(b * q - t_B, buyer)),
        note="as it enters U_B = theta_B Q_B - T_B in the second proof")
    known = st.unspecified_functions((x,), {Q: {x: dQ}, dQ: {x: None}, T: {x: x * dQ}})
    prover.establish(known.has_derivative(x * Q - T, x, Q))
    prover.judge(
        "MS-2.10", INCOMPLETE,
        r"U_S(\theta_S) = U_S(\underline \theta_S) + \int_{\underline \theta_S}^{\theta_S} Q_S(x)dx",
        known.has_derivative(T - x * Q, x, Q), against=known.has_derivative(T - x * Q, x, -Q),
        corrected=(r"U_S(\overline \theta_S) + \int_{\theta_S}^{\overline \theta_S} Q_S(x)dx",
                   known.has_derivative(T - x * Q, x, -Q)),
        note="wherever Q_S > 0; the first-order condition of truth is T' = x Q'")


def parts_formula(prover):
    """H is the integral of Q, L that of H f, R that of Q f, all from the lower end."""
    known = st.unspecified_functions(
        (x,), {H: {x: Q}, Q: {x: None}, F: {x: f}, f: {x: None}, L: {x: H * f}, R: {x: Q * f}, W: {x: Q * F}},
        (lo, hi), {"bottom": (x, lo, {H: 0, F: 0, L: 0, R: 0, W: 0})})
    ends = {H: 1, F: 1, L: st.uniform(0, 1).mean, R: 1}
    prover.judge(
        "MS-2.11", INCOMPLETE, r"\left[\int_{\underline \theta_B}^{\theta_B} Q_B(x)dx \right] F(\theta_B)"
        r" - \int Q_B(x)f(x)dx",
        Eq(L, H * F - R), assuming=tuple(Eq(name, value) for name, value in ends.items()),
        corrected=(r"\left[\int_{\underline \theta_B}^{\theta_B} Q_B(x)dx \right] F(\theta_B)"
                   r" - \int Q_B(x)F(x)dx", known.equal(L, H * F - W)),
        note="refuted by Q = 1 and uniform types on [0, 1], at the upper end")
