from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from rules.agenda import KINDS, as_of, of_client, urgency
from rules.clients import Callback, Promise, Task
from rules.contact import parameters
from rules.desk import AgendaItem
from tests.rules.examples import FRIDAY_10_IN_MEXICO, client

NOW = FRIDAY_10_IN_MEXICO
TODAY = date(2026, 11, 20)


def promise(days: int, status: str = "open", **changes: Any) -> Promise:
    made = NOW - timedelta(days=10)
    fields = {"id": f"p{days}", "account_id": 70, "made": made, "due": TODAY + timedelta(days=days)}
    return Promise(
        **(fields | {"amount": 100_00, "currency": "MXN", "status": status, "agent": "ana"} | changes)
    )


def due(*, now: datetime = NOW, reminder: str = "agenda", **changes: Any) -> list[AgendaItem]:
    p = parameters("MX", {"promise.reminder": reminder})
    shown = (as_of(item, now) for item in of_client(client(**changes), "ana", p))
    return sorted((item for item in shown if item is not None), key=lambda item: urgency(item, now))


@pytest.mark.parametrize(
    ("days", "status", "kind"),
    [
        (0, "open", "promise_today"),
        (1, "open", "reminder"),
        (2, "open", None),
        (-1, "open", None),  # its days of grace run; nothing is to be done
        (-2, "broken", "promise_broken"),
        (-7, "partial", "promise_partial"),
        (-8, "broken", None),
        (-2, "kept", None),
        (1, "cancelled", None),
    ],
)
def test_a_promise_is_due_soon_or_was_broken_of_late(days: int, status: str, kind: str | None) -> None:
    items = due(promises=(promise(days, status, paid=10_00),))
    assert [item.kind for item in items] == ([kind] if kind else [])
    assert all(item.amount == 90_00 for item in items)


def test_a_reminder_comes_on_the_last_calling_day_and_stays_until_the_promise_is_due() -> None:
    monday = (promise(3),)
    kinds = [[item.kind for item in due(promises=monday, now=NOW + timedelta(days=n))] for n in range(4)]
    assert kinds == [[], ["reminder"], ["reminder"], ["promise_today"]]  # Friday to Monday
    assert [item.kind for item in due(promises=(promise(1),), reminder="none")] == ["promise_tomorrow"]
    assert due(promises=monday, reminder="none", now=NOW + timedelta(days=1)) == []


def test_days_are_those_of_the_client() -> None:
    night = datetime(2026, 11, 21, 7, 30, tzinfo=NOW.tzinfo)  # 01:30 on Saturday in Mexico City
    assert [item.kind for item in due(promises=(promise(1),), now=night)] == ["promise_today"]
    west = due(promises=(promise(1),), zones=("America/Tijuana",), now=night)
    assert [(item.kind, item.zone) for item in west] == [("reminder", "America/Tijuana")]


def test_only_what_the_agent_has_to_see_to() -> None:
    found = due(
        promises=(promise(0, agent="beto"), promise(1, id="q", agent="")),
        callbacks=(
            Callback(id="a", due_at=NOW, agent="beto"),
            Callback(id="b", due_at=NOW + timedelta(hours=1)),
            Callback(id="c", due_at=NOW + timedelta(days=2), agent="ana"),
        ),
        tasks=(
            Task(id="t", kind="verify_payment", due=TODAY, agent="ana"),
            Task(id="u", kind="reminder", due=TODAY, agent="beto"),
            Task(id="v", kind="reminder", due=TODAY + timedelta(days=2)),
            Task(id="w", kind="reminder", due=TODAY, status="done"),
        ),
    )
    assert [item.id for item in found] == ["b", "t", "q"]


def test_what_was_promised_anew_takes_a_broken_promise_out() -> None:
    broken = promise(-2, "broken")
    again = promise(2, id="new", made=NOW - timedelta(hours=1))
    other = msgspec.structs.replace(again, account_id=71)
    assert due(promises=(broken, again)) == []
    assert [item.id for item in due(promises=(broken, other))] == [broken.id]


def test_a_callback_that_is_overdue_goes_before_everything() -> None:
    found = due(
        promises=(promise(-2, "broken"), promise(0), promise(-3, "partial", id="r")),
        callbacks=(
            Callback(id="late", due_at=NOW - timedelta(minutes=1), agent="ana"),
            Callback(id="soon", due_at=NOW + timedelta(hours=1), agent="ana"),
        ),
        tasks=(Task(id="t", kind="reminder", due=TODAY),),
    )
    assert [item.kind for item in found] == [
        "callback",
        "promise_broken",
        "callback",
        "promise_today",
        "promise_partial",
        "task",
    ]
    assert found[0].id == "late"
    assert {item.kind for item in found} < set(KINDS)


def test_what_was_kept_is_shown_as_what_it_is_by_now() -> None:
    p = parameters("MX")
    (item,) = of_client(client(promises=(promise(1),)), "ana", p)
    kept = msgspec.json.decode(msgspec.json.encode(item), type=AgendaItem)
    days = [as_of(kept, NOW + timedelta(days=n)) for n in range(3)]
    assert [one.kind if one else None for one in days] == ["reminder", "promise_today", None]
