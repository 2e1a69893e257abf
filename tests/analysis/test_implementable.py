"""Implementability: multipliers checked by substitution, deviations by recomputing their gain in floats."""

from __future__ import annotations

import math

import pytest
from sympy import Rational, log

import symtrade as st
from symtrade.analysis.numbers.logarithms import LogNumber

HALF, FIFTH = Rational(1, 2), Rational(1, 5)
ENV = st.QualityEnvironment((HALF, HALF), (1, 4), (0, 3))
DIAGONAL = [[[HALF - FIFTH / 2, 0], [0, FIFTH / 2]], [[FIFTH / 2, 0], [0, HALF - FIFTH / 2]]]
ALWAYS = [[1, 1], [1, 1]]


def gain(answer, information, trade, transfers, sign, values):
    """The gain of a deviation, in floats."""
    own = 0 if sign > 0 else 1
    before = {
        ((i, j, v) if own == 0 else (j, i, v)): float(x)
        for v, m in enumerate(information)
        for i, row in enumerate(m)
        for j, x in enumerate(row)
    }
    cells = {
        (i, j) if own == 0 else (j, i): (trade[i][j], float(transfers[i][j]))
        for i in range(len(trade))
        for j in range(len(trade[0]))
    }

    def worth(a):
        total = 0.0
        for (i, j, v), x in a.items():
            q, t = cells.get((i, j), (0, 0.0))
            total += x * sign * (q * values[v] - t)
        for i in {key[0] for key in a}:
            masses = [sum(x for (k, _, w), x in a.items() if k == i and w == v) for v in (0, 1)]
            total -= sum(m * math.log(m / sum(masses)) for m in masses if m > 0)
        return total

    after = {key: float(x) for key, x in answer.masses.items()}
    for j in {k[1] for k in before}:
        for v in (0, 1):
            kept = [sum(x for (_, k, w), x in a.items() if (k, w) == (j, v)) for a in (before, after)]
            assert abs(kept[0] - kept[1]) < 1e-12
    return worth(after) - worth(before)


@pytest.mark.parametrize(
    ("paid", "received", "buyer", "seller"),
    [
        ([[1, 10], [10, 1]], [[5, -10], [-10, 5]], None, None),
        ([[1, 1], [10, 1]], [[5, 5], [-10, 5]], "DF", "DF"),  # cells off the path that attract
        ([[3, 20], [20, 3]], [[1, -20], [-20, 1]], "NA", "NA"),  # prices at which another realization pays
        ([[1, -9], [10, 1]], [[5, -10], [90, 5]], "DF", "DF"),
    ],
)
def test_two_realizations(paid, received, buyer, seller):
    answers = st.implementable(ENV, DIAGONAL, ALWAYS, paid, received)
    for trader, condition, transfers, sign, values in (
        ("buyer", buyer, paid, 1, (1, 4)),
        ("seller", seller, received, -1, (0, 3)),
    ):
        answer = answers[trader]
        if condition is None:
            assert answer
            assert sum(math.exp(-min(float(answer.lam[j, v]) for j in (0, 1))) for v in (0, 1)) <= 1
            for (i, j, v), phi in answer.phi.items():
                q, t = 1, transfers[i][j] if trader == "buyer" else transfers[j][i]
                mu = float([4, 1][i != v]) / 5
                assert (
                    abs(sign * (q * values[v] - t) - math.log(mu) - float(answer.lam[j, v]) + float(phi))
                    < 1e-12
                )
                assert phi >= 0
        else:
            assert not answer and answer.condition == condition
            found = gain(answer, DIAGONAL, ALWAYS, transfers, sign, values)
            assert found > 0 and abs(found - float(answer.gain)) < 1e-12


def test_equality_of_logarithms_is_decided_exactly():
    """One realization at the highest price: NA holds with equality, which no precision could tell."""
    env = st.QualityEnvironment((HALF, HALF), (log(2).subs(2, 1) + 1, 1), (0, 0))
    exact = st.implementable(env, [[[HALF]], [[HALF]]], [[1]], [[1]], [[0]])
    assert exact["buyer"] and exact["seller"]
    more = st.implementable(env, [[[HALF]], [[HALF]]], [[1]], [[1 + Rational(1, 10**40)]], [[0]])
    assert not more["buyer"] and more["buyer"].condition == "NA" and float(more["buyer"].gain) > 0


def test_mixtures_of_logarithms():
    """Equal posteriors at two realizations with transfers that differ by a logarithm."""
    pooled = [[[Rational(1, 4), Rational(1, 4)]], [[Rational(1, 4), Rational(1, 4)]]]
    good = st.implementable(ENV, pooled, [[1, 1]], [[log(2), log(2)]], [[3, 3]])
    assert good["buyer"]
    off = st.implementable(
        ENV, pooled, [[1, 1]], [[0, 0]], [[4, 4 + log(Rational(9, 8)) - 2 * log(3) + 3 * log(2)]]
    )
    assert off["seller"]  # the logarithms cancel
    worse = st.implementable(ENV, pooled, [[1, 1]], [[0, 0]], [[4, 4 + log(Rational(9, 8))]])
    assert not worse["seller"] and worse["seller"].condition in ("ST", "NA")


def test_certain_posteriors_are_never_implementable():
    revealing = [[[HALF, 0], [0, 0]], [[0, 0], [0, HALF]]]
    answers = st.implementable(ENV, revealing, ALWAYS, [[0, 3], [3, 0]], [[9, 0], [0, 9]])
    assert not answers["buyer"] and not answers["seller"]
    assert gain(answers["buyer"], revealing, ALWAYS, [[0, 3], [3, 0]], 1, (1, 4)) > 0


@pytest.mark.parametrize(
    ("information", "message"),
    [
        ([[[HALF]]], "one matrix of probabilities for each of 2 states"),
        ([[[HALF]], [[FIFTH]]], "sum to the prior 1/2 in state 1"),
        ([[[HALF, 0]], [[HALF, 0]]], "realization 1 never occurs"),
        ([[[0.5]], [[HALF]]], "exact number"),
    ],
)
def test_bad_input_is_refused(information, message):
    with pytest.raises(st.ModelError, match=message):
        st.implementable(ENV, information, [[1]], [[1]], [[3]])


def test_log_numbers():
    x = LogNumber.read(log(Rational(8, 9)) / 3 + 2)
    assert (x - x).sign() == 0 and x.sign() == 1 and (-x).sign() == -1
    close = LogNumber.read(log(3) / log(3).args[0] - log(2))
    assert close.sign() == (1 if math.log(3) / 3 > math.log(2) else -1)
    assert LogNumber.read(log(12) - 2 * log(2) - log(3)).sign() == 0
    with pytest.raises(st.ModelError, match="logarithms"):
        LogNumber.read(log(2) * log(3))
