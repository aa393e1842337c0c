from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from rules.backoffice.asks import ChannelChange
from rules.backoffice.facts import RevocationBody
from rules.capture.scope import Refused
from rules.clients import Account, Client, Promise
from rules.debit.channel_changes import check_channel, hidden, masked, read
from rules.debit.mandates import Mandate
from rules.debit.revocations import apply, check, living
from rules.identifiers import read_clabe
from rules.insurance.policies import Policy, Receipt
from rules.paying.intents import Intent

CLABE = "032180000118359719"
AT = datetime(2026, 11, 20, 17, tzinfo=UTC)


def receipt(number: int, status: str = "pending", paid: int = 0) -> Receipt:
    return Receipt(
        id=number * 10, number=number, of=4, due=date(2026, 8 + number, 1), net=1000_00, surcharge=0, fee=0,
        tax=160_00, total=1160_00, status=status, paid=paid,
    )  # fmt: skip


def policy(**more: Any) -> Policy:
    given: dict[str, Any] = {
        "id": 7, "account_id": 1, "number": "AUT-1", "kind": "car", "insurer": "I",
        "starts": date(2026, 9, 1), "ends": date(2027, 9, 1), "status": "grace", "channel": "agente",
        "currency": "MXN",
        "receipts": (receipt(1, "paid"), receipt(2, "overdue"), receipt(3), receipt(4)),
    }  # fmt: skip
    return Policy(**(given | more))


def client(**more: Any) -> Client:
    account = Account(id=1, product="insurance", number="P1", currency="MXN", overdue=1160_00, total=3480_00)
    given: dict[str, Any] = {
        "id": 1, "name": "Ana", "country": "MX", "zones": ("America/Mexico_City",), "as_of": AT,
        "accounts": (account,), "policies": (policy(),),
    }  # fmt: skip
    return Client(**(given | more))


def promise(**more: Any) -> Promise:
    given: dict[str, Any] = {
        "id": "p1", "account_id": 1, "made": AT, "due": date(2026, 11, 25), "amount": 1160_00,
        "currency": "MXN", "channel": "spei",
    }  # fmt: skip
    return Promise(**(given | more))


def mandate(**more: Any) -> Mandate:
    given: dict[str, Any] = {"id": "m1", "account_id": 1, "channel": "domi", "ending": "9719", "agreed": AT}
    return Mandate(**(given | more))


INTENT = Intent(id="i", account_id=1, method="link", amount=1160_00, currency="MXN", asked=AT)


def codes(asked: ChannelChange, who: Client | None = None) -> list[str]:
    who = who or client()
    return [problem.code for problem in check_channel(asked, who, who.policies[0])]


def line(text: str, who: Client | None = None) -> ChannelChange:
    who = who or client()
    return read(text, who, who.policies[0])


def test_a_line_says_account_receipt_consent_limit_and_payer() -> None:
    assert line(f"clabe {CLABE} rec3 voz #GRAB-1 hasta 1,500 paga Luis Ruiz") == ChannelChange(
        to="domi", first_receipt=30, clabe=CLABE, amount_rule="up_to", limit=1500_00, consent="voice",
        evidence="GRAB-1", payer="Luis Ruiz",
    )  # fmt: skip
    assert line("domi 032 180 00011835971 9 voice #A").clabe == CLABE
    assert line("TDC tok_1a2b3c 4242 Visa Escrito #F-9") == ChannelChange(
        to="tdc", first_receipt=20, token="tok_1a2b3c", last4="4242", brand="visa", consent="written",
        evidence="F-9",
    )  # fmt: skip
    assert line("nómina 004471 electrónico #E") == ChannelChange(
        to="nomina", first_receipt=20, token="004471", last4="4471", consent="electronic", evidence="E"
    )
    assert line("ventanilla").to == "banco"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "unknown_channel"),
        ("paypal", "unknown_channel"),
        ("clabe 4111 1111 1111 1111 voz #A", "card_number_in_note"),
        ("tdc 4111-1111-1111-1111 voz #A", "card_number_in_note"),
        ("tdc 4111111111111111", "card_number_in_note"),
        ("agente mañana", "unknown_word"),
        ("agente rec9", "unknown_receipt"),
        ("domi hasta", "bad_limit"),
    ],
)
def test_what_a_line_can_not_say(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        line(text)
    assert refused.value.error.code == code


@given(st.from_regex(r"[0-9]{12,18}", fullmatch=True), st.sampled_from(["tdc", "tdd", "clabe", "nomina"]))
def test_no_card_number_ever_gets_into_a_change(digits: str, channel: str) -> None:
    number = digits + luhn.calc_check_digit(digits)
    try:
        asked = line(f"{channel} {number} voz #A")
    except Refused:
        return
    assert channel == "clabe"
    assert read_clabe(asked.clabe).valid or codes(asked)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"clabe": CLABE[:-1]}, "clabe_length"),
        ({"clabe": CLABE[:-1] + "8"}, "bad_clabe"),
        ({"consent": ""}, "consent_missing"),
        ({"consent": "yes"}, "consent_missing"),
        ({"evidence": ""}, "evidence_missing"),
        ({"amount_rule": "up_to"}, "bad_limit"),
        ({"amount_rule": "up_to", "limit": 1159_99}, "limit_below_receipt"),
        ({"first_receipt": 99}, "unknown_receipt"),
        ({"first_receipt": 10}, "receipt_closed"),
        ({"to": "tdc", "clabe": ""}, "token_missing"),
        ({"to": "agente"}, "not_charged"),
        ({"evidence": "4111 1111 1111 1111"}, "card_number_in_note"),
        ({"payer": "cvv 123"}, "card_code_in_note"),
    ],
)
def test_each_thing_that_forbids_a_change_is_said(more: dict[str, Any], code: str) -> None:
    sound = line(f"clabe {CLABE} voz #A")
    assert codes(sound) == []
    assert code in codes(msgspec.structs.replace(sound, **more))


def test_a_policy_without_cover_changes_no_channel() -> None:
    lapsed = client(policies=(policy(status="lapsed"),))
    assert codes(line("banco"), lapsed) == ["policy_not_covered"]
    assert [one.code for one in check_channel(line("banco"), client(), None)] == ["unknown_policy"]
    assert codes(line("agente")) == ["same_channel"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"promises": (promise(receipts=(20,)),)}, "twice_promise"),
        ({"promises": (promise(),)}, "twice_promise"),
        (
            {
                "intents": (
                    Intent(id="i", account_id=1, method="link", amount=1160_00, currency="MXN", asked=AT),
                )
            },
            "twice_intent",
        ),
        ({"mandates": (mandate(ending="1111", charging=(20,)),)}, "twice_charge"),
    ],
)
def test_no_receipt_is_collected_by_two_channels_and_the_next_free_one_is_offered(
    more: dict[str, Any], code: str
) -> None:
    who = client(**more)
    asked = line(f"clabe {CLABE} rec2 voz #A", who)
    [problem] = check_channel(asked, who, who.policies[0])
    assert (problem.code, problem.params["free"]) == (code, "rec3")
    unsaid = line(f"clabe {CLABE} voz #A", who)
    assert unsaid.first_receipt == 30
    assert codes(unsaid, who) == []


@pytest.mark.parametrize(
    "kept", [promise(status="kept"), promise(channel="domi"), promise(account_id=2), promise(receipts=(40,))]
)
def test_what_does_not_collect_the_first_receipt_forbids_nothing(kept: Promise) -> None:
    who = client(promises=(kept,))
    assert codes(line(f"clabe {CLABE} rec2 voz #A", who), who) == []


def test_the_same_account_again_is_no_change_and_another_one_is() -> None:
    who = client(mandates=(mandate(),))
    assert codes(line(f"clabe {CLABE} voz #A", who), who) == ["same_channel"]
    assert codes(line("clabe 012180004412345678 voz #A", who), who) == []
    revoked = client(mandates=(mandate(status="revoked"),))
    assert codes(line(f"clabe {CLABE} voz #A", revoked), revoked) == []


@given(st.from_regex(r"[0-9]{0,20}", fullmatch=True))
def test_of_an_account_number_at_most_four_digits_are_shown(number: str) -> None:
    shown = hidden(number)
    assert len(shown) == len(number)
    assert sum(character.isdigit() for character in shown) <= 4
    asked = ChannelChange(to="domi", first_receipt=1, clabe=number, token="tok_abcdef")
    assert masked(asked).token == ""


def test_a_mandate_is_taken_back_once() -> None:
    who = client(mandates=(mandate(charging=(20,)), mandate(id="m2", account_id=2)))
    body = RevocationBody(client_id=1, mandate_id="m1")
    assert [one.id for one in living(who, 1)] == ["m1"]
    assert not list(check(body, who))
    after = apply(who, body, AT)
    assert [one.status for one in after.mandates] == ["revoked", "active"]
    assert after.mandates[0].charging == ()
    assert living(after, 1) == ()
    assert [one.code for one in check(body, after)] == ["mandate_revoked"]
    assert [one.code for one in check(RevocationBody(client_id=1, mandate_id="x"), who)] == [
        "unknown_mandate"
    ]
