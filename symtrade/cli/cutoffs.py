"""``symtrade cutoffs``: static disclosure for a pair of distributions, and its benchmarks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli.refusal import OPEN, PROVED, Refusal
from symtrade.cli.text import say, table

if TYPE_CHECKING:
    from symtrade.analysis.numbers.real import Number
    from symtrade.analysis.second_best.comparison import Comparison


LONG = 1000  # digits that take more than a few seconds
PATIENCE = 2  # seconds before progress is shown


def run_cutoffs(buyer: str, seller: str, digits: int, as_json: bool, plot: Path | None = None,
                figure: str = "regions") -> int:
    """Read the distributions, find all cutoffs, print them, draw a figure if one is asked for; the exit
    code."""
    from symtrade.analysis.second_best.comparison import BENCHMARK_DIGITS, compare
    from symtrade.model.distribution_text import read_distribution
    from symtrade.model.errors import ModelError
    from symtrade.prover import Searching

    if not 1 <= digits <= 10_000:
        raise Refusal(f"--digits {digits}: expected a number from 1 to 10000")
    began = time.perf_counter()
    try:
        F, G = read_distribution(buyer), read_distribution(seller)
        tell = teller()
        if digits > LONG:
            tell(f"{digits} digits take a while, and more than {BENCHMARK_DIGITS} are not looked for in a "
                 "second best that is not exact", True)
        found = compare(F, G, digits, Searching(progress=tell), tell)
    except ModelError as error:
        raise Refusal(str(error)) from None
    except ArithmeticError as error:
        raise Refusal(f"{buyer} and {seller}: no answer: {error}") from None
    seconds = time.perf_counter() - began
    if as_json:
        print(json.dumps(data(found, digits, seconds)))
    else:
        show(found, digits, seconds)
    if plot is not None:
        from symtrade.cli.cutoff_figures import draw

        try:
            draw(found, figure, plot)
        except ValueError as error:
            raise Refusal(str(error)) from None
        say(f"{figure} in {plot}", error=True)
    return PROVED if found.static.verdict and found.posted.verdict and found.second.verdict else OPEN


def teller() -> Callable[..., None]:
    """Says on standard error what is being done, from the third second on and once a second."""
    last = time.perf_counter() + PATIENCE - 1

    def tell(line: str, at_once: bool = False) -> None:
        nonlocal last
        now = time.perf_counter()
        if at_once or now - last > 1:
            last = max(now, last)
            say(line, error=True)
    return tell


def known(number: Number, digits: int) -> int:
    """How many decimal places of a number are known, up to `digits`."""
    width, places = number.high - number.low, digits
    while places > 1 and width * 10**places > 1:
        places -= 1
    return places


def decimal(number: Number, digits: int) -> str:
    return number.decimal(known(number, digits))


def data(found: Comparison, digits: int, seconds: float) -> dict[str, Any]:
    """The JSON object; numbers are decimal texts, off by less than one unit of the last place."""
    def exact(number: Number) -> str | None:
        return None if number.name is None else str(number.name)

    static, price = found.static, found.second.multiplier
    verdict = "proved" if static.verdict else "unknown"
    return {
        "buyer": static.buyer.name, "seller": static.seller.name, "digits": digits, "verdict": verdict,
        "reason": getattr(static.verdict, "reason", ""),
        "solutions": [{
            "x": decimal(s.x, digits), "y": decimal(s.y, digits),
            "minimal_polynomial": s.x.minimal_polynomial,
            "welfare": decimal(s.welfare, digits), "kind": s.kind, "global": s.is_global,
            "x_exact": exact(s.x), "y_exact": exact(s.y), "welfare_exact": exact(s.welfare),
            "minimal_polynomial_y": s.y.minimal_polynomial,
            "minimal_polynomial_welfare": s.welfare.minimal_polynomial,
        } for s in static.solutions],
        "welfare": decimal(static.welfare, digits) if static.verdict else None,
        "price_interval": [decimal(p, digits) for p in static.price] if static.price else None,
        "first_best": decimal(found.first, digits), "first_best_exact": exact(found.first),
        "first_best_verdict": "proved" if found.efficient.verdict else "unknown",
        "least_subsidy": decimal(found.efficient.subsidy, digits),
        "least_subsidy_exact": exact(found.efficient.subsidy),
        "ratio": decimal(static.ratio, digits) if static.solutions and static.verdict else None,
        "second_best": decimal(found.second.welfare, digits) if not found.second.reason else None,
        "second_best_digits": known(found.second.welfare, digits) if not found.second.reason else None,
        "second_best_exact": exact(found.second.welfare),
        "second_best_multiplier": decimal(price, digits) if price else None,
        "second_best_multiplier_digits": known(price, digits) if price else None,
        "second_best_multiplier_exact": exact(price) if price else None,
        "second_best_reason": found.second.reason,
        "second_best_multiplier_reason": getattr(found.second.digits, "reason", ""),
        "posted_price": decimal(found.posted.welfare, digits),
        "posted_price_exact": exact(found.posted.welfare),
        "posted_prices": [decimal(p, digits) for p in found.posted.prices],
        "seconds": round(seconds, 3),
    }


def show(found: Comparison, digits: int, seconds: float) -> None:
    """The same as text."""
    static = found.static
    word = "proved" if static.verdict else "unknown"
    say(f"buyer {static.buyer.name}, seller {static.seller.name}: {word}, {seconds:.2f} s")
    if not static.verdict:
        print(f"  {static.verdict.reason}")  # type: ignore[union-attr]
    if not static.solutions:
        print("Trade is never worth anything: the largest value is at most the least cost.")
    for s in static.solutions:
        best = " (the global optimum)" if s.is_global else ""
        print(f"\n{s.kind}{best}")
        for name, number in (("x", s.x), ("y", s.y), ("welfare", s.welfare)):
            print(f"  {name:8} {spelled(number, digits)}")
            if number.exact is None and number.minimal is not None:
                print(f"           root of {number.minimal_polynomial}")
    if static.solutions and static.verdict:
        print("\nThe buyer learns whether v >= x, the seller whether c <= y; any price from x to y.")
    rows = [[name, spelled(value, digits)] for name, value in sorted(
        found.values.items(), key=lambda pair: -pair[1].high)]
    print("\n" + table(["mechanism", "expected gains"], rows))
    print(f"Efficient trade needs a subsidy of {spelled(found.efficient.subsidy, digits)}.")
    if found.second.reason:
        print(f"The second best is not certified: {found.second.reason}.")
    elif known(found.second.welfare, digits) < digits:
        print(f"The second best is certified to {known(found.second.welfare, digits)} decimal places.")
    if found.second.multiplier is not None:
        print(f"Its multiplier of the budget is {spelled(found.second.multiplier, digits)}.")
    elif not found.second.reason:
        print(f"Its multiplier is not certified: {found.second.digits.reason}.")  # type: ignore[union-attr]


def spelled(number: Number, digits: int) -> str:
    """A number with its exact name, if that is short."""
    name = number.name
    text = decimal(number, digits)
    return f"{text} = {name}" if name is not None and len(str(name)) <= 60 and str(name) != text else text
