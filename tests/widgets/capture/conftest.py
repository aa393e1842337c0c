"""A catalogue, a client to capture for, and a small desk: line, preview and form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.resources import files
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from agent_tui.i18n import set_language
from rules.capture.values import CaptureContext
from rules.catalogue import Catalogue, load
from widgets.capture_form import CaptureForm
from widgets.capture_line import CaptureLine, CapturePreview

NAMES = {" ": "space", "?": "question_mark", "/": "slash", "\r": "enter", "\t": "tab", "\x1b": "escape"}


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load(files("rules").joinpath("data/results.toml").read_text(encoding="utf-8"))


@pytest.fixture
def context() -> CaptureContext:
    return CaptureContext(
        now=datetime(2026, 11, 24, 11, 42, tzinfo=ZoneInfo("America/Hermosillo")),
        due=355000,
        total=1065000,
        minimum=120000,
        phones=("a", "b"),
        client_id=1,
        account_id=1,
    )


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


class DeskScreen(Screen[None]):
    """The keys and handlers that a desk has; `said` is what happened, in order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(f"{digit}", f"answer({digit})") for digit in range(1, 10)),
        Binding("question_mark", "answer('?')"),
        Binding("up", "answer('up')"),
        Binding("f5", "result"),
        Binding("tab", "form"),
    ]

    def __init__(self, catalogue: Catalogue, context: CaptureContext) -> None:
        super().__init__()
        self.catalogue, self.against = catalogue, context
        self.said: list[str] = []
        self.clients = 1

    def compose(self) -> ComposeResult:
        yield CaptureForm()
        yield CaptureLine()
        yield CapturePreview()

    def on_mount(self) -> None:
        self.line = self.query_one(CaptureLine)
        self.form = self.query_one(CaptureForm)
        self.form.display = False
        self.line.catalogue, self.line.context = self.catalogue, self.against
        self.set_focus(self.line)

    def _save(self, line: str) -> None:
        self.said.append(f"{self.clients}:{line}")
        self.clients += 1
        self.line.done(line)

    def action_answer(self, what: object) -> None:
        self.said.append(f"answer {what}")

    def action_result(self) -> None:
        self._save("f5")

    def action_form(self) -> None:
        self.form.display = True
        self.form.open(self.line.value, self.catalogue, self.against)

    @on(CaptureLine.Changed)
    def _changed(self, event: CaptureLine.Changed) -> None:
        self.query_one(CapturePreview).show(event.reading, self.catalogue, self.against)

    @on(CaptureLine.Submitted)
    def _entered(self, event: CaptureLine.Submitted) -> None:
        if event.reading.complete:
            self._save(event.line)

    @on(CaptureForm.Submitted)
    def _form_done(self, event: CaptureForm.Submitted) -> None:
        self.form.display = False
        self.set_focus(self.line)
        if isinstance(event, CaptureForm.Left):
            self.line.put(event.line)
        else:
            self._save(event.line)


class DeskApp(App[None]):
    def __init__(self, screen: DeskScreen) -> None:
        super().__init__()
        self.desk = screen

    def get_default_screen(self) -> Screen[None]:
        return self.desk

    def type(self, text: str) -> None:
        """Send keys in one burst; ``<up>`` names a key."""
        while text:
            if text.startswith("<"):
                key, _, text = text[1:].partition(">")
                self.post_message(events.Key(key, None))
            else:
                character, text = text[0], text[1:]
                name = NAMES.get(character, character)
                self.post_message(events.Key(name, character))


@pytest.fixture
def desk(catalogue: Catalogue, context: CaptureContext) -> Callable[[], DeskApp]:
    return lambda: DeskApp(DeskScreen(catalogue, context))
