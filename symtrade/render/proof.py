"""The proof that a certificate holds, told as in a paper's appendix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flint import fmpq

from symtrade.forms.expression import Product, Sum
from symtrade.forms.lens import lens_of
from symtrade.forms.natural import Forms
from symtrade.kernel.certificate import Certificate, Empty, Implication, Leaf, Optimum
from symtrade.kernel.pieces import leaf_value
from symtrade.kernel.polynomial import Coefficient
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.kernel.signs import Signs
from symtrade.render.attainment import attained, direction
from symtrade.render.dual import combination, definition, is_bound, listed, stated, tell, why
from symtrade.render.facts import contradiction, signs_told
from symtrade.render.linear import in_order, linear, relation, series
from symtrade.render.notation import Notation
from symtrade.render.reference import mirrored, roman, spoken, symmetries
from symtrade.render.same import Exchange
from symtrade.render.shorthand import Shorthand, bases, canonical, short
from symtrade.render.story import Case, Given, cases
from symtrade.render.typeset import Row, chunks, display, formula, number, printed_length, relation_sign

NAMED = 10  # a longer hypothesis gets a name


@dataclass(frozen=True)
class Telling:
    """What the paragraphs of one proof share: `twins` are the cases that mirror others, by number;
    `shown` the facts proved so far, with the numbers of their cases."""

    certificate: Certificate
    note: Notation
    names: Shorthand
    cases: tuple[Case, ...]
    twins: dict[int, tuple[Case, Exchange]]
    shown: dict[int, int] = field(default_factory=dict)

    @property
    def program(self) -> LinearProgram | None:
        claim = self.certificate.claim
        return None if isinstance(claim, Empty) else claim.program

    def line_of(self, case: Case) -> str:
        """The number of the line of the statement that a case belongs to; empty where there is one."""
        pieces = self.certificate.pieces
        if len(pieces) < 2:
            return ""
        return next((f"({roman(k)})" for k, p in enumerate(pieces, 1) if case.number - 1 in p.leaves), "")


def shorthand(certificate: Certificate, note: Notation) -> Shorthand:
    """Names for a certificate's theorem and proof, none given yet."""
    claim = certificate.claim
    ring = claim.region.ring
    variables = () if isinstance(claim, Empty) else claim.program.variables
    return Shorthand(ring, note, bases((*ring.names, *variables)))


def narrate(certificate: Certificate, note: Notation, known: Shorthand | None = None) -> str:
    """The proof of a certificate's claim, in LaTeX; `known` has the names that the theorem uses.
    Raises CertificateError where a step of it is not proved."""
    told = tuple(cases(certificate))
    known = known or shorthand(certificate, note)
    twins = {}
    found = symmetries(certificate) if len(told) > 1 else []
    for k, case in enumerate(told):
        plain = [c for c in told[:k] if c.number not in twins]
        if found and (twin := mirrored(case, plain, certificate, found)):
            twins[case.number] = twin
    first = known.fresh()
    _tell(Telling(certificate, note, first, told, twins))  # finds out what deserves a name
    final = known.fresh(first.wanted)
    return _tell(Telling(certificate, note, final, told, twins), frozenset(known.entries))


def _tell(telling: Telling, before: frozenset[str] = frozenset()) -> str:
    register(telling)
    body: list[str] = []
    for case in telling.cases:
        body += _case(case, telling)
    head = [*_constraints(telling), *_cover(telling)]
    return "\n\n".join(filter(None, [*_definitions(telling, before), *head, *body]))


def register(telling: Telling) -> None:
    """Names for the long hypotheses; facts get theirs when a formula contains them, unless they only
    restate a hypothesis."""
    names = telling.names
    for case in telling.cases:
        assumed = {canonical(g.gap(names.ring))[0] for g in case.assumptions}
        for g in case.given:
            gap = g.gap(names.ring)
            if printed_length(relation(g.relation, telling.note)) <= NAMED:
                continue
            if g.fact is None:
                names.add(gap, g.difference, "condition")
            elif canonical(gap)[0] not in assumed:
                names.forced[canonical(gap)[0]] = (gap, g.difference)


def _definitions(telling: Telling, before: frozenset[str]) -> list[str]:
    names, done = telling.names, set(before)
    rows: list[Row] = []
    while more := [e for key, e in names.entries.items() if key not in done]:
        for entry in more:  # a definition may use further names
            done.add(canonical(entry.value)[0])
            rows.append(definition(entry, names))
    if not rows:
        return []
    rows.sort(key=lambda row: (row.left.partition("_")[0], int("".join(filter(str.isdigit, row.left)))))
    return ["Write\n" + display(rows, ".")]


def _constraints(telling: Telling) -> list[str]:
    """The constraints that some case adds up, written out once, and what it means to add them."""
    program = telling.program
    if program is None:
        return []
    told = [case for case in telling.cases if case.number not in telling.twins]
    used = {name for case in told for name, y in case.leaf.dual if y != 0}
    rows = [r for r in program.constraints if r.name in used and not is_bound(r)]
    if not rows:
        return []
    text = "This constraint is used" if len(rows) == 1 else "These constraints are used"
    others = any(r.name in used and is_bound(r) for r in program.constraints)
    text += ", besides bounds on single variables:\n" if others else ":\n"
    text += listed(rows, program, telling.cases[0], telling.note)
    if any(len(case.leaf.dual) > 1 for case in told):
        text += "\nWhat is added up below is the larger side minus the smaller one"
        if any(r.sense == "==" for r in rows):
            text += "; an equality may be added either way round"
        text += "."
    return [text]


def _cover(telling: Telling) -> list[str]:
    always = [g for g in (telling.cases[0].given if telling.cases else ()) if g.label.startswith("H")]
    text = []
    named = [g for g in always if telling.names.find(g.gap(telling.names.ring))]
    if isinstance(telling.certificate.claim, Empty):
        used = used_labels(telling.cases)
        rows = series([f"${stated(g, telling.names)}$" for g in always if g.label in used])
        text.append(f"Suppose, to the contrary, that {rows}." if rows else "Suppose that there are some.")
    elif named:
        text.append("By assumption, " + series([f"${stated(g, telling.names)}$" for g in named]) + ".")
    if len(telling.cases) > 1:
        overlap = "; where two lines of the theorem apply, they say the same" if len(
            telling.certificate.pieces) > 1 else ""
        text.append(f"There are {len(telling.cases)} cases, and together they cover all parameters{overlap}.")
    return [" ".join(text)] if text else []


def used_labels(told: tuple[Case, ...]) -> set[str]:
    """The labels that facts and contradictions of a proof refer to."""
    result: set[str] = set()
    for case in told:
        result.update(label for g in case.given for label in g.needs)
        result.update(case.given[k].label for t in case.leaf.refutation for k in t.uses)
    return result


def _case(case: Case, telling: Telling) -> list[str]:
    names, claim = telling.names, telling.certificate.claim
    names.touched.clear()
    names.cited.clear()
    parts = list(_body(case, telling))
    facts = signs_told(case, names, telling.shown)
    if len(telling.cases) == 1:
        return [*facts, *parts]
    own = series([f"${stated(g, names)}$" for g in case.assumptions if not g.label.startswith("H")])
    head = rf"\medskip\noindent\textbf{{Case {case.number}}}"
    line = telling.line_of(case) if isinstance(claim, Optimum) else ""
    head += f", line {line}" if line and case.leaf.kind != "empty" else ""
    return [f"{head}: {own}." if own else f"{head}.", *facts, *parts]


def _body(case: Case, telling: Telling) -> Iterator[str]:
    claim, kind = telling.certificate.claim, case.leaf.kind
    if case.number in telling.twins:
        twin, exchange = telling.twins[case.number]
        yield (f"This is Case {twin.number} with both sides exchanged: {spoken(exchange, telling.note)}. That"
               " leaves the program as it is, up to names and signs of variables.")
    elif kind == "empty":
        yield contradiction(case, telling.names, isinstance(claim, Empty))
    elif isinstance(claim, Empty):
        return
    elif kind == "infeasible":
        yield from _infeasible(case, claim.program, telling)
    elif isinstance(claim, Implication):
        yield from _bound(case, claim, telling)
    elif kind == "optimal":
        yield from _optimal(case, claim.program, telling)
    else:
        yield from direction(case, claim.program, telling.note, telling.names)


def _optimal(case: Case, program: LinearProgram, telling: Telling) -> Iterator[str]:
    side = "<=" if program.sense == "max" else ">="
    names, note = telling.names, telling.note
    if not program.objective.coefficients:
        yield from attained(case, program, note, names)
        return
    word = "Upper" if side == "<=" else "Lower"
    steps = tell(case, program, side, note, names)
    if (twin := same_dual(case, telling, side)) is not None:
        steps[0] = f"Add up what is added up in Case {twin.number}, with the same multipliers."
    sign, line = relation_sign(side), telling.line_of(case)
    scale = scaled(combination(case, program, side).shared, telling)
    value = leaf_value(telling.certificate, case.leaf)
    what = "The sum" if len(case.leaf.dual) > 1 else "It"
    if isinstance(value, fmpq):
        steps.append(f"{what}{scale} says that $W {sign} {number(value)}$.")
    else:
        where = f"in {line}" if line else "stated"
        steps.append(f"{what}{scale} says that $W {sign}$ the value {where}.")
    if len(case.leaf.dual) < 2:
        steps = [" ".join(steps)]
    yield rf"\emph{{{word} bound.}} {steps[0]}"
    yield " ".join(steps[1:])
    yield from attained(case, program, note, names)


def scaled(shared: Product, telling: Telling) -> str:
    """A factor by which a sum is multiplied."""
    if not shared.factors:
        return ""
    text = formula(telling.names.put(Sum((shared,))), telling.note)
    return f", multiplied by ${text}$,".replace(r"\frac", r"\dfrac", 1)


def same_dual(case: Case, telling: Telling, side: str) -> Case | None:
    """An earlier case that was told with the same multipliers."""
    program = telling.program
    assert program is not None
    ours = combination(case, program, side).added
    told = [c for c in telling.cases[:case.number - 1] if c.number not in telling.twins]
    return next((c for c in told if c.leaf.kind == case.leaf.kind and ours
                 and combination(c, program, side).added == ours), None)


def _infeasible(case: Case, program: LinearProgram, telling: Telling) -> Iterator[str]:
    gap: Coefficient = fmpq(0)
    for name, y in case.leaf.dual:
        gap = gap + y * program.row[name].bound
    shared = Sum((combination(case, program, ">=").shared,)).as_coefficient(program.ring)
    names, note = telling.names, telling.note
    steps = tell(case, program, ">=", note, names)
    value = short(gap / shared, case, names)
    reason = why([("this right side", gap / shared, value)], case, names, ">", "positive")
    reason = reason[:1].lower() + reason[1:]
    yield rf"\emph{{Contradiction.}} Suppose some point satisfied all constraints. {steps[0]}"
    brief = formula(value, note)
    shown = f" $0 \\ge {brief}$." if printed_length(brief) <= 40 else \
        "\n" + display([Row("0", (r"\ge ", *chunks(value, note)))], ".") + "\n"
    yield " ".join([*steps[1:], f"In the sum all variables cancel, and what remains is{shown} But {reason}"])


def _bound(case: Case, claim: Implication, telling: Telling) -> Iterator[str]:
    goal, program = claim.constraint, claim.program
    names, note = telling.names, telling.note
    value: Coefficient = fmpq(0)
    for name, y in case.leaf.dual:
        value = value + y * program.row[name].bound
    steps = tell(case, program, goal.sense, note, names)
    yield steps[0]
    scale = scaled(combination(case, program, goal.sense).shared, telling)
    if value == goal.bound:
        what = "The sum" if len(case.leaf.dual) > 1 else "This"
        yield " ".join([*steps[1:], f"{what}{scale} is the claim."])
        return
    left = "".join(linear(in_order(goal.coefficients, program.variables), note, case.forms))
    sign = relation_sign("<=" if goal.sense == "<=" else ">=")
    row = Row(left, (f"{sign} ", *chunks(short(value, case, names), note)))
    gap = value - goal.bound if goal.sense == ">=" else goal.bound - value
    form = short(gap, case, names)
    reason = why([(f"${formula(form, note)}$", gap, form)], case, names, ">=", "nonnegative")
    shown = formula(case.forms.value(goal.bound), note)
    yield " ".join([*steps[1:], f"The sum{scale} is\n{display([row], '.')}\nThe right side is"
                                f" ${sign} {shown}$, as claimed: {reason}"])


def plain_case(certificate: Certificate) -> Case:
    """The whole parameter set as a case, for the formulas of the statement."""
    known = Signs(certificate.chart)
    return Case(0, Leaf("bound"), known, (), Forms(lens_of(known, certificate.claim.region.ring)))


__all__ = ["Constraint", "Given", "Product", "narrate", "plain_case", "roman", "shorthand"]
