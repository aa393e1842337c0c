"""``localstripe`` as a program, with the Checkout Sessions that it lacks laid over its own payments.

``python stripe_server.py PORT``. Payments, charges, refunds, errors and signed webhooks are localstripe's.
``POST /v1/checkout/sessions/ID/_pay`` does what a payer does on the page.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from localstripe import resources
from localstripe.errors import UserError
from localstripe.resources import Event, PaymentIntent, PaymentMethod, StripeObject
from localstripe.webhooks import schedule_webhook

resources.Store.dump_to_disk = lambda self: None  # it would write to a file that all users share


class CheckoutSession(StripeObject):
    object = "checkout.session"
    _id_prefix = "cs_"

    def __init__(self, **data: Any) -> None:
        if data.get("mode") != "payment" or not data.get("line_items") or not data.get("success_url"):
            raise UserError(400, "Bad request", {"code": "parameter_missing"})
        price = data["line_items"][0]["price_data"]
        if int(price["unit_amount"]) < 1000:
            raise UserError(400, "Amount too small", {"code": "amount_too_small"})
        super().__init__()
        self.amount_total = int(price["unit_amount"])
        self.currency = price["currency"]
        self.client_reference_id = data["client_reference_id"]
        self.metadata = data["metadata"]
        self.status, self.payment_status, self.payment_intent = "open", "unpaid", None
        self.expires_at = int(data.get("expires_at") or time.time() + 86_400)
        self.url = f"https://checkout.example/{self.id}"
        self._of_payment = data["payment_intent_data"]["metadata"]

    @classmethod
    def _api_expire(cls, id: str) -> CheckoutSession:
        found: CheckoutSession = cls._api_retrieve(id)
        if found.status != "open":
            raise UserError(400, "Only open sessions", {"code": "resource_missing"})
        found.status, found.url = "expired", None
        schedule_webhook(Event("checkout.session.expired", found))
        return found

    @classmethod
    def _api_pay(cls, id: str, card: str) -> CheckoutSession:
        found: CheckoutSession = cls._api_retrieve(id)
        if found.status != "open":
            raise UserError(400, "Only open sessions")
        card_data = {"number": card, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        method = PaymentMethod(type="card", card=card_data)
        payment = PaymentIntent(
            amount=found.amount_total,
            currency=found.currency,
            payment_method=method.id,
            metadata=found._of_payment,
        )
        found.payment_intent = payment.id
        payment._confirm(on_failure_now=payment._report_failure)
        found.status, found.payment_status, found.url = "complete", "paid", None
        schedule_webhook(Event("checkout.session.completed", found))
        return found


def retrieve(id: str, **_: Any) -> StripeObject:
    return CheckoutSession._api_retrieve(id)


resources.extra_apis.extend(
    (
        ("POST", "/v1/checkout/sessions", CheckoutSession._api_create),
        ("GET", "/v1/checkout/sessions/{id}", retrieve),
        ("POST", "/v1/checkout/sessions/{id}/expire", CheckoutSession._api_expire),
        ("POST", "/v1/checkout/sessions/{id}/_pay", CheckoutSession._api_pay),
    )
)

from localstripe.server import app  # noqa: E402 - its routes are made as it is imported

_kept: dict[tuple[str, str], bytes] = {}


@web.middleware
async def once(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Idempotency keys, which localstripe does not know: the first answer is given again."""
    key = (request.path, request.headers.get("Idempotency-Key", ""))
    if key in _kept:
        return web.Response(body=_kept[key], content_type="application/json")
    answer = await handler(request)
    if key[1] and isinstance(answer, web.Response):
        _kept[key] = answer.body
    return answer


app.middlewares.append(once)

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
