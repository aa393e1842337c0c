from __future__ import annotations

from datetime import timedelta

import pytest

from rules.protocol import SignIn
from storage.central import portfolios
from storage.central.connection import Store, StoreError
from storage.central.doors import people
from storage.central.doors.people import SignInRefused
from storage.central.upkeep import schema


def sign_in(store: Store, password: str, user: str = "ana", device: str = "d1"):
    return people.sign_in(store, SignIn(user=user, password=password, device=device))


def refused(call, *args) -> str:
    with pytest.raises(SignInRefused) as caught:
        call(*args)
    return caught.value.code


def test_who_signs_in_is_known_by_the_token(store: Store, password: str) -> None:
    portfolios.ensure_portfolio(
        store, "US Cards", product="card", country="US", currency="USD", language="en", creditor="B", firm="F"
    )
    people.add_user(
        store, "ana", "agent", password, display_name="Ana\x1b[31m L", portfolios=["US Cards"], daily_goal=5
    )
    schema.mark_training(store)
    session = sign_in(store, password)
    assert (session.user.currency, session.user.zone) == ("USD", "America/New_York")
    assert (session.user.portfolios, session.user.daily_goal) == (("US Cards",), 5)
    assert session.training
    who = people.who(store, session.access_token)
    assert (who.name, who.display_name, who.device) == ("ana", "Ana[31m L", "d1")
    assert who.portfolio_names == ("US Cards",)
    assert len(who.portfolio_ids or ()) == 1


def test_no_portfolio_means_all(store: Store, password: str, add_ana: int) -> None:
    who = people.who(store, sign_in(store, password).access_token)
    assert who.portfolio_ids is None
    assert who.may_see(12345)


def test_neither_password_nor_token_is_in_the_store(store: Store, password: str, add_ana: int) -> None:
    session = sign_in(store, password)
    with store.read() as tx:
        kept = str(tx.all("SELECT * FROM app_user")) + str(tx.all("SELECT * FROM sign_in_session"))
    assert "$argon2id$" in kept
    for secret in (password, session.access_token, session.refresh_token):
        assert secret not in kept


def test_an_access_token_ends_after_half_an_hour(store: Store, password: str, add_ana: int, clock) -> None:
    session = sign_in(store, password)
    assert session.expires_at == clock.now() + timedelta(minutes=30)
    clock.move(minutes=30)
    assert refused(people.who, store, session.access_token) == "expired"
    assert refused(people.who, store, "no such token") == "expired"


def test_refreshing_gives_a_new_pair_for_a_fortnight(
    store: Store, password: str, add_ana: int, clock
) -> None:
    session = sign_in(store, password)
    clock.move(days=13)
    session = people.refresh(store, session.refresh_token)
    assert people.who(store, session.access_token).name == "ana"
    clock.move(days=15)
    assert refused(people.refresh, store, session.refresh_token) == "expired"


def test_a_refresh_token_used_again_ends_the_family(store: Store, password: str, add_ana: int, clock) -> None:
    first = sign_in(store, password)
    second = people.refresh(store, first.refresh_token)
    clock.move(minutes=1)
    assert refused(people.refresh, store, first.refresh_token) == "reused"
    assert refused(people.who, store, second.access_token) == "expired"
    assert refused(people.refresh, store, second.refresh_token) == "expired"


def test_asking_again_when_the_answer_was_lost_is_no_theft(
    store: Store, password: str, add_ana: int, clock
) -> None:
    session = sign_in(store, password)
    people.refresh(store, session.refresh_token)  # the answer is lost
    clock.move(seconds=20)
    again = people.refresh(store, session.refresh_token)
    assert people.who(store, again.access_token).name == "ana"


def test_signing_out_ends_the_session(store: Store, password: str, add_ana: int) -> None:
    session = sign_in(store, password)
    people.sign_out(store, session.access_token)
    assert refused(people.who, store, session.access_token) == "expired"
    assert refused(people.refresh, store, session.refresh_token) == "expired"


def test_a_disabled_user_is_out_at_once(store: Store, password: str, add_ana: int) -> None:
    session = sign_in(store, password)
    people.disable_user(store, "ana")
    assert refused(people.who, store, session.access_token) == "expired"
    assert refused(sign_in, store, password) == "disabled"
    assert refused(sign_in, store, "wrong") == "bad_credentials"
    assert people.list_users(store)[0].disabled


def test_a_new_password_replaces_the_old_one(store: Store, password: str, add_ana: int) -> None:
    session = sign_in(store, password)
    people.set_password(store, "ana", "another long one")
    assert refused(people.who, store, session.access_token) == "expired"
    assert refused(sign_in, store, password) == "bad_credentials"
    assert sign_in(store, "another long one").user.name == "ana"


@pytest.mark.parametrize(
    ("name", "role", "word", "portfolio", "says"),
    [
        ("ana", "agent", "long enough", (), "already"),
        ("", "agent", "long enough", (), "name"),
        ("eva", "boss", "long enough", (), "boss"),
        ("eva", "agent", "nine char", (), "10"),
        ("eva", "agent", "long enough", ("Nowhere",), "Nowhere"),
    ],
)
def test_what_is_wrong_with_a_new_user_is_said(
    store: Store, add_ana: int, name, role, word, portfolio, says
) -> None:
    with pytest.raises(StoreError, match=says):
        people.add_user(store, name, role, word, portfolios=portfolio)
    assert [user.name for user in people.list_users(store)] == ["ana"]


def test_an_unknown_user_is_said(store: Store) -> None:
    with pytest.raises(StoreError, match="bruno"):
        people.disable_user(store, "bruno")
    with pytest.raises(StoreError, match="bruno"):
        people.set_password(store, "bruno", "long enough")


def test_a_disabled_user_may_come_back(store: Store, password: str, add_ana: int) -> None:
    people.disable_user(store, "ana")
    people.enable_user(store, "ana")
    assert sign_in(store, password).user.name == "ana"


def test_everybody_may_be_signed_out_everywhere(store: Store, password: str, add_ana: int) -> None:
    people.add_user(store, "beto", "agent", password)
    here, there = (sign_in(store, password, device=device) for device in ("d1", "d2"))
    other = sign_in(store, password, "beto", "d3")
    people.sign_out_everywhere(store, people.who(store, here.access_token))
    for session in (here, there):
        assert refused(people.who, store, session.access_token) == "expired"
        assert refused(people.refresh, store, session.refresh_token) == "expired"
    again = sign_in(store, password)
    people.end_sessions_of(store, "ana")
    assert refused(people.who, store, again.access_token) == "expired"
    assert people.who(store, other.access_token).name == "beto"
