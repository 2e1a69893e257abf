"""Small lies: edits of certificates as data, each with words of the message that must refuse it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symtrade.kernel.program import digest

Edit = Callable[[Any], Any]  # changes data in place, or returns what replaces it


def write(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"


def step(data: Any, path: str) -> tuple[Any, Any]:
    """The object that holds the place `path` ("tree|branches|0"), and the last key."""
    *keys, last = [int(k) if k.isdigit() else k for k in path.split("|")]
    for key in keys:
        data = data[key]
    return data, last


def put(path: str, value: Any) -> Edit:
    def edit(data: Any) -> None:
        place, key = step(data, path)
        place[key] = value
    return edit


def drop(path: str) -> Edit:
    def edit(data: Any) -> None:
        place, key = step(data, path)
        del place[key]
    return edit


def add(path: str, value: Any) -> Edit:
    def edit(data: Any) -> None:
        place, key = step(data, path)
        place[key].append(value)
    return edit


def reseal(data: Any) -> None:
    """The digest that belongs to the edited program."""
    data["claim"]["digest"] = digest(data["claim"]["program"])


def text(change: Callable[[str], str]) -> Edit:
    return lambda data: change(write(data))


def replace(old: str, new: str) -> Edit:
    return text(lambda whole: whole.replace(old, new, 1))


def wrapped(**fields: Any) -> Edit:
    return lambda data: {"certificates": [data], **fields}


@dataclass(frozen=True)
class Lie:
    """What is done to the good certificate `of`, and words of the message that must refuse it."""

    name: str
    of: str
    message: str
    edits: tuple[Edit, ...]


def lie(name: str, of: str, message: str, *edits: Edit) -> Lie:
    return Lie(name, of, message, edits)
