r"""Appendix B: the arithmetic in the proofs of the extortion lemmas.

Probabilities, payoffs and bounds are symbols, so a line is judged for every game at once; a sum over
the two types, or over several states, is judged term by term.  What is a definition, or a statement
about games and beliefs, is no arithmetic and is not judged:

=====================  ============================================================================
Lemma B.1              the constructed mechanisms are direct mechanisms: see appendix D
B.1, first display     the definition of the worst structures and of the willingness to pay
(B.5)                  two beliefs given by one formula
(B.7), (B.10)          distances do not grow when actions replace information sets
(B.8), (B.9)           the law of total probability, and independence given the seller's information
step 4, IC             sequential rationality at an information set on the path
TMU in step 6          the definition (4.2)
wrapping up            the limit of the lists of approximate mechanisms (compactness)
=====================  ============================================================================
"""

from sympy import And, Eq, Implies, Integer, nan, symbols

import symtrade as st

from .environment import ORDER, b_hi, b_lo, p_bhi, p_blo, p_shi, p_slo, s_hi, s_lo
from .lines import Side, tex

epsilon, delta, M, F, K, pi_min = symbols("epsilon delta M F K pi_min")
u_0, u_k, offer = symbols("u_0 u_k Delta_hat")
LOST_K = "k(b) is defined nowhere: the print lost the underline of k"
CHANCE = (epsilon > 0, epsilon < 1)
SMALL = ((1 - epsilon) / 2 * (1 - 2 * epsilon**3) >= Integer(1) / 4,
         epsilon <= (1 - 2 * epsilon**3) * pi_min / (2 * (K + 1)))
SETTING = (*CHANCE, pi_min > 0, pi_min <= 1, K >= 1, *SMALL)
LARGE = (*CHANCE, M > 0)


def known(rows, assuming=LARGE):
    """Named inequalities that are linear in payoffs; what else occurs in them is a parameter."""
    parameters = {v for c in assuming for v in c.free_symbols}
    payoffs = {v for row in rows.values() for v in row.free_symbols} - parameters
    return st.LinearProgram(variables=sorted(payoffs, key=str), objective=0, assuming=assuming,
                            constraints=list(rows.items())).constraints


def close(name, one, other, distance):
    """Two payoffs are within a distance of each other, as two named inequalities."""
    return {f"{name}, above": one - other <= distance, f"{name}, below": other - one <= distance}


def arithmetic(page, lists):
    """Sections B.2, B.3 and the six steps of B.4; `lists` are the lists of Tables 3 and 4."""
    worst_equilibrium(page, lists)
    the_numbers(page)
    step_1(page)
    step_2(page)
    step_3(page)
    step_4(page)
    step_5(page)
    step_6(page)


def worst_equilibrium(page, lists):
    """B.2: indifference between A and R, and the welfare that results."""
    where = "appendix B.2"
    willing = u_0 - u_k
    for i in "bs":
        left = rf"-\Delta_{i} + u_{i}(\mathcal{{M}}^0) = u_{i}(\mathcal{{M}}^"
        page.judge(where, left + f"{{k({i})}})", nan, parameters=(u_0, u_k),
                   note=LOST_K.replace("(b)", f"({i})"),
                   corrected=(left + rf"{{\underline{{k}}({i})}})", Eq(-willing + u_0, u_k)))
    latex = tex(" + ".join(f"p[{v}]u[{v}]" + r"(\mathcal{M}^k)" for v in ("b-", "b+", "s-", "s+")))
    for which, number in ((0, 1), (0, 2), (1, 2)):
        gains, shares = welfare(lists[which].mechanism(number))
        page.judge(where, r"W(\mathcal{M}^k) = " + latex, Eq(gains, shares),
                   constraints=lists[which].mechanism(number).ir("B", (b_lo, s_lo)),
                   note=f"for structure {number} of Table {which + 3}; an identity")
    guarantee, tmu, average = symbols("W TMU W_average")
    page.judge(where + ", last line",
               r"\epsilon \rightarrow 0 \text{ gives } \underline{W}(\mathcal{M}) \leq TMU(\mathcal{L})",
               epsilon * average + (1 - epsilon) * tmu < guarantee,
               assuming=(*CHANCE, guarantee > tmu, epsilon * (average - tmu) < guarantee - tmu),
               note="a welfare above TMU exceeds the bound for every small epsilon")


def welfare(mechanism):
    """Expected gains from trade, and the probability-weighted sum of what the four types expect."""
    states = mechanism.information.structures[mechanism.number - 1].states
    gains = sum(s.probability * (s.values[0] - s.values[1])
                * mechanism.information.outcome(mechanism.number, *s.signals)[0] for s in states)
    types = (("B", b_lo, p_blo), ("B", b_hi, p_bhi), ("S", s_lo, p_slo), ("S", s_hi, p_shi))
    return gains, sum(p * mechanism.u(side, v) for side, v, p in types)


def differences():
    """A payoff difference of two outcomes, for every value: `trade` and `paid` are the differences of q
    and t, and `spread` is t_max - t_min."""
    trade, paid, spread = symbols("q_difference t_difference t_spread")
    rules = (*ORDER, trade <= 1, trade >= -1, paid <= spread, paid >= -spread)
    buyer = [v * trade - paid for v in (b_lo, b_hi)]
    seller = [paid - v * trade for v in (s_lo, s_hi)]
    return rules, spread, buyer, seller


def within(values, bound, strictly=True):
    """The absolute values are below the bound, or at most as large."""
    parts = [side for v in values for side in (v, -v)]
    return And(*((v < bound if strictly else v <= bound) for v in parts))


def the_numbers(page):
    """B.3: how large M and F, how small epsilon must be."""
    where = "appendix B.3"
    rules, spread, buyer, seller = differences()
    spread_latex = r" + (t_{\max} - t_{\min})"
    words = spread_latex + r" \text{ is larger than any possible payoff difference}"
    page.judge(where, tex("M > (b+ - s-)") + words,
               within((*buyer, *seller), M),
               assuming=(*rules, s_lo > 0, (b_hi - s_lo) + spread < M),
               note="the good itself is worth b_hi, which exceeds b_hi - s_lo; harmless, since M may be any"
               " larger number",
               corrected=(tex(r"M > \max\{b+, b+ - s-, -s-\}") + words,
                          Implies(And(b_hi + spread < M, spread - s_lo < M),
                                  within((*buyer, *seller), M))))
    page.prover.establish(within((*buyer, *seller), M),
                          assuming=(*rules, b_hi + spread < M, spread - s_lo < M))
    page.judge(where, r"\epsilon \text{ small enough}: \frac{1 - \epsilon}{2} \times (1 - 2\epsilon^3)"
               r" \geq \frac{1}{4} \text{ and } \epsilon \leq \frac{(1 - 2\epsilon^3)\pi_{\min}}{2(K+1)}",
               And(*SMALL), assuming=(*CHANCE, pi_min > 0, pi_min <= 1, K >= 1, epsilon <= Integer(1) / 8,
                         epsilon <= pi_min / (4 * (K + 1))),
               note="pi_min / (4 (K + 1)), which is at most 1/8, is small enough")
    least, p = symbols("p_min p")
    page.judge(where, r"F \geq \frac{3M}{\epsilon^2 \cdot \min\{p_b, p_{\bar{b}}, p_s, p_{\bar{s}}\}}", nan,
               assuming=(*LARGE, least > 0, least <= p, 3 * M / (epsilon**2 * least) <= F),
               note="p_b and p_s are defined nowhere: the print lost the underlines; corrected, F is large"
               " enough for each type",
               corrected=(r"F \geq \frac{3M}{\epsilon^2 \cdot \min\{p_{\underline{b}}, p_{\bar{b}},"
                          r" p_{\underline{s}}, p_{\bar{s}}\}}", 3 * M / (epsilon**2 * p) <= F))


def step_1(page):
    """Neither informant chooses inaction."""
    where = "appendix B.4, step 1"
    rules, spread, buyer, _ = differences()
    words, spread_latex = r"\text{this change can affect payoffs by at most } ", r" + (t_{\max} - t_{\min})"
    page.judge(where, words + tex("(b+ - s-)") + spread_latex,
               within(buyer, (b_hi - s_lo) + spread, strictly=False), assuming=(*rules, s_lo > 0),
               parameters=(M,), note="as in appendix B.3",
               corrected=(words + tex(r"\max\{b+, b+ - s-, -s-\}") + spread_latex,
                          Implies(And(b_hi + spread <= M, spread - s_lo <= M),
                                  within(buyer, M, strictly=False))))
    change = symbols("change")
    page.judge(where, r"\text{the deviation strictly improves the buyer's payoff}", M + change > 0,
               assuming=(M > 0, change < M, change > -M),
               note="she gains M in the information game and loses less in the mechanism")
    page.judge(where, r"\text{a payoff of } \epsilon M",
               And(Eq(epsilon * (-M + 2 * M), epsilon * M), epsilon * M > 0), assuming=LARGE,
               note="more than the 0 of inaction")


def step_2(page):
    """The types reject with low probability."""
    where = "appendix B.4, step 2"
    p, xi, rejected = symbols("p xi rejected")
    types = (*LARGE, p > 0, p <= 1, 3 * M / (epsilon**2 * p) <= F, xi >= 0)
    most = 3 * M * epsilon - p * xi * F
    page.judge(where, r"I_B\text{'s payoff is at most } 3M\epsilon - p_{\underline{b}}\xi_{\underline{b}}F",
               epsilon * (offer + 2 * M) - rejected * F <= most,
               assuming=(*types, offer <= M, rejected >= p * xi, rejected <= 1))
    page.judge(where, r"\xi_{\underline{b}} \leq 3M\epsilon/p_{\underline{b}}F",
               xi <= 3 * M * epsilon / (p * F), assuming=(*types, most >= 0))
    page.judge(where, r"3M\epsilon/p_{\underline{b}}F \leq \epsilon^3",
               3 * M * epsilon / (p * F) <= epsilon**3, assuming=types,
               note="and so for the other three types")
    page.judge(where, r"\epsilon^3 < 2\epsilon^3", epsilon**3 < 2 * epsilon**3, assuming=CHANCE,
               note="the equilibrium has the low-rejection property")


def step_3(page):
    """Beliefs hardly depend on what else the buyer knows."""
    where = "appendix B.4, step 3"
    accept, reject, seen, seen_r = symbols("accept reject seen seen_if_rejected")
    least = (1 - 2 * epsilon**3) * pi_min * epsilon / (K + 1)
    latex_least = r"(1 - 2\epsilon^3) \times \pi_{\min}\epsilon/(K + 1)"
    part = 2 * (epsilon**2 - epsilon**3)
    page.prover.establish(And(1 - 2 * epsilon**3 > 0, part > 0), assuming=SETTING)
    play = (*SETTING, 1 - 2 * epsilon**3 > 0, accept >= 1 - 2 * epsilon**3, accept <= 1,
            reject >= 0, reject <= 2 * epsilon**3, seen >= epsilon * pi_min / (K + 1), seen <= 1,
            seen_r >= 0, seen_r <= 1)
    page.judge(where + ", (ii)", r"\text{the first summand is at least } " + latex_least,
               accept * seen >= least, assuming=play)
    page.step(where + ", (ii)", Side(latex_least, least), r"\geq", Side(r"2\epsilon^2", 2 * epsilon**2),
              assuming=SETTING)
    page.step(where + ", (ii)", Side(r"2\epsilon^2", 2 * epsilon**2), r"\geq",
              Side(r"2(\epsilon^2 - \epsilon^3)", part), assuming=SETTING)
    page.judge(where + ", (ii)", r"\text{the second summand is at most } 2\epsilon^3",
               reject * seen_r <= 2 * epsilon**3, assuming=play)
    first, second = symbols("first second")
    ratio = Side(r"\frac{2(\epsilon^2 - \epsilon^3)}{2(\epsilon^2 - \epsilon^3) + 2\epsilon^3}",
                 part / (part + 2 * epsilon**3))
    page.step(where + ", (ii)", Side(r"\mu_B(d_S = A|h_B)", first / (first + second)), r"\geq", ratio,
              assuming=(*CHANCE, first > 0, first >= part, second >= 0, second <= 2 * epsilon**3))
    page.step(where + ", (ii)", ratio, "=", Side(r"1 - \epsilon", 1 - epsilon), assuming=CHANCE)
    subclaim_i(page, where + ", (i)")
    mass = symbols("shared")
    product = (1 - 2 * epsilon**2) * (1 - epsilon)
    page.judge(where, r"(1 - 2\epsilon^2)(1 - \epsilon) \geq 1 - 3\epsilon", product >= 1 - 3 * epsilon,
               assuming=CHANCE)
    page.judge("(B.3) and (B.4)", r"d(\mu_B(\cdot|h_B), \tilde{\mu}_B(\cdot|h_B)) \leq 6\epsilon",
               2 * (1 - mass) <= 6 * epsilon, assuming=(*CHANCE, mass >= 1 - 3 * epsilon, mass <= 1),
               note="distributions that share this mass are at the distance 2 (1 - mass)")
    one, middle, two, whole = symbols("d_1 d_tilde d_2 d")
    chain = {"(B.3)": one <= 6 * epsilon, "(B.4)": two <= 6 * epsilon, "(B.5)": Eq(middle, 0),
             "triangle inequality": whole <= one + middle + two}
    page.judge("(B.1)", r"d(\mu_B(\cdot|h_B), \mu_B(\cdot|h'_B)) \leq 12\epsilon", whole <= 12 * epsilon,
               constraints=known(chain, CHANCE))


def subclaim_i(page, where):
    """The quotient of two beliefs."""
    more, less, common, total, total_tilde, rest = symbols("N_tilde N common D D_tilde rest")
    positive = (less > 0, more >= less, common > 0, total > 0, total_tilde > 0, rest > 0)
    known_before = r"(\eta_B|b, \widehat{k}_b, \widehat{\Delta}_b, d_B)"
    ratio = (more * common / (total_tilde * rest)) / (less * common / (total * rest))
    page.judge(where, r"\frac{\tilde{\mu}_B(h_S|h_B)}{\mu_B(h_S|h_B)} \geq \frac{Pr_\sigma" + known_before
               + r"}{Pr_{\tilde{\sigma}}" + known_before + "}", ratio >= total / total_tilde,
               assuming=positive, note="the same factors cancel, and the seller accepts more often")
    seen, seen_r, accept = symbols("seen seen_if_rejected accept")
    play = (*CHANCE, seen > 0, seen_r >= 0, accept > 1 - 2 * epsilon**3, accept <= 1)
    fraction = Side(r"\text{(B.2)}", (seen * accept + seen_r * (1 - accept)) / (seen * 1))
    split = Side(r"\text{the sum below (B.2)}", accept + seen_r * (1 - accept) / seen)
    page.step(where, fraction, "=", split, assuming=play)
    page.step(where, split, r"\geq", Side(r"Pr_\sigma(d_S = A)", accept), assuming=play)
    page.step(where, Side(r"Pr_\sigma(d_S = A)", accept), r"\geq",
              Side(r"1 - 2\epsilon^2", 1 - 2 * epsilon**2), assuming=play)


def step_4(page):
    """Approximate incentive constraints."""
    moved, high, low = symbols("moved payoff_gaining payoff_losing")
    for number in (11, 12):
        page.judge(f"(B.{number})", r"|\ldots| \leq 12M\epsilon",
                   within((moved * (high - low),), 12 * M * epsilon, strictly=False),
                   assuming=(*LARGE, moved >= 0, 2 * moved <= 12 * epsilon, high - low <= M,
                             high - low >= -M),
                   note="mass of half the distance moves between actions of the seller, worth at most M each;"
                   " 6 M epsilon would do")
    exact, other, near, near_other = symbols("X X_other X_hat X_hat_other")
    bound = 12 * M * epsilon
    rows = {**close("(B.11)", near, exact, bound), **close("(B.12)", near_other, other, bound),
            "sequential rationality": near - near_other >= 0}
    page.judge("(B.6)", r"\ldots \geq -\gamma, \quad \gamma = 24M\epsilon",
               exact - other >= -24 * M * epsilon, constraints=known(rows))
    page.judge("appendix B.4, step 4", r"\text{with } a'_B = \emptyset: \text{ the approximate IR condition}",
               exact >= -24 * M * epsilon, constraints=known({**rows, "staying out": Eq(other, 0)}))


def step_5(page):
    """The informants' reports are close to the willingness to pay."""
    where = "appendix B.4, step 5"
    moved, worth = symbols("moved worth")
    page.judge("(B.13)", r"|\ldots| \leq 12M\epsilon",
               within((moved * worth,), 12 * M * epsilon, strictly=False),
               assuming=(*LARGE, moved >= 0, 2 * moved <= 12 * epsilon, worth <= M, worth >= -M),
               note="as in (B.11)")
    mixed, best, here = symbols("u_star best best_here")
    rows = known({**close("(B.6)", mixed, best, 24 * M * epsilon),
                  **close("(B.13)", best, here, 12 * M * epsilon)})
    for words, gap in (("below", mixed - here), ("above", here - mixed)):
        page.judge(f"{where}, {words}", r"\text{within } 36M\epsilon \text{ of } u_B^*(\eta_B)",
                   gap <= 36 * M * epsilon, constraints=rows)
    accept_or_reject(page, where)


def accept_or_reject(page, where):
    """(B.14)-(B.17), with K = 2: r_k is the probability that the seller rejects at the report k."""
    u = symbols("u_0 u_1 u_2")
    structures, chosen = (0, 1, 2), u[1]
    r = dict(enumerate(symbols("r_1 r_2"), 1))
    rejects, half = sum(r.values()), (1 - epsilon) / 2
    psi = {k: epsilon / 3 + half * r.get(k, 0) for k in structures}
    psi_bar = 2 * half * (1 - rejects)
    psi_tilde = {k: half * r[k] for k in r}
    same = sum(psi[k] * u[k] for k in structures)
    accepted = same + psi_bar * (u[0] - offer) + sum(psi_tilde[k] * (u[k] - offer) for k in r)
    printed = same + psi_bar * (chosen - offer) + sum(psi_tilde[k] * (chosen - offer) for k in r)
    meant = same + psi_bar * chosen + sum(psi_tilde[k] * chosen for k in r)
    free = {"assuming": (*CHANCE, *(c >= 0 for c in r.values()), rejects <= 1), "parameters": (offer, *u)}
    sums = r"\sum_k \psi^k u_b(\mathcal{M}^k) + "
    worst = r"u_b(\mathcal{M}^{\hat{k}_b})"
    latex_a = sums + (r"\bar{\psi}(u_b(\mathcal{M}^0) - \hat{\Delta}_b)"
                      r" + \sum_k \tilde{\psi}^k (u_b(\mathcal{M}^k) - \hat{\Delta}_b)")
    latex_r = sums + (rf"\bar{{\psi}}({worst} - \hat{{\Delta}}_b)"
                      rf" + \sum_k \tilde{{\psi}}^k ({worst} - \hat{{\Delta}}_b)")
    latex_meant = sums + rf"\bar{{\psi}}{worst} + \sum_k \tilde{{\psi}}^k {worst}"
    note = "who rejects pays nothing: the two offers ought not to be there"
    accepts, rejected = (expected(u, offer, r, 1, accepts=answer) for answer in (True, False))
    page.judge("(B.14)", latex_a, Eq(accepted, accepts), **free)
    page.judge("(B.15)", latex_r, Eq(printed, rejected), note=note,
               corrected=(latex_meant, Eq(meant, rejected)), **free)
    difference = (psi_bar * (u[0] - chosen - offer) + sum(psi_tilde[k] * (u[k] - chosen - offer) for k in r))
    latex = (rf"\bar{{\psi}}(u_b(\mathcal{{M}}^0) - {worst} - \hat{{\Delta}}_b) + \sum_k \tilde{{\psi}}^k"
             rf" (u_b(\mathcal{{M}}^k) - {worst} - \hat{{\Delta}}_b)")
    page.judge("(B.16)", latex, Eq(difference, accepts - rejected), **free)
    page.judge("(B.16), by subtraction", latex + r" = \text{(B.14)} - \text{(B.15)}",
               Eq(difference, accepted - printed), note="as in (B.15); (B.16) itself is right",
               corrected=(latex + r" = \text{(B.14)} - \text{(B.15), corrected}",
                          Eq(difference, accepted - meant)), **free)
    accuracy(page, where)


def expected(u, offer, r, report, accepts):
    """The buyer's expected payoff by the rules of stage 3: (a), (b), (c), and what the seller does."""
    half = (1 - epsilon) / 2
    total = sum(epsilon / len(u) * value for value in u)
    for k, chance in r.items():  # the seller rejects, with the report k
        total += half * chance * (u[k] - offer if accepts else u[report])  # (b)
        total += half * chance * u[k]  # (c)
    both = u[0] - offer if accepts else u[report]
    return total + 2 * half * (1 - sum(r.values())) * both


def accuracy(page, where):
    """The errors of the comparison, and the informant's best report."""
    rejects, psi_bar, psi_tilde = symbols("rejects psi_bar psi_tilde")
    low = (*CHANCE, SMALL[0], M > 0, rejects >= 0, rejects < 2 * epsilon**3)
    half = (1 - epsilon) / 2
    one, two, gain = symbols("error_1 error_2 gain")
    errors = known({**close("A", one, 0, 36 * M * epsilon), **close("R", two, 0, 36 * M * epsilon)})
    page.judge(where, r"\text{within } 36M\epsilon \text{ each: the difference is within } 72M\epsilon",
               one - two <= 72 * M * epsilon, constraints=errors,
               note="A and R change places for the other sign")
    page.judge(where, r"\sum_k \widetilde{\psi}^k < 2\epsilon^3", half * rejects < 2 * epsilon**3,
               assuming=low)
    bound = Side(r"((1 - \epsilon)/2) \times (1 - 2\epsilon^3)", half * (1 - 2 * epsilon**3))
    page.step(where, Side(r"\bar{\psi}", 2 * half * (1 - rejects)), r"\geq", bound, assuming=low)
    page.step(where, bound, r"\geq", Side("1/4", Integer(1) / 4), assuming=low)
    worth, error = symbols("worth error")
    page.judge(where, r"\text{within } 76M\epsilon",
               within((error + psi_tilde * (worth - offer),), 76 * M * epsilon, strictly=False),
               assuming=(*LARGE, error <= 72 * M * epsilon, error >= -72 * M * epsilon, psi_tilde >= 0,
                         psi_tilde < 2 * epsilon**3, worth <= M, worth >= -M, offer <= M, offer >= -M))
    better = (*LARGE, psi_bar >= Integer(1) / 4, error >= -76 * M * epsilon)
    page.judge("(B.17)", r"\ldots > 400M\epsilon: A \text{ is strictly better than } R",
               psi_bar * gain + error > 0,
               assuming=(*better, gain > 400 * M * epsilon), note="more than 304 M epsilon is enough")
    page.prover.establish(psi_bar * gain + error > 0, assuming=(*better, gain > 304 * M * epsilon))
    willing = symbols("Delta")
    page.judge(where, r"\widehat{\Delta}_b \geq \Delta_b - 400M\epsilon - \delta",
               And(willing - (offer + delta) > 400 * M * epsilon, offer + delta < M,
                   epsilon * (offer + delta + 2 * M) > epsilon * (offer + 2 * M)),
               assuming=(*LARGE, delta > 0, willing <= M, offer < willing - 400 * M * epsilon - delta),
               note="a lower report can be raised by delta: it is feasible, still accepted and pays more;"
               " likewise for the seller's informant")


def step_6(page):
    """Welfare in equilibrium."""
    where = "appendix B.4, step 6"
    other, willing, gain = symbols("other Delta mechanism")
    page.judge(where, r"(1 - 2\epsilon^3)^2(1 - \epsilon) \geq 1 - 5\epsilon",
               (1 - 2 * epsilon**3)**2 * (1 - epsilon) >= 1 - 5 * epsilon, assuming=CHANCE)
    rest = (*LARGE, delta > 0, other >= 0, other <= 5 * epsilon, other <= 1)
    lines = (Side(r"\text{the payoff in the information game}", -offer + other * 2 * M),
             Side(r"-\mathbb{E}[\widehat{\Delta}_b] + 10M\epsilon", -offer + 10 * M * epsilon),
             Side(r"-\mathbb{E}[\Delta_b] + 410M\epsilon + \delta", -willing + 410 * M * epsilon + delta))
    reported = (*rest, offer >= willing - 400 * M * epsilon - delta)
    page.step(where, lines[0], r"\leq", lines[1], assuming=reported)
    page.step(where, lines[1], r"\leq", lines[2], assuming=reported)
    page.judge(where, r"\leq \mathbb{E}[u_b(\mathcal{M}^0)] + 41M\epsilon",
               (1 - other) * gain + other * (gain + M) <= u_0 + 41 * M * epsilon,
               assuming=(*rest, gain <= u_0 + 36 * M * epsilon))
    mechanism, information = symbols("mechanism information")
    both = (*LARGE, mechanism <= u_0 + 41 * M * epsilon, information <= lines[2].value)
    page.judge(where, r"\leq \mathbb{E}[u_b(\mathcal{M}^0) - \Delta_b] + 451M\epsilon + \delta",
               mechanism + information <= (u_0 - willing) + 451 * M * epsilon + delta, assuming=both)
    left = r"\mathbb{E}[u_b(\mathcal{M}^0) - \Delta_b] = "
    worst_b, worst_s = (rf"\mathbb{{E}}[u_{i}(\mathcal{{M}}^{{\underline{{k}}({i})}})]" for i in "bs")
    page.judge(where, left + r"\mathbb{E}[u_b(\mathcal{M}^{k(b)})]", nan, parameters=(u_0, u_k), note=LOST_K,
               corrected=(left + worst_b, Eq(u_0 - (u_0 - u_k), u_k)))
    page.judge(where, r"\text{each informant never more than } 3M\epsilon",
               epsilon * (offer + 2 * M) <= 3 * M * epsilon, assuming=(*LARGE, offer <= M))
    payoffs = symbols("buyer seller informant_B informant_S")
    worst = symbols("u_b u_s")
    shares = [p <= u + 451 * M * epsilon + delta for p, u in zip(payoffs[:2], worst, strict=True)]
    rest_latex = r" + 908M\epsilon + 2\delta"
    lost_latex = r"\mathbb{E}[u_b(\mathcal{M}^{k(b)})] + \mathbb{E}[u_s(\mathcal{M}^{k(s)})]"
    page.judge(where, lost_latex + rest_latex, nan,
               assuming=(*LARGE, *shares, *(p <= 3 * M * epsilon for p in payoffs[2:])),
               note=LOST_K + ", and k(s) likewise",
               corrected=(worst_b + " + " + worst_s + rest_latex,
                          sum(payoffs) <= sum(worst) + 908 * M * epsilon + 2 * delta))
