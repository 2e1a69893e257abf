"""What the analyses of two distributions begin with: reading them, and proving that they are ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from symtrade.analysis.numbers.real import rational
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive, enclose
from symtrade.model.distribution import Distribution, X
from symtrade.model.distribution_objects import distribution
from symtrade.model.errors import ModelError
from symtrade.model.finite_distribution import FiniteDistribution
from symtrade.model.own_distribution import readable, sign_part
from symtrade.model.typespace import TypeSpace


def one_distribution(source: Any, who: str) -> Distribution:
    """A distribution with numbers for all parameters; ModelError for anything else."""
    if isinstance(source, TypeSpace) or isinstance(found := distribution(source), FiniteDistribution):
        raise ModelError(f"{who}: expected a distribution without atoms, got finitely many types; solve "
                         "the program of a FiniteEnvironment instead")
    if not isinstance(found, Distribution):
        raise ModelError(f"{who}: expected a distribution with a formula, got {found.name}; what follows "
                         "from a Python function is numeric only: use numeric_cutoffs")
    if found.symbols:
        names = ", ".join(sorted(s.name for s in found.symbols))
        raise ModelError(f"{who}: expected numbers for all parameters of {found.name}, got {names}; for "
                         "symbolic shapes use symbolic_cutoffs")
    unread = [f for p in found.pieces for f in (p.cdf, p.density, p.upper) if not readable(f)]
    if unread:
        raise ModelError(f"{who}: {found.name} has the formula {unread[0]}, of which there are no certified "
                         "values; expected powers, exp, log, sin, cos, atan, erf and integrals of these: "
                         "use numeric_cutoffs")
    if found.mean.has(sympy.Integral):
        try:
            enclose(real_functions((found.mean,), ()), (), 15)
        except ArithmeticError:
            raise ModelError(f"{who}: the mean of {found.name} was not enclosed, for its formula divides by "
                             "zero or is unbounded at an end of the support: use numeric_cutoffs") from None
    return found


def two_distributions(buyer: Any, seller: Any) -> tuple[Distribution, Distribution]:
    """The distributions of value and cost."""
    return one_distribution(buyer, "the buyer"), one_distribution(seller, "the seller")


def monotone(F: Distribution) -> Iterator[Positive]:
    """Statements that the density of a user's own cdf is nowhere negative."""
    for piece in () if F.increasing else F.pieces:
        rest = sign_part(piece.density, piece.lo, piece.hi)
        yield Positive(real_functions((rest,), (X,)), ((rational(piece.lo), rational(piece.hi)),), ">=")
