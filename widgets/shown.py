"""The one door from data to the screen.

A plain string given to a widget is markup, and any string carries its escape codes to the
terminal. What comes from outside is cleaned here and becomes `Content`, which is neither.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from rules.text import clean


def shown(text: object, style: str = "", *, newlines: bool = False) -> Content:
    """Text that is safe to draw: control, bidi and zero-width characters gone, no markup.

    Args:
        text: anything; what is not a string is written with `str`.
        style: a Textual style such as ``"bold $text-error"``, for the whole text.
        newlines: keep line breaks; without it each becomes a space, so that one line stays one.
    """
    # `clean` has removed more than Textual's own pass over the text would.
    return Content.styled(clean(str(text), newlines=newlines), style, strip_control_codes=False)


def row(*parts: Content | str | tuple[str, str]) -> Content:
    """One line made of pieces; strings and (text, style) pairs are cleaned on the way in."""
    return Content.assemble(*map(_piece, parts), strip_control_codes=False)


def drawn(line: Content, widget: Widget) -> Strip:
    """A line in the colours of the widget that shows it; straight to segments, which halves its cost."""
    pieces = line.render(widget.visual_style, "", widget.app.stylesheet.parse_style)
    return Strip([Segment(text, style.rich_style) for text, style in pieces], line.cell_length)


def _piece(part: Content | str | tuple[str, str]) -> Content | str | tuple[str, str]:
    if isinstance(part, str):
        return clean(part)
    return (clean(part[0]), part[1]) if isinstance(part, tuple) else part
