"""The catalogues: complete, in step with the sources, and safe to fill."""

from __future__ import annotations

import string
import textwrap
from gettext import GNUTranslations
from io import BytesIO

import pytest

from agent_tui import i18n
from agent_tui.messages import extract, mo_bytes, po_bytes, read, texts, untranslated, update
from rules.words import language, tr, trn


@pytest.fixture(autouse=True)
def _english_again():
    yield
    i18n.set_language("en")


def placeholders(text: str) -> set[str]:
    """The names in braces; a text that is never filled may hold braces of its own."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def template():
    return extract()


@pytest.mark.parametrize("code", i18n.LOCALES)
def test_every_text_of_the_sources_is_translated(code, template):
    catalogue = read(i18n.catalogue_path(code, "po"))
    update(catalogue, template, code)
    missing = [message.id for message in untranslated(catalogue)]
    assert missing == [], "run `make messages`, then translate these"


@pytest.mark.parametrize("code", i18n.LOCALES)
def test_the_catalogue_is_in_step_with_the_sources(code, template):
    path = i18n.catalogue_path(code, "po")
    catalogue = read(path)
    update(catalogue, template, code)
    assert path.read_bytes() == po_bytes(catalogue), "run `make messages`"


@pytest.mark.parametrize("code", i18n.LOCALES)
def test_the_compiled_catalogue_is_that_of_the_text(code):
    catalogue = read(i18n.catalogue_path(code, "po"))
    compiled = GNUTranslations(BytesIO(mo_bytes(catalogue)))
    with i18n.catalogue_path(code).open("rb") as file:
        installed = GNUTranslations(file)
    assert installed._catalog == compiled._catalog, "run `make messages`"


def test_both_languages_fill_the_same_placeholders():
    for message in read(i18n.catalogue_path("es", "po")):
        if not message.id:
            continue
        texts = message.id if isinstance(message.id, tuple) else (message.id,)
        words = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {name for text in texts for name in placeholders(text)}
        for translated in words:
            assert placeholders(translated) == wanted, message.id


def test_texts_are_found_wherever_they_stand():
    source = """
    say(tr("one"), f"x {tr('two {a}', a=tr('three'))}")
    WORDS = {"k": mark("four" " five")}
    trn("{number} six", "{number} sixes", count)
    tr(variable), other("seven")
    """
    assert set(texts(textwrap.dedent(source))) == {
        "one",
        "two {a}",
        "three",
        "four five",
        ("{number} six", "{number} sixes"),
    }


def test_the_spanish_is_spanish():
    i18n.set_language("es")
    assert language() == "es"
    assert tr("Queue") == "Cola"
    assert trn("{number} entry", "{number} entries", 1) == "1 registro"
    assert trn("{number} entry", "{number} entries", 3) == "3 registros"


def test_a_text_without_a_translation_is_shown_in_english():
    i18n.set_language("es")
    assert tr("no such text {name}", name="x") == "no such text x"
    assert tr("") == ""


def test_another_language_is_refused():
    with pytest.raises(KeyError):
        i18n.set_language("fr")
