"""Interdependent values and two-stage mechanisms: four figures, in about a minute.

    python examples/figures/interdependent_values.py FOLDER [png|pdf]

The example is that of Kunimoto and Zhang (2019).  Everything is derived here: where trade is efficient
at a point of each case, the cases in the plane of the two weights with the sign of the shortfall, what
each type expects against its outside option, and the least penalty that keeps the buyer honest.
"""

import sys

from sympy import Interval, Rational, symbols

import symtrade as st

theta_1, theta_2, gamma_1, gamma_2, psi, r = symbols("theta_1 theta_2 gamma_1 gamma_2 psi r")
POSITIVE = (gamma_1 > 0, gamma_2 > 0)
ENV = st.InterdependentEnvironment(
    seller=st.Types(theta_1, st.uniform(0, 1)), buyer=st.Types(theta_2, st.uniform(0, 1)),
    valuations=(theta_1 + gamma_1 * theta_2, theta_2 + gamma_2 * theta_1), assuming=POSITIVE)
POINTS = (("i", "1/2", "1/4"), ("ii", "1/4", "1/2"), ("iii", "3/2", "1/2"),
          ("iv", "1/2", "3/2"), ("v", "3", "2"), ("vi", "2", "3"))


def trade_regions():
    """Six small squares: efficient trade is shaded, the surplus is zero on the lines."""
    panels = [({gamma_1: a, gamma_2: b}, f"Case ({name})") for name, a, b in POINTS]
    return st.plot_panels(ENV, theta_1, theta_2, panels)


def shortfall(groves):
    """The cases of what the worst types of both traders lose together, and its sign."""
    worst = [st.worst_type(groves, agent).value for agent in ("seller", "buyer")]
    missing = st.by_cases(-worst[0] - worst[1], assuming=POSITIVE)
    return st.plot(missing, gamma_1, gamma_2, {}, window=(0, 2, 0, 2), assuming=POSITIVE, signs=True)


def utilities(groves):
    """Interim utilities of both traders (solid, dotted) and what they have without the mechanism."""
    shown = {}
    for agent, symbol, name in (("seller", theta_1, "1"), ("buyer", theta_2, "2")):
        shown[f"$U_{name}^G$"] = st.two_stage_utility(groves, agent).subs(symbol, r)
        shown[f"$U_{name}^O$"] = st.outside_option(ENV, agent).subs(symbol, r)
    at = {gamma_1: Rational(1, 2), gamma_2: Rational(1, 4)}
    return st.plot_functions(shown, r, 0, 1, at=at, y_label="interim utility",
                             x_label=r"type $\theta_i$")


def penalty():
    """The least penalty as a function of gamma_1, for three values of gamma_2."""
    given = (gamma_2 <= gamma_1, gamma_1 < 1)
    shooting = st.shoot_the_liar(ENV, psi, assuming=(psi > 0,))
    lie = st.two_stage_utility(shooting, "buyer", r, assuming=(*given, r >= 0, r < 1, r < theta_2))
    least = st.least_penalty(lie, psi, (theta_2, Interval(0, 1)), (r, Interval.Ropen(0, 1)),
                             assuming=(*POSITIVE, *given))
    curves = {f"$\\gamma_2={v}$": least.value.subs(gamma_2, v)
              for v in (Rational(1, 10), Rational(1, 4), Rational(1, 2))}
    return st.plot_functions(curves, gamma_1, 0, 1, y_label=r"least penalty $\psi$")


def main(folder, ending="png"):
    """Draw all four into a folder."""
    groves = st.two_stage_groves(ENV)
    for name, figure in (("trade_regions", trade_regions()), ("shortfall", shortfall(groves)),
                         ("utilities", utilities(groves)), ("penalty", penalty())):
        st.save_plot(figure, f"{folder}/{name}.{ending}")
        print(f"{folder}/{name}.{ending}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
