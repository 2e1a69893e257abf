"""Solve a linear program with parameters anywhere: samples, a pool of bases, a decision tree.

The tree tests signs of polynomials; a leaf takes a point and multipliers (chosen independently of
each other) whose signs are all proved on its path.  The result is only returned once the kernel
has checked it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from symtrade.kernel.certificate import Leaf, Node, Split
from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    evaluate_fraction,
)
from symtrade.kernel.program import LinearProgram
from symtrade.kernel.region import Condition, positive
from symtrade.kernel.signs import Signs
from symtrade.solve.envelope import envelope
from symtrade.solve.evidence import Evidence, Need, Symbolic, blocked, violations
from symtrade.solve.lemmas import Notebook, irreducible
from symtrade.solve.pool import Candidate
from symtrade.solve.positivity import reduced, refute, refute_from_each
from symtrade.solve.samples import Samples
from symtrade.solve.sampling import Point, find_point, search_points, to_parameters, z3_point
from symtrade.solve.variety import all_needs, eliminated

FIRST_SAMPLES, FEWER_SAMPLES = 14, 8  # the latter for wide programs
MOST_SAMPLES = 600
DEEPEST = 40
SMALL = 30
MOST_PAIRS = 16


class SearchFailed(Exception):
    """No proof was found; the message says where the search stopped."""


class NeedsStrict(Exception):
    """A leaf needs the strict form of the weak hypothesis on this polynomial."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass
class Search:
    """One run: the program, what is known on its region, its samples and its symbolic bases.

    `whole` is the program that the evidence has to serve, where a parameter has been eliminated.
    """

    program: LinearProgram
    start: Signs
    random: Random
    progress: Callable[[str], None] | None = None
    whole: LinearProgram | None = None

    def __post_init__(self) -> None:
        self.samples = Samples(self.program, self.random)
        self.symbolic = Symbolic(self.samples)
        self.factored: dict[str, list[tuple[Polynomial, int, bool]]] = {}
        self.leaves = 0
        self.wide = self.samples.main.width > SMALL

    def tree(self) -> Node:
        """The whole decision tree; SearchFailed or NeedsStrict where none was found."""
        facts, known = reduced(self.start)
        book = Notebook(known)
        equations = [c.polynomial for c in self.program.region.conditions if c.relation == "="]
        root = envelope(self, book) or self._built(
            book, (), list(range(len(self.samples.points))), equations)
        return replace(root, facts=facts + root.facts)

    # --- the decision tree ---------------------------------------------------------------------

    def build(self, book: Notebook, path: tuple[tuple[Polynomial, str], ...], members: list[int],
              fresh: bool = True) -> Node:
        """The subtree for one node; `members` are the samples that lie in it.

        `fresh` says that more samples may be drawn where those at hand lie on boundaries only.
        """
        self._tell(path)
        if len(path) > DEEPEST:
            raise SearchFailed(f"more than {DEEPEST} nested case distinctions")
        if len(members) < 3:  # samples that another node asked for may lie here too
            members = members + [s for s in range(len(self.samples.points))
                                 if s not in members and self.inside(s, book)]
        if len(members) < 3:
            members = members + [s for s in self.more(book.known, 4) if s not in members]
        if not members:
            return self._empty(book, path)
        kinds = {self.samples.status(s) for s in members}
        ranked = self.samples.choices(members)
        if not ranked:
            raise SearchFailed("no basis fits the samples of " + _describe(path))
        best = self._best(ranked, book, members)
        if best is None and fresh:
            more = [s for s in self.more(book.known, 6) if s not in members]
            if more:
                return self.build(book, path, members + more, fresh=False)
        if best is None:
            self._blame_boundary(path, members)
            raise SearchFailed("no pair of bases fits " + _describe(path))
        evidence, served = best
        missing = [need for need in evidence.needs if not book.signs.allows(*need)]
        if not missing or (served == len(members) and len(kinds) == 1):
            leaf = self.close(evidence, book, path)
            if leaf is not None:
                self.leaves += 1
                return leaf
            extra = self.counterexample(evidence, book)
            if extra is not None:
                if len(self.samples.points) > MOST_SAMPLES:
                    raise SearchFailed(f"{MOST_SAMPLES} samples did not suffice")
                return self.build(book, path, [*members, extra])
        splitter = self._splitter(evidence, book, path, members)
        if splitter is None:
            for value, signs in missing:
                self._strictness(value, signs, book, path)
            raise SearchFailed("a sign could neither be proved nor refuted at " + _describe(path))
        return self._split(splitter, book, path, members)

    def _tell(self, path: Sequence[Any]) -> None:
        if self.progress is not None:
            self.progress(f"cases proved: {self.leaves}, points tried: {len(self.samples.points)}, "
                          f"depth: {len(path)}")

    def _best(self, ranked: list[tuple[int, str, Candidate, Candidate]], book: Notebook,
              members: Sequence[int]) -> tuple[Evidence, int] | None:
        """Among the pairs that serve most samples, one with the fewest open conditions; then, in
        small programs, the one that takes least to write down."""
        best: tuple[tuple[int, int, int], Evidence, int] | None = None
        seen: dict[tuple[str, tuple[str, ...]], frozenset[str] | None] = {}
        tried, limit = 0, MOST_PAIRS if self.wide else 3 * MOST_PAIRS
        for served, kind, one, two in ranked:
            if best is not None and (served < best[2] or tried >= limit):
                break
            tried += 1
            evidence = self.symbolic.evidence(kind, one, two)
            if evidence is None:
                continue
            open_factors: set[str] = set()
            for need in evidence.needs:
                found = self._open(need, book, seen)
                if found is None:
                    break
                open_factors |= found
            else:
                mixed = sum(1 for text in open_factors if self._mixed(text, members))
                rank = (mixed, len(open_factors), evidence.size)
                if best is None or rank < best[0]:
                    best = (rank, evidence, served)
                    if rank[:2] == (0, 0) and limit == MOST_PAIRS:
                        break
        return None if best is None else (best[1], best[2])

    def _open(self, need: Need, book: Notebook, seen: dict[tuple[str, tuple[str, ...]], frozenset[str] | None]
              ) -> frozenset[str] | None:
        """The factors whose sign is open at a node; None where the known sign is the wrong one."""
        value, signs = need
        key = (str(value), signs)
        if key not in seen:
            if book.signs.allows(value, signs):
                seen[key] = frozenset()
            elif blocked(value, signs, book.signs):
                seen[key] = None
            else:
                seen[key] = frozenset(
                    str(f) for f, e, below in self._factors(value)
                    if not _harmless(e, below, signs) and book.signs.sign(f) is None)
        return seen[key]

    def _factors(self, value: Coefficient) -> list[tuple[Polynomial, int, bool]]:
        key = str(value)
        if key not in self.factored:
            self.factored[key] = irreducible(value)
        return self.factored[key]

    def _mixed(self, text: str, members: Sequence[int]) -> bool:
        values = self.samples.values(text)
        return any(values[s] > 0 for s in members) and any(values[s] < 0 for s in members)

    def close(self, evidence: Evidence, book: Notebook, path: tuple[tuple[Polynomial, str], ...]
               ) -> Leaf | None:
        """A leaf with the evidence, its signs proved; None where one was not."""
        def guess(f: Polynomial) -> tuple[int, ...]:
            return self._guess(f, book)

        needs = list(evidence.needs) if self.whole is None else all_needs(self.whole, evidence)
        for value, signs in needs:
            if not book.signs.allows(value, signs) and not book.establish(value, signs, guess):
                self._strictness(value, signs, book, path)
                return None
        facts = book.facts(needs)
        return Leaf(evidence.kind, facts, evidence.primal, evidence.dual, evidence.ray)

    def _guess(self, f: Polynomial, book: Notebook) -> tuple[int, ...]:
        values = [v for s, v in enumerate(self.samples.values(str(f))) if self.inside(s, book)]
        if values and all(v >= 0 for v in values):
            return (1,)
        if values and all(v <= 0 for v in values):
            return (-1,)
        return (1, -1) if not values else ()

    def inside(self, sample: int, book: Notebook) -> bool:
        """Whether a sample satisfies the hypotheses of a node."""
        point = self._coordinates(sample, book.known)
        return all(h.holds(point) for h in book.known.hypotheses)

    def _coordinates(self, sample: int, known: Signs) -> Point:
        return tuple(evaluate_fraction(back, self.samples.points[sample]) for back in known.chart.inverse)

    def _strictness(self, value: Coefficient, signs: tuple[str, ...], book: Notebook,
                    path: tuple[tuple[Polynomial, str], ...]) -> None:
        """Where only strictness is missing and a weak hypothesis is to blame, say which."""
        for f, _, below in self._factors(value):
            if not below and "=" in signs:
                continue
            if book.signs.sign(f) in (">=", "<="):
                for g, relation in path:
                    if relation in (">=", "<=") and f in (g, -g):
                        raise NeedsStrict(str(g))

    def _blame_boundary(self, path: tuple[tuple[Polynomial, str], ...], members: Sequence[int]) -> None:
        """Where samples on the edge of a weak hypothesis are in the way, ask for the strict form."""
        for g, relation in reversed(path):
            values = self.samples.values(str(g))
            if relation in (">=", "<=") and any(values[s] == 0 for s in members):
                raise NeedsStrict(str(g))

    def counterexample(self, evidence: Evidence, book: Notebook) -> int | None:
        """A point of the node at which the evidence fails, as a new sample."""
        for value, signs in evidence.needs:
            if book.signs.allows(value, signs):
                continue
            for condition in violations(value, signs, book.known):
                point = find_point(book.known.with_hypotheses(condition), self.random)
                if point is not None:
                    return self._new_sample(point, book.known)
        return None

    def _new_sample(self, point: Point, known: Signs) -> int | None:
        parameters = to_parameters(known, point)
        if parameters in self.samples.points or not self.program.region.contains(parameters):
            return None
        return self.samples.add(parameters)

    def more(self, known: Signs, count: int) -> list[int]:
        """New samples where the hypotheses hold."""
        points = search_points(known, count, self.random)
        if not points:
            suggested = z3_point(known)
            points = [] if suggested is None else [suggested]
        found = [self._new_sample(p, known) for p in points]
        return [s for s in found if s is not None]

    def _empty(self, book: Notebook, path: tuple[tuple[Polynomial, str], ...]) -> Leaf:
        refutation = (refute(book.known, 2, any_goal=True) or refute_from_each(book.known)
                      or refute_from_each(book.known, 3))
        if refutation is not None:
            return Leaf("empty", refutation=refutation)
        leaf = self._untested(book, path)
        if leaf is None:
            raise SearchFailed("neither a point nor a contradiction was found at " + _describe(path))
        return leaf

    def _untested(self, book: Notebook, path: tuple[tuple[Polynomial, str], ...]) -> Leaf | None:
        """A leaf for a set without a known point, such as the zeros of b^2 - 2: evidence from
        elsewhere, if its signs can be proved here."""
        for evidence in self.symbolic.known()[:MOST_PAIRS]:
            try:
                leaf = self.close(evidence, book, path)
            except NeedsStrict:
                continue
            if leaf is not None:
                return leaf
        return None

    def _splitter(self, evidence: Evidence, book: Notebook, path: tuple[tuple[Polynomial, str], ...],
                  members: Sequence[int]) -> Polynomial | None:
        """An irreducible polynomial whose sign is open: one that is mixed among the samples first."""
        used = {str(f) for f, _ in path}
        found: dict[str, tuple[tuple[int, int, int, str], Polynomial]] = {}
        for value, signs in evidence.needs:
            if book.signs.allows(value, signs):
                continue
            for f, e, below in self._factors(value):
                if book.signs.sign(f) in (">", "<") or _harmless(e, below, signs) or str(f) in used:
                    continue
                mixed = self._mixed(str(f), members)
                found[str(f)] = ((0 if mixed else 1, int(f.total_degree()), len(f), str(f)), f)
        return min(found.values(), key=lambda item: item[0])[1] if found else None

    def _split(self, f: Polynomial, book: Notebook, path: tuple[tuple[Polynomial, str], ...],
               members: Sequence[int]) -> Node:
        values = self.samples.values(str(f))
        branches: list[tuple[str, Node]] = []
        strict = []
        for weak, firm, sign in ((">=", ">", 1), ("<=", "<", -1)):
            here = [s for s in members if sign * values[s] >= 0]
            try:
                branches.append((weak, self._branch(f, weak, book, path, here)))
            except NeedsStrict as need:
                if need.text != str(f):
                    raise
                here = [s for s in here if values[s] != 0]
                branches.append((firm, self._branch(f, firm, book, path, here)))
                strict.append(firm)
        if len(strict) == 2:
            branches.insert(1, ("=", self._branch(f, "=", book, path, [])))
        return Split(f, tuple(branches))

    def _branch(self, f: Polynomial, relation: str, book: Notebook,
                path: tuple[tuple[Polynomial, str], ...], members: list[int]) -> Node:
        child = book.below(book.known.condition(f, relation))
        _pin(child)
        return self._built(child, (*path, (f, relation)), members, [f] if relation == "=" else [])

    def _built(self, book: Notebook, path: tuple[tuple[Polynomial, str], ...], members: list[int],
               equations: Sequence[Polynomial]) -> Node:
        """The subtree for a node at which equations hold; where it has no evidence that would hold nearby
        too, that of the program without as many parameters."""
        try:
            return self.build(book, path, members)
        except SearchFailed:
            equations = [*equations, *self._implied(book, path)]
            program = eliminated(self.program, equations, book) if equations else None
            if program is None:
                raise
        search = Search(program, self.start, self.random, self.progress, self.whole or self.program)
        return search.build(book, path, search.more(book.known, SMALL))

    def _implied(self, book: Notebook, path: tuple[tuple[Polynomial, str], ...]) -> list[Polynomial]:
        """The polynomials that the conditions of a path force to be 0."""
        found = []
        for f, relation in path:
            if relation in (">=", "<="):
                other = book.known.condition(f, "<=" if relation == ">=" else ">=")
                if book.prove(other, 1):
                    found.append(f)
        return found


def _harmless(power: int, below: bool, signs: tuple[str, ...]) -> bool:
    """Whether the sign of a factor does not matter: an even power, where zero is allowed."""
    return power % 2 == 0 and not below and "=" in signs


def _pin(book: Notebook) -> None:
    """Where the newest hypothesis says that a sum of nonnegative terms is at most 0, each is 0."""
    newest, kinds = book.known.hypotheses[-1], book.known.chart.kinds
    if newest.relation != ">=" or positive(-newest.polynomial, kinds) is not False:
        return
    context = newest.polynomial.context()
    for exponents, _ in newest.polynomial.terms():
        book.prove(Condition(context.from_dict({exponents: 1}), "="), 0)


def _describe(path: tuple[tuple[Polynomial, str], ...]) -> str:
    return " and ".join(f"{f} {relation} 0" for f, relation in path) or "the whole region"
