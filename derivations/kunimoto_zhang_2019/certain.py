"""Types of the buyer that trade for certain, as claims on a part of the parameter set."""

from sympy import And, Implies, Or


def somebody(prover, certain, assuming):
    """Types below the highest one of whom trades for certain, and the claim that one does: it speaks of every
    type of the seller.  None and False if there are none."""
    low, high = certain.trade.environment.buyer.law.support
    claims = [
        (case.buyer_type, case.when, And(certain.trade.certain(case.buyer_type), case.buyer_type >= low))
        for case in certain.cases
        if case.buyer_type is not None and not bool(prover.prove(~case.when, assuming=assuming))
    ]
    claims = [(who, when, And(claim, who < high)) for who, when, claim in claims]
    for who, _, claim in claims:
        if bool(prover.prove(claim, assuming=assuming)):
            return (who,), claim
    if not claims:
        return None, False
    every = And(Or(*(when for _, when, _ in claims)), *(Implies(when, claim) for _, when, claim in claims))
    return tuple(who for who, _, _ in claims), every
