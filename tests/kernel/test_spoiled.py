"""Certificates with one wrong line are refused, and the message names that line."""

from __future__ import annotations

import json

import pytest

from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.check import check_file
from tests.spoil import HERE, ORIGINALS, SPOILED, spoiled

EXPECTED = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_spoiled_certificate_is_refused_with_its_message(name: str) -> None:
    with pytest.raises(CertificateError) as caught:
        check_file(HERE / f"{name}.json")
    assert EXPECTED[name] in str(caught.value)


@pytest.mark.parametrize("path", sorted(ORIGINALS.glob("*.json")), ids=lambda path: path.stem)
def test_the_originals_are_accepted(path: str) -> None:
    assert check_file(path) == 1


def test_the_files_are_what_the_script_writes() -> None:
    stored = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in HERE.glob("*.json")}
    assert stored.pop("expected") == {name: message for name, _, _, message in SPOILED}
    assert stored == spoiled()
