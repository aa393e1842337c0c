"""Payments by terminal and link at the centre: one payment or none, whatever is lost or comes twice."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from hub.intents import Intents
from hub.metrics import Metrics
from rules.paying import taking
from rules.paying.gateways import GatewayAway, Notice, NoticeRefused, Standing, Wish
from rules.paying.intent_orders import RefundWish, TerminalFile
from rules.paying.intents import Intent
from rules.paying.terminal_files import TerminalRow
from storage.central.connection import Store
from storage.central.doors.who import Who
from storage.central.intents import notices, orders, settling
from storage.central.money import refunding
from storage.central.records.closing import NotDone
from tests.storage.central.policies.covers import insure, the_policy


class Scripted:
    """A gateway that takes a payment once for each key, and answers as a test says."""

    name: str = "scripted"
    methods: tuple[str, ...] = ("link",)

    def __init__(self) -> None:
        self.taken: dict[str, Wish] = {}
        self.paid: dict[str, datetime] = {}
        self.ended: set[str] = set()
        self.given: dict[str, int] = {}
        self.away = False
        self.asked = 0

    def _standing(self, key: str) -> Standing:
        wish = self.taken[key]
        more: dict[str, Any] = {"external": f"ext-{key}", "url": f"https://pay.example/{key[-4:]}"}
        if key in self.paid:
            back = sum(self.given.values())
            status = "refunded" if back >= wish.amount else "approved"
            return Standing(
                status=status, paid_at=self.paid[key], auth_code="A1", refunded=back, amount=wish.amount,
                currency=wish.currency, last4="4242", brand="visa", **more,
            )  # fmt: skip
        return Standing(status="withdrawn" if key in self.ended else "pending", **more)

    def _answer(self) -> None:
        self.asked += 1
        if self.away:
            raise GatewayAway("away")

    def take(self, wish: Wish) -> Standing:
        self.taken.setdefault(wish.key, wish)  # the wish may arrive although the answer is lost
        assert self.taken[wish.key] == wish, "asked for something else under the same key"
        self._answer()
        return self._standing(wish.key)

    def look(self, key: str, external: str) -> Standing:
        self._answer()
        return self._standing(key)

    def withdraw(self, key: str, external: str) -> Standing:
        self._answer()
        if key not in self.paid:
            self.ended.add(key)
        return self._standing(key)

    def refund(self, key: str, external: str, amount: int, refund_key: str) -> Standing:
        self.given.setdefault(refund_key, amount)
        self._answer()
        return self._standing(key)

    def notice(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        raise NoticeRefused("bad_signature")

    def close(self) -> None: ...


@pytest.fixture
def gateway() -> Scripted:
    return Scripted()


@pytest.fixture
def worker(store: Store, gateway: Scripted) -> Intents:
    return Intents(store, [gateway], Metrics(), ())


@pytest.fixture
def insured(town: Any) -> int:
    client_id, _ = insure(town, starts=date(2026, 11, 1))
    return client_id


def wish_body(town: Any, client_id: int, method: str = "link", *numbers: int, **more: Any) -> dict[str, Any]:
    client = town.document(client_id)
    receipts = [one for one in client.policies[0].receipts if one.number in (numbers or (1,))]
    return {
        "client_id": client_id,
        "account_id": client.accounts[0].id,
        "method": method,
        "amount": sum(one.total for one in receipts),
        "currency": client.accounts[0].currency,
        "receipts": [one.id for one in receipts],
    } | more


def ask(town: Any, who: Who, client_id: int, method: str = "link", *numbers: int, **more: Any) -> Any:
    event = town.event(who, "intent", wish_body(town, client_id, method, *numbers, **more))
    return event, town.record(who, event)[0]


def the_intent(town: Any, client_id: int) -> Intent:
    intent: Intent = town.document(client_id).intents[-1]
    return intent


def payments(store: Store) -> list[tuple[str, int, str]]:
    with store.read() as tx:
        return [tuple(row) for row in tx.all("SELECT reference, amount, channel FROM payment ORDER BY id")]


def test_a_link_is_made_paid_and_booked_once(
    town: Any, ana: Who, insured: int, worker: Intents, gateway: Scripted, clock: Any, store: Store
) -> None:
    event, answer = ask(town, ana, insured)
    assert answer.status == "applied"
    assert the_intent(town, insured).status == "asked"
    worker.round(gateway)
    waiting = the_intent(town, insured)
    assert waiting.status == "pending"
    assert waiting.url.startswith("https://pay.example/")
    gateway.paid[event.id] = clock.now()
    for _ in range(5):
        clock.move(minutes=6)
        worker.round(gateway)
    receipt = the_policy(town, insured).receipts[0]
    assert payments(store) == [(f"intent:{event.id}", receipt.total, "liga")]
    assert (the_intent(town, insured).status, receipt.status, receipt.paid) == (
        "approved",
        "paid",
        receipt.total,
    )
    with store.read() as tx:
        assert tx.value("SELECT user_id FROM payment") == ana.user_id


def test_the_same_fact_sent_twice_asks_the_gateway_once(
    town: Any, ana: Who, insured: int, worker: Intents, gateway: Scripted, clock: Any
) -> None:
    event, _ = ask(town, ana, insured)
    assert town.record(ana, event)[0].status == "duplicate"
    worker.round(gateway)
    clock.move(minutes=10)
    worker.round(gateway)
    assert list(gateway.taken) == [event.id]


def test_a_hub_killed_between_the_answer_and_its_keeping_loses_and_doubles_nothing(
    town: Any, ana: Who, insured: int, worker: Intents, gateway: Scripted, clock: Any, store: Store
) -> None:
    event, _ = ask(town, ana, insured)
    due = settling.claim(store, gateway.name, gateway.methods)
    assert due is not None
    gateway.take(due.wish)  # the gateway has it, and the hub dies with the answer
    assert settling.claim(store, gateway.name, gateway.methods) is None, "another hub leaves it alone"
    clock.move(minutes=3)
    worker.round(gateway)  # until the time of the dead one is over
    assert the_intent(town, insured).status == "pending"
    gateway.paid[event.id] = clock.now()
    clock.move(minutes=6)
    assert (
        settling.claim(store, gateway.name, gateway.methods) is not None
    )  # and it dies again, having looked
    clock.move(minutes=3)
    worker.round(gateway)
    assert len(payments(store)) == 1
    assert list(gateway.taken) == [event.id]


def test_a_gateway_that_does_not_answer_leaves_it_unknown_until_it_does(
    town: Any, ana: Who, insured: int, worker: Intents, gateway: Scripted, clock: Any, store: Store
) -> None:
    event, _ = ask(town, ana, insured)
    gateway.away = True
    worker.round(gateway)
    assert the_intent(town, insured).status == "unknown"
    asked = gateway.asked
    worker.round(gateway)
    assert gateway.asked == asked, "not at once"
    gateway.paid[event.id] = clock.now()  # the client had the link by then
    gateway.away = False
    clock.move(minutes=10)
    worker.round(gateway)
    clock.move(minutes=10)
    worker.round(gateway)
    assert the_intent(town, insured).status == "approved"
    assert len(payments(store)) == 1


def test_a_link_that_was_never_confirmed_runs_out_and_a_late_approval_still_counts(
    town: Any, ana: Who, insured: int, worker: Intents, gateway: Scripted, clock: Any, store: Store
) -> None:
    event, _ = ask(town, ana, insured)
    gateway.away = True
    worker.round(gateway)
    clock.move(hours=13)
    worker.round(gateway)
    over = the_intent(town, insured)
    assert (over.status, over.reason) == ("expired", "never_confirmed")
    told = Standing(status="approved", paid_at=clock.now(), external="late")
    notices.take(store, "scripted", Notice(id="n1", kind="paid", key=event.id, standing=told, body={}))
    assert the_intent(town, insured).status == "approved"
    assert len(payments(store)) == 1


def test_each_notice_counts_once_and_with_polling_there_is_one_payment(
    town: Any, ana: Who, insured: int, worker: Intents, gateway: Scripted, clock: Any, store: Store
) -> None:
    event, _ = ask(town, ana, insured)
    worker.round(gateway)
    gateway.paid[event.id] = clock.now()
    told = Standing(status="approved", paid_at=clock.now())
    for number in ("a", "a", "b"):
        taken = notices.take(
            store, "scripted", Notice(id=number, kind="paid", key=event.id, standing=told, body={"id": "x"})
        )
        assert taken == (number == "b" or not payments(store) or taken)
    clock.move(minutes=10)
    worker.round(gateway)
    assert len(payments(store)) == 1
    with store.read() as tx:
        assert tx.value("SELECT count(*) FROM gateway_notice") == 2


def test_a_second_payment_of_the_same_receipts_is_kept_as_withdrawn(
    town: Any, ana: Who, beto: Who, insured: int
) -> None:
    ask(town, ana, insured)
    _, answer = ask(town, beto, insured)
    assert answer.status == "applied"
    first, second = town.document(insured).intents
    assert (first.status, second.status, second.reason) == ("asked", "withdrawn", "payment_under_way")
    _, other = ask(town, beto, insured, "link", 2)
    assert other.status == "applied"
    assert town.document(insured).intents[-1].status == "asked"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"method": "cash"}, "bad_method"),
        ({"amount": 0}, "amount_not_positive"),
        ({"currency": "USD"}, "currency_mismatch"),
        ({"note": "tarjeta 4242 4242 4242 4242"}, "card_number_in_note"),
    ],
)
def test_what_can_never_be_taken_is_refused(
    town: Any, ana: Who, insured: int, changes: dict[str, Any], code: str
) -> None:
    _, answer = ask(town, ana, insured, **changes)
    assert (answer.status, answer.reason) == ("refused", code)
    assert town.document(insured).intents == ()


def test_a_terminals_result_books_the_payment_in_the_facts_own_transaction(
    town: Any, ana: Who, insured: int, store: Store, clock: Any
) -> None:
    wish = town.event(ana, "intent", wish_body(town, insured, "terminal"))
    printed = {
        "client_id": insured, "intent_id": wish.id, "outcome": "approved", "auth_code": "123456",
        "last4": "4242", "brand": "visa",
    }  # fmt: skip
    result = town.event(ana, "terminal_result", printed)
    answers = town.record(ana, wish, result)
    assert [one.status for one in answers] == ["applied", "applied"]
    again = town.event(ana, "terminal_result", printed)
    assert town.record(ana, again)[0].status == "applied"
    intent = the_intent(town, insured)
    assert (intent.status, intent.auth_code, intent.last4, intent.brand) == (
        "approved",
        "123456",
        "4242",
        "visa",
    )
    assert [row[2] for row in payments(store)] == ["tpv"]
    assert the_policy(town, insured).receipts[0].status == "paid"


def test_a_result_that_is_no_terminals_is_refused(town: Any, ana: Who, insured: int) -> None:
    event, _ = ask(town, ana, insured)
    body = {"client_id": insured, "intent_id": event.id, "outcome": "approved", "auth_code": "1"}
    assert town.record(ana, town.event(ana, "terminal_result", body))[0].reason == "not_a_terminal"
    body["intent_id"] = "nobody's"
    assert town.record(ana, town.event(ana, "terminal_result", body))[0].reason == "unknown_intent"


def test_giving_up_waits_for_the_gateway_which_may_say_that_it_was_paid(
    town: Any, ana: Who, insured: int, worker: Intents, gateway: Scripted, clock: Any, store: Store
) -> None:
    event, _ = ask(town, ana, insured)
    worker.round(gateway)
    gateway.paid[event.id] = clock.now()
    end = town.event(ana, "intent_end", {"client_id": insured, "intent_id": event.id})
    assert town.record(ana, end)[0].status == "applied"
    assert the_intent(town, insured).reason == taking.WITHDRAWING
    worker.round(gateway)
    assert the_intent(town, insured).status == "approved"
    assert len(payments(store)) == 1


def test_giving_up_what_no_gateway_knows_of_is_done_at_once(town: Any, ana: Who, insured: int) -> None:
    event, _ = ask(town, ana, insured)
    town.record(ana, town.event(ana, "intent_end", {"client_id": insured, "intent_id": event.id}))
    assert the_intent(town, insured).status == "withdrawn"


def test_money_in_another_currency_waits_for_a_person(
    town: Any, ana: Who, insured: int, store: Store
) -> None:
    event, _ = ask(town, ana, insured)
    told = Standing(status="approved", amount=100, currency="USD")
    notices.take(store, "scripted", Notice(id="n", kind="paid", key=event.id, standing=told, body={}))
    assert (the_intent(town, insured).status, the_intent(town, insured).reason) == (
        "unknown",
        "other_currency",
    )
    assert payments(store) == []


def test_a_refund_of_two_people_is_carried_out_by_the_gateway_once(
    town: Any, ana: Who, insured: int, worker: Intents, gateway: Scripted, clock: Any, store: Store
) -> None:
    first, _ = ask(town, ana, insured)
    worker.round(gateway)
    gateway.paid[first.id] = clock.now()
    clock.move(minutes=1)
    worker.round(gateway)
    amount = the_policy(town, insured).receipts[0].total
    account = town.document(insured).accounts[0].id
    twice = town.event(
        ana,
        "intent",
        {"client_id": insured, "account_id": account, "method": "link", "amount": 500_00, "currency": "MXN"},
    )
    town.record(ana, twice)
    worker.round(gateway)
    gateway.paid[twice.id] = clock.now()
    clock.move(minutes=1)
    worker.round(gateway)
    assert [row[1] for row in payments(store)] == [amount, 500_00]
    olga, pia = town.lead("olga", ""), town.lead("pia", "")
    with pytest.raises(NotDone, match="why_missing"):
        orders.refund(store, olga, twice.id, RefundWish(amount=500_00, why=" "))
    order = orders.refund(store, olga, twice.id, RefundWish(amount=500_00, why="pagó dos veces"))
    worker.round(gateway)
    assert gateway.given == {}, "nothing goes back before a second person says so"
    refunding.decide(store, pia, order, "approve")
    gateway.away = True
    worker.round(gateway)
    gateway.away = False
    clock.move(minutes=10)
    worker.round(gateway)
    clock.move(minutes=10)
    worker.round(gateway)
    assert gateway.given == {order: 500_00}
    intent = next(one for one in town.document(insured).intents if one.id == twice.id)
    assert (intent.status, intent.refunded) == ("refunded", 500_00)


def test_the_office_lists_withdraws_and_has_asked_again_in_its_own_portfolios(
    town: Any, ana: Who, insured: int, worker: Intents, gateway: Scripted, store: Store
) -> None:
    event, _ = ask(town, ana, insured)
    gateway.away = True
    worker.round(gateway)
    olga = town.lead("olga", "")
    [row] = orders.listed(store, olga).rows
    assert (row.intent.status, row.receipts, row.policy) == ("unknown", (1,), f"AUT-{insured}")
    other = msgspec.structs.replace(olga, portfolio_ids=(999,), portfolio_names=("x",))
    assert orders.listed(store, other).rows == ()
    with pytest.raises(NotDone, match="unknown_intent"):
        orders.withdraw(store, other, event.id)
    asked = gateway.asked
    orders.ask_again(store, olga, event.id)
    worker.round(gateway)
    assert gateway.asked == asked + 1
    gateway.away = False
    orders.withdraw(store, olga, event.id)
    worker.round(gateway)
    assert the_intent(town, insured).reason == taking.WITHDRAWING, "it learns first what there is to give up"
    orders.ask_again(store, olga, event.id)
    worker.round(gateway)
    assert the_intent(town, insured).status == "withdrawn"
    with pytest.raises(NotDone, match="intent_over"):
        orders.withdraw(store, olga, event.id)


def test_a_terminals_file_books_what_was_asked_for_and_lists_the_rest(
    town: Any, ana: Who, insured: int, store: Store
) -> None:
    event, _ = ask(town, ana, insured, "terminal")
    amount = the_intent(town, insured).amount
    folio = taking.folio(event.id)
    at = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
    rows = (
        TerminalRow(line=2, amount=amount, reference=f"{folio[:4]}-{folio[4:]}", auth_code="777", at=at),
        TerminalRow(line=3, amount=amount, reference=folio, auth_code="777"),
        TerminalRow(line=4, amount=1_00, reference="other", auth_code="888"),
    )
    olga = town.lead("olga", "")
    dry = orders.take_file(store, olga, TerminalFile(rows=rows, dry=True))
    assert [one.verdict for one in dry.matched] == ["settled", "twice", "unknown"]
    assert payments(store) == []
    orders.take_file(store, olga, TerminalFile(rows=rows))
    again = orders.take_file(store, olga, TerminalFile(rows=rows))
    assert [one.verdict for one in again.matched] == ["known", "twice", "unknown"]
    assert payments(store) == [(f"intent:{event.id}", amount, "tpv")]
    different = TerminalRow(line=2, amount=amount + 1, reference=folio)
    assert orders.take_file(store, olga, TerminalFile(rows=(different,))).matched[0].verdict == "different"


def test_hubs_that_work_side_by_side_ask_about_each_intent_once(
    town: Any, ana: Who, store: Store, gateway: Scripted
) -> None:
    clients = [insure(town, starts=date(2026, 11, 1))[0] for _ in range(12)]
    for client_id in clients:
        ask(town, ana, client_id)
    hubs = [Intents(store, [gateway], Metrics(), ()) for _ in range(3)]
    threads = [threading.Thread(target=one.round, args=(gateway,)) for one in hubs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert gateway.asked == len(clients)
    assert {the_intent(town, client_id).status for client_id in clients} == {"pending"}
