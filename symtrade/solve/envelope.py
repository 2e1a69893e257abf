"""Optima that are the largest of several values, each of which some mechanism attains everywhere.

Then one node that asks which value is the largest replaces a tree of sign tests.  A leaf needs
multipliers that are right wherever its value is the largest: rows that support them are sought at
all samples of the leaf together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from symtrade.kernel.certificate import Largest, Leaf, Node
from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction, parts
from symtrade.solve.evidence import Evidence
from symtrade.solve.float_lp import INFINITY, OPTIMAL
from symtrade.solve.lemmas import Notebook
from symtrade.solve.pool import TOLERANCE, Candidate, Pool

if TYPE_CHECKING:
    from symtrade.solve.parametric import Search

FEWEST_VALUES, MOST_VALUES = 3, 16  # between two values, a sign decides
ATTEMPTS = 24
FRESH, FEW = 6, 2  # new samples a branch; samples a branch that show which rows are needed
CHEAP = (0, 1)


@dataclass(frozen=True)
class Attained:
    """A point that is feasible on the whole region, and its value at each sample."""

    candidate: Candidate
    values: Any


@dataclass(frozen=True)
class _Branch:
    """Where one value is the largest: the point that attains it, what is known, and samples."""

    candidate: Candidate
    book: Notebook
    path: tuple[tuple[Polynomial, str], ...]
    members: list[int]


class _Better(Exception):
    """At a new sample none of the values that are compared is the optimum."""


def envelope(search: Search, book: Notebook) -> Node | None:
    """A node that compares values, with a subtree for each; None where the optimum is no such maximum."""
    for _ in range(MOST_VALUES):
        try:
            return _node(search, book)
        except _Better:  # that sample now shows the value which was missing
            continue
    return None


def _node(search: Search, book: Notebook) -> Node | None:
    pool = search.samples.pools["main"]
    if any(status != OPTIMAL for status in pool.status):
        return None
    found = _cover(pool, _attained(search, book, pool))
    if found is None or not FEWEST_VALUES <= len(found) <= MOST_VALUES:
        return None
    compared = _comparable([_value(search, a.candidate) for a in found], book)
    if compared is None:
        return None
    branches = []
    for k, polynomial in enumerate(compared):
        path = tuple((polynomial - g, ">=") for j, g in enumerate(compared) if j != k)
        child = book.below(*(book.known.condition(f, r) for f, r in path))
        branches.append(_Branch(found[k].candidate, child, path, _members(search, found[k].candidate, child)))
    some = sorted({s for branch in branches for s in branch.members[:FEW]})
    needed = _needed(pool, {s: pool.loaded(s) for s in some})
    leaves = [_leaf(search, pool, needed, branch) for branch in branches]
    return Largest(tuple(compared), tuple(
        leaf or search.build(b.book, b.path, b.members) for leaf, b in zip(leaves, branches, strict=True)))


def _attained(search: Search, book: Notebook, pool: Pool) -> Iterator[Attained]:
    """The pool's points that are feasible at every sample and, as far as they are asked for, provably
    everywhere; the proofs go into the notebook."""
    seen: list[Any] = []
    for candidate in sorted(pool.primal.values(), key=lambda c: -sum(c.good)):
        if not any(candidate.good):
            continue
        values = pool.values_if_feasible(candidate.basis)
        if values is None or any(np.allclose(values, other, rtol=TOLERANCE, atol=0) for other in seen):
            continue
        needs = search.symbolic.point_needs(candidate.basis)
        if needs is None:
            continue
        if all(book.signs.allows(*need) or book.establish(*need, lambda _: (1, -1), CHEAP) for need in needs):
            seen.append(values)
            yield Attained(candidate, values)


def _cover(pool: Pool, attained: Iterator[Attained]) -> list[Attained] | None:
    """The fewest (greedily) of them whose largest value is the optimum at every sample."""
    best = np.array(pool.value)
    left = np.ones(len(best), dtype=bool)
    chosen = []
    for one in attained:
        hits = np.isclose(one.values, best, rtol=10 * TOLERANCE, atol=10 * TOLERANCE) & left
        if hits.any():
            chosen.append(one)
            left &= ~hits
        if not left.any():
            return chosen
    return None


def _value(search: Search, candidate: Candidate) -> Coefficient:
    objective = search.program.objective
    x = dict(zip(search.program.variables, search.symbolic.point(candidate.basis) or (), strict=True))
    total = objective.constant
    for variable, coefficient in objective.coefficients:
        total = total + coefficient * x[variable]
    return total if search.program.sense == "max" else -total


def _comparable(values: Sequence[Coefficient], book: Notebook) -> list[Polynomial] | None:
    """The values times a common denominator that is positive; None where its sign is not known."""
    sample = next((v.num for v in values if isinstance(v, RationalFunction)), None)
    if sample is None:
        return None
    fractions = [parts(v, sample) for v in values]
    common = sample.context().constant(1)
    for _, den in fractions:
        common = common * (den / common.gcd(den))
    sign = book.signs.sign(common)
    if sign not in (">", "<"):
        return None
    scale = common if sign == ">" else -common
    return [num * (scale / den) for num, den in fractions]


def _members(search: Search, candidate: Candidate, book: Notebook) -> list[int]:
    """Samples of a branch, some of them new; _Better where its value is not the optimum at one."""
    members = [s for s in range(len(search.samples.points)) if search.inside(s, book)]
    members += [s for s in search.more(book.known, FRESH) if s not in members]
    if not all(candidate.good[s] for s in members):
        raise _Better
    return members


def _leaf(search: Search, pool: Pool, needed: Sequence[int], branch: _Branch) -> Leaf | None:
    """A leaf with multipliers that are right on the whole branch; None where none were found."""
    machines = {s: pool.loaded(s) for s in branch.members}
    tried: set[Any] = set()

    def shortest() -> Evidence | None:
        """The shortest evidence with untried multipliers that are right at all samples."""
        found = {key: search.symbolic.evidence(OPTIMAL, branch.candidate, dual)
                 for key, dual in pool.dual.items()
                 if key not in tried and all(dual.good[s] for s in machines)}
        ready = [(e.size, key) for key, e in found.items() if e is not None]
        if not ready:
            return None
        key = min(ready, key=lambda item: item[0])[1]
        tried.add(key)
        return found[key]

    for attempt in range(ATTEMPTS):
        evidence = shortest()
        if evidence is None:
            _joint_support(pool, machines, needed, Random(attempt))
            evidence = shortest()
        if evidence is None:
            continue
        leaf = search.close(evidence, branch.book, branch.path)
        if leaf is not None:
            return leaf
        extra = search.counterexample(evidence, branch.book)
        if extra is not None:
            if not branch.candidate.good[extra]:
                raise _Better
            branch.members.append(extra)
            machines[extra] = pool.loaded(extra)
    return None


def _joint_support(pool: Pool, machines: Mapping[int, Any], needed: Sequence[int], random: Random) -> None:
    """Leave out row after row as long as the others still force the optimum at every sample, and
    collect the multipliers of those that remain."""
    kept = set(needed)
    order = sorted(i for i in kept if not pool.equality[i])
    random.shuffle(order)
    checks = list(machines.items())

    def bounds(sample: int) -> tuple[Any, Any, Any]:
        _, bound, cost = pool.matrices[sample]
        inside = np.array([i in kept for i in range(len(bound))])
        return cost, np.where(inside, bound, -INFINITY), np.where(pool.equality, bound, INFINITY)

    for row in order:
        kept.discard(row)
        for k, (sample, machine) in enumerate(checks):
            answer = machine.solve(*bounds(sample))
            if answer.status != OPTIMAL or pool.exceeds(sample, answer.x):
                kept.add(row)
                checks.insert(0, checks.pop(k))
                break
    sample, machine = checks[0]
    answer = machine.solve(*bounds(sample))
    if answer.status == OPTIMAL:
        pool.collect(answer.rows, answer.columns)


def _needed(pool: Pool, machines: Mapping[int, Any]) -> list[int]:
    """The rows that others do not imply: at some sample leaving them out enlarges the feasible set."""
    needed = list(range(len(pool.system.rows)))
    checks = list(machines.items())
    for row in reversed(range(len(pool.system.rows))):
        if pool.equality[row]:
            continue
        others = np.array([i in needed and i != row for i in range(len(pool.system.rows))])
        for k, (sample, machine) in enumerate(checks):
            dense, bound, _ = pool.matrices[sample]
            answer = machine.solve(-dense[row], np.where(others, bound, -INFINITY),
                                   np.where(pool.equality, bound, INFINITY))
            if answer.status != OPTIMAL or dense[row] @ answer.x < bound[row] - TOLERANCE:
                checks.insert(0, checks.pop(k))
                break
        else:
            needed.remove(row)
    return needed
