"""Messages at the centre: who may write to whom, what the feed brings, what a receipt says."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from rules.correspondence import NewMessage
from rules.messages import Message
from storage.central import changes
from storage.central.connection import Store
from storage.central.doors import people, scopes
from storage.central.doors.people import Who
from storage.central.doors.who import Who as Asker
from storage.central.leading import messages
from storage.central.records.closing import NotDone
from tests.conftest import MovableClock


@pytest.fixture
def lead(town) -> Who:
    """A lead of every team."""
    return leading(town.store, "laura")


def leading(store: Store, name: str, role: str = "lead", team: str = "", **more: Any) -> Who:
    user = people.add_user(store, name, role, "long enough", team=team, **more)
    names = tuple(more.get("portfolios", ()))
    with store.read() as tx:
        ids = tuple(tx.value("SELECT id FROM portfolio WHERE name = :name", name=one) for one in names)
    return Asker(
        user_id=user, name=name, display_name=name, role=role, device="", team=team,
        portfolio_ids=ids or None, portfolio_names=names,
    )  # fmt: skip


def write(store: Store, who: Who, audience: str, text: str = "Junta a las 17:30", **more: Any):
    return messages.send(
        store, who, NewMessage(id=more.pop("id", str(uuid4())), audience=audience, text=text, **more)
    )


def feed(store: Store, who: Who, cursor: str | None = None) -> tuple[list[Message], str]:
    page = changes.changes(store, who, cursor, 500)
    return [one.message for one in page.changes if one.message], page.cursor


def start(store: Store, who: Who) -> list[Message]:
    return [one.message for one in changes.present(store, who).changes if one.message]


def read_fact(town, who: Who, message_id: str, at: datetime | None = None, kind: str = "message_read"):
    return town.record(who, town.event(who, kind, {"message_id": message_id}, at=at))[0]


def test_the_feed_brings_a_message_to_its_readers_alone(town, lead: Who, ana: Who, beto: Who) -> None:
    _, cursor = feed(town.store, ana)
    sent = write(town.store, lead, "user:ana", kind="urgent")
    assert (sent.readers, sent.delivered, sent.read) == (1, 0, 0)
    [message], cursor = feed(town.store, ana, cursor)
    assert (message.id, message.kind, message.writer, message.text) == (
        sent.id,
        "urgent",
        "laura",
        "Junta a las 17:30",
    )
    assert feed(town.store, ana, cursor)[0] == []
    assert feed(town.store, beto)[0] == []


def test_the_same_message_sent_twice_is_one(town, lead: Who, ana: Who) -> None:
    sent = write(town.store, lead, "all")
    assert write(town.store, lead, "all", id=sent.id) == sent
    assert len(feed(town.store, ana)[0]) == 1
    other = leading(town.store, "lucas")
    with pytest.raises(NotDone, match="id_taken"):
        write(town.store, other, "all", id=sent.id)


def test_a_team_is_those_of_it_who_are_here(
    town, lead: Who, ana: Who, beto: Who, clock: MovableClock
) -> None:
    people.add_user(town.store, "caro", "agent", "long enough", team="blue")
    people.add_user(town.store, "dario", "agent", "long enough", team="red")
    people.disable_user(town.store, "dario")
    with town.store.begin() as tx:
        tx.run(
            """
            INSERT INTO absence (id, user_id, since, until, kind, noted_at)
            VALUES ('a', :user, :since, :until, 'holiday', :now)
            """,
            user=beto.user_id,
            since=clock.now().date(),
            until=clock.now().date() + timedelta(days=3),
            now=tx.now,
        )
    assert write(town.store, lead, "team:red").readers == 1
    assert write(town.store, lead, "all").readers == 2
    with pytest.raises(NotDone, match="nobody_there"):
        write(town.store, lead, "user:beto")
    clock.move(days=5)
    assert write(town.store, lead, "team:red").readers == 2


def test_a_lead_reaches_the_own_team_and_portfolios_alone(town, ana: Who) -> None:
    town.portfolio("Loans")
    people.add_user(town.store, "caro", "agent", "long enough", team="blue", portfolios=["Loans"])
    red = leading(town.store, "roja", team="red")
    loans = leading(town.store, "prestamos", portfolios=("Loans",))
    assert write(town.store, red, "all").readers == 1
    for lead, audience, why in (
        (red, "user:caro", "unknown_agent"),
        (red, "team:blue", "unknown_team"),
        (loans, "user:nobody", "unknown_agent"),
    ):
        with pytest.raises(NotDone, match=why):
            write(town.store, lead, audience)
    assert write(town.store, loans, "team:blue").readers == 1


@pytest.mark.parametrize(
    ("audience", "more", "why"),
    [
        ("all", {"text": "   "}, "empty_message"),
        ("all", {"text": "x" * 1001}, "long_message"),
        ("all", {"text": "4111 1111 1111 1111"}, "card_number_in_note"),
        ("all", {"text": "llamen al 55 1234 5678"}, "client_in_broadcast"),
        ("team:red", {"matter": "m"}, "client_in_broadcast"),
        ("all", {"client_id": 1}, "client_in_broadcast"),
        ("all", {"kind": "coaching"}, "coaching_to_one"),
        ("all", {"kind": "shout"}, "unknown_kind"),
        ("everybody", {}, "bad_audience"),
        ("user:", {}, "bad_audience"),
        ("user:ana", {"client_id": 999}, "unknown_client"),
        ("user:ana", {"matter": "no such"}, "unknown_client"),
    ],
)
def test_what_may_not_be_sent_is_refused_and_leaves_nothing(
    town, lead: Who, ana: Who, audience: str, more: dict[str, Any], why: str
) -> None:
    with pytest.raises(NotDone, match=why):
        write(town.store, lead, audience, **more)
    assert messages.listed(town.store, lead).sent == ()
    assert feed(town.store, ana)[0] == []


def test_a_word_about_a_client_is_for_who_may_see_that_client(town, lead: Who, ana: Who) -> None:
    town.portfolio("Loans")
    town.agent("carla", portfolios=("Loans",))
    (client,) = town.clients(1)
    sent = write(town.store, lead, "user:ana", "Llámala hoy al 55 1234 5678", client_id=client)
    assert sent.client == "Client 1.", "a board shows clients masked"
    [message], _ = feed(town.store, ana)
    assert (message.client_id, message.client) == (client, "Client 1")
    with pytest.raises(NotDone, match="unknown_client"):
        write(town.store, lead, "user:carla", client_id=client)


def test_a_client_who_left_the_scope_takes_the_words_about_it_along(town, lead: Who, ana: Who) -> None:
    town.portfolio("Loans")
    (client,) = town.clients(1)
    write(town.store, lead, "user:ana", client_id=client)
    _, cursor = feed(town.store, ana)
    scopes.set_portfolios(town.store, "ana", ["Loans"])
    loans = Asker(
        user_id=ana.user_id, name="ana", display_name="ana", role="agent", device=ana.device,
        portfolio_ids=(town.cards + 1,), portfolio_names=("Loans",),
    )  # fmt: skip
    page = changes.changes(town.store, loans, cursor, 100)
    assert [(one.entity, one.id, one.deleted) for one in page.changes] == [("client", str(client), True)]
    assert start(town.store, loans) == []


def test_receipts_say_who_has_it_and_who_read_it(
    town, lead: Who, ana: Who, beto: Who, clock: MovableClock
) -> None:
    sent = write(town.store, lead, "all")
    arrived = clock.move(minutes=1)
    assert read_fact(town, ana, sent.id, kind="message_delivered").status == "applied"
    assert read_fact(town, beto, sent.id, kind="message_delivered").status == "applied"
    read_at = clock.move(hours=3)
    assert read_fact(town, ana, sent.id).status == "applied"
    [listed] = messages.listed(town.store, lead).sent
    assert (listed.readers, listed.delivered, listed.read) == (2, 2, 1)
    found = {one.name: one for one in messages.readers(town.store, lead, sent.id).readers}
    assert (found["ana"].delivered_at, found["ana"].read_at) == (arrived, read_at)
    assert (found["beto"].delivered_at, found["beto"].read_at) == (arrived, None)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_receipts_count_from_the_earliest_in_whatever_order_they_come(
    town, lead: Who, ana: Who, clock: MovableClock, order: tuple[int, ...]
) -> None:
    sent = write(town.store, lead, "user:ana")
    began = clock.now()
    clock.move(hours=5)
    facts = [
        ("message_delivered", began + timedelta(hours=1)),
        ("message_read", began + timedelta(hours=2)),
        ("message_read", began + timedelta(hours=3)),  # at another workstation
    ]
    for place in order:
        kind, at = facts[place]
        read_fact(town, ana, sent.id, at, kind)
    [reader] = messages.readers(town.store, lead, sent.id).readers
    assert reader.delivered_at == began + timedelta(hours=1)
    assert reader.read_at == began + timedelta(hours=2)


def test_a_receipt_of_a_message_of_others_changes_nothing(town, lead: Who, ana: Who, beto: Who) -> None:
    sent = write(town.store, lead, "user:ana")
    assert read_fact(town, beto, sent.id).status == "applied"
    assert read_fact(town, beto, "no such message").status == "applied"
    assert messages.listed(town.store, lead).sent[0].read == 0


def test_who_begins_anew_gets_the_unread_and_the_recent(
    town, lead: Who, ana: Who, clock: MovableClock
) -> None:
    old_read, old_unread = (
        write(town.store, lead, "user:ana", "uno"),
        write(town.store, lead, "user:ana", "dos"),
    )
    read_fact(town, ana, old_read.id)
    clock.move(days=8)
    recent = write(town.store, lead, "user:ana", "tres")
    read_fact(town, ana, recent.id)
    found = start(town.store, ana)
    assert [(one.text, one.read_at is not None) for one in found] == [("dos", False), ("tres", True)]
    assert old_unread.id == found[0].id


def answer(town, who: Who, text: str = "Enterada", answers: str = "") -> Any:
    return town.record(who, town.event(who, "message", {"text": text, "answers": answers}))[0]


def test_an_answer_goes_to_its_writer_alone(town, lead: Who, ana: Who) -> None:
    other = leading(town.store, "lucas")
    sent = write(town.store, lead, "user:ana")
    assert answer(town, ana, answers=sent.id).status == "applied"
    [got] = messages.listed(town.store, lead).received
    assert (got.writer, got.text, got.answers, got.read_at) == ("ana", "Enterada", sent.id, None)
    assert messages.listed(town.store, other).received == ()
    assert messages.listed(town.store, lead, "beto").received == ()
    messages.read(town.store, lead, got.id)
    assert messages.listed(town.store, lead).received[0].read_at == town.store.now()
    with pytest.raises(NotDone, match="unknown_message"):
        messages.read(town.store, other, got.id)
    with pytest.raises(NotDone, match="unknown_message"):
        messages.readers(town.store, other, sent.id)


def test_an_agent_writes_to_the_leads_of_the_own_team(town, ana: Who) -> None:
    red, blue = leading(town.store, "roja", team="red"), leading(town.store, "azul", team="blue")
    whole, admin = leading(town.store, "todas"), leading(town.store, "root", "admin")

    def got() -> dict[str, int]:
        return {one.name: len(messages.listed(town.store, one).received) for one in (red, blue, whole, admin)}

    assert answer(town, ana, "Necesito ayuda").status == "applied"
    assert got() == {"roja": 1, "azul": 0, "todas": 0, "root": 0}
    people.disable_user(town.store, "roja")
    answer(town, ana, "¿Hay alguien?")
    assert got()["todas"] == 1
    people.disable_user(town.store, "todas")
    answer(town, ana, "¿Nadie?")
    assert got()["root"] == 1
    people.disable_user(town.store, "root")
    people.disable_user(town.store, "azul")
    refused = answer(town, ana, "Hola")
    assert (refused.status, refused.reason) == ("refused", "nobody_there")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty_message"), ("x" * 1001, "long_message"), ("4111 1111 1111 1111", "card_number_in_note")],
)
def test_what_an_agent_may_not_send_is_refused(town, lead: Who, ana: Who, text: str, reason: str) -> None:
    result = answer(town, ana, text)
    assert (result.status, result.reason) == ("refused", reason)
    assert messages.listed(town.store, lead).received == ()


def test_a_coaching_note_is_acknowledged_and_not_answered(town, lead: Who, ana: Who) -> None:
    note = write(town.store, lead, "user:ana", "Pregunta antes el motivo", kind="coaching")
    assert (answer(town, ana, answers=note.id).reason) == "not_answerable"
    assert read_fact(town, ana, note.id).status == "applied"
    assert messages.listed(town.store, lead, "ana").sent[0].read == 1
