"""What the sync does next, and when it comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sync.plan import (
    EMPTY_SECONDS,
    LONGEST_EMPTY_SECONDS,
    LONGEST_RETRY_SECONDS,
    PullAgenda,
    PullChanges,
    PullTeam,
    Renew,
    SendEvents,
    TakeClient,
    TakeLeases,
    TakeSearch,
    View,
    Wait,
    asking_due,
    plan,
    renewal_due,
    retry_pause,
)

NOW = 1_000.0


def view(**changes: float) -> View:
    """A desk at rest: all clients at hand, nothing due."""
    rest = {"now": NOW, "unsent": 0, "at_hand": 5, "held": 5, "renew_due": NOW + 300, "pull_due": NOW + 3}
    return View(**(rest | {"agenda_due": NOW + 60} | changes))  # type: ignore[arg-type]  # numbers by name


def test_a_desk_at_rest_waits_for_its_next_alarm() -> None:
    assert plan(view()) == (Wait(3.0),)


def test_facts_go_before_anything_else() -> None:
    everything = view(unsent=1, at_hand=2, held=2, renew_due=NOW, lease_due=NOW, pull_due=NOW, agenda_due=NOW)
    assert plan(everything) == (SendEvents(), Renew(), TakeLeases(5), PullChanges(), PullAgenda())


def test_a_client_that_is_waited_for_comes_before_those_ahead() -> None:
    assert plan(view(asked=7)) == (TakeClient(7),)
    assert plan(view(asked=7, at_hand=2, lease_due=NOW)) == (TakeClient(7), TakeLeases(5))


def test_the_team_is_asked_for_only_while_somebody_looks() -> None:
    assert plan(view(team_due=NOW - 1)) == (Wait(3.0),)
    assert plan(view(team_watched=True, team_due=NOW)) == (PullTeam(),)
    assert plan(view(team_watched=True, team_due=NOW + 1)) == (Wait(1.0),)
    assert plan(view(team_watched=True, team_due=NOW, retry_at=NOW + 9)) == (Wait(9.0),)


def test_without_leases_there_is_nothing_to_renew() -> None:
    assert Renew() not in plan(view(at_hand=0, held=0, renew_due=0.0))


def test_an_empty_queue_is_not_asked_before_its_time() -> None:
    assert plan(view(at_hand=0, held=0, lease_due=NOW + 2)) == (Wait(2.0),)


def test_a_failure_holds_even_new_facts_until_its_own_timer() -> None:
    assert plan(view(unsent=7, retry_at=NOW + 4)) == (Wait(4.0),)
    assert SendEvents() in plan(view(unsent=7, retry_at=NOW))


def test_while_a_lead_is_asked_changes_are_pulled_each_second() -> None:
    assert plan(view(pulled_at=NOW - 0.4, waiting_answer=True)) == (Wait(pytest.approx(0.6)),)
    assert plan(view(pulled_at=NOW - 1.0, waiting_answer=True)) == (PullChanges(),)
    assert plan(view(pulled_at=NOW - 1.0, waiting_answer=False)) == (Wait(3.0),)
    late = view(pulled_at=NOW - 9.0, waiting_answer=True, retry_at=NOW + 4)
    assert plan(late) == (Wait(4.0),)


@given(
    unsent=st.integers(0, 500),
    at_hand=st.integers(0, 50),
    held=st.integers(0, 50),
    due=st.lists(st.floats(0, 2 * NOW), min_size=4, max_size=4),
)
def test_it_never_spins_and_never_sleeps_on_facts(
    unsent: int, at_hand: int, held: int, due: list[float]
) -> None:
    seen = view(
        unsent=unsent,
        at_hand=at_hand,
        held=held,
        renew_due=due[0],
        lease_due=due[1],
        pull_due=due[2],
        retry_at=due[3],
    )
    actions = plan(seen)
    assert actions
    waits = [action for action in actions if isinstance(action, Wait)]
    if waits:
        assert len(actions) == 1
        assert waits[0].seconds > 0
        assert not (unsent and due[3] <= NOW)


@given(failures=st.integers(1, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_pauses_grow_to_a_limit_with_jitter(failures: int, chance: float) -> None:
    pause = retry_pause(failures, chance)
    assert 0.25 <= pause <= LONGEST_RETRY_SECONDS
    assert pause <= retry_pause(failures + 1, chance)
    assert retry_pause(failures, chance, asked=60.0) == 60.0


def test_leases_are_renewed_at_a_third_of_their_life() -> None:
    assert renewal_due(NOW, 1200.0) == NOW + 400.0


def test_when_an_empty_queue_is_asked_again() -> None:
    assert asking_due(NOW, None) == NOW + EMPTY_SECONDS
    assert asking_due(NOW, 30.0) == NOW + 30.0
    assert asking_due(NOW, 40_000.0) == NOW + LONGEST_EMPTY_SECONDS
    assert asking_due(NOW, -5.0) > NOW


def test_a_search_that_the_agent_waits_for_is_asked_for_at_once() -> None:
    assert plan(view(search=True)) == (TakeSearch(),)
    assert plan(view(search=True, retry_at=NOW + 5)) == (Wait(5.0),)
