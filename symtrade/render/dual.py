"""Bounds from multipliers: which constraints are added, how often, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from symtrade.forms.expression import Product, Sum
from symtrade.kernel.polynomial import Coefficient, RationalFunction
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.render.linear import constraints, series
from symtrade.render.notation import Notation
from symtrade.render.shorthand import Named, Shorthand, canonical, short, sign
from symtrade.render.story import Case, Given, common_factor, reasons
from symtrade.render.typeset import Label, Row, chunks, display, formula, number, printed_length, product
from symtrade.render.words import described, phrase

HUGE = 2500  # a longer text is not printed
INLINE = 46  # a longer multiplier is displayed
COLUMN, NARROW = 6, 34  # more multipliers are set in two columns if none prints wider than this
SPOKEN = 8  # more constraints than these are named by their formulas, not in words


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


def is_bound(row: Constraint) -> bool:
    """Whether a constraint is its own name: a bound on one variable."""
    return len(row.coefficients) == 1 and row.name.endswith((" >= 0", " <= 1"))


def listed(rows: list[Constraint], program: LinearProgram, case: Case, note: Notation) -> str:
    """The constraints that a proof adds up, written out."""
    return constraints(rows, note, case.forms, program.variables)


@dataclass(frozen=True)
class Multiplier:
    """A named multiplier; `free` where it multiplies equalities only, so that its sign is free."""

    mark: str
    value: Coefficient
    form: Sum
    free: bool


def tell(case: Case, program: LinearProgram, side: str, note: Notation, names: Shorthand) -> list[str]:
    """Paragraphs: the constraints added, each with its multiplier, and why these are nonnegative."""
    told = combination(case, program, side)
    groups: dict[str, list[Added]] = {}
    for a in told.added:
        groups.setdefault(str(a.multiplier), []).append(a)
    long = [a.row.name for a in told.added if not is_bound(a.row)]
    words = len(long) <= SPOKEN or (
        all(described(n, note)[0] for n in long) and len(told.added) <= 2 * SPOKEN)
    symbolic = sum(isinstance(g[0].multiplier, RationalFunction) for g in groups.values())
    letter = names.letter("multiplier")
    items: list[str] = []
    marks: list[Multiplier] = []
    for members in groups.values():
        value = members[0].multiplier
        what = phrase([a.row.name for a in members], note, words)
        if not isinstance(value, RationalFunction):
            items.append(what if value == 1 else f"${number(fmpq(value))}$ times {what}")
            continue
        mark = note.symbol(f"{letter}_{len(marks) + 1}" if symbolic > 1 else letter)
        free = all(a.row.sense == "==" for a in members)
        marks.append(Multiplier(mark, value, short(value, case, names), free))
        items.append(_multiple(marks[-1], what, note))
    if not items:
        return []
    if len(items) == 1:
        return [f"Take {items[0]}.", *_signs(marks, case, names)]
    widths = [printed_length(formula(m.form, note)) for m in marks]
    body = ";\n".join(rf"\item {item}" for item in items)
    body = f"\\begin{{itemize}}\\itemsep0pt\n{body}.\n\\end{{itemize}}"
    if len(items) > COLUMN and max(widths, default=0) <= NARROW and not words:
        body = f"\\begin{{multicols}}{{2}}\\raggedright\\interlinepenalty10000\n{body}\n\\end{{multicols}}"
    return [f"Add up\n{body}", *_signs(marks, case, names)]


def _multiple(multiplier: Multiplier, what: str, note: Notation) -> str:
    """``mu = ... times the constraints``; a long formula is displayed."""
    mark, shown = multiplier.mark, formula(multiplier.form, note)
    if printed_length(shown) <= INLINE:
        if shown.startswith((r"\frac", r"-\frac")):
            shown = shown.replace(r"\frac", r"\dfrac", 1)
        return f"${mark} = {shown}$ times {what}"
    row = Row(mark, ("= ", *chunks(multiplier.form, note)))
    return f"${mark}$ times {what}, where\n" + display([row])


def _signs(marks: list[Multiplier], case: Case, names: Shorthand) -> list[str]:
    """Why each multiplier is nonnegative."""
    free = [f"${m.mark}$" for m in marks if m.free]
    ours = [(f"${m.mark}$", m.value, m.form) for m in marks if not m.free]
    text = ""
    if free:
        verb = "multiplies an equality, so its sign does" if len(free) == 1 else \
            "multiply equalities, so their signs do"
        text = f"{series(free)} {verb} not matter. "
    if ours:
        text += why(ours, case, names, ">=", "nonnegative", "The others" if free else "All")
    return [text.strip()] if text else []


def why(entries: list[tuple[str, Coefficient, Sum]], case: Case, names: Shorthand, sense: str, word: str,
        everyone: str = "All") -> str:
    """Sentences that say why each of the named coefficients has its sign; `everyone` of several."""
    seen: list[str] = []
    clear: list[str] = []
    by: dict[tuple[str, ...], list[str]] = {}
    for name, value, form in entries:
        if sign(form, case, names) > 0:
            seen.append(name)
            continue
        labels = reasons(value, case, sense)
        if labels == ():
            clear.append(name)
        else:
            by.setdefault(labels or tuple(g.label for g in case.given), []).append(name)
    groups = [(found, ", since " + series([cite(x, case, names) for x in labels]))
              for labels, found in by.items()]
    groups += [(clear, " on the whole parameter set")] if clear else []
    whose = "its" if len(seen) == 1 else "their"
    groups += [(seen, f", as the signs of {whose} factors show")] if seen else []
    text = []
    for k, (found, reason) in enumerate(groups):
        last = k == len(groups) - 1 and len(found) > 1
        who = "the others are" if last and k else f"{series(found)} {'is' if len(found) == 1 else 'are'}"
        if last and not k:
            who = f"{'Both' if len(found) == 2 and everyone == 'All' else everyone} are"
        text.append(f"{who} {word}{reason}")
    joined = "; ".join(text)
    return joined[:1].upper() + joined[1:] + "." if joined else ""


# --- hypotheses by name ---


def cite(label: str, case: Case, names: Shorthand) -> str:
    """A hypothesis of a case, in running text."""
    given = next(g for g in case.given if g.label == label)
    if given.fact is not None:
        names.cited[label] = None
    return f"${stated(given, names)}$"


def stated(given: Given, names: Shorthand) -> str:
    """``A_1 >= 0`` where the hypothesis has a name, else the hypothesis itself."""
    from symtrade.render.linear import relation

    found = names.find(given.gap(names.ring))
    if found is None:
        return relation(given.relation, names.note)
    named, scale = found
    sense = {">": ">", ">=": r"\ge", "=": "=", "!=": r"\ne"}[given.sense]
    if scale < 0:
        sense = {">": "<", r"\ge": r"\le"}.get(sense, sense)
    return f"{names.note.symbol(named.label)} {sense} 0"


def factor(given: Given, names: Shorthand) -> Product:
    """The larger side minus the smaller one, as a factor."""
    found = names.find(given.gap(names.ring))
    if found is None:
        return Product(fmpq(1), ((given.difference, 1),))
    named, scale = found
    return Product(scale, ((Label(named.label), 1),))


def huge(named: Named) -> bool:
    """Whether an expression is too long to be read."""
    return len(str(named.form)) > HUGE


def definition(named: Named, names: Shorthand) -> Row:
    """What a name stands for."""
    if huge(named):
        count = sum(len(t.text.split(" + ")) for t in named.form.terms)
        return Row(names.note.symbol(named.label), (
            rf"= \text{{a polynomial of {count} terms, which the certificate writes out}}",))
    form = names.put(named.form, but=canonical(named.value)[0])
    return Row(names.note.symbol(named.label), ("= ", *chunks(form, names.note)))


__all__ = ["Added", "Combination", "cite", "combination", "definition", "factor", "is_bound", "listed",
           "product", "stated", "tell", "why"]
