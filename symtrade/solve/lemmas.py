"""Signs of polynomials at a node of the decision tree: guess from samples, then prove.

A lemma is a fact proved from the hypotheses of a path alone, so it holds at every node below and
can be written into any leaf there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from symtrade.kernel.certificate import Fact, Refutation, Term
from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction
from symtrade.kernel.region import Condition
from symtrade.kernel.signs import Signs
from symtrade.solve.positivity import prove_sign


@dataclass
class Notebook:
    """What is known below one node: lemmas with their proofs, and failed attempts."""

    known: Signs
    lemmas: list[Fact] = field(default_factory=list)
    failed: dict[tuple[str, str], int] = field(default_factory=dict)
    with_lemmas: Signs | None = None

    def __post_init__(self) -> None:
        self.with_lemmas = self.known.with_hypotheses(*(f.condition for f in self.lemmas))

    def below(self, *conditions: Condition) -> Notebook:
        """The notebook of a child, where further hypotheses hold."""
        base = self.known.with_hypotheses(*conditions)
        shift = len(self.known.hypotheses)
        moved = [move_goal(f, shift, len(base.hypotheses)) for f in self.lemmas]
        return Notebook(base, moved)

    @property
    def signs(self) -> Signs:
        assert self.with_lemmas is not None
        return self.with_lemmas

    def prove(self, condition: Condition, level: int) -> bool:
        """Prove a sign (in coordinates) from the path and note it as a lemma."""
        key = (str(condition.polynomial), condition.relation)
        if self.failed.get(key, -1) >= level:
            return False
        fact = prove_sign(self.known, condition, level)
        if fact is None:
            self.failed[key] = level
            return False
        self.lemmas.append(fact)
        self.with_lemmas = self.signs.with_hypotheses(condition)
        return True

    def establish(self, value: Coefficient, signs: tuple[str, ...],
                  guess: Callable[[Polynomial], tuple[int, ...]], levels: Sequence[int] = (0, 1, 2)) -> bool:
        """Prove that a coefficient has one of `signs`: factor by factor, then as a whole.

        `guess` says which signs of a factor (1, -1) are worth trying.
        """
        for level in levels:
            for f, e, below in irreducible(value):
                known = self.signs.sign(f)
                if known not in (">", "<") and not (known and e % 2 == 0 and not below):
                    moved = self.known.transport(f)
                    trials = [Condition(moved * g, r) for g in guess(f) for r in (">", ">=")]
                    any(self.prove(trial, level) for trial in trials)
                    if self.signs.allows(value, signs):
                        return True
            exact = signs == ("=",)
            if isinstance(value, RationalFunction) and "=" in signs and (exact or value.den.is_constant()):
                moved = self.known.transport(value.num)
                whole = Condition(moved if exact or ">" in signs else -moved, "=" if exact else ">=")
                self.prove(whole, level)
            if self.signs.allows(value, signs):
                return True
        return False

    def facts(self, needed: list[tuple[Coefficient, tuple[str, ...]]]) -> tuple[Fact, ...]:
        """A short list of lemmas that suffices for the needed signs, renumbered for a leaf."""
        kept = list(self.lemmas)
        for fact in list(kept):
            rest = [f for f in kept if f is not fact]
            trial = self.known.with_hypotheses(*(f.condition for f in rest))
            if all(trial.allows(value, signs) for value, signs in needed):
                kept = rest
        base = len(self.known.hypotheses)
        return tuple(move_goal(f, base, base + k) for k, f in enumerate(kept))


def move_goal(fact: Fact, old_goal: int, new_goal: int) -> Fact:
    """The same proof where the negated goal stands at another position."""

    def move(refutation: Refutation) -> Refutation:
        return tuple(
            Term(t.coefficient, tuple(new_goal if k == old_goal else k for k in t.uses), t.square)
            for t in refutation
        )

    return Fact(fact.condition, tuple(move(r) for r in fact.because))


def irreducible(value: Coefficient) -> list[tuple[Polynomial, int, bool]]:
    """The irreducible factors of a coefficient: polynomial, multiplicity, in the denominator?"""
    if not isinstance(value, RationalFunction):
        return []
    result = []
    for part, below in ((value.num, False), (value.den, True)):
        _, factors = part.factor()
        result += [(f, int(e), below) for f, e in factors if not f.is_constant()]
    return result
