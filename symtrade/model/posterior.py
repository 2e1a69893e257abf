"""What information can do: the worst and the best spread of a posterior belief.

Where an agent's signal matters only through her posterior probability of one event, an information
structure is a distribution of posteriors whose mean is the prior, and any such distribution comes
from some structure.  The expectation of a function of the posterior then ranges from its convex to
its concave envelope at the prior; for a function that is linear between thresholds either is the
optimum of a small linear program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.model.errors import ModelError
from symtrade.model.program import LinearProgram


@dataclass(frozen=True)
class Stretch:
    """On posteriors from `low` to `high` the function is ``at_zero + slope * posterior``."""

    low: Any
    high: Any
    at_zero: Any
    slope: Any


def stretch(low: Any, high: Any, if_true: Any, if_false: Any) -> Stretch:
    """The expectation of a quantity that is `if_true` where the event holds, else `if_false`.

    >>> stretch(0, 1, 5, 2)
    Stretch(low=0, high=1, at_zero=2, slope=3)
    """
    return Stretch(low, high, if_false, if_true - if_false)


def spread(stretches: Sequence[Stretch], prior: Any, assuming: Any = (), sense: str = "min"
           ) -> LinearProgram:
    """The infimum (``sense="max"``: supremum) over all information structures of the expectation of a
    piecewise linear function of the posterior, as a program.

    ``mass[k]`` is the probability that the posterior lies in stretch k (1, 2, ...), ``posterior[k]``
    that probability times its mean.  Ends of a stretch belong to it: where the function jumps, the
    optimum is approached, and need not be attained.

    >>> p = sympy.Symbol("p")
    >>> program = spread((stretch(0, sympy.Rational(1, 2), 1, 1), stretch(sympy.Rational(1, 2), 1, 0, 0)),
    ...                  prior=p, assuming=(p > 0, p < sympy.Rational(1, 2)))
    >>> [row.expr for row in program.constraints][:2]
    [Eq(mass[1] + mass[2], 1), Eq(posterior[1] + posterior[2], p)]
    """
    if not stretches:
        raise ModelError("stretches: expected at least one")
    numbers = range(1, len(stretches) + 1)
    mass = [sympy.Symbol(f"mass[{k}]", nonnegative=True) for k in numbers]
    posterior = [sympy.Symbol(f"posterior[{k}]", real=True) for k in numbers]
    rows: list[Any] = [("the masses add up to 1", sympy.Eq(sympy.Add(*mass), 1)),
                       ("the mean is the prior", sympy.Eq(sympy.Add(*posterior), prior, evaluate=False))]
    for k, piece, m, p in zip(numbers, stretches, mass, posterior, strict=True):
        rows += [(f"stretch {k} from", sympy.Ge(p - piece.low * m, 0, evaluate=False)),
                 (f"stretch {k} to", sympy.Ge(piece.high * m - p, 0, evaluate=False))]
    value = sympy.Add(*(piece.at_zero * m + piece.slope * p
                        for piece, m, p in zip(stretches, mass, posterior, strict=True)))
    return LinearProgram(variables=(*mass, *posterior), objective=value, constraints=rows,
                         assuming=assuming, sense=sense)
