"""Subsidy minimisation: T, its kinks, the two posteriors, the multipliers, the unconstrained problem."""

from sympy import And, Eq, Implies, Symbol, diff, exp, log, symbols

import symtrade as st

from .notation import Logs, Page, at_most_tangent, tex, under

p, x, y, z = symbols("p x y z")  # the prior, posteriors and an anchor: probabilities of the high state
u_b, v_b, u_s, v_s = symbols("u_b v_b u_s v_s")  # the buyer's and the seller's low and high valuations
B, S = symbols("B S")  # exp(v_b - u_b), exp(v_s - u_s)
RATIOS = {exp(v_b - u_b): B, exp(u_b - v_b): 1 / B, exp(v_s - u_s): S, exp(u_s - v_s): 1 / S}
ENV = st.QualityEnvironment((1 - p, p), (u_b, v_b), (u_s, v_s))
INSIDE = (p > 0, p < 1, B > 0, S > 0)


def ratio(e):
    """Exponentials of valuation gaps as the parameters B and S."""
    return e.subs(RATIOS)


def between(*points):
    """Probabilities strictly between 0 and 1."""
    return tuple(c for q in points for c in (q > 0, q < 1))


@st.derivation(
    "LY-5",
    "Subsidy minimisation: kinks, two posteriors, multipliers, the problem in two posteriors",
    "Subsidy minimization as Bayesian persuasion",
)
def subsidy(prover):
    """From the multipliers' constraints to a maximum over two posteriors."""
    page = Page(prover)
    correlated(page)
    closure(page)
    conditions(page)
    revenue = unconstrained(page)
    two_suffice(page)
    buyer, seller = branches("buyer"), branches("seller")
    anchors = [ratio(a.subs({W: 1 - x, Y: y})) for a in st.two_kinks(ENV).anchors]
    return st.Result(
        statement=(st.Line(True, revenue),),
        parts=(
            st.Part(
                "T: the most that the buyer can be charged at the posterior x is the smaller of what the low "
                "and the high state allow, with multipliers -log(1 - z) and -log z: the low state's",
                buyer[0],
            ),
            st.Part("and the high state's", buyer[1]),
            st.Part("T: the least that the seller must be paid is the larger of the low state's", seller[0]),
            st.Part("and the high state's", seller[1]),
            st.Part("(Opt^b)", Eq(buyer[0], buyer[1])),
            st.Part("(Opt^s)", Eq(seller[0], seller[1])),
            st.Part(
                "(Opt^b) at x with (NA): exp(-Lambda) of the high state for the buyer, B = exp(v_b - u_b)",
                anchors[0],
            ),
            st.Part(
                "(Opt^s) at y with (NA): exp(-Lambda) of the high state for the seller, S = exp(v_s - u_s)",
                anchors[1],
            ),
            st.Part("The revenue at posteriors x (the buyer's kink) and y (the seller's)", revenue),
        ),
    )


W, Y = st.two_kinks(ENV).symbols


def correlated(page):
    """Merging realizations with equal posteriors keeps posteriors and payoffs."""
    place = "Corollary (Perfect correlation)"
    l1, h1, l2, h2, t1, t2 = symbols("l_1 h_1 l_2 h_2 t_1 t_2")
    equal = Eq(h1 * (l2 + h2), h2 * (l1 + h1))
    masses = (l1 >= 0, h1 >= 0, l2 >= 0, h2 >= 0, l1 + h1 > 0, l2 + h2 > 0)
    merged = (t1 * (l1 + h1) + t2 * (l2 + h2)) / (l1 + h1 + l2 + h2)
    page.judge(
        "LY-5.merge",
        place,
        r"\text{merge signal realizations with equal posteriors}",
        And(
            Implies(equal, Eq((h1 + h2) / (l1 + h1 + l2 + h2), h1 / (l1 + h1))),
            Eq(merged * (l1 + h1 + l2 + h2), t1 * (l1 + h1) + t2 * (l2 + h2)),
        ),
        assuming=masses,
        note="the merged realization has the same posterior and cost, and the same expected transfer; "
        "multipliers and NA are averaged, which a convex constraint survives",
    )
    weights = symbols("a_1 c_1")
    page.judge(
        "LY-5.tau",
        "Subsidy minimization as Bayesian persuasion",
        tex("tau_i = alpha-_i + alpha+_i"),
        Eq(weights[0] / (weights[0] + weights[1]) * (weights[0] + weights[1]), weights[0], evaluate=False),
        assuming=(weights[0] > 0, weights[1] > 0),
        note="the weight times the posterior is the joint mass",
    )
    masses = symbols("a_1 a_2 c_1 c_2")
    a1, a2, c1, c2 = masses
    page.judge(
        "LY-5.BP",
        "Subsidy minimization as Bayesian persuasion, (BP)",
        tex("\\sum_i tau_i mu-_i = mu-_0, \\quad \\sum_i tau_i mu+_i = mu+_0"),
        And(
            *(
                Eq((a1 + c1) * (m1 / (a1 + c1)) + (a2 + c2) * (m2 / (a2 + c2)), m1 + m2)
                for m1, m2 in ((a1, a2), (c1, c2))
            )
        ),
        assuming=tuple(m > 0 for m in masses),
    )


def branches(trader):
    """What the two states' multipliers allow the trader to be charged, or to be paid."""
    prices = st.Prices(ENV, z, z)
    price = prices.buyer if trader == "buyer" else prices.seller
    return price(x, 0), price(x, 1)


def two_suffice(page):
    """Of three posteriors one can be left out without loss, and so of any number above two.

    Weights move along d, which keeps their sum and mean; the sum of d T says which way pays.
    """
    x1, x2, x3, t1, t2, t3, w1, w2, w3, step = symbols("x_1 x_2 x_3 T_1 T_2 T_3 w_1 w_2 w_3 step")
    d = (x3 - x2, x1 - x3, x2 - x1)
    weights, values, points = (w1, w2, w3), (t1, t2, t3), (x1, x2, x3)
    order = (x1 < x2, x2 < x3, *(q > 0 for q in weights))
    moved = [q + step * e for q, e in zip(weights, d, strict=True)]
    slope = sum(e * t for e, t in zip(d, values, strict=True))

    def total(of, by):
        return sum(q * v for q, v in zip(of, by, strict=True))

    page.establish(
        And(
            Eq(sum(moved), sum(weights), evaluate=False),
            Eq(total(moved, points), total(weights, points)),
            Eq(total(moved, values) - total(weights, values), step * slope),
        )
    )
    page.establish(
        And(
            Implies(Eq(step * (x3 - x1), w2), And(step > 0, moved[0] > 0, Eq(moved[1], 0), moved[2] > 0)),
            Implies(
                And(Eq(step * d[0], -w1), w1 * d[2] <= w3 * d[0]),
                And(step < 0, Eq(moved[0], 0), moved[1] > 0, moved[2] >= 0),
            ),
            Implies(
                And(Eq(step * d[2], -w3), w3 * d[0] <= w1 * d[2]),
                And(step < 0, moved[0] >= 0, moved[1] > 0, Eq(moved[2], 0)),
            ),
        ),
        assuming=order,
    )


def chords(page):
    """A branch of T lies below its chords: the lemma for the logarithm, twice."""
    at_most_tangent(page)
    a, b, weight = symbols("a b weight")
    middle = weight * a + (1 - weight) * b
    for trader in ("buyer", "seller"):
        sign = 1 if trader == "buyer" else -1
        for branch in branches(trader):
            logs = Logs()
            chord = weight * branch.subs(x, a) + (1 - weight) * branch.subs(x, b)
            lemmas = [under(logs, q(e) / q(middle)) for e in (a, b) for q in (lambda e: e, lambda e: 1 - e)]
            page.establish(
                logs(sign * (chord - branch.subs(x, middle))) >= 0,
                assuming=(*between(a, b, weight, z), *lemmas),
            )


def closure(page):
    """T is convex between its kinks, so that its concave closure uses kinks and ends only."""
    chords(page)
    inside = between(x, z)
    for trader in ("buyer", "seller"):
        sign = 1 if trader == "buyer" else -1
        low, high = (sign * b for b in branches(trader))
        # what the designer keeps from the trader is the smaller branch: rising, then falling
        page.establish(And(diff(low, x) > 0, diff(high, x) < 0), assuming=inside)
        page.establish(And(diff(low, x, 2) > 0, diff(high, x, 2) > 0), assuming=inside)
    page.judge(
        "LY-5.concave closure",
        "Subsidy minimization as Bayesian persuasion",
        r"\text{For a fixed } \Lambda, \text{ look at concave closure of } T",
        And(
            *(
                diff(b, x, 2) * sign > 0
                for trader, sign in (("buyer", 1), ("seller", -1))
                for b in branches(trader)
            )
        ),
        assuming=inside,
        note="each branch is strictly convex, so no chord of the closure ends inside a piece, but at the two "
        "kinks, 0 and 1",
    )


def conditions(page):
    """NA with equality, the printed optimality conditions, and the multipliers in closed form."""
    logs = Logs()
    place = "Proposition (Optimality conditions)"
    for trader, v in (("b", ("u-^b", "u+^b")), ("s", ("u-^s", "u+^s"))):
        name = "buyer" if trader == "b" else "seller"
        # the multipliers are minus the tangent's heights: exp(-Lambda) are 1 - z and z
        heights = [-st.Entropy().marginal((1 - z, z), k) for k in (0, 1)]
        page.judge(
            f"LY-5.NA^{trader}",
            "Subsidy minimization as Bayesian persuasion",
            tex(f"\\exp(-Lambda-^{trader}) + \\exp(-Lambda+^{trader}) = 1"),
            Eq(sum((1 - z, z)), 1, evaluate=False),
            assuming=between(z),
            note="with the multipliers -log(1 - z), -log z; revenue falls in both, so the constraint binds",
        )
        page.establish(
            And(*(Eq(logs(h) + logs(log(q)), 0) for h, q in zip(heights, (1 - z, z), strict=True))),
            assuming=between(z),
        )
        low, high = branches(name)
        values = (u_b, v_b) if trader == "b" else (u_s, v_s)
        minus = -1 if trader == "b" else 1
        printed = [
            u + minus * (log(mu) + lam) for u, mu, lam in zip(values, (1 - x, x), heights, strict=True)
        ]
        index, sign = ("1", "-") if trader == "b" else ("2", "+")
        page.judge(
            f"LY-5.Opt^{trader}",
            place,
            tex(
                f"{v[0]} {sign} \\log(mu-_{index}) {sign} Lambda-^{trader}"
                f" = {v[1]} {sign} \\log(mu+_{index}) "
                f"{sign} Lambda+^{trader}"
            ),
            Eq(logs(low - high), logs(printed[0] - printed[1]), evaluate=False),
            assuming=between(x, z),
            note=f"it says that both states bind the {name}: the posterior is the kink of the {name}'s price",
        )
    anchors = [ratio(a.subs({W: 1 - x, Y: x})) for a in st.two_kinks(ENV).anchors]
    odds = x / (1 - x)
    page.judge(
        "LY-5.Lambda",
        "after " + place,
        r"\text{Combine (Opt) with (NA) to solve for } \Lambda",
        And(
            *(
                And(a > 0, a < 1, Eq(a / (1 - a), odds * shift))
                for a, shift in zip(anchors, (1 / B, S), strict=True)
            )
        ),
        assuming=(*between(x), B > 0, S > 0),
        note="exp(-Lambda) of the high state is the anchor, unique in (0, 1)",
    )
    page.judge(
        "LY-5.I = 2",
        place,
        r"\text{we can set } I = 2 \text{ w.l.o.g.}",
        And((p - y) / (x - y) > 0, (p - y) / (x - y) < 1),
        assuming=(*between(p, x, y), y < p, p < x),
        note="two points of the concave closure average to the prior; without information both "
        "posteriors are the prior",
    )


def unconstrained(page):
    """The revenue as a function of two posteriors, and how it behaves where one degenerates."""
    family = st.two_kinks(ENV)
    place = {W: 1 - x, Y: y}
    weight = family.weights[0].subs(place)
    logs = Logs()
    paid = [(b.subs(place), s.subs(place)) for b, s in family.payments]
    revenue = weight * (paid[0][0] - paid[0][1]) + (1 - weight) * (paid[1][0] - paid[1][1])
    domain = (*between(p, x, y), y < p, p < x)
    # the other state does not bind where it is not said to: rising and falling branches
    page.establish(Implies(y < x, And(1 / (1 - y) < 1 / (1 - x), 1 / x < 1 / y)), assuming=between(x, y))
    wanted = (
        v_b
        - u_s
        + (1 - weight) * (log(1 - x) - log(1 - y))
        + weight * (log(y) - log(x))
        - log(x + exp(v_b - u_b) * (1 - x))
        - log(1 - y + exp(v_s - u_s) * y)
    )
    gap_b, gap_s = Symbol("log_B"), Symbol("log_S")

    def atoms(e):
        found = logs(ratio(e))
        return found.subs({logs(log(B)): gap_b, logs(log(S)): gap_s}).subs(
            {gap_b: v_b - u_b, gap_s: v_s - u_s}
        )

    page.establish(Eq(atoms(revenue), atoms(wanted)), assuming=(*domain, B > 0, S > 0))
    # log(1 - x) and log y have positive weights: at two kinks revenue falls without bound as either posterior
    # degenerates, so a supremum that is only approached has a kink elsewhere (LY-6)
    page.establish(And(1 - weight > 0, weight > 0), assuming=domain)
    return wanted
