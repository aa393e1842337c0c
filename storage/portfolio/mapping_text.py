"""Mapping files as text: read into their shape, with the key that was meant for one that is misspelt."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as AnyMapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from rules.explained import Explained
from rules.words import tr
from storage.portfolio.expressions import Compiled, ExpressionError, Scope, compile_expression

M = TypeVar("M")

Constant = str | int | float | bool


class MappingError(Explained):
    """The mapping can't be used; the message names file, key and mend."""


def load(path: Path) -> str:
    """The text of a mapping file.

    Raises:
        MappingError: no such file, or not written in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise MappingError(tr("{path}: there is no such mapping", path=path)) from error
    except UnicodeDecodeError as error:
        raise MappingError(tr("{path}: a mapping is written in UTF-8", path=path)) from error


def parse(text: str, where: str, shape: type[M], *parts: type[msgspec.Struct]) -> M:
    """Read the text of a mapping.

    Args:
        text: TOML.
        where: names it in messages.
        shape: what it is read as.
        parts: the shapes of its sections, whose keys may have been meant.

    Raises:
        MappingError: not TOML, or a key that is unknown, missing or of the wrong kind.
    """
    try:
        return msgspec.convert(tomllib.loads(text), shape)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{where}: {error}") from error
    except msgspec.ValidationError as error:
        raise MappingError(f"{where}: {error}{_nearest(str(error), (shape, *parts))}") from error


def _nearest(message: str, shapes: tuple[Any, ...]) -> str:
    """For a misspelt key, the key that was meant."""
    if "unknown field" not in message:
        return ""
    known = {field for shape in shapes for field in shape.__struct_fields__}
    near = get_close_matches(message.split("`")[1], sorted(known), n=1)
    return tr("; did you mean {key}?", key=near[0]) if near else ""


def compiled(title: str, values: AnyMapping[str, Constant], scope: Scope, where: str) -> dict[str, Compiled]:
    """A section fitted to a file's columns: field to expression; fields that say nothing are left out.

    Raises:
        MappingError: an expression can't be read, or names a column that the file has not.
    """
    found = {}
    for key, value in values.items():
        if value == "":
            continue
        try:
            found[key] = _compiled(value, scope)
        except ExpressionError as error:
            raise MappingError(f"{where}, [{title}] {key} = {error}") from error
    return found


def _compiled(value: Constant, scope: Scope) -> Compiled:
    if isinstance(value, str):
        return compile_expression(value, scope)
    constant = str(value).lower() if isinstance(value, bool) else str(value)
    return Compiled(lambda row: constant, ())
