"""Contact points at the centre: phones, e-mails and addresses, their changes and their history."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from rules import points
from rules.clients import Address, Client, Email, Phone, PointChange
from rules.contact import callable_phones
from rules.facts import Event, EventResult, PointBody
from rules.points import Point, value_of
from rules.text import clean
from storage.central.connection import Tx, document, grouped, instant, maybe_day, maybe_instant
from storage.central.queue import searching

if TYPE_CHECKING:
    from storage.central.facts.work import Work

CHANGES_SHOWN = 20

DECIDERS = ("lead", "admin")
"""Roles that lift what the client has asked to stop."""

NEVER_KEPT = frozenset(
    {"unknown_action", "unknown_source", "unknown_point", "bad_value", "unknown_status", "unknown_medium"}
)
"""Problems for which a change is refused. That the point is known or retired already is none: two
agents may have heard the same."""


def phones(tx: Tx, ids: list[int]) -> dict[int, list[Phone]]:
    """The phones of some clients."""
    return grouped(
        _points(tx, ids, "phone"),
        lambda point_id, value, label, status, use, zone, source, consents, first, last, at: Phone(
            id=str(point_id),
            number=value,
            label=label,
            status=status,
            use=use,
            zone=zone,
            source=source,
            consents=document(consents),
            first_seen=maybe_day(first),
            last_result=last,
            last_at=maybe_instant(at),
        ),
    )


def emails(tx: Tx, ids: list[int]) -> dict[int, list[Email]]:
    """The e-mail addresses of some clients."""
    return grouped(
        _points(tx, ids, "email"),
        lambda point_id, value, label, status, use, zone, source, consents, first, last, at: Email(
            id=str(point_id),
            address=value,
            label=label,
            status=status,
            use=use,
            source=source,
            consents=document(consents),
            first_seen=maybe_day(first),
        ),
    )


def addresses(tx: Tx, ids: list[int]) -> dict[int, list[Address]]:
    """The postal addresses of some clients."""
    return grouped(
        _points(tx, ids, "address"),
        lambda point_id, value, label, status, use, zone, source, consents, first, last, at: Address(
            id=str(point_id),
            text=value,
            label=label,
            status=status,
            use=use,
            zone=zone,
            source=source,
            consents=document(consents),
            first_seen=maybe_day(first),
        ),
    )


def _points(tx: Tx, ids: list[int], kind: str) -> list[Any]:
    return tx.all(
        """
        SELECT client_id, id, value, label, status, use, zone, source, consents, first_seen, last_result,
            last_at
        FROM contact_point
        WHERE client_id IN :ids AND kind = :kind
        ORDER BY client_id, position, id
        """,
        ids=ids,
        kind=kind,
    )


def changes(tx: Tx, ids: list[int]) -> dict[int, list[PointChange]]:
    """The newest changes of contact points by client."""
    rows = tx.all(
        """
        SELECT client_id, id, at, point, action, was, became, agent, source
        FROM point_change
        WHERE client_id IN :ids
        ORDER BY client_id, at DESC, id DESC
        """,
        ids=ids,
    )
    found = grouped(
        rows,
        lambda fact_id, at, point, action, was, became, agent, source: PointChange(
            id=fact_id,
            at=instant(at),
            point=point,
            action=action,
            was=was,
            became=became,
            agent=agent,
            source=source,
        ),
    )
    return {client_id: several[:CHANGES_SHOWN] for client_id, several in found.items()}


def real_id(tx: Tx, phone: str | None) -> str | None:
    """The id of a phone that a workstation may still call by the fact that added it."""
    if phone is None or phone.isdecimal():
        return phone
    point_id = tx.value("SELECT point_id FROM point_change WHERE id = :id", id=phone)
    return phone if point_id is None else str(point_id)


def forget_call(tx: Tx, client_id: int, phone: str | None) -> None:
    """The newest result on a number, read from the history anew: one was just taken back."""
    if phone is None or not phone.isdecimal():
        return
    last = tx.one(
        """
        SELECT code, at
        FROM interaction
        WHERE client_id = :client AND phone = :phone AND retracted_by IS NULL AND flags LIKE '%A%'
        ORDER BY at DESC
        LIMIT 1
        """,
        client=client_id,
        phone=phone,
    )
    tx.run(
        "UPDATE contact_point SET last_result = :code, last_at = :at WHERE id = :id AND client_id = :client",
        id=int(phone),
        client=client_id,
        code=last[0] if last else "",
        at=maybe_instant(last[1]) if last else None,
    )


def keep(work: Work, event: Event, body: PointBody, at: datetime) -> EventResult:
    """Change the point and keep what it was.

    Where somebody has changed it since the agent saw it, the centre's value stands, the change
    stays in the history, and a lead decides: status conflict. So it is where the client has
    withdrawn a permission or asked to stop a point: nothing that an agent sends brings it back
    by itself, in whatever order it comes.
    """
    # Results of the same batch have marked numbers, and this change is to come after.
    work.settle(body.client_id)
    client = _with_points(work, body.client_id)
    body = msgspec.structs.replace(body, point_id=real_id(work.tx, body.point_id))
    found = list(points.check(body, client, work.parameters(client.id)))
    reason = next((problem.code for problem in found if problem.code in NEVER_KEPT), None)
    if reason is not None:
        return EventResult(id=event.id, status="refused", reason=reason)
    there = points.find(client, body) if body.action != "add" else None
    conflict = _conflict(client, body, there) or _stopped(work, body, there, {one.code for one in found})
    stays = conflict or _is_stopped_already(body, there)
    changed = None if stays else points.changed(client, event.id, body, at)
    point_id = _write(work, client.id, changed) if changed is not None else _same(client, body, there)
    _note(work, event, body, at, point_id)
    if conflict:
        work.ask_lead(event.id, body.client_id, conflict)
    work.read([client.id])
    if changed is not None and callable_phones(work.clients[client.id], work.parameters(client.id)):
        searching.found(work.tx, [client.id])
    return EventResult(id=event.id, status="conflict" if conflict else "applied", reason=conflict or None)


def _with_points(work: Work, client_id: int) -> Client:
    """The client as the store has it now; what the work is read from leaves most points out."""
    return msgspec.structs.replace(
        work.clients[client_id],
        phones=tuple(phones(work.tx, [client_id]).get(client_id, ())),
        emails=tuple(emails(work.tx, [client_id]).get(client_id, ())),
        addresses=tuple(addresses(work.tx, [client_id]).get(client_id, ())),
    )


def _conflict(client: Client, body: PointBody, there: Point | None) -> str:
    """Why the centre's value must stand, as a code; "" when nothing is in the way."""
    if there is None:
        return ""
    if body.base and value_of(there) != body.base:
        return "point_changed"
    others = (one for one in points.of_kind(client, body.point) if one is not there)
    if body.action == "correct" and any(value_of(one) == body.value for one in others):
        return "point_known"
    return ""


def _stopped(work: Work, body: PointBody, there: Point | None, problems: set[str]) -> str:
    """Which stop a change would lift, as a code; "" when none, or when a lead lifts it."""
    if work.who.role in DECIDERS:
        return ""
    if "point_restricted" in problems:
        return "point_restricted"
    if there is None:
        return ""
    if body.action in ("validate", "consent") and points.retired(there):
        return "point_retired"
    withdrawn = body.action == "consent" and there.consents.get(body.medium or "") is False
    return "consent_withdrawn" if withdrawn and body.consent else ""


def _is_stopped_already(body: PointBody, there: Point | None) -> bool:
    """Whether a point goes out of use that the client has asked to stop: that reason stands."""
    return body.action == "retire" and there is not None and there.status in points.ASKED_FOR


def _same(client: Client, body: PointBody, there: Point | None) -> int | None:
    """The point that a change is about although it changes nothing of it."""
    added = (one for one in points.of_kind(client, body.point) if value_of(one) == body.value)
    point = there or next(added, None)
    return int(point.id) if point is not None else None


def _write(work: Work, client_id: int, point: Point) -> int:
    row = {
        "value": value_of(point),
        "label": clean(point.label, limit=40),
        "status": point.status,
        "use": point.use,
        "source": point.source,
        "zone": None if isinstance(point, Email) else point.zone,
        "consents": point.consents,
        "last_result": point.last_result if isinstance(point, Phone) else "",
        "last_at": point.last_at if isinstance(point, Phone) else None,
    }
    if point.id.isdecimal():
        work.tx.run(
            """
            UPDATE contact_point
            SET value = :value, label = :label, status = :status, use = :use, source = :source, zone = :zone,
                consents = :consents, last_result = :last_result, last_at = :last_at
            WHERE id = :id
            """,
            id=int(point.id),
            **row,
        )
        return int(point.id)
    kind = points.kind(point)
    last: int = work.tx.value(
        "SELECT coalesce(max(position), -1) FROM contact_point WHERE client_id = :client AND kind = :kind",
        client=client_id,
        kind=kind,
    )
    made: int = work.tx.value(
        """
        INSERT INTO contact_point (client_id, kind, value, label, status, use, source, zone, consents,
            last_result, last_at, first_seen, position)
        VALUES (:client, :kind, :value, :label, :status, :use, :source, :zone, :consents,
            :last_result, :last_at, :first_seen, :position)
        RETURNING id
        """,
        client=client_id,
        kind=kind,
        position=last + 1,
        first_seen=point.first_seen,
        **row,
    )
    return made


def _note(work: Work, event: Event, body: PointBody, at: datetime, point_id: int | None) -> None:
    entry = points.change(event.id, body, at, work.who.name)
    work.add(
        "point_change",
        id=event.id,
        client=body.client_id,
        point_id=point_id,
        user=work.who.user_id,
        at=at,
        point=entry.point,
        action=entry.action,
        was=clean(entry.was, limit=points.LONGEST),
        became=clean(entry.became, limit=points.LONGEST),
        agent=entry.agent,
        source=entry.source,
    )
    work.settle(body.client_id)
