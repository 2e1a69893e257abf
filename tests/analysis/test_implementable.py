"""Implementability: multipliers checked by substitution, deviations by recomputing their gain in floats."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sympy import Rational, log

import symtrade as st
from symtrade.analysis.costly_information.evidence import ProfitableDeviation, statements
from symtrade.analysis.numbers.logarithms import LogNumber
from symtrade.kernel.evidence import verify_evidence
from symtrade.prover import Searching

HALF, FIFTH = Rational(1, 2), Rational(1, 5)
ENV = st.QualityEnvironment((HALF, HALF), (1, 4), (0, 3))
DIAGONAL = [[[HALF - FIFTH / 2, 0], [0, FIFTH / 2]], [[FIFTH / 2, 0], [0, HALF - FIFTH / 2]]]
ALWAYS = [[1, 1], [1, 1]]


def entropy(masses):
    return sum(m * math.log(m / sum(masses)) for m in masses if m > 0)


def quadratic(masses):
    return sum(m * m for m in masses) / sum(masses) if sum(masses) > 0 else 0.0


def gain(answer, information, trade, transfers, sign, values, cost=entropy):
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
            total -= cost(masses)
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


@pytest.mark.parametrize(
    ("information", "paid", "received"),
    [
        (DIAGONAL, [[1, 10], [10, 1]], [[5, -10], [-10, 5]]),
        (DIAGONAL, [[3, 20], [20, 3]], [[1, -20], [-20, 1]]),
        (DIAGONAL, [[1, 1], [10, 1]], [[5, 5], [-10, 5]]),
        (
            [[[FIFTH, FIFTH / 2], [0, FIFTH]], [[FIFTH, 0], [0, HALF - FIFTH]]],
            [[1, 1], [1, 1]],
            [[5, 5], [5, 5]],
        ),
        ([[[HALF, 0], [0, 0]], [[0, 0], [0, HALF]]], [[0, 8], [8, 3]], [[9, -9], [-9, 9]]),
        ([[[HALF, 0], [0, 0]], [[0, 0], [0, HALF]]], [[0, 8], [8, 4]], [[9, -9], [-9, 9]]),
    ],
)
@pytest.mark.parametrize("coefficient", [Rational(1, 3), 1])
def test_residual_variance(information, paid, received, coefficient):
    """A deviation gains what floats say; where there is none, moving masses at random does not pay."""
    cost, rng = st.ResidualVariance(coefficient), random.Random(7)

    def scaled(masses):
        return float(coefficient) * quadratic(masses)

    env = st.QualityEnvironment((HALF, HALF), (1, 4), (0, 3), cost, cost)
    answers = st.implementable(env, information, ALWAYS, paid, received)
    for trader, transfers, sign, values in (("buyer", paid, 1, (1, 4)), ("seller", received, -1, (0, 3))):
        answer = answers[trader]

        def gains(masses, problem=(information, ALWAYS, transfers, sign, values)):
            return gain(SimpleNamespace(masses=masses), *problem, scaled)

        if not answer:
            assert gains(answer.masses) > 0 and abs(gains(answer.masses) - float(answer.gain)) < 1e-12
            continue
        own = 0 if sign > 0 else 1
        given = {
            (j, v): float(sum(row[j] if own == 0 else m[j][i] for i, row in enumerate(m)))
            for v, m in enumerate(information)
            for j in (0, 1)
        }
        for _ in range(300):
            shares = {key: [rng.random() ** 3 for _ in range(3)] for key in given}
            masses = {
                (i, *key): given[key] * shares[key][i] / sum(shares[key]) for key in given for i in range(3)
            }
            assert gains(masses) < 1e-12


def test_what_an_answer_rests_on_is_established():
    prover = Searching()
    for cost in (st.Entropy(), st.ResidualVariance()):
        env = st.QualityEnvironment((HALF, HALF), (1, 4), (0, 3), cost, cost)
        for paid in ([[1, 10], [10, 1]], [[3, 20], [20, 3]]):
            st.implementable(env, DIAGONAL, ALWAYS, paid, [[5, -10], [-10, 5]], prover=prover)
    assert not prover.failures and len(prover.certificates) > 50
    for certificate in prover.certificates:
        verify_evidence(certificate)


def test_a_wrong_answer_is_not_established():
    answer = st.implementable(ENV, DIAGONAL, ALWAYS, [[1, 10], [10, 1]], [[5, -10], [-10, 5]])["buyer"]
    masses = {
        (i, j, v): x for v, m in enumerate(DIAGONAL) for i, row in enumerate(m) for j, x in enumerate(row)
    }
    trade = {(i, j): 1 for i in (0, 1) for j in (0, 1)}
    paid = {(0, 0): 1, (0, 1): 10, (1, 0): 10, (1, 1): 1}
    wrong = [
        replace(answer, lam={key: x + Rational(1, 10**9) for key, x in answer.lam.items()}),
        replace(
            answer,
            lam={key: x - 3 for key, x in answer.lam.items()},
            phi={key: x - 3 for key, x in answer.phi.items()},
        ),
        ProfitableDeviation("buyer", "NA", masses, Rational(1)),
    ]
    for spoiled in wrong:
        prover = Searching()
        for statement in statements(ENV, "buyer", masses, trade, paid, spoiled):
            prover.establish(statement)
        assert prover.failures
