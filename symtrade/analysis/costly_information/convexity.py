"""Whether a potential is convex, and whether prices are convex between their kinks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sympy
from flint import fmpq

from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive
from symtrade.kernel.verdict import Proved
from symtrade.model.errors import ModelError
from symtrade.model.information_costs import InformationCost, slope
from symtrade.model.regimes import AT_X, AT_Y, HIGH, LOW

if TYPE_CHECKING:
    from symtrade.prover import Prover

X = sympy.Symbol("x", positive=True)
POINTS = tuple(sorted({fmpq(k, 64) for k in range(1, 64)} | {fmpq(1, 2**k) for k in range(7, 30)}
                      | {1 - fmpq(1, 2**k) for k in range(7, 30)}, key=lambda q: (q.q, q)))


def curvature(cost: InformationCost) -> Any:
    """h'' at the posterior X."""
    return _short(sympy.diff(slope(cost, X), X))


def _short(formula: Any) -> Any:
    return sympy.apart(formula, X) if formula.is_rational_function(X) else sympy.expand(
        formula, multinomial=False, power_base=False, power_exp=False)


def exponent(formula: Any, end: int) -> Any:
    """The power of the distance from an end of [0, 1] that a formula in X is led by there; ModelError where
    SymPy finds none."""
    near = _short(formula.subs(X, 1 - X) if end else formula)
    try:
        found = near.leadterm(X)[1]
    except (ValueError, NotImplementedError, TypeError):
        found = None
    if not isinstance(found, sympy.Rational):
        raise ModelError(f"no leading power of {formula} was found at {end}")
    return found


def tame(formula: Any) -> Any:
    """A formula in X times powers of X and 1 - X: of the same sign inside, finite and not 0 at 0 and 1."""
    for end, base in ((0, X), (1, 1 - X)):
        power = exponent(formula, end)
        if power:
            formula = sympy.Add(*(term * base**-power for term in sympy.Add.make_args(formula)))
    if formula.is_rational_function(X):
        return sympy.cancel(formula)
    return formula


def negative_at(formula: Any, points: Sequence[Any] = POINTS) -> Any | None:
    """One of the points at which a formula in X is certainly negative."""
    functions = real_functions((formula,), (X,))
    return next((at for at in points if functions.at((at,))[0] < 0), None)


def must_be_convex(cost: InformationCost, prover: Prover) -> str | None:
    """Establishes h'' > 0 inside; ModelError with a point where it is negative, or a reason why it is not
    known."""
    second = curvature(cost)
    if second == 0:
        raise ModelError(f"expected a strictly convex potential, got {cost}, which is linear")
    at = negative_at(second)
    if at is not None:
        raise ModelError(f"expected a convex potential, such as p**2 or p*log(p), got {cost}: its second "
                         f"derivative is negative at the posterior {at}")
    return None if _positive(second, prover) else f"the potential {cost} was not shown to be strictly convex"


def convex_prices(cost: InformationCost, prover: Prover) -> tuple[bool, bool]:
    """Whether it is proved that what the low, and what the high state allows is convex in the posterior:
    x h'' does not fall, and (1 - x) h'' does not rise."""
    second = curvature(cost)
    rises = [_short(sympy.diff(X * second, X)), _short(-sympy.diff((1 - X) * second, X))]
    open_ = prover.proposal(lambda: [negative_at(e) is None for e in rises])
    low, high = (maybe and _positive(e, prover, strict=False) for maybe, e in zip(open_, rises, strict=True))
    return low, high


def may_stop(pair: tuple[str, str], convex: Sequence[tuple[bool, bool]], at: int) -> bool:
    """Whether a posterior (number 0 is the high one) can be optimal inside: at a kink, or where what binds
    some trader is not known to be convex."""
    kink, states = ((AT_X, {LOW: 0}), (AT_Y, {HIGH: 1}))[at]
    return any(name == kink or not row[states.get(name, 1 - at)]
               for name, row in zip(pair, convex, strict=True))


def smooth_power(cost: InformationCost, end: int) -> int:
    """A power of the coordinate next to an end of [0, 1] in which prices have finite slopes there: a price's
    slope is x h''."""
    power: int = math.ceil(1 / (1 + min(0, exponent(curvature(cost), end) + 1)))
    return power


def _positive(formula: Any, prover: Prover, strict: bool = True) -> bool:
    if formula.is_Rational:
        return bool(formula > 0 or (formula == 0 and not strict))
    try:
        functions = real_functions((tame(formula),), (X,))
    except ModelError:
        return False
    box = ((fmpq(0), fmpq(1)),)
    return isinstance(prover.answer(Positive(functions, box, ">" if strict else ">=")), Proved)
