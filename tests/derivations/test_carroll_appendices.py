"""Appendices B, C and D line by line: refuted lines by hand, proved lines at hand-made mechanisms."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from tests.derivations.hand import fractions, points, read

VERDICTS = {
    "B": {"holds": 46, "refuted": 4, "undefined": 5},
    "C": {"holds": 60, "refuted": 11, "undefined": 3},
    "D": {"holds": 11, "undefined": 1},
}
LO, HI = 0, 1
# state: buyer's and seller's type, signals, and (for S^2 of Table 4) the part of lambda
S_1 = ((LO, HI, "B1", "S1", 0), (HI, HI, "B3", "S2", 0), (LO, LO, "B2", "S3", 0), (HI, LO, "B3", "S4", 0))
S_2 = ((LO, HI, "B4", "S5", 0), (HI, HI, "B6", "S6", 0), (LO, LO, "B5", "S7", 0), (HI, LO, "B7", "S7", 0))
S_2_OVERLAPPING = (
    (LO, HI, "B4", "S5", 0), (HI, HI, "B6", "S6", 1), (HI, HI, "B3", "S2", -1), (LO, LO, "B5", "S7", 0),
    (HI, LO, "B7", "S7", 1), (HI, LO, "B3", "S4", -1))


@pytest.fixture(scope="module")
def claims(outcomes):
    return {claim.id.removeprefix("CA-14."): claim for claim in outcomes["CA-14"].claims}


def test_counts(claims):
    for letter, expected in VERDICTS.items():
        assert Counter(c.verdict for n, c in claims.items() if n[0] == letter) == expected


def test_no_two_lines_have_one_number(outcomes):
    assert outcomes["CA-14"].verdict == "proved"
    ids = [claim.id for claim in outcomes["CA-14"].claims]
    assert len(ids) == len(set(ids)) == 141


def test_every_print_that_fails_is_corrected(claims):
    for claim in claims.values():
        if claim.verdict != "holds":
            assert claim.corrected and claim.corrected != claim.printed and claim.note
            assert (claim.witness is not None) == (claim.verdict == "refuted")


# --- direct mechanisms by hand ------------------------------------------------------------------------


def share(point):
    """lambda"""
    b, s, pb, _ = read(point)
    return pb[LO] / pb[HI] * (b[LO] - s[LO]) / (b[HI] - b[LO])


def chances(states, point):
    _, _, pb, ps = read(point)
    lam = share(point)
    part = {0: Fraction(1), 1: lam, -1: 1 - lam}
    return [pb[i] * ps[j] * part[k] for i, j, _, _, k in states]


class Mechanism:
    """Outcomes {(buyer's signal, seller's signal): (q, t)} on a structure; no trade at other pairs."""

    def __init__(self, states, point, outcomes):
        self.states, self.point, self.chance = states, point, chances(states, point)
        self.b, self.s = read(point)[:2]
        self.outcomes = outcomes

    def outcome(self, beta, sigma):
        return self.outcomes.get((beta, sigma), (Fraction(0), Fraction(0)))

    def payoff(self, side, signal, report):
        """What a signal expects of a report, times the probability of the signal."""
        total = Fraction(0)
        for (i, j, beta, sigma, _), chance in zip(self.states, self.chance, strict=True):
            if side == 0 and beta == signal:
                q, t = self.outcome(report, sigma)
                total += chance * (self.b[i] * q - t)
            if side == 1 and sigma == signal:
                q, t = self.outcome(beta, report)
                total += chance * (t - self.s[j] * q)
        return total

    def feasible(self):
        for side in (0, 1):
            signals = {state[2 + side] for state in self.states}
            for signal in signals:
                truth = self.payoff(side, signal, signal)
                if truth < 0 or any(truth < self.payoff(side, signal, lie) for lie in signals):
                    return False
        return all(0 <= q <= 1 for q, _ in self.outcomes.values())

    def expects(self, side, kind):
        """Probability of a type times what it expects."""
        signals = {state[2 + side] for state in self.states if state[side] == kind}
        return sum((self.payoff(side, signal, signal) for signal in signals), Fraction(0))

    def u_S(self, beta, sigma, kind):
        q, t = self.outcome(beta, sigma)
        return t - self.s[kind] * q


def from_witness(states, witness, mark):
    """The mechanism that a witness gives: every pair of signals of the structure."""
    pairs = [(beta, sigma) for beta in {s[2] for s in states} for sigma in {s[3] for s in states}]
    found = {(x, y): (witness[f"q{mark}[{x}, {y}]"], witness[f"t{mark}[{x}, {y}]"]) for x, y in pairs}
    return Mechanism(states, witness, found)


def well_ordered(w):
    return w["s_lo"] < w["b_lo"] < w["s_hi"] < w["b_hi"] and 0 < w["p_bhi"] < 1 and 0 < w["p_slo"] < 1


def stars(w):
    b, s, _, _ = read(w)
    return (b[LO] - s[LO]) / (b[HI] - s[LO]), (b[HI] - s[HI]) / (b[HI] - s[LO])


# --- refuted lines of appendix C ------------------------------------------------------------------------


def test_the_state_in_which_nobody_gets_anything(claims):
    w = fractions(claims["C.3"].witness)
    assert well_ordered(w) and w["b_hi"] > w["s_hi"]
    for number, side in (("C.4", 0), ("C.5", 1)):
        w = fractions(claims[number].witness)
        mechanism = from_witness(S_1, w, "1")
        assert well_ordered(w) and mechanism.feasible()
        q, t = mechanism.outcome("B3", "S2")
        assert (w["b_hi"] * q - t, t - w["s_hi"] * q)[side] != 0
        assert mechanism.outcome("B1", "S1") == (0, 0)  # and there it is as the corrected line says


def test_last_display_of_lemma_5_2(claims):
    w = fractions(claims["C.38"].witness)
    one, two = from_witness(S_1, w, "1"), from_witness(S_2, w, "2")
    b, s, pb, ps = read(w)
    lam = share(w)
    assert well_ordered(w) and one.feasible() and two.feasible() and 0 < lam < 1
    assert w["p_bhi"] > stars(w)[0] and w["p_slo"] <= stars(w)[1]
    left = (two.expects(0, LO) + two.expects(1, LO) + (1 - lam) * (two.expects(0, HI) + two.expects(1, HI))
            + lam * (one.expects(0, HI) + one.expects(1, HI)))
    tail = (1 - lam) * pb[HI] * ps[HI] * (b[HI] - s[HI]) + lam * pb[HI] * (b[HI] - s[HI])
    assert pb[LO] * ps[LO] * (b[HI] - s[LO]) + tail < left <= pb[HI] * ps[LO] * (b[HI] - s[LO]) + tail


def test_c_8(claims):
    w = fractions(claims["C.44"].witness)
    one, two = from_witness(S_1, w, ""), from_witness(S_2_OVERLAPPING, w, "")
    b, s, pb, ps = read(w)
    lam = share(w)
    assert well_ordered(w) and one.feasible() and two.feasible() and 0 < lam < 1
    left = one.expects(0, HI) + one.expects(1, HI) + (1 - lam) * pb[HI] * ps[LO] * one.u_S("B3", "S4", LO)
    gains = pb[HI] * ps[HI] * (b[HI] - s[HI]) + pb[HI] * ps[LO] * (b[HI] - s[LO])
    printed = gains - pb[HI] * ps[LO] * (s[HI] - s[LO]) * (b[HI] - s[LO]) / (b[HI] - b[LO])
    assert printed < left <= gains - lam * pb[HI] * ps[LO] * (s[HI] - s[LO])


def sides(w):
    """Both sides of the printed equalities, by number."""
    b, s, pb, ps = read(w)
    lam = share(w)
    high, top = pb[HI] * ps[HI] * (b[HI] - s[HI]), pb[HI] * ps[LO] * (b[HI] - s[LO])
    tail = (1 - lam) * high + lam * pb[HI] * (b[HI] - s[HI])
    line_3 = high + top + lam * pb[HI] * (1 - ps[HI]) * (b[HI] - s[HI])
    line_4 = high + top + pb[LO] * (b[HI] - s[LO]) / (b[HI] - b[LO]) * ps[LO] * (b[HI] - s[HI])
    bound = high + top + pb[LO] * ps[LO] * (b[LO] - s[LO]) * (b[HI] - s[HI]) / (b[HI] - b[LO])
    c_8 = high + top - pb[HI] * ps[LO] * (s[HI] - s[LO]) * (b[HI] - s[LO]) / (b[HI] - b[LO])
    c_9 = pb[LO] * ps[LO] * (b[HI] - s[LO]) ** 2 / (b[HI] - b[LO])
    inside = ps[HI] * (b[HI] - s[HI]) - lam * ps[LO] * (s[HI] - s[LO])
    return {
        "C.39": (pb[LO] * ps[LO] * (b[HI] - s[LO]) + tail, line_3), "C.40": (line_3, line_4),
        "C.41": (line_4, bound), "C.57": (pb[HI] * (ps[LO] * (b[HI] - s[LO]) + inside), c_8),
        "C.67": (ps[LO] * lam * pb[HI] * (b[HI] - s[LO]), c_9), "C.72": (c_8 + c_9, bound),
    }


@pytest.mark.parametrize("number", ["C.39", "C.40", "C.41", "C.57", "C.67", "C.72"])
def test_equalities_that_fail(claims, number):
    w = fractions(claims[number].witness)
    left, right = sides(w)[number]
    assert claims[number].verdict == "refuted" and well_ordered(w) and left != right


# --- refuted lines of appendix B ------------------------------------------------------------------------


def test_a_payoff_difference_larger_than_m(claims):
    for number, values in (("B.7", ("b_lo", "b_hi", "s_lo", "s_hi")), ("B.10", ("b_lo", "b_hi"))):
        w = fractions(claims[number].witness)
        assert 0 < w["s_lo"] < w["b_lo"] < w["s_hi"] < w["b_hi"]
        assert abs(w["q_difference"]) <= 1 and abs(w["t_difference"]) <= w["t_spread"]
        bound = w["b_hi"] - w["s_lo"] + w["t_spread"]
        largest = max(abs(w[v] * w["q_difference"] - w["t_difference"]) for v in values)
        assert (bound < w["M"] <= largest) if number == "B.7" else largest > bound


@pytest.mark.parametrize("number", ["B.38", "B.40"])
def test_who_rejects_pays_nothing(claims, number):
    w = fractions(claims[number].witness)
    epsilon, offer, r = w["epsilon"], w["Delta_hat"], (w["r_1"], w["r_2"])
    u = [w[f"u_{k}"] for k in range(3)]
    accepted_by_seller = 1 - sum(r)
    assert 0 < epsilon < 1 and min(*r, accepted_by_seller) >= 0
    half = (1 - epsilon) / 2
    payoff = {}  # the buyer's, branch by branch of stage 3; her informant named structure 1
    for answer in "AR":
        payoff[answer] = sum(epsilon / 3 * u[k] for k in range(3))
        for k, chance in ((1, r[0]), (2, r[1])):
            payoff[answer] += half * chance * (u[k] - offer if answer == "A" else u[1])  # (b), she rejects
            payoff[answer] += half * chance * u[k]  # (c), she rejects
        both = u[0] - offer if answer == "A" else u[1]
        payoff[answer] += 2 * half * accepted_by_seller * both
    printed = payoff["R"] - offer * half * (2 * accepted_by_seller + sum(r))
    assert printed != payoff["R"]
    assert payoff["A"] - payoff["R"] != payoff["A"] - printed


# --- lines that hold, at mechanisms made by hand ----------------------------------------------------------


def mixture(random, parts):
    """A convex combination of tables of outcomes."""
    weights = [Fraction(random.randint(0, 5)) for _ in parts] or [Fraction(1)]
    total = sum(weights) or Fraction(1)
    pairs = {pair for part in parts for pair in part}
    shares = [(w / total, part) for w, part in zip(weights, parts, strict=True)]
    return {pair: tuple(sum(w * part.get(pair, (0, 0))[k] for w, part in shares) for k in (0, 1))
            for pair in pairs}


def between(random, low, high):
    return low + Fraction(random.randint(0, 6), 6) * (high - low)


def mechanisms_on_1(random, point):
    """The buyer of value b_hi is offered one price, that of value b_lo another; or only S4 sells; or a
    lottery at the price s_hi that leaves the seller s_lo no reason to pretend."""
    b, s, _, _ = read(point)
    price = between(random, s[HI], b[HI])
    low = between(random, s[LO], b[LO])
    lottery = Fraction(random.randint(1, 5), 6)
    fair = s[LO] + lottery * (s[HI] - s[LO])
    return [
        {("B3", "S2"): (1, price), ("B3", "S4"): (1, price), ("B2", "S3"): (1, low)},
        {("B3", "S4"): (1, between(random, s[LO], s[HI])), ("B2", "S3"): (1, low)},
        {("B3", "S2"): (lottery, lottery * s[HI]), ("B3", "S4"): (1, fair)},
        {},
    ]


def mechanisms_on_2(random, point):
    """The mirror image."""
    b, s, _, _ = read(point)
    price = between(random, s[LO], b[LO])
    high = between(random, s[HI], b[HI])
    lottery = Fraction(random.randint(1, 5), 6)
    fair = b[HI] - lottery * (b[HI] - b[LO])
    return [
        {("B5", "S7"): (1, price), ("B7", "S7"): (1, price), ("B6", "S6"): (1, high)},
        {("B7", "S7"): (1, between(random, b[LO], b[HI])), ("B6", "S6"): (1, high)},
        {("B5", "S7"): (lottery, lottery * b[LO]), ("B7", "S7"): (1, fair)},
        {},
    ]


def samples(seed=11):
    random = Random(seed)
    for point in points(60, seed):
        for _ in range(6):
            one = Mechanism(S_1, point, mixture(random, mechanisms_on_1(random, point)))
            two = Mechanism(S_2, point, mixture(random, mechanisms_on_2(random, point)))
            assert one.feasible() and two.feasible()
            yield point, one, two


def test_bounds_hold_at_feasible_mechanisms():
    seen = Counter()
    for point, one, two in samples():
        b, s, pb, ps = read(point)
        star_b, star_s = stars(point)
        lam = share(point)
        if point["p_slo"] <= star_s:
            seen["C.1"] += 1
            assert one.expects(0, HI) + one.expects(1, HI) <= pb[HI] * (b[HI] - s[HI])
        if point["p_bhi"] <= star_b:
            seen["C.2"] += 1
            assert two.expects(0, LO) + two.expects(1, LO) <= ps[LO] * (b[LO] - s[LO])
        if point["p_bhi"] > star_b:
            seen["C.5"] += 1
            left = (two.expects(0, LO) + two.expects(1, LO)
                    + (1 - lam) * (two.expects(0, HI) + two.expects(1, HI)))
            assert left <= (pb[HI] * ps[LO] * (b[HI] - s[LO])
                            + (1 - lam) * pb[HI] * ps[HI] * (b[HI] - s[HI]))
            limit = ps[HI] / ps[LO] * (b[HI] - s[HI]) / (s[HI] - s[LO])
            if point["p_slo"] > star_s and lam <= limit:
                seen["C.8"] += 1
                left = (one.expects(0, HI) + one.expects(1, HI)
                        + (1 - lam) * pb[HI] * ps[LO] * one.u_S("B3", "S4", LO))
                assert left <= (pb[HI] * ps[HI] * (b[HI] - s[HI]) + pb[HI] * ps[LO] * (b[HI] - s[LO])
                                - lam * pb[HI] * ps[LO] * (s[HI] - s[LO]))
    assert min(seen[n] for n in ("C.1", "C.2", "C.5", "C.8")) >= 12


def test_bounds_are_attained():
    """One price s_hi for the buyer b_hi, and one price b_lo for the seller s_lo, as in the text."""
    for point in points(40, 5):
        b, s, pb, ps = read(point)
        one = Mechanism(S_1, point, {("B3", "S2"): (1, s[HI]), ("B3", "S4"): (1, s[HI])})
        two = Mechanism(S_2, point, {("B5", "S7"): (1, b[LO]), ("B7", "S7"): (1, b[LO])})
        assert one.feasible() and two.feasible()
        assert one.expects(0, HI) + one.expects(1, HI) == pb[HI] * (b[HI] - s[HI])
        assert two.expects(0, LO) + two.expects(1, LO) == ps[LO] * (b[LO] - s[LO])


def test_numbers_of_appendix_b():
    """The inequalities in one variable, on a grid."""
    for n in range(1, 400):
        e = Fraction(n, 400)
        assert (1 - 2 * e**2) * (1 - e) >= 1 - 3 * e
        assert (1 - 2 * e**3) ** 2 * (1 - e) >= 1 - 5 * e
        part = 2 * (e**2 - e**3)
        assert part / (part + 2 * e**3) == 1 - e
    assert 410 + 41 == 451 and 2 * 451 + 2 * 3 == 908 and Fraction(1, 4) * 304 == 76
