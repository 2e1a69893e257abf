"""The digits of the multiplier of the budget: between which numbers every multiplier lies.

A multiplier m is a minimum of D(m), the most that W + m B can be over all monotone mechanisms, which is the
bound of welfare in :mod:`proof`.  D is convex, as a largest value of linear functions, and at a minimum it is
at most `most`; so W + m B <= most for every mechanism.  One with a surplus, B > 0, keeps m below
(most - W)/B, one with a deficit above (W - most)/(-B).

Two such mechanisms have the thresholds of one panel raised and lowered by h (1 - z^2).  Let dW and dB be what
that adds.  Of the mechanism itself `least` <= W, 0 <= B and W + a/(1 - a) B <= most are proved.  So, with e =
most - least, no multiplier is above `high` if dB > 0 and dW + high dB >= e for the raised ones, and none is
below `low` if dB < -e (1 - a)/a and dW + low dB >= e for the lowered ones.

(As the thresholds are best at the multiplier, dW + m dB is about -k h^2, while dB is about k' h: with h about
the root of e the interval is as narrow as that root.)

Where no multiplier is needed, a = 0, every one is at most e/B.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flint import arb, ctx, fmpq

from symtrade.analysis.second_best.proof import BUDGET, WELFARE, C, Case
from symtrade.analysis.second_best.proposal import Aside, Panel, Proposal
from symtrade.analysis.second_best.trader import Statement, UnfitError, exact_of
from symtrade.forms.functions import Translator
from symtrade.kernel.balls import Positive, bits
from symtrade.kernel.polynomial import Rational

TRIES = 3  # panels that are moved, the widest first
STEPS = 6  # of the secant rule


def multiplier_statements(case: Case) -> Iterator[Statement]:
    """What has to be proved so that every multiplier lies in the interval of the proposal's `aside`."""
    aside, failure = case.proposal.aside, "the digits of the multiplier are not proved"
    assert aside is not None
    excess = case.proposal.most - case.proposal.least
    if aside.panel is None:
        t, budget = case.totals("budget")
        yield _at_least(t, t.graph("mul", t.graph.number(aside.high), budget), excess), failure
        return
    if not 0 <= aside.panel < len(case.proposal.panels):
        raise UnfitError(f"there is no panel {aside.panel}")
    panel = case.proposal.panels[aside.panel]
    for side, bound in ((1, aside.high), (-1, aside.low)):
        moved = bumped(panel, side * aside.height)
        yield from case.increasing(moved)
        t, budget = change(case, panel, moved, fmpq(1), fmpq(0))
        least = excess / case.multiplier if side < 0 and case.multiplier else fmpq(0)
        yield _above(t, budget, side, least), failure
        t, gain = change(case, panel, moved, bound, fmpq(1))
        yield _at_least(t, gain, excess), failure


def _above(t: Translator, node: int, side: int, least: Rational) -> Positive:
    """side * node > least."""
    g = t.graph
    found = g("sub", node, g.number(least)) if side > 0 else g("sub", g.number(-least), node)
    return Positive(g.functions((), (found,)), (), ">")


def _at_least(t: Translator, node: int, least: Rational) -> Positive:
    return Positive(t.graph.functions((), (t.graph("sub", node, t.graph.number(least)),)), (), ">=")


def bumped(p: Panel, height: Rational) -> Panel:
    """The panel with its thresholds higher by height (1 - z^2)."""
    first, second, third, *rest = (*p.coefficients, fmpq(0), fmpq(0))[:max(3, len(p.coefficients))]
    return replace(p, coefficients=(first + height, second, third - height, *rest))


def change(case: Case, panel: Panel, moved: Panel, m: Rational, share: Rational) -> tuple[Translator, int]:
    """The node of share dW + m dB."""
    t, inner = Translator({}), Translator({C: "t"})
    formula = exact_of(share) * WELFARE + exact_of(m) * BUDGET
    after, before = (inner.composed(formula, case.values(inner, p)) for p in (moved, panel))
    integrand = inner.graph.functions(("t",), (inner.graph("sub", after, before),))
    return t, t.graph.integral(integrand, t.graph.number(panel.low), t.graph.number(panel.high))


# --- the search: nothing below is proved ------------------------------------------------------------------


def aside(case: Case, digits: int) -> Aside | None:
    """The narrowest interval found; None where there is none.  `digits` as for the proposal's bounds."""
    proposal = case.proposal
    excess, unit = proposal.most - proposal.least, 10**(digits + 3)
    with ctx.workprec(bits(digits) + 64):
        if proposal.weight == 0:
            surplus = _value(*case.totals("budget"))
            if not surplus * unit > 1:
                return None
            return Aside(None, fmpq(0), fmpq(0), _rounded(excess / surplus, 1, unit))
        for k in widest(proposal):
            found = _by_panel(case, k, excess, unit)
            if found is not None:
                return found
        return None


def widest(proposal: Proposal) -> list[int]:
    """The panels whose thresholds may move, those first that hold most pairs."""
    panels = proposal.panels
    curves = [k for k, p in enumerate(panels) if not p.step and p.first < p.last]
    return sorted(curves, key=lambda k: -(panels[k].high - panels[k].low) * (
        panels[k].last - panels[k].first))[:TRIES]


def moving(case: Case, k: int, wanted: Any, within: Any) -> Rational | None:
    """How much higher a panel's thresholds must be for a change of the budget, by the secant rule."""
    panel, unit = case.proposal.panels[k], 2**(2 * ctx.prec)
    height = fmpq(1, 2**(ctx.prec // 3))
    slope = _value(*change(case, panel, bumped(panel, height), fmpq(1), fmpq(0))).mid() / arb(height)
    height, found = fmpq(0), arb(0)
    for _ in range(STEPS):
        step = ((wanted - found) / slope).mid()
        if not step.is_finite():
            return None
        height += fmpq((step.fmpq() * unit).round(), unit)
        found = _value(*change(case, panel, bumped(panel, height), fmpq(1), fmpq(0)))
        if abs(found - wanted) < within:
            return height
    return None


def _by_panel(case: Case, k: int, excess: Rational, unit: int) -> Aside | None:
    """The interval that a panel gives."""
    panel = case.proposal.panels[k]
    height = fmpq(1, 2**(ctx.prec // 4))  # a trial
    loss = -_value(*change(case, panel, bumped(panel, height), case.multiplier, fmpq(1)))
    ratio = (arb(excess) * arb(height) ** 2 / loss).sqrt()
    if not ratio.is_finite() or not ratio > 0:
        return None
    mantissa, exponent = (int(x) for x in ratio.mid().man_exp())
    height = fmpq(mantissa >> max(0, mantissa.bit_length() - 8)) * fmpq(2) ** (
        exponent + max(0, mantissa.bit_length() - 8))
    bounds = []
    for side in (1, -1):
        moved = bumped(panel, side * height)
        budget = _value(*change(case, panel, moved, fmpq(1), fmpq(0)))
        welfare = _value(*change(case, panel, moved, fmpq(0), fmpq(1)))
        if not budget * side > 0:
            return None
        bounds.append(_rounded((excess - welfare) / budget, side, unit))
    high, low = bounds
    return Aside(k, height, max(low, fmpq(0)), high) if low <= high else None


def _value(t: Translator, node: int) -> Any:
    (value,) = t.graph.functions((), (node,)).at(())
    return value


def _rounded(x: Any, side: int, unit: int) -> Rational:
    """A short number beyond a ball, on one side of it."""
    end = (x.upper() if side > 0 else x.lower()).fmpq() * unit
    return fmpq(end.ceil() + 1 if side > 0 else end.floor() - 1, unit)
