"""The command line.  Start at :mod:`symtrade.cli.app`; every other module is one command's work."""

from __future__ import annotations


def main() -> None:
    """The console script ``symtrade``."""
    from symtrade.cli.app import run

    run()
