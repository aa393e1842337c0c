"""The call on the desk: what it allows to be seen, and what is still to be said."""

from __future__ import annotations

from datetime import datetime

import msgspec
from textual.screen import Screen

from rules.capture.values import Reading
from rules.catalogue import Catalogue
from rules.desk import ClientPage, DeskPage
from rules.facts import ResultBody
from rules.identity import REVEALED, hides
from rules.walks import forces, missed, names
from rules.words import language
from widgets.capture_line import CaptureLine, CapturePreview
from widgets.client_card import ClientCard
from widgets.panel import Panel
from widgets.script_panel import ScriptPanel


class DeskCall(Screen[None], inherit_bindings=False):
    """What follows from the script's walk; the parts that it speaks of are made by `DeskView`.

    revealed: the reason for which money is shown although identity is not confirmed.
    """

    desk: DeskPage | None
    catalogue: Catalogue | None
    began: datetime
    client: ClientCard
    script: ScriptPanel
    line: CaptureLine
    preview: CapturePreview
    panels: dict[str, Panel]
    revealed = ""

    def __init__(self, classes: str) -> None:
        super().__init__(classes=classes)
        self._asked: set[tuple[str, str]] = set()

    @property
    def hidden(self) -> bool:
        """Whether the client's money is masked: until identity is confirmed, or shown for a reason."""
        page = self.desk.page if self.desk else None
        if not isinstance(page, ClientPage) or self.revealed or not hides(page.client):
            return False
        walk = self.script.walk
        return walk is None or walk.identity != "confirmed"

    def veil(self) -> None:
        """Mask the client's money or show it, as identity stands now; all in place."""
        for panel in (self.client, *self.panels.values()):
            panel.hide(self.hidden)
        if self.line.reading:
            self.show_reading(self.line.reading, self.line.value)

    def show_reading(self, reading: Reading | None, line: str) -> None:
        """Say how a capture reads, and what was not said that its result calls for."""
        context = self.line.context
        unsaid = self.missed_names(reading.code) if reading else ()
        self.preview.show(reading, self.catalogue, context, line=line, hidden=self.hidden, missed=unsaid)

    def missed(self, code: str) -> tuple[str, ...]:
        """Ids of the script's nodes that a result calls for and that were not read."""
        script, walk = self.script.script, self.script.walk
        result = self.catalogue.results.get(code) if self.catalogue else None
        return missed(script, walk, result) if script and walk and result else ()

    def missed_names(self, code: str) -> tuple[str, ...]:
        """What those nodes are called."""
        script = self.script.script
        return tuple(names(script, self.missed(code), language())) if script else ()

    def missed_forces(self) -> bool:
        """Whether nodes that were missed hold a save up once."""
        page = self.desk.page if self.desk else None
        return isinstance(page, ClientPage) and forces(page.client)

    def confirmed(self, line: str, what: str) -> bool:
        """Whether a line was entered once before against the same warning; False notes that it is now.

        A change of the line and a fresh client forget it.
        """
        if (line, what) in self._asked:
            return True
        self._asked.add((line, what))
        return False

    def with_call(self, body: ResultBody) -> ResultBody:
        """A result with how the call went: its beginning, its script, who was identified."""
        walk = self.script.walk
        identity = walk.identity if walk else ""
        if self.revealed and identity != "confirmed":
            identity = f"{REVEALED}{self.revealed}"
        return msgspec.structs.replace(
            body,
            started_at=self.began,
            script=walk.script_id if walk else "",
            path=walk.path if walk else (),
            identity=identity,
            factors=walk.factors if walk else (),
            missed=self.missed(body.code),
            strategy=self._strategy(),
        )

    def _strategy(self) -> str:
        """The strategy's rule that is shown, as facts keep it."""
        page = self.desk.page if self.desk else None
        guidance = page.guidance if isinstance(page, ClientPage) else None
        return guidance.assigned.written if guidance else ""
