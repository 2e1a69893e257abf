"""The least subsidy for efficient trade with costly information: the answer in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy
from flint import fmpz_poly

from symtrade.analysis.costly_information.general import supremum_for_any_costs
from symtrade.analysis.costly_information.subsidy import Undecided, Winner, gap_ratio, supremum
from symtrade.analysis.numbers.real import Number
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import enclose
from symtrade.model.errors import ModelError
from symtrade.model.information_costs import Entropy
from symtrade.model.quality import QualityEnvironment
from symtrade.model.subsidy import Family

if TYPE_CHECKING:
    from symtrade.prover import Prover

WIDE = 10  # gaps relative to entropy costs from which posteriors are searched in logarithms
Matrix = tuple[tuple[Number | None, ...], ...]


@dataclass(frozen=True)
class Subsidy:
    """The most that the designer of an efficient mechanism keeps, and how.

    `case` is ``attained``, ``no information`` (the traders acquire none) or ``not attained`` (the
    numbers are limits, approached as a posterior tends to `limit`).  `posteriors` are probabilities of
    the second state, `weights` those of the signal realizations.  ``transfers["buyer"][i][j]`` is paid
    after reports i of the buyer and j of the seller, ``transfers["seller"][i][j]`` received; they are
    None where they grow without bound in the limit.  `costs` and `rents` are by trader; `gap` is the
    full surplus minus the revenue.
    """

    case: str
    revenue: Number
    posteriors: tuple[Number, ...]
    weights: tuple[Number, ...]
    transfers: dict[str, Matrix]
    costs: dict[str, Number]
    rents: dict[str, Number]
    multipliers: dict[str, tuple[Number, ...]]
    gap: Number
    limit: int | None
    winner: Winner


def least_subsidy(env: QualityEnvironment, digits: int = 30, prover: Prover | None = None) -> Subsidy:
    """The supremum over all information structures and efficient mechanisms, with its proof.

    `env` has two states with rational probabilities and valuations, and posterior-separable costs with
    rational coefficients, such as entropy, residual variance or one of one's own, for each trader any.
    Numbers are known to `digits` decimal places, and exactly where the optimum is a root of a polynomial of
    degree at most 2.  The statements are established with `prover`; without one they are searched for here.
    Raises ModelError for other environments and costs that are not convex, and Undecided where two structures
    may tie or a proof was not found.
    """
    _refuse(env, digits)
    if prover is None:
        from symtrade.prover import Searching

        prover = Searching()
    if len(env.prior) == 1:
        return _known_state(env)
    entropies = isinstance(env.buyer_cost, Entropy) and isinstance(env.seller_cost, Entropy)
    if entropies and gap_ratio(env) > WIDE:
        return described(env, supremum(env, digits + 6, prover), digits)
    return described(env, supremum_for_any_costs(env, digits + 6, prover), digits)


def _refuse(env: QualityEnvironment, digits: int) -> None:
    if len(env.prior) > 2:
        raise ModelError(f"expected at most two states, got {len(env.prior)}")
    for values in (env.prior, env.buyer, env.seller):
        for value in values:
            if not isinstance(value, sympy.Rational):
                raise ModelError(f"expected rational probabilities and valuations, got {value}")
    for cost in (env.buyer_cost, env.seller_cost):
        if sympy.sympify(cost.potential((sympy.Rational(1, 3), sympy.Rational(2, 3)))).free_symbols:
            raise ModelError(f"expected costs with rational coefficients, got {cost}")
    if not isinstance(digits, int) or not 1 <= digits <= 1000:
        raise ModelError(f"expected 1 to 1000 digits, got {digits}")


def _known_state(env: QualityEnvironment) -> Subsidy:
    """One state: there is nothing to learn, and each trader's valuation is its price."""
    zero = Number.rational(sympy.S.Zero)
    b, s = (Number.rational(v[0]) for v in (env.buyer, env.seller))
    family = Family("no information", env, (), (), (sympy.S.One,), (sympy.S.One,), (0, 0), ((0, 0),))
    return Subsidy(
        "no information", Number.rational(env.full_surplus), (Number.rational(sympy.S.One),),
        (Number.rational(sympy.S.One),), {"buyer": ((b,),), "seller": ((s,),)},
        {"buyer": zero, "seller": zero}, {"buyer": zero, "seller": zero},
        {"buyer": (zero,), "seller": (zero,)}, zero, None, Winner(family, False, ()))


def described(env: QualityEnvironment, winner: Winner, digits: int) -> Subsidy:
    """The numbers that belong to a family and a point of its coordinates."""
    family, inner = winner.family, winner.family.env

    def number(e: Any) -> Number:
        e = sympy.sympify(e)
        if winner.exact:
            e = sympy.radsimp(sympy.simplify(e.subs(winner.exact)))
        if isinstance(e, sympy.Rational):
            return Number.rational(e)
        if winner.exact:
            low, high = enclose(real_functions((e,), ()), (), digits + 8)[0]
            return Number(low, high, exact=e)
        low, high = enclose(real_functions((e,), family.symbols), winner.point, digits + 8)[0]
        if (high - low) * 10 ** (digits + 1) > 1:
            raise Undecided(f"{e} is not known to {digits} decimal places")
        return Number(low, high)

    def numbers(expressions: Sequence[Any]) -> tuple[Number, ...]:
        return tuple(number(e) for e in expressions)

    prices, k = family.prices, len(family.posteriors)
    p = inner.prior[1]
    transfers: dict[str, Matrix] = {
        "buyer": tuple(tuple(_entry(family, i, j, True, number) for j in range(k)) for i in range(k)),
        "seller": tuple(tuple(_entry(family, i, j, False, number) for j in range(k)) for i in range(k))}
    costs, rents, multipliers = {}, {}, {}
    for name, cost, anchor, values, sign, side in (
            ("buyer", inner.buyer_cost, prices.buyer_anchor, inner.buyer, 1, 0),
            ("seller", inner.seller_cost, prices.seller_anchor, inner.seller, -1, 1)):
        spent = sum(w * _potential(cost, x) for w, x in zip(family.weights, family.posteriors, strict=True))
        spent = spent - _potential(cost, p) if k > 1 else sympy.S.Zero
        gross = sum(w * sign * ((1 - x) * values[0] + x * values[1] - paid[side])
                    for w, x, paid in zip(family.weights, family.posteriors, family.payments, strict=True))
        costs[name], rents[name] = number(spent), number(gross - spent)
        states = (-cost.marginal((1 - anchor, anchor), v) for v in ((1, 0) if winner.mirrored else (0, 1)))
        multipliers[name] = numbers(tuple(states))
    posteriors = [1 - x if winner.mirrored else x for x in family.posteriors]
    case = ("no information" if k == 1
            else "attained" if family.limit is None else "not attained")
    limit = None if family.limit is None else family.limit ^ int(winner.mirrored)
    where = tuple(_with_polynomial(number(e), e, winner) for e in posteriors)
    return Subsidy(case, number(family.revenue), where, numbers(family.weights), transfers,
                   costs, rents, multipliers, number(env.full_surplus - family.revenue), limit, winner)


def _with_polynomial(value: Number, e: Any, winner: Winner) -> Number:
    """A posterior (a coordinate or 1 minus it) with its minimal polynomial, where that is known."""
    e = sympy.sympify(e)
    for symbol, polynomial in winner.polynomials.items():
        if symbol in e.free_symbols and value.minimal is None:
            (root,) = sympy.solve(e - sympy.Dummy("x"), symbol)
            (x,) = root.free_symbols
            _, whole = sympy.Poly(polynomial.as_expr().subs(symbol, root), x).clear_denoms(convert=True)
            minimal = fmpz_poly([int(c) for c in whole.primitive()[1].all_coeffs()[::-1]])
            return Number(value.low, value.high, minimal, value.exact)
    return value


def _potential(cost: Any, x: Any) -> Any:
    return sympy.S.Zero if x in (0, 1) else cost.potential((1 - x, x))


def _entry(family: Family, i: int, j: int, buyer: bool, number: Callable[[Any], Number]) -> Number | None:
    """A transfer after reports i and j: on the path a price; off it, where reports never meet, the least
    (greatest) that keeps the buyer (the seller) from the report, given the multipliers on the path."""
    own, other = (i, j) if buyer else (j, i)
    paid = family.payments[other][0 if buyer else 1]
    if i == j:
        return number(paid)
    mine, theirs = family.posteriors[own], family.posteriors[other]
    cost = family.env.buyer_cost if buyer else family.env.seller_cost
    if mine in (0, 1) and cost.steep:
        return None
    state = _binds(mine, theirs, number)
    if theirs in (0, 1) and theirs != state:
        return None
    change = cost.marginal((1 - theirs, theirs), state) - cost.marginal((1 - mine, mine), state)
    return number(paid + change if buyer else paid - change)


def _binds(mine: Any, theirs: Any, number: Callable[[Any], Number]) -> int:
    """The state whose constraint is the tighter one when a report moves the posterior to `mine`."""
    return 0 if number(sympy.sympify(mine) - theirs).low > 0 else 1
