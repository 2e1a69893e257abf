"""Values with denominators, cleared before Coq sees them.

A quotient t/d is one unknown y for Coq, of which only ``d * y - t = 0`` is known.  A sum of such,
times the least common multiple m of its denominators, is a polynomial plus a k of multiples of
these equations.  So every identity that Coq is asked for is one between polynomials.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import lcm, prod
from typing import Any

from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction, Ring, parts
from symtrade.render.coq.lemmas import Needs
from symtrade.render.coq.signs import add_zeros, bracket, weaken
from symtrade.render.coq.text import fraction, polynomial


@dataclass
class Unknowns:
    """Quotients that a lemma takes as unknowns: by their text, the name of each."""

    names: dict[str, str] = field(default_factory=dict)
    values: list[RationalFunction] = field(default_factory=list)

    def collect(self, values: Sequence[Coefficient]) -> Unknowns:
        """With the quotients among these values."""
        for value in values:
            if is_quotient(value) and str(value) not in self.names:
                self.names[str(value)] = f"y{len(self.values)}"
                self.values.append(value)
        return self

    def text(self, value: Coefficient, names: Sequence[str]) -> str:
        """The Coq term of a value, an unknown if it is one."""
        return self.names.get(str(value)) or bracket(fraction(value, names))

    @property
    def variables(self) -> str:
        return "".join(f" {name}" for name in self.names.values())

    def premises(self, names: Sequence[str]) -> str:
        """What is known of them."""
        lines = []
        for y, value in zip(self.names.values(), self.values, strict=True):
            top, bottom = bracket(polynomial(value.num, names)), bracket(polynomial(value.den, names))
            lines.append(f"\n  {bottom} * {y} - {top} = 0 ->")
        return "".join(lines)

    @property
    def intros(self) -> str:
        return "".join(f" E{k}" for k in range(len(self.values)))

    def instances(self, names: Sequence[str]) -> str:
        return "".join(f" {bracket(fraction(value, names))}" for value in self.values)

    def proofs(self, needs: Needs) -> str:
        return "".join(f" (over {nonvanishing(value.den, needs)})" for value in self.values)


def is_quotient(value: Any) -> bool:
    """Whether a coefficient has a denominator that is not a number."""
    return isinstance(value, RationalFunction) and not value.den.is_constant()


@dataclass
class Value:
    """A sum of ``polynomial / number * product of quotients``; these are known by their names or texts."""

    ring: Ring
    unknowns: Unknowns = field(default_factory=Unknowns)
    terms: dict[tuple[str, ...], tuple[Polynomial, int]] = field(default_factory=dict)
    quotients: dict[str, RationalFunction] = field(default_factory=dict)

    def add(self, program: Sequence[Coefficient], evidence: Sequence[Coefficient] = ()) -> Value:
        """Adds a product of coefficients: of the program, which Coq sees as they are, and of the
        evidence, where a quotient may be an unknown."""
        top, number, found = self.ring.one, 1, []
        for factor, name in [
            *((c, None) for c in program),
            *((c, self.unknowns.names.get(str(c))) for c in evidence),
        ]:
            if is_quotient(factor):
                key = name or str(factor)
                self.quotients[key] = factor
                found.append(key)
                continue
            num, den = parts(factor, self.ring.zero)
            top = top * num
            number *= int(den.leading_coefficient())
        keys = tuple(sorted(found))
        old, scale = self.terms.get(keys, (self.ring.zero, 1))
        self.terms[keys] = (old * number + top * scale, scale * number)
        return self

    def equation(self, value: Coefficient, needs: Needs, flip: bool = False) -> str:
        """A Coq proof of ``l * (this value) = n``, where n/l is `value` in lowest terms (-n and -l with
        `flip`), up to the identities ``m * (this value) = q * n + k`` and ``l * q = m``."""
        names = needs.names
        kept = {key: part for key, part in self.terms.items() if not part[0].is_zero()}
        numbers = {key: scale * self._content(key) for key, (_, scale) in kept.items()}
        number = lcm(*numbers.values()) if kept else 1
        powers, sources = self._factors(kept)
        shown = {f: bracket(polynomial(g, names)) for f, (g, _) in sources.items()}
        zeros: list[tuple[str, str]] = []
        for key, (top, _) in kept.items():
            rest = powers - self._powers(key)
            done = [str(number // numbers[key])] if number != numbers[key] else []
            done += [bracket(polynomial(top, names)), *(shown[f] for f in rest.elements())]
            # d1 y1 d2 y2 - t1 t2 = (d1 y1 - t1) d2 y2 + t1 (d2 y2 - t2), and so on
            for n, q in enumerate(key):
                after = [f"({self._bottom(p, names)} * {self._name(p, names)})" for p in key[n + 1 :]]
                zeros.append((" * ".join([*done, *after]), q))
                done.append(self._top(q, names))
        n, bottom = parts(value, self.ring.zero)
        if flip:
            n, bottom = -n, -bottom
        left, sign = [str(number)] if number != 1 else [], -1 if flip else 1
        nonzero = [f"(nonzero (coefficient_pos {number} eq_refl))"] if number != 1 else []
        for f in powers.elements():
            left.append(shown[f])
            nonzero.append(self._nonvanishing(*sources[f], needs))
        k, vanishes = self._vanishing(zeros, needs)
        m, proof = _product(left), _nonzero_product(nonzero)
        if n.is_zero():
            return f"(vanishes ({m}) ({k}) {proof} {vanishes} _)"
        q = self._quotient(number, powers, shown, bottom, sign)
        texts = [m, polynomial(bottom, names), polynomial(n, names), q, k]
        return f"(cleared {' '.join(f'({x})' for x in texts)} {proof} {vanishes} _ _)"

    # --- denominators -----------------------------------------------------------------------------

    def _powers(self, key: Sequence[str]) -> Counter[str]:
        """The irreducible factors of the product of denominators."""
        found: Counter[str] = Counter()
        for q in key:
            for f, power in self.quotients[q].den.factor()[1]:
                found[str(f)] += int(power)
        return found

    def _content(self, key: Sequence[str]) -> int:
        """The number that divides the product of denominators."""
        return prod(int(self.quotients[q].den.content()) for q in key)

    def _factors(self, kept: Any) -> tuple[Counter[str], dict[str, tuple[Polynomial, Polynomial]]]:
        """The factors of the least common multiple; each with a denominator that it divides."""
        powers: Counter[str] = Counter()
        sources: dict[str, tuple[Polynomial, Polynomial]] = {}
        for key in kept:
            powers |= self._powers(key)
            for q in key:
                den = self.quotients[q].den
                for f, _ in den.factor()[1]:
                    sources.setdefault(str(f), (f, den))
        return powers, sources

    def _quotient(
        self, number: int, powers: Counter[str], shown: dict[str, str], bottom: Polynomial, sign: int
    ) -> str:
        """``m / bottom`` in factors."""
        constant, factors = bottom.factor()
        rest = powers.copy()
        for f, power in factors:
            rest[str(f)] -= int(power)
        c = number * sign
        ratio = f"{c}" if abs(int(constant)) == 1 else f"{c} / {abs(int(constant))}"
        return " * ".join(
            [bracket(ratio.replace("-", "- ")), *(shown.get(f, "1") for f in (+rest).elements())]
        )

    def _nonvanishing(self, f: Polynomial, den: Polynomial, needs: Needs) -> str:
        """A proof that a factor is not zero: by its own sign, or because a denominator is not."""
        if f == den or needs.decided(f):
            return nonvanishing(f, needs)
        texts = (bracket(polynomial(g, needs.names)) for g in (f, divmod(den, f)[0], den))
        return f"(factor_nonzero {' '.join(texts)} {nonvanishing(den, needs)} ltac:(identity))"

    # --- quotients --------------------------------------------------------------------------------

    def _name(self, q: str, names: Sequence[str]) -> str:
        return q if q in self.unknowns.names.values() else bracket(fraction(self.quotients[q], names))

    def _top(self, q: str, names: Sequence[str]) -> str:
        return bracket(polynomial(self.quotients[q].num, names))

    def _bottom(self, q: str, names: Sequence[str]) -> str:
        return bracket(polynomial(self.quotients[q].den, names))

    def _vanishing(self, zeros: Sequence[tuple[str, str]], needs: Needs) -> tuple[str, str]:
        """The term k, and the proof that it is zero."""
        if not zeros:
            return "0", "eq_refl"
        grouped: dict[str, list[str]] = {}
        for cofactor, q in zeros:
            grouped.setdefault(q, []).append(cofactor)
        texts, proofs = [], []
        for q, cofactors in grouped.items():
            cofactor, names = " + ".join(cofactors), needs.names
            texts.append(
                f"({cofactor}) * ({self._bottom(q, names)} * {self._name(q, names)} - {self._top(q, names)})"
            )
            if q in self.unknowns.names.values():
                proof = f"E{list(self.unknowns.names.values()).index(q)}"
            else:
                proof = f"(over {nonvanishing(self.quotients[q].den, needs)})"
            proofs.append(f"(times_zero ({cofactor}) {proof})")
        return balanced(texts), add_zeros(proofs)


def balanced(texts: Sequence[str]) -> str:
    """The sum of texts, in the shape that ``add_zeros`` gives it."""
    if len(texts) < 2:
        return texts[0] if texts else "0"
    half = len(texts) // 2
    return f"({balanced(texts[:half])}) + ({balanced(texts[half:])})"


def _product(factors: Sequence[str]) -> str:
    """A product, nested to the right."""
    if len(factors) < 2:
        return factors[0] if factors else "1"
    return f"{factors[0]} * ({_product(factors[1:])})"


def _nonzero_product(proofs: Sequence[str]) -> str:
    if len(proofs) < 2:
        return proofs[0] if proofs else "R1_neq_R0"
    return f"(times_nonzero {proofs[0]} {_nonzero_product(proofs[1:])})"


def nonvanishing(d: Polynomial, needs: Needs) -> str:
    """A proof of ``d <> 0``."""
    name, sign = needs.get(d, "!=")
    known = weaken(name, sign.relation, "!=")
    if not sign.flip:
        return known
    d_text, g_text = (bracket(polynomial(f, needs.names)) for f in (d, sign.polynomial))
    return f"(nonzero_minus {d_text} {g_text} {known} ltac:(identity))"


def compare(value: Value, reduced: Coefficient, want: str, needs: Needs) -> str:
    """A proof of ``e want 0`` (``>``, ``>=`` or ``=``) for a value e that is `reduced` in lowest
    terms, up to identities."""
    n, bottom = parts(reduced, needs.ring.zero)
    if n.is_zero():
        return weaken(value.equation(reduced, needs), "=", want)
    flip, below, relation = False, "Rlt_0_1", ">"
    if bottom.is_constant():
        if not bottom.is_one():
            below = f"(coefficient_pos {bottom} eq_refl)"
    else:
        below, sign = needs.get(bottom, ">")
        flip, relation = sign.flip, sign.relation
    n = -n if flip else n
    if n.is_constant():
        have, above = (">" if want == ">" else want), "_"
    else:
        name, sign = needs.get(n, want)
        have, above = sign.relation, name
        if sign.flip and have == "=":
            shown = (bracket(polynomial(f, needs.names)) for f in (n, sign.polynomial))
            above = f"(opposite {' '.join(shown)} {name} ltac:(identity))"
    equation = value.equation(reduced, needs, flip)
    if have == "=":
        return weaken(f"(zero_as _ _ _ {weaken(below, relation, '!=')} {above} {equation})", "=", want)
    if want == ">":
        return f"(pos_as _ _ _ {below} {above} {equation})"
    return f"(nonneg_as _ _ _ {below} {weaken(above, have, '>=')} {equation})"
