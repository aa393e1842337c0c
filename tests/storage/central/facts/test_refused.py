"""Facts that are refused: what a lead sees of them, what waits for them, and how that ends."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from rules.protocol import Lease
from storage.central import changes
from storage.central.doors.people import Who
from storage.central.facts import events
from storage.central.records import closing
from storage.central.records.decisions import decisions


@pytest.fixture
def held(town: Any, ana: Who) -> tuple[Lease, Lease]:
    town.clients(2)
    first, second = town.lease(ana, 2).leases
    return first, second


def waiting(town: Any, who: Who) -> Any:
    with town.store.read() as tx:
        return decisions(tx, who)


def broken(town: Any, who: Who, lease: Lease) -> Any:
    return town.event(
        who, "result", {"client_id": lease.client.id, "code": "PPT", "note": "paga el 30"}, lease
    )


def called(town: Any, who: Who, lease: Lease) -> Any:
    return town.event(who, "result", {"client_id": lease.client.id, "code": "NOCO"}, lease)


def told(town: Any, who: Who, cursor: str | None = None) -> list[tuple[str, str]]:
    page = changes.changes(town.store, who, cursor, 100)
    return [(one.entity, one.id) for one in page.changes if one.deleted]


def test_a_lead_sees_the_whole_fact(town: Any, ana: Who, held: tuple[Lease, Lease]) -> None:
    event = broken(town, ana, held[0])
    town.record(ana, event)
    [matter] = waiting(town, ana)
    assert (matter.kind, matter.reason, matter.fact) == ("refused", "missing_field", event)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "request",
            {"account_id": 10**9, "terms": {"kind": "full", "currency": "MXN", "to_pay": 5}, "level": "lead"},
        ),
        ("retraction", {"fact_id": "no such fact"}),
        ("point", {"action": "add", "point": "phone", "value": "123"}),
        ("skip", {"reason": "bored"}),
        ("gossip", {"text": "nul \0 byte"}),
    ],
)
def test_a_fact_of_any_kind_is_shown(
    town: Any, ana: Who, held: tuple[Lease, Lease], kind: str, body: dict[str, Any]
) -> None:
    event = town.event(ana, kind, {"client_id": held[0].client.id, **body}, held[0])
    assert town.record(ana, event)[0].status == "refused"
    [matter] = waiting(town, ana)
    assert (matter.kind, matter.fact.id, matter.fact.kind) == ("refused", event.id, kind)


def test_of_a_client_out_of_scope_nothing_is_shown(town: Any, held: tuple[Lease, Lease]) -> None:
    town.portfolio("Loans")
    carla = town.agent("carla", portfolios=("Loans",))
    assert town.record(carla, called(town, carla, held[0]))[0].reason == "forbidden"
    with town.store.read() as tx:
        assert tx.value("SELECT count(*) FROM review") == 0


def test_later_facts_of_the_client_wait_and_all_others_pass(
    town: Any, ana: Who, held: tuple[Lease, Lease]
) -> None:
    mine, other = held
    batch = [
        broken(town, ana, mine),
        called(town, ana, other),
        called(town, ana, mine),
        town.event(ana, "state", {"state": "break"}),
        town.event(ana, "reveal", {"client_id": mine.client.id, "reason": "pregunta"}, mine),
    ]
    answers = [(one.status, one.reason) for one in town.record(ana, *batch)]
    assert answers == [
        ("refused", "missing_field"),
        ("applied", None),
        ("refused", "held_back"),
        ("applied", None),
        ("refused", "held_back"),
    ]
    assert len(waiting(town, ana)) == 1  # what is held back comes again by itself
    assert [one.status for one in town.record(ana, batch[2], batch[4])] == ["applied", "applied"]


def test_what_is_known_already_waits_for_nothing(town: Any, ana: Who, held: tuple[Lease, Lease]) -> None:
    done = called(town, ana, held[0])
    town.record(ana, done)
    answers = town.record(ana, broken(town, ana, held[0]), done)
    assert [one.status for one in answers] == ["refused", "duplicate"]


def test_sent_again_and_kept_it_needs_nobody_any_more(
    town: Any, ana: Who, held: tuple[Lease, Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = called(town, ana, held[0])
    with monkeypatch.context() as older:  # a hub that does not know the code yet
        older.setattr(events, "refusal", lambda *_: "unknown_code")
        assert town.record(ana, event)[0].reason == "unknown_code"
    assert len(waiting(town, ana)) == 1
    assert town.record(ana, event)[0].status == "applied"
    assert waiting(town, ana) == ()


def test_that_a_lead_has_seen_it_is_told_to_who_sent_it(
    town: Any, ana: Who, beto: Who, held: tuple[Lease, Lease]
) -> None:
    event = broken(town, ana, held[0])
    town.record(ana, event)
    lead = msgspec.structs.replace(town.agent("lidia"), role="lead")
    closing.close_review(town.store, lead, f"{event.id}:refused", "visto")
    assert told(town, ana) == [("fact", event.id)]
    assert told(town, beto) == []
    town.record(ana, event)
    assert len(waiting(town, ana)) == 1  # sent once more, and refused once more


def test_a_number_that_was_used_by_another_copy_is_no_matter_for_a_lead(
    town: Any, ana: Who, held: tuple[Lease, Lease]
) -> None:
    first, second = called(town, ana, held[0]), called(town, ana, held[1])
    town.record(ana, first)
    copy = msgspec.structs.replace(second, seq=first.seq)
    assert town.record(ana, copy)[0].reason == "seq_reused"
    assert waiting(town, ana) == ()
