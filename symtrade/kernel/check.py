"""The checker: verifies certificates of every kind of evidence.

It cannot import the search.  Run alone on files, it needs the standard library and python-flint:

    python -m symtrade.kernel.check FILE.json ...
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.charts import Charts
from symtrade.kernel.evidence import RESULT, Evidence, Statement, read_evidence, verify_evidence


def check(thing: Any) -> None:
    """Verify a solution, a verdict of ``Proved``, a certificate, or a file of certificates.

    Raises CertificateError where something does not hold, ValueError for anything else.
    """
    if isinstance(thing, (str, Path)):
        check_file(thing)
    elif isinstance(thing, Evidence):
        verify_evidence(thing)
    elif hasattr(thing, "certificate"):
        verify_evidence(thing.certificate)
    elif hasattr(thing, "certificates"):
        for certificate in thing.certificates:
            verify_evidence(certificate)
    else:
        raise ValueError(f"expected a solution, a proof, a certificate or a file name, got {thing!r:.60}")


def check_claim(data: Any, claim: Statement, charts: Charts) -> Evidence:
    """Read and verify the certificate of a claim that was rebuilt from its model; `charts` are those
    that the run has met."""
    certificate = read_evidence(data, claim, charts)
    verify_evidence(certificate, charts)
    return certificate


def no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        raise CertificateError(f"the field {max(names, key=names.count)!r} is given twice")
    return result


def read_json(text: str) -> Any:
    """JSON in which no object names a field twice and no number is a float."""

    def refuse(number: str) -> Any:
        raise CertificateError(f"a float has no place in a certificate: {number}")

    try:
        return json.loads(text, object_pairs_hook=no_duplicates, parse_float=refuse, parse_constant=refuse)
    except CertificateError:
        raise
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"truncated or malformed JSON: {error}") from error


def check_file(path: str | Path) -> int:
    """Verify every certificate in a file; returns how many there are."""
    try:
        data = read_json(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CertificateError(f"cannot be read: {error}") from error
    items, charts = certificates_in(data), Charts()
    for item in items:
        verify_evidence(read_evidence(item, None, charts), charts)
    return len(items)


def certificates_in(data: Any) -> list[Any]:
    """The certificates of a result file; of any other file, the file itself."""
    if not (isinstance(data, dict) and data.get("format") == RESULT):
        return [data]
    items = data.get("certificates")
    if not isinstance(items, list) or not items:
        raise CertificateError("the file holds no certificates")
    return items


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print("usage: python -m symtrade.kernel.check FILE.json ...", file=sys.stderr)
        return 2
    for path in arguments:
        try:
            count = check_file(path)
        except CertificateError as error:
            print(f"{path}: refused: {error}", file=sys.stderr)
            return 2
        print(f"{path}: {count} certificate(s) verified")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
