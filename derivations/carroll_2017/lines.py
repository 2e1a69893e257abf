"""What the line-by-line checks of the appendices share: numbered claims, and mechanisms on a list.

Appendix C writes q(b, s) and u(b, s) for the outcome at the signals of the state (b, s), and leaves
out pairs of signals that never occur.  So does ``Lines``: every line that holds follows from
constraints in which no other pair appears, so what a mechanism does there is irrelevant
(footnote 9).  A line that fails is refuted by mechanisms with every pair and every constraint.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from sympy import Eq, Ge, Gt, Le

import symtrade as st

SHORT = (
    (r"\b([bs])\+", r"\\bar{\1}"), (r"\b([bs])-", r"\\underline{\1}"), (r"\b([pu])\[([^\]]*)\]", r"\1_{\2}"),
    (r"\bM([12])\b", r"\\mathcal{M}^\1"), (r"\(L\)", r"(\\mathcal{L})"), (r"\blam\b", r"\\lambda"),
)
RELATIONS = {"=": lambda a, b: Eq(a, b, evaluate=False), r"\leq": Le, r"\geq": Ge, ">": Gt}


@dataclass(frozen=True)
class Side:
    """One side of a printed relation; `right_latex`, `right` are what it should read, if not that."""

    latex: str
    value: Any
    right_latex: str | None = None
    right: Any = None

    @property
    def mended(self):
        """LaTeX and meaning as they should be."""
        return (self.latex, self.value) if self.right_latex is None else (self.right_latex, self.right)


@dataclass
class Page:
    """Claims of one appendix, numbered as they come: CA-14.C.1, CA-14.C.2, ..."""

    prover: Any
    prefix: str
    number: int = 0

    def judge(self, place, printed, reads, **context):
        """Judge the next claim."""
        self.number += 1
        if "assuming" in context and not isinstance(context["assuming"], tuple):
            context["assuming"] = (context["assuming"],)
        return self.prover.judge(f"{self.prefix}.{self.number}", place, printed, reads, **context)

    def step(self, place, left, relation, right, **context):
        """Judge `left relation right`, two sides; corrected where either of them is."""
        wrong = left.right_latex is not None or right.right_latex is not None
        if wrong:
            (latex_left, value_left), (latex_right, value_right) = left.mended, right.mended
            context["corrected"] = (f"{latex_left} {relation} {latex_right}",
                                    RELATIONS[relation](value_left, value_right))
        elif "note" in context:
            del context["note"]
        return self.judge(place, f"{left.latex} {relation} {right.latex}",
                          RELATIONS[relation](left.value, right.value), **context)


class Lines:
    """What the lines about a list of information structures may use."""

    def __init__(self, information):
        self.information = information
        on_path = st.total_minimum_utility(information, off_path=False)
        self.row = {row.name: replace(row, scope=on_path.scope) for row in on_path.constraints}
        rows = st.total_minimum_utility(information).constraints
        self.everything = tuple(row for row in rows if row.name.startswith(("IC", "IR")))

    def mechanism(self, number):
        """The direct mechanism on the structure of this number."""
        return Mechanism(self, number)


class Mechanism:
    """A direct mechanism on a structure, in the notation of appendix C.

    A state is named by its pair of values; where two states share it, the second is (b, s, "'").
    """

    def __init__(self, lines, number):
        self.row, self.everything = lines.row, lines.everything
        self.information, self.number = lines.information, number
        self.values, self.signals, self.q, self.t = {}, {}, {}, {}
        for state in self.information.structures[number - 1].states:
            key = state.values if state.values not in self.values else (*state.values, "'")
            self.values[key], self.signals[key] = state.values, state.signals
            self.q[key], self.t[key] = self.information.outcome(number, *state.signals)

    def u_B(self, *state):
        """The buyer's payoff in a state."""
        return self.values[state][0] * self.q[state] - self.t[state]

    def u_S(self, *state):
        """The seller's payoff in a state."""
        return self.t[state] - self.values[state][1] * self.q[state]

    def u(self, side, value):
        """The expected payoff of a type."""
        return self.information.utility(self.number, "BS".index(side), value).expr

    def minimum(self, side, value):
        """The constraint that the minimum utility of a type is at most its utility here."""
        return self.row[f"MIN_{side}^{self.number}[{value}]"]

    def ic(self, side, state, lie):
        """Incentive compatibility: in `state`, pretend to have the signal of `lie`."""
        k = "BS".index(side)
        return self.row[f"IC_{side}^{self.number}[{self.signals[state][k]} -> {self.signals[lie][k]}]"]

    def ir(self, side, state):
        """Individual rationality in a state."""
        return self.row[f"IR_{side}^{self.number}[{self.signals[state]['BS'.index(side)]}]"]

    def at_least_0(self, state):
        """q(b, s) >= 0."""
        return self.row[f"{self.q[state]} >= 0"]

    def at_most_1(self, state):
        """q(b, s) <= 1."""
        return self.row[f"{self.q[state]} <= 1"]

    def no_trade(self, state):
        """What shows that nobody gets anything in a state that both know and where b < s."""
        return (self.ir("B", state), self.ir("S", state), self.at_least_0(state))


def tex(short):
    r"""LaTeX from a short form: ``b+`` for \bar{b}, ``s-`` for \underline{s}, ``p[b+]`` for p with an
    index, ``M1`` for \mathcal{M}^1, ``L`` for \mathcal{L}, ``lam`` for \lambda.

    >>> print(tex("p[b+]u_S(b+, s-)"))
    p_{\bar{b}}u_S(\bar{b}, \underline{s})
    """
    for pattern, latex in SHORT:
        short = re.sub(pattern, latex, short)
    return short
