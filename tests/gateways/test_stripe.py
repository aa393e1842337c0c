"""Stripe's API: against localstripe where it can answer, and against one that answers badly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.signatures import prove, sign
from gateways.stripe import Stripe
from rules.paying.gateways import GatewayAway, NoticeRefused, Wish

SECRET = "whsec_test"
NOW = datetime(2026, 11, 20, 16, tzinfo=UTC)


def wish(**more: Any) -> Wish:
    key = str(uuid4())
    expires = datetime.now(UTC) + timedelta(hours=12)
    values = {"key": key, "method": "link", "amount": 3550_00, "currency": "MXN", "about": "Póliza · 3"}
    return Wish(**(values | {"expires": expires} | more))


@pytest.fixture
def stripe(local_stripe: Any) -> Iterator[Stripe]:
    gateway = Stripe("sk_test_12345", SECRET, api=local_stripe.url)
    yield gateway
    gateway.close()


def talking_to(sayer: Any) -> Stripe:
    return Stripe("sk_test_12345", SECRET, api=sayer.url)


def test_a_link_is_made_once_paid_and_partly_given_back(stripe: Stripe, local_stripe: Any) -> None:
    wanted = wish()
    made = stripe.take(wanted)
    assert stripe.take(wanted) == made, "the same key brings the same session"
    assert (made.status, made.amount, made.currency) == ("pending", 3550_00, "MXN")
    assert made.url
    assert made.expires
    assert stripe.look(wanted.key, made.external).status == "pending"
    assert local_stripe.pay(made.external).status_code == 200
    paid = stripe.look(wanted.key, made.external)
    assert (paid.status, paid.external, paid.refunded) == ("approved", made.external, 0)
    assert paid.paid_at
    assert stripe.withdraw(wanted.key, made.external).status == "approved", "too late to give it up"
    part = stripe.refund(wanted.key, made.external, 1000_00, "order-1")
    assert (part.status, part.refunded) == ("approved", 1000_00)
    assert stripe.refund(wanted.key, made.external, 1000_00, "order-1").refunded == 1000_00
    whole = stripe.refund(wanted.key, made.external, 2550_00, "order-2")
    assert (whole.status, whole.refunded) == ("refunded", 3550_00)


def test_a_declined_card_leaves_the_link_open(stripe: Stripe, local_stripe: Any) -> None:
    wanted = wish()
    made = stripe.take(wanted)
    assert local_stripe.pay(made.external, "4000000000000341").status_code == 402
    declined = stripe.look(wanted.key, made.external)
    assert (declined.status, declined.reason) == ("pending", "card_declined")
    assert local_stripe.pay(made.external).status_code == 200
    assert stripe.look(wanted.key, made.external).status == "approved"


def test_a_link_is_given_up(stripe: Stripe, local_stripe: Any) -> None:
    wanted = wish()
    made = stripe.take(wanted)
    assert stripe.withdraw(wanted.key, made.external).status == "withdrawn"
    assert local_stripe.pay(made.external).status_code == 400
    assert stripe.look(wanted.key, made.external).status == "expired"


def test_what_stripe_refuses_is_declined_with_its_code(stripe: Stripe) -> None:
    refused = stripe.take(wish(amount=5))
    assert (refused.status, refused.reason) == ("declined", "amount_too_small")


def test_a_wrong_key_leaves_it_unknown(local_stripe: Any, hasty: None) -> None:
    gateway = Stripe("wrong", SECRET, api=local_stripe.url)
    with pytest.raises(GatewayAway):
        gateway.take(wish())
    gateway.close()


SESSION = json.dumps({"id": "cs_1", "status": "open", "payment_status": "unpaid"}).encode()


def test_a_request_is_sent_again_under_the_same_key_until_it_is_answered(sayer: Any, hasty: None) -> None:
    sayer.answers = [(500, b"{}"), (429, b"{}"), (200, SESSION)]
    wanted, gateway = wish(), talking_to(sayer)
    assert gateway.take(wanted).external == "cs_1"
    gateway.close()
    assert [one[2] for one in sayer.heard] == [wanted.key] * 3


@pytest.mark.parametrize(
    "answer",
    [
        (503, b""),
        (200, b"<html>"),
        (401, b'{"error": {}}'),
        (400, b'{"error": {"type": "idempotency_error"}}'),
    ],
)
def test_an_answer_that_tells_nothing_leaves_it_unknown(
    sayer: Any, hasty: None, answer: tuple[int, bytes]
) -> None:
    sayer.answers = [answer]
    gateway = talking_to(sayer)
    with pytest.raises(GatewayAway):
        gateway.take(wish())
    gateway.close()


def test_a_gateway_that_is_not_there_is_away(hasty: None) -> None:
    gateway = Stripe("sk_test_1", SECRET, api="http://127.0.0.1:9")
    with pytest.raises(GatewayAway):
        gateway.look("k", "cs_1")
    gateway.close()


# Notices


def told(kind: str, **fields: Any) -> bytes:
    return json.dumps({"id": "evt_1", "type": kind, "data": {"object": fields}}).encode()


def headers(body: bytes, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    seconds = int(at.timestamp())
    return {"stripe-signature": f"t={seconds},v1={sign(body, seconds, secret)},v0=old"}


@pytest.fixture
def reader() -> Iterator[Stripe]:
    gateway = Stripe("sk_test_1", SECRET)
    yield gateway
    gateway.close()


def test_a_notice_says_whose_it_is_and_keeps_nothing_of_the_payer(reader: Stripe) -> None:
    body = told(
        "checkout.session.completed", id="cs_1", client_reference_id="i-1", payment_status="paid",
        status="complete", amount_total=100, currency="mxn", customer_details={"email": "x@example.com"},
    )  # fmt: skip
    notice = reader.notice(body, headers(body), NOW)
    assert (notice.id, notice.key) == ("evt_1", "i-1")
    assert notice.standing is not None
    assert (notice.standing.status, notice.standing.amount, notice.standing.currency) == (
        "approved",
        100,
        "MXN",
    )
    assert "example.com" not in json.dumps(notice.body)


@pytest.mark.parametrize(
    ("kind", "fields", "status"),
    [
        ("checkout.session.expired", {"status": "expired"}, "expired"),
        ("checkout.session.completed", {"status": "complete", "payment_status": "unpaid"}, "pending"),
        ("payment_intent.succeeded", {"status": "succeeded", "amount": 5}, "approved"),
        ("payment_intent.payment_failed", {"status": "requires_payment_method"}, "pending"),
        ("customer.created", {}, None),
    ],
)
def test_what_a_notice_tells(reader: Stripe, kind: str, fields: dict[str, Any], status: str | None) -> None:
    body = told(kind, id="x", metadata={"intent": "i-1"}, **fields)
    notice = reader.notice(body, headers(body), NOW)
    assert notice.key == "i-1"
    assert (notice.standing.status if notice.standing else None) == status


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (lambda body: (body, headers(body, secret="other"), NOW), "bad_signature"),
        (lambda body: (body + b" ", headers(body), NOW), "bad_signature"),
        (lambda body: (body, {}, NOW), "bad_signature"),
        (lambda body: (body, {"stripe-signature": "t=1,t=2,v1=x"}, NOW), "bad_signature"),
        (lambda body: (body, headers(body), NOW + timedelta(minutes=6)), "too_old"),
        (lambda body: (body, headers(body), NOW - timedelta(minutes=6)), "too_old"),
        (lambda _: (b"[]", headers(b"[]"), NOW), "unreadable"),
        (lambda _: (b"no", headers(b"no"), NOW), "unreadable"),
    ],
)
def test_a_notice_that_proves_nothing_is_refused(reader: Stripe, changed: Any, code: str) -> None:
    body, given_headers, now = changed(told("checkout.session.completed", id="cs_1"))
    with pytest.raises(NoticeRefused, match=code):
        reader.notice(body, given_headers, now)


def test_without_a_secret_no_notice_is_believed() -> None:
    gateway = Stripe("sk_test_1")
    body = told("checkout.session.completed", id="cs_1")
    with pytest.raises(NoticeRefused, match="bad_signature"):
        gateway.notice(body, headers(body, secret=""), NOW)
    gateway.close()


@given(st.text(max_size=60))
def test_no_made_up_signature_passes(header: str) -> None:
    with pytest.raises(NoticeRefused, match="bad_signature"):
        prove(b"body", header, SECRET, NOW)
