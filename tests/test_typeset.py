"""Printed claims in running text: every formula of the library opens and closes."""

from __future__ import annotations

import json
import re

import pytest

from symtrade.cli.home import stored
from symtrade.cli.typeset import running
from symtrade.papers import library

PAPERS = {paper.key: paper for paper in library()}


@pytest.mark.parametrize("key", sorted(PAPERS))
def test_formulas_open_and_close(key: str) -> None:
    for item in PAPERS[key].derivations:
        data = json.loads(stored(PAPERS[key], item).read_text(encoding="utf-8"))
        for claim in data["claims"]:
            for text in filter(None, (claim["printed"], claim["corrected"])):
                bare = re.sub(r"\\\\", "", running(text))
                assert "\\$" not in bare, claim["id"]
                assert bare.count("$") % 2 == 0, claim["id"]


def test_a_control_space_before_words() -> None:
    assert running(r"x:\ \text{no trade}") == "$x:$ no trade"
