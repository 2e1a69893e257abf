"""The symmetric environment in closed form: no structure does better, whatever the gap of the valuations."""

from sympy import And, Eq, Equivalent, Implies, Or, Rational, diff, exp, log, simplify, sqrt, symbols

import symtrade as st

from .notation import Logs, Page, at_most_tangent, under

u_b, u_s, g, B, w, y, r = symbols("u_b u_s g B w y r")
HALF = Rational(1, 2)
ENV = st.QualityEnvironment((HALF, HALF), (u_b, u_b + g), (u_s, u_s + g))
FAR = 48  # from this B on the last comparison is by inequalities of logarithms, below by balls
x = 1 - w
delta = w / x


def by_ratio(e):
    """An expression in B = exp(g)."""
    return e.subs({exp(g): B, exp(-g): 1 / B}).subs(g, log(B))


def revenue(structure):
    """What the designer keeps."""
    return by_ratio(
        sum(weight * (b - s) for weight, (b, s) in zip(structure.weights, structure.payments, strict=True))
    )


def on_diagonal(structure, at=w):
    """The revenue of the two kinks at posteriors 1 - w and w."""
    return revenue(structure).subs(dict.fromkeys(structure.symbols, at), simultaneous=True)


@st.derivation("LY-7", "The symmetric environment: closed form and exact threshold", "beyond the slides")
def symmetric(prover):
    """Prior 1/2, equal valuation gaps g: with B = exp(g) > 1, information is acquired iff B > 5 + 4 sqrt(2),
    at posteriors w and 1 - w.  (Gaps of the other sign are the same with the states exchanged.)

    `exchange`: two posteriors 1 - w and y bring at most the mean of what the symmetric pairs of w and of
    y bring.  `degenerate`: no structure that is only approached brings more.
    """
    page = Page(prover)
    at_most_tangent(page)
    two, nothing = on_diagonal(st.two_kinks(ENV)), revenue(st.no_information(ENV))
    ratio = diagonal(page, two - nothing)
    exchange(page)
    exchanged_roles(page)
    degenerate(page)
    acquired = HALF * (1 - sqrt(1 - 8 / (B - 1)) / 2 - HALF)
    return st.Result(
        statement=(st.Line(5 + 4 * sqrt(2) < B, acquired), st.Line(5 + 4 * sqrt(2) >= B, HALF)),
        parts=(
            st.Part(
                "The probability of the low state at the high posterior, where information is acquired",
                acquired,
            ),
            st.Part("The revenue without information", simplify(nothing)),
            st.Part("exp(revenue) relative to no information, at posteriors 1 - w and w", ratio),
            st.Part("The gap above which information is acquired", log(5 + 4 * sqrt(2))),
        ),
    )


def diagonal(page, gain):
    """Posteriors 1 - w and w: the best w, and when it is better than no information."""
    logs = Logs()
    ratio = w * (1 + B) ** 2 / (4 * (1 - w) * (1 - w + B * w) ** 2)
    inside = (w > 0, w < HALF, B > 0)
    page.establish(Eq(logs(gain), logs(log(ratio))), assuming=inside)
    slope = diff(log(ratio), w)
    quadratic = 2 * (B - 1) * w**2 - (B - 1) * w + 1
    page.establish(Eq(slope, quadratic / (w * (1 - w) * (1 - w + B * w))), assuming=inside)
    page.establish(Eq(ratio.subs(w, HALF), 1), assuming=(B > 0,))
    # below B = 9 the ratio rises up to w = 1/2
    page.establish(Implies(B < 9, And(quadratic > 0, ratio < 1)), assuming=inside)
    # B = 1 + 8/(1 - r**2) with 0 <= r < 1 are all B >= 9; the slope vanishes at (1 - r)/4 and (1 + r)/4
    at = {B: 1 + 8 / (1 - r**2)}
    best = (1 - r) / 4
    range_of_r = (r >= 0, r < 1)
    page.establish(
        And(
            Eq(quadratic.subs(at), 2 * (at[B] - 1) * (w - best) * (w - (1 + r) / 4)),
            best > 0,
            (1 + r) / 4 < HALF,
        ),
        assuming=(*range_of_r, w > 0, w < HALF),
    )
    page.establish(Eq(r**2, 1 - 8 / (at[B] - 1), evaluate=False), assuming=range_of_r)
    # the larger of the values at the best w and at 1/2 is the largest
    here = ratio.subs(at)
    page.establish(Or(here <= here.subs(w, best), here <= 1), assuming=(*range_of_r, w > 0, w < HALF))
    threshold = B**2 - 10 * B - 7
    page.establish(Equivalent(ratio.subs(w, best).subs(at) > 1, threshold.subs(at) > 0), assuming=range_of_r)
    # with B >= 9: the threshold is positive iff B - 5 exceeds the positive root of 32
    page.establish(Eq(threshold, (B - 5) ** 2 - 32), assuming=(B > 0,))
    return ratio


def exchange(page):
    """Two kinks at posteriors 1 - w and y do not beat the mean of (1 - w, w) and (1 - y, y)."""
    for env in (ENV, ENV.mirrored()):
        logs, two = Logs(), st.two_kinks(env)
        place = dict(zip(two.symbols, (w, y), strict=True))
        mean = (on_diagonal(two) + on_diagonal(two, y)) / 2
        gap = mean - revenue(two).subs(place, simultaneous=True)
        spread = logs(log(w * (1 - w))) - logs(log(y * (1 - y)))
        inside = (w > 0, w < HALF, y > 0, y < HALF, B > 0)
        page.establish(Eq(logs(gap), (w - y) * spread / (2 * (1 - w - y))), assuming=inside)
        # both factors have the same sign
        lemmas = (under(logs, w * (1 - w) / (y * (1 - y))), under(logs, y * (1 - y) / (w * (1 - w))))
        page.establish((w - y) * spread >= 0, assuming=(*inside, *lemmas))
    # exchanging the states replaces B by 1/B, which is below 9
    logs, nothing = Logs(), revenue(st.no_information(ENV))
    mirrored = on_diagonal(st.two_kinks(ENV.mirrored()))
    page.establish(
        And(
            Eq(logs(nothing), logs(nothing.subs(B, 1 / B)), evaluate=False),
            Eq(logs(mirrored), logs(on_diagonal(st.two_kinks(ENV)).subs(B, 1 / B)), evaluate=False),
        ),
        assuming=(w > 0, w < HALF, B > 0),
    )


def exchanged_roles(page):
    """A posterior that degenerates to 1 is one that degenerates to 0 with the traders' roles exchanged."""
    here, there = st.degenerate_limits(ENV), st.degenerate_limits(ENV.mirrored())
    for k, other in enumerate((0, 2, 1, 3)):
        logs = Logs()
        page.establish(
            Eq(logs(revenue(here[k])), logs(revenue(there[other])), evaluate=False),
            assuming=(w > 0, w < HALF, B > 1),
        )
        one, two = here[k].conditions, there[other].conditions[::-1]
        page.establish(
            And(*(Eq(by_ratio(c), by_ratio(d), evaluate=False) for c, d in zip(one, two, strict=True))),
            assuming=(w > 0, w < HALF, B > 1),
        )


def degenerate(page):
    """One posterior, or both, in the limit: below no information, or below posteriors w and 1 - w."""
    two, nothing = st.two_kinks(ENV), revenue(st.no_information(ENV))
    level = 1 / (B + 1)  # a w at which the two kinks are easily compared
    inside = (w > 0, w < HALF, B > 1)
    logs = Logs()
    base = on_diagonal(two, level)
    full = revenue(st.full_information(ENV))
    better = under(logs, B / (B + 1))
    page.establish(And(level < HALF, logs(base - full) >= 2 / (B + 1)), assuming=(B > 1, better))
    both, buyer, seller, none = st.degenerate_limits(ENV)
    two_limits = (under(logs, 1 / x), under(logs, (1 - delta)))

    def regime(family):
        return tuple(by_ratio(c) >= 0 for c in family.conditions)

    # the seller's kink alone: never
    page.establish(Or(*(by_ratio(c) < 0 for c in seller.conditions)), assuming=inside)
    # no kink: log(2 tau) and log(2 (1 - tau)) with tau = 1/(2 x) are at most 2 tau - 1 and 1 - 2 tau
    page.establish(logs(revenue(none) - full) <= (delta / x + 2 * delta**2), assuming=(*inside, *two_limits))
    page.establish(Implies(And(*regime(none)), delta / x + 2 * delta**2 <= 2 / (B + 1)), assuming=inside)
    # both kinks: below no information for every B
    log_lemmas = (under(logs, 1 / (2 * w)), under(logs, 1 / (2 * x)), under(logs, HALF))
    mean = (B + (B - 1) ** 2 / 4) / ((x + B * w) * (B * x + w))
    page.establish(
        logs(revenue(both) - nothing) <= 0,
        assuming=(*inside, *log_lemmas, under(logs, 4 * w * x * mean)),
    )
    # the buyer's kink: the revenue is half that of posteriors w and 1 - w plus a rest
    rest = revenue(buyer) - on_diagonal(two) / 2
    small = -delta / 2 * log(B * w * x) - log(2) + delta**2 + full / 2 + log(2)
    page.establish(logs(rest - small) <= 0, assuming=(*inside, *two_limits))
    far = (B >= FAR,)
    nine = Rational(9, 1)
    # up to x = 3/4 the logarithm is above 2
    page.establish(
        Implies(And(w >= Rational(1, 4), logs(log(3)) >= 1), logs(small - full / 2) <= 0),
        assuming=(*inside, *far, under(logs, nine / (B * w * x))),
    )
    page.establish(st.positive_on(log(3) - 1))
    # beyond it: log(1/t) <= 1/t - 1
    page.establish(
        Implies(w <= Rational(1, 4), logs(small - base / 2) <= 0),
        assuming=(*inside, *far, under(logs, 1 / (B * w * x)), better),
    )
    # and for smaller B
    rest = (rest - full / 2).subs({u_b: 0, u_s: 0})
    rest = rest + full.subs({u_b: 0, u_s: 0}) / 2
    half_of = [(e / 2).subs({u_b: 0, u_s: 0}) for e in (nothing, base)]
    conditions = [by_ratio(c) for c in buyer.conditions]
    page.establish(
        st.positive_on(half_of[0] - rest, {B: (1, FAR), w: (0, HALF)}, where=(rest - half_of[1], *conditions))
    )
