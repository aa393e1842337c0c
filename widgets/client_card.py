"""The client card: who it is, what stands in the way, which number may be called now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from rules.clients import Client
from rules.desk import ClientPage, NoClient, PhoneView
from rules.words import tr
from widgets.formats import day, hour, masked_tax_id, moment, money, phone_number
from widgets.panel import LABEL, Panel, columns, wrapped
from widgets.shown import row, shown
from widgets.wording import (
    HOLDS,
    LANGUAGES,
    PHONE_LABELS,
    PHONE_STATUSES,
    SCORE_PARTS,
    why_no_client,
    why_not,
    word,
)

ALERT = "bold $text-error"
WARN = "$text-warning"
GOOD = "$text-success"
ROOMY = 80
"""Width from which a number that may not be called has its status beside the reason."""


class ClientCard(Panel):
    """Draws `ClientPage.client` and its phones; without a client, why there is none."""

    page: ClientPage | NoClient | None = None
    now: datetime | None = None
    _first_phone = 0

    def show(self, page: ClientPage | NoClient, now: datetime) -> None:
        """Show a page; `now` gives the hours of an empty desk their zone."""
        self.page, self.now = page, now
        self.redraw()

    def title(self) -> Content:
        """The panel's name."""
        return shown(tr("CLIENT"))

    def note(self) -> Content:
        """The client's own time, and when the client goes back to the queue."""
        page = self.page
        if not isinstance(page, ClientPage):
            return shown("")
        zone = page.client.zones[0].rpartition("/")[2].replace("_", " ") if page.client.zones else ""
        return row((hour(page.local_time), "bold"), f" {zone}")

    def lines(self, width: int) -> Sequence[Content]:
        """Name, alerts, phones, why this client, identity."""
        if isinstance(self.page, NoClient) and self.now:
            return [shown(""), *wrapped(shown(why_no_client(self.page, self.now), "bold"), width)]
        if not isinstance(self.page, ClientPage):
            return []
        page = self.page
        alerts = _alerts(page)
        head = [_name(page.client, width), *alerts]
        self._first_phone = len(head)
        numbers = [_phone(page, position, view, width) for position, view in enumerate(page.phones)]
        if not numbers:
            numbers = [shown(tr("No phone is known: find one before anything else."), ALERT)]
        return [*head, *numbers, *_about(page.client), *_why_next(page.client, width)]

    def item_at(self, line: int) -> int | None:
        """The phone on a line."""
        position = line - self._first_phone
        known = len(self.page.phones) if isinstance(self.page, ClientPage) else 0
        return position if 0 <= position < known else None


def _name(client: Client, width: int) -> Content:
    ids = [f"RFC {masked_tax_id(client.tax_id)}" if client.country == "MX" else ""] if client.tax_id else []
    ids += [word(LANGUAGES, client.language)] if client.language else []
    right = shown("  ".join(text for text in ids if text), LABEL)
    treatment = f"{client.treatment} " if client.treatment else ""
    name = shown(f"{treatment}{client.name}", "bold").truncate(
        max(8, width - right.cell_length - 2), ellipsis=True
    )
    return row(name, " " * max(1, width - name.cell_length - right.cell_length), right)


def _alerts(page: ClientPage) -> list[Content]:
    """What must be seen before the phone is picked up, the gravest first."""
    client, now = page.client, page.local_time
    found = []
    if client.do_not_contact:
        found.append(shown(f"✗ {tr('Asked not to be contacted.')}", ALERT))
    if client.hold_reason or client.hold_until:
        text = (
            tr("On hold: {reason}", reason=word(HOLDS, client.hold_reason))
            if client.hold_reason
            else tr("On hold")
        )
        if client.hold_until:
            text = tr("{reason}, until {time}", reason=text, time=moment(client.hold_until, now))
        found.append(shown(f"‖ {text}", ALERT))
    if not page.permission.allowed:
        found.append(shown(f"✗ {tr('Do not call')}: {why_not(page.permission, now)}", ALERT))
    if page.callback_due:
        found.append(
            shown(f"◷ {tr('Callback asked for {time}', time=moment(page.callback_due, now))}", f"bold {WARN}")
        )
    for promise in client.promises:
        amount = money(promise.amount, promise.currency, client.country)
        if promise.status == "broken":
            found.append(
                shown(
                    f"! {tr('Broken promise: {amount} on {day}', amount=amount, day=day(promise.due))}", ALERT
                )
            )
        elif promise.status == "open":
            found.append(
                shown(
                    f"◷ {tr('Open promise: {amount} on {day}', amount=amount, day=day(promise.due))}",
                    f"bold {WARN}",
                )
            )
    return found


def _phone(page: ClientPage, position: int, view: PhoneView, width: int) -> Content:
    phone, allowed = view.phone, view.permission.allowed
    chosen = position == page.selected_phone
    sign = ("✓", GOOD) if allowed else ("✗", "$text-error")
    verdict = tr("may be called") if allowed else why_not(view.permission, page.local_time)
    line = columns(
        [
            row(("▸" if chosen else " ", "bold $text-primary"), (f"{position + 1}", "bold"), " ☎"),
            shown(phone_number(phone.number), ("bold" if chosen else "") if allowed else LABEL),
            shown(word(PHONE_LABELS, phone.label), "" if allowed else LABEL),
        ],
        [4, 15, 10],
    )
    status = f" · {word(PHONE_STATUSES, phone.status)}" if allowed or width >= ROOMY else ""
    return row(line, " ", sign, f" {verdict}" if allowed else (f" {verdict}", "$text-error"), (status, LABEL))


def _about(client: Client) -> list[Content]:
    """Portfolio, place and e-mail in one or two lines."""
    lines = [shown(" · ".join(text for text in (client.portfolio, client.firm, client.state) if text), LABEL)]
    if client.emails:
        best = client.emails[0]
        user, _, domain = best.address.partition("@")
        lines.append(shown(f"✉ {user[:2]}···@{domain} · {word(PHONE_STATUSES, best.status)}", LABEL))
    return [line for line in lines if line]


def _why_next(client: Client, width: int) -> list[Content]:
    if not client.score_parts:
        return []
    parts = "  ".join(
        f"{word(SCORE_PARTS, name)} {points}" for name, points in client.score_parts.items() if points
    )
    return wrapped(
        row((f"{tr('Why now')} ", LABEL), (f"{client.score}", "bold"), (f" = {parts}", LABEL)), width, "  "
    )
