"""Where a paper's modules and stored certificates are."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.conftest import PAPERS

KEYS = tuple(PAPERS)


def folder(paper) -> Path:
    """Where a paper's modules and stored certificates are."""
    module = next(m for name in ("symtrade.derivations", "derivations")
                  if (m := sys.modules.get(f"{name}.{paper.key}")))
    return Path(module.__file__).parent


def stored(paper, number: str) -> Any:
    """The stored certificates of a result."""
    return json.loads((folder(paper) / "certificates" / f"{number}.json").read_text(encoding="utf-8"))
