"""Conditions of a strategy's rules: the fields that may decide, and those that must not.

A field is compared with one value (``"B1"``, ``30``), a comparison (``">= 30"``, ``"!= card"``), a
range with both ends (``"30..59"``, ``"B0..B2"``) or a list, of which one has to fit. Amounts
are in units of the client's own currency.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

import msgspec

from rules.arrears import by_currency
from rules.buckets import BUCKETS, COLLECTED, days_to_roll
from rules.clients import Client
from rules.money import to_minor
from rules.text import fold

LONG_AGO = 31
"""Days since the last attempt of whoever was not tried in the month that is looked at."""

PRODUCTS = ("card", "loan", "sme", "insurance", "timeshare")
_COMPARED = re.compile(r"(<=|>=|!=|==|=|<|>)\s*(.+)")
_RANGE = re.compile(r"(.+?)\s*\.\.\s*(.+)")
_HOW: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


class Scene:
    """What conditions look at: a client on a day, with what was worked out of its accounts already.

    Args:
        client: with the attempts of the last 31 days.
        today: the client's own day.
        days: days past due of the oldest that may be asked for.
        bucket: of these days.
    """

    def __init__(self, client: Client, today: date, days: int, bucket: str) -> None:
        self.client, self.today, self.days, self.bucket = client, today, days, bucket

    @cached_property
    def owed(self) -> dict[str, int]:
        """Minor units that may be asked for, by currency."""
        return by_currency(self.client)


Test = Callable[[Scene], bool]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field that may decide. kind: number, money, bucket or word.

    values: what of the client is compared; one of them has to fit, and none never does. known: of
    a word, the only values that it can have, none = any. en, es: what it is.
    """

    kind: str
    values: Callable[[Scene], Iterable[Any]]
    en: str
    es: str
    known: tuple[str, ...] = ()


def _products(scene: Scene) -> set[str]:
    accounts = scene.client.accounts
    return {one.product for one in accounts if one.status in COLLECTED and one.overdue > 0}


def _idle(scene: Scene) -> tuple[int]:
    last = max((one.at.date() for one in scene.client.attempts), default=None)
    return (LONG_AGO if last is None else min(max((scene.today - last).days, 0), LONG_AGO),)


def _status(*wanted: str) -> Callable[[Scene], tuple[int]]:
    return lambda scene: (sum(one.status in wanted for one in scene.client.promises),)


def _grace(scene: Scene) -> tuple[int, ...]:
    """Days until the first cover ends, by the date in UTC, which at noon in Mexico is the same."""
    ends = [
        (policy.grace_ends.date() - scene.today).days
        for policy in scene.client.policies
        if policy.grace_ends is not None and policy.status in ("in_force", "grace")
    ]
    ahead = [left for left in ends if left >= 0]
    return (min(ahead),) if ahead else ()


def _rolls(scene: Scene) -> tuple[int, ...]:
    left = days_to_roll(scene.days) if scene.days > 0 else None
    return () if left is None else (left,)


FIELDS: dict[str, Field] = {
    "bucket": Field(kind="bucket", values=lambda scene: (scene.bucket,), known=BUCKETS,
                    en="bucket of the oldest debt", es="bucket de la deuda más vieja"),
    "days": Field(kind="number", values=lambda scene: (scene.days,),
                  en="days past due of the oldest debt", es="días de atraso de la deuda más vieja"),
    "overdue": Field(kind="money", values=lambda scene: scene.owed.values() or (0,),
                     en="past due, not disputed, in units", es="vencido sin disputa, en unidades"),
    "currency": Field(kind="word", values=lambda scene: scene.owed, en="currency of the debt",
                      es="moneda de la deuda"),
    "product": Field(kind="word", values=_products, known=PRODUCTS, en="product past due",
                     es="producto vencido"),
    "broken_promises": Field(kind="number", values=_status("broken"), en="broken promises",
                             es="promesas rotas"),
    "kept_promises": Field(kind="number", values=_status("kept"), en="promises kept",
                           es="promesas cumplidas"),
    "idle_days": Field(kind="number", values=_idle,
                       en="days since the last attempt, 31 = none in a month",
                       es="días desde el último intento, 31 = ninguno en un mes"),
    "attempts": Field(kind="number", values=lambda scene: (sum(a.counted for a in scene.client.attempts),),
                      en="attempts of the last 31 days", es="intentos de los últimos 31 días"),
    "conversations": Field(kind="number",
                           values=lambda scene: (sum(a.conversation for a in scene.client.attempts),),
                           en="talks with the client in 31 days", es="pláticas con el cliente en 31 días"),
    "language": Field(kind="word", values=lambda scene: (scene.client.language,), known=("es", "en"),
                      en="language to speak", es="idioma en que se habla"),
    "kind": Field(kind="word", values=lambda scene: (scene.client.kind,), known=("person", "company"),
                  en="person or company", es="persona o empresa"),
    "zone": Field(kind="word", values=lambda scene: scene.client.zones, en="time zone",
                  es="zona horaria"),
    "grace_days": Field(kind="number", values=_grace, en="days until a cover ends",
                        es="días para que termine una cobertura"),
    "rolls_in": Field(kind="number", values=_rolls, en="days until the next bucket",
                      es="días para pasar al siguiente bucket"),
}  # fmt: skip
"""Every field that a rule may look at."""

_WORDS = {
    "sex": ("sex", "sexo", "gender", "genero", "pregnancy", "pregnant", "embarazo", "treatment",
            "tratamiento"),
    "religion": ("religion", "creed", "faith", "credo", "culto"),
    "origin": ("origin", "origen", "race", "raza", "ethnicity", "ethnic", "etnia", "nationality",
               "nacionalidad", "color", "indigenous", "indigena", "birthplace", "state", "estado", "address",
               "domicilio", "direccion", "postcode", "zip", "cp", "neighbourhood", "colonia"),
    "age": ("age", "edad", "born", "birth", "birthday", "birthdate", "nacimiento", "elder", "dob"),
    "marital status": ("marital", "married", "spouse", "conyuge", "civil", "children", "hijos"),
    "health": ("health", "salud", "illness", "disease", "enfermedad", "disability", "discapacidad"),
    "orientation": ("orientation", "orientacion", "sexuality"),
    "belief": ("politics", "political", "politica", "opinion", "party", "partido", "union", "sindicato"),
    "public assistance": ("assistance", "welfare", "pension", "subsidy", "subsidio"),
    "who the person is": ("name", "nombre", "firstname", "surname", "apellido", "tax", "rfc", "national",
                          "curp", "ssn", "itin", "ine", "phone", "telefono", "email", "correo"),
}  # fmt: skip
PROTECTED = {fold(word): what for what, words in _WORDS.items() for word in words}
"""Words of a field's name that stand for what must not decide, and what that is.

Sources: LFPDPPP (sensitive data), Ley Federal para Prevenir y Eliminar la Discriminación art. 1,
ECOA / Regulation B (12 CFR 1002.2(z), 1002.6). A tax id and a CURP hold the day of birth and
the sex; a form of address holds the sex; a place of living stands in for origin."""


def test(field: str, wanted: Any) -> Test:
    """The condition that a field fits what is wanted of it.

    Raises:
        ValueError: the field must not decide, is not known, or can't be compared so.
    """
    if (what := protected(field)) is not None:
        raise ValueError(f"{field!r} can't decide: it is protected ({what}); {_usable()}")
    known = FIELDS.get(field)
    if known is None:
        raise ValueError(f"unknown field {field!r}; {_usable()}")
    if isinstance(wanted, list):
        if not wanted:
            raise ValueError(f"{field}: an empty list fits nobody")
        tests = [_compared(field, known, one) for one in wanted]
        return lambda scene: any(one(scene) for one in tests)
    return _compared(field, known, wanted)


def protected(field: str) -> str | None:
    """What a field's name stands for that must not decide, None if it may."""
    if field in FIELDS:
        return None
    words = re.split(r"[^a-z]+", fold(field))
    return next((PROTECTED[word] for word in words if word in PROTECTED), None)


def _usable() -> str:
    return f"a rule may use: {', '.join(FIELDS)}"


def _compared(name: str, field: Field, wanted: Any) -> Test:
    values = field.values
    if isinstance(wanted, str):
        if field.kind != "word" and (ends := _RANGE.fullmatch(wanted.strip())):
            low, high = (_value(name, field, end) for end in ends.groups())
            if low > high:
                raise ValueError(f"{name} is {wanted!r}: the first comes after the last")
            return lambda scene: any(low <= _rank(field, one) <= high for one in values(scene))
        if parts := _COMPARED.fullmatch(wanted.strip()):
            how, limit = parts[1], _value(name, field, parts[2])
            if field.kind == "word" and how not in ("=", "==", "!="):
                raise ValueError(f"{name} can be compared with = and != alone")
            if how == "!=":
                return lambda scene: all(_rank(field, one) != limit for one in values(scene))
            compare = _HOW[how]
            return lambda scene: any(compare(_rank(field, one), limit) for one in values(scene))
    same = _value(name, field, wanted)
    return lambda scene: any(_rank(field, one) == same for one in values(scene))


def _rank(field: Field, value: Any) -> Any:
    return _RANKS[value] if field.kind == "bucket" else value


_RANKS = {name: place for place, name in enumerate(BUCKETS)}


def _value(name: str, field: Field, wanted: Any) -> Any:
    """A value as it is compared.

    Raises:
        ValueError: it is none of the field's.
    """
    text = str(wanted).strip()
    if isinstance(wanted, bool | float | dict) or not text:
        raise ValueError(f"{name} is {wanted!r}; {_fits(field)}")
    if field.known and text not in field.known:
        raise ValueError(f"{name} is {wanted!r}; {_fits(field)}")
    if field.kind == "bucket":
        return _RANKS[text]
    if field.kind == "word":
        return text
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{name} is {wanted!r}; {_fits(field)}") from None
    if not amount.is_finite() or abs(amount) > 10**12 or (field.kind == "number" and amount % 1):
        raise ValueError(f"{name} is {wanted!r}; {_fits(field)}")
    return to_minor(amount) if field.kind == "money" else int(amount)


def _fits(field: Field) -> str:
    if field.kind == "bucket":
        return 'write a bucket or a range of them, such as "B0..B2"'
    if field.kind == "word":
        return f"it can be {', '.join(field.known)}" if field.known else "write a word"
    if field.kind == "money":
        return 'write units as a text with a comparison, such as ">= 1500.50"'
    return 'write a whole number, or a text such as ">= 3" or "3..7"'
