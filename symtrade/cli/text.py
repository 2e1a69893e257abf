"""Plain text for terminals, files and pipes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

COLOURS = {"proved": "green", "holds": "green", "refuted": "red", "unknown": "yellow", "undefined": "yellow"}


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Aligned columns, two spaces apart; the columns numbered in `right` are flush right."""
    lines = [head, *rows]
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]

    def show(line: Sequence[str]) -> str:
        cells = (c.rjust(w) if k in right else c.ljust(w)
                 for k, (c, w) in enumerate(zip(line, widths, strict=True)))
        return "  ".join(cells).rstrip()

    return "\n".join([show(head), "  ".join("-" * w for w in widths), *(show(row) for row in rows)]) + "\n"


def say(text: str, error: bool = False) -> None:
    """Print text; on a terminal with the verdicts in colour."""
    stream = sys.stderr if error else sys.stdout
    if not stream.isatty():
        print(text, file=stream, flush=True)
        return
    from rich.console import Console
    from rich.text import Text

    line = Text(text)
    for word, colour in COLOURS.items():
        line.highlight_regex(rf"(?<![\w-]){word}(?![\w-])", colour)
    Console(file=stream).print(line, soft_wrap=True)


def count(number: int, noun: str) -> str:
    """``1 case``, ``2 cases``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def at(witness: object) -> str:
    """A witness in words."""
    return ", ".join(f"{k} = {v}" for k, v in dict(witness).items())  # type: ignore[call-overload]
