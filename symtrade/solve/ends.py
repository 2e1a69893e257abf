"""Search for leaves at an end of the box at which the claimed function is zero."""

from __future__ import annotations

import math
from functools import cached_property
from itertools import islice

from flint import fmpq

from symtrade.kernel.balls import Box, Claim, Leaf, Positive
from symtrade.kernel.ends import MOST, End, levels, refusal
from symtrade.kernel.exact_values import ExactValues
from symtrade.kernel.functions import Functions
from symtrade.kernel.polynomial import parse_rational

NEAR = 8    # the part of a side that a leaf at its end may take
ORDERS = 7  # of derivatives that are looked at


def equal(claim: Claim) -> bool:
    """Whether the claim is that a function is at least 0 which is zero everywhere."""
    return _weak(claim) and ExactValues(claim.functions, {}).vanishes(claim.functions.roots[0])


def _weak(claim: Claim) -> bool:
    return isinstance(claim, Positive) and claim.relation == ">="


class Ends:
    """The ends of a claim's box, looked at when the search first comes near one."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim

    @cached_property
    def places(self) -> list[End]:
        """What may settle a leaf at an end of the claim's box, besides its sign."""
        if not _weak(self.claim):
            return []
        found = []
        for variable, (low, high) in enumerate(self.claim.box):
            for side in (False, True) if low < high else ():
                end = End(variable, side, _power(self.claim.functions), 0)
                order = _order(self.claim.functions, self.claim.box, end)
                if order is not None:
                    found.append(End(variable, side, end.power, order))
        return found

    def settled(self, box: Box) -> Leaf | End | None:
        """A leaf for a box at an end of the claim's, if one settles it."""
        if self.claim.box == box and equal(self.claim):
            return Leaf("equal", 0)
        for end in self.places if _weak(self.claim) else ():
            (low, high), (first, last) = box[end.variable], self.claim.box[end.variable]
            touches = high == last if end.high else low == first
            if touches and (high - low) * NEAR <= last - first and refusal(
                    self.claim.functions, box, end) is None:
                return end
        return None


def _order(functions: Functions, box: Box, end: End) -> int | None:
    """The order of the first derivative that is not known to be zero at the end; None where there is
    nothing to gain, for the function itself is not zero there."""
    name = functions.variables[end.variable]
    for order, g in enumerate(islice(levels(functions, box, end), ORDERS)):
        if not ExactValues(g, {name: fmpq(0)}).vanishes(g.roots[0]):
            return order
    return None


def _power(functions: Functions) -> int:
    """A power of t that makes powers with rational exponents whole."""
    found = [2] if any(node[0] == "sqrt" for node in functions.nodes) else []
    for operation, texts, arguments in functions.nodes:
        exponents = [parse_rational(t) for t in texts] if operation in ("betainc", "gammainc") else []
        if operation == "pow" and functions.nodes[arguments[1]][0] == "number":
            exponents = [parse_rational(functions.nodes[arguments[1]][1][0])]
        found += [int(e.q) for e in exponents]
    power = math.lcm(*found) if found else 1
    return power if power <= MOST else 1
