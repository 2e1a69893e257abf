"""``symtrade derive``: every result by search, written as it is finished; what is there is kept."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from symtrade.cli import contents, home
from symtrade.cli.checking import replay_file
from symtrade.cli.listing import describe
from symtrade.cli.progress import Progress
from symtrade.cli.record import Record, paper_json, summary
from symtrade.cli.refusal import INTERRUPTED, OPEN, PROVED, Refusal, complain
from symtrade.cli.text import count
from symtrade.cli.typeset import paper_document, result_document
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.piecewise import write_text

if TYPE_CHECKING:
    from symtrade.papers import Derivation, Paper


def run_derive(target: str | None, out: Path, as_json: bool, store: bool, fresh: bool) -> int:
    """Derive what is named into `out`; the exit code."""
    work = home.select([target] if target else [])
    _prepare(out)
    records: list[Record] = []
    with Progress(sum(len(items) for _, items in work), as_json) as progress:
        for paper, items in work:
            mine: list[Record] = []
            try:
                for item in items:
                    mine.append(obtain(paper, item, out / paper.key, fresh, progress))
                    if store and mine[-1].outcome is not None:
                        write_text(home.stored(paper, item), mine[-1].text)
            except KeyboardInterrupt:
                progress.close()
                write_paper(paper, mine, out / paper.key)
                complain(f"interrupted; {count(len(records) + len(mine), 'result')} kept in {out}, "
                         "run the same command to resume")
                return INTERRUPTED
            write_paper(paper, mine, out / paper.key)
            if store:
                contents.write(home.shelf(paper).parent, describe(paper))
            records += mine
            if as_json:
                print(json.dumps(paper_json(paper.key, mine), ensure_ascii=False), flush=True)
    return PROVED if all(record.verdict == "proved" for record in records) else OPEN


def _prepare(out: Path) -> None:
    """Find out now, not after an hour, that nothing can be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".symtrade.partial"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise Refusal(f"--out {out}: expected a folder to write to: {error.strerror}") from error


def obtain(paper: Paper, item: Derivation, folder: Path, fresh: bool, progress: Progress) -> Record:
    """One result: kept where a file holds it and still proves it, else derived and written."""
    progress.start(f"{paper.key}/{item.id}")
    record = None if fresh else kept(paper, item, folder)
    if record is None:
        record = search(paper, item, progress)
    if record.outcome is not None:
        write_text(folder / f"{item.id}.tex", result_document(paper, record.outcome))
        write_text(folder / f"{item.id}.json", record.text)
    progress.finish(record.line(paper.key))
    return record


def kept(paper: Paper, item: Derivation, folder: Path) -> Record | None:
    """The result that an earlier run left, checked again; None where there is none or it is stale."""
    try:
        outcome = replay_file(paper, item, folder / f"{item.id}.json")
    except (OSError, CertificateError):
        return None
    return Record(item, outcome, outcome.seconds, kept=True)


def search(paper: Paper, item: Derivation, progress: Progress) -> Record:
    """Run one derivation; where the search gives up, the result is unknown and says why."""
    from symtrade.papers import derive
    from symtrade.solve.errors import Incomplete

    began = time.perf_counter()
    try:
        outcome = derive(paper, item, progress.update)
    except (Incomplete, ValueError) as error:
        return Record(item, None, time.perf_counter() - began, failure=str(error))
    return Record(item, outcome, outcome.seconds)


def write_paper(paper: Paper, records: Iterable[Record], folder: Path) -> None:
    """The paper's document and table, with the results that earlier runs left in the folder."""
    known = {record.item.id: record for record in records}
    if not known:
        return
    full = [known.get(item.id) or kept(paper, item, folder) for item in paper.derivations]
    present = [record for record in full if record is not None]
    write_text(folder / "summary.txt", summary(paper, present))
    write_text(folder / f"{paper.key}.tex", paper_document(paper, [r.outcome for r in present if r.outcome]))
