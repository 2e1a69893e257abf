"""Which types of the buyer trade for certain: what Assumption 1 of Kunimoto and Zhang (2019) excludes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.analysis.cases.branches import Branch, Ground, Rooted, Split, Undecided, explore, ground
from symtrade.analysis.cases.case_reading import conditions_in, holds, read
from symtrade.analysis.cases.expectation import searching
from symtrade.analysis.cases.interval import Interval
from symtrade.analysis.cases.interval_cells import cut
from symtrade.analysis.cases.roots import Irrational
from symtrade.analysis.cases.statement import facing, unexplained
from symtrade.analysis.two_stage.trade import Trade, refuse_unbounded, trade_of
from symtrade.kernel.polynomial import Coefficient, RationalFunction
from symtrade.kernel.verdict import Proved, Unknown, Verdict
from symtrade.model.errors import ModelError
from symtrade.model.interdependent import InterdependentEnvironment
from symtrade.prover import Prover


@dataclass(frozen=True)
class CertainCase:
    """Where one type of the buyer below the highest trades for certain (`buyer_type`, a formula in the
    parameters), or none does (None): proved for all parameters with `when`, unless the verdict is Unknown,
    which says why neither could be shown."""

    when: Any
    buyer_type: Any
    verdict: Verdict

    @property
    def open(self) -> bool:
        """Whether it is unknown if a type trades for certain."""
        return isinstance(self.verdict, Unknown)


@dataclass(frozen=True)
class CertainTrade:
    """The answer of :func:`certain_trade`: cases, and the verdict that they are all there are."""

    trade: Trade
    cases: tuple[CertainCase, ...]
    cover: Verdict

    @property
    def nobody(self) -> Any:
        """Where no type of the buyer below the highest trades for certain: Assumption 1."""
        return sympy.Or(*(case.when for case in self.cases if case.buyer_type is None and not case.open))

    @property
    def somebody(self) -> Any:
        """Where some type does."""
        return sympy.Or(*(case.when for case in self.cases if case.buyer_type is not None))

    @property
    def proved(self) -> bool:
        """Whether every case is proved, and that there is no other."""
        return all(isinstance(v, Proved) for v in (self.cover, *(case.verdict for case in self.cases)))


def certain_trade(env: InterdependentEnvironment, prover: Prover | None = None) -> CertainTrade:
    """Whether, and where, a type of the buyer below the highest trades for certain, for all parameters.

    `env` may have types on intervals or finite types, and symbols everywhere.  Of a distribution on an
    interval only the support matters, as long as it has no atoms and no gaps: where trade loses at some
    type of the seller it loses, by continuity, with positive probability.  The answer splits the parameter
    set into cases, each with a certificate, and proves that they cover it; a case in which a sign could not
    be decided has the verdict Unknown.  Raises ModelError for what cannot be treated.

    Kunimoto and Zhang (2019), Assumption 1.

    >>> from sympy import symbols
    >>> from symtrade.model.families import power
    >>> from symtrade.model.interdependent import Types
    >>> x, y, g, a = symbols("x y g a")
    >>> env = InterdependentEnvironment(Types(x, power(a)), Types(y, power(2)), (x + g*y, y),
    ...                                 assuming=(g > 0, a > 0))
    >>> found = certain_trade(env)
    >>> [(case.when, case.buyer_type, bool(case.verdict)) for case in found.cases], bool(found.cover)
    ([(True, None, True)], True)
    """
    refuse_unbounded(env)
    prover = searching(prover)
    finite = env.buyer.finite
    buyers = env.buyer.values if finite else (None,)
    try:
        trades = {v: trade_of(env, prover, v) for v in buyers}
    except (Undecided, Irrational) as error:
        unknown = CertainCase(sympy.true, None, Unknown(str(error)))
        return CertainTrade(Trade(env, (), sympy.false), (unknown,), Proved(()))
    base = ground(env.assuming, (), () if finite else (env.buyer.symbol, _star(env)))
    claims = _Claims(env, trades, prover, base)

    def work(branch: Branch) -> Any:
        if finite:
            return _first(
                branch, {v: sympy.And(trade.condition, _lower(v, trades)) for v, trade in trades.items()}
            )
        return _search(branch, trades[None], claims)

    found = explore(Branch(base, prover), work, unexplained)
    leaves = [(branch.conditions, who) for branch, who in found if not isinstance(who, Unknown)]
    cases = tuple(
        CertainCase(sympy.And(*map(facing, conditions)), who, claims.verdict(who, conditions))
        for who, conditions in claims.few(sorted(leaves, key=_thin))
    )
    cases += tuple(
        CertainCase(sympy.And(*map(facing, branch.conditions)), None, who)
        for branch, who in found
        if isinstance(who, Unknown) and not any(claims.ask(c.when, branch.conditions) for c in cases)
    )
    cover = claims.ask(sympy.Or(*(case.when for case in cases)))
    return CertainTrade(next(iter(trades.values())), cases, cover)


def _thin(leaf: tuple[tuple[Any, ...], Any]) -> bool:
    return any(isinstance(c, sympy.Eq) for c in leaf[0])


def _star(env: InterdependentEnvironment) -> Any:
    return sympy.Symbol(f"{env.buyer.symbol.name}_star")


def _lower(value: Any, values: Any) -> Any:
    """That a value is not the highest one."""
    return sympy.Or(*(sympy.Lt(value, other) for other in values if other != value))


def _first(branch: Branch, conditions: dict[Any, Any]) -> Any:
    """The first of finitely many types that meets its condition on a branch."""
    for value, condition in conditions.items():
        if holds(condition, branch.ground.ring, branch):
            return value
    return None


def _search(branch: Branch, trade: Trade, claims: _Claims) -> Any:
    """A type of the buyer below the highest that trades for certain: the lowest, a breakpoint, or one between
    two of them.  Raises Split where the branch is too large."""
    env = trade.environment
    ring, variable, law = branch.ground.ring, env.buyer.symbol, env.buyer.law
    low, high = (read(end, ring, branch) for end in law.support)  # type: ignore[union-attr]
    middle = sum(law.support) / 2  # type: ignore[union-attr]
    condition = _decided(branch, trade.condition, variable)
    if condition in (sympy.true, sympy.false):
        return branch.view(low) if condition == sympy.true else None
    gaps = [read(gap, ring, branch) for gap in conditions_in(condition)]

    def serves(place: Any) -> bool:
        return holds(condition.subs(variable, place), ring, branch)

    if serves(branch.view(low)):
        return branch.view(low)
    try:
        cells = cut(branch, Interval(ring, ring.index[variable.name], low, high), gaps)
    except (ModelError, Rooted, Undecided):
        return _guess(branch, serves, trade, condition, claims)
    for cell in cells[:-1]:
        if serves(branch.view(cell.right)) and _positive(branch, high - cell.right):
            return branch.view(cell.right)
    for cell in cells:
        if holds(condition, ring, cell) and _positive(branch, cell.right - cell.left):
            return middle if len(cells) == 1 else branch.view((cell.left + cell.right) / 2)
    return None


def _quadratics(condition: Any, variable: Any) -> Iterator[tuple[Any, Any]]:
    """The first two coefficients of the quadratic sides of a condition."""
    for gap in conditions_in(condition):
        top = sympy.fraction(sympy.together(gap))[0]
        if top.has(variable) and sympy.degree(top, variable) == 2:
            yield tuple(sympy.Poly(top, variable).all_coeffs()[:2])


def _squares(condition: Any, variable: Any) -> tuple[Any, ...]:
    """That certain squares are not negative: with them a quadratic without roots is seen to have one sign."""
    squares = (sympy.expand((2 * a * variable + b) ** 2) for a, b in _quadratics(condition, variable))
    return tuple(dict.fromkeys(square >= 0 for square in squares))


def _guess(
    branch: Branch, serves: Callable[[Any], bool], trade: Trade, condition: Any, claims: _Claims
) -> Any:
    """One of a few places that serves; None where it is proved that no type does.  Raises Split where
    that is so on a part of the branch only."""
    law: Any = trade.environment.buyer.law
    low, high = law.support
    ring, splits = branch.ground.ring, []
    for place in _candidates(condition, trade.environment.buyer.symbol, low, high):
        try:
            inside = branch.is_zero_free(_denominator(branch, place)) and (
                holds(place >= low, ring, branch) and holds(place < high, ring, branch)
            )
            if inside and serves(place):
                return place
        except Split as split:
            splits.append(split)
    if isinstance(claims.verdict(None, branch.conditions), Proved):
        return None
    if splits:
        raise splits[0]
    raise Undecided(
        f"whether a type meets {trade.condition} is open where {' and '.join(map(str, branch.assuming))}"
    )


def _candidates(condition: Any, variable: Any, low: Any, high: Any) -> Iterator[Any]:
    """The middle, and where conditions that are not linear are largest, or surely met if they are convex or
    concave: the vertex, a Newton step from the highest type, the zero of the chord."""
    yield (low + high) / 2
    for gap in conditions_in(condition):
        top = sympy.fraction(sympy.together(gap))[0]
        if not top.has(variable) or sympy.degree(top, variable) < 2:
            continue
        first, last = top.subs(variable, low), top.subs(variable, high)
        slope = sympy.diff(top, variable)
        steps = [(last, slope.subs(variable, high)), (last * (high - low), last - first)]
        if sympy.degree(top, variable) == 2:
            steps.append((slope.subs(variable, high), sympy.diff(slope, variable)))
        yield from (sympy.cancel(high - a / b) for a, b in steps if sympy.expand(b) != 0)


def _denominator(branch: Branch, place: Any) -> Any:
    """The denominator of a place as a polynomial of the branch."""
    value = read(sympy.fraction(sympy.together(place))[1], branch.ground.ring, branch)
    return value.num if isinstance(value, RationalFunction) else branch.ground.ring.one


def _decided(branch: Branch, condition: Any, variable: Any) -> Any:
    """A condition whose parts without the variable are decided on a branch."""
    if isinstance(condition, sympy.And | sympy.Or):
        stop = sympy.false if isinstance(condition, sympy.And) else sympy.true
        parts = []
        for part in sorted(condition.args, key=lambda a: (a.has(variable), len(a.free_symbols), str(a))):
            here = _decided(branch, part, variable)
            if here == stop:
                return stop
            parts.append(here)
        return condition.func(*parts)
    if condition.has(variable) or condition in (sympy.true, sympy.false):
        return condition
    return sympy.true if holds(condition, branch.ground.ring, branch) else sympy.false


def _positive(branch: Branch, value: Coefficient) -> bool:
    if not isinstance(value, RationalFunction):
        return bool(value > 0)
    top, bottom = branch.settle(value.num), branch.sign(value.den)
    return top == bottom[0]


@dataclass(frozen=True)
class _Claims:
    """The claim of each line, asked of a prover."""

    env: InterdependentEnvironment
    trades: dict[Any, Trade]
    prover: Prover
    ground: Ground

    def ask(self, claim: Any, given: tuple[Any, ...] = (), symbols: tuple[Any, ...] = ()) -> Verdict:
        parameters = (*self.ground.symbols.values(), *symbols)
        try:
            return self.prover.prove(claim, (*self.env.assuming, *given), parameters)
        except ModelError as error:  # a claim with too many alternatives
            return Unknown(str(error))

    def verdict(self, who: Any, conditions: tuple[Any, ...]) -> Verdict:
        """That a type of the buyer below the highest trades for certain, or (None) that no such type does."""
        env = self.env
        if who is None and env.buyer.finite:
            claim = sympy.And(
                *(sympy.Implies(_lower(v, self.trades), t.uncertain(v)) for v, t in self.trades.items())
            )
            return self.ask(claim, conditions)
        if who is None:
            low, high = env.buyer.law.support  # type: ignore[union-attr]
            own = env.buyer.symbol
            known = (*conditions, own >= low, own < high, *_squares(self.trades[None].condition, own))
            return self.ask(self.trades[None].uncertain(own), known, (own,))
        if env.buyer.finite:
            claim = sympy.And(self.trades[who].certain(who), _lower(who, self.trades))
        else:
            low, high = env.buyer.law.support  # type: ignore[union-attr]
            claim = sympy.And(self.trades[None].certain(who), who >= low, who < high)
        more = () if env.seller.finite else (env.seller.symbol,)
        return self.ask(claim, (*conditions, *env.seller.range), more)

    def few(self, leaves: Iterable[tuple[tuple[Any, ...], Any]]) -> list[tuple[Any, tuple[Any, ...]]]:
        """Pairs of a type (or None) and conditions, few and wide, that contain the leaves."""
        kept: list[tuple[Any, tuple[Any, ...]]] = []
        for conditions, who in leaves:
            if any(self._contains(line, who, conditions) for line in kept):
                continue
            new = (who, self.widened(who, conditions))
            kept = [line for line in kept if not self._contains(new, *line)] + [new]
        order = {who: k for k, who in enumerate(dict.fromkeys((None, *(who for who, _ in kept))))}
        return sorted(kept, key=lambda line: order[line[0]])

    def _contains(self, line: tuple[Any, tuple[Any, ...]], who: Any, conditions: tuple[Any, ...]) -> bool:
        """Whether a line with the same answer, somebody or nobody, applies wherever conditions hold."""
        if (line[0] is None) != (who is None):
            return False
        return isinstance(self.ask(sympy.And(*line[1]), conditions), Proved)

    def widened(self, who: Any, conditions: tuple[Any, ...]) -> tuple[Any, ...]:
        """Fewer or weaker conditions under which the claim of a line can still be proved."""
        strict = {sympy.Ge(c.gts, c.lts) for c in conditions if isinstance(c, sympy.Gt | sympy.Lt)}
        conditions = tuple(c for c in conditions if getattr(c, "canonical", c) not in _canonical(strict))
        kept = list(conditions)
        for condition in sorted(conditions, key=lambda c: -len(c.free_symbols)):
            place = kept.index(condition)
            for weaker in _weaker(condition):
                trial = [*kept[:place], *weaker, *kept[place + 1 :]]
                if isinstance(self.verdict(who, tuple(trial)), Proved):
                    kept = trial
                    break
        return tuple(kept)


def _canonical(relations: Iterable[Any]) -> set[Any]:
    return {r.canonical for r in relations}


def _weaker(condition: Any) -> Iterator[tuple[Any, ...]]:
    yield ()
    if isinstance(condition, sympy.Eq):
        yield (condition.lhs >= condition.rhs,)
        yield (condition.lhs <= condition.rhs,)
    elif isinstance(condition, sympy.Gt | sympy.Lt):
        yield (sympy.Ge(condition.gts, condition.lts),)
