"""Pages that work on table files: paths and columns on a line with completion, work in the background."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from os.path import commonprefix
from pathlib import PurePath
from typing import Any, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from rules.capture.scope import Refused
from rules.jobs import Job
from rules.text import fold
from rules.tools.crossing import BadCell, BadRecipe, Source
from rules.tools.recipes import quoted
from rules.tools.table_jobs import Complete, Look, Looked
from rules.words import mark, tr, trn
from screens.board.lined_page import LinedPage
from screens.board.service import FILE, BoardService
from widgets.panel import LABEL
from widgets.shown import row, shown

A = TypeVar("A")


class FileLines(LinedPage):
    """Settings above, each with its digit; some name a file.

    FILES: settings that name a file. OWN: ids of bindings that the bar shows first.
    """

    FILES: ClassVar[tuple[str, ...]]
    OWN: ClassVar[tuple[str, ...]] = ()

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", mark("Complete"), id="tool.complete", show=False),
    ]

    DEFAULT_CSS = """
    FileLines {
        #page-said { height: auto; max-height: 3; }
        #settings { height: auto; padding: 0 1; }
    }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self.looked: dict[str, Looked] = {}

    # What a page is

    @abstractmethod
    def settings(self, width: int) -> list[Content]:
        """The settings, a line each, and what came of them."""

    @abstractmethod
    def source(self, what: str) -> Source:
        """The file of one of `FILES`."""

    @abstractmethod
    def take_file(self, what: str, looked: Looked) -> None:
        """A file was looked at: it is that setting's from now on."""

    @abstractmethod
    def work_out(self) -> None:
        """Make the result of what is set, if that is whole."""

    @abstractmethod
    def columns_of(self, place: int) -> Sequence[str]:
        """The columns that the line in hand names: of its first table (0), or behind an = its second (1)."""

    @abstractmethod
    def open_setting(self, what: str) -> None:
        """Open the line for a setting that is no file."""

    @abstractmethod
    def read_setting(self, what: str, text: str) -> None:
        """Take what was typed for a setting that is no file.

        Raises:
            BadRecipe: it can't be taken.
        """

    # Drawing

    def draw_keys(self) -> None:
        """Write the keys that work now, the page's own before the list's."""
        from screens.board import keys
        from screens.board.page import FIRST_KEYS
        from widgets.key_bar import KeyBar

        self.query_one("#page-keys", KeyBar).show(keys.bar(self, ("page.leave", *self.OWN, *FIRST_KEYS)))

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self.draw_settings()

    def on_resize(self) -> None:
        """What is drawn for a width is drawn again."""
        self.draw_settings()

    def draw_settings(self) -> None:
        """Write the settings."""
        lines = self.settings(max(20, self.size.width - 2))
        self.query_one("#settings", Static).update(Content("\n").join(lines))

    def file_line(self, digit: str, name: str, what: str) -> Content:
        """A file's setting: the end of its path, which says most, its sheet, how many rows."""
        source, looked = self.source(what), self.looked.get(what)
        more = ""
        if looked is not None:
            more = trn("{n} row", "{n} rows", looked.rows, n=f"{looked.rows:,}")
            more = " · ".join(filter(None, (source.sheet, more)))
        room = max(12, self.size.width - len(name) - len(more) - 10)
        path = source.path if len(source.path) <= room else f"…{source.path[1 - room :]}"
        return setting(digit, name, path or nothing(), more)

    def said_of(self, bad: Sequence[BadCell]) -> None:
        """Say which cells were left out, the first of them by name."""
        if bad:
            first = bad[0]
            where = tr("{file}, row {row}, {column}", file=first.file, row=first.row, column=first.column)
            count = trn("{number} cell left out", "{number} cells left out", len(bad))
            self.say(f"! {count}: {where}: {first.text}", "$text-warning")

    # Working

    def work(self, job: Job[A], then: Callable[[A], None]) -> None:
        """Have work done on files; `then` gets what came of it, or the page says why nothing did."""
        self.say(tr("Working…"))

        def heard(answer: A | None, why: str) -> None:
            self.post_message(self.Answered(then, answer, why))

        self.service.run(job, heard)

    def refused(self, why: str) -> None:
        """Say why: what is wrong with a file was said in words already."""
        if why.startswith(FILE):
            self.say(f"✗ {why.removeprefix(FILE)}", "bold $text-error")
        else:
            super().refused(why)

    # Lines

    def action_set(self, what: str) -> None:
        """Open the line for a setting."""
        if what in self.FILES:
            source = self.source(what)
            typed = " #".join(filter(None, (source.path, source.sheet)))
            self.open_line(what, typed, tr("a .csv or .xlsx file (#sheet) · Tab completes · ⏎ takes it"))
        else:
            self.open_setting(what)

    def entered(self, text: str) -> None:
        """Take what was typed; it stays on the line if it can't be taken."""
        what = self.typing
        if what in self.FILES:
            path, _, sheet = text.partition(" #")
            source = Source(path=path.strip(), sheet=sheet.strip())
            self.work(Look(source=source), lambda looked: self._took_file(what, looked))
            return
        try:
            self.read_setting(what, text)
        except BadRecipe as error:
            self.say(f"✗ {error}", "bold $text-error")
            return
        self.close_line()
        self.draw_settings()
        self.work_out()

    def reason(self, refused: Refused) -> str:
        """Nothing is refused in this way here."""
        return str(refused)

    def _took_file(self, what: str, looked: Looked) -> None:
        self.looked[what] = looked
        self.close_line()
        self.take_file(what, looked)
        self.draw_settings()
        self.work_out()

    # Completion

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tab completes while something is being typed."""
        return bool(self.typing) if action == "complete" else True

    def action_complete(self) -> None:
        """Complete a path, or a column's name."""
        if self.typing in self.FILES:
            typed = self.line.value
            self.work(Complete(typed=typed), lambda found: self._completed(typed, found))
        else:
            self._complete_column()

    def _completed(self, typed: str, found: tuple[str, ...]) -> None:
        if not found:
            self.say(tr("Nothing begins so."))
        elif self.line.value == typed:
            begins = commonprefix([one.casefold() for one in found])  # noqa: RUF071 - letter by letter, as typed
            self._put(found[0] if len(found) == 1 else found[0][: len(begins)])
            names = [PurePath(one).name + "/" * one.endswith("/") for one in found]
            self.say("  ".join(names) if len(found) > 1 else tr("⏎ takes it"))

    def _complete_column(self) -> None:
        """The word in hand, or its part behind an = or a colon, as a column that begins so."""
        text = self.line.value
        cut = max(text.rfind(sign) for sign in " =:") + 1
        start = fold(text[cut:].lstrip("'\""))
        second = cut > 0 and text[cut - 1] == "="
        found = [one for one in self.columns_of(int(second)) if fold(one).startswith(start)]
        if len(found) == 1:
            self._put(text[:cut] + quoted(found[0]))
        self.say("  ".join(found) if found else tr("No column begins so."))

    def _put(self, text: str) -> None:
        self.line.value = text
        self.line.cursor_position = len(text)


def setting(digit: str, name: str, value: str | Content, more: str = "") -> Content:
    """A setting with its key."""
    words = (f"{name} ", LABEL)
    return row((f"{digit} ", "bold $text-primary"), words, value, (f"  {more}" if more else "", LABEL))


def nothing() -> Content:
    """A setting that is not set."""
    return shown("–", LABEL)
