"""Names for the long expressions of a proof: introduced once, then used in every formula.

The signs that a proof assumes (``A_1 >= 0``) get a name each; so does any other long expression that
a formula contains, such as a common denominator.  A name is put for an expression only where both
are the same rational function up to a rational factor, so that a formula keeps its exact meaning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import gcd

from flint import fmpq

from symtrade.forms.expression import Atom, Name, Product, Sum, complement, lone, single
from symtrade.forms.relation import unwrapped
from symtrade.kernel.polynomial import Coefficient, Polynomial, Rational, RationalFunction, Ring, quotient
from symtrade.kernel.signs import Signs
from symtrade.render.notation import Notation
from symtrade.render.story import Case
from symtrade.render.typeset import Label, formula, printed_length

LONG = 44  # an expression that prints longer does not fit a line of a display
SOME, OFTEN = (26, 2), (18, 3)  # printed length, and how often it must occur to be named
FACTORED = 40  # numerators with more terms are only factored
LETTERS = {"condition": ("A", "C", "H", "K"), "other": ("D", "E", "G", "N"),
           "multiplier": ("mu", "lambda", "nu", "eta"), "entry": ("x", "y", "z", "v")}


@dataclass(frozen=True)
class Named:
    """A name, and what it stands for."""

    label: str
    value: Coefficient
    form: Sum


@dataclass(frozen=True)
class Shorthand:
    """The names of one theorem and its proof.

    `entries` are in the order of their numbers; `forced` are expressions that get a name as soon as a
    formula contains them, each with its own form; `wanted` those that proved long or frequent, which
    `counts` tell.  `touched` are the names used, and `cited` the labels of facts referred to, since
    they were last cleared.  A form that is only tried uses `drafts` of names; `chosen` are the forms of
    values, case by case; `keys` remembers texts."""

    ring: Ring
    note: Notation
    taken: frozenset[str]
    entries: dict[str, Named] = field(default_factory=dict)
    forced: dict[str, tuple[Coefficient, Sum]] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    touched: dict[str, None] = field(default_factory=dict)
    cited: dict[str, None] = field(default_factory=dict)
    drafts: dict[str, Named] = field(default_factory=dict)
    chosen: dict[tuple[int, str], Sum] = field(default_factory=dict)
    keys: dict[str, tuple[str, Rational]] = field(default_factory=dict)

    def letter(self, kind: str) -> str:
        """A letter that the model does not use with an index."""
        return next((x for x in LETTERS[kind] if x not in self.taken), LETTERS[kind][0] + "_name")

    def add(self, value: Coefficient, form: Sum, kind: str = "other") -> Named:
        """The name of an expression, a new one where it has none."""
        key, _ = canonical(value)
        if key not in self.entries:
            letter = self.letter(kind)
            count = sum(e.label.rpartition("_")[0] == letter for e in self.entries.values())
            self.entries[key] = Named(f"{letter}_{count + 1}", value, form)
        return self.entries[key]

    def find(self, value: Coefficient) -> tuple[Named, Rational] | None:
        """The name of an expression, and by what number the expression is larger."""
        key, scale = canonical(value)
        if key not in self.entries:
            return None
        self.touched[self.entries[key].label] = None
        return self.entries[key], scale / canonical(self.entries[key].value)[1]

    def entry(self, label: str) -> Named:
        """What a name stands for."""
        return next(e for found in (self.entries, self.drafts) for e in found.values() if e.label == label)

    def fresh(self, wanted: set[str] | None = None) -> Shorthand:
        """The same names, to be used for another telling of the proof."""
        return Shorthand(self.ring, self.note, self.taken, dict(self.entries), wanted=set(wanted or ()))

    # --- putting names into formulas ---

    def put(self, form: Sum, but: str = "", trial: bool = False) -> Sum:
        """The formula with names for what has one (`but` for the expression with this key)."""
        if len(form.terms) > 1:
            named = self._named(form, but, trial, top=True)
            if named is not None:
                return Sum((named,))
        terms = [t for term in form.terms for t in self._spread(self._product(term, but, trial))]
        terms.sort(key=lambda t: t.coefficient < 0)
        return unwrapped(terms[0]) if len(terms) == 1 else Sum(tuple(terms))

    def _spread(self, term: Product) -> tuple[Product, ...]:
        """The terms of a sum that stands in parentheses for no reason."""
        bare = lone(term)
        return (term,) if bare is None or complement(bare) is not None else bare.terms

    def _product(self, term: Product, but: str, trial: bool) -> Product:
        number, factors = term.coefficient, []
        alone = lone(term) is not None
        for atom, power in term.factors:
            kept: Atom = atom
            if isinstance(atom, Sum):
                named = self._named(atom, but, trial, top=alone)
                if named is not None:
                    number *= named.coefficient**power
                    kept = named.factors[0][0]
                else:
                    kept = self.put(atom, but, trial)
            factors.append((kept, power))
        return Product(number, tuple(factors))

    def _named(self, form: Sum, but: str, trial: bool, top: bool = False) -> Product | None:
        """A number times a name, for a sum that has or deserves a name."""
        text = str(form)
        if text not in self.keys:
            self.keys[text] = canonical(form.as_coefficient(self.ring))
        key, scale = self.keys[text]
        if key == but or not scale:
            return None
        named = self.entries.get(key)
        if named is None:
            simple = complement(form) or (
                len(form.terms) < 4 and all(len(t.factors) <= 1 for t in form.terms))
            if not simple and not top:
                self._count(key, form, trial)
            if key in self.forced or (key in self.wanted and not top):
                meant = self.forced.get(key) or (form.as_coefficient(self.ring), form)
                named = self._draft(key, *meant) if trial else self.add(*meant)
            else:
                return None
        if not trial:
            self.touched[named.label] = None
        return Product(scale / canonical(named.value)[1], ((Label(named.label), 1),))

    def _draft(self, key: str, value: Coefficient, form: Sum) -> Named:
        return self.drafts.setdefault(key, Named(f"draft_{len(self.drafts)}", value, form))

    def _count(self, key: str, form: Sum, trial: bool) -> None:
        self.counts[key] += not trial
        if key not in self.wanted:
            size = printed_length(formula(form, self.note))
            often = self.counts[key]
            if size >= LONG or any(size >= s and often >= n for s, n in (SOME, OFTEN)):
                self.wanted.add(key)


def canonical(value: Coefficient) -> tuple[str, Rational]:
    """A text that stands for all rational multiples of a value, and which multiple it is.

    >>> a, b = Ring(("a", "b")).gens
    >>> canonical(quotient(2 * b - 2 * a, a))
    ('(a - b)/a', -2)
    """
    if not isinstance(value, RationalFunction):
        return "1", fmpq(value)
    (top, above), (bottom, below) = _primitive(value.num), _primitive(value.den)
    return f"({top})/{bottom}", fmpq(above, below)


def _primitive(polynomial: Polynomial) -> tuple[Polynomial, int]:
    scale = gcd(*(int(c) for c in polynomial.coeffs()))
    scale = -scale if polynomial.leading_coefficient() < 0 else scale
    return polynomial / scale, scale


def bases(names: Iterable[str]) -> frozenset[str]:
    """The letters that names use."""
    return frozenset(m[0] for n in names if (m := re.match(r"[A-Za-z]+", n)))


def short(value: Coefficient, case: Case, names: Shorthand) -> Sum:
    """The shortest form of a value in the names of a proof; one with a visible sign is worth more."""
    if not isinstance(value, RationalFunction):
        return single(Product(fmpq(value)))
    key = (case.number, str(value))
    if key not in names.chosen:
        found = [unwrapped(case.forms.factored(value))]
        if len(value.num) <= FACTORED:
            found.append(case.forms.value(value))
        tried = [(names.put(f, trial=True), f) for f in found]
        best = min(tried, key=lambda pair: (pair[0].weight + (0 if sign(pair[0], case, names) else 5),
                                            len(str(pair[0])), str(pair[0])))
        names.chosen[key] = names.put(best[1])
    return names.chosen[key]


# --- signs that can be seen ---


def sign(form: Sum, case: Case, names: Shorthand) -> int:
    """1 where a formula is visibly nonnegative, -1 where it is visibly nonpositive, else 0: all terms
    have the same sign, and so have all factors of each."""
    found = {_term_sign(t, case, names) for t in form.terms}
    result = found.pop() if len(found) == 1 else 0
    return result or (_difference(form, case) if len(form.terms) == 2 else 0)


def _term_sign(term: Product, case: Case, names: Shorthand) -> int:
    result = 1 if term.coefficient > 0 else -1
    for atom, power in term.factors:
        if power % 2:
            result *= _atom_sign(atom, case, names)
    return result


def _atom_sign(atom: Atom, case: Case, names: Shorthand) -> int:
    if isinstance(atom, Label):
        return _known(names.entry(atom.name).value, case.known)
    if isinstance(atom, Name):
        ring = names.ring
        return _known(quotient(ring.gens[ring.index[atom.name]], ring.one), Signs(case.known.chart))
    if complement(atom) is not None:
        return _known(atom.as_coefficient(names.ring), Signs(case.known.chart))
    return sign(atom, case, names)


def _difference(form: Sum, case: Case) -> int:
    """The sign of a difference of two parameters, where the assumptions on them tell."""
    if any(len(t.factors) > 1 or any(isinstance(a, Label) for a, _ in t.factors) for t in form.terms):
        return 0
    assumed = tuple(h for h, g in zip(case.known.hypotheses, case.given, strict=False) if g.fact is None)
    known = Signs(case.known.chart, assumed, case.known.cache)
    return _known(form.as_coefficient(case.forms.lens.ring), known)


def _known(value: Coefficient, known: Signs) -> int:
    return 1 if known.allows(value, (">", ">=", "=")) else -1 if known.allows(value, ("<", "<=")) else 0
