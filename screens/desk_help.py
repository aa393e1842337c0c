"""Help on one page: the keys as they are now, and how a capture is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.words import mark, tr
from widgets.panel import columns
from widgets.shown import row, shown

GRAMMAR = (
    ("ppt 1500 vie spei /nota", mark("code, then fields in any order, then a note after a slash")),
    ("p l r d y", mark("promise, plan, callback, dispute, says it is paid: one letter each")),
    ("n m e x i", mark("refuses, message left, wrong number, deceased, informed")),
    ("1500  1,500.50  50%", mark("amount; also todo/full, venc/due, min. A bare number is an amount")),
    ("hoy  man  vie  +3  15/12  d15  q", mark("day; q is the next pay day. English words work, too")),
    ("10:30  10h  4pm", mark("hour; alone, the next time that it is that hour")),
    ("3xq  500+3x", mark("plan: three equal payments on pay days; a down payment first")),
    ("spei  oxxo  tpv  liga  banco", mark("where it will be paid")),
    ("r:desemp  t2", mark("reason; the client's second phone")),
)  # fmt: skip


class HelpScreen(ModalScreen[None]):
    """Shows (key, words) pairs and the grammar of the capture line.

    Args:
        keys: what each key does.
        grammar: examples of captures and what they mean; none where nothing is captured.
    """

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll {
        width: 92; max-width: 100%; height: auto; max-height: 90%; padding: 1 2;
        background: $panel; border-left: thick $primary; scrollbar-size-vertical: 1;
    }
    HelpScreen Static { height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter", "close", mark("Close the help"), id="help.close"),
    ]

    def __init__(self, keys: Sequence[tuple[str, str]], grammar: Sequence[tuple[str, str]] = GRAMMAR) -> None:
        super().__init__()
        self._keys, self._grammar = keys, grammar

    def compose(self) -> ComposeResult:
        """One static text that scrolls."""
        lines = [shown(tr("KEYS"), "bold $text-primary")]
        lines += [columns([shown(key, "bold"), shown(words)], [8, 76]) for key, words in self._keys]
        if self._grammar:
            lines += [Content(""), shown(tr("WRITING A CAPTURE"), "bold $text-primary")]
        for example, words in self._grammar:
            lines += [shown(example, "bold"), row("        ", (tr(words), "$text-muted"))]
        lines += [Content(""), shown(tr("Esc closes"), "$text-muted")]
        with VerticalScroll():
            yield Static(Content("\n").join(lines))

    def action_close(self) -> None:
        """Back to the desk."""
        self.dismiss(None)
