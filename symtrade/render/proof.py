"""The proof that a certificate holds, told as in a paper's appendix."""

from __future__ import annotations

from itertools import count

from flint import fmpq

from symtrade.forms.expression import Sum
from symtrade.kernel.certificate import Certificate, Empty, Implication, Optimum, Refutation
from symtrade.kernel.pieces import leaf_value
from symtrade.kernel.polynomial import Coefficient
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.render.dual import cite, hypothesis, tell, why
from symtrade.render.linear import in_order, linear, series
from symtrade.render.notation import Notation
from symtrade.render.story import Case, Given, Identity, cases, identity
from symtrade.render.table import mechanism
from symtrade.render.typeset import Row, chunks, display, formula, product, relation_sign


def narrate(certificate: Certificate, note: Notation) -> str:
    """The proof of a certificate's claim, in LaTeX.  Raises CertificateError where a step of it is
    not proved."""
    told = cases(certificate)
    parts: list[str] = []
    shared = [g for g in told[0].given if g.label.startswith("H")] if told else []
    if isinstance(certificate.claim, Empty):
        used = used_labels(told)
        shared = [g for g in shared if g.label in used]
    if shared:
        opening = "Suppose, to the contrary, that" if isinstance(certificate.claim, Empty) else \
            "Of the assumptions, these are used by name:"
        parts.append(f"{opening}\n" + display([hypothesis(g, note) for g in shared]))
    if len(told) > 1:
        parts.append(f"There are {len(told)} cases, and together they cover all parameters: each "
                     "splits on a sign.")
    for case in told:
        parts += _case(case, certificate, note, len(told) > 1)
    return "\n\n".join(parts)


def used_labels(told: list[Case]) -> set[str]:
    """The labels that facts and contradictions of a proof refer to."""
    result: set[str] = set()
    for case in told:
        result.update(label for g in case.given for label in g.needs)
        result.update(case.given[k].label for t in case.leaf.refutation for k in t.uses)
    return result


def _case(case: Case, certificate: Certificate, note: Notation, several: bool) -> list[str]:
    parts = []
    own = [g for g in case.assumptions if not g.label.startswith("H")]
    if several:
        head = rf"\medskip\noindent\textbf{{Case {case.number}.}}"
        parts.append(f"{head} Assume\n" + display([hypothesis(g, note) for g in own]) if own else head)
    parts += _facts(case, note)
    claim = certificate.claim
    if case.leaf.kind == "empty":
        parts += _empty(case, certificate, note)
    elif case.leaf.kind == "infeasible" and not isinstance(claim, Empty):
        parts += _infeasible(case, claim.program, note)
    elif isinstance(claim, Implication):
        parts += _bound(case, claim, note)
    elif isinstance(claim, Optimum):
        parts += _optimal(case, certificate, claim.program, note)
    return parts


# --- optimal, unbounded, infeasible ---


def _optimal(case: Case, certificate: Certificate, program: LinearProgram, note: Notation) -> list[str]:
    side = "<=" if program.sense == "max" else ">="
    parts = []
    if case.leaf.kind == "optimal":
        value = leaf_value(certificate, case.leaf)
        target = objective(program, note, case)
        word = "Upper" if side == "<=" else "Lower"
        steps = tell(case, program, side, note, target, value, ".")
        parts += [rf"\emph{{{word} bound.}} {steps[0]}", *steps[1:]]
        parts.append(r"\emph{Attainment.} " + mechanism(case.leaf.primal, program, case, note))
        parts.append(_feasible(case, program, note)
                     + " The objective equals the bound at this point, so the bound is attained.")
        return parts
    parts.append(r"\emph{A feasible point.} " + mechanism(case.leaf.primal, program, case, note))
    parts.append(_feasible(case, program, note))
    parts.append(r"\emph{A direction.} Add any positive multiple of the following. "
                 + mechanism(case.leaf.ray, program, case, note, "direction"))
    gain: Coefficient = fmpq(0)
    ray = dict(case.leaf.ray)
    for v, c in program.objective.coefficients:
        gain = gain + c * ray.get(v, fmpq(0))
    sign = ">" if side == "<=" else "<"
    row = Row("", (*chunks(case.forms.value(gain), note), f"{sign} 0."))
    parts.append("Every constraint keeps holding, and the objective changes at the rate\n" + display([row])
                 + "\nSo the objective is unbounded.")
    return parts


def objective(program: LinearProgram, note: Notation, case: Case) -> tuple[str, ...]:
    """The terms of the objective."""
    form = in_order(program.objective.coefficients, program.variables)
    extra = case.forms.value(program.objective.constant)
    if not extra.terms:
        return linear(form, note, case.forms)
    return (*linear(form, note, case.forms), " + ", *chunks(extra, note))


def _feasible(case: Case, program: LinearProgram, note: Notation) -> str:
    """The binding constraints, and the slack ones with their slacks and why these are nonnegative."""
    point = dict(case.leaf.primal)
    binding, slack, numbers = [], [], count()
    for row in program.constraints:
        gap = residual(row, point)
        if gap == 0:
            if not _trivial(row):
                binding.append(f"${note.constraint(row.name)}$")
        elif not isinstance(gap, fmpq):
            slack.append((row, gap, rf"\sigma_{{{next(numbers) + 1}}}"))
    text = []
    if binding:
        verb = "holds" if len(binding) == 1 else "hold"
        text.append(f"{series(binding)} {verb} with equality.")
    if slack:
        rows = [
            Row(rf"{mark}", ("= ", *chunks(case.forms.value(gap), note)), note.constraint(row.name))
            for row, gap, mark in slack
        ]
        text.append("The other constraints have the slacks\n" + display(rows))
        reason = why([(f"${mark}$", gap) for _, gap, mark in slack], case, ">=", "nonnegative")
        text.append(reason)
        if any(_trivial(r) for r in program.constraints):
            text.append("Bounds not listed are immediate.")
    elif any(_trivial(r) for r in program.constraints):
        text.append("The other constraints are immediate.")
    return "\n".join(t for t in text if t)


def _trivial(row: Constraint) -> bool:
    return len(row.coefficients) == 1 and row.name.endswith((" >= 0", " <= 1"))


def residual(row: Constraint, point: dict[str, Coefficient]) -> Coefficient:
    """The slack of a constraint at a point, nonnegative where it holds."""
    total: Coefficient = -row.bound
    for v, c in row.coefficients:
        if v in point:
            total = total + c * point[v]
    return -total if row.sense == "<=" else total


def _infeasible(case: Case, program: LinearProgram, note: Notation) -> list[str]:
    gap: Coefficient = fmpq(0)
    for name, y in case.leaf.dual:
        gap = gap + y * program.row[name].bound
    from symtrade.render.dual import combination

    shared = Sum((combination(case, program, ">=").shared,)).as_coefficient(program.ring)
    steps = tell(case, program, ">=", note, ("0",), gap / shared, " > 0,")
    steps[0] = r"\emph{Contradiction.} Suppose some point satisfied all constraints. " + steps[0]
    return [*steps[:-1], steps[-1] + "\nwhich is impossible. "
            + why([("The right side", gap)], case, ">", "positive")]


def _bound(case: Case, claim: Implication, note: Notation) -> list[str]:
    goal, program = claim.constraint, claim.program
    value: Coefficient = fmpq(0)
    for name, y in case.leaf.dual:
        value = value + y * program.row[name].bound
    form = in_order(goal.coefficients, program.variables)
    steps = tell(case, program, goal.sense, note, linear(form, note, case.forms), value, ".")
    if value == goal.bound:
        return [*steps, "This is the claim."]
    gap = value - goal.bound if goal.sense == ">=" else goal.bound - value
    shown = formula(case.forms.value(goal.bound), note)
    reason = why([(f"${formula(case.forms.value(gap), note)}$", gap)], case, ">=", "nonnegative")
    sign = relation_sign("<=" if goal.sense == "<=" else ">=")
    return [*steps, f"The right side is ${sign} {shown}$, as claimed, because {reason}"]


# --- facts and refutations ---


def _facts(case: Case, note: Notation) -> list[str]:
    facts = [(k, g) for k, g in enumerate(case.given) if g.fact is not None]
    if not facts:
        return []
    parts = ["Then the following hold as well:\n" + display([hypothesis(g, note) for _, g in facts])]
    lines, word = [], "positive"
    for k, g in facts:
        assert g.fact is not None
        stories = [identity(r, case.given[:k], g, case.forms) for r in g.fact.because]
        if len(stories) == 1 and stories[0] is not None:
            left = stories[0].left.as_coefficient(case.forms.lens.ring)
            word = word if case.known.allows(left, (">",)) else "nonnegative"
            lines.append(_identity_row(stories[0], note))
        else:
            lines.append(Row(f"({g.label})", (r"\text{ by an identity of the certificate}",)))
    labels = series([f"${g.label}$" for g in case.given])
    strict = ", and for each strict inequality one of the terms is positive" if any(
        g.relation.relation in (">", "<") for _, g in facts) else ""
    parts.append(f"Indeed, writing {labels} for the larger side minus the smaller one,\n" + display(lines)
                 + f"\nwhere the terms on the right are nonnegative, the coefficients on the left are {word}"
                 f"{strict}.")
    return parts


def _identity_row(story: Identity, note: Notation) -> Row:
    left = _term(story.left, (story.goal,), note, True) if story.goal else "0"
    return Row(left, ("= ", *(_term(c, labels, note, k == 0) for k, (c, labels) in enumerate(story.right))))


def _term(value: Sum, labels: tuple[str, ...], note: Notation, first: bool) -> str:
    from symtrade.render.linear import times

    if labels:
        return times(value, r"\,".join(labels), note, first)
    if len(value.terms) == 1:
        term = value.terms[0]
        sign = ("-" if first else " - ") if term.coefficient < 0 else ("" if first else " + ")
        return sign + product(-term if term.coefficient < 0 else term, note)
    return ("" if first else " + ") + "\\bigl(" + formula(value, note) + "\\bigr)"


def _empty(case: Case, certificate: Certificate, note: Notation) -> list[str]:
    """A contradiction from the hypotheses alone."""
    refutation: Refutation = case.leaf.refutation
    used = sorted({k for t in refutation for k in t.uses})
    given: tuple[Given, ...] = case.given
    story = identity(refutation, given, None, case.forms)
    labels = [cite(given[k].label) for k in used]
    if story is None:
        return ["These contradict each other, by an identity of the certificate."]
    rest = [_term(c, names, note, k == 0) for k, (c, names) in enumerate(story.right)]
    text = ("Write " + series([x.replace("(", "").replace(")", "") for x in labels])
            + " for the larger side minus the smaller one. ") if labels else ""
    return [f"{text}Identically,\n" + display([Row("0", ("= ", *rest))])
            + "\nbut every term on the right is nonnegative and one is positive: a contradiction, so "
            + ("the claim holds." if isinstance(certificate.claim, Empty) else "this case does not occur.")]
