"""The debt: every account of the client in aligned columns, and the selected one in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from textual.content import Content

from rules.buckets import account_days
from rules.clients import Account, Detail
from rules.desk import ClientPage, NoClient
from rules.words import tr
from widgets.formats import full_day, hidden_amount, masked, plain, without_money
from widgets.panel import LABEL, Panel, columns
from widgets.shown import shown
from widgets.wording import ACCOUNT_STATUSES, COMPONENTS, DETAILS, PRODUCTS, word

AMOUNT = 13
ROOMY = 74
"""Width from which the minimum payment and the account number have columns of their own."""

MASKED = ("clabe",)
"""Details of which only the end is shown: full bank account numbers have no use in a call."""

SPOKEN = ("firm_address", "firm_phone", "complaints_phone", "complaints_email", "policy_number", "demo")
"""Details that the script speaks or another panel shows."""

NARROW = 40
"""Width of one of two columns of labelled amounts."""


class DebtTable(Panel):
    """Draws the accounts of a page; `selected` is the one that amounts and dates refer to."""

    accounts: tuple[Account, ...] = ()
    today: date | None = None
    selected = 0

    def show(self, page: ClientPage | NoClient, *, hidden: bool) -> None:
        """Show the accounts of a page, with the one that is selected; `hidden` masks the money."""
        self.hidden = hidden
        if isinstance(page, ClientPage):
            self.accounts, self.today = page.client.accounts, page.local_time.date()
            ids = [account.id for account in self.accounts]
            self.select(ids.index(page.selected_account) if page.selected_account in ids else 0)
        else:
            self.accounts, self.today = (), None
            self.select(0)

    def select(self, position: int) -> None:
        """Select an account by its place in the table."""
        self.selected = max(0, min(position, len(self.accounts) - 1))
        self.redraw()

    def move(self, step: int) -> None:
        """Select the account above or below."""
        self.select(self.selected + step)

    @property
    def account(self) -> Account | None:
        """The selected account."""
        return self.accounts[self.selected] if self.accounts else None

    def title(self) -> Content:
        """The panel's name."""
        return shown(tr("DEBT"))

    def note(self) -> Content:
        """What is overdue in all, by currency."""
        if self.hidden and self.accounts:
            return shown(tr("amounts show once identified"))
        sums: dict[str, int] = {}
        for account in self.accounts:
            sums[account.currency] = sums.get(account.currency, 0) + account.overdue
        total = " + ".join(f"{plain(minor)} {currency}" for currency, minor in sums.items())
        return shown(tr("overdue {total}", total=total)) if total else shown("")

    def lines(self, width: int) -> Sequence[Content]:
        """A head, one line for each account, then the selected one's own sheet."""
        if not self.accounts or self.today is None:
            return []
        roomy = width >= ROOMY
        widths = _widths(width, roomy)
        head = ["", tr("product"), tr("overdue"), tr("total"), tr("days"), tr("bkt")]
        if roomy:
            head += [tr("minimum"), tr("number")]
        lines = [columns([shown(label, LABEL) for label in head], widths)]
        lines += [
            self._account(position, self.today, widths, roomy) for position in range(len(self.accounts))
        ]
        return [*lines, *_sheet(self.accounts[self.selected], width, hidden=self.hidden)]

    def _account(self, position: int, today: date, widths: Sequence[int], roomy: bool) -> Content:
        account = self.accounts[position]
        chosen = position == self.selected
        strong = "bold" if chosen else ""
        amount = hidden_amount if self.hidden else plain
        days = account_days(account, today)
        late = "bold $text-error" if account.overdue else "$text-muted"
        mixed = len({one.currency for one in self.accounts}) > 1
        name = account.name or word(PRODUCTS, account.product)
        if account.disputed:
            name = f"⚑ {name}"
        cells: list[Content | str] = [
            shown("▸" if chosen else " ", "bold $text-primary"),
            shown(f"{name} {account.currency}" if mixed else name, strong),
            shown(amount(account.overdue), late),
            shown(amount(account.total), strong),
            shown(days, "" if days else LABEL),
            shown(account.bucket, "bold" if days else LABEL),
        ]
        if roomy:
            cells += [shown(amount(account.minimum)), shown(masked(account.number), LABEL)]
        return columns(cells, widths)

    def item_at(self, line: int) -> int | None:
        """The account on a line."""
        return line - 1 if 0 < line <= len(self.accounts) else None


def _widths(width: int, roomy: bool) -> list[int]:
    fixed = [1, 0, -AMOUNT, -AMOUNT, -4, 3]
    if roomy:
        fixed += [-AMOUNT, 8]
    fixed[1] = max(6, width - sum(abs(size) for size in fixed) - (len(fixed) - 1))
    return fixed


def _sheet(account: Account, width: int, *, hidden: bool) -> list[Content]:
    """The selected account: its identity, its components, its product's own lines."""
    money = hidden_amount if hidden else plain
    facts = [f"{word(PRODUCTS, account.product)} {masked(account.number)}"]
    if account.status != "open":
        facts.append(word(ACCOUNT_STATUSES, account.status))
    if account.oldest_due:
        facts.append(tr("since {day}", day=full_day(account.oldest_due)))
    facts.append(account.creditor)
    lines = [shown(""), shown(" · ".join(fact for fact in facts if fact), LABEL)]
    if account.disputed:
        text = tr(
            "disputed {amount}: not to be asked for", amount=f"{money(account.disputed)} {account.currency}"
        )
        lines.append(shown(f"! {text}", "bold $text-warning"))
    items = [(word(COMPONENTS, name), money(minor), "") for name, minor in account.components.items()]
    items.append((tr("Minimum payment"), money(account.minimum), "bold"))
    many = max(1, width // NARROW)
    size = width // many - (2 if many > 1 else 0)
    amounts = [
        columns([shown(label, LABEL), shown(amount, style)], [max(1, size - AMOUNT - 1), -AMOUNT])
        for label, amount, style in items
    ]
    lines += _side_by_side(amounts, many)
    label = min(20, size // 2)
    texts = [
        columns(
            [shown(word(DETAILS, detail.key), LABEL), shown(_value(detail, hidden=hidden))],
            [label, size - label - 1],
        )
        for detail in account.details
        if detail.key not in SPOKEN
    ]
    return [*lines, *_side_by_side(texts, many)]


def _value(detail: Detail, *, hidden: bool) -> str:
    if detail.key in MASKED:
        return masked(detail.value)
    return without_money(detail.value) if hidden else detail.value


def _side_by_side(cells: list[Content], many: int) -> list[Content]:
    """Cells in `many` columns, filled down the page."""
    height = -(-len(cells) // many)
    return [Content("    ").join(cells[line::height]) for line in range(height)]
