"""The placeholders of a call script, filled from the client and the account.

What is not known is read as an ellipsis: an agent notices a gap, and a made-up reference
or address would be worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise

from rules import demand
from rules.calendars import add_business_days, next_pay_day
from rules.clients import Account, Client
from rules.identity import ending
from rules.insurance.policies import Policy, Receipt
from rules.insurance.receipts import REHABILITATION_DAYS
from rules.signing import signed_on
from rules.wording import money, spoken_day

UNKNOWN = "…"

REVOCATION_DAYS = 5
"""Business days in which a timeshare contract may be revoked (LFPC art. 56, NOM-029-SE-2021)."""

PRODUCTS = {
    "card": ("tarjeta", "card"),
    "loan": ("crédito", "loan"),
    "sme": ("crédito", "credit"),
    "insurance": ("póliza", "policy"),
    "timeshare": ("contrato", "contract"),
}

FREQUENCIES = {
    "annual": ("anual", "yearly payment"),
    "semiannual": ("semestral", "payment twice a year"),
    "quarterly": ("trimestral", "quarterly payment"),
    "monthly": ("mensual", "monthly payment"),
}
"""How often a premium is paid, from the largest receipts to the smallest."""

_DETAILS = {
    "sala": "sales_room",
    "condiciones": "cancellation_terms",
    "nombre_agente": "insurance_agent",
    "ref": "reference",
    "tel_une": "complaints_phone",
    "correo_une": "complaints_email",
    "domicilio": "firm_address",
    "tel_despacho": "firm_phone",
}
"""Placeholders that come from the account's own sheet, by the key of the detail."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_END = re.compile(r"(?<!\.)\.\.(?!\.)")
"""Two full stops: a name that ends in one ("S.C.") at the end of a sentence."""


def fill(
    text: str,
    client: Client,
    account: Account | None,
    *,
    agent: str = "",
    now: datetime | None = None,
    values: Mapping[str, str] | None = None,
    hidden: bool = False,
) -> str:
    """Fill a script's text in the client's language; never fails.

    agent: name of the person who speaks. now: local time of the client, for the greeting
    and the pay days; without it the document's own time. values: what the call has agreed
    so far (monto, fecha, canal), it wins over what the account says. hidden: amounts of the
    client's are left out like what is not known.
    """
    sheet = _Sheet(client, account, agent, now or client.as_of, hidden=hidden)
    given = values or {}

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        return given.get(name) or sheet.value(name) or UNKNOWN

    return _END.sub(".", " ".join(_PLACEHOLDER.sub(value, text).split()))


def _cover_ends(policy: Policy | None) -> datetime | None:
    """When the cover ends for want of payment, or ended."""
    return (policy.lapsed_at or policy.grace_ends) if policy else None


def _rehabilitation_days(policy: Policy) -> int:
    return policy.sheet.terms.rehabilitation_days if policy.sheet.terms else REHABILITATION_DAYS


class _Sheet:
    """What is known about one client and account, by the names of the placeholders."""

    def __init__(
        self, client: Client, account: Account | None, agent: str, now: datetime, *, hidden: bool
    ) -> None:
        self._client = client
        self._account = account
        self._agent = agent
        self._now = now
        self._hidden = hidden
        self._language = "en" if client.language == "en" else "es"
        self._policy = self._find_policy()
        self._receipt = self._find_receipt()

    def value(self, name: str) -> str:
        """The value of a placeholder, "" if it is not known."""
        client, policy, receipt = self._client, self._policy, self._receipt
        known: dict[str, Callable[[], str]] = {
            "saludo": self._greeting,
            "agente": lambda: self._agent,
            "tratamiento": lambda: client.treatment or " ",
            "titular": lambda: client.name,
            "empresa": lambda: client.firm or (self._account.creditor if self._account else ""),
            "fecha_calc": lambda: self._day(self._local(client.as_of)),
            "fecha": lambda: self._day(next_pay_day(self._now.date())),
            "hora": lambda: f"{self._now:%H:%M}",
            "poliza": lambda: policy.number if policy else "",
            "fin_gracia": lambda: self._day(self._local(ends)) if (ends := _cover_ends(policy)) else "",
            "dias_rehab": lambda: str(_rehabilitation_days(policy)) if policy else "",
            "fin_rehab": lambda: (
                self._day(self._local(ends) + timedelta(days=_rehabilitation_days(policy)))
                if policy and (ends := _cover_ends(policy))
                else ""
            ),
            "siniestro": lambda: next((claim.number for claim in policy.claims), "") if policy else "",
            "recibo": lambda: f"{receipt.number}/{receipt.of}" if receipt else "",
            "forma_pago": lambda: self._split(policy) if policy else "",
            "prima": lambda: self._money(receipt.total) if receipt else "",
        }
        if name in known:
            return known[name]()
        return self._of_account(name, self._account) if self._account else ""

    def _of_account(self, name: str, account: Account) -> str:
        amounts = {
            "vencido": account.overdue,
            "exigible": demand.due(account),
            "monto": demand.due(account),
            "mitad": demand.due(account) // 2,
            "min": demand.minimum(account),
            "payoff": demand.payable(account),
            "saldo": account.total,
        }
        texts: dict[str, Callable[[], str]] = {
            "acreedor": lambda: account.creditor,
            "producto": lambda: PRODUCTS.get(account.product, ("cuenta", "account"))[self._language == "en"],
            "ult4": lambda: ending(self._client, account),
            "contrato": lambda: account.number,
            "dpd": lambda: str(account.days),
            "firma": lambda: self._day(signed) if (signed := self._signed()) else "",
            "limite_rev": self._revocation_ends,
        }
        if name in amounts:
            return self._money(amounts[name]) if amounts[name] > 0 else ""
        return texts[name]() if name in texts else self._detail(_DETAILS.get(name, ""))

    def _detail(self, key: str) -> str:
        details = self._account.details if self._account else ()
        return next((detail.value for detail in details if detail.key == key), "")

    def _signed(self) -> date | None:
        return signed_on(self._account) if self._account is not None else None

    def _revocation_ends(self) -> str:
        signed = self._signed()
        if signed is None:
            return ""
        return self._day(add_business_days(signed, REVOCATION_DAYS, self._client.country))

    def _split(self, policy: Policy) -> str:
        """The next frequency of payment, with smaller receipts."""
        smaller = dict(pairwise(FREQUENCIES)).get(policy.frequency)
        return FREQUENCIES[smaller][self._language == "en"] if smaller else ""

    def _greeting(self) -> str:
        hour = self._now.hour
        spanish, english = (
            ("Buenos días", "Good morning")
            if hour < 12
            else ("Buenas tardes", "Good afternoon")
            if hour < 19
            else ("Buenas noches", "Good evening")
        )
        return english if self._language == "en" else spanish

    def _money(self, minor: int) -> str:
        if self._hidden:
            return ""
        currency = self._account.currency if self._account else "MXN"
        return money(minor, currency, self._client.country)

    def _day(self, on: date) -> str:
        return spoken_day(on, self._language)

    def _local(self, at: datetime) -> date:
        return at.astimezone(self._now.tzinfo).date()

    def _find_policy(self) -> Policy | None:
        account = self._account
        if account is None:
            return None
        return next((policy for policy in self._client.policies if policy.account_id == account.id), None)

    def _find_receipt(self) -> Receipt | None:
        receipts = self._policy.receipts if self._policy else ()
        return next((receipt for receipt in receipts if receipt.status in ("overdue", "lapsed")), None)
