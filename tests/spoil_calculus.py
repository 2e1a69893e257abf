"""Evidence by calculus that must be refused."""

from __future__ import annotations

from typing import Any

from sympy import symbols

from tests.edits import lie, put

RULES = ("calculus", "derivative", "equality", "peak")


def good() -> dict[str, Any]:
    """The mean of the values above v by parts; a report that is best where it is true; a slope."""
    import symtrade as st
    from symtrade.solve.answers import answer

    v, hi, c, F, f, B, J = symbols("v hi c F f B J")
    laws = st.unspecified_functions(
        (v,), {F: {v: f}, f: {v: None}, B: {v: -v * f}, J: {v: F - 1}}, (hi, c),
        {"top": (v, hi, {F: 1, B: 0, J: 0})}, nonnegative=(f,))
    claims = {"parts": laws.equal(B, v * (1 - F) + J), "report": laws.peaks(B - c * (1 - F), v, c),
              "slope": laws.has_derivative(B / (1 - F), v, f * (B / (1 - F) - v) / (1 - F))}
    return {name: answer(claim).certificates[0].to_data()  # type: ignore[union-attr]
            for name, claim in claims.items()}


def turned(data: Any) -> None:
    """The report that is worst where it is true, with the factor that belongs to it."""
    put("factor", "-f")(data)
    put("claim|expression", "-c*F + c - B")(data)


RULES_OF_F = "claim|theory|atoms|0|derivatives"

LIES = (
    lie("calculus_claim_kind", "parts", "expected a claim of kind derivative, equality or peak, got 'limit'",
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
)
