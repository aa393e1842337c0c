"""Invented clients: who they are, where they can be reached, what they owe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from rules.catalogue import Catalogue
from rules.signing import SIGNED
from storage.central.connection import Tx
from storage.portfolio.demo import invented
from storage.portfolio.demo.books import BOOKS, Book
from storage.portfolio.demo.cancelling import Wish, wish
from storage.portfolio.demo.debts import Debt, age, credit, maintenance_fee, timeshare
from storage.portfolio.demo.insurance import Policy, insured
from storage.portfolio.demo.invented import Person, Place
from storage.portfolio.demo.past import Subject, asked_to_cancel, past
from storage.portfolio.demo.sheets import sheet
from storage.portfolio.loading import Batch, numbers

NAMESPACE = "demo"
_COVER = next(book for book in BOOKS if book.product == "insurance")
_WEIGHTS = [book.weight for book in BOOKS]
_STATUSES = (
    ("validado_titular", 45),
    ("por_validar", 35),
    ("no_contesta_n", 10),
    ("buzon", 5),
    ("fuera_servicio", 3),
    ("equivocado", 2),
)
_RETIRED = ("fuera_servicio", "equivocado")
_LABELS = ("mobile", "home", "work", "reference")
_INVENTED = {"es": "Datos inventados", "en": "Invented data"}
_TITLES = {("es", True): "Sra.", ("es", False): "Sr.", ("en", True): "", ("en", False): ""}


class Maker:
    """Makes clients one by one into a batch; ids come from the store of the transaction.

    Args:
        tx: the transaction into which the batch will be written.
        portfolios: portfolio name to id.
        catalogue: the results that past calls can have had.
        seed: with a client's number, decides everything about the client.
        now: the instant at which the portfolio is seen.
    """

    def __init__(
        self, tx: Tx, portfolios: Mapping[str, int], catalogue: Catalogue, seed: int, now: datetime
    ) -> None:
        self._portfolios = portfolios
        self._catalogue = catalogue
        self._seed = seed
        self._now = now
        self._clients = numbers(tx, "client")
        self._accounts = numbers(tx, "account")
        self._policies = numbers(tx, "policy")

    def add(self, batch: Batch, number: int) -> None:
        """Client `number` with everything that hangs on it."""
        # Not for secrets: the same seed has to give the same portfolio.
        rng = Random(f"{self._seed}/{number}")  # noqa: S311 - invented data, the same for the same seed
        book = rng.choices(BOOKS, _WEIGHTS)[0]
        place = _place(rng, book)
        today = self._now.astimezone(ZoneInfo(place.zone)).date()
        company = book.product == "sme"
        who = invented.company(rng, today) if company else invented.person(rng, place, today)
        client_id = next(self._clients)
        phones = _phones(rng, place)
        zones = {place.zone} | {phone["zone"] for phone in phones}
        address = invented.address(rng, place)
        batch["client"].add(
            id=client_id,
            portfolio_id=self._portfolios[book.name],
            namespace=NAMESPACE,
            ref=f"D{number:07d}",
            kind="company" if company else "person",
            zones=sorted(zones),
            language=book.language,
            state=place.state,
            address=address,
            **_identity(who, place, book),
            **self._stops(rng, place),
        )
        self._contact_points(rng, batch, client_id, phones, who, address)
        guarantor = self._guarantor(batch, client_id, number, place, len(phones)) if company else ""
        account_id, debt, wished = self._debts(rng, batch, client_id, number, book, place, who, guarantor)
        subject = Subject(
            client_id=client_id,
            account_id=account_id,
            debt=debt,
            zone=place.zone,
            language=book.language,
            country=place.country,
            phones=tuple(phone["value"] for phone in phones),
        )
        made = past(rng, subject, self._catalogue, self._now)
        if wished is not None:
            asked_to_cancel(rng, subject, self._catalogue, made, wished)
        for table, rows in (
            ("interaction", made.interactions),
            ("promise", made.promises),
            ("payment", made.payments),
            ("callback", made.callbacks),
            ("case_file", made.cases),
        ):
            for row in rows:
                batch[table].add(**row)

    def _stops(self, rng: Random, place: Place) -> dict[str, Any]:
        """A few clients may not be called: cease, deceased, attorney, illness for a while."""
        draw = rng.random()
        if draw < 0.005:
            return {"do_not_contact": True}
        if draw < 0.009:
            return {"hold_reason": "deceased"}
        if draw < 0.014 and place.country == "US":
            return {"hold_reason": "attorney"}
        if draw < 0.024:
            return {"hold_reason": "vulnerable", "hold_until": self._now + timedelta(days=rng.randint(1, 20))}
        return {}

    def _contact_points(
        self,
        rng: Random,
        batch: Batch,
        client_id: int,
        phones: list[dict[str, Any]],
        who: Person,
        address: str,
    ) -> None:
        for position, phone in enumerate(phones):
            batch["contact_point"].add(client_id=client_id, kind="phone", position=position, **phone)
        if rng.random() < 0.6:
            batch["contact_point"].add(
                client_id=client_id,
                kind="email",
                value=invented.email(rng, who.name),
                label="home",
                position=9,
            )
        batch["contact_point"].add(
            client_id=client_id, kind="address", value=address, label="home", position=10
        )

    def _guarantor(self, batch: Batch, client_id: int, number: int, place: Place, position: int) -> str:
        """The number of a company's guarantor, a contact point of its own."""
        rng = Random(f"{self._seed}/{number}/guarantor")  # noqa: S311 - as above
        value = invented.phone(rng, place)
        batch["contact_point"].add(
            client_id=client_id,
            kind="phone",
            value=value,
            label="reference",
            source="aval",
            use="validate",
            zone=place.zone,
            position=position,
        )
        return value

    def _debts(
        self,
        rng: Random,
        batch: Batch,
        client_id: int,
        number: int,
        book: Book,
        place: Place,
        who: Person,
        guarantor: str,
    ) -> tuple[int, Debt, Wish | None]:
        """The client's accounts; the first is the one that past calls were about, or are to be cancelled."""
        first: tuple[int, Debt, Wish | None] | None = None
        today = self._now.astimezone(ZoneInfo(place.zone)).date()
        for position, (debt, policy) in enumerate(self._drawn(rng, book, place, who)):
            account_id = next(self._accounts)
            wished = None
            if position == 0 and book.product == "timeshare":
                wished = wish(Random(f"{self._seed}/{number}/wish"), debt, today)  # noqa: S311 - as above
                if wished is not None:
                    debt.details[SIGNED] = wished.signed_on.isoformat()
            details = debt.details | {"reference": f"{rng.randint(0, 10**10 - 1):010d}"} | book.sheet
            details["demo"] = _INVENTED[book.language]
            reference = f"{_reference(debt)}-{number:07d}-{position + 1}"
            aside = Random(f"{self._seed}/{reference}")  # noqa: S311 - as above
            batch["account"].add(
                id=account_id,
                client_id=client_id,
                portfolio_id=self._portfolios[book.name],
                ref=reference,
                sheet=sheet(aside, debt, reference, who, guarantor, today),
                **debt.columns() | {"details": details},
            )
            if policy is not None:
                self._policy(batch, account_id, policy)
            first = first or (account_id, debt, wished)
        assert first is not None  # noqa: S101 - every client owes something
        return first

    def _drawn(self, rng: Random, book: Book, place: Place, who: Person) -> list[tuple[Debt, Policy | None]]:
        today = self._now.astimezone(ZoneInfo(place.zone)).date()
        if book.product == "insurance":
            count = rng.choices((1, 2, 3), weights=(72, 22, 6))[0]
            return [insured(rng, book, self._now, place.zone, today, who.name) for _ in range(count)]
        if book.product == "timeshare":
            debts = [timeshare(rng, book, today, age(rng))]
            if rng.random() < 0.5:
                debts.append(maintenance_fee(rng, today))
            return [(debt, None) for debt in debts]
        count = rng.choices((1, 2, 3, 4), weights=(68, 21, 8, 3))[0]
        found: list[tuple[Debt, Policy | None]] = [
            (credit(rng, book, today, age(rng)), None) for _ in range(count)
        ]
        if book.name == "Tarjetas" and rng.random() < 0.1:
            found.append(insured(rng, _COVER, self._now, place.zone, today, who.name))
        return found

    def _policy(self, batch: Batch, account_id: int, policy: Policy) -> None:
        policy_id = next(self._policies)
        batch["policy"].add(id=policy_id, account_id=account_id, **policy.columns)
        for table, rows in (
            ("receipt", policy.receipts),
            ("endorsement", policy.endorsements),
            ("claim", policy.claims),
        ):
            for row in rows:
                batch[table].add(policy_id=policy_id, **row)
        for place, event in enumerate(policy.events, start=1):
            batch["policy_event"].add(id=f"{policy_id}-{place:04d}", policy_id=policy_id, **event)


def _place(rng: Random, book: Book) -> Place:
    if book.country == "US":
        return rng.choices(invented.STATES, invented.STATES_WEIGHTS)[0]
    return rng.choices(invented.MEXICO, invented.MEXICO_WEIGHTS)[0]


def _phones(rng: Random, home: Place) -> list[dict[str, Any]]:
    """None to four numbers, now and then one from another zone; a few are of no use any more."""
    count = rng.choices((0, 1, 2, 3, 4), weights=(2, 34, 38, 19, 7))[0]
    found: dict[str, dict[str, Any]] = {}
    for label in _LABELS[:count]:
        moved = rng.random() < 0.08
        place = rng.choice(invented.STATES if home.country == "US" else invented.MEXICO) if moved else home
        status = rng.choices([s for s, _ in _STATUSES], weights=[w for _, w in _STATUSES])[0]
        value = invented.phone(rng, place)
        found[value] = {
            "value": value,
            "label": label,
            "status": status,
            "use": _use(status, label, home),
            "zone": place.zone,
            "source": "tercero" if label == "reference" else "entidad",
        }
    return list(found.values())


def _use(status: str, label: str, home: Place) -> str:
    """A reference's number came from a third party: in Mexico it may only be validated."""
    if status in _RETIRED:
        return "none"
    return "validate" if label == "reference" and home.country == "MX" else "collect"


def _identity(who: Person, place: Place, book: Book) -> dict[str, Any]:
    title = "" if book.product == "sme" else _TITLES[book.language, who.female]
    return {
        "name": who.name,
        "country": place.country,
        "tax_id": who.tax_id,
        "national_id": who.national_id,
        "born": who.born,
        "treatment": title,
    }


def _reference(debt: Debt) -> str:
    return {"card": "TDC", "loan": "CRE", "sme": "PYM", "insurance": "POL", "timeshare": "CTO"}[debt.product]
