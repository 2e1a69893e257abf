"""What holds for every paper: verdicts, stored certificates, imports."""

from __future__ import annotations

import ast
import json
import sys
from collections import Counter

import pytest

from symtrade.papers import replay
from tests.conftest import PAPERS
from tests.derivations.conftest import KEYS, folder, stored

ITEMS = [(paper, item) for paper in PAPERS.values() for item in paper.derivations]
IDS = [item.id for _, item in ITEMS]

VERDICTS = {
    "CA-1": {"holds": 1},
    "CA-2": {"holds": 9},
    "CA-3": {"holds": 14, "undefined": 3, "refuted": 2},
    "CA-4": {"holds": 11, "undefined": 1},
    "CA-5": {"holds": 6},
    "CA-6": {"holds": 19, "undefined": 4},
    "CA-7": {"holds": 5, "undefined": 1, "refuted": 2},
    "CA-8": {"holds": 13},
    "CA-9": {"holds": 12, "refuted": 1},
    "CA-10": {"holds": 26, "refuted": 2},
    "CA-11": {"holds": 11},
    "CA-12": {"holds": 18, "undefined": 4},
    "CA-13": {"holds": 31},
    "CA-14": {"holds": 117, "refuted": 15, "undefined": 9},
    "CA-15": {},
    "KZ-1": {"holds": 6},
    "KZ-2": {"holds": 8, "refuted": 1},
    "KZ-3": {"refuted": 1},
    "KZ-4": {"holds": 11, "refuted": 1},
    "KZ-5": {"holds": 7, "refuted": 1},
    "KZ-6": {"holds": 10},
    "KZ-7": {"holds": 20, "refuted": 2},
    "KZ-8": {"holds": 2, "undefined": 1},
    "KZ-9": {"holds": 10, "refuted": 1},
    "KZ-10": {"holds": 18, "refuted": 2},
    "KZ-11": {"holds": 2},
    "GM-1": {"holds": 4}, "GM-2": {"holds": 2}, "GM-3": {"holds": 5}, "GM-3b": {}, "GM-4": {},
    "GM-5": {"holds": 3}, "GM-6": {"holds": 4, "refuted": 1}, "GM-7": {"holds": 6},
    "MS-0": {"holds": 2, "refuted": 1},
    "MS-3": {}, "MS-5": {},
    "MS-1": {},
    "MS-2": {"holds": 3, "refuted": 11, "undefined": 1},
    "MS-4": {},
    "LY-1": {"holds": 18, "refuted": 1},
    "LY-2": {},
    "LY-3": {"holds": 17, "refuted": 1},
    "LY-4": {"holds": 1},
    "LY-5": {"holds": 10},
    "LY-6": {},
    "LY-7": {},
    "LY-8": {"holds": 6, "undefined": 1},
    "LY-9": {},
}
NOT_AS_PRINTED = {
    "MS-2.1", "MS-2.2", "MS-2.3", "MS-2.4", "MS-2.5", "MS-2.6", "MS-2.8", "MS-2.9", "MS-2.12", "MS-2.13",
    "MS-2.14", "MS-2.15",
    "CA-3.condition (a)", "CA-3.condition (b)", "CA-3.table 1, left", "CA-3.D.9", "CA-3.D.10", "CA-4.D.3",
    "CA-6.D.2", "CA-6.D.3", "CA-6.D.13", "CA-6.D.14", "CA-7.6", "CA-7.7", "CA-7.8", "MS-0.1", "LY-3.table",
    "LY-1.feasible", "LY-8.4",
    "CA-9.5.5", "CA-10.E.1.6", "CA-10.E.1.7",
    "CA-12.10", "CA-12.15", "CA-12.16", "CA-12.21",
    "CA-14.B.1", "CA-14.B.2", "CA-14.B.7", "CA-14.B.9", "CA-14.B.10", "CA-14.B.38", "CA-14.B.40",
    "CA-14.B.53", "CA-14.B.55", "CA-14.C.3", "CA-14.C.4", "CA-14.C.5", "CA-14.C.15", "CA-14.C.21",
    "CA-14.C.22", "CA-14.C.38", "CA-14.C.39", "CA-14.C.40", "CA-14.C.41", "CA-14.C.44", "CA-14.C.57",
    "CA-14.C.67", "CA-14.C.72", "CA-14.D.1",
    "KZ-2.9", "KZ-3.1", "KZ-4.3", "KZ-5.1", "KZ-7.16", "KZ-7.21", "KZ-8.2", "KZ-9.5", "KZ-10.5", "KZ-10.8",
    "GM-6.5",
}


@pytest.mark.parametrize("number", IDS)
def test_verdicts(outcomes, number):
    outcome = outcomes[number]
    assert outcome.verdict == "proved", outcome.failures
    assert Counter(claim.verdict for claim in outcome.claims) == VERDICTS[number]


@pytest.mark.parametrize("key", KEYS)
def test_every_print_that_fails_is_corrected(outcomes, key):
    wrong = [claim for outcome in outcomes.of(key) for claim in outcome.claims if claim.verdict != "holds"]
    ids = {item.id for item in PAPERS[key].derivations}
    assert {claim.id for claim in wrong} == {n for n in NOT_AS_PRINTED if n.partition(".")[0] in ids}
    for claim in wrong:
        assert claim.corrected and claim.corrected != claim.printed and claim.note
        assert (claim.witness is not None) == (claim.verdict == "refuted") or claim.id == "KZ-8.2"


@pytest.mark.parametrize("number", IDS)
def test_what_is_stored_is_what_the_search_finds(outcomes, number):
    """Stored certificates are replayed one and all by tests/test_cli.py, without the search; those that
    the search has just found are replayed here, where they differ."""
    paper, item = outcomes.items[number]
    fresh, kept = outcomes[number], stored(paper, number)
    data = json.loads(json.dumps(fresh.data))
    assert kept["verdict"] == "proved"
    assert [(c["id"], c["verdict"]) for c in kept["claims"]] == [(c.id, c.verdict) for c in fresh.claims]
    if data != kept:
        again = replay(paper, item, data)
        assert again.data == data
        assert again.result.statement == fresh.result.statement


def test_claim_ids_are_unique():
    ids = [claim["id"] for paper, item in ITEMS for claim in stored(paper, item.id)["claims"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("key", KEYS)
def test_papers_import_only_the_public_face_sympy_and_themselves(key):
    for path in folder(PAPERS[key]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = {node.module}
            else:
                continue
            assert names <= {"symtrade", "sympy", *sys.stdlib_module_names}, path


def test_every_folder_with_certificates_is_a_paper():
    home = folder(PAPERS[KEYS[0]]).parent
    assert {path.parent.name for path in home.glob("*/certificates")} == set(KEYS)
