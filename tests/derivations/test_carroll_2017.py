"""Carroll's results against hand-written linear programs, games and arithmetic in fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
import sympy

from tests.derivations import hand
from tests.derivations.hand import PAIRS, Q, T, exact, first_best, fractions, holds, points, read, values_at

POINTS = points(12)
VALUES = ("s_lo", "s_hi", "b_lo", "b_hi")


def claim(outcomes, number):
    result = outcomes[number.partition(".")[0]]
    return next(c for c in result.claims if c.id == number)


def part(outcomes, number, words):
    return next(p.thing for p in outcomes[number].result.parts if words in p.heading)


# --- CA-1 ------------------------------------------------------------------------------------------


def accepted(b, s, price):
    return s <= price <= b


def works(price, point):
    """Every pair with gains trades at the price, and no pair with losses does."""
    pairs = [(point[b], point[s]) for b in ("b_lo", "b_hi") for s in ("s_lo", "s_hi")]
    return all(accepted(b, s, price) for b, s in pairs if b > s)


def test_one_posted_price_is_first_best_in_twelve_orders(outcomes):
    lines = outcomes["CA-1"].result.statement
    random, seen = Random(3), set()
    for ranks in product(range(4), repeat=4):
        levels = sorted(Fraction(n, 3) for n in random.sample(range(-20, 20), 4))
        point = {v: levels[r] for v, r in zip(VALUES, ranks, strict=True)}
        if not (point["s_lo"] < point["s_hi"] and point["b_lo"] < point["b_hi"]):
            continue
        (line,) = [line for line in lines if holds(line.when, point)]
        seen.add(str(line.when))
        if str(line.value) == "none":
            ends = product(point.values(), repeat=2)
            grid = [a + Fraction(k, 4) * (b - a) for a, b in ends for k in range(5)]
            assert not any(works(price, point) for price in grid)
        else:
            assert works(exact(line.value, point), point)
    assert len(seen) == len(lines) == 13


def test_what_the_orders_are(outcomes):
    others = [line.when for line in outcomes["CA-1"].result.statement if str(line.value) != "none"]
    strict = [w for w in others if not w.has(sympy.Eq)]
    s_lo, b_hi = sympy.symbols("s_lo b_hi")
    no_gains = [w for w in others if {b_hi < s_lo, sympy.Eq(s_lo, b_hi), sympy.Eq(b_hi, s_lo)} & set(w.args)]
    assert (len(others), len(strict), len(no_gains)) == (12, 5, 2)


# --- CA-2, CA-3, CA-4 ------------------------------------------------------------------------------


@pytest.mark.parametrize("point", POINTS[:8])
def test_first_best_is_infeasible_in_dominant_strategies(outcomes, point):
    assert hand.efficient(point, bayesian=False).status == "infeasible"
    assert [str(line.value) for line in outcomes["CA-2"].result.statement] == ["infeasible"]


@pytest.mark.parametrize(("number", "bayesian"), [("CA-3", False), ("CA-4", True)])
@pytest.mark.parametrize("point", POINTS)
def test_optimum(outcomes, number, bayesian, point):
    found = values_at(outcomes[number].result.statement, point)
    assert found and set(found) == {hand.optimum(point, bayesian)}


@pytest.mark.parametrize("point", POINTS)
def test_exact_first_best(outcomes, point):
    possible = part(outcomes, "CA-4", "first best")
    status = {piece.status for piece in possible.pieces if holds(piece.region, point)}
    assert status == {hand.efficient(point, bayesian=True).status}
    reached = values_at(outcomes["CA-4"].result.statement, point)[0] == first_best(point)
    assert reached == (status == {"optimal"})


@pytest.mark.parametrize("point", POINTS)
def test_largest_epsilon(outcomes, point):
    (b, s, _, _), here = read(point), point
    cases = {
        "a": ((1, 1), (b[0] - s[0]) / (s[1] - s[0]), s[1], {(0, 0): (1, b[0]), (1, 0): (1, b[0])}),
        "b": ((0, 0), (b[1] - s[1]) / (b[1] - b[0]), b[0], {(1, 0): (1, s[1]), (1, 1): (1, s[1])}),
    }
    region = part(outcomes, "CA-3", "Lemma 2.1").pieces
    for name, (pair, lottery, price, sure) in cases.items():
        sure_trade = sympy.Symbol("q[b_lo, s_lo]" if name == "a" else "q[b_hi, s_hi]")
        piece = next(p for p in region if p.primal[sure_trade] == 1)
        if not holds(piece.region, here):
            continue
        solution = part(outcomes, "CA-4", f"case ({name})")
        largest = next(exact(p.value, here) for p in solution.pieces if holds(p.region, here))
        for share, expected in ((1, True), (Fraction(1, 2), True), (Fraction(1001, 1000), False)):
            epsilon = largest * share
            outcome = [Fraction(0)] * 8
            for at, (q, t) in {**sure, pair: (lottery + epsilon, (lottery + epsilon) * price)}.items():
                outcome[Q[at]], outcome[T[at]] = Fraction(q), Fraction(t)
            assert hand.feasible(outcome, here, bayesian=True) == expected


def test_witnesses_of_the_proof_of_lemma_2_1(outcomes):
    def read_witness(number):
        at = fractions(claim(outcomes, number).witness)
        pairs = list(product(("b_lo", "b_hi"), ("s_lo", "s_hi")))
        outcome = [at[f"{letter}[{b}, {s}]"] for letter in "qt" for b, s in pairs]
        assert hand.feasible(outcome, at, bayesian=False)
        b, s, pb, ps = read(at)
        low = pb[0] * ps[0] * (b[0] - s[0]) * (1 - outcome[Q[0, 0]])
        return at, outcome, low, pb[1] * ps[1], b, s

    at, outcome, low, weight, b, s = read_witness("CA-3.D.9")
    reached = sum((c * x for c, x in zip(hand.welfare(at), outcome, strict=True)), Fraction(0))
    assert first_best(at) - reached < low + weight * (1 - outcome[Q[1, 1]])
    assert first_best(at) - reached >= low + weight * (b[1] - s[1]) * (1 - outcome[Q[1, 1]])

    at, outcome, low, weight, b, s = read_witness("CA-3.D.10")
    tail = weight * (b[1] - s[1]) * (1 - outcome[Q[1, 1]])
    second = weight * (b[1] - b[0]) / (s[1] - s[0]) * (b[1] - s[1]) * (1 - outcome[Q[0, 0]]) + tail
    assert low + weight * (1 - outcome[Q[1, 1]]) < second <= low + tail


# --- CA-5, CA-6, CA-7 ------------------------------------------------------------------------------


def security(point, out):
    """What each type secures when the seller offers b_lo or s_hi; `out`: the opponent may stay out."""
    b, s, _, _ = read(point)
    prices = (None, b[0], s[1])

    def outcome(accepts, offers):
        trade = accepts and offers and offers <= accepts
        return (Fraction(1), prices[offers]) if trade else (Fraction(0), Fraction(0))

    def buys(value, accepts, offers):
        q, t = outcome(accepts, offers)
        return value * q - t

    def sells(value, accepts, offers):
        q, t = outcome(accepts, offers)
        return t - value * q

    against = range(3) if out else (1, 2)
    buyer = [hand.secured([[buys(v, a, o) for o in against] for a in range(3)]) for v in b]
    seller = [hand.secured([[sells(v, a, o) for a in against] for o in range(3)]) for v in s]
    return buyer, seller


def flexible(point):
    (_, _, pb, ps), (buyer, seller) = read(point), security(point, out=False)
    return sum((p * v for p, v in zip((*pb, *ps), (*buyer, *seller), strict=True)), Fraction(0))


@pytest.mark.parametrize("point", POINTS)
def test_secured_values(outcomes, point):
    buyer, seller = security(point, out=False)
    lines = outcomes["CA-5"].result.statement
    assert [exact(line.value, point) for line in lines] == [*buyer, *seller, flexible(point)]
    assert security(point, out=True) == ([0, 0], [0, 0])


@pytest.mark.parametrize("number", ["CA-6", "CA-7"])
@pytest.mark.parametrize("point", POINTS)
def test_the_larger_guarantee(outcomes, number, point):
    found = values_at(outcomes[number].result.statement, point)
    assert found and set(found) == {max(flexible(point), hand.optimum(point, bayesian=False))}


@pytest.mark.parametrize("point", POINTS)
def test_proposition_3_1(outcomes, point):
    b_star, s_star = (exact(part(outcomes, "CA-6", name), point) for name in ("p*_b", "p*_s"))
    low = point["p_bhi"] <= b_star and point["p_slo"] <= s_star
    assert (flexible(point) >= hand.optimum(point, bayesian=False)) == low


def test_five_regions_tile(outcomes):
    figure = {"s_lo": Fraction(1), "b_lo": Fraction(2), "s_hi": Fraction(3), "b_hi": Fraction(4)}
    lines, met = outcomes["CA-7"].result.statement, set()
    for n, m in product(range(1, 8), repeat=2):
        point = figure | {"p_bhi": Fraction(n, 8), "p_slo": Fraction(m, 8)}
        here = [k for k, line in enumerate(lines) if holds(line.when, point)]
        assert len(here) == 1 or (here == [3, 4] and n == m)
        met.update(here)
    assert met == set(range(5))
    appendix_e = (((Fraction(1, 2), Fraction(1, 4)), 1), ((Fraction(3, 4), Fraction(1, 2)), 3))
    for where, number in appendix_e:
        point = figure | dict(zip(("p_bhi", "p_slo"), where, strict=True))
        assert holds(lines[number].when, point)
    assert values_at(lines, point) == [Fraction(25, 16)]  # E.2


def test_witnesses_of_the_printed_conditions(outcomes):
    def sides(at, value):
        b, s, pb, ps = read(at)
        return (pb[0] * ps[0] * (at[value] - s[0]) / (b[1] - b[0]),
                pb[1] * ps[1] * (b[1] - s[1]) / (s[1] - s[0]))

    at = fractions(claim(outcomes, "CA-7.6").witness)
    printed, right = sides(at, "b_hi")
    assert printed > right >= sides(at, "b_lo")[0]  # region III, where the print denies it
    at = fractions(claim(outcomes, "CA-7.7").witness)
    printed, right = sides(at, "b_hi")
    assert printed >= right > sides(at, "b_lo")[0]  # case (b), where the print says (a)
    b, s, pb, ps = read(at)
    bound = pb[0] * ps[0] * (b[0] - s[0]) + pb[1] * ps[0] * (b[1] - s[0]) + pb[1] * ps[1] * (b[1] - s[1]) * (
        b[0] - s[0]) / (s[1] - s[0])
    assert hand.optimum(at, bayesian=False) > bound


def test_pairs_are_in_the_order_of_the_library():
    assert PAIRS == ((0, 0), (0, 1), (1, 0), (1, 1))
