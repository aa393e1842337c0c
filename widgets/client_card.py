"""The client card: who it is, what stands in the way, which number may be called now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from textual.content import Content

from rules.authority import GRANTED
from rules.clients import Case, Client, Promise, Request
from rules.desk import ClientPage, NoClient, PhoneView
from rules.points import Point, retired
from rules.requests import offered
from rules.searching import open_search
from rules.words import tr, trn
from widgets.case_lines import headline
from widgets.cover_line import claim_caution, cover_line, lapses_today
from widgets.formats import MASK, day, hour, lasting, masked_tax_id, moment, money, phone_number
from widgets.panel import LABEL, Panel, columns, wrapped
from widgets.point_lines import USES, consents, last_call, search_words, summary
from widgets.shown import row, shown
from widgets.terms_lines import phrase
from widgets.wording import (
    HOLDS,
    ISSUES,
    LANGUAGES,
    LEVELS,
    PHONE_LABELS,
    PHONE_STATUSES,
    POLICY_KINDS,
    SCORE_PARTS,
    rule_words,
    why_no_client,
    why_not,
    word,
)

ALERT = "bold $text-error"
WARN = "$text-warning"
GOOD = "$text-success"
ANSWERED = timedelta(days=7)
"""How long the card tells the answer to a case."""

ROOMY = 80
"""Width from which a number that may not be called has its status beside the reason."""


class ClientCard(Panel):
    """Draws `ClientPage.client` and its phones; without a client, why there is none."""

    page: ClientPage | NoClient | None = None
    now: datetime | None = None
    _first_phone = 0

    def show(self, page: ClientPage | NoClient, now: datetime, *, hidden: bool) -> None:
        """Show a page; `now` gives the hours of an empty desk their zone, `hidden` masks amounts."""
        self.hidden = hidden
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
        alerts = _alerts(page, hidden=self.hidden)
        head = [_name(page.client, width), *alerts]
        self._first_phone = len(head)
        numbers = [_phone(page, position, view, width) for position, view in enumerate(page.phones)]
        if not numbers and not page.searched:
            numbers = [shown(tr("No phone is known: find one before anything else."), ALERT)]
        records = _more_records(page.client, page.local_time)
        return [*head, *numbers, *records, *_about(page.client), *_why_next(page.client, width)]

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


def _alerts(page: ClientPage, *, hidden: bool) -> list[Content]:
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
    found += _lapsing(client, now)
    if any(claim.status == "open" for policy in client.policies for claim in policy.claims):
        found.append(shown(f"! {claim_caution()}", f"bold {WARN}"))
    if search := open_search(client) if page.searched else None:
        said = f"{tr('No number to call: find one')} · {search_words(search)}"
        found.append(shown(f"⌕ {said}", ALERT))
    found += [shown(f"! {rule_words(one.rule)}", f"bold {WARN}") for one in page.care]
    if page.callback_due:
        found.append(
            shown(f"◷ {tr('Callback asked for {time}', time=moment(page.callback_due, now))}", f"bold {WARN}")
        )
    found += _top_case(client, now)
    for promise in client.promises:
        amount = MASK if hidden else money(promise.amount, promise.currency, client.country)
        if promise.status == "broken":
            found.append(
                shown(
                    f"! {tr('Broken promise: {amount} on {day}', amount=amount, day=day(promise.due))}", ALERT
                )
            )
        elif promise.status == "open":
            found.append(
                shown(
                    f"◷ {tr('Open promise: {amount} on {day}', amount=amount, day=day(promise.due))}"
                    f"{_for_receipts(promise, client)}",
                    f"bold {WARN}",
                )
            )
    return found + [
        _asked(request, page, hidden=hidden)
        for request in client.requests
        if request.status == "open" or request.status in GRANTED
    ]


def _lapsing(client: Client, now: datetime) -> list[Content]:
    """The policies whose cover ends today, the hour and what is left of it."""
    lines = [(policy, cover_line(policy, now)) for policy in client.policies if lapses_today(policy, now)]
    return [row(line, (f" · {word(POLICY_KINDS, policy.kind)}", LABEL)) for policy, line in lines if line]


def _for_receipts(promise: Promise, client: Client) -> str:
    """The premium receipts that a promise is for, where it names some."""
    numbers = [
        f"{receipt.number}/{receipt.of}"
        for policy in client.policies
        for receipt in policy.receipts
        if receipt.id in promise.receipts
    ]
    if not numbers:
        return ""
    named = trn("receipt {numbers}", "receipts {numbers}", len(numbers), numbers=", ".join(numbers))
    return f" · {named}"


def _asked(request: Request, page: ClientPage, *, hidden: bool) -> Content:
    """A request that waits for its answer, of whom and how long; or what was granted and until when."""
    terms = offered(request)
    said = MASK if hidden else phrase(terms, page.client.country)
    if request.status in GRANTED:
        until = day(terms.valid_until) if terms.valid_until else "…"
        who = request.answered_by
        return shown(f"✓ {tr('Granted by {who} until {day}: {terms}', who=who, day=until, terms=said)}", GOOD)
    level, waited = word(LEVELS, request.level), lasting(page.local_time - request.asked)
    asked = tr("Asked {level} {time} h ago: {terms}", level=level, terms=said, time=waited)
    return shown(f"… {asked}", f"bold {WARN}")


def _cases(client: Client, now: datetime) -> list[Case]:
    """Open cases, the one due first on top, then those answered of late."""
    waiting = sorted(
        (case for case in client.cases if case.status == "open"), key=lambda case: case.due or date.max
    )
    answered = (case for case in client.cases if case.closed is not None and now - case.closed < ANSWERED)
    return [*waiting, *answered]


def _top_case(client: Client, now: datetime) -> list[Content]:
    """The case to know of before the call; the others stand below the phones."""
    cases = _cases(client, now)
    if not cases:
        return []
    more = (f" +{len(cases) - 1}", "bold") if len(cases) > 1 else ""
    return [row(headline(cases[0], now, _zone(client), amounts=False), more)]


def _more_records(client: Client, now: datetime) -> list[Content]:
    """The other cases, and data that can't be right."""
    zone = _zone(client)
    lines = [headline(case, now, zone, amounts=False) for case in _cases(client, now)[1:]]
    wrong = sorted({word(ISSUES, one.issue) for one in client.inconsistencies if one.status == "open"})
    if wrong:
        lines.append(shown(f"! {tr('Data in doubt: {issues}', issues=', '.join(wrong))}", WARN))
    return lines


def _zone(client: Client) -> str:
    return client.zones[0] if client.zones else "UTC"


def _phone(page: ClientPage, position: int, view: PhoneView, width: int) -> Content:
    phone, allowed = view.phone, view.permission.allowed
    chosen = position == page.selected_phone
    sign = ("✓", GOOD) if allowed else ("✗", "$text-error")
    verdict = tr("may be called") if allowed else why_not(view.permission, page.local_time)
    if phone.use == "validate":
        verdict = word(USES, phone.use)
    line = columns(
        [
            row(("▸" if chosen else " ", "bold $text-primary"), (f"{position + 1}", "bold"), " ☎"),
            shown(phone_number(phone.number), ("bold" if chosen else "") if allowed else LABEL),
            shown(word(PHONE_LABELS, phone.label), "" if allowed else LABEL),
        ],
        [4, 15, 10],
    )
    status = f" · {word(PHONE_STATUSES, phone.status)}" if allowed or width >= ROOMY else ""
    if allowed and view.permission.rule:
        status = f" · {rule_words(view.permission.rule)}"
    told = (consents(phone), last_call(phone, page.client, page.local_time))
    known = "".join(f" · {text}" for text in told if text)
    said = f" {verdict}" if allowed else (f" {verdict}", "$text-error")
    return row(line, " ", sign, said, (status + known, LABEL))


def _about(client: Client) -> list[Content]:
    """Portfolio and place, then the e-mails and addresses."""
    lines = [shown(" · ".join(text for text in (client.portfolio, client.firm, client.state) if text), LABEL)]
    points: tuple[Point, ...] = (*client.emails, *client.addresses)
    lines += [summary(point, LABEL) for point in points if not retired(point)]
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
