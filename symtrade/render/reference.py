"""Arguments that a document need not repeat: theorems and cases that are others once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symtrade.kernel.certificate import Certificate, Optimum
from symtrade.kernel.pieces import leaf_value
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.kernel.polynomial import Ring, parts
from symtrade.kernel.region import Condition
from symtrade.render.linear import series
from symtrade.render.notation import Notation
from symtrade.render.same import Exchange, exchanges, follows, holds, same_program
from symtrade.render.story import Case, Given


@dataclass(frozen=True)
class Told:
    """A theorem that a document has proved, and where."""

    place: str
    solution: PiecewiseSolution


def reference(solution: PiecewiseSolution, earlier: Sequence[Told], note: Notation
              ) -> tuple[str, bool] | None:
    """A proof that refers to an earlier theorem, and whether that says the same; None where there is
    no such theorem."""
    for told in earlier:
        found = follows(told.solution, solution)
        if found is None:
            continue
        exchange, lines = found
        same = not exchange.chain and told.solution.program.digest == solution.program.digest and len(
            told.solution.pieces) == len(solution.pieces)
        if same:
            return f"This is the theorem of {told.place}.", True
        if exchange.chain:
            text = f"The program is that of {told.place} with both sides exchanged: {spoken(exchange, note)}."
        else:
            text = f"The program is that of {told.place}, and the parameters are among those of that theorem."
        if len(told.solution.pieces) > 1:
            ours, theirs = [roman(k + 1) for k in range(len(lines))], [roman(k + 1) for k in lines]
            if len(lines) == 1:
                text += f" The value is that of its line ({theirs[0]})."
            elif ours == theirs:
                text += " So line by line the values follow."
            else:
                text += (f" The lines {series([f'({x})' for x in ours])} are its lines"
                         f" {series([f'({x})' for x in theirs])}.")
        return text, False
    return None


def roman(number: int) -> str:
    """Lower-case Roman numerals.

    >>> [roman(n) for n in (1, 4, 9, 14)]
    ['i', 'iv', 'ix', 'xiv']
    """
    text = ""
    for value, digits in ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        text += digits * (number // value)
        number %= value
    return text


def spoken(exchange: Exchange, note: Notation) -> str:
    """What an exchange replaces by what."""
    chain = [note.symbol(n) for n in exchange.chain]
    text = f"replace $({','.join(chain)})$ by $({','.join('-' + c for c in reversed(chain))})$"
    done: set[str] = set()
    for a, b in exchange.moved:
        if a in done:
            continue
        mutual = (b, a) in exchange.moved
        done |= {a, b} if mutual else {a}
        text += f", ${note.symbol(a)}$ by ${note.symbol(b)}$" + (" and vice versa" if mutual else "")
    return text


def symmetries(certificate: Certificate) -> list[Exchange]:
    """The exchanges that leave a certificate's program as it is."""
    claim = certificate.claim
    if not isinstance(claim, Optimum):
        return []
    return [e for e in exchanges(claim.region, claim.program.ring)
            if same_program(claim.program, claim.program, e)]


def mirrored(case: Case, earlier: Sequence[Case], certificate: Certificate, found: Sequence[Exchange]
             ) -> tuple[Case, Exchange] | None:
    """An earlier case that an exchange turns into this one."""
    ring = certificate.claim.region.ring
    for exchange in found:
        for other in earlier:
            if other.leaf.kind != case.leaf.kind or case.leaf.kind not in ("optimal", "infeasible"):
                continue
            if case.leaf.kind == "optimal":
                here, there = (leaf_value(certificate, c.leaf) for c in (case, other))
                if exchange.value(there) != here:
                    continue
            if all(holds(condition(g, ring), exchange, case.known) for g in other.assumptions):
                return other, exchange
    return None


def condition(given: Given, ring: Ring) -> Condition:
    """A hypothesis as a condition on the parameters."""
    top, bottom = parts(given.gap(ring), ring.zero)
    return Condition(top * bottom, given.sense)
