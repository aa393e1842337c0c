"""Contact points in words: how a phone, an e-mail or an address reads in a list and on the card."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from rules.clients import Client, Email, Phone, PointChange, Task
from rules.facts import PointBody
from rules.points import Point, kind, value_of
from rules.words import mark, tr
from widgets.formats import day, phone_number
from widgets.shown import row
from widgets.wording import PHONE_LABELS, PHONE_STATUSES, word

SIGNS = {"phone": "☎", "email": "✉", "address": "⌂"}
STATUSES = {
    **PHONE_STATUSES,
    "validado": mark("validated"),
    "rebote_duro": mark("bounces"),
    "rebote_blando": mark("bounced once"),
    "opt_out": mark("asked to stop"),
    "laboral_bloqueado": mark("blocked at work"),
    "validado_visita": mark("validated by visit"),
    "correo_entregado": mark("mail delivered"),
    "devuelto": mark("mail returned"),
    "cambio_domicilio": mark("moved away"),
    "inexistente": mark("does not exist"),
    "zona_riesgo": mark("unsafe area"),
    "restringido": mark("asked to stop"),
}
USES = {"collect": mark("collect"), "validate": mark("validate only"), "none": mark("none")}
SOURCES = {
    "entidad": mark("lender"),
    "titular": mark("client"),
    "aval": mark("guarantor"),
    "tercero": mark("third party"),
    "buro": mark("credit bureau"),
    "publico": mark("public source"),
}
MEDIA = {
    "call": mark("calls"),
    "sms": mark("SMS"),
    "whatsapp": mark("WhatsApp"),
    "autodial": mark("autodialler"),
    "email": mark("e-mail"),
    "mail": mark("mail"),
}
POINTS = {"phone": mark("phone"), "email": mark("e-mail"), "address": mark("address")}
ACTIONS = {
    "add": mark("added"),
    "correct": mark("corrected"),
    "retire": mark("retired"),
    "validate": mark("validated"),
    "consent": mark("permission"),
}
SEARCH_OUTCOMES = {
    "localizado": mark("found: add the number"),
    "contactable_sin_respuesta": mark("reachable, but no answer"),
    "ilocalizable_parcial": mark("not found so far"),
    "ilocalizable_total": mark("nothing left to try"),
    "en_investigacion": mark("still being looked into"),
}
PROBLEMS = {
    "phone": mark("{value} is no valid phone number."),
    "email": mark("{value} is no e-mail address."),
    "address": mark("{value} is too short for an address."),
}
POINT_PROBLEMS = {
    "point_known": mark("The client has {value} already."),
    "point_restricted": mark("The client asked not to use {value}: only the client can allow it again."),
    "point_retired": mark("{value} is out of use already."),
}


def shown_value(point: str, value: str) -> str:
    """A value as people write it: numbers grouped as in their country."""
    return phone_number(value) if point == "phone" else value


def status_words(point: Point) -> str:
    """The status of a point."""
    return word(STATUSES, point.status)


def consents(point: Point) -> str:
    """What the client said about each medium: ``SMS✓ WhatsApp✗``; "" when nothing."""
    return " ".join(f"{word(MEDIA, medium)}{'✓' if yes else '✗'}" for medium, yes in point.consents.items())


def letters(point: Point) -> str:
    """The same in a letter for each medium, for a narrow column."""
    return " ".join(
        f"{word(MEDIA, medium)[:1].upper()}{'✓' if yes else '✗'}" for medium, yes in point.consents.items()
    )


def last_call(point: Point, client: Client, now: datetime) -> str:
    """The newest result on a phone, and how often in a row it was that one: ``NOCO 3× 24-nov``."""
    if not isinstance(point, Phone) or not point.last_result:
        return ""
    times = 0
    for entry in sorted(client.history, key=lambda entry: entry.at, reverse=True):
        if entry.phone != point.id or entry.status == "retracted":
            continue
        if entry.code != point.last_result:
            break
        times += 1
    again = f" {times}×" if times > 1 else ""
    when = f" {day(point.last_at.astimezone(now.tzinfo))}" if point.last_at else ""
    return f"{point.last_result}{again}{when}"


def summary(point: Point, style: str) -> Content:
    """An e-mail or an address on the client card: what it is, whether it may be used, what was said."""
    value = value_of(point)
    if isinstance(point, Email):
        user, _, domain = value.partition("@")
        value = f"{user[:2]}···@{domain}"
    said = [value, status_words(point)]
    if point.use == "validate":
        said.append(word(USES, point.use))
    said += [text for text in (consents(point),) if text]
    return row((f"{SIGNS[kind(point)]} {' · '.join(said)}", style))


def change_words(change: PointChange) -> str:
    """What a change made of a point: the old and the new, each as people write it."""
    was = shown_value(change.point, change.was)
    if change.action == "retire":
        return f"{was} → {word(STATUSES, change.became)}"
    if change.action == "consent":
        medium, _, answer = change.became.partition("=")
        return f"{was} · {word(MEDIA, medium)} {'✓' if answer == 'yes' else '✗'}"
    if change.action == "validate":
        return was
    became = shown_value(change.point, change.became)
    return f"{was} → {became}" if was else became


def body_words(body: PointBody, use: str) -> str:
    """What a line that is being typed would keep."""
    parts = [
        f"{SIGNS[body.point]} {shown_value(body.point, body.value)}",
        word(PHONE_LABELS, body.label) if body.label else "",
        word(SOURCES, body.source or "titular"),
        word(USES, use),
    ]
    return " · ".join(part for part in parts if part)


def problem_words(code: str, body: PointBody) -> str:
    """Why a change can't be made, as a sentence."""
    value = shown_value(body.point, body.value or body.base)
    if code == "bad_value":
        return tr(PROBLEMS[body.point], value=value)
    known = POINT_PROBLEMS.get(code)
    if known is None:
        return tr("Nothing was saved: {reason}.", reason=code.replace("_", " "))
    return tr(known, value=value)


def search_words(task: Task) -> str:
    """What is known of the search for a client: since when, and how the one before ended."""
    if not task.about:
        return tr("no search so far")
    return tr("last search: {outcome}", outcome=word(SEARCH_OUTCOMES, task.about))
