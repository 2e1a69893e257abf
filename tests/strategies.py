"""Random models for property tests.

Each generator takes a ``random.Random``, so that an example is named by one seed;
:func:`from_seed` makes a Hypothesis strategy of it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any, TypeVar

import sympy
from hypothesis import strategies

import symtrade as st
from tests.oracles import condition_holds

T = TypeVar("T")
A, B = sympy.symbols("a b")
X, Y, Z = sympy.symbols("x y z")


def from_seed(generator: Callable[[Random], T]) -> strategies.SearchStrategy[T]:
    """A strategy that shrinks to small seeds."""
    return strategies.integers(0, 10**6).map(lambda seed: generator(Random(seed)))


# --- parameter sets --------------------------------------------------------------------------------

REGIONS: tuple[tuple[tuple[Any, ...], tuple[Any, ...]], ...] = (  # parameters, conditions
    ((A,), (A > 0, A < 1)),
    ((A,), (A > 0,)),
    ((A,), (A >= 0, A <= 2)),
    ((A,), ()),
    ((A, B), (A < B,)),
    ((A, B), (A > 0, B > 0)),
    ((A, B), (A > 0, A < 1, B > 0, B < 1)),
    ((A, B), (A >= 0, B >= A)),
    ((A, B), ()),
    ((A, B), (sympy.Eq(A + B, 1), A > 0, B > 0)),
    ((A, B), (A * B >= 1, A > 0)),
    ((A, B), (sympy.Ne(A, B),)),
)


def rational(random: Random, size: int = 3) -> sympy.Rational:
    return sympy.Rational(random.randint(-size, size), random.choice((1, 1, 2, 3)))


def region_points(random: Random, region: Any, count: int, tries: int = 400) -> list[dict[str, Fraction]]:
    """Up to `count` different rational points of a region, a good part of them on its boundary or on
    special lines."""
    names, found = region.ring.names, []
    for _ in range(tries):
        size = random.choice((1, 2, 6, 14))
        point = {n: Fraction(random.randint(-size, size), random.choice((1, 2, 3, 4))) for n in names}
        if len(names) == 2 and random.random() < 0.4:
            first = point[names[0]]
            point[names[1]] = random.choice((1 - first, first, 1 / first if first else Fraction(0)))
        if point not in found and all(condition_holds(c, names, point) for c in region.conditions):
            found.append(point)
            if len(found) == count:
                break
    return found


# --- linear programs -------------------------------------------------------------------------------


def entry(random: Random, parameters: tuple[Any, ...], symbolic: float) -> Any:
    """A small coefficient: mostly a number, sometimes with a parameter."""
    number = rational(random)
    if not parameters or random.random() > symbolic:
        return number
    p = random.choice(parameters)
    return random.choice((p, -p, p + number, 1 - p, p * number, p * random.choice(parameters)))


def small_program(random: Random) -> Any:
    """1-3 variables, 1-5 rows, 1-2 parameters in the matrix, the objective and the bounds."""
    parameters, conditions = random.choice(REGIONS)
    variables = (X, Y, Z)[: random.randint(1, 3)]
    symbolic = random.choice((0.1, 0.25))
    rows: list[Any] = []
    for number in range(random.randint(1, 5)):
        left = sum(entry(random, parameters, symbolic) * v for v in variables)
        right = entry(random, parameters, symbolic)
        relation = random.choice((*[sympy.Le] * 4, *[sympy.Ge] * 3, sympy.Eq))(left, right, evaluate=False)
        if left != 0:
            rows.append((f"row{number}", relation))
    if random.random() < 0.6:
        rows += [(f"{v} >= 0", sympy.Ge(v, 0)) for v in variables]
    if random.random() < 0.5:
        rows += [(f"{v} <= 2", sympy.Le(v, 2)) for v in variables]
    return st.LinearProgram(
        variables=variables, parameters=parameters, assuming=conditions,
        objective=sum(entry(random, parameters, symbolic) * v for v in variables) + rational(random),
        constraints=rows, sense=random.choice(("max", "min")),
    )


# --- environments ----------------------------------------------------------------------------------


def environment(random: Random) -> st.FiniteEnvironment:
    """2x2, 2x3 or 3x2 types; numbers with one or two symbols; correlated or interdependent at times."""
    n, m = random.choice(((2, 2), (2, 2), (2, 3), (3, 2)))
    grid = sorted(random.sample(range(1, 12), n + m))
    random_order = random.sample(grid, n + m)
    buyers: list[Any] = [sympy.Integer(v) for v in sorted(random_order[:n])]
    sellers: list[Any] = [sympy.Integer(v) for v in sorted(random_order[n:])]
    assuming: tuple[Any, ...] = ()
    kind = random.choice(("numbers", "value", "probability", "both"))
    if kind in ("value", "both"):
        low = buyers[-2]
        buyers[-1] = A
        assuming += (low < A,) if random.random() < 0.5 else (low < A, low + 3 > A)
    p: list[Any] = weights(random, n)
    q = weights(random, m)
    if kind in ("probability", "both"):
        p[0], p[1] = B, p[0] + p[1] - B
        assuming += (B > 0, p[1] > 0)
    more: dict[str, Any] = {}
    spaces: dict[str, Any] = {"buyer": st.TypeSpace(tuple(buyers), tuple(p)),
                              "seller": st.TypeSpace(tuple(sellers), tuple(q))}
    if kind in ("numbers", "value") and random.random() < 0.4:
        joint = weights(random, n * m)
        more["joint"] = tuple(tuple(joint[i * m : (i + 1) * m]) for i in range(n))
        spaces = {"buyer": st.TypeSpace(tuple(buyers)), "seller": st.TypeSpace(tuple(sellers))}
    if random.random() < 0.3:
        more["buyer_values"] = tuple(tuple(b + s / 4 for s in sellers) for b in buyers)
    return st.FiniteEnvironment(**spaces, assuming=assuming, **more)


def weights(random: Random, count: int) -> list[Any]:
    """Positive rationals that sum to one."""
    raw = [random.randint(1, 4) for _ in range(count)]
    return [sympy.Rational(w, sum(raw)) for w in raw]


def mechanism_program(random: Random) -> Any:
    """A program over mechanisms of a random environment."""
    return program_of(environment(random), random)


def program_of(env: st.FiniteEnvironment, random: Random) -> Any:
    mech = st.DirectMechanism(env, budget=random.choice(("exact", "separate")))
    incentives, participation = random.choice((
        (st.bayesian_ic, st.interim_ir), (st.bayesian_ic, st.ex_post_ir), (st.ex_post_ic, st.ex_post_ir)))
    rows = (*incentives(env, mech), *participation(env, mech))
    goals = [st.gains_from_trade, st.trade_probability, st.buyer_surplus, st.seller_surplus]
    if mech.budget == "separate":
        rows = (*rows, *st.weak_budget_balance(env, mech))
        goals.append(st.revenue)
    goal = random.choice(goals)
    return st.maximize(goal(env, mech), subject_to=rows)
