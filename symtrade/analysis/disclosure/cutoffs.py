"""Optimal static disclosure: all pairs of cutoffs, which of them is best, and the proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_poly, fmpz_poly
from sympy import S

from symtrade.analysis.disclosure.bounds import bounds
from symtrade.analysis.disclosure.cells import Cell, cells
from symtrade.analysis.numbers.algebraic import (
    evaluate_modulo,
    irreducible_factors,
    minimal_polynomial,
    quotient_modulo,
)
from symtrade.analysis.numbers.real import Number, rational
from symtrade.forms.functions import Translator
from symtrade.kernel.balls import Positive, Zeros, enclose
from symtrade.kernel.verdict import Proved, Unknown, Verdict
from symtrade.model.distribution import Distribution, mirror
from symtrade.model.errors import ModelError
from symtrade.prover import Prover, Searching

WELFARE_DEGREE = 16  # beyond, no minimal polynomial of the welfare is looked for
SPARE = 8  # digits that x is known to beyond those asked for, so that y and welfare are known to them


@dataclass(frozen=True)
class Cutoffs:
    """A solution of x = E[c | c <= y], y = E[v | v >= x], with the welfare (y - x) G(y) (1 - F(x)).

    `kind` is ``local maximum`` or ``saddle``; `is_global` says whether no other pair of cutoffs gives
    more (None where that is unknown).  Any price between x and y is accepted.
    """

    x: Number
    y: Number
    welfare: Number
    kind: str
    is_global: bool | None = None


@dataclass(frozen=True)
class StaticDisclosure:
    """All pairs of cutoffs for a buyer's and a seller's distribution; `verdict` says whether it is
    proved that there are no others, of which kind each is, and which is best."""

    buyer: Distribution
    seller: Distribution
    digits: int
    solutions: tuple[Cutoffs, ...]
    verdict: Verdict

    @property
    def best(self) -> Cutoffs | None:
        """The global optimum; None where trade is never worth anything."""
        return next((s for s in self.solutions if s.is_global), None)

    @property
    def welfare(self) -> Number:
        """The largest expected gains from trade under static disclosure."""
        if self.best is None and self.solutions:
            raise ArithmeticError("which pair of cutoffs is best is not known")
        return self.best.welfare if self.best else Number.rational(S.Zero)

    @property
    def price(self) -> tuple[Number, Number] | None:
        """The ends of the interval of prices that both traders accept."""
        return (self.best.x, self.best.y) if self.best else None

    @cached_property
    def first_best(self) -> Number:
        """E[max(v - c, 0)]."""
        from symtrade.analysis.disclosure.first_best import first_best

        return first_best(self.buyer, self.seller, min(self.digits, 100))

    @cached_property
    def ratio(self) -> Number:
        """Welfare over first best; ArithmeticError where the first best is zero."""
        return self.welfare / self.first_best


def static_disclosure(buyer: Any, seller: Any, digits: int = 30, prover: Prover | None = None
                      ) -> StaticDisclosure:
    """All pairs of cutoffs, with the proof that there are no more, and the best of them.

    `buyer` and `seller` are distributions of value and cost (or what ``distribution`` reads: texts,
    SymPy and SciPy objects).  Raises ModelError for what is no such distribution.  Source: Gottardi and
    Mezzetti (2018), the optimal static mechanism.

    >>> found = static_disclosure("uniform(0,1)", "uniform(0,1)")
    >>> best = found.best
    >>> str(best.x), str(best.y), str(best.welfare), best.kind, str(found.first_best), str(found.ratio)
    ('1/3', '2/3', '4/27', 'local maximum', '1/6', '8/9')
    """
    from symtrade.analysis.disclosure.reading import two_distributions

    F, G = two_distributions(buyer, seller)
    if digits < 1:
        raise ModelError(f"digits: expected at least 1, got {digits}")
    return _Search(F, G, digits, prover or Searching()).run()


class Unproved(Exception):
    """What could not be proved."""


@dataclass
class _Search:
    F: Distribution
    G: Distribution
    digits: int
    prover: Prover

    def __post_init__(self) -> None:
        self.certificates: list[Any] = []
        self.open: list[str] = []

    def run(self) -> StaticDisclosure:
        solutions: list[Cutoffs] = []
        try:
            for F in (self.F, self.G):
                self.increasing(F)
            solutions = self.solutions()
        except (Unproved, ArithmeticError) as failure:
            self.open.append(str(failure))
        verdict = Unknown("; ".join(self.open)) if self.open else Proved(tuple(self.certificates))
        return StaticDisclosure(self.F, self.G, self.digits, tuple(solutions), verdict)

    def ask(self, statement: Zeros | Positive, what: str) -> Any:
        """The certificate of a statement."""
        found = self.prover.answer(statement)
        if not isinstance(found, Proved):
            raise Unproved(f"{what}: {found.reason}")
        self.certificates += found.certificates
        return found.certificates[0]

    def increasing(self, F: Distribution) -> None:
        """A user's cdf increases, where that does not follow from its form."""
        from symtrade.analysis.disclosure.reading import monotone

        for statement in monotone(F):
            self.ask(statement, f"{F.name} is not known to increase")

    def solutions(self) -> list[Cutoffs]:
        (low_v, high_v), (low_c, high_c) = self.F.support, self.G.support
        if high_v <= low_c:
            return []
        if low_v >= high_c:
            return [self.always()]
        box = bounds(self.F, self.G)
        for reason in box.reasons:
            self.ask(reason, "a bound of the cutoffs")
        found: list[tuple[Cell, Cutoffs]] = []
        for cell in cells(self.F, self.G, box.x, box.y):
            for one in self.in_cell(cell):
                same = next((i for i, (_, other) in enumerate(found) if _same(one, other)), None)
                if same is None:
                    found.append((cell, one))
                elif found[same][1].kind != one.kind:
                    found[same] = (cell, replace(one, kind="kink"))
        return self.ranked(found)

    def always(self) -> Cutoffs:
        """Trade is always worth something: nothing is disclosed, and trade always takes place."""
        x, y = (number_of(e, self.digits) for e in (self.G.mean, self.F.mean))
        return Cutoffs(x, y, number_of(self.F.mean - self.G.mean, self.digits), "local maximum", True)

    def in_cell(self, cell: Cell) -> Iterator[Cutoffs]:
        """The solutions of one cell."""
        if cell.vanishes:
            raise Unproved("there are infinitely many pairs of cutoffs, all with the same welfare: the "
                           f"equations hold on a whole interval of x between {cell.x[0]} and {cell.x[1]}")
        sides = (tuple(rational(end) for end in cell.widened()),)
        claim = Zeros(cell.record("residual", *cell.conditions), sides, self.digits + SPARE)
        certificate = self.ask(claim, f"the cutoffs with x between {cell.x[0]} and {cell.x[1]}")
        zeros = sorted(certificate.zeros, key=lambda z: z.box[0][0])
        for zero in zeros:
            interval = zero.box[0]
            y, welfare = enclose(cell.record("y", "welfare"), zero.box, self.digits + SPARE)
            x_number, y_number, welfare_number = named(cell, interval, y, welfare)
            if cell.holds(x_number, y_number):
                yield Cutoffs(x_number, y_number, welfare_number, self.kind(cell, zero.box))

    def kind(self, cell: Cell, box: Any) -> str:
        """A local maximum if G(y) (1 - F(x)) > f(x) g(y) (y - x)^2, a saddle if it is less."""
        stability = cell.record("stability")
        ((low, high),) = enclose(stability, box, self.digits)
        if low > 0:
            self.ask(Positive(stability, box), "the kind of a pair of cutoffs")
            return "local maximum"
        if high < 0:
            self.ask(Positive(cell.record("instability"), box), "the kind of a pair of cutoffs")
            return "saddle"
        return "degenerate"

    def ranked(self, found: list[tuple[Cell, Cutoffs]]) -> list[Cutoffs]:
        """Which solutions are best: a best pair of cutoffs exists, and it solves the equations."""
        order = sorted(found, key=lambda pair: pair[1].x.low)
        if not order:
            raise Unproved("no pair of cutoffs was found, but there is one")
        best = max(range(len(order)), key=lambda i: order[i][1].welfare.low)
        flags: list[bool | None] = [None] * len(order)
        flags[best] = True
        for i, (cell, other) in enumerate(order):
            if i == best:
                continue
            top = order[best][1]
            if self.tied(top, other):
                flags[i] = True
            elif top.welfare.low > other.welfare.high:
                self.ask(_more(order[best][0], top, cell, other), "the comparison of two pairs of cutoffs")
                flags[i] = False
            else:
                self.open.append("two pairs of cutoffs give the same welfare to all digits at hand")
                flags[best] = None
        return [replace(s, is_global=flag) for (_, s), flag in zip(order, flags, strict=True)]

    def tied(self, one: Cutoffs, other: Cutoffs) -> bool:
        """Both give the same, exactly: as mirror images of each other, or as algebraic numbers."""
        w, u = one.welfare, other.welfare
        if w.exact is not None and u.exact is not None:
            return bool(w.exact == u.exact)
        image = self.reflection
        if image is not None and w.overlaps(u):
            return all(a.low <= image - b.low and image - b.high <= a.high
                       for a, b in ((one.x, other.y), (one.y, other.x)))
        return False

    @cached_property
    def reflection(self) -> Any:
        """lo + hi where the seller's distribution is the buyer's mirror image; else None."""
        (low, high), other = self.F.support, self.G.support
        if (low, high) != other or high is S.Infinity:
            return None
        image = mirror(self.F)
        return rational(low + high) if image.pieces == mirror(mirror(self.G)).pieces else None


def number_of(expression: Any, digits: int) -> Number:
    """A number given by an expression without symbols."""
    from sympy import Rational

    from symtrade.forms.functions import real_functions

    if isinstance(expression, Rational):
        return Number.rational(expression)
    ((low, high),) = enclose(real_functions((expression,), ()), (), digits + SPARE)
    return Number(low, high)


def _same(one: Cutoffs, other: Cutoffs) -> bool:
    return one.x.overlaps(other.x) and one.y.overlaps(other.y)


def _more(cell: Cell, one: Cutoffs, lesser_cell: Cell, lesser: Cutoffs) -> Positive:
    """The statement that one pair of cutoffs gives more than another."""
    from sympy import Symbol

    a, b = Symbol("x1", real=True), Symbol("x2", real=True)
    t = Translator({a: "x1", b: "x2"})
    gap = t.graph("sub", cell.node(t, "welfare", a), lesser_cell.node(t, "welfare", b))
    box = ((one.x.low, one.x.high), (lesser.x.low, lesser.x.high))
    return Positive(t.graph.functions(("x1", "x2"), (gap,)), box)


def named(cell: Cell, x: Any, y: Any, welfare: Any) -> tuple[Number, Number, Number]:
    """The three numbers of a solution, with their minimal polynomials where the cell is over Q."""
    algebra = cell.algebra
    unnamed = Number(x[0], x[1]), Number(y[0], y[1]), Number(welfare[0], welfare[1])
    if algebra is None:
        return unnamed
    minimal = changing(algebra.factors, x)
    if minimal is None:
        return unnamed
    if minimal.degree() == 1:
        root = fmpq(-minimal[0], minimal[1])
        image = algebra.top(root) / algebra.bottom(root)
        gains = (image - root) * algebra.seller_cdf(image) * (1 - algebra.cdf(root))
        return Number.rational(root), Number.rational(image), Number.rational(gains)
    modulus = fmpq_poly(minimal)
    partner = changing(irreducible_factors(cell.elimination_of_x()), y)
    gains_polynomial = None
    if minimal.degree() <= WELFARE_DEGREE:
        one, letter = fmpq_poly([1]), fmpq_poly([0, 1])
        image = quotient_modulo(algebra.top, algebra.bottom, modulus)
        mass = evaluate_modulo(algebra.seller_cdf, image, modulus)
        element = ((image - letter) * mass % modulus) * (one - algebra.cdf) % modulus
        gains_polynomial = minimal_polynomial(element, modulus)
    return (Number(x[0], x[1], minimal), Number(y[0], y[1], partner),
            Number(welfare[0], welfare[1], gains_polynomial))


def changing(factors: Any, interval: Any) -> fmpz_poly | None:
    """The only one of some polynomials that changes its sign, or is zero, on an interval."""
    found = [f for f in factors if f(interval[0]) * f(interval[1]) <= 0]
    return found[0] if len(found) == 1 else None
