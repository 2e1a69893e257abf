"""Certificates that must be refused, made from good ones by one small lie each.

    python -m tests.spoil            writes tests/spoiled/*.json from the good_*.json beside them
    python -m tests.spoil --solve    first proves the good ones again

A file is named ``RULE_lie.json`` after the rule that must refuse it; ``expected.json`` maps each file
to words of the message, which names the first wrong line.
"""

from __future__ import annotations

import json
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

from tests import spoil_balls, spoil_calculus
from tests.edits import Lie, add, drop, lie, put, replace, reseal, text, wrapped, write

FOLDER = Path(__file__).parent / "spoiled"
RULES = ("reading", "point", "defined", "chart", "refutation", "split", "largest", "primal", "dual", "ray",
         "infeasible", "bound", "pieces", "overlaps", *spoil_balls.RULES,
         *spoil_calculus.RULES)


def good() -> dict[str, Any]:
    """The JSON data of small certificates, proved afresh."""
    from sympy import Eq, Ne, symbols

    import symtrade as st

    a, b, x, y = symbols("a b x y")

    def optimum(variables: Any, parameters: Any, assuming: Any, objective: Any, *rows: Any) -> Any:
        program = st.LinearProgram(
            variables=variables, parameters=parameters, assuming=assuming, objective=objective,
            constraints=[*((str(row), row) for row in rows), *((f"{v} >= 0", v >= 0) for v in variables)])
        try:
            return st.solve(program).certificate.to_data()
        except (st.Infeasible, st.Unbounded) as outcome:
            return outcome.solution.certificate.to_data()

    def proof(verdict: Any) -> Any:
        return verdict.certificates[0].to_data()

    three = stored()["three"]  # of splits; the search of today asks at once which is largest
    return {
        "choice": optimum((x, y), (a, b), (a > 0, b > 0), a * x + b * y, x + y <= 1),
        "statuses": optimum((x,), (a,), (), x, a * x <= 1, x >= 2),
        "odds": optimum((x, y), (a, b), (a > 0, a < 1, b > a), x, (1 + a) * x + b * y <= 1, x - y <= a),
        "equality": optimum((x,), (a, b), (Eq(a + b, 1), a > 0, b > 0), x, x <= a * b),
        "different": optimum((x,), (a, b), (Ne(a, b),), x, (a - b) ** 2 * x <= 1),
        "variety": st.solve(st.LinearProgram(
            variables=(x, y), assuming=(a > 0, b > 0), objective=x + y,
            constraints=(("cap", a * x + b * y <= 1),))).certificate.to_data(),
        "three": three,
        "largest": largest(three),
        "square": proof(st.prove(a**2 + b**2 + 1 > 2 * a * b, parameters=(a, b))),
        "apart": proof(st.prove(Ne(a, b), assuming=(a > b, b > 0))),
        "order": proof(st.prove(a * b > 1, assuming=(a > 1, b > 1))),
        "bound": proof(st.implies([("cap", x + y <= a), ("x", x >= b), ("y", y >= b)], x <= a - b,
                                  variables=(x, y), assuming=(a > 0, b > 0))),
        **spoil_balls.good(),
        **spoil_calculus.good(),
    }


def largest(three: Any) -> Any:
    """The best of three goods, by one node that asks which is the largest."""
    data, goods = deepcopy(three), {"a": "x", "b": "y", "c": "z"}
    data["tree"] = {"largest": ["a", "b", "c"], "branches": []}
    data["pieces"], data["overlaps"] = [], []
    for k, (price, quantity) in enumerate(goods.items()):
        others = [p for p in goods if p != price]
        less = {p: f"-{min(p, price)} + {max(p, price)}" if p > price else f"{p} - {price}" for p in others}
        more = {p: f"-{min(p, price)} + {max(p, price)}" if p < price else f"{price} - {p}" for p in others}
        data["tree"]["branches"].append({
            "leaf": "optimal", "primal": {quantity: "1"},
            "dual": {"x + y + z <= 1": [price, "1"], **{f"{goods[p]} >= 0": [less[p], "1"] for p in others}}})
        data["pieces"].append({"status": "optimal", "value": [price, "1"], "leaves": [k],
                               "regions": [[[more[p], ">="] for p in others]]})
    return data


PROGRAM, REGION = "claim|program", "claim|program|region"
LEFT, RIGHT = "tree|branches|0|1", "tree|branches|1|1"
BOTTOM = f"{LEFT}|branches|1|1"

LIES = (
    # what is not even read
    lie("reading_truncated", "choice", "truncated or malformed JSON", text(lambda t: t[: len(t) // 2])),
    lie("reading_duplicate_key", "choice", "the field 'point' is given twice",
        replace('"point":', '"point": null, "point":')),
    lie("reading_float", "choice", "a float has no place in a certificate: 0.5", put("point", [0.5, "1"])),
    lie("reading_infinity", "choice", "a float has no place in a certificate: Infinity",
        replace('"5/9"', "Infinity")),
    lie("reading_format", "choice", ", got 'symtrade-certificate/2'",
        put("format", "symtrade-certificate/2")),
    lie("reading_no_format", "choice", ", got None", drop("format")),
    lie("reading_wrapper_format", "choice", ", got 'symtrade-result/2'",
        wrapped(format="symtrade-result/2")),
    lie("reading_wrapper_empty", "choice", "the file holds no certificates",
        wrapped(format="symtrade-result/1"), put("certificates", [])),
    lie("reading_unknown_field", "choice", "'note' is no field of format", put("note", "trust me")),
    lie("reading_unknown_field_in_program", "choice", "/claim/program/note has no meaning here",
        put(f"{PROGRAM}|note", "")),
    lie("reading_missing_field", "choice", "'chart' is missing", drop("chart")),
    lie("reading_claim_kind", "choice", "expected a claim of kind optimum, implication or empty",
        put("claim|kind", "theorem")),
    lie("reading_stale_digest", "choice", "the digest is stale",
        put(f"{PROGRAM}|constraints|0|bound", "2")),
    lie("reading_polynomial", "choice", "'b - a' is not the canonical text of a polynomial (that is -a + b)",
        put(f"{LEFT}|dual|y >= 0", ["b - a", "1"])),
    lie("reading_negative_exponent", "choice", "'a^-1' in 'a^-1' is no power of a parameter",
        put("tree|split", "a^-1")),
    lie("reading_unknown_parameter", "choice", "'c' in 'a - c' is no power of a parameter",
        put("tree|split", "a - c")),
    lie("reading_common_factor", "choice", "is not a reduced fraction", put("pieces|0|value", ["a*b", "b"])),
    lie("reading_negative_denominator", "choice", "is not a reduced fraction",
        put("pieces|0|value", ["-a", "-1"])),
    lie("reading_zero_denominator", "choice", "the denominator of ['a', '0'] is zero",
        put("pieces|0|value", ["a", "0"])),
    lie("reading_lowest_terms", "choice", "'2/2' is not in lowest terms", put(f"{LEFT}|primal|x", "2/2")),
    lie("reading_duplicate_column", "choice", "a linear form must list each variable once",
        add(f"{PROGRAM}|constraints|0|form", ["y", "1"]), reseal),
    lie("reading_duplicate_row", "choice", "two constraints are named x >= 0",
        put(f"{PROGRAM}|constraints|2|name", "x >= 0"), reseal),
    lie("reading_unknown_variable", "choice", "z is not among the variables",
        put(f"{PROGRAM}|objective|1|0", "z"), reseal),
    lie("reading_parameter_as_variable", "choice", "a is both a variable and a parameter",
        add(f"{PROGRAM}|variables", "a"), reseal),
    lie("reading_relation", "choice", "expected one of >, >=, =, !=, got '<'",
        put(f"{REGION}|conditions|0|1", "<"), reseal),
    lie("reading_goal_variable", "bound", "the claim's z is not among the program's variables",
        put("claim|constraint|form|0|0", "z")),
    lie("reading_negative_position", "statuses", "expected a position 0, 1, 2, ..., got -1",
        put("overlaps|0|refutation|0|1|0", -1)),
    lie("reading_unread_field", "choice", "/tree/branches/0/1/facts has no meaning here",
        put(f"{LEFT}|facts", [])),
    lie("reading_not_an_object", "choice", "expected a node, got []", put(LEFT, [])),
    # the region has a point
    lie("point_outside", "choice", "point: b > 0 fails there", put("point|1", "0")),
    lie("point_missing", "choice", "point: expected one value a parameter", put("point", None)),
    lie("point_short", "choice", "point: expected one value a parameter", drop("point|1")),
    lie("point_off_the_equality", "equality", "point: a + b - 1 = 0 fails there", put("point|0", "1/2")),
    lie("point_of_nothing", "square", "point: a region that is claimed to be empty has none",
        put("point", ["1", "2"])),
    # the program is defined
    lie("defined_bound", "choice", "a coefficient of the program may divide by zero: a - b",
        put(f"{PROGRAM}|constraints|1|bound", ["-1", "a - b"]), reseal),
    lie("defined_constant", "statuses", "a coefficient of the program may divide by zero: a - 7",
        put(f"{PROGRAM}|constant", ["1", "a - 7"]), reseal),
    lie("defined_goal", "bound", "a coefficient of the program may divide by zero: a - b",
        put("claim|constraint|bound", ["1", "a - b"])),
    # the chart
    lie("chart_not_inverse", "odds", "chart: the formula for the coordinate gap_1 is no inverse",
        put("chart|inverse|1", ["-2*a + 2*b", "1"])),
    lie("chart_kind", "odds", "chart: the coordinate a need not be positive on the region",
        put(f"{REGION}|conditions|0|1", ">="), put("chart|coordinates|0|0", "a"), reseal,
        text(lambda t: t.replace("odds_a", "a"))),
    lie("chart_kind_of_a_free_coordinate", "statuses",
        "chart: the coordinate a need not be nonnegative on the region",
        put("chart|coordinates|0|1", "nonnegative")),
    lie("chart_unknown_kind", "choice", "chart: a parameter lacks its formula, or a kind is unknown",
        put("chart|coordinates|0|1", "integer")),
    lie("chart_not_onto", "equality", "chart: the chart does not reach every value of a",
        put("chart|eliminated", [])),
    lie("chart_wrong_equality", "equality", "chart: a > 0 eliminates a parameter but is no equality",
        put("chart|eliminated|0|0", 1)),
    lie("chart_undetermined", "equality", "chart: a*b - 1 = 0 does not determine b",
        put(f"{REGION}|conditions|0|0", "a*b - 1"), put("point", ["1", "1"]), reseal),
    lie("chart_dangling", "equality", "chart: tuple index out of range", put("chart|eliminated|0|0", 3)),
    lie("chart_from_the_end", "equality", "chart: condition 0 or parameter -1 does not exist",
        put("chart|eliminated|0|1", -1)),
    lie("chart_denominator", "odds", "chart: the formula for a may divide by zero",
        put("chart|parameters|0", ["odds_a", "odds_a - 1"])),
    lie("chart_undefined_inverse", "odds", "chart: the coordinate odds_a may be undefined on the region",
        put(f"{REGION}|conditions|1|0", "-a + 2"), reseal),
    lie("chart_parameter_missing", "odds", "chart: a parameter lacks its formula",
        drop("chart|parameters|1")),
    # refutations
    lie("refutation_sum", "square", "the terms do not sum to 0; they leave 1",
        put("tree|refutation|2|0", "2")),
    lie("refutation_missing_term", "square", "the terms do not sum to 0; they leave -1",
        drop("tree|refutation|2")),
    lie("refutation_not_strict", "square", "no term is positive",
        put("claim|region|conditions|0|0", "-a^2 + 2*a*b - b^2"), drop("tree|refutation|2")),
    lie("refutation_empty", "square", "no term is positive", drop("tree|refutation")),
    lie("refutation_square_as_strict", "square", "no term is positive",
        put("tree|refutation|2", ["1", [], "1"])),
    lie("refutation_negative", "square", "term 1 may be negative: -1", put("tree|refutation|1|0", "-1")),
    lie("refutation_odd_power", "square", "term 0 may be negative: a", put("tree|refutation|0|0", "a")),
    lie("refutation_disequality", "apart", "term 0 uses a disequality an odd number of times",
        put("claim|region|conditions|2", ["a - b", "!="]), put("chart|coordinates|1|1", "nonnegative"),
        put("claim|region|conditions|0|1", ">=")),
    lie("refutation_dangling", "square", "term 0 uses hypothesis 1, not yet known",
        put("tree|refutation|0|1|0", 1)),
    lie("refutation_forward", "statuses", "fact 0 (-2*a + 1 > 0): term 0 uses hypothesis 2, not yet known",
        put(f"{RIGHT}|facts|0|because|0|0|1|0", 2)),
    lie("refutation_equality_needs_two", "three", "fact 0 needs 2 refutation(s)",
        drop("overlaps|0|facts|0|because|1")),
    lie("refutation_order_needs_one", "statuses", "fact 0 needs 1 refutation(s)",
        add(f"{RIGHT}|facts|0|because", [["1", [1]], ["2", [0]], ["1", []]])),
    lie("refutation_of_a_stronger_fact", "three", "tree/>=/<=: fact 0 (-b + c > 0): no term is positive",
        put(f"{BOTTOM}|facts|0|relation", ">")),
    # splits
    lie("split_not_covering", "choice", "tree: the branches >= do not cover every sign",
        drop("tree|branches|1"), drop("pieces|1")),
    lie("split_without_zero", "choice", "tree: the branches > < do not cover every sign",
        put("tree|branches|0|0", ">"), put("tree|branches|1|0", "<")),
    lie("split_twice_the_same", "choice", "tree: the branches >= >= do not cover every sign",
        put("tree|branches|1|0", ">=")),
    lie("split_unknown_relation", "choice", "tree: the branches >= < = != do not cover every sign",
        add("tree|branches", ["= !=", {"leaf": "empty"}]), put("tree|branches|1|0", "<")),
    lie("split_on_another_polynomial", "choice", "tree/>=: leaf 0: dual: the multiplier of y >= 0 may have",
        put("tree|split", "a - 2*b")),
    lie("largest_missing_branch", "largest", "tree: expected one branch a polynomial",
        drop("tree|branches|2"), drop("pieces|2")),
    lie("largest_missing_polynomial", "largest", "tree/0: leaf 0: dual: the multiplier of z >= 0 may have",
        drop("tree|largest|2"), drop("tree|branches|2"), drop("pieces|2")),
    lie("largest_wrong_order", "largest", "tree/0: leaf 0: dual: the multiplier of y >= 0 may have",
        put("tree|largest", ["b", "a", "c"])),
    lie("largest_of_nothing", "largest", "tree: expected one branch a polynomial",
        put("tree", {"largest": [], "branches": []}), put("pieces", [])),
    # primal points
    lie("primal_violates", "choice", "leaf 0: primal: x + y <= 1 is not known to hold; residual 1",
        put(f"{LEFT}|primal|x", "2")),
    lie("primal_missing", "choice", "leaf 0: primal and dual values differ by -a", drop(f"{LEFT}|primal")),
    lie("primal_suboptimal", "choice", "leaf 0: primal and dual values differ by (-a)/(2)",
        put(f"{LEFT}|primal|x", "1/2")),
    lie("primal_dangling", "choice", "leaf 0: primal: 'w' does not exist in the program",
        put(f"{LEFT}|primal", {"w": "1"})),
    lie("primal_denominator", "choice", "leaf 0: primal: x: the denominator may vanish: a - b",
        put(f"{LEFT}|primal|x", ["1", "a - b"])),
    lie("primal_of_unbounded", "statuses", "leaf 2: primal: x >= 2 is not known to hold; residual -2",
        drop(f"{RIGHT}|primal")),
    # multipliers
    lie("dual_missing_row", "choice", "leaf 0: dual: the column of y leaves a - b",
        drop(f"{LEFT}|dual|y >= 0")),
    lie("dual_sign", "choice", "leaf 0: dual: the multiplier of x >= 0 may have the wrong sign: 1",
        put(f"{LEFT}|dual", {"x + y <= 1": ["a + 1", "1"], "x >= 0": "1", "y >= 0": ["-a + b", "1"]})),
    lie("dual_dangling", "choice", "leaf 0: dual: 'cap' does not exist in the program",
        put(f"{LEFT}|dual|cap", "1")),
    lie("dual_denominator", "choice", "leaf 0: dual: y >= 0: the denominator may vanish: a - b",
        put(f"{LEFT}|dual|y >= 0", ["1", "a - b"])),
    lie("dual_unread_ray", "choice", "leaf 0: ray has no meaning in a leaf 'optimal'",
        put(f"{LEFT}|ray", {"x": "1"})),
    lie("dual_beside_the_variety", "variety", "leaf 0: dual: the column of x leaves (a - b)/(b)",
        lambda data: data["tree"]["branches"][0].__setitem__(1, data["tree"]["branches"][1][1])),
    lie("dual_on_another_variety", "variety", "leaf 0: dual: the column of x leaves (a - b)/(b)",
        put("tree|split", "a - 2*b"), lambda data: data["tree"]["branches"].reverse(),
        lambda data: data["tree"]["branches"].insert(0, data["tree"]["branches"].pop(1))),
    lie("dual_too_small_on_the_variety", "variety", "leaf 1: primal and dual values differ by (-1)/(2*b)",
        put("tree|branches|1|1|primal|y", ["1", "2*b"])),
    # rays
    lie("ray_not_improving", "statuses", "leaf 2: ray: the objective is not known to improve; slope 0",
        drop(f"{RIGHT}|ray")),
    lie("ray_leaving", "statuses", "leaf 1: ray: a*x <= 1 is not known to keep holding; slope a",
        put(f"{LEFT}|branches|1|1", {"leaf": "unbounded", "primal": {"x": "2"}, "ray": {"x": "1"}})),
    lie("ray_backwards", "statuses", "leaf 2: ray: a*x <= 1 is not known to keep holding; slope -a",
        put(f"{RIGHT}|ray|x", "-1")),
    lie("ray_dangling", "statuses", "leaf 2: ray: 'y' does not exist in the program",
        put(f"{RIGHT}|ray", {"y": "1"})),
    # infeasibility
    lie("infeasible_no_gap", "statuses", "leaf 0: the combined bound is not known to be positive: 0",
        drop(f"{LEFT}|branches|0|1|dual")),
    lie("infeasible_gap_unknown", "statuses", "the combined bound is not known to be positive: 2*a - 1",
        put(f"{LEFT}|split", "2*a - 3")),
    lie("infeasible_gap_zero", "statuses", "the combined bound is not known to be positive: 2*a - 1",
        put(f"{LEFT}|branches|0|0", ">="), put(f"{LEFT}|branches|1|0", "<")),
    lie("infeasible_sign", "statuses", "leaf 0: dual: the multiplier of a*x <= 1 may have the wrong sign: 1",
        put(f"{LEFT}|branches|0|1|dual", {"a*x <= 1": "1", "x >= 2": ["-a", "1"]})),
    lie("infeasible_column", "statuses", "leaf 0: dual: the column of x leaves a",
        drop(f"{LEFT}|branches|0|1|dual|a*x <= 1")),
    # implied bounds
    lie("bound_missed", "bound", "leaf 0: the multipliers miss the claimed bound by 1",
        put("claim|constraint|bound", ["a - b - 1", "1"])),
    lie("bound_column", "bound", "leaf 0: dual: the column of y leaves 1", drop(f"{LEFT}|dual|y")),
    lie("bound_sign", "bound", "leaf 0: dual: the multiplier of y may have the wrong sign: 1",
        put(f"{LEFT}|dual|y", "1")),
    lie("bound_equality", "bound", "an equality follows from two implications",
        put("claim|constraint|sense", "==")),
    lie("bound_wrong_way", "bound", "leaf 0: dual: the multiplier of cap may have the wrong sign: 1",
        put("claim|constraint|sense", ">=")),
    lie("bound_of_an_optimum", "choice", "leaf 0: a leaf 'bound' proves nothing of this claim",
        put(f"{LEFT}|leaf", "bound"), drop(f"{LEFT}|primal")),
    # the statement
    lie("pieces_value", "choice", "pieces: piece 0, leaf 0: the value is a, not b",
        put("pieces|0|value", ["b", "1"])),
    lie("pieces_value_undefined", "three", "pieces: piece 0, leaf 0: the value is a, not (a^2)/(a - b)",
        put("pieces|0|value", ["a^2", "a - b"])),
    lie("pieces_no_value", "choice", "pieces: piece 0, leaf 0: exactly the optimal pieces have a value",
        put("pieces|0|value", None)),
    lie("pieces_status", "statuses", "pieces: piece 0, leaf 0: the piece says unbounded, the leaf infeasible",
        put("pieces|0|status", "unbounded")),
    lie("pieces_wrong_leaf", "choice", "pieces: piece 0, leaf 1: the value is b, not a",
        put("pieces|0|leaves|0", 1)),
    lie("pieces_missing_leaf", "choice", "pieces: leaf 1 is in no piece", drop("pieces|1")),
    lie("pieces_shared_leaf", "choice", "pieces: piece 1: leaf 0 does not exist or is in two pieces",
        add("pieces|1|leaves", 0)),
    lie("pieces_dangling_leaf", "choice", "pieces: piece 1: leaf 2 does not exist or is in two pieces",
        put("pieces|1|leaves|0", 2)),
    lie("pieces_outside", "choice", "pieces: piece 0, leaf 0: the leaf is in none of the piece's regions",
        put("pieces|0|regions|0|0|1", ">")),
    lie("pieces_too_wide", "choice",
        "pieces: region 0 of piece 0 against leaf 1: both may hold, and they differ",
        drop("pieces|0|regions|0|0")),
    lie("pieces_second_region", "statuses",
        "pieces: region 1 of piece 1 against leaf 0: both may hold, and they differ",
        add("pieces|1|regions", [["a - 1", ">"]])),
    lie("pieces_no_region", "choice", "pieces: piece 0, leaf 0: the leaf is in none of the piece's regions",
        put("pieces|0|regions", [])),
    lie("pieces_no_leaves", "choice", "pieces: piece 2 is empty",
        add("pieces", {"status": "optimal", "value": "7", "regions": [[["a - b", ">="]]], "leaves": []})),
    lie("overlaps_no_reason", "statuses",
        "pieces: region 0 of piece 0 against leaf 2: both may hold, and they differ", put("overlaps", [])),
    lie("overlaps_wrong_reason", "statuses",
        "pieces: region 0 of piece 0 against leaf 2: the terms do not sum to 0",
        put("overlaps|0|refutation|0|0", "2")),
    lie("overlaps_twice", "statuses", "overlaps: one is given twice",
        lambda data: data["overlaps"].append(data["overlaps"][0])),
    lie("overlaps_dangling", "statuses", "overlaps: region 1 of piece 0 or leaf 2 does not exist",
        put("overlaps|0|region", 1)),
    lie("overlaps_unread", "choice", "overlaps: region 0 of piece 0 against leaf 0 needs no reason",
        add("overlaps", {"piece": 0, "region": 0, "leaf": 0, "facts": [], "refutation": []})),
    *spoil_balls.LIES,
    *spoil_calculus.LIES,
)


# --- writing ---------------------------------------------------------------------------------------


def spoiled(item: Lie, data: Any) -> str:
    """The text of a spoiled certificate made from good data."""
    data = deepcopy(data)
    for edit in item.edits:
        changed = edit(json.loads(data) if isinstance(data, str) else data)
        data = data if changed is None else changed
    return data if isinstance(data, str) else write(data)


def files(certificates: dict[str, Any]) -> dict[str, str]:
    """Every file of tests/spoiled, by name, made from the good certificates."""
    made = {f"good_{name}.json": write(data) for name, data in certificates.items()}
    made |= {f"{item.name}.json": spoiled(item, certificates[item.of]) for item in LIES}
    expected = {f"{item.name}.json": item.message for item in LIES}
    return made | {"expected.json": json.dumps(expected, indent=1, ensure_ascii=False) + "\n"}


def stored() -> dict[str, Any]:
    """The good certificates as they are stored."""
    return {path.stem.removeprefix("good_"): json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(FOLDER.glob("good_*.json"))}


def main(arguments: list[str]) -> None:
    made = files(good() if "--solve" in arguments else stored())
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.json"):
        path.unlink()
    for name, content in made.items():
        (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
