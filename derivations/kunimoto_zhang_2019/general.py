"""The general results: Assumption 1, Theorem 3, the table on rectangles, and fixed payments."""

from sympy import (
    And,
    Eq,
    Equivalent,
    Implies,
    Integer,
    Interval,
    Not,
    Or,
    Rational,
    Symbol,
    symbols,
)

import symtrade as st

from .certain import somebody
from .example_2 import (
    ALWAYS,
    CASES,
    ENV,
    PARAMETERS,
    PRINTED,
    UNIT,
    gamma_1,
    gamma_2,
    theta_1,
    theta_2,
    within,
)

a_1, b_1, a_2, b_2 = symbols("theta_1_min theta_1_max theta_2_min theta_2_max")
RECTANGLE = (a_1 >= 0, b_1 > a_1, a_2 >= 0, b_2 > a_2, *PARAMETERS)
BOX = st.InterdependentEnvironment(
    seller=st.Types(theta_1, st.unspecified(a_1, b_1, "F_1")),
    buyer=st.Types(theta_2, st.unspecified(a_2, b_2, "F_2")),
    valuations=ENV.valuations,
    assuming=RECTANGLE,
)
BELOW_TOP = (theta_2 >= a_2, theta_2 < b_2)
BELOW = And(gamma_1 < 1, gamma_2 < 1)
ABOVE = And(gamma_1 > 1, gamma_2 > 1)
RATIO = (1 - gamma_2) * b_1 >= (1 - gamma_1) * b_2  # (1 - gamma_2)/(1 - gamma_1) >= b_2/b_1 in rows 1 and 2
STEEP = (gamma_2 - 1) * a_1 < (gamma_1 - 1) * a_2  # (gamma_2 - 1)/(gamma_1 - 1) < a_2/a_1 in rows 6 and 7
PENALTY_NOTE = "the penalty may have to depend on the report: for some laws in KZ-8 no constant is enough"
ROWS = {
    1: (And(BELOW, RATIO), True),
    2: (And(BELOW, Not(RATIO)), False),
    3: (And(gamma_1 >= 1, gamma_2 <= 1), True),
    4: (And(gamma_1 < 1, gamma_2 > 1), False),
    5: (And(ABOVE, Eq(a_1, 0)), True),
    6: (And(ABOVE, a_1 > 0, STEEP), True),
    7: (And(ABOVE, a_1 > 0, Not(STEEP)), False),
}
LATEX = {
    1: r"\gamma_1 < 1,\ \gamma_2 < 1,\ (1-\gamma_2)/(1-\gamma_1) \geq \theta_2^{max}/\theta_1^{max}",
    2: r"\gamma_1 < 1,\ \gamma_2 < 1,\ (1-\gamma_2)/(1-\gamma_1) < \theta_2^{max}/\theta_1^{max}",
    3: r"\gamma_1 \geq 1,\ \gamma_2 \leq 1",
    4: r"\gamma_1 < 1,\ \gamma_2 > 1",
    5: r"\gamma_1 > 1,\ \gamma_2 > 1,\ \theta_1^{min} = 0",
    6: r"\gamma_1 > 1,\ \gamma_2 > 1,\ \theta_1^{min} > 0,\ (\gamma_2-1)/(\gamma_1-1) <"
    r" \theta_2^{min}/\theta_1^{min}",
    7: r"\gamma_1 > 1,\ \gamma_2 > 1,\ \theta_1^{min} > 0,\ (\gamma_2-1)/(\gamma_1-1) \geq"
    r" \theta_2^{min}/\theta_1^{min}",
}


@st.derivation(
    "KZ-10",
    "Assumption 1 and Theorem 3: the example, the table on rectangles, one condition, any distribution",
    "Assumption 1, Theorem 3",
)
def assumption_1(prover):
    """Assumption 1 says that no type of the buyer below the highest trades for certain.  On rectangles it is
    judged for all distributions at once, as long as no type has positive probability and every interval of
    types has."""
    in_example_2(prover)
    chances(prover)
    theorem = st.monotone_mechanism(BOX, prover=prover)
    certain = theorem.certain
    for number, (row, satisfied) in ROWS.items():
        judge_row(prover, number, row, satisfied, certain)
    row = {number: condition for number, (condition, _) in ROWS.items()}
    blocks = (BELOW, row[3], row[4], ABOVE)
    every = And(Implies(BELOW, Or(row[1], row[2])), Implies(ABOVE, Or(row[5], row[6], row[7])))
    prover.judge(
        "KZ-10.8",
        "the table",
        r"\text{the seven rows are all the cases}",
        And(Or(*blocks), every),
        assuming=RECTANGLE,
        corrected=(
            r"\text{with two more, where it is violated: } \gamma_1 < 1 = \gamma_2 \text{"
            r" and }"
            r" \gamma_1 = 1 < \gamma_2",
            And(Or(*blocks, And(gamma_1 < 1, Eq(gamma_2, 1)), And(Eq(gamma_1, 1), gamma_2 > 1)), every),
        ),
    )
    prover.establish(certain.proved and all(premise.proved for premise in theorem.premises))
    theorem_3(prover)
    return st.Result(
        statement=(st.Line(certain.nobody, "satisfied"), st.Line(certain.somebody, "violated")),
        parts=(
            *(
                st.Part("Assumption 1 holds if and only if this does" + ", or this" * (k > 0), part)
                for k, part in enumerate(certain.nobody.args)
            ),
            st.Part(
                "Where it is violated, this type trades for certain",
                st.Cases(*((c.buyer_type, c.when) for c in certain.cases if c.buyer_type is not None)),
            ),
        ),
        axioms=("the expectation of a function that is positive everywhere is positive",),
    )


def chances(prover):
    """Where trade loses at a type p of the seller it loses on an interval, from p towards any type o; and if
    it gains nothing at two types, it gains nothing at all: for what trade gains is affine in that type."""
    p, o, x, here, rise = symbols("p o x here rise")
    gain = ENV.valuations[1] - ENV.valuations[0]
    at_p, at_o = (gain.subs(theta_1, place) for place in (p, o))
    between = gain.subs(theta_1, p + x * (o - p))
    numbers = (gamma_1, gamma_2, theta_1, theta_2, p, o, x)
    prover.establish(Eq(between, at_p + x * (at_o - at_p)), parameters=numbers)
    prover.establish(
        And(here + x * rise < 0, -here / (1 + rise**2) > 0),
        assuming=(here < 0, x >= 0, x * (1 + rise**2) <= -here, (rise - 1) ** 2 >= 0),
    )
    prover.establish(Eq(gain * (o - p), at_p * (o - theta_1) + at_o * (theta_1 - p)), parameters=numbers)


def judge_row(prover, number, row, satisfied, certain):
    """A row with a tick says that nobody below the top trades for certain, a cross that somebody does."""
    lowest = certain.trade.certain(a_2)  # a claim about every theta_1
    printed = LATEX[number] + (r":\ \text{satisfied}" if satisfied else r":\ \text{violated}")
    if satisfied:
        at_zero = "the lowest type 0 trades for certain: cases (v) and (vi) of Example 2 are instances"
        prover.judge(
            f"KZ-10.{number}",
            "the table",
            printed,
            certain.trade.uncertain(theta_2),
            assuming=(*RECTANGLE, *BELOW_TOP, *row.args, *BOX.seller.range),
            corrected=(
                r"\text{if and only if } \theta_2^{min} > 0",
                And(Implies(a_2 > 0, certain.trade.uncertain(theta_2)), Implies(Eq(a_2, 0), lowest)),
            )
            if number == 5
            else None,
            note=at_zero if number == 5 else "",
        )
    else:
        given = (*RECTANGLE, *row.args, *BOX.seller.range)
        _, claim = somebody(prover, certain, given)
        prover.judge(f"KZ-10.{number}", "the table", printed, claim, assuming=given)


def in_example_2(prover):
    """Assumption 1 in the six cases: satisfied in (i) and (iii) alone."""
    certain = st.certain_trade(ENV, prover=prover)
    for case, printed in PRINTED.items():
        ok = case in ("i", "iii")
        text = r"\text{Assumption 1 is " + ("satisfied" if ok else "violated") + r" where } " + printed
        place = "Assumption 1 in Example 2"
        if ok:
            given = (*within(case), theta_2 >= 0, theta_2 < 1)
            claim = certain.trade.uncertain(theta_2)
        else:
            given = (*within(case), *ENV.seller.range)
            _, claim = somebody(prover, certain, given)
        prover.judge(f"KZ-10.{case}", place, text, claim, assuming=given)


def theorem_3(prover):
    """Sufficiency by t^S with a penalty that depends on the report; necessity is KZ-9's argument."""
    for number, (text, answers, claim, given) in enumerate(st.monotone_lemmas(), 9):
        direction = "sufficiency" if "exists" in answers else "necessity"
        prover.judge(
            f"KZ-10.{number}",
            f"Theorem 3, {direction}",
            r"\text{" + text + "}",
            claim,
            assuming=given,
            note=PENALTY_NOTE if number == 9 else "",
        )


@st.derivation(
    "KZ-11", "Fixed payments: the whole interval, and when there is one", "What if Assumption 1 is violated?"
)
def fixed_payments(prover):
    """Where trade is always or never efficient; elsewhere a fixed payment is not incentive compatible."""
    price = Symbol("p")
    mechanism = st.fixed_payment(ENV, price)
    lines, parts = [], []
    for where, least, largest in intervals(prover, mechanism, price):
        lines.append(st.Line(And(where, least <= largest), Interval(least, largest)))
        parts.append(st.Part("The fixed payments from the buyer to the seller", lines[-1].value))
    always = lines[0].value
    instance = {gamma_1: Rational(1, 2), gamma_2: Integer(3)}
    low, high = always.start.subs(instance), always.end.subs(instance)
    place = "the last example"
    gain = (ENV.valuations[1] - ENV.valuations[0]).subs(instance)
    prover.judge(
        "KZ-11.1",
        place,
        r"\tilde u_2 - \tilde u_1 = 0.5\theta_2 + 2\theta_1 \geq 0",
        And(Eq(gain, theta_2 / 2 + 2 * theta_1), gain >= 0),
        assuming=(*ENV.seller.range, *ENV.buyer.range),
    )
    prover.judge(
        "KZ-11.2",
        place,
        r"\bar t_1 = -\bar t_2 = 1.25 \text{ satisfies BIC, IIR, EFF and BB}",
        And(low <= Rational(5, 4), Rational(5, 4) <= high),
        note="it is the least payment that does: the interval is [5/4, 3/2]",
    )
    prover.establish(And(Eq(low, Rational(5, 4)), Eq(high, Rational(3, 2))))
    prover.establish(
        Equivalent(always.start <= always.end, gamma_2 >= gamma_1 + 2), assuming=(*PARAMETERS, *ALWAYS.args)
    )
    lines += [st.Line(CASES[case], liar(prover, mechanism, price, case)) for case in ("i", "ii", "v", "vi")]
    return st.Result(statement=tuple(lines), parts=tuple(parts))


def intervals(prover, mechanism, price):
    """Where efficient trade is always, or never: the payments that both traders' worst types accept."""
    for where in (ALWAYS, CASES["iii"]):
        known = (*PARAMETERS, *where.args)
        ends = []
        for agent, types in (("seller", ENV.seller), ("buyer", ENV.buyer)):
            honest = st.two_stage_utility(mechanism, agent, assuming=(*where.args, price >= 0), prover=prover)
            gain = st.by_cases(
                honest - st.outside_option(ENV, agent, prover),
                assuming=(*known, *types.range, price >= 0),
                prover=prover,
            )
            worst = st.infimum(gain, (types.symbol, UNIT), assuming=(*known, price >= 0), prover=prover)
            (case,) = worst.cases
            ends.append(st.threshold(case.value, price))
            lie = Symbol("r")
            lying = st.two_stage_utility(
                mechanism, agent, lie, prover=prover, assuming=(*where.args, price >= 0, lie >= 0, lie <= 1)
            )
            same = st.by_cases(
                honest - lying,
                assuming=(*known, *types.range, price >= 0, lie > 0, lie <= 1, types.symbol > 0),
                prover=prover,
            )
            prover.establish(
                st.everywhere(same, lambda gap: Eq(gap, 0)),
                assuming=(*known, *types.range, price >= 0, lie > 0, lie <= 1, types.symbol > 0),
            )
        yield where, ends[0], ends[1]


def liar(prover, mechanism, price, case):
    """A seller type and a report by which it gains: it keeps the good more often and is paid all the same."""
    known = (*within(case), price >= 0)
    for own, report in ((Integer(0), Integer(1)), (Integer(1), Integer(0))):
        honest = st.two_stage_utility(
            mechanism, "seller", assuming=(*CASES[case].args, price >= 0), prover=prover
        )
        lying = st.two_stage_utility(
            mechanism, "seller", report, assuming=(*CASES[case].args, price >= 0), prover=prover
        )
        gain = st.by_cases((lying - honest).subs(theta_1, own), assuming=known, prover=prover)
        if bool(prover.prove(st.everywhere(gain, lambda value: value > 0), assuming=known)):
            return Symbol("not_incentive_compatible")
    prover.establish(False)
    return Symbol("unknown")
