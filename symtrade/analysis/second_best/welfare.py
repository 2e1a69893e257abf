"""The second best of Myerson and Satterthwaite (1983): the most that fully informed traders can gain
in a Bayesian incentive compatible, individually rational mechanism without outside money."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import sympy
from flint import fmpq
from sympy import S

from symtrade.analysis.disclosure.first_best import ex_post_efficiency, first_best
from symtrade.analysis.disclosure.reading import two_distributions
from symtrade.analysis.numbers.real import Number
from symtrade.analysis.second_best.linear import linear_case
from symtrade.analysis.second_best.multiplier import multiplier_statements
from symtrade.analysis.second_best.proof import Case
from symtrade.analysis.second_best.proposal import Panel, Proposal, Types, read_proposal
from symtrade.analysis.second_best.trader import Statement
from symtrade.kernel.verdict import Proved, Unknown, Verdict
from symtrade.model.distribution import Distribution
from symtrade.prover import Prover, Searching

Pools = tuple[tuple[str, str], ...]
SPARE, MOST = 6, 34  # digits of welfare beyond twice those of the multiplier, and at most for its sake


@dataclass(frozen=True)
class SecondBest:
    """Trade takes place where v - a (1 - F)/f >= c + a G/g (ironed where these do not increase).

    `weight` is a = m/(1 + m), with the multiplier m of the budget; `welfare` the expected gains.
    `verdict` has the certificates of both bounds of `welfare` (:mod:`proof`), or says why a bound is not
    proved; `digits` has those of the bounds of `weight` (:mod:`multiplier`), between 0 and 1 where there
    are none; `panels` are the mechanism that attains the lower bound of `welfare`.
    """

    weight: Number
    welfare: Number
    buyer_pools: Pools = ()
    seller_pools: Pools = ()
    verdict: Verdict = Proved(())
    digits: Verdict = Proved(())
    panels: tuple[Panel, ...] = field(default=(), repr=False)

    @property
    def exact(self) -> bool:
        return self.welfare.minimal is not None

    @property
    def reason(self) -> str:
        """Empty where the welfare is proved, else why it is not."""
        return self.verdict.reason if isinstance(self.verdict, Unknown) else ""

    @property
    def multiplier(self) -> Number | None:
        """The multiplier of the budget constraint, a/(1 - a); None where nothing is known of it."""
        one = fmpq(1)
        if self.weight.high >= 1:
            return None
        if self.weight.low == self.weight.high:
            w = self.weight.low
            return Number.rational(sympy.Rational(str(w / (one - w))))
        return Number(self.weight.low / (one - self.weight.low), self.weight.high / (one - self.weight.high))


def second_best(buyer: Any, seller: Any, digits: int = 30, prover: Prover | None = None,
                progress: Callable[[str], None] | None = None) -> SecondBest:
    """The second best for a pair of distributions, exactly or in an interval of width 10^-digits, with
    certificates; the multiplier to as many digits up to 14, then to about half as many as `digits`.

    Arguments and errors as in :func:`static_disclosure`; `progress` is told what is being done.

    >>> found = second_best("uniform(0,1)", "uniform(0,1)")
    >>> str(found.welfare), str(found.weight), str(found.multiplier)
    ('9/64', '1/3', '1/2')
    >>> from symtrade import check
    >>> check(found.verdict)
    """
    F, G = two_distributions(buyer, seller)
    prover = prover or Searching()
    zero = Number.rational(S.Zero)
    if F.support[1] <= G.support[0]:
        return SecondBest(zero, zero)
    if F.support[0] >= G.support[1]:
        found = ex_post_efficiency(F, G, digits, prover)
        return SecondBest(zero, found.gains, verdict=found.verdict)
    proposal, verdict, sharp = certified(F, G, digits, prover, progress)
    if proposal is None:
        most = first_best(F, G, 6).high
        return SecondBest(Number(fmpq(0), fmpq(1)), Number(fmpq(0), most), verdict=verdict, digits=sharp)
    weight, welfare = named(F, G, digits, proposal, bool(sharp))
    return SecondBest(weight, welfare, _pools(proposal.buyer), _pools(proposal.seller), verdict, sharp,
                      proposal.panels)


def named(F: Distribution, G: Distribution, digits: int, proposal: Proposal, sharp: bool
          ) -> tuple[Number, Number]:
    """Weight and welfare, by name where the proposal agrees with a name."""
    found = linear_case(F, G)
    if found is None and proposal.weight == 0:
        price = efficient_price(F, G, digits)
        found = None if price is None else (Number.rational(S.Zero), price)
    weight = Number(fmpq(0), fmpq(1))
    if sharp and proposal.aside is not None:
        weight = Number(*(m / (1 + m) for m in (proposal.aside.low, proposal.aside.high)))
    welfare = Number(proposal.least, proposal.most)
    if found is not None and found[0].overlaps(weight) and found[1].overlaps(welfare):
        return found
    return weight, welfare


def certified(F: Distribution, G: Distribution, digits: int, prover: Prover,
              progress: Callable[[str], None] | None = None) -> tuple[Proposal | None, Verdict, Verdict]:
    """A proposal, the certificates of its bounds of welfare, and those of its multiplier; None where there
    is none."""
    found = prover.proposal(lambda: proposed(F, G, digits, progress))
    if "reason" in found:
        failure = Unknown(str(found["reason"]))
        return None, failure, failure
    proposal = read_proposal(found)
    try:
        case = Case(F, G, proposal, enough(digits))
        verdict = _answered(case.statements(), prover, progress)
        sharp = verdict
        if verdict and proposal.aside is None:
            sharp = Unknown("no interval of the multiplier was found")
        elif verdict:
            sharp = _answered(multiplier_statements(case), prover, progress)
    except ArithmeticError as error:
        return proposal, Unknown(str(error)), Unknown(str(error))
    return proposal, verdict, sharp


def _answered(statements: Iterable[Statement], prover: Prover, progress: Callable[[str], None] | None
              ) -> Verdict:
    """Proved, with all certificates, or what is not."""
    certificates: list[Any] = []
    try:
        for statement, failure in statements:
            answer = prover.answer(statement)
            if not isinstance(answer, Proved):
                return Unknown(f"{failure}: {answer.reason}")
            certificates += answer.certificates
            if progress is not None:
                progress(f"{len(certificates)} certificates")
    except ArithmeticError as error:
        return Unknown(str(error))
    return Proved(tuple(certificates))


def enough(digits: int) -> int:
    """The digits of welfare that are looked for: the multiplier has half as many."""
    return max(digits, min(2 * digits + SPARE, MOST))


def proposed(F: Distribution, G: Distribution, digits: int, progress: Callable[[str], None] | None) -> Any:
    """What the search finds, as data."""
    from symtrade.analysis.second_best.search import Search

    failure = ""
    for attempt in dict.fromkeys((enough(digits), digits, digits // 2, 6)):
        try:
            return Search(F, G, progress).best(attempt).to_data()
        except ArithmeticError as error:
            failure = str(error)
    return {"reason": failure}


def efficient_price(F: Distribution, G: Distribution, digits: int) -> Number | None:
    """The first best, if one price attains it: where costs or values have a gap."""
    most = first_best(F, G, digits)
    for p in {end for D in (F, G) for piece in D.pieces for end in (piece.lo, piece.hi)}:
        if p is not S.Infinity and most.exact is not None and most.exact == (
                F.upper(p) * G.cdf(p) + G.lower(p) * (1 - F.cdf(p))):
            return most
    return None


def _pools(types: Types) -> Pools:
    return tuple((_text(p), _text(q)) for p, _, _, q in types.pools)


def _text(x: Any) -> str:
    return f"{float(x.p) / float(x.q):.12g}"
