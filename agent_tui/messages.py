"""Rebuilds the translation catalogues from the sources: ``python -m agent_tui.messages``.

Extracts what stands in ``tr``, ``trn`` and ``mark``, brings the ``.po`` files up to date
(English is filled with itself) and compiles the ``.mo`` files that the program reads.
Says what is still to be translated, and fails while anything is.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from agent_tui.i18n import DOMAIN, LOCALES, catalogue_path

ROOT = Path(__file__).parent.parent
PACKAGES = ("agent_tui", "screens", "widgets", "hub", "storage", "rules")
KEYWORDS = {"tr": 1, "mark": 1, "trn": 2}
"""Functions of `rules.words` to the number of their first arguments that are texts."""

UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
"""One date for every catalogue, so that equal texts give equal files."""


def extract(root: Path = ROOT) -> Catalog:
    """Every text of the sources that people see.

    Where a text stands is not kept: files and lines change with each edit, words do not.
    """
    catalogue = Catalog(domain=DOMAIN)
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            for message in texts(path.read_text(encoding="utf-8")):
                catalogue.add(message)
    return catalogue


def texts(source: str) -> Iterator[str | tuple[str, str]]:
    """The texts that a Python source marks or translates, in the order in which they stand.

    Babel's own extractor does not look into f-strings before Python 3.12; the syntax tree does.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            given = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            words = [text for text in given if isinstance(text, str)][: KEYWORDS[node.func.id]]
            if len(words) == KEYWORDS[node.func.id]:
                yield words[0] if len(words) == 1 else (words[0], words[1])


def read(path: Path) -> Catalog:
    """A catalogue from its ``.po`` file; an empty one when there is none yet."""
    if not path.exists():
        return Catalog(domain=DOMAIN, locale=path.parent.parent.name, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, domain=DOMAIN)


def update(catalogue: Catalog, template: Catalog, code: str) -> None:
    """Bring a catalogue to the template's texts, keeping the translations that still apply."""
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    catalogue.header_comment = f"# {DOMAIN}, {LOCALES[code]}"
    catalogue.project, catalogue.version, catalogue.fuzzy = DOMAIN, "0", False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    for message in catalogue:
        if code == "en" and message.id:
            message.string = message.id


def untranslated(catalogue: Catalog) -> list[Message]:
    """Messages without their words, or with a plural form missing."""
    return [message for message in catalogue if message.id and not _is_filled(message)]


def _is_filled(message: Message) -> bool:
    words = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(words)


def po_bytes(catalogue: Catalog) -> bytes:
    """The ``.po`` file of a catalogue, in a stable order and without dates."""
    catalogue.creation_date = catalogue.revision_date = UNDATED
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, sort_output=True, no_location=True)
    return buffer.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The compiled catalogue, without the texts that have no translation."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> int:
    """Update and compile every catalogue; 1 while something is untranslated."""
    template = extract()
    missing = 0
    for code in LOCALES:
        path = catalogue_path(code, "po")
        catalogue = read(path)
        update(catalogue, template, code)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalogue))
        catalogue_path(code).write_bytes(mo_bytes(catalogue))
        for message in untranslated(catalogue):
            missing += 1
            print(f"{LOCALES[code]}: {message.id!r}", file=sys.stderr)
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
