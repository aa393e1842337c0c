"""The contact rules at the desk: what is refused, what is recorded of it, what goes through all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from rules.clients import Attempt, Client, Phone
from rules.desk import ClientPage, Refused, Saved
from rules.facts import ResultBody
from storage.local.desk import LocalDesk

TWELVE_HOURS = 12 * 3600.0
"""From ten in the morning to ten at night, when nobody may be called any more."""


def on_desk(desk: LocalDesk) -> ClientPage:
    page = desk.desk().page
    assert isinstance(page, ClientPage)
    return page


def bodies(station: Any, kind: str) -> list[dict[str, Any]]:
    return [event.body for event in station.store.outbox() if event.kind == kind]


@pytest.fixture
def at_night(station: Any, a_client: Callable[..., Client], clock: Any) -> Any:
    """A client that came to the desk by day; now it is night."""
    station.lease(a_client(1), ttl=2 * TWELVE_HOURS)
    on_desk(station.desk)
    clock.pass_time(TWELVE_HOURS)
    return station


def noco(station: Any, **more: Any) -> ResultBody:
    return ResultBody(client_id=1, code="NOCO", phone="1a", account_id=10, **more)


def test_a_forbidden_call_is_refused_once_recorded_and_saved_when_confirmed(at_night: Any) -> None:
    desk = at_night.desk
    for _ in range(2):
        answer = desk.save(noco(at_night))
        assert isinstance(answer, Refused)
        assert (answer.code, answer.params["rule"]) == ("call_forbidden", "mx.window")
        assert answer.params["until"] == "2026-11-25T13:00:00+00:00"
    (refusal,) = bodies(at_night, "refusal")
    assert (refusal["rule"], refusal["doing"]) == ("mx.window", "capture")
    assert refusal["version"] != ""
    assert refusal["inputs"]["local"] == "22:00"
    assert refusal["inputs"]["phone"] == "1a"
    assert bodies(at_night, "result") == []

    assert isinstance(desk.save(noco(at_night, breach="mx.attempts.per_day")), Refused), "another rule"
    assert isinstance(desk.save(noco(at_night, breach="mx.window")), Saved)
    (result,) = bodies(at_night, "result")
    assert (result["breach"], result["rules_version"]) == ("mx.window", refusal["version"])
    assert len(bodies(at_night, "refusal")) == 1


def test_a_call_that_began_in_time_may_end_later(at_night: Any) -> None:
    before = at_night.clock.now() - timedelta(minutes=5)
    assert isinstance(at_night.desk.save(noco(at_night, started_at=before)), Saved)
    (result,) = bodies(at_night, "result")
    assert "breach" not in result


def test_a_client_that_lay_on_the_desk_for_hours_was_not_called_all_the_time(at_night: Any) -> None:
    at_night.clock.pass_time(2 * 3600)
    long_ago = at_night.clock.now() - timedelta(hours=10)
    assert isinstance(at_night.desk.save(noco(at_night, started_at=long_ago)), Refused)


def test_results_that_are_no_attempt_and_clean_calls_carry_no_breach(
    station: Any, a_client: Callable[..., Client]
) -> None:
    station.lease(a_client(1, rules_version="Tarjetas/4"))
    on_desk(station.desk)
    assert isinstance(station.desk.save(noco(station, breach="mx.window")), Saved)
    (result,) = bodies(station, "result")
    assert "breach" not in result, "nothing was broken"
    assert result["rules_version"].endswith(" Tarjetas/4")
    assert bodies(station, "refusal") == []


def test_choosing_a_forbidden_number_is_recorded_too(station: Any, a_client: Callable[..., Client]) -> None:
    phones = (Phone(id="1a", number="+525555000001"), Phone(id="1b", number="+525555000002", use="none"))
    station.lease(a_client(1, phones=phones))
    on_desk(station.desk)
    for _ in range(2):
        answer = station.desk.select_phone(1)
        assert isinstance(answer, Refused)
        assert (answer.code, answer.params["rule"]) == ("not_callable", "mx.contact_point.use")
    (refusal,) = bodies(station, "refusal")
    assert (refusal["doing"], refusal["inputs"]["use"]) == ("call", "none")
    assert isinstance(station.desk.select_phone(0), ClientPage)


def test_each_rule_and_each_day_is_recorded_once(at_night: Any) -> None:
    def rules() -> list[str]:
        return [body["rule"] for body in bodies(at_night, "refusal")]

    at_night.desk.save(noco(at_night))
    at_night.clock.pass_time(TWELVE_HOURS - 4 * 3600)  # six in the morning of the next day
    at_night.desk.save(noco(at_night))
    assert rules() == ["mx.window", "mx.window"]


def test_the_desk_starts_with_the_debt_that_may_be_called_about(
    station: Any, a_client: Callable[..., Client], clock: Any
) -> None:
    person = a_client(1)
    owed = tuple(msgspec.structs.replace(account, overdue=90_000) for account in person.accounts)
    used_up = tuple(Attempt(at=clock.now() - timedelta(hours=2), account_id=10) for _ in range(3))
    station.lease(a_client(1, accounts=owed, attempts=used_up))
    page = on_desk(station.desk)
    assert page.permission.allowed
    assert page.selected_account == 11
    assert station.desk.capture_context().account_id == 11
    station.desk.select_account(10)
    page = on_desk(station.desk)
    assert page.selected_account == 10
    assert [view.permission.rule for view in page.phones] == ["mx.attempts.per_day"] * 2


def test_a_client_without_a_number_that_may_be_called_is_not_offered(
    station: Any, a_client: Callable[..., Client]
) -> None:
    stopped = (Phone(id="1a", number="+525555000001", consents={"call": False}),)
    station.lease(a_client(1, score=900, phones=stopped), a_client(2))
    assert station.on_desk() == 2


def test_a_number_of_somebody_else_may_be_validated_but_not_collected_on(
    station: Any, a_client: Callable[..., Client]
) -> None:
    phones = (
        Phone(id="1a", number="+525555000001"),
        Phone(id="1b", number="+525555000002", source="tercero", use="validate"),
        Phone(id="1c", number="+525555000003", label="reference"),
    )
    for client_id, phone, rule in (
        (1, "1b", "mx.contact_point.sources"),
        (2, "1c", "mx.third_party.collection"),
    ):
        station.lease(a_client(client_id, phones=phones))
        assert [view.permission.allowed for view in on_desk(station.desk).phones] == [True, False, False]
        spoken = ResultBody(client_id=client_id, code="INFO", phone=phone, reason="OLVIDO")
        answer = station.desk.save(spoken)
        assert isinstance(answer, Refused)
        assert answer.params["rule"] == rule
        neutral = ResultBody(client_id=client_id, code="TERC", phone=phone)
        assert isinstance(station.desk.save(neutral), Saved)
