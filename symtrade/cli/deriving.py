"""``symtrade derive``: every result by search, written as it is finished; what is there is kept."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from symtrade.cli import contents, home
from symtrade.cli.checking import replay_file
from symtrade.cli.listing import describe
from symtrade.cli.pool import workers
from symtrade.cli.progress import Progress
from symtrade.cli.record import Record, given_up, paper_json, record, summary
from symtrade.cli.refusal import INTERRUPTED, OPEN, PROVED, Refusal, complain
from symtrade.cli.text import count
from symtrade.cli.typeset import paper_document, result_document
from symtrade.kernel.certificate import CertificateError
from symtrade.kernel.piecewise import write_text

if TYPE_CHECKING:
    from symtrade.papers import Derivation, Outcome, Paper
    from symtrade.prover import Memory


@dataclass(frozen=True)
class Order:
    """How to work: where to write, and whether to start afresh and to store certificates."""

    out: Path
    fresh: bool
    store: bool


def run_derive(target: str | None, out: Path, as_json: bool, store: bool, fresh: bool,
               jobs: int | None = None) -> int:
    """Derive what is named into `out`; the exit code."""
    work = home.select([] if target is None else [target])
    _prepare(out)
    order = Order(out, fresh, store)
    tasks = [(paper.key, item.id) for paper, items in work for item in items]
    done: list[Record] = []

    def mine(key: str) -> list[Record]:
        return [one for one in done if one.paper == key]

    with Progress(len(tasks), as_json) as progress:
        try:
            with workers(jobs, len(tasks)) as each:
                progress.start("")
                for one in each(partial(obtain, order, progress if each is map else None), tasks):
                    done.append(one)
                    progress.finish(one.line())
                progress.start("documents")
                folders = [(paper.key, mine(paper.key)) for paper, _ in work]
                for paper, found in each(partial(write_paper, order), folders):
                    if as_json:
                        print(json.dumps(paper_json(paper, found), ensure_ascii=False), flush=True)
        except KeyboardInterrupt:
            progress.close()
            for paper, _ in work:
                write_paper(order, (paper.key, mine(paper.key)))
            complain(f"interrupted; {count(len(done), 'result')} kept in {out}, "
                     "run the same command to resume")
            return INTERRUPTED
    return PROVED if all(one.verdict == "proved" for one in done) else OPEN


def _prepare(out: Path) -> None:
    """Find out now, not after an hour, that nothing can be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".symtrade.partial"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise Refusal(f"--out {out}: expected a folder to write to: {error.strerror}") from error


def obtain(order: Order, progress: Progress | None, task: tuple[str, str]) -> Record:
    """One result: kept where a file holds it and still proves it, else derived and written."""
    from symtrade.papers import result_text

    paper, (item,) = home.find("/".join(task))
    folder = order.out / paper.key
    if progress is not None:
        progress.start("/".join(task))
    outcome = None if order.fresh else kept(paper, item, folder)
    found = record(paper, outcome, kept=True) if outcome is not None else None
    if found is None:
        found, outcome = search(paper, item, progress)
    if outcome is not None:
        text = result_text(outcome.data)
        write_text(folder / f"{item.id}.tex", result_document(paper, outcome))
        write_text(folder / f"{item.id}.json", text)
        if order.store:
            write_text(home.stored(paper, item), text)
    return found


def kept(paper: Paper, item: Derivation, folder: Path, memory: Memory | None = None) -> Outcome | None:
    """The result that an earlier run left, checked again; None where there is none or it is stale."""
    try:
        return replay_file(paper, item, folder / f"{item.id}.json", memory)
    except (OSError, CertificateError):
        return None


def search(paper: Paper, item: Derivation, progress: Progress | None) -> tuple[Record, Outcome | None]:
    """Run one derivation; where the search gives up, the result is unknown and says why."""
    from symtrade.papers import derive
    from symtrade.solve.errors import Incomplete

    began = time.perf_counter()
    try:
        outcome = derive(paper, item, None if progress is None else progress.update)
    except (Incomplete, ValueError) as error:
        return given_up(paper, item, time.perf_counter() - began, str(error)), None
    return record(paper, outcome), outcome


def write_paper(order: Order, task: tuple[str, list[Record]]) -> tuple[str, list[Record]]:
    """The paper's document and table, with the results that earlier runs left in the folder."""
    key, records = task
    if not records:
        return task
    from symtrade.prover import Memory

    (paper, _), memory = home.find(key), Memory()
    known = {one.id: one for one in records}
    rows, outcomes = [], []
    for item in paper.derivations:
        outcome = kept(paper, item, order.out / key, memory)
        if outcome is not None:
            outcomes.append(outcome)
        if item.id in known:
            rows.append(known[item.id])
        elif outcome is not None:
            rows.append(record(paper, outcome, kept=True))
    write_text(order.out / key / "summary.txt", summary(paper, rows))
    write_text(order.out / key / f"{key}.tex", paper_document(paper, outcomes))
    if order.store:
        contents.write(home.shelf(paper).parent, describe(paper))
    return task
