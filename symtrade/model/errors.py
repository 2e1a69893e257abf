"""The errors of the model layer."""

from __future__ import annotations


class ModelError(ValueError):
    """A model that cannot be read as written; the message says what to type instead."""


def expect(value: object, kind: type | tuple[type, ...], what: str, write: str) -> None:
    """ModelError unless `value` is of a kind; `what` names it, `write` says what to type.

    >>> expect(5, str, "the name", "'buyer'")
    Traceback (most recent call last):
    symtrade.model.errors.ModelError: the name: expected 'buyer', got 5 (int)
    """
    if not isinstance(value, kind):
        raise ModelError(f"{what}: expected {write}, got {value!r:.60} ({type(value).__name__})")


class UndefinedExpression(ModelError):
    """An expression that is undefined because it divides by zero."""
