"""Which theorems and cases are others once more: the same program, perhaps with its sides exchanged.

An exchange replaces ordered values by their negatives in the opposite order and permutes the other
parameters: it makes buyers of sellers.  Where it turns one program into another, up to the names of
variables and constraints and the signs of variables, it turns the optimum of the one into that of
the other.  Everything is compared exactly; where the comparison fails, nothing is claimed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TypeAlias

from symtrade.kernel.arithmetic import start
from symtrade.kernel.certificate import Optimum, Piece
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.kernel.polynomial import Coefficient, Polynomial, Ring, compose_fraction, numerator, quotient
from symtrade.kernel.program import LinearProgram
from symtrade.kernel.region import Condition, Region
from symtrade.kernel.signs import Signs

HOLDS = {">": (">",), ">=": (">", ">=", "="), "=": ("=",), "!=": (">", "<", "!=")}
OTHERS = 4  # more parameters beside the ordered values are not permuted
TRIES = 400  # refinements before two programs count as different
_Row: TypeAlias = tuple[str, tuple[tuple[int, str], ...]]


@dataclass(frozen=True)
class Exchange:
    """What replaces each parameter, in the parameters of `ring`; `chain` are the ordered values,
    `moved` the other parameters that change, with their images."""

    ring: Ring
    images: tuple[Coefficient, ...]
    chain: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()

    def value(self, value: Coefficient) -> Coefficient:
        """A coefficient after the exchange."""
        return compose_fraction(value, self.images, self.ring)

    def polynomial(self, polynomial: Polynomial) -> Polynomial:
        """A polynomial after the exchange."""
        return numerator(self.value(quotient(polynomial, self.ring.one)), self.ring)


def identity(ring: Ring, new: Ring) -> Exchange:
    """Nothing is exchanged."""
    return Exchange(new, tuple(quotient(new.gens[new.index[n]], new.one) for n in ring.names))


def exchanges(region: Region, new: Ring) -> Iterator[Exchange]:
    """The exchanges that may turn programs on a region into programs with the parameters `new`."""
    ring = region.ring
    above = {}
    for c in region.conditions:
        match = re.fullmatch(r"(-?)(\w+) ([+-]) (\w+)", str(c.polynomial))
        if match and c.relation == ">" and {match[2], match[4]} <= set(ring.names) and (
                (match[1] == "-") != (match[3] == "-")):
            low, high = (match[2], match[4]) if match[1] else (match[4], match[2])
            above[low] = high
    starts = [n for n in above if n not in above.values()]
    if len(starts) != 1:
        return
    chain = [starts[0]]
    while chain[-1] in above and len(chain) <= len(above):
        chain.append(above[chain[-1]])
    others = [n for n in ring.names if n not in chain]
    if len(others) > OTHERS:
        return
    gen = dict(zip(new.names, new.gens, strict=True))
    reverse = dict(zip(chain, chain[::-1], strict=True))
    for order in permutations(others):
        other = dict(zip(others, order, strict=True))
        images = tuple(quotient(-gen[reverse[n]] if n in reverse else gen[other[n]], new.one)
                       for n in ring.names)
        moved = tuple((a, b) for a, b in other.items() if a != b)
        yield Exchange(new, images, tuple(chain), moved)


# --- programs ---


def same_program(old: LinearProgram, new: LinearProgram, exchange: Exchange) -> bool:
    """Whether the exchange turns one program into the other, regions aside."""
    if (set(old.ring.names) != set(new.ring.names) or old.sense != new.sense
            or len(old.variables) != len(new.variables) or len(old.constraints) != len(new.constraints)):
        return False
    if not exchange.chain and old.ring.names == new.ring.names:
        one, other = old.to_data(), new.to_data()
        return all(one[k] == other[k] for k in one if k not in ("region", "digest"))
    return _isomorphic(_table(old, exchange), _table(new, identity(new.ring, new.ring)))


@dataclass(frozen=True)
class _Table:
    """A program as a matrix of texts: rows read <= or ==, with the objective as row 0; each entry is
    (text of the coefficient, text of its negative)."""

    kinds: tuple[str, ...]
    entries: tuple[dict[int, tuple[str, str]], ...]
    columns: tuple[dict[int, tuple[str, str]], ...]


def _table(program: LinearProgram, exchange: Exchange) -> _Table:
    place = {v: k for k, v in enumerate(program.variables)}
    texts: dict[str, tuple[str, str]] = {}

    def text(value: Coefficient) -> tuple[str, str]:
        key = str(value)
        if key not in texts:
            moved = exchange.value(value)
            texts[key] = (str(moved), str(-moved))
        return texts[key]

    goal = program.objective
    rows = [({place[v]: text(c) for v, c in goal.coefficients}, f"objective {text(goal.constant)[0]}")]
    for row in program.constraints:
        flip = row.sense == ">="
        form = {place[v]: text(c)[::-1] if flip else text(c) for v, c in row.coefficients}
        bound = text(row.bound)[1 if flip else 0]
        rows.append((form, f"== {bound}" if row.sense == "==" else f"<= {bound}"))
    columns: list[dict[int, tuple[str, str]]] = [{} for _ in program.variables]
    for r, (form, _) in enumerate(rows):
        for v, pair in form.items():
            columns[v][r] = pair
    return _Table(tuple(k for _, k in rows), tuple(f for f, _ in rows), tuple(columns))


def _refine(table: _Table, rows: list[int], columns: list[int]) -> tuple[list[int], list[int]]:
    """Colours of rows and columns, split by the colours they meet, until nothing changes."""
    while True:
        keys = [(rows[r], tuple(sorted((min(p), columns[v]) for v, p in form.items())))
                for r, form in enumerate(table.entries)]
        new_rows = [hash(k) for k in keys]
        found = [(columns[v], tuple(sorted((min(p), new_rows[r]) for r, p in form.items())))
                 for v, form in enumerate(table.columns)]
        new_columns = [hash(k) for k in found]
        if len(set(new_columns)) == len(set(columns)) and len(set(new_rows)) == len(set(rows)):
            return new_rows, new_columns
        rows, columns = new_rows, new_columns


def _isomorphic(one: _Table, other: _Table) -> bool:
    budget = [TRIES]

    def search(state: tuple[list[int], list[int]], twin: tuple[list[int], list[int]]) -> bool:
        budget[0] -= 1
        a, b = _refine(one, *state), _refine(other, *twin)
        if budget[0] < 0 or any(Counter(x) != Counter(y) for x, y in zip(a, b, strict=True)):
            return False
        counts = Counter(a[1])
        cells = [c for c in counts if counts[c] > 1]
        cell = min(cells, key=lambda c: (counts[c], a[1].index(c)), default=None)
        if cell is None:
            return _signed(one, other, dict(enumerate(b[1].index(c) for c in a[1])))
        first = a[1].index(cell)
        mark = [*a[1]]
        mark[first] = 1
        for k, colour in enumerate(b[1]):
            if colour == cell:
                marked = [*b[1]]
                marked[k] = 1
                if search((a[0], mark), (b[0], marked)):
                    return True
        return False

    kinds = ([hash(k) for k in one.kinds], [hash(k) for k in other.kinds])
    return search((kinds[0], [0] * len(one.columns)), (kinds[1], [0] * len(other.columns)))


def _signed(one: _Table, other: _Table, places: dict[int, int]) -> bool:
    """Whether the rows of both tables are the same once columns are renamed and some change sign."""
    shapes: dict[_Row, list[int]] = {}
    for r, form in enumerate(other.entries):
        shapes.setdefault(_row(other.kinds[r], {v: min(p) for v, p in form.items()}), []).append(r)
    moved = [{places[v]: p for v, p in form.items()} for form in one.entries]
    signs: dict[int, int] = {}
    for r in sorted(range(len(moved)), key=lambda r: len(moved[r])):
        twins = shapes.get(_row(one.kinds[r], {v: min(p) for v, p in moved[r].items()}), [])
        if len(twins) == 1:  # the only row of its shape says which variables change sign
            for v, p in moved[r].items():
                if p[0] != p[1]:
                    signs.setdefault(v, 1 if other.entries[twins[0]][v][0] == p[0] else -1)
    ours = Counter(_row(kind, {v: p[0] if signs.get(v, 1) > 0 else p[1] for v, p in form.items()})
                   for kind, form in zip(one.kinds, moved, strict=True))
    theirs = Counter(_row(kind, {v: p[0] for v, p in form.items()})
                     for kind, form in zip(other.kinds, other.entries, strict=True))
    return ours == theirs


def _row(kind: str, form: dict[int, str]) -> _Row:
    return kind, tuple(sorted(form.items()))


# --- theorems ---


def follows(old: PiecewiseSolution, new: PiecewiseSolution) -> tuple[Exchange, tuple[int, ...]] | None:
    """How a theorem follows from an earlier one: the exchange, and for each of its lines the line of
    the earlier one; None where that is not seen."""
    one, two = old.program, new.program
    if set(one.ring.names) != set(two.ring.names):
        return None
    tried = [identity(one.ring, two.ring), *exchanges(one.region, two.ring)]
    known = start(Optimum(two), new.certificate.chart)
    for exchange in tried:
        if not all(holds(c, exchange, known) for c in one.region.conditions):
            continue
        lines = [_line(piece, old.certificate.pieces, exchange, known) for piece in new.certificate.pieces]
        if all(k is not None for k in lines) and same_program(one, two, exchange):
            return exchange, tuple(k for k in lines if k is not None)
    return None


def holds(condition: Condition, exchange: Exchange, known: Signs, weakly: bool = False) -> bool:
    """Whether a condition, after an exchange, is known to hold (`weakly`: with >= for >)."""
    polynomial = exchange.polynomial(condition.polynomial)
    allowed = HOLDS[">=" if weakly and condition.relation == ">" else condition.relation]
    return known.sign(polynomial) in allowed or _by_factor(polynomial, known) in allowed


def _by_factor(polynomial: Polynomial, known: Signs) -> str | None:
    """The sign of a polynomial that divides a hypothesis, the rest of which is positive."""
    f = known.transport(polynomial)
    for h in known.hypotheses if not f.is_constant() else ():
        rest, left = divmod(h.polynomial, f)
        if left.is_zero() and known.sign_here(rest) == ">" and h.relation in (">", ">=", "="):
            return h.relation
    return None


def _line(piece: Piece, old: Sequence[Piece], exchange: Exchange, known: Signs) -> int | None:
    """The earlier line that says the same wherever the new one applies."""
    for k, other in enumerate(old):
        if other.status != piece.status:
            continue
        if piece.value is not None and (other.value is None or exchange.value(other.value) != piece.value):
            continue
        here = [known.with_hypotheses(*(known.condition(d.polynomial, d.relation) for d in mine))
                for mine in piece.regions]
        if all(any(all(holds(c, exchange, signs) or _at_the_border(c, other, old, exchange, signs)
                       for c in theirs) for theirs in other.regions) for signs in here):
            return k
    return None


def _at_the_border(condition: Condition, line: Piece, old: Sequence[Piece], exchange: Exchange, known: Signs
                   ) -> bool:
    """Whether a strict condition holds weakly, and where it is an equality another line says the same."""
    if line.value is None or not holds(condition, exchange, known, weakly=True):
        return False
    border = known.with_hypotheses(known.condition(exchange.polynomial(condition.polynomial), "="))
    for other in old:
        if other is line or other.value is None:
            continue
        gap = exchange.value(other.value) - exchange.value(line.value)
        if border.allows(gap, ("=",)) and any(
                all(holds(c, exchange, border) for c in region) for region in other.regions):
            return True
    return False
