"""Solve a linear program with parameters anywhere: samples, a pool of bases, a decision tree.

The tree tests signs of polynomials; a leaf takes a point and multipliers (chosen independently of
each other) whose signs are all proved on its path.  The result is only returned once the kernel
has checked it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from flint import fmpq

from symtrade.kernel.certificate import Leaf, Node, Split
from symtrade.kernel.check import HOLDS
from symtrade.kernel.polynomial import (
    Coefficient,
    Polynomial,
    RationalFunction,
    evaluate_fraction,
    parts,
    quotient,
)
from symtrade.kernel.program import LinearProgram
from symtrade.kernel.region import Condition, positive
from symtrade.kernel.signs import Signs
from symtrade.solve.float_lp import INFEASIBLE, OPTIMAL, UNBOUNDED
from symtrade.solve.lemmas import Notebook, irreducible
from symtrade.solve.pool import Candidate, Pool, float_value
from symtrade.solve.positivity import reduced, refute, refute_from_each
from symtrade.solve.rational_lp import number
from symtrade.solve.sampling import Point, find_point, search_points, to_parameters, z3_point
from symtrade.solve.system import Basis, elastic_system, main_system, recession_system

Need = tuple[Coefficient, tuple[str, ...]]
NONZERO = (">", "<", "!=")
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


@dataclass(frozen=True)
class Evidence:
    """What a leaf would hold, and every sign it needs."""

    kind: str
    primal: tuple[tuple[str, Coefficient], ...]
    dual: tuple[tuple[str, Coefficient], ...]
    ray: tuple[tuple[str, Coefficient], ...]
    needs: tuple[Need, ...]
    size: int


@dataclass
class Search:
    """One run: the program, its samples and pools, and what has been solved symbolically."""

    program: LinearProgram
    start: Signs
    random: Random
    progress: Callable[[str], None] | None = None
    points: list[Point] = field(default_factory=list)
    pools: dict[str, Pool] = field(default_factory=dict)
    solved: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    factors: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.main = main_system(self.program)
        self.pools["main"] = Pool(self.main, self.random)
        self.links: dict[tuple[str, int], int] = {}

    # --- samples -----------------------------------------------------------------------------

    def add(self, parameters: Point) -> int:
        """Add a sample of the region."""
        if parameters in self.points:
            return self.points.index(parameters)
        self.points.append(parameters)
        index = self.pools["main"].add(parameters)
        if self.pools["main"].status[index] not in (OPTIMAL, INFEASIBLE, UNBOUNDED):
            # the float solver could not decide: the elastic program always has an optimum
            self.pools["main"].status[index] = INFEASIBLE if self._elastic_value(index) < -1e-7 else UNBOUNDED
        status = self.pools["main"].status[index]
        if status == UNBOUNDED and self._elastic_value(index) < -1e-7:
            self.pools["main"].status[index] = INFEASIBLE
        if self.pools["main"].status[index] == UNBOUNDED:
            self._feasible_candidates(index)
            self._sample_in("recession", index)
        elif self.pools["main"].status[index] == INFEASIBLE:
            self._sample_in("elastic", index)
        for values in self.factors.values():
            values.append(float("nan"))
        return index

    def _sample_in(self, kind: str, index: int) -> int:
        if kind not in self.pools:
            build = elastic_system if kind == "elastic" else recession_system
            self.pools[kind] = Pool(build(self.main), self.random)
        if (kind, index) not in self.links:
            self.links[(kind, index)] = self.pools[kind].add(self.points[index])
        return self.links[(kind, index)]

    def _elastic_value(self, index: int) -> float:
        return self.pools["elastic"].value[self._sample_in("elastic", index)] if (
            self._sample_in("elastic", index) >= 0) else 0.0

    def _feasible_candidates(self, index: int) -> None:
        """Vertices of the feasible set at a sample where the objective is unbounded."""
        pool = self.pools["main"]
        dense, bound, _ = pool.matrices[index]
        for weights in ([1.0] * len(bound), [float(self.random.randint(1, 9)) for _ in bound]):
            upper = [b if e else float("inf") for b, e in zip(bound, pool.equality, strict=True)]
            answer = pool.machine.solve(-(dense.T @ weights), bound, upper)
            if answer.status == OPTIMAL:
                pool.collect(answer.rows, answer.columns)

    def status(self, index: int) -> str:
        return self.pools["main"].status[index]

    # --- candidates --------------------------------------------------------------------------

    def choices(self, members: Sequence[int]) -> list[tuple[int, str, Candidate, Candidate]]:
        """Pairs of candidates with the number of members they serve, best first."""
        result: list[tuple[int, str, Candidate, Candidate]] = []
        for kind in (OPTIMAL, INFEASIBLE, UNBOUNDED):
            here = [s for s in members if self.status(s) == kind]
            if not here:
                continue
            first, second, places = self._sides(kind, here)
            mine = [(sum(1 << k for k, s in enumerate(here) if c.good[s]), c) for c in first]
            yours = [(sum(1 << k for k, s in enumerate(places) if c.good[s]), c) for c in second]
            for a, one in mine:
                for b, two in yours:
                    if served := (a & b).bit_count():
                        result.append((served, kind, one, two))
        result.sort(key=lambda item: -item[0])
        return result

    def _sides(self, kind: str, here: Sequence[int]) -> tuple[list[Candidate], list[Candidate], list[int]]:
        main = self.pools["main"]
        if kind == OPTIMAL:
            return list(main.primal.values()), list(main.dual.values()), list(here)
        if kind == INFEASIBLE:
            places = [self._sample_in("elastic", s) for s in here]
            everywhere = Candidate(Basis("none", (), ()), [True] * len(self.points))
            return [everywhere], list(self.pools["elastic"].dual.values()), places
        places = [self._sample_in("recession", s) for s in here]
        return list(main.primal.values()), list(self.pools["recession"].primal.values()), places

    def evidence(self, kind: str, one: Candidate, two: Candidate) -> Evidence | None:
        """The symbolic evidence of a pair, with the signs it needs; None where it is none."""
        key = (kind, one.basis, two.basis)
        if key not in self.solved:
            self.solved[key] = self._evidence(kind, one.basis, two.basis)
        found: Evidence | None = self.solved[key]
        return found

    def _evidence(self, kind: str, one: Basis, two: Basis) -> Evidence | None:
        needs: list[Need] = []
        primal: tuple[tuple[str, Coefficient], ...] = ()
        if kind != INFEASIBLE:
            x = self._once("primal", one)
            if x is None or not self._point_needs(x, one, needs):
                return None
            primal = _named(self.program.variables, x)
        if kind == UNBOUNDED:
            r = self._once("primal", two)
            if r is None or not self._ray_needs(r, two, needs):
                return None
            return Evidence(kind, primal, (), _named(self.program.variables, r), *_tidy(needs))
        y = self._once("dual", two)
        if y is None:
            return None
        system = self.pools[two.kind].system
        if kind == INFEASIBLE:
            y = self._without_common_factor(y)
        multipliers: dict[int, Coefficient] = {}
        for i, value in y.items():
            row = system.rows[i]
            if row.source < 0:
                return None
            if not row.equality:
                needs.append((value, HOLDS[">="]))
            needs.extend(_defined(value))
            signed = value * row.sign
            if kind == OPTIMAL:
                signed = -signed if self.program.sense == "max" else signed
            multipliers[row.source] = multipliers.get(row.source, fmpq(0)) + signed
        names = [row.name for row in self.program.constraints]
        dual = tuple((names[i], v) for i, v in sorted(multipliers.items())
                     if isinstance(v, RationalFunction) or v != 0)
        if kind == INFEASIBLE:
            gap: Coefficient = fmpq(0)
            for i, value in multipliers.items():
                gap = gap + value * self.program.constraints[i].bound
            needs.append((gap, (">",)))
        elif self._gap(x, y) != 0:
            return None
        return Evidence(kind, primal, dual, (), *_tidy(needs))

    def _without_common_factor(self, y: dict[int, Coefficient]) -> dict[int, Coefficient]:
        """Farkas multipliers are free up to a positive factor: make them polynomials without a
        common factor, with the sign that they have at a sample."""
        ring = self.program.ring
        top, bottom = ring.zero, ring.one
        for value in y.values():
            num, den = parts(value, ring.zero)
            top = top.gcd(num)
            bottom = bottom * (den / bottom.gcd(den))
        scale = quotient(bottom, top)
        rows = self.pools["elastic"].system.rows
        for p in self.points:  # the sign at a sample where the multipliers themselves are right
            if all(_sign_at(v, p) >= 0 or rows[i].equality for i, v in y.items()) and (sign := _sign_at(scale, p)):
                return {i: value * scale * sign for i, value in y.items()}
        return y

    def _gap(self, x: Sequence[Coefficient], y: dict[int, Coefficient]) -> Coefficient:
        """Primal minus dual value, the latter being ``- sum y_i b_i``."""
        total: Coefficient = fmpq(0)
        for c, value in zip(self.main.cost, x, strict=True):
            total = total + c * value
        for i, value in y.items():
            total = total + value * self.main.rows[i].bound
        return total

    def _once(self, side: str, basis: Basis) -> Any:
        key = (side, basis)
        if key not in self.solved:
            system = self.pools[basis.kind].system
            try:
                self.solved[key] = system.primal(basis) if side == "primal" else system.dual(basis)
            except ZeroDivisionError:
                self.solved[key] = None
        return self.solved[key]

    def _point_needs(self, x: Sequence[Coefficient], basis: Basis, needs: list[Need]) -> bool:
        tight = set(basis.rows)
        for value in x:
            needs.extend(_defined(value))
        for i, row in enumerate(self.main.rows):
            slack = self.main.slack(i, x)
            if row.equality and slack != 0:
                return False
            if i not in tight and not row.equality:
                needs.append((slack, HOLDS[">="]))
        return True

    def _ray_needs(self, r: Sequence[Coefficient], basis: Basis, needs: list[Need]) -> bool:
        system = self.pools["recession"].system
        for value in r:
            needs.extend(_defined(value))
        gain: Coefficient = fmpq(0)
        for c, value in zip(system.cost, r, strict=True):
            gain = gain + c * value
        needs.append((gain, (">",)))
        for i, row in enumerate(system.rows[:-1]):
            slope = system.slack(i, r)
            if row.equality and slope != 0:
                return False
            if not row.equality:
                needs.append((slope, HOLDS[">="]))
        return basis.kind == "recession"

    def tree(self) -> Node:
        """The whole decision tree; SearchFailed or NeedsStrict where none was found."""
        facts, known = reduced(self.start)
        root = self.build(Notebook(known), (), list(range(len(self.points))))
        return replace(root, facts=facts + root.facts)

    # --- the decision tree ---------------------------------------------------------------------

    def build(self, book: Notebook, path: tuple[tuple[Polynomial, str], ...], members: list[int],
              fresh: bool = True) -> Node:
        """The subtree for one node; `members` are the samples that lie in it.

        `fresh` says that more samples may be drawn where those at hand lie on boundaries only.
        """
        if len(path) > DEEPEST:
            raise SearchFailed(f"more than {DEEPEST} nested case distinctions")
        if len(members) < 3:  # samples that another node asked for may lie here too
            members = members + [s for s in range(len(self.points))
                                 if s not in members and self._inside(s, book)]
        if len(members) < 3:
            members = members + [s for s in self._more(book.known, 4) if s not in members]
        if not members:
            return self._empty(book, path)
        kinds = {self.status(s) for s in members}
        ranked = self.choices(members)
        if not ranked:
            raise SearchFailed("no basis fits the samples of " + _describe(path))
        best = self._best(ranked, book, members)
        if best is None and fresh:
            more = [s for s in self._more(book.known, 6) if s not in members]
            if more:
                return self.build(book, path, members + more, fresh=False)
        if best is None:
            self._blame_boundary(path, members)
            raise SearchFailed("no pair of bases fits " + _describe(path))
        evidence, served = best
        missing = [need for need in evidence.needs if not book.signs.allows(*need)]
        if not missing or (served == len(members) and len(kinds) == 1):
            leaf = self._close(evidence, book, path)
            if leaf is not None:
                return leaf
            extra = self._counterexample(evidence, book)
            if extra is not None:
                if len(self.points) > MOST_SAMPLES:
                    raise SearchFailed(f"{MOST_SAMPLES} samples did not suffice")
                return self.build(book, path, [*members, extra])
        splitter = self._splitter(evidence, book, path, members)
        if splitter is None:
            for value, signs in missing:
                self._strictness(value, signs, book, path)
            raise SearchFailed("a sign could neither be proved nor refuted at " + _describe(path))
        return self._split(splitter, book, path, members)

    def _best(self, ranked: list[tuple[int, str, Candidate, Candidate]], book: Notebook,
              members: Sequence[int]) -> tuple[Evidence, int] | None:
        """Among the pairs that serve most samples, one with the fewest open conditions; then, in
        small programs, the one that takes least to write down."""
        best: tuple[tuple[int, int, int], Evidence, int] | None = None
        seen: dict[tuple[str, tuple[str, ...]], frozenset[str] | None] = {}
        tried, limit = 0, MOST_PAIRS if self.main.width > SMALL else 3 * MOST_PAIRS
        for served, kind, one, two in ranked:
            if best is not None and (served < best[2] or tried >= limit):
                break
            tried += 1
            evidence = self.evidence(kind, one, two)
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
            elif _blocked(value, signs, book.signs):
                seen[key] = None
            else:
                seen[key] = frozenset(
                    str(f) for f, e, below in irreducible(value)
                    if not _harmless(e, below, signs) and book.signs.sign(f) is None)
        return seen[key]

    def _values(self, text: str) -> list[float]:
        values = self.factors.setdefault(text, [float("nan")] * len(self.points))
        f = self.program.ring.parse(text)
        for s, point in enumerate(self.points):
            if values[s] != values[s]:
                values[s] = float_value(f, [number(v) for v in point])
        return values

    def _mixed(self, text: str, members: Sequence[int]) -> bool:
        values = self._values(text)
        return any(values[s] > 0 for s in members) and any(values[s] < 0 for s in members)

    def _close(self, evidence: Evidence, book: Notebook, path: tuple[tuple[Polynomial, str], ...]
               ) -> Leaf | None:
        def guess(f: Polynomial) -> tuple[int, ...]:
            return self._guess(f, book)

        for value, signs in evidence.needs:
            if not book.signs.allows(value, signs) and not book.establish(value, signs, guess):
                self._strictness(value, signs, book, path)
                return None
        facts = book.facts(list(evidence.needs))
        return Leaf(evidence.kind, facts, evidence.primal, evidence.dual, evidence.ray)

    def _guess(self, f: Polynomial, book: Notebook) -> tuple[int, ...]:
        values = [v for s, v in enumerate(self._values(str(f))) if self._inside(s, book)]
        if values and all(v >= 0 for v in values):
            return (1,)
        if values and all(v <= 0 for v in values):
            return (-1,)
        return (1, -1) if not values else ()

    def _inside(self, sample: int, book: Notebook) -> bool:
        point = self._coordinates(sample, book.known)
        return all(h.holds(point) for h in book.known.hypotheses)

    def _coordinates(self, sample: int, known: Signs) -> Point:
        return tuple(evaluate_fraction(back, self.points[sample]) for back in known.chart.inverse)

    def _strictness(self, value: Coefficient, signs: tuple[str, ...], book: Notebook,
                    path: tuple[tuple[Polynomial, str], ...]) -> None:
        """Where only strictness is missing and a weak hypothesis is to blame, say which."""
        for f, _, below in irreducible(value):
            if not below and "=" in signs:
                continue
            if book.signs.sign(f) in (">=", "<="):
                for g, relation in path:
                    if relation in (">=", "<=") and f in (g, -g):
                        raise NeedsStrict(str(g))

    def _blame_boundary(self, path: tuple[tuple[Polynomial, str], ...], members: Sequence[int]) -> None:
        """Where samples on the edge of a weak hypothesis are in the way, ask for the strict form."""
        for g, relation in reversed(path):
            values = self._values(str(g))
            if relation in (">=", "<=") and any(values[s] == 0 for s in members):
                raise NeedsStrict(str(g))

    def _counterexample(self, evidence: Evidence, book: Notebook) -> int | None:
        """A point of the node at which the evidence fails, as a new sample."""
        for value, signs in evidence.needs:
            if book.signs.allows(value, signs):
                continue
            for condition in _violations(value, signs, book.known):
                point = find_point(book.known.with_hypotheses(condition), self.random)
                if point is not None:
                    return self._new_sample(point, book.known)
        return None

    def _new_sample(self, point: Point, known: Signs) -> int | None:
        parameters = to_parameters(known, point)
        if parameters in self.points or not self.program.region.contains(parameters):
            return None
        return self.add(parameters)

    def _more(self, known: Signs, count: int) -> list[int]:
        points = search_points(known, count, self.random)
        if not points:
            suggested = z3_point(known)
            points = [] if suggested is None else [suggested]
        found = [self._new_sample(p, known) for p in points]
        return [s for s in found if s is not None]

    def _empty(self, book: Notebook, path: tuple[tuple[Polynomial, str], ...]) -> Leaf:
        refutation = refute(book.known, 2, any_goal=True) or refute_from_each(book.known)
        if refutation is not None:
            return Leaf("empty", refutation=refutation)
        leaf = self._untested(book, path)
        if leaf is None:
            raise SearchFailed("neither a point nor a contradiction was found at " + _describe(path))
        return leaf

    def _untested(self, book: Notebook, path: tuple[tuple[Polynomial, str], ...]) -> Leaf | None:
        """A leaf for a set without a known point, such as the zeros of b^2 - 2: evidence from
        elsewhere, if its signs can be proved here."""
        for evidence in [e for e in self.solved.values() if isinstance(e, Evidence)][:MOST_PAIRS]:
            try:
                leaf = self._close(evidence, book, path)
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
            for f, e, below in irreducible(value):
                if book.signs.sign(f) in (">", "<") or _harmless(e, below, signs) or str(f) in used:
                    continue
                mixed = self._mixed(str(f), members)
                found[str(f)] = ((0 if mixed else 1, int(f.total_degree()), len(f), str(f)), f)
        return min(found.values(), key=lambda item: item[0])[1] if found else None

    def _split(self, f: Polynomial, book: Notebook, path: tuple[tuple[Polynomial, str], ...],
               members: Sequence[int]) -> Node:
        values = self._values(str(f))
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
        return self.build(child, (*path, (f, relation)), members)


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


def _blocked(value: Coefficient, signs: tuple[str, ...], known: Signs) -> bool:
    """Whether the known sign of a coefficient is the wrong one (but for ties on a boundary)."""
    if not isinstance(value, RationalFunction) or known.allows(value, signs):
        return False
    wrong = [s for s in ("<", "<=", ">", ">=") if s[0] not in "".join(signs)]
    return known.allows(value, wrong)


def _sign_at(value: Coefficient, point: Point) -> int:
    """The sign of a coefficient at a point; 0 where it is zero or undefined."""
    try:
        number = evaluate_fraction(value, point)
    except ZeroDivisionError:
        return 0
    return int(number > 0) - int(number < 0)


def _defined(value: Coefficient) -> list[Need]:
    if isinstance(value, RationalFunction) and not value.den.is_constant():
        return [(quotient(value.den, value.den.context().constant(1)), NONZERO)]
    return []


def _tidy(needs: Sequence[Need]) -> tuple[tuple[Need, ...], int]:
    """Each need once, those that hold by themselves left out; and the length of them all."""
    kept = {}
    for value, signs in needs:
        if isinstance(value, RationalFunction) or not _constant_ok(value, signs):
            kept[(str(value), signs)] = (value, signs)
    return tuple(kept.values()), sum(len(text) for text, _ in kept)


def _constant_ok(value: Coefficient, signs: tuple[str, ...]) -> bool:
    return (">" if value > 0 else "<" if value < 0 else "=") in signs


def _named(names: Sequence[str], values: Sequence[Coefficient]) -> tuple[tuple[str, Coefficient], ...]:
    return tuple((n, v) for n, v in zip(names, values, strict=True)
                 if isinstance(v, RationalFunction) or v != 0)


def _violations(value: Coefficient, signs: tuple[str, ...], known: Signs) -> list[Condition]:
    """Conditions under which a coefficient fails to have one of the signs."""
    if not isinstance(value, RationalFunction):
        return []
    product = known.transport(value.num * value.den)
    result = []
    if ">" not in signs:
        result.append(Condition(product, ">"))
    if "<" not in signs:
        result.append(Condition(-product, ">"))
    if "=" not in signs:
        result.append(Condition(product, "="))
    return result


def _describe(path: tuple[tuple[Polynomial, str], ...]) -> str:
    return " and ".join(f"{f} {relation} 0" for f, relation in path) or "the whole region"
