"""The second best of Myerson and Satterthwaite (1983): the most that fully informed traders can gain
in a Bayesian incentive compatible, individually rational mechanism without outside money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy
from flint import arb, ctx, fmpq, fmpq_poly, fmpz_poly
from sympy import S

from symtrade.analysis.disclosure.reading import two_distributions
from symtrade.analysis.numbers.algebraic import irreducible_factors, minimal_polynomial, quotient_modulo
from symtrade.analysis.numbers.real import Number, rational
from symtrade.analysis.second_best.regular import increases
from symtrade.analysis.second_best.schedule import HEAVY, Machine, Side, hazard, schedule
from symtrade.analysis.second_best.trade import Trade, blocks
from symtrade.kernel.balls import bits
from symtrade.model.distribution import Distribution, X

FIRST, ROUGH = 4, 11  # digits to which the weight is first found
EVALUATIONS = 7


@dataclass(frozen=True)
class SecondBest:
    """Trade takes place where v - a (1 - F)/f >= c + a G/g (ironed where these do not increase).

    `weight` is a = m/(1 + m), with the multiplier m of the budget; `welfare` the expected gains.  `exact`
    says that both are exact; `reason` is empty where the welfare is certified on both sides, else it
    says why only the lower end is: the mechanism is feasible, but perhaps not the best.
    """

    weight: Number
    welfare: Number
    buyer_pools: tuple[tuple[str, str], ...] = ()
    seller_pools: tuple[tuple[str, str], ...] = ()
    reason: str = ""

    @property
    def exact(self) -> bool:
        return self.welfare.minimal is not None

    @property
    def multiplier(self) -> Number:
        """The multiplier of the budget constraint, a/(1 - a)."""
        one = fmpq(1)
        if self.weight.low == self.weight.high:
            w = self.weight.low
            return Number.rational(sympy.Rational(str(w / (one - w))))
        return Number(self.weight.low / (one - self.weight.low), self.weight.high / (one - self.weight.high))


def second_best(buyer: Any, seller: Any, digits: int = 30) -> SecondBest:
    """The second best for a pair of distributions, exactly or in a certified interval.

    Arguments and errors as in :func:`static_disclosure`.

    >>> found = second_best("uniform(0,1)", "uniform(0,1)")
    >>> str(found.welfare), str(found.weight), str(found.multiplier)
    ('9/64', '1/3', '1/2')
    """
    F, G = two_distributions(buyer, seller)
    if F.support[1] <= G.support[0]:
        return SecondBest(Number.rational(S.Zero), Number.rational(S.Zero))
    if F.support[0] >= G.support[1]:
        from symtrade.analysis.disclosure.cutoffs import number_of

        return SecondBest(Number.rational(S.Zero), number_of(F.mean - G.mean, digits))
    exact = linear_case(F, G)
    if exact is not None:
        return exact
    for attempt in (digits, digits // 2, 6):
        try:
            return _Enclosure(F, G, attempt).run()
        except ArithmeticError as error:
            failure = str(error)
    from symtrade.analysis.disclosure.first_best import first_best

    return SecondBest(Number(fmpq(0), fmpq(1)), Number(fmpq(0), first_best(F, G, 6).high), reason=failure)


def linear_case(F: Distribution, G: Distribution) -> SecondBest | None:
    """The exact answer where both hazards are linear and both cdfs polynomials, in one piece each."""
    if len(F.pieces) > 1 or len(G.pieces) > 1 or any(
            not p.cdf.is_polynomial(X) for p in (*F.pieces, *G.pieces)):
        return None
    h, k = hazard(F.pieces[0], True), hazard(G.pieces[0], False)
    if any(not e.is_polynomial(X) or sympy.degree(e, X) > 1 for e in (h, k)):
        return None
    a = sympy.Symbol("a")
    c = sympy.Symbol("c")
    h0, h1, k0, k1 = h.coeff(X, 0), h.coeff(X, 1), k.coeff(X, 0), k.coeff(X, 1)
    tau = (c + a * (k0 + k1 * c) + a * h0) / (1 - a * h1)
    buyer, seller = F.pieces[0], G.pieces[0]
    top = sympy.together((buyer.hi - a * k0) / (1 + a * k1))  # the cost whose level is the largest value
    rest, above = 1 - buyer.cdf.subs(X, tau), buyer.upper.subs(X, tau)
    density, mass = seller.density.subs(X, c), seller.cdf.subs(X, c)
    ends = (seller.lo, top)
    budget = _integrated(rest * ((tau - c) * density - mass), c, ends)
    numerator = sympy.Poly(sympy.fraction(budget)[0], a)
    weight = _root(numerator, lambda w: _inside(w, tau, top, F, G, a, c))
    if weight is None:
        return None
    gains = _integrated(density * ((tau - c) * rest + above), c, ends)
    return SecondBest(weight, _named(gains, a, weight))


def _integrated(formula: Any, c: Any, ends: tuple[Any, Any]) -> Any:
    primitive = sympy.Poly(sympy.together(formula), c).integrate(c)
    return sympy.cancel(primitive.eval(ends[1]) - primitive.eval(ends[0]))


def _inside(w: Any, tau: Any, top: Any, F: Distribution, G: Distribution, a: Any, c: Any) -> bool:
    """At this weight the least cost trades with some values only, and not all costs trade."""
    least = tau.subs({a: w, c: G.support[0]})
    return bool(least >= F.support[0] and top.subs(a, w) <= G.support[1])


def _root(numerator: Any, fits: Any) -> Number | None:
    """The root between 0 and 1 at which the mechanism has the assumed form."""
    coefficients = [fmpq(int(k.p), int(k.q)) for k in reversed(numerator.all_coeffs())]
    found = []
    for factor in irreducible_factors(fmpq_poly(coefficients)):
        for low, high in _isolated(factor):
            if fits(sympy.Rational(str(low))) and fits(sympy.Rational(str(high))):
                found.append((factor, low, high))
    if len(found) != 1:
        return None
    factor, low, high = found[0]
    if factor.degree() == 1:
        root = fmpq(-factor[0], factor[1])
        return Number(root, root, factor, sympy.Rational(str(root)))
    return Number(low, high, factor)


def _isolated(factor: fmpz_poly) -> list[tuple[Any, Any]]:
    """Rational intervals around the roots strictly between 0 and 1."""
    with ctx.workprec(4000):
        found = [root.real for root, _ in factor.complex_roots() if root.imag == 0]
        unit = fmpz_poly([1])(10) * 10**1000
        result = []
        for r in found:
            if 0 < r < 1:
                middle = r.mid().fmpq()
                reach = fmpq(1, unit)
                result.append((middle - reach, middle + reach))
        return result


def _named(formula: Any, a: Any, weight: Number) -> Number:
    """A rational function of the weight as a number."""
    top, bottom = (fmpq_poly([fmpq(int(k.p), int(k.q)) for k in reversed(sympy.Poly(f, a).all_coeffs())])
                   for f in sympy.fraction(formula))
    if weight.low == weight.high:
        value = top(weight.low) / bottom(weight.low)
        return Number.rational(sympy.Rational(str(value)))
    modulus = fmpq_poly(weight.minimal)
    minimal = minimal_polynomial(quotient_modulo(top, bottom, modulus), modulus)
    with ctx.workprec(4000):
        ball = arb(weight.low).union(arb(weight.high))
        value = _horner(top, ball) / _horner(bottom, ball)
        return Number(value.lower().fmpq(), value.upper().fmpq(), minimal)


def _horner(f: fmpq_poly, x: Any) -> Any:
    total = arb(0)
    for k in range(f.degree(), -1, -1):
        total = total * x + arb(f[k])
    return total


class _Enclosure:
    """The second best between what a mechanism attains and what the multiplier allows."""

    def __init__(self, F: Distribution, G: Distribution, digits: int) -> None:
        self.F, self.G, self.digits = F, G, digits

    def run(self) -> SecondBest:
        self.prepare(ROUGH)
        weight = self.first_weight()
        if weight is None:
            efficient = self.efficient_price()
            if efficient is not None:
                return SecondBest(Number.rational(S.Zero), efficient)
            self.prepare(self.digits)
            budget, welfare, _ = self.at(fmpq(0), self.digits)
            low, high = _ends(welfare)
            reason = "" if budget > 0 else "whether the first best is feasible was not decided"
            return SecondBest(Number.rational(S.Zero), Number(low, high), reason=reason)
        self.prepare(self.digits)
        points = self.refined(weight)
        low, high = self.sandwich(points)
        if low is None:
            raise ArithmeticError("no mechanism with a balanced budget was found")
        signs = [(p[0], p[1]) for p in points]
        below = max((w for w, k in signs if k < 0), default=fmpq(0))
        above = min((w for w, k in signs if k > 0), default=fmpq(1))
        with ctx.workprec(self.precision):
            reason = self.proved(above)
        return SecondBest(Number(below, above), Number(low, high), *self.pools(above), reason)

    def efficient_price(self) -> Number | None:
        """The first best, if one price attains it: where costs or values have a gap."""
        from symtrade.analysis.disclosure.first_best import first_best

        F, G = self.F, self.G
        most = first_best(F, G, self.digits)
        for p in {end for D in (F, G) for piece in D.pieces for end in (piece.lo, piece.hi)}:
            if p is not S.Infinity and most.exact is not None and most.exact == (
                    F.upper(p) * G.cdf(p) + G.lower(p) * (1 - F.cdf(p))):
                return most
        return None

    def prepare(self, digits: int) -> None:
        """Both traders made ready for so many digits."""
        self.precision = bits(digits) + 96
        with ctx.workprec(self.precision):
            self.buyer, self.seller = Machine(Side(self.F, -1)), Machine(Side(self.G, 1))
            if self.F.support[1] is S.Infinity and self.G.support[1] is S.Infinity and max(
                    self.buyer.end, self.seller.end, key=float) >= HEAVY:
                raise ArithmeticError("both supports are unbounded and a tail is heavy")

    def at(self, weight: Any, digits: int) -> tuple[Any, Any, Any]:
        """Budget surplus, welfare, and welfare plus multiplier times budget surplus: balls."""
        with ctx.workprec(self.precision):
            a = arb(weight).mid()
            values, costs = schedule(self.buyer, a), schedule(self.seller, a)
            found = list(blocks(self.buyer, self.seller, a, values, costs))
            budget, welfare = Trade(self.buyer, self.seller).value(a, found, digits)
            # values beyond the end that was looked at
            if self.F.support[1] is S.Infinity and not costs[-1].most < values[-1].most:
                beyond = arb(0, self.buyer.upper(-1, self.buyer.end).upper() * 2)
                budget, welfare = budget + beyond, welfare + beyond
            return budget, welfare, welfare + a / (1 - a) * budget

    def first_weight(self) -> Any:
        """The weight at which the budget balances, roughly; None where it balances without help."""
        low, high = fmpq(1, 64), fmpq(63, 64)
        below, above = (float(self.at(w, FIRST)[0]) for w in (low, high))
        if below >= 0:
            low, below = fmpq(1, 2**20), float(self.at(fmpq(1, 2**20), ROUGH)[0])
            if below >= 0:
                return None
        last = 0
        for _ in range(80):
            share = min(max(below / (below - above), 1e-6), 1 - 1e-6)
            middle = low + (high - low) * fmpq(int(share * 2**60), 2**60)
            value = float(self.at(middle, FIRST)[0])
            if abs(value) < 10**-FIRST or high - low < fmpq(1, 10**11):
                return self.polished(middle, value, low if value > 0 else high, below if value > 0 else above)
            if value < 0:  # the rule of Illinois
                low, below, above = middle, value, above / 2 if last < 0 else above
            else:
                high, above, below = middle, value, below / 2 if last > 0 else below
            last = 1 if value > 0 else -1
        return (low + high) / 2

    def polished(self, one: Any, value: float, other: Any, far: float) -> Any:
        """A few secant steps, to ROUGH digits."""
        for k in range(6):
            if k > 0 and abs(value) < 10**-ROUGH:
                break
            value = float(self.at(one, ROUGH)[0])
            if value == far:
                break
            step = float(arb(one - other)) * value / (value - far)
            one, other, far = one - fmpq(int(step * 2**60), 2**60), one, value
        return one

    def refined(self, weight: Any) -> list[tuple[Any, Any, Any, Any]]:
        """Weights close to the best, on both sides of it: (weight, budget, welfare, bound)."""
        points: list[tuple[Any, Any, Any, Any]] = []
        step = fmpq(1, 10**ROUGH)
        here = weight
        for k in range(EVALUATIONS):
            points.append((here, *self.at(here, self.digits + 2)))
            low, high = self.sandwich(points)
            if low is not None and high - low < fmpq(1, 10**(self.digits + 1)):
                break
            if k == 0:
                here = weight + (step if points[0][1] < 0 else -step)
                continue
            points.sort(key=lambda p: abs(float(p[1])))
            (x, y, *_), (u, v, *_) = points[0], points[1]
            if y.contains(0):  # it balances to all digits: the nearest weights at which it certainly does not
                shift = fmpq(1, 10**(self.digits + 1))
                sides = [s for s in (1, -1) if not any(s * p[1] > 0 for p in points)]
                if not sides:
                    break
                here = x + sides[0] * shift
                continue
            with ctx.workprec(self.precision):
                slope = (v - y).mid() / (arb(u) - arb(x)).mid()
                if slope == 0 or not slope.is_finite():
                    break
                move = (y.mid() / slope).mid().fmpq()
            if all(p[1] < 0 for p in points) or all(p[1] > 0 for p in points):
                move = move * fmpq(1001, 1000)
            elif abs(move) < fmpq(1, 10**14):
                move = move * fmpq(1_000_001, 1_000_000)
            here = x - move
            here = fmpq(int((here * 2**self.precision).round()), 2**self.precision)
        nearest = min(points, key=lambda p: abs(float(p[1])))[0]
        for side in (1, -1):  # a weight on each side, for the reader who wants to know the weight
            if not any(side * p[1] > 0 for p in points):
                at = nearest + side * step
                points.append((at, *self.at(at, self.digits + 2)))
        return points

    def sandwich(self, points: list[tuple[Any, Any, Any, Any]]) -> tuple[Any, Any]:
        """The best mixture of two mechanisms that balances, and the least bound."""
        with ctx.workprec(self.precision):
            high = min(_ends(p[3])[1] for p in points)
            lower = [_ends(p[2])[0] for p in points if p[1] > 0]
            for p in points:
                for q in points:
                    if p[1] > 0 and q[1] < 0:
                        share = -q[1] / (p[1] - q[1])
                        lower.append(_ends(share * p[2] + (1 - share) * q[2])[0])
            return (max(lower) if lower else None), high

    def proved(self, weight: Any) -> str:
        """Why the bound might not hold; empty where it does."""
        a = arb(weight).mid()
        for machine, name in ((self.buyer, "buyer"), (self.seller, "seller")):
            wrong = increases(machine, a, self.level_range(a))
            if wrong:
                return f"the {name}'s virtual values: {wrong}"
        return ""

    def level_range(self, a: Any) -> tuple[Any, Any]:
        """Levels that matter: between the seller's least and the buyer's largest."""
        del a
        top = self.F.support[1]
        return arb(rational(self.G.support[0])), arb.pos_inf() if top is S.Infinity else arb(rational(top))

    def pools(self, weight: Any) -> tuple[Any, Any]:
        with ctx.workprec(self.precision):
            a = arb(weight).mid()
            low, high = self.level_range(a)
            found = (tuple((f"{float(s.low):.12g}", f"{float(s.high):.12g}") for s in schedule(m, a)
                               if s.part is None and low <= s.least <= high)
                     for m in (self.buyer, self.seller))
            return next(found), next(found)


def _ends(value: Any) -> tuple[Any, Any]:
    return value.lower().fmpq(), value.upper().fmpq()



