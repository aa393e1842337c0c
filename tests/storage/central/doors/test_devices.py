from __future__ import annotations

import base64

import pytest

from rules.protocol import Session, SignIn
from storage.central.connection import Store, StoreError
from storage.central.doors import devices, people
from storage.central.doors.people import SignInRefused


@pytest.fixture
def beto(store: Store, password: str) -> int:
    return people.add_user(store, "beto", "agent", password)


def sign_in(store: Store, password: str, user: str = "ana", device: str = "d1", label: str = "") -> Session:
    return people.sign_in(store, SignIn(user=user, password=password, device=device, label=label))


def refused(call, *args) -> str:
    with pytest.raises(SignInRefused) as caught:
        call(*args)
    return caught.value.code


def test_a_device_is_registered_once_and_keeps_its_secret(
    store: Store, password: str, add_ana: int, clock
) -> None:
    first = sign_in(store, password, label="Desk\x1b 4")
    assert len(base64.b64decode(first.device_secret)) == 32
    registered = clock.now()
    clock.move(hours=1)
    assert sign_in(store, password).device_secret == first.device_secret
    assert sign_in(store, password, device="d2").device_secret != first.device_secret
    [one] = [device for device in devices.list_devices(store, "ana") if device.id == "d1"]
    assert (one.user, one.label, one.registered_at, one.last_seen) == (
        "ana",
        "Desk 4",
        registered,
        clock.now(),
    )


def test_refreshing_brings_no_secret(store: Store, password: str, add_ana: int) -> None:
    assert people.refresh(store, sign_in(store, password).refresh_token).device_secret == ""


def test_a_secret_is_never_another_users(store: Store, password: str, add_ana: int, beto: int) -> None:
    anas = sign_in(store, password)
    betos = sign_in(store, password, "beto")
    assert betos.device_secret not in ("", anas.device_secret)
    assert refused(people.who, store, anas.access_token) == "expired"
    assert sign_in(store, password).device_secret not in (anas.device_secret, betos.device_secret)
    assert devices.list_devices(store, "beto") == []


def test_a_revoked_device_is_out_for_good(store: Store, password: str, add_ana: int) -> None:
    session, elsewhere = sign_in(store, password), sign_in(store, password, device="d2")
    devices.revoke_device(store, "d1", by="root")
    assert refused(people.who, store, session.access_token) == "expired"
    assert refused(people.refresh, store, session.refresh_token) == "device_revoked"
    assert refused(sign_in, store, password) == "device_revoked"
    assert refused(sign_in, store, "not this one") == "device_revoked"
    assert people.who(store, elsewhere.access_token).name == "ana"
    with store.read() as tx:
        assert tx.value("SELECT secret FROM device WHERE id = 'd1'") is None
        assert tx.value("SELECT actor FROM audit WHERE action = 'device_revoked'") == "root"


def test_what_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(StoreError, match="d9"):
        devices.revoke_device(store, "d9")
    with pytest.raises(StoreError, match="bruno"):
        devices.list_devices(store, "bruno")
