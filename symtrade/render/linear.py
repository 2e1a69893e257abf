"""LaTeX of linear forms, constraints, programs and the assumptions on parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce

from symtrade.forms.expression import Sum, complement
from symtrade.forms.lens import lens_of
from symtrade.forms.natural import Forms
from symtrade.forms.relation import Relation
from symtrade.kernel.polynomial import Coefficient, RationalFunction, quotient
from symtrade.kernel.program import Constraint, Form, LinearProgram
from symtrade.kernel.region import Condition, Region
from symtrade.kernel.signs import Signs
from symtrade.render.notation import Notation
from symtrade.render.typeset import (
    Row,
    chunks,
    display,
    formula,
    parenthesised,
    printed_length,
    product,
    relation_sign,
)

_LIE = re.compile(r"IC_(?P<who>[BS])(?:\^\w+)?\[.+? -> (?P<report>.+?)(?: \| .*)?\]")
MANY = 3  # a longer form is compared with its last term
SIDE = 34  # a longer left side does not stand left of the alignment


def plain_forms(region: Region) -> Forms:
    """Natural forms in a chart of the region."""
    from symtrade.solve.chart import find_chart  # only here: printing a certificate needs no search

    return Forms(lens_of(Signs(find_chart(region)), region.ring))


def times(coefficient: Sum, what: str, note: Notation, first: bool) -> str:
    """``+ coefficient * what`` as a chunk of a sum."""
    terms = coefficient.terms
    if len(terms) == 1:
        term, negative = terms[0], terms[0].coefficient < 0
        term = -term if negative else term
        body = what if coefficient.is_one or (-coefficient).is_one else product(term, note) + r"\," + what
    else:
        named = complement(coefficient)
        shown = note.complements.get(named) if named else None
        body, negative = (shown + r"\," if shown else parenthesised(formula(coefficient, note))) + what, False
    sign = ("-" if negative else "") if first else (" - " if negative else " + ")
    return sign + body


def linear(form: Form, note: Notation, forms: Forms) -> tuple[str, ...]:
    """The terms of a linear form; a probability that multiplies the allocation and the transfer of
    the same pair of types stands before both."""
    if not form:
        return ("0",)
    items: list[tuple[Sum, str]] = []
    done: set[str] = set()
    for v, c in form:
        if v in done:
            continue
        cell = _cell(v)
        pair = next(((w, d) for w, d in form if cell and w != v and w not in done and _cell(w) == cell), None)
        joined = _joined((v, c), pair, note, forms) if pair else None
        if pair and joined:
            items.append(joined)
            done |= {v, pair[0]}
        else:
            items.append((forms.value(c), note.variable(v)))
            done.add(v)
    positive = [k for k, (c, _) in enumerate(items) if len(c.terms) != 1 or c.terms[0].coefficient > 0]
    if positive and positive[0]:  # rather t - s q than -s q + t
        items.insert(0, items.pop(positive[0]))
    return tuple(times(c, v, note, k == 0) for k, (c, v) in enumerate(items))


def grouped(form: Form, note: Notation, forms: Forms) -> tuple[str, ...]:
    """As :func:`linear`, but neighbours with a common factor share a bracket, as in ``p(a x + b y)``."""
    runs: list[list[tuple[str, Coefficient]]] = []
    for pair in form:
        if runs and _common([*runs[-1], pair]) is not None:
            runs[-1].append(pair)
        else:
            runs.append([pair])
    texts: list[str] = []
    for run in runs:
        factor = _common(run) if len(run) > 1 else None
        if factor is None:
            items = [(forms.value(c), note.variable(v)) for v, c in run]
        else:
            down = all(_negative(c / factor, forms) for _, c in run)
            if down != forms.lens.signs.allows(factor, ("<", "<=")):
                factor = -factor
            inner = "".join(linear(tuple((v, c / factor) for v, c in run), note, forms))
            items = [(forms.value(factor), f"({inner})")]
        texts += [times(c, v, note, not texts) for c, v in items]
    return tuple(texts)


def _common(run: Sequence[tuple[str, Coefficient]]) -> Coefficient | None:
    """What all coefficients share, if monomials are left; None where that is only a number."""
    if not all(isinstance(c, RationalFunction) for _, c in run):
        return None
    shared = reduce(lambda a, b: a.gcd(b), (c.num for _, c in run))
    if shared.is_constant():
        return None
    below = {str(c.den): c.den for _, c in run}
    factor = quotient(shared, next(iter(below.values())) if len(below) == 1 else shared.context().constant(1))
    rest = [c / factor for _, c in run]
    if all(not isinstance(r, RationalFunction) or (len(r.num) == 1 and r.den.is_constant()) for r in rest):
        return factor
    return None


def _cell(variable: str) -> str:
    """The pair of reports that a variable belongs to."""
    head, bracket, body = variable.partition("[")
    return head.lstrip("qt") + bracket + body if ", " in body and head[:1] in "qt" else ""


def _joined(one: tuple[str, Coefficient], two: tuple[str, Coefficient], note: Notation, forms: Forms
            ) -> tuple[Sum, str] | None:
    """``p (b q - t)`` for ``p b q - p t``: the shared factor and what it multiplies."""
    if two[0].startswith("q"):
        one, two = two, one
    minus = forms.lens.signs.allows(two[1], ("<", "<="))  # then the transfer is paid, and comes second
    shared = -two[1] if minus else two[1]
    inner = forms.value(one[1] / shared)
    simple = len(inner.terms) == 1 and not inner.terms[0].bottom and len(inner.terms[0].factors) <= 1
    if not isinstance(shared, RationalFunction) or not simple:
        return None
    gain, t = times(inner, note.variable(one[0]), note, minus), note.variable(two[0])
    return forms.value(shared), rf"\bigl({gain} - {t}\bigr)" if minus else rf"\bigl({t}{gain}\bigr)"


def in_order(form: Form, variables: tuple[str, ...]) -> Form:
    """The form with its variables in the program's order."""
    position = {v: k for k, v in enumerate(variables)}
    return tuple(sorted(form, key=lambda pair: position.get(pair[0], 0)))


def sides(row: Constraint, variables: tuple[str, ...]) -> tuple[Form, Form]:
    """What stands left and right: an incentive constraint compares truth with the lie."""
    form = in_order(row.coefficients, variables)
    match = _LIE.fullmatch(row.name)
    if match is not None:
        place = 0 if match["who"] == "B" else 1
        lie = [(v, c) for v, c in form if _report(v, place) == match["report"]]
        truth = [(v, c) for v, c in form if _report(v, place) != match["report"]]
        if lie and truth:
            return tuple(truth), tuple((v, -c) for v, c in lie)
    last = [(v, c) for v, c in form if c == -1 and ", " not in v and row.sense != "<="]
    if len(last) == 1 and len(form) > MANY and row.bound == 0:  # utilities are at least u
        return tuple(p for p in form if p not in last), tuple((v, -c) for v, c in last)
    return form, ()


def _report(variable: str, place: int) -> str | None:
    match = re.fullmatch(r"[^\[]+\[(.*)\]", variable)
    reports = match[1].split(", ") if match else []
    return reports[place] if place < len(reports) else None


def inequality(row: Constraint, note: Notation, forms: Forms, variables: tuple[str, ...] = ()
               ) -> tuple[str, tuple[str, ...]]:
    """A constraint: its left side, and chunks of the relation with its right side."""
    left, right = sides(row, variables)
    sense = relation_sign(row.sense)
    if not right and left and all(_negative(c, forms) for c in (*(c for _, c in left), row.bound)):
        left, sense = tuple((v, -c) for v, c in left), relation_sign(
            {"<=": ">=", ">=": "<="}.get(row.sense, row.sense))
        bound = chunks(forms.value(-row.bound), note)
        return "".join(linear(left, note, forms)), (f"{sense} {bound[0]}", *bound[1:])
    shown = "".join(linear(left, note, forms))
    if not right:
        bound = chunks(forms.value(row.bound), note)
        return shown, (f"{sense} {bound[0]}", *bound[1:])
    rest = list(linear(right, note, forms))
    if isinstance(row.bound, RationalFunction) or row.bound != 0:
        rest += [(" " if c.startswith(" -") or k else " + ") + c.strip()
                 for k, c in enumerate(chunks(forms.value(row.bound), note))]
    return shown, (f"{sense} {rest[0]}", *rest[1:])


def _negative(value: Coefficient, forms: Forms) -> bool:
    """Whether a coefficient is known to be negative."""
    return forms.lens.signs.allows(value, ("<",))


def constraints(rows: Sequence[Constraint], note: Notation, forms: Forms, variables: tuple[str, ...]) -> str:
    """A display of constraints with their names; aligned at the relations where the sides are short."""
    shown = [inequality(r, note, forms, variables) for r in rows]
    if all(printed_length(left) <= SIDE for left, _ in shown):
        return display([Row(left, right, note.constraint(r.name)) for r, (left, right) in
                        zip(rows, shown, strict=True)])
    lines = []
    for r, (_, right) in zip(rows, shown, strict=True):
        terms = linear(sides(r, variables)[0], note, forms)
        lines.append(Row("", (*terms, " " + right[0], *right[1:]), note.constraint(r.name)))
    return display(lines)


def constraint(row: Constraint, note: Notation, forms: Forms, variables: tuple[str, ...] = ()) -> Row:
    """A row of a display: the constraint with its name at the end."""
    left, right = inequality(row, note, forms, variables)
    return Row(left, right, note.constraint(row.name))


def program(value: LinearProgram, note: Notation) -> str:
    """The displayed program, a row a constraint; bounds on variables are gathered at the end."""
    forms = plain_forms(value.region)
    goal = r"\max" if value.sense == "max" else r"\min"
    objective = linear(in_order(value.objective.coefficients, value.variables), note, forms)
    extra = forms.value(value.objective.constant)
    if extra.terms:
        objective = (*objective, " + ", *chunks(extra, note))
    bounds = {row.name for row in value.constraints if row.name.endswith((" >= 0", " <= 1"))}
    head = [Row(rf"{goal}\quad", objective)]
    rows = [constraint(r, note, forms, value.variables) for r in value.constraints if r.name not in bounds]
    text = display(head) + ("\nsubject to\n" + display(rows) if rows else "")
    if bounds:
        shown = box_text(list(value.variables), bounds, note)
        text += f"\nand {shown}" if rows else f"\nsubject to {shown}"
    return text + f", where {assumptions(value.region, note)}." if value.region.conditions else text + "."


def box_text(variables: list[str], names: set[str], note: Notation) -> str:
    """The bounds 0 <= q <= 1, those of one table said once."""
    heads: dict[tuple[str, bool, bool], list[str]] = {}
    for v in variables:
        low, high = f"{v} >= 0" in names, f"{v} <= 1" in names
        if low or high:
            heads.setdefault((v.split("[")[0], low, high), []).append(v)
    pieces = []
    for (head, low, high), members in heads.items():
        whole = [v for v in variables if v.split("[")[0] == head]
        shown = note.symbol(head) if members == whole and "[" in members[0] else ",".join(
            note.variable(v) for v in members)
        pieces.append(shown + r"\ge 0" if not high else (r"0\le " if low else "") + shown + r"\le 1")
    return ", ".join(f"${p}$" for p in pieces)


def relation(value: Relation, note: Notation) -> str:
    """A relation on one line."""
    return f"{formula(value.left, note)} {relation_sign(value.relation)} {formula(value.right, note)}"


def relation_row(value: Relation, note: Notation, tag: str = "") -> Row:
    """A relation as a row of a display."""
    right = chunks(value.right, note)
    middle = f" {relation_sign(value.relation)} {right[0]}"
    return Row("", (*chunks(value.left, note), middle, *right[1:]), tag)


def assumptions(region: Region, note: Notation) -> str:
    """The parameter set in words: chains of ordered values, probabilities, and the rest."""
    above: dict[str, str] = {}
    rest: list[Condition] = []
    low, high = set(), set()
    for c in region.conditions:
        terms = {str(region.ring.context.from_dict({e: 1})): int(k) for e, k in c.polynomial.terms()}
        names = [n for n in terms if n in region.ring.index]
        up = [n for n in names if terms[n] == 1]
        down = [n for n in names if terms[n] == -1]
        new = len(up) == len(down) == 1 and down[0] not in above and up[0] not in above.values()
        if c.relation == ">" and len(terms) == 2 and new:
            above[down[0]] = up[0]
        elif c.relation == ">" and len(terms) == 1 and up:
            low.add(up[0])
        elif c.relation == ">" and len(terms) == 2 and down and terms.get("1") == 1:
            high.add(down[0])
        else:
            rest.append(c)
    pieces = []
    for first in [n for n in above if n not in above.values()]:
        chain = [first]
        while chain[-1] in above:
            chain.append(above[chain[-1]])
        start = "0 < " if first in low else ""
        low.discard(first)
        pieces.append(start + " < ".join(note.symbol(n) for n in chain))
    for name in region.ring.names:
        if name in low or name in high:
            start, end = ("0 < " if name in low else ""), (" < 1" if name in high else "")
            pieces.append(f"{start}{note.symbol(name)}{end}")
    forms = plain_forms(region)
    pieces += [relation(forms.condition(c), note) for c in rest]
    return series([f"${p}$" for p in pieces])


def series(items: list[str]) -> str:
    """``a, b and c``."""
    return ", ".join(items[:-1]) + (" and " if len(items) > 1 else "") + "".join(items[-1:])
