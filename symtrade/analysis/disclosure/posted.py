"""The best posted price: trade where v >= p >= c, for the best p."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy
from flint import ctx, fmpq_poly
from sympy import S

from symtrade.analysis.disclosure.cutoffs import SPARE, Unproved, changing, number_of
from symtrade.analysis.disclosure.first_best import strips
from symtrade.analysis.disclosure.reading import monotone, two_distributions
from symtrade.analysis.numbers.algebraic import irreducible_factors, polynomial
from symtrade.analysis.numbers.real import Number, rational
from symtrade.forms.functions import real_functions
from symtrade.kernel.balls import Positive, Zeros, ball, bits, enclose
from symtrade.kernel.functions import Program, working
from symtrade.kernel.verdict import Proved, Unknown, Verdict
from symtrade.model.distribution import Distribution, Piece, X
from symtrade.prover import Prover, Searching

GRID = 64  # prices tried for a first guess at the best


@dataclass(frozen=True)
class PostedPrice:
    """The best posted prices with the welfare that they give; `verdict` is the proof of that."""

    prices: tuple[Number, ...]
    welfare: Number
    verdict: Verdict

    @property
    def price(self) -> Number | None:
        """The least of the best prices; None where trade is never worth anything."""
        return self.prices[0] if self.prices else None


@dataclass(frozen=True)
class _Strip:
    low: Any
    high: Any
    buyer: Piece
    seller: Piece
    mean_cost: Any

    @property
    def lower(self) -> Any:
        return self.seller.upper + X - self.mean_cost

    @property
    def welfare(self) -> Any:
        """J(p) G(p) + I(p) (1 - F(p))."""
        return self.buyer.upper * self.seller.cdf + self.lower * (1 - self.buyer.cdf)

    @property
    def slope(self) -> Any:
        """Its derivative g J - f I."""
        return self.seller.density * self.buyer.upper - self.buyer.density * self.lower


def best_posted_price(buyer: Any, seller: Any, digits: int = 30, prover: Prover | None = None) -> PostedPrice:
    """The price p that maximises the expected gains from trade where v >= p >= c, fully informed traders.

    Arguments and errors as in :func:`static_disclosure`.

    >>> found = best_posted_price("uniform(0,1)", "uniform(0,1)")
    >>> str(found.price), str(found.welfare)
    ('1/2', '1/8')
    """
    F, G = two_distributions(buyer, seller)
    prover = prover or Searching()
    certificates: list[Any] = []

    def ask(statement: Zeros | Positive, what: str) -> Any:
        found = prover.answer(statement)
        if not isinstance(found, Proved):
            raise Unproved(f"{what}: {found.reason}")
        certificates.extend(found.certificates)
        return found.certificates[0]

    zero = Number.rational(S.Zero)
    if F.support[1] <= G.support[0]:
        return PostedPrice((), zero, Proved(()))
    try:
        for one in (F, G):
            for statement in monotone(one):
                ask(statement, f"{one.name} is not known to increase")
        prices, welfare = _best(F, G, digits, ask)
    except (Unproved, ArithmeticError) as failure:
        return PostedPrice((), zero, Unknown(str(failure)))
    return PostedPrice(prices, welfare, Proved(tuple(certificates)))


def _best(F: Distribution, G: Distribution, digits: int, ask: Any) -> tuple[tuple[Number, ...], Number]:
    pieces = [_Strip(*s, G.mean) for s in strips(F, G)]
    if F.support[0] >= G.support[1]:  # trade is always worth something: every price in between is best
        gains = number_of(F.mean - G.mean, digits)
        ends = dict.fromkeys((G.support[1], F.support[0]))
        return tuple(Number.rational(p) for p in ends), gains
    low, high = window(F, G, pieces, ask)
    found: list[tuple[Number, Number]] = []
    for strip in pieces:
        left, right = max(strip.low, low), min(strip.high, high)
        if left < right:
            found += candidates(strip, left, right, digits, ask)
    top = max(found, key=lambda pair: pair[1].low)[1]
    best = [pair for pair in found if pair[1].overlaps(top)]
    if any(welfare.exact is None or welfare.exact != top.exact for _, welfare in best) and not all(
            price.overlaps(best[0][0]) for price, _ in best):
        raise Unproved("two posted prices give the same to all digits at hand")
    prices: list[Number] = []
    for price, _ in best:
        if not any(price.overlaps(other) for other in prices):
            prices.append(price)
    return tuple(prices), top


def window(F: Distribution, G: Distribution, pieces: list[_Strip], ask: Any) -> tuple[Any, Any]:
    """Rational bounds of the best price.  Below p a price gives at most J(lo) G(p) + I(p), where lo is the
    least cost, and above p at most E[v - lo; v >= p]; both are less than what a price at hand gives."""
    least = G.support[0]
    start, end = max(F.support[0], least), min(F.support[1], G.support[1])
    reach = end if end is not S.Infinity else start + 8 * (F.mean_above(start) - start)
    reach = sympy.Rational(str(enclose(real_functions((reach,), ()), (), 6)[0][1]))
    step = (reach - start) / GRID
    grid = [(start + k * step) for k in range(1, GRID)]
    values = [(_middle(_welfare_at(pieces, p)), p) for p in grid]
    good = max(values)[1]
    gains = _welfare_at(pieces, good)

    def below(p: Any) -> Any:
        return gains - F.upper(least) * G.cdf(p) - G.lower(p)

    def above(p: Any) -> Any:
        return gains - (p - least) * (1 - F.cdf(p)) - F.upper(p)

    low, high, reasons = start, end, []
    if _middle(below(start)) > 0:  # else start is the buyer's least value, and a lower price is worse
        low = good
        while not _middle(below(low)) > 0:
            low = start + (low - start) / 2
        reasons.append(below(low))
    if end is S.Infinity or _middle(above(end)) > 0:  # else end is the largest cost
        high = good
        while not _middle(above(high)) > 0:
            high = start + 2 * (high - start) if end is S.Infinity else end - (end - high) / 2
        reasons.append(above(high))
    for reason in reasons:
        ask(Positive(real_functions((reason,), ()), ()), "a bound of the best price")
    return low, high


def _welfare_at(pieces: list[_Strip], p: Any) -> Any:
    strip = next(s for s in pieces if s.low <= p <= s.high)
    return strip.welfare.subs(X, p)


def _middle(expression: Any) -> Any:
    """A SymPy number to a few digits, as a midpoint: for guesses only."""
    with ctx.workprec(80):
        return real_functions((expression,), ()).at(())[0].mid()


def candidates(strip: _Strip, low: Any, high: Any, digits: int, ask: Any) -> Iterator[tuple[Number, Number]]:
    """The prices in a strip at which the welfare may be largest, with the welfare there."""
    factors = None
    slope = polynomial(strip.slope, X)
    record = real_functions((strip.slope,), (X,))
    if slope is not None:
        if slope.degree() < 0:
            yield from _ends(strip, low, high, digits)
            return
        factors = irreducible_factors(slope)
        product = fmpq_poly([1])
        for f in factors:
            product *= fmpq_poly(f)
        whole = sympy.Poly([int(c.p) for c in reversed(product.coeffs())], X)
        record = real_functions((whole.as_expr(),), (X,))
    sides = []
    for end, side in ((low, -1), (high, 1)):
        sides.append(end + side * (high - low) / 64 if _may_vanish(record, end) else end)
    box = ((rational(sides[0]), rational(sides[1])),)
    certificate = ask(Zeros(record, box, digits + SPARE), f"the best price between {low} and {high}")
    for zero in certificate.zeros:
        interval = zero.box[0]
        if interval[1] < rational(low) or interval[0] > rational(high):
            continue
        minimal = changing(factors, interval) if factors is not None else None
        if minimal is not None and minimal.degree() == 1:
            yield _at(strip, sympy.Rational(str(-minimal[0]), str(minimal[1])), digits)
            continue
        ((least, most),) = enclose(real_functions((strip.welfare,), (X,)), zero.box, digits + SPARE)
        yield Number(interval[0], interval[1], minimal), Number(least, most)
    yield from _ends(strip, low, high, digits)


def _may_vanish(record: Any, end: Any) -> bool:
    """Whether a slope may be zero at an end, at which it need not be smooth or finite."""
    with working(bits(40)):
        (value,) = Program(record)([ball(rational(end), rational(end))])
    return bool(value.is_finite() and value.contains(0))


def _ends(strip: _Strip, low: Any, high: Any, digits: int) -> Iterator[tuple[Number, Number]]:
    """A breakpoint may be best where a density jumps."""
    for end in (low, high):
        yield _at(strip, end, digits)


def _at(strip: _Strip, p: Any, digits: int) -> tuple[Number, Number]:
    value = strip.welfare.subs(X, p)
    if isinstance(value, sympy.Rational):
        return Number.rational(p), Number.rational(value)
    ((low, high),) = enclose(real_functions((value,), ()), (), digits + SPARE)
    return Number.rational(p), Number(low, high)



