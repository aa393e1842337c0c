"""Contact points at the centre: what agents change, in which order it came, and what it moves."""

from __future__ import annotations

from typing import Any

import pytest

from rules.protocol import Lease
from storage.central.doors.people import Who

NUMBER = "+526621234567"


def point(client: int, action: str = "add", **more: Any) -> dict[str, Any]:
    return {"client_id": client, "action": action, "point": "phone", **more}


def change(town: Any, who: Who, client: int, lease: Lease | None = None, **body: Any) -> Any:
    event = town.event(who, "point", point(client, **body), lease)
    return event, town.record(who, event)[0]


def reasons(town: Any) -> list[tuple[str, str]]:
    with town.store.read() as tx:
        return tx.all("SELECT kind, reason FROM review ORDER BY id")


def test_a_new_number_is_a_point_with_its_history(town: Any, ana: Who) -> None:
    client = town.clients()[0]
    event, result = change(town, ana, client, value=NUMBER, label="home", source="titular")
    assert result.status == "applied"
    document = town.document(client)
    new = document.phones[-1]
    assert (new.number, new.label, new.status, new.use, new.source) == (
        NUMBER, "home", "por_validar", "collect", "titular",
    )  # fmt: skip
    assert new.id.isdecimal()
    assert new.first_seen == town.store.now().date()
    (entry,) = document.point_changes
    assert (entry.id, entry.was, entry.became, entry.agent) == (event.id, "", NUMBER, "ana")


def test_an_unlocatable_client_with_a_number_can_be_called(town: Any, ana: Who) -> None:
    lost = town.clients(phones=0)[0]
    assert town.standing(lost) == "unlocatable"
    change(town, ana, lost, value=NUMBER, source="tercero")
    assert town.standing(lost) == "unlocatable"
    third = town.document(lost).phones[0]
    assert third.use == "validate"
    change(town, ana, lost, action="validate", point_id=third.id, base=NUMBER, source="titular")
    assert town.standing(lost) == "ready"
    assert town.document(lost).tasks == ()


def test_without_its_last_number_a_client_is_unlocatable(town: Any, ana: Who) -> None:
    client = town.clients()[0]
    phone = town.document(client).phones[0]
    change(town, ana, client, action="retire", point_id=phone.id, base=phone.number, status="equivocado")
    assert town.standing(client) == "unlocatable"
    after = town.document(client)
    assert (after.phones[0].status, after.phones[0].use) == ("equivocado", "none")
    assert [task.kind for task in after.tasks] == ["skip_trace"]


def test_what_was_changed_meanwhile_stands_and_a_lead_decides(town: Any, ana: Who, beto: Who) -> None:
    client = town.clients()[0]
    seen = town.document(client).phones[0]
    change(town, beto, client, action="correct", point_id=seen.id, base=seen.number, value=NUMBER)
    other = "+525511112222"
    event, result = change(
        town, ana, client, action="correct", point_id=seen.id, base=seen.number, value=other
    )
    assert (result.status, result.reason) == ("conflict", "point_changed")
    document = town.document(client)
    assert [phone.number for phone in document.phones] == [NUMBER]
    assert {(one.was, one.became) for one in document.point_changes} == {
        (seen.number, NUMBER),
        (seen.number, other),
    }
    assert reasons(town) == [("conflict", "point_changed")]
    assert town.record(ana, event)[0].status == "duplicate"


def test_a_retired_old_value_leaves_the_new_one_in_use(town: Any, ana: Who, beto: Who) -> None:
    client = town.clients()[0]
    seen = town.document(client).phones[0]
    change(town, beto, client, action="correct", point_id=seen.id, base=seen.number, value=NUMBER)
    _, result = change(
        town, ana, client, action="retire", point_id=seen.id, base=seen.number, status="equivocado"
    )
    assert result.status == "conflict"
    assert town.document(client).phones[0].use == "collect"


def test_two_agents_who_hear_the_same_number_make_one_point(town: Any, ana: Who, beto: Who) -> None:
    client = town.clients()[0]
    change(town, ana, client, value=NUMBER, source="tercero")
    _, result = change(town, beto, client, value=NUMBER, source="titular")
    assert result.status == "applied"
    phones = town.document(client).phones
    assert [phone.number for phone in phones].count(NUMBER) == 1
    assert phones[-1].use == "collect"
    assert len(town.document(client).point_changes) == 2


def test_e_mails_and_addresses_change_like_phones(town: Any, ana: Who) -> None:
    client = town.clients()[0]
    change(town, ana, client, point="email", value="ana@example.com", source="titular")
    change(town, ana, client, point="address", value="Av. Juárez 12, Centro", source="titular")
    document = town.document(client)
    email, address = document.emails[0], document.addresses[0]
    change(
        town, ana, client, action="consent", point="email", point_id=email.id, base=email.address,
        medium="email", consent=False,
    )  # fmt: skip
    change(
        town, ana, client, action="correct", point="address", point_id=address.id, base=address.text,
        value="Av. Juárez 14, Centro",
    )  # fmt: skip
    after = town.document(client)
    assert after.emails[0].consents == {"email": False}
    assert after.addresses[0].text == "Av. Juárez 14, Centro"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"value": "123"}, "bad_value"),
        ({"value": NUMBER, "source": "vecino"}, "unknown_source"),
        ({"action": "burn"}, "unknown_action"),
        ({"action": "retire", "point_id": "999999", "base": NUMBER, "status": "equivocado"}, "unknown_point"),
        ({"action": "retire", "point_id": "no-such-fact", "status": "equivocado"}, "unknown_point"),
        ({"action": "retire", "point_id": "9" * 30, "status": "equivocado"}, "unknown_point"),
    ],
)
def test_what_can_not_be_kept_is_refused(town: Any, ana: Who, body: dict[str, Any], reason: str) -> None:
    client = town.clients()[0]
    before = town.document(client)
    _, result = change(town, ana, client, **body)
    assert (result.status, result.reason) == ("refused", reason)
    assert town.document(client) == before


def test_the_point_of_another_client_is_out_of_reach(town: Any, ana: Who) -> None:
    mine, other = town.clients(2)
    phone = town.document(other).phones[0]
    _, result = change(
        town, ana, mine, action="retire", point_id=phone.id, base=phone.number, status="equivocado"
    )
    assert (result.status, result.reason) == ("refused", "unknown_point")
    assert town.document(other).phones[0].use == "collect"


def test_a_number_added_and_called_in_one_batch_is_one_number(town: Any, ana: Who) -> None:
    client = town.clients()[0]
    lease = town.lease(ana).leases[0]
    added = town.event(ana, "point", point(client, value=NUMBER, source="titular"), lease)
    called = town.event(ana, "result", {"client_id": client, "code": "DESC", "phone": added.id}, lease)
    assert [one.status for one in town.record(ana, added, called)] == ["applied", "applied"]
    document = town.document(client)
    new = document.phones[-1]
    assert (new.number, new.status, new.use, new.last_result) == (NUMBER, "equivocado", "none", "DESC")
    assert document.history[0].phone == new.id


def test_a_change_comes_after_the_result_before_it(town: Any, ana: Who) -> None:
    client = town.clients()[0]
    lease = town.lease(ana).leases[0]
    phone = lease.client.phones[0]
    wrong = town.event(ana, "result", {"client_id": client, "code": "DESC", "phone": phone.id}, lease)
    again = town.event(ana, "point", point(client, value=phone.number, source="titular"), lease)
    assert [one.status for one in town.record(ana, wrong, again)] == ["applied", "applied"]
    after = town.document(client).phones[0]
    assert (after.id, after.status, after.use) == (phone.id, "por_validar", "collect")


def test_the_newest_call_on_a_number_is_known_until_it_is_taken_back(town: Any, ana: Who, clock: Any) -> None:
    client = town.clients()[0]
    phone = town.document(client).phones[0]
    town.record(ana, town.event(ana, "result", {"client_id": client, "code": "NOCO", "phone": phone.id}))
    first = clock.now()
    clock.move(hours=3)
    busy = town.event(ana, "result", {"client_id": client, "code": "OCUP", "phone": phone.id})
    town.record(ana, busy)
    known = town.document(client).phones[0]
    assert (known.last_result, known.last_at) == ("OCUP", clock.now())
    town.record(ana, town.event(ana, "retraction", {"client_id": client, "fact_id": busy.id}))
    known = town.document(client).phones[0]
    assert (known.last_result, known.last_at) == ("NOCO", first)


def test_a_point_whose_id_is_of_before_a_restore_is_told_by_what_was_seen(town: Any, ana: Who) -> None:
    client = town.clients()[0]
    seen = town.document(client).phones[0]
    _, result = change(town, ana, client, action="correct", point_id="999999", base=seen.number, value=NUMBER)
    assert result.status == "applied"
    assert [phone.number for phone in town.document(client).phones] == [NUMBER]
