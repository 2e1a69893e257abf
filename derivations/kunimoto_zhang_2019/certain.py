"""Which types of the buyer trade for certain: what Assumption 1 is about."""

from itertools import combinations

from sympy import And, Eq, Ge, Gt, Implies, Le, Lt, Ne, Or, fraction, together

import symtrade as st

from .example_2 import theta_2


def certain_trade(prover, env, assuming):
    """Where trade is certain, given the buyer's type: where its probability is 1."""
    chance = st.efficient_trade(env, "buyer", assuming=assuming, prover=prover)
    known, found = (*env.ranges_of("buyer"), *assuming), []
    for value, when in chance.lines:
        top, bottom = fraction(together(value))
        if value == 1 or not bool(prover.prove(Implies(when, Ne(top, bottom)), assuming=known)):
            found.append(when if value == 1 else And(when, Eq(top, bottom)))
    return Or(*found), chance


def somebody(prover, certain, low, high, assuming):
    """Types in [low, high) of whom one trades for certain, and that claim: the lowest type, the middle one,
    or those on the edge of a condition for certain trade, one or two of them.  None and False if none do."""
    atoms = {r for r in certain.atoms(Ge, Gt, Le, Lt, Eq) if r.has(theta_2) and len(r.free_symbols) > 2}
    edges = sorted({st.threshold(r.lhs - r.rhs, theta_2) for r in atoms}, key=str)
    claims = [
        ((c,), And(c >= low, c < high, part.subs(theta_2, c)))
        for c in (low, *edges, (low + high) / 2)
        for part in (certain.args if isinstance(certain, Or) else (certain,))
    ]
    pairs = [((*a, *b), Or(one, two)) for (a, one), (b, two) in combinations(claims, 2)]
    for types, claim in (*claims, *pairs):
        if bool(prover.prove(claim, assuming=assuming)):
            return types, claim
    return None, False
