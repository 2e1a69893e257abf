"""Two types a side: when incentives, participation, efficiency and a balanced budget go together."""

from sympy import And, Eq, Equivalent, Implies, Not, Or, symbols

import symtrade as st

s_lo, b_lo, s_hi, b_hi, p, x = symbols("s_lo b_lo s_hi b_hi p x")
PROBABILITY = (p > 0, p < 1)
INTERLEAVED = (s_lo < b_lo, b_lo < s_hi, s_hi < b_hi)


def two_type_problem(order, budget="exact"):
    """High-surplus types b_hi and s_lo have probability p each; the order of the values is given."""
    env = st.FiniteEnvironment(
        buyer=st.TypeSpace(values=(b_lo, b_hi), probabilities=(1 - p, p)),
        seller=st.TypeSpace(values=(s_lo, s_hi), probabilities=(p, 1 - p)),
        assuming=(*order, *PROBABILITY),
    )
    mech = st.DirectMechanism(env, budget=budget)
    return env, mech, (*st.bayesian_ic(env, mech), *st.interim_ir(env, mech))


@st.derivation("MS-0", "Two types a side: exactly when efficient trade is implementable",
               "theorem 1, discrete types")
def two_types(prover):
    """The best mechanism for every p and all values, and the condition under which it is efficient."""
    env, mech, bayesian = two_type_problem(INTERLEAVED)
    best = prover.solve(st.maximize(st.gains_from_trade(env, mech), subject_to=bayesian))
    possible = prover.solve(st.feasibility((*bayesian, *st.efficiency(env, mech))))
    (impossible,) = (piece.region for piece in possible.pieces if piece.status == "infeasible")
    where = Not(impossible)
    largest = st.threshold(where.lhs - where.rhs, p)
    prover.establish(Equivalent(where, p <= largest), assuming=env.assuming)
    prover.establish(And(largest > 0, largest < 1), assuming=env.assuming)
    efficient = dict.fromkeys(((b_lo, s_lo), (b_hi, s_lo), (b_hi, s_hi)), 1) | {(b_lo, s_hi): 0}
    for piece in best.pieces:
        if all(piece.primal[mech.q[pair]] == trade for pair, trade in efficient.items()):
            prover.establish(Eq(piece.value, st.first_best(env)), assuming=env.assuming)
            prover.establish(Equivalent(piece.region, p <= largest), assuming=env.assuming)
        else:
            prover.establish(Implies(p > largest, piece.value < st.first_best(env)),
                             assuming=(*env.assuming, piece.region))
    surplus = largest_surplus(prover)
    prover.establish(Equivalent(surplus >= 0, p <= largest), assuming=env.assuming)
    the_theorem(prover, where, env)
    return st.Result(
        statement=st.statement(best),
        parts=(st.Part("The largest p for which efficient trade is implementable", largest),
               st.Part("The largest expected budget surplus of an efficient mechanism", surplus)),
    )


def largest_surplus(prover):
    """What an efficient mechanism can collect at most; if negative, minus the least subsidy."""
    env, mech, bayesian = two_type_problem(INTERLEAVED, budget="separate")
    solution = prover.solve(st.maximize(
        st.revenue(env, mech), subject_to=(*bayesian, *st.efficiency(env, mech))))
    (piece,) = solution.pieces
    return piece.value


def the_theorem(prover, where, env):
    """The note's equivalence, read for two types a side instead of intervals."""
    degenerate = Or(s_hi <= b_lo, s_lo >= b_hi)
    note = "read for two types a side: the theorem is about intervals, and discrete types escape it"
    prover.judge(
        "MS-0.1", "Myerson-Satterthwaite Theorem, (2) implies (1)",
        r"IR, IC, DE, BB \implies \overline \theta_S \leq \underline \theta_B \text{ or }"
        r" \underline \theta_S \geq \overline \theta_B",
        Implies(where, degenerate), assuming=env.assuming, note=note,
        corrected=(
            r"IR, IC, DE, BB \iff p \leq 1 - \frac{\overline \theta_S - \underline \theta_B}"
            r"{\overline \theta_B - \underline \theta_S}",
            Equivalent(where, p <= 1 - (s_hi - b_lo) / (b_hi - s_lo))))
    always = two_type_problem((s_lo < s_hi, s_hi <= b_lo, b_lo < b_hi, s_hi <= x, x <= b_lo))
    prover.judge(
        "MS-0.2", "Myerson-Satterthwaite Theorem, (1) implies (2)",
        r"q = 1, \quad t \in [\overline \theta_S, \underline \theta_B]", keeps(always, 1, x),
        assuming=always[0].assuming, note="where trade is always efficient")
    never = two_type_problem((b_lo < b_hi, b_hi <= s_lo, s_lo < s_hi))
    prover.judge(
        "MS-0.3", "Myerson-Satterthwaite Theorem, (1) implies (2)", r"q = 0", keeps(never, 0, 0),
        assuming=never[0].assuming, note="where trade is never efficient, with t = 0")


def keeps(problem, q, t):
    """The constant outcome (q, t) satisfies every constraint."""
    _, mech, bayesian = problem
    constant = dict.fromkeys(mech.q, q) | dict.fromkeys(mech.t, t)
    return And(*(row.expr.subs(constant) for row in bayesian))
