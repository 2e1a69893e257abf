"""Names for long expressions: a formula with names says exactly what it said without."""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import Any

import pytest
from flint import fmpq

from symtrade.forms.expression import Name, Product, Sum
from symtrade.kernel.polynomial import Coefficient, Ring, quotient
from symtrade.render.facts import right_side
from symtrade.render.notation import Notation
from symtrade.render.proof import Telling, plain_case, register, shorthand
from symtrade.render.shorthand import Shorthand, canonical, short, sign
from symtrade.render.story import cases, identity
from symtrade.render.typeset import Label
from tests.render import examples


def meaning(form: Sum, names: Shorthand) -> Coefficient:
    """A formula with every name replaced by what it stands for, computed in the parameters."""
    total: Coefficient = fmpq(0)
    for term in form.terms:
        value: Coefficient = fmpq(term.coefficient)
        for atom, power in term.factors:
            base = atom_meaning(atom, names)
            value = value * reduce(mul, [base] * power) if power > 0 else value / reduce(mul, [base] * -power)
        total = total + value
    return total


def atom_meaning(atom: Any, names: Shorthand) -> Coefficient:
    if isinstance(atom, Label):
        return names.entry(atom.name).form.as_coefficient(names.ring)
    if isinstance(atom, Name):
        return quotient(names.ring.gens[names.ring.index[atom.name]], names.ring.one)
    return meaning(atom, names)


@pytest.mark.parametrize("make", [examples.dominant, examples.bayesian])
def test_names_keep_the_meaning(make: Any) -> None:
    certificate = make().certificate
    told = tuple(cases(certificate))
    names = shorthand(certificate, Notation())
    register(Telling(certificate, Notation(), names, told, {}))
    named = 0
    for case in told:
        for _, value in (*case.leaf.dual, *case.leaf.primal):
            form = short(value, case, names)
            assert meaning(form, names) == value
            named += any(isinstance(a, Label) for t in form.terms for a, _ in t.factors)
    assert named
    for entry in names.entries.values():
        assert entry.form.as_coefficient(names.ring) == entry.value
        inner = names.put(entry.form, but=canonical(entry.value)[0])
        assert meaning(inner, names) == entry.value


def test_printed_identities_hold() -> None:
    certificate = examples.bayesian().certificate
    told = tuple(cases(certificate))
    names = shorthand(certificate, Notation())
    register(Telling(certificate, Notation(), names, told, {}))
    seen = 0
    for case in told:
        for k, given in enumerate(case.given):
            if given.fact is None:
                continue
            story = identity(given.fact.because[0], case.given[:k], given, case.forms)
            assert story is not None
            left = story.left.as_coefficient(names.ring) * given.gap(names.ring)
            assert left == meaning(right_side(story, case, names), names)
            seen += 1
    assert seen


def test_a_multiple_of_a_named_expression() -> None:
    ring = Ring(("a", "b"))
    a, b = ring.gens
    names = Shorthand(ring, Notation(), frozenset())
    known = Sum((Product(fmpq(1), ((Name("a"), 2),)), Product(fmpq(-1), ((Name("b"), 1),))))
    names.add(quotient(a**2 - b, ring.one), known, "condition")
    other = Sum((Product(fmpq(3), ((Name("b"), 1),)), Product(fmpq(-3), ((Name("a"), 2),))))
    assert str(names.put(Sum((Product(fmpq(1, 2), ((Name("a"), 1), (other, 3))),)))) == "-27*a*A_1**3/2"


def test_letters_that_the_model_uses_are_left_alone() -> None:
    ring = Ring(("A", "D", "mu"))
    names = Shorthand(ring, Notation(), frozenset({"A", "D", "mu"}))
    assert names.letter("condition") != "A" and names.letter("other") != "D"
    assert names.letter("multiplier") == "lambda"


def test_signs_are_seen_only_where_they_are_known() -> None:
    certificate = examples.dominant().certificate
    names = shorthand(certificate, Notation())
    case = plain_case(certificate)
    a, b, s = (Product(fmpq(1), ((Name(n), 1),)) for n in ("b_lo", "b_hi", "s_lo"))
    assert sign(Sum((b, -a)), case, names) == 1
    assert sign(Sum((a, -b)), case, names) == -1
    assert sign(Sum((b,)), case, names) == 0  # a value may be negative
    assert sign(Sum((b, a, -s)), case, names) == 0
