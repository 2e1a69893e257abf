"""Every spoiled certificate is refused at its wrong line; the good ones they are made from hold."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest

from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.check import check_file
from symtrade.kernel.evidence import RESULT
from symtrade.papers import FORMAT
from tests.spoil import FOLDER, LIES, RULES, files, stored

EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
GOOD = sorted(path.name for path in FOLDER.glob("good_*.json"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_refused_at_the_wrong_line(name):
    with pytest.raises(CertificateError) as refusal:
        check_file(FOLDER / name)
    assert EXPECTED[name] in str(refusal.value)


@pytest.mark.parametrize("name", GOOD)
def test_the_originals_hold(name):
    assert check_file(FOLDER / name) == 1


def test_the_files_are_what_the_script_writes():
    made = files(stored())
    assert {path.name for path in FOLDER.glob("*.json")} == set(made)
    for name, content in made.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == content, name


def test_every_rule_is_spoiled_at_least_three_times():
    counts = Counter(item.name.split("_")[0] for item in LIES)
    assert set(counts) == set(RULES)
    assert all(count >= 3 for count in counts.values()), counts


@pytest.mark.parametrize("name", [
    "reading_truncated.json", "chart_not_onto.json", "dual_missing_row.json", "pieces_too_wide.json"])
def test_the_command_refuses(name):
    done = subprocess.run([sys.executable, "-m", "symtrade.kernel.check", str(FOLDER / name)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert EXPECTED[name] in done.stderr
    assert "refused: " in done.stderr and "Traceback" not in done.stderr and not done.stdout


def test_the_command_accepts():
    done = subprocess.run([sys.executable, "-m", "symtrade.kernel.check", *(str(FOLDER / n) for n in GOOD)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr
    assert done.stdout.count("1 certificate(s) verified") == len(GOOD)


def test_a_result_file_is_known_by_one_name():
    assert RESULT == FORMAT
