"""LaTeX of solutions, regions, programs, verdicts and expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from symtrade.forms.expression import Sum
from symtrade.forms.lens import lens_of
from symtrade.forms.natural import Forms
from symtrade.forms.relation import Relation
from symtrade.kernel.certificate import Certificate, Empty, Implication, Optimum
from symtrade.kernel.piecewise import CriticalRegion, PiecewiseSolution
from symtrade.kernel.polynomial import RationalFunction
from symtrade.kernel.program import Constraint, LinearProgram
from symtrade.kernel.region import Chart, Region
from symtrade.kernel.signs import Signs
from symtrade.kernel.verdict import Proved, Refuted, Unknown
from symtrade.render.dual import definition
from symtrade.render.linear import (
    assumptions,
    box_text,
    grouped,
    in_order,
    inequality,
    linear,
    plain_forms,
    program,
    relation,
    relation_row,
    series,
)
from symtrade.render.notation import Notation, escaped
from symtrade.render.proof import narrate, plain_case, shorthand
from symtrade.render.reference import Told, reference, roman
from symtrade.render.shorthand import Shorthand, short
from symtrade.render.story import Case
from symtrade.render.symbolic import symbolic
from symtrade.render.typeset import Row, chunks, display, formula, printed_length
from symtrade.render.words import called

INLINE = 56  # a longer condition is displayed
BRIEF = 30  # a longer value is displayed
FEW, NAMELESS = 6, re.compile(r"c\d+")  # so many constraints that the user gave no name are written out
PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage[margin=2.3cm]{geometry}
\usepackage{amsmath,amssymb,amsthm,multicol}
\allowdisplaybreaks
\emergencystretch=3em
\AtBeginDocument{\abovedisplayskip=5pt plus 2pt minus 3pt \belowdisplayskip=\abovedisplayskip}
\newtheorem{theorem}{Theorem}
\newtheorem{proposition}{Proposition}
"""


def latex(thing: Any, notation: Notation | None = None) -> str:
    """The LaTeX of a record: a theorem for a solution or a verdict, a display for a program, a
    formula for the rest.  Raises TypeError for other things."""
    note = notation or Notation()
    if isinstance(thing, PiecewiseSolution):
        return theorem(thing, note)
    if isinstance(thing, CriticalRegion):
        return line(thing, plain_forms(thing.program.region), note)
    if isinstance(thing, LinearProgram):
        return program(thing, note)
    if isinstance(thing, Constraint):
        return one_constraint(thing, note)
    if isinstance(thing, Proved | Refuted | Unknown):
        return verdict(thing, note)
    if isinstance(thing, Sum):
        return formula(thing, note)
    if isinstance(thing, Relation):
        return relation(thing, note)
    if hasattr(thing, "free_symbols"):
        return symbolic(thing, note)
    raise TypeError("latex: expected a solution, region, program, constraint, verdict or SymPy"
                    f" expression, got {type(thing).__name__}")


def proof(thing: Any, notation: Notation | None = None) -> str:
    """The proof of a solution, a certificate or a positive verdict, as an amsthm proof."""
    note = notation or Notation()
    if isinstance(thing, PiecewiseSolution):
        names = shorthand(thing.certificate, note)
        theorem(thing, note, names)
        return "\\begin{proof}\n" + narrate(thing.certificate, note, names) + "\n\\end{proof}"
    if isinstance(thing, Certificate):
        return "\\begin{proof}\n" + narrate(thing, note) + "\n\\end{proof}"
    if isinstance(thing, Proved):
        return "\n\n".join(proof(c, note) for c in thing.certificates)
    raise TypeError("proof: expected a solution, a certificate or a proved verdict,"
                    f" got {type(thing).__name__}")


def document(parts: Iterable[str], title: str = "") -> str:
    """An article that compiles, from pieces of LaTeX."""
    head = f"\\title{{{escaped(title)}}}\n\\author{{}}\\date{{}}\n" if title else ""
    make = "\\maketitle\n\n" if title else ""
    return PREAMBLE + head + "\\begin{document}\n" + make + "\n\n".join(parts) + "\n\\end{document}\n"


# --- statements ---


def chart_forms(region: Region, chart: Chart) -> Forms:
    """Natural forms in a certificate's chart."""
    return Forms(lens_of(Signs(chart), region.ring))


def theorem(solution: PiecewiseSolution, note: Notation, names: Shorthand | None = None) -> str:
    """The statement: assumptions, program in words, and a value for each case.  The names that it
    gives to long expressions are added to `names`."""
    value = solution.program
    names = names or shorthand(solution.certificate, note)
    forms = chart_forms(value.region, solution.certificate.chart)
    given = f"Let {assumptions(value.region, note)}. " if value.region.conditions else ""
    goal = "largest" if value.sense == "max" else "smallest"
    form = in_order(value.objective.coefficients, value.variables)
    extra = forms.value(value.objective.constant)
    terms = linear if any("[" in v for v in value.variables) else grouped
    target = (*terms(form, note, forms), *((" + ", *chunks(extra, note)) if extra.terms else ()))
    under = f"subject to {families(value, note)}"
    statuses = {p.status for p in solution.pieces}
    if statuses == {"infeasible"}:
        body = f"{given}No point satisfies {families(value, note)}."
        return f"\\begin{{theorem}}\n{body}\n\\end{{theorem}}"
    short_goal = printed_length("".join(target)) <= INLINE
    shown = f" ${''.join(target)}$ " if short_goal else "\n" + display([Row("", target)]) + "\n"
    text = f"{given}The {goal} value $W$ of{shown}{under}, is as follows."
    if not value.objective.coefficients and not extra.terms:
        text = f"{given}Whether some point satisfies {families(value, note)} is as follows."
    case = plain_case(solution.certificate)
    several = len(solution.pieces) > 1
    lines = [line(p, forms, note, names, case) for p in solution.pieces]
    if several:
        items = [rf"\item[({roman(k)})] {text}" for k, text in enumerate(lines, 1)]
        body = text + "\n\\begin{itemize}\n" + "\n".join(items) + "\n\\end{itemize}"
    else:
        body = f"{text} {lines[0]}"
    rows, done = [], 0
    while done < len(names.entries):
        rows.append(definition(list(names.entries.values())[done], names))
        done += 1
    if rows:
        body += "\nHere\n" + display(rows, ".")
    return f"\\begin{{theorem}}\n{body}\n\\end{{theorem}}"


def theorem_and_proof(solution: PiecewiseSolution, note: Notation, earlier: Sequence[Told] = ()) -> str:
    """Both, with the same names for long expressions; the proof refers to an `earlier` theorem where
    that says the same of a program of the same form."""
    found = reference(solution, earlier, note)
    if found is not None and found[1]:
        return found[0]
    names = shorthand(solution.certificate, note)
    shown = theorem(solution, note, names)
    told = found[0] if found else narrate(solution.certificate, note, names)
    return f"{shown}\n\\begin{{proof}}\n{told}\n\\end{{proof}}"


def line(piece: CriticalRegion, forms: Forms, note: Notation, names: Shorthand | None = None,
         case: Case | None = None) -> str:
    """One line of a statement: where, and the value."""
    where = [[forms.condition(c) for c in region] for region in piece.piece.regions]
    value = piece.piece.value
    if value is not None:
        form = short(value, case, names) if case and names else forms.value(value)
        if piece.program.objective.coefficients or isinstance(value, RationalFunction):
            brief = f"$W = {formula(form, note)}$.".replace(r"\frac", r"\dfrac")
            row = Row("W", ("= ", *chunks(form, note)))
            end = brief if printed_length(brief) <= BRIEF else display([row], ".")
        else:
            end = "some point does."
    else:
        end = {"infeasible": "no point satisfies all of them.",
               "unbounded": "the objective is unbounded."}[piece.status]
    alternatives = [[put(r, names) if names else r for r in c] for c in where if c]
    if len(alternatives) < len(where) or not alternatives:
        return "For all parameters,\n" + end
    short_ones = all(printed_length(relation(r, note)) <= INLINE for c in alternatives for r in c)
    if short_ones:
        texts = [" " + series([f"${relation(r, note)}$" for r in c]) for c in alternatives]
        return "If" + ", or".join(texts) + ", then\n" + end
    texts = ["\n" + display([relation_row(r, note) for r in c]) for c in alternatives]
    return "If" + "\nor\n".join(texts) + "\nthen\n" + end


def put(value: Relation, names: Shorthand) -> Relation:
    """A relation with names for what is too long."""
    return Relation(names.put(value.left), value.relation, names.put(value.right))


def families(value: LinearProgram, note: Notation) -> str:
    """The constraints in words: families by name, short constraints that stand alone as formulas, and
    the bounds of the variables."""
    heads: dict[str, None] = {}
    known = {row.name: bound_name(row) for row in value.constraints}
    bounds = {name for name in known.values() if name.endswith((" >= 0", " <= 1"))}
    rows = [row for row in value.constraints if known[row.name] not in bounds]
    forms = plain_forms(value.region)
    alone = {}
    for row in rows:
        left, right = inequality(row, note, forms, value.variables)
        shown = f"${left} {''.join(right)}$"
        if "[" not in row.name and printed_length(shown) <= INLINE:
            alone[row.name] = shown if NAMELESS.fullmatch(row.name) else f"{shown} ({called(row.name, note)})"
    if len(alone) > FEW:
        alone = {}
    for row in rows:
        if row.name not in alone:
            heads.setdefault(re.split(r"\[", row.name)[0])
    items = [*(called(h, note) for h in heads), *alone.values()]
    if bounds and (box := box_text(list(value.variables), bounds, note)):
        items.append(box)
    return series(items)


def bound_name(row: Constraint) -> str:
    """A row's name; for a bound x >= 0 or x <= 1 without a name of its own, that."""
    if NAMELESS.fullmatch(row.name) and len(row.coefficients) == 1 and row.coefficients[0][1] == 1:
        text = f"{row.coefficients[0][0]} {row.sense} {row.bound}"
        return text if text.endswith((" >= 0", " <= 1")) else row.name
    return row.name


def one_constraint(row: Constraint, note: Notation) -> str:
    """A constraint on one line, its name left out."""
    region = row.scope.region if row.scope else Region(plain_ring(row), ())
    left, right = inequality(row, note, plain_forms(region), row.scope.variables if row.scope else ())
    return f"{left} " + "".join(right)


def plain_ring(row: Constraint) -> Any:
    """The parameters that occur in a constraint."""
    from symtrade.kernel.polynomial import RationalFunction, Ring

    for value in (row.bound, *(c for _, c in row.coefficients)):
        if isinstance(value, RationalFunction):
            return Ring(value.num.context().names())
    return Ring(())


def verdict(value: Proved | Refuted | Unknown, note: Notation) -> str:
    """A verdict: the claim with its proof, the counterexample, or why neither was found."""
    if isinstance(value, Refuted):
        pairs = [f"${note.variable(str(k))} = {latex_number(v)}$" for k, v in value.witness.items()]
        return f"The claim is false: it fails at {series(pairs)}."
    if isinstance(value, Unknown):
        return rf"\emph{{Undecided:}} {escaped(value.reason)}."
    if not value.certificates:
        return "The claim holds trivially."
    return "\n\n".join(_claim(c, note) + "\n" + proof(c, note) for c in value.certificates)


def _claim(certificate: Certificate, note: Notation) -> str:
    claim = certificate.claim
    if isinstance(claim, Implication):
        forms = chart_forms(claim.region, certificate.chart)
        left, right = inequality(claim.constraint, note, forms, claim.program.variables)
        used = families(claim.program, note)
        given = f"Let {assumptions(claim.region, note)}. " if claim.region.conditions else ""
        return (f"\\begin{{proposition}}\n{given}Then {used} together imply\n"
                + display([Row(left, right)], ".") + "\n\\end{proposition}")
    if isinstance(claim, Empty):
        text = f"No parameters satisfy {assumptions(claim.region, note)}."
        return f"\\begin{{proposition}}\n{text}\n\\end{{proposition}}"
    assert isinstance(claim, Optimum)
    return theorem(PiecewiseSolution(certificate), note)


def latex_number(value: Any) -> str:
    """A rational number given as text or as a number."""
    top, _, bottom = str(value).partition("/")
    if not bottom:
        return top
    sign, top = ("-", top[1:]) if top.startswith("-") else ("", top)
    return rf"{sign}\tfrac{{{top}}}{{{bottom}}}"
