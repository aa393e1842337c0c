from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from rules.protocol import SignIn
from storage.central.connection import Store, StoreError
from storage.central.doors import passwords, people
from storage.central.doors.people import SignInRefused


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("nine char", "at least 10"),
        ("x1" * 129, "more than 256"),
        ("I am ANA at work", "name"),
        ("Contraseña123", "commonest"),
        ("QWERTYUIOP", "commonest"),
        ("aaaaabbbbb", "repeats"),
        ("abcde-abcde-", "repeats"),
    ],
)
def test_what_is_no_password_is_said(password: str, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        passwords.new_hash("ana", password)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "cuatro palabras y ya", "ñandú-ñoño-1", "x7Qz!m2#Lp"]
)
def test_no_sign_or_digit_is_asked_for(password: str) -> None:
    hashed = passwords.new_hash("ana", password)
    assert passwords.is_right(hashed, password)
    assert not passwords.is_right(hashed, password + " ")


def test_the_cost_is_that_of_rfc_9106(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the tests' own cheap hashes
    assert passwords.new_hash("ana", "correct horse battery").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_hash_of_other_parameters_is_renewed_at_sign_in(
    store: Store, password: str, add_ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(2, 16, 1))
    for _ in range(2):
        people.sign_in(store, SignIn(user="ana", password=password, device="d1"))
        with store.read() as tx:
            assert "m=16,t=2,p=1" in tx.value("SELECT password_hash FROM app_user")


class CountingHasher(PasswordHasher):
    """The real hasher, which notes the cost of each comparison."""

    def __init__(self) -> None:
        super().__init__(1, 8, 1)
        self.compared: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.compared.append(str(hash).split("$")[3])
        return super().verify(hash, password)


@pytest.mark.parametrize("case", ["unknown", "wrong", "disabled", "locked", "locked unknown"])
def test_whoever_asks_costs_one_comparison_and_hears_the_same(
    store: Store, password: str, add_ana: int, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    if case == "disabled":
        people.disable_user(store, "ana")
    request = SignIn(user="nobody" if "unknown" in case else "ana", password="not this one", device="d1")
    if "locked" in case:
        for _ in range(5):
            with pytest.raises(SignInRefused):
                people.sign_in(store, request)
    hasher = CountingHasher()
    monkeypatch.setattr(passwords, "HASHER", hasher)
    with pytest.raises(SignInRefused) as caught:
        people.sign_in(store, request)
    expected = ("locked", 30) if "locked" in case else ("bad_credentials", None)
    assert (caught.value.code, caught.value.retry_after) == expected
    assert hasher.compared == ["m=8,t=1,p=1"]
