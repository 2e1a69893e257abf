"""Whether truth is optimal in both stages of a two-stage mechanism, whatever its transfers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.expectation import by_cases, searching
from symtrade.analysis.two_stage.utilities import expectation
from symtrade.kernel.verdict import Proved, Refuted, Unknown, Verdict
from symtrade.model.cases import Cases, everywhere, value_at
from symtrade.model.errors import ModelError
from symtrade.model.interdependent import AGENTS, InterdependentEnvironment, other
from symtrade.model.two_stage import PAYOFFS, TwoStageMechanism, report
from symtrade.prover import Prover

MOST_COMBINATIONS = 64


@dataclass(frozen=True)
class Misreport:
    """A report that gains: values of the parameters, of the types (``theta_1``), of the reported types
    (``theta_1_r``) and, in the second stage, of the reported payoff (``u_1_r``), and what it gains there."""

    at: Mapping[Any, Any]
    gain: Any


@dataclass(frozen=True)
class StageTruth:
    """Whether truth is optimal for one trader in the "first" or the "second" stage: a verdict, its reason,
    and, where it is refuted, a report that gains."""

    agent: str
    stage: str
    verdict: Verdict
    reason: str
    misreport: Misreport | None = None


@dataclass(frozen=True)
class Truth:
    """The answer of :func:`truthful_reporting`: one verdict a trader and stage."""

    stages: tuple[StageTruth, ...]

    @property
    def verdict(self) -> Verdict:
        """Proved if all are, refuted if one is, else unknown."""
        for stage in self.stages:
            if isinstance(stage.verdict, Refuted):
                return stage.verdict
        for stage in self.stages:
            if not isinstance(stage.verdict, Proved):
                return stage.verdict
        return Proved(tuple(c for s in self.stages for c in s.verdict.certificates))  # type: ignore[union-attr]

    def of(self, agent: str, stage: str) -> StageTruth:
        """The verdict for one trader and stage."""
        return next(s for s in self.stages if (s.agent, s.stage) == (agent, stage))


def truthful_reporting(
    mechanism: TwoStageMechanism, assuming: Any = (), prover: Prover | None = None
) -> Truth:
    """Whether truth in both stages is a perfect Bayesian equilibrium, for all parameters with `assuming`.

    In the second stage the payoff must be reported truthfully after every report of the type, one's own lies
    included; in the first stage the type, if payoffs are reported truthfully.  Where both hold no lie in
    both stages gains either.  A trader infers what it can from its payoff and from the allocation: where the
    payoff tells the other's type, truth is compared type by type, where it tells nothing, on average; of
    finitely many types, on average over those with the same payoff.
    Payoffs that nobody can have are no reports.  Finite types, intervals and symbols are welcome; what can
    neither be proved nor refuted is Unknown.

    Kunimoto and Zhang (2019), the generalized revelation principle; Mezzetti (2004).

    >>> from sympy import Piecewise, symbols
    >>> from symtrade.model.families import uniform
    >>> from symtrade.model.interdependent import Types
    >>> x, y = symbols("theta_1 theta_2")
    >>> env = InterdependentEnvironment(Types(x, uniform(0, 1)), Types(y, uniform(0, 1)), (x + y/2, y + x/4))
    >>> u_2 = PAYOFFS["buyer"]
    >>> half = Piecewise((u_2/2, env.trade), (0, True)).subs({x: report(x), y: report(y)})
    >>> found = truthful_reporting(TwoStageMechanism(env, (half, -half)))
    >>> [(s.agent, s.stage, type(s.verdict).__name__) for s in found.stages]  # doctest: +NORMALIZE_WHITESPACE
    [('seller', 'second', 'Proved'), ('buyer', 'second', 'Refuted'),
     ('seller', 'first', 'Refuted'), ('buyer', 'first', 'Refuted')]
    >>> lie = found.of("buyer", "second").misreport
    >>> lie.at[u_2] < (y + x/4).subs(lie.at) and lie.gain > 0
    True
    """
    prover = searching(prover)
    given = (assuming,) if isinstance(assuming, sympy.Basic | bool) else tuple(assuming)
    known = (*mechanism.environment.assuming, *mechanism.assuming, *given)
    second = tuple(_settled(_second_stage, mechanism, agent, known, prover) for agent in AGENTS)
    first = tuple(_settled(_first_stage, mechanism, agent, known, prover) for agent in AGENTS)
    return Truth((*second, *first))


def _settled(
    judge: Any, mechanism: TwoStageMechanism, agent: str, known: tuple[Any, ...], prover: Prover
) -> StageTruth:
    stage = "second" if judge is _second_stage else "first"
    try:
        verdict, reason, misreport = judge(mechanism, agent, known, prover)
    except (Undecided, ModelError) as error:
        verdict, reason, misreport = Unknown(str(error)), str(error), None
    return StageTruth(agent, stage, verdict, reason, misreport)


@dataclass(frozen=True)
class _Context:
    """Types and a report: finite ones as values, on intervals as symbols with what is known of them."""

    values: Mapping[Any, Any]
    known: tuple[Any, ...]


def _contexts(env: InterdependentEnvironment, agent: str, both: bool) -> Iterator[_Context]:
    """The trader's own types and reports, and with `both` the other's types."""
    own, rest = env.types(agent), env.types(other(agent))
    choices: list[list[tuple[Any, Any]]] = []
    known: tuple[Any, ...] = ()
    lie = report(own.symbol)
    if own.finite:
        choices += [[(own.symbol, v) for v in own.values], [(lie, v) for v in own.values]]
    else:
        known += (*own.range, *(r.subs(own.symbol, lie) for r in own.range))
    if both and rest.finite:
        choices.append([(rest.symbol, v) for v in rest.values])
    elif both:
        known += rest.range
    for choice in product(*choices):
        yield _Context(dict(choice), known)


def _claimed(
    gain: Any, known: tuple[Any, ...], symbols: tuple[Any, ...], prover: Prover
) -> tuple[Verdict, Misreport | None]:
    """The verdict that a gain is never positive, with the report that refutes it."""
    if not symbols and not any(r.free_symbols for r in known):
        gain = sympy.sympify(gain)
    found = by_cases(gain, assuming=known, parameters=symbols, prover=prover)
    verdict = prover.prove(everywhere(found, lambda value: value <= 0), known, symbols)
    if isinstance(verdict, Refuted):
        return verdict, Misreport(verdict.witness, value_at(found, verdict.witness))
    return verdict, None


def _second_stage(
    mechanism: TwoStageMechanism, agent: str, known: tuple[Any, ...], prover: Prover
) -> tuple[Verdict, str, Misreport | None]:
    own = PAYOFFS[agent]
    transfer = mechanism.transfer(agent)
    if not transfer.has(own):
        return Proved(()), "the transfer does not depend on the trader's own payoff report", None
    certificates: list[Any] = []
    for trade in (True, False):
        verdict, misreport = _payoff_report(mechanism, agent, trade, known, prover)
        if not isinstance(verdict, Proved):
            where = "with trade" if trade else "without trade"
            return verdict, f"{where}, another report of the payoff may pay more", misreport
        certificates += verdict.certificates
    return Proved(tuple(certificates)), "no other report of the payoff pays more", None


def _payoff_report(
    mechanism: TwoStageMechanism, agent: str, trade: bool, known: tuple[Any, ...], prover: Prover
) -> tuple[Verdict, Misreport | None]:
    """Whether another report of the payoff pays more, with or without trade."""
    verdict: Verdict = Proved(())
    certificates: list[Any] = []
    for lie, more, where in _payoff_lies(mechanism, agent):
        try:
            verdict, misreport = _against(mechanism, agent, trade, lie, (*known, *where), more, prover)
        except (Undecided, ModelError):
            if lie != PAYOFFS[agent]:
                raise
            continue
        if lie == PAYOFFS[agent] and isinstance(verdict, Proved):
            return verdict, None  # no number at all pays more
        if lie == PAYOFFS[agent]:
            continue
        if not isinstance(verdict, Proved):
            return verdict, misreport
        certificates += verdict.certificates
    return Proved(tuple(certificates)), None


def _payoff_lies(mechanism: TwoStageMechanism, agent: str) -> Iterator[tuple[Any, tuple[Any, ...], Any]]:
    """Reports of the payoff, with further symbols and what is known of them: any number, then the payoffs
    that some types have."""
    env = mechanism.environment
    yield PAYOFFS[agent], (PAYOFFS[agent],), ()
    free = [t for t in (env.seller, env.buyer) if not t.finite]
    fixed = [t for t in (env.seller, env.buyer) if t.finite]
    stand = {t.symbol: sympy.Symbol(f"{t.symbol.name}_as_if") for t in free}
    where = tuple(r.subs(stand) for t in free for r in t.range)
    seen = set()
    for trade in (True, False):
        payoff = mechanism.payoffs(trade)[PAYOFFS[agent]]
        for choice in product(*([(t.symbol, v) for v in t.values] for t in fixed)):
            lie = payoff.subs(dict(choice)).subs(stand)
            if lie not in seen:
                seen.add(lie)
                used = tuple(s for s in stand.values() if lie.has(s))
                yield lie, used, tuple(r for r in where if r.free_symbols & set(used))


def _against(
    mechanism: TwoStageMechanism,
    agent: str,
    trade: bool,
    lie: Any,
    known: tuple[Any, ...],
    more: tuple[Any, ...],
    prover: Prover,
) -> tuple[Verdict, Misreport | None]:
    """One report of the payoff against the truth, after each report of the type."""
    env, own = mechanism.environment, PAYOFFS[agent]
    rest = env.types(other(agent)).symbol
    payoff = mechanism.payoffs(trade)
    transfer = mechanism.transfer(agent).subs(report(rest), rest)
    transfer = transfer.subs(PAYOFFS[other(agent)], payoff[PAYOFFS[other(agent)]])
    gain = transfer.subs(own, lie) - transfer.subs(own, payoff[own])
    agreed = mechanism.trade.subs(report(rest), rest)
    agreed = agreed if trade else sympy.Not(agreed)
    blind = not payoff[own].has(rest)
    certificates: list[Any] = []
    for context in _contexts(env, agent, both=not blind):
        here = agreed.subs(context.values)
        if here == sympy.false:
            continue
        value, given = gain.subs(context.values), (*known, *context.known)
        alike = not blind and env.types(other(agent)).finite
        if alike:
            value = _over_alike(env, agent, gain, agreed, payoff[own], context)
        if blind:
            free = tuple(s**2 >= 0 for s in more)  # only declares the symbols
            value = sympy.Piecewise((value, here), (0, True))
            value = expectation(env, value, other(agent), (*given, *free), prover)
        else:
            never = prover.prove(sympy.Not(here), given)
            if isinstance(never, Proved):
                certificates += never.certificates
                continue
            given = (*given, *_relations(here))
        verdict, misreport = _claimed(value, given, more, prover)
        if isinstance(verdict, Refuted):
            if blind or alike or _tells(env, payoff[own], agent, known, prover):
                point = {**context.values, **verdict.witness}
                point[own] = sympy.sympify(lie).subs(point)
                return Refuted(point, verdict.reason), Misreport(point, misreport.gain if misreport else None)
            return Unknown("the payoff does not tell the other's type, and tells something"), None
        if not isinstance(verdict, Proved):
            return verdict, None
        certificates += verdict.certificates
    return Proved(tuple(certificates)), None


def _over_alike(
    env: InterdependentEnvironment, agent: str, gain: Any, agreed: Any, payoff: Any, context: _Context
) -> Any:
    """What a report gains over the other's finite types that lead to the same payoff and decision as one."""
    rest = env.types(other(agent))
    own = {s: v for s, v in context.values.items() if s != rest.symbol}
    seen = payoff.subs(context.values)
    total = sympy.Integer(0)
    for type_, chance in zip(rest.values, rest.probabilities, strict=True):
        here = {**own, rest.symbol: type_}
        same = sympy.And(agreed.subs(here), sympy.Eq(payoff.subs(here), seen))
        total += chance * sympy.Piecewise((gain.subs(here), same), (0, True))
    return total


def _relations(condition: Any) -> tuple[Any, ...]:
    return tuple(condition.args) if isinstance(condition, sympy.And) else (condition,)


def _tells(
    env: InterdependentEnvironment, payoff: Any, agent: str, known: tuple[Any, ...], prover: Prover
) -> bool:
    """Whether a trader's payoff tells the other's type."""
    own, rest = env.types(agent), env.types(other(agent))
    if rest.finite or own.finite:
        return False
    twin = sympy.Symbol(f"{rest.symbol.name}_high")
    given = (*known, *own.range, *rest.range, twin > rest.symbol, twin <= rest.law.support[1])  # type: ignore[union-attr]
    return bool(prover.prove(sympy.Ne(payoff, payoff.subs(rest.symbol, twin)), given, (rest.symbol, twin)))


def _first_stage(
    mechanism: TwoStageMechanism, agent: str, known: tuple[Any, ...], prover: Prover
) -> tuple[Verdict, str, Misreport | None]:
    env = mechanism.environment
    own = env.types(agent)
    lie = report(own.symbol)
    certificates: list[Any] = []
    gain = mechanism.outcome(agent, {own.symbol: lie}) - mechanism.outcome(agent)
    for context in _contexts(env, agent, both=False):
        if own.finite and context.values[own.symbol] == context.values[lie]:
            continue
        here = gain.subs(context.values)
        given = (*known, *context.known, *(() if own.finite else (sympy.Ne(lie, own.symbol),)))
        verdict = _point_by_point(env, agent, here, given, prover)
        misreport = None
        if not isinstance(verdict, Proved):
            total = expectation(env, here, other(agent), given, prover)
            verdict, misreport = _claimed(total, given, (), prover)
        if isinstance(verdict, Refuted) and misreport is not None:
            point = {**context.values, **verdict.witness}
            return Refuted(point, verdict.reason), "a lie gains", Misreport(point, misreport.gain)
        if not isinstance(verdict, Proved):
            return verdict, "whether a lie gains is open", None
        certificates += verdict.certificates
    return Proved(tuple(certificates)), "no report of another type gains", None


def _point_by_point(
    env: InterdependentEnvironment, agent: str, gain: Any, given: tuple[Any, ...], prover: Prover
) -> Verdict:
    """Whether a gain is positive at no type of the other trader.  Expectations over that type that occur in
    it are first replaced by what they are expectations of, which leaves its own expectation as it is."""
    rest = env.types(other(agent))
    if rest.finite:
        return Unknown("finite types are added up")
    terms = sympy.Add.make_args(sympy.expand_mul(gain, deep=False))
    means: dict[Any, Any] = {}
    if any(t.has(Cases) and not t.has(rest.symbol) for t in terms):
        for term in terms:
            core = term.as_coeff_Mul()[1]
            if core.has(rest.symbol):
                means[expectation(env, core, other(agent), given, prover)] = core
    moved = sympy.Integer(0)
    for term in terms:
        coefficient, core = term.as_coeff_Mul()
        moved += coefficient * means.get(core, core)
    known = (*given, *rest.range)
    try:
        verdict, _ = _claimed(moved, known, (), prover)
    except (Undecided, ModelError) as error:
        verdict = Unknown(str(error))
    if isinstance(verdict, Unknown):
        combinations = list(_combinations(moved))
        if len(combinations) <= MOST_COMBINATIONS:
            return prover.prove(everywhere(Cases(*combinations), lambda value: value <= 0), known)
    return verdict


def _combinations(expression: Any) -> Iterator[tuple[Any, Any]]:
    """A sum of functions by cases as pairs (value, condition), one for each combination of their cases."""
    parts = []
    for term in sympy.Add.make_args(expression):
        factor, core = term.as_independent(sympy.Piecewise, Cases, as_Add=False)
        parts.append([(factor * value, when) for value, when in _branches(core)])
    for choice in product(*parts):
        yield sympy.Add(*(value for value, _ in choice)), sympy.And(*(when for _, when in choice))


def _branches(core: Any) -> Iterator[tuple[Any, Any]]:
    """The cases of one function, those inside its values included."""
    if isinstance(core, Cases):
        outer = list(core.lines)
    elif isinstance(core, sympy.Piecewise):
        outer, before = [], sympy.true
        for value, when in core.args:
            outer.append((value, sympy.And(when, before)))
            before = sympy.And(before, sympy.Not(when))
    else:
        yield core, sympy.true
        return
    for value, when in outer:
        for inner, more in _combinations(value):
            yield inner, sympy.And(when, more)
