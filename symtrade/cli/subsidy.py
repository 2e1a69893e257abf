"""``symtrade subsidy``: the least subsidy for efficient trade with costly information."""

from __future__ import annotations

import json as json_
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli.cutoffs import teller
from symtrade.cli.refusal import OPEN, PROVED, Refusal, complain
from symtrade.cli.text import table

if TYPE_CHECKING:
    from symtrade.analysis.costly_information.answer import Subsidy
    from symtrade.analysis.numbers.real import Number

EXAMPLE = "symtrade subsidy --prior 1/2 --buyer 1,4 --seller 0,3 --digits 30"


def run_subsidy(prior: str, buyer: str, seller: str, cost: str, digits: int, json: bool,
                figure: Path | None = None) -> int:
    """Find the optimum, verify its certificates, print and draw it; the exit code."""
    from symtrade.analysis.costly_information.answer import least_subsidy
    from symtrade.analysis.costly_information.subsidy import Undecided
    from symtrade.kernel.evidence import verify_evidence
    from symtrade.model.errors import ModelError
    from symtrade.prover import Searching

    prover = Searching(progress=teller())
    try:
        env = environment(prior, buyer, seller, cost)
    except ModelError as error:
        raise Refusal(f"{error}; for example: {EXAMPLE}") from None
    if figure is not None:
        from symtrade.render.plot import FORMATS

        if figure.suffix.lower() not in FORMATS or len(env.prior) < 2:
            raise Refusal(f"--plot {figure}: expected a file name that ends in {', '.join(FORMATS)}, "
                          "and a prior between 0 and 1")
    try:
        found = least_subsidy(env, digits, prover)
    except ModelError as error:
        raise Refusal(f"{error}; for example: {EXAMPLE}") from None
    except Undecided as error:
        complain(f"unknown: {error}")
        return OPEN
    for certificate in prover.certificates:
        verify_evidence(certificate)
    if json:
        print(json_.dumps(as_data(found, digits)))
    else:
        print(as_text(found, digits), end="")
    if figure is not None:
        from symtrade.render.information import net_payment
        from symtrade.render.plot import save_plot

        save_plot(net_payment(env, found), figure)
    return PROVED


def environment(prior: str, buyer: str, seller: str, cost: str) -> Any:
    """The model that the options describe; a state without probability is left out."""
    from symtrade.model.quality import QualityEnvironment

    p = _rational("--prior", prior)
    if not 0 <= p <= 1:
        raise Refusal(f"--prior {prior}: expected a probability from 0 to 1, such as 1/2")
    values = [[_rational(name, part) for part in text.split(",")]
              for name, text in (("--buyer", buyer), ("--seller", seller))]
    for name, text, row in zip(("--buyer", "--seller"), (buyer, seller), values, strict=True):
        if len(row) != 2:
            raise Refusal(f"{name} {text}: expected valuations in the low and the high state, such as 1,4")
    both = cost.split(";")
    if len(both) > 2:
        raise Refusal(f"--cost {cost}: expected one cost, or the buyer's and the seller's, such as "
                      "2;variance:1")
    shares = [_cost(part) for part in both]
    kept = [k for k, q in enumerate((1 - p, p)) if q > 0]
    return QualityEnvironment(tuple((1 - p, p)[k] for k in kept), tuple(values[0][k] for k in kept),
                              tuple(values[1][k] for k in kept), shares[0], shares[-1])


def _cost(text: str) -> Any:
    """A cost such as 2 or entropy:2 or variance:1/3, or a potential such as p^4 - p."""
    import sympy

    from symtrade.model.distribution_text import read_formula
    from symtrade.model.errors import ModelError
    from symtrade.model.information_costs import Entropy, OwnCost, ResidualVariance

    kind, colon, number = text.strip().rpartition(":")
    costs = {"": Entropy, "entropy": Entropy, "variance": ResidualVariance}
    try:
        coefficient = Fraction(number)
    except (ValueError, ZeroDivisionError):
        coefficient = Fraction(0)
    if kind in costs and bool(colon) == bool(kind) and coefficient > 0:
        return costs[kind](sympy.Rational(coefficient.numerator, coefficient.denominator))
    expected = ("expected a positive number, entropy:NUMBER or variance:NUMBER, such as variance:1/3, or a "
                "convex potential of the posterior p of the high state, such as p^4 - p")
    try:
        formula = read_formula(text)
    except ModelError as error:
        raise Refusal(f"--cost {text}: {expected}; {error}") from None
    if colon or formula.free_symbols != {sympy.Symbol("p")}:
        raise Refusal(f"--cost {text}: {expected}")
    return OwnCost(formula, sympy.Symbol("p"))


def _rational(name: str, text: str) -> Fraction:
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise Refusal(f"{name} {text}: expected rational numbers, such as 1/2 or 0.5") from None


def number(value: Number | None, digits: int) -> dict[str, str] | None:
    """A number with its certified radius; None for what grows without bound."""
    if value is None:
        return None
    if value.exact is not None:
        return {"value": str(value.exact), "radius": "0"}
    return {"value": value.decimal(digits + 2), "radius": f"1e-{digits}"}


def as_data(found: Subsidy, digits: int) -> dict[str, Any]:
    """The JSON form of the answer."""

    def numbers(row: Any) -> Any:
        if isinstance(row, dict):
            return {key: numbers(v) for key, v in row.items()}
        return [numbers(v) for v in row] if isinstance(row, tuple) else number(row, digits)

    return {
        "case": found.case, "revenue": number(found.revenue, digits),
        "posteriors": numbers(found.posteriors), "weights": numbers(found.weights),
        "transfers": numbers(found.transfers), "costs": numbers(found.costs), "rents": numbers(found.rents),
        "multipliers": numbers(found.multipliers), "gap": number(found.gap, digits), "limit": found.limit,
        "ties": list(found.winner.ties),
    }


CASES = {
    "attained": "attained here: two signal realizations, perfectly correlated",
    "no information": "no information: the optimum is that nobody acquires any",
    "not attained": "not attained: the supremum is approached as a posterior tends to {limit}; "
                    "the numbers are limits",
}


def as_text(found: Subsidy, digits: int) -> str:
    """The answer as tables."""

    def shown(value: Number | None) -> str:
        if value is None:
            return "unbounded"
        return str(value.exact) if value.exact is not None else value.decimal(digits)

    count = len(found.posteriors)
    rows = [["realization"] + [str(k + 1) for k in range(count)],
            ["probability", *map(shown, found.weights)],
            ["posterior of the high state", *map(shown, found.posteriors)]]
    lines = [CASES[found.case].format(limit=found.limit), f"revenue  {shown(found.revenue)}", ""]
    text = "\n".join(lines) + "\n" + _columns(rows)
    for name, verb in (("buyer", "pays"), ("seller", "gets")):
        matrix = found.transfers[name]
        text += "\n" + table(
            [f"the {name} {verb}", *(f"seller reports {j + 1}" for j in range(count))],
            [[f"buyer reports {i + 1}", *map(shown, row)] for i, row in enumerate(matrix)])
    text += "\n" + table(["", "cost of information", "rent"], [
        [name, shown(found.costs[name]), shown(found.rents[name])] for name in ("buyer", "seller")])
    text += f"\nfull surplus minus revenue  {shown(found.gap)}\n"
    return text + "".join(f"the same revenue: {name}\n" for name in found.winner.ties)


def _columns(rows: list[list[str]]) -> str:
    head, *rest = ([row[k] for row in rows] for k in range(len(rows[0])))
    return table(head, rest)
