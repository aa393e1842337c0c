"""Contact points: what may be changed about a phone, e-mail or address, and what follows.

Hub and workstation derive the changed point from the same fact with `changed`, so they agree.
A change is not taken back: another one mends it, and the history of changes keeps both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from rules.clients import Address, Client, Email, Phone, PointChange
from rules.consistency import Problem
from rules.contact import callable_phones
from rules.contact_parameters import ContactParameters, for_client
from rules.facts import PointBody
from rules.searching import FOUND, ended, open_search
from rules.text import clean
from rules.zones import local_day

Point = Phone | Email | Address

ACTIONS = ("add", "correct", "retire", "validate", "consent")
POINTS = ("phone", "email", "address")
SOURCES = ("entidad", "titular", "aval", "tercero", "buro", "publico")
OWN = frozenset({"entidad", "titular", "aval"})
"""Sources on the client's own side (mx.contact_point.sources: lender, debtor, guarantor)."""

LABELS = ("mobile", "home", "work", "reference")
MEDIA = {
    "phone": ("call", "sms", "whatsapp", "autodial"),
    "email": ("email",),
    "address": ("mail",),
}
"""The media for which a kind of point can carry a permission."""

RETIREMENTS = {
    "phone": ("equivocado", "fuera_servicio", "reasignado", "ya_no_labora", "restringido", "dado_de_baja"),
    "email": ("rebote_duro", "opt_out", "laboral_bloqueado", "dado_de_baja"),
    "address": ("cambio_domicilio", "inexistente", "devuelto", "dado_de_baja"),
}
"""The statuses with which a kind of point goes out of use."""

ASKED_FOR = frozenset({"restringido", "opt_out"})
"""Retirements that the client asked for: only the client brings such a point back."""

VALIDATED = {
    "phone": ("validado_titular", "validado_tercero"),
    "email": ("validado", "validado"),
    "address": ("validado_titular", "validado_tercero"),
}
"""Status of a point that the client itself confirmed, and of one that someone else did."""

LONGEST = 200
"""Characters of a value."""

_EMAIL = re.compile(r"[^\s@,;<>\"()\[\]\\]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}")


def value_of(point: Point) -> str:
    """The number, e-mail address or text of a point."""
    match point:
        case Phone():
            return point.number
        case Email():
            return point.address
        case Address():
            return point.text


def kind(point: Point) -> str:
    """phone, email or address."""
    return {Phone: "phone", Email: "email", Address: "address"}[type(point)]


def of_kind(client: Client, wanted: str) -> tuple[Point, ...]:
    """The client's points of a kind."""
    if wanted == "phone":
        return client.phones
    return client.emails if wanted == "email" else client.addresses


def retired(point: Point) -> bool:
    """Whether a point is out of use."""
    return point.use == "none"


def normal(point: str, text: str, country: str) -> str | None:
    """A value as it is kept: E.164, an e-mail address, one line of text; None when it is none.

    Args:
        point: phone, email or address.
        text: as typed.
        country: MX or US, for numbers without a country code.
    """
    text = " ".join(clean(text).split())
    if point == "phone":
        from rules.phones import e164  # reads tables that the first frame has no need of

        return e164(text, country)
    if point == "email":
        return text.lower() if len(text) <= LONGEST and _EMAIL.fullmatch(text) else None
    words = re.findall(r"[^\W\d_]{2,}", text)
    return text if words and 8 <= len(text) <= LONGEST else None


def use_of(source: str, p: ContactParameters) -> str:
    """collect, or validate for a source on which nobody may collect (mx.contact_point.sources)."""
    return "validate" if source in p.barred_sources else "collect"


def find(client: Client, body: PointBody) -> Point | None:
    """The point that a change is about.

    One that was added at this workstation has the id of its fact until the hub gave it one of
    its own, and another one after the centre was restored from before; what is said of it under
    an old id is then told by the value that was seen.
    """
    points = of_kind(client, body.point)
    by_id = next((one for one in points if one.id == body.point_id), None)
    if by_id is not None or body.point_id is None:
        return by_id
    return next((one for one in points if value_of(one) == body.base), None)


def phone_id(client: Client, fact_or_id: str | None) -> str | None:
    """The present id of a phone that was added at this workstation and called before the hub knew it."""
    if fact_or_id is None or any(phone.id == fact_or_id for phone in client.phones):
        return fact_or_id
    added = next((change for change in client.point_changes if change.id == fact_or_id), None)
    numbers = (phone.id for phone in client.phones if added and phone.number == added.became)
    return next(numbers, fact_or_id)


def check(body: PointBody, client: Client, p: ContactParameters) -> Iterator[Problem]:
    """What forbids a change.

    unknown_action, unknown_source, unknown_point, bad_value (not a phone, an e-mail or an
    address), point_known (the client has it already), point_restricted (the client asked to
    stop it, so only the client brings it back), point_retired (it is out of use already),
    unknown_status (none to retire a point with), unknown_medium.
    """
    if body.action not in ACTIONS or body.point not in POINTS:
        yield Problem("unknown_action", {"action": body.action})
        return
    if body.source not in (None, *SOURCES):
        yield Problem("unknown_source", {"source": body.source or ""})
    target = None if body.action == "add" else find(client, body)
    if body.action != "add" and target is None:
        yield Problem("unknown_point", {"point": body.base or body.point_id or ""})
    elif body.action in ("add", "correct"):
        yield from _value(body, client, target)
    elif target is not None:
        yield from _of_present(body, target)


def _value(body: PointBody, client: Client, target: Point | None) -> Iterator[Problem]:
    value = normal(body.point, body.value, client.country)
    if value is None or value != body.value:
        yield Problem("bad_value", {"value": body.value, "point": body.point})
        return
    there = next((one for one in of_kind(client, body.point) if value_of(one) == value), None)
    if there is None:
        return
    if target is not None:
        if there is not target or body.label in (None, there.label):
            yield Problem("point_known", {"value": value})
    elif not retired(there):
        yield Problem("point_known", {"value": value})
    elif there.status in ASKED_FOR and body.source != "titular":
        yield Problem("point_restricted", {"value": value})


def _of_present(body: PointBody, target: Point) -> Iterator[Problem]:
    if body.action == "retire" and body.status not in RETIREMENTS[body.point]:
        yield Problem("unknown_status", {"status": body.status or ""})
    elif retired(target):
        yield Problem("point_retired", {"value": value_of(target)})
    elif body.action == "consent" and (body.medium not in MEDIA[body.point] or body.consent is None):
        yield Problem("unknown_medium", {"medium": body.medium or ""})


def changed(client: Client, fact_id: str, body: PointBody, at: datetime) -> Point | None:
    """The point as a change leaves it; None when it changes none.

    A new one has the fact's id; one that was out of use comes back with its old id. What the
    client had said about a medium holds for a value, so a corrected point starts without.
    """
    p = for_client(client)
    source = body.source or "titular"
    if body.action == "add":
        same = (one for one in of_kind(client, body.point) if value_of(one) == body.value)
        there = next(same, None)
        if there is None:
            day = local_day(at, (client.zones or p.default_zones)[0])
            there = _new(body, fact_id)
            there = msgspec.structs.replace(there, first_seen=day)
        elif not retired(there) and (there.use == "collect" or use_of(source, p) == "validate"):
            return None
        return msgspec.structs.replace(
            there,
            label=there.label if body.label is None else body.label,
            status="por_validar",
            source=source,
            use=use_of(source, p),
        )
    point = find(client, body)
    if point is None:
        return None
    match body.action:
        case "correct":
            return _corrected(point, body, source, p)
        case "retire":
            return msgspec.structs.replace(point, status=body.status or "dado_de_baja", use="none")
        case "validate":
            return _validated(point, body, source, p)
        case "consent":
            said = {**point.consents, body.medium or "": bool(body.consent)}
            return msgspec.structs.replace(point, consents=said)
        case _:
            return None


def _new(body: PointBody, fact_id: str) -> Point:
    match body.point:
        case "phone":
            return _numbered(Phone(id=fact_id, number=""), body.value)
        case "email":
            return Email(id=fact_id, address=body.value)
        case _:
            return Address(id=fact_id, text=body.value)


def _numbered(phone: Phone, number: str) -> Phone:
    from rules.phones import zone

    return msgspec.structs.replace(phone, number=number, zone=zone(number))


def _corrected(point: Point, body: PointBody, source: str, p: ContactParameters) -> Point:
    label = point.label if body.label is None else body.label
    if body.value == value_of(point):
        return msgspec.structs.replace(point, label=label)
    fresh = {"label": label, "status": "por_validar", "source": source, "use": use_of(source, p)}
    match point:
        case Phone():
            new: Point = msgspec.structs.replace(_numbered(point, body.value), last_result="", last_at=None)
        case Email():
            new = msgspec.structs.replace(point, address=body.value)
        case Address():
            new = msgspec.structs.replace(point, text=body.value)
    return msgspec.structs.replace(new, consents={}, **fresh)


def _validated(point: Point, body: PointBody, source: str, p: ContactParameters) -> Point:
    """Confirmed by the client's own side, it may be collected on; by others, no more than before."""
    own, others = VALIDATED[body.point]
    if source in OWN:
        return msgspec.structs.replace(point, status=own, source=source, use=use_of(source, p))
    return msgspec.structs.replace(point, status=others)


def apply(client: Client, fact_id: str, body: PointBody, at: datetime, agent: str) -> Client:
    """The client after the change, with the change in its history; a known fact changes nothing.

    With a number to call the search for one is over.
    """
    if any(entry.id == fact_id for entry in client.point_changes):
        return client
    point = changed(client, fact_id, body, at)
    if point is not None:
        client = _with(client, point)
    if open_search(client) is not None and callable_phones(client, for_client(client)):
        client = ended(client, FOUND)
    entry = change(fact_id, body, at, agent)
    return msgspec.structs.replace(client, point_changes=(entry, *client.point_changes))


def change(fact_id: str, body: PointBody, at: datetime, agent: str) -> PointChange:
    """A change as the history of the client's points tells it: what it was and what it became."""
    became = body.value
    if body.action == "retire":
        became = body.status or ""
    elif body.action == "consent":
        became = f"{body.medium}={'yes' if body.consent else 'no'}"
    return PointChange(
        id=fact_id,
        at=at,
        point=body.point,
        action=body.action,
        was=body.base,
        became=became,
        agent=agent,
        source=body.source or "",
    )


def _with(client: Client, point: Point) -> Client:
    match point:
        case Phone():
            return msgspec.structs.replace(client, phones=_placed(client.phones, point))
        case Email():
            return msgspec.structs.replace(client, emails=_placed(client.emails, point))
        case Address():
            return msgspec.structs.replace(client, addresses=_placed(client.addresses, point))


def _placed(points: Sequence[Point], point: Point) -> tuple[Point, ...]:
    if any(one.id == point.id for one in points):
        return tuple(point if one.id == point.id else one for one in points)
    return (*points, point)
