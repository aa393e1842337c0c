"""Tables such as the centre sends, for the tests of the board's pages."""

from __future__ import annotations

from datetime import date

from rules.reports import ReportName, Reports
from rules.tables import Column, Row, Table, totals
from tests.screens.board.conftest import NOW

REPORTS = Reports(
    reports=(
        ReportName(name="live_queue", title="The queue now", group="live"),
        ReportName(name="activity", title="Activity by agent", group="activity"),
        ReportName(name="kept", title="Promises kept", group="money", period="month"),
    )
)

_COLUMNS = (
    Column(key="agent", title="agent", kind="code"),
    Column(key="name", title="name"),
    Column(key="attempts", title="attempts", kind="count", opens=True),
    Column(key="recovered", title="recovered", kind="money", opens=True),
    Column(key="contact_rate", title="contact rate", kind="percent"),
    Column(key="kept_rate", title="kept rate", kind="percent", of="money"),
    Column(key="touches", title="touches per account", kind="average"),
    Column(key="handling", title="handling", kind="average", of="seconds"),
    Column(key="logged", title="connected", kind="seconds"),
    Column(key="day", title="day", kind="date"),
    Column(key="last", title="last result", kind="instant"),
)
_ROWS = (
    Row(
        key="ana",
        currency="MXN",
        cells=(
            "ana", "Ana López", 1_230, 410_050, (14, 23), (150_000, 300_000), (55, 30), (4_000, 12), 3_723,
            "2026-11-24", "2026-11-25T10:42:00-06:00",
        ),
    ),
    Row(
        key="bruno",
        currency="MXN",
        cells=("bruno", "Bruno Díaz", 0, 0, (0, 0), (0, 0), (0, 0), (0, 0), 0, None, None),
    ),
)  # fmt: skip
ACTIVITY = Table(
    name="activity",
    title="Activity by agent",
    columns=_COLUMNS,
    rows=_ROWS,
    totals=totals(_COLUMNS, _ROWS, "Total"),
    at=NOW,
    since=date(2026, 11, 1),
    until=date(2026, 11, 25),
)
_BEHIND = (
    Column(key="at", title="when", kind="instant"),
    Column(key="client", title="client"),
    Column(key="code", title="code", kind="code"),
)
RESULTS = Table(
    name="rows",
    title="Activity by agent",
    columns=_BEHIND,
    rows=tuple(
        Row(key=str(number), cells=(f"2026-11-25T10:{number:02d}:00-06:00", f"Juana {number}.", "PPT"))
        for number in range(30)
    ),
    at=NOW,
    since=date(2026, 11, 25),
    until=date(2026, 11, 25),
    more=True,
)

_HOURS = tuple(
    Column(key=f"h{hour:02}", title=f"{hour:02}", kind="percent", opens=True) for hour in range(24)
)
HOURS = Table(
    name="contact_hours",
    title="Contact by weekday and hour",
    columns=(Column(key="weekday", title="weekday", kind="code"), *_HOURS),
    rows=tuple(
        Row(
            key=str(day),
            cells=(
                str(day),
                *((day + hour, 120) if day < 6 and 8 <= hour <= 20 else (0, 0) for hour in range(24)),
            ),
        )
        for day in range(7)
    ),
    at=NOW,
    since=date(2026, 8, 27),
    until=date(2026, 11, 25),
)
_BEST = (
    Column(key="portfolio", title="portfolio"),
    Column(key="bucket", title="bucket", kind="code"),
    Column(key="best", title="best hour", kind="code"),
    Column(key="best_rate", title="contact rate then", kind="percent"),
    Column(key="sample", title="sample", kind="code"),
)
BEST = Table(
    name="best_hours",
    title="Best time to call",
    columns=_BEST,
    rows=(
        Row(key="1|B1", cells=("Tarjetas Norte", "B1", "18", (31, 90), "")),
        Row(key="1|B2", cells=("Tarjetas Norte", "B2", "11", (2, 4), "few")),
    ),
    at=NOW,
)
BUCKETS = Table(
    name="bucket_curve",
    title="Buckets day by day",
    columns=(
        Column(key="day", title="day", kind="date"),
        Column(key="currency", title="currency", kind="code"),
        Column(key="B1", title="B1", kind="count"),
        Column(key="B2", title="B2", kind="count"),
        Column(key="B3", title="B3", kind="count"),
        Column(key="B1_balance", title="B1 $", kind="money"),
    ),
    rows=tuple(
        Row(
            key=f"2026-11-{day:02}/MXN",
            currency="MXN",
            cells=(f"2026-11-{day:02}", "MXN", 100 - day, 40 + day, 0, 5_000_000 * day),
        )
        for day in range(1, 25)
    ),
    at=NOW,
)
PROMISES = Table(
    name="promise_curve",
    title="When promised money comes in",
    columns=(
        Column(key="currency", title="currency", kind="code"),
        Column(key="day", title="day", kind="count"),
        Column(key="made", title="received since promised", kind="percent", of="money"),
        Column(key="due", title="received around the due day", kind="percent", of="money"),
    ),
    rows=tuple(
        Row(
            key=f"MXN/{day}",
            currency="MXN",
            cells=("MXN", day, (day * 1_000, 30_000) if day >= 0 else None, (1_000 * (day + 7), 30_000)),
        )
        for day in range(-7, 15)
    ),
    at=NOW,
)

TABLES = {table.name: table for table in (ACTIVITY, HOURS, BEST, BUCKETS, PROMISES)}


def reply(query):
    """The centre's answer to any `ReportQuery`: the table of its name, of the days asked for."""
    import msgspec

    table = TABLES.get(query.name, ACTIVITY)
    return msgspec.structs.replace(table, since=query.since or table.since, until=query.until or table.until)
