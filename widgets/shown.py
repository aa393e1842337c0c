"""The one door from data to the screen.

A plain string given to a widget is markup, and any string carries its escape codes to the
terminal. What comes from outside is cleaned here and becomes `Content`, which is neither.
"""

from __future__ import annotations

from textual.content import Content

from rules.text import clean


def shown(text: object, style: str = "", *, newlines: bool = False) -> Content:
    """Text that is safe to draw: control, bidi and zero-width characters gone, no markup.

    Args:
        text: anything; what is not a string is written with `str`.
        style: a Textual style such as ``"bold $text-error"``, for the whole text.
        newlines: keep line breaks; without it each becomes a space, so that one line stays one.
    """
    return Content.styled(clean(str(text), newlines=newlines), style)


def row(*parts: Content | str | tuple[str, str]) -> Content:
    """One line made of pieces; strings and (text, style) pairs are cleaned on the way in."""
    return Content.assemble(*(_piece(part) for part in parts))


def _piece(part: Content | str | tuple[str, str]) -> Content:
    if isinstance(part, Content):
        return part
    return shown(*part) if isinstance(part, tuple) else shown(part)
