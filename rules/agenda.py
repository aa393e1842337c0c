"""The agenda: what is due about a client, and when it is to be shown as what.

Hub and workstation both derive it from the client with these functions, so they agree.
Days are the client's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta

import msgspec

from rules.clients import Account, Callback, Client, Promise, Task
from rules.contact_parameters import ContactParameters
from rules.desk import AgendaItem
from rules.promises import reminder_day, superseded
from rules.zones import instant, local_day

KINDS = (
    "promise_broken",
    "callback",
    "promise_today",
    "promise_partial",
    "task",
    "reminder",
    "promise_tomorrow",
)
"""What an item can be, the most urgent first."""

BROKEN_DAYS = 7
"""How long after its due day a promise that was broken, or kept in part, stays in the agenda."""


def of_client(
    client: Client, agent: str, p: ContactParameters, covers: Collection[str] = ()
) -> Iterator[AgendaItem]:
    """What an agent has to see to about a client: own promises, and anyone's callbacks and tasks.

    covers: names of absent colleagues, whose promises and callbacks are the agent's meanwhile.
    """
    zone = (client.zones or p.default_zones)[0]
    for callback in client.callbacks:
        if callback.agent in (None, agent, *covers):
            yield _of(callback.agent, covers, of_callback(client, callback, zone))
    for promise in client.promises:
        if promise.agent in ("", agent, *covers) and not superseded(client, promise):
            yield _of(promise.agent, covers, of_promise(client, promise, zone, p))
    for task in client.tasks:
        if task.status == "open" and task.agent in ("", agent):
            yield _of_task(client, task, zone)


def _of(agent: str | None, covers: Collection[str], item: AgendaItem) -> AgendaItem:
    """The item, with the name of whose it is if that is a colleague."""
    return msgspec.structs.replace(item, agent=agent) if agent in covers else item


def of_callback(client: Client, callback: Callback, zone: str) -> AgendaItem:
    """A callback that the client asked for."""
    return AgendaItem(
        id=callback.id,
        kind="callback",
        client_id=client.id,
        client=client.name,
        at=callback.due_at,
        zone=zone,
        about=callback.note,
    )


def of_promise(client: Client, promise: Promise, zone: str, p: ContactParameters) -> AgendaItem:
    """A promise, with what is still missing of it."""
    return AgendaItem(
        id=promise.id,
        kind="promise_today",
        client_id=client.id,
        client=client.name,
        at=_end_of(promise.due, zone),
        zone=zone,
        due=promise.due,
        status=promise.status,
        remind_on=reminder_day(promise.due, p) if p.promise_reminder != "none" else None,
        account=_account(client, promise.account_id),
        amount=promise.amount - promise.paid,
        currency=promise.currency,
    )


def _of_task(client: Client, task: Task, zone: str) -> AgendaItem:
    return AgendaItem(
        id=task.id,
        kind="task",
        client_id=client.id,
        client=client.name,
        at=_end_of(task.due, zone),
        zone=zone,
        due=task.due,
        account=_account(client, task.account_id),
        about=task.kind,
    )


def _end_of(day: date, zone: str) -> datetime:
    return instant(day, time(23, 59), zone)


def _account(client: Client, account_id: int | None) -> Account | None:
    return next((account for account in client.accounts if account.id == account_id), None)


def as_of(item: AgendaItem, now: datetime) -> AgendaItem | None:
    """The item as what it is now; None when it does not belong in today's agenda.

    Callbacks and tasks of today, tomorrow and before; promises that fall due today or
    tomorrow, from their reminder on, or that were broken or kept in part of late.
    """
    today = local_day(now, item.zone)
    tomorrow = today + timedelta(days=1)
    if item.kind == "callback":
        return item if local_day(item.at, item.zone) <= tomorrow else None
    if item.due is None:
        return None
    if item.kind == "task":
        return item if item.due <= tomorrow else None
    kind = _promise_kind(item, item.due, today)
    return msgspec.structs.replace(item, kind=kind) if kind else None


def _promise_kind(item: AgendaItem, due: date, today: date) -> str:
    if item.status in ("broken", "partial"):
        return f"promise_{item.status}" if (today - due).days <= BROKEN_DAYS else ""
    if item.status != "open" or due < today:
        return ""
    if due == today:
        return "promise_today"
    if item.remind_on is not None and item.remind_on <= today:
        return "reminder"
    return "promise_tomorrow" if due == today + timedelta(days=1) else ""


def urgency(item: AgendaItem, now: datetime) -> tuple[int, datetime, int]:
    """By what items are sorted: callbacks that are overdue, then by kind, then by time."""
    late = item.kind == "callback" and item.at <= now
    return (-1 if late else KINDS.index(item.kind), item.at, item.client_id)
