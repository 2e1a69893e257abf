"""How the optimum with costly information changes along a path of environments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symtrade.analysis.costly_information.answer import Subsidy, least_subsidy
from symtrade.analysis.costly_information.subsidy import Undecided

if TYPE_CHECKING:
    from symtrade.model.quality import QualityEnvironment
    from symtrade.prover import Prover

Path = Callable[[Fraction], "QualityEnvironment"]


@dataclass(frozen=True)
class Border:
    """Between the parameters `low` and `high` the case changes; it is certified at both."""

    low: Fraction
    high: Fraction
    cases: tuple[str, str]


def case_at(path: Path, at: Fraction, prover: Prover | None = None) -> str:
    """The case of :class:`Subsidy` at a parameter of a path; ``undecided`` where it is not certified."""
    try:
        return least_subsidy(path(at), 10, prover).case
    except Undecided:
        return "undecided"


def border(path: Path, low: Fraction, high: Fraction, width: Fraction,
           prover: Prover | None = None, known: tuple[str, str] | None = None) -> Border:
    """An interval at most `width` long, between `low` and `high`, at whose ends the certified cases differ.

    `known` are the cases at `low` and `high`, if :func:`case_at` has found them before.  Raises ValueError
    where they agree.
    """
    cases = list(known or (case_at(path, low, prover), case_at(path, high, prover)))
    if cases[0] == cases[1]:
        raise ValueError(f"the case is the same at {low} and {high}: {cases[0]}")
    while high - low > width:
        middle = (low + high) / 2
        here = case_at(path, middle, prover)
        if here == cases[0]:
            low = middle
        else:
            high, cases[1] = middle, here
    return Border(low, high, (cases[0], cases[1]))


def along(path: Path, points: Iterable[Fraction], prover: Prover | None = None) -> list[tuple[Any, Subsidy]]:
    """The optimum at every point of a path at which it is certified, with 10 digits."""
    found = []
    for at in points:
        try:
            found.append((at, least_subsidy(path(at), 10, prover)))
        except Undecided:
            continue
    return found
