"""Progress: a spinner on a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

from symtrade.cli.text import say

SILENCE, PAUSE = 2.0, 10.0  # seconds before the first line about work in hand, and between lines


class Progress:
    """Counts results.  `quiet` keeps standard output for JSON: lines go to standard error.

    What a search says in between goes to the spinner; without a terminal, to standard error now and
    then, once it takes more than two seconds.
    """

    def __init__(self, total: int, quiet: bool = False) -> None:
        self.total, self.done, self.quiet, self.name = total, 0, quiet, ""
        self.spinner: Any = None
        self.due = 0.0

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console

            self.spinner = Console(stderr=True).status("")
            self.spinner.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Take the spinner away."""
        if self.spinner is not None:
            self.spinner.stop()
            self.spinner = None

    def start(self, name: str) -> None:
        """A result is begun."""
        self.name, self.due = name, time.monotonic() + SILENCE
        if self.spinner is not None:
            self.update("")

    def update(self, line: str) -> None:
        """The search says something."""
        if self.spinner is not None:
            from rich.markup import escape

            self.spinner.update(escape(f"{self._place}{self.name} {line}"))
        elif time.monotonic() >= self.due:
            self.due = time.monotonic() + PAUSE
            say(f"{self._place}{self.name}: {line}", error=True)

    @property
    def _place(self) -> str:
        return f"{self.done + 1}/{self.total} " if self.total > 1 else ""

    def finish(self, line: str) -> None:
        """A result is done."""
        self.done += 1
        if self.spinner is None:
            say(line, error=self.quiet)
            return
        self.spinner.stop()
        say(line, error=self.quiet)
        self.spinner.start()
