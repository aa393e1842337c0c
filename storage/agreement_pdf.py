"""A written agreement as a PDF: one page size, one plain face, the very lines of its text."""

from __future__ import annotations

import unicodedata
from datetime import datetime

MARGIN_MM = 20
BODY_POINTS = 9.5
TITLE_POINTS = 13
LINE_MM = 4.6
ENCODING = "cp1252"
"""What the built-in faces of a PDF can write: all of Spanish, and the signs of money."""


def pdf(text: str, title: str, made: datetime) -> bytes:
    """The text as a PDF file; sections keep their titles, amounts stay in their column.

    The same text, title and day give the same bytes. A letter that the face does not have is
    written without its mark, or as ``?``.

    Args:
        text: as `rules.agreement.text` writes it.
        title: of the document.
        made: when it was made, aware; the file's date.
    """
    from fpdf import FPDF  # here: the hub starts without it

    document = FPDF(format="letter")
    document.core_fonts_encoding = ENCODING
    document.set_creation_date(made)
    document.set_title(title)
    document.set_margin(MARGIN_MM)
    document.set_auto_page_break(True, MARGIN_MM)
    document.add_page()
    for number, section in enumerate(text.strip("\n").split("\n\n")):
        heading, *lines = section.split("\n")
        document.set_font("helvetica", style="B", size=TITLE_POINTS if number == 0 else BODY_POINTS)
        document.cell(
            text=_written(heading), h=LINE_MM * (2 if number == 0 else 1.2), new_x="LMARGIN", new_y="NEXT"
        )
        document.set_font("courier", size=BODY_POINTS)
        for line in lines:
            document.cell(text=_written(line), h=LINE_MM, new_x="LMARGIN", new_y="NEXT")
        document.ln(LINE_MM / 2)
    return bytes(document.output())


def _written(line: str) -> str:
    return "".join(_letter(letter) for letter in line)


def _letter(letter: str) -> str:
    for candidate in (letter, unicodedata.normalize("NFKD", letter)[0]):
        if candidate.encode(ENCODING, "replace") != b"?" or candidate == "?":
            return candidate
    return "?"
