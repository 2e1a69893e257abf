"""Work on several processors: results in the order of the tasks, each process a fresh Python."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

Task = TypeVar("Task")
Found = TypeVar("Found")
Map = Callable[[Callable[[Any], Any], Sequence[Any]], Iterator[Any]]


@contextmanager
def workers(jobs: int | None, tasks: int) -> Iterator[Map]:
    """A map that keeps the order: over `jobs` processes (default: as many as the machine has), or
    in this one where there is a single task or job.  Leaving the block ends the processes."""
    count = min(jobs or os.cpu_count() or 1, tasks)
    if count <= 1:
        yield map
        return
    with get_context("spawn").Pool(count, initializer=_quiet) as pool:
        yield pool.imap


def _quiet() -> None:
    """An interrupt is for the parent, which ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
