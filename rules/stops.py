"""What forbids a call whatever the hour: the firm, the person, the medium, the number.

Nothing here ends by waiting; the holds with a day, the hours and the limits are `rules.contact`.
"""

from __future__ import annotations

from collections.abc import Iterator

from dateutil.relativedelta import relativedelta

from rules.clients import Client, Phone
from rules.contact_parameters import ContactParameters

RETIRED = frozenset(
    {"equivocado", "fuera_servicio", "reasignado", "ya_no_labora", "restringido", "dado_de_baja"}
)
"""Phone statuses on which nobody is called."""

HARD_STOPS = ("deceased", "bankruptcy", "concurso", "attorney", "cease", "court_order")
"""Names of the parameters, without their country, in the order in which they are asked."""

THIRD_PARTY_CODES = ("MSJT", "TERC", "TLOC")
"""Results of a talk with a third party: a location call (12 CFR 1006.10)."""

Stop = tuple[str, dict[str, str]]
"""The parameter that forbids, and what it was compared with."""


def firm_stop(p: ContactParameters) -> Stop | None:
    """Why nobody of the portfolio may be called."""
    return (p.firm_stop, {}) if p.firm_stop else None


def hard_stop(client: Client, p: ContactParameters) -> Stop | None:
    """What forbids contact with the person: hard stops in their order, then the medium.

    A hold without a day (deceased, attorney, fraud...) is one; so is a flag of an account.
    """
    country = p.country.lower()
    found = dict(_stops(client))
    for name in HARD_STOPS:
        if name in found:
            return f"{country}.{name}", {"found": found.pop(name)}
    if found:
        name, where = found.popitem()
        return f"{country}.{name}", {"found": where}
    if _is_minor(client, p):
        return f"{country}.minor_or_elder", {"adult": str(p.adult)}
    if {"call", "all"} & set(client.stopped_media):
        return f"{country}.medium_stop", {"medium": "call"}
    return None


def _stops(client: Client) -> Iterator[tuple[str, str]]:
    """Names of what stops contact, and where it stands."""
    if client.do_not_contact:
        yield "cease", "client"
    if client.hold_reason and client.hold_until is None:
        yield client.hold_reason, "hold"
    for account in client.accounts:
        for flag in account.flags:
            if flag in HARD_STOPS:
                yield flag, account.number


def _is_minor(client: Client, p: ContactParameters) -> bool:
    # As of the document's own day: a person comes of age once, and the next document tells. The day of
    # a company is that of its founding.
    born = client.born if client.kind == "person" else None
    return born is not None and client.as_of.date() < born + relativedelta(years=p.adult)


def number_stop(client: Client, phone: Phone, p: ContactParameters, *, neutral: bool = False) -> Stop | None:
    """What forbids collecting on a number: who gave it, whose it is, its use, status, consent.

    neutral: nothing of the debt is said: the number is validated, or a neutral message is left.
    """
    stops = (stop for stop in _number_stops(client, phone, p) if not (neutral and _may_be_validated(stop)))
    return next(stops, None)


def _may_be_validated(stop: Stop) -> bool:
    """Whether a rule forbids to collect on a number, but not to find out whose it is."""
    rule, found = stop
    return rule.endswith((".sources", "third_party.collection")) or found.get("use") == "validate"


def _number_stops(client: Client, phone: Phone, p: ContactParameters) -> Iterator[Stop]:
    country = p.country.lower()
    point = f"{country}.contact_point"
    if p.country == "US" and phone.label == "work" and (phone.use != "collect" or _refused(phone)):
        yield "us.employer", {"label": phone.label}
    if phone.source in p.barred_sources:
        yield f"{point}.sources", {"source": phone.source}
    if phone.use != "collect":
        yield f"{point}.use", {"use": phone.use}
    if phone.status in RETIRED:
        yield f"{point}.status", {"status": phone.status}
    if _refused(phone):
        yield f"{country}.medium_stop", {"medium": "call", "phone": phone.id}
    yield from _third_party(client, phone, p)


def _refused(phone: Phone) -> bool:
    return phone.consents.get("call") is False


def _third_party(client: Client, phone: Phone, p: ContactParameters) -> Iterator[Stop]:
    """In Mexico numbers of others are not collected on; in the US they are asked once where to find one."""
    if phone.label != "reference" and phone.status != "validado_tercero":
        return
    if not p.third_parties and phone.source != "aval":
        yield "mx.third_party.collection", {"label": phone.label, "status": phone.status}
    if p.country != "US":
        return
    asked = [
        entry
        for entry in client.history
        if entry.phone == phone.id and entry.code in THIRD_PARTY_CODES and entry.status != "retracted"
    ]
    if asked:
        yield "us.third_party.location", {"asked": asked[0].at.isoformat(), "code": asked[0].code}


def read_flags(text: str) -> tuple[str, ...]:
    """Flags of an account as a feed writes them: words with commas or spaces between them."""
    return tuple(text.lower().replace(",", " ").split())


def callable_phones(client: Client, p: ContactParameters) -> tuple[Phone, ...]:
    """The numbers on which the client may be called at some time."""
    return tuple(phone for phone in client.phones if number_stop(client, phone, p) is None)
