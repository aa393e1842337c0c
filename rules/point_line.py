"""One typed line as a contact point: a number, an e-mail or an address, and words about it.

``6621234567 casa tercero``: what it is shows by its shape; words for the kind of place and for
who gave it stand before or after, in Spanish or English, in any order.
"""

from __future__ import annotations

import re

import msgspec

from rules.clients import Client
from rules.consistency import Problem
from rules.contact_parameters import for_client
from rules.facts import PointBody
from rules.points import Point, check, kind, normal, value_of
from rules.text import clean, fold

_LABELS = {
    "mobile": ("movil", "celular", "cel", "mobile", "cell"),
    "home": ("casa", "domicilio", "home"),
    "work": ("trabajo", "oficina", "work", "office"),
    "reference": ("referencia", "ref", "reference"),
}
_SOURCES = {
    "titular": ("titular", "cliente", "client"),
    "aval": ("aval", "guarantor"),
    "tercero": ("tercero", "third"),
    "buro": ("buro", "bureau"),
    "publico": ("publico", "public"),
    "entidad": ("entidad", "banco", "lender"),
}
WORDS = {word: ("label", label) for label, words in _LABELS.items() for word in words} | {
    word: ("source", source) for source, words in _SOURCES.items() for word in words
}
"""Word, without accents, to what it says of a point."""

_NUMBER = re.compile(r"[-+().\d\s]*\d[-+().\d\s]*")


class PointReading(msgspec.Struct, frozen=True, kw_only=True):
    """How a line reads.

    point: phone, email or address. value: as it would be kept, or as typed if it is no such
    value. label, source: None = not said.
    """

    point: str
    value: str
    valid: bool
    label: str | None = None
    source: str | None = None


def read(text: str, country: str) -> PointReading | None:
    """Read a line; None when there is nothing on it.

    Args:
        text: as typed.
        country: MX or US, for numbers without a country code.
    """
    words = clean(text).split()
    said: dict[str, str] = {}
    for place in (0, -1):
        while len(words) > 1 and (meaning := WORDS.get(fold(words[place]))) and meaning[0] not in said:
            said[meaning[0]] = meaning[1]
            del words[place]
    if not words:
        return None
    rest = " ".join(words).strip(" ,;")
    point = "email" if "@" in rest else "phone" if _NUMBER.fullmatch(rest) else "address"
    value = normal(point, rest, country)
    return PointReading(
        point=point,
        value=rest if value is None else value,
        valid=value is not None,
        label=said.get("label"),
        source=said.get("source"),
    )


def to_body(reading: PointReading, client: Client, correcting: Point | None = None) -> PointBody:
    """The change that a line asks for: a new point, or the correction of one.

    A new phone is a mobile unless something else is said; who gave it is the client itself.
    """
    if correcting is None:
        usual = "mobile" if reading.point == "phone" else None
        return PointBody(
            client_id=client.id,
            action="add",
            point=reading.point,
            value=reading.value,
            label=reading.label or usual,
            source=reading.source or "titular",
        )
    return PointBody(
        client_id=client.id,
        action="correct",
        point=kind(correcting),
        point_id=correcting.id,
        base=value_of(correcting),
        value=reading.value,
        label=reading.label,
        source=reading.source or "titular",
    )


def problem(body: PointBody, client: Client) -> Problem | None:
    """What first forbids a change, None = nothing."""
    return next(check(body, client, for_client(client)), None)
