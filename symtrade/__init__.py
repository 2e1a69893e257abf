"""symtrade: exact optima, verdicts and proofs for bilateral-trade mechanism design.

The public names are loaded on first use, so that importing the package (and running the checker
alone) stays light.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "model.environment": ("FiniteEnvironment", "TypeSpace"),
    "model.typespace": ("SomeTypes",),
    "model.information": ("InformationList", "InformationStructure", "State", "total_minimum_utility"),
    "model.mechanism": ("DirectMechanism",),
    "model.constraints": (
        "bayesian_ic", "dominant_strategy_ic", "efficiency", "ex_ante_budget_balance", "ex_ante_ir",
        "ex_post_ic", "ex_post_ir", "exact_budget_balance", "interim_ir", "interim_monotonicity",
        "monotonicity", "weak_budget_balance",
    ),
    "model.objectives": (
        "buyer_surplus", "ex_post_utility", "first_best", "gains_from_trade", "interim_utility",
        "revenue", "seller_surplus", "trade_probability",
    ),
    "model.program": ("LinearProgram", "feasibility", "maximize", "minimize"),
    "model.prices": ("flexible_price", "posted_price"),
    "model.game": ("IndirectMechanism",),
    "model.dominance": ("dominates", "rewarding", "weak_dominance"),
    "model.posterior": ("spread", "stretch"),
    "model.threshold": ("threshold",),
    "model.distribution": ("Distribution", "affine", "mirror", "mixture"),
    "model.families": (
        "beta", "exponential", "kumaraswamy", "mirror_power", "pareto", "piecewise_polynomial",
        "piecewise_uniform", "power", "triangular", "truncated_exponential", "truncated_normal", "uniform",
        "unspecified",
    ),
    "model.own_distribution": ("from_cdf", "from_density"),
    "model.distribution_objects": ("distribution",),
    "model.quality": ("Prices", "QualityEnvironment"),
    "model.information_costs": ("Entropy", "OwnCost", "ResidualVariance", "tangent"),
    "model.deviation": ("Deviation",),
    "model.subsidy": ("degenerate_limits", "full_information", "no_information", "revealing", "two_kinks"),
    "analysis.costly_information.subsidy": ("Undecided",),
    "analysis.costly_information.answer": ("Subsidy", "least_subsidy"),
    "analysis.costly_information.implementable": ("implementable",),
    "analysis.costly_information.regimes": ("along", "border", "case_at"),
    "render.information": ("case_map", "net_payment", "optima"),
    "model.theory": ("unspecified_functions",),
    "model.sign": ("positive_on",),
    "model.cases": ("Cases", "everywhere"),
    "model.interdependent": ("InterdependentEnvironment", "Types", "by_type"),
    "model.two_stage": ("TwoStageMechanism", "fixed_payment", "posted_payment", "shoot_the_liar"),
    "analysis.cases.closed_form": ("NoClosedForm",),
    "analysis.cases.expectation": ("by_cases", "integral"),
    "analysis.cases.extremum": ("infimum", "supremum"),
    "analysis.two_stage.utilities": (
        "average", "budget", "efficient_trade", "expectation", "outside_option", "participation",
        "two_stage_groves", "two_stage_utility", "worst_type",
    ),
    "analysis.two_stage.penalty": ("least_penalty",),
    "analysis.two_stage.truth": ("truthful_reporting",),
    "analysis.two_stage.certain": ("certain_trade",),
    "analysis.two_stage.existence": ("deterring_penalty", "monotone_lemmas", "monotone_mechanism"),
    "model.errors": ("ModelError",),
    "model.expressions": ("identical",),
    "kernel.certificate": ("CertificateError",),
    "kernel.piecewise": ("PiecewiseSolution",),
    "forms.solution": ("load",),
    "kernel.verdict": ("Proved", "Refuted", "Unknown"),
    "kernel.check": ("check",),
    "analysis.disclosure.cutoffs": ("StaticDisclosure", "static_disclosure"),
    "analysis.disclosure.symbolic": ("symbolic_cutoffs",),
    "model.shuttle": ("reporting_plans",),
    "analysis.disclosure.fair_price": ("fair_price",),
    "analysis.disclosure.shuttle": ("shuttle",),
    "analysis.disclosure.reporting": ("reporting",),
    "analysis.disclosure.numeric": ("numeric_cutoffs",),
    "render.disclosure": (
        "best_response_figure", "family_figure", "price_figure", "shuttle_figure", "trade_region_figure",
    ),
    "analysis.disclosure.posted": ("best_posted_price",),
    "analysis.disclosure.first_best": ("ex_post_efficiency",),
    "analysis.second_best.welfare": ("second_best",),
    "analysis.second_best.comparison": ("compare", "ranking_change"),
    "model.printed_proof": ("PrintedLine", "PrintedProof", "chain"),
    "model.proof_file": ("read_proof",),
    "analysis.printed.judging": ("referee",),
    "analysis.second_best.interim": ("INTEGRALS", "interim_theorem", "ironing_lemma"),
    "analysis.second_best.double_auction": ("linear_double_auction",),
    "papers": ("Line", "Paper", "Part", "Result", "derivation", "statement"),
    "prover": ("Claim", "Prover"),
    "render.latex": ("latex",),
    "render.curves": ("boundary_curves",),
    "render.graphs": ("plot_functions",),
    "render.panels": ("plot_panels",),
    "render.plot": ("plot", "save_plot"),
    "solve.optimum": ("solve",),
    "solve.claims": ("implies", "prove"),
    "solve.errors": ("EmptyRegion", "Incomplete", "Infeasible", "Unbounded"),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}
__all__ = sorted(_MODULE)  # noqa: PLE0605  a list, though one that is computed


class _Face(ModuleType):
    """Importing the room ``symtrade.solve`` must not hide the function ``solve``."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name == "solve" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"symtrade has no {name!r}; the public names are {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_MODULE[name]}"), name)


def __dir__() -> list[str]:
    return __all__
