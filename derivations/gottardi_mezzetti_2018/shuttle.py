"""Shuttle diplomacy: the single ride, for every distribution of values, and the full scale."""

from sympy import Eq, Implies, Rational, Tuple, integrate, symbols

import symtrade as st

from .naming import pair

v, c, r, hi, F, f, B, J, U, delta, w, h = symbols("v c r hi F f B J U delta w h")
FAIR = symbols("p_F")
HALF = Rational(1, 2)


@st.derivation("GM-6", "Single-ride shuttle diplomacy", "The Seller's Incentive Constraint")
def single_ride_shuttle(prover):
    """The price from the envelope formula, global incentives and participation, for every F_0 with a
    density: B(r) = E[v; v >= r], J(r) is the integral of 1 - F_0 from r up."""
    known = st.unspecified_functions(
        (r,), {F: {r: f}, f: {r: None}, B: {r: -r * f}, J: {r: F - 1}, U: {r: F - 1}}, (hi, c),
        {"top": (r, hi, {F: 1, B: 0, J: 0, U: 0})}, nonnegative=(f,))
    prover.establish(known.equal(U, J))                          # the rent, by the envelope formula
    prover.establish(known.equal(J, B - r * (1 - F)))            # by parts
    price = st.threshold((symbols("p") - r) * (1 - F) - (B - r * (1 - F)), symbols("p"))
    prover.judge(
        "GM-6.1", "The Seller's Incentive Constraint",
        r"p(c) = \int_{c}^{1} \frac{\tilde{c}}{1 - F_0(c)} dF_0(\tilde{c}) = \mathbb{E}_{F_0}[v|v \ge c]",
        Eq(price, B / (1 - F)), assuming=(F >= 0, F < 1), parameters=(B, r))
    report = B - c * (1 - F)                                     # (p(r) - c)(1 - F_0(r)) at this price
    prover.judge(
        "GM-6.2", "Proposition (sequential)",
        r"\text{Efficient trading results as an ex post perfect equilibrium}",
        known.peaks(report, r, c), note="no report is better than the true cost, whatever F_0")
    prover.judge(
        "GM-6.3", "The Seller's Incentive Constraint", r"u_S'(c) = -[1 - F_0(c)]",
        known.has_derivative(B - r * (1 - F), r, F - 1),
        note="of the rent at the price that was found; the slide derives it from the envelope theorem")
    at_top = report.subs({B: 0, F: 1})
    prover.judge(
        "GM-6.4", "The Seller's Incentive Constraint",
        r"\text{Price function satisfies posterior IR constraints of buyer and seller}",
        Eq(at_top, 0), parameters=(c,),
        note="reporting the largest value gives the seller 0, and the truth at least that (GM-6.2); the buyer"
             " pays the mean of the values that trade")
    what_first_best_needs(prover)
    return st.Result(statement=(st.Line(True, Eq(symbols("p"), price)),),
                     parts=(st.Part("The seller's payoff from reporting r", report),))


def what_first_best_needs(prover):
    """The lemma asks the seller to be told her cost.  Where F_0 has no values, costs may be pooled."""
    gap = st.piecewise_uniform([0, Rational(1, 3), Rational(2, 3), 1], [HALF, 0, HALF])
    low, high, middle = Rational(1, 3), Rational(2, 3), HALF
    told = integrate(gap.upper_at(HALF, c), (c, low, high)) / (high - low)
    pooled = gap.upper(middle)
    known = st.unspecified_functions(
        (c,), {F: {c: f}, f: {c: None}, J: {c: F - 1}}, nonnegative=(f,))
    prover.judge(
        "GM-6.5", "Lemma (ex post efficiency)",
        r"\int_0^1 \left[\int_c^1 (v-c) dF_0(v)\right] dG(c)"
        r" < \int_0^1 \left[\int_c^1 (v-c) dF_0(v)\right] dG_0(c)",
        w < h, assuming=(Eq(w, pooled), Eq(h, told)),
        corrected=(r"\frac{d^2}{dc^2} \int_c^1 (v-c) dF_0(v) = f_0(c)"
                   r" \text{, strictly convex where } f_0 > 0",
                   known.has_derivative(known.derivative(J, c), c, f)),
        note="costs between 1/3 and 2/3, uniform, under one signal; F_0 uniform below 1/3 and above 2/3")


@st.derivation("GM-7", "Full-scale shuttle diplomacy", "The Uniform Case")
def full_scale_shuttle(prover):
    """The reporting inequalities with p^B(v) = v and p^S(c) = c, on the whole path to the fair price."""
    lines = []
    uniform = st.shuttle(st.uniform(0, 1), st.uniform(0, 1))
    uniform_case(prover, uniform)
    for F, G in ((st.uniform(0, 1), st.uniform(0, 1)), (st.beta(2, 2), st.beta(2, 2)),
                 (st.mirror_power(2), st.power(2))):
        case = st.shuttle(F, G)
        buyer = prover.prove(case.buyer_waits >= 0, assuming=(v >= 0, v <= case.fair_price))
        seller = prover.prove(case.seller_waits >= 0, assuming=(v >= 0, v <= case.fair_price))
        word = symbols("sincere" if buyer and seller else "insincere")
        lines.append(st.Line(pair(F, G), Tuple(Eq(FAIR, case.fair_price), word)))
    concentrated = st.shuttle(st.beta(2, 2), st.beta(2, 2))
    prover.establish(concentrated.buyer_waits >= 0, assuming=(v >= 0, v <= HALF))
    spread = st.from_density(3 * (2 * v - 1)**2)
    extreme = st.shuttle(spread, spread)
    fails = prover.prove(extreme.buyer_waits >= 0, assuming=(v >= 0, v <= HALF))
    if not isinstance(fails, st.Refuted):
        raise ValueError("no type was found who gains by reporting too early")
    (early,) = fails.witness.values()
    lines.append(st.Line(pair(spread, spread), Tuple(
        Eq(FAIR, extreme.fair_price), symbols("insincere"), Eq(v, early))))
    return st.Result(
        statement=tuple(lines),
        parts=(st.Part("Uniform: the buyer's gain from waiting, per unit of v", uniform.buyer_waits),
               st.Part("Density 6v(1 - v): the same", concentrated.buyer_waits)))


def uniform_case(prover, uniform):
    """The deck's two displayed payoffs, with the claim that waiting is optimal for all v < 1/2."""
    path = (v > 0, delta > 0, v + delta <= HALF)
    now, later = uniform.report_now(v), uniform.report_later(v, delta)
    prover.judge("GM-7.1", "The Uniform Case", r"p^F = \frac{1}{2}",
                 Eq(FAIR, HALF), assuming=(Eq(FAIR, uniform.fair_price),))
    cost = 1 - v
    printed_now = ((1 + v) / 2 - v) * v / cost
    after = 1 - v - delta
    printed_later = (((1 + v + delta) / 2 - (v + delta)) * (1 - v - delta) / (1 - v) * (v + delta) / cost
                     + ((1 + after) / 2 - after) * (1 - after) / (1 - v) * delta / cost)
    prover.judge("GM-7.2", "The Uniform Case", r"\left(\frac{1+v}{2}-v\right)\frac{v}{c(v)}",
                 Eq(printed_now, now), assuming=(v > 0, v < 1))
    prover.judge(
        "GM-7.3", "The Uniform Case",
        r"\left(\frac{1+v+\delta}{2}-(v+\delta)\right)\frac{1-(v+\delta)}{1-v}\frac{v+\delta}{c(v)}"
        r"+\left(\frac{1+c(v+\delta)}{2}-c(v+\delta)\right)\frac{1-c(v+\delta)}{1-v}\frac{\delta}{c(v)}",
        Implies(v + delta <= HALF, Eq(printed_later, later)), assuming=(v > 0, delta > 0, v < 1),
        note="with the seller's cost taken to be the end of the interval in which she discovers it")
    prover.judge(
        "GM-7.4", "The Uniform Case", r"\text{waiting is optimal for all } v < \frac{1}{2}",
        printed_later >= printed_now, assuming=path,
        note="for every step delta that ends at the fair price or before; in the limit the gain is"
             " (1 - 2v)^2/2 per unit")
