"""Samples and evaluations on both stores: drawn by a seed, heard once more, in the day's averages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from rules.evaluations import Heard, Sample, SampleRule
from rules.reports import ReportQuery, RowsQuery
from rules.tables import TOTAL
from storage.central.doors.people import Who
from storage.central.leading import quality
from storage.central.records.closing import NotDone
from storage.central.reports import shelf
from tests.storage.central.conftest import Town


@pytest.fixture
def called(town: Town) -> tuple[Who, Who]:
    """Two agents who spoke to four clients each."""
    town.clients(8)
    agents = town.agent("ana"), town.agent("bea")
    for agent in agents:
        for lease in town.lease(agent, 4).leases:
            town.record(agent, town.event(agent, "result", town.promise_body(lease.client.id), lease))
    return agents


def lead(town: Town, name: str = "lupe", team: str = "red") -> Who:
    with town.store.begin() as tx:
        user_id = tx.value(
            """
            INSERT INTO app_user (name, display_name, role, team, password_hash, disabled, language,
                daily_goal, monthly_goal, failed_sign_ins, created_at)
            VALUES (:name, :name, 'lead', :team, '', false, 'es', 0, 0, 0, :now)
            RETURNING id
            """,
            name=name,
            team=team,
            now=tx.now,
        )
    return Who(user_id=user_id, name=name, display_name=name, role="lead", device="d", team=team)


def rule(town: Town, **more: Any) -> SampleRule:
    today = town.store.now().date()
    found: dict[str, Any] = {
        "portfolio": "Cards",
        "since": today - timedelta(days=1),
        "until": today,
        "each": 2,
    }
    return SampleRule(**found | more)


def answers(sample: Sample, **other: str) -> dict[str, Any]:
    return dict.fromkeys(sample.form.items, "yes") | other


def test_the_same_seed_draws_the_same_calls(town: Town, called: tuple[Who, Who]) -> None:
    lupe = lead(town)
    first = quality.draw(town.store, lupe, rule(town, seed=7))
    again = quality.draw(town.store, lupe, rule(town, seed=7))
    assert [call.id for call in first.calls] == [call.id for call in again.calls]
    assert {call.agent for call in first.calls} == {"ana", "bea"}
    assert (first.size, first.heard, first.seed) == (4, 0, 7)
    own = quality.draw(town.store, lupe, rule(town))
    assert quality.sample(town.store, lupe, own.id).seed == own.seed, "a seed that nobody gave is kept, too"
    assert {one.id for one in quality.samples(town.store, lupe).samples} == {first.id, again.id, own.id}


def test_an_evaluation_counts_the_same_day_and_a_newer_one_instead(
    town: Town, called: tuple[Who, Who], clock: Any
) -> None:
    lupe = lead(town)
    sample = quality.draw(town.store, lupe, rule(town, seed=7))
    call = sample.calls[0]
    query = ReportQuery(name="quality")

    def average() -> Any:
        return shelf.table(town.store, lupe, query).cell(TOTAL, "score")

    heard = Heard(call=call.id, sample=sample.id, answers=answers(sample, greeting="no"))
    assert quality.evaluate(town.store, lupe, heard).score == 9_600
    assert average() == (9_600, 10_000)
    clock.move(minutes=5)
    failed = quality.evaluate(
        town.store, lupe, msgspec.structs.replace(heard, answers=answers(sample, privacy="no"))
    )
    assert (failed.score, failed.failed) == (0, ("privacy",))
    assert average() == (0, 10_000)
    behind = shelf.rows(town.store, lupe, RowsQuery(name="quality", row=call.agent, column="failed"))
    assert len(behind.rows) == 1
    last = quality.sample(town.store, lupe, sample.id)
    assert (last.heard, last.calls[-1].id, last.calls[-1].score) == (1, call.id, 0), "heard ones come last"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"portfolio": "Elsewhere"}, "unknown_portfolio"),
        ({"each": 0}, "bad_number"),
        ({"codes": ("ZZZZ",)}, "no_calls"),
        ({"team": "blue"}, "unknown_team"),
    ],
)
def test_a_sample_that_can_not_be_drawn_is_refused(
    town: Town, called: tuple[Who, Who], wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(NotDone) as refused:
        quality.draw(town.store, lead(town), rule(town, **wrong))
    assert refused.value.code == code


def test_another_teams_lead_sees_and_hears_nothing_of_it(town: Town, called: tuple[Who, Who]) -> None:
    lupe, blue = lead(town), lead(town, "beto", "blue")
    sample = quality.draw(town.store, lupe, rule(town))
    assert quality.samples(town.store, blue).samples == ()
    for attempt, code in (
        (lambda: quality.sample(town.store, blue, sample.id), "unknown_sample"),
        (
            lambda: quality.evaluate(
                town.store, blue, Heard(call=sample.calls[0].id, answers=answers(sample))
            ),
            "unknown_call",
        ),
    ):
        assert _refused(attempt) == code
    assert _refused(lambda: quality.draw(town.store, blue, rule(town))) == "no_calls"


def test_an_evaluation_is_never_changed(town: Town, called: tuple[Who, Who]) -> None:
    lupe = lead(town)
    sample = quality.draw(town.store, lupe, rule(town))
    quality.evaluate(town.store, lupe, Heard(call=sample.calls[0].id, answers=answers(sample)))
    with pytest.raises(Exception, match="only ever added"), town.store.begin() as tx:
        tx.run("UPDATE evaluation SET score = 10000")


def _refused(attempt: Callable[[], object]) -> str:
    with pytest.raises(NotDone) as refused:
        attempt()
    return refused.value.code
