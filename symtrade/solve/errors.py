"""What the search says when there is no optimum to return."""

from __future__ import annotations

from symtrade.kernel.piecewise import PiecewiseSolution


class EmptyRegion(ValueError):
    """The parameter set has no point, so a statement about all its points says nothing."""


class Incomplete(RuntimeError):
    """The search stopped without a proof; the message says where.  Nothing is claimed."""


class NoOptimum(ValueError):
    """The program has no optimum anywhere on the region; `solution` holds the certificate."""

    def __init__(self, message: str, solution: PiecewiseSolution) -> None:
        super().__init__(message)
        self.solution = solution


class Infeasible(NoOptimum):
    """No point satisfies the constraints, for any parameters: a Farkas certificate proves it."""


class Unbounded(NoOptimum):
    """The objective improves without bound, for all parameters: a ray proves it."""
