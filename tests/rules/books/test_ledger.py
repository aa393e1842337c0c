"""The ledger: whatever is done with money, its sums hold and a replay gives the same state."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rules.books import application, ledger
from rules.books.application import Deal, Debt, Owed, Share, payable, to_debt, to_receipts
from rules.books.ledger import Books, Entry, Overdrawn, replay
from rules.insurance.premiums import TOLERANCE

DUES = (date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1))
TOTALS = (3_550_00, 3_210_00, 3_210_00)


def owed(*opens: int, payable: bool = True, policy: int = 1) -> list[Owed]:
    return [
        Owed(id=number, policy=policy, due=due, open=amount, payable=payable)
        for number, (due, amount) in enumerate(zip(DUES, opens, strict=False), start=1)
    ]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (10_000_00, ((1, 3_550_00, 0), (2, 3_210_00, 0), (3, 3_210_00, 0))),  # INS-APP-1, 30.00 in deposit
        (5_000_00, ((1, 3_550_00, 0),)),
        (3_549_00, ((1, 3_549_00, 1_00),)),  # short by the tolerance
        (3_548_99, ()),  # INS-APP-5
    ],
)
def test_whole_receipts_are_paid_oldest_due_first(amount: int, expected: tuple[tuple[int, ...], ...]) -> None:
    assert to_receipts(amount, owed(*TOTALS)) == tuple(Share(*one) for one in expected)


def test_receipts_that_money_was_given_for_come_first_and_the_rest_goes_on_with_the_oldest() -> None:
    assert [one.receipt for one in to_receipts(7_000_00, owed(*TOTALS), named=(3,))] == [3, 1]


def test_money_for_a_receipt_that_is_paid_already_pays_no_other() -> None:
    assert to_receipts(3_550_00, owed(0, *TOTALS[1:]), named=(1,)) == ()


def test_money_never_passes_from_one_policy_to_the_next() -> None:
    other = msgspec.structs.replace(owed(100)[0], id=9, policy=2, due=date(2027, 1, 1))
    assert [one.receipt for one in to_receipts(99_999_00, [*owed(*TOTALS), other])] == [1, 2, 3]


def test_a_receipt_that_may_not_be_paid_stops_those_after_it() -> None:
    lapsed = [msgspec.structs.replace(owed(*TOTALS)[0], payable=False), *owed(*TOTALS)[1:]]
    assert to_receipts(9_999_00, lapsed) == ()


@pytest.mark.parametrize(
    ("status", "policy", "seconds", "expected"),
    [
        ("overdue", "grace", -1, True),
        ("overdue", "grace", 0, False),  # at noon to the second cover has ceased
        ("lapsed", "lapsed", -1, True),  # it had come in time, the news of it later
        ("lapsed", "lapsed", 1, False),
        ("overdue", "rehabilitated", 1, True),
        ("cancelled", "cancelled", -1, False),
        ("paid", "in_force", -1, False),
    ],
)
def test_cover_that_has_ceased_is_paid_by_nothing(
    status: str, policy: str, seconds: int, expected: bool
) -> None:
    ceases = datetime.fromisoformat("2026-03-31T18:00:00+00:00")
    assert payable(status, policy, ceases, ceases + timedelta(seconds=seconds)) is expected


CREDIT = {
    "gastos_cobranza": 350_00, "iva_gastos": 56_00, "moratorios": 446_25, "iva_moratorios": 71_40,
    "interes_ordinario": 812_33, "iva_interes": 129_97, "capital_vencido": 4_250_00,
    "capital_vigente": 18_000_00,
}  # fmt: skip


def debt(**more: object) -> Debt:
    whole = sum(CREDIT.values())
    given = {"components": CREDIT, "overdue": 6_115_95, "total": whole, "minimum": 900_00,
             "oldest_due": date(2026, 10, 1)}  # fmt: skip
    return Debt(**(given | more))  # type: ignore[arg-type]  # as the test says


def test_a_credit_is_paid_by_the_hierarchy_with_the_tax_split() -> None:
    paid = to_debt(1_500_00, debt())
    assert paid.parts == {
        "gastos_cobranza": 350_00, "iva_gastos": 56_00, "moratorios": 446_25, "iva_moratorios": 71_40,
        "interes_ordinario": 496_85, "iva_interes": 79_50,
    }  # fmt: skip
    assert paid.debt.overdue == 4_615_95
    assert paid.debt.total == sum(CREDIT.values()) - 1_500_00


def test_a_surplus_is_left_over_and_an_account_without_components_is_paid_as_a_whole() -> None:
    plain = debt(components={}, total=900_00, overdue=500_00)
    paid = to_debt(1_000_00, plain)
    assert (paid.parts, paid.left, paid.debt.status) == ({application.BALANCE: 900_00}, 100_00, "paid")


def test_an_agreement_waives_what_it_said_once_its_payments_are_made() -> None:
    waived = {"moratorios": 446_25, "iva_moratorios": 71_40, "capital_vigente": 10_000_00}
    to_pay = sum(CREDIT.values()) - sum(waived.values())
    first = to_debt(5_000_00, debt(), Deal(waived=waived, to_pay=to_pay))
    assert not first.waived
    assert "moratorios" not in first.parts
    last = to_debt(to_pay - 5_000_00 - 50, first.debt, Deal(waived=waived, to_pay=to_pay, paid=5_000_00))
    assert last.debt.total == 0
    assert last.debt.status == "paid"
    assert last.debt.overdue == 0
    assert sum(last.waived.values()) == sum(waived.values()) + 50  # the last cents, within the tolerance


@pytest.mark.parametrize("amount", [1_500_00, 6_115_95, 24_115_95, 30_000_00])
def test_taking_back_what_paid_a_credit_restores_every_figure(amount: int) -> None:
    before = debt()
    paid = to_debt(amount, before)
    assert application.back(paid.debt, paid.parts, paid.lowered) == before


def test_no_entry_takes_more_than_there_is() -> None:
    books = replay([ledger.receive(1, 100)])
    with pytest.raises(Overdrawn):
        ledger.leave(books, "refunded", 101)
    with pytest.raises(Overdrawn):
        books.after([Entry(kind="unapplied", amount=1, payment=1, receipt=1)])
    with pytest.raises(Overdrawn):
        books.after([Entry(kind="received", amount=0, payment=2)])


def test_a_payment_that_was_moved_in_part_can_not_bounce_as_a_whole() -> None:
    books = replay([ledger.receive(1, 100)])
    books = books.after(ledger.leave(books, "moved_out", 40, payment=1))
    returned = ledger.bounce(books, 1)
    assert sum(one.amount for one in returned) == 60  # the caller sees that it is not all of it


class Desk(RuleBasedStateMachine):
    """Payments, reversals, endorsements, transfers and refunds in any order, on two accounts."""

    @initialize(totals=st.lists(st.integers(50, 5_000), min_size=1, max_size=4))
    def sell(self, totals: list[int]) -> None:
        self.entries: dict[int, list[Entry]] = {1: [], 2: []}
        self.totals = {
            account: {account * 100 + n: total for n, total in enumerate(totals)} for account in (1, 2)
        }
        self.payments: dict[int, int] = {}
        self.last = 0

    def books(self, account: int) -> Books:
        return replay(self.entries[account])

    def owed(self, account: int) -> list[Owed]:
        books = self.books(account)
        return [
            Owed(id=key, policy=account, due=date(2026, 1, 1) + timedelta(days=key),
                 open=max(0, total - books.on((key, "")) - books.let_go((key, ""))))
            for key, total in self.totals[account].items()
        ]  # fmt: skip

    def take(self, account: int, entries: list[Entry]) -> None:
        self.books(account).after(entries)
        self.entries[account] += entries

    def apply(self, account: int, payment: int | None = None, named: tuple[int, ...] = ()) -> None:
        books = self.books(account)
        pots = {key: one for key, one in books.deposits.items() if one and payment in (None, key)}
        shares = to_receipts(sum(pots.values()), self.owed(account), named)
        entries = ledger.draw(pots, [((one.receipt, ""), one.applied) for one in shares])
        last = {one.receipt: one.payment for one in entries}
        self.take(
            account,
            entries
            + [
                Entry(kind="adjusted", amount=one.adjusted, payment=last[one.receipt], receipt=one.receipt)
                for one in shares
                if one.adjusted
            ],
        )

    @rule(account=st.sampled_from((1, 2)), amount=st.integers(1, 12_000), data=st.data())
    def pay(self, account: int, amount: int, data: st.DataObject) -> None:
        self.last += 1
        self.payments[self.last] = account
        self.take(account, [ledger.receive(self.last, amount)])
        named = data.draw(st.lists(st.sampled_from(sorted(self.totals[account])), max_size=2, unique=True))
        self.apply(account, self.last, tuple(named))

    @rule(account=st.sampled_from((1, 2)))
    def spend(self, account: int) -> None:
        self.apply(account)

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        payment = data.draw(st.sampled_from(sorted(self.payments)))
        account = self.payments[payment]
        self.take(account, ledger.unapply(self.books(account), payment=payment))

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def bounce(self, data: st.DataObject) -> None:
        payment = data.draw(st.sampled_from(sorted(self.payments)))
        account = self.payments[payment]
        self.take(account, ledger.bounce(self.books(account), payment))

    @rule(account=st.sampled_from((1, 2)), total=st.integers(0, 6_000), data=st.data())
    def endorse(self, account: int, total: int, data: st.DataObject) -> None:
        receipt = data.draw(st.sampled_from(sorted(self.totals[account])))
        self.totals[account][receipt] = total
        self.take(account, ledger.fit(self.books(account), (receipt, ""), total))

    @rule(account=st.sampled_from((1, 2)), part=st.integers(1, 5_000))
    def refund(self, account: int, part: int) -> None:
        books = self.books(account)
        if books.deposit:
            self.take(account, ledger.leave(books, "refunded", min(part, books.deposit)))

    @rule(account=st.sampled_from((1, 2)), part=st.integers(1, 5_000))
    def move(self, account: int, part: int) -> None:
        books = self.books(account)
        if books.deposit:
            gone = ledger.leave(books, "moved_out", min(part, books.deposit))
            self.take(account, gone)
            there = 3 - account
            self.take(there, [Entry(kind="moved_in", amount=one.amount, payment=one.payment) for one in gone])

    @invariant()
    def sums_hold(self) -> None:
        for account in (1, 2):
            books = self.books(account)
            applied = sum(books.applied.values())
            assert books.held() == applied + books.deposit
            assert applied == books.sums.get("applied", 0) - books.sums.get("unapplied", 0)

    @invariant()
    def nothing_is_over_applied(self) -> None:
        for account, totals in self.totals.items():
            books = self.books(account)
            for receipt, total in totals.items():
                assert books.on((receipt, "")) + books.let_go((receipt, "")) <= total
                assert not books.let_go((receipt, "")) or books.on((receipt, "")) > 0 or total == 0

    @invariant()
    def step_by_step_is_the_same_as_at_once(self) -> None:
        for entries in self.entries.values():
            books = Books()
            for entry in entries:
                books = books.after([entry])
            assert books == replay(entries)

    @invariant()
    def moving_makes_no_money(self) -> None:
        moved = [
            sum(self.books(account).sums.get(kind, 0) for account in (1, 2))
            for kind in ("moved_in", "moved_out")
        ]
        assert moved[0] == moved[1]
        assert TOLERANCE == 1_00


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
