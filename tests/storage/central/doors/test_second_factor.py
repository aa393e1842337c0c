from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from rules.protocol import SignIn
from storage.central.connection import Store, StoreError
from storage.central.doors import people, second_factor
from storage.central.doors.people import SignInRefused


@pytest.fixture
def totp(store: Store, add_ana: int) -> pyotp.TOTP:
    secret, address = second_factor.set_up(store, "ana", "root")
    found = pyotp.parse_uri(address)
    assert isinstance(found, pyotp.TOTP)
    assert (found.secret, found.name, found.issuer) == (secret, "ana", "agent-tui")
    return found


def attempt(store: Store, password: str, code: str = "") -> str:
    try:
        people.sign_in(store, SignIn(user="ana", password=password, device="d1", code=code))
    except SignInRefused as error:
        return error.code
    return "in"


def test_the_code_is_asked_for_once_the_password_was_right(store: Store, password: str, totp, clock) -> None:
    code = totp.at(clock.now())
    assert attempt(store, "wrong") == "bad_credentials"
    assert attempt(store, "wrong", code) == "bad_credentials"
    assert attempt(store, password) == "second_factor_needed"
    assert attempt(store, password, f"{code[:3]} {code[3:]}") == "in"


@pytest.mark.parametrize(
    ("seconds", "answer"), [(-60, "bad_code"), (-30, "in"), (30, "in"), (60, "bad_code")]
)
def test_a_clock_may_be_one_step_off(
    store: Store, password: str, totp, clock, seconds: int, answer: str
) -> None:
    assert attempt(store, password, totp.at(int(clock.now().timestamp()) + seconds)) == answer


def test_each_code_is_taken_once_even_by_many_at_once(store: Store, password: str, totp, clock) -> None:
    code = totp.at(clock.now())
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: attempt(store, password, code), range(4)))
    assert answers.count("in") == 1
    assert attempt(store, password, totp.at(clock.now().timestamp() - 30)) == "bad_code"
    clock.move(seconds=30)
    assert attempt(store, password, totp.at(clock.now())) == "in"


def test_wrong_codes_lock_and_asking_for_one_does_not(store: Store, password: str, totp, clock) -> None:
    assert [attempt(store, password) for _ in range(8)] == ["second_factor_needed"] * 8
    assert [attempt(store, password, "000000") for _ in range(5)] == ["bad_code"] * 5
    assert attempt(store, password) == "locked"
    assert attempt(store, password, totp.at(clock.now())) == "locked"
    clock.move(seconds=30)
    assert attempt(store, password, totp.at(clock.now())) == "in"


def test_without_a_second_factor_a_code_is_not_looked_at(store: Store, password: str, totp) -> None:
    assert [user.second_factor for user in people.list_users(store)] == [True]
    second_factor.take_away(store, "ana", "root")
    assert attempt(store, password, "123456") == "in"
    with store.read() as tx:
        notes = tx.all("SELECT actor, detail FROM audit WHERE action = 'second_factor_set' ORDER BY id")
    assert [actor for actor, _ in notes] == ["root", "root"]
    assert totp.secret not in str(notes)


def test_an_unknown_user_is_said(store: Store) -> None:
    with pytest.raises(StoreError, match="bruno"):
        second_factor.set_up(store, "bruno")
