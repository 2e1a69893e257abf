"""Section 5.1 and Appendix E: types assigned beforehand, and what simpler arguments would give."""

from sympy import And, Eq, Min, Ne, Or, Rational, sympify

import symtrade as st

from .environment import PARAMETERS, b_hi, b_lo, p_bhi, p_slo, s_hi, s_lo
from .section_5_lists import BUYER, SELLER, at_most, benchmarks, cover, with_value, within
from .tables_3_and_4 import LAMBDA, LAMBDA_BELOW_ONE, S_1, S_2_OVERLAPPING, TABLE_3, TABLE_4

ASSIGN = {b_hi: 1, s_hi: 1, b_lo: 2, s_lo: 2}
TABLE_4_PLAIN = st.InformationList((S_1, S_2_OVERLAPPING), (*PARAMETERS, LAMBDA_BELOW_ONE))

VALUES = {s_lo: 1, b_lo: 2, s_hi: 3, b_hi: 4}
IN_REGION_2 = VALUES | {p_bhi: Rational(1, 2), p_slo: Rational(1, 4)}
IN_REGION_3 = VALUES | {p_bhi: Rational(3, 4), p_slo: Rational(1, 2)}
NAMES = {b_lo: r"\underline{b}", b_hi: r"\bar{b}", s_lo: r"\underline{s}", s_hi: r"\bar{s}"}
TYPES = ((BUYER, b_lo), (BUYER, b_hi), (SELLER, s_lo), (SELLER, s_hi))


@st.derivation("CA-10", "Types assigned beforehand, and the examples of Appendix E", "5.1, E")
def appendix_e(prover):
    """The optimum with types assigned beforehand, that of Table 4 without overlap, and three examples."""
    known = benchmarks(prover)
    assigned = prover.solve(st.total_minimum_utility(TABLE_3, assign=ASSIGN))
    assigned_4 = prover.solve(st.total_minimum_utility(TABLE_4, assign=ASSIGN))
    plain = prover.solve(st.total_minimum_utility(TABLE_4_PLAIN))
    assigning(prover, known, assigned, assigned_4)
    for piece in plain.pieces:
        for welfare in known.welfares:
            prover.establish(piece.value > welfare, assuming=(*PARAMETERS, LAMBDA_BELOW_ONE, piece.region))
    example_1(prover, known)
    example_2(prover, known)
    best = example_3(prover, known)
    return st.Result(
        statement=(*st.statement(assigned), *within(assigned_4, LAMBDA_BELOW_ONE),
                   *within(plain, LAMBDA_BELOW_ONE)),
        parts=(st.Part("Table 3, types assigned beforehand", assigned),
               st.Part("Table 4, types assigned beforehand", assigned_4),
               st.Part("Table 4 without overlap", plain),
               st.Part("E.3: the largest total minimum utility without overlap, at the paper's parameters",
                       best)),
    )


def assigning(prover, known, table_3, table_4):
    """Where fixing the structure of each type beforehand costs nothing."""
    where = (*PARAMETERS, known.region["I"])
    prover.judge(
        "CA-10.1", "section 5.1", r"\text{the upper bound holds even if we ``pre-assign'' each type}",
        at_most(cover(prover, known, table_3, known.flexible, where), known.flexible), assuming=where,
        note="b_hi and s_hi to the first structure of Table 3, b_lo and s_lo to the second")
    region_2 = (*PARAMETERS, known.region["II"])
    (more,) = (piece for piece in table_3.pieces if prover.prove(piece.region, assuming=region_2))
    prover.establish(more.value > known.b.welfare, assuming=region_2)
    own, where = with_value(table_4, known.b.welfare), (*PARAMETERS, known.region["III"])
    prover.judge(
        "CA-10.2", "section 5.3",
        r"\text{we can pre-assign types } \bar{b}, \bar{s} \text{ to } \mathcal{S}^1 \text{ and }"
        r" \underline{b}, \underline{s} \text{ to } \mathcal{S}^2", at_most((own,), known.b.welfare),
        assuming=where,
        note="the overlapping list of Table 4")
    prover.establish(at_most((own,), known.b.welfare), assuming=region_2)


def at(listing, point):
    """A list at rational parameters."""
    def numeric(value):
        return sympify(value).subs(point)

    return st.InformationList(tuple(
        st.InformationStructure(tuple(
            st.State(tuple(map(numeric, state.values)), numeric(state.probability), state.signals)
            for state in structure.states)) for structure in listing.structures),
        overlapping=listing.overlapping)


class Example:
    """A list of direct mechanisms at rational parameters; pairs of signals that are not named have
    no trade and no payment."""

    def __init__(self, listing, point, mechanisms, assign=None):
        """`mechanisms`: for each structure (signals) -> (probability of trade, expected payment)."""
        self.listing, self.point = at(listing, point), point
        self.mechanisms = mechanisms
        assign = {value.subs(point): k for value, k in (assign or {}).items()}
        self.program = st.total_minimum_utility(self.listing, assign=assign)
        self.plan = {}
        for k, (structure, outcomes) in enumerate(zip(self.listing.structures, mechanisms, strict=True), 1):
            for b in structure.signals(BUYER):
                for s in structure.signals(SELLER):
                    names, pair = self.listing.outcome(k, b, s), outcomes.get((b, s), (0, 0))
                    self.plan |= dict(zip(names, pair, strict=True))
        for side, value in TYPES:
            structures = (assign[value.subs(point)],) if assign else range(1, len(mechanisms) + 1)
            self.plan[self.listing.minimum_utility(side, value.subs(point))] = Min(
                *(self.utility(k, side, value) for k in structures))

    def utility(self, structure, side, value):
        """What a type expects in structure 1 or 2."""
        return self.listing.utility(structure, side, value.subs(self.point)).expr.xreplace(self.plan)

    def payoffs(self, structure, buyer, seller):
        """(u_B, u_S) at a pair of signals."""
        here = self.listing.structures[structure - 1]
        q, t = (self.plan[name] for name in self.listing.outcome(structure, buyer, seller))
        return here.value(buyer, BUYER) * q - t, t - here.value(seller, SELLER) * q

    def feasible(self):
        """Incentives, participation and the definition of minimum utility, row by row."""
        return And(*(row.expr.xreplace(self.plan) for row in self.program.constraints))

    def total(self):
        """The total minimum utility."""
        return self.program.objective.expr.xreplace(self.plan)

    def best(self, prover):
        """The optimum at these parameters."""
        (piece,) = prover.solve(self.program).pieces
        return piece.value


def these(point):
    """The parameters of an example as assumptions: the witness of whatever fails there."""
    return tuple(Eq(parameter, value) for parameter, value in point.items())


def point_claims(prover, example, place, known, point, region, printed):
    """The thresholds, the region and the welfare that the example is compared with."""
    where = these(point)
    prover.judge(f"CA-10.{example}.1", place, r"p_{\bar{b}}^* = p_{\underline{s}}^* = 1/3",
                 And(Eq(known.p_bhi_star.subs(point), Rational(1, 3)),
                     Eq(known.p_slo_star.subs(point), Rational(1, 3))), assuming=where)
    prover.judge(f"CA-10.{example}.2", place, rf"\text{{these parameters lie in region {region}}}",
                 known.region[region].subs(point), assuming=where)
    prover.judge(f"CA-10.{example}.3", place, rf"W_{{DS}} = {printed}",
                 And(Eq(known.b.welfare.subs(point), Rational(printed)), known.b.region.subs(point)),
                 assuming=where)


def mechanism_claim(prover, id, place, printed, example):
    """The example is a list of direct mechanisms, off-path reports included."""
    prover.judge(id, place, printed, example.feasible(), assuming=these(example.point),
                 note="no trade and no payment at pairs of signals that never occur")


def utilities_claim(prover, id, place, example, printed):
    """Expected payoffs: (structure, side, value) -> printed number."""
    words = r",\ ".join(rf"u_{{{NAMES[value]}}}(\mathcal{{M}}^{k}) = {n}"
                        for (k, _, value), n in printed.items())
    prover.judge(id, place, words,
                 And(*(Eq(example.utility(*key), Rational(n)) for key, n in printed.items())),
                 assuming=these(example.point))


def example_1(prover, known):
    """Posted prices 3 and 4, types assigned beforehand."""
    place, point = "appendix E.1", IN_REGION_2
    point_claims(prover, "E.1", place, known, point, "II", "13/16")
    posted = ({("B3", "S2"): (1, 3), ("B3", "S4"): (1, 3)}, {("B6", "S6"): (1, 4), ("B7", "S7"): (1, 4)})
    example = Example(TABLE_3, point, posted, ASSIGN)
    mechanism_claim(prover, "CA-10.E.1.4", place, r"\text{posted prices } 3 \text{ for } \mathcal{S}^1"
                    r" \text{ and } 4 \text{ for } \mathcal{S}^2", example)
    utilities_claim(prover, "CA-10.E.1.5", place, example,
                    {(2, BUYER, b_lo): "0", (1, BUYER, b_hi): "1", (1, SELLER, s_hi): "0"})
    slip = "at the price 4 the seller s_lo gains 3, with probability 1/2"
    seller = example.utility(2, SELLER, s_lo)
    prover.judge("CA-10.E.1.6", place, r"u_{\underline{s}}(\mathcal{M}^2) = 2", Eq(seller, 2),
                 assuming=these(point), note=slip,
                 corrected=(r"u_{\underline{s}}(\mathcal{M}^2) = \frac{3}{2}", Eq(seller, Rational(3, 2))))
    prover.judge(
        "CA-10.E.1.7", place,
        r"p_{\underline{b}}u_{\underline{b}}(\mathcal{M}^2)+p_{\bar{b}}u_{\bar{b}}(\mathcal{M}^1)"
        r"+p_{\underline{s}}u_{\underline{s}}(\mathcal{M}^2)+p_{\bar{s}}u_{\bar{s}}(\mathcal{M}^1) = 1",
        Eq(example.total(), 1), assuming=these(point), note=slip,
        corrected=(r"p_{\underline{b}}u_{\underline{b}}(\mathcal{M}^2)+p_{\bar{b}}u_{\bar{b}}(\mathcal{M}^1)"
                   r"+p_{\underline{s}}u_{\underline{s}}(\mathcal{M}^2)+p_{\bar{s}}u_{\bar{s}}(\mathcal{M}^1)"
                   r" = \frac{7}{8}", Eq(example.total(), Rational(7, 8))))
    prover.judge("CA-10.E.1.8", place, r"p_{\underline{b}}u_{\underline{b}}(\mathcal{M}^2) + \dots > W_{DS}",
                 example.total() > known.b.welfare.subs(point), assuming=these(point),
                 note="the slip does not touch what the example shows")
    prover.establish(Eq(example.best(prover), example.total()), assuming=these(point))


def example_2(prover, known):
    """The list of Table 3 in region III: lotteries for the uninformed types."""
    place, point, n = "appendix E.2", IN_REGION_3, Rational
    point_claims(prover, "E.2", place, known, point, "III", "25/16")
    example = Example(TABLE_3, point, (
        {("B2", "S3"): (1, 2), ("B3", "S2"): (n(6, 7), n(6, 7) * 3), ("B3", "S4"): (1, n(19, 7))},
        {("B5", "S7"): (n(4, 7), n(4, 7) * 2), ("B7", "S7"): (1, n(20, 7)), ("B6", "S6"): (1, 3)}))
    mechanism_claim(prover, "CA-10.E.2.4", place,
                    r"\text{lotteries } 6/7 \text{ at } 3 \text{ and } 4/7 \text{ at } 2,"
                    r" \text{ sure trade at } 19/7 \text{ and } 20/7", example)
    table_claim(prover, "CA-10.E.2.5", "Table 6, left", example, 1, {
        ("B1", "S1"): "0 0", ("B3", "S2"): "6/7 0", ("B2", "S3"): "0 1", ("B3", "S4"): "9/7 12/7"})
    table_claim(prover, "CA-10.E.2.6", "Table 6, right", example, 2, {
        ("B4", "S5"): "0 0", ("B6", "S6"): "1 0", ("B5", "S7"): "0 4/7", ("B7", "S7"): "8/7 13/7"})
    utilities_claim(prover, "CA-10.E.2.7", place, example, {
        (k, side, value): n for k in (1, 2) for side, value, n in (
            (BUYER, b_lo, "0"), (BUYER, b_hi, "15/14"), (SELLER, s_lo, "43/28"), (SELLER, s_hi, "0"))})
    total_claims(prover, "CA-10.E.2", place, known, example, "11/7",
                 r"\frac{1}{4} \times 0 + \frac{3}{4} \times \frac{15}{14} + \frac{1}{2} \times \frac{43}{28}"
                 r" + \frac{1}{2} \times 0",
                 n(1, 4) * 0 + n(3, 4) * n(15, 14) + n(1, 2) * n(43, 28) + n(1, 2) * 0)
    prover.establish(Eq(example.best(prover), example.total()), assuming=these(point))


def example_3(prover, known):
    """Table 4 without overlap in region III."""
    place, point, n = "appendix E.3", IN_REGION_3, Rational
    here = these(point)
    prover.judge("CA-10.E.3.1", place, r"\lambda = 1/6", Eq(LAMBDA.subs(point), n(1, 6)), assuming=here)
    example = Example(TABLE_4_PLAIN, point, (
        {("B2", "S3"): (1, 1), ("B3", "S2"): (n(8, 9), n(8, 9) * n(13, 4)), ("B3", "S4"): (1, 3)},
        {("B5", "S7"): (1, 1), ("B7", "S7"): (1, 1), ("B6", "S6"): (1, 3),
         ("B3", "S2"): (1, n(17, 5)), ("B3", "S4"): (1, n(17, 5))}))
    mechanism_claim(prover, "CA-10.E.3.2", place,
                    r"\mathcal{M}^1: 8/9 \text{ at } 13/4, \text{ sure trade at } 3 \text{ or at } 1;"
                    r"\ \mathcal{M}^2: \text{ trade at } 1, 3, 17/5", example)
    table_claim(prover, "CA-10.E.3.3", "Table 7, left", example, 1, {
        ("B1", "S1"): "0 0", ("B3", "S2"): "2/3 2/9", ("B2", "S3"): "1 0", ("B3", "S4"): "1 2"})
    table_claim(prover, "CA-10.E.3.4", "Table 7, right", example, 2, {
        ("B4", "S5"): "0 0", ("B6", "S6"): "1 0", ("B3", "S2"): "3/5 2/5",
        ("B5", "S7"): "1 0", ("B7", "S7"): "3 0", ("B3", "S4"): "3/5 12/5"})
    differ = [Ne(one, other) for pair in (("B3", "S2"), ("B3", "S4"))
              for one, other in zip(example.payoffs(1, *pair), example.payoffs(2, *pair), strict=True)]
    prover.judge("CA-10.E.3.5", place, r"\text{the outcome for } \bar{b} \text{ in } \mathcal{M}^1"
                 r" \text{ is different than for } \bar{b}' \text{ in } \mathcal{M}^2", Or(*differ),
                 assuming=here)
    informed = LAMBDA.subs(point) * point[p_bhi]
    prover.judge("CA-10.E.3.6", place, r"\lambda p_{\bar{b}} = 1/8,\ (1 - \lambda) p_{\bar{b}} = 5/8",
                 And(Eq(informed, n(1, 8)), Eq(point[p_bhi] - informed, n(5, 8)),
                     Eq(example.listing.structures[1].probability(buyer="B3"), n(5, 8))), assuming=here)
    utilities_claim(prover, "CA-10.E.3.7", place, example, {
        (k, side, value): n for side, value, numbers in (
            (BUYER, b_lo, ("1/2", "1/2")), (BUYER, b_hi, ("5/6", "5/6")), (SELLER, s_lo, ("3/2", "3/2")),
            (SELLER, s_hi, ("1/6", "1/4"))) for k, n in enumerate(numbers, 1)})
    total_claims(prover, "CA-10.E.3", place, known, example, "19/12",
                 r"\frac{1}{4} \times \frac{1}{2} + \frac{3}{4} \times \frac{5}{6} + \frac{1}{2} \times"
                 r" \frac{3}{2} + \frac{1}{2} \times \frac{1}{6}",
                 n(1, 4) * n(1, 2) + n(3, 4) * n(5, 6) + n(1, 2) * n(3, 2) + n(1, 2) * n(1, 6))
    best = example.best(prover)
    prover.establish(best > example.total(), assuming=here)
    return best


def table_claim(prover, id, place, example, structure, entries):
    """A table of payoffs: signals -> "u_B u_S"."""
    rows = {signals: tuple(map(Rational, row.split())) for signals, row in entries.items()}
    known = example.listing.structures[structure - 1].states
    assert {state.signals for state in known} == rows.keys()
    printed = r",\ ".join("u_B = {}, u_S = {}".format(*row.split()) for row in entries.values())
    prover.judge(id, place, printed,
                 And(*(Eq(found, entry) for signals, row in rows.items()
                       for found, entry in zip(example.payoffs(structure, *signals), row, strict=True))),
                 assuming=these(example.point))


def total_claims(prover, id, place, known, example, printed, sum_printed, sum_meant):
    """The total minimum utility of an example, its displayed sum, and the comparison with W_DS."""
    where, total = these(example.point), example.total()
    prover.judge(f"{id}.8", place, rf"TMU(\mathcal{{L}}) = {sum_printed} = {printed}",
                 And(Eq(total, Rational(printed)), Eq(sum_meant, Rational(printed))), assuming=where)
    prover.judge(f"{id}.9", place, r"TMU(\mathcal{L}) > W_{DS}", total > known.b.welfare.subs(example.point),
                 assuming=where)
