"""A policy whole, in lines: the contract, its receipts, what happened to it, its money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from textual.content import Content

from rules.backoffice.asks import Ask
from rules.books.received import Received
from rules.clients import Account, Client
from rules.debit.charge_words import CHANNELS
from rules.insurance.policies import Policy
from rules.insurance.policy_states import why_never
from rules.insurance.policy_timeline import timeline
from rules.words import tr
from widgets.ask_lines import asked_words, detail_lines, kind_words
from widgets.cover_line import claim_caution, cover_line
from widgets.formats import day, full_day, moment, plain
from widgets.intent_lines import intent_line
from widgets.mandate_line import mandate_line
from widgets.panel import LABEL, wrapped
from widgets.policy_panel import STATUS_STYLES
from widgets.policy_receipts import receipt_lines
from widgets.policy_timeline import glance, told
from widgets.policy_words import (
    ASK_STATUSES,
    INSURANCE,
    NEVER,
    PAYMENT_STATUSES,
    WHYS,
)
from widgets.shown import row, shown
from widgets.wording import (
    CLAIM_STATUSES,
    ENDORSEMENT_KINDS,
    FREQUENCIES,
    POLICY_KINDS,
    POLICY_STATUSES,
    word,
)

WAITING = ("open", "approved")
"""Statuses of a request for which there is something to do."""

OPEN_CLAIM = "bold $text-warning"


def policy_sheet(policy: Policy, client: Client, now: datetime, width: int) -> list[Content]:
    """A policy of a client in lines for a width in cells; now: in the client's own zone.

    Nothing is masked: it is shown to whoever may see it.
    """
    account = next((one for one in client.accounts if one.id == policy.account_id), None)
    entries = timeline(policy, client, now.tzinfo)
    parts: list[tuple[str, Sequence[Content]]] = [
        ("", [*_head(policy, now, width), *glance(entries, now.date(), width)]),
        (tr("RECEIPTS"), receipt_lines(policy, now, width)),
        (tr("MONEY"), _money(policy, account, client, now, width)),
        (tr("REQUESTS AND PAYMENTS UNDER WAY"), _under_way(policy, client, now, width)),
        (tr("MANDATES"), _mandates(policy, client)),
        (tr("ENDORSEMENTS"), _endorsements(policy, width)),
        (tr("CLAIMS"), _claims(policy, width)),
        (tr("WHAT HAPPENED"), told(entries, now, width)),
    ]
    lines: list[Content] = []
    for title, part in parts:
        if part:
            lines += [
                *([shown("")] if lines else []),
                *([shown(title, "bold $text-primary")] if title else []),
            ]
            lines += part
    return lines


def _head(policy: Policy, now: datetime, width: int) -> list[Content]:
    sheet = policy.sheet
    state = shown(word(POLICY_STATUSES, policy.status), STATUS_STYLES.get(policy.status, "bold $text-error"))
    head = row((policy.number, "bold"), f" {word(POLICY_KINDS, policy.kind)} · {policy.insurer}")
    head = head.truncate(max(1, width - state.cell_length - 1), ellipsis=True)
    lines = [row(head, " " * (width - head.cell_length - state.cell_length), state)]
    cover = cover_line(policy, now)
    lines += [cover] if cover is not None else []
    facts = [
        (tr("why"), _why(policy, now)),
        (tr("product"), " ".join(text for text in (sheet.product, sheet.version) if text)),
        (tr("cover"), _cover(policy)),
        (tr("pays"), f"{word(FREQUENCIES, policy.frequency)} · {word(CHANNELS, policy.channel)}"),
        (tr("insured"), _people((one.name, one.relation) for one in sheet.insured)),
        (
            tr("beneficiaries"),
            _people((one.name, _share(one.share, one.relation)) for one in sheet.beneficiaries),
        ),
        (tr("policyholder"), sheet.holder),
        (tr("sold by"), sheet.agent),
    ]
    for label, value in facts:
        if value:
            lines += wrapped(row((f"{label} ", LABEL), value), width, "  ")
    return lines


def _why(policy: Policy, now: datetime) -> str:
    """Why it is what it is, since when."""
    last = next((one for one in reversed(policy.events) if one.kind == "status"), None)
    if last is None or last.became != policy.status:
        return ""
    since = moment(last.at, now)
    said = word(WHYS, last.why)
    return tr("{why}, {time}", why=said, time=since) + (f" · {last.by}" if last.by else "")


def _cover(policy: Policy) -> str:
    parts = [tr("{starts} to {ends}, at noon", starts=full_day(policy.starts), ends=full_day(policy.ends))]
    if policy.sum_insured:
        parts.append(tr("insured for {amount}", amount=f"{plain(policy.sum_insured)} {policy.currency}"))
    never = why_never(policy)
    if policy.sheet.insurance != "voluntary" or never:
        parts.append(word(INSURANCE, policy.sheet.insurance))
    if never:
        parts.append(word(NEVER, never))
    elif policy.grace_days is not None:
        parts.append(tr("{days} days of grace agreed", days=policy.grace_days))
    return " · ".join(parts)


def _people(found: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name} ({more})" if more else name for name, more in found)


def _share(share: int, relation: str) -> str:
    percent = f"{share / 100:g} %"
    return f"{percent}, {relation}" if relation else percent


# Money


def _money(
    policy: Policy, account: Account | None, client: Client, now: datetime, width: int
) -> list[Content]:
    lines = []
    if account is not None:
        figures = [
            (tr("overdue"), account.overdue),
            (tr("open in all"), account.total),
            (tr("in deposit"), account.deposit),
        ]
        lines.append(
            row(*_joined(row((f"{name} ", LABEL), (plain(minor), "bold")) for name, minor in figures))
        )
    for one in sorted(client.received, key=lambda payment: payment.at, reverse=True):
        if one.account_id == policy.account_id:
            lines += wrapped(_payment(one, now), width, "  ")
    return lines


def _payment(one: Received, now: datetime) -> Content:
    parts = [f"R{part.receipt} {plain(part.amount)}" for part in one.parts if part.receipt_id is not None]
    parts += [tr("deposit {amount}", amount=plain(one.deposit))] if one.deposit else []
    parts += [tr("given back {amount}", amount=plain(one.refunded))] if one.refunded else []
    parts += [tr("moved {amount}", amount=plain(one.moved))] if one.moved else []
    parts += [word(PAYMENT_STATUSES, one.status)] if one.status != "standing" else []
    local = one.at.astimezone(now.tzinfo)
    return row(
        ("$ ", "$text-success"),
        (f"{day(local)} {plain(one.amount)}", "bold"),
        f" {word(CHANNELS, one.channel)} {one.reference}",
        (f" → {' · '.join(parts)}" if parts else "", LABEL),
    )


def _joined(parts: Iterable[Content]) -> list[Content | str]:
    found: list[Content | str] = []
    for part in parts:
        found += ["   ", part] if found else [part]
    return found


# What is asked for and agreed


def _under_way(policy: Policy, client: Client, now: datetime, width: int) -> list[Content]:
    """Payments by terminal or link; requests, those that wait with their steps."""
    intents = [one for one in client.intents if one.account_id == policy.account_id]
    lines = [intent_line(one, now) for one in intents]
    for ask in sorted(client.asks, key=lambda one: one.asked, reverse=True):
        if ask.account_id == policy.account_id:
            lines += detail_lines(ask, now, width) if ask.status in WAITING else [_ended(ask, now)]
    return lines


def _ended(ask: Ask, now: datetime) -> Content:
    said = f"{kind_words(ask.asks)} {asked_words(ask.asks)} · {word(ASK_STATUSES, ask.status)}"
    return row((ask.folio, "bold"), f" · {said}", (f" · {moment(ask.answered or ask.asked, now)}", LABEL))


def _mandates(policy: Policy, client: Client) -> list[Content]:
    return [
        shown(mandate_line(one))
        for one in client.mandates
        if one.policy_id == policy.id or (one.policy_id is None and one.account_id == policy.account_id)
    ]


def _endorsements(policy: Policy, width: int) -> list[Content]:
    lines: list[Content] = []
    for one in policy.endorsements:
        delta = f" {one.delta / 100:+,.2f}" if one.delta else ""
        head = row((f"{one.kind} ", "bold"), f"{full_day(one.on)} {word(ENDORSEMENT_KINDS, one.kind)}{delta}")
        more = " ".join(text for text in (one.folio, one.note) if text)
        lines += wrapped(row(head, (f"  {more}", LABEL)), width, "  ")
    return lines


def _claims(policy: Policy, width: int) -> list[Content]:
    lines: list[Content] = []
    for one in policy.claims:
        parts = [full_day(one.on), word(CLAIM_STATUSES, one.status)]
        parts += [plain(one.amount)] if one.amount else []
        parts += [tr("deductible {amount}", amount=plain(one.deductible))] if one.deductible else []
        parts += [tr("premium set off {amount}", amount=plain(one.set_off))] if one.set_off else []
        line = row(
            (f"{one.number} ", "bold"), (" · ".join(parts), OPEN_CLAIM if one.status == "open" else "")
        )
        lines += wrapped(line, width, "  ")
    if any(one.status == "open" for one in policy.claims):
        lines += wrapped(
            shown(f"! {claim_caution()}", OPEN_CLAIM),
            width,
            "  ",
        )
    return lines
