"""Puts a language in force: gettext catalogues behind `rules.words`."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from rules import words

DOMAIN = "agent_tui"
LOCALES = {"es": "es_MX", "en": "en_US"}
"""Language of the interface to the locale whose catalogue holds its words."""


def catalogue_path(code: str, suffix: str = "mo") -> Path:
    """The catalogue of a language: ``mo`` is what runs, ``po`` is what people edit."""
    return Path(__file__).parent / "locale" / LOCALES[code] / "LC_MESSAGES" / f"{DOMAIN}.{suffix}"


@cache
def _catalogue(code: str) -> GNUTranslations:
    with catalogue_path(code).open("rb") as file:
        return GNUTranslations(file)


def set_language(code: str) -> None:
    """Put "es" or "en" in force for every text made from now on.

    Raises:
        KeyError: another language.
    """
    catalogue = _catalogue(code)

    def translate(text: str) -> str:
        # The empty text is the key of the catalogue's header, which nobody means to show.
        return catalogue.gettext(text) if text else ""

    words.install(code, translate, catalogue.ngettext)
