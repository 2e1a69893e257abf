"""Two types a side: the optimum, the condition and the surplus against hand-written programs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.derivations import hand
from tests.derivations.hand import exact, first_best, fractions, points, values_at


def both(point, p):
    """The same point for the hand-written program, which has two probabilities."""
    return {**point, "p_bhi": p, "p_slo": p}


POINTS = [{**point, "p": point["p_bhi"]} for point in points(12, seed=11)]


def largest(outcomes, point):
    part = outcomes["MS-0"].result.parts[0]
    return exact(part.thing, point)


@pytest.mark.parametrize("point", POINTS)
def test_optimum(outcomes, point):
    found = values_at(outcomes["MS-0"].result.statement, point)
    assert found and set(found) == {hand.optimum(both(point, point["p"]), bayesian=True)}


@pytest.mark.parametrize("point", POINTS)
def test_condition(outcomes, point):
    bound = largest(outcomes, point)
    for p, expected in ((bound, "optimal"), (bound * Fraction(99, 100), "optimal"),
                        (bound + (1 - bound) / 100, "infeasible")):
        assert hand.efficient(both(point, p), bayesian=True).status == expected


@pytest.mark.parametrize("point", POINTS)
def test_surplus(outcomes, point):
    """The largest surplus is what the pivotal mechanism with the right entry fees collects."""
    p = point["p"]
    b, s, pb, ps = hand.read(both(point, p))
    # truthful payoffs of a mechanism in which each trader gets the whole gain, minus the worst type's
    buyer = [sum(ps[j] * max(b[i] - s[j], 0) for j in (0, 1)) for i in (0, 1)]
    seller = [sum(pb[i] * max(b[i] - s[j], 0) for i in (0, 1)) for j in (0, 1)]
    # a discrete type leaves slack: the high type's rent is what the lie of the other type would gain
    rent_b = sum(ps[j] * (b[1] - b[0]) * (b[0] > s[j]) for j in (0, 1))
    rent_s = sum(pb[i] * (s[1] - s[0]) * (b[i] > s[1]) for i in (0, 1))
    assert buyer[1] >= rent_b and seller[0] >= rent_s
    surplus = first_best(both(point, p)) - pb[1] * rent_b - ps[0] * rent_s
    assert exact(outcomes["MS-0"].result.parts[1].thing, point) == surplus


def test_the_theorem_fails_for_two_types(outcomes):
    claim = next(c for c in outcomes["MS-0"].claims if c.id == "MS-0.1")
    at = fractions(claim.witness)
    assert at["s_lo"] < at["b_lo"] < at["s_hi"] < at["b_hi"]
    assert hand.efficient(both(at, at["p"]), bayesian=True).status == "optimal"
