"""Myerson and Satterthwaite's Theorems 1 and 2 for continuous types, and Myerson's ironing lemma, in steps.

Each function has a prover establish the steps, for unspecified probabilities, rents and densities.  What
they take from analysis is INTEGRALS alone; that a number which is at most k times another for k = 1, 1/2,
1/4, ... is at most 0 is used where bounds are halved.
"""

from __future__ import annotations

from sympy import And, Eq, Implies, symbols

from symtrade.model.theory import unspecified_functions
from symtrade.prover import Prover

INTEGRALS = ("an integral is additive over intervals next to each other, and at most that of any larger"
             " integrand")

v, w, q_v, q_w, q_m, U_v, U_w, area, k, length = symbols("v w q_v q_w q_m U_v U_w A k length")
TRUTH = (U_v >= U_w + q_w * (v - w), U_w >= U_v - q_v * (v - w))


def truth_is_optimal(prover: Prover) -> None:
    """Reports of v for w and of w for v gain nothing, for all v and w, if and only if the probability of
    trade q increases and the rent U increases by its integral A.  A seller of cost c is a buyer of value -c.

    Raises what the prover raises: nothing, for a failed step is noted there.

    >>> from symtrade.prover import Searching
    >>> prover = Searching()
    >>> truth_is_optimal(prover)
    >>> prover.failures
    []
    """
    between = (area >= q_w * (v - w), area <= q_v * (v - w))  # q increases from w to v
    upwards, names = (v > w,), (v, w, q_v, q_w, U_v, U_w)
    prover.establish(Implies(And(*TRUTH), q_v >= q_w), assuming=upwards, parameters=names)
    for gap in (U_v - U_w - area, area - U_v + U_w):
        prover.establish(Implies(And(*TRUTH, *between), gap <= (q_v - q_w) * (v - w)),
                         assuming=upwards, parameters=(*names, area))
    halving(prover)  # so the gap is 0
    for claim in TRUTH:
        prover.establish(Implies(And(Eq(U_v, U_w + area), *between), claim), assuming=upwards,
                         parameters=(*names, area))


def halving(prover: Prover) -> None:
    """Let an additive E be at most k (q_v - q_w) L on every interval, L being additive too.  Cut where L is
    halved: then it is at most k/2 times that."""
    first, second = symbols("E_1 E_2")
    half = length / 2
    parts = And(first <= k * (q_m - q_w) * half, second <= k * (q_v - q_m) * half)
    prover.establish(Implies(parts, first + second <= k / 2 * (q_v - q_w) * length),
                     parameters=(first, second, k, q_v, q_m, q_w, length))


def budget(prover: Prover) -> None:
    """Expected payments are the virtual surplus less the worst types' rents; so it is their sum where the
    budget balances.  Any payments with equal means are those of a budget that balances for all types."""
    x, lo, Q, F, f, U, T, M, u = symbols("x lo Q F f U T M u")
    buyer = unspecified_functions(
        (x,), {F: {x: f}, f: {x: None}, Q: {x: None}, U: {x: Q}, T: {x: (x * Q - U) * f},
               M: {x: (x * f - (1 - F)) * Q}}, (lo, u), {"lo": (x, lo, {F: 0, U: u, T: 0, M: 0})})
    prover.establish(buyer.equal(T, M + U * (1 - F) - u))   # at the top, F = 1: T = M - u
    seller = unspecified_functions(
        (x,), {F: {x: f}, f: {x: None}, Q: {x: None}, U: {x: -Q}, T: {x: (x * Q + U) * f},
               M: {x: (x * f + F) * Q}}, (lo, u), {"lo": (x, lo, {F: 0, T: 0, M: 0, U: u})})
    prover.establish(seller.equal(T, M + U * F))            # at the top, F = 1: T = M + U
    paid, received, surplus, cost, u_B, u_S = symbols("paid received surplus cost u_B u_S")
    ends = (Eq(paid, surplus - u_B), Eq(received, cost + u_S))
    names = (paid, received, surplus, cost, u_B, u_S)
    balanced = And(*ends, Eq(paid, received))
    prover.establish(Implies(balanced, Eq(surplus - cost, u_B + u_S)), parameters=names)
    prover.establish(Implies(And(Eq(surplus - cost, u_B + u_S), u_B >= 0, u_S >= 0), surplus - cost >= 0),
                     parameters=names[2:])
    prover.establish(Implies(And(*ends, Eq(u_B, surplus - cost), Eq(u_S, 0)), Eq(paid, received)),
                     parameters=names)
    prover.establish(Implies(And(TRUTH[0], q_w >= 0, U_w >= 0), U_v >= 0), assuming=(v > w,),
                     parameters=(v, w, q_w, U_v, U_w))      # the lowest type gains least
    own, others, mean = symbols("own others mean")          # the payment own + others' - mean
    prover.establish(Implies(Eq(others, mean), Eq(own + others - mean, own)), parameters=(own, others, mean))


def multiplier(prover: Prover) -> None:
    """Theorem 2: no mechanism whose virtual surplus is not negative has a larger welfare than one whose
    virtual surplus is 0 and which maximises welfare plus a multiple of the virtual surplus."""
    W, B, W_0, B_0, a = symbols("W B W_0 B_0 a")
    prover.establish(Implies(And(W + a * B <= W_0 + a * B_0, B >= 0, Eq(B_0, 0)), W <= W_0),
                     assuming=(a >= 0,), parameters=(W, B, W_0, B_0, a))


def interim_theorem(prover: Prover) -> None:
    """Theorems 1 and 2: which probabilities of trade can be implemented without outside money; and when one
    of them is second best.

    >>> from symtrade.prover import Searching
    >>> prover = Searching()
    >>> interim_theorem(prover), ironing_lemma(prover), prover.failures
    (None, None, [])
    """
    truth_is_optimal(prover)
    budget(prover)
    multiplier(prover)


def ironing_lemma(prover: Prover) -> None:
    """Increasing probabilities q gain, on a pool of types, no more than with the mean level where the
    integral D of (level less mean) times density, from the pool's low end up, is nowhere negative.

    A is the integral of q against D', and V that of the absolute value of D'; A - q_w (D_v - D_w) is the
    integral of q - q_w, which is between 0 and q_v - q_w.  The gap E between A and (the increase of q D) is
    additive.  The pool's ends have D = 0.
    """
    D_v, D_w, E = symbols("D_v D_w E")
    gap = area - (q_v * D_v - q_w * D_w)
    step = And(area - q_w * (D_v - D_w) <= (q_v - q_w) * length, D_v >= 0)
    names = (area, q_v, q_w, D_v, D_w, length)
    prover.establish(Implies(step, gap <= (q_v - q_w) * length), assuming=(q_v >= q_w,), parameters=names)
    halving(prover)  # so the gap is at most 0
    prover.establish(Implies(And(Eq(E, gap), E <= 0, Eq(D_v, 0), Eq(D_w, 0)), area <= 0),
                     parameters=(*names, E))
