"""Ten thousand random edits of sound certificates: whatever is still accepted must still be true.

Every accepted edit falls into one of these classes; :func:`explain` fails on anything else.

- *evidence*: claim and pieces are as before, only evidence changed (another valid point or
  multiplier, an unused fact, another order).  The statement is the original one, which is true.
- *pieces*: the claim is as before, and the pieces state it differently.  They must agree with an
  independent simplex at points of the region, and cover them.
- *program*: the program itself changed, with its digest (a slack row, the domain).  As before, with
  the changed program in the oracle.
- *implication*: another constraint.  At points of the region its worst case, by the simplex, holds.
- *empty*: other conditions.  z3 confirms that no point satisfies them.

In every class but the last, the evidence itself is tried in numbers, at the certificate's own point
and others.
"""

from __future__ import annotations

import copy
from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import z3
from sympy import symbols

import symtrade as st
from symtrade.kernel.arithmetic import verify
from symtrade.kernel.certificate import (
    Certificate,
    CertificateError,
    Empty,
    Implication,
    Optimum,
)
from symtrade.kernel.polynomial import Ring
from symtrade.kernel.program import digest
from symtrade.kernel.reading import read_certificate
from tests.kernel.evidence import evidence_holds, own_point
from tests.oracles import number, optimum_at, rows_at, simplex
from tests.solve.test_solve_properties import stated_values
from tests.spoil import stored
from tests.strategies import region_points

EDITS = {"dominant": 700, "Bayesian": 400, "choice": 1100, "statuses": 1200, "odds": 900, "equality": 900,
         "different": 900, "three": 800, "largest": 800, "square": 800, "apart": 800, "order": 800,
         "bound": 1000}
RELATIONS = [">", ">=", "=", "!=", "<", "<=", "=="]
Path = tuple[Any, ...]


def two_by_two(incentives: str) -> dict[str, Any]:
    s_lo, b_lo, s_hi, b_hi, p_bhi, p_slo = symbols("s_lo b_lo s_hi b_hi p_bhi p_slo")
    env = st.FiniteEnvironment(
        buyer=st.TypeSpace(values=(b_lo, b_hi), probabilities=(1 - p_bhi, p_bhi)),
        seller=st.TypeSpace(values=(s_lo, s_hi), probabilities=(p_slo, 1 - p_slo)),
        assuming=(s_lo < b_lo, b_lo < s_hi, s_hi < b_hi, p_bhi > 0, p_bhi < 1, p_slo > 0, p_slo < 1))
    mech = st.DirectMechanism(env)
    rows = (*st.dominant_strategy_ic(env, mech), *st.ex_post_ir(env, mech))
    if incentives == "Bayesian":
        rows = (*st.bayesian_ic(env, mech), *st.interim_ir(env, mech))
    program = st.maximize(st.gains_from_trade(env, mech), subject_to=rows)
    return st.solve(program).certificate.to_data()  # type: ignore[no-any-return]


def original(name: str) -> dict[str, Any]:
    return two_by_two(name) if name in ("dominant", "Bayesian") else stored()[name]


# --- edits -----------------------------------------------------------------------------------------


def places(data: Any, path: Path = ()) -> list[Path]:
    """The paths of all items, inner ones included."""
    found = [path]
    if isinstance(data, dict):
        for key, value in data.items():
            found += places(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            found += places(value, (*path, i))
    return found


def edited(data: dict[str, Any], paths: list[Path], random: Random) -> dict[str, Any]:
    """A copy with one random place changed; a changed program often gets its new digest."""
    result = copy.deepcopy(data)
    path = random.choice(paths)
    holder: Any = result
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = change(holder[path[-1]], data, random)
    if path[:2] == ("claim", "program") and random.random() < 0.7:
        result["claim"]["digest"] = digest(result["claim"]["program"])
    return result


def change(value: Any, data: dict[str, Any], random: Random) -> Any:
    if isinstance(value, str):
        return change_text(value, data, random)
    if isinstance(value, list) and value:
        items, i = list(value), random.randrange(len(value))
        kind = random.choice(("drop", "double", "swap"))
        if kind == "drop":
            del items[i]
        elif kind == "double":
            items.insert(i, copy.deepcopy(items[i]))
        else:
            j = random.randrange(len(items))
            items[i], items[j] = items[j], items[i]
        return items
    if isinstance(value, dict) and value:
        items, key, other = dict(value), random.choice(list(value)), random.choice(list(value))
        if random.random() < 0.5:
            del items[key]
        else:
            items[key], items[other] = items[other], items[key]
        return items
    if isinstance(value, int):
        return value + random.choice((-1, 1, 2))
    return random.choice(("0", "1", [], {}, None))


def change_text(text: str, data: dict[str, Any], random: Random) -> str:
    """Another polynomial, relation, number or name."""
    if text in RELATIONS:
        return random.choice(RELATIONS)
    region = data["claim"].get("program", data["claim"]).get("region")
    for names in (region["parameters"], [name for name, _ in data["chart"]["coordinates"]]):
        try:
            polynomial = Ring(names).parse(text)
        except ValueError:
            continue
        if random.random() < 0.8:
            return change_polynomial(polynomial, random)
    position = random.randrange(len(text)) if text else 0
    return text[:position] + random.choice("0123456789-+*^/ aby") + text[position + random.choice((0, 1)) :]


def change_polynomial(polynomial: Any, random: Random) -> str:
    """A number, an exponent or a sign changed, a term added or dropped; the text is canonical."""
    terms = {tuple(map(int, powers)): int(c) for powers, c in polynomial.terms()}
    context = polynomial.context()
    width = len(context.names())
    powers = random.choice(list(terms)) if terms else (0,) * width
    kind = random.choice(("number", "sign", "exponent", "drop", "add", "whole sign"))
    if kind == "number":
        terms[powers] = terms.get(powers, 0) + random.choice((-2, -1, 1, 2))
    elif kind == "sign":
        terms[powers] = -terms.get(powers, 1)
    elif kind == "exponent" and width:
        coefficient, i = terms.pop(powers, 1), random.randrange(width)
        moved = tuple(max(0, p + random.choice((-1, 1))) if j == i else p for j, p in enumerate(powers))
        terms[moved] = terms.get(moved, 0) + coefficient
    elif kind == "drop":
        terms.pop(powers, None)
    elif kind == "add":
        fresh = tuple(random.randint(0, 1) for _ in range(width))
        terms[fresh] = terms.get(fresh, 0) + random.choice((-1, 1))
    else:
        terms = {p: -c for p, c in terms.items()}
    return str(context.from_dict(terms))


# --- what the checker may accept -------------------------------------------------------------------


def sample(region: Any, count: int) -> list[dict[str, Fraction]]:
    """Points of a region; with six parameters, ordered values and probabilities."""
    names = region.ring.names
    if len(names) < 6:
        return region_points(Random(5), region, count)
    random, found = Random(5), []
    for _ in range(count):
        low_s, low_b, high_s, high_b = sorted(random.sample(range(1, 40), 4))
        values = [Fraction(v) for v in (low_s, high_s, low_b, high_b)]
        weights = [Fraction(random.randint(1, 19), 20) for _ in range(2)]
        order = dict(zip(("s_lo", "s_hi", "b_lo", "b_hi", "p_slo", "p_bhi"), values + weights, strict=True))
        found.append({name: order[name] for name in names})
    return found


KNOWN: dict[str, list[tuple[dict[str, Fraction], Any]]] = {}


def truth(program: Any) -> list[tuple[dict[str, Fraction], Any]]:
    """Points of a program's region with the exact optimum there."""
    if program.digest not in KNOWN:
        KNOWN[program.digest] = [(point, optimum_at(program, point)) for point in sample(program.region, 8)]
    return KNOWN[program.digest]


def states_the_truth(certificate: Certificate) -> bool:
    solution = st.PiecewiseSolution(certificate)
    own = own_point(certificate)
    for point, value in [(own, optimum_at(solution.program, own)), *truth(solution.program)]:
        stated = stated_values(solution, point)
        if not stated or set(stated) != {value} or solution.value_at(point) != value:
            return False
    return True


def holds_in_the_worst_case(claim: Implication) -> bool:
    """The claimed bound holds for every feasible point, at points of the region."""
    program, goal, names = claim.program, claim.constraint, claim.program.ring.names
    sign = -1 if goal.sense == ">=" else 1
    for point in sample(program.region, 8):
        form = {v: sign * number(c, names, point) for v, c in goal.coefficients}
        worst = simplex([form.get(v, Fraction(0)) for v in program.variables], rows_at(program, point))
        if worst.status == "unbounded":
            return False
        if worst.value is not None and worst.value > sign * number(goal.bound, names, point):
            return False
    return True


def is_empty(claim: Empty) -> bool:
    """z3 finds no point and says that there is none."""
    unknowns = [z3.Real(name) for name in claim.region.ring.names]
    solver = z3.Solver()
    for condition in claim.region.conditions:
        total = z3.RealVal(0)
        for powers, c in condition.polynomial.terms():
            factors = [x ** int(p) for x, p in zip(unknowns, powers, strict=True)]
            total += z3.Product([z3.RealVal(int(c)), *factors])
        solver.add({">": total > 0, ">=": total >= 0, "=": total == 0, "!=": total != 0}[condition.relation])
    return bool(solver.check() == z3.unsat)


def explain(before: Certificate, after: Certificate) -> str:
    """The class of an accepted edit; an AssertionError if it is a false statement."""
    claim = after.claim
    if not isinstance(claim, Empty):
        for point in (own_point(after), *sample(claim.region, 4)):
            assert evidence_holds(after, point), (point, after.to_data())
    if claim.to_data() == before.claim.to_data():
        if after.pieces == before.pieces:
            return "evidence"
        assert states_the_truth(after), after.pieces
        return "pieces"
    if isinstance(claim, Optimum):
        assert states_the_truth(after), claim.to_data()
        return "program"
    if isinstance(claim, Implication):
        assert holds_in_the_worst_case(claim), claim.to_data()
        return "implication"
    assert is_empty(claim), claim.to_data()
    return "empty"


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITS)
def test_no_edit_makes_a_false_statement_pass(name: str, capsys: Any) -> None:
    data = original(name)
    before = read_certificate(data)
    paths, random, found = places(data)[1:], Random(len(name)), Counter[str]()
    while sum(found.values()) < EDITS[name]:
        trial = edited(data, paths, random)
        if trial == data:
            continue
        try:
            after = read_certificate(trial)
            verify(after)
        except CertificateError:
            found["refused"] += 1
        else:
            found[explain(before, after)] += 1
    assert EDITS[name] / 2 < found["refused"] < EDITS[name], found
    with capsys.disabled():
        counts = (f"{count:5} {kind}" for kind, count in sorted(found.items()))
        print(f"\n{name:>10}", *counts, end=" ")  # noqa: T201  the table is half of the result


def test_there_are_ten_thousand_edits() -> None:
    assert sum(EDITS.values()) >= 10_000


@pytest.mark.parametrize(("name", "place", "lie"), [
    ("choice", "primal", {"x": "1/2"}), ("choice", "primal", {"x": "2"}),
    ("choice", "dual", {"x >= 0": "-1"}),
    ("choice", "dual", {"x + y <= 1": ["a + 1", "1"], "x >= 0": "1", "y >= 0": ["-a + b", "1"]}),
    ("bound", "dual", {"cap": "1"}), ("bound", "dual", {"cap": "1", "y": "1"})])
def test_the_numbers_know_bad_evidence(name: str, place: str, lie: Any) -> None:
    data = stored()[name]
    assert all(evidence_holds(read_certificate(data), point) for point in sample_of(data))
    data["tree"]["branches"][0][1][place] = lie
    assert not all(evidence_holds(read_certificate(data), point) for point in sample_of(data))


def sample_of(data: Any) -> list[dict[str, Fraction]]:
    return sample(read_certificate(data).claim.region, 8)
