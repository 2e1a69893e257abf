"""Commands as a user types them, for the tests."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest

from symtrade.cli.app import app


@dataclass
class Done:
    """What a command left: the fields of subprocess.CompletedProcess that matter."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments, env=None):
    """Run a command: in this process, or in one of its own where it has its own environment."""
    words = [str(a) for a in arguments]
    if env is not None:
        done = subprocess.run([sys.executable, "-m", "symtrade", *words], env=env, timeout=300,
                              capture_output=True, text=True, check=False)
    else:
        out, errors = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(errors), pytest.raises(SystemExit) as left:
            app(words, prog_name="symtrade")
        done = Done(int(left.value.code or 0), out.getvalue(), errors.getvalue())
    assert "Traceback" not in done.stderr, done.stderr
    return done


def refused(done, *words, code=2):
    """One message on standard error, nothing on standard output."""
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    message = done.stderr.strip()
    assert message.startswith("symtrade: ")
    assert len(message.splitlines()) == 1, message
    for word in words:
        assert word in message, message


def no_controls(text):
    assert all(c.isprintable() or c == "\n" for c in text)
