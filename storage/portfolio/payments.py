"""Takes in a bank's or collector's file of payments: identified, posted once, and applied by the ledger.

The file is taken in chunks, each in its own transaction. A payment is known by its account and the
bank's reference: the same file twice changes nothing. What can't be identified is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from rules.words import tr
from storage.central.connection import Store, Tx
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.portfolios import Book, books, portfolio_id
from storage.portfolio import mapping_text
from storage.portfolio.expressions import Scope
from storage.portfolio.importing import CHUNK, Tally
from storage.portfolio.mapping_text import MappingError
from storage.portfolio.payment_mapping import PaymentMapping
from storage.portfolio.payment_records import PaymentReader, PaymentRecord, parted
from storage.portfolio.reading import open_table
from storage.portfolio.records import Rejection
from storage.portfolio.rejects import Rejects
from storage.portfolio.seen import Seen

_ACCOUNTS = """
    SELECT a.ref, a.id, a.currency
    FROM account a
    WHERE a.portfolio_id = :portfolio AND a.ref IN :texts
    UNION
    SELECT p.number, a.id, a.currency
    FROM policy p
    JOIN account a ON a.id = p.account_id
    WHERE a.portfolio_id = :portfolio AND p.number IN :texts
"""
_RECEIPTS = """
    SELECT p.account_id, r.number, r.id
    FROM receipt r
    JOIN policy p ON p.id = r.policy_id
    WHERE p.account_id IN :ids
"""
_KNOWN = "SELECT account_id, reference FROM payment WHERE account_id IN :ids AND reference IN :references"


class Outcome(msgspec.Struct):
    """What taking a file in did, or would do; rejected rows are listed in `rejects`, "" = none.

    payments: new ones, and those that were known. amounts: of the new ones, minor units by currency.
    """

    rows: int = 0
    rejected: int = 0
    payments: Tally = msgspec.field(default_factory=Tally)
    amounts: dict[str, int] = msgspec.field(default_factory=dict)
    rejects: str = ""


def take_payments(
    store: Store,
    path: Path,
    portfolio: str,
    mapping: PaymentMapping,
    *,
    where: str = "",
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Take in a CSV or XLSX file of payments of a portfolio.

    Rows that do not fit, or that belong to no account, are listed in ``FILE.rejected.csv``.

    Args:
        store: an upgraded store.
        path: the file.
        portfolio: name of the portfolio.
        mapping: which column is which field.
        where: the mapping's file, for messages.
        dry_run: compare only; the store stays as it is.
        progress: told the rows read so far, after each chunk.

    Raises:
        StoreError: there is no such portfolio.
        ImportFailed: the file can't be read.
        MappingError: the mapping does not fit the file's columns, or names an unknown zone.
    """
    with store.read() as tx:
        book, now = books(tx)[portfolio_id(tx, portfolio)], tx.now
    reading = mapping.reading
    with ExitStack() as stack:
        rejects, seen, outcome = Rejects(path), Seen(), Outcome()
        stack.callback(rejects.close)
        stack.callback(seen.close)
        table = stack.enter_context(
            open_table(path, encoding=reading.encoding, delimiter=reading.delimiter, sheet=reading.sheet)
        )
        scope = Scope(table.columns, mapping.tables, book.moment(now)[0], reading.decimal)
        reader = PaymentReader(
            table.columns,
            mapping_text.compiled("payment", msgspec.structs.asdict(mapping.payment), scope, where),
            decimal=reading.decimal,
            order=reading.dates or ("dmy" if book.country == "MX" else "mdy"),
            zone=_zone(mapping, book, where),
            now=now,
        )
        while chunk := [reader.read(line, cells) for line, cells in islice(table.rows, CHUNK)]:
            outcome.rows += len(chunk)
            rejected = [one for one in chunk if isinstance(one, Rejection)]
            records = [one for one in chunk if isinstance(one, PaymentRecord)]
            rejected += _take(store, book, records, seen, outcome, dry_run=dry_run)
            outcome.rejected += len(rejected)
            rejects.add(sorted(rejected, key=lambda one: one.line))
            if progress:
                progress(outcome.rows)
        outcome.rejects = str(rejects.path) if rejects.written else ""
    return outcome


def _zone(mapping: PaymentMapping, book: Book, where: str) -> ZoneInfo:
    try:
        return ZoneInfo(mapping.zone) if mapping.zone else book.zone
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MappingError(tr("{where}: there is no zone {zone}", where=where, zone=mapping.zone)) from error


def _take(
    store: Store, book: Book, records: Sequence[PaymentRecord], seen: Seen, outcome: Outcome, *, dry_run: bool
) -> list[Rejection]:
    """Post what is new; what belongs to nobody, or was told before, is returned."""
    with store.read() as tx:
        found, rejected = _identified(tx, book, records)
        again = _told_again(found, seen)
        found = [pair for pair in found if pair[0].line not in again]
        payments = [payment for _, payment in found]
        known = set(
            tx.all(
                _KNOWN,
                ids=sorted({one.account_id for one in payments}),
                references=sorted({one.reference for one in payments}),
            )
        )
    new = [one for one in payments if (one.account_id, one.reference) not in known]
    if not dry_run:
        post_payments(store, new)
    outcome.payments.made += len(new)
    outcome.payments.unchanged += len(payments) - len(new)
    for one in new:
        outcome.amounts[one.currency] = outcome.amounts.get(one.currency, 0) + one.amount
    return rejected + list(again.values())


def _identified(
    tx: Tx, book: Book, records: Sequence[PaymentRecord]
) -> tuple[list[tuple[PaymentRecord, NewPayment]], list[Rejection]]:
    """Each record with the account and receipt that it is for, and rejections of the others."""
    texts = {one.paid for one in records} | {pair[0] for one in records if (pair := parted(one))}
    accounts: dict[str, set[tuple[int, str]]] = {}
    for text, account, currency in tx.all(_ACCOUNTS, portfolio=book.id, texts=sorted(texts)):
        accounts.setdefault(text, set()).add((account, currency))
    ids = {account for found in accounts.values() for account, _ in found}
    receipts: dict[tuple[int, int], list[int]] = {}
    for account, number, receipt in tx.all(_RECEIPTS, ids=sorted(ids)):
        receipts.setdefault((account, number), []).append(receipt)
    fitting, rejected = [], []
    for one in records:
        made = _payment(one, accounts, receipts)
        if isinstance(made, str):
            rejected.append(Rejection(one.line, "", one.paid, made))
        else:
            fitting.append((one, made))
    return fitting, rejected


def _payment(
    one: PaymentRecord,
    accounts: dict[str, set[tuple[int, str]]],
    receipts: dict[tuple[int, int], list[int]],
) -> NewPayment | str:
    """The payment that a record tells of, or why it is none."""
    text, number = one.paid, one.receipt
    if text not in accounts and (pair := parted(one)) is not None and pair[0] in accounts:
        text, number = pair
    whose = accounts.get(text, set())
    if not whose:
        return tr("no account or policy of the portfolio has this number")
    if len(whose) > 1:
        return tr("several accounts have this number; write the account's own")
    [(account, currency)] = whose
    if one.currency and one.currency.upper() != currency:
        return tr("the account is in {currency}", currency=currency)
    named = receipts.get((account, number), []) if number is not None else []
    if number is not None and len(named) != 1:
        return tr("the policy has no receipt {number}", number=number)
    return NewPayment(
        account_id=account,
        at=one.at,
        amount=one.amount,
        currency=currency,
        reference=one.reference,
        channel=one.channel,
        payer=one.payer,
        receipts=tuple(named),
    )


def _told_again(found: Sequence[tuple[PaymentRecord, NewPayment]], seen: Seen) -> dict[int, Rejection]:
    """By line, rejections of payments that the file has named before."""
    lines: dict[str, int] = {}
    for record, payment in found:
        lines.setdefault(f"{payment.account_id} {payment.reference}", record.line)
    first = lines | seen.earlier("payment", lines)
    again = {}
    for record, payment in found:
        line = first[f"{payment.account_id} {payment.reference}"]
        if line != record.line:
            words = tr("payment {ref} is on line {line} already", ref=record.reference, line=line)
            again[record.line] = Rejection(record.line, "", record.reference, words)
    return again
