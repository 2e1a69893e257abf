"""Table 5: mechanisms in which staying out is weakly dominated, and what undominated play guarantees."""

from sympy import And, Eq, Integer, Symbol, nan, sympify

import symtrade as st

from .environment import (
    ENV,
    PARAMETERS,
    W,
    b_hi,
    b_lo,
    p_bhi,
    p_slo,
    q,
    s_hi,
    s_lo,
    t,
)
from .section_2_2 import lemma_2_1
from .section_3 import PRICES, TYPES, flexible_price_guarantee, guarantee

x = Symbol("x")
WITH_X = (*PARAMETERS, x > 0)
ENV_X = st.FiniteEnvironment(buyer=ENV.buyer, seller=ENV.seller, assuming=WITH_X)
OUT, PAY = "out", "pay"  # the paper's empty set and dash
BUYERS, SELLERS = (b_lo, b_hi), (s_lo, s_hi)
LATEX = {b_lo: r"\underline{b}", b_hi: r"\bar{b}", s_lo: r"\underline{s}", s_hi: r"\bar{s}"}
SHOWN = {str(value): word for value, word in LATEX.items()} | {OUT: r"\emptyset", PAY: "-"}


def report_game(case):
    """A dominant-strategy mechanism of Lemma 2.1 as a game: report a value or stay out."""
    def table(entry):
        return ((0, 0, 0), *((0, *(case.mechanism[entry[b, s]] for s in SELLERS)) for b in BUYERS))

    return st.IndirectMechanism(ENV_X, (OUT, *map(str, BUYERS)), (OUT, *map(str, SELLERS)),
                                table(q), table(t), OUT)


def price_game(offering):
    """The flexible-price mechanism, with the parameter x at hand."""
    return st.flexible_price(ENV_X, PRICES, offering)


def modified(mechanism):
    """Table 5's modification: a further action that pays x to an opponent who takes part."""
    return st.rewarding(mechanism, x, PAY)


def dominates_all(mechanism, trader, value, action, others=None):
    """The claim that an action weakly dominates the others (default: all of them)."""
    rest = mechanism.actions(trader) if others is None else others
    return And(*(st.dominates(mechanism, trader, value, action, other) for other in rest if other != action))


def at_least(mechanism, trader, value, action, amount, against):
    """The claim that an action pays at least this amount against each of the opponent's actions."""
    pairs = [(action, other) if trader == "buyer" else (other, action) for other in against]
    return And(*(mechanism.utility(trader, value, *pair) >= amount for pair in pairs))


def opposite(mechanism, trader):
    """The actions of the other trader."""
    return mechanism.actions("seller" if trader == "buyer" else "buyer")


# --- what undominated play guarantees ---------------------------------------------------------------


def kept(prover, mechanism):
    """The actions of each type that no other action weakly dominates; what the proposal at one point
    rules out is established for all parameters."""
    point = {s_lo: Integer(1), b_lo: Integer(2), s_hi: Integer(3), b_hi: Integer(5), x: Integer(1)}
    found = {}
    for trader, value, _ in TYPES:
        actions, others = mechanism.actions(trader), opposite(mechanism, trader)
        pays = {action: [sympify(mechanism.utility(trader, value, *pair)).xreplace(point) for other in others
                         for pair in [(action, other) if trader == "buyer" else (other, action)]]
                for action in actions}
        above = {worse: [better for better in actions if pays[better] != pays[worse]
                         and all(one >= other for one, other in zip(pays[better], pays[worse], strict=True))]
                 for worse in actions}
        found[value] = [action for action in actions if not above[action]]
        prover.establish(And(*(
            st.dominates(mechanism, trader, value, next(a for a in found[value] if a in above[worse]), worse)
            for worse in actions if above[worse])), assuming=WITH_X)
    return found


def undominated(prover, mechanism):
    """The actions of each type that no mixed action weakly dominates either."""
    found = kept(prover, mechanism)
    for trader, value, _ in TYPES:
        for action in found[value]:
            solution = prover.solve(st.weak_dominance(mechanism, trader, value, action))
            prover.establish(all(piece.value == 0 for piece in solution.pieces))
    return found


def truthful_guarantee(prover, case, left):
    """Where only truth is left, undominated play of a modified dominant-strategy mechanism yields W_DS."""
    prover.establish(all(actions == [str(value)] for value, actions in left.items()))
    prover.establish(Eq(W.expr.subs(case.mechanism), case.welfare), assuming=PARAMETERS)


def secured_guarantee(prover, mechanism, left, w_fp):
    """Against the actions that are left, the types of the modified flexible-price mechanism secure W_FP."""
    secure = {}
    for trader, value, _ in TYPES:
        theirs = SELLERS if trader == "buyer" else BUYERS
        against = tuple(dict.fromkeys(action for v in theirs for action in left[v]))
        (piece,) = prover.solve(mechanism.security(trader, value, against)).pieces
        secure[value] = piece.value
    prover.establish(Eq(guarantee(secure), w_fp), assuming=WITH_X)


# --- the printed table and the proof -----------------------------------------------------------------


@st.derivation("CA-12", "Table 5: weak dominance in the modified mechanisms", "Appendix D")
def weak_dominance(prover):
    """For every type the actions that survive, against mixed actions too, for all parameters and x > 0."""
    w_fp = flexible_price_guarantee(prover)
    _, a, b = lemma_2_1(prover)
    plain = {"DS_a": report_game(a), "DS_b": report_game(b), "FP_S": price_game("seller"),
             "FP_B": price_game("buyer")}
    games = {name: modified(mechanism) for name, mechanism in plain.items()}
    left = {name: undominated(prover, mechanism) for name, mechanism in games.items()}
    without = {name: undominated(prover, plain[name]) for name in ("DS_a", "FP_S")}
    table_5(prover, games["DS_a"], games["FP_S"])
    truthful_guarantee(prover, a, left["DS_a"])
    truthful_guarantee(prover, b, left["DS_b"])
    for name in ("FP_S", "FP_B"):
        secured_guarantee(prover, games[name], left[name], w_fp)
    truthful(prover, games["DS_a"], left["DS_a"], left["DS_b"])
    offered(prover, games["FP_S"], left["FP_S"], w_fp)
    prover.establish(all(OUT not in actions for found in left.values() for actions in found.values()))
    unmodified(prover, plain["DS_a"], plain["FP_S"], without["DS_a"], without["FP_S"])
    kind, which = {"buyer": Symbol("b"), "seller": Symbol("s")}, Symbol("M")
    return st.Result(
        statement=tuple(
            st.Line(And(Eq(which, Symbol(name)), Eq(kind[trader], value)), Symbol(action))
            for name in games for trader, value, _ in TYPES for action in left[name][value]),
        parts=(*(st.Part(f"Undominated actions: {TITLES[name]}", listed(found))
                 for name, found in left.items()),
               *(st.Part(f"Undominated actions: {TITLES[name]}, without the added action", listed(found))
                 for name, found in without.items())),
    )


TITLES = {"DS_a": "dominant strategies, case (a)", "DS_b": "dominant strategies, case (b)",
          "FP_S": "flexible prices, seller offering", "FP_B": "flexible prices, buyer offering"}


def listed(found):
    """The undominated actions of each type in words."""
    return "; ".join(f"type ${LATEX[value]}$: " + ", ".join(f"${SHOWN[action]}$" for action in actions)
                     for value, actions in found.items()) + "."


def table_5(prover, left, right):
    """Table 5 entry by entry: rows are the seller's actions, columns the buyer's."""
    lottery = (b_lo - s_lo) / (s_hi - s_lo)
    none, gets, pays = (0, 0), (0, -x), (0, x)

    def agrees(mechanism, printed):
        return And(*(Eq(one, other) for pair, entry in printed.items()
                     for one, other in zip(mechanism.outcome(*pair), entry, strict=True)))

    def entries(columns, rows):
        return {(column, row): entry for row, line in rows.items()
                for column, entry in zip(columns, line, strict=True)}

    low = (1, b_lo)
    prover.judge(
        "CA-12.1", "Table 5, left",
        r"-: (0,0), (0,-x), (0,-x), (0,0);\ \bar{s}: (0,0), (0,0), \left(\frac{\underline{b}-\underline{s}}"
        r"{\bar{s}-\underline{s}}, \frac{\underline{b}-\underline{s}}{\bar{s}-\underline{s}}\bar{s}\right),"
        r" (0,x);\ \underline{s}: (0,0), (1,\underline{b}), (1,\underline{b}), (0,x);\ \emptyset: (0,0),"
        r" (0,0), (0,0), (0,0) \text{ in the columns } \emptyset, \underline{b}, \bar{b}, -",
        agrees(left, entries((OUT, str(b_lo), str(b_hi), PAY), {
            PAY: (none, gets, gets, none), str(s_hi): (none, none, (lottery, lottery * s_hi), pays),
            str(s_lo): (none, low, low, pays), OUT: (none,) * 4})),
        assuming=WITH_X, note="pairs (q, t); the table is case (a) of Lemma 2.1 with one more action a side")
    prover.judge(
        "CA-12.2", "Table 5, right",
        r"-: (0,0), (0,-x), (0,-x), (0,0);\ \bar{s}: (0,0), (0,0), (1,\bar{s}), (0,x);\ \underline{b}: (0,0),"
        r" (1,\underline{b}), (1,\underline{b}), (0,x);\ \emptyset: (0,0), (0,0), (0,0), (0,0)"
        r" \text{ in the columns } \emptyset, \underline{b}, \bar{s}, -",
        agrees(right, entries((OUT, str(b_lo), str(s_hi), PAY), {
            PAY: (none, gets, gets, none), str(s_hi): (none, none, (1, s_hi), pays),
            str(b_lo): (none, low, low, pays), OUT: (none,) * 4})),
        assuming=WITH_X, note="pairs (q, t); the table is Table 2 with one more action a side")


PLACE = "appendix D, proof of Theorem 3.2"


def truthful(prover, left, survivors, of_the_mirror):
    """The modified dominant-strategy mechanisms: truth dominates every other action of every type."""
    for number, (trader, value, _) in enumerate(TYPES, 3):
        prover.judge(
            f"CA-12.{number}", PLACE,
            rf"\text{{for type }} {LATEX[value]} \text{{, action }} {LATEX[value]}"
            r" \text{ weakly dominates all other actions (Table 5, left)}",
            dominates_all(left, trader, value, str(value)), assuming=WITH_X)
    only_truth = [[str(value)] for _, value, _ in TYPES]
    for number, actions, printed in (
        (7, survivors, r"\text{in undominated play each agent reports truthfully}"),
        (8, of_the_mirror, r"\text{a symmetric argument applies to the right side of Table 1}"),
    ):
        prover.judge(f"CA-12.{number}", PLACE, printed, list(actions.values()) == only_truth, assuming=WITH_X,
                     note="for all four types truth is the only action that no mixed action weakly dominates")


def offered(prover, right, survivors, w_fp):
    """The modified flexible-price mechanism, seller offering."""
    low, high = str(b_lo), str(s_hi)
    taking_part = (low, high)
    unnamed = (r"no action of the right side of Table 5 has this name: the buyer's are the columns out, b_lo,"
               r" s_hi, pay")
    prover.judge(
        "CA-12.9", PLACE, r"\text{for type } \underline{b} \text{, action } \underline{b}"
        r" \text{ weakly dominates all others (Table 5, right)}",
        dominates_all(right, "buyer", b_lo, low), assuming=WITH_X)
    prover.judge(
        "CA-12.10", PLACE, r"\text{for type } \bar{b} \text{, action } \bar{b}"
        r" \text{ weakly dominates all others (Table 5, right)}", nan, assuming=WITH_X, note=unnamed,
        corrected=(r"\text{for type } \bar{b} \text{, action } \bar{s} \text{ weakly dominates all others}",
                   dominates_all(right, "buyer", b_hi, high)))
    prover.judge(
        "CA-12.11", PLACE, r"\text{for type } \underline{s} \text{, both actions } \underline{b}"
        r" \text{ and } \bar{s} \text{ are undominated}",
        set(survivors[s_lo]) == set(taking_part), assuming=WITH_X,
        note="the two dominance programs have the value 0: no mixed action dominates either")
    prover.judge(
        "CA-12.12", PLACE, r"\text{for type } \underline{s} \text{, } \emptyset \text{ and } -"
        r" \text{ are dominated by } \underline{b}",
        dominates_all(right, "seller", s_lo, low, (OUT, PAY)), assuming=WITH_X)
    prover.judge(
        "CA-12.13", PLACE, r"\text{for type } \bar{s} \text{, action } \bar{s} \text{ dominates all others}",
        dominates_all(right, "seller", s_hi, high), assuming=WITH_X)
    prover.judge(
        "CA-12.14", PLACE, r"\underline{b}, \bar{b}, \bar{s}"
        r" \text{ play their unique undominated action, and } \underline{s} \text{ plays } \underline{b}"
        r" \text{ or } \bar{s}",
        (survivors[b_lo], survivors[b_hi], survivors[s_hi], set(survivors[s_lo]))
        == ([low], [high], [high], {low, high}), assuming=WITH_X)
    prover.judge(
        "CA-12.15", PLACE, r"\bar{b} \text{ playing } \bar{b} \text{ is assured at least } \bar{b} - \bar{s}",
        nan, assuming=WITH_X, note=unnamed,
        corrected=(r"\bar{b} \text{ playing } \bar{s} \text{ is assured at least } \bar{b} - \bar{s}",
                   at_least(right, "buyer", b_hi, high, b_hi - s_hi, taking_part)))
    prover.judge(
        "CA-12.16", PLACE, r"\underline{s} \text{ playing } \underline{s} \text{ is assured }"
        r" \underline{b} - \underline{s}", nan, assuming=WITH_X,
        note="no action of the right side of Table 5 has this name: the seller's are the rows out, b_lo,"
             " s_hi, pay",
        corrected=(r"\underline{s} \text{ playing } \underline{b} \text{ is assured } \underline{b} -"
                   r" \underline{s}", at_least(right, "seller", s_lo, low, b_lo - s_lo, taking_part)))
    prover.judge(
        "CA-12.17", PLACE, r"\underline{b}, \bar{s} \text{ are assured at least zero by non-participation}",
        And(at_least(right, "buyer", b_lo, OUT, 0, opposite(right, "buyer")),
            at_least(right, "seller", s_hi, OUT, 0, opposite(right, "seller"))), assuming=WITH_X)
    prover.judge(
        "CA-12.18", PLACE, r"p_{\bar{b}}(\bar{b} - \bar{s}) + p_{\underline{s}}(\underline{b} -"
        r" \underline{s}) = W_{FP}",
        Eq(p_bhi * (b_hi - s_hi) + p_slo * (b_lo - s_lo), w_fp), assuming=PARAMETERS)


def unmodified(prover, reports, prices, left_reports, left_prices):
    """Why the mechanisms are modified, and why that is needless for the best equilibrium."""
    remark = "section 3.3, last remark"
    indifferent = And(*(
        Eq(reports.utility("buyer", b_lo, str(b_lo), other), reports.utility("buyer", b_lo, OUT, other))
        for other in opposite(reports, "buyer")))
    prover.judge(
        "CA-12.19", remark, r"\text{in case (a) type } \underline{b} \text{ is indifferent between }"
        r" \underline{b} \text{ and } \emptyset", indifferent, assuming=WITH_X)
    prover.judge(
        "CA-12.20", remark, r"\text{so } \emptyset \text{ can be played in an undominated equilibrium}",
        OUT in left_reports[b_lo], assuming=WITH_X,
        note="its dominance program has the value 0; so it has for s_hi, and for both in the flexible-price"
             " mechanism")
    stay_out = [OUT in found[value] for found in (left_reports, left_prices) for value in (b_lo, s_hi)]
    prover.establish(all(stay_out))
    prover.judge(
        "CA-12.21", remark, r"\text{the dominant-strategy and second-price mechanisms do not attain the}"
        r" \text{ maximum guarantees}", nan, assuming=WITH_X,
        note="no second-price mechanism is defined: flexible-price is meant; proved is that in both staying"
             " out is undominated for b_lo and for s_hi",
        corrected=(r"\text{in the dominant-strategy and flexible-price mechanisms some types may stay out}",
                   all(stay_out)))
    safe = []
    for mechanism, action in ((reports, {value: str(value) for _, value, _ in TYPES}),
                              (prices, {value: actions[-1] for value, actions in left_prices.items()}
                               | {s_lo: str(b_lo)})):
        safe += [at_least(mechanism, trader, value, action[value], 0, opposite(mechanism, trader))
                 for trader, value, _ in TYPES]
    prover.judge(
        "CA-12.22", "appendix D, proof of Theorem 3.3",
        r"\emptyset \text{ is never strictly preferred over the existing actions}", And(*safe),
        assuming=WITH_X, note="staying out pays 0, and each type has another action that never pays less")
