"""Settings shared by all tests: random examples are the same on every run, every derivation is run
once, and tests that share its outcome, or a costly fixture, run in one process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from symtrade.papers import derive, library

settings.register_profile(
    "fixed", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fixed")

PAPERS = {paper.key: paper for paper in library() if "derivations" in paper.derivations[0].run.__module__}


class Outcomes:
    """Outcomes by id, derived when they are asked for."""

    def __init__(self) -> None:
        self.items = {item.id: (paper, item) for paper in PAPERS.values() for item in paper.derivations}
        self.known: dict[str, Any] = {}

    def __getitem__(self, number: str) -> Any:
        if number not in self.known:
            self.known[number] = derive(*self.items[number])
        return self.known[number]

    def of(self, key: str) -> Iterator[Any]:
        """The outcomes of one paper."""
        return (self[item.id] for item in PAPERS[key].derivations)


@pytest.fixture(scope="session")
def outcomes() -> Outcomes:
    """The outcomes by id."""
    return Outcomes()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items) -> None:
    """One process for the tests of a paper's outcomes, and for those of a module's costly fixture."""
    for item in items:
        if "outcomes" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group(_paper(item)))
        elif any(d[-1].scope == "module" for d in item._fixtureinfo.name2fixturedefs.values()):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))


def _paper(item) -> str:
    """The paper that a test is about: a parameter names it or a result of it, or else the module does."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    named = {key for key, paper in PAPERS.items()
             for value in values if value == key or value in [result.id for result in paper.derivations]}
    words = item.module.__name__.rpartition("test_")[2].partition("_")[0]
    return min(named or {key for key in PAPERS if key.startswith(words)} or {item.module.__name__})
