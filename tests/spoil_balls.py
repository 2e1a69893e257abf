"""Evidence by balls that must be refused."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from symtrade.kernel.balls import Positive, Zeros
from symtrade.kernel.functions import Functions, Graph
from tests.edits import add, drop, lie, put

RULES = ("balls", "function", "cut", "sign", "zero", "integral", "end", "equal", "clip")


def good() -> dict[str, Any]:
    """A circle and an exponential, which meet twice where y >= x; and a product that is positive."""
    from symtrade.solve.answers import answer

    graph = Graph()
    x, y, one = graph.variable("x"), graph.variable("y"), graph.number(1)
    circle = graph("sub", graph("add", graph("mul", x, x), graph("mul", y, y)), one)
    growth = graph("sub", graph("exp", x), graph("mul", graph.number(2), y))
    above = graph("sub", y, x)
    side = (fmpq(-2), fmpq(2))
    zeros = Zeros(graph.functions(("x", "y"), (circle, growth, above)), (side, side), 10)
    inner = graph("sub", graph.number("1/2"), graph("mul", x, graph("sqrt", y)))
    room = graph("sub", graph.number("4/9"), graph("add", x, y))
    positive = Positive(graph.functions(("x", "y"), (inner, room)), ((fmpq(0), fmpq(1)), (fmpq(0), fmpq(1))))
    claims = (("zeros", zeros), ("positive", positive), ("integral", area()), ("end", rising()),
              ("equal", Positive(logarithms(), (), ">=")), ("clip", singular()))
    return {name: answer(claim).certificates[0].to_data()  # type: ignore[union-attr]
            for name, claim in claims}


def area() -> Positive:
    """The integral of exp(-t^2) sqrt(t) from 0 to x exceeds x/5, where 1/2 <= x <= 1."""
    inner, graph = Graph(), Graph()
    t, x = inner.variable("t"), graph.variable("x")
    bell = inner("exp", inner("sub", inner.number(0), inner("mul", t, t)))
    integrand = inner.functions(("t",), (inner("mul", bell, inner("sqrt", t)),))
    found = graph("sub", graph.integral(integrand, graph.number(0), x), graph("mul", graph.number("1/5"), x))
    return Positive(graph.functions(("x",), (found,)), ((fmpq(1, 2), fmpq(1)),))


def rising() -> Positive:
    """(exp(x) - 1 - x) sqrt(x) is nonnegative from 0 to 1."""
    graph = Graph()
    x, one = graph.variable("x"), graph.number(1)
    root = graph("mul", graph("sub", graph("sub", graph("exp", x), one), x), graph("sqrt", x))
    return Positive(graph.functions(("x",), (root,)), ((fmpq(0), fmpq(1)),), ">=")


def logarithms() -> Functions:
    """log(6) - log(2) - log(3)."""
    graph = Graph()
    six, two, three = (graph("log", graph.number(n)) for n in (6, 2, 3))
    return graph.functions((), (graph("sub", graph("sub", six, two), three),))


def singular() -> Positive:
    """The integral of the cdf exp(1 - 1/t) from 0 to 1 is less than 3/7; clipped, it is bounded next to 0."""
    inner, graph = Graph(), Graph()
    t, one = inner.variable("t"), inner.number(1)
    inside = inner("clip", inner("exp", inner("sub", one, inner("div", one, t))))
    area = graph.integral(inner.functions(("t",), (inside,)), graph.number(0), graph.number(1))
    found = graph("sub", graph.number("3/7"), area)
    return Positive(graph.functions((), (found,)), ())


def first_leaf(data: Any, kind: str) -> Any:
    """The first leaf of a kind, from the left."""
    if data[0] != "cut":
        return data if data[0] == kind else None
    return first_leaf(data[3], kind) or first_leaf(data[4], kind)


def relabel(kind: str, *leaf: Any) -> Any:
    def edit(data: Any) -> None:
        first_leaf(data["tree"], kind)[:] = leaf
    return edit


def turned(data: Any) -> None:
    """The integral from x to 0."""
    zero, x, integral, *_ = nodes = data["claim"]["functions"]["nodes"]
    nodes[:2], nodes[4] = [x, zero], ["mul", 3, 0]
    integral[2:] = [0, 1]


NODES = "claim|functions|nodes"
INTEGRAND = f"{NODES}|2|1"
CLIP = f"{NODES}|3|1|nodes"

LIES = (
    lie("balls_claim_kind", "zeros", "expected a claim of kind zeros or positive, got 'maximum'",
        put("claim|kind", "maximum")),
    lie("balls_precision", "zeros", "expected a precision of at least 2 bits, got 1", put("precision", 1)),
    lie("balls_precision_text", "positive", "expected a position 0, 1, 2, ..., got '64'",
        put("precision", "64")),
    lie("balls_unread", "positive", "'zeros' is no field", put("zeros", [])),
    lie("balls_unknown_field", "zeros", "'note' is no field", put("claim|note", "")),
    lie("balls_lowest_terms", "zeros", "/claim/box/0/0 reads '-4/2', expected '-2'",
        put("claim|box|0|0", "-4/2")),
    lie("balls_no_point", "positive", "the box has no point: 2 > 1", put("claim|box|0|0", "2")),
    lie("balls_relation", "positive", "expected a function and > or >=, got '<'", put("claim|relation", "<")),
    lie("balls_too_few_functions", "zeros", "a system needs as many functions as variables",
        put("claim|functions|roots", [6])),
    lie("function_unknown", "zeros", "'tan' is no operation", put(f"{NODES}|7|0", "tan")),
    lie("function_forward", "zeros", "node 1: mul needs 2 earlier nodes", put(f"{NODES}|1|1", 1)),
    lie("function_undeclared", "zeros", "node 0: 'z' is no variable", put(f"{NODES}|0|1", "z")),
    lie("function_twice", "zeros", "node 3 is node 1, or is simpler than it is written",
        put(f"{NODES}|3", ["mul", 0, 0])),
    lie("function_unread", "zeros", "not in the form of symtrade-balls/1", add(NODES, ["add", 0, 0])),
    lie("cut_outside", "positive", "tree: the cut at 3 is outside the box", put("tree|2", "3")),
    lie("cut_variable", "positive", "tree: there is no variable 2", put("tree|1", 2)),
    lie("cut_missing_half", "positive", "malformed certificate", drop("tree|4")),
    lie("cut_moved", "positive", "does not settle the leaf", put("tree|2", "7/8")),
    lie("sign_no_function", "positive", "there is no function 7", relabel("sign", "sign", 7)),
    lie("sign_other_function", "zeros", "function 2 does not settle the leaf", relabel("sign", "sign", 2)),
    lie("sign_wider_box", "positive", "does not settle the leaf", put("claim|box|1|0", "-2")),
    lie("sign_leaf_kind", "positive", "expected a leaf sign, zero, equal or end, got 'true'",
        relabel("sign", "true", 0)),
    lie("sign_of_a_zero", "zeros", "does not settle the leaf", relabel("zero", "sign", 0)),
    lie("zero_missing", "zeros", "there is no zero 0", put("zeros", [])),
    lie("zero_of_a_sign", "positive", "there is no zero 0", relabel("sign", "zero", 0)),
    lie("zero_elsewhere", "zeros", "the leaf is not in the region of zero 0", relabel("sign", "zero", 0)),
    lie("zero_moved", "zeros", "zero 0: the system may have no zero in the box",
        lambda data: data["zeros"][0]["box"].__setitem__(0, data["zeros"][0]["box"][0][:1] * 2)),
    lie("zero_too_rough", "zeros", "zero 0: not known to 10 decimal places",
        lambda data: data["zeros"][0].update(box=data["zeros"][0]["region"])),
    lie("zero_region", "zeros", "zero 0: the system may have several zeros in the region",
        put("zeros|0|region", [["-3", "3"], ["-3", "3"]])),
    lie("zero_preconditioner", "zeros", "zero 0: the system may have several zeros in the region",
        put("zeros|0|preconditioner", [["0", "0"], ["0", "0"]])),
    lie("zero_twice", "zeros", "zeros 0 and 2 may be the same",
        lambda data: data["zeros"].append(data["zeros"][0])),
    lie("zero_outside", "zeros", "zero 1: it lies outside its region or the claim's box",
        put("claim|box|0|1", "0")),
    lie("zero_shape", "zeros", "zero 0: expected 2 of everything", drop("zeros|0|preconditioner|1")),
    lie("clip_missing", "clip", "function 0 does not settle the leaf: nan", put(f"{CLIP}|5|0", "exp")),
    lie("clip_of_two", "clip", "clip needs 1 earlier nodes", add(f"{CLIP}|5", 4)),
    lie("clip_value", "clip", "does not settle the leaf", put(f"{NODES}|0|1", "2/5")),
    lie("integral_from_elsewhere", "integral", "does not settle the leaf", put(f"{NODES}|0|1", "1/4")),
    lie("integral_backwards", "integral", "does not settle the leaf",
        turned),
    lie("integral_of_another", "integral", "does not settle the leaf", put(f"{INTEGRAND}|nodes|4|0", "sin")),
    lie("integral_unbounded", "integral", "function 0 does not settle the leaf: nan",
        put(f"{INTEGRAND}|nodes|5|0", "log")),
    lie("integral_precision", "integral", "does not settle the leaf", put("precision", 2)),
    lie("integral_foreign_variable", "integral", "node 1: 'x' is no variable",
        put(f"{INTEGRAND}|nodes|1|1", "x")),
    lie("integral_two_variables", "integral", "an integrand is one function of one variable",
        add(f"{INTEGRAND}|variables", "x")),
    lie("integral_one_end", "integral", "node 2: integral needs an integrand and 2 earlier nodes",
        drop(f"{NODES}|2|3")),
    lie("integral_forward", "integral", "node 2: integral needs an integrand and 2 earlier nodes",
        put(f"{NODES}|2|3", 2)),
    lie("integral_unread", "integral", "note has no meaning here", put(f"{INTEGRAND}|note", "")),
    lie("integral_lowest_terms", "integral", "/claim/functions/nodes/2/1/nodes/0/1 reads '0/2', expected '0'",
        put(f"{INTEGRAND}|nodes|0|1", "0/2")),
    lie("end_power", "end", "derivative 0 may be undefined or infinite",
        relabel("end", "end", 0, "low", 1, 2)),
    lie("end_too_soon", "end", "derivative 0 may be negative", relabel("end", "end", 0, "low", 2, 0)),
    lie("end_too_late", "end", "derivative 2 is not known to be zero", relabel("end", "end", 0, "low", 2, 3)),
    lie("end_of_the_other_side", "end", "derivative 0 may be undefined or infinite",
        relabel("end", "end", 0, "high", 2, 2)),
    lie("end_no_side", "end", "malformed certificate", relabel("end", "end", 0, "middle", 2, 2)),
    lie("end_no_variable", "end", "expected a variable", relabel("end", "end", 1, "low", 2, 2)),
    lie("end_no_order", "end", "an order of 0 to 12", relabel("end", "end", 0, "low", 2, 13)),
    lie("end_strict", "end", "which is not the claim", put("claim|relation", ">")),
    lie("end_of_another", "end", "is not known to be zero", put(f"{NODES}|2|1", "2")),
    lie("end_of_a_cosine", "end", "derivative 1 is not known to be zero", put(f"{NODES}|1|0", "cos")),
    lie("equal_of_another", "equal", "function 0 is not known to be zero", put(f"{NODES}|0|1", "7")),
    lie("equal_strict", "equal", "which is not the claim", put("claim|relation", ">")),
    lie("equal_no_function", "equal", "function 1 is not known to be zero", put("tree|1", 1)),
)
