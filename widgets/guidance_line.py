"""The strategy in force on the account, in as many words as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rules.desk import Guidance
from rules.words import language, mark, tr
from widgets.panel import LABEL
from widgets.shown import row, shown
from widgets.wording import word

CHANNELS = {
    "call": mark("call"),
    "sms": mark("SMS"),
    "whatsapp": mark("WhatsApp"),
    "email": mark("e-mail"),
    "letter": mark("letter"),
    "visit": mark("visit"),
}
"""Channels in words."""

WORTH_CUTTING = 16
"""Cells from which on a part that does not fit is begun and cut."""


def guidance_line(guidance: Guidance, offers: Sequence[str], width: int) -> Content:
    """Rule, hours and number of the attempt first; script and offers where there is room for them."""
    assigned, plan = guidance.assigned, guidance.assigned.plan
    name = assigned.en if language() == "en" else assigned.es
    parts = [_call(plan.hours) if plan.calls else tr("no call: {channel}", channel=_channel(plan.channels))]
    if plan.per_day:
        parts.append(tr("attempt {n} of {most}", n=guidance.tried + 1, most=plan.per_day))
    if plan.script:
        parts.append(tr("script {name}", name=plan.script))
    if offers:
        parts.append(tr("offers: {names}", names=", ".join(offers)))
    line = row((f"» {name}", "bold $text-primary"))
    for part in filter(None, parts):
        longer = row(line, (f" · {part}", LABEL))
        if longer.cell_length > width:
            cut = longer.truncate(width, ellipsis=True)
            return cut if width - line.cell_length >= WORTH_CUTTING else line
        line = longer
    return line if line.cell_length <= width else shown("")


def _call(hours: str) -> str:
    return tr("call {hours}", hours=hours.replace("-", "–").replace(":00", "")) if hours else ""


def _channel(channels: tuple[str, ...]) -> str:
    return word(CHANNELS, channels[0])
