"""The errors of the model layer."""

from __future__ import annotations


class ModelError(ValueError):
    """A model that cannot be read as written; the message says what to type instead."""


class UndefinedExpression(ModelError):
    """An expression that is undefined because it divides by zero."""
