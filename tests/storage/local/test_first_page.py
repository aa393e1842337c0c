"""The first frame's page equals what the desk shows, whatever the store holds."""

from __future__ import annotations

import string
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.clients import Account, Attempt, Callback, Client, HistoryEntry, Phone, Promise
from rules.desk import NoClient
from rules.insurance.policies import Policy
from storage.clock import Clock
from storage.local.first_page import first_page
from storage.local.store import LocalStore
from tests.conftest import LOCAL_KEY

Station = Any

texts = st.text(string.ascii_letters + 'áñ€ \x1b\u202e"\\', max_size=12)
ids = st.text(string.ascii_lowercase, min_size=1, max_size=3)
cents = st.integers(0, 10**8)
days = st.dates(date(2026, 10, 1), date(2026, 12, 31))
zones = st.sampled_from(["America/Mexico_City", "America/Tijuana", "America/Cancun", "America/New_York"])


def clients(now: Any) -> st.SearchStrategy[Client]:
    instants = st.integers(-(10**6), 10**6).map(lambda s: now + timedelta(seconds=s))
    phones = st.builds(
        Phone,
        id=ids,
        number=st.just("+525555000001"),
        label=texts,
        status=st.sampled_from(["por_validar", "equivocado", "validado_titular"]),
        use=st.sampled_from(["collect", "validate", "none"]),
        zone=st.none() | zones,
    )
    accounts = st.builds(
        Account,
        id=st.integers(1, 9),
        product=st.sampled_from(["card", "loan", "sme", "insurance", "timeshare"]),
        number=texts,
        currency=st.sampled_from(["MXN", "USD"]),
        overdue=cents,
        total=cents,
        minimum=cents,
        days=st.integers(0, 200),
        oldest_due=st.none() | days,
        components=st.dictionaries(texts, cents, max_size=2),
    )
    entries = st.builds(
        HistoryEntry,
        id=ids,
        at=instants,
        code=st.sampled_from(["PPT", "NOCO", "PAGO"]),
        note=texts,
        agent=st.just("ana"),
        amount=st.none() | cents,
        currency=st.just("MXN"),
    )
    promises = st.builds(
        Promise,
        id=ids,
        account_id=st.integers(1, 9),
        made=instants,
        due=days,
        amount=cents,
        currency=st.just("MXN"),
        status=st.sampled_from(["open", "broken", "kept"]),
    )
    policies = st.builds(
        Policy,
        id=st.integers(1, 9),
        account_id=st.integers(1, 9),
        number=texts,
        kind=st.just("car"),
        insurer=texts,
        starts=days,
        ends=days,
        status=st.sampled_from(["in_force", "grace"]),
        channel=texts,
        currency=st.just("MXN"),
        grace_ends=st.none() | instants,
    )
    return st.builds(
        Client,
        id=st.integers(1, 10**6),
        name=texts,
        country=st.sampled_from(["MX", "US"]),
        zones=st.lists(zones, max_size=2, unique=True).map(tuple),
        as_of=instants,
        portfolio=texts,
        state=st.sampled_from(["", "MA"]),
        language=st.sampled_from(["es", "en"]),
        do_not_contact=st.booleans(),
        hold_until=st.none() | instants,
        hold_reason=st.sampled_from(["", "deceased", "dispute"]),
        phones=st.lists(phones, max_size=3).map(tuple),
        accounts=st.lists(accounts, max_size=3).map(tuple),
        policies=st.lists(policies, max_size=1).map(tuple),
        promises=st.lists(promises, max_size=2).map(tuple),
        callbacks=st.lists(
            st.builds(Callback, id=ids, due_at=instants, agent=st.none() | ids), max_size=2
        ).map(tuple),
        attempts=st.lists(
            st.builds(Attempt, at=instants, counted=st.booleans(), conversation=st.booleans()), max_size=8
        ).map(tuple),
        history=st.lists(entries, max_size=3).map(tuple),
        score=st.integers(0, 3000),
    )


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_it_equals_the_desk(data: st.DataObject, make_station: Callable[[Path], Station]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        station = make_station(Path(folder) / "local.db")
        if data.draw(st.booleans(), label="signed in"):
            station.sign_in(daily_goal=data.draw(cents))
        station.store.set_offset(data.draw(st.sampled_from([0, 1500, -7_200_000]), label="offset"))
        held = data.draw(
            st.lists(clients(station.hub_now), max_size=4, unique_by=lambda c: c.id), label="clients"
        )
        station.lease(*held, ttl=data.draw(st.sampled_from([30, 1200]), label="ttl"))
        if data.draw(st.booleans(), label="shown"):
            station.desk.desk()
        for _ in range(data.draw(st.integers(0, 2), label="skips")):
            station.desk.skip("later")
        if data.draw(st.booleans(), label="undo"):
            station.desk.undo()
        station.clock.pass_time(data.draw(st.sampled_from([0, 60, 3600, 86_400]), label="later"))
        station.store.close()
        station.clock.boot = "another run"  # as for the first page, which asks the system for its own

        page = first_page(station.path, LOCAL_KEY, station.clock)
        station.open()
        try:
            assert page == station.desk.desk()
            assert first_page(station.path, LOCAL_KEY, station.clock) == page
        finally:
            station.store.close()


def test_it_reads_while_the_store_is_open(station: Station, a_client: Callable[..., Client]) -> None:
    station.store.set_link("connecting")
    station.lease(a_client(1))
    page = first_page(station.path, LOCAL_KEY, station.clock)
    assert page is not None
    assert page == station.desk.desk()


def test_without_a_store_there_is_none(tmp_path: Path) -> None:
    assert first_page(tmp_path / "local.db", LOCAL_KEY, Clock()) is None
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "local.db").write_text("no database" * 1000)
    assert first_page(tmp_path / "local.db", LOCAL_KEY, Clock()) is None


def test_a_fresh_store_has_nobody_to_show(tmp_path: Path) -> None:
    LocalStore(tmp_path / "local.db", LOCAL_KEY).close()
    page = first_page(tmp_path / "local.db", LOCAL_KEY, Clock())
    assert page is not None
    assert page.page == NoClient(why="connecting")
