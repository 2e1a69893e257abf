"""Bounds from multipliers: which constraints are added, how often, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from symtrade.kernel.polynomial import Coefficient, RationalFunction
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.render.expression import Product, Sum
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
    result = [f"{_sentence(told, side)}"]
    named = [(m, v) for m, v in names.values() if m]
    if named:
        rows = [Row(f"{m}", ("= ", *chunks(case.forms.value(v), note))) for m, v in named]
        result.append("Let\n" + display(rows))
        result.append(_signs(named, told, case, note))
    rows = []
    for a in told.added:
        mark, value = names[str(a.multiplier)]
        left, right = inequality(a.row, note, case.forms, program.variables)
        shown = mark or (number(fmpq(value)) if fmpq(value) >= 0 else f"({number(fmpq(value))})")
        rows.append(Row(rf"{shown}\;\times\;{note.constraint(a.row.name)}:\quad", (left + " ", "".join(right))))
    result.append("Take\n" + display(rows))
    outcome = Row("".join(target) if len("".join(target)) < 60 else "",
                  (() if len("".join(target)) < 60 else target) + (
                      rf" {_le(side)} ", *chunks(case.forms.value(bound), note), last))
    if told.shared.factors and target != ("0",):
        result.append(rf"Adding these up and multiplying by ${product(told.shared, note)}>0$ gives" + "\n"
                      + display([outcome]))
    else:
        result.append("Adding these up gives\n" + display([outcome]))
    return result


def _le(side: str) -> str:
    return r"\le" if side == "<=" else r"\ge"


def _sentence(told: Combination, side: str) -> str:
    """How rows enter: in their direction or backwards; equalities with either sign."""
    direction = r"$\le$" if side == "<=" else r"$\ge$"
    text = "Each constraint below is multiplied by the nonnegative number in front of it"
    if any(a.reversed for a in told.added):
        other = r"$\ge$" if side == "<=" else r"$\le$"
        text += f"; a constraint with {other} is multiplied by $-1$ first, so that all read {direction}"
    if any(a.row.sense == "==" for a in told.added):
        text += "; an equality may be added with either sign"
    return text + "."


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


def _signs(named: list[tuple[str, Coefficient]], told: Combination, case: Case, note: Notation) -> str:
    """Why each multiplier is nonnegative."""
    free = {str(a.multiplier) for a in told.added if a.row.sense == "=="} - {
        str(a.multiplier) for a in told.added if a.row.sense != "=="}
    entries = [(f"${m}$", v) for m, v in named if str(v) not in free]
    return why(entries, case, note, ">=", "nonnegative") if entries else ""


def why(entries: list[tuple[str, Coefficient]], case: Case, note: Notation, sense: str, word: str) -> str:
    """Sentences that say why each of the named coefficients has its sign."""
    plain, clear, by = [], [], {}  # type: ignore[var-annotated]
    for name, value in entries:
        labels = reasons(value, case, sense)
        if labels == ():
            (plain if obvious(case.forms.value(value), case) else clear).append(name)
        else:
            by.setdefault(labels or ("the assumptions",), []).append(name)
    text = []
    if plain:
        verb = "is" if len(plain) == 1 else "are"
        text.append(f"{series(plain)} {verb} {word}, all factors being positive")
    if clear:
        verb = "is" if len(clear) == 1 else "are"
        text.append(f"{series(clear)} {verb} {word} on the whole parameter set")
    for labels, names in by.items():
        verb = "is" if len(names) == 1 else "are"
        text.append(f"{series(names)} {verb} {word} by " + series([cite(x) for x in labels]))
    return "; ".join(text) + "." if text else ""


def cite(label: str) -> str:
    """A reference to a hypothesis."""
    return f"$({label})$" if "_" in label else label


def hypothesis(given: Given, note: Notation) -> Row:
    """A hypothesis as a labelled row."""
    from symtrade.render.linear import relation_row

    return relation_row(given.relation, note, f"({given.label})")
