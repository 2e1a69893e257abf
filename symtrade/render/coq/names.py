"""Coq identifiers for parameters, variables and constraints, and comments that hold any text.

>>> names = Names()
>>> names.fresh("q[b_hi, s_lo]"), names.fresh("q[b_hi; s_lo]"), names.fresh("forall"), names.fresh("z1")
('q_b_hi_s_lo', 'q_b_hi_s_lo_', 'forall_', 'v_z1')
>>> comment('the "(*" of x*(a)')
"(* the '( *' of x*(a) *)"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Coq's keywords, and every name that the library Symtrade or a transcription uses.
RESERVED = frozenset(
    "C through_chart "
    "as at cofix else end exists exists2 fix for forall fun if IF in let match mod Prop return Set "
    "SProp then Type using where with by R Z O S I X T P F G M E v x m s Pos Non Any True False not "
    "nat list bool kind in_kind term t sum monomial pow IZR positive nonnegative even_powers "
    "positive_powers orthant attained maximum minimum infeasible unbounded_above unbounded_below weak "
    "weak_zero nonzero nonzero_minus square_n square_p cleared vanishes over opposite equal solved "
    "not_different inverse refuted coefficient_pos trichotomy some_largest meet at_most nowhere "
    "reaches sinks pos_as nonneg_as zero_as nonzero_as maximum_as minimum_as factor_nonzero identity "
    "numbers cases largest moved same region point Point feasible Feasible objective value claim "
    "coords kinds chart solution optimum implication everything conj proj1 proj2 eq_refl ex_intro "
    "or_introl or_intror False_ind".split()
)
# z1 (coordinates), H1 (hypotheses), w1 (multipliers), leaf_0_feasible (lemmas) and the like
_PATTERN = re.compile(
    r"[zyHwFSCEWGT]\d+|(?:piece|value|leaf|sign|fact|along|slack|from|to|row|plus|times|apart|"
    r"far|region|chart|refuted|at|back|negation)_.*|R\w*"
)


@dataclass
class Names:
    """Identifiers given out so far; no two are equal and none is reserved."""

    taken: set[str] = field(default_factory=set)

    def fresh(self, name: str) -> str:
        """An identifier that resembles `name`."""
        plain = "".join(c if c.isascii() else f"_u{ord(c):x}_" for c in name)
        plain = re.sub(r"\W+", "_", plain.replace("->", " to ")).strip("_") or "v"
        if not plain[0].isalpha() or _PATTERN.fullmatch(plain):
            plain = "v_" + plain
        while plain in RESERVED or plain in self.taken:
            plain += "_"
        self.taken.add(plain)
        return plain

    def copy(self) -> Names:
        return Names(set(self.taken))


def comment(text: str) -> str:
    """A Coq comment: it can neither end early nor open a string."""
    safe = " ".join(text.split()).replace('"', "'")
    while "(*" in safe or "*)" in safe:
        safe = safe.replace("(*", "( *").replace("*)", "* )")
    return f"(* {safe} *)"
