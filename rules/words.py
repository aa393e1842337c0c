"""Words for people: marks and translates texts, without importing anything above.

English source text is the message id. The application installs a translator; until then
the English text is what is seen.
"""

from __future__ import annotations

from collections.abc import Callable


def _english(text: str) -> str:
    return text


def _english_plural(one: str, many: str, number: int) -> str:
    return one if number == 1 else many


class _Language:
    """The language in force; one per process, since one person sits at a terminal."""

    code = "en"
    translate: Callable[[str], str] = staticmethod(_english)
    translate_plural: Callable[[str, str, int], str] = staticmethod(_english_plural)


def install(code: str, translate: Callable[[str], str], plural: Callable[[str, str, int], str]) -> None:
    """Put a language in force ("es" or "en") with its two lookup functions."""
    _Language.code = code
    _Language.translate = staticmethod(translate)
    _Language.translate_plural = staticmethod(plural)


def language() -> str:
    """The language in force: "es" or "en"."""
    return _Language.code


def tr(text: str, /, **params: object) -> str:
    """Translate, then fill the named placeholders in braces."""
    words = _Language.translate(text)
    return words.format(**params) if params else words


def trn(one: str, many: str, number: int, **params: object) -> str:
    """Translate a text that depends on a number; `{number}` is filled too."""
    return _Language.translate_plural(one, many, number).format(number=number, **params)


def mark(text: str) -> str:
    """Mark a text for the catalogues where it stands as data; translate it with `tr` later."""
    return text
