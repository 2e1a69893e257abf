"""Evidence by calculus that must be refused."""

from __future__ import annotations

from typing import Any

from sympy import symbols

from tests.edits import lie, put

RULES = ("calculus", "derivative", "equality", "peak", "integral")


def good() -> dict[str, Any]:
    """The mean of the values above v by parts; a report that is best where it is true; a slope; the mean
    of max(x, c) where x has the cdf x^a."""
    import symtrade as st
    from symtrade.solve.answers import answer

    v, hi, c, F, f, B, J = symbols("v hi c F f B J")
    laws = st.unspecified_functions(
        (v,), {F: {v: f}, f: {v: None}, B: {v: -v * f}, J: {v: F - 1}}, (hi, c),
        {"top": (v, hi, {F: 1, B: 0, J: 0})}, nonnegative=(f,))
    x, a, power, at_c = symbols("x a power at_c")
    law = st.unspecified_functions((x,), {power: {x: a * power / x}}, (a, c, at_c))
    mean = law.integral(
        x, [(a * c * power / x, c * power, {x: 0, power: 0}, {x: c, power: at_c}),
            (a * power, a * x * power / (a + 1), {x: c, power: at_c}, {x: 1, power: 1})],
        (a + c * at_c) / (a + 1))
    claims = {"parts": laws.equal(B, v * (1 - F) + J), "report": laws.peaks(B - c * (1 - F), v, c),
              "mean": mean,
             "slope": laws.has_derivative(B / (1 - F), v, f * (B / (1 - F) - v) / (1 - F))}
    return {name: answer(claim).certificates[0].to_data()  # type: ignore[union-attr]
            for name, claim in claims.items()}


def turned(data: Any) -> None:
    """The report that is worst where it is true, with the factor that belongs to it."""
    put("factor", "-f")(data)
    put("claim|expression", "-c*F + c - B")(data)


def over_a_pole(data: Any) -> None:
    """The integral of 1/x^2 from -1 to 1, by -1/x: -2, were it not for the pole."""
    ends = {"low": [["x", "-1"]], "high": [["x", "1"]]}
    part = {"integrand": ["1", "x^2"], "primitive": ["-1", "x"], **ends}
    data["claim"] |= {"parts": [part], "value": "-2"}


RULES_OF_F = "claim|theory|atoms|0|derivatives"

LIES = (
    lie("calculus_claim_kind", "parts",
        "expected a claim of kind derivative, equality, peak, integral, got 'limit'",
        put("claim|kind", "limit")),
    lie("calculus_unknown_name", "parts", "is no power of a parameter", put("claim|left", ["B + C", "1"])),
    lie("calculus_no_variable", "parts", "F has a derivative by w, which is no variable",
        put(f"{RULES_OF_F}|0|0", "w")),
    lie("calculus_unread", "parts", "'factor' is no field", put("factor", "1")),
    lie("calculus_moving_point", "parts", "point top: its value is no constant: v",
        put("claim|theory|points|0|value", "v")),
    lie("derivative_sign", "slope", "the derivative is",
        put("claim|theory|atoms|2|derivatives|0|1", "v*f")),
    lie("derivative_unknown", "slope", "the derivative of F by v is not known",
        put(f"{RULES_OF_F}|0|1", None)),
    lie("derivative_variable", "slope", "'w' is no variable", put("claim|variable", "w")),
    lie("equality_other_rule", "parts", "the derivatives by v differ by",
        put("claim|theory|atoms|3|derivatives|0|1", "F")),
    lie("equality_no_point", "parts", "the sides differ by", put("points", [])),
    lie("equality_dangling", "parts", "points: there is no point bottom", put("points", ["bottom"])),
    lie("equality_other_end", "parts", "the sides differ by -1 at top",
        put("claim|theory|points|0|atoms|2|1", "1")),
    lie("equality_unknown_end", "parts", "points: J is not known at top",
        put("claim|theory|points|0|atoms", [["F", "1"], ["B", "0"]])),
    lie("equality_quotient", "parts", "an equality by derivatives needs sides without denominators",
        put("claim|left", ["B", "v"])),
    lie("peak_sign", "report", "factor: f is not known to be nonnegative",
        put("claim|theory|atoms|1|nonnegative", False)),
    lie("peak_factor", "report", "the derivative is not the factor times (place - variable)",
        put("factor", "2*f")),
    lie("peak_negative", "report", "is not known to be nonnegative", turned),
    lie("peak_moves", "report", "the place moves with the variable", put("claim|place", "F")),
    lie("integral_value", "mean", "the integrals add up to", put("claim|value", ["c*at_c", "1"])),
    lie("integral_primitive", "mean", "part 1: the derivative of the antiderivative is",
        put("claim|parts|1|primitive", ["x*power", "1"])),
    lie("integral_integrand", "mean", "part 0: the derivative of the antiderivative is",
        put("claim|parts|0|integrand", ["a*c*power", "1"])),
    lie("integral_part", "mean", "the integrals add up to",
        lambda data: data["claim"]["parts"].pop() and None),
    lie("integral_end", "mean", "the integrals add up to", put("claim|parts|1|low|0|1", ["a", "1"])),
    lie("integral_unknown_end", "mean", "part 0: power is not known at an end",
        lambda data: data["claim"]["parts"][0]["low"].pop() and None),
    lie("integral_moving_end", "mean", "part 0: the value of x at an end is no constant: x",
        put("claim|parts|0|high|0|1", ["x", "1"])),
    lie("integral_fixed_end", "mean",
        "part 1: an end gives each value once, of the variable or a moving atom",
        put("claim|parts|1|low|0|0", "c")),
    lie("integral_other_rule", "mean", "part 0: the derivative of the antiderivative is",
        put("claim|theory|atoms|0|derivatives|0|1", ["a*power", "1"])),
    lie("integral_pole", "mean", "part 0: the antiderivative may divide by zero: (-1)/(x)", over_a_pole),
)
