"""Hundreds of slips in true lines: no false line is proved, and every false one is refuted.

The slips are made in the LaTeX (a sign, a bar, a factor, an index, strictness, the direction).
Whether an edited line is false is found by evaluating it at exact rational points, with an exact
simplex of the tests' own where mechanisms are in play.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from fractions import Fraction
from functools import cache

import pytest
import sympy
from sympy.parsing.latex import lark

import symtrade as st
from symtrade.analysis.printed.judging import reasons_of
from symtrade.analysis.printed.reasons import decide
from symtrade.model.proof_file import declared, proof_from_data
from symtrade.prover import Searching
from tests.oracles import best, feasible

EDITS, POINTS = 500, 12
NAMES = {r"\underline{s}": "s_lo", r"\underline{b}": "b_lo", r"\bar{s}": "s_hi", r"\bar{b}": "b_hi",
         r"p_{\bar{b}}": "p_bhi", r"p_{\underline{s}}": "p_slo"}
OTHERS = {r"p_{\underline{b}}": r"1 - p_{\bar{b}}", r"p_{\bar{s}}": r"1 - p_{\underline{s}}"}
SPACES = {trader: {"values": [rf"\underline{{{x}}}", rf"\bar{{{x}}}"],
                   "probabilities": [rf"p_{{\underline{{{x}}}}}", rf"p_{{\bar{{{x}}}}}"]}
          for trader, x in (("buyer", "b"), ("seller", "s"))}
DATA = {"parameters": NAMES, "definitions": OTHERS, "environment": SPACES,
        "mechanism": {"constraints": ["dominant_strategy_ic", "ex_post_ir"]},
        "assuming": [r"\underline{s} < \underline{b} < \bar{s} < \bar{b}", r"0 < p_{\bar{b}} < 1",
                     r"0 < p_{\underline{s}} < 1"]}
ON_PARAMETERS = [
    r"(\bar{b} - \underline{b}) + (\bar{s} - \underline{s}) > \bar{b} - \underline{s}",
    r"(\bar{b} - \underline{s})(\bar{s} - \underline{b})"
    r" < (\bar{b} - \underline{b})(\bar{s} - \underline{s})",
    r"p_{\bar{b}}\bar{b} + p_{\underline{b}}\underline{b} > \underline{b}",
    r"p_{\bar{b}}\bar{b} + p_{\underline{b}}\underline{b} - \underline{b}"
    r" = p_{\bar{b}}(\bar{b} - \underline{b})",
    r"\frac{\underline{b} - \underline{s}}{\bar{s} - \underline{s}} \leq 1",
    r"\frac{\bar{b} - \bar{s}}{\bar{b} - \underline{b}}"
    r" = 1 - \frac{\bar{s} - \underline{b}}{\bar{b} - \underline{b}}",
    r"p_{\bar{b}}p_{\underline{b}} \leq \frac{1}{4}",
    r"p_{\underline{b}}p_{\underline{s}}(\underline{b} - \underline{s})"
    r" + p_{\bar{b}}p_{\bar{s}}(\bar{b} - \bar{s}) > 0",
    r"p_{\bar{b}}(\bar{b} - \bar{s})"
    r" \leq \frac{\bar{b} - \bar{s}}{\bar{b} - \underline{b}}(\bar{b} - \underline{b})",
    r"p_{\underline{s}}p_{\bar{b}}(\bar{b} - \underline{s}) = p_{\underline{s}}p_{\bar{b}}(\bar{b} - \bar{s})"
    r" + p_{\underline{s}}p_{\bar{b}}(\bar{s} - \underline{s})",
]
ON_MECHANISMS = [
    r"u_B(\bar{b}, \underline{s}) \geq u_B(\underline{b}, \underline{s})"
    r" + (\bar{b} - \underline{b})q(\underline{b}, \underline{s})",
    r"u_S(\bar{b}, \underline{s}) \geq (\bar{s} - \underline{s})q(\bar{b}, \bar{s})",
    r"u_B(\bar{b}, \underline{s}) + u_S(\bar{b}, \underline{s}) \leq \bar{b} - \underline{s}",
    r"q(\underline{b}, \bar{s}) = 0",
    r"t(\bar{b}, \underline{s}) \leq \bar{b}",
    r"p_{\underline{b}}q(\underline{b}, \underline{s}) + p_{\bar{b}}q(\bar{b}, \underline{s})"
    r" \geq q(\underline{b}, \underline{s})",
]
SLIPS = [
    (r"\\bar(?=\{)", [r"\underline"]), (r"\\underline(?=\{)", [r"\bar"]), (r"(?<=\{)b(?=\})", ["s"]),
    (r"(?<=\{)s(?=\})", ["b"]), (r"\+", ["-"]), (r" - ", [" + "]), (r"\\leq", [r"\geq", "<", "="]),
    (r"\\geq", [r"\leq", ">", "="]), (r"<", [r"\leq", ">"]), (r">", [r"\geq", "<"]),
    (r"p_\{\\\w+\{\w\}\}", ["", r"(1 - \g<0>)"]), (r"u_B", ["u_S"]), (r"\bq\b", ["t"]),
    (r"(?<!\d)1(?!\d)", ["2"]),
]


def slip(text, random):
    """The line with one slip at a random place."""
    places = [(m, new) for pattern, choices in SLIPS for m in re.finditer(pattern, text) for new in choices]
    m, new = random.choice(places)
    return text[:m.start()] + m.expand(new.replace("\\b", "\\\\b").replace("\\u", "\\\\u").replace(
        "\\l", "\\\\l").replace("\\ge", "\\\\ge")) + text[m.end():]


def points(random):
    """Exact parameters: ordered values and probabilities, near the edges too."""
    for k in range(POINTS):
        gaps = [Fraction(random.choice((1, 1, 2, 9, 50)), random.choice((1, 3, 40))) for _ in range(3)]
        s_lo = Fraction(random.randint(-9, 9), 2)
        b_lo, s_hi, b_hi = s_lo + gaps[0], s_lo + gaps[0] + gaps[1], s_lo + sum(gaps)
        p, r = (Fraction(random.randint(1, 19), 20) if k % 3 else Fraction(random.choice((1, 99)), 100)
                for _ in range(2))
        yield {"s_lo": s_lo, "b_lo": b_lo, "s_hi": s_hi, "b_hi": b_hi, "p_bhi": p, "p_slo": r}


class Sampled:
    """Is a claim false somewhere?  Asked at exact points, of the tests' own simplex."""

    def __init__(self, random):
        self.proof = proof_from_data(DATA | {"line": [{"tex": "1 > 0"}]})
        program = self.proof.program
        self.variables = [program.symbols[v] for v in program.variables]
        self.rows = [row.expr for row in program.constraints]
        self.points = [{program.symbols[k]: sympy.Rational(str(v)) for k, v in point.items()}
                       for point in points(random)]
        self.at = [feasible([linear(row, self.variables, point) for row in self.rows], len(self.variables))
                   for point in self.points]

    def false(self, claim):
        """Whether some sampled point refutes the claim; dividing by zero is no truth either."""
        if claim in (sympy.true, sympy.false):
            return claim is sympy.false
        for point, vertex in zip(self.points, self.at, strict=True):
            if not claim.free_symbols & set(self.variables):
                if fails(claim, point):
                    return True
            elif self._violated(claim, point, vertex):
                return True
        return False

    def _violated(self, claim, point, vertex):
        form, sense, bound = linear(claim, self.variables, point)
        for sign in ((1, -1) if sense == "==" else (1,) if sense in ("<=", "<") else (-1,)):
            answer = best([sign * c for c in form], vertex)
            if answer.status == "unbounded":
                return True
            if answer.status == "optimal" and (
                    answer.value > sign * bound or (sense in "<>" and answer.value == sign * bound)):
                return True
        return False


def linear(relation, variables, point):
    """A relation at a point: coefficients, sense, bound."""
    value = sympy.expand((relation.lhs - relation.rhs).subs(point))
    form = [Fraction(str(value.coeff(v))) for v in variables]
    senses = {sympy.Le: "<=", sympy.Ge: ">=", sympy.Eq: "==", sympy.Lt: "<", sympy.Gt: ">"}
    return form, senses[type(relation)], -Fraction(str(value.subs(dict.fromkeys(variables, 0))))


@pytest.mark.slow
def test_hundreds_of_slips(record_property, monkeypatch):
    monkeypatch.setattr(lark, "parse_latex_lark", cache(lark.parse_latex_lark))  # one side is as it was
    numbers = random.Random(20260101)
    sampled = Sampled(numbers)
    names, whole, prover = declared(DATA).names, reasons_of(sampled.proof), Searching()
    count = {"false": 0, "refuted": 0, "true": 0, "proved": 0, "undecided": 0, "unreadable": 0}
    slips = Counter(slip(numbers.choice(ON_PARAMETERS if numbers.random() < 0.7 else ON_MECHANISMS), numbers)
                    for _ in range(EDITS))
    for text, times in slips.items():
        try:
            (link,) = names.chain(text)
        except st.ModelError:
            count["unreadable"] += times
            continue
        if link.claim in (sympy.nan, sympy.zoo):
            count["unreadable"] += times
            continue
        word, false = judged(link.claim, whole, prover), sampled.false(link.claim)
        assert not (word == "proved" and false), f"proved, but false: {text}"
        count["false" if false else "true"] += times
        if false:
            count["refuted"] += times * (word == "refuted")
        else:
            count["proved" if word == "proved" else "undecided"] += times * (word != "refuted")
    record_property("slips", str(count))
    assert count["refuted"] == count["false"] > 300
    assert count["undecided"] <= count["true"] // 50


def judged(claim, whole, prover):
    """One word for what the referee says; a witness is checked by substitution."""
    try:
        verdict = decide(claim, whole, prover)
    except st.ModelError:  # divides by zero everywhere
        return "refuted"
    if isinstance(verdict, st.Proved):
        return "proved"
    if not isinstance(verdict, st.Refuted):
        return "undecided"
    at = verdict.witness
    assert all(relation.subs(at) == sympy.true for _, relation in whole.hypotheses)
    if set(whole.variables) <= set(at):
        assert all(row.expr.subs(at) == sympy.true for row in whole.rows)
    assert fails(claim, at)
    return "refuted"


def fails(claim, point):
    """Whether a claim is false or undefined at exact values."""
    try:
        value = claim if claim in (sympy.true, sympy.false) else claim.subs(point)
    except TypeError:  # SymPy compares no infinities
        return True
    return value is sympy.false or value.has(sympy.zoo, sympy.nan)
