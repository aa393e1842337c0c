"""What facts set on a client, kept so that taking one back restores just what it set.

The effects on one field form a chain. Taking a fact back takes its link out: the next
link inherits the value before it, and where there is no next link the field goes back to
that value, unless someone else has changed it since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.central.connection import Tx, document, instant_text, maybe_instant


def as_json(value: datetime | None) -> str | None:
    """An instant as effects keep it."""
    return None if value is None else instant_text(value)


def keep(tx: Tx, effects: list[dict[str, Any]]) -> None:
    """Append effects in their order; each is event, client, field, was, became."""
    tx.many(
        """
        INSERT INTO effect (event_id, client_id, field, was, became)
        VALUES (:event, :client, :field, :was, :became)
        """,
        [effect | {"was": [effect["was"]], "became": [effect["became"]]} for effect in effects],
    )


def undo(tx: Tx, event_id: str, only: tuple[str, ...] = ()) -> None:
    """Take out what a fact set on its client: all of it, or the fields that `only` names.

    A field of many (``stopped:sms``) goes by the name before the colon.
    """
    rows = tx.all(
        "SELECT id, client_id, field, was, became FROM effect WHERE event_id = :event ORDER BY id DESC",
        event=event_id,
    )
    rows = [row for row in rows if not only or _split(row[2])[0] in only]
    for effect_id, client_id, field, was, became in rows:
        before, after = document(was)[0], document(became)[0]
        following = tx.value(
            "SELECT min(id) FROM effect WHERE client_id = :client AND field = :field AND id > :id",
            client=client_id,
            field=field,
            id=effect_id,
        )
        if following is not None:
            tx.run("UPDATE effect SET was = :was WHERE id = :id", was=[before], id=following)
        elif _value(tx, client_id, field) == after:
            _set(tx, client_id, field, before)
    tx.run("DELETE FROM effect WHERE id IN :ids", ids=[row[0] for row in rows])


_READ = {
    "do_not_contact": "SELECT do_not_contact FROM client WHERE id = :client",
    "hold": "SELECT hold_until, hold_reason FROM client WHERE id = :client",
    "not_before": "SELECT not_before FROM client WHERE id = :client",
    "phone": "SELECT status, use FROM contact_point WHERE id = :key",
    "case": "SELECT status FROM case_file WHERE id = :key",
    "stopped": "SELECT stopped_media FROM client WHERE id = :client",
    "suits": "SELECT suits FROM client WHERE id = :client",
    "callback": "SELECT status FROM callback WHERE id = :key",
    "request": "SELECT status FROM approval_request WHERE id = :key",
    "promise": "SELECT status FROM promise WHERE id = :key",
    "agreement": "SELECT status FROM agreement WHERE id = :key",
}
_WRITE = {
    "do_not_contact": "UPDATE client SET do_not_contact = :value WHERE id = :client",
    "hold": "UPDATE client SET hold_until = :until, hold_reason = :reason WHERE id = :client",
    "not_before": "UPDATE client SET not_before = :value WHERE id = :client",
    "phone": "UPDATE contact_point SET status = :status, use = :use WHERE id = :key",
    "case": "UPDATE case_file SET status = :value WHERE id = :key",
    "stopped": "UPDATE client SET stopped_media = :value WHERE id = :client",
    "suits": "UPDATE client SET suits = :value WHERE id = :client",
    "callback": "UPDATE callback SET status = :value WHERE id = :key",
    "request": "UPDATE approval_request SET status = :value WHERE id = :key",
    "promise": """
        UPDATE promise SET status = :value
        WHERE id = :key AND NOT EXISTS (
            SELECT 1 FROM interaction i WHERE i.id = promise.event_id AND i.retracted_by IS NOT NULL
        )
    """,
    "agreement": """
        UPDATE agreement SET status = :value
        WHERE id = :key AND status <> :value AND NOT EXISTS (
            SELECT 1 FROM interaction i WHERE i.id = agreement.id AND i.retracted_by IS NOT NULL
        )
    """,
}


def _split(field: str) -> tuple[str, Any]:
    kind, _, key = field.partition(":")
    return kind, int(key) if kind == "phone" else key


def _value(tx: Tx, client_id: int, field: str) -> Any:
    """The field as it is now, in the form in which effects keep it."""
    kind, key = _split(field)
    row = tx.one(_READ[kind], client=client_id, key=key)
    if row is None:
        return None
    if kind == "do_not_contact":
        return bool(row[0])
    if kind == "hold":
        return [as_json(maybe_instant(row[0])), row[1]]
    if kind == "not_before":
        return as_json(maybe_instant(row[0]))
    if kind == "stopped":
        return key in document(row[0])
    return list(row) if kind == "phone" else row[0]


def _set(tx: Tx, client_id: int, field: str, value: Any) -> None:
    kind, key = _split(field)
    params: Mapping[str, Any] = {"value": value}
    if kind == "not_before":
        params = {"value": maybe_instant(value)}
    elif kind == "hold":
        params = {"until": maybe_instant(value[0]), "reason": value[1]}
    elif kind == "phone":
        params = {"status": value[0], "use": value[1]}
    elif kind == "stopped":
        media = set(document(tx.value(_READ[kind], client=client_id)))
        params = {"value": sorted(media | {key} if value else media - {key})}
    if tx.run(_WRITE[kind], client=client_id, key=key, **params) and kind == "agreement":
        tx.run("UPDATE task SET status = 'open' WHERE about = :key AND status = 'void'", key=key)
