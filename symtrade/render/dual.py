"""Bounds from multipliers: which constraints are added, how often, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from symtrade.forms.expression import Product, Sum
from symtrade.kernel.polynomial import Coefficient, RationalFunction
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.render.linear import inequality, series
from symtrade.render.notation import Notation
from symtrade.render.story import Case, Given, common_factor, obvious, reasons
from symtrade.render.typeset import Row, chunks, display, number, product


@dataclass(frozen=True)
class Added:
    """A constraint with its multiplier, made nonnegative by reading the constraint backwards."""

    row: Constraint
    multiplier: Coefficient
    reversed: bool


@dataclass(frozen=True)
class Combination:
    """The multipliers of a leaf, told: `shared` multiplies them all."""

    added: tuple[Added, ...]
    shared: Product


def combination(case: Case, program: LinearProgram, side: str) -> Combination:
    """The leaf's multipliers for a bound of sense `side`; each is nonnegative, save those of
    equalities."""
    added = []
    order = {row.name: k for k, row in enumerate(program.constraints)}
    for name, y in sorted(case.leaf.dual, key=lambda pair: order[pair[0]]):
        if y == 0:
            continue
        row = program.row[name]
        backwards = row.sense not in ("==", side)
        added.append(Added(row, -y if backwards else y, backwards))
    shared = common_factor([a.multiplier for a in added], case.forms)
    if shared.factors:
        value = Sum((shared,)).as_coefficient(program.ring)
        added = [Added(a.row, a.multiplier / value, a.reversed) for a in added]
    else:
        shared = Product(fmpq(1))
    return Combination(tuple(added), shared)


def tell(case: Case, program: LinearProgram, side: str, note: Notation, target: tuple[str, ...],
         bound: Coefficient, last: str = "") -> list[str]:
    """Paragraphs: the multipliers, the constraints added, and the inequality that results.

    `target` is the left side of the result, `bound` its right side; `last` ends the inequality.
    """
    told = combination(case, program, side)
    names = _names(told)
    result = []
    named = [(m, v) for m, v in names.values() if m]
    if named:
        rows = [Row(f"{m}", ("= ", *chunks(case.forms.value(v), note))) for m, v in named]
        result.append("Let\n" + display(rows, ".") + "\n" + _signs(named, told, case))
    rows = []
    for a in told.added:
        mark, value = names[str(a.multiplier)]
        left, right = inequality(a.row, note, case.forms, program.variables)
        shown = mark or (number(fmpq(value)) if fmpq(value) >= 0 else f"({number(fmpq(value))})")
        name = note.constraint(a.row.name)
        rows.append(Row(rf"{shown}\;\times\;{name}:\quad", (left + " ", "".join(right))))
    result.append(_sentence(told, side) + "\n" + display(rows, "."))
    outcome = Row("".join(target) if len("".join(target)) < 60 else "",
                  (() if len("".join(target)) < 60 else target) + (
                      rf" {_le(side)} ", *chunks(case.forms.value(bound), note), last))
    if told.shared.factors and target != ("0",):
        factor = f"${product(told.shared, note)}$".replace(r"\frac", r"\dfrac", 1)
        value = Sum((told.shared,)).as_coefficient(program.ring)
        labels = reasons(value, case, ">") or ()
        by = " by " + series([cite(x) for x in labels]) if labels else ""
        text = f"The sum, multiplied by {factor}, which is positive{by}, is"
    else:
        text = "The sum is" if len(told.added) > 1 else "This gives"
    result[-1] += f"\n{text}\n" + display([outcome])
    return result


def _le(side: str) -> str:
    return r"\le" if side == "<=" else r"\ge"


def _sentence(told: Combination, side: str) -> str:
    """How rows enter: in their direction or backwards; equalities with either sign."""
    direction = r"$\le$" if side == "<=" else r"$\ge$"
    if len(told.added) == 1 and not told.added[0].reversed:
        return "Take the constraint, multiplied by the number in front of it,"
    text = "Add up the following constraints, each multiplied by the number in front of it"
    notes = []
    if any(a.reversed for a in told.added):
        other = r"$\ge$" if side == "<=" else r"$\le$"
        notes.append(f"a constraint with {other} is first multiplied by $-1$, so that all read {direction}")
    if any(a.row.sense == "==" for a in told.added):
        notes.append("an equality may be added with either sign")
    return text + (f" ({'; '.join(notes)})" if notes else "") + ":"


def _names(told: Combination) -> dict[str, tuple[str, Coefficient]]:
    """A name for every distinct multiplier that is no number, in the order of use."""
    result: dict[str, tuple[str, Coefficient]] = {}
    symbolic = {str(a.multiplier) for a in told.added if isinstance(a.multiplier, RationalFunction)}
    for a in told.added:
        key = str(a.multiplier)
        if key not in result:
            count = sum(bool(m) for m, _ in result.values()) + 1
            mark = rf"\lambda_{{{count}}}" if len(symbolic) > 1 else r"\lambda"
            result[key] = (mark if key in symbolic else "", a.multiplier)
    return result


def _signs(named: list[tuple[str, Coefficient]], told: Combination, case: Case) -> str:
    """Why each multiplier is nonnegative."""
    free = {str(a.multiplier) for a in told.added if a.row.sense == "=="} - {
        str(a.multiplier) for a in told.added if a.row.sense != "=="}
    entries = [(f"${m}$", v) for m, v in named if str(v) not in free]
    text = why(entries, case, ">=", "nonnegative") if entries else ""
    rest = [f"${m}$" for m, v in named if str(v) in free]
    if rest:
        verb = "multiplies an equality, so its sign does" if len(rest) == 1 else \
            "multiply equalities, so their signs do"
        text += f" {series(rest)} {verb} not matter."
    return text


def why(entries: list[tuple[str, Coefficient]], case: Case, sense: str, word: str) -> str:
    """Sentences that say why each of the named coefficients has its sign."""
    plain: list[str] = []
    clear: list[str] = []
    by: dict[tuple[str, ...], list[str]] = {}
    for name, value in entries:
        labels = reasons(value, case, sense)
        if labels == ():
            (plain if obvious(case.forms.value(value), case) else clear).append(name)
        else:
            by.setdefault(labels or ("the assumptions",), []).append(name)
    groups = [(names, " by " + series([cite(x) for x in labels])) for labels, names in by.items()]
    groups += [(clear, " on the whole parameter set")] if clear else []
    groups += [(plain, ", all factors being positive")] if plain else []
    text = []
    for k, (names, reason) in enumerate(groups):
        last = k == len(groups) - 1 and len(names) > 1
        if last and len(entries) > 1:
            who = "All of these are" if len(groups) == 1 else "the others are"
            who = "Both are" if len(entries) == 2 and len(groups) == 1 else who
        else:
            who = f"{series(names)} {'is' if len(names) == 1 else 'are'}"
        text.append(f"{who} {word}{reason}")
    return "; ".join(text) + "." if text else ""


def cite(label: str) -> str:
    """A reference to a hypothesis."""
    return f"$({label})$" if "_" in label else label


def hypothesis(given: Given, note: Notation) -> Row:
    """A hypothesis as a labelled row."""
    from symtrade.render.linear import relation_row

    return relation_row(given.relation, note, f"({given.label})")
