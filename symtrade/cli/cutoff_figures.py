"""Figures of ``symtrade cutoffs``."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtrade.cli.cutoffs import teller
from symtrade.cli.refusal import PROVED, Refusal
from symtrade.cli.text import say

if TYPE_CHECKING:
    from symtrade.analysis.second_best.comparison import Comparison

KINDS = ("regions", "responses", "prices", "shuttle")
STEPS = 12


def refuse_figure(kind: str, out: Path) -> None:
    """Refuse a kind or a file name before anything is computed."""
    from symtrade.render.plot import FORMATS

    if kind not in KINDS:
        raise Refusal(f"--figure {kind}: expected one of {', '.join(KINDS)}")
    if out.suffix.lower() not in FORMATS:
        raise Refusal(f"--plot {out}: expected a file name that ends in {', '.join(FORMATS)}")


def draw(found: Comparison, kind: str, out: Path) -> None:
    """Draw the trade regions, the best responses, the prices or shuttle diplomacy of a pair."""
    from symtrade.analysis.disclosure.shuttle import shuttle
    from symtrade.render import disclosure as pictures
    from symtrade.render.plot import save_plot

    F, G = found.static.buyer, found.static.seller
    drawn: Mapping[str, Callable[[], Any]] = {
        "regions": lambda: pictures.trade_region_figure(found),
        "responses": lambda: pictures.best_response_figure(found.static),
        "prices": lambda: pictures.price_figure(F, found.static),
        "shuttle": lambda: pictures.shuttle_figure(shuttle(F, G)),
    }
    save_plot(drawn[kind](), out)


def run_family(buyer: str, seller: str, along: str, out: Path | None) -> int:
    """Draw the gains of each mechanism while one parameter moves; the exit code."""
    from fractions import Fraction

    from symtrade.model.distribution_text import read_distribution
    from symtrade.model.errors import ModelError
    from symtrade.render.disclosure import family_figure
    from symtrade.render.plot import save_plot

    if out is None:
        raise Refusal("--along: expected --plot FILE as well, for the figure")
    refuse_figure(KINDS[0], out)
    shape = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*=\s*([\d./]+?)\s*\.\.\s*([\d./]+)\s*", along)
    try:
        if shape is None:
            raise ValueError
        low, high = Fraction(shape[2]), Fraction(shape[3])
        if low >= high:
            raise ValueError
    except ValueError:
        raise Refusal(f"--along {along}: expected NAME=FROM..TO, such as a=1/2..3") from None
    name = shape[1]
    if not any(re.search(rf"\b{name}\b", text) for text in (buyer, seller)):
        raise Refusal(f"--along {along}: expected {name} in --buyer or --seller")

    tell = teller()

    def pair(value: Any) -> tuple[Any, Any]:
        tell(f"{name} = {value}, up to {high}")
        one, other = (read_distribution(re.sub(rf"\b{name}\b", f"({value})", text))
                      for text in (buyer, seller))
        return one, other

    began = time.perf_counter()
    try:
        values = [low + (high - low) * k / STEPS for k in range(STEPS + 1)]
        save_plot(family_figure(pair, values, f"${name}$"), out)
    except (ModelError, ArithmeticError) as error:
        raise Refusal(str(error)) from None
    say(f"{buyer} and {seller}: {name} from {low} to {high} in {out}, {time.perf_counter() - began:.2f} s")
    return PROVED
