"""The proof in Z. Mukerjee's class note (2023), line by line.

Lines about expectations are judged pair of types by pair of types, where they are identities, or at the
uniform distribution, where one case refutes them.
"""

from sympy import And, Eq, Implies, Max, Rational, false, integrate, nan, symbols

import symtrade as st

from .two_types import INTERLEAVED, b_lo, largest_surplus, s_hi, two_type_problem

b, s, S, q, x = symbols("theta_B theta_S S q x")
t_B, t_S, k_B, k_S = symbols("t_B t_S k_B k_S")
EVERYTHING = (b, s, t_B, t_S, k_B, k_S, q)


@st.derivation("MS-2", "The note's proof, line by line", "proof of theorem 1")
def note(prover):
    """Setup, Groves transfers, the step that does not follow, and the second, unfinished proof."""
    setup(prover)
    groves(prover)
    contradiction(prover)
    second_proof(prover)
    unused = prover.solve(st.feasibility(without_participation()[2]))
    return st.Result(
        statement=st.statement(unused),
        parts=(st.Part("Without participation there is no contradiction: two types a side", unused),))


def without_participation():
    """Incentive compatibility, efficiency and a balanced budget, as the note's argument uses them."""
    env, mech, _ = two_type_problem(INTERLEAVED)
    return env, mech, (*st.bayesian_ic(env, mech), *st.efficiency(env, mech))


def setup(prover):
    """Utilities and balance do not fit each other; nor do two uses of Q."""
    total = q * (b - t_B) + q * (t_S - s)
    prover.judge(
        "MS-2.1", "Setup", r"t_b = -t_s", Implies(Eq(t_B, -t_S), Eq(total, q * (b - s))),
        parameters=EVERYTHING, note="with the printed utilities q(theta_b - t_b) and q(t_s - theta_s)",
        corrected=(r"t_b = t_s", Implies(Eq(t_B, t_S), Eq(total, q * (b - s)))))
    prover.judge(
        "MS-2.2", "Setup", r"Q_i = \theta_i E[q(x_i, \theta_j)] - E_i[t_i(x_i, \theta_j)]",
        Eq(b * (b * q - t_B) - t_B, b * q - t_B), parameters=(b, q, t_B),
        note="read where it is used: U_B = theta_B Q_B - T_B", corrected=(
            r"Q_i = E[q(x_i, \theta_j)]", Eq(b * q - t_B, b * q - t_B)))


def utilities(trade):
    """The utilities that the printed Groves transfers give, at a pair that trades or does not."""
    paid_S = (b if trade else 0) - k_S
    paid_B = (-s if trade else 0) - k_B
    return (b if trade else 0) + paid_B, paid_S - (s if trade else 0), paid_B + paid_S


def groves(prover):
    """Interim utilities from the printed transfers, pair by pair."""
    def everywhere(trader, traded, apart):
        """What a trader's utility is where they trade, and where they do not."""
        return And(Implies(b > s, Eq(utilities(True)[trader], traded)),
                   Implies(b <= s, Eq(utilities(False)[trader], apart)))

    where = "Proof, Groves transfers"
    prover.judge(
        "MS-2.3", where, r"U^G_B(\theta_B) = E[\max\{\theta_B - \theta_S, 0\} | \theta_B] + k_B",
        everywhere(0, b - s + k_B, k_B), parameters=(b, s, k_B, k_S),
        note="the buyer pays theta_S + k_B where they trade, and k_B where they do not",
        corrected=(r"U^G_B(\theta_B) = E[\max\{\theta_B - \theta_S, 0\} | \theta_B] - k_B",
                   everywhere(0, b - s - k_B, -k_B)))
    prover.judge(
        "MS-2.4", where, r"U^G_S(\theta_S) = E[\max\{\theta_S - \theta_B, 0\} | \theta_S] + k_S",
        everywhere(1, k_S, s - b + k_S), parameters=(b, s, k_B, k_S),
        note="where they trade the seller gains theta_B - theta_S, and where they do not nothing",
        corrected=(r"U^G_S(\theta_S) = E[\max\{\theta_B - \theta_S, 0\} | \theta_S] - k_S",
                   everywhere(1, b - s - k_S, -k_S)))
    prover.judge(
        "MS-2.5", where, r"k_i > 0 \text{ (for budget balance)}",
        Implies(And(k_B > 0, k_S > 0), Eq(utilities(False)[2], 0)), parameters=(b, s, k_B, k_S),
        note="where they do not trade the transfers sum to -(k_B + k_S)",
        corrected=(r"k_B + k_S = 0 \text{ for a balanced budget where they do not trade}",
                   Implies(Eq(k_B + k_S, 0), Eq(utilities(False)[2], 0))))


def contradiction(prover):
    """The sum of utilities, and what follows from it."""
    where = "Proof, last lines"
    correct = 2 * S - k_B - k_S
    prover.judge(
        "MS-2.6", where, r"E(U_B^G + U_S^G) = 2S + k_B + k_S", Eq(correct, 2 * S + k_B + k_S),
        parameters=(S, k_B, k_S),
        note="the sum of both corrected utilities, with S = E[max{theta_B - theta_S, 0}]",
        corrected=(r"E(U_B^G + U_S^G) = 2S - k_B - k_S",
                   Implies(And(b > s), Eq(sum(utilities(True)[:2]), 2 * (b - s) - k_B - k_S))))
    prover.judge(
        "MS-2.7", where, r"E[U_B^G + U_S^G] = S",
        Implies(Eq(t_B + t_S, 0), Eq((b * q + t_B) + (t_S - s * q), (b - s) * q)), parameters=EVERYTHING,
        note="for transfers that are paid to both and sum to 0")
    prover.judge(
        "MS-2.8", where, r"k_B + k_S = -S < 0", Implies(Eq(correct, S), And(Eq(k_B + k_S, -S), -S < 0)),
        assuming=(S > 0,), parameters=(k_B, k_S),
        corrected=(r"k_B + k_S = S > 0", Implies(Eq(correct, S), And(Eq(k_B + k_S, S), S > 0))))
    env, mech, rows = without_participation()
    worst = (st.interim_utility(env, mech, "buyer", b_lo).expr
             + st.interim_utility(env, mech, "seller", s_hi).expr)
    prover.judge(
        "MS-2.9", where, r"\text{but then this contradicts budget balance}", false, constraints=rows,
        note="the argument never uses participation, and without it there is no contradiction: here is a"
             " mechanism; k_B + k_S = S only says that the budget balances on average",
        corrected=(r"U_B(\underline\theta_B) + U_S(\overline\theta_S) \leq R \text{, the largest expected"
                   r" budget surplus of an efficient mechanism: where } R < 0 \text{ not both participate}",
                   worst <= largest_surplus(prover)))
    worst_types(prover)
    overlap(prover)


def worst_types(prover):
    """The step that is missing (in general: MS-1): with participation of the worst types, who gain
    nothing from trade where both are uniform on [0, 1], k_B + k_S falls short of S."""
    lowest = integrate(Max(0 - x, 0).rewrite("Piecewise"), (x, 0, 1))
    gains = integrate(integrate(b - s, (s, 0, b)), (b, 0, 1))
    prover.establish(Implies(And(k_B <= lowest, k_S <= lowest), k_B + k_S < gains), parameters=(k_B, k_S))


def overlap(prover):
    """The proof supposes that the intervals meet: those that only touch satisfy (1), too."""
    s_lo, s_top, b_bottom, b_hi = symbols("s_lo s_top b_bottom b_hi")
    intervals = (s_lo < s_top, b_bottom < b_hi, s_lo <= b_bottom)
    prover.judge(
        "MS-2.15", "Proof", r"\text{Suppose a contradiction, ie. } \Theta_B \cap \Theta_S \neq \emptyset",
        Implies(And(s_lo <= b_hi, b_bottom <= s_top), s_top > b_bottom), assuming=intervals,
        note="read as the negation of (1), for s_lo <= b_lo: intervals with one common point satisfy (1)",
        corrected=(r"\text{int}\, \Theta_B \cap \text{int}\, \Theta_S \neq \emptyset",
                   Implies(And(s_lo < b_hi, b_bottom < s_top), s_top > b_bottom)))


def second_proof(prover):
    """The note's unfinished second proof: welfare, envelope formulas, integration by parts."""
    where = "second proof"
    prover.judge(
        "MS-2.10", where + ", 1)", r"W = E[(\theta_B - \theta_S)q(\theta_b, \theta_s)]",
        Eq((b * q - t_B) + (t_B - s * q), (b - s) * q), parameters=EVERYTHING,
        note="one transfer, which the buyer pays to the seller")
    F, f, U, Q, R, L, K = symbols("F f U Q R L K")
    lo, hi, u, total = symbols("lo hi u total")
    rent = st.unspecified_functions((x,), {U: {x: Q}, Q: {x: None}, K: {x: Q}}, (lo, u),
                                    {"lo": (x, lo, {U: u, K: 0})})
    prover.judge(
        "MS-2.11", where + ", 2)",
        r"U_B(\theta_B) = U_B(\underline\theta_B) + \int_{\underline\theta_B}^{\theta_B} Q_B(x)dx",
        rent.equal(U, u + K))
    cost = st.unspecified_functions((x,), {U: {x: -Q}, Q: {x: None}, K: {x: Q}}, (hi, u, total),
                                    {"hi": (x, hi, {U: u, K: total})})
    uniform_rent = integrate(1 - x, (x, x, 1))
    prover.judge(
        "MS-2.12", where + ", 2)",
        r"U_S(\theta_B) = U_S(\underline\theta_S) + \int_{\underline\theta_S}^{\theta_S} Q_S(x)dx",
        Eq(uniform_rent, uniform_rent.subs(x, 0) + integrate(1 - s, (s, 0, x))), assuming=(x >= 0, x <= 1),
        note="refuted where both are uniform on [0, 1] and trade is efficient; the argument is theta_S, too",
        corrected=(r"U_S(\theta_S) = U_S(\overline\theta_S) + \int_{\theta_S}^{\overline\theta_S} Q_S(x)dx",
                   cost.equal(U, u + total - K)))
    parts = st.unspecified_functions(
        (x,), {F: {x: f}, f: {x: None}, U: {x: Q}, Q: {x: None}, R: {x: U * f}, L: {x: Q * F}}, (lo,),
        {"lo": (x, lo, {F: 0, U: 0, R: 0, L: 0})})
    prover.judge(
        "MS-2.13", where + ", by parts",
        r"\int u dv = \int \left[\int_{\underline\theta_B}^{\theta_B} Q_B(x)dx\right]"
        r" d\left[f_b(\theta_B)d\theta_B\right]", nan,
        note="the differential of a differential; v is F_B",
        corrected=(r"\int u dv = \int \left[\int_{\underline\theta_B}^{\theta_B} Q_B(x)dx\right]"
                   r" dF_B(\theta_B)", parts.has_derivative(R, x, U * f)))
    rent_of_b = r"\left[\int_{\underline\theta_B}^{\theta_B} Q_B(x)dx\right]"
    uniform = integrate(x**2 / 2, (x, 0, 1))
    prover.judge(
        "MS-2.14", where + ", by parts",
        rent_of_b + r" F(\theta_B)d\theta_B - \int Q_B(x)f(x)dx",
        Eq(uniform, Rational(1, 2) - integrate(x, (x, 0, 1))),
        note="refuted where both are uniform on [0, 1] and trade is efficient, Q_B(x) = x; the"
             " differential is one too many",
        corrected=(rent_of_b + r" F(\theta_B) - \int Q_B(x)F(x)dx",
                   parts.equal(R, U * F - L)))
