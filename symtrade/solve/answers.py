"""The search for each kind of statement that the kernel knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from symtrade.kernel.balls import Positive, Zeros
from symtrade.kernel.calculus import Derivative, Equality, Integral, Peak
from symtrade.kernel.certificate import Certificate, Empty, Optimum
from symtrade.kernel.evidence import Evidence, Statement
from symtrade.kernel.verdict import Proved, Unknown, Verdict
from symtrade.solve.balls import find_balls
from symtrade.solve.calculus import find_calculus
from symtrade.solve.chart import find_chart
from symtrade.solve.claims import show_empty
from symtrade.solve.errors import Incomplete, NoOptimum
from symtrade.solve.optimum import solve

Progress = Callable[[str], None] | None
Found = Evidence | str  # a certificate, or why there is none


def answer(question: Statement, progress: Progress = None) -> Verdict:
    """Proved with the certificate of a statement, or Unknown.

    Raises ValueError for a kind of statement that nobody searches for.
    """
    for kind, search in SEARCHES.items():
        if isinstance(question, kind):
            found = search(question, progress)
            return Unknown(found) if isinstance(found, str) else Proved((found,))
    raise ValueError(f"expected a statement such as an Optimum, got {type(question).__name__}")


def _optimum(question: Optimum, progress: Progress) -> Found:
    try:
        return solve(question.program, progress=progress).certificate
    except NoOptimum as outcome:
        return outcome.solution.certificate
    except Incomplete as failure:
        return str(failure)


def _empty(question: Empty, progress: Progress) -> Found:  # noqa: ARG001  it is quick
    found = show_empty(question.region, find_chart(question.region))
    return found if isinstance(found, Certificate) else "the region was not shown to be empty"


SEARCHES: Mapping[type, Callable[[Any, Progress], Found]] = {
    Optimum: _optimum, Empty: _empty, Zeros: find_balls, Positive: find_balls,
    Derivative: find_calculus, Equality: find_calculus, Peak: find_calculus, Integral: find_calculus,
}
