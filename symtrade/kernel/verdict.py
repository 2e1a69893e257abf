"""The three answers: Proved (certificate), Refuted (exact witness), Unknown (why)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Proved:
    """The claim holds; `certificates` prove it and ``symtrade.check`` verifies them."""

    certificates: tuple[Any, ...]

    def __repr__(self) -> str:
        count = len(self.certificates)
        return f"Proved({count} certificate{'' if count == 1 else 's'})"

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Refuted:
    """The claim fails at `witness`: exact values of the parameters (and, for a claim about a
    program, of its variables) by name.  `reason` says how it fails there."""

    witness: Mapping[Any, Any]
    reason: str = "the claim is false there"

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True)
class Unknown:
    """Neither a proof nor a counterexample was found; `reason` says what was tried."""

    reason: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return False


Verdict: TypeAlias = Proved | Refuted | Unknown
