"""Why signs hold that are not seen at once: identities with nonnegative terms."""

from __future__ import annotations

from flint import fmpq

from symtrade.forms.expression import Product, Sum
from symtrade.forms.relation import unwrapped
from symtrade.kernel.signs import Signs
from symtrade.render.dual import HUGE, factor, stated
from symtrade.render.linear import series
from symtrade.render.shorthand import Shorthand, canonical, sign
from symtrade.render.story import Case, Given, Identity, identity
from symtrade.render.typeset import Row, chunks, display


def signs_told(case: Case, names: Shorthand, shown: dict[int, int]) -> list[str]:
    """Why the named expressions that a case uses have their signs; `shown` are the facts proved
    before, with the numbers of their cases."""
    clear, wanted = [], list(names.cited)
    by_key = {canonical(g.gap(names.ring))[0]: g for g in case.given}
    for label in names.touched:
        entry = names.entry(label)
        found = by_key.get(canonical(entry.value)[0])
        if found is not None and found.fact is not None:
            wanted.append(found.label)
        elif found is None and Signs(case.known.chart).allows(entry.value, (">", ">=")) and not sign(
                names.put(entry.form, but=canonical(entry.value)[0]), case, names):
            clear.append(names.note.symbol(label))
    place = {g.label: k for k, g in enumerate(case.given)}
    for label in wanted:  # and what their proofs use
        wanted += [n for n in case.given[place[label]].needs if n not in wanted and n.startswith("F")]
    facts = {place[label]: case.given[place[label]] for label in wanted}
    parts = []
    if clear:
        verb = "is" if len(clear) == 1 else "are"
        parts.append(f"{series([f'${c}$' for c in clear])} {verb} positive for all parameters.")
    old: dict[int, list[str]] = {}
    new = []
    for k, g in sorted(facts.items()):
        assert g.fact is not None
        if shown.get(id(g.fact), case.number) != case.number:
            old.setdefault(shown[id(g.fact)], []).append(f"${stated(g, names)}$")
        else:
            shown[id(g.fact)] = case.number
            new.append((k, g))
    parts += [f"As in Case {number}, {series(which)}." for number, which in old.items()]
    if new:
        rows = [_fact_row(case, k, g, names) for k, g in new]
        each = "every term on the right is nonnegative" if len(rows) > 1 or len(rows[0].right) > 2 else \
            "the right side is nonnegative"
        strict = all(g.sense == ">" for _, g in new)
        more = " and one of each sum is positive" if strict and len(rows) > 1 else \
            " and one is positive" if strict and "term" in each else ""
        parts.append("Here\n" + display(rows) + f"\nwhere {each}{more}.")
    return [" ".join(parts)] if parts else []


def _fact_row(case: Case, k: int, given: Given, names: Shorthand) -> Row:
    assert given.fact is not None
    stories = [identity(r, case.given[:k], given, case.forms) for r in given.fact.because]
    story = stories[0]
    if len(stories) != 1 or story is None or _long(story):
        return Row(stated(given, names), (r"\text{ by an identity that the certificate writes out}",))
    left = Product(story.left.terms[0].coefficient, story.left.terms[0].factors) * factor(given, names) if \
        len(story.left.terms) == 1 else Product(fmpq(1), ((story.left, 1),)) * factor(given, names)
    end = {">": " > 0", ">=": r" \ge 0"}.get(given.sense, "")
    return Row("".join(chunks(Sum((left,)), names.note)),
               ("= ", *chunks(right_side(story, case, names), names.note), end))


def _long(story: Identity) -> bool:
    """Whether an identity is too long to be read."""
    return sum(len(str(value)) for value, _ in story.right) > HUGE


def right_side(story: Identity, case: Case, names: Shorthand) -> Sum:
    """The right side of an identity, with the names of the hypotheses."""
    terms: list[Product] = []
    for value, labels in story.right:
        shared = Product(fmpq(1))
        for label in labels:
            shared = shared * factor(next(g for g in case.given if g.label == label), names)
        form = names.put(value)
        if labels and len(form.terms) > 1:
            terms.append(Product(fmpq(1), ((form, 1),)) * shared)
        else:
            terms += [t * shared for t in form.terms]
    return unwrapped(terms[0]) if len(terms) == 1 else Sum(tuple(terms))


def contradiction(case: Case, names: Shorthand, whole: bool) -> str:
    """A contradiction from the hypotheses alone; `whole` where it proves the claim."""
    end = "the claim holds." if whole else "this case does not occur."
    story = identity(case.leaf.refutation, case.given, None, case.forms)
    if story is None:
        return f"These contradict each other, by an identity of the certificate: {end}"
    row = Row("0", ("= ", *chunks(right_side(story, case, names), names.note), ","))
    return (f"Identically,\n{display([row])}\nbut every term on the right is nonnegative and one is positive:"
            f" {end}")


