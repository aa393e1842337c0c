"""The text of a written agreement: all that a client must have in hand (mx.agreement.written).

Parties, the debt by component, what is waived of each, every payment with its day, whether
the debt is settled, where to pay (only the lender), what happens when a payment is missed,
and whom to complain to. Sections are set apart by an empty line and begin with their title.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from rules import agreement_words as words
from rules.clients import Account, Agreement, Client
from rules.text import clean, find_pan
from rules.wording import MONTHS, money
from rules.zones import local_day

WIDTH = 78
"""Characters of a line; a page of plain letters holds as many."""

_AMOUNT_WIDTH = 18

Words = tuple[str, str]


def text(client: Client, account: Account, agreement: Agreement, *, zone: str, grace_days: int) -> str:
    """The agreement in the client's language (else that of the country), lines of `WIDTH` at most.

    Args:
        client: with whom it is made.
        account: the debt as it stood when it was made, before the agreement.
        agreement: what was agreed.
        zone: IANA zone of the client, in which days are counted.
        grace_days: how long after its day a payment still counts.
    """
    writer = _Writer(client, account, agreement, zone)
    sections = (
        writer.head(),
        writer.parties(),
        writer.debt(),
        writer.waived(),
        writer.payments(),
        writer.receipts(),
        writer.scope(),
        writer.where(),
        writer.missed(grace_days),
        writer.complaints(),
    )
    written = ("\n".join(section) for section in sections)
    return "\n\n".join(section for section in written if section) + "\n"


def digest(agreed: str) -> str:
    """SHA-256 of an agreement's text, as hexadecimal digits."""
    return hashlib.sha256(agreed.encode()).hexdigest()


class _Writer:
    """Writes the sections of one agreement, a title and its lines each."""

    def __init__(self, client: Client, account: Account, agreement: Agreement, zone: str) -> None:
        self._client, self._account, self._agreement = client, account, agreement
        self._terms, self._zone = agreement.terms, zone
        english = client.language == "en" if client.language in ("es", "en") else client.country == "US"
        self._column, self._language = int(english), "en" if english else "es"

    def head(self) -> Iterator[str]:
        """Title, folio, day; for the US whom the text comes from."""
        yield self._say(words.TITLE, folio=self._agreement.folio)
        yield from self._prose(words.MADE, day=self._day(self._at(self._agreement.made)))
        if self._client.country == "US":
            yield from self._prose(words.COLLECTOR)

    def parties(self) -> Iterator[str]:
        """Who agrees, and who acts for whom."""
        yield self._say(words.PARTIES)
        known = (
            (words.CLIENT, self._client.name),
            (words.CREDITOR, self._account.creditor),
            (words.FIRM, self._client.firm),
            (words.FIRM_ADDRESS, self._detail("firm_address")),
            (words.FIRM_PHONE, self._detail("firm_phone")),
            (words.AGENT, self._agreement.agent),
        )
        yield from self._named(known)

    def debt(self) -> Iterator[str]:
        """The payoff by component; the lines above the total always add up to it."""
        account = self._account
        yield self._say(words.DEBT, day=self._day(self._at(self._client.as_of)))
        yield from self._named(((words.PRODUCT, account.name), (words.NUMBER, self._number())))
        rows = [(self._component(name), amount) for name, amount in account.components.items() if amount]
        rest = account.total - sum(amount for _, amount in rows)
        if rest and rows:
            rows.append((self._say(words.OTHER), rest))
        yield from (self._row(label, amount) for label, amount in rows)
        yield self._row(self._say(words.TOTAL), account.total)
        if account.disputed:
            yield self._row(self._say(words.DISPUTED), -account.disputed)
        yield from self._prose(words.CALCULATED)

    def waived(self) -> Iterator[str]:
        """What is given up, by component."""
        yield self._say(words.WAIVED)
        waived = self._terms.waived
        if not waived:
            yield from self._prose(words.NOTHING_WAIVED)
            return
        yield from (self._row(self._component(name), amount) for name, amount in waived.items())
        whole = sum(waived.values())
        share = Decimal(whole * 100) / (self._account.total or whole)
        percent = f"{share:.2f}"
        yield self._row(self._say(words.WAIVED_TOTAL, percent=percent), whole)

    def payments(self) -> Iterator[str]:
        """Each payment with its day, and their sum."""
        yield self._say(words.PAYMENTS)
        for number, payment in enumerate(self._terms.payments, start=1):
            label = self._say(words.PAYMENT, number=number, day=self._day(payment.due))
            yield self._row(label, payment.amount)
        yield self._row(self._say(words.TO_PAY), self._terms.to_pay)
        if self._terms.beyond_grace:
            yield from self._prose(words.BEYOND_GRACE)

    def receipts(self) -> Iterator[str]:
        """The premium receipts that are paid so, where some are named; what is open on each."""
        named = [
            (receipt, policy)
            for policy in self._client.policies
            for receipt in policy.receipts
            if receipt.id in self._terms.receipts
        ]
        if not named:
            return
        yield self._say(words.RECEIPTS)
        for receipt, policy in sorted(named, key=lambda one: (one[0].due, one[0].id)):
            label = self._say(
                words.RECEIPT,
                number=receipt.number,
                of=receipt.of,
                policy=policy.number,
                day=self._day(receipt.due),
            )
            yield self._row(label, receipt.open)
        yield self._row(self._say(words.RECEIPTS_TOTAL), sum(receipt.open for receipt, _ in named))
        yield from self._prose(words.WHOLE_RECEIPTS)

    def scope(self) -> Iterator[str]:
        """Whether the payments settle the debt or are partial."""
        yield self._say(words.SCOPE)
        rest = self._account.total - sum(self._terms.waived.values()) - self._terms.to_pay
        if rest <= 0:
            yield from self._prose(words.SETTLES)
        else:
            yield from self._prose(words.PARTIAL, rest=self._money(rest))

    def where(self) -> Iterator[str]:
        """The lender's account and reference; nobody else is paid (mx.payment.direct_to_collector)."""
        yield self._say(words.WHERE)
        firm = self._client.firm or self._agreement.agent
        yield from self._prose(words.ONLY_CREDITOR, creditor=self._account.creditor, firm=firm)
        known = ((words.CLABE, self._detail("clabe")), (words.REFERENCE, self._detail("reference")))
        yield from self._named(known)
        yield from self._prose(words.BY_NUMBER, number=self._number())

    def missed(self, grace_days: int) -> Iterator[str]:
        """What happens when a payment does not come."""
        yield self._say(words.MISSED)
        yield from self._prose(words.MISSED_TEXT, days=grace_days)

    def complaints(self) -> Iterator[str]:
        """Whom to complain to."""
        yield self._say(words.COMPLAINTS)
        known = (self._detail("complaints_phone"), self._detail("complaints_email"))
        contact = ", ".join(one for one in known if one)
        said = words.COMPLAINTS_UNIT if contact else words.COMPLAINTS_UNKNOWN
        yield from self._prose(said, creditor=self._account.creditor, contact=contact)

    def _say(self, said: Words, **params: object) -> str:
        # Names and details come from outside: a line end in one of them would make a section.
        return clean(said[self._column].format(**params))

    def _prose(self, said: Words, **params: object) -> list[str]:
        return textwrap.wrap(self._say(said, **params), WIDTH)

    def _named(self, known: Iterable[tuple[Words, str]]) -> Iterator[str]:
        for label, value in known:
            if value:
                yield from textwrap.wrap(clean(f"{self._say(label)}: {value}"), WIDTH, subsequent_indent="  ")

    def _row(self, label: str, amount: int) -> str:
        room = WIDTH - _AMOUNT_WIDTH - 1
        return f"{label[:room]:.<{room}} {self._money(amount):>{_AMOUNT_WIDTH}}"

    def _component(self, name: str) -> str:
        known = words.COMPONENTS.get(name)
        return self._say(known) if known else clean(name.replace("_", " "))

    def _money(self, minor: int) -> str:
        sign = "-" if minor < 0 else ""
        return sign + money(abs(minor), self._account.currency, self._client.country)

    def _day(self, on: date) -> str:
        month = MONTHS[self._language][on.month - 1]
        return (
            f"{month} {on.day}, {on.year}" if self._language == "en" else f"{on.day} de {month} de {on.year}"
        )

    def _at(self, when: datetime) -> date:
        return local_day(when, self._zone)

    def _number(self) -> str:
        """The account's number; of a card number only its end (PCI DSS)."""
        number = self._account.number
        return f"****{number[-4:]}" if self._account.product == "card" or find_pan(number) else number

    def _detail(self, key: str) -> str:
        return next((detail.value for detail in self._account.details if detail.key == key), "")
