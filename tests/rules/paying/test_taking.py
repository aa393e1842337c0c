"""Payments by terminal and link as rules: what may be asked; answers in any order end in one or none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rules.backoffice.asks import Ask, Rehabilitation
from rules.capture.scope import Refused
from rules.clients import Account, Client, Email, Phone
from rules.insurance.policies import Policy, Receipt
from rules.paying import recordings, taking, taking_line
from rules.paying.facts import IntentBody, IntentEndBody, RecordingBody, TerminalResultBody
from rules.paying.gateways import Standing
from rules.paying.intents import FINAL, STATUSES, Intent

AT = datetime(2026, 11, 20, 16, tzinfo=UTC)


def receipt(number: int, status: str = "pending", **more: object) -> Receipt:
    values = {
        "due": date(2026, 3 * number, 20),
        "net": 1,
        "surcharge": 0,
        "fee": 0,
        "tax": 0,
        "total": 100_00,
    }
    return Receipt(id=100 + number, number=number, of=4, status=status, **(values | more))


def client(*intents: Intent, **more: object) -> Client:
    policy = Policy(
        id=7, account_id=1, number="AUT-1", kind="car", insurer="A", starts=date(2026, 3, 20),
        ends=date(2027, 3, 20), status="grace", channel="agente", currency="MXN",
        receipts=(receipt(1, "paid", paid=100_00), receipt(2, "overdue", paid=30_00), receipt(3), receipt(4)),
    )  # fmt: skip
    base = Client(
        id=1,
        name="X",
        country="MX",
        zones=("America/Mexico_City",),
        as_of=AT,
        accounts=(
            Account(id=1, product="insurance", number="1", currency="MXN", overdue=70_00, total=270_00),
            Account(
                id=2, product="card", number="2", currency="MXN", overdue=50_00, total=90_00, disputed=10_00
            ),
        ),
        policies=(policy,),
        emails=(
            Email(id="5", address="a@example.com", status="validado"),
            Email(id="6", address="b@example.com"),
        ),
        phones=(Phone(id="8", number="+525550000001", status="validado_titular"),),
        intents=intents,
    )
    return msgspec.structs.replace(base, **more)


def body(**more: object) -> IntentBody:
    values = {
        "client_id": 1,
        "account_id": 1,
        "method": "link",
        "amount": 70_00,
        "currency": "MXN",
        "receipts": (102,),
    }
    return IntentBody(**(values | more))


def intent(status: str = "pending", **more: object) -> Intent:
    values = {"id": "i-1", "account_id": 1, "method": "link", "amount": 70_00, "currency": "MXN", "asked": AT}
    return Intent(status=status, **(values | more))


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"account_id": 9}, ["unknown_account"]),
        ({"method": "cash"}, ["bad_method"]),
        ({"currency": "USD"}, ["currency_mismatch"]),
        ({"amount": 69_99}, ["receipts_in_part"]),
        ({"receipts": (101,)}, ["receipt_closed"]),
        ({"receipts": (102, 103), "amount": 170_00}, []),
        ({"receipts": (), "amount": 12_34}, []),
        ({"receipts": (), "amount": 270_01}, ["amount_above_total"]),
        ({"account_id": 2, "receipts": (), "amount": 80_00}, []),
        ({"account_id": 2, "receipts": (), "amount": 80_01}, ["amount_above_total"]),
        ({"point_id": "5"}, []),
        ({"point_id": "8"}, []),
        ({"point_id": "6"}, ["point_not_validated"]),
    ],
)
def test_what_may_be_asked_for(changes: dict[str, object], codes: list[str]) -> None:
    assert [one.code for one in taking.check(body(**changes), client())] == codes


def test_no_second_payment_of_the_same_while_one_is_under_way() -> None:
    assert list(taking.check(body(receipts=(103,), amount=100_00), client(intent(receipts=(102,))))) == []
    for other in (intent(receipts=(102, 103)), intent(), intent("unknown", receipts=(102,))):
        assert [one.code for one in taking.check(body(), client(other))] == ["payment_under_way"]
    for status in FINAL:
        assert list(taking.check(body(), client(intent(status, receipts=(102,))))) == []


def test_a_granted_rehabilitation_may_be_paid_on_top() -> None:
    ask = Ask(
        id="k", folio="K", account_id=1, asked=AT, asks=Rehabilitation(mode="extend", amount=500_00),
        status="approved", amount=500_00,
    )  # fmt: skip
    wanted = body(receipts=(), amount=770_00)
    assert list(taking.check(wanted, client(asks=(ask,)))) == []
    waits = msgspec.structs.replace(ask, status="open")
    assert [one.code for one in taking.check(wanted, client(asks=(waits,)))] == ["amount_above_total"]


def test_a_link_goes_to_nobody_who_asked_to_be_left_alone() -> None:
    stopped = client(stopped_media=("email",))
    assert [one.code for one in taking.check(body(point_id="5"), stopped)] == ["point_not_validated"]


@given(st.sampled_from(STATUSES), st.lists(st.sampled_from(STATUSES), max_size=8))
def test_what_is_final_stays_but_for_an_approval(status: str, told: list[str]) -> None:
    seen = [status]
    for one in told:
        seen.append(taking.after(seen[-1], one))
    for was, became in pairwise(seen):
        if was in FINAL and became != was:
            assert became in taking.PAID
        if was in taking.PAID:
            assert became in taking.PAID
    if any(one in taking.PAID for one in seen):
        assert seen[-1] in taking.PAID
    assert (seen[-1] in taking.PAID) == any(one in taking.PAID for one in (status, *told))


@given(st.integers(0, 10_000))
def test_a_gateway_is_asked_again_later_each_time_but_never_later_than_five_minutes(tries: int) -> None:
    wait = taking.next_check(tries, AT) - AT
    assert timedelta(seconds=5) <= wait <= timedelta(minutes=5)
    assert taking.next_check(tries + 1, AT) - AT >= wait


@dataclass
class Gateway:
    """What really happened to the payment, whoever knows of it."""

    made: bool = False
    paid: bool = False
    ended: bool = False
    standings: list[Standing] = field(default_factory=list)

    def standing(self) -> Standing:
        if self.paid:
            return Standing(status="approved")
        return Standing(status="expired" if self.ended else "pending")


class AnyOrder(RuleBasedStateMachine):
    """Hub, gateway and client: answers are lost, late, doubled and overtaken; hubs die before they keep."""

    def __init__(self) -> None:
        super().__init__()
        self.intent = intent("asked", url="")
        self.gateway = Gateway()
        self.booked: list[str] = []
        self.under_way: list[Standing] = []

    def keep(self, standing: Standing) -> None:
        now = taking.told(self.intent, standing)
        if taking.pays(self.intent, now):
            self.booked.append(taking.reference(now.id))
        self.intent = now

    @rule()
    def the_hub_asks_and_keeps(self) -> None:
        self.gateway.made = True
        self.keep(self.gateway.standing())

    @rule()
    def the_hub_asks_and_the_answer_is_lost(self) -> None:
        self.gateway.made = True
        self.keep(Standing(status="unknown"))

    @rule()
    def the_hub_asks_and_dies(self) -> None:
        self.gateway.made = True

    @rule()
    def the_client_pays(self) -> None:
        if self.gateway.made and not self.gateway.ended and not self.gateway.paid:
            self.gateway.paid = True
            self.under_way.append(self.gateway.standing())

    @rule()
    def the_link_runs_out(self) -> None:
        if self.gateway.made and not self.gateway.paid:
            self.gateway.ended = True
            self.under_way.append(self.gateway.standing())

    @rule(place=st.integers(0, 9), again=st.booleans())
    def a_notice_comes(self, place: int, again: bool) -> None:
        if self.under_way:
            told = self.under_way[place % len(self.under_way)]
            if not again:
                self.under_way.remove(told)
            self.keep(told)

    @rule()
    def somebody_gives_it_up(self) -> None:
        self.intent = taking.given_up(self.intent)
        if self.intent.status == "withdrawn" and not self.gateway.made:
            self.gateway.ended = True  # nobody asks for it any more

    @invariant()
    def one_payment_or_none_and_none_without_approval(self) -> None:
        assert len(self.booked) <= 1
        assert not self.booked or self.gateway.paid
        assert bool(self.booked) == (self.intent.status in taking.PAID)

    def teardown(self) -> None:
        if self.gateway.made:
            self.keep(self.gateway.standing())
        assert len(self.booked) == self.gateway.paid


TestAnyOrder = AnyOrder.TestCase


def test_being_given_up_survives_answers_that_it_still_waits() -> None:
    ending = taking.given_up(intent(gateway="g", url="u"))
    assert ending.reason == taking.WITHDRAWING
    assert taking.told(ending, Standing(status="pending")).reason == taking.WITHDRAWING
    over = taking.told(ending, Standing(status="approved"))
    assert (over.status, over.reason) == ("approved", "")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("liga", body()),
        ("link rec3", body(receipts=(103,), amount=100_00)),
        ("rec2,3 tpv", body(method="terminal", receipts=(102, 103), amount=170_00)),
        ("rec2-4 enlace e1", body(receipts=(102, 103, 104), amount=270_00, point_id="5")),
        ("rectodo liga t1", body(receipts=(102, 103, 104), amount=270_00, point_id="8")),
        ("TPV 45.50", body(method="terminal", receipts=(), amount=45_50)),
    ],
)
def test_a_line_says_what_is_to_be_taken(line: str, wanted: IntentBody) -> None:
    known = client()
    assert taking_line.read(line, known, known.accounts[0]) == wanted


def test_an_account_without_receipts_is_asked_for_what_is_overdue() -> None:
    known = client()
    read = taking_line.read("liga", known, known.accounts[1])
    assert read == body(account_id=2, receipts=(), amount=50_00)


def test_a_line_says_what_a_terminal_printed_or_that_it_is_given_up() -> None:
    known = client(intent("asked", method="terminal"))
    account = known.accounts[0]
    assert taking_line.read("ok 123456 4242 Visa", known, account) == TerminalResultBody(
        client_id=1, intent_id="i-1", outcome="approved", auth_code="123456", last4="4242", brand="visa"
    )
    assert taking_line.read("no", known, account) == TerminalResultBody(
        client_id=1, intent_id="i-1", outcome="declined"
    )
    assert taking_line.read("fin", known, account) == IntentEndBody(client_id=1, intent_id="i-1")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "method_needed"),
        ("rec2", "method_needed"),
        ("liga tpv", "said_twice"),
        ("liga 10 20", "said_twice"),
        ("liga mañana", "bad_word"),
        ("liga rec1", "unknown_receipt"),
        ("liga rec9", "unknown_receipt"),
        ("liga e2", "unknown_point"),
        ("liga 999", "amount_above_total"),
        ("tpv 4242 4242 4242 4242", "card_number_in_note"),
        ("tpv cvv 123", "card_code_in_note"),
        ("ok 123456", "nothing_under_way"),
        ("fin", "nothing_under_way"),
    ],
)
def test_a_line_that_can_not_be_taken_says_why(line: str, code: str) -> None:
    known = client()
    with pytest.raises(Refused) as refused:
        taking_line.read(line, known, known.accounts[0])
    assert refused.value.error.code == code


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(line: str) -> None:
    known = client(intent("asked", method="terminal"))
    with suppress(Refused):  # and nothing else
        taking_line.read(line, known, known.accounts[0])


def test_an_approval_needs_its_code_and_never_more_of_a_card() -> None:
    known = client(intent("asked", method="terminal"))
    printed = TerminalResultBody(
        client_id=1, intent_id="i-1", outcome="approved", last4="42424242", brand="v1"
    )
    found = [one.code for one in taking.check_result(printed, known)]
    assert found == ["auth_code_missing", "bad_last4", "bad_brand"]


def test_a_recording_pauses_for_three_minutes_at_most() -> None:
    lengths = (None, 0, 119, 120, 179, 180)
    found = [recordings.state(None if one is None else timedelta(seconds=one)) for one in lengths]
    assert found == ["on", "paused", "paused", "long", "long", "over"]
    good = RecordingBody(client_id=1, action="pause", why="terminal")
    assert list(recordings.check(good)) == []
    assert [one.code for one in recordings.check(msgspec.structs.replace(good, why="left"))] == [
        "bad_recording"
    ]
