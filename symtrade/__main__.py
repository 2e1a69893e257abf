"""``python -m symtrade``."""

from symtrade.cli import main

main()
