"""Benchmarks for a pair of distributions: first best."""
from __future__ import annotations
from typing import Any
from symtrade.analysis.numbers import Number

def first_best(F: Any, G: Any, digits: int) -> Number:
    raise NotImplementedError
