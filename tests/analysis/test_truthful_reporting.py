"""Truth in both stages, against integration by hand in plain fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
import sympy
from sympy import Eq, Piecewise, Rational, symbols

import symtrade as st
from symtrade.kernel.verdict import Proved, Refuted, Unknown
from symtrade.model.interdependent import AGENTS, by_type
from symtrade.model.two_stage import PAYOFFS, report

s, t, g, h, psi = symbols("theta_1 theta_2 gamma_1 gamma_2 psi")
UNIT = st.uniform(0, 1)
U_1, U_2 = PAYOFFS["seller"], PAYOFFS["buyer"]
S_R, T_R = report(s), report(t)
CASE_I = (h <= g, g < 1)
PAIRS = tuple(product((0, 1), repeat=2))


def environment(valuations=(s + g * t, t + h * s), assuming=(g > 0, h > 0), seller=UNIT, buyer=UNIT):
    return st.InterdependentEnvironment(st.Types(s, seller), st.Types(t, buyer), valuations, assuming)


ENV = environment()
TRADE = ENV.trade.subs({s: S_R, t: T_R})


def fraction(value):
    value = sympy.Rational(value)
    return Fraction(int(value.p), int(value.q))


def words(found):
    return {(x.agent, x.stage): type(x.verdict) for x in found.stages}


def test_generalized_groves_for_all_gammas():
    found = st.truthful_reporting(st.two_stage_groves(ENV))
    assert isinstance(found.verdict, Proved) and len(found.stages) == 4


def test_shoot_the_liar_needs_a_penalty():
    """What the buyer gains by the report r: with trade up to the seller's type k r at the price of r.
    (That penalties from 1 on are enough is KZ-7.22.)"""
    found = st.truthful_reporting(st.shoot_the_liar(ENV, psi, assuming=(psi > 0,)), CASE_I)
    assert words(found) == {("seller", "second"): Proved, ("buyer", "second"): Proved,
                            ("seller", "first"): Proved, ("buyer", "first"): Refuted}
    lie = found.of("buyer", "first").misreport
    one, two, own, r, fine = (fraction(lie.at[x]) for x in (g, h, t, T_R, psi))
    cut = (1 - one) / (1 - two) * r
    assert fraction(lie.gain) == cut * (own - r) - fine * (1 - cut) > 0


def test_the_rule_as_printed_is_refuted():
    """Payoff reports tested against the true types never find a liar: the buyer understates."""
    printed = st.TwoStageMechanism(ENV, (
        Piecewise((Piecewise((U_2, Eq(U_2, t + h * s)), (-psi, True)), TRADE), (0, True)),
        Piecewise((-(T_R + h * S_R), TRADE), (Piecewise((0, Eq(U_1, s + g * t)), (-psi, True)), True)),
    ), assuming=(psi > 0,))
    found = st.truthful_reporting(printed, CASE_I)
    assert isinstance(found.of("buyer", "second").verdict, Proved)
    lie = found.of("buyer", "first").misreport
    one, two, own, r = (fraction(lie.at[x]) for x in (g, h, t, T_R))
    assert fraction(lie.gain) == (1 - one) / (1 - two) * r * (own - r) > 0


def test_a_payment_of_the_reported_payoff_invites_lies():
    env = environment((s + t / 2, t + h * s), (h > 0, 2 * h <= 1))
    half = Piecewise((U_2 / 2, env.trade.subs({s: S_R, t: T_R})), (0, True))
    found = st.truthful_reporting(st.TwoStageMechanism(env, (half, -half)))
    second = found.of("buyer", "second")
    assert isinstance(second.verdict, Refuted) and isinstance(found.verdict, Refuted)
    at = {k: fraction(v) for k, v in second.misreport.at.items()}
    true = at[t] + at[h] * at[s]
    assert at[T_R] + at[h] * at[s] > at[s] + at[T_R] / 2  # there is trade at the reports
    assert fraction(second.misreport.gain) == (true - at[U_2]) / 2 > 0


ALWAYS = environment((s + t / 2, t + 3 * s + 1), ())  # trade is efficient throughout


@pytest.mark.parametrize(("transfer", "kind"), [
    (U_1 * (T_R - Rational(1, 2)), Proved),   # nothing on average, though not type by type
    (U_1 * (T_R - Rational(1, 3)), Refuted),  # overstating pays on average
    (-U_1**2, Proved),                        # the truth is 0
])
def test_a_payoff_that_tells_nothing(transfer, kind):
    """With trade the seller gets nothing from the good, and learns nothing about the buyer's type."""
    found = st.truthful_reporting(st.TwoStageMechanism(ALWAYS, (transfer, 0)))
    assert words(found)["seller", "second"] is kind
    if kind is Refuted:
        lie = found.of("seller", "second").misreport
        assert fraction(lie.gain) == fraction(lie.at[U_1]) / 6 > 0


@pytest.mark.parametrize(("own_type", "own_payoff", "kind"), [
    (0, 0, (Proved, Proved)),
    (1, 0, (Proved, Refuted)),    # a higher type is paid more
    (0, 1, (Refuted, Proved)),    # and so is a higher payoff
    (0, -1, (Proved, Proved)),    # no payoff is lower than the true one, 0
])
def test_linear_rules(own_type, own_payoff, kind):
    """With trade throughout, a linear rule invites exactly the lies that its own slopes reward."""
    rule = 2 + own_type * S_R + 3 * T_R + own_payoff * U_1 - U_2 / 2
    found = st.truthful_reporting(st.TwoStageMechanism(ALWAYS, (rule, 0)))
    assert (words(found)["seller", "second"], words(found)["seller", "first"]) == kind
    for stage in ("first", "second"):
        lie = found.of("seller", stage).misreport
        if lie is not None and stage == "first":
            assert lie.gain == own_type * (lie.at[S_R] - lie.at[s]) > 0
        elif lie is not None:
            assert lie.gain == own_payoff * lie.at[U_1] > 0


@pytest.mark.parametrize("law", [st.mirror_power(2), st.beta(2, 2)])
def test_the_penalty_of_theorem_3_works_where_no_constant_does(law):
    env = environment((s + t / 2, t + s / 2), (), law)
    penalty = st.deterring_penalty(env)
    assert isinstance(st.truthful_reporting(st.shoot_the_liar(env, penalty)).verdict, Proved)
    for r in (Fraction(1, 3), Fraction(9, 10), Fraction(999, 1000)):
        chance = fraction(law.cdf(sympy.Rational(r.numerator, r.denominator)))
        assert fraction(penalty.subs(T_R, sympy.Rational(r.numerator, r.denominator))) == (
            1 + chance * (1 - r) / (1 - chance))
    constant = st.truthful_reporting(st.shoot_the_liar(env, 50))
    assert isinstance(constant.of("buyer", "first").verdict, Refuted)


@pytest.mark.parametrize(("given", "point"), [
    ((g < h, h < 1), (Fraction(1, 4), Fraction(1, 2))),
    ((h > 1, h <= g), (Fraction(3), Fraction(2))),
    ((g < 1, h > 1), (Fraction(1, 2), Fraction(2))),
    ((g > 1, g < h), (Fraction(2), Fraction(3))),
])
def test_no_penalty_where_trade_is_certain(given, point):
    """Where Assumption 1 fails, a report that trades for certain gains, whatever the penalty: at a report r
    with certain trade, the highest type gets 1 + h x for the price r + h x, and nothing under the truth."""
    r = symbols("r")
    liar = st.shoot_the_liar(ENV, psi, assuming=(psi > 0,))
    gain = st.two_stage_utility(liar, "buyer", r, assuming=(*given, r >= 0, r < t))
    box = ((t, sympy.Interval(0, 1)), (r, sympy.Interval.Ropen(0, 1)))
    (case,) = st.least_penalty(gain, psi, *box, assuming=(*ENV.assuming, *given)).cases
    assert case.value == sympy.oo and isinstance(case.verdict, Proved)
    one, two = point
    own, report_ = (fraction(place.subs({g: sympy.Rational(one.numerator, one.denominator),
                                         h: sympy.Rational(two.numerator, two.denominator)}))
                    for _, place in case.deviation)
    traded = [two * x + report_ - x - one * report_ for x in (Fraction(0), Fraction(1))]
    assert min(traded) >= 0 and max(traded) > 0 and own - report_ > 0


def test_finite_types():
    """Myerson's example: Groves is truthful, a price that follows the seller's report is not."""
    two = st.TypeSpace((1, 2), (Rational(1, 5), Rational(4, 5)))
    env = st.InterdependentEnvironment(
        st.Types(s, two), st.Types(t, st.TypeSpace((0,), (1,))),
        (st.by_type(s, {1: 40, 2: 20}), st.by_type(s, {1: 50, 2: 30})))
    assert isinstance(st.truthful_reporting(st.two_stage_groves(env)).verdict, Proved)
    price = st.by_type(S_R, {1: 45, 2: 25})
    found = st.truthful_reporting(st.TwoStageMechanism(env, (price, -price)))
    lie = found.of("seller", "first").misreport
    assert (lie.at[s], lie.at[S_R], lie.gain) == (2, 1, 20)


def test_finite_and_continuous_types():
    env = environment((s + g * t, t + h * s), (g > 0, h > 0, h < 1, g < 1),
                      st.TypeSpace((0, 1), (Rational(1, 2), Rational(1, 2))))
    found = st.truthful_reporting(st.fixed_payment(env, 1))
    lie = found.of("seller", "first").misreport
    assert {lie.at[s], lie.at[S_R]} == {0, 1} and lie.gain > 0


def test_a_payoff_that_tells_something_is_left_open():
    """(t - 1/2)^2 does not tell t, and is no constant either."""
    env = environment((s + (t - Rational(1, 2))**2, t), ())
    quiet = Piecewise((0, env.trade.subs({s: S_R, t: T_R})), (U_1 * T_R, True))
    found = st.truthful_reporting(st.TwoStageMechanism(env, (quiet, 0)))
    assert words(found)["seller", "second"] in {Unknown, Refuted}
    if words(found)["seller", "second"] is Refuted:
        pytest.fail("the seller cannot know which of two types of the buyer it faces")


def gains_from_lies(k, chance, trade, seen, payoffs, paid):
    """What a trader gains at most by a lie about the payoff only, about the type only, and about both."""
    later, sooner, both = [], [], []
    for own in (0, 1):
        total = {}
        for lie in (0, 1):
            views = {}  # what the trader sees, with the other's types that lead to it
            for rest, weight in ((0, 1 - chance[1 - k]), (1, chance[1 - k])):
                told = (lie, rest) if k == 0 else (rest, lie)
                got = seen[(*((own, rest) if k == 0 else (rest, own)), trade[told])]
                views.setdefault((trade[told], got), []).append((weight, told))
            truthful = best = Fraction(0)
            for (_, got), cases in views.items():
                pays = {u: sum(weight * (got + paid[(*told, u)]) for weight, told in cases) for u in payoffs}
                truthful, best = truthful + pays[got], best + max(pays.values())
                later.append(max(pays.values()) - pays[got])
            total[lie] = truthful, best
        sooner.append(max(plain for plain, _ in total.values()) - total[own][0])
        both.append(max(best for _, best in total.values()) - total[own][0])
    return max(later), max(sooner), max(both)


@pytest.mark.parametrize("seed", range(7))
def test_random_tables_against_every_pair_of_lies(seed):
    """Two types a side, transfers in tables: every report of the type with every plan of payoff reports."""
    random, k = Random(seed), seed % 2
    worth = [{pair: random.randint(0, 3) for pair in PAIRS} for _ in AGENTS]
    chance = [Fraction(random.randint(1, 3), 4) for _ in AGENTS]
    seen = {(i, j, d): worth[k][i, j] if d == (k == 1) else 0 for i, j in PAIRS for d in (True, False)}
    payoffs = sorted(set(seen.values()))
    trade = {pair: worth[1][pair] > worth[0][pair] for pair in PAIRS}
    fine = 3 * (seed % 3)
    paid = {(i, j, u): random.choice((0, 0, 1, -1)) - fine * (u != seen[i, j, trade[i, j]])
            for i, j in PAIRS for u in payoffs}
    rule = sum(
        Piecewise((Piecewise(*((paid[i, j, u], Eq((U_1, U_2)[k], u)) for u in payoffs), (-9, True)),
                   Eq(S_R, i) & Eq(T_R, j)), (0, True)) for i, j in PAIRS)
    laws = [st.TypeSpace((0, 1), (1 - Rational(str(p)), Rational(str(p)))) for p in chance]
    tables = [by_type(s, {i: by_type(t, {j: w[i, j] for j in (0, 1)}) for i in (0, 1)}) for w in worth]
    env = st.InterdependentEnvironment(st.Types(s, laws[0]), st.Types(t, laws[1]), tuple(tables))
    found = words(st.truthful_reporting(st.TwoStageMechanism(env, (rule, 0) if k == 0 else (0, rule))))
    later, sooner, both = gains_from_lies(k, chance, trade, seen, payoffs, paid)
    verdicts = [found[AGENTS[k], stage] for stage in ("second", "first")]
    assert verdicts == [Refuted if gain > 0 else Proved for gain in (later, sooner)]
    assert verdicts != [Proved, Proved] or both == 0
