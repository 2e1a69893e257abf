"""What traders expect of two-stage mechanisms: interim utilities, deviations, participation, budgets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Undecided
from symtrade.analysis.cases.closed_form import NoClosedForm
from symtrade.analysis.cases.expectation import by_cases, integral, searching
from symtrade.analysis.cases.extremum import Extremum, infimum
from symtrade.analysis.two_stage.by_cdf import expected_steps
from symtrade.model.cases import Cases
from symtrade.model.errors import ModelError
from symtrade.model.interdependent import AGENTS, SELLER, InterdependentEnvironment, by_type, other
from symtrade.model.two_stage import PAYOFFS, TwoStageMechanism, report
from symtrade.prover import Prover


def expectation(
    env: InterdependentEnvironment,
    function: Any,
    agent: str,
    assuming: Iterable[Any] = (),
    prover: Prover | None = None,
) -> Any:
    """The expectation over one trader's types, the other's type being a parameter.

    `function` is an expression by cases in the type symbols, in parameters of the environment and in
    those of `assuming`.  Returns an expression, or :class:`Cases` in the parameters.

    >>> from sympy import symbols
    >>> from symtrade.model.families import uniform
    >>> from symtrade.model.interdependent import Types
    >>> x, y, g = symbols("x y g")
    >>> env = InterdependentEnvironment(Types(x, uniform(0, 1)), Types(y, uniform(0, 1)), (x, y + g))
    >>> expectation(env, x * y, "seller")
    y/2
    """
    prover, types = searching(prover), env.types(agent)
    rest = env.types(other(agent))
    if types.finite:
        mean = types.mean(function)
        return mean if rest.finite else _settled(mean, _given(env, function, agent, assuming), prover)
    if rest.finite and sympy.sympify(function).has(rest.symbol):
        return by_type(
            rest.symbol,
            {
                v: expectation(env, function.subs(rest.symbol, v), agent, assuming, prover)
                for v in rest.values
            },
        )
    law: Any = types.law
    low, high = law.support
    density = law.density(types.symbol)
    total: Any = sympy.Integer(0)
    for term in sympy.Add.make_args(sympy.expand_mul(sympy.sympify(function), deep=False)):
        inner, outer = _factored(term, types.symbol)
        given = _given(env, inner, agent, assuming)
        try:
            total += outer * integral(
                inner * density, types.symbol, low, high, assuming=given, prover=prover
            )
        except (ModelError, NoClosedForm):
            try:
                total += outer * expected_steps(inner, law, types.symbol, given, prover)
            except (ModelError, Undecided):
                pass
            else:
                continue
            raise
    return total


def _factored(term: Any, variable: Any) -> tuple[Any, Any]:
    """A term as a factor with the variable, and one without."""
    outer, inner = term.as_independent(variable, as_Add=False)
    return inner, outer


def _settled(expression: Any, assuming: tuple[Any, ...], prover: Prover) -> Any:
    if not expression.has(sympy.Piecewise, Cases, sympy.Max, sympy.Min, sympy.Abs):
        return expression
    return by_cases(expression, assuming=assuming, parameters=_loose(expression, assuming), prover=prover)


def _loose(expression: Any, assuming: Iterable[Any]) -> tuple[Any, ...]:
    known = {s for a in assuming for s in getattr(a, "free_symbols", ())}
    return tuple(sorted(expression.free_symbols - known, key=str))


def _given(
    env: InterdependentEnvironment, function: Any, agent: str, assuming: Iterable[Any]
) -> tuple[Any, ...]:
    rest = env.types(other(agent))
    free = sympy.sympify(function).free_symbols
    return (*env.assuming, *(rest.range if rest.symbol in free else ()), *assuming)


def average(
    env: InterdependentEnvironment, function: Any, assuming: Iterable[Any] = (), prover: Prover | None = None
) -> Any:
    """The expectation over both traders' types."""
    prover = searching(prover)
    inner = expectation(env, function, "buyer", assuming, prover)
    return expectation(env, inner, "seller", assuming, prover)


def outside_option(env: InterdependentEnvironment, agent: str, prover: Prover | None = None) -> Any:
    """What a trader expects without the mechanism: the seller keeps the good."""
    if agent != SELLER:
        return sympy.Integer(0)
    return expectation(env, env.valuations[0], other(agent), prover=prover)


def efficient_trade(
    env: InterdependentEnvironment,
    agent: str | None = None,
    assuming: Iterable[Any] = (),
    prover: Prover | None = None,
) -> Any:
    """The probability of efficient trade, given the type of `agent` if one is named."""
    trades = sympy.Piecewise((1, env.trade), (0, True))
    if agent is None:
        return average(env, trades, assuming, prover)
    return expectation(env, trades, other(agent), assuming, prover)


def two_stage_groves(env: InterdependentEnvironment, prover: Prover | None = None) -> TwoStageMechanism:
    """The generalized two-stage Groves mechanism (Mezzetti 2004).

    Trader i is paid what the other reports to have got, less
    h_i = (S - E[S | own type] + E[S | other's type])/2, where S is the value of the efficient allocation.
    """
    prover = searching(prover)
    given = {agent: expectation(env, env.surplus, other(agent), prover=prover) for agent in AGENTS}
    swap = {t.symbol: report(t.symbol) for t in (env.seller, env.buyer)}

    def charge(agent: str) -> Any:
        return ((env.surplus - given[agent] + given[other(agent)]) / 2).subs(swap)

    transfers = [PAYOFFS[other(agent)] - charge(agent) for agent in AGENTS]
    return TwoStageMechanism(env, (transfers[0], transfers[1]))


def two_stage_utility(
    mechanism: TwoStageMechanism,
    agent: str,
    lie: Any = None,
    assuming: Iterable[Any] = (),
    prover: Prover | None = None,
) -> Any:
    """A trader's interim expected utility, the other being truthful.

    Without `lie` under truth-telling, else where the trader's first-stage report is `lie` (a symbol or
    expression; `assuming` says what is known of it) and the second-stage report is the truth.
    """
    prover, env = searching(prover), mechanism.environment
    symbol = env.types(agent).symbol
    outcome = mechanism.outcome(agent, None if lie is None else {symbol: lie})
    given = (*mechanism.assuming, *assuming)
    return expectation(env, outcome, other(agent), given, prover)


def participation(mechanism: TwoStageMechanism, agent: str, prover: Prover | None = None) -> Any:
    """Interim utility under truth-telling less the outside option, as a function of the type."""
    prover, env = searching(prover), mechanism.environment
    return two_stage_utility(mechanism, agent, prover=prover) - outside_option(env, agent, prover)


def worst_type(mechanism: TwoStageMechanism, agent: str, prover: Prover | None = None) -> Extremum:
    """The type that gains least from participating, and what it gains, case by case."""
    prover, env = searching(prover), mechanism.environment
    types = env.types(agent)
    if types.finite:
        raise ModelError("worst_type: expected types on an interval; compare finite types with a program")
    law: Any = types.law
    return infimum(
        participation(mechanism, agent, prover),
        (types.symbol, sympy.Interval(*law.support)),
        assuming=(*env.assuming, *mechanism.assuming),
        prover=prover,
    )


def budget(mechanism: TwoStageMechanism, prover: Prover | None = None) -> Any:
    """The sum of the transfers when both traders are truthful: 0 where the budget balances."""
    total = sum((mechanism.payment(agent) for agent in AGENTS), sympy.Integer(0))
    env = mechanism.environment
    if env.seller.finite or env.buyer.finite:
        return total
    return _settled(total, (*env.ranges, *mechanism.assuming), searching(prover))
