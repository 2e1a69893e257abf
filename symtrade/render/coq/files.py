"""Files for the certificates of one result: modules, collected up to a size that Coq checks quickly."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from symtrade.kernel.certificate import Certificate, Optimum
from symtrade.render.coq.chart import ChartText
from symtrade.render.coq.coordinates import NotExpressible
from symtrade.render.coq.lemmas import Item
from symtrade.render.coq.names import comment
from symtrade.render.coq.theorem import Transcription
from symtrade.render.coq.witness import witness

LIBRARY = "Symtrade.v"
ROOT = "symtrade"  # the logical name of the folder of all files: coqc -Q FOLDER symtrade
BUDGET = 4.0  # seconds of Coq's work in one file, roughly
LONG = 2.5  # a certificate that takes longer is spread over several files, of that length each

PREAMBLE = """From Coq Require Import Reals List Lra.
From {root} Require Import Symtrade.
{imports}Import ListNotations.
Open Scope R_scope.
"""


@dataclass(frozen=True)
class CoqFile:
    """A file: its name without ``.v``, its text, and the files of the same folder that it imports."""

    name: str
    text: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A certificate with what a reader should know of it; `label` names it in messages."""

    certificate: Certificate
    label: str
    note: str = ""


@dataclass
class Export:
    """The files of a result, and what could not be written down (label and reason)."""

    files: list[CoqFile] = field(default_factory=list)
    theorems: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def library() -> str:
    """The text of Symtrade.v, which every file imports."""
    return (files("symtrade.render.coq") / LIBRARY).read_text(encoding="utf-8")


def distinct(certificates: Sequence[Certificate], notes: Sequence[str]) -> list[Source]:
    """Certificates with different claims; the others are mentioned beside the one that says the same."""
    found: dict[str, list[int]] = {}
    for k, certificate in enumerate(certificates):
        found.setdefault(json.dumps(certificate.claim.to_data(), sort_keys=True), []).append(k)
    result = []
    for numbers in found.values():
        first, *others = numbers
        note = notes[first]
        if others:
            note += f" (certificates {', '.join(map(str, others))} have the same claim)"
        result.append(Source(certificates[first], str(first), note))
    return result


def export(name: str, title: str, sources: Sequence[Source], folder: str) -> Export:
    """The Coq files of a result.  `name` is an identifier, the files' name; `folder` is the
    logical folder they lie in ("symtrade.carroll_2017"); `title` is a comment for the top of each."""
    result = Export()
    writer = _Writer(name, title, folder, result)
    for source in sources:
        try:
            item = Transcription(source.certificate)
            point = witness(item)
        except NotExpressible as error:
            result.refused.append((source.label, str(error)))
            continue
        result.theorems += 1
        writer.add(item, source, point)
    writer.close()
    return result


class _Writer:
    """Collects modules; what is too long for one file gets files of its own."""

    def __init__(self, name: str, title: str, folder: str, result: Export) -> None:
        self.name, self.title, self.folder, self.result = name, title, folder, result
        self.modules: list[str] = []
        self.theorems: list[str] = []
        self.charts: dict[str, str] = {}
        self.cost = 0.0

    def add(self, item: Transcription, source: Source, point: str) -> None:
        cost = sum(i.cost for i in item.items)
        if cost > LONG:
            self._spread(item, source, point)
            return
        if self.cost + cost > BUDGET:
            self.flush()
        module = f"certificate_{source.label}"
        chart = self._chart(item.chart)
        body = "\n\n".join([*(i.text for i in item.items), point])
        self.modules.append(
            f"{heading(source)}\nModule {module}.\nImport {chart}.\n\n{body}\nEnd {module}.\n"
        )
        self.theorems.append(f"{module}.{item.theorem}")
        self.cost += cost

    def _chart(self, chart: ChartText) -> str:
        if chart.text not in self.charts:
            self.charts[chart.text] = f"chart_{len(self.charts)}"
            name = self.charts[chart.text]
            self.modules.append(
                f"{comment('Coordinates for the parameters of what follows.')}\n"
                f"Module {name}.\n{chart.text}\nEnd {name}.\n"
            )
        return self.charts[chart.text]

    def flush(self) -> None:
        """Finish the file at hand."""
        if not self.modules:
            return
        text = "\n".join([self._head(()), *self.modules, _assumptions(self.theorems)])
        self._file(f"{self.name}_part_{len(self.result.files) + 1}", text, ())
        self.modules, self.theorems, self.charts, self.cost = [], [], {}, 0.0

    def close(self) -> None:
        self.flush()
        if len(self.result.files) == 1:
            (only,) = self.result.files
            self.result.files = [CoqFile(self.name, only.text)]

    def _spread(self, item: Transcription, source: Source, point: str) -> None:
        """One certificate over several files, each importing those before it."""
        base = f"{self.name}_certificate_{source.label}"
        written: list[str] = []
        parts = list(_parts(item.items))
        for n, part in enumerate(parts):
            last = n + 1 == len(parts)
            name = base if last else f"{base}_step_{n + 1}"
            body = [self._head(written), heading(source)]
            if not written:
                body.append(item.chart.text + "\n")
            body.append("\n\n".join(i.text for i in part) + "\n")
            if last:
                body += [point + "\n", _assumptions([item.theorem])]
            self._file(name, "\n".join(body), tuple(written))
            written.append(name)

    def _head(self, imports: Iterable[str]) -> str:
        known = "".join(f"From {self.folder} Require Import {name}.\n" for name in imports)
        return f"{self.title}\n\n{PREAMBLE.format(root=ROOT, imports=known)}"

    def _file(self, name: str, text: str, needs: tuple[str, ...]) -> None:
        self.result.files.append(CoqFile(name, text, needs))


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Items in groups of about the budget."""
    group: list[Item] = []
    for item in items:
        if group and sum(i.cost for i in group) + item.cost > LONG:
            yield group
            group = []
        group.append(item)
    yield group


def _assumptions(theorems: Sequence[str]) -> str:
    """What all theorems of a file rest on, printed when it is compiled."""
    steps = " ".join(f"pose proof {name}." for name in theorems)
    return f"Lemma everything : True.\nProof. {steps} exact I. Qed.\nPrint Assumptions everything.\n"


def heading(source: Source) -> str:
    """The comment above a certificate."""
    claim = source.certificate.claim
    kind = {
        "Optimum": "an optimum",
        "Implication": "an implied constraint",
        "Empty": "a claim about the parameters",
    }[type(claim).__name__]
    text = f"Certificate {source.label}: {kind}. {source.note}"
    if isinstance(claim, Optimum):
        text += " Every line of `solution` is true at every point of `region`, and some line holds."
    return comment(text)
