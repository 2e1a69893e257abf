"""The oracles agree with each other and with known answers."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from tests.oracles import Row, simplex, z3_optimum


def random_rows(random: Random) -> tuple[list[Fraction], list[Row]]:
    width = random.randint(1, 3)

    def numbers(count: int) -> list[Fraction]:
        return [Fraction(random.randint(-3, 3), random.randint(1, 2)) for _ in range(count)]

    rows = [(numbers(width), random.choice(("<=", "<=", ">=", "==")), numbers(1)[0])
            for _ in range(random.randint(1, 5))]
    return numbers(width), rows


@pytest.mark.parametrize("seed", range(150))
def test_simplex_and_z3_agree(seed: int) -> None:
    cost, rows = random_rows(Random(seed))
    ours, other = simplex(cost, rows), z3_optimum(cost, rows)
    assert (ours.status, ours.value) == (other.status, other.value)


def test_the_simplex_point_is_feasible_and_attains_the_value() -> None:
    answer = simplex([Fraction(3), Fraction(2)], [
        ((Fraction(1), Fraction(1)), "<=", Fraction(4)), ((Fraction(1), Fraction(3)), "<=", Fraction(6)),
        ((Fraction(1), Fraction(0)), ">=", Fraction(0)), ((Fraction(0), Fraction(1)), ">=", Fraction(0))])
    assert answer.status == "optimal" and answer.value == 12 and answer.x == (4, 0)


def test_beales_cycling_example_ends() -> None:
    cost = [Fraction(3, 4), Fraction(-150), Fraction(1, 50), Fraction(-6)]
    rows: list[Row] = [
        ((Fraction(1, 4), Fraction(-60), Fraction(-1, 25), Fraction(9)), "<=", Fraction(0)),
        ((Fraction(1, 2), Fraction(-90), Fraction(-1, 50), Fraction(3)), "<=", Fraction(0)),
        ((Fraction(0), Fraction(0), Fraction(1), Fraction(0)), "<=", Fraction(1))]
    rows += [([Fraction(int(i == j)) for j in range(4)], ">=", Fraction(0)) for i in range(4)]
    assert simplex(cost, rows).value == Fraction(1, 20)
