"""``symtrade twostage``: two-stage mechanisms for traders with interdependent values."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from symtrade.cli.cutoffs import teller
from symtrade.cli.refusal import OPEN, PROVED, Refusal
from symtrade.cli.text import table

if TYPE_CHECKING:
    from symtrade.model.interdependent import InterdependentEnvironment
    from symtrade.prover import Prover

EXAMPLE = "symtrade twostage --seller 'uniform(0,1)' --buyer 'power(2)' --gamma 1/2,3/4"
RULES = "groves, fixed:P, posted:P or liar:PSI, such as liar:1"
RELATION = re.compile(r"<=|>=|<|>")


def run_twostage(seller: str, buyer: str, gamma: str | None, valuations: str | None, assuming: list[str],
                 rule: str | None, as_json: bool) -> int:
    """Judge Theorem 3 of Kunimoto and Zhang (2019) for one environment, find penalties, judge a mechanism;
    the exit code."""
    from symtrade.kernel.evidence import verify_evidence
    from symtrade.model.errors import ModelError
    from symtrade.prover import Searching
    from symtrade.solve.errors import EmptyRegion

    prover = Searching(progress=teller())
    try:
        env = environment(seller, buyer, gamma, valuations, assuming)
        found = {**described(env), **existence(env, prover)}
        found["penalty"] = penalties(env, prover, any(c["answer"] == "exists" for c in found["cases"]))
        if rule is not None:
            found["truth"] = {"mechanism": rule, **truth(env, rule, prover)}
    except (ModelError, EmptyRegion) as error:
        raise Refusal(f"{error}; for example: {EXAMPLE}") from None
    for certificate in prover.certificates:
        verify_evidence(certificate)
    print(json.dumps(found) if as_json else as_text(found), end="\n" if as_json else "")
    known = found["cover"] == "proved" and all(case["answer"] != "unknown" for case in found["cases"])
    return PROVED if known and (rule is None or found["truth"]["verdict"] == "proved") else OPEN


def environment(seller: str, buyer: str, gamma: str | None, valuations: str | None, assuming: list[str]
                ) -> InterdependentEnvironment:
    """The environment that the options describe."""
    import sympy

    from symtrade.model.distribution_text import read_distribution, read_formula
    from symtrade.model.interdependent import InterdependentEnvironment, Types

    one, two = sympy.symbols("theta_1 theta_2")
    if (gamma is None) == (valuations is None):
        raise Refusal("expected --gamma or --valuations, one of them; for example: " + EXAMPLE)
    if gamma is not None:
        g, h = (read_formula(part) for part in _pair("--gamma", gamma, "1/2,3/4"))
        values = one + g * two, two + h * one
    else:
        first, second = _pair("--valuations", str(valuations), "'theta_1 + theta_2/2, theta_2'")
        values = read_formula(first), read_formula(second)
    known = tuple(_relation(text) for text in assuming)
    laws = read_distribution(seller), read_distribution(buyer)
    used = {s for e in (*values, *laws[0].support, *laws[1].support) for s in e.free_symbols}
    loose = used - {one, two} - {s for r in known for s in r.free_symbols}
    if loose:
        name = min(map(str, loose))
        raise Refusal(f"{name}: what is known of it? Say so, as in --assuming '{name} > 0'")
    return InterdependentEnvironment(Types(one, laws[0]), Types(two, laws[1]), values, known)


def _pair(name: str, text: str, example: str) -> list[str]:
    parts = text.split(",")
    if len(parts) != 2:
        raise Refusal(f"{name} {text}: expected two formulas, such as {name} {example}")
    return parts


def _relation(text: str) -> Any:
    import sympy

    from symtrade.model.distribution_text import read_formula

    signs = RELATION.findall(text)
    if len(signs) != 1:
        raise Refusal(f"--assuming {text}: expected a relation with <, <=, > or >=, such as 'g > 0'")
    left, right = (read_formula(part) for part in RELATION.split(text))
    made = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge}[signs[0]](left, right)
    if made in (sympy.true, sympy.false):
        raise Refusal(f"--assuming {text}: expected a relation with a parameter in it, such as 'g > 0'")
    return made


def described(env: InterdependentEnvironment) -> dict[str, Any]:
    """The environment as data."""
    return {
        "seller": str(env.seller.law), "buyer": str(env.buyer.law),
        "valuations": [str(v) for v in env.valuations], "assuming": [str(a) for a in env.assuming],
    }


def existence(env: InterdependentEnvironment, prover: Prover) -> dict[str, Any]:
    """Assumption 1 and Theorem 3 as data."""
    from symtrade.analysis.two_stage.existence import monotone_mechanism

    found = monotone_mechanism(env, prover)
    return {
        "assumption_1": str(found.assumption_1),
        "cases": [{"when": str(c.when), "answer": c.answer, "reason": c.reason,
                   "buyer_type": None if c.buyer_type is None else str(c.buyer_type)} for c in found.cases],
        "cover": _word(found.cover),
        "premises": [{"text": p.text, "verdict": _word(p.verdict)} for p in found.premises],
    }


def _word(verdict: Any) -> str:
    return type(verdict).__name__.lower()


def penalties(env: InterdependentEnvironment, prover: Prover, exists: bool) -> dict[str, Any]:
    """The penalty of the theorem's proof, if a monotone mechanism exists anywhere, and the least constant
    one that deters the buyer from each lower report; texts say why there is none."""
    import sympy

    from symtrade.analysis.cases.branches import Undecided
    from symtrade.analysis.two_stage.existence import deterring_penalty
    from symtrade.analysis.two_stage.penalty import least_penalty
    from symtrade.analysis.two_stage.utilities import two_stage_utility
    from symtrade.model.errors import ModelError
    from symtrade.model.two_stage import shoot_the_liar

    found: dict[str, Any] = {"deterring": None, "least": None, "reasons": {}}
    try:
        if not exists:
            raise ModelError("no case was found in which a monotone mechanism exists")
        found["deterring"] = str(deterring_penalty(env, prover))
    except (ModelError, Undecided) as error:
        found["reasons"]["deterring"] = str(error)
    psi, r = sympy.symbols("psi r")
    own = env.buyer.symbol
    low, high = env.buyer.law.support  # type: ignore[union-attr]
    try:
        liar = shoot_the_liar(env, psi, assuming=(psi > 0,))
        gain = two_stage_utility(liar, "buyer", r, assuming=(r >= low, r < high, r < own), prover=prover)
        box = ((own, sympy.Interval(low, high)), (r, sympy.Interval.Ropen(low, high)))
        least = least_penalty(gain, psi, *box, assuming=env.assuming, prover=prover)
        found["least"] = [{"when": str(c.when), "value": str(c.value), "attained": str(c.attained)}
                          for c in least.cases]
    except (ModelError, Undecided) as error:
        found["reasons"]["least"] = str(error)
    return found


def truth(env: InterdependentEnvironment, rule: str, prover: Prover) -> dict[str, Any]:
    """Whether truth is optimal in both stages of a mechanism, as data."""
    from symtrade.analysis.two_stage.truth import truthful_reporting

    found = truthful_reporting(mechanism(env, rule, prover), prover=prover)
    stages = []
    for s in found.stages:
        lie = s.misreport
        stages.append({
            "agent": s.agent, "stage": s.stage, "verdict": _word(s.verdict), "reason": s.reason,
            "misreport": None if lie is None else {str(k): str(v) for k, v in lie.at.items()},
            "gain": None if lie is None else str(lie.gain),
        })
    return {"verdict": _word(found.verdict), "stages": stages}


def mechanism(env: InterdependentEnvironment, rule: str, prover: Prover) -> Any:
    """The mechanism that a rule names."""
    from symtrade.analysis.two_stage.utilities import two_stage_groves
    from symtrade.model.distribution_text import read_formula
    from symtrade.model.two_stage import fixed_payment, posted_payment, shoot_the_liar

    name, colon, text = rule.partition(":")
    rules = {"fixed": fixed_payment, "posted": posted_payment, "liar": shoot_the_liar}
    if rule == "groves":
        return two_stage_groves(env, prover)
    if name not in rules or not colon or not text.strip():
        raise Refusal(f"--mechanism {rule}: expected {RULES}")
    return rules[name](env, read_formula(text))


def as_text(found: dict[str, Any]) -> str:
    """The answer as text."""
    text = "valuations  " + ", ".join(found["valuations"])
    text += f"\ntypes       {found['seller']} (seller), {found['buyer']} (buyer)\n"
    condition = found["assumption_1"]
    holds = {"True": "holds", "False": "fails"}.get(condition, f"holds if {condition}")
    text += f"\nAssumption 1, no type of the buyer below the highest trades for certain, {holds}.\n\n"
    text += table(["a monotone mechanism", "if", "because"],
                  [[c["answer"], c["when"], c["reason"]] for c in found["cases"]])
    if found["cover"] != "proved":
        text += "That these are all cases is not proved.\n"
    text += "".join(f"{p['verdict']}: {p['text']}\n" for p in found["premises"])
    penalty = found["penalty"]
    text += f"\npenalty of the proof  {penalty['deterring'] or 'none: ' + penalty['reasons']['deterring']}\n"
    if penalty["least"] is None:
        text += f"least constant one    unknown: {penalty['reasons']['least']}\n"
    else:
        rows = [["none" if c["value"] == "oo" else c["value"], c["when"], c["attained"]]
                for c in penalty["least"]]
        text += "\n" + table(["least constant penalty", "if", "attained"], rows)
    if "truth" in found:
        judged = found["truth"]
        text += f"\ntruth under {judged['mechanism']}: {judged['verdict']}\n"
        text += table(["trader", "stage", "verdict", "reason"], [
            [s["agent"], s["stage"], s["verdict"], s["reason"]] for s in judged["stages"]])
        for s in judged["stages"]:
            if s["misreport"]:
                at = ", ".join(f"{k} = {v}" for k, v in s["misreport"].items())
                text += f"{s['agent']}, {s['stage']} stage: a lie gains {s['gain']} at {at}\n"
    return text
