"""The policies: state and grace first, then receipts, endorsements and claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from rules.desk import ClientPage, NoClient
from rules.insurance.policies import Policy, Receipt
from rules.words import tr
from widgets.cover_line import cover_line
from widgets.formats import day, full_day, plain
from widgets.panel import LABEL, Panel, columns, wrapped
from widgets.shown import row, shown
from widgets.wording import (
    CLAIM_STATUSES,
    ENDORSEMENT_KINDS,
    FREQUENCIES,
    POLICY_KINDS,
    POLICY_STATUSES,
    word,
)

RECEIPT_SIGNS = {
    "paid": ("✓", "$text-success"),
    "pending": ("·", LABEL),
    "overdue": ("✗", "bold $text-error"),
    "lapsed": ("✗", "bold $text-error"),
    "cancelled": ("–", LABEL),
}
STATUS_STYLES = {
    "in_force": "$text-success",
    "rehabilitated": "$text-success",
    "grace": "bold $text-warning",
    "quoted": LABEL,
    "issued": LABEL,
    "renewed": LABEL,
}


class PolicyPanel(Panel):
    """Draws the policies of a page, those of the selected account first."""

    page: ClientPage | None = None
    policies: tuple[Policy, ...] = ()

    def show(self, page: ClientPage | NoClient, account_id: int | None, *, hidden: bool) -> None:
        """Show a page's policies; of those `hidden` no more than state and grace."""
        shown_page = page if isinstance(page, ClientPage) else None
        found = shown_page.client.policies if shown_page else ()
        policies = tuple(sorted(found, key=lambda policy: policy.account_id != account_id))
        if shown_page is not self.page or policies != self.policies or hidden is not self.hidden:
            self.page, self.policies, self.hidden = shown_page, policies, hidden
            self.redraw()

    def title(self) -> Content:
        """The panel's name."""
        return shown(tr("POLICIES"))

    def note(self) -> Content:
        """How many there are."""
        return shown(len(self.policies) or "")

    def lines(self, width: int) -> Sequence[Content]:
        """One block for each policy."""
        if self.page is None:
            return []
        if not self.policies:
            return [shown(tr("No insurance policies."), LABEL)]
        lines: list[Content] = []
        for number, policy in enumerate(self.policies):
            lines += [shown("")] if number else []
            show = _hidden if self.hidden else _policy
            lines += show(policy, self.page.local_time, width)
        return lines


def _policy(policy: Policy, now: datetime, width: int) -> list[Content]:
    state = shown(word(POLICY_STATUSES, policy.status), STATUS_STYLES.get(policy.status, "bold $text-error"))
    head = row((policy.number, "bold"), f" {word(POLICY_KINDS, policy.kind)} · {policy.insurer}")
    head = head.truncate(max(1, width - state.cell_length - 1), ellipsis=True)
    lines = [row(head, " " * (width - head.cell_length - state.cell_length), state)]
    lines += _cover(policy, now)
    facts = [word(FREQUENCIES, policy.frequency), tr("by {channel}", channel=policy.channel)]
    facts.append(tr("{starts} to {ends}", starts=full_day(policy.starts), ends=full_day(policy.ends)))
    if policy.sum_insured:
        facts.append(tr("insured for {amount}", amount=plain(policy.sum_insured)))
    lines += wrapped(shown(" · ".join(facts), LABEL), width)
    lines += _receipts(policy.receipts, width)
    for endorsement in policy.endorsements:
        delta = f"{endorsement.delta / 100:+,.2f} " if endorsement.delta else ""
        kind = tr("Endorsement {kind}", kind=endorsement.kind)
        lines.append(
            row(
                (f"{kind} ", "bold"),
                f"{day(endorsement.on)} {word(ENDORSEMENT_KINDS, endorsement.kind)} {delta}",
                (endorsement.note, LABEL),
            )
        )
    for claim in policy.claims:
        style = "bold $text-warning" if claim.status == "open" else LABEL
        amount = f" {plain(claim.amount)}" if claim.amount else ""
        lines.append(
            row(
                (tr("Claim {number}", number=claim.number), "bold"),
                f" {day(claim.on)}{amount} ",
                (word(CLAIM_STATUSES, claim.status), style),
            )
        )
    return lines


def _hidden(policy: Policy, now: datetime, width: int) -> list[Content]:
    """What may be seen of a policy before identity is confirmed: kind, state, end of the cover."""
    state = shown(word(POLICY_STATUSES, policy.status), STATUS_STYLES.get(policy.status, "bold $text-error"))
    kind = shown(word(POLICY_KINDS, policy.kind), "bold")
    head = row(kind, " " * max(1, width - kind.cell_length - state.cell_length), state)
    return [head, *_cover(policy, now), shown(tr("the rest shows once identified"), LABEL)]


def _cover(policy: Policy, now: datetime) -> list[Content]:
    """The hour at which cover ends, and what is left until then."""
    line = cover_line(policy, now)
    return [] if line is None else [line]


def _receipts(receipts: tuple[Receipt, ...], width: int) -> list[Content]:
    """All receipts by their sign; what may be asked for, one line each with its breakdown."""
    signs: list[Content] = []
    for receipt in receipts:
        sign, style = RECEIPT_SIGNS.get(receipt.status, ("?", LABEL))
        signs.append(
            row((f"R{receipt.number}", "" if receipt.status != "pending" else LABEL), " ", (sign, style))
        )
    lines: list[Content] = []
    each = 7
    per_line = max(1, width // each)
    for start in range(0, len(signs), per_line):
        lines.append(
            Content("").join(
                sign.pad_right(each - sign.cell_length) for sign in signs[start : start + per_line]
            )
        )
    for receipt in receipts:
        if receipt.status in ("overdue", "lapsed"):
            sign, style = RECEIPT_SIGNS[receipt.status]
            cells = [
                row((f"R{receipt.number} ", "bold"), (sign, style)),
                shown(tr("due {day}", day=day(receipt.due))),
                shown(plain(receipt.total), style),
                shown(_breakdown(receipt), LABEL),
            ]
            lines.append(columns(cells, [5, 12, -12, max(1, width - 32)]))
    return lines


def _breakdown(receipt: Receipt) -> str:
    """What a premium is made of; parts of zero are not named."""
    parts = [
        (tr("net"), receipt.net),
        (tr("surcharge"), receipt.surcharge),
        (tr("fee"), receipt.fee),
        (tr("VAT"), receipt.tax),
    ]
    return "  ".join(f"{name} {plain(minor)}" for name, minor in parts if minor)
