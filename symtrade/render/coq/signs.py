"""Signs and refutations as Coq terms: each rule of the checker is one lemma of the library.

A *known* list holds what has been proved so far at a node, in the coordinates: hypothesis k of the
certificate is called ``Hk``.  Every sign that a proof needs becomes a lemma that takes the
coordinates, ``X`` (they lie in the orthant) and the hypotheses it uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

from flint import fmpq

from symtrade.kernel.certificate import Fact, Refutation, Term
from symtrade.kernel.polynomial import Polynomial, divide_out
from symtrade.kernel.region import Condition, positive
from symtrade.render.coq.coordinates import Coordinates, Lifted
from symtrade.render.coq.text import polynomial, termlist

FORMS = {">": "0 < {}", ">=": "0 <= {}", "=": "{} = 0", "!=": "{} <> 0"}
WEAK = {(">", ">="): "(weak {})", ("=", ">="): "(weak_zero {})", (">", "!="): "(nonzero {})"}


@dataclass(frozen=True)
class Hypothesis:
    """``text relation 0``; its polynomial in the coordinates is ``lifted.image``."""

    lifted: Lifted
    relation: str

    @property
    def type(self) -> str:
        return FORMS[self.relation].format(bracket(self.lifted.text))


@dataclass(frozen=True)
class Proof:
    """A Coq term that proves ``expression relation 0``, and the hypotheses it uses."""

    term: str
    relation: str
    uses: frozenset[int] = frozenset()


def bracket(text: str) -> str:
    return text if text.replace("_", "a").isalnum() else f"({text})"


def weaken(term: str, have: str, want: str) -> str:
    """A proof of the weaker relation."""
    return term if have == want else WEAK.get((have, want), "{}").format(term)


@dataclass(frozen=True)
class Known:
    """What is known at a node of the tree."""

    at: Coordinates
    hypotheses: tuple[Hypothesis, ...] = ()

    def plus(self, *more: Hypothesis) -> Known:
        return Known(self.at, self.hypotheses + more)

    def condition(self, f: Polynomial, relation: str) -> Hypothesis:
        """``f relation 0`` for a polynomial of the parameters, as a hypothesis."""
        if relation in ("<", "<="):
            f, relation = -f, relation.replace("<", ">")
        return Hypothesis(self.at.of_parameters(f, polynomial(f, self.at.images)), relation)

    def here(self, condition: Condition) -> Hypothesis:
        """A condition in the coordinates, as a hypothesis."""
        return Hypothesis(self.inside(condition.polynomial), condition.relation)

    def inside(self, f: Polynomial) -> Lifted:
        """A polynomial of the coordinates, in its homogeneous form."""
        degrees = self.at.degrees(f)
        return Lifted(f"sum {self.coords} {termlist(self.at.homogeneous(f, degrees))}", f, degrees)

    @property
    def coords(self) -> str:
        return f"(coords {' '.join(self.at.names)})"

    # --- signs ------------------------------------------------------------------------------------

    def decide(self, f: Polynomial) -> tuple[str, bool, Polynomial, list[tuple[int, int]]] | None:
        """The checker's rule for a sign: relation, whether of -f, cofactor, powers of hypotheses."""
        if f.is_zero():
            return "=", False, f, []
        strict, definite, kinds = True, True, self.at.chart.kinds
        rest, powers = f, []
        for number in range(len(self.hypotheses) - 1, -1, -1):
            h = self.hypotheses[number]
            if rest.is_constant():
                break
            if h.lifted.image.is_constant():
                continue
            rest, power = divide_out(rest, h.lifted.image)
            if not power:
                continue
            powers.append((number, power))
            if h.relation == "=":
                return "=", False, rest, powers
            if h.relation == "!=":
                definite = definite and power % 2 == 0
            elif h.relation == ">=":
                strict = False
        flip = positive(rest, kinds) is None
        known = positive(-rest if flip else rest, kinds)
        if known is None:
            return None
        strict = strict and known
        if not definite:
            return ("!=", flip, rest, powers) if strict else None
        return ">" if strict else ">=", flip, rest, powers

    def sign(self, f: Lifted, goal: str = ">=") -> tuple[Proof, bool]:
        """A proof of the sign of f, or of -f (then the second answer is True; the Coq term negated is
        the caller's).  `goal` is written down where the rule gives no answer: Coq will refuse it."""
        found = self.decide(f.image)
        if found is None:
            return self._factors(f, goal, False, f.image, []), False
        relation, flip, rest, powers = found
        if relation == "=":
            return self._zero(f, rest, powers), False
        return self._factors(f, relation, flip, rest, powers), flip

    def _zero(self, f: Lifted, rest: Polynomial, powers: Sequence[tuple[int, int]]) -> Proof:
        if not powers:
            return Proof("(zero_as 1 0 _ R1_neq_R0 eq_refl _)", "=")
        *others, (number, power) = powers
        cofactor = rest
        for k, p in [*others, (number, power - 1)]:
            cofactor = cofactor * self.hypotheses[k].lifted.image ** p
        h = self.hypotheses[number]
        left, right = self._balance(f, cofactor, [(number, 1)])
        text = f"(sum {self.coords} {right})"
        multiplier, proof = left
        return Proof(
            f"(zero_as {multiplier} ({text} * {bracket(h.lifted.text)}) _ (nonzero {proof}) "
            f"(times_zero {text} H{number}) _)",
            "=",
            frozenset([number]),
        )

    def _factors(
        self, f: Lifted, relation: str, flip: bool, rest: Polynomial, powers: Sequence[tuple[int, int]]
    ) -> Proof:
        """f = m * (cofactor with signs to see) * (powers of hypotheses)."""
        cofactor = -rest if flip else rest
        left, right = self._balance(f, cofactor, powers)
        shown = positive(cofactor, self.at.chart.kinds)
        rule, have = ("sum_pos", ">") if shown or relation in (">", "!=") else ("sum_nonneg", ">=")
        term = f"({rule} {right} X eq_refl)"
        for number, power in powers:
            other = self.hypotheses[number].relation
            if other == "!=":
                for _ in range(power // 2):
                    term, have = self._times(term, have, f"(square_p H{number})", ">")
                power %= 2
            for _ in range(power):
                term, have = self._times(term, have, f"H{number}", other)
        term = weaken(term, have, relation)
        multiplier, proof = left
        lemma = {">": "pos_as", ">=": "nonneg_as"}.get(relation)
        used = frozenset(number for number, _ in powers)
        if lemma is None:
            return Proof(f"(nonzero_as {multiplier} _ _ {term} _)", "!=", used)
        return Proof(f"({lemma} {multiplier} _ _ {proof} {term} _)", relation, used)

    def _times(self, term: str, have: str, other: str, relation: str) -> tuple[str, str]:
        """A product of signs."""
        if have == "!=" or relation == "!=":
            return f"(times_nonzero {weaken(term, have, '!=')} {weaken(other, relation, '!=')})", "!="
        if have == relation == ">":
            return f"(times_pp {term} {other})", ">"
        return f"(times_nn {weaken(term, have, '>=')} {weaken(other, relation, '>=')})", ">="

    def _balance(
        self, f: Lifted, cofactor: Polynomial, powers: Sequence[tuple[int, int]]
    ) -> tuple[tuple[str, str], str]:
        """The multiplier m of f (with a proof that it is positive) and the cofactor's terms that make
        m f = cofactor * product of hypotheses an identity of the Coq terms."""
        size = len(self.at.v)
        have = list(self.at.degrees(cofactor))
        scale = f.scale
        for number, power in powers:
            h = self.hypotheses[number].lifted
            have = [a + power * b for a, b in zip(have, h.degrees, strict=True)]
            scale /= h.scale**power
        own = self.at.degrees(cofactor)
        extra = [max(0, a - b) for a, b in zip(f.degrees, have, strict=True)]
        short = [max(0, b - a) for a, b in zip(f.degrees, have, strict=True)]
        # f.scale * f * v^short = cofactor * product(h.scale * h)^power: bring the scales to one side
        top, bottom = int(scale.p), int(scale.q)
        right = termlist(
            self.at.homogeneous(cofactor, [a + b for a, b in zip(own, extra, strict=True)], bottom)
        )
        if not any(short):
            return (str(top), _positive_number(top)), right
        left = termlist([(top, (*[0] * len(self.at.names), *short[:size]))])
        return (f"(sum {self.coords} {left})", f"(sum_pos {left} X eq_refl)"), right

    # --- refutations ------------------------------------------------------------------------------

    def refute(self, refutation: Refutation) -> Proof:
        """A proof of False from the hypotheses."""
        pieces = [self._prepare(term) for term in refutation]
        if not pieces:  # no such rule: Coq refuses it
            return Proof("(refuted (weak_zero eq_refl) ltac:(same))", "=")
        goal = [max(column) for column in zip(*(p.degrees for p in pieces), strict=True)]
        whole = lcm(*(int(p.scale.q) for p in pieces))
        terms = [self._term(p, int((p.scale * whole).p), goal) for p in pieces]
        uses = frozenset(k for p in pieces for k in p.term.uses)
        proof, _ = add(terms)
        return Proof(f"(refuted {proof} ltac:(same))", "=", uses)

    def _prepare(self, term: Term) -> _Prepared:
        factors = [self.hypotheses[k].lifted for k in term.uses if k < len(self.hypotheses)]
        if term.square is not None:
            factors += [self.inside(term.square)] * 2
        degrees, scale = list(self.at.degrees(term.coefficient)), fmpq(1)
        for f in factors:
            degrees = [a + b for a, b in zip(degrees, f.degrees, strict=True)]
            scale *= f.scale
        return _Prepared(term, tuple(degrees), scale)

    def _term(self, p: _Prepared, scale: int, goal: Sequence[int]) -> tuple[str, str]:
        """A proof that a term is positive or nonnegative, and which."""
        term = p.term
        own = self.at.degrees(term.coefficient)
        degrees = [a + g - d for a, g, d in zip(own, goal, p.degrees, strict=True)]
        right = termlist(self.at.homogeneous(term.coefficient, degrees, scale))
        relations = [self.hypotheses[k].relation if k < len(self.hypotheses) else ">" for k in term.uses]
        if "=" in relations:
            at = relations.index("=")
            text = f"sum {self.coords} {right}"
            if term.square is not None:
                square = bracket(self.inside(term.square).text)
                text = f"{text} * ({square} * {square})"
            for n, k in enumerate(term.uses):
                if n != at:
                    text = f"{text} * {self._text(k)}"
            return f"(weak_zero (times_zero ({text}) H{term.uses[at]}))", ">="
        strict = positive(term.coefficient, self.at.chart.kinds) is True
        rule = "sum_pos" if strict else "sum_nonneg"
        proof, have = f"({rule} {right} X eq_refl)", ">" if strict else ">="
        if term.square is not None:
            proof, have = self._times(proof, have, f"(square_n ({self.inside(term.square).text}))", ">=")
        for k in dict.fromkeys(term.uses):
            count = term.uses.count(k)
            relation = self.hypotheses[k].relation if k < len(self.hypotheses) else ">"
            if relation == "!=":
                for _ in range(count // 2):
                    proof, have = self._times(proof, have, f"(square_p H{k})", ">")
                if count % 2:
                    proof, have = self._times(proof, have, f"H{k}", ">=")  # no such rule: Coq refuses it
                continue
            for _ in range(count):
                proof, have = self._times(proof, have, f"H{k}", relation)
        return proof, have

    def _text(self, k: int) -> str:
        return bracket(self.hypotheses[k].lifted.text) if k < len(self.hypotheses) else f"H{k}"

    def fact(self, fact: Fact) -> tuple[Hypothesis, Proof]:
        """A fact as a hypothesis, and its proof from the earlier ones."""
        claim = self.here(fact.condition)
        number = len(self.hypotheses)
        refutations = []
        uses: frozenset[int] = frozenset()
        goals = fact.condition.negations()
        for k, refutation in enumerate(fact.because):  # as many as there are: Coq wants the right number
            goal = goals[min(k, len(goals) - 1)]
            proof = self.plus(self.here(goal)).refute(refutation)
            refutations.append(f"(fun H{number} => {proof.term})")
            uses |= proof.uses - {number}
        f = bracket(claim.lifted.text)
        g = bracket(self.inside(-fact.condition.polynomial).text)
        rule = {
            ">": f"fact_pos {f} {g} ltac:(same)",
            ">=": f"fact_nonneg {f} {g} ltac:(same)",
            "=": f"fact_zero {f} {g} ltac:(same)",
            "!=": f"fact_nonzero {f}",
        }[fact.condition.relation]
        return claim, Proof(f"({rule} {' '.join(refutations)})", fact.condition.relation, uses)


@dataclass(frozen=True)
class _Prepared:
    """A term; its homogeneous form of degrees `degrees` is `scale` times the product of Coq terms."""

    term: Term
    degrees: tuple[int, ...]
    scale: fmpq


def add(terms: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """A balanced sum of signs, each a proof and its relation ``>`` or ``>=``."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    (one, first), (two, second) = add(terms[:half]), add(terms[half:])
    rule = "plus_" + ("p" if first == ">" else "n") + ("p" if second == ">" else "n")
    return f"({rule} {one} {two})", ">" if ">" in (first, second) else ">="


def add_zeros(terms: Sequence[str]) -> str:
    """A balanced sum of terms that vanish."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return f"(plus_zero {add_zeros(terms[:half])} {add_zeros(terms[half:])})"


def _positive_number(value: int) -> str:
    return "Rlt_0_1" if value == 1 else f"(coefficient_pos {value} eq_refl)"
