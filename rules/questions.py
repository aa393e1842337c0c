"""What a lead's board asks of the centre, as values: each says where it goes and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import quote

import msgspec

A = TypeVar("A")


class Question(msgspec.Struct, Generic[A], frozen=True, kw_only=True, omit_defaults=True):
    """A question or an order; `A` is its answer's type.

    METHOD, PATH: of its route; names in braces are fields. The other fields go as the
    query (GET, DELETE), or the value of the field `body` as the body (POST).
    ANSWER: what the answer is read as; None = there is none to read.
    """

    METHOD: ClassVar[str] = "GET"
    PATH: ClassVar[str]
    ANSWER: ClassVar[Any]


class Done(msgspec.Struct, frozen=True):
    """The answer of an order that has none to give: it is kept."""


def path(question: Question[Any]) -> str:
    """The path that a question goes to."""
    return question.PATH.format_map(
        {name: quote(str(getattr(question, name)), safe="") for name in _in_path(question)}
    )


def query(question: Question[Any]) -> Mapping[str, str]:
    """What stands behind the path: the fields that are neither in it nor the body, unless empty."""
    left_out = (*_in_path(question), "body")
    found = {name: getattr(question, name) for name in question.__struct_fields__ if name not in left_out}
    return {name: _text(value) for name, value in found.items() if value not in (None, "", 0, False)}


def body(question: Question[Any]) -> Any:
    """What is sent as the body, None = nothing."""
    return getattr(question, "body", None)


def _in_path(question: Question[Any]) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(question.PATH) if name]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
