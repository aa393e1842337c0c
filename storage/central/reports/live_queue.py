"""The queue as boards show it now, and the rows behind each of its figures."""

from __future__ import annotations

from rules.buckets import segment
from rules.live_figures import queue_key
from rules.protocol import QueueRow
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table, totals
from rules.words import mark
from storage.central.counting import figures, stats
from storage.central.records.closing import NotDone
from storage.central.reports import live
from storage.central.reports.asked import Asked

NAME = ReportName(name="live_queue", title=mark("The queue now"), group="live")

COLUMNS = (
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="strategy", title=mark("strategy"), kind="code"),
    Column(key="bucket", title=mark("bucket"), kind="code"),
    Column(key="pending", title=mark("pending"), kind="count", opens=True),
    Column(key="leased", title=mark("on a desk"), kind="count", opens=True),
    Column(key="waiting", title=mark("waiting"), kind="count", opens=True),
    Column(key="untouched", title=mark("untouched today"), kind="count", opens=True),
    Column(key="unlocatable", title=mark("unlocatable"), kind="count", opens=True),
    Column(key="worked", title=mark("worked"), kind="count", opens=True),
    Column(key="contacted", title=mark("contacts"), kind="count", opens=True),
    Column(key="rpc", title=mark("right-party contacts"), kind="count", opens=True),
    Column(key="promised", title=mark("promises"), kind="count", opens=True),
    Column(key="promised_amount", title=mark("promised"), kind="money", opens=True),
    Column(key="recovered_amount", title=mark("recovered"), kind="money", opens=True),
    Column(key="goal", title=mark("goal"), kind="money"),
)

_MEASURES = {"contacted": figures.CONTACT, "rpc": figures.RIGHT_PARTY, "promised": figures.PROMISE}
_FIGURES = tuple(column.key for column in COLUMNS)


def table(asked: Asked) -> Table:
    """The rows of a board's queue, equal to it to the cent.

    Raises:
        NotDone: only_today; not_by_people: a queue belongs to no team and no agent.
    """
    if not asked.unfiltered:
        raise NotDone("not_by_people")
    rows = tuple(map(_row, stats.seen(asked.tx, live.viewer(asked)).queue))
    return Table(
        name=NAME.name,
        title=NAME.title,
        columns=COLUMNS,
        rows=rows,
        totals=totals(COLUMNS, rows),
        at=asked.tx.now,
        since=asked.since,
        until=asked.until,
    )


def _row(found: QueueRow) -> Row:
    return Row(
        key=queue_key(found),
        currency=found.currency,
        cells=tuple(getattr(found, name) for name in _FIGURES),
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """What a figure counts: clients in the queue, results of today, or payments.

    Raises:
        KeyError: the column opens no rows, or there is no such row.
        NotDone: as `table`.
    """
    if not asked.unfiltered:
        raise NotDone("not_by_people")
    live.viewer(asked)
    portfolio, part, currency = _parted(row)
    those = live.of(asked, lambda book: portfolio in (None, book.name))
    title = {one.key: one.title for one in COLUMNS if one.opens}[column]
    if column == "promised_amount":
        return live.promised(those, title, part, currency)
    if column == "recovered_amount":
        return live.payments(those, title, part, currency)
    # Counts stand in the row of the portfolio's own currency.
    own = live.of(those, lambda book: currency in ("", book.currency))
    if column in live.QUEUED:
        return live.queued(own, title, column, part)
    if column == "worked":
        return live.worked(own, title, part)
    return live.results(own, title, _MEASURES[column], part)


def _parted(row: str) -> tuple[str | None, str | None, str]:
    """Portfolio, segment and currency of a row's key; None = all of them, as is the currency ""."""
    if row.startswith(TOTAL):
        return None, None, row.removeprefix(TOTAL)
    try:
        portfolio, strategy, bucket, currency = row.rsplit("/", 3)
    except ValueError as error:
        raise KeyError(row) from error
    return portfolio, segment(bucket, strategy), currency
