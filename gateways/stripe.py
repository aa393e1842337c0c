"""Stripe's HTTP API: payment links by Checkout Sessions, refunds, and signed notices.

The card is typed on Stripe's own page; nothing of it comes here but brand and last four digits. The
intent's id is the idempotency key of the session and its ``client_reference_id``, so a session is made
once however often it is asked for, and each notice says whose it is. Sources:
https://docs.stripe.com/api/checkout/sessions, https://docs.stripe.com/api/idempotent_requests,
https://docs.stripe.com/api/refunds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import stamina

from gateways.signatures import prove
from rules.paying.gateways import GatewayAway, Notice, NoticeRefused, Standing, Wish

API = "https://api.stripe.com"
VERSION = "2024-06-20"
"""Stripe's version of the API that this speaks, sent along: an account's own default may be another."""

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
ATTEMPTS = 3
"""Tries of one request. What changes something carries an idempotency key, so repeating it is safe."""

SERVER_ERRORS = 500
TOO_MANY, CONFLICT = 429, 409


class _Busy(Exception):
    """Stripe answered that it can't now; the same request may do in a moment."""


class Stripe:
    """Payment links through Stripe.

    Args:
        key: the secret or restricted key; it is sent to Stripe and goes nowhere else.
        webhook_secret: of the endpoint, "" = notices are refused.
        api: the root of the API.
        done_url: where the payer's browser goes after paying, "" = Stripe's own page says thanks.
    """

    name: str = "stripe"
    methods: tuple[str, ...] = ("link",)

    def __init__(self, key: str, webhook_secret: str = "", *, api: str = API, done_url: str = "") -> None:
        self._webhook_secret = webhook_secret
        self._done_url = done_url or "https://checkout.stripe.com/success"
        self._http = httpx.Client(
            base_url=api,
            timeout=TIMEOUT,
            headers={"authorization": f"Bearer {key}", "stripe-version": VERSION},
            trust_env=not api.startswith("http://"),  # a proxy of the environment sees no plain HTTP
        )

    def take(self, wish: Wish) -> Standing:
        """Make the session, or get the one that was made with this key."""
        form = {
            "mode": "payment",
            "client_reference_id": wish.key,
            "metadata[intent]": wish.key,
            "payment_intent_data[metadata][intent]": wish.key,
            "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": wish.currency.lower(),
            "line_items[0][price_data][unit_amount]": str(wish.amount),
            "line_items[0][price_data][product_data][name]": wish.about or wish.key,
            "success_url": self._done_url,
        }
        if wish.expires is not None:
            form["expires_at"] = str(int(wish.expires.timestamp()))
        try:
            return session_standing(self._post("/v1/checkout/sessions", form, key=wish.key))
        except _Refused as refused:
            return Standing(status="declined", reason=refused.code)

    def look(self, key: str, external: str) -> Standing:
        """How the session, and the payment in it, stands."""
        return session_standing(self._get(f"/v1/checkout/sessions/{external}", _EXPANDED))

    def withdraw(self, key: str, external: str) -> Standing:
        """Expire the session; one that was paid before says so."""
        try:
            found = self._post(f"/v1/checkout/sessions/{external}/expire", {}, key=f"{key}-expire")
        except _Refused:  # it is open no more: how it ended is what counts
            return self.look(key, external)
        standing = session_standing(found)
        return (
            msgspec.structs.replace(standing, status="withdrawn")
            if standing.status == "expired"
            else standing
        )

    def refund(self, key: str, external: str, amount: int, refund_key: str) -> Standing:
        """Give back a part or all of what a session took."""
        session = self._get(f"/v1/checkout/sessions/{external}", _EXPANDED)
        payment = _dict(session.get("payment_intent"))
        if not payment:
            return session_standing(session)
        form = {"payment_intent": str(payment["id"]), "amount": str(amount), "metadata[intent]": key}
        try:
            self._post("/v1/refunds", form, key=f"refund-{refund_key}")
        except _Refused as refused:
            return msgspec.structs.replace(session_standing(session), reason=refused.code)
        return self.look(key, external)

    def notice(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """Prove and read an event; of its body only what says how a payment stands is kept."""
        if not self._webhook_secret:
            raise NoticeRefused("bad_signature")
        prove(body, headers.get("stripe-signature", ""), self._webhook_secret, now)
        try:
            event = msgspec.json.decode(body)
            told = event["data"]["object"]
            event_id, kind = str(event["id"]), str(event["type"])
            if not isinstance(told, dict):
                raise TypeError(kind)
        except (msgspec.DecodeError, KeyError, TypeError) as error:
            raise NoticeRefused("unreadable") from error
        standing = _of_event(kind, told)
        kept = {name: told[name] for name in _KEPT if isinstance(told.get(name), str | int)}
        return Notice(id=event_id, kind=kind, key=_key(told), standing=standing, body=kept)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # Requests

    def _get(self, path: str, params: dict[str, str]) -> dict[str, Any]:
        return self._send("GET", path, params=params)

    def _post(self, path: str, form: dict[str, str], *, key: str) -> dict[str, Any]:
        return self._send("POST", path, data=form, headers={"idempotency-key": key})

    def _send(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """Send a request, again where that may help.

        Raises:
            GatewayAway: nothing is known.
            _Refused: Stripe says that it can't be.
        """
        try:
            for attempt in stamina.retry_context(
                on=(httpx.TransportError, _Busy), attempts=ATTEMPTS, timeout=20.0, wait_max=2.0
            ):
                with attempt:
                    return self._once(method, path, **options)
        except (httpx.HTTPError, _Busy) as error:
            raise GatewayAway(type(error).__name__) from error
        raise GatewayAway("no attempt")

    def _once(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self._http.request(method, path, **options)
        if answer.status_code in (TOO_MANY, CONFLICT) or answer.status_code >= SERVER_ERRORS:
            raise _Busy(str(answer.status_code))
        try:
            found = msgspec.json.decode(answer.content)
        except msgspec.DecodeError as error:
            raise GatewayAway("unreadable answer") from error
        if answer.status_code in (401, 403):
            raise GatewayAway("key refused")  # nothing is known of the payment until the key is mended
        if answer.is_error:
            told = _dict(_dict(found).get("error"))
            if told.get("type") == "idempotency_error":
                raise GatewayAway("asked otherwise before")  # what was asked then stands, and is unknown
            raise _Refused(str(told.get("code") or answer.status_code))
        return _dict(found)


class _Refused(Exception):
    """Stripe understood and refused; code is Stripe's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_EXPANDED = {"expand[]": "payment_intent.latest_charge"}
_KEPT = ("id", "object", "status", "payment_status", "amount", "amount_total", "amount_refunded", "currency")
"""Fields of a notice that are kept: nothing that says who paid, and nothing of a card."""


def session_standing(session: dict[str, Any]) -> Standing:
    """How a Checkout Session stands."""
    payment = _dict(session.get("payment_intent"))
    found = payment_standing(payment) if payment else Standing(status="pending")
    if session.get("payment_status") == "paid":
        status = "refunded" if found.status == "refunded" else "approved"
    elif session.get("status") == "expired":
        status = "expired"
    else:
        status = "pending"
    return msgspec.structs.replace(
        found,
        status=status,
        external=str(session.get("id", "")),
        url=str(session.get("url") or ""),
        expires=_instant(session.get("expires_at")),
        amount=int(session.get("amount_total") or 0),
        currency=str(session.get("currency") or "").upper(),
    )


def payment_standing(payment: dict[str, Any]) -> Standing:
    """How a PaymentIntent stands; external is its own id."""
    charge = _dict(payment.get("latest_charge"))
    card = _dict(_dict(charge.get("payment_method_details")).get("card"))
    amount = int(payment.get("amount") or 0)
    refunded = int(charge.get("amount_refunded") or 0)
    status = {"succeeded": "approved", "canceled": "withdrawn"}.get(str(payment.get("status")), "pending")
    if status == "approved" and refunded >= amount > 0:
        status = "refunded"
    error = _dict(payment.get("last_payment_error"))
    return Standing(
        status=status,
        external=str(payment.get("id", "")),
        auth_code=str(charge.get("authorization_code") or ""),
        last4=str(card.get("last4") or ""),
        brand=str(card.get("brand") or ""),
        reason="" if status != "pending" else str(error.get("decline_code") or error.get("code") or ""),
        paid_at=_instant(charge.get("created")) if status in ("approved", "refunded") else None,
        refunded=refunded,
        amount=amount,
        currency=str(payment.get("currency") or "").upper(),
    )


def _of_event(kind: str, told: dict[str, Any]) -> Standing | None:
    """The standing that an event tells; None = it is about nothing that counts here.

    A payment that failed or was cancelled ends no link: the payer may try again on it.
    """
    if kind.startswith("checkout.session."):
        return session_standing(told)
    if kind == "payment_intent.succeeded":
        return msgspec.structs.replace(payment_standing(told), external="")
    if kind == "payment_intent.payment_failed":
        return msgspec.structs.replace(payment_standing(told), external="", status="pending")
    return None


def _key(told: dict[str, Any]) -> str:
    """The intent's id that we gave along."""
    return str(told.get("client_reference_id") or _dict(told.get("metadata")).get("intent") or "")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _instant(value: Any) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else None
