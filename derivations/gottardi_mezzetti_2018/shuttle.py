"""Shuttle diplomacy: the single ride, for every distribution of values, and the full scale."""

from sympy import And, Eq, Implies, Rational, Tuple, integrate, symbols

import symtrade as st

from .naming import number, pair

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
    """The reporting inequalities, for every F_0, G_0, price functions and path; then pairs of distributions,
    on the whole path to the fair price."""
    plans = st.reporting_plans()
    for who in ("buyer", "seller"):
        time = symbols("s")
        prover.establish(plans.laws.has_derivative(plans.pays[who], time, plans.waits[who]))
    once_discovered(prover, plans)
    needed = near_the_end(prover, plans)
    uniform = st.shuttle(st.uniform(0, 1), st.uniform(0, 1))
    uniform_case(prover, uniform, plans)
    return st.Result(
        statement=tuple(line(prover, *case) for case in cases()),
        parts=(st.Part("The buyer's gain from waiting, per unit of time", plans.waits["buyer"]),
               st.Part("The seller's", plans.waits["seller"]),
               st.Part(r"At the fair price $p$, with $J = E[\max(v - p, 0)]$ and"
                       r" $L = E[\max(p - c, 0)]$: for differentiable prices that both accept, on any path,"
                       " sincerity needs this to be at least 0", needed),
               st.Part("Uniform: the buyer's gain from waiting, per unit of v", uniform.buyer_waits)))


def once_discovered(prover, plans):
    """A type that is discovered is reported at once if that is so at the margin: for every type w that has
    been passed, reports lose value as long as `honest`, the same for the type of now, is nonnegative."""
    w, density = symbols("w"), {"buyer": symbols("g_v"), "seller": symbols("f_c")}
    passed = {"buyer": w <= v, "seller": w >= c}
    rates = symbols("dv dc")
    for who in ("buyer", "seller"):
        change = plans.laws.derivative(plans.late[who], symbols("s"))
        prover.establish(
            Implies(And(passed[who], plans.honest[who] >= 0), change <= 0),
            assuming=(density[who] >= 0, *(rate >= 0 for rate in rates)),
            parameters=tuple(sorted((change + plans.honest[who] + w + v + c).free_symbols, key=str)))


def cases():
    """Distributions with p^B(v) = v and p^S(c) = c on a straight path; then other prices."""
    bell, spread = st.beta(2, 2), st.from_density(3 * (2 * v - 1)**2)
    normal = st.truncated_normal(HALF, Rational(1, 4), 0, 1)
    uneven = st.piecewise_uniform([0, Rational(1, 4), Rational(2, 5), Rational(3, 5), Rational(3, 4), 1],
                                  [Rational(1, 4), Rational(1, 20), Rational(2, 5), Rational(1, 20),
                                   Rational(1, 4)])
    pairs = ((st.uniform(0, 1), st.uniform(0, 1)), (bell, bell), (st.mirror_power(2), st.power(2)),
             (st.uniform(0, 2), st.uniform(1, 3)), (st.truncated_exponential(1), st.uniform(0, 1)),
             (normal, normal), (uneven, uneven), (st.power(2), st.uniform(0, 1)), (spread, spread))
    return (*((F, G, v, c) for F, G in pairs), (bell, bell, *shared(2)), (*pairs[0], *shared(3)))


def shared(n):
    """Prices that leave both a part of the gains, less and less of them towards a fair price of 1/2."""
    part = v * (HALF - v)**n / 2
    return v - part, c + part.subs(v, 1 - c)


def line(prover, F, G, buyer_price, seller_price):
    """Whether sincere reporting is an equilibrium; where not, a value on the path at which it fails."""
    case = st.shuttle(F, G, buyer_price=buyer_price, seller_price=seller_price, prover=prover)
    found = st.reporting(case, prover)
    verdicts = (*found.sincere.values(), *found.accepts.values(), *found.honest.values(), found.path)
    wrong = next((one for one in verdicts if isinstance(one, st.Refuted)), None)
    said = [Eq(FAIR, number(case.fair_price)), symbols("sincere" if found.verdict else "insincere")]
    if wrong is not None:
        said.append(Eq(v, wrong.witness[v]))
    elif not found.verdict:
        raise ValueError(f"{F.name} and {G.name}: {found.verdict.reason}")
    else:
        said += [symbols(f"{who}_rather_claims_now") for who, one in found.waits.items() if not one]
    where = pair(F, G)
    if (buyer_price, seller_price) != (v, c):
        where = And(where, Eq(symbols("p_B"), buyer_price), Eq(symbols("p_S"), seller_price))
    return st.Line(where, Tuple(*said))


def near_the_end(prover, plans):
    """Prices that both accept have p^B(v) <= v and p^S(c) >= c, and meet at the fair price: they rise there
    at a rate of at least 1.  Then waiting is worth it just before the end, on any path, only if
    g J + f L >= G (1 - F) at the fair price, where J = E[max(v - p, 0)] and L = E[max(p - c, 0)]."""
    dv, dc, P, dP, S, dS, p = symbols("dv dc P dP S dS p")
    names = "F f B G g A"
    at_v, at_c = symbols([f"{n}_v" for n in names.split()]), symbols([f"{n}_c" for n in names.split()])
    same = dict(zip(at_c, at_v, strict=True)) | {P: p, S: p, v: p, c: p}
    cdf, density, above, seller_cdf, seller_density, below = at_v
    both = [plans.waits[who].subs(same) >= 0 for who in ("buyer", "seller")]
    J_p, L_p = above - p * (1 - cdf), p * seller_cdf - below

    def needed(g, J, f, L, G, F):
        return g * J + f * L - G * (1 - F)

    prover.establish(
        Implies(And(*both), needed(seller_density, J_p, density, L_p, seller_cdf, cdf) >= 0),
        assuming=(dv >= 0, dc >= 0, dv + dc > 0, dP >= 1, dS >= 1, cdf >= 0, cdf <= 1, seller_cdf >= 0),
        parameters=(*at_v, p))
    spread = st.from_density(3 * (2 * v - 1)**2)
    at_half = [e.subs(v, HALF) for e in (spread.density(v), spread.upper(v), spread.lower(v), spread.cdf(v))]
    f_half, J_half, L_half, F_half = at_half
    prover.establish(w < 0, assuming=(Eq(w, needed(f_half, J_half, f_half, L_half, F_half, F_half)),))
    return needed(*symbols("g J f L G F"))


def uniform_case(prover, uniform, plans):
    """The deck's two displayed payoffs, with the claim that waiting is optimal for all v < 1/2."""
    path = (v > 0, delta > 0, v + delta <= HALF)
    now, later = uniform.report_now(v), uniform.report_later(v, delta)
    prover.judge("GM-7.1", "The Uniform Case", r"p^F = \frac{1}{2}",
                 Eq(FAIR, HALF), assuming=(Eq(FAIR, uniform.fair_price.exact),))
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
    late, w = plans.late["buyer"], symbols("w")
    prover.judge(
        "GM-7.5", "The Uniform Case",
        r"\text{after discovering that her value is } v \text{ it is a weakly dominant strategy for a trader"
        r" to report sincerely}", Implies(w <= v, late.subs(symbols("P"), v) <= 0),
        assuming=(symbols("G_v") >= 0,), parameters=(v, w),
        note="w is her value, v what she reports later: at the price v she gains nothing from it, whatever"
             " the cost's distribution; reporting w gives her 0")
    buyer_price, seller_price = shared(3)
    other = st.shuttle(st.uniform(0, 1), st.uniform(0, 1), buyer_price=buyer_price, seller_price=seller_price)
    prover.judge(
        "GM-7.6", "The Uniform Case",
        r"\text{A price function pair and fair price (not unique) that induce sincere reporting}",
        And(other.buyer_waits >= 0, other.seller_waits >= 0), assuming=(v >= 0, v <= HALF),
        note="p^B(v) = v - v(1/2 - v)^3/2 and p^S(c) = 1 - p^B(1 - c) do as well, with the same fair price")
