"""One-sided asymmetric information: Myerson's example, Claim 1 and Theorem 1."""

from itertools import combinations, permutations, product

from sympy import And, Eq, Equivalent, Implies, Interval, Or, Rational, Symbol, symbols

import symtrade as st

theta_1, theta_2 = symbols("theta_1 theta_2")
transfer, payment, lump = symbols("t_1 t_2 l")
u_1_r, u_2_r = Symbol("u_1_r"), Symbol("u_2_r")
ONE_BUYER = st.Types(theta_2, st.TypeSpace((0,), (1,), ("theta_2",)))
MYERSON = st.InterdependentEnvironment(
    seller=st.Types(
        theta_1, st.TypeSpace((1, 2), (Rational(1, 5), Rational(4, 5)), ("theta_11", "theta_12"))
    ),
    buyer=ONE_BUYER,
    valuations=(st.by_type(theta_1, {1: 40, 2: 20}), st.by_type(theta_1, {1: 50, 2: 30})),
)
EXAMPLE = "Example 1"
CLAIM = "proof of Claim 1"


@st.derivation(
    "KZ-1", "Myerson's example: no single-stage mechanism works", "one-sided asymmetric information"
)
def no_single_stage_mechanism(prover):
    """Incentive compatibility, participation, efficiency and a balanced budget contradict each other.

    Payoffs are net of the outside option, so that t is what the seller is paid and q the trade."""
    env = st.FiniteEnvironment(
        buyer=st.TypeSpace((0,), (1,), ("theta_2",)),
        seller=st.TypeSpace((40, 20), (Rational(1, 5), Rational(4, 5)), ("theta_11", "theta_12")),
        buyer_values=((50, 30),),
        seller_values=((40, 20),),
    )
    mech = st.DirectMechanism(env)
    efficient, honest, willing = st.efficiency(env, mech), st.bayesian_ic(env, mech), st.interim_ir(env, mech)
    none = prover.solve(st.feasibility((*efficient, *honest, *willing)))
    row = {r.name: r for r in (*honest, *willing)}
    t_11, t_12 = (mech.t["theta_2", name] for name in ("theta_11", "theta_12"))
    seller = [r for r in honest if r.name.startswith("IC_S")]

    def judge(number, printed, reads, *constraints, note=""):
        rows = (*efficient, *constraints)
        prover.judge(f"KZ-1.{number}", EXAMPLE, printed, reads, constraints=rows, note=note)

    traded = Eq(mech.q["theta_2", "theta_11"] + mech.q["theta_2", "theta_12"], 2)
    judge(1, r"x^*(\theta_{11}) = x^*(\theta_{12}) = 1", traded)
    judge(2, r"t_1(\theta_{11}) = t_1(\theta_{12})", Eq(t_11, t_12), *seller)
    judge(3, r"IR_{\theta_{11}}:\ t_1(\theta_{11}) \geq 40", t_11 >= 40, row["IR_S[theta_11]"])
    judge(
        4,
        r"IR_{\theta_{12}}:\ \Rightarrow t_1(\theta_{11}) \geq 20",
        t_11 >= 20,
        row["IR_S[theta_12]"],
        *seller,
    )
    judge(
        5,
        r"\text{buyer's IIR implies } t_1(\theta_{11}) \leq 34",
        t_11 <= 34,
        row["IR_B[theta_2]"],
        *seller,
        note="with the seller's incentives; the budget balances because the buyer pays what the seller gets",
    )
    prover.judge(
        "KZ-1.6",
        EXAMPLE,
        r"\text{no single-stage direct mechanism } (x^*, t) \text{ satisfies BIC, IIR, EFF and BB}",
        all(piece.status == "infeasible" for piece in none.pieces),
    )
    return st.Result(
        statement=tuple(st.Line(piece.region, "infeasible") for piece in none.pieces),
        parts=(st.Part("Myerson's example", none),),
    )


def at(expression, seller):
    """A function of types at a type of the seller, and at the one type of the buyer."""
    return expression.subs({theta_1: seller, theta_2: 0})


@st.derivation("KZ-2", "Claim 1: the generalized two-stage Groves mechanism in Myerson's example", "Claim 1")
def claim_1(prover):
    """The transfers, the utilities, and the lump sums that make everyone willing."""
    groves = st.two_stage_groves(MYERSON, prover)
    value = MYERSON.valuations[1]
    average = MYERSON.seller.mean(value) / 2
    reports = {groves.reports[theta_2]: 0}
    paid = {
        (agent, k): groves.transfer(agent).subs(reports).subs(groves.reports[theta_1], k)
        for agent in ("seller", "buyer")
        for k in (1, 2)
    }
    judge = prover.judge
    judge(
        "KZ-2.1",
        CLAIM,
        r"t_1^G = u_2^r - \frac{1}{2} \mathbb{E}_1(\tilde u_2(\theta_1)) = u_2^r - 17",
        And(*(Eq(paid["seller", k], u_2_r - average) for k in (1, 2)), Eq(average, 17)),
        parameters=(u_1_r, u_2_r),
    )
    judge(
        "KZ-2.2",
        CLAIM,
        r"t_2^G = u_1^r - \tilde u_2(\theta_1^r) + 17",
        And(*(Eq(paid["buyer", k], u_1_r - at(value, k) + 17) for k in (1, 2))),
        parameters=(u_1_r, u_2_r),
    )
    judge(
        "KZ-2.3",
        CLAIM,
        r"t_1^G \text{ is independent of } u_1^r \text{ and } t_2^G \text{ of } u_2^r",
        not groves.transfer("seller").has(u_1_r) and not groves.transfer("buyer").has(u_2_r),
    )
    honest = st.two_stage_utility(groves, "seller", prover=prover)
    lies = {
        (k, r): at(st.two_stage_utility(groves, "seller", r, prover=prover), k)
        for k in (1, 2)
        for r in (1, 2)
    }
    judge(
        "KZ-2.4",
        CLAIM,
        r"\text{after any report the seller gets } 0 + \tilde u_2(\theta_1) - 17",
        And(*(Eq(got, at(value, k) - 17) for (k, _), got in lies.items())),
    )
    balance = st.budget(groves, prover)
    judge("KZ-2.5", CLAIM, r"t_1^G + t_2^G = 0", And(*(Eq(at(balance, k), 0) for k in (1, 2))))
    buyer = st.two_stage_utility(groves, "buyer", prover=prover)
    gets = [at(honest, 1), at(honest, 2), at(buyer, 1)]
    judge(
        "KZ-2.6",
        CLAIM,
        r"U_1^G(\theta_{11}) = 33,\ U_1^G(\theta_{12}) = 13,\ U_2^G = 17",
        And(*(Eq(got, n) for got, n in zip(gets, (33, 13, 17), strict=True))),
    )
    outside = [at(MYERSON.valuations[0], k) for k in (1, 2)] + [0]
    judge(
        "KZ-2.7",
        CLAIM,
        r"U_1^G(\theta_{11}) < 40,\ U_1^G(\theta_{12}) < 20,\ U_2^G > 0",
        And(gets[0] < outside[0], gets[1] < outside[1], gets[2] > 0),
    )
    interval = lump_sums(prover, gets, outside)
    judge("KZ-2.8", CLAIM, r"7 \leq l \leq 17", And(Eq(interval.start, 7), Eq(interval.end, 17)))
    judge(
        "KZ-2.9",
        "Claim 1",
        r"(\Theta, \Pi, x^*, t^G) \text{ satisfies IIR}",
        And(*(got >= out for got, out in zip(gets, outside, strict=True))),
        corrected=(
            r"\text{it does with a lump sum } l \in [7, 17] \text{ from the buyer to the seller}",
            And(*(got + s >= out for got, out, s in zip(gets, outside, (7, 7, -7), strict=True))),
        ),
        note="as the deck's proof goes on to say",
    )
    return st.Result(
        statement=(st.Line(True, interval),),
        parts=(st.Part("The lump sums from the buyer to the seller", interval),),
    )


def lump_sums(prover, gets, outside, assuming=()):
    """The lump sums l at which both programs, least and largest l, end."""
    rows = [
        (f"IIR {k}", got + (lump if k < len(gets) - 1 else -lump) >= out)
        for k, (got, out) in enumerate(zip(gets, outside, strict=True))
    ]
    ends = []
    for sense in ("min", "max"):
        solution = prover.solve(
            st.LinearProgram(
                variables=(lump,), objective=lump, constraints=rows, assuming=assuming, sense=sense
            )
        )
        ends.append(solution)
    return Interval(ends[0].value, ends[1].value) if not assuming else ends


@st.derivation(
    "KZ-3", "Theorem 1 for any number of seller types, all values and probabilities symbolic", "Theorem 1"
)
def theorem_1(prover):
    """The mechanism is always incentive compatible, efficient and balanced; it is individually rational
    exactly with lump sums from an interval that is never empty, and as long as the least gain from trade."""
    found, parts = any_number(prover)
    for n in (1, 2, 3):
        for traded in range(n + 1):
            lines, part = for_types(prover, n, traded)
            found += lines
            parts += part
    without = [at(got, 1) for got in seller_alone(prover)]
    prover.judge(
        "KZ-3.1",
        "Theorem 1",
        r"(\Theta, \Pi, x^*, t^G) \text{ always satisfies IIR}",
        without[0] >= 0,
        assuming=table(2, 2)[1],
        parameters=(*PAIR, lump),
        corrected=(
            r"\text{it does with a lump sum } l \text{ where } \frac{1}{2}\mathbb{E}[S] -"
            r" \min_k"
            r" (\tilde u_2 - \tilde u_1)^+(\theta_{1k}) \leq l \leq \frac{1}{2}\mathbb{E}[S]",
            And(*(exactly_these(prover, *trades) for trades in product((True, False), repeat=2))),
        ),
        note="for any number of types: k is any type and j one that gains least from trade, and all others"
        " enter through E[S] alone, which may be any number",
    )
    return st.Result(statement=tuple(found), parts=tuple(parts))


def table(n, traded):
    """Types 1, ..., n of the seller, of which the first `traded` should trade."""
    a, b = symbols(f"a_1:{n + 1}"), symbols(f"b_1:{n + 1}")
    p = symbols(f"p_1:{n}")
    chances = (*p, 1 - sum(p))
    order = tuple(b[k] > a[k] if k < traded else b[k] <= a[k] for k in range(n))
    given = (*order, *(x > 0 for x in p), *((sum(p) < 1,) if p else ()))
    env = st.InterdependentEnvironment(
        seller=st.Types(theta_1, st.TypeSpace(tuple(range(1, n + 1)), chances)),
        buyer=ONE_BUYER,
        valuations=(st.by_type(theta_1, dict(enumerate(a, 1))), st.by_type(theta_1, dict(enumerate(b, 1)))),
        assuming=given,
    )
    return env, given, a, b


a_k, b_k, a_j, b_j = PAIR_VALUES = symbols("a_k b_k a_j b_j")
mean = Symbol("E_S")
PAIR = (*PAIR_VALUES, mean)


def pair(first, second):
    """Two types k and j of the seller, any two of any number, that trade or not.  The others and all
    probabilities enter through E[S] alone, the mean of what the good is worth in the better hands: a number
    of which nothing is known."""
    order = (b_k > a_k if first else b_k <= a_k, b_j > a_j if second else b_j <= a_j)
    valuations = (st.by_type(theta_1, {1: a_k, 2: a_j}), st.by_type(theta_1, {1: b_k, 2: b_j}))
    given = (*order, mean**2 >= 0)  # the last one only declares E[S]

    def environment(*means):
        types = st.SomeTypes((1, 2), names=("k", "j"), means=means)
        return st.InterdependentEnvironment(st.Types(theta_1, types), ONE_BUYER, valuations, assuming=given)

    surplus = environment().surplus
    return environment((surplus, mean)), given


def willing(prover, first, second):
    """What types k and j of the seller get under truth-telling, what they gain from trade, and that
    participation pays for them with the lump sum."""
    env, given = pair(first, second)
    honest = st.two_stage_utility(st.two_stage_groves(env, prover), "seller", prover=prover)
    gets = [settled(prover, at(honest, k), given) for k in (1, 2)]
    gains = [b_k - a_k if first else 0, b_j - a_j if second else 0]
    return gets, gains, [gets[0] + lump >= a_k, gets[1] + lump >= a_j]


def exactly_these(prover, first, second):
    """If j gains least from trade, the lump sums that everyone accepts are those of the interval, and there
    are some."""
    env, given = pair(first, second)
    buyer = settled(prover, at(st.two_stage_groves(env, prover).outcome("buyer"), 1), given)
    _, gains, agree = willing(prover, first, second)
    inside = And(mean / 2 - gains[1] <= lump, lump <= mean / 2)
    return Implies(
        And(*given[:2], gains[1] <= gains[0]),
        And(Equivalent(And(*agree, buyer >= lump), inside), mean / 2 - gains[1] <= mean / 2),
    )


def any_number(prover):
    """Type by type and pair by pair: the buyer gets E[S]/2 at every type of the seller, no type gains by
    reporting another, the budget balances, and the type with the least gain from trade is the one to pay."""
    lines = []
    for trades in product((True, False), repeat=2):
        env, given = pair(*trades)
        groves = st.two_stage_groves(env, prover)
        prover.establish(not groves.transfer("seller").has(u_1_r) and not groves.transfer("buyer").has(u_2_r))
        balance, buyer = st.budget(groves, prover), groves.outcome("buyer")
        gets, gains, agree = willing(prover, *trades)
        for k in (1, 2):
            ex_post, total = settled(prover, at(buyer, k), given), settled(prover, at(balance, k), given)
            prover.establish(And(Eq(ex_post, mean / 2), Eq(total, 0)), assuming=given)
        for own, lie in permutations((1, 2)):
            lying = st.two_stage_utility(groves, "seller", lie, prover=prover)
            prover.establish(gets[own - 1] >= settled(prover, at(lying, own), given), assuming=given)
        if trades == (False, True):
            continue  # then k gains less than j: this is the next case with the names exchanged
        least = (*given, gains[1] <= gains[0]) if all(trades) else given
        prover.establish(Implies(agree[1], agree[0]), assuming=least, parameters=(lump,))
        prover.establish(exactly_these(prover, *trades), assuming=least, parameters=(lump,))
        lines.append(st.Line(And(*least), Interval(mean / 2 - gains[1], mean / 2)))
    return lines, [
        st.Part(
            "The lump sums for any number of types, one included, with any probabilities: k is any type, j"
            " one with the least gain from trade (k itself, if there is one type only), and $E_S$ the mean of"
            " S over all types, any number; the conditions of each type involve the others through this mean"
            " alone."
            " The lump sums are from",
            lines[0].value,
        )
    ]


def settled(prover, expression, given):
    """A function of parameters whose cases the assumptions decide."""
    return st.by_cases(expression, assuming=given, prover=prover)


def for_types(prover, n, traded):
    """Incentives, budget and the interval of lump sums for n types of which the first ones trade."""
    env, given, a, b = table(n, traded)
    groves = st.two_stage_groves(env, prover)
    honest = st.two_stage_utility(groves, "seller", prover=prover)
    gets = [settled(prover, at(honest, k), given) for k in range(1, n + 1)]
    buyer = settled(prover, at(st.two_stage_utility(groves, "buyer", prover=prover), 1), given)
    for k, r in combinations(range(1, n + 1), 2):
        for own, lie in ((k, r), (r, k)):
            lying = settled(
                prover, at(st.two_stage_utility(groves, "seller", lie, prover=prover), own), given
            )
            prover.establish(gets[own - 1] >= lying, assuming=given)
    balance = [settled(prover, at(st.budget(groves, prover), k), given) for k in range(1, n + 1)]
    prover.establish(And(*(Eq(total, 0) for total in balance)), assuming=given)
    least, largest = lump_sums(prover, [*gets, buyer], [*a, 0], given)
    order = And(*given[:n])  # which types trade
    lines = [
        st.Line(And(order, piece.region), Interval(piece.value, largest.value)) for piece in least.pieces
    ]
    gaps = [b[k] - a[k] for k in range(traded)] + [0] * (n > traded)
    for piece in least.pieces:
        length = largest.value - piece.value
        prover.establish(
            Implies(piece.region, And(*(length <= g for g in gaps), length >= 0)), assuming=given
        )
        prover.establish(Or(*(Eq(length, g) for g in gaps)), assuming=given)
    return lines, [st.Part(f"{n} type{'s' * (n > 1)}, of which {traded} trade: the least lump sum", least)]


def seller_alone(prover):
    """What the seller of two types, both of which trade, gains from participating without a lump sum."""
    env, given, a, _ = table(2, 2)
    groves = st.two_stage_groves(env, prover)
    honest = st.two_stage_utility(groves, "seller", prover=prover)
    return [settled(prover, at(honest, k), given) - a[k - 1] for k in (1, 2)]
