"""The kinds of evidence: how a certificate of each is read and verified, and what it rests on.

A kind is a frozen record with a `claim` and a JSON form; the form's ``format`` names the kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from symtrade.kernel import arithmetic, balls, calculus, certificate, reading
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.charts import Charts

RESULT = "symtrade-result/1"  # a file of several certificates: symtrade.papers


@runtime_checkable
class Statement(Protocol):
    """What a certificate proves."""

    def to_data(self) -> dict[str, Any]: ...


@runtime_checkable
class Evidence(Protocol):
    """A certificate of any kind."""

    @property
    def claim(self) -> Any: ...

    def to_data(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Kind:
    """`record` is the class of the certificates, `claims` are those of their claims, `trust` is the
    word for what a reader must trust."""

    trust: str
    record: type
    claims: Any
    read: Callable[[Any, Any, Charts], Evidence]
    verify: Callable[[Any, Charts], None]


# From the strongest evidence to the weakest.
KINDS = {
    certificate.FORMAT: Kind(
        "arithmetic", certificate.Certificate, certificate.Claim,
        reading.read_certificate, arithmetic.verify),
    calculus.FORMAT: Kind(
        "calculus", calculus.Certificate, calculus.Claim,
        lambda data, claim, _: calculus.read_calculus(data, claim),
        lambda thing, _: calculus.verify_calculus(thing)),
    balls.FORMAT: Kind(
        "balls", balls.Certificate, balls.Claim,
        lambda data, claim, _: balls.read_balls(data, claim),
        lambda thing, _: balls.verify_balls(thing)),
}


def read_evidence(data: Any, claim: Statement | None = None, charts: Charts | None = None) -> Evidence:
    """The certificate whose ``to_data()`` is `data`; CertificateError on malformed data.

    `claim` is the claim that it must have, where that is known: a certificate of another is refused.
    `charts` are those that the run over many certificates has met.
    """
    found = data.get("format") if isinstance(data, dict) else data
    if not isinstance(found, str) or found not in KINDS:
        raise CertificateError(f"expected format {' or '.join(map(repr, KINDS))}, got {found!r:.60}")
    if claim is not None and not isinstance(claim, KINDS[found].claims):
        raise CertificateError(reading.OTHER_CLAIM)
    return KINDS[found].read(data, claim, charts or Charts())


def verify_evidence(thing: Evidence, charts: Charts | None = None) -> None:
    """Raise CertificateError unless a certificate proves its claim; `charts` as for reading."""
    for kind in KINDS.values():
        if isinstance(thing, kind.record):
            kind.verify(thing, charts or Charts())
            return
    raise CertificateError(f"{type(thing).__name__} is no kind of certificate")


def weakest(formats: Iterable[str]) -> str:
    """The word for what certificates of these formats rest on together."""
    words = [kind.trust for kind in KINDS.values()]
    used = {KINDS[name].trust for name in formats if name in KINDS}
    return max(used, key=words.index, default=words[0])
