"""When a monotone two-stage mechanism is incentive compatible, individually rational, efficient, balanced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Any

import sympy

from symtrade.analysis.cases.expectation import by_cases, searching
from symtrade.analysis.cases.extremum import supremum
from symtrade.analysis.two_stage.certain import CertainTrade, certain_trade
from symtrade.analysis.two_stage.trade import CASES, full_support
from symtrade.analysis.two_stage.utilities import efficient_trade
from symtrade.kernel.verdict import Proved, Refuted, Verdict
from symtrade.model.cases import Cases, everywhere, lines_of
from symtrade.model.errors import ModelError
from symtrade.model.interdependent import BUYER, InterdependentEnvironment
from symtrade.model.two_stage import report
from symtrade.prover import Prover

EXISTS, NONE, UNKNOWN = "exists", "none", "unknown"


@dataclass(frozen=True)
class Premise:
    """Something that the proof of a theorem takes for granted, judged for one environment.

    `needed_for` are the answers, "exists" or "none", of which the proof uses it."""

    text: str
    needed_for: tuple[str, ...]
    verdict: Verdict

    @property
    def proved(self) -> bool:
        return isinstance(self.verdict, Proved)


@dataclass(frozen=True)
class ExistenceCase:
    """Parameters (`when`) with one answer: "exists", "none" or "unknown", and why.

    `buyer_type` is a type below the highest that trades for certain, so that Assumption 1 fails, else
    None; `verdict` is the verdict on that."""

    when: Any
    answer: str
    buyer_type: Any
    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class MonotoneExistence:
    """The answer of :func:`monotone_mechanism`."""

    certain: CertainTrade
    premises: tuple[Premise, ...]
    lemmas: tuple[Premise, ...]

    @property
    def assumption_1(self) -> Any:
        """The condition on the parameters under which Assumption 1 holds."""
        return self.certain.nobody

    @property
    def cases(self) -> tuple[ExistenceCase, ...]:
        """The answer, case by case; together the cases are all parameters if `cover` is proved."""
        return tuple(self._case(case) for case in self.certain.cases)

    @property
    def cover(self) -> Verdict:
        """The verdict that there are no other cases."""
        return self.certain.cover

    def _case(self, case: Any) -> ExistenceCase:
        answer = EXISTS if case.buyer_type is None else NONE
        missing = [p for p in (*self.premises, *self.lemmas) if answer in p.needed_for and not p.proved]
        if not isinstance(case.verdict, Proved):
            answer = UNKNOWN
            reason = f"whether a type trades for certain is open: {getattr(case.verdict, 'reason', '')}"
        elif missing:
            answer, reason = (
                UNKNOWN,
                "the theorem's proof needs that " + " and that ".join(p.text for p in missing),
            )
        elif case.buyer_type is None:
            reason = "no type of the buyer below the highest trades for certain"
        else:
            reason = f"the type {case.buyer_type} trades for certain: higher types gain by reporting it"
        return ExistenceCase(case.when, answer, case.buyer_type, case.verdict, reason)


def monotone_mechanism(env: InterdependentEnvironment, prover: Prover | None = None) -> MonotoneExistence:
    """Whether a two-stage monotone mechanism is Bayesian incentive compatible, interim individually rational,
    efficient and ex post budget balanced: Theorem 3 of Kunimoto and Zhang (2019) for one environment.

    The theorem says that there is one if and only if no type of the buyer below the highest trades for
    certain (Assumption 1).  Both are judged: where Assumption 1 holds, and, premise by premise, whether the
    theorem's proof applies to these valuations and types.  So an answer can be "unknown", and says why.
    Any support, any rectangle of types, finite types and symbols are welcome.  Raises ModelError as
    :func:`certain_trade` does.

    >>> from sympy import symbols
    >>> from symtrade.model.families import power, uniform
    >>> from symtrade.model.interdependent import Types
    >>> x, y, g, h = symbols("x y g h")
    >>> env = InterdependentEnvironment(Types(x, power(3)), Types(y, uniform(0, 2)), (x + g*y, y + h*x),
    ...                                 assuming=(g > 0, g < 1, h > 0, h < 1))
    >>> for case in monotone_mechanism(env).cases:
    ...     print(case.answer, "if", case.when, "| certain trade:", case.buyer_type)
    exists if 2*g >= h + 1 | certain trade: None
    none if h + 1 > 2*g | certain trade: (h - 1)/(g - 1)
    """
    prover = searching(prover)
    return MonotoneExistence(certain_trade(env, prover), _premises(env, prover), _lemmas(prover))


def deterring_penalty(env: InterdependentEnvironment, prover: Prover | None = None) -> Any:
    """A penalty, as a function of the buyer's report, with which :func:`symtrade.shoot_the_liar` is incentive
    compatible where no type of the buyer below the highest trades for certain.

    It is 1 + P(r) D(r)/(1 - P(r)), where P(r) is the probability of trade at the report r and D(r) the most
    that the good can be worth to the buyer above its valuation at r: the proof of Theorem 3 of Kunimoto and
    Zhang (2019), for valuations as in :func:`monotone_mechanism`.  The seller's distribution must be one of
    which expectations are known.

    >>> from sympy import symbols
    >>> from symtrade.model.families import mirror_power, uniform
    >>> from symtrade.model.interdependent import Types
    >>> x, y = symbols("x y")
    >>> env = InterdependentEnvironment(
    ...     Types(x, mirror_power(2)), Types(y, uniform(0, 1)), (x + y/2, y + x/2))
    >>> deterring_penalty(env)
    Piecewise((1, y_r >= 1), ((y_r**2 - y_r - 1)/(y_r - 1), True))
    """
    prover = searching(prover)
    if env.buyer.finite:
        raise ModelError("deterring_penalty: expected types of the buyer on an interval")
    own, (_, top) = env.buyer.symbol, env.buyer.law.support  # type: ignore[union-attr]
    value = env.valuations[1]
    above = value.subs(own, top) - value
    if env.seller.finite:
        most = sympy.Max(*(above.subs(env.seller.symbol, s) for s in env.seller.values))
    elif above.has(env.seller.symbol):
        box = (env.seller.symbol, sympy.Interval(*full_support(env)))
        most = supremum(above, box, assuming=env.ranges_of(BUYER), prover=prover).value
    else:
        most = above
    lines = []
    for chance, when in lines_of(efficient_trade(env, BUYER, prover=prover)):
        odds = sympy.cancel(chance / (1 - chance)) if chance != 1 else sympy.Integer(0)
        lines.append(
            (sympy.cancel(1 + odds * most) if most.is_rational_function() else 1 + odds * most, when)
        )
    penalty = sympy.Piecewise((1, own >= top), (Cases(*lines), True))
    return penalty.subs(own, report(own))


def _premises(env: InterdependentEnvironment, prover: Prover) -> tuple[Premise, ...]:
    """What the theorem's proof needs of an environment."""
    seller, buyer = env.valuations
    known, symbols = (*env.assuming, *_inside(env)), _symbols(env)

    def ask(valuation: Any, relation: Any) -> Verdict:
        """That a relation holds between what two types of the buyer lead to, whatever the seller's type."""
        verdicts = []
        for low, high, order, given, more in _pairs(env, valuation):
            here = (*known, *given)
            claim = order(everywhere(_settled(high - low, here, prover), relation))
            verdicts.append(prover.prove(claim, here, (*symbols, *more)))
        return _all(verdicts)

    worth = []
    for s, b in _profiles(env, seller, buyer):
        here = (*env.assuming, *env.seller.range, *env.buyer.range)
        gap, value = _settled(b - s, here, prover), _settled(b, here, prover)
        claim = everywhere(gap, lambda v, value=value: sympy.Or(v < 0, everywhere(value, lambda w: w >= 0)))
        worth.append(prover.prove(claim, here, symbols))
    rising, telling = ask(buyer, lambda v: v > 0), ask(seller, lambda v: sympy.Ne(v, 0))
    return (
        Premise("the buyer's valuation increases with the buyer's type", (EXISTS, NONE), rising),
        Premise("the buyer's valuation is nonnegative where trade is efficient", (EXISTS,), _all(worth)),
        Premise("the seller's valuation tells any two types of the buyer apart", (EXISTS,), telling),
    )


def _settled(expression: Any, known: tuple[Any, ...], prover: Prover) -> Any:
    return by_cases(expression, assuming=known, prover=prover) if expression.has(*CASES) else expression


def _all(verdicts: list[Verdict]) -> Verdict:
    """The conjunction of verdicts."""
    for kind in (Refuted, Proved):
        found = [v for v in verdicts if isinstance(v, kind) == (kind is Refuted)]
        if found:
            return found[0]
    return Proved(tuple(c for v in verdicts if isinstance(v, Proved) for c in v.certificates))


def _symbols(env: InterdependentEnvironment) -> tuple[Any, ...]:
    return tuple(types.symbol for types in (env.seller, env.buyer) if not types.finite)


def _inside(env: InterdependentEnvironment) -> tuple[Any, ...]:
    """The seller's type inside its interval (the ends have probability zero)."""
    if env.seller.finite:
        return ()
    low, high = full_support(env)
    return (env.seller.symbol > low, env.seller.symbol < high)


def _pairs(env: InterdependentEnvironment, valuation: Any) -> Iterator[tuple[Any, ...]]:
    """A valuation at two types of the buyer for each type of the seller: (lower, higher, what makes of a
    claim the claim for types in this order, what is known, further symbols)."""
    own = env.buyer.symbol
    for v in _sellers(env, valuation):
        if env.buyer.finite:
            for low, high in permutations(env.buyer.values, 2):
                yield v.subs(own, low), v.subs(own, high), partial(sympy.Implies, low < high), (), ()
        else:
            low, high = env.buyer.law.support  # type: ignore[union-attr]
            above = sympy.Symbol(f"{own.name}_high")
            yield v, v.subs(own, above), sympy.sympify, (own >= low, above > own, above <= high), (above,)


def _sellers(env: InterdependentEnvironment, valuation: Any) -> list[Any]:
    if not env.seller.finite:
        return [valuation]
    return [valuation.subs(env.seller.symbol, s) for s in env.seller.values]


def _profiles(env: InterdependentEnvironment, *valuations: Any) -> list[tuple[Any, ...]]:
    """Valuations at each pair of finite types; types on intervals stay symbols."""
    found = [valuations]
    for types in (env.seller, env.buyer):
        if types.finite:
            found = [tuple(e.subs(types.symbol, v) for e in row) for row in found for v in types.values]
    return found


def _lemmas(prover: Prover) -> tuple[Premise, ...]:
    """The theorem's proof, at each type of the other trader: inequalities between any numbers."""
    return tuple(
        Premise(text, needed, prover.prove(claim, given)) for text, needed, claim, given in monotone_lemmas()
    )


def monotone_lemmas() -> tuple[tuple[str, tuple[str, ...], Any, tuple[Any, ...]], ...]:
    """The steps of the proof of Theorem 3 as (text, answers that need it, claim, assumptions).

    Sufficiency: "shoot the liar" with the penalty psi(r) = P(r) D(r)/(1 - P(r)) or more, where P(r) is the
    probability of trade at the buyer's report r and D(r) the most that the good can be worth above its price
    there.  Necessity: for any monotone mechanism and a report r that trades for certain."""
    chance, most, gain, psi = sympy.symbols("P D d psi")
    seller, buyer = sympy.symbols("u_1 u_2")
    truth, report, high, low = sympy.symbols("t_truth t_report u_truth u_report")
    best = sympy.Or(sympy.And(buyer >= seller, buyer >= 0), sympy.And(seller > buyer, sympy.Ge(seller, -psi)))
    signs = (truth <= 0, report <= 0, high > low, low >= 0, -report <= low)
    penalty = chance * most / (1 - chance)

    def no_better(outcome: Any) -> Any:
        larger = sympy.And(
            sympy.Implies(buyer >= seller, buyer >= outcome),
            sympy.Implies(seller >= buyer, seller >= outcome),
        )
        return sympy.Implies(best, larger)

    known = (psi > 0, seller**2 >= 0, buyer**2 >= 0)
    return (
        (
            "the penalty outweighs what the buyer gains by a report with uncertain trade",
            (EXISTS,),
            chance * gain - penalty * (1 - chance) <= 0,
            (chance >= 0, chance < 1, most >= 0, gain <= most),
        ),
        ("the seller does not gain by a lie without trade", (EXISTS,), no_better(seller), known),
        ("the seller does not gain by a lie that is seen", (EXISTS,), no_better(-psi), known),
        ("the seller does not gain by a lie that is not seen", (EXISTS,), no_better(buyer), known),
        (
            "the buyer gains by a report with certain trade, where there is trade at the truth too",
            (NONE,),
            high + report > high + truth,
            (*signs, -truth > -report),
        ),
        (
            "the buyer gains by a report with certain trade, where there is none at the truth",
            (NONE,),
            high + report > truth,
            signs,
        ),
    )
