"""Bad input: one message, exit code 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

PROVED, OPEN, BAD_INPUT, BUG, INTERRUPTED = 0, 1, 2, 3, 130


class Refusal(Exception):
    """Input that cannot be used: what was expected, what came, what to type."""


def complain(message: object) -> None:
    """One message on standard error."""
    print(f"symtrade: {message}", file=sys.stderr)


@contextmanager
def refusing() -> Iterator[None]:
    """Turn refusals, and files that cannot be read or written, into a message and exit code 2."""
    try:
        yield
    except Refusal as refusal:
        complain(refusal)
        raise typer.Exit(BAD_INPUT) from None
    except BrokenPipeError:  # the reader has seen enough, as in `| head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(PROVED) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        complain(f"{where}{error.strerror or error}")
        raise typer.Exit(BAD_INPUT) from None
    except KeyboardInterrupt:
        complain("interrupted")
        raise typer.Exit(INTERRUPTED) from None
