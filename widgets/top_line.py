"""The top line: who works, on what, how the link is, how the day goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from rules.desk import Figures, Header
from rules.words import tr
from widgets.formats import hour, lasting, moment, spark, whole
from widgets.shown import drawn, row, shown
from widgets.wording import LINKS, STATES, word

LINK_SIGNS = {
    "online": ("●", "$text-success"),
    "connecting": ("◌", "$text-warning"),
    "offline": ("○", "$text-warning"),
}
REFUSED_SIGN = ("✗", "$text-error")
SEPARATOR = " ─ "
WORTH_SAYING = timedelta(minutes=1)
"""How long facts wait on a good line before it is said since when: each save waits for a moment."""


class TopLine(Widget):
    """One line from a `Header`; the least important parts go first when it is narrow."""

    DEFAULT_CSS = """
    TopLine { height: 1; width: 1fr; text-wrap: nowrap; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._line = Content("")
        self._value: tuple[Header, datetime] | None = None

    def show(self, header: Header, now: datetime) -> None:
        """Show a header as of `now`, in the zone that `now` carries."""
        self._value = (header, now)
        self.redraw()

    def redraw(self) -> None:
        """Draw again; nothing is sent to the terminal when the words are the same."""
        if self._value is None or not self.size.width:
            return
        line = top_line(*self._value, self.size.width)
        if not line.is_same(self._line):
            self._line = line
            self.refresh()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """The line as last drawn."""
        return drawn(self._line, self)


def top_line(header: Header, now: datetime, width: int) -> Content:
    """The header's parts in order, the clock at the end; the least needed go when room is short."""
    clock = row((hour(now), "bold"), " ")
    warning = tr("practice") if header.training else "!" if header.clock_note else ""
    if warning:
        clock = row((warning, "bold $text-warning"), " ", clock)
    state = row((word(STATES, header.state).upper(), "bold"), f" {lasting(now - header.state_since)}")
    figures = [_figures(header.figures), _counts(header.figures), _brief(header.figures)]
    # How soon each part goes, and the part: the link stays to the last.
    parts = [
        (2, row((header.agent, "bold"))),
        (1, _unread(header)),
        (5, shown(header.portfolio, "$text-muted")),
        (0, _link(header, now)),
        (1, state),
        (4, figures[0]),
        (6, shown(spark(header.figures.hours), "$text-primary")),
        (5, shown(header.clock_note, "$text-warning")),
    ]
    parts = [(worth, part) for worth, part in parts if part]
    room = width - clock.cell_length - 2
    while len(parts) > 1 and _length(parts) > room:
        place = max(range(len(parts)), key=lambda place: parts[place][0])
        if parts[place][1] is figures[0] and figures[1:]:
            del figures[0]
            parts[place] = (3, figures[0])
        else:
            del parts[place]
    line = row(" ", shown(SEPARATOR, "$panel-rule").join(part for _, part in parts), " ")
    gap = max(0, width - line.cell_length - clock.cell_length)
    rule = ("─" * (gap - 1), "$panel-rule") if gap > 2 else ""
    return row(line, rule, " " * (min(1, gap) if rule else gap), clock)


def _length(parts: list[tuple[int, Content]]) -> int:
    return sum(part.cell_length for _, part in parts) + len(SEPARATOR) * (len(parts) - 1)


def _link(header: Header, now: datetime) -> Content:
    sign, style = LINK_SIGNS.get(header.link, REFUSED_SIGN)
    waiting = f" ↑{header.waiting}"
    since = header.waiting_since
    if header.waiting and since and (header.link != "online" or now - since >= WORTH_SAYING):
        waiting += f" {tr('since {time}', time=moment(since, now))}"
    refused = (f" ✗{header.quarantined}", "bold $text-error") if header.quarantined else ""
    busy = "bold $text-warning" if header.waiting else "$text-muted"
    return row((f"{sign} {word(LINKS, header.link)}", style), (waiting, busy), refused)


def _unread(header: Header) -> Content:
    """How many messages are unread; an urgent one among them stands out by a sign, too."""
    if not header.unread:
        return Content("")
    if header.urgent:
        return shown(f"✉{header.unread}!", "bold $text-warning")
    return shown(f"✉{header.unread}", "bold")


def _counts(figures: Figures) -> Content:
    """The day's figures without its money."""
    return shown(
        tr(
            "{touches} calls  {rpc} RPC  {promises} PTP",
            touches=figures.touches,
            rpc=figures.rpc,
            promises=figures.promises,
        )
    )


def _brief(figures: Figures) -> Content:
    """Calls, right-party contacts and promises, and how much of the goal is in, where room is short."""
    share = f" {100 * figures.recovered // figures.goal} %" if figures.goal else ""
    return shown(f"{figures.touches}·{figures.rpc}·{figures.promises}{share}")


def _figures(figures: Figures) -> Content:
    made = tr(
        "{touches} calls  {rpc} RPC  {promises} PTP {promised}",
        touches=figures.touches,
        rpc=figures.rpc,
        promises=figures.promises,
        promised=whole(figures.promised),
    )
    goal = f"/{whole(figures.goal)}" if figures.goal else ""
    return row(made, " · ", (whole(figures.recovered), "bold"), (goal, "$text-muted"))
