"""n uniform types a side: the second best exactly for every n, and exact bounds of the continuum.

The buyer's i-th value and the seller's j-th cost lie in the i-th and j-th of n equal cells of [0, 1].
What matters of a pair is s = n - (i - j): there are s pairs for each s up to n, with the gain
w = (n + g - s)/n and the virtual surplus b = (n + 1 + e - 2 s)/n.  Types in the middles of cells have
g = e = 0.
"""

from sympy import And, Eq, Implies, Rational, expand, factor, integrate, summation, symbols

import symtrade as st

n, m, s, i, j, x, y, k = symbols("n m s i j x y k")
v, c, w = symbols("v c w")
PROGRAMS = (2, 3, 4, 5, 6)
EVERY = range(2, 41)
CONTINUUM = Rational(9, 64)


def surplus(at, virtual, count):
    return (count + 1 + virtual - 2 * at) / count


def gain(at, shift, count):
    return (count + shift - at) / count


def from_two(residue):
    """n = 4 m + residue is at least 2."""
    return (m >= (0 if residue >= 2 else 1),)


def last(residue, virtual):
    """The last s for which trade of all pairs up to s leaves a budget surplus, where n = 4 m + residue."""
    return 3 * m + (3 * residue + 1 + 3 * virtual) // 4


def total(term, at):
    """The sum of s term(s) up to a number."""
    return factor(summation(expand(k * term(k)), (k, 1, at)))


def value(prover, residue, shift, virtual, attained=True):
    """The largest mean gain for n = 4 m + residue, n >= 2: all pairs up to a last s, and a share of the next
    ones.  With the multiplier at which those count nothing no rule of trade gains more; where that is not
    `attained` they need not be s pairs, of s = n + 1 there are fewer."""
    count, end = 4 * m + residue, last(residue, virtual)
    pivot = end + 1

    def b(at):
        return surplus(at, virtual, count)

    def g(at):
        return gain(at, shift, count)

    known = from_two(residue)
    sums = {}
    for term in (b, g):
        sums[term] = total(term, s)
        step = Eq(sums[term] - sums[term].subs(s, s - 1), s * term(s))
        prover.establish(And(Eq(sums[term].subs(s, 0), 0), step), assuming=known, parameters=(m, s))
    budget = sums[b]
    prover.establish(And(budget.subs(s, end) >= 0, budget.subs(s, pivot) <= 0, b(pivot) < 0, g(pivot) >= 0,
                         end >= 0, (pivot if attained else end) <= count), assuming=known, parameters=(m,))
    multiplier = -g(pivot) / b(pivot)
    prover.establish(Eq(g(s) + multiplier * b(s), (1 + 2 * multiplier) * (pivot - s) / count),
                     assuming=known, parameters=(m, s))
    return factor((sums[g].subs(s, end) + multiplier * budget.subs(s, end)) / count**2)


def at(formulas, count):
    """The value for one n."""
    return formulas[count % 4].subs(m, Rational(count - count % 4, 4))


def theorem_for_finite_types(prover):
    """Means q_0 <= q_1 <= ... of types a step h apart: what incentives cost, by induction from one type to
    the next.  U is the rent of a type, A the sum of means below it, S the sum of rents below it, V that of
    the A.  (For costs from the largest down it is the same.)"""
    h, q, U, U_0, A, S, V, U_1 = symbols("h q U U_0 A S V U_1")
    prover.establish(Implies(And(U_0 + h * A <= U, U + h * q <= U_1), U_0 + h * (A + q) <= U_1),
                     parameters=(h, q, U, U_0, A, U_1))
    rents = And(i * U_0 + h * V <= S, U_0 + h * A <= U)
    prover.establish(Implies(rents, (i + 1) * U_0 + h * (V + A) <= S + U), parameters=(S, i, U_0, h, V, U, A))
    # rents h A leave no type a better report: what a lie loses grows with every step away from it
    D, q_k = symbols("D q_k")
    prover.establish(Implies(And(D >= 0, h > 0, q >= q_k), D + h * (q - q_k) >= 0), parameters=(D, h, q, q_k))
    # V_(i+1) = V_i + A_i for V_i the sum of (i - 1 - k) q_k, by coefficients: so V_n is the sum of
    # (n - 1 - i) q_i, and mean rents are the mean of (1 - F)/f q, which the virtual surplus subtracts
    prover.establish(Eq(i - k, (i - 1 - k) + 1), parameters=(i, k))
    value_of, cost_of = (i + Rational(1, 2)) / n, (j + Rational(1, 2)) / n
    virtual = (value_of - (n - 1 - i) / n) - (cost_of + j / n)
    prover.establish(Eq(virtual, surplus(n - (i - j), 0, n)), assuming=(n > 0,), parameters=(i, j, n))


def cells(prover):
    """A rule of trade that is constant on cells is one for the continuum, with cell means of v - c and of the
    virtual surplus (2 v - 1) - 2 c; any rule has on a cell at most the largest v - c and virtual surplus."""
    here = {v: (i + x) / n, c: (j + y) / n}
    welfare, virtual = (v - c).subs(here), (2 * v - 1 - 2 * c).subs(here)
    for found, claimed in ((welfare, gain(n - (i - j), 0, n)), (virtual, surplus(n - (i - j), -1, n))):
        mean = expand(integrate(expand(found), (x, 0, 1), (y, 0, 1)))
        prover.establish(Eq(mean, claimed), assuming=(n > 0,), parameters=(i, j, n))
    inside = (n > 0, x >= 0, x <= 1, y >= 0, y <= 1)
    prover.establish(And(welfare <= gain(n - (i - j), 1, n), virtual <= surplus(n - (i - j), 1, n)),
                     assuming=inside, parameters=(i, j, n, x, y))


def program(count):
    """Middles of cells with equal probabilities: all incentive and participation constraints."""
    types = tuple((Rational(2 * t + 1)) / (2 * count) for t in range(count))
    equal = (Rational(1, count),) * count
    env = st.FiniteEnvironment(buyer=st.TypeSpace(values=types, probabilities=equal),
                               seller=st.TypeSpace(values=types, probabilities=equal))
    mech = st.DirectMechanism(env)
    return st.maximize(st.gains_from_trade(env, mech),
                       subject_to=(*st.bayesian_ic(env, mech), *st.interim_ir(env, mech)))


@st.derivation("MS-5", "Uniform types: n types a side, and the continuum in between", "section 4")
def discrete_types(prover):
    """The second best for every n; linear programs with all constraints for small n; bounds of 9/64."""
    st.interim_theorem(prover)  # for the continuum
    theorem_for_finite_types(prover)
    cells(prover)
    middle = {r: value(prover, r, 0, 0) for r in range(4)}
    below = {r: value(prover, r, 0, -1) for r in range(4)}
    above = {r: value(prover, r, 1, 1, attained=False) for r in range(4)}
    for count in PROGRAMS:
        (piece,) = prover.solve(program(count)).pieces
        prover.establish(Eq(w, at(middle, count)), assuming=(Eq(w, piece.value),))
    continuum = st.second_best(st.uniform(0, 1), st.uniform(0, 1), 6, prover).welfare.exact
    prover.establish(Eq(w, continuum), assuming=(Eq(w, CONTINUUM),))
    exactly = "; ".join(f"{count}: {at(middle, count)}" for count in EVERY)
    parts = [st.Part("From 2 to 40 types a side", exactly)]
    for r in range(4):
        count = 4 * m + r
        gap = count * (above[r] - below[r])
        prover.establish(And(below[r] <= continuum, continuum <= above[r], gap <= 1), assuming=from_two(r))
        here = {m: (n - r) / 4}
        parts += [
            st.Part(f"The continuum gains at least (n = {r} modulo 4)", factor(below[r].subs(here))),
            st.Part(f"and at most (n = {r} modulo 4)", factor(above[r].subs(here)))]
    lines = [st.Line(Eq(n, 4 * m + r), factor(middle[r].subs(m, (n - r) / 4))) for r in range(4)]
    return st.Result(statement=tuple(lines), parts=tuple(parts), axioms=(st.INTEGRALS,))
