"""The agent's own team: who is there, what each has done today, the team's sums, the agent's place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from textual.content import Content

from rules.team import Mate, Team, Total, place, totals
from rules.words import tr
from widgets.figures import age
from widgets.formats import whole
from widgets.panel import LABEL, Panel, columns, wrapped
from widgets.shown import shown
from widgets.wording import STATE_SIGNS

STALE = timedelta(seconds=10)
"""Figures that are older say how old they are."""

WIDTHS = (-4, -4, -4, -8, -5)
"""Cells of touches, right-party contacts, promises, money and share; the name has the rest."""


class TeamPanel(Panel):
    """Draws a team as told last; `now` moves the age of figures that come no more."""

    team: Team | None = None
    now: datetime | None = None

    def show(self, team: Team | None, now: datetime) -> None:
        """Show a team as of `now`; None = nothing was heard yet."""
        self.team, self.now = team, now
        self.redraw()

    def title(self) -> Content:
        """The panel's name and the team's."""
        name = self.team.name if self.team else ""
        return shown(f"{tr('TEAM')} {name}".rstrip())

    def note(self) -> Content:
        """The age of figures that are not fresh, else the agent's place."""
        if self.team is None or self.now is None:
            return Content("")
        if self.now - self.team.at >= STALE:
            return shown(tr("{age} ago", age=age(self.now - self.team.at)), "bold $text-warning")
        own, among = place(self.team)
        return shown(tr("place {place} of {among}", place=own, among=among)) if among > 1 else Content("")

    def lines(self, width: int) -> Sequence[Content]:
        """A head, the sums, a line for each of the team."""
        if self.team is None:
            return wrapped(shown(tr("The team's figures come with the connection."), LABEL), width)
        head = (tr("tchs"), tr("RPC"), tr("PTP"), tr("recov."), tr("goal"))
        lines = [_line("", tr("agent"), head, LABEL, width)]
        sums = totals(self.team)
        for total in sums:
            name = tr("team") if len(sums) == 1 else tr("team {currency}", currency=total.currency)
            lines.append(_line("", name, _figures(total), "bold", width))
        return [*lines, *(self._mate(mate, width) for mate in self.team.mates)]

    def _mate(self, mate: Mate, width: int) -> Content:
        own = self.team is not None and mate.name == self.team.me
        signs = f"{'▸' if own else ' '}{STATE_SIGNS.get(mate.state, '?')}"
        style = "bold" if own else LABEL if mate.state == "offline" else ""
        return _line(signs, mate.display_name or mate.name, _figures(mate), style, width)


def _figures(one: Mate | Total) -> Sequence[object]:
    """Touches, right-party contacts, promises, money, and how much of the goal is in, in whole per cent."""
    share = f"{100 * one.recovered // one.goal} %" if one.goal else "–"
    return one.touches, one.rpc, one.promises, whole(one.recovered), share


def _line(signs: str, name: str, figures: Sequence[object], style: str, width: int) -> Content:
    """Own mark and state, the name, the figures at the right."""
    rest = width - 2 - sum(abs(size) for size in WIDTHS) - len(WIDTHS) - 1
    cells = [shown(text, style) for text in (signs, name, *figures)]
    return columns(cells, [2, max(4, rest), *WIDTHS])
