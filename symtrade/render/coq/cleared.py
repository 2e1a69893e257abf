"""Values with denominators, cleared before Coq sees them.

A value is a sum of polynomials times inverses ``/ d``.  Multiplied by a product m of its denominators
it is a polynomial p plus a k of multiples of ``d * / d - 1``, which vanish where no d does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import mul

from symtrade.kernel.polynomial import Coefficient, Polynomial, Ring, parts
from symtrade.render.coq.lemmas import Needs
from symtrade.render.coq.signs import add_zeros, bracket, weaken
from symtrade.render.coq.text import polynomial

Inverses = tuple[str, ...]  # denominators, sorted; one may be repeated
Zero = tuple[str, str, str]  # cofactor, denominator d, proof that d is not zero


@dataclass
class Value:
    """A sum of ``polynomial / (number * product of denominators)``."""

    ring: Ring
    terms: dict[Inverses, tuple[Polynomial, int]] = field(default_factory=dict)
    denominators: dict[str, Polynomial] = field(default_factory=dict)

    def add(self, *factors: Coefficient) -> Value:
        """Adds a product of coefficients."""
        top, number, inverses = self.ring.one, 1, []
        for factor in factors:
            num, den = parts(factor, self.ring.zero)
            top = top * num
            if den.is_constant():
                number *= int(den.leading_coefficient())
            else:
                self.denominators[str(den)] = den
                inverses.append(str(den))
        key = tuple(sorted(inverses))
        old, scale = self.terms.get(key, (self.ring.zero, 1))
        self.terms[key] = (old * number + top * scale, scale * number)
        return self

    def equation(self, value: Coefficient, needs: Needs, flip: bool = False) -> str:
        """A Coq proof of ``l * (this value) = n``, where n/l is `value` in lowest terms (-n and -l with
        `flip`), up to the identities ``m * (this value) = p + k`` and ``l * p = m * n``."""
        names, ring = needs.names, self.ring
        kept = {key: part for key, part in self.terms.items() if not part[0].is_zero()}
        powers: Counter[str] = Counter()
        for key in kept:
            powers |= Counter(key)
        number = reduce(mul, {scale for _, scale in kept.values()}, 1)
        p, zeros = ring.zero, []
        for key, (top, scale) in kept.items():
            g = top * (number // scale)
            for d, power in (powers - Counter(key)).items():
                g = g * self.denominators[d]**power
            done = [polynomial(g, names)]
            p += g
            for d in key:  # g d1 /d1 d2 /d2 = g + g (d1 /d1 - 1) + g (d1 /d1) (d2 /d2 - 1), and so on
                shown = bracket(polynomial(self.denominators[d], names))
                zeros.append((" * ".join(map(bracket, done)), d))
                done.append(f"{shown} * / {shown}")
        factors = [str(number)] if number != 1 else []
        proofs = [f"(nonzero (coefficient_pos {number} eq_refl))"] if number != 1 else []
        for d, power in powers.items():
            factors += [bracket(polynomial(self.denominators[d], names))] * power
            proofs += [nonvanishing(self.denominators[d], needs)] * power
        n, bottom = parts(value, ring.zero)
        if flip:
            n, bottom = -n, -bottom
        k, vanishes = self._vanishing(zeros, needs)
        texts = [_product(factors), polynomial(bottom, names), polynomial(n, names), polynomial(p, names), k]
        return (f"(cleared {' '.join(f'({x})' for x in texts)} {_nonzero_product(proofs)} {vanishes} _ _)")

    def _vanishing(self, zeros: Sequence[tuple[str, str]], needs: Needs) -> tuple[str, str]:
        """The term k, and the proof that it is zero."""
        if not zeros:
            return "0", "eq_refl"
        grouped: dict[str, list[str]] = {}
        for cofactor, d in zeros:
            grouped.setdefault(d, []).append(cofactor)
        items: list[Zero] = []
        for d, cofactors in grouped.items():
            den = self.denominators[d]
            items.append((" + ".join(cofactors), bracket(polynomial(den, needs.names)), nonvanishing(den, needs)))
        terms = [f"(times_zero ({cofactor}) (inverse {proof}))" for cofactor, _, proof in items]
        return _sum(items), add_zeros(terms)


def _sum(items: Sequence[Zero]) -> str:
    """The sum, in the shape that ``add_zeros`` proves to vanish."""
    if len(items) == 1:
        cofactor, d, _ = items[0]
        return f"({cofactor}) * ({d} * / {d} - 1)"
    half = len(items) // 2
    return f"({_sum(items[:half])}) + ({_sum(items[half:])})"


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
        equation = value.equation(reduced, needs)
        return weaken(f"(zero_as 1 0 _ R1_neq_R0 eq_refl {equation})", "=", want)
    flip, below, relation = False, "Rlt_0_1", ">"
    if bottom.is_constant():
        if not bottom.is_one():
            below = f"(coefficient_pos {bottom} eq_refl)"
    else:
        below, sign = needs.get(bottom, ">")
        flip, relation = sign.flip, sign.relation
    n, bottom = (-n, -bottom) if flip else (n, bottom)
    if n.is_constant():
        have, above = (">" if want == ">" else want), "_"
    else:
        name, sign = needs.get(n, want)
        have, above = sign.relation, name
    equation = value.equation(reduced, needs, flip)
    if have == "=":
        return weaken(f"(zero_as _ _ _ {weaken(below, relation, '!=')} {above} {equation})", "=", want)
    if want == ">":
        return f"(pos_as _ _ _ {below} {above} {equation})"
    return f"(nonneg_as _ _ _ {below} {weaken(above, have, '>=')} {equation})"
