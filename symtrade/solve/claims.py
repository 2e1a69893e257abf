"""``prove`` and ``implies``: verdicts on claims about parameters and about mechanisms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import sympy
from flint import fmpq

from symtrade.kernel.arithmetic import HOLDS, collect, start, verify
from symtrade.kernel.certificate import (
    Certificate,
    CertificateError,
    Empty,
    Fact,
    Implication,
    Leaf,
    Node,
    Optimum,
    Split,
    Term,
)
from symtrade.kernel.charts import Charts
from symtrade.kernel.polynomial import Coefficient, Polynomial, evaluate_fraction, numerator
from symtrade.kernel.program import Constraint, LinearForm, LinearProgram
from symtrade.kernel.region import FREE, Chart, Condition, Region
from symtrade.kernel.signs import Signs
from symtrade.kernel.verdict import Proved, Refuted, Unknown, Verdict
from symtrade.model.claims import clauses, implication_statement
from symtrade.solve.explored import Explored
from symtrade.solve.lemmas import Notebook, move_goal
from symtrade.solve.optimum import explore, prepare
from symtrade.solve.parametric import NeedsStrict, SearchFailed
from symtrade.solve.positivity import reduced, refute
from symtrade.solve.sampling import Point, find_point, search_points, to_parameters

SPLITS = 2


def prove(claim: Any, assuming: Any = (), parameters: Sequence[Any] = (), *, seed: int = 0,
          explored: Explored | None = None) -> Verdict:
    """Is a claim about rational functions true for all parameters that satisfy `assuming`?

    `claim` is an (in)equality, or such joined by And, Or, Not, Implies, Equivalent; Max, Min, Abs and
    Piecewise are taken branch by branch.  Returns
    Proved (with certificates), Refuted (with an exact witness) or Unknown.  `explored` is what
    searches of one run share.  Raises ModelError for
    a claim that cannot be read and EmptyRegion where no parameters satisfy the assumptions.

    >>> from sympy import symbols
    >>> a, b = symbols("a b")
    >>> bool(prove((a + b)**2 >= 4*a*b, parameters=(a, b)))
    True
    >>> refuted = prove(a**2 > a, assuming=(a > 0,))
    >>> 0 < refuted.witness[a] <= 1
    True
    >>> from sympy import Max
    >>> bool(prove(Max(a, b) >= (a + b)/2, parameters=(a, b)))
    True
    """
    symbols, obligations = clauses(claim, assuming, parameters)
    if not obligations:
        return Proved(())
    _, base = clauses(sympy.false, assuming, tuple(symbols.values()))
    explored = explored or Explored()
    known, _ = explore(base[0].region, seed, explored)
    chart = known.chart
    certificates = []
    for obligation in obligations:
        outcome = show_empty(obligation.region, chart, seed, explored.charts)
        if isinstance(outcome, Certificate):
            certificates.append(outcome)
        elif outcome is None:
            return Unknown(f"neither a proof nor a counterexample was found where {obligation.label}")
        else:
            names = obligation.region.ring.names
            witness = {symbols.get(n, sympy.Symbol(n)): _rational(v)
                       for n, v in zip(names, outcome, strict=True)}
            return Refuted(witness, obligation.label)
    return Proved(tuple(certificates))


def _rational(value: Any) -> Any:
    return sympy.Rational(int(value.p), int(value.q))


def show_empty(region: Region, chart: Chart, seed: int = 0, charts: Charts | None = None
               ) -> Certificate | Point | None:
    """A certificate that a region is empty, a point of it, or None."""
    charts = charts or Charts()
    known = start(Empty(region), chart, charts)
    quick = refute(known, 0)
    if quick is not None:
        return _certified(region, chart, Leaf("empty", refutation=quick), charts)
    found = search_points(known, 1, Random(seed), 150)
    if found:
        return to_parameters(known, found[0])
    for level in (1, 2):
        node = _close(known, level)
        if node is not None:
            return _certified(region, chart, node, charts)
    suggested = find_point(known, Random(seed))
    if suggested is not None:
        return to_parameters(known, suggested)
    tree = _tree(known, SPLITS) or _close(known, 3) or _among_themselves(known)
    return None if tree is None else _certified(region, chart, tree, charts)


def _among_themselves(known: Signs) -> Leaf | None:
    """A leaf for hypotheses that contradict each other without the last one."""
    refutation = refute(known, 0, any_goal=True)
    return None if refutation is None else Leaf("empty", refutation=refutation)


def _certified(region: Region, chart: Chart, tree: Node, charts: Charts) -> Certificate:
    certificate = Certificate(Empty(region), chart, tree)
    verify(certificate, charts)
    return certificate


def _close(known: Signs, level: int) -> Leaf | None:
    """A leaf that shows the hypotheses contradictory, directly or through signs of factors."""
    facts, here = reduced(known)
    refutation = refute(here, level)
    if refutation is not None:
        return Leaf("empty", facts, refutation=refutation)
    if not here.hypotheses or here.hypotheses[-1].relation not in (">", ">="):
        return None
    return _by_factors(facts, here, level)


def _by_factors(facts: tuple[Fact, ...], known: Signs, level: int) -> Leaf | None:
    """The last hypothesis says that a product is positive (or nonnegative); prove the signs of its
    factors from the others, and that their product is not."""
    goal = known.hypotheses[-1]
    constant, factors = goal.polynomial.factor()
    if sum(int(e) for _, e in factors) < 2:
        return None
    position = len(known.hypotheses) - 1
    book = Notebook(known)
    uses: list[int] = []
    one = known.chart.ring.one
    sign, square = (1 if constant > 0 else -1), one
    for f, e in factors:
        square = square * f ** (int(e) // 2)
        if int(e) % 2 == 0:
            continue
        trials = [Condition(f * d, r) for d in (1, -1) for r in (">", ">=")]
        if not any(book.prove(trial, level) for trial in trials):
            return None
        if book.lemmas[-1].condition.polynomial != f:
            sign = -sign
        uses.append(position + len(book.lemmas))
    if sign > 0:
        return None
    base = len(known.hypotheses)
    facts += tuple(move_goal(f, base, base + k) for k, f in enumerate(book.lemmas))
    product = Term(one * abs(int(constant)), tuple(uses), None if square.is_one() else square)
    refutation = (Term(one, (position,)), product)
    try:
        book.signs.refute(refutation, "proposal")
    except CertificateError:
        return None
    return Leaf("empty", facts, refutation=refutation)


def _tree(known: Signs, depth: int) -> Node | None:
    """A contradiction by cases: on the sign of a free coordinate or of a factor of a hypothesis."""
    leaf = _close(known, 1)
    if leaf is not None or depth == 0:
        return leaf
    for f in _cases(known):
        branches = []
        for relation in (">=", "<="):
            child = _tree(known.with_hypotheses(known.condition(f, relation)), depth - 1)
            if child is None:
                break
            branches.append((relation, child))
        if len(branches) == 2:
            return Split(f, tuple(branches))
    return None


def _cases(known: Signs) -> list[Polynomial]:
    chart = known.chart
    result: dict[str, Polynomial] = {}
    for back, kind in zip(chart.inverse, chart.kinds, strict=True):
        if kind == FREE and hasattr(back, "num") and back.den.is_one():
            result[str(back.num)] = back.num
    return list(result.values())[:6]


def implies(constraints: Iterable[Any] | LinearProgram, claim: Any, assuming: Any = None,
            variables: Sequence[Any] | None = None, *, seed: int = 0,
            explored: Explored | None = None) -> Verdict:
    """Does a linear claim follow from constraints, for all parameters?

    `constraints` are named constraints or SymPy relations, or a program that has them; `claim` is a
    SymPy relation (or a constraint) linear in the variables.  What every mechanism satisfies
    (0 <= q <= 1) may be used; `explored` is what searches of one run share.
    Proved carries the multipliers (``certificates[0].tree``); Refuted carries values of parameters
    and variables that satisfy the constraints and violate the claim.
    """
    program, goals = implication_statement(constraints, claim, assuming, variables)
    explored = explored or Explored()
    certificates: list[Certificate] = []
    for goal in goals:
        verdict = _implication(program, goal, seed, explored)
        if not isinstance(verdict, Proved):
            return verdict
        certificates += verdict.certificates
    return Proved(tuple(certificates))


def _implication(program: LinearProgram, goal: Constraint, seed: int, explored: Explored) -> Verdict:
    """Minimise (or maximise) the claim's form; its optimum shows whether the claim holds."""
    objective = LinearForm(goal.coefficients, -goal.bound)
    extreme = replace(program, sense="min" if goal.sense == ">=" else "max", objective=objective)
    search, known, point = prepare(extreme, seed, explored)
    try:
        tree = search.tree()
    except (SearchFailed, NeedsStrict) as error:
        return Unknown(str(error))
    optimum = Certificate(Optimum(extreme), known.chart, tree, point)
    found = collect(optimum, explored.charts)
    new: list[Leaf] = []
    for leaf, here, _ in found:
        if leaf.kind in ("infeasible", "empty"):
            new.append(leaf)
            continue
        gap = _value(extreme, dict(leaf.primal))
        if leaf.kind == "optimal":
            book = Notebook(here)
            signs = HOLDS[goal.sense]
            if here.allows(gap, signs) or book.establish(gap, signs, lambda _: (1, -1)):
                needs = [(gap, signs)]
                new.append(replace(leaf, kind="bound", primal=(), facts=leaf.facts + book.facts(needs)))
                continue
        witness = _witness(extreme, leaf, here, gap, goal, seed)
        if witness is not None:
            return Refuted(witness, f"{goal.name} fails there")
        return Unknown("the sign of the optimum could neither be proved nor refuted")
    tree = _replace_leaves(tree, iter(new))
    certificate = Certificate(Implication(program, goal), known.chart, tree, point)
    verify(certificate, explored.charts)
    return Proved((certificate,))


def _replace_leaves(node: Node, leaves: Any) -> Node:
    if isinstance(node, Leaf):
        return next(leaves)  # type: ignore[no-any-return]
    if isinstance(node, Split):
        return replace(node, branches=tuple((r, _replace_leaves(c, leaves)) for r, c in node.branches))
    return replace(node, branches=tuple(_replace_leaves(c, leaves) for c in node.branches))


def _value(program: LinearProgram, point: dict[str, Coefficient]) -> Coefficient:
    total = program.objective.constant
    for variable, coefficient in program.objective.coefficients:
        if variable in point:
            total = total + coefficient * point[variable]
    return total


def _witness(program: LinearProgram, leaf: Leaf, here: Signs, gap: Coefficient, goal: Constraint,
             seed: int) -> dict[Any, Any] | None:
    """Parameters of the leaf, and a mechanism there, that violate the claim."""
    direction = -1 if goal.sense == ">=" else 1
    top = numerator(gap, program.ring) * (gap.den if hasattr(gap, "den") else 1)
    wanted = here
    if leaf.kind == "optimal":
        wanted = here.with_hypotheses(Condition(here.transport(top) * direction, ">"))
    point = find_point(wanted, Random(seed))
    if point is None:
        return None
    parameters = to_parameters(here, point)
    scale = fmpq(0)
    values = {v: fmpq(0) for v in program.variables}
    values.update({v: evaluate_fraction(c, parameters) for v, c in leaf.primal})
    if leaf.kind == "unbounded":
        ray = {v: evaluate_fraction(c, parameters) for v, c in leaf.ray}
        slope = sum((evaluate_fraction(c, parameters) * ray.get(v, fmpq(0))
                     for v, c in program.objective.coefficients), fmpq(0))
        now = evaluate_fraction(gap, parameters)
        scale = max(fmpq(0), (direction - now) / slope)
        values = {v: values[v] + scale * ray.get(v, fmpq(0)) for v in values}
    symbols = program.symbols
    witness = {symbols.get(n, sympy.Symbol(n)): _rational(v)
               for n, v in zip(program.ring.names, parameters, strict=True)}
    witness.update({symbols.get(v, sympy.Symbol(v)): _rational(x) for v, x in values.items()})
    return witness

