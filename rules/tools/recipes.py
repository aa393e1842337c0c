"""Recipes of crosses and pivots as texts: a file each (TOML), and the short forms in which they are typed."""

from __future__ import annotations

import shlex
import tomllib
from typing import Any

import msgspec

from rules.money import parse_minor, show_minor
from rules.text import fold
from rules.tools import crossing, pivoting
from rules.tools.crossing import BadRecipe, Compared, Cross, Key
from rules.tools.pivoting import Pivot
from rules.words import tr

Recipe = Cross | Pivot
KINDS: dict[str, type[Cross] | type[Pivot]] = {"cross": Cross, "pivot": Pivot}


def toml(recipe: Recipe) -> str:
    """A recipe as the text of a file."""
    kind = next(name for name, made in KINDS.items() if isinstance(recipe, made))
    return "\n".join([f'kind = "{kind}"', *_lines(msgspec.to_builtins(recipe), "")]) + "\n"


def read(text: str, where: str) -> Recipe:
    """A recipe from the text of a file; the inverse of `toml`.

    Args:
        text: what the file holds.
        where: its name, for the message.

    Raises:
        BadRecipe: it is no TOML, or no recipe, or one that can't be followed.
    """
    try:
        found = tomllib.loads(text)
        kind = KINDS.get(str(found.pop("kind", "")))
        if kind is None:
            raise BadRecipe(tr('{file}: kind has to be "cross" or "pivot"', file=where))
        recipe = msgspec.convert(found, kind)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadRecipe(f"{where}: {error}") from error
    if isinstance(recipe, Cross):
        crossing.check(recipe)
    else:
        pivoting.check(recipe)
    return recipe


def _lines(found: dict[str, Any], under: str) -> list[str]:
    """Plain values first, tables after them, as TOML wants it."""
    plain = [f"{name} = {_value(value)}" for name, value in found.items() if not _is_table(value)]
    for name, value in found.items():
        path = f"{under}{name}"
        if isinstance(value, dict):
            plain += ["", f"[{path}]", *_lines(value, f"{path}.")]
        elif _is_table(value):
            for one in value:
                plain += ["", f"[[{path}]]", *_lines(one, f"{path}.")]
    return plain


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list | tuple) and bool(value) and isinstance(value[0], dict)
    )


def _value(value: Any) -> str:
    """A TOML value: texts, numbers and lists of them are written as in JSON, but for one character."""
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


# Short forms


def words(text: str) -> list[str]:
    """The words of a line; one with spaces stands in quotation marks.

    Raises:
        BadRecipe: a quotation mark is left open.
    """
    try:
        return shlex.split(text)
    except ValueError as error:
        raise BadRecipe(tr("a quotation mark is left open")) from error


def quoted(name: str) -> str:
    """A column's name as a word of a line."""
    return name if name and not set(name) & set(" \t\"'\\") else shlex.quote(name)


def read_keys(
    pairs: list[str], left: tuple[str, ...], right: tuple[str, ...], clean: tuple[str, ...]
) -> tuple[Key, ...]:
    """Pairs of columns as they are typed: ``poliza=policy recibo``.

    Args:
        pairs: a word each; one name alone is meant for both tables.
        left: columns of the left table.
        right: columns of the right table.
        clean: of every key.

    Raises:
        BadRecipe: a table has no such column.
    """
    found = []
    for pair in pairs:
        one, two = _pair(pair, left, right)
        found.append(Key(left=named(one, left), right=named(two, right), clean=clean))
    return tuple(found)


def read_compared(text: str, left: tuple[str, ...], right: tuple[str, ...]) -> Compared:
    """Amounts to be compared as they are typed: ``importe=amount 1.00``, or ``importe``.

    Raises:
        BadRecipe: a table has no such column, or the tolerance is no amount.
    """
    typed = words(text)
    one, two = _pair(typed[0] if typed else "", left, right)
    return Compared(
        left=named(one, left),
        right=named(two, right),
        tolerance=read_tolerance(typed[1]) if len(typed) > 1 else 0,
    )


def _pair(text: str, left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, str]:
    """The two names of a pair; one alone, which may hold the sign itself, is meant for both tables."""
    if "=" not in text or (text in left and text in right):
        return text, text
    one, _, two = text.partition("=")
    return one, two


def read_tolerance(text: str) -> int:
    """Minor units of a tolerance such as ``1.00``.

    Raises:
        BadRecipe: it is no amount, or below 0.
    """
    try:
        minor = parse_minor(text.lstrip("±"))
    except ValueError as error:
        raise BadRecipe(tr("{text} is no tolerance; write 1.00", text=text)) from error
    if minor < 0:
        raise BadRecipe(tr("tolerance: 0 or more"))
    return minor


def keys_words(keys: tuple[Key, ...]) -> str:
    """Keys as they are typed."""
    return " ".join(
        quoted(key.left) if key.left == key.right else quoted(f"{key.left}={key.right}") for key in keys
    )


def compared_words(compared: Compared) -> str:
    """Compared amounts as they are typed."""
    pair = compared.left if compared.left == compared.right else f"{compared.left}={compared.right}"
    return f"{quoted(pair)} {show_minor(compared.tolerance)}"


def named(text: str, columns: tuple[str, ...]) -> str:
    """The column that is meant: by its name, whatever its case and accents, or by how it begins.

    Raises:
        BadRecipe: none, or several.
    """
    if text in columns:
        return text
    folded = fold(text.strip())
    equal = [one for one in columns if fold(one) == folded]
    begins = [one for one in columns if folded and fold(one).startswith(folded)]
    found = equal or begins
    if len(found) == 1:
        return found[0]
    if found:
        raise BadRecipe(tr("{name} may be {known}", name=text, known=", ".join(found)))
    raise BadRecipe(tr("no column {name}; there are {known}", name=text, known=", ".join(columns)))
