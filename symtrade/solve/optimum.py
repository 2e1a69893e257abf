"""``solve``: the certified optimum of a linear program over its whole parameter set."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from symtrade.forms.solution import shown
from symtrade.kernel.arithmetic import start, verify
from symtrade.kernel.certificate import Certificate, CertificateError, Empty, Optimum
from symtrade.kernel.charts import Charts
from symtrade.kernel.piecewise import PiecewiseSolution
from symtrade.kernel.program import LinearProgram
from symtrade.kernel.region import Condition, Region, identity_chart
from symtrade.kernel.signs import Signs
from symtrade.model.errors import expect
from symtrade.solve.chart import find_chart
from symtrade.solve.errors import EmptyRegion, Incomplete, Infeasible, Unbounded
from symtrade.solve.explored import Explored
from symtrade.solve.lemmas import Notebook
from symtrade.solve.numeric import solve_numeric
from symtrade.solve.parametric import FEWER_SAMPLES, FIRST_SAMPLES, NeedsStrict, Search, SearchFailed
from symtrade.solve.positivity import refute
from symtrade.solve.sampling import Point, find_point, region_point, search_points, to_parameters
from symtrade.solve.statement import with_statement

ATTEMPTS = 3

# Which known signs of a polynomial show a condition on it.
ENOUGH = {">": (">",), ">=": (">", ">=", "="), "=": ("=",), "!=": (">", "<", "!=")}


def solve(program: LinearProgram, *, seed: int = 0,
          progress: Callable[[str], None] | None = None, explored: Explored | None = None
          ) -> PiecewiseSolution:
    """The optimum of `program` as a piecewise closed form over its whole region, certified.

    `seed` only steers the search; `progress` is called with a line now and then; `explored` is what
    searches of one run share.  Pieces may be
    optimal, infeasible or unbounded.  Raises Infeasible or Unbounded where the program is so for
    all parameters, EmptyRegion where the parameter set has no point, ModelError-like ValueError
    where a requirement of the model (a probability in [0, 1]) fails, and Incomplete where no proof
    was found.

    >>> import symtrade as st
    >>> from sympy import symbols
    >>> x, y, a = symbols("x y a")
    >>> program = st.LinearProgram(variables=(x, y), objective=a*x + y, assuming=(a > 0,),
    ...     constraints=(x + y <= 1, x >= 0, y >= 0))
    >>> [(p.region, p.value) for p in solve(program).pieces]
    [(a >= 1, a), (1 >= a, 1)]
    """
    expect(program, LinearProgram, "solve", "a program: maximize(...), minimize(...) or LinearProgram(...)")
    if not program.ring.names and (certificate := solve_numeric(program)) is not None:
        return shown(certificate)
    explored = explored or Explored()
    certificate = _searched(program, seed, explored, progress)
    solution = shown(certificate)
    kinds = {piece.status for piece in certificate.pieces}
    if kinds == {"infeasible"}:
        raise Infeasible("the constraints contradict each other for all parameters: "
                         + _combination(solution), solution)
    if kinds == {"unbounded"}:
        raise Unbounded("the objective improves without bound for all parameters along "
                        + str({k: v for k, v in solution.pieces[0].ray.items() if v != 0}), solution)
    return solution


def _searched(program: LinearProgram, seed: int, explored: Explored,
              progress: Callable[[str], None] | None) -> Certificate:
    """A certificate with its statement; other samples are tried where the first ones lead nowhere."""
    for attempt in range(ATTEMPTS):
        search, known, point = prepare(program, seed + 1000 * attempt, explored, progress)
        try:
            draft = Certificate(Optimum(program), known.chart, search.tree(), point)
            certificate = with_statement(draft, search.samples.points, explored.charts, progress)
            verify(certificate, explored.charts)
        except (SearchFailed, NeedsStrict) as error:
            reason: Exception = Incomplete(f"no certified optimum was found: {error}")
        except CertificateError as error:
            reason = Incomplete(f"the search proposed a certificate that does not hold: {error}")
        else:
            return certificate
    raise reason


def prepare(program: LinearProgram, seed: int, explored: Explored,
            progress: Callable[[str], None] | None = None) -> tuple[Search, Signs, Point]:
    """A search with its first samples, what is known on the region, and a point of it."""
    known, point = explore(program.region, seed, explored)
    check_requirements(program, known, seed)
    search = Search(program, known, Random(seed), progress)
    search.samples.add(point)
    count = FEWER_SAMPLES if search.wide else FIRST_SAMPLES
    for z in search_points(known, count - 1, search.random):
        parameters = to_parameters(known, z)
        if program.region.contains(parameters):
            search.samples.add(parameters)
    return search, known, point


def _combination(solution: PiecewiseSolution) -> str:
    """The Farkas multipliers of the first piece, in words."""
    return "add " + ", ".join(f"{y} times {name}" for name, y in solution.pieces[0].dual.items())


def explore(region: Region, seed: int, explored: Explored) -> tuple[Signs, Point]:
    """A verified chart of the region and a point in it; EmptyRegion where it has none."""
    if (region, seed) not in explored.regions:
        explored.regions[region, seed] = _explore(region, seed, explored.charts)
    return explored.regions[region, seed]


def _explore(region: Region, seed: int, charts: Charts) -> tuple[Signs, Point]:
    chart = find_chart(region, charts)
    try:
        known = start(Empty(region), chart, charts)
    except CertificateError:
        known = start(Empty(region), identity_chart(region.ring), charts)
    point = region_point(region, known, Random(seed))
    if point is None:
        listed = ", ".join(str(c) for c in region.conditions)
        if refute(known, 2, any_goal=True) is not None:
            raise EmptyRegion(f"no parameters satisfy all of: {listed}; drop or correct an assumption")
        raise EmptyRegion(f"no parameters were found that satisfy all of: {listed}")
    return known, point


def check_requirements(program: LinearProgram, known: Signs, seed: int) -> None:
    """Prove what the model takes for granted; ValueError with a witness where it fails."""
    for condition, message in program.requirements:
        moved = Condition(known.transport(condition.polynomial), condition.relation)
        sign = known.sign_here(moved.polynomial)
        if sign is not None and sign in ENOUGH[condition.relation]:
            continue
        book = Notebook(known)
        if book.prove(moved, 2):
            continue
        for goal in moved.negations():
            witness = find_point(known.with_hypotheses(goal), Random(seed))
            if witness is not None:
                values = zip(program.ring.names, to_parameters(known, witness), strict=True)
                raise ValueError(f"{message}; it fails at " + ", ".join(f"{n} = {v}" for n, v in values))
        raise ValueError(f"{message}; this could not be shown from the assumptions")

