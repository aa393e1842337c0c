from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from rules.protocol import SignIn
from storage.central.connection import Store
from storage.central.doors import lockout, people
from storage.central.doors.people import SignInRefused


def attempt(store: Store, password: str, user: str = "ana") -> str:
    try:
        people.sign_in(store, SignIn(user=user, password=password, device="d1"))
    except SignInRefused as error:
        return error.code
    return "in"


@pytest.mark.parametrize("user", ["ana", "nobody"])
def test_five_failures_lock_a_name_for_longer_and_longer(
    store: Store, password: str, add_ana: int, clock, user: str
) -> None:
    assert [attempt(store, "wrong", user) for _ in range(6)] == ["bad_credentials"] * 5 + ["locked"]
    for seconds in (30, 60, 120, 240, 480, 960, 1920, 3600, 3600):
        clock.move(seconds=seconds - 1)
        assert attempt(store, password, user) == "locked"
        clock.move(seconds=1)
        assert attempt(store, "wrong", user) == "bad_credentials"


def test_the_right_password_forgives_and_a_lock_waits_it_out(
    store: Store, password: str, add_ana: int, clock
) -> None:
    for _ in range(5):
        attempt(store, "wrong")
    assert attempt(store, password) == "locked"
    clock.move(seconds=30)
    assert attempt(store, password) == "in"
    assert [attempt(store, "wrong") for _ in range(4)] == ["bad_credentials"] * 4
    assert attempt(store, password) == "in"


def test_failures_are_forgotten_after_a_day(store: Store, password: str, add_ana: int, clock) -> None:
    for _ in range(4):
        attempt(store, "wrong")
    clock.move(days=1, seconds=1)
    assert [attempt(store, "wrong") for _ in range(4)] == ["bad_credentials"] * 4
    assert attempt(store, password) == "in"


def test_many_attempts_at_once_get_no_more_tries(store: Store, add_ana: int) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: attempt(store, "wrong"), range(24)))
    assert sorted(answers) == ["bad_credentials"] * 5 + ["locked"] * 19


def test_no_other_spelling_of_a_name_gets_tries_of_its_own(store: Store, add_ana: int) -> None:
    spellings = ["ana", "ana\0", "\0ana", " ana ", "an\u200ba", "ana\0\0"]
    assert [attempt(store, "wrong", user) for user in spellings] == ["bad_credentials"] * 5 + ["locked"]


def test_a_new_password_lifts_the_lock(store: Store, add_ana: int) -> None:
    for _ in range(6):
        attempt(store, "wrong")
    people.set_password(store, "ana", "another long one")
    assert attempt(store, "another long one") == "in"


def test_neither_failures_nor_the_log_name_anybody(store: Store) -> None:
    attempt(store, "wrong", "my-own-password")
    with store.read() as tx:
        kept = str(tx.all("SELECT * FROM sign_in_failure")) + str(tx.all("SELECT * FROM audit"))
    assert "my-own-password" not in kept
    assert kept.count(lockout.name_hash("my-own-password")) == 2
