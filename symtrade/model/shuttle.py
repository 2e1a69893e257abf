"""Full-scale shuttle diplomacy as a model: what a trader's plans pay, along any path, at any prices.

Time moves v up and c down, to the fair price.  A trader who discovers her type reports it, and the other
one learns on which side of it he is; a value v trades at P = p^B(v), a cost c at S = p^S(c).  A trader
who has not discovered hers may still claim that she has.  Payoffs are for types that nobody has discovered
at the start, not divided by their probability.  Source: Gottardi and Mezzetti (2018), full-scale shuttle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from symtrade.model.theory import Functions, unspecified_functions

VALUE, COST, TIME, TYPE = sympy.symbols("v c s w")
RATES = VALUE_RATE, COST_RATE = sympy.symbols("dv dc")       # of v upwards, of c downwards
AT_V = F_v, f_v, B_v, G_v, g_v, A_v = sympy.symbols("F_v f_v B_v G_v g_v A_v")
AT_C = F_c, f_c, B_c, G_c, g_c, A_c = sympy.symbols("F_c f_c B_c G_c g_c A_c")
PRICES = P, P_slope, S, S_slope = sympy.symbols("P dP S dS")  # with their derivatives by v and by c
SO_FAR = sympy.symbols("W_B W_S")


@dataclass(frozen=True)
class Plans:
    """What is known of plans, by trader.

    `pays[who]` is what it pays to be sincere up to now and then to claim to have just discovered one's
    type; `waits[who]` is its derivative by time, the gain from waiting a moment.  `early[who]` is what a
    discovered trader of type w gets who reports the type of now, `honest[who]` minus its derivative by that
    type's movement, at w = that type.
    """

    laws: Functions
    pays: Mapping[str, Any]
    waits: Mapping[str, Any]
    late: Mapping[str, Any]
    honest: Mapping[str, Any]


def reporting_plans() -> Plans:
    """The plans of buyer and seller for unspecified distributions, prices and path.

    F_v, f_v, G_v, g_v are cdfs and densities at v, B_v = E[value; value >= v], A_v = E[cost; cost <= v],
    and so on at c; W_B and W_S what the discoveries up to now were worth.

    >>> reporting_plans().waits["buyer"]
    dc*g_c*(B_c + F_c*S - S) + dv*(G_v*dP*(F_v - 1) + g_v*(B_v + F_v*P - P))
    """
    on_the_way = {
        # she discovers v, pays P if the cost is below; he discovers c, she pays S if her value is above
        "buyer": (VALUE - P) * G_v * f_v * VALUE_RATE + (B_c - S * (1 - F_c)) * g_c * COST_RATE,
        "seller": (S - COST) * (1 - F_c) * g_c * COST_RATE + (P * G_v - A_v) * f_v * VALUE_RATE,
    }
    rules = {
        VALUE: VALUE_RATE, COST: -COST_RATE, VALUE_RATE: None, COST_RATE: None,
        F_v: f_v * VALUE_RATE, f_v: None, B_v: -VALUE * f_v * VALUE_RATE,
        G_v: g_v * VALUE_RATE, g_v: None, A_v: VALUE * g_v * VALUE_RATE,
        F_c: -f_c * COST_RATE, f_c: None, B_c: COST * f_c * COST_RATE,
        G_c: -g_c * COST_RATE, g_c: None, A_c: -COST * g_c * COST_RATE,
        P: P_slope * VALUE_RATE, P_slope: None, S: -S_slope * COST_RATE, S_slope: None,
        **dict(zip(SO_FAR, on_the_way.values(), strict=True)),
    }
    laws = unspecified_functions((TIME,), {name: {TIME: rule} for name, rule in rules.items()}, (TYPE,))
    pays = {"buyer": SO_FAR[0] + (B_v - P * (1 - F_v)) * G_v,
            "seller": SO_FAR[1] + (S * G_c - A_c) * (1 - F_c)}
    late = {"buyer": (TYPE - P) * G_v, "seller": (S - TYPE) * (1 - F_c)}
    moves = {"buyer": (VALUE, VALUE_RATE), "seller": (COST, COST_RATE)}
    honest = {who: sympy.factor(-laws.derivative(late[who], TIME).subs(TYPE, at) / rate)
              for who, (at, rate) in moves.items()}
    waits = {who: _by_rates(laws.derivative(plan, TIME)) for who, plan in pays.items()}
    return Plans(laws, pays, waits, late, honest)


def _by_rates(formula: Any) -> Any:
    """A formula that is linear in both rates, the factor of each in factors."""
    found = sympy.collect(sympy.expand(formula), RATES, evaluate=False)
    return sum((rate * _shorter(found.get(rate, sympy.S.Zero)) for rate in RATES), sympy.S.Zero)


def _shorter(formula: Any) -> Any:
    return sympy.collect(formula, (g_v, g_c, f_v, f_c, P_slope, S_slope), sympy.factor)


def universal() -> tuple[Any, ...]:
    """What holds for every pair of distributions with densities, where v <= c."""
    return (F_v >= 0, F_c >= F_v, F_c <= 1, G_v >= 0, G_c >= G_v, G_c <= 1, f_v >= 0, f_c >= 0, g_v >= 0,
            g_c >= 0, B_v >= VALUE * (1 - F_v), B_c >= COST * (1 - F_c), A_v <= VALUE * G_v,
            A_c <= COST * G_c)
