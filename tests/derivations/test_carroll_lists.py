"""Lists of information structures against programs written by hand in fractions, and Appendix E."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
import sympy

from tests.derivations import hand
from tests.derivations.hand import exact, first_best, holds, points
from tests.oracles import simplex, z3_optimum

LO, HI = 0, 1
ONE = Fraction(1)


def threshold_b(at):
    """Where the seller s_lo is indifferent between the sure price b_lo and the price b_hi."""
    return (at["b_lo"] - at["s_lo"]) / (at["b_hi"] - at["s_lo"])


def threshold_s(at):
    return (at["b_hi"] - at["s_hi"]) / (at["b_hi"] - at["s_lo"])


def share(at):
    """The paper's lambda."""
    return (1 - at["p_bhi"]) / at["p_bhi"] * (at["b_lo"] - at["s_lo"]) / (at["b_hi"] - at["b_lo"])


def mirror_point(at):
    return {"s_lo": -at["b_hi"], "b_lo": -at["s_hi"], "s_hi": -at["b_lo"], "b_hi": -at["s_lo"],
            "p_bhi": at["p_slo"], "p_slo": at["p_bhi"]}


# A structure: (buyer's signal, seller's signal) -> (buyer's type, seller's type, part of the prior).
INFORMED_SELLER = {(1, 1): (LO, HI, ONE), (3, 2): (HI, HI, ONE), (2, 3): (LO, LO, ONE), (3, 4): (HI, LO, ONE)}
INFORMED_BUYER = {(4, 5): (LO, HI, ONE), (6, 6): (HI, HI, ONE), (5, 7): (LO, LO, ONE), (7, 7): (HI, LO, ONE)}


def mixed(part):
    return {(4, 5): (LO, HI, ONE), (6, 6): (HI, HI, part), (3, 2): (HI, HI, 1 - part),
            (5, 7): (LO, LO, ONE), (7, 7): (HI, LO, part), (3, 4): (HI, LO, 1 - part)}


def program(structures, at, *, overlap=False, off_path=False, assign=None):
    """Cost and rows: q, t of every pair of signals, then the least utility of each of the four types."""
    b, s, pb, ps = hand.read(at)
    columns: dict[Any, int] = {}
    for k, joint in enumerate(structures):
        buyers, sellers = sorted({i for i, _ in joint}), sorted({j for _, j in joint})
        for pair in product(buyers, sellers):
            if off_path or pair in joint:
                for letter in "qt":
                    columns.setdefault((0 if overlap else k, letter, *pair), len(columns))
    least = {key: len(columns) + n for n, key in enumerate(product("BS", (LO, HI)))}
    width, rows = len(columns) + 4, []

    def row(form, sense=">=", bound=Fraction(0)):
        rows.append(([form.get(c, Fraction(0)) for c in range(width)], sense, Fraction(bound)))

    for key, c in columns.items():
        if key[1] == "q":
            row({c: ONE})
            row({c: ONE}, "<=", ONE)
    for k, joint in enumerate(structures):
        weight = {pair: pb[i] * ps[j] * part for pair, (i, j, part) in joint.items()}
        for side, worth in (("B", b), ("S", s)):
            place = 0 if side == "B" else 1
            types = {pair[place]: types[place] for pair, types in joint.items()}

            def payoff(signal, report, k=k, weight=weight, side=side, worth=worth, place=place, types=types):
                form: dict[int, Fraction] = {}
                for pair, w in weight.items():
                    if pair[place] == signal:
                        met = (report, pair[1]) if side == "B" else (pair[0], report)
                        if (0 if overlap else k, "q", *met) not in columns:
                            return None
                        sign = 1 if side == "B" else -1
                        form[columns[0 if overlap else k, "q", *met]] = sign * w * worth[types[signal]]
                        form[columns[0 if overlap else k, "t", *met]] = -sign * w
                return form

            for signal in types:
                own = payoff(signal, signal)
                row(own)
                for report in types:
                    lie = payoff(signal, report)
                    if report != signal and lie is not None:
                        row({c: own.get(c, Fraction(0)) - lie.get(c, Fraction(0)) for c in {*own, *lie}})
            for kind in (LO, HI):
                if assign is not None and assign[side, kind] != k:
                    continue
                form = {least[side, kind]: -(pb if side == "B" else ps)[kind]}
                for signal in (x for x in types if types[x] == kind):
                    for c, w in payoff(signal, signal).items():
                        form[c] = form.get(c, Fraction(0)) + w
                row(form)
    cost = [Fraction(0)] * len(columns) + [pb[LO], pb[HI], ps[LO], ps[HI]]
    return cost, rows


def table_3(at, **options):
    return simplex(*program((INFORMED_SELLER, INFORMED_BUYER), at, **options)).value


def table_4(at, part=None, **options):
    second = mixed(share(at) if part is None else part)
    return simplex(*program((INFORMED_SELLER, second), at, **options)).value


def boundary(at, b=False, s=False, tie=False):
    """The point moved to p*_b, to p*_s, or to where both cases of Lemma 2.1 give the same."""
    at = dict(at)
    if b:
        at["p_bhi"] = threshold_b(at)
    if s:
        at["p_slo"] = threshold_s(at)
    if tie:
        low = (1 - at["p_bhi"]) * (at["b_lo"] - at["s_lo"]) / (at["b_hi"] - at["b_lo"])
        high = at["p_bhi"] * (at["b_hi"] - at["s_hi"]) / (at["s_hi"] - at["s_lo"])
        at["p_slo"] = high / (low + high)
    return at


RANDOM = points(40, seed=11)
REGION = {
    (high_b, high_s): [p for p in RANDOM if (p["p_bhi"] > threshold_b(p)) == high_b
                       and (p["p_slo"] > threshold_s(p)) == high_s][:3]
    for high_b in (False, True) for high_s in (False, True)
}
EDGES = [boundary(RANDOM[0], b=True), boundary(RANDOM[1], s=True), boundary(RANDOM[2], b=True, s=True),
         *(boundary(p, tie=True) for p in REGION[True, True][:2])]
EVERYWHERE = [*(p for group in REGION.values() for p in group), *EDGES]
ABOVE_B = [p for p in EVERYWHERE if p["p_bhi"] > threshold_b(p)]
ABOVE_S = [p for p in EVERYWHERE if p["p_slo"] > threshold_s(p)]
ASSIGN = {("B", HI): 0, ("S", HI): 0, ("B", LO): 1, ("S", LO): 1}
EXAMPLE = {"s_lo": Fraction(1), "b_lo": Fraction(2), "s_hi": Fraction(3), "b_hi": Fraction(4)}
E_1 = EXAMPLE | {"p_bhi": Fraction(1, 2), "p_slo": Fraction(1, 4)}
E_3 = EXAMPLE | {"p_bhi": Fraction(3, 4), "p_slo": Fraction(1, 2)}


def part(outcomes, number, words):
    return next(p.thing for p in outcomes[number].result.parts if words in p.heading)


def value(solution, at):
    """The value of every piece that holds here; they must agree."""
    (found,) = {exact(p.value, at) for p in solution.pieces if holds(p.region, at)}
    return found


def best(at):
    """max(W_FP, W_DS), the first in closed form, the second from a program by hand."""
    flexible = at["p_slo"] * (at["b_lo"] - at["s_lo"]) + at["p_bhi"] * (at["b_hi"] - at["s_hi"])
    return max(flexible, hand.optimum(at, bayesian=False))


def test_the_points_meet_every_region():
    assert all(len(group) == 3 for group in REGION.values())
    assert len(ABOVE_B) >= 6 and len(ABOVE_S) >= 6


# --- CA-8, CA-9 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", EVERYWHERE)
def test_table_3(outcomes, at):
    found = value(part(outcomes, "CA-9", "Table 3"), at)
    assert found == table_3(at)
    tight = at["p_bhi"] <= threshold_b(at) or at["p_slo"] <= threshold_s(at)
    assert (found == best(at)) == tight and found >= best(at)


@pytest.mark.parametrize("at", ABOVE_B)
def test_table_4(outcomes, at):
    assert value(part(outcomes, "CA-9", "Table 4"), at) == table_4(at, overlap=True) == best(at)


@pytest.mark.parametrize("at", ABOVE_S)
def test_mirror_image_of_table_4(outcomes, at):
    found = value(part(outcomes, "CA-9", "mirror image"), at)
    assert found == table_4(mirror_point(at), overlap=True) == best(at)


@pytest.mark.parametrize("at", [E_3, REGION[True, True][0], REGION[False, False][0], EDGES[2]])
def test_pairs_that_never_occur_change_nothing(at):
    structures = (INFORMED_SELLER, INFORMED_BUYER)
    assert z3_optimum(*program(structures, at, off_path=True)).value == table_3(at)
    if at["p_bhi"] > threshold_b(at):
        structures = (INFORMED_SELLER, mixed(share(at)))
        full = z3_optimum(*program(structures, at, overlap=True, off_path=True)).value
        assert full == table_4(at, overlap=True)


@pytest.mark.parametrize("at", EVERYWHERE)
def test_lambda(outcomes, at):
    first, second = outcomes["CA-8"].result.statement
    assert holds(first.when, at) == (share(at) < 1) and exact(first.value, at) == share(at)
    assert holds(second.when, at) == (share(mirror_point(at)) < 1)
    assert exact(second.value, at) == share(mirror_point(at))


def test_lemma_5_5_as_printed_fails(outcomes):
    claim = next(c for c in outcomes["CA-9"].claims if c.verdict == "refuted")
    at = hand.fractions(claim.witness)
    b, s, pb, ps = hand.read(at)
    weight = pb[1] * ps[1] * (b[1] - s[1]) / (s[1] - s[0])
    assert pb[0] * ps[0] * (b[1] - s[0]) / (b[1] - b[0]) >= weight and at["p_bhi"] > threshold_b(at)
    bound = (pb[0] * ps[0] * (b[0] - s[0]) + pb[1] * ps[0] * (b[1] - s[0]) + weight * (b[0] - s[0]))
    assert table_4(mirror_point(at), overlap=True) > bound  # and no list can do better than this:
    assert hand.optimum(at, bayesian=False) > bound


# --- CA-10 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [E_1, E_3, *EVERYWHERE[::3]])
def test_types_assigned_beforehand(outcomes, at):
    assert value(part(outcomes, "CA-10", "Table 3, types"), at) == table_3(at, assign=ASSIGN)
    if at["p_bhi"] > threshold_b(at):
        found = value(part(outcomes, "CA-10", "Table 4, types"), at)
        assert found == table_4(at, overlap=True, assign=ASSIGN)


@pytest.mark.parametrize("at", [E_3, *ABOVE_B[::2]])
def test_table_4_without_overlap(outcomes, at):
    found = value(part(outcomes, "CA-10", "without overlap"), at)
    assert found == table_4(at) > best(at)


def test_numbers_of_appendix_e(outcomes):
    assert threshold_b(E_1) == threshold_s(E_1) == Fraction(1, 3)
    assert hand.optimum(E_1, bayesian=False) == Fraction(13, 16)
    assert hand.optimum(E_3, bayesian=False) == Fraction(25, 16)
    assert table_3(E_1, assign=ASSIGN) == Fraction(7, 8)  # not 1, as printed
    assert table_3(E_3) == Fraction(11, 7)  # E.2 is the best example
    assert table_4(E_3) == Fraction(77, 48) > Fraction(19, 12)  # E.3 is not
    assert share(E_3) == Fraction(1, 6)
    wrong = [c.id for c in outcomes["CA-10"].claims if c.verdict != "holds"]
    assert wrong == ["CA-10.E.1.6", "CA-10.E.1.7"]
    assert part(outcomes, "CA-10", "E.3") == sympy.Rational(77, 48)


# --- CA-15 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", EVERYWHERE)
def test_any_lambda(outcomes, at):
    solution = part(outcomes, "CA-15", "any lambda")
    for lam in (Fraction(1, 7), Fraction(3, 5)):
        assert value(solution, at | {"lambda": lam}) == table_4(at, lam, overlap=True)
    ends = sorted((share(at), share(mirror_point(at))))
    for lam in (*ends, sum(ends) / 2):
        if lam < 1:
            assert value(solution, at | {"lambda": lam}) == best(at)
    if min(ends) >= 1:
        assert best(at) == table_3(at)


@pytest.mark.parametrize("at", EVERYWHERE[::4])
def test_one_structure_gives_first_best(at):
    for structure in (INFORMED_SELLER, INFORMED_BUYER, mixed(Fraction(1, 3))):
        assert simplex(*program((structure,), at)).value == first_best(at)


def test_three_assigned_programs_cover(outcomes):
    pieces = [p for name in ("region I", "Table 4, case", "mirror image") for p in
              part(outcomes, "CA-15", name).pieces]
    for at in EVERYWHERE:
        assert best(at) in {exact(p.value, at) for p in pieces}
