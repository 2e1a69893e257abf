"""Cutoffs in closed form, for families whose shape parameters stay symbols."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy
from sympy import And, Eq, Implies

from symtrade.kernel.verdict import Proved, Unknown, Verdict
from symtrade.model.distribution import Distribution
from symtrade.model.errors import ModelError
from symtrade.prover import Prover, Searching


@dataclass(frozen=True)
class SymbolicCutoffs:
    """The only solution of x = C(y), y = V(x) where both conditional means are linear; the welfare; and
    the verdict on its being the only one.  It is the global optimum where it lies in both supports,
    since an optimum exists and solves the equations."""

    mean_above: Any
    mean_below: Any
    x: Any
    y: Any
    welfare: Any
    verdict: Verdict


def closed_form(formula: Any) -> Any:
    """A formula with powers of one base collected, so that quotients of powers cancel."""
    if isinstance(formula, sympy.Rational):
        return formula
    return sympy.factor(sympy.powsimp(sympy.simplify(formula)))


def symbolic_cutoffs(buyer: Distribution, seller: Distribution, assuming: Any = (),
                     prover: Prover | None = None) -> SymbolicCutoffs:
    """Cutoffs as formulas in the distributions' parameters; `assuming` says what
    is known of them, besides what their SymPy assumptions say.

    Raises ModelError where a conditional mean is not linear in the cutoff, so that there is no such formula.

    >>> from symtrade.model.families import mirror_power, power
    >>> a, b = sympy.symbols("a b", positive=True)
    >>> found = symbolic_cutoffs(mirror_power(b), power(a))
    >>> found.x, found.y
    (a/(a + b + 1), (a + 1)/(a + b + 1))
    """
    x, y = sympy.symbols("x y", positive=True)
    above, below = closed_form(buyer.mean_above(x)), closed_form(seller.mean_below(y))
    for name, formula, letter in ((buyer.name, above, x), (seller.name, below, y)):
        if not formula.is_polynomial(letter) or sympy.degree(formula, letter) > 1:
            raise ModelError(f"{name}: the conditional mean {formula} is not linear in {letter}, so that "
                             "there is no closed form; give numbers for the parameters")
    solution = sympy.solve((Eq(x, below), Eq(y, above)), (x, y), dict=True)
    if len(solution) != 1:
        raise ModelError(f"{buyer.name} and {seller.name}: expected one solution, found {len(solution)}")
    at_x, at_y = (sympy.factor(solution[0][letter]) for letter in (x, y))
    plain = {s: sympy.Symbol(s.name) for s in (
        *sorted(buyer.symbols | seller.symbols, key=lambda s: s.name), x, y)}
    given, wanted = And(Eq(x, below), Eq(y, above)), And(Eq(x, at_x), Eq(y, at_y))
    conditions = [plain[s] > 0 for s in plain if s.is_positive and s not in (x, y)]
    conditions += [condition.subs(plain) for condition in assuming if hasattr(condition, "subs")]
    verdict = (prover or Searching()).prove(Implies(given.subs(plain), wanted.subs(plain)),
                                            assuming=tuple(conditions), parameters=tuple(plain.values()))
    welfare = closed_form((at_y - at_x) * seller.cdf(at_y) * (1 - buyer.cdf(at_x)))
    return SymbolicCutoffs(above, below, at_x, at_y, welfare,
                           verdict if isinstance(verdict, Proved) else Unknown(str(verdict)))

