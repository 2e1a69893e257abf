"""Regions and charts: what the orthant is mapped onto, and attempts to smuggle in another set."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as some

from symtrade.kernel.charts import verify_chart
from symtrade.kernel.polynomial import Ring, evaluate_fraction, quotient
from symtrade.kernel.region import (
    Chart,
    ChartError,
    Condition,
    Region,
    identity_chart,
    positive,
    read_chart,
    read_region,
)
from symtrade.solve.chart import find_chart

RING = Ring(("a", "b"))
A, B = RING.gens


def region(*conditions: tuple[Any, str]) -> Region:
    return Region(RING, tuple(Condition(f, r) for f, r in conditions))


def chart(kinds: tuple[str, ...], forward: list[Any], inverse: list[Any], eliminated: Any = (),
          names: tuple[str, ...] = ("u", "v")) -> Chart:
    return read_chart({"coordinates": list(zip(names, kinds, strict=True)), "parameters": forward,
                       "inverse": inverse, "eliminated": eliminated}, RING)


SAME = {"forward": [["u", "1"], ["v", "1"]], "inverse": [["a", "1"], ["b", "1"]]}


def test_a_condition_has_its_negations() -> None:
    for relation, point, count in ((">", (0, 0), 1), (">=", (-1, 0), 1), ("=", (2, 0), 2), ("!=", (0, 0), 1)):
        condition = Condition(A, relation)
        assert not condition.holds([fmpq(v) for v in point])
        negations = condition.negations()
        assert len(negations) == count
        assert any(n.holds([fmpq(v) for v in point]) for n in negations)


def test_a_region_is_written_and_read() -> None:
    data = region((A, ">"), (A - B, "!=")).to_data()
    assert read_region(data).to_data() == data
    with pytest.raises(ValueError, match="expected one of"):
        read_region({"parameters": ["a"], "conditions": [["a", "<"]]})


@pytest.mark.parametrize(("text", "kinds", "sign"), [
    ("u + v", ("positive", "positive"), True),
    ("u + v", ("positive", "nonnegative"), True),
    ("u + v", ("nonnegative", "nonnegative"), False),
    ("u*v", ("positive", "nonnegative"), False),
    ("u^2 + 1", ("free", "free"), True),
    ("u^2", ("free", "free"), False),
    ("u", ("free", "positive"), None),
    ("u^2*v", ("free", "positive"), False),
    ("u^2*v^3 + v", ("free", "positive"), True),
    ("u - v", ("positive", "positive"), None),
    ("0", ("positive", "positive"), False),
])  # fmt: skip
def test_what_coefficients_say(text: str, kinds: tuple[str, ...], sign: bool | None) -> None:
    assert positive(Ring(("u", "v")).parse(text), kinds) is sign


def test_gaps_leave_no_hypothesis() -> None:
    assert verify_chart(region((A, ">"), (B - A, ">=")), chart(
        ("positive", "nonnegative"), [["u", "1"], ["u + v", "1"]], [["a", "1"], ["-a + b", "1"]])) == ()


def test_odds_and_hypotheses() -> None:
    kept = verify_chart(region((A, ">"), (1 - A, ">"), (B - A, "!=")), chart(
        ("positive", "free"), [["u", "u + 1"], ["v", "1"]], [["-a", "a - 1"], ["b", "1"]]))
    assert [str(c) for c in kept] == ["u*v - u + v != 0"]


def test_the_identity_keeps_every_condition() -> None:
    where = region((A, ">"), (A * B - 1, "="))
    assert verify_chart(where, identity_chart(RING)) == where.conditions


ATTACKS = {
    # a kind that the region does not grant
    "positive, but the region is closed": (region((A, ">="), (B, ">")), ("positive", "positive"), SAME),
    "positive without a condition": (region((A, ">")), ("positive", "positive"), SAME),
    "positive by a disequality": (region((A, ">"), (B, "!=")), ("positive", "positive"), SAME),
    "positive by an equality": (region((A, ">"), (B - 1, "=")), ("positive", "positive"), SAME),
    "the wrong way round": (region((A, ">"), (-B, ">")), ("positive", "positive"), SAME),
    "unknown kind": (region((A, ">"), (B, ">")), ("positive", "negative"), SAME),
    # maps that are no bijection
    "folding": (region((A, ">"), (B, ">")), ("positive", "positive"),
                {**SAME, "forward": [["u^2", "1"], ["v", "1"]]}),
    "not onto: a < 1 only": (region((A, ">"), (B, ">")), ("positive", "positive"),
                             {"forward": [["u", "u + 1"], ["v", "1"]],
                              "inverse": [["-a", "a - 1"], ["b", "1"]]}),
    "not into": (region((A, ">"), (B, ">")), ("positive", "positive"),
                 {**SAME, "forward": [["u - 1", "1"], ["v", "1"]]}),
    "swapped": (region((A, ">"), (B, ">")), ("positive", "positive"),
                {**SAME, "forward": [["v", "1"], ["u", "1"]]}),
    # denominators
    "a pole in the orthant": (region((A, ">"), (B, ">")), ("positive", "positive"),
                              {**SAME, "forward": [["1", "u - 1"], ["v", "1"]]}),
    "a pole on its boundary": (region((A, ">"), (B, ">=")), ("positive", "nonnegative"),
                               {"forward": [["u", "v"], ["v", "1"]], "inverse": [["a*b", "1"], ["b", "1"]]}),
    "a pole in the region": (region((A, ">"), (B, ">=")), ("positive", "free"),
                             {"forward": [["u*v", "1"], ["v", "1"]], "inverse": [["a", "b"], ["b", "1"]]}),
    # a parameter that depends on another without an equality
    "a line for a plane": (region((A, ">"), (B, ">")), ("positive",),
                           {"forward": [["u", "1"], ["u", "1"]], "inverse": [["a", "1"]], "names": ("u",)}),
    "eliminated by an inequality": (region((A, ">"), (B - A, ">=")), ("positive",),
                                    {"forward": [["u", "1"], ["u", "1"]], "inverse": [["a", "1"]],
                                     "names": ("u",), "eliminated": [[1, 1]]}),
    "eliminated by a disequality": (region((A, ">"), (B - A, "!=")), ("positive",),
                                    {"forward": [["u", "1"], ["u", "1"]], "inverse": [["a", "1"]],
                                     "names": ("u",), "eliminated": [[1, 1]]}),
    "eliminated by a parabola": (region((A, ">"), (B**2 - A, "=")), ("positive",),
                                 {"forward": [["u^2", "1"], ["u", "1"]], "inverse": [["b", "1"]],
                                  "names": ("u",), "eliminated": [[1, 1]]}),
    "eliminated with a slope that vanishes": (region((A, ">="), (A * B - A, "=")), ("nonnegative",),
                                              {"forward": [["u", "1"], "1"], "inverse": [["a", "1"]],
                                               "names": ("u",), "eliminated": [[1, 1]]}),
    "another line": (region((A, ">"), (B - A, "=")), ("positive",),
                     {"forward": [["u", "1"], ["2*u", "1"]], "inverse": [["a", "1"]],
                      "names": ("u",), "eliminated": [[1, 1]]}),
    "the same equality twice": (region((A - B, "=")), (),
                                {"forward": ["0", "0"], "inverse": [], "names": (),
                                 "eliminated": [[0, 0], [0, 1]]}),
    "from the end": (region((A, ">"), (B - A, "=")), ("positive",),
                     {"forward": [["u", "1"], ["u", "1"]], "inverse": [["a", "1"]],
                      "names": ("u",), "eliminated": [[-1, -1]]}),
    # missing pieces
    "a formula too few": (region((A, ">"), (B, ">")), ("positive", "positive"),
                          {**SAME, "forward": [["u", "1"]]}),
    "an inverse too few": (region((A, ">"), (B, ">")), ("positive", "positive"),
                           {**SAME, "inverse": [["a", "1"]]}),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_chart_that_is_no_bijection_onto_the_region_is_refused(attack: str) -> None:
    where, kinds, maps = ATTACKS[attack]
    with pytest.raises(ChartError):
        verify_chart(where, chart(kinds, **maps))


def test_equalities_may_be_eliminated_one_after_the_other() -> None:
    where = region((A + B - 3, "="), (A - B - 1, "="))
    assert verify_chart(where, chart((), ["2", "1"], [], [[0, 1], [1, 0]], names=())) == ()


@given(some.integers(0, 10**6))
def test_the_search_finds_charts_that_the_kernel_accepts(seed: int) -> None:
    """Random linear regions: hypotheses and orthant together are exactly the region."""
    random = Random(seed)
    conditions = []
    for _ in range(random.randint(0, 4)):
        f = random.randint(-2, 2) * A + random.randint(-2, 2) * B + random.randint(-2, 2)
        conditions.append((f, random.choice((">", ">=", ">", "="))))
    where = region(*conditions)
    found = find_chart(where)
    hypotheses = verify_chart(where, found)
    for _ in range(40):
        at = []
        for kind in found.kinds:
            low = {"positive": 1, "nonnegative": 0, "free": -6}[kind]
            at.append(fmpq(random.randint(low, 6), random.randint(1, 3)))
        point = [evaluate_fraction(f, at) for f in found.forward]
        assert where.contains(point) == all(h.holds(at) for h in hypotheses)
        inside = [fmpq(random.randint(-6, 6), random.randint(1, 2)) for _ in range(2)]
        if where.contains(inside):
            there = [evaluate_fraction(f, inside) for f in found.inverse]
            assert [evaluate_fraction(f, there) for f in found.forward] == inside
            assert all(h.holds(there) for h in hypotheses)
            assert all(k == "free" or v > 0 or (k == "nonnegative" and v == 0)
                       for k, v in zip(found.kinds, there, strict=True))


def test_transport_keeps_the_sign() -> None:
    odds = chart(("positive", "free"), [["u", "u + 1"], ["v", "1"]], [["-a", "a - 1"], ["b", "1"]])
    moved = odds.transport(A * B - 2 * A**2)
    for u, v in ((1, 2), (3, -1), (2, 5)):
        there = [evaluate_fraction(f, (fmpq(u), fmpq(v))) for f in odds.forward]
        here = evaluate_fraction(quotient(moved, odds.ring.one), (fmpq(u), fmpq(v)))
        plain = evaluate_fraction(quotient(A * B - 2 * A**2, RING.one), there)
        assert (here > 0, here < 0) == (plain > 0, plain < 0)
