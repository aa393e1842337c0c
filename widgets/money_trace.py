"""Where the money of an account went: each payment with the receipts or components that it pays now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from rules.books.received import Part, Received
from rules.clients import Account, Client
from rules.debit.charge_words import CHANNELS
from rules.insurance.policies import Policy
from rules.words import tr
from widgets.formats import day, hour, money
from widgets.panel import LABEL, wrapped
from widgets.policy_words import PAYMENT_STATUSES
from widgets.shown import row, shown
from widgets.wording import COMPONENTS, word

STYLES = {"standing": "$text-success", "reversed": "bold $text-error", "moved": "$text-warning"}
SIGNS = {"standing": "✓", "reversed": "✗", "moved": "→"}


def money_trace(
    account: Account, policy: Policy | None, client: Client, now: datetime, width: int
) -> list[Content]:
    """The newest payments of an account, newest first, in lines for a width in cells.

    now: in the client's own zone. Nothing is masked: it is shown to whoever may see it.
    """
    head = row(
        (f"{tr('in deposit')} ", LABEL), (money(account.deposit, account.currency), "bold"),
        (f"   {tr('pays nothing yet')}" if account.deposit else "", LABEL),
    )  # fmt: skip
    payments = [one for one in client.received if one.account_id == account.id]
    if not payments:
        return [head, Content(""), shown(tr("No payment of this account is known."), LABEL)]
    lines = [head]
    for one in payments:
        lines += [Content(""), *wrapped(_payment(one, now), width, "  ")]
        for part in _parts(one, policy):
            lines += wrapped(part, width, "    ")
    return lines


def _payment(one: Received, now: datetime) -> Content:
    at = one.at.astimezone(now.tzinfo)
    words = f"  {word(CHANNELS, one.channel)}" if one.channel else ""
    standing = "" if one.status == "standing" else f"  {word(PAYMENT_STATUSES, one.status)}"
    return row(
        (f"{SIGNS[one.status]} ", STYLES[one.status]),
        f"{day(at)} {hour(at)}  ",
        (money(one.amount, one.currency), "bold"),
        (f"{words}  {one.reference}", LABEL),
        (standing, STYLES[one.status]),
    )


def _parts(one: Received, policy: Policy | None) -> Iterator[Content]:
    """What it pays now, what waits, what left again."""
    for part in one.parts:
        yield _line(_target(part, policy), part.amount, one.currency)
    for words, amount in (
        (tr("in deposit"), one.deposit),
        (tr("given back"), one.refunded),
        (tr("moved to another account"), one.moved),
    ):
        if amount:
            yield _line(words, amount, one.currency)


def _line(words: str, amount: int, currency: str) -> Content:
    return row("  → ", (money(amount, currency), "bold"), f"  {words}")


def _target(part: Part, policy: Policy | None) -> str:
    if part.receipt_id is None:
        return word(COMPONENTS, part.component)
    known = policy.receipts if policy is not None else ()
    receipt = next((found for found in known if found.id == part.receipt_id), None)
    if receipt is None:
        return tr("receipt {number}", number=part.receipt)
    said = tr(
        "receipt {number} of {of}, due {day}", number=receipt.number, of=receipt.of, day=day(receipt.due)
    )
    if receipt.adjusted:
        said += (
            f" · {tr('let go {amount}', amount=money(receipt.adjusted, policy.currency if policy else ''))}"
        )
    return said
