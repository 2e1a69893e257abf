"""Certificates that must be refused: each is a sound one with one line made wrong.

    python -m tests.spoil              writes tests/spoiled/*.json and expected.json from the originals
    python -m tests.spoil originals    derives the originals anew first
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from symtrade.kernel.program import digest

HERE = Path(__file__).parent / "spoiled"
ORIGINALS = HERE / "originals"
Data = dict[str, Any]


def load(name: str) -> Data:
    return json.loads((ORIGINALS / f"{name}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def derive_originals() -> dict[str, Data]:
    """One small certificate for every kind of claim, leaf, chart and evidence."""
    from sympy import Eq, Ne, symbols

    import symtrade as st

    a, b, p, x, y = symbols("a b p x y")

    def optimum(**program: Any) -> Data:
        return st.solve(st.LinearProgram(**program)).certificate.to_data()  # type: ignore[no-any-return]

    def empty(claim: Any, **more: Any) -> Data:
        return st.prove(claim, **more).certificates[-1].to_data()  # type: ignore[no-any-return]

    return {
        "optimum": optimum(variables=(x, y), objective=a * x + y, assuming=(a > 0,),
                           constraints=(("budget", x + y <= 1), ("x >= 0", x >= 0), ("y >= 0", y >= 0))),
        "odds": optimum(variables=(x, y), objective=p * x + (1 - p) * y, assuming=(p > 0, p < 1),
                        constraints=(("sum", x + y <= 1), ("ratio", p * x >= (1 - p) * y),
                                     ("x >= 0", x >= 0), ("y >= 0", y >= 0))),
        "equality": optimum(variables=(x,), objective=x, sense="min", assuming=(Eq(a + b, 1), a > 0, b > 0),
                            constraints=(("first", a * x >= 1), ("second", b * x >= 1))),
        "overlap": optimum(variables=(x, y), objective=x + y, assuming=(a > 0, b > 0), constraints=(
            ("first", x + a * y <= 1), ("second", b * x + y <= 1), ("x >= 0", x >= 0), ("y >= 0", y >= 0))),
        "apart": optimum(variables=(x,), objective=x, assuming=(a > 0, b > 0), constraints=(
            ("cap", a * x <= b), ("floor", x >= 1), ("top", x <= 2))),
        "infeasible": optimum(variables=(x,), parameters=(a,), objective=a * x,
                              constraints=(("floor", x >= 0), ("cap", x <= a))),
        "unbounded": optimum(variables=(x, y), parameters=(a,), objective=a * x,
                             constraints=(("floor", x >= 0), ("tie", Eq(x - y, 1)))),
        "implication": st.implies((("low", x >= a), ("slope", y >= a * x)), y >= a**2 - a / 2,
                                  assuming=(a > 0, a < 1), variables=(x, y)).certificates[0].to_data(),
        "square": empty((a + b) ** 2 >= 4 * a * b, parameters=(a, b)),
        "facts": empty((a**2 - 2 * a + 2) * (b + 1) > 0, assuming=(b > 0,), parameters=(a,)),
        "disequality": empty(a**2 > 0, assuming=(Ne(a, 0),)),
        "largest": largest(),
    }


def largest() -> Data:
    """The least z above a and b; written by hand, because the search does not use this node."""
    region = {"parameters": ["a", "b"], "conditions": []}
    program = {
        "region": region, "variables": ["z"], "sense": "min", "objective": [["z", "1"]], "constant": "0",
        "constraints": [{"name": n, "form": [["z", "1"]], "sense": ">=", "bound": [v, "1"]}
                        for n, v in (("first", "a"), ("second", "b"))],
    }
    leaves = [{"leaf": "optimal", "primal": {"z": [v, "1"]}, "dual": {n: "1"}}
              for n, v in (("first", "a"), ("second", "b"))]
    same = [["a", "1"], ["b", "1"]]
    return {
        "format": "symtrade-certificate/1",
        "claim": {"kind": "optimum", "program": program, "digest": digest(program)},
        "point": ["0", "1"],
        "chart": {"coordinates": [["a", "free"], ["b", "free"]], "parameters": same, "inverse": same,
                  "eliminated": []},
        "tree": {"largest": ["a", "b"], "branches": leaves},
        "pieces": [{"status": "optimal", "value": [v, "1"], "regions": [[[gap, ">="]]], "leaves": [k]}
                   for k, (v, gap) in enumerate((("a", "a - b"), ("b", "-a + b")))],
        "overlaps": [],
    }


# --- edits -----------------------------------------------------------------------------------------


def put(*path: Any) -> Callable[[Data], None]:
    """Set the item at a path to the last argument."""
    *where, last, value = path

    def edit(data: Data) -> None:
        at(data, where)[last] = value

    return edit


def drop(*path: Any) -> Callable[[Data], None]:
    """Delete the item at a path."""
    *where, last = path

    def edit(data: Data) -> None:
        del at(data, where)[last]

    return edit


def add(*path: Any) -> Callable[[Data], None]:
    """Append the last argument to the list at a path."""
    *where, value = path

    def edit(data: Data) -> None:
        at(data, where).append(value)

    return edit


def at(data: Any, path: Any) -> Any:
    for step in path:
        data = data[step]
    return data


def with_digest(edit: Callable[[Data], None]) -> Callable[[Data], None]:
    """An edit of the program, with the digest brought up to date."""

    def both(data: Data) -> None:
        edit(data)
        data["claim"]["digest"] = digest(data["claim"]["program"])

    return both


PROGRAM = ("claim", "program")
LEAF0, LEAF1 = ("tree", "branches", 0, 1), ("tree", "branches", 1, 1)

# name of the file, original, edit, what the checker must say
SPOILED: tuple[tuple[str, str, Callable[[Data], None], str], ...] = (
    # the envelope
    ("format_future", "optimum", put("format", "symtrade-certificate/2"), "expected format"),
    ("format_missing", "optimum", drop("format"), "expected format"),
    ("field_unknown", "optimum", put("note", "trust me"), "'note' is no field"),
    ("field_unread", "optimum", put(*PROGRAM, "integer", "x"), "/claim/program/integer has no meaning here"),
    ("digest_stale", "optimum", put(*PROGRAM, "sense", "min"), "the digest is stale"),
    ("claim_unknown", "optimum", put("claim", "kind", "theorem"), "expected a claim of kind"),
    # programs
    ("row_missing", "optimum", with_digest(drop(*PROGRAM, "constraints", 0)),
     "tree/>=: leaf 0: dual: 'budget' does not exist"),
    ("row_twice", "optimum", with_digest(put(*PROGRAM, "constraints", 1, "name", "budget")),
     "two constraints are named budget"),
    ("column_twice", "optimum", with_digest(put(*PROGRAM, "constraints", 0, "form", [["x", "1"], ["x",
     "1"]])),
     "must list each variable once"),
    ("variable_is_parameter", "optimum", with_digest(put(*PROGRAM, "variables", ["x", "a"])),
     "a is both a variable and a parameter"),
    ("variable_unknown", "implication", put("claim", "constraint", "form", [["y", "1"], ["z", "9"]]),
     "z is not among the program's variables"),
    ("coefficient_undefined", "infeasible", with_digest(put(*PROGRAM, "objective", 0, 1, ["1", "a"])),
     "tree/>=: leaf 0: a coefficient of the program may divide by zero: a"),
    # polynomials
    ("exponent_negative", "square", put("claim", "region", "conditions", 0, 0, "a^-2"),
     "is no power of a parameter"),
    ("text_not_canonical", "square", put("claim", "region", "conditions", 0, 0, "-b^2 - a^2 + 2*a*b"),
     "is not the canonical text"),
    ("parameter_unknown", "optimum", put("tree", "split", "c - 1"),
     "'c' in 'c - 1' is no power of a parameter"),
    ("fraction_not_reduced", "optimum", put(*LEAF0, "dual", "budget", ["2*a", "2"]),
     "is not a reduced fraction"),
    ("fraction_of_zero", "optimum", put(*LEAF0, "dual", "budget", ["a", "0"]), "is zero"),
    ("number_not_reduced", "optimum", put(*LEAF0, "primal", "x", "2/2"), "is not in lowest terms"),
    # the point
    ("point_missing", "optimum", put("point", None), "point: expected one value a parameter"),
    ("point_outside", "optimum", put("point", ["-1"]), "point: a > 0 fails there"),
    ("point_short", "equality", put("point", ["1/2"]), "point: expected one value a parameter"),
    # charts
    ("chart_shifted", "optimum", put("chart", "parameters", [["a + 1", "1"]]),
     "chart: the formula for the coordinate a is no inverse"),
    ("chart_kind_too_strong", "infeasible", put("chart", "coordinates", [["a", "positive"]]),
     "chart: the coordinate a need not be positive on the region"),
    ("chart_kind_unknown", "optimum", put("chart", "coordinates", [["a", "negative"]]), "a kind is unknown"),
    ("chart_pole_in_the_orthant", "odds", put("chart", "coordinates", [["odds_p", "free"]]),
     "chart: the formula for p may divide by zero"),
    ("chart_pole_in_the_region", "equality", put("chart", "inverse", [["a", "a - b"]]), "chart: "),
    ("chart_not_onto", "equality", put("chart", "eliminated", []),
     "chart: the chart does not reach every value of"),
    ("chart_eliminates_by_an_inequality", "equality", put("chart", "eliminated", [[1, 1]]),
     "chart: a > 0 eliminates a parameter but is no equality"),
    ("chart_parameter_missing", "equality", drop("chart", "parameters", 1),
     "chart: a parameter lacks its formula"),
    ("chart_coordinate_missing", "square", put("chart", "inverse", [["a", "1"]]),
     "chart: a coordinate lacks"),
    # trees
    ("split_branch_missing", "optimum", drop("tree", "branches", 1), "tree: the branches >= do not cover"),
    ("split_gap", "infeasible", put("tree", "branches", 0, 0, ">"), "tree: the branches > < do not cover"),
    ("split_empty", "optimum", put("tree", "branches", []), "tree: the branches  do not cover"),
    ("split_wrong_polynomial", "optimum", put("tree", "split", "a - 2"),
     "tree/>=: leaf 0: dual: the multiplier of y >= 0 may have the wrong sign: -a + 1"),
    ("largest_branch_missing", "largest", drop("tree", "branches", 1),
     "tree: expected one branch a polynomial"),
    ("largest_of_nothing", "largest", put("tree", {"largest": [], "branches": []}),
     "tree: expected one branch a polynomial"),
    ("largest_swapped", "largest", put("tree", "largest", ["b", "a"]),
     "tree/0: leaf 0: primal: second is not known to hold; residual a - b"),
    ("largest_one_branch", "largest", lambda d: (d["tree"]["largest"].pop(), d["tree"]["branches"].pop()),
     "tree/0: leaf 0: primal: second is not known to hold"),
    # optimal leaves
    ("primal_infeasible", "optimum", put(*LEAF0, "primal", "x", "2"),
     "tree/>=: leaf 0: primal: budget is not known to hold; residual 1"),
    ("primal_too_small", "optimum", put(*LEAF0, "primal", "x", "1/2"),
     "tree/>=: leaf 0: primal and dual values differ by"),
    ("primal_unknown_variable", "optimum", put(*LEAF0, "primal", "z", "1"),
     "'z' does not exist in the program"),
    ("primal_pole", "equality", put(*LEAF0, "primal", "x", ["1", "a - b"]),
     "tree/>=: leaf 0: primal: x: the denominator may vanish: a - b"),
    ("dual_wrong_sign", "optimum", put(*LEAF1, "dual", "x >= 0", ["-a + 2", "1"]),
     "the multiplier of x >= 0 may"),
    ("dual_wrong_column", "optimum", put(*LEAF0, "dual", "budget", ["a + 1", "1"]),
     "tree/>=: leaf 0: dual: the column of x leaves 1"),
    ("dual_missing", "optimum", drop(*LEAF0, "dual"), "tree/>=: leaf 0: dual: the column of x leaves"),
    ("dual_unknown_row", "optimum", put(*LEAF0, "dual", "profit", "1"),
     "'profit' does not exist in the program"),
    ("leaf_unknown", "optimum", put(*LEAF0, "leaf", "obvious"),
     "a leaf 'obvious' proves nothing of this claim"),
    ("leaf_of_another_claim", "square", put("tree", {"leaf": "infeasible"}),
     "a leaf 'infeasible' proves nothing of this claim"),
    ("leaf_with_idle_evidence", "square", put("tree", "leaf", "infeasible"),
     "refutation has no meaning in a leaf"),
    ("leaf_bound_of_an_optimum", "optimum", lambda d: (put(*LEAF0, "leaf", "bound")(d), drop(*LEAF0,
     "primal")(d)),
     "a leaf 'bound' proves nothing of this claim"),
    # the other leaves
    ("farkas_no_gap", "infeasible", put("tree", "branches", 1, 0, "<="),
     "tree/<=: leaf 1: the combined bound is not known to be positive: -a"),
    ("farkas_wrong_sign", "infeasible", put(*LEAF1, "dual", "cap", "1"), "the multiplier of cap may"),
    ("farkas_missing_row", "infeasible", drop(*LEAF1, "dual", "floor"), "dual: the column of x leaves -1"),
    ("ray_leaves", "unbounded", put(*LEAF0, "ray", "x", ["-1", "a"]),
     "ray: floor is not known to keep holding"),
    ("ray_off_the_equality", "unbounded", drop(*LEAF0, "ray", "y"), "ray: tie is not known to keep holding"),
    ("ray_no_gain", "unbounded", lambda d: d["tree"]["branches"][0][1].update(ray={}),
     "/tree/branches/0/1/ray has no meaning here"),
    ("ray_from_nowhere", "unbounded", put(*LEAF0, "primal", "y", "1"), "primal: tie is not known to hold"),
    ("ray_at_the_boundary", "unbounded", lambda d: (put("tree", "branches", 0, 0, ">=")(d),
                                                    put(*LEAF0, "ray", {"x": "1", "y": "1"})(d)),
     "ray: the objective is not known to improve; slope a"),
    ("bound_missed", "implication", put("claim", "constraint", "bound", ["2*a^2 + a", "2"]),
     "tree: leaf 0: the multipliers miss the claimed bound by (-a)/(2)"),
    ("bound_wrong_sense", "implication", put("claim", "constraint", "sense", "<="),
     "may have the wrong sign"),
    ("bound_equality", "implication", put("claim", "constraint", "sense", "=="),
     "follows from two implications"),
    ("refutation_wrong_sum", "square", put("tree", "refutation", 0, 0, "2"),
     "the terms do not sum to 0; they leave"),
    ("refutation_missing", "square", drop("tree", "refutation"), "refutation: no term is positive"),
    ("refutation_negative", "facts", put("tree", "refutation", 2, 0, "-1"), "term 2 may be negative: -1"),
    ("refutation_odd_power", "facts", put("tree", "refutation", 2, 0, "a"), "term 2 may be negative: a"),
    ("refutation_not_strict", "square", put("claim", "region", "conditions", 0, 1, ">="),
     "refutation: no term is positive"),
    ("refutation_dangling", "square", put("tree", "refutation", 0, 1, [7]),
     "uses hypothesis 7, not yet known"),
    ("refutation_square_counts_twice", "facts", put("tree", "refutation", 1, 2, "-a + 2"), "do not sum to 0"),
    ("disequality_once", "disequality", put("tree", "refutation", 0, 1, [0]),
     "term 0 uses a disequality an odd number of times"),
    ("disequality_three_times", "disequality", put("tree", "refutation", 0, 1, [0, 0, 0]),
     "term 0 uses a disequality an odd number of times"),
    ("disequality_forgotten", "disequality", drop("claim", "region", "conditions", 0), "tree: leaf 0"),
    # facts
    ("fact_stronger", "facts", put("tree", "facts", 0, "relation", ">"),
     "tree: fact 0 (-a^2 + 2*a - 2 > 0): no term is positive"),
    ("fact_reads_forward", "facts", put("tree", "facts", 0, "because", 0, 0, 1, [2]),
     "tree: fact 0 (-a^2 + 2*a - 2 >= 0): term 0 uses hypothesis 2, not yet known"),
    ("fact_unproved", "facts", put("tree", "facts", 0, "because", []), "tree: fact 0 needs 1 refutation"),
    ("fact_half_proved", "facts", put("tree", "facts", 0, "relation", "="),
     "tree: fact 0 needs 2 refutation"),
    ("fact_relation_unknown", "facts", put("tree", "facts", 0, "relation", "<="), "expected one of"),
    ("fact_missing", "overlap", drop("tree", "branches", 0, 1, "branches", 0, 1, "facts"),
     "tree/>=/>: leaf 0: primal: x: the denominator may vanish: a*b - 1"),
    # pieces
    ("piece_wrong_value", "optimum", put("pieces", 0, "value", "2"),
     "pieces: piece 0, leaf 0: the value is a, not 2"),
    ("piece_wrong_status", "infeasible", put("pieces", 1, "status", "unbounded"),
     "pieces: piece 1, leaf 1: the piece says unbounded, the leaf infeasible"),
    ("piece_without_value", "optimum", put("pieces", 0, "value", None),
     "exactly the optimal pieces have a value"),
    ("piece_value_of_nothing", "infeasible", put("pieces", 1, "value", "0"),
     "exactly the optimal pieces have a value"),
    ("piece_too_small", "optimum", put("pieces", 0, "regions", 0, 0, 1, ">"), "the leaf is in none of"),
    ("piece_elsewhere", "optimum", put("pieces", 0, "regions", 0, 0, 0, "a - 2"), "the leaf is in none of"),
    ("piece_too_large", "optimum", put("pieces", 0, "regions", [[]]),
     "pieces: region 0 of piece 0 against leaf 1: both may hold, and they differ"),
    ("piece_no_region", "optimum", put("pieces", 0, "regions", []), "the leaf is in none of"),
    ("piece_missing", "optimum", drop("pieces", 1), "pieces: leaf 1 is in no piece"),
    ("piece_twice", "optimum", put("pieces", 1, "leaves", [1, 0]),
     "leaf 0 does not exist or is in two pieces"),
    ("piece_dangling", "optimum", put("pieces", 1, "leaves", [1, 5]),
     "leaf 5 does not exist or is in two pieces"),
    ("piece_without_leaf", "optimum", add("pieces", {"status": "optimal", "value": "9", "regions": [[]],
                                                     "leaves": []}), "pieces: piece 2 is empty"),
    ("overlap_missing", "overlap", drop("overlaps", 0), "both may hold, and they differ"),
    ("overlap_contradiction_missing", "apart", drop("overlaps", 0), "both may hold, and they differ"),
    ("overlap_false", "apart", put("overlaps", 0, "refutation", 0, 0, "5"), "the terms do not sum to 0"),
    ("overlap_dangling", "overlap", put("overlaps", 1, "piece", 7),
     "overlaps: region 0 of piece 7 or leaf 2"),
    ("overlap_idle", "infeasible", add("overlaps", {"piece": 0, "region": 0, "leaf": 0, "facts": [],
                                                    "refutation": []}), "overlaps: "),
    ("overlap_twice", "overlap", lambda d: d["overlaps"].append(d["overlaps"][0]),
     "overlaps: one is given twice"),
)


def spoiled() -> dict[str, Data]:
    """The certificates by file name."""
    result = {}
    for name, original, edit, _ in SPOILED:
        data = copy.deepcopy(load(original))
        edit(data)
        result[name] = data
    return result


def main(arguments: list[str]) -> None:
    ORIGINALS.mkdir(parents=True, exist_ok=True)
    if "originals" in arguments:
        for name, data in derive_originals().items():
            write(ORIGINALS / f"{name}.json", data)
    for old in HERE.glob("*.json"):
        old.unlink()
    for name, data in spoiled().items():
        write(HERE / f"{name}.json", data)
    write(HERE / "expected.json", {name: message for name, _, _, message in SPOILED})


def write(path: Path, data: Data) -> None:
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
