"""Benchmarks: CPU seconds (median of several runs), beside the peers that can do the task at all.

    python benchmarks/run.py [NAME ...]

Each figure is measured in this process with ``time.process_time``; ratios are taken between
figures of the same run, because machines differ and drift.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
from flint import fmpq
from sympy import Rational, symbols

import symtrade as st
from symtrade.solve.pointwise import Pointwise

S_LO, B_LO, S_HI, B_HI, P_BHI, P_SLO = symbols("s_lo b_lo s_hi b_hi p_bhi p_slo")


def cpu(run: Callable[[], Any], times: int) -> float:
    """Median CPU seconds of `run`."""
    figures = []
    for _ in range(times):
        began = time.process_time()
        run()
        figures.append(time.process_time() - began)
    return statistics.median(figures)


def show(name: str, seconds: float, goal: float | None, note: str = "") -> None:
    target = "" if goal is None else f"goal {goal * 1e3:9.1f} ms"
    print(f"{name:<46} {seconds * 1e3:10.2f} ms   {target:<18} {note}", flush=True)


def symbolic_environment() -> Any:
    return st.FiniteEnvironment(
        buyer=st.TypeSpace(values=(B_LO, B_HI), probabilities=(1 - P_BHI, P_BHI)),
        seller=st.TypeSpace(values=(S_LO, S_HI), probabilities=(P_SLO, 1 - P_SLO)),
        assuming=(S_LO < B_LO, B_LO < S_HI, S_HI < B_HI, P_BHI > 0, P_BHI < 1, P_SLO > 0, P_SLO < 1),
    )


def symbolic_program(kind: str) -> Any:
    env = symbolic_environment()
    mech = st.DirectMechanism(env)
    rows = {
        "dominant": lambda: (*st.dominant_strategy_ic(env, mech), *st.ex_post_ir(env, mech)),
        "bayesian": lambda: (*st.bayesian_ic(env, mech), *st.interim_ir(env, mech)),
    }[kind]()
    return st.maximize(st.gains_from_trade(env, mech), subject_to=rows)


def uniform_program(n: int, kind: str = "bayesian") -> Any:
    values = [Rational(2 * i + 1, 2 * n) for i in range(n)]
    side = st.TypeSpace(values=values, probabilities=[Rational(1, n)] * n)
    env = st.FiniteEnvironment(buyer=side, seller=side)
    mech = st.DirectMechanism(env)
    if kind == "bayesian":
        rows = (*st.bayesian_ic(env, mech), *st.interim_ir(env, mech))
    else:
        rows = (*st.dominant_strategy_ic(env, mech), *st.ex_post_ir(env, mech))
    return st.maximize(st.gains_from_trade(env, mech), subject_to=rows)


def parametric() -> None:
    """Six symbolic parameters: solve with all proofs, and check."""
    for kind, title in (("dominant", "Lemma 2.1, dominant strategies"), ("bayesian", "Bayesian 2x2")):
        program = symbolic_program(kind)
        solution = st.solve(program)
        note = f"{len(solution.pieces)} pieces, {len(solution.to_json())} bytes"
        show(f"{title}: solve and prove", cpu(lambda p=program: st.solve(p), 7), 0.5, note)
        show(f"{title}: check", cpu(lambda s=solution: st.check(s), 7), 0.1)


def lists() -> None:
    """Carroll's lists of information structures, every pair of signals: solve with all proofs, check."""
    from symtrade.derivations.carroll_2017.tables_3_and_4 import TABLE_3, TABLE_4

    for title, information in (("Table 3", TABLE_3), ("Table 4, overlapping", TABLE_4)):
        program = st.total_minimum_utility(information)
        solution = st.solve(program)
        note = (f"{len(solution.pieces)} pieces, {len(program.variables)} variables, "
                f"{len(program.constraints)} rows")
        show(f"{title}: solve and prove", cpu(lambda p=program: st.solve(p), 5), 1.5, note)
        show(f"{title}: check", cpu(lambda s=solution: st.check(s), 7), 0.15)


def papers() -> None:
    """The stored results of every paper, replayed against their models, each paper as one run."""
    import json

    from symtrade.cli.home import stored
    from symtrade.papers import library, replay
    from symtrade.prover import Memory

    goals = {"carroll_2017": 5.0}
    for paper in library():
        files = [(item, json.loads(stored(paper, item).read_text(encoding="utf-8")))
                 for item in paper.derivations]

        def check(paper: Any = paper, files: Any = files) -> None:
            memory = Memory()
            for item, data in files:
                replay(paper, item, data, memory)

        show(f"{paper.key}: check", cpu(check, 1), goals.get(paper.key), f"{len(files)} results")


def seeds() -> None:
    """The number of pieces must not depend on the seed."""
    for kind in ("dominant", "bayesian"):
        program = symbolic_program(kind)
        counts = [len(st.solve(program, seed=s).pieces) for s in range(20)]
        print(f"pieces for 20 seeds, {kind}: {sorted(set(counts))}", flush=True)


def rational() -> None:
    """Rational programs at many points: solved, and certified by an exact test."""
    random = Random(0)
    program = symbolic_program("dominant")
    points = []
    for _ in range(200):
        gaps = [fmpq(random.randint(1, 30), random.randint(1, 9)) for _ in range(3)]
        s = fmpq(random.randint(-5, 5))
        values = {"s_lo": s, "b_lo": s + gaps[0], "s_hi": s + gaps[0] + gaps[1],
                  "b_hi": s + sum(gaps, fmpq(0)),
                  "p_bhi": fmpq(random.randint(1, 19), 20), "p_slo": fmpq(random.randint(1, 19), 20)}
        points.append(tuple(values[name] for name in program.ring.names))
    solver = Pointwise(program)
    solver.at_values(points[0])
    ours = cpu(lambda: [solver.at_values(p) for p in points], 5) / len(points)
    peer = f"SymPy lpmax: {sympy_lpmax(2) / ours:.0f} times longer"
    show("2x2 rational program, certified", ours, 0.0005, peer)
    w = symbols("w1 w2 w3 w4")
    env = st.FiniteEnvironment(
        buyer=st.TypeSpace(values=(1, 3, 5), probabilities=(w[0], w[1], 1 - w[0] - w[1])),
        seller=st.TypeSpace(values=(0, 2, 4), probabilities=(w[2], w[3], 1 - w[2] - w[3])),
        assuming=(w[0] > 0, w[1] > 0, w[0] + w[1] < 1, w[2] > 0, w[3] > 0, w[2] + w[3] < 1))
    mech = st.DirectMechanism(env)
    program = st.maximize(st.gains_from_trade(env, mech), subject_to=(
        *st.dominant_strategy_ic(env, mech), *st.ex_post_ir(env, mech)))
    points = []
    for _ in range(200):
        cuts = [sorted(random.sample(range(1, 40), 2)) for _ in range(2)]
        (a, b), (c, d) = cuts
        shares = {"w1": a, "w2": b - a, "w3": c, "w4": d - c}
        points.append(tuple(fmpq(shares[name], 40) for name in program.ring.names))
    solver = Pointwise(program)
    solver.at_values(points[0])
    ours = cpu(lambda: [solver.at_values(p) for p in points], 5) / len(points)
    show("3x3 rational program, certified", ours, 0.001)


def sympy_lpmax(n: int) -> float:
    """SymPy's own exact solver on the same kind of program."""
    from sympy.solvers.simplex import lpmax

    program = uniform_program(n, "dominant")
    rows = [row.expr for row in program.constraints]
    return cpu(lambda: lpmax(program.objective.expr, rows), 3)


def large() -> None:
    """Bayesian incentive constraints of n = 20 uniform types, against float HiGHS on all rows."""
    from symtrade.solve.float_lp import INFINITY, FloatLP
    from symtrade.solve.numeric import NumericProgram

    for n in (10, 20):
        program = uniform_program(n)
        data = NumericProgram(program)
        lower = [-INFINITY if v is None else float(Fraction(str(v))) for v in data.lower]
        upper = [INFINITY if v is None else float(Fraction(str(v))) for v in data.upper]
        entries = np.array([float(Fraction(str(c))) for row in data.rows for _, c in row.coefficients])
        cost = np.array([float(Fraction(str(c))) for c in data.cost])
        count = len(data.rows)

        def highs(data: Any = data, lower: Any = lower, upper: Any = upper, entries: Any = entries,
                  cost: Any = cost, count: int = count) -> None:
            machine = FloatLP(data.columns, data.width, lower, upper)
            machine.load(entries)
            machine.solve(cost, np.zeros(count), np.full(count, INFINITY))

        peer = cpu(highs, 5)
        ours = cpu(lambda p=program: st.solve(p), 5)
        show(f"n = {n} Bayesian, {count} rows: solve, certify", ours, 2 * peer + 0.05,
             f"float HiGHS {peer * 1e3:.1f} ms, ratio {ours / peer:.2f}")


def start_up() -> None:
    """Whole processes: importing the package, listing the library."""
    for title, command, goal in (
        ("import symtrade", ["-c", "import symtrade"], 0.7),
        ("import symtrade, then st.solve", ["-c", "import symtrade as st; st.solve"], None),
        ("symtrade list", ["-c", "from symtrade.cli import main; main()", "list"], 1.0),
    ):
        figures = []
        for _ in range(5):
            before = time.clock_gettime(time.CLOCK_MONOTONIC)
            subprocess.run([sys.executable, *command], check=True, capture_output=True)
            figures.append(time.clock_gettime(time.CLOCK_MONOTONIC) - before)
        show(title, statistics.median(figures), goal, "wall")


BENCHMARKS = {
    "parametric": parametric, "lists": lists, "papers": papers,
    "seeds": seeds, "rational": rational, "large": large, "start": start_up,
}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or list(BENCHMARKS):
        if chosen not in BENCHMARKS:
            sys.exit(f"no benchmark {chosen!r}; the benchmarks are {', '.join(BENCHMARKS)}")
        BENCHMARKS[chosen]()
