"""The lemmas of a transcription: signs and facts in the coordinates, each proved once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symtrade.kernel.certificate import Fact
from symtrade.kernel.polynomial import Polynomial, Ring
from symtrade.kernel.region import Condition
from symtrade.render.coq.coordinates import Coordinates
from symtrade.render.coq.signs import FORMS, Hypothesis, Known, Proof, bracket
from symtrade.render.coq.text import STATED, SYMBOLS, polynomial, sides


@dataclass(frozen=True)
class Item:
    """A piece of a file that stands by itself, and an estimate of Coq's work on it."""

    text: str

    @property
    def cost(self) -> float:
        """Seconds, roughly."""
        return 0.02 + 2e-5 * len(self.text) + (0.15 if self.text.startswith("Theorem") else 0)


@dataclass(frozen=True)
class Sign:
    """``g relation 0``, proved by the Coq term `call` in the coordinates; g is f or -f."""

    relation: str
    flip: bool
    polynomial: Polynomial
    call: str
    uses: frozenset[int]


@dataclass
class Book:
    """Collects the lemmas of one certificate."""

    at: Coordinates
    parameters: tuple[str, ...]
    items: list[Item] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> str:
        return " ".join(self.at.names)

    @property
    def binder(self) -> str:
        """``forall z1 z2 : R, orthant kinds (coords z1 z2) ->``."""
        quantified = f"forall {self.variables} : R, " if self.at.names else ""
        return f"{quantified}orthant kinds {self.coords} ->"

    @property
    def coords(self) -> str:
        return f"(coords {self.variables})" if self.at.names else "coords"

    def add(self, text: str) -> None:
        self.items.append(Item(text))

    def lemma(self, kind: str, known: Known, proof: Proof, claim: str) -> str:
        """The call of a lemma that proves `claim` from what it uses of `known`."""
        used = sorted(k for k in proof.uses if k < len(known.hypotheses))
        premises = "".join(f"\n  {known.hypotheses[k].type} ->" for k in used)
        statement = f"{self.binder}{premises}\n  {claim}"
        if statement not in self.known:
            name = f"{kind}_{sum(n.startswith(kind + '_') for n in self.known.values())}"
            self.known[statement] = name
            taken = " ".join([*self.at.names, "X", *(f"H{k}" for k in used)])
            self.add(f"Lemma {name} : {statement}.\nProof. intros {taken}. refine {proof.term}; same. Qed.")
        arguments = " ".join([self.known[statement], *self.at.names, "X", *(f"H{k}" for k in used)])
        return f"({arguments})"

    def sign(self, known: Known, f: Polynomial, goal: str = ">=") -> Sign:
        """The sign of a polynomial of the parameters (of f or -f), as a lemma."""
        text = polynomial(f, self.at.images)
        proof, flip = known.sign(self.at.of_parameters(f, text), goal)
        g = -f if flip else f
        claim = FORMS[proof.relation].format(bracket(polynomial(g, self.at.images)))
        return Sign(proof.relation, flip, g, self.lemma("sign", known, proof, claim), proof.uses)

    def about_parameters(self, kind: str, statement: str, proof: str) -> str:
        """The call, at the coordinates, of a lemma about the parameters: cheaper than in coordinates."""
        claim = f"forall {' '.join(self.parameters)} : R, {statement}" if self.parameters else statement
        if claim not in self.known:
            name = f"{kind}_{sum(n.startswith(kind + '_') for n in self.known.values())}"
            self.known[claim] = name
            self.add(f"Lemma {name} : {claim}.\nProof. intros. {proof}. Qed.")
        return " ".join([self.known[claim], *self.at.images])

    def stated(self, c: Condition, proof: str, back: bool = False) -> str:
        """From a condition as it is stated to its sign; or, with `back`, to the statement."""
        left, right = sides(c.polynomial, self.parameters)
        if left == "0" and c.relation in (">", ">="):
            return proof  # it is stated as a sign
        text, word = bracket(polynomial(c.polynomial, self.parameters)), STATED[c.relation]
        said, sign = f"{left} {SYMBOLS[c.relation]} {right}", FORMS[c.relation].format(text)
        if back:
            lemma = self.about_parameters(
                "back", f"{sign} -> {said}", f"apply (to_{word} {text}); [assumption|identity]"
            )
        else:
            lemma = self.about_parameters(
                "sign_of", f"{said} -> {sign}", f"eapply (from_{word} {text}); [eassumption|identity]"
            )
        return f"({lemma} {proof})"

    def negation(self, f: Polynomial) -> str:
        """The sum of a polynomial and its negative is zero."""
        one, other = (bracket(polynomial(g, self.parameters)) for g in (f, -f))
        return f"({self.about_parameters('negation', f'{one} + {other} = 0', 'identity')})"

    def fact(self, known: Known, fact: Fact) -> tuple[Hypothesis, str]:
        """A fact of the certificate, as a lemma."""
        claim, proof = known.fact(fact)
        return claim, self.lemma("fact", known, proof, claim.type)


@dataclass
class Needs:
    """The signs that a lemma about the parameters takes as premises, in the order of first use."""

    book: Book
    known: Known
    names: tuple[str, ...]  # of the parameters
    signs: dict[str, tuple[str, Sign]] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)

    def get(self, f: Polynomial, goal: str = ">=") -> tuple[str, Sign]:
        """The name of the premise on the sign of f."""
        key = str(f)
        if key not in self.signs:
            minus = str(-f)
            if minus in self.signs:
                name, found = self.signs[minus]
                self.signs[key] = name, replace(found, flip=not found.flip)
            else:
                count = len({name for name, _ in self.signs.values()})
                self.signs[key] = f"S{count}", self.book.sign(self.known, f, goal)
        name, sign = self.signs[key]
        self.used[name] = None
        return name, sign

    def decided(self, f: Polynomial) -> bool:
        """Whether the sign of f is known, up to zero."""
        found = self.known.decide(self.book.at.of_parameters(f, "").image)
        return found is not None and found[0] in (">", "!=")

    def fresh(self) -> Needs:
        """The same signs for another lemma, which uses its own selection."""
        return Needs(self.book, self.known, self.names, self.signs)

    def selection(self) -> list[tuple[str, Sign]]:
        found = dict(self.signs.values())
        return [(name, found[name]) for name in self.used]

    @property
    def ring(self) -> Ring:
        return self.book.at.region.ring

    def premises(self) -> str:
        """The premises, as they stand in a lemma about the parameters."""
        return "".join(
            f"\n  {FORMS[s.relation].format(bracket(polynomial(s.polynomial, self.names)))} ->"
            for _, s in self.selection()
        )

    def applied(self, lemma: str, *arguments: str) -> str:
        """The lemma at the coordinates, its premises proved there."""
        return (
            f"({' '.join([lemma, *self.book.at.images, *(s.call for _, s in self.selection()), *arguments])})"
        )

    @property
    def intros(self) -> str:
        return "".join(f" {name}" for name, _ in self.selection())
