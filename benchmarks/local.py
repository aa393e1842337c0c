"""A capture on the workstation's own store, durable, beside the same writes by the bare driver.

Both files are encrypted, both wait for the disk at each commit. What our side does besides writing:
rules, the next client's page, the day's figures.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.report import Row, beside, median
from rules.clients import Account, Client, Phone
from rules.desk import ClientPage, Saved
from rules.facts import ResultBody
from rules.protocol import Lease, Leases, Session, User
from storage.clock import Clock
from storage.local.connection import connect
from storage.local.desk import LocalDesk
from storage.local.driver import Connection
from storage.local.store import LocalStore

KEY = bytes(range(32))
MORNING = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
"""Tuesday 10:00 in Mexico City."""

SAVES = 40
"""As many clients as a desk may hold offline."""

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def run(tell: Callable[[str, Sequence[Row]], None]) -> None:
    """Measure and tell the table."""
    with tempfile.TemporaryDirectory() as folder:
        tell("A capture on the workstation, durable", list(rows(Path(folder))))


def rows(folder: Path) -> Iterable[Row]:
    """Ours and the floor in turn, save by save; and, as control, each statement committed by itself."""
    for name in ("written", "ours"):
        _prepare(folder / name)
    for name in ("floor", "control"):
        shutil.copytree(folder / "written", folder / name)
    writes = _written(folder / "written")
    ours: list[float] = []
    floor: list[float] = []
    control: list[float] = []
    station = _open(folder / "ours")
    bare, single = (connect(folder / name / "local.db", KEY) for name in ("floor", "control"))
    with closing(station), closing(bare), closing(single):
        desk = LocalDesk(station)
        for statements in writes:
            client = _on_desk(desk)
            desk.ahead()  # as the desk does while the agent speaks
            ours.append(_timed(partial(_save, desk, client)))
            floor.append(_timed(partial(_replay, bare, ["BEGIN IMMEDIATE", *statements, "COMMIT"])))
            control.append(_timed(partial(_replay, single, statements)))
    what = f"{len(writes[0])} writes"
    yield beside("save, p50", median(ours), "ms", median(floor), f"raw, {what}", "<= 2.5")
    yield beside("control: a commit for each write", median(control), "ms", median(floor), "raw", "> 2.5")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _open(folder: Path) -> LocalStore:
    return LocalStore(folder / "local.db", KEY, Clock(MORNING))


def _prepare(folder: Path) -> None:
    """A workstation with clients at hand."""
    user = User(id=1, name="ana", display_name="Ana", role="agent", portfolios=("Cards",))
    session = Session(
        access_token="made up",  # noqa: S106 - made up
        refresh_token="made up",  # noqa: S106 - made up
        expires_at=MORNING + timedelta(hours=8),
        user=user,
        server_time=MORNING,
    )
    leases = tuple(
        Lease(lease_id=f"lease-{n}", token=n, expires_at=MORNING + timedelta(hours=8), client=_client(n))
        for n in range(1, SAVES + 2)
    )
    with closing(_open(folder)) as store:
        store.set_session(session)
        store.set_link("online")
        store.take(Leases(leases=leases, server_time=MORNING), 0.0)


def _client(number: int) -> Client:
    account = Account(
        id=number * 10,
        product="card",
        number="1234",
        currency="MXN",
        overdue=150_000,
        total=900_000,
        minimum=50_000,
        days=12,
        bucket="B1",
    )
    return Client(
        id=number,
        name=f"Client {number}",
        country="MX",
        zones=("America/Mexico_City",),
        as_of=MORNING,
        portfolio="Cards",
        phones=(Phone(id=f"{number}1", number="+525555000001", status="validado_titular"),),
        accounts=(account,),
    )


def _on_desk(desk: LocalDesk) -> int:
    """The client that is shown."""
    page = desk.desk().page
    assert isinstance(page, ClientPage)
    return page.client.id


def _save(desk: LocalDesk, client: int) -> None:
    """No answer: kept, and the next client's page at hand."""
    saved = desk.save(ResultBody(client_id=client, code="NOCO"))
    assert isinstance(saved, Saved), saved


def _written(folder: Path) -> list[list[str]]:
    """The writes of each save, with their values, as SQLite ran them."""
    found: list[list[str]] = []
    with closing(_open(folder)) as store:
        desk = LocalDesk(store)
        with store.read() as view:
            view.connection.set_trace_callback(lambda text: found[-1].append(text))
        for _ in range(SAVES):
            found.append([])
            _save(desk, _on_desk(desk))
    return [[text for text in some if text.lstrip().startswith(WRITES)] for some in found]


def _replay(connection: Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement)
