"""Requests to the back office at the centre: taken in, answered by a second person, done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from rules.backoffice.asks import (
    Ask,
    Asked,
    Cancellation,
    ChannelChange,
    ClaimOffset,
    Endorse,
    FrequencyChange,
)
from rules.backoffice.asks import Rehabilitation as Rehab
from rules.backoffice.office_asks import OfficeAsk
from storage.central.connection import Store
from storage.central.doors.people import Who
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.policies import answering, ask_list, carrying, entering, keeping
from storage.central.refusing import NotDone
from tests.conftest import MovableClock
from tests.storage.central.policies.covers import insure, statuses, the_account, the_policy

TODAY = date(2026, 11, 25)
TERMS = {"net": 12_000_00, "tax_rate": 1600, "surcharges": {"monthly": 650, "quarterly": 550}}


def office(town: Any, name: str = "olga", role: str = "backoffice") -> Who:
    who = town.agent(name)
    with town.store.begin() as tx:
        tx.run("UPDATE app_user SET role = :role WHERE id = :id", role=role, id=who.user_id)
    return msgspec.structs.replace(who, role=role)


@pytest.fixture
def olga(town: Any) -> Who:
    return office(town)


@pytest.fixture
def lea(town: Any) -> Who:
    return office(town, "lea", "lead")


def asked(town: Any, who: Who, client_id: int, asks: Asked, **more: Any) -> Ask:
    """What an agent asks for at the desk, as the client's document has it then."""
    account = the_account(town, client_id)
    body = {
        "client_id": client_id,
        "account_id": account.id,
        "asks": msgspec.to_builtins(asks),
        "policy_id": the_policy(town, client_id).id,
    }
    [result] = town.record(who, town.event(who, "ask", body | more))
    assert result.status == "applied", result
    found: Ask = town.document(client_id).asks[-1]
    return found


def paid(store: Store, town: Any, client_id: int, amount: int, reference: str = "T1") -> None:
    account = the_account(town, client_id)
    payment = NewPayment(
        account_id=account.id, at=store.now(), amount=amount, currency="MXN", reference=reference
    )
    assert post_payments(store, [payment]).posted == 1


def refused(code: str) -> Any:
    return pytest.raises(NotDone, match=f"^{code}$")


def grant_and_do(store: Store, who: Who, ask: Ask) -> int:
    answering.answer(store, who, ask.id, "approve")
    found = ask_list.in_full(store, who, ask.id)
    assert found.figures is not None, found.problem
    carrying.do(store, who, ask.id, found.figures.amount)
    return found.figures.amount


def test_a_request_gets_its_folio_its_figures_and_its_day(store: Store, town: Any, ana: Who) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=40), paid=2)
    ask = asked(town, ana, client_id, Cancellation(on=TODAY, method="instalments"), note="se muda")
    assert ask.folio.startswith("SO-")
    assert (ask.status, ask.agent, ask.note) == ("open", "ana", "se muda")
    assert ask.due == date(2026, 12, 2)
    assert (ask.amount, ask.steps[-1].name) == (-5_434_52, "Given back to the client")


def test_the_same_request_sent_twice_is_one(store: Store, town: Any, ana: Who) -> None:
    client_id, policy_id = insure(town, starts=TODAY)
    account = the_account(town, client_id)
    body = {"client_id": client_id, "account_id": account.id, "policy_id": policy_id}
    event = town.event(ana, "ask", body | {"asks": {"kind": "frequency", "to": "annual"}})
    assert [one.status for one in town.record(ana, event)] == ["applied"]
    assert [one.status for one in town.record(ana, event)] == ["duplicate"]
    assert len(town.document(client_id).asks) == 1


@pytest.mark.parametrize(
    ("asks", "reason"),
    [
        ({"kind": "endorsement", "delta": 100, "what": "x"}, "office_only"),
        ({"kind": "cancellation", "on": "2026-11-25", "method": "by_feeling"}, "bad_ask"),
        ({"kind": "cancellation", "on": "2026-11-25", "method": "pro_rata", "reason": "4111 1111 1111 1111"},
         "card_number_in_note"),
    ],
)  # fmt: skip
def test_what_no_desk_offers_is_not_kept(town: Any, ana: Who, asks: dict[str, Any], reason: str) -> None:
    client_id, policy_id = insure(town, starts=TODAY)
    account = the_account(town, client_id)
    body = {"client_id": client_id, "account_id": account.id, "policy_id": policy_id, "asks": asks}
    [result] = town.record(ana, town.event(ana, "ask", body))
    assert (result.status, result.reason) == ("refused", reason)
    assert not town.document(client_id).asks


def test_who_asked_neither_answers_nor_does(store: Store, town: Any, olga: Who, lea: Who) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=40), paid=1)
    body = OfficeAsk(policy=f"AUT-{client_id}", asks=Endorse(delta=1_000_00, what="Se agrega cobertura"))
    ask_id, folio = entering.ask(store, olga, body)
    with refused("own_ask"):
        answering.answer(store, olga, ask_id, "approve")
    answering.answer(store, lea, ask_id, "approve")
    with refused("own_ask"):
        carrying.do(store, olga, ask_id, 1_159_99)
    before = sum(one.total for one in the_policy(town, client_id).receipts)
    carrying.do(store, lea, ask_id, 1_159_99)
    policy = the_policy(town, client_id)
    assert sum(one.total for one in policy.receipts) == before + 1_159_99, (
        "the tax of each receipt is its own"
    )
    assert [(one.kind, one.folio) for one in policy.endorsements] == [("A", folio)]
    with refused("not_approved"):
        carrying.do(store, lea, ask_id, 1_159_99)
    assert the_policy(town, client_id) == policy


def test_an_answer_needs_a_reason_to_deny_and_reaches_the_desk(
    store: Store, town: Any, ana: Who, olga: Who
) -> None:
    client_id, _ = insure(town, starts=TODAY)
    ask = asked(town, ana, client_id, FrequencyChange(to="annual"))
    with refused("why_missing"):
        answering.answer(store, olga, ask.id, "deny", " ")
    with refused("bad_verdict"):
        answering.answer(store, olga, ask.id, "perhaps")
    answering.answer(store, olga, ask.id, "deny", "falta la firma")
    [told] = town.document(client_id).asks
    assert (told.status, told.answered_by, told.answer) == ("denied", "olga", "falta la firma")
    with refused("already_answered"):
        answering.answer(store, olga, ask.id, "approve")
    with refused("not_approved"):
        carrying.do(store, olga, ask.id, 0)


def test_what_is_taken_back_is_not_done(store: Store, town: Any, ana: Who, olga: Who) -> None:
    client_id, _ = insure(town, starts=TODAY)
    ask = asked(town, ana, client_id, FrequencyChange(to="annual"))
    answering.answer(store, olga, ask.id, "approve")
    answering.withdraw(store, olga, ask.id, "el cliente ya no quiere")
    with refused("not_approved"):
        carrying.do(store, olga, ask.id, 0)
    assert the_policy(town, client_id).frequency == "quarterly"


def test_what_gives_much_back_needs_a_higher_role(
    store: Store, town: Any, ana: Who, olga: Who, lea: Who
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=10), net=90_000_00, frequency="annual", paid=1)
    ask = asked(town, ana, client_id, Cancellation(on=TODAY, method="pro_rata"))
    with refused("beyond_your_amount"):
        answering.answer(store, olga, ask.id, "approve")
    with refused("beyond_your_amount"):
        answering.answer(store, lea, ask.id, "approve")
    answering.answer(store, office(town, "ada", "admin"), ask.id, "approve")


def test_another_frequency_takes_the_open_receipts_place(
    store: Store, town: Any, ana: Who, olga: Who
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=10), paid=1, sheet={"terms": TERMS})
    ask = asked(town, ana, client_id, FrequencyChange(to="monthly"))
    amount = grant_and_do(store, olga, ask)
    policy = the_policy(town, client_id)
    assert policy.frequency == "monthly"
    assert statuses(policy).count("pending") == 9
    assert statuses(policy).count("cancelled") == 3
    assert amount > 0
    assert the_account(town, client_id).total == sum(
        one.total for one in policy.receipts if one.status == "pending"
    )
    assert {"frequency", "endorsement", "receipts"} <= {one.kind for one in policy.events}


def test_another_channel_has_its_mandate_and_endorsement(
    store: Store, town: Any, ana: Who, olga: Who
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=10), paid=1)
    receipt = the_policy(town, client_id).receipts[1]
    change = ChannelChange(
        to="domi", first_receipt=receipt.id, clabe="032180000118359719", consent="voice", evidence="GRAB-1"
    )
    ask = asked(town, ana, client_id, change)
    assert isinstance(ask.asks, ChannelChange)
    assert "032180" not in ask.asks.clabe, "the desk sees its last four digits"
    assert grant_and_do(store, olga, ask) == 0
    policy = the_policy(town, client_id)
    assert policy.channel == "domi"
    assert [one.kind for one in policy.endorsements] == ["B"]
    assert [one.ending for one in town.document(client_id).mandates] == ["9719"]


def test_a_cancelled_policy_gives_the_unearned_premium_back_by_two_people(
    store: Store, town: Any, ana: Who, olga: Who
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=20))
    paid(store, town, client_id, 2 * 3_480_00)
    ask = asked(town, ana, client_id, Cancellation(on=TODAY, method="instalments"))
    assert ask.amount == -6_197_27
    grant_and_do(store, olga, ask)
    policy = the_policy(town, client_id)
    assert (policy.status, policy.ends) == ("cancelled", TODAY)
    assert statuses(policy) == ["paid", "cancelled", "cancelled", "cancelled"]
    assert sum(one.paid for one in policy.receipts) == 2 * 3_480_00 - 6_197_27
    account = the_account(town, client_id)
    assert (account.total, account.deposit) == (0, 6_197_27)
    with store.read() as tx:
        orders = tx.all("SELECT kind, amount, status, asked_by, ask_id FROM money_order")
    assert orders == [("refund", 6_197_27, "open", olga.user_id, ask.id)]


def test_what_was_paid_before_there_was_a_ledger_goes_back_too(
    store: Store, town: Any, ana: Who, olga: Who
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=40), paid=2)
    grant_and_do(store, olga, asked(town, ana, client_id, Cancellation(on=TODAY, method="instalments")))
    assert the_account(town, client_id).deposit == 5_434_52


def test_earned_premium_is_paid_before_the_policy_ends(
    store: Store, town: Any, ana: Who, olga: Who, clock: MovableClock
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=20))
    keeping.keep(store)
    ask = asked(town, ana, client_id, Cancellation(on=TODAY, method="instalments"))
    owed = 657_53 + 105_20
    assert ask.amount == owed
    answering.answer(store, olga, ask.id, "approve")
    assert ask_list.in_full(store, olga, ask.id).waits_for == owed
    with refused("waits_for_payment"):
        carrying.do(store, olga, ask.id, owed)
    assert the_policy(town, client_id).status == "grace", "nothing was changed"
    paid(store, town, client_id, owed)
    carrying.do(store, olga, ask.id, owed)
    policy = the_policy(town, client_id)
    assert policy.status == "cancelled"
    assert [(one.status, one.paid) for one in policy.receipts if one.paid] == [("paid", owed)]
    account = the_account(town, client_id)
    assert (account.total, account.deposit) == (0, 0)


@pytest.mark.parametrize("mode", ["extend", "keep_end"])
def test_cover_comes_back_once_its_premium_is_in_deposit(
    store: Store, town: Any, ana: Who, olga: Who, clock: MovableClock, mode: str
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=29))
    ends = the_policy(town, client_id).ends
    clock.move(days=2)
    keeping.keep(store)
    assert the_policy(town, client_id).status == "lapsed"
    clock.move(days=3)
    ask = asked(town, ana, client_id, Rehab(mode=mode, amount=3_480_00))
    answering.answer(store, olga, ask.id, "approve")
    with refused("waits_for_payment"):
        carrying.do(store, olga, ask.id, 3_480_00)
    paid(store, town, client_id, 3_480_00)
    clock.move(hours=20)
    carrying.do(store, olga, ask.id, 3_480_00)
    policy = the_policy(town, client_id)
    assert policy.status == "in_force"
    assert statuses(policy) == ["paid", "pending", "pending", "pending"]
    assert [one.became for one in policy.events if one.kind == "status"][-2:] == ["rehabilitated", "in_force"]
    gap = timedelta(days=4)
    if mode == "extend":
        assert policy.ends == ends + gap
        assert not policy.endorsements
    else:
        assert policy.ends == ends
        assert [(one.kind, one.delta) for one in policy.endorsements] == [("D", -152_55)]
    assert the_account(town, client_id).deposit == 0


def test_a_claim_pays_what_is_past_due(store: Store, town: Any, ana: Who, olga: Who) -> None:
    client_id, policy_id = insure(town, starts=TODAY - timedelta(days=20))
    keeping.keep(store)
    with store.begin() as tx:
        claim_id = tx.value(
            """
            INSERT INTO claim (policy_id, number, "on", status, amount, deductible)
            VALUES (:policy, 'S-77', :on, 'open', 5000000, 500000)
            RETURNING id
            """,
            policy=policy_id,
            on=TODAY,
        )
    offset = ClaimOffset(claim_id=claim_id, gross=50_000_00, deductible=5_000_00)
    ask = asked(town, ana, client_id, offset)
    assert ask.amount == 3_480_00
    grant_and_do(store, olga, ask)
    policy = the_policy(town, client_id)
    assert (policy.status, statuses(policy)[0], policy.claims[0].set_off) == ("in_force", "paid", 3_480_00)
    with store.read() as tx:
        assert tx.all("SELECT channel, reference FROM payment") == [("offset", ask.folio)]
    with refused("not_approved"):
        carrying.do(store, olga, ask.id, 3_480_00)
    assert the_policy(town, client_id) == policy


def test_what_has_changed_meanwhile_is_left_alone(store: Store, town: Any, ana: Who, olga: Who) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=40), paid=1)
    ask = asked(town, ana, client_id, Cancellation(on=TODAY, method="instalments"))
    answering.answer(store, olga, ask.id, "approve")
    paid(store, town, client_id, 3_480_00)
    with refused("figures_changed"):
        carrying.do(store, olga, ask.id, ask.amount)
    full = ask_list.in_full(store, olga, ask.id)
    assert full.figures is not None
    assert full.figures.amount == ask.amount - 3_480_00
    other = OfficeAsk(policy=f"AUT-{client_id}", asks=Cancellation(on=TODAY, method="instalments"))
    with refused("ask_open"):
        entering.ask(store, olga, other)
    carrying.do(store, olga, ask.id, full.figures.amount)


def test_what_can_t_be_done_any_more_says_why_and_ends_as_failed(
    store: Store, town: Any, ana: Who, olga: Who, clock: MovableClock
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=29))
    ask = asked(town, ana, client_id, FrequencyChange(to="annual"))
    answering.answer(store, olga, ask.id, "approve")
    clock.move(days=2)
    keeping.keep(store)
    assert ask_list.in_full(store, olga, ask.id).problem == "not_covered"
    with refused("not_covered"):
        carrying.do(store, olga, ask.id, ask.amount)
    answering.answer(store, olga, ask.id, "fail", "ya no está en vigor")
    assert town.document(client_id).asks[0].status == "failed"


def test_the_list_is_of_ones_own_portfolios_late_first(
    store: Store, town: Any, ana: Who, olga: Who, clock: MovableClock
) -> None:
    first, _ = insure(town, starts=TODAY)
    asked(town, ana, first, Cancellation(on=TODAY, method="instalments"))
    second, _ = insure(town, starts=TODAY)
    asked(town, ana, second, FrequencyChange(to="annual"))
    clock.move(days=6)
    found = ask_list.listed(store, olga)
    assert [(one.policy, one.late) for one in found.asks] == [
        (f"AUT-{second}", True), (f"AUT-{first}", False)
    ]  # fmt: skip
    assert [one.policy for one in ask_list.listed(store, olga, "cancellation").asks] == [f"AUT-{first}"]
    stranger = msgspec.structs.replace(olga, portfolio_ids=(0,), portfolio_names=("Other",))
    assert not ask_list.listed(store, stranger).asks
    with refused("unknown_ask"):
        ask_list.in_full(store, stranger, found.asks[0].ask.id)
    with refused("unknown_ask"):
        answering.answer(store, stranger, found.asks[0].ask.id, "approve")
    with refused("unknown_ask_kind"):
        ask_list.listed(store, olga, "wish")


def test_figures_by_hand_change_nothing(store: Store, town: Any, olga: Who) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=40), paid=2)
    before = town.document(client_id)
    body = OfficeAsk(policy=f"AUT-{client_id}", asks=Cancellation(on=TODAY, method="instalments"))
    assert ask_list.figures(store, olga, body).figures.amount == -5_434_52
    assert town.document(client_id) == before
    with refused("nothing_in_deposit"):
        ask_list.figures(store, olga, OfficeAsk(policy=f"AUT-{client_id}"))
    paid(store, town, client_id, 100_00)
    found = ask_list.figures(store, olga, OfficeAsk(policy=f"AUT-{client_id}")).figures
    assert (found.amount, found.steps[0].how.split()[-1]) == (-100_00, "T1")
    with refused("unknown_policy"):
        ask_list.figures(store, olga, OfficeAsk(policy="AUT-0"))


def test_two_who_do_it_at_once_do_it_once(store: Store, town: Any, ana: Who, olga: Who, lea: Who) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=20), paid=1)
    ask = asked(town, ana, client_id, Cancellation(on=TODAY, method="instalments"))
    answering.answer(store, olga, ask.id, "approve")

    def do(who: Who) -> str:
        try:
            carrying.do(store, who, ask.id, ask.amount)
        except NotDone as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(do, (olga, lea))) == ["done", "not_approved"]
    with store.read() as tx:
        assert tx.value("SELECT count(*) FROM money_order") == 1
        assert tx.value("SELECT count(*) FROM audit WHERE action = 'ask_done'") == 1
