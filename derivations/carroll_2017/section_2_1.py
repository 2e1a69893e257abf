"""Section 2.1: why only one order of the four values needs a design."""

from itertools import pairwise, product

from sympy import And, Eq, Gt, Implies, Lt, Not, Or, Symbol

import symtrade as st

from .environment import ORDER, VALUES, b_hi, b_lo, s_hi, s_lo

x = Symbol("x")
TYPES = (s_lo < s_hi, b_lo < b_hi)
PAIRS = tuple(product((b_lo, b_hi), (s_lo, s_hi)))


def weak_orders():
    """Every weak order of the values with s_lo < s_hi and b_lo < b_hi, as ranks."""
    for ranks in product(range(len(VALUES)), repeat=len(VALUES)):
        rank = dict(zip(VALUES, ranks, strict=True))
        if set(ranks) == set(range(max(ranks) + 1)) and rank[s_lo] < rank[s_hi] and rank[b_lo] < rank[b_hi]:
            yield rank


def relations(rank):
    """A weak order as a chain of relations between neighbours."""
    chain = sorted(VALUES, key=lambda v: (rank[v], VALUES.index(v)))
    return tuple(v < w if rank[v] < rank[w] else Eq(v, w) for v, w in pairwise(chain))


def no_other_order():
    """However the buyer's values compare with the seller's, it is one of the weak orders."""
    known = {tuple(compare(rank[b], rank[s]) for b, s in PAIRS) for rank in weak_orders()}
    return And(*(
        Not(And(*(sign(b, s) for sign, (b, s) in zip(signs, PAIRS, strict=True))))
        for signs in product((Lt, Eq, Gt), repeat=len(PAIRS)) if signs not in known
    ))


def compare(one, other):
    """The relation between two ranks."""
    return Lt if one < other else Gt if one > other else Eq


def first_best(rank):
    """A direct mechanism for a weak order, its efficient trades, and what first best asks of it."""
    env = st.FiniteEnvironment(buyer=st.TypeSpace((b_lo, b_hi)), seller=st.TypeSpace((s_lo, s_hi)),
                               assuming=relations(rank))
    mech = st.DirectMechanism(env)
    decision = {Gt: 1, Eq: None, Lt: 0}
    trade = {(b, s): decision[compare(rank[b], rank[s])] for b, s in PAIRS}
    return env, mech, trade, (
        *st.dominant_strategy_ic(env, mech), *st.ex_post_ir(env, mech), *st.efficiency(env, mech, trade))


def posted_price_that_works(prover, rank):
    """A price among the values, and what shows that it is first best: q and t satisfy every
    constraint, and q (b - s) = max(b - s, 0) at every pair."""
    env, mech, _, wanted = first_best(rank)
    for price in (b_lo, b_hi, s_lo, s_hi):
        program = st.feasibility((*wanted, *st.posted_price(env, mech, price)))
        solution = prover.solve(program)
        if [piece.status for piece in solution.pieces] != ["optimal"]:
            continue
        outcome = solution.pieces[0].primal
        gains = [(mech.q[b, s].xreplace(outcome) * (b - s), b - s) for b, s in PAIRS]
        incentives = [row.expr.xreplace(outcome) for row in program.constraints
                      if row.name[:2] in ("IC", "IR")]
        return price, And(*incentives, *(
            And(gain >= 0, gain >= best, Or(Eq(gain, 0), Eq(gain, best))) for gain, best in gains))
    return None, False


@st.derivation("CA-1", "The orders of the values that need no design", "2.1")
def needs_no_design(prover):
    """Of the thirteen weak orders twelve have a first-best price: five of the six strict ones (one of
    them without gains from trade) and all seven with a tie (one of them without gains)."""
    lines, shown = [], []
    for rank in weak_orders():
        order = relations(rank)
        if set(order) == set(ORDER):
            own_rank = rank
            continue
        price, proof = posted_price_that_works(prover, rank)
        prover.establish(proof, assuming=order)
        lines.append(st.Line(And(*order), price))
        shown.append(Implies(And(*order), proof))
    prover.establish(no_other_order(), assuming=TYPES)

    _, mech, trade, wanted = first_best(own_rank)
    at_one_price = {mech.q[pair]: trade[pair] for pair in PAIRS}
    at_one_price |= {mech.t[pair]: x * trade[pair] for pair in PAIRS}
    none = prover.solve(st.LinearProgram(
        variables=(x,), objective=0, assuming=ORDER,
        constraints=[(row.name, row.expr.subs(at_one_price)) for row in wanted]))
    prover.establish(all(piece.status == "infeasible" for piece in none.pieces))
    prover.judge(
        "CA-1.1", "section 2.1",
        r"\text{for any other ordering, first-best welfare can be achieved by a single posted price}",
        And(*shown), assuming=TYPES,
    )
    return st.Result(
        statement=(*lines, st.Line(And(*ORDER), Symbol("none"))),
        parts=(st.Part("No posted price x is first best in the remaining order", none),),
    )
