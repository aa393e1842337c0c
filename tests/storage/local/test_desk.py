from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from rules.clients import Callback, Client, HistoryEntry, Phone, Promise
from rules.desk import ClientPage, NoClient, Refused, Saved
from rules.facts import ResultBody
from storage.local.desk import LocalDesk

if TYPE_CHECKING:
    from screens.desk_service import DeskService

Make = Callable[..., Client]
Station = Any


def result(client: Client, code: str = "NOCO", **fields: Any) -> ResultBody:
    return ResultBody(
        client_id=client.id, account_id=client.accounts[0].id, code=code, phone=f"{client.id}a", **fields
    )


def promise(client: Client, amount: int = 150_000, **fields: Any) -> ResultBody:
    due = fields.pop("due", date(2026, 11, 26))
    return result(
        client, "PPT", amount=amount, due=due, channel="spei", reason="OLVIDO", currency="MXN", **fields
    )


def saved(answer: Saved | Refused) -> Saved:
    assert isinstance(answer, Saved), answer
    return answer


def page(station: Station) -> ClientPage:
    found = station.desk.desk().page
    assert isinstance(found, ClientPage), found
    return found


def test_it_is_the_service_that_the_screens_ask_for(station: Station) -> None:
    desk: DeskService = LocalDesk(station.store)
    assert desk.catalogue().results["PPT"].has("P")


def test_the_highest_score_is_offered_first_and_a_due_callback_before_it(
    station: Station, a_client: Make
) -> None:
    station.lease(a_client(1, score=10), a_client(2, score=500), a_client(3, score=90))
    station.lease(a_client(4, score=1), callback_due=station.hub_now + timedelta(minutes=1))
    assert station.on_desk() == 2
    station.clock.pass_time(90)
    order = []
    for _ in range(4):
        order.append(station.on_desk())
        saved(station.desk.skip("later"))
    assert order == [2, 4, 3, 1]


def test_a_save_shows_the_next_client_and_puts_the_fact_in_the_outbox(
    station: Station, a_client: Make
) -> None:
    first, second = a_client(1, score=2), a_client(2, score=1)
    (lease, _) = station.lease(first, second)
    station.on_desk()
    answer = saved(station.desk.save(promise(first)))
    assert isinstance(answer.desk.page, ClientPage)
    assert answer.desk.page.client.id == 2
    assert answer.desk.header.waiting == 1
    (event,) = station.store.outbox()
    assert (event.id, event.seq, event.kind) == (answer.fact_id, 1, "result")
    assert (event.lease_id, event.lease_token) == (lease.lease_id, lease.token)
    assert event.body["amount"] == 150_000
    assert station.sent == [None]


def test_the_context_is_the_selected_accounts(station: Station, a_client: Make) -> None:
    station.lease(a_client(1))
    assert page(station).selected_account == 10
    context = station.desk.capture_context()
    assert context is not None
    assert (context.due, context.total, context.minimum, context.account_id) == (150_000, 900_000, 50_000, 10)
    assert (context.phones, context.selected_phone) == (("1a", "1b"), "1a")
    assert context.now.isoformat() == "2026-11-24T10:00:00-06:00"
    assert context.last_promise_date == date(2026, 11, 29)
    station.desk.select_account(11)
    station.desk.select_account(999)
    context = station.desk.capture_context()
    assert context is not None
    assert (context.account_id, context.due) == (11, 0)
    assert page(station).selected_account == 11


def test_without_a_client_there_is_nothing_to_capture(station: Station) -> None:
    assert station.desk.capture_context() is None
    assert station.desk.history().entries == ()
    assert station.desk.skip("later") == Refused(code="no_client")
    assert station.desk.select_phone(0) == Refused(code="no_client")


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("not_on_desk", ResultBody(client_id=2, code="NOCO")),
        ("unknown_code", ResultBody(client_id=1, code="XXXX")),
        ("unknown_code", ResultBody(client_id=1, code="REGU")),
        ("missing_field", ResultBody(client_id=1, account_id=10, code="PPT")),
        ("card_number_in_note", ResultBody(client_id=1, code="NOCO", note="4111 1111 1111 1111")),
        (
            "amount_above_total",
            ResultBody(
                client_id=1,
                account_id=10,
                code="PPT",
                amount=900_001,
                due=date(2026, 11, 25),
                channel="spei",
                reason="OLVIDO",
            ),
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    station: Station, a_client: Make, code: str, body: ResultBody
) -> None:
    station.lease(a_client(1, score=2), a_client(2, score=1))
    before = station.desk.desk()
    answer = station.desk.save(body)
    assert isinstance(answer, Refused)
    assert answer.code == code
    assert station.desk.desk() == before
    assert station.store.outbox() == []


def test_skips_want_a_known_reason_and_no_card_number(station: Station, a_client: Make) -> None:
    station.lease(a_client(1))
    station.on_desk()
    for reason, note, code in (
        ("whatever", "", "unknown_reason"),
        ("other", "4111-1111-1111-1111", "card_number_in_note"),
        ("other", "cvv 123", "card_code_in_note"),
    ):
        answer = station.desk.skip(reason, note)
        assert isinstance(answer, Refused)
        assert answer.code == code
    saved(station.desk.skip("other", "habla\x1b[31m después"))
    assert station.store.outbox()[0].body == {"client_id": 1, "reason": "other", "note": "habla[31m después"}


def test_numbers_that_may_not_be_called_can_not_be_chosen(station: Station, a_client: Make) -> None:
    phones = (
        Phone(id="p", number="+525555000001", status="equivocado"),
        Phone(id="q", number="+525555000002"),
        Phone(id="r", number="+525555000003"),
    )
    station.lease(a_client(1, phones=phones))
    assert page(station).selected_phone == 1
    refused = station.desk.select_phone(0)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.params["rule"]) == ("not_callable", "mx.contact_point.status")
    assert isinstance(station.desk.select_phone(7), Refused)
    chosen = station.desk.select_phone(2)
    assert isinstance(chosen, ClientPage)
    assert chosen.selected_phone == 2
    assert page(station).selected_phone == 2


def test_clients_out_of_their_hours_wait_and_say_until_when(station: Station, a_client: Make) -> None:
    station.clock.at = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
    station.lease(a_client(1, zones=("America/Tijuana",), score=9))
    found = station.desk.desk().page
    assert found == NoClient(why="out_of_hours", until=datetime(2026, 11, 24, 15, 0, tzinfo=UTC))
    station.lease(a_client(2, zones=("America/Cancun",)))
    assert station.on_desk() == 2


def test_an_empty_desk_says_why(station: Station) -> None:
    until = station.hub_now + timedelta(hours=1)
    assert station.desk.desk().page == NoClient(why="empty")
    station.give([], waiting="out_of_hours", until=until)
    assert station.desk.desk().page == NoClient(why="out_of_hours", until=until)
    station.give([], waiting="empty")
    assert station.desk.desk().page == NoClient(why="empty")
    station.store.set_link("offline")
    assert station.desk.desk().page == NoClient(why="offline")
    station.reopen()
    assert station.desk.desk().page == NoClient(why="connecting")


def test_the_days_figures_follow_results_and_what_is_taken_back(station: Station, a_client: Make) -> None:
    station.sign_in(daily_goal=4_000_000)
    clients = [a_client(n, score=10 - n) for n in range(1, 5)]
    station.lease(*clients)
    station.on_desk()
    saved(station.desk.save(result(clients[0], "NOCO")))
    saved(station.desk.skip("later"))
    station.clock.pass_time(3600)
    station.lease(clients[2])
    station.on_desk()
    saved(station.desk.save(promise(clients[2])))
    figures = station.desk.header().figures
    assert (figures.touches, figures.contacts, figures.rpc) == (2, 1, 1)
    assert (figures.promises, figures.promised, figures.goal) == (1, 150_000, 4_000_000)
    assert figures.hours == (1, 1)
    saved(station.desk.undo())
    figures = station.desk.header().figures
    assert (figures.touches, figures.rpc, figures.promises, figures.promised) == (1, 0, 0, 0)
    station.clock.pass_time(24 * 3600)
    assert station.desk.header().figures.touches == 0


def test_the_agents_state_is_a_fact(station: Station) -> None:
    assert station.desk.header().state == "available"
    station.clock.pass_time(60)
    header = station.desk.set_state("break")
    assert (header.state, header.state_since) == ("break", station.hub_now)
    station.desk.set_state("break")
    assert [(e.kind, e.body, e.lease_id) for e in station.store.outbox()] == [
        ("state", {"state": "break"}, None)
    ]
    with pytest.raises(ValueError, match="unknown state 'asleep'"):
        station.desk.set_state("asleep")


def test_history_is_filtered_and_paged_newest_first(station: Station, a_client: Make) -> None:
    entries = tuple(
        HistoryEntry(
            id=str(n),
            at=station.hub_now - timedelta(days=n),
            code="NOCO" if n % 2 else "PPT",
            agent="luis",
            note="Mañana paga" if n == 4 else "",
        )
        for n in range(10)
    )
    station.lease(a_client(1, history=entries))
    station.on_desk()
    assert [entry.id for entry in station.desk.history(limit=3).entries] == ["0", "1", "2"]
    found = station.desk.history("noco", offset=1, limit=2)
    assert ([entry.id for entry in found.entries], found.matching, found.offset) == (["3", "5"], 5, 1)
    assert [entry.id for entry in station.desk.history("MANANA").entries] == ["4"]
    assert station.desk.history("luis").matching == 10


def test_the_agenda_tells_of_clients_at_hand_and_of_own_work(station: Station, a_client: Make) -> None:
    now = station.hub_now
    broken = Promise(
        id="b", account_id=10, made=now, due=date(2026, 11, 20), amount=100, currency="MXN", status="broken"
    )
    mine = Callback(id="c", due_at=now + timedelta(hours=1), agent="ana")
    other = Callback(id="d", due_at=now + timedelta(hours=1), agent="luis")
    station.lease(
        a_client(1, promises=(broken,), callbacks=(mine, other), score=1),
        a_client(2, score=9),
        a_client(3, score=8),
    )
    station.on_desk()
    saved(station.desk.save(promise(a_client(2), due=date(2026, 11, 25))))
    saved(station.desk.save(result(a_client(3), "RLLA", callback_at=now + timedelta(hours=3))))
    items = station.desk.agenda()
    assert [(item.kind, item.client_id, item.here) for item in items] == [
        ("promise_broken", 1, True),
        ("callback", 1, True),
        ("callback", 3, False),
        ("reminder", 2, False),
    ]
    assert items[3].amount == 150_000
    assert items[3].account is not None
    saved(station.desk.undo())
    assert 3 not in {item.client_id for item in station.desk.agenda()}


def test_a_client_of_the_agenda_opens_only_if_it_is_at_hand(station: Station, a_client: Make) -> None:
    station.lease(a_client(1, score=9), a_client(2, score=1))
    assert station.on_desk() == 1
    station.desk.open_client(2)
    assert station.on_desk() == 2
    assert station.desk.open_client(5) == Refused(code="not_here")
    saved(station.desk.save(result(a_client(2))))
    assert station.on_desk() == 1
    assert station.desk.open_client(2) == Refused(code="not_here")


def test_the_header_tells_of_the_clock_and_of_training(station: Station) -> None:
    assert station.desk.header().clock_note == ""
    station.store.set_offset(5 * 60_000)
    assert "5 minutes" in station.desk.header().clock_note
    session = station.sign_in()
    station.store.set_session(msgspec.structs.replace(session, training=True))
    assert station.desk.header().training


def test_whoever_listens_hears_of_what_the_sync_brings(station: Station, a_client: Make) -> None:
    heard: list[str] = []
    station.desk.subscribe(lambda: heard.append("changed"))
    station.lease(a_client(1))
    station.store.set_link("online")
    assert heard == ["changed"]
    station.store.set_link("offline")
    assert len(heard) == 2
