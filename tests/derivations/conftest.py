"""Every derivation is run once a session, by search."""

from __future__ import annotations

from typing import Any

import pytest

from symtrade.papers import derive, library

KEYS = ("carroll_2017", "larionov_yamashita_2024", "myerson_satterthwaite_1983")


@pytest.fixture(scope="session")
def outcomes() -> dict[str, Any]:
    """The outcomes by id."""
    return {item.id: derive(paper, item) for paper in library() if paper.key in KEYS
            for item in paper.derivations}
