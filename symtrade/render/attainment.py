"""The point that attains a bound: its table, and why every constraint holds there."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq

from symtrade.forms.expression import Sum
from symtrade.kernel.polynomial import Coefficient
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.render.dual import SPOKEN, is_bound, why
from symtrade.render.linear import series
from symtrade.render.notation import Notation
from symtrade.render.shorthand import Shorthand, short, sign
from symtrade.render.story import Case
from symtrade.render.table import mechanism
from symtrade.render.typeset import Label, Row, chunks, display
from symtrade.render.words import called, phrase


def attained(case: Case, program: LinearProgram, note: Notation, names: Shorthand) -> Iterator[str]:
    """Paragraphs: the optimal point, and that it is feasible with the value of the bound."""
    goal = bool(program.objective.coefficients)
    yield (r"\emph{Attainment.} " if goal else "") + mechanism(case.leaf.primal, program, case, note, names)
    text = feasible(case, program, note, names)
    yield f"{text} The objective equals the bound.".strip() if goal else text


def direction(case: Case, program: LinearProgram, note: Notation, names: Shorthand) -> Iterator[str]:
    """Paragraphs: a feasible point, and a direction in which the objective improves for ever."""
    yield r"\emph{A feasible point.} " + mechanism(case.leaf.primal, program, case, note, names)
    yield feasible(case, program, note, names)
    yield (r"\emph{A direction.} Add any positive multiple of the following. "
           + mechanism(case.leaf.ray, program, case, note, names, "direction"))
    gain: Coefficient = fmpq(0)
    ray = dict(case.leaf.ray)
    for v, c in program.objective.coefficients:
        gain = gain + c * ray.get(v, fmpq(0))
    relation = ">" if program.sense == "max" else "<"
    row = Row("", (*chunks(short(gain, case, names), note), f"{relation} 0."))
    yield ("Every constraint keeps holding, and the objective changes at the rate\n" + display([row])
           + "\nSo the objective is unbounded.")


def feasible(case: Case, program: LinearProgram, note: Notation, names: Shorthand) -> str:
    """Which constraints bind, the slacks whose sign needs a reason, and a sentence for the rest."""
    point = dict(case.leaf.primal)
    binding: list[str] = []
    seen = 0
    slack: dict[str, tuple[Coefficient, Sum, list[str]]] = {}
    for row in program.constraints:
        gap = residual(row, point)
        if gap == 0:
            binding += [] if is_bound(row) else [row.name]
        elif isinstance(gap, fmpq):
            seen += not is_bound(row)
        else:
            form = short(gap, case, names)
            if sign(form, case, names) > 0 and not _named(form):
                seen += 1
            else:
                slack.setdefault(str(form), (gap, form, []))[2].append(row.name)
    text = []
    if binding and len(binding) <= SPOKEN:
        verb = "holds" if len(binding) == 1 else "hold"
        text.append(f"{series([called(n, note) for n in binding])} {verb} with equality.")
    if slack:
        text.append(_slacks(list(slack.values()), case, note, names))
    others = "The other constraints" if text else "The constraints"
    if seen:
        equal = "bind or " if binding and len(binding) > SPOKEN else ""
        text.append(f"{others} {equal}have slacks that are sums of products of nonnegative quantities.")
    elif len(binding) > SPOKEN:
        text.append(f"{others} hold with equality.")
    return " ".join(text)


def _slacks(slack: list[tuple[Coefficient, Sum, list[str]]], case: Case, note: Notation, names: Shorthand
            ) -> str:
    told = "; ".join(f"${''.join(chunks(form, note))}$ for {phrase(which, note, False)}"
                     for _, form, which in slack)
    unclear = [("", gap, form) for gap, form, _ in slack if not sign(form, case, names)]
    reason = ""
    if unclear:
        reason = why([(f"${''.join(chunks(f, note))}$", g, f) for _, g, f in unclear], case, names,
                     ">=", "nonnegative")
    return f"These slacks are nonnegative in this case: {told}. {reason}".strip()


def _named(form: Sum) -> bool:
    """Whether a formula contains a name, so that its sign rests on an argument."""
    return any(isinstance(a, Label) or (isinstance(a, Sum) and _named(a))
               for t in form.terms for a, _ in t.factors)


def residual(row: Constraint, point: dict[str, Coefficient]) -> Coefficient:
    """The slack of a constraint at a point, nonnegative where it holds."""
    total: Coefficient = -row.bound
    for v, c in row.coefficients:
        if v in point:
            total = total + c * point[v]
    return -total if row.sense == "<=" else total
