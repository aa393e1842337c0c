"""What the most frequent results cost in keys, and that each says what it should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from rules.capture.values import PlanReading, Reading
from rules.catalogue import Catalogue

BASKET = [
    ("e", 2, "DESC"),
    ("p", 2, "PPT"),
    ("l3xq", 5, "PLAN"),
    ("r10h", 5, "RLLA"),
    ("d", 2, "DISP"),
    ("y", 2, "YPAG"),
    ("n", 2, "NEGP"),
    ("x", 2, "FALL"),
    ("m", 2, "MSJT"),
]
"""What is typed, the keys allowed with Enter, the result."""

ONE_KEY = [("f5", "NOCO"), ("f6", "OCUP"), ("f7", "BUZN"), ("f8", "FSER")]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(("line", "keys", "code"), BASKET)
def test_each_is_complete_within_its_keys(
    reads: Callable[..., Reading], line: str, keys: int, code: str, language: str
) -> None:
    reading = reads(line, language)
    assert (reading.code, reading.complete, reading.errors) == (code, True, ())
    assert len(line) + 1 <= keys


@pytest.mark.parametrize(("key", "code"), ONE_KEY)
def test_function_keys_need_nothing_else(
    reads: Callable[..., Reading], catalogue: Catalogue, key: str, code: str
) -> None:
    result = catalogue.by_key(key)
    assert result is not None
    assert result.code == code
    assert reads(result.code).complete


def test_plain_promise_is_what_is_due_in_three_days(reads: Callable[..., Reading]) -> None:
    reading = reads("p")
    assert (reading.amount, reading.due, reading.channel) == (3_550_00, date(2026, 11, 27), "nd")
    assert reading.defaulted == {"amount", "date", "channel"}


def test_three_equal_payments_on_pay_days(reads: Callable[..., Reading]) -> None:
    reading = reads("l3xq")
    assert reading.plan == PlanReading(count=3, rhythm="q")
    assert (reading.amount, reading.due) == (3_550_00, date(2026, 11, 30))


def test_callback_at_an_hour_that_has_passed_is_tomorrow(reads: Callable[..., Reading]) -> None:
    callback = reads("r10h").callback
    assert callback is not None
    assert callback.isoformat() == "2026-11-25T10:00:00-07:00"
