from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from rules.backoffice.asks import ChannelChange
from rules.backoffice.facts import AskBody, RevocationBody
from rules.debit.charge_files import ResultLine
from rules.debit.mandates import Mandate
from rules.facts import EventResult
from storage.central.charges import batches, mandates
from storage.central.connection import Store
from storage.central.doors.people import Who
from storage.central.refusing import NotDone
from storage.portfolio.export import export
from tests.storage.central.charges.debits import CLABE, agree, answer, ask, charge, charges, covered, first


def note(town: Any, who: Who, body: RevocationBody) -> EventResult:
    result: EventResult
    [result] = town.record(who, town.event(who, "revocation", msgspec.to_builtins(body)))
    return result


def only_mandate(town: Any, client_id: int) -> Mandate:
    mandate: Mandate
    [mandate] = town.document(client_id).mandates
    return mandate


def test_a_granted_change_brings_a_mandate_and_no_copy_of_the_account_number(store: Store, town: Any) -> None:
    who, client_id = town.agent("bea"), covered(town)
    mandate_id = agree(town, client_id, who)
    client = town.document(client_id)
    mandate = only_mandate(town, client_id)
    assert (mandate.id, mandate.channel, mandate.ending, mandate.bank) == (mandate_id, "domi", "9719", "Ixe")
    assert client.policies[0].channel == "domi"
    assert [(one.kind, one.was, one.became) for one in client.policies[0].events][-1] == (
        "channel", "agente", "domi",
    )  # fmt: skip
    asked = client.asks[0].asks
    assert isinstance(asked, ChannelChange)
    assert CLABE not in repr(client)
    assert asked.clabe.endswith("9719")
    with store.read() as tx:
        assert CLABE not in str(tx.value("SELECT asks FROM ask"))
        assert tx.value("SELECT account_number FROM mandate") == CLABE


def test_receipts_that_were_due_before_the_first_one_stay_with_the_former_channel(town: Any) -> None:
    who, client_id = town.agent("bea"), covered(town)
    second = town.document(client_id).policies[0].receipts[1]
    agree(town, client_id, who, first_receipt=second.id)
    receipts = town.document(client_id).policies[0].receipts
    assert [one.channel for one in receipts] == ["agente", "", "", ""]


def test_a_newer_mandate_ends_the_former_one_and_what_the_bank_has_goes_on(store: Store, town: Any) -> None:
    who, client_id = town.agent("bea"), covered(town)
    agree(town, client_id, who)
    charge(store, who)
    second = town.document(client_id).policies[0].receipts[1]
    card = {"to": "tdc", "clabe": "", "token": "tok_abc123", "last4": "4242", "brand": "visa"}
    agree(town, client_id, who, first_receipt=second.id, **card)
    found = {one.channel: one.status for one in town.document(client_id).mandates}
    assert found == {"domi": "revoked", "tdc": "active"}
    assert charges(store, "status") == ["sent"]


def test_it_is_looked_at_again_when_it_is_granted(store: Store, town: Any) -> None:
    who, client_id = town.agent("bea"), covered(town)
    agree(town, client_id, who)
    charge(store, who)
    ask_id = ask(town, client_id, who, clabe="012180004412345678")
    with pytest.raises(NotDone) as refused, store.begin() as tx:
        mandates.agree(tx, ask_id, user_id=who.user_id)
    assert refused.value.code == "twice_charge"


def test_a_revoked_mandate_is_never_charged_again_and_leaves_the_file(store: Store, town: Any) -> None:
    who = town.agent("bea")
    kept, revoked = covered(town), covered(town)
    agree(town, kept, who)
    mandate_id = agree(town, revoked, who)
    batch = charge(store, who)
    assert batch.charges == 2
    mandates.revoke_by_office(store, who, mandate_id, "asked by letter")
    part = batches.part(store, who, batch.id, 0)
    assert (part.batch.charges, len(part.lines)) == (1, 1)
    assert part.batch.digest != batch.digest
    assert sorted(charges(store, "status")) == ["sent", "stopped"]
    assert only_mandate(town, revoked).status == "revoked"
    with pytest.raises(NotDone) as refused:
        charge(store, who)
    assert refused.value.code == "nothing_to_charge"
    with pytest.raises(NotDone) as again:
        mandates.revoke_by_office(store, who, mandate_id, "again")
    assert again.value.code == "mandate_revoked"


def test_money_that_comes_after_a_revocation_is_posted_and_goes_back(store: Store, town: Any) -> None:
    who, client_id = town.agent("bea"), covered(town)
    mandate_id = agree(town, client_id, who)
    batch = charge(store, who)
    [line] = batches.part(store, who, batch.id, 0).lines
    mandates.revoke_by_office(store, who, mandate_id, "asked by letter")
    taken = answer(
        store, who, batch, ResultLine(reference=line.reference, code="charged", amount=line.amount)
    )
    assert taken.charged == 1
    assert charges(store, "code") == ["charged_after_revocation"]
    assert [one.kind for one in town.document(client_id).tasks] == ["charge_back"]


def test_a_client_revokes_on_the_phone_once_and_for_good(store: Store, town: Any) -> None:
    agent, client_id = town.agent("ana"), covered(town)
    mandate_id = agree(town, client_id, town.agent("bea"))
    body = RevocationBody(client_id=client_id, mandate_id=mandate_id, note="no quiere")
    assert note(town, agent, body).status == "applied"
    assert only_mandate(town, client_id).status == "revoked"
    assert note(town, agent, body).status == "applied"
    other = RevocationBody(client_id=client_id, mandate_id="nothing")
    result = note(town, agent, other)
    assert (result.status, result.reason) == ("refused", "unknown_mandate")


def test_who_may_not_see_the_portfolio_may_not_revoke(store: Store, town: Any) -> None:
    mandate_id = agree(town, covered(town), town.agent("bea"))
    town.portfolio("Other")
    stranger = town.agent("eva", portfolios=("Other",))
    with pytest.raises(NotDone) as refused:
        mandates.revoke_by_office(store, stranger, mandate_id, "why")
    assert refused.value.code == "unknown_mandate"


def test_a_file_and_a_revocation_at_once_leave_no_charge_of_the_revoked_mandate(
    postgres_store: Store, postgres_url: str, open_store: Callable[[str], Store], town_in: Callable[..., Any]
) -> None:
    town = town_in(postgres_store)
    who = town.agent("bea")
    ids = [agree(town, covered(town), who) for _ in range(6)]
    hubs = [open_store(postgres_url) for _ in range(3)]
    failures: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except NotDone as error:
            if error.code != "nothing_to_charge":
                failures.append(error)
        except Exception as error:  # the test says what went wrong in a thread
            failures.append(error)

    def revoke() -> None:
        for mandate_id in ids[:3]:
            mandates.revoke_by_office(hubs[2], who, mandate_id, "letter")

    works = [lambda: charge(hubs[0], who), lambda: charge(hubs[1], who), revoke]
    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    with postgres_store.read() as tx:
        sent = tx.all("SELECT mandate_id, receipt_id FROM charge WHERE status = 'sent'")
    assert {row[0] for row in sent} == set(ids[3:])
    assert len({row[1] for row in sent}) == len(sent) == 3


def test_the_store_itself_refuses_a_second_open_charge_of_a_receipt(store: Store, town: Any) -> None:
    who, client_id = town.agent("bea"), covered(town)
    agree(town, client_id, who)
    charge(store, who)
    with pytest.raises(Exception, match=r"(?i)unique"), store.begin() as tx:
        tx.run(
            """
            INSERT INTO charge (id, batch_id, mandate_id, account_id, receipt_id, reference, amount, currency,
                attempt, status, code)
            SELECT 'copy', batch_id, mandate_id, account_id, receipt_id, 'copy', amount, currency, 1, 'sent',
                ''
            FROM charge
            """
        )
    assert first(town.document(client_id)).id in only_mandate(town, client_id).charging


def test_account_numbers_leave_masked_with_the_events(store: Store, town: Any) -> None:
    agent, client_id = town.agent("ana"), covered(town)
    client = town.document(client_id)
    asked = ChannelChange(
        to="domi", first_receipt=first(client).id, clabe=CLABE, consent="voice", evidence="GRAB-1"
    )
    body = AskBody(client_id=client_id, account_id=client.accounts[0].id, asks=asked)
    [kept] = town.record(agent, town.event(agent, "ask", msgspec.to_builtins(body)))
    assert kept.status == "applied"
    out = io.BytesIO()
    export(store, "events", "jsonl", out)
    assert CLABE.encode() not in out.getvalue()
    assert b"**************9719" in out.getvalue()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"clabe": CLABE[:-1] + "0"}, "bad_clabe"),
        ({"consent": ""}, "consent_missing"),
        ({"to": "tdc", "clabe": "", "token": "4111111111111111", "last4": "1111"}, "card_number_in_note"),
    ],
)
def test_the_hub_keeps_no_change_without_consent_or_with_a_card_number(
    store: Store, town: Any, more: dict[str, str], code: str
) -> None:
    agent, client_id = town.agent("ana"), covered(town)
    client = town.document(client_id)
    asked = ChannelChange(
        to="domi", first_receipt=first(client).id, clabe=CLABE, consent="voice", evidence="GRAB-1"
    )
    asked = msgspec.structs.replace(asked, **more)
    body = AskBody(client_id=client_id, account_id=client.accounts[0].id, asks=asked)
    [kept] = town.record(agent, town.event(agent, "ask", msgspec.to_builtins(body)))
    assert (kept.status, kept.reason) == ("refused", code)
