"""Carroll's main theorem, Table 5 and Proposition 6.1, in plain fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
import sympy

from tests.derivations import hand
from tests.derivations.hand import evaluate, exact, holds, points, read, values_at
from tests.derivations.test_carroll_2017 import flexible, part
from tests.oracles import simplex, z3_optimum

POINTS = points(8, seed=11)
FIGURE = {"s_lo": Fraction(1), "b_lo": Fraction(2), "s_hi": Fraction(3), "b_hi": Fraction(4)}


# --- CA-11 -----------------------------------------------------------------------------------------


def best(outcomes, point):
    first, *lines = outcomes["CA-11"].result.statement
    values = [exact(value, point) for value in first.value.args]
    assert len(values) == 3 and values_at(lines, point)
    assert set(values_at(lines, point)) == {max(values)}
    return max(values)


@pytest.mark.parametrize("point", POINTS)
def test_the_best_guarantee_is_the_larger_one(outcomes, point):
    assert best(outcomes, point) == max(flexible(point), hand.optimum(point, bayesian=False))


def bound(point, fourth):
    """The total minimum utility for Table 3 (or Table 4) by hand: rows of signals as printed."""
    b, s, pb, ps = read(point)
    one = [(0, 1, pb[0] * ps[1], 1, 1), (1, 1, pb[1] * ps[1], 3, 2), (0, 0, pb[0] * ps[0], 2, 3),
           (1, 0, pb[1] * ps[0], 3, 4)]
    share = pb[0] / pb[1] * (b[0] - s[0]) / (b[1] - b[0]) if fourth else Fraction(1)
    two = [(0, 1, pb[0] * ps[1], 4, 5), (1, 1, share * pb[1] * ps[1], 6, 6), (0, 0, pb[0] * ps[0], 5, 7),
           (1, 0, share * pb[1] * ps[0], 7, 7)]
    if fourth:
        two += [(1, 1, (1 - share) * pb[1] * ps[1], 3, 2), (1, 0, (1 - share) * pb[1] * ps[0], 3, 4)]
    index, rows = {}, []

    def at(*key):
        return index.setdefault(key, len(index))

    def add(form, sense, level):
        rows.append((form, sense, Fraction(level)))

    for states in (one, two):
        for side, values in ((0, b), (1, s)):
            other = {signal for state in states for signal in [state[3 + side]]}
            gain = {}
            for i in sorted(other):
                mine = [state for state in states if state[3 + side] == i]
                value = values[mine[0][side]]
                for lie in sorted(other):
                    form = {}
                    for state in mine:
                        pair = (lie, state[4]) if side == 0 else (state[3], lie)
                        sign = 1 if side == 0 else -1
                        form[at("q", *pair)] = form.get(at("q", *pair), 0) + sign * state[2] * value
                        form[at("t", *pair)] = form.get(at("t", *pair), 0) - sign * state[2]
                    gain[i, lie] = form
            for (i, lie), form in gain.items():
                truth = gain[i, i]
                rest = {} if lie == i else form
                add({k: truth.get(k, 0) - rest.get(k, 0) for k in {*truth, *rest}}, ">=", 0)
            for v in (0, 1):
                form = {at("u", side, v): -(pb if side == 0 else ps)[v]}
                for i in {state[3 + side] for state in states if state[side] == v}:
                    for k, c in gain[i, i].items():
                        form[k] = form.get(k, 0) + c
                add(form, ">=", 0)
    for key, k in list(index.items()):
        if key[0] == "q":
            add({k: 1}, ">=", 0)
            add({k: 1}, "<=", 1)
    n = len(index)
    dense = [([Fraction(form.get(k, 0)) for k in range(n)], sense, level) for form, sense, level in rows]
    cost = [Fraction(0)] * n
    for side, weights in ((0, pb), (1, ps)):
        for v in (0, 1):
            cost[at("u", side, v)] = weights[v]
    return z3_optimum(cost, dense).value


@pytest.mark.parametrize("chances", [(1, 1), (2, 1), (1, 2), (2, 3), (3, 2), (2, 2)])
def test_two_lists_are_enough(outcomes, chances):
    """In every region of the figure, and on its boundaries, Table 4 where it exists and Table 3
    elsewhere give the best guarantee as their bound."""
    point = FIGURE | {"p_bhi": Fraction(chances[0], 4), "p_slo": Fraction(chances[1], 4)}
    (b, s, pb, _) = read(point)
    fourth = pb[1] * (b[1] - b[0]) > pb[0] * (b[0] - s[0])
    assert bound(point, fourth) == best(outcomes, point)


def test_the_axiom_is_named(outcomes):
    (axiom,) = outcomes["CA-11"].result.axioms
    assert "extortion lemma" in axiom


# --- CA-12 -----------------------------------------------------------------------------------------


def printed_games(point, x):
    """Table 5 as printed, and its mirror images: pairs (q, t), the buyer's actions first."""
    (b, s, _, _), out, pay = read(point), "out", "pay"
    r, w = (b[0] - s[0]) / (s[1] - s[0]), (b[1] - s[1]) / (b[1] - b[0])
    cores = {
        "DS_a": (("b_lo", "b_hi"), ("s_lo", "s_hi"), ((1, b[0]), (0, 0), (1, b[0]), (r, r * s[1]))),
        "DS_b": (("b_lo", "b_hi"), ("s_lo", "s_hi"), ((w, w * b[0]), (0, 0), (1, s[1]), (1, s[1]))),
        "FP_S": (("b_lo", "s_hi"), ("b_lo", "s_hi"), ((1, b[0]), (0, 0), (1, b[0]), (1, s[1]))),
        "FP_B": (("b_lo", "s_hi"), ("b_lo", "s_hi"), ((1, b[0]), (0, 0), (1, s[1]), (1, s[1]))),
    }
    for name, (buyer, seller, core) in cores.items():
        table = {(i, j): (0, 0) for i in (out, *buyer, pay) for j in (out, *seller, pay)}
        table |= dict(zip([(i, j) for i in buyer for j in seller], core, strict=True))
        table |= {(i, pay): (0, -x) for i in buyer} | {(pay, j): (0, x) for j in seller}
        yield name, table


def weakly_dominated(payoffs, action):
    """Whether some mixed action is never worse and somewhere better."""
    actions = list(payoffs)
    size, columns = len(actions), range(len(payoffs[action]))
    gains = [[Fraction(payoffs[a][k] - payoffs[action][k]) for a in actions] for k in columns]
    rows = [([Fraction(1)] * size, "==", Fraction(1)), *((gain, ">=", Fraction(0)) for gain in gains)]
    rows += [([Fraction(i == j) for j in range(size)], ">=", Fraction(0)) for i in range(size)]
    return simplex([sum(column, Fraction(0)) for column in zip(*gains, strict=True)], rows).value > 0


@pytest.mark.parametrize("point", POINTS[:5])
def test_undominated_actions(outcomes, point):
    found = {}
    for line in outcomes["CA-12"].result.statement:
        names = {str(s) for equation in line.when.args for s in equation.free_symbols}
        (game,) = names & {"DS_a", "DS_b", "FP_S", "FP_B"}
        (value,) = names & {"b_lo", "b_hi", "s_lo", "s_hi"}
        found.setdefault((game, value), set()).add(str(line.value))
    x = Random(str(point)).choice((Fraction(1, 50), Fraction(1), Fraction(90)))
    for game, table in printed_games(point, x):
        buyer, seller = (list(dict.fromkeys(pair[k] for pair in table)) for k in (0, 1))
        for value in ("b_lo", "b_hi"):
            pays = {i: [point[value] * table[i, j][0] - table[i, j][1] for j in seller] for i in buyer}
            assert found[game, value] == {i for i in buyer if not weakly_dominated(pays, i)}
        for value in ("s_lo", "s_hi"):
            pays = {j: [table[i, j][1] - point[value] * table[i, j][0] for i in buyer] for j in seller}
            assert found[game, value] == {j for j in seller if not weakly_dominated(pays, j)}


# --- CA-13 -----------------------------------------------------------------------------------------


def in_region_i():
    """Parameters of region I, with a q_eps from the interval that is printed."""
    found = []
    for point in points(300, seed=5):
        b, s, pb, ps = read(point)
        ratio = (b[0] - s[0]) / (s[1] - s[0])
        lowest = max(ratio, 1 - ps[0] / ps[1] * (s[1] - b[0]) / (b[1] - s[1]))
        width = b[1] - s[0]
        if pb[1] * width < b[0] - s[0] and ps[0] * width < b[1] - s[1]:
            found.append((point, (2 * lowest + 3) / 5))
    return found[:6]


def guarantee(point, delta, q):
    """The worst expected gains: the lower envelope of the gains at the posteriors 0, the two cuts (from
    either side) and 1, at the prior."""
    b, s, pb, ps = read(point)
    first = (b[0] - s[0]) / (s[1] - s[0])
    second = first / q

    def gains(p, i, ii):
        """Gains at posterior p; i and ii say whether the high price is offered in a branch."""
        low = p * (b[1] - s[0]) + (1 - p) * (b[0] - s[0])
        return ((1 - delta) * (p * (b[1] - s[0]) if i else low)
                + delta * (p * q * (b[1] - s[0]) if ii else low))

    spots = [(Fraction(0), gains(Fraction(0), False, False)), (first, gains(first, False, False)),
             (first, gains(first, True, False)), (second, gains(second, True, False)),
             (second, gains(second, True, True)), (Fraction(1), gains(Fraction(1), True, True))]
    prior, worst = pb[1], []
    for low, at_low in spots:
        for high, at_high in spots:
            if low <= prior <= high and low < high:
                worst.append(at_low + (prior - low) / (high - low) * (at_high - at_low))
    return ps[0] * min(worst) + ps[1] * pb[1] * (1 - delta + delta * q) * (b[1] - s[1])


@pytest.mark.parametrize(("point", "q"), in_region_i())
def test_the_guarantee_of_the_perturbed_mechanism(outcomes, point, q):
    lines = outcomes["CA-13"].result.statement
    here = point | {"q_eps": q}
    top = exact(part(outcomes, "CA-13", "for all"), here)
    peak = exact(part(outcomes, "CA-13", "The $\\delta$ with"), here)
    assert 0 < peak < top < 1
    shares = [peak * Fraction(k, 4) for k in (1, 2, 3, 4)]
    shares += [peak + (top - peak) * Fraction(k, 4) for k in (1, 2, 3, 4)] + [(top + 1) / 2]
    values = []
    for delta in shares:
        (value,) = set(values_at(lines, here | {"delta": delta}))
        assert value == guarantee(point, delta, q)
        values.append(value)
    w_fp = flexible(point)
    assert guarantee(point, Fraction(0), q) == w_fp
    assert all(value > w_fp for value in values[:7]) and values[7] == w_fp > values[8]
    assert all(x < y for x, y in pairwise(values[:4])) and all(x > y for x, y in pairwise(values[3:]))


@pytest.mark.parametrize(("point", "q"), in_region_i())
def test_the_best_lottery(outcomes, point, q):
    peak = part(outcomes, "CA-13", "The $\\delta$ with")
    formula = part(outcomes, "CA-13", "the $q_\\epsilon$ with").subs(
        {name: sympy.Rational(str(value)) for name, value in point.items()})
    at_best = Fraction(str(sympy.Rational(str(sympy.N(formula, 25)))))
    b, s, _, _ = read(point)
    ratio = (b[0] - s[0]) / (s[1] - s[0])
    assert ratio < at_best < 1

    def gain(lottery):
        return guarantee(point, Fraction(evaluate(peak, point | {"q_eps": lottery})), lottery)

    grid = [ratio + (1 - ratio) * Fraction(k, 20) for k in range(1, 20)]
    grid += [at_best + sign * (1 - at_best) / 1000 for sign in (1, -1)]
    assert all(gain(at_best) > gain(lottery) for lottery in grid)


@pytest.mark.parametrize("point", POINTS)
def test_flexible_prices_alone(outcomes, point):
    worst = part(outcomes, "CA-13", "alone")
    b, s, pb, _ = read(point)
    first, high = (b[0] - s[0]) / (s[1] - s[0]), b[1] - s[0]
    spots = [(Fraction(0), b[0] - s[0]), (first, first * high), (Fraction(1), high)]
    expected = min(y + (pb[1] - x) / (z - x) * (w - y)
                   for x, y in spots for z, w in spots if x <= pb[1] <= z and x < z)
    found = {exact(piece.value, point) for piece in worst.pieces if holds(piece.region, point)}
    assert found == {expected}
