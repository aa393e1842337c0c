"""The strategy on the desk: what it says, its script, and what was not followed asked about once."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from rules.clients import Attempt
from rules.desk import ClientPage, Guidance, Refused, Saved
from rules.facts import ResultBody
from rules.protocol import Rulebook
from tests.storage.local.conftest import MORNING

HEAD = '[strategy]\nname = "test"\n'


def follow(station, rules: str, version: int = 3) -> None:
    book = Rulebook(portfolio="Tarjetas", kind="strategy", version=version, since=MORNING, text=HEAD + rules)
    station.store.keep_rulebooks((book,))


def guidance(station) -> Guidance | None:
    page = station.desk.desk().page
    assert isinstance(page, ClientPage)
    return page.guidance


def save(station, **more) -> Saved | Refused:
    station.desk.desk()
    return station.desk.save(ResultBody(client_id=1, code="NOCO", **more))


@pytest.fixture
def bodies(station):
    """The bodies of the results that wait to be sent."""

    def read() -> list[dict]:
        with station.store.read() as view:
            rows = view.connection.execute("SELECT event FROM fact ORDER BY rowid").fetchall()
        events = [msgspec.json.decode(row[0]) for row in rows]
        return [event["body"] for event in events if event["kind"] == "result"]

    return read


def test_the_page_says_which_rule_holds_and_how_often_was_called(station, a_client) -> None:
    follow(station, "[rules.all]\nper_day = 3\n")
    tried = (Attempt(at=MORNING - timedelta(hours=1)), Attempt(at=MORNING - timedelta(days=2)))
    station.lease(a_client(1, attempts=tried))
    found = guidance(station)
    assert found is not None
    assert (found.assigned.written, found.tried) == ("all@3", 1)


def test_without_a_strategy_the_page_says_none_and_facts_keep_none(station, a_client, bodies) -> None:
    station.lease(a_client(1))
    assert guidance(station) is None
    assert isinstance(save(station), Saved)
    assert "strategy" not in bodies()[0]


def test_a_strategy_chooses_the_script(station, a_client) -> None:
    station.lease(a_client(1))
    before = station.desk.desk().page.script.id
    follow(station, '[rules.all]\nscript = "sme"\n')
    assert (before, station.desk.desk().page.script.id) == ("credit", "sme")


def test_what_was_followed_is_kept_with_the_fact(station, a_client, bodies) -> None:
    follow(station, '[rules.all]\nhours = "09:00-12:00"\n')
    station.lease(a_client(1))
    assert isinstance(save(station), Saved)
    assert bodies()[0]["strategy"] == "all@3"
    assert "off_strategy" not in bodies()[0]


def test_what_was_not_followed_is_asked_about_once_and_then_kept(station, a_client, bodies) -> None:
    follow(station, '[rules.all]\nhours = "15:00-18:00"\nper_day = 2\n')
    station.lease(a_client(1))
    refused = save(station)
    assert refused == Refused(code="off_strategy", params={"what": "hours"})
    assert not bodies()
    assert isinstance(save(station, off_strategy=("hours",)), Saved)
    assert (bodies()[0]["strategy"], bodies()[0]["off_strategy"]) == ("all@3", ["hours"])


def test_a_reason_on_the_line_is_not_asked_for_again(station, a_client, bodies) -> None:
    follow(station, '[rules.all]\nhours = "15:00-18:00"\n')
    station.lease(a_client(1))
    assert isinstance(save(station, note="asked for the morning"), Saved)
    assert bodies()[0]["off_strategy"] == ["hours"]


def test_a_callback_that_is_due_is_off_no_hours(station, a_client, bodies) -> None:
    follow(station, '[rules.all]\nhours = "15:00-18:00"\n')
    station.lease(a_client(1), callback_due=MORNING)
    assert isinstance(save(station), Saved)
    assert "off_strategy" not in bodies()[0]


def test_another_version_that_came_meanwhile_does_not_judge_what_was_shown(station, a_client, bodies) -> None:
    follow(station, "[rules.all]\n", version=3)
    station.lease(a_client(1))
    shown = guidance(station)
    assert shown is not None
    follow(station, '[rules.all]\nhours = "15:00-18:00"\n', version=4)
    assert isinstance(save(station, strategy=shown.assigned.written), Saved)
    assert bodies()[0]["strategy"] == "all@3"
