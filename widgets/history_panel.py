"""The history: what was said, promised and paid, newest first; filtered and paged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from textual.content import Content

from rules.catalogue import Catalogue
from rules.clients import HistoryEntry
from rules.desk import HistoryPage
from rules.words import language, tr, trn
from widgets.formats import MASK, day, hour, money, without_money
from widgets.panel import LABEL, Panel, columns
from widgets.shown import row, shown
from widgets.wording import PROMISE_STATUSES, word

STATUS_STYLES = {
    "kept": "$text-success",
    "partial": "$text-warning",
    "broken": "bold $text-error",
    "open": "$text-warning",
}
WORDY = 88
"""Width from which a code is followed by its name."""


class HistoryPanel(Panel):
    """Draws a `HistoryPage`. Moving past the last entry at hand asks for more."""

    found = HistoryPage(entries=(), matching=0, offset=0)
    zone: tzinfo | None = None
    country = ""
    filter = ""
    catalogue: Catalogue | None = None

    def show(self, found: HistoryPage, zone: tzinfo | None, filter: str = "", *, hidden: bool) -> None:
        """Show some entries, hours in `zone`, and the filter that they match; `hidden` masks amounts."""
        self.hidden = hidden
        self.found, self.zone, self.filter = found, zone, filter
        self.redraw()

    def title(self) -> Content:
        """The panel's name and its filter."""
        name = shown(tr("HISTORY"))
        return row(name, f" «{self.filter}»") if self.filter else name

    def note(self) -> Content:
        """How many entries match."""
        if not self.found.matching:
            return shown("")
        return shown(trn("{number} entry", "{number} entries", self.found.matching))

    def lines(self, width: int) -> Sequence[Content]:
        """One line for each entry."""
        if not self.found.entries:
            return [shown(tr("Nothing matches.") if self.filter else tr("No history yet."), LABEL)]
        return [self._entry(entry, width) for entry in self.found.entries]

    def at_end(self) -> bool:
        """Whether the last entry at hand is on the screen while more match."""
        at_hand = len(self.found.entries)
        return at_hand < self.found.matching and self.top + self.size.height >= at_hand

    def extend(self, more: HistoryPage) -> None:
        """Add entries that follow the ones at hand."""
        entries = (*self.found.entries, *more.entries)
        self.found = HistoryPage(entries=entries, matching=more.matching, offset=0)
        self.count = len(entries)  # the next key may come before the panel is drawn
        self.redraw()

    def _entry(self, entry: HistoryEntry, width: int) -> Content:
        at = entry.at.astimezone(self.zone)
        retracted = entry.status == "retracted"
        strong = "strike $text-muted" if retracted else "bold"
        what = [shown(entry.code, strong)]
        result = self.catalogue.results.get(entry.code) if self.catalogue and width >= WORDY else None
        if result:
            what.append(shown(result.label(language()), LABEL))
        if entry.amount is not None:
            amount = MASK if self.hidden else money(entry.amount, entry.currency, self.country)
            what.append(shown(amount))
        if entry.due:
            what.append(shown(day(entry.due)))
        if entry.channel:
            what.append(shown(entry.channel, LABEL))
        if entry.status:
            what.append(
                shown(f"→ {word(PROMISE_STATUSES, entry.status)}", STATUS_STYLES.get(entry.status, LABEL))
            )
        if entry.note:
            what.append(shown(without_money(entry.note) if self.hidden else entry.note, LABEL))
        cells = [shown(f"{day(at)} {hour(at)}", LABEL), Content(" ").join(what), shown(entry.agent, LABEL)]
        return columns(cells, [12, max(1, width - 12 - 8 - 2), 8])
